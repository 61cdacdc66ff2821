//! The pool of leads: who holds one, for how long, and when it goes back.
//!
//! A lead has claims, returns and touches, each written once. Who holds it follows from them and the time alone, so phone and
//! server give the same answer and no timer runs anywhere: a lead whose time is over is free because its time is over.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use fieldbook_model::{CLAIM_PREFIX, Fields, Role, TOUCH_PREFIX, Zone};
use serde::{Deserialize, Serialize};

/// The timers of the pool, days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PoolRules {
    /// Days after a claim for which the lead is protected.
    pub protect_days: u16,
    /// Days after a touch for which it is protected at least.
    pub touch_days: u16,
    /// Days after a claim beyond which no touch protects it.
    pub most_days: u16,
    /// Days after the protection in which a touch that was made in time and synced late still counts, before the lead is
    /// free for others.
    pub grace_days: u16,
    /// Days of protection for budget tiers that have others than `protect_days`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tiers: BTreeMap<String, u16>,
}

impl Default for PoolRules {
    /// Ten days, three after a touch, twenty at most, two of grace.
    fn default() -> PoolRules {
        PoolRules {
            protect_days: 10,
            touch_days: 3,
            most_days: 20,
            grace_days: 2,
            tiers: BTreeMap::new(),
        }
    }
}

/// An act about the ownership of a lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimAct {
    /// Somebody takes the lead.
    Claim,
    /// Whoever holds it gives it back.
    Return,
}

/// One claim or return, as the member `claim/ID` of its lead holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// The time of the act, Unix milliseconds.
    pub at_ms: i64,
    /// The name of whoever claims or gives back.
    pub by: String,
    /// The act.
    pub act: ClaimAct,
    /// The reason, of a return.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The id of the claim whose protection was over when this one was made. The lead stays with whoever takes it over,
    /// whatever touch of the former holder arrives later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// Something that was done about a lead, as the member `touch/ID` of it holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Touch {
    /// The time of the act, Unix milliseconds.
    pub at_ms: i64,
    /// The name of whoever did it.
    pub by: String,
    /// The kind of act: `call`, `visit`, `message`, `reply`, or `source` for a later source.
    pub kind: String,
    /// What was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// The kinds of touches that people write.
pub const TOUCH_KINDS: [&str; 4] = ["call", "visit", "message", "reply"];

/// The kind of a touch that names a later source: it protects nothing.
pub const SOURCE_TOUCH: &str = "source";

macro_rules! to_text {
    ($($name:ident),*) => {$(
        impl $name {
            /// The compact JSON that the record holds.
            pub fn to_text(&self) -> String {
                serde_json::to_string(self).expect("numbers and texts always have a JSON form")
            }
        }
    )*};
}
to_text!(Claim, Touch);

/// Who holds a lead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Holding {
    /// Nobody: it may be claimed.
    Free,
    /// Somebody, and nobody else may claim it.
    Held {
        /// The holder.
        by: String,
        /// The time of the claim, Unix milliseconds.
        since_ms: i64,
        /// The last protected day.
        until: NaiveDate,
        /// The day beyond which no touch protects it.
        last: NaiveDate,
    },
    /// Somebody whose protection is over, until the grace is too: a touch that was made in time and comes late revokes it.
    Due {
        /// The holder.
        by: String,
        /// The last protected day.
        until: NaiveDate,
        /// The first day on which it is free.
        free_on: NaiveDate,
    },
    /// Nobody any more: it became an account.
    Converted,
    /// Nobody any more: nothing comes of it.
    Closed {
        /// The reason.
        reason: String,
    },
}

impl Holding {
    /// The person who holds the lead.
    pub fn holder(&self) -> Option<&str> {
        match self {
            Holding::Held { by, .. } | Holding::Due { by, .. } => Some(by),
            _ => None,
        }
    }

    /// True if `person` may claim the lead.
    pub fn may_claim(&self, person: &str) -> bool {
        match self {
            Holding::Free => true,
            Holding::Due { by, .. } => by == person,
            Holding::Held { .. } | Holding::Converted | Holding::Closed { .. } => false,
        }
    }
}

/// The end of the times that an act may have, Unix milliseconds: the year 2100. An act outside of them cannot be read.
const AT_MS_END: i64 = 4_102_444_800_000;

/// The longest time by which the clock of an act may run ahead of the server's, in milliseconds: a day.
const AHEAD_MS_MAX: i64 = 86_400_000;

