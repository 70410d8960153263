//! Passwords.

use serde_json::Value;

use super::leftovers::{Rest, unless};
use super::{aws, mfa};
use crate::api::app_auth::{CharacterClass, Password};
use crate::api::duration::Duration;

/// What a password must be like.
pub(super) fn import(pool: &aws::UserPool, rest: &mut Rest) -> Option<Password> {
    let policies = pool.policies.as_ref();
    if let Some(policies) = policies {
        rest.unknown("Policies", &policies.unknown);
        if let Some(policy) = &policies.sign_in_policy {
            mfa::first_factors(policy, rest);
        }
    }
    let Some(policy) = policies.and_then(|policies| policies.password_policy.as_ref()) else {
        // The provider fails on policies without a passwordPolicy inside.
        rest.patch("policies", Value::Null);
        return None;
    };
    rest.unknown("Policies.PasswordPolicy", &policy.unknown);
    if let Some(size) = policy.password_history_size.filter(|size| *size > 0) {
        rest.lost(
            "Policies.PasswordPolicy.PasswordHistorySize",
            &size.to_string(),
            "0",
        );
    }
    let classes = [
        (CharacterClass::Lowercase, policy.require_lowercase),
        (CharacterClass::Uppercase, policy.require_uppercase),
        (CharacterClass::Numbers, policy.require_numbers),
        (CharacterClass::Symbols, policy.require_symbols),
    ];
    let required = |(class, required): (_, Option<bool>)| (required == Some(true)).then_some(class);
    let require: Vec<CharacterClass> = classes.into_iter().filter_map(required).collect();
    if policy.minimum_length.is_none() {
        rest.patch("policies.passwordPolicy.minimumLength", Value::Null);
    }
    // The older word for it stands with the invitations.
    let older = || {
        let config = pool.admin_create_user_config.as_ref()?;
        let days = config.unknown.get("UnusedAccountValidityDays")?.as_u64()?;
        u32::try_from(days).ok()
    };
    let days = policy.temporary_password_validity_days.or_else(older);
    if days.is_none() {
        rest.patch(
            "policies.passwordPolicy.temporaryPasswordValidityDays",
            Value::Null,
        );
    }
    let days = days.map(|days| Duration::from_days(days.into()));
    let password = Password {
        min_length: policy.minimum_length.and_then(|length| unless(&12, length)),
        require: (require.len() < classes.len()).then_some(require),
        temporary_validity: days.and_then(|days| unless(&Duration::from_days(7), days)),
        history: None,
    };
    unless(&Password::default(), password)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{pruned, said};
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(policies: Value, expected: Value, patch: Value, sentences: &[&str]) {
        let mut rest = Rest::of("UserPool", "shop");
        let pool = serde_json::from_value(json!({ "Policies": policies })).unwrap();
        assert_eq!(pruned(&import(&pool, &mut rest)), expected, "{policies}");
        assert_eq!(said(&rest), sentences, "{policies}");
        let laid = rest.into_parts("user-pool").0.unwrap_or_default();
        assert_eq!(laid["patch"]["spec"]["forProvider"], patch, "{policies}");
    }

    #[test]
    fn a_policy_is_what_differs_from_the_default() {
        let policy = |length: u32, symbols: bool, days: u32| {
            json!({"PasswordPolicy": {"MinimumLength": length, "RequireLowercase": true, "RequireNumbers": true,
                "RequireSymbols": symbols, "RequireUppercase": true, "TemporaryPasswordValidityDays": days}})
        };
        check(policy(12, true, 7), Value::Null, Value::Null, &[]);
        check(
            policy(8, false, 30),
            json!({"minLength": 8, "require": ["Lowercase", "Uppercase", "Numbers"], "temporaryValidity": "30d"}),
            Value::Null,
            &[],
        );
        check(
            json!({"PasswordPolicy": {"MinimumLength": 6}}),
            json!({"minLength": 6, "require": []}),
            json!({"policies": {"passwordPolicy": {"temporaryPasswordValidityDays": null}}}),
            &[],
        );
    }

    #[test]
    fn without_a_policy_none_is_sent() {
        for policies in [json!({}), Value::Null] {
            check(policies, Value::Null, json!({"policies": null}), &[]);
        }
    }

    #[test]
    fn earlier_passwords_are_forgotten() {
        check(
            json!({"PasswordPolicy": {"MinimumLength": 12, "RequireLowercase": true, "RequireNumbers": true,
                "RequireSymbols": true, "RequireUppercase": true, "TemporaryPasswordValidityDays": 7,
                "PasswordHistorySize": 5, "Pepper": "some"}}),
            Value::Null,
            Value::Null,
            &[
                "UserPool/shop Policies.PasswordPolicy.Pepper: is not known here, and an update of the provider's may reset it; look whether you need it",
                "UserPool/shop Policies.PasswordPolicy.PasswordHistorySize: 5 would be reset to 0: the provider cannot send it, and AWS \
                 resets what an update leaves out; apply this only if you can do without it",
            ],
        );
    }
}
