//! The narrator: prints events line by line, and records them for the page's timeline.

use std::io::{IsTerminal, Write};
use std::sync::Arc;

use fieldbook_core::clock::FixedClock;
use fieldbook_format::clean;

use super::company::seconds_of_day;
use crate::error::DemoError;
use fieldbook_page::{Actor, Event, EventKind, Link, TimeOfDay};

/// Prints each event at the time of the story's clock, and records it for the timeline.
#[derive(Debug)]
pub(crate) struct Narrator {
    clock: Arc<FixedClock>,
    /// `true` if events are only recorded, because a program reads the output.
    is_silent: bool,
    events: Vec<Event>,
}

impl Narrator {
    /// A narrator without events yet; with `is_silent` it prints nothing.
    pub(crate) fn new(clock: Arc<FixedClock>, is_silent: bool) -> Narrator {
        Narrator {
            clock,
            is_silent,
            events: Vec::new(),
        }
    }

    /// An act of a device that has a signal.
    pub(crate) fn online(&mut self, who: Actor, what: &str) -> Result<(), DemoError> {
        self.event_at(self.now_s(), who, EventKind::Act, Link::Online, what)
    }

    /// An act of a device without a signal.
    pub(crate) fn offline(&mut self, who: Actor, what: &str) -> Result<(), DemoError> {
        self.offline_at(self.now_s(), who, what)
    }

    /// An act of a device without a signal, at another time than the clock's, in seconds since the story's midnight.
    pub(crate) fn offline_at(&mut self, at_s: u32, who: Actor, what: &str) -> Result<(), DemoError> {
        self.event_at(at_s, who, EventKind::Act, Link::Offline, what)
    }

    /// A sync with the server.
    pub(crate) fn sync(&mut self, who: Actor, what: &str) -> Result<(), DemoError> {
        self.event_at(self.now_s(), who, EventKind::Sync, Link::Online, what)
    }

    /// A conflict that a device shows.
    pub(crate) fn conflict(&mut self, who: Actor, what: &str) -> Result<(), DemoError> {
        self.event_at(self.now_s(), who, EventKind::Conflict, Link::Online, what)
    }

    fn now_s(&self) -> u32 {
        seconds_of_day(&self.clock)
    }

    fn event_at(
        &mut self,
        at_s: u32,
        who: Actor,
        kind: EventKind,
        link: Link,
        what: &str,
    ) -> Result<(), DemoError> {
        if !self.is_silent {
            let name = match who {
                Actor::Rep(0) => "Ada",
                Actor::Rep(_) => "Ben",
                Actor::Office => "office",
                Actor::Server => "server",
            };
            let signal = match (kind, link) {
                (EventKind::Conflict, _) => "!",
                (EventKind::Sync, _) => "~",
                (_, Link::Online) => " ",
                (_, Link::Offline) => "x",
            };
            print(&format!(
                "{:02}:{:02} {signal} {name:<7} {what}",
                at_s / 3_600 % 24,
                at_s / 60 % 60
            ))?;
        }
        self.events.push(Event {
            at: TimeOfDay(at_s),
            who,
            kind,
            link,
            what: what.to_owned(),
        });
        Ok(())
    }

    /// Prints a chapter heading, bold on a terminal.
    pub(crate) fn chapter(&mut self, title: &str) -> Result<(), DemoError> {
        if self.is_silent {
            return Ok(());
        }
        let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        print("")?;
        if std::io::stdout().is_terminal() && !no_colour {
            line(&format!("\u{1b}[1m{}\u{1b}[0m", clean(title)))
        } else {
            print(title)
        }
    }

    /// The recorded events, in order.
    pub(crate) fn into_events(self) -> Vec<Event> {
        self.events
    }
}

/// Prints one line, without control characters.
pub(crate) fn print(text: &str) -> Result<(), DemoError> {
    line(&clean(text))
}

fn line(text: &str) -> Result<(), DemoError> {
    writeln!(std::io::stdout(), "{text}").map_err(DemoError::Output)
}
