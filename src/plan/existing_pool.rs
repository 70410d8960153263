//! A user pool that lives elsewhere, settled.

use std::collections::BTreeMap;

use crate::api::app_auth;
use crate::finding::Finding;
use crate::names::{is_label_value, is_qualified_name, is_subdomain};
use crate::path::FieldPath;
use crate::text::{fields, quoted};

use super::Pool;

/// The user pool that everything belongs to.
#[derive(Debug, Clone, PartialEq)]
pub enum UserPool {
    /// One that the composite owns.
    Own(Box<Pool>),
    /// One that lives elsewhere.
    Existing(ExistingPool),
}

/// A user pool that lives elsewhere.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExistingPool {
    /// What was written as its id.
    pub id: Option<String>,
    /// What was written as the name of its resource.
    pub name: Option<String>,
    /// What was written as the labels of its resource.
    pub labels: Option<BTreeMap<String, String>>,
}

/// A pool that is named in one way, as the rules have seen to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PoolReference<'a> {
    /// By its id at AWS.
    Id(&'a str),
    /// By the `metadata.name` of its resource.
    Name(&'a str),
    /// By the labels of its resource.
    Labels(&'a BTreeMap<String, String>),
}

impl ExistingPool {
    /// The way in which it is named; none where it is not, which is an error of its own.
    pub fn reference(&self) -> Option<PoolReference<'_>> {
        let Self { id, name, labels } = self;
        match (id, name, labels) {
            (Some(id), _, _) => Some(PoolReference::Id(id)),
            (None, Some(name), _) => Some(PoolReference::Name(name)),
            (None, None, Some(labels)) => Some(PoolReference::Labels(labels)),
            (None, None, None) => None,
        }
    }

    /// The path of a field.
    pub fn at(&self, field: &str) -> FieldPath {
        FieldPath::parse("spec.existingUserPool").join(&FieldPath::parse(field))
    }
}

pub(super) fn settle(
    written: app_auth::ExistingUserPool,
    found: &mut Vec<Finding>,
) -> ExistingPool {
    let app_auth::ExistingUserPool { id, name, labels } = written;
    let pool = ExistingPool { id, name, labels };
    check(&pool, found);
    pool
}

/// Finds a pool that is named in no way or in several, or in one that the API server does not take in a question: such
/// a question would fail the whole reconcile, and say little of why.
fn check(pool: &ExistingPool, found: &mut Vec<Finding>) {
    let ExistingPool { id, name, labels } = pool;
    let ways: Vec<&str> = [
        ("id", id.is_some()),
        ("name", name.is_some()),
        ("labels", labels.is_some()),
    ]
    .into_iter()
    .filter_map(|(way, given)| given.then_some(way))
    .collect();
    let at = |field| pool.at(field);
    match ways[..] {
        [] => found.push(Finding::error(
            at(""),
            "names no user pool",
            "give one of id, name and labels",
        )),
        [_] => {}
        _ => found.push(Finding::error(
            at(""),
            format!("has {}", fields(&ways)),
            "keep one of them",
        )),
    }
    if let Some(name) = name
        && !is_subdomain(name)
    {
        found.push(Finding::error(
            at("name"),
            format!("{} is no name of a resource", quoted(name)),
            "use the metadata.name of a UserPool: a to z, 0 to 9, - and . only",
        ));
    }
    let Some(labels) = labels else { return };
    if labels.is_empty() {
        found.push(Finding::error(
            at("labels"),
            "is empty, which is every user pool",
            "give labels that one UserPool has",
        ));
    }
    for (key, value) in labels {
        if !is_qualified_name(key) {
            found.push(Finding::error(
                at("labels"),
                format!("{} is no key of a label", quoted(key)),
                "use letters, digits, - _ and . with a letter or digit at both ends, 63 at most",
            ));
        }
        if !is_label_value(value) {
            found.push(Finding::error(
                at("labels").field(key.clone()),
                format!("{} is no value of a label", quoted(value)),
                "use letters, digits, - _ and . with a letter or digit at both ends, 63 at most",
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn said(written: Value) -> Vec<String> {
        let mut found = Vec::new();
        settle(serde_json::from_value(written).unwrap(), &mut found);
        found.iter().map(Finding::to_string).collect()
    }

    #[test]
    fn a_pool_is_named_in_one_way_that_the_api_server_takes() {
        for (written, sentence) in [
            (
                json!({}),
                "spec.existingUserPool: names no user pool; give one of id, name and labels",
            ),
            (
                json!({"id": "eu-west-1_AbC", "name": "shared"}),
                "spec.existingUserPool: has id and name; keep one of them",
            ),
            (
                json!({"name": "Shared_Pool"}),
                r#"spec.existingUserPool.name: "Shared_Pool" is no name of a resource; use the metadata.name of a UserPool: a to z, 0 to 9, - and . only"#,
            ),
            (
                json!({"labels": {}}),
                "spec.existingUserPool.labels: is empty, which is every user pool; give labels that one UserPool has",
            ),
            (
                json!({"labels": {"team name": "identity"}}),
                r#"spec.existingUserPool.labels: "team name" is no key of a label; use letters, digits, - _ and . with a letter or digit at both ends, 63 at most"#,
            ),
            (
                json!({"labels": {"team": "identity!"}}),
                r#"spec.existingUserPool.labels.team: "identity!" is no value of a label; use letters, digits, - _ and . with a letter or digit at both ends, 63 at most"#,
            ),
        ] {
            assert_eq!(said(written), [sentence]);
        }
        for right in [
            json!({"id": "eu-west-1_AbC"}),
            json!({"name": "shared.pool-1"}),
            json!({"labels": {"team": "identity", "example.org/pool": "Shared_1", "empty": ""}}),
        ] {
            assert!(said(right.clone()).is_empty(), "{right}");
        }
    }
}
