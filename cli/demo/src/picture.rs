//! The results of the day as the data of `fieldbook-page`.

use std::collections::{HashMap, HashSet};

use fieldbook_core::clock::Clock;
use fieldbook_core::ids::RecordId;
use fieldbook_core::location::{Fence as CoreFence, GridSize, Verdict as CoreVerdict};
use fieldbook_core::model::{Kind, Record, Scalar, Zone};

use super::calls::Call;
use super::company::{Company, story_time};
use super::customers::{Files, all, position_of};
use super::day::{DayOutcome, ResolvedConflict};
use crate::error::DemoError;
use fieldbook_format::point;
use fieldbook_page::{
    ConflictRow, DayPage, Event, Fence, Figure, Fix, Place, PlaceState, Point, Rep, Restoration, Route, Tier,
    TimeOfDay, Value, Verdict, VisitRow, render,
};

/// The size of the hexagons of the coverage (H3): some 350 m across.
const HEXAGONS: u8 = 9;

/// The amount that the office wants to reach in the quarter.
const QUOTA: &str = "20000 GBP";

/// Renders the page.
pub(super) fn draw(
    company: &Company,
    files: &Files,
    outcome: &DayOutcome,
    timeline: Vec<Event>,
) -> Result<String, DemoError> {
    let (places, index) = places(company, outcome)?;
    let mut figures: Vec<Figure> = outcome
        .figures
        .iter()
        .map(|(label, value)| Figure {
            label: label.clone(),
            value: value.clone(),
        })
        .collect();
    figures.push(Figure {
        label: "records in each of three books".to_owned(),
        value: fieldbook_format::grouped(outcome.records as u64),
    });
    let grid = GridSize::try_from(HEXAGONS).map_err(DemoError::story)?;
    let mut request = fieldbook_format::this_quarter(&Zone::UTC, grid, company.clock.now_ms());
    request.quota = QUOTA.parse().ok();
    let sales = fieldbook_format::sales_figures(&company.office.book, &request).map_err(DemoError::story)?;
    Ok(render(&DayPage {
        sales,
        title: "A day in the field".to_owned(),
        story: "Two reps spent the morning without a signal and lost nothing. When it came back, three books agreed, and the one \
                thing both had written was shown with its two values and resolved by one call."
            .to_owned(),
        town: town(company)?,
        date: "Tuesday 24 November 2026".to_owned(),
        reps: company.reps.iter().map(|rep| Rep { name: rep.name.to_owned() }).collect(),
        visits: outcome.visits.iter().filter_map(|call| visit(call, &index)).collect(),
        routes: outcome.stops.iter().enumerate().map(|(rep, _)| route(rep, outcome)).collect(),
        plans: outcome.plans.clone(),
        drives: outcome.drives.clone(),
        conflicts: outcome.conflicts.iter().map(conflict).collect(),
        attribution: (!files.shipped).then(|| files.imports.iter().map(|(_, name, _)| name.as_str()).collect::<Vec<_>>().join(", ")),
        places,
        streets: files.street_plan()?,
        timeline,
        figures,
    }))
}

/// The town that most customers are in.
fn town(company: &Company) -> Result<String, DemoError> {
    let mut towns: HashMap<String, usize> = HashMap::new();
    for account in all(&company.office.book, Kind::Account)? {
        if let Some(city) = account.fields.text("city") {
            *towns.entry(city.to_owned()).or_default() += 1;
        }
    }
    let most = towns.into_iter().max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0)));
    Ok(most.map_or_else(|| company.territory.to_owned(), |(town, _)| town))
}

