//! `serve`: the gRPC server, with the flags and variables that every Crossplane function has.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tracing::Level;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::prelude::*;

use super::Ended;
use super::files::CannotRun;
use crate::server::{self, Options};

/// How long calls in flight may take to finish.
const GRACE: Duration = Duration::from_secs(10);

#[derive(Debug, clap::Args)]
pub(super) struct ServeArgs {
    /// Serve without TLS. Wins over --tls-certs-dir.
    #[arg(long)]
    insecure: bool,
    /// The directory with tls.crt, tls.key and ca.crt, for mutual TLS. New files count without a restart.
    #[arg(long, value_name = "DIR", env = "TLS_SERVER_CERTS_DIR")]
    tls_certs_dir: Option<PathBuf>,
    /// The address to listen on.
    #[arg(long, value_name = "IP:PORT", default_value = "0.0.0.0:9443")]
    address: SocketAddr,
    /// The largest message to receive, in MB.
    #[arg(long, value_name = "MB", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=2047))]
    max_recv_message_size: u16,
    /// Where to serve /metrics, without TLS: as IP:PORT, or :PORT for all addresses. Empty for none.
    #[arg(
        long,
        value_name = "IP:PORT",
        env = "METRICS_ADDRESS",
        default_value = ":8080"
    )]
    metrics_address: String,
    /// Log more: each call, too.
    #[arg(long, short)]
    debug: bool,
}

pub(super) fn run(args: ServeArgs) -> Result<Ended, CannotRun> {
    let ServeArgs {
        insecure,
        tls_certs_dir,
        address,
        max_recv_message_size,
        metrics_address,
        debug,
    } = args;
    let metrics_address = read_metrics_address(&metrics_address)?;
    let tls_certs_dir = tls_certs_dir.filter(|_| !insecure);
    if !insecure && tls_certs_dir.is_none() {
        return Err(CannotRun::new(
            "no credentials given; set --tls-certs-dir or pass --insecure",
        ));
    }
    // Ours alone: what the transport would log are frames, thirty to a call.
    let level = if debug { Level::DEBUG } else { Level::INFO };
    let ours = Targets::new().with_target("function_appauth", level);
    let json = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        // Where nothing can be written, there is nobody to tell.
        .log_internal_errors(false)
        .with_writer(std::io::stderr);
    tracing_subscriber::registry()
        .with(json.with_filter(ours))
        .init();
    // Rust's own would print what was at hand, as text.
    std::panic::set_hook(Box::new(|panic| {
        let at = panic.location().map(ToString::to_string);
        tracing::error!(at = at.unwrap_or_default(), "a bug: panicked");
    }));
    let options = Options {
        address,
        tls_certs_dir,
        max_message_size: usize::from(max_recv_message_size) * 1024 * 1024,
        metrics_address,
        grace: GRACE,
    };
    // One thread: a call keeps it for a tenth of a millisecond and waits for nothing, and Crossplane has one connection.
    // To pass calls from one thread to another would take a fifth of the time that they take.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| CannotRun::new(format!("cannot start: {error}")))?;
    runtime
        .block_on(async {
            let mut terminate = signal(SignalKind::terminate())
                .map_err(|error| CannotRun::new(format!("cannot listen for SIGTERM: {error}")))?;
            let shutdown = async move {
                tokio::select! {
                    _ = terminate.recv() => {}
                    _ = tokio::signal::ctrl_c() => {}
                }
            };
            server::serve(options, shutdown)
                .await
                .map_err(|error| CannotRun::new(error.to_string()))
        })
        .map(|()| Ended::Fine)
}

/// An address as function-sdk-go takes it.
fn read_metrics_address(text: &str) -> Result<Option<SocketAddr>, CannotRun> {
    let address = match text {
        "" => return Ok(None),
        _ if text.starts_with(':') => format!("0.0.0.0{text}"),
        _ => text.to_owned(),
    };
    address.parse().map(Some).map_err(|_| {
        CannotRun::new(format!(
            "--metrics-address: \"{text}\" is no address; give IP:PORT, :PORT, or nothing to serve none"
        ))
    })
}
