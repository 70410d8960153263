//! The parts of a plan: each becomes one resource of a provider.

use super::{Plan, UserPool, resource};

/// A part of a plan, by its noun and its place in the list of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The user pool, where it is the composite's own.
    UserPool,
    /// The login pages.
    Domain,
    /// An API that tokens are for.
    ResourceServer(usize),
    /// A place that people come from.
    IdentityProvider(usize),
    /// A group of users.
    Group(usize),
    /// An application.
    Client(usize),
}

impl Part {
    /// The name of its resource in the composition.
    pub fn name(self, plan: &Plan) -> String {
        match self {
            Self::UserPool => resource::USER_POOL.to_owned(),
            Self::Domain => resource::DOMAIN.to_owned(),
            Self::ResourceServer(index) => {
                resource::resource_server(&plan.resource_servers[index].name)
            }
            Self::IdentityProvider(index) => {
                resource::identity_provider(&plan.identity_providers[index].name)
            }
            Self::Group(index) => resource::group(&plan.groups[index].name),
            Self::Client(index) => resource::client(&plan.clients[index].name),
        }
    }
}

impl Plan {
    /// All parts, in the order in which they are rendered: what others need comes first.
    pub fn parts(&self) -> Vec<Part> {
        let mut parts = Vec::new();
        if let UserPool::Own(_) = self.user_pool {
            parts.push(Part::UserPool);
        }
        if self.domain.is_some() {
            parts.push(Part::Domain);
        }
        parts.extend((0..self.resource_servers.len()).map(Part::ResourceServer));
        parts.extend((0..self.identity_providers.len()).map(Part::IdentityProvider));
        parts.extend((0..self.groups.len()).map(Part::Group));
        parts.extend((0..self.clients.len()).map(Part::Client));
        parts
    }
}
