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
        "Mo-Fr 9-17 by the clock of the tower",
        "di 9-12",
        "Mo-Fr 9",
        "Mo-Fr 25-26",
        "13pm-14pm",
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

#[test]
fn nothing_is_open_for_certain_unless_the_text_says_so() {
    let (saturday, monday) = ("2026-12-19", "2026-12-21");
    let britain = Holidays::of_country("GB").unwrap();
    // Windows of Saturday and of Monday, minutes, as the npm package `opening_hours` 3.8.0 has them.
    for (hours, on_saturday, on_monday) in [
        (
            "\"by appointment\"",
            vec![(0, 1_440, false)],
            vec![(0, 1_440, false)],
        ),
        (
            "Mo-Fr 08:00-17:00; Sa \"nach Vereinbarung\"",
            vec![(0, 1_440, false)],
            vec![(480, 1_020, true)],
        ),
        (
            "Mo-Fr 08:00-17:00 || \"by appointment\"",
            vec![(0, 1_440, false)],
            vec![(0, 480, false), (480, 1_020, true), (1_020, 1_440, false)],
        ),
        (
            "Mo-Fr 08:00-17:00 || Sa \"by appointment\"",
            vec![(0, 1_440, false)],
            vec![(480, 1_020, true)],
        ),
        (
            "Mo-Fr 08:00-12:00 || Mo-Fr 14:00-16:00 unknown \"call\"",
            vec![],
            vec![(480, 720, true), (840, 960, false)],
        ),
        (
            "Mo-Fr 08:00-17:00; Sa,Su off || \"by appointment\"",
            vec![(0, 1_440, false)],
            vec![(0, 480, false), (480, 1_020, true), (1_020, 1_440, false)],
        ),
        (
            "Mo-Fr 08:00-17:00 \"ring || or call; twice\"",
            vec![],
            vec![(480, 1_020, false)],
        ),
        (
            "Mo-Fr 08:00-17:00 open \"ring the bell\"",
            vec![],
            vec![(480, 1_020, true)],
        ),
        ("Mo-Fr 08:00-17:00 closed \"renovation\"", vec![], vec![]),
        ("\"summer\": Mo-Fr 09:00-17:00", vec![], vec![(540, 1_020, false)]),
        (
            "24/7 \"self service\"",
            vec![(0, 1_440, false)],
            vec![(0, 1_440, false)],
        ),
        ("Mo-Fr 09:00+", vec![], vec![(540, 1_440, false)]),
        (
            "Mo-Fr 09:00-17:00; Sa sunrise-sunset",
            vec![(420, 1_140, false)],
            vec![(540, 1_020, true)],
        ),
        ("Mo 08:00-(sunset-01:00)", vec![], vec![(480, 1_080, false)]),
    ] {
        assert_eq!(windows(hours, saturday, &britain), on_saturday, "{hours}");
        assert_eq!(windows(hours, monday, &britain), on_monday, "{hours}");
    }
}

#[test]
fn holidays_of_an_unknown_place_leave_what_they_would_change_uncertain() {
    let none = Holidays::none();
    let hours = "Mo-Sa 09:00-17:00; PH off";
    assert_eq!(windows(hours, "2026-12-25", &none), [(540, 1_020, false)]);
    let hours = "Mo-Sa 09:00-17:00; PH 11:00-13:00";
    assert_eq!(
        windows(hours, "2026-12-25", &none),
        [(540, 660, false), (660, 780, true), (780, 1_020, false)]
    );
    // School holidays are announced by region: no country tells them.
    let britain = Holidays::of_country("GB").unwrap();
    assert_eq!(
        windows("Mo-Fr 09:00-15:00; SH off", "2026-08-03", &britain),
        [(540, 900, false)]
    );
    assert_eq!(
        windows("Mo-Fr 09:00-15:00", "2026-08-03", &none),
        [(540, 900, true)]
    );
}

#[test]
fn hours_as_people_type_them_are_read_and_marked() {
    for (typed, canonical) in [
        ("Mo-Fr 9-17", "Mo-Fr 09:00-17:00"),
        ("Mo–Fr 9–17 Uhr", "Mo-Fr 09:00-17:00"),
        ("Mon-Fri 9am-5pm", "Mo-Fr 09:00-17:00"),
        (
            "Mon - Fri: 9:00 AM - 5:30 p.m., Sat 10-2",
            "Mo-Fr 09:00-17:30; Sa 10:00-14:00",
        ),
        ("Mon-Fri 2-5pm", "Mo-Fr 14:00-17:00"),
        ("Monday to Friday from 9 to 5", "Mo-Fr 09:00-17:00"),
        ("9-17", "09:00-17:00"),
        ("12pm-12am", "12:00-24:00"),
        ("noon to midnight", "12:00-24:00"),
        ("Fr 18-2", "Fr 18:00-02:00"),
        ("daily 9.30-18", "Mo-Su 09:30-18:00"),
        ("24 hours", "24/7"),
        (
            "Montag bis Freitag 8-18 Uhr, Sonntag geschlossen",
            "Mo-Fr 08:00-18:00; Su off",
        ),
        (
            "Mo - Do: 08.00 - 12.00 und 13.00 - 16.30 Uhr",
            "Mo-Th 08:00-12:00,13:00-16:30",
        ),
        ("Mo,Di,Mi 9-12", "Mo,Tu,We 09:00-12:00"),
        (
            "lundi au vendredi 9h30-12h, 14h-18h",
            "Mo-Fr 09:30-12:00,14:00-18:00",
        ),
        (
            "Lunes a viernes 9:00-14:00 y sábado 10:00-13:00",
            "Mo-Fr 09:00-14:00; Sa 10:00-13:00",
        ),
        ("lunedì-venerdì 8:30-12:30", "Mo-Fr 08:30-12:30"),
        ("segunda à sexta 9h-18h", "Mo-Fr 09:00-18:00"),
        ("maandag t/m vrijdag 9-17", ""),
        ("周一至周五 ９：００－１８：００", "Mo-Fr 09:00-18:00"),
        ("星期六 10点半-17点", "Sa 10:30-17:00"),
        (
            "Mo-Fr 08:00-17:00\nSa 09:00-12:00",
            "Mo-Fr 08:00-17:00; Sa 09:00-12:00",
        ),
    ] {
        let read: Result<OpeningHours, HoursError> = typed.parse();
        if canonical.is_empty() {
            assert_eq!(read.map(|_| ()), Err(HoursError::Unreadable), "{typed}");
            continue;
        }
        let (read, right): (_, OpeningHours) = (read.expect(typed), canonical.parse().unwrap());
        assert!(read.is_mended() && !right.is_mended(), "{typed}");
        for date in day("2026-03-02").iter_days().take(8) {
            let windows = |hours: &OpeningHours| hours.windows(date, &Holidays::none()).unwrap();
            assert_eq!(windows(&read), windows(&right), "{typed} on {date}");
        }
    }
}

