//! The audit log: what was done and by whom, and that nobody can take a line out of it unseen.

use fieldbook_core::book::Http;
use fieldbook_core::clock::{Clock, SystemClock};
use fieldbook_core::model::Role;
use fieldbook_server::admin::{self, AuditFault};
use fieldbook_server::store::{FILE_NAME, Store};
use fieldbook_tests::world::{NINE, World};

use crate::company::{Company, shop};

fn acts(store: &Store) -> Vec<(String, String, String)> {
    let lines = admin::audit_log(store, 0, 1_000).unwrap();
    let read = lines.iter().map(|line| {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let word = |key: &str| line[key].as_str().unwrap().to_owned();
        (word("act"), word("who"), word("address"))
    });
    read.collect()
}

#[test]
fn over_a_socket_acts_joins_and_refusals_are_noted_with_address() {
    let company = Company::new();
    let store = company.server.store();
    store.set_operator("olga");
    let ada = company.join("Ada");
    let refused = company
        .open("eve")
        .join(company.server.url(), "AAAA-BBBB", "phone", &Http::default());
    assert!(refused.is_err());
    admin::disable_user(store, "Ada", SystemClock.now_ms()).unwrap();
    assert!(ada.sync_now(&Http::default(), None).is_err());
    let noted = acts(store);
    let has = |act: &str, who: &str, address: &str| {
        let wanted = (act.to_owned(), who.to_owned(), address.to_owned());
        assert!(noted.contains(&wanted), "{wanted:?} is not in {noted:?}");
    };
    has("user_added", "olga", "local");
    has("code_issued", "olga", "local");
    has("joined", "Ada", "127.0.0.1");
    has("join_refused", "", "127.0.0.1");
    has("user_disabled", "olga", "local");
    assert!(noted.iter().any(|(act, ..)| act == "sync_refused"));
    assert_eq!(admin::verify_audit(store, None).unwrap().broken, None);
}

#[test]
fn a_line_that_was_changed_removed_put_in_or_cut_off_is_found() {
    let world = World::new(97);
    let (ada, wire) = world.join("Ada", Role::Rep);
    let id = shop(&ada, "Corner shop").id;
    ada.sync_now(&wire, None).unwrap();
    admin::hand_over(world.office(), &[id], "North", NINE).unwrap();
    let sound = admin::verify_audit(world.office(), None).unwrap();
    assert!(sound.broken.is_none() && sound.lines >= 4, "{sound:?}");
    let head = (sound.lines - 1, sound.head.as_str());
    assert_eq!(
        admin::verify_audit(world.office(), Some(head)).unwrap().broken,
        None
    );
    let tampered = |sql: &str| {
        let folder = tempfile::tempdir().unwrap();
        let copy = world.back_up(&format!("copy-{}", sql.len()));
        std::fs::copy(copy, folder.path().join(FILE_NAME)).unwrap();
        let connection = rusqlite::Connection::open(folder.path().join(FILE_NAME)).unwrap();
        assert!(
            connection.execute_batch(sql).is_err(),
            "the log takes no change by itself"
        );
        connection
            .execute_batch("DROP TRIGGER audit_is_not_changed; DROP TRIGGER audit_is_not_cut;")
            .unwrap();
        connection.execute_batch(sql).unwrap();
        drop(connection);
        let store = Store::open(folder.path(), world.random.as_ref()).unwrap();
        let plain = admin::verify_audit(&store, None).unwrap().broken;
        (plain, admin::verify_audit(&store, Some(head)).unwrap().broken)
    };
    let changed =
        tampered("UPDATE audit SET line = replace(line, 'Ada', 'Eve') WHERE line LIKE '%user_added%'");
    assert!(matches!(changed.0, Some((_, AuditFault::Changed))), "{changed:?}");
    let removed = tampered("DELETE FROM audit WHERE n = 1");
    assert_eq!(removed.0, Some((1, AuditFault::Unchained)));
    let cut = tampered("DELETE FROM audit WHERE n = (SELECT max(n) FROM audit)");
    assert_eq!(cut.0, None, "a shorter log is a log");
    assert!(
        matches!(cut.1, Some((_, AuditFault::Cut))),
        "an earlier head tells: {cut:?}"
    );
}
