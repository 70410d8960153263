//! Crossplane's own kinds that people write for AppAuths: the CompositeResourceDefinition and the Composition.
//!
//! Of their schemas it has the fields of Crossplane 1.14 to 2.5, so that a misspelt one is found; `tests/xrd.rs` compares
//! them with Crossplane's CRDs. What only Crossplane can tell is left to it.

use std::sync::OnceLock;

use serde_json::{Value, json};

use super::files::{APIEXTENSIONS, Manifest, Step};
use super::whole::unsupported;
use crate::api::input;
use crate::finding::Finding;
use crate::path::FieldPath;
use crate::schema::Schema;
use crate::schema::definitions::{Definition, group};
use crate::text::either;

/// Checks a Composition or a CompositeResourceDefinition. None for another kind.
pub(super) fn check(manifest: &Manifest) -> Option<Vec<Finding>> {
    let value = &manifest.document.value;
    let text = |pointer: &str| value.pointer(pointer).and_then(Value::as_str);
    let version = text("/apiVersion")?;
    if group(version) != APIEXTENSIONS {
        return None;
    }
    let kind = text("/kind")?;
    let (schema, versions): (_, &[&str]) = match kind {
        "Composition" => (composition(), &["v1"]),
        "CompositeResourceDefinition" => (definition(), &["v1", "v2"]),
        _ => return None,
    };
    let mut found = schema.check_object(value, None);
    let versions: Vec<String> = versions
        .iter()
        .map(|each| format!("{APIEXTENSIONS}/{each}"))
        .collect();
    if !versions.iter().any(|known| known == version) {
        found.push(Finding::error(
            FieldPath::parse("apiVersion"),
            unsupported(version, &versions),
            format!("write {}", either(&versions)),
        ));
    }
    if kind == "CompositeResourceDefinition" {
        found.extend(unusable(value));
        found.extend(misnamed(value));
        found.extend(without_claims(value, version));
    } else {
        found.extend(without_steps(value));
        found = found
            .into_iter()
            .map(|finding| of_our_input(finding, manifest))
            .collect();
    }
    Some(found)
}

/// What an Input of this function lacks can be told in full.
fn of_our_input(finding: Finding, manifest: &Manifest) -> Finding {
    let is_missing = |field: &str| {
        let at = |step: Step| step.at.field("input").field(field.to_owned());
        finding.problem == "Required value"
            && manifest
                .steps()
                .into_iter()
                .any(|step| at(step) == finding.path)
    };
    let value = if is_missing("apiVersion") {
        input::API_VERSION
    } else if is_missing("kind") {
        input::KIND
    } else {
        return finding;
    };
    Finding {
        remedy: format!("add it: \"{value}\""),
        ..finding
    }
}

/// The schemas of an XRD that are none.
fn unusable(value: &Value) -> impl Iterator<Item = Finding> {
    let definitions = Definition::read(value, |_, _| true).into_iter();
    let errors = definitions.filter_map(|definition| match definition {
        Ok(definition) => definition.compile().err(),
        Err(error) => Some(error),
    });
    let mut errors: Vec<_> = errors.collect();
    // A claim has the same schema.
    errors.dedup();
    errors.into_iter().map(|error| {
        Finding::error(
            error.path,
            format!("the schema cannot be used: {}", error.problem),
            "correct it, or the API server refuses the CRD",
        )
    })
}

/// An XRD is named after the CRD that is made of it.
fn misnamed(value: &Value) -> Option<Finding> {
    let text = |pointer: &str| value.pointer(pointer).and_then(Value::as_str);
    let name = text("/metadata/name")?;
    let wanted = format!("{}.{}", text("/spec/names/plural")?, text("/spec/group")?);
    (name != wanted).then(|| {
        Finding::error(
            FieldPath::parse("metadata.name"),
            format!("Invalid value: \"{name}\": must be <spec.names.plural>.<spec.group>"),
            format!("write \"{wanted}\""),
        )
    })
}

/// Only composite resources of Crossplane 1's form have claims, and version 2 of the API has no other word for that form.
fn without_claims(value: &Value, version: &str) -> Option<Finding> {
    let is_v2 = version.ends_with("/v2");
    let scope = value.pointer("/spec/scope").and_then(Value::as_str);
    if is_v2 && scope == Some("LegacyCluster") {
        return Some(Finding::error(
            FieldPath::parse("spec.scope"),
            unsupported("LegacyCluster", &["Namespaced", "Cluster"]),
            format!("use one of them, or apiVersion \"{APIEXTENSIONS}/v1\""),
        ));
    }
    let is_legacy = scope == Some("LegacyCluster") || (scope.is_none() && !is_v2);
    (!is_legacy && value.pointer("/spec/claimNames").is_some()).then(|| {
        Finding::error(
            FieldPath::parse("spec.claimNames"),
            "only composite resources of scope LegacyCluster have claims",
            format!("remove it, or use apiVersion \"{APIEXTENSIONS}/v1\" and scope LegacyCluster"),
        )
    })
}

/// A pipeline has steps.
fn without_steps(value: &Value) -> Option<Finding> {
    let spec = value.get("spec")?;
    let is_pipeline = spec.get("mode").is_none_or(|mode| mode == "Pipeline");
    // Crossplane 1 takes Resources for the default.
    let has_resources = spec.get("mode").is_none() && spec.get("resources").is_some();
    let is_empty = |steps: &Value| steps.as_array().is_some_and(Vec::is_empty);
    (is_pipeline && !has_resources && spec.get("pipeline").is_none_or(is_empty)).then(|| {
        Finding::error(
            FieldPath::parse("spec.pipeline"),
            "Required value: an array of pipeline steps is required in Pipeline mode",
            "add a step whose functionRef is this function",
        )
    })
}

