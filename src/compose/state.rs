//! What is known of a plan by now: from what is observed, from what the cluster answered, and from what the composite's
//! status once knew.

use std::collections::BTreeMap;

use crate::api::app_auth::ClientType;
use crate::api::composite::Composite;
use crate::finding::Finding;
use crate::json::Json;
use crate::plan::{
    Client, DomainName, ExistingPool, IdentityProvider, Part, Plan, PoolReference, UserPool,
    resource,
};
use crate::providers::Observed;

use super::requirements::{self, Answers};

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
    pub(super) observed: &'a BTreeMap<String, Observed<'a>>,
    answers: &'a Answers<'a>,
    /// What the cluster answered about an existing pool: its resources; none where it was not asked yet.
    existing_pools: Option<&'a [Observed<'a>]>,
    /// The id of the pool.
    pub(super) pool_id: Option<String>,
    names: BTreeMap<Part, String>,
}

impl<'a> Known<'a> {
    pub(super) fn new(
        plan: &'a Plan,
        composite: &'a Composite,
        observed: &'a BTreeMap<String, Observed<'a>>,
        answers: &'a Answers<'a>,
    ) -> Self {
        let parts = plan.parts().into_iter();
        let mut known = Self {
            plan,
            composite,
            observed,
            answers,
            existing_pools: requirements::existing_pool(plan)
                .and_then(|question| question.answer(answers)),
            pool_id: None,
            names: parts.map(|part| (part, part.name(plan))).collect(),
        };
        known.pool_id = known.find_pool_id().map(str::to_owned);
        known
    }

