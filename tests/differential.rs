//! Our validation of custom resources beside the API server's own, `k8s.io/apiextensions-apiserver`: both judge the same
//! objects, and have to find the same paths.
//!
//! `CASES=200000 cargo test --release --test differential -- --ignored` judges more objects than usual, and `SEED=7`
//! others.

#![expect(clippy::unwrap_used, reason = "a helper that panics fails its test")]
#![expect(clippy::print_stdout, reason = "it tells how many were compared")]

#[path = "differential/generate.rs"]
mod generate;
#[path = "differential/random.rs"]
mod random;
#[path = "differential/suite.rs"]
mod suite;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use function_appauth::api::manifests::{self, Form};
use function_appauth::api::openapi;
use function_appauth::finding::Finding;
use function_appauth::providers::community::KINDS;
use function_appauth::schema::Schema;
use serde::Deserialize;
use serde_json::{Value, json};

use random::Random;

/// How many objects are judged of each schema.
const OBJECTS: usize = 20;

/// How many differences are shown.
const SHOWN: usize = 20;

/// A schema and objects of it, some with what they take the place of.
struct Question {
    name: String,
    schema: Value,
    cases: Vec<(Value, Option<Value>)>,
}

#[derive(Debug, Deserialize)]
struct Answer {
    #[serde(default)]
    refused: String,
    #[serde(default)]
    verdicts: Vec<Verdict>,
}

#[derive(Debug, Deserialize)]
struct Verdict {
    errors: BTreeSet<String>,
    stopped: bool,
    unknown: BTreeSet<String>,
    messages: Vec<String>,
}

/// The API server's library, in a process of its own.
struct ApiServer {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl ApiServer {
    fn start() -> Self {
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools/api-server");
        let mut process = Command::new(&program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}; make tools builds it", program.display()));
        Self {
            input: process.stdin.take().unwrap(),
            output: BufReader::new(process.stdout.take().unwrap()),
            process,
        }
    }

    fn judge(&mut self, question: &Question) -> Answer {
        let cases: Vec<Value> = question
            .cases
            .iter()
            .map(|(object, old)| match old {
                Some(old) => json!({ "object": object, "old": old }),
                None => json!({ "object": object }),
            })
            .collect();
        let line = json!({ "schema": question.schema, "cases": cases });
        writeln!(self.input, "{line}").unwrap();
        let mut answer = String::new();
        self.output.read_line(&mut answer).unwrap();
        serde_json::from_str(&answer)
            .unwrap_or_else(|error| panic!("{}: {error}: {answer}", question.name))
    }
}

impl Drop for ApiServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What was compared, and how it went.
#[derive(Debug, Default)]
struct Tally {
    schemas: usize,
    refused: usize,
    objects: usize,
    valid: usize,
    updates: usize,
    /// Objects of which we say that something is not checked: what we find may be less.
    unchecked: usize,
    unchecked_paths: BTreeSet<String>,
    differences: Vec<String>,
}

impl Tally {
    /// Compares what both say, and tells why the API server does not take the schema, where it does not.
    fn compare(&mut self, server: &mut ApiServer, mut question: Question) -> String {
        let ours = Schema::compile(&question.schema).map_err(|error| error.to_string());
        // What was there was taken once: how the API server reads another one is of no matter.
        if let Ok(schema) = &ours {
            for (_, old) in &mut question.cases {
                old.take_if(|old| schema.check_object(old, None).iter().any(Finding::is_error));
            }
        }
        let answer = server.judge(&question);
        self.schemas += 1;
        if !answer.refused.is_empty() {
            self.refused += 1;
            return answer.refused;
        }
        let ours = match ours {
            Ok(schema) => schema,
            Err(error) => {
                let difference = format!(
                    "{}: we refuse a schema that the API server takes: {error}\n{}",
                    question.name, question.schema
                );
                self.differences.push(difference);
                return String::new();
            }
        };
        assert_eq!(
            answer.verdicts.len(),
            question.cases.len(),
            "{}",
            question.name
        );
        for ((object, old), theirs) in question.cases.iter().zip(&answer.verdicts) {
            self.compare_object(&question, &ours, object, old.as_ref(), theirs);
        }
        String::new()
    }

