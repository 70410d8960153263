//! Of the call: its tag, and how long its answer holds.

use function_appauth::protocol::{RequestMeta, RunFunctionRequest};

use crate::requests::{
    of_a_crossplane_that_can, request, request_refused, request_waiting, requests_of_all_outcomes,
};
use crate::results::{ALL, needing};
use crate::ways::Way;

fn tagged(tag: &str, request: RunFunctionRequest) -> RunFunctionRequest {
    let meta = RequestMeta {
        tag: tag.to_owned(),
        ..RequestMeta::default()
    };
    RunFunctionRequest {
        meta: Some(meta),
        ..request
    }
}

/// The response carries the tag of the request, as it was, whatever else is in either.
pub(crate) fn must_copy_the_tag(way: &Way) {
    let long = "x".repeat(100_000);
    for tag in ["a tag", "", " \t\n", "v1/ünï-\u{0}", &long] {
        for (name, request) in requests_of_all_outcomes() {
            let response = way.answer(tagged(tag, request));
            assert!(response.meta.unwrap().tag == tag, "{name}: {tag:.20}");
        }
    }
}

/// Nothing but the tag of the response depends on the tag of the request.
pub(crate) fn must_not_depend_on_the_tag(way: &Way) {
    for (name, request) in requests_of_all_outcomes() {
        let plain = way.answer(request.clone());
        for tag in ["a", "b", "{}", "0"] {
            let mut response = way.answer(tagged(tag, request.clone()));
            let meta = response.meta.as_mut().unwrap();
            meta.tag = String::new();
            assert_eq!(response, plain, "{name} under {tag}");
        }
    }
}

/// Each response says for how long it may be used again.
pub(crate) fn should_set_a_ttl(way: &Way) {
    for (name, request) in requests_of_all_outcomes() {
        let ttl = way.answer(request).meta.unwrap().ttl;
        let ttl = ttl.unwrap_or_else(|| panic!("{name}: no ttl"));
        assert!(ttl.seconds > 0 && ttl.nanos == 0, "{name}: {ttl:?}");
    }
}

/// With realtime compositions a ttl is also how often Crossplane looks at a composite that does not change: rarely, but
/// where resources of the cluster are read, which Crossplane before 2.4 does not watch.
pub(crate) fn should_set_a_ttl_by_what_it_reads(way: &Way) {
    let seconds = |request| way.answer(request).meta.unwrap().ttl.unwrap().seconds;
    assert_eq!(seconds(request()), 600);
    assert_eq!(seconds(request_refused()), 600);
    let asking = of_a_crossplane_that_can(&ALL, needing());
    assert_eq!(seconds(asking), 60);
}

/// A response may be used in place of another to an identical request, which it can if that would be the same: there is
/// neither a clock nor a memory in it. (That the function has no clock at all, `tests/architecture.rs` holds.)
pub(crate) fn must_answer_an_identical_request_alike_while_its_ttl_lasts(way: &Way) {
    let requests = || [request(), request_refused(), request_waiting()];
    let before = requests().map(|request| way.answer(request));
    // What others ask in the meantime.
    way.golden();
    let mut after = requests().map(|request| way.answer(request));
    assert_eq!(after, before);
    after.reverse();
    let mut backwards = requests();
    backwards.reverse();
    assert_eq!(backwards.map(|request| way.answer(request)), after);
}
