//! An identity provider, settled.

use std::collections::BTreeMap;

use crate::api::app_auth::{self, IdentityProviderType};
use crate::path::FieldPath;

use super::names::{self, SecretName};
use super::{Context, details};

/// A place where people may sign in other than with a password of the pool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityProvider {
    /// Its place in the list, for paths.
    pub index: usize,
    /// What clients and Cognito call it; empty where an Oidc or Saml one was given none, which is an error of its own.
    pub name: String,
    /// What kind it is.
    pub type_: IdentityProviderType,
    /// Other names that lead to it.
    pub identifiers: Vec<String>,
    /// The Secret with its details.
    pub details: SecretName,
    /// Which attribute of the pool is filled from which of the provider's; with the one that AWS adds by itself.
    pub attribute_mapping: BTreeMap<String, String>,
}

impl IdentityProvider {
    /// The path of a field.
    pub fn at(&self, field: &str) -> FieldPath {
        FieldPath::parse("spec.identityProviders")
            .index(self.index)
            .join(&FieldPath::parse(field))
    }
}

/// The name that a type gives: its own word for the social ones, of which a pool has one each.
pub(crate) fn name_of(type_: IdentityProviderType) -> Option<&'static str> {
    match type_ {
        IdentityProviderType::Google => Some("Google"),
        IdentityProviderType::Facebook => Some("Facebook"),
        IdentityProviderType::LoginWithAmazon => Some("LoginWithAmazon"),
        IdentityProviderType::SignInWithApple => Some("SignInWithApple"),
        IdentityProviderType::Oidc | IdentityProviderType::Saml => None,
    }
}

pub(super) fn settle(
    index: usize,
    written: app_auth::IdentityProvider,
    context: &Context<'_>,
) -> IdentityProvider {
    let app_auth::IdentityProvider {
        name,
        type_,
        identifiers,
        details_secret_ref,
        attribute_mapping,
    } = written;
    let mut attribute_mapping = attribute_mapping.unwrap_or_default();
    if let Some(source) = details::of(type_).username {
        attribute_mapping
            .entry("username".to_owned())
            .or_insert_with(|| source.to_owned());
    }
    IdentityProvider {
        index,
        name: name
            .or_else(|| name_of(type_).map(str::to_owned))
            .unwrap_or_default(),
        type_,
        identifiers: identifiers.unwrap_or_default(),
        details: names::of_team(details_secret_ref, context),
        attribute_mapping,
    }
}
