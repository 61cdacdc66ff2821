//! Fields on the command line, as `field=value`, converted to the types of the schema. The book checks them.

use fieldbook_core::book::{Book, Query};
use fieldbook_core::location::{Datum, Fence, FenceShape, Rings, to_wgs84};
use fieldbook_core::model::schema::{self, FieldFault, FieldType, Why};
use fieldbook_core::model::{Body, Fields, Kind, Scalar};

use crate::context::Context;
use crate::error::CliError;

/// The fields of an account's first site that may be typed with the account.
const SITE_FIELDS: [&str; 3] = ["position", "fence", "opening_hours"];
/// The fields that an account and its first site have in common.
const ADDRESS_FIELDS: [&str; 5] = ["street", "city", "region", "postcode", "country"];

/// Splits `field=value` at the first `=`.
fn pairs(texts: &[String]) -> Result<Vec<(&str, &str)>, CliError> {
    let mut pairs: Vec<(&str, &str)> = Vec::new();
    for text in texts {
        let Some((field, value)) = text.split_once('=') else {
            return Err(CliError::bad_field(text, "expected field=value"));
        };
        if pairs.iter().any(|(earlier, _)| *earlier == field) {
            return Err(CliError::bad_field(field, "is given twice"));
        }
        pairs.push((field, value));
    }
    Ok(pairs)
}

/// Reads the fields of a record of `kind`; an empty value clears.
pub(crate) fn read(context: &Context, book: &Book, kind: Kind, texts: &[String]) -> Result<Fields, CliError> {
    let pairs = pairs(texts)?;
    pairs
        .into_iter()
        .map(|(field, text)| Ok((field.to_owned(), value(context, book, kind, field, text)?)))
        .collect()
}

/// Reads the fields of a new account, and those of its first site when a place is among them: `position` or `lat` with
/// `lon`, `fence`, `opening_hours`. The site gets the account's address.
pub(crate) fn read_account(
    context: &Context,
    book: &Book,
    texts: &[String],
) -> Result<(Fields, Option<Fields>), CliError> {
    let mut pairs = pairs(texts)?;
    let coordinates = [take_pair(&mut pairs, "lat"), take_pair(&mut pairs, "lon")];
    let position = match coordinates {
        [Some(lat), Some(lon)] => Some(format!("{lat},{lon}")),
        [None, None] => None,
        [Some(_), None] => return Err(FieldFault::new("lon", Why::Missing).into()),
        [None, Some(_)] => return Err(FieldFault::new("lat", Why::Missing).into()),
    };
    if let Some(position) = &position {
        if pairs.iter().any(|(field, _)| *field == "position") {
            return Err(CliError::bad_field("position", "is given twice"));
        }
        pairs.push(("position", position));
    }
    let (mut account, mut site) = (Fields::new(), Fields::new());
    for (field, text) in pairs {
        if SITE_FIELDS.contains(&field) {
            site.set(field, value(context, book, Kind::Site, field, text)?);
        } else {
            account.set(field, value(context, book, Kind::Account, field, text)?);
        }
    }
    if site.0.values().all(|value| *value == Scalar::Cleared) {
        return Ok((account, None));
    }
    for field in ADDRESS_FIELDS {
        site.set_some(field, account.value(field).cloned());
    }
    Ok((account, Some(site)))
}

fn take_pair<'a>(pairs: &mut Vec<(&'a str, &'a str)>, field: &str) -> Option<&'a str> {
    let at = pairs.iter().position(|(name, _)| *name == field)?;
    Some(pairs.remove(at).1)
}

