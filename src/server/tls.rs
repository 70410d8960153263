//! Mutual TLS from a directory: Crossplane shows a certificate, and so do we.

use std::fs;
use std::path::Path;

use tonic::transport::{Certificate, Identity, ServerTlsConfig};

use super::ServeError;

/// Reads `tls.crt`, `tls.key` and `ca.crt`. A client must show a certificate that `ca.crt` has signed.
pub(super) fn load(directory: &Path) -> Result<ServerTlsConfig, ServeError> {
    // rustls chooses by itself where there is one provider of cryptography; a program that embeds this server may link
    // another one, and may have chosen already, which is what an error here means.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let read = |name: &str| {
        fs::read(directory.join(name)).map_err(|error| {
            ServeError(format!(
                "cannot read {name} from {}: {error}",
                directory.display()
            ))
        })
    };
    let identity = Identity::from_pem(read("tls.crt")?, read("tls.key")?);
    let authority = Certificate::from_pem(read("ca.crt")?);
    Ok(ServerTlsConfig::new()
        .identity(identity)
        .client_ca_root(authority))
}

/// What to say of files that can be read and not used.
pub(super) fn unusable(directory: &Path, error: &dyn std::error::Error) -> ServeError {
    let cause = error
        .source()
        .map_or_else(|| error.to_string(), ToString::to_string);
    ServeError(format!(
        "cannot use tls.crt, tls.key and ca.crt from {}: {cause}",
        directory.display()
    ))
}
