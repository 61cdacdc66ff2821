//! `track`: analysis of a file of fixes, which needs no book, and commands on the book's own track ([`recorded`]).

pub(crate) mod recorded;

use std::fs::File;
use std::path::PathBuf;

use fieldbook_core::location::track::{
    ColumnMap, PointState, RefusedRow, SignalRules, StopRules, Track, TrackFile, TrackFix, TrackFormat,
    TrackScore, TrackSignal, read_mapped, write,
};
use fieldbook_core::location::{Datum, to_wgs84};
use serde_json::{Value, json};

use crate::context::Context;
use crate::error::CliError;
use crate::import::mapping;
use crate::progress::{print_note, waiting};
use crate::table::{Column, Table};
use fieldbook_format::{count, duration};

/// Most lines that are no fixes with a warning each; the rest are counted.
const WARNINGS_MAX: usize = 20;

/// Stops, mileage and oddities of a track file, and the track that your book keeps
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  fieldbook track stops day.csv.gz
  fieldbook --json track mileage ride.gpx
  fieldbook track convert day.csv --to gpx > day.gpx
  fieldbook track stops fahrt.csv --map time=Wann --map position_lon_lat=Ort
  fieldbook track suggested")]
pub(crate) struct TrackArgs {
    #[command(subcommand)]
    what: TrackCommand,
}

/// The commands on a track.
#[derive(Debug, clap::Subcommand)]
enum TrackCommand {
    /// Where it stayed, from when until when
    Stops(FileArgs),
    /// How far it went
    Mileage(FileArgs),
    /// What each fix is, one JSON object a line, in the file's order: stop, move or outlier
    Points(FileArgs),
    /// What looks odd about it, each sign with its weight: never an accusation
    Spoof(FileArgs),
    /// The same track as csv, gpx, geojson or polyline
    Convert(ConvertArgs),
    Record(recorded::RecordArgs),
    Suggested(recorded::SuggestedArgs),
    Accept(recorded::AcceptArgs),
    Dismiss(recorded::DismissArgs),
    Forget(recorded::ForgetArgs),
}

/// The file of a command, and its columns.
#[derive(Debug, clap::Args)]
struct FileArgs {
    /// The file; `-` reads standard input
    file: PathBuf,
    /// Which column of a CSV holds a field (time, lat, lon, ...), where its name does not tell
    #[arg(long = "map", value_name = "FIELD=COLUMN", value_parser = mapping)]
    map: Vec<(String, String)>,
}

/// The file and the target format of a conversion.
#[derive(Debug, clap::Args)]
struct ConvertArgs {
    #[command(flatten)]
    file: FileArgs,
    /// csv, gpx, geojson or polyline
    #[arg(long, value_name = "FORMAT", value_parser = str::parse::<TrackFormat>)]
    to: TrackFormat,
}

pub(crate) fn track(context: &mut Context, args: &TrackArgs) -> Result<(), CliError> {
    match &args.what {
        TrackCommand::Stops(args) => stops(context, args),
        TrackCommand::Mileage(args) => mileage(context, args),
        TrackCommand::Points(args) => points(context, args),
        TrackCommand::Spoof(args) => spoof(context, args),
        TrackCommand::Convert(args) => convert(context, &args.file, args.to),
        TrackCommand::Record(args) => recorded::record(context, args),
        TrackCommand::Suggested(args) => recorded::suggested(context, args),
        TrackCommand::Accept(args) => recorded::accept(context, args),
        TrackCommand::Dismiss(args) => recorded::dismiss(context, args),
        TrackCommand::Forget(args) => recorded::forget(context, args),
    }
}

