//! Instances from other people's text formats, by the conventions that `best_known.csv` states.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use fieldbook_core::plan::{DAY_FORMAT, Day, RawDay, RawShift, RawStop, read_day};

/// A day and what is known of it.
pub(super) struct Instance {
    pub(super) name: String,
    pub(super) text: String,
    pub(super) day: Day,
    pub(super) best: Option<Best>,
}

/// The best plan known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Best {
    /// The greatest value.
    Value(i64),
    /// The least travel that visits everyone.
    Travel(i64),
    /// The whole objective: musts missed, value, travel.
    All(usize, i64, i64),
}

/// The reader of a file.
type Read = fn(&str) -> Option<RawDay>;

/// The instances of some folders of the shared data; an empty list where they are absent.
pub(super) fn of(root: &Path, set: &str) -> Vec<Instance> {
    let optw = |folders: &[&str]| {
        folder(
            root,
            "routes/optw",
            folders,
            |text| orienteering(text, 10),
            Best::Value,
        )
    };
    match set {
        "rs50" => optw(&["rs50"]),
        "rs100" => optw(&["rs100"]),
        "wide" => {
            let mut all = optw(&["mont200"]);
            let hundredths: Read = |text| orienteering(text, 100);
            all.extend(folder(
                root,
                "routes/optw",
                &["cordeau_pr01_20"],
                hundredths,
                Best::Value,
            ));
            all
        }
        "tsptw" => folder(
            root,
            "routes/tsptw",
            &["Dumas", "GendreauDumasExtended"],
            everyone,
            Best::Travel,
        ),
        _ => field_days(root),
    }
}

fn folder(root: &Path, base: &str, folders: &[&str], read: Read, best: fn(i64) -> Best) -> Vec<Instance> {
    let base = root.join(base);
    let known = best_known(&base.join("best_known.csv"));
    let mut all = Vec::new();
    for folder in folders {
        for file in files(&base.join(folder)) {
            let stem = |file: &Path| {
                file.file_stem()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned()
            };
            let whole = file
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            let known = known
                .get(&format!("{folder}/{whole}"))
                .or_else(|| known.get(&format!("{folder}/{}", stem(&file))));
            let Some(raw) = std::fs::read_to_string(&file).ok().and_then(|text| read(&text)) else {
                continue;
            };
            let Ok(day) = Day::try_from(raw) else { continue };
            all.push(Instance {
                name: format!("{folder}/{whole}"),
                text: String::new(),
                day,
                best: known.copied().map(best),
            });
        }
    }
    all
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    files.sort();
    files
}

/// The third column of a quoted CSV, by the first. Only tours of one rep.
fn best_known(file: &Path) -> BTreeMap<String, i64> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let row = |line: &str| {
        let (name, rest) = line.split_once(',')?;
        // The second column is quoted where it contains commas.
        let rest = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once("\",")?.1,
            None => rest.split_once(',')?.1,
        };
        let value = rest.split(',').next()?.parse().ok()?;
        Some((name.to_owned(), value))
    };
    text.lines().filter_map(row).collect()
}

/// Team orienteering with time windows: distances cut to a tenth or a hundredth, which is the unit of time.
fn orienteering(text: &str, scale: i64) -> Option<RawDay> {
    let lines = text.lines().filter(|line| !line.trim().is_empty()).skip(2);
    let rows: Vec<Vec<f64>> = lines
        .map(|line| {
            line.split_whitespace()
                .filter_map(|word| word.parse().ok())
                .collect()
        })
        .collect();
    let scaled = |x: f64| whole(x * scale_of(scale) + 0.5);
    let last = |row: &[f64], back: usize| row.get(row.len().checked_sub(back)?).copied();
    let distance = |a: &[f64], b: &[f64]| whole((a[1] - b[1]).hypot(a[2] - b[2]) * scale_of(scale) + 1e-9);
    if rows.iter().any(|row| row.len() < 7) {
        return None;
    }
    let stop = |(node, row): (usize, &Vec<f64>)| {
        Some(RawStop {
            id: node.to_string(),
            node: i64::try_from(node).ok()?,
            service_s: scaled(row[3]),
            windows: vec![[scaled(last(row, 2)?), scaled(last(row, 1)?)]],
            value: whole(row[4]),
            must: false,
        })
    };
    let depot = rows.first()?;
    Some(RawDay {
        format: DAY_FORMAT.to_owned(),
        shift: RawShift {
            from: scaled(last(depot, 2)?),
            until: scaled(last(depot, 1)?),
        },
        start: 0,
        end: Some(0),
        travel_s: rows
            .iter()
            .map(|a| rows.iter().map(|b| distance(a, b)).collect())
            .collect(),
        speeds: Vec::new(),
        max_travel_s: None,
        lunch: None,
        stops: rows.iter().enumerate().skip(1).map(stop).collect::<Option<_>>()?,
    })
}

/// The travelling salesman with time windows: number of nodes, matrix, windows; all are musts without value.
fn everyone(text: &str) -> Option<RawDay> {
    let mut numbers = text
        .split_whitespace()
        .filter_map(|word| word.parse::<f64>().ok())
        .map(whole);
    let nodes = usize::try_from(numbers.next()?).ok()?;
    let mut travel_s: Vec<Vec<i64>> = (0..nodes)
        .map(|_| numbers.by_ref().take(nodes).collect())
        .collect();
    (0..nodes).for_each(|at| travel_s[at][at] = 0);
    let windows: Vec<[i64; 2]> = (0..nodes)
        .map_while(|_| Some([numbers.next()?, numbers.next()?]))
        .collect();
    let stop = |(node, window): (usize, &[i64; 2])| RawStop {
        id: node.to_string(),
        node: i64::try_from(node).unwrap_or(0),
        service_s: 0,
        windows: vec![*window],
        value: 0,
        must: true,
    };
    let [from, until] = *windows.first()?;
    Some(RawDay {
        format: DAY_FORMAT.to_owned(),
        shift: RawShift { from, until },
        start: 0,
        end: Some(0),
        travel_s,
        speeds: Vec::new(),
        max_travel_s: None,
        lunch: None,
        stops: windows.iter().enumerate().skip(1).map(stop).collect(),
    })
}

/// The project's own days, with their references.
fn field_days(root: &Path) -> Vec<Instance> {
    let base = root.join("field_days");
    let references = std::fs::read_to_string(base.join("references.csv")).unwrap_or_default();
    let row = |line: &str| {
        let columns: Vec<&str> = line.split(',').collect();
        let text = std::fs::read_to_string(base.join(format!("{}.json", columns[0]))).ok()?;
        let number = |at: usize| columns.get(at)?.parse::<i64>().ok();
        Some(Instance {
            name: columns[0].to_owned(),
            day: read_day(&text).ok()?,
            text,
            best: Some(Best::All(
                usize::try_from(number(3)?).ok()?,
                number(4)?,
                number(5)?,
            )),
        })
    };
    references.lines().skip(1).filter_map(row).collect()
}

fn scale_of(scale: i64) -> f64 {
    if scale == 10 { 10.0 } else { 100.0 }
}

/// The number without what is behind its point.
#[expect(
    clippy::cast_possible_truncation,
    reason = "coordinates and times of instances are small"
)]
fn whole(x: f64) -> i64 {
    x.floor() as i64
}
