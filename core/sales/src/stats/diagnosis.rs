//! Diagnosis of a sales organisation: four questions, each answered with its counts, or with "not enough".
//!
//! | question | yes when |
//! |---|---|
//! | late follow-up | of the deals lost, more than 30 in 100 had gone without the customer for too long, or name it as the reason |
//! | non-selling time | of the time between the first and the last act of a day, more than 40 in 100 was not with customers |
//! | cycle gap | the slowest team takes over 20 in 100 longer to win than the fastest (medians) |
//! | weak stage | a stage passes on over 15 points in 100 fewer than its benchmark |
//!
//! The four thresholds are a vendor's rules of thumb, and a process may have others.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::deal_log::{DealLog, Outcome};
use super::numeric::percent_of;
use crate::text::counted;

/// The thresholds of a diagnosis.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DiagnosisRules {
    /// Share of lost deals that were followed up too late, percent.
    pub late_percent: u16,
    /// Days without the customer after which a follow-up is late.
    pub late_days: u16,
    /// Words of a `lost_reason` that name a late follow-up.
    pub late_words: Vec<String>,
    /// Share of the day that is not spent with customers, percent.
    pub non_selling_percent: u16,
    /// Percent by which the slowest team may take longer than the fastest.
    pub cycle_gap_percent: u16,
    /// Points of 100 by which a stage may lie below its benchmark.
    pub stage_gap_percent: u16,
    /// The share that goes on from each stage, percent, by its id; a stage without one is measured against its own past.
    pub benchmarks: BTreeMap<String, u16>,
    /// Days that are looked at.
    pub window_days: u16,
    /// The fewest deals, days or wins on which an answer stands.
    pub least: u16,
}

impl Default for DiagnosisRules {
    /// The vendor's 30, 40, 20 and 15 percent, over 180 days, from 10 deals on.
    fn default() -> DiagnosisRules {
        DiagnosisRules {
            late_percent: 30,
            late_days: 14,
            late_words: ["late", "slow", "no response", "跟进不及时", "跟进"]
                .map(str::to_owned)
                .into(),
            non_selling_percent: 40,
            cycle_gap_percent: 20,
            stage_gap_percent: 15,
            benchmarks: BTreeMap::new(),
            window_days: 180,
            least: 10,
        }
    }
}

/// A lost deal, as the follow-up is judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LostDeal {
    /// Days from the last event with the customer, or from the opening, to the loss; `None` where the book was not there to
    /// record such events.
    pub silent_days: Option<i64>,
    /// Its reason.
    pub reason: Option<String>,
}

/// The work of one person on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldDay {
    /// Minutes from the first arrival to the last departure.
    pub span_min: i64,
    /// Minutes with customers.
    pub selling_min: i64,
}

/// A stage with the share that goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StagePassage {
    /// The id of the stage.
    pub stage: String,
    /// Deals that left it in the window, and those of them that went on.
    pub lately: (usize, usize),
    /// The same before the window.
    pub before: (usize, usize),
}

/// All that a diagnosis looks at.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Evidence {
    /// Deals that were lost in the window.
    pub lost: Vec<LostDeal>,
    /// Days with at least two visits in the window.
    pub days: Vec<FieldDay>,
    /// Days from opening to the order of each deal won in the window, by team.
    pub cycles: BTreeMap<String, Vec<i64>>,
    /// The stages, in the order of the process.
    pub stages: Vec<StagePassage>,
}

/// The answer to one question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum DiagnosisAnswer {
    /// The threshold is passed.
    Yes,
    /// It is not.
    No,
    /// Too little is known.
    NotEnough {
        /// Deals, days or wins that there are.
        n: usize,
        /// Those that are needed.
        needed: u16,
    },
}

/// One question with its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnosis {
    /// The question: `late_follow_up`, `non_selling_time`, `cycle_gap`, `weak_stage`.
    pub question: &'static str,
    /// The stage or the two teams that it is of; empty for the others.
    pub of: Vec<String>,
    /// The answer.
    #[serde(flatten)]
    pub answer: DiagnosisAnswer,
    /// The measured share or difference, percent; `None` where too little is known.
    pub percent: Option<i64>,
    /// The threshold, percent.
    pub threshold_percent: u16,
    /// The counts behind it in English.
    pub says: String,
}

