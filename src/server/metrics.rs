//! What Prometheus can ask for: the counts that every Crossplane function has, and what this one knows besides.
//!
//! The first are those of function-sdk-go, which has them from grpc-prometheus, by the same names, labels and help: calls
//! of one request and one answer, of all services. Source: function-sdk-go, `WithMetricsServer`.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;
use tokio::net::{TcpListener, TcpStream};
use tonic::Code;
use tracing::info;

use crate::finding::Severity;
use crate::function::{Lookups, Report};

use super::ServeError;
use super::connections::{Connection, Limits, hear, incoming};

/// Few ask for metrics, and are told at once. Anybody may ask, so nobody keeps a place.
const CONNECTIONS: Limits = Limits {
    open: 64,
    silent: 64,
    lifetime: Some(Duration::from_secs(15)),
};

/// Render times: from 32 us, doubled up to 1 s.
const FASTEST: f64 = 0.000_032;
const BUCKETS: u16 = 16;

/// The names that gRPC has for its codes in Go, by their numbers.
const CODES: [&str; 17] = [
    "OK",
    "Canceled",
    "Unknown",
    "InvalidArgument",
    "DeadlineExceeded",
    "NotFound",
    "AlreadyExists",
    "PermissionDenied",
    "ResourceExhausted",
    "FailedPrecondition",
    "Aborted",
    "OutOfRange",
    "Unimplemented",
    "Internal",
    "Unavailable",
    "DataLoss",
    "Unauthenticated",
];

/// All that is counted.
pub(super) struct Metrics {
    registry: Registry,
    methods: BTreeMap<&'static str, Arc<Method>>,
    render: Histogram,
    findings: Family<FindingLabels, Counter>,
    schemas: Family<SchemaLabels, Counter>,
    lookups: Family<LookupLabels, Counter>,
}

/// The counts of one method of a service.
pub(super) struct Method {
    pub(super) started: Counter,
    pub(super) received: Counter,
    sent: Counter,
    handled: Vec<Counter>,
}

