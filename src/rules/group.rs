//! Rules of the groups.

use super::arn::Kind;
use super::{Report, Rule, api, guide, rule};
use crate::plan::Plan;
use crate::text::quoted;

pub(super) const RULES: &[Rule] = &[
    rule(
        "GROUP-PREC-2",
        guide!("cognito-user-pools-user-groups"),
        roles_of_equal_precedence_are_none,
    ),
    rule("GROUP-ROLE-1", api!("CreateGroup"), a_role_is_of_iam),
];

fn roles_of_equal_precedence_are_none(plan: &Plan, report: &mut Report) {
    for (index, group) in plan.groups.iter().enumerate() {
        let (Some(precedence), Some(role)) = (group.precedence, &group.role_arn) else {
            continue;
        };
        let rival = plan.groups[..index].iter().find(|other| {
            other.precedence == Some(precedence)
                && other.role_arn.as_ref().is_some_and(|other| other != role)
        });
        if let Some(rival) = rival {
            report.advise(
                group.at("precedence"),
                format!(
                    "{precedence} is also that of {}, whose role is another: a user of both has none",
                    quoted(&rival.name)
                ),
                "give each a precedence of its own",
            );
        }
    }
}

fn a_role_is_of_iam(plan: &Plan, report: &mut Report) {
    for group in &plan.groups {
        if let Some(role_arn) = &group.role_arn {
            Kind::Role.expect(role_arn, &plan.region, || group.at("roleArn"), report);
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::{Value, json};

    use crate::rules::testing::{Case, advice, error, quiet, spec, told};

    const ROLE: &str = "arn:aws:iam::123456789012:role/admins";
    const OTHER: &str = "arn:aws:iam::123456789012:role/readers";

    fn groups(groups: Value) -> Value {
        spec(json!({ "groups": groups }))
    }

    pub(in crate::rules) fn broken() -> Vec<Case> {
        vec![
            advice(
                "GROUP-PREC-2",
                groups(json!([
                    {"name": "admins", "precedence": 1, "roleArn": ROLE},
                    {"name": "readers", "precedence": 1, "roleArn": OTHER}])),
                r#"spec.groups[1].precedence: 1 is also that of "admins", whose role is another: a user of both has none; give each a precedence of its own"#,
            ),
            error(
                "GROUP-ROLE-1",
                groups(
                    json!([{"name": "admins", "roleArn": "arn:aws:iam::123456789012:user/admins"}]),
                ),
                r#"spec.groups[0].roleArn: "arn:aws:iam::123456789012:user/admins" is not an IAM role; use one such as "arn:aws:iam::123456789012:role/cognito""#,
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
            // Cognito takes both: names that differ in case alone are two groups.
            groups(json!([{"name": "admins"}, {"name": "Admins"}])),
            groups(json!([
                {"name": "admins", "precedence": 1, "roleArn": ROLE},
                {"name": "owners", "precedence": 1, "roleArn": ROLE},
                {"name": "readers", "precedence": 2, "roleArn": OTHER},
                {"name": "guests", "precedence": 2}])),
        ]);
    }
}
