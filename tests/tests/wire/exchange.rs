//! A tiny conversation of two devices with the office, from fixed keys, a fixed clock and a fixed seed, so that every byte
//! of it is known: the office's handlers and the core's session are held to the same files.

use fieldbook_book::sync::session::{Event, Instruction, Outgoing, Session, Snapshot};
use fieldbook_core::clock::{Clock as _, Stamp};
use fieldbook_core::ids::{ActorId, DeviceId, RecordId, TerritoryId};
use fieldbook_core::model::{Fields, Kind, Role};
use fieldbook_core::sync::{Post, Transport as _};
use fieldbook_model::doc::{Change, Document, create};
use fieldbook_model::wire::{
    Blob, ChangeOutcome, DEVICE_HEADER, Ends, JoinRequest, JoinResponse, Proof, Push, Row, SIGNATURE_HEADER,
    Scope, ScopeDirective, SyncRequest, SyncResponse, VERSION, digest, fingerprint, pack, public_key, unpack,
};
use fieldbook_server::service;
use fieldbook_tests::world::{NINE, World};

use crate::annotated;
use crate::frame::{plain, raw};
use crate::golden::{hold_file, hold_part};

const ADA: Device = Device {
    secret: [0x01; 32],
    actor: ActorId([0xa1; 16]),
};
pub(crate) const BEN: Device = Device {
    secret: [0x02; 32],
    actor: ActorId([0xb2; 16]),
};
/// `UUIDv7` of nine in the morning.
const SHOP: RecordId = RecordId([
    0x01, 0xa2, 0x0c, 0xc8, 0x8e, 0x80, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 0x01,
]);

#[derive(Clone, Copy)]
pub(crate) struct Device {
    pub(crate) secret: [u8; 32],
    actor: ActorId,
}

/// One request with its answer, both as CBOR.
pub(crate) struct Call {
    name: &'static str,
    about: &'static str,
    path: &'static str,
    device: Option<DeviceId>,
    proof: Proof,
    pub(crate) rule: &'static str,
    pub(crate) request: Vec<u8>,
    pub(crate) response: Vec<u8>,
}

impl Call {
    /// The golden file of its request or response.
    pub(crate) fn file(&self, side: &str) -> String {
        format!("tests/data/wire/exchange_{}_{side}.hex", self.name)
    }
}

/// The exchange of messages.
pub(crate) struct Story {
    pub(crate) world: World,
    pub(crate) calls: Vec<Call>,
    created: Change,
    adas: Change,
    bens: Change,
    pub(crate) ben: DeviceId,
    proofs: std::cell::Cell<u64>,
}

impl Story {
    fn call<T: minicbor::Encode<()>>(
        &mut self,
        (name, about): (&'static str, &'static str),
        (who, device): (Device, Option<DeviceId>),
        message: &T,
    ) -> Vec<u8> {
        let request = minicbor::to_vec(message).unwrap();
        let body = raw(&request);
        let proof = self.proof(who, device, &body);
        let path = if device.is_some() { "/v1/sync" } else { "/v1/join" };
        let response = self.post(path, device, &body, &proof);
        self.calls.push(Call {
            name,
            about,
            path,
            device,
            proof,
            rule: if device.is_some() { "sync" } else { "join" },
            request,
            response: response.clone(),
        });
        response
    }

    /// The proof of a request that is made now. Its nonce counts the proofs.
    pub(crate) fn proof(&self, who: Device, device: Option<DeviceId>, body: &[u8]) -> Proof {
        let now_ms = self.world.clock.now_ms();
        let server = service::hello(self.world.office(), now_ms).unwrap().server;
        let count = self.proofs.get() + 1;
        self.proofs.set(count);
        let nonce = count.to_be_bytes();
        Proof::sign(&who.secret, &Ends { device, server }, now_ms, nonce, body)
    }

