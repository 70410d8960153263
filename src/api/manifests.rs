//! The manifests that the types become: the XRD, a Composition, the Input's CRD, and the JSON Schema for editors.

use serde_json::{Value, json};

use super::{VERSION, input, openapi, xrd_rules};

/// The form of a composite resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Crossplane 1's: a cluster-scoped `XAppAuth`, and `AppAuth` as its claim. Crossplane 2 serves it, too.
    Claim,
    /// Crossplane 2's, cluster-scoped: an `AppAuth`.
    Cluster,
    /// Crossplane 2's, namespaced: an `AppAuth`.
    Namespaced,
}

impl Form {
    /// The kind of the composite.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Claim => "XAppAuth",
            Self::Cluster | Self::Namespaced => "AppAuth",
        }
    }

    /// The kinds that people write: where there are claims, these first.
    fn kinds(self) -> &'static [&'static str] {
        match self {
            Self::Claim => &["AppAuth", "XAppAuth"],
            Self::Cluster | Self::Namespaced => &["AppAuth"],
        }
    }

    fn plural(self) -> &'static str {
        match self {
            Self::Claim => "xappauths",
            Self::Cluster | Self::Namespaced => "appauths",
        }
    }
}

/// The XRD of an AppAuth in a group of the platform team's choice.
pub fn xrd(group: &str, form: Form) -> Value {
    let mut schema = openapi::spec().clone();
    kept_when_empty(&mut schema);
    xrd_rules::add(&mut schema);
    let versions = json!([{
        "name": VERSION,
        "served": true,
        "referenceable": true,
        "additionalPrinterColumns": [
            { "name": "user-pool", "type": "string", "jsonPath": ".status.userPool.id" },
            { "name": "domain", "type": "string", "jsonPath": ".status.domain.host" },
        ],
        "schema": { "openAPIV3Schema": {
            "type": "object",
            "description": "AppAuth is sign-in for an application: a user pool, its login pages and its app clients.",
            "required": ["spec"],
            "properties": { "spec": schema, "status": openapi::status() },
        } },
    }]);
    let names = |kind: &str, plural: &str| json!({ "kind": kind, "listKind": format!("{kind}List"), "plural": plural, "singular": kind.to_ascii_lowercase() });
    let (api_version, mut spec) = match form {
        Form::Claim => (
            "apiextensions.crossplane.io/v1",
            json!({ "claimNames": names("AppAuth", "appauths") }),
        ),
        Form::Cluster => (
            "apiextensions.crossplane.io/v2",
            json!({ "scope": "Cluster" }),
        ),
        Form::Namespaced => (
            "apiextensions.crossplane.io/v2",
            json!({ "scope": "Namespaced" }),
        ),
    };
    spec["group"] = json!(group);
    spec["names"] = names(form.kind(), form.plural());
    spec["versions"] = versions;
    json!({
        "apiVersion": api_version,
        "kind": "CompositeResourceDefinition",
        "metadata": { "name": format!("{}.{group}", form.plural()) },
        "spec": spec,
    })
}

/// A schema that Crossplane sends with the first call of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequiredSchema {
    /// The name under which the function asks for it.
    pub name: String,
    /// The API version.
    pub api_version: String,
    /// The kind.
    pub kind: String,
}

/// A Composition of this function alone. Crossplane 2 sends the schemas with the first call, which saves the second one
/// of each reconcile; Crossplane 1 has no field for that.
pub fn composition(
    group: &str,
    form: Form,
    schemas: impl IntoIterator<Item = RequiredSchema>,
) -> Value {
    let mut composition = json!({
        "apiVersion": "apiextensions.crossplane.io/v1",
        "kind": "Composition",
        "metadata": { "name": format!("{}.{group}", form.plural()) },
        "spec": {
            "compositeTypeRef": { "apiVersion": format!("{group}/{VERSION}"), "kind": form.kind() },
            "mode": "Pipeline",
            "pipeline": [{
                "step": "appauth",
                "functionRef": { "name": "function-appauth" },
                "input": { "apiVersion": input::API_VERSION, "kind": input::KIND },
            }],
        },
    });
    if form != Form::Claim {
        let schemas = schemas.into_iter().map(|schema| {
            json!({ "requirementName": schema.name, "apiVersion": schema.api_version, "kind": schema.kind })
        });
        composition["spec"]["pipeline"][0]["requirements"] =
            json!({ "requiredSchemas": schemas.collect::<Vec<_>>() });
    }
    if form == Form::Claim {
        // Without it Crossplane asks for no connection details of a claim's XR, and the claim gets none.
        composition["spec"]["writeConnectionSecretsToNamespace"] = json!("crossplane-system");
    }
    composition
}

