//! The app's header file: every record and enum that crosses the boundary.
//!
//! Where the core's type is plain, it is mirrored (`uniffi::remote`): a field that is added, renamed or retyped there does
//! not compile here. The few that are ours are made of the core's by `From`. Times are Unix milliseconds, days are
//! `2026-11-24`, lengths are metres under names that end in `_m`.

use fieldbook_core::book::{
    ChangeEntry, Changes, Checkup, ConflictShown, Deleted, HistoryEntry, Joined, LogEntry, Query, Recovery,
    Refusal, RefusedEdit, SyncReport,
};
use fieldbook_core::ids::{ChangeHash, DeviceId, RecordId, TerritoryId};
use fieldbook_core::location::{Fence, FenceShape, Position, Rings};
use fieldbook_core::model::schema::FieldType;
// Swift has a `Task` of its own, and an app needs both.
use fieldbook_core::model::Task as SalesTask;
use fieldbook_core::model::{
    Account, Address, Body, Contact, CustomField, Extra, Fields, Kind, Note, Opportunity, OtherKind,
    OtherRecord, Role, Site, Visit, VisitState,
};
use fieldbook_core::model::{Currency, Money};
use fieldbook_core::{book, model};

use crate::scalars::{CustomValues, Day, FilePath, Labels};

pub(crate) use fieldbook_core::model::Scalar as FieldValue;

/// A record as the book shows it.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct Record {
    /// Its name for machines.
    pub id: RecordId,
    /// Which noun it is.
    pub kind: Kind,
    /// Where it belongs; the server alone moves it.
    pub territory: TerritoryId,
    /// Whether it was deleted. It can be brought back.
    pub deleted: bool,
    /// Whether the server has not yet answered for some edit of it.
    pub unsent: bool,
    /// How many values written at the same time as others are not shown.
    pub conflicts: u32,
    /// What people call it.
    pub title: String,
    /// What it is about.
    pub body: Body,
}

impl From<model::Record> for Record {
    fn from(record: model::Record) -> Record {
        Record {
            title: record.title().to_owned(),
            id: record.id,
            kind: record.kind,
            territory: record.territory,
            deleted: record.deleted,
            unsent: record.unsent,
            conflicts: record.conflicts,
            body: Body::from_fields(record.kind, record.fields),
        }
    }
}

/// Records from within, as they leave.
pub(crate) fn records(found: Vec<model::Record>) -> Vec<Record> {
    found.into_iter().map(Record::from).collect()
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct Page {
    /// The records, by name; visits by time.
    pub records: Vec<Record>,
    /// Whether there are more behind the last of them.
    pub more: bool,
}

impl From<book::Page> for Page {
    fn from(page: book::Page) -> Page {
        Page {
            records: records(page.records),
            more: page.more,
        }
    }
}

/// A site, whose it is, and how far.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct NearbySite {
    /// The site.
    pub site: Record,
    /// Its account.
    pub account: Record,
    /// From the place asked about to the site, along the ellipsoid, in metres.
    pub distance_m: f64,
}

impl From<book::NearbySite> for NearbySite {
    fn from(nearby: book::NearbySite) -> NearbySite {
        NearbySite {
            site: nearby.site.into(),
            account: nearby.account.into(),
            distance_m: nearby.distance.0,
        }
    }
}

/// A site that the rep may be at, and whose it is.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct SiteHere {
    /// The site.
    pub site: Record,
    /// Its account.
    pub account: Record,
    /// To the edge of its fence in metres, less than 0 inside.
    pub distance_to_edge_m: f64,
}

impl From<book::SiteHere> for SiteHere {
    fn from(here: book::SiteHere) -> SiteHere {
        SiteHere {
            site: here.site.into(),
            account: here.account.into(),
            distance_to_edge_m: here.distance_to_edge.0,
        }
    }
}

/// A point on the earth, in degrees of WGS-84.
#[derive(Debug, Clone, Copy, PartialEq, uniffi::Record)]
pub struct Place {
    /// Degrees north, -90 to 90.
    pub lat: f64,
    /// Degrees east, -180 to 180.
    pub lon: f64,
}

/// How the book is.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Status {
    /// Whose book it is.
    pub rep: Option<String>,
    /// The server it is tied to.
    pub server_url: Option<String>,
    /// What the rep is there.
    pub role: Option<Role>,
    /// How the server knows this device.
    pub device: Option<DeviceId>,
    /// The territories it holds.
    pub territories: Vec<Territory>,
    /// How many edits the server has not answered for.
    pub unsent: u32,
    /// When the oldest of them was made.
    pub oldest_unsent_at_ms: Option<i64>,
    /// When the last sync ended well.
    pub last_sync_at_ms: Option<i64>,
    /// How many records have values that are not shown.
    pub conflicts: u32,
    /// How many edits the server did not take; they are kept.
    pub refused: u32,
    /// How many records there are of each kind.
    pub records: Vec<KindCount>,
    /// The size of the file.
    pub database_bytes: u64,
    /// Whether the file was found sound just now; null when it was not checked.
    pub sound: Option<bool>,
}

