//! The page of a plan: all days on one map, then each day with its map and its list, then the candidates left out.

use super::day::{LeftOut, PlanPage, Sketch};
use super::document::{header, shell};
use super::ground::{dots, graticule};
use super::html::{escape, metres, px};
use super::projection::{Extent, Frame, View};
use super::route::{colour_class, order};
use super::sketch::{days, depot_icons, path_points, points, reasons};

/// The size of the map of all days, pixels.
const FRAME: Frame = Frame {
    width: 1120.0,
    height: 620.0,
};

/// Least width or height of the ground shown, metres.
const SPAN_MIN_M: f64 = 500.0;

/// Most candidates left out that are listed by name; the rest are counted.
const LEFT_OUT_MAX: usize = 40;

/// The whole page.
pub(super) fn document(page: &PlanPage) -> String {
    let overview = if page.days.len() > 1 {
        overview(page)
    } else {
        String::new()
    };
    let body = format!(
        "{header}<main>\n{overview}{days}{left_out}</main>\n<footer><p>Made by <code>{made_by}</code>. One file: no \
         script, no network.</p></footer>\n",
        header = header(&escape(&page.eyebrow), &page.title, &page.story, &page.figures),
        days = days(page),
        left_out = left_out(&page.left_out),
        made_by = escape(&page.made_by),
    );
    shell(&escape(&page.title), &body)
}

/// All days on one map, each in its colour, over the candidates without a visit.
fn overview(page: &PlanPage) -> String {
    let Some(extent) = Extent::around(page.days.iter().flat_map(points)) else {
        return String::new();
    };
    let view = View::fitted(extent, FRAME, 40.0, SPAN_MIN_M);
    let quiet = page.quiet.iter().filter(|at| at.is_known());
    let quiet = quiet.map(|at| view.place(*at)).filter(|at| view.shows(*at, 0.0));
    let routes: String = page
        .days
        .iter()
        .map(|day| order(&path_points(&view, day), day.rep, &day.title))
        .collect();
    let depots = page
        .days
        .first()
        .map_or(String::new(), |day| depot_icons(&view, day));
    let (w, h) = (px(FRAME.width), px(FRAME.height));
    format!(
        "<section class=\"mapcard\" aria-label=\"Map\">\n<svg class=\"map\" viewBox=\"0 0 {w} {h}\" role=\"img\" \
         aria-label=\"All days\"><rect class=\"land\" width=\"{w}\" height=\"{h}\"/>{}<path class=\"quiet\" d=\"{}\"/>\
         {routes}{depots}</svg>\n<ul class=\"legend\">{}<li>{} from edge to edge</li></ul></section>\n",
        graticule(&view),
        dots(quiet),
        page.days.iter().map(legend).collect::<String>(),
        metres(FRAME.width / view.px_per_metre_mid()),
    )
}

fn legend(day: &Sketch) -> String {
    format!(
        "<li><svg class=\"route {}\" viewBox=\"0 0 16 16\" aria-hidden=\"true\"><path class=\"way\" d=\"M1 8h14\"/></svg>{}</li>",
        colour_class(day.rep),
        escape(&day.title)
    )
}

fn left_out(all: &[LeftOut]) -> String {
    if all.is_empty() {
        return String::new();
    }
    let lines = reasons(all, LEFT_OUT_MAX);
    format!(
        "<section aria-labelledby=\"left\"><h2 id=\"left\">Left out</h2><p class=\"hint\">Who is not visited, or less often \
         than wanted, each with the one reason.</p><ul class=\"unmet\"><li>{lines}</li></ul></section>\n"
    )
}
