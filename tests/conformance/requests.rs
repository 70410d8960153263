//! What the tests ask.

use std::collections::BTreeMap;

use function_appauth::function;
use function_appauth::protocol::{
    Capability, RequestMeta, Resource, RunFunctionRequest, State, Struct,
};
use serde_json::{Value, json};

use crate::cases;
use crate::ways::{Answered, Way};

/// What stands for a secret.
pub(crate) const SECRET: &str = "planted-secret-value";

pub(crate) fn xr() -> Value {
    json!({"apiVersion": "platform.example.org/v1alpha1", "kind": "XAppAuth", "metadata": {"name": "storefront"},
        "spec": {"region": "eu-west-1", "domain": {"prefix": "storefront-7k2"},
            "clients": [{"name": "web", "type": "Web", "callbackUrls": ["https://shop.example.org/callback"]}]}})
}

/// A request for a pool, a domain and a client.
pub(crate) fn request() -> RunFunctionRequest {
    function::request(&xr(), None, &BTreeMap::new())
}

/// The same once all of them are there.
pub(crate) fn request_there() -> RunFunctionRequest {
    let cases = cases::all();
    let case = cases.iter().find(|case| case.name == "all-is-there");
    function::request(&xr(), None, &cases::observed(case.unwrap()))
}

/// A request that is refused.
pub(crate) fn request_refused() -> RunFunctionRequest {
    let mut xr = xr();
    xr["spec"]["regoin"] = json!("eu-west-1");
    function::request(&xr, None, &BTreeMap::new())
}

/// A request in which a client waits for a resource server.
pub(crate) fn request_waiting() -> RunFunctionRequest {
    let mut xr = xr();
    xr["spec"]["resourceServers"] = json!([{"name": "orders", "identifier": "https://api.example.org",
        "scopes": [{"name": "read", "description": "Read orders"}]}]);
    xr["spec"]["clients"][0]["scopes"] = json!(["openid", "https://api.example.org/read"]);
    function::request(&xr, None, &BTreeMap::new())
}

/// A request whose client is there, with its secret in the connection details and in the provider's status.
pub(crate) fn request_with_secrets() -> RunFunctionRequest {
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
    let client = observed(&mut request).get_mut("client-web").unwrap();
    let details = &mut client.connection_details;
    details.insert("clientSecret".to_owned(), SECRET.into());
    request
}

/// Those that are answered, refused and answered in part.
pub(crate) fn requests_of_all_outcomes() -> [(&'static str, RunFunctionRequest); 5] {
    [
        ("new", request()),
        ("there", request_there()),
        ("refused", request_refused()),
        ("waiting", request_waiting()),
        ("empty", RunFunctionRequest::default()),
    ]
}

/// The resources that a request observes.
pub(crate) fn observed(request: &mut RunFunctionRequest) -> &mut BTreeMap<String, Resource> {
    &mut request.observed.as_mut().unwrap().resources
}

/// The request with another composite.
pub(crate) fn with_composite(request: RunFunctionRequest, xr: &Value) -> RunFunctionRequest {
    let observed = State {
        composite: Some(resource(xr)),
        ..request.observed.unwrap()
    };
    RunFunctionRequest {
        observed: Some(observed),
        ..request
    }
}

/// The request of a Crossplane that says what it can.
pub(crate) fn of_a_crossplane_that_can(
    capabilities: &[Capability],
    request: RunFunctionRequest,
) -> RunFunctionRequest {
    let meta = RequestMeta {
        capabilities: capabilities.iter().map(|&each| each.into()).collect(),
        ..RequestMeta::default()
    };
    RunFunctionRequest {
        meta: Some(meta),
        ..request
    }
}

pub(crate) fn resource(body: &Value) -> Resource {
    Resource {
        resource: Some(raw(body)),
        ..Resource::default()
    }
}

pub(crate) fn raw(value: &Value) -> Struct {
    Struct::from_json(value.as_object().unwrap())
}

/// The golden case of this name.
pub(crate) fn golden(way: &Way, name: &str) -> &'static Answered {
    let mut cases = way.golden().iter();
    cases
        .find(|case| case.name == name)
        .unwrap_or_else(|| panic!("there is no golden case {name}, or this way cannot carry it"))
}
