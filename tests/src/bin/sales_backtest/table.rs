//! The CSV files of a backtest: rows by column name in, predictions out.

use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};

/// A backtest that cannot be run.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// Not two arguments.
    #[error("usage: sales_backtest SPLIT OUT.csv")]
    Usage,
    /// A file that cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: std::io::Error,
    },
    /// A file that is no CSV.
    #[error("{path}: {source}")]
    Csv {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: csv::Error,
    },
    /// A cell that cannot be read.
    #[error("{path}: {column} of line {line} is {value:?}")]
    Cell {
        /// The file.
        path: PathBuf,
        /// The column's name.
        column: &'static str,
        /// Its line, from 1.
        line: usize,
        /// The text in it.
        value: String,
    },
    /// Figures that the library refuses.
    #[error("{path}: {why}")]
    Refused {
        /// The file.
        path: PathBuf,
        /// The library's words.
        why: String,
    },
}

impl Failure {
    /// This failure, with the file that a refusal was about.
    pub(crate) fn within(self, file: &Path) -> Failure {
        match self {
            Failure::Refused { why, .. } => Failure::Refused {
                path: file.to_owned(),
                why,
            },
            other => other,
        }
    }
}

/// A CSV file in memory.
pub(crate) struct Table {
    path: PathBuf,
    columns: HashMap<String, usize>,
    rows: Vec<csv::StringRecord>,
}

/// A row of a [`Table`].
#[derive(Clone, Copy)]
pub(crate) struct Row<'a> {
    table: &'a Table,
    index: usize,
}

impl Table {
    /// Reads the whole file.
    pub(crate) fn read(path: &Path) -> Result<Table, Failure> {
        let csv = |source| Failure::Csv {
            path: path.to_owned(),
            source,
        };
        let mut reader = csv::Reader::from_path(path).map_err(csv)?;
        let columns = reader
            .headers()
            .map_err(csv)?
            .iter()
            .enumerate()
            .map(|(i, name)| (name.to_owned(), i))
            .collect();
        let rows = reader.records().collect::<Result<_, _>>().map_err(csv)?;
        Ok(Table {
            path: path.to_owned(),
            columns,
            rows,
        })
    }

    /// Its rows in order.
    pub(crate) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        (0..self.rows.len()).map(|index| Row { table: self, index })
    }

    /// Names of its columns, sorted.
    pub(crate) fn columns(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.columns.keys().map(String::as_str).collect();
        names.sort_unstable();
        names
    }
}

impl<'a> Row<'a> {
    /// The text of a cell; empty for a column that is not there.
    pub(crate) fn text(self, column: &str) -> &'a str {
        let index = self.table.columns.get(column);
        index
            .and_then(|index| self.table.rows[self.index].get(*index))
            .unwrap_or("")
    }

    /// A cell read by `parse`.
    pub(crate) fn value<T>(
        self,
        column: &'static str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<T, Failure> {
        let text = self.text(column);
        parse(text).ok_or_else(|| Failure::Cell {
            path: self.table.path.clone(),
            column,
            line: self.index + 2,
            value: text.to_owned(),
        })
    }
}

/// The files of a folder that are named after a day, with the day, in order; none if there is no such folder.
pub(crate) fn days(folder: &Path) -> Result<Vec<(String, PathBuf)>, Failure> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let failed = |source| Failure::File {
        path: folder.to_owned(),
        source,
    };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path
            .file_stem()
            .and_then(|stem| stem.to_str())
            .unwrap_or_default()
            .to_owned();
        if name.parse::<chrono::NaiveDate>().is_ok() {
            found.push((name, path));
        }
    }
    found.sort();
    Ok(found)
}

/// The predictions on their way to the file.
pub(crate) struct Predictions {
    path: PathBuf,
    writer: csv::Writer<File>,
}

impl Predictions {
    /// Creates the file with its header.
    pub(crate) fn create(path: &Path) -> Result<Predictions, Failure> {
        let csv = |source| Failure::Csv {
            path: path.to_owned(),
            source,
        };
        let mut writer = csv::Writer::from_path(path).map_err(csv)?;
        writer
            .write_record(["task", "origin", "id", "p", "lo", "hi"])
            .map_err(csv)?;
        Ok(Predictions {
            path: path.to_owned(),
            writer,
        })
    }

    /// A probability.
    pub(crate) fn odds(&mut self, task: &str, origin: &str, id: &str, p: f64) -> Result<(), Failure> {
        self.row([task, origin, id, &format!("{p:.6}"), "", ""])
    }

    /// An amount with its interval, in major units.
    pub(crate) fn money(
        &mut self,
        task: &str,
        origin: &str,
        id: &str,
        amounts: [f64; 3],
    ) -> Result<(), Failure> {
        let [p, lo, hi] = amounts.map(|amount| format!("{amount:.2}"));
        self.row([task, origin, id, &p, &lo, &hi])
    }

    fn row(&mut self, cells: [&str; 6]) -> Result<(), Failure> {
        self.writer.write_record(cells).map_err(|source| Failure::Csv {
            path: self.path.clone(),
            source,
        })
    }

    /// Writes out what is left.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        self.writer.flush().map_err(|source| Failure::File {
            path: self.path.clone(),
            source,
        })
    }
}
