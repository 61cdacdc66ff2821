//! Days of a rep's phone that never were, with their truth: our own relatives of `gps/generated_days`.
//!
//! Written from that set's description, not from its code: a rep drives, walks, waits in jams and at lights, and stays
//! with customers; the phone sees it with an error that wanders, and now and then not at all. Whatever is fitted on these
//! days must hold on days that others made.

use fieldbook_core::location::Position;
use fieldbook_core::location::track::TrackFix;

use super::rng::Rng;

/// Metres of a degree of latitude, and of longitude at 52.4 north.
const LAT_M: f64 = 111_265.0;
const LON_M: f64 = 68_045.0;
/// The rep's home.
const HOME: (f64, f64) = (52.4, 1.0);

/// The true state of a fix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Truth {
    /// At the stop of this number.
    Stop(usize),
    /// On the way.
    Move,
    /// A fix far from the truth.
    Outlier,
}

/// A stop as it was.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrueStop {
    /// Seconds since 1970 of arrival.
    pub from_s: f64,
    /// Seconds since 1970 of departure.
    pub until_s: f64,
    /// The true position.
    pub at: Position,
    /// `home`, `visit`, `kiosk` or `long`.
    pub kind: &'static str,
}

/// A day with its truth.
#[derive(Debug, Clone)]
pub struct Day {
    /// In the order in which they arrived.
    pub fixes: Vec<TrackFix>,
    /// The true label of each fix.
    pub labels: Vec<Truth>,
    /// In the order of time.
    pub stops: Vec<TrueStop>,
    /// Driven and walked, metres.
    pub distance_m: f64,
    /// The phone was dead for an hour.
    pub dead: bool,
    /// Fixes on the way are less than 8 s apart.
    pub dense: bool,
}

/// A second of the day.
#[derive(Debug, Clone, Copy)]
struct Moment {
    x: f64,
    y: f64,
    speed: f64,
    stop: Option<usize>,
    silent: bool,
}

/// What differs between families of days.
#[derive(Debug, Clone, Copy)]
struct Habits {
    /// The share of customers that are kiosks, and the shortest time there, seconds.
    kiosks: f64,
    kiosk_s: f64,
    /// Pauses between fixes at rest, seconds.
    pauses_s: &'static [f64],
    /// The phone notices that it leaves; else it takes the next fix when the pause is over.
    wakes: bool,
}

/// The day of this seed.
pub fn day(seed: u64) -> Day {
    day_of(
        seed,
        Habits {
            kiosks: 0.12,
            kiosk_s: 180.0,
            pauses_s: &[5.0, 32.0, 64.0, 120.0],
            wakes: true,
        },
    )
}

/// A day of this seed with many short calls, on a phone that rests at each for half a minute to two minutes between fixes
/// and does not notice that it leaves.
pub fn kiosk_day(seed: u64) -> Day {
    day_of(
        seed,
        Habits {
            kiosks: 0.35,
            kiosk_s: 120.0,
            pauses_s: &[32.0, 64.0, 120.0],
            wakes: false,
        },
    )
}

fn day_of(seed: u64, habits: Habits) -> Day {
    let mut rng = Rng::new(seed);
    let mut life = Life {
        rng: Rng::new(seed ^ 0x5eed),
        habits,
        moments: Vec::new(),
        stops: Vec::new(),
        distance_m: 0.0,
    };
    life.live();
    Phone::new(&mut rng, habits).record(&mut rng, life)
}

/// The true day, second by second.
struct Life {
    rng: Rng,
    habits: Habits,
    moments: Vec<Moment>,
    stops: Vec<TrueStop>,
    distance_m: f64,
}

/// The first second of all days.
const DAWN_S: f64 = 1_790_000_000.0;

impl Life {
    fn live(&mut self) {
        let stay = self.rng.between(600.0, 2_400.0);
        self.stay((0.0, 0.0), stay, "home");
        let mut at = (0.0, 0.0);
        for _ in 0..5 + self.rng.below(6) {
            at = self.call_on_next(at);
        }
        self.drive(at, (0.0, 0.0));
        let stay = self.rng.between(600.0, 2_400.0);
        self.stay((0.0, 0.0), stay, "home");
    }

    fn call_on_next(&mut self, at: (f64, f64)) -> (f64, f64) {
        let away = if self.rng.happens(0.25) {
            self.rng.between(70.0, 220.0)
        } else {
            self.rng.between(400.0, 9_000.0)
        };
        let angle = self.rng.between(0.0, std::f64::consts::TAU);
        let next = (at.0 + away * angle.cos(), at.1 + away * angle.sin());
        if away < 250.0 {
            let pace = self.rng.between(1.1, 1.5);
            self.go(at, next, pace);
        } else {
            self.drive(at, next);
        }
        let (kind, low, high) = match self.rng.between(0.0, 1.0) - self.habits.kiosks {
            ..0.0 => ("kiosk", self.habits.kiosk_s, 260.0),
            0.0..0.05 => ("long", 10_800.0, 18_000.0),
            _ => ("visit", 900.0, 2_400.0),
        };
        let lasting = self.rng.between(low, high);
        self.stay(next, lasting, kind);
        next
    }

