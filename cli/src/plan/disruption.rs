//! The disruption of a day, as options of `plan day`.

use fieldbook_core::book::{Book, Disruption, PlannedDay};
use fieldbook_core::ids::RecordId;
use fieldbook_core::plan::Window;

use super::day::{time_of_day, time_window};
use crate::context::Context;
use crate::error::CliError;

/// A disruption and its time.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(crate) struct DisruptionArgs {
    /// Something broke the day at this time: plan the rest again, what was begun stays
    #[arg(long, value_name = "HH:MM", value_parser = time_of_day, requires = "what")]
    replan: Option<i32>,
    /// With --replan: the rep is so many minutes late
    #[arg(long, value_name = "MIN", group = "what", requires = "replan")]
    late: Option<u16>,
    /// With --replan: nobody goes to this account
    #[arg(long, value_name = "ACCOUNT", group = "what", requires = "replan")]
    cancelled: Option<RecordId>,
    /// With --replan: this account must be seen
    #[arg(long, value_name = "ACCOUNT", group = "what", requires = "replan")]
    urgent: Option<RecordId>,
    /// With --replan: this account can be visited only then
    #[arg(long, value_name = "ACCOUNT=HH:MM-HH:MM", group = "what", requires = "replan", value_parser = hours)]
    hours: Option<(RecordId, Window)>,
    /// With --replan: the rep is there, wherever the plan has them
    #[arg(
        long,
        value_name = "LAT,LON",
        group = "what",
        requires = "replan",
        allow_hyphen_values = true
    )]
    here: Option<String>,
}

fn hours(text: &str) -> Result<(RecordId, Window), &'static str> {
    let wrong = "expected an account and its hours, such as 019ab0f2-7c1e-7000-8000-000000000001=14:00-16:00";
    let (account, hours) = text.split_once('=').ok_or(wrong)?;
    Ok((account.parse().map_err(|_| wrong)?, time_window(hours)?))
}

impl DisruptionArgs {
    /// The replanned day if a disruption was given, else `day` itself.
    pub(super) fn apply_to(
        &self,
        context: &Context,
        book: &Book,
        day: PlannedDay,
    ) -> Result<PlannedDay, CliError> {
        let Some((now_s, disruption)) = self.replan.zip(self.disruption(context)?) else {
            return Ok(day);
        };
        let effort = day.request.effort;
        Ok(book.replan_day(&day, now_s.into(), &disruption, effort)?)
    }

    fn disruption(&self, context: &Context) -> Result<Option<Disruption>, CliError> {
        let here = self.here.as_deref().map(|text| context.position(text));
        let here = here.transpose().map_err(|error| {
            CliError::bad_input("bad_position", error.to_string()).with("option", "--here")
        })?;
        let late = self.late.map(|minutes| Disruption::Late {
            by_s: i32::from(minutes) * 60,
        });
        let hours = self
            .hours
            .map(|(account, open)| Disruption::Hours(account, vec![open]));
        let given = [
            late,
            self.cancelled.map(Disruption::Cancelled),
            self.urgent.map(Disruption::Urgent),
            hours,
            here.map(Disruption::Here),
        ];
        Ok(given.into_iter().flatten().next())
    }
}
