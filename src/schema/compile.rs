//! OpenAPI v3 in, [`Schema`] out.

use std::fmt;

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::{
    JSONSchemaProps, JSONSchemaPropsOrArray, JSONSchemaPropsOrBool,
};

use super::formats::Format;
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
    /// The same, as one of the two of int-or-string, which alone may say its type.
    IntOrString,
}

impl Schema {
    /// Compiles a structural schema.
    ///
    /// # Errors
    /// If it is not structural in what decides which fields are known, so that one could not tell what is kept of a
    /// value: a keyword that Kubernetes does not have, a type that OpenAPI does not have, a reference, a structure
    /// under `allOf` and its like.
    pub fn compile(props: &JSONSchemaProps) -> Result<Self, CompileError> {
        compile(props, Place::Structure, &Path::Root)
    }
}

fn compile(props: &JSONSchemaProps, place: Place, at: &Path<'_>) -> Result<Schema, CompileError> {
    refuse_unsupported(props, at)?;
    if place != Place::Structure {
        refuse_structure(props, place, at)?;
    }
    let int_or_string = props.x_kubernetes_int_or_string.unwrap_or_default();
    let types = if int_or_string {
        Types::IntOrString
    } else {
        types(props, at)?
    };
    let additional = match &props.additional_properties {
        Some(JSONSchemaPropsOrBool::Schema(schema)) => Additional::Of(Box::new(compile(
            schema,
            place,
            &at.field("additionalProperties"),
        )?)),
        Some(JSONSchemaPropsOrBool::Bool(true)) => Additional::Any,
        Some(JSONSchemaPropsOrBool::Bool(false)) | None => Additional::Unknown,
    };
    let items = match &props.items {
        Some(JSONSchemaPropsOrArray::Schema(schema)) => {
            Some(Box::new(compile(schema, place, &at.field("items"))?))
        }
        Some(JSONSchemaPropsOrArray::Schemas(_)) => {
            return Err(error(
                &at.field("items"),
                "a list of schemas, which Kubernetes does not have; write one schema for all entries",
            ));
        }
        None => None,
    };
    let mut properties = std::collections::BTreeMap::new();
    if let Some(fields) = &props.properties {
        let at = at.field("properties");
        for (name, schema) in fields {
            properties.insert(name.clone(), compile(schema, place, &at.field(name))?);
        }
    }
    let junction = |name: &str, schemas: &Option<Vec<JSONSchemaProps>>| {
        let at = at.field(name);
        let is_pair = int_or_string && schemas.as_deref().is_some_and(is_int_or_string);
        let place = if is_pair {
            Place::IntOrString
        } else {
            Place::Junctor
        };
        schemas
            .iter()
            .flatten()
            .enumerate()
            .map(|(index, schema)| {
                // The pair may also stand in the first of allOf.
                let place = match schema.any_of.as_deref() {
                    Some(pair)
                        if name == "allOf"
                            && index == 0
                            && int_or_string
                            && is_int_or_string(pair) =>
                    {
                        return compile_first_of_all(schema, &at.index(index));
                    }
                    _ => place,
                };
                compile(schema, place, &at.index(index))
            })
            .collect::<Result<Vec<_>, _>>()
    };
    let all_of = junction("allOf", &props.all_of)?;
    let any_of = junction("anyOf", &props.any_of)?;
    let one_of = junction("oneOf", &props.one_of)?;
    let not = match &props.not {
        Some(schema) => Some(Box::new(compile(schema, Place::Junctor, &at.field("not"))?)),
        None => None,
    };
    let mut schema = Schema {
        types,
        nullable: props.nullable.unwrap_or_default(),
        preserves_unknown: props
            .x_kubernetes_preserve_unknown_fields
            .unwrap_or_default(),
        embedded: props.x_kubernetes_embedded_resource.unwrap_or_default(),
        defaulted: properties
            .iter()
            .filter(|(_, schema)| schema.default.is_some())
            .map(|(name, _)| name.clone())
            .collect(),
        properties,
        additional,
        default: props
            .default
            .as_ref()
            .map(|default| default.0.clone())
            .filter(|default| !default.is_null()),
        items,
        list: list(props),
        bounds: bounds(props),
        choices: props
            .enum_
            .iter()
            .flatten()
            .map(|choice| choice.0.clone())
            .collect(),
        all_of,
        any_of,
        one_of,
        not,
        #[cfg(feature = "cel")]
        rules: props
            .x_kubernetes_validations
            .iter()
            .flatten()
            .map(|rule| super::cel::Rule::compile(rule, props))
            .collect(),
        has_rules: false,
        example: props.example.as_ref().map(|example| example.0.clone()),
    };
    schema.has_rules = props
        .x_kubernetes_validations
        .as_ref()
        .is_some_and(|rules| !rules.is_empty())
        || schema.parts().any(|part| part.has_rules);
    Ok(schema)
}

