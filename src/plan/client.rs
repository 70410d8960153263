//! An app client, settled.

use crate::api::app_auth::{self, Analytics, ClientType, SignInFlow, Tokens};
use crate::api::duration::{Duration, TOKEN};
use crate::path::FieldPath;

use super::names::{self, SecretName, client_path};
use super::{Context, IdentityProvider, policy};

/// What the spec calls the pool itself among the places that users come from.
pub const COGNITO: &str = "Cognito";

/// An app client.
#[derive(Debug, Clone, PartialEq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of Cognito's own"
)]
pub struct Client {
    /// Its place in the list, for paths.
    pub index: usize,
    /// Its name in the spec.
    pub name: String,
    /// Its name at AWS.
    pub display_name: String,
    /// What kind of application it is.
    pub type_: ClientType,
    /// The client of AWS that is taken over at first creation.
    pub import_id: Option<String>,
    /// Where people are sent back to, as written.
    pub callback_urls: Vec<String>,
    /// Where people may be sent after signing out, as written.
    pub logout_urls: Vec<String>,
    /// The callback URL that is meant where a sign-in names none.
    pub default_redirect_url: Option<String>,
    /// What it may ask for.
    pub scopes: Vec<String>,
    /// How a sign-in through the SDK may go.
    pub sign_in_flows: Vec<SignInFlow>,
    /// Whether it uses OAuth and the login pages. Only an override can turn it off.
    pub uses_oauth: bool,
    /// Whether the implicit grant is allowed.
    pub allow_implicit: bool,
    /// Where its users may come from, `Cognito` for the pool itself; empty for a machine, which has none.
    pub identity_providers: Vec<String>,
    /// Whether it has a secret.
    pub secret: bool,
    /// How long access tokens are good for.
    pub access_token: Duration,
    /// How long ID tokens are good for.
    pub id_token: Duration,
    /// How long refresh tokens are good for.
    pub refresh_token: Duration,
    /// How long a sign-in may take.
    pub auth_session: Duration,
    /// Whether tokens can be revoked.
    pub revocation: bool,
    /// Whether a failed sign-in says the same for users who do not exist.
    pub hide_user_existence: bool,
    /// Whether it may pass on its user's context.
    pub propagate_user_context: bool,
    /// The attributes it may read; none for all standard ones.
    pub read_attributes: Option<Vec<String>>,
    /// The attributes it may write; none for all standard ones.
    pub write_attributes: Option<Vec<String>>,
    /// Where usage is counted.
    pub analytics: Option<Analytics>,
    /// The Secrets that hold its id and secret.
    pub secrets: Secrets,
}

/// The Secrets that hold a client's id and secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secrets {
    /// The one that the provider writes. There is always one: the provider tells the secret once and never again.
    pub provider: SecretName,
    /// The one that is composed for the team, where the composite has no connection details.
    pub composed: Option<SecretName>,
    /// Whether the team named the provider's.
    provider_is_named: bool,
}

impl Secrets {
    /// The one that the team named.
    pub fn named(&self) -> Option<&SecretName> {
        self.composed
            .as_ref()
            .or(self.provider_is_named.then_some(&self.provider))
    }
}

impl Client {
    /// The path of a field.
    pub fn at(&self, field: &str) -> FieldPath {
        client_path(self.index, field)
    }
}

/// The fields that a type of client can have; a default that it cannot have is left out.
pub(super) fn can_have(type_: ClientType, field: &str) -> bool {
    match field {
        "allowImplicit" => type_ == ClientType::Spa,
        "secret" | "propagateUserContext" => matches!(type_, ClientType::Web | ClientType::Machine),
        "callbackUrls" | "logoutUrls" | "defaultRedirectUrl" | "signInFlows"
        | "identityProviders" => type_ != ClientType::Machine,
        _ => true,
    }
}

