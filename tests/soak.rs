//! Calls of all sizes, for as long as one likes, while certificates are swapped: none fails, each is answered as the same
//! one was before, and memory stays where it was.
//!
//! A few thousand calls with the other tests; `make soak` makes ten million, of the program as it is released.

#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a helper that panics fails its test")]

#[path = "common/certificates.rs"]
mod certificates;
mod common;
#[path = "common/raw.rs"]
mod raw;
#[path = "../benches/requests/mod.rs"]
mod requests;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use certificates::{Authority, Mounted, authority, identity};
use common::Server;
use function_appauth::function;
use function_appauth::protocol::RunFunctionRequest;
use prost::Message;
use prost::bytes::Bytes;
use raw::Raw;
use serde_json::json;
use tonic::Request;
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint};

/// How many calls, where the environment says nothing.
const CALLS: u64 = 4_000;
/// How many connections there are at once, and how many calls each has in flight.
const CONNECTIONS: usize = 2;
const AT_ONCE: usize = 4;
/// How many calls before a connection is made anew, with the certificate that is served by then.
const LIFETIME: u64 = 2_000;
/// How often the certificates are swapped.
const SWAP: Duration = Duration::from_secs(3);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_call_of_many_fails_and_memory_stays_where_it_was() {
    let calls = calls();
    let authority = authority("ours");
    let mut mounted = Mounted::new("soak", &authority);
    let folder = mounted.folder.to_str().unwrap();
    let server = Server::start(&["--tls-certs-dir", folder]);
    let soak = Arc::new(Soak {
        calls,
        address: format!("https://localhost:{}", server.port()),
        tls: ClientTlsConfig::new()
            .ca_certificate(Certificate::from_pem(authority.pem()))
            .identity(identity(&authority)),
        sizes: sizes(),
        begun: AtomicU64::new(0),
        done: AtomicU64::new(0),
        is_over: AtomicBool::new(false),
    });
    let connections: Vec<_> = (0..CONNECTIONS)
        .map(|_| tokio::spawn(Arc::clone(&soak).run()))
        .collect();

    let begun = Instant::now();
    let warm = (calls / 100).max(calls.min(2_000));
    let (mut before, mut swaps, mut said) = (None, 0_u32, 0);
    while soak.done.load(Ordering::Relaxed) < calls && !soak.is_over.load(Ordering::Relaxed) {
        tokio::time::sleep(Duration::from_millis(100)).await;
        if begun.elapsed() > SWAP * (swaps + 1) {
            swaps += 1;
            swap(&mut mounted, &authority, swaps);
        }
        let done = soak.done.load(Ordering::Relaxed);
        if before.is_none() && done >= warm {
            before = Some(server.memory());
        }
        if done / 100_000 > said {
            said = done / 100_000;
            let seconds = begun.elapsed().as_secs();
            println!(
                "{done} calls in {seconds} s, {swaps} swaps, {} KB",
                server.memory()
            );
        }
    }
    for connection in connections {
        connection.await.unwrap();
    }
    let (before, after) = (before.unwrap(), server.memory());
    println!(
        "{calls} calls in {} s, none failed; certificates swapped {swaps} times; memory {before} KB after {warm} calls, \
         {after} KB at the end",
        begun.elapsed().as_secs()
    );
    assert!(
        after * 10 <= before * 11,
        "{before} KB after {warm} calls became {after} KB"
    );
    assert!(server.terminate().success());
}

#[expect(
    clippy::disallowed_methods,
    reason = "how many is for whoever runs it to say"
)]
fn calls() -> u64 {
    std::env::var("CALLS").map_or(CALLS, |calls| calls.parse().unwrap())
}

/// Certificates come, and now and then are gone for a while.
fn swap(mounted: &mut Mounted, authority: &Authority, swaps: u32) {
    if swaps.is_multiple_of(5) {
        mounted.vanish();
    } else {
        mounted.swap(authority);
    }
}

/// A request and its answer, as bytes.
type Exchange = (Bytes, Bytes);

struct Soak {
    calls: u64,
    address: String,
    tls: ClientTlsConfig,
    sizes: Vec<Exchange>,
    begun: AtomicU64,
    done: AtomicU64,
    is_over: AtomicBool,
}

/// From one that is refused to one of a megabyte.
fn sizes() -> Vec<Exchange> {
    let mut refused = requests::of_example("web-app");
    let xr = json!({"apiVersion": "platform.example.org/v1alpha1", "kind": "XAppAuth", "spec": {"region": 7}});
    refused.observed = function::request(&xr, None, &std::collections::BTreeMap::new()).observed;
    let requests = [
        requests::pool_and_client(),
        requests::of_example("web-app"),
        refused,
        requests::of_example("everything"),
        requests::among_others(20),
        requests::among_others(200),
    ];
    let exchange = |request: RunFunctionRequest| {
        let bytes = Bytes::from(request.encode_to_vec());
        (bytes, function::run(request).encode_to_vec().into())
    };
    requests.map(exchange).into()
}

impl Soak {
    /// The request of a call: the larger, the rarer.
    fn exchange(&self, call: u64) -> &Exchange {
        let size = match call {
            _ if call.is_multiple_of(2_000) => 5,
            _ if call.is_multiple_of(100) => 4,
            _ if call.is_multiple_of(20) => 3,
            _ if call.is_multiple_of(10) => 2,
            _ if call.is_multiple_of(3) => 1,
            _ => 0,
        };
        &self.sizes[size]
    }

    async fn run(self: Arc<Self>) {
        // A call that fails ends all of it.
        let over = Over(&self);
        while self.begun.load(Ordering::Relaxed) < self.calls {
            let endpoint = Endpoint::from_shared(self.address.clone()).unwrap();
            let endpoint = endpoint.tls_config(self.tls.clone()).unwrap();
            let channel = endpoint.connect().await.unwrap();
            let streams: Vec<_> = (0..AT_ONCE)
                .map(|_| tokio::spawn(Arc::clone(&self).call(channel.clone())))
                .collect();
            for stream in streams {
                stream.await.unwrap();
            }
        }
        drop(over);
    }

    async fn call(self: Arc<Self>, channel: Channel) {
        let path = "/apiextensions.fn.proto.v1.FunctionRunnerService/RunFunction";
        let mut grpc = tonic::client::Grpc::new(channel);
        for _ in 0..LIFETIME / AT_ONCE as u64 {
            let call = self.begun.fetch_add(1, Ordering::Relaxed);
            if call >= self.calls {
                return;
            }
            let (request, expected) = self.exchange(call);
            grpc.ready().await.unwrap();
            let request = Request::new(request.clone());
            let answer = grpc.unary(request, path.parse().unwrap(), Raw).await;
            assert!(answer.unwrap().into_inner() == *expected, "call {call}");
            self.done.fetch_add(1, Ordering::Relaxed);
        }
    }
}

struct Over<'a>(&'a Soak);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.is_over.store(true, Ordering::Relaxed);
        }
    }
}
