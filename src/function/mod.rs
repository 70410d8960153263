//! The function: protocol in, [`compose`] in the middle, protocol out. It cannot fail: every problem is a result.

mod inputs;
mod report;
mod schemas;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::compose::{
    self, Desired, Outcome, Question, SchemaQuestion, Schemas, Which, requirements,
};
use crate::finding::{Document, Finding, summary};
use crate::json::Json;
use crate::path::FieldPath;
use crate::protocol::resource_selector::Match;
use crate::protocol::{
    Capability, Condition, JsonError, MatchLabels, Ready, Requirements, Resource, ResourceSelector,
    Resources, ResponseMeta, Result as Said, RunFunctionRequest, RunFunctionResponse, Severity,
    State, Status, Struct, Target, has_capability,
};
use crate::providers::{self, Observed};

pub use report::{Composite, Lookups, Report};

/// How long Crossplane may answer an identical request from a cache, in seconds. With realtime compositions it is also
/// the interval at which Crossplane reconciles a composite that does not change.
const TTL: i64 = 600;
/// The TTL if the response requires resources: Crossplane before 2.4 does not watch them.
const TTL_OF_QUESTIONS: i64 = 60;

/// Answers a request, as [`answer`] does.
pub fn run(request: RunFunctionRequest) -> RunFunctionResponse {
    answer(request).0
}

/// Answers a request, and says what it was about.
///
/// What others desire, the composite's own desired state and the context are passed on as they came: Crossplane deletes
/// what is not copied forward. A FATAL result stops the pipeline before anything is applied.
pub fn answer(request: RunFunctionRequest) -> (RunFunctionResponse, Report) {
    let mut report = Report::default();
    let RunFunctionRequest {
        meta,
        observed,
        desired,
        input,
        context,
        extra_resources,
        required_resources,
        required_schemas,
        // This function asks for none.
        credentials: _,
    } = request;
    let takes_requirements = has_capability(meta.as_ref(), Capability::RequiredResources);
    let has_schemas = has_capability(meta.as_ref(), Capability::RequiredSchemas);
    let mut response = RunFunctionResponse {
        desired,
        context,
        ..RunFunctionResponse::default()
    };
    let observed = observed.unwrap_or_default();
    let answers = required_resources.iter().chain(&extra_resources);
    let schemas = schemas::read(has_schemas, required_schemas, &mut report.schemas);
    let request = read(&observed, input.as_ref(), answers, schemas, &mut report);
    let mut has_answers = false;
    let (mut outcome, identity) = match request {
        Ok(request) => {
            has_answers = !request.answers.is_empty();
            let identity = identity(&request.composite);
            (compose::compose(request), identity)
        }
        Err(finding) => (
            Outcome {
                findings: vec![finding],
                ..Outcome::default()
            },
            Map::new(),
        ),
    };
    // A refused AppAuth has no questions, and may be refused because of an answer.
    let has_asked = !outcome.questions.is_empty() || has_answers;
    response.meta = Some(ResponseMeta {
        tag: meta.unwrap_or_default().tag,
        ttl: Some(prost_types::Duration {
            seconds: if has_asked { TTL_OF_QUESTIONS } else { TTL },
            nanos: 0,
        }),
    });
    report.found(&outcome.findings);
    report.judges = outcome.judges;
    if outcome.is_invalid() {
        refuse(&outcome.findings, &mut response);
        return (response, report);
    }
    let schema_questions = std::mem::take(&mut outcome.schema_questions);
    response.requirements = requirements(&outcome.questions, schema_questions, takes_requirements);
    if let Err(findings) = write(outcome, identity, &mut response) {
        response.requirements = None;
        report.found(&findings);
        refuse(&findings, &mut response);
    }
    (response, report)
}