impl From<book::Status> for Status {
    fn from(status: book::Status) -> Status {
        let territories = status.territories.into_iter();
        let records = status.records.into_iter();
        Status {
            rep: status.rep,
            server_url: status.server_url,
            role: status.role,
            device: status.device,
            territories: territories.map(|(id, name)| Territory { id, name }).collect(),
            unsent: status.unsent,
            oldest_unsent_at_ms: status.oldest_unsent_at_ms,
            last_sync_at_ms: status.last_sync_at_ms,
            conflicts: status.conflicts,
            refused: status.refused,
            records: records.map(|(kind, count)| KindCount { kind, count }).collect(),
            database_bytes: status.database_bytes,
            sound: status.sound,
        }
    }
}

/// A sales territory.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Territory {
    /// Its name for machines.
    pub id: TerritoryId,
    /// Its name for people.
    pub name: String,
}

/// How many records there are of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct KindCount {
    /// Which kind.
    pub kind: Kind,
    /// How many.
    pub count: u32,
}

/// The kinds of record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum KindWord {
    /// A customer or a prospect.
    Account,
    /// A place of an account where a rep can stand at the door.
    Site,
    /// A person.
    Contact,
    /// A deal that may be won.
    Opportunity,
    /// A rep at an account, planned or done.
    Visit,
    /// Something to do.
    Task,
    /// Something worth remembering.
    Note,
    /// A field that the company added to the others.
    CustomField,
    /// A kind of a later version; its number is in the record's body. No list has it.
    Unknown,
}

uniffi::custom_type!(Kind, KindWord, {
    remote,
    lower: |kind| match kind {
        Kind::Account => KindWord::Account,
        Kind::Site => KindWord::Site,
        Kind::Contact => KindWord::Contact,
        Kind::Opportunity => KindWord::Opportunity,
        Kind::Visit => KindWord::Visit,
        Kind::Task => KindWord::Task,
        Kind::Note => KindWord::Note,
        Kind::CustomField => KindWord::CustomField,
        Kind::Other(_) => KindWord::Unknown,
    },
    try_lift: |word| Ok(match word {
        KindWord::Account => Kind::Account,
        KindWord::Site => Kind::Site,
        KindWord::Contact => Kind::Contact,
        KindWord::Opportunity => Kind::Opportunity,
        KindWord::Visit => Kind::Visit,
        KindWord::Task => Kind::Task,
        KindWord::Note => Kind::Note,
        KindWord::CustomField => Kind::CustomField,
        KindWord::Unknown => Kind::Other(OtherKind::UNNAMED),
    }),
});

/// What a person is in the company.
#[uniffi::remote(Enum)]
pub enum Role {
    /// Works one territory.
    Rep,
    /// Sees several territories.
    Manager,
    /// Also sets up what concerns the whole company.
    Admin,
}

/// One value of one field.
#[uniffi::remote(Enum)]
pub enum FieldValue {
    /// Cleared: an edit like any other, so that it can win and be won against.
    Cleared,
    /// Text, and everything that has a text form of its own: money `1200.50 USD`, days, positions `lat,lon`, fences
    /// `circle:150`.
    Text(String),
    /// A whole number.
    Int(i64),
    /// A number with a fraction; never NaN or infinite.
    Real(f64),
    /// Yes or no.
    Bool(bool),
    /// Milliseconds since the Unix epoch, UTC.
    Time(i64),
    /// Another record.
    Id(RecordId),
}

/// What a record is about.
#[uniffi::remote(Enum)]
pub enum Body {
    /// A customer.
    Account(Account),
    /// A place of a customer.
    Site(Site),
    /// A person.
    Contact(Contact),
    /// A deal.
    Opportunity(Opportunity),
    /// A visit.
    Visit(Visit),
    /// Something to do.
    Task(SalesTask),
    /// Something to remember.
    Note(Note),
    /// A field that the company added.
    CustomField(CustomField),
    /// A record of a kind that this version does not know.
    Other(OtherRecord),
}

/// A record of a kind that this version does not know, as it came.
#[uniffi::remote(Record)]
pub struct OtherRecord {
    /// The number of its kind.
    pub kind: OtherKind,
    /// All of its fields.
    pub fields: Fields,
}

