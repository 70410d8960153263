//! Rules about what stands in many places: ARNs and tags.

use super::arn::{Arn, Kind};
use super::characters::Class;
use super::pool::triggers::functions;
use super::{Report, Rule, api, rule};
use crate::path::FieldPath;
use crate::plan::Plan;
use crate::text::quoted;

pub(super) const RULES: &[Rule] = &[
    rule("GEN-ARN-1", api!("LambdaConfigType"), arns_are_whole),
    rule(
        "GEN-ARN-2",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html",
        arns_are_of_the_pools_partition,
    ),
    rule(
        "GEN-TAG-2",
        api!("CreateUserPool"),
        tags_are_ones_own_and_few,
    ),
];

const MOST_TAGS: usize = 50;

fn arns_are_whole(plan: &Plan, report: &mut Report) {
    arns(plan, &mut |text, kind, at| {
        let problem = if kind.is_empty(text) {
            format!("{} names nothing", quoted(text))
        } else if Arn::parse(text).is_none() {
            format!("{} is not an ARN", quoted(text))
        } else {
            return;
        };
        report.error(
            at(),
            problem,
            format!("write it whole, such as \"{}\"", kind.example(&plan.region)),
        );
    });
}

fn arns_are_of_the_pools_partition(plan: &Plan, report: &mut Report) {
    arns(plan, &mut |text, _, at| {
        let (Some(arn), Some(own)) = (Arn::parse(text), plan.region.partition()) else {
            return;
        };
        if arn.partition == own {
            return;
        }
        let partition = quoted(arn.partition);
        let problem = if arn.partition.starts_with("aws") {
            format!(
                "is in partition {partition}, and region \"{}\" is in \"{own}\"",
                plan.region
            )
        } else {
            format!(
                "{partition} is not a partition of AWS, and region \"{}\" is in \"{own}\"",
                plan.region
            )
        };
        report.error(at(), problem, format!("write \"arn:{own}:\""));
    });
}

/// The path of a value, made where it is needed.
type At<'a> = &'a dyn Fn() -> FieldPath;

/// Calls back for each ARN of a plan whose characters are all of ARNs: of others GEN-SHAPE-1 speaks.
fn arns(plan: &Plan, see: &mut dyn FnMut(&str, Kind, At<'_>)) {
    let mut check = |text: Option<&str>, kind: Kind, at: At<'_>| {
        if let Some(text) = text.filter(|text| Class::Arn.is_all_of(text)) {
            see(text, kind, at);
        }
    };
    if let Some(pool) = plan.own_pool() {
        check(
            pool.email.ses_identity_arn.as_deref(),
            Kind::EmailIdentity,
            &|| pool.at("email.sesIdentityArn"),
        );
        let sender = pool.sms.as_ref().map(|sms| sms.caller_role_arn.as_str());
        check(sender, Kind::Role, &|| pool.at("sms.callerRoleArn"));
        for (name, arn) in functions(&pool.triggers) {
            check(arn, Kind::Function, &|| pool.at("triggers").field(name));
        }
        check(pool.triggers.sender_key_arn.as_deref(), Kind::Key, &|| {
            pool.at("triggers.senderKeyArn")
        });
    }
    for group in &plan.groups {
        check(group.role_arn.as_deref(), Kind::Role, &|| {
            group.at("roleArn")
        });
    }
    for client in &plan.clients {
        let Some(analytics) = &client.analytics else {
            continue;
        };
        check(
            analytics.application_arn.as_deref(),
            Kind::PinpointApplication,
            &|| client.at("analytics.applicationArn"),
        );
        check(analytics.role_arn.as_deref(), Kind::Role, &|| {
            client.at("analytics.roleArn")
        });
    }
    if let Some(domain) = &plan.domain {
        check(
            domain.certificate_arn.as_deref(),
            Kind::Certificate,
            &|| domain.at("certificateArn"),
        );
    }
}