    fn post(&self, path: &str, device: Option<DeviceId>, body: &[u8], proof: &Proof) -> Vec<u8> {
        let (device, proof) = (device.map(|device| device.to_string()), proof.to_string());
        let mut headers = vec![(SIGNATURE_HEADER, proof.as_str())];
        headers.extend(device.as_deref().map(|device| (DEVICE_HEADER, device)));
        let reply = self.world.wire().post(Post {
            url: &format!("http://office{path}"),
            headers: &headers,
            body,
            timeout: std::time::Duration::from_secs(9),
        });
        let reply = reply.unwrap();
        assert_eq!(
            reply.status,
            200,
            "{:?}",
            unpack::<fieldbook_model::wire::ProtocolError>(&reply.body)
        );
        plain(&reply.body)
    }

    fn join(&mut self, who: Device, name: &str, step: (&'static str, &'static str)) -> JoinResponse {
        let request = JoinRequest {
            version: VERSION,
            code: self.world.code(name, Role::Rep),
            key: public_key(&who.secret),
            actor: who.actor,
            device_name: format!("{name}'s phone"),
            chain_key: None,
        };
        unpack(&raw(&self.call(step, (who, None), &request))).unwrap()
    }
}

fn request(who: Device, changes: &[&Change], before: Option<&SyncResponse>) -> SyncRequest {
    let push = (!changes.is_empty()).then(|| Push {
        kind: Kind::Account,
        id: SHOP,
        changes: changes.iter().map(|change| Blob(change.bytes.clone())).collect(),
        again: None,
    });
    let scopes = before.map_or(Vec::new(), |before| before.scopes.iter().map(held).collect());
    SyncRequest {
        kept: None,
        version: VERSION,
        actor: who.actor,
        push: push.into_iter().collect(),
        scopes,
        people_cursor: before.map_or(0, |before| before.people_cursor),
        push_only: false,
        actors: None,
        page: None,
        notice: None,
    }
}

/// The scope of a device whose last delta of a territory was complete.
fn held(news: &fieldbook_model::wire::ScopeDelta) -> Scope {
    assert!(!news.more && news.order == ScopeDirective::Keep);
    Scope {
        territory: news.territory,
        epoch: news.epoch,
        cursor: news.cursor,
        audit: None,
        settled: news.cursor,
    }
}

fn read(response: &[u8]) -> SyncResponse {
    unpack(&raw(response)).unwrap()
}

/// Tells it from the beginning.
pub(crate) fn told() -> Story {
    let created = create(
        ADA.actor,
        Stamp::at_ms(NINE),
        &Fields::new().with("name", "Corner shop"),
    );
    let edit = |who: Device, minutes: i64, phone: &str| {
        let mut document = Document::load(&created.bytes).unwrap();
        let patch = Fields::new().with("phone", phone);
        document
            .edit(
                Kind::Account,
                who.actor,
                Stamp::at_ms(NINE + minutes * 60_000),
                &patch,
            )
            .unwrap()
    };
    let (adas, bens) = (edit(ADA, 1, "111"), edit(BEN, 2, "222"));
    let mut story = Story {
        world: World::new(7),
        calls: Vec::new(),
        created: created.clone(),
        adas: adas.clone(),
        bens: bens.clone(),
        ben: DeviceId([0; 16]),
        proofs: std::cell::Cell::new(0),
    };
    let ada = story.join(
        ADA,
        "Ada",
        ("1_join", "Ada's phone joins with the code she was given"),
    );
    let pushed = story.call(
        (
            "2_push",
            "it sends the account that she made with no signal; of her own writing nothing comes back",
        ),
        (ADA, Some(ada.device)),
        &request(ADA, &[&created], None),
    );
    let ben = story.join(BEN, "Ben", ("3_join", "Ben's phone joins"));
    story.ben = ben.device;
    let pulled = story.call(
        ("4_pull", "and hears of everything there is"),
        (BEN, Some(ben.device)),
        &request(BEN, &[], None),
    );
    story.world.clock.advance(5 * 60_000);
    story.call(
        ("5_edit", "Ada has written a telephone number at 9:01"),
        (ADA, Some(ada.device)),
        &request(ADA, &[&adas], Some(&read(&pushed))),
    );
    story.call(
        (
            "6_conflict",
            "and Ben another at 9:02, before he heard of hers: both are kept, the later is shown",
        ),
        (BEN, Some(ben.device)),
        &request(BEN, &[&bens], Some(&read(&pulled))),
    );
    story
}

