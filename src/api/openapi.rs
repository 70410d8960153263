//! The OpenAPI of AppAuth and Input, from their Rust types: what the XRD and the Input's CRD carry, what the function
//! checks the shape of a spec against, and what editors get.
//!
//! What is checked against was written to `generated/` beforehand, and packed with the schemas of the provider's kinds:
//! `UPDATE=1 cargo test --test architecture`.
//!
//! Kubernetes takes *structural* schemas: every reference inlined, one type for each field, no unions. `structural`
//! brings what schemars makes of a Rust type into that form.

use std::sync::OnceLock;

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::JSONSchemaProps;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::packed::unpacked;

/// The structural schema of an AppAuth's spec, without prose.
pub fn spec() -> &'static Value {
    static SCHEMA: OnceLock<Value> = OnceLock::new();
    SCHEMA.get_or_init(|| generated("spec"))
}

/// The structural schema of an Input, without prose.
pub fn input() -> &'static Value {
    static SCHEMA: OnceLock<Value> = OnceLock::new();
    SCHEMA.get_or_init(|| with_defaults(generated("input"), spec().clone()))
}

/// The schema of an AppAuth's spec with prose, for people and editors.
pub fn described_spec() -> Value {
    with_prose(generated("spec"), include_str!("generated/prose/spec.json"))
}

/// The same of its status.
pub fn described_status() -> Value {
    with_prose(
        read(include_str!("generated/status.json")),
        include_str!("generated/prose/status.json"),
    )
}

/// The same of an Input.
pub fn described_input() -> Value {
    let input = with_prose(
        generated("input"),
        include_str!("generated/prose/input.json"),
    );
    with_defaults(input, described_spec())
}

/// The schema that was [`written`] beforehand under a name: a module that is to be small has no room for what makes one of
/// a Rust type.
///
/// # Panics
/// If there is none: a mistake that the first test finds.
pub fn generated(name: &str) -> Value {
    let text = unpacked(name);
    assert!(
        !text.is_empty(),
        "there is no schema {name}: UPDATE=1 cargo test --test architecture"
    );
    read(&text)
}

fn read(generated: &str) -> Value {
    serde_json::from_str(generated).expect("what is generated is JSON")
}

/// The structural schema of a Rust type, and its prose apart from it: the descriptions of all schemas in it, in the order
/// in which they stand.
pub fn written<T: JsonSchema>() -> (String, String) {
    let mut schema = json_schema::<T>();
    let mut prose = Vec::new();
    each(&mut schema, &mut |fields| {
        prose.push(fields.remove("description").unwrap_or_default());
    });
    (schema.to_string(), Value::Array(prose).to_string())
}

/// A schema with its prose.
fn with_prose(mut schema: Value, prose: &str) -> Value {
    let mut prose = match read(prose) {
        Value::Array(prose) => prose.into_iter(),
        _ => Vec::new().into_iter(),
    };
    each(&mut schema, &mut |fields| {
        if let Some(text) = prose.next().filter(Value::is_string) {
            fields.insert("description".to_owned(), text);
        }
    });
    schema
}

/// Visits a schema, and then all within it.
fn each(schema: &mut Value, visit: &mut dyn FnMut(&mut Map<String, Value>)) {
    let Some(fields) = schema.as_object_mut() else {
        return;
    };
    visit(fields);
    for (keyword, value) in fields {
        match (keyword.as_str(), value) {
            ("properties", Value::Object(properties)) => {
                properties.values_mut().for_each(|part| each(part, visit));
            }
            ("items" | "additionalProperties", part) => each(part, visit),
            _ => {}
        }
    }
}

