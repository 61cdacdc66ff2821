//! The reading of expressions, and their types.

use serde_json::Value;

use super::{COMPARISONS, Comparison, DEPTH_MAX, Expr};
use crate::facts::{FactType, fact_type};

/// Why an expression was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExprFault {
    /// No form of the language.
    #[error("{text} is no expression")]
    Form {
        /// The JSON that was found, shortened.
        text: String,
    },
    /// A fact that does not exist.
    #[error("there is no fact {name}")]
    NoSuchFact {
        /// The name that was asked for.
        name: String,
    },
    /// A value of another type than the place takes.
    #[error("{text} is a {found}, not a {wanted}")]
    WrongType {
        /// The JSON of the value, shortened.
        text: String,
        /// The type that it has.
        found: &'static str,
        /// The types that the place takes.
        wanted: &'static str,
    },
    /// Nested deeper than [`DEPTH_MAX`].
    #[error("nested deeper than {DEPTH_MAX}")]
    TooDeep,
}

/// Reads an expression whose value is true or false.
pub(super) fn parse_condition(json: &Value) -> Result<Expr, ExprFault> {
    let (expr, found) = parse(json, 1)?;
    require(json, found, &[FactType::Bool], "bool")?;
    Ok(expr)
}

fn shortened(json: &Value) -> String {
    let text = json.to_string();
    if text.chars().count() > 80 {
        text.chars().take(77).chain("...".chars()).collect()
    } else {
        text
    }
}

fn require(json: &Value, found: FactType, types: &[FactType], wanted: &'static str) -> Result<(), ExprFault> {
    if types.contains(&found) {
        return Ok(());
    }
    Err(ExprFault::WrongType {
        text: shortened(json),
        found: found.name(),
        wanted,
    })
}

fn parse(json: &Value, depth: usize) -> Result<(Expr, FactType), ExprFault> {
    if depth > DEPTH_MAX {
        return Err(ExprFault::TooDeep);
    }
    let form = || ExprFault::Form {
        text: shortened(json),
    };
    match json {
        Value::Bool(b) => Ok((Expr::Bool(*b), FactType::Bool)),
        Value::Number(n) => Ok((Expr::Int(n.as_i64().ok_or_else(form)?), FactType::Int)),
        Value::String(text) => Ok((Expr::Text(text.clone()), FactType::Text)),
        Value::Array(items) => {
            let (head, rest) = items.split_first().ok_or_else(form)?;
            let head = head.as_str().ok_or_else(form)?;
            match rest {
                [] if head == "today" => Ok((Expr::Today, FactType::Date)),
                [Value::String(text), ..] if is_literal(head) => {
                    literal(head, text, rest).ok_or_else(form)?
                }
                _ => operator(head, rest, depth + 1, &form),
            }
        }
        Value::Null | Value::Object(_) => Err(form()),
    }
}

fn is_literal(head: &str) -> bool {
    matches!(head, "fact" | "has" | "date" | "money")
}

type Parsed = Result<(Expr, FactType), ExprFault>;

/// The forms whose arguments are texts; `None` for a form that does not read.
fn literal(head: &str, text: &str, rest: &[Value]) -> Option<Parsed> {
    let known = |name: &str| {
        fact_type(name).ok_or_else(|| ExprFault::NoSuchFact {
            name: name.to_owned(),
        })
    };
    Some(match (head, rest) {
        ("fact", [_]) => known(text).map(|takes| (Expr::Fact(text.to_owned()), takes)),
        ("has", [_]) => known(text).map(|_| (Expr::Has(text.to_owned()), FactType::Bool)),
        ("date", [_]) => Ok((Expr::Date(text.parse().ok()?), FactType::Date)),
        ("money", [_, currency]) => {
            let money = format!("{text} {}", currency.as_str()?).parse().ok()?;
            Ok((Expr::Money(money), FactType::Money))
        }
        _ => return None,
    })
}

fn operator(head: &str, rest: &[Value], depth: usize, form: &dyn Fn() -> ExprFault) -> Parsed {
    let bool_of = |json: &Value| {
        let (expr, found) = parse(json, depth)?;
        require(json, found, &[FactType::Bool], "bool")?;
        Ok(expr)
    };
    if let Some((_, comparison)) = COMPARISONS.iter().find(|(word, _)| *word == head) {
        let [a, b] = rest else { return Err(form()) };
        return compare(*comparison, a, b, depth);
    }
    let expr = match (head, rest) {
        ("and", [_, ..]) => Expr::And(rest.iter().map(bool_of).collect::<Result<_, _>>()?),
        ("or", [_, ..]) => Expr::Or(rest.iter().map(bool_of).collect::<Result<_, _>>()?),
        ("not", [of]) => Expr::Not(Box::new(bool_of(of)?)),
        ("positive", [of]) => {
            let (expr, found) = parse(of, depth)?;
            require(of, found, &[FactType::Int, FactType::Money], "int or money")?;
            Expr::Positive(Box::new(expr))
        }
        ("in", [of, others @ ..]) if !others.is_empty() => {
            let (expr, wanted) = parse(of, depth)?;
            refuse_opaque(of, wanted)?;
            let mut parsed = Vec::new();
            for other in others {
                let (expr, found) = parse(other, depth)?;
                require(other, found, &[wanted], wanted.name())?;
                parsed.push(expr);
            }
            Expr::In(Box::new(expr), parsed)
        }
        ("+" | "-", [a, b]) => return arithmetic(head, a, b, depth),
        _ => return Err(form()),
    };
    Ok((expr, FactType::Bool))
}

fn refuse_opaque(json: &Value, found: FactType) -> Result<(), ExprFault> {
    let comparable = [
        FactType::Bool,
        FactType::Int,
        FactType::Text,
        FactType::Date,
        FactType::Money,
    ];
    require(json, found, &comparable, "value that can be compared")
}

fn compare(comparison: Comparison, a: &Value, b: &Value, depth: usize) -> Parsed {
    let (left, wanted) = parse(a, depth)?;
    let (right, found) = parse(b, depth)?;
    refuse_opaque(a, wanted)?;
    require(b, found, &[wanted], wanted.name())?;
    let ordered = !matches!(comparison, Comparison::Equal | Comparison::NotEqual);
    if ordered {
        require(
            a,
            wanted,
            &[FactType::Int, FactType::Date, FactType::Money],
            "int, date or money",
        )?;
    }
    Ok((
        Expr::Compare(comparison, Box::new(left), Box::new(right)),
        FactType::Bool,
    ))
}

fn arithmetic(head: &str, a: &Value, b: &Value, depth: usize) -> Parsed {
    let (left, of) = parse(a, depth)?;
    let (right, by) = parse(b, depth)?;
    require(a, of, &[FactType::Int, FactType::Date], "int or date")?;
    let found = match (head, of, by) {
        (_, FactType::Int, FactType::Int) | ("-", FactType::Date, FactType::Date) => FactType::Int,
        (_, FactType::Date, FactType::Int) => FactType::Date,
        _ => {
            return Err(ExprFault::WrongType {
                text: shortened(b),
                found: by.name(),
                wanted: "int",
            });
        }
    };
    let (left, right) = (Box::new(left), Box::new(right));
    let expr = if head == "+" {
        Expr::Add(left, right)
    } else {
        Expr::Subtract(left, right)
    };
    Ok((expr, found))
}
