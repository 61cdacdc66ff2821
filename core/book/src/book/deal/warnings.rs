//! Warnings about the open deals of the book.

use std::collections::HashMap;

use fieldbook_model::ids::RecordId;
use fieldbook_model::{BusinessCalendar, StageStay};
use fieldbook_sales::pack::{Installed, PackId};
use fieldbook_sales::stats::{Fate, StallOdds, StallSettings, Standing, ZombieLimit, zombie_after};
use fieldbook_sales::warnings::{OpenDeal, Warning, warnings};

use super::logs::{LoggedDeal, logs_of_process};
use super::standing::DealView;
use crate::book::{Book, BookError, edit};

/// An open deal with its warnings.
#[derive(Debug, Clone, PartialEq)]
pub struct DealWarning {
    /// The deal.
    pub deal: RecordId,
    /// Name of the deal.
    pub name: String,
    /// The account, if the deal has one.
    pub account: Option<RecordId>,
    /// The stage that it stands in.
    pub stage: String,
    /// The process, `solution-sale@1`.
    pub pack: String,
    /// The odds that it takes no step forward in the days ahead, 0 to 1.
    pub odds: f64,
    /// The warnings, the gravest first.
    pub warnings: Vec<Warning>,
}

/// What was learned from the deals of one process.
struct Learned {
    odds: StallOdds,
    zombie: ZombieLimit,
}

impl Book {
    /// The open deals of the book that somebody should look at, those most likely to die first. Deals whose process is not
    /// on this device are left out.
    ///
    /// A customer's events are visits that were held at the account. Days are business days of the account's country.
    ///
    /// # Errors
    /// [`BookError`] of the file.
    pub fn deal_warnings(&self, view: &DealView) -> Result<Vec<DealWarning>, BookError> {
        let library = self.packs()?;
        let deals = self.logged_deals(&view.zone)?;
        let events = self.store.latest_held_visits()?;
        let mut learned: HashMap<&str, Learned> = HashMap::new();
        let countries = self.store.account_countries()?;
        let mut calendars: HashMap<Option<&str>, BusinessCalendar> = HashMap::new();
        let mut found = Vec::new();
        for deal in &deals {
            let Some(stay) = deal.stay.as_ref().filter(|stay| stay.end.is_none()) else {
                continue;
            };
            let id: Option<PackId> = stay.pack.parse().ok();
            let Some(installed) = id.as_ref().and_then(|id| library.get(id)) else {
                continue;
            };
            let name = installed.process.name.as_str();
            let learned = learned
                .entry(name)
                .or_insert_with(|| self.learn(&deals, installed));
            let account = deal.account;
            let event = account.and_then(|account| events.get(&account)).copied();
            let country = account
                .and_then(|account| countries.get(&account))
                .map(String::as_str);
            let calendar = calendars
                .entry(country)
                .or_insert_with(|| BusinessCalendar::of_country(country));
            let open = self.open_deal(deal, stay, event, calendar, learned, view)?;
            let warned = warnings(&installed.process, &open);
            if !warned.is_empty() {
                found.push(DealWarning {
                    deal: deal.id,
                    name: deal.name.clone(),
                    account,
                    stage: stay.stage.clone(),
                    pack: stay.pack.clone(),
                    odds: open.odds.p,
                    warnings: warned,
                });
            }
        }
        let grave = |warning: &DealWarning| {
            let kinds = warning.warnings.iter().map(Warning::kind);
            kinds.filter(|kind| *kind != "uncovered").count()
        };
        found.sort_by(|a, b| {
            grave(b)
                .cmp(&grave(a))
                .then(b.odds.total_cmp(&a.odds))
                .then(a.deal.cmp(&b.deal))
        });
        Ok(found)
    }

    /// Learns odds and age limit from all deals of a process, whatever their version.
    fn learn(&self, deals: &[LoggedDeal], installed: &Installed) -> Learned {
        let process = &installed.process;
        let logs = logs_of_process(deals, &process.name);
        let settings = StallSettings {
            ahead_days: u32::from(process.stall.warn_days),
            ..StallSettings::default()
        };
        let zombie = &process.zombie;
        Learned {
            odds: StallOdds::from_history(&logs, self.now_ms(), Fate::Stalled, settings),
            zombie: zombie_after(
                &logs,
                usize::from(zombie.min_wins),
                i64::from(zombie.default_days),
            ),
        }
    }

    fn open_deal(
        &self,
        deal: &LoggedDeal,
        stay: &StageStay,
        event: Option<(i64, RecordId)>,
        calendar: &BusinessCalendar,
        learned: &Learned,
        view: &DealView,
    ) -> Result<OpenDeal, BookError> {
        let now_ms = self.now_ms();
        let today = view.zone.date(now_ms);
        let event = event.filter(|(at_ms, _)| *at_ms >= deal.log.opened.at_ms);
        let since = event.map_or(deal.log.opened.on, |(at_ms, _)| view.zone.date(at_ms));
        let idle = calendar.between(since, today);
        let standing = Standing {
            stage: stay.stage.clone(),
            in_stage_ms: now_ms.saturating_sub(stay.from_ms),
        };
        let next_step_moves = match deal.next_step_on {
            Some(day) if day >= today => {
                self.writes_of_next_step(deal.id, event.map_or(i64::MIN, |(at_ms, _)| at_ms))?
            }
            _ => 0,
        };
        Ok(OpenDeal {
            today,
            stage: stay.stage.clone(),
            in_stage_since: view.zone.date(stay.from_ms),
            opened_on: deal.log.opened.on,
            last_event: event.map(|(at_ms, id)| (view.zone.date(at_ms), id.to_string())),
            idle_business_days: idle.days,
            idle_estimated_from: idle.estimated_from,
            next_step_on: deal.next_step_on,
            next_step_moves,
            close_on: deal.close_on,
            covered: deal.covered.clone(),
            odds: learned.odds.odds(&standing),
            zombie: learned.zombie,
        })
    }

    /// Times that the day of the next step was written after `since_ms`.
    fn writes_of_next_step(&self, deal: RecordId, since_ms: i64) -> Result<usize, BookError> {
        let Some(stored) = self.store.stored(deal)? else {
            return Ok(0);
        };
        let edits = edit::load(&stored.document)?.history();
        let writes = edits
            .iter()
            .filter(|edit| edit.at.ms() > since_ms && edit.fields.0.contains_key("next_step_on"));
        Ok(writes.count())
    }
}
