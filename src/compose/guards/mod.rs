//! What must not happen to something that exists: a field changed that Cognito or the provider never changes again, a
//! provider switched under existing resources, another pool for what cannot move.
//!
//! A guard speaks only once the thing exists at AWS. Before that, a domain prefix that was taken can be corrected.
//! Source: part 8 of Cognito's rules is the difference between the members of Create* and Update* requests of the API;
//! what the community provider never applies is read from its controllers.

mod client;
mod domain;
mod group;
mod identity_provider;
mod membership;
mod removed;
mod resource_server;
mod user_pool;

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::finding::{Document, Finding};
use crate::json::Fields;
use crate::path::FieldPath;
use crate::plan::Part;
use crate::providers::{Object, Observed};

use super::state::Known;

/// What the guards say.
#[derive(Debug, Default)]
pub(super) struct Guarded {
    /// What must not happen.
    pub(super) findings: Vec<Finding>,
    /// The parts that are left out until the old one is gone.
    pub(super) replaced: BTreeSet<Part>,
}

/// Holds the rendered objects against the observed ones.
pub(super) fn check(known: &Known<'_>, objects: &[Object]) -> Guarded {
    let plan = known.plan;
    let mut guarded = Guarded::default();
    guarded.findings.extend(moved(known, objects));
    guarded.findings.extend(membership::check(known, objects));
    guarded.findings.extend(removed::check(known));
    for object in objects {
        let Some(before) = known.part(object.part) else {
            if object.part == Part::Domain {
                guarded.findings.extend(domain::unseen(known));
            }
            continue;
        };
        if before.group().is_empty() {
            continue;
        }
        if (before.group(), before.kind()) != (object.group(), object.kind()) {
            guarded.findings.push(switched_provider(object, before));
            continue;
        }
        if !known.exists(object.part, before) {
            continue;
        }
        let found = &mut guarded.findings;
        match object.part {
            Part::UserPool => {
                if let Some(pool) = plan.own_pool() {
                    user_pool::check(pool, object, before, found);
                }
            }
            Part::ResourceServer(index) => {
                let server = &plan.resource_servers[index];
                resource_server::check(server, object, before, &mut guarded);
            }
            Part::IdentityProvider(index) => {
                identity_provider::check(&plan.identity_providers[index], object, before, found);
            }
            Part::Group(index) => group::check(&plan.groups[index], object, before, found),
            Part::Client(index) => client::check(&plan.clients[index], object, before, found),
            Part::Domain => domain::check(known, object, before, &mut guarded),
        }
    }
    for client in &plan.clients {
        guarded
            .findings
            .extend(client::renamed_secret(client, known.observed));
    }
    guarded
}

/// Whether what exists is in another region. It is said once, not for every resource.
fn moved(known: &Known<'_>, objects: &[Object]) -> Option<Finding> {
    let region = Value::from(known.plan.region.as_str());
    let before = objects.iter().find_map(|object| {
        let before = known.part(object.part)?;
        let exists = known.exists(object.part, before);
        let before = before.for_provider()?.get("region")?;
        (exists && *before != region).then(|| before.to_value())
    })?;
    let path = FieldPath::parse("spec.region");
    Some(fixed(path, "user pool", &before, &region, ANOTHER_POOL))
}

/// The controller of another provider would never delete the old object, and Crossplane forgets it.
fn switched_provider(object: &Object, before: &Observed<'_>) -> Finding {
    let problem = format!(
        "\"{}\" would take the place of \"{}\" \"{}\", which exists and would be left behind in the cluster and at AWS",
        object.group(),
        before.group(),
        object.name
    );
    Finding::error(
        FieldPath::parse("provider.api"),
        problem,
        format!(
            "set it back to \"{}\", or delete this resource first",
            before.group()
        ),
    )
    .in_document(Document::Input)
}

/// A difference between what exists and what is wanted, in words.
fn fixed(path: FieldPath, of: &str, before: &Value, wanted: &Value, way_on: &str) -> Finding {
    let problem = format!(
        "{} cannot become {}: Cognito fixes it when the {of} is created",
        shown(before),
        shown(wanted)
    );
    Finding::error(path, problem, format!("set it back, or {way_on}"))
}

const ANOTHER_POOL: &str = "make another AppAuth with a user pool of its own and move over";

/// What was to be taken over and is not what exists: another one was asked for later, or AWS had none of the id and the
/// provider has made a new one.
fn imported(
    import: Option<&str>,
    before: &Observed<'_>,
    at: impl FnOnce() -> FieldPath,
    what: &str,
) -> Option<Finding> {
    let import = import?;
    let name = before.external_name()?;
    (name != import).then(|| {
        Finding::error(
            at(),
            format!("\"{import}\" is to be taken over, and the {what} that exists is \"{name}\""),
            format!("remove importId to keep \"{name}\"; what exists cannot become another {what}"),
        )
    })
}

/// Both values of a field, where what exists has one and it differs. What exists without the field is no difference.
fn changed<'a>(
    before: &Fields<'_>,
    wanted: &'a Map<String, Value>,
    field: &str,
) -> Option<(Value, &'a Value)> {
    static ABSENT: Value = Value::Null;
    let before = before.get(field)?;
    let wanted = wanted.get(field).unwrap_or(&ABSENT);
    (before != wanted).then(|| (before.to_value(), wanted))
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        value => value.to_string(),
    }
}
