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
mod group;
mod identity_provider;
mod overridden;
mod resource_server;
pub mod tokens;
mod user_pool;
mod user_pool_client;
mod user_pool_domain;

use serde::Serialize;
use serde_json::Value;

use super::Object;
use crate::api::openapi;
use crate::plan::{DomainName, Part, Plan};

pub use common::{
    ConnectionDestination, ConnectionMetadata, DeletionPolicy, ManagementAction, Policy, Reference,
    Resolution, Resolve, ResourceSpec, SecretReference, Selector,
};
pub use group::{GroupParameters, GroupSpec};
pub use identity_provider::{IdentityProviderParameters, IdentityProviderSpec};
pub(super) use overridden::overridden;
pub use resource_server::{ResourceServerParameters, ResourceServerSpec, Scope};
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
    /// The schema of its spec, as JSON.
    schema: &'static str,
}

impl Kind {
    /// The name of its CRD, which is also that of its managed resource definition: `plural.group`.
    pub fn crd(&self) -> String {
        let (group, _) = self.api_version.split_once('/').unwrap_or_default();
        format!("{}s.{group}", self.kind.to_ascii_lowercase())
    }

    /// The schema of its spec, the same as in the provider's CRD.
    pub fn schema(&self) -> Value {
        openapi::read(self.schema)
    }
}

/// The kinds that are rendered.
pub const KINDS: [Kind; 6] = {
    const fn of(kind: &'static str, schema: &'static str) -> Kind {
        Kind {
            api_version: API_VERSION,
            kind,
            schema,
        }
    }
    [
        of(user_pool::KIND, include_str!("generated/user_pool.json")),
        of(
            user_pool_client::KIND,
            include_str!("generated/user_pool_client.json"),
        ),
        of(
            user_pool_domain::KIND,
            include_str!("generated/user_pool_domain.json"),
        ),
        of(
            resource_server::KIND,
            include_str!("generated/resource_server.json"),
        ),
        of(
            identity_provider::KIND,
            include_str!("generated/identity_provider.json"),
        ),
        of(group::KIND, include_str!("generated/group.json")),
    ]
};

/// Renders the parts of a plan, in their order. Resource servers need the pool's id as a value, and are left out where
/// it is not known.
pub fn render<'a>(plan: &Plan, pool_id: impl Fn(usize) -> Option<&'a str>) -> Vec<Object> {
    plan.parts()
        .into_iter()
        .filter_map(|part| object(part, plan, &pool_id))
        .collect()
}

