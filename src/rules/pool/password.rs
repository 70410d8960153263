//! Rules of passwords: what they are like, how a forgotten one is recovered, and on which devices none is asked for.

use super::sign_in::{contacts, is_alias};
use crate::api::app_auth::{Contact, MfaMethod, MfaMode, Recovery};
use crate::api::duration::{Duration, TEMPORARY_PASSWORD};
use crate::plan::Plan;
use crate::rules::{Report, Rule, api, rule};
use crate::text::{all, spelled};

pub(in crate::rules) const RULES: &[Rule] = &[
    rule(
        "POOL-PW-2",
        api!("PasswordPolicyType"),
        a_temporary_password_lasts_whole_days,
    ),
    rule(
        "POOL-PW-5",
        api!("PasswordPolicyType"),
        a_password_is_hard_to_guess,
    ),
    rule(
        "POOL-RECOVER-3",
        api!("AccountRecoverySettingType"),
        recovery_by_an_administrator_is_alone,
    ),
    rule(
        "POOL-RECOVER-4",
        api!("CreateUserPool"),
        a_second_factor_recovers_nobody,
    ),
    rule(
        "POOL-RECOVER-5",
        api!("AccountRecoverySettingType"),
        what_recovers_is_verified,
    ),
    rule(
        "POOL-DEVICE-1",
        api!("DeviceConfigurationType"),
        remembered_devices_make_a_difference,
    ),
];

/// What AWS makes of zero days.
const DEFAULT_VALIDITY: Duration = Duration::from_days(7);
const FAIR_LENGTH: u32 = 8;
const FAIR_CLASSES: usize = 3;

fn a_temporary_password_lasts_whole_days(plan: &Plan, report: &mut Report) {
    let Some(pool) = plan.own_pool() else { return };
    let validity = pool.password.temporary_validity;
    let at = || pool.at("password.temporaryValidity");
    if validity.as_secs() == 0 {
        report.advise(
            at(),
            format!("\"{validity}\" is AWS' way to say {DEFAULT_VALIDITY}"),
            format!("write {DEFAULT_VALIDITY}, or what you mean"),
        );
    } else if validity.whole_days().is_none() {
        report.error(
            at(),
            format!("\"{validity}\" is not a number of whole days"),
            format!("use {TEMPORARY_PASSWORD}"),
        );
    } else if validity > TEMPORARY_PASSWORD.longest {
        report.error(
            at(),
            format!(
                "\"{validity}\" is longer than {}",
                TEMPORARY_PASSWORD.longest
            ),
            format!("use {TEMPORARY_PASSWORD}"),
        );
    }
}

fn a_password_is_hard_to_guess(plan: &Plan, report: &mut Report) {
    let Some(pool) = plan.own_pool() else { return };
    let password = &pool.password;
    if password.min_length < FAIR_LENGTH {
        report.advise(
            pool.at("password.minLength"),
            format!("{} characters are soon guessed", password.min_length),
            format!("ask for at least {FAIR_LENGTH}"),
        );
    }
    let classes = password.require.len();
    if classes < FAIR_CLASSES {
        report.advise(
            pool.at("password.require"),
            format!("asks for {classes} of the 4 classes of characters"),
            format!("ask for at least {FAIR_CLASSES}"),
        );
    }
}

fn recovery_by_an_administrator_is_alone(plan: &Plan, report: &mut Report) {
    let Some(pool) = plan.own_pool() else { return };
    let recovery = &pool.recovery;
    let others: Vec<_> = recovery
        .iter()
        .filter(|way| **way != Recovery::Admin)
        .collect();
    if recovery.contains(&Recovery::Admin) && !others.is_empty() {
        report.error(
            pool.at("recovery"),
            format!("has \"Admin\" beside {}", all(&spelled(others))),
            "keep \"Admin\" alone, or remove it",
        );
    }
}

fn a_second_factor_recovers_nobody(plan: &Plan, report: &mut Report) {
    let Some(pool) = plan.own_pool() else { return };
    let texted = pool.mfa.mode != MfaMode::Disabled && pool.mfa.methods.contains(&MfaMethod::Sms);
    if texted && pool.recovery == [Recovery::Phone] {
        report.advise(
            pool.at("recovery"),
            "has \"Phone\" alone, which recovers nobody whose second factor is \"Sms\"",
            "add \"Email\"",
        );
    }
}

