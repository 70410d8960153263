//! What every object of Kubernetes has: apiVersion, kind and metadata.

use serde_json::{Map, Value};

use super::check::{Faults, Sort};
use super::pruned::Kept;
use crate::finding::nearest;
use crate::names::{is_label, is_label_value, is_qualified_name, is_subdomain};
use crate::path::Path;
use crate::text::quoted;

/// The longest that all annotations together may be, in bytes.
const MOST_ANNOTATIONS: usize = 256 * 1024;

/// Checks the fields that every object has.
///
/// Source: k8s.io/apiextensions-apiserver, `pkg/apiserver/schema/objectmeta`, and k8s.io/apimachinery,
/// `pkg/api/validation` and `pkg/apis/meta/v1/validation`.
pub(super) fn check(
    kept: Kept<'_>,
    fields: &Map<String, Value>,
    at: &Path<'_>,
    faults: &mut Faults,
) {
    for (name, is_valid, form) in [
        (
            "apiVersion",
            is_api_version as fn(&str) -> bool,
            "a version, or a group and a version such as \"apps/v1\"",
        ),
        ("kind", is_kind, "a kind such as \"ConfigMap\""),
    ] {
        let here = at.field(name);
        match fields.get(name) {
            None => {
                let remedy = format!("add it: {form}");
                faults.push(Sort::Structural, here.to_owned(), "Required value", remedy);
            }
            Some(Value::String(text)) if is_valid(text) => {}
            Some(value) => {
                let shown = value.as_str().map_or_else(|| value.to_string(), quoted);
                let problem = format!("Invalid value: {shown}");
                let remedy = format!("write {form}");
                faults.push(Sort::Invalid, here.to_owned(), problem, remedy);
            }
        }
    }
    if let Some(metadata) = fields.get("metadata") {
        // RBAC's names are parts of paths as well, such as "system:basic-user".
        let is_of_rbac = fields
            .get("apiVersion")
            .and_then(Value::as_str)
            .is_some_and(|version| version.starts_with("rbac.authorization.k8s.io/"));
        let is_segment = kept.is_embedded() || is_of_rbac;
        check_metadata(metadata, is_segment, &at.field("metadata"), faults);
    }
}

fn check_metadata(metadata: &Value, is_segment: bool, at: &Path<'_>, faults: &mut Faults) {
    let Some(fields) = metadata.as_object() else {
        if !metadata.is_null() {
            let problem = format!("Invalid value: {metadata}: must be of type object");
            let remedy = "write an object with name, labels, annotations";
            faults.push(Sort::Invalid, at.to_owned(), problem, remedy);
        }
        return;
    };
    for (field, value) in fields {
        let here = at.field(field);
        match (field.as_str(), value) {
            (_, Value::Null) => {}
            ("name" | "generateName" | "namespace" | "uid" | "resourceVersion", value) => {
                let Some(text) = value.as_str() else {
                    let problem = format!("Invalid value: {value}: must be of type string");
                    let remedy = format!("put it in quotes: \"{value}\"");
                    faults.push(Sort::Invalid, here.to_owned(), problem, remedy);
                    continue;
                };
                let (is_valid, remedy) = match field.as_str() {
                    "name" if is_segment => (
                        text.is_empty() || is_path_segment(text),
                        "use neither / nor %, and more than dots",
                    ),
                    "name" => (
                        text.is_empty() || is_subdomain(text),
                        "use lower case letters, digits, - and . only, and letters or digits at the ends",
                    ),
                    "generateName" if is_segment => {
                        (!text.contains(['/', '%']), "use neither / nor %")
                    }
                    "generateName" => (
                        text.is_empty()
                            || is_subdomain(&format!("{}a", text.trim_end_matches('-'))),
                        "use lower case letters, digits, - and . only",
                    ),
                    "namespace" => (
                        text.is_empty() || is_label(text),
                        "use lower case letters, digits and - only, at most 63, and letters or digits at the ends",
                    ),
                    _ => continue,
                };
                if !is_valid {
                    let problem = format!("Invalid value: {}", quoted(text));
                    faults.push(Sort::Invalid, here.to_owned(), problem, remedy);
                }
            }
            ("labels" | "annotations", Value::Object(entries)) => {
                check_entries(field == "labels", entries, &here, faults);
            }
            ("labels" | "annotations", value) => {
                let problem = format!("Invalid value: {value}: must be of type object");
                let remedy = "write keys and values";
                faults.push(Sort::Invalid, here.to_owned(), problem, remedy);
            }
            ("finalizers", Value::Array(names)) => {
                for (index, name) in names.iter().enumerate() {
                    if !name.as_str().is_some_and(is_qualified_name) {
                        let problem = format!("Invalid value: {name}");
                        let remedy = "write a name such as \"example.org/cleanup\"";
                        faults.push(Sort::Invalid, here.index(index).to_owned(), problem, remedy);
                    }
                }
            }
            ("finalizers" | "ownerReferences" | "managedFields", value) if !value.is_array() => {
                let problem = "Invalid value: must be of type array";
                faults.push(Sort::Invalid, here.to_owned(), problem, "write a list");
            }
            (name, _) if !KNOWN.contains(&name) => {
                let remedy = match nearest(name, KNOWN) {
                    Some(name) => format!("did you mean \"{name}\"?"),
                    None => "remove it".to_owned(),
                };
                faults.push(Sort::Unknown, here.to_owned(), "unknown field", remedy);
            }
            _ => {}
        }
    }
}

