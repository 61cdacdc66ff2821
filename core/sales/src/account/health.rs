//! The health of an account: a score with its reasons, its own rhythm, and whether it left.
//!
//! The score is a sum of five parts. A part of which nothing is known is left out of the sum and of what can be reached, so
//! an account is never called ill for what nobody writes down.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use fieldbook_model::Money;
use serde::{Deserialize, Serialize};

use crate::text::counted;

/// The weights and thresholds of health and churn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HealthRules {
    /// Most points for the last visit, measured against the cadence.
    pub visit_points: u16,
    /// Most points for open deals.
    pub deal_points: u16,
    /// Most points for tasks that are not overdue.
    pub task_points: u16,
    /// Most points for the trend of what was won.
    pub trend_points: u16,
    /// Most points for contacts who can be reached.
    pub contact_points: u16,
    /// Days of the two spans of time whose won money is compared.
    pub trend_days: u16,
    /// Contacts who can be reached, from which there are full points.
    pub contacts_wanted: u16,
    /// Score from which an account is well.
    pub good_from: u16,
    /// Score below which it is ill.
    pub poor_below: u16,
    /// The silence after which an account has left, in percent of its own rhythm.
    pub churn_percent: u16,
    /// The least silence after which an account has left, days.
    pub churn_least_days: u16,
    /// Days with a visit or a won deal from which an account has a rhythm.
    pub churn_events: u16,
    /// Days for which a win-back task is still made after an account has left.
    pub win_back_days: u16,
}

impl Default for HealthRules {
    /// 30 points for visits, 20 each for deals, tasks and trend, 10 for contacts; twice its rhythm and 60 days of silence.
    fn default() -> HealthRules {
        HealthRules {
            visit_points: 30,
            deal_points: 20,
            task_points: 20,
            trend_points: 20,
            contact_points: 10,
            trend_days: 180,
            contacts_wanted: 2,
            good_from: 70,
            poor_below: 40,
            churn_percent: 200,
            churn_least_days: 60,
            churn_events: 3,
            win_back_days: 90,
        }
    }
}

/// The facts about an account that its health stands on.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AccountLife {
    /// The day.
    pub today: NaiveDate,
    /// Days between two visits by its cadence.
    pub every_days: i64,
    /// The first day from which a visit to it would be in this book: the later of the account's own first day and the first
    /// visit to anybody. `None` if the book has no visits.
    pub visits_since: Option<NaiveDate>,
    /// Days of visits that were held, in any order.
    pub visits: Vec<NaiveDate>,
    /// Deals that were won: day, and money where it is known.
    pub won: Vec<(NaiveDate, Option<Money>)>,
    /// Deals that were lost.
    pub lost: usize,
    /// Open deals.
    pub open_deals: usize,
    /// Open deals with a warning: stalled, idle, overdue, without a chance, past their closing day.
    pub troubled_deals: usize,
    /// Tasks that are not done.
    pub open_tasks: usize,
    /// Tasks that should be done already.
    pub overdue_tasks: usize,
    /// Tasks that are done.
    pub done_tasks: usize,
    /// True if the book has a contact of anybody: without one nobody keeps contacts here.
    pub has_contacts: bool,
    /// Contacts.
    pub contacts: usize,
    /// Contacts with a telephone number or an email address.
    pub reachable_contacts: usize,
}

/// A part of the score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HealthPart {
    /// The last visit against the cadence.
    Visits,
    /// The open deals.
    Deals,
    /// The tasks.
    Tasks,
    /// The money won lately against the time before.
    Trend,
    /// The contacts.
    Contacts,
}

/// The points of one part, with the reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HealthReason {
    /// The part.
    pub part: HealthPart,
    /// Points; `None` where nothing is known.
    pub points: Option<u16>,
    /// The most points.
    pub of: u16,
    /// The reason in English.
    pub says: String,
}

/// The word for a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HealthGrade {
    /// Below `poor_below`, or the account left.
    Poor,
    /// Between the two.
    Watch,
    /// From `good_from` on.
    Good,
}

/// The score of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Health {
    /// 0 to 100; `None` where parts of less than two fifths of the points are known.
    pub score: Option<u16>,
    /// The word for it, and for an account that left.
    pub grade: Option<HealthGrade>,
    /// The parts, in one order.
    pub reasons: Vec<HealthReason>,
}

/// The standing of an account by its own rhythm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Churn {
    /// Too few days with a visit or a won deal for a rhythm.
    NotEnough {
        /// Such days.
        events: usize,
        /// Such days that are needed.
        needed: u16,
    },
    /// Within its rhythm.
    Active(Rhythm),
    /// Silent for more than three quarters of the time after which it has left.
    AtRisk(Rhythm),
    /// Silent for longer than the limit.
    Left {
        /// The rhythm that it had.
        #[serde(flatten)]
        rhythm: Rhythm,
        /// The first day on which it counted as left.
        since: NaiveDate,
    },
}

