//! Leads that several reps claim without a signal.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use fieldbook_core::book::{Book, Http, LeadError, OpenOptions};
use fieldbook_core::clock::{Clock as _, SystemClock, SystemRandom};
use fieldbook_core::ids::RecordId;
use fieldbook_core::model::{Fields, Kind, Role, Scalar};
use fieldbook_core::sales::pool::Holding;
use fieldbook_server::{Config, Limits, Rate, Server, admin};
use fieldbook_tests::world::{Wire, World};

const DAY_MS: i64 = 86_400_000;

fn sync(book: &Book, wire: &Wire) {
    book.sync_now(wire, None).unwrap();
}

fn lead() -> Fields {
    Fields::new()
        .with("name", "Li Wei")
        .with("company", "Harbour Clinic")
        .with("email", "li@harbour.example")
        .with("source", "Trade fair")
}

fn holder(book: &Book, lead: RecordId) -> Option<String> {
    let standing = book.lead_standing(lead).unwrap();
    standing.holding.holder().map(str::to_owned)
}

#[test]
fn law_63_the_claim_that_arrives_first_is_granted_and_the_notes_of_the_other_stay() {
    let world = World::new(63);
    let (ada, ada_wire) = world.join("Ada", Role::Rep);
    let (ben, ben_wire) = world.join("Ben", Role::Rep);
    let lead = ada.capture_lead(&lead()).unwrap().lead.id;
    sync(&ada, &ada_wire);
    sync(&ben, &ben_wire);
    // Both without a signal: Ada earlier, but Ben is the first to meet one.
    let claimed = ada.claim_lead(lead).unwrap();
    assert!(claimed.pending && claimed.is_own);
    let note = Fields::new()
        .with("text", "met her at the fair")
        .with("about_id", Scalar::Id(lead));
    let note = ada.add(Kind::Note, &note).unwrap().id;
    ada.touch_lead(lead, "call", Some("no answer")).unwrap();
    world.clock.advance(3_600_000);
    assert!(ben.claim_lead(lead).unwrap().pending);
    sync(&ben, &ben_wire);
    assert!(!ben.lead_standing(lead).unwrap().pending);
    for _ in 0..2 {
        sync(&ada, &ada_wire);
        sync(&ben, &ben_wire);
    }
    for book in [&ada, &ben] {
        assert_eq!(holder(book, lead).as_deref(), Some("Ben"));
        let note = book.record(note).unwrap();
        assert_eq!(note.fields.text("text"), Some("met her at the fair"));
        assert_eq!(book.lead_standing(lead).unwrap().touches.len(), 1);
    }
    let refused = ada.claim_lead(lead).unwrap_err();
    assert!(
        refused.to_string().starts_with("Ben holds the lead until "),
        "{refused}"
    );
    assert!(matches!(
        ada.return_lead(lead, None),
        Err(LeadError::NotHeld { .. })
    ));
    // What the office refused is not lost: it can be read.
    assert_eq!(ada.refused(10).unwrap().len(), 1);
    ben.return_lead(lead, Some("not my trade")).unwrap();
    sync(&ben, &ben_wire);
    sync(&ada, &ada_wire);
    assert!(ada.claim_lead(lead).unwrap().is_own);
}

#[test]
fn law_64_a_lead_whose_time_is_over_is_free_for_others_after_the_grace() {
    let world = World::new(64);
    let (ada, ada_wire) = world.join("Ada", Role::Rep);
    let (ben, ben_wire) = world.join("Ben", Role::Rep);
    let lead = ada.capture_lead(&lead()).unwrap().lead.id;
    ada.claim_lead(lead).unwrap();
    sync(&ada, &ada_wire);
    world.clock.advance(11 * DAY_MS);
    sync(&ben, &ben_wire);
    let due = ben.lead_standing(lead).unwrap().holding;
    assert!(matches!(due, Holding::Due { .. }), "{due:?}");
    assert!(ben.claim_lead(lead).is_err());
    world.clock.advance(2 * DAY_MS);
    assert_eq!(holder(&ben, lead), None);
    assert!(ben.claim_lead(lead).unwrap().is_own);
    sync(&ben, &ben_wire);
    sync(&ada, &ada_wire);
    assert_eq!(holder(&ada, lead).as_deref(), Some("Ben"));
}

