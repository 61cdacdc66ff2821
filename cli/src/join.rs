//! `new` and `join`: the rep and the server of a book.

use fieldbook_core::book::{Checkup, SyncError};
use serde_json::json;

use crate::context::Context;
use crate::error::CliError;
use crate::progress::waiting;

/// Start a book of your own
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  fieldbook new --rep 'Ada Palmer'")]
pub(crate) struct NewArgs {
    /// Whose book it is
    #[arg(long, value_name = "NAME")]
    rep: String,
}

/// Tie the book to a server, with a one-time code from the office
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  fieldbook join https://book.example.com K7QM-2XWD\n\n\
    What is in the book goes to the server with the next sync. A device that was revoked joins again\n\
    with a new code and keeps its book."
)]
pub(crate) struct JoinArgs {
    /// The server's address
    url: String,
    /// The code
    code: String,
    /// How the office sees this device [default: this machine's name]
    #[arg(long, value_name = "NAME")]
    device_name: Option<String>,
}

/// Tell the book the new address of its server
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  fieldbook server https://new.example.com")]
pub(crate) struct ServerArgs {
    /// The server's new address
    url: String,
}

pub(crate) fn new(context: &mut Context, args: &NewArgs) -> Result<(), CliError> {
    let book = context.book()?;
    let path = context.path()?.display().to_string();
    let rep = args.rep.trim();
    if rep.is_empty() {
        return Err(CliError::bad_field("--rep", "a rep has a name"));
    }
    match book.status(Checkup::Quick)?.rep {
        Some(other) if other != rep => {
            let fault = CliError::refused("not_new", format!("{path} is already the book of {other}"));
            return Err(fault.with("book", path).with("rep", other));
        }
        Some(_) => {}
        None => book.name_rep(rep)?,
    }
    if context.out.json() {
        return context.out.value(&json!({ "book": path, "rep": rep }));
    }
    context
        .out
        .line(&format!("This is the book of {rep}, kept in {path}."))
}

pub(crate) fn join(context: &mut Context, args: &JoinArgs) -> Result<(), CliError> {
    let (book, http) = (context.book()?, context.http()?);
    let device_name = args.device_name.clone().unwrap_or_else(machine_name);
    let joined = waiting("joining", || {
        book.join(&args.url, &args.code, &device_name, &http)
    });
    let joined = joined.map_err(address_error)?;
    if context.out.json() {
        return context.out.value(&json!({
            "server": args.url.trim().trim_end_matches('/'),
            "rep": joined.user_name,
            "role": joined.role.name(),
            "home": joined.home.to_string(),
            "device": joined.device.to_string(),
            "device_name": device_name,
        }));
    }
    context.out.line(&format!(
        "Joined {} as {}, {}. `fieldbook sync` brings the rest.",
        args.url, joined.user_name, joined.role
    ))
}

pub(crate) fn server(context: &mut Context, args: &ServerArgs) -> Result<(), CliError> {
    let (book, http) = (context.book()?, context.http()?);
    let moved = waiting("asking the server", || book.move_server(&args.url, &http));
    let moved = moved.map_err(address_error)?;
    let url = args.url.trim().trim_end_matches('/');
    if context.out.json() {
        let device = moved.device.to_string();
        return context
            .out
            .value(&json!({ "server": url, "rep": moved.user_name, "device": device }));
    }
    context.out.line(&format!(
        "The book of {} syncs with {url} from now on.",
        moved.user_name
    ))
}

fn address_error(error: SyncError) -> CliError {
    match error {
        SyncError::BadAddress => CliError::from(error).with("option", "<URL>"),
        other => other.into(),
    }
}

/// This machine's host name, or `terminal` if it is unknown.
fn machine_name() -> String {
    let named = ["HOSTNAME", "COMPUTERNAME"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok());
    let filed = || std::fs::read_to_string("/etc/hostname").ok();
    let name = named.or_else(filed).unwrap_or_default();
    if name.trim().is_empty() {
        "terminal".to_owned()
    } else {
        name.trim().to_owned()
    }
}
