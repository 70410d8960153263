//! The requests of the golden cases, and what has to hold of the answer to any request.

use function_appauth::function;
use function_appauth::protocol::{RunFunctionRequest, RunFunctionResponse, Severity, Struct};
use prost::Message;
use serde_json::json;

use crate::cases;

/// Runs the function, and says whether it refused.
pub(crate) fn answer(request: &RunFunctionRequest) -> bool {
    let response = function::run(request.clone());
    assert_eq!(response, function::run(request.clone()));
    let encoded = response.encode_to_vec();
    assert_eq!(
        RunFunctionResponse::decode(&*encoded).as_ref(),
        Ok(&response)
    );
    let tag = request.meta.as_ref().map_or("", |meta| &meta.tag);
    assert_eq!(
        response.meta.as_ref().map(|meta| meta.tag.as_str()),
        Some(tag)
    );
    let refused = response
        .results
        .iter()
        .any(|result| result.severity() == Severity::Fatal);
    let desired = request.desired.clone().unwrap_or_default();
    let answered = response.desired.unwrap_or_default();
    if refused {
        assert_eq!(answered, desired, "a refusal changes nothing");
    }
    for (name, theirs) in &desired.resources {
        assert_eq!(answered.resources.get(name), Some(theirs), "{name} is lost");
    }
    assert_eq!(response.context, request.context);
    refused
}

/// The requests of the golden cases, among another function's resources.
pub(crate) fn requests() -> Vec<RunFunctionRequest> {
    let other = json!({"apiVersion": "example.org/v1", "kind": "Other", "spec": {"a": [1, "b"]}});
    let others = function::request(&other, None, &[("other".to_owned(), other.clone())].into());
    let state = others.observed.unwrap();
    cases::all()
        .iter()
        .map(|case| {
            let mut request = cases::request(case);
            let desired = request.desired.get_or_insert_default();
            desired.resources.extend(state.resources.clone());
            request
                .observed
                .get_or_insert_default()
                .resources
                .extend(state.resources.clone());
            request.context = Some(Struct::from_json(other.as_object().unwrap()));
            request
        })
        .collect()
}
