//! A made-up day: two reps and an office on the shipped sample, or on a real town's places.

use crate::*;

/// The places of a CSV file with the named columns.
fn places(text: &str, tier: Option<&str>, fence: Option<&str>) -> Vec<Place> {
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    let header = rows.headers().unwrap().clone();
    let column = |name: &str| header.iter().position(|h| h == name).unwrap();
    rows.records()
        .map(|row| {
            let row = row.unwrap();
            let at = Point {
                lat: row[column("lat")].parse().unwrap(),
                lon: row[column("lon")].parse().unwrap(),
            };
            let tier = match tier.map(|t| &row[column(t)]) {
                Some("A") => Tier::A,
                Some("B") => Tier::B,
                Some("C") => Tier::C,
                _ => Tier::Unrated,
            };
            let radius_m = fence.map_or(60.0, |f| row[column(f)].parse().unwrap());
            let fence = Some(Fence::Circle { radius_m });
            Place {
                name: row[column("name")].to_owned(),
                tier,
                at,
                fence,
                state: PlaceState::Quiet,
            }
        })
        .collect()
}

/// The point `north_m` and `east_m` metres from another.
fn moved(at: Point, north_m: f64, east_m: f64) -> Point {
    let lat = at.lat + north_m / 111_320.0;
    Point {
        lat,
        lon: at.lon + east_m / (111_320.0 * at.lat.to_radians().cos()),
    }
}

/// A point `off_m` metres away, in a direction that depends on the time.
fn off_in_some_direction(at: Point, off_m: f64, seed: TimeOfDay) -> Point {
    let angle = f64::from(seed.0 / 60) * 2.5;
    moved(at, off_m * angle.sin(), off_m * angle.cos())
}

/// Rep, time, metres from the door, accuracy, verdict, reason, note.
const CALLS: &str = "\
0|08:52|9|12|verified|the whole circle of the fix lies inside the fence|Wants small packs.
1|09:14|18|9|verified|the whole circle of the fix lies inside the fence|
0|09:21|22|14|verified|the whole circle of the fix lies inside the fence|
0|09:40|44|38|likely|the circle crosses the fence; its centre lies inside|New hours on the door.
1|10:03|31|22|verified|the whole circle of the fix lies inside the fence|
0|10:18|12|11|verified|the whole circle of the fix lies inside the fence|
1|10:44|290|25|off|the whole circle of the fix lies outside the fence|Parked at the yard.
0|11:02|0|0|unknown|the newest fix is 14 minutes old; no verdict rests on it|
1|11:20|15|16|verified|the whole circle of the fix lies inside the fence|";

/// Time, actor, kind, link, sentence.
const EVENTS: &str = "\
07:40|office|act|on|imported 65 accounts, 40 contacts and 21 opportunities
07:41|office|sync|on|sent the book: 126 records, 38 KB
07:55|0|sync|on|joined with a one-time code and fetched the book in 41 ms
07:56|1|sync|on|joined and fetched the same book
08:30|0|act|off|planned five calls and left the signal behind
08:52|0|act|off|checked in at The Quayside Pantry
09:05|1|act|off|went down to the foundry yards; no bars
09:40|0|act|off|set the opening hours of Café Étoile, read on the door
10:12|1|act|off|set the opening hours of Café Étoile, told by phone
11:30|office|sync|on|moved Ana's visit to the Grand Marine Hotel to 14:00
12:05|0|sync|on|found signal: 9 changes out, 1 in, 2.1 KB in one request
12:20|1|sync|on|found signal: 7 changes out, 8 in
12:20|1|conflict|on|opening hours of Café Étoile: the later edit stands, both are kept
12:34|0|act|on|restored the hours she had read on the door
12:35|0|sync|on|sent the decision; every phone shows it";

/// `HH:MM` as a time of day.
fn time(text: &str) -> TimeOfDay {
    let (h, m) = text.split_once(':').unwrap();
    TimeOfDay(h.parse::<u32>().unwrap() * 3600 + m.parse::<u32>().unwrap() * 60)
}

/// A line of [`CALLS`], made at `place`.
fn visit(places: &[Place], place: usize, call: &str) -> VisitRow {
    let [rep, at, off_m, accuracy_m, verdict, reason, note] = columns(call);
    let off_m: f64 = off_m.parse().unwrap();
    let Some(Fence::Circle { radius_m }) = places[place].fence else {
        panic!("a circle")
    };
    let verdict = match verdict {
        "verified" => Verdict::Verified,
        "likely" => Verdict::LikelyOnSite,
        "off" => Verdict::OffSite,
        _ => Verdict::Unverifiable,
    };
    let fix_at = off_in_some_direction(places[place].at, off_m, time(at));
    let fix = (verdict != Verdict::Unverifiable).then(|| Fix {
        at: fix_at,
        accuracy_m: accuracy_m.parse().unwrap(),
    });
    VisitRow {
        at: time(at),
        rep: rep.parse().unwrap(),
        place,
        verdict,
        distance_to_edge_m: fix.map(|_| off_m - radius_m),
        fix,
        reasons: vec![reason.to_owned()],
        note: (!note.is_empty()).then(|| note.to_owned()),
    }
}

