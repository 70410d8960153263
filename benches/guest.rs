//! What a call costs in the guest module, beside a call of the function itself: `make wasm tools`, and then
//! `cargo bench --bench guest`.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark prints, and stops at what goes wrong"
)]

#[path = "../tests/common/guest.rs"]
mod guest;
mod requests;

use std::hint::black_box;
use std::time::{Duration, Instant};

use function_appauth::function;
use function_appauth::protocol::RunFunctionRequest;
use guest::{ENGINES, Host};
use prost::Message;

/// Of how many each figure is the median.
const CALLS: usize = 1_001;

fn main() {
    let requests = [
        ("a pool and a client", requests::pool_and_client()),
        ("examples/everything", requests::of_example("everything")),
    ];
    println!("microseconds, medians of {CALLS} calls\n");
    println!("| request | in | a call | times the function's | a new instance |");
    println!("|---|---|---|---|---|");
    for (name, request) in requests {
        let bytes = request.encode_to_vec();
        let function = function_itself(&bytes).as_secs_f64() * 1e6;
        println!("| {name} | the function | {function:.0} | 1.0 | |");
        for engine in ENGINES {
            let (instance, call) = Host::start(engine).time(CALLS, &bytes);
            let times = f64::from(call) / function;
            println!("| {name} | {engine} | {call} | {times:.1} | {instance} |");
        }
    }
}

/// The median of a call, from bytes to bytes.
fn function_itself(request: &[u8]) -> Duration {
    let mut took: Vec<Duration> = (0..CALLS)
        .map(|_| {
            let start = Instant::now();
            let request = RunFunctionRequest::decode(black_box(request)).unwrap();
            black_box(function::run(request).encode_to_vec());
            start.elapsed()
        })
        .collect();
    took.sort();
    took[CALLS / 2]
}
