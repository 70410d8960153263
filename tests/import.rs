//! Import: answers of AWS in `tests/import/<case>/*.json`, and beside them what they become, what is said, and what
//! would change at AWS if it was applied.
//!
//! `UPDATE=1 cargo test --test import` writes the latter three anew; `git diff` is the review.

#![expect(clippy::unwrap_used, reason = "a test stops at what it cannot read")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use function_appauth::api::app_auth::Spec;
use function_appauth::api::input::Input;
use function_appauth::api::manifests::Form;
use function_appauth::compose::{CheckedInput, Request, compose};
use function_appauth::import::{Imported, Options, import};
use function_appauth::manifest;
use serde_json::{Map, Value, json};

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import")
}

/// The answers of a case, in the order of their files.
fn answers(case: &Path) -> Vec<Value> {
    let mut files: Vec<PathBuf> = fs::read_dir(case)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .collect();
    files.sort();
    files
        .iter()
        .flat_map(|file| {
            let text = fs::read_to_string(file).unwrap();
            let values = serde_json::Deserializer::from_str(&text).into_iter();
            values.map(Result::unwrap).collect::<Vec<Value>>()
        })
        .collect()
}

fn imported(answers: Vec<Value>) -> Imported {
    let target = Options {
        group: "platform.example.org",
        form: Form::Claim,
        claim: None,
    };
    import(answers, &target)
}

/// Writes or compares a file of what is expected.
fn golden(file: &Path, found: &str) {
    if std::env::var_os("UPDATE").is_some() {
        fs::write(file, found).unwrap();
        return;
    }
    let expected = fs::read_to_string(file).unwrap_or_default();
    similar_asserts::assert_eq!(expected, found, "{}", file.display());
}

#[test]
fn answers_become_what_takes_them_over() {
    for case in fs::read_dir(cases()).unwrap() {
        let case = case.unwrap().path();
        let Imported {
            composite,
            input,
            findings,
        } = imported(answers(&case));
        let mut yaml = manifest::write(&composite);
        if let Some(input) = &input {
            yaml += "---\n";
            yaml += &manifest::write(input);
        }
        golden(&case.join("expected.yaml"), &yaml);
        let mut said = String::new();
        for finding in &findings {
            writeln!(said, "{finding}").unwrap();
            assert!(!finding.is_error(), "{finding}");
        }
        golden(&case.join("findings.txt"), &said);
        let spec: Result<Spec, _> = serde_json::from_value(composite["spec"].clone());
        spec.unwrap_or_else(|error| panic!("{}: {error}", case.display()));
        if let Some(input) = input {
            let input: Result<Input, _> = serde_json::from_value(input);
            input.unwrap_or_else(|error| panic!("{}: {error}", case.display()));
        }
    }
}

/// Advice on an imported AppAuth takes its Input's overrides into account.
#[test]
fn advice_is_true_of_what_is_rendered() {
    for case in fs::read_dir(cases()).unwrap() {
        let case = case.unwrap().path();
        let Imported {
            composite,
            input,
            findings: _,
        } = imported(answers(&case));
        let outcome = compose(Request {
            composite: (&composite).into(),
            input: CheckedInput::read(input),
            ..Request::default()
        });
        let mut advice = String::new();
        for finding in &outcome.findings {
            writeln!(advice, "{finding}").unwrap();
        }
        let file = case.join("advice.txt");
        if !advice.is_empty() || file.exists() {
            golden(&file, &advice);
        }
    }
}

/// Rendered again, a pool and its clients are what AWS shows, but for what the findings say.
#[test]
fn what_is_taken_over_is_not_changed() {
    for case in [
        "a-pool-of-the-console",
        "everything-that-appauth-has",
        "what-appauth-has-no-word-for",
    ] {
        let case = cases().join(case);
        let answers = answers(&case);
        let Imported {
            mut composite,
            input,
            findings: _,
        } = imported(answers.clone());
        composite["metadata"]["uid"] = json!("6b1f");
        let outcome = compose(Request {
            composite: (&composite).into(),
            input: CheckedInput::read(input),
            ..Request::default()
        });
        let errors: Vec<_> = outcome.findings.iter().filter(|f| f.is_error()).collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", case.display());
        let mut changes = String::new();
        for desired in &outcome.desired {
            let rendered = &desired.body["spec"]["forProvider"];
            let Some(shown) = answer_of(rendered, &answers) else {
                continue;
            };
            let (shown, rendered) = (as_aws_does(shown), as_the_provider_does(rendered));
            compare("", &shown, &rendered, &desired.name, &mut changes);
        }
        golden(&case.join("changes.txt"), &changes);
    }
}

