//! A plan for other programs: a map, a navigator, a calendar.

use std::io::{self, Write};
use std::str::FromStr;

use chrono::NaiveDate;
use serde_json::{Value, json};

use crate::book::{BookError, Candidate, Places, PlanDayRequest, PlannedDay, PlannedPeriod};
use crate::export::{UnknownExport, ics};
use fieldbook_location::Position;
use fieldbook_plan::{PlannedVisit, ReportedPosition};

/// In which form a plan is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanFormat {
    /// RFC 7946: a point for each visit, and for each day the line of their order.
    GeoJson,
    /// GPX 1.1: a route for each day.
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
        let sheet = Sheet {
            request: &self.request,
            date: self.request.date,
            stops: self.stops().collect(),
            places: &self.places,
            end: self.problem.end,
            here: &self.plan.reported,
            value: self.plan.value,
            travel_s: self.road_time_s(),
            planned_at_ms: self.planned_at_ms,
        };
        write(&[sheet], format, out).map_err(|_| BookError::CannotWrite)
    }
}

impl PlannedPeriod {
    /// Writes the plan, day by day.
    ///
    /// # Errors
    /// [`BookError::CannotWrite`].
    pub fn export(&self, format: PlanFormat, out: &mut dyn Write) -> Result<(), BookError> {
        let sheets: Vec<Sheet<'_>> = self.days().map(|(date, stops)| self.sheet(date, stops)).collect();
        write(&sheets, format, out).map_err(|_| BookError::CannotWrite)
    }
}

impl PlannedPeriod {
    fn sheet<'a>(&'a self, date: NaiveDate, stops: Vec<(&'a Candidate, &'a PlannedVisit)>) -> Sheet<'a> {
        Sheet {
            value: stops.iter().map(|(candidate, _)| candidate.worth.value).sum(),
            travel_s: self.road_time_s(&stops),
            request: &self.request.day,
            date,
            stops,
            places: &self.places,
            end: self.problem.end,
            here: &[],
            planned_at_ms: self.planned_at_ms,
        }
    }
}

/// One day, as it is written.
struct Sheet<'a> {
    /// The request of the day, without its date.
    request: &'a PlanDayRequest,
    date: NaiveDate,
    stops: Vec<(&'a Candidate, &'a PlannedVisit)>,
    places: &'a Places,
    end: Option<usize>,
    /// The positions that the rep reported.
    here: &'a [ReportedPosition],
    value: i64,
    /// On the road, at the speeds of the time of day.
    travel_s: i64,
    planned_at_ms: i64,
}

fn write(sheets: &[Sheet<'_>], format: PlanFormat, out: &mut dyn Write) -> io::Result<()> {
    match format {
        PlanFormat::GeoJson => geojson(sheets, out),
        PlanFormat::Gpx => gpx(sheets, out),
        PlanFormat::Ics => ics(sheets, out),
    }
}

impl Sheet<'_> {
    /// The places in order, with the way out and the way back, and where the rep said to be.
    fn way(&self) -> Vec<Position> {
        let start = self.places.at.first().copied();
        let end = self.end.and_then(|node| self.places.at.get(node)).copied();
        let seen = |after: usize| {
            let here = self.here.iter().filter(move |here| here.after == after);
            here.filter_map(|here| self.places.at.get(here.node).copied())
        };
        let stops = (1..).zip(&self.stops).flat_map(|(n, (candidate, _))| {
            let here = [candidate.position].into_iter();
            here.chain(seen(n))
        });
        start.into_iter().chain(seen(0)).chain(stops).chain(end).collect()
    }

    /// Unix milliseconds of a time of the plan.
    fn ms(&self, at_s: i64) -> i64 {
        self.request.zone.instant_ms(self.date, at_s)
    }

    fn time(&self, at_s: i64) -> String {
        let time = chrono::DateTime::from_timestamp_millis(self.ms(at_s)).unwrap_or_default();
        time.format("%Y-%m-%dT%H:%M:%SZ").to_string()
    }

    /// A point for each stop, then the line.
    fn features(&self) -> Vec<Value> {
        let date = self.date.to_string();
        let coordinates: Vec<_> = self.way().iter().map(|at| json!([at.lon(), at.lat()])).collect();
        let stop = |(n, (candidate, visit)): (usize, &(&Candidate, &PlannedVisit))| {
            json!({
                "type": "Feature",
                "geometry": { "type": "Point", "coordinates": [candidate.position.lon(), candidate.position.lat()] },
                "properties": {
                    "date": date, "number": n, "id": visit.id, "name": candidate.account.title(),
                    "arrive": self.time(visit.arrive_s), "start": self.time(visit.start_s),
                    "leave": self.time(visit.leave_s), "value": candidate.worth.value, "link": candidate.map_link(),
                },
            })
        };
        let mut features: Vec<Value> = (1..).zip(&self.stops).map(stop).collect();
        if coordinates.len() > 1 {
            features.push(json!({
                "type": "Feature", "geometry": { "type": "LineString", "coordinates": coordinates },
                "properties": { "date": date, "value": self.value, "travel_s": self.travel_s },
            }));
        }
        features
    }
}

fn geojson(sheets: &[Sheet<'_>], out: &mut dyn Write) -> io::Result<()> {
    let features: Vec<Value> = sheets.iter().flat_map(Sheet::features).collect();
    serde_json::to_writer(
        &mut *out,
        &json!({ "type": "FeatureCollection", "features": features }),
    )?;
    out.write_all(b"\n")
}

fn gpx(sheets: &[Sheet<'_>], out: &mut dyn Write) -> io::Result<()> {
    out.write_all(
        b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<gpx version=\"1.1\" creator=\"Fieldbook\" ",
    )?;
    write!(out, "xmlns=\"http://www.topografix.com/GPX/1/1\">")?;
    for sheet in sheets {
        writeln!(out, "<rte><name>{}</name>", sheet.date)?;
        for (candidate, visit) in &sheet.stops {
            writeln!(
                out,
                "<rtept lat=\"{:.6}\" lon=\"{:.6}\"><time>{}</time><name>{}</name></rtept>",
                candidate.position.lat(),
                candidate.position.lon(),
                sheet.time(visit.start_s),
                xml(candidate.account.title())
            )?;
        }
        out.write_all(b"</rte>")?;
    }
    out.write_all(b"</gpx>\n")
}

fn ics(sheets: &[Sheet<'_>], out: &mut dyn Write) -> io::Result<()> {
    ics::begin(out)?;
    for sheet in sheets {
        for (candidate, visit) in &sheet.stops {
            let until_s = visit.start_s + i64::from(sheet.request.service_s);
            ics::line(out, "BEGIN:VEVENT")?;
            ics::line(out, &format!("UID:{}-{}@fieldbook", visit.id, sheet.date))?;
            ics::line(out, &format!("DTSTAMP:{}", ics::stamp(sheet.planned_at_ms)))?;
            ics::line(out, &format!("DTSTART:{}", ics::stamp(sheet.ms(visit.start_s))))?;
            ics::line(out, &format!("DTEND:{}", ics::stamp(sheet.ms(until_s))))?;
            ics::line(
                out,
                &format!("SUMMARY:{}", ics::escaped(candidate.account.title())),
            )?;
            let at = candidate.position;
            ics::line(out, &format!("GEO:{:.6};{:.6}", at.lat(), at.lon()))?;
            ics::line(out, "END:VEVENT")?;
        }
    }
    ics::end(out)
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
