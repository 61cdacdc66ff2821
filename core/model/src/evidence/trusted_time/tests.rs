use super::*;
use proptest::prelude::*;

/// 2026-11-23T09:30:00Z, in Unix milliseconds.
const NOON: i64 = 1_795_426_200_000;

fn monotonic(ms: i64) -> Monotonic {
    Monotonic {
        ms,
        boot: "one".into(),
    }
}

fn server_anchor(server_ms: i64, wall_ms: i64, monotonic_ms: i64) -> Anchor {
    Anchor {
        server_ms,
        within_ms: 150,
        wall_ms,
        monotonic: Some(monotonic(monotonic_ms)),
    }
}

#[test]
fn with_nothing_else_the_wall_clock_counts_and_no_bound_is_claimed() {
    let found = TrustedTime::from_readings(&Readings {
        wall_ms: NOON,
        zone_min: Some(60),
        ..Readings::default()
    });
    assert_eq!(
        (found.at_ms, found.within_ms, found.by),
        (NOON, None, TimeSource::Wall)
    );
    assert_eq!((found.zone_min, found.flags), (Some(60), vec![]));
}

#[test]
fn a_clock_set_back_by_hours_is_flagged_and_the_time_is_known_all_the_same() {
    let hour = 3_600_000;
    let anchor = Some(server_anchor(NOON, NOON - 2_000, 1_000));
    let readings = Readings {
        wall_ms: NOON - 5 * hour,
        monotonic: Some(monotonic(1_000 + hour)),
        anchor,
        ..Readings::default()
    };
    let found = TrustedTime::from_readings(&readings);
    assert_eq!((found.at_ms, found.by), (NOON + hour, TimeSource::Server));
    assert_eq!(found.within_ms, Some(150 + 720 + 1));
    assert_eq!(found.flags, [ClockFlag::Off { by_ms: -6 * hour }]);
    let later = TrustedTime::from_readings(&Readings {
        wall_ms: NOON + hour + 60_000,
        monotonic: Some(monotonic(1_000 + hour + 60_000)),
        before: Some(found),
        ..readings
    });
    assert_eq!(later.flags, [ClockFlag::Jumped { by_ms: 6 * hour }]);
}

#[test]
fn after_a_restart_the_time_is_never_before_what_was_proven() {
    let anchor = Some(server_anchor(NOON, NOON, 1_000));
    let restarted = Some(Monotonic {
        ms: 5,
        boot: "two".into(),
    });
    let back = TrustedTime::from_readings(&Readings {
        wall_ms: NOON - 86_400_000,
        monotonic: restarted,
        anchor,
        ..Readings::default()
    });
    assert_eq!((back.within_ms, back.by), (None, TimeSource::Server));
    assert_eq!((back.at_ms, back.not_before_ms), (NOON - 150, NOON - 150));
    assert_eq!(
        back.flags,
        [ClockFlag::Off {
            by_ms: 150 - 86_400_000
        }]
    );
}

#[test]
fn satellites_and_server_that_contradict_each_other_are_said() {
    let readings = Readings {
        wall_ms: NOON,
        monotonic: Some(monotonic(9_000)),
        gps: Some(GpsTime {
            gps_ms: NOON + 600_000,
            wall_ms: NOON,
            monotonic: Some(monotonic(9_000)),
        }),
        anchor: Some(server_anchor(NOON, NOON, 9_000)),
        ..Readings::default()
    };
    let found = TrustedTime::from_readings(&readings);
    assert_eq!((found.at_ms, found.by), (NOON, TimeSource::Server));
    assert_eq!(found.flags, [ClockFlag::Disagree { by_ms: 600_000 }]);
}

#[test]
fn no_number_is_too_odd() {
    for wall_ms in [i64::MIN, -1, 0, 4_102_444_800_000, i64::MAX] {
        for other in [i64::MIN, 0, i64::MAX] {
            let readings = Readings {
                wall_ms,
                monotonic: Some(monotonic(other)),
                gps: Some(GpsTime {
                    gps_ms: other,
                    wall_ms: other,
                    monotonic: Some(monotonic(other)),
                }),
                anchor: Some(Anchor {
                    server_ms: other,
                    within_ms: other,
                    wall_ms: other,
                    monotonic: Some(monotonic(0)),
                }),
                before: Some(TrustedTime::from_readings(&Readings {
                    wall_ms: other,
                    ..Readings::default()
                })),
                zone_min: Some(i32::MAX),
                given: true,
            };
            let found = TrustedTime::from_readings(&readings);
            let text = serde_json::to_string(&found).unwrap();
            assert_eq!(serde_json::from_str::<TrustedTime>(&text).unwrap(), found);
        }
    }
}

/// An event of a phone between two check-ins.
#[derive(Debug, Clone)]
enum Event {
    /// Time passes, milliseconds.
    Pass(i64),
    /// Someone sets the clock, forward or back.
    SetClock(i64),
    /// It restarts; its other clock begins anew.
    Restart,
    /// It hears the server, the answer up to so long under way.
    Sync(i64),
    /// It takes a fix with the satellites' time, off by less than a second.
    Fix(i64),
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let day = 86_400_000i64;
    let one = prop_oneof![
        4 => (0..30 * day).prop_map(Event::Pass),
        2 => (-400 * day..400 * day).prop_map(Event::SetClock),
        1 => Just(Event::Restart),
        2 => (0..5_000i64).prop_map(Event::Sync),
        2 => (-999..1_000i64).prop_map(Event::Fix),
    ];
    prop::collection::vec(one, 1..30)
}

