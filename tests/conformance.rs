//! What Crossplane's Composition Functions Specification asks of a function, a test for each, and that no secret leaves
//! by any other way than the two it may.

#![expect(clippy::unwrap_used, reason = "a test stops at what it cannot read")]

use std::collections::BTreeMap;

use function_appauth::function::{self, run};
use function_appauth::protocol::{
    Ready, RequestMeta, Resource, RunFunctionRequest, RunFunctionResponse, Severity, State, Struct,
    Target,
};
use prost::Message;
use serde_json::{Value, json};

const SECRET: &str = "planted-secret-value";

fn xr() -> Value {
    json!({"apiVersion": "platform.example.org/v1alpha1", "kind": "XAppAuth", "metadata": {"name": "storefront"},
        "spec": {"region": "eu-west-1", "domain": {"prefix": "storefront-7k2"},
            "clients": [{"name": "web", "type": "Web", "callbackUrls": ["https://shop.example.org/callback"]}]}})
}

fn request() -> RunFunctionRequest {
    function::request(&xr(), None, &BTreeMap::new())
}

fn raw(value: &Value) -> Struct {
    Struct::from_json(value.as_object().unwrap())
}

/// A request whose client is there, with its secret in the connection details and in the provider's status.
fn with_secrets() -> RunFunctionRequest {
    let client = json!({"apiVersion": "cognitoidentityprovider.aws.crossplane.io/v1alpha1", "kind": "UserPoolClient",
        "metadata": {"name": "x", "annotations": {"crossplane.io/external-name": "abc"}},
        "spec": {"forProvider": {"region": "eu-west-1"}},
        "status": {"atProvider": {"clientSecret": SECRET},
            "conditions": [{"type": "Ready", "status": "True"}, {"type": "Synced", "status": "True"}]}});
    let mut request = function::request(
        &xr(),
        None,
        &BTreeMap::from([("client-web".to_owned(), client)]),
    );
    let observed = &mut request.observed.as_mut().unwrap().resources;
    let details = &mut observed.get_mut("client-web").unwrap().connection_details;
    details.insert("clientSecret".to_owned(), SECRET.into());
    request
}

fn fatal(response: &RunFunctionResponse) -> &str {
    assert_eq!(response.results.len(), 1);
    assert_eq!(response.results[0].severity(), Severity::Fatal);
    assert_eq!(response.results[0].target(), Target::CompositeAndClaim);
    &response.results[0].message
}

#[test]
fn copies_the_tag_and_sets_a_ttl() {
    let meta = Some(RequestMeta {
        tag: "a tag".to_owned(),
        ..RequestMeta::default()
    });
    let meta = run(RunFunctionRequest { meta, ..request() }).meta.unwrap();
    assert_eq!(meta.tag, "a tag");
    assert_eq!(meta.ttl.unwrap().seconds, 60);
}

#[test]
fn passes_on_what_others_desire_and_the_context_as_they_came() {
    // Bytes with fields that no Struct has must survive, because nobody here reads them.
    let other = Struct::from(
        [
            &*raw(&json!({"kind": "Bucket"})).to_bytes(),
            &[0x7a, 1, b'x'],
        ]
        .concat(),
    );
    let context = Struct::from(
        [
            &*raw(&json!({"a": [1, 2.5, null]})).to_bytes(),
            &[0x7a, 1, b'y'],
        ]
        .concat(),
    );
    let resource = Resource {
        resource: Some(other),
        connection_details: BTreeMap::from([("key".to_owned(), b"value".to_vec())]),
        ready: Ready::True.into(),
    };
    let desired = State {
        composite: Some(Resource {
            resource: Some(raw(&json!({"status": {"theirs": 1}}))),
            connection_details: BTreeMap::from([("theirs".to_owned(), b"1".to_vec())]),
            ..Resource::default()
        }),
        resources: BTreeMap::from([("bucket".to_owned(), resource.clone())]),
    };
    let response = run(RunFunctionRequest {
        desired: Some(desired),
        context: Some(context.clone()),
        ..request()
    });
    assert_eq!(response.context, Some(context));
    let desired = response.desired.unwrap();
    assert_eq!(desired.resources["bucket"], resource);
    assert_eq!(desired.resources.len(), 4);
    let composite = desired.composite.unwrap();
    assert_eq!(composite.connection_details["theirs"], b"1");
    let composite = composite.resource.unwrap().to_json().unwrap();
    assert_eq!(composite["status"]["theirs"], 1);
    assert_eq!(composite["status"]["clients"][0]["name"], "web");
}

