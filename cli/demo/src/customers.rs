//! The customers of the story: the files they come from, and the choice of those that are visited.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use fieldbook_core::book::import::ImportKind;
use fieldbook_core::book::{Book, ImportReport, PAGE_MAX, Query};
use fieldbook_core::ids::RecordId;
use fieldbook_core::location::Meters;
use fieldbook_core::location::{Position, distance};
use fieldbook_core::model::{Kind, Record};

use crate::error::DemoError;
use fieldbook_page::{Street, streets_from_csv};

/// Number of customers that each rep visits.
pub(super) const STOPS: usize = 5;

/// Least distance between two stops, so that the map is legible.
const STOP_SPACING_MIN: Meters = Meters(130.0);

/// Greatest distance to the next stop.
const SEARCH_RADIUS: Meters = Meters(3_000.0);

/// The input files.
pub(super) struct Files {
    /// Files to import, in this order: kind, name, bytes.
    pub(super) imports: Vec<(ImportKind, String, Vec<u8>)>,
    /// The street plan, if there is one.
    pub(super) streets: Option<String>,
    /// `true` for the shipped sample.
    pub(super) shipped: bool,
}

impl Files {
    /// The shipped sample, one given file of accounts, or a folder.
    pub(super) fn find(data: Option<&Path>) -> Result<Files, DemoError> {
        let Some(data) = data else {
            return Ok(Files::sample());
        };
        if !data.is_dir() {
            let import = (ImportKind::Accounts, name_of(data), read(data)?);
            return Ok(Files {
                imports: vec![import],
                streets: None,
                shipped: false,
            });
        }
        let mut imports = Vec::new();
        for (kind, stem) in [
            (ImportKind::Accounts, "accounts"),
            (ImportKind::Contacts, "contacts"),
            (ImportKind::Opportunities, "opportunities"),
        ] {
            let names = ["csv", "csv.gz", "json"].map(|ending| data.join(format!("{stem}.{ending}")));
            match names.into_iter().find(|path| path.exists()) {
                Some(path) => imports.push((kind, name_of(&path), read(&path)?)),
                None if kind == ImportKind::Accounts => {
                    let missing = std::io::Error::from(std::io::ErrorKind::NotFound);
                    return Err(DemoError::file(&data.join("accounts.csv"), missing));
                }
                None => {}
            }
        }
        let streets = std::fs::read_to_string(data.join("streets.csv")).ok();
        Ok(Files {
            imports,
            streets,
            shipped: false,
        })
    }

    fn sample() -> Files {
        let file = |kind, name: &str, text: &str| (kind, name.to_owned(), text.as_bytes().to_vec());
        Files {
            imports: vec![
                file(
                    ImportKind::Accounts,
                    "accounts.csv",
                    include_str!("../../sample/accounts.csv"),
                ),
                file(
                    ImportKind::Contacts,
                    "contacts.csv",
                    include_str!("../../sample/contacts.csv"),
                ),
                file(
                    ImportKind::Opportunities,
                    "opportunities.csv",
                    include_str!("../../sample/opportunities.csv"),
                ),
            ],
            streets: Some(include_str!("../../sample/streets.csv").to_owned()),
            shipped: true,
        }
    }

    /// The street plan; empty if there is none.
    pub(super) fn street_plan(&self) -> Result<Vec<Street>, DemoError> {
        let streets = self.streets.as_deref().map(streets_from_csv).transpose();
        let streets = streets.map_err(DemoError::story)?;
        Ok(streets.unwrap_or_default())
    }

    /// Imports all files into a book; a report for each, with the file's name.
    pub(super) fn import(&self, book: &Book) -> Result<Vec<(String, ImportReport)>, DemoError> {
        let import = |(kind, name, bytes): &(ImportKind, String, Vec<u8>)| {
            let report = book.import(
                *kind,
                name,
                &mut bytes.as_slice(),
                &fieldbook_core::book::ImportOptions::default(),
                &mut |_| {},
            )?;
            Ok((name.clone(), report))
        };
        self.imports.iter().map(import).collect()
    }
}

