//! Reads: counts, lists, search, places.

use rusqlite::{CachedStatement, Params, named_params};
use uuid::Uuid;

use super::{Book, Near, Record};
use crate::FloorError;

/// Mean radius of the earth (IUGG R1).
const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// A trigram index knows no shorter word.
const SHORTEST_WORD: usize = 3;

impl Book {
    /// The record `id`, unless it is unknown or deleted.
    pub fn get(&self, id: Uuid) -> Result<Option<Record>, FloorError> {
        let sql = "SELECT id, updated_ms, json FROM record WHERE id = :id AND deleted = 0";
        Ok(records(
            self.db.prepare_cached(sql)?,
            named_params! { ":id": id.as_bytes() },
        )?
        .pop())
    }

    /// Number of records of `kind`.
    pub fn count(&self, kind: &str) -> Result<u32, FloorError> {
        let sql = "SELECT count(*) FROM record WHERE kind = :kind AND deleted = 0";
        Ok(self
            .db
            .prepare_cached(sql)?
            .query_row(named_params! { ":kind": kind }, |row| row.get(0))?)
    }

    /// Records of `kind` by name, those that follow `after`.
    pub fn page(&self, kind: &str, after: Option<&Record>, limit: u32) -> Result<Vec<Record>, FloorError> {
        let sql = "SELECT id, updated_ms, json FROM record
             WHERE kind = :kind AND deleted = 0 AND (name, id) > (:name, :id)
             ORDER BY name, id LIMIT :limit";
        let (name, id) = after.map_or(("", &[][..]), |last| (last.name(), &last.id.as_bytes()[..]));
        let keys = named_params! { ":kind": kind, ":name": name, ":id": id, ":limit": limit };
        records(self.db.prepare_cached(sql)?, keys)
    }

    /// Records whose name, address or notes hold every word of `text`, best first (bm25).
    ///
    /// A word of one or two letters narrows nothing; when there are only such words, as often in Chinese, names that hold
    /// `text` are found, in the order of names.
    pub fn search(&self, text: &str, limit: u32) -> Result<Vec<Record>, FloorError> {
        let words: Vec<String> = text
            .split_whitespace()
            .filter(|word| word.chars().count() >= SHORTEST_WORD)
            .map(|word| format!("\"{}\"", word.replace('"', "\"\"")))
            .collect();
        if words.is_empty() {
            return self.search_names(text.trim(), limit);
        }
        let sql = "SELECT r.id, r.updated_ms, r.json
             FROM (SELECT rowid AS num, rank FROM record_text WHERE record_text MATCH :words ORDER BY rank LIMIT :limit) t
             JOIN record r ON r.num = t.num ORDER BY t.rank";
        records(
            self.db.prepare_cached(sql)?,
            named_params! { ":words": words.join(" "), ":limit": limit },
        )
    }

    fn search_names(&self, text: &str, limit: u32) -> Result<Vec<Record>, FloorError> {
        let sql = "SELECT r.id, r.updated_ms, r.json
             FROM (SELECT id FROM record INDEXED BY record_by_name
                   WHERE deleted = 0 AND instr(lower(name), lower(:text)) > 0 LIMIT :limit) t
             JOIN record r ON r.id = t.id ORDER BY r.name";
        records(
            self.db.prepare_cached(sql)?,
            named_params! { ":text": text, ":limit": limit },
        )
    }

    /// Records within `radius_m` of a position, nearest first. Not for places beside a pole or the date line.
    pub fn near(&self, lat: f64, lon: f64, radius_m: f64, limit: u32) -> Result<Vec<Near>, FloorError> {
        let lat_reach = (radius_m / EARTH_RADIUS_M).to_degrees();
        let lon_reach = lat_reach / lat.to_radians().cos().max(0.01);
        let sql = "SELECT num, lat_min_e7, lon_min_e7 FROM record_place
             WHERE lat_max_e7 >= :south AND lat_min_e7 <= :north AND lon_max_e7 >= :west AND lon_min_e7 <= :east";
        let bounds = named_params! {
            ":south": to_e7(lat - lat_reach), ":north": to_e7(lat + lat_reach),
            ":west": to_e7(lon - lon_reach), ":east": to_e7(lon + lon_reach),
        };
        let mut statement = self.db.prepare_cached(sql)?;
        let mut found = statement
            .query_map(bounds, |row| {
                let there = (from_e7(row.get(1)?), from_e7(row.get(2)?));
                Ok((distance_m((lat, lon), there), row.get(0)?))
            })?
            .filter(|hit| {
                hit.as_ref()
                    .map_or(true, |(distance_m, _)| *distance_m <= radius_m)
            })
            .collect::<Result<Vec<(f64, i64)>, _>>()?;
        found.sort_by(|a, b| a.0.total_cmp(&b.0));
        found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        found
            .into_iter()
            .filter_map(|(distance_m, num)| self.at_distance(distance_m, num).transpose())
            .collect()
    }

    fn at_distance(&self, distance_m: f64, num: i64) -> Result<Option<Near>, FloorError> {
        let sql = "SELECT id, updated_ms, json FROM record WHERE num = :num";
        let record = records(self.db.prepare_cached(sql)?, named_params! { ":num": num })?.pop();
        Ok(record.map(|record| Near { distance_m, record }))
    }
}

/// Reads out a query whose columns are `id, updated_ms, json`.
fn records(mut statement: CachedStatement<'_>, params: impl Params) -> Result<Vec<Record>, FloorError> {
    let mut rows = statement.query(params)?;
    let mut records = Vec::new();
    while let Some(row) = rows.next()? {
        records.push(Record {
            id: Uuid::from_bytes(row.get(0)?),
            updated_ms: row.get(1)?,
            fields: serde_json::from_str(row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?)?,
        });
    }
    Ok(records)
}

/// Degrees as the R*Tree keeps them: whole 1e-7 of a degree, a centimetre on the ground.
#[expect(
    clippy::cast_possible_truncation,
    reason = "clamped to what a turn of the globe can be"
)]
pub(super) fn to_e7(degrees: f64) -> i32 {
    (degrees.clamp(-200.0, 200.0) * 1e7).round() as i32
}

fn from_e7(e7: i32) -> f64 {
    f64::from(e7) / 1e7
}

/// Great-circle distance by the haversine formula; positions in degrees north and east.
fn distance_m(a: (f64, f64), b: (f64, f64)) -> f64 {
    let half_lat = ((b.0 - a.0) / 2.0).to_radians().sin();
    let half_lon = ((b.1 - a.1) / 2.0).to_radians().sin();
    let h = half_lat.powi(2) + a.0.to_radians().cos() * b.0.to_radians().cos() * half_lon.powi(2);
    2.0 * EARTH_RADIUS_M * h.sqrt().min(1.0).asin()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn london_is_344_km_from_paris() {
        let apart_m = distance_m((51.5074, -0.1278), (48.8566, 2.3522));
        assert!((apart_m - 343_556.0).abs() < 500.0, "{apart_m} m");
    }
}
