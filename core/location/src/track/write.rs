//! Writers of track files: CSV, GPX 1.1, `GeoJSON` (RFC 7946), encoded polyline (Google, five decimals).

use std::fmt::{self, Write};
use std::str::FromStr;

use chrono::{DateTime, SecondsFormat};
use serde_json::{Value, json};

use super::fix::TrackFix;
use super::tracker::Track;

/// A file format of a track.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrackFormat {
    /// Comma-separated values, in the columns that [`read`](super::read) reads.
    Csv,
    /// GPX 1.1, with a track segment between gaps.
    Gpx,
    /// A `FeatureCollection`: the path, with a line between gaps, and a point for each stop.
    GeoJson,
    /// Encoded polylines, a line of text for each part between gaps.
    Polyline,
}

/// The text names no track format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected csv, gpx, geojson or polyline")]
pub struct UnknownTrackFormat;

impl FromStr for TrackFormat {
    type Err = UnknownTrackFormat;

    fn from_str(text: &str) -> Result<TrackFormat, UnknownTrackFormat> {
        match text.to_ascii_lowercase().as_str() {
            "csv" => Ok(TrackFormat::Csv),
            "gpx" => Ok(TrackFormat::Gpx),
            "geojson" | "json" => Ok(TrackFormat::GeoJson),
            "polyline" => Ok(TrackFormat::Polyline),
            _ => Err(UnknownTrackFormat),
        }
    }
}

/// Writes `fixes`, which are in time order, with their `track`.
///
/// # Errors
/// Errors of `to`.
pub fn write(
    format: TrackFormat,
    fixes: &[TrackFix],
    track: &Track,
    to: &mut impl std::io::Write,
) -> std::io::Result<()> {
    match format {
        TrackFormat::Csv => csv(fixes, to),
        TrackFormat::Gpx => gpx(&segments(fixes, track), to),
        TrackFormat::GeoJson => writeln!(to, "{}", geojson(&segments(fixes, track), track)),
        TrackFormat::Polyline => {
            for segment in segments(fixes, track) {
                writeln!(to, "{}", polyline(segment))?;
            }
            Ok(())
        }
    }
}

/// The fixes, split at gaps.
fn segments<'f>(fixes: &'f [TrackFix], track: &Track) -> Vec<&'f [TrackFix]> {
    let mut segments = Vec::new();
    let mut rest = fixes;
    for gap in track.gaps() {
        let (before, behind) = rest.split_at(rest.partition_point(|fix| fix.at_ms() < gap.until_ms));
        segments.push(before);
        rest = behind;
    }
    segments.push(rest);
    segments.retain(|segment| !segment.is_empty());
    segments
}

/// RFC 3339 text in UTC, with milliseconds if there are any.
fn time(ms: i64) -> String {
    let time = DateTime::from_timestamp_millis(ms).unwrap_or_default();
    time.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// Writes a number, or nothing.
struct OptionalNumber(Option<f64>);

impl fmt::Display for OptionalNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Two decimals: a centimetre, a hundredth of a degree.
        self.0
            .map_or(Ok(()), |number| write!(f, "{}", (number * 100.0).round() / 100.0))
    }
}

fn csv(fixes: &[TrackFix], to: &mut impl std::io::Write) -> std::io::Result<()> {
    let has_segments = fixes.iter().any(TrackFix::starts_segment);
    writeln!(
        to,
        "time,lat,lon,accuracy_m,speed_mps,bearing_deg,altitude_m,mock,monotonic_ms,gps_at{}",
        if has_segments { ",segment_start" } else { "" }
    )?;
    for fix in fixes {
        let at = fix.position();
        writeln!(
            to,
            "{},{:.7},{:.7},{},{},{},{},{},{},{}{}",
            time(fix.at_ms()),
            at.lat(),
            at.lon(),
            OptionalNumber(fix.accuracy_m()),
            OptionalNumber(fix.speed_mps()),
            OptionalNumber(fix.bearing_deg()),
            OptionalNumber(fix.altitude_m()),
            if fix.mock() { "1" } else { "" },
            fix.monotonic_ms().map(|ms| ms.to_string()).unwrap_or_default(),
            fix.gps_at_ms().map(time).unwrap_or_default(),
            match (has_segments, fix.starts_segment()) {
                (false, _) => "",
                (true, false) => ",",
                (true, true) => ",1",
            },
        )?;
    }
    Ok(())
}

