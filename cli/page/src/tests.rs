//! The page as a whole: a made-up day on the shipped sample, a tiny day as a snapshot, hostile names.

use super::*;

mod sample_day;

/// Writes `html` as `NAME` into the folder of `FIELDBOOK_PAGES`, if it is set, to be opened in a browser.
fn keep(name: &str, html: &str) {
    if let Ok(dir) = std::env::var("FIELDBOOK_PAGES") {
        std::fs::write(std::path::Path::new(&dir).join(name), html).unwrap();
    }
}

/// The tags that are open at the end of `html`; panics if a tag is closed that is not open.
fn open_tags(html: &str) -> Vec<String> {
    let mut open: Vec<String> = Vec::new();
    let body = html
        .split_once("</head>")
        .unwrap()
        .1
        .strip_suffix("</html>\n")
        .unwrap();
    for piece in body.split('<').skip(1) {
        let (tag, _) = piece
            .split_once('>')
            .unwrap_or_else(|| panic!("unclosed tag <{piece}"));
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(
                open.pop().as_deref(),
                Some(name),
                "</{name}> closes something else"
            );
        } else if !tag.ends_with('/') {
            open.push(tag.split(' ').next().unwrap().to_owned());
        }
    }
    open
}

/// One café with a fence.
fn cafe(at: Point) -> Place {
    Place {
        name: "Café Étoile".to_owned(),
        tier: Tier::A,
        at,
        fence: Some(Fence::Circle { radius_m: 100.0 }),
        state: PlaceState::Quiet,
    }
}

/// A plan of two stops, one of them later than promised, and a third customer who does not fit.
fn plan(door: Point) -> Sketch {
    let stop = |name: &str, lon: f64, hour: u32, change| SketchStop {
        name: name.to_owned(),
        at: Point { lon, ..door },
        from: TimeOfDay(hour * 3600),
        until: TimeOfDay(hour * 3600 + 1200),
        change,
        why: "tier A, 40 days since the last visit".to_owned(),
    };
    let was = TimeOfDay(10 * 3600);
    Sketch {
        title: "Planned at 07:50".to_owned(),
        caption: "2 visits, 9 min on the road".to_owned(),
        rep: 0,
        track: Vec::new(),
        ends: None,
        stops: vec![
            stop("Café Étoile", door.lon, 9, StopChange::Done),
            stop(
                "Quayside <Pantry>",
                door.lon + 0.002,
                11,
                StopChange::Moved { was },
            ),
        ],
        left_out: vec![LeftOut {
            name: "Mill Road Hardware".to_owned(),
            why: "closes 20 min before Ana could be there".to_owned(),
        }],
    }
}

/// A drive with a silence in it.
fn drive(door: Point) -> Sketch {
    let at = |lat: f64, lon: f64| Point {
        lat: door.lat + lat,
        lon: door.lon + lon,
    };
    Sketch {
        title: "Ana, 08:40 to 09:30".to_owned(),
        track: vec![
            vec![at(0.001, 0.0), at(0.001, 0.001)],
            vec![at(0.002, 0.002), at(0.002, 0.003)],
        ],
        left_out: Vec::new(),
        ..plan(door)
    }
}

