//! The gRPC server that Crossplane and its command line tools call.

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
use std::time::Duration;

use tokio::net::TcpListener;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tracing::{info, warn};

use crate::protocol;
use generated::v1::function_runner_service_server::FunctionRunnerServiceServer as V1;
use generated::v1beta1::function_runner_service_server::FunctionRunnerServiceServer as V1Beta1;
use service::Function;
use tls::Certificates;

/// Where and how to serve.
#[derive(Debug, Clone)]
pub struct Options {
    /// The address to listen on.
    pub address: SocketAddr,
    /// The directory with `tls.crt`, `tls.key` and `ca.crt`; none to serve without TLS.
    pub tls_certs_dir: Option<PathBuf>,
    /// The largest message to receive, in bytes.
    pub max_message_size: usize,
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
    let Options {
        address,
        tls_certs_dir,
        max_message_size,
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
    let router = Server::builder()
        .add_service(V1::new(Function).max_decoding_message_size(max_message_size))
        .add_service(V1Beta1::new(Function).max_decoding_message_size(max_message_size))
        .add_service(health_service)
        .add_service(reflection().build_v1().map_err(broken)?)
        .add_service(reflection().build_v1alpha().map_err(broken)?);
    let listener = TcpListener::bind(address)
        .await
        .map_err(|error| ServeError(format!("cannot listen on {address}: {error}")))?;
    let bound = listener.local_addr().unwrap_or(address);
    info!(address = %bound, tls = certificates.is_some(), "serving");

    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let stopped = async {
        let _ = stopped.await;
    };
    let mut graceful: Pin<Box<dyn Future<Output = _> + Send>> =
        if let Some(certificates) = certificates {
            let incoming = tls::incoming(listener, certificates);
            Box::pin(router.serve_with_incoming_shutdown(incoming, stopped))
        } else {
            // Without it an answer in two segments waits 40 ms for the acknowledgement of the first.
            let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
            Box::pin(router.serve_with_incoming_shutdown(incoming, stopped))
        };
    let ended = tokio::select! {
        ended = &mut graceful => ended,
        () = shutdown => {
            info!("stopping: no new calls, those in flight may finish");
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
