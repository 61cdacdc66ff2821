use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;
use crate::{Datum, Position};

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("memory takes all");
    encoder.finish().expect("memory takes all")
}

const GPX: &str = r#"<?xml version="1.0"?>
<gpx version="1.1"><metadata><time>2020-01-01T00:00:00Z</time></metadata>
<trk><trkseg>
<trkpt lat="51.057938" lon="-1.320692"><ele>84.00</ele><time>2019-11-29T11:53:48Z</time><hdop>3.0</hdop>
<extensions><gpxtpx:TrackPointExtension><gpxtpx:speed>6.5</gpxtpx:speed></gpxtpx:TrackPointExtension></extensions></trkpt>
<trkpt lat="91" lon="-1.3"><time>2019-11-29T11:53:50Z</time></trkpt>
<trkpt lon="-1.3204" lat="51.0579"><time>2019-11-29T11:53:52Z</time></trkpt>
</trkseg></trk></gpx>"#;

#[test]
fn the_text_of_an_element_may_be_character_data() {
    let cdata = GPX.replace("2019-11-29T11:53:48Z", "<![CDATA[2019-11-29T11:53:48Z]]>");
    assert_eq!(read(cdata.as_bytes()), read(GPX.as_bytes()));
}

#[test]
fn a_gpx_is_read_with_its_extensions() {
    let file = read(GPX.as_bytes()).expect("a track");
    assert_eq!(file.fixes.len(), 2);
    let first = file.fixes[0];
    assert_eq!(
        (first.at_ms(), first.position().lat()),
        (1_575_028_428_000, 51.057_938)
    );
    assert_eq!(
        (first.accuracy_m(), first.speed_mps(), first.altitude_m()),
        (Some(15.0), Some(6.5), Some(84.0))
    );
    let refused = file.refused[0];
    assert_eq!((refused.row, refused.line, refused.field), (1, 6, "lat"));
}

#[test]
fn gzip_is_known_by_its_first_bytes_and_a_truncated_one_is_refused() {
    let packed = gz(GPX.as_bytes());
    assert_eq!(read(&packed[..]), read(GPX.as_bytes()));
    assert_eq!(read(&packed[..packed.len() / 2]), Err(ReadError::Damaged));
    assert_eq!(read(&b"\x1f\x8bnonsense"[..]), Err(ReadError::Damaged));
}

#[test]
fn entities_expand_to_nothing() {
    let entity = |value: &str, levels: usize| {
        let mut text = format!("<?xml version=\"1.0\"?><!DOCTYPE gpx [<!ENTITY e0 \"{value}\">");
        for level in 1..=levels {
            let inner = format!("&e{};", level - 1).repeat(10);
            text += &["<!ENTITY e", &level.to_string(), " \"", &inner, "\">"].concat();
        }
        text + &format!(
            "]><gpx><trk><trkseg><trkpt lat=\"1\" lon=\"2\"><ele>&e{levels};</ele><time>2020-01-01T00:00:00Z</time></trkpt></trkseg></trk></gpx>"
        )
    };
    for bomb in [entity("lol", 9), entity("1", 0)] {
        let refused = match read(bomb.as_bytes()) {
            Err(ReadError::MostlyRefused { first, .. }) => first,
            other => panic!("{other:?}"),
        };
        assert_eq!((refused.field, refused.problem), ("ele", RowProblem::NotANumber));
    }
}

#[test]
fn xml_without_an_end_is_refused_before_it_fills_the_memory() {
    let deep = format!("<gpx>{}", "<a>".repeat(100_000));
    assert_eq!(read(deep.as_bytes()), Err(ReadError::Xml { line: 1 }));
    let long = format!("<gpx>\n{}</gpx>", " x".repeat(1 << 20));
    assert_eq!(read(long.as_bytes()), Err(ReadError::LineTooLong { line: 2 }));
    for broken in ["<gpx><trk></gpx>", "<gpx>", "<", "<gpx></gpx></gpx>"] {
        assert!(
            matches!(read(broken.as_bytes()), Err(ReadError::Xml { .. })),
            "{broken}"
        );
    }
    assert_eq!(read(&b"<gpx></gpx>"[..]), Err(ReadError::NoPoint));
    assert_eq!(
        read(&gz(&vec![b'x'; 50_000_000])[..]),
        Err(ReadError::LineTooLong { line: 1 })
    );
}

