//! `plan day`: one day planned from the book, its options, and the plan as JSON and as a table.

use std::time::Duration;

use chrono::NaiveDate;
use fieldbook_core::book::{
    Book, Candidate, Candidates, DayEnd, HoursKnown, PlanDayRequest, PlanEffort, PlanFormat, PlannedDay,
    TravelSource,
};
use fieldbook_core::location::Meters;
use fieldbook_core::model::Holidays;
use fieldbook_core::plan::{Lunch, PlannedVisit, Window};
use serde_json::{Value, json};

use super::disruption::DisruptionArgs;
use super::{page, travel};
use crate::context::Context;
use crate::error::CliError;
use crate::table::{Column, Table};
use fieldbook_format::{count, duration, score_terms};

/// Most customers left out that are listed for people.
const LEFT_OUT_SHOWN: usize = 10;

/// Plan a day from the book: who, in which order, and why
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Visits planned for that day are promises: they come first and keep their time within a quarter of an hour.
With --replan the day is planned as before and then again from that time on: give --iterations, and --seed if it
was given, to begin with the same plan.

Examples:
  fieldbook plan day --date 2026-11-25 --start 52.6309,1.2974
  fieldbook plan day --date 2026-11-25 --from 09:00 --until 16:00 --no-lunch --save
  fieldbook plan day --date 2026-11-25 --format gpx > day.gpx
  fieldbook plan day --date 2026-11-25 --iterations 20000 --replan 11:05 --here 52.6401,1.2810
  fieldbook plan day --date 2026-11-25 --iterations 20000 --replan 11:05 --late 25")]
pub(crate) struct DayArgs {
    #[command(flatten)]
    pub(crate) options: DayOptions,
    #[command(flatten)]
    disruption: DisruptionArgs,
    /// Write geojson, gpx or ics instead
    #[arg(long, value_name = "FORMAT", value_parser = str::parse::<PlanFormat>)]
    format: Option<PlanFormat>,
    /// Write a page with the map and the list, to look at in a browser
    #[arg(long, value_name = "FILE.html")]
    page: Option<std::path::PathBuf>,
    /// Write the plan into the book, as planned visits
    #[arg(long)]
    save: bool,
}

/// The day, its rules and the budget of the search.
#[derive(Debug, clap::Args)]
pub(crate) struct DayOptions {
    /// The day, such as 2026-11-25 [default: today]
    #[arg(long, value_name = "DATE")]
    date: Option<NaiveDate>,
    /// Where the rep sets out [default: the first appointment, else the middle of the customers]
    #[arg(long, value_name = "LAT,LON", allow_hyphen_values = true)]
    start: Option<String>,
    /// Where the day ends, or `anywhere` [default: where it began]
    #[arg(long, value_name = "LAT,LON", allow_hyphen_values = true)]
    end: Option<String>,
    /// When the rep may set out
    #[arg(long, value_name = "HH:MM", value_parser = time_of_day, default_value = "08:30")]
    from: i32,
    /// When the rep must be done
    #[arg(long, value_name = "HH:MM", value_parser = time_of_day, default_value = "17:00")]
    until: i32,
    /// When the half hour of lunch may be
    #[arg(long, value_name = "HH:MM-HH:MM", value_parser = time_window, default_value = "11:30-14:00")]
    lunch: Window,
    /// No lunch
    #[arg(long, conflicts_with = "lunch")]
    no_lunch: bool,
    /// How long a visit takes, in minutes
    #[arg(long, value_name = "MIN", default_value_t = 20)]
    visit_min: u16,
    /// How many customers are looked at, 1 to 300
    #[arg(long, value_name = "N", default_value_t = 60)]
    candidates: u32,
    /// How far from the start, in metres
    #[arg(long, value_name = "M", default_value_t = 25_000.0)]
    within: f64,
    /// Whose public holidays opening hours speak of, such as GB
    #[arg(long, value_name = "CODE")]
    country: Option<String>,
    /// Travel times from your own provider: a JSON list of {"from","to","seconds"}, places being start, end or the id of
    /// a site; or {"drives":[such a list],"speeds":[{"from":25200,"percent":70}]}, the drives being those on empty roads
    /// and the speeds what is left of them from a second of the day on; what it leaves open is learned from your own
    /// tracks, or estimated
    #[arg(long, value_name = "FILE")]
    travel: Option<std::path::PathBuf>,
    /// What counts how much in the worth of a visit: a JSON file
    #[arg(long, value_name = "FILE")]
    worth: Option<std::path::PathBuf>,
    /// Search for so many milliseconds [default: 1000]
    #[arg(long, value_name = "N")]
    budget_ms: Option<u64>,
    /// Search for so many iterations: the same plan on every machine
    #[arg(long, value_name = "N", conflicts_with = "budget_ms")]
    iterations: Option<u64>,
    /// What chance is made of
    #[arg(long, value_name = "S", default_value_t = 0)]
    seed: u64,
}