    fn now_s(&self) -> f64 {
        DAWN_S + seconds(self.moments.len())
    }

    fn stay(&mut self, (x, y): (f64, f64), lasting_s: f64, kind: &'static str) {
        let number = self.stops.len();
        let from_s = self.now_s();
        let underground = kind == "visit" && self.rng.happens(0.15);
        let deaf_after_s = self.rng.between(15.0, 60.0);
        let mut second = 0.0;
        while second < lasting_s {
            let silent = underground && second > deaf_after_s && lasting_s - second > 5.0;
            self.moments.push(Moment {
                x,
                y,
                speed: 0.0,
                stop: Some(number),
                silent,
            });
            second += 1.0;
        }
        self.stops.push(TrueStop {
            from_s,
            until_s: self.now_s(),
            at: place(x, y),
            kind,
        });
    }

    /// A straight way at one pace.
    fn go(&mut self, from: (f64, f64), to: (f64, f64), pace: f64) {
        let length = (to.0 - from.0).hypot(to.1 - from.1);
        let mut done = 0.0;
        while done < length {
            let part = done / length;
            self.pass(
                from.0 + part * (to.0 - from.0),
                from.1 + part * (to.1 - from.1),
                pace,
            );
            done += pace;
        }
        self.distance_m += length;
    }

    fn pass(&mut self, x: f64, y: f64, speed: f64) {
        self.moments.push(Moment {
            x,
            y,
            speed,
            stop: None,
            silent: false,
        });
    }

    /// Along roads that bend, with lights at some bends and a jam now and then.
    fn drive(&mut self, from: (f64, f64), to: (f64, f64)) {
        let length = (to.0 - from.0).hypot(to.1 - from.1);
        let bends = 2 + self.rng.below(3) + truncated(length / 500.0);
        let jam_at = self.rng.happens(0.35).then(|| self.rng.below(bends));
        let mut at = from;
        for bend in 1..=bends {
            let part = seconds(bend) / seconds(bends);
            let stray = if bend == bends {
                0.0
            } else {
                self.rng.normal() * length.min(2_000.0) / 12.0
            };
            let next = (
                from.0 + part * (to.0 - from.0) - stray * (to.1 - from.1) / length,
                from.1 + part * (to.1 - from.1) + stray * (to.0 - from.0) / length,
            );
            let pace = self.rng.between(8.0, 26.0);
            self.speed_along(at, next, pace);
            at = next;
            if jam_at == Some(bend - 1) && bend < bends {
                at = self.creep(at, to);
            } else if bend < bends && self.rng.happens(0.3) {
                for _ in 0..self.rng.below(60) + 8 {
                    self.pass(at.0, at.1, 0.0);
                }
            }
        }
        self.speed_along(at, to, 8.0);
    }

    /// Speeds up, holds, slows down.
    fn speed_along(&mut self, from: (f64, f64), to: (f64, f64), pace: f64) {
        let length = (to.0 - from.0).hypot(to.1 - from.1);
        let mut done = 0.0;
        while done < length {
            let near_an_end = done.min(length - done);
            let speed = (2.0 * 1.5 * near_an_end + 9.0).sqrt().min(pace);
            let part = done / length;
            self.pass(
                from.0 + part * (to.0 - from.0),
                from.1 + part * (to.1 - from.1),
                speed,
            );
            done += speed;
        }
        self.distance_m += length;
    }

    /// A jam of five to eight minutes, at a crawl that comes and goes.
    fn creep(&mut self, from: (f64, f64), to: (f64, f64)) -> (f64, f64) {
        let length = (to.0 - from.0).hypot(to.1 - from.1).max(1.0);
        let heading = ((to.0 - from.0) / length, (to.1 - from.1) / length);
        let (mut at, mut speed) = (from, 1.5);
        for _ in 0..300 + self.rng.below(180) {
            speed = (speed + self.rng.normal() * 0.5).clamp(0.0, 3.3);
            at = (at.0 + heading.0 * speed, at.1 + heading.1 * speed);
            self.pass(at.0, at.1, speed);
            self.distance_m += speed;
        }
        at
    }
}

/// A phone's view of a day.
struct Phone {
    moving_s: f64,
    still_s: f64,
    outdoors_m: f64,
    indoors_m: f64,
    outliers: f64,
    dies: bool,
    wakes: bool,
}

impl Phone {
    fn new(rng: &mut Rng, habits: Habits) -> Phone {
        let moving_s = rng.one_of(&[1.7, 5.0, 5.0, 10.5, 21.0]);
        Phone {
            moving_s,
            still_s: rng.one_of(habits.pauses_s),
            outdoors_m: rng.between(2.5, 7.0),
            indoors_m: rng.between(9.0, 32.0),
            outliers: rng.between(0.001, 0.006),
            dies: rng.happens(0.3),
            wakes: habits.wakes,
        }
    }

