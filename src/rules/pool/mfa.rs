//! Rules of the second factor and of text messages.

use crate::api::app_auth::{Contact, Identifier, MfaMethod, MfaMode, Recovery};
use crate::plan::{Plan, Pool, Region};
use crate::rules::arn::Kind;
use crate::rules::{Report, Rule, api, guide, rule};
use crate::text::{all, either, quoted, spelled};

pub(in crate::rules) const RULES: &[Rule] = &[
    rule(
        "POOL-MFA-3",
        api!("SetUserPoolMfaConfig"),
        a_text_message_has_a_sender,
    )
    .reading(&["userPool.sms"]),
    rule(
        "POOL-MFA-4",
        api!("SetUserPoolMfaConfig"),
        nobody_is_asked_for_a_factor_that_is_off,
    ),
    rule(
        "POOL-MFA-8",
        api!("SetUserPoolMfaConfig"),
        a_sender_has_something_to_send,
    ),
    rule(
        "POOL-SMS-1",
        api!("SmsConfigurationType"),
        text_messages_are_sent_by_a_role,
    ),
    rule(
        "POOL-SMS-2",
        guide!("user-pool-sms-settings"),
        text_messages_are_sent_from_the_pools_region,
    ),
];

/// Regions of pools, each with the other region from which its text messages may be sent.
/// Source: developer guide, "SMS message settings for Amazon Cognito user pools".
const OTHER_SENDER: [(&str, &str); 6] = [
    ("ap-northeast-2", "ap-northeast-1"),
    ("ap-south-1", "ap-southeast-1"),
    ("ca-central-1", "us-east-1"),
    ("eu-central-1", "eu-west-1"),
    ("eu-west-2", "eu-west-1"),
    ("us-east-2", "us-east-1"),
];

fn a_text_message_has_a_sender(plan: &Plan, report: &mut Report) {
    let Some(pool) = plan.own_pool() else { return };
    // Where no factor is asked for at all, the methods are what is wrong.
    if has_sms(pool) && pool.mfa.mode != MfaMode::Disabled && pool.sms.is_none() {
        report.error(
            pool.at("mfa.methods"),
            "has \"Sms\" but spec.userPool.sms is not set",
            "give the role that may send, or remove \"Sms\"",
        );
    }
}

fn nobody_is_asked_for_a_factor_that_is_off(plan: &Plan, report: &mut Report) {
    let Some(pool) = plan.own_pool() else { return };
    let mfa = &pool.mfa;
    if mfa.mode == MfaMode::Disabled && !mfa.methods.is_empty() {
        report.error(
            pool.at("mfa.methods"),
            format!(
                "has {} but spec.userPool.mfa.mode is \"Disabled\"",
                all(&spelled(&mfa.methods))
            ),
            "remove the methods, or set the mode to \"Optional\" or \"Required\"",
        );
    }
}

fn a_sender_has_something_to_send(plan: &Plan, report: &mut Report) {
    let Some(pool) = plan.own_pool() else { return };
    let needed = pool.sign_in.with.contains(&Identifier::Phone)
        || pool.sign_in.verify.contains(&Contact::Phone)
        || pool.recovery.contains(&Recovery::Phone);
    if pool.sms.is_some() && pool.mfa.mode != MfaMode::Disabled && !has_sms(pool) {
        report.advise(
            pool.at("sms"),
            format!(
                "makes text messages a second factor, though spec.userPool.mfa.methods has {} only",
                all(&spelled(&pool.mfa.methods))
            ),
            if needed {
                "add \"Sms\" to the methods to say so: phone numbers are verified with it, so it cannot go"
            } else {
                "add \"Sms\" to the methods, or remove sms"
            },
        );
    }
}

fn text_messages_are_sent_by_a_role(plan: &Plan, report: &mut Report) {
    let Some(pool) = plan.own_pool() else { return };
    if let Some(sms) = &pool.sms {
        let at = || pool.at("sms.callerRoleArn");
        Kind::Role.expect(&sms.caller_role_arn, &plan.region, at, report);
    }
}

fn text_messages_are_sent_from_the_pools_region(plan: &Plan, report: &mut Report) {
    let Some(pool) = plan.own_pool() else { return };
    let written = pool.sms.as_ref().and_then(|sms| sms.region.as_deref());
    let Some(region) = written.filter(|_| plan.region.is_known()) else {
        return;
    };
    let allowed = senders(&plan.region);
    if !allowed.contains(&region) {
        report.error(
            pool.at("sms.region"),
            format!(
                "a pool in \"{}\" cannot send from {}",
                plan.region,
                quoted(region)
            ),
            format!("use {}, or leave it out", either(&allowed)),
        );
    }
}