#[test]
fn the_office_answers_the_golden_requests_with_the_golden_responses() {
    for call in told().calls {
        for (side, bytes) in [("request", &call.request), ("response", &call.response)] {
            let file = call.file(side);
            let about = format!("; {}-{side}: {}\n", call.rule, call.about);
            hold_file(&file, &(about + &annotated::write(bytes)));
        }
    }
}

#[test]
fn the_description_shows_the_exchange() {
    let story = told();
    let shown = ["1_join", "2_push", "6_conflict"].map(|name| {
        let call = story.calls.iter().find(|call| call.name == name).unwrap();
        shown(call)
    });
    let shown = shown.concat();
    hold_part("docs/wire.md", "exchange", &shown);
}

/// A call as the description shows it.
fn shown(call: &Call) -> String {
    let device = call.device.map(|device| format!("{DEVICE_HEADER}: {device}\n"));
    let proof = call.proof.to_string();
    let (first, second) = proof.split_at(proof.len() - 64);
    [
        format!("**{}.** {}.\n\n", &call.name[..1], capital(call.about)),
        format!("```text\nPOST {}\n{}", call.path, device.unwrap_or_default()),
        format!("{SIGNATURE_HEADER}: {first}\n    {second}\n\n"),
        format!("{}```\n\n", annotated::write(&call.request)),
        format!("```text\n200\n\n{}```\n\n", annotated::write(&call.response)),
    ]
    .concat()
}

fn capital(text: &str) -> String {
    let (first, rest) = text.split_at(1);
    first.to_uppercase() + rest
}

#[test]
fn the_cores_session_makes_the_golden_request_and_reads_the_golden_response() {
    let story = told();
    let (pulled, last) = (read(&story.calls[3].response), &story.calls[5]);
    let mut session = Session::default();
    assert_eq!(session.step(Event::Begin), Ok(Instruction::TakeSnapshot));
    let snapshot = Snapshot {
        kept: Vec::new(),
        actors: Vec::new(),
        actor: BEN.actor,
        outbox: vec![Outgoing {
            again: false,
            record: SHOP,
            kind: Kind::Account,
            hash: story.bens.hash,
            bytes: story.bens.bytes.clone(),
        }],
        exhausted: true,
        scopes: pulled.scopes.iter().map(held).collect(),
        people_cursor: pulled.people_cursor,
        page: None,
    };
    let Ok(Instruction::Send(body)) = session.step(Event::SnapshotTaken(snapshot)) else {
        panic!("it sends")
    };
    assert_eq!(plain(&body), last.request);
    // The session compresses its request, so the office answers another one than the golden, byte for byte.
    let told = SyncResponse {
        answers: fingerprint(&body),
        ..read(&last.response)
    };
    let Ok(Instruction::Apply(delivery)) = session.step(Event::Answered(pack(&told))) else {
        panic!("it takes the answer")
    };
    assert_eq!(
        delivery.verdicts[0].changes,
        [(story.bens.hash, ChangeOutcome::Accepted)]
    );
    assert_eq!(delivery.verdicts[0].seq, 3);
}

#[test]
fn the_row_is_a_function_of_the_document_and_the_sum_of_the_numbers() {
    let story = told();
    let response = read(&story.calls[5].response);
    let north = &response.scopes[1];
    let [news] = north.records.as_slice() else {
        panic!("one record")
    };
    assert!(!news.whole);
    assert_eq!(
        news.document, story.adas.bytes,
        "one's own change does not come back"
    );
    let mine = [&story.created.bytes[..], &story.bens.bytes, &news.document].concat();
    let shown = Document::load(&mine).unwrap().project(Kind::Account);
    assert_eq!(Row::decode(&news.row), Ok(Row::from(shown)));
    assert_eq!((north.sum, news.seq), (digest(SHOP, 3), 3));
    assert_ne!(north.territory, TerritoryId::COMPANY);
}

#[test]
fn a_request_that_is_sent_again_has_its_effect_once() {
    let story = told();
    let last = &story.calls[5];
    let body = raw(&last.request);
    // Signed anew: the very same request is answered once.
    let again = story.post(
        last.path,
        last.device,
        &body,
        &story.proof(BEN, last.device, &body),
    );
    assert_eq!(again, last.response);
    assert_eq!(last.device, Some(story.ben));
}
