//! From degrees to pixels: Web Mercator, fitted into a frame.
//!
//! Mercator keeps angles, so a circle in metres stays a circle and a town keeps its shape at every latitude. Source of
//! the formulas: EPSG Guidance Note 7-2, method 1024 "Popular Visualisation Pseudo Mercator", on a sphere of
//! [`EARTH_RADIUS_M`]. A data set that spans the antimeridian is drawn the long way round.

use super::day::Point;

/// Radius of the sphere of Web Mercator, metres.
pub(super) const EARTH_RADIUS_M: f64 = 6_378_137.0;

/// Greatest latitude of the square Web Mercator map, degrees.
const LAT_MAX: f64 = 85.051_128_78;

/// A place on the drawing, pixels; y grows downwards.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Px {
    /// Distance from the left edge.
    pub(super) x: f64,
    /// Distance from the top edge.
    pub(super) y: f64,
}

impl Px {
    /// Straight-line distance, pixels.
    pub(super) fn distance(self, other: Px) -> f64 {
        (self.x - other.x).hypot(self.y - other.y)
    }
}

/// The size of a drawing, pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Frame {
    /// Width in pixels.
    pub(super) width: f64,
    /// Height in pixels.
    pub(super) height: f64,
}

/// A rectangle in Mercator metres, which are ground metres stretched by `1 / cos(lat)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Extent {
    /// West edge, Mercator metres east of 0°.
    pub(super) west: f64,
    /// East edge, Mercator metres east of 0°.
    pub(super) east: f64,
    /// South edge, Mercator metres north of the equator.
    pub(super) south: f64,
    /// North edge, Mercator metres north of the equator.
    pub(super) north: f64,
}

impl Extent {
    /// The bounding box of the finite `points`; `None` if there is none.
    pub(super) fn around(points: impl IntoIterator<Item = Point>) -> Option<Extent> {
        points
            .into_iter()
            .filter(|p| p.is_known())
            .fold(None, |found, p| {
                let (x, y) = mercator(p);
                Some(found.map_or(
                    Extent {
                        west: x,
                        east: x,
                        south: y,
                        north: y,
                    },
                    |e: Extent| Extent {
                        west: e.west.min(x),
                        east: e.east.max(x),
                        south: e.south.min(y),
                        north: e.north.max(y),
                    },
                ))
            })
    }

    /// Width and height, Mercator metres.
    pub(super) fn span(&self) -> (f64, f64) {
        (self.east - self.west, self.north - self.south)
    }
}

/// A projection fitted to a frame: one scale for both axes, the extent centred.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct View {
    frame: Frame,
    centre: (f64, f64),
    px_per_unit: f64,
}

impl View {
    /// The view of all of `extent` inside `frame`, with a margin of `margin_px` on each side. It shows at least
    /// `span_min_m` metres of ground, so that a single place does not fill the page.
    pub(super) fn fitted(extent: Extent, frame: Frame, margin_px: f64, span_min_m: f64) -> View {
        let centre = (
            extent.west.midpoint(extent.east),
            extent.south.midpoint(extent.north),
        );
        let span_min = span_min_m / ground_per_unit(centre.1);
        let (across, up) = extent.span();
        let room = |px: f64| (px - 2.0 * margin_px).max(1.0);
        let px_per_unit =
            (room(frame.width) / across.max(span_min)).min(room(frame.height) / up.max(span_min));
        View {
            frame,
            centre,
            px_per_unit,
        }
    }

    /// The size of the drawing.
    pub(super) fn frame(&self) -> Frame {
        self.frame
    }

    /// The pixel of `point`.
    pub(super) fn place(&self, point: Point) -> Px {
        let (x, y) = mercator(point);
        Px {
            x: self.frame.width / 2.0 + (x - self.centre.0) * self.px_per_unit,
            y: self.frame.height / 2.0 - (y - self.centre.1) * self.px_per_unit,
        }
    }

    /// Pixels for one metre of ground at the latitude of `point`.
    pub(super) fn px_per_metre(&self, point: Point) -> f64 {
        self.px_per_unit / ground_per_unit(mercator(point).1)
    }

    /// Pixels for one metre of ground in the middle of the map.
    pub(super) fn px_per_metre_mid(&self) -> f64 {
        self.px_per_unit / ground_per_unit(self.centre.1)
    }

