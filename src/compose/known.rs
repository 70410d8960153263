//! What is known of a plan by now: from what is observed, from what the cluster answered, and from what the composite's
//! status once knew.

use std::collections::BTreeMap;

use crate::api::app_auth::ClientType;
use crate::api::composite::Composite;
use crate::finding::Finding;
use crate::plan::{
    Client, DomainName, ExistingPool, Part, Plan, PoolReference, UserPool, resource,
};
use crate::providers::Observed;

use super::question::{Answers, EXISTING_POOL};

/// Where the controller of a pool shows the domains that the pool has.
const SHOWN_DOMAINS: [&str; 2] = [
    "/status/atProvider/domain",
    "/status/atProvider/customDomain",
];

/// A plan and all that is known of it.
#[derive(Debug)]
pub(super) struct Known<'a> {
    pub(super) plan: &'a Plan,
    pub(super) composite: &'a Composite,
    pub(super) observed: &'a BTreeMap<String, Observed>,
    pub(super) answers: &'a Answers,
    /// The id of the pool.
    pub(super) pool_id: Option<String>,
    names: BTreeMap<Part, String>,
}

impl<'a> Known<'a> {
    pub(super) fn new(
        plan: &'a Plan,
        composite: &'a Composite,
        observed: &'a BTreeMap<String, Observed>,
        answers: &'a Answers,
    ) -> Self {
        let parts = plan.parts().into_iter();
        let mut known = Self {
            plan,
            composite,
            observed,
            answers,
            pool_id: None,
            names: parts.map(|part| (part, part.name(plan))).collect(),
        };
        known.pool_id = known.find_pool_id().map(str::to_owned);
        known
    }

