//! The command line: parses arguments, calls the library, prints the result.

mod backup;
mod device;
mod leavers;
mod trust;

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Parser, Subcommand};
use fieldbook_model::Role;
use fieldbook_model::clock::{Clock as _, SystemClock, SystemRandom};
use fieldbook_model::ids::{DeviceId, RecordId};
use fieldbook_server::admin::{self, AdminError};
use fieldbook_server::store::{Store, StoreError};
use fieldbook_server::{Client, Config, Log, ServeError, Server, ShutdownSignal, TlsFiles};
use serde_json::{Value, json};

/// Keeps many fieldbooks in step.
#[derive(Debug, Parser)]
#[command(name = "fieldbook-server", version)]
struct Command {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Answer devices until SIGTERM or Ctrl-C.
    Serve(Serve),
    /// Territories, people, join codes, devices. Works while the server runs.
    Admin(Admin),
    /// Copy the database to a file, and check the copy. Works while the server runs.
    Backup(backup::BackupArgs),
    /// Put a backup in the place of the database, and open a new epoch. The server must not run.
    Restore(backup::RestoreArgs),
}

#[derive(Debug, Args)]
struct Serve {
    /// Where to listen; port 0 picks a free one.
    #[arg(long, default_value = "127.0.0.1:7373")]
    listen: SocketAddr,
    /// The folder of the database.
    #[arg(
        long,
        value_name = "DIR",
        env = "FIELDBOOK_SERVER_DATA",
        default_value = "fieldbook-data"
    )]
    data: PathBuf,
    /// Serve TLS with this certificate, and those of the authorities in between, in PEM. SIGHUP reads it again.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// The private key of the certificate, in PEM.
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Take the client's address from X-Forwarded-For: there is a reverse proxy in front.
    #[arg(long)]
    forwarded: bool,
    /// A database elsewhere, by URL.
    #[arg(long, value_name = "URL", conflicts_with = "data")]
    database_url: Option<String>,
}

#[derive(Debug, Args)]
struct Admin {
    /// The folder of the database.
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        env = "FIELDBOOK_SERVER_DATA",
        default_value = "fieldbook-data"
    )]
    data: PathBuf,
    /// Print one JSON object, or one a line for lists.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: AdminCommand,
}

#[derive(Debug, Subcommand)]
enum AdminCommand {
    /// Sales territories.
    #[command(subcommand)]
    Territory(TerritoryCommand),
    /// The people who work with the book.
    #[command(subcommand)]
    User(UserCommand),
    /// Move accounts, with all that belongs to them, to another territory.
    HandOver {
        /// The ids of the accounts.
        #[arg(required = true, value_name = "ACCOUNT")]
        accounts: Vec<RecordId>,
        /// The name of the territory.
        #[arg(long, value_name = "TERRITORY")]
        to: String,
    },
    /// The join codes that are not used yet.
    #[command(subcommand)]
    Code(leavers::CodeCommand),
    /// Forms on web pages that send leads.
    #[command(subcommand)]
    Form(FormCommand),
    /// The devices that have joined.
    #[command(subcommand)]
    Device(device::DeviceCommand),
    /// Order that a device erases its book: at its next sync, after it has sent what it still may.
    Wipe {
        /// Its id, as the list of devices shows it.
        device: DeviceId,
        /// Take the order back, if it was not carried out yet.
        #[arg(long)]
        cancel: bool,
    },
    /// Open a new epoch after the folder was put back from a copy: devices send again what the copy lacks.
    Restored,
    /// Show each device's chain of evidence: how many links hold, its head, where it breaks; and what does not fit.
    Evidence,
    /// Changes that wait for a decision: list them, apply or discard one.
    Parked {
        #[command(subcommand)]
        command: Option<trust::ParkedCommand>,
    },
    /// List edits that were made before a hand-over, by what they say, and came after it.
    Late,
    /// Show the audit log, or verify it.
    Audit {
        #[command(subcommand)]
        command: Option<trust::AuditCommand>,
    },
    /// Let go of single changes and tombstones that are too old; a running server does so by itself, once a day.
    Compact,
    /// Erase a contact for good: here, in the history, and on phones.
    Erase {
        /// The id of the contact.
        #[arg(value_name = "CONTACT")]
        contact: RecordId,
    },
}

#[derive(Debug, Subcommand)]
enum TerritoryCommand {
    /// Add a territory.
    Add {
        /// Its name.
        name: String,
    },
    /// List all territories.
    List,
}

