//! UserPoolClient: an app client of the pool.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::common::{PoolFields, Reference, ResourceSpec, SecretReference, Selector, list, word};
use super::tokens;
use crate::api::app_auth::{Analytics, ClientType, SignInFlow};
use crate::api::duration::Duration;
use crate::plan::{COGNITO, Client, Plan};

/// The kind's name.
pub(super) const KIND: &str = "UserPoolClient";

/// The fields of a client that the controller does not compare. All but generateSecret, which is set once, are sent
/// along. Beside these, analyticsConfiguration is compared only where both sides have one, so adding or removing it goes
/// unnoticed as well.
pub const NOT_COMPARED: [&str; 5] = [
    "clientName",
    "generateSecret",
    "authSessionValidity",
    "enableTokenRevocation",
    "enablePropagateAdditionalUserContextData",
];

/// The spec of a UserPoolClient.
pub type UserPoolClientSpec = ResourceSpec<UserPoolClientParameters>;

/// What the provider is to bring about.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UserPoolClientParameters {
    /// How long access tokens are good for, in the unit of tokenValidityUnits. Compared; left out is 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token_validity: Option<i64>,
    /// The OAuth flows: code, implicit, `client_credentials`. Compared entry by entry; an empty list never equals none.
    #[serde(rename = "allowedOAuthFlows", skip_serializing_if = "Option::is_none")]
    pub allowed_oauth_flows: Option<Vec<String>>,
    /// Whether the OAuth fields count at all. Compared; left out is false.
    #[serde(
        rename = "allowedOAuthFlowsUserPoolClient",
        skip_serializing_if = "Option::is_none"
    )]
    pub allowed_oauth_flows_user_pool_client: Option<bool>,
    /// What the client may ask for. Compared entry by entry; an empty list never equals none.
    #[serde(rename = "allowedOAuthScopes", skip_serializing_if = "Option::is_none")]
    pub allowed_oauth_scopes: Option<Vec<String>>,
    /// Where usage is counted. Compared where AWS has one too: adding or removing it is sent along.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub analytics_configuration: Option<AnalyticsConfiguration>,
    /// How long a sign-in may take, in minutes. Sent along.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_session_validity: Option<i64>,
    /// Where people are sent back to. Compared entry by entry; an empty list never equals none.
    #[serde(rename = "callbackURLs", skip_serializing_if = "Option::is_none")]
    pub callback_urls: Option<Vec<String>>,
    /// The client's name at AWS. Sent along.
    pub client_name: String,
    /// The callback URL that is meant where a sign-in names none. Compared; left out is empty.
    #[serde(rename = "defaultRedirectURI", skip_serializing_if = "Option::is_none")]
    pub default_redirect_uri: Option<String>,
    /// Whether the client may pass on its user's context. Sent along; AWS' default is false.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_propagate_additional_user_context_data: Option<bool>,
    /// Whether tokens can be revoked. Sent along; AWS' default is true.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_token_revocation: Option<bool>,
    /// How a sign-in through the SDK may go. Compared entry by entry; an empty list never equals none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explicit_auth_flows: Option<Vec<String>>,
    /// Whether the client has a secret. Set once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generate_secret: Option<bool>,
    /// How long ID tokens are good for, in the unit of tokenValidityUnits. Compared; left out is 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token_validity: Option<i64>,
    /// Where people may be sent after signing out. Compared entry by entry; an empty list never equals none.
    #[serde(rename = "logoutURLs", skip_serializing_if = "Option::is_none")]
    pub logout_urls: Option<Vec<String>>,
    /// ENABLED or LEGACY: whether a failed sign-in says the same for users who do not exist. Compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prevent_user_existence_errors: Option<String>,
    /// The attributes that the client may read. Compared entry by entry; an empty list never equals none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_attributes: Option<Vec<String>>,
    /// How long refresh tokens are good for, in the unit of tokenValidityUnits. Compared; left out, the controller
    /// fills in what AWS has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token_validity: Option<i64>,
    /// The region whose API is called.
    pub region: String,
    /// Where users may come from, COGNITO for the pool itself. Compared entry by entry; an empty list never equals
    /// none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supported_identity_providers: Option<Vec<String>>,
    /// The units of the three validities. Compared as text, so another unit for the same time is an update.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_validity_units: Option<TokenValidityUnits>,
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
    /// The attributes that the client may write. Compared entry by entry; an empty list never equals none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub write_attributes: Option<Vec<String>>,
}

/// Where usage is counted.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AnalyticsConfiguration {
    /// The Pinpoint application by its ARN.
    #[serde(rename = "applicationARN", skip_serializing_if = "Option::is_none")]
    pub application_arn: Option<String>,
    /// The Pinpoint application by its id, with externalID and roleARN.
    #[serde(rename = "applicationID", skip_serializing_if = "Option::is_none")]
    pub application_id: Option<String>,
    /// The external id in the role's trust policy.
    #[serde(rename = "externalID", skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The role with which Cognito writes to Pinpoint.
    #[serde(rename = "roleARN", skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<String>,
    /// Whether user attributes are shared; left out is false.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_data_shared: Option<bool>,
}

