//! An outcome as `crossplane render` prints it.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::COMPOSITION_RESOURCE_NAME;
use crate::compose::{Desired, Outcome};
use crate::function;
use crate::protocol::Status;

/// The time of conditions that `crossplane render` prints: any would do, one that never changes is best.
const CONDITION_TIME: &str = "2024-01-01T00:00:00Z";

/// What Crossplane would have of an outcome: the composite with its status, then the composed resources by name.
pub(super) fn documents(
    composite: &Value,
    outcome: Outcome,
    observed: &BTreeMap<String, Value>,
) -> Vec<Value> {
    let conditions = conditions(&outcome);
    let mut xr = Map::new();
    for field in ["apiVersion", "kind"] {
        xr.insert(field.to_owned(), composite[field].clone());
    }
    let metadata: Map<String, Value> = ["name", "namespace"]
        .into_iter()
        .filter_map(|field| Some((field.to_owned(), composite["metadata"].get(field)?.clone())))
        .collect();
    xr.insert("metadata".to_owned(), Value::Object(metadata));
    let mut status = outcome.status.unwrap_or_else(|| json!({}));
    status["conditions"] = conditions;
    xr.insert("status".to_owned(), status);

    let mut desired = outcome.desired;
    desired.sort_by(|a, b| a.name.cmp(&b.name));
    let composed = desired.into_iter().map(|desired| {
        let before = observed.get(&desired.name);
        with_metadata(desired, composite, before)
    });
    std::iter::once(Value::Object(xr)).chain(composed).collect()
}

/// The conditions that Crossplane would set: Ready, and ours.
fn conditions(outcome: &Outcome) -> Value {
    let mut unready: Vec<&str> = outcome
        .desired
        .iter()
        .filter(|each| !each.ready)
        .map(|each| each.name.as_str())
        .collect();
    unready.sort_unstable();
    let mut ready = json!({ "type": "Ready", "lastTransitionTime": CONDITION_TIME });
    if outcome.waits.is_empty() && unready.is_empty() {
        ready["status"] = json!("True");
        ready["reason"] = json!("Available");
    } else {
        ready["status"] = json!("False");
        ready["reason"] = json!("Creating");
        if outcome.waits.is_empty() {
            ready["message"] = json!(format!("Unready resources: {}", first_three(&unready)));
        }
    }
    let ours = function::conditions(outcome).into_iter().map(|condition| {
        let status = match condition.status() {
            Status::ConditionTrue => "True",
            Status::ConditionFalse => "False",
            Status::ConditionUnknown | Status::ConditionUnspecified => "Unknown",
        };
        json!({
            "type": condition.r#type,
            "status": status,
            "reason": condition.reason,
            "message": condition.message,
            "lastTransitionTime": CONDITION_TIME,
        })
    });
    std::iter::once(ready).chain(ours).collect()
}

/// The first three names, as Crossplane joins them.
fn first_three(names: &[&str]) -> String {
    match names {
        [first, second, third] => format!("{first}, {second}, and {third}"),
        [first, second, third, more @ ..] => {
            format!("{first}, {second}, {third}, and {} more", more.len())
        }
        names => names.join(", "),
    }
}

/// Adds what Crossplane adds to each composed resource.
fn with_metadata(desired: Desired, composite: &Value, before: Option<&Value>) -> Value {
    let Desired {
        name,
        mut body,
        ready: _,
    } = desired;
    let owner = &composite["metadata"];
    let label = |key: &str| owner["labels"].get(key).cloned();
    let composite_name = label("crossplane.io/composite").unwrap_or_else(|| owner["name"].clone());
    for field in ["name", "generateName", "namespace"] {
        if let Some(value) = before.and_then(|before| before["metadata"].get(field)) {
            body["metadata"][field] = value.clone();
        }
    }
    if body["metadata"].get("name").is_none() && body["metadata"].get("generateName").is_none() {
        let prefix = composite_name.as_str().unwrap_or_default();
        body["metadata"]["generateName"] = json!(format!("{prefix}-"));
    }
    body["metadata"]["annotations"][COMPOSITION_RESOURCE_NAME] = json!(name);
    body["metadata"]["labels"]["crossplane.io/composite"] = composite_name;
    for key in ["crossplane.io/claim-name", "crossplane.io/claim-namespace"] {
        if let Some(value) = label(key) {
            body["metadata"]["labels"][key] = value;
        }
    }
    body["metadata"]["ownerReferences"] = json!([{
        "apiVersion": composite["apiVersion"],
        "blockOwnerDeletion": true,
        "controller": true,
        "kind": composite["kind"],
        "name": owner["name"],
        "uid": owner["uid"].as_str().unwrap_or_default(),
    }]);
    body
}
