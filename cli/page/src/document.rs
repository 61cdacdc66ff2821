//! The HTML document around the sections: head, header, figures, map, footer. The sections are in modules of their own.

use super::day::{DayPage, Figure};
use super::html::{counted, escape, name};
use super::map::svg;
use super::scene::Shape;
use super::{checkins, conflicts, legend, sales, sketch, timeline};

/// Heading and hint of the plans.
const PLANS: (&str, &str) = (
    "The plan, and again when the day broke",
    "Made on the phone, without a signal. What lies behind stays, promises are kept where they can be, and \
     whatever moved says so.",
);

/// Heading and hint of the drives.
const DRIVES: (&str, &str) = (
    "The drive",
    "What the phone recorded, cleaned. Where it was silent the way is dotted, and no metre of it is counted.",
);

/// The whole page.
pub(super) fn document(day: &DayPage) -> String {
    let body = format!(
        "{header}<main>\n{map}{plans}{drives}{checkins}{sales}<div class=\"columns\">\n{timeline}{conflicts}</div>\n\
         </main>\n{footer}",
        header = header(&eyebrow(day), &day.title, &day.story, &day.figures),
        map = map(day),
        plans = sketch::section(day, "plans", PLANS.0, PLANS.1, &day.plans),
        drives = sketch::section(day, "drives", DRIVES.0, DRIVES.1, &day.drives),
        checkins = checkins::section(day),
        sales = sales::section(&day.sales, &day.streets),
        timeline = timeline::section(day),
        conflicts = conflicts::section(day),
        footer = footer(day),
    );
    shell(&format!("{} · {}", escape(&day.title), escape(&day.town)), &body)
}

/// A complete HTML document around safe markup. Its content security policy forbids scripts and connections.
pub(super) fn shell(title: &str, body: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n\
         <style>\n{css}</style>\n</head>\n<body>\n{body}</body>\n</html>\n",
        css = include_str!("day.css"),
    )
}

fn eyebrow(day: &DayPage) -> String {
    format!("{} · {}", name(&day.town), escape(&day.date))
}

/// Headline, story and figures below an `eyebrow` of safe markup.
pub(super) fn header(eyebrow: &str, title: &str, story: &str, figures: &[Figure]) -> String {
    let figures: String = figures.iter().map(figure).collect();
    let figures = if figures.is_empty() {
        figures
    } else {
        format!("<dl class=\"figures\">{figures}</dl>\n")
    };
    format!(
        "<header>\n<p class=\"eyebrow\">{eyebrow}</p>\n<h1>{}</h1>\n<p class=\"story\">{}</p>\n{figures}</header>\n",
        escape(title),
        escape(story),
    )
}

/// The markup of one key figure.
fn figure(figure: &Figure) -> String {
    format!(
        "<div><dt>{}</dt><dd>{}</dd></div>",
        escape(&figure.label),
        escape(&figure.value)
    )
}

/// The map in both shapes, with its legend.
fn map(day: &DayPage) -> String {
    format!(
        "<section class=\"mapcard\" aria-label=\"Map\">\n{}{}{}</section>\n",
        svg(day, Shape::Wide),
        svg(day, Shape::Narrow),
        legend::list(day),
    )
}

/// The footer: the program that made the page, the number of places and the attribution.
fn footer(day: &DayPage) -> String {
    let from = day
        .attribution
        .as_ref()
        .map_or(String::new(), |a| format!(" {}.", escape(a)));
    format!(
        "<footer><p>Made by <code>fieldbook demo</code> from {}.{from} One file: no script, no network.</p></footer>\n",
        counted(day.places.len(), "place"),
    )
}
