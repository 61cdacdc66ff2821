//! `tier`: the company's tiers of accounts, and how often each is to be visited.

use fieldbook_core::book::AccountTier;
use fieldbook_core::ids::RecordId;
use fieldbook_core::sales::account::{
    CadenceSource, StandardTiers, Tier, TierBecause, TierSource, Tiered, YEAR_DAYS,
};
use serde_json::{Value, json};

use crate::context::Context;
use crate::error::CliError;
use crate::table::{Column, Table};

/// Show the company's tiers of accounts, how often each is visited, and who is overdue
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  fieldbook tier list
  fieldbook tier overdue --limit 20
  fieldbook tier show 019ab0f2-7c1e-7000-8000-000000000001")]
pub(crate) struct TierArgs {
    #[command(subcommand)]
    command: TierCommand,
}

#[derive(Debug, clap::Subcommand)]
enum TierCommand {
    /// List the tiers, with the accounts in each and those whose visit is overdue
    List,
    /// List the accounts whose visit is overdue, the longest overdue first, then those never visited
    Overdue {
        /// Only accounts of this tier
        #[arg(long, value_name = "TIER")]
        tier: Option<String>,
        /// At most so many accounts
        #[arg(long, value_name = "N", default_value_t = 50)]
        limit: usize,
    },
    /// Show the tier of an account, why it has it, and when its next visit is due
    Show {
        /// Which account
        id: RecordId,
    },
}

pub(crate) fn tier(context: &mut Context, args: &TierArgs) -> Result<(), CliError> {
    match &args.command {
        TierCommand::List => list(context),
        TierCommand::Overdue { tier, limit } => overdue(context, tier.as_deref(), *limit),
        TierCommand::Show { id } => {
            let zone = context.zone.rules().clone();
            let found = context.book()?.account_tier(*id, &zone)?;
            show(context, &found)
        }
    }
}

/// The accounts of one tier, counted.
#[derive(Default)]
struct Counts {
    accounts: usize,
    derived: usize,
    overdue: usize,
    never_visited: usize,
}

impl Counts {
    fn of<'a>(accounts: impl Iterator<Item = &'a AccountTier>) -> Counts {
        accounts.fold(Counts::default(), |sum, account| Counts {
            accounts: sum.accounts + 1,
            derived: sum.derived + usize::from(account.tiered.source == TierSource::Derived),
            overdue: sum.overdue + usize::from(account.overdue_days.is_some_and(|days| days > 0)),
            never_visited: sum.never_visited + usize::from(account.overdue_days.is_none()),
        })
    }
}

fn list(context: &mut Context) -> Result<(), CliError> {
    let zone = context.zone.rules().clone();
    let book = context.book()?;
    let (standard, accounts) = (book.tiers()?, book.account_tiers(&zone)?);
    let listed = |tier: Option<&str>| {
        let is_of = |account: &&AccountTier| match (tier, account.tiered.source) {
            (Some(tier), TierSource::Hand | TierSource::Derived) => {
                account.tiered.tier.as_deref() == Some(tier)
            }
            (None, TierSource::Unlisted | TierSource::Unknown) => true,
            _ => false,
        };
        Counts::of(accounts.iter().filter(is_of))
    };
    let rows: Vec<(Option<&Tier>, Counts)> = standard
        .tiers
        .iter()
        .map(|tier| (Some(tier), listed(Some(&tier.id))))
        .chain([(None, listed(None))])
        .collect();
    if context.out.json() {
        return rows.iter().try_for_each(|(tier, counts)| {
            context.out.value(&json!({
                "tier": tier.map(|tier| &tier.id), "visit_every_days": tier.map(|tier| tier.visit_every_days),
                "won_in_year": tier.map(|tier| &tier.won_in_year), "test": tier.and_then(|tier| tier.test.as_ref()),
                "pack": standard.pack.as_ref().map(ToString::to_string), "accounts": counts.accounts,
                "derived": counts.derived, "overdue": counts.overdue, "never_visited": counts.never_visited,
            }))
        });
    }
    let mut table = Table::new(&[
        Column::text("TIER"),
        Column::number("EVERY D"),
        Column::text("BELONGS"),
        Column::number("ACCOUNTS"),
        Column::number("DERIVED"),
        Column::number("OVERDUE"),
        Column::number("NEVER VISITED"),
    ]);
    for (tier, counts) in &rows {
        table.row(&[
            tier.map_or("none of them", |tier| tier.id.as_str()).to_owned(),
            tier.map_or_else(|| "-".to_owned(), |tier| tier.visit_every_days.to_string()),
            tier.map_or_else(String::new, rule_text),
            counts.accounts.to_string(),
            counts.derived.to_string(),
            counts.overdue.to_string(),
            counts.never_visited.to_string(),
        ]);
    }
    context.out.heading(&heading(&standard))?;
    context.out.table(&table)
}

fn heading(standard: &StandardTiers) -> String {
    match &standard.pack {
        Some(pack) => format!("tiers of {pack}"),
        None => "the usual tiers: the company's process names none".to_owned(),
    }
}

