//! The fixture: a server without a network, and a minimal honest phone.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use fieldbook_model::clock::{Clock as _, FixedClock, Random as _, SeededRandom, Stamp};
use fieldbook_model::doc::{Change, Document, create};
use fieldbook_model::ids::{ActorId, DeviceId, RecordId, TerritoryId};
use fieldbook_model::wire::{
    Blob, ChangeOutcome, Ends, JoinRequest, JoinResponse, Proof, ProtocolError, Push, RecordNews, Row, Scope,
    ScopeDelta, ScopeDirective, SyncRequest, SyncResponse, VERSION, bucket, digest, pack, unpack,
};
use fieldbook_model::{Fields, Kind, Role};
use fieldbook_server::store::Store;
use fieldbook_server::{admin, service};
use tempfile::TempDir;

/// A server's database and clock.
pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) random: SeededRandom,
    pub(crate) clock: FixedClock,
    pub(crate) dir: TempDir,
}

impl World {
    /// A server with the territories North and South.
    pub(crate) fn new() -> World {
        let dir = tempfile::tempdir().unwrap();
        let random = SeededRandom::new(7);
        let store = Store::open(dir.path(), &random).unwrap();
        for name in ["North", "South"] {
            admin::add_territory(&store, name, &random).unwrap();
        }
        World {
            store,
            random,
            clock: FixedClock::at(1_000_000),
            dir,
        }
    }

    /// Advances the clock by 10 ms and returns the time.
    pub(crate) fn tick(&self) -> i64 {
        self.clock.advance(10);
        self.clock.now_ms()
    }

    /// The proof of a request that is sent now.
    pub(crate) fn proof(&self, secret: &[u8; 32], device: Option<DeviceId>, body: &[u8]) -> Proof {
        let now_ms = self.clock.now_ms();
        let server = service::hello(&self.store, now_ms).unwrap().server;
        let mut nonce = [0; 8];
        self.random.fill(&mut nonce);
        Proof::sign(secret, &Ends { device, server }, now_ms, nonce, body)
    }

    pub(crate) fn person(&self, name: &str, role: Role, territories: &[&str]) {
        admin::add_user(&self.store, name, role, territories, &self.random).unwrap();
    }

    /// A new phone of a known person, joined.
    pub(crate) fn phone(&self, name: &str) -> Phone {
        let code = admin::issue_code(&self.store, name, self.clock.now_ms(), &self.random).unwrap();
        let mut phone = Phone::new(self);
        let joined = phone.join(self, &code.text).unwrap();
        phone.device = joined.device;
        phone.home = joined.home;
        phone
    }

    /// A new rep of North with a joined phone.
    pub(crate) fn rep(&self, name: &str) -> Phone {
        self.person(name, Role::Rep, &["North"]);
        self.phone(name)
    }

    pub(crate) fn territory(&self, name: &str) -> TerritoryId {
        self.store
            .read()
            .unwrap()
            .territory_named(name)
            .unwrap()
            .unwrap()
            .id
    }

    /// The stored checksum of a territory, after checking it against the territory's records.
    pub(crate) fn sum(&self, territory: TerritoryId) -> u64 {
        let tx = self.store.read().unwrap();
        let records = tx.record_seqs(territory).unwrap();
        let stored = tx.territory(territory).unwrap().unwrap();
        assert!(records.iter().all(|l| l.seq >= 1 && l.seq <= stored.counter));
        assert_eq!(
            stored.checksum,
            records.iter().fold(0, |sum, l| sum ^ digest(l.id, l.seq))
        );
        stored.checksum
    }
}

/// A record on a phone.
#[derive(Debug, Clone)]
pub(crate) struct LocalRecord {
    pub(crate) kind: Kind,
    pub(crate) territory: TerritoryId,
    pub(crate) seq: u64,
    /// The document as confirmed by the server.
    pub(crate) base: Vec<u8>,
    pub(crate) row: Option<Row>,
    pub(crate) unsent: Vec<Change>,
}

