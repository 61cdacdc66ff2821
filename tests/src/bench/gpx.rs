//! `bench gpx`: reading a GPX file of a million points, ours beside Python's `gpxpy`.
//!
//! The file is made here: one track, one segment, a fix a second with elevation and time. Each reader is a process of its
//! own that times the reading alone, opening the file included and its own start excluded; they take turns, and the
//! fastest run of each counts, because the others were disturbed.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use fieldbook_core::clock::Stopwatch;
use fieldbook_core::location::track::read;
use serde_json::{Value, json};

use super::measure::peak_bytes;
use super::{BenchError, Usage, machine};

/// The hidden argument that makes this program the reader.
const READ: &str = "--read";
/// Number of points unless `--points` says otherwise.
const POINTS: u32 = 1_000_000;
/// Runs of each reader.
const RUNS: usize = 3;

/// What a reader says of its run.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Reading {
    points: u64,
    time: Duration,
    peak_bytes: u64,
}

impl Reading {
    /// From the line of JSON that a reader prints.
    fn parse(line: &[u8]) -> Result<Reading, BenchError> {
        let value: Value = serde_json::from_slice(line)?;
        let number = |name: &str| value[name].as_u64().unwrap_or(0);
        Ok(Reading {
            points: number("points"),
            time: Duration::from_micros(number("us")),
            peak_bytes: number("peak"),
        })
    }
}

/// The arguments behind `bench gpx`.
#[derive(Debug, PartialEq, Eq)]
struct GpxOptions {
    points: u32,
    /// A Python that has `gpxpy`, and the script that reads with it.
    python: Option<(PathBuf, PathBuf)>,
}

impl GpxOptions {
    fn parse(arguments: &[String]) -> Result<GpxOptions, Usage> {
        let mut options = GpxOptions {
            points: POINTS,
            python: None,
        };
        let mut rest = arguments.iter();
        while let Some(option) = rest.next() {
            let mut value = |name| rest.next().ok_or(Usage::NoValue(name));
            match option.as_str() {
                "--points" => {
                    let points = value("--points")?;
                    options.points = points.parse().map_err(|_| Usage::BadPoints(points.clone()))?;
                }
                "--python" => {
                    let python = PathBuf::from(value("--python")?);
                    options.python = Some((python, PathBuf::from(value("--python")?)));
                }
                _ => return Err(Usage::UnknownOption(option.clone())),
            }
        }
        Ok(options)
    }
}

/// Measures and prints the table, or is the reader and prints its measures.
pub(super) fn main(arguments: &[String], out: &mut dyn Write) -> Result<(), BenchError> {
    if let [flag, file] = arguments
        && flag == READ
    {
        return read_ours(Path::new(file), out);
    }
    let options = GpxOptions::parse(arguments)?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("points.gpx");
    write_points(&mut BufWriter::new(File::create(&file)?), options.points)?;
    let bytes = file.metadata()?.len();
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let mut us = Command::new(std::env::current_exe()?);
        ours.push(run("ours", us.args(["gpx", READ]).arg(&file), options.points)?);
        if let Some((python, script)) = &options.python {
            let mut gpxpy = Command::new(python);
            theirs.push(run("gpxpy", gpxpy.arg(script).arg(&file), options.points)?);
        }
    }
    writeln!(out, "{}", machine::describe_of("cargo xtask bench gpx"))?;
    writeln!(
        out,
        "| {} points, {} MB | time | memory |\n|---|---:|---:|",
        options.points,
        bytes / 1_000_000
    )?;
    print_row(out, "ours", fastest(&ours))?;
    print_row(out, "gpxpy", fastest(&theirs))?;
    if let (Some(ours), Some(theirs)) = (fastest(&ours), fastest(&theirs)) {
        let ratio = theirs.time.as_secs_f64() / ours.time.as_secs_f64();
        writeln!(out, "| ours is faster by | {ratio:.0} (>= 20) | |")?;
    }
    Ok(())
}

fn fastest(readings: &[Reading]) -> Option<Reading> {
    readings.iter().copied().min_by_key(|reading| reading.time)
}