/// One rep, one place, one visit, one plan, one drive, one event, one conflict.
fn tiny() -> DayPage {
    let door = Point {
        lat: 50.73,
        lon: -2.83,
    };
    let value = |text: &str, by: &str, minute: u32| Value {
        text: text.to_owned(),
        by: by.to_owned(),
        at: TimeOfDay(minute * 60),
    };
    DayPage {
        title: "One call".to_owned(),
        story: "One rep made one call. Nothing was lost.".to_owned(),
        town: "Port Averley".to_owned(),
        date: "24 November 2026".to_owned(),
        reps: vec![Rep {
            name: "Ana".to_owned(),
        }],
        places: vec![cafe(door)],
        streets: streets_from_csv("name,kind,points\nQuay,street,\"50.7295,-2.8320 50.7296,-2.8280\"\n")
            .unwrap(),
        visits: vec![VisitRow {
            at: TimeOfDay(9 * 3600 + 300),
            rep: 0,
            place: 0,
            verdict: Verdict::Verified,
            distance_to_edge_m: Some(-88.0),
            fix: Some(Fix {
                at: Point {
                    lat: 50.7301,
                    lon: -2.83,
                },
                accuracy_m: 12.0,
            }),
            reasons: vec!["the whole circle lies inside the fence".to_owned()],
            note: Some("Back door.".to_owned()),
        }],
        routes: vec![Route {
            rep: 0,
            label: "Ana: 2 stops".to_owned(),
            points: vec![
                door,
                Point {
                    lat: 50.731,
                    lon: -2.828,
                },
            ],
        }],
        plans: vec![plan(door)],
        drives: vec![drive(door)],
        sales: SalesFigures::default(),
        conflicts: vec![ConflictRow {
            record: "Café Étoile".to_owned(),
            field: "phone".to_owned(),
            chosen: value("+44 1632 960001", "Ben", 600),
            lost: value("", "Ana", 590),
            restored: None,
        }],
        timeline: vec![Event {
            at: TimeOfDay(9 * 3600),
            who: Actor::Rep(0),
            kind: EventKind::Sync,
            link: Link::Online,
            what: "fetched the book".to_owned(),
        }],
        figures: vec![sent()],
        attribution: None,
    }
}

fn sent() -> Figure {
    Figure {
        label: "sent".to_owned(),
        value: "417 B".to_owned(),
    }
}

#[test]
fn a_tiny_day_makes_this_page() {
    let html = render(&tiny());
    let body = html.split_once("<body>").unwrap().1;
    insta::assert_snapshot!(body);
}

#[test]
fn the_same_day_makes_the_same_bytes_and_every_tag_is_closed() {
    let day = sample_day::day();
    let html = render(&day);
    keep("sample.html", &html);
    assert_eq!(html, render(&day));
    assert_eq!(open_tags(&html), Vec::<String>::new());
}

#[test]
fn a_day_with_nothing_in_it_is_still_a_page() {
    let empty = DayPage {
        reps: Vec::new(),
        places: Vec::new(),
        streets: Vec::new(),
        visits: Vec::new(),
        routes: Vec::new(),
        plans: Vec::new(),
        drives: Vec::new(),
        sales: SalesFigures::default(),
        conflicts: Vec::new(),
        timeline: Vec::new(),
        figures: Vec::new(),
        ..tiny()
    };
    let html = render(&empty);
    keep("empty.html", &html);
    assert_eq!(open_tags(&html), Vec::<String>::new());
    assert!(html.contains("No place of this book has a position yet"));
}

#[test]
fn the_stops_of_a_plan_are_named_and_two_visits_to_one_door_are_both_seen() {
    let mut day = sample_day::day();
    day.visits.truncate(3);
    day.visits[1].place = day.visits[0].place;
    for (rep, stops) in [[11, 14, 33, 41, 45, 47], [24, 22, 51, 54, 62, 64]]
        .into_iter()
        .enumerate()
    {
        for stop in stops {
            day.places[stop].state = PlaceState::Planned;
        }
        day.routes[rep].points = stops.iter().map(|i| day.places[*i].at).collect();
    }
    let html = render(&day);
    keep("plan.html", &html);
    assert!(
        html.matches("class=\"planned").count() >= 8,
        "most stops find room for their name"
    );
    assert!(html.contains("<path transform=\"rotate("), "the second pin leans");
}

#[test]
fn a_visit_to_a_place_without_a_position_is_in_the_table_and_not_on_the_map() {
    let mut day = tiny();
    day.places[0].at = Point {
        lat: f64::NAN,
        lon: f64::NAN,
    };
    day.places[0].state = PlaceState::Contested;
    let html = render(&day);
    keep("nowhere.html", &html);
    assert!(html.contains("<span class=\"place\"><bdi>Café Étoile</bdi></span>"));
    assert!(!html.contains("NaN") && !html.contains("class=\"pin "));
}

