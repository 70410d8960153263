//! The story, in one place: what is written becomes a plan, the plan becomes objects, the objects are checked, and an
//! outcome leaves. Pure: no clock, no environment, no input or output.

mod carriers;
mod checked_input;
mod details;
mod guards;
mod names;
mod order;
mod outcome;
mod overrides;
mod preserve;
mod refusals;
pub mod requirements;
mod role_accounts;
mod salvage;
pub mod schemas;
mod state;
mod status;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use serde_json::Value;

use crate::api::composite::{Composite, KnownPrefixes};
use crate::api::duration;
use crate::api::input::Input;
use crate::api::openapi;
use crate::finding::{Document, Finding, nearest};
use crate::json::Json;
use crate::path::{FieldPath, Path, Segment, value_at};
use crate::plan::{self, resource};
use crate::providers::{self, Observed};
use crate::rules;
use crate::schema::Schema;

pub use checked_input::CheckedInput;
pub use outcome::{Desired, Outcome, Refusal, Wait};
pub use requirements::{Answers, Question, Which};
pub use schemas::{SchemaQuestion, Schemas};

use salvage::{DocumentKind, salvage};
use schemas::compiled;
use state::Known;

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
    composite.known_prefixes = known_prefixes(&composite, &observed);

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
        if *is_readable && composite.spec_fields().is_some() {
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
    findings.extend(role_accounts::check(&known));
    let mut objects = providers::render(&plan, |server| known.pool_id_of_server(server));
    findings.extend(preserve::apply(&known, &mut objects));
    names::apply(&known, &mut objects);
    let by_the_team = input.overrides.is_some().then(|| objects.clone());
    findings.extend(overrides::apply(input, &mut objects));
    findings.extend(match &by_the_team {
        Some(rendered) => {
            rules::after_overrides(ruled, || providers::overridden(&plan, rendered, &objects))
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

/// The prefixes of domains that exist: the one that the composite's own pool shows, or that its status once knew, and the
/// one of the composed domain.
fn known_prefixes(
    composite: &Composite,
    observed: &BTreeMap<String, Observed<'_>>,
) -> KnownPrefixes {
    let prefix = |name: &str| (!name.contains('.')).then(|| name.to_owned());
    let pool = observed.get(resource::USER_POOL);
    let shown = pool.and_then(|pool| pool.text("/status/atProvider/domain"));
    let of_status = || {
        let host = composite.status_text("/domain/host")?;
        let (prefix, rest) = host.split_once('.')?;
        let is_prefix = rest.starts_with("auth") && rest.contains(".amazoncognito.com");
        is_prefix.then(|| prefix.to_owned())
    };
    // Even if it turns out to be another pool's: then a prefix has to be written.
    let is_found = |domain: &&Observed<'_>| domain.is_made_by_provider() || domain.is("Ready");
    let composed = observed.get(resource::DOMAIN).filter(is_found);
    KnownPrefixes {
        of_own_pool: shown.and_then(prefix).or_else(of_status),
        composed: composed.and_then(Observed::external_name).and_then(prefix),
    }
}

/// Judges the parts of a spec that have the right shape, when other parts or the Input have errors of shape.
fn check_rest(mut composite: Composite, input: &Input, is_broken: bool) -> Vec<Finding> {
    let mut salvaged = None;
    if is_broken {
        let own = Value::Object(plan::own_fields(&composite, input));
        let Some(rest) = salvage(DocumentKind::Spec, own, spec_schema()) else {
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
        Some(Value::Null) | None => found.push(Finding::error(
            FieldPath::parse("spec"),
            "Required value",
            "add it: region, domain and clients are where to begin",
        )),
        Some(other) => spec_schema().check(other, &Path::Root.field("spec"), &mut found),
    }
    let written = Written {
        value: composite.spec.as_ref().unwrap_or(&Value::Null),
        schema: spec_schema(),
        below: "spec",
    };
    found
        .into_iter()
        .map(|finding| corrected(finding, written))
        .collect()
}

/// A document that a schema checks, as it was written.
#[derive(Clone, Copy)]
struct Written<'a> {
    value: &'a Value,
    schema: &'a Schema,
    /// The field that the document is of; empty for a whole one.
    below: &'static str,
}

/// A finding of a schema, in the words of the field: a duration lacks its unit, instead of not matching a pattern, and an
/// unknown field belongs elsewhere.
fn corrected(finding: Finding, document: Written<'_>) -> Finding {
    let segments = finding.path.segments();
    let above = usize::from(!document.below.is_empty()).min(segments.len());
    let steps = &segments[above..];
    let Some(value) = value_at(document.value, steps) else {
        return finding;
    };
    let correction = match unknown_field(document, steps) {
        Some((field, parent)) => belongs_elsewhere(document, field, parent)
            .map(|remedy| ("unknown field".to_owned(), remedy)),
        None => secret_itself(value, &finding.path)
            .or_else(|| duration::correction(value, duration::range(&finding.path)?))
            .or_else(|| plan::region_correction(value, &finding.path)),
    };
    match correction {
        Some((problem, remedy)) => Finding {
            problem,
            remedy,
            ..finding
        },
        None => finding,
    }
}

/// Whether a value is a client secret, written in the field that only enables one. Its value must not be shown.
pub(crate) fn is_secret_itself(value: &Value, path: &FieldPath) -> bool {
    let is_flag = matches!(path.segments(), [.., Segment::Field(name)] if name == "secret");
    is_flag && value.is_string()
}

fn secret_itself(value: &Value, path: &FieldPath) -> Option<(String, String)> {
    is_secret_itself(value, path).then(|| {
        (
            "Invalid value: must be true or false, not the secret itself".to_owned(),
            "write true: Cognito makes the secret, and connectionSecret says where it goes"
                .to_owned(),
        )
    })
}

/// The name of a field that its schema does not know, and where it was written.
fn unknown_field<'a>(
    document: Written<'_>,
    steps: &'a [Segment],
) -> Option<(&'a str, &'a [Segment])> {
    let (Segment::Field(field), parent) = steps.split_last()? else {
        return None;
    };
    let known = document.schema.properties_at(parent);
    (!known.is_empty() && !known.contains(&field.as_ref())).then_some((field.as_ref(), parent))
}

/// Where an unknown field belongs, if it is not misspelt and there is one such place.
fn belongs_elsewhere(document: Written<'_>, field: &str, parent: &[Segment]) -> Option<String> {
    let siblings = document.schema.properties_at(parent);
    if nearest(field, siblings).is_some() {
        return None;
    }
    if let Some(place) = document.schema.only_place_of(field) {
        let below = document.below;
        let dot = if below.is_empty() { "" } else { "." };
        return Some(format!("move it to {below}{dot}{place}"));
    }
    let is_of_input = openapi::input()["properties"].get(field).is_some();
    (is_of_input && parent.is_empty() && !document.below.is_empty())
        .then(|| "move it to the Input of the Composition".to_owned())
}

fn bug(document: Document, path: FieldPath, error: &dyn std::fmt::Display) -> Finding {
    Finding::error(path, error.to_string(), "a bug here, please report it").in_document(document)
}

fn spec_schema() -> &'static Schema {
    static SCHEMA: OnceLock<Schema> = OnceLock::new();
    SCHEMA.get_or_init(|| compiled(openapi::spec()))
}
