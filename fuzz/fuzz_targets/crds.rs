//! A CRD, an XRD or a document of OpenAPI, and an object and what it was before, as JSON: `{definition, object, old}`.

#![no_main]

use std::sync::LazyLock;

use function_appauth::schema::definitions::Definition;
use function_appauth::workspace::{self, Context, Entry, File, Given};
use function_appauth_fuzz::samples::Samples;
use function_appauth_fuzz::{change, holds, seeds};
use libfuzzer_sys::{Corpus, fuzz_mutator, fuzz_target};
use serde_json::Value;

static SAMPLES: LazyLock<Samples> = LazyLock::new(|| Samples::of(&seeds::definitions()));

fuzz_target!(|data: &[u8]| -> Corpus {
    let Ok(all) = serde_json::from_slice::<Value>(data) else {
        return Corpus::Reject;
    };
    let (definition, object) = (&all["definition"], &all["object"]);
    let old = all.get("old");
    let schemas = Definition::read(definition, |_, _| true)
        .into_iter()
        .flatten()
        .map(|definition| definition.compile());
    for schema in schemas.flatten() {
        let found = schema.check_object(object, old);
        holds::findings(&found);
        assert_eq!(found, schema.check_object(object, old));
    }
    judged(definition, object);
    Corpus::Keep
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    change::json(data, size, max_size, seed, &SAMPLES)
});

/// The same on the command line, which says where.
fn judged(definition: &Value, object: &Value) {
    let file = |name: &str, value: &Value| File {
        name: name.to_owned(),
        text: format!("{value:#}"),
    };
    let (manifests, _) = workspace::read(vec![file("object.json", object)]);
    let given = Given {
        crds: vec![vec![file("definition.json", definition)]],
        ..Given::default()
    };
    if let Ok((context, mut entries)) = Context::read(given, &manifests) {
        entries.extend(workspace::validate(&context, &manifests).entries);
        let told: Vec<String> = entries.iter().map(Entry::to_string).collect();
        assert!(told.iter().all(|told| told.ends_with('\n')), "{told:?}");
    }
}
