//! Records out of JSON: a list of objects, or one object a line.
//!
//! Also read are objects one after the other, and a list inside an object, as the interfaces of Salesforce, HubSpot and
//! Dynamics answer (`{"totalSize": 2, "records": [...]}`). An object within an object is read as columns `outer.inner`, a list of plain values as
//! one text with semicolons. The keys of the first objects make the columns.

use std::collections::HashMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::ImportError;
use super::csv::RECORD_BYTES_MAX;
use super::refused::{LineFault, RefusedLine};
use super::row::Row;
use super::source::Source;

/// The most different keys a file may have.
const KEYS_MAX: usize = 2_000;
/// The depth to which objects are searched for columns.
const DEPTH_MAX: usize = 3;

/// Below 2^53 a double is exact to the unit.
const EXACT_BELOW: f64 = 9_007_199_254_740_992.0;

/// The records of a JSON file.
pub(super) struct JsonReader<'a> {
    source: Source<'a>,
    /// The line at which the source stands.
    line: u64,
    form: JsonLayout,
    columns: Vec<String>,
    at: HashMap<String, usize>,
    done: bool,
}

/// The layout of the objects in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum JsonLayout {
    /// Each on a line of its own, so that a bad line costs itself alone.
    Lines,
    /// One after the other, until the list that holds them is closed or the file ends.
    Sequence,
}