/// Reads the track of a file, and warns of lines that are no fixes.
fn load(context: &Context, args: &FileArgs) -> Result<TrackFile, CliError> {
    let path = args.file.as_path();
    let map = ColumnMap::new(args.map.iter().map(|(field, column)| (field, column)))?;
    let shown = path.display().to_string();
    let read = if path.as_os_str() == "-" {
        waiting("reading", || read_mapped(std::io::stdin().lock(), &map))
    } else {
        let file = File::open(path).map_err(|error| CliError::unreadable(path, &error))?;
        waiting("reading", || read_mapped(file, &map))
    };
    let mut file = read.map_err(|error| CliError::from(error).in_file("file", path))?;
    for refused in file.refused.iter().take(WARNINGS_MAX) {
        warn(context, &shown, refused);
    }
    if file.refused.len() > WARNINGS_MAX && !context.out.json() {
        let more = (file.refused.len() - WARNINGS_MAX) as u64;
        print_note(&format!(
            "warning: {shown}: {} more",
            count(more, "line is no fix", "lines are no fixes")
        ));
    }
    if file.states_datum && context.datum != Datum::Wgs84 {
        let message = "the file names its datum itself, in a column or in the names of its columns";
        return Err(CliError::bad_field("--datum", message));
    }
    for fix in &mut file.fixes {
        *fix = in_wgs84(*fix, context.datum);
    }
    Ok(file)
}

fn warn(context: &Context, shown: &str, refused: &RefusedRow) {
    let RefusedRow {
        line, field, problem, ..
    } = refused;
    if context.out.json() {
        let warning = json!({ "warning": {
            "code": "bad_line", "file": shown, "line": line, "field": field, "why": problem.to_string(),
        }});
        print_note(&warning.to_string());
    } else {
        print_note(&format!(
            "warning: {shown}: line {line}: {field} {problem}; it was left out"
        ));
    }
}

fn in_wgs84(fix: TrackFix, datum: Datum) -> TrackFix {
    let given = fix.position();
    to_wgs84(datum, given.lat(), given.lon()).map_or(fix, |position| fix.with_position(position))
}

fn analyse(file: &TrackFile) -> Track {
    waiting("reckoning", || {
        Track::from_fixes(&file.fixes, &StopRules::default())
    })
}

fn stops(context: &mut Context, args: &FileArgs) -> Result<(), CliError> {
    let file = load(context, args)?;
    let track = analyse(&file);
    let zone = context.zone;
    if context.out.json() {
        return track.stops.iter().try_for_each(|stop| {
            context.out.value(&json!({
                "from": zone.rfc3339(stop.from_ms),
                "until": zone.rfc3339(stop.until_ms),
                "lat": rounded(stop.center.lat(), 1e7),
                "lon": rounded(stop.center.lon(), 1e7),
                "radius_m": rounded(stop.radius.0, 10.0),
                "fixes": stop.fixes,
            }))
        });
    }
    if track.stops.is_empty() {
        return context.out.line("No stops.");
    }
    let columns = ["FROM", "UNTIL", "STAYED", "PLACE", "WITHIN", "FIXES"];
    let mut table = Table::new(&columns.map(Column::whole));
    for stop in &track.stops {
        table.row(&[
            zone.minute(stop.from_ms),
            zone.time_of_day(stop.until_ms),
            duration(stop.until_ms.saturating_sub(stop.from_ms) / 1_000),
            format!("{:.5},{:.5}", stop.center.lat(), stop.center.lon()),
            stop.radius.to_string(),
            stop.fixes.to_string(),
        ]);
    }
    context.out.table(&table)
}

fn mileage(context: &mut Context, args: &FileArgs) -> Result<(), CliError> {
    let file = load(context, args)?;
    let track = analyse(&file);
    let zone = context.zone;
    let mileage = &track.mileage;
    if context.out.json() {
        let gaps: Vec<Value> = mileage
            .gaps
            .iter()
            .map(|gap| {
                json!({
                    "from": zone.rfc3339(gap.from_ms),
                    "until": zone.rfc3339(gap.until_ms),
                    "distance_m": rounded(gap.distance.0, 10.0),
                })
            })
            .collect();
        return context.out.value(&json!({
            "distance_m": rounded(mileage.distance.0, 10.0),
            "raw_m": rounded(mileage.raw.0, 10.0),
            "gaps": gaps,
        }));
    }
    context
        .out
        .line(&format!("{} ({} from fix to fix)", mileage.distance, mileage.raw))?;
    for gap in &mileage.gaps {
        context.out.line(&format!(
            "Nothing is known from {} to {}: {} lie between.",
            zone.minute(gap.from_ms),
            zone.time_of_day(gap.until_ms),
            gap.distance
        ))?;
    }
    Ok(())
}

