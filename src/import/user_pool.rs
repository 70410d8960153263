//! The user pool.

use std::collections::BTreeMap;

use serde_json::Value;

use super::leftovers::{Rest, unless};
use super::{attributes, aws, messages, mfa, password, sign_in};
use crate::api::SPEC_HASH;
use crate::api::app_auth::{Devices, OnDelete, UserPool};
use crate::plan::Region;
use crate::text::quoted;

/// What is known of a pool beside its own answer.
pub(super) struct Known<'a> {
    /// The answer of `get-user-pool-mfa-config`.
    pub(super) mfa: Option<&'a aws::MfaConfig>,
    /// The region that the pool's id begins with.
    pub(super) region: &'a str,
    /// The name that a pool without one gets; none where that depends on a namespace.
    pub(super) default_name: Option<&'a str>,
    /// Whether there is a client that people sign in with.
    pub(super) has_users: bool,
}

/// The pool, taken over.
pub(super) fn import(pool: &aws::UserPool, known: &Known<'_>, rest: &mut Rest) -> UserPool {
    lost(pool, rest);
    issuer(pool, known.region, rest);
    let attributes =
        attributes::import(pool.schema_attributes.as_deref().unwrap_or_default(), rest);
    let sms = messages::sms(pool, known.mfa, known.region, rest);
    let (ways, recovery) = sign_in::recovery(pool, rest);
    UserPool {
        name: pool
            .name
            .clone()
            .filter(|name| known.default_name != Some(name)),
        import_id: pool.id.clone(),
        on_delete: on_delete(pool, rest),
        tier: None,
        sign_in: sign_in::import(pool, &ways, sms.is_some(), known.has_users, rest),
        mfa: mfa::import(pool, known.mfa, sms.is_some(), rest),
        passkeys: None,
        password: password::import(pool, rest),
        attributes: unless(&Vec::new(), attributes),
        recovery,
        devices: pool.device_configuration.as_ref().map(devices),
        email: messages::email(pool, rest),
        sms,
        messages: messages::import(pool, known.mfa, rest),
        triggers: messages::triggers(pool, rest),
        threat_protection: None,
        tags: tags(pool, rest),
    }
}

/// Says what changes, and what nobody here knows.
fn lost(pool: &aws::UserPool, rest: &mut Rest) {
    if let Some(tier) = pool
        .user_pool_tier
        .as_deref()
        .filter(|tier| *tier != "ESSENTIALS")
    {
        rest.lost("UserPoolTier", &quoted(tier), "\"ESSENTIALS\"");
    }
    if let Some(add_ons) = &pool.user_pool_add_ons {
        let mode = add_ons.advanced_security_mode.as_deref();
        if let Some(mode) = mode.filter(|mode| *mode != "OFF") {
            rest.advise(
                "UserPoolAddOns.AdvancedSecurityMode",
                format!(
                    "{} would be set to \"OFF\": it needs the tier PLUS, which the provider cannot send",
                    quoted(mode)
                ),
                "apply this only if you can do without it",
            );
        }
        rest.unknown("UserPoolAddOns", &add_ons.unknown);
    }
    if let Some(config) = &pool.admin_create_user_config {
        rest.unknown("AdminCreateUserConfig", &config.unknown);
    }
    if let Some(key) = &pool.key_configuration {
        let type_ = key.key_type.as_deref().unwrap_or("AWS_OWNED_KEY");
        if type_ != "AWS_OWNED_KEY" {
            rest.advise(
                "KeyConfiguration.KeyType",
                format!(
                    "{} is a setting that the provider cannot send",
                    quoted(type_)
                ),
                "check at AWS after each update that it is still there",
            );
        }
    }
    let levels = pool.acr_configuration.as_ref().and_then(Value::as_object);
    if levels.is_some_and(|levels| !levels.values().all(is_default_acr)) {
        rest.advise(
            "AcrConfiguration",
            "has values of its own, which is a setting that the provider cannot send",
            "check at AWS after each update that they are still there",
        );
    }
    rest.unknown("", &pool.unknown);
}

/// Whether a value of the `acr` claim is the one that AWS gives without a setting.
fn is_default_acr(level: &Value) -> bool {
    let value = level["AcrValue"].as_str();
    value.is_none_or(|value| value.starts_with("urn:cognito:loa:"))
}

