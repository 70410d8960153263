//! What a call costs the program as it is packaged, in instructions: they are much the same at every run, where times are
//! not. callgrind counts those of a server that answers so many calls, and of one that answers some more.
//!
//! `FUNCTION_APPAUTH=target/package/amd64/function-appauth cargo test --test cost`

#![cfg(feature = "cli")]
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "it prints, and stops at what goes wrong"
)]

mod common;
#[path = "common/raw.rs"]
mod raw;
#[path = "../benches/requests/mod.rs"]
mod requests;

use std::fs;
use std::process::Command;

use common::{Server, folder};
use function_appauth::protocol::RunFunctionRequest;
use prost::Message;
use prost::bytes::Bytes;
use raw::Raw;
use tonic::transport::Endpoint;

/// The first calls fill the caches.
const BEFORE: u64 = 3;
const CALLS: u64 = 8;

type Request = fn() -> RunFunctionRequest;

/// What is asked, and how many thousand instructions it may take, transport and all: a fifth more than it takes now.
const REQUESTS: [(&str, Request, u64); 6] = [
    ("a pool and a client, 15 KB", requests::pool_and_client, 900),
    ("2 others beside them", || requests::among_others(2), 950),
    ("20 others", || requests::among_others(20), 1_200),
    ("200 others", || requests::among_others(200), 3_800),
    ("2000 others", || requests::among_others(2000), 32_000),
    (
        "examples/everything",
        || requests::of_example("everything"),
        3_300,
    ),
];

fn main() {
    if !common::is_given() {
        println!("cost: NOT RUN: FUNCTION_APPAUTH names no packaged program");
        return;
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    println!("thousands of instructions per call, as callgrind counts them\n");
    println!("| request | instructions | may be |\n|---|---|---|");
    let mut dear = Vec::new();
    for (name, request, most) in REQUESTS {
        let request = Bytes::from(request().encode_to_vec());
        let count = |calls| runtime.block_on(count(&request, calls));
        let cost = (count(BEFORE + CALLS) - count(BEFORE)) / CALLS / 1000;
        println!("| {name} | {cost} | {most} |");
        if cost > most {
            dear.push(name);
        }
    }
    assert!(dear.is_empty(), "more than may be: {dear:?}");
    println!("\ntest result: ok. {} costs", REQUESTS.len());
}

/// The instructions of a server from its start to its end, with so many calls between.
async fn count(request: &Bytes, calls: u64) -> u64 {
    let out = folder("cost").join("callgrind.out");
    let mut valgrind = Command::new("valgrind");
    valgrind
        .args(["--tool=callgrind", "--quiet"])
        .arg(format!("--callgrind-out-file={}", out.display()));
    let server = Server::run(
        common::under(valgrind),
        &["--insecure", "--max-recv-message-size", "64"],
    );
    let endpoint = Endpoint::from_shared(format!("http://127.0.0.1:{}", server.port()));
    let mut grpc = tonic::client::Grpc::new(endpoint.unwrap().connect().await.unwrap());
    for _ in 0..calls {
        grpc.ready().await.unwrap();
        let path = "/apiextensions.fn.proto.v1.FunctionRunnerService/RunFunction";
        let request = tonic::Request::new(request.clone());
        let answer = grpc.unary(request, path.parse().unwrap(), Raw).await;
        assert!(answer.unwrap().into_inner().len() > 1000);
    }
    drop(grpc);
    assert!(server.terminate().success());
    let counted = fs::read_to_string(&out).unwrap();
    let total = counted
        .lines()
        .find_map(|line| line.strip_prefix("totals: "));
    total.unwrap().trim().parse().unwrap()
}
