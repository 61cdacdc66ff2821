//! One list of fields: whatever is declared in `schema` is taken by the plain type of its kind, and given back.

use fieldbook_model::ids::RecordId;
use fieldbook_model::schema::{FieldSpec, FieldType, check, fields_of};
use fieldbook_model::{Body, Fields, Kind, Scalar};

/// A value that may stand in a field; for a set the key of one member, with its value.
fn sample(spec: &FieldSpec) -> (String, Scalar) {
    let moment = r#"{"at":"2026-11-24T09:00:00.000Z","within_ms":20,"by":"server","not_before":"2026-11-24T08:00:00.000Z","wall":"2026-11-24T09:00:00.000Z"}"#;
    let link = format!(
        r#"{{"link":{{"v":1,"n":0,"prev":"{0}","act":"photo","visit":"{1}","sha256":"{0}","time":{moment}}},"sig":"","content":null}}"#,
        "0".repeat(64),
        RecordId([7; 16]),
    );
    let value = match spec.takes {
        FieldType::Text | FieldType::LongText | FieldType::Any => Scalar::from("a text"),
        FieldType::Count => Scalar::Int(14),
        FieldType::Number => Scalar::Real(1.5),
        FieldType::Bool => Scalar::Bool(true),
        FieldType::Time => Scalar::Time(1_795_510_800_000),
        FieldType::Date => Scalar::from("2026-11-24"),
        FieldType::Money => Scalar::from("1200.50 EUR"),
        FieldType::Position => Scalar::from("52.6272000,1.2927000"),
        FieldType::Fence => Scalar::from("circle:80"),
        FieldType::Ref(_) | FieldType::AnyRef => Scalar::Id(RecordId([7; 16])),
        FieldType::Kind => Scalar::from("account"),
        FieldType::TypeName => Scalar::from("count"),
        FieldType::CheckIn => Scalar::from(
            r#"{"at_ms":1,"assessment":{"verdict":"unverifiable","distance_to_edge_m":null,"accuracy_m":null,"margin_m":null,"fix_age_s":null,"dwell_s":null,"reasons":[{"code":"no_fix"}],"rule_version":1,"spoof":{"score":0.0,"reasons":[]}}}"#,
        ),
        FieldType::CheckOut => Scalar::from(r#"{"at_ms":2}"#),
        FieldType::Link => Scalar::Text(link),
        FieldType::StageMove => Scalar::from(
            r#"{"at_ms":1795510800000,"kind":"start","to":"needs","rank":30,"pack":"solution-sale@1","sha":"0011223344556677"}"#,
        ),
    };
    let key = if spec.is_set() {
        format!("{}one", spec.name)
    } else {
        spec.name.to_owned()
    };
    (key, value)
}

/// What else a record must have: what is required of its kind, and an arrival before a departure.
fn beside(kind: Kind, spec: &FieldSpec) -> Fields {
    let needed = |other: &&FieldSpec| {
        let arrival = spec.name == "check_out" && other.name == "check_in";
        other.name != spec.name && (other.required || arrival)
    };
    fields_of(kind).filter(needed).map(sample).collect()
}

#[test]
fn every_declared_field_is_taken_by_the_type_of_its_kind_and_given_back() {
    for kind in Kind::ALL {
        // `deleted` is of the record, not of what it is about.
        for spec in fields_of(kind).filter(|spec| spec.name != "deleted") {
            let (key, value) = sample(spec);
            assert_eq!(check(kind, &key, &value), Ok(()), "the sample of {kind}.{key}");
            let fields = beside(kind, spec).with(&key, value);
            let body = Body::from_fields(kind, fields.clone());
            assert_eq!(
                body.extra().map(|extra| &extra.unknown),
                Some(&Fields::new()),
                "{kind} does not know its own {key}"
            );
            assert_eq!(body.into_fields(), fields, "{kind}.{key}");
        }
    }
}

#[test]
fn no_field_is_declared_twice() {
    for kind in Kind::ALL {
        let mut names: Vec<_> = fields_of(kind).map(|spec| spec.name).collect();
        names.sort_unstable();
        let all = names.len();
        names.dedup();
        assert_eq!(names.len(), all, "{kind}");
    }
}
