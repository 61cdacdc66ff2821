//! The language of criteria: a small typed tree of JSON arrays.
//!
//! | form | meaning |
//! |---|---|
//! | `true`, `5`, `"A"`, `["money","50000","CNY"]`, `["date","2026-12-31"]` | literals |
//! | `["fact","deal.amount"]` | the value of a fact |
//! | `["has","deal.amount"]` | true if the fact is there |
//! | `["today"]` | the day of the judgement |
//! | `["and",a,b,...]`, `["or",a,b,...]`, `["not",a]` | logic |
//! | `["==",a,b]` and `!=`, `<`, `<=`, `>`, `>=` | comparison of two values of one type |
//! | `["in",a,b,c,...]` | true if `a` equals one of the others |
//! | `["positive",a]` | true if a number or an amount is above zero |
//! | `["+",a,b]`, `["-",a,b]` | whole numbers; a day plus days; days between two days |
//!
//! There are no fractions, no loops and no functions of one's own, so an expression ends and means the same everywhere.
//! A value that is absent is an error, as in CEL, and one that is not on this device is unknown; neither decides a logical
//! operator that the other side decides alone: `false and error` is false, `true or unknown` is true.

mod check;
mod eval;

use chrono::NaiveDate;
use fieldbook_model::Money;
use serde_json::Value;

pub use check::ExprFault;
pub use eval::{Evaluated, Undecided};

/// The deepest nesting of an expression.
pub const DEPTH_MAX: usize = 24;

/// A comparison of two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
}

const COMPARISONS: [(&str, Comparison); 6] = [
    ("==", Comparison::Equal),
    ("!=", Comparison::NotEqual),
    ("<", Comparison::Less),
    ("<=", Comparison::AtMost),
    (">", Comparison::Greater),
    (">=", Comparison::AtLeast),
];

/// An expression. [`Expr::parse`] makes only such as are well typed.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A text.
    Text(String),
    /// A day.
    Date(NaiveDate),
    /// An amount.
    Money(Money),
    /// The day of the judgement.
    Today,
    /// The value of a fact, by name.
    Fact(String),
    /// True if the fact is there.
    Has(String),
    /// True if all are.
    And(Vec<Expr>),
    /// True if one is.
    Or(Vec<Expr>),
    /// The opposite.
    Not(Box<Expr>),
    /// Two values compared.
    Compare(Comparison, Box<Expr>, Box<Expr>),
    /// True if the first equals one of the others.
    In(Box<Expr>, Vec<Expr>),
    /// True if a number or an amount is above zero.
    Positive(Box<Expr>),
    /// The sum.
    Add(Box<Expr>, Box<Expr>),
    /// The difference.
    Subtract(Box<Expr>, Box<Expr>),
}

impl Expr {
    /// Reads an expression and checks its types; its value must be true or false.
    ///
    /// # Errors
    /// [`ExprFault`]: a form that does not exist, a fact that does not exist, a wrong type, too deep.
    pub fn parse(json: &Value) -> Result<Expr, ExprFault> {
        check::parse_condition(json)
    }

    /// The names of all facts that it reads.
    pub fn facts(&self) -> Vec<&str> {
        let mut names = Vec::new();
        self.collect_facts(&mut names);
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The self-check that the rep checks off to make it true, without `check.`; none for any other expression.
    pub fn self_check(&self) -> Option<&str> {
        match self {
            Expr::Fact(name) => name.strip_prefix("check."),
            _ => None,
        }
    }

    fn collect_facts<'a>(&'a self, into: &mut Vec<&'a str>) {
        match self {
            Expr::Fact(name) | Expr::Has(name) => into.push(name),
            Expr::And(all) | Expr::Or(all) => {
                for e in all {
                    e.collect_facts(into);
                }
            }
            Expr::Not(e) | Expr::Positive(e) => e.collect_facts(into),
            Expr::Compare(_, a, b) | Expr::Add(a, b) | Expr::Subtract(a, b) => {
                a.collect_facts(into);
                b.collect_facts(into);
            }
            Expr::In(a, others) => {
                a.collect_facts(into);
                for e in others {
                    e.collect_facts(into);
                }
            }
            Expr::Bool(_) | Expr::Int(_) | Expr::Text(_) | Expr::Date(_) | Expr::Money(_) | Expr::Today => {}
        }
    }
}

#[cfg(test)]
mod tests;
