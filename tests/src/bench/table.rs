//! The table, in Markdown.

use std::time::Duration;

use super::Measure;

/// One line: a row and what each contender needed for it.
pub(super) struct Line {
    pub(super) title: String,
    pub(super) medians: Vec<Measure>,
}

/// A quantity that has columns of its own.
struct Quantity {
    title: &'static str,
    /// In nanoseconds or bytes.
    of: fn(&Measure) -> Option<f64>,
    show: fn(f64) -> String,
}

const QUANTITIES: [Quantity; 4] = [
    Quantity {
        title: "time",
        of: |measure| measure.time.map(nanos),
        show: show_nanos,
    },
    Quantity {
        title: "bytes",
        of: |measure| measure.wire_bytes.map(float),
        show: show_bytes,
    },
    Quantity {
        title: "disk",
        of: |measure| measure.disk_bytes.map(float),
        show: show_bytes,
    },
    Quantity {
        title: "memory",
        of: |measure| measure.peak_bytes.map(float),
        show: show_bytes,
    },
];

/// A column for each quantity and contender; of two contenders also their ratio, below 1 where the first is better.
pub(super) fn markdown(names: &[&str], lines: &[Line]) -> String {
    let ratio = names.len() == 2;
    let mut header = vec![String::new()];
    for quantity in &QUANTITIES {
        header.extend(names.iter().map(|name| format!("{} {name}", quantity.title)));
        header.extend(ratio.then(|| "ratio".to_owned()));
    }
    let mut text = String::new();
    push_line(&mut text, &header);
    push_line(
        &mut text,
        &[
            &["---".to_owned()][..],
            &vec!["---:".to_owned(); header.len() - 1],
        ]
        .concat(),
    );
    for line in lines {
        let mut cells = vec![line.title.clone()];
        for quantity in &QUANTITIES {
            let values: Vec<Option<f64>> = line.medians.iter().map(quantity.of).collect();
            cells.extend(
                values
                    .iter()
                    .map(|value| value.map(quantity.show).unwrap_or_default()),
            );
            cells.extend(ratio.then(|| show_ratio(&values)));
        }
        push_line(&mut text, &cells);
    }
    text
}

fn push_line(text: &mut String, cells: &[String]) {
    text.push_str("| ");
    text.push_str(&cells.join(" | "));
    text.push_str(" |\n");
}

fn show_ratio(values: &[Option<f64>]) -> String {
    match values {
        [Some(ours), Some(theirs)] if *theirs > 0.0 => format!("{:.2}", ours / theirs),
        _ => String::new(),
    }
}

fn nanos(time: Duration) -> f64 {
    time.as_secs_f64() * 1e9
}

#[expect(clippy::cast_precision_loss, reason = "shown with three digits")]
fn float(bytes: u64) -> f64 {
    bytes as f64
}

fn show_nanos(nanos: f64) -> String {
    show(nanos, &[("ns", 1.0), ("µs", 1e3), ("ms", 1e6), ("s", 1e9)])
}

fn show_bytes(bytes: f64) -> String {
    show(bytes, &[("B", 1.0), ("kB", 1e3), ("MB", 1e6), ("GB", 1e9)])
}

/// Three digits in the largest unit that leaves a 1 or more before the point.
fn show(value: f64, units: &[(&str, f64); 4]) -> String {
    let (unit, size) = units
        .iter()
        .rev()
        .find(|(_, size)| value >= *size)
        .unwrap_or(&units[0]);
    let scaled = value / size;
    let decimals = match scaled {
        _ if *size <= 1.0 => 0,
        100.0.. => 0,
        10.0.. => 1,
        _ => 2,
    };
    format!("{scaled:.decimals$} {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line() -> Line {
        let ours = Measure {
            time: Some(Duration::from_micros(150)),
            wire_bytes: Some(950),
            ..Measure::default()
        };
        let baseline = Measure {
            time: Some(Duration::from_micros(200)),
            wire_bytes: Some(9_500),
            ..Measure::default()
        };
        Line {
            title: "push".to_owned(),
            medians: vec![ours, baseline],
        }
    }

    #[test]
    fn two_contenders_get_a_ratio_and_what_is_not_measured_stays_empty() {
        insta::assert_snapshot!(markdown(&["ours", "baseline"], &[line()]), @r"
        |  | time ours | time baseline | ratio | bytes ours | bytes baseline | ratio | disk ours | disk baseline | ratio | memory ours | memory baseline | ratio |
        | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
        | push | 150 µs | 200 µs | 0.75 | 950 B | 9.50 kB | 0.10 |  |  |  |  |  |  |
        ");
    }

    #[test]
    fn one_contender_stands_alone() {
        let mut line = line();
        line.medians.truncate(1);
        insta::assert_snapshot!(markdown(&["baseline"], &[line]), @r"
        |  | time baseline | bytes baseline | disk baseline | memory baseline |
        | --- | ---: | ---: | ---: | ---: |
        | push | 150 µs | 950 B |  |  |
        ");
    }

    #[test]
    fn numbers_are_shown_with_three_digits_in_a_fitting_unit() {
        assert_eq!(
            [0.0, 999.0, 1_234.0, 99_940.0, 2_000_000_000.0].map(show_nanos),
            ["0 ns", "999 ns", "1.23 µs", "99.9 µs", "2.00 s"]
        );
        assert_eq!(
            [17.0, 123_456.0, 5_000_000.0].map(show_bytes),
            ["17 B", "123 kB", "5.00 MB"]
        );
    }
}
