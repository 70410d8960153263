//! Golden cases, the heart of the tests: a folder each with `xr.yaml`, and where the case has them `input.yaml`,
//! `observed.yaml`, `connection-details.yaml` and what the cluster answers, in `required.yaml` (by a Crossplane that says
//! it can) or `extra.yaml` (by an older one), and in `schemas.yaml` (its schemas, as OpenAPI v3); what the function
//! answers is in `expected.yaml`. Every AppAuth of the examples is a case, too, before and after its resources are
//! there.
//!
//! That each way in answers alike is for `tests/ways.rs`.
//!
//! `UPDATE=1 cargo test --test golden` writes what is expected anew; `git diff` is the review.

#![expect(clippy::unwrap_used, reason = "a test stops at what it cannot read")]

#[path = "common/cases.rs"]
mod cases;

use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;

use cases::{Case, json, request};
use function_appauth::protocol::resource_selector::Match;
use function_appauth::protocol::{
    Ready, Resource, ResourceSelector, RunFunctionRequest, RunFunctionResponse, Severity, Status,
    Struct,
};
use function_appauth::{function, manifest};
use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::{Map, Value, json};

/// How often what waits may wait for something that waits: a client for a server that is replaced, that for the pool.
const MOST_WAITS: usize = 4;

/// What stands for a secret in the cases begins like this.
const PLANTED: &str = "planted-";

