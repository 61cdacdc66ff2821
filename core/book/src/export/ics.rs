//! iCalendar (RFC 5545): visits as events.

use std::io::Write;

use super::{Form, Item, Revision};
use fieldbook_model::{Body, VisitState};

/// Duration of a planned visit in the calendar, in milliseconds, as none is planned.
const SHOWN_MS: i64 = 30 * 60 * 1_000;
/// The longest line before it is folded, in bytes (section 3.1).
const LINE_BYTES: usize = 73;

pub(super) struct Ics;

impl Form for Ics {
    fn begin(&mut self, out: &mut dyn Write) -> std::io::Result<()> {
        begin(out)
    }

    fn item(&mut self, item: &Item, out: &mut dyn Write) -> std::io::Result<bool> {
        let Body::Visit(visit) = item.record.body() else {
            return Ok(false);
        };
        let (from, until) = match &visit.state {
            VisitState::Skipped { .. } => return Ok(false),
            VisitState::Planned => (visit.planned_at_ms, None),
            state => (state.arrived_at_ms(), state.left_at_ms()),
        };
        let Some(from) = from else { return Ok(false) };
        let name = item.account.as_ref().map_or("visit", |account| account.title());
        let site = item.site.as_ref().map(|site| &site.fields);
        let address: Vec<&str> = site
            .into_iter()
            .flat_map(|f| {
                ["street", "postcode", "city"]
                    .into_iter()
                    .filter_map(|key| f.text(key))
            })
            .collect();
        line(out, "BEGIN:VEVENT")?;
        line(out, &format!("UID:{}@fieldbook", item.record.id))?;
        // Readers order versions of an event by SEQUENCE, then by DTSTAMP (RFC 5546, 2.1.5).
        let revision = item.revision.unwrap_or(Revision {
            changed_at_ms: from,
            number: 0,
        });
        line(out, &format!("DTSTAMP:{}", stamp(revision.changed_at_ms)))?;
        line(out, &format!("SEQUENCE:{}", revision.number))?;
        line(out, &format!("DTSTART:{}", stamp(from)))?;
        let until = until.unwrap_or(from.saturating_add(SHOWN_MS));
        // An end must lie after the start, by the second (3.8.2.2); without one the event has no duration.
        if until.div_euclid(1_000) > from.div_euclid(1_000) {
            line(out, &format!("DTEND:{}", stamp(until)))?;
        }
        line(out, &format!("SUMMARY:{}", escaped(name)))?;
        if !address.is_empty() {
            line(out, &format!("LOCATION:{}", escaped(&address.join(", "))))?;
        }
        if let Some(purpose) = &visit.purpose {
            line(out, &format!("DESCRIPTION:{}", escaped(purpose)))?;
        }
        line(out, "END:VEVENT")?;
        Ok(true)
    }

    fn end(&mut self, out: &mut dyn Write) -> std::io::Result<()> {
        end(out)
    }
}

pub(crate) fn begin(out: &mut dyn Write) -> std::io::Result<()> {
    out.write_all(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Fieldbook//Fieldbook//EN\r\n")
}

pub(crate) fn end(out: &mut dyn Write) -> std::io::Result<()> {
    out.write_all(b"END:VCALENDAR\r\n")
}

/// A time in UTC, form 2 of section 3.3.5.
pub(crate) fn stamp(ms: i64) -> String {
    let time = chrono::DateTime::from_timestamp_millis(ms).unwrap_or_default();
    time.format("%Y%m%dT%H%M%SZ").to_string()
}

/// A text value (section 3.3.11). Control characters, which it cannot hold, become blanks.
pub(crate) fn escaped(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,");
    let text = text.replace("\r\n", "\\n").replace(['\n', '\r'], "\\n");
    text.replace(|c: char| c.is_control() && c != '\t', " ")
}

/// Writes one content line, folded between characters.
pub(crate) fn line(out: &mut dyn Write, text: &str) -> std::io::Result<()> {
    let mut room = LINE_BYTES;
    for c in text.chars() {
        if c.len_utf8() > room {
            out.write_all(b"\r\n ")?;
            room = LINE_BYTES - 1;
        }
        room -= c.len_utf8();
        out.write_all(c.encode_utf8(&mut [0; 4]).as_bytes())?;
    }
    out.write_all(b"\r\n")
}
