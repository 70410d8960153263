//! Certificates of clients that the server trusts, and of others.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::fs;
use std::os::unix::fs::symlink;
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

/// A folder as a kubelet keeps it: the files are links into a folder that is itself a link, and that is swapped.
pub(crate) struct Mounted {
    pub(crate) folder: PathBuf,
    versions: usize,
}

impl Mounted {
    pub(crate) fn new(test: &str, authority: &Authority) -> Self {
        let folder = folder(&format!("certificates-{test}"));
        for file in ["tls.crt", "tls.key", "ca.crt"] {
            symlink(format!("..data/{file}"), folder.join(file)).unwrap();
        }
        let mut mounted = Self {
            folder,
            versions: 0,
        };
        mounted.swap(authority);
        mounted
    }

    /// Brings another certificate, and takes the one before the last away.
    pub(crate) fn swap(&mut self, authority: &Authority) {
        let at = |version: usize| self.folder.join(format!("..{version}"));
        let name = at(self.versions);
        let (certificate, key) = certificate(authority, &["localhost"]);
        fs::create_dir(&name).unwrap();
        for (file, content) in [
            ("tls.crt", certificate),
            ("tls.key", key),
            ("ca.crt", authority.pem()),
        ] {
            fs::write(name.join(file), content).unwrap();
        }
        symlink(name.file_name().unwrap(), self.folder.join("..data_tmp")).unwrap();
        fs::rename(self.folder.join("..data_tmp"), self.folder.join("..data")).unwrap();
        if self.versions > 1 {
            fs::remove_dir_all(at(self.versions - 2)).unwrap();
        }
        self.versions += 1;
    }

    /// Takes all of them away, for now.
    pub(crate) fn vanish(&self) {
        fs::remove_file(self.folder.join("..data")).unwrap();
    }
}
