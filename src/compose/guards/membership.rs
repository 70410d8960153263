//! What exists is of one user pool for good.

use crate::finding::Finding;
use crate::path::FieldPath;
use crate::plan::{Part, UserPool, resource};
use crate::providers::Object;

use super::super::state::Known;

/// Finds what would get another pool. It is said once, not for every resource.
pub(super) fn check(known: &Known<'_>, objects: &[Object]) -> Option<Finding> {
    match &known.plan.user_pool {
        UserPool::Own(_) => own(known, objects),
        UserPool::Existing(_) => abandoned(known).or_else(|| existing(known, objects)),
    }
}

/// A pool of one's own that is to be left for another.
fn abandoned(known: &Known<'_>) -> Option<Finding> {
    let pool = known.observed.get(resource::USER_POOL)?;
    known.exists(Part::UserPool, pool).then(|| {
        let id = pool.external_name().map_or_else(String::new, |id| format!(" \"{id}\""));
        Finding::error(
            FieldPath::parse("spec.existingUserPool"),
            format!("would take the place of this resource's own user pool{id}, which exists and would be given up"),
            "remove existingUserPool and put userPool back, or make another AppAuth that uses the other pool",
        )
    })
}

/// What is of a pool that lives elsewhere and is to be of one's own.
fn own(known: &Known<'_>, objects: &[Object]) -> Option<Finding> {
    if known.observed.contains_key(resource::USER_POOL) {
        return None;
    }
    let (name, pool) = objects.iter().find_map(|object| {
        let before = known.part(object.part)?;
        let pool = before.pool_id()?;
        let is_elsewhere = match object.part {
            // It has the id as a value, whosever the pool is.
            Part::ResourceServer(_) => is_of_another(known, pool),
            _ => !before.finds_own_pool(),
        };
        (is_elsewhere && known.exists(object.part, before)).then_some((&object.name, pool))
    })?;
    Some(Finding::error(
        FieldPath::parse("spec.userPool"),
        format!(
            "would take \"{name}\" away from the user pool \"{pool}\", which Cognito does not do"
        ),
        "put existingUserPool back, or make another AppAuth with a user pool of its own",
    ))
}

/// Whether the status tells that a pool is not one's own.
fn is_of_another(known: &Known<'_>, pool: &str) -> bool {
    let name = known.plan.own_pool().map(|own| own.name.as_str());
    known.composite.status_text("/userPool/id") == Some(pool)
        && known.composite.status_text("/userPool/name") != name
}

/// What is of another pool than the one that is written now.
fn existing(known: &Known<'_>, objects: &[Object]) -> Option<Finding> {
    let pool = known.plan.existing_pool()?;
    let id = pool
        .id
        .as_deref()
        .or_else(|| known.pool()?.external_name())?;
    let (name, before) = objects.iter().find_map(|object| {
        let before = known.part(object.part)?;
        let other = before.pool_id().filter(|other| *other != id)?;
        known
            .exists(object.part, before)
            .then_some((&object.name, other))
    })?;
    Some(Finding::error(
        pool.at(""),
        format!(
            "\"{name}\" is of the user pool \"{before}\" and cannot move to \"{id}\": Cognito fixes the pool when it is created"
        ),
        "set it back, or make another AppAuth that uses the other pool",
    ))
}
