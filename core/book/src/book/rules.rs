//! The rules of the company, applied to the book.
//!
//! What a rule finds is decided by [`fieldbook_sales::rule`]; this room reads the records, asks the conditions, and writes
//! what is not written yet. A device that slept does later what fell due meanwhile, with the dates of then.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use fieldbook_model::ids::RecordId;
use fieldbook_model::{BusinessCalendar, Fields, Kind, Record, StageMoves, Zone};
use fieldbook_sales::expr;
use fieldbook_sales::facts::FactValue;
use fieldbook_sales::pack::{PackId, PackLibrary};
use fieldbook_sales::rule::{
    Effect, Occurrence, Rule, RulePack, Subject, Titles, Trace, Watched, effects, occurrences, traces,
};

use super::{Book, BookError, edit};

/// What a rule did, or would do.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleEffect {
    /// The rule, `sales-rules@1/win_back`.
    pub rule: String,
    /// The record at which the occasion was found.
    pub at: RecordId,
    /// The name of that record.
    pub title: String,
    /// The day of the occasion.
    pub occurred_on: NaiveDate,
    /// The record that is made or changed.
    pub record: RecordId,
    /// The kind of that record.
    pub kind: Kind,
    /// True if the record is made, false if it is changed.
    pub is_new: bool,
    /// The fields that are written, without the marks of rules.
    pub fields: Fields,
}

/// An occasion whose condition has no value on this device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undecided {
    /// The rule.
    pub rule: String,
    /// The record at which the occasion was found.
    pub at: RecordId,
    /// The reason in words: an absent value, or what is to be synced.
    pub why: String,
}

/// A run of the rules.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RulesReport {
    /// What the rules did, in the order in which they did it.
    pub effects: Vec<RuleEffect>,
    /// The occasions that could not be judged. They are looked at again at each run.
    pub undecided: Vec<Undecided>,
}

/// An effect with the rule that it is of.
struct Due {
    shown: RuleEffect,
    effect: Effect,
}

/// What is read once for all records of a run.
struct Around {
    library: std::sync::Arc<PackLibrary>,
    last_visits: HashMap<RecordId, (i64, RecordId)>,
    now_ms: i64,
}

impl Book {
    /// Does what the company's rules ask for and is not done yet. Apps call it when they are opened and after a sync.
    ///
    /// An occasion is served once, however many devices find it: the ids of what is made follow from rule, record and
    /// occasion. All is written in one transaction.
    ///
    /// # Errors
    /// [`BookError`] of the file.
    pub fn run_rules(&self) -> Result<RulesReport, BookError> {
        let library = self.packs()?;
        let packs: Vec<&RulePack> = library.rules().map(|installed| &installed.rules).collect();
        let (due, undecided) = self.due(&packs)?;
        let context = self.write_context();
        let effects = self.transaction(|write| {
            let mut done = Vec::new();
            for Due { shown, effect } in due {
                let is_done = match &effect {
                    Effect::Make { id, kind, fields } => match write.stored(*id)? {
                        Some(_) => false,
                        None => edit::create(write, context, *id, *kind, fields).map(|()| true)?,
                    },
                    Effect::Change { id, mark, fields } => match write.stored(*id)? {
                        Some(stored) if !stored.record.fields.0.contains_key(mark) => {
                            edit::edit(write, context, stored, fields).map(|_| true)?
                        }
                        _ => false,
                    },
                };
                if is_done {
                    done.push(shown);
                }
            }
            Ok::<_, BookError>(done)
        })?;
        Ok(RulesReport { effects, undecided })
    }

    /// What the company's rules, or those of `pack`, would do now. Nothing is written.
    ///
    /// # Errors
    /// [`BookError`] of the file.
    pub fn preview_rules(&self, pack: Option<&RulePack>) -> Result<RulesReport, BookError> {
        let library = self.packs()?;
        let packs: Vec<&RulePack> = match pack {
            Some(pack) => vec![pack],
            None => library.rules().map(|installed| &installed.rules).collect(),
        };
        let (due, undecided) = self.due(&packs)?;
        Ok(RulesReport {
            effects: due.into_iter().map(|due| due.shown).collect(),
            undecided,
        })
    }

