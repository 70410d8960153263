//! Objects written by hand, and Secrets with the details of identity providers.

use serde_json::{Value, json};

use crate::aws::Details;

/// A Secret for each type of identity provider with all that AWS wants and all that AWS would add by itself.
const SECRETS: [(&str, &[(&str, &str)]); 6] = [
    (
        "Google",
        &[
            (
                "attributes_url",
                "https://people.googleapis.com/v1/people/me?personFields=",
            ),
            ("attributes_url_add_attributes", "true"),
            ("authorize_scopes", "openid email"),
            (
                "authorize_url",
                "https://accounts.google.com/o/oauth2/v2/auth",
            ),
            ("client_id", "shop"),
            ("client_secret", "planted"),
            ("oidc_issuer", "https://accounts.google.com"),
            ("token_request_method", "POST"),
            ("token_url", "https://www.googleapis.com/oauth2/v4/token"),
        ],
    ),
    (
        "Facebook",
        &[
            ("api_version", "v17.0"),
            (
                "attributes_url",
                "https://graph.facebook.com/v17.0/me?fields=",
            ),
            ("attributes_url_add_attributes", "true"),
            ("authorize_scopes", "public_profile,email"),
            (
                "authorize_url",
                "https://www.facebook.com/v17.0/dialog/oauth",
            ),
            ("client_id", "shop"),
            ("client_secret", "planted"),
            ("token_request_method", "GET"),
            (
                "token_url",
                "https://graph.facebook.com/v17.0/oauth/access_token",
            ),
        ],
    ),
    (
        "LoginWithAmazon",
        &[
            ("attributes_url", "https://api.amazon.com/user/profile"),
            ("attributes_url_add_attributes", "false"),
            ("authorize_scopes", "profile"),
            ("authorize_url", "https://www.amazon.com/ap/oa"),
            ("client_id", "shop"),
            ("client_secret", "planted"),
            ("token_request_method", "POST"),
            ("token_url", "https://api.amazon.com/auth/o2/token"),
        ],
    ),
    (
        "SignInWithApple",
        &[
            ("attributes_url_add_attributes", "false"),
            ("authorize_scopes", "email name"),
            ("authorize_url", "https://appleid.apple.com/auth/authorize"),
            ("client_id", "org.example.shop"),
            ("key_id", "ABC123DEFG"),
            ("oidc_issuer", "https://appleid.apple.com"),
            ("private_key", "planted"),
            ("team_id", "DEF123GHIJ"),
            ("token_request_method", "POST"),
            ("token_url", "https://appleid.apple.com/auth/token"),
        ],
    ),
    (
        "OIDC",
        &[
            ("attributes_request_method", "GET"),
            ("attributes_url_add_attributes", "false"),
            ("authorize_scopes", "openid"),
            ("client_id", "shop"),
            ("client_secret", "planted"),
            ("oidc_issuer", "https://idp.example.org"),
        ],
    ),
    (
        "SAML",
        &[
            ("IDPSignout", "true"),
            ("MetadataURL", "https://idp.example.org/metadata.xml"),
        ],
    ),
];

/// The details of an object that is an identity provider.
pub(crate) fn details_of(object: &Value) -> Details {
    let type_ = &object["spec"]["forProvider"]["providerType"];
    let secret = SECRETS.iter().find(|(name, _)| type_ == name);
    let keys = secret.map_or(&[] as &[_], |(_, keys)| *keys);
    keys.iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

/// The differences of an object that nothing takes away: no Secret can have what AWS makes up or does not show.
pub(crate) fn never_settles(object: &Value) -> &'static [&'static str] {
    match object["spec"]["forProvider"]["providerType"].as_str() {
        Some("SAML") => &[
            "providerDetails.ActiveEncryptionCertificate",
            "providerDetails.SLORedirectBindingURI",
            "providerDetails.SSORedirectBindingURI",
        ],
        Some("SignInWithApple") => &["providerDetails.private_key"],
        _ => &[],
    }
}

/// Every kind that no plan of these tests renders, as it is rendered best.
pub(crate) fn all() -> Vec<(String, Value)> {
    let providers = SECRETS
        .iter()
        .map(|(type_, _)| ((*type_).to_owned(), identity_provider(type_)));
    providers
        .chain([
            ("group".to_owned(), group()),
            ("resource server".to_owned(), resource_server()),
        ])
        .collect()
}

/// An identity provider of this type.
pub(crate) fn identity_provider(type_: &str) -> Value {
    let username = match type_ {
        "SAML" => "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier",
        "Facebook" => "id",
        "LoginWithAmazon" => "user_id",
        _ => "sub",
    };
    object(
        "IdentityProvider",
        "Corp",
        json!({
            "attributeMapping": { "email": "email", "username": username },
            "idpIdentifiers": ["acme.example.org", "corp.example.org"],
            "providerDetailsSecretRef": { "name": "corp", "namespace": "shop" },
            "providerType": type_,
            "region": "eu-west-1",
            "userPoolIdSelector": { "matchControllerRef": true },
        }),
    )
}

/// A group.
pub(crate) fn group() -> Value {
    object(
        "Group",
        "admins",
        json!({
            "description": "Shop admins",
            "precedence": 1,
            "region": "eu-west-1",
            "roleArn": "arn:aws:iam::123456789012:role/admins",
            "userPoolIdSelector": { "matchControllerRef": true },
        }),
    )
}

/// A resource server.
pub(crate) fn resource_server() -> Value {
    object(
        "ResourceServer",
        "https://api.shop.example.org",
        json!({
            "identifier": "https://api.shop.example.org",
            "name": "shop-api",
            "region": "eu-west-1",
            "scopes": [{ "scopeDescription": "Read orders", "scopeName": "orders.read" }],
            "userPoolID": "eu-west-1_AbCdEfGhI",
        }),
    )
}

fn object(kind: &str, name: &str, for_provider: Value) -> Value {
    json!({
        "apiVersion": "cognitoidentityprovider.aws.crossplane.io/v1alpha1",
        "kind": kind,
        "metadata": { "annotations": { "crossplane.io/external-name": name } },
        "spec": { "forProvider": for_provider },
    })
}
