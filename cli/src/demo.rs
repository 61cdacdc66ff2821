//! `demo`: runs `fieldbook-demo`, a separate program, so that this one does not link a server.

use std::path::PathBuf;
use std::process::Command;

use crate::context::Context;
use crate::error::CliError;

/// Tell the whole story: two reps, an office, a server, a day without signal
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  fieldbook demo --data places.csv

Runs the program fieldbook-demo, which lies beside this one. It writes DIR/day.html, a page to open in a browser, and leaves
the three books beside it for a look of your own:
  fieldbook --book DIR/ada.db list accounts")]
pub(crate) struct DemoArgs {
    /// Where the books and the page go; what an earlier demo left there is replaced
    #[arg(long, default_value = "fieldbook-demo")]
    dir: PathBuf,
    /// Customers to use instead of the shipped sample: a CSV of accounts, or a folder with accounts.csv and, if there
    /// are any, contacts.csv, opportunities.csv and streets.csv
    #[arg(long, value_name = "CSV_OR_DIR")]
    data: Option<PathBuf>,
}

/// Runs the demo and passes its output on.
pub(crate) fn demo(context: &mut Context, args: &DemoArgs) -> Result<(), CliError> {
    context.out.flush()?;
    let program = std::env::current_exe()
        .ok()
        .and_then(|this| {
            Some(
                this.parent()?
                    .join(format!("fieldbook-demo{}", std::env::consts::EXE_SUFFIX)),
            )
        })
        .filter(|program| program.exists())
        .ok_or_else(|| {
            let message =
                "the program fieldbook-demo does not lie beside this one: `cargo demo` builds and runs it";
            CliError::refused("no_demo", message)
        })?;
    let mut command = Command::new(&program);
    command.arg("--dir").arg(&args.dir);
    if let Some(data) = &args.data {
        command.arg("--data").arg(data);
    }
    if context.out.json() {
        command.arg("--json");
    }
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(CliError::refused(
            "demo_failed",
            "the demo ended early: the lines above say why",
        )),
        Err(error) => Err(CliError::unreadable(&program, &error)),
    }
}
