//! The spatial index of sites (R*Tree of bounding boxes) and the searches by position.

use rusqlite::{Connection, named_params};

use super::{Store, StoreError, Stored, record};
use fieldbook_location::Meters;
use fieldbook_location::{Bounds, Fence, Position, distance};
use fieldbook_model::{Fields, Kind, Record};

/// A distance larger than that between any two points of the earth, metres.
const HALF_WAY_ROUND_M: u32 = 20_100_000;

/// A site with its distance.
#[derive(Debug, Clone, PartialEq)]
pub struct Nearby {
    /// The site found.
    pub site: Record,
    /// The site's account; `None` if it is not in the book or is deleted.
    pub account: Option<Record>,
    /// Distance from the queried position to the site's position, metres along the ellipsoid.
    pub distance: Meters,
}

/// The bounding boxes of a site in the index: around its fence, or around its position if it has no fence.
fn boxes(kind: Kind, fields: &Fields) -> Vec<Bounds> {
    if kind != Kind::Site || fields.is_true("deleted") {
        return Vec::new();
    }
    let position: Option<Position> = fields.text("position").and_then(|text| text.parse().ok());
    let Some(position) = position else {
        return Vec::new();
    };
    let fence: Option<Fence> = fields.text("fence").and_then(|text| text.parse().ok());
    let mut around = Bounds::around(position, Meters(1.0));
    if let Some(fence) = fence {
        around.extend(fence.bounds(position));
    }
    enclose(&around)
}

/// At most two boxes, one on each side of the 180th meridian.
fn enclose(all: &[Bounds]) -> Vec<Bounds> {
    let wide = all.iter().any(|b| b.min_lon <= -180.0) && all.iter().any(|b| b.max_lon >= 180.0);
    let side = |west: bool| {
        let of_side = all.iter().filter(|b| !wide || (b.min_lon < 0.0) == west);
        of_side.copied().reduce(|a, b| Bounds {
            min_lat: a.min_lat.min(b.min_lat),
            min_lon: a.min_lon.min(b.min_lon),
            max_lat: a.max_lat.max(b.max_lat),
            max_lon: a.max_lon.max(b.max_lon),
        })
    };
    if wide {
        [side(true), side(false)].into_iter().flatten().collect()
    } else {
        side(true).into_iter().collect()
    }
}

pub(super) fn put(
    connection: &Connection,
    rid: i64,
    kind: Kind,
    fields: &Fields,
    before: Option<&Stored>,
) -> rusqlite::Result<()> {
    if kind != Kind::Site {
        return Ok(());
    }
    let now = boxes(kind, fields);
    match before {
        Some(before) if boxes(kind, &before.record.fields) == now => return Ok(()),
        Some(_) => remove(connection, rid)?,
        None => {}
    }
    let mut insert = connection.prepare_cached(
        "INSERT INTO site_box (box, lat_min, lat_max, lon_min, lon_max) VALUES (:box, :lat_min, :lat_max, :lon_min, :lon_max)",
    )?;
    for (bounds, side) in now.iter().zip(0..2) {
        insert.execute(named_params! {
            ":box": 2 * rid + side,
            ":lat_min": bounds.min_lat, ":lat_max": bounds.max_lat,
            ":lon_min": bounds.min_lon, ":lon_max": bounds.max_lon,
        })?;
    }
    Ok(())
}

pub(super) fn remove(connection: &Connection, rid: i64) -> rusqlite::Result<()> {
    let mut delete =
        connection.prepare_cached("DELETE FROM site_box WHERE box IN (2 * :rid, 2 * :rid + 1)")?;
    delete.execute(named_params! { ":rid": rid })?;
    Ok(())
}

/// A site that may be near, with the distance of its box as a lower bound.
struct Candidate {
    rid: i64,
    at_least: Meters,
}

/// The sites whose boxes touch `bounds`.
fn touching(connection: &Connection, bounds: &Bounds, at: Position) -> rusqlite::Result<Vec<Candidate>> {
    let mut statement = connection.prepare_cached(
        "SELECT box / 2, lat_min, lat_max, lon_min, lon_max FROM site_box
         WHERE lat_max >= :lat_min AND lat_min <= :lat_max AND lon_max >= :lon_min AND lon_min <= :lon_max",
    )?;
    let bound = named_params! {
        ":lat_min": bounds.min_lat, ":lat_max": bounds.max_lat, ":lon_min": bounds.min_lon, ":lon_max": bounds.max_lon,
    };
    let candidates = statement.query_map(bound, |row| {
        let of_site = Bounds {
            min_lat: row.get(1)?,
            max_lat: row.get(2)?,
            min_lon: row.get(3)?,
            max_lon: row.get(4)?,
        };
        Ok(Candidate {
            rid: row.get(0)?,
            at_least: of_site.min_distance(at),
        })
    })?;
    candidates.collect()
}

