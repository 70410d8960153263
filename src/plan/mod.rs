//! The plan: what a team and its platform mean, whichever provider renders it.
//!
//! [`settle`] makes it from the composite and the Input: defaults merged, the platform's policy held, every choice
//! made. What comes after it, the rules and the providers, never asks again whether something was written.

mod client;
mod defaults;
pub mod details;
mod domain;
mod existing_pool;
mod group;
mod identity_provider;
mod names;
mod part;
mod policy;
mod pool;
mod region;
mod resource_server;
mod support;
mod url;

use serde_json::{Map, Value};

use crate::api::CROSSPLANE_SPEC_FIELDS;
use crate::api::app_auth::{ClientType, Spec};
use crate::api::composite::Composite;
use crate::api::input::{Input, ProviderApi};
use crate::api::openapi;
use crate::finding::{Document, Finding};
use crate::path::FieldPath;

pub use client::{COGNITO, Client, Secrets};
pub use defaults::Origins;
pub use domain::{Domain, DomainName};
pub use existing_pool::{ExistingPool, PoolReference, UserPool};
pub use group::Group;
pub use identity_provider::IdentityProvider;
pub(crate) use identity_provider::name_of;
#[cfg(feature = "yaml")]
pub(crate) use names::hash;
pub(crate) use names::hex;
pub use names::{SecretName, resource};
pub use part::Part;
pub(crate) use policy::glob;
pub use pool::{
    Attribute, EmailSender, Mfa, Password, Pool, STANDARD_ATTRIBUTES, SignIn, StandardAttribute,
};
pub use region::Region;
pub(crate) use region::region_correction;
pub use resource_server::ResourceServer;
pub use url::Url;

/// All that is to exist, settled.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Whose resources are rendered.
    pub provider: ProviderApi,
    /// The name of the provider's configuration.
    pub provider_config: String,
    /// The region of everything.
    pub region: Region,
    /// The user pool.
    pub user_pool: UserPool,
    /// The login pages.
    pub domain: Option<Domain>,
    /// The APIs that tokens are for, in the order written.
    pub resource_servers: Vec<ResourceServer>,
    /// The places that people come from, in the order written.
    pub identity_providers: Vec<IdentityProvider>,
    /// The groups of users, in the order written.
    pub groups: Vec<Group>,
    /// The clients, in the order written.
    pub clients: Vec<Client>,
}

impl Plan {
    /// The pool, where it is the composite's own.
    pub fn own_pool(&self) -> Option<&Pool> {
        match &self.user_pool {
            UserPool::Own(pool) => Some(pool),
            UserPool::Existing(_) => None,
        }
    }

    /// The pool, where it lives elsewhere.
    pub fn existing_pool(&self) -> Option<&ExistingPool> {
        match &self.user_pool {
            UserPool::Own(_) => None,
            UserPool::Existing(pool) => Some(pool),
        }
    }

    /// Whether the pool is an existing or an imported one, which may have a domain and identity providers at AWS that were
    /// there before the spec.
    pub fn has_older_pool(&self) -> bool {
        self.own_pool().is_none_or(|pool| pool.import_id.is_some())
    }

    /// The attributes that the composite's own pool says something about; none where the pool lives elsewhere.
    pub fn attributes(&self) -> &[Attribute] {
        self.own_pool().map_or(&[], |pool| &pool.attributes)
    }

    /// The resource server and the scope of it that a client's scope means.
    pub fn scope<'a>(&self, scope: &'a str) -> Option<(&ResourceServer, &'a str)> {
        self.resource_servers
            .iter()
            .find_map(|server| Some((server, server.scope_of(scope)?)))
    }

    /// The identity provider of this name.
    pub fn identity_provider(&self, name: &str) -> Option<&IdentityProvider> {
        self.identity_providers
            .iter()
            .find(|provider| provider.name == name)
    }
}

/// What settling takes beside the fields that are settled.
struct Context<'a> {
    composite: &'a Composite,
    input: &'a Input,
}

/// Settles a composite and an Input, both of the right shape, into a plan.
///
/// The findings are those of meaning that only this stage can see: what the provider or this version cannot do, and
/// what the policy forbids. Paths lead into the merged spec; [`Origins`] tells which of them the Input wrote. There is
/// no plan where the merged spec is of another shape.
pub fn settle(composite: &Composite, input: &Input) -> (Option<Plan>, Vec<Finding>, Origins) {
    let mut found = Vec::new();
    let mut written = own_fields(composite, input);
    written.retain(|_, value| drop_nulls(value));
    let mut origins = match &input.defaults {
        Some(defaults) => defaults::merge(&mut written, defaults, provider(input)),
        None => Origins::default(),
    };
    for key in input.tags.iter().flatten().map(|(key, _)| key) {
        let at = FieldPath::parse("spec.userPool.tags").field(key.clone());
        origins.add(at, FieldPath::parse("tags").field(key.clone()));
    }
    let written = Value::Object(written);
    support::check(&written, provider(input), &mut found);
    let spec: Spec = match serde_json::from_value(written) {
        Ok(spec) => spec,
        Err(error) => {
            found.push(Finding::error(
                FieldPath::parse("spec"),
                error.to_string(),
                "a bug here, please report it",
            ));
            return (None, found, origins);
        }
    };
    let context = Context { composite, input };
    let plan = settle_spec(spec, &context, &mut found);
    (Some(plan), found, origins)
}

