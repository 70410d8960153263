//! The second factor, and the factors that no AppAuth for this provider can have.

use std::collections::BTreeSet;

use super::aws;
use super::leftovers::{Rest, sorted, unless};
use crate::api::app_auth::{Mfa, MfaMethod, MfaMode};
use crate::text::{all, quoted};

/// The second factor. Only `get-user-pool-mfa-config` knows which there are.
pub(super) fn import(
    pool: &aws::UserPool,
    config: Option<&aws::MfaConfig>,
    has_sms: bool,
    rest: &mut Rest,
) -> Option<Mfa> {
    let word = pool
        .mfa_configuration
        .as_deref()
        .or_else(|| config?.mfa_configuration.as_deref());
    if let Some(config) = config {
        rest.unknown("", &config.unknown);
        // The provider says nothing of factors while there is to be none.
        if matches!(word, Some("ON" | "OPTIONAL")) {
            lost_factors(config, rest);
        }
    }
    let mode = match word {
        Some("ON") => MfaMode::Required,
        Some("OPTIONAL") => MfaMode::Optional,
        _ => {
            return Some(Mfa {
                mode: Some(MfaMode::Disabled),
                methods: None,
            });
        }
    };
    let mut methods = BTreeSet::new();
    if let Some(config) = config {
        let apps = config.software_token_mfa_configuration.as_ref();
        if apps.and_then(|apps| apps.enabled) == Some(true) {
            methods.insert(MfaMethod::Totp);
        }
        if has_sms && config.sms_mfa_configuration.is_some() {
            methods.insert(MfaMethod::Sms);
        } else if has_sms {
            rest.advise(
                "SmsConfiguration",
                "sends no second factor at AWS, and the provider makes text messages one wherever they can be sent",
                "apply this only if people may choose them",
            );
        }
        if methods.is_empty() {
            rest.advise(
                "MfaConfiguration",
                format!(
                    "{} goes with no factor that the provider can keep, so it becomes authenticator apps",
                    quoted(word.unwrap_or_default())
                ),
                "apply this only if people may use them",
            );
        }
    } else {
        // Too many factors lock nobody out.
        methods.insert(MfaMethod::Totp);
        if has_sms {
            methods.insert(MfaMethod::Sms);
        }
        rest.advise(
            "MfaConfiguration",
            format!(
                "{} says nothing of authenticator apps, so mfa.methods takes them to be on",
                quoted(word.unwrap_or_default())
            ),
            "give the answer of get-user-pool-mfa-config as well",
        );
    }
    if methods.is_empty() {
        methods.insert(MfaMethod::Totp);
    }
    let mfa = Mfa {
        mode: unless(&MfaMode::Optional, mode),
        methods: unless(&[MfaMethod::Totp].into(), methods)
            .map(|methods| methods.into_iter().collect()),
    };
    unless(&Mfa::default(), mfa)
}

fn lost_factors(config: &aws::MfaConfig, rest: &mut Rest) {
    if config.email_mfa_configuration.is_some() {
        rest.lost("EmailMfaConfiguration", "e-mail as a second factor", "none");
    }
    if let Some(passkeys) = &config.web_authn_configuration {
        if let Some(relying_party) = &passkeys.relying_party_id {
            rest.lost(
                "WebAuthnConfiguration.RelyingPartyId",
                &quoted(relying_party),
                "AWS' own",
            );
        }
        if passkeys.user_verification.as_deref() == Some("required") {
            rest.lost(
                "WebAuthnConfiguration.UserVerification",
                "\"required\"",
                "\"preferred\"",
            );
        }
    }
}

