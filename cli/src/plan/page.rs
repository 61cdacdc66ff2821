//! A plan as the data of `fieldbook-page`, written as one HTML file.

use std::path::Path;

use fieldbook_core::book::{Candidate, DayPlace, Places, PlannedDay, PlannedPeriod};
use fieldbook_core::plan::PlannedVisit;

use crate::error::CliError;
use fieldbook_format::{count, duration, point, score_terms, time_of_day};
use fieldbook_page::{
    Figure, LeftOut, PlanPage, Point, Sketch, SketchStop, StopChange, TimeOfDay, render_plan,
};

/// Writes the page of a day.
pub(super) fn write_day(day: &PlannedDay, path: &Path) -> Result<(), CliError> {
    let date = day.request.date.format("%A, %-d %B %Y").to_string();
    let plan = &day.plan;
    let stops: Vec<_> = day.stops().collect();
    let caption = caption(day.road_time_s(), plan.ends_s, plan.lunch_s);
    let sketch = sketch(0, &date, &caption, &stops, ends(&day.places, day.problem.end));
    let left = day
        .left_out()
        .map(|(candidate, left)| (candidate, left.reason.clone()));
    let figures = vec![
        figure("visits", plan.visits.len().to_string()),
        figure("worth together", plan.value.to_string()),
        figure("on the road", duration(day.road_time_s())),
        figure("done at", time_of_day(plan.ends_s)),
    ];
    let page = PlanPage {
        title: date,
        eyebrow: "The plan of a day".to_owned(),
        story: format!("Travel times {}.", day.travel),
        figures,
        days: vec![sketch],
        quiet: Vec::new(),
        left_out: left_out(left),
        made_by: "fieldbook plan day".to_owned(),
    };
    write(&page, path)
}

/// Writes the page of several weeks.
pub(super) fn write_period(period: &PlannedPeriod, path: &Path) -> Result<(), CliError> {
    let ends = ends(&period.places, period.problem.end);
    let planned: Vec<_> = period.days().collect();
    let sketches = planned.iter().enumerate().map(|(at, (date, visits))| {
        let day = period
            .plan
            .days
            .iter()
            .filter(|day| !day.visits.is_empty())
            .nth(at);
        let last_s = visits.last().map_or(0, |(_, visit)| visit.leave_s);
        let ends_s = day.and_then(|day| day.ends_s).unwrap_or(last_s);
        let caption = caption(
            period.road_time_s(visits),
            ends_s,
            day.and_then(|day| day.lunch_s),
        );
        let title = date.format("%A, %-d %B").to_string();
        sketch(at, &title, &caption, visits, ends)
    });
    let is_visited = |candidate: &Candidate| {
        let mut visits = planned.iter().flat_map(|(_, visits)| visits);
        visits.any(|(visited, _)| visited.account.id == candidate.account.id)
    };
    let quiet = period
        .candidates
        .iter()
        .filter(|candidate| !is_visited(candidate));
    let quiet = quiet.map(|candidate| point(candidate.position)).collect();
    let road_s = planned.iter().map(|(_, visits)| period.road_time_s(visits)).sum();
    let visits: usize = planned.iter().map(|(_, visits)| visits.len()).sum();
    let left = period.left_out().map(|(candidate, unmet)| {
        let wanted = count(unmet.wanted as u64, "visit", "visits");
        (
            candidate,
            format!("{} of {wanted}: {}", unmet.planned, unmet.reason),
        )
    });
    let figures = vec![
        figure("visits", visits.to_string()),
        figure("days", planned.len().to_string()),
        figure("worth together", period.plan.value.to_string()),
        figure("on the road", duration(road_s)),
    ];
    let span = planned
        .first()
        .zip(planned.last())
        .map_or(String::new(), |(first, last)| {
            format!("{} to {}", first.0.format("%-d %B"), last.0.format("%-d %B %Y"))
        });
    let page = PlanPage {
        title: format!("The plan of {}", count(planned.len() as u64, "day", "days")),
        eyebrow: span,
        story: format!(
            "Each customer as often as its cadence wants. Travel times {}.",
            period.travel
        ),
        figures,
        days: sketches.collect(),
        quiet,
        left_out: left_out(left),
        made_by: "fieldbook plan period".to_owned(),
    };
    write(&page, path)
}

fn write(page: &PlanPage, path: &Path) -> Result<(), CliError> {
    std::fs::write(path, render_plan(page)).map_err(|error| CliError::unwritable(path, error.kind()))
}

fn sketch(
    number: usize,
    title: &str,
    caption: &str,
    stops: &[(&Candidate, &PlannedVisit)],
    ends: Option<(Point, Option<Point>)>,
) -> Sketch {
    let stop = |(candidate, visit): &(&Candidate, &PlannedVisit)| SketchStop {
        name: candidate.account.title().to_owned(),
        at: point(candidate.position),
        from: time(visit.start_s),
        until: time(visit.leave_s),
        change: StopChange::Unchanged,
        why: score_terms(candidate),
    };
    Sketch {
        title: title.to_owned(),
        caption: format!("{}, {caption}", count(stops.len() as u64, "visit", "visits")),
        rep: number,
        track: Vec::new(),
        ends,
        stops: stops.iter().map(stop).collect(),
        left_out: Vec::new(),
    }
}

fn caption(travel_s: i64, ends_s: i64, lunch_s: Option<i64>) -> String {
    let lunch = lunch_s.map_or(String::new(), |s| format!("; lunch at {}", time_of_day(s)));
    let (travel, done) = (duration(travel_s), time_of_day(ends_s));
    format!("{travel} on the road, done at {done}{lunch}")
}

/// Start of the day, and its end if that is a place.
fn ends(places: &Places, end: Option<usize>) -> Option<(Point, Option<Point>)> {
    let start = places.names.iter().position(|name| *name == DayPlace::Start)?;
    let at = |node: usize| places.at.get(node).copied().map(point);
    Some((at(start)?, end.and_then(at)))
}

fn left_out<'a>(all: impl Iterator<Item = (&'a Candidate, String)>) -> Vec<LeftOut> {
    let lines = all.map(|(candidate, why)| LeftOut {
        name: candidate.account.title().to_owned(),
        why,
    });
    lines.collect()
}

fn figure(label: &str, value: String) -> Figure {
    Figure {
        label: label.to_owned(),
        value,
    }
}

fn time(s: i64) -> TimeOfDay {
    TimeOfDay(u32::try_from(s).unwrap_or(0))
}
