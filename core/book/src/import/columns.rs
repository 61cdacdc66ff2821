//! The assignment of columns to fields.

use std::collections::{BTreeMap, HashMap};

use super::synonyms::{ADDRESS, COORDINATES, FAMILIES, fields, normal};
use super::{ImportError, ImportKind};
use fieldbook_location::{DATUM_MARKS, Datum};
use fieldbook_model::schema;

/// The columns that fill fields.
#[derive(Debug, Default)]
pub(super) struct Columns {
    at: BTreeMap<String, usize>,
    /// The datum that the names of the columns of latitude and longitude state.
    pub(super) datum: Datum,
    /// True if the cells of `position` show that the longitude stands first.
    pub(super) lon_first: bool,
    /// The column of the ids of our own records, where a file has one.
    pub(super) record_id: Option<usize>,
}

/// The columns of a file by their normal names, as far as they are not taken.
type Free = HashMap<String, usize>;

impl Columns {
    /// Matches the columns of a file with the fields of `kind`, those of `map` (field, column) first. In an export of a
    /// book (`is_export`) a column that is called like a field is that field, members of maps among them.
    pub(super) fn matching(
        kind: ImportKind,
        names: &[String],
        map: &[(String, String)],
        is_export: bool,
    ) -> Result<Columns, ImportError> {
        let mut columns = Columns {
            record_id: names.iter().position(|name| name == "id"),
            ..Columns::default()
        };
        let mut free = Free::new();
        for (at, name) in names.iter().enumerate() {
            free.entry(normal(name)).or_insert(at);
        }
        free.remove("");
        let mut taken = Vec::new();
        for (field, column) in map {
            let at = columns.give(kind, field, column, names)?;
            taken.push(at);
        }
        free.retain(|_, at| !taken.contains(at));
        if is_export {
            columns.take_own(kind, names, &mut free);
        }
        for (field, synonyms) in fields(kind) {
            columns.take_first(field, synonyms.split(' ').map(str::to_owned), &mut free);
        }
        if kind == ImportKind::Accounts {
            columns.take_coordinates(names, &mut free);
            columns.take_address(&mut free);
        }
        for field in unnamed(kind) {
            columns.take_first(field, std::iter::once(normal(field)), &mut free);
        }
        columns.check_required(kind)?;
        Ok(columns)
    }

    /// Fills the fields of an export; its technical columns fill nothing.
    fn take_own(&mut self, kind: ImportKind, names: &[String], free: &mut Free) {
        let is_field = |name: &str| {
            let declared = schema::spec(kind.kind(), name);
            declared.is_some_and(|spec| {
                spec.exported || ["tag/", "phone/", "x/"].iter().any(|map| name.starts_with(map))
            })
        };
        let technical = [
            "id",
            "kind",
            "site.id",
            "site.kind",
            "site.account_id.id",
            "site.external_id",
        ];
        for (at, name) in names.iter().enumerate() {
            if is_field(name) && !self.at.contains_key(name) {
                self.at.insert(name.clone(), at);
                free.remove(&normal(name));
            } else if technical.contains(&name.as_str()) {
                free.remove(&normal(name));
            }
        }
    }

    /// The column that fills `field`.
    pub(super) fn index_of(&self, field: &str) -> Option<usize> {
        self.at.get(field).copied()
    }

    /// The fields that are filled, each with its column.
    pub(super) fn fields(&self) -> impl Iterator<Item = (&str, usize)> {
        self.at.iter().map(|(field, at)| (field.as_str(), *at))
    }

    /// The names of the columns that fill a field, in their order, with the field.
    pub(super) fn matched(&self, names: &[String]) -> Vec<(String, String)> {
        let mut pairs: Vec<(usize, &str)> = self.fields().map(|(field, at)| (at, field)).collect();
        pairs.sort_unstable();
        let named = pairs
            .into_iter()
            .map(|(at, field)| (names[at].clone(), field.to_owned()));
        named.collect()
    }

    /// The names of the others; one without a name is called after its place, `column 7`.
    pub(super) fn unmatched(&self, names: &[String]) -> Vec<String> {
        let used: Vec<usize> = self.at.values().copied().collect();
        let others = names.iter().enumerate().filter(|(at, _)| !used.contains(at));
        let named = others.map(|(at, name)| match name.as_str() {
            "" => format!("column {}", at + 1),
            name => name.to_owned(),
        });
        named.collect()
    }

