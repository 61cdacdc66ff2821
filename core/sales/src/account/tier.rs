//! Tiers of accounts: one standard for the company, which says how often an account is visited.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use fieldbook_model::Money;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::expr::{Expr, Undecided};
use crate::facts::{Facts, is_filled};
use crate::pack::PackId;

/// Days back in which money that was won counts for a tier.
pub const YEAR_DAYS: i64 = 365;

/// A tier of accounts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// The tier, as accounts have it in their field `tier`; case does not matter.
    pub id: String,
    /// Days between visits.
    pub visit_every_days: u16,
    /// Money won in the last [`YEAR_DAYS`] from which an account belongs to it: one amount for each currency, of which one
    /// is enough.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub won_in_year: Vec<String>,
    /// A condition, in the language of [`Expr`], on the facts of an account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test: Option<Value>,
}

impl Tier {
    /// A tier that accounts have by hand alone.
    pub fn by_hand(id: &str, visit_every_days: u16) -> Tier {
        Tier {
            id: id.to_owned(),
            visit_every_days,
            won_in_year: Vec::new(),
            test: None,
        }
    }

    /// True if accounts can belong to it without anybody saying so.
    pub fn is_derived(&self) -> bool {
        !self.won_in_year.is_empty() || self.test.is_some()
    }

    /// The amounts of `won_in_year` that can be read; all of them in a pack that was checked.
    pub fn thresholds(&self) -> impl Iterator<Item = Money> {
        self.won_in_year.iter().filter_map(|text| text.parse().ok())
    }
}

/// The money and the facts by which an account's tier is derived.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AccountWorth {
    /// Money won in the last [`YEAR_DAYS`], minor units by ISO 4217 code.
    pub won_in_year: BTreeMap<String, i64>,
}

/// The origin of an account's tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TierSource {
    /// Somebody wrote it down, and the standard has it.
    Hand,
    /// Somebody wrote it down, and the standard does not have it.
    Unlisted,
    /// The standard's own threshold or condition.
    Derived,
    /// There is none.
    Unknown,
}

/// A reason for a derived tier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "because", rename_all = "snake_case")]
pub enum TierBecause {
    /// Enough money was won.
    Won {
        /// The money won in the last year.
        won: String,
        /// The least for the tier.
        from: String,
    },
    /// The condition of the tier holds.
    Test,
}

/// The tier of one account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tiered {
    /// The tier, as the standard writes it, or as the account has it where the standard does not.
    pub tier: Option<String>,
    /// Its origin.
    pub source: TierSource,
    /// The reasons of a derived tier.
    pub because: Vec<TierBecause>,
    /// Tiers whose condition has no value on this device, with the reason.
    pub undecided: Vec<(String, String)>,
    /// Days between visits by the tier.
    pub visit_every_days: Option<u16>,
}

/// The origin of a cadence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CadenceSource {
    /// The account's own field.
    Account,
    /// Its tier.
    Tier,
    /// The usual cadence of customers without either.
    Usual,
}

/// The cadence of visits to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Cadence {
    /// Days between two visits, at least 1.
    pub every_days: i64,
    /// Its origin.
    pub source: CadenceSource,
}

impl Cadence {
    /// The cadence of an account: its own, else that of its tier, else the usual one.
    pub fn of(own_days: Option<i64>, tiered: &Tiered, usual_days: i64) -> Cadence {
        let tier = tiered.visit_every_days.map(i64::from);
        let (every_days, source) = match (own_days.filter(|days| *days > 0), tier) {
            (Some(days), _) => (days, CadenceSource::Account),
            (None, Some(days)) => (days, CadenceSource::Tier),
            (None, None) => (usual_days, CadenceSource::Usual),
        };
        Cadence {
            every_days: every_days.max(1),
            source,
        }
    }

    /// The day on which the next visit is due; `None` for an account that was never visited, which is due at any time.
    pub fn due_on(&self, last_visit: Option<NaiveDate>) -> Option<NaiveDate> {
        let days = chrono::Days::new(self.every_days.unsigned_abs());
        last_visit.map(|last| last.checked_add_days(days).unwrap_or(NaiveDate::MAX))
    }
}

