//! The timeline: one lane for each actor, time running down, solid while online and dashed while offline; a bar joins a
//! device to the server when they sync.
//!
//! It is a list with drawn lanes and not a picture, so that a screen reader can read it, a phone wraps it and it prints.

use super::day::{Actor, DayPage, Event, EventKind, Link};
use super::html::{clock, escape, name};
use super::route::colour_class;

/// The section; empty without events.
pub(super) fn section(day: &DayPage) -> String {
    if day.timeline.is_empty() {
        return String::new();
    }
    let lanes = lanes(day);
    let heads: String = lanes.iter().map(|a| head(day, *a)).collect();
    let rows: String = (0..day.timeline.len()).map(|i| row(day, &lanes, i)).collect();
    format!(
        "<section class=\"timeline\" aria-labelledby=\"timeline\" style=\"--lanes:{}\"><h2 id=\"timeline\">How the day went</h2>\
         <p class=\"hint\"><span class=\"sample on\"></span> online <span class=\"sample off\"></span> no signal \
         <span class=\"sample tie\"></span> sync with the server</p>\
         <div class=\"heads\" aria-hidden=\"true\"><span></span><span class=\"lanes\">{heads}</span></div>\n<ol>\n{rows}</ol></section>\n",
        lanes.len(),
    )
}

/// The lanes that have events: the reps, the server, the office.
fn lanes(day: &DayPage) -> Vec<Actor> {
    let reps = (0..day.reps.len()).map(Actor::Rep);
    let has_event = |a: &Actor| day.timeline.iter().any(|e| e.who == *a);
    let talks = day.timeline.iter().any(|e| e.kind == EventKind::Sync);
    reps.chain([Actor::Server, Actor::Office])
        .filter(|a| has_event(a) || (*a == Actor::Server && talks))
        .collect()
}

/// An actor's class.
fn class(who: Actor) -> String {
    match who {
        Actor::Rep(i) => colour_class(i),
        Actor::Office => "office".to_owned(),
        Actor::Server => "server".to_owned(),
    }
}

/// An actor's name as markup.
fn actor_name(day: &DayPage, who: Actor) -> String {
    match who {
        Actor::Rep(i) => day.reps.get(i).map(|r| name(&r.name)).unwrap_or_default(),
        Actor::Office => "Office".to_owned(),
        Actor::Server => "Server".to_owned(),
    }
}

/// The initial over a lane.
fn head(day: &DayPage, actor: Actor) -> String {
    let initial = match actor {
        Actor::Rep(i) => day
            .reps
            .get(i)
            .and_then(|r| r.name.chars().find(|c| c.is_alphanumeric()))
            .unwrap_or('•'),
        Actor::Office => 'O',
        Actor::Server => 'S',
    };
    format!(
        "<i class=\"head {}\">{}</i>",
        class(actor),
        escape(&initial.to_uppercase().to_string())
    )
}

/// The list item of one event.
fn row(day: &DayPage, lanes: &[Actor], index: usize) -> String {
    let event = &day.timeline[index];
    let cells: String = lanes.iter().map(|a| cell(day, *a, index)).collect();
    let lost = event.link == Link::Offline && link(day, event.who, index) != Some(Link::Offline);
    let offline = if lost {
        " <span class=\"nosignal\">no signal</span>"
    } else {
        ""
    };
    format!(
        "<li class=\"{kind}\">{time}<span class=\"lanes\" aria-hidden=\"true\">{cells}{tie}</span>\
         <p><span class=\"who {class}\">{who}</span> {what}{offline}</p></li>\n",
        kind = kind_class(event.kind),
        time = clock(event.at),
        tie = sync_bar(lanes, event),
        class = class(event.who),
        who = actor_name(day, event.who),
        what = escape(&event.what),
    )
}

/// The class of a kind of event.
fn kind_class(kind: EventKind) -> &'static str {
    match kind {
        EventKind::Act => "act",
        EventKind::Sync => "sync",
        EventKind::Conflict => "conflict-met",
    }
}

/// One lane beside one event: the link above and below its dot.
fn cell(day: &DayPage, actor: Actor, index: usize) -> String {
    let event = &day.timeline[index];
    let before = link(day, actor, index);
    let after = link(day, actor, index + 1);
    let bead = if event.who == actor {
        "<b class=\"bead\"></b>"
    } else {
        ""
    };
    format!(
        "<i class=\"{} above-{} below-{}\">{bead}</i>",
        class(actor),
        link_class(before),
        link_class(after)
    )
}

/// An actor's link after the first `events` of the day; `None` before its first event. The server is always online.
fn link(day: &DayPage, actor: Actor, events: usize) -> Option<Link> {
    if actor == Actor::Server {
        return Some(Link::Online);
    }
    day.timeline[..events]
        .iter()
        .rev()
        .find(|e| e.who == actor)
        .map(|e| e.link)
}

/// The class of a stretch of lane.
fn link_class(link: Option<Link>) -> &'static str {
    match link {
        None => "none",
        Some(Link::Online) => "on",
        Some(Link::Offline) => "off",
    }
}

/// The bar between a device and the server at a sync.
fn sync_bar(lanes: &[Actor], event: &Event) -> String {
    let find = |a: Actor| lanes.iter().position(|l| *l == a);
    match (event.kind, find(event.who), find(Actor::Server)) {
        (EventKind::Sync, Some(device), Some(server)) if device != server => {
            let (from, span) = (device.min(server), device.abs_diff(server));
            format!("<b class=\"tie\" style=\"--from:{from};--span:{span}\"></b>")
        }
        _ => String::new(),
    }
}
