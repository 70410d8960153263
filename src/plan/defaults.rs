//! The Input's defaults, merged under what the team wrote.
//!
//! Merging happens on JSON, before anything is typed, because "maps by key, lists and scalars whole" is a rule about
//! documents. [`Origins`] remembers which paths came from the Input, so that a finding about a default names the
//! platform's document and not the team's.

use serde_json::{Map, Value};

use crate::api::app_auth::ClientType;
use crate::api::input::{Defaults, ProviderApi};
use crate::finding::{Document, Finding};
use crate::path::{FieldPath, at};

use super::{client, support};

/// Which paths of a merged spec the Input wrote.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origins(Vec<(FieldPath, FieldPath)>);

impl Origins {
    /// Notes that the Input wrote what stands at a path of the merged spec.
    pub(super) fn add(&mut self, merged: FieldPath, input: FieldPath) {
        self.0.push((merged, input));
    }

    /// Points a finding about a defaulted value at the Input.
    #[must_use]
    pub fn locate(&self, finding: Finding) -> Finding {
        // The nearest one counts: a pool by default may have a tag that is always set.
        let origin = self
            .0
            .iter()
            .filter_map(|(merged, input)| Some((finding.path.strip_prefix(merged)?, input)))
            .min_by_key(|(rest, _)| rest.segments().len());
        match origin {
            Some((rest, input)) => Finding {
                document: Document::Input,
                path: input.clone().join(&rest),
                ..finding
            },
            None => finding,
        }
    }
}

/// Merges defaults under the fields of a spec.
pub(super) fn merge(
    spec: &mut Map<String, Value>,
    defaults: &Defaults,
    provider: ProviderApi,
) -> Origins {
    let mut origins = Origins::default();
    let mut defaults = defaults.0.clone();
    let client = defaults.remove("client");
    support::leave_out(&mut defaults, provider);
    if spec.contains_key("existingUserPool") {
        defaults.remove("userPool");
    }
    without_idle_methods(spec, &mut defaults);
    without_the_other_kind_of_domain(spec, &mut defaults);
    let (at, from) = (FieldPath::parse("spec"), FieldPath::parse("defaults"));
    under(spec, defaults, &at, &from, &mut origins);
    if let Some(Value::Object(client)) = client {
        let clients = spec.get_mut("clients").and_then(Value::as_array_mut);
        for (index, written) in clients.into_iter().flatten().enumerate() {
            let Some(written) = written.as_object_mut() else {
                continue;
            };
            let type_ = written.get("type").and_then(client_type);
            let mut client = client.clone();
            client.retain(|field, _| type_.is_none_or(|type_| client::can_have(type_, field)));
            support::leave_out_of_client(&mut client, provider);
            let at = at.clone().field("clients").index(index);
            let from = from.clone().field("client");
            under(written, client, &at, &from, &mut origins);
        }
    }
    origins
}

/// What of a default can stand by itself.
fn whole(key: &str, default: Value) -> Option<Value> {
    if !is_whole(key, &default) {
        return None;
    }
    Some(match default {
        Value::Object(fields) => fields
            .into_iter()
            .filter_map(|(key, value)| Some((key.clone(), whole(&key, value)?)))
            .collect::<Map<_, _>>()
            .into(),
        other => other,
    })
}

/// Whether a default can stand by itself. A detail of a thing that the team does not have makes no such thing.
fn is_whole(key: &str, default: &Value) -> bool {
    let has = |field: &str| default.get(field).is_some();
    match key {
        "sms" => has("callerRoleArn") && has("externalId"),
        "connectionSecret" => has("name"),
        "domain" => has("prefix") || has("name") || default.as_object().is_some_and(Map::is_empty),
        "analytics" => has("applicationArn") || has("applicationId"),
        "email" => has("sesIdentityArn") || !(has("from") || has("configurationSet")),
        _ => true,
    }
}

/// A domain is a prefix, or a name with a certificate: what the team wrote of the one leaves out the other.
fn without_the_other_kind_of_domain(spec: &Map<String, Value>, defaults: &mut Map<String, Value>) {
    let Some(Value::Object(default)) = defaults.get_mut("domain") else {
        return;
    };
    let Some(written) = spec.get("domain") else {
        return;
    };
    if written.get("prefix").is_some() {
        default.remove("name");
        default.remove("certificateArn");
    } else if written.get("name").is_some() {
        default.remove("prefix");
    }
}

