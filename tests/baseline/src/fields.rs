//! The few fields that the indexes need, read out of a record's JSON.

use std::borrow::Cow;

use serde::Deserialize;

/// Borrowed from the JSON text; a field that is absent is empty.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Indexed<'a> {
    #[serde(borrow)]
    pub name: Cow<'a, str>,
    #[serde(borrow)]
    street: Cow<'a, str>,
    #[serde(borrow)]
    city: Cow<'a, str>,
    #[serde(borrow)]
    region: Cow<'a, str>,
    #[serde(borrow)]
    postcode: Cow<'a, str>,
    #[serde(borrow)]
    pub notes: Cow<'a, str>,
    pub lat: Option<f64>,
    pub lon: Option<f64>,
}

impl Default for Indexed<'_> {
    fn default() -> Self {
        let none = Cow::Borrowed("");
        Indexed {
            name: none.clone(),
            street: none.clone(),
            city: none.clone(),
            region: none.clone(),
            postcode: none.clone(),
            notes: none,
            lat: None,
            lon: None,
        }
    }
}

impl Indexed<'_> {
    /// Reads a record's JSON object.
    pub(crate) fn read(json: &str) -> Result<Indexed<'_>, serde_json::Error> {
        serde_json::from_str(json)
    }

    /// The address in one line.
    pub(crate) fn address(&self) -> String {
        [&self.street, &self.city, &self.region, &self.postcode]
            .map(|part| &**part)
            .join(" ")
    }

    /// Degrees north and east, when both are known.
    pub(crate) fn place(&self) -> Option<(f64, f64)> {
        self.lat.zip(self.lon)
    }

    /// True if the full-text index holds the same of both.
    pub(crate) fn same_text(&self, other: &Indexed<'_>) -> bool {
        self.name == other.name
            && self.notes == other.notes
            && self.street == other.street
            && self.city == other.city
            && self.region == other.region
            && self.postcode == other.postcode
    }
}
