//! The occasions of rules, found in records as they stand.

use chrono::{Datelike, Days, NaiveDate};
use fieldbook_model::{
    Body, CheckIn, DealEnd, Fields, MoveKind, Record, Scalar, StageMoves, StageStay, VisitState, Zone,
};

use super::{Period, Subject, Trigger};
use fieldbook_location::Verdict;

/// An occasion of a rule at one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occurrence {
    /// The name of the occasion at its record: the same on every device.
    pub key: String,
    /// The moment of it, Unix milliseconds.
    pub at_ms: i64,
    /// The day of it, in the zone of the pack.
    pub on: NaiveDate,
}

/// A record as a rule looks at it.
pub struct Watched<'a> {
    /// The record; deleted ones are not watched.
    pub record: &'a Record,
    /// Of a deal in a process its moves.
    pub moves: Option<&'a StageMoves>,
    /// The milestone of a stage: by process (`solution-sale@1`) and stage.
    pub milestone: &'a dyn Fn(&str, &str) -> Option<String>,
    /// The last visit that was held at the account, Unix milliseconds.
    pub last_visit_ms: Option<i64>,
    /// The changes of the record, the oldest first, with the moment of each, Unix milliseconds. Asked for only where a rule
    /// watches a field.
    pub edits: &'a dyn Fn() -> Vec<(i64, Fields)>,
}

/// What occurred at a record since the first day of a pack up to now, the earliest first.
///
/// Days are those of `zone`. An occasion that lies ahead is none yet.
pub fn occurrences(
    trigger: &Trigger,
    watched: &Watched<'_>,
    zone: &Zone,
    since: NaiveDate,
    now_ms: i64,
) -> Vec<Occurrence> {
    let mut found = Found {
        zone,
        since,
        now_ms,
        today: zone.date(now_ms),
        all: Vec::new(),
    };
    if !watched.record.deleted && trigger.subject().map(Subject::kind) == Some(watched.record.kind) {
        found.find(trigger, watched);
    }
    found
        .all
        .sort_by(|a, b| (a.at_ms, &a.key).cmp(&(b.at_ms, &b.key)));
    found.all
}

/// The value of a field as texts have it; `None` for one that says nothing.
pub(super) fn value_text(value: &Scalar) -> Option<String> {
    match value {
        Scalar::Cleared => None,
        Scalar::Text(text) => crate::facts::is_filled(text).then(|| text.clone()),
        Scalar::Bool(b) => Some(b.to_string()),
        Scalar::Int(n) => Some(n.to_string()),
        other => other.to_json().as_str().map(str::to_owned),
    }
}

struct Found<'a> {
    zone: &'a Zone,
    since: NaiveDate,
    now_ms: i64,
    today: NaiveDate,
    all: Vec<Occurrence>,
}

