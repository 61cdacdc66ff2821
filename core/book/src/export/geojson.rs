//! GeoJSON (RFC 7946): a feature collection, a feature a record. A record without a place is unlocated, section 3.2: its
//! geometry is null, and nothing is missing.

use std::io::Write;

use serde_json::{Value, json};

use super::{Form, Item, json};
use fieldbook_location::Position;

#[derive(Default)]
pub(super) struct GeoJson {
    begun: bool,
}

impl Form for GeoJson {
    fn begin(&mut self, out: &mut dyn Write) -> std::io::Result<()> {
        out.write_all(b"{\"type\":\"FeatureCollection\",\"features\":[")
    }

    fn item(&mut self, item: &Item, out: &mut dyn Write) -> std::io::Result<bool> {
        let position = item
            .site
            .as_ref()
            .and_then(|site| site.fields.text("position"))
            .and_then(|text| text.parse().ok());
        let position: Option<Position> = position;
        out.write_all(if self.begun { b",\n" } else { b"\n" })?;
        self.begun = true;
        let mut properties = json::object(&item.record);
        if let Some(site) = &item.site {
            properties.extend(["fence", "opening_hours"].iter().filter_map(|key| {
                site.fields
                    .text(key)
                    .map(|text| ((*key).to_owned(), Value::from(text)))
            }));
        }
        let feature = json!({
            "type": "Feature",
            "geometry": position.map(|at| json!({ "type": "Point", "coordinates": [at.lon(), at.lat()] })),
            "properties": properties,
        });
        serde_json::to_writer(&mut *out, &feature)?;
        Ok(true)
    }

    fn end(&mut self, out: &mut dyn Write) -> std::io::Result<()> {
        out.write_all(b"\n]}\n")
    }
}
