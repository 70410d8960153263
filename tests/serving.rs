//! The running server and what may befall it: new certificates, clients that mean harm or say nothing, full disks, its
//! end. Whom it serves is for `tests/conformance`.

#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a helper that panics fails its test")]

#[path = "common/certificates.rs"]
mod certificates;
#[path = "common/client.rs"]
mod client;
mod common;

use std::collections::BTreeSet;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use certificates::{Authority, Mounted, authority, certificate, certificates, identity};
use client::{Client, plain, request, tls};
use common::{Server, function_appauth, wait};
use function_sdk_rust::proto::v1::{RunFunctionRequest, RunFunctionResponse};
use rcgen::{CertificateParams, KeyPair};
use serde_json::json;
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Identity};
use tonic::{Code, Request};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

const RUN: &str = "/apiextensions.fn.proto.v1.FunctionRunnerService/RunFunction";

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
    server.logs("the certificates before go on serving");
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
    let mut new = tokio::time::timeout(Duration::from_secs(30), new)
        .await
        .expect("a client of the new authority is served");
    assert!(connect(&before).await.is_none());
    old.run(&request()).await.expect("an open connection stays");
    new.run(&request()).await.unwrap();
    assert!(server.terminate().success());
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
    let begun = Instant::now();
    let status = server.terminate();
    assert_eq!(status.code(), Some(0));
    assert!(begun.elapsed().as_secs() < 3, "{:?}", begun.elapsed());
    assert!(client.run(&request()).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_is_out_of_date_is_refused() {
    let authority = authority("ours");
    let folder = certificates("expired-client", &authority, &["localhost"]);
    let server = Server::start(&["--tls-certs-dir", folder.to_str().unwrap()]);
    let trusting = || ClientTlsConfig::new().ca_certificate(Certificate::from_pem(authority.pem()));
    let lasting = |from, to| {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::default();
        params.not_before = rcgen::date_time_ymd(from, 1, 1);
        params.not_after = rcgen::date_time_ymd(to, 1, 1);
        let certificate = params.signed_by(&key, &authority).unwrap();
        Identity::from_pem(certificate.pem(), key.serialize_pem())
    };
    for (from, to) in [(2000, 2001), (4000, 4001)] {
        let client = tls(&server, trusting().identity(lasting(from, to))).await;
        if let Ok(mut client) = client {
            client.run(&request()).await.unwrap_err();
        }
    }
    let mut client = tls(&server, trusting().identity(lasting(2000, 4000)))
        .await
        .unwrap();
    client.run(&request()).await.unwrap();
}

#[test]
fn tls_1_2_and_1_3_are_spoken_and_nothing_older() {
    let authority = authority("ours");
    let folder = certificates("versions", &authority, &["localhost"]);
    let server = Server::start(&["--tls-certs-dir", folder.to_str().unwrap()]);
    let spoken = |version: &str| {
        let output = Command::new("openssl")
            .args([
                "s_client",
                version,
                "-alpn",
                "h2",
                "-brief",
                "-cipher",
                "ALL:@SECLEVEL=0",
            ])
            .args(["-connect", &format!("127.0.0.1:{}", server.port())])
            .args(["-cert", "tls.crt", "-key", "tls.key", "-CAfile", "ca.crt"])
            .current_dir(&folder)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let line = said
            .lines()
            .find(|line| line.starts_with("Protocol version: "));
        line.map(|line| line["Protocol version: ".len()..].to_owned())
    };
    assert_eq!(spoken("-tls1_3").as_deref(), Some("TLSv1.3"));
    assert_eq!(spoken("-tls1_2").as_deref(), Some("TLSv1.2"));
    assert_eq!(spoken("-tls1_1"), None);
    assert_eq!(spoken("-tls1"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_call_fails_while_certificates_change_and_vanish() {
    let authority = authority("ours");
    // As a kubelet does it: the files are links through ..data, which is swapped.
    let mut mounted = Mounted::new("swapped", &authority);
    let server = Server::start(&["--tls-certs-dir", mounted.folder.to_str().unwrap()]);
    let trusting = ClientTlsConfig::new()
        .ca_certificate(Certificate::from_pem(authority.pem()))
        .identity(identity(&authority));
    let mut lasting = tls(&server, trusting.clone()).await.unwrap();
    let begun = Instant::now();
    let mut version = 0;
    while begun.elapsed() < Duration::from_secs(8) {
        version += 1;
        if version % 3 == 0 {
            mounted.vanish();
        } else {
            mounted.swap(&authority);
        }
        for _ in 0..8 {
            lasting.run(&request()).await.unwrap();
            let mut new = tls(&server, trusting.clone()).await.unwrap();
            new.run(&request()).await.unwrap();
        }
    }
    let log = server.log();
    assert!(
        log.contains("new certificates for new connections"),
        "{log}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_connections_that_say_nothing_keep_nobody_out() {
    let server = Server::insecure();
    let mut client = Client::new(plain(&server).await.unwrap());
    client.run(&request()).await.unwrap();
    let before = server.memory();
    let port = server.port();
    let connect = move || -> Vec<TcpStream> {
        let connections = (0..1000).map(|_| TcpStream::connect(("127.0.0.1", port)).unwrap());
        connections.collect()
    };
    let connecting: Vec<_> = (0..10)
        .map(|_| tokio::task::spawn_blocking(connect))
        .collect();
    let mut silent = Vec::new();
    for connected in connecting {
        silent.extend(connected.await.unwrap());
        client.run(&request()).await.unwrap();
    }
    client.run(&request()).await.unwrap();
    let mut new = Client::new(plain(&server).await.unwrap());
    new.run(&request()).await.unwrap();
    let grown = server.memory() - before;
    assert!(grown < 16_000, "{grown} KB more in memory");
    // All but the last had to make room.
    let begun = Instant::now();
    loop {
        silent.retain_mut(|stream| {
            stream.set_nonblocking(true).unwrap();
            let ended = stream.read(&mut [0; 1]);
            ended.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock)
        });
        if silent.len() <= 256 {
            break;
        }
        let patience = Duration::from_secs(20);
        assert!(begun.elapsed() < patience, "{} are open", silent.len());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn garbage_and_half_a_request_end_their_connection_and_no_other() {
    let server = Server::insecure();
    let mut client = Client::new(plain(&server).await.unwrap());
    for garbage in [
        &b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"[..],
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\xff\xff\xff\xff\xff\xff\xff\xff\xff",
        &vec![0; 65_536],
    ] {
        let mut stream = TcpStream::connect(("127.0.0.1", server.port())).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(5)))
            .unwrap();
        // It may be closed before all is written.
        let _ = stream.write_all(garbage);
        let ended = stream.read_to_end(&mut Vec::new());
        assert!(
            ended.is_ok()
                || ended.is_err_and(|error| error.kind() == std::io::ErrorKind::ConnectionReset),
            "still open after {} bytes of garbage",
            garbage.len()
        );
        client.run(&request()).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn more_large_calls_than_places_on_one_connection_are_all_answered() {
    let server = Server::insecure();
    let client = Client::new(plain(&server).await.unwrap());
    let mut large = request();
    large["context"] = json!({"of others": "x".repeat(300_000)});
    let calls: Vec<_> = (0..100)
        .map(|_| {
            let (mut client, large) = (client.clone(), large.clone());
            tokio::spawn(async move { client.run(&large).await })
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_large_question_about_health_is_refused() {
    let server = Server::insecure();
    let mut health = HealthClient::new(plain(&server).await.unwrap());
    let large = HealthCheckRequest {
        service: "x".repeat(100_000),
    };
    let refused = health.check(large).await.unwrap_err();
    assert_eq!(refused.code(), Code::OutOfRange, "{refused}");
    health.check(HealthCheckRequest::default()).await.unwrap();
}

#[tokio::test]
async fn headers_beyond_the_limit_are_refused_and_the_next_call_is_answered() {
    let server = Server::insecure();
    let mut client = Client::new(plain(&server).await.unwrap());
    let mut large = Request::new(RunFunctionRequest::default());
    large
        .metadata_mut()
        .insert("large", "x".repeat(20_000).parse().unwrap());
    client.0.run_function(large).await.unwrap_err();
    client.run(&request()).await.unwrap();
}

#[tokio::test]
async fn a_full_disk_for_logs_fails_no_call() {
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let server = Server::start_logging_to(full, &["--insecure", "--debug"]);
    let mut client = Client::new(plain(&server).await.unwrap());
    for _ in 0..10 {
        client.run(&request()).await.unwrap();
    }
    assert!(server.terminate().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn asked_to_end_the_server_says_so_and_answers_what_it_has_begun() {
    let metrics = common::free_port();
    let at = format!("127.0.0.1:{metrics}");
    let server = Server::start(&["--insecure", "--metrics-address", &at]);
    let channel = plain(&server).await.unwrap();
    let mut health = HealthClient::new(plain(&server).await.unwrap());
    let asked = HealthCheckRequest::default();
    let mut watched = health.watch(asked).await.unwrap().into_inner();
    let status = watched.message().await.unwrap().unwrap().status;
    assert_eq!(status, i32::from(ServingStatus::Serving));

    // A call whose request has begun to arrive, and ends after the server was asked to end.
    let (send, receive) = tokio::sync::mpsc::channel(1);
    let call = tokio::spawn(unfinished(channel, receive));
    let has_begun = "grpc_method=\"RunFunction\"} 1";
    let begun = Instant::now();
    while !tokio::task::spawn_blocking(move || scrape(metrics).contains(has_begun))
        .await
        .unwrap()
    {
        assert!(begun.elapsed().as_secs() < 20, "the call has not begun");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let ended = tokio::task::spawn_blocking(move || server.terminate());
    let status = watched.message().await.unwrap().unwrap().status;
    assert_eq!(status, i32::from(ServingStatus::NotServing));
    drop(watched);
    let request: RunFunctionRequest = serde_json::from_value(request()).unwrap();
    send.send(request).await.unwrap();
    drop(send);
    let answer = call.await.unwrap().unwrap();
    assert_eq!(answer.meta.unwrap().tag, "any");
    assert!(ended.await.unwrap().success());
}

/// A call whose request comes in its own time.
async fn unfinished(
    channel: Channel,
    requests: tokio::sync::mpsc::Receiver<RunFunctionRequest>,
) -> Result<RunFunctionResponse, tonic::Status> {
    let mut grpc = tonic::client::Grpc::new(channel);
    grpc.ready().await.unwrap();
    let messages = tokio_stream::wrappers::ReceiverStream::new(requests);
    let codec = tonic_prost::ProstCodec::<RunFunctionRequest, RunFunctionResponse>::default();
    let answer = grpc
        .client_streaming(Request::new(messages), RUN.parse().unwrap(), codec)
        .await;
    answer.map(tonic::Response::into_inner)
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_do_not_come_leave_places_to_others_and_end() {
    let server = Server::insecure();
    let slow = plain(&server).await.unwrap();
    let (_send, calls): (Vec<_>, Vec<_>) = (0..40)
        .map(|_| {
            let (send, receive) = tokio::sync::mpsc::channel(1);
            (send, tokio::spawn(unfinished(slow.clone(), receive)))
        })
        .unzip();
    let mut other = Client::new(plain(&server).await.unwrap());
    for _ in 0..100 {
        other.run(&request()).await.unwrap();
    }
    let mut ended = std::collections::BTreeMap::new();
    for call in calls {
        let status = call.await.unwrap().unwrap_err();
        let ends = ended.entry(format!("{:?}: {}", status.code(), status.message()));
        *ends.or_insert(0) += 1;
    }
    // Sixteen have a place and then another sixteen, for ten seconds each; the others have given up by then.
    let expected = [
        (
            "DeadlineExceeded: the request took longer than 10 s to arrive",
            32,
        ),
        (
            "ResourceExhausted: too many calls at once: this one has waited 15 s; try again",
            8,
        ),
    ];
    let expected = expected.map(|(text, count)| (text.to_owned(), count));
    assert_eq!(ended, expected.into());
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_are_not_read_keep_their_places_for_a_while_and_no_longer() {
    let server = Server::insecure();
    let mut unread = Vec::new();
    for _ in 0..2 {
        let endpoint = Endpoint::from_shared(format!("http://127.0.0.1:{}", server.port()));
        // Room for a byte of an answer, and for no more before that is read.
        let endpoint = endpoint.unwrap().initial_stream_window_size(1);
        let channel = endpoint.connect().await.unwrap();
        for _ in 0..16 {
            let mut grpc = tonic::client::Grpc::new(channel.clone());
            grpc.ready().await.unwrap();
            let asked: RunFunctionRequest = serde_json::from_value(request()).unwrap();
            let codec =
                tonic_prost::ProstCodec::<RunFunctionRequest, RunFunctionResponse>::default();
            let answer = grpc
                .server_streaming(Request::new(asked), RUN.parse().unwrap(), codec)
                .await;
            unread.push(answer.unwrap().into_inner());
        }
    }
    let mut other = Client::new(plain(&server).await.unwrap());
    let begun = Instant::now();
    other.run(&request()).await.unwrap();
    let waited = begun.elapsed().as_secs();
    assert!((5..15).contains(&waited), "answered after {waited} s");
    let mut lost = 0;
    for mut answer in unread {
        lost += usize::from(answer.message().await.is_err());
    }
    assert!(
        lost >= 16,
        "{lost} of the answers were not to be had any more"
    );
    other.run(&request()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_metrics_are_those_of_the_official_sdk_and_more() {
    let [theirs_at, theirs_metrics, ours_metrics] = [(); 3].map(|()| common::free_port());
    let args = function_sdk_rust::Args {
        debug: false,
        address: format!("127.0.0.1:{theirs_at}"),
        tls_certs_dir: None,
        insecure: true,
        max_recv_message_size: None,
        metrics_address: format!("127.0.0.1:{theirs_metrics}"),
    };
    tokio::spawn(async move { function_sdk_rust::serve(Nothing, &args).await.unwrap() });
    let server = Server::start(&[
        "--insecure",
        "--metrics-address",
        &format!("127.0.0.1:{ours_metrics}"),
    ]);
    let mut client = Client::new(plain(&server).await.unwrap());
    client.run(&request()).await.unwrap();
    let mut invalid = request();
    invalid["observed"]["composite"]["resource"]["spec"]["clients"][0]["callbackUrls"] =
        json!(["http://shop.example.org/callback"]);
    client.run(&invalid).await.unwrap();
    let mut large = request();
    large["meta"]["tag"] = json!("x".repeat(5_000_000));
    assert_eq!(
        client.run(&large).await.unwrap_err().code(),
        Code::OutOfRange
    );

    let (theirs, ours) =
        tokio::task::spawn_blocking(move || (scrape(theirs_metrics), scrape(ours_metrics)))
            .await
            .unwrap();
    // Help, types, and the names and labels of series, without their values; and the package that they do not have.
    let shape = |text: &str| -> BTreeSet<String> {
        text.lines()
            .filter(|line| line.contains("grpc_server_") && !line.contains(".v1beta1."))
            .map(|line| match line.split_once("} ") {
                Some((series, _)) => series.to_owned(),
                None => line.to_owned(),
            })
            .collect()
    };
    assert_eq!(shape(&ours), shape(&theirs));
    assert!(shape(&ours).len() > 100);
    for line in [
        "grpc_server_started_total{grpc_type=\"unary\",grpc_service=\"apiextensions.fn.proto.v1.FunctionRunnerService\",grpc_method=\"RunFunction\"} 3",
        "grpc_server_handled_total{grpc_type=\"unary\",grpc_service=\"apiextensions.fn.proto.v1.FunctionRunnerService\",grpc_method=\"RunFunction\",grpc_code=\"OK\"} 2",
        "grpc_server_handled_total{grpc_type=\"unary\",grpc_service=\"apiextensions.fn.proto.v1.FunctionRunnerService\",grpc_method=\"RunFunction\",grpc_code=\"OutOfRange\"} 1",
        "function_appauth_render_duration_seconds_count 2",
        "function_appauth_findings_total{severity=\"error\",rule=\"CLIENT-URL-3\"} 1",
        "function_appauth_schemas_total{source=\"built-in\"} 3",
        "function_appauth_build_info{version=\"0.1.0\"} 1",
    ] {
        assert!(ours.contains(line), "{line} is not in\n{ours}");
    }
    let missing = scrape_path(ours_metrics, "/");
    assert!(missing.starts_with("HTTP/1.1 404 "), "{missing}");
}

#[test]
fn metrics_that_cannot_be_served_are_said_and_the_function_is_served() {
    let held = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = held.local_addr().unwrap().to_string();
    let server = Server::start(&["--insecure", "--metrics-address", &taken]);
    server.logs(&format!("cannot serve metrics on {taken}"));
    let refused = refusal(&["--insecure", "--metrics-address", "everywhere"]);
    assert_eq!(
        refused.trim_end(),
        "function-appauth: --metrics-address: \"everywhere\" is no address; give IP:PORT, :PORT, or nothing to serve none"
    );
}

#[tokio::test]
async fn a_call_is_logged_with_its_composite_and_tag_and_with_nothing_that_it_holds() {
    let server = Server::start(&["--insecure", "--debug"]);
    let mut client = Client::new(plain(&server).await.unwrap());
    let mut valid = request();
    valid["observed"]["composite"]["connectionDetails"] = json!({"password": "aHVudGVyMg=="});
    client.run(&valid).await.unwrap();
    let mut invalid = request();
    invalid["observed"]["composite"]["resource"]["spec"]["region"] = json!("hunter2");
    client.run(&invalid).await.unwrap();
    let mut verbose = request();
    verbose["meta"]["tag"] = json!("é".repeat(1_000_000));
    client.run(&verbose).await.unwrap();
    let log = server.log();
    assert!(log.len() < 5_000, "{} bytes of log", log.len());
    assert!(
        !log.contains("hunter2") && !log.contains("aHVudGVyMg"),
        "{log}"
    );
    let lines: Vec<serde_json::Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .filter(|line: &serde_json::Value| line["tag"] == "any")
        .collect();
    let [rendered, refused] = lines.as_slice() else {
        panic!("{log}");
    };
    for line in [rendered, refused] {
        assert_eq!(line["kind"], "XAppAuth");
        assert_eq!(line["name"], "storefront");
        assert_eq!(line["api_version"], "platform.example.org/v1alpha1");
    }
    assert_eq!(rendered["message"], "rendered");
    assert_eq!(rendered["desired"], 3);
    assert_eq!(refused["message"], "refused: the input is invalid");
    assert_eq!(refused["problems"], 1);
}

/// A function that is not called.
struct Nothing;

#[tonic::async_trait]
impl function_sdk_rust::proto::v1::function_runner_service_server::FunctionRunnerService
    for Nothing
{
    async fn run_function(
        &self,
        _: Request<RunFunctionRequest>,
    ) -> Result<tonic::Response<RunFunctionResponse>, tonic::Status> {
        Err(tonic::Status::unimplemented("nothing"))
    }
}

fn scrape(port: u16) -> String {
    let answer = scrape_path(port, "/metrics");
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert!(
        answer
            .to_lowercase()
            .contains("content-type: application/openmetrics-text; version=1.0.0")
    );
    assert!(answer.ends_with("# EOF\n"), "{answer}");
    answer
}

fn scrape_path(port: u16, path: &str) -> String {
    let begun = Instant::now();
    let mut stream = loop {
        match TcpStream::connect(("127.0.0.1", port)) {
            Ok(stream) => break stream,
            Err(error) => assert!(begun.elapsed() < Duration::from_secs(20), "{error}"),
        }
    };
    // At once: the SDK reads once, and answers what it has read.
    let question = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(question.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
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