fn tags_are_ones_own_and_few(plan: &Plan, report: &mut Report) {
    let Some(pool) = plan.own_pool() else { return };
    let tags = &pool.tags;
    for key in tags.keys() {
        if key
            .get(..4)
            .is_some_and(|start| start.eq_ignore_ascii_case("aws:"))
        {
            report.advise(
                pool.at("tags"),
                format!(
                    "the key {} begins with \"aws:\", which AWS keeps to itself",
                    quoted(key)
                ),
                "choose another",
            );
        }
    }
    // One more tells the provider of changes that it does not compare.
    let most = MOST_TAGS - 1;
    if tags.len() > most {
        report.advise(
            pool.at("tags"),
            format!(
                "has {} entries with the platform's, and AWS takes {most} beside the one that this function adds",
                tags.len()
            ),
            format!("remove {}", tags.len() - most),
        );
    }
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::{Map, Value, json};

    use crate::rules::testing::{Case, advice, client, domain, error, pool, quiet, spec, told};

    /// More than a team can write: the platform's come on top.
    fn tags(number: usize) -> Value {
        let tags = (0..number).map(|number| (format!("tag-{number}"), json!("")));
        pool(json!({"tags": tags.collect::<Map<_, _>>()}))
    }

    pub(in crate::rules) fn broken() -> Vec<Case> {
        vec![
            error(
                "GEN-ARN-1",
                pool(json!({"triggers": {"preSignUp": "my-function-of-sign-up"}})),
                r#"spec.userPool.triggers.preSignUp: "my-function-of-sign-up" is not an ARN; write it whole, such as "arn:aws:lambda:eu-west-1:123456789012:function:sign-up""#,
            ),
            error(
                "GEN-ARN-1",
                pool(
                    json!({"sms": {"callerRoleArn": "role/cognito-sms-of-shop", "externalId": "shop"}, "mfa": {"methods": ["Sms"]}}),
                ),
                r#"spec.userPool.sms.callerRoleArn: "role/cognito-sms-of-shop" is not an ARN; write it whole, such as "arn:aws:iam::123456789012:role/cognito""#,
            ),
            error(
                "GEN-ARN-1",
                pool(
                    json!({"email": {"sesIdentityArn": "arn:aws:ses:eu-west-1::identity/example.org"}}),
                ),
                r#"spec.userPool.email.sesIdentityArn: "arn:aws:ses:eu-west-1::identity/example.org" is not an ARN; write it whole, such as "arn:aws:ses:eu-west-1:123456789012:identity/example.org""#,
            ),
            error(
                "GEN-ARN-1",
                pool(
                    json!({"triggers": {"preSignUp": "arn:aws:lambda:eu-west-1:123456789012:function:"}}),
                ),
                r#"spec.userPool.triggers.preSignUp: "arn:aws:lambda:eu-west-1:123456789012:function:" names nothing; write it whole, such as "arn:aws:lambda:eu-west-1:123456789012:function:sign-up""#,
            ),
            error(
                "GEN-ARN-1",
                pool(
                    json!({"email": {"from": "a@example.org", "sesIdentityArn": "arn:aws:ses:eu-west-1:123456789012:identity/"}}),
                ),
                r#"spec.userPool.email.sesIdentityArn: "arn:aws:ses:eu-west-1:123456789012:identity/" names nothing; write it whole, such as "arn:aws:ses:eu-west-1:123456789012:identity/example.org""#,
            ),
            error(
                "GEN-ARN-1",
                pool(
                    json!({"triggers": {"senderKeyArn": "arn:aws:kms:eu-west-1:123456789012:key/"}}),
                ),
                r#"spec.userPool.triggers.senderKeyArn: "arn:aws:kms:eu-west-1:123456789012:key/" names nothing; write it whole, such as "arn:aws:kms:eu-west-1:123456789012:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0""#,
            ),
            error(
                "GEN-ARN-1",
                spec(
                    json!({"groups": [{"name": "admins", "roleArn": "arn:aws:iam::123456789012:role/shop/"}]}),
                ),
                r#"spec.groups[0].roleArn: "arn:aws:iam::123456789012:role/shop/" names nothing; write it whole, such as "arn:aws:iam::123456789012:role/cognito""#,
            ),
            error(
                "GEN-ARN-1",
                domain(
                    json!({"prefix": null, "name": "login.example.org", "certificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/"}),
                ),
                r#"spec.domain.certificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/" names nothing; write it whole, such as "arn:aws:acm:us-east-1:123456789012:certificate/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0""#,
            ),
            error(
                "GEN-ARN-1",
                client(
                    json!({"analytics": {"applicationArn": "arn:aws:mobiletargeting:eu-west-1:123456789012:apps/"}}),
                ),
                r#"spec.clients[0].analytics.applicationArn: "arn:aws:mobiletargeting:eu-west-1:123456789012:apps/" names nothing; write it whole, such as "arn:aws:mobiletargeting:eu-west-1:123456789012:apps/0123456789abcdef0123456789abcdef""#,
            ),
            error(
                "GEN-ARN-2",
                pool(
                    json!({"triggers": {"preSignUp": "arn:aws-cn:lambda:cn-north-1:123456789012:function:f"}}),
                ),
                r#"spec.userPool.triggers.preSignUp: is in partition "aws-cn", and region "eu-west-1" is in "aws"; write "arn:aws:""#,
            ),
            error(
                "GEN-ARN-2",
                spec(
                    json!({"groups": [{"name": "admins", "roleArn": "arn:amazon:iam::123456789012:role/admins"}]}),
                ),
                r#"spec.groups[0].roleArn: "amazon" is not a partition of AWS, and region "eu-west-1" is in "aws"; write "arn:aws:""#,
            ),
            error(
                "GEN-ARN-2",
                spec(
                    json!({"region": "us-gov-west-1", "groups": [{"name": "admins", "roleArn": "arn:aws:iam::123456789012:role/admins"}]}),
                ),
                r#"spec.groups[0].roleArn: is in partition "aws", and region "us-gov-west-1" is in "aws-us-gov"; write "arn:aws-us-gov:""#,
            ),
            error(
                "GEN-ARN-1",
                pool(json!({"triggers": {"senderKeyArn": "alias/codes-of-the-shop"}})),
                r#"spec.userPool.triggers.senderKeyArn: "alias/codes-of-the-shop" is not an ARN; write it whole, such as "arn:aws:kms:eu-west-1:123456789012:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0""#,
            ),
            error(
                "GEN-ARN-1",
                client(
                    json!({"analytics": {"applicationArn": "0123456789abcdef0123456789abcdef"}}),
                ),
                r#"spec.clients[0].analytics.applicationArn: "0123456789abcdef0123456789abcdef" is not an ARN; write it whole, such as "arn:aws:mobiletargeting:eu-west-1:123456789012:apps/0123456789abcdef0123456789abcdef""#,
            ),
            error(
                "GEN-ARN-1",
                domain(
                    json!({"prefix": null, "name": "login.example.org", "certificateArn": "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"}),
                ),
                r#"spec.domain.certificateArn: "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0" is not an ARN; write it whole, such as "arn:aws:acm:us-east-1:123456789012:certificate/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0""#,
            ),
            advice(
                "GEN-TAG-2",
                pool(json!({"tags": {"aws:team": "web"}})),
                r#"spec.userPool.tags: the key "aws:team" begins with "aws:", which AWS keeps to itself; choose another"#,
            ),
            advice(
                "GEN-TAG-2",
                tags(51),
                "spec.userPool.tags: has 51 entries with the platform's, and AWS takes 49 beside the one that this function adds; remove 2",
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
            pool(
                json!({"triggers": {"preSignUp": "arn:aws:lambda:eu-west-1:123456789012:function:f:live"}}),
            ),
            spec(
                json!({"region": "eusc-de-east-1", "groups": [{"name": "admins", "roleArn": "arn:aws-eusc:iam::123456789012:role/admins"}]}),
            ),
            pool(json!({"tags": {"team": "web", "awsome": ""}})),
            tags(49),
        ]);
    }
}
