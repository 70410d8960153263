//! Names: of rendered resources in the composition, of the pool at AWS, and of Secrets.

use sha2::{Digest, Sha256};

use super::{Context, Plan};
use crate::api::app_auth::SecretReference;
use crate::api::composite::Composite;
use crate::finding::Finding;
use crate::path::FieldPath;
use crate::text::either;

/// The names of composed resources. They are what Crossplane knows a resource by from one call to the next, so they
/// hold for every provider and never change.
pub mod resource {
    /// The user pool.
    pub const USER_POOL: &str = "user-pool";
    /// The domain.
    pub const DOMAIN: &str = "domain";

    /// The names of the single resources.
    pub const NAMES: [&str; 2] = [USER_POOL, DOMAIN];
    /// The prefixes of the names of the other resources.
    pub const PREFIXES: [&str; 5] = [
        "client-",
        "connection-secret-",
        "group-",
        "identity-provider-",
        "resource-server-",
    ];

    /// Whether a composed resource of this name is one of these.
    pub fn is_ours(name: &str) -> bool {
        NAMES.contains(&name) || PREFIXES.iter().any(|prefix| name.starts_with(prefix))
    }

    /// A resource server, by its name in the spec.
    pub fn resource_server(name: &str) -> String {
        format!("resource-server-{name}")
    }

    /// An identity provider, by its name at Cognito.
    pub fn identity_provider(name: &str) -> String {
        format!("identity-provider-{name}")
    }

    /// A group, by its name at Cognito.
    pub fn group(name: &str) -> String {
        format!("group-{name}")
    }

    /// A client, by its name in the spec.
    pub fn client(name: &str) -> String {
        format!("client-{name}")
    }

    /// The composed Secret of a client, by the client's name in the spec.
    pub fn connection_secret(client: &str) -> String {
        format!("connection-secret-{client}")
    }
}

/// A Secret, settled.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SecretName {
    /// The Secret's namespace.
    pub namespace: String,
    /// The Secret's name.
    pub name: String,
}

/// The name that a pool gets where nobody wrote one: the claim's namespace and name, else the composite's own.
pub(super) fn pool(composite: &Composite) -> String {
    let (namespace, name) = match &composite.claim {
        Some((namespace, name)) => (Some(namespace.as_str()), name),
        None => (composite.namespace.as_deref(), &composite.name),
    };
    let whole = namespace.map_or_else(|| name.clone(), |namespace| format!("{namespace}-{name}"));
    cut(whole, 128)
}

/// A name of at most so many characters; a longer one ends in a hash of the whole, so that two stay two.
fn cut(name: String, limit: usize) -> String {
    if name.len() <= limit {
        return name;
    }
    let hash = hash(&name, 8);
    let kept: String = name.chars().take(limit - 1 - hash.len()).collect();
    format!("{kept}-{hash}")
}

/// The first hexadecimal digits of a text's SHA-256.
pub(crate) fn hash(text: &str, digits: usize) -> String {
    hex(&Sha256::digest(text), digits)
}

/// The first digits of a hash, in hexadecimal.
pub(crate) fn hex(bytes: &[u8], digits: usize) -> String {
    let digit = |value: u8| char::from(b"0123456789abcdef"[usize::from(value)]);
    let all = bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]);
    all.take(digits).collect()
}

/// The namespace of Secrets that name none and have no namespace of their own to be in.
pub(super) fn platform_namespace(context: &Context<'_>) -> String {
    context.input.connection_secrets.as_ref().map_or_else(
        || "crossplane-system".to_owned(),
        |secrets| secrets.namespace.clone(),
    )
}

/// A Secret that the team names: without a namespace in the claim's or the composite's own.
pub(super) fn of_team(written: SecretReference, context: &Context<'_>) -> SecretName {
    SecretName {
        namespace: written
            .namespace
            .or_else(|| context.composite.own_namespace().map(str::to_owned))
            .unwrap_or_else(|| platform_namespace(context)),
        name: written.name,
    }
}

