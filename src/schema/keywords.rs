//! A schema as it is written, in JSON, keyword by keyword.

use serde_json::{Map, Value};

use super::CompileError;
use super::compile::error;
use crate::path::Path;

/// A schema of OpenAPI v3. What its keywords hold is read where it is asked for, so nothing is copied; a keyword that is
/// null is not there, and one that Kubernetes does not know says nothing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Written<'a>(&'a Map<String, Value>);

/// What a keyword holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Flag,
    Text,
    Whole,
    Number,
    Texts,
    Values,
    Schema,
    SchemaOrFlag,
    SchemaOrSchemas,
    Schemas,
    NamedSchemas,
    Rules,
    /// Anything, or what makes no difference here.
    Any,
}

impl<'a> Written<'a> {
    /// A schema of which each keyword holds what it has to; of what is in it, nothing has been looked at.
    pub(super) fn read(value: &'a Value, at: &Path<'_>) -> Result<Self, CompileError> {
        let Some(fields) = value.as_object() else {
            return Err(error(
                at,
                "this is no schema; write one, such as {type: string}",
            ));
        };
        for (keyword, value) in fields {
            if let Some(form) = Form::of(keyword)
                && !value.is_null()
                && !form.is_of(value)
            {
                let problem = format!("this is not {}", form.described());
                return Err(error(&at.field(keyword), &problem));
            }
        }
        Ok(Self(fields))
    }

    /// A schema that was read as a whole before.
    fn again(value: &'a Value) -> Option<Self> {
        value.as_object().map(Self)
    }

    pub(super) fn get(self, keyword: &str) -> Option<&'a Value> {
        self.0.get(keyword).filter(|value| !value.is_null())
    }

    pub(super) fn has(self, keyword: &str) -> bool {
        self.get(keyword).is_some()
    }

    pub(super) fn is_true(self, keyword: &str) -> bool {
        self.get(keyword) == Some(&Value::Bool(true))
    }

    pub(super) fn text(self, keyword: &str) -> Option<&'a str> {
        self.get(keyword)?.as_str()
    }

    pub(super) fn whole(self, keyword: &str) -> Option<i64> {
        self.get(keyword)?.as_i64()
    }

    pub(super) fn number(self, keyword: &str) -> Option<f64> {
        self.get(keyword)?.as_f64()
    }

    pub(super) fn list(self, keyword: &str) -> &'a [Value] {
        let list = self.get(keyword).and_then(Value::as_array);
        list.map_or(&[], Vec::as_slice)
    }

    pub(super) fn texts(self, keyword: &str) -> Vec<String> {
        let texts = self.list(keyword).iter().filter_map(Value::as_str);
        texts.map(str::to_owned).collect()
    }

    /// The schemas of fields, yet to be read.
    pub(super) fn properties(self) -> impl Iterator<Item = (&'a String, &'a Value)> {
        let fields = self.get("properties").and_then(Value::as_object);
        fields.into_iter().flatten()
    }

    /// Whether it says this type and nothing else.
    pub(super) fn is_just(value: &Value, type_: &str) -> bool {
        Written::again(value).is_some_and(|schema| {
            let mut keywords = schema
                .0
                .keys()
                .filter(|keyword| Form::of(keyword).is_some() && schema.has(keyword));
            schema.text("type") == Some(type_) && keywords.nth(1).is_none()
        })
    }
}

/// Of schemas that have been read, as they are while their rules are compiled.
#[cfg(feature = "cel")]
impl Written<'_> {
    /// The schema of the first field whose name is meant.
    pub(super) fn field(self, is_meant: impl Fn(&str) -> bool) -> Option<Self> {
        let (_, field) = self.properties().find(|(name, _)| is_meant(name))?;
        Self::again(field)
    }

    /// The schema of a list's entries.
    pub(super) fn items(self) -> Option<Self> {
        Self::again(self.get("items")?)
    }

    /// The schema of a map's values.
    pub(super) fn additional(self) -> Option<Self> {
        Self::again(self.get("additionalProperties")?)
    }

    /// The schemas of what is in a value.
    pub(super) fn parts(self) -> impl Iterator<Item = Self> {
        self.properties()
            .filter_map(|(_, field)| Self::again(field))
            .chain(self.items())
            .chain(self.additional())
    }

    /// The rules of `x-kubernetes-validations`; each is asked for its fields as a schema is for its keywords.
    pub(super) fn rules(self) -> impl Iterator<Item = Self> {
        self.list("x-kubernetes-validations")
            .iter()
            .filter_map(Self::again)
    }
}

