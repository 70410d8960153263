//! Rules of the Lambda triggers.

use crate::api::app_auth::{SignInFlow, Triggers};
use crate::plan::Plan;
use crate::rules::arn::Kind;
use crate::rules::{Report, Rule, api, guide, rule};
use crate::text::fields;

pub(in crate::rules) const RULES: &[Rule] = &[
    rule(
        "POOL-LAMBDA-1",
        api!("LambdaConfigType"),
        triggers_are_functions_of_the_pools_region,
    ),
    rule(
        "POOL-LAMBDA-2",
        api!("LambdaConfigType"),
        senders_have_a_key,
    ),
    rule(
        "POOL-LAMBDA-3",
        api!("LambdaConfigType"),
        the_key_is_of_the_pools_region,
    ),
    rule(
        "POOL-LAMBDA-5",
        guide!("user-pool-lambda-challenge"),
        a_custom_sign_in_is_whole,
    ),
];

/// The functions that Cognito calls, by the names of their fields.
pub(in crate::rules) fn functions(triggers: &Triggers) -> [(&'static str, Option<&str>); 12] {
    let Triggers {
        pre_sign_up,
        post_confirmation,
        pre_authentication,
        post_authentication,
        define_auth_challenge,
        create_auth_challenge,
        verify_auth_challenge_response,
        pre_token_generation,
        pre_token_generation_version: _,
        user_migration,
        custom_message,
        custom_email_sender,
        custom_sms_sender,
        sender_key_arn: _,
    } = triggers;
    [
        ("preSignUp", pre_sign_up),
        ("postConfirmation", post_confirmation),
        ("preAuthentication", pre_authentication),
        ("postAuthentication", post_authentication),
        ("defineAuthChallenge", define_auth_challenge),
        ("createAuthChallenge", create_auth_challenge),
        (
            "verifyAuthChallengeResponse",
            verify_auth_challenge_response,
        ),
        ("preTokenGeneration", pre_token_generation),
        ("userMigration", user_migration),
        ("customMessage", custom_message),
        ("customEmailSender", custom_email_sender),
        ("customSmsSender", custom_sms_sender),
    ]
    .map(|(name, arn)| (name, arn.as_deref()))
}

fn triggers_are_functions_of_the_pools_region(plan: &Plan, report: &mut Report) {
    let Some(pool) = plan.own_pool() else { return };
    for (name, function) in functions(&pool.triggers) {
        let Some(function) = function else {
            continue;
        };
        let at = || pool.at("triggers").field(name);
        let arn = Kind::Function.expect(function, &plan.region, at, report);
        if let Some(arn) =
            arn.filter(|arn| plan.region.is_known() && arn.region != plan.region.as_str())
        {
            report.error(
                at(),
                format!(
                    "is in \"{}\", and the pool is in \"{}\"",
                    arn.region, plan.region
                ),
                format!("use a function in \"{}\"", plan.region),
            );
        }
    }
}

fn senders_have_a_key(plan: &Plan, report: &mut Report) {
    let Some(pool) = plan.own_pool() else { return };
    let triggers = &pool.triggers;
    if triggers.sender_key_arn.is_some() {
        return;
    }
    let senders = given(triggers, &["customEmailSender", "customSmsSender"]);
    if !senders.is_empty() {
        let senders = fields(&senders);
        report.error(
            pool.at("triggers.senderKeyArn"),
            format!("is not set, and Cognito encrypts codes on their way to {senders}"),
            format!("give the KMS key to encrypt with, or remove {senders}"),
        );
    }
}

fn the_key_is_of_the_pools_region(plan: &Plan, report: &mut Report) {
    let Some(pool) = plan.own_pool() else { return };
    let Some(key) = &pool.triggers.sender_key_arn else {
        return;
    };
    let at = || pool.at("triggers.senderKeyArn");
    let arn = Kind::Key.expect(key, &plan.region, at, report);
    if let Some(arn) =
        arn.filter(|arn| plan.region.is_known() && arn.region != plan.region.as_str())
    {
        report.error(
            at(),
            format!(
                "is in \"{}\", and the pool is in \"{}\"",
                arn.region, plan.region
            ),
            format!("use a key in \"{}\"", plan.region),
        );
    }
}

fn a_custom_sign_in_is_whole(plan: &Plan, report: &mut Report) {
    const THREE: [&str; 3] = [
        "defineAuthChallenge",
        "createAuthChallenge",
        "verifyAuthChallengeResponse",
    ];
    let Some(pool) = plan.own_pool() else { return };
    let present = given(&pool.triggers, &THREE);
    if !present.is_empty() && present.len() < THREE.len() {
        let missing = THREE.into_iter().filter(|name| !present.contains(name));
        let missing = fields(&missing.collect::<Vec<_>>());
        report.advise(
            pool.at("triggers"),
            format!(
                "has {} but not {missing}, and a custom sign-in takes all three",
                fields(&present)
            ),
            format!("give {missing} as well"),
        );
        return;
    }
    let custom = |flow: &SignInFlow| *flow == SignInFlow::Custom;
    if present.is_empty() {
        for client in &plan.clients {
            if let Some(index) = client.sign_in_flows.iter().position(custom) {
                report.advise(
                    client.at("signInFlows").index(index),
                    "\"Custom\" lets nobody in without the triggers of a custom sign-in",
                    format!(
                        "give {} in spec.userPool.triggers, or remove \"Custom\"",
                        fields(&THREE)
                    ),
                );
            }
        }
    } else if !plan.clients.is_empty()
        && !plan
            .clients
            .iter()
            .any(|client| client.sign_in_flows.iter().any(custom))
    {
        report.advise(
            pool.at("triggers"),
            format!("has {}, and no client signs in that way", fields(&present)),
            "add \"Custom\" to the signInFlows of a client",
        );
    }
}

/// Which of these functions are given.
fn given(triggers: &Triggers, names: &[&str]) -> Vec<&'static str> {
    functions(triggers)
        .into_iter()
        .filter(|(name, function)| function.is_some() && names.contains(name))
        .map(|(name, _)| name)
        .collect()
}

