//! The golden cases through every way in: gRPC of both packages, the guest module in two engines, the command, and the npm
//! package in Node.js and in Chromium. All answer as the function does.

#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a helper that panics fails its test")]

#[path = "common/cases.rs"]
mod cases;
#[path = "common/client.rs"]
mod client;
#[path = "common/command.rs"]
mod command;
mod common;
#[path = "common/grpc.rs"]
mod grpc;
#[path = "common/guest.rs"]
mod guest;
#[path = "common/javascript.rs"]
mod javascript;

use std::collections::BTreeMap;
use std::fs;

use cases::{Case, Cluster, existing, json, request, settings};
use client::plain;
use command::{Printed, bare};
use common::Server;
use function_appauth::function;
use function_appauth::protocol::{Ready, Status, Struct};
use javascript::Host as Package;
use prost::Message;
use serde_json::{Value, json};

#[tokio::test]
async fn grpc_v1() {
    by_grpc(grpc::V1).await;
}

#[tokio::test]
async fn grpc_v1beta1() {
    by_grpc(grpc::V1BETA1).await;
}

async fn by_grpc(path: &'static str) {
    let server = Server::insecure();
    let channel = plain(&server).await.unwrap();
    for case in cases::all() {
        let request = request(&case);
        let expected = function::run(request.clone());
        let answer = grpc::run(&channel, path, request).await;
        assert_eq!(answer.unwrap(), expected, "{}", case.name);
    }
}

#[test]
#[ignore = "needs the module and the engine: make test builds them"]
fn the_guest_in_wasmtime() {
    by_guest("wasmtime");
}

#[test]
#[ignore = "needs the module and the engine: make test builds them"]
fn the_guest_in_wazero() {
    by_guest("wazero");
}

/// The guest gets what the host makes of it: our Input as the config of another.
fn by_guest(engine: &str) {
    let mut host = guest::Host::start(engine);
    // The module says of rules that it does not check them.
    let has_rules = |case: &Case| {
        let schemas = case.schemas.as_deref().map(fs::read_to_string);
        schemas.is_some_and(|text| text.unwrap().contains("x-kubernetes-validations"))
    };
    for case in cases::all().iter().filter(|case| !has_rules(case)) {
        let mut request = request(case);
        let expected = function::run(request.clone()).encode_to_vec();
        let answer = host.run(&request.encode_to_vec());
        assert!(answer == expected, "{} differs", case.name);
        if let Some(input) = request.input.take() {
            let input = json!({ "apiVersion": "wasm.fn.crossplane.io/v1", "kind": "Input", "config": json(&input) });
            request.input = input.as_object().map(Struct::from_json);
            let answer = host.fresh(&request.encode_to_vec());
            assert!(
                answer == expected,
                "{} differs where the host has the Input",
                case.name
            );
        }
    }
}

#[test]
fn the_command() {
    for case in of_files() {
        let expected = Told::by_function(&case);
        let printed = Printed::of(&case.xr, &settings(&case));
        if let (Told::Refused(message), [_, _, ..]) = (&expected, printed.refusals().as_slice()) {
            assert_eq!(
                without(message, &printed.refusals()),
                "problems",
                "{}: {message}",
                case.name
            );
            continue;
        }
        let found = Told::by_command(&printed);
        assert_eq!(found, expected, "{}", case.name);
    }
}

/// What is left of the function's sentence without the errors of the command, which come in another order.
fn without(message: &str, errors: &[&str]) -> String {
    let mut rest = message.to_owned();
    let mut errors: Vec<String> = errors.iter().map(|error| unspelt(error)).collect();
    // One may be a part of another.
    errors.sort_by_key(|error| std::cmp::Reverse(error.len()));
    for error in &errors {
        assert!(rest.contains(error), "{error}\n is not in\n{message}");
        rest = rest.replacen(error, "", 1);
    }
    let count = format!("{} ", errors.len());
    let rest = rest.strip_prefix(&count).unwrap_or(&rest);
    rest.replace([';', ':'], " ").trim().to_owned()
}

#[test]
#[ignore = "needs the package: make test builds it"]
fn the_npm_package_in_node() {
    by_package("node");
}

#[test]
#[ignore = "needs the package and Chromium: make test brings them"]
fn the_npm_package_in_chromium() {
    by_package("chromium");
}

