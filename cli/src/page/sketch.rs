//! Small maps with their lists: plans beside each other, drives as they went.

use super::day::{DayPage, LeftOut, PlanPage, Point, Sketch, SketchStop, StopNews};
use super::ground;
use super::html::{clock, escape, name, px};
use super::projection::{Extent, Frame, Px, View};
use super::route::{colour_class, order};
use super::streets::Street;

/// The size of one map, pixels.
const FRAME: Frame = Frame {
    width: 540.0,
    height: 340.0,
};

/// Ground shown at least, metres.
const SPAN_MIN_M: f64 = 500.0;

/// The most of what was left out that is listed; the rest is counted.
const LEFT_OUT_MAX: usize = 6;

/// A section of sketches on one scale, so that they can be compared; nothing without any.
pub(super) fn section(day: &DayPage, id: &str, title: &str, hint: &str, sketches: &[Sketch]) -> String {
    let Some(extent) = Extent::around(sketches.iter().flat_map(points)) else {
        return String::new();
    };
    let view = View::fitted(extent, FRAME, 34.0, SPAN_MIN_M);
    let cards: String = sketches.iter().map(|s| card(&day.streets, &view, s)).collect();
    format!(
        "<section aria-labelledby=\"{id}\"><h2 id=\"{id}\">{}</h2><p class=\"hint\">{}</p>\
         <div class=\"sketches\">\n{cards}</div></section>\n",
        escape(title),
        escape(hint),
    )
}

/// The days of a plan, each on its own scale, without streets.
pub(super) fn days(page: &PlanPage) -> String {
    let card = |day: &Sketch| {
        let view = View::fitted(Extent::around(points(day))?, FRAME, 34.0, SPAN_MIN_M);
        Some(card(&[], &view, day))
    };
    let cards: String = page.days.iter().filter_map(card).collect();
    format!("<section aria-label=\"Days\"><div class=\"sketches\">\n{cards}</div></section>\n")
}

/// All that a sketch draws.
pub(super) fn points(sketch: &Sketch) -> impl Iterator<Item = Point> {
    let driven = sketch.track.iter().flatten().copied();
    let (start, end) = sketch.ends.unzip();
    let stops = sketch.stops.iter().map(|stop| stop.at);
    driven.chain(start).chain(stops).chain(end.flatten())
}

/// Where a rep goes in a plan: from its beginning over its stops to its end.
pub(super) fn way(view: &View, sketch: &Sketch) -> Vec<Px> {
    points(sketch)
        .filter(|at| at.is_known())
        .map(|at| view.place(at))
        .collect()
}

/// A house where a plan begins, and where it ends.
pub(super) fn houses(view: &View, sketch: &Sketch) -> String {
    let (start, end) = sketch.ends.unzip();
    let house = |at: Point| {
        let Px { x, y } = view.place(at);
        format!(
            "<path class=\"house\" d=\"M{} {}l8 -7l8 7v9h-16Z\"/>",
            px(x - 8.0),
            px(y - 1.0)
        )
    };
    let known = start.into_iter().chain(end.flatten()).filter(|at| at.is_known());
    known.map(house).collect()
}

fn card(streets: &[Street], view: &View, sketch: &Sketch) -> String {
    let stops: String = (1..).zip(&sketch.stops).map(|(n, stop)| line(n, stop)).collect();
    format!(
        "<article class=\"sketch {colour}\"><h3>{title}</h3><p class=\"sub\">{caption}</p>{map}\
         <ol>{stops}</ol>{left_out}</article>\n",
        colour = colour_class(sketch.rep),
        title = escape(&sketch.title),
        caption = escape(&sketch.caption),
        map = map(streets, view, sketch),
        left_out = left_out(&sketch.left_out),
    )
}

