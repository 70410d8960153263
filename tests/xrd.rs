//! The XRD refuses early what the function would refuse, and never anything else.

#![expect(clippy::unwrap_used, reason = "a test stops at what it cannot read")]

#[path = "differential/generate.rs"]
#[expect(dead_code, reason = "schemas are generated elsewhere")]
mod generate;
#[path = "differential/random.rs"]
mod random;

use std::fs;
use std::path::{Path, PathBuf};

use function_appauth::api::manifests::{self, Form};
use function_appauth::compose::{CheckedInput, Request, compose};
use function_appauth::finding::Finding;
use function_appauth::manifest;
use function_appauth::schema::Schema;
use serde_json::{Value, json};

use random::Random;

/// How many specs are made of those that there are.
const SPECS: usize = 4_000;

/// Texts on both sides of Cognito's rules.
const TEXTS: [&str; 77] = [
    "",
    " ",
    "a b",
    "a\u{a0}b",
    "a\u{b}b",
    "a\u{85}b",
    "a\u{ad}b",
    "a\u{200b}b",
    "a\u{3000}b",
    "a\nb",
    "{####}\n",
    "{username}\u{feff} {####}",
    "é",
    "shop/prod",
    "web(prod)",
    "a^b",
    "x_y",
    "X",
    "-x",
    "x-",
    "aws",
    "aws-shop",
    "laws",
    "cognito",
    "Cognito",
    "COGNITO",
    "amazon",
    "login",
    "example.org",
    "login.example.org",
    "login..example.org",
    "-a.example.org",
    "custom:x",
    "sub",
    "email",
    "email_verified",
    "preferred_username",
    "updated_at",
    "tenant",
    "openid",
    "phone",
    "https://api/read",
    "https://a.example.org/cb",
    "https://a.example.org/cb#x",
    "https://a.example.org/a b",
    "HTTPS://a.example.org",
    "https:///x",
    "http://localhost",
    "http://localhost:3000/cb?x=1",
    "http://127.0.0.1:1/",
    "http://[::1]:3000",
    "http://u@localhost/",
    "http://localhost@example.org/",
    "HTTP://localhost",
    "http://a.example.org",
    "myapp://cb",
    "myapp:cb",
    "javascript:alert(1)",
    "Data:x",
    "/cb",
    "{####}",
    "{username} {####}",
    "{##Here##}",
    "{####}{##}",
    "help@example.org",
    "Shop <help@example.org>",
    "Shop, Inc <help@example.org>",
    "Shop <help@ex\u{e4}mple.org>",
    "Shop\n<help@example.org>",
    "192.0.2.1",
    "1.2.3.4.5",
    "eu-west-1_AbC",
    "eu-west-1_",
    "Google",
    "arn:aws:iam::123456789012:role/x",
    "arn:aws:lambda:eu-west-1:123456789012:function:f",
    "arn:aws:acm:us-east-1:123456789012:certificate/c",
];

/// An ARN of each kind that some field takes, and things that look like one.
const ARNS: [&str; 13] = [
    "arn:aws:acm:eu-west-1:123456789012:certificate/c",
    "arn:aws-cn:acm:cn-north-1:123456789012:certificate/c",
    "arn:aws:ses:eu-west-1:123456789012:identity/example.org",
    "arn:aws:ses:eu-west-1:123456789012:configuration-set/x",
    "arn:aws:kms:eu-west-1:123456789012:key/k",
    "arn:aws:kms:eu-west-1:123456789012:alias/k",
    "arn:aws:mobiletargeting:eu-west-1:123456789012:apps/0123456789abcdef0123456789abcdef",
    "arn:aws:iam::123456789012:user/x",
    "arn:aws:iam::123456789012:role/",
    "arn:aws:iam::123456789012:role/shop/",
    "arn:amazon:iam::123456789012:role/x",
    "arn:aws:sqs:eu-west-1:123456789012:queue/x",
    "role/of-the-shop-that-sends",
];

