//! Rules of OAuth: scopes, the implicit grant, and where the endpoints live.

use crate::api::app_auth::ClientType;
use crate::finding::nearest;
use crate::path::FieldPath;
use crate::plan::{Client, Plan};
use crate::rules::characters::Class;
use crate::rules::{Report, Rule, api, guide, rule};
use crate::text::{all, either, quoted};

pub(in crate::rules) const RULES: &[Rule] = &[
    rule(
        "CLIENT-OAUTH-6",
        guide!("token-endpoint"),
        the_login_pages_have_a_domain,
    ),
    rule(
        "CLIENT-OAUTH-7",
        api!("CreateUserPoolClient"),
        implicit_is_for_browsers_and_better_not,
    ),
    rule(
        "CLIENT-SCOPE-2",
        api!("CreateUserPoolClient"),
        scopes_are_of_the_pool,
    )
    .reading(&["resourceServers", "existingUserPool"]),
    rule(
        "CLIENT-SCOPE-4",
        guide!("token-endpoint"),
        a_machine_asks_for_scopes_of_apis,
    ),
    rule(
        "CLIENT-OAUTH-2",
        api!("CreateUserPoolClient"),
        a_machine_has_nothing_of_peoples,
    ),
    rule(
        "CLIENT-OAUTH-3",
        api!("CreateUserPoolClient"),
        a_machine_has_a_secret,
    ),
    rule(
        "CLIENT-SCOPE-3",
        guide!("user-pool-settings-client-apps"),
        claims_come_with_openid,
    ),
];

/// The scopes that every pool has.
pub(in crate::rules) const STANDARD: [&str; 5] = [
    "openid",
    "email",
    "phone",
    "profile",
    "aws.cognito.signin.user.admin",
];

/// The scopes for what an ID token says of its user.
const CLAIMS: [&str; 3] = ["email", "phone", "profile"];

fn the_login_pages_have_a_domain(plan: &Plan, report: &mut Report) {
    if plan.domain.is_some() || plan.has_older_pool() {
        return;
    }
    let names = |of_people: bool| -> Vec<&str> {
        let clients = plan.clients.iter();
        clients
            .filter(|client| client.uses_oauth && super::signs_people_in(client) == of_people)
            .map(|client| client.name.as_str())
            .collect()
    };
    for (clients, what) in [
        (names(true), "are no login pages"),
        (names(false), "is no token endpoint"),
    ] {
        if !clients.is_empty() {
            report.advise(
                FieldPath::parse("spec.domain"),
                format!("is not set, so that there {what} for {}", all(&clients)),
                "set it to {}, which takes a free prefix, or choose a prefix or a name",
            );
        }
    }
}

fn implicit_is_for_browsers_and_better_not(plan: &Plan, report: &mut Report) {
    let implicit = |client: &&Client| client.uses_oauth && client.allow_implicit;
    for client in plan.clients.iter().filter(implicit) {
        let at = client.at("allowImplicit");
        match client.type_ {
            ClientType::Spa => report.advise(
                at,
                "puts tokens into URLs, which histories and logs keep",
                "use the authorization code with PKCE, which is always allowed",
            ),
            type_ => report.error(
                at,
                format!("is for the type \"Spa\" only, and the client is a \"{type_:?}\""),
                "set it to false, or leave it out",
            ),
        }
    }
}

