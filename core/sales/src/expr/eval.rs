//! The evaluation of expressions.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use chrono::Days;

use super::{Comparison, Expr};
use crate::facts::{Fact, FactValue, Facts};

/// An expression that has no value here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Undecided {
    /// Records that it stands on are not on this device: these are to be synced.
    Unknown(BTreeSet<String>),
    /// It has no value at all, as the text says: a fact that is not there, two currencies, a number out of range.
    Error(String),
}

/// The outcome of an evaluation.
pub type Evaluated<T> = Result<T, Undecided>;

impl Expr {
    /// The truth of a condition.
    ///
    /// # Errors
    /// [`Undecided`]: unknown on this device, or without a value.
    pub fn is_true(&self, facts: &Facts) -> Evaluated<bool> {
        match self.value(facts)? {
            FactValue::Bool(b) => Ok(b),
            other => Err(Undecided::Error(format!(
                "a {} is no condition",
                other.fact_type().name()
            ))),
        }
    }

    fn value(&self, facts: &Facts) -> Evaluated<FactValue> {
        Ok(match self {
            Expr::Bool(b) => FactValue::Bool(*b),
            Expr::Int(n) => FactValue::Int(*n),
            Expr::Text(text) => FactValue::Text(text.clone()),
            Expr::Date(day) => FactValue::Date(*day),
            Expr::Money(money) => FactValue::Money(*money),
            Expr::Today => FactValue::Date(facts.today),
            Expr::Fact(name) => match facts.get(name) {
                Fact::Known(value) => value,
                Fact::Absent => return Err(Undecided::Error(format!("{name} is not set"))),
                Fact::Unknown(needs) => return Err(Undecided::Unknown([needs].into())),
            },
            Expr::Has(name) => match facts.get(name) {
                Fact::Unknown(needs) => return Err(Undecided::Unknown([needs].into())),
                known => FactValue::Bool(known != Fact::Absent),
            },
            Expr::And(all) => FactValue::Bool(!any(all, false, facts)?),
            Expr::Or(all) => FactValue::Bool(any(all, true, facts)?),
            Expr::Not(of) => FactValue::Bool(!of.is_true(facts)?),
            Expr::Compare(comparison, a, b) => FactValue::Bool(compare(*comparison, &both(a, b, facts)?)?),
            Expr::In(of, others) => FactValue::Bool(is_one_of(of, others, facts)?),
            Expr::Positive(of) => FactValue::Bool(match of.value(facts)? {
                FactValue::Int(n) => n > 0,
                FactValue::Money(money) => money.minor > 0,
                _ => false,
            }),
            Expr::Add(a, b) => add(&both(a, b, facts)?)?,
            Expr::Subtract(a, b) => subtract(&both(a, b, facts)?)?,
        })
    }
}

/// True if one of the conditions is `decides`. What is unknown counts before what is an error: once it is known, it may
/// decide alone.
fn any(all: &[Expr], decides: bool, facts: &Facts) -> Evaluated<bool> {
    let mut undecided: Option<Undecided> = None;
    for condition in all {
        match condition.is_true(facts) {
            Ok(truth) if truth == decides => return Ok(true),
            Ok(_) => {}
            Err(other) => undecided = Some(worse(undecided, other)),
        }
    }
    undecided.map_or(Ok(false), Err)
}

/// What stands for two undecided values: all that is unknown, else the first error.
fn worse(first: Option<Undecided>, second: Undecided) -> Undecided {
    match (first, second) {
        (Some(Undecided::Unknown(mut needs)), Undecided::Unknown(more)) => {
            needs.extend(more);
            Undecided::Unknown(needs)
        }
        (Some(Undecided::Error(_)) | None, second @ Undecided::Unknown(_)) | (None, second) => second,
        (Some(first), Undecided::Error(_)) => first,
    }
}

fn both(a: &Expr, b: &Expr, facts: &Facts) -> Evaluated<(FactValue, FactValue)> {
    match (a.value(facts), b.value(facts)) {
        (Ok(a), Ok(b)) => Ok((a, b)),
        (Err(a), Err(b)) => Err(worse(Some(a), b)),
        (Err(undecided), Ok(_)) | (Ok(_), Err(undecided)) => Err(undecided),
    }
}

/// As in CEL the list is evaluated whole: one element without a value leaves none for the comparison.
fn is_one_of(of: &Expr, others: &[Expr], facts: &Facts) -> Evaluated<bool> {
    let (mut undecided, mut is_found) = (None, false);
    let of = of.value(facts).map_err(|error| undecided = Some(error)).ok();
    for other in others {
        let equal = other.value(facts).and_then(|other| match &of {
            Some(of) => compare(Comparison::Equal, &(of.clone(), other)),
            None => Ok(false),
        });
        match equal {
            Ok(equal) => is_found |= equal,
            Err(error) => undecided = Some(worse(undecided, error)),
        }
    }
    undecided.map_or(Ok(is_found), Err)
}

fn compare(comparison: Comparison, two: &(FactValue, FactValue)) -> Evaluated<bool> {
    let order = match two {
        (FactValue::Bool(a), FactValue::Bool(b)) => a.cmp(b),
        (FactValue::Int(a), FactValue::Int(b)) => a.cmp(b),
        (FactValue::Text(a), FactValue::Text(b)) => a.cmp(b),
        (FactValue::Date(a), FactValue::Date(b)) => a.cmp(b),
        (FactValue::Money(a), FactValue::Money(b)) if a.currency == b.currency => a.minor.cmp(&b.minor),
        (FactValue::Money(a), FactValue::Money(b)) => {
            let both = format!("{} and {} are not compared", a.currency, b.currency);
            return Err(Undecided::Error(both));
        }
        (a, b) => {
            let (a, b) = (a.fact_type().name(), b.fact_type().name());
            return Err(Undecided::Error(format!("a {a} and a {b} are not compared")));
        }
    };
    Ok(match comparison {
        Comparison::Equal => order == Ordering::Equal,
        Comparison::NotEqual => order != Ordering::Equal,
        Comparison::Less => order == Ordering::Less,
        Comparison::AtMost => order != Ordering::Greater,
        Comparison::Greater => order == Ordering::Greater,
        Comparison::AtLeast => order != Ordering::Less,
    })
}

fn out_of_range() -> Undecided {
    Undecided::Error("a number is out of range".to_owned())
}

fn add(two: &(FactValue, FactValue)) -> Evaluated<FactValue> {
    match two {
        (FactValue::Int(a), FactValue::Int(b)) => {
            a.checked_add(*b).map(FactValue::Int).ok_or_else(out_of_range)
        }
        (FactValue::Date(day), FactValue::Int(days)) => {
            let days_on = Days::new(days.unsigned_abs());
            let moved = if *days < 0 {
                day.checked_sub_days(days_on)
            } else {
                day.checked_add_days(days_on)
            };
            moved.map(FactValue::Date).ok_or_else(out_of_range)
        }
        _ => Err(out_of_range()),
    }
}

fn subtract(two: &(FactValue, FactValue)) -> Evaluated<FactValue> {
    match two {
        (FactValue::Date(a), FactValue::Date(b)) => Ok(FactValue::Int((*a - *b).num_days())),
        (FactValue::Int(a), FactValue::Int(b)) => {
            a.checked_sub(*b).map(FactValue::Int).ok_or_else(out_of_range)
        }
        (a, FactValue::Int(n)) => {
            let negative = n.checked_neg().ok_or_else(out_of_range)?;
            add(&(a.clone(), FactValue::Int(negative)))
        }
        _ => Err(out_of_range()),
    }
}
