//! The health of accounts, those that left, and the tasks that win them back.

use std::collections::{HashMap, HashSet};

use chrono::{Datelike, Days, NaiveDate};
use fieldbook_model::ids::RecordId;
use fieldbook_model::{Fields, Kind, Record, Scalar, Zone};
use fieldbook_sales::account::{AccountLife, Churn, Health, HealthRules, Tiered, churn, health};
use fieldbook_sales::rule::RULE_PREFIX;
use fieldbook_sales::stats::Outcome;
use sha2::{Digest, Sha256};

use super::tiers::Tiering;
use crate::book::deal::LoggedDeal;
use crate::book::{Book, BookError, DealView, edit};
use crate::store::{ContactCounts, TaskCounts};

/// The account with its health.
#[derive(Debug, Clone, PartialEq)]
pub struct AccountHealth {
    /// The account.
    pub account: Record,
    /// Its tier.
    pub tiered: Tiered,
    /// The score with its reasons.
    pub health: Health,
    /// Its rhythm, and whether it left.
    pub churn: Churn,
    /// The last visit or won deal; the win-back task is made of it.
    last_event: Option<RecordId>,
}

/// The tasks for accounts that left.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct WinBack {
    /// The tasks that were made now.
    pub made: Vec<Record>,
    /// Accounts that left and have their task already, done and deleted ones counted.
    pub known: usize,
    /// Accounts that left too long ago for a task.
    pub long_ago: usize,
}

/// All that is read once for the health of many accounts.
struct Around {
    tiering: Tiering,
    rules: HealthRules,
    visits: HashMap<RecordId, Vec<(i64, RecordId)>>,
    first_visit_ms: Option<i64>,
    deals: HashMap<RecordId, Vec<LoggedDeal>>,
    troubled: HashSet<RecordId>,
    contacts: HashMap<RecordId, ContactCounts>,
    tasks: HashMap<RecordId, TaskCounts>,
    zone: Zone,
    today: NaiveDate,
}

impl Book {
    /// The health of an account, as of today in `zone`.
    ///
    /// # Errors
    /// [`BookError`]: no such account, or of the file.
    pub fn account_health(&self, id: RecordId, zone: &Zone) -> Result<AccountHealth, BookError> {
        let account = self.live_record(id, Kind::Account)?;
        let around = self.around_accounts(zone)?;
        self.health_of(&around, account)
    }

    /// The health of all accounts: first those that left lately, then by score, the worst first; last those of which too
    /// little is known.
    ///
    /// # Errors
    /// [`BookError`] of the file.
    pub fn account_healths(&self, zone: &Zone) -> Result<Vec<AccountHealth>, BookError> {
        let around = self.around_accounts(zone)?;
        let mut all = Vec::new();
        self.each_record(Kind::Account, |account| {
            all.push(self.health_of(&around, account.clone())?);
            Ok(())
        })?;
        let rank = |found: &AccountHealth| match found.churn {
            Churn::Left { since, .. } => (0, std::cmp::Reverse(Some(since))),
            Churn::AtRisk(_) => (1, std::cmp::Reverse(None)),
            _ => (2, std::cmp::Reverse(None)),
        };
        all.sort_by_key(|found| (rank(found), found.health.score.is_none(), found.health.score));
        Ok(all)
    }

    /// Makes a task for each account that left in the last days, as many as the company's process says.
    ///
    /// The id of a task follows from the account and its last visit or won deal, so five devices make it once, and an
    /// account that comes back and leaves again gets another. Days are those of UTC, so that all devices write the same.
    ///
    /// # Errors
    /// [`BookError`] of the file.
    pub fn win_back(&self) -> Result<WinBack, BookError> {
        let today = Zone::UTC.date(self.now_ms());
        let rules = self.packs()?.health_rules();
        let mut report = WinBack::default();
        let mut tasks = Vec::new();
        for found in self.account_healths(&Zone::UTC)? {
            let (Churn::Left { since, rhythm }, Some(event)) = (found.churn, found.last_event) else {
                continue;
            };
            let id = win_back_id(found.account.id, event);
            if self.store.record(id)?.is_some() {
                report.known += 1;
            } else if (today - since).num_days() > i64::from(rules.win_back_days) {
                report.long_ago += 1;
            } else {
                tasks.push((id, win_back_fields(&found.account, rhythm.last, today)));
            }
        }
        let context = self.write_context();
        let made = self.transaction(|write| {
            let mut made = Vec::new();
            for (id, fields) in &tasks {
                if write.stored(*id)?.is_none() {
                    edit::create(write, context, *id, Kind::Task, fields)?;
                    made.push(*id);
                }
            }
            Ok::<_, BookError>(made)
        })?;
        report.made = made
            .into_iter()
            .map(|id| self.record(id))
            .collect::<Result<_, _>>()?;
        Ok(report)
    }

