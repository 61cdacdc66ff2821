//! Sketches: small maps with their lists, for plans side by side and for recorded drives.

use super::day::{DayPage, LeftOut, PlanPage, Point, Sketch, SketchStop, StopChange};
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

/// Least width or height of the ground shown, metres.
const SPAN_MIN_M: f64 = 500.0;

/// Least factor by which the scale must grow for the way out and back to be left off the map.
const ZOOM_MIN: f64 = 1.5;

/// Least distance between the centres of two discs, pixels.
const DISC_SPACING_PX: f64 = 19.0;
/// Most passes in which overlapping discs are pushed apart.
const SPREAD_ROUNDS: usize = 60;

/// Most candidates left out that are listed by name; the rest are counted.
const LEFT_OUT_MAX: usize = 6;

/// A section of sketches on one scale, so that they can be compared; empty without sketches.
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
    let card = |day: &Sketch| Some(card(&[], &day_view(day)?, day));
    let cards: String = page.days.iter().filter_map(card).collect();
    format!("<section aria-label=\"Days\"><div class=\"sketches\">\n{cards}</div></section>\n")
}

/// The view of a whole day. If the way out and back is so long that the stops would crowd, the view of the stops alone.
fn day_view(day: &Sketch) -> Option<View> {
    let fitted = |extent: Extent| View::fitted(extent, FRAME, 34.0, SPAN_MIN_M);
    let all = fitted(Extent::around(points(day))?);
    let stops = Extent::around(day.stops.iter().map(|stop| stop.at)).map(fitted);
    let nearer = stops.filter(|stops| stops.px_per_metre_mid() > ZOOM_MIN * all.px_per_metre_mid());
    Some(nearer.unwrap_or(all))
}

/// All points that a sketch draws.
pub(super) fn points(sketch: &Sketch) -> impl Iterator<Item = Point> {
    let driven = sketch.track.iter().flatten().copied();
    let (start, end) = sketch.ends.unzip();
    let stops = sketch.stops.iter().map(|stop| stop.at);
    driven.chain(start).chain(stops).chain(end.flatten())
}

/// The pixels of a plan's path: start, stops, end.
pub(super) fn path_points(view: &View, sketch: &Sketch) -> Vec<Px> {
    points(sketch)
        .filter(|at| at.is_known())
        .map(|at| view.place(at))
        .collect()
}