impl LocalRecord {
    pub(crate) fn document(&self) -> Document {
        let unsent = self.unsent.iter().flat_map(|c| c.bytes.iter().copied());
        let bytes: Vec<u8> = self.base.iter().copied().chain(unsent).collect();
        Document::load(&bytes).unwrap()
    }
}

#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ScopeState {
    pub(crate) epoch: u64,
    pub(crate) cursor: u64,
    pub(crate) settled: u64,
    pub(crate) differs: bool,
}

/// A phone with a book in memory.
pub(crate) struct Phone {
    pub(crate) secret: [u8; 32],
    pub(crate) actor: ActorId,
    pub(crate) device: DeviceId,
    pub(crate) home: TerritoryId,
    pub(crate) latest: Stamp,
    pub(crate) records: BTreeMap<RecordId, LocalRecord>,
    pub(crate) marks: BTreeMap<TerritoryId, ScopeState>,
    pub(crate) people: BTreeMap<ActorId, String>,
    pub(crate) people_cursor: u64,
    /// The number of times that a checksum differed.
    pub(crate) audits: usize,
    /// The number of records that deltas brought.
    pub(crate) received: usize,
    pub(crate) verdicts: RefCell<Vec<ChangeOutcome>>,
}

impl Phone {
    pub(crate) fn new(world: &World) -> Phone {
        let mut bytes = [0; 48];
        fieldbook_model::clock::Random::fill(&world.random, &mut bytes);
        Phone {
            secret: bytes[..32].try_into().unwrap(),
            actor: ActorId(bytes[32..].try_into().unwrap()),
            device: DeviceId([0; 16]),
            home: TerritoryId::UNJOINED,
            latest: Stamp::default(),
            records: BTreeMap::new(),
            marks: BTreeMap::new(),
            people: BTreeMap::new(),
            people_cursor: 0,
            audits: 0,
            received: 0,
            verdicts: RefCell::default(),
        }
    }

    pub(crate) fn key(&self) -> [u8; 32] {
        ed25519_dalek::SigningKey::from_bytes(&self.secret)
            .verifying_key()
            .to_bytes()
    }

    pub(crate) fn join(&self, world: &World, code: &str) -> Result<JoinResponse, ProtocolError> {
        let body = pack(&JoinRequest {
            version: VERSION,
            code: code.to_owned(),
            key: self.key(),
            actor: self.actor,
            device_name: "phone".to_owned(),
            chain_key: None,
        });
        let proof = world.proof(&self.secret, None, &body);
        service::join(&world.store, &body, &proof, world.clock.now_ms(), &world.random)
            .map_err(|f| f.to_fault())
    }

    fn stamp(&mut self, world: &World) -> Stamp {
        self.latest = self.latest.next(world.clock.now_ms());
        self.latest
    }

    /// Creates a record, offline.
    pub(crate) fn add(&mut self, world: &World, kind: Kind, fields: &Fields) -> RecordId {
        let mut random = [0; 10];
        fieldbook_model::clock::Random::fill(&world.random, &mut random);
        let id = RecordId::new(world.clock.now_ms(), random);
        let stamp = self.stamp(world);
        let unsent = vec![create(self.actor, stamp, fields)];
        let held = LocalRecord {
            kind,
            territory: self.home,
            seq: 0,
            base: Vec::new(),
            row: None,
            unsent,
        };
        self.records.insert(id, held);
        id
    }

    pub(crate) fn account(&mut self, world: &World, name: &str) -> RecordId {
        self.add(world, Kind::Account, &Fields::new().with("name", name))
    }

    /// Edits a record, offline. Returns whether the value changed.
    pub(crate) fn edit(&mut self, world: &World, id: RecordId, key: &str, value: &str) -> bool {
        let (actor, stamp) = (self.actor, self.stamp(world));
        let held = self.records.get_mut(&id).unwrap();
        let change = held
            .document()
            .edit(held.kind, actor, stamp, &Fields::new().with(key, value));
        held.unsent.extend(change.clone());
        change.is_some()
    }

    pub(crate) fn text(&self, id: RecordId, key: &str) -> Option<String> {
        let held = self.records.get(&id)?;
        held.document()
            .project(held.kind)
            .fields
            .text(key)
            .map(str::to_owned)
    }

