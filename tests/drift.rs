//! Nothing that is rendered differs, for the provider, from what AWS gives back: a difference that no update takes away
//! is an update a minute, for ever.
//!
//! AWS and the provider are doubles, [`aws`] and [`provider`]. What each was seen to do stands there. That the doubles
//! can fail is proved in [`protections`], and that a change reaches AWS in [`carriers`].

#![expect(clippy::unwrap_used, reason = "a helper that panics fails its test")]

#[path = "common/aws.rs"]
mod aws;
#[path = "drift/carriers.rs"]
mod carriers;
#[path = "common/cases.rs"]
mod cases;
#[path = "drift/protections.rs"]
mod protections;
#[path = "common/provider.rs"]
mod provider;
#[path = "drift/round_trip.rs"]
mod round_trip;
#[path = "drift/samples.rs"]
mod samples;

use std::collections::BTreeMap;

use function_appauth::function;
use function_appauth::providers::community::API_VERSION;
use serde_json::{Value, json};

/// The kinds that the golden cases and the examples render.
const KINDS: [&str; 6] = [
    "Group",
    "IdentityProvider",
    "ResourceServer",
    "UserPool",
    "UserPoolClient",
    "UserPoolDomain",
];

/// More cases than these render something.
const ENOUGH_CASES: usize = 60;

/// Objects by their names in the composition.
type Objects = BTreeMap<String, Value>;

/// What the function gets.
struct Case {
    name: String,
    xr: Value,
    input: Option<Value>,
    observed: Objects,
}

impl Case {
    fn of(case: &cases::Case) -> Self {
        Self {
            name: case.name.clone(),
            xr: cases::documents(&case.xr).remove(0),
            input: case.input.as_deref().and_then(cases::input),
            observed: cases::observed(case),
        }
    }
}

#[test]
fn nothing_that_is_rendered_differs_from_what_aws_gives_back() {
    let (mut cases, mut kinds, mut found) = (0, BTreeMap::new(), Vec::new());
    for case in all_cases() {
        let objects = rendered(&case);
        cases += usize::from(!objects.is_empty());
        for (name, object) in &objects {
            let kind = object["kind"].as_str().unwrap().to_owned();
            *kinds.entry(kind).or_insert(0) += 1;
            let details = samples::details_of(object);
            let seen = provider::observe(object, &aws::answers(object, &details), &details);
            if seen != samples::never_settles(object) {
                found.push(format!("{}, {name}: {}", case.name, seen.join(", ")));
            }
        }
    }
    assert!(found.is_empty(), "\n{}", found.join("\n"));
    assert!(cases > ENOUGH_CASES, "{cases} cases render something");
    assert_eq!(kinds.keys().collect::<Vec<_>>(), KINDS, "{kinds:?}");
}

#[test]
fn nothing_written_by_hand_differs_from_what_aws_gives_back() {
    for (name, object) in samples::all() {
        let details = samples::details_of(&object);
        let seen = provider::observe(&object, &aws::answers(&object, &details), &details);
        assert_eq!(seen, samples::never_settles(&object), "{name}");
    }
}

/// The provider's objects among those that the function renders. A case that it refuses has none.
fn rendered(case: &Case) -> Objects {
    let request = function::request(&case.xr, case.input.as_ref(), &case.observed);
    function::run(request)
        .desired
        .unwrap_or_default()
        .resources
        .into_iter()
        .map(|(name, resource)| (name, resource.resource.unwrap().to_json().unwrap()))
        .filter(|(_, object)| object["apiVersion"] == API_VERSION)
        .collect()
}

/// The golden cases, and each example before and after its resources are there.
fn all_cases() -> Vec<Case> {
    cases::all().iter().map(Case::of).collect()
}

/// The richest of the golden cases.
fn everything() -> Case {
    let mut cases = cases::all().into_iter();
    let richest = cases.find(|case| case.name == "everything-of-a-pool-and-its-clients");
    Case::of(&richest.unwrap())
}

/// An object with other values in its forProvider, by their pointers; null takes a field out.
fn changed(object: &Value, change: &Value) -> Value {
    let mut object = object.clone();
    for (pointer, value) in change.as_object().unwrap() {
        put(&mut object["spec"]["forProvider"], pointer, value);
    }
    object
}

/// Puts a value at a pointer, which may be one past the end of a list; null takes out what is there.
fn put(root: &mut Value, pointer: &str, value: &Value) {
    let (parent, last) = pointer.rsplit_once('/').unwrap();
    match root.pointer_mut(parent) {
        Some(Value::Object(fields)) if value.is_null() => {
            let there = fields.remove(last);
            assert!(there.is_some(), "{pointer} is not there to be taken out");
        }
        Some(Value::Object(fields)) => {
            fields.insert(last.to_owned(), value.clone());
        }
        Some(Value::Array(entries)) => {
            let index: usize = last.parse().unwrap();
            entries.splice(index..entries.len().min(index + 1), [value.clone()]);
        }
        _ => panic!("{pointer} is nowhere"),
    }
}

/// What Crossplane would observe of what was rendered, once all of it is there.
fn settled(objects: &Objects) -> Objects {
    let conditions = json!([
        { "type": "Ready", "status": "True" }, { "type": "Synced", "status": "True" },
    ]);
    let mut objects = objects.clone();
    for object in objects.values_mut() {
        let region = object["spec"]["forProvider"]["region"].as_str().unwrap();
        let id = json!(format!("{region}_AbCdEfGhI"));
        let name = &mut object["metadata"]["annotations"]["crossplane.io/external-name"];
        if name.is_null() {
            *name = id.clone();
        }
        if object["kind"] != "UserPool" {
            object["spec"]["forProvider"]["userPoolId"] = id;
        }
        object["status"] = json!({ "conditions": conditions });
    }
    objects
}
