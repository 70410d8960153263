//! The guest module in two engines: whatever the host hands over, it answers, and its memory stays.
//!
//! That it answers each golden case as the function does is for `tests/ways.rs`.

#![expect(clippy::unwrap_used, reason = "a helper that panics fails its test")]

#[path = "common/guest.rs"]
mod guest;

use std::collections::BTreeMap;

use function_appauth::function;
use function_appauth::protocol::{RunFunctionResponse, Severity};
use guest::{ENGINES, Host};
use prost::Message;
use serde_json::json;

fn request() -> Vec<u8> {
    let xr = json!({"apiVersion": "platform.example.org/v1alpha1", "kind": "XAppAuth", "metadata": {"name": "storefront"},
        "spec": {"region": "eu-west-1", "clients": [
            {"name": "web", "type": "Web", "callbackUrls": ["https://shop.example.org/callback"]}]}});
    function::request(&xr, None, &BTreeMap::new()).encode_to_vec()
}

#[track_caller]
fn is_fatal(response: &[u8], message: &str) {
    let response = RunFunctionResponse::decode(response).unwrap();
    assert_eq!(response.results.len(), 1);
    assert_eq!(response.results[0].severity(), Severity::Fatal);
    assert_eq!(response.results[0].message, message);
    assert!(response.desired.is_none());
}

#[test]
#[ignore = "needs the module and the engines: make test builds them"]
fn garbage_is_a_fatal_result_and_the_next_call_works() {
    for engine in ENGINES {
        let mut host = Host::start(engine);
        let good = host.run(&request());
        for garbage in [&b"\xff\xff\xff"[..], b"\x0a\xff\x01", &[0x0b; 1_000]] {
            let response = RunFunctionResponse::decode(&*host.run(garbage)).unwrap();
            assert!(
                response.results[0]
                    .message
                    .starts_with("the request is no RunFunctionRequest: "),
                "{:?}",
                response.results
            );
            assert_eq!(host.run(&request()), good, "{engine}");
        }
        is_fatal(
            &host.run(b""),
            "the request has no observed composite resource; call this function from a Composition",
        );
    }
}

#[test]
#[ignore = "needs the module and the engines: make test builds them"]
fn lengths_and_places_that_lie_are_a_fatal_result() {
    for engine in ENGINES {
        let mut host = Host::start(engine);
        let place: i32 = host.ask("alloc 100").parse().unwrap();
        for (place, length) in [
            (place, 101),
            (place + 1, 10),
            (0, 10),
            (-1, 10),
            (i32::MAX, i32::MAX),
        ] {
            let response = host.call(place, length);
            is_fatal(
                &response,
                &format!(
                    "the host handed over {length} bytes at {place}, which is no buffer that it asked for"
                ),
            );
        }
        let place: i32 = host.ask("alloc 100").parse().unwrap();
        is_fatal(
            &host.call(place, -1),
            &format!(
                "the host handed over -1 bytes at {place}, which is no buffer that it asked for"
            ),
        );
        for size in ["-1", "2147483647", "67108865"] {
            assert_eq!(host.ask(&format!("alloc {size}")), "0", "{engine}");
        }
        assert_ne!(host.ask("alloc 0"), "0");
        assert!(!host.run(&request()).is_empty());
    }
}

#[test]
#[ignore = "needs the module and the engines: make test builds them"]
fn memory_stays_over_many_calls_and_buffers_that_are_never_used() {
    for engine in ENGINES {
        let mut host = Host::start(engine);
        host.repeat(100, &request());
        let before: u32 = host.ask("pages").parse().unwrap();
        let after = host.repeat(5_000, &request());
        assert_eq!(before, after, "{engine}");
        for _ in 0..1_000 {
            host.ask("alloc 1000000");
        }
        let pages: u32 = host.ask("pages").parse().unwrap();
        assert!(
            pages < before + 17 * 1_000_000 / 65_536 + 64,
            "{engine}: {pages}"
        );
    }
}

#[test]
#[ignore = "needs the module and the engines: make test builds them"]
fn an_instance_of_its_own_answers_the_same() {
    for engine in ENGINES {
        let mut host = Host::start(engine);
        assert_eq!(host.fresh(&request()), host.run(&request()), "{engine}");
    }
}

#[test]
#[ignore = "needs the module: make test builds it"]
fn the_module_does_not_grow_unseen() {
    let module = guest::built("wasm/function-appauth.wasm");
    let size = std::fs::metadata(&module).unwrap().len();
    assert!(size < 1024 * 1024, "{size} bytes");
    // Hosts pull it compressed.
    let gzip = std::process::Command::new("gzip")
        .args(["-9", "-c"])
        .arg(&module)
        .output()
        .unwrap();
    let size = gzip.stdout.len();
    assert!(
        (100 * 1024..400 * 1024).contains(&size),
        "{size} bytes compressed"
    );
}
