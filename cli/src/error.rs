//! The error of a command: an exit code, a stable code for programs, a sentence for people.
//!
//! Every error of the core gets its code here, by exhaustive matches, so that a new one cannot be forgotten. Codes are
//! promises, like the names of the commands.

use std::borrow::Cow;
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue};
use fieldbook_core::book::import::ImportError;
use fieldbook_core::book::{
    BookError, CheckInError, DealError, DealRefusal, ForecastFault, ImportFault, LeadError, OpenError,
    PackInstallError, PlanDayError, ReviewError, SyncError, TransferError,
};
use fieldbook_core::location::track::{ColumnMapError, ReadError};
use fieldbook_core::location::{FixError, LocationError};
use fieldbook_core::model::schema::{FieldFault, Why};
use fieldbook_core::plan::ProblemError;
use fieldbook_core::sales::gate::GateVerdict;
use fieldbook_core::sales::pack::{PackFaults, Refused, SignedPackError};
use serde_json::{Map, Value, json};

use fieldbook_format::clean;

/// The exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Exit {
    /// The reader closed the output: as good as done.
    ClosedOutput = 0,
    /// Refused by a record, the server, a rule or the device.
    Refused = 1,
    /// The input or the command line is wrong.
    BadInput = 2,
    /// No connection: nothing is lost, unsent edits go out later.
    NoConnection = 3,
}

/// The error of a command.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CliError {
    exit: Exit,
    code: Cow<'static, str>,
    data: Vec<(&'static str, Value)>,
    message: String,
}

impl CliError {
    fn new(exit: Exit, code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> CliError {
        CliError {
            exit,
            code: code.into(),
            data: Vec::new(),
            message: message.into(),
        }
    }

    /// Refused or failed, exit code 1.
    pub(crate) fn refused(code: &'static str, message: impl Into<String>) -> CliError {
        CliError::new(Exit::Refused, code, message)
    }

    /// Bad input, exit code 2.
    pub(crate) fn bad_input(code: &'static str, message: impl Into<String>) -> CliError {
        CliError::new(Exit::BadInput, code, message)
    }

    /// Bad input in the option, argument or field of this name.
    pub(crate) fn bad_field(field: &str, message: impl std::fmt::Display) -> CliError {
        CliError::bad_input("bad_field", format!("{field}: {message}")).with("field", field)
    }

    /// A file that cannot be read.
    pub(crate) fn unreadable(file: &Path, error: &std::io::Error) -> CliError {
        let shown = file.display().to_string();
        let code = if error.kind() == ErrorKind::NotFound {
            "no_such_file"
        } else {
            "unreadable_file"
        };
        CliError::bad_input(code, format!("{shown}: {error}")).with("file", shown)
    }

    /// A file that cannot be written.
    pub(crate) fn unwritable(file: &Path, kind: ErrorKind) -> CliError {
        let shown = file.display().to_string();
        let fault = match kind {
            ErrorKind::StorageFull => {
                CliError::refused("disk_full", format!("{shown}: no room is left on the device"))
            }
            _ => CliError::bad_input("cannot_write", format!("{shown} cannot be written ({kind})")),
        };
        fault.with("file", shown)
    }

    /// Standard output failed.
    pub(crate) fn output(kind: ErrorKind) -> CliError {
        match kind {
            // The reader has read enough.
            ErrorKind::BrokenPipe => {
                CliError::new(Exit::ClosedOutput, "closed_output", "nobody reads the output")
            }
            ErrorKind::StorageFull => CliError::refused("disk_full", "no room is left for the output"),
            _ => CliError::refused("cannot_write", format!("the output cannot be written ({kind})")),
        }
    }

    /// A command line that `clap` could not read.
    pub(crate) fn usage(error: &clap::Error) -> CliError {
        let text = error.to_string();
        let text = text.split("\n\n").next().unwrap_or_default();
        let text = text.strip_prefix("error: ").unwrap_or(text);
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        let fault = CliError::bad_input("usage", lines.join(" "));
        let option = [ContextKind::InvalidArg, ContextKind::InvalidSubcommand]
            .into_iter()
            .find_map(|kind| error.get(kind));
        match option {
            Some(ContextValue::String(option)) => fault.with("option", option.as_str()),
            Some(ContextValue::Strings(options)) => fault.with("option", options.join(" ")),
            _ => fault,
        }
    }

    /// Adds a key to the JSON form.
    #[must_use]
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<Value>) -> CliError {
        self.data.push((name, value.into()));
        self
    }

