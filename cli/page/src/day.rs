//! The data of a page: plain structs without rules and without markup.

use super::sales::SalesFigures;
use super::streets::Street;

/// A position in WGS-84 degrees. A place without a position has NaN; the map omits it and the lists keep it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Latitude, degrees north.
    pub lat: f64,
    /// Longitude, degrees east.
    pub lon: f64,
}

impl Point {
    /// `true` if both coordinates are finite; a point with NaN cannot be drawn.
    pub fn is_known(self) -> bool {
        self.lat.is_finite() && self.lon.is_finite()
    }
}

/// Seconds since local midnight, written as `HH:MM`; may exceed 24 h.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimeOfDay(pub u32);

/// Everything that the page shows.
#[derive(Debug, Clone, PartialEq)]
pub struct DayPage {
    /// Headline of the page.
    pub title: String,
    /// Summary of the day in two sentences.
    pub story: String,
    /// The town, or the territory if the data names no town.
    pub town: String,
    /// The date in words.
    pub date: String,
    /// The reps of the day; a rep's index in this list selects the colour everywhere.
    pub reps: Vec<Rep>,
    /// All places of the book with a position, up to a few thousand.
    pub places: Vec<Place>,
    /// The street plan under the places; if it is empty, a graticule is drawn.
    pub streets: Vec<Street>,
    /// The check-ins by time; the number of a visit is its index here plus 1.
    pub visits: Vec<VisitRow>,
    /// Planned or driven orders of stops, drawn as lines with arrows.
    pub routes: Vec<Route>,
    /// Versions of one plan at different times, for comparison.
    pub plans: Vec<Sketch>,
    /// Recorded drives, cleaned.
    pub drives: Vec<Sketch>,
    /// Figures of the sales process.
    pub sales: SalesFigures,
    /// Fields that two people changed concurrently.
    pub conflicts: Vec<ConflictRow>,
    /// Events of the day, by time.
    pub timeline: Vec<Event>,
    /// Key figures under the headline: bytes, times, counts.
    pub figures: Vec<Figure>,
    /// Attribution of the map data, such as `Places © OpenStreetMap contributors`; `None` for the shipped sample.
    pub attribution: Option<String>,
}

/// A field rep.
#[derive(Debug, Clone, PartialEq)]
pub struct Rep {
    /// The rep's name in the book.
    pub name: String,
}

/// A place of the book: one dot on the map.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// The account's name in the book.
    pub name: String,
    /// Tier of the account; a higher tier has a bigger and darker dot.
    pub tier: Tier,
    /// Position of the door.
    pub at: Point,
    /// The geofence; drawn for visited places only.
    pub fence: Option<Fence>,
    /// Role of the place in this day, apart from visits.
    pub state: PlaceState,
}

/// The tier of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// The most important accounts.
    A,
    /// Accounts of medium importance.
    B,
    /// The least important accounts.
    C,
    /// The data has no tier.
    Unrated,
}

/// Role of a place in a day, apart from visits, which are in [`DayPage::visits`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlaceState {
    /// Neither planned nor in conflict.
    Quiet,
    /// A stop of a plan: the name is written if there is room.
    Planned,
    /// Edited concurrently by two people: the map shows a diamond and the name.
    Contested,
}

/// The geofence of a place.
#[derive(Debug, Clone, PartialEq)]
pub enum Fence {
    /// A circle around the place's position.
    Circle {
        /// Radius, metres.
        radius_m: f64,
    },
    /// A ring of points; the last is joined to the first.
    Polygon(Vec<Point>),
}

/// A position fix as the phone reported it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fix {
    /// The reported position.
    pub at: Point,
    /// The reported accuracy (radius of confidence), metres.
    pub accuracy_m: f64,
}

/// Verdict of the presence rules on a check-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// At the door beyond reasonable doubt.
    Verified,
    /// The fixes are consistent with presence, but do not prove it.
    LikelyOnSite,
    /// The whole confidence circle lies outside the fence.
    OffSite,
    /// No usable fix.
    Unverifiable,
}

/// A check-in: one row of the table and one pin on the map.
#[derive(Debug, Clone, PartialEq)]
pub struct VisitRow {
    /// Time of the check-in.
    pub at: TimeOfDay,
    /// Index in [`DayPage::reps`].
    pub rep: usize,
    /// Index in [`DayPage::places`].
    pub place: usize,
    /// Verdict of the presence rules.
    pub verdict: Verdict,
    /// Distance from the fix to the fence's edge, metres, negative inside; `None` without a fix.
    pub distance_to_edge_m: Option<f64>,
    /// The fix that the verdict rests on.
    pub fix: Option<Fix>,
    /// Reasons of the verdict in words; joined to one sentence.
    pub reasons: Vec<String>,
    /// The rep's note.
    pub note: Option<String>,
}

