//! The history of the book's deals as plain data, for figures.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use fieldbook_model::ids::RecordId;
use fieldbook_model::{DealEnd, Money, Record, StageMoves, StageStay, Zone};
use fieldbook_sales::stats::{DealLog, End, Moment, Outcome, StageVisit, Unit};

use crate::book::{Book, BookError};

/// The log of one deal.
///
/// A deal in a process has the stays of its moves. A deal without moves, such as an imported one, has no stays: only its
/// days and, where its stage says so, its end.
pub(in crate::book) fn deal_log(record: &Record, moves: Option<&StageMoves>, zone: &Zone) -> Option<DealLog> {
    let fields = &record.fields;
    let moment = |at_ms: i64| Moment {
        at_ms,
        on: zone.date(at_ms),
    };
    let day = |key: &str| {
        let on = fields.text(key)?.parse().ok()?;
        Some(Moment {
            at_ms: zone.instant_ms(on, 0),
            on,
        })
    };
    let money: Option<Money> = fields.text("amount").and_then(|text| text.parse().ok());
    let amount_minor = money.map_or(0, |money| money.minor);
    let first_move = moves.map(|moves| moment(moves.path[0].from_ms));
    let mut opened = match (day("opened_on"), first_move) {
        (Some(day), Some(first)) if day.at_ms > first.at_ms => first,
        (Some(day), _) => day,
        (None, Some(first)) => first,
        // The id of a record holds the time at which it was made.
        (None, None) => moment(record.id.made_at_ms()?),
    };
    let ended = match moves {
        Some(moves) => moves
            .current()
            .end
            .map(|end| (end, moment(moves.current().from_ms))),
        None => DealEnd::of_deal(fields, None).zip(day("close_on")),
    };
    if let Some((_, when)) = ended
        && when.at_ms < opened.at_ms
    {
        opened = when;
    }
    let end = ended.map(|(end, when)| End {
        when,
        outcome: match end {
            DealEnd::Won => Outcome::Won,
            DealEnd::Lost => Outcome::Lost,
        },
        value_minor: if end == DealEnd::Won { amount_minor } else { 0 },
    });
    let stays = moves.map(|moves| moves.path.as_slice()).unwrap_or_default();
    Some(DealLog {
        id: record.id.to_string(),
        unit: Unit {
            owner: fields.text("owner").unwrap_or_default().to_owned(),
            manager: None,
            region: None,
        },
        currency: money.map_or_else(String::new, |money| money.currency.code().to_owned()),
        amount_minor,
        // What an old system brought along was recorded from its first day; our own moves from the first of them.
        recorded_from: first_move.unwrap_or(opened),
        opened,
        stages: stays
            .iter()
            .filter(|stay| stay.end.is_none())
            .map(|stay| StageVisit {
                stage: stay.stage.clone(),
                rank: u32::from(stay.rank),
                entered_at_ms: stay.from_ms,
                left_at_ms: stay.until_ms,
            })
            .collect(),
        end,
    })
}

/// A deal with its log, where it stands, and the few fields that warnings look at.
#[derive(Debug, PartialEq)]
pub(in crate::book) struct LoggedDeal {
    pub(in crate::book) id: RecordId,
    pub(in crate::book) name: String,
    pub(in crate::book) account: Option<RecordId>,
    /// The shown stay; `None` for a deal without moves.
    pub(in crate::book) stay: Option<StageStay>,
    pub(in crate::book) next_step_on: Option<NaiveDate>,
    pub(in crate::book) lost_reason: Option<String>,
    pub(in crate::book) close_on: Option<NaiveDate>,
    /// Roles of the decision chain that somebody covers.
    pub(in crate::book) covered: BTreeSet<String>,
    pub(in crate::book) log: DealLog,
}

impl LoggedDeal {
    /// `None` for a deal that has neither a day nor an id that holds one.
    fn from_record(record: &Record, zone: &Zone) -> Option<LoggedDeal> {
        let (fields, moves) = (&record.fields, StageMoves::fold(&record.fields));
        let log = deal_log(record, moves.as_ref(), zone)?;
        let day = |key: &str| -> Option<NaiveDate> { fields.text(key)?.parse().ok() };
        let role = |(name, _): (&str, &_)| Some(name.split_once(':')?.1.to_owned());
        Some(LoggedDeal {
            id: record.id,
            name: record.title().to_owned(),
            account: fields.id("account_id"),
            next_step_on: day("next_step_on"),
            lost_reason: fields.text("lost_reason").map(str::to_owned),
            close_on: day("close_on"),
            covered: fields.members("role/").filter_map(role).collect(),
            stay: moves.and_then(|mut moves| moves.path.pop()),
            log,
        })
    }
}