/// Says that tokens have another issuer than the status. The provider has no field for the type of issuer.
fn issuer(pool: &aws::UserPool, region: &str, rest: &mut Rest) {
    let configuration = pool.issuer_configuration.as_ref();
    let type_ = configuration.and_then(|issuer| issuer.type_.as_deref());
    let Some(type_) = type_.filter(|type_| *type_ != "ORIGINAL") else {
        return;
    };
    let id = pool.id.as_deref().unwrap_or_default();
    let region = Region::new(region);
    let tokens = match type_ {
        "UPDATED" => format!("\"{}\"", region.updated_issuer(id)),
        _ => "of an unknown form".to_owned(),
    };
    rest.advise(
        "IssuerConfiguration.Type",
        format!(
            "{} gives tokens the issuer {tokens}, and status.issuer will be \"{}\", because the provider does not show this setting",
            quoted(type_),
            region.issuer(id)
        ),
        "configure applications with the issuer of the tokens, and check the type at AWS after the first update, which may reset it",
    );
}

fn devices(config: &aws::DeviceConfiguration) -> Devices {
    let challenge = config.challenge_required_on_new_device == Some(true);
    let prompt = config.device_only_remembered_on_user_prompt == Some(true);
    Devices {
        // Devices without a word would be no devices.
        challenge_on_new: (challenge || !prompt).then_some(challenge),
        remember_on_prompt: prompt.then_some(true),
    }
}

/// What becomes of the pool. Whatever AWS has, a pool of others must not go with a mistaken import; one that an AppAuth
/// made without protection was meant to go.
fn on_delete(pool: &aws::UserPool, rest: &mut Rest) -> Option<OnDelete> {
    let is_ours = pool
        .user_pool_tags
        .as_ref()
        .is_some_and(|tags| tags.contains_key(SPEC_HASH));
    if is_ours {
        rest.advise(
            "UserPoolTags",
            format!(
                "{} says that an AppAuth has, or had, this pool in its care",
                quoted(SPEC_HASH)
            ),
            "if it still has, set userPool.onDelete to Retain there and delete it first",
        );
    }
    if pool.deletion_protection.as_deref() == Some("ACTIVE") {
        return None;
    }
    if is_ours {
        return Some(OnDelete::Delete);
    }
    rest.advise(
        "DeletionProtection",
        "\"INACTIVE\" becomes \"ACTIVE\", because userPool.onDelete is Retain by default",
        "set it to Delete if the users are to go with this resource",
    );
    None
}