#[test]
fn law_65_a_lead_that_comes_again_keeps_its_source_and_converts_once() {
    let world = World::new(65);
    let (ada, ada_wire) = world.join("Ada", Role::Rep);
    let (ben, ben_wire) = world.join("Ben", Role::Rep);
    let first = ada.capture_lead(&lead()).unwrap();
    let again = Fields::new()
        .with("name", "Wei Li")
        .with("email", "LI@harbour.example")
        .with("phone", "+86 21 5555 0100")
        .with("source", "Web form");
    let second = ada.capture_lead(&again).unwrap();
    let id = first.lead.id;
    assert_eq!((second.lead.id, second.is_new), (id, false));
    let fields = &second.lead.fields;
    assert_eq!(
        (fields.text("source"), fields.text("name")),
        (Some("Trade fair"), Some("Li Wei"))
    );
    let touches = ada.lead_standing(id).unwrap().touches;
    let touch = (touches[0].kind.as_str(), touches[0].text.as_deref());
    assert_eq!(touch, ("source", Some("Web form")));
    sync(&ada, &ada_wire);
    sync(&ben, &ben_wire);
    let made = [&ada, &ben].map(|book| book.convert_lead(id, Some("Scanner")).unwrap());
    assert_eq!(made[0].account.id, made[1].account.id);
    let deal = made[0].deal.as_ref().unwrap();
    assert_eq!(deal.fields.text("source"), Some("Trade fair"));
    let contact = made[0].contact.as_ref().unwrap();
    assert_eq!(contact.fields.text("phone"), Some("+86 21 5555 0100"));
    for _ in 0..2 {
        sync(&ada, &ada_wire);
        sync(&ben, &ben_wire);
    }
    for book in [&ada, &ben] {
        assert_eq!(book.lead_standing(id).unwrap().holding, Holding::Converted);
        assert_eq!(book.record(deal.id).unwrap().title(), "Scanner");
        assert_eq!(book.leads().unwrap(), []);
    }
}