#[test]
fn hostile_names_stay_text() {
    let evil = "</title><script>alert(1)</script>\" onload='x' &amp; \u{202e}\u{0}".to_owned();
    let mut day = tiny();
    for text in [
        &mut day.title,
        &mut day.story,
        &mut day.town,
        &mut day.date,
        &mut day.reps[0].name,
    ] {
        text.clone_from(&evil);
    }
    day.places[0].name.clone_from(&evil);
    day.streets[0].name.clone_from(&evil);
    day.visits[0].reasons = vec![evil.clone()];
    day.visits[0].note = Some(evil.clone());
    day.routes[0].label.clone_from(&evil);
    day.conflicts[0].record.clone_from(&evil);
    day.conflicts[0].field.clone_from(&evil);
    day.conflicts[0].lost.text.clone_from(&evil);
    day.conflicts[0].lost.by.clone_from(&evil);
    day.timeline[0].what.clone_from(&evil);
    day.figures[0].label.clone_from(&evil);
    day.figures[0].value.clone_from(&evil);
    day.attribution = Some(evil);
    let html = render(&day);
    keep("hostile.html", &html);
    assert!(!html.contains("<script") && !html.contains("onload='") && !html.contains('\0'));
    assert_eq!(open_tags(&html), Vec::<String>::new());
}

#[test]
fn the_page_asks_nothing_of_the_network() {
    let html = render(&sample_day::day());
    for asking in [
        "http://", "https://", "url(http", "@import", "<link", "<img", "<script", "src=",
    ] {
        assert!(!html.contains(asking), "{asking}");
    }
}

#[test]
fn a_book_of_two_thousand_places_is_cut_to_the_day_and_stays_small() {
    let mut day = sample_day::day();
    day.streets.clear();
    for i in 0..2000u32 {
        let (row, column) = (f64::from(i / 50), f64::from(i % 50));
        let at = Point {
            lat: 50.713 + row * 0.001,
            lon: -2.871 + column * 0.0013,
        };
        let name = format!("Far shop {i}");
        day.places.push(Place {
            name,
            tier: Tier::Unrated,
            at,
            fence: None,
            state: PlaceState::Quiet,
        });
    }
    let html = render(&day);
    keep("crowd.html", &html);
    assert!(html.contains("class=\"locator\""));
    assert!(
        !html.contains(">Far shop"),
        "quiet places of a crowd have no names on the map"
    );
    assert!(html.len() < 400_000, "{} bytes", html.len());
}

/// A real town, if the shared data is present.
#[test]
fn a_real_town_of_1939_places_makes_a_page() {
    let Some(text) = fieldbook_testdata::text("places/osm_norwich/places.csv") else {
        return;
    };
    let day = sample_day::real_town(&text);
    let html = render(&day);
    keep("norwich.html", &html);
    assert_eq!(day.places.len(), 1939);
    assert_eq!(open_tags(&html), Vec::<String>::new());
}

#[test]
fn a_plan_of_two_days_has_a_map_of_both_and_is_sound_whatever_the_names() {
    let door = Point {
        lat: 50.73,
        lon: -2.83,
    };
    let day = |rep: usize| Sketch {
        title: format!("Day {rep} <script>"),
        rep,
        ends: Some((door, Some(door))),
        ..plan(door)
    };
    let page = PlanPage {
        title: "Two <days>".to_owned(),
        eyebrow: "\"now\" & then".to_owned(),
        story: "Again & again.".to_owned(),
        figures: Vec::new(),
        days: vec![day(0), day(1)],
        quiet: vec![Point {
            lat: f64::NAN,
            lon: 0.0,
        }],
        left_out: vec![
            LeftOut {
                name: "</main>".to_owned(),
                why: "closed".to_owned(),
            };
            50
        ],
        made_by: "fieldbook plan period".to_owned(),
    };
    let html = render_plan(&page);
    keep("plan.html", &html);
    assert_eq!(open_tags(&html), Vec::<String>::new());
    assert!(!html.contains("<script>") && !html.contains("NaN"));
    assert_eq!(html.matches("<svg class=\"map\"").count(), 3);
    assert!(html.contains("and 10 more"));
    assert_eq!(html, render_plan(&page));
    let nothing = PlanPage {
        days: Vec::new(),
        left_out: Vec::new(),
        ..page
    };
    assert_eq!(open_tags(&render_plan(&nothing)), Vec::<String>::new());
}