    /// `true` if `at` lies inside the frame or within `margin_px` of it.
    pub(super) fn shows(&self, at: Px, margin_px: f64) -> bool {
        (-margin_px..=self.frame.width + margin_px).contains(&at.x)
            && (-margin_px..=self.frame.height + margin_px).contains(&at.y)
    }

    /// The degrees under a pixel: the inverse of [`View::place`].
    pub(super) fn point(&self, at: Px) -> Point {
        let x = self.centre.0 + (at.x - self.frame.width / 2.0) / self.px_per_unit;
        let y = self.centre.1 - (at.y - self.frame.height / 2.0) / self.px_per_unit;
        Point {
            lat: (2.0 * (y / EARTH_RADIUS_M).exp().atan() - std::f64::consts::FRAC_PI_2).to_degrees(),
            lon: (x / EARTH_RADIUS_M).to_degrees(),
        }
    }
}

/// Mercator metres east and north of 0°, 0°.
fn mercator(point: Point) -> (f64, f64) {
    let lat = point.lat.clamp(-LAT_MAX, LAT_MAX).to_radians();
    let y = (std::f64::consts::FRAC_PI_4 + lat / 2.0).tan().ln();
    (EARTH_RADIUS_M * point.lon.to_radians(), EARTH_RADIUS_M * y)
}

/// Ground metres per Mercator metre at the ordinate `y`: the cosine of its latitude, `1 / cosh(y / R)`.
fn ground_per_unit(y: f64) -> f64 {
    1.0 / (y / EARTH_RADIUS_M).cosh()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FRAME: Frame = Frame {
        width: 1000.0,
        height: 600.0,
    };

    fn at(lat: f64, lon: f64) -> Point {
        Point { lat, lon }
    }

    fn view(points: &[Point]) -> View {
        View::fitted(Extent::around(points.iter().copied()).unwrap(), FRAME, 0.0, 1.0)
    }

    #[test]
    fn a_degree_on_the_equator_is_111_319_metres() {
        let one = view(&[at(0.0, 0.0), at(0.0, 1.0)]);
        assert_eq!(one.place(at(0.0, 0.0)), Px { x: 0.0, y: 300.0 });
        assert!((one.place(at(0.0, 1.0)).x - 1000.0).abs() < 1e-9);
        assert!((1000.0 / one.px_per_metre(at(0.0, 0.0)) - 111_319.490_8).abs() < 1e-3);
    }

    #[test]
    fn at_sixty_degrees_a_metre_takes_twice_the_paper() {
        let v = view(&[at(0.0, 0.0), at(60.0, 10.0)]);
        let ratio = v.px_per_metre(at(60.0, 0.0)) / v.px_per_metre(at(0.0, 0.0));
        assert!((ratio - 2.0).abs() < 1e-9, "{ratio}");
    }

    #[test]
    fn a_lone_place_sits_in_the_middle_at_the_smallest_span() {
        let lone = at(52.0, 1.0);
        let v = View::fitted(Extent::around([lone]).unwrap(), FRAME, 50.0, 400.0);
        assert_eq!(v.place(lone), Px { x: 500.0, y: 300.0 });
        assert!((v.px_per_metre(lone) - 500.0 / 400.0).abs() < 1e-9);
    }

    #[test]
    fn points_that_are_no_points_are_left_out() {
        assert_eq!(Extent::around([at(f64::NAN, 1.0), at(1.0, f64::INFINITY)]), None);
    }

    proptest! {
        #[test]
        fn every_fitted_point_lands_inside_the_margins(
            points in prop::collection::vec((-80.0..80.0f64, -170.0..170.0f64), 1..20)
        ) {
            let points: Vec<Point> = points.into_iter().map(|(lat, lon)| at(lat, lon)).collect();
            let v = View::fitted(Extent::around(points.iter().copied()).unwrap(), FRAME, 40.0, 400.0);
            for p in points {
                prop_assert!(v.shows(v.place(p), -39.999));
            }
        }

        #[test]
        fn a_pixel_leads_back_to_its_point(lat in -80.0..80.0f64, lon in -170.0..170.0f64) {
            let v = view(&[at(-10.0, -20.0), at(30.0, 40.0)]);
            let back = v.point(v.place(at(lat, lon)));
            prop_assert!((back.lat - lat).abs() < 1e-9 && (back.lon - lon).abs() < 1e-9);
        }
    }
}
