//! Plans the day of a file and checks the plan: the planner alone, without a book.
//!
//! `cargo run -p fieldbook-plan --example plan_a_file -- day.json`; `docs/planner.md` describes the format. Without a file it
//! plans a day of three stops.

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;

use fieldbook_plan::{Effort, judge, read_day, solve};

/// Three stops, ten minutes apart; one closes before the rep can be there.
const SAMPLE: &str = r#"{
    "format": "fieldbook-day/1", "shift": {"from": 28800, "until": 36000}, "start": 0, "end": 0,
    "travel_s": [[0, 600, 600, 600], [600, 0, 600, 600], [600, 600, 0, 600], [600, 600, 600, 0]],
    "stops": [
        {"id": "bakery", "node": 1, "service_s": 1200, "windows": [[28800, 43200]], "value": 5},
        {"id": "cafe", "node": 2, "service_s": 1800, "windows": [[32400, 36000]], "value": 9, "must": true},
        {"id": "kiosk", "node": 3, "service_s": 600, "windows": [[28800, 29000]], "value": 7}
    ]
}"#;

fn main() -> Result<(), Box<dyn Error>> {
    let text = match std::env::args().nth(1) {
        Some(path) => std::fs::read_to_string(path)?,
        None => SAMPLE.to_owned(),
    };
    let day = read_day(&text)?;
    // The same problem, effort and seed give the same plan on every machine.
    let plan = solve(&day, &Effort::iterations(20_000), 1);
    for visit in &plan.visits {
        let (h, min) = (visit.start_s / 3_600, visit.start_s / 60 % 60);
        println!("{h:02}:{min:02} {}", visit.id);
    }
    for stop in &plan.unassigned {
        println!("not visited: {} ({})", stop.id, stop.reason);
    }
    let judgement = judge(&day, &plan);
    println!(
        "value {}, {} min of driving, {}",
        plan.value,
        plan.travel_s / 60,
        if judgement.ok { "valid" } else { "not valid" }
    );
    Ok(())
}
