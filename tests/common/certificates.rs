//! Certificates of clients that the server trusts, and of others.

use std::fs;
use std::path::PathBuf;

use rcgen::{CertificateParams, CertifiedIssuer, KeyPair};
use tonic::transport::Identity;

use crate::common::folder;

pub(crate) type Authority = CertifiedIssuer<'static, KeyPair>;

pub(crate) fn authority(name: &str) -> Authority {
    let mut params = CertificateParams::default();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    params
        .distinguished_name
        .push(rcgen::DnType::CommonName, name);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A certificate for these names, and its key.
pub(crate) fn certificate(authority: &Authority, names: &[&str]) -> (String, String) {
    let names: Vec<String> = names.iter().copied().map(String::from).collect();
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(names)
        .unwrap()
        .signed_by(&key, authority)
        .unwrap();
    (certificate.pem(), key.serialize_pem())
}

pub(crate) fn identity(authority: &Authority) -> Identity {
    let (certificate, key) = certificate(authority, &[]);
    Identity::from_pem(certificate, key)
}

/// A folder as Crossplane mounts it.
pub(crate) fn certificates(test: &str, authority: &Authority, names: &[&str]) -> PathBuf {
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
