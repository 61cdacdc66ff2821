//! The history of the book's deals as plain data, for figures.

use fieldbook_model::{DealEnd, Money, Record, StageMoves, Zone};
use fieldbook_sales::stats::{DealLog, End, Moment, Outcome, StageVisit, Unit};

use crate::book::{Book, BookError};

/// The log of one deal.
///
/// A deal in a process has the stays of its moves. A deal without moves, such as an imported one, has no stays: only its
/// days and, where its stage says so, its end.
pub(super) fn deal_log(record: &Record, moves: Option<&StageMoves>, zone: &Zone) -> Option<DealLog> {
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
        None => fields
            .text("stage")
            .and_then(DealEnd::from_stage)
            .zip(day("close_on")),
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

/// A deal with its log and its moves.
pub(super) struct LoggedDeal {
    pub(super) record: Record,
    pub(super) moves: Option<StageMoves>,
    pub(super) log: DealLog,
}

/// The logs of the deals in the process `name`, whatever version of it.
pub(super) fn logs_of_process<'a>(deals: &'a [LoggedDeal], name: &str) -> Vec<&'a DealLog> {
    let is_in = |deal: &&LoggedDeal| deal.moves.as_ref().is_some_and(|moves| moves.is_in_process(name));
    deals.iter().filter(is_in).map(|deal| &deal.log).collect()
}

impl Book {
    /// All deals of the book with their logs.
    pub(super) fn logged_deals(&self, zone: &Zone) -> Result<Vec<LoggedDeal>, BookError> {
        let mut deals = Vec::new();
        self.each_deal(|record, moves| {
            if let Some(log) = deal_log(&record, moves.as_ref(), zone) {
                deals.push(LoggedDeal { record, moves, log });
            }
            Ok(())
        })?;
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
