//! The scene of a map: the day, the projection that fits it, and the density of its places. The layers draw it.

use super::day::{DayPage, Point};
use super::projection::{Extent, Frame, View};

/// The format of a drawing: each map is drawn in both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// For a laptop and for print.
    Wide,
    /// For a phone.
    Narrow,
}

impl Shape {
    /// A word that makes the ids of the two drawings unique.
    pub(super) fn word(self) -> &'static str {
        match self {
            Shape::Wide => "wide",
            Shape::Narrow => "narrow",
        }
    }

    /// Width in pixels, and the least and greatest height as a share of it.
    fn proportions(self) -> (f64, f64, f64) {
        match self {
            Shape::Wide => (1120.0, 0.5, 0.66),
            Shape::Narrow => (380.0, 1.0, 1.35),
        }
    }
}

/// The input of every layer.
pub(super) struct Scene<'a> {
    /// The day to draw.
    pub(super) day: &'a DayPage,
    /// The projection that fits the day into the frame.
    pub(super) view: View,
    /// The format of the drawing.
    pub(super) shape: Shape,
    /// Density of the places shown.
    pub(super) density: Density,
}

/// Density of the places in the visible part of the map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Density {
    /// Dots by tier, each with a tooltip; names if there is room.
    Sparse,
    /// Small dots; names for the day's places only.
    Dense,
}

/// Most visible places that are drawn one by one; more are drawn as one path.
pub(super) const SPARSE_MAX: usize = 160;

/// Least width or height of the ground shown, metres.
const SPAN_MIN_M: f64 = 500.0;

impl<'a> Scene<'a> {
    /// The scene fitted to the day; `None` if nothing has a position.
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

    /// `true` if the place with this index has a check-in.
    pub(super) fn visited(&self, place: usize) -> bool {
        self.day.visits.iter().any(|v| v.place == place)
    }
}

/// The extent of the map: all places, or only the points of the day if they cover a small part. A phone zooms in earlier.
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
