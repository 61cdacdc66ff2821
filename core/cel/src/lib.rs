//! Conditions written in CEL, compiled where packs are made.
//!
//! People write `has(deal.amount) && deal.amount >= money("50000 CNY")`; a pack carries the tree that
//! [`fieldbook_sales::expr`] evaluates, so neither phone nor server reads CEL. The reader is the crate `cel`; this crate maps
//! what it read to the language of criteria and refuses the rest of CEL: lists but after `in`, maps, loops, doubles,
//! `?:` and functions of its own.
//!
//! | CEL | criteria |
//! |---|---|
//! | `true`, `5`, `-5`, `"A"` | literals |
//! | `money("50000 CNY")`, `date("2026-12-31")`, `today` | an amount, a day, the day of the judgement |
//! | `deal.budget_tier`, `role.economic_buyer`, `visits.held` | facts |
//! | `has(deal.amount)`, `has(deal.x.tender)` | true if the fact is there |
//! | `!a`, `a && b`, `a \|\| b` | logic; an error on one side gives way to what the other side decides alone |
//! | `==`, `!=`, `<`, `<=`, `>`, `>=` | comparison of two values of one type |
//! | `a in ["A", "B"]` | true if it equals one of them |
//! | `a + b`, `a - b` | whole numbers; a day and days; days between two days |
//! | `positive(deal.amount)` | true above zero |

use cel::common::ast::{CallExpr, Expr as Cel, IdedExpr, LiteralValue, operators};
use cel::parser::Parser;
use fieldbook_sales::expr::{DEPTH_MAX, Expr, ExprFault};
use serde_json::{Value, json};

/// The longest condition, in bytes.
pub const SOURCE_BYTES_MAX: usize = 4_000;

/// Why a condition was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CelFault {
    /// Longer than [`SOURCE_BYTES_MAX`].
    #[error("longer than {SOURCE_BYTES_MAX} bytes")]
    TooLong,
    /// Brackets or signs nested deeper than [`DEPTH_MAX`].
    #[error("nested deeper than {DEPTH_MAX}")]
    TooDeep,
    /// No CEL.
    #[error("{0}")]
    Syntax(String),
    /// CEL that criteria do not have.
    #[error("{0} has no place in a condition")]
    Unsupported(String),
    /// Well formed, but of a wrong type or with a fact that does not exist.
    #[error(transparent)]
    Condition(#[from] ExprFault),
}

/// Compiles a condition to the tree that a pack carries.
///
/// # Errors
/// [`CelFault`].
///
/// # Examples
/// ```
/// let tree = fieldbook_cel::compile(r#"has(deal.source) && deal.budget_tier in ["A", "B"]"#)?;
/// assert_eq!(
///     tree.to_string(),
///     r#"["and",["has","deal.source"],["in",["fact","deal.budget_tier"],"A","B"]]"#
/// );
/// # Ok::<(), fieldbook_cel::CelFault>(())
/// ```
pub fn compile(source: &str) -> Result<Value, CelFault> {
    if source.len() > SOURCE_BYTES_MAX {
        return Err(CelFault::TooLong);
    }
    check_depth(source)?;
    let read = Parser::new()
        .max_recursion_depth(250)
        .parse(source)
        .map_err(|errors| CelFault::Syntax(one_line(&errors.to_string())))?;
    let tree = tree(&read.expr)?;
    Expr::parse(&tree)?;
    Ok(tree)
}

/// Refuses what is nested too deep before it reaches a reader that descends by recursion.
fn check_depth(source: &str) -> Result<(), CelFault> {
    let (mut depth, mut signs, mut quote) = (0_usize, 0_usize, None);
    let mut chars = source.chars();
    while let Some(c) = chars.next() {
        if let Some(mark) = quote {
            match c {
                '\\' => {
                    chars.next();
                }
                c if c == mark => quote = None,
                _ => {}
            }
            continue;
        }
        match c {
            '"' | '\'' => quote = Some(c),
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            '!' | '-' => signs += 1,
            c if c.is_whitespace() => continue,
            _ => signs = 0,
        }
        if depth > DEPTH_MAX || signs > DEPTH_MAX {
            return Err(CelFault::TooDeep);
        }
    }
    Ok(())
}