/// The CRD of the Input. Crossplane 1 installs it with the function, and Crossplane's tools read it from the function's
/// package to check Compositions.
pub fn input_crd() -> Value {
    let (group, version) = input::API_VERSION.split_once('/').unwrap_or_default();
    let mut schema = openapi::input().clone();
    // The API server refuses a CRD that says more of it, not even what it is for.
    schema["properties"]["metadata"] = json!({ "type": "object" });
    json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": { "name": format!("inputs.{group}") },
        "spec": {
            "group": group,
            "names": {
                "categories": ["crossplane"],
                "kind": input::KIND,
                "listKind": "InputList",
                "plural": "inputs",
                "singular": "input",
            },
            "scope": "Namespaced",
            "versions": [{
                "name": version,
                "served": true,
                "storage": true,
                "schema": { "openAPIV3Schema": schema },
            }],
        },
    })
}

/// The JSON Schema of an AppAuth manifest, for editors.
pub fn app_auth_schema(group: &str, form: Form) -> Value {
    let mut schema = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "AppAuth",
        "type": "object",
        "required": ["apiVersion", "kind", "metadata", "spec"],
        "properties": {
            "apiVersion": { "type": "string", "enum": [format!("{group}/{VERSION}")] },
            "kind": { "type": "string", "enum": form.kinds() },
            "metadata": { "type": "object" },
            "spec": openapi::spec().clone(),
            "status": { "type": "object" },
        },
    });
    for field in super::CROSSPLANE_SPEC_FIELDS {
        schema["properties"]["spec"]["properties"][field] =
            json!({ "description": "Crossplane's own." });
    }
    no_other_fields(&mut schema["properties"]["spec"]);
    schema
}

/// The manifest of the guest module: what the host `function-wasm` is told of it.
pub fn wasmfn() -> Value {
    let mut schema = openapi::input().clone();
    for field in ["apiVersion", "kind", "metadata"] {
        if let Some(fields) = schema["properties"].as_object_mut() {
            fields.remove(field);
        }
    }
    json!({
        "abi": 1,
        "name": env!("CARGO_PKG_NAME"),
        "version": env!("CARGO_PKG_VERSION"),
        "config": { "schema": schema },
    })
}

/// The JSON Schema of an Input, for editors.
pub fn input_schema() -> Value {
    let mut schema = openapi::input().clone();
    schema["$schema"] = json!("http://json-schema.org/draft-07/schema#");
    schema["title"] = json!(input::KIND);
    schema["required"] = json!(["apiVersion", "kind"]);
    let metadata = schema["properties"]["metadata"].clone();
    no_other_fields(&mut schema);
    schema["properties"]["metadata"] = metadata;
    schema
}

/// Makes lists of the XRD whole. Server-side apply takes a list of type `set` out of a spec when it loses its last entry
/// (structured-merge-diff), and `verify: []` would mean what is not written at all. That an entry stands there once is
/// checked by the function.
fn kept_when_empty(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            if let Some(type_) = fields.get_mut("x-kubernetes-list-type")
                && type_ == "set"
            {
                *type_ = json!("atomic");
            }
            fields.values_mut().for_each(kept_when_empty);
        }
        Value::Array(entries) => entries.iter_mut().for_each(kept_when_empty),
        _ => {}
    }
}

/// Editors mark a misspelt field only where the schema says that there are no others.
fn no_other_fields(schema: &mut Value) {
    let Some(fields) = schema.as_object_mut() else {
        return;
    };
    if fields.contains_key("properties") {
        fields.insert("additionalProperties".to_owned(), json!(false));
    }
    for (_, property) in fields
        .get_mut("properties")
        .and_then(Value::as_object_mut)
        .into_iter()
        .flatten()
    {
        no_other_fields(property);
    }
    if let Some(items) = fields.get_mut("items") {
        no_other_fields(items);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_that_is_emptied_stays_in_a_spec_that_is_applied() {
        for form in [Form::Claim, Form::Cluster, Form::Namespaced] {
            let xrd = xrd("auth.example.org", form);
            let spec = xrd.pointer("/spec/versions/0/schema/openAPIV3Schema/properties/spec");
            let spec = spec.unwrap();
            assert!(
                !spec
                    .to_string()
                    .contains(r#""x-kubernetes-list-type":"set""#)
            );
            let verify = "/properties/userPool/properties/signIn/properties/verify";
            assert_eq!(
                spec.pointer(verify).unwrap()["x-kubernetes-list-type"],
                "atomic"
            );
        }
    }

    #[test]
    fn a_claim_gets_connection_details() {
        let namespace = |form| {
            let composition = composition("auth.example.org", form, []);
            composition["spec"]["writeConnectionSecretsToNamespace"].clone()
        };
        assert_eq!(namespace(Form::Claim), "crossplane-system");
        assert_eq!(namespace(Form::Cluster), Value::Null);
    }

    /// "must not specify anything other than name and generateName": `validateMetadata` of the API server's
    /// apiextensions validation. Crossplane 1 would not install the function.
    #[test]
    fn the_crd_of_the_input_leaves_metadata_to_the_api_server() {
        let crd = input_crd();
        let schema = &crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"];
        assert_eq!(
            schema["properties"]["metadata"],
            json!({ "type": "object" })
        );
    }
}
