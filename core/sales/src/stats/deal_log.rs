//! The history of a deal as plain data: the one input of every figure.

use chrono::NaiveDate;
use fieldbook_model::Money;

use super::numeric::DAY_MS;

/// An instant together with its calendar day in the company's zone.
///
/// The caller chooses the zone: a deal won at 23:30 local time counts on that day, whatever the day is in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// Unix milliseconds.
    pub at_ms: i64,
    /// Its day in the company's zone.
    pub on: NaiveDate,
}

impl Moment {
    /// The first instant of a day in UTC, for histories that hold days only.
    pub fn from_day(on: NaiveDate) -> Moment {
        let days = on.signed_duration_since(NaiveDate::default()).num_days();
        Moment {
            at_ms: days * DAY_MS,
            on,
        }
    }
}

/// Result of a deal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The customer signed.
    Won,
    /// The deal was given up or went to another.
    Lost,
}

/// End of a deal: its last outcome. A deal that was reopened and is open now has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    /// Time of the act, not of its arrival at the server.
    pub when: Moment,
    /// Won or lost.
    pub outcome: Outcome,
    /// Money won in minor units of the deal's currency; 0 when lost.
    pub value_minor: i64,
}

/// One stay in a stage. Two stays in one stage (3, 4, back to 3) are two visits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageVisit {
    /// Id of the stage, never its name.
    pub stage: String,
    /// Rank of the stage in its pack; a higher rank is nearer to winning.
    pub rank: u32,
    /// Unix milliseconds of the move into the stage.
    pub entered_at_ms: i64,
    /// Unix milliseconds of the move out of it or of the deal's end; `None` while the deal stands in it.
    pub left_at_ms: Option<i64>,
}

/// The people and places that a deal's figures count for. A key is an id or a name; `None` counts for the company alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unit {
    /// The rep who owns the deal.
    pub owner: String,
    /// The owner's manager.
    pub manager: Option<String>,
    /// The owner's region.
    pub region: Option<String>,
}

/// History of one deal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DealLog {
    /// Id of the deal.
    pub id: String,
    /// Whose it is.
    pub unit: Unit,
    /// ISO 4217 code of its money.
    pub currency: String,
    /// Expected money in minor units, as known now; what an open deal would bring.
    pub amount_minor: i64,
    /// Start of the deal.
    pub opened: Moment,
    /// First moment from which moves of this deal would have been recorded (left truncation).
    ///
    /// For a deal that was imported, the day from which the old system's history is complete: a deal that had closed before
    /// it would not be here, so the time before it says nothing about the odds of closing.
    pub recorded_from: Moment,
    /// Stays in stages, in order of time.
    pub stages: Vec<StageVisit>,
    /// Its end, `None` while it is open.
    pub end: Option<End>,
}

/// A history that contradicts itself.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LogError {
    /// A visit that ends before it starts, or starts before the visit before it has ended.
    #[error("stage visit {visit} of deal {deal} is out of order")]
    VisitOrder {
        /// Id of the deal.
        deal: String,
        /// Index of the visit.
        visit: usize,
    },
    /// A visit other than the last that was never left, or one still open in a closed deal.
    #[error("stage visit {visit} of deal {deal} was never left")]
    VisitOpen {
        /// Id of the deal.
        deal: String,
        /// Index of the visit.
        visit: usize,
    },
    /// An end before the start.
    #[error("deal {deal} ends before it starts")]
    EndBeforeStart {
        /// Id of the deal.
        deal: String,
    },
}

impl DealLog {
    /// Checks that times run forward: a move never precedes its predecessor, so that no dwell is negative.
    ///
    /// # Errors
    /// [`LogError`] with the first contradiction.
    pub fn check(&self) -> Result<(), LogError> {
        let mut previous = self
            .opened
            .at_ms
            .min(self.stages.first().map_or(i64::MAX, |first| first.entered_at_ms));
        for (visit, stay) in self.stages.iter().enumerate() {
            let is_last = visit + 1 == self.stages.len();
            if stay.left_at_ms.is_none() && (!is_last || self.end.is_some()) {
                return Err(LogError::VisitOpen {
                    deal: self.id.clone(),
                    visit,
                });
            }
            if stay.entered_at_ms < previous || stay.left_at_ms.is_some_and(|left| left < stay.entered_at_ms)
            {
                return Err(LogError::VisitOrder {
                    deal: self.id.clone(),
                    visit,
                });
            }
            previous = stay.left_at_ms.unwrap_or(stay.entered_at_ms);
        }
        match self.end {
            Some(end) if end.when.on < self.opened.on || end.when.at_ms < self.opened.at_ms => {
                Err(LogError::EndBeforeStart {
                    deal: self.id.clone(),
                })
            }
            _ => Ok(()),
        }
    }

    /// True while the deal has no end.
    pub fn is_open(&self) -> bool {
        self.end.is_none()
    }

    /// True if its last outcome is won.
    pub fn is_won(&self) -> bool {
        self.outcome() == Some(Outcome::Won)
    }

    /// The last outcome; `None` while open. A deal that was lost, reopened and won counts once, as won.
    pub fn outcome(&self) -> Option<Outcome> {
        self.end.map(|end| end.outcome)
    }

    /// Its money, as known now; `None` for a deal without an amount.
    pub fn money(&self) -> Option<Money> {
        Some(Money {
            minor: self.amount_minor,
            currency: self.currency.parse().ok()?,
        })
    }

