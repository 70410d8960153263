//! Of the desired state: what is passed on, what is added, and what is not.

use std::collections::BTreeMap;

use function_appauth::function;
use function_appauth::protocol::{
    Ready, Resource, RunFunctionRequest, RunFunctionResponse, State, Struct,
};
use serde_json::{Value, json};

use crate::requests::{
    self, golden, observed, raw, request, request_there, request_waiting, request_with_secrets,
    requests_of_all_outcomes, resource, with_composite, xr,
};
use crate::results::fatal;
use crate::ways::{Way, body, desired};

const USER_POOL: &str = "UserPool";
const CLIENT: &str = "UserPoolClient";
const SECRET: &str = "Secret";

/// Bytes with a field that no Struct has: they survive where nobody reads them.
fn unknown(value: &Value) -> Struct {
    Struct::from([&*raw(value).to_bytes(), &[0x7a, 1, b'x']].concat())
}

/// What an earlier function desires of things that are none of ours.
fn of_others() -> State {
    let bucket = Resource {
        resource: Some(unknown(&json!({"kind": "Bucket"}))),
        connection_details: BTreeMap::from([("key".to_owned(), b"value".to_vec())]),
        ready: Ready::True.into(),
    };
    State {
        composite: Some(Resource {
            connection_details: BTreeMap::from([("theirs".to_owned(), b"1".to_vec())]),
            ..resource(&json!({"status": {"theirs": {"a": [1, 2.5, null]}}}))
        }),
        resources: BTreeMap::from([("bucket".to_owned(), bucket)]),
    }
}

/// What it has no opinion about comes out as it went in: resources to the byte, and status and connection details of the
/// composite beside its own.
pub(crate) fn must_pass_through_what_it_has_no_opinion_about(way: &Way) {
    let response = way.answer(RunFunctionRequest {
        desired: Some(of_others()),
        ..request()
    });
    let desired = response.desired.unwrap();
    assert_eq!(desired.resources["bucket"], of_others().resources["bucket"]);
    let names: Vec<&str> = desired.resources.keys().map(String::as_str).collect();
    assert_eq!(names, ["bucket", "client-web", "domain", "user-pool"]);
    let composite = desired.composite.unwrap();
    assert_eq!(composite.connection_details["theirs"], b"1");
    let status = body(&composite)["status"].take();
    assert_eq!(status["theirs"], json!({"a": [1, 2.5, null]}));
    assert_eq!(status["clients"][0]["name"], "web");
}

/// Functions are run in a pipeline: whatever becomes of this one's own, what earlier ones desire is propagated.
pub(crate) fn must_propagate_the_desired_state_of_earlier_functions(way: &Way) {
    for (name, request) in requests_of_all_outcomes() {
        let earlier = of_others();
        let response = way.answer(RunFunctionRequest {
            desired: Some(earlier.clone()),
            ..request
        });
        let is_fatal = !response.results.is_empty();
        let desired = response.desired.unwrap();
        assert_eq!(
            desired.resources["bucket"], earlier.resources["bucket"],
            "{name}"
        );
        if is_fatal {
            assert_eq!(desired, earlier, "{name}: and nothing else");
        }
    }
    // Whether the composite is ready, where an earlier function has said so.
    let mut earlier = of_others();
    earlier.composite.as_mut().unwrap().set_ready(Ready::True);
    let desired = Some(earlier);
    let response = way.answer(RunFunctionRequest {
        desired,
        ..request()
    });
    assert_eq!(ready_of_composite(&response), Ready::True);
}

/// The context goes to later functions only as part of the response.
pub(crate) fn must_pass_the_context_on(way: &Way) {
    let context =
        unknown(&json!({"apiextensions.crossplane.io/environment": {"a": [1, 2.5, null]}}));
    for (name, request) in requests_of_all_outcomes() {
        for context in [None, Some(context.clone())] {
            let response = way.answer(RunFunctionRequest {
                context: context.clone(),
                ..request.clone()
            });
            assert_eq!(response.context, context, "{name}");
        }
    }
}

/// Of the composite it may set the status, and neither spec nor metadata.
pub(crate) fn must_not_set_spec_or_metadata_of_the_composite(way: &Way) {
    for case in way.golden().iter().filter(|case| !case.is_fatal()) {
        let desired = case.response.desired.as_ref().unwrap();
        let composite = body(desired.composite.as_ref().unwrap());
        let fields: Vec<&String> = composite.as_object().unwrap().keys().collect();
        assert_eq!(fields, ["apiVersion", "kind", "status"], "{}", case.name);
    }
}

/// Of composed resources it may set all but the status.
pub(crate) fn must_not_set_the_status_of_composed_resources(way: &Way) {
    for case in way.golden() {
        for (name, body) in case.desired().into_iter().flat_map(|desired| desired.1) {
            let has_kind = body["kind"].is_string() && body["apiVersion"].is_string();
            assert!(has_kind, "{}: {name}: {body}", case.name);
            assert!(body.get("status").is_none(), "{}: {name}", case.name);
        }
    }
}

