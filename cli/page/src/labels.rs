//! Names that keep apart: greedy placement, most important first.
//!
//! A label takes the first of eight seats around its mark that lies inside the frame and touches nothing placed or
//! blocked before; without a free seat it is not written. Widths are estimated on the generous side, since no font is
//! at hand. The order of seats follows Imhof's advice (right and above before left and below).

use super::projection::{Frame, Px};

/// An upright rectangle, pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rect {
    /// Left edge.
    pub(super) x: f64,
    /// Top edge.
    pub(super) y: f64,
    /// Across.
    pub(super) w: f64,
    /// Down.
    pub(super) h: f64,
}

impl Rect {
    /// The square of half-width `r` around `at`.
    pub(super) fn around(at: Px, r: f64) -> Rect {
        Rect {
            x: at.x - r,
            y: at.y - r,
            w: 2.0 * r,
            h: 2.0 * r,
        }
    }

    /// Whether the two share more than an edge.
    pub(super) fn overlaps(&self, other: &Rect) -> bool {
        self.x < other.x + other.w
            && other.x < self.x + self.w
            && self.y < other.y + other.h
            && other.y < self.y + self.h
    }

    /// Whether all of it lies on the drawing, `margin` pixels from its edge.
    fn inside(&self, frame: Frame, margin: f64) -> bool {
        self.x >= margin
            && self.y >= margin
            && self.x + self.w <= frame.width - margin
            && self.y + self.h <= frame.height - margin
    }
}

/// A label that would like a seat.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct LabelRequest {
    /// What it says, not yet escaped.
    pub(super) text: String,
    /// The middle of its mark.
    pub(super) mark: Px,
    /// Pixels from the middle of the mark to where text may begin.
    pub(super) clearance: f64,
    /// Font size, pixels.
    pub(super) size: f64,
    /// How heavy the letters are.
    pub(super) weight: Weight,
}

/// The weight of a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    /// As running text.
    Plain,
    /// About a sixth wider.
    Bold,
}

/// Which end of a label touches its mark; an estimate that errs grows the other way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    /// The text runs to the right from its point.
    Start,
    /// The text is centred on its point.
    Middle,
    /// The text ends at its point.
    End,
}

/// A label that has a seat.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PlacedLabel {
    /// What it says, not yet escaped.
    pub(super) text: String,
    /// The ground it covers.
    pub(super) rect: Rect,
    /// Where the baseline has its anchor.
    pub(super) baseline: Px,
    /// Which end of the text is there.
    pub(super) anchor: Anchor,
}

/// What is already occupied on a drawing.
#[derive(Debug, Clone)]
pub(super) struct LabelSpace {
    frame: Frame,
    occupied: Vec<Rect>,
}

/// Distance of every label from the edge of the drawing, pixels.
const EDGE: f64 = 4.0;

/// Seats as (across, down) in units of (half the text's width + clearance, half its height + clearance).
const CANDIDATES: [(f64, f64); 8] = [
    (1.0, 0.0),
    (-1.0, 0.0),
    (0.0, -1.0),
    (0.0, 1.0),
    (0.9, -0.8),
    (0.9, 0.8),
    (-0.9, -0.8),
    (-0.9, 0.8),
];

impl LabelSpace {
    /// An empty drawing.
    pub(super) fn new(frame: Frame) -> LabelSpace {
        LabelSpace {
            frame,
            occupied: Vec::new(),
        }
    }

    /// Keeps labels off `rect`.
    pub(super) fn block(&mut self, rect: Rect) {
        self.occupied.push(rect);
    }

    /// Whether nothing is at `rect` yet and it lies on the drawing.
    pub(super) fn is_free(&self, rect: &Rect) -> bool {
        rect.inside(self.frame, EDGE) && !self.occupied.iter().any(|t| t.overlaps(rect))
    }

    /// Takes all of `rects`, which may overlap each other; none of them when one is not free.
    pub(super) fn reserve_all(&mut self, rects: &[Rect]) -> bool {
        let free = rects.iter().all(|r| self.is_free(r));
        if free {
            self.occupied.extend_from_slice(rects);
        }
        free
    }