fn compiled(cell: &'static OnceLock<Schema>, spec: impl FnOnce() -> Value) -> &'static Schema {
    cell.get_or_init(|| {
        let whole = json!({
            "type": "object",
            "required": ["spec"],
            "properties": { "spec": spec(), "status": anything() },
        });
        Schema::compile(&whole).expect("a schema of ours compiles")
    })
}

fn composition() -> &'static Schema {
    static SCHEMA: OnceLock<Schema> = OnceLock::new();
    compiled(&SCHEMA, composition_spec)
}

fn definition() -> &'static Schema {
    static SCHEMA: OnceLock<Schema> = OnceLock::new();
    compiled(&SCHEMA, definition_spec)
}

/// The schema of a Composition's spec.
fn composition_spec() -> Value {
    let input = json!({
        "type": "object",
        "x-kubernetes-embedded-resource": true,
        "x-kubernetes-preserve-unknown-fields": true,
    });
    let mut required_resource = object(
        &["apiVersion", "kind", "requirementName"],
        &["name", "namespace"],
    );
    required_resource["properties"]["matchLabels"] = texts();
    let mut credentials = object(&["name"], &[]);
    credentials["required"] = json!(["name", "source"]);
    credentials["properties"]["source"] = choice(&["None", "Secret"]);
    credentials["properties"]["secretRef"] = object(&["name", "namespace"], &[]);
    let mut step = object(&["step"], &[]);
    step["required"] = json!(["step", "functionRef"]);
    step["properties"]["functionRef"] = object(&["name"], &[]);
    step["properties"]["input"] = input;
    step["properties"]["credentials"] = map(credentials, "name");
    step["properties"]["requirements"] = json!({
        "type": "object",
        "properties": {
            "requiredResources": map(required_resource, "requirementName"),
            "requiredSchemas": map(object(&["apiVersion", "kind", "requirementName"], &[]), "requirementName"),
        },
    });
    json!({
        "type": "object",
        "required": ["compositeTypeRef"],
        "properties": {
            "compositeTypeRef": object(&["apiVersion", "kind"], &[]),
            "mode": choice(&["Pipeline", "Resources"]),
            "pipeline": map(step, "step"),
            "writeConnectionSecretsToNamespace": text(),
            "publishConnectionDetailsWithStoreConfigRef": object(&["name"], &[]),
            // Crossplane 1 composes these without a function.
            "resources": list(anything()),
            "patchSets": list(anything()),
            "environment": anything(),
            "functions": list(anything()),
        },
    })
}

/// The schema of a CompositeResourceDefinition's spec.
fn definition_spec() -> Value {
    let mut names = object(&["kind", "plural"], &["listKind", "singular"]);
    names["properties"]["categories"] = list(text());
    names["properties"]["shortNames"] = list(text());
    let mut column = object(&["name", "type", "jsonPath"], &["description", "format"]);
    column["properties"]["priority"] = json!({ "type": "integer" });
    let mut version = object(&["name"], &["deprecationWarning"]);
    version["required"] = json!(["name", "served", "referenceable"]);
    for flag in ["served", "referenceable", "deprecated"] {
        version["properties"][flag] = json!({ "type": "boolean" });
    }
    version["properties"]["additionalPrinterColumns"] = list(column);
    version["properties"]["schema"] =
        json!({ "type": "object", "properties": { "openAPIV3Schema": anything() } });
    let mut conversion = object(&["strategy"], &[]);
    conversion["properties"]["webhook"] = anything();
    json!({
        "type": "object",
        "required": ["group", "names", "versions"],
        "properties": {
            "group": text(),
            "scope": choice(&["LegacyCluster", "Namespaced", "Cluster"]),
            "names": names.clone(),
            "claimNames": names,
            "versions": list(version),
            "conversion": conversion,
            "connectionSecretKeys": list(text()),
            "defaultCompositeDeletePolicy": choice(&["Background", "Foreground"]),
            "defaultCompositionUpdatePolicy": choice(&["Automatic", "Manual"]),
            "defaultCompositionRef": object(&["name"], &[]),
            "defaultCompositionRevisionSelector": anything(),
            "enforcedCompositionRef": object(&["name"], &[]),
            "metadata": { "type": "object", "properties": { "labels": texts(), "annotations": texts() } },
        },
    })
}

fn anything() -> Value {
    json!({ "type": "object", "x-kubernetes-preserve-unknown-fields": true })
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn texts() -> Value {
    json!({ "type": "object", "additionalProperties": { "type": "string" } })
}

fn choice(values: &[&str]) -> Value {
    json!({ "type": "string", "enum": values })
}

fn list(items: Value) -> Value {
    json!({ "type": "array", "items": items })
}

/// A list whose entries differ in a field.
fn map(items: Value, key: &str) -> Value {
    let mut list = list(items);
    list["x-kubernetes-list-type"] = json!("map");
    list["x-kubernetes-list-map-keys"] = json!([key]);
    list
}

/// An object of texts that are required, and others.
fn object(required: &[&str], others: &[&str]) -> Value {
    let properties: serde_json::Map<String, Value> = required
        .iter()
        .chain(others)
        .map(|name| ((*name).to_owned(), text()))
        .collect();
    json!({ "type": "object", "required": required, "properties": properties })
}
