//! The ground: water, green and streets; or a graticule where the data has no street plan.

use super::day::Point;
use super::html::px;
use super::projection::{Px, View};
use super::scene::Scene;
use super::streets::{Street, StreetKind};

/// The layer under the places.
pub(super) fn layer(scene: &Scene) -> String {
    if scene.day.streets.is_empty() {
        graticule(&scene.view)
    } else {
        plan(&scene.view, &scene.day.streets)
    }
}

/// The street plan: areas, then the edges of all streets, then their fills, so that crossings join.
pub(super) fn plan(view: &View, streets: &[Street]) -> String {
    let mut sorted: Vec<&Street> = streets.iter().filter(|s| crosses(view, s)).collect();
    sorted.sort_by_key(|s| s.kind);
    let (areas, lines): (Vec<&Street>, Vec<&Street>) = sorted.into_iter().partition(|s| s.kind.is_area());
    let edges = lines
        .iter()
        .filter(|s| s.kind >= StreetKind::Lane)
        .map(|s| stroke(view, s, "edge ", 1.6));
    let fills = lines.iter().map(|s| stroke(view, s, "", 0.0));
    let shapes: String = areas
        .iter()
        .map(|s| area(view, s))
        .chain(edges)
        .chain(fills)
        .collect();
    format!("<g class=\"ground\">{shapes}</g>")
}

/// An area of the plan.
fn area(view: &View, street: &Street) -> String {
    format!(
        "<path class=\"{}\" d=\"{}Z\"/>",
        class(street.kind),
        path(&line(view, street))
    )
}

/// The visible parts of a line of the plan.
fn stroke(view: &View, street: &Street, pass: &str, wider_px: f64) -> String {
    let points = line(view, street);
    let seen: Vec<&[Px]> = points.windows(2).filter(|leg| meets(view, leg)).collect();
    let runs = seen.chunk_by(|a, b| a[1] == b[0]);
    let d: String = runs
        .map(|legs| path(&[&[legs[0][0]], &legs.iter().map(|l| l[1]).collect::<Vec<Px>>()[..]].concat()))
        .collect();
    let width = px(width_px(view, street.kind) + wider_px);
    format!(
        "<path class=\"{pass}{}\" stroke-width=\"{width}\" d=\"{d}\"/>",
        class(street.kind)
    )
}

/// The class of a kind in the style sheet.
pub(super) fn class(kind: StreetKind) -> &'static str {
    match kind {
        StreetKind::Park => "park",
        StreetKind::Sea => "sea",
        StreetKind::River => "river",
        StreetKind::Pier => "pier",
        StreetKind::Rail => "rail",
        StreetKind::Lane => "lane",
        StreetKind::Street => "street",
        StreetKind::Main => "main",
    }
}

/// Width of a line, pixels: its width on the ground, clamped to a legible range.
fn width_px(view: &View, kind: StreetKind) -> f64 {
    let (metres, min, max) = match kind {
        StreetKind::River => (26.0, 3.0, 60.0),
        StreetKind::Pier => (9.0, 2.0, 14.0),
        StreetKind::Rail => (3.0, 1.2, 2.0),
        StreetKind::Lane => (7.0, 1.6, 9.0),
        StreetKind::Street => (11.0, 2.4, 13.0),
        StreetKind::Main => (15.0, 3.6, 17.0),
        StreetKind::Park | StreetKind::Sea => (0.0, 0.0, 0.0),
    };
    (view.px_per_metre_mid() * metres).clamp(min, max)
}

/// The points of a street on the drawing.
pub(super) fn line(view: &View, street: &Street) -> Vec<Px> {
    street.points.iter().map(|p| view.place(*p)).collect()
}

/// `true` if a street may be visible.
pub(super) fn crosses(view: &View, street: &Street) -> bool {
    meets(view, &line(view, street))
}

/// `true` if the bounding box of `points` meets the frame, with a margin for the width of a street.
fn meets(view: &View, points: &[Px]) -> bool {
    let (frame, room) = (view.frame(), 30.0);
    let low = |f: fn(&Px) -> f64| points.iter().map(f).fold(f64::INFINITY, f64::min) - room;
    let high = |f: fn(&Px) -> f64| points.iter().map(f).fold(f64::NEG_INFINITY, f64::max) + room;
    low(|p| p.x) < frame.width && high(|p| p.x) > 0.0 && low(|p| p.y) < frame.height && high(|p| p.y) > 0.0
}

/// SVG path data through `points`.
pub(super) fn path(points: &[Px]) -> String {
    let step = |(i, p): (usize, &Px)| [if i == 0 { "M" } else { "L" }, &px(p.x), " ", &px(p.y)].concat();
    points.iter().enumerate().map(step).collect()
}

/// SVG path data of a dot on each of `points`: strokes of zero length, which round caps turn into discs.
pub(super) fn dots(points: impl Iterator<Item = Px>) -> String {
    points
        .map(|p| ["M", &px(p.x), " ", &px(p.y), "h0"].concat())
        .collect()
}

/// Lines of latitude and longitude at round degrees, about one every 160 pixels.
pub(super) fn graticule(view: &View) -> String {
    let frame = view.frame();
    let (nw, se) = (
        view.point(Px { x: 0.0, y: 0.0 }),
        view.point(Px {
            x: frame.width,
            y: frame.height,
        }),
    );
    let step_lon = round_down((se.lon - nw.lon) / (frame.width / 160.0));
    let step_lat = round_down((nw.lat - se.lat) / (frame.height / 160.0));
    let at = |lat: f64, lon: f64| view.place(Point { lat, lon });
    let down = multiples(nw.lon, se.lon, step_lon).map(|lon| [at(nw.lat, lon), at(se.lat, lon)]);
    let across = multiples(se.lat, nw.lat, step_lat).map(|lat| [at(lat, nw.lon), at(lat, se.lon)]);
    let d: String = down.chain(across).map(|ends| path(&ends)).collect();
    format!("<path class=\"graticule\" d=\"{d}\"/>")
}

/// The greatest number of the form 1, 2 or 5 times a power of ten that does not exceed `value`.
pub(super) fn round_down(value: f64) -> f64 {
    let power = 10f64.powf(value.log10().floor());
    let digit = value / power;
    let round = if digit >= 5.0 {
        5.0
    } else if digit >= 2.0 {
        2.0
    } else {
        1.0
    };
    round * power
}

/// The multiples of `step` between the two ends, at most a hundred.
fn multiples(from: f64, until: f64, step: f64) -> impl Iterator<Item = f64> {
    let first = (from / step).ceil();
    (0..100u32)
        .map(move |i| (first + f64::from(i)) * step)
        .take_while(move |v| *v <= until)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_one_two_or_five() {
        assert_eq!(
            [137.0, 2.0, 999.0, 0.02].map(|v| px(round_down(v * 10.0))),
            ["1000", "20", "5000", "0.2"]
        );
    }
}