#[test]
fn the_half_of_the_day_and_the_days_of_a_time_are_read_as_meant_or_not_at_all() {
    for (typed, canonical) in [
        ("Mon-Fri 9:00-5:00", "Mo-Fr 09:00-17:00"),
        ("Mon-Fri 9.00-5.30", "Mo-Fr 09:00-17:30"),
        ("Mo-Fr 9:00-5:00", "Mo-Fr 09:00-17:00"),
        ("Mon-Fri 9-12 and 1-5", "Mo-Fr 09:00-12:00,13:00-17:00"),
        ("Mon-Fri 9:00-12:00, 1:00-5:00", "Mo-Fr 09:00-12:00,13:00-17:00"),
        ("10-12, 2-5", "10:00-12:00,14:00-17:00"),
        ("Sat 12-4", "Sa 12:00-16:00"),
        ("Mon-Fri 1pm-5", "Mo-Fr 13:00-17:00"),
        ("noon to 5", "12:00-17:00"),
        ("12-12", "12:00-24:00"),
        ("9pm-2", "21:00-02:00"),
        ("Fr 14-18, 8-12", "Fr 08:00-12:00,14:00-18:00"),
        ("Mo-Fr 5-11, 14-18", "Mo-Fr 05:00-11:00,14:00-18:00"),
        ("Mo-Fr 9:00–12:00 | 14:00–18:00", "Mo-Fr 09:00-12:00,14:00-18:00"),
        ("Mon-Fri 9am-12pm\n2pm-6pm", "Mo-Fr 09:00-12:00,14:00-18:00"),
        (
            "Mon-Fri 9am-12pm; 2pm-6pm; Sat 10-2",
            "Mo-Fr 09:00-12:00,14:00-18:00; Sa 10:00-14:00",
        ),
        ("Sun closed, Mon-Fri 9-5", "Mo-Fr 09:00-17:00"),
        ("Mon-Fri 9-5, closed Sunday", "Mo-Fr 09:00-17:00"),
        (
            "Mo-Fr 9-17 || \"by appointment\"",
            "Mo-Fr 09:00-17:00 || \"by appointment\"",
        ),
        ("Mo-Fr 8-12 || 14-18", "Mo-Fr 08:00-12:00 || 14:00-18:00"),
        ("周一至周五 9点到18点", "Mo-Fr 09:00-18:00"),
    ] {
        let (read, right): (OpeningHours, OpeningHours) =
            (typed.parse().expect(typed), canonical.parse().unwrap());
        assert!(read.is_mended(), "{typed}");
        for date in day("2026-03-02").iter_days().take(8) {
            let windows = |hours: &OpeningHours| hours.windows(date, &Holidays::none()).unwrap();
            assert_eq!(windows(&read), windows(&right), "{typed} on {date}");
        }
    }
    for doubtful in [
        "Mon-Fri 9-5, closed Sat, Sun 10-2",
        "lundi-vendredi 9h-18h, fermé le samedi, dimanche 10h-12h",
        "Mon-Fri 9-5 (closed 1-2)",
        "Mo-Fr 8-18 (geschlossen 12-13)",
        "9am-5pm Mon-Fri, Sat closed",
        "Mon-Fri 1-5",
        "Mon-Fri 7-9pm",
        "Sa 10-2; closed",
    ] {
        assert_eq!(
            doubtful.parse::<OpeningHours>().map(|_| ()),
            Err(HoursError::Unreadable),
            "{doubtful}"
        );
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
        "Su–We 12:00–03:00 Th–Sa 12:00–3:30",
        "3:30 without a zero: the oracle takes the night, we the afternoon, and mark it as read so",
    ),
    (
        "Tu-We 10:00-16:00 Th-Sa 10:00-17:00",
        "two rules without a separator: the oracle lets the second one replace the first",
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
];

/// True if both are open at the same times from six to midnight. In the small hours the oracle gives the night that a
/// later rule began to the day before, and our evaluator to the rule of the new day.
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
