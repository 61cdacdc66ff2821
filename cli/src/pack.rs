//! `pack`: processes and rules, from the draft to the phones of the reps.

use std::path::{Path, PathBuf};

use ed25519_dalek::SigningKey;
use fieldbook_core::sales::pack::{
    AnyPack, Installed, PackId, Process, SignedPack, Trust, compare, from_hex, hex, sign, unmapped_stages,
};
use fieldbook_core::sales::rule::{RULES_FORMAT, with_conditions};
use serde_json::{Value, json};

use crate::context::Context;
use crate::deal::language;
use crate::error::CliError;

/// Make, check, sign and send out the sales process of a company, and its rules
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  fieldbook pack show solution-sale > mine.json
  fieldbook pack check mine.json
  fieldbook pack key company.key
  fieldbook pack sign mine.json --key company.key --out mine.pack
  fieldbook pack install mine.pack")]
pub(crate) struct PackArgs {
    #[command(subcommand)]
    command: PackCommand,
}

#[derive(Debug, clap::Subcommand)]
enum PackCommand {
    /// List the processes and rules in use on this device, and packs that do not count
    List,
    /// Print a process as JSON, a start for your own
    Show {
        /// Which process; without a version the newest
        #[arg(value_name = "NAME[@VERSION]")]
        name: String,
    },
    /// Check a process or rules, compile the conditions of rules, and print the canonical form
    Build {
        /// The process or the rules, or a signed pack
        file: PathBuf,
    },
    /// Check a process, rules or a signed pack: every fault with its place
    Check {
        /// The process or the rules, or a signed pack
        file: PathBuf,
    },
    /// Make a key that signs packs; keep the file secret
    Key {
        /// The file to write
        file: PathBuf,
    },
    /// Sign a process or rules
    Sign {
        /// The process or the rules
        file: PathBuf,
        /// The file of the key
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
        /// The signed pack to write
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Show what differs between two versions
    Diff {
        /// The old version: a file, or NAME@VERSION
        old: String,
        /// The new version: a file, or NAME@VERSION
        new: String,
    },
    /// Check that the migration of a version forgets no stage of the one before
    MigrateCheck {
        /// The old version: a file, or NAME@VERSION
        old: String,
        /// The new version: a file, or NAME@VERSION
        new: String,
    },
    /// Take a signed pack into the book; the next sync sends it to everybody
    Install {
        /// The signed pack
        file: PathBuf,
    },
    /// Move all open deals of the version before to this version
    Migrate {
        /// The new version
        #[arg(value_name = "NAME@VERSION")]
        to: PackId,
    },
}

pub(crate) fn pack(context: &mut Context, args: &PackArgs) -> Result<(), CliError> {
    match &args.command {
        PackCommand::List => list(context),
        PackCommand::Show { name } => {
            let process = named(context, name)?;
            let json = serde_json::to_value(&process).unwrap_or_default();
            if context.out.json() {
                context.out.value(&json)
            } else {
                context.out.pretty(&json)
            }
        }
        PackCommand::Build { file } => {
            let pack = read(file)?;
            context.out.line(&pack.to_text())
        }
        PackCommand::Check { file } => check(context, file),
        PackCommand::Key { file } => make_key(context, file),
        PackCommand::Sign { file, key, out } => {
            let signed = sign(&read(file)?, &read_key(key)?);
            write_new(out, &signed.to_file())?;
            context.out.either(
                &json!({ "signed": out.display().to_string(), "key": signed.key }),
                "Signed.",
            )
        }
        PackCommand::Diff { old, new } => diff(context, old, new),
        PackCommand::MigrateCheck { old, new } => migrate_check(context, old, new),
        PackCommand::Install { file } => {
            let record = context.book()?.install_pack(&text_of(file)?)?;
            let name = record.fields.text("name").unwrap_or_default().to_owned();
            context.out.either(
                &json!({ "installed": name, "id": record.id.to_string() }),
                "Installed.",
            )
        }
        PackCommand::Migrate { to } => {
            let report = context.book()?.migrate_deals(to, context.zone.rules())?;
            let text = format!(
                "{} deals migrated, {} of other processes left as they are.",
                report.migrated, report.others
            );
            context.out.either(
                &json!({ "migrated": report.migrated, "others": report.others }),
                &text,
            )
        }
    }
}

fn text_of(file: &Path) -> Result<String, CliError> {
    std::fs::read_to_string(file).map_err(|error| CliError::unreadable(file, &error))
}

/// Writes a file that must not be there yet.
fn write_new(file: &Path, text: &str) -> Result<(), CliError> {
    use std::io::Write;
    let opened = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(file);
    let written = opened.and_then(|mut to| to.write_all(text.as_bytes()));
    written.map_err(|error| CliError::unwritable(file, error.kind()))
}

/// Reads a pack, or the one in a signed pack whose signature fits. Conditions in CEL of an unsigned pack are compiled.
pub(crate) fn read(file: &Path) -> Result<AnyPack, CliError> {
    let text = text_of(file)?;
    let json = serde_json::from_str::<Value>(&text).unwrap_or_default();
    let pack = if json.get("signature").is_some() {
        SignedPack::from_file(&text)
            .and_then(|signed| signed.verify())
            .map_err(CliError::from)
    } else if json.get("format").and_then(Value::as_str) == Some(RULES_FORMAT) {
        let compile = |source: &str| fieldbook_cel::compile(source).map_err(|fault| fault.to_string());
        with_conditions(&text, compile)
            .and_then(|built| AnyPack::parse(&built))
            .map_err(CliError::from)
    } else {
        AnyPack::parse(&text).map_err(CliError::from)
    };
    pack.map_err(|error| error.in_file("file", file))
}

/// Reads a process.
fn read_process(file: &Path) -> Result<Process, CliError> {
    match read(file)? {
        AnyPack::Process(process) => Ok(*process),
        AnyPack::Rules(_) => {
            Err(CliError::bad_input("bad_pack", "rules have no stages to compare").in_file("file", file))
        }
    }
}

/// A process by `NAME@VERSION` or by `NAME`, from the book.
fn named(context: &mut Context, name: &str) -> Result<Process, CliError> {
    let library = context.book()?.packs()?;
    let found = match name.parse::<PackId>() {
        Ok(id) => library.get(&id),
        Err(_) => library.latest(name),
    };
    let missing = || {
        CliError::refused(
            "no_such_pack",
            format!("there is no process {name} on this device"),
        )
    };
    found
        .map(|installed| installed.process.clone())
        .ok_or_else(missing)
}

/// A process from a file, or by name from the book.
fn file_or_named(context: &mut Context, what: &str) -> Result<Process, CliError> {
    let path = Path::new(what);
    if path.exists() {
        read_process(path)
    } else {
        named(context, what)
    }
}

fn list(context: &mut Context) -> Result<(), CliError> {
    let library = context.book()?.packs()?;
    let language = language(None);
    for installed in library.iter() {
        let Installed { process, sha, trust } = installed;
        let trust = match trust {
            Trust::Shipped => "shipped",
            Trust::Signed => "signed",
        };
        let stages: Vec<&str> = process.stages.iter().map(|stage| stage.id.as_str()).collect();
        let title = process.titles.get(&language);
        let json = json!({ "pack": process.id().to_string(), "title": title, "sha": sha, "trust": trust, "stages": stages });
        let text = format!("{}  {title}  ({trust}, {} stages)", process.id(), stages.len());
        context.out.either(&json, &text)?;
    }
    for installed in library.rules() {
        let (rules, sha) = (&installed.rules, &installed.sha);
        let title = rules.titles.get(&language);
        let ids: Vec<&str> = rules.rules.iter().map(|rule| rule.id.as_str()).collect();
        let json = json!({ "pack": rules.id().to_string(), "title": title, "sha": sha, "trust": "signed", "rules": ids });
        let text = format!("{}  {title}  (signed, {} rules)", rules.id(), ids.len());
        context.out.either(&json, &text)?;
    }
    for refused in &library.refused {
        let id = refused.id.as_ref().map(ToString::to_string);
        let json = json!({ "pack": id, "refused": refused.why.to_string() });
        let text = format!("refused: {}: {}", id.as_deref().unwrap_or("a pack"), refused.why);
        context.out.either(&json, &text)?;
    }
    Ok(())
}

fn check(context: &mut Context, file: &Path) -> Result<(), CliError> {
    let pack = read(file)?;
    let (parts, what) = match &pack {
        AnyPack::Process(process) => (process.stages.len(), "stages"),
        AnyPack::Rules(rules) => (rules.rules.len(), "rules"),
    };
    let json = json!({ "ok": true, "pack": pack.id().to_string(), "sha": pack.sha() });
    let text = format!("{} is sound: {parts} {what}, {}", pack.id(), pack.sha());
    context.out.either(&json, &text)
}

fn make_key(context: &mut Context, file: &Path) -> Result<(), CliError> {
    let mut secret = [0; 32];
    getrandom::fill(&mut secret)
        .map_err(|_| CliError::refused("no_randomness", "this machine gives no random numbers"))?;
    let key = SigningKey::from_bytes(&secret);
    write_new(file, &format!("{}\n", hex(&secret)))?;
    let public = hex(key.verifying_key().as_bytes());
    context.out.either(
        &json!({ "key": public }),
        &format!("The public key is {public}; keep {} secret.", file.display()),
    )
}

fn read_key(file: &Path) -> Result<SigningKey, CliError> {
    let text = text_of(file)?;
    let bad = || CliError::bad_input("bad_key", "a key has 64 hexadecimal digits").in_file("file", file);
    from_hex::<32>(text.trim())
        .map(|secret| SigningKey::from_bytes(&secret))
        .ok_or_else(bad)
}

fn diff(context: &mut Context, old: &str, new: &str) -> Result<(), CliError> {
    let (old, new) = (file_or_named(context, old)?, file_or_named(context, new)?);
    let differences = compare(&old, &new);
    if differences.is_empty() && !context.out.json() {
        return context.out.line("No difference.");
    }
    for difference in &differences {
        let json = serde_json::to_value(difference).unwrap_or_default();
        let members = json.as_object().cloned().unwrap_or_default();
        let change = members["change"].as_str().unwrap_or_default().replace('_', " ");
        let rest = members.iter().filter(|(name, _)| *name != "change");
        let rest: Vec<String> = rest.map(|(name, value)| format!("{name} {value}")).collect();
        context
            .out
            .either(&json, &format!("{change}: {}", rest.join(", ")))?;
    }
    Ok(())
}

fn migrate_check(context: &mut Context, old: &str, new: &str) -> Result<(), CliError> {
    let (old, new) = (file_or_named(context, old)?, file_or_named(context, new)?);
    let in_use = old.stages.iter().map(|stage| stage.id.as_str());
    let left = unmapped_stages(&old, &new, in_use);
    if left.is_empty() {
        let text = format!("Every stage of {} goes somewhere in {}.", old.id(), new.id());
        return context.out.either(&json!({ "ok": true }), &text);
    }
    let text = format!("{} maps no stage for {}", new.id(), left.join(", "));
    Err(CliError::refused("unmapped_stages", text).with("stages", left))
}