    /// Gives `field` the column that the caller says, and tells which it is.
    fn give(
        &mut self,
        kind: ImportKind,
        field: &str,
        column: &str,
        names: &[String],
    ) -> Result<usize, ImportError> {
        let field = if field == "fence_m" { "fence" } else { field };
        if !can_be_filled(kind, field) {
            return Err(ImportError::UnknownField {
                field: field.to_owned(),
            });
        }
        let exact = names.iter().position(|name| name == column);
        let alike = || names.iter().position(|name| normal(name) == normal(column));
        let at = exact.or_else(alike).ok_or_else(|| ImportError::NoSuchColumn {
            column: column.to_owned(),
        })?;
        self.at.insert(field.to_owned(), at);
        Ok(at)
    }

    /// Fills `field`, unless it is filled, by the first of `synonyms` that is there.
    fn take_first(&mut self, field: &str, mut synonyms: impl Iterator<Item = String>, free: &mut Free) {
        if !self.at.contains_key(field)
            && let Some(at) = synonyms.find_map(|name| free.remove(&name))
        {
            self.at.insert(field.to_owned(), at);
        }
    }

    /// Finds latitude and longitude: two columns of the same family and datum, or none.
    fn take_coordinates(&mut self, names: &[String], free: &mut Free) {
        let candidates = || {
            DATUM_MARKS.iter().flat_map(|(suffix, _)| {
                FAMILIES.iter().flat_map(move |family| {
                    let full = move |name: &str| format!("{family}{name}{suffix}");
                    COORDINATES.iter().map(move |(lat, lon)| (full(lat), full(lon)))
                })
            })
        };
        match (self.index_of("lat"), self.index_of("lon")) {
            (None, None) => {
                let pair = candidates().find(|(lat, lon)| free.contains_key(lat) && free.contains_key(lon));
                if let Some((lat, lon)) = pair {
                    self.take_first("lat", std::iter::once(lat), free);
                    self.take_first("lon", std::iter::once(lon), free);
                }
            }
            (Some(_), None) => self.take_first("lon", candidates().map(|(_, lon)| lon), free),
            (None, Some(_)) => self.take_first("lat", candidates().map(|(lat, _)| lat), free),
            (Some(_), Some(_)) => {}
        }
        if ["lat", "lon", "position", "position_lon_lat"]
            .iter()
            .all(|field| self.index_of(field).is_none())
        {
            self.take_marked_position(names, free);
        }
        let name = |field| {
            self.index_of(field)
                .map(|at| normal(&names[at]))
                .unwrap_or_default()
        };
        let names = ["lat", "lon", "position", "position_lon_lat"].map(name);
        let says = |mark: &str| {
            let marked = |name: &String| name.ends_with(mark) || (!mark.is_ascii() && name.contains(mark));
            !mark.is_empty() && names.iter().any(marked)
        };
        let said = DATUM_MARKS.iter().find(|(suffix, _)| says(suffix));
        self.datum = said.map_or(Datum::Wgs84, |(_, datum)| *datum);
    }

    /// Finds a column of positions whose name states its datum, such as `lnglat_gcj02` or `经纬度(高德)`.
    fn take_marked_position(&mut self, names: &[String], free: &mut Free) {
        let marks = || {
            DATUM_MARKS
                .iter()
                .map(|(mark, _)| *mark)
                .filter(|mark| !mark.is_empty())
        };
        for (field, synonyms) in
            fields(ImportKind::Accounts).filter(|(field, _)| field.starts_with("position"))
        {
            let is_named = |name: &&String| {
                let name = normal(name);
                free.contains_key(&name)
                    && marks().any(|mark| {
                        synonyms
                            .split(' ')
                            .any(|known| name.replacen(mark, "", 1) == known)
                    })
            };
            if let Some(found) = names.iter().find(is_named) {
                return self.take_first(field, std::iter::once(normal(found)), free);
            }
        }
    }

    /// Finds the address: the family of which most columns are there.
    fn take_address(&mut self, free: &mut Free) {
        let full = |family: &str, name: &str| format!("{family}{name}");
        let found = |family: &str| {
            let there = |names: &str| {
                names
                    .split(' ')
                    .any(|name| free.contains_key(&full(family, name)))
            };
            ADDRESS.iter().filter(|(_, names)| there(names)).count()
        };
        let better = |best: &'static str, other: &&'static str| {
            if found(other) > found(best) { *other } else { best }
        };
        let family = FAMILIES.iter().fold("", better);
        for (field, names) in ADDRESS {
            self.take_first(field, names.split(' ').map(|name| full(family, name)), free);
        }
    }

