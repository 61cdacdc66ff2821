//! The records and enums of the API: everything that describes the book's contents, its state and its sync.
//!
//! Plain types of the core are mirrored with `uniffi::remote`: a field that is added, renamed or retyped there breaks
//! this build. The few types that are declared here are converted with `From`. Check-ins are in [`crate::evidence`],
//! plans in [`crate::plan`], tracks in [`crate::tracks`], errors in [`crate::errors`]. Times are Unix milliseconds in
//! UTC, days are texts such as `2026-11-24`, lengths are metres under names that end in `_m`.

use fieldbook_core::book::{
    ChangeEntry, Changes, Checkup, ConflictShown, Deleted, HistoryEntry, Joined, LogEntry, Query, Recovery,
    Refusal, RefusedEdit, SyncReport,
};
use fieldbook_core::ids::{ChangeHash, DeviceId, RecordId, TerritoryId};
use fieldbook_core::location::{Fence, FenceShape, Position, Rings};
// Swift has a `Task` of its own, and an app needs both.
use fieldbook_core::model::Task as SalesTask;
use fieldbook_core::model::{
    Account, Address, Body, Contact, CustomField, Extra, Fields, Kind, Lead, Note, Opportunity, OtherKind,
    OtherRecord, Pack, Role, Site, Visit, VisitState,
};
use fieldbook_core::model::{Currency, Money};
use fieldbook_core::{book, model};

use crate::scalars::{CustomValues, Day, FilePath, Labels};

pub(crate) use fieldbook_core::model::Scalar as FieldValue;

/// One record of the book, with its sync state and its typed contents.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct Record {
    /// The record's id, a UUID.
    pub id: RecordId,
    /// The kind of the record.
    pub kind: Kind,
    /// The territory that the record belongs to. Only the server changes it.
    pub territory: TerritoryId,
    /// `true` if the record is deleted; `undelete` restores it.
    pub deleted: bool,
    /// `true` while some edit of the record is not yet answered by the server.
    pub unsent: bool,
    /// Number of concurrent values of this record that are not shown; `conflicts` lists them.
    pub conflicts: u32,
    /// The display name of the record.
    pub title: String,
    /// The fields of the record, typed by kind.
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

/// Converts records of the core for the API.
pub(crate) fn records(found: Vec<model::Record>) -> Vec<Record> {
    found.into_iter().map(Record::from).collect()
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct Page {
    /// The records by name; visits by time.
    pub records: Vec<Record>,
    /// `true` if more records follow the last one.
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

/// A site near a position, with its account and distance.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct NearbySite {
    /// The record of the site.
    pub site: Record,
    /// The record of the site's account.
    pub account: Record,
    /// Geodesic distance from the given position to the site, in metres.
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

/// A site whose fence may contain the rep, with its account.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct SiteHere {
    /// The record of the site.
    pub site: Record,
    /// The record of the site's account.
    pub account: Record,
    /// Distance to the edge of the fence, in metres; negative inside.
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

/// The state of the book: owner, server, counts and file.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Status {
    /// The name of the rep who owns the book; null until it is set.
    pub rep: Option<String>,
    /// The URL of the joined server; null before joining.
    pub server_url: Option<String>,
    /// The rep's role on the server; null before joining.
    pub role: Option<Role>,
    /// The id of this device on the server; null before joining.
    pub device: Option<DeviceId>,
    /// The territories that this device holds.
    pub territories: Vec<Territory>,
    /// Number of edits that the server has not answered yet.
    pub unsent: u32,
    /// Time of the oldest unanswered edit, Unix milliseconds; null without one.
    pub oldest_unsent_at_ms: Option<i64>,
    /// End of the last successful sync, Unix milliseconds; null before the first.
    pub last_sync_at_ms: Option<i64>,
    /// Number of records that have values which are not shown.
    pub conflicts: u32,
    /// Number of edits that the server refused. They are kept on this device.
    pub refused: u32,
    /// Number of edits kept aside because the server has lost them, or those that they stand on.
    pub aside: u32,
    /// Number of records that cannot be read; they are asked for again with each sync.
    pub unreadable: u32,
    /// Number of records by kind.
    pub records: Vec<KindCount>,
    /// Size of the database file in bytes.
    pub database_bytes: u64,
    /// `true` if the file passed the thorough checkup; null after a quick one.
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
            aside: status.aside,
            unreadable: status.unreadable,
            records: records.map(|(kind, count)| KindCount { kind, count }).collect(),
            database_bytes: status.database_bytes,
            sound: status.sound,
        }
    }
}

