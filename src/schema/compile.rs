//! OpenAPI v3 in, [`Schema`] out.

use std::fmt;

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::{
    JSONSchemaProps, JSONSchemaPropsOrArray, JSONSchemaPropsOrBool,
};
use regex_lite::Regex;

use super::{Kind, List, Schema};

/// Why a schema cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompileError(String);

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for CompileError {}

impl Schema {
    /// Compiles a structural schema.
    ///
    /// # Errors
    /// If a type is none of OpenAPI's, or a pattern is no regular expression.
    pub fn compile(props: &JSONSchemaProps) -> Result<Self, CompileError> {
        let kind = match props.type_.as_deref() {
            None | Some("") => None,
            Some("object") => Some(Kind::Object),
            Some("array") => Some(Kind::Array),
            Some("string") => Some(Kind::String),
            Some("integer") => Some(Kind::Integer),
            Some("number") => Some(Kind::Number),
            Some("boolean") => Some(Kind::Boolean),
            Some(other) => return Err(CompileError(format!("\"{other}\" is no type of OpenAPI"))),
        };
        let pattern = props.pattern.as_deref().map(|pattern| {
            Regex::new(pattern).map_err(|error| {
                CompileError(format!(
                    "pattern \"{pattern}\" is no regular expression: {error}"
                ))
            })
        });
        let additional = match &props.additional_properties {
            Some(JSONSchemaPropsOrBool::Schema(schema)) => Some(Box::new(Self::compile(schema)?)),
            Some(JSONSchemaPropsOrBool::Bool(true)) => Some(Box::default()),
            Some(JSONSchemaPropsOrBool::Bool(false)) | None => None,
        };
        let items = match &props.items {
            Some(JSONSchemaPropsOrArray::Schema(schema)) => Some(Box::new(Self::compile(schema)?)),
            _ => None,
        };
        let list = match props.x_kubernetes_list_type.as_deref() {
            Some("set") => List::Set,
            Some("map") => List::Map(props.x_kubernetes_list_map_keys.clone().unwrap_or_default()),
            _ => List::Atomic,
        };
        Ok(Self {
            kind,
            nullable: props.nullable.unwrap_or_default(),
            int_or_string: props.x_kubernetes_int_or_string.unwrap_or_default(),
            preserve_unknown: props
                .x_kubernetes_preserve_unknown_fields
                .unwrap_or_default(),
            properties: props
                .properties
                .iter()
                .flatten()
                .map(|(name, schema)| Ok((name.clone(), Self::compile(schema)?)))
                .collect::<Result<_, _>>()?,
            required: props.required.clone().unwrap_or_default(),
            additional,
            min_properties: size(props.min_properties),
            max_properties: size(props.max_properties),
            items,
            list,
            min_items: size(props.min_items),
            max_items: size(props.max_items),
            choices: props
                .enum_
                .iter()
                .flatten()
                .map(|choice| choice.0.clone())
                .collect(),
            pattern: pattern.transpose()?,
            min_length: size(props.min_length),
            max_length: size(props.max_length),
            minimum: props.minimum,
            maximum: props.maximum,
            example: props.example.as_ref().map(|example| example.0.clone()),
        })
    }
}

/// A bound as a size. A negative one bounds nothing that has a size.
fn size(bound: Option<i64>) -> Option<usize> {
    bound.and_then(|bound| usize::try_from(bound).ok())
}
