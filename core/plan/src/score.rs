//! Visit score: the value of a visit, as a sum whose terms are shown so that a rep can check it.
//!
//! Reading the inputs from the book is left to the caller.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Inputs of a visit's score: the state of a customer when a day is planned.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ScoreInputs {
    /// Importance of the customer, in the company's own words.
    pub tier: Option<String>,
    /// Cadence: the most days between two visits.
    pub visit_every_days: Option<i64>,
    /// Full days since the last visit; `None` when there was none.
    pub days_since_visit: Option<i64>,
    /// Whether the last planned visit did not take place.
    pub last_was_skipped: bool,
    /// Outcome of the last visit that took place, in the rep's words.
    pub last_outcome: Option<String>,
    /// Deals that are neither won nor lost.
    pub open_deals: Vec<Deal>,
}

/// An open deal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deal {
    /// Progress of the deal in percent, 0 to 100; `None` when its stage is unknown.
    pub stage: Option<u8>,
    /// Amount of the deal, in whole units of its currency.
    pub amount: Option<i64>,
}

/// Weights of the score, in points; the company may change them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ScoreRules {
    /// Points of each tier; case does not matter.
    pub tiers: Vec<(String, i64)>,
    /// Points of a customer without one of these tiers.
    pub no_tier: i64,
    /// Points of a visit that is exactly due by its cadence; proportional to the time elapsed, up to twice
    /// the cadence.
    pub due: i64,
    /// Cadence assumed for a customer without one, in days.
    pub usual_cadence_days: i64,
    /// Points of a customer who was never visited.
    pub never_visited: i64,
    /// Points when the last planned visit did not take place.
    pub skipped: i64,
    /// Phrases of a last outcome, each with its points, which may be negative. The first phrase found in the
    /// outcome counts; case does not matter.
    pub outcomes: Vec<(String, i64)>,
    /// Points of an open deal about to be signed, scaled by its stage.
    pub deal: i64,
    /// Points for each power of ten of a deal's amount.
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

/// A term of the score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum ScoreTerm {
    /// Points of the tier.
    Tier {
        /// Name of the tier, as the book has it.
        tier: String,
        /// Points of the term.
        points: i64,
    },
    /// Points of a customer without a tier that counts.
    Customer {
        /// Points of the term.
        points: i64,
    },
    /// Points for the time since the last visit.
    Due {
        /// Days since the last visit.
        days: i64,
        /// Cadence, in days.
        every_days: i64,
        /// Points of the term.
        points: i64,
    },
    /// The customer was never visited.
    NeverVisited {
        /// Points of the term.
        points: i64,
    },
    /// The last planned visit did not take place.
    Skipped {
        /// Points of the term.
        points: i64,
    },
    /// Points of the last visit's outcome.
    Outcome {
        /// The phrase of the rules that was found.
        outcome: String,
        /// Points of the term, possibly negative.
        points: i64,
    },
    /// Points of the open deals.
    Deals {
        /// Number of open deals.
        deals: u32,
        /// Points of all deals together.
        points: i64,
    },
}

impl fmt::Display for ScoreTerm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ScoreTerm::Tier { tier, .. } => write!(f, "tier {tier}")?,
            ScoreTerm::Customer { .. } => f.write_str("a customer")?,
            ScoreTerm::Due { days, every_days, .. } => {
                let unit = if *days == 1 { "day" } else { "days" };
                write!(f, "{days} {unit} since the last visit, due every {every_days}")?;
            }
            ScoreTerm::NeverVisited { .. } => f.write_str("never visited")?,
            ScoreTerm::Skipped { .. } => f.write_str("the last visit was skipped")?,
            ScoreTerm::Outcome { outcome, .. } => write!(f, "the last visit came to \"{outcome}\"")?,
            ScoreTerm::Deals { deals, .. } => {
                let unit = if *deals == 1 { "deal" } else { "deals" };
                write!(f, "{deals} open {unit}")?;
            }
        }
        write!(f, ": {}", self.points())
    }
}

impl ScoreTerm {
    /// Points of the term.
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

/// Score of a visit, with its terms.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct VisitScore {
    /// Sum of the terms, 0 to 1,000,000,000.
    pub value: i64,
    /// The terms, in this order: tier, cadence, skipped, last outcome, deals.
    pub terms: Vec<ScoreTerm>,
}

impl VisitScore {
    /// Computes the score from its inputs.
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
        // The bound keeps the sum over ten thousand stops small.
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
    let outcome = inputs.last_outcome.as_deref()?;
    let found = rules
        .outcomes
        .iter()
        .find(|(words, _)| contains_phrase(outcome, words));
    found.map(|(words, points)| ScoreTerm::Outcome {
        outcome: words.clone(),
        points: *points,
    })
}

/// Whether the phrase `words` occurs in `text` as whole, consecutive words; in scripts without word breaks,
/// anywhere.
fn contains_phrase(text: &str, words: &str) -> bool {
    let (text, words) = (text.to_lowercase(), words.to_lowercase());
    if !words.is_ascii() {
        return text.contains(words.trim());
    }
    let (text, words) = (words_of(&text), words_of(&words));
    !words.is_empty() && text.windows(words.len()).any(|some| *some == *words)
}

/// Splits a text into words.
fn words_of(text: &str) -> Vec<&str> {
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '\'');
    words.filter(|word| !word.is_empty()).collect()
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
        assert!(contains_phrase("Not in. Left a card", "not in"));
        assert!(!contains_phrase("not interested", "not in"));
        assert!(!contains_phrase("", "not in"));
        assert!(!contains_phrase("anything", " "));
        assert!(!contains_phrase("anything", "!"));
        assert!(contains_phrase("老板不在", "不在"));
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