/// The message of the reader without its drawing of the place.
fn one_line(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let line = line.strip_prefix("ERROR: <input>:").unwrap_or(line);
    line.chars().take(200).collect()
}

fn unsupported<T>(what: impl Into<String>) -> Result<T, CelFault> {
    Err(CelFault::Unsupported(what.into()))
}

fn tree(expr: &Cel) -> Result<Value, CelFault> {
    match expr {
        Cel::Literal(LiteralValue::Boolean(b)) => Ok(json!(*b.inner())),
        Cel::Literal(LiteralValue::Int(n)) => Ok(json!(*n.inner())),
        Cel::Literal(LiteralValue::String(text)) => Ok(json!(text.inner())),
        Cel::Literal(LiteralValue::Double(_)) => unsupported("a fraction"),
        Cel::Literal(_) => unsupported("null, bytes or an unsigned number"),
        Cel::Ident(name) if name == "today" => Ok(json!(["today"])),
        Cel::Ident(name) => unsupported(format!("the name {name}")),
        Cel::Select(select) => {
            let form = if select.test { "has" } else { "fact" };
            match path(&select.operand.expr) {
                Some(of) => Ok(json!([form, format!("{of}.{}", select.field)])),
                None => unsupported(format!("the member {}", select.field)),
            }
        }
        Cel::Call(call) => call_tree(call),
        Cel::List(_) => unsupported("a list that does not follow `in`"),
        Cel::Map(_) | Cel::Struct(_) => unsupported("a map"),
        Cel::Comprehension(_) => unsupported("a loop"),
        Cel::Unspecified => unsupported("nothing"),
    }
}

/// The name that members spell: `deal`, `deal.x`.
fn path(expr: &Cel) -> Option<String> {
    match expr {
        Cel::Ident(name) => Some(name.clone()),
        Cel::Select(select) if !select.test => {
            Some(format!("{}.{}", path(&select.operand.expr)?, select.field))
        }
        _ => None,
    }
}

fn call_tree(call: &CallExpr) -> Result<Value, CelFault> {
    let name = call.func_name.as_str();
    if call.target.is_some() {
        return unsupported(format!("the function {name}"));
    }
    match (name, call.args.as_slice()) {
        (operators::LOGICAL_AND, args) => chain("and", name, args),
        (operators::LOGICAL_OR, args) => chain("or", name, args),
        (operators::LOGICAL_NOT, [a]) => Ok(json!(["not", tree(&a.expr)?])),
        (operators::NEGATE, [a]) => match tree(&a.expr)?.as_i64().and_then(i64::checked_neg) {
            Some(n) => Ok(json!(n)),
            None => unsupported("a minus before something else than a whole number"),
        },
        (operators::IN, [a, list]) => {
            let Cel::List(list) = &list.expr else {
                return unsupported("`in` without a list");
            };
            let mut form = vec![json!("in"), tree(&a.expr)?];
            for element in &list.elements {
                form.push(tree(&element.expr)?);
            }
            Ok(Value::Array(form))
        }
        ("money", [a]) => match tree(&a.expr)?.as_str().and_then(|text| text.split_once(' ')) {
            Some((amount, currency)) => Ok(json!(["money", amount, currency.trim()])),
            None => unsupported("money of something else than \"50000 CNY\""),
        },
        ("date", [a]) => match tree(&a.expr)? {
            Value::String(day) => Ok(json!(["date", day])),
            _ => unsupported("date of something else than \"2026-12-31\""),
        },
        ("positive", [a]) => Ok(json!(["positive", tree(&a.expr)?])),
        (name, [a, b]) => match two_sided(name) {
            Some(form) => Ok(json!([form, tree(&a.expr)?, tree(&b.expr)?])),
            None => unsupported(format!("the function {name}")),
        },
        _ => unsupported(format!("the function {name}")),
    }
}

