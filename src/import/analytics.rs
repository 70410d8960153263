//! Where a client's usage is counted.

use serde_json::{Value, json};

use super::aws;
use super::leftovers::{Rest, text, unless};
use crate::api::app_auth::Analytics;

/// Counted with Pinpoint, by an ARN alone, or by an id with a role and an external id.
pub(super) fn import(
    config: Option<&aws::AnalyticsConfiguration>,
    rest: &mut Rest,
) -> Option<Analytics> {
    let config = config?;
    let analytics = Analytics {
        application_arn: text(config.application_arn.as_ref()),
        application_id: text(config.application_id.as_ref()),
        external_id: text(config.external_id.as_ref()),
        role_arn: text(config.role_arn.as_ref()),
        share_user_data: unless(&false, config.user_data_shared == Some(true)),
    };
    let Analytics {
        application_arn,
        application_id,
        external_id,
        role_arn,
        share_user_data,
    } = &analytics;
    let given = [application_arn, application_id, external_id, role_arn].map(Option::is_some);
    match given {
        [true, false, false, false] | [false, true, true, true] => Some(analytics),
        [false, false, false, false] => None,
        _ => {
            let fields = [
                ("applicationARN", json!(application_arn)),
                ("applicationID", json!(application_id)),
                ("externalID", json!(external_id)),
                ("roleARN", json!(role_arn)),
                ("userDataShared", json!(share_user_data.unwrap_or(false))),
            ];
            for (field, value) in fields
                .into_iter()
                .filter(|(_, value)| *value != Value::Null)
            {
                rest.patch(&format!("analyticsConfiguration.{field}"), value);
            }
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::pruned;
    use super::*;

    #[test]
    fn usage_is_counted_in_one_way_or_laid_over() {
        for (config, expected, patch) in [
            (
                json!({"ApplicationArn": "a", "UserDataShared": true}),
                json!({"applicationArn": "a", "shareUserData": true}),
                Value::Null,
            ),
            (
                json!({"ApplicationId": "a", "RoleArn": "r", "ExternalId": "e"}),
                json!({"applicationId": "a", "roleArn": "r", "externalId": "e"}),
                Value::Null,
            ),
            (json!({}), Value::Null, Value::Null),
            (
                json!({"ApplicationArn": "a", "RoleArn": "r"}),
                Value::Null,
                json!({"analyticsConfiguration": {"applicationARN": "a", "roleARN": "r", "userDataShared": false}}),
            ),
        ] {
            let mut rest = Rest::of("UserPoolClient", "web");
            let answer = serde_json::from_value(config.clone()).unwrap();
            assert_eq!(
                pruned(&import(Some(&answer), &mut rest)),
                expected,
                "{config}"
            );
            let laid = rest.into_parts("client-web").0.unwrap_or_default();
            assert_eq!(laid["patch"]["spec"]["forProvider"], patch, "{config}");
        }
    }
}
