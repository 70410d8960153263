//! The CRDs that Crossplane makes of a CompositeResourceDefinition: of its composite resources, and of their claims.
//!
//! Source: Crossplane v2.2.0, `internal/xcrd`; v1.14.0 and v1.20.0 for what v2 no longer has.

use serde_json::{Map, Value, json};

/// What the names of composite resources and claims are held to: they become values of labels.
const LONGEST_NAME: i64 = 63;

/// Fields of the specs that some of Crossplane's versions have, and the others do not.
const OF_OTHER_VERSIONS: [&str; 2] = ["environmentConfigRefs", "publishConnectionDetailsTo"];

/// What Crossplane makes of one schema of an XRD: which kind it is of, and where its own fields stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Made {
    /// A composite resource with Crossplane's fields in `spec.crossplane`.
    Modern {
        /// Whether it is in a namespace, and all that it composes in the same.
        namespaced: bool,
    },
    /// A composite resource with Crossplane's fields in its spec.
    Legacy,
    /// A claim for a composite resource.
    Claim,
}

impl Made {
    /// The sort of an XRD's composite resources.
    pub(super) fn of(xrd: &Value) -> Self {
        // Version 2 of the API defaults to Namespaced, version 1 to LegacyCluster.
        let is_v1 = xrd["apiVersion"]
            .as_str()
            .is_some_and(|version| version.ends_with("/v1"));
        match xrd["spec"]["scope"].as_str() {
            Some("LegacyCluster") => Self::Legacy,
            Some("Cluster") => Self::Modern { namespaced: false },
            None if is_v1 => Self::Legacy,
            _ => Self::Modern { namespaced: true },
        }
    }

    /// The schema of the CRD that is made of a schema of an XRD. Of the whole, Crossplane takes little more than the
    /// fields of spec and status.
    pub(super) fn crd(self, xrd: &Value, schema: &Value) -> Value {
        let (spec, status) = (
            &schema["properties"]["spec"],
            &schema["properties"]["status"],
        );
        let mut crd = json!({
            "type": "object",
            "required": ["spec"],
            "properties": {
                "apiVersion": text(),
                "kind": text(),
                "metadata": metadata(schema),
                "spec": taken(spec, &["required", "x-kubernetes-preserve-unknown-fields", "x-kubernetes-validations", "oneOf"]),
                "status": taken(status, &["required", "x-kubernetes-validations", "oneOf"]),
            },
        });
        if let Some(rules) = schema.get("x-kubernetes-validations") {
            crd["x-kubernetes-validations"] = rules.clone();
        }
        add(&mut crd["properties"]["spec"], self.spec_fields(xrd));
        if !matches!(self, Self::Modern { .. }) {
            for name in OF_OTHER_VERSIONS {
                let field = &mut crd["properties"]["spec"]["properties"][name];
                if field.is_null() {
                    *field = json!({ "x-kubernetes-preserve-unknown-fields": true });
                }
            }
        }
        add(&mut crd["properties"]["status"], self.status_fields());
        crd
    }

    fn spec_fields(self, xrd: &Value) -> Value {
        let mut update_policy = json!({ "type": "string", "enum": ["Automatic", "Manual"] });
        if self != Self::Claim {
            update_policy["default"] = policy(xrd, "defaultCompositionUpdatePolicy", "Automatic");
        }
        let mut fields = json!({
            "compositionRef": required(&["name"], &[]),
            "compositionSelector": selector(),
            "compositionRevisionRef": required(&["name"], &[]),
            "compositionRevisionSelector": selector(),
            "compositionUpdatePolicy": update_policy,
        });
        let more = match self {
            Self::Modern { namespaced } => {
                let others: &[&str] = if namespaced {
                    &["name"]
                } else {
                    &["name", "namespace"]
                };
                json!({ "resourceRefs": list(required(&["apiVersion", "kind"], others)) })
            }
            Self::Legacy => json!({
                "resourceRefs": list(required(&["apiVersion", "kind"], &["name", "namespace"])),
                "claimRef": required(&["apiVersion", "kind", "namespace", "name"], &[]),
                "writeConnectionSecretToRef": required(&["name", "namespace"], &[]),
            }),
            Self::Claim => json!({
                "compositeDeletePolicy": {
                    "type": "string",
                    "enum": ["Background", "Foreground"],
                    "default": policy(xrd, "defaultCompositeDeletePolicy", "Background"),
                },
                "resourceRef": required(&["apiVersion", "kind", "name"], &[]),
                "writeConnectionSecretToRef": required(&["name"], &[]),
            }),
        };
        extend(&mut fields, more);
        if let Self::Modern { .. } = self {
            fields = json!({ "crossplane": { "type": "object", "properties": fields } });
        }
        fields
    }

