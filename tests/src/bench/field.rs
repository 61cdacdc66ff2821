//! `bench field`: what is promised of tracks, measured on the shared data, beside its aims.

use std::io::Write;
use std::path::Path;

use fieldbook_core::clock::Stopwatch;
use fieldbook_core::location::distance;
use fieldbook_core::location::track::{SignalRules, StopRules, Track, TrackFix, TrackScore, pack};

use super::{BenchError, machine};
use crate::field::data::{self, Diary};
use crate::field::score::{Counts, agreement, ratio};
use crate::field::{Forgery, day, kiosk_day};

/// Number of repetitions of a timed task; the fastest counts, because the others were disturbed.
const RUNS: usize = 9;

/// Measures and prints the table; says so aloud where there is no data.
pub(super) fn run(out: &mut dyn Write) -> Result<(), BenchError> {
    writeln!(out, "{}", machine::describe_of("cargo xtask bench field"))?;
    writeln!(out, "| on | measured | aim |\n|---|---|---|")?;
    let own: Vec<_> = (0..60).map(day).collect();
    stops(
        out,
        "60 days of our own making (seeds 0-59)",
        &Counts::of(&own, &StopRules::default()),
    )?;
    let short: Vec<_> = (800..860).map(kiosk_day).collect();
    stops(
        out,
        "60 days of short calls on a phone that rests (seeds 800-859)",
        &Counts::of(&short, &StopRules::default()),
    )?;
    let Some(root) = data::root() else {
        writeln!(
            out,
            "\nSkipped: everything on the shared data, which is not here (set FIELDBOOK_DATA)."
        )?;
        return Ok(());
    };
    let given = Counts::of(&data::generated_days(&root)?, &StopRules::default());
    stops(out, "`gps/generated_days`", &given)?;
    diaries(out, &data::diaries(&root)?)?;
    drive(out, &root)?;
    forgeries(out, &root)?;
    packing(out, &root)?;
    speed(out, &root)
}

fn stops(out: &mut dyn Write, on: &str, counts: &Counts) -> Result<(), BenchError> {
    let mut row = |what: String, aim: &str| writeln!(out, "| {on} | {what} | {aim} |");
    row(format!("points {:.4}", counts.points()), ">= 0.985")?;
    let kinds = counts
        .kinds
        .iter()
        .map(|(kind, (found, of))| format!("{kind} {found}/{of}"));
    row(
        format!(
            "stops F1 {:.3} ({})",
            counts.f1(),
            kinds.collect::<Vec<_>>().join(", ")
        ),
        ">= 0.90",
    )?;
    row(format!("centre {:.1} m", counts.centre_m()), "<= 12 m")?;
    row(
        format!("mileage, dense {:.2} %", 100.0 * counts.mileage_dense()),
        "<= 1.5 %",
    )?;
    row(
        format!("mileage, sparse {:.2} %", 100.0 * counts.mileage_sparse()),
        "<= 4.5 %",
    )?;
    Ok(())
}

fn diaries(out: &mut dyn Write, diaries: &[Diary]) -> Result<(), BenchError> {
    let share = |which: &dyn Fn(&Diary) -> bool| {
        let of = diaries
            .iter()
            .filter(|diary| which(diary))
            .map(|diary| agreement(diary, &StopRules::default()));
        let (right, points) = of.fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        ratio(right, points)
    };
    let counted = |diary: &Diary| diary.usage.starts_with("score");
    let unseen = |diary: &Diary| diary.name.starts_with("Utrecht6");
    let mut row = |on: &str, value: f64, aim: &str| writeln!(out, "| {on} | points {value:.3} | {aim} |");
    row(
        "`gps/cbs_labelled_stops`, all that is scored",
        share(&counted),
        ">= 0.86",
    )?;
    row(
        "the same, `score` only",
        share(&|diary| diary.usage == "score"),
        ">= 0.90",
    )?;
    row(
        "the person fitted on (1, 2, 12)",
        share(&|diary| counted(diary) && !unseen(diary)),
        "",
    )?;
    row(
        "the person not fitted on (6)",
        share(&|diary| counted(diary) && unseen(diary)),
        "",
    )?;
    for diary in diaries.iter().filter(|diary| counted(diary)) {
        let (right, points) = agreement(diary, &StopRules::default());
        writeln!(
            out,
            "| · {} ({}) | points {:.3} | |",
            diary.name,
            diary.usage,
            ratio(right, points)
        )?;
    }
    if let Some(sitting) = diaries.iter().find(|diary| diary.name == "Utrecht6_2024-07-05") {
        let mileage = Track::from_fixes(&sitting.fixes, &StopRules::default()).mileage;
        writeln!(
            out,
            "| five hours of sitting (Utrecht6_2024-07-05), {:.1} km from fix to fix | {:.0} m | <= 50 m |",
            mileage.raw.0 / 1_000.0,
            mileage.distance.0
        )?;
    }
    Ok(())
}