    /// The pool's id: as written, or from the pool's resource; else from a sibling that has found it, else from what
    /// the status once knew.
    fn find_pool_id(&self) -> Option<&'a str> {
        let written = self
            .plan
            .existing_pool()
            .and_then(|pool| match pool.reference() {
                Some(PoolReference::Id(id)) => Some(id),
                _ => None,
            });
        let of_resource = || {
            let pool = self.pool()?;
            pool.text("/status/atProvider/id").or_else(|| {
                // A pool that is to be taken over has the name from us, and may turn out not to be there.
                let is_aws_own =
                    self.plan.existing_pool().is_some() || self.exists(Part::UserPool, pool);
                pool.external_name().filter(|_| is_aws_own)
            })
        };
        let of_sibling = || {
            let siblings = self.names.values();
            siblings
                .filter_map(|name| self.observed.get(name))
                .find_map(Observed::pool_id)
        };
        written
            .or_else(of_resource)
            .or_else(of_sibling)
            .or_else(|| self.composite.status_text("/userPool/id"))
    }

    /// What is observed of a part.
    pub(super) fn part(&self, part: Part) -> Option<&'a Observed> {
        self.observed.get(self.name(part)?)
    }

    /// The name of a part in the composition.
    pub(super) fn name(&self, part: Part) -> Option<&str> {
        self.names.get(&part).map(String::as_str)
    }

    /// The resource of the pool: one's own, or the one that the cluster answered with.
    pub(super) fn pool(&self) -> Option<&'a Observed> {
        match &self.plan.user_pool {
            UserPool::Own(_) => self.observed.get(resource::USER_POOL),
            UserPool::Existing(_) => match self.answers.get(EXISTING_POOL)?.as_slice() {
                [only] => Some(only),
                _ => None,
            },
        }
    }

    /// Advice on a pool that lives elsewhere and is not to be found.
    pub(super) fn advise_on_pool(&self) -> Option<Finding> {
        let pool = self.plan.existing_pool()?;
        let (field, whom) = match pool.reference()? {
            PoolReference::Id(_) => return None,
            PoolReference::Name(name) => ("name", format!("UserPool \"{name}\"")),
            PoolReference::Labels(_) => ("labels", "UserPool with these labels".to_owned()),
        };
        let at = pool.at(field);
        let Some(answer) = self.answers.get(EXISTING_POOL) else {
            return self.pool_id.is_none().then(|| {
                Finding::advice(
                    at,
                    format!("the {whom} was not handed over by Crossplane, so the pool's id is not known"),
                    "give the id instead, if resource servers, the issuer or the URLs are needed",
                )
            });
        };
        match answer.as_slice() {
            [] => Some(Finding::advice(
                at,
                format!("there is no {whom} in this cluster"),
                "make one, or give the pool's id instead",
            )),
            [only] => self.advise_on_region(pool, only),
            several => {
                let mut names: Vec<&str> = several
                    .iter()
                    .filter_map(|each| each.text("/metadata/name"))
                    .collect();
                names.sort_unstable();
                Some(Finding::advice(
                    at,
                    format!(
                        "{} have these labels, and the provider takes one of them",
                        names.join(", ")
                    ),
                    "give more labels, or the name of one",
                ))
            }
        }
    }

    fn advise_on_region(&self, pool: &ExistingPool, found: &Observed) -> Option<Finding> {
        let region = found.text("/spec/forProvider/region")?;
        (region != self.plan.region.as_str()).then(|| {
            Finding::advice(
                pool.at(""),
                format!(
                    "is in \"{region}\", and spec.region is \"{}\"",
                    self.plan.region
                ),
                "use a pool of that region, or set the region to the pool's",
            )
        })
    }

    /// Whether a part exists at AWS, or once did: before, everything of it can be corrected.
    pub(super) fn exists(&self, part: Part, observed: &Observed) -> bool {
        let named_by_aws = |import: Option<&str>, id: &str| {
            // What is taken over has the name from us, which says nothing.
            observed
                .external_name()
                .is_some_and(|name| Some(name) != import)
                || observed.text(id).is_some()
        };
        observed.is("Ready")
            || match part {
                Part::UserPool => {
                    let import = self
                        .plan
                        .own_pool()
                        .and_then(|pool| pool.import_id.as_deref());
                    named_by_aws(import, "/status/atProvider/id")
                }
                Part::Client(index) => {
                    let import = self.plan.clients[index].import_id.as_deref();
                    named_by_aws(import, "/status/atProvider/clientID")
                }
                Part::IdentityProvider(_) => {
                    observed.text("/status/atProvider/providerName").is_some()
                }
                Part::Group(_) => observed.text("/status/atProvider/groupName").is_some(),
                Part::Domain | Part::ResourceServer(_) => false,
            }
    }

    /// Whether a part is there: observed, Ready and Synced; pool and client with their name at AWS, a client with a
    /// secret with that, a domain with the pool showing it where it shows any.
    pub(super) fn is_there(&self, part: Part) -> bool {
        let Some(observed) = self.part(part) else {
            return false;
        };
        if !observed.is("Ready") || !observed.is("Synced") {
            return false;
        }
        match part {
            Part::UserPool => observed.external_name().is_some(),
            Part::Domain => self.pool_shows_domain(observed.external_name()),
            Part::Client(index) => {
                observed.external_name().is_some()
                    && (!self.plan.clients[index].secret || secret(observed).is_some())
            }
            Part::ResourceServer(_) | Part::IdentityProvider(_) | Part::Group(_) => true,
        }
    }

    /// The domains that the pool shows.
    pub(super) fn shown_domains(&self) -> impl Iterator<Item = &'a str> {
        let pool = self.pool();
        SHOWN_DOMAINS
            .into_iter()
            .filter_map(move |pointer| pool?.text(pointer))
    }

    /// A domain resource is Ready as soon as any pool has the domain; the pool tells whether it is ours.
    pub(super) fn pool_shows_domain(&self, name: Option<&str>) -> bool {
        let mut shown = self.shown_domains().peekable();
        shown.peek().is_none() || shown.any(|each| Some(each) == name)
    }

    /// The host of the login pages, once they are there, or were. A pool that lives elsewhere may have some of its own.
    pub(super) fn domain_host(&self) -> Option<String> {
        let region = &self.plan.region;
        let known = self.composite.status_text("/domain/host");
        let Some(domain) = &self.plan.domain else {
            let existing = self.plan.existing_pool()?;
            let shown = || {
                // The name of one's own is the one to show to people.
                let shown: Vec<&str> = self.shown_domains().collect();
                let name = shown.last().copied()?;
                Some(if name.contains('.') {
                    DomainName::Custom(name).host(region)
                } else {
                    DomainName::Prefix(name).host(region)
                })
            };
            let same_pool = self.composite.status_text("/userPool/id") == self.pool_id.as_deref();
            let was_there = || known.filter(|_| same_pool && existing.reference().is_some());
            return shown().or_else(|| was_there().map(str::to_owned));
        };
        let domain = domain.domain_name()?;
        let host = domain.host(region);
        let is_there = self.part(Part::Domain).is_some_and(|observed| {
            observed.external_name() == Some(domain.as_str())
                && observed.is("Ready")
                && self.pool_shows_domain(observed.external_name())
        });
        (is_there || known == Some(&host)).then_some(host)
    }

    /// The id of a client.
    pub(super) fn client_id(&self, client: &Client) -> Option<&'a str> {
        self.part(Part::Client(client.index))
            .and_then(|observed| {
                observed
                    .text("/status/atProvider/clientID")
                    .or_else(|| observed.external_name())
            })
            .or_else(|| self.known_client_id(client))
    }

    /// The id of a client as the status once knew it.
    pub(super) fn known_client_id(&self, client: &Client) -> Option<&'a str> {
        let clients = self.composite.status.as_ref()?.get("clients")?.as_array()?;
        let known = clients
            .iter()
            .find(|each| each["name"] == client.name.as_str())?;
        known["clientId"].as_str()
    }

    /// A client's secret, where it is to have one.
    pub(super) fn client_secret(&self, client: &Client) -> Option<&'a [u8]> {
        self.part(Part::Client(client.index))
            .filter(|_| client.secret)
            .and_then(secret)
    }

    /// Whether people sign in with a client on the login pages.
    pub(super) fn has_login_page(client: &Client) -> bool {
        client.type_ != ClientType::Machine
    }
}

/// A client's secret. The provider publishes it once; its status, which it never leaves here, has it as well.
pub(super) fn secret(client: &Observed) -> Option<&[u8]> {
    client.connection_detail("clientSecret").or_else(|| {
        client
            .text("/status/atProvider/clientSecret")
            .map(str::as_bytes)
    })
}
