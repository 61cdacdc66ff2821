//! Prints what happens, line by line, and remembers it for the page's timeline.

use std::io::{IsTerminal, Write};

use fieldbook_format::clean;

use crate::error::DemoError;
use fieldbook_page::{Actor, Event, EventKind, Link, TimeOfDay};

/// The story as it is told.
#[derive(Debug, Default)]
pub(crate) struct Telling {
    /// Whether only the result is printed, for programs.
    is_silent: bool,
    events: Vec<Event>,
}

impl Telling {
    /// A story whose lines are printed, or with `is_silent` only remembered.
    pub(crate) fn new(is_silent: bool) -> Telling {
        Telling {
            is_silent,
            events: Vec::new(),
        }
    }

    /// One thing that happened.
    pub(crate) fn tell(
        &mut self,
        at: u32,
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
                at / 3_600 % 24,
                at / 60 % 60
            ))?;
        }
        self.events.push(Event {
            at: TimeOfDay(at),
            who,
            kind,
            link,
            what: what.to_owned(),
        });
        Ok(())
    }

    /// A line that stands above what follows; bold on a terminal.
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

    /// The events that were told, in order.
    pub(crate) fn into_events(self) -> Vec<Event> {
        self.events
    }
}

/// Prints one line for people. Nothing in it can command the terminal.
pub(crate) fn print(text: &str) -> Result<(), DemoError> {
    line(&clean(text))
}

fn line(text: &str) -> Result<(), DemoError> {
    writeln!(std::io::stdout(), "{text}").map_err(DemoError::Output)
}