/// The fields of metadata.
const KNOWN: [&str; 15] = [
    "annotations",
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "finalizers",
    "generateName",
    "generation",
    "labels",
    "managedFields",
    "name",
    "namespace",
    "ownerReferences",
    "resourceVersion",
    "selfLink",
    "uid",
];

fn check_entries(
    are_labels: bool,
    entries: &Map<String, Value>,
    at: &Path<'_>,
    faults: &mut Faults,
) {
    let mut size = 0;
    for (key, value) in entries {
        let here = at.field(key);
        // Keys of annotations may be in upper case, also in front of the /.
        let is_key = if are_labels {
            is_qualified_name(key)
        } else {
            is_qualified_name(&lower(key))
        };
        if !is_key {
            let problem = format!("Invalid value: {}: is no qualified name", quoted(key));
            let remedy = "write letters, digits, - _ and . only, with a domain and / in front if there is one, \
                          such as \"example.org/team\"";
            faults.push(Sort::Invalid, here.to_owned(), problem, remedy);
        }
        match value {
            Value::String(text) => {
                size += key.len() + text.len();
                if are_labels && !is_label_value(text) {
                    let problem = format!("Invalid value: {}", quoted(text));
                    let remedy = "use at most 63 letters, digits, - _ and ., and letters or digits at the ends";
                    faults.push(Sort::Invalid, here.to_owned(), problem, remedy);
                }
            }
            Value::Null => {}
            other => {
                let problem = format!("Invalid value: {other}: must be of type string");
                let remedy = format!("put it in quotes: \"{other}\"");
                faults.push(Sort::Invalid, here.to_owned(), problem, remedy);
            }
        }
    }
    if !are_labels && size > MOST_ANNOTATIONS {
        let problem =
            format!("Too long: {size} bytes: may not be more than {MOST_ANNOTATIONS} bytes");
        faults.push(Sort::Structural, at.to_owned(), problem, "remove some");
    }
}

/// In lower case as far as that makes ASCII of it, which is all that names may have. Two letters beyond it become ASCII.
fn lower(text: &str) -> String {
    let lower = text.chars().map(|letter| match letter {
        '\u{130}' => 'i',
        '\u{212a}' => 'k',
        letter => letter.to_ascii_lowercase(),
    });
    lower.collect()
}

fn is_api_version(text: &str) -> bool {
    !text.is_empty() && text.matches('/').count() <= 1
}

/// A label of RFC 1035 but for case.
fn is_kind(text: &str) -> bool {
    let text = lower(text);
    is_label(&text) && text.starts_with(|first: char| first.is_ascii_lowercase())
}

/// A name in a path: of an embedded object, which may be of any kind.
fn is_path_segment(text: &str) -> bool {
    text != "." && text != ".." && !text.contains(['/', '%'])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::Schema;

    #[test]
    fn names_of_rbac_are_segments_of_paths() {
        let schema = Schema::compile(&json!({"type": "object"}));
        let is_valid = |api_version: &str| {
            let object = json!({
                "apiVersion": api_version, "kind": "A", "metadata": { "name": "system:basic-user" },
            });
            schema
                .as_ref()
                .unwrap()
                .check_object(&object, None)
                .is_empty()
        };
        assert!(is_valid("rbac.authorization.k8s.io/v1"));
        assert!(!is_valid("apps/v1"));
    }

    #[test]
    fn keys_of_annotations_may_be_in_upper_case() {
        let schema = Schema::compile(&json!({"type": "object"})).unwrap();
        let is_valid = |field: &str, key: &str| {
            let object = json!({
                "apiVersion": "apps/v1", "kind": "A", "metadata": { "name": "a", field: { key: "" } },
            });
            schema.check_object(&object, None).is_empty()
        };
        // The last ones are the letters beyond ASCII whose lower case is ASCII.
        for key in [
            "Example.ORG/Team",
            "\u{212a}.example.org/a",
            "\u{130}.example.org/a",
        ] {
            assert!(is_valid("annotations", key), "{key}");
            assert!(!is_valid("labels", key), "{key}");
        }
        assert!(!is_valid("annotations", "\u{c9}.example.org/a"));
    }
}