/// The first of `allOf`, which holds the pair of int-or-string.
fn compile_first_of_all(props: &JSONSchemaProps, at: &Path<'_>) -> Result<Schema, CompileError> {
    let mut rest = props.clone();
    let pair = rest.any_of.take().unwrap_or_default();
    let mut schema = compile(&rest, Place::Junctor, at)?;
    let at = at.field("anyOf");
    schema.any_of = pair
        .iter()
        .enumerate()
        .map(|(index, schema)| compile(schema, Place::IntOrString, &at.index(index)))
        .collect::<Result<_, _>>()?;
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
fn is_int_or_string(schemas: &[JSONSchemaProps]) -> bool {
    let of_type = |type_: &str| JSONSchemaProps {
        type_: Some(type_.to_owned()),
        ..JSONSchemaProps::default()
    };
    schemas == [of_type("integer"), of_type("string")]
}

fn types(props: &JSONSchemaProps, at: &Path<'_>) -> Result<Types, CompileError> {
    Ok(Types::One(match props.type_.as_deref() {
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

fn list(props: &JSONSchemaProps) -> List {
    match props.x_kubernetes_list_type.as_deref() {
        Some("set") => List::Set,
        Some("map") => List::Map(props.x_kubernetes_list_map_keys.clone().unwrap_or_default()),
        _ => List::Atomic,
    }
}

fn bounds(props: &JSONSchemaProps) -> Bounds {
    Bounds {
        required: props.required.clone().unwrap_or_default(),
        min_properties: props.min_properties,
        max_properties: props.max_properties,
        min_items: props.min_items,
        max_items: props.max_items,
        unique_items: props.unique_items.unwrap_or_default(),
        min_length: props.min_length,
        max_length: props.max_length,
        pattern: props
            .pattern
            .as_ref()
            .filter(|pattern| !pattern.is_empty())
            .map(|pattern| (pattern.clone(), Pattern::new(pattern))),
        format: props.format.as_deref().and_then(Format::named),
        minimum: props.minimum,
        exclusive_minimum: props.exclusive_minimum.unwrap_or_default(),
        maximum: props.maximum,
        exclusive_maximum: props.exclusive_maximum.unwrap_or_default(),
        multiple_of: props.multiple_of,
    }
}

/// Keywords of JSON Schema that Kubernetes does not have.
fn refuse_unsupported(props: &JSONSchemaProps, at: &Path<'_>) -> Result<(), CompileError> {
    let unsupported = [
        (
            "$ref",
            props.ref_path.is_some(),
            "write out what it points at",
        ),
        ("$schema", props.schema.is_some(), "remove it"),
        ("id", props.id.is_some(), "remove it"),
        (
            "additionalItems",
            props.additional_items.is_some(),
            "write items",
        ),
        (
            "definitions",
            props.definitions.is_some(),
            "write out what is defined where it is used",
        ),
        (
            "dependencies",
            props.dependencies.is_some(),
            "write a rule in x-kubernetes-validations",
        ),
        (
            "patternProperties",
            props.pattern_properties.is_some(),
            "write additionalProperties",
        ),
    ];
    for (keyword, is_there, remedy) in unsupported {
        if is_there {
            return Err(error(
                &at.field(keyword),
                &format!("Kubernetes does not have this keyword; {remedy}"),
            ));
        }
    }
    Ok(())
}

/// What decides which fields are known, and of which type, stands outside of `allOf` and its like.
fn refuse_structure(
    props: &JSONSchemaProps,
    place: Place,
    at: &Path<'_>,
) -> Result<(), CompileError> {
    let is_true = |flag: Option<bool>| flag.unwrap_or_default();
    let structure = [
        ("type", props.type_.is_some() && place != Place::IntOrString),
        (
            "additionalProperties",
            props.additional_properties.is_some(),
        ),
        ("default", props.default.is_some()),
        ("nullable", is_true(props.nullable)),
        (
            "x-kubernetes-preserve-unknown-fields",
            is_true(props.x_kubernetes_preserve_unknown_fields),
        ),
        (
            "x-kubernetes-embedded-resource",
            is_true(props.x_kubernetes_embedded_resource),
        ),
        (
            "x-kubernetes-int-or-string",
            is_true(props.x_kubernetes_int_or_string),
        ),
        (
            "x-kubernetes-list-type",
            props.x_kubernetes_list_type.is_some(),
        ),
        (
            "x-kubernetes-map-type",
            props.x_kubernetes_map_type.is_some(),
        ),
        (
            "x-kubernetes-validations",
            props.x_kubernetes_validations.is_some(),
        ),
    ];
    match structure.into_iter().find(|(_, is_there)| *is_there) {
        Some((keyword, _)) => Err(error(
            &at.field(keyword),
            "not structural: it has to stand outside of allOf, anyOf, oneOf and not",
        )),
        None => Ok(()),
    }
}

fn error(at: &Path<'_>, problem: &str) -> CompileError {
    CompileError {
        path: at.to_owned(),
        problem: problem.to_owned(),
    }
}
