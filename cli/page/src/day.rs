//! What a day page is made of: plain data, no rule and no markup.

use super::streets::Street;

/// A position in WGS-84 degrees. A place without a position has NaN: it is left out of the map and kept in the lists.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
}

impl Point {
    /// Whether the point can be drawn at all; a place without a position is given as NaN.
    pub fn is_known(self) -> bool {
        self.lat.is_finite() && self.lon.is_finite()
    }
}

/// Seconds since local midnight; written as `HH:MM`. May run past 24 h when a day does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimeOfDay(pub u32);

/// Everything that the page shows.
#[derive(Debug, Clone, PartialEq)]
pub struct DayPage {
    /// The headline.
    pub title: String,
    /// Two sentences that tell a stranger what happened.
    pub story: String,
    /// The town, or what stands for it when the data names none.
    pub town: String,
    /// The date as people write it.
    pub date: String,
    /// Whose day it is; a rep's number in this list gives the colour everywhere.
    pub reps: Vec<Rep>,
    /// Every place of the book that has a position, at most some thousands.
    pub places: Vec<Place>,
    /// The street plan behind the places; may be empty, then a graticule stands in.
    pub streets: Vec<Street>,
    /// The check-ins in order of time; the number of a visit is its position here, from 1.
    pub visits: Vec<VisitRow>,
    /// The planned or driven orders, drawn as lines with arrows.
    pub routes: Vec<Route>,
    /// One plan as it stood at different times, to be compared.
    pub plans: Vec<Sketch>,
    /// Drives as the phone recorded them, cleaned.
    pub drives: Vec<Sketch>,
    /// Fields that two people changed without knowing of each other.
    pub conflicts: Vec<ConflictRow>,
    /// What happened, in order of time.
    pub timeline: Vec<Event>,
    /// The figures worth a headline: bytes, times, counts.
    pub figures: Vec<Figure>,
    /// Whose data the map shows, such as `Places © OpenStreetMap contributors`; `None` for our own sample.
    pub attribution: Option<String>,
}

/// A field rep.
#[derive(Debug, Clone, PartialEq)]
pub struct Rep {
    /// As the book names them.
    pub name: String,
}

/// A place of the book: one dot on the map.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// As the book names it.
    pub name: String,
    /// How much it matters; bigger and darker dots matter more.
    pub tier: Tier,
    /// Where the door is.
    pub at: Point,
    /// Drawn for visited places only.
    pub fence: Option<Fence>,
    /// What the day did with it.
    pub state: PlaceState,
}

/// The tier of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// The accounts that carry the book.
    A,
    /// The middle.
    B,
    /// The long tail.
    C,
    /// Data without tiers.
    Unrated,
}

/// What the day did with a place, apart from visits, which are in [`DayPage::visits`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlaceState {
    /// Nothing.
    Quiet,
    /// It is a stop of a plan: its name is written when there is room.
    Planned,
    /// Two people edited it apart: it carries a mark and its name.
    Contested,
}

/// The ground on which a check-in counts.
#[derive(Debug, Clone, PartialEq)]
pub enum Fence {
    /// Around the place's own position.
    Circle {
        /// Metres.
        radius_m: f64,
    },
    /// A ring of points, closed by itself.
    Polygon(Vec<Point>),
}

/// What a phone knew about where it was.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fix {
    /// The reported position.
    pub at: Point,
    /// The reported radius of confidence, metres.
    pub accuracy_m: f64,
}

/// The answer of the location rules, as the command line names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// At the door beyond reasonable doubt.
    Verified,
    /// The fix allows it, but does not prove it.
    LikelyOnSite,
    /// The whole confidence circle lies outside.
    OffSite,
    /// No usable fix.
    Unverifiable,
}

/// One check-in.
#[derive(Debug, Clone, PartialEq)]
pub struct VisitRow {
    /// When the rep tapped.
    pub at: TimeOfDay,
    /// Index in [`DayPage::reps`].
    pub rep: usize,
    /// Index in [`DayPage::places`].
    pub place: usize,
    /// What the rules said.
    pub verdict: Verdict,
    /// Metres from the fix to the fence's edge, negative inside; `None` without a fix.
    pub distance_to_edge_m: Option<f64>,
    /// The fix that the verdict rests on.
    pub fix: Option<Fix>,
    /// Why, in words; joined to one sentence.
    pub reasons: Vec<String>,
    /// What the rep wrote.
    pub note: Option<String>,
}

