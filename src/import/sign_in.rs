//! Signing in and up, and recovering a password.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::aws;
use super::leftovers::{Rest, sorted, unless};
use crate::api::app_auth::{Contact, Identifier, Recovery, SignIn};

/// What people sign in with.
pub(super) fn with(pool: &aws::UserPool) -> BTreeSet<Identifier> {
    let usernames = pool.username_attributes.iter().flatten();
    let with: BTreeSet<Identifier> = usernames.filter_map(|name| identifier(name)).collect();
    if with.is_empty() {
        let aliases = pool.alias_attributes.iter().flatten();
        let aliases = aliases.filter_map(|name| identifier(name));
        aliases.chain([Identifier::Username]).collect()
    } else {
        with
    }
}

fn identifier(attribute: &str) -> Option<Identifier> {
    match attribute {
        "email" => Some(Identifier::Email),
        "phone_number" => Some(Identifier::Phone),
        "preferred_username" => Some(Identifier::PreferredUsername),
        _ => None,
    }
}

fn contacts(attributes: &[String]) -> BTreeSet<Contact> {
    attributes
        .iter()
        .filter_map(|attribute| match attribute.as_str() {
            "email" => Some(Contact::Email),
            "phone_number" => Some(Contact::Phone),
            _ => None,
        })
        .collect()
}

/// How people sign in and sign up.
pub(super) fn import(
    pool: &aws::UserPool,
    recovery: &[Recovery],
    has_sms: bool,
    has_users: bool,
    rest: &mut Rest,
) -> Option<SignIn> {
    let with = with(pool);
    let mut verified = contacts(&sorted(pool.auto_verified_attributes.as_ref()));
    if !has_sms && verified.remove(&Contact::Phone) {
        // AppAuth verifies no phone without a sender.
        rest.patch(
            "autoVerifiedAttributes",
            json!(sorted(pool.auto_verified_attributes.as_ref())),
        );
    }
    let used: BTreeSet<Contact> = [
        (Contact::Email, Identifier::Email, Recovery::Email),
        (Contact::Phone, Identifier::Phone, Recovery::Phone),
    ]
    .into_iter()
    .filter(|(_, identifier, way)| with.contains(identifier) || recovery.contains(way))
    .map(|(contact, _, _)| contact)
    .collect();
    let settings = pool.user_attribute_update_settings.as_ref();
    let kept =
        sorted(settings.and_then(|s| s.attributes_require_verification_before_update.as_ref()));
    let mut keeps = contacts(&kept);
    if !keeps.is_subset(&verified) {
        keeps.retain(|contact| verified.contains(contact));
        rest.patch(
            "userAttributeUpdateSettings.attributesRequireVerificationBeforeUpdate",
            json!(kept),
        );
    }
    let admin = pool.admin_create_user_config.as_ref();
    let admin_only = admin.and_then(|config| config.allow_admin_create_user_only);
    let username = pool.username_configuration.as_ref();
    let case_sensitive = username.and_then(|config| config.case_sensitive);
    let list = |contacts: BTreeSet<Contact>| contacts.into_iter().collect::<Vec<_>>();
    let sign_in = SignIn {
        keep_original_until_verified: unless(&verified, keeps).map(list),
        verify: unless(&used, verified).map(list),
        with: unless(&[Identifier::Email].into(), with).map(|with| with.into_iter().collect()),
        // AWS minds the case where nobody said otherwise.
        case_sensitive: unless(&false, case_sensitive.unwrap_or(true)),
        self_sign_up: unless(&has_users, !admin_only.unwrap_or(false)),
        first_factors: None,
    };
    unless(&SignIn::default(), sign_in)
}

/// How a forgotten password is recovered: what counts, and what of it is written.
pub(super) fn recovery(
    pool: &aws::UserPool,
    rest: &mut Rest,
) -> (Vec<Recovery>, Option<Vec<Recovery>>) {
    let with = with(pool);
    let contacts: Vec<Recovery> = [
        (Identifier::Email, Recovery::Email),
        (Identifier::Phone, Recovery::Phone),
    ]
    .into_iter()
    .filter(|(identifier, _)| with.contains(identifier))
    .map(|(_, way)| way)
    .collect();
    let default = if contacts.is_empty() {
        vec![Recovery::Email]
    } else {
        contacts
    };
    let setting = pool.account_recovery_setting.as_ref();
    let mut mechanisms = setting
        .and_then(|setting| setting.recovery_mechanisms.clone())
        .unwrap_or_default();
    mechanisms.sort_by_key(|mechanism| mechanism.priority);
    let ways: Vec<Recovery> = mechanisms
        .iter()
        .filter_map(|mechanism| match mechanism.name.as_deref()? {
            "verified_email" => Some(Recovery::Email),
            "verified_phone_number" => Some(Recovery::Phone),
            "admin_only" => Some(Recovery::Admin),
            _ => None,
        })
        .collect();
    if ways.is_empty() {
        rest.patch("accountRecoverySetting", Value::Null);
        return (default, None);
    }
    let in_order = (1..)
        .zip(&mechanisms)
        .all(|(place, each)| each.priority == Some(place));
    let beside_admin = ways.contains(&Recovery::Admin) && ways.len() > 1;
    if ways.len() < mechanisms.len() || !in_order || beside_admin {
        let as_it_is = mechanisms
            .iter()
            .map(|each| json!({ "name": each.name, "priority": each.priority }));
        rest.patch(
            "accountRecoverySetting.recoveryMechanisms",
            as_it_is.collect::<Vec<_>>(),
        );
    }
    let ways = if beside_admin {
        vec![Recovery::Admin]
    } else {
        ways
    };
    (ways.clone(), unless(&default, ways))
}

