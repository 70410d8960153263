//! What the API server's view of an object costs. `make tools` brings the provider's own CRD, which is then compiled in
//! place of its built-in twin.

#![expect(
    clippy::unwrap_used,
    reason = "a benchmark stops at what it cannot read"
)]

use std::collections::BTreeMap;
use std::fs;
use std::hint::black_box;
use std::path::Path;

use divan::Bencher;
use function_appauth::compose::{Request, compose};
use function_appauth::function;
use function_appauth::manifest;
use function_appauth::protocol::{
    Capability, RequestMeta, RunFunctionRequest, Schema as Sent, Struct,
};
use function_appauth::providers;
use function_appauth::schema::Schema;
use function_appauth::schema::definitions::Definition;
use prost::Message;
use serde_json::{Value, json};

fn main() {
    divan::main();
}

/// A pool and a client, as they are rendered, by schemas that are compiled.
#[divan::bench]
fn check_a_pool_and_a_client(bencher: Bencher<'_, '_>) {
    let both: Vec<(Schema, Value)> = ["UserPool", "UserPoolClient"]
        .into_iter()
        .map(|kind| (definition(kind).compile().unwrap(), rendered(kind)))
        .collect();
    bencher.bench(|| {
        for (schema, object) in &both {
            let found = schema.check_object(black_box(object), None);
            assert!(found.is_empty(), "{found:?}");
        }
    });
}

/// The schema of the UserPool.
#[divan::bench]
fn compile_the_user_pool(bencher: Bencher<'_, '_>) {
    let definition = definition("UserPool");
    bencher
        .with_inputs(|| definition.clone())
        .bench_values(|definition| definition.compile().unwrap());
}

/// A whole call with the schemas that the cluster sends, which were compiled at an earlier one.
#[divan::bench]
fn whole_call_with_schemas(bencher: Bencher<'_, '_>) {
    let mut request = function::request(&xr(), None, &BTreeMap::new());
    let can = [Capability::Capabilities, Capability::RequiredSchemas];
    request.meta = Some(RequestMeta {
        capabilities: can.map(Into::into).into(),
        ..RequestMeta::default()
    });
    let asked = function::run(request.clone()).requirements.unwrap();
    request.required_schemas = asked
        .schemas
        .into_iter()
        .map(|(name, selector)| {
            let openapi_v3 = schema(&selector.kind).as_object().map(Struct::from_json);
            (name, Sent { openapi_v3 })
        })
        .collect();
    let bytes = request.encode_to_vec();
    bencher.bench(|| {
        let request = RunFunctionRequest::decode(black_box(bytes.as_slice())).unwrap();
        function::run(request).encode_to_vec()
    });
}

fn xr() -> Value {
    json!({ "apiVersion": "platform.example.org/v1alpha1", "kind": "XAppAuth", "metadata": { "name": "storefront" },
        "spec": { "region": "eu-west-1", "clients": [
            { "name": "web", "type": "Web", "callbackUrls": ["https://shop.example.org/callback"] } ] } })
}

fn rendered(kind: &str) -> Value {
    let outcome = compose(Request {
        composite: (&xr()).into(),
        ..Request::default()
    });
    let mut desired = outcome.desired.into_iter().map(|desired| desired.body);
    desired.find(|body| body["kind"] == kind).unwrap()
}

fn definition(kind: &str) -> Definition {
    let crd = crd(kind);
    let mut definitions = Definition::read(&crd, |_, other| other == kind);
    definitions.remove(0).unwrap()
}

fn schema(kind: &str) -> Value {
    crd(kind)["spec"]["versions"][0]["schema"]["openAPIV3Schema"].clone()
}

fn crd(kind: &str) -> Value {
    let plural = kind.to_lowercase();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!(
        "target/tools/provider-aws-crds/cognitoidentityprovider.aws.crossplane.io_{plural}s.yaml"
    ));
    if let Ok(text) = fs::read_to_string(file) {
        return manifest::read_values(&text).unwrap().remove(0);
    }
    let known = providers::kinds().find(|known| known.kind == kind).unwrap();
    let (group, version) = known.api_version.split_once('/').unwrap();
    let spec = known.schema();
    json!({ "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "spec": {
        "group": group, "names": { "kind": kind }, "versions": [{ "name": version, "schema": {
            "openAPIV3Schema": { "type": "object", "properties": { "spec": spec } } } }] } })
}
