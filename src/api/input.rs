//! Input: what the platform team sets in the Composition, as the function's input.
//!
//! As with AppAuth, the doc comments become the descriptions of the Input's CRD, and everything is optional, the Input
//! itself included.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::app_auth::{ClientType, MfaMode};
use super::duration::Duration;

/// The Input's API version.
pub const API_VERSION: &str = "appauth.fn.crossplane.io/v1beta1";
/// The Input's kind.
pub const KIND: &str = "Input";

/// The platform team's side: which provider renders, what teams get by default, and what they may not go beyond.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// The Input's API version.
    #[schemars(extend("enum" = ["appauth.fn.crossplane.io/v1beta1"]))]
    pub api_version: Option<String>,
    /// The Input's kind.
    #[schemars(extend("enum" = ["Input"]))]
    pub kind: Option<String>,
    /// Kubernetes' metadata; not read.
    pub metadata: Option<Metadata>,
    /// Which provider's resources are rendered.
    pub provider: Option<Provider>,
    /// Any part of an AppAuth's spec, which counts where the team wrote nothing: maps by key, lists and scalars whole.
    /// `client` is one client's fields, for each client. Pool defaults do not count where existingUserPool is given,
    /// nor what a client's type or the provider cannot have.
    pub defaults: Option<Defaults>,
    /// What a team may not go beyond. Defaults of the function are brought inside; what a team wrote against it is an
    /// error.
    pub policy: Option<Policy>,
    /// Tags that the user pool always has at AWS, over the team's.
    #[schemars(extend("maxProperties" = 48, "additionalProperties" = {"type": "string", "maxLength": 256}))]
    pub tags: Option<BTreeMap<String, String>>,
    /// Where the Secrets are that name no namespace of their own.
    pub connection_secrets: Option<ConnectionSecrets>,
    /// The way out for a field of the provider that AppAuth does not have: merge patches on rendered resources, in
    /// order, checked by the schema. apiVersion, kind, name, namespace, owner references, status, and Crossplane's own
    /// annotations and labels cannot be patched.
    #[schemars(length(max = 500))]
    pub overrides: Option<Vec<Override>>,
    /// Which schema judges what is rendered.
    pub schema: Option<SchemaOptions>,
    /// Fields of the composite's spec that other functions of the pipeline read; this one passes over them.
    #[schemars(length(max = 50), inner(length(min = 1, max = 253)))]
    #[schemars(extend("x-kubernetes-list-type" = "set"))]
    pub ignore_fields: Option<Vec<String>>,
}

impl Input {
    /// Where the schema comes from that judges what is rendered.
    pub fn schema_source(&self) -> SchemaSource {
        self.schema
            .as_ref()
            .and_then(|schema| schema.source)
            .unwrap_or(SchemaSource::Auto)
    }
}

/// Kubernetes' metadata, of whatever content.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Metadata(Map<String, Value>);

impl JsonSchema for Metadata {
    fn schema_name() -> Cow<'static, str> {
        "Metadata".into()
    }

    fn inline_schema() -> bool {
        true
    }

    /// A bare object: the API server knows the metadata of a resource by itself and takes no other description of it.
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "object" })
    }
}

/// Which provider's resources are rendered.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Provider {
    /// The provider, by its API group. Default: the community's. It cannot be changed under existing resources.
    pub api: Option<ProviderApi>,
    /// The provider's configuration, with its credentials for AWS. Default: that of the name default.
    pub config_ref: Option<ConfigReference>,
}

/// The providers, by API group.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum ProviderApi {
    /// crossplane-contrib/provider-aws
    #[default]
    #[serde(rename = "cognitoidentityprovider.aws.crossplane.io")]
    Community,
    /// Upbound's provider-aws-cognitoidp, cluster-scoped resources
    #[serde(rename = "cognitoidp.aws.upbound.io")]
    UpboundCluster,
    /// Upbound's provider-aws-cognitoidp, namespaced resources
    #[serde(rename = "cognitoidp.aws.m.upbound.io")]
    UpboundNamespaced,
}

/// The provider's configuration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConfigReference {
    /// Its kind. Only for namespaced resources. Default ClusterProviderConfig.
    pub kind: Option<ConfigKind>,
    /// Its name.
    #[schemars(length(min = 1, max = 253))]
    pub name: String,
}

/// The kinds of provider configuration for namespaced resources.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum ConfigKind {
    /// one for the whole cluster
    ClusterProviderConfig,
    /// one of the resource's namespace
    ProviderConfig,
}

