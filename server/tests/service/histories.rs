//! Properties that hold after any history of edits, syncs, lost answers and hand-overs.

use fieldbook_model::clock::Clock as _;
use fieldbook_model::wire::{ChangeOutcome, SyncRequest, SyncResponse};
use fieldbook_model::{Fields, Kind, Role, Scalar};
use fieldbook_server::admin;
use proptest::prelude::*;

use crate::device::{Phone, World};

/// One step of a history.
#[derive(Debug, Clone)]
enum Step {
    Add {
        phone: usize,
    },
    Note {
        phone: usize,
        record: usize,
    },
    Edit {
        phone: usize,
        record: usize,
        field: usize,
        value: u8,
    },
    Sync {
        phone: usize,
    },
    PushOnly {
        phone: usize,
    },
    /// The request arrives, the answer does not.
    LoseAnswer {
        phone: usize,
    },
    /// An old request arrives again.
    Resend {
        phone: usize,
        request: usize,
    },
    HandOver {
        account: usize,
        south: bool,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let phone = 0..3_usize;
    prop_oneof![
        2 => phone.clone().prop_map(|phone| Step::Add { phone }),
        1 => (phone.clone(), any::<usize>()).prop_map(|(phone, record)| Step::Note { phone, record }),
        6 => (phone.clone(), any::<usize>(), 0..3_usize, 0..9_u8)
            .prop_map(|(phone, record, field, value)| Step::Edit { phone, record, field, value }),
        4 => phone.clone().prop_map(|phone| Step::Sync { phone }),
        1 => phone.clone().prop_map(|phone| Step::PushOnly { phone }),
        2 => phone.clone().prop_map(|phone| Step::LoseAnswer { phone }),
        2 => (phone, any::<usize>()).prop_map(|(phone, request)| Step::Resend { phone, request }),
        1 => (any::<usize>(), any::<bool>()).prop_map(|(account, south)| Step::HandOver { account, south }),
    ]
}

struct Simulation {
    world: World,
    phones: Vec<Phone>,
    sent: Vec<Vec<(SyncRequest, SyncResponse)>>,
    accounts: Vec<fieldbook_model::ids::RecordId>,
}

impl Simulation {
    fn new() -> Simulation {
        let world = World::new();
        world.person("Ann", Role::Rep, &["North"]);
        world.person("Sue", Role::Rep, &["South"]);
        world.person("Max", Role::Manager, &["North", "South"]);
        let phones = ["Ann", "Sue", "Max"].map(|name| world.phone(name));
        Simulation {
            world,
            phones: phones.into(),
            sent: vec![Vec::new(); 3],
            accounts: Vec::new(),
        }
    }

    fn call(&mut self, phone: usize, request: SyncRequest) -> SyncResponse {
        let response = self.phones[phone].call(&self.world, &request).unwrap();
        self.sent[phone].push((request, response.clone()));
        response
    }

    fn sums(&self) -> [u64; 2] {
        ["North", "South"].map(|name| self.world.sum(self.world.territory(name)))
    }

