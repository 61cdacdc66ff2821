//! `sync`: sends unsent edits and receives changes, once or until Ctrl-C.

use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use fieldbook_core::book::{Book, Refusal, RefusedEdit, SyncReport};
use fieldbook_core::sync::http::Http;
use serde_json::{Value, json};

use crate::context::Context;
use crate::error::CliError;
use crate::merge;
use crate::progress::waiting;
use fieldbook_format::{bytes, count};

/// Send what is unsent and take what is new
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  fieldbook sync\n  fieldbook sync --watch --every 10\n\n\
    Exit code 1 says that an edit could not be sent and stays in the book, although the server was reached.\n\
    Exit code 3 says that there is no connection: nothing is lost, it goes out later."
)]
pub(crate) struct SyncArgs {
    /// Sync once and end (the default)
    #[arg(long, conflicts_with = "watch")]
    once: bool,
    /// Sync every few seconds until Ctrl-C
    #[arg(long)]
    watch: bool,
    /// How many seconds lie between two syncs
    #[arg(long, value_name = "SECONDS", default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..))]
    every: u64,
}

pub(crate) fn sync(context: &mut Context, args: &SyncArgs) -> Result<(), CliError> {
    if args.watch {
        return watch(context, Duration::from_secs(args.every));
    }
    let (book, http) = (context.book()?, context.http()?);
    let report = waiting("syncing", || book.sync_now(&http, None))?;
    print(context, &report)?;
    if report.received > 0 && !context.out.json() {
        merge::hint(context, &book)?;
    }
    match report.unsent {
        0 => Ok(()),
        unsent => {
            let edits = count(u64::from(unsent), "edit", "edits");
            let message = format!("{edits} could not be sent, and wait in the book");
            Err(CliError::refused("unsent", message).with("unsent", unsent))
        }
    }
}

/// The book of the sync under way, for Ctrl-C to interrupt.
type SyncingBook = Arc<Mutex<Option<Arc<Book>>>>;

/// Syncs until Ctrl-C. Between two syncs the book is closed, so that other commands can have it.
fn watch(context: &mut Context, every: Duration) -> Result<(), CliError> {
    let current = SyncingBook::default();
    let stop = on_ctrl_c(Arc::clone(&current))?;
    let transport = context.http()?;
    let (mut has_printed, mut last_error) = (false, None);
    loop {
        match round(context, &current, &transport) {
            Ok(report) => {
                let has_changes = report.sent > 0 || report.received > 0 || report.gone > 0;
                if has_changes || !has_printed {
                    print(context, &report)?;
                    context.out.flush()?;
                }
                (has_printed, last_error) = (true, None);
            }
            // The next round may succeed.
            Err(error) if error.is_connection() || error.is_in_use() => {
                if stop.try_recv().is_ok() {
                    return Ok(());
                }
                // The same error is printed once.
                if last_error.as_ref() != Some(&error) {
                    error.print(context.out.json());
                }
                (has_printed, last_error) = (false, Some(error));
            }
            Err(error) => return Err(error),
        }
        if stop.recv_timeout(every) != Err(RecvTimeoutError::Timeout) {
            return Ok(());
        }
    }
}

fn round(context: &Context, current: &SyncingBook, transport: &Http) -> Result<SyncReport, CliError> {
    let set_current = |book| *current.lock().unwrap_or_else(PoisonError::into_inner) = book;
    let book = Arc::new(context.book()?);
    set_current(Some(Arc::clone(&book)));
    let done = book.sync_now(transport, None);
    set_current(None);
    Ok(done?)
}

/// On Ctrl-C interrupts the sync under way and sends to the receiver.
fn on_ctrl_c(current: SyncingBook) -> Result<Receiver<()>, CliError> {
    let (sender, receiver) = channel();
    ctrlc::set_handler(move || {
        let _ = sender.send(());
        if let Some(book) = current.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            book.interrupt_sync();
        }
    })
    .map_err(|_| CliError::refused("io", "this system does not let Ctrl-C be waited for"))?;
    Ok(receiver)
}

fn print(context: &mut Context, report: &SyncReport) -> Result<(), CliError> {
    if context.out.json() {
        return context.out.value(&to_json(report));
    }
    let edits = |n: u32| count(u64::from(n), "edit", "edits");
    let records = |n: u32| count(u64::from(n), "record", "records");
    let taken = report.accepted + report.accepted_late;
    let late = match report.accepted_late {
        0 => String::new(),
        late => format!(" ({late} after a hand-over)"),
    };
    let rewritten = match report.rewritten {
        0 => String::new(),
        rewritten => format!(", {rewritten} written again"),
    };
    let sent = format!("Sent {}, {taken} taken{late}{rewritten}", edits(report.sent));
    let received = format!(
        "received {}, {} left the book",
        records(report.received),
        report.gone
    );
    let size = format!("{} out, {} in", bytes(report.bytes_out), bytes(report.bytes_in));
    context.out.line(&format!("{sent}; {received} ({size})."))?;
    if report.waiting > 0 {
        let waiting = edits(report.waiting);
        context.out.line(&format!(
            "{waiting} wait on the server for what others have to send again: fieldbook refused."
        ))?;
    }
    if report.held_back > 0 {
        let records = records(report.held_back);
        context.out.line(&format!(
            "The server failed on the edits of {records}; they are sent again with the next sync."
        ))?;
    }
    if report.unreadable > 0 {
        let records = records(report.unreadable);
        context.out.line(&format!(
            "{records} could not be read, and will be asked for again."
        ))?;
    }
    for edit in &report.refused {
        let why = edit.reason.map_or_else(
            || "parked for the new owner".to_owned(),
            |reason| reason.to_string(),
        );
        context.out.line(&format!(
            "Not taken: {} {}: {why}. It is kept here.",
            edit.kind, edit.record
        ))?;
    }
    Ok(())
}

fn to_json(report: &SyncReport) -> Value {
    json!({
        "sent": report.sent,
        "accepted": report.accepted,
        "accepted_late": report.accepted_late,
        "rewritten": report.rewritten,
        "waiting": report.waiting,
        "refused": report.refused.iter().map(refused_json).collect::<Value>(),
        "received": report.received,
        "gone": report.gone,
        "bytes_out": report.bytes_out,
        "bytes_in": report.bytes_in,
        "requests": report.requests,
        "held_back": report.held_back,
        "unreadable": report.unreadable,
        "unsent": report.unsent,
    })
}

fn refused_json(edit: &RefusedEdit) -> Value {
    let reason = edit.reason.map_or("parked", Refusal::name);
    json!({ "record": edit.record.to_string(), "kind": edit.kind.name(), "reason": reason })
}
