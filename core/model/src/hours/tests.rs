use super::*;
use crate::WorkCalendar;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn windows(hours: &str, date: &str, holidays: &Holidays) -> Vec<(u32, u32, bool)> {
    let hours: OpeningHours = hours.parse().expect(hours);
    let found = hours.windows(day(date), holidays).unwrap();
    found
        .into_iter()
        .map(|w| (w.from_s / 60, w.until_s / 60, w.certain))
        .collect()
}

#[test]
fn a_window_past_midnight_belongs_to_both_days() {
    let none = Holidays::none();
    assert_eq!(
        windows("Fr 18:00-02:00", "2026-03-06", &none),
        [(1_080, 1_440, true)]
    );
    assert_eq!(windows("Fr 18:00-02:00", "2026-03-07", &none), [(0, 120, true)]);
    assert_eq!(windows("24/7", "2026-03-07", &none), [(0, 1_440, true)]);
    assert_eq!(
        windows(
            "Mo-Fr 09:00-12:00 unknown \"by appointment\"",
            "2026-03-06",
            &none
        )
        .len(),
        1
    );
    assert_eq!(
        windows("Sa 10:00-12:00 unknown", "2026-03-07", &none),
        [(600, 720, false)]
    );
}

#[test]
fn holidays_are_those_of_the_country_and_none_are_guessed() {
    let hours = "Mo-Su 08:00-20:00; PH off";
    let (britain, china) = (
        Holidays::of_country("gb").unwrap(),
        Holidays::of_country("CN").unwrap(),
    );
    assert!(windows(hours, "2026-12-25", &britain).is_empty());
    assert_eq!(windows(hours, "2026-12-25", &china).len(), 1);
    assert!(windows(hours, "2026-02-17", &china).is_empty());
    assert_eq!(windows(hours, "2026-02-17", &Holidays::none()).len(), 1);
    let read: OpeningHours = hours.parse().unwrap();
    let refused = read.windows(day("2027-02-06"), &china);
    assert!(matches!(refused, Err(WindowError::Holidays(outside)) if outside.last_year == 2026));
    // Hours that do not ask for holidays need no calendar.
    assert_eq!(
        windows("Mo-Su 08:00-20:00 \"PH too\"", "2027-02-06", &china).len(),
        1
    );
    let newer: WorkCalendar = "2027 off 02-06..02-12".parse().unwrap();
    assert!(
        read.windows(day("2027-02-06"), &Holidays::of(&newer))
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        Holidays::of_country("Atlantis").unwrap_err(),
        super::super::UnknownCountry
    );
}

#[test]
fn a_slip_is_put_right_and_said() {
    for (slip, right) in [
        (
            "Mo-Fr 09:00-17:00; Sa 09:00-12:00; ",
            "Mo-Fr 09:00-17:00; Sa 09:00-12:00",
        ),
        ("Mon–Friday 09.00–17.00", "Mo-Fr 09:00-17:00"),
        (
            "Mo-Fr 09:00-17:00,Sa 09:00-12:00",
            "Mo-Fr 09:00-17:00, Sa 09:00-12:00",
        ),
        (
            "Mo-Fr 09:00-17:00; Sa,Su,Ph off",
            "Mo-Fr 09:00-17:00; Sa,Su,PH off",
        ),
    ] {
        let (slip, right): (OpeningHours, OpeningHours) = (slip.parse().unwrap(), right.parse().unwrap());
        assert_eq!((slip.is_mended(), right.is_mended()), (true, false));
        for date in day("2026-03-02").iter_days().take(7) {
            let windows = |hours: &OpeningHours| hours.windows(date, &Holidays::none()).unwrap();
            assert_eq!(windows(&slip), windows(&right));
        }
    }
}

#[test]
fn what_cannot_be_read_is_an_error_and_never_a_panic() {
    for bad in [
        "",
        " ",
        "not hours",
        "Mo-Fr 25:99",
        "09:00",
        "Mo[9] 10:00-11:00",
        "\0",
        "Mo-Fr 9-17 uhr",
        "🕘",
    ] {
        assert_eq!(
            bad.parse::<OpeningHours>().map(|_| ()),
            Err(HoursError::Unreadable),
            "{bad}"
        );
    }
    let long = "Mo 09:00-10:00;".repeat(1_000);
    assert_eq!(
        long.parse::<OpeningHours>().map(|_| ()),
        Err(HoursError::TooLong { bytes: 15_000 })
    );
    let hours: OpeningHours = "24/7".parse().unwrap();
    for date in [NaiveDate::MIN, NaiveDate::MAX, day("1899-12-31")] {
        assert_eq!(hours.windows(date, &Holidays::none()), Err(WindowError::Year));
    }
}