/// Says what becomes of a sign-in that may begin with something else than a password.
pub(super) fn first_factors(policy: &aws::SignInPolicy, rest: &mut Rest) {
    rest.unknown("Policies.SignInPolicy", &policy.unknown);
    let factors = sorted(policy.allowed_first_auth_factors.as_ref());
    if factors.iter().any(|factor| factor != "PASSWORD") {
        rest.lost(
            "Policies.SignInPolicy.AllowedFirstAuthFactors",
            &all(&factors),
            "\"PASSWORD\" alone",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{pruned, said};
    use super::*;
    use serde_json::{Value, json};

    /// The second factor of a pool, and what is said of it.
    #[track_caller]
    fn check(
        mode: &str,
        config: Option<Value>,
        has_sms: bool,
        expected: Value,
        sentences: &[&str],
    ) {
        let mut rest = Rest::of("UserPool", "shop");
        let pool = aws::UserPool {
            mfa_configuration: Some(mode.to_owned()),
            ..aws::UserPool::default()
        };
        let config = config.map(|config| serde_json::from_value(config).unwrap());
        let imported = import(&pool, config.as_ref(), has_sms, &mut rest);
        assert_eq!(pruned(&imported), expected, "{mode} {config:?}");
        assert_eq!(said(&rest), sentences, "{mode} {config:?}");
    }

    #[test]
    fn the_factors_are_those_of_the_mfa_configuration() {
        let apps = json!({"SoftwareTokenMfaConfiguration": {"Enabled": true}, "MfaConfiguration": "OPTIONAL"});
        let sms = json!({"SmsMfaConfiguration": {}, "MfaConfiguration": "ON"});
        check("OFF", None, false, json!({"mode": "Disabled"}), &[]);
        check("OPTIONAL", Some(apps.clone()), false, Value::Null, &[]);
        check(
            "ON",
            Some(apps.clone()),
            false,
            json!({"mode": "Required"}),
            &[],
        );
        check(
            "ON",
            Some(sms),
            true,
            json!({"mode": "Required", "methods": ["Sms"]}),
            &[],
        );
        check(
            "OPTIONAL",
            Some(apps),
            true,
            Value::Null,
            &[
                "UserPool/shop SmsConfiguration: sends no second factor at AWS, and the provider makes text messages one \
                 wherever they can be sent; apply this only if people may choose them",
            ],
        );
    }

    #[test]
    fn without_the_mfa_configuration_apps_are_taken_to_be_on() {
        check(
            "OPTIONAL",
            None,
            true,
            json!({"methods": ["Totp", "Sms"]}),
            &[
                "UserPool/shop MfaConfiguration: \"OPTIONAL\" says nothing of authenticator apps, so mfa.methods takes them \
                 to be on; give the answer of get-user-pool-mfa-config as well",
            ],
        );
    }

    #[test]
    fn what_the_provider_cannot_send_is_lost() {
        let config = json!({
            "MfaConfiguration": "ON", "EmailMfaConfiguration": {}, "WebAuthnConfiguration": {"RelyingPartyId": "login.example.org"},
        });
        check(
            "ON",
            Some(config),
            false,
            json!({"mode": "Required"}),
            &[
                "UserPool/shop EmailMfaConfiguration: e-mail as a second factor would be reset to none: the provider cannot send it, \
                 and AWS resets what an update leaves out; apply this only if you can do without it",
                "UserPool/shop WebAuthnConfiguration.RelyingPartyId: \"login.example.org\" would be reset to AWS' own: the provider \
                 cannot send it, and AWS resets what an update leaves out; apply this only if you can do without it",
                "UserPool/shop MfaConfiguration: \"ON\" goes with no factor that the provider can keep, so it becomes \
                 authenticator apps; apply this only if people may use them",
            ],
        );
        let mut rest = Rest::of("UserPool", "shop");
        let factors = json!({"AllowedFirstAuthFactors": ["WEB_AUTHN", "PASSWORD"]});
        first_factors(&serde_json::from_value(factors).unwrap(), &mut rest);
        first_factors(
            &serde_json::from_value(json!({"AllowedFirstAuthFactors": ["PASSWORD"]})).unwrap(),
            &mut rest,
        );
        assert_eq!(
            said(&rest),
            [
                "UserPool/shop Policies.SignInPolicy.AllowedFirstAuthFactors: \"PASSWORD\" and \"WEB_AUTHN\" would be reset to \
              \"PASSWORD\" alone: the provider cannot send it, and AWS resets what an update leaves out; apply this only if \
              you can do without it"
            ]
        );
    }
}
