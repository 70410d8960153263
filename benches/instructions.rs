//! Instructions per call, counted by callgrind: `cargo bench --bench instructions`.
//!
//! A count is the same on every run and on every machine with the same compiler, so it shows what a change costs where a
//! clock shows the weather. valgrind (Debian's) runs this program with so many calls and with one more.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark prints, and stops at what goes wrong"
)]

mod requests;

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::process::{Command, Stdio};

use function_appauth::function;
use function_appauth::protocol::RunFunctionRequest;
use prost::Message;
use prost::bytes::Bytes;

/// Tells this program that it is under callgrind: what to do, and how often.
const COUNT: &str = "--count";
/// The first calls fill the caches.
const BEFORE: usize = 3;
const CALLS: usize = 8;

/// Part of a call, by name.
const PARTS: [(&str, Part); 3] = [
    ("whole call", |request| {
        let bytes = Bytes::from(request.encode_to_vec());
        Box::new(move || {
            let request = RunFunctionRequest::decode(black_box(bytes.clone())).unwrap();
            black_box(function::run(request).encode_to_vec());
        })
    }),
    ("decode", |request| {
        let bytes = Bytes::from(request.encode_to_vec());
        Box::new(move || {
            black_box(RunFunctionRequest::decode(black_box(bytes.clone())).unwrap());
        })
    }),
    ("encode", |request| {
        let response = function::run(request);
        Box::new(move || {
            black_box(black_box(&response).encode_to_vec());
        })
    }),
];

type Request = fn() -> RunFunctionRequest;
type Part = fn(RunFunctionRequest) -> Box<dyn Fn()>;

/// Requests, by name.
const REQUESTS: [(&str, Request); 8] = [
    ("a pool and a client", requests::pool_and_client),
    ("2 others", || requests::among_others(2)),
    ("20 others", || requests::among_others(20)),
    ("200 others", || requests::among_others(200)),
    ("2000 others", || requests::among_others(2000)),
    ("examples/web-app", || requests::of_example("web-app")),
    ("examples/federated-app", || {
        requests::of_example("federated-app")
    }),
    ("examples/everything", || requests::of_example("everything")),
];

fn main() {
    let args: Vec<String> = std::env::args().collect();
    if let [_, count, part, request, times] = args.as_slice()
        && count == COUNT
    {
        return work(part, request, times.parse().unwrap());
    }
    if Command::new("valgrind").arg("--version").output().is_err() {
        println!("instructions: NOT RUN: there is no valgrind here; Debian has it");
        return;
    }
    println!("thousands of instructions per call\n");
    let [whole, decode, encode] = PARTS.map(|(name, _)| name);
    println!("| request | {whole} | {decode} | {encode} |\n|---|---|---|---|");
    for (request, _) in REQUESTS {
        let cells = PARTS.map(|(part, _)| {
            let calls = count(part, request, BEFORE + CALLS) - count(part, request, BEFORE);
            (calls / CALLS as u64 / 1000).to_string()
        });
        println!("| {request} | {} |", cells.join(" | "));
    }
}

/// Does what is to be counted.
fn work(part: &str, request: &str, times: usize) {
    let (_, part) = PARTS.into_iter().find(|(name, _)| *name == part).unwrap();
    let (_, request) = REQUESTS
        .into_iter()
        .find(|(name, _)| *name == request)
        .unwrap();
    let work = part(request());
    (0..times).for_each(|_| work());
}

fn count(part: &str, request: &str, times: usize) -> u64 {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("callgrind.out");
    let status = Command::new("valgrind")
        .args(["--tool=callgrind", "--quiet"])
        .arg(format!("--callgrind-out-file={}", out.display()))
        .arg(std::env::current_exe().unwrap())
        .args([COUNT, part, request, &times.to_string()])
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success(), "{part} of {request}: {status}");
    let counted = fs::read_to_string(&out).unwrap();
    let total = counted
        .lines()
        .find_map(|line| line.strip_prefix("totals: "));
    total.unwrap().trim().parse().unwrap()
}