#[derive(Debug, Subcommand)]
enum UserCommand {
    /// Add a person.
    Add {
        /// Their name.
        name: String,
        /// rep, manager or admin.
        #[arg(long)]
        role: Role,
        /// Their territories; the first is where their records begin.
        #[arg(long, num_args = 1..)]
        territory: Vec<String>,
    },
    /// Give a person these territories and no others.
    Move {
        /// Their name.
        name: String,
        /// Their territories; the first is where their records begin.
        #[arg(long, num_args = 1.., conflicts_with = "none")]
        territory: Vec<String>,
        /// Take the last territory from them.
        #[arg(long)]
        none: bool,
    },
    /// Give a person another role.
    Role {
        /// Their name.
        name: String,
        /// rep, manager or admin.
        role: Role,
    },
    /// Print a one-time code that lets one device of a person in.
    Code {
        /// Their name.
        name: String,
    },
    /// List all people.
    List,
    /// Lock a person out: devices, codes.
    Disable {
        /// Their name.
        name: String,
    },
    /// Let a disabled person back in.
    Enable {
        /// Their name.
        name: String,
    },
    /// Remove a person; one who has written is disabled and loses every territory.
    Remove {
        /// Their name.
        name: String,
    },
}

#[derive(Debug, Subcommand)]
enum FormCommand {
    /// Add a form and print its token, which no other command shows. Disabling the user of its name closes it.
    Add {
        /// Its name, which its leads show as their author.
        name: String,
        /// The territory in which its leads begin.
        #[arg(long)]
        territory: String,
        /// The source of its leads [default: its name].
        #[arg(long)]
        source: Option<String>,
    },
    /// List all forms.
    List,
}

/// The result of an admin command: text for people, an object for scripts.
struct Output {
    text: String,
    json: Value,
}

impl Output {
    fn new(text: String, json: Value) -> Output {
        Output { text, json }
    }
}

/// The failure of a command: the code and message that it prints, and its exit code.
struct CommandError {
    code: &'static str,
    message: String,
    exit: u8,
}

/// Runs the command. Exit codes: 0 done, 1 refused or failed, 2 bad input or usage.
pub(crate) fn run() -> ExitCode {
    let (json, done) = match Command::parse().verb {
        Verb::Serve(serve) => (false, run_serve(serve)),
        Verb::Admin(admin) => (admin.json, run_admin(admin)),
        Verb::Backup(args) => (args.json, backup::run_backup(&args)),
        Verb::Restore(args) => (args.json, backup::run_restore(&args)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let message = &error.message;
            let line = if json {
                json!({ "error": { "code": error.code, "message": message } }).to_string()
            } else {
                format!("fieldbook-server: {message}")
            };
            // A closed stderr leaves only the exit code to report by.
            let _ = writeln!(std::io::stderr(), "{line}");
            ExitCode::from(error.exit)
        }
    }
}

fn run_serve(serve: Serve) -> Result<(), CommandError> {
    if serve.database_url.is_some() {
        return Err(CommandError {
            code: "unsupported_database",
            message:
                "--database-url: this server keeps SQLite only, PostgreSQL is not there yet; use --data DIR"
                    .to_owned(),
            exit: 2,
        });
    }
    // Installed before the address is printed, so that a signal in reply to it is caught.
    let shutdown = ShutdownSignal::install()?;
    let tls = serve.tls_cert.zip(serve.tls_key);
    let open_to_all = tls.is_none() && !serve.listen.ip().is_loopback();
    let server = Server::start_with(Config {
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
        log: Log::Stderr,
        tls: tls.map(|(certificate, key)| TlsFiles { certificate, key }),
        client: if serve.forwarded {
            Client::Forwarded
        } else {
            Client::Peer
        },
        ..Config::new(&serve.data, serve.listen)
    })?;
    if open_to_all {
        server.log(
            "warning",
            "plain HTTP on an address of the network: anyone on the path reads and forges answers; \
             put a proxy with TLS in front, or give --tls-cert and --tls-key",
        );
    }
    print(&format!("listening on {}", server.url()))?;
    let server = Arc::new(server);
    report_panics_to(&server);
    shutdown.wait(|| {
        // The log says why; the certificate that was in use stays in use.
        let _ = server.reload_tls();
    });
    drop(std::panic::take_hook());
    match Arc::try_unwrap(server) {
        Ok(server) => Ok(server.stop()?),
        // A panic is being reported at this moment: the server stops when that is done.
        Err(_) => Ok(()),
    }
}