    fn compare_object(
        &mut self,
        question: &Question,
        schema: &Schema,
        object: &Value,
        old: Option<&Value>,
        theirs: &Verdict,
    ) {
        let found = schema.check_object(object, old);
        // Where we say that something is not checked, they may find more.
        let unchecked: BTreeSet<String> = found
            .iter()
            .filter(|finding| finding.problem.contains("not checked here"))
            .map(|finding| normal(&finding.path.to_string()))
            .collect();
        let is_unchecked = |path: &String| {
            unchecked.contains(path)
                || found.iter().any(|finding| {
                    let outer = normal(&finding.path.to_string());
                    // Of what is in schemas of which it cannot be told whether they match.
                    finding.problem.contains("Of is not checked here") && path.starts_with(&outer)
                })
        };
        let paths = |unknown: bool| -> BTreeSet<String> {
            found
                .iter()
                .filter(|finding| finding.is_error() && finding.is_of_unknown_field() == unknown)
                .map(|finding| normal(&finding.path.to_string()))
                .collect()
        };
        let (errors, unknown) = (paths(false), paths(true));
        // Of what is of another type we do not say that its fields are unknown.
        let of_other_types: Vec<String> = found
            .iter()
            .filter(|finding| finding.problem.contains("must be of type"))
            .map(|finding| normal(&finding.path.to_string()))
            .collect();
        let is_within = |path: &String| {
            of_other_types.iter().any(|outer| {
                let rest = path.strip_prefix(outer.as_str()).unwrap_or_default();
                rest.starts_with(['.', '[']) || outer.is_empty()
            })
        };
        let unknown_agrees = unknown.is_subset(&theirs.unknown)
            && theirs.unknown.difference(&unknown).all(is_within);
        self.objects += 1;
        self.updates += usize::from(old.is_some());
        self.valid += usize::from(theirs.errors.is_empty() && theirs.unknown.is_empty());
        self.unchecked += usize::from(!unchecked.is_empty());
        self.unchecked_paths.extend(unchecked.iter().cloned());
        let errors_agree = if theirs.stopped {
            // Of metadata as a whole, or of the part where it is.
            let is_in = |path: &str, ours: &str| {
                ours.strip_prefix(path)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            };
            let mut stops = theirs.errors.iter();
            stops.all(|path| errors.iter().any(|ours| is_in(path, ours)))
        } else {
            // Where what cannot be told is a fault that keeps them from evaluating rules, they refuse it for that.
            let of_rules = found
                .iter()
                .filter(|finding| finding.is_of_rule() && !theirs.errors.is_empty())
                .map(|finding| normal(&finding.path.to_string()));
            let not_evaluated: BTreeSet<String> =
                of_rules.filter(|_| !unchecked.is_empty()).collect();
            let mut ours_alone = errors.difference(&theirs.errors);
            ours_alone.all(|path| not_evaluated.contains(path))
                && theirs.errors.difference(&errors).all(is_unchecked)
        };
        if errors_agree && (theirs.stopped || unknown_agrees) {
            return;
        }
        let said: Vec<String> = found.iter().map(ToString::to_string).collect();
        let only = |ours: &BTreeSet<String>, theirs: &BTreeSet<String>| -> Vec<String> {
            ours.difference(theirs).cloned().collect()
        };
        self.differences.push(format!(
            "{}\n  found by us alone: {:?}, unknown {:?}\n  by them alone: {:?}, unknown {:?}\n  schema: {}\n  object: \
             {object}\n  old: {}\n  we say: {said:#?}\n  they say: {:#?}",
            question.name,
            only(&errors, &theirs.errors),
            only(&unknown, &theirs.unknown),
            only(&theirs.errors, &errors),
            only(&theirs.unknown, &unknown),
            question.schema,
            old.map_or_else(|| "none".to_owned(), Value::to_string),
            theirs.messages,
        ));
    }

