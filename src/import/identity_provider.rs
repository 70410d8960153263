//! Where people sign in other than with a password of the pool.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::aws;
use super::leftovers::{Rest, unless};
use crate::api::app_auth::{IdentityProvider, IdentityProviderType, SecretReference};
use crate::plan::details;
use crate::text::{all, quoted};

/// An identity provider, taken over, with the name of its Secret; none where its type is not known. What fills an
/// attribute that is left out is laid over.
pub(super) fn import(
    provider: &aws::IdentityProvider,
    secret: String,
    left_out: &BTreeSet<String>,
    rest: &mut Rest,
) -> Option<IdentityProvider> {
    rest.unknown("", &provider.unknown);
    let word = provider.provider_type.as_deref().unwrap_or_default();
    let Some((type_, default)) = type_of(word) else {
        rest.advise(
            "ProviderType",
            format!("{} is not known here, so it is left out", quoted(word)),
            "leave it: AWS keeps it as it is",
        );
        return None;
    };
    let given = provider.provider_name.as_deref().unwrap_or(word);
    let is_free = matches!(
        type_,
        IdentityProviderType::Oidc | IdentityProviderType::Saml
    );
    details(provider.provider_details.as_ref(), type_, &secret, rest);
    let mut mapping = provider.attribute_mapping.clone().unwrap_or_default();
    mapping.retain(|name, source| {
        let is_left_out = left_out.contains(name);
        if is_left_out {
            rest.patch(&format!("attributeMapping.{name}"), source.as_str());
        }
        !is_left_out
    });
    match (mapping.get("username"), default) {
        (Some(written), Some(default)) if written == default => {
            mapping.remove("username");
        }
        // AppAuth would add it.
        (None, Some(_)) => rest.patch("attributeMapping.username", Value::Null),
        _ => {}
    }
    Some(IdentityProvider {
        name: is_free.then(|| given.to_owned()),
        type_,
        identifiers: provider
            .idp_identifiers
            .clone()
            .filter(|list| !list.is_empty()),
        details_secret_ref: SecretReference {
            name: secret,
            namespace: None,
        },
        attribute_mapping: unless(&BTreeMap::new(), mapping),
    })
}

/// The type, and what AWS fills the user name from where nobody says it.
fn type_of(word: &str) -> Option<(IdentityProviderType, Option<&'static str>)> {
    match word {
        "Google" => Some((IdentityProviderType::Google, Some("sub"))),
        "Facebook" => Some((IdentityProviderType::Facebook, Some("id"))),
        "LoginWithAmazon" => Some((IdentityProviderType::LoginWithAmazon, Some("user_id"))),
        "SignInWithApple" => Some((IdentityProviderType::SignInWithApple, Some("sub"))),
        "OIDC" => Some((IdentityProviderType::Oidc, Some("sub"))),
        "SAML" => Some((IdentityProviderType::Saml, None)),
        _ => None,
    }
}

/// Says which Secret there must be. The details hold secrets, so their names are told and never what they are.
fn details(details: Option<&Value>, type_: IdentityProviderType, secret: &str, rest: &mut Rest) {
    let needed = details::of(type_);
    let shown = |key: &str| details.is_some_and(|details| details.get(key).is_some());
    let mut keys: Vec<&str> = needed.required.to_vec();
    keys.extend(needed.one_of.iter().filter(|key| shown(key)));
    keys.extend(needed.added.iter().map(|(key, _)| *key));
    keys.extend(needed.optional.iter().filter(|key| shown(key)));
    let (hidden, known): (Vec<&str>, Vec<&str>) = keys
        .into_iter()
        .partition(|key| needed.never_settles.contains(key));
    let beside = if hidden.is_empty() {
        String::new()
    } else {
        format!(", and with {}, which AWS does not show again", all(&hidden))
    };
    rest.advise(
        "ProviderDetails",
        format!(
            "is taken from the Secret {}, which the provider compares key by key",
            quoted(secret)
        ),
        format!(
            "create it before you apply, with AWS' values of {}{beside}",
            all(&known)
        ),
    );
}

