//! Sampling advice: the interval at which the host should request fixes, as long as the next decision allows.
//!
//! The cost model, in round numbers of phones of the 2020s: a running receiver draws 45 mA, and needs four seconds for
//! a fix after an off time of less than a few minutes; below ten seconds between fixes it is cheaper to leave it on.
//! Watching the motion sensor instead draws half a milliampere. Additional fixes while it runs are free, so a day costs
//! [`Advice::draw_ma`] times its hours.

use crate::Meters;

/// Current of a running receiver, milliamperes.
const RECEIVER_MA: f64 = 45.0;
/// Current of the motion sensor, milliamperes.
const MOTION_MA: f64 = 0.5;
/// Running time of the receiver for one fix, seconds.
const FIX_S: f64 = 4.0;
/// Below this interval the receiver is left on, seconds.
const ALWAYS_ON_BELOW_S: f64 = 10.0;

/// State of motion of the phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MotionState {
    /// Not known yet.
    Unknown,
    /// Travelling.
    Moving,
    /// At one place for at least three minutes.
    Staying,
}

/// The input of [`advise`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Situation {
    /// State of motion of the phone.
    pub motion: MotionState,
    /// Speed over ground, metres a second; 0 when unknown.
    pub speed_mps: f64,
    /// Distance to the edge of the nearest fence that matters today, negative inside; `None` if there is none.
    pub fence: Option<Meters>,
    /// Charge of the battery, 0 to 1.
    pub battery: f64,
    /// True while the battery is being charged.
    pub charging: bool,
}

/// Parameters of the host's location request.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Advice {
    /// Interval between fixes, seconds.
    pub interval_s: f64,
    /// Minimum displacement before the next fix.
    pub distance: Meters,
    /// True if the receiver should be off until the motion sensor wakes it or the interval has passed.
    pub sleep: bool,
    /// Average current, milliamperes.
    pub draw_ma: f64,
}

/// The advice for a situation. A fuller battery or a nearer fence never lengthens the interval.
///
/// ```
/// use fieldbook_location::track::{MotionState, Situation, advise};
/// let driving = Situation { motion: MotionState::Moving, speed_mps: 14.0, fence: None, battery: 0.8, charging: false };
/// assert_eq!(advise(driving).interval_s, 10.0);
/// let inside = advise(Situation { motion: MotionState::Staying, ..driving });
/// assert!(inside.sleep && inside.draw_ma < 3.0);
/// ```
pub fn advise(situation: Situation) -> Advice {
    let Situation {
        motion,
        speed_mps,
        fence,
        battery,
        charging,
    } = situation;
    let speed_mps = if speed_mps.is_finite() {
        speed_mps.clamp(0.0, 90.0)
    } else {
        0.0
    };
    let usual_s = match motion {
        MotionState::Staying => 120.0,
        MotionState::Unknown => 5.0,
        MotionState::Moving => fence.map_or(10.0, |fence| approach_interval_s(fence, speed_mps)),
    };
    let battery_factor = if charging { 0.5 } else { battery_factor(battery) };
    let interval_s = (usual_s * battery_factor).clamp(2.0, 600.0);
    let sleep = motion == MotionState::Staying && !charging;
    let distance = if motion == MotionState::Moving {
        (interval_s * speed_mps / 2.0).clamp(5.0, 200.0)
    } else {
        0.0
    };
    Advice {
        interval_s,
        distance: Meters(distance),
        sleep,
        draw_ma: draw_ma(interval_s, sleep),
    }
}

/// A quarter of the time to the edge, so that an arrival is detected within 30 m of it: from 3 s at the edge to 30 s
/// far away.
fn approach_interval_s(fence: Meters, speed_mps: f64) -> f64 {
    let away_m = if fence.0.is_finite() {
        fence.0.abs()
    } else {
        f64::MAX
    };
    (away_m / speed_mps.max(8.0) / 4.0).clamp(3.0, 30.0)
}

/// Factor on the interval for the charge of the battery.
fn battery_factor(battery: f64) -> f64 {
    match battery {
        0.5.. => 1.0,
        0.2..0.5 => 1.5,
        0.1..0.2 => 3.0,
        _ => 6.0,
    }
}

fn draw_ma(interval_s: f64, sleep: bool) -> f64 {
    let receiver = if interval_s < ALWAYS_ON_BELOW_S {
        RECEIVER_MA
    } else {
        RECEIVER_MA * FIX_S / interval_s
    };
    if sleep { receiver + MOTION_MA } else { receiver }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_situation() -> impl Strategy<Value = Situation> {
        let motion = prop_oneof![
            Just(MotionState::Unknown),
            Just(MotionState::Moving),
            Just(MotionState::Staying)
        ];
        (
            motion,
            0.0..60.0f64,
            prop::option::of(-500.0..50_000.0f64),
            0.0..=1.0f64,
            any::<bool>(),
        )
            .prop_map(|(motion, speed_mps, fence, battery, charging)| Situation {
                motion,
                speed_mps,
                fence: fence.map(Meters),
                battery,
                charging,
            })
    }

    proptest! {
        #[test]
        fn a_fuller_battery_and_a_nearer_fence_never_ask_more_seldom(situation in any_situation(), more in 0.0..=1.0f64) {
            let advice = advise(situation);
            let fuller = Situation { battery: situation.battery.max(more), ..situation };
            prop_assert!(advise(fuller).interval_s <= advice.interval_s);
            let nearer = Situation { fence: situation.fence.map(|fence| Meters(fence.0 * more)), ..situation };
            prop_assert!(advise(nearer).interval_s <= advice.interval_s);
            let charged = Situation { charging: true, ..situation };
            prop_assert!(advise(charged).interval_s <= advice.interval_s);
        }

        #[test]
        fn whatever_is_said_the_advice_can_be_followed(speed in any::<f64>(), fence in any::<f64>(), battery in any::<f64>()) {
            let motion = MotionState::Moving;
            let advice = advise(Situation { motion, speed_mps: speed, fence: Some(Meters(fence)), battery, charging: false });
            prop_assert!((2.0..=600.0).contains(&advice.interval_s) && (0.0..=200.0).contains(&advice.distance.0));
            prop_assert!(advice.draw_ma > 0.0 && advice.draw_ma <= 46.0);
        }
    }

    #[test]
    fn a_day_of_visits_costs_a_tenth_of_a_battery() {
        let at = |motion| {
            advise(Situation {
                motion,
                speed_mps: 12.0,
                fence: None,
                battery: 0.9,
                charging: false,
            })
            .draw_ma
        };
        let day_mah = 5.0 * at(MotionState::Staying) + 3.0 * at(MotionState::Moving);
        assert!(day_mah < 400.0, "{day_mah} of 4,000 mAh");
    }
}