/// An order of stops, drawn leg by leg.
#[derive(Debug, Clone, PartialEq)]
pub struct Route {
    /// Index in [`DayPage::reps`].
    pub rep: usize,
    /// Text in the legend.
    pub label: String,
    /// The stops in order.
    pub points: Vec<Point>,
}

/// A small map with a list below it: a plan at one time, or a recorded drive.
#[derive(Debug, Clone, PartialEq)]
pub struct Sketch {
    /// Heading above the map.
    pub title: String,
    /// Counts and totals in one line.
    pub caption: String,
    /// Index in [`DayPage::reps`].
    pub rep: usize,
    /// The recorded path in pieces; between two pieces nothing is known. Empty for a plan, whose stops are joined.
    pub track: Vec<Vec<Point>>,
    /// Start and end of a plan besides its stops; `None` if they are not drawn, the end `None` if the day ends anywhere.
    pub ends: Option<(Point, Option<Point>)>,
    /// The stops in order; the number of a stop is its index here plus 1.
    pub stops: Vec<SketchStop>,
    /// Candidates that are no stop, each with the reason.
    pub left_out: Vec<LeftOut>,
}

/// A page of plans: one day, or several weeks.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanPage {
    /// Headline of the page.
    pub title: String,
    /// Line above the headline: the days of the plan.
    pub eyebrow: String,
    /// Summary in one or two sentences.
    pub story: String,
    /// Key figures under the headline.
    pub figures: Vec<Figure>,
    /// The days, each in the colour of its index.
    pub days: Vec<Sketch>,
    /// Candidates without a visit, drawn as small dots on the map of all days.
    pub quiet: Vec<Point>,
    /// Customers visited less often than wanted, or not at all.
    pub left_out: Vec<LeftOut>,
    /// The command that made the page.
    pub made_by: String,
}

/// A stop of a [`Sketch`].
#[derive(Debug, Clone, PartialEq)]
pub struct SketchStop {
    /// The account's name in the book.
    pub name: String,
    /// Position of the stop.
    pub at: Point,
    /// Start of the visit.
    pub from: TimeOfDay,
    /// End of the visit.
    pub until: TimeOfDay,
    /// Change against the sketch before.
    pub change: StopChange,
    /// Reason for the stop, in words; may be empty.
    pub why: String,
}

/// Change of a stop against the sketch before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopChange {
    /// Same time as before, or nothing to compare with.
    Unchanged,
    /// The visit had begun before the replan.
    Done,
    /// The stop is not in the sketch before.
    New,
    /// The visit starts at another time than promised.
    Moved {
        /// The promised start.
        was: TimeOfDay,
    },
}

/// A candidate that is no stop of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct LeftOut {
    /// The account's name in the book.
    pub name: String,
    /// The reason, in words.
    pub why: String,
}

/// One value of a field, with its author.
#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    /// The value as text; empty if the field was cleared.
    pub text: String,
    /// Author of the value.
    pub by: String,
    /// Time of the change.
    pub at: TimeOfDay,
}

/// A field with two concurrent values.
#[derive(Debug, Clone, PartialEq)]
pub struct ConflictRow {
    /// The record's name.
    pub record: String,
    /// The field's name.
    pub field: String,
    /// The value that the field's policy chose at the merge.
    pub chosen: Value,
    /// The losing value, which stays in the document.
    pub lost: Value,
    /// The restoration of the losing value, if there was one.
    pub restored: Option<Restoration>,
}

/// The restoration of a losing value.
#[derive(Debug, Clone, PartialEq)]
pub struct Restoration {
    /// The person who restored it.
    pub by: String,
    /// Time of the restoration.
    pub at: TimeOfDay,
}

/// A lane of the timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// Index in [`DayPage::reps`].
    Rep(usize),
    /// The office that plans and imports.
    Office,
    /// The sync server.
    Server,
}

/// Connectivity of an actor to the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// Connected: a solid lane.
    Online,
    /// No signal: a dashed lane.
    Offline,
}

/// Type of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// An act on the actor's own device.
    Act,
    /// A sync with the server: a bar joins the two lanes.
    Sync,
    /// A conflict between two values of one field.
    Conflict,
}

/// One line of the timeline.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Time of the event.
    pub at: TimeOfDay,
    /// The actor, which selects the lane.
    pub who: Actor,
    /// Type of the event.
    pub kind: EventKind,
    /// Connectivity of this actor from this event on.
    pub link: Link,
    /// The event as one sentence.
    pub what: String,
}

/// A key figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// Name of the figure.
    pub label: String,
    /// The number with its unit.
    pub value: String,
}
