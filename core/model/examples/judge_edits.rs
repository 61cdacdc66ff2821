//! Measures how long the gate takes for thousands of edits of one record that come in one push, and what folding them saves:
//! `cargo run --release -p fieldbook-model --example judge_edits -- 4000`.

use std::collections::BTreeSet;
use std::io::Write as _;

use fieldbook_model::clock::{Stamp, Stopwatch};
use fieldbook_model::doc::gate::{Admission, Author, Check, judge_record};
use fieldbook_model::doc::{Change, Document, create, fold};
use fieldbook_model::ids::ActorId;
use fieldbook_model::{Fields, Kind, Role};

const ADA: ActorId = ActorId([1; 16]);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let edits: u32 = std::env::args()
        .nth(1)
        .map_or(Ok(4_000), |argument| argument.parse())?;
    let first = create(ADA, Stamp::at_ms(1), &Fields::new().with("name", "Corner shop"));
    let mut document = Document::load(&first.bytes)?;
    let mut changes = vec![first];
    for n in 0..edits {
        let fields = Fields::new().with("phone", format!("{n:06}"));
        changes.extend(document.edit(Kind::Account, ADA, Stamp::at_ms(20 + i64::from(n)), &fields));
    }
    let watch = Stopwatch::start();
    let admitted = judged(&changes);
    let judging_ms = watch.elapsed().as_millis();

    let stored: Vec<u8> = changes.iter().flat_map(|change| change.bytes.clone()).collect();
    let unseen: BTreeSet<_> = changes.iter().map(|change| change.hash).collect();
    let watch = Stopwatch::start();
    let folded = fold(&stored, Kind::Account, &unseen, 0).ok_or("nothing to fold")?;
    let folding_ms = watch.elapsed().as_millis();
    let left = folded
        .changes
        .iter()
        .filter(|(_, change)| change.is_some())
        .count();
    writeln!(
        std::io::stdout(),
        "{admitted} of {} changes admitted in {judging_ms} ms; folded to {left} in {folding_ms} ms",
        changes.len()
    )?;
    Ok(())
}

/// Number of the changes that the gate lets in, all in one push.
fn judged(changes: &[Change]) -> usize {
    let admission = Admission {
        kind: Kind::Account,
        author: Author::OneOf(&[ADA]),
        role: Role::Rep,
        now_ms: Some(1 << 40),
    };
    let (admitted, _) = judge_record(Vec::new(), |gate| {
        let admitted =
            changes.iter().filter(
                |change| match gate.check(change.hash, &change.bytes, &admission) {
                    Ok(Check::New(checked)) => gate.admit(*checked).is_ok(),
                    Ok(Check::Known) | Err(_) => false,
                },
            );
        admitted.count()
    });
    admitted
}
