//! DescribeIdentityProvider: what AWS adds to what it was told, and what of it AWS does not show.

use serde_json::{Map, Value, json};

use super::{DATE, Details, fields, pool_id, set, taken};

/// DescribeIdentityProvider.
pub(crate) fn describe_identity_provider(name: &str, spec: &Value, details: &Details) -> Value {
    let type_ = spec["providerType"].as_str().unwrap_or_default();
    let Type {
        takes,
        adds,
        username,
    } = type_of(type_);
    let version = details.get("api_version").map_or("v17.0", String::as_str);
    let added = adds
        .iter()
        .map(|(key, value)| ((*key).to_owned(), value.replace("{api_version}", version)));
    let shown: Details = added
        .chain(
            details
                .iter()
                .filter(|(key, _)| {
                    takes.contains(&key.as_str()) || adds.iter().any(|(added, _)| added == key)
                })
                .map(|(key, value)| (key.clone(), value.clone())),
        )
        .collect();
    let mut mapping = fields(&spec["attributeMapping"])
        .map(|(attribute, source)| (attribute.clone(), source.clone()))
        .collect::<Map<_, _>>();
    if let Some(source) = username {
        mapping.entry("username").or_insert_with(|| json!(source));
    }
    let mut provider = json!({
        "AttributeMapping": mapping,
        "CreationDate": DATE,
        "IdpIdentifiers": [],
        "LastModifiedDate": DATE,
        "ProviderDetails": shown,
        "ProviderName": name,
        "ProviderType": type_,
        "UserPoolId": pool_id(spec),
    });
    set(
        &mut provider,
        "IdpIdentifiers",
        taken(&spec["idpIdentifiers"]),
    );
    json!({ "IdentityProvider": provider })
}

/// What AWS makes of the details of one type of identity provider.
struct Type {
    /// The keys that it takes and shows again. It forgets any other.
    takes: &'static [&'static str],
    /// The keys that it adds where they are not given.
    adds: &'static [(&'static str, &'static str)],
    /// Where the user name comes from unless somebody says so.
    username: Option<&'static str>,
}

/// Source: ProviderDetails of CreateIdentityProvider in the API reference, requests and answers.
fn type_of(type_: &str) -> Type {
    const SOCIAL: &[&str] = &["authorize_scopes", "client_id", "client_secret"];
    match type_ {
        "Google" => Type {
            takes: SOCIAL,
            adds: &[
                (
                    "attributes_url",
                    "https://people.googleapis.com/v1/people/me?personFields=",
                ),
                ("attributes_url_add_attributes", "true"),
                (
                    "authorize_url",
                    "https://accounts.google.com/o/oauth2/v2/auth",
                ),
                ("oidc_issuer", "https://accounts.google.com"),
                ("token_request_method", "POST"),
                ("token_url", "https://www.googleapis.com/oauth2/v4/token"),
            ],
            username: Some("sub"),
        },
        "Facebook" => Type {
            takes: &[
                "api_version",
                "authorize_scopes",
                "client_id",
                "client_secret",
            ],
            adds: &[
                (
                    "attributes_url",
                    "https://graph.facebook.com/{api_version}/me?fields=",
                ),
                ("attributes_url_add_attributes", "true"),
                (
                    "authorize_url",
                    "https://www.facebook.com/{api_version}/dialog/oauth",
                ),
                ("token_request_method", "GET"),
                (
                    "token_url",
                    "https://graph.facebook.com/{api_version}/oauth/access_token",
                ),
            ],
            username: Some("id"),
        },
        "LoginWithAmazon" => Type {
            takes: SOCIAL,
            adds: &[
                ("attributes_url", "https://api.amazon.com/user/profile"),
                ("attributes_url_add_attributes", "false"),
                ("authorize_url", "https://www.amazon.com/ap/oa"),
                ("token_request_method", "POST"),
                ("token_url", "https://api.amazon.com/auth/o2/token"),
            ],
            username: Some("user_id"),
        },
        "SignInWithApple" => Type {
            // The private key is taken, and never shown.
            takes: &["authorize_scopes", "client_id", "key_id", "team_id"],
            adds: &[
                ("attributes_url_add_attributes", "false"),
                ("authorize_url", "https://appleid.apple.com/auth/authorize"),
                ("oidc_issuer", "https://appleid.apple.com"),
                ("token_request_method", "POST"),
                ("token_url", "https://appleid.apple.com/auth/token"),
            ],
            username: Some("sub"),
        },
        "OIDC" => Type {
            takes: &[
                "attributes_request_method",
                "attributes_url",
                "authorize_scopes",
                "authorize_url",
                "client_id",
                "client_secret",
                "jwks_uri",
                "oidc_issuer",
                "token_url",
            ],
            adds: &[("attributes_url_add_attributes", "false")],
            username: Some("sub"),
        },
        "SAML" => Type {
            takes: &[
                "EncryptedResponses",
                "IDPInit",
                "IDPSignout",
                "MetadataFile",
                "MetadataURL",
                "RequestSigningAlgorithm",
            ],
            // All of them come out of the metadata, or out of AWS.
            adds: &[
                ("ActiveEncryptionCertificate", "MIICvTCCAaWgAwIBAgI"),
                ("SLORedirectBindingURI", "https://idp.example.org/slo/saml"),
                ("SSORedirectBindingURI", "https://idp.example.org/sso/saml"),
            ],
            username: None,
        },
        type_ => panic!("say what AWS makes of a provider of type {type_}"),
    }
}
