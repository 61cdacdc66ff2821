//! The three datums of coordinates from China, and the conversion from and to WGS-84.
//!
//! Chinese maps shift WGS-84 by 300 to 700 m (GCJ-02), Baidu once more (BD-09): more than the width of a fence.
//! Everything is stored in WGS-84; conversion happens only where coordinates enter or leave. Nothing is shifted outside
//! mainland China.

use std::f64::consts::PI;
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use geo::{Coord, LineString};

use super::polygon::is_inside;
use super::position::{Position, PositionError};

/// The reference system of a pair of coordinates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Datum {
    /// The datum of GPS, and of everything stored.
    #[default]
    Wgs84,
    /// The datum of maps of mainland China (Amap, Tencent, Google China).
    Gcj02,
    /// Baidu's shift on top of GCJ-02.
    Bd09,
}

/// The text names no known datum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a datum is one of wgs84, gcj02, bd09")]
pub struct UnknownDatum;

impl FromStr for Datum {
    type Err = UnknownDatum;

    /// Reads `wgs84`, `gcj02` or `bd09`, in any case, with or without the hyphen.
    fn from_str(text: &str) -> Result<Datum, UnknownDatum> {
        match text.to_ascii_lowercase().replace('-', "").as_str() {
            "wgs84" => Ok(Datum::Wgs84),
            "gcj02" => Ok(Datum::Gcj02),
            "bd09" => Ok(Datum::Bd09),
            _ => Err(UnknownDatum),
        }
    }
}

impl fmt::Display for Datum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Datum::Wgs84 => "wgs84",
            Datum::Gcj02 => "gcj02",
            Datum::Bd09 => "bd09",
        })
    }
}

/// What a name of a column of coordinates ends with, or, in Chinese, holds, and the datum that it means: `lat_gcj02`,
/// `经纬度(高德)`. Names are without case, blanks and signs; one without a mark is WGS-84.
pub const DATUM_MARKS: &[(&str, Datum)] = &[
    ("wgs84", Datum::Wgs84),
    ("", Datum::Wgs84),
    ("gcj02", Datum::Gcj02),
    ("gcj", Datum::Gcj02),
    ("bd09", Datum::Bd09),
    ("bd09ll", Datum::Bd09),
    ("amap", Datum::Gcj02),
    ("gaode", Datum::Gcj02),
    ("高德", Datum::Gcj02),
    ("tencent", Datum::Gcj02),
    ("腾讯", Datum::Gcj02),
    ("火星", Datum::Gcj02),
    ("baidu", Datum::Bd09),
    ("百度", Datum::Bd09),
];

/// The WGS-84 position of `lat`, `lon` degrees given in `datum`.
///
/// The inverse of [`from_wgs84`] to 1e-10 degree, in mainland China and away from its border. Within some 700 m (1.3 km
/// for BD-09) outside the border one pair of coordinates has two solutions: a shifted point from inside and an
/// unshifted one from outside. The inside one is returned, because a phone that reports GCJ-02 got it from a Chinese
/// map.
///
/// # Errors
/// [`PositionError`] when the coordinates are not on the earth.
pub fn to_wgs84(datum: Datum, lat: f64, lon: f64) -> Result<Position, PositionError> {
    let given = Position::new(lat, lon)?;
    let (lat, lon) = match datum {
        Datum::Wgs84 => return Ok(given),
        Datum::Gcj02 => invert(gcj_from_wgs, lat, lon),
        Datum::Bd09 => {
            let (lat, lon) = invert(bd_from_gcj, lat, lon);
            invert(gcj_from_wgs, lat, lon)
        }
    };
    Ok(Position::new(lat, lon)
        .ok()
        .filter(|inside| in_mainland_china(*inside))
        .unwrap_or(given))
}

/// Latitude and longitude of `position` in `datum`, degrees; unchanged outside mainland China.
pub fn from_wgs84(datum: Datum, position: Position) -> (f64, f64) {
    let (lat, lon) = (position.lat(), position.lon());
    if datum == Datum::Wgs84 || !in_mainland_china(position) {
        return (lat, lon);
    }
    let (lat, lon) = gcj_from_wgs(lat, lon);
    if datum == Datum::Gcj02 {
        (lat, lon)
    } else {
        bd_from_gcj(lat, lon)
    }
}

/// True where the shifted datums apply: mainland China and its coastal waters, without Hong Kong, Macau and Taiwan. The
/// outline is simplified by up to 0.006 degrees (670 m) at the land borders; that of Hong Kong and Macau is drawn by
/// hand and not surveyed. Do not rely on it close to a border.
pub fn in_mainland_china(position: Position) -> bool {
    let (lat, lon) = (position.lat(), position.lon());
    let near = (17.0..=54.0).contains(&lat) && (73.0..=136.0).contains(&lon);
    near && is_inside(&MAINLAND, Coord { x: lon, y: lat })
}