impl<'a> JsonReader<'a> {
    /// Finds the first record.
    pub(super) fn open(source: Source<'a>) -> Result<JsonReader<'a>, ImportError> {
        let mut json = JsonReader {
            source,
            line: 1,
            form: JsonLayout::Lines,
            columns: Vec::new(),
            at: HashMap::new(),
            done: false,
        };
        json.skip_to_value();
        let window = json.source.rest();
        let wrapped = list_within(window);
        let first_line = window.split(|b| *b == b'\n').next().unwrap_or(window);
        match (window.first(), wrapped) {
            (None, _) => {
                return Err(json
                    .source
                    .cut()
                    .cloned()
                    .map_or(ImportError::Empty, ImportError::from));
            }
            (Some(b'['), _) => {
                json.form = JsonLayout::Sequence;
                json.pass(1);
            }
            (Some(b'{'), Some(bytes)) => {
                json.form = JsonLayout::Sequence;
                json.pass(bytes);
            }
            (Some(b'{'), None) if first_line.trim_ascii_end().ends_with(b"}") => {}
            (Some(b'{'), None) => json.form = JsonLayout::Sequence,
            (Some(_), _) => return Err(ImportError::Json { line: json.line }),
        }
        Ok(json)
    }

    /// The columns that the objects so far have.
    pub(super) fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The next record.
    pub(super) fn next(&mut self) -> Option<Result<Row, RefusedLine>> {
        if self.done {
            return None;
        }
        self.skip_to_value();
        let line = self.line;
        let Some(first) = self.source.rest().first() else {
            self.done = true;
            return self
                .source
                .cut()
                .map(|cut| Err(RefusedLine::whole(line, cut.clone())));
        };
        if *first == b']' && self.form == JsonLayout::Sequence {
            self.done = true;
            return None;
        }
        let Some(bytes) = self.value_bytes() else {
            return Some(Err(RefusedLine::whole(line, self.endless())));
        };
        let text = self.source.rest()[..bytes].trim_ascii_end();
        let text = text.strip_suffix(b",").unwrap_or(text);
        let mut found = Vec::new();
        let read = serde_json::from_slice(text).and_then(|object| flatten("", object, 1, &mut found));
        self.pass(bytes);
        let row = match read {
            Ok(()) => self.row(line, found),
            Err(_) => Err(LineFault::NotJson),
        };
        Some(row.map_err(|reason| RefusedLine::whole(line, reason)))
    }

    /// Skips white space, and the commas between objects.
    fn skip_to_value(&mut self) {
        loop {
            let white = |b: &&u8| b.is_ascii_whitespace() || **b == b',';
            let bytes = self.source.rest().iter().take_while(white).count();
            let all = bytes == self.source.rest().len();
            self.pass(bytes);
            if !all || !self.source.more() {
                return;
            }
        }
    }

    /// Length of the next value, or `None` if it does not end or is too long.
    fn value_bytes(&mut self) -> Option<usize> {
        loop {
            let (window, ended) = (self.source.rest(), self.source.ended());
            let end = match self.form {
                JsonLayout::Lines => window.iter().position(|b| *b == b'\n'),
                JsonLayout::Sequence => value_end(window),
            };
            // Half a line looks like a whole one, so the last of a file that is cut off does not count.
            let whole = ended && self.form == JsonLayout::Lines && self.source.cut().is_none();
            let end = end.or(whole.then_some(window.len()));
            if end.is_some() {
                return end.filter(|bytes| *bytes <= RECORD_BYTES_MAX);
            }
            if ended || window.len() > RECORD_BYTES_MAX {
                return None;
            }
            self.source.more();
        }
    }

    /// Why the value at which the source stands could not be read. Nothing behind it can, either: where the next object
    /// begins, nobody knows.
    fn endless(&mut self) -> LineFault {
        self.done = true;
        match self.source.cut() {
            Some(cut) if self.source.rest().len() <= RECORD_BYTES_MAX => cut.clone(),
            _ => LineFault::EndlessJson,
        }
    }

    fn pass(&mut self, bytes: usize) {
        let lines = self.source.rest()[..bytes].iter().filter(|b| **b == b'\n');
        self.line += lines.count() as u64;
        self.source.advance(bytes);
    }

    fn row(&mut self, line: u64, found: Vec<(String, String)>) -> Result<Row, LineFault> {
        let mut cells = vec![String::new(); self.columns.len()];
        for (key, text) in found {
            let column = self.column(key)?;
            if column >= cells.len() {
                cells.resize(column + 1, String::new());
            }
            cells[column] = text;
        }
        if cells.iter().any(|cell| cell.contains('\0')) {
            return Err(LineFault::Nul);
        }
        Ok(Row::from_cells(line, cells))
    }

    fn column(&mut self, key: String) -> Result<usize, LineFault> {
        if let Some(column) = self.at.get(&key) {
            return Ok(*column);
        }
        if self.columns.len() >= KEYS_MAX {
            return Err(LineFault::TooManyKeys { allowed: KEYS_MAX });
        }
        self.columns.push(key.clone());
        self.at.insert(key, self.columns.len() - 1);
        Ok(self.columns.len() - 1)
    }
}

/// Names of the list in the answers of the interfaces of CRM systems, and of the objects that hold it.
const LISTS: [&str; 6] = ["records", "results", "data", "items", "value", "result"];
/// Names of what stands beside the list: counts, pages and states. An object with any other key is a record.
const ENVELOPE: [&str; 18] = [
    "count",
    "done",
    "hasmore",
    "info",
    "limit",
    "links",
    "meta",
    "next",
    "nextrecordsurl",
    "offset",
    "page",
    "paging",
    "perpage",
    "previous",
    "status",
    "success",
    "total",
    "totalsize",
];

/// The begin of the list of objects, if `window` is an object that holds one under one of the usual names, whatever
/// counts and pages precede it.
fn list_within(window: &[u8]) -> Option<usize> {
    let mut rest = window.strip_prefix(b"{")?.trim_ascii_start();
    loop {
        let name_end = 1 + rest.strip_prefix(b"\"")?.iter().position(|byte| *byte == b'"')?;
        let name = String::from_utf8_lossy(&rest[1..name_end]);
        let normal: String = name
            .chars()
            .filter(|c| *c != '_')
            .collect::<String>()
            .to_ascii_lowercase();
        rest = rest[name_end + 1..]
            .trim_ascii_start()
            .strip_prefix(b":")?
            .trim_ascii_start();
        if LISTS.contains(&normal.as_str()) {
            if let Some(list) = rest.strip_prefix(b"[").map(<[u8]>::trim_ascii_start) {
                return list.starts_with(b"{").then_some(window.len() - list.len());
            }
            if let Some(inner) = list_within(rest) {
                return Some(window.len() - rest.len() + inner);
            }
        }
        if !name.starts_with('@') && !ENVELOPE.contains(&normal.as_str()) {
            return None;
        }
        rest = rest[json_value_end(rest)?..]
            .trim_ascii_start()
            .strip_prefix(b",")?
            .trim_ascii_start();
    }
}

/// The end of a member's value at the beginning of `window`, before the comma or bracket that follows.
fn json_value_end(window: &[u8]) -> Option<usize> {
    match window.first()? {
        b'{' | b'[' => value_end(window),
        b'"' => {
            let mut escaped = false;
            let end = window.iter().skip(1).position(|byte| {
                let closes = *byte == b'"' && !escaped;
                escaped = *byte == b'\\' && !escaped;
                closes
            })?;
            Some(end + 2)
        }
        _ => window.iter().position(|byte| matches!(byte, b',' | b'}')),
    }
}

/// The end of the value at the beginning of `window`: brackets match, and those inside strings do not count.
fn value_end(window: &[u8]) -> Option<usize> {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for (at, byte) in window.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth <= 1 => return Some(if depth == 1 { at + 1 } else { at.max(1) }),
            b'}' | b']' => depth -= 1,
            b',' if depth == 0 => return Some(at),
            _ => {}
        }
    }
    None
}

