//! Warnings about open deals: which die, why, and on what evidence.
//!
//! A stall is judged by what the customer does: a visit that was held, never an edit, a note or our own mail. Its odds are
//! the share of past deals that did not move from the same stage after as many days, with the count behind it.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::Serialize;

use crate::pack::Process;
use crate::stats::{Odds, ZombieLimit};

/// Past looks from which odds of a stall are warned of: fewer say too little.
pub const STALL_LOOKS_MIN: usize = 20;
/// Times that a next step may be put off without an event on the customer's side before it gives no more grace.
pub const NEXT_STEP_MOVES_MAX: usize = 3;

/// What is known about an open deal when warnings are looked for.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenDeal {
    /// The day, in the customer's zone.
    pub today: NaiveDate,
    /// The stage that it stands in.
    pub stage: String,
    /// The first day in that stage.
    pub in_stage_since: NaiveDate,
    /// The day on which the deal was opened.
    pub opened_on: NaiveDate,
    /// The last event on the customer's side: its day and its id.
    pub last_event: Option<(NaiveDate, String)>,
    /// Business days at the customer's place since the last event, or since the deal was opened if there was none.
    pub idle_business_days: i64,
    /// The first day of that count of which only the day of the week was known.
    pub idle_estimated_from: Option<NaiveDate>,
    /// The day of the next step.
    pub next_step_on: Option<NaiveDate>,
    /// Times that the next step was written since the last event on the customer's side.
    pub next_step_moves: usize,
    /// The expected closing day.
    pub close_on: Option<NaiveDate>,
    /// Roles of the decision chain that somebody covers.
    pub covered: BTreeSet<String>,
    /// The odds that it takes no step forward in the days ahead.
    pub odds: Odds,
    /// The age beyond which a deal of this process has no chance left.
    pub zombie: ZombieLimit,
}

/// One warning.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Warning {
    /// Deals that stood so did not move.
    Stall {
        /// Odds that it takes no step forward in the days ahead, 0 to 1.
        odds: f64,
        /// Past deals that stood in this stage for as long, by weekly looks.
        n: usize,
        /// Those of them that did not move.
        of_n: usize,
        /// Days ahead.
        days: u16,
    },
    /// Nothing happened on the customer's side.
    Idle {
        /// Business days at the customer's place.
        business_days: i64,
        /// Those that the process allows.
        allowed: u16,
        /// The last event on the customer's side; `None` if there was none since the deal was opened.
        last_event: Option<String>,
        /// The day from which the count runs.
        since: NaiveDate,
        /// The first day of the count of which only the day of the week was known.
        estimated_from: Option<NaiveDate>,
    },
    /// It has been in its stage for longer than the process allows.
    Overdue {
        /// Days in the stage.
        days: i64,
        /// Days that the process allows.
        allowed: u16,
    },
    /// It is older than almost every deal that was ever won.
    Zombie {
        /// Days since it was opened.
        days: i64,
        /// The limit in days.
        limit: i64,
        /// Won deals that the limit was learned from; `None` for the default of the process.
        learned_from: Option<usize>,
    },
    /// Roles of the decision chain that nobody covers.
    Uncovered {
        /// The roles.
        roles: Vec<String>,
    },
    /// Its expected closing day has passed.
    Slipped {
        /// The closing day.
        close_on: NaiveDate,
        /// Days since then.
        days: i64,
    },
}

impl Warning {
    /// The word by which programs tell warnings apart.
    pub fn kind(&self) -> &'static str {
        match self {
            Warning::Stall { .. } => "stall",
            Warning::Idle { .. } => "idle",
            Warning::Overdue { .. } => "overdue",
            Warning::Zombie { .. } => "zombie",
            Warning::Uncovered { .. } => "uncovered",
            Warning::Slipped { .. } => "slipped",
        }
    }

    /// The warning as a sentence in English.
    pub fn sentence(&self) -> String {
        match self {
            Warning::Stall { odds, n, of_n, days } => format!(
                "{of_n} of {n} such deals did not move in {days} days ({:.0} % by all that is known)",
                odds * 100.0
            ),
            Warning::Idle {
                business_days,
                allowed,
                last_event,
                since,
                estimated_from,
            } => {
                let what = if last_event.is_some() {
                    "the last visit"
                } else {
                    "it was opened, and no visit"
                };
                let estimated =
                    estimated_from.map_or(String::new(), |day| format!("; from {day} on by the week alone"));
                format!("{business_days} business days since {what} ({since}), {allowed} allowed{estimated}")
            }
            Warning::Overdue { days, allowed } => format!("{days} days in this stage, {allowed} allowed"),
            Warning::Zombie {
                days,
                limit,
                learned_from,
            } => {
                let by = learned_from.map_or("the default of the process".to_owned(), |n| {
                    format!("{n} won deals")
                });
                format!("{days} days old; beyond {limit} days hardly any is won, by {by}")
            }
            Warning::Uncovered { roles } => format!("nobody is named as {}", roles.join(", ")),
            Warning::Slipped { close_on, days } => {
                format!("its closing day {close_on} passed {days} days ago")
            }
        }
    }
}

