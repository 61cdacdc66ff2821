//! `deal`: deals in the company's sales process.

mod advance;
mod attain;
mod board;
mod chain;
mod diagnose;
mod figures;
mod forecast;
mod history;
mod stages;
mod warn;

pub(crate) use attain::{AttainArgs, attain};
pub(crate) use board::{BoardArgs, board};
pub(crate) use diagnose::{DiagnoseArgs, diagnose};
pub(crate) use figures::{DwellArgs, FunnelArgs, dwell, funnel};
pub(crate) use forecast::{ForecastArgs, QuarterArgs, forecast};
pub(crate) use warn::{WarnArgs, warn};

use fieldbook_core::book::DealView;
use fieldbook_core::ids::RecordId;
use fieldbook_core::sales::gate::{GateVerdict, Outcome, Unmet, UnmetBecause};
use fieldbook_core::sales::pack::PackId;
use serde_json::Value;

use crate::context::Context;
use crate::error::CliError;

/// Where a deal stands in its sales process, what it still needs, and its moves
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  fieldbook deal stages 019ab0f2-7c1e-7000-8000-000000000001
  fieldbook deal why 019ab0f2-7c1e-7000-8000-000000000001 won
  fieldbook deal advance 019ab0f2-7c1e-7000-8000-000000000001 lead_validation --set source=Fair")]
pub(crate) struct DealArgs {
    #[command(subcommand)]
    command: DealCommand,
}

#[derive(Debug, clap::Subcommand)]
enum DealCommand {
    Stages(stages::StagesArgs),
    Why(stages::WhyArgs),
    Advance(advance::AdvanceArgs),
    Settle(advance::SettleArgs),
    History(history::HistoryArgs),
    Chain(chain::ChainArgs),
}

/// The deal, and the reading of it.
#[derive(Debug, clap::Args)]
struct DealOf {
    /// Which deal
    id: RecordId,
    #[command(flatten)]
    by: ProcessOf,
}

/// The process, and the language in which it is told.
#[derive(Debug, clap::Args)]
pub(crate) struct ProcessOf {
    /// The process, for a deal without moves the one that it enters [default: the newest solution-sale]
    #[arg(long, value_name = "NAME@VERSION")]
    process: Option<PackId>,
    /// Language of titles and sentences [default: that of LANG, else en]
    #[arg(long, value_name = "TAG")]
    lang: Option<String>,
}

impl ProcessOf {
    pub(crate) fn view(&self, context: &Context) -> DealView {
        DealView {
            zone: context.zone.rules().clone(),
            process: self.process.clone(),
        }
    }

    fn language(&self) -> String {
        language(self.lang.as_deref())
    }
}

/// The language that was asked for, else the one of the environment, else English.
pub(crate) fn language(asked: Option<&str>) -> String {
    let named = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    let tag = asked.map(str::to_owned).or(named).unwrap_or_default();
    let tag = tag.split(['.', '@']).next().unwrap_or_default().replace('_', "-");
    if tag.is_empty() || tag == "C" || tag == "POSIX" {
        "en".to_owned()
    } else {
        tag
    }
}

pub(crate) fn deal(context: &mut Context, args: &DealArgs) -> Result<(), CliError> {
    match &args.command {
        DealCommand::Stages(args) => stages::stages(context, args),
        DealCommand::Why(args) => stages::why(context, args),
        DealCommand::Advance(args) => advance::advance(context, args),
        DealCommand::Settle(args) => advance::settle(context, args),
        DealCommand::History(args) => history::history(context, args),
        DealCommand::Chain(args) => chain::chain(context, args),
    }
}

/// A verdict as JSON: its own names and words.
pub(crate) fn verdict_json(verdict: &GateVerdict) -> Value {
    serde_json::to_value(verdict).unwrap_or_default()
}

/// A criterion that does not hold, in a line.
fn unmet_line(unmet: &Unmet, language: &str) -> String {
    let says = unmet.sentence(language);
    let because = match &unmet.because {
        UnmetBecause::FieldEmpty { .. } | UnmetBecause::NotMet => String::new(),
        UnmetBecause::Error { text } => format!(" ({text})"),
        UnmetBecause::UnknownHere { needs } => {
            let needs: Vec<&str> = needs.iter().map(String::as_str).collect();
            format!(" (not known here: sync {})", needs.join(", "))
        }
    };
    format!("{says}{because}  [{}]", unmet.criterion)
}

/// Prints what a verdict lists, below a heading for each list.
fn print_verdict(context: &mut Context, verdict: &GateVerdict, language: &str) -> Result<(), CliError> {
    let out = &mut context.out;
    if verdict.outcome == Outcome::Met {
        out.line(&format!("{}: the gate is open", verdict.to))?;
    }
    for (heading, list) in [
        ("missing", &verdict.missing),
        ("unknown here", &verdict.unknown),
        ("advised", &verdict.advised),
    ] {
        let mut stage = "";
        for unmet in list {
            if stage != unmet.stage {
                out.line(&format!("{heading}, stage {}:", unmet.stage))?;
                stage = &unmet.stage;
            }
            out.line(&format!("  - {}", unmet_line(unmet, language)))?;
        }
    }
    Ok(())
}