    /// Appends `text` to the message.
    #[must_use]
    pub(crate) fn with_detail(mut self, text: &str) -> CliError {
        self.message = format!("{}; {text}", self.message);
        self
    }

    /// Names the file in front of the message, and under `key` in the JSON form.
    #[must_use]
    pub(crate) fn in_file(mut self, key: &'static str, file: &Path) -> CliError {
        let shown = file.display().to_string();
        self.message = format!("{shown}: {}", self.message);
        self.with(key, shown)
    }

    /// `true` if a retry may succeed without any change.
    pub(crate) fn is_connection(&self) -> bool {
        self.exit == Exit::NoConnection
    }

    /// `true` if another process has the book open.
    pub(crate) fn is_in_use(&self) -> bool {
        self.code == "in_use"
    }

    /// The error as JSON, for programs.
    fn to_json(&self) -> Value {
        let mut error = Map::new();
        error.insert("code".to_owned(), self.code.as_ref().into());
        error.extend(
            self.data
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone())),
        );
        error.insert("message".to_owned(), self.message.as_str().into());
        json!({ "error": error })
    }

    /// Prints the error on standard error.
    pub(crate) fn print(&self, json: bool) {
        let text = if json {
            format!("{}\n", self.to_json())
        } else {
            let hint = hint(&self.code).map_or(String::new(), |hint| format!("  {hint}\n"));
            format!("error: {}\n{hint}", clean(&self.message))
        };
        // An error of standard error itself cannot be reported.
        let _ = std::io::stderr().write_all(text.as_bytes());
    }

    /// Prints the error on standard error and returns the exit code; a closed output is not printed.
    pub(crate) fn report(&self, json: bool) -> ExitCode {
        if self.exit != Exit::ClosedOutput {
            self.print(json);
        }
        ExitCode::from(self.exit as u8)
    }
}

/// Advice for people on an error code.
fn hint(code: &str) -> Option<&'static str> {
    Some(match code {
        "in_use" => "Another fieldbook command has this book open: wait for it to end, then try again.",
        "not_a_book" => "It was not touched. Name another file with --book.",
        "newer" => "It was not touched. Install the newer version of fieldbook.",
        "cannot_open" => "Make the folder first, or name another file with --book.",
        "disk_full" => "Nothing was half written. Free some space, then do it again.",
        "read_only" => "Check who may write the file and its folder, or name another file with --book.",
        "deleted" => "Bring it back first: fieldbook undelete ID",
        "not_joined" => "Join a server first: fieldbook join URL CODE",
        "no_connection" | "timed_out" | "server_failed" | "interrupted" | "internal" => {
            "Nothing is lost: it goes out with the next sync."
        }
        "unknown_code" | "code_used" | "code_expired" => "Ask the office for a new code.",
        "gate_shut" => "List what is missing: fieldbook deal why ID STAGE",
        "already_open" => "Check out there first: fieldbook check-out VISIT",
        _ => return None,
    })
}

impl From<OpenError> for CliError {
    fn from(error: OpenError) -> CliError {
        let new = |code| CliError::refused(code, error.to_string());
        match error {
            OpenError::DiskFull => new("disk_full"),
            OpenError::ReadOnly => new("read_only"),
            OpenError::CannotOpen => new("cannot_open"),
            OpenError::InUse => new("in_use"),
            OpenError::NotABook => new("not_a_book"),
            OpenError::Newer { found, known } => new("newer").with("found", found).with("known", known),
            OpenError::Damaged => new("damaged"),
            OpenError::Wiped => new("wiped"),
            OpenError::WrongKey => new("wrong_key"),
            OpenError::NoCipher => new("no_cipher"),
            OpenError::Io { code } => new("io").with("sqlite_code", code),
            OpenError::Bug { code } => new("bug").with("sqlite_code", code),
        }
    }
}