/// A line of [`EVENTS`].
fn event(line: &str) -> Event {
    let [at, who, kind, link, what] = columns(line);
    Event {
        at: time(at),
        who: who.parse().map_or(Actor::Office, Actor::Rep),
        kind: match kind {
            "act" => EventKind::Act,
            "sync" => EventKind::Sync,
            _ => EventKind::Conflict,
        },
        link: if link == "on" { Link::Online } else { Link::Offline },
        what: what.to_owned(),
    }
}

/// The columns of a line of a table.
fn columns<const N: usize>(line: &str) -> [&str; N] {
    line.split('|').collect::<Vec<_>>().try_into().unwrap()
}

/// The conflict of the day.
fn conflict(record: &str) -> ConflictRow {
    let value = |text: &str, by: &str, at| Value {
        text: text.to_owned(),
        by: by.to_owned(),
        at: time(at),
    };
    ConflictRow {
        record: record.to_owned(),
        field: "opening hours".to_owned(),
        chosen: value("Mo-Sa 08:00-16:30", "Ben", "10:12"),
        lost: value("Tu-Su 09:00-17:00", "Ana", "09:40"),
        restored: Some(Restoration {
            by: "Ana".to_owned(),
            at: time("12:34"),
        }),
    }
}

/// The made-up day on `places`, with nine calls at the given ones.
fn on(places: Vec<Place>, at: [usize; 9]) -> DayPage {
    let visits: Vec<VisitRow> = CALLS
        .lines()
        .zip(at)
        .map(|(call, place)| visit(&places, place, call))
        .collect();
    let stops = |rep| {
        visits
            .iter()
            .filter(move |v| v.rep == rep)
            .map(|v| places[v.place].at)
    };
    let route = |rep, label: &str| Route {
        rep,
        label: label.to_owned(),
        points: stops(rep).collect(),
    };
    let figure = |value: &str, label: &str| Figure {
        label: label.to_owned(),
        value: value.to_owned(),
    };
    DayPage {
        title: "A morning without signal, and nothing lost".to_owned(),
        story: "Ana and Ben made nine calls while their phones were offline, and both changed the same account. \
                At noon they found signal: three requests later every phone agreed, and the value that lost was one tap away."
            .to_owned(),
        town: "Port Averley".to_owned(),
        date: "Tuesday 24 November 2026".to_owned(),
        reps: ["Ana", "Ben"].map(|name| Rep { name: name.to_owned() }).to_vec(),
        plans: Vec::new(),
        drives: Vec::new(),
        sales: SalesFigures::default(),
        conflicts: vec![conflict(&places[at[3]].name)],
        timeline: EVENTS.lines().map(event).collect(),
        figures: vec![
            figure("9", "check-ins with no signal"),
            figure("5.3 KB", "sent in all"),
            figure("41 ms", "first sync of the book"),
            figure("0", "edits lost"),
        ],
        streets: Vec::new(),
        attribution: None,
        routes: vec![route(0, "Ana: five calls, 2.3 km"), route(1, "Ben: four calls, 1.9 km")],
        visits,
        places,
    }
}

/// The day on the shipped sample.
pub(super) fn day() -> DayPage {
    let mut places = places(
        include_str!("../../../sample/accounts.csv"),
        Some("tier"),
        Some("fence_m"),
    );
    let find = |name: &str| places.iter().position(|p| p.name.contains(name)).unwrap();
    let at = [
        "Quayside Pantry",
        "Foundry Supplies",
        "Ironmongers",
        "Étoile",
        "Brandt",
        "Mill Road Hardware",
        "Shipwrights' Timber",
        "Westside Pharmacy",
        "金龍酒家",
    ]
    .map(find);
    let hotel = find("Grand Marine");
    places[hotel].state = PlaceState::Planned;
    places[at[3]].state = PlaceState::Contested;
    let streets = streets_from_csv(include_str!("../../../sample/streets.csv")).unwrap();
    DayPage {
        streets,
        ..on(places, at)
    }
}

/// The day on real places in the middle of their town: nine of them near each other.
pub(super) fn real_town(csv: &str) -> DayPage {
    let places = places(csv, None, None);
    let middle = Point {
        lat: 52.6285,
        lon: 1.2950,
    };
    let away = |p: &Place| (p.at.lat - middle.lat).hypot((p.at.lon - middle.lon) * 0.6);
    let mut near: Vec<usize> = (0..places.len()).filter(|i| away(&places[*i]) < 0.011).collect();
    near.sort_by(|a, b| places[*a].at.lon.total_cmp(&places[*b].at.lon));
    let at = [1, 12, 3, 5, 14, 7, 16, 9, 18].map(|share| near[near.len() * share / 20]);
    DayPage {
        town: "Norwich".to_owned(),
        attribution: Some("Places © OpenStreetMap contributors".to_owned()),
        ..on(places, at)
    }
}