/// Minutes of the oracle's fortnight that are open, 1 for certain and 2 for perhaps.
fn minutes_of_oracle(open: &serde_json::Value) -> Vec<u8> {
    let start = day("2026-03-02").and_hms_opt(0, 0, 0).unwrap();
    let minute = |text: &serde_json::Value| {
        let time = chrono::NaiveDateTime::parse_from_str(text.as_str().unwrap(), "%Y-%m-%dT%H:%M").unwrap();
        usize::try_from((time - start).num_minutes())
            .unwrap()
            .min(14 * 1_440)
    };
    let mut minutes = vec![0; 14 * 1_440];
    for span in open.as_array().unwrap() {
        let unknown = span[2].as_u64().unwrap();
        minutes[minute(&span[0])..minute(&span[1])].fill(if unknown == 0 { 1 } else { 2 });
    }
    minutes
}

fn minutes_of_ours(hours: &OpeningHours, holidays: &Holidays) -> Vec<u8> {
    let mut minutes = vec![0; 14 * 1_440];
    for (at, date) in day("2026-03-02").iter_days().take(14).enumerate() {
        for window in hours.windows(date, holidays).unwrap() {
            let minute = |s: u32| at * 1_440 + usize::try_from(s / 60).unwrap();
            minutes[minute(window.from_s)..minute(window.until_s)].fill(if window.certain { 1 } else { 2 });
        }
    }
    minutes
}

/// Strings that the oracle (the npm package `opening_hours`) reads and we do not, or otherwise than we, and why.
const EXPLAINED: &[(&str, &str)] = &[
    (
        "Mo,We-Sa 09:00-18:00; Tu 09:30-18:00; Su 10:30-16:30; Dec 25,26 off; Easter Su off",
        "a list of days of a month is not supported, and the site is shown with hours that cannot be read",
    ),
    (
        "Su-Mo,We-Fr 11:00-01:00; Tu,Sa 11:00-04:00; Dec 24,26,31 11:30-23:00; Dec 25 off",
        "a list of days of a month is not supported",
    ),
    (
        "Mo-Fr 09:00-20:00; Sa; 09:00-18:00; Su 10:00-16:00",
        "by the syntax a rule without days is for all of them: the oracle guesses that it was not meant",
    ),
    ("Mo-Sa 11:45-15:00; 17:45-22:30", "a rule without days, as above"),
    (
        "Mo-Tu,Th-Fr 12:00-14:30;17:00-21:00; Sa 11:00-16:00,17:00-22:00; Su 12:00-15:00",
        "a rule without days, as above",
    ),
    (
        "Mo-Fr 11:30-22:00+; Sa-Su 09:00-22:00+",
        "an end and a plus: we end where it says, the oracle goes on as perhaps",
    ),
    (
        "Mo-Sa 11:00-14:30,17:30-20:45+; Su 11:30-20:45+",
        "an end and a plus, as above",
    ),
    (
        "Mo-Th 11:00-23:00; Fr 11:00-00:00; Sa 12:00-21:00; Su 09:30-22:00+",
        "an end and a plus, as above",
    ),
    (
        "Su–We 12:00–03:00 Th–Sa 12:00–3:30",
        "two rules without a separator: the oracle guesses, we do not",
    ),
    (
        "Tu-We 10:00-16:00 Th-Sa 10:00-17:00",
        "two rules without a separator, as above",
    ),
];

/// Whether the two are open at the same times from six to midnight. The small hours are another matter: the oracle gives
/// the night that a later rule began to the day before, our evaluator gives it to the rule of the new day, and an open
/// end (`16:00+`) the oracle counts as perhaps, ours as open until midnight.
fn same_by_day(ours: &[u8], oracle: &[u8]) -> bool {
    let by_day = |minute: &usize| minute % 1_440 >= 360;
    (0..14 * 1_440)
        .filter(by_day)
        .all(|at| (ours[at] > 0) == (oracle[at] > 0))
}

#[test]
fn a_fortnight_of_every_real_string_is_as_the_oracle_says() {
    for (file, country, least) in [
        ("norwich_2026-03-02_2026-03-16.jsonl", "GB", 580),
        ("monaco2019_2026-03-02_2026-03-16.jsonl", "FR", 45),
    ] {
        let Some(text) = fieldbook_testdata::text(&format!("vectors/opening_hours/{file}")) else {
            return;
        };
        let holidays = Holidays::of_country(country).unwrap();
        let (mut exactly, mut differ) = (0, Vec::new());
        for line in text.lines() {
            let oracle: serde_json::Value = serde_json::from_str(line).unwrap();
            let written = oracle["oh"].as_str().unwrap();
            let same = match (written.parse::<OpeningHours>(), oracle.get("open")) {
                (Ok(hours), Some(open)) => {
                    let (ours, theirs) = (minutes_of_ours(&hours, &holidays), minutes_of_oracle(open));
                    exactly += usize::from(ours == theirs);
                    same_by_day(&ours, &theirs)
                }
                (Err(_), None) => true,
                _ => false,
            };
            let explained = EXPLAINED.iter().any(|(hours, _)| *hours == written);
            if same == explained {
                differ.push(format!("{written} | {same}"));
            }
        }
        assert!(
            differ.is_empty(),
            "{exactly} agree, these are not explained:\n{}",
            differ.join("\n")
        );
        println!("{file}: {exactly} to the minute");
        assert!(exactly >= least, "{exactly}");
    }
}