/// The schema of an Input with that of its `defaults`: a spec in which nothing is required, and one client's fields under
/// `client`.
///
/// Lists replace what they default, so what stands in a list has to be whole.
fn with_defaults(mut input: Value, mut spec: Value) -> Value {
    let mut client = spec["properties"]["clients"]["items"].clone();
    if let Some(fields) = client["properties"].as_object_mut() {
        for field in ["name", "type", "importId"] {
            fields.remove(field);
        }
    }
    if let Some(text) = client.get_mut("description") {
        *text = json!("Defaults of each client.");
    }
    spec["properties"]["client"] = client;
    nothing_required(&mut spec);
    input["properties"]["defaults"]["properties"] = spec["properties"].take();
    input
}

fn nothing_required(schema: &mut Value) {
    let Some(schema) = schema.as_object_mut() else {
        return;
    };
    schema.remove("required");
    for property in schema
        .get_mut("properties")
        .and_then(Value::as_object_mut)
        .into_iter()
        .flatten()
    {
        nothing_required(property.1);
    }
}

/// The structural schema of a Rust type, with prose: what Kubernetes' own type of a schema holds of it.
fn json_schema<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::default().with(|settings| {
        settings.meta_schema = None;
        settings.inline_subschemas = true;
    });
    let mut schema = settings
        .into_generator()
        .into_root_schema_for::<T>()
        .to_value();
    structural(&mut schema);
    let schema: JSONSchemaProps =
        serde_json::from_value(schema).expect("a schema made from a Rust type is OpenAPI");
    let mut schema = serde_json::to_value(schema).expect("an OpenAPI schema is JSON");
    with_whole_numbers(&mut schema);
    schema
}

/// Writes bounds that are whole as whole numbers: people expect that, and readers of JSON may lose the last digit of others.
fn with_whole_numbers(schema: &mut Value) {
    match schema {
        Value::Object(fields) => fields.values_mut().for_each(with_whole_numbers),
        Value::Array(entries) => entries.iter_mut().for_each(with_whole_numbers),
        Value::Number(number) => {
            let fraction = number.as_f64().filter(|fraction| fraction.fract() == 0.0);
            let whole = fraction.map(|fraction| format!("{fraction:.0}").parse::<i64>());
            if let Some(Ok(whole)) = whole {
                *schema = whole.into();
            }
        }
        _ => {}
    }
}

/// Brings a schema, and all within it, into the structural form.
fn structural(value: &mut Value) {
    let Some(schema) = value.as_object_mut() else {
        return;
    };
    for key in ["title", "$schema"] {
        schema.remove(key);
    }
    // The API server finds unknown fields by itself, and refuses `additionalProperties` beside `properties`.
    if schema.get("additionalProperties") == Some(&Value::Bool(false)) {
        schema.remove("additionalProperties");
    }
    without_null(schema);
    named_variants(schema);
    if let Some(Value::Array(examples)) = schema.remove("examples") {
        schema.insert(
            "example".to_owned(),
            examples.into_iter().next().unwrap_or_default(),
        );
    }
    match schema.get("format").and_then(Value::as_str) {
        Some("uint32") => schema.insert("format".to_owned(), json!("int32")),
        Some("uint64" | "uint") => schema.insert("format".to_owned(), json!("int64")),
        _ => None,
    };
    if let Some(Value::String(description)) = schema.get_mut("description") {
        *description = description
            .replace("\n\n", "\u{0}")
            .replace('\n', " ")
            .replace('\u{0}', "\n\n");
    }
    for (key, value) in schema.iter_mut() {
        match key.as_str() {
            "properties" => value
                .as_object_mut()
                .into_iter()
                .flatten()
                .for_each(|(_, property)| structural(property)),
            "items" | "additionalProperties" => structural(value),
            _ => {}
        }
    }
}

/// An `Option` is a field that may be absent, never one that is null.
fn without_null(schema: &mut Map<String, Value>) {
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|kind| kind != "null");
        let only = types.first().cloned().unwrap_or_default();
        schema.insert("type".to_owned(), only);
    }
    if let Some(Value::Array(choices)) = schema.get_mut("enum") {
        choices.retain(|choice| !choice.is_null());
    }
    if let Some(Value::Array(choices)) = schema.remove("anyOf") {
        for choice in choices
            .into_iter()
            .filter(|choice| choice["type"] != "null")
        {
            for (key, value) in choice.as_object().into_iter().flatten() {
                schema.entry(key).or_insert_with(|| value.clone());
            }
        }
        without_null(schema);
    }
}

