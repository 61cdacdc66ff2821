//! `lead`: leads and the pool.

use std::path::{Path, PathBuf};

use fieldbook_core::book::import::leads_of_cards;
use fieldbook_core::book::{ConvertedLead, LeadStanding, ScoredLead};
use fieldbook_core::ids::RecordId;
use fieldbook_core::model::{Fields, Kind, Record};
use fieldbook_core::sales::pool::Holding;
use fieldbook_core::sales::stats::LEAST_OF_EACH;
use serde_json::{Value, json};

use crate::context::Context;
use crate::error::CliError;
use crate::fields;

/// Capture leads, claim them from the pool, and turn them into accounts and deals
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  fieldbook lead add name='Li Wei' company='Harbour Clinic' phone='+86 21 5555 0100' source='Trade fair'
  fieldbook lead add --card scanned.txt source='Trade fair'
  fieldbook lead list --pool
  fieldbook lead claim 019ab0f2-7c1e-7000-8000-000000000001
  fieldbook lead touch 019ab0f2-7c1e-7000-8000-000000000001 call --text 'wants a quote'
  fieldbook lead convert 019ab0f2-7c1e-7000-8000-000000000001 --deal Scanner")]
pub(crate) struct LeadArgs {
    #[command(subcommand)]
    command: LeadCommand,
}

#[derive(Debug, clap::Subcommand)]
enum LeadCommand {
    /// Capture a lead; one with the same email address or telephone number is the same lead
    Add {
        /// The fields, such as company=Clinic; with --card those that the cards do not state
        #[arg(value_name = "FIELD=VALUE", required_unless_present = "card")]
        fields: Vec<String>,
        /// A business card: a vCard file, or the text of a QR code; - reads standard input
        #[arg(long, value_name = "FILE")]
        card: Option<PathBuf>,
    },
    /// List the leads that are open
    List {
        /// Only those that may be claimed
        #[arg(long, conflicts_with = "mine")]
        pool: bool,
        /// Only those that are yours
        #[arg(long)]
        mine: bool,
    },
    /// Show who holds a lead, until when, and what was done about it
    Show {
        /// Which lead
        id: RecordId,
    },
    /// Claim a lead; the server grants the claim that arrives first
    Claim {
        /// Which lead
        id: RecordId,
    },
    /// Give a lead back to the pool
    Return {
        /// Which lead
        id: RecordId,
        /// The reason
        #[arg(long, value_name = "TEXT")]
        why: Option<String>,
    },
    /// Write down a call, a visit, a message or a reply; it prolongs the protection
    Touch {
        /// Which lead
        id: RecordId,
        /// call, visit, message or reply
        kind: String,
        /// What was said
        #[arg(long, value_name = "TEXT")]
        text: Option<String>,
    },
    /// The points of the open leads with their reasons, learned from those that came to an end
    Score {
        /// Only this lead
        id: Option<RecordId>,
    },
    /// Make an account, a contact and a deal of a lead
    Convert {
        /// Which lead
        id: RecordId,
        /// The name of the deal; without it none is made
        #[arg(long, value_name = "NAME")]
        deal: Option<String>,
    },
}

pub(crate) fn lead(context: &mut Context, args: &LeadArgs) -> Result<(), CliError> {
    match &args.command {
        LeadCommand::Add { fields, card } => add(context, fields, card.as_deref()),
        LeadCommand::List { pool, mine } => list(context, *pool, *mine),
        LeadCommand::Show { id } => {
            let standing = context.book()?.lead_standing(*id)?;
            show(context, &standing)?;
            if context.out.json() {
                return Ok(());
            }
            for touch in &standing.touches {
                let at = context.zone.rules().local(touch.at_ms).format("%Y-%m-%d %H:%M");
                let text = touch.text.as_deref().unwrap_or_default();
                context
                    .out
                    .line(&format!("  {at}  {}  {}  {text}", touch.kind, touch.by))?;
            }
            Ok(())
        }
        LeadCommand::Claim { id } => {
            let standing = context.book()?.claim_lead(*id)?;
            show(context, &standing)
        }
        LeadCommand::Return { id, why } => {
            let standing = context.book()?.return_lead(*id, why.as_deref())?;
            show(context, &standing)
        }
        LeadCommand::Touch { id, kind, text } => {
            let standing = context.book()?.touch_lead(*id, kind, text.as_deref())?;
            show(context, &standing)
        }
        LeadCommand::Score { id } => score(context, *id),
        LeadCommand::Convert { id, deal } => {
            let made = context.book()?.convert_lead(*id, deal.as_deref())?;
            converted(context, &made)
        }
    }
}

fn add(context: &mut Context, fields: &[String], card: Option<&Path>) -> Result<(), CliError> {
    let book = context.book()?;
    let typed = fields::read(context, &book, Kind::Lead, fields)?;
    let leads = match card {
        Some(path) => cards(path)?,
        None => vec![Fields::new()],
    };
    for mut lead in leads {
        for (key, value) in &typed.0 {
            lead.0.entry(key.clone()).or_insert_with(|| value.clone());
        }
        let captured = book.capture_lead(&lead)?;
        let standing = book.lead_standing(captured.lead.id)?;
        let mut json = to_json(&standing);
        json["new"] = json!(captured.is_new);
        let known = if captured.is_new {
            ""
        } else {
            "  (known already; its source stays)"
        };
        context
            .out
            .either(&json, &format!("{}{known}", to_text(&standing)))?;
    }
    Ok(())
}

