//! What every layer of a map needs to know: the day, the projection that fits it, and how crowded it is.

use super::day::{DayPage, Point};
use super::projection::{Extent, Frame, View};

/// The two drawings of one map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// For a laptop and for paper.
    Wide,
    /// For a phone.
    Narrow,
}

impl Shape {
    /// A word that keeps the ids of the two drawings apart.
    pub(super) fn word(self) -> &'static str {
        match self {
            Shape::Wide => "wide",
            Shape::Narrow => "narrow",
        }
    }

    /// Pixels across, and the least and greatest height as a share of it.
    fn proportions(self) -> (f64, f64, f64) {
        match self {
            Shape::Wide => (1120.0, 0.5, 0.66),
            Shape::Narrow => (380.0, 1.0, 1.35),
        }
    }
}

/// What every layer needs to know.
pub(super) struct Scene<'a> {
    /// The data.
    pub(super) day: &'a DayPage,
    /// The projection.
    pub(super) view: View,
    /// Which drawing.
    pub(super) shape: Shape,
    /// Whether there are few enough places for each to be itself.
    pub(super) density: Density,
}

/// How crowded the visible part of the map is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Density {
    /// Dots by tier with a tooltip each, names where there is room.
    Sparse,
    /// Small dots; names for the day's places only.
    Dense,
}

/// More visible places than this are drawn as a texture.
pub(super) const SPARSE_MAX: usize = 160;

/// Ground shown at least, metres.
const SPAN_MIN_M: f64 = 500.0;

impl<'a> Scene<'a> {
    /// Fits the map to the day; `None` when nothing has a position.
    pub(super) fn fit(day: &'a DayPage, shape: Shape) -> Option<Scene<'a>> {
        let extent = extent(day, shape)?;
        let (across, up) = extent.span();
        let (width, low, high) = shape.proportions();
        let height = if across > 0.0 {
            (width * up / across).clamp(width * low, width * high)
        } else {
            width * low
        };
        let frame = Frame {
            width,
            height: height.round(),
        };
        let margin = if shape == Shape::Wide { 64.0 } else { 40.0 };
        let view = View::fitted(extent, frame, margin, SPAN_MIN_M);
        let seen = day
            .places
            .iter()
            .filter(|p| view.shows(view.place(p.at), 0.0))
            .count();
        let density = if seen > SPARSE_MAX {
            Density::Dense
        } else {
            Density::Sparse
        };
        Some(Scene {
            day,
            view,
            shape,
            density,
        })
    }

    /// Whether somebody checked in at the place with this index.
    pub(super) fn visited(&self, place: usize) -> bool {
        self.day.visits.iter().any(|v| v.place == place)
    }
}

/// What the map must show: everything, unless the day happened in a small part of it. A phone looks closer.
fn extent(day: &DayPage, shape: Shape) -> Option<Extent> {
    let places = || day.places.iter().map(|p| p.at);
    let Some(focus) = Extent::around(focus(day)) else {
        return Extent::around(places());
    };
    let whole = Extent::around(places().chain(self::focus(day)))?;
    let most = if shape == Shape::Wide { 2.2 } else { 1.2 };
    let ((fx, fy), (wx, wy)) = (focus.span(), whole.span());
    Some(if fx * most >= wx || fy * most >= wy {
        whole
    } else {
        focus
    })
}

/// The points of the day: visited places, fixes, stops.
fn focus(day: &DayPage) -> impl Iterator<Item = Point> {
    let visits = day.visits.iter().flat_map(|v| {
        let place = day.places.get(v.place).map(|p| p.at);
        place.into_iter().chain(v.fix.map(|f| f.at))
    });
    visits.chain(day.routes.iter().flat_map(|r| r.points.iter().copied()))
}
