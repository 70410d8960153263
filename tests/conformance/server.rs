//! Of the program: its flags, where it listens and to whom, and what it takes for granted of where it runs.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::{env, fs};

use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Error};

use crate::certificates::{Authority, authority, certificates, identity};
use crate::client::{self, Client, plain, tls};
use crate::common::{Server, folder, function_appauth, in_repository, wait};
use crate::grpc;
use crate::requests::request;

/// Certificates for localhost as Crossplane mounts them, and who signed them.
fn credentials(test: &str) -> (PathBuf, Authority) {
    let authority = authority("ours");
    (certificates(test, &authority, &["localhost"]), authority)
}

/// What a client shows and trusts.
fn of(authority: &Authority) -> ClientTlsConfig {
    ClientTlsConfig::new()
        .ca_certificate(Certificate::from_pem(authority.pem()))
        .identity(identity(authority))
}

/// Whether a client is answered. Under TLS 1.3 it learns of its refusal after the handshake.
async fn is_answered(client: Result<Client, Error>) -> bool {
    match client {
        Ok(mut client) => client.run(&client::request()).await.is_ok(),
        Err(_) => false,
    }
}

async fn is_answered_without_tls(server: &Server) -> bool {
    is_answered(plain(server).await.map(Client::new)).await
}

#[tokio::test]
async fn must_implement_the_function_runner_service_and_should_its_latest_version() {
    let server = Server::insecure();
    let channel = plain(&server).await.unwrap();
    // The client of the official SDK speaks the latest.
    let mut official = Client::new(channel.clone());
    let response = official.run(&client::request()).await.unwrap();
    assert_eq!(response["meta"]["tag"], "any");
    for version in [grpc::V1, grpc::V1BETA1] {
        let response = grpc::run(&channel, version, request()).await.unwrap();
        assert_eq!(response.desired.unwrap().resources.len(), 3, "{version}");
    }
    let other = "/apiextensions.fn.proto.v2.FunctionRunnerService/RunFunction";
    grpc::run(&channel, other, request()).await.unwrap_err();
}

#[tokio::test]
async fn must_log_more_with_debug_alone() {
    let quiet = Server::start(&["--insecure"]);
    let verbose = Server::start(&["--insecure", "--debug"]);
    for server in [&quiet, &verbose] {
        assert!(is_answered_without_tls(server).await);
    }
    let debug = "\"level\":\"DEBUG\"";
    verbose.logs(debug);
    assert!(!quiet.log().contains(debug), "{}", quiet.log());
}