/// Writes panics to the log, which never blocks, and not to standard error.
fn report_panics_to(server: &Arc<Server>) {
    let server = Arc::downgrade(server);
    std::panic::set_hook(Box::new(move |panic| {
        if let Some(server) = server.upgrade() {
            let place = panic.location().map(ToString::to_string).unwrap_or_default();
            server.log("panic", &place);
        }
    }));
}

fn run_admin(admin: Admin) -> Result<(), CommandError> {
    let store = Store::open_existing(&admin.data, &SystemRandom)?;
    name_operator(&store);
    let mut held = true;
    for output in execute(&store, admin.command, &mut held)? {
        print_output(&output, admin.json)?;
    }
    if held {
        return Ok(());
    }
    Err(CommandError {
        code: "audit_broken",
        message: "the audit log was tampered with".to_owned(),
        exit: 1,
    })
}

/// Names the person at the machine for the audit log, by the name of their account there.
fn name_operator(store: &Store) {
    let names = ["SUDO_USER", "USER", "LOGNAME"].into_iter();
    if let Some(name) = names
        .filter_map(|key| std::env::var(key).ok())
        .find(|name| !name.is_empty())
    {
        store.set_operator(&name);
    }
}

fn execute(store: &Store, command: AdminCommand, held: &mut bool) -> Result<Vec<Output>, AdminError> {
    match command {
        AdminCommand::Territory(command) => territory(store, command),
        AdminCommand::User(command) => user(store, command),
        AdminCommand::HandOver { accounts, to } => {
            let done = admin::hand_over(store, &accounts, &to, SystemClock.now_ms())?;
            Ok(vec![Output::new(
                format!(
                    "handed over {} accounts, {} records in all, to {to}",
                    done.accounts, done.records
                ),
                json!({ "to": done.to.to_string(), "accounts": done.accounts, "records": done.records }),
            )])
        }
        AdminCommand::Code(command) => leavers::code(store, &command),
        AdminCommand::Device(command) => device::device(store, command),
        AdminCommand::Wipe { device, cancel } => device::wipe(store, device, cancel),
        AdminCommand::Restored => backup::restored(store),
        AdminCommand::Evidence => {
            admin::note_export(store, "evidence", SystemClock.now_ms())?;
            evidence(store)
        }
        AdminCommand::Parked { command } => trust::parked(store, command),
        AdminCommand::Late => trust::late(store),
        AdminCommand::Audit { command } => {
            let (outputs, sound) = trust::audit(store, command)?;
            *held = sound;
            Ok(outputs)
        }
        AdminCommand::Form(command) => form(store, command),
        AdminCommand::Compact => backup::compact(store),
        AdminCommand::Erase { contact } => trust::erase(store, contact),
    }
}

fn form(store: &Store, command: FormCommand) -> Result<Vec<Output>, AdminError> {
    match command {
        FormCommand::Add {
            name,
            territory,
            source,
        } => {
            let now_ms = SystemClock.now_ms();
            let form =
                admin::add_web_form(store, &name, &territory, source.as_deref(), now_ms, &SystemRandom)?;
            let text = format!("{}: token {}", form.name, form.token);
            Ok(vec![Output::new(
                text,
                json!({ "name": form.name, "token": form.token }),
            )])
        }
        FormCommand::List => {
            let output = |form: admin::ListedForm| {
                let state = if form.is_closed { "closed" } else { "open" };
                Output::new(
                    format!("{}  source {}  {state}", form.name, form.source),
                    json!({ "name": form.name, "source": form.source, "closed": form.is_closed }),
                )
            };
            Ok(admin::web_forms(store)?.into_iter().map(output).collect())
        }
    }
}

fn territory(store: &Store, command: TerritoryCommand) -> Result<Vec<Output>, AdminError> {
    let output = |territory: fieldbook_server::store::Territory| {
        Output::new(
            format!("{}  {}", territory.id, territory.name),
            json!({ "id": territory.id.to_string(), "name": territory.name }),
        )
    };
    match command {
        TerritoryCommand::Add { name } => {
            Ok(vec![output(admin::add_territory(store, &name, &SystemRandom)?)])
        }
        TerritoryCommand::List => Ok(store.read()?.territories()?.into_iter().map(output).collect()),
    }
}

