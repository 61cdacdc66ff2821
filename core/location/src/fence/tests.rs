use super::super::position::lon_difference;
use super::*;
use geo::Destination;
use proptest::prelude::*;

fn at(lat: f64, lon: f64) -> Position {
    Position::new(lat, lon).unwrap()
}

/// The point `meters` from `start` at `bearing` degrees.
fn walk(start: Position, bearing: f64, meters: f64) -> Position {
    let end = geo::Geodesic.destination(geo::Point::new(start.lon(), start.lat()), bearing, meters);
    at(end.y(), lon_difference(0.0, end.x()))
}

#[test]
fn a_circle_is_measured_across_the_180th_meridian_and_at_the_pole() {
    let fence = Fence::circle(Meters(150.0)).unwrap();
    for (lat, lon) in [
        (-16.9, 180.0),
        (-16.9, -179.9999),
        (90.0, 0.0),
        (-90.0, 77.0),
        (0.0, 0.0),
    ] {
        for bearing in [0.0, 90.0, 200.0, 315.0] {
            let center = at(lat, lon);
            let inside = fence.signed_distance(center, walk(center, bearing, 100.0)).0;
            let outside = fence.signed_distance(center, walk(center, bearing, 400.0)).0;
            assert!(
                (inside + 50.0).abs() < 1e-6 && (outside - 250.0).abs() < 1e-6,
                "{lat},{lon} {inside} {outside}"
            );
        }
    }
}

#[test]
fn a_radius_that_is_none_is_refused() {
    for bad in [0.0, -5.0, f64::NAN, f64::INFINITY, 1e9] {
        assert_eq!(Fence::circle(Meters(bad)), Err(FenceError::Radius), "{bad}");
    }
}

#[test]
fn the_sign_of_a_polygon_tells_inside_from_outside_and_from_a_hole() {
    let fence: Fence =
        "polygon:[[[1,52],[1.01,52],[1.01,52.01],[1,52.01]],[[1.004,52.004],[1.006,52.004],[1.006,52.006]]]"
            .parse()
            .unwrap();
    let signed = |lat, lon| fence.signed_distance(at(0.0, 0.0), at(lat, lon)).0;
    assert!(signed(52.002, 1.002) < -100.0);
    assert!(signed(52.0045, 1.0055) > 10.0);
    assert!(signed(52.02, 1.005) > 1_000.0);
    assert!(signed(52.0, 1.0).abs() < 1e-6);
}

#[test]
fn the_text_of_a_fence_is_stable() {
    let text = |s: &str| s.parse::<Fence>().map(|fence| fence.to_string());
    insta::assert_snapshot!(text("circle: 150.0").unwrap(), @"circle:150");
    insta::assert_snapshot!(
        text("polygon: [[1.25, 52], [1.26,52], [1.26,52.01]]").unwrap(),
        @"polygon:[[[1.25,52],[1.26,52],[1.26,52.01],[1.25,52]]]"
    );
    for bad in [
        "",
        "150",
        "circle:",
        "circle:ten",
        "square:5",
        "polygon:",
        "polygon:[",
        "polygon:[[1,2],[3,4],[5,6]]x",
        "polygon:[[[1,2],[3,4],[5,7]]",
        "polygon:[]",
        "polygon:[[1,2]] [[",
        "polygon:[[[]]]",
        "polygon:[[[[1]]]]",
    ] {
        assert_eq!(text(bad), Err(FenceError::Text), "{bad}");
    }
    assert_eq!(text("circle:-1"), Err(FenceError::Radius));
    assert!(matches!(
        text("polygon:[[1,2],[3,4]]"),
        Err(FenceError::Polygon(PolygonError::TooFewPoints { .. }))
    ));
    let long = format!("polygon:[{}[1,1]]", "[1,1],".repeat(100_000));
    assert!(matches!(
        text(&long),
        Err(FenceError::Polygon(PolygonError::TooManyPoints { .. }))
    ));
}

#[test]
fn the_json_of_a_fence_is_stable() {
    let again = |json: &str| {
        serde_json::from_str::<Fence>(json)
            .map(|fence| serde_json::to_string(&fence).unwrap())
            .map_err(|e| e.to_string())
    };
    insta::assert_snapshot!(again(r#"{"circle_m":150}"#).unwrap(), @r#"{"circle_m":150.0}"#);
    insta::assert_snapshot!(
        again(r#"{"polygon":[[1,52],[1.01,52],[1.01,52.01],[1,52]]}"#).unwrap(),
        @r#"{"polygon":[[1.0,52.0],[1.01,52.0],[1.01,52.01],[1.0,52.0]]}"#
    );
    insta::assert_snapshot!(
        again(r#"{"polygon":[[[0,0],[4,0],[4,4]],[[2,1],[3,1],[3,2]]]}"#).unwrap(),
        @"{\"polygon\":[[[0.0,0.0],[4.0,0.0],[4.0,4.0],[0.0,0.0]],[[2.0,1.0],[3.0,1.0],[3.0,2.0],[2.0,1.0]]]}"
    );
    insta::assert_snapshot!(again(r#"{"circle_m":-3}"#).unwrap_err(), @"circle_m must be more than 0 and at most 1000000 metres");
}

proptest! {
    #[test]
    fn a_fence_reads_back_exactly(lat in -60.0..60.0f64, lon in -180.0..180.0f64, w in 1e-5..3.0f64, r in 1e-3..1e6f64) {
        let east = lon_difference(0.0, lon + w);
        let outline = vec![at(lat, lon), at(lat, east), at(lat + w, east)];
        for fence in [Fence::Polygon(Polygon::new(vec![outline.clone()]).unwrap()), Fence::circle(Meters(r)).unwrap()] {
            prop_assert_eq!(&fence.to_string().parse::<Fence>().unwrap(), &fence);
        }
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "(polygon|circle):[\\[\\],0-9.eE+-]{0,40}") {
        let _ = text.parse::<Fence>();
    }

    #[test]
    fn walking_away_from_a_circle_never_brings_nearer(bearing in 0.0..360.0f64, m in 0.0..1e6f64, more in 0.0..1e4f64) {
        let (fence, center) = (Fence::circle(Meters(150.0)).unwrap(), at(52.6, 1.3));
        let near = fence.signed_distance(center, walk(center, bearing, m)).0;
        prop_assert!(fence.signed_distance(center, walk(center, bearing, m + more)).0 >= near - 1e-6);
    }

    #[test]
    fn all_that_a_circle_holds_is_in_its_bounds(
        lat in -90.0..=90.0f64, lon in -180.0..=180.0f64, bearing in 0.0..360.0f64, share in 0.0..1.0f64, r in 1.0..1e6f64,
    ) {
        let center = at(lat, lon);
        let point = walk(center, bearing, r * share);
        let boxes = Fence::circle(Meters(r)).unwrap().bounds(center);
        prop_assert!(boxes.iter().any(|b| b.contains(point)), "{point} not in {boxes:?}");
    }
}
