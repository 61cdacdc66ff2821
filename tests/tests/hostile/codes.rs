//! Codes and devices that are no longer good.

use fieldbook_core::clock::{Clock, SystemClock};
use fieldbook_core::ids::DeviceId;
use fieldbook_server::admin;
use serde_json::json;

use crate::servers::Office;
use crate::test_device::TestDevice;

#[test]
fn a_code_that_has_served_is_refused_and_the_device_that_used_it_goes_on() {
    let office = Office::new();
    let (first, second) = (TestDevice::new(), TestDevice::new());
    let code = office.code_for("Ada");
    first.done(&["join", &office.proxy.url, &code]);
    second.shop("made before");
    assert_eq!(
        second.run(&["join", &office.proxy.url, &code]).told(),
        (1, "code_used")
    );
    assert_eq!(
        second.run(&["join", &office.proxy.url, "NOPE-NOPE"]).told(),
        (1, "unknown_code")
    );
    first.done(&["sync"]);
    let fresh = office.code_for("Ada");
    second.done(&["join", &office.proxy.url, &fresh]);
    assert_eq!(second.done(&["sync"])["accepted"], 1);
}

#[test]
fn a_revoked_device_is_told_so_and_keeps_what_it_has() {
    let office = Office::new();
    let device = office.device_of("Ada");
    let id: DeviceId = device.done(&["status"])["device"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    device.shop("Corner shop");
    admin::revoke_device(office.server.store(), id, SystemClock.now_ms()).unwrap();
    assert_eq!(device.run(&["sync"]).told(), (1, "revoked"));
    assert_eq!(device.done(&["status"])["unsent"], 1);
    device.shop("Still at work");
    assert_eq!(device.run(&["sync"]).told(), (1, "revoked"));
    assert_eq!(
        (device.accounts(), &device.done(&["status"])["unsent"]),
        (2, &json!(2))
    );
    device.assert_sound();
}