/// Prints one object for each row of the file. A row that is no fix is an outlier, so that the numbers are row numbers.
fn points(context: &mut Context, args: &FileArgs) -> Result<(), CliError> {
    let file = load(context, args)?;
    let mut states = analyse(&file).states_of(&file.fixes).into_iter();
    let mut refused = file.refused.iter().map(|refused| refused.row).peekable();
    for row in 0..file.fixes.len() + file.refused.len() {
        let state = if refused.next_if_eq(&row).is_some() {
            None
        } else {
            states.next()
        };
        let (state, stop) = match state {
            Some(PointState::Stop(number)) => ("stop", Some(number)),
            Some(PointState::Move) => ("move", None),
            Some(PointState::Outlier) | None => ("outlier", None),
        };
        context
            .out
            .value(&json!({ "fix": row, "state": state, "stop": stop }))?;
    }
    Ok(())
}

fn spoof(context: &mut Context, args: &FileArgs) -> Result<(), CliError> {
    let file = load(context, args)?;
    let score = waiting("reckoning", || {
        TrackScore::from_fixes(&file.fixes, &SignalRules::default())
    });
    if context.out.json() {
        let value = serde_json::to_value(&score).expect("numbers and names always have a JSON form");
        return context.out.value(&value);
    }
    let verdict = match (score.is_flagged(), score.reasons.is_empty()) {
        (true, _) => "Somebody should look at this track",
        (false, false) => "Nothing that honest phones do not do",
        (false, true) => "Nothing odd",
    };
    context.out.line(&format!("{verdict} (score {}).", score.score))?;
    for reason in &score.reasons {
        let ReasonText { sentence, strength } = reason_text(reason.name, reason.value);
        context.out.line(&format!("  {sentence} ({strength})."))?;
    }
    Ok(())
}

/// A signal as a sentence, with its strength in words.
struct ReasonText {
    sentence: &'static str,
    strength: &'static str,
}

fn reason_text(sign: TrackSignal, value: f64) -> ReasonText {
    let sentence = match sign {
        TrackSignal::Mock => "The phone says that an app made up a position",
        TrackSignal::Teleport => "The path goes on elsewhere, faster than anything travels",
        TrackSignal::Frozen => "The position did not change by a hair for long",
        TrackSignal::ImpossibleAccuracy => "The accuracy is finer than a phone's, or always the same number",
        TrackSignal::StraightLine => "The path runs at one speed along lines as if drawn with a ruler",
        TrackSignal::SpeedDisagrees => "The phone's speed is not that of the path",
        TrackSignal::BearingDisagrees => "The phone's direction is not that of the path",
        TrackSignal::AltitudeDisagrees => "The height jumps up and down",
        TrackSignal::Replayed => "The same way is there twice, to the last digit",
        TrackSignal::Jitter => "The error is drawn by lot instead of wandering",
        TrackSignal::NoTremor => "Nothing trembles, although an error of metres is stated",
        TrackSignal::GpsTime => "The phone's clock and the satellites' time went apart",
        TrackSignal::Stale => "Fixes came that were old already",
        TrackSignal::RadioNoise => "The receiver heard noise as near a transmitter",
        TrackSignal::MissingWays => "The day has stops kilometres apart and no ways between them",
    };
    let strength = match value {
        0.8.. => "strongly",
        0.4.. => "clearly",
        _ => "a little",
    };
    ReasonText { sentence, strength }
}

fn convert(context: &mut Context, args: &FileArgs, to: TrackFormat) -> Result<(), CliError> {
    let mut file = load(context, args)?;
    let track = analyse(&file);
    file.fixes.sort_by(TrackFix::order);
    file.fixes.dedup();
    write(to, &file.fixes, &track, context.out.raw()).map_err(|error| CliError::output(error.kind()))
}

/// `value` rounded to a multiple of `1 / parts`.
fn rounded(value: f64, parts: f64) -> f64 {
    (value * parts).round() / parts
}
