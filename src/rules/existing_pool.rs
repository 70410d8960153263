//! Rules of pools that are there already: those that live elsewhere, and those that are taken over.

use super::characters::Class;
use super::{Report, Rule, api, rule};
use crate::path::FieldPath;
use crate::plan::{Plan, UserPool};
use crate::text::quoted;

pub(super) const RULES: &[Rule] = &[
    rule("GEN-POOLID-1", api!("DescribeUserPool"), an_id_is_whole),
    rule(
        "GEN-POOLID-2",
        api!("DescribeUserPool"),
        an_id_is_of_the_region,
    ),
];

fn an_id_is_whole(plan: &Plan, report: &mut Report) {
    if let Some((at, id)) = id(plan)
        && region(id).is_none()
        // Of other characters GEN-SHAPE-1 speaks.
        && Class::Plain.is_all_of(id)
    {
        report.error(
            at,
            format!("{} is not the id of a user pool", quoted(id)),
            "use one such as \"eu-west-1_AbCdEfGhI\"",
        );
    }
}

fn an_id_is_of_the_region(plan: &Plan, report: &mut Report) {
    if let Some((at, id)) = id(plan)
        && let Some(region) = region(id)
        && plan.region.is_known()
        && region != plan.region.as_str()
    {
        report.advise(
            at,
            format!(
                "{} is a pool of \"{region}\", and spec.region is \"{}\"",
                quoted(id),
                plan.region
            ),
            "use a pool of that region, or set the region to the pool's",
        );
    }
}

/// The id of a pool that is there already, and where it stands.
fn id(plan: &Plan) -> Option<(FieldPath, &str)> {
    match &plan.user_pool {
        UserPool::Own(pool) => {
            let id = pool.import_id.as_deref()?;
            Some((pool.at("importId"), id))
        }
        UserPool::Existing(pool) => {
            let id = pool.id.as_deref()?;
            Some((pool.at("id"), id))
        }
    }
}

/// The region of a pool's id; none where it is no such id.
fn region(id: &str) -> Option<&str> {
    let (region, name) = id.rsplit_once('_')?;
    let of_region = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let whole = !region.is_empty()
        && region.bytes().all(of_region)
        && !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    whole.then_some(region)
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::{Value, json};

    use crate::rules::testing::{Case, advice, error, pool, quiet, spec, told};

    fn existing(id: &str) -> Value {
        spec(json!({"existingUserPool": {"id": id}}))
    }

    pub(in crate::rules) fn broken() -> Vec<Case> {
        vec![
            error(
                "GEN-POOLID-1",
                existing("eu-west-1-AbC"),
                r#"spec.existingUserPool.id: "eu-west-1-AbC" is not the id of a user pool; use one such as "eu-west-1_AbCdEfGhI""#,
            ),
            error(
                "GEN-POOLID-1",
                pool(json!({"importId": "eu-west-1_"})),
                r#"spec.userPool.importId: "eu-west-1_" is not the id of a user pool; use one such as "eu-west-1_AbCdEfGhI""#,
            ),
            advice(
                "GEN-POOLID-2",
                existing("us-east-1_AbC123"),
                r#"spec.existingUserPool.id: "us-east-1_AbC123" is a pool of "us-east-1", and spec.region is "eu-west-1"; use a pool of that region, or set the region to the pool's"#,
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
            existing("eu-west-1_AbC123"),
            pool(json!({"importId": "eu-west-1_AbC123"})),
            spec(json!({"existingUserPool": {"name": "shared"}})),
        ]);
    }
}
