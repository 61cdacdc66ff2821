//! The diagnosis of the book: four questions, each with its counts.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use fieldbook_model::ids::RecordId;
use fieldbook_model::{Body, VisitState, Zone};
use fieldbook_sales::pack::Installed;
use fieldbook_sales::stats::{Diagnosis, Evidence, FieldDay, LostDeal, Outcome, diagnose, stage_passages};

use super::logs::{LoggedDeal, logs_of_process};
use super::standing::{DealView, default_process};
use crate::book::{Book, BookError};

/// The answers of the book.
#[derive(Debug, Clone, PartialEq)]
pub struct BookDiagnosis {
    /// The process whose stages are looked at.
    pub process: Installed,
    /// The first day that is looked at.
    pub from: NaiveDate,
    /// The last one: today.
    pub until: NaiveDate,
    /// The answers.
    pub answers: Vec<Diagnosis>,
}

type HeldVisits = std::collections::HashMap<RecordId, Vec<(i64, RecordId)>>;

impl Book {
    /// Answers four questions of a manager from the deals and visits of this book, as of today: lost by late follow-up, time
    /// without customers, the cycles of owners, weak stages. An answer that would stand on too little says so.
    ///
    /// # Errors
    /// [`BookError::BadRequest`] for a process that is not on this device.
    pub fn diagnose(&self, view: &DealView) -> Result<BookDiagnosis, BookError> {
        let library = self.packs()?;
        let id = default_process(&library, view);
        let process = library.get(&id).ok_or(BookError::BadRequest {
            what: "a process on this device",
        })?;
        let rules = library.diagnosis_rules();
        let until = view.zone.date(self.now_ms());
        let from = until
            .checked_sub_days(Days::new(u64::from(rules.window_days)))
            .unwrap_or(until);
        let from_ms = view.zone.instant_ms(from, 0);
        let deals = self.logged_deals(&view.zone)?;
        let visits = self.store.held_visits()?;
        let ranks: Vec<(String, u32)> = process
            .process
            .stages
            .iter()
            .map(|stage| (stage.id.clone(), u32::from(stage.rank)))
            .collect();
        let evidence = Evidence {
            lost: lost_deals(&deals, &visits, from, &view.zone),
            days: self.field_days(from_ms, &view.zone)?,
            cycles: cycles(&deals, from),
            stages: stage_passages(&logs_of_process(&deals, &id.name), &ranks, from_ms),
        };
        Ok(BookDiagnosis {
            answers: diagnose(&evidence, &rules),
            process: process.clone(),
            from,
            until,
        })
    }

    /// The days since `from_ms` on which somebody held two visits or more, each with its first arrival, last departure and the
    /// time at customers.
    fn field_days(&self, from_ms: i64, zone: &Zone) -> Result<Vec<FieldDay>, BookError> {
        let mut days: BTreeMap<(String, NaiveDate), Vec<(i64, i64)>> = BTreeMap::new();
        for record in self
            .store
            .visits_between(from_ms, self.now_ms().saturating_add(1))?
        {
            let Body::Visit(visit) = record.body() else {
                continue;
            };
            let VisitState::Closed { check_in, check_out } = visit.state else {
                continue;
            };
            if visit.same_as.is_none() && check_out.at_ms > check_in.at_ms {
                let rep = visit.rep.unwrap_or_default();
                let day = zone.date(check_in.at_ms);
                days.entry((rep, day))
                    .or_default()
                    .push((check_in.at_ms, check_out.at_ms));
            }
        }
        let whole = days.into_values().filter(|stays| stays.len() > 1);
        Ok(whole.map(field_day).collect())
    }
}

/// One day from its stays; two that overlap count once.
fn field_day(mut stays: Vec<(i64, i64)>) -> FieldDay {
    stays.sort_unstable();
    let first = stays.first().map_or(0, |(from, _)| *from);
    let (mut until, mut selling) = (first, 0);
    for (from, to) in stays {
        selling += (to - from.max(until)).max(0);
        until = until.max(to);
    }
    FieldDay {
        span_min: (until - first) / 60_000,
        selling_min: selling / 60_000,
    }
}

/// The deals lost since `from`. A deal that was opened before the first visit of the book says nothing about its follow-up.
fn lost_deals(deals: &[LoggedDeal], visits: &HeldVisits, from: NaiveDate, zone: &Zone) -> Vec<LostDeal> {
    let first_ms = visits
        .values()
        .filter_map(|of| of.first())
        .map(|(at_ms, _)| *at_ms)
        .min();
    let lost = deals.iter().filter_map(|deal| {
        let end = deal.log.end?;
        if end.outcome != Outcome::Lost || end.when.on < from {
            return None;
        }
        let was_there = first_ms.is_some_and(|first| zone.date(first) <= deal.log.opened.on);
        let silent_days = deal.account.filter(|_| was_there).map(|account| {
            let of = visits.get(&account).map(Vec::as_slice).unwrap_or_default();
            let before = |at_ms: &i64| (deal.log.opened.on..=end.when.on).contains(&zone.date(*at_ms));
            let last = of.iter().map(|(at_ms, _)| *at_ms).filter(before).max();
            (end.when.on - last.map_or(deal.log.opened.on, |at_ms| zone.date(at_ms))).num_days()
        });
        Some(LostDeal {
            silent_days,
            reason: deal.lost_reason.clone(),
        })
    });
    lost.collect()
}

/// Days from opening to the order of each deal won since `from`, by manager where one is known, else by owner.
fn cycles(deals: &[LoggedDeal], from: NaiveDate) -> BTreeMap<String, Vec<i64>> {
    let mut cycles: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for deal in deals.iter().filter(|deal| deal.log.is_won()) {
        let unit = &deal.log.unit;
        let team = unit.manager.as_ref().unwrap_or(&unit.owner);
        if let Some(end) = deal.log.end.filter(|end| end.when.on >= from && !team.is_empty()) {
            let days = (end.when.on - deal.log.opened.on).num_days();
            cycles.entry(team.clone()).or_default().push(days);
        }
    }
    cycles
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stays_that_overlap_count_once() {
        let minute = 60_000;
        let day = field_day(vec![
            (90 * minute, 120 * minute),
            (0, 60 * minute),
            (30 * minute, 70 * minute),
        ]);
        assert_eq!((day.span_min, day.selling_min), (120, 100));
    }
}