fn name_of(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

fn read(path: &Path) -> Result<Vec<u8>, DemoError> {
    std::fs::read(PathBuf::from(path)).map_err(|error| DemoError::file(path, error))
}

/// A customer to visit.
#[derive(Debug, Clone)]
pub(super) struct Stop {
    pub(super) account: Record,
    /// Site and its position; `None` if the file has no positions.
    pub(super) site: Option<(RecordId, Position)>,
}

/// All records of a kind.
pub(super) fn all(book: &Book, kind: Kind) -> Result<Vec<Record>, DemoError> {
    let (mut records, mut query) = (Vec::new(), Query::first(kind, PAGE_MAX));
    loop {
        let page = book.page(&query)?;
        query.after = page.records.last().map(|record| record.id);
        records.extend(page.records);
        if !page.more {
            return Ok(records);
        }
    }
}

pub(super) fn position_of(site: &Record) -> Option<Position> {
    site.fields.text("position").and_then(|text| text.parse().ok())
}

/// Five stops for each rep, the two walks starting on opposite sides of the town's centre.
pub(super) fn choose(book: &Book) -> Result<[Vec<Stop>; 2], DemoError> {
    let places: Vec<Position> = all(book, Kind::Site)?.iter().filter_map(position_of).collect();
    let mut taken = Vec::new();
    if places.is_empty() {
        let accounts = book.page(&Query::first(Kind::Account, PAGE_MAX))?.records;
        let mut stops = accounts.into_iter().map(|account| Stop { account, site: None });
        return Ok([stops.by_ref().take(STOPS).collect(), stops.take(STOPS).collect()]);
    }
    let middle = busiest(&places);
    let from =
        |east: f64| Position::new(middle.lat(), (middle.lon() + east).clamp(-180.0, 180.0)).unwrap_or(middle);
    Ok([
        walk(book, from(-0.004), &mut taken)?,
        walk(book, from(0.006), &mut taken)?,
    ])
}

/// The median position of the square of about 3 km with the most places.
fn busiest(places: &[Position]) -> Position {
    let square = |place: &Position| {
        (
            (place.lat() / 0.03).round().to_string(),
            (place.lon() / 0.05).round().to_string(),
        )
    };
    let mut squares: BTreeMap<_, Vec<Position>> = BTreeMap::new();
    for place in places {
        squares.entry(square(place)).or_default().push(*place);
    }
    let most = squares.into_values().max_by_key(Vec::len).unwrap_or_default();
    let middle = |read: fn(Position) -> f64| {
        let mut numbers: Vec<f64> = most.iter().map(|place| read(*place)).collect();
        numbers.sort_by(f64::total_cmp);
        numbers[numbers.len() / 2]
    };
    Position::new(middle(Position::lat), middle(Position::lon)).unwrap_or(places[0])
}

/// A walk by nearest neighbour from `from`, without the customers taken already.
fn walk(book: &Book, from: Position, taken: &mut Vec<(RecordId, Position)>) -> Result<Vec<Stop>, DemoError> {
    let mut stops: Vec<Stop> = Vec::new();
    let mut here = from;
    while stops.len() < STOPS {
        let near = book.near(here, SEARCH_RADIUS, PAGE_MAX)?;
        let next = near.into_iter().find_map(|found| {
            let at = position_of(&found.site)?;
            let free = taken
                .iter()
                .all(|(id, other)| *id != found.account.id && distance(at, *other) >= STOP_SPACING_MIN);
            free.then_some((found, at))
        });
        let Some((found, at)) = next else { break };
        taken.push((found.account.id, at));
        stops.push(Stop {
            account: found.account,
            site: Some((found.site.id, at)),
        });
        here = at;
    }
    Ok(stops)
}