impl From<BookError> for CliError {
    fn from(error: BookError) -> CliError {
        let message = error.to_string();
        let new = |code| CliError::refused(code, message.as_str());
        match error {
            BookError::NoSuchRecord { id } => new("no_such_record").with("id", id.to_string()),
            BookError::WrongKind { id, found, wanted } => new("wrong_kind")
                .with("id", id.to_string())
                .with("found", found.name())
                .with("wanted", wanted.name()),
            BookError::Deleted { id } => new("deleted").with("id", id.to_string()),
            BookError::BadField(field) => field.into(),
            BookError::BadLimit { asked, most } => CliError::bad_input("bad_limit", message)
                .with("field", "limit")
                .with("asked", asked)
                .with("most", most),
            BookError::NoSuchChange { change } => new("no_such_change").with("change", change.to_string()),
            BookError::RecordFull { id } => new("record_full").with("id", id.to_string()),
            BookError::BadRequest { .. } => CliError::bad_input("bad_request", message),
            BookError::CannotWrite => new("cannot_write"),
            BookError::Stage(refusal) => refusal.into(),
            BookError::Store(error) => error.into(),
        }
    }
}

impl From<DealError> for CliError {
    fn from(error: DealError) -> CliError {
        match error {
            DealError::Refused(refusal) => refusal.into(),
            DealError::Book(error) => error.into(),
        }
    }
}

impl From<ForecastFault> for CliError {
    fn from(fault: ForecastFault) -> CliError {
        match fault {
            ForecastFault::Window(error) => CliError::bad_input("bad_window", error.to_string()),
            ForecastFault::Book(error) => error.into(),
        }
    }
}

impl From<DealRefusal> for CliError {
    fn from(refusal: DealRefusal) -> CliError {
        let error = CliError::refused(refusal.code(), refusal.to_string());
        match &refusal {
            DealRefusal::Move(_) => error,
            DealRefusal::Gate(verdict) => with_verdict(error, verdict),
            DealRefusal::MayNotForce { role, pack } => {
                error.with("role", role.as_str()).with("pack", pack.as_str())
            }
            DealRefusal::NoReason => CliError::bad_input(refusal.code(), refusal.to_string()),
            DealRefusal::Unmapped { pack, stages } => {
                error.with("pack", pack.as_str()).with("stages", stages.clone())
            }
            DealRefusal::NoMigration { pack } => error.with("pack", pack.as_str()),
        }
    }
}

/// The verdict of a shut gate, for programs and as sentences.
fn with_verdict(error: CliError, verdict: &GateVerdict) -> CliError {
    let json = serde_json::to_value(verdict).unwrap_or_default();
    error.with("verdict", json)
}

impl From<PackInstallError> for CliError {
    fn from(error: PackInstallError) -> CliError {
        match error {
            PackInstallError::Refused(refused) => {
                let message = refused.to_string();
                match refused {
                    Refused::Unsound(error) => error.into(),
                    Refused::ForeignKey => CliError::refused("foreign_key", message),
                    Refused::VersionTaken => CliError::refused("version_taken", message),
                    Refused::RolledBack { latest } => {
                        CliError::refused("rolled_back", message).with("latest", latest)
                    }
                }
            }
            PackInstallError::MayNot { .. } => CliError::refused("forbidden", error.to_string()),
            PackInstallError::Book(error) => error.into(),
        }
    }
}

impl From<ReviewError> for CliError {
    fn from(error: ReviewError) -> CliError {
        match error {
            ReviewError::MayNot { .. } => CliError::refused("forbidden", error.to_string()),
            ReviewError::NoNote => CliError::bad_input("no_reason", error.to_string()),
            ReviewError::Book(error) => error.into(),
        }
    }
}

impl From<LeadError> for CliError {
    fn from(error: LeadError) -> CliError {
        match error {
            LeadError::NotFree { .. } => CliError::refused("not_free", error.to_string()),
            LeadError::NotHeld { .. } => CliError::refused("not_held", error.to_string()),
            LeadError::BadTouch => CliError::bad_input("bad_touch", error.to_string()),
            LeadError::Book(error) => error.into(),
        }
    }
}

impl From<TransferError> for CliError {
    fn from(error: TransferError) -> CliError {
        match error {
            TransferError::MayNot { .. } => CliError::refused("forbidden", error.to_string()),
            TransferError::BadPerson => CliError::bad_input("bad_person", error.to_string()),
            TransferError::Book(error) => error.into(),
        }
    }
}