/// All customers with a position, and the index of each account in that list.
fn places(
    company: &Company,
    outcome: &DayOutcome,
) -> Result<(Vec<Place>, HashMap<RecordId, usize>), DemoError> {
    let book = &company.office.book;
    let accounts: HashMap<RecordId, Record> =
        all(book, Kind::Account)?.into_iter().map(|a| (a.id, a)).collect();
    let planned: HashSet<RecordId> = outcome
        .stops
        .iter()
        .flatten()
        .map(|stop| stop.account.id)
        .collect();
    let contested: HashSet<RecordId> = outcome
        .conflicts
        .iter()
        .map(|conflict| conflict.shown.record)
        .collect();
    let (mut places, mut index) = (Vec::new(), HashMap::new());
    for site in all(book, Kind::Site)? {
        let Some(account) = site.fields.id("account_id").and_then(|id| accounts.get(&id)) else {
            continue;
        };
        index.entry(account.id).or_insert(places.len());
        let state = match () {
            () if contested.contains(&site.id) => PlaceState::Contested,
            () if planned.contains(&account.id) => PlaceState::Planned,
            () => PlaceState::Quiet,
        };
        places.push(place(account, Some(&site), state));
    }
    // A customer without a position is in the table but not on the map.
    for stop in outcome.stops.iter().flatten().filter(|stop| stop.site.is_none()) {
        index.entry(stop.account.id).or_insert(places.len());
        places.push(place(&stop.account, None, PlaceState::Planned));
    }
    Ok((places, index))
}

fn place(account: &Record, site: Option<&Record>, state: PlaceState) -> Place {
    let at = site.and_then(position_of).map_or(
        Point {
            lat: f64::NAN,
            lon: f64::NAN,
        },
        point,
    );
    let fence = site
        .and_then(|site| site.fields.text("fence"))
        .and_then(|text| text.parse().ok());
    Place {
        name: account.title().to_owned(),
        tier: match account.fields.text("tier") {
            Some("A") => Tier::A,
            Some("B") => Tier::B,
            Some("C") => Tier::C,
            _ => Tier::Unrated,
        },
        at,
        fence: site.map(|_| outline(fence)),
        state,
    }
}

/// The fence for the page; the default circle for a site without a fence.
fn outline(fence: Option<CoreFence>) -> Fence {
    match fence {
        Some(CoreFence::Polygon(polygon)) => {
            let outer = polygon.rings().first().into_iter().flatten();
            Fence::Polygon(outer.copied().map(point).collect())
        }
        Some(CoreFence::Circle(circle)) => Fence::Circle {
            radius_m: circle.radius().0,
        },
        None => Fence::Circle {
            radius_m: fieldbook_core::book::DEFAULT_FENCE.0,
        },
    }
}

fn visit(call: &Call, index: &HashMap<RecordId, usize>) -> Option<VisitRow> {
    let assessment = &call.check_in.assessment;
    let fix = call.check_in.fixes.last();
    Some(VisitRow {
        at: story_time(call.check_in.at_ms),
        rep: call.rep,
        place: *index.get(&call.stop.account.id)?,
        verdict: match assessment.verdict {
            CoreVerdict::Verified => Verdict::Verified,
            CoreVerdict::LikelyOnSite => Verdict::LikelyOnSite,
            CoreVerdict::OffSite => Verdict::OffSite,
            CoreVerdict::Unverifiable | CoreVerdict::Other(_) => Verdict::Unverifiable,
        },
        distance_to_edge_m: assessment.distance_to_edge.map(|edge| edge.0),
        fix: fix.map(|fix| Fix {
            at: Point {
                lat: fix.lat,
                lon: fix.lon,
            },
            accuracy_m: fix.accuracy_m,
        }),
        reasons: vec![fieldbook_format::assessment(assessment)],
        note: Some(call.outcome.clone()),
    })
}

fn route(rep: usize, outcome: &DayOutcome) -> Route {
    let doors = outcome.stops[rep].iter().filter_map(|stop| stop.site);
    let points: Vec<Point> = doors.map(|(_, door)| point(door)).collect();
    let label = if rep == 0 { "Ada's round" } else { "Ben's round" };
    Route {
        rep,
        label: label.to_owned(),
        points,
    }
}

fn conflict(resolved: &ResolvedConflict) -> ConflictRow {
    let text = |value: &Scalar| value.text().unwrap_or_default().to_owned();
    let shown = &resolved.shown;
    ConflictRow {
        record: resolved.account.clone(),
        field: shown.field.replace('_', " "),
        chosen: Value {
            text: text(&shown.shown),
            by: resolved.chosen.by.clone(),
            at: story_time(resolved.chosen.at_ms),
        },
        lost: Value {
            text: text(&shown.lost),
            by: shown.lost_by.clone(),
            at: story_time(shown.lost_at_ms),
        },
        restored: Some(Restoration {
            by: "Ada".to_owned(),
            at: TimeOfDay(resolved.restored_at),
        }),
    }
}