/// The rhythm of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Rhythm {
    /// Days with a visit or a won deal.
    pub events: usize,
    /// Median of the days between two of them.
    pub days: i64,
    /// The last of them.
    pub last: NaiveDate,
    /// Days since then.
    pub silent_days: i64,
    /// Days of silence after which the account has left.
    pub limit_days: i64,
}

impl Churn {
    /// The word by which programs tell them apart.
    pub fn state(&self) -> &'static str {
        match self {
            Churn::NotEnough { .. } => "not_enough",
            Churn::Active(_) => "active",
            Churn::AtRisk(_) => "at_risk",
            Churn::Left { .. } => "left",
        }
    }

    /// The rhythm, where there is one.
    pub fn rhythm(&self) -> Option<&Rhythm> {
        match self {
            Churn::NotEnough { .. } => None,
            Churn::Active(rhythm) | Churn::AtRisk(rhythm) | Churn::Left { rhythm, .. } => Some(rhythm),
        }
    }

    /// The judgement as a sentence in English.
    pub fn sentence(&self) -> String {
        let rhythm = match self {
            Churn::NotEnough { events, needed } => {
                return format!(
                    "no rhythm yet: {} with a visit or a won deal, {needed} needed",
                    counted(*events, "day")
                );
            }
            Churn::Active(rhythm) | Churn::AtRisk(rhythm) | Churn::Left { rhythm, .. } => rhythm,
        };
        let Rhythm {
            days,
            last,
            silent_days,
            limit_days,
            ..
        } = rhythm;
        format!(
            "silent for {} since {last}; its rhythm is {}, {limit_days} are the limit",
            counted_days(*silent_days),
            counted_days(*days)
        )
    }
}

/// The score of an account, with the reasons.
pub fn health(life: &AccountLife, rules: &HealthRules) -> Health {
    let reasons = vec![
        visits(life, rules),
        deals(life, rules),
        tasks(life, rules),
        trend(life, rules),
        contacts(life, rules),
    ];
    let all: u32 = reasons.iter().map(|reason| u32::from(reason.of)).sum();
    let known: Vec<(u32, u32)> = reasons
        .iter()
        .filter_map(|reason| Some((u32::from(reason.points?), u32::from(reason.of))))
        .collect();
    let points: u32 = known.iter().map(|(points, _)| points).sum();
    let of: u32 = known.iter().map(|(_, of)| of).sum();
    let score = (of > 0 && of * 5 >= all * 2).then(|| {
        let rounded = (points * 100 + of / 2) / of;
        u16::try_from(rounded.min(100)).unwrap_or(100)
    });
    let has_left = matches!(churn(life, rules), Churn::Left { .. });
    let grade = score.or(has_left.then_some(0)).map(|score| {
        if has_left {
            HealthGrade::Poor
        } else if score >= rules.good_from {
            HealthGrade::Good
        } else if score < rules.poor_below {
            HealthGrade::Poor
        } else {
            HealthGrade::Watch
        }
    });
    Health {
        score,
        grade,
        reasons,
    }
}

fn reason(part: HealthPart, of: u16, share: Option<(i64, i64)>, says: String) -> HealthReason {
    let points = share.map(|(good, whole)| {
        let whole = whole.max(1);
        let points = (i64::from(of) * good.clamp(0, whole) + whole / 2) / whole;
        u16::try_from(points).unwrap_or(of)
    });
    HealthReason {
        part,
        points,
        of,
        says,
    }
}

fn visits(life: &AccountLife, rules: &HealthRules) -> HealthReason {
    let (part, of) = (HealthPart::Visits, rules.visit_points);
    let every = life.every_days.clamp(1, 100_000);
    let held = life.visits.iter().filter(|day| **day <= life.today).max();
    if let Some(last) = held {
        let days = (life.today - *last).num_days();
        let says = format!("{} since the last visit, due every {every}", counted_days(days));
        // Full points until it is due, none when twice the time has passed.
        return reason(part, of, Some((2 * every - days.max(every), every)), says);
    }
    match life.visits_since {
        None => reason(part, of, None, "this book has no visits".to_owned()),
        Some(since) if (life.today - since).num_days() <= every => reason(
            part,
            of,
            None,
            format!("not visited yet, within {every} days of {since}"),
        ),
        Some(since) => reason(part, of, Some((0, 1)), format!("never visited since {since}")),
    }
}

fn deals(life: &AccountLife, rules: &HealthRules) -> HealthReason {
    let (part, of) = (HealthPart::Deals, rules.deal_points);
    if life.open_deals == 0 && life.won.is_empty() && life.lost == 0 {
        return reason(part, of, None, "there never was a deal".to_owned());
    }
    if life.open_deals == 0 {
        return reason(part, of, Some((0, 1)), "no open deal".to_owned());
    }
    let (open, troubled) = (count(life.open_deals), count(life.troubled_deals));
    let says = format!("{}, {troubled} in trouble", counted(life.open_deals, "open deal"));
    reason(part, of, Some((open - troubled, open)), says)
}