impl Found<'_> {
    fn find(&mut self, trigger: &Trigger, watched: &Watched<'_>) {
        let record = watched.record;
        match trigger {
            Trigger::Added { from_rules, .. } => {
                if (*from_rules || !is_made_by_rule(&record.fields))
                    && let Some(at_ms) = record.id.made_at_ms()
                {
                    self.at(at_ms, "added".to_owned());
                }
            }
            Trigger::FieldIs { .. } | Trigger::FieldFilled { .. } | Trigger::CompetitorNamed {} => {
                self.find_in_fields(trigger, watched);
            }
            Trigger::Date { days, .. } => {
                let day = trigger.field().and_then(|field| record.fields.text(field));
                let day: Option<NaiveDate> = day.and_then(|day| day.parse().ok());
                if let Some(day) = day
                    && let Some(on) = shifted(day, i64::from(*days))
                {
                    self.on(on, format!("date:{day}"));
                }
            }
            Trigger::VisitHeld {} | Trigger::VisitUnverified {} | Trigger::VisitSkipped {} => {
                self.find_visit(trigger, record);
            }
            Trigger::TaskDone {} => {
                if let Some(at_ms) = record.fields.time("done_at") {
                    self.at(at_ms, "done".to_owned());
                }
            }
            Trigger::TaskOverdue { days, from_rules } => self.find_overdue(record, *days, *from_rules),
            Trigger::Quiet { days, .. } => self.find_quiet(watched, *days),
            Trigger::Every { period, .. } => {
                let is_over = watched.moves.is_some_and(|moves| moves.current().end.is_some());
                let on = first_day(*period, self.today);
                let made = record.id.made_at_ms().map(|at_ms| self.zone.date(at_ms));
                if !is_over && made.is_none_or(|made| made <= on) {
                    self.on(on, format!("every:{on}"));
                }
            }
            _ => self.find_in_moves(trigger, watched),
        }
    }

    /// Takes an occasion by its moment.
    fn at(&mut self, at_ms: i64, key: String) {
        let on = self.zone.date(at_ms);
        if on >= self.since && at_ms <= self.now_ms {
            self.all.push(Occurrence { key, at_ms, on });
        }
    }

    /// Takes an occasion that has a day and no hour.
    fn on(&mut self, on: NaiveDate, key: String) {
        if on >= self.since && on <= self.today {
            let at_ms = self.zone.instant_ms(on, 0);
            self.all.push(Occurrence { key, at_ms, on });
        }
    }

    fn find_in_fields(&mut self, trigger: &Trigger, watched: &Watched<'_>) {
        let fields = &watched.record.fields;
        if let Trigger::CompetitorNamed {} = trigger {
            let names: Vec<&str> = fields.members("competitor/").map(|(name, _)| name).collect();
            if names.is_empty() {
                return;
            }
            let edits = (watched.edits)();
            for name in names {
                let key = format!("competitor/{name}");
                if let Some((at_ms, _)) = edits.iter().find(|(_, edit)| edit.0.contains_key(&key)) {
                    self.at(*at_ms, key);
                }
            }
            return;
        }
        let Some(field) = trigger.field() else { return };
        let Some(now) = fields.value(field).and_then(value_text) else {
            return;
        };
        let (key, wanted) = match trigger {
            Trigger::FieldIs { value, .. } => (format!("is:{value}"), Some(value)),
            _ => ("filled".to_owned(), None),
        };
        if wanted.is_some_and(|wanted| *wanted != now) {
            return;
        }
        let edits = (watched.edits)();
        let fits = |edit: &Fields| {
            let written = edit.value(field).and_then(value_text);
            written.is_some_and(|written| wanted.is_none_or(|wanted| written == *wanted))
        };
        if let Some((at_ms, _)) = edits.iter().find(|(_, edit)| fits(edit)) {
            self.at(*at_ms, key);
        }
    }

    fn find_visit(&mut self, trigger: &Trigger, record: &Record) {
        if record.fields.id("same_as").is_some() {
            return;
        }
        let held_ms = record.fields.text("check_in").and_then(CheckIn::at_ms_of);
        match (trigger, held_ms) {
            (Trigger::VisitHeld {}, Some(at_ms)) => self.at(at_ms, "held".to_owned()),
            (Trigger::VisitUnverified {}, Some(at_ms)) => {
                let Body::Visit(visit) = record.body() else { return };
                if let VisitState::Open { check_in } | VisitState::Closed { check_in, .. } = visit.state
                    && !matches!(
                        check_in.assessment.verdict,
                        Verdict::Verified | Verdict::LikelyOnSite
                    )
                {
                    self.at(at_ms, "unverified".to_owned());
                }
            }
            (Trigger::VisitSkipped {}, None) if record.fields.text("skipped").is_some() => {
                if let Some(at_ms) = record.fields.time("planned_at") {
                    self.at(at_ms, "skipped".to_owned());
                }
            }
            _ => {}
        }
    }

    fn find_overdue(&mut self, record: &Record, days: u16, from_rules: bool) {
        if !from_rules && is_made_by_rule(&record.fields) {
            return;
        }
        let due: Option<NaiveDate> = record.fields.text("due_on").and_then(|day| day.parse().ok());
        let Some((due, on)) = due.and_then(|due| Some((due, shifted(due, i64::from(days))?))) else {
            return;
        };
        let done = record.fields.time("done_at").map(|at_ms| self.zone.date(at_ms));
        // Overdue by no days is overdue: the day after the one on which it was due.
        let Some(on) = on.succ_opt() else { return };
        if done.is_none_or(|done| done >= on) {
            self.on(on, format!("overdue:{due}"));
        }
    }

    fn find_quiet(&mut self, watched: &Watched<'_>, days: u16) {
        if watched.moves.is_some_and(|moves| moves.current().end.is_some()) {
            return;
        }
        let since_ms = watched.last_visit_ms.or_else(|| watched.record.id.made_at_ms());
        let Some(since) = since_ms.map(|at_ms| self.zone.date(at_ms)) else {
            return;
        };
        if let Some(on) = shifted(since, i64::from(days)) {
            self.on(on, format!("quiet:{since}"));
        }
    }

    fn find_in_moves(&mut self, trigger: &Trigger, watched: &Watched<'_>) {
        let Some(moves) = watched.moves else { return };
        if let Trigger::Forced {} = trigger {
            for (id, made) in moves
                .moves
                .iter()
                .filter(|(_, made)| made.kind == MoveKind::Forced)
            {
                self.at(made.at_ms, format!("forced:{id}"));
            }
            return;
        }
        let mut entries = 0;
        let mut before: Option<&StageStay> = None;
        for stay in &moves.path {
            if is_entry(trigger, stay, before, watched) {
                entries += 1;
                // Two phones that entered one stage at once entered it once, so the entry is told by its number.
                let key = format!("entry:{entries}");
                match trigger {
                    Trigger::StageDays { days, .. } => self.find_stay(stay, *days, key),
                    _ => self.at(stay.from_ms, key),
                }
            }
            before = Some(stay);
        }
    }

    fn find_stay(&mut self, stay: &StageStay, days: u16, key: String) {
        let Some(on) = shifted(self.zone.date(stay.from_ms), i64::from(days)) else {
            return;
        };
        if stay
            .until_ms
            .is_none_or(|until_ms| self.zone.date(until_ms) >= on)
        {
            self.on(on, key);
        }
    }
}

