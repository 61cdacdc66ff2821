//! GPX 1.0 and 1.1: track points, or route points where there are no others.
//!
//! Nothing is expanded: document type definitions are skipped, entities are left unread, so that a bomb is a few bytes of
//! nothing. Namespaces are not looked at: extensions of many vendors are known by their local names.

use std::io::{BufRead, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::csv::{Draft, M_PER_HDOP, number};
use super::{BYTES_MAX, LINE_MAX, ReadError, RowProblem, TrackFile, time};

/// How deep elements may lie in each other; a GPX needs eight.
const DEPTH_MAX: usize = 64;

pub(super) fn read(input: impl BufRead) -> Result<TrackFile, ReadError> {
    let mut points = Points::default();
    let mut reader = Reader::from_reader(Paced::new(input));
    let mut buffer = Vec::new();
    loop {
        let event = reader.read_event_into(&mut buffer);
        let line = reader.get_ref().lines + 1;
        match event {
            Err(error) => return Err(told(&error, line)),
            Ok(Event::Eof) => break,
            Ok(Event::Start(tag)) => points.open(&tag, line)?,
            Ok(Event::Empty(tag)) => {
                points.open(&tag, line)?;
                points.close(line)?;
            }
            Ok(Event::End(_)) => points.close(line)?,
            Ok(Event::Text(text)) => points.text.push_str(&String::from_utf8_lossy(&text)),
            // An entity where a number should be makes it none.
            Ok(Event::GeneralRef(_)) => points.text.push('&'),
            Ok(_) => {}
        }
        buffer.clear();
    }
    points.done(reader.get_ref().lines + 1)
}

fn told(error: &quick_xml::Error, line: u64) -> ReadError {
    match error {
        quick_xml::Error::Io(error) if error.kind() == std::io::ErrorKind::InvalidInput => {
            ReadError::LineTooLong { line }
        }
        quick_xml::Error::Io(error) if error.kind() == std::io::ErrorKind::FileTooLarge => {
            ReadError::TooLarge
        }
        quick_xml::Error::Io(error) => ReadError::Io { kind: error.kind() },
        _ => ReadError::Xml { line },
    }
}

/// What has been read of the points.
#[derive(Default)]
struct Points {
    /// Names of the open elements.
    open: Vec<Element>,
    text: String,
    draft: Option<Result<Draft, (&'static str, RowProblem)>>,
    track: TrackFile,
    route: TrackFile,
}

/// An element that means something here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Element {
    TrackPoint,
    RoutePoint,
    Time,
    Elevation,
    Hdop,
    Speed,
    Course,
    Accuracy,
    Other,
}

impl Element {
    fn named(local: &[u8]) -> Element {
        match local {
            b"trkpt" => Element::TrackPoint,
            b"rtept" => Element::RoutePoint,
            b"time" => Element::Time,
            b"ele" => Element::Elevation,
            b"hdop" => Element::Hdop,
            b"speed" => Element::Speed,
            b"course" => Element::Course,
            b"accuracy" => Element::Accuracy,
            _ => Element::Other,
        }
    }
}

impl Points {
    fn open(&mut self, tag: &BytesStart<'_>, line: u64) -> Result<(), ReadError> {
        if self.open.len() >= DEPTH_MAX {
            return Err(ReadError::Xml { line });
        }
        let element = Element::named(tag.local_name().as_ref());
        if matches!(element, Element::TrackPoint | Element::RoutePoint) {
            self.draft = Some(place(tag));
        }
        self.open.push(element);
        self.text.clear();
        Ok(())
    }

    fn close(&mut self, line: u64) -> Result<(), ReadError> {
        let element = self.open.pop().ok_or(ReadError::Xml { line })?;
        match element {
            Element::TrackPoint | Element::RoutePoint => {
                let row = self.draft.take().unwrap_or(Err(("lat", RowProblem::Missing)));
                let file = if element == Element::TrackPoint {
                    &mut self.track
                } else {
                    &mut self.route
                };
                file.take(row.and_then(|draft| draft.fix()), line)?;
            }
            _ => {
                if let Some(Ok(draft)) = &mut self.draft {
                    let said = say(draft, element, self.text.trim());
                    if let Err(problem) = said {
                        self.draft = Some(Err(problem));
                    }
                }
            }
        }
        self.text.clear();
        Ok(())
    }

    fn done(self, line: u64) -> Result<TrackFile, ReadError> {
        if !self.open.is_empty() {
            return Err(ReadError::Xml { line });
        }
        let empty = |file: &TrackFile| file.fixes.is_empty() && file.refused.is_empty();
        match (empty(&self.track), empty(&self.route)) {
            (false, _) => Ok(self.track),
            (true, false) => Ok(self.route),
            (true, true) => Err(ReadError::NoPoint),
        }
    }
}

/// The coordinates of a point.
fn place(tag: &BytesStart<'_>) -> Result<Draft, (&'static str, RowProblem)> {
    let mut draft = Draft::default();
    for attribute in tag.attributes().with_checks(false).flatten() {
        let value = String::from_utf8_lossy(&attribute.value);
        match attribute.key.local_name().as_ref() {
            b"lat" => draft.lat = number("lat", value.trim())?,
            b"lon" => draft.lon = number("lon", value.trim())?,
            _ => {}
        }
    }
    Ok(draft)
}

/// What an element inside a point says of it.
fn say(draft: &mut Draft, element: Element, text: &str) -> Result<(), (&'static str, RowProblem)> {
    match element {
        _ if text.is_empty() => {}
        Element::Time => draft.at_ms = Some(time::parse(text).ok_or(("time", RowProblem::NotATime))?),
        Element::Elevation => draft.altitude_m = number("ele", text)?,
        Element::Hdop => {
            let hdop = number("hdop", text)?;
            draft.accuracy_m = draft
                .accuracy_m
                .or(hdop.filter(|n| *n > 0.0).map(|n| n * M_PER_HDOP));
        }
        Element::Accuracy => draft.accuracy_m = number("accuracy", text)?,
        Element::Speed => draft.speed_mps = number("speed", text)?,
        Element::Course => draft.bearing_deg = number("course", text)?,
        Element::TrackPoint | Element::RoutePoint | Element::Other => {}
    }
    Ok(())
}

/// Counts lines and refuses what never ends: [`LINE_MAX`] bytes without a `>`, [`BYTES_MAX`] bytes in all.
struct Paced<R> {
    input: R,
    lines: u64,
    bytes: u64,
    since_tag: usize,
}

impl<R> Paced<R> {
    fn new(input: R) -> Paced<R> {
        Paced {
            input,
            lines: 0,
            bytes: 0,
            since_tag: 0,
        }
    }
}

impl<R: BufRead> Read for Paced<R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let length = self.fill_buf()?.read(into)?;
        self.consume(length);
        Ok(length)
    }
}

impl<R: BufRead> BufRead for Paced<R> {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        if self.since_tag > LINE_MAX {
            return Err(std::io::ErrorKind::InvalidInput.into());
        }
        if self.bytes > BYTES_MAX {
            return Err(std::io::ErrorKind::FileTooLarge.into());
        }
        self.input.fill_buf()
    }

    fn consume(&mut self, length: usize) {
        if let Ok(buffer) = self.input.fill_buf() {
            let taken = &buffer[..length.min(buffer.len())];
            self.lines += taken.iter().map(|byte| u64::from(*byte == b'\n')).sum::<u64>();
            self.since_tag = match taken.iter().rposition(|byte| *byte == b'>') {
                Some(at) => taken.len() - 1 - at,
                None => self.since_tag + taken.len(),
            };
        }
        self.bytes += length as u64;
        self.input.consume(length);
    }
}
