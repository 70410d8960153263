//! What the targets start from: the golden cases, the examples, the suite of schemas, and what AWS says.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use function_appauth::api::manifests::{self, Form};
use function_appauth::manifest;
use function_appauth::protocol::Struct;
use prost::Message;
use serde_json::{Value, json};

use crate::samples::Samples;
use crate::texts::MARK;
use crate::{cases, requests};

/// A target's name and its seeds.
pub type Seeds = (&'static str, Vec<Vec<u8>>);

/// Those of all targets.
pub fn all() -> Vec<Seeds> {
    let texts = |values: Vec<Value>| -> Vec<Vec<u8>> {
        let texts = values
            .into_iter()
            .map(|value| value.to_string().into_bytes());
        texts.collect()
    };
    vec![
        ("request", requests()),
        ("struct", structs()),
        ("xr", texts(composites())),
        ("input", texts(inputs())),
        ("yaml", yaml()),
        ("crds", texts(definitions())),
        ("import", texts(answers_of_aws())),
    ]
}

/// What stands in requests.
pub fn of_requests() -> Samples {
    let structs = structs();
    let objects: Vec<Value> = structs
        .into_iter()
        .filter_map(|bytes| Struct::from(bytes).to_json().ok())
        .collect();
    Samples::of(&objects)
}

/// AppAuths.
pub fn composites() -> Vec<Value> {
    let cases = cases::all();
    let composites = cases
        .iter()
        .map(|case| cases::documents(&case.xr).remove(0));
    once(composites)
}

/// Inputs, each with the AppAuth that it is for, as `{input, xr}`.
pub fn inputs() -> Vec<Value> {
    let cases = cases::all();
    let inputs = cases.iter().filter_map(|case| {
        let input = cases::input(case.input.as_deref()?)?;
        let composite = cases::documents(&case.xr).remove(0);
        Some(json!({ "input": input, "xr": composite }))
    });
    once(inputs)
}

/// Schemas and what they judge, as `{definition, object, old}`.
pub fn definitions() -> Vec<Value> {
    let suite = read("tests/differential/suite.yaml");
    let suite = suite.as_array().cloned().unwrap_or_default();
    let mut seeds = Vec::new();
    for case in &suite {
        let schema = match &case["root"] {
            Value::Null => json!({"type": "object", "properties": {"spec": case["schema"]}}),
            root => root.clone(),
        };
        let definition = crd(&schema);
        let values = case["values"].as_array().into_iter().flatten();
        let values = values.map(|value| (value, &Value::Null));
        let updates = case["updates"].as_array().into_iter().flatten();
        let updates = updates.map(|update| (&update[1], &update[0]));
        for (value, old) in values.chain(updates).take(4) {
            let mut seed = json!({ "definition": definition, "object": thing(value) });
            if !old.is_null() {
                seed["old"] = thing(old);
            }
            seeds.push(seed);
        }
    }
    // What is large, once.
    let group = read("src/providers/community/generated/group.json");
    seeds.push(json!({
        "definition": crd(&json!({"type": "object", "properties": {"spec": group}})),
        "object": thing(&json!({"forProvider": {"region": "eu-west-1", "groupName": "admins"}})),
    }));
    seeds.push(json!({
        "definition": {"openapi": "3.0.0", "components": {"schemas": {
            "Thing": {"type": "object", "properties": {"spec": {"allOf": [{"$ref": "#/components/schemas/Other"}], "default": {}}},
                "x-kubernetes-group-version-kind": [{"group": "example.org", "version": "v1", "kind": "Thing"}]},
            "Other": {"type": "object", "properties": {"thing": {"$ref": "#/components/schemas/Thing"}}},
        }}},
        "object": thing(&json!({"thing": {"spec": {}}})),
    }));
    seeds.push(json!({
        "definition": {"apiVersion": "apiextensions.crossplane.io/v1", "kind": "CompositeResourceDefinition",
            "metadata": {"name": "things.example.org"}, "spec": {"group": "example.org", "names": {"kind": "Thing", "plural": "things"},
            "claimNames": {"kind": "Claim", "plural": "claims"}, "versions": [{"name": "v1", "served": true, "referenceable": true,
            "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {
                "a": {"type": "string"}}}}}}}]}},
        "object": thing(&json!({"a": "x", "compositionRef": {"name": "y"}})),
    }));
    seeds
}