/// Speed and course go into Garmin's extension, which most programs read; accuracy into an element of our namespace.
fn gpx(segments: &[&[TrackFix]], to: &mut impl std::io::Write) -> std::io::Result<()> {
    writeln!(
        to,
        r#"<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.1" creator="fieldbook" xmlns="http://www.topografix.com/GPX/1/1" xmlns:gpxtpx="http://www.garmin.com/xmlschemas/TrackPointExtension/v2" xmlns:fb="https://fieldbook.example/gpx/1">
<trk>"#
    )?;
    for segment in segments {
        writeln!(to, "<trkseg>")?;
        for fix in *segment {
            writeln!(to, "{}", track_point(fix))?;
        }
        writeln!(to, "</trkseg>")?;
    }
    writeln!(to, "</trk>\n</gpx>")
}

fn track_point(fix: &TrackFix) -> String {
    let at = fix.position();
    let tag = |name: &str, value: Option<f64>| {
        value.map_or(String::new(), |value| {
            format!("<{name}>{}</{name}>", OptionalNumber(Some(value)))
        })
    };
    let motion = tag("gpxtpx:speed", fix.speed_mps()) + &tag("gpxtpx:course", fix.bearing_deg());
    let motion = if motion.is_empty() {
        motion
    } else {
        format!("<gpxtpx:TrackPointExtension>{motion}</gpxtpx:TrackPointExtension>")
    };
    let more = motion + &tag("fb:accuracy", fix.accuracy_m());
    let more = if more.is_empty() {
        more
    } else {
        format!("<extensions>{more}</extensions>")
    };
    format!(
        r#"<trkpt lat="{:.7}" lon="{:.7}">{}<time>{}</time>{more}</trkpt>"#,
        at.lat(),
        at.lon(),
        tag("ele", fix.altitude_m()),
        time(fix.at_ms()),
    )
}

fn geojson(segments: &[&[TrackFix]], track: &Track) -> Value {
    let lines: Vec<Line> = segments
        .iter()
        .flat_map(|segment| Line::from_segment(segment))
        .collect();
    let coordinates: Vec<&Vec<Value>> = lines.iter().map(|line| &line.points).collect();
    let times: Vec<&Vec<String>> = lines.iter().map(|line| &line.times).collect();
    let geometry = if coordinates.is_empty() {
        Value::Null
    } else {
        json!({ "type": "MultiLineString", "coordinates": coordinates })
    };
    let mut features = vec![json!({
        "type": "Feature",
        "properties": { "kind": "track", "distance_m": track.mileage.distance.0.round(), "coordTimes": times },
        "geometry": geometry,
    })];
    // A line has at least two positions (RFC 7946, 3.1.4).
    for segment in segments {
        if let [fix] = segment {
            features.push(json!({
                "type": "Feature",
                "properties": { "kind": "fix", "time": time(fix.at_ms()) },
                "geometry": { "type": "Point", "coordinates": coordinate(fix.position().lon(), fix.position().lat()) },
            }));
        }
    }
    for stop in &track.stops {
        features.push(json!({
            "type": "Feature",
            "properties": {
                "kind": "stop", "from": time(stop.from_ms), "until": time(stop.until_ms), "fixes": stop.fixes,
                "radius_m": stop.radius.0.round(),
            },
            "geometry": { "type": "Point", "coordinates": coordinate(stop.center.lon(), stop.center.lat()) },
        }));
    }
    json!({ "type": "FeatureCollection", "features": features })
}

/// A line of two positions or more, on one side of the 180th meridian.
#[derive(Default)]
struct Line {
    points: Vec<Value>,
    /// Time of each point.
    times: Vec<String>,
}