fn scopes_are_of_the_pool(plan: &Plan, report: &mut Report) {
    for client in &plan.clients {
        for (index, scope) in client.scopes.iter().enumerate() {
            if STANDARD.contains(&scope.as_str()) || !Class::Scope.is_all_of(scope) {
                continue;
            }
            let (problem, remedy) = match plan.scope(scope) {
                Some((server, name)) if server.has(name) => continue,
                Some((server, _)) => (
                    format!(
                        "{} is not a scope of resource server \"{}\"",
                        quoted(scope),
                        server.name
                    ),
                    instead(plan, client, scope)
                        .unwrap_or_else(|| "add it there, or remove it here".to_owned()),
                ),
                // A pool that lives elsewhere may have resource servers that are not here.
                None if plan.existing_pool().is_some() && scope.contains('/') => continue,
                None => (
                    format!("{} is not a scope of this pool", quoted(scope)),
                    instead(plan, client, scope).unwrap_or_else(|| {
                        let all: Vec<String> = scopes(plan, client).collect();
                        if all.is_empty() {
                            "remove it, or add its resource server to spec.resourceServers"
                                .to_owned()
                        } else {
                            format!("use one of {}, or remove it", some(&all))
                        }
                    }),
                ),
            };
            report.error(client.at("scopes").index(index), problem, remedy);
        }
    }
}

/// The scopes that a client can have, as far as they are known here. Those of users are not for a machine.
fn scopes(plan: &Plan, client: &Client) -> impl Iterator<Item = String> {
    let of_users = super::signs_people_in(client).then_some(STANDARD);
    let of_servers = plan.resource_servers.iter().flat_map(|server| {
        let whole = |name: &String| format!("{}/{name}", server.identifier);
        server.scopes.iter().map(move |scope| whole(&scope.name))
    });
    let of_users = of_users.into_iter().flatten().map(str::to_owned);
    of_users.chain(of_servers)
}

/// The scope that was meant: with the identifier of a resource server in place of its name, or spelt otherwise.
fn instead(plan: &Plan, client: &Client, scope: &str) -> Option<String> {
    let all: Vec<String> = scopes(plan, client).collect();
    let by_name = scope.split_once('/').and_then(|(name, rest)| {
        let mut servers = plan.resource_servers.iter();
        let server = servers.find(|server| server.name == name)?;
        let meant = format!("{}/{rest}", server.identifier);
        all.iter().find(|each| **each == meant)
    });
    let meant = by_name
        .map(String::as_str)
        .or_else(|| nearest(scope, all.iter().map(String::as_str)))?;
    Some(format!("did you mean \"{meant}\"?"))
}

/// Values that may be many: the first ten, and how many more there are.
fn some(values: &[String]) -> String {
    const MOST: usize = 10;
    match values.len().checked_sub(MOST) {
        Some(more @ 1..) => {
            let shown: Vec<String> = values[..MOST].iter().map(|value| quoted(value)).collect();
            format!("{} and {more} more", shown.join(", "))
        }
        _ => either(values),
    }
}

fn a_machine_asks_for_scopes_of_apis(plan: &Plan, report: &mut Report) {
    for client in machines(plan) {
        if client.scopes.is_empty() {
            report.error(
                client.at("scopes"),
                "Required value: a \"Machine\" client is for the scopes of resource servers alone",
                "list them, as identifier/name",
            );
        }
        for (index, scope) in client.scopes.iter().enumerate() {
            if STANDARD.contains(&scope.as_str()) {
                report.error(
                    client.at("scopes").index(index),
                    format!("\"{scope}\" is about a user, and a \"Machine\" client has none"),
                    "use scopes of resource servers, as identifier/name",
                );
            }
        }
    }
}

fn a_machine_has_nothing_of_peoples(plan: &Plan, report: &mut Report) {
    for client in machines(plan) {
        let given = [
            ("callbackUrls", !client.callback_urls.is_empty()),
            ("logoutUrls", !client.logout_urls.is_empty()),
            ("defaultRedirectUrl", client.default_redirect_url.is_some()),
            ("signInFlows", !client.sign_in_flows.is_empty()),
            ("identityProviders", !client.identity_providers.is_empty()),
        ];
        for (field, _) in given.into_iter().filter(|(_, given)| *given) {
            report.error(
                client.at(field),
                "is for clients that people sign in with, and this is a \"Machine\"",
                "remove it",
            );
        }
    }
}

fn a_machine_has_a_secret(plan: &Plan, report: &mut Report) {
    for client in machines(plan).filter(|client| !client.secret) {
        report.error(
            client.at("secret"),
            "a \"Machine\" client is known by its secret alone",
            "set it to true, or leave it out",
        );
    }
}