impl Method {
    /// Counts the end of a call.
    pub(super) fn handled(&self, code: Code) {
        if let Some(counter) = self.handled.get(code as usize) {
            counter.inc();
        }
        if code == Code::Ok {
            self.sent.inc();
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
#[expect(clippy::struct_field_names, reason = "the names of the labels")]
struct MethodLabels {
    grpc_type: &'static str,
    grpc_service: &'static str,
    grpc_method: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
#[expect(clippy::struct_field_names, reason = "the names of the labels")]
struct HandledLabels {
    grpc_type: &'static str,
    grpc_service: &'static str,
    grpc_method: &'static str,
    grpc_code: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct FindingLabels {
    severity: &'static str,
    rule: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct SchemaLabels {
    source: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct LookupLabels {
    cache: &'static str,
    result: &'static str,
}

/// A method that a service has: its type, the service, its name, and the path of its calls if they are counted.
type Carried = (
    &'static str,
    &'static str,
    &'static str,
    Option<&'static str>,
);

/// Calls of streams are not counted by function-sdk-go, and stand there with zeros.
const CARRIED: [Carried; 6] = [
    (
        "unary",
        "apiextensions.fn.proto.v1.FunctionRunnerService",
        "RunFunction",
        Some("/apiextensions.fn.proto.v1.FunctionRunnerService/RunFunction"),
    ),
    (
        "unary",
        "apiextensions.fn.proto.v1beta1.FunctionRunnerService",
        "RunFunction",
        Some("/apiextensions.fn.proto.v1beta1.FunctionRunnerService/RunFunction"),
    ),
    (
        "unary",
        "grpc.health.v1.Health",
        "Check",
        Some("/grpc.health.v1.Health/Check"),
    ),
    ("server_stream", "grpc.health.v1.Health", "Watch", None),
    (
        "bidi_stream",
        "grpc.reflection.v1.ServerReflection",
        "ServerReflectionInfo",
        None,
    ),
    (
        "bidi_stream",
        "grpc.reflection.v1alpha.ServerReflection",
        "ServerReflectionInfo",
        None,
    ),
];

impl Metrics {
    pub(super) fn new() -> Self {
        let started = Family::<MethodLabels, Counter>::default();
        let received = Family::<MethodLabels, Counter>::default();
        let sent = Family::<MethodLabels, Counter>::default();
        let handled = Family::<HandledLabels, Counter>::default();
        let mut methods = BTreeMap::new();
        for (grpc_type, grpc_service, grpc_method, path) in CARRIED {
            let labels = MethodLabels {
                grpc_type,
                grpc_service,
                grpc_method,
            };
            let handled = CODES.map(|grpc_code| {
                let labels = HandledLabels {
                    grpc_type,
                    grpc_service,
                    grpc_method,
                    grpc_code,
                };
                handled.get_or_create(&labels).clone()
            });
            let method = Method {
                started: started.get_or_create(&labels).clone(),
                received: received.get_or_create(&labels).clone(),
                sent: sent.get_or_create(&labels).clone(),
                handled: handled.into(),
            };
            if let Some(path) = path {
                methods.insert(path, Arc::new(method));
            }
        }
        let bounds = (0..BUCKETS).map(|power| FASTEST * 2_f64.powi(power.into()));
        let metrics = Self {
            registry: Registry::default(),
            methods,
            render: Histogram::new(bounds),
            findings: Family::default(),
            schemas: Family::default(),
            lookups: Family::default(),
        };
        let version = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        let mut registry = Registry::default();
        registry.register(
            "grpc_server_started",
            "Total number of RPCs started on the server",
            started,
        );
        registry.register(
            "grpc_server_handled",
            "Total number of RPCs completed on the server, regardless of success or failure",
            handled,
        );
        registry.register(
            "grpc_server_msg_received",
            "Total number of RPC stream messages received on the server",
            received,
        );
        registry.register(
            "grpc_server_msg_sent",
            "Total number of gRPC stream messages sent by the server",
            sent,
        );
        registry.register("function_appauth_build", "What is running", version);
        registry.register(
            "function_appauth_render_duration_seconds",
            "From a request that is decoded to its answer",
            metrics.render.clone(),
        );
        registry.register(
            "function_appauth_findings",
            "What was found in AppAuths and Inputs, by the rule of Cognito's that it is at odds with; none: their shape, or the platform's limits",
            metrics.findings.clone(),
        );
        registry.register(
            "function_appauth_schemas",
            "Kinds of rendered resources, by whose schema they were checked against; asked: of the cluster, at the next call",
            metrics.schemas.clone(),
        );
        registry.register(
            "function_appauth_cache_lookups",
            "Inputs and schemas of the cluster that were read before, or were not",
            metrics.lookups.clone(),
        );
        Self {
            registry,
            ..metrics
        }
    }

    /// The method of a path, if its calls are counted.
    pub(super) fn method(&self, path: &str) -> Option<Arc<Method>> {
        self.methods.get(path).map(Arc::clone)
    }

    /// Counts an answer.
    pub(super) fn rendered(&self, report: &Report, took: Duration) {
        self.render.observe(took.as_secs_f64());
        for (rule, severity) in &report.findings {
            let labels = FindingLabels {
                severity: match severity {
                    Severity::Error => "error",
                    Severity::Advice => "advice",
                },
                rule: rule.unwrap_or("none"),
            };
            self.findings.get_or_create(&labels).inc();
        }
        let judges = report.judges;
        for (source, kinds) in [
            ("cluster", judges.given),
            ("built-in", judges.built_in),
            ("asked", judges.asked),
        ] {
            if kinds > 0 {
                self.schemas
                    .get_or_create(&SchemaLabels { source })
                    .inc_by(kinds);
            }
        }
        for (cache, Lookups { hits, misses }) in
            [("input", report.inputs), ("schema", report.schemas)]
        {
            for (result, count) in [("hit", hits), ("miss", misses)] {
                if count > 0 {
                    self.lookups
                        .get_or_create(&LookupLabels { cache, result })
                        .inc_by(count);
                }
            }
        }
    }

    fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a String does not fail.
        let _ = prometheus_client::encoding::text::encode(&mut text, &self.registry);
        text
    }
}

/// Serves `/metrics` in the text format of OpenMetrics, until the process ends.
///
/// # Errors
/// If the address cannot be listened on.
pub(super) async fn serve(metrics: Arc<Metrics>, address: SocketAddr) -> Result<(), ServeError> {
    let listener = TcpListener::bind(address)
        .await
        .map_err(|error| ServeError(format!("cannot serve metrics on {address}: {error}")))?;
    info!(address = %listener.local_addr().unwrap_or(address), "serving metrics");
    let show = move || {
        let text = metrics.text();
        async {
            let of_openmetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8";
            ([(CONTENT_TYPE, of_openmetrics)], text)
        }
    };
    let router = axum::Router::new().route("/metrics", get(show));
    let clients = Clients {
        address,
        incoming: incoming(listener, CONNECTIONS, hear),
    };
    tokio::spawn(async move { axum::serve(clients, router).await });
    Ok(())
}

/// The connections of those who ask for metrics.
struct Clients {
    address: SocketAddr,
    incoming: tokio_stream::wrappers::ReceiverStream<std::io::Result<Connection<TcpStream>>>,
}

impl axum::serve::Listener for Clients {
    type Io = Connection<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            match tokio_stream::StreamExt::next(&mut self.incoming).await {
                Some(Ok(connection)) => return (connection, self.address),
                Some(Err(_)) => {}
                None => std::future::pending().await,
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        Ok(self.address)
    }
}