pub(super) fn settle(
    index: usize,
    written: app_auth::Client,
    identity_providers_of_spec: &[IdentityProvider],
    context: &Context<'_>,
) -> Client {
    let app_auth::Client {
        name,
        display_name,
        type_,
        import_id,
        callback_urls,
        logout_urls,
        default_redirect_url,
        scopes,
        sign_in_flows,
        allow_implicit,
        identity_providers,
        secret,
        tokens,
        auth_session,
        revocation,
        hide_user_existence,
        propagate_user_context,
        read_attributes,
        write_attributes,
        analytics,
        connection_secret,
    } = written;
    // Rotation is one of the things only the Upbound providers can do; support.rs says so.
    let Tokens {
        access,
        id,
        refresh,
        rotation: _,
    } = tokens.unwrap_or_default();
    let is_machine = type_ == ClientType::Machine;
    let longest = policy::max_tokens(context.input);
    let refresh_default = match type_ {
        ClientType::Spa => Duration::from_days(1),
        ClientType::Web | ClientType::Native | ClientType::Machine => Duration::from_days(30),
    };
    let refresh_token = refresh.unwrap_or_else(|| within(refresh_default, longest.refresh));
    // A default is never longer than the refresh token, which Cognito would refuse, and never too short itself.
    let refresh_limit = refresh_token.max(TOKEN.shortest);
    let short = |written: Option<Duration>, longest| {
        written.unwrap_or_else(|| {
            within(
                within(Duration::from_hours(1), longest),
                Some(refresh_limit),
            )
        })
    };
    Client {
        display_name: display_name.unwrap_or_else(|| name.clone()),
        callback_urls: callback_urls.unwrap_or_default(),
        logout_urls: logout_urls.unwrap_or_default(),
        default_redirect_url,
        // A machine has no user to know of, so there is no scope that goes without saying.
        scopes: scopes.unwrap_or_else(|| match type_ {
            ClientType::Machine => Vec::new(),
            _ => ["openid", "email", "profile"].map(str::to_owned).into(),
        }),
        sign_in_flows: sign_in_flows.unwrap_or_else(|| match type_ {
            ClientType::Machine => Vec::new(),
            _ => vec![SignInFlow::Srp],
        }),
        uses_oauth: true,
        allow_implicit: allow_implicit.unwrap_or(false),
        identity_providers: identity_providers.unwrap_or_else(|| {
            let all = || {
                let of_spec = identity_providers_of_spec.iter().map(|each| &each.name);
                std::iter::once(COGNITO).chain(of_spec.map(String::as_str))
            };
            if is_machine {
                Vec::new()
            } else {
                all().map(str::to_owned).collect()
            }
        }),
        secret: secret.unwrap_or(is_machine || type_ == ClientType::Web),
        access_token: short(access, longest.access),
        id_token: short(id, longest.id),
        refresh_token,
        auth_session: auth_session.unwrap_or(Duration::from_mins(3)),
        revocation: revocation.unwrap_or(true),
        hide_user_existence: hide_user_existence.unwrap_or(true),
        propagate_user_context: propagate_user_context.unwrap_or(false),
        read_attributes,
        write_attributes,
        analytics,
        secrets: secrets(&name, connection_secret, context),
        import_id,
        index,
        name,
        type_,
    }
}

fn within(default: Duration, longest: Option<Duration>) -> Duration {
    longest.map_or(default, |longest| default.min(longest))
}

fn secrets(
    client: &str,
    written: Option<app_auth::SecretReference>,
    context: &Context<'_>,
) -> Secrets {
    let composite = context.composite;
    let named = written.map(|secret| names::of_team(secret, context));
    let unnamed = || SecretName {
        namespace: names::platform_namespace(context),
        name: format!(
            "{}-{client}",
            composite.uid.as_deref().unwrap_or(&composite.name)
        ),
    };
    match named {
        Some(composed) if composite.modern => Secrets {
            provider: unnamed(),
            composed: Some(composed),
            provider_is_named: false,
        },
        Some(provider) => Secrets {
            provider,
            composed: None,
            provider_is_named: true,
        },
        None => Secrets {
            provider: unnamed(),
            composed: None,
            provider_is_named: false,
        },
    }
}