#[tokio::test]
async fn must_serve_without_tls_if_insecure() {
    assert!(is_answered_without_tls(&Server::start(&["--insecure"])).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn must_verify_clients_by_what_is_in_tls_certs_dir() {
    let (folder, ours) = credentials("conformance-flag");
    let other = authority("another");
    let server = Server::start(&["--tls-certs-dir", folder.to_str().unwrap()]);
    let right = tls(&server, of(&ours)).await.unwrap();
    right.clone().run(&client::request()).await.unwrap();

    let trusting = || ClientTlsConfig::new().ca_certificate(Certificate::from_pem(ours.pem()));
    for (what, config) in [
        ("no certificate", trusting()),
        (
            "a certificate of another authority",
            trusting().identity(identity(&other)),
        ),
    ] {
        let client = tls(&server, config).await;
        assert!(!is_answered(client).await, "served a client with {what}");
    }
    // The client, too, looks at whom it talks to.
    let untrusting = ClientTlsConfig::new().ca_certificate(Certificate::from_pem(other.pem()));
    let client = tls(&server, untrusting.identity(identity(&ours))).await;
    assert!(client.is_err());

    right
        .clone()
        .run(&client::request())
        .await
        .expect("those who are refused do not keep others from being served");
    assert!(server.terminate().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn must_read_tls_certs_dir_from_tls_server_certs_dir() {
    let (folder, ours) = credentials("conformance-variable");
    let mut command = function_appauth();
    command.env("TLS_SERVER_CERTS_DIR", &folder);
    let server = Server::run(command, &[]);
    assert!(is_answered(tls(&server, of(&ours)).await).await);
    assert!(!is_answered_without_tls(&server).await);
}

#[tokio::test]
async fn must_serve_insecurely_if_both_insecure_and_tls_certs_dir_are_given() {
    let (folder, _) = credentials("conformance-both");
    let flag = folder.to_str().unwrap();
    let server = Server::start(&["--insecure", "--tls-certs-dir", flag]);
    assert!(is_answered_without_tls(&server).await);
    let mut command = function_appauth();
    command.env("TLS_SERVER_CERTS_DIR", &folder);
    let server = Server::run(command, &["--insecure"]);
    assert!(is_answered_without_tls(&server).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn must_enable_transport_security_unless_insecure() {
    let (folder, _) = credentials("conformance-unless");
    let server = Server::start(&["--tls-certs-dir", folder.to_str().unwrap()]);
    assert!(!is_answered_without_tls(&server).await);
    // Without certificates it does not serve at all.
    let mut process = function_appauth()
        .args(["--address", "127.0.0.1:0"])
        .env("METRICS_ADDRESS", "")
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    assert_eq!(wait(&mut process).code(), Some(2));
    let said = process.wait_with_output().unwrap().stderr;
    assert_eq!(
        String::from_utf8(said).unwrap().trim_end(),
        "function-appauth: no credentials given; set --tls-certs-dir or pass --insecure"
    );
}

#[test]
#[ignore = "needs a network of its own, and Python for its loopback: make test runs it"]
fn must_listen_on_tcp_port_9443_with_and_without_tls() {
    alone(
        "must_listen_on_tcp_port_9443_with_and_without_tls",
        async || {
            // Not of localhost alone, which is 127.0.0.1.
            let address =
                |scheme: &str| Endpoint::from_shared(format!("{scheme}://127.0.0.2:9443"));
            let server = Server::run_at(9443, function_appauth(), &["--insecure"]);
            let channel = address("http").unwrap().connect().await.unwrap();
            Client::new(channel).run(&client::request()).await.unwrap();
            assert!(server.terminate().success());

            let (folder, ours) = credentials("conformance-port");
            let args = ["--tls-certs-dir", folder.to_str().unwrap()];
            let server = Server::run_at(9443, function_appauth(), &args);
            let endpoint = address("https").unwrap();
            let config = of(&ours).domain_name("localhost");
            let channel: Channel = endpoint
                .tls_config(config)
                .unwrap()
                .connect()
                .await
                .unwrap();
            Client::new(channel).run(&client::request()).await.unwrap();
            assert!(server.terminate().success());
        },
    );
}

/// Neither as a pod, nor beside anything: without any variable, in a folder of nothing.
#[tokio::test]
async fn must_not_assume_how_it_is_deployed() {
    let mut command = function_appauth();
    command
        .env_clear()
        .current_dir(folder("conformance-nothing"));
    let server = Server::run(command, &["--insecure"]);
    assert!(is_answered_without_tls(&server).await);
}

/// In a network that has a loopback and nothing else, and of which each packet is counted: what is asked is answered,
/// and nobody else is talked to, neither an API server, which a pod would be told of, nor AWS.
#[test]
#[ignore = "needs a network of its own, and Python for its loopback: make test runs it"]
fn must_not_assume_network_access_nor_talk_to_the_api_server_and_should_not_change_others() {
    let name =
        "must_not_assume_network_access_nor_talk_to_the_api_server_and_should_not_change_others";
    alone(name, async || {
        let trap = TcpListener::bind("127.0.0.1:0").unwrap();
        let place = trap.local_addr().unwrap();
        let kubeconfig = folder("conformance-kubeconfig").join("config");
        let cluster = format!(
            "{{apiVersion: v1, kind: Config, current-context: a, clusters: [{{name: a, cluster: {{server: \"http://{place}\"}}}}], \
             contexts: [{{name: a, context: {{cluster: a, user: a}}}}], users: [{{name: a, user: {{token: a}}}}]}}"
        );
        fs::write(&kubeconfig, cluster).unwrap();
        let mut command = function_appauth();
        command
            .env("KUBECONFIG", kubeconfig)
            .env("KUBERNETES_SERVICE_HOST", place.ip().to_string())
            .env("KUBERNETES_SERVICE_PORT", place.port().to_string())
            .env("AWS_ENDPOINT_URL", format!("http://{place}"))
            .env("HTTPS_PROXY", format!("http://{place}"));
        let server = Server::run(command, &["--insecure"]);
        let channel = plain(&server).await.unwrap();
        let before = Sent::so_far();
        for case in crate::cases::all() {
            let request = crate::cases::request(&case);
            grpc::run(&channel, grpc::V1, request).await.unwrap();
        }
        assert_eq!(Sent::so_far(), before, "connections opened, packets sent");
        trap.set_nonblocking(true).unwrap();
        assert!(trap.accept().is_err(), "it talks to an API server or AWS");
        // The counters count.
        drop(std::net::TcpStream::connect(place));
        assert_ne!(Sent::so_far(), before);
    });
}

/// What the kernel counts in this network: connections that somebody opened, datagrams, and what went nowhere.
#[derive(Debug, PartialEq)]
struct Sent {
    opened: u64,
    datagrams: u64,
    without_route: u64,
}

impl Sent {
    fn so_far() -> Self {
        let text = fs::read_to_string("/proc/self/net/snmp").unwrap();
        let of = |protocol: &str, counter: &str| -> u64 {
            let mut lines = text.lines().filter(|line| line.starts_with(protocol));
            let names = lines.next().unwrap().split_whitespace();
            let values = lines.next().unwrap().split_whitespace();
            let mut counters = names.zip(values);
            let (_, value) = counters.find(|(name, _)| *name == counter).unwrap();
            value.parse().unwrap()
        };
        Self {
            opened: of("Tcp:", "ActiveOpens"),
            datagrams: of("Udp:", "OutDatagrams"),
            without_route: of("Ip:", "OutNoRoutes"),
        }
    }
}

/// Runs a test in a network of its own, which has a loopback and nothing else: the test program calls itself there.
fn alone(test: &str, body: impl AsyncFnOnce()) {
    const INSIDE: &str = "CONFORMANCE_ALONE";
    if env::var_os(INSIDE).is_some() {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build();
        return runtime.unwrap().block_on(body());
    }
    let script = "python3 \"$1\" && shift && exec \"$@\"";
    // Who is not root is so in there.
    let id = Command::new("id").arg("-u").output().unwrap().stdout;
    let others = if id.starts_with(b"0\n") {
        &[][..]
    } else {
        &["--user", "--map-root-user"]
    };
    let output = Command::new("unshare")
        .args(others)
        .args(["--net", "sh", "-c", script, "sh"])
        .arg(in_repository("tests/e2e/loopback.py"))
        .arg(env::current_exe().unwrap())
        .args([&format!("server::{test}"), "--exact", "--include-ignored"])
        .env(INSIDE, "yes")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("1 passed"),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