/// The units of lifetimes: seconds, minutes, hours or days. One that is left out AWS fills in, which is a difference.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TokenValidityUnits {
    /// The unit of accessTokenValidity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token: Option<String>,
    /// The unit of idTokenValidity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<String>,
    /// The unit of refreshTokenValidity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
}

impl UserPoolClientSpec {
    /// The spec of one of a plan's clients.
    ///
    /// The provider's Secret is there from the first render on: its keys are told at creation, and again only when
    /// something else is updated.
    pub fn render(client: &Client, plan: &Plan) -> Self {
        let Client {
            index: _,
            // The name in the spec is that of the composed resource.
            name: _,
            display_name,
            type_,
            // The external name says which client of AWS it is.
            import_id: _,
            callback_urls,
            logout_urls,
            default_redirect_url,
            scopes,
            sign_in_flows,
            uses_oauth,
            allow_implicit,
            identity_providers,
            secret,
            access_token,
            id_token,
            refresh_token,
            auth_session,
            revocation,
            hide_user_existence,
            propagate_user_context,
            read_attributes,
            write_attributes,
            analytics,
            secrets,
        } = client;
        let (access_token_validity, access_token_unit) = lifetime(*access_token);
        let (id_token_validity, id_token_unit) = lifetime(*id_token);
        let (refresh_token_validity, refresh_token_unit) = lifetime(*refresh_token);
        let pool = PoolFields::of(plan);
        let parameters = UserPoolClientParameters {
            access_token_validity: Some(access_token_validity),
            allowed_oauth_flows: list(oauth_flows(*type_, *allow_implicit)),
            allowed_oauth_flows_user_pool_client: Some(*uses_oauth),
            allowed_oauth_scopes: list(scopes),
            analytics_configuration: analytics.as_ref().map(AnalyticsConfiguration::from),
            auth_session_validity: Some(whole(auth_session.as_secs() / 60)),
            callback_urls: list(callback_urls),
            client_name: display_name.clone(),
            default_redirect_uri: default_redirect_url.clone(),
            enable_propagate_additional_user_context_data: Some(*propagate_user_context),
            enable_token_revocation: Some(*revocation),
            explicit_auth_flows: list(explicit_auth_flows(sign_in_flows)),
            generate_secret: Some(*secret),
            id_token_validity: Some(id_token_validity),
            logout_urls: list(logout_urls),
            prevent_user_existence_errors: word(if *hide_user_existence {
                "ENABLED"
            } else {
                "LEGACY"
            }),
            read_attributes: list(read_attributes.iter().flatten()),
            refresh_token_validity: Some(refresh_token_validity),
            region: plan.region.to_string(),
            supported_identity_providers: list(
                identity_providers
                    .iter()
                    .map(|name| identity_provider(name)),
            ),
            token_validity_units: Some(TokenValidityUnits {
                access_token: word(access_token_unit),
                id_token: word(id_token_unit),
                refresh_token: word(refresh_token_unit),
            }),
            user_pool_id: pool.id,
            user_pool_id_ref: pool.reference,
            user_pool_id_selector: pool.selector,
            write_attributes: list(write_attributes.iter().flatten()),
        };
        Self {
            write_connection_secret_to_ref: Some(SecretReference::from(&secrets.provider)),
            ..Self::new(parameters, plan)
        }
    }
}

impl From<&Analytics> for AnalyticsConfiguration {
    fn from(analytics: &Analytics) -> Self {
        let Analytics {
            application_arn,
            application_id,
            external_id,
            role_arn,
            share_user_data,
        } = analytics.clone();
        Self {
            application_arn,
            application_id,
            external_id,
            role_arn,
            user_data_shared: Some(share_user_data.unwrap_or(false)),
        }
    }
}

/// What OAuth calls the flows of a type of client.
fn oauth_flows(type_: ClientType, allow_implicit: bool) -> impl Iterator<Item = &'static str> {
    let flow = match type_ {
        ClientType::Web | ClientType::Spa | ClientType::Native => "code",
        ClientType::Machine => "client_credentials",
    };
    [flow]
        .into_iter()
        .chain(allow_implicit.then_some("implicit"))
}

/// What Cognito calls the flows. A refresh is always possible.
fn explicit_auth_flows(flows: &[SignInFlow]) -> impl Iterator<Item = &'static str> {
    flows
        .iter()
        .map(|flow| match flow {
            SignInFlow::Srp => "ALLOW_USER_SRP_AUTH",
            SignInFlow::Password => "ALLOW_USER_PASSWORD_AUTH",
            SignInFlow::AdminPassword => "ALLOW_ADMIN_USER_PASSWORD_AUTH",
            SignInFlow::Custom => "ALLOW_CUSTOM_AUTH",
            SignInFlow::Choice => "ALLOW_USER_AUTH",
        })
        .chain(["ALLOW_REFRESH_TOKEN_AUTH"])
}

/// The name of an identity provider, which is its own but for the pool itself.
fn identity_provider(name: &str) -> &str {
    match name {
        COGNITO => "COGNITO",
        name => name,
    }
}

