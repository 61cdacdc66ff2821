//! A plan for other programs: a map, a navigator, a calendar.

use std::io::Write;
use std::str::FromStr;

use serde_json::json;

use super::UnknownExport;
use super::ics;
use crate::book::{BookError, Candidate, PlannedDay};
use crate::location::Position;
use crate::plan::PlannedVisit;

/// In which form a plan is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanFormat {
    /// RFC 7946: a point for each visit, and the line of their order.
    GeoJson,
    /// GPX 1.1: a route.
    Gpx,
    /// RFC 5545: an event for each visit.
    Ics,
}

impl FromStr for PlanFormat {
    type Err = UnknownExport;

    fn from_str(word: &str) -> Result<PlanFormat, UnknownExport> {
        match word {
            "geojson" => Ok(PlanFormat::GeoJson),
            "gpx" => Ok(PlanFormat::Gpx),
            "ics" => Ok(PlanFormat::Ics),
            _ => Err(UnknownExport),
        }
    }
}

impl Candidate {
    /// A link that opens the place in the phone's own maps (RFC 5870, with the name as Android and iOS read it).
    pub fn map_link(&self) -> String {
        let (lat, lon) = (self.position.lat(), self.position.lon());
        let name: String = self
            .account
            .title()
            .chars()
            .map(|c| if c.is_alphanumeric() { c } else { ' ' })
            .collect();
        let name: String = name.bytes().fold(String::new(), |text, byte| match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => text + char::from(byte).encode_utf8(&mut [0; 4]),
            _ => format!("{text}%{byte:02X}"),
        });
        format!("geo:{lat:.6},{lon:.6}?q={lat:.6},{lon:.6}({name})")
    }
}

impl PlannedDay {
    /// Writes the plan.
    ///
    /// # Errors
    /// [`BookError::CannotWrite`].
    pub fn export(&self, format: PlanFormat, out: &mut dyn Write) -> Result<(), BookError> {
        let written = match format {
            PlanFormat::GeoJson => self.geojson(out),
            PlanFormat::Gpx => self.gpx(out),
            PlanFormat::Ics => self.ics(out),
        };
        written.map_err(|_| BookError::CannotWrite)
    }

    /// The places in order, with the way out and the way back.
    fn way(&self) -> Vec<Position> {
        let start = self.places.at.first().copied();
        let end = self
            .problem
            .end
            .and_then(|node| self.places.at.get(node))
            .copied();
        let stops = self.stops().map(|(candidate, _)| candidate.position);
        start.into_iter().chain(stops).chain(end).collect()
    }

    /// Unix milliseconds of a time of the plan.
    fn ms(&self, at_s: i64) -> i64 {
        self.request.midnight_ms() + at_s * 1_000
    }

    fn time(&self, at_s: i64) -> String {
        let time = chrono::DateTime::from_timestamp_millis(self.ms(at_s)).unwrap_or_default();
        time.format("%Y-%m-%dT%H:%M:%SZ").to_string()
    }

    fn geojson(&self, out: &mut dyn Write) -> std::io::Result<()> {
        let coordinates: Vec<_> = self.way().iter().map(|at| json!([at.lon(), at.lat()])).collect();
        let line = json!({
            "type": "Feature", "geometry": { "type": "LineString", "coordinates": coordinates },
            "properties": { "date": self.request.date.to_string(), "value": self.plan.value, "travel_s": self.plan.travel_s },
        });
        let stop = |(n, (candidate, visit)): (usize, (&Candidate, &PlannedVisit))| {
            json!({
                "type": "Feature",
                "geometry": { "type": "Point", "coordinates": [candidate.position.lon(), candidate.position.lat()] },
                "properties": {
                    "number": n, "id": visit.id, "name": candidate.account.title(), "arrive": self.time(visit.arrive_s),
                    "start": self.time(visit.start_s), "leave": self.time(visit.leave_s),
                    "value": candidate.worth.value, "link": candidate.map_link(),
                },
            })
        };
        let stops = (1..).zip(self.stops()).map(stop);
        let features: Vec<_> = stops.chain((coordinates.len() > 1).then_some(line)).collect();
        serde_json::to_writer(
            &mut *out,
            &json!({ "type": "FeatureCollection", "features": features }),
        )?;
        out.write_all(b"\n")
    }

    fn gpx(&self, out: &mut dyn Write) -> std::io::Result<()> {
        out.write_all(
            b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<gpx version=\"1.1\" creator=\"Fieldbook\" ",
        )?;
        writeln!(
            out,
            "xmlns=\"http://www.topografix.com/GPX/1/1\"><rte><name>{}</name>",
            self.request.date
        )?;
        for (candidate, visit) in self.stops() {
            writeln!(
                out,
                "<rtept lat=\"{:.6}\" lon=\"{:.6}\"><time>{}</time><name>{}</name></rtept>",
                candidate.position.lat(),
                candidate.position.lon(),
                self.time(visit.start_s),
                xml(candidate.account.title())
            )?;
        }
        out.write_all(b"</rte></gpx>\n")
    }

    fn ics(&self, out: &mut dyn Write) -> std::io::Result<()> {
        ics::begin(out)?;
        for (candidate, visit) in self.stops() {
            let until_s = visit.start_s + i64::from(self.request.service_s);
            ics::line(out, "BEGIN:VEVENT")?;
            ics::line(out, &format!("UID:{}-{}@fieldbook", visit.id, self.request.date))?;
            ics::line(
                out,
                &format!("DTSTAMP:{}", ics::stamp(self.request.midnight_ms())),
            )?;
            ics::line(out, &format!("DTSTART:{}", ics::stamp(self.ms(visit.start_s))))?;
            ics::line(out, &format!("DTEND:{}", ics::stamp(self.ms(until_s))))?;
            ics::line(
                out,
                &format!("SUMMARY:{}", ics::escaped(candidate.account.title())),
            )?;
            let at = candidate.position;
            ics::line(out, &format!("GEO:{:.6};{:.6}", at.lat(), at.lon()))?;
            ics::line(out, "END:VEVENT")?;
        }
        ics::end(out)
    }
}

/// Text made safe for XML; what XML cannot carry is left out.
fn xml(text: &str) -> String {
    let carried = text
        .chars()
        .filter(|c| !c.is_control() && !matches!(c, '\u{FFFE}' | '\u{FFFF}'));
    carried.fold(String::new(), |mut safe, c| {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            c => safe.push(c),
        }
        safe
    })
}
