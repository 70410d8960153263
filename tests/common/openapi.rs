//! Structural schemas from Rust types, for `generated/`.
//!
//! Kubernetes takes *structural* schemas: every reference inlined, one type for each field, no unions. `structural`
//! brings the schema that schemars makes of a Rust type into that form.

use function_appauth::api::app_auth::{Spec, Status};
use function_appauth::api::input::Input;
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::JSONSchemaProps;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

/// The structural schema of a Rust type, as far as Kubernetes' own type of a schema can hold it.
pub(crate) fn json_schema<T: JsonSchema>() -> Value {
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

/// The same without descriptions: nobody reads those of a provider's kinds here.
pub(crate) fn without_descriptions<T: JsonSchema>() -> Value {
    let mut schema = json_schema::<T>();
    remove_descriptions(&mut schema);
    schema
}

fn remove_descriptions(schema: &mut Value) {
    let Some(fields) = schema.as_object_mut() else {
        return;
    };
    fields.remove("description");
    for (keyword, value) in fields {
        match (keyword.as_str(), value) {
            ("properties", Value::Object(properties)) => {
                properties.values_mut().for_each(remove_descriptions);
            }
            ("items" | "additionalProperties", part) => remove_descriptions(part),
            _ => {}
        }
    }
}

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
