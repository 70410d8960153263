//! The composite resource around the spec: what Crossplane says about it.

use crate::path::at;
use serde_json::{Map, Value};

use super::app_auth::SecretReference;

/// A composite resource as it was observed, of whatever kind the platform team chose.
#[derive(Debug, Clone, Default)]
pub struct Composite {
    /// Its API version.
    pub api_version: String,
    /// Its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Its namespace, where it is namespaced.
    pub namespace: Option<String>,
    /// Its UID; none on the command line.
    pub uid: Option<String>,
    /// The claim it belongs to, as namespace and name.
    pub claim: Option<(String, String)>,
    /// Whether it is of Crossplane 2's form, which has no connection details of its own.
    pub modern: bool,
    /// The Secret that Crossplane writes its connection details to.
    pub connection_secret: Option<SecretReference>,
    /// Its spec as written; none where it has none.
    pub spec: Option<Value>,
    /// Its status as last written.
    pub status: Option<Value>,
}

impl Composite {
    /// Takes a composite apart. Whatever is missing or of another type is left empty: what of it is an error is for
    /// the checks of the spec to say.
    pub fn from_value(mut value: Value) -> Self {
        let spec = value.get_mut("spec").map(Value::take);
        let status = value.get_mut("status").map(Value::take);
        let text = |pointer: &str| {
            at(&value, pointer)
                .and_then(Value::as_str)
                .map(str::to_owned)
        };
        let in_spec = |pointer: &str| at(spec.as_ref()?, pointer)?.as_str().map(str::to_owned);
        let label = |key: &str| {
            at(&value, "/metadata/labels")?
                .get(key)?
                .as_str()
                .map(str::to_owned)
        };
        let namespace = text("/metadata/namespace");
        let claim = label("crossplane.io/claim-namespace")
            .zip(label("crossplane.io/claim-name"))
            .or_else(|| in_spec("/claimRef/namespace").zip(in_spec("/claimRef/name")));
        Self {
            api_version: text("/apiVersion").unwrap_or_default(),
            kind: text("/kind").unwrap_or_default(),
            name: text("/metadata/name").unwrap_or_default(),
            uid: text("/metadata/uid"),
            modern: namespace.is_some()
                || spec
                    .as_ref()
                    .is_some_and(|spec| spec.get("crossplane").is_some()),
            connection_secret: in_spec("/writeConnectionSecretToRef/name").map(|name| {
                SecretReference {
                    name,
                    namespace: in_spec("/writeConnectionSecretToRef/namespace"),
                }
            }),
            namespace,
            claim,
            spec,
            status,
        }
    }

    /// The namespace that is this composite's own: its claim's, or the one it is in.
    pub fn own_namespace(&self) -> Option<&str> {
        self.claim
            .as_ref()
            .map(|(namespace, _)| namespace.as_str())
            .or(self.namespace.as_deref())
    }

    /// What stands in the status, by JSON pointer.
    pub fn status_text(&self, pointer: &str) -> Option<&str> {
        at(self.status.as_ref()?, pointer)?.as_str()
    }

    /// The spec's fields; none where it is no object.
    pub fn spec_fields(&self) -> Option<&Map<String, Value>> {
        self.spec.as_ref()?.as_object()
    }
}
