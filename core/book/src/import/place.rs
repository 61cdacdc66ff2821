//! The place of an account: its address, and its site with position and fence.

use super::columns::Columns;
use super::draft::RowCells;
use super::refused::{Fault, LineFault};
use fieldbook_location::csv::decimal;
use fieldbook_location::{Fence, Meters, Position, PositionError, to_wgs84};
use fieldbook_model::schema::check;
use fieldbook_model::{Fields, Kind};

const ADDRESS: [&str; 5] = ["street", "city", "region", "postcode", "country"];

/// The street: the house number before it, further lines behind it.
pub(super) fn street(cells: &RowCells<'_>) -> Option<String> {
    let first = [cells.get("housenumber"), cells.get("street")];
    let first: Vec<&str> = first.into_iter().flatten().collect();
    let first = Some(first.join(" ")).filter(|line| !line.is_empty());
    let more = [cells.get("street_2"), cells.get("street_3")].map(|line| line.map(str::to_owned));
    let lines: Vec<String> = first.into_iter().chain(more.into_iter().flatten()).collect();
    (!lines.is_empty()).then(|| lines.join(", "))
}

/// The door, with the address of `account`; `None` where nothing is known but the address.
pub(super) fn site(
    cells: &RowCells<'_>,
    columns: &Columns,
    account: &Fields,
) -> Result<Option<Fields>, Fault> {
    let mut site = Fields::new();
    let position = position(cells, columns).map_err(|reason| Fault::new("position", reason))?;
    site.set_some("position", position.map(|p| p.to_string()));
    if let Some(text) = cells.get("fence") {
        site.set(
            "fence",
            fence(text)
                .map_err(|reason| Fault::new("fence", reason))?
                .to_string(),
        );
    }
    site.set_some("opening_hours", cells.get("opening_hours"));
    if site.0.is_empty() {
        return Ok(None);
    }
    for field in ADDRESS {
        site.set_some(field, account.text(field));
    }
    site.0
        .iter()
        .try_for_each(|(key, value)| check(Kind::Site, key, value))?;
    Ok(Some(site))
}

/// The two numbers of a position in one cell, between a comma or a semicolon.
fn pair(text: &str) -> Option<(&str, &str)> {
    text.split_once(';')
        .or_else(|| text.split_once(','))
        .or_else(|| text.split_once('，'))
}

/// True if the longitude stands first in cells of positions, as map services of China write them: the first number of some
/// is no latitude, and the second of none is a longitude only.
pub(super) fn has_longitude_first<'c>(cells: impl Iterator<Item = &'c str>) -> bool {
    let beyond = |text: &str| degrees(text).is_ok_and(|degrees| degrees.abs() > 90.0);
    let pairs = cells.filter_map(|cell| pair(cell.trim_matches(['(', ')', '[', ']'])));
    let (first, second) = pairs.fold((false, false), |(first, second), (one, other)| {
        (first || beyond(one), second || beyond(other))
    });
    first && !second
}

fn position(cells: &RowCells<'_>, columns: &Columns) -> Result<Option<Position>, LineFault> {
    let said_first = cells.get("position_lon_lat");
    let lon_first = said_first.is_some() || columns.lon_first;
    let together = said_first.or_else(|| cells.get("position"));
    let together = together.map(|text| text.trim_matches(['(', ')', '[', ']']));
    let (lat, lon) = match (cells.get("lat"), cells.get("lon"), together) {
        (Some(lat), Some(lon), _) => (degrees(lat)?, degrees(lon)?),
        (None, None, None) => return Ok(None),
        (None, None, Some(text)) => {
            let (one, other) = pair(text).ok_or(PositionError::Text)?;
            let (one, other) = (degrees(one)?, degrees(other)?);
            if lon_first { (other, one) } else { (one, other) }
        }
        _ => return Err(LineFault::LoneCoordinate),
    };
    // Exactly zero: what a program writes that has no position. No door of the Gulf of Guinea is meant.
    if lat.abs() + lon.abs() == 0.0 {
        return Err(LineFault::NullIsland);
    }
    let datum = match cells.get("datum") {
        Some(name) => name.parse().map_err(|_| LineFault::UnknownDatum)?,
        None => columns.datum,
    };
    Ok(Some(to_wgs84(datum, lat, lon)?))
}

/// Reads decimal degrees, with a point or with a comma.
fn degrees(text: &str) -> Result<f64, LineFault> {
    decimal(text).ok_or(LineFault::NotDegrees)
}

/// Reads a radius in metres, or a fence as documents hold it.
fn fence(text: &str) -> Result<Fence, LineFault> {
    let bare = text.trim_end_matches('m').trim_end();
    let fence = match decimal(bare) {
        Some(radius) => Fence::circle(Meters(radius)),
        None => text.parse(),
    };
    Ok(fence?)
}
