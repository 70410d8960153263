//! The client of the official SDK calls the running server: the function, its health, reflection.

#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a helper that panics fails its test")]

#[path = "common/client.rs"]
mod client;
mod common;

use client::{Client, plain, request};
use common::Server;
use function_sdk_rust::proto::v1::RunFunctionResponse;
use serde_json::json;
use tonic::{Code, Request};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

const MB: usize = 1024 * 1024;
const SERVICES: [&str; 2] = [
    "apiextensions.fn.proto.v1.FunctionRunnerService",
    "apiextensions.fn.proto.v1beta1.FunctionRunnerService",
];

#[tokio::test]
async fn an_app_auth_gets_resources_conditions_and_no_results() {
    let server = Server::insecure();
    let mut client = Client::new(plain(&server).await.unwrap());
    let response = client.run(&request()).await.unwrap();
    assert_eq!(response["meta"]["tag"], "any");
    assert_eq!(response["context"], request()["context"]);
    let resources = response["desired"]["resources"].as_object().unwrap();
    let kinds: Vec<_> = resources
        .iter()
        .map(|(name, each)| (name.as_str(), each["resource"]["kind"].as_str()))
        .collect();
    let expected = [
        ("client-web", Some("UserPoolClient")),
        ("domain", Some("UserPoolDomain")),
        ("user-pool", Some("UserPool")),
    ];
    assert_eq!(kinds, expected, "{response:#}");
    let conditions = response["conditions"].as_array().unwrap();
    let valid = conditions
        .iter()
        .find(|condition| condition["type"] == "Valid");
    assert_eq!(
        valid.unwrap()["status"],
        "STATUS_CONDITION_TRUE",
        "{response:#}"
    );
    assert_eq!(response.get("results"), None, "{response:#}");
}

#[tokio::test]
async fn a_request_without_an_app_auth_gets_one_fatal_result() {
    let server = Server::insecure();
    let mut client = Client::new(plain(&server).await.unwrap());
    let without_spec = json!({ "apiVersion": "platform.example.org/v1alpha1", "kind": "XAppAuth", "metadata": { "name": "a" } });
    for (request, expected) in [
        (json!({}), "observed composite"),
        (json!({ "observed": {} }), "observed composite"),
        (
            json!({ "observed": { "composite": {} } }),
            "observed composite",
        ),
        (
            json!({ "observed": { "composite": { "resource": {} } } }),
            "spec",
        ),
        (
            json!({ "observed": { "composite": { "resource": without_spec } } }),
            "spec",
        ),
    ] {
        let response = client.run(&request).await.unwrap();
        let results = response["results"].as_array().unwrap();
        assert_eq!(results.len(), 1, "{request}: {response:#}");
        assert_eq!(
            results[0]["severity"], "SEVERITY_FATAL",
            "{request}: {response:#}"
        );
        let message = results[0]["message"].as_str().unwrap();
        assert!(message.contains(expected), "{request}: {message}");
    }
}

#[tokio::test]
async fn an_invalid_app_auth_gets_one_fatal_result_and_what_exists_is_left_alone() {
    let server = Server::insecure();
    let mut client = Client::new(plain(&server).await.unwrap());
    let mut request = request();
    request["desired"] =
        json!({ "resources": { "of-another-function": { "resource": { "kind": "Bucket" } } } });
    request["observed"]["composite"]["resource"]["spec"]["regoin"] = json!("eu-west-1");
    let response = client.run(&request).await.unwrap();
    assert_eq!(
        response["results"].as_array().unwrap().len(),
        1,
        "{response:#}"
    );
    assert_eq!(response["results"][0]["severity"], "SEVERITY_FATAL");
    let message = response["results"][0]["message"].as_str().unwrap();
    assert!(message.contains("spec.regoin"), "{message}");
    assert_eq!(response["desired"], request["desired"]);
}

