//! Mutual TLS from a directory: Crossplane shows a certificate, and so do we.
//!
//! A kubelet brings new files to a container that goes on running, so they are read again while serving. New ones count
//! for the connections to come.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tokio::sync::watch;
use tokio::time::MissedTickBehavior;
use tracing::{info, warn};

use super::ServeError;

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(2);

/// `tls.crt`, `tls.key` and `ca.crt` of a directory, and what they make.
pub(super) struct Certificates {
    directory: PathBuf,
    /// The files as they were read last, whether or not they can be used; none where they could not be read.
    read: Option<Files>,
    config: Arc<ServerConfig>,
}

/// The files' contents: the certificate with its chain, its key, and who signs for clients.
#[derive(PartialEq, Eq)]
struct Files {
    chain: Vec<u8>,
    key: Vec<u8>,
    authority: Vec<u8>,
}

impl Certificates {
    /// Reads the directory. A client must show a certificate that `ca.crt` has signed.
    ///
    /// # Errors
    /// If a file cannot be read or used, or the key is that of another certificate.
    pub(super) fn load(directory: &Path) -> Result<Self, ServeError> {
        // rustls chooses by itself where there is one provider of cryptography; a program that embeds this server may
        // link another one, and may have chosen already, which is what an error here means.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let read = files(directory)?;
        let config = config(directory, &read)?;
        Ok(Self {
            directory: directory.to_owned(),
            read: Some(read),
            config,
        })
    }

    /// Reads the directory again, and says whether there is something new to serve. What cannot be used is said once, and
    /// what served before goes on serving.
    fn reload(&mut self) -> bool {
        let directory = self.directory.as_path();
        let read = match files(directory) {
            Ok(read) if Some(&read) != self.read.as_ref() => read,
            Ok(_) => return false,
            Err(error) => {
                if self.read.take().is_some() {
                    warn!(%error, "the certificates before go on serving");
                }
                return false;
            }
        };
        let made = config(directory, &read);
        self.read = Some(read);
        match made {
            Ok(config) => {
                self.config = config;
                info!(directory = %directory.display(), "new certificates for new connections");
                true
            }
            Err(error) => {
                warn!(%error, "the certificates before go on serving");
                false
            }
        }
    }
}

fn files(directory: &Path) -> Result<Files, ServeError> {
    let read = |name: &str| {
        fs::read(directory.join(name)).map_err(|error| {
            ServeError(format!(
                "cannot read {name} from {}: {error}",
                directory.display()
            ))
        })
    };
    Ok(Files {
        chain: read("tls.crt")?,
        key: read("tls.key")?,
        authority: read("ca.crt")?,
    })
}

fn config(directory: &Path, files: &Files) -> Result<Arc<ServerConfig>, ServeError> {
    let unusable = |error: String| {
        ServeError(format!(
            "cannot use tls.crt, tls.key and ca.crt from {}: {error}",
            directory.display()
        ))
    };
    let certificates = |name: &str, pem: &[u8]| {
        let found = CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>();
        let found = found.map_err(|error| unusable(format!("{name}: {error}")))?;
        match found.as_slice() {
            [] => Err(unusable(format!("{name} has no certificate"))),
            _ => Ok(found),
        }
    };
    let mut roots = RootCertStore::empty();
    // A bundle may have one among others that is of no use here.
    roots.add_parsable_certificates(certificates("ca.crt", &files.authority)?);
    let clients = WebPkiClientVerifier::builder(roots.into())
        .build()
        .map_err(|error| unusable(format!("ca.crt: {error}")))?;
    let key = PrivateKeyDer::from_pem_slice(&files.key)
        .map_err(|error| unusable(format!("tls.key: {error}")))?;
    let mut config = ServerConfig::builder()
        .with_client_cert_verifier(clients)
        .with_single_cert(certificates("tls.crt", &files.chain)?, key)
        .map_err(|error| unusable(error.to_string()))?;
    config.alpn_protocols = vec![b"h2".to_vec()];
    Ok(Arc::new(config))
}

/// Serves certificates and goes on reading them, until nobody asks for them any more.
pub(super) fn watch(mut certificates: Certificates) -> watch::Receiver<Arc<ServerConfig>> {
    let (send, receive) = watch::channel(Arc::clone(&certificates.config));
    tokio::spawn(async move {
        let mut look = tokio::time::interval(LOOK);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = send.closed() => return,
                _ = look.tick() => {
                    if certificates.reload() {
                        send.send_replace(Arc::clone(&certificates.config));
                    }
                }
            }
        }
    });
    receive
}
