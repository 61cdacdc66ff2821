//! `report`: the figures of the sales process as one page of pictures.

use std::path::PathBuf;

use fieldbook_core::location::GridSize;
use fieldbook_core::model::Money;
use fieldbook_format::{SalesRequest, count, sales_figures, window_name};
use fieldbook_page::{Figure, SalesPage, render_sales};
use serde_json::json;

use crate::context::Context;
use crate::deal::{ProcessOf, QuarterArgs};
use crate::error::CliError;

/// Draw the funnel, the time in each stage, the forecast and the coverage of the territory as one page
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  fieldbook report sales.html
  fieldbook report sales.html --quarter 2026Q4 --quota '500000 EUR' --grid 8")]
pub(crate) struct ReportArgs {
    /// The HTML file to write
    file: PathBuf,
    #[command(flatten)]
    by: ProcessOf,
    #[command(flatten)]
    quarter: QuarterArgs,
    /// The amount to reach
    #[arg(long, value_name = "MONEY")]
    quota: Option<Money>,
    /// How fine the grid of the coverage is (H3): 6 is some 6 km across, 7 2.4 km, 8 900 m
    #[arg(long, value_name = "0-15", default_value_t = 7)]
    grid: u8,
}

pub(crate) fn report(context: &mut Context, args: &ReportArgs) -> Result<(), CliError> {
    let grid = GridSize::try_from(args.grid).map_err(|error| CliError::bad_field("--grid", error))?;
    let now_ms = context.now_ms();
    let today = context.zone.day(now_ms);
    let window = args.quarter.window(today);
    let book = context.book()?;
    let request = SalesRequest {
        view: args.by.view(context),
        window,
        quota: args.quota,
        grid,
        now_ms,
    };
    let sales = sales_figures(&book, &request)?;
    let warned = book.deal_warnings(&request.view)?.len();
    let figures = [
        ("deals to look at".to_owned(), warned.to_string()),
        (
            format!("forecast for {}", window_name(window)),
            sales
                .forecasts
                .first()
                .map_or_else(|| "none".to_owned(), |forecast| forecast.total.text.clone()),
        ),
    ];
    let page = SalesPage {
        eyebrow: format!("As of {today}"),
        title: "How the business stands".to_owned(),
        story: "Made of the book on this device, without a network.".to_owned(),
        figures: figures
            .into_iter()
            .map(|(label, value)| Figure { label, value })
            .collect(),
        sales,
        made_by: "fieldbook report".to_owned(),
    };
    std::fs::write(&args.file, render_sales(&page))
        .map_err(|error| CliError::unwritable(&args.file, error.kind()))?;
    let stages = page.sales.stages.len();
    let json = json!({
        "file": args.file.display().to_string(), "stages": stages, "forecasts": page.sales.forecasts.len(),
        "hexagons": page.sales.cells.len(), "warned": warned,
    });
    let line = format!(
        "{}: {}, {}, {}",
        args.file.display(),
        count(stages as u64, "stage", "stages"),
        count(page.sales.forecasts.len() as u64, "forecast", "forecasts"),
        count(page.sales.cells.len() as u64, "hexagon", "hexagons"),
    );
    context.out.either(&json, &line)
}
