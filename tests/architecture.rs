//! Who may know whom, and that what is generated is fresh.
//!
//! `UPDATE=1 cargo test --test architecture` writes the files of `package/` anew.

#![expect(clippy::unwrap_used, reason = "a test stops at what it cannot read")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use function_appauth::api::GROUP;
use function_appauth::api::manifests::{self, Form};
use function_appauth::manifest;
use serde_json::Value;

/// Each layer and the layers it may name. Up to and including `function`, nothing touches files, clock, network,
/// environment or tokio.
const LAYERS: [(&str, &[&str]); 16] = [
    ("words", &[]),
    ("path", &[]),
    ("finding", &["path"]),
    ("schema", &["finding", "path", "words"]),
    ("api", &["finding", "path"]),
    ("plan", &["api", "finding", "path", "words"]),
    ("rules", &["plan", "api", "finding", "path", "words"]),
    ("providers", &["plan", "api", "path"]),
    (
        "compose",
        &[
            "api",
            "finding",
            "path",
            "plan",
            "providers",
            "rules",
            "schema",
            "words",
        ],
    ),
    ("graph", &["compose", "plan"]),
    ("protocol", &[]),
    (
        "function",
        &["compose", "protocol", "finding", "path", "providers"],
    ),
    ("manifest", &["path"]),
    ("server", &["function", "protocol"]),
    (
        "cli",
        &[
            "api",
            "compose",
            "finding",
            "function",
            "graph",
            "manifest",
            "path",
            "protocol",
            "providers",
            "server",
        ],
    ),
    ("main", &["cli"]),
];

/// What only the ways in may use.
const OUTSIDE: [&str; 10] = [
    "std::fs",
    "std::env",
    "std::net",
    "std::time",
    "std::io",
    "std::process",
    "std::thread",
    "tokio",
    "tonic::",
    // Grouped, a name of this list would hide.
    "use std::{",
];
const WAYS_IN: [&str; 3] = ["server", "cli", "main"];

#[test]
fn every_layer_knows_only_those_below_it() {
    let allowed: BTreeMap<&str, BTreeSet<&str>> = LAYERS
        .iter()
        .map(|(layer, known)| (*layer, known.iter().copied().collect()))
        .collect();
    let mut broken = Vec::new();
    for (layer, file, code) in sources() {
        let Some(allowed) = allowed.get(layer.as_str()) else {
            broken.push(format!("{file}: \"{layer}\" is no layer of LAYERS"));
            continue;
        };
        for (number, line) in code.lines().enumerate() {
            for known in named_layers(line) {
                if known != layer && !allowed.contains(known.as_str()) {
                    broken.push(format!(
                        "{file}:{}: {layer} may not know {known}",
                        number + 1
                    ));
                }
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn only_the_ways_in_touch_the_outside() {
    let mut broken = Vec::new();
    for (layer, file, code) in sources() {
        if WAYS_IN.contains(&layer.as_str()) {
            continue;
        }
        for (number, line) in code.lines().enumerate() {
            if let Some(outside) = OUTSIDE.iter().find(|outside| line.contains(*outside)) {
                broken.push(format!(
                    "{file}:{}: {layer} may not use {outside}",
                    number + 1
                ));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn the_files_of_the_package_are_what_the_program_writes() {
    let files = [
        (
            "package/input/appauth.fn.crossplane.io_inputs.yaml",
            manifests::input_crd(),
        ),
        (
            "package/configuration/xrd.yaml",
            manifests::xrd(GROUP, Form::Claim),
        ),
        (
            "package/configuration/composition.yaml",
            manifests::composition(GROUP, Form::Claim),
        ),
    ];
    let mut stale = Vec::new();
    for (path, value) in files {
        let fresh = manifest::write(&value);
        let full = root().join(path);
        if std::env::var_os("UPDATE").is_some() {
            fs::create_dir_all(full.parent().unwrap()).unwrap();
            fs::write(&full, &fresh).unwrap();
        } else if fs::read_to_string(&full).unwrap_or_default() != fresh {
            stale.push(path);
        }
    }
    assert!(
        stale.is_empty(),
        "stale: {stale:?}; run UPDATE=1 cargo test --test architecture"
    );
}

#[test]
fn the_readmes_example_is_the_web_app() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let example = fs::read_to_string(root().join("examples/web-app/xr.yaml")).unwrap();
    assert!(
        readme.contains(&example),
        "README.md does not show examples/web-app/xr.yaml as it is"
    );
}

#[test]
fn every_yaml_in_the_readme_can_be_read() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let blocks: Vec<&str> = readme
        .split("```yaml\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .collect();
    assert!(!blocks.is_empty());
    for block in blocks {
        let documents = manifest::read(block).unwrap_or_else(|error| panic!("{error}\n{block}"));
        assert!(
            documents
                .iter()
                .all(|document| matches!(document.value, Value::Object(_))),
            "{block}"
        );
    }
}

/// All source files as layer, name, and code without tests and comments.
fn sources() -> Vec<(String, String, String)> {
    let src = root().join("src");
    let mut files = Vec::new();
    walk(&src, &mut files);
    files
        .into_iter()
        .filter(|path| {
            !path
                .components()
                .any(|part| part.as_os_str() == "generated")
                && !path.ends_with("lib.rs")
        })
        .map(|path| {
            let relative = path.strip_prefix(&src).unwrap();
            let layer = relative
                .iter()
                .next()
                .unwrap()
                .to_string_lossy()
                .trim_end_matches(".rs")
                .to_owned();
            let text = fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]\nmod tests").next().unwrap();
            let code = code
                .lines()
                .map(|line| line.split("//").next().unwrap())
                .collect::<Vec<_>>()
                .join("\n");
            (layer, relative.display().to_string(), code)
        })
        .collect()
}

/// The layers that a line names by `crate::`.
fn named_layers(line: &str) -> Vec<String> {
    line.split("crate::")
        .skip(1)
        .flat_map(|rest| {
            let word = |text: &str| -> String {
                text.chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect()
            };
            match rest.strip_prefix('{') {
                Some(list) => list
                    .split('}')
                    .next()
                    .unwrap()
                    .split(',')
                    .map(|each| word(each.trim()))
                    .collect(),
                None => vec![word(rest)],
            }
        })
        .filter(|word| !word.is_empty())
        .collect()
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for entry in entries {
        if entry.is_dir() {
            walk(&entry, files);
        } else if entry.extension().is_some_and(|end| end == "rs") {
            files.push(entry);
        }
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