pub(super) fn time_of_day(text: &str) -> Result<i32, &'static str> {
    let wrong = "expected a time of day such as 08:30";
    let (hours, minutes) = text.split_once(':').ok_or(wrong)?;
    let (hours, minutes): (u16, u16) = (
        hours.parse().map_err(|_| wrong)?,
        minutes.parse().map_err(|_| wrong)?,
    );
    if hours > 47 || minutes > 59 {
        return Err(wrong);
    }
    Ok((i32::from(hours) * 60 + i32::from(minutes)) * 60)
}

pub(super) fn time_window(text: &str) -> Result<Window, &'static str> {
    let wrong = "expected two times of day such as 11:30-14:00";
    let (from, until) = text.split_once('-').ok_or(wrong)?;
    let (from, until) = (time_of_day(from)?, time_of_day(until)?);
    if from > until {
        Err(wrong)
    } else {
        Ok(Window { from, until })
    }
}

impl DayOptions {
    pub(super) fn request(&self, context: &Context) -> Result<PlanDayRequest, CliError> {
        let date = self.date.unwrap_or_else(|| context.zone.day(context.now_ms()));
        let place = |option: &str, text: &str| {
            let found = context.position(text);
            found.map_err(|error| {
                CliError::bad_input("bad_position", error.to_string()).with("option", option)
            })
        };
        let end = match self.end.as_deref() {
            None => DayEnd::Back,
            Some("anywhere") => DayEnd::Anywhere,
            Some(text) => DayEnd::At(place("--end", text)?),
        };
        let holidays = self.country.as_deref().map(Holidays::of_country).transpose();
        let effort = match self.iterations {
            Some(iterations) => PlanEffort::Iterations(iterations),
            None => PlanEffort::Deadline(Duration::from_millis(self.budget_ms.unwrap_or(1_000))),
        };
        Ok(PlanDayRequest {
            zone: context.zone.rules().clone(),
            start: self
                .start
                .as_deref()
                .map(|text| place("--start", text))
                .transpose()?,
            end,
            shift: Window {
                from: self.from,
                until: self.until,
            },
            lunch: (!self.no_lunch).then_some(Lunch {
                window: self.lunch,
                duration_s: 1_800,
            }),
            service_s: i32::from(self.visit_min) * 60,
            candidates: Candidates {
                within: Meters(self.within),
                most: self.candidates,
            },
            holidays: holidays
                .map_err(|error| {
                    CliError::bad_input("bad_country", error.to_string()).with("option", "--country")
                })?
                .unwrap_or_default(),
            worth: self.worth_rules()?,
            travel: match &self.travel {
                Some(path) => travel::read(path)?,
                None => TravelSource::default(),
            },
            effort,
            seed: self.seed,
            ..PlanDayRequest::new(date)
        })
    }

