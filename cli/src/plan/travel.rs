//! Travel times of `--travel`, and the source of the travel times of a plan as JSON.

use std::path::Path;

use fieldbook_core::book::{DayPlace, Drive, GivenTravel, TravelSource, TravelUsed};
use fieldbook_core::plan::RawSpeedStep;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::CliError;
use crate::input::read_text;

/// The file in its form as an object.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTravel {
    drives: Vec<RawDrive>,
    #[serde(default)]
    speeds: Vec<RawSpeedStep>,
}

/// A drive in the file; `from` and `to` are `start`, `end` or the id of a site.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDrive {
    from: String,
    to: String,
    seconds: i64,
}

/// Reads drives: a JSON list of `{"from","to","seconds"}`, each place `start`, `end` or the id of a site; or an object with
/// such a list under `drives`, of drives on empty roads, and a speed profile under `speeds`.
pub(super) fn read(path: &Path) -> Result<TravelSource, CliError> {
    let shown = path.display().to_string();
    let bad = |message: String| {
        CliError::bad_input("bad_travel", format!("{shown}: {message}")).with("option", "--travel")
    };
    let text = read_text(path)?;
    let raw = if text.trim_start().starts_with('{') {
        serde_json::from_str::<RawTravel>(&text)
    } else {
        let drives = serde_json::from_str(&text);
        drives.map(|drives| RawTravel {
            drives,
            speeds: Vec::new(),
        })
    };
    let raw = raw.map_err(|error| bad(error.to_string()))?;
    let mut drives = Vec::with_capacity(raw.drives.len());
    for (at, drive) in raw.drives.iter().enumerate() {
        let place = |field: &str, text: &str| {
            let wrong = || {
                bad(format!(
                    "travel[{at}].{field}: expected start, end or the id of a site"
                ))
            };
            place(text).ok_or_else(wrong)
        };
        drives.push(Drive {
            from: place("from", &drive.from)?,
            to: place("to", &drive.to)?,
            seconds: drive.seconds,
        });
    }
    let given = GivenTravel::new(&drives).and_then(|given| given.with_speeds(&raw.speeds));
    given
        .map(TravelSource::Given)
        .map_err(|error| bad(error.to_string()))
}

fn place(text: &str) -> Option<DayPlace> {
    match text {
        "start" => Some(DayPlace::Start),
        "end" => Some(DayPlace::End),
        id => id.parse().ok().map(DayPlace::Site),
    }
}

/// The source of the travel times for programs.
pub(super) fn to_json(travel: &TravelUsed) -> Value {
    let learned = travel.learned.as_ref().map(|learned| {
        let hours = learned.hours.iter().zip(0_u8..).filter(|(known, _)| **known);
        json!({
            "trips": learned.trips,
            "hours": hours
                .map(|(_, hour)| json!({ "hour": hour, "share": learned.model.by_hour[usize::from(hour)] }))
                .collect::<Vec<_>>(),
        })
    });
    let (given, of) = travel.given_of;
    json!({ "detour": travel.roads.detour, "learned": learned, "given": given, "of": of, "said": travel.to_string() })
}