#[test]
fn sets_only_the_status_of_the_composite() {
    let composite = run(request())
        .desired
        .unwrap()
        .composite
        .unwrap()
        .resource
        .unwrap()
        .to_json()
        .unwrap();
    let fields: Vec<&String> = composite.as_object().unwrap().keys().collect();
    assert_eq!(fields, ["apiVersion", "kind", "status"]);
}

#[test]
fn sets_neither_name_nor_status_of_a_composed_resource() {
    for (name, resource) in run(request()).desired.unwrap().resources {
        let resource = resource.resource.unwrap().to_json().unwrap();
        assert!(resource.pointer("/metadata/name").is_none(), "{name}");
        assert!(resource.get("status").is_none(), "{name}");
    }
}

#[test]
fn does_not_take_the_name_of_a_resource_that_another_function_desires() {
    let theirs = Resource {
        resource: Some(raw(&json!({"kind": "Other"}))),
        ..Resource::default()
    };
    let desired = State {
        resources: BTreeMap::from([("domain".to_owned(), theirs.clone())]),
        ..State::default()
    };
    let response = run(RunFunctionRequest {
        desired: Some(desired),
        ..request()
    });
    assert_eq!(
        fatal(&response),
        "an earlier function of the pipeline desires a resource named \"domain\", too; rename it there"
    );
    assert_eq!(
        response.desired.unwrap().resources,
        BTreeMap::from([("domain".to_owned(), theirs)])
    );
}

#[test]
fn is_idempotent() {
    assert_eq!(
        run(with_secrets()).encode_to_vec(),
        run(with_secrets()).encode_to_vec()
    );
}

#[test]
fn sends_no_event_while_all_is_well() {
    assert!(run(request()).results.is_empty());
    assert!(
        run(request()).requirements.is_none(),
        "an empty message costs another call"
    );
}

#[test]
fn an_empty_request_is_one_fatal_result() {
    let response = run(RunFunctionRequest::default());
    assert_eq!(
        fatal(&response),
        "the request has no observed composite resource; call this function from a Composition"
    );
}

#[test]
fn what_is_no_json_is_one_fatal_result() {
    let mut request = request();
    request.input = Some(Struct::from(vec![0x0a, 0x05, 1]));
    assert!(
        fatal(&run(request))
            .starts_with("Input the request holds something that is no JSON object")
    );
}

#[test]
fn a_fatal_result_leaves_what_exists_alone() {
    let mut request = with_secrets();
    request.input = Some(raw(&json!({"polcy": {}})));
    let response = run(request);
    assert_eq!(
        fatal(&response),
        "Input polcy: unknown field; did you mean \"policy\"?"
    );
    assert!(response.desired.unwrap_or_default().resources.is_empty());
}

#[test]
fn a_resource_of_somebody_else_is_not_even_read() {
    let mut request = request();
    let garbage = Resource {
        resource: Some(Struct::from(vec![0xff; 8])),
        ..Resource::default()
    };
    request
        .observed
        .as_mut()
        .unwrap()
        .resources
        .insert("bucket".to_owned(), garbage);
    assert!(run(request).results.is_empty());
}

#[test]
fn a_secret_stands_in_connection_details_alone() {
    let response = run(with_secrets());
    let composite = response
        .desired
        .as_ref()
        .unwrap()
        .composite
        .as_ref()
        .unwrap();
    assert_eq!(
        composite.connection_details["web.clientSecret"],
        SECRET.as_bytes()
    );
    let mut rest = response.clone();
    rest.desired
        .as_mut()
        .unwrap()
        .composite
        .as_mut()
        .unwrap()
        .connection_details
        .clear();
    let bytes = rest.encode_to_vec();
    assert!(
        !bytes
            .windows(SECRET.len())
            .any(|window| window == SECRET.as_bytes())
    );
    assert!(
        !format!("{response:?}").contains(SECRET),
        "nor does a log that prints the response"
    );
}

#[test]
fn a_secret_is_in_no_sentence_about_what_is_wrong() {
    // Everything that can be refused is refused, with the secret planted in what was observed.
    let mut request = with_secrets();
    let mut xr = xr();
    xr["spec"]["clients"][0]["secret"] = json!(false);
    xr["spec"]["clients"][0]["tokens"] = json!({"access": "2d"});
    request
        .observed
        .as_mut()
        .unwrap()
        .composite
        .as_mut()
        .unwrap()
        .resource = Some(raw(&xr));
    let response = run(request);
    assert!(fatal(&response).contains("tokens.access"));
    let bytes = response.encode_to_vec();
    assert!(
        !bytes
            .windows(SECRET.len())
            .any(|window| window == SECRET.as_bytes())
    );
}