impl Line {
    /// The lines of a segment: none for a single fix, and several if it crosses the 180th meridian, where it is cut
    /// (RFC 7946, 3.1.9).
    fn from_segment(segment: &[TrackFix]) -> Vec<Line> {
        let mut lines = vec![Line::default()];
        for (number, fix) in segment.iter().enumerate() {
            let before = number.checked_sub(1).map(|before| &segment[before]);
            if let Some(crossing) = before.and_then(|before| Crossing::between(before, fix)) {
                lines
                    .last_mut()
                    .expect("there is one")
                    .push(crossing.side, crossing.lat, crossing.at_ms);
                let mut next = Line::default();
                next.push(-crossing.side, crossing.lat, crossing.at_ms);
                lines.push(next);
            }
            let at = fix.position();
            lines
                .last_mut()
                .expect("there is one")
                .push(at.lon(), at.lat(), fix.at_ms());
        }
        lines.retain(|line| line.points.len() > 1);
        lines
    }

    fn push(&mut self, lon: f64, lat: f64, at_ms: i64) {
        self.points.push(coordinate(lon, lat));
        self.times.push(time(at_ms));
    }
}

/// A crossing of the 180th meridian.
struct Crossing {
    /// Longitude on the side that is left: 180 or -180.
    side: f64,
    lat: f64,
    at_ms: i64,
}

impl Crossing {
    /// The crossing on the shorter way between two fixes, if there is one; latitude and time are interpolated.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "a part of the time between two fixes, to the millisecond"
    )]
    fn between(from: &TrackFix, to: &TrackFix) -> Option<Crossing> {
        let (a, b) = (from.position(), to.position());
        if (a.lon() - b.lon()).abs() <= 180.0 {
            return None;
        }
        let side = 180.0_f64.copysign(a.lon());
        let (before, behind) = ((side - a.lon()).abs(), (-side - b.lon()).abs());
        let part = if before + behind > 0.0 {
            before / (before + behind)
        } else {
            0.5
        };
        let lasted_ms = to.at_ms().saturating_sub(from.at_ms()) as f64;
        Some(Crossing {
            side,
            lat: a.lat() + part * (b.lat() - a.lat()),
            at_ms: from.at_ms().saturating_add((part * lasted_ms).round() as i64),
        })
    }
}

/// A position of `GeoJSON`: longitude first.
fn coordinate(lon: f64, lat: f64) -> Value {
    json!([round_e7(lon), round_e7(lat)])
}

/// Rounds degrees to 7 decimals (1 cm).
fn round_e7(degrees: f64) -> f64 {
    (degrees * 1e7).round() / 1e7
}

/// The encoded polyline of the path: differences of 1e-5 degrees, five bits a character.
fn polyline(fixes: &[TrackFix]) -> String {
    let mut text = String::new();
    let mut last = (0, 0);
    for fix in fixes {
        let at = (to_e5(fix.position().lat()), to_e5(fix.position().lon()));
        for difference in [at.0 - last.0, at.1 - last.1] {
            let mut bits = ((difference << 1) ^ (difference >> 31)).cast_unsigned();
            while bits >= 0x20 {
                let _ = text.write_char(polyline_char((bits & 0x1f) | 0x20));
                bits >>= 5;
            }
            let _ = text.write_char(polyline_char(bits));
        }
        last = at;
    }
    text
}

fn polyline_char(bits: u32) -> char {
    char::from_u32(bits + 63).unwrap_or('?')
}