/// The warnings about an open deal by its process, the gravest first.
pub fn warnings(process: &Process, deal: &OpenDeal) -> Vec<Warning> {
    let mut found = Vec::new();
    let stage = process.stage(&deal.stage);
    let age = (deal.today - deal.opened_on).num_days();
    if age > deal.zombie.days {
        found.push(Warning::Zombie {
            days: age,
            limit: deal.zombie.days,
            learned_from: deal.zombie.learned_from,
        });
    }
    let in_stage = (deal.today - deal.in_stage_since).num_days();
    let dwell = stage.and_then(|stage| stage.dwell_days);
    let is_graced = has_grace(process, deal, in_stage);
    let warn_from = f64::from(process.stall.warn_percent) / 100.0;
    if deal.odds.n >= STALL_LOOKS_MIN && deal.odds.p >= warn_from && !is_graced {
        found.push(Warning::Stall {
            odds: deal.odds.p,
            n: deal.odds.n,
            of_n: deal.odds.of_n,
            days: process.stall.warn_days,
        });
    }
    if deal.idle_business_days > i64::from(process.stall.customer_idle_days) && !is_graced {
        found.push(Warning::Idle {
            business_days: deal.idle_business_days,
            allowed: process.stall.customer_idle_days,
            last_event: deal.last_event.as_ref().map(|(_, id)| id.clone()),
            since: deal.last_event.as_ref().map_or(deal.opened_on, |(day, _)| *day),
            estimated_from: deal.idle_estimated_from,
        });
    }
    if let Some(allowed) = dwell.filter(|allowed| in_stage > i64::from(*allowed)) {
        found.push(Warning::Overdue {
            days: in_stage,
            allowed,
        });
    }
    if let Some(close_on) = deal.close_on.filter(|day| *day < deal.today) {
        found.push(Warning::Slipped {
            close_on,
            days: (deal.today - close_on).num_days(),
        });
    }
    let uncovered: Vec<String> = process
        .chain
        .iter()
        .filter(|role| !deal.covered.contains(*role))
        .cloned()
        .collect();
    if !uncovered.is_empty() {
        found.push(Warning::Uncovered { roles: uncovered });
    }
    found
}

/// True while a dated next step gives grace: until its day, inside the days that the stage allows, and not if it was put off
/// again and again while the customer did nothing.
fn has_grace(process: &Process, deal: &OpenDeal, in_stage_days: i64) -> bool {
    let dwell = process.stage(&deal.stage).and_then(|stage| stage.dwell_days);
    process.stall.next_step_grace
        && deal.next_step_on.is_some_and(|day| day >= deal.today)
        && dwell.is_none_or(|allowed| in_stage_days <= i64::from(allowed))
        && deal.next_step_moves < NEXT_STEP_MOVES_MAX
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::templates;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn deal() -> OpenDeal {
        OpenDeal {
            today: day("2026-11-29"),
            stage: "needs_analysis".into(),
            in_stage_since: day("2026-11-20"),
            opened_on: day("2026-11-01"),
            last_event: Some((day("2026-11-25"), "v1".into())),
            idle_business_days: 2,
            idle_estimated_from: None,
            next_step_on: None,
            next_step_moves: 0,
            close_on: Some(day("2026-12-31")),
            covered: ["economic_buyer", "technical_buyer", "user_buyer", "champion"]
                .map(str::to_owned)
                .into(),
            odds: Odds {
                p: 0.5,
                n: 40,
                of_n: 20,
            },
            zombie: ZombieLimit {
                days: 180,
                learned_from: None,
            },
        }
    }

    fn kinds(deal: &OpenDeal) -> Vec<&'static str> {
        warnings(&templates::all()[0], deal)
            .iter()
            .map(Warning::kind)
            .collect()
    }

    #[test]
    fn a_deal_on_which_the_customer_works_is_not_warned_of() {
        assert_eq!(kinds(&deal()), [""; 0]);
    }

    #[test]
    fn law_24_odds_are_warned_of_with_the_count_behind_them_and_not_on_a_handful() {
        let likely = OpenDeal {
            odds: Odds {
                p: 0.8,
                n: 40,
                of_n: 32,
            },
            ..deal()
        };
        let found = warnings(&templates::all()[0], &likely);
        assert_eq!(
            found[0].sentence(),
            "32 of 40 such deals did not move in 14 days (80 % by all that is known)"
        );
        assert_eq!(
            kinds(&OpenDeal {
                odds: Odds {
                    p: 0.8,
                    n: 7,
                    of_n: 6
                },
                ..deal()
            }),
            [""; 0]
        );
    }

    #[test]
    fn law_23_a_next_step_gives_grace_until_its_day_inside_the_stage_and_not_for_ever() {
        let idle = OpenDeal {
            idle_business_days: 11,
            ..deal()
        };
        assert_eq!(kinds(&idle), ["idle"]);
        let planned = OpenDeal {
            next_step_on: Some(day("2026-12-03")),
            ..idle.clone()
        };
        assert_eq!(kinds(&planned), [""; 0]);
        assert_eq!(
            kinds(&OpenDeal {
                next_step_on: Some(day("2026-11-28")),
                ..idle.clone()
            }),
            ["idle"]
        );
        assert_eq!(
            kinds(&OpenDeal {
                next_step_moves: 3,
                ..planned.clone()
            }),
            ["idle"]
        );
        let long = OpenDeal {
            in_stage_since: day("2026-11-05"),
            ..planned
        };
        assert_eq!(
            kinds(&long),
            ["idle", "overdue"],
            "the stage takes 20 days at most"
        );
    }

    #[test]
    fn law_25_an_old_deal_a_slipped_one_and_an_uncovered_role_are_said_with_their_figures() {
        let mut old = OpenDeal {
            opened_on: day("2026-01-01"),
            close_on: Some(day("2026-11-09")),
            ..deal()
        };
        old.covered.remove("champion");
        old.zombie = ZombieLimit {
            days: 120,
            learned_from: Some(64),
        };
        let found = warnings(&templates::all()[0], &old);
        let said: Vec<String> = found.iter().map(Warning::sentence).collect();
        assert_eq!(
            said,
            [
                "332 days old; beyond 120 days hardly any is won, by 64 won deals",
                "its closing day 2026-11-09 passed 20 days ago",
                "nobody is named as champion",
            ]
        );
    }
}