#[test]
fn a_route_without_times_is_refused_by_its_field() {
    let route = GPX.replace("<time>", "<!--").replace("</time>", "-->");
    let Err(ReadError::MostlyRefused {
        first,
        refused: 3,
        rows: 3,
    }) = read(route.as_bytes())
    else {
        panic!("it has no times");
    };
    assert_eq!((first.field, first.problem), ("time", RowProblem::Missing));
}

#[test]
fn a_bad_line_never_stops_the_good_ones() {
    let csv = "time,lat,lon,accuracy_m,more\r\n\
               2026-11-23T09:30:00Z,52.63,1.29,8,x\r\n\
               \r\n\
               2026-11-23T09:30:10Z,NaN,1.29,8,x\r\n\
               2026-11-23T09:30:20Z,52.63,181,8\r\n\
               soon,52.63,1.29,8\r\n\
               2026-11-23T09:30:30Z,52.63,1.29,-1\r\n\
               2026-11-23T09:30:40Z,52.63,1.29,1e9\r\n\
               1970-01-01T00:00:00Z,52.63,1.29,0\r\n\
               2100-01-01T00:00:00Z,52.63,1.29,,\r\n\
               2026-11-23T09:30:50Z,52.63,1.29\r\n\
               2026-11-23T09:31:00Z,52.63,1.29,12\r\n\
               2026-11-23T09:31:10Z,52.63,1.29,13\r\n\
               2026-11-23T09:31";
    let file = read(csv.as_bytes()).expect("half of it is a track");
    let refused: Vec<(usize, u64, &str)> = file.refused.iter().map(|r| (r.row, r.line, r.field)).collect();
    let expected = [
        (1, 4, "lat"),
        (2, 5, "lon"),
        (3, 6, "time"),
        (4, 7, "accuracy_m"),
        (5, 8, "accuracy_m"),
        (11, 14, "lat"),
    ];
    assert_eq!(refused, expected);
    let accuracies: Vec<Option<f64>> = file.fixes.iter().map(TrackFix::accuracy_m).collect();
    assert_eq!(accuracies, [Some(8.0), None, None, None, Some(12.0), Some(13.0)]);
}

#[test]
fn a_file_that_is_no_track_says_what_it_lacks() {
    assert_eq!(read(&b""[..]), Err(ReadError::Empty));
    assert_eq!(read(&b"\xef\xbb\xbf"[..]), Err(ReadError::Empty));
    assert_eq!(
        read(&b"name,city\nA,B\n"[..]),
        Err(ReadError::NoColumn { field: "time" })
    );
    assert_eq!(read(&b"time,lat,lon\n"[..]), Ok(TrackFile::default()));
    let wrong = "time,lat,lon\nx,1,2\n2026-11-23T09:30:00Z,52,1\ny,1,2\n";
    let error = read(wrong.as_bytes()).expect_err("most of it is none");
    assert_eq!(
        error.to_string(),
        "line 2: time is not a time such as 2026-11-23T09:30:00Z (2 of 3 lines are no fixes)"
    );
}

