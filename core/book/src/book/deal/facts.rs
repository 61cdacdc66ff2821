//! The facts about a deal that this device knows.

use chrono::NaiveDate;
use fieldbook_location::Verdict;
use fieldbook_model::ids::RecordId;
use fieldbook_model::{Body, Fields, Kind, Record, StageMoves, VisitState, Zone};
use fieldbook_sales::facts::{FactValue, Facts};
use fieldbook_sales::rule::Subject;

use crate::book::{Book, BookError};

/// The most records of an account that are counted for one deal.
const COUNTED_MAX: usize = 1_000;

impl Book {
    /// The facts that criteria of `deal` may ask for, on the day that it is in `zone`.
    ///
    /// Visits count from the day on which the deal was opened, or else from its first move.
    pub(in crate::book) fn deal_facts(
        &self,
        deal: &Fields,
        moves: Option<&StageMoves>,
        zone: &Zone,
    ) -> Result<Facts, BookError> {
        let now_ms = self.now_ms();
        let mut facts = Facts::of_deal(zone.date(now_ms), deal);
        if let Some(stay) = moves.map(StageMoves::current) {
            let days = (facts.today - zone.date(stay.from_ms)).num_days();
            facts.set("stage.days", FactValue::Int(days.max(0)));
        }
        let Some(account) = deal.id("account_id") else {
            return Ok(facts);
        };
        let Some(record) = self.store.record(account)? else {
            set_not_here(account, &mut facts);
            return Ok(facts);
        };
        facts.take_account(&record.fields);
        let opened: Option<NaiveDate> = deal.text("opened_on").and_then(|day| day.parse().ok());
        let since_ms = opened
            .map(|day| zone.instant_ms(day, 0))
            .or_else(|| moves.map(|moves| moves.path[0].from_ms))
            .unwrap_or(i64::MIN);
        self.count_around(account, since_ms, zone, &mut facts)?;
        Ok(facts)
    }

    /// The facts about a record of another kind than a deal, on the day `today` of `zone`. Visits count from the first on.
    pub(in crate::book) fn record_facts(
        &self,
        subject: Subject,
        record: &Record,
        today: NaiveDate,
        zone: &Zone,
    ) -> Result<Facts, BookError> {
        let mut facts = Facts::of_record(today, subject, &record.fields);
        let Some(account) = record.account() else {
            return Ok(facts);
        };
        match self.store.record(account)? {
            Some(found) => {
                facts.take_account(&found.fields);
                self.count_around(account, i64::MIN, zone, &mut facts)?;
            }
            None => set_not_here(account, &mut facts),
        }
        Ok(facts)
    }

    /// Counts what hangs on the account.
    fn count_around(
        &self,
        account: RecordId,
        since_ms: i64,
        zone: &Zone,
        facts: &mut Facts,
    ) -> Result<(), BookError> {
        self.count_visits(account, since_ms, zone, facts)?;
        let contacts = self.of_account(account, Kind::Contact, COUNTED_MAX)?.len();
        facts.set("contacts.count", count(contacts));
        self.count_tasks(account, facts)
    }

    fn count_visits(
        &self,
        account: RecordId,
        since_ms: i64,
        zone: &Zone,
        facts: &mut Facts,
    ) -> Result<(), BookError> {
        let (mut held, mut verified, mut last_ms) = (0, 0, None);
        for record in self.store.latest_visits(account, i64::MAX, COUNTED_MAX)? {
            let Some(at_ms) = held_at_ms(&record).filter(|at_ms| *at_ms >= since_ms) else {
                continue;
            };
            held += 1;
            last_ms = last_ms.max(Some(at_ms));
            let Body::Visit(visit) = record.body() else {
                continue;
            };
            if let VisitState::Open { check_in } | VisitState::Closed { check_in, .. } = visit.state {
                verified += usize::from(check_in.assessment.verdict == Verdict::Verified);
            }
        }
        facts.set("visits.held", count(held));
        facts.set("visits.verified", count(verified));
        if let Some(at_ms) = last_ms {
            facts.set("visits.last_on", FactValue::Date(zone.date(at_ms)));
        }
        Ok(())
    }

    fn count_tasks(&self, account: RecordId, facts: &mut Facts) -> Result<(), BookError> {
        let tasks = self.of_account(account, Kind::Task, COUNTED_MAX)?;
        let open: Vec<&Record> = tasks
            .iter()
            .filter(|task| task.fields.time("done_at").is_none())
            .collect();
        let is_overdue = |task: &&&Record| {
            let due: Option<NaiveDate> = task.fields.text("due_on").and_then(|day| day.parse().ok());
            due.is_some_and(|day| day < facts.today)
        };
        let overdue = open.iter().filter(is_overdue).count();
        facts.set("tasks.open", count(open.len()));
        facts.set("tasks.overdue", count(overdue));
        Ok(())
    }
}

/// Says that nothing is known of an account that is not on this device.
fn set_not_here(account: RecordId, facts: &mut Facts) {
    for of in ["account", "visits", "contacts", "tasks"] {
        facts.not_here(of, &format!("account {account}"));
    }
}

/// The time of a visit that took place and is no duplicate of another, Unix milliseconds.
pub(in crate::book) fn held_at_ms(visit: &Record) -> Option<i64> {
    if visit.deleted || visit.fields.id("same_as").is_some() {
        return None;
    }
    let check_in = visit.fields.text("check_in")?;
    fieldbook_model::CheckIn::at_ms_of(check_in)
}

fn count(n: usize) -> FactValue {
    FactValue::Int(i64::try_from(n).unwrap_or(i64::MAX))
}