fn lifetime(duration: Duration) -> (i64, &'static str) {
    tokens::spell(whole(duration.as_secs()))
}

/// A number as the API has it; one too great for it is far beyond every limit, and an error of its own.
fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::tests::{full_plan, minimal_plan, plan};
    use super::*;

    fn rendered(plan: &Plan) -> Value {
        serde_json::to_value(UserPoolClientSpec::render(&plan.clients[0], plan)).unwrap()
    }

    #[test]
    fn a_client_of_a_few_words_has_every_compared_field() {
        assert_eq!(
            rendered(&minimal_plan()),
            json!({
                "forProvider": {
                    "accessTokenValidity": 1,
                    "allowedOAuthFlows": ["code"],
                    "allowedOAuthFlowsUserPoolClient": true,
                    "allowedOAuthScopes": ["email", "openid", "profile"],
                    "authSessionValidity": 3,
                    "callbackURLs": ["https://shop.example.org/callback"],
                    "clientName": "web",
                    "enablePropagateAdditionalUserContextData": false,
                    "enableTokenRevocation": true,
                    "explicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"],
                    "generateSecret": true,
                    "idTokenValidity": 1,
                    "preventUserExistenceErrors": "ENABLED",
                    "refreshTokenValidity": 30,
                    "region": "eu-west-1",
                    "supportedIdentityProviders": ["COGNITO"],
                    "tokenValidityUnits": { "accessToken": "hours", "idToken": "hours", "refreshToken": "days" },
                    "userPoolIdSelector": { "matchControllerRef": true, "policy": { "resolve": "Always" } },
                },
                "providerConfigRef": { "name": "default" },
                "writeConnectionSecretToRef": { "name": "6b1f-web", "namespace": "crossplane-system" },
            })
        );
    }

    #[test]
    fn a_client_that_says_everything_has_everything() {
        assert_eq!(
            rendered(&full_plan()),
            json!({
                "forProvider": {
                    "accessTokenValidity": 301,
                    "allowedOAuthFlows": ["code", "implicit"],
                    "allowedOAuthFlowsUserPoolClient": true,
                    "allowedOAuthScopes": ["openid", "profile"],
                    "analyticsConfiguration": {
                        "applicationID": "0123", "externalID": "shop",
                        "roleARN": "arn:aws:iam::123456789012:role/analytics", "userDataShared": true,
                    },
                    "authSessionValidity": 5,
                    "callbackURLs": ["https://shop.example.org/a", "https://shop.example.org/b"],
                    "clientName": "Web shop",
                    "defaultRedirectURI": "https://shop.example.org/b",
                    "enablePropagateAdditionalUserContextData": true,
                    "enableTokenRevocation": false,
                    "explicitAuthFlows": [
                        "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH",
                        "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH",
                    ],
                    "generateSecret": false,
                    "idTokenValidity": 90,
                    "logoutURLs": ["https://shop.example.org/", "https://shop.example.org/z"],
                    "preventUserExistenceErrors": "LEGACY",
                    "readAttributes": ["email", "name"],
                    "refreshTokenValidity": 2,
                    "region": "eu-west-1",
                    "supportedIdentityProviders": ["COGNITO", "Google"],
                    "tokenValidityUnits": { "accessToken": "seconds", "idToken": "minutes", "refreshToken": "days" },
                    "userPoolIdSelector": { "matchControllerRef": true, "policy": { "resolve": "Always" } },
                    "writeAttributes": ["custom:tenant", "name"],
                },
                "providerConfigRef": { "name": "default" },
                "writeConnectionSecretToRef": { "name": "storefront-web", "namespace": "shop" },
            })
        );
    }

    #[test]
    fn the_order_in_which_lists_are_written_does_not_matter() {
        let with = |urls: [&str; 2], scopes: [&str; 2]| {
            rendered(&plan(&json!({
                "region": "eu-west-1",
                "clients": [{ "name": "web", "type": "Web", "callbackUrls": urls, "scopes": scopes }],
            })))
        };
        let (a, b) = ("https://a.example.org/", "https://b.example.org/");
        assert_eq!(
            with([a, b], ["openid", "email"]),
            with([b, a], ["email", "openid"])
        );
    }

    #[test]
    fn a_lifetime_has_its_largest_unit() {
        for (written, value, unit) in [
            ("60m", 1, "hours"),
            ("24h", 1, "days"),
            ("90m", 90, "minutes"),
            ("301s", 301, "seconds"),
        ] {
            let duration = Duration::try_from(written.to_owned()).unwrap();
            assert_eq!(lifetime(duration), (value, unit), "{written}");
        }
    }

    #[test]
    fn the_fields_that_are_not_compared_are_fields() {
        let client = rendered(&minimal_plan());
        for field in NOT_COMPARED {
            assert!(client["forProvider"].get(field).is_some(), "{field}");
        }
    }

    #[test]
    fn a_client_reads_back_as_it_was_rendered() {
        let spec = UserPoolClientSpec::render(&full_plan().clients[0], &full_plan());
        let read: UserPoolClientSpec =
            serde_json::from_value(serde_json::to_value(&spec).unwrap()).unwrap();
        assert_eq!(read, spec);
    }
}
