//! `rules`: the chores of the company's rules.

use std::path::{Path, PathBuf};

use fieldbook_core::book::{RuleEffect, RulesReport};
use fieldbook_core::ids::RecordId;
use fieldbook_core::model::Scalar;
use fieldbook_core::sales::pack::AnyPack;
use fieldbook_core::sales::rule::{RulePack, SHIPPED_RULES};
use serde_json::{Value, json};

use crate::context::Context;
use crate::deal::language;
use crate::error::CliError;
use crate::pack;

/// See and run the company's rules: tasks, visits and labels that follow from what happened
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  fieldbook rules dry-run
  fieldbook rules show > rules.json
  fieldbook rules dry-run --pack rules.json
  fieldbook pack sign rules.json --key company.key --out rules.pack
  fieldbook pack install rules.pack
  fieldbook rules run")]
pub(crate) struct RulesArgs {
    #[command(subcommand)]
    command: RulesCommand,
}

#[derive(Debug, clap::Subcommand)]
enum RulesCommand {
    /// List the rules in use
    List,
    /// Print the shipped rules as JSON, a start for your own
    Show,
    /// Show what the rules would do now, and write nothing
    DryRun {
        /// Rules that are not installed: a file, signed or not [default: the rules in use]
        #[arg(long, value_name = "FILE")]
        pack: Option<PathBuf>,
    },
    /// Do what the rules ask for and is not done yet
    Run,
    /// Show which rules made or changed a record
    Fired {
        /// Which record
        id: RecordId,
    },
    /// List the open tasks that the app reminds of
    Remind {
        /// Also those of the days ahead
        #[arg(long, value_name = "DAYS", default_value_t = 0)]
        within: u16,
    },
}

pub(crate) fn rules(context: &mut Context, args: &RulesArgs) -> Result<(), CliError> {
    match &args.command {
        RulesCommand::List => list(context),
        RulesCommand::Show => {
            let json: Value = serde_json::from_str(SHIPPED_RULES).unwrap_or_default();
            if context.out.json() {
                context.out.value(&json)
            } else {
                context.out.pretty(&json)
            }
        }
        RulesCommand::DryRun { pack } => {
            let pack = pack.as_deref().map(read).transpose()?;
            let report = context.book()?.preview_rules(pack.as_ref())?;
            show(context, &report, "would")
        }
        RulesCommand::Run => {
            let report = context.book()?.run_rules()?;
            show(context, &report, "did")
        }
        RulesCommand::Fired { id } => fired(context, *id),
        RulesCommand::Remind { within } => remind(context, *within),
    }
}

fn read(file: &Path) -> Result<RulePack, CliError> {
    match pack::read(file)? {
        AnyPack::Rules(rules) => Ok(*rules),
        AnyPack::Process(_) => {
            Err(CliError::bad_input("bad_pack", "a process has no rules").in_file("file", file))
        }
    }
}

fn list(context: &mut Context) -> Result<(), CliError> {
    let library = context.book()?.packs()?;
    let language = language(None);
    let mut any = false;
    for installed in library.rules() {
        any = true;
        let pack = installed.rules.id().to_string();
        for rule in &installed.rules.rules {
            let json = json!({
                "pack": pack, "rule": rule.id, "title": rule.titles.get(&language), "on": rule.on,
                "when": rule.when, "do": rule.actions,
            });
            let when = rule
                .when
                .as_ref()
                .map_or_else(String::new, |when| format!("  when {when}"));
            context.out.either(
                &json,
                &format!("{pack}/{}  {}{when}", rule.id, rule.titles.get(&language)),
            )?;
        }
    }
    if any || context.out.json() {
        return Ok(());
    }
    context
        .out
        .line("No rules are installed. `fieldbook rules show` prints a start.")
}

fn show(context: &mut Context, report: &RulesReport, how: &str) -> Result<(), CliError> {
    for effect in &report.effects {
        let json = to_json(effect);
        context.out.either(&json, &to_text(effect))?;
    }
    for undecided in &report.undecided {
        let json = json!({
            "undecided": undecided.rule, "at": undecided.at.to_string(), "why": undecided.why,
        });
        let text = format!(
            "undecided: {} at {}: {}",
            undecided.rule, undecided.at, undecided.why
        );
        context.out.either(&json, &text)?;
    }
    if context.out.json() {
        return Ok(());
    }
    let text = match (report.effects.len(), how) {
        (0, _) => "Nothing to do.".to_owned(),
        (n, "did") => format!("{n} done."),
        (n, _) => format!("{n} to do; nothing was written."),
    };
    context.out.line(&text)
}

fn to_json(effect: &RuleEffect) -> Value {
    let fields = effect.fields.0.iter();
    let fields: serde_json::Map<String, Value> = fields
        .map(|(key, value)| (key.clone(), value.to_json()))
        .collect();
    json!({
        "rule": effect.rule, "at": effect.at.to_string(), "title": effect.title,
        "on": effect.occurred_on.to_string(), "makes": effect.is_new,
        "kind": effect.kind.name(), "record": effect.record.to_string(), "fields": fields,
    })
}

fn to_text(effect: &RuleEffect) -> String {
    let shown = ["name", "purpose", "text"]
        .iter()
        .find_map(|key| effect.fields.text(key));
    let what = shown.map_or_else(
        || fields_text(effect),
        |shown| format!("{} \"{shown}\"", effect.kind.name()),
    );
    let due = effect
        .fields
        .text("due_on")
        .map_or_else(String::new, |due| format!(", due {due}"));
    format!(
        "{}  {}: {what}{due}  ({})",
        effect.occurred_on, effect.title, effect.rule
    )
}

fn fields_text(effect: &RuleEffect) -> String {
    let value_text = |value: &Scalar| {
        let text = value.text().map(str::to_owned);
        text.unwrap_or_else(|| value.to_json().to_string())
    };
    let fields = effect.fields.0.iter();
    let fields: Vec<String> = fields
        .map(|(key, value)| format!("{key} = {}", value_text(value)))
        .collect();
    fields.join(", ")
}

fn fired(context: &mut Context, id: RecordId) -> Result<(), CliError> {
    let record = context.book()?.record(id)?;
    let mut any = false;
    for (mark, rule) in record.fields.members("rule/") {
        any = true;
        let rule = rule.text().unwrap_or_default();
        let how = if mark == "made" { "made by" } else { "changed by" };
        context.out.either(
            &json!({ "rule": rule, "made": mark == "made" }),
            &format!("{how} {rule}"),
        )?;
    }
    if any || context.out.json() {
        return Ok(());
    }
    context.out.line("No rule made or changed it.")
}

fn remind(context: &mut Context, within: u16) -> Result<(), CliError> {
    const DAY_MS: i64 = 86_400_000;
    let until_ms = context.now_ms().saturating_add(i64::from(within) * DAY_MS);
    let tasks = context.book()?.reminders(until_ms)?;
    for task in &tasks {
        let at_ms = task.fields.time("remind_at").unwrap_or_default();
        let local = context.zone.rules().local(at_ms);
        let at = local.format("%Y-%m-%d %H:%M").to_string();
        let json = json!({
            "task": task.id.to_string(), "name": task.title(), "remind_at_ms": at_ms, "at": at,
            "owner": task.fields.text("owner"),
        });
        context
            .out
            .either(&json, &format!("{at}  {}  {}", task.title(), task.id))?;
    }
    if !tasks.is_empty() || context.out.json() {
        return Ok(());
    }
    context.out.line("Nothing to remind of.")
}
