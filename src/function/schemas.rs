//! The cluster's schemas: asked for where Crossplane can send them, and compiled once.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Map, Value};

use crate::compose::schemas::Given;
use crate::compose::{SchemaQuestion, Schemas};
use crate::protocol::{Schema, SchemaSelector, Struct};
use crate::schema::definitions::Definition;

use super::report::Lookups;

/// The questions, as the protocol has them.
pub(super) fn selectors(questions: Vec<SchemaQuestion>) -> BTreeMap<String, SchemaSelector> {
    questions
        .into_iter()
        .map(|question| {
            let selector = SchemaSelector {
                api_version: question.api_version,
                kind: question.kind,
            };
            (question.name, selector)
        })
        .collect()
}

/// What Crossplane answered.
pub(super) fn read(
    can_ask: bool,
    answers: BTreeMap<String, Schema>,
    lookups: &mut Lookups,
) -> Schemas {
    let mut schemas = Schemas {
        can_ask,
        ..Schemas::default()
    };
    for (name, answer) in answers {
        let Some((kind, is_bootstrapped)) = SchemaQuestion::kind_of(&name) else {
            continue;
        };
        let given = match answer.openapi_v3 {
            Some(schema) => compiled(kind, &schema, lookups),
            None => Some(Given::Nothing),
        };
        if let Some(given) = given {
            schemas.given.insert(kind, given);
            if is_bootstrapped {
                schemas.bootstrapped.insert(kind);
            }
        }
    }
    schemas
}

/// A kind, by its API version and name.
type Kind = (&'static str, &'static str);

/// A schema as it came, and what became of it.
struct Compiled {
    object: Map<String, Value>,
    given: Option<Given>,
}

/// The schema of each kind that came last. A cluster has one of each, which changes when its provider is upgraded.
static LAST: Mutex<BTreeMap<Kind, Arc<Compiled>>> = Mutex::new(BTreeMap::new());

/// Compiles a schema, unless it is the one that came before. None where it says that it is of another kind.
fn compiled(kind: Kind, schema: &Struct, lookups: &mut Lookups) -> Option<Given> {
    let last = || LAST.lock().unwrap_or_else(PoisonError::into_inner);
    let known = last().get(&kind).map(Arc::clone);
    if let Some(known) = known
        && schema.is_json(&known.object)
    {
        lookups.count(true);
        return known.given.clone();
    }
    lookups.count(false);
    let object = match schema.to_json() {
        Ok(Value::Object(object)) => object,
        Ok(_) => Map::new(),
        Err(error) => return Some(Given::Unusable(error.to_string())),
    };
    let given = is_of(kind, &object).then(|| {
        let (api_version, name) = kind;
        let compiled = Definition::published(api_version, name, &object)
            .and_then(|definition| definition.compile());
        match compiled {
            Ok(schema) => Given::Schema(Arc::new(schema)),
            Err(error) => Given::Unusable(error.to_string()),
        }
    });
    let compiled = Compiled {
        object,
        given: given.clone(),
    };
    last().insert(kind, Arc::new(compiled));
    given
}

/// Whether a schema is of a kind. A schema that does not name its kinds may be of any.
fn is_of((api_version, kind): Kind, schema: &Map<String, Value>) -> bool {
    let kinds = schema.get("x-kubernetes-group-version-kind");
    kinds.and_then(Value::as_array).is_none_or(|kinds| {
        kinds.iter().any(|each| {
            let text = |field: &str| each[field].as_str().unwrap_or_default();
            text("kind") == kind
                && api_version.split_once('/') == Some((text("group"), text("version")))
        })
    })
}