/// Reads one value: positions and fences in the datum of `--datum`, custom fields by their declaration.
fn value(context: &Context, book: &Book, kind: Kind, field: &str, text: &str) -> Result<Scalar, CliError> {
    if let Some(name) = field.strip_prefix("x/") {
        return custom_value(book, kind, name, text);
    }
    let read = schema::parse(kind, field, text).map_err(|fault| into_field_error(kind, fault))?;
    let (Some(text), Some(spec)) = (read.text(), schema::spec(kind, field)) else {
        return Ok(read);
    };
    Ok(match spec.takes {
        _ if context.datum == Datum::Wgs84 => read,
        FieldType::Position => {
            let position = context.position(text);
            Scalar::Text(
                position
                    .map_err(|error| CliError::bad_field(field, error))?
                    .to_string(),
            )
        }
        FieldType::Fence => {
            let fence: Fence = text.parse().map_err(|error| CliError::bad_field(field, error))?;
            let moved = Fence::try_from(fence_to_wgs84(fence.into(), context.datum));
            Scalar::Text(
                moved
                    .map_err(|error| CliError::bad_field(field, error))?
                    .to_string(),
            )
        }
        _ => read,
    })
}

/// The error of a field; for an unknown field with a list of the known ones.
fn into_field_error(kind: Kind, fault: FieldFault) -> CliError {
    if fault.why != Why::Unknown {
        return fault.into();
    }
    let written_by_hand = |name: &&str| {
        ![
            "deleted",
            "merged_into",
            "check_in",
            "check_out",
            "skipped",
            "move/",
            "rule/",
            "review/",
            "claim/",
            "touch/",
        ]
        .contains(name)
    };
    let names: Vec<String> = schema::fields_of(kind)
        .map(|spec| spec.name)
        .filter(written_by_hand)
        .map(|name| {
            name.strip_suffix('/')
                .map_or(name.to_owned(), |set| format!("{set}/NAME"))
        })
        .collect();
    let is_site_field = kind == Kind::Account && SITE_FIELDS.contains(&fault.field.as_str());
    let hint = if is_site_field {
        "set it on one of the account's sites, which `fieldbook show ID` lists".to_owned()
    } else {
        format!("{kind} has {}", names.join(", "))
    };
    CliError::from(fault).with_detail(&hint)
}

/// Reads the value of a custom field by its declared type; an undeclared field is refused.
fn custom_value(book: &Book, kind: Kind, name: &str, text: &str) -> Result<Scalar, CliError> {
    if text.trim().is_empty() {
        return Ok(Scalar::Cleared);
    }
    let mut query = Query::first(Kind::CustomField, fieldbook_core::book::PAGE_MAX);
    loop {
        let page = book.page(&query)?;
        for record in &page.records {
            if let Body::CustomField(declared) = record.body()
                && declared.on == Some(kind)
                && declared.name == name
            {
                let takes = declared.value_type.unwrap_or(FieldType::Text);
                let read = schema::parse_as(takes, text);
                return read.map_err(|why| FieldFault::new(&format!("x/{name}"), why).into());
            }
        }
        query.after = page.records.last().map(|record| record.id);
        if !page.more {
            let fault = CliError::from(FieldFault::new(&format!("x/{name}"), Why::Unknown));
            return Err(fault.with_detail(&format!(
                "declare it first: fieldbook add custom_field on={kind} name={name}"
            )));
        }
    }
}

/// A fence in WGS-84 whose outline is in `datum`. Invalid points are kept for the core to refuse.
pub(crate) fn fence_to_wgs84(fence: FenceShape, datum: Datum) -> FenceShape {
    let point = |pair: Vec<f64>| match pair[..] {
        [lon, lat] => to_wgs84(datum, lat, lon).map_or(pair, |at| vec![at.lon(), at.lat()]),
        _ => pair,
    };
    let ring = |ring: Vec<Vec<f64>>| -> Vec<Vec<f64>> { ring.into_iter().map(point).collect() };
    match fence {
        FenceShape::Circle(radius_m) => FenceShape::Circle(radius_m),
        FenceShape::Polygon(Rings::One(outline)) => FenceShape::Polygon(Rings::One(ring(outline))),
        FenceShape::Polygon(Rings::Many(rings)) => {
            FenceShape::Polygon(Rings::Many(rings.into_iter().map(ring).collect()))
        }
    }
}
