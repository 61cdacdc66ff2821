//! Says what happens, and remembers it for the page's timeline.

use crate::fault::Fault;
use crate::out::Out;
use crate::page::{Actor, Event, EventKind, Link, TimeOfDay};

/// The story as it is told.
pub(super) struct Telling<'o> {
    out: &'o mut Out,
    events: Vec<Event>,
}

impl<'o> Telling<'o> {
    pub(super) fn new(out: &'o mut Out) -> Telling<'o> {
        Telling {
            out,
            events: Vec::new(),
        }
    }

    /// One thing that happened.
    pub(super) fn tell(
        &mut self,
        at: u32,
        who: Actor,
        kind: EventKind,
        link: Link,
        what: &str,
    ) -> Result<(), Fault> {
        if !self.out.json() {
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
            self.out.line(&format!(
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

    /// A line that stands above what follows.
    pub(super) fn chapter(&mut self, title: &str) -> Result<(), Fault> {
        if self.out.json() {
            return Ok(());
        }
        self.out.line("")?;
        self.out.heading(title)
    }

    /// What was told.
    pub(super) fn take(self) -> Vec<Event> {
        self.events
    }
}
