//! The order of the stops: a ring at each, a bowed line from stop to stop, with an arrow in the middle of each leg.
//!
//! The line is bowed because it shows an order and not a road.

use super::day::Route;
use super::ground::dots;
use super::html::{escape, px};
use super::projection::Px;
use super::scene::Scene;

/// Number of colours in the style sheet; further reps reuse them.
const COLOURS: usize = 6;

/// The class that carries a rep's colour.
pub(super) fn colour_class(rep: usize) -> String {
    format!("rep{}", rep % COLOURS)
}

/// The routes of the day as markup.
pub(super) fn layer(scene: &Scene) -> String {
    scene.day.routes.iter().map(|r| route(scene, r)).collect()
}

fn route(scene: &Scene, route: &Route) -> String {
    let known = route.points.iter().filter(|p| p.is_known());
    let stops: Vec<Px> = known.map(|p| scene.view.place(*p)).collect();
    order(&stops, route.rep, &route.label)
}

/// An order of stops: a pale edge under the line, then the line, the arrows and the rings.
pub(super) fn order(stops: &[Px], rep: usize, label: &str) -> String {
    let legs: Vec<Leg> = stops
        .windows(2)
        .filter_map(|w| Leg::between(w[0], w[1]))
        .collect();
    if legs.is_empty() {
        return String::new();
    }
    let line: String = legs.iter().map(Leg::path).collect();
    let arrows: String = legs
        .iter()
        .filter(|l| l.from.distance(l.to) > 40.0)
        .map(Leg::arrow)
        .collect();
    format!(
        "<g class=\"route {}\"><title>{}</title><path class=\"halo\" d=\"{line}\"/><path class=\"way\" d=\"{line}\"/>\
         <path class=\"arrows\" d=\"{arrows}\"/><path class=\"stops\" d=\"{}\"/><path class=\"stops inner\" d=\"{}\"/></g>",
        colour_class(rep),
        escape(label),
        dots(stops.iter().copied()),
        dots(stops.iter().copied()),
    )
}

/// One leg as a quadratic curve.
struct Leg {
    from: Px,
    bend: Px,
    to: Px,
}

impl Leg {
    /// The leg between two stops, bowed to the left by an eighth of its length; `None` when they are one spot.
    fn between(from: Px, to: Px) -> Option<Leg> {
        let length = from.distance(to);
        if length < 1.0 {
            return None;
        }
        let bow = (length * 0.22).min(46.0) / length;
        let bend = Px {
            x: from.x.midpoint(to.x) + (to.y - from.y) * bow,
            y: from.y.midpoint(to.y) - (to.x - from.x) * bow,
        };
        Some(Leg { from, bend, to })
    }

    /// SVG path data.
    fn path(&self) -> String {
        let Leg { from, bend, to } = self;
        format!(
            "M{} {}Q{} {} {} {}",
            px(from.x),
            px(from.y),
            px(bend.x),
            px(bend.y),
            px(to.x),
            px(to.y)
        )
    }

    /// A chevron at the middle of the curve; there the tangent is parallel to the chord.
    fn arrow(&self) -> String {
        let Leg { from, bend, to } = self;
        let mid = Px {
            x: (from.x + 2.0 * bend.x + to.x) / 4.0,
            y: (from.y + 2.0 * bend.y + to.y) / 4.0,
        };
        let length = from.distance(*to);
        let (ux, uy) = ((to.x - from.x) / length, (to.y - from.y) / length);
        let corner = |along: f64, across: f64| {
            format!(
                "{} {}",
                px(mid.x + ux * along - uy * across),
                px(mid.y + uy * along + ux * across)
            )
        };
        format!(
            "M{}L{}L{}",
            corner(-3.5, -4.5),
            corner(3.0, 0.0),
            corner(-3.5, 4.5)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arrow_points_where_the_rep_goes() {
        let leg = Leg::between(Px { x: 0.0, y: 0.0 }, Px { x: 100.0, y: 0.0 }).unwrap();
        assert_eq!(leg.path(), "M0 0Q50 -22 100 0");
        assert_eq!(leg.arrow(), "M46.5 -15.5L53 -11L46.5 -6.5");
    }

    #[test]
    fn two_stops_on_one_spot_make_no_leg() {
        assert!(Leg::between(Px { x: 5.0, y: 5.0 }, Px { x: 5.2, y: 5.0 }).is_none());
    }
}
