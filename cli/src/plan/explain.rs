//! `plan explain`: why one customer is in the plan of a day or not, or every candidate in one line each.

use std::fmt;

use fieldbook_core::book::{Book, PlannedDay};
use fieldbook_core::ids::RecordId;
use serde::Serialize;
use serde_json::Value;

use super::day::{DayOptions, candidate_json, print_table, rfc3339, time_of_plan, to_json};
use super::solve;
use crate::context::Context;
use crate::error::CliError;
use fieldbook_format::{clean, score_terms};

/// Say why a customer is in the plan of a day or not, and who would fall out if it had to be
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  fieldbook plan explain 019ab0f2-7c1e-7000-8000-000000000001 --date 2026-11-25"
)]
pub(crate) struct ExplainArgs {
    /// The account; without it, every candidate in one line
    account: Option<RecordId>,
    #[command(flatten)]
    options: DayOptions,
}

/// One customer's place in the plan of a day: `Serialize` is the JSON for programs, `Display` the text for people.
#[derive(Debug, Serialize)]
struct Explanation {
    #[serde(flatten)]
    candidate: Value,
    visited: bool,
    /// Start of the visit, RFC 3339; `None` if the customer is left out.
    start: Option<String>,
    /// The planner's reason for leaving the customer out; `None` if it is visited.
    reason: Option<String>,
    /// `true` if the customer is visited, or could be if it were mandatory.
    possible: bool,
    /// Customers that would be left out if this one were mandatory, by name.
    would_fall_out: Vec<String>,
    #[serde(skip)]
    title: String,
    /// Start of the visit as `09:30`; empty if the customer is left out.
    #[serde(skip)]
    start_text: String,
    /// The terms of the visit score.
    #[serde(skip)]
    why: String,
}

impl Explanation {
    /// Explains `account`; for a customer left out the day is planned once more, with the customer mandatory.
    fn new(
        context: &Context,
        book: &Book,
        day: &PlannedDay,
        account: RecordId,
    ) -> Result<Explanation, CliError> {
        let visited = day.stops().find(|(candidate, _)| candidate.account.id == account);
        let left_out = day
            .left_out()
            .find(|(candidate, _)| candidate.account.id == account);
        let forced = match left_out {
            Some(_) => Some(book.what_if(day, account)?),
            None => None,
        };
        let Some(candidate) = visited.map(|(c, _)| c).or(left_out.map(|(c, _)| c)) else {
            return Err(no_candidate(account));
        };
        let forced_in = forced
            .as_ref()
            .is_some_and(|forced| forced.day.stops().any(|(c, _)| c.account.id == account));
        let start_s = visited.map(|(_, visit)| visit.start_s);
        let fall_out = forced.iter().flat_map(|forced| &forced.fall_out);
        Ok(Explanation {
            candidate: candidate_json(candidate),
            visited: visited.is_some(),
            start: start_s.map(|s| rfc3339(context, day, s)),
            reason: left_out.map(|(_, left)| left.reason.clone()),
            possible: visited.is_some() || forced_in,
            would_fall_out: fall_out.map(|id| account_title(day, *id)).collect(),
            title: candidate.account.title().to_owned(),
            start_text: start_s.map_or(String::new(), |s| time_of_plan(context, day, s)),
            why: score_terms(candidate),
        })
    }
}

impl fmt::Display for Explanation {
    /// One line, or two for a customer left out. Names are on one line each and cannot command the terminal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (title, why) = (&self.title, &self.why);
        let Some(reason) = &self.reason else {
            let line = format!("{title} is visited at {}: {why}.", self.start_text);
            return f.write_str(&clean(&line));
        };
        let line = format!("{title} is left out: {reason}. Its worth: {why}.");
        writeln!(f, "{}", clean(&line))?;
        match (self.possible, self.would_fall_out.is_empty()) {
            (false, _) => f.write_str("It cannot be visited on that day, whoever falls out."),
            (true, true) => f.write_str("If it had to be seen, nobody would fall out."),
            (true, false) => {
                let names = clean(&self.would_fall_out.join(", "));
                write!(f, "If it had to be seen, these would fall out: {names}.")
            }
        }
    }
}

pub(crate) fn explain(context: &mut Context, args: &ExplainArgs) -> Result<(), CliError> {
    let book = context.book()?;
    let day = args.options.plan(context, &book)?;
    let Some(account) = args.account else {
        return explain_all(context, &day);
    };
    let explanation = Explanation::new(context, &book, &day, account)?;
    if context.out.json() {
        return context.out.value(&solve::to_json(&explanation)?);
    }
    let text = explanation.to_string();
    text.lines().try_for_each(|line| context.out.line(line))
}

/// The name of a candidate's account, or its id if it is no candidate.
fn account_title(day: &PlannedDay, id: RecordId) -> String {
    let candidate = day.candidates.iter().find(|candidate| candidate.account.id == id);
    candidate.map_or_else(
        || id.to_string(),
        |candidate| candidate.account.title().to_owned(),
    )
}

fn no_candidate(account: RecordId) -> CliError {
    CliError::refused(
        "no_candidate",
        "this account is no candidate of that day: too far, without a place, seen already, or not among the most valuable",
    )
    .with("account", account.to_string())
}

/// Prints every candidate in one line.
fn explain_all(context: &mut Context, day: &PlannedDay) -> Result<(), CliError> {
    if context.out.json() {
        let value = to_json(context, day);
        return context.out.value(&value);
    }
    print_table(context, day)?;
    for (candidate, left) in day.left_out() {
        context.out.line(&format!(
            "left out: {}: {} ({})",
            candidate.account.title(),
            left.reason,
            score_terms(candidate)
        ))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn left_out(possible: bool, would_fall_out: &[&str]) -> Explanation {
        Explanation {
            candidate: json!({ "name": "Corner\nShop" }),
            visited: false,
            start: None,
            reason: Some("no time is left".to_owned()),
            possible,
            would_fall_out: would_fall_out.iter().map(|name| (*name).to_owned()).collect(),
            title: "Corner\nShop".to_owned(),
            start_text: String::new(),
            why: "tier A".to_owned(),
        }
    }

    #[test]
    fn a_customer_left_out_has_its_reason_and_the_price_of_a_visit() {
        insta::assert_snapshot!(left_out(true, &["Café", "Mill"]), @r"
        Corner Shop is left out: no time is left. Its worth: tier A.
        If it had to be seen, these would fall out: Café, Mill.
        ");
        let last = |explanation: Explanation| explanation.to_string().lines().last().map(str::to_owned);
        assert_eq!(
            [last(left_out(true, &[])), last(left_out(false, &[]))].map(Option::unwrap),
            [
                "If it had to be seen, nobody would fall out.",
                "It cannot be visited on that day, whoever falls out."
            ]
        );
    }

    #[test]
    fn programs_get_the_candidate_with_the_explanation_in_one_object() {
        let value = serde_json::to_value(left_out(true, &["Café"])).unwrap();
        let expected = json!({
            "name": "Corner\nShop", "visited": false, "start": null, "reason": "no time is left", "possible": true,
            "would_fall_out": ["Café"],
        });
        assert_eq!(value, expected);
    }
}