/// Where the team wants no second factor, there are none for the platform to choose.
fn without_idle_methods(spec: &Map<String, Value>, defaults: &mut Map<String, Value>) {
    let mode = spec.get("userPool").and_then(|pool| at(pool, "/mfa/mode"));
    let mfa = defaults
        .get_mut("userPool")
        .and_then(|pool| pool.pointer_mut("/mfa"));
    if let (Some(Value::String(mode)), Some(Value::Object(mfa))) = (mode, mfa)
        && mode == "Disabled"
    {
        mfa.remove("methods");
    }
}

fn client_type(value: &Value) -> Option<ClientType> {
    serde_json::from_value(value.clone()).ok()
}

/// Puts each default where nothing was written, and looks into maps that both have.
fn under(
    written: &mut Map<String, Value>,
    defaults: Map<String, Value>,
    at: &FieldPath,
    from: &FieldPath,
    origins: &mut Origins,
) {
    for (key, default) in defaults {
        let (at, from) = (
            at.clone().field(key.clone()),
            from.clone().field(key.clone()),
        );
        match (written.get_mut(&key), default) {
            (Some(Value::Object(written)), Value::Object(default)) => {
                under(written, default, &at, &from, origins);
            }
            (Some(_), _) => {}
            (None, default) => {
                let Some(default) = whole(&key, default) else {
                    continue;
                };
                written.insert(key, default);
                origins.add(at, from);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn merged(spec: Value, defaults: Value) -> (Value, Origins) {
        let mut spec = spec.as_object().unwrap().clone();
        let defaults = Defaults(defaults.as_object().unwrap().clone());
        let origins = merge(&mut spec, &defaults, ProviderApi::Community);
        (Value::Object(spec), origins)
    }

    #[test]
    fn maps_by_key_lists_and_scalars_whole() {
        let (spec, origins) = merged(
            json!({"userPool": {"mfa": {"methods": ["Sms"]}, "recovery": ["Email"]}}),
            json!({"region": "eu-west-1", "userPool": {"mfa": {"mode": "Required", "methods": ["Totp"]}, "recovery": ["Phone"]}}),
        );
        assert_eq!(
            spec,
            json!({"region": "eu-west-1", "userPool": {"mfa": {"methods": ["Sms"], "mode": "Required"}, "recovery": ["Email"]}})
        );
        let located = |path: &str| {
            let finding = origins.locate(Finding::error(FieldPath::parse(path), "a", "b"));
            finding.to_string()
        };
        assert_eq!(
            located("spec.userPool.mfa.mode"),
            "Input defaults.userPool.mfa.mode: a; b"
        );
        assert_eq!(
            located("spec.userPool.mfa.methods[0]"),
            "spec.userPool.mfa.methods[0]: a; b"
        );
        assert_eq!(located("spec.region"), "Input defaults.region: a; b");
    }

    #[test]
    fn the_nearest_origin_counts() {
        let (_, mut origins) = merged(json!({}), json!({"userPool": {"tags": {"a": "1"}}}));
        let tag = FieldPath::parse("spec.userPool.tags.b");
        origins.add(tag.clone(), FieldPath::parse("tags.b"));
        let finding = origins.locate(Finding::error(tag, "c", "d"));
        assert_eq!(finding.to_string(), "Input tags.b: c; d");
    }

    #[test]
    fn each_client_gets_what_its_type_can_have() {
        let (spec, origins) = merged(
            json!({"clients": [{"name": "a", "type": "Spa"}, {"name": "b", "type": "Web", "authSession": "3m"}]}),
            json!({"client": {"authSession": "5m", "secret": true, "allowImplicit": true}}),
        );
        assert_eq!(
            spec,
            json!({"clients": [
                {"name": "a", "type": "Spa", "authSession": "5m", "allowImplicit": true},
                {"name": "b", "type": "Web", "authSession": "3m", "secret": true}]})
        );
        let finding = Finding::error(FieldPath::parse("spec.clients[0].authSession"), "a", "b");
        assert_eq!(
            origins.locate(finding).to_string(),
            "Input defaults.client.authSession: a; b"
        );
    }

    #[test]
    fn what_the_provider_cannot_have_is_left_out() {
        let (spec, _) = merged(
            json!({"clients": [{"name": "a", "type": "Spa"}]}),
            json!({"userPool": {"tier": "Plus", "threatProtection": "Audit", "mfa": {"methods": ["Email"]}},
                "client": {"tokens": {"rotation": {}, "access": "30m"}, "signInFlows": ["Srp", "Choice"]}}),
        );
        assert_eq!(
            spec,
            json!({"userPool": {"mfa": {}}, "clients": [
                {"name": "a", "type": "Spa", "tokens": {"access": "30m"}, "signInFlows": ["Srp"]}]})
        );
    }
}
