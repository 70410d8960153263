//! `UserPoolDomain`: where the login pages live.
//!
//! The controller compares nothing and never updates, so every field is **set once**. The domain itself is the external
//! name. It counts as there when any pool of the account and region has it: one that another pool has looks ready.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::common::{PoolFields, Reference, ResourceSpec, Selector};
use crate::plan::{Domain, DomainName, Plan};

/// The kind's name.
pub(super) const KIND: &str = "UserPoolDomain";

/// The spec of a `UserPoolDomain`.
pub type UserPoolDomainSpec = ResourceSpec<UserPoolDomainParameters>;

/// What the provider is to bring about.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UserPoolDomainParameters {
    /// What a host name of one's own needs. Set once; left out for a prefix of Amazon's domain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_domain_config: Option<CustomDomainConfig>,
    /// The region whose API is called.
    pub region: String,
    /// The pool's id. Filled in by the controller from the other two; a value that is written wins over them, unless
    /// they are followed always.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_pool_id: Option<String>,
    /// The UserPool by its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_pool_id_ref: Option<Reference>,
    /// The UserPool by what it is like.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_pool_id_selector: Option<Selector>,
}

/// What a host name of one's own needs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CustomDomainConfig {
    /// The ACM certificate, in us-east-1. Set once: another certificate never reaches AWS.
    #[serde(rename = "certificateARN", skip_serializing_if = "Option::is_none")]
    pub certificate_arn: Option<String>,
}

impl UserPoolDomainSpec {
    /// The spec of a plan's domain.
    pub fn render(domain: &Domain, plan: &Plan) -> Self {
        // The external name says which domain it is, and on_change what compose does about a change.
        let Domain {
            prefix: _,
            name: _,
            certificate_arn,
            on_change: _,
        } = domain;
        let certificate_arn = match domain.domain_name() {
            Some(DomainName::Custom(_)) => certificate_arn.clone(),
            Some(DomainName::Prefix(_)) | None => None,
        };
        let pool = PoolFields::of(plan);
        let parameters = UserPoolDomainParameters {
            custom_domain_config: certificate_arn.map(|certificate_arn| CustomDomainConfig {
                certificate_arn: Some(certificate_arn),
            }),
            region: plan.region.to_string(),
            user_pool_id: pool.id,
            user_pool_id_ref: pool.reference,
            user_pool_id_selector: pool.selector,
        };
        Self::new(parameters, plan)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::tests::{full_plan, minimal_plan};
    use super::*;

    fn rendered(plan: &Plan) -> Value {
        let domain = plan.domain.as_ref().unwrap();
        serde_json::to_value(UserPoolDomainSpec::render(domain, plan)).unwrap()
    }

    #[test]
    fn a_prefix_needs_nothing_but_the_pool() {
        assert_eq!(
            rendered(&minimal_plan()),
            json!({
                "forProvider": {
                    "region": "eu-west-1",
                    "userPoolIdSelector": { "matchControllerRef": true, "policy": { "resolve": "Always" } },
                },
                "providerConfigRef": { "name": "default" },
            })
        );
    }

    #[test]
    fn a_name_of_ones_own_comes_with_its_certificate() {
        assert_eq!(
            rendered(&full_plan()),
            json!({
                "forProvider": {
                    "customDomainConfig": {
                        "certificateARN": "arn:aws:acm:us-east-1:123456789012:certificate/0f1e",
                    },
                    "region": "eu-west-1",
                    "userPoolIdSelector": { "matchControllerRef": true, "policy": { "resolve": "Always" } },
                },
                "providerConfigRef": { "name": "default" },
            })
        );
    }
}
