//! The APIs that access tokens are for.

use super::aws;
use super::leftovers::{Rest, unless};
use crate::api::app_auth::{ResourceServer, Scope};

/// A resource server, taken over under a name of the spec; none without an identifier.
pub(super) fn import(
    server: &aws::ResourceServer,
    name: &str,
    rest: &mut Rest,
) -> Option<ResourceServer> {
    rest.unknown("", &server.unknown);
    if let Some(given) = server.name.as_deref().filter(|given| *given != name) {
        // AWS shows it to nobody but administrators, and so it stays.
        rest.patch("name", given);
    }
    let scopes: Vec<Scope> = server
        .scopes
        .iter()
        .flatten()
        .filter_map(|scope| {
            Some(Scope {
                name: scope.scope_name.clone()?,
                description: scope.scope_description.clone()?,
            })
        })
        .collect();
    Some(ResourceServer {
        name: name.to_owned(),
        identifier: server.identifier.clone()?,
        scopes: unless(&Vec::new(), scopes),
        on_change: None,
    })
}

/// The scopes as clients name them.
pub(super) fn scopes(servers: &[ResourceServer]) -> Vec<String> {
    let of_server = |server: &ResourceServer| -> Vec<String> {
        let scopes = server.scopes.iter().flatten();
        scopes
            .map(|scope| format!("{}/{}", server.identifier, scope.name))
            .collect()
    };
    servers.iter().flat_map(of_server).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::pruned;
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn another_name_is_laid_over() {
        for (given, patch) in [
            ("shop-api", Value::Null),
            ("Shop API", json!({"name": "Shop API"})),
        ] {
            let mut rest = Rest::of("ResourceServer", "shop-api");
            let server = json!({"Identifier": "https://api", "Name": given,
                "Scopes": [{"ScopeName": "read", "ScopeDescription": "Read"}]});
            let server = serde_json::from_value(server).unwrap();
            let imported = import(&server, "shop-api", &mut rest).unwrap();
            assert_eq!(
                scopes(std::slice::from_ref(&imported)),
                ["https://api/read"]
            );
            assert_eq!(
                pruned(&imported),
                json!({"name": "shop-api", "identifier": "https://api", "scopes": [{"name": "read", "description": "Read"}]})
            );
            let laid = rest
                .into_parts("resource-server-shop-api")
                .0
                .unwrap_or_default();
            assert_eq!(laid["patch"]["spec"]["forProvider"], patch);
        }
    }
}
