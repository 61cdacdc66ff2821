//! The tier of an account, and when its next visit is due.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use fieldbook_model::ids::RecordId;
use fieldbook_model::{Kind, Record, Scalar, Zone};
use fieldbook_plan::ScoreRules;
use fieldbook_sales::account::{AccountWorth, Cadence, StandardTiers, Tiered, YEAR_DAYS};
use fieldbook_sales::rule::Subject;

use crate::book::{Book, BookError};

/// An account with its tier and its cadence.
#[derive(Debug, Clone, PartialEq)]
pub struct AccountTier {
    /// The account.
    pub account: Record,
    /// Its tier, with the reasons.
    pub tiered: Tiered,
    /// The cadence of visits to it.
    pub cadence: Cadence,
    /// Day of the last visit that was held.
    pub last_visit_on: Option<NaiveDate>,
    /// The day on which the next visit is due; `None` for an account that was never visited.
    pub due_on: Option<NaiveDate>,
    /// Days since that day; 0 for one that lies ahead, `None` for an account that was never visited.
    pub overdue_days: Option<i64>,
}

/// The company's tiers with the money by which accounts belong to them, as of one day.
pub(in crate::book) struct Tiering {
    standard: StandardTiers,
    worth: HashMap<RecordId, AccountWorth>,
    zone: Zone,
    today: NaiveDate,
}

impl Book {
    /// The company's tiers of accounts, the best first: those of its process pack, or the usual ones.
    ///
    /// # Errors
    /// [`BookError`] of the file.
    pub fn tiers(&self) -> Result<StandardTiers, BookError> {
        Ok(self.packs()?.tiers())
    }

    /// The tier of an account and its cadence, as of today in `zone`.
    ///
    /// # Errors
    /// [`BookError`]: no such account, or of the file.
    pub fn account_tier(&self, id: RecordId, zone: &Zone) -> Result<AccountTier, BookError> {
        let account = self.live_record(id, Kind::Account)?;
        let tiering = self.tiering(zone, zone.date(self.now_ms()))?;
        let last_visits = self.store.latest_held_visits()?;
        self.account_tier_of(&tiering, account, &last_visits)
    }

    /// The tiers of all accounts, in the order of lists.
    ///
    /// # Errors
    /// [`BookError`] of the file.
    pub fn account_tiers(&self, zone: &Zone) -> Result<Vec<AccountTier>, BookError> {
        let tiering = self.tiering(zone, zone.date(self.now_ms()))?;
        let last_visits = self.store.latest_held_visits()?;
        let mut all = Vec::new();
        self.each_record(Kind::Account, |account| {
            all.push(self.account_tier_of(&tiering, account.clone(), &last_visits)?);
            Ok(())
        })?;
        Ok(all)
    }

    /// Reads once all that the tiers of many accounts need, as of `today`.
    pub(in crate::book) fn tiering(&self, zone: &Zone, today: NaiveDate) -> Result<Tiering, BookError> {
        let standard = self.tiers()?;
        let mut worth: HashMap<RecordId, AccountWorth> = HashMap::new();
        if standard.needs_money() {
            for deal in self.logged_deals(zone)? {
                let Some((account, end)) = deal.account.zip(deal.log.end) else {
                    continue;
                };
                let days = (today - end.when.on).num_days();
                if deal.log.is_won() && (0..YEAR_DAYS).contains(&days) && !deal.log.currency.is_empty() {
                    let won: &mut BTreeMap<String, i64> = &mut worth.entry(account).or_default().won_in_year;
                    let sum = won.entry(deal.log.currency).or_default();
                    *sum = sum.saturating_add(end.value_minor);
                }
            }
        }
        Ok(Tiering {
            standard,
            worth,
            zone: zone.clone(),
            today,
        })
    }

    /// The tier of an account.
    pub(in crate::book) fn tier_in(&self, tiering: &Tiering, account: &Record) -> Result<Tiered, BookError> {
        let by_hand = account.fields.text("tier");
        let facts = if tiering.standard.needs_facts() {
            Some(self.record_facts(Subject::Account, account, tiering.today, &tiering.zone)?)
        } else {
            None
        };
        let none = AccountWorth::default();
        let worth = tiering.worth.get(&account.id).unwrap_or(&none);
        Ok(tiering.standard.assign(by_hand, worth, facts.as_ref()))
    }

    fn account_tier_of(
        &self,
        tiering: &Tiering,
        account: Record,
        last_visits: &HashMap<RecordId, (i64, RecordId)>,
    ) -> Result<AccountTier, BookError> {
        let tiered = self.tier_in(tiering, &account)?;
        let cadence = cadence_of(&account, &tiered);
        let last_visit_on = last_visits
            .get(&account.id)
            .map(|(at_ms, _)| tiering.zone.date(*at_ms));
        let due_on = cadence.due_on(last_visit_on);
        Ok(AccountTier {
            overdue_days: due_on.map(|due| (tiering.today - due).num_days().max(0)),
            due_on,
            last_visit_on,
            cadence,
            tiered,
            account,
        })
    }
}

/// The cadence of an account of that tier.
pub(super) fn cadence_of(account: &Record, tiered: &Tiered) -> Cadence {
    let usual = ScoreRules::default().usual_cadence_days;
    Cadence::of(own_cadence(account), tiered, usual)
}

/// The cadence that somebody wrote down for the account itself, days; 0 is none.
pub(in crate::book) fn own_cadence(account: &Record) -> Option<i64> {
    match account.fields.value("visit_every_days") {
        Some(Scalar::Int(days)) if *days > 0 => Some(*days),
        _ => None,
    }
}
