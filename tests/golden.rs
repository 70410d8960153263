//! Golden cases, the heart of the tests: a folder each with `xr.yaml`, and where the case has them `input.yaml`,
//! `observed.yaml`, `connection-details.yaml` and what the cluster answers, in `required.yaml` (by a Crossplane that says
//! it can) or `extra.yaml` (by an older one), and in `schemas.yaml` (its schemas, as OpenAPI v3); what the function
//! answers is in `expected.yaml`. Every AppAuth of the examples is a case, too, before and after its resources are
//! there.
//!
//! `UPDATE=1 cargo test --test golden` writes what is expected anew; `git diff` is the review.

#![expect(clippy::unwrap_used, reason = "a test stops at what it cannot read")]

#[path = "common/guest.rs"]
mod guest;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use function_appauth::protocol::resource_selector::Match;
use function_appauth::protocol::{
    Capability, Ready, RequestMeta, Resource, ResourceSelector, Resources, RunFunctionRequest,
    RunFunctionResponse, Schema, Severity, Status, Struct,
};
use function_appauth::{function, manifest};
use libtest_mimic::{Arguments, Failed, Trial};
use prost::Message;
use serde_json::{Map, Value, json};

struct Case {
    name: String,
    xr: PathBuf,
    input: Option<PathBuf>,
    observed: Option<PathBuf>,
    cluster: Cluster,
    schemas: Option<PathBuf>,
    expected: PathBuf,
}

/// What the cluster answers.
enum Cluster {
    /// Nothing: nobody asks it.
    Silent,
    /// What is in a file, by a Crossplane that says it can.
    Required(PathBuf),
    /// What is in a file, by an older one.
    Extra(PathBuf),
}

/// How often what waits may wait for something that waits: a client for a server that is replaced, that for the pool.
const MOST_WAITS: usize = 4;

/// What stands for a secret in the cases begins like this.
const PLANTED: &str = "planted-";

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut cases = Vec::new();
    for folder in folders(&root.join("tests/golden")) {
        cases.push(Case {
            name: name(&folder),
            xr: folder.join("xr.yaml"),
            input: existing(folder.join("input.yaml")),
            observed: existing(folder.join("observed.yaml")),
            cluster: match (
                existing(folder.join("required.yaml")),
                existing(folder.join("extra.yaml")),
            ) {
                (Some(path), _) => Cluster::Required(path),
                (None, Some(path)) => Cluster::Extra(path),
                (None, None) => Cluster::Silent,
            },
            schemas: existing(folder.join("schemas.yaml")),
            expected: folder.join("expected.yaml"),
        });
    }
    for folder in folders(&root.join("examples")) {
        for xr in app_auths(&folder) {
            let stem = xr.file_stem().unwrap().to_string_lossy().into_owned();
            let mut title = name(&folder);
            let mut stages = vec![("new", None)];
            if stem == "xr" {
                stages.push(("there", Some(folder.join("observed.yaml"))));
            } else {
                title = format!("{title}.{stem}");
            }
            for (stage, observed) in stages {
                cases.push(Case {
                    name: format!("example {title} {stage}"),
                    xr: xr.clone(),
                    input: Some(folder.join("composition.yaml")),
                    observed,
                    cluster: existing(folder.join("required.yaml"))
                        .map_or(Cluster::Silent, Cluster::Required),
                    schemas: None,
                    expected: root.join(format!("tests/golden-examples/{title}.{stage}.yaml")),
                });
            }
        }
    }
    let update = std::env::var_os("UPDATE").is_some();
    let cases: Vec<Arc<Case>> = cases.into_iter().map(Arc::new).collect();
    let by_guests = guest::ENGINES.map(|engine| {
        let cases = cases.clone();
        // Needs the module and the engine, which make test builds.
        let name = format!("the guest on {engine} answers each case alike");
        Trial::test(name, move || by_guest(engine, &cases)).with_ignored_flag(true)
    });
    let trials = cases
        .into_iter()
        .flat_map(|case| {
            let again = Arc::clone(&case);
            let stays = format!("{} stays as it is", case.name);
            [
                Trial::test(case.name.clone(), move || check(&case, update)),
                Trial::test(stays, move || stays_as_it_is(&again)),
            ]
        })
        .chain(by_guests)
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