    /// The pool's id: as written, or from the pool's resource; else from a sibling that has found it, else from what
    /// the status once knew. A sibling of another pool and a status about another one do not count.
    fn find_pool_id(&self) -> Option<&'a str> {
        let existing = match &self.plan.user_pool {
            UserPool::Own(own) => {
                let of_pool = || {
                    let pool = self.pool()?;
                    pool.text("/status/atProvider/id").or_else(|| {
                        // One that is to be taken over has the name from us, and may turn out not to be there.
                        pool.external_name().filter(|name| {
                            own.import_id.as_deref() != Some(name) || pool.is("Ready")
                        })
                    })
                };
                let of_sibling = || {
                    self.siblings()
                        .find(|each| each.finds_own_pool())?
                        .pool_id()
                };
                let of_status = || {
                    let is_own = self.composite.status_text("/userPool/name") == Some(&own.name);
                    self.composite
                        .status_text("/userPool/id")
                        .filter(|_| is_own)
                };
                return of_pool().or_else(of_sibling).or_else(of_status);
            }
            UserPool::Existing(existing) => existing,
        };
        let reference = existing.reference()?;
        if let PoolReference::Id(id) = reference {
            return Some(id);
        }
        if let Some(pool) = self.pool() {
            return pool
                .text("/status/atProvider/id")
                .or_else(|| pool.external_name());
        }
        let referring = || {
            self.siblings()
                .filter(|each| each.pool_id().is_some() && each.names_a_pool())
        };
        // Of another name, they are kept where they are, and so is what is known of their pool.
        let sibling = referring()
            .find(|each| each.refers_to(reference))
            .or_else(|| referring().next());
        if let Some(sibling) = sibling {
            return sibling.pool_id();
        }
        self.siblings()
            .find_map(Observed::pool_id)
            .or_else(|| self.composite.status_text("/userPool/id"))
    }

    /// The observed parts.
    fn siblings(&self) -> impl Iterator<Item = &'a Observed<'a>> {
        let observed = self.observed;
        self.names
            .values()
            .filter_map(move |name| observed.get(name))
    }

    /// The id of the pool of a resource server: the pool's, else the one that the server has itself.
    pub(super) fn pool_id_of_server(&self, index: usize) -> Option<&str> {
        let own = || self.part(Part::ResourceServer(index))?.pool_id();
        self.pool_id.as_deref().or_else(own)
    }

    /// Whether another pool is written than the one that a part is of, and nobody can say whether it is the same: what
    /// exists stays where it is, and nothing new is made until that is known.
    pub(super) fn pool_of_another_name(&self) -> Option<&'a str> {
        let existing = self.plan.existing_pool()?;
        let reference = existing.reference()?;
        if matches!(reference, PoolReference::Id(_)) || self.pool().is_some() {
            return None;
        }
        self.siblings()
            .find(|each| {
                each.pool_id().is_some() && each.names_a_pool() && !each.refers_to(reference)
            })?
            .pool_id()
    }

    /// What is observed of a part.
    pub(super) fn part(&self, part: Part) -> Option<&'a Observed<'a>> {
        self.observed.get(self.name(part)?)
    }

    /// The name of a part in the composition.
    pub(super) fn name(&self, part: Part) -> Option<&str> {
        self.names.get(&part).map(String::as_str)
    }

    /// The resource of the pool: one's own, or the one that the cluster answered with.
    pub(super) fn pool(&self) -> Option<&'a Observed<'a>> {
        match &self.plan.user_pool {
            UserPool::Own(_) => self.observed.get(resource::USER_POOL),
            UserPool::Existing(_) => match self.existing_pools? {
                [only] => Some(only),
                _ => None,
            },
        }
    }

    /// What the cluster answered about the Secret of an identity provider: the Secret, or nothing; none where it was not
    /// asked yet.
    pub(super) fn details(&self, provider: &IdentityProvider) -> Option<&'a [Observed<'a>]> {
        requirements::details(provider).answer(self.answers)
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
        let Some(answer) = self.existing_pools else {
            return self.pool_id.is_none().then(|| {
                Finding::advice(
                    at,
                    format!("the {whom} was not handed over by Crossplane, so the pool's id is not known"),
                    "give the id instead, if resource servers, the issuer or the URLs are needed",
                )
            });
        };
        match answer {
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

    fn advise_on_region(&self, pool: &ExistingPool, found: &Observed<'_>) -> Option<Finding> {
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
    pub(super) fn exists(&self, part: Part, observed: &Observed<'_>) -> bool {
        let named_by_aws = |import: Option<&str>, id: &str| {
            // What is taken over has the name from us, which says nothing.
            observed
                .external_name()
                .is_some_and(|name| Some(name) != import)
                || observed.text(id).is_some()
                || observed.is_begun_by_provider()
        };
        let is_made = observed.is_made_by_provider() || observed.is_going();
        match part {
            Part::Domain => self.has_domain(observed),
            Part::UserPool => {
                let import = self
                    .plan
                    .own_pool()
                    .and_then(|pool| pool.import_id.as_deref());
                is_made || observed.is("Ready") || named_by_aws(import, "/status/atProvider/id")
            }
            Part::Client(index) => {
                let import = self.plan.clients[index].import_id.as_deref();
                is_made
                    || observed.is("Ready")
                    || named_by_aws(import, "/status/atProvider/clientID")
            }
            Part::ResourceServer(_) | Part::IdentityProvider(_) | Part::Group(_) => {
                is_made || observed.is("Ready")
            }
        }
    }

    /// Whether the domain exists at AWS and is ours. Its external name is ours from the first render on and says
    /// nothing of that. Neither does Ready: the provider finds a domain that another pool of the account has as well.
    /// So the pool shows it, or the provider made it; where there is no pool to look at, Ready has to do.
    fn has_domain(&self, observed: &Observed<'_>) -> bool {
        let Some(name) = observed.external_name() else {
            return observed.is("Ready");
        };
        let host = || DomainName::of(name).host(&self.plan.region);
        if observed.is_made_by_provider() || self.shown_domains().any(|shown| shown == name) {
            return true;
        }
        match self.pool() {
            Some(_) => false,
            None => {
                observed.is("Ready") || self.composite.status_text("/domain/host") == Some(&host())
            }
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
            Part::Domain => self.has_domain(observed),
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
                Some(DomainName::of(name).host(region))
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
                && self.has_domain(observed)
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

impl Observed<'_> {
    /// Whether it looks for the pool of its composite.
    pub(super) fn finds_own_pool(&self) -> bool {
        self.body
            .at("/spec/forProvider/userPoolIdSelector/matchControllerRef")
            .is_some_and(|own| *own == Json::Bool(true))
    }

    /// Whether it names a pool by its resource.
    fn names_a_pool(&self) -> bool {
        self.for_provider().is_some_and(|fields| {
            fields.contains_key("userPoolIdRef") || fields.contains_key("userPoolIdSelector")
        })
    }

    /// Whether it names a pool in this way. A selector that was followed leaves a reference behind, so where there is a
    /// selector it alone counts.
    pub(super) fn refers_to(&self, reference: PoolReference<'_>) -> bool {
        let selector = self
            .body
            .at("/spec/forProvider/userPoolIdSelector/matchLabels")
            .and_then(Json::as_object);
        match reference {
            PoolReference::Id(id) => self.pool_id() == Some(id),
            PoolReference::Name(name) => {
                selector.is_none()
                    && self.text("/spec/forProvider/userPoolIdRef/name") == Some(name)
            }
            PoolReference::Labels(labels) => selector.is_some_and(|selector| {
                selector.len() == labels.len()
                    && labels
                        .iter()
                        .all(|(key, value)| selector.get(key).is_some_and(|each| *each == **value))
            }),
        }
    }
}

/// A client's secret. The provider publishes it once; its status, which it never leaves here, has it as well.
pub(super) fn secret<'a>(client: &Observed<'a>) -> Option<&'a [u8]> {
    client.connection_detail("clientSecret").or_else(|| {
        client
            .text("/status/atProvider/clientSecret")
            .map(str::as_bytes)
    })
}
