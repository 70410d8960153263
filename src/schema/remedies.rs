//! What to do about a fault.

use serde_json::Value;

use super::{Kind, Schema, Types, value};
use crate::finding::nearest;

/// Of a value of the wrong type: what is wrong, and what would be right.
pub(super) fn wrong_type(schema: &Schema, value: &Value) -> (String, String) {
    let expected = match schema.types {
        Types::One(kind) => kind.name(),
        Types::IntOrString => "integer or string",
        // A type that the schema does not say, but its format.
        Types::Any => "string",
    };
    let problem = match value {
        Value::Object(_) | Value::Array(_) => format!(
            "Invalid value: must be of type {expected}, not {}",
            name_of(value)
        ),
        _ => format!(
            "Invalid value: {}: must be of type {expected}, not {}",
            shown(value),
            name_of(value)
        ),
    };
    let remedy = match (schema.types, value) {
        (_, Value::Null) => or_remove(schema, "give a value"),
        (Types::One(Kind::String), Value::Bool(_) | Value::Number(_))
            if !schema.choices.is_empty() =>
        {
            format!("write one of {}", listed(&schema.choices))
        }
        (Types::One(Kind::Array), Value::String(text)) if text.contains(',') => {
            let entries: Vec<&str> = text.split(',').map(str::trim).collect();
            format!("write it as a list: [{}]", entries.join(", "))
        }
        (Types::One(Kind::String) | Types::Any, Value::Bool(_) | Value::Number(_)) => {
            format!("put it in quotes: \"{value}\"")
        }
        (Types::One(Kind::Array), Value::String(_) | Value::Number(_) | Value::Bool(_)) => {
            format!("write it as a list: [{value}]")
        }
        _ => format!("write {}", described(schema)),
    };
    (problem, remedy)
}

/// Of a value that is not among the allowed ones: what is wrong, and what would be right.
pub(super) fn unsupported(choices: &[Value], value: &Value) -> (String, String) {
    let problem = format!(
        "Unsupported value: {}: supported values: {}",
        shown(value),
        listed(choices)
    );
    let names = choices.iter().filter_map(Value::as_str);
    let remedy = match value.as_str().and_then(|word| nearest(word, names)) {
        Some(name) => format!("did you mean \"{name}\"?"),
        None => "choose one of them".to_owned(),
    };
    (problem, remedy)
}

/// A value in a sentence: not whole, where it is long.
pub(super) fn shown(value: &Value) -> String {
    let mut text = value.to_string();
    if let Some((end, _)) = text.char_indices().nth(LONGEST_SHOWN) {
        text.truncate(end);
        text.push('…');
    }
    text
}

/// How much of a value is shown, in characters.
const LONGEST_SHOWN: usize = 200;

/// What to do, or else to leave the field out where that is possible.
pub(super) fn or_remove(schema: &Schema, remedy: &str) -> String {
    if schema.is_required {
        remedy.to_owned()
    } else {
        format!("{remedy}, or remove the field")
    }
}

/// How to add a field that is missing.
pub(super) fn missing(schema: Option<&Schema>) -> String {
    match schema {
        Some(schema) => format!("add it: {}", described(schema)),
        None => "add it".to_owned(),
    }
}

/// A value to go by, where the schema has one.
pub(super) fn such_as(schema: &Schema, otherwise: &str) -> String {
    schema.example.as_ref().map_or_else(
        || otherwise.to_owned(),
        |example| format!("write it like {example}"),
    )
}

/// What the schemas of `anyOf` and `oneOf` ask for, where they can be told by the fields that they require.
pub(super) fn alternatives(schemas: &[Schema]) -> String {
    let required: Vec<String> = schemas
        .iter()
        .map(|schema| schema.bounds.required.join(" and "))
        .filter(|fields| !fields.is_empty())
        .collect();
    if required.len() == schemas.len() {
        format!("set {}", required.join(", or "))
    } else {
        "see which alternatives the schema has".to_owned()
    }
}

/// What a schema under `not` asks for.
pub(super) fn opposite(schema: &Schema) -> String {
    match schema.bounds.required.as_slice() {
        [] => "see what the schema excludes".to_owned(),
        fields => format!("remove {}", fields.join(" or ")),
    }
}

/// What a right value is, in a few words.
fn described(schema: &Schema) -> String {
    if let Some(example) = &schema.example {
        return format!("such as {example}");
    }
    if !schema.choices.is_empty() {
        return format!("one of {}", listed(&schema.choices));
    }
    match schema.types {
        Types::One(Kind::Object) => {
            let names: Vec<&str> = schema.properties.keys().map(String::as_str).collect();
            if names.is_empty() {
                "an object".to_owned()
            } else {
                format!("an object with {}", names.join(", "))
            }
        }
        Types::One(Kind::Array) => "a list".to_owned(),
        Types::One(Kind::String) => "a string".to_owned(),
        Types::One(Kind::Integer) => "a whole number".to_owned(),
        Types::One(Kind::Number) => "a number".to_owned(),
        Types::One(Kind::Boolean) => "true or false".to_owned(),
        Types::IntOrString | Types::Any => "a value".to_owned(),
    }
}

fn listed(choices: &[Value]) -> String {
    choices
        .iter()
        .map(Value::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Object => "object",
            Self::Array => "array",
            Self::String => "string",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
        }
    }
}

fn name_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) if value::is_integer(value) => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
