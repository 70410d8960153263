//! The story, in one place: what is written becomes a plan, the plan becomes objects, the objects are checked, and an
//! outcome leaves. Pure: no clock, no environment, no input or output.

mod account;
mod carriers;
mod checked_input;
mod details;
mod guards;
mod kept;
mod known;
mod names;
mod order;
mod outcome;
mod overrides;
pub mod question;
mod refusals;
mod salvage;
pub mod schemas;
mod status;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use serde_json::Value;

use crate::api::composite::Composite;
use crate::api::duration;
use crate::api::input::Input;
use crate::api::openapi;
use crate::finding::{Document, Finding};
use crate::json::Json;
use crate::path::{FieldPath, Path, Segment};
use crate::plan::{self, resource};
use crate::providers::{self, Observed};
use crate::rules;
use crate::schema::Schema;

pub use checked_input::CheckedInput;
pub use outcome::{Desired, Outcome, Refusal, Wait};
pub use question::{Answers, Question, Which};
pub use schemas::{SchemaQuestion, Schemas};

use known::Known;
use salvage::{Whole, salvage};
use schemas::compiled;

/// What a render depends on, and all that it depends on.
#[derive(Debug, Default)]
pub struct Request<'a> {
    /// The composite resource as observed.
    pub composite: Json<'a>,
    /// The function's Input.
    pub input: Arc<CheckedInput>,
    /// The observed composed resources that are ours, by their names in the composition.
    pub observed: BTreeMap<String, Observed<'a>>,
    /// What the cluster answered to [questions](Outcome::questions).
    pub answers: Answers<'a>,
    /// The schemas of what is rendered, where there are others than the built-in ones.
    pub schemas: Schemas,
}

/// Whether a composed resource of this name is ours, so that the caller need not read any other.
pub fn is_ours(name: &str) -> bool {
    resource::is_ours(name)
}

/// Renders: the same request, the same outcome.
///
/// An outcome with errors among its findings has nothing else in it: invalid input renders nothing and leaves what
/// exists alone.
pub fn compose(request: Request<'_>) -> Outcome {
    let Request {
        composite,
        input,
        observed,
        answers,
        schemas,
    } = request;
    let mut composite = Composite::of(&composite);
    keep_prefix(&mut composite, &observed);

    // 1. The shape of what was written.
    let CheckedInput {
        input,
        findings,
        is_readable,
    } = &*input;
    let mut findings = findings.clone();
    let shape = check_shape(&composite, input);
    let is_broken = has_errors(&shape);
    findings.extend(shape);
    if has_errors(&findings) {
        if *is_readable && composite.spec.is_some() {
            findings.extend(check_rest(composite, input, is_broken));
        }
        return Outcome::invalid(findings);
    }

    // 2. What it means, and whether Cognito, the provider and the platform allow it.
    let (plan, meant, origins) = plan::settle(&composite, input);
    findings.extend(meant);
    let Some(plan) = plan else {
        return Outcome::invalid(located(findings, &origins));
    };
    let ruled = rules::check(&plan);

    // 3. The objects, with what the platform lays over them, and without what would lose something that exists.
    let known = Known::new(&plan, &composite, &observed, &answers);
    findings.extend(details::check(&known));
    findings.extend(account::check(&known));
    let mut objects = providers::render(&plan, |server| known.pool_id_of_server(server));
    findings.extend(kept::apply(&known, &mut objects));
    names::apply(&known, &mut objects);
    let by_the_team = input.overrides.is_some().then(|| objects.clone());
    findings.extend(overrides::apply(input, &mut objects));
    findings.extend(match &by_the_team {
        Some(rendered) => {
            rules::after_overrides(ruled, &providers::overridden(&plan, rendered, &objects))
        }
        None => ruled,
    });
    let guarded = guards::check(&known, &objects);
    let found_by_the_team = by_the_team
        .as_deref()
        .map(|objects| guards::check(&known, objects).findings);
    findings.extend(
        guarded
            .findings
            .into_iter()
            .map(|finding| match &found_by_the_team {
                Some(known) if !known.contains(&finding) => overrides::blamed(finding),
                _ => finding,
            }),
    );
    let mut findings = located(findings, &origins);
    if has_errors(&findings) {
        return Outcome::invalid(findings);
    }

    // 4. What has to wait, and what carries changes that the provider does not compare.
    let waits = order::apply(&known, &mut objects, &guarded.replaced);
    findings.extend(carriers::apply(&plan, &mut objects, &observed));

    // 5. What the API server would say.
    let judgement = schemas::judge(
        input,
        &schemas,
        composite.spec.as_ref(),
        &objects,
        by_the_team.as_deref(),
        &observed,
    );
    findings.extend(judgement.findings);
    if has_errors(&findings) {
        return Outcome::invalid(located(findings, &origins));
    }

    // 6. What is known by now, and what is still to come.
    let outcome = status::outcome(&known, objects, waits, findings);
    Outcome {
        plan: Some(plan),
        schema_questions: judgement.questions,
        checked_against: format!(
            "Checked against Cognito's rules and {}",
            judgement.described
        ),
        judges: judgement.judges,
        ..outcome
    }
}

