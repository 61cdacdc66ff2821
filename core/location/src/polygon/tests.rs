use super::super::position::distance;
use super::*;
use proptest::prelude::*;

fn at(lat: f64, lon: f64) -> Position {
    Position::new(lat, lon).unwrap()
}

fn polygon(rings: &[&[[f64; 2]]]) -> Result<Polygon, PolygonError> {
    let rings: Vec<Vec<Vec<f64>>> = rings
        .iter()
        .map(|ring| ring.iter().map(|p| p.to_vec()).collect())
        .collect();
    Polygon::from_lon_lat(&rings)
}

const SQUARE: &[[f64; 2]] = &[
    [1.0, 52.0],
    [1.01, 52.0],
    [1.01, 52.01],
    [1.0, 52.01],
    [1.0, 52.0],
];
const HOLE: &[[f64; 2]] = &[[1.004, 52.004], [1.006, 52.004], [1.006, 52.006], [1.004, 52.006]];

#[test]
fn a_hole_is_outside_and_its_edge_counts() {
    let ring_road = polygon(&[SQUARE, HOLE]).unwrap();
    assert!(ring_road.contains(at(52.002, 1.005)));
    assert!(!ring_road.contains(at(52.005, 1.005)));
    let to_hole = ring_road.distance_to_edge(at(52.0035, 1.005)).0;
    assert!(
        (to_hole - distance(at(52.0035, 1.005), at(52.004, 1.005)).0).abs() < 1e-3,
        "{to_hole}"
    );
}

#[test]
fn a_ring_inside_a_hole_is_inside_again() {
    let island = [[1.0045, 52.0042], [1.0058, 52.0042], [1.0058, 52.0052]];
    let lake = polygon(&[SQUARE, HOLE, &island]).unwrap();
    assert!(lake.contains(at(52.0045, 1.0055)));
}

#[test]
fn a_point_on_the_edge_or_on_a_corner_is_no_way_from_it() {
    let square = polygon(&[SQUARE]).unwrap();
    for (lat, lon) in [(52.0, 1.0), (52.0, 1.005), (52.005, 1.01)] {
        assert!(square.distance_to_edge(at(lat, lon)).0 < 1e-6, "{lat},{lon}");
    }
}

#[test]
fn a_point_on_a_long_slanting_edge_is_no_way_from_it_either() {
    let valley = polygon(&[&[[7.0, 60.0], [7.3, 60.2], [7.0, 60.3]]]).unwrap();
    let away = valley.distance_to_edge(at(60.06, 7.09)).0;
    assert!(away < 1e-3, "{away}");
}

#[test]
fn a_polygon_across_the_180th_meridian_is_one_piece() {
    let taveuni = polygon(&[&[
        [179.99, -17.0],
        [-179.99, -17.0],
        [-179.99, -16.98],
        [179.99, -16.98],
    ]])
    .unwrap();
    for lon in [179.995, 180.0, -180.0, -179.995] {
        assert!(taveuni.contains(at(-16.99, lon)), "{lon}");
    }
    for lon in [179.98, -179.98, 0.0, 90.0] {
        assert!(!taveuni.contains(at(-16.99, lon)), "{lon}");
    }
    let away = taveuni.distance_to_edge(at(-16.99, -179.98)).0;
    assert!(
        (away - distance(at(-16.99, -179.98), at(-16.99, -179.99)).0).abs() < 1e-3,
        "{away}"
    );
    let boxes = taveuni.bounds();
    assert_eq!(boxes.len(), 2);
    assert!(
        boxes.iter().any(|b| b.contains(at(-16.99, 179.995)))
            && boxes.iter().any(|b| b.contains(at(-16.99, -179.995)))
    );
}

