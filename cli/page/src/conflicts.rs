//! The conflict cards: both values with author and time, and the one that is in force.

use super::day::{ConflictRow, DayPage, Value};
use super::html::{clock, escape, name};

/// The section; empty without conflicts.
pub(super) fn section(day: &DayPage) -> String {
    if day.conflicts.is_empty() {
        return String::new();
    }
    let cards: String = day.conflicts.iter().map(card).collect();
    format!(
        "<section class=\"conflicts\" aria-labelledby=\"conflicts\"><h2 id=\"conflicts\">Two hands on one field</h2>\
         <p class=\"hint\">A rule chooses; nothing is thrown away. The other value stays, and one call brings it back.</p>\n{cards}</section>\n"
    )
}

/// The card of one conflict.
fn card(row: &ConflictRow) -> String {
    let (chosen_stands, chosen_word, lost_word) = match row.restored {
        None => (true, "Kept", "Set aside"),
        Some(_) => (false, "Kept at first", "Restored"),
    };
    let verdict = match &row.restored {
        None => {
            "<p class=\"outcome\">The rule's choice stands until somebody decides otherwise.</p>".to_owned()
        }
        Some(r) => {
            format!(
                "<p class=\"outcome\">{} restored <q>{}</q> at {}.</p>",
                name(&r.by),
                value_markup(&row.lost),
                clock(r.at)
            )
        }
    };
    format!(
        "<article><h3>{} <span class=\"field\">{}</span></h3><div class=\"pair\">{}{}</div>{verdict}</article>\n",
        name(&row.record),
        escape(&row.field),
        side(&row.chosen, chosen_word, chosen_stands),
        side(&row.lost, lost_word, !chosen_stands),
    )
}

/// One of the two values.
fn side(value: &Value, word: &str, stands: bool) -> String {
    format!(
        "<div class=\"value{}\"><span class=\"mark\">{word}</span><p>{}</p><span class=\"sub\">{} · {}</span></div>",
        if stands { " stands" } else { "" },
        value_markup(value),
        name(&value.by),
        clock(value.at),
    )
}

/// The value as markup; a cleared field is shown as such.
fn value_markup(value: &Value) -> String {
    if value.text.is_empty() {
        "<em>cleared</em>".to_owned()
    } else {
        name(&value.text)
    }
}
