//! `here` and `coverage`: the sites at a position, and areas without visits.

use fieldbook_core::book::SiteHere;
use fieldbook_core::location::Meters;
use fieldbook_core::location::{Cell, GridSize, Position};
use serde_json::{Value, json};

use crate::context::Context;
use crate::error::CliError;
use crate::table::{Column, Table};

/// Show at which of your sites a position is
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  fieldbook here 52.6309,1.2974 --accuracy 15")]
pub(crate) struct HereArgs {
    /// Where
    #[arg(value_name = "LAT,LON", allow_hyphen_values = true)]
    at: String,
    /// How accurate the position is, in metres
    #[arg(long, value_name = "M", default_value_t = 0.0)]
    accuracy: f64,
}

/// Show the territory in hexagons, the longest unvisited first
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  fieldbook coverage --days 30
  fieldbook coverage --grid 7 --geojson > coverage.geojson")]
pub(crate) struct CoverageArgs {
    /// How fine the grid is (H3): 6 is some 6 km across, 7 2.4 km, 8 900 m
    #[arg(long, value_name = "0-15", default_value_t = 7)]
    grid: u8,
    /// Only where nobody was for so many days
    #[arg(long, value_name = "N", default_value_t = 0)]
    days: i64,
    /// Print one GeoJSON collection
    #[arg(long)]
    geojson: bool,
}

pub(crate) fn here(context: &mut Context, args: &HereArgs) -> Result<(), CliError> {
    let at = context
        .position(&args.at)
        .map_err(|error| CliError::bad_field("LAT,LON", error))?;
    let found = context.book()?.sites_here(at, Meters(args.accuracy))?;
    if context.out.json() {
        return found.iter().try_for_each(|here| context.out.value(&site(here)));
    }
    if found.is_empty() {
        return context.out.line("At none of your sites.");
    }
    let columns = [
        Column::text("ACCOUNT"),
        Column::text("SITE"),
        Column::number("TO THE EDGE"),
        Column::whole("ID"),
    ];
    let mut table = Table::new(&columns);
    for here in &found {
        table.row(&[
            here.account.title().to_owned(),
            here.site.title().to_owned(),
            here.distance_to_edge.to_string(),
            here.site.id.to_string(),
        ]);
    }
    context.out.table(&table)
}

fn site(here: &SiteHere) -> Value {
    json!({
        "site": here.site.id.to_string(),
        "account": here.account.id.to_string(),
        "name": here.account.title(),
        "distance_to_edge_m": (here.distance_to_edge.0 * 100.0).round() / 100.0,
    })
}

pub(crate) fn coverage(context: &mut Context, args: &CoverageArgs) -> Result<(), CliError> {
    let size = GridSize::try_from(args.grid).map_err(|error| CliError::bad_field("--grid", error))?;
    let now_ms = context.now_ms();
    let mut cells = context.book()?.coverage(size)?;
    cells.retain(|cell| cell.days_since(now_ms).is_none_or(|days| days >= args.days));
    if args.geojson {
        let features: Vec<Value> = cells.iter().map(|cell| feature(cell, now_ms)).collect();
        return context
            .out
            .value(&json!({ "type": "FeatureCollection", "features": features }));
    }
    if context.out.json() {
        return cells
            .iter()
            .try_for_each(|cell| context.out.value(&properties(cell, now_ms)));
    }
    if cells.is_empty() {
        return context.out.line("Somebody was everywhere.");
    }
    let columns = [
        Column::number("DAYS SINCE"),
        Column::number("SITES"),
        Column::number("NEVER"),
        Column::whole("CELL"),
        Column::whole("CENTER"),
    ];
    let mut table = Table::new(&columns);
    for cell in &cells {
        table.row(&[
            cell.days_since(now_ms)
                .map_or("never".to_owned(), |days| days.to_string()),
            cell.places.to_string(),
            cell.never.to_string(),
            cell.index.clone(),
            cell.center.to_string(),
        ]);
    }
    context.out.table(&table)
}

fn properties(cell: &Cell, now_ms: i64) -> Value {
    json!({
        "cell": cell.index, "lat": cell.center.lat(), "lon": cell.center.lon(), "sites": cell.places, "never": cell.never,
        "days_since": cell.days_since(now_ms),
    })
}

fn feature(cell: &Cell, now_ms: i64) -> Value {
    let corner = |at: &Position| json!([at.lon(), at.lat()]);
    let ring: Vec<Value> = cell
        .outline
        .iter()
        .chain(cell.outline.first())
        .map(corner)
        .collect();
    json!({
        "type": "Feature",
        "geometry": { "type": "Polygon", "coordinates": [ring] },
        "properties": properties(cell, now_ms),
    })
}
