//! What the tests of rules share: a spec goes the real way, from JSON over the plan to the rules.

use serde_json::{Map, Value, json};

use crate::api::composite::Composite;
use crate::api::input::{Input, Provider, ProviderApi};
use crate::finding::{Finding, Severity};
use crate::json::Json;
use crate::plan;

/// A spec that breaks one rule, and what is said of it.
pub(super) struct Case {
    pub(super) rule: &'static str,
    severity: Severity,
    pub(super) spec: Value,
    sentence: &'static str,
}

impl Case {
    /// Whether Cognito would refuse it.
    pub(super) fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// A spec that Cognito would refuse.
pub(super) fn error(rule: &'static str, spec: Value, sentence: &'static str) -> Case {
    Case {
        rule,
        severity: Severity::Error,
        spec,
        sentence,
    }
}

/// A spec that somebody may come to regret.
pub(super) fn advice(rule: &'static str, spec: Value, sentence: &'static str) -> Case {
    Case {
        severity: Severity::Advice,
        ..error(rule, spec, sentence)
    }
}

/// The shortest spec that a person can sign in with, and a merge patch over it.
pub(super) fn spec(patch: Value) -> Value {
    let mut spec = json!({
        "region": "eu-west-1",
        "domain": {"prefix": "storefront-7k2"},
        "clients": [client_of(json!({}))],
    });
    merge(&mut spec, patch);
    spec
}

/// The shortest spec with a patch over its user pool.
pub(super) fn pool(patch: Value) -> Value {
    spec(under("userPool", patch))
}

/// A spec with these fields of its pool, and with somebody who sends text messages.
pub(super) fn with_sms(mut patch: Value) -> Value {
    patch["sms"] = json!({"callerRoleArn": "arn:aws:iam::123456789012:role/cognito-sms", "externalId": "shop"});
    if patch.get("mfa").is_none() {
        patch["mfa"] = json!({"methods": ["Totp", "Sms"]});
    }
    pool(patch)
}

/// The shortest spec with a patch over its client.
pub(super) fn client(patch: Value) -> Value {
    spec(json!({ "clients": [client_of(patch)] }))
}

/// The shortest spec with a patch over its domain.
pub(super) fn domain(patch: Value) -> Value {
    spec(under("domain", patch))
}

fn client_of(patch: Value) -> Value {
    let mut client = json!({
        "name": "web",
        "type": "Web",
        "callbackUrls": ["https://shop.example.org/callback"],
    });
    merge(&mut client, patch);
    client
}

/// An object with one field.
pub(super) fn under(field: &str, value: Value) -> Value {
    Value::Object(Map::from_iter([(field.to_owned(), value)]))
}

/// A JSON merge patch: maps by key, null removes, everything else replaces.
fn merge(value: &mut Value, patch: Value) {
    match (value, patch) {
        (Value::Object(fields), Value::Object(patch)) => {
            for (key, patch) in patch {
                if patch.is_null() {
                    fields.remove(&key);
                } else {
                    merge(fields.entry(key).or_insert(Value::Null), patch);
                }
            }
        }
        (value, patch) => *value = patch,
    }
}

/// What the rules find in a spec that is rendered for the community provider.
pub(super) fn findings(spec: &Value) -> Vec<Finding> {
    findings_for(ProviderApi::Community, spec)
}

/// What the rules find in a spec that is rendered for a provider.
pub(super) fn findings_for(api: ProviderApi, spec: &Value) -> Vec<Finding> {
    let input = Input {
        provider: Some(Provider {
            api: Some(api),
            ..Provider::default()
        }),
        ..Input::default()
    };
    let composite = Composite::of(&Json::from(&json!({
        "apiVersion": "platform.example.org/v1alpha1",
        "kind": "XAppAuth",
        "metadata": {"name": "storefront"},
        "spec": spec,
    })));
    let (plan, found, _) = plan::settle(&composite, &input);
    let plan = plan.unwrap_or_else(|| panic!("no plan for {spec}: {found:?}"));
    super::check(&plan)
}

/// The advice on every client with analytics.
const OF_ANALYTICS: &str = "CLIENT-ANALYTICS-2";

/// Each spec breaks its rule, no other one, and is told so in these words.
pub(super) fn told(cases: Vec<Case>) {
    let mut wrong = Vec::new();
    for case in cases {
        let said: Vec<_> = findings(&case.spec)
            .iter()
            .filter(|finding| case.rule == OF_ANALYTICS || finding.rule != Some(OF_ANALYTICS))
            .map(|finding| (finding.rule, finding.severity, finding.to_string()))
            .collect();
        let expected = (Some(case.rule), case.severity, case.sentence.to_owned());
        if said != [expected] {
            wrong.push(format!("{} {}\n  {said:?}", case.rule, case.sentence));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// No rule has anything to say of these specs.
pub(super) fn quiet(specs: Vec<Value>) {
    for spec in specs {
        let said: Vec<String> = findings(&spec)
            .iter()
            .filter(|finding| finding.rule != Some(OF_ANALYTICS))
            .map(Finding::to_string)
            .collect();
        assert!(said.is_empty(), "{spec}\n  {said:#?}");
    }
}
