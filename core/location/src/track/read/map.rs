//! Columns that a person names, for a CSV whose own names are not known.

use super::columns::{ColumnKind, field_kind};

/// The columns of a CSV that hold certain fields of a fix, whatever they are called. The rest is found by known names.
///
/// Fields: `time`, `date`, `lat`, `lon`, `position` (latitude and longitude in one cell), `position_lon_lat`, `accuracy_m`,
/// `hdop`, `speed_mps`, `speed_kmh`, `bearing_deg`, `altitude_m`, `mock`, `gps_at`, `segment_start`, `datum`
/// (`wgs84`, `gcj02` or `bd09` in each row; positions come out in WGS-84).
///
/// ```
/// use fieldbook_location::track::{ColumnMap, read_mapped};
/// let map = ColumnMap::new([("time", "when"), ("position_lon_lat", "where")])?;
/// let file = read_mapped(&b"when;where\n2026-11-23T09:30:00Z;116.397,39.909\n"[..], &map)?;
/// assert_eq!(file.fixes[0].position().lat(), 39.909);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ColumnMap {
    fields: Vec<(&'static str, ColumnKind, String)>,
}

/// The reason why a map of columns is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ColumnMapError {
    /// No field of a fix has this name.
    #[error(
        "a fix has no field {field}: use time, date, lat, lon, position, position_lon_lat, accuracy_m, hdop, speed_mps, \
         speed_kmh, bearing_deg, altitude_m, mock, gps_at, segment_start or datum"
    )]
    UnknownField {
        /// The name.
        field: String,
    },
    /// Two columns for one field, or one for two.
    #[error("{name} is named twice")]
    Twice {
        /// Name of the field or column.
        name: String,
    },
}

impl ColumnMap {
    /// A map of fields to names of columns, which are compared without regard to case.
    ///
    /// # Errors
    /// [`ColumnMapError`] for a field that there is not, and for a field or column that is named twice.
    pub fn new<F: AsRef<str>, C: AsRef<str>>(
        fields: impl IntoIterator<Item = (F, C)>,
    ) -> Result<ColumnMap, ColumnMapError> {
        let mut map = ColumnMap::default();
        for (field, column) in fields {
            let (field, column) = (field.as_ref(), column.as_ref().trim());
            let (name, kind) = field_kind(field).ok_or_else(|| ColumnMapError::UnknownField {
                field: field.to_owned(),
            })?;
            for (known, _, other) in &map.fields {
                let twice = [
                    (*known == name, name),
                    (other.eq_ignore_ascii_case(column), column),
                ];
                if let Some((_, name)) = twice.into_iter().find(|(same, _)| *same) {
                    return Err(ColumnMapError::Twice {
                        name: name.to_owned(),
                    });
                }
            }
            map.fields.push((name, kind, column.to_owned()));
        }
        Ok(map)
    }

    /// Meaning and name of each column.
    pub(super) fn fields(&self) -> impl Iterator<Item = (ColumnKind, &str)> {
        self.fields
            .iter()
            .map(|(_, kind, column)| (*kind, column.as_str()))
    }
}