/// The rule by which accounts belong to a tier.
fn rule_text(tier: &Tier) -> String {
    let won = tier.won_in_year.join(" or ");
    match (won.is_empty(), tier.test.is_some()) {
        (true, false) => "by hand".to_owned(),
        (true, true) => "by its condition".to_owned(),
        (false, false) => format!("{won} won in {YEAR_DAYS} days"),
        (false, true) => format!("{won} won in {YEAR_DAYS} days, and its condition"),
    }
}

fn overdue(context: &mut Context, tier: Option<&str>, limit: usize) -> Result<(), CliError> {
    let zone = context.zone.rules().clone();
    let mut accounts = context.book()?.account_tiers(&zone)?;
    let is_of = |account: &AccountTier| {
        let own = account.tiered.tier.as_deref();
        tier.is_none_or(|tier| own.is_some_and(|own| own.eq_ignore_ascii_case(tier.trim())))
    };
    accounts.retain(|account| account.overdue_days != Some(0) && is_of(account));
    // Never visited are last; of those equally late the shorter cadence comes first.
    accounts.sort_by_key(|account| {
        (
            account.overdue_days.is_none(),
            std::cmp::Reverse(account.overdue_days),
            account.cadence.every_days,
        )
    });
    let all = accounts.len();
    accounts.truncate(limit);
    if context.out.json() {
        return accounts
            .iter()
            .try_for_each(|account| context.out.value(&to_json(account)));
    }
    if accounts.is_empty() {
        return context.out.line("No visit is overdue.");
    }
    let mut table = Table::new(&[
        Column::text("ACCOUNT"),
        Column::text("TIER"),
        Column::number("EVERY D"),
        Column::whole("LAST VISIT"),
        Column::number("OVERDUE D"),
        Column::whole("ID"),
    ]);
    for account in &accounts {
        table.row(&[
            account.account.title().to_owned(),
            account.tiered.tier.clone().unwrap_or_default(),
            account.cadence.every_days.to_string(),
            account
                .last_visit_on
                .map_or_else(|| "never".to_owned(), |day| day.to_string()),
            account
                .overdue_days
                .map_or_else(|| "-".to_owned(), |days| days.to_string()),
            account.account.id.to_string(),
        ]);
    }
    context.out.table(&table)?;
    if all > accounts.len() {
        context
            .out
            .line(&format!("{} more with --limit {all}", all - accounts.len()))?;
    }
    Ok(())
}

fn show(context: &mut Context, found: &AccountTier) -> Result<(), CliError> {
    let cadence = found.cadence;
    let from = match cadence.source {
        CadenceSource::Account => "its own visit_every_days",
        CadenceSource::Tier => "its tier",
        CadenceSource::Usual => "the usual cadence: it has neither a tier of the standard nor its own",
    };
    let due = match (found.last_visit_on, found.due_on, found.overdue_days) {
        (Some(last), Some(due), Some(0)) => format!("last visit {last}, the next is due on {due}"),
        (Some(last), Some(due), Some(days)) => {
            format!("last visit {last}, the next was due on {due}, {days} days ago")
        }
        _ => "never visited".to_owned(),
    };
    let mut lines = vec![
        format!("{}  {}", found.account.title(), found.account.id),
        format!("  tier     {}", tier_text(&found.tiered)),
        format!("  cadence  every {} days, by {from}", cadence.every_days),
        format!("  visits   {due}"),
    ];
    for (tier, why) in &found.tiered.undecided {
        lines.push(format!("  {tier} could not be judged: {why}"));
    }
    context.out.either_lines(&to_json(found), &lines)
}

/// The tier in a line, with its origin.
pub(super) fn tier_text(tiered: &Tiered) -> String {
    let tier = tiered.tier.as_deref().unwrap_or("none");
    let because = match tiered.source {
        TierSource::Hand => "by hand".to_owned(),
        TierSource::Unlisted => "by hand; the standard has no such tier".to_owned(),
        TierSource::Unknown => return tier.to_owned(),
        TierSource::Derived => {
            let reasons: Vec<String> = tiered.because.iter().map(because_text).collect();
            format!("derived: {}", reasons.join(", and "))
        }
    };
    format!("{tier} ({because})")
}

fn because_text(because: &TierBecause) -> String {
    match because {
        TierBecause::Won { won, from } => format!("{won} won in {YEAR_DAYS} days, from {from}"),
        TierBecause::Test => "its condition holds".to_owned(),
    }
}

fn to_json(found: &AccountTier) -> Value {
    json!({
        "id": found.account.id.to_string(), "name": found.account.title(), "tier": found.tiered.tier,
        "source": found.tiered.source, "because": found.tiered.because, "undecided": found.tiered.undecided,
        "every_days": found.cadence.every_days, "cadence_from": found.cadence.source,
        "last_visit_on": found.last_visit_on, "due_on": found.due_on, "overdue_days": found.overdue_days,
    })
}
