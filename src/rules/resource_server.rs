//! Rules of the resource servers.

use super::client::scopes::STANDARD;
use super::{Report, Rule, api, guide, rule};
use crate::plan::Plan;
use crate::text::{counted, quoted};

pub(super) const RULES: &[Rule] = &[
    rule(
        "RS-ID-1",
        api!("CreateResourceServer"),
        an_identifier_is_ones_own,
    ),
    rule(
        "RS-ID-3",
        guide!("cognito-user-pools-define-resource-servers"),
        a_scope_can_be_asked_for,
    ),
    rule(
        "RS-ID-4",
        api!("CreateResourceServer"),
        an_identifier_fits_every_provider,
    ),
];

/// How long a scope may be on a client, with its identifier.
const LONGEST_SCOPE: usize = 256;

fn an_identifier_is_ones_own(plan: &Plan, report: &mut Report) {
    for (index, server) in plan.resource_servers.iter().enumerate() {
        let twin = plan.resource_servers[..index]
            .iter()
            .find(|each| each.identifier == server.identifier);
        if let Some(twin) = twin {
            report.error(
                server.at("identifier"),
                format!(
                    "{} is also the identifier of \"{}\"",
                    quoted(&server.identifier),
                    twin.name
                ),
                "give each resource server an identifier of its own",
            );
        }
    }
}

/// The Upbound providers split their import ID into the pool's ID and the identifier at a `|`, so they could not find such
/// a resource server again.
fn an_identifier_fits_every_provider(plan: &Plan, report: &mut Report) {
    for server in &plan.resource_servers {
        if server.identifier.contains('|') {
            let problem = format!(
                "{} has \"|\", with which the Upbound providers cannot find the resource server",
                quoted(&server.identifier)
            );
            report.of_provider(plan, server.at("identifier"), problem, "choose another");
        }
    }
}

fn a_scope_can_be_asked_for(plan: &Plan, report: &mut Report) {
    for server in &plan.resource_servers {
        let identifier = &server.identifier;
        let first = identifier.split('/').next().unwrap_or_default();
        if identifier.ends_with('/') {
            report.advise(
                server.at("identifier"),
                format!(
                    "{} ends with \"/\", and another one comes before the name of each scope",
                    quoted(identifier)
                ),
                "leave it out",
            );
        } else if STANDARD.contains(&first) {
            report.advise(
                server.at("identifier"),
                format!(
                    "{} begins with \"{first}\", which is a scope of every pool",
                    quoted(identifier)
                ),
                "choose another",
            );
        }
        for (index, scope) in server.scopes.iter().enumerate() {
            let length = identifier.chars().count() + 1 + scope.name.chars().count();
            if length > LONGEST_SCOPE {
                report.advise(
                    server.at("scopes").index(index).field("name"),
                    format!(
                        "has {} with the identifier, and a client takes at most {LONGEST_SCOPE}",
                        counted(length, "character")
                    ),
                    "shorten one of the two",
                );
            }
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::{Value, json};

    use crate::rules::testing::{Case, advice, error, quiet, spec, told};

    fn server(identifier: &str, scope: &str) -> Value {
        spec(json!({"resourceServers": [
            {"name": "api", "identifier": identifier, "scopes": [{"name": scope, "description": "Read"}]}]}))
    }

    pub(in crate::rules) fn broken() -> Vec<Case> {
        vec![
            error(
                "RS-ID-1",
                spec(json!({"resourceServers": [
                    {"name": "orders", "identifier": "https://api"}, {"name": "carts", "identifier": "https://api"}]})),
                r#"spec.resourceServers[1].identifier: "https://api" is also the identifier of "orders"; give each resource server an identifier of its own"#,
            ),
            advice(
                "RS-ID-4",
                server("orders|v1", "read"),
                r#"spec.resourceServers[0].identifier: "orders|v1" has "|", with which the Upbound providers cannot find the resource server; choose another"#,
            ),
            advice(
                "RS-ID-3",
                server("https://api.example.org/", "read"),
                r#"spec.resourceServers[0].identifier: "https://api.example.org/" ends with "/", and another one comes before the name of each scope; leave it out"#,
            ),
            advice(
                "RS-ID-3",
                server("profile/v1", "read"),
                r#"spec.resourceServers[0].identifier: "profile/v1" begins with "profile", which is a scope of every pool; choose another"#,
            ),
            advice(
                "RS-ID-3",
                server(&"i".repeat(250), "orders.read"),
                "spec.resourceServers[0].scopes[0].name: has 262 characters with the identifier, and a client takes at most 256; shorten one of the two",
            ),
        ]
    }

    #[test]
    fn what_is_wrong_is_told() {
        told(broken());
    }

    #[test]
    fn what_is_right_is_passed_over() {
        quiet(vec![
            server("https://api.example.org", "orders.read"),
            server("https://api.example.org/v1", "*"),
            server("profiles", "read"),
            spec(json!({"resourceServers": [{"name": "api", "identifier": "api"}]})),
        ]);
    }
}
