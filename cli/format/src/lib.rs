//! Counts, sizes, durations, verdicts and reasons as text for people, in English.
//!
//! `sales` has the figures of the sales process as data of their pictures. Used by the command and the demo. Programs read none of it: codes and JSON belong to the command.

mod sales;

use fieldbook_core::book::Candidate;
use fieldbook_core::location::Meters;
use fieldbook_core::location::{Assessment, Fence, SpoofSignal, Verdict, VerdictReason};
use fieldbook_core::model::ClosedBy;

pub use sales::{SalesRequest, money, point, sales_figures, this_quarter, window_name};

/// `text` on one line, without control characters and without marks that change the writing direction.
pub fn clean(text: &str) -> String {
    let harmful = |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|c| if harmful(c) { ' ' } else { c }).collect()
}

/// A number with its noun: `1 edit`, `2,000 edits`.
pub fn count(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(n), if n == 1 { one } else { many })
}

/// A number with its thousands grouped: `1,234,567`.
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A size in decimal units, cut to one decimal: `512 B`, `3.4 MB`.
pub fn bytes(n: u64) -> String {
    let units = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    let found = units.into_iter().find(|(size, _)| n >= *size);
    found.map_or(format!("{n} B"), |(size, unit)| {
        let tenths = n / (size / 10);
        format!("{}.{} {unit}", tenths / 10, tenths % 10)
    })
}

/// Seconds from local midnight as `09:30`; hours may exceed 24.
pub fn time_of_day(s: i64) -> String {
    format!("{:02}:{:02}", s / 3_600, s / 60 % 60)
}

/// A duration in seconds as `40 s`, `12 min`, `5 h` or `3 days`, cut to a whole unit.
pub fn duration(seconds: i64) -> String {
    let whole = |n: i64, unit: &str| format!("{n} {unit}");
    match seconds {
        ..=119 => whole(seconds, "s"),
        120..=7_199 => whole(seconds / 60, "min"),
        7_200..=172_799 => whole(seconds / 3_600, "h"),
        _ => whole(seconds / 86_400, "days"),
    }
}

/// A verdict in words: `likely on site`.
pub fn verdict(verdict: &Verdict) -> &str {
    match verdict {
        Verdict::Verified => "verified",
        Verdict::LikelyOnSite => "likely on site",
        Verdict::OffSite => "off site",
        Verdict::Unverifiable => "unverifiable",
        Verdict::Other(word) => word.as_str(),
    }
}

/// A verdict with its reasons, and with its spoof signals if it is flagged.
pub fn assessment(assessment: &Assessment) -> String {
    let mut parts: Vec<String> = assessment.reasons.iter().map(reason).collect();
    if assessment.spoof.is_flagged() {
        let signals: Vec<String> = assessment
            .spoof
            .reasons
            .iter()
            .map(|sign| signal(&sign.name).to_owned())
            .collect();
        parts.push(format!("worth a look, because {}", signals.join(" and ")));
    }
    if parts.is_empty() {
        verdict(&assessment.verdict).to_owned()
    } else {
        format!("{}: {}", verdict(&assessment.verdict), parts.join("; "))
    }
}

/// A spoof signal as a sentence about the fixes, never about the rep.
fn signal(sign: &SpoofSignal) -> &str {
    match sign {
        SpoofSignal::Mock => "the phone says that an app made a position up",
        SpoofSignal::Teleport => "two positions lie farther apart than anyone travels in that time",
        SpoofSignal::Frozen => "the very same position came several times, where a real one trembles",
        SpoofSignal::ImpossibleAccuracy => "a position claims to be more accurate than phones are",
        SpoofSignal::Stale => "there are only old positions",
        SpoofSignal::GpsTime => "the satellites' time and the phone's clock differ",
        SpoofSignal::MotionDisagrees => "the positions move faster than the motion sensors say",
        SpoofSignal::NetworkDisagrees => "Wi-Fi or mobile cells place the phone elsewhere",
        SpoofSignal::Other(word) => word.as_str(),
    }
}

fn reason(reason: &VerdictReason) -> String {
    match *reason {
        VerdictReason::InsideFence { margin } => format!("inside the fence with {margin} to spare"),
        VerdictReason::CrossesEdge {
            distance_to_edge: Meters(m),
            accuracy,
        } => {
            let side = if m < 0.0 { "inside" } else { "outside" };
            format!(
                "{} {side} the edge by a fix of {accuracy} accuracy",
                Meters(m.abs())
            )
        }
        VerdictReason::OutsideFence { beyond } => format!("at least {beyond} beyond the fence"),
        VerdictReason::CoarseFix { accuracy, .. } => format!("the fix is only good to {accuracy}"),
        VerdictReason::NoFix => "no position to judge by".to_owned(),
        VerdictReason::StaleFix { age_s, .. } => format!("the newest position is {} old", duration(age_s)),
        VerdictReason::FutureFix { ahead_s } => {
            format!("a position from {} ahead was set aside", duration(ahead_s))
        }
        VerdictReason::MockFix { fixes } => {
            format!(
                "{} set aside",
                count(u64::from(fixes), "made-up position", "made-up positions")
            )
        }
        VerdictReason::AccuracyUnknown { fixes } => {
            format!(
                "{} of unknown accuracy set aside",
                count(u64::from(fixes), "position", "positions")
            )
        }
        VerdictReason::FixesDisagree { fixes } => {
            format!(
                "{} otherwise",
                count(u64::from(fixes), "position says", "positions say")
            )
        }
        VerdictReason::Other(ref entry) => entry.word().to_string(),
    }
}

/// The rule that closed a visit without a check-out.
pub fn closed_by(rule: &ClosedBy) -> String {
    match rule {
        ClosedBy::FenceExit => "no check-out, seen to leave the fence".to_owned(),
        ClosedBy::NextCheckIn => "no check-out, arrived elsewhere".to_owned(),
        ClosedBy::EndOfShift => "no check-out, closed when the shift ended".to_owned(),
        ClosedBy::Other(word) => format!("no check-out, closed by a rule that is not known here ({word})"),
    }
}

/// The terms of a candidate's visit score, the appointment first.
pub fn score_terms(candidate: &Candidate) -> String {
    let promised = candidate.appointment.map(|_| "promised".to_owned());
    let terms = candidate.worth.terms.iter().map(ToString::to_string);
    promised.into_iter().chain(terms).collect::<Vec<_>>().join("; ")
}

/// A fence in words: `circle of 150 m`; the text itself if it is no fence.
pub fn fence(text: &str) -> String {
    match text.parse() {
        Ok(Fence::Circle(circle)) => format!("circle of {}", circle.radius()),
        Ok(Fence::Polygon(polygon)) => {
            let points: usize = polygon.rings().iter().map(Vec::len).sum();
            format!("polygon of {points} points")
        }
        Err(_) => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_said_as_people_say_them() {
        assert_eq!(count(1, "edit", "edits"), "1 edit");
        assert_eq!(count(1_234_567, "edit", "edits"), "1,234,567 edits");
        assert_eq!((bytes(999), bytes(3_450_000)), ("999 B".into(), "3.4 MB".into()));
        assert_eq!((duration(119), duration(7_200)), ("119 s".into(), "2 h".into()));
    }

    #[test]
    fn a_name_cannot_command_the_terminal() {
        assert_eq!(clean("a\u{1b}[2Jb\nc\u{202e}d"), "a [2Jb c d");
    }
}
