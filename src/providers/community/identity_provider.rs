//! `IdentityProvider`: a place where people may sign in other than with a password of the pool.
//!
//! The provider's name is the external name. Its details are the whole of a Secret, compared with the whole of what AWS
//! gives back: see [`crate::plan::details`].

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::common::{PoolFields, Reference, ResourceSpec, SecretReference, Selector, list};
use crate::api::app_auth::IdentityProviderType;
use crate::plan::{IdentityProvider, Plan};

/// The kind's name.
pub(super) const KIND: &str = "IdentityProvider";

/// The spec of an `IdentityProvider`.
pub type IdentityProviderSpec = ResourceSpec<IdentityProviderParameters>;

/// What the provider is to bring about.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IdentityProviderParameters {
    /// Which attribute of the pool is filled from which of the provider's. Compared; left out, the controller fills in
    /// what AWS has. AWS adds a `username` by itself for all but SAML.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attribute_mapping: Option<BTreeMap<String, String>>,
    /// Other names that lead to it. Compared entry by entry; left out, whatever AWS has will do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idp_identifiers: Option<Vec<String>>,
    /// The Secret with the details. All of it is sent, and compared.
    pub provider_details_secret_ref: SecretReference,
    /// SAML, OIDC, Google, Facebook, LoginWithAmazon or SignInWithApple. Set once.
    pub provider_type: String,
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

impl IdentityProviderSpec {
    /// The spec of one of a plan's identity providers.
    pub fn render(provider: &IdentityProvider, plan: &Plan) -> Self {
        let IdentityProvider {
            index: _,
            // The external name.
            name: _,
            type_,
            identifiers,
            details,
            attribute_mapping,
        } = provider;
        let pool = PoolFields::of(plan);
        let parameters = IdentityProviderParameters {
            attribute_mapping: (!attribute_mapping.is_empty()).then(|| attribute_mapping.clone()),
            idp_identifiers: list(identifiers),
            provider_details_secret_ref: SecretReference::from(details),
            provider_type: provider_type(*type_).to_owned(),
            region: plan.region.to_string(),
            user_pool_id: pool.id,
            user_pool_id_ref: pool.reference,
            user_pool_id_selector: pool.selector,
        };
        Self::new(parameters, plan)
    }
}

/// What Cognito calls a type.
fn provider_type(type_: IdentityProviderType) -> &'static str {
    match type_ {
        IdentityProviderType::Google => "Google",
        IdentityProviderType::Facebook => "Facebook",
        IdentityProviderType::LoginWithAmazon => "LoginWithAmazon",
        IdentityProviderType::SignInWithApple => "SignInWithApple",
        IdentityProviderType::Oidc => "OIDC",
        IdentityProviderType::Saml => "SAML",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::tests::plan;
    use super::*;

    fn rendered(provider: Value) -> Value {
        let mut provider = provider;
        provider["detailsSecretRef"] = json!({ "name": "corp", "namespace": "shop" });
        let plan = plan(&json!({ "region": "eu-west-1", "identityProviders": [provider] }));
        let spec = IdentityProviderSpec::render(&plan.identity_providers[0], &plan);
        serde_json::to_value(spec).unwrap()
    }

    #[test]
    fn an_identity_provider_that_says_everything_has_everything() {
        let written = json!({
            "name": "Corp", "type": "Oidc", "identifiers": ["corp.example.org", "acme.example.org"],
            "attributeMapping": { "email": "email", "username": "preferred_username" },
        });
        assert_eq!(
            rendered(written),
            json!({
                "forProvider": {
                    "attributeMapping": { "email": "email", "username": "preferred_username" },
                    "idpIdentifiers": ["acme.example.org", "corp.example.org"],
                    "providerDetailsSecretRef": { "name": "corp", "namespace": "shop" },
                    "providerType": "OIDC",
                    "region": "eu-west-1",
                    "userPoolIdSelector": { "matchControllerRef": true, "policy": { "resolve": "Always" } },
                },
                "providerConfigRef": { "name": "default" },
            })
        );
    }

    #[test]
    fn the_user_name_is_mapped_as_aws_does_it_where_nobody_wrote_it() {
        for (type_, cognitos, source) in [
            ("Google", "Google", json!({ "username": "sub" })),
            ("Facebook", "Facebook", json!({ "username": "id" })),
            (
                "LoginWithAmazon",
                "LoginWithAmazon",
                json!({ "username": "user_id" }),
            ),
            (
                "SignInWithApple",
                "SignInWithApple",
                json!({ "username": "sub" }),
            ),
            ("Oidc", "OIDC", json!({ "username": "sub" })),
            ("Saml", "SAML", Value::Null),
        ] {
            let provider = rendered(json!({ "type": type_ }));
            let fields = &provider["forProvider"];
            assert_eq!(fields["providerType"], cognitos);
            assert_eq!(fields["attributeMapping"], source, "{type_}");
        }
    }
}