/// A phone whose clocks drift.
struct Phone {
    truth_ms: i64,
    wall_off_ms: i64,
    boot: u32,
    since_boot_ms: i64,
    ppm: i64,
    anchor: Option<Anchor>,
    gps: Option<GpsTime>,
}

impl Phone {
    fn monotonic(&self) -> Monotonic {
        Monotonic {
            ms: self.since_boot_ms,
            boot: self.boot.to_string(),
        }
    }

    fn wall_ms(&self) -> i64 {
        self.truth_ms + self.wall_off_ms
    }

    fn befall(&mut self, event: &Event) {
        match *event {
            Event::Pass(ms) => {
                let drift = ms / 1_000 * self.ppm / 1_000;
                self.truth_ms += ms;
                self.since_boot_ms += ms + drift;
                self.wall_off_ms += drift;
            }
            Event::SetClock(off_ms) => self.wall_off_ms = off_ms,
            Event::Restart => (self.boot, self.since_boot_ms) = (self.boot + 1, 0),
            Event::Sync(round_trip_ms) => {
                // The answer says the server's time somewhere in the round trip; the phone takes the middle.
                self.anchor = Some(Anchor {
                    server_ms: self.truth_ms + round_trip_ms / 2,
                    within_ms: round_trip_ms / 2 + 1,
                    wall_ms: self.wall_ms(),
                    monotonic: Some(self.monotonic()),
                });
            }
            Event::Fix(off_ms) => {
                self.gps = Some(GpsTime {
                    gps_ms: self.truth_ms + off_ms,
                    wall_ms: self.wall_ms(),
                    monotonic: Some(self.monotonic()),
                });
            }
        }
    }
}

proptest! {
    #[test]
    fn the_true_time_lies_within_what_is_claimed_whatever_is_done_to_the_clock(
        events in events(), ppm in -150i64..=150,
    ) {
        let mut phone = Phone {
            truth_ms: NOON, wall_off_ms: 0, boot: 1, since_boot_ms: 77_000, ppm, anchor: None, gps: None,
        };
        let mut before: Option<TrustedTime> = None;
        for event in &events {
            phone.befall(event);
            let found = TrustedTime::from_readings(&Readings {
                wall_ms: phone.wall_ms(),
                monotonic: Some(phone.monotonic()),
                gps: phone.gps.clone(),
                anchor: phone.anchor.clone(),
                before: before.clone(),
                zone_min: None,
                given: false,
            });
            if let Some(within) = found.within_ms {
                prop_assert!((found.at_ms - phone.truth_ms).abs() <= within, "{found:?} at {}", phone.truth_ms);
                prop_assert!(found.at_ms + within >= found.not_before_ms);
            } else {
                prop_assert!(found.at_ms >= found.not_before_ms);
            }
            // What is called proven has passed, and it never goes back.
            prop_assert!(found.not_before_ms <= phone.truth_ms);
            prop_assert!(before.as_ref().is_none_or(|last| last.not_before_ms <= found.not_before_ms));
            before = Some(found);
        }
    }

    #[test]
    fn a_change_of_zone_changes_nothing_but_the_zone(wall_ms in 0..4_102_444_800_000i64, zone in -720..=840i32) {
        let at = |zone_min| TrustedTime::from_readings(&Readings { wall_ms, zone_min, ..Readings::default() });
        let (abroad, home) = (at(Some(zone)), at(None));
        prop_assert_eq!(TrustedTime { zone_min: None, ..abroad }, home);
    }

    #[test]
    fn a_clock_moved_by_more_than_it_drifts_is_flagged_and_one_left_alone_is_not(
        passed in 0..14 * 86_400_000i64, by_ms in -86_400_000..86_400_000i64, ppm in -150i64..=150,
    ) {
        let first = TrustedTime::from_readings(&Readings { wall_ms: NOON, monotonic: Some(monotonic(0)), ..Readings::default() });
        let next = |by_ms| TrustedTime::from_readings(&Readings {
            wall_ms: NOON + passed + by_ms,
            // The two clocks of a phone run on one crystal or on two.
            monotonic: Some(monotonic(passed + passed / 1_000 * ppm / 1_000)),
            before: Some(first.clone()),
            ..Readings::default()
        });
        let jumped = |m: &TrustedTime| m.flags.iter().any(|f| matches!(f, ClockFlag::Jumped { .. }));
        prop_assert!(!jumped(&next(0)));
        if by_ms.abs() > JUMP_MS + 2 * drift_ms(passed) {
            prop_assert!(jumped(&next(by_ms)));
        }
    }
}

#[test]
fn the_list_of_flags_is_that_of_the_enum() {
    let flags = one_of_each!(ClockFlag:
        ClockFlag::Jumped { .. } => ClockFlag::Jumped { by_ms: 1 },
        ClockFlag::Off { .. } => ClockFlag::Off { by_ms: 1 },
        ClockFlag::Disagree { .. } => ClockFlag::Disagree { by_ms: 1 },
        ClockFlag::Given => ClockFlag::Given,
    );
    let json = flags.iter().map(|flag| serde_json::to_value(flag).unwrap());
    let words: Vec<_> = json
        .map(|flag| flag["flag"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(words, FLAGS);
}