/// An order of stops, drawn leg by leg.
#[derive(Debug, Clone, PartialEq)]
pub struct Route {
    /// Index in [`DayPage::reps`].
    pub rep: usize,
    /// What the legend says of it.
    pub label: String,
    /// The stops in order.
    pub points: Vec<Point>,
}

/// A small map with a list beneath it: a plan as it stood, or a drive as it went.
#[derive(Debug, Clone, PartialEq)]
pub struct Sketch {
    /// Its heading.
    pub title: String,
    /// Its counts and sums in one line.
    pub caption: String,
    /// Index in [`DayPage::reps`].
    pub rep: usize,
    /// What was really driven; between two pieces nothing is known. Empty for a plan, whose stops are joined instead.
    pub track: Vec<Vec<Point>>,
    /// Where a plan begins and ends, beside its stops; nothing when it does not matter.
    pub ends: Option<(Point, Option<Point>)>,
    /// The stops in order; the number of a stop is its position here, from 1.
    pub stops: Vec<SketchStop>,
    /// What is not among the stops, with the reason.
    pub left_out: Vec<LeftOut>,
}

/// A page of plans: one day, or several weeks.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanPage {
    /// The headline.
    pub title: String,
    /// Whose plan it is, and of which days.
    pub eyebrow: String,
    /// A sentence or two for a stranger.
    pub story: String,
    /// The figures worth a headline.
    pub figures: Vec<Figure>,
    /// The days, each in the colour of its number.
    pub days: Vec<Sketch>,
    /// Who could have been visited and is not, for the ground of the map.
    pub quiet: Vec<Point>,
    /// Who is visited less often than wanted, or not at all.
    pub left_out: Vec<LeftOut>,
    /// The command that made it.
    pub made_by: String,
}

/// A stop of a [`Sketch`].
#[derive(Debug, Clone, PartialEq)]
pub struct SketchStop {
    /// As the book names it.
    pub name: String,
    /// Where.
    pub at: Point,
    /// When the rep is there.
    pub from: TimeOfDay,
    /// When the rep leaves.
    pub until: TimeOfDay,
    /// What is new about it.
    pub change: StopChange,
    /// Why it is there, in words; may be empty.
    pub why: String,
}

/// What is new about a stop, held against the sketch before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopChange {
    /// Nothing.
    Unchanged,
    /// It lies behind the rep.
    Done,
    /// It was not there.
    New,
    /// It starts at another time than promised.
    Moved {
        /// The time promised.
        was: TimeOfDay,
    },
}

/// Something that is not among the stops.
#[derive(Debug, Clone, PartialEq)]
pub struct LeftOut {
    /// As the book names it.
    pub name: String,
    /// The one reason.
    pub why: String,
}

/// One value of a field, with its author.
#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    /// As a person reads it; empty means that the field was cleared.
    pub text: String,
    /// Who wrote it.
    pub by: String,
    /// When they wrote it.
    pub at: TimeOfDay,
}

/// A field with two concurrent values.
#[derive(Debug, Clone, PartialEq)]
pub struct ConflictRow {
    /// The record's name.
    pub record: String,
    /// The field's name.
    pub field: String,
    /// The value that the policy chose at the merge.
    pub kept: Value,
    /// The other one, still in the document.
    pub lost: Value,
    /// Set when somebody brought the losing value back.
    pub restored: Option<Restoration>,
}

/// The losing value, brought back.
#[derive(Debug, Clone, PartialEq)]
pub struct Restoration {
    /// Who decided.
    pub by: String,
    /// When.
    pub at: TimeOfDay,
}

/// A lane of the timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// Index in [`DayPage::reps`].
    Rep(usize),
    /// The desk.
    Office,
    /// The machine in the middle.
    Server,
}

/// Whether an actor could reach the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// A solid lane.
    Online,
    /// A dashed lane.
    Offline,
}

/// What sort of thing happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// Something done on this device.
    Act,
    /// A conversation with the server: a bar joins the two lanes.
    Sync,
    /// Two values of one field met.
    Conflict,
}

/// One line of the timeline.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// When.
    pub at: TimeOfDay,
    /// Whose lane.
    pub who: Actor,
    /// What sort of thing.
    pub kind: EventKind,
    /// The link of this actor from this event on.
    pub link: Link,
    /// One sentence.
    pub what: String,
}

/// A number worth a headline.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// What it counts.
    pub label: String,
    /// With its unit.
    pub value: String,
}
