//! Rules of the app clients, by part: here their secrets, and what people sign in with.

pub(super) mod attributes;
pub(super) mod scopes;
pub(super) mod tokens;
pub(super) mod urls;

use super::arn::Kind;
use super::characters::Class;
use super::{Report, Rule, api, guide, rule};
use crate::api::app_auth::{Analytics, ClientType, SignInFlow};
use crate::finding::nearest;
use crate::plan::{COGNITO, Client, Plan};
use crate::text::{all, fields, quoted};

pub(super) const RULES: &[Rule] = &[
    rule(
        "CLIENT-SECRET-2",
        guide!("user-pool-settings-client-apps"),
        a_secret_is_where_it_can_be_kept,
    ),
    rule(
        "CLIENT-CTX-1",
        api!("CreateUserPoolClient"),
        only_a_client_with_a_secret_passes_on_context,
    ),
    rule(
        "CLIENT-FLOW-5",
        api!("CreateUserPoolClient"),
        passwords_stay_on_the_device,
    ),
    rule(
        "CLIENT-IDP-1",
        api!("CreateUserPoolClient"),
        identity_providers_are_of_the_pool,
    )
    .reading(&["identityProviders", "existingUserPool"]),
    rule(
        "CLIENT-IDP-2",
        api!("CreateUserPoolClient"),
        people_can_come_from_somewhere,
    ),
    rule(
        "CLIENT-IDP-3",
        api!("CreateUserPoolClient"),
        what_the_login_pages_hide_is_closed,
    ),
    rule(
        "CLIENT-ANALYTICS-1",
        api!("AnalyticsConfigurationType"),
        analytics_name_an_application_in_one_way,
    ),
    rule(
        "CLIENT-ANALYTICS-2",
        guide!("cognito-user-pools-pinpoint-integration"),
        pinpoint_has_ended,
    ),
];

/// Whether people sign in with a client on the login pages.
pub(super) fn uses_login_pages(client: &Client) -> bool {
    client.uses_oauth && signs_people_in(client)
}

/// Whether people sign in with a client. A machine signs itself in.
pub(super) fn signs_people_in(client: &Client) -> bool {
    client.type_ != ClientType::Machine
}

/// The places that users of this pool come from, as far as they are known here.
fn identity_providers(plan: &Plan) -> Vec<&str> {
    let of_spec = plan
        .identity_providers
        .iter()
        .map(|each| each.name.as_str());
    std::iter::once(COGNITO).chain(of_spec).collect()
}

fn a_secret_is_where_it_can_be_kept(plan: &Plan, report: &mut Report) {
    for client in &plan.clients {
        let type_ = client.type_;
        match type_ {
            ClientType::Spa | ClientType::Native if client.secret => report.error(
                client.at("secret"),
                format!("a \"{type_:?}\" client cannot keep a secret"),
                "set it to false, or leave it out",
            ),
            // The provider sends this field at creation only, so an imported client keeps its secret.
            ClientType::Web if !client.secret && client.import_id.is_none() => report.advise(
                client.at("secret"),
                "without one, anybody can pass for this \"Web\" client",
                "set it to true, or leave it out",
            ),
            ClientType::Web | ClientType::Spa | ClientType::Native | ClientType::Machine => {}
        }
    }
}

fn only_a_client_with_a_secret_passes_on_context(plan: &Plan, report: &mut Report) {
    for client in &plan.clients {
        if client.propagate_user_context && !client.secret {
            let type_ = client.type_;
            let remedy = match type_ {
                ClientType::Web | ClientType::Machine => "set secret to true, or this to false",
                ClientType::Spa | ClientType::Native => "set it to false",
            };
            report.error(
                client.at("propagateUserContext"),
                format!("is for clients with a secret, and this \"{type_:?}\" client has none"),
                remedy,
            );
        }
    }
}