/// The answer about a rendered pool or client.
fn answer_of<'a>(rendered: &Value, answers: &'a [Value]) -> Option<&'a Value> {
    answers.iter().find_map(|answer| {
        let client = answer.get("UserPoolClient");
        match (rendered.get("poolName"), rendered.get("clientName")) {
            (Some(_), _) => answer.get("UserPool"),
            (_, Some(name)) => client.filter(|client| client["ClientName"] == *name),
            _ => None,
        }
    })
}

/// An answer in the provider's spelling, with what AWS does where it shows nothing.
fn as_aws_does(answer: &Value) -> Value {
    let mut shown = spelled(answer);
    let fields = shown.as_object_mut().unwrap();
    let mut default = |field: &str, value: Value| {
        fields.entry(field).or_insert(value);
    };
    if answer.get("ClientId").is_some() {
        default("authSessionValidity", json!(3));
        default("preventUserExistenceErrors", json!("LEGACY"));
        default("accessTokenValidity", json!(1));
        default("idTokenValidity", json!(1));
        default("refreshTokenValidity", json!(30));
    } else {
        default("usernameConfiguration", json!({ "caseSensitive": true }));
        default("userPoolTags", json!({}));
        default("userPoolAddOns", json!({ "advancedSecurityMode": "OFF" }));
        default("lambdaConfig", json!({}));
        // Three fields have twins in the template.
        for twin in [
            "emailVerificationMessage",
            "emailVerificationSubject",
            "smsVerificationMessage",
        ] {
            fields.remove(twin);
        }
    }
    for field in [
        "arn",
        "clientId",
        "clientSecret",
        "creationDate",
        "customDomain",
        "domain",
        "estimatedNumberOfUsers",
        "id",
        "lastModifiedDate",
        "userPoolId",
    ] {
        fields.remove(field);
    }
    for (aws, ours) in [("name", "poolName"), ("schemaAttributes", "schema")] {
        if let Some(value) = fields.remove(aws) {
            fields.insert(ours.to_owned(), value);
        }
    }
    if let Some(config) = fields.get_mut("adminCreateUserConfig") {
        config
            .as_object_mut()
            .unwrap()
            .remove("unusedAccountValidityDays");
    }
    normal(shown)
}

fn as_the_provider_does(rendered: &Value) -> Value {
    let mut rendered = rendered.clone();
    let fields = rendered.as_object_mut().unwrap();
    // What AWS shows elsewhere, or not at all.
    for field in [
        "region",
        "userPoolIdSelector",
        "generateSecret",
        "softwareTokenMFAConfiguration",
    ] {
        fields.remove(field);
    }
    normal(rendered)
}

/// AWS' names as the provider spells them.
fn spelled(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let spelled_field = |(name, value): (&String, &Value)| {
                let name = match name.as_str() {
                    "ApplicationArn" => "applicationARN".to_owned(),
                    "ExternalId" => "externalID".to_owned(),
                    "KMSKeyID" => "kmsKeyID".to_owned(),
                    "LambdaArn" => "lambdaARN".to_owned(),
                    "SnsCallerArn" => "snsCallerARN".to_owned(),
                    "SourceArn" => "sourceARN".to_owned(),
                    tag if tag.contains(':') || tag.starts_with(char::is_lowercase) => {
                        tag.to_owned()
                    }
                    name => format!("{}{}", name[..1].to_lowercase(), &name[1..]),
                };
                (name, spelled(value))
            };
            Value::Object(fields.iter().map(spelled_field).collect())
        }
        Value::Array(entries) => entries.iter().map(spelled).collect(),
        other => other.clone(),
    }
}