/// A customer or prospect. Where it can be visited is in its sites.
#[uniffi::remote(Record)]
pub struct Account {
    /// What the rep calls it.
    pub name: String,
    /// Its key in the system it was imported from.
    pub external_id: Option<String>,
    /// How much it matters, in the company's own words (`A`, `gold`).
    pub tier: Option<String>,
    /// Its trade.
    pub industry: Option<String>,
    /// The number to call first.
    pub phone: Option<String>,
    /// Further numbers, each with a label such as `billing`.
    pub phones: Labels,
    /// Where to write to.
    pub email: Option<String>,
    /// Its web page.
    pub website: Option<String>,
    /// The postal address.
    pub address: Address,
    /// How many days may pass between two visits.
    pub visit_every_days: Option<i64>,
    /// Who looks after it, as the imported file named them.
    pub owner: Option<String>,
    /// Labels, remark and the company's own fields.
    pub extra: Extra,
}

/// A postal address, as far as it is known.
#[uniffi::remote(Record)]
pub struct Address {
    /// Street and house number.
    pub street: Option<String>,
    /// Town.
    pub city: Option<String>,
    /// State, province or county.
    pub region: Option<String>,
    /// Post code.
    pub postcode: Option<String>,
    /// Country, as the source wrote it.
    pub country: Option<String>,
}

/// What a record of any kind may carry beside its own fields.
#[uniffi::remote(Record)]
pub struct Extra {
    /// Labels, in order.
    pub tags: Vec<String>,
    /// A standing remark. Two remarks written at once are both kept, one after the other.
    pub remark: Option<String>,
    /// The company's own fields.
    pub custom: CustomValues,
    /// Fields that this version does not know. They survive every edit.
    pub unknown: Fields,
}

/// A place of an account: a shop, a branch, a gate. An account has any number of them.
#[uniffi::remote(Record)]
pub struct Site {
    /// Whose place it is.
    pub account_id: Option<RecordId>,
    /// Its key in the system it was imported from.
    pub external_id: Option<String>,
    /// What tells it from the account's other sites.
    pub name: Option<String>,
    /// The door, or the centre of the fence.
    pub position: Option<Position>,
    /// Where a rep counts as being there; a circle of 150 m when absent.
    pub fence: Option<Fence>,
    /// Opening hours in OpenStreetMap's syntax, kept as written.
    pub opening_hours: Option<String>,
    /// Where letters to this site go.
    pub address: Address,
    /// Labels, remark ("ring twice") and the company's own fields.
    pub extra: Extra,
}