fn machines(plan: &Plan) -> impl Iterator<Item = &Client> {
    plan.clients
        .iter()
        .filter(|client| !super::signs_people_in(client))
}

fn claims_come_with_openid(plan: &Plan, report: &mut Report) {
    for client in &plan.clients {
        if client.scopes.iter().any(|scope| scope == "openid") {
            continue;
        }
        let claims: Vec<&String> = client
            .scopes
            .iter()
            .filter(|scope| CLAIMS.contains(&scope.as_str()))
            .collect();
        if !claims.is_empty() {
            // The manual says so of a sign-in. That the API refuses the list, nobody has shown.
            report.advise(
                client.at("scopes"),
                format!(
                    "has {}, which can only be requested with \"openid\"",
                    all(&claims)
                ),
                "add \"openid\"",
            );
        }
    }
}

#[cfg(test)]
pub(in crate::rules) mod tests {
    use serde_json::{Value, json};

    use crate::rules::testing::{Case, advice, client, error, quiet, spec, told, under};

    fn scopes(scopes: &[&str]) -> Value {
        client(under("scopes", json!(scopes)))
    }

    /// A client of a pool with an API.
    fn with_api(patch: Value) -> Value {
        let mut spec = client(patch);
        spec["resourceServers"] = json!([{
            "name": "shop-api", "identifier": "https://api",
            "scopes": [{"name": "orders.read", "description": "Read orders"}],
        }]);
        spec
    }

    fn machine(patch: Value) -> Value {
        let mut machine = with_api(
            json!({"type": "Machine", "callbackUrls": null, "scopes": ["https://api/orders.read"]}),
        );
        let client = machine["clients"][0].as_object_mut().unwrap();
        client.extend(patch.as_object().unwrap().clone());
        machine
    }

