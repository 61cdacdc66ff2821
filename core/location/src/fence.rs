//! Geofences: the area in which a rep counts as being at a site, and the distance to its edge.

use serde::{Deserialize, Serialize};

use super::bounds::Bounds;
use super::polygon::{Polygon, PolygonError};
use super::position::{Position, distance};
use crate::Meters;

/// The area in which a rep counts as being at a site.
///
/// Stored in one scalar by `Display` and `FromStr` (`circle:150`, `polygon:[[[lon,lat],...]]`, exact both ways); in JSON
/// `{"circle_m":150}` or `{"polygon":[[lon,lat],...]}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "FenceShape", into = "FenceShape")]
pub enum Fence {
    /// Within a radius of the site's own position.
    Circle(Circle),
    /// Inside an outline, which need not contain the site's position.
    Polygon(Polygon),
}

/// A circular fence. The radius is more than 0 and at most [`Circle::RADIUS_MAX`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Circle {
    radius: Meters,
}

/// The reason why a fence is invalid.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum FenceError {
    /// The radius is not a number of metres above 0 and up to [`Circle::RADIUS_MAX`].
    #[error("circle_m must be more than 0 and at most {} metres", Circle::RADIUS_MAX.0)]
    Radius,
    /// The polygon is invalid.
    #[error(transparent)]
    Polygon(#[from] PolygonError),
    /// The text is not a fence.
    #[error("a fence is written circle:150 or polygon:[[[lon,lat],...]]")]
    Text,
}

impl FenceError {
    /// Name of the invalid field in JSON.
    pub fn field(self) -> &'static str {
        match self {
            FenceError::Radius => "circle_m",
            FenceError::Polygon(_) => "polygon",
            FenceError::Text => "fence",
        }
    }
}

/// A fence of unvalidated numbers, as JSON and bindings carry it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FenceShape {
    /// A radius in metres.
    #[serde(rename = "circle_m")]
    Circle(f64),
    /// An outline, perhaps with holes.
    Polygon(Rings),
}

/// One ring, or outline and holes, of `[lon, lat]` pairs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Rings {
    /// The outline alone.
    One(Vec<Vec<f64>>),
    /// The outline and then the holes, as in GeoJSON.
    Many(Vec<Vec<Vec<f64>>>),
}

impl Circle {
    /// Upper limit of a radius, far above any sensible one.
    pub const RADIUS_MAX: Meters = Meters(1_000_000.0);

    /// # Errors
    /// [`FenceError::Radius`] unless the radius is above 0 and at most [`Circle::RADIUS_MAX`].
    pub fn new(radius: Meters) -> Result<Circle, FenceError> {
        let fits = radius.0 > 0.0 && radius <= Self::RADIUS_MAX;
        fits.then_some(Circle { radius }).ok_or(FenceError::Radius)
    }

    /// Distance from the site's position to the edge.
    pub fn radius(self) -> Meters {
        self.radius
    }
}

impl Fence {
    /// A circular fence around the site's position.
    ///
    /// # Errors
    /// [`FenceError::Radius`].
    pub fn circle(radius: Meters) -> Result<Fence, FenceError> {
        Circle::new(radius).map(Fence::Circle)
    }

    /// Distance from `at` to the edge of the fence of the site at `center`; negative inside.
    pub fn signed_distance(&self, center: Position, at: Position) -> Meters {
        match self {
            Fence::Circle(circle) => Meters(distance(center, at).0 - circle.radius.0),
            Fence::Polygon(polygon) => {
                let Meters(away) = polygon.distance_to_edge(at);
                Meters(if away > 0.0 && polygon.contains(at) {
                    -away
                } else {
                    away
                })
            }
        }
    }

    /// Bounding boxes of the fence of the site at `center`, for an index: two across the 180th meridian.
    pub fn bounds(&self, center: Position) -> Vec<Bounds> {
        match self {
            Fence::Circle(circle) => Bounds::around(center, circle.radius),
            Fence::Polygon(polygon) => polygon.bounds(),
        }
    }
}

impl TryFrom<FenceShape> for Fence {
    type Error = FenceError;

    fn try_from(shape: FenceShape) -> Result<Fence, FenceError> {
        let polygon = match shape {
            FenceShape::Circle(radius_m) => return Fence::circle(Meters(radius_m)),
            FenceShape::Polygon(Rings::One(outline)) => Polygon::from_lon_lat(&[outline])?,
            FenceShape::Polygon(Rings::Many(rings)) => Polygon::from_lon_lat(&rings)?,
        };
        Ok(Fence::Polygon(polygon))
    }
}

impl From<Fence> for FenceShape {
    /// Rings are closed, as in GeoJSON; a polygon without holes is written as one ring.
    fn from(fence: Fence) -> FenceShape {
        let polygon = match fence {
            Fence::Circle(circle) => return FenceShape::Circle(circle.radius.0),
            Fence::Polygon(polygon) => polygon,
        };
        let closed = |ring: &Vec<Position>| {
            ring.iter()
                .chain(ring.first())
                .map(|p| vec![p.lon(), p.lat()])
                .collect()
        };
        let mut rings: Vec<Vec<Vec<f64>>> = polygon.rings().iter().map(closed).collect();
        FenceShape::Polygon(if rings.len() == 1 {
            Rings::One(rings.remove(0))
        } else {
            Rings::Many(rings)
        })
    }
}

#[cfg(test)]
mod tests;