#[cfg(test)]
mod tests {
    use super::super::testing::{pruned, said};
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(answer: Value, expected: Value, patch: Value, sentences: &[&str]) {
        let mut rest = Rest::of("IdentityProvider", "it");
        let provider = serde_json::from_value(answer.clone()).unwrap();
        assert_eq!(
            pruned(&import(
                &provider,
                "details".to_owned(),
                &BTreeSet::new(),
                &mut rest
            )),
            expected,
            "{answer}"
        );
        // Which Secret there must be is said of each, and tested by itself.
        let said: Vec<String> = said(&rest)
            .into_iter()
            .filter(|sentence| !sentence.starts_with("IdentityProvider/it ProviderDetails"))
            .collect();
        assert_eq!(said, sentences, "{answer}");
        let laid = rest
            .into_parts("identity-provider-it")
            .0
            .unwrap_or_default();
        assert_eq!(laid["patch"]["spec"]["forProvider"], patch, "{answer}");
    }

    #[test]
    fn a_user_name_that_aws_fills_in_by_itself_is_not_written() {
        for (word, default) in [
            ("Google", "sub"),
            ("Facebook", "id"),
            ("LoginWithAmazon", "user_id"),
            ("SignInWithApple", "sub"),
        ] {
            let of = |mapping: Value| json!({"ProviderName": word, "ProviderType": word, "AttributeMapping": mapping});
            let plain = json!({"type": word, "detailsSecretRef": {"name": "details"}});
            check(
                of(json!({"username": default})),
                plain.clone(),
                Value::Null,
                &[],
            );
            let mut other = plain.clone();
            other["attributeMapping"] = json!({"username": "email"});
            check(of(json!({"username": "email"})), other, Value::Null, &[]);
            check(
                of(json!({})),
                plain,
                json!({"attributeMapping": {"username": null}}),
                &[],
            );
        }
    }

    #[test]
    fn oidc_and_saml_have_names_of_their_own() {
        check(
            json!({"ProviderName": "Corp SSO", "ProviderType": "SAML", "IdpIdentifiers": ["corp.example.org"],
                "AttributeMapping": {"email": "mail"}}),
            json!({"name": "Corp SSO", "type": "Saml", "identifiers": ["corp.example.org"],
                "detailsSecretRef": {"name": "details"}, "attributeMapping": {"email": "mail"}}),
            Value::Null,
            &[],
        );
        check(
            json!({"ProviderName": "x", "ProviderType": "New"}),
            Value::Null,
            Value::Null,
            &[
                "IdentityProvider/it ProviderType: \"New\" is not known here, so it is left out; leave it: AWS keeps it as it is",
            ],
        );
    }

    #[test]
    fn what_fills_an_attribute_that_is_left_out_is_laid_over() {
        let mut rest = Rest::of("IdentityProvider", "it");
        let answer = json!({"ProviderName": "Google", "ProviderType": "Google",
            "AttributeMapping": {"username": "sub", "email": "email", "custom:age": "age"}});
        let provider = serde_json::from_value(answer).unwrap();
        let left_out = BTreeSet::from(["custom:age".to_owned()]);
        let imported = pruned(&import(
            &provider,
            "details".to_owned(),
            &left_out,
            &mut rest,
        ));
        assert_eq!(imported["attributeMapping"], json!({"email": "email"}));
        let laid = rest.into_parts("identity-provider-Google").0.unwrap();
        assert_eq!(
            laid["patch"]["spec"]["forProvider"],
            json!({"attributeMapping": {"custom:age": "age"}})
        );
    }

    #[test]
    fn details_are_named_as_they_are_checked_and_never_shown() {
        for (word, details, keys) in [
            (
                "OIDC",
                json!({"client_id": "i", "client_secret": "hush"}),
                r#""client_id", "authorize_scopes", "oidc_issuer", "attributes_request_method", "attributes_url_add_attributes" and "client_secret""#,
            ),
            (
                "SignInWithApple",
                json!({"client_id": "i"}),
                r#""client_id", "team_id", "key_id", "authorize_scopes", "attributes_url_add_attributes", "authorize_url", "oidc_issuer", "token_request_method" and "token_url", and with "private_key", which AWS does not show again"#,
            ),
            (
                "SAML",
                json!({"MetadataURL": "https://idp", "ActiveEncryptionCertificate": "x"}),
                r#""MetadataURL""#,
            ),
        ] {
            let mut rest = Rest::of("IdentityProvider", "it");
            let answer =
                json!({"ProviderName": "Corp", "ProviderType": word, "ProviderDetails": details});
            import(
                &serde_json::from_value(answer).unwrap(),
                "shop-corp".to_owned(),
                &BTreeSet::new(),
                &mut rest,
            );
            assert_eq!(
                said(&rest),
                [format!(
                    "IdentityProvider/it ProviderDetails: is taken from the Secret \"shop-corp\", which the provider \
                     compares key by key; create it before you apply, with AWS' values of {keys}"
                )]
            );
        }
    }
}