fn main() {
    let update = std::env::var_os("UPDATE").is_some();
    let trials = cases::all()
        .into_iter()
        .flat_map(|case| {
            let case = Arc::new(case);
            let again = Arc::clone(&case);
            let stays = format!("{} stays as it is", case.name);
            [
                Trial::test(case.name.clone(), move || check(&case, update)),
                Trial::test(stays, move || stays_as_it_is(&again)),
            ]
        })
        .collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn check(case: &Case, update: bool) -> Result<(), Failed> {
    let answer = answer(case);
    holds_no_secret(&answer)?;
    let found = manifest::write(&answer);
    if update {
        fs::create_dir_all(case.expected.parent().unwrap()).unwrap();
        fs::write(&case.expected, &found).unwrap();
        return Ok(());
    }
    let expected = fs::read_to_string(&case.expected).unwrap_or_default();
    if expected == found {
        return Ok(());
    }
    let diff = similar_asserts::SimpleDiff::from_str(&expected, &found, "expected", "found");
    Err(format!(
        "{}\n{diff}\nUPDATE=1 cargo test --test golden accepts it",
        case.expected.display()
    )
    .into())
}

/// A planted secret stands in connection details and in composed Secrets, whose data is not text, alone.
fn holds_no_secret(answer: &Value) -> Result<(), Failed> {
    let mut rest = answer.clone();
    if let Some(composite) = rest.get_mut("composite").and_then(Value::as_object_mut) {
        composite.remove("connectionDetails");
    }
    let text = rest.to_string();
    match text.find(PLANTED) {
        Some(at) => {
            let said: String = text[at..].chars().take(40).collect();
            Err(format!("a secret is told: {said}").into())
        }
        None => Ok(()),
    }
}

/// Once what was rendered is observed, rendering it again changes nothing; where something waits, once what it waits for
/// is observed, too.
fn stays_as_it_is(case: &Case) -> Result<(), Failed> {
    let mut before = rendered(request(case));
    for _ in 0..MOST_WAITS {
        if before.1.get("waitingFor").is_some() || has_withdrawn_triggers(&before) {
            before = rendered(observing(case, &before));
        }
    }
    let after = rendered(observing(case, &before));
    let changed: Vec<&String> = before
        .0
        .iter()
        // A composed Secret holds what is known by now.
        .filter(|(name, body)| body["kind"] != "Secret" && after.0.get(*name) != Some(body))
        .map(|(name, _)| name)
        .collect();
    if changed.is_empty() {
        Ok(())
    } else {
        Err(format!("changed: {changed:?}").into())
    }
}

/// Whether the pool has no block of triggers for now, because an empty one could not be applied.
fn has_withdrawn_triggers((bodies, _): &Rendered) -> bool {
    let pool = bodies.get("user-pool");
    pool.is_some_and(|pool| pool.pointer("/spec/forProvider/lambdaConfig").is_none())
}

/// The resources and the status of an answer.
type Rendered = (BTreeMap<String, Value>, Value);

fn rendered(request: RunFunctionRequest) -> Rendered {
    let desired = function::run(request).desired.unwrap_or_default();
    let bodies = desired
        .resources
        .into_iter()
        .map(|(name, resource)| (name, body(&resource)));
    let composite = desired.composite.and_then(|composite| composite.resource);
    let status = composite.map_or(Value::Null, |composite| json(&composite)["status"].take());
    (bodies.collect(), status)
}

/// The request of a case once what was rendered is there.
fn observing(case: &Case, (bodies, status): &Rendered) -> RunFunctionRequest {
    let mut request = request(case);
    let pool_id = status["userPool"]["id"]
        .as_str()
        .unwrap_or("eu-west-1_AbCdEfGhI");
    let observed = &mut request.observed.as_mut().unwrap().resources;
    let was_observed = std::mem::take(observed);
    for (name, rendered) in bodies {
        let mut rendered = rendered.clone();
        // What others wrote stays.
        let metadata = was_observed
            .get(name)
            .map(|was| body(was)["metadata"].take());
        for (field, value) in metadata.iter().filter_map(Value::as_object).flatten() {
            match (&mut rendered["metadata"][field], value) {
                (Value::Object(fields), Value::Object(more)) => {
                    for (key, value) in more {
                        fields.entry(key.clone()).or_insert_with(|| value.clone());
                    }
                }
                (field, value) if field.is_null() => *field = value.clone(),
                _ => {}
            }
        }
        let annotations = &mut rendered["metadata"]["annotations"];
        if annotations["crossplane.io/external-name"].is_null() {
            annotations["crossplane.io/external-name"] = json!(pool_id);
        }
        let fields = &mut rendered["spec"]["forProvider"];
        if fields.is_object() && fields["userPoolId"].is_null() {
            fields["userPoolId"] = json!(pool_id);
        }
        rendered["status"] = json!({"conditions": [
            {"type": "Ready", "status": "True"}, {"type": "Synced", "status": "True"}]});
        let resource = rendered.as_object().map(Struct::from_json);
        observed.insert(
            name.clone(),
            Resource {
                resource,
                ..Resource::default()
            },
        );
    }
    request
}

/// What the function answers, as YAML that a person can read.
fn answer(case: &Case) -> Value {
    readable(function::run(request(case)))
}

fn readable(response: RunFunctionResponse) -> Value {
    let mut answer = Map::new();
    let results: Vec<Value> = response
        .results
        .iter()
        .map(|result| {
            assert_eq!(
                result.severity(),
                Severity::Fatal,
                "events on every call are noise"
            );
            // One finding a line: a list of them is for people.
            let message: Vec<&str> = result.message.split("; ").collect();
            json!({ "fatal": message.join(";\n") })
        })
        .collect();
    let refused = !results.is_empty();
    if refused {
        answer.insert("results".to_owned(), results.into());
    }
    let conditions = response.conditions.iter().map(|condition| {
        let status = match condition.status() {
            Status::ConditionTrue => "is true",
            Status::ConditionFalse => "is false",
            _ => "is unknown",
        };
        let message = condition.message.clone().unwrap_or_default();
        let said = if refused {
            "as the result".to_owned()
        } else {
            message
        };
        (
            condition.r#type.clone(),
            json!(format!("{status}, {}: {said}", condition.reason)),
        )
    });
    answer.insert(
        "conditions".to_owned(),
        conditions.collect::<Map<_, _>>().into(),
    );
    if let Some(requirements) = response.requirements {
        let names = |selectors: BTreeMap<String, ResourceSelector>| -> Vec<String> {
            selectors
                .into_iter()
                .map(|(name, selector)| asked_for(&name, &selector))
                .collect()
        };
        let asked = json!({
            "resources": names(requirements.resources),
            "extraResources": names(requirements.extra_resources),
            "schemas": requirements
                .schemas
                .into_iter()
                .map(|(name, schema)| format!("{name}: {} {}", schema.api_version, schema.kind))
                .collect::<Vec<_>>(),
        });
        let mut asked = asked.as_object().unwrap().clone();
        asked.retain(|_, names| names != &json!([]));
        answer.insert("asks".to_owned(), asked.into());
    }
    let desired = response.desired.unwrap_or_default();
    if let Some(composite) = desired.composite {
        let mut shown = Map::new();
        shown.insert("ready".to_owned(), ready(composite.ready()));
        let body = composite.resource.as_ref().map(json);
        shown.insert(
            "status".to_owned(),
            body.map_or(Value::Null, |body| body["status"].clone()),
        );
        let details: Map<String, Value> = composite
            .connection_details
            .into_iter()
            .map(|(key, value)| (key, String::from_utf8(value).unwrap().into()))
            .collect();
        if !details.is_empty() {
            shown.insert("connectionDetails".to_owned(), details.into());
        }
        answer.insert("composite".to_owned(), shown.into());
    }
    let resources: Map<String, Value> = desired
        .resources
        .into_iter()
        .map(|(name, resource)| {
            let shown = json!({ "ready": ready(resource.ready()), "resource": body(&resource) });
            (name, shown)
        })
        .collect();
    if !resources.is_empty() {
        answer.insert("resources".to_owned(), resources.into());
    }
    Value::Object(answer)
}

/// A question in a line.
fn asked_for(name: &str, selector: &ResourceSelector) -> String {
    let namespace = selector
        .namespace
        .as_deref()
        .map_or(String::new(), |namespace| format!("{namespace}/"));
    let which = match selector.r#match.as_ref().unwrap() {
        Match::MatchName(name) => format!("{namespace}{name}"),
        Match::MatchLabels(labels) => format!("{:?}", labels.labels),
    };
    format!("{name}: {} {} {which}", selector.api_version, selector.kind)
}

fn ready(ready: Ready) -> Value {
    match ready {
        Ready::True => json!(true),
        Ready::False => json!(false),
        Ready::Unspecified => json!("for Crossplane to say"),
    }
}

fn body(resource: &Resource) -> Value {
    resource.resource.as_ref().map_or(Value::Null, json)
}
