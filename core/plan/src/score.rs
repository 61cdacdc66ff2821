//! What a visit is worth: a sum whose terms are shown, so that a rep may argue with it.

use serde::{Deserialize, Serialize};

/// What is known of a customer when a day is planned.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ScoreInputs {
    /// How much it matters, in the company's own words.
    pub tier: Option<String>,
    /// How many days may pass between two visits.
    pub visit_every_days: Option<i64>,
    /// Full days since somebody was there; `None` when nobody ever was.
    pub days_since_visit: Option<i64>,
    /// Whether the last visit that was planned did not take place.
    pub last_was_skipped: bool,
    /// What came of the last visit that took place, in the rep's words.
    pub last_outcome: Option<String>,
    /// The deals that are neither won nor lost.
    pub open_deals: Vec<Deal>,
}

/// A deal that may be won.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deal {
    /// How far along it is, 0 to 100; `None` when its stage is not a known one.
    pub stage: Option<u8>,
    /// What it is worth, in whole units of its currency.
    pub amount: Option<i64>,
}

/// What counts how much, in points. The company's to change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ScoreRules {
    /// The tiers that are more than none, each with its points; case does not matter.
    pub tiers: Vec<(String, i64)>,
    /// A customer of no such tier.
    pub no_tier: i64,
    /// A visit that is exactly due by its cadence: half of the time gives half of it, twice the time twice, and no more.
    pub due: i64,
    /// A customer without a cadence is due after so many days.
    pub usual_cadence_days: i64,
    /// Nobody was ever there.
    pub never_visited: i64,
    /// The last visit that was planned did not take place.
    pub skipped: i64,
    /// What the last visit came to: words of its outcome, each with its points, which may be less than none. The first
    /// whose words stand in the outcome counts; case does not matter.
    pub outcomes: Vec<(String, i64)>,
    /// An open deal about to be signed; less the earlier its stage is.
    pub deal: i64,
    /// Each power of ten of a deal's amount.
    pub deal_magnitude: i64,
}

impl Default for ScoreRules {
    fn default() -> ScoreRules {
        let word = |name: &str, points| (name.to_owned(), points);
        ScoreRules {
            tiers: vec![word("A", 60), word("B", 30), word("C", 15)],
            no_tier: 10,
            due: 40,
            usual_cadence_days: 60,
            never_visited: 30,
            skipped: 15,
            outcomes: vec![
                word("complaint", 25),
                word("nobody", 20),
                word("not in", 20),
                word("come back", 20),
                word("follow up", 20),
                word("no decision", 15),
                word("not interested", -20),
                word("no interest", -20),
            ],
            deal: 25,
            deal_magnitude: 4,
        }
    }
}

/// One term of a sum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum ScoreTerm {
    /// The tier.
    #[error("tier {tier}: {points}")]
    Tier {
        /// As the book has it.
        tier: String,
        /// What it gives.
        points: i64,
    },
    /// It has no tier that counts.
    #[error("a customer: {points}")]
    Customer {
        /// What it gives.
        points: i64,
    },
    /// How long ago the last visit was.
    #[error("{days} {} since the last visit, due every {every_days}: {points}", if *days == 1 { "day" } else { "days" })]
    Due {
        /// Since the last visit.
        days: i64,
        /// The cadence.
        every_days: i64,
        /// What it gives.
        points: i64,
    },
    /// Nobody was ever there.
    #[error("never visited: {points}")]
    NeverVisited {
        /// What it gives.
        points: i64,
    },
    /// The last visit did not take place.
    #[error("the last visit was skipped: {points}")]
    Skipped {
        /// What it gives.
        points: i64,
    },
    /// What the last visit came to.
    #[error("the last visit came to \"{outcome}\": {points}")]
    Outcome {
        /// The words of the rules that stand in its outcome.
        outcome: String,
        /// What it gives.
        points: i64,
    },
    /// Deals that are open.
    #[error("{deals} open {}: {points}", if *deals == 1 { "deal" } else { "deals" })]
    Deals {
        /// How many.
        deals: u32,
        /// What they give together.
        points: i64,
    },
}

impl ScoreTerm {
    /// What it gives.
    pub fn points(&self) -> i64 {
        match self {
            ScoreTerm::Tier { points, .. }
            | ScoreTerm::Customer { points }
            | ScoreTerm::Due { points, .. }
            | ScoreTerm::NeverVisited { points }
            | ScoreTerm::Skipped { points }
            | ScoreTerm::Outcome { points, .. }
            | ScoreTerm::Deals { points, .. } => *points,
        }
    }
}

/// What a visit is worth.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct VisitScore {
    /// The sum, never less than 0.
    pub value: i64,
    /// What it is the sum of, in this order: tier, cadence, skipped, last outcome, deals.
    pub terms: Vec<ScoreTerm>,
}

impl VisitScore {
    /// Adds up what is known of a customer.
    pub fn from_inputs(inputs: &ScoreInputs, rules: &ScoreRules) -> VisitScore {
        let terms: Vec<ScoreTerm> = [
            Some(tier(inputs, rules)),
            Some(due(inputs, rules)),
            inputs.last_was_skipped.then_some(ScoreTerm::Skipped {
                points: rules.skipped,
            }),
            outcome(inputs, rules),
            deals(inputs, rules),
        ]
        .into_iter()
        .flatten()
        .collect();
        let sum = terms.iter().map(ScoreTerm::points).fold(0, i64::saturating_add);
        // Small enough that the values of ten thousand stops add up.
        let value = sum.clamp(0, 1_000_000_000);
        VisitScore { value, terms }
    }
}

