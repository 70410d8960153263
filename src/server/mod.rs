//! The gRPC server that Crossplane and its command line tools call.

mod admission;
mod connections;
mod metrics;
mod service;
mod tls;

#[rustfmt::skip]
#[allow(
    clippy::all, clippy::pedantic, clippy::allow_attributes_without_reason, missing_docs, unreachable_pub, dead_code,
    reason = "generated code"
)]
mod generated {
    pub mod v1;
    pub mod v1beta1;
}

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tonic::transport::Server;
use tonic_health::ServingStatus;
use tracing::{info, warn};

use crate::{function, protocol};
use admission::{Counted, Places};
use connections::Limits;
use generated::v1::function_runner_service_server::FunctionRunnerServiceServer as V1;
use generated::v1beta1::function_runner_service_server::FunctionRunnerServiceServer as V1Beta1;
use metrics::Metrics;
use service::{Answer, Function};
use tls::Certificates;

/// Crossplane has one connection for each of its own replicas.
const CONNECTIONS: Limits = Limits {
    open: 256,
    silent: 256,
    lifetime: None,
};
/// How many calls a connection may have open.
const STREAMS: u32 = 64;
/// How much of each may be on its way unread, in bytes. The connection has room for that of all of them: calls that wait
/// for a place would else keep those that have one from the rest of their messages.
const WINDOW: u32 = 128 * 1024;
/// How long a question about health or reflection may be, in bytes.
const QUESTION: usize = 4096;
/// How long the headers of a call may be, in bytes.
const HEADERS: u32 = 16 * 1024;
/// How often a client is asked whether it is still there, and how long it may take to say so.
const PING: Duration = Duration::from_secs(20);
const PONG: Duration = Duration::from_secs(20);

/// Where and how to serve.
#[derive(Debug, Clone)]
pub struct Options {
    /// The address to listen on.
    pub address: SocketAddr,
    /// The directory with `tls.crt`, `tls.key` and `ca.crt`; none to serve without TLS.
    pub tls_certs_dir: Option<PathBuf>,
    /// The largest message to receive, in bytes.
    pub max_message_size: usize,
    /// Where to serve `/metrics`, without TLS; none to serve none.
    pub metrics_address: Option<SocketAddr>,
    /// How long calls in flight may take to finish after a shutdown was asked for.
    pub grace: Duration,
}

/// Why the server could not run: something for the operator to mend.
#[derive(Debug)]
pub struct ServeError(String);

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ServeError {}

/// Serves until `shutdown` resolves, then lets calls in flight finish.
///
/// One port speaks both packages of the protocol, health and reflection.
///
/// # Errors
/// If the certificates cannot be read, the address cannot be listened on, or the transport fails.
pub async fn serve(
    options: Options,
    shutdown: impl Future<Output = ()> + Send,
) -> Result<(), ServeError> {
    serve_with(options, shutdown, function::answer).await
}

