//! The details of an identity provider: which keys its Secret needs.
//!
//! The community provider sends the whole Secret to AWS and compares the whole of it with what AWS gives back, so a key
//! that AWS adds by itself and the Secret does not have is a difference for ever, and so is a key that AWS does not keep.
//! Source: `ProviderDetails` of `CreateIdentityProvider` in the API reference, requests and answers; isUpToDate of
//! crossplane-contrib/provider-aws, pkg/controller/cognitoidentityprovider/identityprovider/setup.go.

use crate::api::app_auth::IdentityProviderType;

/// The details of one type of identity provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Details {
    /// The keys without which AWS refuses it.
    pub required: &'static [&'static str],
    /// Keys of which AWS wants exactly one.
    pub one_of: &'static [&'static str],
    /// The keys that AWS adds where they are missing, with the value it gives them. In a value, `{api_version}` stands
    /// for the value of that key.
    pub added: &'static [(&'static str, &'static str)],
    /// The keys that AWS takes as well.
    pub optional: &'static [&'static str],
    /// The keys that AWS takes and never shows again, or adds with a value that nobody can know before: where there are
    /// some, the provider updates for ever.
    pub never_settles: &'static [&'static str],
    /// Where AWS takes the user name from, in the mapping that it adds by itself.
    pub username: Option<&'static str>,
}

/// The keys whose values are no secrets, beside those that AWS adds.
pub const PUBLIC: &[&str] = &[
    "api_version",
    "attributes_request_method",
    "attributes_url",
    "authorize_scopes",
    "authorize_url",
    "client_id",
    "jwks_uri",
    "key_id",
    "oidc_issuer",
    "team_id",
    "token_url",
    "EncryptedResponses",
    "IDPInit",
    "IDPSignout",
    "MetadataURL",
    "RequestSigningAlgorithm",
];

/// The details of a type.
pub const fn of(type_: IdentityProviderType) -> &'static Details {
    match type_ {
        IdentityProviderType::Google => &GOOGLE,
        IdentityProviderType::Facebook => &FACEBOOK,
        IdentityProviderType::LoginWithAmazon => &AMAZON,
        IdentityProviderType::SignInWithApple => &APPLE,
        IdentityProviderType::Oidc => &OIDC,
        IdentityProviderType::Saml => &SAML,
    }
}

const SOCIAL: &[&str] = &["client_id", "client_secret", "authorize_scopes"];

const GOOGLE: Details = Details {
    required: SOCIAL,
    one_of: &[],
    added: &[
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
    optional: &[],
    never_settles: &[],
    username: Some("sub"),
};

const FACEBOOK: Details = Details {
    required: SOCIAL,
    one_of: &[],
    added: &[
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
    optional: &["api_version"],
    never_settles: &[],
    username: Some("id"),
};

const AMAZON: Details = Details {
    required: SOCIAL,
    one_of: &[],
    added: &[
        ("attributes_url", "https://api.amazon.com/user/profile"),
        ("attributes_url_add_attributes", "false"),
        ("authorize_url", "https://www.amazon.com/ap/oa"),
        ("token_request_method", "POST"),
        ("token_url", "https://api.amazon.com/auth/o2/token"),
    ],
    optional: &[],
    never_settles: &[],
    username: Some("user_id"),
};

const APPLE: Details = Details {
    required: &[
        "client_id",
        "team_id",
        "key_id",
        "private_key",
        "authorize_scopes",
    ],
    one_of: &[],
    added: &[
        ("attributes_url_add_attributes", "false"),
        ("authorize_url", "https://appleid.apple.com/auth/authorize"),
        ("oidc_issuer", "https://appleid.apple.com"),
        ("token_request_method", "POST"),
        ("token_url", "https://appleid.apple.com/auth/token"),
    ],
    optional: &[],
    never_settles: &["private_key"],
    username: Some("sub"),
};

const OIDC: Details = Details {
    required: &[
        "client_id",
        "authorize_scopes",
        "oidc_issuer",
        "attributes_request_method",
    ],
    one_of: &[],
    added: &[("attributes_url_add_attributes", "false")],
    optional: &[
        "client_secret",
        "authorize_url",
        "token_url",
        "attributes_url",
        "jwks_uri",
    ],
    never_settles: &[],
    username: Some("sub"),
};

const SAML: Details = Details {
    required: &[],
    one_of: &["MetadataURL", "MetadataFile"],
    added: &[],
    optional: &[
        "IDPSignout",
        "IDPInit",
        "EncryptedResponses",
        "RequestSigningAlgorithm",
    ],
    never_settles: &[
        "ActiveEncryptionCertificate",
        "SLORedirectBindingURI",
        "SSORedirectBindingURI",
    ],
    username: None,
};

impl Details {
    /// Whether a Secret may have this key.
    pub fn knows(&self, key: &str) -> bool {
        self.required.contains(&key)
            || self.one_of.contains(&key)
            || self.optional.contains(&key)
            || self.added.iter().any(|(added, _)| *added == key)
    }
}