/// A fence.
#[uniffi::remote(Enum)]
pub enum FenceShape {
    /// Within a radius of the site's own position.
    Circle(#[uniffi(name = "radius_m")] f64),
    /// Inside an outline, wherever the site's position is.
    Polygon(Rings),
}

/// One ring, or outline and holes, of `[lon, lat]` pairs.
#[uniffi::remote(Enum)]
pub enum Rings {
    /// The outline alone.
    One(Vec<Vec<f64>>),
    /// The outline and then the holes, as in GeoJSON.
    Many(Vec<Vec<Vec<f64>>>),
}

/// A person, usually at an account.
#[uniffi::remote(Record)]
pub struct Contact {
    /// Where the person works, if that is known.
    pub account_id: Option<RecordId>,
    /// The whole name, as it is spoken.
    pub name: String,
    /// Its key in the system it was imported from.
    pub external_id: Option<String>,
    /// What the person does there.
    pub role: Option<String>,
    /// The number to call.
    pub phone: Option<String>,
    /// Where to write to.
    pub email: Option<String>,
    /// Labels, remark and the company's own fields.
    pub extra: Extra,
}

/// A deal, open or closed.
#[uniffi::remote(Record)]
pub struct Opportunity {
    /// Whose money it is, if that is known yet.
    pub account_id: Option<RecordId>,
    /// What it is about.
    pub name: String,
    /// Its key in the system it was imported from.
    pub external_id: Option<String>,
    /// Where it stands, in the company's own words. Moved twice at once, the further stage is shown.
    pub stage: Option<String>,
    /// What it is worth.
    pub amount: Option<Money>,
    /// The day it began.
    pub opened_on: Option<Day>,
    /// The day it closed or should.
    pub close_on: Option<Day>,
    /// What is to be sold.
    pub product: Option<String>,
    /// Who works on it, as the imported file named them.
    pub owner: Option<String>,
    /// What happens next.
    pub next_step: Option<String>,
    /// Labels, remark and the company's own fields.
    pub extra: Extra,
}

/// An exact amount: a whole number of minor units (cents) and its currency.
#[uniffi::remote(Record)]
pub struct Money {
    /// Cents, or whatever the smallest unit of `currency` is.
    pub minor: i64,
    /// What the units are of.
    pub currency: Currency,
}

/// Something to do, by a day.
#[uniffi::remote(Record)]
pub struct SalesTask {
    /// For which customer, if for one.
    pub account_id: Option<RecordId>,
    /// What is to be done.
    pub name: String,
    /// Its key in the system it was imported from.
    pub external_id: Option<String>,
    /// The last day for it.
    pub due_on: Option<Day>,
    /// When it was done; null while it is open.
    pub done_at_ms: Option<i64>,
    /// Who is to do it, as the imported file named them.
    pub owner: Option<String>,
    /// How urgent it is, in the company's own words.
    pub priority: Option<String>,
    /// Labels, remark and the company's own fields.
    pub extra: Extra,
}

/// A remark with a date of its own. Two people who write the same note at once both keep their text.
#[uniffi::remote(Record)]
pub struct Note {
    /// About which customer, if about one.
    pub account_id: Option<RecordId>,
    /// About which other record (a visit, a deal), if about one.
    pub about_id: Option<RecordId>,
    /// The text.
    pub text: String,
    /// Its key in the system it was imported from.
    pub external_id: Option<String>,
    /// When it was written.
    pub written_at_ms: Option<i64>,
    /// Labels, remark and the company's own fields.
    pub extra: Extra,
}

/// Declares one custom field: records of `on` may then carry `x/NAME`.
#[uniffi::remote(Record)]
pub struct CustomField {
    /// Which kind of record has it.
    pub on: Option<Kind>,
    /// Its name, without the `x/`.
    pub name: String,
    /// What values it takes; free text when absent.
    pub value_type: Option<FieldType>,
    /// The values to choose from; any value when empty.
    pub choices: Vec<String>,
    /// Its key in the system it was imported from.
    pub external_id: Option<String>,
    /// Labels and remark.
    pub extra: Extra,
}

/// What values a field takes.
#[uniffi::remote(Enum)]
pub enum FieldType {
    /// A text of at most 2,000 bytes.
    Text,
    /// A text of at most 65,536 bytes, which may have several lines.
    LongText,
    /// A whole number, 0 or more.
    Count,
    /// A number.
    Number,
    /// Yes or no.
    Bool,
    /// An instant.
    Time,
    /// A day, `2026-11-24`.
    Date,
    /// An amount with its currency, `1200.50 USD`.
    Money,
    /// A place, `52.6271956,1.2927065` in WGS-84.
    Position,
    /// `circle:150` or `polygon:[[[lon,lat],...]]`.
    Fence,
    /// Another record of this kind.
    Ref(Kind),
    /// Another record of any kind.
    AnyRef,
    /// The name of a kind.
    Kind,
    /// The name of a custom field's type.
    TypeName,
    /// A check-in as JSON.
    CheckIn,
    /// A check-out as JSON.
    CheckOut,
    /// A link of a chain of evidence.
    Link,
    /// Whatever value it is.
    Any,
}

/// A visit of one rep to one account.
#[uniffi::remote(Record)]
pub struct Visit {
    /// Who is visited.
    pub account_id: Option<RecordId>,
    /// At which of its sites; null for an account without one.
    pub site_id: Option<RecordId>,
    /// Its key in the system it was imported from.
    pub external_id: Option<String>,
    /// For when it was planned; null when the rep just walked in.
    pub planned_at_ms: Option<i64>,
    /// Whose visit it is.
    pub rep: Option<String>,
    /// What it is for.
    pub purpose: Option<String>,
    /// What came of it.
    pub outcome: Option<String>,
    /// How far it has come.
    pub state: VisitState,
    /// The visit that stays, when this one is the same tap on another device.
    pub same_as: Option<RecordId>,
    /// Photos that were attested: the SHA-256 of each file, with what is said of it.
    pub photos: Labels,
    /// Links of the evidence chain, by their names, each as a line of the chain's file.
    pub links: Labels,
    /// Labels, remark and the company's own fields.
    pub extra: Extra,
}

/// Which records a list shows, and from where.
#[uniffi::remote(Record)]
pub struct Query {
    /// Records of this kind.
    pub kind: Kind,
    /// Only those of this account.
    #[uniffi(default = None)]
    pub account: Option<RecordId>,
    /// Deleted ones or the others.
    pub deleted: Deleted,
    /// From behind this record: the last one of the page before.
    #[uniffi(default = None)]
    pub after: Option<RecordId>,
    /// How many at most, 1 to 100.
    #[uniffi(default = 100)]
    pub limit: u32,
}

/// Whether a list shows deleted records.
#[uniffi::remote(Enum)]
pub enum Deleted {
    /// Only those that are not deleted.
    Hide,
    /// Only those that are.
    Only,
}

/// How closely to look at the book's file.
#[uniffi::remote(Enum)]
pub enum Checkup {
    /// Counts only.
    Quick,
    /// Also read the whole file.
    Thorough,
}

/// What was done about a damaged file.
#[uniffi::remote(Record)]
pub struct Recovery {
    /// Where the damaged file is now.
    pub moved_to: FilePath,
    /// How many records are in the new one.
    pub records: u32,
    /// How many unsent edits are in the new one.
    pub unsent: u32,
    /// How many fixes of the rep's track are in the new one.
    pub fixes: u32,
}

/// What a book became part of.
#[uniffi::remote(Record)]
pub struct Joined {
    /// Whose book the server takes it for.
    pub user_name: String,
    /// What that person is.
    pub role: Role,
    /// Where records made here belong.
    pub home: TerritoryId,
    /// How the server knows this device.
    pub device: DeviceId,
}

/// What a sync did.
#[uniffi::remote(Record)]
pub struct SyncReport {
    /// How many edits went out.
    pub sent: u32,
    /// How many of them the server took.
    pub accepted: u32,
    /// How many it took although the record had been handed over since.
    pub accepted_late: u32,
    /// How many were written again under a new identity or time, and sent again.
    pub rewritten: u32,
    /// What it did not take; kept on this device.
    pub refused: Vec<RefusedEdit>,
    /// How many records came in.
    pub received: u32,
    /// How many records left the book.
    pub gone: u32,
    /// Bytes sent, bodies only.
    pub bytes_out: u64,
    /// Bytes received, bodies only.
    pub bytes_in: u64,
    /// How many requests it took.
    pub requests: u32,
}

/// An edit that the server did not take.
#[uniffi::remote(Record)]
pub struct RefusedEdit {
    /// Of which record.
    pub record: RecordId,
    /// Which noun.
    pub kind: Kind,
    /// Why; null when it was parked for a new owner.
    pub reason: Option<Refusal>,
}

/// Why the server did not take an edit.
#[uniffi::remote(Enum)]
pub enum Refusal {
    /// More bytes than a change or a document may have.
    TooLarge,
    /// Not a change.
    Malformed,
    /// The bytes are not those that the hash was made of.
    HashMismatch,
    /// Written by an actor that does not belong to the device.
    ForeignActor,
    /// Two phones share one identity.
    ActorFork,
    /// A change it builds on is not here.
    MissingDependency,
    /// Numbers that no honest device makes.
    OutOfOrder,
    /// An operation that books do not have.
    ForeignShape,
    /// A field that may not have this value.
    BadField,
    /// A field or kind that this person may not write.
    Forbidden,
    /// Made in the future, by the server's clock.
    ClockAhead,
    /// It would damage the record.
    WouldDamage,
}

/// A value that lost against another written at the same time.
#[uniffi::remote(Record)]
pub struct ConflictShown {
    /// Of which record.
    pub record: RecordId,
    /// Which noun.
    pub kind: Kind,
    /// What people call it.
    pub title: String,
    /// Of which field.
    pub field: String,
    /// The value that is shown.
    pub shown: FieldValue,
    /// The value that is not.
    pub lost: FieldValue,
    /// Who wrote it.
    pub lost_by: String,
    /// When.
    pub lost_at_ms: i64,
    /// In which change, for `restore`.
    pub change: ChangeHash,
}

/// One change of a record.
#[uniffi::remote(Record)]
pub struct HistoryEntry {
    /// What it is known by, for `restore`.
    pub change: ChangeHash,
    /// Who wrote it.
    pub by: String,
    /// When.
    pub at_ms: i64,
    /// What was written.
    pub fields: Fields,
}

/// What was touched behind a number.
#[uniffi::remote(Record)]
pub struct Changes {
    /// Each touched record once, in the order of their last change.
    pub entries: Vec<ChangeEntry>,
    /// The number to ask from next time.
    pub latest: u64,
}

/// A record that was touched.
#[uniffi::remote(Record)]
pub struct ChangeEntry {
    /// The number of its last change in this book.
    pub seq: u64,
    /// Which record. It may be gone from the book.
    pub record: RecordId,
    /// Which noun.
    pub kind: Kind,
}

/// One line of the sync trace.
#[uniffi::remote(Record)]
pub struct LogEntry {
    /// When.
    pub at_ms: i64,
    /// What, without names and positions.
    pub event: String,
}
