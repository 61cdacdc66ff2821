//! A door a rep can stand at.

use super::{Extra, Fields, Scalar};
use crate::ids::RecordId;
use fieldbook_location::{Fence, Position};

/// A postal address, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Address {
    /// Street and house number.
    pub street: Option<String>,
    /// Town or city.
    pub city: Option<String>,
    /// State, province or county.
    pub region: Option<String>,
    /// Postal code.
    pub postcode: Option<String>,
    /// Country, as the source wrote it.
    pub country: Option<String>,
}

impl Address {
    pub(super) fn take(f: &mut Fields) -> Address {
        Address {
            street: f.take_text("street"),
            city: f.take_text("city"),
            region: f.take_text("region"),
            postcode: f.take_text("postcode"),
            country: f.take_text("country"),
        }
    }

    pub(super) fn put(self, f: &mut Fields) {
        f.set_some("street", self.street);
        f.set_some("city", self.city);
        f.set_some("region", self.region);
        f.set_some("postcode", self.postcode);
        f.set_some("country", self.country);
    }
}

/// A place of an account: a shop, a branch, a gate. An account has any number of them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Site {
    /// Whose place it is.
    pub account_id: Option<RecordId>,
    /// Its key in the system it was imported from.
    pub external_id: Option<String>,
    /// A name that distinguishes it from the account's other sites.
    pub name: Option<String>,
    /// The door, or the centre of the fence; WGS-84.
    pub position: Option<Position>,
    /// The area within which a rep counts as being there; the company's default circle if absent.
    pub fence: Option<Fence>,
    /// Opening hours in OpenStreetMap's syntax, kept as written.
    pub opening_hours: Option<String>,
    /// Postal address of the site.
    pub address: Address,
    /// Labels, remark ("ring twice") and the company's own fields.
    pub extra: Extra,
}

impl From<Fields> for Site {
    fn from(mut f: Fields) -> Site {
        Site {
            account_id: f.take_id("account_id"),
            external_id: f.take_text("external_id"),
            name: f.take_text("name"),
            position: f.take_parsed("position"),
            fence: f.take_parsed("fence"),
            opening_hours: f.take_text("opening_hours"),
            address: Address::take(&mut f),
            extra: f.into(),
        }
    }
}

impl From<Site> for Fields {
    fn from(s: Site) -> Fields {
        let mut f = Fields::from(s.extra);
        f.set_some("account_id", s.account_id.map(Scalar::Id));
        f.set_some("external_id", s.external_id);
        f.set_some("name", s.name);
        f.set_some("position", s.position.map(|p| p.to_string()));
        f.set_some("fence", s.fence.map(|fence| fence.to_string()));
        f.set_some("opening_hours", s.opening_hours);
        s.address.put(&mut f);
        f
    }
}
