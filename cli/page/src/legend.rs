//! The legend below the map: one entry for each symbol that the map shows.

use super::day::{DayPage, PlaceState, Tier, Verdict};
use super::html::escape;
use super::marks::verdict_class;
use super::route::colour_class;

/// The legend, as a list.
pub(super) fn list(day: &DayPage) -> String {
    let items: String = verdicts(day)
        .chain(tiers(day))
        .chain(circles(day))
        .chain(contested(day))
        .chain(routes(day))
        .collect();
    format!("<ul class=\"legend\">{items}</ul>")
}

/// A small pin for each verdict.
fn verdicts(day: &DayPage) -> impl Iterator<Item = String> {
    let all = [
        Verdict::Verified,
        Verdict::LikelyOnSite,
        Verdict::OffSite,
        Verdict::Unverifiable,
    ];
    all.into_iter()
        .filter(|verdict| day.visits.iter().any(|v| v.verdict == *verdict))
        .map(|verdict| {
            let class = verdict_class(verdict);
            let drop = "M8 15.5C7.2 12 2.5 10.4 2.5 6.3A5.5 5.5 0 0 1 13.5 6.3C13.5 10.4 8.8 12 8 15.5Z";
            item(
                &format!("<path class=\"drop {class}\" d=\"{drop}\"/>"),
                verdict_text(verdict),
            )
        })
}

/// A dot for each tier.
fn tiers(day: &DayPage) -> impl Iterator<Item = String> {
    let all = [
        (Tier::A, "tier-a", "4.4", "Tier A"),
        (Tier::B, "tier-b", "3.4", "Tier B"),
        (Tier::C, "tier-c", "2.6", "Tier C"),
        (Tier::Unrated, "tier-none", "2.6", "Place of the book"),
    ];
    all.into_iter()
        .filter(|(tier, ..)| day.places.iter().any(|p| p.tier == *tier))
        .map(|(_, class, r, text)| {
            item(
                &format!("<circle class=\"{class}\" cx=\"8\" cy=\"8\" r=\"{r}\"/>"),
                text,
            )
        })
}

/// Entries for fence and fix.
fn circles(day: &DayPage) -> impl Iterator<Item = String> {
    let fenced = day
        .visits
        .iter()
        .any(|v| day.places.get(v.place).is_some_and(|p| p.fence.is_some()));
    let fixed = day.visits.iter().any(|v| v.fix.is_some());
    let fence = "<circle class=\"fence\" cx=\"8\" cy=\"8\" r=\"6.5\"/>";
    let fix = "<circle class=\"accuracy unknown\" cx=\"8\" cy=\"8\" r=\"6.5\"/>\
               <circle class=\"fix unknown\" cx=\"8\" cy=\"8\" r=\"2.2\"/>";
    [
        fenced.then(|| item(fence, "Fence")),
        fixed.then(|| item(fix, "Position and its accuracy")),
    ]
    .into_iter()
    .flatten()
}

/// The entry for contested places.
fn contested(day: &DayPage) -> Option<String> {
    let any = day.places.iter().any(|p| p.state == PlaceState::Contested);
    any.then(|| {
        item(
            "<path class=\"contested\" d=\"M8 1.5l6.5 6.5l-6.5 6.5l-6.5 -6.5Z\"/>",
            "Edited by two people at once",
        )
    })
}

/// A piece of line for each route.
fn routes(day: &DayPage) -> impl Iterator<Item = String> {
    day.routes.iter().map(|route| {
        let line = "<path class=\"way\" d=\"M0 8H16\"/><path class=\"arrows\" d=\"M6 4L10 8L6 12\"/>";
        item(
            &format!("<g class=\"route {}\">{line}</g>", colour_class(route.rep)),
            &route.label,
        )
    })
}

/// One line of the legend; `key` is markup, `text` is not.
fn item(key: &str, text: &str) -> String {
    format!(
        "<li><svg viewBox=\"0 0 16 16\" aria-hidden=\"true\">{key}</svg>{}</li>",
        escape(text)
    )
}

/// A verdict in words.
pub(super) fn verdict_text(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Verified => "Verified",
        Verdict::LikelyOnSite => "Likely on site",
        Verdict::OffSite => "Off site",
        Verdict::Unverifiable => "Unverifiable",
    }
}
