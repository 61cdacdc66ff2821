use super::*;
use fieldbook_model::Role;
use fieldbook_model::doc::gate::Refusal;
use fieldbook_model::ids::TerritoryId;
use fieldbook_model::wire::{RecordVerdict, ScopeDelta, ScopeDirective};

const NORTH: TerritoryId = TerritoryId([5; 16]);

fn change(record: u8, n: u8) -> Outgoing {
    Outgoing {
        record: RecordId([record; 16]),
        kind: Kind::Account,
        hash: ChangeHash([n; 32]),
        bytes: vec![n],
        again: false,
    }
}

fn snapshot(outbox: Vec<Outgoing>, exhausted: bool) -> Event {
    Event::SnapshotTaken(Snapshot {
        actor: ActorId([1; 16]),
        actors: Vec::new(),
        outbox,
        exhausted,
        scopes: Vec::new(),
        people_cursor: 0,
        kept: Vec::new(),
        page: None,
    })
}

fn answer(verdicts: Vec<Vec<ChangeOutcome>>, more: bool) -> Event {
    let verdict = |changes| RecordVerdict {
        seq: 7,
        territory: NORTH,
        changes,
    };
    let news = ScopeDelta {
        erased: None,
        territory: NORTH,
        order: ScopeDirective::Keep,
        epoch: 1,
        cursor: 7,
        sum: 0,
        more,
        records: Vec::new(),
        gone: Vec::new(),
        name: "North".to_owned(),
        present: None,
        audited: Vec::new(),
    };
    Event::Answered(wire::pack(&SyncResponse {
        settled: None,
        wipe: None,
        now_ms: 0,
        verdicts: verdicts.into_iter().map(verdict).collect(),
        scopes: vec![news],
        people: Vec::new(),
        people_cursor: 0,
        role: Role::Rep,
        home: NORTH,
        answers: [0; 8],
    }))
}

const APPLIED: Event = Event::Applied {
    rewritten: 0,
    unsettled: false,
};

/// The event with its answer addressed to `request`.
fn to(request: &Result<Instruction, SessionError>, event: Event) -> Event {
    match (request, event) {
        (Ok(Instruction::Send(body)), Event::Answered(answer)) => {
            let response = wire::unpack::<SyncResponse>(&answer).ok();
            let response = response.map(|response| {
                wire::pack(&SyncResponse {
                    answers: wire::fingerprint(body),
                    ..response
                })
            });
            Event::Answered(response.unwrap_or(answer))
        }
        (_, event) => event,
    }
}

/// Runs a session through the events and returns its last instruction.
fn walk(events: Vec<Event>) -> Result<Instruction, SessionError> {
    let mut session = Session::default();
    let mut last = Err(SessionError::OutOfTurn);
    for event in events {
        last = session.step(to(&last, event));
        if last.is_err() {
            break;
        }
    }
    last
}

#[test]
fn an_answer_to_another_request_is_not_taken_for_this_ones() {
    let mut session = Session::default();
    session.step(Event::Begin).unwrap();
    session.step(snapshot(vec![change(1, 1)], true)).unwrap();
    assert_eq!(
        session.step(answer(vec![Vec::new()], false)),
        Err(SessionError::Misfit)
    );
}

#[test]
fn a_conversation_with_nothing_to_say_takes_one_request() {
    let done = walk(vec![
        Event::Begin,
        snapshot(Vec::new(), true),
        answer(Vec::new(), false),
        APPLIED,
    ]);
    assert_eq!(done, Ok(Instruction::Done));
}

#[test]
fn the_changes_of_a_record_travel_together_and_each_gets_its_verdict() {
    let outbox = vec![change(1, 10), change(2, 20), change(1, 11)];
    let refused = ChangeOutcome::Refused(Refusal::BadField);
    let said = vec![vec![ChangeOutcome::Accepted, refused], Vec::new()];
    let Ok(Instruction::Apply(delivery)) =
        walk(vec![Event::Begin, snapshot(outbox, true), answer(said, false)])
    else {
        panic!("nothing to apply")
    };
    let response: Vec<_> = delivery
        .verdicts
        .iter()
        .map(|outcomes| (outcomes.record.0[0], outcomes.changes.clone()))
        .collect();
    let hash = |n| ChangeHash([n; 32]);
    let first = vec![(hash(10), ChangeOutcome::Accepted), (hash(11), refused)];
    assert_eq!(
        response,
        [(1, first), (2, vec![(hash(20), ChangeOutcome::Accepted)])]
    );
}

#[test]
fn it_goes_on_while_there_is_more_on_either_side() {
    let half = walk(vec![
        Event::Begin,
        snapshot(vec![change(1, 1)], false),
        answer(vec![Vec::new()], false),
        APPLIED,
    ]);
    assert_eq!(half, Ok(Instruction::TakeSnapshot), "the outbox is not exhausted");
    let more = walk(vec![
        Event::Begin,
        snapshot(Vec::new(), true),
        answer(Vec::new(), true),
        APPLIED,
    ]);
    assert_eq!(more, Ok(Instruction::TakeSnapshot), "the server has more");
}

#[test]
fn mending_ends_even_when_it_does_not_help() {
    let mut session = Session::default();
    let mut instruction = session.step(Event::Begin);
    let mut rounds = 0;
    while instruction != Ok(Instruction::Done) {
        rounds += 1;
        assert!(rounds < 100, "it never ends");
        instruction = session.step(match &instruction {
            Ok(Instruction::TakeSnapshot) => snapshot(Vec::new(), true),
            Ok(Instruction::Send(_)) => to(&instruction, answer(Vec::new(), false)),
            _ => Event::Applied {
                rewritten: 1,
                unsettled: true,
            },
        });
    }
}

#[test]
fn an_answer_that_does_not_fit_ends_the_conversation() {
    let misfit = |said| {
        walk(vec![
            Event::Begin,
            snapshot(vec![change(1, 1)], true),
            answer(said, false),
        ])
    };
    assert_eq!(misfit(Vec::new()), Err(SessionError::Misfit));
    assert_eq!(
        misfit(vec![vec![ChangeOutcome::Accepted; 2]]),
        Err(SessionError::Misfit)
    );
    let garbage = walk(vec![
        Event::Begin,
        snapshot(Vec::new(), true),
        Event::Answered(vec![1, 2, 3]),
    ]);
    assert_eq!(garbage, Err(SessionError::Unreadable(PackError::Malformed)));
}

#[test]
fn a_step_out_of_turn_is_refused() {
    assert_eq!(
        walk(vec![snapshot(Vec::new(), true)]),
        Err(SessionError::OutOfTurn)
    );
    assert_eq!(walk(vec![Event::Begin, APPLIED]), Err(SessionError::OutOfTurn));
}
