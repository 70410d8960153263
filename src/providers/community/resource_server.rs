//! `ResourceServer`: an API that access tokens are for.
//!
//! The controller compares nothing and never updates, so every field is **set once**. The identifier is the external
//! name. The pool's id is read from `userPoolID` alone, which no reference fills.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::common::{Reference, ResourceSpec, Selector};
use crate::api::app_auth;
use crate::plan::{Plan, ResourceServer};

/// The kind's name.
pub(super) const KIND: &str = "ResourceServer";

/// The spec of a `ResourceServer`.
pub type ResourceServerSpec = ResourceSpec<ResourceServerParameters>;

/// What the provider is to bring about.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResourceServerParameters {
    /// What scopes begin with. The CRD wants it, and the controller takes the external name.
    pub identifier: String,
    /// The name for people.
    pub name: String,
    /// The region whose API is called.
    pub region: String,
    /// What can be allowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<Scope>>,
    /// The pool's id.
    #[serde(rename = "userPoolID")]
    pub pool_id: String,
    /// Of no effect: the controller does not read what is resolved here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_pool_id: Option<String>,
    /// Of no effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_pool_id_ref: Option<Reference>,
    /// Of no effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_pool_id_selector: Option<Selector>,
}

/// A scope.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Scope {
    /// What it allows, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope_description: Option<String>,
    /// Its name, without the identifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope_name: Option<String>,
}

impl ResourceServerSpec {
    /// The spec of one of a plan's resource servers, in the pool of this id.
    pub fn render(server: &ResourceServer, pool_id: &str, plan: &Plan) -> Self {
        let ResourceServer {
            index: _,
            name,
            identifier,
            scopes,
            // What compose does about a change.
            on_change: _,
        } = server;
        let parameters = ResourceServerParameters {
            identifier: identifier.clone(),
            name: name.clone(),
            region: plan.region.to_string(),
            scopes: (!scopes.is_empty()).then(|| {
                let mut scopes: Vec<Scope> = scopes.iter().map(Scope::from).collect();
                scopes.sort_by(|a, b| a.scope_name.cmp(&b.scope_name));
                scopes
            }),
            pool_id: pool_id.to_owned(),
            user_pool_id: None,
            user_pool_id_ref: None,
            user_pool_id_selector: None,
        };
        Self::new(parameters, plan)
    }
}

impl From<&app_auth::Scope> for Scope {
    fn from(scope: &app_auth::Scope) -> Self {
        let app_auth::Scope { name, description } = scope.clone();
        Self {
            scope_description: Some(description),
            scope_name: Some(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::tests::{full_plan, plan};
    use super::*;

    fn rendered(plan: &Plan) -> Value {
        let server = &plan.resource_servers[0];
        serde_json::to_value(ResourceServerSpec::render(server, "eu-west-1_AbC", plan)).unwrap()
    }

    #[test]
    fn a_resource_server_has_the_pools_id_as_a_value_and_its_scopes_in_order() {
        assert_eq!(
            rendered(&full_plan()),
            json!({
                "forProvider": {
                    "identifier": "https://api.shop.example.org",
                    "name": "shop-api",
                    "region": "eu-west-1",
                    "scopes": [
                        { "scopeDescription": "Read orders", "scopeName": "orders.read" },
                        { "scopeDescription": "Write orders", "scopeName": "orders.write" },
                    ],
                    "userPoolID": "eu-west-1_AbC",
                },
                "providerConfigRef": { "name": "default" },
            })
        );
    }

    #[test]
    fn without_scopes_there_is_no_list() {
        let spec = json!({
            "region": "eu-west-1", "resourceServers": [{ "name": "api", "identifier": "api" }],
        });
        assert_eq!(rendered(&plan(&spec))["forProvider"].get("scopes"), None);
    }
}