    fn worth_rules(&self) -> Result<fieldbook_core::plan::ScoreRules, CliError> {
        let Some(path) = &self.worth else {
            return Ok(fieldbook_core::plan::ScoreRules::default());
        };
        let text = crate::input::read_text(path)?;
        serde_json::from_str(&text).map_err(|error| {
            CliError::bad_input("bad_worth", format!("{}: {error}", path.display())).with("option", "--worth")
        })
    }

    /// Plans the day.
    pub(crate) fn plan(&self, context: &Context, book: &Book) -> Result<PlannedDay, CliError> {
        Ok(book.plan_day(&self.request(context)?)?)
    }
}

pub(crate) fn day(context: &mut Context, args: &DayArgs) -> Result<(), CliError> {
    let book = context.book()?;
    let day = args.options.plan(context, &book)?;
    let day = args.disruption.apply_to(context, &book, day)?;
    if args.save {
        book.keep_plan(&day)?;
    }
    if let Some(path) = &args.page {
        page::write_day(&day, path)?;
    }
    if let Some(format) = args.format {
        return Ok(day.export(format, context.out.raw())?);
    }
    if context.out.json() {
        let value = to_json(context, &day);
        return context.out.value(&value);
    }
    print_table(context, &day)?;
    print_summary(context, &day)?;
    if args.save {
        context.out.line("The visits are in the book.")?;
    }
    Ok(())
}

/// A time of the plan, RFC 3339; `at_s` in seconds from the day's midnight.
pub(super) fn rfc3339(context: &Context, day: &PlannedDay, at_s: i64) -> String {
    context.zone.rfc3339(day.request.instant_ms(at_s))
}

/// The plan for programs.
pub(super) fn to_json(context: &Context, day: &PlannedDay) -> Value {
    let stop = |(candidate, visit): (&Candidate, &PlannedVisit)| {
        let mut value = candidate_json(candidate);
        value["arrive"] = rfc3339(context, day, visit.arrive_s).into();
        value["start"] = rfc3339(context, day, visit.start_s).into();
        value["leave"] = rfc3339(context, day, visit.leave_s).into();
        value
    };
    let left = |(candidate, left): (&Candidate, &fieldbook_core::plan::UnassignedStop)| {
        let mut value = candidate_json(candidate);
        value["reason"] = left.reason.clone().into();
        value["why"] = json!(left.why);
        value
    };
    json!({
        "date": day.request.date.to_string(),
        "stops": day.stops().map(stop).collect::<Vec<_>>(),
        "lunch": day.plan.lunch_s.map(|lunch_s| rfc3339(context, day, lunch_s)),
        "ends": rfc3339(context, day, day.plan.ends_s),
        "left_out": day.left_out().map(left).collect::<Vec<_>>(),
        "travel": travel::to_json(&day.travel),
        "plan": day.plan,
    })
}

/// A time of the plan as `09:30`; `at_s` in seconds from the day's midnight.
pub(super) fn time_of_plan(context: &Context, day: &PlannedDay, at_s: i64) -> String {
    context.zone.time_of_day(day.request.instant_ms(at_s))
}

/// A candidate for programs.
pub(super) fn candidate_json(candidate: &Candidate) -> Value {
    json!({
        "account": candidate.account.id.to_string(),
        "name": candidate.account.title(),
        "site": candidate.site.id.to_string(),
        "lat": candidate.position.lat(),
        "lon": candidate.position.lon(),
        "value": candidate.worth.value,
        "terms": candidate.worth.terms,
        "appointment": candidate.appointment.is_some(),
        "hours": match candidate.hours {
            HoursKnown::Unstated => "unstated",
            HoursKnown::Read => "read",
            HoursKnown::Perhaps => "perhaps",
            HoursKnown::Unreadable => "unreadable",
        },
        "link": candidate.map_link(),
    })
}