/// The members of a set that can be read, each with its id, in the order of their times, then of their ids.
fn read_all<'a, T: Deserialize<'a>>(
    fields: &'a Fields,
    prefix: &'a str,
    at_ms: impl Fn(&T) -> i64,
) -> Vec<(&'a str, T)> {
    let mut all: Vec<(&str, T)> = fields
        .members(prefix)
        .filter_map(|(id, value)| Some((id, serde_json::from_str(value.text()?).ok()?)))
        .filter(|(_, one)| (0..AT_MS_END).contains(&at_ms(one)))
        .collect();
    all.sort_by(|(id, one), (other_id, other)| (at_ms(one), *id).cmp(&(at_ms(other), *other_id)));
    all
}

/// The claims and returns of a lead that can be read, each with its id, in order.
pub fn claims(lead: &Fields) -> Vec<(&str, Claim)> {
    read_all(lead, CLAIM_PREFIX, |claim: &Claim| claim.at_ms)
}

/// A claim or a return that is written at `now_ms`. It is later than every one that the lead has, also when the clock stands
/// still or was set back, and names the claim that it takes the lead over from.
pub fn next_claim(
    lead: &Fields,
    rules: &PoolRules,
    zone: &Zone,
    by: String,
    act: ClaimAct,
    now_ms: i64,
) -> Claim {
    let last = claims(lead)
        .last()
        .map(|(_, claim)| claim.at_ms.saturating_add(1));
    let at_ms = last.map_or(now_ms, |last| now_ms.max(last));
    let over = current(lead, rules, zone, at_ms).claim;
    Claim {
        at_ms,
        after: over.filter(|_| act == ClaimAct::Claim),
        by,
        act,
        why: None,
    }
}

/// The touches of a lead that can be read, in order.
pub fn touches(lead: &Fields) -> Vec<Touch> {
    let touches = read_all(lead, TOUCH_PREFIX, |touch: &Touch| touch.at_ms);
    touches.into_iter().map(|(_, touch)| touch).collect()
}

/// The last protected day of a claim made on `claimed`, with touches of its holder on `touched`, in order.
///
/// A touch in time prolongs the protection to `touch_days` after it, if that is later, and never past `most_days` after the
/// claim.
pub fn protected_until(
    rules: &PoolRules,
    tier: Option<&str>,
    claimed: NaiveDate,
    touched: &[NaiveDate],
) -> NaiveDate {
    let after = |day: NaiveDate, days: u16| day.checked_add_days(Days::new(u64::from(days))).unwrap_or(day);
    let days = tier.and_then(|tier| rules.tiers.get(tier)).copied();
    let last = after(claimed, rules.most_days);
    let mut until = after(claimed, days.unwrap_or(rules.protect_days)).min(last);
    for day in touched {
        if *day >= claimed && *day <= until {
            until = until.max(after(*day, rules.touch_days)).min(last);
        }
    }
    until
}

/// Who holds a lead at `now_ms`, days being those of `zone`. Claims of a later day do not count yet.
///
/// Of claims that overlap the earliest counts. A server that arbitrates by arrival refuses a claim on a lead that is held,
/// so only one of them stays in the record.
pub fn holding(lead: &Fields, rules: &PoolRules, zone: &Zone, now_ms: i64) -> Holding {
    if lead.id("became_account").is_some() {
        return Holding::Converted;
    }
    if let Some(reason) = closed_reason(lead) {
        return Holding::Closed {
            reason: reason.to_owned(),
        };
    }
    current(lead, rules, zone, now_ms).holding
}

fn closed_reason(lead: &Fields) -> Option<&str> {
    lead.text("closed_reason")
        .filter(|reason| crate::facts::is_filled(reason))
}

/// The holding by claims and touches alone, with the id of the last claim that counted, also when its time is over.
struct Current {
    holding: Holding,
    claim: Option<String>,
}

fn current(lead: &Fields, rules: &PoolRules, zone: &Zone, now_ms: i64) -> Current {
    let touches = touches(lead);
    let tier = lead.text("budget_tier");
    let (mut holding, mut current) = (Holding::Free, None);
    for (id, claim) in claims(lead) {
        if zone.date(claim.at_ms) > zone.date(now_ms) {
            continue;
        }
        // As it stood when this act was done.
        holding = aged(holding, rules, zone.date(claim.at_ms));
        let takes_over = claim.after.is_some() && claim.after == current;
        match claim.act {
            ClaimAct::Return if holding.holder() == Some(&claim.by) => holding = Holding::Free,
            ClaimAct::Claim if takes_over || holding.may_claim(&claim.by) => {
                holding = held(&claim, &touches, rules, tier, zone);
                current = Some(id.to_owned());
            }
            _ => {}
        }
    }
    Current {
        holding: aged(holding, rules, zone.date(now_ms)),
        claim: current,
    }
}

