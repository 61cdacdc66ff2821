//! Figures over the deals of the book: the funnel, the time in each stage, the forecast.

use fieldbook_model::Zone;
use fieldbook_sales::pack::Installed;
use fieldbook_sales::stats::{
    self, DealLog, Forecast, ForecastError, Forecaster, Funnel, Group, HazardSettings, Prior, Scope, Stage,
    WinRate, Window,
};

use super::logs::logs_of_process;
use super::standing::{DealView, default_process};
use crate::book::{Book, BookError};

/// Days within which a deal counts as having passed a stage.
pub const FUNNEL_HORIZON_DAYS: u32 = 90;

/// The funnel of a process over the deals of the book.
#[derive(Debug, Clone, PartialEq)]
pub struct BookFunnel {
    /// The process.
    pub process: Installed,
    /// The figures of its stages.
    pub funnel: Funnel,
    /// The share of closed deals that were won, shrunk to even odds where there are few.
    pub win_rate: WinRate,
    /// Deals of other processes and without one, which the funnel leaves out.
    pub others: usize,
}

impl Book {
    /// The funnel of a process: conversion and time in each stage, right while deals are open. Deals count whatever version
    /// of the process they are in, by the stages of `view`'s version.
    ///
    /// # Errors
    /// [`BookError::BadRequest`] for a process that is not on this device.
    pub fn funnel(&self, view: &DealView) -> Result<BookFunnel, BookError> {
        let library = self.packs()?;
        let id = default_process(&library, view);
        let process = library.get(&id).ok_or(BookError::BadRequest {
            what: "a process on this device",
        })?;
        let deals = self.logged_deals(&view.zone)?;
        let logs = logs_of_process(&deals, &id.name);
        let stages: Vec<Stage> = process
            .process
            .stages
            .iter()
            .map(|stage| Stage {
                id: stage.id.clone(),
                rank: u32::from(stage.rank),
            })
            .collect();
        let funnel = stats::funnel(&logs, &stages, self.now_ms(), FUNNEL_HORIZON_DAYS, Scope::OwnBook);
        let all: Vec<&DealLog> = deals.iter().map(|deal| &deal.log).collect();
        let (won, closed) = closed_of(&all);
        Ok(BookFunnel {
            win_rate: stats::win_rate_of(&logs, Prior::from_team(won, closed)),
            others: deals.len() - logs.len(),
            process: process.clone(),
            funnel,
        })
    }

    /// The money that the deals of the book bring in a window, in each currency: booked, still to come from open deals and
    /// from deals that do not exist yet, an 80 % interval, and how right this forecast was in past windows.
    ///
    /// Deals without an amount are left out. The figures are of this book alone: the team's come from the server.
    ///
    /// # Errors
    /// [`ForecastFault`].
    pub fn forecast(
        &self,
        window: Window,
        group: &Group,
        zone: &Zone,
    ) -> Result<Vec<Forecast>, ForecastFault> {
        let logs = self.deal_logs(zone)?;
        let logs: Vec<&DealLog> = logs.iter().filter(|log| !log.currency.is_empty()).collect();
        let today = zone.date(self.now_ms());
        let forecaster = Forecaster::new(&logs, today, window, &HazardSettings::default())?;
        Ok(forecaster.forecast(group))
    }
}

/// Why there is no forecast.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ForecastFault {
    /// The window has no day, or lies too far ahead.
    #[error(transparent)]
    Window(#[from] ForecastError),
    /// The file failed.
    #[error(transparent)]
    Book(#[from] BookError),
}

/// Deals won, and deals closed.
fn closed_of(deals: &[&DealLog]) -> (usize, usize) {
    let won = deals.iter().filter(|deal| deal.is_won()).count();
    let closed = deals.iter().filter(|deal| !deal.is_open()).count();
    (won, closed)
}