#[cfg(test)]
pub(in crate::rules) mod tests {
    use serde_json::{Value, json};

    use crate::rules::testing::{Case, advice, client, error, pool, quiet, spec, told, under};

    const FUNCTION: &str = "arn:aws:lambda:eu-west-1:123456789012:function:f";
    const KEY: &str = "arn:aws:kms:eu-west-1:123456789012:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0";

    fn triggers(triggers: Value) -> Value {
        pool(under("triggers", triggers))
    }

    fn three() -> Value {
        json!({"defineAuthChallenge": FUNCTION, "createAuthChallenge": FUNCTION, "verifyAuthChallengeResponse": FUNCTION})
    }

    fn three_and_flows(flows: &[&str]) -> Value {
        let mut spec = client(json!({"signInFlows": flows}));
        spec["userPool"] = json!({"triggers": three()});
        spec
    }

    pub(in crate::rules) fn broken() -> Vec<Case> {
        vec![
            error(
                "POOL-LAMBDA-1",
                triggers(json!({"preSignUp": "arn:aws:lambda:us-east-1:123456789012:function:f"})),
                r#"spec.userPool.triggers.preSignUp: is in "us-east-1", and the pool is in "eu-west-1"; use a function in "eu-west-1""#,
            ),
            error(
                "POOL-LAMBDA-1",
                triggers(json!({"userMigration": "arn:aws:sqs:eu-west-1:123456789012:queue"})),
                r#"spec.userPool.triggers.userMigration: "arn:aws:sqs:eu-west-1:123456789012:queue" is not a Lambda function; use one such as "arn:aws:lambda:eu-west-1:123456789012:function:sign-up""#,
            ),
            error(
                "POOL-LAMBDA-2",
                triggers(json!({"customEmailSender": FUNCTION, "customSmsSender": FUNCTION})),
                "spec.userPool.triggers.senderKeyArn: is not set, and Cognito encrypts codes on their way to customEmailSender and customSmsSender; give the KMS key to encrypt with, or remove customEmailSender and customSmsSender",
            ),
            error(
                "POOL-LAMBDA-3",
                triggers(
                    json!({"customEmailSender": FUNCTION, "senderKeyArn": "arn:aws:kms:us-east-1:123456789012:key/0f1e2d3c"}),
                ),
                r#"spec.userPool.triggers.senderKeyArn: is in "us-east-1", and the pool is in "eu-west-1"; use a key in "eu-west-1""#,
            ),
            error(
                "POOL-LAMBDA-3",
                triggers(
                    json!({"customEmailSender": FUNCTION, "senderKeyArn": "arn:aws:kms:eu-west-1:123456789012:alias/codes"}),
                ),
                r#"spec.userPool.triggers.senderKeyArn: "arn:aws:kms:eu-west-1:123456789012:alias/codes" is not a KMS key; use one such as "arn:aws:kms:eu-west-1:123456789012:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0""#,
            ),
            advice(
                "POOL-LAMBDA-5",
                triggers(json!({"defineAuthChallenge": FUNCTION})),
                "spec.userPool.triggers: has defineAuthChallenge but not createAuthChallenge and verifyAuthChallengeResponse, and a custom sign-in takes all three; give createAuthChallenge and verifyAuthChallengeResponse as well",
            ),
            advice(
                "POOL-LAMBDA-5",
                client(json!({"signInFlows": ["Srp", "Custom"]})),
                r#"spec.clients[0].signInFlows[1]: "Custom" lets nobody in without the triggers of a custom sign-in; give defineAuthChallenge, createAuthChallenge and verifyAuthChallengeResponse in spec.userPool.triggers, or remove "Custom""#,
            ),
            advice(
                "POOL-LAMBDA-5",
                three_and_flows(&["Srp"]),
                r#"spec.userPool.triggers: has defineAuthChallenge, createAuthChallenge and verifyAuthChallengeResponse, and no client signs in that way; add "Custom" to the signInFlows of a client"#,
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
            triggers(json!({"preSignUp": "arn:aws:lambda:eu-west-1:210987654321:function:f:live"})),
            triggers(json!({"customSmsSender": FUNCTION, "senderKeyArn": KEY})),
            three_and_flows(&["Custom"]),
            spec(json!({"clients": [], "userPool": {"triggers": three()}})),
        ]);
    }
}