    /// The open tasks with a reminder at or before `until_ms`, Unix milliseconds, the earliest first. An app that asks for
    /// the days ahead hands the answer to the alarms of its platform.
    ///
    /// # Errors
    /// [`BookError`] of the file.
    pub fn reminders(&self, until_ms: i64) -> Result<Vec<Record>, BookError> {
        let mut tasks = Vec::new();
        self.each_record(Kind::Task, |task| {
            let is_open = task.fields.time("done_at").is_none();
            if is_open
                && task
                    .fields
                    .time("remind_at")
                    .is_some_and(|at_ms| at_ms <= until_ms)
            {
                tasks.push(task.clone());
            }
            Ok(())
        })?;
        tasks.sort_by_key(|task| (task.fields.time("remind_at"), task.id));
        Ok(tasks)
    }

    /// The effects that are due and not done, and the occasions that cannot be judged.
    fn due(&self, packs: &[&RulePack]) -> Result<(Vec<Due>, Vec<Undecided>), BookError> {
        let (mut due, mut undecided) = (Vec::new(), Vec::new());
        if packs.is_empty() {
            return Ok((due, undecided));
        }
        let around = Around {
            library: self.packs()?,
            last_visits: self.store.latest_held_visits()?,
            now_ms: self.now_ms(),
        };
        let zones: BTreeMap<&str, Zone> = packs
            .iter()
            .map(|pack| (pack.zone.as_str(), pack.zone()))
            .collect();
        for subject in Subject::ALL {
            let rules: Vec<(&RulePack, &Rule)> = packs
                .iter()
                .flat_map(|pack| pack.rules.iter().map(move |rule| (*pack, rule)))
                .filter(|(_, rule)| rule.on.subject() == Some(subject))
                .collect();
            if rules.is_empty() {
                continue;
            }
            self.each_record(subject.kind(), |record| {
                for (pack, rule) in &rules {
                    let zone = &zones[pack.zone.as_str()];
                    let at = RuleAt {
                        pack,
                        rule,
                        record,
                        subject,
                        zone,
                    };
                    self.due_at(&at, &around, &mut due, &mut undecided)?;
                }
                Ok(())
            })?;
        }
        Ok((due, undecided))
    }

    fn due_at(
        &self,
        at: &RuleAt<'_>,
        around: &Around,
        due: &mut Vec<Due>,
        undecided: &mut Vec<Undecided>,
    ) -> Result<(), BookError> {
        let moves = match at.subject {
            Subject::Deal => StageMoves::fold(&at.record.fields),
            _ => None,
        };
        for occurrence in self.occurrences_at(at, moves.as_ref(), around)? {
            if self.is_done(at, &occurrence)? {
                continue;
            }
            match self.condition(at, &occurrence, moves.as_ref())? {
                Ok(true) => self.take_effects(at, &occurrence, due)?,
                Ok(false) => {}
                Err(why) => undecided.push(Undecided {
                    rule: at.name(),
                    at: at.record.id,
                    why,
                }),
            }
        }
        Ok(())
    }

    fn occurrences_at(
        &self,
        at: &RuleAt<'_>,
        moves: Option<&StageMoves>,
        around: &Around,
    ) -> Result<Vec<Occurrence>, BookError> {
        let account = at.record.account();
        let last_visit = account.and_then(|account| around.last_visits.get(&account));
        let failed: std::cell::RefCell<Option<BookError>> = std::cell::RefCell::new(None);
        let edits = || {
            self.edits_of(at.record.id).unwrap_or_else(|error| {
                *failed.borrow_mut() = Some(error);
                Vec::new()
            })
        };
        let watched = Watched {
            record: at.record,
            moves,
            milestone: &|pack, stage| {
                let id: PackId = pack.parse().ok()?;
                around.library.get(&id)?.process.stage(stage)?.milestone.clone()
            },
            last_visit_ms: last_visit.map(|(at_ms, _)| *at_ms),
            edits: &edits,
        };
        let found = occurrences(&at.rule.on, &watched, at.zone, at.pack.since, around.now_ms);
        match failed.into_inner() {
            Some(error) => Err(error),
            None => Ok(found),
        }
    }

