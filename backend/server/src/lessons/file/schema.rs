//! `lesson.toml` as a JSON Schema, for editors: from the types that read it.
//!
//! The functions are for fields whose types know nothing of schemas: places in a
//! text, values of TOML, and the types of the wire.

use schemars::generate::SchemaSettings;
use schemars::{Schema, SchemaGenerator, json_schema};

use super::LessonFile;

/// The same words in both languages.
pub(super) fn text(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "description": "The same words in English and in Chinese.",
        "properties": {"en": {"type": "string"}, "zh": {"type": "string"}},
        "required": ["en", "zh"],
        "additionalProperties": false,
    })
}

/// A view below the timeline.
pub(super) fn view(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "description": "The view that opens first.",
        "enum": ["objects", "code", "charts", "spans", "output", "table"],
    })
}

/// A value of a parameter.
pub(super) fn value(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": ["boolean", "number", "string"]})
}

/// Values of a parameter.
pub(super) fn values(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "array", "items": value(generator)})
}

/// Values of parameters, by name.
pub(super) fn params(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "object", "additionalProperties": value(generator)})
}

/// The schema, as text that ends with a line break.
pub(crate) fn text_of_all() -> String {
    let generator = SchemaSettings::draft07().into_generator();
    let schema = generator.into_root_schema_for::<LessonFile>();
    format!("{:#}\n", schema.as_value())
}
