//! The shared data about tracks, where it is on this machine.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use fieldbook_core::location::Position;
use fieldbook_core::location::track::{TrackFix, read};
use flate2::read::MultiGzDecoder;

use super::days::{Day, TrueStop, Truth};

/// A day with a diary: whether each fix was at a stop, by the one who carried the phone.
#[derive(Debug, Clone)]
pub struct Diary {
    /// The file's name: person and day.
    pub name: String,
    /// The data set's own rating of its labels: `score`, `score_with_care`, `stationary_noise`, ...
    pub usage: String,
    /// In the file's order.
    pub fixes: Vec<TrackFix>,
    /// At a stop; `None` where the diary is silent.
    pub stopped: Vec<Option<bool>>,
}

/// The folder of the shared data, if it is on this machine.
pub fn root() -> Option<PathBuf> {
    let root = fieldbook_testdata::root();
    root.join("gps").is_dir().then_some(root)
}

/// A file's bytes, unpacked.
fn bytes(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if path.extension().is_some_and(|extension| extension == "gz") {
        MultiGzDecoder::new(File::open(path)?).read_to_end(&mut bytes)?;
    } else {
        File::open(path)?.read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

fn text(path: &Path) -> std::io::Result<String> {
    bytes(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// The track of a file, or an error that names it.
pub fn track(path: &Path) -> std::io::Result<Vec<TrackFix>> {
    let file = read(File::open(path)?)
        .map_err(|error| std::io::Error::other(format!("{}: {error}", path.display())))?;
    Ok(file.fixes)
}

/// The files of a folder that hold tracks, by name.
fn tracks_in(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)?
        .map(|entry| Ok(entry?.path()))
        .collect::<std::io::Result<_>>()?;
    let name = |path: &PathBuf| {
        path.file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default()
    };
    paths.retain(|path| {
        let name = name(path);
        (name.contains(".csv") || name.contains(".gpx"))
            && !name.contains("label_quality")
            && !name.contains("truth.json")
    });
    paths.sort();
    Ok(paths)
}

/// `gps/generated_days`.
pub fn generated_days(root: &Path) -> std::io::Result<Vec<Day>> {
    let files = tracks_in(&root.join("gps/generated_days"))?;
    files.iter().map(|path| generated_day(path)).collect()
}

fn generated_day(path: &Path) -> std::io::Result<Day> {
    let told = path.to_string_lossy().replace(".csv", ".truth.json");
    let truth: serde_json::Value = serde_json::from_slice(&bytes(Path::new(&told))?)?;
    let fixes = track(path)?;
    let list = |name: &str| truth[name].as_array().cloned().unwrap_or_default();
    let number = |value: &serde_json::Value| value.as_f64().unwrap_or(f64::NAN);
    let labels: Vec<Truth> = list("labels")
        .iter()
        .map(|label| match label.as_i64() {
            Some(-2) => Truth::Outlier,
            Some(stop) => usize::try_from(stop).map_or(Truth::Move, Truth::Stop),
            None => Truth::Move,
        })
        .collect();
    let kinds = ["home", "visit", "kiosk", "long"];
    let stop = |stop: &serde_json::Value| {
        let at = Position::new(number(&stop["lat"]), number(&stop["lon"])).ok()?;
        let kind = kinds.into_iter().find(|kind| stop["kind"] == *kind)?;
        Some(TrueStop {
            from_s: number(&stop["from_s"]),
            until_s: number(&stop["until_s"]),
            at,
            kind,
        })
    };
    let mut pauses: Vec<i64> = fixes
        .windows(2)
        .zip(labels.windows(2))
        .filter(|(_, labels)| labels.iter().all(|label| *label == Truth::Move))
        .map(|(pair, _)| pair[1].at_ms() - pair[0].at_ms())
        .collect();
    pauses.sort_unstable();
    Ok(Day {
        stops: list("stops").iter().filter_map(stop).collect(),
        distance_m: number(&truth["distance_m"]),
        dead: truth["gap"] == true,
        dense: pauses.get(pauses.len() / 2).is_some_and(|pause| *pause < 8_000),
        fixes,
        labels,
    })
}

/// `gps/cbs_labelled_stops`, those files that its measure of the labels knows.
pub fn diaries(root: &Path) -> std::io::Result<Vec<Diary>> {
    let folder = root.join("gps/cbs_labelled_stops");
    let quality = text(&folder.join("label_quality.csv"))?;
    let of_line = |line: &str| {
        let (name, usage) = (
            line.split(',').next().unwrap_or_default(),
            line.rsplit(',').next().unwrap_or_default(),
        );
        let path = folder.join(format!("{name}.csv.gz"));
        let labelled = text(&path)?;
        let stopped = labelled.lines().skip(1).map(|line| match line.split(',').nth(3) {
            Some("1") => Some(true),
            Some("0") => Some(false),
            _ => None,
        });
        let stopped = stopped.collect();
        Ok(Diary {
            name: name.to_owned(),
            usage: usage.to_owned(),
            fixes: track(&path)?,
            stopped,
        })
    };
    quality.lines().skip(1).map(of_line).collect()
}

/// Every honest track there is, with its name.
pub fn honest(root: &Path) -> std::io::Result<Vec<(String, Vec<TrackFix>)>> {
    let mut tracks = Vec::new();
    for folder in [
        "cbs_labelled_stops",
        "generated_days",
        "geolife",
        "gnsslogger_fixes",
        "gpx_devices_vs_route",
        "gsdc_phone_vs_truth",
        "phone_tracks_with_accuracy",
        "stopgo_example",
    ] {
        for path in tracks_in(&root.join("gps").join(folder))? {
            let name = path
                .file_name()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default();
            // The planned route has no times: nobody walked it.
            if !name.starts_with("routes_") {
                tracks.push((name, track(&path)?));
            }
        }
    }
    tracks.extend(drone(root, "clean")?);
    Ok(tracks)
}

/// The runs of `gps/real_spoofed_gps_drone` of this label.
pub fn drone(root: &Path, label: &str) -> std::io::Result<Vec<(String, Vec<TrackFix>)>> {
    let all = text(&root.join("gps/real_spoofed_gps_drone/fixes.csv.gz"))?;
    let mut lines = all.lines();
    let header = lines.next().unwrap_or_default();
    let mut runs: Vec<(String, String)> = Vec::new();
    for line in lines {
        let mut fields = line.splitn(3, ',');
        let (run, said) = (
            fields.next().unwrap_or_default(),
            fields.next().unwrap_or_default(),
        );
        if said != label {
            continue;
        }
        let name = format!("drone {said} {run}");
        if runs.last().is_none_or(|(last, _)| *last != name) {
            runs.push((name, format!("{header}\n")));
        }
        if let Some((_, csv)) = runs.last_mut() {
            csv.push_str(line);
            csv.push('\n');
        }
    }
    let parsed = runs.into_iter().map(|(name, csv)| {
        let file = read(csv.as_bytes()).map_err(|error| std::io::Error::other(format!("{name}: {error}")))?;
        Ok((name, file.fixes))
    });
    parsed.collect()
}
