use std::sync::Arc;

use chrono::NaiveDate;
use ed25519_dalek::SigningKey;
use fieldbook_model::clock::{FixedClock, SeededRandom};
use fieldbook_model::ids::RecordId;
use fieldbook_model::{Fields, Kind, Scalar, Zone};
use fieldbook_sales::account::{CadenceSource, Tier, TierSource};
use fieldbook_sales::pack::sign;
use fieldbook_sales::stats::{DiagnosisAnswer, Group, PeriodLength, Window};
use fieldbook_sales::templates;

use crate::book::{Book, CheckInRequest, DealView, OpenOptions, PlanDayRequest, PlanEffort, QuotaAttainment};

/// 2026-11-24T09:00:00Z, a Tuesday.
const NINE: i64 = 1_795_510_800_000;
const DAY_MS: i64 = 86_400_000;

struct Desk {
    _folder: tempfile::TempDir,
    clock: Arc<FixedClock>,
    book: Book,
}

fn desk() -> Desk {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(FixedClock::at(NINE));
    let book = Book::open(OpenOptions {
        clock: clock.clone(),
        random: Arc::new(SeededRandom::new(3)),
        ..OpenOptions::new(folder.path().join("book.db"))
    });
    Desk {
        _folder: folder,
        clock,
        book: book.unwrap(),
    }
}

impl Desk {
    fn account(&self, name: &str) -> RecordId {
        let fields = Fields::new().with("name", name);
        self.book.add(Kind::Account, &fields).unwrap().id
    }

    /// A deal of the account that ended on `close_on`, or is open and to end then.
    fn deal(&self, account: RecordId, stage: &str, amount: &str, close_on: &str) -> RecordId {
        let fields = Fields::new()
            .with("name", format!("Deal of {close_on}"))
            .with("account_id", Scalar::Id(account))
            .with("stage", stage)
            .with("amount", amount)
            .with("opened_on", "2025-01-01")
            .with("close_on", close_on);
        self.book.add(Kind::Opportunity, &fields).unwrap().id
    }

    fn visit(&self, account: RecordId) {
        let visit = self.book.check_in(account, &CheckInRequest::default()).unwrap();
        self.clock.advance(1_800_000);
        self.book.check_out(visit.id, &[], None).unwrap();
        self.clock.advance(-1_800_000);
    }

