//! A value in, findings out: all of them, each with its path.

use serde_json::{Map, Value};

use super::{Kind, List, Schema};
use crate::finding::{Finding, nearest};
use crate::path::Path;
use crate::words::quoted;

impl Schema {
    /// Checks a value that stands at a path, and all within it.
    ///
    /// A value of the wrong type is not looked into, as the API server does not.
    pub fn check(&self, value: &Value, at: &Path<'_>, found: &mut Vec<Finding>) {
        if value.is_null() && self.nullable {
            return;
        }
        if self.int_or_string {
            if !value.is_string() && !is_integer(value) {
                found.push(self.wrong_type(value, at, "integer or string"));
                return;
            }
        } else if let Some(kind) = self.kind
            && !kind.includes(value)
        {
            found.push(self.wrong_type(value, at, kind.name()));
            return;
        }
        if !self.choices.is_empty() && !self.choices.contains(value) {
            found.push(self.unsupported(value, at));
            return;
        }
        match value {
            Value::Object(fields) => self.check_object(fields, at, found),
            Value::Array(entries) => self.check_array(entries, at, found),
            Value::String(text) => self.check_string(text, at, found),
            Value::Number(number) => {
                self.check_number(number.as_f64().unwrap_or_default(), at, found);
            }
            Value::Null | Value::Bool(_) => {}
        }
    }

    fn check_object(&self, fields: &Map<String, Value>, at: &Path<'_>, found: &mut Vec<Finding>) {
        for name in self
            .required
            .iter()
            .filter(|name| !fields.contains_key(*name))
        {
            let remedy = match self.properties.get(name) {
                Some(schema) => format!("add it: {}", schema.described()),
                None => "add it".to_owned(),
            };
            found.push(Finding::error(
                at.field(name).to_owned(),
                "Required value",
                remedy,
            ));
        }
        if let Some(limit) = self.max_properties.filter(|limit| fields.len() > *limit) {
            let problem = format!(
                "Too many: {}: must have at most {limit} entries",
                fields.len()
            );
            found.push(Finding::error(at.to_owned(), problem, "remove some"));
        }
        if let Some(limit) = self.min_properties.filter(|limit| fields.len() < *limit) {
            let problem = format!(
                "Invalid value: {}: should have at least {limit} properties",
                fields.len()
            );
            found.push(Finding::error(
                at.to_owned(),
                problem,
                "add some, or remove the field",
            ));
        }
        for (name, value) in fields {
            let here = at.field(name);
            if let Some(schema) = self.properties.get(name).or(self.additional.as_deref()) {
                schema.check(value, &here, found);
            } else if !self.preserve_unknown && self.kind == Some(Kind::Object) {
                let known = || self.properties.keys().map(String::as_str);
                let remedy = match nearest(name, known()) {
                    Some(name) => format!("did you mean \"{name}\"?"),
                    None if self.properties.is_empty() => "remove it".to_owned(),
                    None => format!(
                        "known fields are {}",
                        known().collect::<Vec<_>>().join(", ")
                    ),
                };
                found.push(Finding::error(here.to_owned(), "unknown field", remedy));
            }
        }
    }

    fn check_array(&self, entries: &[Value], at: &Path<'_>, found: &mut Vec<Finding>) {
        if let Some(limit) = self.max_items.filter(|limit| entries.len() > *limit) {
            let problem = format!(
                "Too many: {}: must have at most {limit} items",
                entries.len()
            );
            found.push(Finding::error(at.to_owned(), problem, "remove some"));
        }
        if let Some(limit) = self.min_items.filter(|limit| entries.len() < *limit) {
            let problem = format!(
                "Invalid value: {}: should have at least {limit} items",
                entries.len()
            );
            found.push(Finding::error(
                at.to_owned(),
                problem,
                "add some, or remove the field for its default",
            ));
        }
        if let Some(schema) = &self.items {
            for (index, entry) in entries.iter().enumerate() {
                schema.check(entry, &at.index(index), found);
            }
        }
        for (index, entry) in entries.iter().enumerate() {
            if let Some(key) = self.list.key(entry)
                && entries[..index]
                    .iter()
                    .any(|earlier| self.list.key(earlier).as_ref() == Some(&key))
            {
                let problem = format!("Duplicate value: {key}");
                found.push(Finding::error(
                    at.index(index).to_owned(),
                    problem,
                    "each may appear once; remove one",
                ));
            }
        }
    }

