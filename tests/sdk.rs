//! The client of the official SDK calls the running server: the function, its health, reflection, mutual TLS, its end.

#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a helper that panics fails its test")]

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use common::{Server, documents, folder, function_appauth, in_repository, wait};
use function_sdk_rust::proto::v1::function_runner_service_client::FunctionRunnerServiceClient;
use function_sdk_rust::proto::v1::{RunFunctionRequest, RunFunctionResponse};
use rcgen::{CertificateParams, CertifiedIssuer, KeyPair};
use serde_json::{Value, json};
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Identity};
use tonic::{Code, Request, Status};
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

#[tokio::test(flavor = "multi_thread")]
async fn a_client_is_served_if_its_certificate_is_of_the_same_authority() {
    let (authority, other) = (authority("ours"), authority("another"));
    let certificates = certificates("served", &authority, &["localhost"]);
    let server = Server::start(&["--tls-certs-dir", certificates.to_str().unwrap()]);
    let trusting = || ClientTlsConfig::new().ca_certificate(Certificate::from_pem(authority.pem()));

    let right = tls(&server, trusting().identity(identity(&authority)))
        .await
        .unwrap();
    right.clone().run(&request()).await.unwrap();

    let wrong = [
        ("no certificate", tls(&server, trusting()).await),
        (
            "a certificate of another authority",
            tls(&server, trusting().identity(identity(&other))).await,
        ),
        ("no TLS", plain(&server).await.map(Client::new)),
    ];
    for (what, client) in wrong {
        // Under TLS 1.3 a client learns of its refusal after the handshake, when it uses the connection.
        if let Ok(mut client) = client {
            let refused = client.run(&request()).await;
            assert!(refused.is_err(), "served a client with {what}: {refused:?}");
        }
    }

    // The client, too, looks at whom it talks to.
    let untrusting = ClientTlsConfig::new().ca_certificate(Certificate::from_pem(other.pem()));
    assert!(
        tls(&server, untrusting.identity(identity(&authority)))
            .await
            .is_err()
    );

    right
        .clone()
        .run(&request())
        .await
        .expect("those who are refused do not keep others from being served");
    assert!(server.terminate().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn new_certificates_count_for_new_connections_and_broken_ones_change_nothing() {
    let (before, after) = (authority("before"), authority("after"));
    let folder = certificates("renewed", &before, &["localhost"]);
    let server = Server::start(&["--tls-certs-dir", folder.to_str().unwrap()]);
    let connect = async |authority: &Authority| {
        let trusting =
            ClientTlsConfig::new().ca_certificate(Certificate::from_pem(authority.pem()));
        let mut client = tls(&server, trusting.identity(identity(authority)))
            .await
            .ok()?;
        client.run(&request()).await.ok()?;
        Some(client)
    };
    let mut old = connect(&before).await.unwrap();

    fs::write(folder.join("tls.key"), "no PEM").unwrap();
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    connect(&before).await.expect("what served before goes on");

    let (certificate, key) = certificate(&after, &["localhost"]);
    for (file, content) in [
        ("tls.crt", certificate),
        ("tls.key", key),
        ("ca.crt", after.pem()),
    ] {
        fs::write(folder.join(file), content).unwrap();
    }
    let new = async {
        loop {
            if let Some(client) = connect(&after).await {
                break client;
            }
        }
    };
    let mut new = tokio::time::timeout(std::time::Duration::from_secs(30), new)
        .await
        .expect("a client of the new authority is served");
    assert!(connect(&before).await.is_none());
    old.run(&request()).await.expect("an open connection stays");
    new.run(&request()).await.unwrap();
    assert!(server.terminate().success());
}

#[tokio::test]
async fn insecure_wins_over_certificates() {
    let certificates = certificates("insecure-wins", &authority("ours"), &["localhost"]);
    let server = Server::start(&[
        "--insecure",
        "--tls-certs-dir",
        certificates.to_str().unwrap(),
    ]);
    Client::new(plain(&server).await.unwrap())
        .run(&request())
        .await
        .unwrap();
}

#[test]
fn certificates_that_cannot_be_used_end_the_server_with_a_readable_error() {
    let authority = authority("ours");
    let ruined = |name: &str, ruin: &dyn Fn(&Path)| {
        let folder = certificates(name, &authority, &["localhost"]);
        ruin(&folder);
        let error = refusal(&["--tls-certs-dir", folder.to_str().unwrap()]);
        assert!(error.contains(folder.to_str().unwrap()), "{error}");
        error
    };
    for file in ["tls.crt", "tls.key", "ca.crt"] {
        let missing = ruined("missing", &|folder| {
            fs::remove_file(folder.join(file)).unwrap();
        });
        assert!(
            missing.contains(file) && missing.contains("No such file"),
            "{missing}"
        );
        ruined("broken", &|folder| {
            fs::write(folder.join(file), "no PEM").unwrap();
        });
        ruined("empty", &|folder| fs::write(folder.join(file), "").unwrap());
    }
    let another = KeyPair::generate().unwrap().serialize_pem();
    ruined("key-of-another", &|folder| {
        fs::write(folder.join("tls.key"), &another).unwrap();
    });
}

#[test]
fn without_credentials_the_server_does_not_start() {
    let error = refusal(&[]);
    assert_eq!(
        error.trim_end(),
        "function-appauth: no credentials given; set --tls-certs-dir or pass --insecure"
    );
}

#[test]
fn a_port_that_is_taken_ends_the_server_with_a_readable_error() {
    let held = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = held.local_addr().unwrap().to_string();
    let error = refusal(&["--insecure", "--address", &taken]);
    assert!(
        error.contains(&format!("cannot listen on {taken}")),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn asked_to_end_the_server_ends_though_a_client_is_still_connected() {
    let server = Server::insecure();
    let mut client = Client::new(plain(&server).await.unwrap());
    client.run(&request()).await.unwrap();
    let begun = std::time::Instant::now();
    let status = server.terminate();
    assert_eq!(status.code(), Some(0));
    assert!(begun.elapsed().as_secs() < 3, "{:?}", begun.elapsed());
    assert!(client.run(&request()).await.is_err());
}

/// A request with the AppAuth of an example.
fn request() -> Value {
    let xr = documents(&in_repository("examples/web-app/xr.yaml")).remove(0);
    json!({
        "meta": { "tag": "any" },
        "observed": { "composite": { "resource": xr } },
        "context": { "of": "others" },
    })
}

/// The official client, with requests and responses as JSON.
#[derive(Clone, Debug)]
struct Client(FunctionRunnerServiceClient<Channel>);

impl Client {
    fn new(channel: Channel) -> Self {
        Self(FunctionRunnerServiceClient::new(channel))
    }

    async fn run(&mut self, request: &Value) -> Result<Value, Status> {
        let request: RunFunctionRequest = serde_json::from_value(request.clone()).unwrap();
        let response = self.0.run_function(request).await?;
        Ok(serde_json::to_value(response.into_inner()).unwrap())
    }
}

async fn plain(server: &Server) -> Result<Channel, tonic::transport::Error> {
    Endpoint::from_shared(format!("http://127.0.0.1:{}", server.port()))
        .unwrap()
        .connect()
        .await
}

async fn tls(server: &Server, config: ClientTlsConfig) -> Result<Client, tonic::transport::Error> {
    let endpoint = Endpoint::from_shared(format!("https://localhost:{}", server.port())).unwrap();
    Ok(Client::new(endpoint.tls_config(config)?.connect().await?))
}

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority(name: &str) -> Authority {
    let mut params = CertificateParams::default();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    params
        .distinguished_name
        .push(rcgen::DnType::CommonName, name);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A certificate for these names, and its key.
fn certificate(authority: &Authority, names: &[&str]) -> (String, String) {
    let names: Vec<String> = names.iter().copied().map(String::from).collect();
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(names)
        .unwrap()
        .signed_by(&key, authority)
        .unwrap();
    (certificate.pem(), key.serialize_pem())
}

fn identity(authority: &Authority) -> Identity {
    let (certificate, key) = certificate(authority, &[]);
    Identity::from_pem(certificate, key)
}

/// A folder as Crossplane mounts it.
fn certificates(test: &str, authority: &Authority, names: &[&str]) -> PathBuf {
    let folder = folder(&format!("certificates-{test}"));
    let (certificate, key) = certificate(authority, names);
    for (file, content) in [
        ("tls.crt", certificate),
        ("tls.key", key),
        ("ca.crt", authority.pem()),
    ] {
        fs::write(folder.join(file), content).unwrap();
    }
    folder
}

/// What a server says that cannot run.
fn refusal(args: &[&str]) -> String {
    let mut process = function_appauth();
    if !args.contains(&"--address") {
        process.args(["--address", "127.0.0.1:0"]);
    }
    let mut process = process.args(args).stderr(Stdio::piped()).spawn().unwrap();
    let status = wait(&mut process);
    let output = process.wait_with_output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(status.code(), Some(2), "{args:?}: {error}");
    assert_eq!(error.lines().count(), 1, "{args:?}: {error}");
    assert!(!error.contains("panicked"), "{args:?}: {error}");
    error
}