    /// The request that the phone would send now.
    pub(crate) fn request(&self) -> SyncRequest {
        let unsent = self.records.iter().filter(|(_, held)| !held.unsent.is_empty());
        SyncRequest {
            kept: None,
            version: VERSION,
            actor: self.actor,
            push: unsent
                .map(|(id, held)| Push {
                    kind: held.kind,
                    id: *id,
                    changes: held.unsent.iter().map(|c| Blob(c.bytes.clone())).collect(),
                    again: None,
                })
                .collect(),
            scopes: self
                .marks
                .iter()
                .map(|(id, mark)| self.scope(*id, *mark))
                .collect(),
            people_cursor: self.people_cursor,
            push_only: false,
            actors: None,
            page: None,
            notice: None,
        }
    }

    fn scope(&self, territory: TerritoryId, mark: ScopeState) -> Scope {
        Scope {
            territory,
            epoch: mark.epoch,
            cursor: mark.cursor,
            audit: mark.differs.then(|| self.bucket_sums(territory)),
            settled: mark.settled,
        }
    }

    fn bucket_sums(&self, territory: TerritoryId) -> Vec<u64> {
        let mut sums = vec![0; 256];
        for (id, held) in self.confirmed(territory) {
            sums[usize::from(bucket(*id))] ^= digest(*id, held.seq);
        }
        sums
    }

    fn confirmed(&self, territory: TerritoryId) -> impl Iterator<Item = (&RecordId, &LocalRecord)> {
        self.records
            .iter()
            .filter(move |(_, held)| held.territory == territory && held.seq > 0)
    }

    pub(crate) fn sum(&self, territory: TerritoryId) -> u64 {
        self.confirmed(territory)
            .fold(0, |sum, (id, held)| sum ^ digest(*id, held.seq))
    }

    /// Sends a request and returns the answer, without applying it.
    pub(crate) fn call(&self, world: &World, request: &SyncRequest) -> Result<SyncResponse, ProtocolError> {
        let body = pack(request);
        let proof = world.proof(&self.secret, Some(self.device), &body);
        let answered = service::sync_packed(
            &world.store,
            self.device,
            &proof,
            &body,
            world.clock.now_ms(),
            &|| Ok(()),
        );
        let (response, packed) = answered.map_err(|failure| failure.to_fault())?;
        let unpacked: SyncResponse = unpack(&packed).unwrap();
        assert_eq!(response, unpacked);
        Ok(unpacked)
    }

    /// Syncs until no delta is pending.
    pub(crate) fn sync(&mut self, world: &World) {
        for _ in 0..200 {
            let request = self.request();
            let response = self.call(world, &request).unwrap();
            self.apply(&request, &response);
            let repairing = self.marks.values().any(|mark| mark.differs);
            if !repairing && response.scopes.iter().all(|news| !news.more) {
                return;
            }
        }
        panic!("sync does not end");
    }

    /// Applies an answer.
    pub(crate) fn apply(&mut self, request: &SyncRequest, response: &SyncResponse) {
        assert_eq!(request.push.len(), response.verdicts.len());
        self.verdicts.borrow_mut().clear();
        for (push, verdict) in request.push.iter().zip(&response.verdicts) {
            let held = self.records.get_mut(&push.id).unwrap();
            for (at, sent) in push.changes.iter().enumerate() {
                let verdict = verdict
                    .changes
                    .get(at)
                    .copied()
                    .unwrap_or(ChangeOutcome::Accepted);
                self.verdicts.borrow_mut().push(verdict);
                held.unsent.retain(|change| change.bytes != sent.0);
                if matches!(verdict, ChangeOutcome::Accepted | ChangeOutcome::AcceptedLate)
                    && !held.base_has(&sent.0)
                {
                    held.base.extend_from_slice(&sent.0);
                }
            }
            if verdict.seq == 0 {
                self.records.remove(&push.id);
            } else {
                (held.seq, held.territory) = (verdict.seq, verdict.territory);
            }
        }
        for news in &response.scopes {
            self.apply_scope(news);
        }
        if !request.push_only {
            // A verdict may report that a record moved to a territory that this person does not see.
            let seen: BTreeSet<_> = response.scopes.iter().map(|news| news.territory).collect();
            self.records
                .retain(|_, held| seen.contains(&held.territory) || !held.unsent.is_empty());
        }
        for person in &response.people {
            self.people.insert(person.actor, person.name.clone());
        }
        self.people_cursor = response.people_cursor;
        self.home = response.home;
    }

