//! One measurement, and the median of several.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use super::Traffic;

/// The measures of one run of one row; `None` for those that the row does not take.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Measure {
    /// Duration of the task.
    pub time: Option<Duration>,
    /// Bytes of bodies, both ways.
    pub wire_bytes: Option<u64>,
    /// The phone's folder after the book was closed.
    pub disk_bytes: Option<u64>,
    /// The largest resident set of the phone's process.
    pub peak_bytes: Option<u64>,
}

impl Measure {
    /// A measurement of time.
    pub(super) fn of_time(time: Duration) -> Measure {
        Measure {
            time: Some(time),
            ..Measure::default()
        }
    }

    pub(super) fn with_traffic(self, traffic: Traffic) -> Measure {
        Measure {
            wire_bytes: Some(traffic.sent_bytes + traffic.received_bytes),
            ..self
        }
    }

    /// With the size of all files in `folder`, which the contender has closed.
    pub(super) fn with_disk(self, folder: &Path) -> std::io::Result<Measure> {
        Ok(Measure {
            disk_bytes: Some(folder_bytes(folder)?),
            ..self
        })
    }

    /// With the peak of this process so far, where the system tells it.
    pub(super) fn with_peak(self) -> Measure {
        Measure {
            peak_bytes: peak_bytes(),
            ..self
        }
    }

    /// As a child prints it.
    pub(super) fn to_json(self) -> Value {
        let nanos = self
            .time
            .map(|time| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX));
        json!({ "time_ns": nanos, "wire": self.wire_bytes, "disk": self.disk_bytes, "peak": self.peak_bytes })
    }

    /// Reads the output of [`Measure::to_json`].
    pub(super) fn from_json(value: &Value) -> Measure {
        let number = |name: &str| value.get(name).and_then(Value::as_u64);
        Measure {
            time: number("time_ns").map(Duration::from_nanos),
            wire_bytes: number("wire"),
            disk_bytes: number("disk"),
            peak_bytes: number("peak"),
        }
    }

    /// The median of each column by itself.
    pub(super) fn median_of(runs: &[Measure]) -> Measure {
        Measure {
            time: median(runs.iter().filter_map(|run| run.time)),
            wire_bytes: median(runs.iter().filter_map(|run| run.wire_bytes)),
            disk_bytes: median(runs.iter().filter_map(|run| run.disk_bytes)),
            peak_bytes: median(runs.iter().filter_map(|run| run.peak_bytes)),
        }
    }
}

/// The middle one; of an even number, the upper of the two.
pub(super) fn median<T: Ord + Copy>(values: impl Iterator<Item = T>) -> Option<T> {
    let mut values: Vec<T> = values.collect();
    values.sort_unstable();
    values.get(values.len() / 2).copied()
}

fn folder_bytes(folder: &Path) -> std::io::Result<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let about = entry.metadata()?;
        bytes += if about.is_dir() {
            folder_bytes(&entry.path())?
        } else {
            about.len()
        };
    }
    Ok(bytes)
}

/// `VmHWM` of Linux; nothing elsewhere.
pub(super) fn peak_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_run_and_of_no_runs_there_is_none() {
        assert_eq!(median([5, 1, 9].into_iter()), Some(5));
        assert_eq!(median([5, 1, 9, 7].into_iter()), Some(7));
        assert_eq!(median(std::iter::empty::<u64>()), None);
    }

    #[test]
    fn a_measurement_crosses_from_the_child_to_the_parent_unchanged() {
        let measure = Measure::of_time(Duration::from_nanos(1_234_567)).with_peak();
        assert_eq!(Measure::from_json(&measure.to_json()), measure);
        assert_eq!(
            Measure::from_json(&Measure::default().to_json()),
            Measure::default()
        );
    }

    #[test]
    fn the_disk_counts_files_in_folders_within_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("blobs")).unwrap();
        std::fs::write(folder.path().join("book.db"), [0; 300]).unwrap();
        std::fs::write(folder.path().join("blobs/one"), [0; 77]).unwrap();
        let measure = Measure::default().with_disk(folder.path()).unwrap();
        assert_eq!(measure.disk_bytes, Some(377));
    }
}
