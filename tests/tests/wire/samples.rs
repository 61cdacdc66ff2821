//! One value of every message, with every scalar, verdict and order in it somewhere.

use std::fmt::Debug;

use fieldbook_core::clock::Stamp;
use fieldbook_core::ids::{ActorId, ChangeHash, DeviceId, RecordId, ServerId, TerritoryId, UserId};
use fieldbook_core::model::{Conflict, Kind, Role, Scalar};
use fieldbook_model::doc::gate::Refusal;
use fieldbook_model::wire::{
    Blob, ChangeOutcome, Decision, DeviceNotice, HelloResponse, JoinRequest, JoinResponse, Person,
    ProtocolError, Push, RecordNews, RecordVerdict, Row, Scope, ScopeDelta, ScopeDirective, Settled,
    SyncRequest, SyncResponse, VERSION, unpack,
};
use minicbor::{Decode, Encode};

use crate::frame::raw;

/// Nine in the morning of 24 November 2026, UTC.
const NINE_MS: i64 = 1_795_510_800_000;

/// The kinds that the first release knew. Kinds that were added since do not change their sample.
const FIRST_KINDS: [Kind; 8] = [
    Kind::Account,
    Kind::Site,
    Kind::Contact,
    Kind::Opportunity,
    Kind::Visit,
    Kind::Task,
    Kind::Note,
    Kind::CustomField,
];

/// The test that CBOR reads as a value.
pub(crate) type Reading = dyn Fn(&[u8]) -> Option<bool>;

/// A value with the name of its golden file and of its rule in the description.
pub(crate) struct Sample {
    /// The name of the file, without its ending.
    pub(crate) name: &'static str,
    /// The rule of the CDDL.
    pub(crate) rule: &'static str,
    /// Description of the value, for readers of the file.
    pub(crate) about: &'static str,
    /// The value as CBOR.
    pub(crate) bytes: Vec<u8>,
    /// The test that CBOR in a frame reads as the value; `None` if it does not read at all.
    pub(crate) reads_as_it: Box<Reading>,
}

