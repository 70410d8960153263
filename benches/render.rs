//! What a render and a whole call cost. `cargo bench` runs them all.

#![expect(
    clippy::unwrap_used,
    reason = "a benchmark stops at what it cannot read"
)]

use std::collections::BTreeMap;
use std::fs;
use std::hint::black_box;
use std::path::Path;

use divan::Bencher;
use function_appauth::compose::{self, Request, Schemas};
use function_appauth::protocol::{RunFunctionRequest, RunFunctionResponse};
use function_appauth::providers::Observed;
use function_appauth::{function, manifest};
use prost::Message;
use serde_json::{Value, json};

const EXAMPLES: [&str; 5] = [
    "web-app",
    "single-page-app",
    "mobile-app",
    "federated-app",
    "everything",
];

fn main() {
    divan::main();
}

/// Plan, rules, objects and schema check of an example whose resources are there.
#[divan::bench(args = EXAMPLES)]
fn render(bencher: Bencher<'_, '_>, example: &str) {
    let (composite, input, observed) = read(example);
    bencher
        .with_inputs(|| Request {
            composite: composite.clone(),
            input: input.clone(),
            observed: observed
                .iter()
                .map(|(name, body)| {
                    (
                        name.clone(),
                        Observed {
                            body: body.clone(),
                            ..Observed::default()
                        },
                    )
                })
                .collect(),
            answers: BTreeMap::new(),
            schemas: Schemas::default(),
        })
        .bench_values(|request| black_box(compose::compose(request)));
}

/// From the bytes of a request to those of its response.
#[divan::bench(args = EXAMPLES)]
fn whole_call(bencher: Bencher<'_, '_>, example: &str) {
    let (composite, input, observed) = read(example);
    let bytes = function::request(&composite, input.as_ref(), &observed).encode_to_vec();
    bencher.bench(|| call(black_box(&bytes)));
}

/// A whole call with so many observed resources that are another function's, 6 KB each.
#[divan::bench(args = [2, 20, 200, 2000])]
fn whole_call_among_others(bencher: Bencher<'_, '_>, others: usize) {
    let (composite, input, observed) = read("web-app");
    let mut request = function::request(&composite, input.as_ref(), &observed);
    let other = json!({
        "apiVersion": "example.org/v1", "kind": "Other",
        "spec": {"forProvider": (0..60).map(|i| (format!("field{i}"), json!("x".repeat(80)))).collect::<serde_json::Map<_, _>>()},
    });
    let other = function::request(&other, None, &BTreeMap::new())
        .observed
        .unwrap()
        .composite
        .unwrap();
    let resources = &mut request.observed.as_mut().unwrap().resources;
    resources.extend((0..others).map(|i| (format!("other-{i}"), other.clone())));
    let bytes = request.encode_to_vec();
    bencher.bench(|| call(black_box(&bytes)));
}

/// A whole call with so many clients that are there.
#[divan::bench(args = [1, 10, 100])]
fn whole_call_with_clients(bencher: Bencher<'_, '_>, clients: usize) {
    let (mut composite, input, mut observed) = read("web-app");
    let client = composite["spec"]["clients"][0].clone();
    let there = observed.remove("client-web").unwrap();
    composite["spec"]["clients"] = (0..clients)
        .map(|i| {
            let mut client = client.clone();
            client["name"] = json!(format!("c{i}"));
            client
        })
        .collect();
    observed.extend((0..clients).map(|i| {
        let mut there = there.clone();
        there["spec"]["forProvider"]["clientName"] = json!(format!("c{i}"));
        (format!("client-c{i}"), there)
    }));
    let bytes = function::request(&composite, input.as_ref(), &observed).encode_to_vec();
    bencher.bench(|| call(black_box(&bytes)));
}

fn call(bytes: &[u8]) -> RunFunctionResponseBytes {
    let request = RunFunctionRequest::decode(bytes).unwrap();
    let response: RunFunctionResponse = function::run(request);
    response.encode_to_vec()
}

type RunFunctionResponseBytes = Vec<u8>;

fn read(example: &str) -> (Value, Option<Value>, BTreeMap<String, Value>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("examples")
        .join(example);
    let documents = |name: &str| -> Vec<Value> {
        let text = fs::read_to_string(folder.join(name)).unwrap();
        manifest::read(&text)
            .unwrap()
            .into_iter()
            .map(|document| document.value)
            .collect()
    };
    let input = documents("composition.yaml")
        .remove(0)
        .pointer("/spec/pipeline/0/input")
        .cloned();
    let observed = documents("observed.yaml")
        .into_iter()
        .map(|body| {
            let name = &body["metadata"]["annotations"]["crossplane.io/composition-resource-name"];
            (name.as_str().unwrap().to_owned(), body)
        })
        .collect();
    (documents("xr.yaml").remove(0), input, observed)
}
