//! The manual is the test: every command in `tests/cli/*.md` is run, and what it prints is what stands there.
//!
//! `TRYCMD=overwrite cargo test --test cli` writes it anew; `git diff` is the review.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

#[test]
fn the_manual_says_what_the_command_does() {
    trycmd::TestCases::new().case("tests/cli/*.md");
}

#[test]
fn programs_get_the_same_as_json() {
    let output = Command::new(env!("CARGO_BIN_EXE_function-appauth"))
        .args(["validate", "--output", "json", "tests/cli/files/wrong.yaml"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["checked"], 1);
    assert_eq!(report["findings"].as_array().unwrap().len(), 4);
    let message = "spec.domain.prefix: Invalid value: true: must be of type string, not boolean; \
                   put it in quotes: \"yes\"";
    assert_eq!(
        report["findings"][0],
        json!({
            "severity": "error",
            "document": "composite",
            "path": "spec.domain.prefix",
            "problem": "Invalid value: true: must be of type string, not boolean",
            "remedy": "put it in quotes: \"yes\"",
            "message": message,
            "rule": null,
            "file": "tests/cli/files/wrong.yaml",
            "line": 7,
            "column": 12,
        })
    );
}

#[test]
fn standard_input_and_several_documents_are_read() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_function-appauth"))
        .args(["render", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let xr = std::fs::read_to_string("examples/web-app/xr.yaml").unwrap();
    let both = format!("{xr}---\n{}", xr.replace("storefront", "backoffice"));
    child
        .stdin
        .take()
        .unwrap()
        .write_all(both.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text.matches("kind: UserPoolDomain\n").count(), 2);
}

#[test]
fn a_shell_completes_the_words() {
    let script = r#"
        source <(function-appauth completions bash)
        complete_as() {
            COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
            "$(complete -p function-appauth | sed 's/.*-F \([^ ]*\).*/\1/')" function-appauth "${!#}" "${@: -2:1}"
            echo "${COMPREPLY[@]}"
        }
        complete_as function-appauth val
        complete_as function-appauth validate --cr
        complete_as function-appauth graph --output s
    "#;
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_function-appauth"));
    let path = std::env::join_paths([
        program.parent().unwrap(),
        "/usr/bin".as_ref(),
        "/bin".as_ref(),
    ]);
    let output = Command::new("bash")
        .args(["-c", script])
        .env("PATH", path.unwrap())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert_eq!(said, "validate\n--crds --crossplane\nsvg\n", "{complaints}");
}

#[test]
fn what_is_secret_is_not_quoted() {
    let schema = json!({ "openapi": "3.0.0", "components": { "schemas": { "Secret": {
        "x-kubernetes-group-version-kind": [{ "group": "", "version": "v1", "kind": "Secret" }],
        "type": "object",
        "properties": { "data": { "type": "object", "additionalProperties": { "type": "string" } } },
    } } } });
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    std::fs::write(folder.join("secret-schema.json"), schema.to_string()).unwrap();
    std::fs::write(
        folder.join("secret.yaml"),
        "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {pin: 918273}\n",
    )
    .unwrap();
    for output in ["text", "json"] {
        let output = Command::new(env!("CARGO_BIN_EXE_function-appauth"))
            .current_dir(folder)
            .args([
                "validate",
                "--crds",
                "secret-schema.json",
                "secret.yaml",
                "--output",
                output,
            ])
            .output()
            .unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(1), "{said}");
        let sentence =
            "data.pin: Invalid value, not shown here: it may be secret; compare it with the schema";
        assert!(said.contains(sentence), "{said}");
        assert!(!said.contains("918273"), "{said}");
    }
}