fn passwords_stay_on_the_device(plan: &Plan, report: &mut Report) {
    for client in &plan.clients {
        for (index, flow) in client.sign_in_flows.iter().enumerate() {
            let to = match flow {
                SignInFlow::Password => "to Cognito",
                SignInFlow::AdminPassword => "through a server",
                SignInFlow::Srp | SignInFlow::Custom | SignInFlow::Choice => continue,
            };
            report.advise(
                client.at("signInFlows").index(index),
                format!("\"{flow:?}\" sends passwords {to}"),
                "use \"Srp\", with which they stay on the device",
            );
        }
    }
}

fn identity_providers_are_of_the_pool(plan: &Plan, report: &mut Report) {
    let known = identity_providers(plan);
    for client in &plan.clients {
        for (index, name) in client.identity_providers.iter().enumerate() {
            // Of characters that no name has, GEN-SHAPE-1 speaks.
            if known.contains(&name.as_str()) || !Class::Words.is_all_of(name) {
                continue;
            }
            // A pool that lives elsewhere may have identity providers that are not here.
            if plan.existing_pool().is_some() && !name.eq_ignore_ascii_case(COGNITO) {
                if let Some(meant) = known.iter().find(|known| known.eq_ignore_ascii_case(name)) {
                    report.advise(
                        client.at("identityProviders").index(index),
                        format!(
                            "{} is not \"{meant}\", which is an identity provider here",
                            quoted(name)
                        ),
                        format!("did you mean \"{meant}\"?"),
                    );
                }
                continue;
            }
            let remedy = match nearest(name, known.iter().copied()) {
                Some(meant) => format!("did you mean \"{meant}\"?"),
                None => "remove it, or add it to spec.identityProviders".to_owned(),
            };
            report.error(
                client.at("identityProviders").index(index),
                format!(
                    "{} is not an identity provider of this pool, which has {}",
                    quoted(name),
                    all(&known)
                ),
                remedy,
            );
        }
    }
}

fn people_can_come_from_somewhere(plan: &Plan, report: &mut Report) {
    for client in plan
        .clients
        .iter()
        .filter(|client| uses_login_pages(client))
    {
        if client.identity_providers.is_empty() {
            report.advise(
                client.at("identityProviders"),
                "is empty, so that nobody can sign in on the login pages",
                format!("add {}", all(&identity_providers(plan))),
            );
        }
    }
}

fn what_the_login_pages_hide_is_closed(plan: &Plan, report: &mut Report) {
    for client in &plan.clients {
        let names = &client.identity_providers;
        if client.uses_oauth
            && !names.is_empty()
            && !names.iter().any(|name| name.eq_ignore_ascii_case(COGNITO))
            && !client.sign_in_flows.is_empty()
        {
            report.advise(
                client.at("identityProviders"),
                "lacks \"Cognito\", which hides its form on the login pages and leaves sign-in through the SDK open",
                "set signInFlows to [] to close that as well, or add \"Cognito\"",
            );
        }
    }
}

fn analytics_name_an_application_in_one_way(plan: &Plan, report: &mut Report) {
    for client in &plan.clients {
        let Some(analytics) = &client.analytics else {
            continue;
        };
        let Analytics {
            application_arn,
            application_id,
            external_id,
            role_arn,
            share_user_data: _,
        } = analytics;
        let given: Vec<&str> = [
            ("applicationArn", application_arn),
            ("applicationId", application_id),
            ("externalId", external_id),
            ("roleArn", role_arn),
        ]
        .into_iter()
        .filter_map(|(name, value)| value.as_ref().map(|_| name))
        .collect();
        if !matches!(
            given[..],
            ["applicationArn"] | ["applicationId", "externalId", "roleArn"]
        ) {
            let problem = if given.is_empty() {
                "names no application".to_owned()
            } else {
                format!("has {} and nothing else", fields(&given))
            };
            report.error(
                client.at("analytics"),
                problem,
                "give applicationArn alone, or applicationId, externalId and roleArn together",
            );
            continue;
        }
        if let Some(arn) = application_arn {
            let at = || client.at("analytics.applicationArn");
            Kind::PinpointApplication.expect(arn, &plan.region, at, report);
        }
        if let Some(arn) = role_arn {
            let at = || client.at("analytics.roleArn");
            Kind::Role.expect(arn, &plan.region, at, report);
        }
        if let Some(id) = application_id
            && Class::Hexadecimal.is_all_of(id)
            && id.contains(|letter: char| letter.is_ascii_uppercase())
        {
            report.advise(
                client.at("analytics.applicationId"),
                format!(
                    "{} has capital letters, and the IDs of Pinpoint applications have none",
                    quoted(id)
                ),
                format!("write {}", quoted(&id.to_ascii_lowercase())),
            );
        }
    }
}