impl From<SignedPackError> for CliError {
    fn from(error: SignedPackError) -> CliError {
        let message = error.to_string();
        match error {
            SignedPackError::Malformed(_) => CliError::bad_input("bad_pack", message),
            SignedPackError::BadSignature => CliError::refused("bad_signature", message),
            SignedPackError::Pack(faults) => faults.into(),
        }
    }
}

impl From<PackFaults> for CliError {
    fn from(faults: PackFaults) -> CliError {
        let list: Vec<String> = faults.0.iter().map(ToString::to_string).collect();
        CliError::bad_input("bad_pack", faults.to_string()).with("faults", list)
    }
}

impl From<FieldFault> for CliError {
    fn from(fault: FieldFault) -> CliError {
        let error = CliError::bad_field(&fault.field, fault.why);
        match fault.why {
            Why::Unknown => error.with("why", "unknown"),
            Why::Missing => error.with("why", "missing"),
            Why::WrongType { expected } => error.with("why", "wrong_type").with("expected", expected),
            Why::Malformed { expected } => error.with("why", "malformed").with("expected", expected),
            Why::TooLong { bytes, allowed } => error
                .with("why", "too_long")
                .with("bytes", bytes)
                .with("allowed", allowed),
            Why::BadCharacter => error.with("why", "bad_character"),
            Why::WrittenOnce => error.with("why", "written_once"),
        }
    }
}

impl From<CheckInError> for CliError {
    fn from(error: CheckInError) -> CliError {
        let message = error.to_string();
        let new = |code| CliError::refused(code, message.as_str());
        match error {
            CheckInError::AlreadyOpen { visit } => new("already_open").with("visit", visit.to_string()),
            CheckInError::NotNow { visit, state } => new("not_now")
                .with("visit", visit.to_string())
                .with("state", state),
            CheckInError::OtherAccount { id } => new("other_account").with("id", id.to_string()),
            CheckInError::BadFix { index, fault } => CliError::bad_fix(index, fault),
            CheckInError::NotThen { .. } => CliError::bad_field("at", message),
            CheckInError::Book(error) => error.into(),
        }
    }
}

impl CliError {
    /// A fix with a number that no phone reports.
    fn bad_fix(index: usize, fault: FixError) -> CliError {
        CliError::fix(index, Some(fault.field()), fault)
    }

    /// Fix number `index` cannot be read.
    pub(crate) fn fix(index: usize, field: Option<&str>, message: impl std::fmt::Display) -> CliError {
        let fault = CliError::bad_input("bad_fix", format!("fix {index}: {message}")).with("fix", index);
        match field {
            Some(field) => fault.with("field", field),
            None => fault,
        }
    }
}

impl From<LocationError> for CliError {
    fn from(error: LocationError) -> CliError {
        match error {
            LocationError::Fix { index, problem } => CliError::bad_fix(index, problem),
            LocationError::Site(_) | LocationError::Fence(_) | LocationError::Now => {
                CliError::bad_input("bad_field", error.to_string()).with("field", error.field())
            }
        }
    }
}

impl From<PlanDayError> for CliError {
    fn from(error: PlanDayError) -> CliError {
        let text = error.to_string();
        match error {
            PlanDayError::NoPlaces => CliError::refused("no_places", text),
            PlanDayError::NoSite { account } => {
                CliError::refused("no_site", text).with("account", account.to_string())
            }
            PlanDayError::NoCandidate { account } => {
                CliError::refused("no_candidate", text).with("account", account.to_string())
            }
            PlanDayError::Problem(problem) => problem.into(),
            PlanDayError::Book(book) => book.into(),
        }
    }
}

impl From<ProblemError> for CliError {
    fn from(error: ProblemError) -> CliError {
        CliError::bad_field(&error.field, error.kind)
    }
}

impl From<ReadError> for CliError {
    fn from(error: ReadError) -> CliError {
        let new = |code| CliError::bad_input(code, error.to_string());
        match error {
            ReadError::Empty => new("empty_file"),
            ReadError::NoColumn { field } => new("not_matched").with("field", field),
            ReadError::NoSuchColumn { ref column } => new("no_such_column").with("column", column.as_str()),
            ReadError::TooLarge | ReadError::TooMany => new("file_too_large"),
            ReadError::LineTooLong { line } => new("line_too_long").with("line", line),
            ReadError::Damaged => new("damaged_file"),
            ReadError::Xml { line } => new("not_xml").with("line", line),
            ReadError::NoPoint => new("no_point"),
            ReadError::MostlyRefused { first, refused, rows } => new("bad_line")
                .with("line", first.line)
                .with("field", first.field)
                .with("refused", refused)
                .with("rows", rows),
            ReadError::Io { .. } => new("unreadable_file"),
        }
    }
}

