//! crossplane-contrib/provider-aws: `cognitoidentityprovider.aws.crossplane.io/v1alpha1`.
//!
//! Each kind's file has the kind's spec as types, field by field as its CRD has them, and how a plan becomes it. The
//! docs of a field say what the provider's controller does with it, for that decides how the field is rendered:
//!
//! - **compared**: the controller calls AWS to update when AWS shows another value;
//! - **sent along**: not compared, applied with the next update that something else brings about;
//! - **set once**: sent at creation and never again.
//!
//! A field that is left out is nothing to the controller, and AWS resets what an update leaves out, so whatever has a
//! meaning is written. A list is compared entry by entry with what AWS describes, which is sorted; a list without
//! entries differs from none for ever. So lists are sorted and empty ones left out.
//!
//! Source: crossplane-contrib/provider-aws v0.58.0, pkg/controller/cognitoidentityprovider.

mod common;
pub mod tokens;
mod user_pool;
mod user_pool_client;
mod user_pool_domain;

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::JSONSchemaProps;

use super::Object;
use crate::plan::{DomainName, Plan, resource};

pub use common::{
    ConnectionDestination, ConnectionMetadata, DeletionPolicy, ManagementAction, Policy, Reference,
    Resolution, Resolve, ResourceSpec, SecretReference, Selector,
};
pub use user_pool::{
    AccountRecoverySetting, AdminCreateUserConfig, CustomSender, DeviceConfiguration,
    EmailConfiguration, InviteMessageTemplate, LambdaConfig, NumberAttributeConstraints,
    PasswordPolicy, Policies, RecoveryMechanism, SchemaAttribute, SmsConfiguration,
    SoftwareTokenMfaConfiguration, StringAttributeConstraints, UserAttributeUpdateSettings,
    UserPoolAddOns, UserPoolParameters, UserPoolSpec, UsernameConfiguration,
    VerificationMessageTemplate,
};
pub use user_pool_client::{
    AnalyticsConfiguration, NOT_COMPARED, TokenValidityUnits, UserPoolClientParameters,
    UserPoolClientSpec,
};
pub use user_pool_domain::{CustomDomainConfig, UserPoolDomainParameters, UserPoolDomainSpec};

/// The API group of the kinds.
pub const GROUP: &str = "cognitoidentityprovider.aws.crossplane.io";
/// The API version of the kinds.
pub const API_VERSION: &str = "cognitoidentityprovider.aws.crossplane.io/v1alpha1";

/// A kind that is rendered.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// Its API version.
    pub api_version: &'static str,
    /// Its name.
    pub kind: &'static str,
    /// The schema of its spec, the same as in the provider's CRD.
    pub schema: fn() -> &'static JSONSchemaProps,
}

/// The kinds that are rendered.
pub const KINDS: [Kind; 3] = {
    const fn of(kind: &'static str, schema: fn() -> &'static JSONSchemaProps) -> Kind {
        Kind {
            api_version: API_VERSION,
            kind,
            schema,
        }
    }
    [
        of(user_pool::KIND, user_pool::schema),
        of(user_pool_client::KIND, user_pool_client::schema),
        of(user_pool_domain::KIND, user_pool_domain::schema),
    ]
};

