//! The platform's overrides: merge patches on rendered resources, in order.

use serde_json::{Map, Value};

use crate::api::input::Input;
use crate::finding::{Document, Finding, nearest};
use crate::path::{FieldPath, at};
use crate::plan::{glob, resource};
use crate::providers::Object;
use crate::text::quoted;

/// Finds patches of what cannot be patched: all but the spec, labels and annotations is how Crossplane and we know a
/// resource, or is no part of one.
pub(super) fn check(input: &Input) -> Vec<Finding> {
    let mut found = Vec::new();
    for (index, each) in input.overrides.iter().flatten().enumerate() {
        let at = FieldPath::parse("overrides").index(index);
        found.extend(matching_nothing(
            &each.resource,
            at.clone().field("resource"),
        ));
        let at = at.field("patch");
        for (field, value) in &each.patch.0 {
            let at = at.clone().field(field.clone());
            match (field.as_str(), value) {
                ("spec", Value::Object(_)) => {}
                ("metadata", Value::Object(metadata)) => check_metadata(metadata, &at, &mut found),
                _ => found.push(refused(at)),
            }
        }
    }
    found
}

/// Advice on a misspelt glob, which no name of a composed resource can match.
fn matching_nothing(glob: &str, at: FieldPath) -> Option<Finding> {
    // Up to the first wildcard, a name begins like the glob.
    let (begin, is_whole) = match glob.split_once(['*', '?', '[']) {
        Some((begin, _)) => (begin, false),
        None => (glob, true),
    };
    let is_possible = resource::PREFIXES
        .iter()
        .any(|prefix| begin.starts_with(prefix) || (!is_whole && prefix.starts_with(begin)))
        || resource::NAMES.iter().any(|name| {
            if is_whole {
                *name == begin
            } else {
                name.starts_with(begin)
            }
        });
    if is_possible {
        return None;
    }
    let families: Vec<String> = resource::PREFIXES
        .iter()
        .map(|prefix| format!("{prefix}*"))
        .chain(resource::NAMES.map(str::to_owned))
        .collect();
    let meant = nearest(glob, families.iter().map(String::as_str))?;
    let problem = format!("{} matches no resource", quoted(glob));
    let remedy = format!("did you mean \"{meant}\"?");
    Some(Finding::advice(at, problem, remedy).in_document(Document::Input))
}

fn check_metadata(metadata: &Map<String, Value>, at: &FieldPath, found: &mut Vec<Finding>) {
    for (field, value) in metadata {
        let at = at.clone().field(field.clone());
        let Value::Object(entries) = value else {
            found.push(refused(at));
            continue;
        };
        if !["annotations", "labels"].contains(&field.as_str()) {
            found.push(refused(at));
            continue;
        }
        for (key, value) in entries {
            let at = at.clone().field(key.clone());
            let domain = key.split('/').next().unwrap_or_default();
            if domain == "crossplane.io" || domain.ends_with(".crossplane.io") {
                found.push(refused(at));
            } else if !value.is_string() && !value.is_null() {
                let problem = format!("Invalid value: {value}: must be of type string");
                let remedy = format!("put it in quotes: \"{value}\"");
                found.push(Finding::error(at, problem, remedy).in_document(Document::Input));
            }
        }
    }
}

fn refused(at: FieldPath) -> Finding {
    let problem = "only spec, and labels and annotations other than Crossplane's, can be patched";
    Finding::error(at, problem, "remove it").in_document(Document::Input)
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
            if let Some(policies) = at(&object.body, "/spec/forProvider/policies")
                && policies.get("passwordPolicy").is_none()
            {
                let at = FieldPath::parse("overrides")
                    .index(index)
                    .join(&FieldPath::parse("patch.spec.forProvider.policies"));
                let problem = format!(
                    "leaves \"{}\" with policies and no passwordPolicy, on which the provider fails",
                    object.name
                );
                found.push(
                    Finding::error(at, problem, "remove policies as a whole")
                        .in_document(Document::Input),
                );
            }
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

/// A finding that the team's own spec would not have: what an override changes.
pub(super) fn blamed(finding: Finding) -> Finding {
    Finding {
        problem: format!("{}: {}", finding.path, finding.problem),
        remedy: "take it out of the patch".to_owned(),
        path: FieldPath::parse("overrides"),
        document: Document::Input,
        ..finding
    }
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
}
