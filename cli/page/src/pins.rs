//! The pins of the visits: the tip is at the door, the head has the number, the colour is the verdict.
//!
//! Pins whose heads would overlap lean to the side, so that two visits to one door are both visible.

use super::html::{escape, px};
use super::labels::{LabelSpace, Rect};
use super::marks::verdict_class;
use super::projection::Px;
use super::route::colour_class;
use super::scene::Scene;

/// Half the width of a pin's head, pixels.
pub(super) const HEAD_RADIUS_PX: f64 = 9.5;
/// Distance from the tip of a pin to the middle of its head, pixels.
const STEM_PX: f64 = 19.0;
/// Angles at which a pin may lean, degrees clockwise from upright; the first free one is used.
const LEAN_ANGLES: [f64; 7] = [0.0, 42.0, -42.0, 80.0, -80.0, 120.0, -120.0];

/// A pin with its position on the map.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pin {
    /// Index of the visit.
    pub(super) visit: usize,
    /// The middle of its head.
    pub(super) head: Px,
    tip: Px,
    lean: f64,
}

/// Places a pin at each visit that the map shows, and reserves its area against labels.
pub(super) fn place_pins(scene: &Scene, space: &mut LabelSpace) -> Vec<Pin> {
    let visits = scene.day.visits.iter().enumerate();
    let tips = visits.filter_map(|(i, v)| Some((i, scene.view.place(scene.day.places.get(v.place)?.at))));
    let visible: Vec<(usize, Px)> = tips.filter(|(_, tip)| scene.view.shows(*tip, 0.0)).collect();
    visible
        .into_iter()
        .map(|(visit, tip)| lean(visit, tip, space))
        .collect()
}

/// The pin of one visit, upright if there is room.
fn lean(visit: usize, tip: Px, space: &mut LabelSpace) -> Pin {
    let at = |lean: f64| {
        let (sin, cos) = lean.to_radians().sin_cos();
        Pin {
            visit,
            tip,
            lean,
            head: Px {
                x: tip.x + STEM_PX * sin,
                y: tip.y - STEM_PX * cos,
            },
        }
    };
    let box_of = |pin: &Pin| Rect::around(pin.head, HEAD_RADIUS_PX - 1.0);
    let pin = LEAN_ANGLES
        .into_iter()
        .map(at)
        .find(|pin| space.is_free(&box_of(pin)))
        .unwrap_or(at(0.0));
    space.block(box_of(&pin));
    // The tail is reserved too: no name may cross it.
    space.block(Rect::around(
        Px {
            x: tip.x.midpoint(pin.head.x),
            y: tip.y.midpoint(pin.head.y),
        },
        4.0,
    ));
    pin
}

/// The pins as markup, southern pins above northern ones.
pub(super) fn layer(scene: &Scene, pins: &[Pin]) -> String {
    let mut order: Vec<&Pin> = pins.iter().collect();
    order.sort_by(|a, b| a.tip.y.total_cmp(&b.tip.y));
    let drawn: String = order.into_iter().map(|pin| draw(scene, pin)).collect();
    format!("<g class=\"pins\">{drawn}</g>")
}

/// The markup of one pin.
fn draw(scene: &Scene, pin: &Pin) -> String {
    let (r, up) = (HEAD_RADIUS_PX, STEM_PX);
    let visit = &scene.day.visits[pin.visit];
    let turn = if pin.lean == 0.0 {
        String::new()
    } else {
        format!(" transform=\"rotate({})\"", px(pin.lean))
    };
    format!(
        "<g class=\"pin {verdict} {rep}\" transform=\"translate({x} {y})\"><title>{number}. {name}</title>\
         <path{turn} d=\"M0 0C-2.5 -6 -{r} -10.5 -{r} -{up}A{r} {r} 0 0 1 {r} -{up}C{r} -10.5 2.5 -6 0 0Z\"/>\
         <text x=\"{text_x}\" y=\"{text_y}\">{number}</text></g>",
        verdict = verdict_class(visit.verdict),
        rep = colour_class(visit.rep),
        x = px(pin.tip.x),
        y = px(pin.tip.y),
        number = pin.visit + 1,
        name = escape(&scene.day.places[visit.place].name),
        text_x = px(pin.head.x - pin.tip.x),
        text_y = px(pin.head.y - pin.tip.y + 3.8),
    )
}

#[cfg(test)]
mod tests {
    use super::super::projection::Frame;
    use super::*;

    #[test]
    fn three_pins_at_one_door_show_three_heads() {
        let mut space = LabelSpace::new(Frame {
            width: 200.0,
            height: 200.0,
        });
        let door = Px { x: 100.0, y: 100.0 };
        let heads: Vec<Px> = (0..3).map(|i| lean(i, door, &mut space).head).collect();
        assert!(
            (heads[0].x - 100.0).abs() < 1e-9 && heads[1].x > 110.0 && heads[2].x < 90.0,
            "{heads:?}"
        );
    }
}