/// The rings of `mainland.txt`, closed, as longitude and latitude.
static MAINLAND: LazyLock<Vec<LineString<f64>>> = LazyLock::new(|| {
    let point = |text: &str| -> Option<(f64, f64)> {
        let (lon, lat) = text.split_once(',')?;
        Some((lon.parse().ok()?, lat.parse().ok()?))
    };
    include_str!("mainland.txt")
        .split("\n\n")
        .skip(1) // the paragraph that names the source
        .map(|text| {
            let points = text.split_whitespace();
            let mut ring: LineString<f64> = points
                .map(|text| point(text).expect("the file is part of the source and a test reads all of it"))
                .collect();
            ring.close();
            ring
        })
        .collect()
});

/// Krasovsky 1940, the ellipsoid of the shift: semi-major axis in metres and first eccentricity squared.
const KRASOVSKY_M: f64 = 6_378_245.0;
const KRASOVSKY_E2: f64 = 0.006_693_421_622_965_943;

/// WGS-84 to GCJ-02, degrees. The official algorithm is secret; this published reconstruction (coordtransform, gcoord)
/// is good to about a metre.
fn gcj_from_wgs(lat: f64, lon: f64) -> (f64, f64) {
    let (x, y) = (lon - 105.0, lat - 35.0);
    let (north_m, east_m) = gcj_shift_m(x, y);
    let phi = lat.to_radians();
    let w2 = 1.0 - KRASOVSKY_E2 * phi.sin() * phi.sin();
    let meridian_m = KRASOVSKY_M * (1.0 - KRASOVSKY_E2) / (w2 * w2.sqrt());
    let parallel_m = KRASOVSKY_M / w2.sqrt() * phi.cos();
    (
        lat + (north_m / meridian_m).to_degrees(),
        lon + (east_m / parallel_m).to_degrees(),
    )
}

/// The shift in metres north and east; `x` and `y` are degrees from 105 E, 35 N.
fn gcj_shift_m(x: f64, y: f64) -> (f64, f64) {
    let wave = |amplitude: f64, of: f64| amplitude * (of * PI).sin();
    let ripple = (wave(20.0, 6.0 * x) + wave(20.0, 2.0 * x)) * 2.0 / 3.0;
    let root = x.abs().sqrt();
    let north = -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * root
        + ripple
        + (wave(20.0, y) + wave(40.0, y / 3.0)) * 2.0 / 3.0
        + (wave(160.0, y / 12.0) + wave(320.0, y / 30.0)) * 2.0 / 3.0;
    let east = 300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * root
        + ripple
        + (wave(20.0, x) + wave(40.0, x / 3.0)) * 2.0 / 3.0
        + (wave(150.0, x / 12.0) + wave(300.0, x / 30.0)) * 2.0 / 3.0;
    (north, east)
}

/// GCJ-02 to BD-09, degrees, by the published formula.
fn bd_from_gcj(lat: f64, lon: f64) -> (f64, f64) {
    let x_pi = PI * 3000.0 / 180.0;
    let radius = lon.hypot(lat) + 0.000_02 * (lat * x_pi).sin();
    let angle = lat.atan2(lon) + 0.000_003 * (lon * x_pi).cos();
    (radius * angle.sin() + 0.006, radius * angle.cos() + 0.0065)
}

/// Solves `forward(p) = (lat, lon)` by fixed-point iteration. The shift changes by less than 1 % over its own length,
/// so each iteration gains two digits and eight are exact.
fn invert(forward: fn(f64, f64) -> (f64, f64), lat: f64, lon: f64) -> (f64, f64) {
    let (mut p_lat, mut p_lon) = (lat, lon);
    for _ in 0..8 {
        let (f_lat, f_lon) = forward(p_lat, p_lon);
        p_lat += lat - f_lat;
        p_lon += lon - f_lon;
    }
    (p_lat, p_lon)
}

#[cfg(test)]
mod tests {
    use super::super::position::distance;
    use super::*;
    use proptest::prelude::*;

    fn at(lat: f64, lon: f64) -> Position {
        Position::new(lat, lon).unwrap()
    }

