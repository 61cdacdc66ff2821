//! A day or a plan as one HTML page: map, check-ins, timeline, conflicts; the page of `cargo demo` and of `plan --page`.
//!
//! Plain data in ([`DayPage`]), one self-contained HTML file out ([`render`]): no network, no script, no clock, no
//! randomness, so the same day makes the same bytes. All text in the data is escaped as untrusted input.
//!
//! Modules: `projection` turns degrees into pixels, `html` escapes text, `labels` places names without overlaps,
//! `scene` fits the map, `map` stacks the layers (`ground`, `streetnames`, `marks`, `pins`, `route`, `decorations`).
//! `sketch` (plans and drives), `checkins`, `timeline` and `conflicts` are the sections below the map, `legend` its legend.
//! `sales` draws the figures of the sales process. `document` is the HTML around them, `plan` the page of `fieldbook plan day|period --page`, `streets` reads a street plan.

mod checkins;
mod conflicts;
mod day;
mod decorations;
mod document;
mod ground;
mod html;
mod labels;
mod legend;
mod map;
mod marks;
mod pins;
mod plan;
mod projection;
mod route;
mod sales;
mod scene;

mod sketch;
mod streetnames;
mod streets;
#[cfg(test)]
mod tests;
mod timeline;

pub use day::{
    Actor, ConflictRow, DayPage, Event, EventKind, Fence, Figure, Fix, LeftOut, Link, Place, PlaceState,
    PlanPage, Point, Rep, Restoration, Route, Sketch, SketchStop, StopChange, Tier, TimeOfDay, Value,
    Verdict, VisitRow,
};
pub use sales::{
    Amount, CoverageCell, ForecastFigure, PastFigure, SalesFigures, SalesPage, Share, StageFigure,
};
pub use streets::{Street, StreetKind, streets_from_csv};

/// The whole page as one HTML document. The same `day` gives the same bytes.
pub fn render(day: &DayPage) -> String {
    document::document(day)
}

/// The page of a plan as one HTML document. The same `plan` gives the same bytes.
pub fn render_plan(plan: &PlanPage) -> String {
    plan::document(plan)
}

/// The page of the figures of the sales process as one HTML document. The same `page` gives the same bytes.
pub fn render_sales(page: &SalesPage) -> String {
    sales::document(page)
}
