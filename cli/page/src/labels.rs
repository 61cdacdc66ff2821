//! Label placement without overlaps: greedy, most important first.
//!
//! A label takes the first of eight candidate positions around its mark that lies inside the frame and overlaps nothing
//! placed or blocked before; without a free candidate it is not written. Widths are overestimated, because no font is
//! available. The order of candidates follows Imhof's advice (right and above before left and below).

use super::projection::{Frame, Px};

/// An upright rectangle, pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rect {
    /// Left edge, pixels.
    pub(super) x: f64,
    /// Top edge, pixels.
    pub(super) y: f64,
    /// Width, pixels.
    pub(super) w: f64,
    /// Height, pixels.
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

    /// `true` if the two share more than an edge.
    pub(super) fn overlaps(&self, other: &Rect) -> bool {
        self.x < other.x + other.w
            && other.x < self.x + self.w
            && self.y < other.y + other.h
            && other.y < self.y + self.h
    }

    /// `true` if the whole rectangle lies on the drawing, at least `margin` pixels from its edge.
    fn inside(&self, frame: Frame, margin: f64) -> bool {
        self.x >= margin
            && self.y >= margin
            && self.x + self.w <= frame.width - margin
            && self.y + self.h <= frame.height - margin
    }
}

/// A label to be placed.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct LabelRequest {
    /// Text, not yet escaped.
    pub(super) text: String,
    /// The middle of its mark.
    pub(super) mark: Px,
    /// Least distance from the middle of the mark to the text, pixels.
    pub(super) clearance: f64,
    /// Font size, pixels.
    pub(super) size: f64,
    /// Weight of the font, which affects the width.
    pub(super) weight: Weight,
}

/// Font weight of a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    /// Normal weight.
    Plain,
    /// Bold, about a sixth wider.
    Bold,
}

/// The anchor of a label: the end that touches its mark. An error of the estimated width grows away from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    /// The text starts at its point.
    Start,
    /// The text is centred on its point.
    Middle,
    /// The text ends at its point.
    End,
}

/// A label with its position.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PlacedLabel {
    /// Text, not yet escaped.
    pub(super) text: String,
    /// The area that it covers.
    pub(super) rect: Rect,
    /// The anchor point on the baseline.
    pub(super) baseline: Px,
    /// The end of the text at the anchor point.
    pub(super) anchor: Anchor,
}

/// The occupied areas of a drawing.
#[derive(Debug, Clone)]
pub(super) struct LabelSpace {
    frame: Frame,
    occupied: Vec<Rect>,
}

/// Distance of every label from the edge of the drawing, pixels.
const EDGE: f64 = 4.0;

/// Candidate positions as (across, down) in units of (half the text's width + clearance, half its height + clearance).
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

    /// Reserves `rect` against labels.
    pub(super) fn block(&mut self, rect: Rect) {
        self.occupied.push(rect);
    }

    /// `true` if `rect` lies on the drawing and overlaps nothing.
    pub(super) fn is_free(&self, rect: &Rect) -> bool {
        rect.inside(self.frame, EDGE) && !self.occupied.iter().any(|t| t.overlaps(rect))
    }

    /// Reserves all of `rects`, which may overlap each other, or none if one is not free; `true` if reserved.
    pub(super) fn reserve_all(&mut self, rects: &[Rect]) -> bool {
        let free = rects.iter().all(|r| self.is_free(r));
        if free {
            self.occupied.extend_from_slice(rects);
        }
        free
    }

    /// Places a label at its first free candidate position; `None` if there is no room.
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

/// The area of a label of `w` by `h` pixels at one of the [`CANDIDATES`].
fn rect_at(request: &LabelRequest, (across, down): (f64, f64), w: f64, h: f64) -> Rect {
    Rect {
        x: request.mark.x + across * (w / 2.0 + request.clearance) - w / 2.0,
        y: request.mark.y + down * (h / 2.0 + request.clearance) - h / 2.0,
        w,
        h,
    }
}

/// Estimated width of `text` in a system sans-serif of `size` pixels, too wide rather than too narrow.
pub(super) fn text_width(text: &str, size: f64) -> f64 {
    text.chars().map(em).sum::<f64>() * size
}

/// Estimated width of one character in ems, by its class.
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
