//! What Amazon Cognito asks of a plan, beyond what a schema can say.
//!
//! Each rule is a function over the whole plan, with an id and the page of the manual that it rests on, so it is
//! written once for all providers. Rules speak of values of the right shape: types, enums and bounds are the schema's
//! to check. Where a value breaks two rules for one reason, only the more basic one speaks.

mod arn;
mod characters;
mod client;
mod common;
mod domain;
mod existing_pool;
mod group;
mod held;
mod identity_provider;
mod pool;
mod resource_server;
mod shapes;
#[cfg(test)]
mod testing;

use crate::api::input::ProviderApi;
use crate::finding::{Finding, Severity};
use crate::path::FieldPath;
use crate::plan::Plan;

pub use held::HELD_ELSEWHERE;

/// A rule of Cognito's.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Its id, such as `CLIENT-URL-3`.
    pub id: &'static str,
    /// The page of the AWS manual that it rests on.
    pub page: &'static str,
    check: fn(&Plan, &mut Report),
    /// The fields of the spec that it reads beside those in which it finds errors.
    reads: &'static [&'static str],
}

impl Rule {
    /// The same rule, which also reads these fields of the spec.
    const fn reading(self, reads: &'static [&'static str]) -> Self {
        Self { reads, ..self }
    }
}

/// The fields of the spec that a rule reads beside those in which it finds errors, such as `userPool.sms`.
pub fn reads(id: &str) -> &'static [&'static str] {
    let mut rules = RULES.iter().copied().flatten();
    rules
        .find(|rule| rule.id == id)
        .map_or(&[], |rule| rule.reads)
}

/// Every rule, by what it is about.
pub const RULES: &[&[Rule]] = &[
    shapes::RULES,
    common::RULES,
    pool::sign_in::RULES,
    pool::password::RULES,
    pool::mfa::RULES,
    pool::email::RULES,
    pool::messages::RULES,
    pool::attributes::RULES,
    pool::triggers::RULES,
    client::RULES,
    client::urls::RULES,
    client::scopes::RULES,
    client::tokens::RULES,
    client::attributes::RULES,
    domain::RULES,
    existing_pool::RULES,
    resource_server::RULES,
    identity_provider::RULES,
    identity_provider::mapping::RULES,
    group::RULES,
];

/// Checks a plan against every rule.
pub fn check(plan: &Plan) -> Vec<Finding> {
    let mut report = Report::default();
    for rule in RULES.iter().copied().flatten() {
        report.rule = rule.id;
        (rule.check)(plan, &mut report);
    }
    report.findings
}

/// The findings on a plan after overrides changed its rendered objects. Advice that the changed plan no longer causes is
/// dropped. Errors stay: an override must not hide an error of the spec.
pub fn after_overrides(findings: Vec<Finding>, overridden: impl FnOnce() -> Plan) -> Vec<Finding> {
    if findings.iter().all(Finding::is_error) {
        return findings;
    }
    let found = check(&overridden());
    let still = |finding: Finding| {
        if finding.is_error() {
            return Some(finding);
        }
        let mut same = found.iter().filter(|other| other.rule == finding.rule);
        if same.clone().any(|other| other.problem == finding.problem) {
            return Some(finding);
        }
        // The same advice with other values, such as fewer clients.
        let other = same.find(|other| other.path == finding.path)?;
        Some(Finding {
            severity: Severity::Advice,
            ..other.clone()
        })
    };
    findings.into_iter().filter_map(still).collect()
}

/// What the rules have found, each finding with the id of the rule that speaks.
#[derive(Debug, Default)]
struct Report {
    rule: &'static str,
    findings: Vec<Finding>,
}

impl Report {
    /// Cognito would refuse it, or could never do what is meant.
    fn error(&mut self, at: FieldPath, problem: impl Into<String>, remedy: impl Into<String>) {
        self.findings
            .push(Finding::error(at, problem, remedy).by_rule(self.rule));
    }

    /// Cognito takes it, and somebody may come to regret it.
    fn advise(&mut self, at: FieldPath, problem: impl Into<String>, remedy: impl Into<String>) {
        self.findings
            .push(Finding::advice(at, problem, remedy).by_rule(self.rule));
    }

    /// The Upbound providers would fail on it. To the community provider's users it is advice, so that their AppAuth can
    /// move.
    fn of_provider(
        &mut self,
        plan: &Plan,
        at: FieldPath,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        if plan.provider == ProviderApi::Community {
            self.advise(at, problem, remedy);
        } else {
            self.error(at, problem, remedy);
        }
    }
}

