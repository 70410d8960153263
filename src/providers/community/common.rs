//! What the specs of all kinds have in common: Crossplane's part of a managed resource, and references.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::plan::{Plan, PoolReference, SecretName, UserPool};

/// The spec of a managed resource: what the provider is to bring about, and how Crossplane goes about it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResourceSpec<P> {
    /// What becomes of the resource at AWS when this one is deleted. The one way to keep it: other
    /// managementPolicies are refused by a provider that was not started with a flag for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = "Delete"))]
    pub deletion_policy: Option<DeletionPolicy>,
    /// What the provider is to bring about at AWS.
    pub for_provider: P,
    /// What the provider may do. Without the provider's flag --enable-management-policies, any other than all stops
    /// the resource.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = ["*"]))]
    pub management_policies: Option<Vec<ManagementAction>>,
    /// The provider's configuration, with its credentials; it must outlive the resource.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = { "name": "default" }))]
    pub provider_config_ref: Option<Reference>,
    /// An external store for connection details. Without the provider's flag for such stores nothing is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publish_connection_details_to: Option<ConnectionDestination>,
    /// The Secret for connection details. It is made with the resource; a client writes its keys into it at creation
    /// and at updates alone, other kinds never do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub write_connection_secret_to_ref: Option<SecretReference>,
}

/// What becomes of the resource at AWS when the one in Kubernetes is deleted.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum DeletionPolicy {
    /// it stays
    Orphan,
    /// it is deleted
    Delete,
}

/// What a provider may do with a resource at AWS.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum ManagementAction {
    /// look at it
    Observe,
    /// create it
    Create,
    /// change it
    Update,
    /// delete it
    Delete,
    /// fill fields of the spec from it
    LateInitialize,
    /// all of these
    #[serde(rename = "*")]
    All,
}

/// A resource by its name.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Reference {
    /// The resource's metadata.name.
    pub name: String,
    /// How the reference is followed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<Policy>,
}

/// A resource by what it is like: the first one found that fits all that is written here.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Selector {
    /// Whether it belongs to the same composite.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub match_controller_ref: Option<bool>,
    /// The labels it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub match_labels: Option<BTreeMap<String, String>>,
    /// How the selector is followed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<Policy>,
}

/// How references and selectors are followed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Policy {
    /// Whether the resource must be there.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = "Required"))]
    pub resolution: Option<Resolution>,
    /// When it is looked for. Left out means where the value is not known yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolve: Option<Resolve>,
}

/// Whether a referenced resource must be there.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum Resolution {
    /// nothing goes on without it
    Required,
    /// without it, the value stays empty
    Optional,
}

/// When a referenced resource is looked for.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum Resolve {
    /// each time, so that the value follows a resource that was made anew
    Always,
    /// while the value is not known
    IfNotPresent,
}

/// A Secret.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SecretReference {
    /// Its name.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
}

/// Where an external store keeps connection details.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConnectionDestination {
    /// The store's configuration.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = { "name": "default" }))]
    pub config_ref: Option<Reference>,
    /// What is kept about the connection details.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<ConnectionMetadata>,
    /// The name under which they are kept.
    pub name: String,
}

/// What an external store keeps about connection details.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConnectionMetadata {
    /// Annotations, or what the store has instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annotations: Option<BTreeMap<String, String>>,
    /// Labels, or what the store has instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labels: Option<BTreeMap<String, String>>,
    /// The type of Secret, where the store keeps Secrets.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub type_: Option<String>,
}

impl<P> ResourceSpec<P> {
    /// What the provider is to bring about, with the plan's configuration of it, and otherwise as Crossplane has it.
    pub(super) fn new(for_provider: P, plan: &Plan) -> Self {
        Self {
            deletion_policy: None,
            for_provider,
            management_policies: None,
            provider_config_ref: Some(Reference {
                name: plan.provider_config.clone(),
                policy: None,
            }),
            publish_connection_details_to: None,
            write_connection_secret_to_ref: None,
        }
    }
}

/// The three fields in which a resource names its pool, of which one is written.
#[derive(Debug, Default)]
pub(super) struct PoolFields {
    /// `userPoolId`
    pub(super) id: Option<String>,
    /// `userPoolIdRef`
    pub(super) reference: Option<Reference>,
    /// `userPoolIdSelector`
    pub(super) selector: Option<Selector>,
}

impl PoolFields {
    /// How resources of a plan name their pool.
    ///
    /// The composite's own is looked for each time, so that they follow a pool that was made anew. A pool that lives
    /// elsewhere is looked for once: what was meant by a name or by labels must not become another pool unnoticed.
    pub(super) fn of(plan: &Plan) -> Self {
        let existing = match &plan.user_pool {
            UserPool::Own(_) => {
                return Self {
                    selector: Some(Selector {
                        match_controller_ref: Some(true),
                        match_labels: None,
                        policy: Some(Policy {
                            resolution: None,
                            resolve: Some(Resolve::Always),
                        }),
                    }),
                    ..Self::default()
                };
            }
            UserPool::Existing(existing) => existing,
        };
        match existing.reference() {
            Some(PoolReference::Id(id)) => Self {
                id: Some(id.to_owned()),
                ..Self::default()
            },
            Some(PoolReference::Name(name)) => Self {
                reference: Some(Reference {
                    name: name.to_owned(),
                    policy: None,
                }),
                ..Self::default()
            },
            Some(PoolReference::Labels(labels)) => Self {
                selector: Some(Selector {
                    match_controller_ref: None,
                    match_labels: Some(labels.clone()),
                    policy: None,
                }),
                ..Self::default()
            },
            None => Self::default(),
        }
    }
}

impl From<&SecretName> for SecretReference {
    fn from(secret: &SecretName) -> Self {
        let SecretName { namespace, name } = secret;
        Self {
            name: name.clone(),
            namespace: namespace.clone(),
        }
    }
}

/// A list in the form in which the controller finds no difference: sorted by bytes, each entry once, none where empty.
pub(super) fn list<T: Into<String>>(entries: impl IntoIterator<Item = T>) -> Option<Vec<String>> {
    let mut entries: Vec<String> = entries.into_iter().map(Into::into).collect();
    entries.sort_unstable();
    entries.dedup();
    (!entries.is_empty()).then_some(entries)
}

/// A word of Cognito's, as a field has it.
#[expect(
    clippy::unnecessary_wraps,
    reason = "every field that takes one may be absent"
)]
pub(super) fn word(word: &str) -> Option<String> {
    Some(word.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_list_is_sorted_by_bytes_and_has_each_entry_once() {
        assert_eq!(
            list(["b", "a", "B", "a", "é"]).unwrap(),
            ["B", "a", "b", "é"]
        );
        assert_eq!(list::<&str>([]), None);
    }

    #[test]
    fn an_unknown_field_is_refused() {
        let spec = json!({ "forProvider": { "name": "a", "nmae": "b" } });
        let error = serde_json::from_value::<ResourceSpec<Reference>>(spec).unwrap_err();
        assert!(
            error.to_string().starts_with("unknown field `nmae`"),
            "{error}"
        );
    }

    #[test]
    fn every_management_action_reads_and_writes_as_crossplane_has_it() {
        let words = json!([
            "Observe",
            "Create",
            "Update",
            "Delete",
            "LateInitialize",
            "*"
        ]);
        let actions: Vec<ManagementAction> = serde_json::from_value(words.clone()).unwrap();
        assert_eq!(serde_json::to_value(actions).unwrap(), words);
    }
}