fn held(claim: &Claim, touches: &[Touch], rules: &PoolRules, tier: Option<&str>, zone: &Zone) -> Holding {
    let claimed = zone.date(claim.at_ms);
    let own: Vec<NaiveDate> = touches
        .iter()
        .filter(|touch| touch.by == claim.by && touch.kind != SOURCE_TOUCH && touch.at_ms >= claim.at_ms)
        .map(|touch| zone.date(touch.at_ms))
        .collect();
    Holding::Held {
        by: claim.by.clone(),
        since_ms: claim.at_ms,
        until: protected_until(rules, tier, claimed, &own),
        last: claimed
            .checked_add_days(Days::new(u64::from(rules.most_days)))
            .unwrap_or(claimed),
    }
}

/// A holding as it stands on `today`.
fn aged(holding: Holding, rules: &PoolRules, today: NaiveDate) -> Holding {
    let (by, until) = match holding {
        Holding::Held { ref by, until, .. } if today > until => (by.clone(), until),
        Holding::Due { ref by, until, .. } => (by.clone(), until),
        other => return other,
    };
    let free_on = until
        .checked_add_days(Days::new(u64::from(rules.grace_days) + 1))
        .unwrap_or(until);
    if today >= free_on {
        Holding::Free
    } else {
        Holding::Due { by, until, free_on }
    }
}

/// The author of a change to a lead, as the server knows them.
#[derive(Debug, Clone, Copy)]
pub struct Author<'a> {
    /// The name that the server gave to the person.
    pub name: &'a str,
    /// Their role.
    pub role: Role,
    /// The names of all people of the company. A name that is none of them was written before the phone had joined.
    pub people: &'a BTreeSet<String>,
}

impl Author<'_> {
    /// True if `name` is that of another person of the company.
    fn is_other(&self, name: &str) -> bool {
        name != self.name && self.people.contains(name)
    }
}

/// False if a change to a lead does what its author may not: claims it although somebody else holds it, gives back, converts or
/// closes what another holds (managers and administrators may), or acts in the name of another person.
///
/// A claim is granted only if it has an effect: its author holds the lead with it, or held it at the time of the claim and
/// nobody does now. One that an older claim and a return stand around is refused, so that its author hears of it.
///
/// `lead` is the record before the change. The server asks this in the order in which changes arrive.
pub fn may_change(
    lead: &Fields,
    change: &Fields,
    author: &Author<'_>,
    rules: &PoolRules,
    zone: &Zone,
    now_ms: i64,
) -> bool {
    let is_manager = author.role >= Role::Manager;
    let before = current(lead, rules, zone, now_ms).holding;
    let is_held_by_other = before.holder().is_some_and(|holder| author.is_other(holder));
    let ends = change.id("became_account").is_some() || closed_reason(change).is_some();
    if ends && is_held_by_other && !is_manager {
        return false;
    }
    if touches(change).iter().any(|touch| author.is_other(&touch.by)) {
        return false;
    }
    let mut after = lead.clone();
    after
        .0
        .extend(change.0.iter().map(|(key, value)| (key.clone(), value.clone())));
    let holder_at =
        |at_ms: i64, name: &str| current(&after, rules, zone, at_ms).holding.holder() == Some(name);
    claims(change).iter().all(|(_, claim)| {
        let may = match claim.act {
            ClaimAct::Claim => {
                let is_granted = match before.holder() {
                    None => holder_at(now_ms, &claim.by) || holder_at(claim.at_ms, &claim.by),
                    Some(holder) => {
                        (holder == claim.by || before.may_claim(&claim.by)) && holder_at(now_ms, &claim.by)
                    }
                };
                is_granted && !author.is_other(&claim.by)
            }
            ClaimAct::Return => {
                before.holder().is_none_or(|holder| holder == claim.by)
                    && (is_manager || !author.is_other(&claim.by))
            }
        };
        may && claim.at_ms <= now_ms.saturating_add(AHEAD_MS_MAX)
    })
}

#[cfg(test)]
mod tests;
