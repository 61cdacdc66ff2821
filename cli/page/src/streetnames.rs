//! The names of streets, water and parks: along the line or in the middle of the area, if there is room.

use std::cmp::Reverse;

use super::ground::{class, crosses, line, path};
use super::html::{escape, px, shortened};
use super::labels::{LabelSpace, Rect, text_width};
use super::projection::Px;
use super::scene::{Density, Scene, Shape};
use super::streets::{Street, StreetKind};

/// The names of streets and water along their lines, where there is room; main streets choose first.
pub(super) fn layer(scene: &Scene, space: &mut LabelSpace, word: &str) -> String {
    let mut streets: Vec<(usize, &Street)> = scene.day.streets.iter().enumerate().collect();
    streets.sort_by_key(|(i, s)| (Reverse(s.kind), *i));
    streets
        .into_iter()
        .filter(|(_, s)| !s.name.is_empty() && crosses(&scene.view, s))
        .filter(|(_, s)| scene.density == Density::Sparse || s.kind >= StreetKind::Main)
        .filter(|(_, s)| !matches!(s.kind, StreetKind::Rail | StreetKind::Pier))
        .filter_map(|(i, street)| {
            let text = shortened(&street.name, 32);
            let line = line(&scene.view, street);
            if street.kind.is_area() {
                area_name(scene, space, street.kind, &line, &text)
            } else {
                let id = format!("{word}-s{i}");
                line_name(scene, space, street.kind, &line, &text, &id)
            }
        })
        .collect()
}

/// The name of a line, along a nearly straight part of it.
fn line_name(
    scene: &Scene,
    space: &mut LabelSpace,
    kind: StreetKind,
    line: &[Px],
    text: &str,
    id: &str,
) -> Option<String> {
    let size = if scene.shape == Shape::Wide { 10.5 } else { 9.5 };
    let part = straight_part(line, text_width(text, size) * 1.06 + 12.0, size, space)?;
    let (class, d, text) = (class(kind), path(&part), escape(text));
    Some(format!(
        "<path id=\"{id}\" d=\"{d}\" fill=\"none\"/><text class=\"along {class}\" font-size=\"{size}\" \
         dy=\"0.33em\"><textPath href=\"#{id}\" startOffset=\"50%\">{text}</textPath></text>"
    ))
}

/// The name of an area, level, in the middle of its visible part.
fn area_name(
    scene: &Scene,
    space: &mut LabelSpace,
    kind: StreetKind,
    ring: &[Px],
    text: &str,
) -> Option<String> {
    let frame = scene.view.frame();
    let clipped: Vec<Px> = ring
        .iter()
        .map(|p| Px {
            x: p.x.clamp(0.0, frame.width),
            y: p.y.clamp(0.0, frame.height),
        })
        .collect();
    let (low, high) = clipped
        .iter()
        .fold(((f64::MAX, f64::MAX), (f64::MIN, f64::MIN)), |(l, h), p| {
            ((l.0.min(p.x), l.1.min(p.y)), (h.0.max(p.x), h.1.max(p.y)))
        });
    let (size, spacing) = if kind == StreetKind::Sea {
        (13.0, 1.5)
    } else {
        (10.0, 1.05)
    };
    let (w, h) = (text_width(text, size) * spacing, size * 1.4);
    let y = if kind == StreetKind::Sea {
        high.1 - 26.0
    } else {
        low.1.midpoint(high.1)
    };
    if kind != StreetKind::Sea && high.0 - low.0 < w {
        return None;
    }
    [0.72, 0.28, 0.5, 0.86, 0.14].into_iter().find_map(|share| {
        let x = low.0 + (high.0 - low.0) * share;
        let rect = Rect {
            x: x - w / 2.0,
            y: y - h / 2.0,
            w,
            h,
        };
        let class = class(kind);
        space.reserve_all(&[rect]).then(|| {
            let (x, y, text) = (px(x), px(y + size * 0.33), escape(text));
            format!("<text class=\"area {class}\" x=\"{x}\" y=\"{y}\" font-size=\"{size}\">{text}</text>")
        })
    })
}

/// A piece of `line` that is `length` long, nearly straight, free of other labels, and runs left to right.
fn straight_part(line: &[Px], length: f64, size: f64, space: &mut LabelSpace) -> Option<Vec<Px>> {
    let total: f64 = line.windows(2).map(|w| w[0].distance(w[1])).sum();
    let room = total - length;
    if room < 0.0 {
        return None;
    }
    [0.5, 0.35, 0.65, 0.2, 0.8, 0.1, 0.9, 0.27, 0.42, 0.58, 0.73]
        .into_iter()
        .find_map(|share| {
            let mut part = piece(line, room * share, room * share + length);
            let (first, last) = (*part.first()?, *part.last()?);
            if first.distance(last) < 0.97 * length || sharpest_turn(&part) > 0.4 {
                return None;
            }
            // One box for each letter's worth of line.
            let from = room * share;
            let marks = (0u32..).map(|i| f64::from(i) * size).take_while(|s| *s <= length);
            let rects: Vec<Rect> = marks
                .filter_map(|s| piece(line, from, from + s.max(0.1)).last().copied())
                .map(|p| Rect::around(p, size * 0.62))
                .collect();
            if !space.reserve_all(&rects) {
                return None;
            }
            if first.x > last.x {
                part.reverse();
            }
            Some(part)
        })
}

/// The part of `line` between two distances from its start.
fn piece(line: &[Px], from: f64, until: f64) -> Vec<Px> {
    let mut out = Vec::new();
    let mut gone = 0.0;
    for pair in line.windows(2) {
        let leg = pair[0].distance(pair[1]);
        let at = |s: f64| {
            let t = ((s - gone) / leg).clamp(0.0, 1.0);
            Px {
                x: pair[0].x + (pair[1].x - pair[0].x) * t,
                y: pair[0].y + (pair[1].y - pair[0].y) * t,
            }
        };
        if leg > 0.0 && gone + leg > from && gone < until {
            if out.is_empty() {
                out.push(at(from));
            }
            out.push(at(until));
        }
        gone += leg;
    }
    out
}

/// The greatest angle between neighbouring legs, radians.
fn sharpest_turn(line: &[Px]) -> f64 {
    line.windows(3)
        .map(|w| {
            let (a, b) = (
                (w[1].y - w[0].y).atan2(w[1].x - w[0].x),
                (w[2].y - w[1].y).atan2(w[2].x - w[1].x),
            );
            let turn = (a - b).abs();
            turn.min(std::f64::consts::TAU - turn)
        })
        .fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_of_a_line_is_as_long_as_asked() {
        let at = |x: f64, y: f64| Px { x, y };
        let line = [at(0.0, 0.0), at(10.0, 0.0), at(10.0, 10.0)];
        assert_eq!(
            piece(&line, 5.0, 15.0),
            [at(5.0, 0.0), at(10.0, 0.0), at(10.0, 5.0)]
        );
        assert!((sharpest_turn(&line) - std::f64::consts::FRAC_PI_2).abs() < 1e-12);
    }
}