    fn record(&self, rng: &mut Rng, life: Life) -> Day {
        let mut day = Day {
            fixes: Vec::new(),
            labels: Vec::new(),
            stops: life.stops,
            distance_m: life.distance_m,
            dead: self.dies,
            dense: self.moving_s < 8.0,
        };
        let length = seconds(life.moments.len());
        let died_at = if self.dies {
            rng.between(0.2, 0.8) * length
        } else {
            f64::INFINITY
        };
        let (mut slow, mut quick) = (Wander::new(300.0), Wander::new(25.0));
        let mut at = 0.0;
        while at < length {
            let moment = &life.moments[truncated(at)];
            let kiosk = moment.stop.is_some_and(|stop| day.stops[stop].kind == "kiosk");
            let usual = if moment.stop.is_some() {
                self.still_s
            } else {
                self.moving_s
            };
            // Nobody waits for a phone to wake: it does when it moves, or when the sky is back.
            let left = truncated(usual).min(
                life.moments[truncated(at)..]
                    .iter()
                    .take_while(|m| m.stop.is_some())
                    .count(),
            );
            let pause = if moment.silent {
                1.0
            } else if self.wakes {
                usual.min(seconds(left) + self.moving_s) * rng.between(0.6, 1.4)
            } else {
                usual * rng.between(0.6, 1.4)
            };
            if !moment.silent && !(died_at..died_at + 3_600.0).contains(&at) {
                let sigma = if moment.stop.is_some() && !kiosk {
                    self.indoors_m
                } else {
                    self.outdoors_m
                };
                let error = (slow.step(rng, pause), quick.step(rng, pause));
                let blur = |axis: usize| {
                    sigma * (0.7 * error.0[axis] + 0.6 * error.1[axis] + 0.15 * chance_of(&error, axis))
                };
                self.see(rng, &mut day, moment, at, (sigma, blur(0), blur(1)));
            }
            at += pause;
        }
        day
    }

    fn see(&self, rng: &mut Rng, day: &mut Day, moment: &Moment, at_s: f64, blur: (f64, f64, f64)) {
        let outlier = rng.happens(self.outliers);
        let thrown = if outlier { rng.between(250.0, 1_500.0) } else { 0.0 };
        let angle = rng.between(0.0, std::f64::consts::TAU);
        let (x, y) = (
            moment.x + blur.1 + thrown * angle.cos(),
            moment.y + blur.2 + thrown * angle.sin(),
        );
        let honest = blur.0 * 1.4 * rng.between(0.65, 1.35);
        let accuracy = if outlier && rng.happens(0.8) {
            rng.one_of(&[200.0, 500.0, 1_200.0])
        } else {
            honest
        };
        let still = if moment.stop.is_some() { 0.3 } else { 0.4 };
        let speed = (moment.speed + still * rng.normal()).abs();
        let at_ms = (DAWN_S + at_s) * 1_000.0 + rng.between(0.0, 900.0);
        let mut fix =
            TrackFix::new(whole(at_ms), place(x, y)).with_accuracy((accuracy * 10.0).round() / 10.0);
        if rng.happens(0.9) {
            fix = fix.with_speed((speed * 100.0).round() / 100.0);
        }
        let label = match (outlier, moment.stop) {
            (true, _) => Truth::Outlier,
            (false, Some(stop)) => Truth::Stop(stop),
            (false, None) => Truth::Move,
        };
        day.fixes.push(fix);
        day.labels.push(label);
        if rng.happens(0.002) {
            day.fixes.push(fix);
            day.labels.push(label);
        }
        let last = day.fixes.len() - 1;
        if last > 0 && rng.happens(0.002) {
            day.fixes.swap(last - 1, last);
            day.labels.swap(last - 1, last);
        }
    }
}

/// An error that wanders around 0 with standard deviation 1, forgetting itself after a while (Ornstein and Uhlenbeck).
struct Wander {
    lasting_s: f64,
    at: [f64; 2],
}

impl Wander {
    fn new(lasting_s: f64) -> Wander {
        Wander {
            lasting_s,
            at: [0.0; 2],
        }
    }

    fn step(&mut self, rng: &mut Rng, pause_s: f64) -> [f64; 2] {
        let kept = (-pause_s / self.lasting_s).exp();
        let fresh = (1.0 - kept * kept).sqrt();
        self.at = self.at.map(|axis| kept * axis + fresh * rng.normal());
        self.at
    }
}

/// A little of both errors crossed, so that no axis is the other's twin.
fn chance_of(error: &([f64; 2], [f64; 2]), axis: usize) -> f64 {
    error.0[1 - axis] - error.1[1 - axis]
}

fn place(x: f64, y: f64) -> Position {
    Position::new(HOME.0 + y / LAT_M, HOME.1 + x / LON_M).expect("near home")
}

#[expect(clippy::cast_precision_loss, reason = "a day has 86,400 seconds")]
fn seconds(count: usize) -> f64 {
    count as f64
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "not negative, and below a day"
)]
fn truncated(number: f64) -> usize {
    number as usize
}

#[expect(clippy::cast_possible_truncation, reason = "rounded, and of this century")]
fn whole(ms: f64) -> i64 {
    ms.round() as i64
}