/// A chain of one logical operator as one form, so that it nests no deeper than it must.
fn chain(form: &str, operator: &str, args: &[IdedExpr]) -> Result<Value, CelFault> {
    fn collect(operator: &str, args: &[IdedExpr], into: &mut Vec<Value>) -> Result<(), CelFault> {
        for arg in args {
            match &arg.expr {
                Cel::Call(call) if call.func_name == operator && call.target.is_none() => {
                    collect(operator, &call.args, into)?;
                }
                other => into.push(tree(other)?),
            }
        }
        Ok(())
    }
    let mut all = vec![json!(form)];
    collect(operator, args, &mut all)?;
    Ok(Value::Array(all))
}

fn two_sided(operator: &str) -> Option<&'static str> {
    Some(match operator {
        operators::EQUALS => "==",
        operators::NOT_EQUALS => "!=",
        operators::LESS => "<",
        operators::LESS_EQUALS => "<=",
        operators::GREATER => ">",
        operators::GREATER_EQUALS => ">=",
        operators::ADD => "+",
        operators::SUBSTRACT => "-",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_become_trees() {
        for (source, tree) in [
            ("visits.held > 2", r#"[">",["fact","visits.held"],2]"#),
            (
                "role.economic_buyer >= 1 && check.demo || !has(deal.x.tender)",
                r#"["or",["and",[">=",["fact","role.economic_buyer"],1],["fact","check.demo"]],["not",["has","deal.x.tender"]]]"#,
            ),
            (
                "has(deal.amount) && deal.amount >= money(\"50000 CNY\") && stage.days < 5 && true",
                r#"["and",["has","deal.amount"],[">=",["fact","deal.amount"],["money","50000","CNY"]],["<",["fact","stage.days"],5],true]"#,
            ),
            (
                "deal.close_on - today <= 30 && today < date('2027-01-01')",
                r#"["and",["<=",["-",["fact","deal.close_on"],["today"]],30],["<",["today"],["date","2027-01-01"]]]"#,
            ),
            (
                "tasks.open + -1 == 0",
                r#"["==",["+",["fact","tasks.open"],-1],0]"#,
            ),
        ] {
            assert_eq!(compile(source).unwrap().to_string(), tree, "{source}");
        }
    }

    #[test]
    fn what_criteria_do_not_have_is_refused_in_words() {
        for (source, says) in [
            ("visits.held", "[\"fact\",\"visits.held\"] is a int, not a bool"),
            ("deal.colour == 'red'", "there is no fact deal.colour"),
            ("deal.amount > 1.5", "a fraction has no place in a condition"),
            (
                "visits.held * 2 > 3",
                "the function _*_ has no place in a condition",
            ),
            ("[1, 2].exists(n, n > 1)", "a loop has no place in a condition"),
            ("colour", "the name colour has no place in a condition"),
            (
                "deal.source.size() > 3",
                "the function size has no place in a condition",
            ),
        ] {
            assert_eq!(compile(source).unwrap_err().to_string(), says, "{source}");
        }
        assert!(matches!(compile("visits.held >"), Err(CelFault::Syntax(_))));
        assert_eq!(
            compile(&format!("{}true{}", "(".repeat(25), ")".repeat(25))),
            Err(CelFault::TooDeep)
        );
        assert_eq!(
            compile(&format!("{}true", "!".repeat(30))),
            Err(CelFault::TooDeep)
        );
        assert_eq!(compile(&"true && ".repeat(600)), Err(CelFault::TooLong));
    }

    #[test]
    fn a_long_chain_is_not_deep() {
        let source = vec!["visits.held > 0"; 200].join(" && ");
        assert_eq!(compile(&source).unwrap().as_array().unwrap().len(), 201);
    }
}