/// The logs of the deals in the process `name`, whatever version of it.
pub(super) fn logs_of_process<'a>(deals: &'a [LoggedDeal], name: &str) -> Vec<&'a DealLog> {
    let is_in = |deal: &&LoggedDeal| deal.stay.as_ref().is_some_and(|stay| stay.is_in_process(name));
    deals.iter().filter(is_in).map(|deal| &deal.log).collect()
}

impl Book {
    /// All deals of the book with their logs.
    pub(in crate::book) fn logged_deals(&self, zone: &Zone) -> Result<Vec<LoggedDeal>, BookError> {
        let mut deals = Vec::new();
        self.store
            .each_deal_brief(|record| deals.extend(LoggedDeal::from_record(&record, zone)))?;
        Ok(deals)
    }

    /// The history of every deal of the book as plain data, in the order of lists: the input of funnel, dwell and forecast.
    ///
    /// # Errors
    /// [`BookError`] of the file.
    pub fn deal_logs(&self, zone: &Zone) -> Result<Vec<DealLog>, BookError> {
        Ok(self
            .logged_deals(zone)?
            .into_iter()
            .map(|deal| deal.log)
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use fieldbook_model::clock::{FixedClock, SeededRandom};
    use fieldbook_model::{Fields, Kind, Scalar};

    use super::*;
    use crate::book::{AdvanceRequest, DealView, OpenOptions};

    #[test]
    fn a_deal_read_in_brief_has_the_same_log_as_one_read_whole() {
        let folder = tempfile::tempdir().unwrap();
        let book = Book::open(OpenOptions {
            clock: Arc::new(FixedClock::at(1_795_510_800_000)),
            random: Arc::new(SeededRandom::new(5)),
            ..OpenOptions::new(folder.path().join("book.db"))
        })
        .unwrap();
        let account = Fields::new().with("name", "Clinic");
        let account = book.add(Kind::Account, &account).unwrap().id;
        let contact = Fields::new()
            .with("name", "Li")
            .with("account_id", Scalar::Id(account));
        let contact = book.add(Kind::Contact, &contact).unwrap().id;
        let imported = Fields::new()
            .with("name", "b: imported")
            .with("stage", "Closed Won")
            .with("amount", "1200.00 EUR")
            .with("opened_on", "2026-03-01")
            .with("close_on", "2026-05-01")
            .with("owner", "ann");
        book.add(Kind::Opportunity, &imported).unwrap();
        let deal = Fields::new()
            .with("name", "A: in a process")
            .with("account_id", Scalar::Id(account))
            .with("amount", "88.00 CNY")
            .with("close_on", "2026-12-31")
            .with("next_step_on", "2026-12-01")
            .with(&format!("role/{contact}:champion"), Scalar::Bool(true));
        let deal = book.add(Kind::Opportunity, &deal).unwrap().id;
        let request = AdvanceRequest {
            fields: Fields::new().with("source", "Fair"),
            ..AdvanceRequest::default()
        };
        book.advance(deal, "lead_validation", &request).unwrap();
        let deleted = Fields::new().with("name", "c: deleted");
        let deleted = book.add(Kind::Opportunity, &deleted).unwrap().id;
        book.delete(deleted).unwrap();

        let zone = DealView::default().zone;
        let mut whole = Vec::new();
        let read = book.each_deal(|record, _| {
            whole.extend(LoggedDeal::from_record(&record, &zone));
            Ok(())
        });
        read.unwrap();
        assert_eq!(whole.len(), 2);
        assert!(whole[0].stay.is_some() && whole[0].covered.len() == 1);
        assert!(whole[0].next_step_on.is_some() && whole[1].log.end.is_some());
        assert_eq!(book.logged_deals(&zone).unwrap(), whole);
    }
}