/// One part of a plan. The external name of what has an identifier of our choice is that identifier: without it, the
/// controller would take metadata.name. Pools and clients get theirs from AWS and have one here only where they are
/// taken over.
fn object<'a>(
    part: Part,
    plan: &Plan,
    pool_id: impl Fn(usize) -> Option<&'a str>,
) -> Option<Object> {
    fn of(
        part: Part,
        plan: &Plan,
        kind: &str,
        external_name: Option<&str>,
        spec: &impl Serialize,
    ) -> Object {
        Object::new(
            part,
            part.name(plan),
            API_VERSION,
            kind,
            external_name,
            spec,
        )
    }
    Some(match part {
        Part::UserPool => {
            let pool = plan.own_pool()?;
            let spec = UserPoolSpec::render(pool, plan);
            of(
                part,
                plan,
                user_pool::KIND,
                pool.import_id.as_deref(),
                &spec,
            )
        }
        Part::Domain => {
            let domain = plan.domain.as_ref()?;
            let name = domain.domain_name().map(DomainName::as_str);
            let spec = UserPoolDomainSpec::render(domain, plan);
            of(part, plan, user_pool_domain::KIND, name, &spec)
        }
        Part::ResourceServer(index) => {
            let server = &plan.resource_servers[index];
            let spec = ResourceServerSpec::render(server, pool_id(index)?, plan);
            let name = Some(server.identifier.as_str());
            of(part, plan, resource_server::KIND, name, &spec)
        }
        Part::IdentityProvider(index) => {
            let provider = &plan.identity_providers[index];
            let spec = IdentityProviderSpec::render(provider, plan);
            let name = Some(provider.name.as_str());
            of(part, plan, identity_provider::KIND, name, &spec)
        }
        Part::Group(index) => {
            let group = &plan.groups[index];
            let spec = GroupSpec::render(group, plan);
            of(part, plan, group::KIND, Some(&group.name), &spec)
        }
        Part::Client(index) => {
            let client = &plan.clients[index];
            let spec = UserPoolClientSpec::render(client, plan);
            let import = client.import_id.as_deref();
            of(part, plan, user_pool_client::KIND, import, &spec)
        }
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::api::composite::Composite;
    use crate::api::input::Input;
    use crate::json::Json;
    use crate::path::Path;
    use crate::schema::Schema;

    /// The plan of a spec, for the tests of the kinds.
    pub(super) fn plan(spec: &Value) -> Plan {
        let composite = Composite::of(&Json::from(&json!({
            "apiVersion": "platform.example.org/v1alpha1",
            "kind": "XAppAuth",
            "metadata": { "name": "storefront", "uid": "6b1f" },
            "spec": spec,
        })));
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
            "resourceServers": [{
                "name": "shop-api", "identifier": "https://api.shop.example.org",
                "scopes": [
                    { "name": "orders.write", "description": "Write orders" },
                    { "name": "orders.read", "description": "Read orders" },
                ],
            }],
            "identityProviders": [{
                "type": "Google", "detailsSecretRef": { "name": "google", "namespace": "shop" },
                "attributeMapping": { "email": "email" },
            }],
            "groups": [{
                "name": "admins", "description": "Shop admins", "precedence": 1,
                "roleArn": "arn:aws:iam::123456789012:role/admins",
            }],
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
            for object in render(&plan, |_| Some("eu-west-1_AbC")) {
                assert_nothing_empty(&object.name, &object.body);
            }
        }
    }

    #[test]
    fn what_is_rendered_is_valid_against_the_built_in_schemas() {
        let plans = [minimal_plan(), full_plan()];
        for object in plans
            .iter()
            .flat_map(|plan| render(plan, |_| Some("eu-west-1_AbC")))
        {
            let kind = KINDS.iter().find(|kind| kind.kind == object.kind());
            let schema = kind.expect("every kind rendered has a schema").schema();
            let schema = Schema::compile(&schema).unwrap();
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
    fn what_has_an_identifier_of_our_choice_has_it_as_its_external_name() {
        let names = |plan: &Plan, pool_id: Option<&'static str>| -> Vec<(String, Option<String>)> {
            render(plan, |_| pool_id)
                .iter()
                .map(|object| {
                    (
                        object.name.clone(),
                        object.external_name().map(str::to_owned),
                    )
                })
                .collect()
        };
        let own = |name: &str, external: &str| (name.to_owned(), Some(external.to_owned()));
        let of_aws = |name: &str| (name.to_owned(), None);
        assert_eq!(
            names(&minimal_plan(), None),
            [
                of_aws("user-pool"),
                own("domain", "storefront-7k2"),
                of_aws("client-web"),
            ]
        );
        assert_eq!(
            names(&full_plan(), Some("eu-west-1_AbC")),
            [
                of_aws("user-pool"),
                own("domain", "login.shop.example.org"),
                own("resource-server-shop-api", "https://api.shop.example.org"),
                own("identity-provider-Google", "Google"),
                own("group-admins", "admins"),
                of_aws("client-web"),
            ]
        );
    }

    #[test]
    fn what_is_taken_over_has_its_id_of_aws() {
        let plan = plan(&json!({
            "region": "eu-west-1", "userPool": { "importId": "eu-west-1_AbC" },
            "clients": [{ "name": "web", "type": "Web", "importId": "4h57k2", "callbackUrls": ["https://a.example.org"] }],
        }));
        let objects = render(&plan, |_| None);
        let names: Vec<_> = objects.iter().map(Object::external_name).collect();
        assert_eq!(names, [Some("eu-west-1_AbC"), Some("4h57k2")]);
    }

    #[test]
    fn a_resource_server_needs_the_pools_id() {
        let plan = full_plan();
        assert_eq!(
            render(&plan, |_| None).len(),
            render(&plan, |_| Some("p")).len() - 1
        );
    }

    #[test]
    fn an_existing_pool_is_named_in_the_way_it_was_written() {
        for (written, expected) in [
            (
                json!({ "id": "eu-west-1_AbC" }),
                json!({ "userPoolId": "eu-west-1_AbC" }),
            ),
            (
                json!({ "name": "shared" }),
                json!({ "userPoolIdRef": { "name": "shared" } }),
            ),
            (
                json!({ "labels": { "team": "identity" } }),
                json!({ "userPoolIdSelector": { "matchLabels": { "team": "identity" } } }),
            ),
        ] {
            let plan = plan(&json!({
                "region": "eu-west-1", "existingUserPool": written,
                "domain": { "prefix": "shop-7k2" },
                "groups": [{ "name": "admins" }],
                "identityProviders": [{ "type": "Google", "detailsSecretRef": { "name": "google" } }],
                "clients": [{ "name": "web", "type": "Web", "callbackUrls": ["https://a.example.org"] }],
            }));
            let objects = render(&plan, |_| None);
            assert_eq!(objects.len(), 4, "no pool of its own");
            for object in objects {
                let mut fields = object.for_provider().unwrap().clone();
                fields.retain(|name, _| name.starts_with("userPoolId"));
                assert_eq!(Value::Object(fields), expected, "{}", object.name);
            }
        }
    }
}