/// The tiers of the company, the best first.
#[derive(Debug, Clone, PartialEq)]
pub struct StandardTiers {
    /// The process pack that they are from; `None` for the usual ones.
    pub pack: Option<PackId>,
    /// The tiers.
    pub tiers: Vec<Tier>,
}

impl Default for StandardTiers {
    /// A every 30 days, B every 60, C every 90, all by hand.
    fn default() -> StandardTiers {
        StandardTiers {
            pack: None,
            tiers: [("A", 30), ("B", 60), ("C", 90)]
                .map(|(id, days)| Tier::by_hand(id, days))
                .into(),
        }
    }
}

impl StandardTiers {
    /// The tier of a name, whatever its case.
    pub fn get(&self, name: &str) -> Option<&Tier> {
        let name = name.trim().to_lowercase();
        self.tiers
            .iter()
            .find(|tier| tier.id.trim().to_lowercase() == name)
    }

    /// True if a tier needs the money that was won.
    pub fn needs_money(&self) -> bool {
        self.tiers.iter().any(|tier| !tier.won_in_year.is_empty())
    }

    /// True if a tier has a condition.
    pub fn needs_facts(&self) -> bool {
        self.tiers.iter().any(|tier| tier.test.is_some())
    }

    /// The tier of an account: the one that somebody wrote down, else the first whose threshold and condition hold.
    ///
    /// `facts` are those of the account; without them no condition holds. A condition without a value (something absent, or
    /// not on this device) does not hold, and is named.
    pub fn assign(&self, by_hand: Option<&str>, worth: &AccountWorth, facts: Option<&Facts>) -> Tiered {
        let mut tiered = Tiered {
            tier: None,
            source: TierSource::Unknown,
            because: Vec::new(),
            undecided: Vec::new(),
            visit_every_days: None,
        };
        if let Some(name) = by_hand.filter(|name| is_filled(name)) {
            let tier = self.get(name);
            tiered.tier = Some(tier.map_or(name.trim(), |tier| tier.id.as_str()).to_owned());
            tiered.visit_every_days = tier.map(|tier| tier.visit_every_days);
            tiered.source = tier.map_or(TierSource::Unlisted, |_| TierSource::Hand);
            return tiered;
        }
        for tier in self.tiers.iter().filter(|tier| tier.is_derived()) {
            if let Some(because) = derived(tier, worth, facts, &mut tiered.undecided) {
                tiered.tier = Some(tier.id.clone());
                tiered.source = TierSource::Derived;
                tiered.because = because;
                tiered.visit_every_days = Some(tier.visit_every_days);
                break;
            }
        }
        tiered
    }
}

/// The reasons for which an account belongs to a tier; `None` if it does not.
fn derived(
    tier: &Tier,
    worth: &AccountWorth,
    facts: Option<&Facts>,
    undecided: &mut Vec<(String, String)>,
) -> Option<Vec<TierBecause>> {
    let mut because = Vec::new();
    if !tier.won_in_year.is_empty() {
        let reached = tier.thresholds().find_map(|least| {
            let won = *worth.won_in_year.get(least.currency.code())?;
            (won >= least.minor).then(|| TierBecause::Won {
                won: Money { minor: won, ..least }.to_string(),
                from: least.to_string(),
            })
        });
        because.push(reached?);
    }
    if let Some(test) = &tier.test {
        let test = Expr::parse(test).ok()?;
        match test.is_true(facts?) {
            Ok(true) => because.push(TierBecause::Test),
            Ok(false) => return None,
            Err(why) => {
                undecided.push((tier.id.clone(), undecided_text(why)));
                return None;
            }
        }
    }
    Some(because)
}

fn undecided_text(why: Undecided) -> String {
    match why {
        Undecided::Error(text) => text,
        Undecided::Unknown(needs) => {
            let needs: Vec<String> = needs.into_iter().collect();
            format!("unknown here until {} is synced", needs.join(", "))
        }
    }
}

#[cfg(test)]
mod tests;