/// The questions to the cluster, in the way that Crossplane takes them.
///
/// Before it says so itself, Crossplane answers extra resources alone, and fetches them without a namespace; a fetch
/// that fails would fail the whole reconcile.
fn requirements(
    questions: &[Question],
    schema_questions: Vec<SchemaQuestion>,
    takes_requirements: bool,
) -> Option<Requirements> {
    let selectors: BTreeMap<String, ResourceSelector> = questions
        .iter()
        .filter(|question| {
            takes_requirements || !matches!(question.which, Which::Namespaced { .. })
        })
        .map(|question| {
            let (namespace, which) = match &question.which {
                Which::Name(name) => (None, Match::MatchName(name.clone())),
                Which::Labels(labels) => (
                    None,
                    Match::MatchLabels(MatchLabels {
                        labels: labels.clone(),
                    }),
                ),
                Which::Namespaced { namespace, name } => {
                    (Some(namespace.clone()), Match::MatchName(name.clone()))
                }
            };
            let selector = ResourceSelector {
                api_version: question.api_version.to_owned(),
                kind: question.kind.to_owned(),
                namespace,
                r#match: Some(which),
            };
            (question.name.clone(), selector)
        })
        .collect();
    // An empty message would cost one more call.
    if selectors.is_empty() && schema_questions.is_empty() {
        return None;
    }
    let (resources, extra_resources) = if takes_requirements {
        (selectors, BTreeMap::new())
    } else {
        (BTreeMap::new(), selectors)
    };
    Some(Requirements {
        resources,
        extra_resources,
        schemas: schemas::selectors(schema_questions),
    })
}

/// Reads what compose depends on, and nothing else.
fn read<'a>(
    observed: &'a State,
    input: Option<&Struct>,
    answers: impl Iterator<Item = (&'a String, &'a Resources)>,
    schemas: Schemas,
    report: &mut Report,
) -> Result<compose::Request<'a>, Finding> {
    let composite = observed
        .composite
        .as_ref()
        .and_then(|composite| composite.resource.as_ref())
        .ok_or_else(|| {
            Finding::error(
                FieldPath::default(),
                "the request has no observed composite resource",
                "call this function from a Composition",
            )
        })?;
    // Nobody here asks who set what of it.
    let composite = read_json(composite.object(|_| false), || Document::Composite)?;
    report.composite = Composite::of(&composite);
    let input = input
        .map(|input| {
            read_json(inputs::checked(input, &mut report.inputs), || {
                Document::Input
            })
        })
        .transpose()?
        .unwrap_or_default();
    let observed = observed
        .resources
        .iter()
        .filter(|(name, _)| compose::is_ours(name))
        .map(|(name, resource)| Ok((name.clone(), read_observed(name, resource)?)))
        .collect::<Result<_, Finding>>()?;
    let answers = answers
        .filter(|(name, _)| requirements::is_ours(name))
        .map(|(name, resources)| {
            let found = resources.items.iter();
            let found = found.map(|resource| read_observed(name, resource));
            Ok((name.clone(), found.collect::<Result<_, _>>()?))
        })
        .collect::<Result<_, Finding>>()?;
    Ok(compose::Request {
        composite,
        input,
        observed,
        answers,
        schemas,
    })
}

fn read_observed<'a>(name: &str, resource: &'a Resource) -> Result<Observed<'a>, Finding> {
    let body = match &resource.resource {
        Some(body) => read_json(body.object(providers::is_crossplane), || {
            Document::Object(name.to_owned())
        })?,
        None => Json::default(),
    };
    Ok(Observed {
        body,
        connection_details: &resource.connection_details,
    })
}

fn read_json<T>(
    read: Result<T, JsonError>,
    document: impl FnOnce() -> Document,
) -> Result<T, Finding> {
    read.map_err(|error| {
        Finding::error(
            FieldPath::default(),
            format!("the request holds something that is no JSON object: {error}"),
            "this is the caller's mistake, please report it",
        )
        .in_document(document())
    })
}

/// Writes a valid outcome into the response, unless another function already desires a resource of the same name.
fn write(
    outcome: Outcome,
    identity: Map<String, Value>,
    response: &mut RunFunctionResponse,
) -> Result<(), Vec<Finding>> {
    let desired = response.desired.get_or_insert_default();
    let taken: Vec<Finding> = outcome
        .desired
        .iter()
        .filter(|each| desired.resources.contains_key(&each.name))
        .map(|each| {
            Finding::error(
                FieldPath::default(),
                format!(
                    "an earlier function of the pipeline desires a resource named \"{}\", too",
                    each.name
                ),
                "rename it there",
            )
        })
        .collect();
    if !taken.is_empty() {
        return Err(taken);
    }
    response.conditions = conditions(&outcome);
    let composite = desired.composite.get_or_insert_default();
    if let Some(status) = outcome.status {
        let before = composite
            .resource
            .as_ref()
            .and_then(|before| before.to_json().ok());
        composite.resource = Some(with_status(before, identity, status));
    }
    composite
        .connection_details
        .extend(outcome.connection_details);
    if !outcome.waits.is_empty() {
        composite.set_ready(Ready::False);
    }
    for Desired { name, body, ready } in outcome.desired {
        let resource = match &body {
            Value::Object(body) => Struct::from_json(body),
            _ => Struct::default(),
        };
        let mut resource = Resource {
            resource: Some(resource),
            ..Resource::default()
        };
        resource.set_ready(if ready { Ready::True } else { Ready::False });
        desired.resources.insert(name, resource);
    }
    Ok(())
}