/// A sales territory.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Territory {
    /// The territory's id, a UUID.
    pub id: TerritoryId,
    /// The territory's display name.
    pub name: String,
}

/// The number of records of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct KindCount {
    /// The kind that is counted.
    pub kind: Kind,
    /// Number of records of this kind.
    pub count: u32,
}

/// The kinds of record, with `Unknown` for those of later versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum KindWord {
    /// A customer or a prospect.
    Account,
    /// A place of an account that a rep can visit.
    Site,
    /// A person, usually at an account.
    Contact,
    /// A deal that may be won.
    Opportunity,
    /// A visit of a rep to an account, planned or done.
    Visit,
    /// A task of the rep.
    Task,
    /// A remark with a date.
    Note,
    /// The declaration of a field that the company added.
    CustomField,
    /// A signed pack of rules that the company sends out.
    Pack,
    /// Somebody who might become a customer.
    Lead,
    /// A kind of a later version; its number is in the record's body. Lists never contain it.
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
        Kind::Pack => KindWord::Pack,
        Kind::Lead => KindWord::Lead,
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
        KindWord::Pack => Kind::Pack,
        KindWord::Lead => Kind::Lead,
        KindWord::Unknown => Kind::Other(OtherKind::UNNAMED),
    }),
});

/// The role of a person in the company.
#[uniffi::remote(Enum)]
pub enum Role {
    /// Works one territory.
    Rep,
    /// Sees several territories.
    Manager,
    /// Also administers company-wide settings.
    Admin,
}

/// The value of one field.
#[uniffi::remote(Enum)]
pub enum FieldValue {
    /// No value. Clearing is an edit like any other and takes part in conflict resolution.
    Cleared,
    /// Text, and every type with a text form: money `1200.50 USD`, days `2026-11-24`, positions `lat,lon`, fences
    /// `circle:150`.
    Text(String),
    /// A signed 64-bit integer.
    Int(i64),
    /// A floating-point number; never NaN or infinite.
    Real(f64),
    /// A truth value.
    Bool(bool),
    /// Milliseconds since the Unix epoch, UTC.
    Time(i64),
    /// The id of another record.
    Id(RecordId),
}

/// The typed contents of a record, one variant for each kind.
#[uniffi::remote(Enum)]
pub enum Body {
    /// A customer or prospect.
    Account(Account),
    /// A place of an account.
    Site(Site),
    /// A person, usually at an account.
    Contact(Contact),
    /// A deal, open or closed.
    Opportunity(Opportunity),
    /// A visit of one rep to one account.
    Visit(Visit),
    /// A task of the rep.
    Task(SalesTask),
    /// A remark with a date.
    Note(Note),
    /// The declaration of a field that the company added.
    CustomField(CustomField),
    /// A signed pack of rules that the company sends out.
    Pack(Pack),
    /// A lead.
    Lead(Lead),
    /// A record of a kind that this version does not know.
    Other(OtherRecord),
}

/// A record of a kind that this version does not know, as it came.
#[uniffi::remote(Record)]
pub struct OtherRecord {
    /// The number of the kind in the wire format.
    pub kind: OtherKind,
    /// All fields of the record by name.
    pub fields: Fields,
}

/// A customer or prospect. Its visitable places are its sites.
#[uniffi::remote(Record)]
pub struct Account {
    /// The account's display name.
    pub name: String,
    /// The account's key in the system it was imported from.
    pub external_id: Option<String>,
    /// The account's importance in the company's own words (`A`, `gold`).
    pub tier: Option<String>,
    /// The account's line of business.
    pub industry: Option<String>,
    /// The primary phone number.
    pub phone: Option<String>,
    /// Further phone numbers, each under a label such as `billing`.
    pub phones: Labels,
    /// The email address.
    pub email: Option<String>,
    /// The URL of the account's website.
    pub website: Option<String>,
    /// The postal address.
    pub address: Address,
    /// The most days that may pass between two visits.
    pub visit_every_days: Option<i64>,
    /// The name of the account owner, as the imported file has it.
    pub owner: Option<String>,
    /// Labels, remark and the company's own fields.
    pub extra: Extra,
}

/// A postal address, as far as it is known.
#[uniffi::remote(Record)]
pub struct Address {
    /// Street and house number.
    pub street: Option<String>,
    /// City or town.
    pub city: Option<String>,
    /// State, province or county.
    pub region: Option<String>,
    /// Postal code.
    pub postcode: Option<String>,
    /// Country, as the source wrote it.
    pub country: Option<String>,
}

