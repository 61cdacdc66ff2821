//! The board of a process: each open deal at the stage where it stands, with the people of its team and its open tasks.

use std::collections::HashMap;

use chrono::NaiveDate;
use fieldbook_model::ids::RecordId;
use fieldbook_model::{Kind, Record, StageMoves};
use fieldbook_sales::facts::is_filled;
use fieldbook_sales::pack::{Installed, PackId};

use super::standing::{DealView, default_process};
use crate::book::{Book, BookError};

/// The board of a process.
#[derive(Debug, Clone, PartialEq)]
pub struct Board {
    /// The process.
    pub process: Installed,
    /// The open stages in order, each with its deals.
    pub columns: Vec<BoardColumn>,
    /// Open tasks that are about no deal of the board, the soonest due first.
    pub other_tasks: Vec<BoardTask>,
}

/// A stage with the deals that stand in it.
#[derive(Debug, Clone, PartialEq)]
pub struct BoardColumn {
    /// Id of the stage.
    pub stage: String,
    /// The deals, in the order of lists.
    pub deals: Vec<BoardDeal>,
}

/// An open deal on the board.
#[derive(Debug, Clone, PartialEq)]
pub struct BoardDeal {
    /// The deal.
    pub deal: RecordId,
    /// Name of the deal.
    pub name: String,
    /// The one who answers for it now; `None` if nobody does.
    pub owner: Option<String>,
    /// The people of the team by role.
    pub team: Vec<(String, String)>,
    /// Roles that the process asks for and nobody has.
    pub vacant: Vec<String>,
    /// The next step, and its day.
    pub next_step: (Option<String>, Option<NaiveDate>),
    /// Its open tasks, the soonest due first; those without a day last.
    pub tasks: Vec<BoardTask>,
}

/// An open task on the board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoardTask {
    /// The task.
    pub task: RecordId,
    /// What is to be done.
    pub name: String,
    /// The one who is to do it; `None` if nobody is.
    pub owner: Option<String>,
    /// The last day for it.
    pub due_on: Option<NaiveDate>,
    /// True if that day has passed.
    pub is_overdue: bool,
}

impl Book {
    /// The board of a process: its open deals by stage, with owner, team, next step and open tasks. Deals count whatever
    /// version of the process they are in, by the stages of `view`'s version.
    ///
    /// # Errors
    /// [`BookError::BadRequest`] for a process that is not on this device.
    pub fn board(&self, view: &DealView) -> Result<Board, BookError> {
        let library = self.packs()?;
        let id = default_process(&library, view);
        let process = library.get(&id).cloned().ok_or(BookError::BadRequest {
            what: "a process that is on this device",
        })?;
        let today = view.zone.date(self.now_ms());
        let mut tasks = self.open_tasks(today)?;
        let mut columns: Vec<BoardColumn> = process
            .process
            .stages
            .iter()
            .map(|stage| BoardColumn {
                stage: stage.id.clone(),
                deals: Vec::new(),
            })
            .collect();
        self.each_record(Kind::Opportunity, |deal| {
            let Some(moves) = StageMoves::fold(&deal.fields) else {
                return Ok(());
            };
            let is_of_process = moves
                .current()
                .pack
                .parse()
                .is_ok_and(|pack: PackId| pack.name == id.name);
            let stage = &moves.current().stage;
            if let Some(column) = columns
                .iter_mut()
                .find(|column| is_of_process && column.stage == *stage)
            {
                let own = tasks.remove(&Some(deal.id)).unwrap_or_default();
                column.deals.push(board_deal(deal, &process, own));
            }
            Ok(())
        })?;
        let mut other_tasks: Vec<BoardTask> = tasks.into_values().flatten().collect();
        other_tasks.sort_by_key(soonest);
        Ok(Board {
            process,
            columns,
            other_tasks,
        })
    }

    /// The open tasks by the record that they are about.
    fn open_tasks(&self, today: NaiveDate) -> Result<HashMap<Option<RecordId>, Vec<BoardTask>>, BookError> {
        let mut tasks: HashMap<Option<RecordId>, Vec<BoardTask>> = HashMap::new();
        self.each_record(Kind::Task, |task| {
            if task.fields.time("done_at").is_none() {
                let due_on: Option<NaiveDate> = task.fields.text("due_on").and_then(|day| day.parse().ok());
                tasks
                    .entry(task.fields.id("about_id"))
                    .or_default()
                    .push(BoardTask {
                        task: task.id,
                        name: task.title().to_owned(),
                        owner: filled(task, "owner"),
                        due_on,
                        is_overdue: due_on.is_some_and(|day| day < today),
                    });
            }
            Ok(())
        })?;
        for tasks in tasks.values_mut() {
            tasks.sort_by_key(soonest);
        }
        Ok(tasks)
    }
}

fn soonest(task: &BoardTask) -> (bool, Option<NaiveDate>, RecordId) {
    (task.due_on.is_none(), task.due_on, task.task)
}

fn filled(record: &Record, key: &str) -> Option<String> {
    let text = record.fields.text(key).filter(|text| is_filled(text));
    text.map(str::to_owned)
}

fn board_deal(deal: &Record, process: &Installed, tasks: Vec<BoardTask>) -> BoardDeal {
    let person = |role: &str| filled(deal, &format!("team/{role}"));
    let (filled_roles, vacant): (Vec<_>, Vec<_>) = process
        .process
        .team
        .iter()
        .map(|role| (role.clone(), person(role)))
        .partition(|(_, person)| person.is_some());
    let next_on = deal.fields.text("next_step_on").and_then(|day| day.parse().ok());
    BoardDeal {
        deal: deal.id,
        name: deal.title().to_owned(),
        owner: filled(deal, "owner"),
        team: filled_roles
            .into_iter()
            .filter_map(|(role, person)| Some((role, person?)))
            .collect(),
        vacant: vacant.into_iter().map(|(role, _)| role).collect(),
        next_step: (filled(deal, "next_step"), next_on),
        tasks,
    }
}
