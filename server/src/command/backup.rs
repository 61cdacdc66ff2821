//! `backup`, `restore` and `admin restored`.

use std::path::PathBuf;

use clap::Args;
use fieldbook_model::clock::{Clock as _, SystemClock, SystemRandom};
use fieldbook_server::admin::{self, AdminError};
use fieldbook_server::store::{self, BackupError, Store};
use serde_json::json;

use super::{CommandError, Output, error_with_causes, print_output};

#[derive(Debug, Args)]
pub(super) struct BackupArgs {
    /// The folder of the database.
    #[arg(
        long,
        value_name = "DIR",
        env = "FIELDBOOK_SERVER_DATA",
        default_value = "fieldbook-data"
    )]
    data: PathBuf,
    /// The file to write; it must not exist.
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
    /// Print one JSON object.
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct RestoreArgs {
    /// The folder of the database.
    #[arg(
        long,
        value_name = "DIR",
        env = "FIELDBOOK_SERVER_DATA",
        default_value = "fieldbook-data"
    )]
    data: PathBuf,
    /// The backup.
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    /// Print one JSON object.
    #[arg(long)]
    pub(super) json: bool,
}

pub(super) fn run_backup(args: &BackupArgs) -> Result<(), CommandError> {
    if !args.data.join(store::FILE_NAME).exists() {
        let dir = args.data.clone();
        return Err(store::StoreError::Missing { dir }.into());
    }
    let store = Store::open(&args.data, &SystemRandom)?;
    super::name_operator(&store);
    admin::note_export(&store, "backup", SystemClock.now_ms())?;
    let backup = store.backup_to(&args.to)?;
    let file = args.to.display();
    let output = Output::new(
        format!(
            "{file}: {} bytes, {} records, checked",
            backup.bytes, backup.records
        ),
        json!({ "file": file.to_string(), "bytes": backup.bytes, "records": backup.records }),
    );
    print_output(&output, args.json)
}

pub(super) fn run_restore(args: &RestoreArgs) -> Result<(), CommandError> {
    let aside = store::restore(&args.data, &args.from, &SystemRandom)?;
    let store = Store::open(&args.data, &SystemRandom)?;
    super::name_operator(&store);
    let restored = admin::restored(&store, SystemClock.now_ms(), &SystemRandom)?;
    let mut output = summary(&restored);
    if let Some(aside) = aside {
        let aside = aside.display();
        output.text = format!("the database that was here is now {aside}\n{}", output.text);
        output.json["replaced"] = aside.to_string().into();
    }
    print_output(&output, args.json)
}

pub(super) fn restored(store: &Store) -> Result<Vec<Output>, AdminError> {
    let restored = admin::restored(store, SystemClock.now_ms(), &SystemRandom)?;
    Ok(vec![summary(&restored)])
}

fn summary(restored: &admin::Restored) -> Output {
    let mut text = format!(
        "a new epoch for {} territories; {} unused codes are void; devices send again what is missing here\n\
         revoke again what was revoked since the backup; active in it are:",
        restored.territories, restored.codes
    );
    for device in &restored.active {
        text.extend([
            "\n  ",
            &device.id.to_string(),
            "  ",
            &device.user,
            "  ",
            &device.name,
        ]);
    }
    let active: Vec<_> = restored
        .active
        .iter()
        .map(|device| json!({ "id": device.id.to_string(), "user": device.user, "name": device.name }))
        .collect();
    Output::new(
        text,
        json!({ "territories": restored.territories, "codes": restored.codes, "active": active }),
    )
}

impl From<BackupError> for CommandError {
    fn from(error: BackupError) -> CommandError {
        let code = match &error {
            BackupError::Exists { .. } => "exists",
            BackupError::Unsound { .. } => "unsound",
            BackupError::InUse { .. } => "in_use",
            BackupError::File { .. } => "file",
            BackupError::Store(_) => "store",
        };
        CommandError {
            code,
            message: error_with_causes(&error),
            exit: 1,
        }
    }
}

pub(super) fn compact(store: &Store) -> Result<Vec<Output>, AdminError> {
    let done = admin::compact(store, SystemClock.now_ms())?;
    Ok(vec![Output::new(
        format!(
            "{} changes are kept in their records alone, {} tombstones are removed",
            done.changes, done.departures
        ),
        json!({ "changes": done.changes, "departures": done.departures }),
    )])
}