fn user(store: &Store, command: UserCommand) -> Result<Vec<Output>, AdminError> {
    let output = |user: admin::User| {
        let territories = user.territories.join(", ");
        Output::new(
            format!("{}  {} ({}): {territories}", user.id, user.name, user.role),
            json!({
                "id": user.id.to_string(), "name": user.name, "role": user.role.name(), "home": user.home.to_string(),
                "territories": user.territories,
            }),
        )
    };
    let now_ms = SystemClock.now_ms();
    Ok(vec![match command {
        UserCommand::Add {
            name,
            role,
            territory,
        } => {
            let territories: Vec<&str> = territory.iter().map(String::as_str).collect();
            output(admin::add_user(store, &name, role, &territories, &SystemRandom)?)
        }
        UserCommand::Move { name, none: true, .. } => {
            output(admin::withdraw_territories(store, &name, now_ms)?)
        }
        UserCommand::Role { name, role } => output(admin::set_role(store, &name, role, now_ms)?),
        UserCommand::Move { name, territory, .. } => {
            let territories: Vec<&str> = territory.iter().map(String::as_str).collect();
            output(admin::move_user(store, &name, &territories, now_ms)?)
        }
        UserCommand::List => return leavers::users(store),
        UserCommand::Disable { name } => output(admin::disable_user(store, &name, now_ms)?),
        UserCommand::Enable { name } => output(admin::enable_user(store, &name)?),
        UserCommand::Remove { name } => leavers::remove(store, &name)?,
        UserCommand::Code { name } => {
            let code = admin::issue_code(store, &name, now_ms, &SystemRandom)?;
            Output::new(
                code.text.clone(),
                json!({ "code": code.text, "expires_at_ms": code.expires_at_ms }),
            )
        }
    }])
}

fn evidence(store: &Store) -> Result<Vec<Output>, AdminError> {
    let chain = |chain: admin::Chain| {
        let state = match &chain.broken {
            None => "holds".to_owned(),
            Some((link, why)) => format!("breaks at link {link} ({why})"),
        };
        // The last valid link, in the form that `fieldbook verify --head` takes.
        let last = chain.links.checked_sub(1).map(|n| format!("{n}:{}", chain.head));
        Output::new(
            format!(
                "{}  {}  {}  {} links  {state}\n  --key {}{}",
                chain.device.id,
                chain.device.user,
                chain.device.name,
                chain.links,
                chain.key,
                last.as_ref()
                    .map(|head| format!(" --head {head}"))
                    .unwrap_or_default()
            ),
            json!({
                "device": chain.device.id.to_string(), "user": chain.device.user, "key": chain.key.to_string(),
                "links": chain.links, "head": last, "ok": chain.broken.is_none(),
                "broken": chain.broken.map(|(link, why)| json!({ "link": link, "reason": why })),
            }),
        )
    };
    let finding = |finding: fieldbook_server::store::Finding| {
        Output::new(
            format!(
                "visit {}: {} (device {})",
                finding.record, finding.what, finding.device
            ),
            json!({
                "visit": finding.record.to_string(), "finding": finding.what, "device": finding.device.to_string(),
                "at_ms": finding.at_ms,
            }),
        )
    };
    let mut outputs: Vec<Output> = admin::chains(store)?.into_iter().map(chain).collect();
    outputs.extend(admin::findings(store)?.into_iter().map(finding));
    Ok(outputs)
}

fn print(line: &str) -> Result<(), CommandError> {
    let mut out = std::io::stdout().lock();
    let written = writeln!(out, "{line}").and_then(|()| out.flush());
    written.map_err(|cause| CommandError {
        code: "stdout",
        message: format!("failed to write to stdout: {cause}"),
        exit: 1,
    })
}

fn print_output(output: &Output, json: bool) -> Result<(), CommandError> {
    if json {
        print(&output.json.to_string())
    } else {
        print(&output.text)
    }
}

/// The error with all its causes.
fn error_with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(deeper) = cause {
        text = format!("{text}: {deeper}");
        cause = deeper.source();
    }
    text
}

impl From<AdminError> for CommandError {
    fn from(error: AdminError) -> CommandError {
        let bad_input = matches!(error, AdminError::NoName | AdminError::NeedsTerritory { .. });
        CommandError {
            code: error.code(),
            message: error_with_causes(&error),
            exit: if bad_input { 2 } else { 1 },
        }
    }
}

impl From<StoreError> for CommandError {
    fn from(error: StoreError) -> CommandError {
        AdminError::Store(error).into()
    }
}

impl From<ServeError> for CommandError {
    fn from(error: ServeError) -> CommandError {
        CommandError {
            code: match error {
                ServeError::Store(_) => "store",
                ServeError::Listen { .. } => "listen",
                ServeError::Tls(_) => "tls",
                ServeError::System(_) => "system",
            },
            message: error_with_causes(&error),
            exit: 1,
        }
    }
}