impl From<ColumnMapError> for CliError {
    fn from(error: ColumnMapError) -> CliError {
        let new = |code| CliError::bad_input(code, error.to_string());
        match &error {
            ColumnMapError::UnknownField { field } => new("unknown_field").with("field", field.as_str()),
            ColumnMapError::Twice { name } => new("twice").with("name", name.as_str()),
        }
    }
}

impl From<ImportFault> for CliError {
    fn from(error: ImportFault) -> CliError {
        match error {
            ImportFault::File(error) => error.into(),
            ImportFault::Book(error) => error.into(),
        }
    }
}

impl From<ImportError> for CliError {
    fn from(error: ImportError) -> CliError {
        let message = error.to_string();
        let new = |code| CliError::bad_input(code, message);
        match error {
            ImportError::Empty => new("empty_file"),
            ImportError::NoHeader => new("no_header"),
            ImportError::NotText { offset } => new("not_text").with("offset", offset),
            ImportError::Workbook => new("workbook"),
            ImportError::UnknownField { field } => new("unknown_field").with("field", field),
            ImportError::NoSuchColumn { column } => new("no_such_column").with("column", column),
            ImportError::NotMatched { wanted } => new("not_matched").with("field", wanted),
            ImportError::Truncated => new("truncated_file"),
            ImportError::Damaged => new("damaged_file"),
            ImportError::TooLarge => new("file_too_large"),
            ImportError::Json { line } => new("not_json").with("line", line),
            ImportError::Io { .. } => new("unreadable_file"),
        }
    }
}

impl From<SyncError> for CliError {
    fn from(error: SyncError) -> CliError {
        let exit = if error.is_connection() {
            Exit::NoConnection
        } else {
            Exit::Refused
        };
        let message = error.to_string();
        let new = |code: &'static str| CliError::new(exit, code, message.as_str());
        match error {
            SyncError::NotJoined => new("not_joined"),
            SyncError::AlreadyJoined => new("already_joined"),
            SyncError::Busy => new("busy"),
            SyncError::NoConnection => new("no_connection"),
            SyncError::TimedOut => new("timed_out"),
            SyncError::Interrupted => new("interrupted"),
            SyncError::Untrusted => new("untrusted"),
            SyncError::WrongName => new("wrong_name"),
            SyncError::Expired => new("certificate_expired"),
            SyncError::PlainHttp => CliError::bad_input("plain_http", message)
                .with("field", "url")
                .with("option", "--allow-http"),
            SyncError::BadAuthority => CliError::bad_input("bad_authority", message).with("option", "--ca"),
            SyncError::BadAddress => CliError::bad_input("bad_address", message).with("field", "url"),
            SyncError::ServerFailed { status } => new("server_failed").with("status", status),
            SyncError::BadAnswer => new("bad_answer"),
            SyncError::Refused(reason) => new(reason.name()),
            SyncError::Wiped => new("wiped"),
            SyncError::Book(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fieldbook_core::ids::RecordId;

    #[test]
    fn an_error_is_one_object_with_its_code_first() {
        let visit = RecordId([7; 16]);
        let fault = CliError::from(CheckInError::AlreadyOpen { visit });
        insta::assert_snapshot!(fault.to_json(), @r#"{"error":{"code":"already_open","visit":"07070707-0707-0707-0707-070707070707","message":"visit 07070707-0707-0707-0707-070707070707 is still open"}}"#);
    }

    #[test]
    fn the_exit_code_tells_refused_from_bad_input_from_no_connection() {
        let exits = [
            CliError::from(BookError::Store(OpenError::InUse)),
            CliError::from(FieldFault::new("name", Why::Missing)),
            CliError::from(SyncError::NoConnection),
            CliError::from(SyncError::ServerFailed { status: 404 }),
            CliError::from(SyncError::ServerFailed { status: 503 }),
        ];
        assert_eq!(exits.map(|fault| fault.exit as u8), [1, 2, 3, 1, 3]);
    }
}
