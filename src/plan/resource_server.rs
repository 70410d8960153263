//! A resource server, settled.

use crate::api::app_auth::{self, OnChange, Scope};
use crate::path::FieldPath;

/// An API that access tokens are for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceServer {
    /// Its place in the list, for paths.
    pub index: usize,
    /// Its name in the spec, and at AWS.
    pub name: String,
    /// What its scopes begin with.
    pub identifier: String,
    /// What can be allowed, in the order written.
    pub scopes: Vec<Scope>,
    /// What to do with a change that cannot be applied.
    pub on_change: OnChange,
}

impl ResourceServer {
    /// The path of a field.
    pub fn at(&self, field: &str) -> FieldPath {
        FieldPath::parse("spec.resourceServers")
            .index(self.index)
            .join(&FieldPath::parse(field))
    }

    /// The name of one of its scopes, where a client's scope is one of this server, there or not.
    ///
    /// An identifier may hold a `/` and a scope's name may not, so the last one parts them.
    pub fn scope_of<'a>(&self, scope: &'a str) -> Option<&'a str> {
        scope
            .rsplit_once('/')
            .filter(|(identifier, _)| *identifier == self.identifier)
            .map(|(_, name)| name)
    }

    /// Whether it has a scope of this name.
    pub fn has(&self, name: &str) -> bool {
        self.scopes.iter().any(|scope| scope.name == name)
    }
}

pub(super) fn settle((index, written): (usize, app_auth::ResourceServer)) -> ResourceServer {
    let app_auth::ResourceServer {
        name,
        identifier,
        scopes,
        on_change,
    } = written;
    ResourceServer {
        index,
        name,
        identifier,
        scopes: scopes.unwrap_or_default(),
        on_change: on_change.unwrap_or(OnChange::Refuse),
    }
}
