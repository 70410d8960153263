//! The composite resource around the spec: what Crossplane says about it.

use crate::path::at;
use serde_json::{Map, Value};

use crate::json::Json;

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
    /// The prefixes of domains that exist already. Who observes them notes them here.
    pub known_prefixes: KnownPrefixes,
}

/// The prefixes of domains that exist already, for a domain whose prefix nobody wrote.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownPrefixes {
    /// The prefix of the composite's own user pool.
    pub of_own_pool: Option<String>,
    /// The prefix of the composed domain, once it was created or found. An existing pool may have a domain that is not
    /// the composite's.
    pub composed: Option<String>,
}

impl Composite {
    /// Takes a composite apart. Whatever is missing or of another type is left empty: what of it is an error is for
    /// the checks of the spec to say.
    pub fn of(composite: &Json<'_>) -> Self {
        let text = |pointer: &str| Some(composite.at(pointer)?.as_str()?.to_owned());
        let label = |key: &str| Some(composite.at("/metadata/labels")?.text(key)?.to_owned());
        let namespace = text("/metadata/namespace");
        let claim = label("crossplane.io/claim-namespace")
            .zip(label("crossplane.io/claim-name"))
            .or_else(|| text("/spec/claimRef/namespace").zip(text("/spec/claimRef/name")));
        Self {
            api_version: text("/apiVersion").unwrap_or_default(),
            kind: text("/kind").unwrap_or_default(),
            name: text("/metadata/name").unwrap_or_default(),
            uid: text("/metadata/uid"),
            modern: namespace.is_some() || composite.at("/spec/crossplane").is_some(),
            connection_secret: text("/spec/writeConnectionSecretToRef/name").map(|name| {
                SecretReference {
                    name,
                    namespace: text("/spec/writeConnectionSecretToRef/namespace"),
                }
            }),
            namespace,
            claim,
            spec: composite.get("spec").map(Json::to_value),
            status: composite.get("status").map(Json::to_value),
            known_prefixes: KnownPrefixes::default(),
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