    fn apply(&mut self, step: &Step) {
        self.world.tick();
        match *step {
            Step::Add { phone } => {
                let account = self.phones[phone].account(&self.world, "Shop");
                self.accounts.push(account);
            }
            Step::Note { phone, record } => {
                if let Some(id) = pick(&self.accounts, record) {
                    let fields = Fields::new().with("text", "a").with("account_id", Scalar::Id(id));
                    self.phones[phone].add(&self.world, Kind::Note, &fields);
                }
            }
            Step::Edit {
                phone,
                record,
                field,
                value,
            } => {
                let phone = &mut self.phones[phone];
                let held: Vec<_> = phone.records.keys().copied().collect();
                if let Some(id) = pick(&held, record) {
                    let key = ["phone", "tier", "remark"][field];
                    let key = if phone.records[&id].kind == Kind::Note {
                        "text"
                    } else {
                        key
                    };
                    phone.edit(&self.world, id, key, &value.to_string());
                }
            }
            Step::Sync { phone } => {
                let request = self.phones[phone].request();
                let response = self.call(phone, request.clone());
                self.phones[phone].apply(&request, &response);
            }
            Step::PushOnly { phone } => {
                let request = SyncRequest {
                    push_only: true,
                    ..self.phones[phone].request()
                };
                let response = self.call(phone, request.clone());
                self.phones[phone].apply(&request, &response);
            }
            Step::LoseAnswer { phone } => {
                let request = self.phones[phone].request();
                self.call(phone, request);
            }
            Step::Resend { phone, request } => {
                // A refused request is left out: accepted on a second try, it would have to be repaired by anti-entropy.
                let taken = self.sent[phone].iter().filter(|(_, first)| all_accepted(first));
                let taken: Vec<_> = taken.map(|(request, _)| request.clone()).collect();
                if let Some(request) = pick(&taken, request) {
                    self.phones[phone].call(&self.world, &request).unwrap();
                }
            }
            Step::HandOver { account, south } => {
                if let Some(id) = pick(&self.accounts, account) {
                    let to = if south { "South" } else { "North" };
                    // An account that never reached the server cannot be handed over.
                    let _ = admin::hand_over(&self.world.store, &[id], to, self.world.clock.now_ms());
                }
            }
        }
    }
}

fn pick<T: Clone>(from: &[T], at: usize) -> Option<T> {
    (!from.is_empty()).then(|| from[at % from.len()].clone())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn after_any_history_every_phone_holds_what_the_server_holds(steps in prop::collection::vec(step(), 1..60)) {
        let mut simulation = Simulation::new();
        for step in &steps {
            simulation.apply(step);
        }
        for _ in 0..2 {
            for phone in &mut simulation.phones {
                phone.sync(&simulation.world);
            }
        }
        for phone in &simulation.phones {
            prop_assert!(phone.records.values().all(|held| held.unsent.is_empty()));
            phone.agrees_with(&simulation.world);
            prop_assert_eq!(phone.audits, 0, "no checksum differed");
        }
    }

    #[test]
    fn a_request_sent_again_whenever_has_its_effect_once(
        steps in prop::collection::vec(step(), 1..40), again in prop::collection::vec((0..3_usize, any::<usize>()), 1..20),
    ) {
        let mut simulation = Simulation::new();
        for step in &steps {
            simulation.apply(step);
        }
        for (phone, at) in again {
            let before = simulation.sums();
            let Some((request, first)) = pick(&simulation.sent[phone], at) else { continue };
            let once = simulation.phones[phone].call(&simulation.world, &request).unwrap();
            let between = simulation.sums();
            // A hand-over in between may turn a refusal into an acceptance. An accepted change stays accepted, once.
            prop_assert!(still_accepted(&request, &first, &once));
            prop_assert!(between == before || !all_accepted(&first));
            let twice = simulation.phones[phone].call(&simulation.world, &request).unwrap();
            prop_assert_eq!(once.verdicts, twice.verdicts);
            prop_assert_eq!(simulation.sums(), between);
        }
    }
}

fn is_accepted(verdict: ChangeOutcome) -> bool {
    matches!(verdict, ChangeOutcome::Accepted | ChangeOutcome::AcceptedLate)
}

fn all_accepted(response: &SyncResponse) -> bool {
    response
        .verdicts
        .iter()
        .flat_map(|v| &v.changes)
        .all(|verdict| is_accepted(*verdict))
}

fn still_accepted(request: &SyncRequest, first: &SyncResponse, again: &SyncResponse) -> bool {
    let of = |response: &SyncResponse, push: usize, at: usize| {
        response.verdicts[push]
            .changes
            .get(at)
            .copied()
            .is_none_or(is_accepted)
    };
    let mut changes = request
        .push
        .iter()
        .enumerate()
        .flat_map(|(push, p)| (0..p.changes.len()).map(move |at| (push, at)));
    changes.all(|(push, at)| !of(first, push, at) || of(again, push, at))
}
