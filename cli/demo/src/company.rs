//! The server, the office and the two reps of the story, with their clock and network.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use fieldbook_core::book::{Book, OpenOptions, SyncReport};
use fieldbook_core::clock::{Clock, FixedClock, SystemRandom};
use fieldbook_core::model::Role;
use fieldbook_core::sync::http::Http;
use fieldbook_core::sync::{Post, Reply, Transport, TransportError};
use fieldbook_page::TimeOfDay;
use fieldbook_server::{Config, Server, admin};

use crate::error::DemoError;

/// Midnight of the day of the story, Tuesday 24 November 2026, UTC, in Unix milliseconds.
pub(super) const MIDNIGHT_MS: i64 = 1_795_478_400_000;

/// A person with a book.
pub(super) struct Participant {
    /// Name in the story.
    pub(super) name: &'static str,
    /// The person's book.
    pub(super) book: Book,
}

/// A server, an office and two reps.
pub(super) struct Company {
    /// The clock of the story, shared by all.
    pub(super) clock: Arc<FixedClock>,
    /// The office's book.
    pub(super) office: Participant,
    /// The reps' books.
    pub(super) reps: [Participant; 2],
    /// The name of their territory.
    pub(super) territory: &'static str,
    server: Server,
    network: Http,
}

/// A transport without a connection.
struct NoSignal;

impl Transport for NoSignal {
    fn post(&self, _: Post<'_>) -> Result<Reply, TransportError> {
        Err(TransportError::NoConnection)
    }
}

/// Seconds since the story's midnight by its clock.
pub(super) fn seconds_of_day(clock: &FixedClock) -> u32 {
    u32::try_from((clock.now_ms() - MIDNIGHT_MS) / 1_000).expect("the story is one day")
}

/// The time of day of an instant of the story, given in Unix milliseconds.
pub(super) fn story_time(ms: i64) -> TimeOfDay {
    TimeOfDay(u32::try_from((ms - MIDNIGHT_MS) / 1_000).unwrap_or(0))
}

fn failed(error: impl std::fmt::Display) -> DemoError {
    DemoError::story(error)
}

impl Company {
    /// Starts the server on a free port and opens three empty books.
    pub(super) fn start(dir: &Path) -> Result<Company, DemoError> {
        let clock = Arc::new(FixedClock::at(MIDNIGHT_MS + 7 * 3_600_000 + 40 * 60_000));
        let mut config = Config::new(&dir.join("server"), SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
        config.clock = clock.clone();
        let server = Server::start_with(config).map_err(failed)?;
        let open = |name, file: &str| -> Result<Participant, DemoError> {
            let mut options = OpenOptions::new(dir.join(file));
            options.clock = clock.clone();
            options.time_given = true;
            Ok(Participant {
                name,
                book: Book::open(options)?,
            })
        };
        Ok(Company {
            office: open("the office", "office.db")?,
            reps: [open("Ada", "ada.db")?, open("Ben", "ben.db")?],
            territory: "Harbour",
            clock,
            server,
            network: Http::default(),
        })
    }

    /// Sets the story's clock to a time of day, `HH:MM`.
    pub(super) fn set_time(&self, time: &str) {
        let (hours, minutes) = time.split_once(':').expect("the story's times are HH:MM");
        let number = |text: &str| text.parse::<i64>().expect("the story's times are HH:MM");
        self.clock
            .set(MIDNIGHT_MS + (number(hours) * 60 + number(minutes)) * 60_000);
    }

    /// Seconds since the story's midnight.
    pub(super) fn time_of_day(&self) -> u32 {
        seconds_of_day(&self.clock)
    }

    /// Creates the territory and its users, and joins the three books with one-time codes.
    pub(super) fn join(&self) -> Result<(), DemoError> {
        let (store, random) = (self.server.store(), &SystemRandom);
        admin::add_territory(store, self.territory, random).map_err(failed)?;
        let people = [
            (&self.office, "Olive", Role::Manager),
            (&self.reps[0], "Ada", Role::Rep),
            (&self.reps[1], "Ben", Role::Rep),
        ];
        for (party, name, role) in people {
            admin::add_user(store, name, role, &[self.territory], random).map_err(failed)?;
            let code = admin::issue_code(store, name, self.clock.now_ms(), random).map_err(failed)?;
            party
                .book
                .join(self.server.url(), &code.text, "demo", &self.network)?;
        }
        Ok(())
    }

    /// The address of the server.
    pub(super) fn url(&self) -> &str {
        self.server.url()
    }

    /// Syncs a book over the real network.
    pub(super) fn sync(&self, party: &Participant) -> Result<SyncReport, DemoError> {
        Ok(party.book.sync_now(&self.network, None)?)
    }

    /// Tries to sync without a signal; returns the error's text.
    pub(super) fn sync_without_signal(party: &Participant) -> String {
        party
            .book
            .sync_now(&NoSignal, None)
            .map_or_else(|error| error.to_string(), |_| String::new())
    }

    /// Ends the server.
    pub(super) fn stop(self) -> Result<(), DemoError> {
        self.server.stop().map_err(failed)
    }
}