    pub(in crate::rules) fn broken() -> Vec<Case> {
        let mut homeless = machine(json!({}));
        homeless["domain"] = Value::Null;
        vec![
            advice(
                "CLIENT-OAUTH-6",
                homeless,
                r#"spec.domain: is not set, so that there is no token endpoint for "web"; set it to {}, which takes a free prefix, or choose a prefix or a name"#,
            ),
            error(
                "CLIENT-OAUTH-2",
                machine(json!({"callbackUrls": ["https://shop.example.org/callback"]})),
                r#"spec.clients[0].callbackUrls: is for clients that people sign in with, and this is a "Machine"; remove it"#,
            ),
            error(
                "CLIENT-OAUTH-2",
                machine(json!({"defaultRedirectUrl": "https://shop.example.org/callback"})),
                r#"spec.clients[0].defaultRedirectUrl: is for clients that people sign in with, and this is a "Machine"; remove it"#,
            ),
            error(
                "CLIENT-OAUTH-2",
                machine(json!({"signInFlows": ["Srp"]})),
                r#"spec.clients[0].signInFlows: is for clients that people sign in with, and this is a "Machine"; remove it"#,
            ),
            error(
                "CLIENT-OAUTH-2",
                machine(json!({"identityProviders": ["Cognito"]})),
                r#"spec.clients[0].identityProviders: is for clients that people sign in with, and this is a "Machine"; remove it"#,
            ),
            error(
                "CLIENT-OAUTH-3",
                machine(json!({"secret": false})),
                r#"spec.clients[0].secret: a "Machine" client is known by its secret alone; set it to true, or leave it out"#,
            ),
            error(
                "CLIENT-SCOPE-4",
                machine(json!({"scopes": null})),
                r#"spec.clients[0].scopes: Required value: a "Machine" client is for the scopes of resource servers alone; list them, as identifier/name"#,
            ),
            error(
                "CLIENT-SCOPE-4",
                machine(json!({"scopes": ["https://api/orders.read", "openid"]})),
                r#"spec.clients[0].scopes[1]: "openid" is about a user, and a "Machine" client has none; use scopes of resource servers, as identifier/name"#,
            ),
            error(
                "CLIENT-SCOPE-2",
                machine(json!({"scopes": ["shop-api/orders.read"]})),
                r#"spec.clients[0].scopes[0]: "shop-api/orders.read" is not a scope of this pool; did you mean "https://api/orders.read"?"#,
            ),
            error(
                "CLIENT-SCOPE-2",
                machine(json!({"scopes": ["offline_access"]})),
                r#"spec.clients[0].scopes[0]: "offline_access" is not a scope of this pool; use one of "https://api/orders.read", or remove it"#,
            ),
            error(
                "CLIENT-SCOPE-2",
                with_api(json!({"scopes": ["openid", "https://api/order.read"]})),
                r#"spec.clients[0].scopes[1]: "https://api/order.read" is not a scope of resource server "shop-api"; did you mean "https://api/orders.read"?"#,
            ),
            error(
                "CLIENT-SCOPE-2",
                with_api(json!({"scopes": ["openid", "https://api/everything.else"]})),
                r#"spec.clients[0].scopes[1]: "https://api/everything.else" is not a scope of resource server "shop-api"; add it there, or remove it here"#,
            ),
            error(
                "CLIENT-SCOPE-2",
                with_api(json!({"scopes": ["openid", "https://carts.example.org/read"]})),
                r#"spec.clients[0].scopes[1]: "https://carts.example.org/read" is not a scope of this pool; use one of "openid", "email", "phone", "profile", "aws.cognito.signin.user.admin" or "https://api/orders.read", or remove it"#,
            ),
            advice(
                "CLIENT-OAUTH-6",
                spec(json!({"domain": null})),
                r#"spec.domain: is not set, so that there are no login pages for "web"; set it to {}, which takes a free prefix, or choose a prefix or a name"#,
            ),
            error(
                "CLIENT-OAUTH-7",
                client(json!({"allowImplicit": true})),
                r#"spec.clients[0].allowImplicit: is for the type "Spa" only, and the client is a "Web"; set it to false, or leave it out"#,
            ),
            advice(
                "CLIENT-OAUTH-7",
                client(json!({"type": "Spa", "allowImplicit": true})),
                "spec.clients[0].allowImplicit: puts tokens into URLs, which histories and logs keep; use the authorization code with PKCE, which is always allowed",
            ),
            error(
                "CLIENT-SCOPE-2",
                scopes(&["openid", "Email"]),
                r#"spec.clients[0].scopes[1]: "Email" is not a scope of this pool; did you mean "email"?"#,
            ),
            error(
                "CLIENT-SCOPE-2",
                scopes(&["openid", "api.read"]),
                r#"spec.clients[0].scopes[1]: "api.read" is not a scope of this pool; use one of "openid", "email", "phone", "profile" or "aws.cognito.signin.user.admin", or remove it"#,
            ),
            advice(
                "CLIENT-SCOPE-3",
                scopes(&["email", "profile"]),
                r#"spec.clients[0].scopes: has "email" and "profile", which can only be requested with "openid"; add "openid""#,
            ),
        ]
    }

    #[test]
    fn what_is_wrong_is_told() {
        told(broken());
    }

    #[test]
    fn what_is_right_is_passed_over() {
        let mut of_others =
            client(json!({"scopes": ["openid", "https://elsewhere.example.org/read"]}));
        of_others["existingUserPool"] = json!({"name": "shared"});
        of_others["domain"] = Value::Null;
        quiet(vec![
            of_others,
            machine(json!({})),
            machine(
                json!({"callbackUrls": [], "signInFlows": [], "identityProviders": [], "secret": true}),
            ),
            with_api(json!({"scopes": ["openid", "https://api/orders.read"]})),
            spec(json!({"domain": null, "clients": []})),
            scopes(&[
                "openid",
                "email",
                "phone",
                "profile",
                "aws.cognito.signin.user.admin",
            ]),
            scopes(&["aws.cognito.signin.user.admin"]),
            client(json!({"type": "Spa", "allowImplicit": false})),
        ]);
    }
}