/// Fields that a record of any kind may carry beside those of its kind.
#[uniffi::remote(Record)]
pub struct Extra {
    /// Labels, sorted.
    pub tags: Vec<String>,
    /// A standing remark. Of two concurrent remarks both are kept, one after the other.
    pub remark: Option<String>,
    /// The record that this duplicate was merged into; the duplicate itself is deleted.
    pub merged_into: Option<RecordId>,
    /// The company's own fields, by name without `x/`.
    pub custom: CustomValues,
    /// Marks of the rules that made or changed the record, each with the rule, `sales-rules@1/win_back`.
    pub rules: Labels,
    /// Reviews by managers, each as its JSON, by the id of the review.
    pub reviews: Labels,
    /// Fields that this version does not know. They are preserved by every edit.
    pub unknown: Fields,
}

/// A place of an account: a shop, a branch, a gate. An account may have several.
#[uniffi::remote(Record)]
pub struct Site {
    /// The account that the site belongs to.
    pub account_id: Option<RecordId>,
    /// The site's key in the system it was imported from.
    pub external_id: Option<String>,
    /// The name that distinguishes the site from the account's other sites.
    pub name: Option<String>,
    /// The door, or the centre of the fence.
    pub position: Option<Position>,
    /// The area that counts as being at the site; a circle of 150 m when null.
    pub fence: Option<Fence>,
    /// Opening hours in OpenStreetMap's syntax, kept as written.
    pub opening_hours: Option<String>,
    /// The postal address of the site.
    pub address: Address,
    /// Labels, remark ("ring twice") and the company's own fields.
    pub extra: Extra,
}