    #[track_caller]
    fn finish(self, what: &str) {
        println!(
            "{what}: {} objects of {} schemas judged alike, {} of them valid, {} updates of others, {} with \
             something unchecked; {} more schemas that the API server does not take",
            self.objects - self.differences.len(),
            self.schemas - self.refused,
            self.valid,
            self.updates,
            self.unchecked,
            self.refused
        );
        let shown: Vec<&str> = self
            .differences
            .iter()
            .take(SHOWN)
            .map(String::as_str)
            .collect();
        assert!(
            self.differences.is_empty(),
            "{} of {} objects are judged otherwise:\n{}",
            self.differences.len(),
            self.objects,
            shown.join("\n\n")
        );
        assert!(self.objects > 0, "nothing was compared");
    }
}

/// A path as both write it: keys of maps behind a dot, and labels and annotations as a whole.
fn normal(path: &str) -> String {
    let mut normal = String::new();
    for (index, part) in path.split('[').enumerate() {
        match part.split_once(']') {
            Some((key, rest)) if index > 0 && key.parse::<usize>().is_err() => {
                write!(normal, ".{key}{rest}").unwrap();
            }
            Some(_) if index > 0 => write!(normal, "[{part}").unwrap(),
            _ => normal.push_str(part),
        }
    }
    let normal = normal.trim_start_matches('.');
    // The API server says no more than that one of these is wrong.
    let wholes = [
        "metadata.labels",
        "metadata.annotations",
        "metadata.finalizers",
    ];
    let end = wholes
        .iter()
        .find_map(|whole| Some(normal.find(whole)? + whole.len()));
    normal[..end.unwrap_or(normal.len())].to_owned()
}

fn thing(spec: Value) -> Value {
    json!({ "apiVersion": "example.org/v1", "kind": "Thing", "metadata": { "name": "a" }, "spec": spec })
}

#[expect(
    clippy::disallowed_methods,
    reason = "the runner of tests has its arguments for itself"
)]
fn number_of(variable: &str, otherwise: usize) -> usize {
    std::env::var(variable).map_or(otherwise, |text| {
        text.parse()
            .unwrap_or_else(|error| panic!("{variable}: {error}"))
    })
}

#[test]
#[ignore = "needs target/tools/api-server: make test builds it"]
fn each_keyword() {
    let mut server = ApiServer::start();
    let mut tally = Tally::default();
    for (question, unchecked) in suite::questions() {
        let name = question.name.clone();
        let refused = tally.compare(&mut server, question);
        assert_eq!(refused, "", "{name}");
        let paths = std::mem::take(&mut tally.unchecked_paths);
        assert_eq!(paths, unchecked, "{name}: what is not checked here");
    }
    tally.finish("by keyword");
}

#[test]
#[ignore = "needs target/tools/api-server: make test builds it"]
fn generated_schemas_and_objects() {
    let cases = number_of("CASES", 20_000);
    let mut random = Random::new(u64::try_from(number_of("SEED", 1)).unwrap());
    let mut server = ApiServer::start();
    let mut tally = Tally::default();
    while tally.objects < cases {
        let schema = generate::crd_schema(&mut random);
        let spec = &schema["properties"]["spec"];
        let mut spec_of = || thing(generate::value(&mut random, spec, 12));
        let objects = (0..OBJECTS).map(|index| (spec_of(), (index % 2 == 0).then(&mut spec_of)));
        let objects = objects.collect();
        let question = Question {
            name: format!("schema {}", tally.schemas),
            cases: objects,
            schema,
        };
        tally.compare(&mut server, question);
        if tally.differences.len() > SHOWN {
            break;
        }
    }
    tally.finish("generated");
}

