//! The command line: all commands. The arguments of a command are in the file of the command.

use crate::global::Global;
use crate::{
    account, conflicts, datum, deal, demo, edit, export, here, hours, import, join, key, lead, list, log,
    make_up, merge, pack, plan, refused, report, review, rules, show, status, sync, track, transfer, verdict,
    verify, visit,
};

const LONG_ABOUT: &str =
    "The book of business of a field-sales rep: accounts, sites, contacts, opportunities, visits, \
tasks and notes.
It works with no signal and loses nothing.

Exit codes: 0 done, 1 refused or failed, 2 bad input or usage, 3 no connection (nothing
lost, it goes out later).";

const EXAMPLES: &str = "\
Examples:
  fieldbook new --rep 'Ada Palmer'
  fieldbook import accounts shops.csv
  fieldbook list accounts --near 52.6309,1.2974 --within 500
  fieldbook check-in 019ab0f2-7c1e-7000-8000-000000000001
  fieldbook --json list accounts | head -3";

/// Your accounts, visits and deals in a terminal, with or without a signal
#[derive(Debug, clap::Parser)]
#[command(name = "fieldbook", version, arg_required_else_help = true, long_about = LONG_ABOUT, after_help = EXAMPLES)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// All commands.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    Demo(demo::DemoArgs),
    New(join::NewArgs),
    Join(join::JoinArgs),
    Server(join::ServerArgs),
    RotateKey(key::RotateKeyArgs),
    Status(status::StatusArgs),
    Import(import::ImportArgs),
    Export(export::ExportArgs),
    List(list::ListArgs),
    Show(show::ShowArgs),
    Search(list::SearchArgs),
    Add(edit::AddArgs),
    Set(edit::SetArgs),
    Delete(edit::DeleteArgs),
    Undelete(edit::UndeleteArgs),
    CheckIn(visit::CheckInArgs),
    CheckOut(visit::CheckOutArgs),
    MakeUp(make_up::MakeUpArgs),
    Visits(visit::VisitsArgs),
    Skip(visit::SkipArgs),
    Verdict(verdict::VerdictArgs),
    Verify(verify::VerifyArgs),
    Sync(sync::SyncArgs),
    Conflicts(conflicts::ConflictsArgs),
    Duplicates(merge::DuplicatesArgs),
    Merge(merge::MergeArgs),
    Refused(refused::RefusedArgs),
    History(conflicts::HistoryArgs),
    Restore(conflicts::RestoreArgs),
    Deal(deal::DealArgs),
    Board(deal::BoardArgs),
    Warn(deal::WarnArgs),
    Funnel(deal::FunnelArgs),
    Dwell(deal::DwellArgs),
    Forecast(deal::ForecastArgs),
    Attain(deal::AttainArgs),
    Diagnose(deal::DiagnoseArgs),
    Tier(account::TierArgs),
    Health(account::HealthArgs),
    Profile(account::ProfileArgs),
    Quality(account::QualityArgs),
    Report(report::ReportArgs),
    Pack(pack::PackArgs),
    Rules(rules::RulesArgs),
    Lead(lead::LeadArgs),
    Review(review::ReviewArgs),
    Transfer(transfer::TransferArgs),
    Plan(plan::PlanArgs),
    Here(here::HereArgs),
    Coverage(here::CoverageArgs),
    Hours(hours::HoursArgs),
    Datum(datum::DatumArgs),
    Track(track::TrackArgs),
    Log(log::LogArgs),
}