/// The regions from which a pool may send.
fn senders(region: &Region) -> Vec<&str> {
    let other = OTHER_SENDER
        .into_iter()
        .filter(|(pool, _)| *pool == region.as_str())
        .map(|(_, sender)| sender);
    std::iter::once(region.as_str()).chain(other).collect()
}

fn has_sms(pool: &Pool) -> bool {
    pool.mfa.methods.contains(&MfaMethod::Sms)
}

#[cfg(test)]
pub(in crate::rules) mod tests {
    use serde_json::{Value, json};

    use crate::rules::testing::{Case, advice, error, pool, quiet, spec, told, under};

    const ROLE: &str = "arn:aws:iam::123456789012:role/cognito-sms";

    fn mfa(mfa: Value) -> Value {
        pool(under("mfa", mfa))
    }

    fn sms(region: &str, sender: &str) -> Value {
        spec(json!({"region": region, "userPool": {
            "sms": {"callerRoleArn": ROLE, "externalId": "shop", "region": sender}, "mfa": {"methods": ["Sms"]}}}))
    }

    pub(in crate::rules) fn broken() -> Vec<Case> {
        vec![
            error(
                "POOL-MFA-3",
                mfa(json!({"methods": ["Totp", "Sms"]})),
                r#"spec.userPool.mfa.methods: has "Sms" but spec.userPool.sms is not set; give the role that may send, or remove "Sms""#,
            ),
            error(
                "POOL-MFA-4",
                mfa(json!({"mode": "Disabled", "methods": ["Totp", "Sms"]})),
                r#"spec.userPool.mfa.methods: has "Totp" and "Sms" but spec.userPool.mfa.mode is "Disabled"; remove the methods, or set the mode to "Optional" or "Required""#,
            ),
            advice(
                "POOL-MFA-8",
                pool(json!({"sms": {"callerRoleArn": ROLE, "externalId": "shop"}})),
                r#"spec.userPool.sms: makes text messages a second factor, though spec.userPool.mfa.methods has "Totp" only; add "Sms" to the methods, or remove sms"#,
            ),
            advice(
                "POOL-MFA-8",
                pool(
                    json!({"sms": {"callerRoleArn": ROLE, "externalId": "shop"}, "signIn": {"with": ["Phone"]}}),
                ),
                r#"spec.userPool.sms: makes text messages a second factor, though spec.userPool.mfa.methods has "Totp" only; add "Sms" to the methods to say so: phone numbers are verified with it, so it cannot go"#,
            ),
            error(
                "POOL-SMS-1",
                pool(
                    json!({"sms": {"callerRoleArn": "arn:aws:iam::123456789012:user/ann", "externalId": "shop"}, "mfa": {"methods": ["Sms"]}}),
                ),
                r#"spec.userPool.sms.callerRoleArn: "arn:aws:iam::123456789012:user/ann" is not an IAM role; use one such as "arn:aws:iam::123456789012:role/cognito""#,
            ),
            error(
                "POOL-SMS-2",
                sms("eu-west-1", "us-east-1"),
                r#"spec.userPool.sms.region: a pool in "eu-west-1" cannot send from "us-east-1"; use "eu-west-1", or leave it out"#,
            ),
            error(
                "POOL-SMS-2",
                sms("eu-central-1", "us-east-1"),
                r#"spec.userPool.sms.region: a pool in "eu-central-1" cannot send from "us-east-1"; use "eu-central-1" or "eu-west-1", or leave it out"#,
            ),
        ]
    }

    #[test]
    fn what_is_wrong_is_told() {
        told(broken());
    }

    #[test]
    fn what_is_right_is_passed_over() {
        quiet(vec![
            mfa(json!({"mode": "Disabled"})),
            mfa(json!({"mode": "Required", "methods": ["Totp"]})),
            pool(
                json!({"sms": {"callerRoleArn": ROLE, "externalId": "shop"}, "mfa": {"methods": ["Totp", "Sms"]}}),
            ),
            pool(
                json!({"sms": {"callerRoleArn": ROLE, "externalId": "shop"}, "signIn": {"with": ["Email", "Phone"]}, "mfa": {"methods": ["Sms"]}}),
            ),
            pool(
                json!({"sms": {"callerRoleArn": ROLE, "externalId": "shop"}, "mfa": {"mode": "Disabled"}}),
            ),
            sms("eu-west-1", "eu-west-1"),
            sms("ap-northeast-2", "ap-northeast-1"),
        ]);
    }
}
