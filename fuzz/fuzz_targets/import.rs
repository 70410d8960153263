//! What `aws cognito-idp` prints, as a list of JSON documents, imported.

#![no_main]

use std::sync::LazyLock;

use function_appauth::api::manifests::Form;
use function_appauth::import::{Options, import, unreadable};
use function_appauth::manifest;
use function_appauth_fuzz::samples::Samples;
use function_appauth_fuzz::{change, holds, seeds};
use libfuzzer_sys::{Corpus, fuzz_mutator, fuzz_target};

const TARGET: Options<'static> = Options {
    group: "example.org",
    form: Form::Claim,
    claim: None,
};

static SAMPLES: LazyLock<Samples> = LazyLock::new(|| Samples::of(&seeds::answers_of_aws()));

fuzz_target!(|data: &[u8]| -> Corpus {
    let Ok(serde_json::Value::Array(documents)) = serde_json::from_slice(data) else {
        return Corpus::Reject;
    };
    let (wrong, documents): (Vec<_>, Vec<_>) = documents
        .into_iter()
        .map(|document| (unreadable(&document), document))
        .partition(|(finding, _)| finding.is_some());
    let wrong: Vec<_> = wrong
        .into_iter()
        .filter_map(|(finding, _)| finding)
        .collect();
    holds::findings(&wrong);
    let documents: Vec<_> = documents
        .into_iter()
        .map(|(_, document)| document)
        .collect();
    let imported = import(documents.clone(), &TARGET);
    holds::findings(&imported.findings);
    let written = manifest::write_in_order(&imported.composite, &["apiVersion", "kind"]);
    if !imported.composite.is_null() {
        let read = manifest::read_values(&written);
        assert_eq!(
            read.as_deref(),
            Ok([imported.composite.clone()].as_slice()),
            "{written}"
        );
    }
    assert_eq!(imported, import(documents, &TARGET));
    Corpus::Keep
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    change::json(data, size, max_size, seed, &SAMPLES)
});
