//! `board`: the open deals of a process by stage, each with who answers for it and what is to be done.

use chrono::NaiveDate;
use fieldbook_core::book::{BoardDeal, BoardTask};
use serde_json::{Value, json};

use super::ProcessOf;
use crate::context::Context;
use crate::error::CliError;
use fieldbook_format::count;

/// Show the board of a process: each open deal at its stage, who answers for it, the team, and the open tasks
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  fieldbook board
  fieldbook board --owner Ada
  fieldbook board --nobody")]
pub(crate) struct BoardArgs {
    #[command(flatten)]
    by: ProcessOf,
    /// Only deals and tasks of this person
    #[arg(long, value_name = "NAME", conflicts_with = "nobody")]
    owner: Option<String>,
    /// Only what nobody answers for: deals without an owner or with a vacant role, tasks without an owner
    #[arg(long)]
    nobody: bool,
}

impl BoardArgs {
    fn shows_task(&self, task: &BoardTask) -> bool {
        match (&self.owner, self.nobody) {
            (Some(owner), _) => task.owner.as_ref() == Some(owner),
            (None, true) => task.owner.is_none(),
            (None, false) => true,
        }
    }

    fn shows_deal(&self, deal: &BoardDeal) -> bool {
        let is_asked = match (&self.owner, self.nobody) {
            (Some(owner), _) => {
                deal.owner.as_ref() == Some(owner) || deal.team.iter().any(|(_, person)| person == owner)
            }
            (None, true) => deal.owner.is_none() || !deal.vacant.is_empty(),
            (None, false) => true,
        };
        is_asked || deal.tasks.iter().any(|task| self.shows_task(task))
    }
}

pub(crate) fn board(context: &mut Context, args: &BoardArgs) -> Result<(), CliError> {
    let mut board = context.book()?.board(&args.by.view(context))?;
    for column in &mut board.columns {
        column.deals.retain(|deal| args.shows_deal(deal));
    }
    board.other_tasks.retain(|task| args.shows_task(task));
    let language = args.by.language();
    let title = |stage: &str| {
        let known = board.process.process.stage(stage);
        known.map_or_else(
            || stage.to_owned(),
            |known| known.titles.get(&language).to_owned(),
        )
    };
    if context.out.json() {
        let columns: Vec<Value> = board
            .columns
            .iter()
            .map(|column| {
                let deals: Vec<Value> = column.deals.iter().map(deal_json).collect();
                json!({ "stage": column.stage, "title": title(&column.stage), "deals": deals })
            })
            .collect();
        let others: Vec<Value> = board.other_tasks.iter().map(task_json).collect();
        return context.out.value(&json!({
            "process": board.process.process.id().to_string(), "columns": columns, "other_tasks": others,
        }));
    }
    let mut any = false;
    for column in board.columns.iter().filter(|column| !column.deals.is_empty()) {
        any = true;
        let deals = count(column.deals.len() as u64, "deal", "deals");
        context
            .out
            .heading(&format!("{}: {deals}", title(&column.stage)))?;
        for deal in &column.deals {
            context.out.line(&deal_line(deal))?;
            for task in &deal.tasks {
                context.out.line(&format!("    {}", task_line(task)))?;
            }
        }
    }
    if !board.other_tasks.is_empty() {
        any = true;
        context.out.heading("Tasks about no deal of the board")?;
        for task in &board.other_tasks {
            context.out.line(&format!("  {}", task_line(task)))?;
        }
    }
    if any {
        return Ok(());
    }
    context.out.line("The board is empty.")
}

fn deal_line(deal: &BoardDeal) -> String {
    let mut parts = vec![format!("  {}", deal.name)];
    parts.push(
        deal.owner
            .clone()
            .unwrap_or_else(|| "nobody answers for it".to_owned()),
    );
    let team: Vec<String> = deal
        .team
        .iter()
        .map(|(role, person)| format!("{role} {person}"))
        .collect();
    if !team.is_empty() {
        parts.push(team.join(", "));
    }
    if !deal.vacant.is_empty() {
        parts.push(format!("vacant: {}", deal.vacant.join(", ")));
    }
    match &deal.next_step {
        (Some(step), day) => parts.push(format!("next: {step}{}", on(*day))),
        (None, Some(day)) => parts.push(format!("next step{}", on(Some(*day)))),
        (None, None) => parts.push("no next step".to_owned()),
    }
    format!("{}  {}", parts.join("; "), deal.deal)
}

fn on(day: Option<NaiveDate>) -> String {
    day.map_or_else(String::new, |day| format!(" on {day}"))
}

fn task_line(task: &BoardTask) -> String {
    let due = match task.due_on {
        Some(day) if task.is_overdue => format!("overdue since {day}"),
        Some(day) => format!("due {day}"),
        None => "no day".to_owned(),
    };
    let owner = task.owner.as_deref().unwrap_or("nobody");
    format!("{due}  {}  {owner}  {}", task.name, task.task)
}

fn deal_json(deal: &BoardDeal) -> Value {
    let team: serde_json::Map<String, Value> = deal
        .team
        .iter()
        .map(|(role, person)| (role.clone(), person.as_str().into()))
        .collect();
    let tasks: Vec<Value> = deal.tasks.iter().map(task_json).collect();
    json!({
        "id": deal.deal.to_string(), "name": deal.name, "owner": deal.owner, "team": team, "vacant": deal.vacant,
        "next_step": deal.next_step.0, "next_step_on": deal.next_step.1.map(|day| day.to_string()), "tasks": tasks,
    })
}

fn task_json(task: &BoardTask) -> Value {
    json!({
        "id": task.task.to_string(), "name": task.name, "owner": task.owner,
        "due_on": task.due_on.map(|day| day.to_string()), "overdue": task.is_overdue,
    })
}
