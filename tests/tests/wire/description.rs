//! `docs/wire.md` says what the code does: its CDDL, its key numbers, its tables.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use fieldbook_core::clock::Stamp;
use fieldbook_core::ids::RecordId;
use fieldbook_core::model::schema::{self, KEY_BYTES_MAX, LONG_TEXT_BYTES_MAX, Policy, TEXT_BYTES_MAX};
use fieldbook_core::model::{Kind, Role};
use fieldbook_model::doc::gate::{AHEAD_MS_MAX, CHANGE_BYTES_MAX, DOCUMENT_BYTES_MAX, Refusal};
use fieldbook_model::wire::{
    BODY_BYTES_MAX, ChangeOutcome, INFLATED_BYTES_MAX, ITEMS_MAX, bucket, digest, pack,
};

use crate::annotated::hex;
use crate::frame::plain;
use crate::golden::{hold_part, text};
use crate::{exchange, samples};

const DOC: &str = "docs/wire.md";

/// The CDDL of the description: all its `cddl` blocks.
fn cddl() -> String {
    let doc = text(DOC);
    let blocks = doc.split("```cddl\n").skip(1);
    blocks.map(|block| block.split("```").next().unwrap()).collect()
}

fn fits(rule: &str, bytes: &[u8]) -> Result<(), String> {
    cddl_cat::validate_cbor_bytes(rule, &cddl(), bytes).map_err(|error| error.to_string())
}

/// Every golden message with its rule.
fn messages() -> Vec<(String, Vec<u8>)> {
    let samples = samples::all().into_iter().map(|s| (s.rule.to_owned(), s.bytes));
    let calls = exchange::told().calls;
    let calls = calls.into_iter().flat_map(|call| {
        let rule = |side| format!("{}-{side}", call.rule);
        [(rule("request"), call.request), (rule("response"), call.response)]
    });
    samples.chain(calls).collect()
}

#[test]
fn every_golden_message_fits_its_rule() {
    for (rule, bytes) in messages() {
        assert_eq!(fits(&rule, &bytes), Ok(()), "{rule} {}", hex(&bytes));
    }
    for fault in samples::faults() {
        assert_eq!(fits("fault", &plain(&pack(&fault))), Ok(()));
    }
}

#[test]
fn a_message_that_lacks_a_key_or_has_it_twice_over_fits_no_rule() {
    let mut maps = 0;
    for (rule, bytes) in messages().iter().filter(|(_, bytes)| bytes[0] >> 5 == 5) {
        // Key 0 becomes key 23, which no message has.
        assert_eq!(bytes[1], 0);
        let other_key = [&bytes[..1], &[23], &bytes[2..]].concat();
        assert!(fits(rule, &other_key).is_err(), "{rule}");
        // The value of key 0 becomes a text.
        let one_more = [&[bytes[0] + 1], &bytes[1..], &[23, 0]].concat();
        assert!(fits(rule, &one_more).is_err(), "{rule}");
        maps += 1;
    }
    assert!(maps > 10);
    assert!(fits("fault", &[13]).is_err() && fits("verdicts", &[0x81, 4]).is_err());
    assert!(
        fits("row", &[0x82, 0xa1, 0x61, b'x', 0x82, 1, 2, 0x80]).is_err(),
        "no such scalar"
    );
}

/// The keys of each map in the description: `  3: uint, ; cursor ...` is number 3, named `cursor`.
fn described() -> BTreeMap<String, Vec<(u32, String)>> {
    let mut maps: BTreeMap<String, Vec<(u32, String)>> = BTreeMap::new();
    let mut rule = String::new();
    for line in cddl().lines() {
        if let Some(name) = line.strip_suffix(" = {") {
            name.clone_into(&mut rule);
        } else if let Some((key, rest)) = line.trim_start().trim_start_matches("? ").split_once(": ")
            && let Ok(number) = key.parse()
        {
            let remark = rest.split_once("; ").expect("every key has a remark").1;
            let name: String = remark
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            maps.entry(rule.clone()).or_default().push((number, name));
        }
    }
    maps
}

/// The keys of each message in the source.
fn coded() -> BTreeMap<String, Vec<(u32, String)>> {
    let mut maps: BTreeMap<String, Vec<(u32, String)>> = BTreeMap::new();
    let (mut message, mut number) = (None, None);
    for line in include_str!("../../../core/model/src/wire/mod.rs")
        .lines()
        .map(str::trim)
    {
        if let Some(rest) = line.strip_prefix("pub struct ") {
            message = rest.strip_suffix(" {").map(kebab);
        } else if line == "}" {
            message = None;
        } else if let Some(at) = line.starts_with("#[").then(|| line.find("n(")).flatten() {
            number = line[at + 2..].split(')').next().unwrap().parse().ok();
        } else if let (Some(message), Some(field)) = (&message, line.strip_prefix("pub ")) {
            let name = field.split(':').next().unwrap().to_owned();
            let number = number.take().expect("every field of a message has its number");
            maps.entry(message.clone()).or_default().push((number, name));
        }
    }
    maps
}

fn kebab(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !out.is_empty() {
            out.push('-');
        }
        out.extend(c.to_lowercase());
    }
    out
}

#[test]
fn the_key_numbers_are_those_of_the_code() {
    let coded = coded();
    assert!(coded.len() >= 10, "{coded:?}");
    assert_eq!(described(), coded);
}

/// The words of a Rust name: `ActorFork` is `actor_fork`.
fn word(of: impl std::fmt::Debug) -> String {
    kebab(&format!("{of:?}")).replace('-', "_")
}