const fn rule(id: &'static str, page: &'static str, check: fn(&Plan, &mut Report)) -> Rule {
    Rule {
        id,
        page,
        check,
        reads: &[],
    }
}

/// A page of Cognito's API reference: an operation or a type.
macro_rules! api {
    ($page:literal) => {
        concat!(
            "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_",
            $page,
            ".html"
        )
    };
}

/// A page of Cognito's developer guide.
macro_rules! guide {
    ($page:literal) => {
        concat!(
            "https://docs.aws.amazon.com/cognito/latest/developerguide/",
            $page,
            ".html"
        )
    };
}

use {api, guide};

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::{Map, Value, json};

    use super::testing::{self, Case, spec};
    use super::*;
    use crate::api::manifests::{self, Form};
    use crate::api::xrd_rules::XRD_RULES;
    use crate::path::{FieldPath, Path, Segment};
    use crate::schema::Schema;

    fn ids() -> impl Iterator<Item = &'static str> {
        RULES.iter().copied().flatten().map(|rule| rule.id)
    }

    #[test]
    fn every_rule_has_an_id_of_its_own_and_a_page() {
        let mut seen = BTreeSet::new();
        for rule in RULES.iter().copied().flatten() {
            assert!(seen.insert(rule.id), "{} twice", rule.id);
            assert!(
                rule.page.starts_with("https://docs.aws.amazon.com/"),
                "{}",
                rule.id
            );
        }
    }

    /// A spec for each thing that a rule may find.
    fn broken() -> Vec<Case> {
        let cases: Vec<Vec<Case>> = vec![
            shapes::tests::broken(),
            common::tests::broken(),
            pool::sign_in::tests::broken(),
            pool::password::tests::broken(),
            pool::mfa::tests::broken(),
            pool::email::tests::broken(),
            pool::messages::tests::broken(),
            pool::attributes::tests::broken(),
            pool::triggers::tests::broken(),
            client::tests::broken(),
            client::urls::tests::broken(),
            client::scopes::tests::broken(),
            client::tokens::tests::broken(),
            client::attributes::tests::broken(),
            domain::tests::broken(),
            existing_pool::tests::broken(),
            resource_server::tests::broken(),
            identity_provider::tests::broken(),
            identity_provider::mapping::tests::broken(),
            group::tests::broken(),
        ];
        cases.into_iter().flatten().collect()
    }

    #[test]
    fn every_rule_is_seen_to_fail() {
        let cases = broken();
        let proved: BTreeSet<&str> = cases.iter().map(|case| case.rule).collect();
        let unproved: Vec<&str> = ids().filter(|id| !proved.contains(id)).collect();
        assert!(unproved.is_empty(), "{unproved:?}");
    }

    /// The schema of the XRD, with what it holds of the rules.
    fn xrd() -> Schema {
        let xrd = manifests::xrd("platform.example.org", Form::Claim);
        let schema = xrd.pointer("/spec/versions/0/schema/openAPIV3Schema/properties/spec");
        Schema::compile(schema.unwrap()).unwrap()
    }

    fn refused(xrd: &Schema, spec: &Value) -> Vec<Finding> {
        let mut found = Vec::new();
        xrd.check(spec, &Path::Root.field("spec"), &mut found);
        for finding in &found {
            assert!(!finding.problem.contains("not checked"), "{finding}");
        }
        found.retain(Finding::is_error);
        found
    }

    #[test]
    fn what_the_xrd_holds_of_the_rules() {
        let xrd = xrd();
        let errors: Vec<Case> = broken().into_iter().filter(Case::is_error).collect();
        let all: BTreeSet<&str> = errors.iter().map(|case| case.rule).collect();
        let (held, not_held): (Vec<&Case>, Vec<&Case>) = errors
            .iter()
            .partition(|case| !refused(&xrd, &case.spec).is_empty());
        let held_in_part: BTreeSet<&str> = held.iter().map(|case| case.rule).collect();
        let open: BTreeSet<&str> = not_held.iter().map(|case| case.rule).collect();
        let whole = held_in_part.difference(&open).count();
        // Where these go down, kubectl apply takes what it refused before.
        assert_eq!(all.len(), 74, "rules that refuse");
        assert_eq!(
            held_in_part.len(),
            53,
            "rules that the XRD checks, at least in part"
        );
        assert_eq!(whole, 38, "or all that is tried here; not all of {open:?}");
    }

    /// Specs for the rules of the XRD that check several fields: `broken` breaks only one of them.
    fn other_fields() -> [Value; 2] {
        let triggers: Map<String, Value> = XRD_RULES
            .iter()
            .flat_map(|rule| rule.fields)
            .filter_map(|field| field.strip_prefix("userPool.triggers."))
            .map(|trigger| (trigger.to_owned(), json!("sign-up")))
            .collect();
        let no_break = "{####}\u{A0}";
        [
            testing::pool(json!({
                "triggers": triggers,
                "messages": {"mfaEmail": {"subject": no_break, "body": no_break}},
            })),
            testing::client(json!({
                "logoutUrls": ["nowhere", "http://shop.example.org"],
                "analytics": {"externalId": "the shop"},
            })),
        ]
    }

    #[test]
    fn every_rule_of_the_xrd_is_seen_to_fail_on_each_field() {
        let xrd = xrd();
        let found: Vec<Finding> = broken()
            .into_iter()
            .map(|case| case.spec)
            .chain(other_fields())
            .flat_map(|spec| refused(&xrd, &spec))
            .collect();
        let seen: BTreeSet<(String, &str)> = found
            .iter()
            .map(|finding| {
                let whole = FieldPath::parse("spec");
                let below = finding.path.strip_prefix(&whole).unwrap_or_default();
                let field = below
                    .segments()
                    .iter()
                    .fold(String::new(), |field, step| match step {
                        Segment::Index(_) => field + "[]",
                        Segment::Field(name) if field.is_empty() => name.to_string(),
                        Segment::Field(name) => field + "." + name,
                    });
                (field, finding.problem.trim_start_matches("Invalid value: "))
            })
            .collect();
        let unseen: Vec<String> = XRD_RULES
            .iter()
            .flat_map(|rule| rule.fields.iter().map(move |field| (rule, *field)))
            .filter(|(rule, field)| !seen.contains(&((*field).to_owned(), rule.message)))
            .map(|(rule, field)| format!("{} at {field}: {}", rule.id, rule.message))
            .collect();
        assert!(unseen.is_empty(), "{unseen:#?}");
        for rule in XRD_RULES {
            assert!(
                ids().any(|id| id == rule.id),
                "no rule has the id {}",
                rule.id
            );
        }
    }

    /// The errors of a spec, by rule.
    fn errors(spec: &Value) -> BTreeSet<&'static str> {
        let found = testing::findings(spec).into_iter();
        found
            .filter(Finding::is_error)
            .filter_map(|finding| finding.rule)
            .collect()
    }

    /// Where a part of a spec is broken, its rules are left out, and those that read it from elsewhere. So whatever is
    /// taken out of a spec, the errors that only come by that are of rules that say so.
    #[test]
    fn every_rule_says_what_it_reads_elsewhere() {
        let specs = broken()
            .into_iter()
            .map(|case| case.spec)
            .chain([everything(), federated()]);
        let mut missing = BTreeSet::new();
        let mut seen = BTreeSet::new();
        for spec in specs {
            let before = errors(&spec);
            let fields = |value: &Value| -> Vec<String> {
                let fields = value.as_object().into_iter().flatten();
                fields.map(|(name, _)| name.clone()).collect()
            };
            let top = fields(&spec).into_iter().map(|name| vec![name]);
            let of_pool = fields(&spec["userPool"]).into_iter();
            let of_pool = of_pool.map(|name| vec!["userPool".to_owned(), name]);
            for steps in top.chain(of_pool) {
                let mut without = spec.clone();
                let (last, parent) = steps.split_last().unwrap();
                let parent = parent
                    .iter()
                    .fold(&mut without, |here, step| &mut here[step]);
                parent.as_object_mut().unwrap().remove(last);
                let path = steps.join(".");
                for rule in errors(&without).difference(&before) {
                    let is_read = |read: &&str| read.starts_with(&path) || path.starts_with(*read);
                    if super::reads(rule).iter().any(is_read) {
                        seen.insert(*rule);
                    } else {
                        missing.insert(format!("{rule} reads {path}"));
                    }
                }
            }
        }
        assert!(missing.is_empty(), "{missing:#?}");
        assert!(seen.len() > 5, "{seen:?}");
    }

    /// A spec whose parts refer to each other, without an error.
    fn federated() -> Value {
        spec(json!({
            "userPool": {
                "signIn": {"with": ["Username", "PreferredUsername", "Phone"], "verify": ["Phone"], "keepOriginalUntilVerified": ["Phone"]},
                "recovery": ["Phone"],
                "mfa": {"methods": ["Sms"]},
                "sms": {"callerRoleArn": "arn:aws:iam::123456789012:role/cognito-sms", "externalId": "shop"},
                "attributes": [{"name": "tenant", "type": "String"}],
            },
            "resourceServers": [{"name": "api", "identifier": "api", "scopes": [{"name": "read", "description": "Read"}]}],
            "identityProviders": [{"name": "Corp", "type": "Oidc", "detailsSecretRef": {"name": "corp", "namespace": "shop"},
                "attributeMapping": {"custom:tenant": "tenant"}}],
            "clients": [{
                "name": "web", "type": "Web", "callbackUrls": ["https://shop.example.org/callback"],
                "scopes": ["openid", "api/read"], "identityProviders": ["Corp"],
                "readAttributes": ["custom:tenant"], "writeAttributes": ["custom:tenant"],
            }],
        }))
    }

    #[test]
    fn nothing_is_said_of_the_shortest_spec() {
        testing::quiet(vec![spec(json!({}))]);
    }

    #[test]
    fn nothing_is_refused_of_a_spec_that_has_everything() {
        let findings = testing::findings(&everything());
        let said: Vec<String> = findings.iter().map(Finding::to_string).collect();
        assert!(said.is_empty(), "{said:#?}");
    }

    #[test]
    fn what_the_upbound_providers_fail_on_is_an_error_to_their_users() {
        let mut spec = spec(json!({
            "identityProviders": [{"name": "corp:okta", "type": "Oidc", "detailsSecretRef": {"name": "corp"}}],
            "resourceServers": [{"name": "api", "identifier": "orders|v1"}],
        }));
        spec["clients"][0]["identityProviders"] = json!(["Cognito"]);
        for (api, is_error) in [
            (ProviderApi::Community, false),
            (ProviderApi::UpboundNamespaced, true),
        ] {
            let found = testing::findings_for(api, &spec);
            let found: Vec<_> = found
                .iter()
                .map(|finding| (finding.rule.unwrap(), finding.is_error()))
                .collect();
            assert_eq!(found, [("RS-ID-4", is_error), ("IDP-NAME-5", is_error)]);
        }
    }

    fn everything() -> Value {
        spec(json!({
            "userPool": {
                "name": "shop-storefront",
                "onDelete": "Retain",
                "signIn": {
                    "with": ["Email"], "caseSensitive": false, "selfSignUp": true,
                    "verify": ["Email"], "keepOriginalUntilVerified": ["Email"],
                },
                "mfa": {"mode": "Optional", "methods": ["Totp", "Sms"]},
                "password": {
                    "minLength": 12, "require": ["Lowercase", "Uppercase", "Numbers", "Symbols"], "temporaryValidity": "7d",
                },
                "attributes": [
                    {"name": "email", "required": true, "mutable": true},
                    {"name": "tenant", "type": "String", "minLength": 1, "maxLength": 64, "mutable": false},
                ],
                "recovery": ["Email"],
                "devices": {"challengeOnNew": true, "rememberOnPrompt": true},
                "email": {
                    "from": "Shop <no-reply@shop.example.org>", "replyTo": "help@shop.example.org", "configurationSet": "shop",
                    "sesIdentityArn": "arn:aws:ses:eu-west-1:123456789012:identity/shop.example.org",
                },
                "sms": {"callerRoleArn": "arn:aws:iam::123456789012:role/cognito-sms", "externalId": "shop", "region": "eu-west-1"},
                "messages": {
                    "verification": {"method": "Code", "emailSubject": "Code", "emailBody": "Code {####}", "smsBody": "Code {####}"},
                    "invitation": {"emailSubject": "Hello", "emailBody": "{username} {####}", "smsBody": "{username} {####}"},
                    "mfaSms": "Code {####}",
                },
                "triggers": {
                    "preSignUp": "arn:aws:lambda:eu-west-1:123456789012:function:pre-sign-up",
                    "customEmailSender": "arn:aws:lambda:eu-west-1:123456789012:function:send",
                    "senderKeyArn": "arn:aws:kms:eu-west-1:123456789012:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
                },
                "threatProtection": "Disabled",
                "tags": {"team": "shop"},
            },
            "clients": [{
                "name": "web",
                "displayName": "Web shop",
                "type": "Web",
                "callbackUrls": ["https://shop.example.org/callback"],
                "logoutUrls": ["https://shop.example.org/"],
                "defaultRedirectUrl": "https://shop.example.org/callback",
                "scopes": ["openid", "email", "profile"],
                "signInFlows": ["Srp"],
                "allowImplicit": false,
                "identityProviders": ["Cognito"],
                "secret": true,
                "tokens": {"access": "1h", "id": "1h", "refresh": "30d"},
                "authSession": "3m",
                "revocation": true,
                "hideUserExistence": true,
                "propagateUserContext": false,
                "readAttributes": ["email", "custom:tenant"],
                "writeAttributes": ["email"],
                "connectionSecret": {"name": "storefront-web", "namespace": "shop"},
            }],
        }))
    }
}