    /// Refuses a file that cannot make a single record.
    fn check_required(&self, kind: ImportKind) -> Result<(), ImportError> {
        let any = |fields: &[&str]| fields.iter().any(|field| self.at.contains_key(*field));
        let (there, wanted) = match kind {
            ImportKind::Accounts => (any(&["name"]), "name"),
            ImportKind::Contacts => (any(&["name", "first_name", "last_name"]), "name"),
            ImportKind::Opportunities => (any(&["name", "product", "account", "external_id"]), "name"),
            ImportKind::Visits => (any(&["account", "account_id"]), "account"),
            ImportKind::Leads => (any(&["name", "first_name", "last_name", "company"]), "name"),
        };
        if there {
            Ok(())
        } else {
            Err(ImportError::NotMatched { wanted })
        }
    }
}

/// The exported fields for which no other program's name is listed. A column of the field's own name fills them.
fn unnamed(kind: ImportKind) -> impl Iterator<Item = &'static str> {
    let named = move |name: &str| fields(kind).chain(ADDRESS).any(|(field, _)| *field == name);
    let declared = schema::fields_of(kind.kind()).filter(|spec| spec.exported);
    declared.map(|spec| spec.name).filter(move |name| !named(name))
}

/// True if a column can be mapped to `field`.
fn can_be_filled(kind: ImportKind, field: &str) -> bool {
    let address = ADDRESS.iter().map(|(name, _)| *name).chain(["lat", "lon"]);
    let address = address.filter(|_| kind == ImportKind::Accounts);
    let own = fields(kind).map(|(name, _)| *name);
    let member = field.starts_with("x/") || field.starts_with("tag/");
    own.chain(address).chain(unnamed(kind)).any(|name| name == field)
        || (member && !field.ends_with('/') && field.len() <= schema::KEY_BYTES_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matched(kind: ImportKind, header: &str, map: &[(&str, &str)]) -> Result<String, ImportError> {
        let names: Vec<String> = header.split(',').map(str::to_owned).collect();
        let map: Vec<_> = map
            .iter()
            .map(|(f, c)| ((*f).to_owned(), (*c).to_owned()))
            .collect();
        let columns = Columns::matching(kind, &names, &map, false)?;
        let pairs = columns
            .matched(&names)
            .into_iter()
            .map(|(c, f)| format!("{c}={f}"));
        let rest = columns.unmatched(&names);
        Ok(pairs.chain(rest).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn the_more_specific_of_two_columns_wins_and_the_other_is_reported() {
        assert_eq!(
            matched(ImportKind::Accounts, "name,Account Name,NAME,id,ACCOUNTID,", &[]),
            Ok("Account Name=name ACCOUNTID=external_id name NAME id column 6".to_owned())
        );
    }

    #[test]
    fn the_columns_of_two_addresses_are_not_mixed() {
        let header = "Name,BillingStreet,BillingCity,BillingCountry,ShippingCity,ShippingPostalCode,Region";
        assert_eq!(
            matched(ImportKind::Accounts, header, &[]),
            Ok(
                "Name=name BillingStreet=street BillingCity=city BillingCountry=country \
                ShippingCity ShippingPostalCode Region"
                    .to_owned()
            )
        );
    }

    #[test]
    fn a_latitude_is_taken_only_with_its_longitude() {
        let header = "name,lat,shipping_latitude,shipping_longitude,lon_gcj02";
        assert_eq!(
            matched(ImportKind::Accounts, header, &[]),
            Ok("name=name shipping_latitude=lat shipping_longitude=lon lat lon_gcj02".to_owned())
        );
        assert_eq!(
            matched(ImportKind::Accounts, "name,lat", &[]),
            Ok("name=name lat".to_owned())
        );
    }

    #[test]
    fn a_map_comes_before_every_name() {
        assert_eq!(
            matched(
                ImportKind::Accounts,
                "name,shop,nr",
                &[("name", "Shop"), ("x/number", "nr")]
            ),
            Ok("shop=name nr=x/number name".to_owned())
        );
        let unknown = matched(ImportKind::Contacts, "name", &[("lat", "name")]);
        assert_eq!(
            unknown,
            Err(ImportError::UnknownField {
                field: "lat".to_owned()
            })
        );
        let no_such = matched(ImportKind::Contacts, "name", &[("email", "mail")]);
        assert_eq!(
            no_such,
            Err(ImportError::NoSuchColumn {
                column: "mail".to_owned()
            })
        );
    }

    #[test]
    fn a_file_that_cannot_make_a_record_says_what_it_lacks() {
        use ImportKind::{Accounts, Contacts, Opportunities, Visits};
        for (kind, wanted) in [
            (Accounts, "name"),
            (Contacts, "name"),
            (Opportunities, "name"),
            (Visits, "account"),
        ] {
            assert_eq!(
                matched(kind, "colour,size", &[]),
                Err(ImportError::NotMatched { wanted })
            );
        }
    }
}
