//! The past of the shipped sample: a year and a half of deals and visits, made by the same calls that a rep makes, so that the
//! figures of the sales process have something to stand on. The numbers are drawn from a fixed seed and are nobody's.

use std::collections::HashMap;

use fieldbook_core::book::{Book, CheckInRequest};
use fieldbook_core::clock::Clock;
use fieldbook_core::ids::RecordId;
use fieldbook_core::model::{Fields, Kind, Record, Scalar, Zone};

use super::calls::fix_at;
use super::company::{Company, MIDNIGHT_MS};
use super::customers::{all, position_of};
use super::deal::advance;
use crate::error::DemoError;

/// Deals that are begun in the past.
const DEALS: u32 = 96;
/// Days that the past is long.
const DAYS: u32 = 540;
const DAY_MS: i64 = 86_400_000;

/// A stage that a deal goes through: its id, the share that leaves it forwards, and the usual days in it.
const STAGES: [(&str, f64, f64); 4] = [
    ("lead_validation", 0.85, 6.0),
    ("needs_analysis", 0.78, 13.0),
    ("solution_demo", 0.74, 16.0),
    ("negotiation", 0.72, 24.0),
];

const REASONS: [&str; 4] = ["no budget", "competitor", "no need", "no answer"];

/// A sequence of numbers from a seed (`SplitMix64`, Steele, Lea and Flood 2014).
struct Draws(u64);

impl Draws {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: u32) -> u32 {
        u32::try_from(self.next() % u64::from(end.max(1))).unwrap_or(0)
    }

    /// From 0 to below 1.
    fn share(&mut self) -> f64 {
        f64::from(self.below(1_000_000)) / 1_000_000.0
    }

    /// Days in a stage: seldom a few, seldom many.
    fn days(&mut self, usual: f64) -> u32 {
        let drawn = usual * (0.35 + 0.9 * self.share() + 0.9 * self.share() * self.share());
        format!("{drawn:.0}").parse().unwrap_or(1).max(1)
    }
}

