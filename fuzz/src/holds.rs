//! What has to hold, whatever comes.

use std::collections::BTreeMap;
use std::sync::Arc;

use function_appauth::compose::{CheckedInput, Outcome, Request, compose};
use function_appauth::finding::Finding;
use function_appauth::protocol::RunFunctionRequest;
use function_appauth::providers::Observed;
use prost_types::value::Kind;
use serde_json::{Map, Value, json};

use crate::requests;
use crate::settled::{PLANTED, settled};

/// Answers a request, as all requests are to be answered.
pub fn answered(request: &RunFunctionRequest) {
    requests::answer(request);
}

/// Renders an AppAuth: twice the same, and where it is valid, until nothing waits any more, and then nothing changes.
pub fn rendered(composite: &Value, input: &Arc<CheckedInput>) {
    let render = |observed: &BTreeMap<String, Value>| {
        let observed = observed.iter();
        let observed = observed.map(|(name, body)| (name.clone(), Observed::new(body.into())));
        let outcome = compose(Request {
            composite: composite.into(),
            input: Arc::clone(input),
            observed: observed.collect(),
            ..Request::default()
        });
        findings(&outcome.findings);
        outcome
    };
    let first = render(&BTreeMap::new());
    let again = render(&BTreeMap::new());
    assert_eq!(first.findings, again.findings);
    assert_eq!(bodies(&first), bodies(&again));
    assert_eq!(first.status, again.status);
    if first.is_invalid() {
        assert!(first.desired.is_empty(), "what is invalid renders nothing");
        return;
    }
    // What the status knows, or others have to answer, decides as well.
    if composite.get("status").is_some() || !first.questions.is_empty() {
        return;
    }
    let mut last = first;
    for _ in 0..4 {
        let next = render(&settled(&last));
        if next.is_invalid() {
            // What is planted is of one region, and of a pool without a history.
            return;
        }
        let told = format!("{:?} {:?} {:?}", next.status, next.waits, next.refusals);
        assert!(!told.contains(PLANTED), "{told}");
        if last.waits.is_empty() {
            assert_eq!(bodies(&last), bodies(&next));
            return;
        }
        last = next;
    }
    assert!(last.waits.is_empty(), "{:?}", last.waits);
}

/// Each finding is a sentence on one line.
pub fn findings(findings: &[Finding]) {
    for finding in findings {
        let Finding {
            problem, remedy, ..
        } = finding;
        assert!(!problem.is_empty() && !remedy.is_empty(), "{finding:?}");
        assert!(!finding.to_string().contains('\n'), "{finding:?}");
    }
}

fn bodies(outcome: &Outcome) -> BTreeMap<&str, &Value> {
    let desired = outcome.desired.iter();
    desired
        .map(|desired| (desired.name.as_str(), &desired.body))
        .collect()
}

/// The JSON of a Struct that prost decoded; none where it holds a number that JSON does not have.
pub fn json_of(object: &prost_types::Struct) -> Option<Value> {
    let fields = object.fields.iter();
    let fields = fields.map(|(name, value)| Some((name.clone(), json_of_value(value)?)));
    fields.collect::<Option<Map<_, _>>>().map(Value::Object)
}

fn json_of_value(value: &prost_types::Value) -> Option<Value> {
    Some(match &value.kind {
        None | Some(Kind::NullValue(_)) => Value::Null,
        Some(Kind::BoolValue(flag)) => json!(flag),
        Some(Kind::StringValue(text)) => json!(text),
        Some(Kind::NumberValue(number)) if !number.is_finite() => return None,
        Some(Kind::NumberValue(number)) => json!(number),
        Some(Kind::StructValue(object)) => json_of(object)?,
        Some(Kind::ListValue(list)) => {
            let values = list.values.iter().map(json_of_value);
            Value::Array(values.collect::<Option<_>>()?)
        }
    })
}

/// Whether two values are the same, whether their numbers are written as integers or not.
pub fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .zip(other)
                    .all(|(one, other)| is_same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .zip(other)
                    .all(|(one, other)| one.0 == other.0 && is_same(one.1, other.1))
        }
        _ => one == other,
    }
}
