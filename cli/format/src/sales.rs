//! The figures of the sales process of a book, as the data of their pictures.

use chrono::{Datelike, NaiveDate};
use fieldbook_core::book::{Book, BookError, DealView, ForecastFault};
use fieldbook_core::location::{GridSize, Position};
use fieldbook_core::model::{Currency, Money, Zone};
use fieldbook_core::sales::stats::{Estimate, Forecast, Group, Window};
use fieldbook_page::{
    Amount, CoverageCell, ForecastFigure, PastFigure, Point, SalesFigures, Share, StageFigure,
};

/// What the pictures are asked for.
#[derive(Debug, Clone)]
pub struct SalesRequest {
    /// The process of the funnel, and the zone of days.
    pub view: DealView,
    /// The window of the forecast.
    pub window: Window,
    /// The amount to reach in the window.
    pub quota: Option<Money>,
    /// The size of the hexagons.
    pub grid: GridSize,
    /// The time of asking, Unix milliseconds.
    pub now_ms: i64,
}

/// The figures of the sales process of `book`, with the titles of stages in English.
///
/// # Errors
/// [`ForecastFault`]: a process that is not on this device, a window without days, or of the file.
pub fn sales_figures(book: &Book, request: &SalesRequest) -> Result<SalesFigures, ForecastFault> {
    let found = book.funnel(&request.view)?;
    let process = &found.process.process;
    let stages = found
        .funnel
        .stages
        .iter()
        .map(|stage| {
            let known = process.stage(&stage.stage);
            StageFigure {
                title: known.map_or_else(|| stage.stage.clone(), |known| known.titles.get("en").to_owned()),
                reached: stage.conversion.reached,
                passed: stage.conversion.passed,
                lost: stage.conversion.lost,
                passes: stage.conversion.within_horizon.map(share),
                horizon_days: stage.conversion.horizon_days,
                median_days: stage.dwell.median_days,
                median_interval_days: stage.dwell.median_interval_days,
                upper_quartile_days: stage.dwell.upper_quartile_days,
                closed_mean_days: stage.dwell.closed_mean_days,
                allowed_days: known.and_then(|known| known.dwell_days),
            }
        })
        .collect();
    let mut forecasts = book.forecast(request.window, &Group::Company, &request.view.zone)?;
    forecasts.retain(|forecast| forecast.total_minor() > 0);
    forecasts.sort_by_key(|forecast| std::cmp::Reverse(forecast.open_deals));
    Ok(SalesFigures {
        scope: found.funnel.heading(),
        stages,
        forecasts: forecasts
            .iter()
            .map(|forecast| figure(forecast, request))
            .collect(),
        cells: cells(book, request.grid, request.now_ms)?,
    })
}

/// A window as people name it: `Q4 2026` for a quarter of the calendar, else its days.
pub fn window_name(window: Window) -> String {
    let last = window.until.pred_opt().unwrap_or(window.until);
    let is_quarter = window == Window::quarter(window.from, 1);
    if is_quarter {
        return format!("Q{} {}", window.from.month0() / 3 + 1, window.from.year());
    }
    format!("{} to {last}", window.from)
}

fn share(estimate: Estimate) -> Share {
    Share {
        value: estimate.value,
        lo: estimate.lo,
        hi: estimate.hi,
    }
}

fn figure(forecast: &Forecast, request: &SalesRequest) -> ForecastFigure {
    let amount = |minor: i64| amount(minor, &forecast.currency);
    let booked = forecast.booked_minor;
    let quota = request
        .quota
        .filter(|quota| quota.currency.code() == forecast.currency)
        .map(|quota| (amount(quota.minor), forecast.quota_odds(quota.minor)));
    ForecastFigure {
        window: window_name(request.window),
        booked: amount(booked),
        open: amount(forecast.open_minor),
        unborn: amount(forecast.unborn_minor),
        total: amount(forecast.total_minor()),
        lo: amount(booked.saturating_add(forecast.rest_lo_minor)),
        hi: amount(booked.saturating_add(forecast.rest_hi_minor)),
        quota,
        past: forecast
            .calibration
            .iter()
            .rev()
            .map(|past| PastFigure {
                as_of: month(past.as_of),
                predicted: amount(past.predicted_minor),
                realised: amount(past.realised_minor),
            })
            .collect(),
    }
}

fn month(day: NaiveDate) -> String {
    day.format("%-d %b %y").to_string()
}

/// An amount in minor units with its currency, `1234.50 EUR`; the number alone if there is no such currency.
pub fn money(minor: i64, currency: &str) -> String {
    let currency: Option<Currency> = currency.parse().ok();
    currency.map_or_else(
        || minor.to_string(),
        |currency| Money { minor, currency }.to_string(),
    )
}

fn amount(minor: i64, currency: &str) -> Amount {
    Amount {
        minor,
        text: money(minor, currency),
    }
}

fn cells(book: &Book, grid: GridSize, now_ms: i64) -> Result<Vec<CoverageCell>, BookError> {
    let cells = book.coverage(grid)?;
    Ok(cells
        .iter()
        .map(|cell| CoverageCell {
            outline: cell.outline.iter().copied().map(point).collect(),
            center: point(cell.center),
            places: cell.places,
            days: cell
                .days_since(now_ms)
                .map(|days| u32::try_from(days).unwrap_or(u32::MAX)),
        })
        .collect())
}

/// A position of the core as a point of the page.
pub fn point(at: Position) -> Point {
    Point {
        lat: at.lat(),
        lon: at.lon(),
    }
}

/// A request for the quarter of the calendar in which `now_ms` lies, days being those of `zone`.
pub fn this_quarter(zone: &Zone, grid: GridSize, now_ms: i64) -> SalesRequest {
    SalesRequest {
        view: DealView {
            zone: zone.clone(),
            process: None,
        },
        window: Window::quarter(zone.date(now_ms), 1),
        quota: None,
        grid,
        now_ms,
    }
}