/// Lists without an order, lifetimes in seconds, attributes by name, and nothing that is nothing to the provider.
fn normal(mut value: Value) -> Value {
    let units = value.get("tokenValidityUnits").cloned().unwrap_or_default();
    for (field, unit, usual) in [
        ("accessTokenValidity", "accessToken", "hours"),
        ("idTokenValidity", "idToken", "hours"),
        ("refreshTokenValidity", "refreshToken", "days"),
    ] {
        if let Some(number) = value.get(field).and_then(Value::as_i64) {
            let seconds = match units[unit].as_str().unwrap_or(usual) {
                "days" => 86_400,
                "hours" => 3_600,
                "minutes" => 60,
                _ => 1,
            };
            value[field] = json!(number * seconds);
        }
    }
    if let Value::Object(fields) = &mut value {
        fields.remove("tokenValidityUnits");
        if let Some(attributes) = fields.remove("schema") {
            let named = |each: &Value| {
                let name = each["name"].as_str().unwrap();
                (name.trim_start_matches("custom:").to_owned(), each.clone())
            };
            let mut named: Map<String, Value> =
                attributes.as_array().unwrap().iter().map(named).collect();
            for attribute in named.values_mut() {
                attribute.as_object_mut().unwrap().remove("name");
            }
            fields.insert("schema".to_owned(), Value::Object(named));
        }
    }
    walk(&mut value);
    value
}

/// Sorts lists, and takes out what is nothing to the provider.
fn walk(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.values_mut().for_each(walk);
            fields.retain(|_, field| {
                !matches!(field, Value::Null | Value::Bool(false))
                    && *field != json!({})
                    && *field != json!([])
                    && *field != json!("")
            });
        }
        Value::Array(entries) => {
            entries.iter_mut().for_each(walk);
            entries.sort_by_key(ToString::to_string);
        }
        _ => {}
    }
}

fn compare(at: &str, shown: &Value, rendered: &Value, name: &str, changes: &mut String) {
    if shown == rendered {
        return;
    }
    if let (Value::Object(shown), Value::Object(rendered)) = (shown, rendered) {
        let mut fields: Vec<&String> = shown.keys().chain(rendered.keys()).collect();
        fields.sort_unstable();
        fields.dedup();
        for field in fields {
            // An attribute that is not listed stays.
            if at == "schema" && !rendered.contains_key(field) {
                continue;
            }
            let below = if at.is_empty() {
                field.clone()
            } else {
                format!("{at}.{field}")
            };
            let of = |side: &Map<String, Value>| side.get(field).cloned().unwrap_or_default();
            compare(&below, &of(shown), &of(rendered), name, changes);
        }
        return;
    }
    // Where nothing was shown and a part is rendered, or the other way round, each leaf counts.
    match (shown, rendered) {
        (Value::Object(_), Value::Null) if at != "schema" => {
            compare(at, shown, &json!({}), name, changes);
        }
        (Value::Null, Value::Object(_)) => compare(at, &json!({}), rendered, name, changes),
        (Value::Object(_), Value::Null) => {}
        _ => writeln!(changes, "{name} {at}: {shown} becomes {rendered}").unwrap(),
    }
}

#[test]
fn secrets_appear_nowhere() {
    let output = Command::new(env!("CARGO_BIN_EXE_function-appauth"))
        .args(["import", "tests/import/machines-and-federation"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0));
    let printed = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    assert!(printed[0].contains("kind: XAppAuth"));
    assert!(printed[1].contains("\"client_secret\""), "{}", printed[1]);
    assert!(
        !printed.concat().contains("planted"),
        "{}",
        printed.concat()
    );
}

#[test]
fn secrets_appear_nowhere_where_something_is_wrong() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("import-secrets");
    fs::create_dir_all(&folder).unwrap();
    for (name, text) in [
        (
            "cut",
            "{\"UserPoolClient\": {\"ClientSecret\": \"planted\", \"ClientName\": ",
        ),
        (
            "shapes",
            "{\"IdentityProvider\": {\"ProviderDetails\": \"planted\", \"ProviderName\": [\"planted\"]}}",
        ),
        ("other", "{\"Secret\": \"planted\"}"),
        ("bare", "\"planted\""),
        (
            "new",
            "{\"UserPoolClient\": {\"ClientId\": \"c\", \"UserPoolId\": \"eu-west-1_A\", \"NewSecret\": \"planted\"}}",
        ),
    ] {
        let file = folder.join(format!("{name}.json"));
        fs::write(&file, text).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_function-appauth"))
            .arg("import")
            .arg(&file)
            .output()
            .unwrap();
        assert_eq!(
            output.status.code(),
            Some(i32::from(name != "new")),
            "{name}"
        );
        let printed = [&output.stdout, &output.stderr]
            .map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        assert!(!printed[1].is_empty(), "{name}");
        assert!(
            !printed.concat().contains("planted"),
            "{name}: {}",
            printed.concat()
        );
    }
}