impl Form {
    /// What a keyword holds; none of one that Kubernetes does not know.
    fn of(keyword: &str) -> Option<Self> {
        Some(match keyword {
            "$ref"
            | "$schema"
            | "description"
            | "format"
            | "id"
            | "pattern"
            | "title"
            | "type"
            | "x-kubernetes-list-type"
            | "x-kubernetes-map-type" => Self::Text,
            "exclusiveMaximum"
            | "exclusiveMinimum"
            | "nullable"
            | "uniqueItems"
            | "x-kubernetes-embedded-resource"
            | "x-kubernetes-int-or-string"
            | "x-kubernetes-preserve-unknown-fields" => Self::Flag,
            "maxItems" | "maxLength" | "maxProperties" | "minItems" | "minLength"
            | "minProperties" => Self::Whole,
            "maximum" | "minimum" | "multipleOf" => Self::Number,
            "required" | "x-kubernetes-list-map-keys" => Self::Texts,
            "enum" => Self::Values,
            "not" => Self::Schema,
            "additionalItems" | "additionalProperties" => Self::SchemaOrFlag,
            "items" => Self::SchemaOrSchemas,
            "allOf" | "anyOf" | "oneOf" => Self::Schemas,
            "definitions" | "patternProperties" | "properties" => Self::NamedSchemas,
            "x-kubernetes-validations" => Self::Rules,
            "default" | "dependencies" | "example" | "externalDocs" => Self::Any,
            _ => return None,
        })
    }

    fn is_of(self, value: &Value) -> bool {
        let are_all = |is_one: fn(&Value) -> bool| {
            value
                .as_array()
                .is_some_and(|entries| entries.iter().all(is_one))
        };
        match self {
            Self::Flag => value.is_boolean(),
            Self::Text => value.is_string(),
            Self::Whole => value.is_i64(),
            Self::Number => value.is_number(),
            Self::Texts => are_all(Value::is_string),
            Self::Values => value.is_array(),
            Self::Schema | Self::NamedSchemas => value.is_object(),
            Self::SchemaOrFlag => value.is_object() || value.is_boolean(),
            Self::SchemaOrSchemas => value.is_object() || are_all(Value::is_object),
            Self::Schemas => are_all(Value::is_object),
            Self::Rules => are_all(is_rule),
            Self::Any => true,
        }
    }

    /// For people.
    fn described(self) -> &'static str {
        match self {
            Self::Flag => "true or false",
            Self::Text => "a text; put it in quotes",
            Self::Whole => "a whole number",
            Self::Number => "a number",
            Self::Texts => "a list of texts",
            Self::Values => "a list",
            Self::Schema => "a schema",
            Self::SchemaOrFlag => "a schema, true or false",
            Self::SchemaOrSchemas => "a schema or a list of schemas",
            Self::Schemas => "a list of schemas",
            Self::NamedSchemas => "a map of schemas",
            Self::Rules => "a list of rules, each with the text of a rule",
            Self::Any => "anything",
        }
    }
}

fn is_rule(value: &Value) -> bool {
    value.as_object().is_some_and(|fields| {
        fields.iter().all(|(name, value)| match name.as_str() {
            _ if value.is_null() => true,
            "rule" | "message" | "messageExpression" | "fieldPath" | "reason" => value.is_string(),
            "optionalOldSelf" => value.is_boolean(),
            _ => true,
        })
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::Schema;
    use super::*;

    #[track_caller]
    fn check(schema: Value, expected: &str) {
        assert_eq!(Schema::compile(&schema).unwrap_err().to_string(), expected);
    }

    #[test]
    fn what_is_no_schema_is_told_where() {
        let no_schema = "this is no schema; write one, such as {type: string}";
        check(json!([]), no_schema);
        check(
            json!({"properties": {"a": null}}),
            &format!("properties.a: {no_schema}"),
        );
        check(
            json!({"items": {"type": 1}}),
            "items.type: this is not a text; put it in quotes",
        );
        check(
            json!({"minLength": 1.5}),
            "minLength: this is not a whole number",
        );
        check(json!({"maximum": "9"}), "maximum: this is not a number");
        check(
            json!({"nullable": "yes"}),
            "nullable: this is not true or false",
        );
        check(
            json!({"required": [1]}),
            "required: this is not a list of texts",
        );
        check(json!({"enum": {}}), "enum: this is not a list");
        check(json!({"not": []}), "not: this is not a schema");
        check(
            json!({"additionalProperties": 1}),
            "additionalProperties: this is not a schema, true or false",
        );
        check(
            json!({"items": 1}),
            "items: this is not a schema or a list of schemas",
        );
        check(json!({"allOf": {}}), "allOf: this is not a list of schemas");
        check(
            json!({"properties": []}),
            "properties: this is not a map of schemas",
        );
        check(
            json!({"x-kubernetes-validations": [{"rule": 1}]}),
            "x-kubernetes-validations: this is not a list of rules, each with the text of a rule",
        );
    }

    #[test]
    fn what_is_null_is_not_there_and_what_is_not_known_says_nothing() {
        for schema in [
            json!({"type": null, "minLength": null, "x-kubernetes-validations": null}),
            json!({"propertyNames": 1, "x-ours": [], "externalDocs": 5}),
            json!({"x-kubernetes-int-or-string": true, "anyOf": [{"type": "integer", "x-ours": 1}, {"type": "string", "format": null}]}),
        ] {
            assert!(Schema::compile(&schema).is_ok(), "{schema}");
        }
    }
}
