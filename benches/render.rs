//! What a render and a whole call cost. `cargo bench` runs them all.

#![expect(
    clippy::unwrap_used,
    reason = "a benchmark stops at what it cannot read"
)]

#[path = "requests/mod.rs"]
mod requests;

use std::collections::BTreeMap;
use std::hint::black_box;

use divan::Bencher;
use function_appauth::compose::{self, CheckedInput, Request, Schemas};
use function_appauth::function;
use function_appauth::protocol::{RunFunctionRequest, RunFunctionResponse};
use function_appauth::providers::Observed;
use prost::Message;
use prost::bytes::Bytes;
use serde_json::json;

use requests::{among_others, example, pool_and_client};

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
fn render(bencher: Bencher<'_, '_>, name: &str) {
    let (composite, input, observed) = example(name);
    bencher
        .with_inputs(|| Request {
            composite: (&composite).into(),
            input: CheckedInput::read(input.clone()),
            observed: observed
                .iter()
                .map(|(name, body)| (name.clone(), Observed::new(body.into())))
                .collect(),
            answers: BTreeMap::new(),
            schemas: Schemas::default(),
        })
        .bench_values(|request| black_box(compose::compose(request)));
}

/// From the bytes of a request to those of its response.
#[divan::bench(args = EXAMPLES)]
fn whole_call(bencher: Bencher<'_, '_>, name: &str) {
    let (composite, input, observed) = example(name);
    let bytes: Bytes = function::request(&composite, input.as_ref(), &observed)
        .encode_to_vec()
        .into();
    bencher.bench(|| call(black_box(&bytes)));
}

/// A whole call with a pool and a client and all that the API server sends with them.
#[divan::bench]
fn whole_call_of_15_kb(bencher: Bencher<'_, '_>) {
    let bytes: Bytes = pool_and_client().encode_to_vec().into();
    bencher.bench(|| call(black_box(&bytes)));
}

/// A whole call with so many observed resources that are another function's, 6 KB each.
#[divan::bench(args = [2, 20, 200, 2000])]
fn whole_call_among_others(bencher: Bencher<'_, '_>, others: usize) {
    let request = among_others(others);
    let bytes: Bytes = request.encode_to_vec().into();
    bencher.bench(|| call(black_box(&bytes)));
}

/// A whole call with so many clients that are there.
#[divan::bench(args = [1, 10, 100])]
fn whole_call_with_clients(bencher: Bencher<'_, '_>, clients: usize) {
    let (mut composite, input, mut observed) = example("web-app");
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
    let bytes: Bytes = function::request(&composite, input.as_ref(), &observed)
        .encode_to_vec()
        .into();
    bencher.bench(|| call(black_box(&bytes)));
}

fn call(bytes: &Bytes) -> RunFunctionResponseBytes {
    let request = RunFunctionRequest::decode(bytes.clone()).unwrap();
    let response: RunFunctionResponse = function::run(request);
    response.encode_to_vec()
}

type RunFunctionResponseBytes = Vec<u8>;