/// Renders a plan: the pool, its domain, its clients in the order written.
pub fn render(plan: &Plan) -> Vec<Object> {
    let Plan {
        provider: _,
        provider_config: _,
        region: _,
        pool,
        domain,
        clients,
    } = plan;
    let mut objects = vec![Object::new(
        resource::USER_POOL,
        API_VERSION,
        user_pool::KIND,
        // AWS makes up the ids of pools and clients, and the controller keeps them here; they are not ours to set.
        None,
        &UserPoolSpec::render(pool, plan),
    )];
    objects.extend(domain.as_ref().map(|domain| {
        Object::new(
            resource::DOMAIN,
            API_VERSION,
            user_pool_domain::KIND,
            // The controller takes the domain from here; without it, it would take metadata.name.
            domain.domain_name().map(DomainName::as_str),
            &UserPoolDomainSpec::render(domain, plan),
        )
    }));
    objects.extend(clients.iter().map(|client| {
        Object::new(
            resource::client(&client.name),
            API_VERSION,
            user_pool_client::KIND,
            None,
            &UserPoolClientSpec::render(client, plan),
        )
    }));
    objects
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::api::composite::Composite;
    use crate::api::input::Input;
    use crate::path::Path;
    use crate::schema::Schema;

    /// The plan of a spec, for the tests of the kinds.
    pub(super) fn plan(spec: &Value) -> Plan {
        let composite = Composite::from_value(json!({
            "apiVersion": "platform.example.org/v1alpha1",
            "kind": "XAppAuth",
            "metadata": { "name": "storefront", "uid": "6b1f" },
            "spec": spec,
        }));
        let (plan, findings, _) = crate::plan::settle(&composite, &Input::default());
        assert_eq!(findings, []);
        plan.unwrap()
    }

    /// A plan that says something about everything.
    pub(super) fn full_plan() -> Plan {
        let lambda = |name: &str| format!("arn:aws:lambda:eu-west-1:123456789012:function:{name}");
        plan(&json!({
            "region": "eu-west-1",
            "userPool": {
                "name": "shop-storefront",
                "onDelete": "Delete",
                "signIn": {
                    "with": ["Username", "Phone", "Email", "PreferredUsername"], "caseSensitive": true,
                    "selfSignUp": false, "verify": ["Phone", "Email"], "keepOriginalUntilVerified": ["Phone", "Email"],
                },
                "mfa": { "mode": "Required", "methods": ["Sms"] },
                "password": { "minLength": 8, "require": ["Numbers"], "temporaryValidity": "30d" },
                "attributes": [
                    { "name": "tenant", "type": "String", "minLength": 1, "maxLength": 64, "mutable": false },
                    { "name": "email", "required": true },
                    { "name": "birthdate" },
                ],
                "recovery": ["Phone", "Email"],
                "devices": { "challengeOnNew": true },
                "email": {
                    "from": "Shop <no-reply@shop.example.org>", "replyTo": "help@shop.example.org",
                    "sesIdentityArn": "arn:aws:ses:eu-west-1:123456789012:identity/shop.example.org",
                    "configurationSet": "shop",
                },
                "sms": { "callerRoleArn": "arn:aws:iam::123456789012:role/sms", "externalId": "shop" },
                "messages": {
                    "verification": {
                        "method": "Link", "emailSubject": "Welcome", "emailBody": "{##Here##}", "smsBody": "Code {####}",
                    },
                    "invitation": { "emailSubject": "Come in", "smsBody": "{username} {####}" },
                    "mfaSms": "Now {####}",
                },
                "triggers": {
                    "preSignUp": lambda("a"), "postConfirmation": lambda("b"), "preAuthentication": lambda("c"),
                    "postAuthentication": lambda("d"), "defineAuthChallenge": lambda("e"),
                    "createAuthChallenge": lambda("f"), "verifyAuthChallengeResponse": lambda("g"),
                    "preTokenGeneration": lambda("h"), "userMigration": lambda("i"), "customMessage": lambda("j"),
                    "customEmailSender": lambda("k"), "customSmsSender": lambda("l"),
                    "senderKeyArn": "arn:aws:kms:eu-west-1:123456789012:key/0f1e",
                },
                "tags": { "team": "shop", "app": "storefront" },
            },
            "domain": {
                "name": "login.shop.example.org",
                "certificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/0f1e",
            },
            "clients": [{
                "name": "web", "displayName": "Web shop", "type": "Spa",
                "callbackUrls": ["https://shop.example.org/b", "https://shop.example.org/a"],
                "logoutUrls": ["https://shop.example.org/z", "https://shop.example.org/"],
                "defaultRedirectUrl": "https://shop.example.org/b",
                "scopes": ["profile", "openid", "openid"],
                "signInFlows": ["Srp", "Password", "Custom", "AdminPassword"],
                "allowImplicit": true,
                "identityProviders": ["Google", "Cognito"],
                "secret": false,
                "tokens": { "access": "301s", "id": "90m", "refresh": "48h" },
                "authSession": "5m",
                "revocation": false,
                "hideUserExistence": false,
                "propagateUserContext": true,
                "readAttributes": ["name", "email"],
                "writeAttributes": ["name", "custom:tenant"],
                "analytics": {
                    "applicationId": "0123", "externalId": "shop",
                    "roleArn": "arn:aws:iam::123456789012:role/analytics", "shareUserData": true,
                },
                "connectionSecret": { "name": "storefront-web", "namespace": "shop" },
            }],
        }))
    }

    /// The least that one can ask for.
    pub(super) fn minimal_plan() -> Plan {
        plan(&json!({
            "region": "eu-west-1",
            "domain": { "prefix": "storefront-7k2" },
            "clients": [{
                "name": "web", "type": "Web", "callbackUrls": ["https://shop.example.org/callback"],
            }],
        }))
    }

    fn assert_nothing_empty(at: &str, value: &Value) {
        match value {
            Value::Array(entries) => {
                assert!(!entries.is_empty(), "{at} is an empty list");
                for (index, entry) in entries.iter().enumerate() {
                    assert_nothing_empty(&format!("{at}[{index}]"), entry);
                }
            }
            Value::Object(fields) => {
                // The one empty map with a meaning: it takes triggers away.
                assert!(
                    !fields.is_empty() || at.ends_with(".lambdaConfig"),
                    "{at} is an empty map"
                );
                for (name, field) in fields {
                    assert_nothing_empty(&format!("{at}.{name}"), field);
                }
            }
            other => assert!(!other.is_null(), "{at} is null"),
        }
    }

    #[test]
    fn nothing_empty_is_rendered() {
        let bare = json!({
            "region": "eu-west-1",
            "userPool": {
                "signIn": { "verify": [], "keepOriginalUntilVerified": [] },
                "email": {}, "messages": { "verification": {}, "invitation": {} }, "triggers": {}, "tags": {},
            },
            "clients": [{
                "name": "web", "type": "Web", "logoutUrls": [], "signInFlows": [], "identityProviders": [],
                "scopes": [], "readAttributes": [], "writeAttributes": [],
            }],
        });
        for plan in [minimal_plan(), full_plan(), plan(&bare)] {
            for object in render(&plan) {
                assert_nothing_empty(&object.name, &object.body);
            }
        }
    }

    #[test]
    fn what_is_rendered_is_valid_against_the_built_in_schemas() {
        for object in [minimal_plan(), full_plan()].iter().flat_map(render) {
            let kind = KINDS.iter().find(|kind| kind.kind == object.kind());
            let schema = (kind.expect("every kind rendered has a schema").schema)();
            let schema = Schema::compile(schema).unwrap();
            let mut findings = Vec::new();
            schema.check(
                &object.body["spec"],
                &Path::Root.field("spec"),
                &mut findings,
            );
            assert_eq!(findings, [], "{}", object.name);
        }
    }

    #[test]
    fn a_domain_is_named_at_aws_by_us_and_pools_and_clients_are_not() {
        let names = |plan: &Plan| -> Vec<(String, Option<String>)> {
            render(plan)
                .iter()
                .map(|object| {
                    (
                        object.name.clone(),
                        object.external_name().map(str::to_owned),
                    )
                })
                .collect()
        };
        assert_eq!(
            names(&minimal_plan()),
            [
                ("user-pool".to_owned(), None),
                ("domain".to_owned(), Some("storefront-7k2".to_owned())),
                ("client-web".to_owned(), None),
            ]
        );
        assert_eq!(
            names(&full_plan())[1].1.as_deref(),
            Some("login.shop.example.org")
        );
    }
}