#[expect(clippy::cast_possible_truncation, reason = "at most 18,000,000")]
fn to_e5(degrees: f64) -> i32 {
    (degrees * 1e5).round() as i32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Position;
    use crate::track::{StopRules, read};

    fn track() -> Vec<TrackFix> {
        let fix = |at_ms, lat, lon| TrackFix::new(at_ms, Position::new(lat, lon).expect("on the earth"));
        vec![
            fix(0, 38.5, -120.2)
                .with_accuracy(8.0)
                .with_speed(1.25)
                .with_bearing(90.5)
                .with_altitude(12.0),
            fix(10_000, 38.5001, -120.2),
            fix(3_000_500, 38.7, -120.3)
                .with_mock(true)
                .with_monotonic(77)
                .with_gps_time(3_000_000),
        ]
    }

    fn written(format: TrackFormat) -> String {
        let (fixes, mut bytes) = (track(), Vec::new());
        write(
            format,
            &fixes,
            &Track::from_fixes(&fixes, &StopRules::default()),
            &mut bytes,
        )
        .expect("memory takes all");
        String::from_utf8(bytes).expect("text")
    }

    #[test]
    fn a_polyline_is_that_of_the_published_example() {
        let at = |lat, lon| TrackFix::new(0, Position::new(lat, lon).expect("on the earth"));
        let path = [at(38.5, -120.2), at(40.7, -120.95), at(43.252, -126.453)];
        assert_eq!(polyline(&path), "_p~iF~ps|U_ulLnnqC_mqNvxq`@");
    }

    #[test]
    fn what_is_written_as_csv_or_gpx_is_read_back() {
        assert_eq!(
            read(written(TrackFormat::Csv).as_bytes()).expect("our own").fixes,
            track()
        );
        let from_gpx = read(written(TrackFormat::Gpx).as_bytes()).expect("our own").fixes;
        assert_eq!(from_gpx[..2], track()[..2]);
        assert_eq!(
            (from_gpx[2].at_ms(), from_gpx[2].position()),
            (3_000_500, track()[2].position())
        );
    }

    #[test]
    fn the_180th_meridian_cuts_the_line() {
        let at = |s: i64, lat, lon| TrackFix::new(s * 1_000, Position::new(lat, lon).expect("on the earth"));
        // The ferry from Taveuni to Rabi and back.
        let way = [
            at(0, -16.6, 179.98),
            at(60, -16.5, -179.96),
            at(120, -16.5, -179.9),
            at(180, -16.5, 179.9),
        ];
        let lines = Line::from_segment(&way);
        let points: Vec<&[Value]> = lines.iter().map(|line| line.points.as_slice()).collect();
        assert_eq!(points.len(), 3);
        assert_eq!(points[0][1], json!([180.0, -16.566_666_7]));
        assert_eq!(points[1][0], json!([-180.0, -16.566_666_7]));
        assert_eq!(lines[0].times[1], "1970-01-01T00:00:20Z");
        assert_eq!((points[1].len(), points[2].len()), (4, 2));
    }

    #[test]
    fn a_single_fix_is_a_point_and_no_line() {
        let fixes = [track()[0]];
        let value = geojson(&[&fixes], &Track::from_fixes(&fixes, &StopRules::default()));
        assert_eq!(value["features"][0]["geometry"], Value::Null);
        assert_eq!(
            value["features"][1]["geometry"]["coordinates"],
            json!([-120.2, 38.5])
        );
    }

    #[test]
    fn segments_are_written_and_read_back() {
        let mut fixes = track();
        fixes[1] = fixes[1].with_segment_start(true);
        let track = Track::from_fixes(&fixes, &StopRules::default());
        for format in [TrackFormat::Csv, TrackFormat::Gpx] {
            let mut bytes = Vec::new();
            write(format, &fixes, &track, &mut bytes).expect("memory takes all");
            let back = read(bytes.as_slice()).expect("our own").fixes;
            assert!(
                back[1].starts_segment() && !back[0].starts_segment(),
                "{format:?}"
            );
        }
    }

    #[test]
    fn a_gap_cuts_the_path() {
        let geojson: Value = serde_json::from_str(&written(TrackFormat::GeoJson)).expect("JSON");
        let lines = geojson["features"][0]["geometry"]["coordinates"]
            .as_array()
            .expect("lines");
        assert_eq!(
            lines
                .iter()
                .map(|line| line.as_array().map_or(0, Vec::len))
                .collect::<Vec<_>>(),
            [2],
            "a line has two positions or more"
        );
        let lone = &geojson["features"][1];
        assert_eq!(
            (&lone["properties"]["kind"], &lone["geometry"]["type"]),
            (&json!("fix"), &json!("Point"))
        );
        assert_eq!(written(TrackFormat::Gpx).matches("<trkseg>").count(), 2);
        assert_eq!(written(TrackFormat::Polyline).lines().count(), 2);
    }
}