fn drive(out: &mut dyn Write, root: &Path) -> Result<(), BenchError> {
    let folder = root.join("gps/gsdc_phone_vs_truth");
    let truth = data::track(&folder.join("2020-05-14-MTV-1_SPAN_Pixel4_1Hz.csv.gz"))?;
    for phone in ["Pixel4", "Pixel4XLModded"] {
        let fixes = data::track(&folder.join(format!("2020-05-14-MTV-1_{phone}_chipset.csv.gz")))?;
        let (Some(first), Some(last)) = (fixes.first(), fixes.last()) else {
            continue;
        };
        let during = |fix: &&TrackFix| (first.at_ms()..=last.at_ms()).contains(&fix.at_ms());
        let path: Vec<&TrackFix> = truth.iter().filter(during).collect();
        let driven: f64 = path
            .windows(2)
            .map(|pair| distance(pair[0].position(), pair[1].position()).0)
            .sum();
        let said = Track::from_fixes(&fixes, &StopRules::default())
            .mileage
            .distance
            .0;
        let off = 100.0 * (said / driven - 1.0);
        writeln!(
            out,
            "| `gps/gsdc_phone_vs_truth`, {phone}, {:.1} km | mileage {off:+.2} % | within 1 % |",
            driven / 1e3
        )?;
    }
    Ok(())
}

fn forgeries(out: &mut dyn Write, root: &Path) -> Result<(), BenchError> {
    let flagged = |fixes: &[TrackFix]| TrackScore::from_fixes(fixes, &SignalRules::default()).is_flagged();
    let mut honest = data::honest(root)?;
    honest.extend((600..640).map(|seed| (format!("day {seed}"), day(seed).fixes)));
    let wrongly = honest.iter().filter(|(_, fixes)| flagged(fixes)).count();
    let (mut seen, mut all, mut kinds) = (0, 0, Vec::new());
    for forgery in Forgery::ALL {
        let (mut hits, mut tried) = (0, 0);
        for (seed, (_, fixes)) in (0..).zip(&honest) {
            if let Some(forged) = forgery.of(fixes, seed) {
                tried += 1;
                hits += usize::from(flagged(&forged));
            }
        }
        kinds.push(format!("{forgery:?} {hits}/{tried}"));
        (seen, all) = (seen + hits, all + tried);
    }
    writeln!(
        out,
        "| {all} forgeries of honest tracks | recall {:.3} | >= 0.95 |",
        ratio(seen, all)
    )?;
    writeln!(
        out,
        "| {} honest tracks | {wrongly} flagged | <= 0.5 % |",
        honest.len()
    )?;
    let attacks = data::drone(root, "attack")?;
    let found = attacks.iter().filter(|(_, fixes)| flagged(fixes)).count();
    writeln!(
        out,
        "| `gps/real_spoofed_gps_drone`, with the receiver's noise | {found} of {} | |",
        attacks.len()
    )?;
    writeln!(out, "| each kind | {} | |", kinds.join(", "))?;
    Ok(())
}

/// Size of tracks in the store, which packs 256 fixes at a time.
fn packing(out: &mut dyn Write, root: &Path) -> Result<(), BenchError> {
    const BLOCK: usize = 256;
    let size = |fixes: &[TrackFix]| fixes.chunks(BLOCK).map(|block| pack(block).len()).sum::<usize>();
    let mut each: Vec<(f64, usize, String)> = Vec::new();
    let (mut bytes, mut count) = (0, 0);
    for (name, mut fixes) in data::honest(root)? {
        fixes.sort_by(TrackFix::order);
        fixes.dedup();
        if fixes.len() < BLOCK {
            continue;
        }
        let packed = size(&fixes);
        bytes += packed;
        count += fixes.len();
        each.push((ratio(packed, fixes.len()), fixes.len(), name));
    }
    each.sort_by(|a, b| b.0.total_cmp(&a.0));
    let above = each.iter().filter(|(size, ..)| *size > 6.0).count();
    let named = each.iter().take(above.clamp(1, 6));
    let named: Vec<String> = named
        .map(|(size, fixes, name)| format!("{name} {size:.1} ({fixes} fixes)"))
        .collect();
    writeln!(
        out,
        "| {} real tracks of {BLOCK} fixes and more, packed | {:.2} bytes a fix; {above} above 6: {} | <= 6 |",
        each.len(),
        ratio(bytes, count),
        named.join(", ")
    )?;
    Ok(())
}

fn speed(out: &mut dyn Write, root: &Path) -> Result<(), BenchError> {
    let fixes = data::track(&root.join("gps/geolife/skmob_user_001_full.csv.gz"))?;
    let timed = || {
        let began = Stopwatch::start();
        let stops = Track::from_fixes(&fixes, &StopRules::default()).stops.len();
        (began.elapsed(), stops)
    };
    let Some((fastest, stops)) = (0..RUNS).map(|_| timed()).min() else {
        return Ok(());
    };
    writeln!(
        out,
        "| {} fixes of GeoLife, {stops} stops | {:.1} ms, the fastest of {RUNS} | <= 17 ms |",
        fixes.len(),
        fastest.as_secs_f64() * 1e3
    )?;
    Ok(())
}