    fn apply_scope(&mut self, news: &ScopeDelta) {
        match news.order {
            ScopeDirective::Drop => {
                self.records.retain(|_, held| held.territory != news.territory);
                self.marks.remove(&news.territory);
                return;
            }
            ScopeDirective::Restart => {
                self.marks.remove(&news.territory);
                let theirs = self
                    .records
                    .values_mut()
                    .filter(|held| held.territory == news.territory);
                theirs.for_each(|held| held.seq = 0);
            }
            ScopeDirective::Keep => {}
        }
        for record in &news.records {
            self.apply_record(news.territory, record);
        }
        for gone in &news.gone {
            if self
                .records
                .get(gone)
                .is_some_and(|held| held.territory == news.territory)
            {
                self.records.remove(gone);
            }
        }
        if let Some(present) = &news.present {
            let present: BTreeSet<_> = present.iter().collect();
            self.records.retain(|id, held| {
                held.territory != news.territory
                    || !news.audited.contains(&bucket(*id))
                    || present.contains(id)
            });
        }
        self.settle(news);
    }

    fn settle(&mut self, news: &ScopeDelta) {
        let mark = self.marks.entry(news.territory).or_default();
        (mark.epoch, mark.cursor) = (news.epoch, news.cursor);
        if news.more {
            mark.differs = false;
            return;
        }
        mark.settled = news.cursor;
        let unsure =
            |held: &LocalRecord| held.territory == news.territory && held.seq == 0 && held.unsent.is_empty();
        self.records.retain(|_, held| !unsure(held));
        let differs = self.sum(news.territory) != news.sum;
        self.audits += usize::from(differs);
        self.marks.entry(news.territory).or_default().differs = differs;
    }

    fn apply_record(&mut self, territory: TerritoryId, record: &RecordNews) {
        self.received += 1;
        let row = Row::decode(&record.row).unwrap();
        let held = self.records.entry(record.id).or_insert_with(|| LocalRecord {
            kind: record.kind,
            territory,
            seq: 0,
            base: Vec::new(),
            row: None,
            unsent: Vec::new(),
        });
        if record.whole {
            held.base.clone_from(&record.document);
        } else {
            assert!(
                !held.base.is_empty(),
                "changes received for a record that was never sent"
            );
            held.base.extend_from_slice(&record.document);
        }
        (held.seq, held.territory) = (record.seq, territory);
        if held.unsent.is_empty() {
            let shown = Row::from(Document::load(&held.base).unwrap().project(held.kind));
            assert_eq!(shown, row, "the row is a function of the document");
        }
        held.row = Some(row);
    }

    /// Asserts that phone and server hold the same records and values.
    pub(crate) fn agrees_with(&self, world: &World) {
        for territory in self.marks.keys() {
            assert_eq!(self.sum(*territory), world.sum(*territory));
            let tx = world.store.read().unwrap();
            let records = tx.record_seqs(*territory).unwrap();
            assert_eq!(self.confirmed(*territory).count(), records.len());
            for record in records {
                let stored = tx.record(record.id).unwrap().unwrap();
                let (ours, theirs) = (
                    self.records[&record.id].document(),
                    Document::load(&stored.document).unwrap(),
                );
                assert_eq!(ours.heads(), theirs.heads());
                assert_eq!(
                    ours.project(stored.header.kind),
                    theirs.project(stored.header.kind)
                );
            }
        }
    }
}

impl LocalRecord {
    fn base_has(&self, change: &[u8]) -> bool {
        let hash = fieldbook_model::doc::gate::hash_of(change).unwrap();
        Document::load(&self.base)
            .is_ok_and(|document| document.history().iter().any(|edit| edit.change == hash))
    }
}