/// The fields of the leads of a file of business cards.
fn cards(path: &Path) -> Result<Vec<Fields>, CliError> {
    let text = if path == Path::new("-") {
        std::io::read_to_string(std::io::stdin())
    } else {
        std::fs::read_to_string(path)
    };
    let text = text.map_err(|error| CliError::unreadable(path, &error))?;
    leads_of_cards(&text).map_err(|error| {
        let shown = path.display().to_string();
        CliError::bad_input("bad_card", format!("{shown}: {error}")).with("file", shown)
    })
}

fn list(context: &mut Context, pool: bool, mine: bool) -> Result<(), CliError> {
    let book = context.book()?;
    let mut any = false;
    for standing in book.leads()? {
        let is_shown = match (pool, mine) {
            (true, _) => standing.may_claim,
            (_, true) => standing.is_own,
            _ => true,
        };
        if is_shown {
            any = true;
            show(context, &standing)?;
        }
    }
    if any || context.out.json() {
        return Ok(());
    }
    context.out.line("No leads.")
}

fn score(context: &mut Context, only: Option<RecordId>) -> Result<(), CliError> {
    let book = context.book()?;
    if let Some(id) = only {
        book.lead_standing(id)?;
    }
    let scores = book.lead_scores()?;
    let mut lines = vec![format!(
        "Learned from {} leads that became accounts and {} that were closed.",
        scores.converted, scores.closed
    )];
    if !scores.is_enough() {
        lines.push(format!("That is too few: {LEAST_OF_EACH} of each are needed."));
    }
    let shown: Vec<&ScoredLead> = scores
        .open
        .iter()
        .filter(|scored| only.is_none_or(|id| id == scored.lead.id))
        .collect();
    for scored in &shown {
        let reasons: Vec<String> = scored
            .score
            .reasons
            .iter()
            .map(|reason| format!("{:+} {}: {}", reason.points, reason.column, reason.answer))
            .collect();
        lines.push(format!(
            "{:+4} points, {:.0} %  {}  {}  ({})",
            scored.score.points,
            scored.score.p * 100.0,
            scored.lead.title(),
            scored.lead.id,
            reasons.join(", "),
        ));
    }
    for band in &scores.calibration {
        lines.push(format!(
            "Of {} with {:+} to {:+} points {} became accounts; {:.1} were expected.",
            band.n, band.from_points, band.to_points, band.converted, band.expected
        ));
    }
    let open: Vec<Value> = shown
        .iter()
        .map(|scored| {
            let reasons: Vec<Value> = scored
                .score
                .reasons
                .iter()
                .map(|reason| json!({ "field": reason.column, "answer": reason.answer, "points": reason.points }))
                .collect();
            json!({ "id": scored.lead.id.to_string(), "name": scored.lead.title(), "points": scored.score.points,
                "odds": scored.score.p, "reasons": reasons })
        })
        .collect();
    let bands: Vec<Value> = scores
        .calibration
        .iter()
        .map(|band| {
            json!({ "from_points": band.from_points, "to_points": band.to_points, "n": band.n,
                "converted": band.converted, "expected": band.expected })
        })
        .collect();
    let json = json!({ "converted": scores.converted, "closed": scores.closed, "enough": scores.is_enough(),
        "open": open, "calibration": bands });
    context.out.either_lines(&json, &lines)
}

fn show(context: &mut Context, standing: &LeadStanding) -> Result<(), CliError> {
    context.out.either(&to_json(standing), &to_text(standing))
}

fn to_json(standing: &LeadStanding) -> Value {
    let text = |key: &str| standing.lead.fields.text(key);
    json!({
        "id": standing.lead.id.to_string(), "name": standing.lead.title(), "company": text("company"),
        "source": text("source"), "campaign": text("campaign"), "holding": standing.holding,
        "pending": standing.pending, "touches": standing.touches,
    })
}

fn to_text(standing: &LeadStanding) -> String {
    let lead = &standing.lead;
    let of = lead
        .fields
        .text("company")
        .map_or_else(String::new, |company| format!(", {company}"));
    let holding = match &standing.holding {
        Holding::Free => "free".to_owned(),
        Holding::Held { by, until, last, .. } => format!("{by} until {until}, {last} at most"),
        Holding::Due { by, until, free_on } => format!("{by} until {until}; free on {free_on}"),
        Holding::Converted => "became an account".to_owned(),
        Holding::Closed { reason } => format!("closed: {reason}"),
    };
    let pending = if standing.pending { " (claim pending)" } else { "" };
    format!("{}{of}  {holding}{pending}  {}", lead.title(), lead.id)
}

fn converted(context: &mut Context, made: &ConvertedLead) -> Result<(), CliError> {
    let id = |record: Option<&Record>| record.map(|record| record.id.to_string());
    let json = json!({
        "account": made.account.id.to_string(), "contact": id(made.contact.as_ref()), "deal": id(made.deal.as_ref()),
    });
    let records = [Some(&made.account), made.contact.as_ref(), made.deal.as_ref()];
    let lines: Vec<String> = records
        .into_iter()
        .flatten()
        .map(|record| format!("{}  {}  {}", record.kind.name(), record.title(), record.id))
        .collect();
    context.out.either_lines(&json, &lines)
}