fn what_recovers_is_verified(plan: &Plan, report: &mut Report) {
    let Some(pool) = plan.own_pool() else { return };
    let unverified: Vec<Contact> = contacts()
        .filter(|contact| {
            let recovers = match contact {
                Contact::Email => Recovery::Email,
                Contact::Phone => Recovery::Phone,
            };
            pool.recovery.contains(&recovers)
                && !pool.sign_in.verify.contains(contact)
                // Of these an_alias_is_verified has spoken.
                && !is_alias(pool, *contact)
        })
        .collect();
    if !unverified.is_empty() {
        let names = all(&spelled(unverified));
        report.advise(
            pool.at("signIn.verify"),
            format!("lacks {names}, and only what is verified recovers a password"),
            format!("add {names}, or recover without"),
        );
    }
}

fn remembered_devices_make_a_difference(plan: &Plan, report: &mut Report) {
    let Some(pool) = plan.own_pool() else { return };
    let Some(devices) = &pool.devices else {
        return;
    };
    if devices.challenge_on_new != Some(true) && devices.remember_on_prompt != Some(true) {
        report.advise(
            pool.at("devices"),
            "sets neither challengeOnNew nor rememberOnPrompt, and yet has every device remembered",
            "set one of them to true, or remove devices",
        );
    }
}

#[cfg(test)]
pub(in crate::rules) mod tests {
    use serde_json::{Value, json};

    use crate::rules::testing::{Case, advice, error, pool, quiet, told, under, with_sms};

    fn password(password: Value) -> Value {
        pool(under("password", password))
    }

    pub(in crate::rules) fn broken() -> Vec<Case> {
        vec![
            error(
                "POOL-PW-2",
                password(json!({"temporaryValidity": "36h"})),
                r#"spec.userPool.password.temporaryValidity: "36h" is not a number of whole days; use 1d to 365d"#,
            ),
            error(
                "POOL-PW-2",
                password(json!({"temporaryValidity": "366d"})),
                r#"spec.userPool.password.temporaryValidity: "366d" is longer than 365d; use 1d to 365d"#,
            ),
            advice(
                "POOL-PW-2",
                password(json!({"temporaryValidity": "0d"})),
                r#"spec.userPool.password.temporaryValidity: "0d" is AWS' way to say 7d; write 7d, or what you mean"#,
            ),
            advice(
                "POOL-PW-5",
                password(json!({"minLength": 7})),
                "spec.userPool.password.minLength: 7 characters are soon guessed; ask for at least 8",
            ),
            advice(
                "POOL-PW-5",
                password(json!({"require": ["Numbers", "Symbols"]})),
                "spec.userPool.password.require: asks for 2 of the 4 classes of characters; ask for at least 3",
            ),
            error(
                "POOL-RECOVER-3",
                pool(json!({"recovery": ["Email", "Admin"]})),
                r#"spec.userPool.recovery: has "Admin" beside "Email"; keep "Admin" alone, or remove it"#,
            ),
            advice(
                "POOL-RECOVER-4",
                with_sms(json!({"mfa": {"methods": ["Sms"]}, "recovery": ["Phone"]})),
                r#"spec.userPool.recovery: has "Phone" alone, which recovers nobody whose second factor is "Sms"; add "Email""#,
            ),
            advice(
                "POOL-RECOVER-5",
                pool(json!({"signIn": {"verify": []}})),
                r#"spec.userPool.signIn.verify: lacks "Email", and only what is verified recovers a password; add "Email", or recover without"#,
            ),
            advice(
                "POOL-DEVICE-1",
                pool(json!({"devices": {"challengeOnNew": false}})),
                "spec.userPool.devices: sets neither challengeOnNew nor rememberOnPrompt, and yet has every device remembered; set one of them to true, or remove devices",
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
            password(json!({"temporaryValidity": "365d"})),
            password(json!({"temporaryValidity": "24h"})),
            password(json!({"minLength": 8, "require": ["Lowercase", "Uppercase", "Numbers"]})),
            pool(json!({"recovery": ["Admin"]})),
            with_sms(json!({"mfa": {"methods": ["Sms"]}, "recovery": ["Phone", "Email"]})),
            with_sms(json!({"recovery": ["Phone"], "mfa": {"mode": "Disabled"}})),
            pool(json!({"signIn": {"verify": []}, "recovery": ["Admin"]})),
            pool(json!({"devices": {"rememberOnPrompt": true}})),
        ]);
    }
}