/// Crossplane names composed resources. Two kinds of them have names of ours, for reasons: a Secret, by the name that the
/// AppAuth gives, and in a cluster what is known at AWS by a name of ours (`src/compose/names.rs`).
pub(crate) fn should_not_name_composed_resources(way: &Way) {
    for case in way.golden() {
        let observed = case.request.observed.as_ref().unwrap();
        let composite = observed.composite.as_ref().map(body).unwrap_or_default();
        let is_in_a_cluster = composite["metadata"]["uid"].is_string();
        for (name, body) in case.desired().into_iter().flat_map(|desired| desired.1) {
            let kind = body["kind"].as_str().unwrap();
            let may_have_a_name = match kind {
                SECRET => true,
                USER_POOL | CLIENT => false,
                _ => is_in_a_cluster,
            };
            let has_none = body.pointer("/metadata/name").is_none();
            assert!(has_none || may_have_a_name, "{}: {name}: {body}", case.name);
        }
    }
}

/// The external name is set wherever it is not AWS that gives it: of all but pools and clients, and of those that are
/// taken over.
pub(crate) fn should_set_external_names(way: &Way) {
    let annotation = "/metadata/annotations/crossplane.io~1external-name";
    let mut kinds = BTreeMap::new();
    for case in way.golden() {
        for (name, body) in case.desired().into_iter().flat_map(|desired| desired.1) {
            let kind = body["kind"].as_str().unwrap().to_owned();
            let has_name = body.pointer(annotation).is_some_and(|it| it != "");
            if ![USER_POOL, CLIENT, SECRET].contains(&kind.as_str()) {
                assert!(has_name, "{}: {name}: {body}", case.name);
                *kinds.entry(kind).or_insert(0) += 1;
            }
        }
    }
    let kinds: Vec<&String> = kinds.keys().collect();
    assert_eq!(
        kinds,
        [
            "Group",
            "IdentityProvider",
            "ResourceServer",
            "UserPoolDomain"
        ]
    );
    let mut taken_over = xr();
    taken_over["spec"]["userPool"]["importId"] = json!("eu-west-1_AbCdEfGhI");
    taken_over["spec"]["clients"][0]["importId"] = json!("4h57k2v0l1m9n8b7v6c5x4z3a2");
    let response = way.answer(function::request(&taken_over, None, &BTreeMap::new()));
    let (_, resources) = desired(&response);
    let external_name = |name: &str| resources[name].pointer(annotation).cloned();
    assert_eq!(external_name("user-pool").unwrap(), "eu-west-1_AbCdEfGhI");
    assert_eq!(
        external_name("client-web").unwrap(),
        "4h57k2v0l1m9n8b7v6c5x4z3a2"
    );
}

/// A name that an earlier function has given to a resource of its own is not taken from it.
pub(crate) fn should_not_take_a_name_that_is_desired_already(way: &Way) {
    let theirs = State {
        resources: BTreeMap::from([("domain".to_owned(), resource(&json!({"kind": "Other"})))]),
        ..State::default()
    };
    let response = way.answer(RunFunctionRequest {
        desired: Some(theirs.clone()),
        ..request()
    });
    assert_eq!(
        fatal(&response),
        "an earlier function of the pipeline desires a resource named \"domain\", too; rename it there"
    );
    assert_eq!(response.desired.unwrap(), theirs);
}

/// A name under which something of another kind exists is not taken from it: that would be left behind.
pub(crate) fn should_not_take_a_name_that_is_observed_already(way: &Way) {
    let bucket = json!({"apiVersion": "s3.example.org/v1", "kind": "Bucket", "metadata": {"name": "theirs"}});
    let mut request = request();
    observed(&mut request).insert("domain".to_owned(), resource(&bucket));
    let response = way.answer(request);
    let message = fatal(&response);
    assert!(message.contains("the place of \"s3.example.org\" \"domain\", which exists"));
    assert!(response.desired.unwrap_or_default().resources.is_empty());
}

/// The desired state holds what is to be set, and is no copy of what is observed: what others have set of the same
/// objects is not in it.
pub(crate) fn must_desire_only_what_it_wants_to_have_set(way: &Way) {
    let plain = way.answer(request_there());
    let mut request = request_there();
    let mut xr = xr();
    let plant = |body: &mut Value| {
        for field in ["labels", "annotations"] {
            body["metadata"][field]["planted"] = json!("planted");
        }
        body["metadata"]["finalizers"] = json!(["planted"]);
        body["metadata"]["resourceVersion"] = json!("planted");
        body["metadata"]["creationTimestamp"] = json!("planted");
        body["status"]["planted"] = json!({"planted": true});
    };
    plant(&mut xr);
    for each in observed(&mut request).values_mut() {
        let mut planted = body(each);
        plant(&mut planted);
        planted["spec"]["planted"] = json!("planted");
        planted["spec"]["forProvider"]["planted"] = json!(["planted"]);
        each.resource = Some(raw(&planted));
    }
    let response = way.answer(with_composite(request, &xr));
    assert_eq!(desired(&response), desired(&plain));
    let (status, resources) = desired(&response);
    assert!(!format!("{status}{resources:?}").contains("planted"));
}