/// Prints the visits as a table, between them the positions that the rep reported.
pub(super) fn print_table(context: &mut Context, day: &PlannedDay) -> Result<(), CliError> {
    let columns = ["", "ARRIVE", "START", "LEAVE", "ACCOUNT", "WHY"];
    let mut table = Table::new(&columns.map(Column::whole));
    let clock = |s: i64| time_of_plan(context, day, s);
    let reported_rows = |table: &mut Table, after: usize| {
        for here in day.plan.reported.iter().filter(|here| here.after == after) {
            let (at, left) = (clock(here.at_s), clock(here.leave_s));
            let note = "(where the rep is)".to_owned();
            table.row(&[String::new(), at, String::new(), left, note, String::new()]);
        }
    };
    for (n, (candidate, visit)) in (1..).zip(day.stops()) {
        reported_rows(&mut table, n - 1);
        table.row(&[
            n.to_string(),
            clock(visit.arrive_s),
            clock(visit.start_s),
            clock(visit.leave_s),
            candidate.account.title().to_owned(),
            score_terms(candidate),
        ]);
    }
    reported_rows(&mut table, day.plan.visits.len());
    context.out.table(&table)
}

/// Names the customers whose opening hours are not certain at the time of the visit, or cannot be read.
pub(super) fn print_doubtful_hours<'a>(
    context: &mut Context,
    visited: impl Iterator<Item = &'a Candidate>,
) -> Result<(), CliError> {
    let (mut perhaps, mut unreadable) = (Vec::new(), Vec::new());
    for candidate in visited {
        let names = match candidate.hours {
            HoursKnown::Perhaps => &mut perhaps,
            HoursKnown::Unreadable => &mut unreadable,
            HoursKnown::Unstated | HoursKnown::Read => continue,
        };
        names.push(candidate.account.title());
    }
    for (says, mut names) in [
        ("Perhaps not open then, so ask before", perhaps),
        ("Taken for open all day, as the hours cannot be read", unreadable),
    ] {
        names.sort_unstable();
        names.dedup();
        if !names.is_empty() {
            context.out.line(&format!("{says}: {}.", names.join(", ")))?;
        }
    }
    Ok(())
}

/// Prints the totals, the promises that moved and the first customers left out.
fn print_summary(context: &mut Context, day: &PlannedDay) -> Result<(), CliError> {
    let clock = |s: i64| time_of_plan(context, day, s);
    let lunch = day
        .plan
        .lunch_s
        .map_or(String::new(), |s| format!("; lunch at {}", clock(s)));
    let totals = format!(
        "{} worth {}, {} on the road; done at {}{lunch}.",
        count(day.plan.visits.len() as u64, "visit", "visits"),
        day.plan.value,
        duration(day.road_time_s()),
        clock(day.plan.ends_s),
    );
    context.out.line(&totals)?;
    context.out.line(&format!("Travel: {}.", day.travel))?;
    print_doubtful_hours(context, day.stops().map(|(candidate, _)| candidate))?;
    if let Some(moved) = &day.plan.moved {
        let names: Vec<&str> = moved.iter().map(|id| title_of(day, id)).collect();
        let count = count(moved.len() as u64, "promise", "promises");
        context.out.line(&if names.is_empty() {
            "No promise moved.".to_owned()
        } else {
            format!("{count} moved: {}.", names.join(", "))
        })?;
    }
    let left: Vec<String> = day
        .left_out()
        .take(LEFT_OUT_SHOWN)
        .map(|(candidate, left)| format!("  {}: {}", candidate.account.title(), left.reason))
        .collect();
    if !left.is_empty() {
        let all = day.plan.unassigned.len();
        context
            .out
            .line(&format!("Left out: {all}. The first of them:"))?;
    }
    left.iter().try_for_each(|line| context.out.line(line))
}

/// The name of a stop.
fn title_of<'a>(day: &'a PlannedDay, id: &'a str) -> &'a str {
    let known = day.problem.stops.iter().position(|stop| stop.id == id);
    let candidate = known.and_then(|at| day.candidates.get(at));
    candidate.map_or(id, |candidate| candidate.account.title())
}
