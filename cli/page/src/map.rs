//! The map of the day: what is on it, how it is fitted, and the order of its layers.
//!
//! It is drawn twice, for a laptop and for a phone, because text in an SVG shrinks with it; the style sheet shows one.

use super::day::{DayPage, Point};
use super::html::{escape, px};
use super::labels::Board;
use super::projection::{Extent, Frame, View};
use super::{furniture, ground, marks, pins, route, streetnames};

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
    fn word(self) -> &'static str {
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
    pub(super) fn of(day: &'a DayPage, shape: Shape) -> Option<Scene<'a>> {
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

/// The map as one SVG element.
pub(super) fn svg(day: &DayPage, shape: Shape) -> String {
    let Some(scene) = Scene::of(day, shape) else {
        return "<p class=\"empty\">No place of this book has a position yet.</p>".to_owned();
    };
    let Frame { width, height } = scene.view.frame();
    let word = shape.word();
    let mut board = Board::new(scene.view.frame());
    let furniture = furniture::layer(&scene, &mut board);
    let pins = pins::stand(&scene, &mut board);
    let names = marks::names(&scene, &mut board, &pins);
    let (w, h) = (px(width), px(height));
    format!(
        "<svg class=\"map {word}\" viewBox=\"0 0 {w} {h}\" role=\"img\" aria-labelledby=\"map-{word}-title map-{word}-desc\">\
         <title id=\"map-{word}-title\">Map of {town}</title><desc id=\"map-{word}-desc\">{desc}</desc>\
         <defs><clipPath id=\"clip-{word}\"><rect width=\"{w}\" height=\"{h}\" rx=\"10\"/></clipPath></defs>\
         <g clip-path=\"url(#clip-{word})\"><rect class=\"land\" width=\"{w}\" height=\"{h}\"/>\
         {ground}{fences}{dots}{routes}{fixes}{street_names}{names}{pins}{furniture}</g></svg>\n",
        town = escape(&day.town),
        desc = escape(&description(day)),
        pins = pins::layer(&scene, &pins),
        ground = ground::layer(&scene),
        fences = marks::fences(&scene),
        dots = marks::dots(&scene),
        routes = route::layer(&scene),
        fixes = marks::fixes(&scene),
        street_names = streetnames::layer(&scene, &mut board, word),
    )
}

/// The map in words, for those who do not see it.
fn description(day: &DayPage) -> String {
    let stops: Vec<String> = day
        .visits
        .iter()
        .enumerate()
        .filter_map(|(i, v)| day.places.get(v.place).map(|p| format!("{}. {}", i + 1, p.name)))
        .collect();
    format!(
        "{} places. Check-ins in order: {}.",
        day.places.len(),
        stops.join(", ")
    )
}
