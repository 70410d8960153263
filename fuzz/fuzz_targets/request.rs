//! The bytes of a request, answered.

#![no_main]

use std::sync::LazyLock;

use function_appauth::protocol::RunFunctionRequest;
use function_appauth_fuzz::samples::Samples;
use function_appauth_fuzz::{change, holds, seeds};
use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use prost::Message;
use prost::bytes::Bytes;

static SAMPLES: LazyLock<Samples> = LazyLock::new(seeds::of_requests);

fuzz_target!(|data: &[u8]| {
    if let Ok(request) = RunFunctionRequest::decode(Bytes::copy_from_slice(data)) {
        holds::answered(&request);
    }
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    change::request(data, size, max_size, seed, &SAMPLES)
});
