//! Verdicts on check-ins that nobody here made, and what the evidence costs: the figures of `docs/field-truth-checkins.md`.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write;
use std::path::Path;

use fieldbook_core::book::import::ImportKind;
use fieldbook_core::book::{Book, OpenOptions};
use fieldbook_core::clock::Stopwatch;
use fieldbook_core::evidence::{
    Act, Checker, Digest, Expected, FORMAT, Header, Line, Link, PublicKey, Readings, TrustedTime, genesis,
    sign,
};
use fieldbook_core::ids::RecordId;
use fieldbook_core::location::Meters;
use fieldbook_core::location::{
    Assessment, FenceShape, Fix, Position, PresenceRules, RawFix, RawSite, SiteGeofence, Verdict,
    VerdictReason, assess_presence,
};
use serde_json::Value;

use crate::field::Rng;

/// Assumed accuracy of a position that came without one, in metres: a phone under an open sky.
const ASSUMED_ACCURACY_M: f64 = 20.0;

/// Why the figures could not be made.
#[derive(Debug, thiserror::Error)]
pub enum VerdictsError {
    /// Writing or reading.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// A record or file of ours.
    #[error("{what}")]
    Failed {
        /// The failed step.
        what: &'static str,
    },
}

/// A check-in of somebody else's data.
struct Claim {
    name: String,
    site: SiteGeofence,
    fix: Fix,
    radius_m: f64,
}

impl Claim {
    fn new(name: String, site: (f64, f64), radius_m: f64, fix: (f64, f64), at: String) -> Option<Claim> {
        let raw = RawSite {
            lat: site.0,
            lon: site.1,
            fence: FenceShape::Circle(radius_m),
        };
        let fix = RawFix {
            at,
            lat: fix.0,
            lon: fix.1,
            accuracy_m: ASSUMED_ACCURACY_M,
            ..RawFix::default()
        };
        Some(Claim {
            name,
            site: raw.try_into().ok()?,
            fix: fix.try_into().ok()?,
            radius_m,
        })
    }

    fn judged(&self) -> Assessment {
        assess_presence(
            &self.site,
            std::slice::from_ref(&self.fix),
            self.fix.at_ms(),
            &PresenceRules::default(),
        )
    }
}

/// Prints all tables.
///
/// # Errors
/// [`VerdictsError`].
pub fn run(out: &mut dyn Write) -> Result<(), VerdictsError> {
    for (title, claims) in [
        (
            "rms_merchandiser_visits (fence as stated there)",
            merchandiser(&fieldbook_testdata::root()),
        ),
        (
            "lade_jilin_excerpt (fence 150 m)",
            courier(&fieldbook_testdata::root()),
        ),
    ] {
        match claims {
            Some(claims) => table(out, title, &claims)?,
            None => writeln!(out, "{title}: skipped, no test data (set FIELDBOOK_DATA)")?,
        }
    }
    lookups(out)?;
    chains(out)
}

/// The payloads of a merchandiser's app: "address(lat,lon)", times of Dubai without a zone.
fn merchandiser(data: &Path) -> Option<Vec<Claim>> {
    let (mut claims, mut seen) = (Vec::new(), BTreeSet::new());
    for file in ["visited", "completed_today", "planned_today", "planned_week"] {
        let path = data.join(format!("crm/rms_merchandiser_visits/{file}.json"));
        let list: Value = serde_json::from_str(&std::fs::read_to_string(path).ok()?).ok()?;
        for visit in list.as_array()? {
            let claim = merchandiser_claim(visit);
            let fresh = claim.filter(|_| seen.insert(visit["id"].to_string()));
            claims.extend(fresh);
        }
    }
    Some(claims)
}

fn merchandiser_claim(visit: &Value) -> Option<Claim> {
    let of = |name: &str| -> &Value {
        if visit[name].is_null() {
            &visit["outlet"][name]
        } else {
            &visit[name]
        }
    };
    let number = |value: &Value| value.as_f64().or_else(|| value.as_str()?.trim().parse().ok());
    let site = (number(of("outlet_lat"))?, number(of("outlet_long"))?);
    let (_, pair) = visit["checkin_location"].as_str()?.rsplit_once('(')?;
    let (lat, lon) = pair.trim_end_matches(')').split_once(',')?;
    let at = format!(
        "{}+04:00",
        visit["check_in_timestamp"].as_str()?.replace(' ', "T")
    );
    let name = format!("visit {} outlet {}", visit["id"], of("outlet_id"));
    let fix = (lat.trim().parse().ok()?, lon.trim().parse().ok()?);
    Claim::new(name, site, number(of("geo_distance")).unwrap_or(150.0), fix, at)
}

/// A courier's "delivered" against the customer's place; times of China without a year.
fn courier(data: &Path) -> Option<Vec<Claim>> {
    let text = std::fs::read_to_string(data.join("gps/lade_jilin_excerpt/delivery_jl_excerpt.csv")).ok()?;
    let claim = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        let number = |at: usize| cells.get(at)?.parse::<f64>().ok();
        let at = format!("2022-{}+08:00", cells.get(9)?.replace(' ', "T"));
        Claim::new(
            format!("order {}", cells[0]),
            (number(3)?, number(2)?),
            150.0,
            (number(11)?, number(10)?),
            at,
        )
    };
    Some(text.lines().skip(1).filter_map(claim).collect())
}