/// The members of an object in their order, each value as it is written: a number keeps all its digits.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Members<'de>, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Reader)
    }
}

fn flatten(
    prefix: &str,
    object: Members<'_>,
    depth: usize,
    found: &mut Vec<(String, String)>,
) -> serde_json::Result<()> {
    for (name, value) in object.0 {
        let key = format!("{prefix}{name}");
        if value.get().starts_with('{') && depth < DEPTH_MAX {
            flatten(
                &format!("{key}."),
                serde_json::from_str(value.get())?,
                depth + 1,
                found,
            )?;
        } else {
            found.push((key, text(value)?));
        }
    }
    Ok(())
}

/// A value as a cell of a table would have it.
fn text(value: &RawValue) -> serde_json::Result<String> {
    let written = value.get();
    Ok(match written.as_bytes().first() {
        Some(b'n') => String::new(),
        Some(b'"') => serde_json::from_str(written)?,
        Some(b'[') => {
            let values: Vec<&RawValue> = serde_json::from_str(written)?;
            let nested = values.iter().any(|value| value.get().starts_with(['[', '{']));
            if nested {
                serde_json::from_str::<Value>(written)?.to_string()
            } else {
                let texts: Vec<String> = values.into_iter().map(text).collect::<Result<_, _>>()?;
                texts.join(";")
            }
        }
        Some(b'{') => serde_json::from_str::<Value>(written)?.to_string(),
        // `1e3` as people write it. Without an exponent a number stays as it is written, however many digits it has.
        Some(b'-' | b'0'..=b'9') if written.contains(['e', 'E']) => written
            .parse::<f64>()
            .ok()
            .filter(|number| number.abs() < EXACT_BELOW)
            .map_or_else(|| written.to_owned(), |number| number.to_string()),
        _ => written.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The cells of a record joined by `|`, or why it was refused, with its line.
    type Found = (u64, Result<String, LineFault>);

    /// The columns and the records of `text`.
    fn records(text: &[u8]) -> (Vec<String>, Vec<Found>) {
        let mut input = text;
        let mut json = JsonReader::open(Source::open(&mut input, u64::MAX).unwrap()).unwrap();
        let mut found = Vec::new();
        while let Some(next) = json.next() {
            found.push(match next {
                Ok(row) => {
                    let cells: Vec<&str> = (0..row.cells()).map(|at| row.cell(at)).collect();
                    (row.line, Ok(cells.join("|")))
                }
                Err(refused) => (refused.line, Err(refused.reason)),
            });
        }
        (json.columns().to_vec(), found)
    }

    fn ok(line: u64, cells: &str) -> Found {
        (line, Ok(cells.to_owned()))
    }

    #[test]
    fn a_number_keeps_all_its_digits() {
        let (_, found) = records(
            br#"[{"a":9007199254740993,"b":123456789012345678901234567890,"c":[18446744073709551616,-1],"d":1.10,"e":1.2e3,"f":{"g":9007199254740993},"h":1e300}]"#,
        );
        let cells = "9007199254740993|123456789012345678901234567890|18446744073709551616;-1|1.10|1200|9007199254740993|1e300";
        assert_eq!(found, [ok(1, cells)]);
    }

    #[test]
    fn objects_are_read_from_a_list_from_lines_and_from_a_wrapped_list() {
        let (a, b) = (
            r#"{"n":"}A","p":{"q":1.5}}"#,
            r#"{"n":null,"t":["x",2],"p":{"q":true}}"#,
        );
        let columns = ["n", "p.q", "t"];
        let cases = [
            (format!("{a}\n\n{b}\n"), 3),
            (format!("[{a},{b}]"), 1),
            (format!("[\n{a},\n{b}\n]\n"), 3),
            (format!("{{\"records\" : [ {a}, \n{b}]}}"), 2),
            (format!("{}\n{b}", a.replace(',', ",\n")), 3),
            (
                format!("{{\"totalSize\":2,\"done\":true,\"records\":[{a},\n{b}]}}"),
                2,
            ),
            (
                format!("{{\"total\":2,\"results\":[{a},\n{b}],\"paging\":{{\"next\":1}}}}"),
                2,
            ),
            (
                format!("{{\"@odata.context\":\"a\\\"]b\",\"value\":[{a},\n{b}]}}"),
                2,
            ),
            (
                format!("{{\"status\":0,\"result\":{{\"totalSize\":2,\"records\":[\n{a},\n{b}]}}}}"),
                3,
            ),
        ];
        for (text, second) in cases {
            let (found_columns, found) = records(text.as_bytes());
            assert_eq!(found_columns, columns, "{text}");
            assert_eq!(
                found.iter().map(|(_, r)| r.clone()).collect::<Vec<_>>(),
                [Ok("}A|1.5".to_owned()), Ok("|true|x;2".to_owned())]
            );
            assert_eq!(found[1].0, second, "{text}");
        }
    }

    #[test]
    fn a_bad_object_costs_itself_alone() {
        let bad = (2, Err(LineFault::NotJson));
        assert_eq!(
            records(b"{\"a\":1}\n{\"a\":\n{\"a\":3}\n").1,
            vec![ok(1, "1"), bad.clone(), ok(3, "3")]
        );
        assert_eq!(
            records(b"[{\"a\":1},\n{\"a\":x},\n7,\n[{}],\n{\"a\":5}]").1,
            vec![
                ok(1, "1"),
                bad,
                (3, Err(LineFault::NotJson)),
                (4, Err(LineFault::NotJson)),
                ok(5, "5")
            ]
        );
        assert_eq!(
            records(b"[{\"a\":1},\n{\"a\":\"\n{\"a\":3}]").1,
            vec![ok(1, "1"), (2, Err(LineFault::EndlessJson))]
        );
    }

    #[test]
    fn what_is_no_list_of_objects_is_refused() {
        let open = |mut text: &[u8]| {
            Source::open(&mut text, 1 << 20)
                .and_then(JsonReader::open)
                .map(|_| ())
        };
        assert_eq!(open(b""), Err(ImportError::Empty));
        assert_eq!(open(b"\n7"), Err(ImportError::Json { line: 2 }));
        assert_eq!(open(b"[]"), Ok(()));
    }
}
