//! The account: a customer or a prospect.

use std::collections::BTreeMap;

use super::{Address, Extra, Fields, Scalar};

/// A customer or prospect. Where it can be visited is in its [sites](super::Site).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Account {
    /// Name of the account.
    pub name: String,
    /// Its key in the system it was imported from; an import with the same key updates it.
    pub external_id: Option<String>,
    /// Importance, in the company's own words (`A`, `gold`).
    pub tier: Option<String>,
    /// Industry of the customer.
    pub industry: Option<String>,
    /// The number to call first.
    pub phone: Option<String>,
    /// Further numbers, each with a label such as `billing`.
    pub phones: BTreeMap<String, String>,
    /// Email address.
    pub email: Option<String>,
    /// Its web page.
    pub website: Option<String>,
    /// The postal address.
    pub address: Address,
    /// Longest interval between two visits, days.
    pub visit_every_days: Option<i64>,
    /// The person responsible, as the imported file named them.
    pub owner: Option<String>,
    /// Labels, remark and the company's own fields.
    pub extra: Extra,
}

impl From<Fields> for Account {
    fn from(mut f: Fields) -> Account {
        let phones = f.take_members("phone/").into_iter();
        Account {
            name: f.take_text("name").unwrap_or_default(),
            external_id: f.take_text("external_id"),
            tier: f.take_text("tier"),
            industry: f.take_text("industry"),
            phone: f.take_text("phone"),
            phones: phones
                .map(|(number, label)| (number, label.text().unwrap_or_default().to_owned()))
                .collect(),
            email: f.take_text("email"),
            website: f.take_text("website"),
            address: Address::take(&mut f),
            visit_every_days: f.take_int("visit_every_days"),
            owner: f.take_text("owner"),
            extra: f.into(),
        }
    }
}

impl From<Account> for Fields {
    fn from(a: Account) -> Fields {
        let mut f = Fields::from(a.extra);
        f.set("name", a.name);
        f.set_some("external_id", a.external_id);
        f.set_some("tier", a.tier);
        f.set_some("industry", a.industry);
        f.set_some("phone", a.phone);
        f.set_some("email", a.email);
        f.set_some("website", a.website);
        a.address.put(&mut f);
        f.set_some("visit_every_days", a.visit_every_days.map(Scalar::Int));
        f.set_some("owner", a.owner);
        f.0.extend(
            a.phones
                .into_iter()
                .map(|(number, label)| (format!("phone/{number}"), label.into())),
        );
        f
    }
}