/// What a composite must say for Crossplane to read it as an object at all.
fn identity(composite: &Json<'_>) -> Map<String, Value> {
    ["apiVersion", "kind"]
        .into_iter()
        .filter_map(|field| Some((field.to_owned(), composite.get(field)?.to_value())))
        .collect()
}

/// The composite as earlier functions desire it, with our status laid over theirs. Only status is ever set.
fn with_status(before: Option<Value>, identity: Map<String, Value>, status: Value) -> Struct {
    let mut composite = identity;
    if let Some(Value::Object(before)) = before {
        composite.extend(before);
    }
    match (composite.get_mut("status"), status) {
        (Some(Value::Object(theirs)), Value::Object(ours)) => theirs.extend(ours),
        (_, status) => {
            composite.insert("status".to_owned(), status);
        }
    }
    Struct::from_json(&composite)
}

/// Says what was found, once, and changes nothing.
fn refuse(findings: &[Finding], response: &mut RunFunctionResponse) {
    let message = summary(findings);
    response.conditions = vec![
        condition("Valid", Status::ConditionFalse, "Invalid", message.clone()),
        condition(
            "Waiting",
            Status::ConditionUnknown,
            "Invalid",
            "Nothing is rendered while the input is invalid, and what exists stays".to_owned(),
        ),
    ];
    response.results.push(Said {
        severity: Severity::Fatal.into(),
        message,
        reason: Some("Invalid".to_owned()),
        target: Some(Target::CompositeAndClaim.into()),
    });
}

/// The conditions of a valid outcome: the same text on every call, so that nothing changes while nothing changes.
pub(crate) fn conditions(outcome: &Outcome) -> Vec<Condition> {
    let mut checked = outcome.checked_against.clone();
    if let Some(advice) = outcome.advice() {
        checked = format!("{checked}; advice: {advice}");
    }
    let refusals = outcome
        .refusals
        .iter()
        .map(|refusal| format!("{} is refused: {}", refusal.resource, refusal.message));
    let waiting: Vec<String> = outcome
        .waits
        .iter()
        .map(|wait| wait.because.clone())
        .chain(refusals)
        .collect();
    let waiting = if waiting.is_empty() {
        condition(
            "Waiting",
            Status::ConditionFalse,
            "NothingWaits",
            "Everything is rendered".to_owned(),
        )
    } else {
        let reason = if outcome.waits.is_empty() {
            "RefusedByProvider"
        } else {
            "WaitingForResources"
        };
        condition("Waiting", Status::ConditionTrue, reason, waiting.join("; "))
    };
    vec![
        condition("Valid", Status::ConditionTrue, "Checked", checked),
        waiting,
    ]
}

fn condition(type_: &str, status: Status, reason: &str, message: String) -> Condition {
    Condition {
        r#type: type_.to_owned(),
        status: status.into(),
        reason: reason.to_owned(),
        message: Some(message),
        target: Some(Target::CompositeAndClaim.into()),
    }
}

/// Builds the request that Crossplane would send, for callers that are not Crossplane.
pub fn request(
    composite: &Value,
    input: Option<&Value>,
    observed: &BTreeMap<String, Value>,
) -> RunFunctionRequest {
    let resource = |value: &Value| Resource {
        resource: value.as_object().map(Struct::from_json),
        ..Resource::default()
    };
    RunFunctionRequest {
        observed: Some(State {
            composite: Some(resource(composite)),
            resources: observed
                .iter()
                .map(|(name, value)| (name.clone(), resource(value)))
                .collect(),
        }),
        input: input.and_then(Value::as_object).map(Struct::from_json),
        ..RunFunctionRequest::default()
    }
}
