//! What Crossplane would observe of what was rendered.

use std::collections::BTreeMap;

use function_appauth::compose::Outcome;
use serde_json::{Value, json};

/// The secret of every client.
pub(crate) const PLANTED: &str = "planted-secret";

/// What Crossplane would observe of what was rendered once the provider has filled in what it fills in.
pub(crate) fn settled(outcome: &Outcome) -> BTreeMap<String, Value> {
    outcome
        .desired
        .iter()
        .map(|desired| {
            let mut body = desired.body.clone();
            if body["metadata"]["name"].is_null() {
                body["metadata"]["name"] = json!(format!("shop-{}", desired.name));
            }
            let annotations = &mut body["metadata"]["annotations"];
            annotations["crossplane.io/external-create-succeeded"] = json!("2026-01-01T00:00:00Z");
            if annotations["crossplane.io/external-name"].is_null() {
                annotations["crossplane.io/external-name"] = json!("eu-west-1_AbC");
            }
            if body["kind"] != "UserPool" && body["kind"] != "ResourceServer" {
                body["spec"]["forProvider"]["userPoolId"] = json!("eu-west-1_AbC");
                body["spec"]["forProvider"]["userPoolIdRef"] = json!({"name": "shop-user-pool"});
            }
            body["status"] = json!({"conditions": [{"type": "Ready", "status": "True"}, {"type": "Synced", "status": "True"}],
                "atProvider": {"clientSecret": PLANTED}});
            (desired.name.clone(), body)
        })
        .collect()
}
