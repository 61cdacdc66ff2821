//! The places and what happened at them: dots, fences, fixes and names. Pins are in `pins`.

use super::day::{Fence, Fix, Place, PlaceState, Point, Tier, Verdict};
use super::ground::{self, path};
use super::html::{escape, px, shortened};
use super::labels::{Anchor, LabelRequest, LabelSpace, Rect, Weight};
use super::pins::{self, Pin};
use super::projection::{Px, View};
use super::scene::{Density, Scene, Shape};

/// The class of a verdict in the style sheet.
pub(super) fn verdict_class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Verified => "verified",
        Verdict::LikelyOnSite => "likely",
        Verdict::OffSite => "off",
        Verdict::Unverifiable => "unknown",
    }
}

/// Radius of a place's dot.
fn dot_radius(scene: &Scene, tier: Tier) -> f64 {
    let size = match tier {
        Tier::A => 4.4,
        Tier::B => 3.4,
        Tier::C => 2.6,
        Tier::Unrated => 3.0,
    };
    match (scene.density, scene.shape) {
        (Density::Sparse, Shape::Wide) => size,
        (Density::Sparse, Shape::Narrow) => size * 0.8,
        (Density::Dense, Shape::Wide) => 1.9,
        (Density::Dense, Shape::Narrow) => 1.1,
    }
}

/// The class of a tier in the style sheet.
fn tier_class(tier: Tier) -> &'static str {
    match tier {
        Tier::A => "tier-a",
        Tier::B => "tier-b",
        Tier::C => "tier-c",
        Tier::Unrated => "tier-none",
    }
}

/// Dots of all places without a visit. At high density the dots of one tier are one path.
pub(super) fn dots(scene: &Scene) -> String {
    let visible: Vec<(&Place, Px)> = scene
        .day
        .places
        .iter()
        .enumerate()
        .filter(|(i, _)| !scene.visited(*i))
        .map(|(_, p)| (p, scene.view.place(p.at)))
        .filter(|(_, at)| scene.view.shows(*at, 4.0))
        .collect();
    let mut out = String::from("<g class=\"dots\">");
    for tier in [Tier::C, Tier::Unrated, Tier::B, Tier::A] {
        let of_tier = visible.iter().filter(|(p, _)| p.tier == tier);
        match scene.density {
            Density::Sparse => out.extend(of_tier.map(|(place, at)| dot(scene, place, *at))),
            Density::Dense => out.push_str(&crowd(scene, tier, of_tier.map(|(_, at)| *at))),
        }
    }
    out.extend(diamonds(scene));
    out.push_str("</g>");
    out
}

/// A diamond around each contested place.
fn diamonds(scene: &Scene) -> impl Iterator<Item = String> {
    let contested = scene
        .day
        .places
        .iter()
        .filter(|p| p.state == PlaceState::Contested && p.at.is_known());
    contested.map(|place| {
        let Px { x, y } = scene.view.place(place.at);
        format!(
            "<path class=\"contested\" d=\"M{} {}l9 9l-9 9l-9 -9Z\"/>",
            px(x),
            px(y - 9.0)
        )
    })
}

/// One dot with its name as a tooltip.
fn dot(scene: &Scene, place: &Place, at: Px) -> String {
    format!(
        "<circle class=\"{}\" cx=\"{}\" cy=\"{}\" r=\"{}\"><title>{}</title></circle>",
        tier_class(place.tier),
        px(at.x),
        px(at.y),
        px(dot_radius(scene, place.tier)),
        escape(&place.name),
    )
}

/// Many dots as one path of zero-length strokes.
fn crowd(scene: &Scene, tier: Tier, dots: impl Iterator<Item = Px>) -> String {
    let d = ground::dots(dots);
    if d.is_empty() {
        return d;
    }
    let width = px(2.0 * dot_radius(scene, tier));
    format!(
        "<path class=\"crowd {}\" stroke-width=\"{width}\" d=\"{d}\"/>",
        tier_class(tier)
    )
}

/// The fences of visited places, to scale.
pub(super) fn fences(scene: &Scene) -> String {
    let places = scene.day.places.iter().enumerate();
    let visited = places
        .filter(|(i, p)| p.at.is_known() && scene.visited(*i))
        .map(|(_, place)| fence(&scene.view, place));
    format!("<g class=\"fences\">{}</g>", visited.collect::<String>())
}

/// One fence, to scale; empty if the place has none.
pub(super) fn fence(view: &View, place: &Place) -> String {
    match &place.fence {
        None => String::new(),
        Some(Fence::Circle { radius_m }) => circle("fence", view, place.at, *radius_m),
        Some(Fence::Polygon(ring)) => {
            let ring: Vec<Px> = ring.iter().map(|p| view.place(*p)).collect();
            format!("<path class=\"fence\" d=\"{}Z\"/>", path(&ring))
        }
    }
}