/// Any part of an AppAuth's spec, and `client`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Defaults(pub Map<String, Value>);

impl JsonSchema for Defaults {
    fn schema_name() -> Cow<'static, str> {
        "Defaults".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        // What is in it is an AppAuth's spec, and put there by `openapi`.
        json_schema!({ "type": "object" })
    }
}

/// What a team may not go beyond.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Policy {
    /// The regions to choose from. Default: all.
    #[schemars(length(min = 1, max = 50), inner(length(min = 5, max = 32)))]
    #[schemars(extend("x-kubernetes-list-type" = "set"))]
    pub regions: Option<Vec<String>>,
    /// The types of client to choose from. Default: all.
    #[schemars(length(min = 1, max = 4), extend("x-kubernetes-list-type" = "set"))]
    pub client_types: Option<Vec<ClientType>>,
    /// The hosts of http and https callback, logout and default URLs. `*.` stands for one or more labels, and not for
    /// the domain itself; ports do not count; localhost includes 127.0.0.1 and ::1. Default: any.
    #[schemars(
        length(max = 100),
        inner(
            length(min = 1, max = 253),
            regex(pattern = r"^(\*\.)?[A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?$")
        )
    )]
    #[schemars(extend("x-kubernetes-list-type" = "set"))]
    pub callback_hosts: Option<Vec<String>>,
    /// The URL schemes of apps. Default: any.
    #[schemars(length(max = 100), inner(length(min = 1, max = 128)))]
    #[schemars(extend("x-kubernetes-list-type" = "set"))]
    pub custom_schemes: Option<Vec<String>>,
    /// The least that userPool.password.minLength may be.
    #[schemars(range(min = 6, max = 99))]
    pub min_password_length: Option<u32>,
    /// The weakest that userPool.mfa.mode may be.
    pub min_mfa: Option<MfaMode>,
    /// The longest that tokens may be good for.
    pub max_tokens: Option<MaxTokens>,
    /// Whether user pools must outlive their AppAuth. Default false.
    pub require_retain: Option<bool>,
    /// Whether a team may use a user pool that lives elsewhere. Default Allow.
    pub existing_pools: Option<ExistingPools>,
    /// The IAM roles that a team may name; `*` stands for any characters. Default: any.
    #[schemars(length(max = 100), inner(length(min = 1, max = 2048)))]
    #[schemars(extend("x-kubernetes-list-type" = "set"))]
    pub role_arns: Option<Vec<String>>,
    /// The namespaces, other than its own, whose Secrets a claim or namespaced AppAuth may name. Default: none.
    #[schemars(length(max = 100), inner(length(min = 1, max = 63)))]
    #[schemars(extend("x-kubernetes-list-type" = "set"))]
    pub secret_namespaces: Option<Vec<String>>,
}

/// The longest that tokens may be good for.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MaxTokens {
    /// Access tokens.
    #[schemars(example = "1h")]
    pub access: Option<Duration>,
    /// ID tokens.
    #[schemars(example = "1h")]
    pub id: Option<Duration>,
    /// Refresh tokens.
    #[schemars(example = "30d")]
    pub refresh: Option<Duration>,
}

/// Whether a team may use a user pool that lives elsewhere.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum ExistingPools {
    /// it may
    Allow,
    /// it may not
    Forbid,
}

/// Where the Secrets are that name no namespace of their own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConnectionSecrets {
    /// The namespace, for cluster-scoped composites without a claim. Default crossplane-system.
    #[schemars(
        length(min = 1, max = 63),
        regex(pattern = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
    )]
    pub namespace: String,
}

/// A merge patch on rendered resources.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Override {
    /// The resources' names in the composition, such as user-pool, domain or client-web; `*` stands for any
    /// characters. A name that matches nothing is fine.
    #[schemars(length(min = 1, max = 253), example = "client-*")]
    pub resource: String,
    /// The JSON merge patch (RFC 7396): maps are merged, null removes, everything else replaces.
    pub patch: Patch,
}

/// A JSON merge patch.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Patch(pub Map<String, Value>);

impl JsonSchema for Patch {
    fn schema_name() -> Cow<'static, str> {
        "Patch".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "object", "x-kubernetes-preserve-unknown-fields": true })
    }
}

/// Which schema judges what is rendered.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SchemaOptions {
    /// Where the schema comes from. Default Auto.
    pub source: Option<SchemaSource>,
}

/// Where the schema comes from.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum SchemaSource {
    /// the cluster's where Crossplane can send it, else the built-in one
    Auto,
    /// the one that the function was built with
    BuiltIn,
}