    /// Installs the solution sale with other tiers.
    fn tiers(&self, tiers: Vec<Tier>) {
        let mut process = templates::all()[0].clone();
        process.version = 2;
        process.tiers = tiers;
        let key = SigningKey::from_bytes(&[7; 32]);
        self.book
            .install_pack(&sign(&process.into(), &key).to_file())
            .unwrap();
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn a_tier_follows_from_what_was_won_in_the_last_year_and_drives_the_plan() {
    let desk = desk();
    let (key, small) = (desk.account("Key"), desk.account("Small"));
    for (account, lat) in [(key, "52.6310"), (small, "52.6320")] {
        let site = Fields::new()
            .with("account_id", Scalar::Id(account))
            .with("position", format!("{lat},1.2970"));
        desk.book.add(Kind::Site, &site).unwrap();
        desk.visit(account);
    }
    desk.deal(key, "Closed Won", "30000.00 EUR", "2026-03-01");
    desk.deal(key, "Closed Won", "25000.00 EUR", "2026-05-01");
    desk.deal(key, "Closed Lost", "90000.00 EUR", "2026-05-01");
    desk.deal(small, "Closed Won", "60000.00 EUR", "2025-11-24");
    let gold = Tier {
        won_in_year: vec!["50000 EUR".into()],
        ..Tier::by_hand("Gold", 20)
    };
    desk.tiers(vec![gold, Tier::by_hand("Silver", 45)]);
    desk.clock.advance(24 * DAY_MS);
    let found = desk.book.account_tier(key, &Zone::UTC).unwrap();
    assert_eq!(
        (found.tiered.tier.as_deref(), found.tiered.source),
        (Some("Gold"), TierSource::Derived)
    );
    assert_eq!(
        (found.due_on, found.overdue_days),
        (Some(day("2026-12-14")), Some(4))
    );
    let other = desk.book.account_tier(small, &Zone::UTC).unwrap();
    assert_eq!(
        (other.tiered.tier, other.cadence.source),
        (None, CadenceSource::Usual),
        "what was won more than a year ago makes no tier"
    );
    let request = PlanDayRequest {
        effort: PlanEffort::Iterations(500),
        ..PlanDayRequest::new(day("2026-12-18"))
    };
    let plan = desk.book.plan_day(&request).unwrap();
    let every: Vec<(&str, i64)> = plan
        .candidates
        .iter()
        .map(|candidate| (candidate.account.title(), candidate.every_days))
        .collect();
    assert_eq!(every, [("Key", 20), ("Small", 60)]);
    desk.book.set_field(small, "tier", "silver").unwrap();
    desk.book
        .set_field(key, "visit_every_days", Scalar::Int(7))
        .unwrap();
    let all = desk.book.account_tiers(&Zone::UTC).unwrap();
    let shown: Vec<(&str, i64, CadenceSource)> = all
        .iter()
        .map(|found| {
            (
                found.account.title(),
                found.cadence.every_days,
                found.cadence.source,
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("Key", 7, CadenceSource::Account),
            ("Small", 45, CadenceSource::Tier)
        ]
    );
}

#[test]
fn an_account_that_left_by_its_own_rhythm_gets_one_task_on_however_many_devices() {
    let desk = desk();
    let (left, here, long_ago) = (
        desk.account("Left"),
        desk.account("Here"),
        desk.account("Long ago"),
    );
    desk.book.set_field(left, "owner", "Ada").unwrap();
    for _ in 0..3 {
        desk.visit(left);
        desk.visit(here);
        desk.clock.advance(30 * DAY_MS);
    }
    for close_on in ["2025-02-01", "2025-03-01", "2025-04-01"] {
        desk.deal(long_ago, "Closed Won", "5.00 EUR", close_on);
    }
    desk.clock.advance(30 * DAY_MS);
    desk.visit(here);
    desk.clock.advance(10 * DAY_MS);
    let states: Vec<(String, &str)> = desk
        .book
        .account_healths(&Zone::UTC)
        .unwrap()
        .iter()
        .map(|found| (found.account.title().to_owned(), found.churn.state()))
        .collect();
    assert_eq!(
        states,
        [
            ("Left".to_owned(), "left"),
            ("Long ago".to_owned(), "left"),
            ("Here".to_owned(), "active")
        ]
    );
    let first = desk.book.win_back().unwrap();
    let made: Vec<(&str, Option<&str>)> = first
        .made
        .iter()
        .map(|task| (task.title(), task.fields.text("owner")))
        .collect();
    assert_eq!(made, [("Win back Left: silent since 2027-01-23", Some("Ada"))]);
    assert_eq!((first.known, first.long_ago), (0, 1));
    desk.clock.advance(DAY_MS);
    let again = desk.book.win_back().unwrap();
    assert_eq!((again.made.len(), again.known), (0, 1));
    desk.book.delete(first.made[0].id).unwrap();
    assert_eq!(
        desk.book.win_back().unwrap().made,
        [],
        "a task that was deleted stays deleted"
    );
    // It came back and left again: that is another task.
    desk.visit(left);
    desk.clock.advance(70 * DAY_MS);
    let second = desk.book.win_back().unwrap();
    assert!(
        second
            .made
            .iter()
            .any(|task| task.fields.id("account_id") == Some(left))
    );
    assert!(second.made.iter().all(|task| task.id != first.made[0].id));
}

#[test]
fn two_devices_with_the_same_records_make_the_same_task() {
    let make = |seed: u64| {
        let desk = desk();
        let account = desk.account("Left");
        for _ in 0..3 {
            desk.visit(account);
            desk.clock.advance(30 * DAY_MS);
        }
        desk.clock.advance(40 * DAY_MS + i64::try_from(seed).unwrap());
        let made = desk.book.win_back().unwrap().made;
        (made[0].id, made[0].fields.clone())
    };
    assert_eq!(make(0), make(3_600_000));
}

#[test]
fn the_health_of_an_account_is_read_from_all_that_hangs_on_it() {
    let desk = desk();
    let account = desk.account("Clinic");
    desk.visit(account);
    let of = || Fields::new().with("account_id", Scalar::Id(account));
    desk.book
        .add(Kind::Contact, &of().with("name", "Li").with("phone", "1"))
        .unwrap();
    desk.book.add(Kind::Contact, &of().with("name", "Wu")).unwrap();
    desk.book
        .add(
            Kind::Task,
            &of().with("name", "Late").with("due_on", "2026-11-20"),
        )
        .unwrap();
    desk.book.add(Kind::Task, &of().with("name", "Open")).unwrap();
    desk.deal(account, "Closed Won", "100.00 EUR", "2026-10-01");
    desk.deal(account, "Closed Won", "400.00 EUR", "2026-04-01");
    desk.deal(account, "Proposal", "100.00 EUR", "2026-11-01");
    desk.deal(account, "Proposal", "100.00 EUR", "2026-12-01");
    let found = desk.book.account_health(account, &Zone::UTC).unwrap();
    let says: Vec<&str> = found
        .health
        .reasons
        .iter()
        .map(|reason| reason.says.as_str())
        .collect();
    assert_eq!(
        says,
        [
            "0 days since the last visit, due every 60",
            "2 open deals, 1 in trouble",
            "2 open tasks, 1 overdue",
            "won 100.00 EUR in 180 days, 400.00 EUR in the 180 before",
            "2 contacts, 1 reachable",
        ]
    );
    let points: Vec<Option<u16>> = found.health.reasons.iter().map(|reason| reason.points).collect();
    assert_eq!(points, [Some(30), Some(10), Some(10), Some(5), Some(5)]);
    assert_eq!(found.health.score, Some(60));
}

#[test]
fn a_profile_names_who_wrote_each_value_and_how_old_it_is() {
    let desk = desk();
    desk.book.name_rep("Ada").unwrap();
    let account = desk.account("Clinic");
    desk.book.set_field(account, "industry", "health").unwrap();
    desk.visit(account);
    desk.clock.advance(5 * DAY_MS);
    desk.book.set_field(account, "phone", "+44 1603 555010").unwrap();
    let lost = desk.deal(account, "Closed Lost", "10.00 EUR", "2026-11-01");
    desk.book.set_field(lost, "lost_reason", "price").unwrap();
    desk.clock.advance(10 * DAY_MS);
    let found = desk.book.account_profile(account, &Zone::UTC).unwrap();
    let get = |name: &str| {
        let one = found.dimensions.iter().find(|one| one.name == name).unwrap();
        (one.value.as_deref(), one.source.as_str(), one.age_days)
    };
    assert_eq!(
        get("industry"),
        (Some("health"), "account.industry, by Ada", Some(15))
    );
    assert_eq!(
        get("phone"),
        (Some("+44 1603 555010"), "account.phone, by Ada", Some(10))
    );
    assert_eq!(
        get("lost_reason"),
        (Some("price"), "deal Deal of 2026-11-01, by Ada", Some(10))
    );
    assert_eq!(
        get("last_visit"),
        (Some("2026-11-24 by Ada, unverifiable"), "visits", Some(15))
    );
    assert_eq!(get("website"), (None, "account.website", None));
    assert_eq!(get("win_rate").0, Some("0 of 1 closed, too few to say much"));
}

#[test]
fn the_quality_of_a_record_ages_from_its_last_write() {
    let desk = desk();
    let account = desk.account("Clinic");
    desk.book.set_field(account, "email", "front@clinic").unwrap();
    let of = || desk.book.record_quality(account, &Zone::UTC).unwrap().quality;
    let new = of();
    assert_eq!(
        (new.age_days, new.missing.len(), new.implausible.len()),
        (Some(0), 5, 1)
    );
    desk.clock.advance(500 * DAY_MS);
    let old = of();
    assert_eq!(old.age_days, Some(500));
    assert!(old.score < new.score);
    desk.book
        .set_field(account, "email", "front@clinic.example")
        .unwrap();
    assert!(of().score > new.score);
    let all = desk.book.record_qualities(Kind::Account, &Zone::UTC).unwrap();
    assert_eq!(all.len(), 1);
}

#[test]
fn a_diagnosis_leaves_out_deals_from_before_the_first_visit_of_the_book() {
    let desk = desk();
    let account = desk.account("Clinic");
    let lose = |n: i64, opened_on: &str| {
        let fields = Fields::new()
            .with("name", format!("Deal {n}"))
            .with("account_id", Scalar::Id(account))
            .with("stage", "Closed Lost")
            .with("opened_on", opened_on)
            .with("close_on", "2027-01-15");
        desk.book.add(Kind::Opportunity, &fields).unwrap();
    };
    (0..12).for_each(|n| lose(n, "2026-01-01"));
    desk.visit(account);
    desk.clock.advance(60 * DAY_MS);
    let late = || {
        let found = desk.book.diagnose(&DealView::default()).unwrap();
        found
            .answers
            .into_iter()
            .find(|one| one.question == "late_follow_up")
            .unwrap()
    };
    assert_eq!(late().answer, DiagnosisAnswer::NotEnough { n: 0, needed: 10 });
    (12..24).for_each(|n| lose(n, "2026-11-24"));
    let found = late();
    assert_eq!(
        (found.answer, found.percent),
        (DiagnosisAnswer::Yes, Some(100)),
        "52 days went by after the only visit"
    );
    assert!(found.says.ends_with("left out: 12"), "{}", found.says);
}

#[test]
fn a_quota_is_measured_in_its_own_currency_and_periods_count_the_acts() {
    let desk = desk();
    let account = desk.account("Clinic");
    desk.deal(account, "Closed Won", "4000.00 EUR", "2026-11-02");
    desk.deal(account, "Closed Won", "900.00 USD", "2026-11-03");
    desk.deal(account, "Closed Won", "1000.00 EUR", "2026-09-30");
    desk.visit(account);
    let window = Window::quarter(day("2026-11-24"), 1);
    let attained = |quota: &str| {
        let quota = quota.parse().unwrap();
        desk.book.attainment(window, quota, &Group::Company, &Zone::UTC)
    };
    let QuotaAttainment::Known(known) = attained("10000.00 EUR").unwrap() else {
        panic!()
    };
    assert_eq!(
        (known.attained_percent, known.booked.to_string()),
        (40, "4000.00 EUR".into())
    );
    assert_eq!(attained("5.00 GBP").unwrap(), QuotaAttainment::NoDealInCurrency);
    assert!(attained("0.00 EUR").is_err());
    desk.clock.advance(3_600_000);
    let periods = desk
        .book
        .period_metrics(PeriodLength::Month, 3, 1, &Group::Company, &Zone::UTC)
        .unwrap();
    let counts: Vec<(usize, usize)> = periods.iter().map(|period| (period.won, period.visits)).collect();
    assert_eq!(counts, [(1, 0), (0, 0), (2, 1)]);
    assert_eq!(periods[2].money, ["4000.00 EUR", "900.00 USD"]);
    let nobody = Group::Owner("Nobody".into());
    let own = desk
        .book
        .period_metrics(PeriodLength::Month, 3, 1, &nobody, &Zone::UTC)
        .unwrap();
    assert!(own.iter().all(|period| (period.won, period.visits) == (0, 0)));
}