async fn serve_with(
    options: Options,
    shutdown: impl Future<Output = ()> + Send,
    answer: Answer,
) -> Result<(), ServeError> {
    let Options {
        address,
        tls_certs_dir,
        max_message_size,
        metrics_address,
        grace,
    } = options;
    let certificates = tls_certs_dir
        .as_deref()
        .map(Certificates::load)
        .transpose()?;
    let (health, health_service) = tonic_health::server::health_reporter();
    health.set_serving::<V1<Function>>().await;
    health.set_serving::<V1Beta1<Function>>().await;
    let reflection = || {
        tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(protocol::DESCRIPTORS)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
    };
    let broken = |error: tonic_reflection::server::Error| {
        ServeError(format!(
            "cannot offer reflection: {error}; a bug here, please report it"
        ))
    };
    let metrics = Arc::new(Metrics::new());
    let places = Places::new();
    let function = Function {
        answer,
        metrics: Arc::clone(&metrics),
    };
    let v1 = V1::new(function.clone()).max_decoding_message_size(max_message_size);
    let v1beta1 = V1Beta1::new(function).max_decoding_message_size(max_message_size);
    let reflection_v1 = reflection().build_v1().map_err(broken)?;
    let reflection_v1alpha = reflection().build_v1alpha().map_err(broken)?;
    let router = Server::builder()
        .max_concurrent_streams(STREAMS)
        .initial_stream_window_size(WINDOW)
        .initial_connection_window_size(STREAMS * WINDOW)
        .http2_max_header_list_size(HEADERS)
        .http2_keepalive_interval(Some(PING))
        .http2_keepalive_timeout(Some(PONG))
        .add_service(Counted::new(v1, &metrics, Some(&places)))
        .add_service(Counted::new(v1beta1, &metrics, Some(&places)))
        .add_service(Counted::new(
            health_service.max_decoding_message_size(QUESTION),
            &metrics,
            None,
        ))
        .add_service(reflection_v1.max_decoding_message_size(QUESTION))
        .add_service(reflection_v1alpha.max_decoding_message_size(QUESTION));
    let listener = TcpListener::bind(address)
        .await
        .map_err(|error| ServeError(format!("cannot listen on {address}: {error}")))?;
    let bound = listener.local_addr().unwrap_or(address);
    info!(address = %bound, tls = certificates.is_some(), "serving");
    if let Some(address) = metrics_address
        && let Err(error) = metrics::serve(metrics, address).await
    {
        // As with every Crossplane function: one that works and cannot be seen is better than none.
        warn!(%error, "there are no metrics");
    }

    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let stopped = async {
        let _ = stopped.await;
    };
    let mut graceful: Pin<Box<dyn Future<Output = _> + Send>> =
        if let Some(certificates) = certificates {
            let configs = tls::watch(certificates);
            let incoming = connections::incoming(listener, CONNECTIONS, move |stream| {
                TlsAcceptor::from(Arc::clone(&configs.borrow())).accept(stream)
            });
            Box::pin(router.serve_with_incoming_shutdown(incoming, stopped))
        } else {
            let incoming = connections::incoming(listener, CONNECTIONS, connections::hear);
            Box::pin(router.serve_with_incoming_shutdown(incoming, stopped))
        };
    let ended = tokio::select! {
        ended = &mut graceful => ended,
        () = shutdown => {
            info!("stopping: no new calls, those in flight may finish");
            // The empty name is the server as a whole: what a probe asks for.
            health.set_service_status("", ServingStatus::NotServing).await;
            health.set_not_serving::<V1<Function>>().await;
            health.set_not_serving::<V1Beta1<Function>>().await;
            let _ = stop.send(());
            let ended = tokio::time::timeout(grace, &mut graceful).await;
            ended.unwrap_or_else(|_| {
                warn!(seconds = grace.as_secs(), "connections still open after the time to finish; closing them");
                Ok(())
            })
        }
    };
    ended.map_err(|error| ServeError(format!("the server ended: {error}")))?;
    info!("stopped");
    Ok(())
}

#[cfg(test)]
mod tests {
    use tonic::Code;
    use tonic_prost::ProstCodec;

    use super::*;
    use crate::function::Report;
    use crate::protocol::{RequestMeta, RunFunctionRequest, RunFunctionResponse};

    fn panics_when_asked(request: RunFunctionRequest) -> (RunFunctionResponse, Report) {
        let tag = request.meta.unwrap_or_default().tag;
        assert_ne!(tag, "panic", "hunter2");
        (RunFunctionResponse::default(), Report::default())
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_call_that_panics_is_an_error_and_nothing_else() {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let options = Options {
            address,
            tls_certs_dir: None,
            max_message_size: 1024,
            metrics_address: None,
            grace: Duration::ZERO,
        };
        tokio::spawn(serve_with(
            options,
            std::future::pending(),
            panics_when_asked,
        ));
        let endpoint = tonic::transport::Endpoint::from_shared(format!("http://{address}"));
        let endpoint = endpoint.unwrap();
        let begun = std::time::Instant::now();
        let channel = loop {
            match endpoint.connect().await {
                Ok(channel) => break channel,
                Err(error) => assert!(begun.elapsed().as_secs() < 20, "{error}"),
            }
        };
        let call = async |tag: &str| {
            let mut grpc = tonic::client::Grpc::new(channel.clone());
            grpc.ready().await.unwrap();
            let request = RunFunctionRequest {
                meta: Some(RequestMeta {
                    tag: tag.to_owned(),
                    ..RequestMeta::default()
                }),
                ..RunFunctionRequest::default()
            };
            let path = "/apiextensions.fn.proto.v1.FunctionRunnerService/RunFunction";
            let codec = ProstCodec::<RunFunctionRequest, RunFunctionResponse>::default();
            let answer = grpc
                .unary(tonic::Request::new(request), path.parse().unwrap(), codec)
                .await;
            answer.map(|_| ())
        };
        call("fine").await.unwrap();
        for _ in 0..100 {
            let error = call("panic").await.unwrap_err();
            assert_eq!(error.code(), Code::Internal);
            assert_eq!(
                error.message(),
                "a bug in function-appauth: the call has panicked; its log says where, please report it"
            );
        }
        call("fine").await.unwrap();
    }
}
