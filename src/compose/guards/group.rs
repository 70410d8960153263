//! Guards of the groups. Replacing a group would lose its members, so nothing here offers that.

use serde_json::Value;

use crate::finding::Finding;
use crate::json::Json;
use crate::plan::Group;
use crate::providers::{Object, Observed};

use super::shown;

/// The fields with which the provider notices a change.
const COMPARED: [&str; 2] = ["description", "precedence"];

/// Holds a group against the observed one.
pub(super) fn check(
    group: &Group,
    object: &Object,
    before: &Observed<'_>,
    found: &mut Vec<Finding>,
) {
    let observed = before;
    let (Some(wanted), Some(before)) = (object.for_provider(), observed.for_provider()) else {
        return;
    };
    // By an override, the role comes from a resource, and the provider fills in its ARN.
    if wanted.contains_key("roleArnRef") || wanted.contains_key("roleArnSelector") {
        return;
    }
    // An update leaves out what is not asked for, and AWS keeps what an update leaves out.
    for (field, remedy) in [
        (
            "roleArn",
            "set it back, or give another role and change the description in the same edit",
        ),
        (
            "precedence",
            "set it back, or to 2147483647, which comes last",
        ),
    ] {
        if let (Some(before), None) = (before.get(field), wanted.get(field)) {
            found.push(Finding::error(
                group.at(field),
                format!(
                    "{} cannot be taken away from a group that exists: AWS keeps it",
                    shown(&before.to_value())
                ),
                remedy,
            ));
        }
    }
    let old = before
        .get("roleArn")
        .map(Json::to_value)
        .unwrap_or_default();
    let new = wanted.get("roleArn").cloned().unwrap_or_default();
    // What was asked for last and is not at AWS yet is a difference that the provider still sees.
    let is_carried = !observed.is("Synced")
        || COMPARED
            .iter()
            .any(|field| is_compared_otherwise(before.get(field), wanted.get(*field)));
    if old != new && !new.is_null() && !is_carried {
        found.push(Finding::error(
            group.at("roleArn"),
            format!(
                "{} cannot become {} by itself: the provider notices a change of description or precedence alone",
                shown(&old),
                shown(&new)
            ),
            "set it back, or change the description in the same edit, which takes the role along",
        ));
    }
}

/// Whether the provider sees a difference. Nothing, empty and 0 are the same to it.
fn is_compared_otherwise(before: Option<&Json<'_>>, wanted: Option<&Value>) -> bool {
    let something = |value: &Value| *value != "" && *value != 0 && !value.is_null();
    let before = before.map(Json::to_value).filter(something);
    before.as_ref() != wanted.filter(|wanted| something(wanted))
}