fn tags(pool: &aws::UserPool, rest: &mut Rest) -> Option<BTreeMap<String, String>> {
    let mut tags = pool.user_pool_tags.clone()?;
    tags.remove(SPEC_HASH);
    let of_aws = |key: &String| {
        key.get(..4)
            .is_some_and(|start| start.eq_ignore_ascii_case("aws:"))
    };
    if let Some(key) = tags.keys().find(|key| of_aws(key)).cloned() {
        rest.advise(
            "UserPoolTags",
            format!(
                "{} is a tag that AWS keeps to itself, so something else manages this pool",
                quoted(&key)
            ),
            "let go of it there first, such as with DeletionPolicy Retain in CloudFormation",
        );
        tags.retain(|key, _| !of_aws(key));
    }
    (!tags.is_empty()).then_some(tags)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{pruned, said};
    use super::*;
    use serde_json::{Value, json};

    #[track_caller]
    fn check(answer: Value, field: &str, expected: Value, sentences: &[&str]) {
        let mut rest = Rest::of("UserPool", "shop");
        let pool = serde_json::from_value(answer.clone()).unwrap();
        let known = Known {
            mfa: None,
            region: "eu-west-1",
            default_name: Some("shop"),
            has_users: true,
        };
        let imported = pruned(&import(&pool, &known, &mut rest));
        assert_eq!(
            imported.get(field).cloned().unwrap_or_default(),
            expected,
            "{answer}"
        );
        assert_eq!(said(&rest), sentences, "{answer}");
    }

    fn protected(field: &str, value: Value) -> Value {
        json!({ "DeletionProtection": "ACTIVE", field: value })
    }

    #[test]
    fn a_pool_has_the_name_of_the_resource_or_its_own() {
        check(protected("Name", json!("shop")), "name", Value::Null, &[]);
        check(protected("Name", json!("Shop")), "name", json!("Shop"), &[]);
    }

    #[test]
    fn deletion_protection_is_turned_on() {
        let sentence = "UserPool/shop DeletionProtection: \"INACTIVE\" becomes \"ACTIVE\", because userPool.onDelete is Retain \
                        by default; set it to Delete if the users are to go with this resource";
        check(
            json!({"DeletionProtection": "INACTIVE"}),
            "onDelete",
            Value::Null,
            &[sentence],
        );
        check(json!({}), "onDelete", Value::Null, &[sentence]);
    }

    #[test]
    fn what_the_provider_cannot_send_is_said() {
        let lost = |field: &str, from: &str, to: &str| {
            format!(
                "UserPool/shop {field}: \"{from}\" would be reset to \"{to}\": the provider cannot send it, and AWS resets what an \
                 update leaves out; apply this only if you can do without it"
            )
        };
        for tier in ["PLUS", "LITE"] {
            check(
                protected("UserPoolTier", json!(tier)),
                "tier",
                Value::Null,
                &[&lost("UserPoolTier", tier, "ESSENTIALS")],
            );
        }
        check(
            protected("UserPoolTier", json!("ESSENTIALS")),
            "tier",
            Value::Null,
            &[],
        );
        check(
            protected("UserPoolAddOns", json!({"AdvancedSecurityMode": "AUDIT"})),
            "threatProtection",
            Value::Null,
            &[
                "UserPool/shop UserPoolAddOns.AdvancedSecurityMode: \"AUDIT\" would be set to \"OFF\": it needs the tier PLUS, \
                 which the provider cannot send; apply this only if you can do without it",
            ],
        );
        check(
            protected(
                "KeyConfiguration",
                json!({"KeyType": "CUSTOMER_MANAGED_KEY", "KmsKeyArn": "k"}),
            ),
            "tags",
            Value::Null,
            &[
                "UserPool/shop KeyConfiguration.KeyType: \"CUSTOMER_MANAGED_KEY\" is a setting that the provider cannot send; \
                 check at AWS after each update that it is still there",
            ],
        );
        check(
            protected("KeyConfiguration", json!({"KeyType": "AWS_OWNED_KEY"})),
            "tags",
            Value::Null,
            &[],
        );
        check(
            protected("Novelty", json!({"On": true})),
            "novelty",
            Value::Null,
            &[
                "UserPool/shop Novelty: is not known here, and an update of the provider's may reset it; look whether you need it",
            ],
        );
    }

    #[test]
    fn an_issuer_that_the_status_does_not_have_is_said() {
        let of = |type_: &str| json!({"DeletionProtection": "ACTIVE", "Id": "eu-west-1_A", "IssuerConfiguration": {"Type": type_}});
        check(of("ORIGINAL"), "tags", Value::Null, &[]);
        check(
            of("UPDATED"),
            "tags",
            Value::Null,
            &[
                "UserPool/shop IssuerConfiguration.Type: \"UPDATED\" gives tokens the issuer \
                 \"https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_A\", and status.issuer will be \
                 \"https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_A\", because the provider does not show this \
                 setting; configure applications with the issuer of the tokens, and check the type at AWS after the first \
                 update, which may reset it",
            ],
        );
    }

    #[test]
    fn devices_are_remembered_or_not_tracked() {
        let of = |challenge: bool, prompt: bool| {
            let config = json!({"ChallengeRequiredOnNewDevice": challenge, "DeviceOnlyRememberedOnUserPrompt": prompt});
            protected("DeviceConfiguration", config)
        };
        check(
            protected("DeviceConfiguration", Value::Null),
            "devices",
            Value::Null,
            &[],
        );
        check(
            of(true, false),
            "devices",
            json!({"challengeOnNew": true}),
            &[],
        );
        check(
            of(false, true),
            "devices",
            json!({"rememberOnPrompt": true}),
            &[],
        );
        check(
            of(true, true),
            "devices",
            json!({"challengeOnNew": true, "rememberOnPrompt": true}),
            &[],
        );
        check(
            of(false, false),
            "devices",
            json!({"challengeOnNew": false}),
            &[],
        );
    }

    const OURS: &str = "UserPool/shop UserPoolTags: \"appauth.fn.crossplane.io/spec-hash\" says that an AppAuth has, or had, \
                        this pool in its care; if it still has, set userPool.onDelete to Retain there and delete it first";

    #[test]
    fn a_pool_of_an_app_auth_goes_with_it_as_it_was_meant() {
        let tags = json!({ "appauth.fn.crossplane.io/spec-hash": "0f1e" });
        let pool =
            |protection: &str| json!({"DeletionProtection": protection, "UserPoolTags": tags});
        check(pool("INACTIVE"), "onDelete", json!("Delete"), &[OURS]);
        check(pool("ACTIVE"), "onDelete", Value::Null, &[OURS]);
    }

    #[test]
    fn tags_are_ones_own() {
        check(
            protected("UserPoolTags", json!({})),
            "tags",
            Value::Null,
            &[],
        );
        check(
            protected(
                "UserPoolTags",
                json!({"team": "shop", "appauth.fn.crossplane.io/spec-hash": "0f1e"}),
            ),
            "tags",
            json!({"team": "shop"}),
            &[OURS],
        );
        check(
            protected(
                "UserPoolTags",
                json!({"aws:cloudformation:stack-name": "shop"}),
            ),
            "tags",
            Value::Null,
            &[
                "UserPool/shop UserPoolTags: \"aws:cloudformation:stack-name\" is a tag that AWS keeps to itself, so something \
                 else manages this pool; let go of it there first, such as with DeletionPolicy Retain in CloudFormation",
            ],
        );
    }
}
