//! `Group`: a group of users.
//!
//! The group's name is the external name. The controller fills in nothing, and compares description and precedence
//! alone.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::common::{PoolFields, Reference, ResourceSpec, Selector};
use crate::plan::{Group, Plan};

/// The kind's name.
pub(super) const KIND: &str = "Group";

/// The spec of a `Group`.
pub type GroupSpec = ResourceSpec<GroupParameters>;

/// What the provider is to bring about.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GroupParameters {
    /// What the group is for. Compared; left out is empty, and AWS keeps what an update leaves out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Which group's role counts for a user of several. Compared; left out is 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub precedence: Option<i64>,
    /// The region whose API is called.
    pub region: String,
    /// The IAM role that members may take. Sent along.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<String>,
    /// The role by the name of its resource.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_arn_ref: Option<Reference>,
    /// The role by what its resource is like.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_arn_selector: Option<Selector>,
    /// The pool's id. Filled in by the controller from the other two; a value that is written wins over them, unless
    /// they are followed always.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_pool_id: Option<String>,
    /// The UserPool by its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_pool_id_ref: Option<Reference>,
    /// The UserPool by what it is like.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_pool_id_selector: Option<Selector>,
}

impl GroupSpec {
    /// The spec of one of a plan's groups.
    pub fn render(group: &Group, plan: &Plan) -> Self {
        let Group {
            index: _,
            // The external name.
            name: _,
            description,
            precedence,
            role_arn,
        } = group;
        let pool = PoolFields::of(plan);
        let parameters = GroupParameters {
            description: Some(description.clone().unwrap_or_default()),
            precedence: *precedence,
            region: plan.region.to_string(),
            role_arn: role_arn.clone(),
            role_arn_ref: None,
            role_arn_selector: None,
            user_pool_id: pool.id,
            user_pool_id_ref: pool.reference,
            user_pool_id_selector: pool.selector,
        };
        Self::new(parameters, plan)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::tests::{full_plan, plan};
    use super::*;

    fn rendered(plan: &Plan) -> Value {
        serde_json::to_value(GroupSpec::render(&plan.groups[0], plan)).unwrap()
    }

    #[test]
    fn a_description_that_nobody_wrote_is_empty_so_that_one_can_be_taken_away() {
        let plan = plan(&json!({ "region": "eu-west-1", "groups": [{ "name": "admins" }] }));
        assert_eq!(
            rendered(&plan),
            json!({
                "forProvider": {
                    "description": "",
                    "region": "eu-west-1",
                    "userPoolIdSelector": { "matchControllerRef": true, "policy": { "resolve": "Always" } },
                },
                "providerConfigRef": { "name": "default" },
            })
        );
    }

    #[test]
    fn a_group_that_says_everything_has_everything() {
        assert_eq!(
            rendered(&full_plan()),
            json!({
                "forProvider": {
                    "description": "Shop admins",
                    "precedence": 1,
                    "region": "eu-west-1",
                    "roleArn": "arn:aws:iam::123456789012:role/admins",
                    "userPoolIdSelector": { "matchControllerRef": true, "policy": { "resolve": "Always" } },
                },
                "providerConfigRef": { "name": "default" },
            })
        );
    }
}
