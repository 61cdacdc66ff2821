//! The GPX reader (1.0 and 1.1): track points, or route points if there are no others.
//!
//! Nothing is expanded: document type definitions are skipped and entities left unread, so an entity bomb has no
//! effect. Namespaces are ignored: extensions of many vendors are known by their local names, at any depth. Time and
//! elevation count as children of the point only.
//!
//! A new segment, track or route says that the recorder was off or without reception before it.

use std::io::{BufRead, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::columns::{ColumnKind, extension_kind};
use super::csv::{FieldError, FixFields, HdopUnit, number};
use super::{BYTES_MAX, LINE_MAX, ReadError, RowProblem, TrackFile, speed_unit, time};

/// Largest depth of nested elements; GPX needs eight.
const DEPTH_MAX: usize = 64;

pub(super) fn read(input: impl BufRead) -> Result<TrackFile, ReadError> {
    let mut points = GpxPoints::default();
    let mut reader = Reader::from_reader(LimitedReader::new(input));
    let mut buffer = Vec::new();
    loop {
        let event = reader.read_event_into(&mut buffer);
        let line = reader.get_ref().lines + 1;
        match event {
            Err(error) => return Err(into_read_error(&error, line)),
            Ok(Event::Eof) => break,
            Ok(Event::Start(tag)) => points.start_element(&tag, line)?,
            Ok(Event::Empty(tag)) => {
                points.start_element(&tag, line)?;
                points.end_element(line)?;
            }
            Ok(Event::End(_)) => points.end_element(line)?,
            Ok(Event::Text(text)) => points.text.push_str(&String::from_utf8_lossy(&text)),
            Ok(Event::CData(text)) => points.text.push_str(&String::from_utf8_lossy(&text)),
            // An entity makes a number invalid.
            Ok(Event::GeneralRef(_)) => points.text.push('&'),
            Ok(_) => {}
        }
        buffer.clear();
    }
    points.finish(reader.get_ref().lines + 1)
}

fn into_read_error(error: &quick_xml::Error, line: u64) -> ReadError {
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

/// The points read so far, and the open elements.
#[derive(Default)]
struct GpxPoints {
    /// Open elements, outermost first.
    open: Vec<Element>,
    text: String,
    point: Option<Result<FixFields, FieldError>>,
    hdop_unit: HdopUnit,
    /// True from the start of a segment to its first fix.
    starts_segment: bool,
    track: TrackFile,
    route: TrackFile,
}

/// An element by its meaning for a fix.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Element {
    Root,
    Segment,
    TrackPoint,
    RoutePoint,
    Time,
    Elevation,
    /// A value of the fix, in the point itself or in an extension of it.
    Value(ColumnKind),
    Other,
}

impl Element {
    /// The element of that local name; `in_point` is true for a child of a point.
    fn from_name(local: &[u8], in_point: bool) -> Element {
        match local {
            b"gpx" => Element::Root,
            b"trkseg" | b"rte" => Element::Segment,
            b"trkpt" => Element::TrackPoint,
            b"rtept" => Element::RoutePoint,
            b"time" if in_point => Element::Time,
            b"ele" if in_point => Element::Elevation,
            _ => std::str::from_utf8(local)
                .ok()
                .and_then(extension_kind)
                .map_or(Element::Other, Element::Value),
        }
    }

    fn is_point(self) -> bool {
        matches!(self, Element::TrackPoint | Element::RoutePoint)
    }
}

/// The meaning of `<hdop>` in files of the program that the root element names.
fn hdop_unit(root: &BytesStart<'_>) -> HdopUnit {
    let is_creator = |name: &[u8]| name.eq_ignore_ascii_case(b"creator");
    let creator = root
        .attributes()
        .with_checks(false)
        .flatten()
        .find(|attribute| is_creator(attribute.key.local_name().as_ref()))
        .map(|attribute| String::from_utf8_lossy(&attribute.value).to_ascii_lowercase());
    match creator {
        Some(creator) if creator.contains("osmand") || creator.contains("locus") => HdopUnit::Metres,
        _ => HdopUnit::Dilution,
    }
}

impl GpxPoints {
    fn start_element(&mut self, tag: &BytesStart<'_>, line: u64) -> Result<(), ReadError> {
        if self.open.len() >= DEPTH_MAX {
            return Err(ReadError::Xml { line });
        }
        let in_point = self.open.last().is_some_and(|parent| parent.is_point());
        let element = Element::from_name(tag.local_name().as_ref(), in_point);
        match element {
            Element::Root => self.hdop_unit = hdop_unit(tag),
            Element::Segment => self.starts_segment = true,
            Element::TrackPoint | Element::RoutePoint => self.point = Some(coordinates(tag)),
            _ => {}
        }
        self.open.push(element);
        self.text.clear();
        Ok(())
    }

    fn end_element(&mut self, line: u64) -> Result<(), ReadError> {
        let element = self.open.pop().ok_or(ReadError::Xml { line })?;
        match element {
            Element::TrackPoint | Element::RoutePoint => {
                let row = self.point.take().unwrap_or(Err(("lat", RowProblem::Missing)));
                let file = if element == Element::TrackPoint {
                    &mut self.track
                } else {
                    &mut self.route
                };
                let row = row.and_then(|fields| {
                    let (hdop_unit, starts_segment) = (self.hdop_unit, self.starts_segment);
                    FixFields {
                        hdop_unit,
                        starts_segment: starts_segment && !file.fixes.is_empty(),
                        ..fields
                    }
                    .into_fix()
                });
                self.starts_segment &= row.is_err();
                file.push(row, line)?;
            }
            _ => {
                if let Some(Ok(fields)) = &mut self.point {
                    let outcome = set_field(fields, element, self.text.trim());
                    if let Err(problem) = outcome {
                        self.point = Some(Err(problem));
                    }
                }
            }
        }
        self.text.clear();
        Ok(())
    }

    fn finish(self, line: u64) -> Result<TrackFile, ReadError> {
        if !self.open.is_empty() {
            return Err(ReadError::Xml { line });
        }
        let empty = |file: &TrackFile| file.fixes.is_empty() && file.refused.is_empty();
        let mut file = match (empty(&self.track), empty(&self.route)) {
            (false, _) => self.track,
            (true, false) => self.route,
            (true, true) => return Err(ReadError::NoPoint),
        };
        speed_unit::calibrate(&mut file.fixes);
        Ok(file)
    }
}

/// The coordinates of a point, from its attributes.
fn coordinates(tag: &BytesStart<'_>) -> Result<FixFields, FieldError> {
    let mut fields = FixFields::default();
    for attribute in tag.attributes().with_checks(false).flatten() {
        let value = String::from_utf8_lossy(&attribute.value);
        match attribute.key.local_name().as_ref() {
            b"lat" => fields.lat = number("lat", value.trim())?,
            b"lon" => fields.lon = number("lon", value.trim())?,
            _ => {}
        }
    }
    Ok(fields)
}

/// Stores the text of an element inside a point. Of several values of one kind the first counts.
fn set_field(fields: &mut FixFields, element: Element, text: &str) -> Result<(), FieldError> {
    match element {
        _ if text.is_empty() => {}
        Element::Time => fields.at_ms = Some(time::parse(text).ok_or(("time", RowProblem::NotATime))?),
        Element::Elevation => fields.altitude_m = number("ele", text)?,
        Element::Value(kind) if !fields.has(kind) => fields.set(kind, text)?,
        _ => {}
    }
    Ok(())
}

/// A reader that counts lines and enforces limits: [`LINE_MAX`] bytes without a `>`, [`BYTES_MAX`] bytes in all.
struct LimitedReader<R> {
    input: R,
    lines: u64,
    bytes: u64,
    since_tag: usize,
}

impl<R> LimitedReader<R> {
    fn new(input: R) -> LimitedReader<R> {
        LimitedReader {
            input,
            lines: 0,
            bytes: 0,
            since_tag: 0,
        }
    }
}

impl<R: BufRead> Read for LimitedReader<R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let length = self.fill_buf()?.read(into)?;
        self.consume(length);
        Ok(length)
    }
}

impl<R: BufRead> BufRead for LimitedReader<R> {
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