/// What is left out is deleted: all that was desired is desired again, to the field, whether it is all there, or only
/// some of it, or being made.
pub(crate) fn must_desire_again_what_it_desired_before(way: &Way) {
    let first = way.answer(request());
    let first = desired(&first).1;
    assert_eq!(first.len(), 3);
    let there = request_there();
    let all = there.observed.as_ref().unwrap().resources.clone();
    let mut stages = vec![all.clone()];
    for name in first.keys() {
        let mut some = all.clone();
        some.remove(*name);
        stages.push(some);
        let mut unready = all.clone();
        unready.insert((*name).to_owned(), unready_one(&all[*name]));
        stages.push(unready);
    }
    for stage in stages {
        let mut request = request();
        *observed(&mut request) = stage;
        let response = way.answer(request);
        assert_eq!(desired(&response).1, first);
    }
}

/// The resource as it is observed before the provider has made it.
fn unready_one(there: &Resource) -> Resource {
    let mut unready = body(there);
    unready["status"]["conditions"] =
        json!([{"type": "Ready", "status": "False"}, {"type": "Synced", "status": "True"}]);
    resource(&unready)
}

/// Each composed resource that is observed to be ready is said to be, and no other.
pub(crate) fn should_say_which_resources_are_ready(way: &Way) {
    let ready = |request: RunFunctionRequest| -> Vec<(String, Ready)> {
        let resources = way.answer(request).desired.unwrap().resources;
        resources
            .into_iter()
            .map(|(name, each)| (name, each.ready()))
            .collect()
    };
    let expected = |is_ready: fn(&str) -> bool| -> Vec<(String, Ready)> {
        let state = |name| {
            if is_ready(name) {
                Ready::True
            } else {
                Ready::False
            }
        };
        let names = ["client-web", "domain", "user-pool"];
        names.map(|name| (name.to_owned(), state(name))).to_vec()
    };
    assert_eq!(ready(request()), expected(|_| false));
    assert_eq!(ready(request_there()), expected(|_| true));
    let mut request = request_there();
    let pool = observed(&mut request).get_mut("user-pool").unwrap();
    *pool = unready_one(pool);
    assert_eq!(ready(request), expected(|name| name != "user-pool"));
}

fn ready_of_composite(response: &RunFunctionResponse) -> Ready {
    let desired = response.desired.as_ref().unwrap();
    desired.composite.as_ref().unwrap().ready()
}

/// To say that the composite is ready overrules what Crossplane makes of its resources: it is said only that it is not,
/// while something waits that is not among them yet.
pub(crate) fn should_leave_to_crossplane_whether_the_composite_is_ready(way: &Way) {
    assert_eq!(
        ready_of_composite(&way.answer(request_waiting())),
        Ready::False
    );
    for case in way.golden() {
        let Some((status, _)) = case.desired() else {
            continue;
        };
        let expected = if status.get("waitingFor").is_some() {
            Ready::False
        } else {
            Ready::Unspecified
        };
        assert_eq!(
            ready_of_composite(&case.response),
            expected,
            "{}",
            case.name
        );
    }
}

/// The connection details of the composite are set, beside those of earlier functions.
pub(crate) fn should_set_connection_details_of_the_composite(way: &Way) {
    let composite = way
        .answer(request_with_secrets())
        .desired
        .unwrap()
        .composite;
    let details = composite.unwrap().connection_details;
    assert_eq!(details["web.clientId"], b"abc");
    assert_eq!(details["web.clientSecret"], requests::SECRET.as_bytes());
    let there = golden(way, "all-is-there");
    let desired = there.response.desired.as_ref().unwrap();
    let details = &desired.composite.as_ref().unwrap().connection_details;
    let keys: Vec<&String> = details.keys().collect();
    assert_eq!(
        keys,
        ["issuer", "userPoolId", "web.clientId", "web.clientSecret"]
    );
}

/// Those of composed resources are not the function's to set.
pub(crate) fn should_not_set_connection_details_of_composed_resources(way: &Way) {
    let with_secrets = way.answer(request_with_secrets());
    let golden = way.golden().iter().map(|case| &case.response);
    for response in golden.chain([&with_secrets]) {
        for (name, each) in response.desired.iter().flat_map(|state| &state.resources) {
            assert!(each.connection_details.is_empty(), "{name}");
        }
    }
}

/// A resource of somebody else is not even read.
pub(crate) fn must_not_fail_for_what_is_none_of_its_business(way: &Way) {
    // What no object is written as, within a field that a message may have.
    let garbage = Resource {
        resource: Some(Struct::from(vec![0x0a, 2, 0xff, 0xff])),
        ..Resource::default()
    };
    let mut request = request();
    observed(&mut request).insert("bucket".to_owned(), garbage.clone());
    request.desired = Some(State {
        resources: BTreeMap::from([("bucket".to_owned(), garbage.clone())]),
        ..State::default()
    });
    request.context.clone_from(&garbage.resource);
    let response = way.answer(request);
    assert!(response.results.is_empty(), "{:?}", response.results);
    let desired = response.desired.unwrap();
    assert_eq!(desired.resources["bucket"], garbage);
    assert_eq!(desired.resources.len(), 4);
}