    fn status_fields(self) -> Value {
        let mut condition = required(
            &["lastTransitionTime", "reason", "status", "type"],
            &["message"],
        );
        condition["properties"]["lastTransitionTime"]["format"] = json!("date-time");
        condition["properties"]["observedGeneration"] =
            json!({ "type": "integer", "format": "int64" });
        let mut fields = json!({
            "conditions": {
                "type": "array",
                "x-kubernetes-list-type": "map",
                "x-kubernetes-list-map-keys": ["type"],
                "items": condition,
            },
        });
        if !matches!(self, Self::Modern { .. }) {
            let more = json!({
                "connectionDetails": {
                    "type": "object",
                    "properties": { "lastPublishedTime": { "type": "string", "format": "date-time" } },
                },
                "claimConditionTypes": {
                    "type": "array",
                    "x-kubernetes-list-type": "set",
                    "items": text(),
                },
            });
            extend(&mut fields, more);
        }
        fields
    }
}

/// Of metadata, an XRD only says how long a name may be.
fn metadata(schema: &Value) -> Value {
    let longest = schema
        .pointer("/properties/metadata/properties/name/maxLength")
        .and_then(Value::as_i64)
        .map_or(LONGEST_NAME, |longest| longest.min(LONGEST_NAME));
    json!({ "type": "object", "properties": { "name": { "type": "string", "maxLength": longest } } })
}

/// An object's schema with the properties of another one, and those of its keywords.
fn taken(schema: &Value, keywords: &[&str]) -> Value {
    let mut taken = json!({
        "type": "object",
        "properties": schema.get("properties").filter(|fields| fields.is_object()).cloned().unwrap_or_else(|| json!({})),
    });
    for keyword in keywords {
        if let Some(value) = schema.get(keyword).filter(|value| !value.is_null()) {
            taken[*keyword] = value.clone();
        }
    }
    taken
}

fn add(schema: &mut Value, fields: Value) {
    extend(&mut schema["properties"], fields);
}

fn extend(fields: &mut Value, more: Value) {
    if let (Some(fields), Value::Object(more)) = (fields.as_object_mut(), more) {
        fields.extend(more);
    }
}

fn text() -> Value {
    json!({ "type": "string" })
}

/// A policy of the XRD, or what Crossplane takes without one.
fn policy(xrd: &Value, field: &str, default: &str) -> Value {
    match &xrd["spec"][field] {
        Value::Null => json!(default),
        policy => policy.clone(),
    }
}

fn list(items: Value) -> Value {
    json!({ "type": "array", "x-kubernetes-list-type": "atomic", "items": items })
}

/// An object of texts that have to be there, and others.
fn required(names: &[&str], others: &[&str]) -> Value {
    let properties: Map<String, Value> = names
        .iter()
        .chain(others)
        .map(|name| ((*name).to_owned(), text()))
        .collect();
    json!({ "type": "object", "required": names, "properties": properties })
}

fn selector() -> Value {
    json!({
        "type": "object",
        "required": ["matchLabels"],
        "properties": { "matchLabels": { "type": "object", "additionalProperties": text() } },
    })
}

#[cfg(test)]
mod tests {
    use super::super::definitions::Definition;
    use super::*;

    fn xrd(version: &str, scope: Option<&str>) -> Value {
        let mut xrd = json!({
            "apiVersion": format!("apiextensions.crossplane.io/{version}"),
            "kind": "CompositeResourceDefinition",
            "spec": {
                "group": "example.org",
                "names": { "kind": "XThing" },
                "versions": [{
                    "name": "v1",
                    "schema": { "openAPIV3Schema": {
                        "type": "object",
                        "properties": { "spec": { "type": "object", "properties": { "size": { "type": "integer" } } } },
                    } },
                }],
            },
        });
        if let Some(scope) = scope {
            xrd["spec"]["scope"] = json!(scope);
        } else if version == "v1" {
            xrd["spec"]["claimNames"] = json!({ "kind": "Thing" });
        }
        xrd
    }