    fn check_string(&self, text: &str, at: &Path<'_>, found: &mut Vec<Finding>) {
        let length = text.chars().count();
        if let Some(limit) = self.max_length.filter(|limit| length > *limit) {
            let problem =
                format!("Too long: {length} characters: may not be more than {limit} characters");
            found.push(Finding::error(at.to_owned(), problem, "shorten it"));
        } else if let Some(limit) = self.min_length.filter(|limit| length < *limit) {
            let problem = format!(
                "Invalid value: {}: should be at least {limit} chars long",
                quoted(text)
            );
            found.push(Finding::error(
                at.to_owned(),
                problem,
                self.such_as("write more, or remove the field"),
            ));
        } else if let Some(pattern) = self
            .pattern
            .as_ref()
            .filter(|pattern| !pattern.is_match(text))
        {
            let problem = format!(
                "Invalid value: {}: should match '{}'",
                quoted(text),
                pattern.as_str()
            );
            found.push(Finding::error(
                at.to_owned(),
                problem,
                self.such_as("write it so"),
            ));
        }
    }

    fn check_number(&self, number: f64, at: &Path<'_>, found: &mut Vec<Finding>) {
        if let Some(limit) = self.minimum.filter(|limit| number < *limit) {
            let problem =
                format!("Invalid value: {number}: should be greater than or equal to {limit}");
            found.push(Finding::error(
                at.to_owned(),
                problem,
                format!("set at least {limit}"),
            ));
        }
        if let Some(limit) = self.maximum.filter(|limit| number > *limit) {
            let problem =
                format!("Invalid value: {number}: should be less than or equal to {limit}");
            found.push(Finding::error(
                at.to_owned(),
                problem,
                format!("set at most {limit}"),
            ));
        }
    }

    fn wrong_type(&self, value: &Value, at: &Path<'_>, expected: &str) -> Finding {
        let problem = match value {
            Value::Object(_) | Value::Array(_) => format!(
                "Invalid value: must be of type {expected}, not {}",
                name_of(value)
            ),
            _ => format!(
                "Invalid value: {value}: must be of type {expected}, not {}",
                name_of(value)
            ),
        };
        let remedy = match (self.kind, value) {
            (_, Value::Null) => "give a value, or remove the field".to_owned(),
            (Some(Kind::String), Value::Bool(_) | Value::Number(_)) => {
                format!("put it in quotes: \"{value}\"")
            }
            (Some(Kind::Array), Value::String(_) | Value::Number(_) | Value::Bool(_)) => {
                format!("write it as a list: [{value}]")
            }
            _ => format!("write {}", self.described()),
        };
        Finding::error(at.to_owned(), problem, remedy)
    }

    fn unsupported(&self, value: &Value, at: &Path<'_>) -> Finding {
        let list = self
            .choices
            .iter()
            .map(Value::to_string)
            .collect::<Vec<_>>()
            .join(", ");
        let problem = format!("Unsupported value: {value}: supported values: {list}");
        let names = self.choices.iter().filter_map(Value::as_str);
        let remedy = match value.as_str().and_then(|word| nearest(word, names)) {
            Some(name) => format!("did you mean \"{name}\"?"),
            None => "choose one of them".to_owned(),
        };
        Finding::error(at.to_owned(), problem, remedy)
    }

    /// What a right value is, in a few words.
    fn described(&self) -> String {
        if let Some(example) = &self.example {
            return format!("such as {example}");
        }
        if !self.choices.is_empty() {
            return format!(
                "one of {}",
                self.choices
                    .iter()
                    .map(Value::to_string)
                    .collect::<Vec<_>>()
                    .join(", ")
            );
        }
        match self.kind {
            Some(Kind::Object) => match self
                .properties
                .keys()
                .cloned()
                .collect::<Vec<_>>()
                .as_slice()
            {
                [] => "an object".to_owned(),
                names => format!("an object with {}", names.join(", ")),
            },
            Some(Kind::Array) => "a list".to_owned(),
            Some(Kind::String) => "a string".to_owned(),
            Some(Kind::Integer) => "a whole number".to_owned(),
            Some(Kind::Number) => "a number".to_owned(),
            Some(Kind::Boolean) => "true or false".to_owned(),
            None => "a value".to_owned(),
        }
    }

    fn such_as(&self, otherwise: &str) -> String {
        self.example.as_ref().map_or_else(
            || otherwise.to_owned(),
            |example| format!("write it like {example}"),
        )
    }
}

impl List {
    /// What no other entry of the list may have, as a JSON value; none where entries may be alike.
    fn key(&self, entry: &Value) -> Option<Value> {
        match self {
            Self::Atomic => None,
            Self::Set => Some(entry.clone()),
            Self::Map(keys) => {
                let entry = entry.as_object()?;
                let values = keys
                    .iter()
                    .filter_map(|key| Some((key.clone(), entry.get(key)?.clone())));
                Some(Value::Object(values.collect()))
            }
        }
    }
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

    fn includes(self, value: &Value) -> bool {
        match self {
            Self::Object => value.is_object(),
            Self::Array => value.is_array(),
            Self::String => value.is_string(),
            Self::Integer => is_integer(value),
            Self::Number => value.is_number(),
            Self::Boolean => value.is_boolean(),
        }
    }
}