    /// The first instant at which the deal stood at `rank` or higher, or was won; `None` if never.
    pub fn reached_at_ms(&self, rank: u32) -> Option<i64> {
        let stay = self
            .stages
            .iter()
            .find(|stay| stay.rank >= rank)
            .map(|stay| stay.entered_at_ms);
        let won = self
            .end
            .filter(|end| end.outcome == Outcome::Won)
            .map(|end| end.when.at_ms);
        match (stay, won) {
            (Some(stay), Some(won)) => Some(stay.min(won)),
            (stay, won) => stay.or(won),
        }
    }

    /// This history as it was known at the end of `day`: later visits and a later end are cut off; `None` if it opened later.
    ///
    /// `last_ms` is the last millisecond of that day. The amount stays as known now.
    pub fn as_of(&self, day: NaiveDate, last_ms: i64) -> Option<DealLog> {
        if self.opened.on > day {
            return None;
        }
        let mut log = self.clone();
        log.end = log.end.filter(|end| end.when.on <= day);
        log.stages.retain(|stay| stay.entered_at_ms <= last_ms);
        for stay in &mut log.stages {
            stay.left_at_ms = stay.left_at_ms.filter(|left| *left <= last_ms);
        }
        Some(log)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A deal of `opened` with visits of (rank, first day, last day), the days counted from the opening.
    pub(crate) fn deal(id: &str, visits: &[(u32, i64, Option<i64>)], end: Option<(i64, Outcome)>) -> DealLog {
        let start = Moment::from_day(NaiveDate::from_ymd_opt(2026, 1, 1).expect("a real day"));
        let at = |day: i64| start.at_ms + day * DAY_MS;
        DealLog {
            id: id.to_owned(),
            unit: Unit {
                owner: "ada".to_owned(),
                ..Unit::default()
            },
            currency: "EUR".to_owned(),
            amount_minor: 10_000,
            opened: start,
            recorded_from: start,
            stages: visits
                .iter()
                .map(|&(rank, entered, left)| StageVisit {
                    stage: format!("s{rank}"),
                    rank,
                    entered_at_ms: at(entered),
                    left_at_ms: left.map(at),
                })
                .collect(),
            end: end.map(|(day, outcome)| End {
                when: Moment {
                    at_ms: at(day),
                    on: start.on + chrono::Days::new(day.unsigned_abs()),
                },
                outcome,
                value_minor: if outcome == Outcome::Won { 10_000 } else { 0 },
            }),
        }
    }

    #[test]
    fn law_18_a_move_cannot_precede_its_predecessor() {
        let good = deal("a", &[(1, 0, Some(3)), (2, 3, None)], None);
        assert_eq!(good.check(), Ok(()));
        let back_in_time = deal("a", &[(1, 0, Some(3)), (2, 2, None)], None);
        assert_eq!(
            back_in_time.check(),
            Err(LogError::VisitOrder {
                deal: "a".to_owned(),
                visit: 1
            })
        );
        let negative = deal("a", &[(1, 3, Some(2))], Some((4, Outcome::Lost)));
        assert_eq!(
            negative.check(),
            Err(LogError::VisitOrder {
                deal: "a".to_owned(),
                visit: 0
            })
        );
        let still_in_it = deal("a", &[(1, 0, None)], Some((4, Outcome::Lost)));
        assert_eq!(
            still_in_it.check(),
            Err(LogError::VisitOpen {
                deal: "a".to_owned(),
                visit: 0
            })
        );
        let mut early = deal("a", &[], Some((4, Outcome::Lost)));
        early.opened.at_ms += 10 * DAY_MS;
        early.opened.on = early.opened.on + chrono::Days::new(10);
        assert_eq!(
            early.check(),
            Err(LogError::EndBeforeStart { deal: "a".to_owned() })
        );
    }

    #[test]
    fn law_14_a_reopened_deal_has_its_last_outcome_once() {
        let reopened = deal(
            "a",
            &[(1, 0, Some(5)), (1, 9, Some(12))],
            Some((12, Outcome::Won)),
        );
        assert_eq!(reopened.check(), Ok(()));
        assert!(reopened.is_won());
    }

    #[test]
    fn law_16_a_skip_and_a_win_reach_what_lies_below() {
        let skipped = deal("a", &[(2, 0, Some(4)), (4, 4, None)], None);
        assert_eq!(skipped.reached_at_ms(3), Some(skipped.stages[1].entered_at_ms));
        assert_eq!(skipped.reached_at_ms(5), None);
        let won = deal("b", &[(2, 0, Some(4))], Some((4, Outcome::Won)));
        assert_eq!(won.reached_at_ms(5), won.end.map(|end| end.when.at_ms));
    }

    #[test]
    fn the_past_of_a_deal_holds_nothing_of_its_future() {
        let log = deal("a", &[(1, 0, Some(3)), (2, 3, Some(8))], Some((8, Outcome::Won)));
        let day = log.opened.on + chrono::Days::new(2);
        let past = log
            .as_of(day, Moment::from_day(day).at_ms + DAY_MS - 1)
            .expect("it was open");
        assert_eq!(
            (past.stages.len(), past.stages[0].left_at_ms, past.end),
            (1, None, None)
        );
        assert_eq!(log.as_of(log.opened.on - chrono::Days::new(1), 0), None);
    }
}
