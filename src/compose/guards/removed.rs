//! What is removed while a client still names it. In a pool of one's own the rules say so; of a pool that lives elsewhere
//! they know too little, but what is observed here was made here.

use std::collections::BTreeSet;

use crate::finding::Finding;
use crate::text::quoted;

use super::super::state::Known;

/// Finds entries of clients that would lose what they name.
pub(super) fn check(known: &Known<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    if known.plan.existing_pool().is_none() {
        return found;
    }
    let parts = known.plan.parts();
    let rendered: BTreeSet<&str> = parts.iter().filter_map(|part| known.name(*part)).collect();
    for (resource, observed) in known.observed {
        let Some(name) = observed.external_name() else {
            continue;
        };
        if rendered.contains(resource.as_str()) {
            continue;
        }
        let (list, field) = match observed.kind() {
            "ResourceServer" => ("scopes", "resourceServers"),
            "IdentityProvider" => ("identityProviders", "identityProviders"),
            _ => continue,
        };
        for client in &known.plan.clients {
            let entries = match list {
                "scopes" => &client.scopes,
                _ => &client.identity_providers,
            };
            let names_it = |entry: &&String| match list {
                "scopes" => entry
                    .rsplit_once('/')
                    .is_some_and(|(identifier, _)| identifier == name),
                _ => *entry == name,
            };
            if let Some((index, entry)) = entries
                .iter()
                .enumerate()
                .find(|(_, entry)| names_it(entry))
            {
                found.push(Finding::error(
                    client.at(list).index(index),
                    format!(
                        "{} is of \"{resource}\", which is no longer in spec.{field} and would be deleted",
                        quoted(entry)
                    ),
                    format!("remove it here as well, or put it back in spec.{field}"),
                ));
            }
        }
    }
    found
}