fn tier(inputs: &ScoreInputs, rules: &ScoreRules) -> ScoreTerm {
    let of = |tier: &String| {
        let known = rules
            .tiers
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(tier.trim()))?;
        Some(ScoreTerm::Tier {
            tier: tier.clone(),
            points: known.1,
        })
    };
    inputs.tier.as_ref().and_then(of).unwrap_or(ScoreTerm::Customer {
        points: rules.no_tier,
    })
}

fn due(inputs: &ScoreInputs, rules: &ScoreRules) -> ScoreTerm {
    let Some(days) = inputs.days_since_visit else {
        return ScoreTerm::NeverVisited {
            points: rules.never_visited,
        };
    };
    let every_days = inputs.visit_every_days.unwrap_or(rules.usual_cadence_days).max(1);
    let counted = days.clamp(0, every_days.saturating_mul(2));
    ScoreTerm::Due {
        days,
        every_days,
        points: rules.due.saturating_mul(counted) / every_days,
    }
}

fn outcome(inputs: &ScoreInputs, rules: &ScoreRules) -> Option<ScoreTerm> {
    let said = inputs.last_outcome.as_deref()?;
    let found = rules.outcomes.iter().find(|(words, _)| says(said, words));
    found.map(|(words, points)| ScoreTerm::Outcome {
        outcome: words.clone(),
        points: *points,
    })
}

/// Whether `words` stand in `text`, one behind the other and whole; of scripts that do not part words, anywhere.
fn says(text: &str, words: &str) -> bool {
    let (text, words) = (text.to_lowercase(), words.to_lowercase());
    if !words.is_ascii() {
        return text.contains(words.trim());
    }
    let (text, words) = (parts(&text), parts(&words));
    !words.is_empty() && text.windows(words.len()).any(|some| *some == *words)
}

/// The words of a text.
fn parts(text: &str) -> Vec<&str> {
    let parts = text.split(|c: char| !c.is_alphanumeric() && c != '\'');
    parts.filter(|part| !part.is_empty()).collect()
}

fn deals(inputs: &ScoreInputs, rules: &ScoreRules) -> Option<ScoreTerm> {
    let points = |deal: &Deal| {
        let stage = rules.deal.saturating_mul(i64::from(deal.stage.unwrap_or(20))) / 100;
        let digits = deal
            .amount
            .filter(|amount| *amount > 0)
            .map_or(0, |amount| i64::from(amount.ilog10()));
        stage.saturating_add(rules.deal_magnitude.saturating_mul(digits))
    };
    let sum = inputs.open_deals.iter().map(points).fold(0, i64::saturating_add);
    (!inputs.open_deals.is_empty()).then(|| ScoreTerm::Deals {
        deals: u32::try_from(inputs.open_deals.len()).unwrap_or(u32::MAX),
        points: sum,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_visit_overdue_to_a_good_customer_is_worth_more_and_says_why() {
        let inputs = ScoreInputs {
            tier: Some("a".to_owned()),
            visit_every_days: Some(30),
            days_since_visit: Some(45),
            last_was_skipped: true,
            last_outcome: Some("Manager NOT IN, try Monday".to_owned()),
            open_deals: vec![Deal {
                stage: Some(60),
                amount: Some(12_000),
            }],
        };
        let worth = VisitScore::from_inputs(&inputs, &ScoreRules::default());
        let said: Vec<String> = worth.terms.iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            [
                "tier a: 60",
                "45 days since the last visit, due every 30: 60",
                "the last visit was skipped: 15",
                "the last visit came to \"not in\": 20",
                "1 open deal: 31",
            ]
        );
        assert_eq!(worth.value, 186);
    }

    #[test]
    fn words_of_an_outcome_count_only_when_they_are_whole() {
        assert!(says("Not in. Left a card", "not in"));
        assert!(!says("not interested", "not in"));
        assert!(!says("", "not in"));
        assert!(!says("anything", " "));
        assert!(!says("anything", "!"));
        assert!(says("老板不在", "不在"));
        let rules = ScoreRules::default();
        let after = |outcome: &str| ScoreInputs {
            last_outcome: Some(outcome.to_owned()),
            ..ScoreInputs::default()
        };
        let worth = VisitScore::from_inputs(&after("Not interested in ice cream"), &rules);
        assert_eq!(worth.terms.last().map(ScoreTerm::points), Some(-20));
        let (took, nothing) = (after("Took two crates"), ScoreInputs::default());
        assert_eq!(
            VisitScore::from_inputs(&took, &rules),
            VisitScore::from_inputs(&nothing, &rules)
        );
    }

    proptest! {
        #[test]
        fn the_value_is_the_sum_of_its_terms_whatever_the_numbers(
            every in proptest::option::of(any::<i64>()), days in proptest::option::of(any::<i64>()), amount: i64, stage in 0..=100u8,
        ) {
            let inputs = ScoreInputs {
                tier: None,
                visit_every_days: every,
                days_since_visit: days,
                last_was_skipped: false,
                last_outcome: None,
                open_deals: vec![Deal { stage: Some(stage), amount: Some(amount) }],
            };
            let worth = VisitScore::from_inputs(&inputs, &ScoreRules::default());
            prop_assert_eq!(worth.value, worth.terms.iter().map(ScoreTerm::points).sum::<i64>().max(0));
        }
    }
}