fn gpx(creator: &str, points: &str) -> String {
    format!(r#"<gpx version="1.1" creator="{creator}"><trk><trkseg>{points}</trkseg></trk></gpx>"#)
}

fn point(second: u32, inner: &str) -> String {
    format!(r#"<trkpt lat="52.63" lon="1.29"><time>2026-11-24T09:30:{second:02}Z</time>{inner}</trkpt>"#)
}

#[test]
fn hdop_is_read_as_its_writer_means_it() {
    for (creator, hdop, accuracy_m) in [
        ("OsmAnd~ 4.7.3", "12", Some(12.0)),
        ("OsmAnd Maps 4.9", "2.5", Some(2.5)),
        ("Locus Map, Android", "3", Some(3.0)),
        ("GPSLogger 133", "1.2", Some(6.0)),
        // No phone records a position at such a dilution: metres.
        ("somebody", "24", Some(24.0)),
        // NMEA for "none".
        ("somebody", "99.9", None),
        ("OsmAnd", "0", None),
    ] {
        let file = gpx(creator, &point(0, &format!("<hdop>{hdop}</hdop>")));
        let read = read(file.as_bytes()).expect("a track").fixes[0];
        assert_eq!(
            read.accuracy_m().map(|m| (m * 10.0).round() / 10.0),
            accuracy_m,
            "{creator} {hdop}"
        );
    }
}

#[test]
fn accuracy_and_speed_are_found_at_any_depth_and_the_time_of_the_point_is_its_own() {
    for inner in [
        "<extensions><a:TrackPointExtension><a:accuracy_horizontal>48</a:accuracy_horizontal><b:speed>3</b:speed></a:TrackPointExtension></extensions>",
        "<extensions><hAcc>48</hAcc><speed>3</speed></extensions>",
        "<extensions><x><y><HorizontalAccuracy>48</HorizontalAccuracy><speed_kmh>10.8</speed_kmh></y></x></extensions>",
        // The first value of a kind counts, and the time and elevation of something else do not.
        "<speed>3</speed><hdop>9</hdop><extensions><z><time>2001-01-01T00:00:00Z</time><ele>9</ele><speed>7</speed><accuracy>48</accuracy></z></extensions>",
    ] {
        let fix = read(gpx("x", &point(7, inner)).as_bytes())
            .expect("a track")
            .fixes[0];
        assert_eq!(
            (fix.accuracy_m(), fix.altitude_m()),
            (Some(48.0), None),
            "{inner}"
        );
        assert!((fix.speed_mps().expect("stated") - 3.0).abs() < 1e-6, "{inner}");
        assert_eq!(fix.at_ms() % 60_000, 7_000, "{inner}");
    }
}

#[test]
fn a_new_segment_and_a_new_track_start_anew() {
    let file = gpx(
        "x",
        &[
            &point(0, ""),
            "</trkseg><trkseg>",
            &point(1, ""),
            &point(2, ""),
            "</trkseg></trk><trk><trkseg>",
            &point(3, ""),
        ]
        .concat(),
    );
    let fixes = read(file.as_bytes()).expect("a track").fixes;
    let starts: Vec<bool> = fixes.iter().map(TrackFix::starts_segment).collect();
    assert_eq!(starts, [false, true, false, true]);
}

#[test]
fn utf_16_is_read_where_its_mark_announces_it() {
    let csv = "time,lat,lon\r\n2026-11-23T09:30:00Z,52.63,1.29\r\n";
    for text in [csv.to_owned(), GPX.to_owned()] {
        let little: Vec<u8> = [0xff, 0xfe]
            .into_iter()
            .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        let big: Vec<u8> = [0xfe, 0xff]
            .into_iter()
            .chain(text.encode_utf16().flat_map(u16::to_be_bytes))
            .collect();
        let plain = read(text.as_bytes());
        assert!(plain.is_ok());
        assert_eq!(read(little.as_slice()), plain);
        assert_eq!(read(big.as_slice()), plain);
        assert_eq!(read(gz(&little).as_slice()), plain);
    }
}

#[test]
fn date_and_time_in_two_columns_are_one_time() {
    let at_ms = 1_795_512_600_000;
    for csv in [
        "date,time,lat,lon\n2026-11-24,093000,52.6301,1.2951\n",
        "Time;Date;Lat;Lon\n9:30:00 AM;24.11.2026;52,6301;1,2951\n",
        "sep=;\r\nlat;lon;utc_date;utc_time\r\n52.6301;1.2951;20261124;09:30\r\n",
        "\"sep=\t\"\nlat\tlon\tdate\ttime\n52.6301\t1.2951\t2026/11/24\t93000\n",
        // The column of the time may hold both, and that of the date alone as well.
        "date,time,lat,lon\n2026-11-24,2026-11-24T09:30:00Z,52.6301,1.2951\n",
        "date,lat,lon\n2026-11-24 09:30,52.6301,1.2951\n",
    ] {
        let file = read(csv.as_bytes()).expect(csv);
        assert_eq!(file.fixes.len(), 1, "{csv}");
        assert_eq!(
            (file.fixes[0].at_ms(), file.fixes[0].position().lat()),
            (at_ms, 52.630_1),
            "{csv}"
        );
    }
    for (csv, field) in [
        ("date,time,lat,lon\n,093000,52,1\n", "date"),
        ("date,time,lat,lon\n05/06/2026,09:30,52,1\n", "date"),
        ("time,lat,lon\n093000,52,1\n", "time"),
        ("date,time,lat,lon\n2026-11-24,soon,52,1\n", "time"),
    ] {
        let Err(ReadError::MostlyRefused { first, .. }) = read(csv.as_bytes()) else {
            panic!("{csv}");
        };
        assert_eq!(first.field, field, "{csv}");
    }
}

/// A drive along a parallel at changing speeds, one fix every ten seconds; its speeds in units of `unit_mps`.
fn drive_csv(header: &str, unit_mps: f64, wrong: impl Fn(usize) -> f64) -> String {
    use std::fmt::Write;
    let mut csv = format!("{header}\n");
    let mut lon = 1.29;
    for number in 0..120_u16 {
        let speed = 14.0 + 8.0 * f64::from(number).sin();
        let stated = speed / unit_mps * wrong(number.into());
        let at_s = 1_795_512_600 + u32::from(number) * 10;
        writeln!(csv, "{at_s},52.63,{lon:.6},{stated:.3},x").expect("memory takes all");
        lon += (speed + 14.0 + 8.0 * f64::from(number + 1).sin()) / 2.0 * 10.0 / 67_700.0;
    }
    csv
}

#[test]
fn speeds_in_another_unit_are_converted_and_false_ones_are_left() {
    let speeds = |csv: &str| -> Vec<f64> {
        let fixes = read(csv.as_bytes()).expect("a track").fixes;
        fixes.iter().filter_map(TrackFix::speed_mps).collect()
    };
    let usual = "time,lat,lon,speed,x";
    let true_speeds = speeds(&drive_csv(usual, 1.0, |_| 1.0));
    for (header, unit_mps) in [
        (usual, 1_852.0 / 3_600.0),
        (usual, 1.0 / 3.6),
        (usual, 0.447_04),
        ("time,lat,lon,speed (kn),x", 1_852.0 / 3_600.0),
    ] {
        for (read, real) in speeds(&drive_csv(header, unit_mps, |_| 1.0))
            .iter()
            .zip(&true_speeds)
        {
            assert!(
                (read / real - 1.0).abs() < 0.01,
                "{header} {unit_mps}: {read} for {real}"
            );
        }
    }
    // A column that names its unit is believed, and so is one whose speeds contradict the path without a rule.
    let named = drive_csv("time,lat,lon,speed_mps,x", 1.0 / 3.6, |_| 1.0);
    assert!(speeds(&named)[0] > 3.0 * true_speeds[0]);
    let erratic = |number: usize| if number.is_multiple_of(3) { 0.4 } else { 2.4 };
    let read = speeds(&drive_csv(usual, 1.0, erratic));
    assert!((read[0] / true_speeds[0] - 0.4).abs() < 0.01);
}

#[test]
fn a_report_of_traccar_is_in_knots() {
    let header = "id,deviceId,serverTime,deviceTime,fixTime,latitude,longitude,speed";
    let row = "1,1,2026-11-24T09:00:00Z,2026-11-24T09:00:00Z,2026-11-24T09:00:00Z,52.6,1.3,10";
    let fix = read(format!("{header}\n{row}\n").as_bytes())
        .expect("a track")
        .fixes[0];
    assert!((fix.speed_mps().expect("stated") - 5.144).abs() < 1e-3);
}

#[test]
fn a_track_of_a_spreadsheet_is_read_in_its_language() {
    let german = "sep=;\r\nDatum;Uhrzeit;Breite;Längengrad;Genauigkeit (m);Notiz\r\n\
                  24.11.2026;09:30:00;52,6309;1,2974;8,5;\"Tor 2;\r\nhinten\"\r\n";
    let chinese = "时间,经纬度,速度(km/h)\n2026-11-24T09:30:00Z,\"116.397428, 39.90923\",36\n";
    let french = "Horodatage\tLatitude\tLongitude\tPrécision (m)\n2026-11-24 09:30:00\t48,8566\t2,3522\t12\n";
    let spanish = "Fecha;Hora;Latitud;Longitud\n24.11.2026;09:30;40,4168;-3,7038\n";
    let places = [
        (german, 52.6309),
        (chinese, 39.90923),
        (french, 48.8566),
        (spanish, 40.4168),
    ];
    for (csv, lat) in places {
        let file = read(csv.as_bytes()).expect("a track");
        assert_eq!(file.refused, [], "{csv}");
        assert_eq!(
            (file.fixes[0].at_ms(), file.fixes[0].position().lat()),
            (1_795_512_600_000, lat)
        );
    }
    let speed = read(chinese.as_bytes()).expect("a track").fixes[0].speed_mps();
    assert_eq!(speed, Some(10.0));
}

#[test]
fn a_datum_without_a_clock_is_no_date() {
    let csv = "time,lat,lon,datum\n2026-11-24T09:30:00Z,52.63,1.29,WGS84\n";
    assert_eq!(read(csv.as_bytes()).expect("a track").fixes.len(), 1);
}

#[test]
fn a_decimal_comma_between_commas_moves_no_fix() {
    let csv = "time,lat,lon\n2026-11-24T09:30:00Z,52.63,1.29\n2026-11-24T09:30:10Z,52,63,1,29\n";
    let file = read(csv.as_bytes()).expect("a track");
    let refused = file.refused[0];
    assert_eq!(
        (file.fixes.len(), refused.field, refused.problem),
        (1, "row", RowProblem::TooManyCells)
    );
}

#[test]
fn columns_are_named_as_for_an_import() {
    let csv = "Wann;Tag;X;Y;time\n09:30;24.11.2026;1,29;52,63;later\n";
    assert_eq!(read(csv.as_bytes()), Err(ReadError::NoColumn { field: "lat" }));
    let fields = [("time", "wann"), ("date", "Tag"), ("lon", "X"), ("lat", "Y")];
    let map = ColumnMap::new(fields).expect("a map");
    let file = read_mapped(csv.as_bytes(), &map).expect("a track");
    assert_eq!(
        (file.fixes[0].at_ms(), file.fixes[0].position().lon()),
        (1_795_512_600_000, 1.29)
    );
    let absent = ColumnMap::new([("lat", "Z")]).expect("a map");
    assert_eq!(
        read_mapped(csv.as_bytes(), &absent),
        Err(ReadError::NoSuchColumn {
            column: "Z".to_owned()
        })
    );
    let twice = |name: &str| {
        Err(ColumnMapError::Twice {
            name: name.to_owned(),
        })
    };
    assert_eq!(ColumnMap::new([("lat", "Y"), ("lon", "y")]), twice("y"));
    assert_eq!(ColumnMap::new([("lat", "X"), ("lat", "Y")]), twice("lat"));
    let unknown = ColumnMapError::UnknownField {
        field: "colour".to_owned(),
    };
    assert_eq!(ColumnMap::new([("colour", "X")]), Err(unknown));
}

#[test]
fn positions_in_a_datum_of_china_come_out_in_wgs_84() {
    let (lat, lon) = (39.907_34, 116.390_89);
    let of = |datum| crate::from_wgs84(datum, Position::new(lat, lon).expect("on the earth"));
    let (gcj, bd) = (of(Datum::Gcj02), of(Datum::Bd09));
    let row = |pair: (f64, f64)| format!("2026-11-24T09:30:00Z,{:.7},{:.7}", pair.0, pair.1);
    let one = |header: &str, row: &str, map: &[(&str, &str)]| {
        let map = ColumnMap::new(map.iter().copied()).expect("a map");
        read_mapped(format!("{header}\n{row}\n").as_bytes(), &map).expect("a track")
    };
    let is_right = |file: &TrackFile| {
        let at = file.fixes[0].position();
        (at.lat() - lat).abs() < 1e-6 && (at.lon() - lon).abs() < 1e-6
    };
    let named = [
        one("time,lat_gcj02,lon_gcj02", &row(gcj), &[]),
        one("time,纬度(百度),经度(百度)", &row(bd), &[]),
        one(
            "time,Y_bd09ll,X_bd09ll",
            &row(bd),
            &[("lat", "Y_bd09ll"), ("lon", "x_bd09ll")],
        ),
        one(
            "time,lat,lon,system",
            &format!("{},GCJ-02", row(gcj)),
            &[("datum", "system")],
        ),
    ];
    for file in &named {
        assert!(file.states_datum && is_right(file), "{file:?}");
    }
    let by_name = one("time,lat,lon,Datum", &format!("{},bd09", row(bd)), &[]);
    assert!(by_name.states_datum && is_right(&by_name), "{by_name:?}");
    let plain = one("time,lat,lon,datum", &format!("{},ETRS89", row((lat, lon))), &[]);
    assert!(
        is_right(&plain),
        "what is no datum of ours is passed over: {plain:?}"
    );
    let unknown = one(
        "time,lat,lon,system",
        &format!("{},ETRS89\n{},wgs84", row(gcj), row((lat, lon))),
        &[("datum", "system")],
    );
    let refused = &unknown.refused[0];
    assert_eq!((refused.field, refused.problem), ("datum", RowProblem::NotADatum));
}
