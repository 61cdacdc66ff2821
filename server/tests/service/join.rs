//! Joining: a device presents a one-time code.

use fieldbook_model::Role;
use fieldbook_model::clock::Clock as _;
use fieldbook_model::wire::{JoinRequest, ProtocolError, VERSION, pack};
use fieldbook_server::{admin, service};

use crate::device::{Phone, World};

const DAY_MS: i64 = 86_400_000;

fn code(world: &World) -> String {
    admin::issue_code(&world.store, "Ann", world.clock.now_ms(), &world.random)
        .unwrap()
        .text
}

fn world() -> World {
    let world = World::new();
    world.person("Ann", Role::Rep, &["North"]);
    world
}

#[test]
fn a_device_joins_and_hears_who_it_is() {
    let world = world();
    let joined = Phone::new(&world).join(&world, &code(&world)).unwrap();
    assert_eq!((joined.user_name.as_str(), joined.role), ("Ann", Role::Rep));
    assert_eq!(joined.home, world.territory("North"));
}

#[test]
fn a_lost_answer_can_be_asked_for_again_but_a_code_serves_one_device() {
    let world = world();
    let (phone, other, code) = (Phone::new(&world), Phone::new(&world), code(&world));
    let first = phone.join(&world, &code).unwrap();
    assert_eq!(phone.join(&world, &code.to_lowercase()).unwrap(), first);
    assert_eq!(other.join(&world, &code), Err(ProtocolError::CodeUsed));
    world.clock.set(world.clock.now_ms() + 30 * DAY_MS);
    assert_eq!(phone.join(&world, &code).unwrap().device, first.device);
    admin::revoke_device(&world.store, first.device, world.tick()).unwrap();
    assert_eq!(phone.join(&world, &code), Err(ProtocolError::Revoked));
}

#[test]
fn a_code_expires_after_a_week() {
    let world = world();
    let code = code(&world);
    world
        .clock
        .set(world.clock.now_ms() + admin::CODE_DAYS * DAY_MS + 1);
    assert_eq!(
        Phone::new(&world).join(&world, &code),
        Err(ProtocolError::CodeExpired)
    );
}

#[test]
fn a_wrong_code_a_wrong_signature_and_garbage_let_nobody_in() {
    let world = world();
    let phone = Phone::new(&world);
    assert_eq!(
        phone.join(&world, "KXQM-7P3D-9RTA-0HFW"),
        Err(ProtocolError::UnknownCode)
    );
    let request = |version| {
        pack(&JoinRequest {
            version,
            code: code(&world),
            key: phone.key(),
            actor: phone.actor,
            device_name: String::new(),
            chain_key: None,
        })
    };
    let call = |body: &[u8], secret: &[u8; 32]| {
        let proof = world.proof(secret, None, body);
        service::join(&world.store, body, &proof, world.clock.now_ms(), &world.random)
            .map_err(|f| f.to_fault())
    };
    assert_eq!(
        call(&request(VERSION), &[1; 32]),
        Err(ProtocolError::UnknownDevice)
    );
    assert_eq!(
        call(&request(VERSION + 1), &phone.secret),
        Err(ProtocolError::Version)
    );
    assert_eq!(call(b"nonsense", &phone.secret), Err(ProtocolError::Malformed));
    assert!(admin::devices(&world.store).unwrap().is_empty());
}

#[test]
fn an_actor_of_another_device_cannot_be_brought_along() {
    let world = world();
    let ann = world.phone("Ann");
    let mut other = Phone::new(&world);
    other.actor = ann.actor;
    let code = code(&world);
    assert_eq!(other.join(&world, &code), Err(ProtocolError::ActorTaken));
    other.actor = fieldbook_model::ids::ActorId([3; 16]);
    assert!(
        other.join(&world, &code).is_ok(),
        "a join that failed did not use the code up"
    );
}
