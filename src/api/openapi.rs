//! The OpenAPI of AppAuth and Input: the source of the XRD and the Input's CRD, of the check of a spec's shape, and of the
//! JSON Schema for editors.
//!
//! `generated/` has the schemas of the Rust types: `UPDATE=1 cargo test --test architecture` writes them.

use std::sync::OnceLock;

use serde_json::{Value, json};

/// The structural schema of an AppAuth's spec.
pub fn spec() -> &'static Value {
    static SCHEMA: OnceLock<Value> = OnceLock::new();
    SCHEMA.get_or_init(|| read(include_str!("generated/spec.json")))
}

/// The structural schema of an AppAuth's status.
pub fn status() -> Value {
    read(include_str!("generated/status.json"))
}

/// The structural schema of an Input.
pub fn input() -> &'static Value {
    static SCHEMA: OnceLock<Value> = OnceLock::new();
    SCHEMA.get_or_init(|| {
        let input = read(include_str!("generated/input.json"));
        with_defaults(input, spec().clone())
    })
}

/// Reads a generated schema.
///
/// # Panics
/// If it is not JSON: a mistake that the first test finds.
pub(crate) fn read(generated: &str) -> Value {
    serde_json::from_str(generated).expect("a generated schema is JSON")
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

#[cfg(test)]
mod tests {
    use super::*;

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
