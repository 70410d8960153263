//! Guards of the user pool.

use serde_json::{Map, Value};

use crate::api::SPEC_HASH;
use crate::finding::Finding;
use crate::json::{Fields, Json};
use crate::path::at;
use crate::plan::Pool;
use crate::providers::{Object, Observed};

use super::{ANOTHER_POOL, changed, fixed, imported};

/// Holds a pool against the observed one.
pub(super) fn check(
    pool: &Pool,
    object: &Object,
    observed: &Observed<'_>,
    found: &mut Vec<Finding>,
) {
    found.extend(imported(
        pool.import_id.as_deref(),
        observed,
        || pool.at("importId"),
        "user pool",
    ));
    let (Some(wanted), Some(before)) = (object.for_provider(), observed.for_provider()) else {
        return;
    };
    if let Some((before, wanted)) = changed(before, wanted, "poolName") {
        found.push(fixed(
            pool.at("name"),
            "user pool",
            &before,
            wanted,
            ANOTHER_POOL,
        ));
    }
    let identifiers_before = identifiers(|field| {
        let names = before.get(field).and_then(Json::as_array)?;
        Some(names.iter().map(Json::as_str).collect())
    });
    let identifiers = identifiers(|field| {
        let names = wanted.get(field).and_then(Value::as_array)?;
        Some(names.iter().map(Value::as_str).collect())
    });
    let said = before.contains_key("usernameAttributes")
        || before.contains_key("aliasAttributes")
        // We rendered it, so neither of the two means that people sign in with a user name alone.
        || before.get("userPoolTags").is_some_and(|tags| tags.get(SPEC_HASH).is_some());
    if said && identifiers_before != identifiers {
        let (before, wanted) = (identifiers_before.into(), identifiers.into());
        found.push(fixed(
            pool.at("signIn.with"),
            "user pool",
            &before,
            &wanted,
            ANOTHER_POOL,
        ));
    }
    if let Some((before, wanted)) = changed(before, wanted, "usernameConfiguration") {
        let path = pool.at("signIn.caseSensitive");
        let (before, wanted) = (&before["caseSensitive"], &wanted["caseSensitive"]);
        found.push(fixed(path, "user pool", before, wanted, ANOTHER_POOL));
    }
    attributes(pool, observed, before, wanted, found);
}

/// What people sign in with, in the words of the spec, by the names in the lists of a pool.
fn identifiers<'a>(names: impl Fn(&str) -> Option<Vec<Option<&'a str>>>) -> Vec<&'static str> {
    let list = |field| names(field).into_iter().flatten();
    let word = |name: Option<&str>| match name {
        Some("email") => "Email",
        Some("phone_number") => "Phone",
        Some("preferred_username") => "PreferredUsername",
        _ => "another attribute",
    };
    let names: Vec<&'static str> = list("usernameAttributes").map(word).collect();
    if names.is_empty() {
        std::iter::once("Username")
            .chain(list("aliasAttributes").map(word))
            .collect()
    } else {
        names
    }
}

fn attributes(
    pool: &Pool,
    observed: &Observed<'_>,
    before: &Fields<'_>,
    wanted: &Map<String, Value>,
    found: &mut Vec<Finding>,
) {
    let before = before.get("schema").and_then(Json::as_array);
    let before = before.unwrap_or_default().iter().map(Json::to_value);
    let before: Vec<Value> = before.collect();
    let wanted = wanted.get("schema").and_then(Value::as_array);
    let wanted = wanted.map(Vec::as_slice).unwrap_or_default();
    for before in before.iter().filter(|each| is_at_aws(observed, each)) {
        let name = before["name"].as_str().unwrap_or_default();
        let Some(wanted) = wanted.iter().find(|each| each["name"] == before["name"]) else {
            found.push(Finding::error(
                pool.at("attributes"),
                format!("\"{name}\" cannot be removed: Cognito keeps an attribute for good"),
                "put it back as it was; nothing needs to use it",
            ));
            continue;
        };
        let attribute = pool.attributes.iter().find(|each| each.name == name);
        for (pointer, field) in [
            ("/attributeDataType", "type"),
            ("/required", "required"),
            ("/mutable", "mutable"),
            ("/stringAttributeConstraints/minLength", "minLength"),
            ("/stringAttributeConstraints/maxLength", "maxLength"),
        ] {
            let Some(before) = at(before, pointer) else {
                continue;
            };
            let wanted = at(wanted, pointer).unwrap_or(&Value::Null);
            if before != wanted {
                let path = attribute
                    .map_or_else(|| pool.at("attributes"), |attribute| attribute.at(field));
                let way_on = "add an attribute of another name";
                found.push(fixed(path, "attribute", before, wanted, way_on));
            }
        }
    }
    // A pool has every standard attribute from the start, as it is where nobody said otherwise.
    let known = |name: &str| before.iter().any(|each| each["name"] == name);
    for attribute in pool
        .attributes
        .iter()
        .filter(|each| each.standard.is_some())
    {
        for (field, wanted, from_the_start) in [
            ("required", attribute.required, false),
            ("mutable", attribute.mutable, true),
        ] {
            if !known(&attribute.name) && wanted != from_the_start {
                found.push(fixed(
                    attribute.at(field),
                    "user pool",
                    &Value::Bool(from_the_start),
                    &Value::Bool(wanted),
                    ANOTHER_POOL,
                ));
            }
        }
    }
}

/// Whether AWS has an attribute of the observed spec. One that it refused can be withdrawn; where the provider does
/// not list what there is, there is no telling.
fn is_at_aws(observed: &Observed<'_>, attribute: &Value) -> bool {
    let listed = observed.body.at("/status/atProvider/schemaAttributes");
    let listed = listed.and_then(Json::as_array);
    let name = attribute["name"].as_str().unwrap_or_default();
    listed.is_none_or(|listed| {
        listed
            .iter()
            .filter_map(|each| each.text("name"))
            .any(|each| each == name || each.strip_prefix("custom:") == Some(name))
    })
}
