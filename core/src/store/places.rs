//! Finding sites by where they are.

use rusqlite::{Connection, named_params};

use super::record::Head;
use super::{Origin, Store, StoreError};
use crate::location::{Bounds, Fence, Position, distance};
use crate::model::{Fields, Kind, Record};
use crate::units::Meters;

/// A site and how far it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Nearby {
    /// The site.
    pub site: Record,
    /// From the place asked about to the site's position, along the ellipsoid.
    pub distance: Meters,
}

/// The boxes under which a site is found: around its fence, or its position where it has none.
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
    before: Origin<'_>,
) -> rusqlite::Result<()> {
    if kind != Kind::Site {
        return Ok(());
    }
    let now = boxes(kind, fields);
    match before {
        Origin::Known(before) if boxes(kind, before) == now => return Ok(()),
        Origin::New => {}
        Origin::Known(_) | Origin::Unknown => remove(connection, rid)?,
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

/// Sites whose boxes touch one of these.
fn touching(connection: &Connection, bounds: &Bounds) -> rusqlite::Result<Vec<Head>> {
    let mut statement = connection.prepare_cached(
        "SELECT r.rid, r.id, r.kind, r.territory, r.deleted, r.unsent, r.conflicts, r.external_id, r.account_id
         FROM site_box b JOIN record r ON r.rid = b.box / 2
         WHERE b.lat_max >= :lat_min AND b.lat_min <= :lat_max AND b.lon_max >= :lon_min AND b.lon_min <= :lon_max",
    )?;
    let bound = named_params! {
        ":lat_min": bounds.min_lat, ":lat_max": bounds.max_lat, ":lon_min": bounds.min_lon, ":lon_max": bounds.max_lon,
    };
    statement.query_map(bound, Head::read)?.collect()
}

impl Store {
    /// The sites whose position is at most `within` away from `at`, the nearest first, `limit` at most.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn near(&self, at: Position, within: Meters, limit: usize) -> Result<Vec<Nearby>, StoreError> {
        let mut found = self.read(|connection| {
            let mut found = Vec::new();
            for bounds in Bounds::around(at, within) {
                for head in touching(connection, &bounds)? {
                    let site = head.fill(connection)?;
                    let position: Option<Position> =
                        site.fields.text("position").and_then(|text| text.parse().ok());
                    let away = position.map(|position| distance(at, position));
                    found.extend(
                        away.filter(|away| *away <= within)
                            .map(|distance| Nearby { site, distance }),
                    );
                }
            }
            Ok(found)
        })?;
        found.sort_by(|a, b| {
            a.distance
                .0
                .total_cmp(&b.distance.0)
                .then(a.site.id.cmp(&b.site.id))
        });
        found.dedup_by_key(|nearby| nearby.site.id);
        found.truncate(limit);
        Ok(found)
    }
}
