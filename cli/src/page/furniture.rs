//! What stands on the map without being on the ground: scale bar, locator, attribution; and the legend below it.

use super::day::{DayPage, Tier, Verdict};
use super::ground::{dots, round_down};
use super::html::{escape, metres, px};
use super::labels::{Board, Rect, text_width};
use super::map::{Scene, Shape};
use super::marks::verdict_class;
use super::projection::{Extent, Frame, Px, View};
use super::route::colour_class;

/// Everything in the corners; blocks its ground for names.
pub(super) fn layer(scene: &Scene, board: &mut Board) -> String {
    format!(
        "<g class=\"furniture\">{}{}{}</g>",
        scale_bar(scene, board),
        attribution(scene, board),
        locator(scene, board).unwrap_or_default()
    )
}

/// A bar of a round length, bottom left.
fn scale_bar(scene: &Scene, board: &mut Board) -> String {
    let view = &scene.view;
    let wanted = if scene.shape == Shape::Wide { 180.0 } else { 110.0 };
    let length_m = round_down(wanted / view.px_per_metre_mid());
    let (w, y) = (length_m * view.px_per_metre_mid(), view.frame().height - 18.0);
    board.block(Rect {
        x: 8.0,
        y: y - 22.0,
        w: w + 20.0,
        h: 34.0,
    });
    format!(
        "<path class=\"scale\" d=\"M16 {top}V{y}H{end}V{top}\"/><text class=\"scale\" x=\"{mid}\" y=\"{text}\">{label}</text>",
        top = px(y - 5.0),
        y = px(y),
        end = px(16.0 + w),
        mid = px(16.0 + w / 2.0),
        text = px(y - 6.0),
        label = metres(length_m),
    )
}

/// Whose data it is, bottom right.
fn attribution(scene: &Scene, board: &mut Board) -> String {
    let Some(text) = &scene.day.attribution else {
        return String::new();
    };
    let Frame { width, height } = scene.view.frame();
    let w = text_width(text, 10.0) + 12.0;
    board.block(Rect {
        x: width - w - 8.0,
        y: height - 26.0,
        w,
        h: 20.0,
    });
    let (x, y, text) = (px(width - 12.0), px(height - 12.0), escape(text));
    format!("<text class=\"attribution\" x=\"{x}\" y=\"{y}\">{text}</text>")
}

/// When the map shows only a part of the book: the whole book small, top right, with the part framed.
fn locator(scene: &Scene, board: &mut Board) -> Option<String> {
    let view = &scene.view;
    let Frame { width, height } = view.frame();
    let outside = scene
        .day
        .places
        .iter()
        .filter(|p| !view.shows(view.place(p.at), 0.0))
        .count();
    if outside * 20 < scene.day.places.len() || outside == 0 {
        return None;
    }
    let side = if scene.shape == Shape::Wide { 150.0 } else { 84.0 };
    let frame = Frame {
        width: side,
        height: side,
    };
    let small = View::fitted(
        Extent::around(scene.day.places.iter().map(|p| p.at))?,
        frame,
        8.0,
        1.0,
    );
    let places = scene.day.places.iter().map(|p| small.place(p.at));
    let d = dots(places.filter(|p| small.shows(*p, 0.0)));
    let corner = |x: f64, y: f64| small.place(view.point(Px { x, y }));
    let (nw, se) = (corner(0.0, 0.0), corner(width, height));
    let x = width - side - 12.0;
    board.block(Rect {
        x: x - 4.0,
        y: 8.0,
        w: side + 8.0,
        h: side + 8.0,
    });
    Some(format!(
        "<g class=\"locator\" transform=\"translate({} 12)\"><rect class=\"box\" width=\"{s}\" height=\"{s}\" rx=\"6\"/>\
         <path class=\"crowd\" d=\"{d}\"/><rect class=\"part\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/></g>",
        px(x),
        px(nw.x),
        px(nw.y),
        px((se.x - nw.x).max(3.0)),
        px((se.y - nw.y).max(3.0)),
        s = px(side),
    ))
}

/// The legend, as a list: only what the map really shows.
pub(super) fn legend(day: &DayPage) -> String {
    let mut items: Vec<String> = Vec::new();
    for verdict in [
        Verdict::Verified,
        Verdict::LikelyOnSite,
        Verdict::OffSite,
        Verdict::Unverifiable,
    ] {
        if day.visits.iter().any(|v| v.verdict == verdict) {
            let key = format!(
                "<path class=\"drop {}\" d=\"M8 15C7 11 2.5 9.5 2.5 6.2A5.5 5.5 0 0 1 13.5 6.2C13.5 9.5 9 11 8 15Z\"/>",
                verdict_class(verdict)
            );
            items.push(item(&key, verdict_word(verdict)));
        }
    }
    let shown = |tier: Tier| day.places.iter().any(|p| p.tier == tier);
    for (tier, class, r, text) in [
        (Tier::A, "tier-a", "4.4", "Tier A"),
        (Tier::B, "tier-b", "3.4", "Tier B"),
        (Tier::C, "tier-c", "2.6", "Tier C"),
        (Tier::Unrated, "tier-none", "2.6", "Place of the book"),
    ] {
        if shown(tier) {
            items.push(item(
                &format!("<circle class=\"{class}\" cx=\"8\" cy=\"8\" r=\"{r}\"/>"),
                text,
            ));
        }
    }
    if day
        .visits
        .iter()
        .any(|v| day.places.get(v.place).is_some_and(|p| p.fence.is_some()))
    {
        items.push(item(
            "<circle class=\"fence\" cx=\"8\" cy=\"8\" r=\"6.5\"/>",
            "Fence",
        ));
    }
    if day.visits.iter().any(|v| v.fix.is_some()) {
        let key = "<circle class=\"accuracy unknown\" cx=\"8\" cy=\"8\" r=\"6.5\"/><circle class=\"fix unknown\" cx=\"8\" cy=\"8\" r=\"2.2\"/>";
        items.push(item(key, "Position and its accuracy"));
    }
    for route in &day.routes {
        let key = format!(
            "<g class=\"route {}\"><path class=\"way\" d=\"M0 8H16\"/><path class=\"arrows\" d=\"M6 4L10 8L6 12\"/></g>",
            colour_class(route.rep)
        );
        items.push(item(&key, &route.label));
    }
    format!("<ul class=\"legend\">{}</ul>", items.concat())
}

/// One line of the legend; `key` is markup, `text` is not.
fn item(key: &str, text: &str) -> String {
    format!(
        "<li><svg viewBox=\"0 0 16 16\" aria-hidden=\"true\">{key}</svg>{}</li>",
        escape(text)
    )
}

/// A verdict as people say it.
pub(super) fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Verified => "Verified",
        Verdict::LikelyOnSite => "Likely on site",
        Verdict::OffSite => "Off site",
        Verdict::Unverifiable => "Unverifiable",
    }
}
