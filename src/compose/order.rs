//! The order of first creation: what needs a thing that is not there yet waits for it, once. What exists is never held
//! back; a scope or an identity provider that is not there yet joins the lists of a client when it is.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::api::app_auth::OnChange;
use crate::json::Json;
use crate::plan::{Client, DomainName, Part, Plan, UserPool, resource};
use crate::providers::{Object, Observed};

use super::outcome::Wait;
use super::requirements::EXISTING_POOL;
use super::state::Known;

/// The lists of a client that name things which must be there, as the provider has them.
const SCOPES: &str = "allowedOAuthScopes";
const IDENTITY_PROVIDERS: &str = "supportedIdentityProviders";

/// Takes out of the objects what has to wait, and says what waits for what.
///
/// What is replaced is left out until the old one is gone from what is observed.
pub(super) fn apply(
    known: &Known<'_>,
    objects: &mut Vec<Object>,
    replaced: &BTreeSet<Part>,
) -> Vec<Wait> {
    let mut waits = Vec::new();
    for part in replaced {
        let name = part.name(known.plan);
        waits.push(Wait {
            because: format!("{name} waits until the old one is gone"),
            waits_for: name.clone(),
            resource: name,
        });
    }
    waits.extend(without_pool_id(known));
    let pool_is_unclear = known.pool_of_another_name().is_some();
    objects.retain_mut(|object| {
        if replaced.contains(&object.part) {
            return false;
        }
        let is_new = known.part(object.part).is_none();
        if is_new && pool_is_unclear && !is_in_status(known, object.part) {
            waits.push(Wait {
                because: format!(
                    "{} waits until it is clear which user pool is meant",
                    object.name
                ),
                waits_for: EXISTING_POOL.to_owned(),
                resource: object.name.clone(),
            });
            return false;
        }
        match object.part {
            Part::Client(index) => client(
                known,
                &known.plan.clients[index],
                object,
                replaced,
                &mut waits,
            ),
            Part::Domain if is_new => match old_domain(known) {
                Some(old) => {
                    waits.push(Wait {
                        because: format!(
                            "{} waits until the user pool has let go of \"{old}\"",
                            object.name
                        ),
                        waits_for: object.name.clone(),
                        resource: object.name.clone(),
                    });
                    false
                }
                None => true,
            },
            _ => true,
        }
    });
    waits
}

/// Whether the status knows a part that is not observed just now.
fn is_in_status(known: &Known<'_>, part: Part) -> bool {
    match part {
        Part::Client(index) => known.known_client_id(&known.plan.clients[index]).is_some(),
        Part::Domain => known.domain_host().is_some(),
        _ => false,
    }
}

/// The domain of the same kind that the pool still has where the team lets it be replaced. Crossplane forgets a resource
/// as soon as it is left out, and gives the next one the same name: rendered too soon, the new domain would be laid over
/// the old one that is being deleted, and the old one stay behind at AWS.
fn old_domain<'a>(known: &Known<'a>) -> Option<&'a str> {
    let domain = known.plan.domain.as_ref()?;
    let wanted = domain.domain_name()?;
    known
        .shown_domains()
        .filter(|_| domain.on_change == OnChange::Replace)
        .find(|shown| *shown != wanted.as_str() && DomainName::of(shown).is_like(wanted))
}

/// Whether a client is rendered, and with which of its scopes and identity providers.
fn client(
    known: &Known<'_>,
    client: &Client,
    object: &mut Object,
    replaced: &BTreeSet<Part>,
    waits: &mut Vec<Wait>,
) -> bool {
    let needed = Needed::of(known, client, object, replaced);
    // One that the status knows exists, though Crossplane does not see it just now.
    let is_unseen = needed.observed.is_none() && known.known_client_id(client).is_some();
    if needed.parts.is_empty() || is_unseen {
        return true;
    }
    waits.extend(needed.waits(known.plan, client));
    if needed.observed.is_some() {
        needed.join_later(object);
    }
    needed.observed.is_some()
}

