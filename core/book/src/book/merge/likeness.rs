//! The likeness of two records: what tells them apart, and what shows that they are one.

use super::super::account_names::folded;
use super::super::apply_import::SAME_DOOR_M;
use super::super::salesforce;
use fieldbook_location::{Position, distance};
use fieldbook_model::{Fields, Kind, Record, Scalar};

/// The relation of two values of one field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    /// One of them is absent.
    Open,
    Same,
    Different,
}

fn relation(one: &Fields, other: &Fields, key: &str) -> Relation {
    let Some((one, other)) = one.value(key).zip(other.value(key)) else {
        return Relation::Open;
    };
    let same = match (one, other) {
        (Scalar::Text(one), Scalar::Text(other)) if key == "position" => at_one_door(one, other),
        (Scalar::Text(one), Scalar::Text(other)) if key == "external_id" => are_one_key(one, other),
        (Scalar::Text(one), Scalar::Text(other)) => folded(one) == folded(other),
        (one, other) => one == other,
    };
    if same { Relation::Same } else { Relation::Different }
}

fn at_one_door(one: &str, other: &str) -> bool {
    let positions = one.parse::<Position>().ok().zip(other.parse::<Position>().ok());
    positions.is_some_and(|(one, other)| distance(one, other).0 <= SAME_DOOR_M)
}

/// True if two keys are one: the same text, or the two forms of an id of Salesforce.
pub(super) fn are_one_key(one: &str, other: &str) -> bool {
    one == other || salesforce::other_form(one).is_some_and(|form| form == other)
}

/// True if two records that hang on one account are one: they share their key; or one of them has none, they have one name
/// or time, and nothing that both state tells them apart.
pub(super) fn are_twins(one: &Record, other: &Record) -> bool {
    let (a, b) = (&one.fields, &other.fields);
    let arrived = |fields: &Fields| fields.value("check_in").is_some() || fields.value("skipped").is_some();
    if one.kind != other.kind || (one.kind == Kind::Visit && (arrived(a) || arrived(b))) {
        return false;
    }
    match relation(a, b, "external_id") {
        Relation::Same => return true,
        Relation::Different => return false,
        Relation::Open => {}
    }
    let same = |key: &str| relation(a, b, key) == Relation::Same;
    let shown = match one.kind {
        Kind::Site => same("position") || same("street"),
        Kind::Contact | Kind::Opportunity => same("name"),
        Kind::Visit => same("planned_at"),
        _ => false,
    };
    let passed_over = ["remark", "account_id", "deleted", "merged_into", "opening_hours"];
    let mut stated = a.0.keys().filter(|key| {
        !key.contains('/') && !passed_over.contains(&key.as_str()) && !is_of_place(one.kind, key)
    });
    shown && stated.all(|key| relation(a, b, key) != Relation::Different)
}

/// Two writings of an address are no two doors where the position is the same.
fn is_of_place(kind: Kind, key: &str) -> bool {
    kind == Kind::Site && matches!(key, "region" | "country" | "name")
}

/// An account with the position of its only site.
pub(super) struct PlacedAccount {
    pub(super) record: Record,
    pub(super) position: Option<String>,
}

/// True if two accounts of one name may be one: address and position do not tell them apart, and where their keys differ,
/// the place shows it.
pub(super) fn may_be_one(one: &PlacedAccount, other: &PlacedAccount) -> bool {
    let (a, b) = (&one.record.fields, &other.record.fields);
    let differs = |key: &str| relation(a, b, key) == Relation::Different;
    if ["city", "postcode", "country"].iter().any(|key| differs(key)) {
        return false;
    }
    let near = one
        .position
        .as_deref()
        .zip(other.position.as_deref())
        .map(|(one, other)| at_one_door(one, other));
    let keys_differ = differs("external_id");
    match near {
        Some(near) => near,
        None if keys_differ => relation(a, b, "street") == Relation::Same,
        None => !differs("street"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fieldbook_model::ids::{RecordId, TerritoryId};

    fn record(kind: Kind, pairs: &[(&str, &str)]) -> Record {
        Record {
            id: RecordId([1; 16]),
            kind,
            territory: TerritoryId::UNJOINED,
            deleted: false,
            unsent: false,
            conflicts: 0,
            fields: pairs
                .iter()
                .map(|(key, value)| ((*key).to_owned(), Scalar::from(*value)))
                .collect(),
        }
    }

    #[test]
    fn twins_share_a_key_or_everything_that_both_state() {
        let contact = |pairs: &[(&str, &str)]| record(Kind::Contact, pairs);
        let jan = contact(&[("name", "Jan Nowak"), ("phone", "1")]);
        for (other, expected) in [
            (
                contact(&[("name", "JAN  NOWAK"), ("email", "j@fen.example")]),
                true,
            ),
            (contact(&[("name", "Jan Nowak"), ("phone", "2")]), false),
            (contact(&[("name", "Jane Nowak")]), false),
        ] {
            assert_eq!(are_twins(&jan, &other), expected, "{other:?}");
        }
        let keyed = |key: &str, name: &str| contact(&[("name", name), ("external_id", key)]);
        assert!(are_twins(
            &keyed("0015g00000XyZAb", "A"),
            &keyed("0015g00000XyZAbAAN", "B")
        ));
        assert!(!are_twins(&keyed("7", "A"), &keyed("8", "A")));
    }

    #[test]
    fn two_sites_without_a_place_are_two() {
        let site = |pairs: &[(&str, &str)]| record(Kind::Site, pairs);
        assert!(!are_twins(
            &site(&[("name", "Depot")]),
            &site(&[("name", "Depot")])
        ));
        let door = site(&[("position", "52.6272000,1.2927000")]);
        assert!(are_twins(
            &door,
            &site(&[("position", "52.6272500,1.2927500"), ("name", "Front")])
        ));
        assert!(!are_twins(&door, &site(&[("position", "52.6372000,1.2927000")])));
    }
}