fn tasks(life: &AccountLife, rules: &HealthRules) -> HealthReason {
    let (part, of) = (HealthPart::Tasks, rules.task_points);
    if life.open_tasks + life.done_tasks == 0 {
        return reason(part, of, None, "there never was a task".to_owned());
    }
    let (open, overdue) = (count(life.open_tasks), count(life.overdue_tasks));
    let says = format!("{}, {overdue} overdue", counted(life.open_tasks, "open task"));
    reason(part, of, Some((open.max(1) - overdue, open.max(1))), says)
}

/// The money of the currency in which most deals were won.
fn trend(life: &AccountLife, rules: &HealthRules) -> HealthReason {
    let (part, of) = (HealthPart::Trend, rules.trend_points);
    let mut by_currency: BTreeMap<&str, usize> = BTreeMap::new();
    for money in life.won.iter().filter_map(|(_, money)| money.as_ref()) {
        *by_currency.entry(money.currency.code()).or_default() += 1;
    }
    let most = by_currency
        .iter()
        .max_by_key(|(code, n)| (**n, std::cmp::Reverse(**code)));
    let Some((code, _)) = most else {
        return reason(part, of, None, "nothing with an amount was won".to_owned());
    };
    let span = i64::from(rules.trend_days);
    let won_in = |from: i64, until: i64| -> i64 {
        let of_span = life.won.iter().filter_map(|(day, money)| {
            let money = money.as_ref().filter(|money| money.currency.code() == *code)?;
            let days = (life.today - *day).num_days();
            (from..until).contains(&days).then_some(money.minor)
        });
        of_span.fold(0, i64::saturating_add)
    };
    let (now, before) = (won_in(0, span), won_in(span, 2 * span));
    let show = |minor: i64| {
        let sample = life
            .won
            .iter()
            .find_map(|(_, money)| money.as_ref().filter(|money| money.currency.code() == *code));
        sample.map_or_else(String::new, |money| Money { minor, ..*money }.to_string())
    };
    let says = format!(
        "won {} in {span} days, {} in the {span} before",
        show(now),
        show(before)
    );
    let share = if before > 0 {
        (now, before)
    } else {
        (now.min(1), 1)
    };
    reason(part, of, Some(scaled(share)), says)
}

/// A share whose parts fit a product with the weight of a part.
fn scaled((good, whole): (i64, i64)) -> (i64, i64) {
    let by = (whole / 1_000_000).max(1);
    (good.max(0) / by, (whole / by).max(1))
}

fn contacts(life: &AccountLife, rules: &HealthRules) -> HealthReason {
    let (part, of) = (HealthPart::Contacts, rules.contact_points);
    if !life.has_contacts {
        return reason(part, of, None, "this book has no contacts".to_owned());
    }
    let says = match life.contacts {
        0 => "no contacts".to_owned(),
        n => format!("{}, {} reachable", counted(n, "contact"), life.reachable_contacts),
    };
    let wanted = i64::from(rules.contacts_wanted.max(1));
    reason(
        part,
        of,
        Some((count(life.reachable_contacts).min(wanted), wanted)),
        says,
    )
}

/// The standing of an account by its own rhythm.
///
/// It left when it is silent for longer than `churn_percent` of the median time between two days with a visit or a won deal,
/// and than `churn_least_days`.
pub fn churn(life: &AccountLife, rules: &HealthRules) -> Churn {
    let days: BTreeSet<NaiveDate> = life
        .visits
        .iter()
        .chain(life.won.iter().map(|(day, _)| day))
        .copied()
        .filter(|day| *day <= life.today)
        .collect();
    let needed = rules.churn_events.max(2);
    let Some(last) = days.last().copied().filter(|_| days.len() >= usize::from(needed)) else {
        return Churn::NotEnough {
            events: days.len(),
            needed,
        };
    };
    let mut gaps: Vec<i64> = days
        .iter()
        .zip(days.iter().skip(1))
        .map(|(a, b)| (*b - *a).num_days())
        .collect();
    gaps.sort_unstable();
    let middle = gaps.len() / 2;
    let median = if gaps.len() % 2 == 1 {
        gaps[middle]
    } else {
        i64::midpoint(gaps[middle - 1], gaps[middle])
    };
    let limit_days = (median * i64::from(rules.churn_percent) / 100).max(i64::from(rules.churn_least_days));
    let silent_days = (life.today - last).num_days();
    let rhythm = Rhythm {
        events: days.len(),
        days: median,
        last,
        silent_days,
        limit_days,
    };
    if silent_days > limit_days {
        let after = Days::new((limit_days + 1).unsigned_abs());
        let since = last.checked_add_days(after).unwrap_or(life.today);
        Churn::Left { rhythm, since }
    } else if silent_days * 4 > limit_days * 3 {
        Churn::AtRisk(rhythm)
    } else {
        Churn::Active(rhythm)
    }
}

fn counted_days(days: i64) -> String {
    counted(usize::try_from(days).unwrap_or(0), "day")
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