/// A house icon at the start and at the end of a plan.
pub(super) fn depot_icons(view: &View, sketch: &Sketch) -> String {
    let (start, end) = sketch.ends.unzip();
    let icon = |Px { x, y }: Px| {
        format!(
            "<path class=\"house\" d=\"M{} {}l8 -7l8 7v9h-16Z\"/>",
            px(x - 8.0),
            px(y - 1.0)
        )
    };
    let known = start.into_iter().chain(end.flatten()).filter(|at| at.is_known());
    known
        .map(|at| view.place(at))
        .filter(|at| view.shows(*at, 0.0))
        .map(icon)
        .collect()
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

/// The map of a sketch: ground, path, and a numbered disc at each stop.
fn map(streets: &[Street], view: &View, sketch: &Sketch) -> String {
    let ground = if streets.is_empty() {
        ground::graticule(view)
    } else {
        ground::plan(view, streets)
    };
    let line = if sketch.track.is_empty() {
        order(&path_points(view, sketch), sketch.rep, &sketch.title) + &depot_icons(view, sketch)
    } else {
        driven(view, &sketch.track)
    };
    let discs = discs(view, &sketch.stops);
    let (w, h) = (px(FRAME.width), px(FRAME.height));
    format!(
        "<svg class=\"map\" viewBox=\"0 0 {w} {h}\" role=\"img\" aria-label=\"{title}\">\
         <rect class=\"land\" width=\"{w}\" height=\"{h}\"/>{ground}{line}{discs}</svg>",
        title = escape(&sketch.title),
    )
}

/// The recorded path, piece by piece; the unknown way between two pieces is dotted.
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

/// A numbered disc at each stop, without overlaps; a line leads from a disc that was moved to its position.
fn discs(view: &View, stops: &[SketchStop]) -> String {
    let known: Vec<(usize, &SketchStop)> = (1..).zip(stops).filter(|(_, stop)| stop.at.is_known()).collect();
    let places: Vec<Px> = known.iter().map(|(_, stop)| view.place(stop.at)).collect();
    let apart = spread(&places);
    let moved = places
        .iter()
        .zip(&apart)
        .filter(|(place, disc)| place.distance(**disc) > DISC_SPACING_PX / 2.0);
    let threads: String = moved
        .map(|(place, disc)| ground::path(&[*place, *disc]))
        .collect();
    let threads = if threads.is_empty() {
        threads
    } else {
        format!("<path class=\"lead\" d=\"{threads}\"/>")
    };
    let drawn = known
        .iter()
        .zip(&apart)
        .map(|((n, stop), at)| disc(*n, *at, stop));
    threads + &drawn.collect::<String>()
}

/// Pushes discs closer than [`DISC_SPACING_PX`] apart in small steps, inside the map.
fn spread(places: &[Px]) -> Vec<Px> {
    let mut apart = places.to_vec();
    for _ in 0..SPREAD_ROUNDS {
        for b in 1..apart.len() {
            for a in 0..b {
                let (dx, dy) = (apart[b].x - apart[a].x, apart[b].y - apart[a].y);
                let away = dx.hypot(dy);
                if away >= DISC_SPACING_PX {
                    continue;
                }
                // Two on one spot go apart in a direction of their own, the golden angle further for each.
                let turn = 2.4 * f64::from(u16::try_from(b).unwrap_or(u16::MAX));
                let (ux, uy) = if away < 0.01 {
                    (turn.cos(), turn.sin())
                } else {
                    (dx / away, dy / away)
                };
                let push = (DISC_SPACING_PX - away) / 2.0;
                apart[a] = inside(apart[a].x - ux * push, apart[a].y - uy * push);
                apart[b] = inside(apart[b].x + ux * push, apart[b].y + uy * push);
            }
        }
    }
    apart
}

/// The position clamped so that the map's edge does not cut the disc.
fn inside(x: f64, y: f64) -> Px {
    Px {
        x: x.clamp(DISC_SPACING_PX / 2.0, FRAME.width - DISC_SPACING_PX / 2.0),
        y: y.clamp(DISC_SPACING_PX / 2.0, FRAME.height - DISC_SPACING_PX / 2.0),
    }
}

fn disc(number: usize, at: Px, stop: &SketchStop) -> String {
    format!(
        "<g class=\"disc {}\"><title>{}</title><circle cx=\"{x}\" cy=\"{y}\" r=\"9\"/>\
         <text x=\"{x}\" y=\"{}\">{number}</text></g>",
        class(stop.change),
        escape(&stop.name),
        px(at.y + 3.8),
        x = px(at.x),
        y = px(at.y),
    )
}

fn class(change: StopChange) -> &'static str {
    match change {
        StopChange::Unchanged => "as-planned",
        StopChange::Done => "done",
        StopChange::New => "new",
        StopChange::Moved { .. } => "moved",
    }
}

fn line(number: usize, stop: &SketchStop) -> String {
    let badge = match stop.change {
        StopChange::Unchanged => String::new(),
        StopChange::Done => "<span class=\"tag\">done</span>".to_owned(),
        StopChange::New => "<span class=\"tag new\">new</span>".to_owned(),
        StopChange::Moved { was } => format!("<span class=\"tag moved\">was {}</span>", clock(was)),
    };
    let why = if stop.why.is_empty() {
        String::new()
    } else {
        format!("<span class=\"sub\">{}</span>", escape(&stop.why))
    };
    format!(
        "<li class=\"{class}\"><span class=\"no\">{number}</span><span class=\"when\">{from}–{until}</span>\
         <span class=\"what\">{name} {badge}{why}</span></li>",
        class = class(stop.change),
        from = clock(stop.from),
        until = clock(stop.until),
        name = name(&stop.name),
    )
}

fn left_out(all: &[LeftOut]) -> String {
    if all.is_empty() {
        return String::new();
    }
    let lines = reasons(all, LEFT_OUT_MAX);
    format!("<p class=\"sub out\">Left out</p><ul class=\"out\"><li>{lines}</li></ul>")
}

/// The items of a list of candidates left out, at most `most` by name.
pub(super) fn reasons(all: &[LeftOut], most: usize) -> String {
    let item = |out: &LeftOut| format!("{}: {}", name(&out.name), escape(&out.why));
    let mut lines: Vec<String> = all.iter().take(most).map(item).collect();
    if all.len() > most {
        lines.push(format!("and {} more", all.len() - most));
    }
    lines.join("</li><li>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn discs_on_one_spot_go_apart_and_those_with_room_stay() {
        let crowd = [Px { x: 100.0, y: 100.0 }; 12];
        let alone = Px { x: 400.0, y: 200.0 };
        let apart = spread(&[&crowd[..], &[alone]].concat());
        assert_eq!((apart[12].x, apart[12].y), (alone.x, alone.y));
        for b in 1..12 {
            (0..b).for_each(|a| assert!(apart[a].distance(apart[b]) > DISC_SPACING_PX - 2.0));
        }
    }
}
