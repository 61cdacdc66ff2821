//! Standard output: JSON for programs, lines and tables for people.

use std::io::{BufWriter, IsTerminal, Stdout, Write};

use serde_json::Value;

use crate::error::CliError;
use crate::table::Table;
use fieldbook_format::clean;

/// Width of a terminal that does not state it, columns.
const WIDTH: usize = 100;

/// Buffered standard output in one of its two forms.
pub(crate) struct Out {
    to: BufWriter<Stdout>,
    json: bool,
    colour: bool,
    width: usize,
}

impl Out {
    /// Standard output as JSON or as text; in colour only on a terminal, and not if `NO_COLOR` is set.
    pub(crate) fn new(json: bool) -> Out {
        let stdout = std::io::stdout();
        let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let columns = std::env::var("COLUMNS")
            .ok()
            .and_then(|columns| columns.parse().ok());
        Out {
            colour: stdout.is_terminal() && !no_colour && !dumb,
            to: BufWriter::new(stdout),
            json,
            width: columns.filter(|columns| *columns > 0).unwrap_or(WIDTH),
        }
    }

    /// `true` if the output is JSON, for programs.
    pub(crate) fn json(&self) -> bool {
        self.json
    }

    /// Prints one JSON value on one line.
    pub(crate) fn value(&mut self, value: &Value) -> Result<(), CliError> {
        writeln!(self.to, "{value}").map_err(into_output_error)
    }

    /// Prints one JSON value, indented on several lines.
    pub(crate) fn pretty(&mut self, value: &Value) -> Result<(), CliError> {
        writeln!(self.to, "{value:#}").map_err(into_output_error)
    }

    /// Prints a line of text without control characters.
    pub(crate) fn line(&mut self, text: &str) -> Result<(), CliError> {
        writeln!(self.to, "{}", clean(text)).map_err(into_output_error)
    }

    /// Prints one JSON value for programs, or a line for people.
    pub(crate) fn either(&mut self, json: &Value, line: &str) -> Result<(), CliError> {
        self.either_lines(json, &[line])
    }

    /// Prints one JSON value for programs, or several lines for people.
    pub(crate) fn either_lines<T: AsRef<str>>(&mut self, json: &Value, lines: &[T]) -> Result<(), CliError> {
        if self.json {
            return self.value(json);
        }
        lines.iter().try_for_each(|line| self.line(line.as_ref()))
    }

    /// Prints a heading, bold on a terminal.
    pub(crate) fn heading(&mut self, text: &str) -> Result<(), CliError> {
        let text = clean(text);
        if self.colour {
            writeln!(self.to, "\u{1b}[1m{text}\u{1b}[0m").map_err(into_output_error)
        } else {
            writeln!(self.to, "{text}").map_err(into_output_error)
        }
    }

    /// Prints a table, fitted to the terminal's width.
    pub(crate) fn table(&mut self, table: &Table) -> Result<(), CliError> {
        let mut lines = table.lines(self.width).into_iter();
        if let Some(titles) = lines.next() {
            self.heading(&titles)?;
        }
        lines.try_for_each(|line| self.line(&line))
    }

    /// The writer itself, for exported files.
    pub(crate) fn raw(&mut self) -> &mut impl Write {
        &mut self.to
    }

    /// Writes what is still buffered.
    pub(crate) fn flush(&mut self) -> Result<(), CliError> {
        self.to.flush().map_err(into_output_error)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "stands where `map_err` wants it")]
fn into_output_error(error: std::io::Error) -> CliError {
    CliError::output(error.kind())
}