/// The guest gets what the host makes of it: our Input as the config of another.
fn by_guest(engine: &str, cases: &[Arc<Case>]) -> Result<(), Failed> {
    let mut host = guest::Host::start(engine);
    // The module says of rules that it does not check them.
    let has_rules = |case: &Case| {
        let schemas = case.schemas.as_deref().map(fs::read_to_string);
        schemas.is_some_and(|text| text.unwrap().contains("x-kubernetes-validations"))
    };
    for case in cases.iter().filter(|case| !has_rules(case)) {
        let mut request = request(case);
        let expected = function::run(request.clone()).encode_to_vec();
        if host.run(&request.encode_to_vec()) != expected {
            return Err(format!("{} differs", case.name).into());
        }
        if let Some(input) = request.input.take() {
            let input = json!({ "apiVersion": "wasm.fn.crossplane.io/v1", "kind": "Input", "config": json(&input) });
            request.input = input.as_object().map(Struct::from_json);
            if host.fresh(&request.encode_to_vec()) != expected {
                return Err(format!("{} differs where the host has the Input", case.name).into());
            }
        }
    }
    Ok(())
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

/// What Crossplane would ask.
fn request(case: &Case) -> RunFunctionRequest {
    let xr = documents(&case.xr).remove(0);
    let input = case.input.as_deref().and_then(input);
    let observed: BTreeMap<String, Value> = case
        .observed
        .iter()
        .flat_map(|path| documents(path))
        .map(|document| {
            let annotations = &document["metadata"]["annotations"];
            let name = annotations["crossplane.io/composition-resource-name"]
                .as_str()
                .unwrap();
            (name.to_owned(), document)
        })
        .collect();
    let mut request = function::request(&xr, input.as_ref(), &observed);
    answer_questions(&case.cluster, &mut request);
    if let Some(schemas) = &case.schemas {
        answer_schemas(schemas, &mut request);
    }
    let details = case.xr.with_file_name("connection-details.yaml");
    if let (Some(details), Some(_)) = (existing(details), &case.observed) {
        let details = documents(&details).remove(0);
        for (name, details) in details.as_object().unwrap() {
            let resource = request
                .observed
                .as_mut()
                .unwrap()
                .resources
                .get_mut(name)
                .unwrap();
            for (key, value) in details.as_object().unwrap() {
                resource
                    .connection_details
                    .insert(key.clone(), value.as_str().unwrap().into());
            }
        }
    }
    request
}

/// Adds what the cluster answers: of a file's resources, what the function asks for.
fn answer_questions(cluster: &Cluster, request: &mut RunFunctionRequest) {
    let (path, requires) = match cluster {
        Cluster::Silent => return,
        Cluster::Required(path) => (path, true),
        Cluster::Extra(path) => (path, false),
    };
    if requires {
        let can = Capability::RequiredResources;
        request.meta = Some(meta(&[Capability::Capabilities, can]));
    }
    let asked = function::run(request.clone())
        .requirements
        .unwrap_or_default();
    let selectors = if requires {
        asked.resources
    } else {
        asked.extra_resources
    };
    let documents = documents(path);
    for (name, selector) in selectors {
        let found = documents
            .iter()
            .filter(|document| selects(&selector, document));
        let items = found.map(|document| Resource {
            resource: document.as_object().map(Struct::from_json),
            ..Resource::default()
        });
        let answers = if requires {
            &mut request.required_resources
        } else {
            &mut request.extra_resources
        };
        answers.insert(
            name,
            Resources {
                items: items.collect(),
            },
        );
    }
}

/// Adds the schemas of a file that the function asks for; of those that are not there, that they are not installed.
fn answer_schemas(path: &Path, request: &mut RunFunctionRequest) {
    let can = Capability::RequiredSchemas;
    request.meta = Some(meta(&[Capability::Capabilities, can]));
    let asked = function::run(request.clone())
        .requirements
        .unwrap_or_default();
    let documents = documents(path);
    for (name, selector) in asked.schemas {
        let found = documents.iter().find(|document| {
            document["apiVersion"] == selector.api_version.as_str()
                && document["kind"] == selector.kind.as_str()
        });
        let openapi_v3 = found
            .and_then(|document| document["schema"].as_object())
            .map(Struct::from_json);
        request.required_schemas.insert(name, Schema { openapi_v3 });
    }
}

fn meta(capabilities: &[Capability]) -> RequestMeta {
    RequestMeta {
        capabilities: capabilities.iter().map(|&can| can.into()).collect(),
        ..RequestMeta::default()
    }
}

/// What Crossplane hands over for a selector.
fn selects(selector: &ResourceSelector, document: &Value) -> bool {
    let metadata = &document["metadata"];
    document["apiVersion"] == selector.api_version.as_str()
        && document["kind"] == selector.kind.as_str()
        && metadata["namespace"].as_str() == selector.namespace.as_deref()
        && match selector.r#match.as_ref().unwrap() {
            Match::MatchName(name) => metadata["name"] == name.as_str(),
            Match::MatchLabels(labels) => labels
                .labels
                .iter()
                .all(|(key, value)| metadata["labels"][key] == value.as_str()),
        }
}

/// The Input, by itself or in a Composition.
fn input(path: &Path) -> Option<Value> {
    let document = documents(path).remove(0);
    match document["kind"].as_str() {
        Some("Composition") => document.pointer("/spec/pipeline/0/input").cloned(),
        _ => Some(document),
    }
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

fn json(raw: &Struct) -> Value {
    raw.to_json().unwrap()
}

fn documents(path: &Path) -> Vec<Value> {
    let text =
        fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let documents =
        manifest::read(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    documents
        .into_iter()
        .map(|document| document.value)
        .collect()
}

/// The files of an example that hold an AppAuth.
fn app_auths(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "yaml"))
        .filter(|path| documents(path)[0]["kind"] == "XAppAuth")
        .collect();
    files.sort();
    files
}

fn folders(parent: &Path) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = fs::read_dir(parent)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

fn existing(path: PathBuf) -> Option<PathBuf> {
    path.exists().then_some(path)
}

fn name(folder: &Path) -> String {
    folder.file_name().unwrap().to_string_lossy().into_owned()
}