    /// The changes of a record with their moments, the oldest first.
    fn edits_of(&self, id: RecordId) -> Result<Vec<(i64, Fields)>, BookError> {
        let Some(stored) = self.store.stored(id)? else {
            return Ok(Vec::new());
        };
        let edits = edit::load(&stored.document)?.history();
        Ok(edits
            .into_iter()
            .map(|edit| (edit.at.ms(), edit.fields))
            .collect())
    }

    fn is_done(&self, at: &RuleAt<'_>, occurrence: &Occurrence) -> Result<bool, BookError> {
        for trace in traces(at.pack, at.rule, occurrence, at.record) {
            let is_there = match trace {
                Trace::Record(id) => self.store.record(id)?.is_some(),
                Trace::Mark(key) => at.record.fields.0.contains_key(&key),
            };
            if !is_there {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The condition of a rule as of the day of the occurrence; `Err` with the reason where it has no value.
    fn condition(
        &self,
        at: &RuleAt<'_>,
        occurrence: &Occurrence,
        moves: Option<&StageMoves>,
    ) -> Result<Result<bool, String>, BookError> {
        let Some(condition) = at.rule.condition() else {
            return Ok(Ok(true));
        };
        let mut facts = match at.subject {
            Subject::Deal => self.deal_facts(&at.record.fields, moves, at.zone)?,
            subject => self.record_facts(subject, at.record, occurrence.on, at.zone)?,
        };
        facts.today = occurrence.on;
        if let Some(stay) = moves.map(StageMoves::current) {
            let days = (occurrence.on - at.zone.date(stay.from_ms)).num_days();
            facts.set("stage.days", FactValue::Int(days.max(0)));
        }
        Ok(condition.is_true(&facts).map_err(|undecided| match undecided {
            expr::Undecided::Error(text) => text,
            expr::Undecided::Unknown(needs) => {
                let needs: Vec<String> = needs.into_iter().collect();
                format!("unknown here until {} is synced", needs.join(", "))
            }
        }))
    }

    fn take_effects(
        &self,
        at: &RuleAt<'_>,
        occurrence: &Occurrence,
        due: &mut Vec<Due>,
    ) -> Result<(), BookError> {
        let account = match at.record.account() {
            Some(id) => self.store.record(id)?,
            None => None,
        };
        let account = account.as_ref();
        let titles = Titles {
            account: account.map_or("", Record::title),
            account_owner: account.and_then(|account| account.fields.text("owner")),
        };
        let country = account.and_then(|account| account.fields.text("country"));
        let calendar = BusinessCalendar::of_country(country);
        let business_day = |from: NaiveDate, days: u32| calendar.after(from, days);
        for effect in effects(at.pack, at.rule, occurrence, at.record, titles, &business_day) {
            let (record, kind, is_new, fields) = match &effect {
                Effect::Make { id, kind, fields } => {
                    if self.store.record(*id)?.is_some() {
                        continue;
                    }
                    (*id, *kind, true, fields)
                }
                Effect::Change { id, mark, fields } => {
                    if at.record.fields.0.contains_key(mark) {
                        continue;
                    }
                    (*id, at.record.kind, false, fields)
                }
            };
            let shown = fields.0.iter().filter(|(key, _)| !key.starts_with("rule/"));
            let shown = RuleEffect {
                rule: at.name(),
                at: at.record.id,
                title: at.record.title().to_owned(),
                occurred_on: occurrence.on,
                record,
                kind,
                is_new,
                fields: shown.map(|(key, value)| (key.clone(), value.clone())).collect(),
            };
            due.push(Due { shown, effect });
        }
        Ok(())
    }
}

/// A rule at one record.
struct RuleAt<'a> {
    pack: &'a RulePack,
    rule: &'a Rule,
    record: &'a Record,
    subject: Subject,
    zone: &'a Zone,
}

impl RuleAt<'_> {
    fn name(&self) -> String {
        format!("{}/{}", self.pack.id(), self.rule.id)
    }
}
