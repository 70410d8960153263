//! A guest of the host `function-wasm`, by version 1 of its interface: the module exports its memory, [`wasmfn_alloc`] and
//! [`wasmfn_run`], and imports nothing.
//!
//! The host asks for a buffer, writes a `RunFunctionRequest` into it, calls `wasmfn_run`, and reads the
//! `RunFunctionResponse` before it calls again. Whatever it hands over, the answer is a response.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use prost::Message;
use serde_json::Value;

use crate::api::input;
use crate::function;
use crate::protocol::{
    ResponseMeta, Result as Said, RunFunctionRequest, RunFunctionResponse, Severity, Struct,
};

/// The largest request, in bytes: far above what Crossplane sends, and far below what a module may have.
const LARGEST: usize = 64 * 1024 * 1024;
/// How many buffers the host may have asked for and not used.
const MOST_BUFFERS: usize = 16;

/// What the host and this module have in common.
struct Shared {
    /// The buffers that the host asked for and did not hand over yet, and where they are, the oldest first.
    buffers: VecDeque<(usize, Vec<u8>)>,
    /// The last response, which stays until the next call.
    response: Vec<u8>,
}

static SHARED: Mutex<Shared> = Mutex::new(Shared {
    buffers: VecDeque::new(),
    response: Vec::new(),
});

/// Gives the host a buffer of so many bytes. 0 where there is none: of a size that is negative or too large.
// SAFETY: no other symbol of the module has this name.
#[expect(unsafe_code, reason = "the host finds it by this name")]
#[unsafe(no_mangle)]
pub extern "C" fn wasmfn_alloc(size: i32) -> i32 {
    let Some(size) = usize::try_from(size).ok().filter(|size| *size <= LARGEST) else {
        return 0;
    };
    // A buffer of no bytes has no place of its own.
    let buffer = vec![0; size.max(1)];
    let place = buffer.as_ptr() as usize;
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    while shared.buffers.len() >= MOST_BUFFERS {
        shared.buffers.pop_front();
    }
    shared.buffers.push_back((place, buffer));
    address(place)
}

/// Answers the request that the host wrote into a buffer, and gives where the response is (the upper 32 bits) and how long
/// it is (the lower).
// SAFETY: no other symbol of the module has this name.
#[expect(unsafe_code, reason = "the host finds it by this name")]
#[unsafe(no_mangle)]
pub extern "C" fn wasmfn_run(ptr: i32, len: i32) -> i64 {
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    let place = place(ptr);
    let index = shared.buffers.iter().position(|(at, _)| *at == place);
    let buffer = index.and_then(|index| shared.buffers.remove(index));
    let request = buffer
        .as_ref()
        .and_then(|(_, buffer)| buffer.get(..usize::try_from(len).ok()?));
    let response = match request {
        Some(request) => handle(request),
        None => refusal(format!(
            "the host handed over {len} bytes at {ptr}, which is no buffer that it asked for"
        )),
    };
    shared.response = response;
    let at = i64::from(address(shared.response.as_ptr() as usize)) & 0xffff_ffff;
    let length = i64::try_from(shared.response.len()).unwrap_or_default();
    (at << 32) | length
}

/// An address as WebAssembly has it, 32 bits without a sign in an integer that has one.
#[expect(
    clippy::cast_possible_truncation,
    reason = "addresses of the module have 32 bits"
)]
fn address(place: usize) -> i32 {
    (place as u32).cast_signed()
}

fn place(address: i32) -> usize {
    address.cast_unsigned() as usize
}

/// Answers a request: protobuf in, protobuf out.
///
/// The host's own input has ours in its field `config`.
pub fn handle(request: &[u8]) -> Vec<u8> {
    let mut request = match RunFunctionRequest::decode(request) {
        Ok(request) => request,
        Err(error) => return refusal(format!("the request is no RunFunctionRequest: {error}")),
    };
    request.input = request.input.and_then(config);
    function::run(request).encode_to_vec()
}

/// Our Input within the host's; none where it has none.
fn config(input: Struct) -> Option<Struct> {
    let Ok(Value::Object(mut fields)) = input.to_json() else {
        // What is wrong with it is for the function to say.
        return Some(input);
    };
    let group = input::API_VERSION.split('/').next();
    let is_ours = fields
        .get("apiVersion")
        .and_then(Value::as_str)
        .is_some_and(|version| version.split('/').next() == group);
    if is_ours {
        return Some(input);
    }
    match fields.remove("config") {
        Some(Value::Object(config)) => Some(Struct::from_json(&config)),
        Some(Value::Null) | None => None,
        // As above.
        Some(other) => Some(Struct::from_json(
            &[("config".to_owned(), other)].into_iter().collect(),
        )),
    }
}

/// A response that says no more than that, and renders nothing.
fn refusal(message: String) -> Vec<u8> {
    RunFunctionResponse {
        meta: Some(ResponseMeta::default()),
        results: vec![Said {
            severity: Severity::Fatal.into(),
            message,
            ..Said::default()
        }],
        ..RunFunctionResponse::default()
    }
    .encode_to_vec()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;

    fn request(input: Option<&Value>) -> RunFunctionRequest {
        let xr = json!({"apiVersion": "platform.example.org/v1alpha1", "kind": "XAppAuth", "metadata": {"name": "storefront"},
            "spec": {"region": "eu-west-1", "clients": [
                {"name": "web", "type": "Web", "callbackUrls": ["https://shop.example.org/callback"]}]}});
        function::request(&xr, input, &BTreeMap::new())
    }

    fn answer(request: &RunFunctionRequest) -> RunFunctionResponse {
        RunFunctionResponse::decode(handle(&request.encode_to_vec()).as_slice()).unwrap()
    }

    #[track_caller]
    fn is_fatal(response: &[u8], message: &str) {
        let response = RunFunctionResponse::decode(response).unwrap();
        assert_eq!(response.results[0].severity(), Severity::Fatal);
        assert_eq!(response.results[0].message, message);
        assert!(response.desired.is_none());
    }

    #[test]
    fn answers_as_the_function_does() {
        assert_eq!(
            answer(&request(None)).encode_to_vec(),
            function::run(request(None)).encode_to_vec()
        );
    }

    #[test]
    fn the_hosts_config_is_the_input() {
        let tags = json!({"tags": {"team": "shop"}});
        let ours = json!({"apiVersion": "appauth.fn.crossplane.io/v1beta1", "kind": "Input", "tags": {"team": "shop"}});
        let expected = function::run(request(Some(&tags))).encode_to_vec();
        for input in [
            json!({"apiVersion": "wasm.fn.crossplane.io/v1", "kind": "Input", "module": {"image": "x"}, "config": tags}),
            ours,
        ] {
            assert_eq!(answer(&request(Some(&input))).encode_to_vec(), expected);
        }
        let none = json!({"apiVersion": "wasm.fn.crossplane.io/v1", "kind": "Input", "module": {"image": "x"}});
        assert_eq!(
            answer(&request(Some(&none))).encode_to_vec(),
            function::run(request(None)).encode_to_vec()
        );
        let wrong = json!({"apiVersion": "wasm.fn.crossplane.io/v1", "kind": "Input", "config": 5});
        assert!(
            answer(&request(Some(&wrong))).results[0]
                .message
                .starts_with("Input config: unknown field")
        );
    }

    #[test]
    fn garbage_is_one_fatal_result() {
        is_fatal(
            &handle(b"\xff\xff\xff"),
            "the request is no RunFunctionRequest: failed to decode Protobuf message: invalid varint",
        );
    }
}
