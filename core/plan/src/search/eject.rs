//! Making room for one absent candidate: the visits in a row that are worth least and whose absence lets it in.

use super::super::chance::Chance;
use super::instance::{Instance, NEVER, index};
use super::route::{Route, departures};
use super::scale::Scale;
use super::tuning::Tuning;

/// What it costs to make room.
pub(super) trait Prices {
    /// Giving up a visit; `None` where it must stay.
    fn of_visit(&self, stop: u16) -> Option<i64>;
    /// Driving so many seconds more.
    fn of_driving(&self, seconds: i64) -> i64;
}

impl Prices for Scale {
    fn of_visit(&self, stop: u16) -> Option<i64> {
        Some(self.gains[usize::from(stop)])
    }

    fn of_driving(&self, seconds: i64) -> i64 {
        self.driving(seconds)
    }
}

/// Takes out a few visits and puts in a random absent candidate where they were. Nothing happens when it fits nowhere.
pub(super) fn eject<const LUNCH: bool>(
    instance: &Instance,
    route: &mut Route,
    scale: &Scale,
    chance: &mut Chance,
    tuning: &Tuning,
) -> bool {
    let Some(stop) = absent(instance, route, chance) else {
        return false;
    };
    let most = tuning.longest_ejection;
    let Some((at, after)) = least_room::<LUNCH>(instance, route, stop, most, scale, chance) else {
        return false;
    };
    for leg in &route.legs[at + 1..after] {
        route.inside[usize::from(leg.stop)] = false;
    }
    route.legs.drain(at + 1..after);
    let place = super::route::Leg {
        stop,
        ..route.legs[at]
    };
    route.legs.insert(at + 1, place);
    route.inside[usize::from(stop)] = true;
    route.mend(instance, at + 1, at + 2);
    true
}

/// A random candidate that is not in `route`.
fn absent(instance: &Instance, route: &Route, chance: &mut Chance) -> Option<u16> {
    let count = instance.candidates();
    if route.len() == count {
        return None;
    }
    let from = chance.below(count);
    let turned = (from..count).chain(0..from);
    turned.into_iter().find(|stop| !route.inside[*stop]).map(index)
}

/// The places around the visits in a row, `most` of them at most, that are given up most cheaply for `stop`, by a measure that
/// chance stretches.
pub(super) fn least_room<const LUNCH: bool>(
    instance: &Instance,
    route: &Route,
    stop: u16,
    most: usize,
    prices: &impl Prices,
    chance: &mut Chance,
) -> Option<(usize, usize)> {
    let site = instance.site(stop);
    let ways = instance.ways(stop);
    let mut best = None;
    let mut least = i64::MAX;
    let last = route.legs.len() - 1;
    for (at, before) in route.legs[..last].iter().enumerate() {
        let free = if LUNCH { before.out_hungry } else { before.out_fed };
        if free > site.close {
            break;
        }
        let drive_there = ways.there(before.stop);
        let (hungry, fed) = departures::<LUNCH>(
            instance,
            site,
            instance.arrival(before.out_hungry, drive_there),
            instance.arrival(before.out_fed, drive_there),
        );
        if hungry >= NEVER && fed >= NEVER {
            continue;
        }
        let mut lost = 0;
        let mut driven = i64::from(drive_there) - i64::from(before.drive);
        for after in at + 1..=last.min(at + 1 + most) {
            let leg = &route.legs[after];
            let drive_on = ways.onwards(leg.stop);
            if lost >= least {
                break;
            }
            let fits = instance.arrival(fed, drive_on) <= leg.due_fed
                || (LUNCH && instance.arrival(hungry, drive_on) <= leg.due_hungry);
            if fits && i64::from(route.travel) + driven + i64::from(drive_on) <= i64::from(instance.cap) {
                let stretch = 512 + i64::from(u16::try_from(chance.below(1024)).unwrap_or(0));
                let measure =
                    ((lost + prices.of_driving(driven + i64::from(drive_on))).max(1) * stretch) >> 10;
                if measure < least {
                    least = measure;
                    best = Some((at, after));
                }
                break;
            }
            if after == last {
                break;
            }
            let Some(loss) = prices.of_visit(leg.stop) else {
                break;
            };
            lost += loss;
            driven -= i64::from(leg.drive);
        }
    }
    best
}
