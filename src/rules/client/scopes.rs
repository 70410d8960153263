//! Rules of OAuth: scopes, the implicit grant, and where the endpoints live.

use crate::api::app_auth::ClientType;
use crate::finding::nearest;
use crate::path::FieldPath;
use crate::plan::Plan;
use crate::rules::{Report, Rule, api, guide, rule};
use crate::words::{all, outside, quoted};

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
        "CLIENT-SCOPE-1",
        api!("CreateUserPoolClient"),
        a_scope_is_plain,
    ),
    rule(
        "CLIENT-SCOPE-2",
        api!("CreateUserPoolClient"),
        scopes_are_of_the_pool,
    ),
    rule(
        "CLIENT-SCOPE-3",
        guide!("authorization-endpoint"),
        claims_come_with_openid,
    ),
];

/// The scopes that every pool has; those of resource servers are to come.
const STANDARD: [&str; 5] = [
    "openid",
    "email",
    "phone",
    "profile",
    "aws.cognito.signin.user.admin",
];

/// The scopes for what an ID token says of its user.
const CLAIMS: [&str; 3] = ["email", "phone", "profile"];

fn the_login_pages_have_a_domain(plan: &Plan, report: &mut Report) {
    if plan.domain.is_some() {
        return;
    }
    let clients: Vec<&str> = plan
        .clients
        .iter()
        .filter(|client| client.type_ != ClientType::Machine)
        .map(|client| client.name.as_str())
        .collect();
    if !clients.is_empty() {
        report.advise(
            FieldPath::parse("spec.domain"),
            format!(
                "is not set, so that there are no login pages for {}",
                all(&clients)
            ),
            "give a prefix, or a name and its certificateArn",
        );
    }
}

fn implicit_is_for_browsers_and_better_not(plan: &Plan, report: &mut Report) {
    for client in plan.clients.iter().filter(|client| client.allow_implicit) {
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

fn a_scope_is_plain(plan: &Plan, report: &mut Report) {
    for client in &plan.clients {
        for (index, scope) in client.scopes.iter().enumerate() {
            if let Some(other) = outside(scope, is_of_scope) {
                report.error(
                    client.at("scopes").index(index),
                    format!("{} holds {other}", quoted(scope)),
                    "use printable ASCII but for space, \" and \\, and an entry for each scope",
                );
            }
        }
    }
}

fn scopes_are_of_the_pool(plan: &Plan, report: &mut Report) {
    for client in &plan.clients {
        for (index, scope) in client.scopes.iter().enumerate() {
            if STANDARD.contains(&scope.as_str()) || outside(scope, is_of_scope).is_some() {
                continue;
            }
            let remedy = match nearest(scope, STANDARD) {
                Some(meant) => format!("did you mean \"{meant}\"?"),
                None => "use one of these, or remove it".to_owned(),
            };
            report.error(
                client.at("scopes").index(index),
                format!(
                    "{} is not a scope of this pool, which has {}",
                    quoted(scope),
                    all(&STANDARD)
                ),
                remedy,
            );
        }
    }
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
            report.error(
                client.at("scopes"),
                format!("has {} but not \"openid\"", all(&claims)),
                "add \"openid\"",
            );
        }
    }
}

fn is_of_scope(letter: char) -> bool {
    letter.is_ascii_graphic() && letter != '"' && letter != '\\'
}

#[cfg(test)]
pub(in crate::rules) mod tests {
    use serde_json::{Value, json};

    use crate::rules::testing::{Case, advice, client, error, quiet, spec, told, under};

    fn scopes(scopes: &[&str]) -> Value {
        client(under("scopes", json!(scopes)))
    }

    pub(in crate::rules) fn broken() -> Vec<Case> {
        vec![
            advice(
                "CLIENT-OAUTH-6",
                spec(json!({"domain": null})),
                r#"spec.domain: is not set, so that there are no login pages for "web"; give a prefix, or a name and its certificateArn"#,
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
                "CLIENT-SCOPE-1",
                scopes(&["openid email"]),
                r#"spec.clients[0].scopes[0]: "openid email" holds " "; use printable ASCII but for space, " and \, and an entry for each scope"#,
            ),
            error(
                "CLIENT-SCOPE-2",
                scopes(&["openid", "Email"]),
                r#"spec.clients[0].scopes[1]: "Email" is not a scope of this pool, which has "openid", "email", "phone", "profile" and "aws.cognito.signin.user.admin"; did you mean "email"?"#,
            ),
            error(
                "CLIENT-SCOPE-2",
                scopes(&["openid", "api.read"]),
                r#"spec.clients[0].scopes[1]: "api.read" is not a scope of this pool, which has "openid", "email", "phone", "profile" and "aws.cognito.signin.user.admin"; use one of these, or remove it"#,
            ),
            error(
                "CLIENT-SCOPE-3",
                scopes(&["email", "profile"]),
                r#"spec.clients[0].scopes: has "email" and "profile" but not "openid"; add "openid""#,
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