#[cfg(test)]
mod tests {
    use super::super::testing::pruned;
    use super::*;

    /// How people sign in and how they recover, without a sender of text messages, and what is laid over.
    #[track_caller]
    fn check(pool: Value, sign_in: Value, recovers: Value, patch: Value) {
        let mut rest = Rest::of("UserPool", "shop");
        let answer: aws::UserPool = serde_json::from_value(pool.clone()).unwrap();
        let (ways, written) = recovery(&answer, &mut rest);
        let imported = import(&answer, &ways, false, true, &mut rest);
        assert_eq!(pruned(&imported), sign_in, "{pool}");
        assert_eq!(pruned(&written), recovers, "{pool}");
        let laid = rest.into_parts("user-pool").0.unwrap_or_default();
        assert_eq!(laid["patch"]["spec"]["forProvider"], patch, "{pool}");
    }

    /// A pool that signs in with e-mail as AppAuth does by default.
    fn plain(more: Value) -> Value {
        let mut pool = json!({
            "UsernameAttributes": ["email"], "AutoVerifiedAttributes": ["email"],
            "UsernameConfiguration": {"CaseSensitive": false},
            "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]},
            "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": false},
            "AccountRecoverySetting": {"RecoveryMechanisms": [{"Priority": 1, "Name": "verified_email"}]},
        });
        for (field, value) in more.as_object().unwrap() {
            pool[field] = value.clone();
        }
        pool
    }

    #[test]
    fn defaults_are_not_written() {
        check(plain(json!({})), Value::Null, Value::Null, Value::Null);
    }

    #[test]
    fn people_are_known_by_a_contact_or_by_a_name_and_its_aliases() {
        let none = Value::Null;
        check(
            plain(json!({"UsernameAttributes": ["phone_number", "email"]})),
            json!({"with": ["Email", "Phone"], "verify": ["Email"]}),
            json!(["Email"]),
            none.clone(),
        );
        check(
            plain(json!({"UsernameAttributes": []})),
            json!({"with": ["Username"]}),
            none.clone(),
            none.clone(),
        );
        check(
            plain(
                json!({"UsernameAttributes": null, "AliasAttributes": ["preferred_username", "email"]}),
            ),
            json!({"with": ["Email", "Username", "PreferredUsername"]}),
            none.clone(),
            none,
        );
    }

    #[test]
    fn what_aws_leaves_out_is_what_aws_does() {
        check(
            plain(json!({"UsernameConfiguration": null})),
            json!({"caseSensitive": true}),
            Value::Null,
            Value::Null,
        );
        check(
            plain(json!({"AdminCreateUserConfig": null})),
            Value::Null,
            Value::Null,
            Value::Null,
        );
        check(
            plain(json!({"AutoVerifiedAttributes": null, "UserAttributeUpdateSettings": null})),
            json!({"verify": []}),
            Value::Null,
            Value::Null,
        );
        check(
            plain(json!({"AccountRecoverySetting": null})),
            Value::Null,
            Value::Null,
            json!({"accountRecoverySetting": null}),
        );
    }

    #[test]
    fn what_appauth_would_refuse_is_laid_over() {
        check(
            plain(json!({"AutoVerifiedAttributes": ["phone_number", "email"]})),
            Value::Null,
            Value::Null,
            json!({"autoVerifiedAttributes": ["email", "phone_number"]}),
        );
        check(
            plain(json!({"AutoVerifiedAttributes": []})),
            json!({"verify": []}),
            Value::Null,
            json!({"userAttributeUpdateSettings": {"attributesRequireVerificationBeforeUpdate": ["email"]}}),
        );
        let mechanisms = json!([{"name": "verified_email", "priority": 2}]);
        check(
            plain(
                json!({"AccountRecoverySetting": {"RecoveryMechanisms": [{"Priority": 2, "Name": "verified_email"}]}}),
            ),
            Value::Null,
            Value::Null,
            json!({"accountRecoverySetting": {"recoveryMechanisms": mechanisms}}),
        );
    }

    #[test]
    fn recovery_is_in_order_of_priority() {
        let both = json!([{"Priority": 2, "Name": "verified_email"}, {"Priority": 1, "Name": "verified_phone_number"}]);
        check(
            plain(json!({"AccountRecoverySetting": {"RecoveryMechanisms": both}})),
            json!({"verify": ["Email"]}),
            json!(["Phone", "Email"]),
            Value::Null,
        );
        check(
            plain(
                json!({"AccountRecoverySetting": {"RecoveryMechanisms": [{"Priority": 1, "Name": "admin_only"}]}}),
            ),
            Value::Null,
            json!(["Admin"]),
            Value::Null,
        );
    }

    #[test]
    fn administrators_alone_may_create_users() {
        check(
            plain(json!({"AdminCreateUserConfig": {"AllowAdminCreateUserOnly": true}})),
            json!({"selfSignUp": false}),
            Value::Null,
            Value::Null,
        );
    }
}