    fn findings(xrd: &Value, kind: &str, name: &str, spec: Value) -> Vec<String> {
        let definition = Definition::read(xrd, |_, other| other == kind)
            .pop()
            .unwrap()
            .unwrap();
        let object = json!({
            "apiVersion": "example.org/v1", "kind": kind, "metadata": { "name": name }, "spec": spec,
        });
        definition
            .compile()
            .unwrap()
            .check_object(&object, None)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn the_fields_of_crossplane_stand_where_its_version_has_them() {
        let reference = json!({ "compositionRef": { "name": "a" }, "size": 1 });
        let nested = json!({ "crossplane": { "compositionRef": { "name": "a" } } });
        let unknown = ["spec.compositionRef: unknown field; known fields are crossplane, size"];
        let no_crossplane = [
            "spec.crossplane: unknown field; known fields are claimRef, compositionRef, compositionRevisionRef, compositionRevisionSelector, compositionSelector, compositionUpdatePolicy, environmentConfigRefs, publishConnectionDetailsTo, resourceRefs, size, writeConnectionSecretToRef",
        ];
        for (version, scope) in [
            ("v2", None),
            ("v2", Some("Cluster")),
            ("v2", Some("Namespaced")),
        ] {
            let xrd = xrd(version, scope);
            assert_eq!(findings(&xrd, "XThing", "a", reference.clone()), unknown);
            assert!(findings(&xrd, "XThing", "a", nested.clone()).is_empty());
        }
        for (version, scope) in [
            ("v1", None),
            ("v1", Some("LegacyCluster")),
            ("v2", Some("LegacyCluster")),
        ] {
            let xrd = xrd(version, scope);
            assert!(findings(&xrd, "XThing", "a", reference.clone()).is_empty());
            assert_eq!(findings(&xrd, "XThing", "a", nested.clone()), no_crossplane);
        }
    }

    #[test]
    fn fields_of_some_versions_are_as_the_xrd_has_them() {
        let mut xrd = xrd("v1", None);
        let pointer = "/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties";
        assert!(findings(&xrd, "XThing", "a", json!({"environmentConfigRefs": 5})).is_empty());
        *xrd.pointer_mut(pointer).unwrap() = json!({"environmentConfigRefs": {"type": "string"}});
        assert_eq!(
            findings(&xrd, "XThing", "a", json!({"environmentConfigRefs": 5})),
            [
                "spec.environmentConfigRefs: Invalid value: 5: must be of type string, not integer; put it in quotes: \"5\""
            ]
        );
        *xrd.pointer_mut(pointer).unwrap() = Value::Null;
        assert!(
            findings(
                &xrd,
                "XThing",
                "a",
                json!({"compositionRef": {"name": "a"}})
            )
            .is_empty()
        );
    }

    #[test]
    fn the_fields_of_crossplane_are_judged() {
        let long = "a".repeat(64);
        assert_eq!(
            findings(
                &xrd("v1", None),
                "Thing",
                &long,
                json!({ "compositeDeletePolicy": "Foreground", "resourceRef": {"name": "a"} })
            ),
            [
                "metadata.name: Too long: 64 characters: may not be more than 63 characters; shorten it",
                "spec.resourceRef.apiVersion: Required value; add it: a string",
                "spec.resourceRef.kind: Required value; add it: a string",
            ]
        );
        assert_eq!(
            findings(
                &xrd("v2", None),
                "XThing",
                "a",
                json!({ "crossplane": { "compositionUpdatePolicy": "Sometimes", "resourceRefs": [{"apiVersion": "v1", "kind": "A", "namespace": "b"}] } })
            ),
            [
                "spec.crossplane.compositionUpdatePolicy: Unsupported value: \"Sometimes\": supported values: \"Automatic\", \"Manual\"; choose one of them",
                "spec.crossplane.resourceRefs[0].namespace: unknown field; known fields are apiVersion, kind, name",
            ]
        );
    }
}
