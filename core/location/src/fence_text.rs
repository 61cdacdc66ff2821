//! The text form of a fence, stored in one scalar: `circle:150`, `polygon:[[[lon,lat],...],[hole...]]`.

use std::fmt;
use std::str::FromStr;

use super::fence::{Fence, FenceError};
use super::polygon::{Polygon, PolygonError};
use super::position::Position;
use crate::Meters;

impl fmt::Display for Fence {
    /// Numbers in the shortest form that reads back exactly; rings closed, as in GeoJSON.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let polygon = match self {
            Fence::Circle(circle) => return write!(f, "circle:{}", circle.radius().0),
            Fence::Polygon(polygon) => polygon,
        };
        f.write_str("polygon:")?;
        list(f, polygon.rings(), |f, ring| {
            let closed: Vec<Position> = ring.iter().chain(ring.first()).copied().collect();
            list(f, &closed, |f, p| write!(f, "[{},{}]", p.lon(), p.lat()))
        })
    }
}

/// `[item,item,...]`.
fn list<T>(
    f: &mut fmt::Formatter<'_>,
    items: &[T],
    write_item: impl Fn(&mut fmt::Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    for (i, item) in items.iter().enumerate() {
        f.write_str(if i == 0 { "[" } else { "," })?;
        write_item(f, item)?;
    }
    f.write_str("]")
}

impl FromStr for Fence {
    type Err = FenceError;

    /// Reads the output of `Display`, and a single ring `polygon:[[lon,lat],...]` as well. Spaces are ignored.
    fn from_str(text: &str) -> Result<Fence, FenceError> {
        let (kind, value) = text.split_once(':').ok_or(FenceError::Text)?;
        match kind.trim() {
            "circle" => Fence::circle(Meters(value.trim().parse().map_err(|_| FenceError::Text)?)),
            "polygon" => Ok(Fence::Polygon(Polygon::from_lon_lat(&rings(value)?)?)),
            _ => Err(FenceError::Text),
        }
    }
}

fn rings(text: &str) -> Result<Vec<Vec<Vec<f64>>>, FenceError> {
    // A generous limit: three numbers, commas and brackets a point.
    if text.len() > 100 * Polygon::POINTS_MAX {
        let (points, allowed) = (text.matches(']').count(), Polygon::POINTS_MAX);
        return Err(PolygonError::TooManyPoints { points, allowed }.into());
    }
    let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let mut parser = RingParser { rest: &compact };
    let rings = if compact.starts_with("[[[") {
        parser.list(|r| r.list(|r| r.list(RingParser::number)))?
    } else {
        vec![parser.list(|r| r.list(RingParser::number))?]
    };
    if parser.rest.is_empty() {
        Ok(rings)
    } else {
        Err(FenceError::Text)
    }
}

/// A parser of nested lists of numbers. `serde_json` is not used, because its default number parser may be off by the
/// last bit.
struct RingParser<'a> {
    rest: &'a str,
}

impl RingParser<'_> {
    fn take(&mut self, c: char) -> bool {
        let found = self.rest.strip_prefix(c);
        self.rest = found.unwrap_or(self.rest);
        found.is_some()
    }

    fn list<T>(
        &mut self,
        read_item: impl Fn(&mut Self) -> Result<T, FenceError>,
    ) -> Result<Vec<T>, FenceError> {
        if !self.take('[') {
            return Err(FenceError::Text);
        }
        let mut items = vec![read_item(self)?];
        while self.take(',') {
            items.push(read_item(self)?);
        }
        if self.take(']') {
            Ok(items)
        } else {
            Err(FenceError::Text)
        }
    }

    fn number(&mut self) -> Result<f64, FenceError> {
        let end = self.rest.find([',', ']', '[']).unwrap_or(self.rest.len());
        let (number, rest) = self.rest.split_at(end);
        self.rest = rest;
        number.parse().map_err(|_| FenceError::Text)
    }
}
