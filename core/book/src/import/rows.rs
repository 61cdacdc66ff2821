//! The records of a file, whatever its format.

use super::ImportError;
use super::csv::CsvReader;
use super::json::JsonReader;
use super::refused::RefusedLine;
use super::row::Row;
use super::source::Source;

/// The records of a file.
pub(super) enum Rows<'a> {
    Csv(CsvReader<'a>),
    Json(JsonReader<'a>),
}

impl<'a> Rows<'a> {
    /// Chooses the format by the name of the file, and by its first character where the name does not tell.
    pub(super) fn open(name: &str, source: Source<'a>) -> Result<Rows<'a>, ImportError> {
        let name = name.to_ascii_lowercase();
        let name = name.strip_suffix(".gz").unwrap_or(&name);
        let ends = |suffixes: &[&str]| suffixes.iter().any(|suffix| name.ends_with(suffix));
        let bracket = matches!(source.rest().trim_ascii_start().first(), Some(b'{' | b'['));
        let json = ends(&[".json", ".jsonl", ".ndjson"]) || (bracket && !ends(&[".csv", ".tsv"]));
        Ok(if json {
            Rows::Json(JsonReader::open(source)?)
        } else {
            Rows::Csv(CsvReader::open(source)?)
        })
    }

    /// The names of the columns; those of JSON grow as it is read.
    pub(super) fn columns(&self) -> &[String] {
        match self {
            Rows::Csv(csv) => csv.columns(),
            Rows::Json(json) => json.columns(),
        }
    }

    /// The next record.
    pub(super) fn next(&mut self) -> Option<Result<Row, RefusedLine>> {
        match self {
            Rows::Csv(csv) => csv.next(),
            Rows::Json(json) => json.next(),
        }
    }
}