fn has_errors(findings: &[Finding]) -> bool {
    findings.iter().any(Finding::is_error)
}

fn located(findings: Vec<Finding>, origins: &plan::Origins) -> Vec<Finding> {
    let in_composite = |finding: &Finding| finding.document == Document::Composite;
    findings
        .into_iter()
        .map(|finding| {
            if in_composite(&finding) {
                origins.locate(finding)
            } else {
                finding
            }
        })
        .collect()
}

/// Notes the prefix of a domain that exists though the status does not show it: the one that the provider has made.
fn keep_prefix(composite: &mut Composite, observed: &BTreeMap<String, Observed<'_>>) {
    if composite.domain_prefix.is_none() {
        let made = observed
            .get(resource::DOMAIN)
            .filter(|domain| domain.is_made_by_provider());
        let name = made.and_then(Observed::external_name);
        composite.domain_prefix = name.filter(|name| !name.contains('.')).map(str::to_owned);
    }
}

/// What is wrong with the meaning of a spec when its shape or the Input's is wrong: of the parts that have the right one.
fn check_rest(mut composite: Composite, input: &Input, is_broken: bool) -> Vec<Finding> {
    let mut salvaged = None;
    if is_broken {
        let own = Value::Object(plan::own_fields(&composite, input));
        let Some(rest) = salvage(Whole::Spec, own, spec_schema()) else {
            return Vec::new();
        };
        composite.spec = Some(rest.value.clone());
        salvaged = Some(rest);
    }
    let (plan, mut found, origins) = plan::settle(&composite, input);
    found.extend(plan.iter().flat_map(rules::check));
    found.retain(|finding| salvaged.as_ref().is_none_or(|rest| rest.holds(finding)));
    located(found, &origins)
}

/// What is wrong with the shape of the spec.
fn check_shape(composite: &Composite, input: &Input) -> Vec<Finding> {
    let mut found = Vec::new();
    match &composite.spec {
        Some(Value::Object(_)) => {
            let own = Value::Object(plan::own_fields(composite, input));
            spec_schema().check(&own, &Path::Root.field("spec"), &mut found);
            if composite.name.is_empty() {
                found.push(Finding::error(
                    FieldPath::parse("metadata.name"),
                    "Required value",
                    "add it: the rendered resources are named after it",
                ));
            }
        }
        Some(other) => spec_schema().check(other, &Path::Root.field("spec"), &mut found),
        None => found.push(Finding::error(
            FieldPath::parse("spec"),
            "Required value",
            "add it: region, domain and clients are where to begin",
        )),
    }
    let spec = composite.spec.as_ref().unwrap_or(&Value::Null);
    found
        .into_iter()
        .map(|finding| with_unit(finding, |path| at_path(spec, &path[1..])))
        .collect()
}

/// What is wrong with the form of a duration, said as such: not that a number must be a text, or match a pattern.
fn with_unit<'a>(finding: Finding, value: impl Fn(&[Segment]) -> Option<&'a Value>) -> Finding {
    let correction = duration::range(&finding.path)
        .and_then(|range| duration::correction(value(finding.path.segments())?, range));
    match correction {
        Some((problem, remedy)) => Finding {
            problem,
            remedy,
            ..finding
        },
        None => finding,
    }
}

/// The value at a path.
fn at_path<'a>(value: &'a Value, steps: &[Segment]) -> Option<&'a Value> {
    steps.iter().try_fold(value, |value, step| match step {
        Segment::Field(name) => value.get(name.as_ref()),
        Segment::Index(index) => value.get(index),
    })
}

fn bug(document: Document, path: FieldPath, error: &dyn std::fmt::Display) -> Finding {
    Finding::error(path, error.to_string(), "a bug here, please report it").in_document(document)
}

fn spec_schema() -> &'static Schema {
    static SCHEMA: OnceLock<Schema> = OnceLock::new();
    SCHEMA.get_or_init(|| compiled(openapi::spec()))
}