#[test]
#[ignore = "needs target/tools/api-server: make test builds it"]
fn what_is_rendered_and_written_with_something_changed() {
    let cases = number_of("CASES", 20_000) / 2;
    let mut random = Random::new(u64::try_from(number_of("SEED", 1)).unwrap());
    let mut server = ApiServer::start();
    let mut tally = Tally::default();
    let kinds = real_kinds();
    let per_kind = cases / kinds.len() + 1;
    for (name, schema, objects) in &kinds {
        assert!(!objects.is_empty(), "no golden case has a {name}");
        let as_they_are = Question {
            name: name.clone(),
            schema: schema.clone(),
            cases: objects
                .iter()
                .map(|object| (object.clone(), None))
                .collect(),
        };
        let refused = tally.compare(&mut server, as_they_are);
        assert_eq!(refused, "", "{name}");
        for round in 0..per_kind / OBJECTS {
            let mut schema = schema.clone();
            if round % 3 == 0 {
                generate::change_schema(&mut random, &mut schema["properties"]["spec"]);
            }
            let objects = (0..OBJECTS).map(|_| {
                let mut object = random.one_of(objects).clone();
                let old = object.clone();
                for _ in 0..=random.below(3) {
                    generate::change(&mut random, &mut object["spec"]);
                }
                (object, Some(old))
            });
            let question = Question {
                name: format!("{name}, round {round}"),
                cases: objects.collect(),
                schema,
            };
            tally.compare(&mut server, question);
        }
        if tally.differences.len() > SHOWN {
            break;
        }
    }
    tally.finish("changed");
}

/// Each kind that we render, the AppAuth and the Input, with its schema and all that the golden cases have of it.
fn real_kinds() -> Vec<(String, Value, Vec<Value>)> {
    let root = |spec: Value| json!({ "type": "object", "properties": { "spec": spec } });
    let (written, rendered) = golden();
    let mut kinds: Vec<(String, Value, Vec<Value>)> = KINDS
        .iter()
        .map(|kind| {
            let objects = rendered.iter().filter(|object| object["kind"] == kind.kind);
            let schema = kind.schema();
            (
                kind.kind.to_owned(),
                root(schema),
                objects.cloned().collect(),
            )
        })
        .collect();
    // With what the XRD holds of Cognito's rules.
    let xrd = manifests::xrd("example.org", Form::Cluster);
    let app_auth = xrd
        .pointer("/spec/versions/0/schema/openAPIV3Schema/properties/spec")
        .unwrap()
        .clone();
    let app_auths = written.iter().filter(|object| object["kind"] != "Input");
    kinds.push((
        "AppAuth".to_owned(),
        root(app_auth),
        app_auths.cloned().collect(),
    ));
    let input = openapi::input().clone();
    let inputs = written.iter().filter(|object| object["kind"] == "Input");
    let inputs = inputs.map(|input| {
        let mut spec = input.clone();
        let fields = spec.as_object_mut().unwrap();
        fields.remove("apiVersion");
        fields.remove("kind");
        thing(spec)
    });
    kinds.push(("Input".to_owned(), root(input), inputs.collect()));
    kinds
}

/// What stands in the golden cases: what people write, and what is rendered of it.
fn golden() -> (Vec<Value>, Vec<Value>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut cases: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    cases.sort();
    let read = |file: &str| -> Vec<Value> {
        let paths = cases
            .iter()
            .map(|case| case.join(file))
            .filter(|path| path.exists());
        paths.flat_map(|path| documents(&path)).collect()
    };
    let written = ["xr.yaml", "input.yaml"].into_iter().flat_map(read);
    let written = written
        .filter(|object| object["spec"].is_object() || object["kind"] == "Input")
        .collect();
    let rendered = read("expected.yaml")
        .into_iter()
        .filter_map(|expected| expected["resources"].as_object().cloned())
        .flat_map(|resources| {
            resources
                .into_iter()
                .map(|(_, each)| each["resource"].clone())
        })
        .collect();
    (written, rendered)
}

fn documents(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap();
    // Some cases are about what is no YAML.
    let documents = function_appauth::manifest::read(&text).unwrap_or_default();
    documents
        .into_iter()
        .map(|document| document.value)
        .collect()
}