    #[test]
    fn conversions_agree_with_the_published_points() {
        let beijing = at(39.915, 116.404);
        let (lat, lon) = from_wgs84(Datum::Gcj02, beijing);
        assert!((lat - 39.916_404_281_501_64).abs() < 1e-9 && (lon - 116.410_244_499_169_38).abs() < 1e-9);
        let (lat, lon) = bd_from_gcj(39.915, 116.404);
        assert!((lat - 39.921_336_993_510_21).abs() < 1e-9 && (lon - 116.410_369_493_710_29).abs() < 1e-9);
        let (lat, lon) = from_wgs84(Datum::Gcj02, at(31.177_427_6, 121.527_210_6));
        assert!((lat - 31.175_303_983_645_97).abs() < 1e-6 && (lon - 121.531_541_859_215).abs() < 1e-6);
    }

    #[test]
    fn conversions_agree_with_the_oracle_inside_and_do_nothing_outside() {
        let Some(text) = fieldbook_testdata::text("vectors/gcj_bd/wgs_gcj_bd_oracle.csv") else {
            return;
        };
        let (mut inside, mut outside, mut ambiguous) = (0, 0, 0);
        let close_to = |a: (f64, f64), b: (f64, f64)| (a.0 - b.0).abs().max((a.1 - b.1).abs()) < 2e-9;
        for line in text.lines().skip(1) {
            let n: Vec<f64> = line.split(',').map(|f| f.parse().unwrap()).collect();
            let wgs = at(n[1], n[0]);
            let close = |found, column: usize| close_to(found, (n[column + 1], n[column]));
            if in_mainland_china(wgs) {
                inside += 1;
                assert!(close(from_wgs84(Datum::Gcj02, wgs), 2), "{line}");
                assert!(close(from_wgs84(Datum::Bd09, wgs), 4), "{line}");
                assert!(
                    distance(to_wgs84(Datum::Bd09, n[5], n[4]).unwrap(), wgs).0 < 0.5,
                    "{line}"
                );
            } else {
                outside += 1;
                assert_eq!(from_wgs84(Datum::Gcj02, wgs), (n[1], n[0]));
                let back = to_wgs84(Datum::Bd09, n[1], n[0]).unwrap();
                ambiguous += usize::from(back != wgs);
                // Read as a shifted point from just inside the border, which is the other valid solution.
                assert!(
                    back == wgs || close_to(from_wgs84(Datum::Bd09, back), (n[1], n[0])),
                    "{line}"
                );
            }
        }
        assert!(
            inside > 300 && outside > 100 && ambiguous < 20,
            "{inside} inside, {outside} outside, {ambiguous} ambiguous"
        );
    }

    #[test]
    fn every_city_of_the_mainland_is_shifted_and_its_neighbours_are_not() {
        let mainland = [
            (39.904, 116.407),
            (22.533, 114.117),
            (22.5215, 114.066),
            (22.219, 113.549),
            (22.14, 113.54),
            (24.48, 118.09),
            (40.125, 124.39),
            (50.245, 127.5),
            (18.25, 109.5),
            (22.58, 114.28),
            (44.21, 80.41),
        ];
        let elsewhere = [
            (22.28, 114.17),
            (22.502, 114.128),
            (22.511, 114.066),
            (22.19, 113.545),
            (25.03, 121.5),
            (24.43, 118.32),
            (40.1, 124.4),
            (50.27, 127.53),
            (47.9, 106.9),
            (21.0, 105.8),
            (35.7, 139.7),
            (0.0, 0.0),
            (-90.0, 0.0),
        ];
        for (lat, lon) in mainland {
            assert!(in_mainland_china(at(lat, lon)), "{lat},{lon}");
        }
        for (lat, lon) in elsewhere {
            assert!(!in_mainland_china(at(lat, lon)), "{lat},{lon}");
        }
    }

    #[test]
    fn a_datum_reads_back_and_an_unknown_one_is_refused() {
        for datum in [Datum::Wgs84, Datum::Gcj02, Datum::Bd09] {
            assert_eq!(datum.to_string().parse(), Ok(datum));
        }
        assert_eq!("GCJ-02".parse(), Ok(Datum::Gcj02));
        assert_eq!("nad27".parse::<Datum>(), Err(UnknownDatum));
        assert_eq!(to_wgs84(Datum::Gcj02, 91.0, 0.0), Err(PositionError::Latitude));
    }

    proptest! {
        #[test]
        fn there_and_back_is_the_same_place(lat in 22.0..50.0f64, lon in 80.0..130.0f64) {
            let here = at(lat, lon);
            if !in_mainland_china(here) {
                return Ok(()); // two in five: the neighbours and the sea
            }
            for datum in [Datum::Wgs84, Datum::Gcj02, Datum::Bd09] {
                let (lat, lon) = from_wgs84(datum, here);
                prop_assert!(distance(to_wgs84(datum, lat, lon).unwrap(), here).0 < 0.001);
            }
        }
    }
}