#[test]
fn what_the_xrd_refuses_is_refused() {
    let xrd = xrd();
    let mut random = Random::new(7);
    let inputs = inputs();
    let specs = specs();
    let (mut early, mut late, mut valid) = (0, 0, 0);
    for _ in 0..SPECS {
        let mut spec = random.one_of(&specs).clone();
        for _ in 0..random.below(4) {
            if random.below(4) == 0 {
                generate::change(&mut random, &mut spec);
            } else {
                change_text(&mut random, &mut spec);
            }
        }
        let input = random.below(2) == 0;
        let input = input.then(|| random.one_of(&inputs).clone());
        let refused = refused(&xrd, &spec);
        let outcome = compose(Request {
            composite: (&composite(&spec)).into(),
            input: CheckedInput::read(input.clone()),
            ..Request::default()
        });
        match (refused.is_empty(), outcome.is_invalid()) {
            (true, false) => valid += 1,
            (true, true) => late += 1,
            (false, true) => early += 1,
            (false, false) => {
                panic!("{refused:#?} is refused by the XRD alone\nspec: {spec}\nInput: {input:?}")
            }
        }
    }
    // Each of the three is there, or nothing was compared.
    assert!(
        early > SPECS / 20 && late > SPECS / 20 && valid > SPECS / 20,
        "{early} early, {late} late, {valid} valid"
    );
}

#[test]
fn what_is_valid_is_valid_for_the_xrd() {
    let xrd = xrd();
    for spec in specs() {
        let outcome = compose(Request {
            composite: (&composite(&spec)).into(),
            ..Request::default()
        });
        let refused = refused(&xrd, &spec);
        assert!(outcome.is_invalid() || refused.is_empty(), "{refused:#?}");
    }
}

/// The schema of an AppAuth, rules and all.
fn xrd() -> Schema {
    let xrd = manifests::xrd("platform.example.org", Form::Claim);
    let schema = xrd.pointer("/spec/versions/0/schema/openAPIV3Schema");
    Schema::compile(schema.unwrap()).unwrap()
}

/// What the API server would refuse. What it prunes, it takes.
fn refused(xrd: &Schema, spec: &Value) -> Vec<Finding> {
    let found = xrd.check_object(&composite(spec), None);
    found
        .into_iter()
        .filter(|finding| finding.is_error() && !finding.is_of_unknown_field())
        .collect()
}

fn composite(spec: &Value) -> Value {
    json!({ "apiVersion": "platform.example.org/v1alpha1", "kind": "XAppAuth", "metadata": { "name": "storefront" },
        "spec": spec })
}

/// Puts another text in the place of one.
fn change_text(random: &mut Random, value: &mut Value) {
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            let index = random.below(fields.len());
            let field = fields.values_mut().nth(index).unwrap();
            change_text(random, field);
        }
        Value::Array(entries) if !entries.is_empty() => {
            let index = random.below(entries.len());
            change_text(random, &mut entries[index]);
        }
        Value::String(text) if text.starts_with("arn:") => {
            *value = json!(*random.one_of(&ARNS));
        }
        Value::String(_) => *value = json!(*random.one_of(&TEXTS)),
        Value::Bool(flag) => *flag = !*flag,
        _ => {}
    }
}

/// The specs of the golden cases and of the examples.
fn specs() -> Vec<Value> {
    let files = files(&["tests/golden", "examples"]);
    let documents = files.iter().flat_map(|file| documents(file));
    documents
        .filter(|document| {
            document["kind"]
                .as_str()
                .is_some_and(|kind| kind.ends_with("AppAuth"))
        })
        .map(|document| document["spec"].clone())
        .filter(Value::is_object)
        .collect()
}

/// The Inputs of the golden cases that have nothing wrong with them.
fn inputs() -> Vec<Value> {
    let files = files(&["tests/golden"]);
    let documents = files.iter().flat_map(|file| documents(file));
    documents
        .filter(|document| document["kind"] == "Input")
        .filter(|input| {
            CheckedInput::read(Some((*input).clone()))
                .findings()
                .is_empty()
        })
        .collect()
}

fn files(folders: &[&str]) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<PathBuf> = folders
        .iter()
        .flat_map(|folder| fs::read_dir(root.join(folder)).unwrap())
        .map(|folder| folder.unwrap().path())
        .filter(|folder| folder.is_dir())
        .flat_map(|folder| fs::read_dir(folder).unwrap())
        .map(|file| file.unwrap().path())
        .filter(|file| file.extension().is_some_and(|end| end == "yaml"))
        .collect();
    files.sort();
    files
}

fn documents(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap();
    manifest::read_values(&text).unwrap_or_default()
}