/// What of an Input makes no sense whatever it is used with.
pub fn check_input(input: &Input) -> Vec<Finding> {
    let mut found: Vec<Finding> = support::check_provider(provider(input))
        .into_iter()
        .collect();
    let kind = input
        .provider
        .as_ref()
        .and_then(|provider| provider.config_ref.as_ref()?.kind);
    if let Some(kind) = kind
        && provider(input) != ProviderApi::UpboundNamespaced
    {
        let problem = format!(
            "\"{kind:?}\": only \"cognitoidp.aws.m.upbound.io\" has more than one kind of configuration"
        );
        found.push(Finding::error(
            FieldPath::parse("provider.configRef.kind"),
            problem,
            "remove it",
        ));
    }
    for (index, field) in input.ignore_fields.iter().flatten().enumerate() {
        if openapi::spec()["properties"].get(field).is_some() {
            found.push(Finding::error(
                FieldPath::parse("ignoreFields").index(index),
                format!("\"{field}\" is a field of AppAuth itself"),
                "remove it: what it says would be deleted",
            ));
        }
    }
    found.extend(policy::check_limits(input));
    found.extend(policy::check_allowlists(input));
    found
        .into_iter()
        .map(|finding| finding.in_document(Document::Input))
        .collect()
}

/// The fields of the spec that are neither Crossplane's own nor another function's.
pub fn own_fields(composite: &Composite, input: &Input) -> Map<String, Value> {
    let ignored = input.ignore_fields.as_deref().unwrap_or_default();
    composite
        .spec_fields()
        .into_iter()
        .flatten()
        .filter(|(name, _)| {
            !CROSSPLANE_SPEC_FIELDS.contains(&name.as_str()) && !ignored.contains(name)
        })
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// Drops the fields that are null, as the API server does, and says whether the value itself is anything else.
pub fn drop_nulls(value: &mut Value) -> bool {
    match value {
        Value::Null => return false,
        Value::Object(fields) => fields.retain(|_, field| drop_nulls(field)),
        Value::Array(entries) => entries.iter_mut().for_each(|entry| {
            drop_nulls(entry);
        }),
        _ => {}
    }
    true
}

fn settle_spec(spec: Spec, context: &Context<'_>, found: &mut Vec<Finding>) -> Plan {
    let Spec {
        region,
        existing_user_pool,
        user_pool,
        domain,
        resource_servers,
        identity_providers,
        groups,
        clients,
    } = spec;
    let clients = clients.unwrap_or_default();
    let region = region.map_or_else(Region::unknown, Region::new);
    if !region.is_known() {
        found.push(Finding::error(
            FieldPath::parse("spec.region"),
            "Required value",
            "add it: such as \"eu-west-1\", here or in the Input's defaults",
        ));
    }
    if context.composite.namespace.is_some() {
        found.push(Finding::error(
            FieldPath::parse("metadata.namespace"),
            "a namespaced composite cannot be made of cluster-scoped resources, which is what \
             \"cognitoidentityprovider.aws.crossplane.io\" has",
            "use a composite of scope Cluster or LegacyCluster",
        ));
    }
    let has_users = clients
        .iter()
        .any(|client| client.type_ != ClientType::Machine);
    if existing_user_pool.is_some() && user_pool.is_some() {
        found.push(Finding::error(
            FieldPath::parse("spec.existingUserPool"),
            "is a pool that lives elsewhere, and userPool is one of one's own",
            "keep one of them",
        ));
    }
    let has_own_pool = existing_user_pool.is_none();
    let identity_providers: Vec<IdentityProvider> = identity_providers
        .unwrap_or_default()
        .into_iter()
        .enumerate()
        .map(|(index, provider)| identity_provider::settle(index, provider, context))
        .collect();
    let clients: Vec<Client> = clients
        .into_iter()
        .enumerate()
        .map(|(index, client)| client::settle(index, client, &identity_providers, context))
        .collect();
    let plan = Plan {
        provider: provider(context.input),
        provider_config: context
            .input
            .provider
            .as_ref()
            .and_then(|provider| provider.config_ref.as_ref())
            .map_or_else(|| "default".to_owned(), |reference| reference.name.clone()),
        region,
        user_pool: if let Some(existing) = existing_user_pool {
            UserPool::Existing(existing_pool::settle(existing, found))
        } else {
            let pool = pool::settle(user_pool.unwrap_or_default(), has_users, context);
            UserPool::Own(Box::new(pool))
        },
        domain: domain.map(|domain| domain::settle(domain, context.composite, has_own_pool, found)),
        resource_servers: resource_servers
            .unwrap_or_default()
            .into_iter()
            .enumerate()
            .map(resource_server::settle)
            .collect(),
        identity_providers,
        groups: groups
            .unwrap_or_default()
            .into_iter()
            .enumerate()
            .map(group::settle)
            .collect(),
        clients,
    };
    names::check_secrets(&plan, context, found);
    if let Some(policy) = &context.input.policy {
        policy::check(&plan, policy, context.input, found);
    }
    plan
}

fn provider(input: &Input) -> ProviderApi {
    input
        .provider
        .as_ref()
        .and_then(|provider| provider.api)
        .unwrap_or_default()
}
