//! Groups of users.

use super::aws;
use super::leftovers::{Rest, text};
use crate::api::app_auth::Group;

/// A group, taken over; none without a name.
pub(super) fn import(group: &aws::Group, rest: &mut Rest) -> Option<Group> {
    rest.unknown("", &group.unknown);
    Some(Group {
        name: group.group_name.clone()?,
        description: text(group.description.as_ref()),
        precedence: group.precedence,
        role_arn: text(group.role_arn.as_ref()),
    })
}
