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
pub mod schemas;
mod status;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use serde_json::Value;

use crate::api::composite::Composite;
use crate::api::input::Input;
use crate::api::openapi;
use crate::finding::{Document, Finding, Severity};
use crate::json::Json;
use crate::path::{FieldPath, Path};
use crate::plan::{self, resource};
use crate::providers::{self, Observed};
use crate::rules;
use crate::schema::Schema;

pub use checked_input::CheckedInput;
pub use outcome::{Desired, Outcome, Refusal, Wait};
pub use question::{Answers, Question, Which};
pub use schemas::{SchemaQuestion, Schemas};

use known::Known;
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
    let composite = Composite::of(&composite);

    // 1. The shape of what was written.
    let CheckedInput { input, findings } = &*input;
    let mut findings = findings.clone();
    findings.extend(check_shape(&composite, input));
    if has_errors(&findings) {
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
                    "add it: what is rendered is named after it",
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
    found.into_iter().map(as_mistake).collect()
}

/// In what people write, what the API server would silently drop is a mistake.
fn as_mistake(finding: Finding) -> Finding {
    Finding {
        severity: Severity::Error,
        ..finding
    }
}

fn bug(document: Document, path: FieldPath, error: &dyn std::fmt::Display) -> Finding {
    Finding::error(path, error.to_string(), "a bug here, please report it").in_document(document)
}

fn spec_schema() -> &'static Schema {
    static SCHEMA: OnceLock<Schema> = OnceLock::new();
    SCHEMA.get_or_init(|| compiled(openapi::spec()))
}