/// Resource servers take the pool's id as a value, so without it there is nothing to render.
fn without_pool_id(known: &Known<'_>) -> Vec<Wait> {
    let waits_for = match known.plan.user_pool {
        UserPool::Own(_) => resource::USER_POOL,
        UserPool::Existing(_) => EXISTING_POOL,
    };
    let servers = known.plan.resource_servers.iter();
    servers
        .filter(|server| known.pool_id_of_server(server.index).is_none())
        .map(|server| {
            let resource = resource::resource_server(&server.name);
            Wait {
                because: format!("{resource} waits for the id of {waits_for}"),
                waits_for: waits_for.to_owned(),
                resource,
            }
        })
        .collect()
}

/// What a client needs that is not there yet.
struct Needed<'a> {
    /// The client as it is now.
    observed: Option<&'a Observed<'a>>,
    /// The parts.
    parts: BTreeSet<Part>,
    /// The entries of its lists that are to join later.
    scopes: Vec<String>,
    identity_providers: Vec<String>,
}

impl<'a> Needed<'a> {
    fn of(known: &Known<'a>, client: &Client, object: &Object, replaced: &BTreeSet<Part>) -> Self {
        let observed = known.part(Part::Client(client.index));
        let before = |list: &str| observed?.for_provider()?.get(list);
        let has = |list: &str, entry: &str| {
            before(list)
                .and_then(Json::as_array)
                .is_some_and(|entries| entries.iter().any(|each| each == entry))
        };
        let entries = |list: &str| {
            let list = object.for_provider().and_then(|fields| fields.get(list));
            let entries = list.and_then(Value::as_array).into_iter().flatten();
            entries.filter_map(Value::as_str)
        };
        let mut needed = Self {
            observed,
            parts: BTreeSet::new(),
            scopes: Vec::new(),
            identity_providers: Vec::new(),
        };
        for scope in entries(SCOPES) {
            let Some((server, name)) = known.plan.scope(scope) else {
                continue;
            };
            let part = Part::ResourceServer(server.index);
            let is_there = !replaced.contains(&part) && has_scope(known, part, name);
            if !is_there && !has(SCOPES, scope) {
                needed.parts.insert(part);
                needed.scopes.push(scope.to_owned());
            }
        }
        for name in entries(IDENTITY_PROVIDERS) {
            let Some(provider) = known.plan.identity_provider(name) else {
                continue;
            };
            let part = Part::IdentityProvider(provider.index);
            if !known.is_there(part) && !has(IDENTITY_PROVIDERS, name) {
                needed.parts.insert(part);
                needed.identity_providers.push(name.to_owned());
            }
        }
        needed
    }

    fn waits(&self, plan: &Plan, client: &Client) -> Vec<Wait> {
        let client = resource::client(&client.name);
        let parts = self.parts.iter().map(|part| part.name(plan));
        parts
            .map(|waits_for| Wait {
                because: if self.observed.is_some() {
                    format!("{client} gets what is of {waits_for} once that is there")
                } else {
                    format!("{client} waits for {waits_for}")
                },
                waits_for,
                resource: client.clone(),
            })
            .collect()
    }

    /// Takes out of the lists what is to join later. A list that this would empty stays as it is: without an entry,
    /// it would mean something else.
    fn join_later(&self, object: &mut Object) {
        let Some(fields) = object.for_provider_mut() else {
            return;
        };
        for (list, later) in [
            (SCOPES, &self.scopes),
            (IDENTITY_PROVIDERS, &self.identity_providers),
        ] {
            let Some(Value::Array(entries)) = fields.get_mut(list) else {
                continue;
            };
            entries.retain(|entry| {
                !entry
                    .as_str()
                    .is_some_and(|entry| later.iter().any(|each| each == entry))
            });
            if entries.is_empty() {
                let before = self
                    .observed
                    .and_then(|client| client.for_provider()?.get(list));
                match before {
                    Some(before) => fields.insert(list.to_owned(), before.to_value()),
                    None => fields.remove(list),
                };
            }
        }
    }
}

/// Whether a resource server is there with a scope of this name.
fn has_scope(known: &Known<'_>, server: Part, name: &str) -> bool {
    known.is_there(server)
        && known
            .part(server)
            .and_then(|server| server.for_provider()?.get("scopes")?.as_array())
            .is_some_and(|scopes| {
                scopes
                    .iter()
                    .any(|scope| scope.text("scopeName") == Some(name))
            })
}