/// Sends a lead as a page does; the status and the body of the answer.
fn post(server: &Server, kind: &str, token: Option<&str>, accept: &str, body: &str) -> (u16, String) {
    let address = server.url().trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(&address).unwrap();
    let bearer = token.map_or_else(String::new, |token| format!("authorization: Bearer {token}\r\n"));
    let length = body.len();
    let request = format!(
        "POST /v1/leads HTTP/1.1\r\nhost: {address}\r\ncontent-type: {kind}\r\naccept: {accept}\r\n{bearer}\
         content-length: {length}\r\nconnection: close\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    (status, body.to_owned())
}

#[test]
fn a_form_on_a_web_page_sends_leads_that_reps_find_in_the_pool() {
    let folder = tempfile::tempdir().unwrap();
    let any_port = "127.0.0.1:0".parse().unwrap();
    let server = Server::start_with(Config::new(&folder.path().join("office"), any_port)).unwrap();
    let (store, now_ms) = (server.store(), SystemClock.now_ms());
    admin::add_territory(store, "North", &SystemRandom).unwrap();
    admin::add_user(store, "Ada", Role::Rep, &["North"], &SystemRandom).unwrap();
    let form = admin::add_web_form(
        store,
        "Contact page",
        "North",
        Some("Website"),
        now_ms,
        &SystemRandom,
    )
    .unwrap();
    let token = Some(form.token.as_str());
    let (json, page) = ("application/json", "application/x-www-form-urlencoded");
    let lead = r#"{"name":"Li Wei","company":"Harbour Clinic","phone":"+86 21 5555 0100","source":"forged","message":"Call me"}"#;
    let (status, first) = post(&server, json, token, "*/*", lead);
    assert_eq!(status, 201, "{first}");
    // What was not answered is sent again: it is the same lead.
    assert_eq!(post(&server, json, token, "*/*", lead), (200, first));
    let body = format!(
        "form={}&email=ola%40lis.example&utm_campaign=Autumn&utm_term=x",
        form.token
    );
    let (status, said) = post(&server, page, None, "text/html,*/*", &body);
    assert_eq!(status, 201);
    assert!(said.contains("Thank you."), "{said}");
    for (kind, token, body, status) in [
        (json, Some("WRONG-TOKEN"), lead, 401),
        (json, None, lead, 401),
        (json, token, r#"{"city":"Ely"}"#, 422),
        (json, token, r#"{"name":7}"#, 400),
        ("text/plain", token, lead, 400),
    ] {
        assert_eq!(post(&server, kind, token, "*/*", body).0, status, "{body}");
    }
    let large = format!(r#"{{"name":"{}"}}"#, "x".repeat(20_000));
    assert_eq!(post(&server, json, token, "*/*", &large).0, 413);

    let ada = Book::open(OpenOptions::new(folder.path().join("ada.db"))).unwrap();
    let http = Http::default();
    let code = admin::issue_code(store, "Ada", now_ms, &SystemRandom).unwrap();
    ada.join(server.url(), &code.text, "phone", &http).unwrap();
    ada.sync_now(&http, None).unwrap();
    let leads = ada.leads().unwrap();
    let said: Vec<_> = leads
        .iter()
        .map(|standing| ["name", "source", "campaign", "remark"].map(|key| standing.lead.fields.text(key)))
        .collect();
    assert_eq!(
        said,
        [
            [Some("Li Wei"), Some("Website"), None, Some("Call me")],
            [Some("ola@lis.example"), Some("Website"), Some("Autumn"), None],
        ]
    );
    assert!(leads.iter().all(|standing| standing.may_claim));
    assert_eq!(ada.history(leads[0].lead.id).unwrap()[0].by, "Contact page");
    ada.claim_lead(leads[0].lead.id).unwrap();
    ada.sync_now(&http, None).unwrap();
    assert!(!ada.lead_standing(leads[0].lead.id).unwrap().pending);

    admin::disable_user(store, "Contact page", SystemClock.now_ms()).unwrap();
    assert_eq!(post(&server, json, token, "*/*", lead).0, 401);
    assert!(admin::web_forms(store).unwrap()[0].is_closed);
    server.stop().unwrap();
}

#[test]
fn an_address_that_sends_too_many_leads_waits() {
    let folder = tempfile::tempdir().unwrap();
    let any_port = "127.0.0.1:0".parse().unwrap();
    let limits = Limits {
        leads: Rate {
            burst: 2,
            every: Duration::from_secs(60),
        },
        ..Limits::default()
    };
    let server = Server::start_with(Config {
        limits,
        ..Config::new(&folder.path().join("office"), any_port)
    })
    .unwrap();
    let guess = || post(&server, "application/json", Some("GUESS"), "*/*", "{}").0;
    assert_eq!([guess(), guess(), guess()], [401, 401, 429]);
    server.stop().unwrap();
}

#[test]
fn what_is_done_in_the_name_of_another_is_refused_and_what_one_holds_no_other_ends() {
    let world = World::new(66);
    let (ada, ada_wire) = world.join("Ada", Role::Rep);
    let (ben, ben_wire) = world.join("Ben", Role::Rep);
    let id = ada.capture_lead(&lead()).unwrap().lead.id;
    ada.claim_lead(id).unwrap();
    sync(&ada, &ada_wire);
    sync(&ben, &ben_wire);
    // Both without a signal: Ben closes a lead that he believes to be nobody's after the days of grace.
    world.clock.advance(13 * DAY_MS);
    assert!(ada.claim_lead(id).unwrap().is_own);
    sync(&ada, &ada_wire);
    ben.set_field(id, "closed_reason", "no budget").unwrap();
    sync(&ben, &ben_wire);
    sync(&ben, &ben_wire);
    assert_eq!(holder(&ben, id).as_deref(), Some("Ada"));
    assert_eq!(ben.refused(10).unwrap().len(), 1);
}
