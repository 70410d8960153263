//! The platform's overrides: merge patches on rendered resources, in order.

use serde_json::{Map, Value};

use crate::api::input::Input;
use crate::finding::{Document, Finding};
use crate::path::FieldPath;
use crate::plan::glob;
use crate::providers::Object;

/// What no patch may touch: it is how Crossplane and we know a resource.
const UNTOUCHABLE: [&[&str]; 6] = [
    &["apiVersion"],
    &["kind"],
    &["metadata", "name"],
    &["metadata", "namespace"],
    &["metadata", "ownerReferences"],
    &["status"],
];

/// Finds patches of what cannot be patched.
pub(super) fn check(input: &Input) -> Vec<Finding> {
    let mut found = Vec::new();
    for (index, each) in input.overrides.iter().flatten().enumerate() {
        let at = FieldPath::parse("overrides").index(index).field("patch");
        let mut refuse = |path: FieldPath| {
            let problem = "this cannot be patched: it is how a resource is known";
            found.push(Finding::error(path, problem, "remove it").in_document(Document::Input));
        };
        for path in UNTOUCHABLE {
            if reaches(&each.patch.0, path) {
                refuse(path.iter().fold(at.clone(), |at, field| at.field(*field)));
            }
        }
        for map in ["annotations", "labels"] {
            let keys = each
                .patch
                .0
                .get("metadata")
                .and_then(|metadata| metadata.get(map)?.as_object());
            for key in keys.into_iter().flatten().map(|(key, _)| key) {
                if key.split('/').next().is_some_and(|domain| {
                    domain == "crossplane.io" || domain.ends_with(".crossplane.io")
                }) {
                    refuse(at.clone().field("metadata").field(map).field(key.clone()));
                }
            }
        }
        // Null, or anything else that is no map, would take away what may not be patched within it.
        for path in [
            &["metadata"][..],
            &["metadata", "annotations"],
            &["metadata", "labels"],
            &["spec"],
        ] {
            if value_at(&each.patch.0, path).is_some_and(|value| !value.is_object()) {
                refuse(path.iter().fold(at.clone(), |at, field| at.field(*field)));
            }
        }
    }
    found
}

/// Lays the patches over the objects whose names they match.
///
/// Its findings are about patches that leave an object without what the provider must be given.
pub(super) fn apply(input: &Input, objects: &mut [Object]) -> Vec<Finding> {
    let mut found = Vec::new();
    for (index, each) in input.overrides.iter().flatten().enumerate() {
        for object in objects
            .iter_mut()
            .filter(|object| glob(&each.resource, &object.name))
        {
            merge_patch(&mut object.body, &Value::Object(each.patch.0.clone()));
            if object.for_provider().is_none() {
                let at = FieldPath::parse("overrides")
                    .index(index)
                    .join(&FieldPath::parse("patch.spec.forProvider"));
                let problem = format!("leaves \"{}\" without forProvider", object.name);
                found.push(
                    Finding::error(at, problem, "patch fields within it")
                        .in_document(Document::Input),
                );
            }
        }
    }
    found
}

fn value_at<'a>(patch: &'a Map<String, Value>, fields: &[&str]) -> Option<&'a Value> {
    let (first, rest) = fields.split_first()?;
    rest.iter()
        .try_fold(patch.get(*first)?, |value, field| value.get(field))
}

fn reaches(patch: &Map<String, Value>, fields: &[&str]) -> bool {
    value_at(patch, fields).is_some()
}

/// RFC 7396.
fn merge_patch(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Some(target) = target.as_object_mut() else {
        return;
    };
    for (key, value) in patch {
        if value.is_null() {
            target.remove(key);
        } else {
            merge_patch(target.entry(key.clone()).or_insert(Value::Null), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn merges_as_rfc_7396_says() {
        for (target, patch, expected) in [
            (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
            (
                json!({"a": "b"}),
                json!({"b": "c"}),
                json!({"a": "b", "b": "c"}),
            ),
            (json!({"a": "b"}), json!({"a": null}), json!({})),
            (json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"})),
            (
                json!({"a": {"b": "c"}}),
                json!({"a": {"b": "d", "c": null}}),
                json!({"a": {"b": "d"}}),
            ),
            (
                json!({"a": [1]}),
                json!({"a": {"b": {"c": null}}}),
                json!({"a": {"b": {}}}),
            ),
        ] {
            let mut merged = target.clone();
            merge_patch(&mut merged, &patch);
            assert_eq!(merged, expected, "{target} {patch}");
        }
    }

    #[test]
    fn what_a_resource_is_known_by_cannot_be_patched() {
        let input: Input =
            serde_json::from_value(json!({"overrides": [{"resource": "*", "patch": {
            "kind": "Other", "status": {},
            "metadata": {"name": "x", "labels": {"team": "a", "crossplane.io/composite": "x"}}}},
            {"resource": "*", "patch": {"metadata": {"annotations": null}, "spec": 1}}]}))
            .unwrap();
        let found: Vec<String> = check(&input)
            .iter()
            .map(|finding| finding.path.to_string())
            .collect();
        assert_eq!(
            found,
            [
                "overrides[0].patch.kind",
                "overrides[0].patch.metadata.name",
                "overrides[0].patch.status",
                "overrides[0].patch.metadata.labels[crossplane.io/composite]",
                "overrides[1].patch.metadata.annotations",
                "overrides[1].patch.spec",
            ]
        );
    }
}