/// The package gives the very text that the command prints, and says of each line what the command says.
fn by_package(place: &str) {
    let mut package = Package::start(place);
    for case in of_files() {
        let answer = package.render(&case);
        let expected = Printed::of(&case.xr, &settings(&case));
        assert_eq!(
            answer["yaml"],
            expected.documents.as_str(),
            "{}: {answer}",
            case.name
        );
        let findings = answer["findings"].as_array().unwrap().iter();
        let lines: Vec<String> = findings.map(line).collect();
        assert_eq!(lines, expected.findings, "{}", case.name);
    }
}

/// A finding of the package as the command prints it.
fn line(finding: &Value) -> String {
    let text = |field: &str| finding[field].as_str().unwrap_or_default();
    let mark = if text("severity") == "error" {
        'x'
    } else {
        '!'
    };
    let place = match &finding["line"] {
        Value::Null => String::new(),
        line => format!("{}:{line}:{}: ", text("file"), finding["column"]),
    };
    format!("{mark} {place}{}", text("message"))
}

/// The cases that are all in files of the kinds that a person has: neither with connection details, nor with what
/// Crossplane alone is told, an OpenAPI document by itself. An older Crossplane hands over less than lies there.
fn of_files() -> Vec<Case> {
    let mut cases = cases::all();
    let all = cases.len();
    cases.retain(|case| {
        let details = case.xr.with_file_name("connection-details.yaml");
        let is_older = matches!(case.cluster, Cluster::Extra(_));
        case.schemas.is_none() && existing(details).is_none() && !is_older
    });
    assert!(cases.len() * 10 > all * 9, "most are");
    cases
}

/// What an answer says, whichever way it came.
#[derive(Debug, PartialEq)]
enum Told {
    /// All the findings in one line.
    Refused(String),
    Rendered {
        /// The conditions that the function sets, without the time.
        conditions: Vec<Value>,
        is_ready: bool,
        status: Value,
        /// By name, without what Crossplane adds.
        resources: BTreeMap<String, Value>,
    },
}

impl Told {
    fn by_function(case: &Case) -> Self {
        let response = function::run(request(case));
        if let [refusal] = response.results.as_slice() {
            return Self::Refused(unspelt(&refusal.message));
        }
        let conditions = response.conditions.iter().map(|condition| {
            let status = match condition.status() {
                Status::ConditionTrue => "True",
                Status::ConditionFalse => "False",
                _ => "Unknown",
            };
            json!({"type": condition.r#type, "status": status, "reason": condition.reason, "message": condition.message})
        });
        let conditions = conditions.collect();
        let desired = response.desired.unwrap();
        let composite = desired.composite.unwrap();
        let resources = desired.resources.iter();
        Self::Rendered {
            conditions,
            is_ready: composite.ready() != Ready::False
                && resources
                    .clone()
                    .all(|(_, each)| each.ready() == Ready::True),
            status: json(composite.resource.as_ref().unwrap())["status"].take(),
            resources: resources
                .map(|(name, each)| (name.clone(), unnamed(json(each.resource.as_ref().unwrap()))))
                .collect(),
        }
    }

    fn by_command(printed: &Printed) -> Self {
        if let Some(refusal) = printed.refusal() {
            return Self::Refused(unspelt(&refusal));
        }
        let mut rendered = printed.rendered();
        let (ready, conditions): (Vec<Value>, _) = rendered
            .conditions
            .into_iter()
            .partition(|condition| condition["type"] == "Ready");
        let resources = rendered.resources.into_iter();
        Self::Rendered {
            conditions,
            is_ready: ready[0]["status"] == "True",
            status: rendered.composite["status"].take(),
            resources: resources
                .map(|(name, body)| (name, unnamed(body)))
                .collect(),
        }
    }
}

/// Without the word to put in quotes: who reads the file knows how it is spelt there, `yes` for one, and Crossplane hands
/// over what it means.
fn unspelt(sentence: &str) -> String {
    let mut parts = sentence.split("put it in quotes: \"");
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |all, part| {
        all + "put it in quotes" + part.split_once('"').unwrap().1
    })
}

/// A composed resource without what Crossplane adds to it, a name among it.
fn unnamed(body: Value) -> Value {
    let name = body["metadata"]["name"].clone();
    bare(body, Some(&name))
}
