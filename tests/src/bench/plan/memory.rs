//! The planner's working memory, beside the problem that it is given.

use std::io::Write;

use fieldbook_core::plan::{Day, Effort, Period, solve, solve_period};

use super::periods::generated_period;

/// Something that counts the bytes of the heap.
pub trait Meter {
    /// Forgets the peak so far; how many bytes are in use now.
    fn reset(&self) -> usize;
    /// The most bytes in use at once since then.
    fn peak(&self) -> usize;
}

/// So long is searched: rounds end and begin, and everything has grown to its size.
const ITERATIONS: u64 = 20_000;

/// Prints a row for each of a few problems.
///
/// # Errors
/// When it cannot be written.
pub fn plan_memory(meter: &dyn Meter, out: &mut dyn Write) -> std::io::Result<()> {
    writeln!(
        out,
        "| problem | its matrix | work memory | goal |\n|---|---|---|---|"
    )?;
    for (candidates, goal) in [(30, "< 100 kB"), (60, "< 100 kB"), (200, ""), (300, "")] {
        let period = generated_period(candidates, 1);
        let day = day(&period);
        let work = most(meter, || drop(solve(&day, &Effort::iterations(ITERATIONS), 1)));
        let title = format!("a day, {candidates} candidates");
        row(out, &title, day.travel.nodes(), work, goal)?;
    }
    for (customers, goal) in [(500, ""), (1_000, "< 6 MB")] {
        let period = generated_period(customers, 20);
        let work = most(meter, || {
            drop(solve_period(&period, &Effort::iterations(ITERATIONS), 1));
        });
        let title = format!("20 days, {customers} customers");
        row(out, &title, period.travel.nodes(), work, goal)?;
    }
    Ok(())
}

/// The first day of a period.
fn day(period: &Period) -> Day {
    period.days.first().map_or_else(
        || unreachable!("every generated period has a day"),
        |work| period.day(work),
    )
}

fn most(meter: &dyn Meter, run: impl FnOnce()) -> usize {
    let before = meter.reset();
    run();
    meter.peak().saturating_sub(before)
}

fn row(out: &mut dyn Write, title: &str, nodes: usize, work: usize, goal: &str) -> std::io::Result<()> {
    let matrix = nodes * nodes * size_of::<i32>();
    writeln!(
        out,
        "| {title} | {} | {} | {goal} |",
        kilobytes(matrix),
        kilobytes(work)
    )
}

fn kilobytes(bytes: usize) -> String {
    format!("{} kB", bytes.div_ceil(1_000))
}
