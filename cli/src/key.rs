//! `rotate-key`: another key for this device's requests.

use serde_json::json;

use crate::context::Context;
use crate::error::CliError;
use crate::progress::waiting;

/// Change the key by which this device signs its requests: the old one is worth nothing afterwards
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  fieldbook rotate-key\n\n\
    If the answer is lost, the next sync finds out which key counts; run the command again.")]
pub(crate) struct RotateKeyArgs {}

pub(crate) fn rotate_key(context: &mut Context) -> Result<(), CliError> {
    let (book, http) = (context.book()?, context.http()?);
    waiting("changing the key", || book.rotate_key(&http))?;
    if context.out.json() {
        return context.out.value(&json!({ "rotated": true }));
    }
    context
        .out
        .line("This device signs by a new key; the old one is worth nothing any more.")
}
