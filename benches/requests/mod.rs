//! The requests that are measured.

#![allow(dead_code, reason = "each benchmark uses a part of it")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use function_appauth::protocol::{Resource, RunFunctionRequest, Struct};
use function_appauth::{function, manifest};
use serde_json::{Map, Value, json};

/// The composite of an example, the Input of its Composition, and what is observed of it.
pub(crate) fn example(name: &str) -> (Value, Option<Value>, BTreeMap<String, Value>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("examples")
        .join(name);
    let documents = |name: &str| -> Vec<Value> {
        let text = fs::read_to_string(folder.join(name)).unwrap();
        manifest::read(&text)
            .unwrap()
            .into_iter()
            .map(|document| document.value)
            .collect()
    };
    let input = documents("composition.yaml")
        .remove(0)
        .pointer("/spec/pipeline/0/input")
        .cloned();
    let observed = documents("observed.yaml")
        .into_iter()
        .map(|body| {
            let name = &body["metadata"]["annotations"]["crossplane.io/composition-resource-name"];
            (name.as_str().unwrap().to_owned(), body)
        })
        .collect();
    (documents("xr.yaml").remove(0), input, observed)
}

/// The request for an example whose resources are there.
pub(crate) fn of_example(name: &str) -> RunFunctionRequest {
    let (composite, input, observed) = example(name);
    function::request(&composite, input.as_ref(), &observed)
}

/// A pool and a client, both there, each with what the API server keeps of who set which field: 15 KB.
pub(crate) fn pool_and_client() -> RunFunctionRequest {
    let (mut composite, input, mut observed) = example("web-app");
    composite["spec"].as_object_mut().unwrap().remove("domain");
    observed.remove("domain").unwrap();
    compose_with_crossplane(&mut composite);
    keep_managers(&mut composite);
    observed.values_mut().for_each(keep_managers);
    function::request(&composite, input.as_ref(), &observed)
}

/// The same, among so many observed resources that another function of the pipeline has made, 6 KB each.
pub(crate) fn among_others(count: usize) -> RunFunctionRequest {
    let mut request = pool_and_client();
    let (_, _, observed) = example("web-app");
    let mut other = observed["user-pool"].clone();
    other["kind"] = json!("Other");
    keep_managers(&mut other);
    let other = Resource {
        resource: other.as_object().map(Struct::from_json),
        ..Resource::default()
    };
    let observed = request.observed.as_mut().unwrap();
    let others = (0..count).map(|index| (format!("other-{index}"), other.clone()));
    observed.resources.extend(others);
    request
}

/// Adds what Crossplane itself keeps in a composite, and what this function has told it.
fn compose_with_crossplane(composite: &mut Value) {
    let reference = |kind: &str, name: &str| json!({"apiVersion": "cognitoidentityprovider.aws.crossplane.io/v1alpha1", "kind": kind, "name": name});
    let spec = &mut composite["spec"];
    spec["compositionRef"] = json!({"name": "app-auth"});
    spec["compositionRevisionRef"] = json!({"name": "app-auth-5d1f0c2"});
    spec["compositionUpdatePolicy"] = json!("Automatic");
    spec["resourceRefs"] = json!([
        reference("UserPool", "storefront-user-pool"),
        reference("UserPoolClient", "storefront-client-web"),
    ]);
    let answer = function::run(function::request(composite, None, &BTreeMap::new()));
    let desired = answer.desired.unwrap().composite.unwrap();
    composite["status"] = desired.resource.unwrap().to_json().unwrap()["status"].take();
    let condition = |type_: &str, reason: &str| json!({"type": type_, "status": "True", "reason": reason, "lastTransitionTime": "2026-01-01T00:00:00Z"});
    composite["status"]["conditions"] = json!([
        condition("Synced", "ReconcileSuccess"),
        condition("Ready", "Available"),
        condition("Valid", "Checked"),
    ]);
}

/// Fills `metadata.managedFields` as Crossplane, the provider and its reference resolver leave it.
fn keep_managers(object: &mut Value) {
    let manager = |name: &str, operation: &str, part: &str| {
        json!({
            "apiVersion": object["apiVersion"], "fieldsType": "FieldsV1", "manager": name,
            "operation": operation, "time": "2026-01-01T00:00:00Z",
            "fieldsV1": {format!("f:{part}"): fields(&object[part])},
        })
    };
    let managers = [
        manager(
            "apiextensions.crossplane.io/composed/5d1f0c2b7a9e",
            "Apply",
            "spec",
        ),
        manager("crossplane-aws-provider", "Update", "metadata"),
        manager("crossplane-aws-provider", "Update", "spec"),
        manager("crossplane-aws-provider", "Update", "status"),
    ];
    let metadata = &mut object["metadata"];
    let annotations = &mut metadata["annotations"];
    for event in ["pending", "succeeded"] {
        annotations[format!("crossplane.io/external-create-{event}")] =
            json!("2026-01-01T00:00:00Z");
    }
    metadata["creationTimestamp"] = json!("2026-01-01T00:00:00Z");
    metadata["finalizers"] = json!(["finalizer.managedresource.crossplane.io"]);
    metadata["ownerReferences"] = json!([{
        "apiVersion": "platform.example.org/v1alpha1", "kind": "XAppAuth", "name": "storefront",
        "uid": "5d1f0c2b-7a9e-4c55-9a0e-3b8f1d6a2c94", "controller": true, "blockOwnerDeletion": true,
    }]);
    metadata["uid"] = json!("7e9c2f0a-41d7-4c55-9a0e-3b8f1d6a2c94");
    metadata["resourceVersion"] = json!("184467");
    metadata["generation"] = json!(3);
    metadata["managedFields"] = json!(managers);
}

/// The fields of an object, as the API server names who owns them.
fn fields(value: &Value) -> Map<String, Value> {
    let Some(members) = value.as_object() else {
        return Map::new();
    };
    let members = members
        .iter()
        .map(|(key, value)| (format!("f:{key}"), Value::Object(fields(value))));
    // The object itself.
    members.chain([(".".to_owned(), json!({}))]).collect()
}