fn sample<T>(name: &'static str, rule: &'static str, about: &'static str, value: T) -> Sample
where
    T: Encode<()> + for<'b> Decode<'b, ()> + PartialEq + Debug + 'static,
{
    Sample {
        name,
        rule,
        about,
        bytes: minicbor::to_vec(&value).unwrap(),
        reads_as_it: Box::new(move |plain| {
            let read: T = unpack(&raw(plain)).ok()?;
            // Whatever reads can be written, and reads again as the same.
            let again = minicbor::to_vec(&read).unwrap();
            assert_eq!(unpack::<T>(&raw(&again)).as_ref(), Ok(&read));
            Some(read == value)
        }),
    }
}

/// All of them.
pub(crate) fn all() -> Vec<Sample> {
    let mut all = messages();
    all.extend(parts());
    all
}

/// The messages between a device and the server.
fn messages() -> Vec<Sample> {
    vec![
        sample(
            "hello_response",
            "hello-response",
            "a server says who it is and what time it has",
            HelloResponse {
                version: VERSION,
                server: ServerId([0x5e; 16]),
                now_ms: NINE_MS,
            },
        ),
        sample(
            "join_request",
            "join-request",
            "a device asks to come in",
            join_request(),
        ),
        sample("join_response", "join-response", "and is let in", join_response()),
        sample(
            "sync_request_first",
            "sync-request",
            "the first sync of a device that has nothing yet",
            first_request(),
        ),
        sample(
            "sync_request",
            "sync-request",
            "two records pushed, two territories held, one of them audited",
            sync_request(),
        ),
        sample(
            "sync_response",
            "sync-response",
            "verdicts; one territory with news, one to drop, one to start afresh, one audited",
            sync_response(),
        ),
        sample(
            "sync_request_new_key",
            "sync-request",
            "a device changes its key",
            notice(DeviceNotice::NewKey([0x4b; 32])),
        ),
        sample(
            "sync_request_wiped",
            "sync-request",
            "a device has erased its book, as ordered",
            notice(DeviceNotice::Wiped),
        ),
        sample(
            "sync_response_wipe",
            "sync-response",
            "the order to a device to erase its book",
            SyncResponse {
                verdicts: Vec::new(),
                scopes: Vec::new(),
                people: Vec::new(),
                settled: None,
                wipe: Some(true),
                ..sync_response()
            },
        ),
    ]
}

/// What messages are made of.
fn parts() -> Vec<Sample> {
    vec![
        sample("row", "row", "every scalar there is", row_of_every_scalar()),
        sample(
            "row_with_conflicts",
            "row",
            "two values that lost",
            row_with_conflicts(),
        ),
        sample("verdicts", "verdicts", "every verdict, every refusal", verdicts()),
        sample("kinds", "kinds", "every kind of record", FIRST_KINDS.to_vec()),
        sample(
            "roles",
            "roles",
            "every role",
            vec![Role::Rep, Role::Manager, Role::Admin],
        ),
        sample(
            "orders",
            "orders",
            "every order",
            vec![
                ScopeDirective::Keep,
                ScopeDirective::Drop,
                ScopeDirective::Restart,
            ],
        ),
        sample(
            "faults",
            "faults",
            "every fault; a body holds one",
            faults().to_vec(),
        ),
    ]
}

/// Every fault, in the order of its number.
pub(crate) fn faults() -> [ProtocolError; 13] {
    [
        ProtocolError::Malformed,
        ProtocolError::Version,
        ProtocolError::UnknownCode,
        ProtocolError::CodeUsed,
        ProtocolError::CodeExpired,
        ProtocolError::UnknownDevice,
        ProtocolError::Revoked,
        ProtocolError::TooLarge,
        ProtocolError::ActorTaken,
        ProtocolError::Internal,
        ProtocolError::Stale,
        ProtocolError::Replayed,
        ProtocolError::Busy,
    ]
}

fn verdicts() -> Vec<ChangeOutcome> {
    let refused = Refusal::ALL.map(|(refusal, _)| ChangeOutcome::Refused(refusal));
    [
        &[
            ChangeOutcome::Accepted,
            ChangeOutcome::AcceptedLate,
            ChangeOutcome::Parked,
            ChangeOutcome::Waiting,
        ][..],
        &refused,
    ]
    .concat()
}

fn join_request() -> JoinRequest {
    JoinRequest {
        version: VERSION,
        code: "KXQM-7P3D-9RTA-0HFW".to_owned(),
        key: [0x11; 32],
        actor: ActorId([0xa1; 16]),
        device_name: "Ada's phone".to_owned(),
        chain_key: None,
    }
}

fn join_response() -> JoinResponse {
    JoinResponse {
        device: DeviceId([0xd1; 16]),
        user: UserId([0xe1; 16]),
        user_name: "Ada".to_owned(),
        role: Role::Rep,
        home: TerritoryId([0xf1; 16]),
        now_ms: NINE_MS,
    }
}

fn first_request() -> SyncRequest {
    SyncRequest {
        kept: None,
        version: VERSION,
        actor: ActorId([0xa1; 16]),
        push: Vec::new(),
        scopes: Vec::new(),
        people_cursor: 0,
        push_only: false,
        actors: None,
        page: None,
        notice: None,
    }
}

fn notice(notice: DeviceNotice) -> SyncRequest {
    SyncRequest {
        push_only: true,
        notice: Some(notice),
        ..first_request()
    }
}

fn sync_request() -> SyncRequest {
    SyncRequest {
        kept: Some(vec![ChangeHash([0xc7; 32])]),
        version: VERSION,
        actor: ActorId([0xa1; 16]),
        push: vec![
            Push {
                kind: Kind::Account,
                id: RecordId([1; 16]),
                changes: vec![Blob(vec![0x85, 0x6f]), Blob(Vec::new())],
                again: Some(true),
            },
            Push {
                kind: Kind::CustomField,
                id: RecordId([2; 16]),
                changes: vec![Blob(vec![7; 24])],
                again: None,
            },
        ],
        scopes: vec![
            Scope {
                territory: TerritoryId::COMPANY,
                epoch: 7,
                cursor: 40,
                audit: None,
                settled: 30,
            },
            Scope {
                territory: TerritoryId([0xf1; 16]),
                epoch: u64::from(u32::MAX) + 1,
                cursor: 70_000,
                audit: Some(
                    (0..256)
                        .map(|bucket| if bucket == 9 { u64::MAX } else { 0 })
                        .collect(),
                ),
                settled: 70_000,
            },
        ],
        people_cursor: 3,
        push_only: true,
        actors: Some(vec![ActorId([0xa0; 16])]),
        page: None,
        notice: None,
    }
}

fn sync_response() -> SyncResponse {
    let verdict = |seq, changes| RecordVerdict {
        seq,
        territory: TerritoryId([0xf1; 16]),
        changes,
    };
    SyncResponse {
        settled: Some(vec![
            Settled {
                change: ChangeHash([0xc7; 32]),
                decision: Decision::Applied,
            },
            Settled {
                change: ChangeHash([0xc8; 32]),
                decision: Decision::Discarded,
            },
            Settled {
                change: ChangeHash([0xc9; 32]),
                decision: Decision::Partly,
            },
        ]),
        now_ms: NINE_MS,
        verdicts: vec![
            verdict(41, Vec::new()),
            verdict(
                0,
                vec![ChangeOutcome::Parked, ChangeOutcome::Refused(Refusal::ActorFork)],
            ),
        ],
        scopes: vec![keep(), drop_(), restart(), audited()],
        people: vec![Person {
            actor: ActorId([0xa2; 16]),
            name: "Zoë".to_owned(),
        }],
        people_cursor: 4,
        role: Role::Manager,
        home: TerritoryId([0xf1; 16]),
        answers: [0xe7; 8],
        wipe: None,
    }
}

fn no_news(territory: TerritoryId, order: ScopeDirective) -> ScopeDelta {
    ScopeDelta {
        erased: None,
        territory,
        order,
        epoch: 7,
        cursor: 41,
        sum: 0x0123_4567_89ab_cdef,
        more: false,
        records: Vec::new(),
        gone: Vec::new(),
        name: "North".to_owned(),
        present: None,
        audited: Vec::new(),
    }
}

fn keep() -> ScopeDelta {
    let news = |id, whole, document: &[u8]| RecordNews {
        kind: Kind::Note,
        id: RecordId([id; 16]),
        seq: 41,
        document: document.to_vec(),
        whole,
        row: row_with_conflicts().encode(),
    };
    ScopeDelta {
        more: true,
        sum: 0,
        records: vec![news(3, true, &[0x85, 0x6f, 0x4a, 0x83]), news(4, false, &[0x85])],
        gone: vec![RecordId([5; 16])],
        erased: Some(vec![RecordId([5; 16])]),
        ..no_news(TerritoryId([0xf1; 16]), ScopeDirective::Keep)
    }
}

fn drop_() -> ScopeDelta {
    ScopeDelta {
        epoch: 0,
        cursor: 0,
        sum: 0,
        name: String::new(),
        ..no_news(TerritoryId([0xf2; 16]), ScopeDirective::Drop)
    }
}

fn restart() -> ScopeDelta {
    no_news(TerritoryId([0xf3; 16]), ScopeDirective::Restart)
}

fn audited() -> ScopeDelta {
    ScopeDelta {
        present: Some(vec![RecordId([6; 16])]),
        audited: vec![6, 255],
        ..no_news(TerritoryId([0xf4; 16]), ScopeDirective::Keep)
    }
}

fn row_of_every_scalar() -> Row {
    let fields = [
        ("account_id", Scalar::Id(RecordId([9; 16]))),
        ("name", "Café \u{6771}".into()),
        ("phone", Scalar::Cleared),
        ("planned_at", Scalar::Time(NINE_MS)),
        ("tag/vip", Scalar::Bool(true)),
        ("tag/old", Scalar::Bool(false)),
        ("visit_every_days", Scalar::Int(14)),
        ("x/empty", "".into()),
        ("x/greatest", Scalar::Int(i64::MAX)),
        ("x/least", Scalar::Int(i64::MIN)),
        ("x/long ago", Scalar::Time(-1)),
        ("x/ratio", Scalar::Real(0.1)),
        ("x/whole", Scalar::Real(-3.0)),
    ];
    Row {
        fields: fields
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value))
            .collect(),
        conflicts: Vec::new(),
    }
}

fn row_with_conflicts() -> Row {
    let lost = |field: &str, value, by, at: Stamp| Conflict {
        field: field.to_owned(),
        value,
        by: ActorId([by; 16]),
        at,
        change: ChangeHash([by; 32]),
    };
    let nine = Stamp::at_ms(NINE_MS);
    Row {
        fields: [("phone".to_owned(), "222".into())].into_iter().collect(),
        conflicts: vec![
            lost("phone", "111".into(), 0xa1, nine.next(0)),
            lost("phone", Scalar::Cleared, 0xa2, nine),
        ],
    }
}