/// The ground, the line, and a numbered disc at each stop.
fn map(streets: &[Street], view: &View, sketch: &Sketch) -> String {
    let ground = if streets.is_empty() {
        ground::graticule(view)
    } else {
        ground::plan(view, streets)
    };
    let line = if sketch.track.is_empty() {
        order(&way(view, sketch), sketch.rep, &sketch.title) + &houses(view, sketch)
    } else {
        driven(view, &sketch.track)
    };
    let discs: String = (1..)
        .zip(&sketch.stops)
        .filter(|(_, stop)| stop.at.is_known())
        .map(|(n, stop)| disc(n, view.place(stop.at), stop))
        .collect();
    let (w, h) = (px(FRAME.width), px(FRAME.height));
    format!(
        "<svg class=\"map\" viewBox=\"0 0 {w} {h}\" role=\"img\" aria-label=\"{title}\">\
         <rect class=\"land\" width=\"{w}\" height=\"{h}\"/>{ground}{line}{discs}</svg>",
        title = escape(&sketch.title),
    )
}

/// What was driven, piece by piece; the way between two pieces dotted, for nobody knows it.
fn driven(view: &View, track: &[Vec<Point>]) -> String {
    let drawn = |piece: &[Point]| -> String {
        let corners = piece.iter().map(|at| view.place(*at));
        let d: Vec<String> = corners.map(|at| format!("{} {}", px(at.x), px(at.y))).collect();
        if d.is_empty() {
            String::new()
        } else {
            format!("M{}", d.join("L"))
        }
    };
    let ways: String = track.iter().map(|piece| drawn(piece)).collect();
    let gaps: String = track
        .windows(2)
        .filter_map(|two| Some(drawn(&[*two[0].last()?, *two[1].first()?])))
        .collect();
    format!(
        "<g class=\"driven\"><path class=\"halo\" d=\"{ways}\"/><path class=\"way\" d=\"{ways}\"/>\
         <path class=\"gap\" d=\"{gaps}\"/></g>"
    )
}

fn disc(number: usize, at: Px, stop: &SketchStop) -> String {
    format!(
        "<g class=\"disc {}\"><title>{}</title><circle cx=\"{x}\" cy=\"{y}\" r=\"9\"/>\
         <text x=\"{x}\" y=\"{}\">{number}</text></g>",
        class(stop.news),
        escape(&stop.name),
        px(at.y + 3.8),
        x = px(at.x),
        y = px(at.y),
    )
}

fn class(news: StopNews) -> &'static str {
    match news {
        StopNews::Nothing => "as-planned",
        StopNews::Done => "done",
        StopNews::New => "new",
        StopNews::Moved { .. } => "moved",
    }
}

fn line(number: usize, stop: &SketchStop) -> String {
    let badge = match stop.news {
        StopNews::Nothing => String::new(),
        StopNews::Done => "<span class=\"tag\">done</span>".to_owned(),
        StopNews::New => "<span class=\"tag new\">new</span>".to_owned(),
        StopNews::Moved { was } => format!("<span class=\"tag moved\">was {}</span>", clock(was)),
    };
    let why = if stop.why.is_empty() {
        String::new()
    } else {
        format!("<span class=\"sub\">{}</span>", escape(&stop.why))
    };
    format!(
        "<li class=\"{class}\"><span class=\"no\">{number}</span><span class=\"when\">{from}–{until}</span>\
         <span class=\"what\">{name} {badge}{why}</span></li>",
        class = class(stop.news),
        from = clock(stop.from),
        until = clock(stop.until),
        name = name(&stop.name),
    )
}

fn left_out(all: &[LeftOut]) -> String {
    if all.is_empty() {
        return String::new();
    }
    let told = |out: &LeftOut| format!("{}: {}", name(&out.name), escape(&out.why));
    let mut lines: Vec<String> = all.iter().take(LEFT_OUT_MAX).map(told).collect();
    if all.len() > LEFT_OUT_MAX {
        lines.push(format!("and {} more", all.len() - LEFT_OUT_MAX));
    }
    format!(
        "<p class=\"sub out\">Left out</p><ul class=\"out\"><li>{}</li></ul>",
        lines.join("</li><li>")
    )
}