fn is_integer(value: &Value) -> bool {
    value.is_i64() || value.is_u64()
}

fn name_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) if is_integer(value) => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(schema: Value, value: Value, expected: &[&str]) {
        let props = serde_json::from_value(schema).unwrap();
        let mut found = Vec::new();
        Schema::compile(&props)
            .unwrap()
            .check(&value, &Path::Root.field("spec"), &mut found);
        let found: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn types() {
        let text = json!({"type": "string"});
        check(text.clone(), json!("a"), &[]);
        check(
            text.clone(),
            json!(5),
            &[
                "spec: Invalid value: 5: must be of type string, not integer; put it in quotes: \"5\"",
            ],
        );
        check(
            text.clone(),
            json!(null),
            &[
                "spec: Invalid value: null: must be of type string, not null; give a value, or remove the field",
            ],
        );
        check(
            text,
            json!({}),
            &["spec: Invalid value: must be of type string, not object; write a string"],
        );
        check(
            json!({"type": "boolean"}),
            json!("yes"),
            &[
                "spec: Invalid value: \"yes\": must be of type boolean, not string; write true or false",
            ],
        );
        check(
            json!({"type": "integer"}),
            json!(1.5),
            &[
                "spec: Invalid value: 1.5: must be of type integer, not number; write a whole number",
            ],
        );
        check(
            json!({"type": "array"}),
            json!("a"),
            &[
                "spec: Invalid value: \"a\": must be of type array, not string; write it as a list: [\"a\"]",
            ],
        );
        check(
            json!({"type": "string", "nullable": true}),
            json!(null),
            &[],
        );
        check(json!({"x-kubernetes-int-or-string": true}), json!(1), &[]);
        check(
            json!({"x-kubernetes-int-or-string": true}),
            json!(true),
            &[
                "spec: Invalid value: true: must be of type integer or string, not boolean; write a value",
            ],
        );
    }

    #[test]
    fn fields() {
        let schema = json!({"type": "object", "required": ["name"], "properties": {
            "name": {"type": "string", "example": "web"}, "type": {"type": "string", "enum": ["Web", "Spa"]}}});
        check(schema.clone(), json!({"name": "a", "type": "Web"}), &[]);
        check(
            schema.clone(),
            json!({"tpye": "web", "other": 1}),
            &[
                "spec.name: Required value; add it: such as \"web\"",
                "spec.other: unknown field; known fields are name, type",
                "spec.tpye: unknown field; did you mean \"type\"?",
            ],
        );
        check(
            schema,
            json!({"name": "a", "type": "web"}),
            &[
                "spec.type: Unsupported value: \"web\": supported values: \"Web\", \"Spa\"; did you mean \"Web\"?",
            ],
        );
        check(
            json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true}),
            json!({"a": 1}),
            &[],
        );
        check(
            json!({"type": "object", "additionalProperties": {"type": "string"}}),
            json!({"a": 1}),
            &[
                "spec.a: Invalid value: 1: must be of type string, not integer; put it in quotes: \"1\"",
            ],
        );
    }

    #[test]
    fn lists() {
        let set = json!({"type": "array", "maxItems": 2, "x-kubernetes-list-type": "set", "items": {"type": "string"}});
        check(set.clone(), json!(["a", "b"]), &[]);
        check(
            set,
            json!(["a", "b", "a"]),
            &[
                "spec: Too many: 3: must have at most 2 items; remove some",
                "spec[2]: Duplicate value: \"a\"; each may appear once; remove one",
            ],
        );
        let map = json!({"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"],
            "items": {"type": "object", "properties": {"name": {"type": "string"}}}});
        check(
            map,
            json!([{"name": "a"}, {"name": "a"}]),
            &["spec[1]: Duplicate value: {\"name\":\"a\"}; each may appear once; remove one"],
        );
    }

    #[test]
    fn bounds() {
        check(
            json!({"type": "string", "maxLength": 2}),
            json!("abc"),
            &["spec: Too long: 3 characters: may not be more than 2 characters; shorten it"],
        );
        check(
            json!({"type": "string", "minLength": 1}),
            json!(""),
            &[
                "spec: Invalid value: \"\": should be at least 1 chars long; write more, or remove the field",
            ],
        );
        check(
            json!({"type": "string", "pattern": "^[a-z]+$", "example": "web"}),
            json!("Web"),
            &["spec: Invalid value: \"Web\": should match '^[a-z]+$'; write it like \"web\""],
        );
        check(
            json!({"type": "integer", "minimum": 6, "maximum": 99}),
            json!(5),
            &["spec: Invalid value: 5: should be greater than or equal to 6; set at least 6"],
        );
        check(
            json!({"type": "integer", "minimum": 6, "maximum": 99}),
            json!(100),
            &["spec: Invalid value: 100: should be less than or equal to 99; set at most 99"],
        );
    }
}
