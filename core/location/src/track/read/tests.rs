use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;

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
