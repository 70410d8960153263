//! The built-in schemas are those of the provider's CRDs, which come from its Go module.

#![expect(clippy::unwrap_used, reason = "a helper that panics fails its test")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
#[cfg(feature = "cli")]
use std::{io::Write, process::Stdio};

use function_appauth::providers::community::{GROUP, KINDS};
use serde_json::{Map, Value};

/// The Go module with the CRDs. Which version of it is tested stands in `tests/tools/provider-aws/go.mod`.
const MODULE: &str = "github.com/crossplane-contrib/provider-aws";

/// What says nothing of which values are valid.
const PROSE: [&str; 3] = ["description", "example", "title"];

#[test]
#[ignore = "needs Go: make test runs it"]
fn the_built_in_schemas_are_those_of_the_providers_crds() {
    let crds = module().join("package/crds");
    let mut differences = Vec::new();
    for kind in KINDS {
        let crd = kind.crd();
        let (plural, _) = crd.split_once('.').unwrap();
        let theirs = spec_of(
            &crds.join(format!("{GROUP}_{plural}.yaml")),
            kind.api_version,
        );
        let ours = kind.schema();
        compare(
            &format!("{}.spec", kind.kind),
            &ours,
            &theirs,
            &mut differences,
        );
    }
    assert!(differences.is_empty(), "\n{}", differences.join("\n"));
}

/// The folder of the provider's Go module, downloaded if need be.
fn module() -> PathBuf {
    let go = |args: &[&str]| {
        let output = Command::new("go")
            .args(args)
            .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tools/provider-aws"))
            .env("GOFLAGS", "-mod=mod")
            .output()
            .expect("go runs");
        assert!(
            output.status.success(),
            "go {}: {}",
            args.join(" "),
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    };
    go(&["mod", "download", MODULE]);
    PathBuf::from(go(&["list", "-m", "-f", "{{.Dir}}", MODULE]).trim())
}

/// The schema of `spec` in a CRD's version.
fn spec_of(path: &Path, api_version: &str) -> Value {
    let text =
        std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let crd: Value = serde_saphyr::from_str(&text).unwrap();
    let version = crd["spec"]["versions"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|version| api_version == format!("{GROUP}/{}", version["name"].as_str().unwrap()))
        .unwrap_or_else(|| panic!("{}: no version of {api_version}", path.display()));
    version["schema"]["openAPIV3Schema"]["properties"]["spec"].clone()
}

/// Compares two schemas and all within them, keyword by keyword, prose apart.
fn compare(at: &str, ours: &Value, theirs: &Value, differences: &mut Vec<String>) {
    let (ours, theirs) = (keywords(ours), keywords(theirs));
    for keyword in names(&ours, &theirs) {
        match (keyword.as_str(), ours.get(&keyword), theirs.get(&keyword)) {
            ("properties", Some(Value::Object(ours)), Some(Value::Object(theirs))) => {
                for name in names(ours, theirs) {
                    let at = format!("{at}.{name}");
                    match (ours.get(&name), theirs.get(&name)) {
                        (Some(ours), Some(theirs)) => compare(&at, ours, theirs, differences),
                        (Some(_), None) => differences.push(format!("{at}: only ours")),
                        (None, _) => differences.push(format!("{at}: missing")),
                    }
                }
            }
            ("items", Some(ours @ Value::Object(_)), Some(theirs @ Value::Object(_))) => {
                compare(&format!("{at}[]"), ours, theirs, differences);
            }
            (
                "additionalProperties",
                Some(ours @ Value::Object(_)),
                Some(theirs @ Value::Object(_)),
            ) => {
                compare(&format!("{at}.*"), ours, theirs, differences);
            }
            (_, ours, theirs) if ours != theirs => {
                let shown =
                    |value: Option<&Value>| value.map_or("none".to_owned(), Value::to_string);
                differences.push(format!(
                    "{at} {keyword}: ours {}, theirs {}",
                    shown(ours),
                    shown(theirs)
                ));
            }
            _ => {}
        }
    }
}

/// The keywords of a schema that decide which values are valid; those whose order means nothing, sorted.
fn keywords(schema: &Value) -> Map<String, Value> {
    let mut keywords = schema.as_object().cloned().expect("a schema is an object");
    keywords.retain(|keyword, _| !PROSE.contains(&keyword.as_str()));
    for unordered in ["required", "enum"] {
        if let Some(Value::Array(entries)) = keywords.get_mut(unordered) {
            entries.sort_by_key(Value::to_string);
        }
    }
    keywords
}

fn names(ours: &Map<String, Value>, theirs: &Map<String, Value>) -> BTreeSet<String> {
    ours.keys().chain(theirs.keys()).cloned().collect()
}

/// A mistake that is public: the recovery setting of a pool, written as the list that it only holds.
#[cfg(feature = "cli")]
#[test]
#[ignore = "needs Go: make test runs it"]
fn a_list_in_the_place_of_an_object_is_found_at_its_line() {
    const POOL: &str = "apiVersion: cognitoidentityprovider.aws.crossplane.io/v1alpha1
kind: UserPool
metadata: {name: shop}
spec:
  forProvider:
    region: eu-west-1
    poolName: shop
    accountRecoverySetting:
    - name: verified_email
      priority: 1
";
    let composition = format!(
        "apiVersion: apiextensions.crossplane.io/v1
kind: Composition
metadata: {{name: pools}}
spec:
  compositeTypeRef: {{apiVersion: example.org/v1, kind: Pool}}
  resources:
  - name: pool
    base:
{}",
        POOL.lines()
            .fold(String::new(), |text, line| text + "      " + line + "\n")
    );
    for (manifest, line) in [(POOL, "8:5"), (&composition, "16:11")] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_function-appauth"))
            .args(["validate", "-", "--crds"])
            .arg(module().join("package/crds"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        command
            .stdin
            .take()
            .unwrap()
            .write_all(manifest.as_bytes())
            .unwrap();
        let output = command.wait_with_output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(
            said.contains(&format!("x standard input:{line}: ")),
            "{said}"
        );
        let sentence = "accountRecoverySetting: Invalid value: must be of type object, not array; write an object with \
                        recoveryMechanisms";
        assert!(said.contains(sentence), "{said}");
        assert!(said.contains("\n1 problem, "), "{said}");
    }
}

#[test]
fn every_difference_is_found_with_its_path() {
    let ours = serde_json::json!({
        "type": "object", "required": ["b", "a"], "description": "ours",
        "properties": {
            "a": { "type": "integer", "format": "int32" },
            "b": { "type": "array", "items": { "type": "string", "enum": ["x", "y"] } },
            "c": { "type": "object", "additionalProperties": { "type": "string" } },
        },
    });
    let theirs = serde_json::json!({
        "type": "object", "required": ["a", "b"], "description": "theirs",
        "properties": {
            "a": { "type": "integer", "format": "int64", "default": 1 },
            "b": { "type": "array", "items": { "type": "string", "enum": ["y"] }, "x-kubernetes-list-type": "set" },
            "c": { "type": "object", "additionalProperties": { "type": "integer" } },
            "d": { "type": "string" },
        },
    });
    let mut differences = Vec::new();
    compare("spec", &ours, &theirs, &mut differences);
    assert_eq!(
        differences,
        [
            "spec.a default: ours none, theirs 1",
            "spec.a format: ours \"int32\", theirs \"int64\"",
            "spec.b[] enum: ours [\"x\",\"y\"], theirs [\"y\"]",
            "spec.b x-kubernetes-list-type: ours none, theirs \"set\"",
            "spec.c.* type: ours \"string\", theirs \"integer\"",
            "spec.d: missing",
        ]
    );
}