/// A circle with a radius in metres.
fn circle(class: &str, view: &View, at: Point, radius_m: f64) -> String {
    let (c, r) = (view.place(at), radius_m * view.px_per_metre(at));
    format!(
        "<circle class=\"{class}\" cx=\"{}\" cy=\"{}\" r=\"{}\"/>",
        px(c.x),
        px(c.y),
        px(r)
    )
}

/// The fixes with their circles of confidence, and a line to the place if fix and place lie apart.
pub(super) fn fixes(scene: &Scene) -> String {
    let each = scene.day.visits.iter().filter_map(|visit| {
        let place = scene.day.places.get(visit.place).filter(|p| p.at.is_known())?;
        Some(fix(&scene.view, place, visit.verdict, &visit.fix?))
    });
    format!("<g class=\"fixes\">{}</g>", each.collect::<String>())
}

/// The markup of one fix.
pub(super) fn fix(view: &View, place: &Place, verdict: Verdict, fix: &Fix) -> String {
    let class = verdict_class(verdict);
    let (from, to) = (view.place(fix.at), view.place(place.at));
    let thread = if from.distance(to) > 14.0 {
        format!("<path class=\"thread {class}\" d=\"{}\"/>", path(&[from, to]))
    } else {
        String::new()
    };
    let halo = circle(&format!("accuracy {class}"), view, fix.at, fix.accuracy_m);
    format!(
        "{halo}{thread}<circle class=\"fix {class}\" cx=\"{}\" cy=\"{}\" r=\"2.4\"/>",
        px(from.x),
        px(from.y)
    )
}

/// The names: visited places first, then planned and contested ones, then by tier while there is room.
pub(super) fn names(scene: &Scene, space: &mut LabelSpace, pins: &[Pin]) -> String {
    let day = scene.day;
    let mut order: Vec<(u8, usize)> = day
        .places
        .iter()
        .enumerate()
        .filter_map(|(i, p)| Some((rank(scene, i, p)?, i)))
        .collect();
    order.sort_unstable();
    let mut out = String::from("<g class=\"names\">");
    let (visited, others): (Vec<_>, Vec<_>) = order.into_iter().partition(|(rank, _)| *rank == 0);
    for (rank, i) in visited {
        out.push_str(&place_name(scene, space, pins, rank, i).unwrap_or_default());
    }
    // A visited name may cover a quiet dot; a quiet name may not.
    if scene.density == Density::Sparse {
        for place in &day.places {
            space.block(Rect::around(
                scene.view.place(place.at),
                dot_radius(scene, place.tier),
            ));
        }
    }
    for (rank, i) in others {
        out.push_str(&place_name(scene, space, pins, rank, i).unwrap_or_default());
    }
    out.push_str("</g>");
    out
}

/// Priority of a place's name, 0 first; `None` if it is not written.
fn rank(scene: &Scene, index: usize, place: &Place) -> Option<u8> {
    let quiet = match (scene.density, scene.shape, place.tier) {
        (Density::Sparse, Shape::Wide, Tier::A) => Some(2),
        _ => None,
    };
    match place.state {
        _ if scene.visited(index) => Some(0),
        PlaceState::Planned | PlaceState::Contested => Some(1),
        PlaceState::Quiet => quiet,
    }
}

/// One name if there is room: beside the head of the pin for a visited place, else beside the dot.
fn place_name(scene: &Scene, space: &mut LabelSpace, pins: &[Pin], rank: u8, index: usize) -> Option<String> {
    let place = &scene.day.places[index];
    let (base, chars_max) = if scene.shape == Shape::Wide {
        (12.0, 30)
    } else {
        (10.5, 20)
    };
    let size = if rank == 0 { base } else { base - 1.5 };
    let pin = pins.iter().find(|pin| scene.day.visits[pin.visit].place == index);
    let (mark, clearance) = match pin {
        Some(pin) => (pin.head, pins::HEAD_RADIUS_PX + 5.0),
        None => (scene.view.place(place.at), dot_radius(scene, place.tier) + 3.5),
    };
    let weight = if rank == 0 { Weight::Bold } else { Weight::Plain };
    let label = space.place_label(LabelRequest {
        text: shortened(&place.name, chars_max),
        mark,
        clearance,
        size,
        weight,
    })?;
    let class = ["visited", "planned", "other"][usize::from(rank.min(2))];
    let anchor = match label.anchor {
        Anchor::Start => "",
        Anchor::Middle => " mid",
        Anchor::End => " end",
    };
    Some(format!(
        "<text class=\"{class}{anchor}\" x=\"{}\" y=\"{}\" font-size=\"{size}\">{}</text>",
        px(label.baseline.x),
        px(label.baseline.y),
        escape(&label.text),
    ))
}
