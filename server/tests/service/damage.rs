//! A damaged database is reported as damaged: never as "not there", and never as a verdict on an honest device.

use fieldbook_location::{FenceShape, RawFix, RawSite};
use fieldbook_model::ids::{DeviceId, RecordId};
use fieldbook_model::wire::{ProtocolError, pack};
use fieldbook_model::{CheckIn, Fields, Kind, Scalar, assess};
use fieldbook_server::store::{FILE_NAME, StoreError};
use fieldbook_server::{admin, service};
use rusqlite::{Connection, Params};

use crate::device::{Phone, World};

/// Runs one statement on the database file, past the server and its foreign keys.
fn tamper(world: &World, sql: &str, params: impl Params) {
    let connection = Connection::open(world.dir.path().join(FILE_NAME)).unwrap();
    connection.pragma_update(None, "foreign_keys", false).unwrap();
    assert_eq!(connection.execute(sql, params).unwrap(), 1, "{sql}");
}

fn damage_document(world: &World, record: RecordId) {
    tamper(
        world,
        "UPDATE record SET document = x'00' WHERE id = ?1",
        [record.0],
    );
}

/// The column that a request of this phone finds damaged.
fn damaged_column(world: &World, phone: &Phone) -> &'static str {
    let body = pack(&phone.request());
    let proof = world.proof(&phone.secret, Some(phone.device), &body);
    let failure = service::sync(&world.store, phone.device, &proof, &body, world.tick()).unwrap_err();
    assert_eq!(failure.to_fault(), ProtocolError::Internal);
    match failure {
        service::ServiceError::Store(StoreError::Damaged { what }) => what,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_change_to_a_damaged_record_is_no_refused_change() {
    let world = World::new();
    let mut ann = world.rep("Ann");
    let shop = ann.account(&world, "Shop");
    ann.sync(&world);
    damage_document(&world, shop);
    ann.edit(&world, shop, "phone", "1");
    assert_eq!(damaged_column(&world, &ann), "record.document");
}

#[test]
fn an_arrival_at_a_damaged_site_is_not_taken_unchecked() {
    let world = World::new();
    let mut ann = world.rep("Ann");
    let account = ann.account(&world, "Shop");
    let position = Fields::new()
        .with("account_id", Scalar::Id(account))
        .with("position", "52.7000000,1.2930000");
    let site = ann.add(&world, Kind::Site, &position);
    let visit = Fields::new()
        .with("account_id", Scalar::Id(account))
        .with("site_id", Scalar::Id(site));
    let visit = ann.add(&world, Kind::Visit, &visit);
    ann.sync(&world);
    damage_document(&world, site);
    ann.edit(&world, visit, "check_in", &arrival().to_text());
    assert_eq!(damaged_column(&world, &ann), "record.document");
    assert_eq!(admin::findings(&world.store).unwrap(), []);
}

fn arrival() -> CheckIn {
    let at_ms = 1_795_510_800_000;
    let fix = RawFix {
        at: "2026-11-24T09:00:00Z".into(),
        lat: 52.627,
        lon: 1.293,
        accuracy_m: 10.0,
        ..RawFix::default()
    };
    let site = RawSite {
        lat: 52.627,
        lon: 1.293,
        fence: FenceShape::Circle(150.0),
    };
    CheckIn {
        at_ms,
        time_given: false,
        assessment: assess(
            Some(&site.clone().try_into().unwrap()),
            &[fix.clone().try_into().unwrap()],
            at_ms,
        ),
        fixes: vec![fix],
        judged_at_ms: None,
        site: Some(site),
        moment: None,
        make_up: None,
    }
}

#[test]
fn a_chain_head_that_does_not_read_is_not_a_chain_without_a_last_time() {
    let world = World::new();
    let ann = world.rep("Ann");
    let head =
        "INSERT INTO evidence_head (device, links, head, key, last) VALUES (?1, 1, ?2, ?2, 'nonsense')";
    tamper(&world, head, (ann.device.0, [1_u8; 32]));
    let read = world.store.read().unwrap().chain_head(ann.device);
    assert!(
        matches!(
            read,
            Err(StoreError::Damaged {
                what: "evidence_head.last"
            })
        ),
        "{read:?}"
    );
}

#[test]
fn a_chain_of_a_device_that_is_missing_is_not_left_out_of_the_list() {
    let world = World::new();
    let head = "INSERT INTO evidence_head (device, links, head, key) VALUES (?1, 1, ?2, ?2)";
    tamper(&world, head, (DeviceId([7; 16]).0, [1_u8; 32]));
    let chains = admin::chains(&world.store);
    assert!(
        matches!(
            chains,
            Err(admin::AdminError::Store(StoreError::Damaged {
                what: "evidence_head.device"
            }))
        ),
        "{chains:?}"
    );
}

#[test]
fn a_code_whose_device_is_missing_is_not_a_code_that_another_device_has_used() {
    let world = World::new();
    world.person("Ann", fieldbook_model::Role::Rep, &["North"]);
    let code = admin::issue_code(&world.store, "Ann", world.tick(), &world.random).unwrap();
    let phone = Phone::new(&world);
    let device = phone.join(&world, &code.text).unwrap().device;
    tamper(&world, "DELETE FROM device WHERE id = ?1", [device.0]);
    assert_eq!(phone.join(&world, &code.text), Err(ProtocolError::Internal));
}
