//! Progress on standard error: notes, progress bars and a counter of seconds.

use std::io::{IsTerminal, Write};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use fieldbook_core::clock::Stopwatch;

use fieldbook_format::grouped;

/// Time before a bar or a counter appears.
const DELAY: Duration = Duration::from_secs(1);
/// Least interval between two redraws of a bar.
const REDRAW: Duration = Duration::from_millis(100);
/// Width of a full bar, characters.
const BAR: u64 = 30;

/// A line on standard error.
pub(crate) fn print_note(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Overwrites the current line of a terminal; does nothing if standard error is none.
fn draw(text: &str) {
    let mut stderr = std::io::stderr();
    if stderr.is_terminal() {
        let _ = write!(stderr, "\r\u{1b}[K{text}");
        let _ = stderr.flush();
    }
}

/// A bar that fills with the bytes of a file.
pub(crate) struct Bar {
    what: &'static str,
    total: u64,
    started: Stopwatch,
    drawn: Option<Stopwatch>,
}

impl Bar {
    /// A bar for `total` bytes of `what`; 0 if the total is unknown.
    pub(crate) fn new(what: &'static str, total: u64) -> Bar {
        Bar {
            what,
            total,
            started: Stopwatch::start(),
            drawn: None,
        }
    }

    /// Redraws the bar, at most ten times a second and not in the first second.
    pub(crate) fn update(&mut self, done: u64, lines: u64) {
        let lately = self.drawn.is_some_and(|drawn| drawn.elapsed() < REDRAW);
        if lately || self.started.elapsed() < DELAY {
            return;
        }
        self.drawn = Some(Stopwatch::start());
        draw(&bar(self.what, done, self.total, lines));
    }
}

impl Drop for Bar {
    /// Wipes the bar.
    fn drop(&mut self) {
        if self.drawn.is_some() {
            draw("");
        }
    }
}

fn bar(what: &str, done: u64, total: u64, lines: u64) -> String {
    let lines = grouped(lines);
    match (done.min(total) * BAR).checked_div(total) {
        Some(full) => {
            let cells: String = (0..BAR).map(|cell| if cell < full { '#' } else { '.' }).collect();
            format!(
                "{what} [{cells}] {}% · {lines} lines",
                done.min(total) * 100 / total
            )
        }
        None => format!("{what} · {lines} lines"),
    }
}

/// Does `work` while a counter shows the seconds.
pub(crate) fn waiting<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let (done, wait) = channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let started = Stopwatch::start();
            while wait.recv_timeout(DELAY) == Err(RecvTimeoutError::Timeout) {
                draw(&format!("{what} · {} s", started.elapsed().as_secs()));
            }
            if started.elapsed() >= DELAY {
                draw("");
            }
        });
        let result = work();
        drop(done);
        result
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_fills_and_does_without_a_total() {
        assert_eq!(
            bar("import", 50, 100, 1_200),
            "import [###############...............] 50% · 1,200 lines"
        );
        assert_eq!(bar("import", 50, 0, 7), "import · 7 lines");
    }
}