fn print_row(out: &mut dyn Write, name: &str, reading: Option<Reading>) -> Result<(), BenchError> {
    match reading {
        Some(reading) => writeln!(
            out,
            "| {name} | {:.2} s | {} MB |",
            reading.time.as_secs_f64(),
            reading.peak_bytes / 1_000_000
        )?,
        None => writeln!(out, "| {name} | not measured: no --python | |")?,
    }
    Ok(())
}

/// Runs a reader, and checks that it has read every point.
fn run(name: &'static str, command: &mut Command, points: u32) -> Result<Reading, BenchError> {
    let output = command.stderr(std::process::Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(BenchError::Child {
            name,
            task: "gpx",
            status: output.status,
        });
    }
    let reading = Reading::parse(&output.stdout)?;
    if reading.points == u64::from(points) {
        Ok(reading)
    } else {
        Err(BenchError::Wrong {
            name,
            expected: points.to_string(),
            found: reading.points.to_string(),
        })
    }
}

fn read_ours(file: &Path, out: &mut dyn Write) -> Result<(), BenchError> {
    let watch = Stopwatch::start();
    let track = read(File::open(file)?).map_err(std::io::Error::other)?;
    let took = u64::try_from(watch.elapsed().as_micros()).unwrap_or(u64::MAX);
    let line = json!({ "points": track.fixes.len(), "us": took, "peak": peak_bytes() });
    Ok(writeln!(out, "{line}")?)
}

/// Writes a GPX 1.1 file of `points` points, a second apart, along a winding way.
fn write_points(out: &mut impl Write, points: u32) -> std::io::Result<()> {
    const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
        <gpx version=\"1.1\" creator=\"bench\" xmlns=\"http://www.topografix.com/GPX/1/1\">\n<trk><trkseg>\n";
    out.write_all(HEAD.as_bytes())?;
    for number in 0..points {
        let at = f64::from(number);
        let (lat, lon) = (52.0 + 0.1 * (at / 9_000.0).sin(), 1.0 + at * 1e-6);
        let (day, hour, minute, second) = (
            number / 86_400 % 28 + 1,
            number / 3_600 % 24,
            number / 60 % 60,
            number % 60,
        );
        writeln!(
            out,
            "<trkpt lat=\"{lat:.7}\" lon=\"{lon:.7}\"><ele>{:.1}</ele>\
             <time>2026-09-{day:02}T{hour:02}:{minute:02}:{second:02}Z</time></trkpt>",
            20.0 + 9.0 * (at / 300.0).sin()
        )?;
    }
    out.write_all(b"</trkseg></trk>\n</gpx>\n")?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_that_is_measured_has_every_point_with_its_time_and_height() {
        let mut bytes = Vec::new();
        write_points(&mut bytes, 90_000).unwrap();
        let file = read(bytes.as_slice()).unwrap();
        assert_eq!((file.fixes.len(), file.refused.len()), (90_000, 0));
        let lasted_ms = file.fixes[89_999].at_ms() - file.fixes[0].at_ms();
        assert_eq!(lasted_ms, 89_999_000);
        assert!(file.fixes.iter().all(|fix| fix.altitude_m().is_some()));
    }

    #[test]
    fn the_arguments_are_read_and_wrong_ones_named() {
        let parse = |line: &str| {
            let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
            GpxOptions::parse(&words)
        };
        let python = Some((PathBuf::from("py"), PathBuf::from("read.py")));
        let points = 5;
        assert_eq!(
            parse("--points 5 --python py read.py"),
            Ok(GpxOptions { points, python })
        );
        assert_eq!(parse("--points x"), Err(Usage::BadPoints("x".to_owned())));
        assert_eq!(parse("--python py"), Err(Usage::NoValue("--python")));
        assert_eq!(parse("fast"), Err(Usage::UnknownOption("fast".to_owned())));
    }

    #[test]
    fn a_reader_that_prints_no_measure_is_an_error() {
        let reading = Reading {
            points: 3,
            time: Duration::from_micros(1_500),
            peak_bytes: 9,
        };
        assert_eq!(
            Reading::parse(b"{\"points\":3,\"us\":1500,\"peak\":9}\n").unwrap(),
            reading
        );
        assert!(matches!(Reading::parse(b"oops"), Err(BenchError::Json(_))));
    }
}
