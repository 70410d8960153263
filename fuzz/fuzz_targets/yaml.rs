//! Files of YAML, as the command line takes them: validated, rendered, drawn, and written again.

#![no_main]

use std::collections::BTreeMap;

use function_appauth::graph::Graph;
use function_appauth::manifest;
use function_appauth::workspace::{self, Context, Entry, File, Given};
use function_appauth_fuzz::{change, texts};
use libfuzzer_sys::{Corpus, fuzz_mutator, fuzz_target};

fuzz_target!(|data: &[u8]| -> Corpus {
    let Ok(text) = std::str::from_utf8(data) else {
        return Corpus::Reject;
    };
    let (files, given) = texts::split(text);
    let texts = texts_of(&files, &given);
    let (manifests, unreadable) = workspace::read(files);
    let unreadable: Vec<Entry> = unreadable.iter().map(Entry::unreadable).collect();
    stand_in(&unreadable, &texts);
    for manifest in &manifests {
        let value = &manifest.document.value;
        let written = manifest::write(value);
        let read = manifest::read_values(&written);
        assert_eq!(
            read.as_deref(),
            Ok(std::slice::from_ref(value)),
            "{written}"
        );
    }
    let Ok((context, entries)) = Context::read(given, &manifests) else {
        return Corpus::Keep;
    };
    stand_in(&entries, &texts);
    let report = workspace::validate(&context, &manifests);
    stand_in(&report.entries, &texts);
    workspace::report(&report.checked, &report.entries, &report.notes);
    let rendered = workspace::render(&context, &manifests);
    stand_in(&rendered.entries, &texts);
    for composed in rendered.composed {
        let outcome = composed.outcome;
        if let Some(graph) = Graph::of(&outcome) {
            let pictures = [graph.mermaid(), graph.dot(), graph.svg()];
            assert!(pictures.iter().all(|picture| !picture.is_empty()));
        }
        if !outcome.is_invalid() {
            for document in context.documents(&composed.composite, outcome) {
                let written = manifest::write(&document);
                assert_eq!(
                    manifest::read_values(&written),
                    Ok(vec![document]),
                    "{written}"
                );
            }
        }
    }
    Corpus::Keep
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    change::text(data, size, max_size, seed)
});

/// The texts by the names of their files.
fn texts_of(files: &[File], given: &Given) -> BTreeMap<String, String> {
    let Given {
        input,
        composition,
        observed,
        required_resources,
        crds,
        crossplane: _,
    } = given;
    let more = [input, composition, observed, required_resources];
    let more = more.into_iter().flatten().chain(crds).flatten();
    files
        .iter()
        .chain(more)
        .map(|file| (file.name.clone(), file.text.clone()))
        .collect()
}

/// What was found is a sentence, and stands within the text of its file.
fn stand_in(entries: &[Entry], texts: &BTreeMap<String, String>) {
    for entry in entries {
        assert!(entry.to_string().ends_with('\n'));
        let told = entry.to_json();
        if let Some(file) = told["file"].as_str() {
            let position = entry.position().expect("what has a file has a place in it");
            let text = &texts[file];
            let line = manifest::lines(text).nth(position.line.wrapping_sub(1));
            // What is missing at the end of a line stands behind it.
            let within =
                line.is_some_and(|line| (1..=line.chars().count() + 1).contains(&position.column));
            assert!(within, "{told} {text:?}");
        }
    }
}