#[test]
fn an_outline_that_encloses_nothing_certain_is_refused_with_its_ring() {
    let few = |ring, points| Err(PolygonError::TooFewPoints { ring, points });
    assert_eq!(Polygon::new(vec![]), Err(PolygonError::Empty));
    assert_eq!(polygon(&[&[]]), few(0, 0));
    assert_eq!(polygon(&[&[[1.0, 1.0], [2.0, 2.0], [1.0, 1.0]]]), few(0, 2));
    assert_eq!(polygon(&[SQUARE, &[[1.0, 1.0]]]), few(1, 1));
    let crosses = Err(PolygonError::CrossesItself { ring: 0 });
    assert_eq!(
        polygon(&[&[[0.0, 0.0], [1.0, 1.0], [1.0, 0.0], [0.0, 1.0]]]),
        crosses,
        "bow tie"
    );
    assert_eq!(
        polygon(&[&[[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]]]),
        crosses,
        "no area"
    );
    assert_eq!(
        polygon(&[&[[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [2.0, 1.0]]]),
        crosses,
        "spike"
    );
    let pinched = [
        [0.0, 0.0],
        [1.0, 1.0],
        [2.0, 0.0],
        [2.0, 2.0],
        [1.0, 1.0],
        [0.0, 2.0],
    ];
    assert_eq!(polygon(&[&pinched]), crosses, "two rooms with a common corner");
    let far = [[2.0, 52.0], [2.1, 52.0], [2.1, 52.1]];
    assert_eq!(
        polygon(&[SQUARE, &far]),
        Err(PolygonError::HoleOutside { ring: 1 })
    );
    let across = [[1.005, 52.005], [1.02, 52.005], [1.02, 52.006]];
    assert_eq!(
        polygon(&[SQUARE, &across]),
        Err(PolygonError::RingsTouch { ring: 0, other: 1 })
    );
    assert_eq!(
        polygon(&[&[[-120.0, 80.0], [0.0, 80.0], [120.0, 80.0]]]),
        Err(PolygonError::TooWide),
        "round the pole"
    );
    assert_eq!(
        polygon(&[&[[-91.0, 0.0], [0.0, 0.0], [91.0, 0.0], [0.0, 9.0]]]),
        Err(PolygonError::TooWide)
    );
    let problem = PositionError::Latitude;
    let off = Err(PolygonError::OffTheEarth {
        ring: 0,
        point: 1,
        problem,
    });
    assert_eq!(polygon(&[&[[0.0, 0.0], [1.0, f64::NAN], [1.0, 0.0]]]), off);
    assert_eq!(
        Polygon::from_lon_lat(&[vec![vec![1.0]]]),
        Err(PolygonError::NotAPair { ring: 0, point: 0 })
    );
}

/// A star of `n` points about a place, `size` degrees wide.
fn star(n: usize, lat: f64, lon: f64, size: f64) -> Vec<Position> {
    (0..n)
        .map(|i| {
            let angle = std::f64::consts::TAU * f64::from(u32::try_from(i).unwrap())
                / f64::from(u32::try_from(n).unwrap());
            let reach = if i % 2 == 0 { size } else { size * 0.6 };
            at(
                lat + reach * angle.sin(),
                lon_difference(0.0, lon + reach * angle.cos()),
            )
        })
        .collect()
}

#[test]
fn a_thousand_points_are_taken_and_one_more_is_not() {
    assert!(Polygon::new(vec![star(1_000, 50.0, 8.0, 0.1)]).is_ok());
    let more = Polygon::new(vec![star(1_002, 50.0, 8.0, 0.1)]);
    assert_eq!(
        more,
        Err(PolygonError::TooManyPoints {
            points: 1_002,
            allowed: 1_000
        })
    );
}

/// The distance by brute force: the geodesic to many points of every edge, and to many around the nearest of them.
fn brute_force(polygon: &Polygon, from: Position) -> f64 {
    let away = |edge: &Line<f64>, along: f64| {
        let Coord { x, y } = edge.start + edge.delta() * along;
        distance(from, at(y, lon_difference(0.0, from.lon() + x))).0
    };
    polygon.unwrapped(from.lon())[0]
        .lines()
        .map(|edge| {
            let (mut centre, mut reach) = (0.5, 0.5);
            for _ in 0..9 {
                let tries = (-10..=10).map(|i| (centre + reach * f64::from(i) / 10.0).clamp(0.0, 1.0));
                centre = tries
                    .min_by(|s, t| away(&edge, *s).total_cmp(&away(&edge, *t)))
                    .unwrap();
                reach /= 5.0;
            }
            away(&edge, centre)
        })
        .fold(f64::INFINITY, f64::min)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_quick_way_agrees_with_brute_force(
        lat in -70.0..70.0f64, lon in -180.0..180.0f64, dy in -0.05..0.05f64, dx in -0.05..0.05f64, size in 0.001..0.05f64,
    ) {
        let place = Polygon::new(vec![star(6, lat, lon, size)]).unwrap();
        let from = at(lat + dy, lon_difference(0.0, lon + dx));
        let (ours, theirs) = (place.distance_to_edge(from).0, brute_force(&place, from));
        prop_assert!((ours - theirs).abs() < 0.001 + theirs * 1e-6, "{ours} {theirs}");
    }

    #[test]
    fn from_far_away_the_distance_is_still_about_right(lat in -80.0..80.0f64, lon in -180.0..180.0f64) {
        let place = Polygon::new(vec![star(6, 10.0, 20.0, 0.01)]).unwrap();
        let (ours, centre) = (place.distance_to_edge(at(lat, lon)).0, distance(at(lat, lon), at(10.0, 20.0)).0);
        prop_assert!((ours - centre).abs() < 1_600.0, "{ours} {centre}");
    }

    #[test]
    fn all_that_a_polygon_holds_is_in_its_bounds(
        lat in -80.0..80.0f64, lon in -180.0..180.0f64, dy in -1.0..1.0f64, dx in -1.0..1.0f64,
    ) {
        let place = Polygon::new(vec![star(8, lat, lon, 1.0)]).unwrap();
        let point = at(lat + dy, lon_difference(0.0, lon + dx));
        prop_assert!(!place.contains(point) || place.bounds().iter().any(|b| b.contains(point)));
    }
}