/// What `aws cognito-idp` prints, each case as a list of its documents.
pub fn answers_of_aws() -> Vec<Value> {
    let mut seeds = Vec::new();
    for folder in entries(&cases::repository().join("tests/import")) {
        let files = entries(&folder).into_iter();
        let texts = files
            .filter(|file| file.extension().is_some_and(|end| end == "json"))
            .filter_map(|file| fs::read_to_string(file).ok());
        let documents = texts.flat_map(|text| {
            let values = serde_json::Deserializer::from_str(&text).into_iter();
            values.filter_map(Result::ok).collect::<Vec<Value>>()
        });
        let documents: Vec<Value> = documents.collect();
        // A pool with little beside it is changed in more of its fields.
        seeds.extend(documents.iter().map(|document| json!([document])));
        seeds.push(Value::Array(documents));
    }
    once(seeds.into_iter())
}

/// Files as people write them, for the command line.
fn yaml() -> Vec<Vec<u8>> {
    let mut seeds = BTreeSet::new();
    for case in cases::all() {
        let mut text = fs::read_to_string(&case.xr).unwrap_or_default();
        for (option, path) in cases::settings(&case) {
            let role = option.trim_end_matches("Resources");
            let more = fs::read_to_string(path).unwrap_or_default();
            text = format!("{text}{MARK}{role}\n{more}");
        }
        seeds.insert(text.into_bytes());
    }
    let manual = fs::read_to_string(cases::repository().join("README.md")).unwrap_or_default();
    let blocks = manual.split("```yaml\n").skip(1);
    let blocks = blocks.filter_map(|rest| rest.split("```").next());
    seeds.extend(blocks.map(|block| block.as_bytes().to_vec()));
    for definition in definitions().into_iter().step_by(8) {
        let [crd, object] = ["definition", "object"].map(|part| manifest::write(&definition[part]));
        seeds.insert(format!("{object}{MARK}crds\n{crd}").into_bytes());
    }
    let composition = manifest::write(&manifests::composition("example.org", Form::Claim, []));
    seeds.insert(composition.into_bytes());
    for text in [
        "a: &a {b: [1, 0x1F, 1_0, .5, 1e3, ~, yes, \"\\u263A\\x41\", 'it''s']}\nc: *a\nd: {<<: *a, e: 1}\n",
        "a: |\n  b\n   c\n\nd: >-\n  e\n  f\n? g\n: !!str 1\n--- # h\n- - i\n  - j: k\n...\n%YAML 1.2\n---\n",
    ] {
        seeds.insert(text.as_bytes().to_vec());
    }
    seeds.into_iter().collect()
}

/// Requests, as Crossplane sends them.
fn requests() -> Vec<Vec<u8>> {
    let requests = requests::requests();
    requests.iter().map(Message::encode_to_vec).collect()
}

/// Objects, as they stand in requests.
fn structs() -> Vec<Vec<u8>> {
    let mut seeds = BTreeSet::new();
    for request in requests::requests() {
        let states = request.observed.into_iter().chain(request.desired);
        let resources = states.flat_map(|state| {
            state
                .composite
                .into_iter()
                .chain(state.resources.into_values())
        });
        let answers = request
            .required_resources
            .into_values()
            .flat_map(|answer| answer.items);
        let objects = resources
            .chain(answers)
            .filter_map(|resource| resource.resource);
        seeds.extend(objects.chain(request.input).map(|object| object.to_bytes()));
    }
    seeds.into_iter().collect()
}

/// A CRD of one kind, `Thing`.
fn crd(schema: &Value) -> Value {
    json!({"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "things.example.org"},
        "spec": {"group": "example.org", "names": {"kind": "Thing", "plural": "things"}, "scope": "Cluster",
        "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": schema}}]}})
}

fn thing(spec: &Value) -> Value {
    json!({"apiVersion": "example.org/v1", "kind": "Thing", "metadata": {"name": "a"}, "spec": spec})
}

fn read(path: &str) -> Value {
    cases::documents(&cases::repository().join(path)).remove(0)
}

/// Each value once.
fn once(values: impl Iterator<Item = Value>) -> Vec<Value> {
    let mut seen = BTreeSet::new();
    values
        .filter(|value| seen.insert(value.to_string()))
        .collect()
}

fn entries(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}