#[tokio::test]
async fn a_body_that_is_no_request_is_a_grpc_error_and_the_next_call_is_answered() {
    let server = Server::insecure();
    let channel = plain(&server).await.unwrap();
    let mut grpc = tonic::client::Grpc::new(channel.clone());
    grpc.ready().await.unwrap();
    // A health check is no request of ours: its field 1 is a string where ours is a message.
    let body = HealthCheckRequest {
        service: "\u{7}".into(),
    };
    let path = format!("/{}/RunFunction", SERVICES[0]).parse().unwrap();
    let codec = tonic_prost::ProstCodec::<HealthCheckRequest, RunFunctionResponse>::default();
    let refused = grpc
        .unary(Request::new(body), path, codec)
        .await
        .unwrap_err();
    assert_eq!(refused.code(), Code::Internal, "{refused}");
    Client::new(channel).run(&request()).await.unwrap();
}

#[tokio::test]
async fn health_is_serving_for_the_server_and_for_each_service() {
    let server = Server::insecure();
    let mut client = HealthClient::new(plain(&server).await.unwrap());
    for service in ["", SERVICES[0], SERVICES[1]] {
        let answer = client
            .check(HealthCheckRequest {
                service: service.into(),
            })
            .await
            .unwrap();
        assert_eq!(
            answer.into_inner().status(),
            ServingStatus::Serving,
            "{service}"
        );
    }
    let unknown = client
        .check(HealthCheckRequest {
            service: "unknown".into(),
        })
        .await
        .unwrap_err();
    assert_eq!(unknown.code(), Code::NotFound);
}

/// Both versions of the reflection protocol have the same messages in modules of their own.
macro_rules! reflection {
    ($test:ident, $version:ident) => {
        #[tokio::test]
        async fn $test() {
            use tonic_reflection::pb::$version::ServerReflectionRequest;
            use tonic_reflection::pb::$version::server_reflection_client::ServerReflectionClient;
            use tonic_reflection::pb::$version::server_reflection_request::MessageRequest;
            use tonic_reflection::pb::$version::server_reflection_response::MessageResponse;

            let server = Server::insecure();
            let mut client = ServerReflectionClient::new(plain(&server).await.unwrap());
            let questions = [MessageRequest::ListServices(String::new())]
                .into_iter()
                .chain(SERVICES.map(|service| MessageRequest::FileContainingSymbol(service.into())))
                .map(|question| ServerReflectionRequest {
                    host: String::new(),
                    message_request: Some(question),
                });
            let questions: Vec<_> = questions.collect();
            let answers = client
                .server_reflection_info(tokio_stream::iter(questions))
                .await
                .unwrap();
            let mut answers = answers.into_inner();
            let answer = answers.message().await.unwrap().unwrap();
            let Some(MessageResponse::ListServicesResponse(list)) = answer.message_response else {
                panic!("{answer:?}");
            };
            let services: Vec<_> = list
                .service
                .into_iter()
                .map(|service| service.name)
                .collect();
            for service in SERVICES.into_iter().chain(["grpc.health.v1.Health"]) {
                assert!(
                    services.iter().any(|each| each == service),
                    "{service}: {services:?}"
                );
                if service.starts_with("grpc") {
                    continue;
                }
                let answer = answers.message().await.unwrap().unwrap();
                let Some(MessageResponse::FileDescriptorResponse(_)) = answer.message_response
                else {
                    panic!("{answer:?}");
                };
            }
        }
    };
}

reflection!(reflection_v1_lists_the_services, v1);
reflection!(reflection_v1alpha_lists_the_services, v1alpha);

#[tokio::test]
async fn a_message_over_the_limit_is_refused_and_the_limit_can_be_raised() {
    let mut large = request();
    large["observed"]["composite"]["resource"]["metadata"]["annotations"] =
        json!({ "large": "x".repeat(5 * MB) });

    let server = Server::insecure();
    let channel = plain(&server).await.unwrap();
    let refused = Client::new(channel.clone()).run(&large).await.unwrap_err();
    assert_eq!(refused.code(), Code::OutOfRange, "{refused}");
    Client::new(channel).run(&request()).await.unwrap();

    let server = Server::start(&["--insecure", "--max-recv-message-size", "8"]);
    let mut client = Client::new(plain(&server).await.unwrap());
    client.run(&large).await.unwrap();
}