/// True if entering the stay is an occasion of the trigger.
fn is_entry(trigger: &Trigger, stay: &StageStay, before: Option<&StageStay>, watched: &Watched<'_>) -> bool {
    match trigger {
        Trigger::StageEntered { stage } | Trigger::StageDays { stage, .. } => stay.stage == *stage,
        Trigger::Milestone { milestone } => {
            (watched.milestone)(&stay.pack, &stay.stage).as_ref() == Some(milestone)
        }
        Trigger::Won {} => stay.end == Some(DealEnd::Won),
        Trigger::Lost {} => stay.end == Some(DealEnd::Lost),
        Trigger::Reopened {} => stay.end.is_none() && before.is_some_and(|before| before.end.is_some()),
        Trigger::MovedBack {} => {
            before.is_some_and(|before| before.end.is_none() && stay.end.is_none() && stay.rank < before.rank)
        }
        _ => false,
    }
}

/// True if a rule made the record.
fn is_made_by_rule(fields: &Fields) -> bool {
    let mark = format!("{}{}", super::RULE_PREFIX, super::effect::MADE_MARK);
    fields.0.contains_key(&mark)
}

fn shifted(day: NaiveDate, days: i64) -> Option<NaiveDate> {
    let by = Days::new(days.unsigned_abs());
    if days < 0 {
        day.checked_sub_days(by)
    } else {
        day.checked_add_days(by)
    }
}

/// The first day of the span in which `today` lies.
fn first_day(period: Period, today: NaiveDate) -> NaiveDate {
    let first_of = |month: u32| today.with_day(1).and_then(|day| day.with_month(month));
    match period {
        Period::Week => shifted(today, -i64::from(today.weekday().num_days_from_monday())),
        Period::Month => first_of(today.month()),
        Period::Quarter => first_of((today.month() - 1) / 3 * 3 + 1),
        Period::Year => first_of(1),
    }
    .unwrap_or(today)
}
