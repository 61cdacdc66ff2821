use std::sync::Arc;

use super::*;
#[cfg(feature = "coverage")]
use crate::book::CheckInRequest;
use crate::book::OpenOptions;
#[cfg(feature = "coverage")]
use fieldbook_location::GridSize;
use fieldbook_location::{Fence, SiteGeofence};
use fieldbook_model::clock::{FixedClock, SeededRandom};
use fieldbook_model::ids::RecordId;
use fieldbook_model::{Fields, Kind, Scalar};
use proptest::prelude::*;

const NINE: i64 = 1_795_510_800_000;

struct TestDevice {
    _folder: tempfile::TempDir,
    #[cfg(feature = "coverage")]
    clock: Arc<FixedClock>,
    book: Book,
}

fn test_device() -> TestDevice {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(FixedClock::at(NINE));
    let options = OpenOptions {
        clock: clock.clone(),
        random: Arc::new(SeededRandom::new(3)),
        ..OpenOptions::new(folder.path().join("book.db"))
    };
    TestDevice {
        _folder: folder,
        #[cfg(feature = "coverage")]
        clock,
        book: Book::open(options).unwrap(),
    }
}

fn account(book: &Book, name: &str) -> RecordId {
    book.add(Kind::Account, &Fields::new().with("name", name))
        .unwrap()
        .id
}

fn site(book: &Book, account: RecordId, position: &str, fence: Option<&str>) -> RecordId {
    let mut fields = Fields::new()
        .with("account_id", Scalar::Id(account))
        .with("position", position);
    fields.set_some("fence", fence);
    book.add(Kind::Site, &fields).unwrap().id
}

fn here(book: &Book, at: &str, accuracy_m: f64) -> Vec<RecordId> {
    let found = book.sites_here(at.parse().unwrap(), Meters(accuracy_m)).unwrap();
    found.into_iter().map(|here| here.site.id).collect()
}

#[test]
fn an_account_with_several_doors_is_found_by_the_one_at_hand() {
    let TestDevice { book, .. } = test_device();
    let chain = account(&book, "Chain");
    let north = site(&book, chain, "52.6400000,1.3000000", Some("circle:80"));
    let south = site(&book, chain, "52.6300000,1.3000000", None);
    let mall = site(
        &book,
        account(&book, "Mall"),
        "52.6301000,1.3000000",
        Some("circle:400"),
    );
    assert_eq!(here(&book, "52.6400000,1.3000000", 0.0), [north]);
    assert_eq!(
        here(&book, "52.6300000,1.3000000", 0.0),
        [mall, south],
        "the deepest inside first"
    );
    assert_eq!(here(&book, "52.6420000,1.3000000", 0.0), [RecordId([0; 16]); 0]);
    assert_eq!(
        here(&book, "52.6420000,1.3000000", 150.0),
        [north],
        "the whole circle counts"
    );
    book.delete(north).unwrap();
    assert_eq!(here(&book, "52.6400000,1.3000000", 0.0), [RecordId([0; 16]); 0]);
    for bad in [f64::NAN, -1.0, f64::INFINITY] {
        assert!(book.sites_here("0,0".parse().unwrap(), Meters(bad)).is_err());
    }
}

#[test]
fn a_yard_with_a_hole_and_a_fence_across_the_180th_meridian_are_exact() {
    let TestDevice { book, .. } = test_device();
    let holder = account(&book, "Works");
    let ring = "polygon:[[[1.30,52.60],[1.31,52.60],[1.31,52.61],[1.30,52.61],[1.30,52.60]],\
                [[1.304,52.604],[1.306,52.604],[1.306,52.606],[1.304,52.606],[1.304,52.604]]]";
    let yard = site(&book, holder, "52.6000000,1.3000000", Some(ring));
    assert_eq!(here(&book, "52.602,1.302", 0.0), [yard]);
    assert_eq!(
        here(&book, "52.605,1.305", 0.0),
        [RecordId([0; 16]); 0],
        "in the hole"
    );
    let island = site(&book, holder, "-16.8000000,179.9990000", Some("circle:1000"));
    let strip = "polygon:[[179.99,-17.1],[-179.99,-17.1],[-179.99,-17.0],[179.99,-17.0],[179.99,-17.1]]";
    let strip = site(&book, holder, "-17.0500000,180.0000000", Some(strip));
    assert_eq!(here(&book, "-16.8000000,-179.9950000", 0.0), [island]);
    assert_eq!(here(&book, "-17.0500000,-179.9950000", 0.0), [strip]);
    assert_eq!(here(&book, "-17.0500000,179.9950000", 0.0), [strip]);
    assert_eq!(here(&book, "-17.0500000,0.0", 0.0), [RecordId([0; 16]); 0]);
}

#[cfg(feature = "coverage")]
#[test]
fn where_nobody_went_comes_first() {
    let TestDevice { clock, book, .. } = test_device();
    let (near, far) = (account(&book, "Near"), account(&book, "Far"));
    site(&book, near, "52.6400000,1.3000000", None);
    site(&book, far, "48.0000000,11.0000000", None);
    let visit = book.check_in(near, &CheckInRequest::default()).unwrap();
    book.check_out(visit.id, &[], None).unwrap();
    clock.advance(5 * 86_400_000);
    let cells = book.coverage(GridSize::try_from(7).unwrap()).unwrap();
    let days: Vec<_> = cells
        .iter()
        .map(|cell| (cell.days_since(NINE + 5 * 86_400_000), cell.places))
        .collect();
    assert_eq!(days, [(None, 1), (Some(5), 1)]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn the_index_finds_just_what_measuring_every_site_finds(
        doors in prop::collection::vec((-0.01..0.01f64, -0.01..0.01f64, 20.0..600.0f64), 1..12),
        taps in prop::collection::vec((-0.012..0.012f64, -0.012..0.012f64, 0.0..200.0f64), 8),
        (lat, lon) in prop_oneof![Just((52.63, 1.3)), Just((-16.8, 180.0)), Just((89.99, 0.0)), Just((0.0, -180.0))],
    ) {
        let TestDevice { book, .. } = test_device();
        let holder = account(&book, "Chain");
        let wrapped = |lat: f64, lon: f64| {
            let lon = if lon > 180.0 { lon - 360.0 } else if lon < -180.0 { lon + 360.0 } else { lon };
            Position::new(lat.clamp(-90.0, 90.0), lon).unwrap()
        };
        let mut all = Vec::new();
        for (north, east, radius) in doors {
            let position = wrapped(lat + north, lon + east);
            let fence = Fence::circle(Meters(radius.round())).unwrap();
            // As the record keeps it, to the centimetre.
            let position: Position = position.to_string().parse().unwrap();
            let id = site(&book, holder, &position.to_string(), Some(&fence.to_string()));
            all.push((id, SiteGeofence { position, fence }));
        }
        for (north, east, accuracy) in taps {
            let at = wrapped(lat + north, lon + east);
            let mut measured: Vec<(f64, RecordId)> = all
                .iter()
                .map(|(id, site)| (site.fence.signed_distance(site.position, at).0, *id))
                .filter(|(edge, _)| *edge <= accuracy)
                .collect();
            measured.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            let found: Vec<(f64, RecordId)> = book
                .sites_here(at, Meters(accuracy))
                .unwrap()
                .into_iter()
                .map(|here| (here.distance_to_edge.0, here.site.id))
                .collect();
            prop_assert_eq!(found, measured);
        }
    }
}