/// The four questions; that of the stages once for each stage.
pub fn diagnose(evidence: &Evidence, rules: &DiagnosisRules) -> Vec<Diagnosis> {
    let mut all = vec![
        late_follow_up(&evidence.lost, rules),
        non_selling(&evidence.days, rules),
        cycle_gap(&evidence.cycles, rules),
    ];
    all.extend(evidence.stages.iter().map(|stage| weak_stage(stage, rules)));
    all
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// Strictly above a percentage, exactly: nothing is rounded before it is compared.
fn is_above(part: i64, whole: i64, percent: u16) -> bool {
    i128::from(part) * 100 > i128::from(whole) * i128::from(percent)
}

fn answer_of(is_yes: bool) -> DiagnosisAnswer {
    if is_yes {
        DiagnosisAnswer::Yes
    } else {
        DiagnosisAnswer::No
    }
}

fn too_few(
    question: &'static str,
    of: Vec<String>,
    n: usize,
    what: &str,
    threshold: u16,
    rules: &DiagnosisRules,
) -> Diagnosis {
    Diagnosis {
        question,
        of,
        answer: DiagnosisAnswer::NotEnough {
            n,
            needed: rules.least,
        },
        percent: None,
        threshold_percent: threshold,
        says: format!("not enough: {n} {what}, {} needed", rules.least),
    }
}

/// True if a reason names a late follow-up: one of the words as whole words, or, in scripts without spaces, anywhere.
fn names_late(reason: &str, words: &[String]) -> bool {
    let reason = reason.to_lowercase();
    let padded = |text: &str| {
        let words: Vec<&str> = text
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect();
        format!(" {} ", words.join(" "))
    };
    words.iter().any(|word| {
        let word = word.to_lowercase();
        if word.is_ascii() {
            padded(&reason).contains(&padded(&word))
        } else {
            reason.contains(&word)
        }
    })
}

fn late_follow_up(lost: &[LostDeal], rules: &DiagnosisRules) -> Diagnosis {
    let is_named = |deal: &LostDeal| {
        let reason = deal.reason.as_deref();
        reason.is_some_and(|reason| names_late(reason, &rules.late_words))
    };
    // A deal counts if the book was there, or if its reason says it.
    let judged: Vec<&LostDeal> = lost
        .iter()
        .filter(|deal| deal.silent_days.is_some() || is_named(deal))
        .collect();
    let question = "late_follow_up";
    if judged.len() < usize::from(rules.least) {
        let what = "lost deals whose follow-up is in this book";
        return too_few(
            question,
            Vec::new(),
            judged.len(),
            what,
            rules.late_percent,
            rules,
        );
    }
    let late = |deal: &&&LostDeal| {
        is_named(deal)
            || deal
                .silent_days
                .is_some_and(|days| days > i64::from(rules.late_days))
    };
    let (late, all) = (count(judged.iter().filter(late).count()), count(judged.len()));
    Diagnosis {
        question,
        of: Vec::new(),
        answer: answer_of(is_above(late, all, rules.late_percent)),
        percent: Some(percent_of(late, all)),
        threshold_percent: rules.late_percent,
        says: format!(
            "{late} of {all} lost deals had gone without the customer for more than {} days; left out: {}",
            rules.late_days,
            lost.len() - judged.len()
        ),
    }
}

fn non_selling(days: &[FieldDay], rules: &DiagnosisRules) -> Diagnosis {
    let question = "non_selling_time";
    let whole: Vec<&FieldDay> = days.iter().filter(|day| day.span_min > 0).collect();
    if whole.len() < usize::from(rules.least) {
        let what = "days with two visits and more";
        return too_few(
            question,
            Vec::new(),
            whole.len(),
            what,
            rules.non_selling_percent,
            rules,
        );
    }
    let span: i64 = whole.iter().map(|day| day.span_min).sum();
    let selling: i64 = whole
        .iter()
        .map(|day| day.selling_min.clamp(0, day.span_min))
        .sum();
    Diagnosis {
        question,
        of: Vec::new(),
        answer: answer_of(is_above(span - selling, span, rules.non_selling_percent)),
        percent: Some(percent_of(span - selling, span)),
        threshold_percent: rules.non_selling_percent,
        says: format!(
            "{} h of {} h between the first and the last act were not with customers, on {}",
            (span - selling + 30) / 60,
            (span + 30) / 60,
            counted(whole.len(), "day")
        ),
    }
}

fn cycle_gap(cycles: &BTreeMap<String, Vec<i64>>, rules: &DiagnosisRules) -> Diagnosis {
    let question = "cycle_gap";
    let mut medians: Vec<(i64, &str, usize)> = cycles
        .iter()
        .filter(|(_, days)| days.len() >= usize::from(rules.least))
        .filter_map(|(team, days)| Some((median(days)?, team.as_str(), days.len())))
        .collect();
    medians.sort_unstable();
    let (Some(fast), Some(slow)) = (medians.first(), medians.last().filter(|_| medians.len() > 1)) else {
        return Diagnosis {
            says: format!(
                "not enough: {} with {} won deals and more, 2 needed",
                counted(medians.len(), "owner"),
                rules.least
            ),
            ..too_few(
                question,
                Vec::new(),
                medians.len(),
                "",
                rules.cycle_gap_percent,
                rules,
            )
        };
    };
    let gap = slow.0 - fast.0;
    Diagnosis {
        question,
        of: vec![slow.1.to_owned(), fast.1.to_owned()],
        answer: answer_of(is_above(gap, fast.0.max(1), rules.cycle_gap_percent)),
        percent: Some(percent_of(gap, fast.0.max(1))),
        threshold_percent: rules.cycle_gap_percent,
        says: format!(
            "{} takes {} days to win ({} deals), {} takes {} ({} deals)",
            slow.1, slow.0, slow.2, fast.1, fast.0, fast.2
        ),
    }
}

/// The lower median, in whole days; `None` for none.
fn median(days: &[i64]) -> Option<i64> {
    let mut days = days.to_vec();
    days.sort_unstable();
    days.get(days.len().saturating_sub(1) / 2).copied()
}

fn weak_stage(stage: &StagePassage, rules: &DiagnosisRules) -> Diagnosis {
    let (left, went_on) = stage.lately;
    let of = vec![stage.stage.clone()];
    let least = usize::from(rules.least);
    let threshold = rules.stage_gap_percent;
    if left < least {
        return too_few("weak_stage", of, left, "deals left it lately", threshold, rules);
    }
    let (benchmark, from) = match rules.benchmarks.get(&stage.stage) {
        Some(percent) => (i64::from(*percent), "the benchmark".to_owned()),
        None if stage.before.0 >= least => {
            let (left, went_on) = stage.before;
            let percent = percent_of(count(went_on), count(left));
            (percent, format!("{went_on} of {left} before"))
        }
        None => {
            let what = "deals left it before, and there is no benchmark";
            return too_few("weak_stage", of, stage.before.0, what, threshold, rules);
        }
    };
    let lately = percent_of(count(went_on), count(left));
    Diagnosis {
        question: "weak_stage",
        of,
        answer: answer_of(benchmark - lately > i64::from(threshold)),
        percent: Some(benchmark - lately),
        threshold_percent: threshold,
        says: format!("{went_on} of {left} went on, {lately} %; {from} is {benchmark} %"),
    }
}

/// The deals that left each stage since `from_ms` and before it, and how many went on: to a later stage, or to the order.
///
/// `stages` are ids and ranks in the order of the process. Deals that still stand in a stage have not left it. The figure is of
/// those that left alone, on both sides alike, so the bias of closed deals is the same in both.
pub fn stage_passages(deals: &[&DealLog], stages: &[(String, u32)], from_ms: i64) -> Vec<StagePassage> {
    let passage = |(stage, rank): &(String, u32)| {
        let mut passage = StagePassage {
            stage: stage.clone(),
            lately: (0, 0),
            before: (0, 0),
        };
        for deal in deals {
            let Some(last) = deal.stages.iter().rev().find(|stay| stay.stage == *stage) else {
                continue;
            };
            let Some(left_ms) = last.left_at_ms else { continue };
            let later = deal
                .stages
                .iter()
                .any(|stay| stay.entered_at_ms >= left_ms && stay.rank > *rank);
            let is_won = deal.is_won();
            let is_lost = deal.outcome() == Some(Outcome::Lost);
            if !(later || is_won || is_lost) {
                // It went back, and nobody knows yet.
                continue;
            }
            let into = if left_ms >= from_ms {
                &mut passage.lately
            } else {
                &mut passage.before
            };
            into.0 += 1;
            into.1 += usize::from(later || is_won);
        }
        passage
    };
    stages.iter().map(passage).collect()
}

#[cfg(test)]
mod tests;
