//! What is rendered in view of what there is: names at AWS of what was taken over stay though nobody writes them any more,
//! and so does the pool of a resource until it is known which pool another name means; what cannot be emptied is left out.

use serde_json::{Map, Value, json};

use crate::finding::Finding;
use crate::plan::Part;
use crate::providers::object::EXTERNAL_NAME;
use crate::providers::{Object, Observed};

use super::state::Known;

/// How the API server says who wrote the external name.
const EXTERNAL_NAME_OWNED: [&str; 3] = [
    "f:metadata",
    "f:annotations",
    "f:crossplane.io/external-name",
];
/// The field with a pool's triggers.
pub(super) const TRIGGERS: &str = "lambdaConfig";
/// The fields in which a resource names its pool.
const POOL_FIELDS: [&str; 3] = ["userPoolId", "userPoolIdRef", "userPoolIdSelector"];

/// Lays over rendered objects what stays of the observed ones. Its advice is about what may be another pool.
pub(super) fn apply(known: &Known<'_>, objects: &mut [Object]) -> Option<Finding> {
    let other_pool = known.pool_of_another_name();
    for object in objects {
        let Some(observed) = known.part(object.part) else {
            continue;
        };
        if matches!(object.part, Part::UserPool | Part::Client(_)) {
            keep_external_name(object, observed);
        }
        if object.part == Part::UserPool {
            withdraw_triggers(object, observed);
        }
        if other_pool.is_some() {
            keep_pool(object, observed);
        }
    }
    let (pool, id) = (known.plan.existing_pool()?, other_pool?);
    Some(Finding::advice(
        pool.at(""),
        format!(
            "is not known to be the user pool \"{id}\", so what exists stays there and nothing new is made"
        ),
        "set it back, or give the id of the pool",
    ))
}

/// The name at AWS is Crossplane's to take away again where it wrote it, and without it the provider would create
/// another pool or client. While something is being created, what we wrote was not there: to insist would create one
/// more at each try.
fn keep_external_name(object: &mut Object, observed: &Observed<'_>) {
    if object.external_name().is_some() {
        if observed.is_begun_by_provider()
            && let Some(Value::Object(annotations)) =
                object.body.pointer_mut("/metadata/annotations")
        {
            annotations.remove(EXTERNAL_NAME);
        }
    } else if !observed.is_begun_by_provider()
        && observed.is_written_by_crossplane(&EXTERNAL_NAME_OWNED) == Some(true)
        && let Some(name) = observed.external_name()
    {
        object.body["metadata"]["annotations"][EXTERNAL_NAME] = json!(name);
    }
}

/// A map that loses its last field under server-side apply becomes null, which the API server refuses. So the last
/// triggers go with the whole block, and the next time there is an empty one again, by which the provider sees and takes
/// away what others set at AWS.
fn withdraw_triggers(object: &mut Object, observed: &Observed<'_>) {
    let wanted = || object.for_provider()?.get(TRIGGERS)?.as_object();
    let before = || observed.for_provider()?.get(TRIGGERS)?.as_object();
    let becomes_empty =
        wanted().is_some_and(Map::is_empty) && before().is_some_and(|before| !before.is_empty());
    if becomes_empty && let Some(wanted) = object.for_provider_mut() {
        wanted.remove(TRIGGERS);
    }
}

/// Another name or other labels may be another pool, and what exists cannot move there.
fn keep_pool(object: &mut Object, observed: &Observed<'_>) {
    let (Some(wanted), Some(before)) = (object.for_provider_mut(), observed.for_provider()) else {
        return;
    };
    let names_a_pool = POOL_FIELDS.iter().any(|field| wanted.contains_key(*field));
    if !names_a_pool || observed.pool_id().is_none() {
        return;
    }
    for field in POOL_FIELDS {
        match before.get(field) {
            Some(value) => wanted.insert(field.to_owned(), value.to_value()),
            None => wanted.remove(field),
        };
    }
}
