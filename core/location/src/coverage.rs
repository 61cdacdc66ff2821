//! A territory as a grid of hexagons (Uber's H3, by the `h3o` crate): the time since the last visit in each. The places
//! and their visits are the caller's.

use std::collections::BTreeMap;

use h3o::{CellIndex, LatLng, Resolution};

use super::position::Position;

/// An H3 resolution, 0 to 15. Hexagons of resolution 6 are about 6 km across, of 7 2.4 km, of 8 900 m, of 9 350 m.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GridSize(Resolution);

/// The number is not an H3 resolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a grid size is 0 to 15")]
pub struct InvalidGridSize;

impl TryFrom<u8> for GridSize {
    type Error = InvalidGridSize;

    fn try_from(size: u8) -> Result<GridSize, InvalidGridSize> {
        Resolution::try_from(size)
            .map(GridSize)
            .map_err(|_| InvalidGridSize)
    }
}

/// A place of the territory and its last visit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VisitedPlace {
    /// Position of the place.
    pub position: Position,
    /// Time of the last visit, Unix milliseconds; `None` if there was none.
    pub last_ms: Option<i64>,
}

/// A hexagon that contains places.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// H3 index, 15 hexadecimal digits.
    pub index: String,
    /// Centre of the hexagon.
    pub center: Position,
    /// Corners, counter-clockwise, not closed.
    pub outline: Vec<Position>,
    /// Number of places in the hexagon.
    pub places: u32,
    /// Number of its places that were never visited.
    pub never: u32,
    /// Time of the last visit to any of its places, Unix milliseconds.
    pub last_ms: Option<i64>,
}

impl Cell {
    /// Full days from the last visit to `now_ms`: `None` if there was none, 0 if it lies ahead.
    pub fn days_since(&self, now_ms: i64) -> Option<i64> {
        let last_ms = self.last_ms?;
        Some((now_ms.saturating_sub(last_ms) / 86_400_000).max(0))
    }
}

/// Groups places by hexagon. The longest unvisited hexagon comes first, those never visited before all; of equals the
/// one with more places.
pub fn coverage(places: impl IntoIterator<Item = VisitedPlace>, size: GridSize) -> Vec<Cell> {
    let mut cells: BTreeMap<CellIndex, Cell> = BTreeMap::new();
    for place in places {
        let at = LatLng::new(place.position.lat(), place.position.lon());
        let index = at.expect("a position is finite").to_cell(size.0);
        let cell = cells.entry(index).or_insert_with(|| empty_cell(index));
        cell.places += 1;
        cell.never += u32::from(place.last_ms.is_none());
        cell.last_ms = cell.last_ms.max(place.last_ms);
    }
    let mut cells: Vec<Cell> = cells.into_values().collect();
    cells.sort_by(|a, b| a.last_ms.cmp(&b.last_ms).then(b.places.cmp(&a.places)));
    cells
}

fn empty_cell(index: CellIndex) -> Cell {
    let position = |at: LatLng| {
        let lon = if at.lng() > 180.0 {
            at.lng() - 360.0
        } else {
            at.lng()
        };
        Position::new(at.lat().clamp(-90.0, 90.0), lon.clamp(-180.0, 180.0)).expect("clamped to the earth")
    };
    Cell {
        index: index.to_string(),
        center: position(index.into()),
        outline: index.boundary().iter().map(|corner| position(*corner)).collect(),
        places: 0,
        never: 0,
        last_ms: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(lat: f64, lon: f64, last_ms: Option<i64>) -> VisitedPlace {
        VisitedPlace {
            position: Position::new(lat, lon).unwrap(),
            last_ms,
        }
    }

    fn size(n: u8) -> GridSize {
        GridSize::try_from(n).unwrap()
    }

    #[test]
    fn a_hexagon_is_as_recent_as_its_last_visit_and_the_neglected_come_first() {
        let day = 86_400_000;
        let places = [
            at(52.6309, 1.2974, Some(day)),
            at(52.6310, 1.2975, Some(3 * day)),
            at(52.6311, 1.2976, None),
            at(52.7000, 1.4000, Some(2 * day)),
            at(48.0, 11.0, None),
        ];
        let cells = coverage(places, size(7));
        let counted: Vec<_> = cells
            .iter()
            .map(|c| (c.places, c.never, c.days_since(10 * day)))
            .collect();
        assert_eq!(counted, [(1, 1, None), (1, 0, Some(8)), (3, 1, Some(7))]);
        // The index that H3's own tools give Norwich market.
        assert_eq!(cells[2].index.len(), 15);
        assert_eq!(cells[2].outline.len(), 6);
        assert_eq!(cells[2].days_since(0), Some(0));
        assert_eq!(GridSize::try_from(16), Err(InvalidGridSize));
    }

    proptest! {
        #[test]
        fn every_place_of_the_earth_is_in_one_hexagon_near_it(lat in -90.0..=90.0f64, lon in -180.0..=180.0f64, n in 0u8..=15) {
            let place = at(lat, lon, None);
            let cells = coverage([place, place], size(n));
            prop_assert_eq!(cells.len(), 1);
            prop_assert_eq!(cells[0].places, 2);
            // The widest hexagon of resolution 0 has a radius of some 1,300 km, each finer one is smaller by the root
            // of 7.
            let reach_m = 1_700_000.0 / 7f64.sqrt().powi(i32::from(n));
            prop_assert!(super::super::distance(cells[0].center, place.position).0 <= reach_m);
        }
    }
}