#[test]
fn the_table_of_faults_is_that_of_the_code() {
    let mut table = String::from("| number | name | status | it says |\n| --- | --- | --- | --- |\n");
    for (at, fault) in samples::faults().into_iter().enumerate() {
        let bytes = plain(&pack(&fault));
        assert_eq!(bytes, [u8::try_from(at).unwrap()]);
        writeln!(table, "| {at} | {} | {} | {fault} |", word(fault), fault.status()).unwrap();
    }
    hold_part(DOC, "faults", &table);
}

#[test]
fn the_table_of_verdicts_is_that_of_the_code() {
    let mut table = String::from("| number | name | it says |\n| --- | --- | --- |\n");
    let number =
        |verdict: ChangeOutcome| minicbor::decode::<u8>(&minicbor::to_vec(verdict).unwrap()).unwrap();
    for (verdict, says) in [
        (ChangeOutcome::Accepted, "it is part of the record"),
        (
            ChangeOutcome::AcceptedLate,
            "made before a hand-over, come after it: part of the record",
        ),
        (
            ChangeOutcome::Parked,
            "made after a hand-over: kept for the new owner, not part of the record",
        ),
        (
            ChangeOutcome::Waiting,
            "stands on changes that the server has lost: kept until they are sent again",
        ),
    ] {
        writeln!(table, "| {} | {} | {says} |", number(verdict), word(verdict)).unwrap();
    }
    for (refusal, _) in Refusal::ALL {
        let number = number(ChangeOutcome::Refused(refusal));
        writeln!(table, "| {number} | refused: {} | {refusal} |", word(refusal)).unwrap();
    }
    hold_part(DOC, "verdicts", &table);
}

#[test]
fn the_table_of_kinds_and_fields_is_that_of_the_code() {
    let mut table =
        String::from("| kind | field | type | written at once | |\n| --- | --- | --- | --- | --- |\n");
    let every: Vec<_> = schema::fields_of(Kind::Account)
        .skip_while(|spec| spec.name != "external_id")
        .collect();
    for kind in Kind::ALL {
        let writers = if Role::Rep.may_write(kind) {
            ""
        } else {
            ", written by managers and administrators"
        };
        writeln!(table, "| **{} {kind}**{writers} | | | | |", kind.code()).unwrap();
        let own = schema::fields_of(kind).filter(|spec| !every.contains(spec));
        for spec in own {
            table += &field_line(spec);
        }
    }
    table += "| **every kind** | | | | |\n";
    for spec in every {
        table += &field_line(spec);
    }
    hold_part(DOC, "fields", &table);
}

fn field_line(spec: &schema::FieldSpec) -> String {
    let policy = match spec.policy {
        Policy::Latest => "the latest",
        Policy::FurtherStage => "the further stage",
        Policy::First => "the first, for ever",
        Policy::KeepAll => "all are kept",
    };
    let required = if spec.required { "required" } else { "" };
    let member = if spec.name.ends_with('/') { "…" } else { "" };
    format!(
        "| | `{}{member}` | {} | {policy} | {required} |\n",
        spec.name,
        spec.takes.name()
    )
}

#[test]
fn the_limits_are_those_of_the_code() {
    let limits: [(&str, u64); 8] = [
        ("bytes of a body, compressed", BODY_BYTES_MAX as u64),
        ("bytes of a body, inflated", INFLATED_BYTES_MAX as u64),
        ("data items of a body", ITEMS_MAX),
        ("bytes of a change chunk", CHANGE_BYTES_MAX as u64),
        ("bytes of a document", DOCUMENT_BYTES_MAX as u64),
        ("bytes of a field's name", KEY_BYTES_MAX as u64),
        ("bytes of a short text", TEXT_BYTES_MAX as u64),
        ("bytes of a long text", LONG_TEXT_BYTES_MAX as u64),
    ];
    let mut table = String::from("| what | at most |\n| --- | --- |\n");
    for (what, most) in limits {
        writeln!(table, "| {what} | {most} |").unwrap();
    }
    writeln!(
        table,
        "| milliseconds that a change may be ahead of the server's clock | {AHEAD_MS_MAX} |"
    )
    .unwrap();
    hold_part(DOC, "limits", &table);
}

#[test]
fn the_digests_are_those_of_the_code() {
    let counting = RecordId(std::array::from_fn(|at| u8::try_from(at).unwrap()));
    let mut table = String::from("| id | seq | digest | bucket |\n| --- | --- | --- | --- |\n");
    for (id, seq) in [
        (RecordId([0; 16]), 0),
        (RecordId([0; 16]), 1),
        (counting, 1),
        (counting, 2),
        (counting, u64::MAX),
        (RecordId([0xff; 16]), 70_000),
    ] {
        writeln!(
            table,
            "| `{}` | {seq} | `0x{:016x}` | {} |",
            hex(&id.0),
            digest(id, seq),
            bucket(id)
        )
        .unwrap();
    }
    hold_part(DOC, "digests", &table);
}

#[test]
fn the_stamps_are_those_of_the_code() {
    let mut table = String::from("| milliseconds | counter | time of the change |\n| --- | --- | --- |\n");
    let nine = Stamp::at_ms(1_795_510_800_000);
    for stamp in [
        Stamp::at_ms(0),
        Stamp::at_ms(1),
        nine,
        nine.next(0),
        Stamp::at_ms(Stamp::MAX_MS),
    ] {
        writeln!(
            table,
            "| {} | {} | {} |",
            stamp.ms(),
            stamp.packed() & 0xffff,
            stamp.packed()
        )
        .unwrap();
    }
    hold_part(DOC, "stamps", &table);
}