/// Checks the Secrets that the team names: each of one client alone, none of them an identity provider's, and all in
/// namespaces that are the team's. Otherwise any team could have any Secret sent to Cognito.
pub(super) fn check_secrets(plan: &Plan, context: &Context<'_>, found: &mut Vec<Finding>) {
    let composite = context.composite;
    let of_composite = composite
        .connection_secret
        .as_ref()
        .map(|secret| SecretName {
            namespace: secret
                .namespace
                .clone()
                .or_else(|| composite.namespace.clone())
                .unwrap_or_default(),
            name: secret.name.clone(),
        });
    let allowed = context
        .input
        .policy
        .as_ref()
        .and_then(|policy| policy.secret_namespaces.as_deref())
        .unwrap_or_default();
    let mut in_allowed_namespace = |secret: &SecretName, at: FieldPath| {
        if let Some(own) = composite.own_namespace()
            && secret.namespace != own
            && !allowed.contains(&secret.namespace)
        {
            let mut all = vec![own.to_owned()];
            all.extend(allowed.iter().cloned());
            found.push(Finding::error(
                at,
                format!(
                    "\"{}\" is not a namespace that this platform lets \"{own}\" name",
                    secret.namespace
                ),
                format!(
                    "leave it out, or use one of {} (policy.secretNamespaces)",
                    either(&all)
                ),
            ));
        }
    };
    for provider in &plan.identity_providers {
        in_allowed_namespace(&provider.details, provider.at("detailsSecretRef.namespace"));
    }
    for client in &plan.clients {
        if let Some(secret) = client.secrets.named() {
            in_allowed_namespace(secret, client.at("connectionSecret.namespace"));
        }
    }
    for (index, client) in plan.clients.iter().enumerate() {
        let Some(secret) = client.secrets.named() else {
            continue;
        };
        let shown = format!("\"{}/{}\"", secret.namespace, secret.name);
        let mut taken = |by: String, remedy: &str| {
            let problem = format!("{shown} is also {by}");
            found.push(Finding::error(
                client.at("connectionSecret"),
                problem,
                remedy,
            ));
        };
        if of_composite.as_ref() == Some(secret) {
            taken(
                "where spec.writeConnectionSecretToRef goes".to_owned(),
                "give the client a Secret of its own",
            );
        }
        let other = plan.clients[..index]
            .iter()
            .find(|other| other.secrets.named() == Some(secret));
        if let Some(other) = other {
            taken(
                format!("the Secret of client \"{}\"", other.name),
                "give each client a Secret of its own",
            );
        }
        let provider = plan
            .identity_providers
            .iter()
            .find(|provider| provider.details == *secret);
        if let Some(provider) = provider {
            taken(
                format!(
                    "the details of identity provider \"{}\", all of which is sent to Cognito",
                    provider.name
                ),
                "give the client a Secret of its own",
            );
        }
    }
}

/// A path below a client of the spec.
pub(super) fn client_path(index: usize, field: &str) -> FieldPath {
    FieldPath::parse("spec.clients")
        .index(index)
        .join(&FieldPath::parse(field))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pool_is_named_after_the_claim_or_the_composite() {
        let mut composite = Composite {
            name: "storefront".to_owned(),
            ..Composite::default()
        };
        assert_eq!(pool(&composite), "storefront");
        composite.namespace = Some("shop".to_owned());
        assert_eq!(pool(&composite), "shop-storefront");
        composite.claim = Some(("team".to_owned(), "login".to_owned()));
        assert_eq!(pool(&composite), "team-login");
    }

    #[test]
    fn a_long_name_is_cut_and_stays_apart_from_others() {
        let names = ["a", "b"].map(|end| cut("x".repeat(150) + end, 128));
        assert_eq!(names.each_ref().map(String::len), [128, 128]);
        assert_ne!(names[0], names[1]);
        assert_eq!(cut("x".repeat(128), 128), "x".repeat(128));
    }
}