/// The shape of a geofence.
#[uniffi::remote(Enum)]
pub enum FenceShape {
    /// A circle around the site's position, by its radius in metres.
    Circle(#[uniffi(name = "radius_m")] f64),
    /// A polygon, independent of the site's position.
    Polygon(Rings),
}

/// The rings of a polygon, each a list of `[lon, lat]` pairs in degrees.
#[uniffi::remote(Enum)]
pub enum Rings {
    /// The outer ring alone.
    One(Vec<Vec<f64>>),
    /// The outer ring, then the holes, as in GeoJSON.
    Many(Vec<Vec<Vec<f64>>>),
}

/// A person, usually at an account.
#[uniffi::remote(Record)]
pub struct Contact {
    /// The account where the person works; null if unknown.
    pub account_id: Option<RecordId>,
    /// The full name, in its spoken order.
    pub name: String,
    /// The contact's key in the system it was imported from.
    pub external_id: Option<String>,
    /// The person's job at the account.
    pub role: Option<String>,
    /// The phone number.
    pub phone: Option<String>,
    /// The email address.
    pub email: Option<String>,
    /// Labels, remark and the company's own fields.
    pub extra: Extra,
}

/// A deal, open or closed.
#[uniffi::remote(Record)]
pub struct Opportunity {
    /// The account of the deal; null if not known yet.
    pub account_id: Option<RecordId>,
    /// The deal's display name.
    pub name: String,
    /// The deal's key in the system it was imported from.
    pub external_id: Option<String>,
    /// The sales stage: the id of the stage that the deal's moves add up to; without moves, a stage in the company's own
    /// words.
    pub stage: Option<String>,
    /// The value of the deal.
    pub amount: Option<Money>,
    /// The day on which the deal was opened.
    pub opened_on: Option<Day>,
    /// The actual or expected closing day.
    pub close_on: Option<Day>,
    /// The product to be sold.
    pub product: Option<String>,
    /// The name of the deal's owner, as the imported file has it.
    pub owner: Option<String>,
    /// The next step towards closing.
    pub next_step: Option<String>,
    /// The day of the next step.
    pub next_step_on: Option<Day>,
    /// The lead source: the campaign, channel or person that brought the deal. It is written once.
    pub source: Option<String>,
    /// The size of the customer's budget, in the company's own words.
    pub budget_tier: Option<String>,
    /// The reason why the deal was lost.
    pub lost_reason: Option<String>,
    /// The forecast category that the rep gives: `commit`, `best` or `omit`.
    pub forecast_category: Option<String>,
    /// The rep's own probability that the deal is won, percent.
    pub probability: Option<f64>,
    /// The moves of the deal from stage to stage, as JSON by id. A move is made by `advance_deal` alone.
    pub moves: Labels,
    /// The decision chain: the id of a contact, a colon and a role, such as `economic_buyer`.
    pub roles: Vec<String>,
    /// The people of our side by role, such as `solution_expert`.
    pub team: Labels,
    /// The criteria of the process that the rep has checked off.
    pub checks: Vec<String>,
    /// The competitors by name, each with a note.
    pub competitors: Labels,
    /// The day on which each competitor was first seen, `2026-11-24`.
    pub competitors_seen: Labels,
    /// Labels, remark and the company's own fields.
    pub extra: Extra,
}

/// An exact amount: a whole number of minor units (cents) and its currency.
#[uniffi::remote(Record)]
pub struct Money {
    /// The amount in the smallest unit of `currency`, such as cents.
    pub minor: i64,
    /// The currency, as an ISO 4217 code.
    pub currency: Currency,
}

/// A task of the rep, due by a day.
#[uniffi::remote(Record)]
pub struct SalesTask {
    /// The account that the task concerns; null for none.
    pub account_id: Option<RecordId>,
    /// The description of the task.
    pub name: String,
    /// The task's key in the system it was imported from.
    pub external_id: Option<String>,
    /// The due day, inclusive.
    pub due_on: Option<Day>,
    /// Time of completion, Unix milliseconds; null while the task is open.
    pub done_at_ms: Option<i64>,
    /// The name of the assignee, as the imported file has it.
    pub owner: Option<String>,
    /// The priority, in the company's own words.
    pub priority: Option<String>,
    /// Another record that the task concerns, such as a deal; null for none.
    pub about_id: Option<RecordId>,
    /// Time at which the app reminds of it, Unix milliseconds; null for none.
    pub remind_at_ms: Option<i64>,
    /// Labels, remark and the company's own fields.
    pub extra: Extra,
}

/// A remark with its own date. Of two concurrent edits of the text both are kept.
#[uniffi::remote(Record)]
pub struct Note {
    /// The account that the note concerns; null for none.
    pub account_id: Option<RecordId>,
    /// Another record that the note concerns, such as a visit or a deal; null for none.
    pub about_id: Option<RecordId>,
    /// The text of the note.
    pub text: String,
    /// The note's key in the system it was imported from.
    pub external_id: Option<String>,
    /// Time of writing, Unix milliseconds.
    pub written_at_ms: Option<i64>,
    /// Labels, remark and the company's own fields.
    pub extra: Extra,
}

/// A visit of one rep to one account.
#[uniffi::remote(Record)]
pub struct Visit {
    /// The account that is visited.
    pub account_id: Option<RecordId>,
    /// The site that is visited; null for an account without one.
    pub site_id: Option<RecordId>,
    /// The visit's key in the system it was imported from.
    pub external_id: Option<String>,
    /// The planned start, Unix milliseconds; null for an unplanned visit.
    pub planned_at_ms: Option<i64>,
    /// The name of the visiting rep.
    pub rep: Option<String>,
    /// The purpose of the visit.
    pub purpose: Option<String>,
    /// The outcome that the rep noted.
    pub outcome: Option<String>,
    /// The progress of the visit, with its check-in and check-out.
    pub state: VisitState,
    /// The visit that this one duplicates, when one tap was recorded on two devices; null otherwise.
    pub same_as: Option<RecordId>,
    /// Attested photos: the SHA-256 of each file, with its description.
    pub photos: Labels,
    /// Links of the evidence chain by name, each as a line of the evidence file.
    pub links: Labels,
    /// Labels, remark and the company's own fields.
    pub extra: Extra,
}

/// The filter and position of a page of a list.
#[uniffi::remote(Record)]
pub struct Query {
    /// The kind of the records.
    pub kind: Kind,
    /// Only records of this account; null for all.
    #[uniffi(default = None)]
    pub account: Option<RecordId>,
    /// Selects deleted records or the others.
    pub deleted: Deleted,
    /// The last record of the previous page; null for the first page.
    #[uniffi(default = None)]
    pub after: Option<RecordId>,
    /// The most records of the page, 1 to 100.
    #[uniffi(default = 100)]
    pub limit: u32,
}

/// The treatment of deleted records in a list.
#[uniffi::remote(Enum)]
pub enum Deleted {
    /// Only records that are not deleted.
    Hide,
    /// Only deleted records.
    Only,
}

/// The depth of the check that `status` makes of the book's file.
#[uniffi::remote(Enum)]
pub enum Checkup {
    /// Counts only; the file is not checked.
    Quick,
    /// Also reads and checks the whole file.
    Thorough,
}

/// The result of recovering a damaged file.
#[uniffi::remote(Record)]
pub struct Recovery {
    /// The path to which the damaged file was moved.
    pub moved_to: FilePath,
    /// Number of records recovered into the new file.
    pub records: u32,
    /// Number of unsent edits recovered into the new file.
    pub unsent: u32,
    /// Number of fixes of the rep's track recovered into the new file.
    pub fixes: u32,
}

/// The result of joining a server.
#[uniffi::remote(Record)]
pub struct Joined {
    /// The name of the user on the server.
    pub user_name: String,
    /// The user's role on the server.
    pub role: Role,
    /// The territory of records that are created on this device.
    pub home: TerritoryId,
    /// The id of this device on the server.
    pub device: DeviceId,
}

/// The counts of one sync.
#[uniffi::remote(Record)]
pub struct SyncReport {
    /// Number of edits sent.
    pub sent: u32,
    /// Number of edits that the server accepted.
    pub accepted: u32,
    /// Number of edits accepted although their record had been handed over in the meantime.
    pub accepted_late: u32,
    /// Number of edits that were rewritten under a new identity or time and sent again.
    pub rewritten: u32,
    /// Edits that the server did not accept. They are kept on this device.
    pub refused: Vec<RefusedEdit>,
    /// Number of edits that wait on the server for edits which it has lost. They are kept on this device.
    pub waiting: u32,
    /// Number of records received.
    pub received: u32,
    /// Number of records that left the book.
    pub gone: u32,
    /// Bytes sent, request bodies only.
    pub bytes_out: u64,
    /// Bytes received, response bodies only.
    pub bytes_in: u64,
    /// Number of HTTP requests.
    pub requests: u32,
    /// Number of records on whose edits the server failed. They wait for the next sync, and the others went out.
    pub held_back: u32,
    /// Number of records that came and could not be read. They are asked for again with the next sync.
    pub unreadable: u32,
    /// Number of edits that the server has not answered after all, such as those made while the sync was under way.
    pub unsent: u32,
}

/// An edit that the server did not accept.
#[uniffi::remote(Record)]
pub struct RefusedEdit {
    /// The record that was edited.
    pub record: RecordId,
    /// The kind of that record.
    pub kind: Kind,
    /// The reason; null if the edit was parked for a new owner.
    pub reason: Option<Refusal>,
}

/// A value that lost to another one written concurrently.
#[uniffi::remote(Record)]
pub struct ConflictShown {
    /// The record with the conflict.
    pub record: RecordId,
    /// The kind of that record.
    pub kind: Kind,
    /// The display name of that record.
    pub title: String,
    /// The name of the field.
    pub field: String,
    /// The value that is shown.
    pub shown: FieldValue,
    /// The value that is not shown.
    pub lost: FieldValue,
    /// The name of the author of the lost value.
    pub lost_by: String,
    /// Time at which the lost value was written, Unix milliseconds.
    pub lost_at_ms: i64,
    /// The hash of the change that wrote the lost value, for `restore`.
    pub change: ChangeHash,
}

/// One change of a record.
#[uniffi::remote(Record)]
pub struct HistoryEntry {
    /// The hash of the change, for `restore`.
    pub change: ChangeHash,
    /// The name of the author.
    pub by: String,
    /// Time of the change, Unix milliseconds.
    pub at_ms: i64,
    /// The fields that the change wrote, by name.
    pub fields: Fields,
}

/// The records changed since a sequence number.
#[uniffi::remote(Record)]
pub struct Changes {
    /// The changed records, each once, in the order of their latest change.
    pub entries: Vec<ChangeEntry>,
    /// The sequence number to pass as `since` next time.
    pub latest: u64,
}

/// A record that changed.
#[uniffi::remote(Record)]
pub struct ChangeEntry {
    /// The sequence number of the record's latest change in this book.
    pub seq: u64,
    /// The record's id. The record may no longer be in the book.
    pub record: RecordId,
    /// The kind of the record.
    pub kind: Kind,
}

/// One line of the sync trace.
#[uniffi::remote(Record)]
pub struct LogEntry {
    /// Time of the entry, Unix milliseconds.
    pub at_ms: i64,
    /// The event as English text, without names and positions.
    pub event: String,
}