/// Distance of the site at `rid`; `None` if it is larger than `within`.
fn distance_to(
    connection: &Connection,
    rid: i64,
    at: Position,
    within: Meters,
) -> rusqlite::Result<Option<Meters>> {
    let mut statement = connection.prepare_cached("SELECT position FROM site WHERE rid = :rid")?;
    let position: Option<Position> = statement.query_row(named_params! { ":rid": rid }, |row| {
        let text = row.get_ref(0)?.as_str_or_null()?;
        Ok(text.and_then(|text| text.parse().ok()))
    })?;
    let away = position.map(|position| distance(at, position));
    Ok(away.filter(|away| *away <= within))
}

/// The site in a row, with its account.
fn nearby(connection: &Connection, rid: i64, distance: Meters) -> rusqlite::Result<Nearby> {
    let site = record::at(connection, rid)?;
    let account = match site.fields.id("account_id") {
        Some(id) => record::record(connection, id)?.filter(|account| !account.deleted),
        None => None,
    };
    Ok(Nearby {
        site,
        account,
        distance,
    })
}

impl Store {
    /// Position of the site nearest to the mean of all sites; `None` if the book has no site.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn middle_of_sites(&self) -> Result<Option<Position>, StoreError> {
        let middle = self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT avg((lat_min + lat_max) / 2), avg((lon_min + lon_max) / 2) FROM site_box",
            )?;
            statement.query_row([], |row| {
                Ok((row.get::<_, Option<f64>>(0)?, row.get::<_, Option<f64>>(1)?))
            })
        })?;
        let (Some(lat), Some(lon)) = middle else {
            return Ok(None);
        };
        let Ok(middle) = Position::new(lat, lon) else {
            return Ok(None);
        };
        let nearest = self.near(middle, Meters(f64::from(HALF_WAY_ROUND_M)), 1)?;
        let position = |site: &Record| site.fields.text("position").and_then(|text| text.parse().ok());
        Ok(nearest.first().and_then(|nearby| position(&nearby.site)))
    }

    /// The sites whose boxes touch the circle of radius `reach` around `at`, each once, in no particular order. They are
    /// candidates: the caller measures the exact distance.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn sites_touching(&self, at: Position, reach: Meters) -> Result<Vec<Record>, StoreError> {
        self.read_at_once(|connection| {
            let mut rids = Vec::new();
            for bounds in Bounds::around(at, reach) {
                let near = touching(connection, &bounds, at)?.into_iter();
                rids.extend(near.filter(|site| site.at_least <= reach).map(|site| site.rid));
            }
            rids.sort_unstable();
            rids.dedup();
            rids.into_iter().map(|rid| record::at(connection, rid)).collect()
        })
    }

    /// The sites whose position is at most `within` away from `at`, the nearest first, at most `limit`.
    ///
    /// The index gives the candidates. Their positions are read in the order of their lower bounds until no other can be
    /// nearer than the `limit` found; only the result is read completely.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn near(&self, at: Position, within: Meters, limit: usize) -> Result<Vec<Nearby>, StoreError> {
        self.read_at_once(|connection| {
            let mut candidates = Vec::new();
            for bounds in Bounds::around(at, within) {
                candidates.extend(touching(connection, &bounds, at)?);
            }
            candidates.sort_by(|a, b| a.at_least.0.total_cmp(&b.at_least.0));
            let mut found: Vec<(Meters, i64)> = Vec::new();
            for Candidate { rid, at_least } in candidates {
                let farthest = found.get(limit.wrapping_sub(1));
                if at_least > within || farthest.is_some_and(|(far, _)| *far < at_least) {
                    break;
                }
                if let Some(away) = distance_to(connection, rid, at, within)? {
                    insert(&mut found, (away, rid));
                }
            }
            let shown = found.into_iter().take(limit);
            shown.map(|(away, rid)| nearby(connection, rid, away)).collect()
        })
    }
}

/// Inserts a site in order of distance, unless it was already found by its other box.
fn insert(found: &mut Vec<(Meters, i64)>, (away, rid): (Meters, i64)) {
    let place = found.binary_search_by(|(far, other)| far.0.total_cmp(&away.0).then(other.cmp(&rid)));
    if let Err(at) = place {
        found.insert(at, (away, rid));
    }
}
