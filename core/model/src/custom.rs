//! The fields a company adds to the nouns.

use super::schema::{self, FieldType, Why};
use super::{Extra, Fields, Kind, Scalar};

/// Declares one custom field: records of `on` may then carry `x/NAME`. It concerns the whole company.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CustomField {
    /// The kind of record that has the field.
    pub on: Option<Kind>,
    /// Its name, without the `x/`.
    pub name: String,
    /// The type of its values; free text if absent.
    pub value_type: Option<FieldType>,
    /// The values to choose from; any value when empty.
    pub choices: Vec<String>,
    /// Its key in the system it was imported from.
    pub external_id: Option<String>,
    /// Labels and remark.
    pub extra: Extra,
}

impl From<Fields> for CustomField {
    fn from(mut f: Fields) -> CustomField {
        CustomField {
            on: f.take_parsed("on"),
            name: f.take_text("name").unwrap_or_default(),
            value_type: f.take_parsed("type"),
            choices: f.take_members("choice/").into_keys().collect(),
            external_id: f.take_text("external_id"),
            extra: f.into(),
        }
    }
}

impl From<CustomField> for Fields {
    fn from(c: CustomField) -> Fields {
        let mut f = Fields::from(c.extra);
        f.set_some("on", c.on.map(Kind::name));
        f.set("name", c.name);
        f.set_some("type", c.value_type.map(FieldType::name));
        f.set_some("external_id", c.external_id);
        f.0.extend(
            c.choices
                .into_iter()
                .map(|choice| (format!("choice/{choice}"), Scalar::Bool(true))),
        );
        f
    }
}

impl CustomField {
    /// Checks a value against this declaration.
    ///
    /// # Errors
    /// What is wrong with the value.
    pub fn check(&self, value: &Scalar) -> Result<(), Why> {
        let takes = self.value_type.unwrap_or(FieldType::Text);
        schema::check_as(takes, value)?;
        let chosen = self.choices.is_empty()
            || value
                .text()
                .is_some_and(|text| self.choices.iter().any(|c| c == text));
        if chosen {
            Ok(())
        } else {
            Err(Why::Malformed {
                expected: "one of the declared choices",
            })
        }
    }
}