    fn around_accounts(&self, zone: &Zone) -> Result<Around, BookError> {
        let today = zone.date(self.now_ms());
        let visits = self.store.held_visits()?;
        let mut deals: HashMap<RecordId, Vec<LoggedDeal>> = HashMap::new();
        for deal in self.logged_deals(zone)? {
            if let Some(account) = deal.account {
                deals.entry(account).or_default().push(deal);
            }
        }
        let view = DealView {
            zone: zone.clone(),
            ..DealView::default()
        };
        let is_grave = |kind: &str| kind != "uncovered";
        let warned = self.deal_warnings(&view)?;
        Ok(Around {
            tiering: self.tiering(zone, today)?,
            rules: self.packs()?.health_rules(),
            first_visit_ms: visits
                .values()
                .filter_map(|of| of.first())
                .map(|(at_ms, _)| *at_ms)
                .min(),
            visits,
            deals,
            troubled: warned
                .into_iter()
                .filter(|deal| deal.warnings.iter().any(|warning| is_grave(warning.kind())))
                .map(|deal| deal.deal)
                .collect(),
            contacts: self.store.contact_counts()?,
            tasks: self.store.task_counts(&today.to_string())?,
            zone: zone.clone(),
            today,
        })
    }

    fn health_of(&self, around: &Around, account: Record) -> Result<AccountHealth, BookError> {
        let tiered = self.tier_in(&around.tiering, &account)?;
        let cadence = super::tiers::cadence_of(&account, &tiered);
        let life = around.life(&account, cadence.every_days);
        Ok(AccountHealth {
            health: health(&life, &around.rules),
            churn: churn(&life, &around.rules),
            last_event: around.last_event(account.id),
            tiered,
            account,
        })
    }
}

impl Around {
    fn life(&self, account: &Record, every_days: i64) -> AccountLife {
        let none = Vec::new();
        let visits = self.visits.get(&account.id).unwrap_or(&none);
        let deals = self.deals.get(&account.id).map(Vec::as_slice).unwrap_or_default();
        let contacts = self.contacts.get(&account.id).copied().unwrap_or_default();
        let tasks = self.tasks.get(&account.id).copied().unwrap_or_default();
        let open = |deal: &&LoggedDeal| deal.log.is_open();
        let is_troubled = |deal: &&LoggedDeal| {
            self.troubled.contains(&deal.id) || deal.close_on.is_some_and(|day| day < self.today)
        };
        let made_ms = account.id.made_at_ms();
        AccountLife {
            today: self.today,
            every_days,
            visits_since: self
                .first_visit_ms
                .map(|first| self.zone.date(made_ms.map_or(first, |made| made.max(first)))),
            visits: visits.iter().map(|(at_ms, _)| self.zone.date(*at_ms)).collect(),
            won: deals
                .iter()
                .filter(|deal| deal.log.is_won())
                .filter_map(|deal| Some((deal.log.end?.when.on, deal.log.money())))
                .collect(),
            lost: deals
                .iter()
                .filter(|deal| deal.log.outcome() == Some(Outcome::Lost))
                .count(),
            open_deals: deals.iter().filter(open).count(),
            troubled_deals: deals.iter().filter(open).filter(is_troubled).count(),
            open_tasks: tasks.open as usize,
            overdue_tasks: tasks.overdue as usize,
            done_tasks: tasks.done as usize,
            has_contacts: !self.contacts.is_empty(),
            contacts: contacts.all as usize,
            reachable_contacts: contacts.reachable as usize,
        }
    }

    /// The last visit or won deal of an account.
    fn last_event(&self, account: RecordId) -> Option<RecordId> {
        let visits = self.visits.get(&account).and_then(|visits| visits.last());
        let deals = self.deals.get(&account).map(Vec::as_slice).unwrap_or_default();
        let won = deals
            .iter()
            .filter(|deal| deal.log.is_won())
            .filter_map(|deal| Some((deal.log.end?.when.at_ms, deal.id)));
        won.chain(visits.copied()).max().map(|(_, id)| id)
    }
}

fn win_back_fields(account: &Record, last: NaiveDate, today: NaiveDate) -> Fields {
    // The Friday of the next week: whoever makes the task in one week writes the same day.
    let to_friday = 11 - u64::from(today.weekday().num_days_from_monday());
    let due = today.checked_add_days(Days::new(to_friday)).unwrap_or(today);
    let mut fields = Fields::new()
        .with(
            "name",
            format!("Win back {}: silent since {last}", account.title()),
        )
        .with("account_id", Scalar::Id(account.id))
        .with("due_on", due.to_string())
        .with(&format!("{RULE_PREFIX}made"), "health/win_back");
    fields.set_some("owner", account.fields.text("owner"));
    fields
}

/// The id of the task that wins an account back after its last visit or won deal.
fn win_back_id(account: RecordId, event: RecordId) -> RecordId {
    let mut hash = Sha256::new();
    hash.update(b"fieldbook-win-back\0");
    hash.update(account.0);
    hash.update(event.0);
    RecordId::from_hash(event.made_at_ms().unwrap_or(0), &hash.finalize().into())
}
