//! Where people sign in other than with a password of the pool.

use std::collections::BTreeMap;

use serde_json::Value;

use super::aws;
use super::names::{OF_SPEC, label};
use super::rest::{Rest, unless};
use crate::api::app_auth::{IdentityProvider, IdentityProviderType, SecretReference};
use crate::words::{all, quoted};

/// An identity provider, taken over; none where its type is not known. `resource` is the resource's own name, which the
/// names of its Secrets begin with.
pub(super) fn import(
    provider: &aws::IdentityProvider,
    resource: &str,
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
    let secret = format!(
        "{resource}-{}",
        label(given, OF_SPEC).unwrap_or_else(|| "provider".to_owned())
    );
    details(provider.provider_details.as_ref(), &secret, rest);
    let mut mapping = provider.attribute_mapping.clone().unwrap_or_default();
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
fn details(details: Option<&Value>, secret: &str, rest: &mut Rest) {
    let keys: Vec<&String> = details
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(|(key, _)| key)
        .collect();
    if keys.is_empty() {
        return;
    }
    rest.advise(
        "ProviderDetails",
        format!(
            "is taken from the Secret {}, which the provider compares key by key",
            quoted(secret)
        ),
        format!(
            "create it before you apply, with AWS' values of {}",
            all(&keys)
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
            pruned(&import(&provider, "shop", &mut rest)),
            expected,
            "{answer}"
        );
        assert_eq!(said(&rest), sentences, "{answer}");
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
            let secret = format!("shop-{}", word.to_lowercase());
            let of = |mapping: Value| json!({"ProviderName": word, "ProviderType": word, "AttributeMapping": mapping});
            let plain = json!({"type": word, "detailsSecretRef": {"name": secret}});
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
                "detailsSecretRef": {"name": "shop-corp-sso"}, "attributeMapping": {"email": "mail"}}),
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
    fn details_are_named_and_never_shown() {
        check(
            json!({"ProviderName": "Corp", "ProviderType": "OIDC", "AttributeMapping": {"username": "sub"},
                "ProviderDetails": {"client_id": "i", "client_secret": "hush"}}),
            json!({"name": "Corp", "type": "Oidc", "detailsSecretRef": {"name": "shop-corp"}}),
            Value::Null,
            &[
                "IdentityProvider/it ProviderDetails: is taken from the Secret \"shop-corp\", which the provider compares key by \
               key; create it before you apply, with AWS' values of \"client_id\" and \"client_secret\"",
            ],
        );
    }
}
