//! The street plan under the places, read from CSV: `name,kind,points`, a point as `lat,lon`, points separated by spaces.

use super::day::Point;

/// A line or an area of the ground.
#[derive(Debug, Clone, PartialEq)]
pub struct Street {
    /// Name on the signs; may be empty.
    pub name: String,
    /// Type of the line or area, which selects its style and layer.
    pub kind: StreetKind,
    /// The line, or the ring of an area.
    pub points: Vec<Point>,
}

/// Type of a line or area of the ground, from the bottom layer to the top one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum StreetKind {
    /// An area of green.
    Park,
    /// An area of water.
    Sea,
    /// A line of water.
    River,
    /// A line built into the water.
    Pier,
    /// A railway line.
    Rail,
    /// A narrow street.
    Lane,
    /// A street of normal width.
    Street,
    /// A main street.
    Main,
}

impl StreetKind {
    /// The type for a word of the file.
    fn parse(word: &str) -> Option<StreetKind> {
        Some(match word {
            "park" => StreetKind::Park,
            "sea" => StreetKind::Sea,
            "river" => StreetKind::River,
            "pier" => StreetKind::Pier,
            "rail" => StreetKind::Rail,
            "lane" => StreetKind::Lane,
            "street" => StreetKind::Street,
            "main" => StreetKind::Main,
            _ => return None,
        })
    }

    /// `true` if the points are a ring.
    pub(super) fn is_area(self) -> bool {
        matches!(self, StreetKind::Park | StreetKind::Sea)
    }
}

/// Why a street plan could not be read. Lines count from 1, the header is line 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StreetsError {
    /// The row has not three columns.
    #[error("line {line} is not name,kind,points")]
    Row { line: u64 },
    /// The kind is not one of [`StreetKind`].
    #[error("line {line} has an unknown kind")]
    Kind { line: u64 },
    /// A point is no position, or there are fewer than two.
    #[error("line {line} has no line of positions")]
    Points { line: u64 },
}

/// Reads a street plan.
///
/// # Errors
///
/// `StreetsError` of the first line that cannot be read.
pub fn streets_from_csv(text: &str) -> Result<Vec<Street>, StreetsError> {
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    let mut line = 1;
    rows.records()
        .map(|row| {
            line += 1;
            let row = row.map_err(|_| StreetsError::Row { line })?;
            street(&row).map_err(|wrong| wrong(line))
        })
        .collect()
}

/// The street of one row, or its error without the line number.
fn street(row: &csv::StringRecord) -> Result<Street, fn(u64) -> StreetsError> {
    let (Some(name), Some(kind), Some(points)) = (row.get(0), row.get(1), row.get(2)) else {
        return Err(|line| StreetsError::Row { line });
    };
    let kind =
        StreetKind::parse(kind).ok_or((|line| StreetsError::Kind { line }) as fn(u64) -> StreetsError)?;
    match points
        .split_whitespace()
        .map(position)
        .collect::<Option<Vec<Point>>>()
    {
        Some(points) if points.len() > 1 => Ok(Street {
            name: name.to_owned(),
            kind,
            points,
        }),
        _ => Err(|line| StreetsError::Points { line }),
    }
}

/// Parses `lat,lon`; `None` outside 90° and 180°.
fn position(text: &str) -> Option<Point> {
    let (lat, lon) = text.split_once(',')?;
    let (lat, lon) = (lat.parse::<f64>().ok()?, lon.parse::<f64>().ok()?);
    (lat.abs() <= 90.0 && lon.abs() <= 180.0).then_some(Point { lat, lon })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_street_is_a_name_a_kind_and_a_line() {
        let plan =
            streets_from_csv("name,kind,points\r\n\"Rope, Walk\",lane,\"50.1,-2.5 50.2,-2.4\"\r\n").unwrap();
        assert_eq!(
            plan,
            [Street {
                name: "Rope, Walk".to_owned(),
                kind: StreetKind::Lane,
                points: vec![Point { lat: 50.1, lon: -2.5 }, Point { lat: 50.2, lon: -2.4 }],
            }]
        );
    }

    #[test]
    fn a_bad_line_is_named() {
        let read = |row: &str| streets_from_csv(&format!("name,kind,points\nA,lane,\"1,2 3,4\"\n{row}\n"));
        assert_eq!(read("B,canal,\"1,2 3,4\""), Err(StreetsError::Kind { line: 3 }));
        assert_eq!(read("B,lane,\"1,2\""), Err(StreetsError::Points { line: 3 }));
        assert_eq!(
            read("B,lane,\"1,2 300,4\""),
            Err(StreetsError::Points { line: 3 })
        );
        assert_eq!(read("B,lane"), Err(StreetsError::Row { line: 3 }));
    }
}
