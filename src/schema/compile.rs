//! OpenAPI v3 in, [`Schema`] out.

use std::fmt;

use serde_json::Value;

use super::formats::Format;
use super::keywords::Written;
use super::pattern::Pattern;
use super::{Additional, Bounds, Kind, List, Schema, Types};
use crate::path::{FieldPath, Path};

/// Why a schema cannot be used: one that the API server would not take as the schema of a CRD either.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompileError {
    /// Where in the schema.
    pub path: FieldPath,
    /// What is wrong, and what would be right.
    pub problem: String,
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.segments().is_empty() {
            f.write_str(&self.problem)
        } else {
            write!(f, "{}: {}", self.path, self.problem)
        }
    }
}

impl std::error::Error for CompileError {}

/// Where a schema stands in another one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// It describes values and all that is in them.
    Structure,
    /// Under `allOf`, `anyOf`, `oneOf` or `not`: it only restricts what the structure describes.
    Junctor,
    /// The same, as the first of `allOf`, which may hold the pair of int-or-string.
    FirstOfAll,
    /// The same, as one of that pair, which alone may say its type.
    IntOrString,
}

impl Schema {
    /// Compiles a structural schema, which is written in OpenAPI v3.
    ///
    /// # Errors
    /// If it is no schema, or not structural in what decides which fields are known, so that one could not tell what is
    /// kept of a value: a keyword that Kubernetes does not have, a type that OpenAPI does not have, a reference, a
    /// structure under `allOf` and its like.
    pub fn compile(openapi: &Value) -> Result<Self, CompileError> {
        compile(openapi, Place::Structure, &Path::Root)
    }
}

fn compile(openapi: &Value, place: Place, at: &Path<'_>) -> Result<Schema, CompileError> {
    let written = Written::read(openapi, at)?;
    refuse_unsupported(written, at)?;
    if place != Place::Structure {
        refuse_structure(written, place, at)?;
    }
    let within = if place == Place::FirstOfAll {
        Place::Junctor
    } else {
        place
    };
    let int_or_string = written.is_true("x-kubernetes-int-or-string");
    let types = if int_or_string {
        Types::IntOrString
    } else {
        types(written, at)?
    };
    let part = |keyword: &str, place: Place| match written.get(keyword) {
        Some(schema) => {
            compile(schema, place, &at.field(keyword)).map(|schema| Some(Box::new(schema)))
        }
        None => Ok(None),
    };
    let additional = match written.get("additionalProperties") {
        Some(Value::Bool(true)) => Additional::Any,
        Some(Value::Bool(false)) | None => Additional::Unknown,
        Some(_) => {
            part("additionalProperties", within)?.map_or(Additional::Unknown, Additional::Of)
        }
    };
    if written.get("items").is_some_and(Value::is_array) {
        return Err(error(
            &at.field("items"),
            "a list of schemas, which Kubernetes does not have; write one schema for all entries",
        ));
    }
    let items = part("items", within)?;
    let mut properties = std::collections::BTreeMap::new();
    for (name, schema) in written.properties() {
        let schema = compile(schema, within, &at.field("properties").field(name))?;
        properties.insert(name.clone(), schema);
    }
    let bounds = bounds(written);
    for name in &bounds.required {
        if let Some(property) = properties.get_mut(name) {
            property.is_required = true;
        }
    }
    let junction = |keyword: &str| {
        let schemas = written.list(keyword);
        let place = if is_int_or_string(schemas)
            && (int_or_string || (place == Place::FirstOfAll && keyword == "anyOf"))
        {
            Place::IntOrString
        } else {
            Place::Junctor
        };
        let at = at.field(keyword);
        let each = schemas.iter().enumerate().map(|(index, schema)| {
            let place =
                if int_or_string && keyword == "allOf" && index == 0 && place == Place::Junctor {
                    Place::FirstOfAll
                } else {
                    place
                };
            compile(schema, place, &at.index(index))
        });
        each.collect::<Result<Vec<_>, _>>()
    };
    let all_of = junction("allOf")?;
    let any_of = junction("anyOf")?;
    let one_of = junction("oneOf")?;
    let not = part("not", Place::Junctor)?;
    let mut schema = Schema {
        types,
        nullable: written.is_true("nullable"),
        is_required: false,
        preserves_unknown: written.is_true("x-kubernetes-preserve-unknown-fields"),
        embedded: written.is_true("x-kubernetes-embedded-resource"),
        defaulted: properties
            .iter()
            .filter(|(_, schema)| schema.default.is_some())
            .map(|(name, _)| name.clone())
            .collect(),
        properties,
        additional,
        default: written.get("default").cloned(),
        items,
        list: list(written),
        bounds,
        choices: written.list("enum").to_vec(),
        all_of,
        any_of,
        one_of,
        not,
        #[cfg(feature = "cel")]
        rules: written
            .rules()
            .map(|rule| super::cel::Rule::compile(rule, written))
            .collect(),
        has_rules: false,
        example: written.get("example").cloned(),
    };
    schema.has_rules = !written.list("x-kubernetes-validations").is_empty()
        || schema.parts().any(|part| part.has_rules);
    Ok(schema)
}

