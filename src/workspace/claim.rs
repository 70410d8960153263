//! Claims: what a team on Crossplane 1 commits, and the composite resource that Crossplane makes of it.

use serde_json::{Map, Value, json};

use crate::plan;

/// Fields of a claim's spec that Crossplane keeps from the composite.
const OF_CLAIM_ALONE: [&str; 3] = [
    "compositeDeletePolicy",
    "resourceRef",
    "writeConnectionSecretToRef",
];
/// The annotation in which kubectl stores the applied manifest.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";
/// How many characters Kubernetes adds to a generated name.
const SUFFIX: usize = 5;
/// How long the begin of a generated name may be: a name becomes the value of a label, which has 63 characters.
const LONGEST_BEGIN: usize = 63 - SUFFIX;

/// The composite resource that Crossplane makes of a claim.
///
/// The claim knows its name once it is bound. Before, Crossplane generates one, for which this one stands.
/// Source: Crossplane v1.20.0, `internal/controller/apiextensions/claim`.
pub(super) fn composite(claim: &Value, kind: &str) -> Value {
    let text = |pointer: &str| claim.pointer(pointer).and_then(Value::as_str);
    let (name, namespace) = (text("/metadata/name").unwrap_or_default(), namespace(claim));
    let composite_name = match text("/spec/resourceRef/name") {
        Some(name) => name.to_owned(),
        None if name.is_empty() => String::new(),
        None => generated_name(name, namespace),
    };
    let mut labels = object(&claim["metadata"]["labels"]);
    for (key, value) in [
        ("crossplane.io/claim-name", name),
        ("crossplane.io/claim-namespace", namespace),
        ("crossplane.io/composite", &composite_name),
    ] {
        labels.insert(key.to_owned(), json!(value));
    }
    let mut annotations = object(&claim["metadata"]["annotations"]);
    annotations.remove(LAST_APPLIED);
    let mut metadata = json!({ "name": composite_name, "labels": labels });
    if !annotations.is_empty() {
        metadata["annotations"] = Value::Object(annotations);
    }
    let mut composite = json!({
        "apiVersion": claim["apiVersion"],
        "kind": kind,
        "metadata": metadata,
    });
    match claim.get("spec") {
        Some(Value::Object(spec)) => {
            let mut spec = spec.clone();
            spec.retain(|field, _| !OF_CLAIM_ALONE.contains(&field.as_str()));
            // The Secret of the claim is not the composite's, but no client can have it either.
            if let Some(name) = text("/spec/writeConnectionSecretToRef/name") {
                spec.insert(
                    "writeConnectionSecretToRef".to_owned(),
                    json!({ "name": name, "namespace": namespace }),
                );
            }
            spec.insert(
                "claimRef".to_owned(),
                json!({
                    "apiVersion": claim["apiVersion"],
                    "kind": claim["kind"],
                    "namespace": namespace,
                    "name": name,
                }),
            );
            composite["spec"] = Value::Object(spec);
        }
        Some(other) => composite["spec"] = other.clone(),
        None => {}
    }
    composite
}

/// The namespace of a claim: kubectl's own default where it has none.
fn namespace(claim: &Value) -> &str {
    let namespace = claim.pointer("/metadata/namespace").and_then(Value::as_str);
    namespace.unwrap_or("default")
}

/// A name as Kubernetes would generate it, but the same each time.
fn generated_name(name: &str, namespace: &str) -> String {
    let begin: String = format!("{name}-").chars().take(LONGEST_BEGIN).collect();
    let hash = plan::hash(&format!("{namespace}/{name}"), SUFFIX);
    format!("{begin}{hash}")
}

fn object(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_becomes_a_composite() {
        let claim = json!({
            "apiVersion": "platform.example.org/v1alpha1",
            "kind": "AppAuth",
            "metadata": {"name": "storefront", "namespace": "shop", "labels": {"team": "shop"},
                "annotations": {LAST_APPLIED: "{}", "note": "x"}},
            "spec": {"region": "eu-west-1", "compositionRef": {"name": "a"}, "writeConnectionSecretToRef": {"name": "b"},
                "compositeDeletePolicy": "Foreground"},
        });
        let made = composite(&claim, "XAppAuth");
        let name = made["metadata"]["name"].as_str().unwrap();
        assert!(
            name.starts_with("storefront-") && name.len() == 16,
            "{name}"
        );
        assert_eq!(
            made,
            json!({
                "apiVersion": "platform.example.org/v1alpha1",
                "kind": "XAppAuth",
                "metadata": {"name": name, "annotations": {"note": "x"}, "labels": {"team": "shop", "crossplane.io/claim-name": "storefront",
                    "crossplane.io/claim-namespace": "shop", "crossplane.io/composite": name}},
                "spec": {"region": "eu-west-1", "compositionRef": {"name": "a"},
                    "writeConnectionSecretToRef": {"name": "b", "namespace": "shop"}, "claimRef": {
                    "apiVersion": "platform.example.org/v1alpha1", "kind": "AppAuth", "namespace": "shop", "name": "storefront"}},
            })
        );
    }

    #[test]
    fn a_bound_claim_knows_its_composite_and_a_long_name_is_cut() {
        let named = |spec: Value, name: &str| {
            let claim = json!({"metadata": {"name": name}, "spec": spec});
            composite(&claim, "XAppAuth")["metadata"]["name"].clone()
        };
        let bound = json!({"resourceRef": {"apiVersion": "a/v1", "kind": "XAppAuth", "name": "storefront-x2k4p"}});
        assert_eq!(named(bound, "storefront"), "storefront-x2k4p");
        let long = named(json!({}), &"x".repeat(63));
        assert_eq!(long.as_str().unwrap().len(), 63);
    }
}
