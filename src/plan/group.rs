//! A group of users, settled.

use crate::api::app_auth;
use crate::path::FieldPath;

/// A group of users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its place in the list, for paths.
    pub index: usize,
    /// Its name at AWS.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Which group's role counts for a user of several: that of the lowest.
    pub precedence: Option<i64>,
    /// The IAM role that members may take.
    pub role_arn: Option<String>,
}

impl Group {
    /// The path of a field.
    pub fn at(&self, field: &str) -> FieldPath {
        FieldPath::parse("spec.groups")
            .index(self.index)
            .join(&FieldPath::parse(field))
    }
}

pub(super) fn settle((index, written): (usize, app_auth::Group)) -> Group {
    let app_auth::Group {
        name,
        description,
        precedence,
        role_arn,
    } = written;
    Group {
        index,
        name,
        description,
        precedence,
        role_arn,
    }
}