/// The variants of an enum are one `enum`; what each means goes to the description.
fn named_variants(schema: &mut Map<String, Value>) {
    let Some(Value::Array(variants)) = schema.remove("oneOf") else {
        return;
    };
    let name = |variant: &Value| variant["const"].clone();
    let meanings: Vec<String> = variants
        .iter()
        .filter_map(|variant| {
            Some(format!(
                "{}: {}",
                name(variant).as_str()?,
                variant["description"].as_str()?
            ))
        })
        .collect();
    let description = schema
        .get("description")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let description = format!("{description}\n\n{}.", meanings.join("; "));
    schema.insert("description".to_owned(), Value::String(description));
    schema.insert("type".to_owned(), json!("string"));
    schema.insert("enum".to_owned(), variants.iter().map(name).collect());
}

#[cfg(test)]
mod tests {
    use super::super::app_auth::{Spec, Status};
    use super::super::input::Input;
    use super::*;

    /// Visits a schema and all within it.
    fn visit(at: &str, schema: &Value, check: &mut dyn FnMut(&str, &Value)) {
        check(at, schema);
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            visit(&format!("{at}.{name}"), property, check);
        }
        for (keyword, mark) in [("items", "[]"), ("additionalProperties", ".*")] {
            if let Some(part) = schema.get(keyword).filter(|part| part.is_object()) {
                visit(&format!("{at}{mark}"), part, check);
            }
        }
    }

    #[test]
    fn every_field_has_one_type_and_a_description() {
        for (name, schema) in [
            ("spec", json_schema::<Spec>()),
            ("status", json_schema::<Status>()),
            ("input", json_schema::<Input>()),
        ] {
            visit(name, &schema, &mut |at, schema| {
                assert!(schema["type"].is_string(), "{at} has no type");
                for keyword in ["anyOf", "oneOf", "nullable"] {
                    assert!(schema.get(keyword).is_none(), "{at} has {keyword}");
                }
                if !at.ends_with("[]") && !at.ends_with(".*") {
                    let text = schema["description"].as_str().unwrap_or_default();
                    assert!(!text.is_empty(), "{at} has no description");
                }
            });
        }
    }

    #[test]
    fn every_list_and_string_of_the_spec_is_bounded() {
        let spec = json_schema::<Spec>();
        visit(
            "spec",
            &spec,
            &mut |at, schema| match schema["type"].as_str() {
                Some("array") => assert!(schema["maxItems"].is_u64(), "{at} has no maxItems"),
                Some("string") => {
                    let is_bounded = schema["maxLength"].is_u64() || schema["enum"].is_array();
                    assert!(is_bounded, "{at} has no maxLength");
                }
                _ => {}
            },
        );
    }

    #[test]
    fn an_enum_says_what_each_value_means() {
        let spec = json_schema::<Spec>();
        let on_delete = &spec["properties"]["userPool"]["properties"]["onDelete"];
        assert_eq!(on_delete["type"], "string");
        assert_eq!(on_delete["enum"].as_array().unwrap().len(), 2);
        let description = on_delete["description"].as_str().unwrap();
        assert!(
            description.starts_with("What becomes of the pool and its users"),
            "{description}"
        );
        assert!(
            description.contains("Delete: the pool and all its users are deleted."),
            "{description}"
        );
    }

    #[test]
    fn defaults_are_a_spec_without_required_fields() {
        let properties = &input()["properties"]["defaults"]["properties"];
        assert!(properties["client"].get("required").is_none());
        assert!(
            properties["userPool"]["properties"]["sms"]
                .get("required")
                .is_none()
        );
        assert!(properties["client"]["properties"].get("name").is_none());
        assert!(properties["client"]["properties"]["scopes"].is_object());
    }
}