/// One thing that happens on a day of the past.
enum Act {
    Open { deal: usize },
    Enter { deal: usize, stage: usize },
    Visit { deal: usize },
    Lose { deal: usize, reason: &'static str },
    Win { deal: usize },
}

/// A deal of the past.
struct Deal {
    account: Record,
    amount: u32,
    closes: i64,
    id: Option<RecordId>,
}

/// Writes the past into the office's book. The clock stands on the last day of it afterwards.
pub(super) fn write(company: &Company) -> Result<(), DemoError> {
    let book = &company.office.book;
    let mut accounts = all(book, Kind::Account)?;
    accounts.retain(|account| !account.deleted);
    if accounts.is_empty() {
        return Ok(());
    }
    let (mut deals, acts) = plot(&accounts);
    let doors = doors(book)?;
    let mut people: HashMap<RecordId, RecordId> = HashMap::new();
    for (minute, act) in acts {
        company
            .clock
            .set(MIDNIGHT_MS - i64::from(DAYS) * DAY_MS + minute * 60_000);
        play(company, &mut deals, &doors, &mut people, &act)?;
    }
    Ok(())
}

/// The deals, and all that happens in order, each with its minute since the beginning of the past.
fn plot(accounts: &[Record]) -> (Vec<Deal>, Vec<(i64, Act)>) {
    let mut draws = Draws(11);
    let (mut deals, mut acts) = (Vec::new(), Vec::new());
    for n in 0..DEALS {
        let deal = deals.len();
        let mut day = n * (DAYS - 4) / DEALS + draws.below(4);
        let mut at = |day: u32, draws: &mut Draws, act: Act| {
            if day < DAYS {
                let minute = 9 * 60 + i64::from(draws.below(400));
                acts.push((i64::from(day) * 1_440 + minute, act));
            }
        };
        at(day, &mut draws, Act::Open { deal });
        let mut is_won = true;
        for (stage, (_, forwards, usual)) in STAGES.iter().enumerate() {
            if stage > 0 {
                at(day, &mut draws, Act::Enter { deal, stage });
            }
            let stays = draws.days(*usual);
            at(day + stays / 2, &mut draws, Act::Visit { deal });
            day += stays + 1;
            if draws.share() > *forwards {
                let reason = REASONS[draws.below(4) as usize];
                at(day, &mut draws, Act::Lose { deal, reason });
                is_won = false;
                break;
            }
        }
        if is_won {
            at(day, &mut draws, Act::Win { deal });
        }
        let account = accounts[draws.below(u32::try_from(accounts.len()).unwrap_or(1)) as usize].clone();
        deals.push(Deal {
            account,
            amount: (4 + draws.below(12)) * (60 + draws.below(200)),
            closes: i64::from(day) + 14,
            id: None,
        });
    }
    acts.sort_by_key(|(minute, _)| *minute);
    (deals, acts)
}

/// A door of each account that has one.
fn doors(book: &Book) -> Result<HashMap<RecordId, (f64, f64)>, DemoError> {
    let sites = all(book, Kind::Site)?;
    let doors = sites.iter().filter_map(|site| {
        let at = position_of(site)?;
        Some((site.fields.id("account_id")?, (at.lat(), at.lon())))
    });
    Ok(doors.collect())
}

fn play(
    company: &Company,
    deals: &mut [Deal],
    doors: &HashMap<RecordId, (f64, f64)>,
    people: &mut HashMap<RecordId, RecordId>,
    act: &Act,
) -> Result<(), DemoError> {
    let book = &company.office.book;
    match act {
        Act::Open { deal } => {
            let deal = &mut deals[*deal];
            let account = deal.account.id;
            if let std::collections::hash_map::Entry::Vacant(entry) = people.entry(account) {
                let fields = Fields::new()
                    .with("name", "The buyer")
                    .with("account_id", Scalar::Id(account));
                entry.insert(book.add(Kind::Contact, &fields)?.id);
            }
            let fields = Fields::new()
                .with("name", format!("Order of {}", deal.account.title()))
                .with("account_id", Scalar::Id(account))
                .with("owner", company.reps[usize::from(account.0[15] % 2)].name)
                .with("amount", format!("{}.00 GBP", deal.amount));
            let id = book.add(Kind::Opportunity, &fields)?.id;
            deal.id = Some(id);
            advance(book, id, STAGES[0].0, Fields::new().with("source", "Trade fair"))
        }
        Act::Enter { deal, stage } => {
            let deal = &deals[*deal];
            let Some(id) = deal.id else { return Ok(()) };
            advance(book, id, STAGES[*stage].0, entry_fields(deal, *stage, people))
        }
        Act::Visit { deal } => {
            let account = deals[*deal].account.id;
            visit(company, account, doors.get(&account).copied())
        }
        Act::Lose { deal, reason } => {
            let Some(id) = deals[*deal].id else { return Ok(()) };
            advance(book, id, "lost", Fields::new().with("lost_reason", *reason))
        }
        Act::Win { deal } => {
            let Some(id) = deals[*deal].id else { return Ok(()) };
            let agreed = Fields::new()
                .with("check/terms_agreed", Scalar::Bool(true))
                .with("check/contract_sent", Scalar::Bool(true));
            advance(book, id, "won", agreed)
        }
    }
}

/// What the gate to a stage asks for.
fn entry_fields(deal: &Deal, stage: usize, people: &HashMap<RecordId, RecordId>) -> Fields {
    let role = |role: &str| {
        let person = people.get(&deal.account.id);
        person.map_or_else(String::new, |person| format!("role/{person}:{role}"))
    };
    let closes = Zone::UTC.date(MIDNIGHT_MS + (deal.closes - i64::from(DAYS)) * DAY_MS);
    match stage {
        1 => Fields::new().with("budget_tier", "B"),
        2 => Fields::new()
            .with(&role("economic_buyer"), Scalar::Bool(true))
            .with("check/needs_written", Scalar::Bool(true))
            .with("close_on", closes.to_string()),
        _ => Fields::new()
            .with(&role("technical_buyer"), Scalar::Bool(true))
            .with("check/demo_accepted", Scalar::Bool(true))
            .with("next_step", "send the contract"),
    }
}

fn visit(company: &Company, account: RecordId, door: Option<(f64, f64)>) -> Result<(), DemoError> {
    let at_ms = company.clock.now_ms();
    let request = CheckInRequest {
        fixes: door.map(|door| fix_at(at_ms, door, 12.0)).into_iter().collect(),
        ..CheckInRequest::default()
    };
    let book = &company.office.book;
    let open = book.check_in(account, &request)?;
    company.clock.advance(20 * 60_000);
    book.check_out(open.id, &[], Some("spoke with the buyer"))?;
    Ok(())
}