impl Schema {
    /// The schemas that describe what is in a value.
    fn parts(&self) -> impl Iterator<Item = &Schema> {
        let additional = match &self.additional {
            Additional::Of(schema) => Some(&**schema),
            Additional::Unknown | Additional::Any => None,
        };
        self.properties
            .values()
            .chain(additional)
            .chain(self.items.as_deref())
    }
}

/// Whether these are the two that int-or-string is written with.
fn is_int_or_string(schemas: &[Value]) -> bool {
    matches!(schemas, [integer, string] if Written::is_just(integer, "integer") && Written::is_just(string, "string"))
}

fn types(written: Written<'_>, at: &Path<'_>) -> Result<Types, CompileError> {
    Ok(Types::One(match written.text("type") {
        None | Some("") => return Ok(Types::Any),
        Some("object") => Kind::Object,
        Some("array") => Kind::Array,
        Some("string") => Kind::String,
        Some("integer") => Kind::Integer,
        Some("number") => Kind::Number,
        Some("boolean") => Kind::Boolean,
        Some(other) => {
            return Err(error(
                &at.field("type"),
                &format!(
                    "\"{other}\" is no type of OpenAPI; choose one of object, array, string, integer, number, boolean"
                ),
            ));
        }
    }))
}

fn list(written: Written<'_>) -> List {
    match written.text("x-kubernetes-list-type") {
        Some("set") => List::Set,
        Some("map") => List::Map(written.texts("x-kubernetes-list-map-keys")),
        _ => List::Atomic,
    }
}

fn bounds(written: Written<'_>) -> Bounds {
    Bounds {
        required: written.texts("required"),
        min_properties: written.whole("minProperties"),
        max_properties: written.whole("maxProperties"),
        min_items: written.whole("minItems"),
        max_items: written.whole("maxItems"),
        unique_items: written.is_true("uniqueItems"),
        min_length: written.whole("minLength"),
        max_length: written.whole("maxLength"),
        pattern: written
            .text("pattern")
            .filter(|pattern| !pattern.is_empty())
            .map(|pattern| (pattern.to_owned(), Pattern::new(pattern))),
        format: written.text("format").and_then(Format::named),
        minimum: written.number("minimum"),
        exclusive_minimum: written.is_true("exclusiveMinimum"),
        maximum: written.number("maximum"),
        exclusive_maximum: written.is_true("exclusiveMaximum"),
        multiple_of: written.number("multipleOf"),
    }
}

/// Keywords of JSON Schema that Kubernetes does not have, and what to write instead.
const UNSUPPORTED: [(&str, &str); 7] = [
    ("$ref", "write out what it points at"),
    ("$schema", "remove it"),
    ("id", "remove it"),
    ("additionalItems", "write items"),
    ("definitions", "write out what is defined where it is used"),
    ("dependencies", "write a rule in x-kubernetes-validations"),
    ("patternProperties", "write additionalProperties"),
];

fn refuse_unsupported(written: Written<'_>, at: &Path<'_>) -> Result<(), CompileError> {
    match UNSUPPORTED.iter().find(|(keyword, _)| written.has(keyword)) {
        Some((keyword, remedy)) => Err(error(
            &at.field(keyword),
            &format!("Kubernetes does not have this keyword; {remedy}"),
        )),
        None => Ok(()),
    }
}

/// What decides which fields are known, and of which type, stands outside of `allOf` and its like.
fn refuse_structure(written: Written<'_>, place: Place, at: &Path<'_>) -> Result<(), CompileError> {
    let is_structure = |keyword: &&str| match *keyword {
        "type" => written.has(keyword) && place != Place::IntOrString,
        "additionalProperties"
        | "default"
        | "x-kubernetes-list-type"
        | "x-kubernetes-map-type"
        | "x-kubernetes-validations" => written.has(keyword),
        // False is as good as nothing.
        _ => written.is_true(keyword),
    };
    let structure = [
        "type",
        "additionalProperties",
        "default",
        "nullable",
        "x-kubernetes-preserve-unknown-fields",
        "x-kubernetes-embedded-resource",
        "x-kubernetes-int-or-string",
        "x-kubernetes-list-type",
        "x-kubernetes-map-type",
        "x-kubernetes-validations",
    ];
    match structure.iter().find(|keyword| is_structure(keyword)) {
        Some(keyword) => Err(error(
            &at.field(keyword),
            "not structural: it has to stand outside of allOf, anyOf, oneOf and not",
        )),
        None => Ok(()),
    }
}

pub(super) fn error(at: &Path<'_>, problem: &str) -> CompileError {
    CompileError {
        path: at.to_owned(),
        problem: problem.to_owned(),
    }
}
