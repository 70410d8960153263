//! Rules of how long tokens and sign-ins last.

use crate::api::duration::{AUTH_SESSION, Duration, REFRESH_TOKEN, Range, TOKEN};
use crate::path::FieldPath;
use crate::plan::Plan;
use crate::rules::{Report, Rule, api, rule};

pub(in crate::rules) const RULES: &[Rule] = &[
    rule(
        "CLIENT-TOKEN-2",
        api!("CreateUserPoolClient"),
        access_and_id_tokens_last_minutes_to_a_day,
    ),
    rule(
        "CLIENT-TOKEN-3",
        api!("CreateUserPoolClient"),
        refresh_tokens_last_an_hour_to_ten_years,
    ),
    rule(
        "CLIENT-TOKEN-4",
        api!("CreateUserPoolClient"),
        refresh_tokens_last_longest,
    ),
    rule(
        "CLIENT-SESSION-1",
        api!("CreateUserPoolClient"),
        a_sign_in_takes_some_minutes,
    ),
];

fn access_and_id_tokens_last_minutes_to_a_day(plan: &Plan, report: &mut Report) {
    for client in &plan.clients {
        for (field, lifetime) in [
            ("tokens.access", client.access_token),
            ("tokens.id", client.id_token),
        ] {
            within(lifetime, TOKEN, || client.at(field), report);
        }
    }
}

fn refresh_tokens_last_an_hour_to_ten_years(plan: &Plan, report: &mut Report) {
    for client in &plan.clients {
        let at = || client.at("tokens.refresh");
        within(client.refresh_token, REFRESH_TOKEN, at, report);
    }
}

fn refresh_tokens_last_longest(plan: &Plan, report: &mut Report) {
    for client in &plan.clients {
        let refresh = client.refresh_token;
        if refresh < REFRESH_TOKEN.shortest {
            continue;
        }
        for (field, lifetime) in [
            ("tokens.access", client.access_token),
            ("tokens.id", client.id_token),
        ] {
            if lifetime > refresh && lifetime <= TOKEN.longest {
                report.error(
                    client.at(field),
                    format!("\"{lifetime}\" is longer than the {refresh} of the refresh token"),
                    format!("use at most {refresh}, or lengthen tokens.refresh"),
                );
            }
        }
    }
}

fn a_sign_in_takes_some_minutes(plan: &Plan, report: &mut Report) {
    for client in &plan.clients {
        let at = || client.at("authSession");
        let session = client.auth_session;
        let in_range = within(session, AUTH_SESSION, at, report);
        if in_range && session.whole_minutes().is_none() {
            report.error(
                at(),
                format!("\"{session}\" is not a number of whole minutes"),
                format!("use {AUTH_SESSION}"),
            );
        }
    }
}

/// Checks that a length of time is within its bounds, and says whether it is.
fn within(
    length: Duration,
    range: Range,
    at: impl FnOnce() -> FieldPath,
    report: &mut Report,
) -> bool {
    let Range { shortest, longest } = range;
    let problem = if length < shortest {
        format!("\"{length}\" is shorter than {shortest}")
    } else if length > longest {
        format!("\"{length}\" is longer than {longest}")
    } else {
        return true;
    };
    report.error(at(), problem, format!("use {range}"));
    false
}

#[cfg(test)]
pub(in crate::rules) mod tests {
    use serde_json::{Value, json};

    use crate::rules::testing::{Case, client, error, quiet, told, under};

    fn tokens(tokens: Value) -> Value {
        client(under("tokens", tokens))
    }

    pub(in crate::rules) fn broken() -> Vec<Case> {
        vec![
            error(
                "CLIENT-TOKEN-2",
                tokens(json!({"access": "4m"})),
                r#"spec.clients[0].tokens.access: "4m" is shorter than 5m; use 5m to 1d"#,
            ),
            error(
                "CLIENT-TOKEN-2",
                tokens(json!({"id": "25h"})),
                r#"spec.clients[0].tokens.id: "25h" is longer than 1d; use 5m to 1d"#,
            ),
            error(
                "CLIENT-TOKEN-3",
                tokens(json!({"refresh": "59m"})),
                r#"spec.clients[0].tokens.refresh: "59m" is shorter than 1h; use 1h to 3650d"#,
            ),
            error(
                "CLIENT-TOKEN-3",
                tokens(json!({"refresh": "3651d"})),
                r#"spec.clients[0].tokens.refresh: "3651d" is longer than 3650d; use 1h to 3650d"#,
            ),
            error(
                "CLIENT-TOKEN-4",
                tokens(json!({"access": "2h", "refresh": "1h"})),
                r#"spec.clients[0].tokens.access: "2h" is longer than the 1h of the refresh token; use at most 1h, or lengthen tokens.refresh"#,
            ),
            error(
                "CLIENT-TOKEN-4",
                tokens(json!({"id": "1d", "refresh": "12h"})),
                r#"spec.clients[0].tokens.id: "1d" is longer than the 12h of the refresh token; use at most 12h, or lengthen tokens.refresh"#,
            ),
            error(
                "CLIENT-SESSION-1",
                client(json!({"authSession": "2m"})),
                r#"spec.clients[0].authSession: "2m" is shorter than 3m; use 3m to 15m"#,
            ),
            error(
                "CLIENT-SESSION-1",
                client(json!({"authSession": "16m"})),
                r#"spec.clients[0].authSession: "16m" is longer than 15m; use 3m to 15m"#,
            ),
            error(
                "CLIENT-SESSION-1",
                client(json!({"authSession": "200s"})),
                r#"spec.clients[0].authSession: "200s" is not a number of whole minutes; use 3m to 15m"#,
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
            tokens(json!({"access": "5m", "id": "24h", "refresh": "1d"})),
            tokens(json!({"refresh": "1h"})),
            tokens(json!({"refresh": "3650d"})),
            client(json!({"authSession": "15m"})),
            client(json!({"authSession": "240s"})),
        ]);
    }
}