    /// Seats a label, or answers that there is no room for it.
    pub(super) fn place_label(&mut self, request: LabelRequest) -> Option<PlacedLabel> {
        let factor = if request.weight == Weight::Bold { 1.18 } else { 1.0 };
        let (w, h) = (
            text_width(&request.text, request.size) * factor,
            request.size * 1.15,
        );
        let (across, rect) = CANDIDATES
            .iter()
            .map(|seat| (seat.0, rect_at(&request, *seat, w, h)))
            .find(|(_, r)| self.is_free(r))?;
        self.occupied.push(rect);
        let (anchor, x) = match across {
            a if a > 0.0 => (Anchor::Start, rect.x),
            a if a < 0.0 => (Anchor::End, rect.x + w),
            _ => (Anchor::Middle, rect.x + w / 2.0),
        };
        Some(PlacedLabel {
            baseline: Px {
                x,
                y: rect.y + request.size * 0.92,
            },
            text: request.text,
            rect,
            anchor,
        })
    }
}

/// The ground of a label of `w` by `h` pixels in one of the [`CANDIDATES`].
fn rect_at(request: &LabelRequest, (across, down): (f64, f64), w: f64, h: f64) -> Rect {
    Rect {
        x: request.mark.x + across * (w / 2.0 + request.clearance) - w / 2.0,
        y: request.mark.y + down * (h / 2.0 + request.clearance) - h / 2.0,
        w,
        h,
    }
}

/// The width of `text` in a system sans-serif of `size` pixels, rather too wide than too narrow.
pub(super) fn text_width(text: &str, size: f64) -> f64 {
    text.chars().map(em).sum::<f64>() * size
}

/// The width of one character in ems, by its class.
fn em(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | '\'' | '’' | '|' | '!' | ':' | ';' => 0.3,
        'f' | 't' | 'r' | ' ' | '-' | '(' | ')' | '/' => 0.38,
        'm' | 'w' | 'M' | 'W' | '@' | '…' | '&' => 0.92,
        'A'..='Z' => 0.7,
        '\u{0}'..='\u{2FF}' => 0.58,
        '\u{300}'..='\u{36F}' => 0.0,
        '\u{1100}'..='\u{115F}' | '\u{2E80}'..='\u{FFFF}' | '\u{1F000}'.. => 1.04,
        _ => 0.75,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FRAME: Frame = Frame {
        width: 400.0,
        height: 300.0,
    };

    fn request(text: &str, x: f64, y: f64) -> LabelRequest {
        LabelRequest {
            text: text.to_owned(),
            mark: Px { x, y },
            clearance: 6.0,
            size: 12.0,
            weight: Weight::Plain,
        }
    }

    #[test]
    fn the_first_label_sits_to_the_right_and_the_next_gives_way() {
        let mut space = LabelSpace::new(FRAME);
        let first = space.place_label(request("Quay", 100.0, 100.0)).unwrap();
        let second = space.place_label(request("Quay", 100.0, 100.0)).unwrap();
        assert!(
            first.rect.x >= 106.0 && second.rect.x + second.rect.w <= 94.0,
            "{first:?} {second:?}"
        );
    }

    #[test]
    fn a_label_without_room_is_not_written() {
        let mut space = LabelSpace::new(FRAME);
        space.block(Rect {
            x: 0.0,
            y: 0.0,
            w: 400.0,
            h: 300.0,
        });
        assert_eq!(space.place_label(request("Quay", 100.0, 100.0)), None);
    }

    #[test]
    fn a_chinese_name_is_wider_than_a_latin_one_of_as_many_characters() {
        assert!(text_width("金龍酒家", 12.0) > 1.5 * text_width("Cafe", 12.0));
    }

    proptest! {
        #[test]
        fn no_two_labels_overlap_and_none_leaves_the_map(
            marks in prop::collection::vec(("[a-zA-Z金龍 ]{1,24}", -20.0..420.0f64, -20.0..320.0f64), 1..60)
        ) {
            let mut space = LabelSpace::new(FRAME);
            let seats: Vec<PlacedLabel> = marks.iter().filter_map(|(t, x, y)| space.place_label(request(t, *x, *y))).collect();
            for (i, a) in seats.iter().enumerate() {
                prop_assert!(a.rect.inside(FRAME, EDGE));
                prop_assert!(seats[i + 1..].iter().all(|b| !a.rect.overlaps(&b.rect)));
            }
        }
    }
}