fn pinpoint_has_ended(plan: &Plan, report: &mut Report) {
    for client in plan
        .clients
        .iter()
        .filter(|client| client.analytics.is_some())
    {
        report.advise(
            client.at("analytics"),
            "AWS ended support for Amazon Pinpoint on 2026-10-30",
            "remove it",
        );
    }
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::{Value, json};

    use crate::rules::testing::{Case, advice, client, error, quiet, told, under};

    const APPLICATION: &str =
        "arn:aws:mobiletargeting:eu-west-1:123456789012:apps/0123456789abcdef0123456789abcdef";
    const ROLE: &str = "arn:aws:iam::123456789012:role/cognito-analytics";

    fn analytics(analytics: Value) -> Value {
        client(under("analytics", analytics))
    }

    /// A client of a pool with Google.
    fn federated(patch: Value) -> Value {
        let mut spec = client(patch);
        spec["identityProviders"] =
            json!([{"type": "Google", "detailsSecretRef": {"name": "google"}}]);
        spec
    }

    pub(in crate::rules) fn broken() -> Vec<Case> {
        let mut elsewhere = federated(json!({"identityProviders": ["Cognito", "google"]}));
        elsewhere["existingUserPool"] = json!({"name": "shared"});
        vec![
            error(
                "CLIENT-SECRET-2",
                client(json!({"type": "Spa", "secret": true})),
                r#"spec.clients[0].secret: a "Spa" client cannot keep a secret; set it to false, or leave it out"#,
            ),
            error(
                "CLIENT-SECRET-2",
                client(json!({"type": "Native", "secret": true})),
                r#"spec.clients[0].secret: a "Native" client cannot keep a secret; set it to false, or leave it out"#,
            ),
            advice(
                "CLIENT-SECRET-2",
                client(json!({"secret": false})),
                r#"spec.clients[0].secret: without one, anybody can pass for this "Web" client; set it to true, or leave it out"#,
            ),
            error(
                "CLIENT-CTX-1",
                client(json!({"type": "Spa", "propagateUserContext": true})),
                r#"spec.clients[0].propagateUserContext: is for clients with a secret, and this "Spa" client has none; set it to false"#,
            ),
            advice(
                "CLIENT-FLOW-5",
                client(json!({"signInFlows": ["Srp", "Password"]})),
                r#"spec.clients[0].signInFlows[1]: "Password" sends passwords to Cognito; use "Srp", with which they stay on the device"#,
            ),
            advice(
                "CLIENT-FLOW-5",
                client(json!({"signInFlows": ["AdminPassword"]})),
                r#"spec.clients[0].signInFlows[0]: "AdminPassword" sends passwords through a server; use "Srp", with which they stay on the device"#,
            ),
            error(
                "CLIENT-IDP-1",
                client(json!({"identityProviders": ["COGNITO"]})),
                r#"spec.clients[0].identityProviders[0]: "COGNITO" is not an identity provider of this pool, which has "Cognito"; did you mean "Cognito"?"#,
            ),
            error(
                "CLIENT-IDP-1",
                client(json!({"identityProviders": ["Cognito", "Okta"]})),
                r#"spec.clients[0].identityProviders[1]: "Okta" is not an identity provider of this pool, which has "Cognito"; remove it, or add it to spec.identityProviders"#,
            ),
            error(
                "CLIENT-IDP-1",
                federated(json!({"identityProviders": ["Cognito", "google"]})),
                r#"spec.clients[0].identityProviders[1]: "google" is not an identity provider of this pool, which has "Cognito" and "Google"; did you mean "Google"?"#,
            ),
            advice(
                "CLIENT-IDP-1",
                elsewhere,
                r#"spec.clients[0].identityProviders[1]: "google" is not "Google", which is an identity provider here; did you mean "Google"?"#,
            ),
            advice(
                "CLIENT-IDP-3",
                federated(json!({"identityProviders": ["Google"]})),
                r#"spec.clients[0].identityProviders: lacks "Cognito", which hides its form on the login pages and leaves sign-in through the SDK open; set signInFlows to [] to close that as well, or add "Cognito""#,
            ),
            advice(
                "CLIENT-IDP-2",
                client(json!({"identityProviders": []})),
                r#"spec.clients[0].identityProviders: is empty, so that nobody can sign in on the login pages; add "Cognito""#,
            ),
            advice(
                "CLIENT-ANALYTICS-2",
                analytics(json!({"applicationArn": APPLICATION})),
                "spec.clients[0].analytics: AWS ended support for Amazon Pinpoint on 2026-10-30; remove it",
            ),
            error(
                "CLIENT-ANALYTICS-1",
                analytics(json!({"shareUserData": true})),
                "spec.clients[0].analytics: names no application; give applicationArn alone, or applicationId, externalId and roleArn together",
            ),
            error(
                "CLIENT-ANALYTICS-1",
                analytics(json!({"applicationArn": APPLICATION, "roleArn": ROLE})),
                "spec.clients[0].analytics: has applicationArn and roleArn and nothing else; give applicationArn alone, or applicationId, externalId and roleArn together",
            ),
            error(
                "CLIENT-ANALYTICS-1",
                analytics(json!({"applicationId": "0123"})),
                "spec.clients[0].analytics: has applicationId and nothing else; give applicationArn alone, or applicationId, externalId and roleArn together",
            ),
            advice(
                "CLIENT-ANALYTICS-1",
                analytics(json!({"applicationId": "01AB", "externalId": "shop", "roleArn": ROLE})),
                r#"spec.clients[0].analytics.applicationId: "01AB" has capital letters, and the IDs of Pinpoint applications have none; write "01ab""#,
            ),
            error(
                "CLIENT-ANALYTICS-1",
                analytics(json!({"applicationArn": ROLE})),
                r#"spec.clients[0].analytics.applicationArn: "arn:aws:iam::123456789012:role/cognito-analytics" is not a Pinpoint application; use one such as "arn:aws:mobiletargeting:eu-west-1:123456789012:apps/0123456789abcdef0123456789abcdef""#,
            ),
        ]
    }

    #[test]
    fn what_is_wrong_is_told() {
        told(broken());
    }

    #[test]
    fn what_is_right_is_passed_over() {
        let mut of_others = client(json!({"identityProviders": ["Cognito", "Corp"]}));
        of_others["existingUserPool"] = json!({"name": "shared"});
        quiet(vec![
            of_others,
            federated(json!({})),
            federated(json!({"identityProviders": ["Cognito", "Google"]})),
            federated(json!({"identityProviders": ["Google"], "signInFlows": []})),
            client(json!({"type": "Spa"})),
            client(json!({"type": "Native", "secret": false})),
            client(json!({"propagateUserContext": true})),
            client(json!({"signInFlows": []})),
            client(json!({"importId": "4h57k2v0l1m9n8b7v6c5x4z3a2", "secret": false})),
            analytics(json!({"applicationArn": APPLICATION})),
            analytics(
                json!({"applicationId": "0123456789abcdef", "externalId": "shop", "roleArn": ROLE}),
            ),
        ]);
    }
}