fn table(out: &mut dyn Write, title: &str, claims: &[Claim]) -> std::io::Result<()> {
    writeln!(
        out,
        "\n{title}: {} check-ins, accuracy taken as {ASSUMED_ACCURACY_M} m",
        claims.len()
    )?;
    let judged: Vec<(&Claim, Assessment)> = claims.iter().map(|claim| (claim, claim.judged())).collect();
    for verdict in Verdict::ALL {
        let count = judged
            .iter()
            .filter(|(_, found)| found.verdict == verdict)
            .count();
        writeln!(out, "  {verdict:15} {count}")?;
    }
    for (claim, found) in &judged {
        let edge = found.distance_to_edge.map_or(0.0, |Meters(m)| m);
        let reason = found.reasons.first().map(sentence).unwrap_or_default();
        let verdict = found.verdict.to_string();
        writeln!(
            out,
            "  {:28} fence {:4} m  {verdict:14} {edge:>12.1} m  {reason}",
            claim.name, claim.radius_m
        )?;
    }
    Ok(())
}

fn sentence(reason: &VerdictReason) -> String {
    match reason {
        VerdictReason::InsideFence { margin } => format!("the whole circle is inside, {margin} to spare"),
        VerdictReason::CrossesEdge { accuracy, .. } => format!("the circle of {accuracy} crosses the edge"),
        VerdictReason::OutsideFence { beyond } => {
            format!("even the nearest point of the circle is {beyond} outside")
        }
        other => format!("{other:?}"),
    }
}

/// "Which of my sites am I at", among 100,000.
fn lookups(out: &mut dyn Write) -> Result<(), VerdictsError> {
    const SITES: u32 = 100_000;
    const TAPS: usize = 2_000;
    let failed = |what| VerdictsError::Failed { what };
    let folder = tempfile::tempdir()?;
    let book = Book::open(OpenOptions::new(folder.path().join("book.db"))).map_err(|_| failed("no book"))?;
    let mut rng = Rng::new(41);
    let mut csv = String::from("external_id,name,lat,lon\n");
    let mut doors = Vec::new();
    for n in 0..SITES {
        // A country: half of it in 50 towns of 4 km, half spread out.
        let (lat, lon) = if n % 2 == 0 {
            let town = f64::from(n / 2 % 50);
            (
                50.0 + town / 10.0 + rng.between(0.0, 1.0) * 0.04,
                town / 7.0 % 5.0 + rng.between(0.0, 1.0) * 0.06,
            )
        } else {
            (50.0 + rng.between(0.0, 1.0) * 5.0, rng.between(0.0, 1.0) * 7.0)
        };
        writeln!(csv, "{n},Shop {n},{lat:.6},{lon:.6}").map_err(|_| failed("a string is full"))?;
        doors.push((lat, lon));
    }
    book.import(
        ImportKind::Accounts,
        "shops.csv",
        &mut csv.as_bytes(),
        &fieldbook_core::book::ImportOptions::default(),
        &mut |_| {},
    )
    .map_err(|_| failed("the import failed"))?;
    let mut times: Vec<f64> = Vec::with_capacity(TAPS);
    let mut found = 0;
    for tap in 0..TAPS {
        let (lat, lon) = doors[tap * 47 % doors.len()];
        let at =
            Position::new(lat + rng.between(0.0, 1.0) * 0.001, lon).map_err(|_| failed("no position"))?;
        let watch = Stopwatch::start();
        found += book
            .sites_here(at, Meters(15.0))
            .map_err(|_| failed("no answer"))?
            .len();
        times.push(watch.elapsed().as_secs_f64() * 1_000.0);
    }
    times.sort_by(f64::total_cmp);
    let at = |percent: usize| times[(TAPS - 1) * percent / 100];
    writeln!(
        out,
        "\nwhich of {SITES} sites am I at: median {:.3} ms, p99 {:.3} ms, worst {:.3} ms ({found} sites found by {TAPS} taps)",
        at(50),
        at(99),
        at(100)
    )?;
    Ok(())
}

/// Writes a chain of so many links, each the end of a visit, as `fieldbook verify` reads it.
///
/// # Errors
/// Those of `to`.
pub fn write_chain(links: u64, to: &mut dyn Write) -> std::io::Result<()> {
    let secret = [5; 32];
    let key = PublicKey::of(&secret);
    writeln!(to, "{}", Header { key }.to_text())?;
    let (mut head, mut last) = (genesis(&key), None);
    for n in 0..links {
        let act = Act::CheckOut {
            visit: RecordId([1; 16]),
            sha256: Digest::of(b"content"),
        };
        let time = TrustedTime::from_readings(&Readings {
            wall_ms: 1_795_510_800_000,
            before: last.take(),
            ..Readings::default()
        });
        let link = Link {
            v: FORMAT,
            n,
            prev: head,
            act,
            time,
        };
        let text = link.to_text();
        head = Link::hash(&text);
        last = Some(link.time);
        let signature = Some(sign(&secret, &text));
        let content = Some("content".into());
        let line = Line {
            link: text,
            signature,
            content,
        };
        writeln!(to, "{}", line.to_text())?;
    }
    Ok(())
}

/// Verifying a long chain.
fn chains(out: &mut dyn Write) -> Result<(), VerdictsError> {
    const LINKS: u32 = 20_000;
    let mut chain = Vec::new();
    write_chain(u64::from(LINKS), &mut chain)?;
    let failed = VerdictsError::Failed {
        what: "the chain is no text",
    };
    let mut lines = std::str::from_utf8(&chain).map_err(|_| failed)?.lines();
    let header = lines.next().and_then(|line| Header::read(line).ok());
    let header = header.ok_or(VerdictsError::Failed {
        what: "the chain has no header",
    })?;
    let watch = Stopwatch::start();
    let mut checker = Checker::begin(header, Expected::default());
    let whole = lines.try_for_each(|line| checker.line(line)).is_ok();
    let each_us = watch.elapsed().as_secs_f64() * 1e6 / f64::from(LINKS);
    writeln!(
        out,
        "verifying a chain of {LINKS} links: {each_us:.1} us a link, whole: {whole}"
    )?;
    Ok(())
}
