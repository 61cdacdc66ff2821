//! The map of the day: the order of its layers.
//!
//! It is drawn twice, for a laptop and for a phone, because text in an SVG shrinks with it; the style sheet shows one.

use super::day::DayPage;
use super::html::{escape, px};
use super::labels::LabelSpace;
use super::projection::Frame;
use super::scene::{Scene, Shape};
use super::{decorations, ground, marks, pins, route, streetnames};

/// The map as one SVG element.
pub(super) fn svg(day: &DayPage, shape: Shape) -> String {
    let Some(scene) = Scene::fit(day, shape) else {
        return "<p class=\"empty\">No place of this book has a position yet.</p>".to_owned();
    };
    let Frame { width, height } = scene.view.frame();
    let word = shape.word();
    let mut space = LabelSpace::new(scene.view.frame());
    let decorations = decorations::layer(&scene, &mut space);
    let pins = pins::place_pins(&scene, &mut space);
    let names = marks::names(&scene, &mut space, &pins);
    let (w, h) = (px(width), px(height));
    format!(
        "<svg class=\"map {word}\" viewBox=\"0 0 {w} {h}\" role=\"img\" aria-labelledby=\"map-{word}-title map-{word}-desc\">\
         <title id=\"map-{word}-title\">Map of {town}</title><desc id=\"map-{word}-desc\">{desc}</desc>\
         <defs><clipPath id=\"clip-{word}\"><rect width=\"{w}\" height=\"{h}\" rx=\"10\"/></clipPath></defs>\
         <g clip-path=\"url(#clip-{word})\"><rect class=\"land\" width=\"{w}\" height=\"{h}\"/>\
         {ground}{fences}{dots}{routes}{fixes}{street_names}{names}{pins}{decorations}</g></svg>\n",
        town = escape(&day.town),
        desc = escape(&description(day)),
        pins = pins::layer(&scene, &pins),
        ground = ground::layer(&scene),
        fences = marks::fences(&scene),
        dots = marks::dots(&scene),
        routes = route::layer(&scene),
        fixes = marks::fixes(&scene),
        street_names = streetnames::layer(&scene, &mut space, word),
    )
}

/// The map in words, for screen readers.
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
