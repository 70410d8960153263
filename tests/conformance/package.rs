//! Of the package: the file that Crossplane's command line tool pushes, and what it becomes in a registry.

use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::common::{folder, free_port, in_repository, tool, yaml};

const NAME: &str = "function-appauth";
const VERSION: &str = env!("CARGO_PKG_VERSION");
const MARK: &str = "io.crossplane.xpkg";

/// What is in the package.
struct Package {
    path: PathBuf,
    config: Value,
    /// The layer of Crossplane's, and the others.
    base: Vec<u8>,
    others: Vec<Vec<u8>>,
}

impl Package {
    fn open() -> Self {
        let path = in_repository("target/package").join(format!("{NAME}-{VERSION}-amd64.xpkg"));
        assert!(path.exists(), "no package; run `package/build.sh amd64`");
        let file = |name: &str| tar(&["-xO", name, "-f", path.to_str().unwrap()], b"");
        let json = |name: &str| -> Value { serde_json::from_slice(&file(name)).unwrap() };
        let manifest = json("manifest.json");
        let [image] = manifest.as_array().unwrap().as_slice() else {
            panic!("one image: {manifest}");
        };
        let config = json(image["Config"].as_str().unwrap());
        let layers = image["Layers"].as_array().unwrap().iter();
        // As it stands in a file: a label by the digest of a layer, which is the name of its file.
        let labels = config["config"]["Labels"].as_object().unwrap();
        let base = labels.iter().find(|(_, value)| *value == "base").unwrap();
        let digest = base.0.strip_prefix(&format!("{MARK}:sha256:")).unwrap();
        let (base, others): (Vec<_>, Vec<_>) = layers
            .map(|layer| layer.as_str().unwrap())
            .partition(|layer| layer.contains(digest));
        assert_eq!(base.len(), 1, "{config}");
        Self {
            base: file(base[0]),
            others: others.into_iter().map(file).collect(),
            config,
            path,
        }
    }

    /// What stands in `package.yaml`.
    fn documents(&self) -> Vec<Value> {
        let text = tar(&["-xO", "package.yaml", "-f", "-"], &self.base);
        yaml(&String::from_utf8(text).unwrap())
    }
}

/// Calls tar, which has the archive from standard input where it is `-`.
fn tar(args: &[&str], archive: &[u8]) -> Vec<u8> {
    let gzip = archive.starts_with(&[0x1f, 0x8b]).then_some("-z");
    let mut process = Command::new("tar")
        .args(gzip)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = process.stdin.take().unwrap();
    let archive = archive.to_vec();
    // It may have found what it looks for before it has read all.
    let writing = std::thread::spawn(move || input.write_all(&archive));
    let mut output = Vec::new();
    process
        .stdout
        .take()
        .unwrap()
        .read_to_end(&mut output)
        .unwrap();
    let _ = writing.join();
    assert!(process.wait().unwrap().success(), "tar {args:?}");
    output
}

fn files_of(layer: &[u8]) -> Vec<String> {
    let list = tar(&["-t", "-f", "-"], layer);
    let list = String::from_utf8(list).unwrap();
    list.lines().map(str::to_owned).collect()
}

#[test]
#[ignore = "needs the package: make test builds it"]
fn must_have_one_package_yaml_in_the_root_of_its_base_layer() {
    let package = Package::open();
    assert_eq!(files_of(&package.base), ["package.yaml"]);
    for layer in &package.others {
        let files = files_of(layer);
        assert!(
            !files.iter().any(|file| file.ends_with("package.yaml")),
            "{files:?}"
        );
    }
}

#[test]
#[ignore = "needs the package: make test builds it"]
fn must_hold_one_function_and_else_only_definitions_of_its_input() {
    let documents = Package::open().documents();
    let kinds: Vec<(&str, &str)> = documents
        .iter()
        .map(|each| {
            let version = each["apiVersion"].as_str().unwrap();
            (
                version.split('/').next().unwrap(),
                each["kind"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        kinds,
        [
            ("meta.pkg.crossplane.io", "Function"),
            ("apiextensions.k8s.io", "CustomResourceDefinition")
        ]
    );
    assert_eq!(documents[1]["spec"]["names"]["kind"], "Input");
}

#[test]
#[ignore = "needs the package: make test builds it"]
fn must_have_a_name_that_begins_with_function() {
    assert!(NAME.starts_with("function-"));
    assert_eq!(Package::open().documents()[0]["metadata"]["name"], NAME);
}

/// Of the program, the image, the crate, and the Composition.
#[test]
#[ignore = "needs the package: make test builds it"]
fn should_use_its_name_elsewhere() {
    let package = Package::open();
    let config = &package.config["config"];
    assert_eq!(
        config["Entrypoint"],
        serde_json::json!([format!("/{NAME}")])
    );
    assert_eq!(config["Labels"]["org.opencontainers.image.title"], NAME);
    assert_eq!(env!("CARGO_PKG_NAME"), NAME);
    let composition =
        crate::common::documents(&in_repository("package/configuration/composition.yaml"));
    let step = &composition[0]["spec"]["pipeline"][0];
    assert_eq!(step["functionRef"]["name"], NAME);
}

/// One image has both: the layer for Crossplane's package manager is marked, and the program is in another.
#[test]
#[ignore = "needs the package: make test builds it"]
fn should_deliver_metadata_and_program_in_one_image_with_its_base_layer_marked() {
    let package = Package::open();
    let programs = package.others.iter().filter(|layer| {
        let files = files_of(layer);
        files.iter().any(|file| file == NAME)
    });
    assert_eq!(programs.count(), 1);

    let registry = Registry::start();
    let tag = format!("{}/platform/{NAME}:v{VERSION}", registry.address);
    let pushed = Command::new(tool("crossplane-2.2"))
        .args(["xpkg", "push", "-f", package.path.to_str().unwrap(), &tag])
        // No credentials of whoever runs this.
        .env("HOME", folder("conformance-no-credentials"))
        .output()
        .unwrap();
    assert!(pushed.status.success(), "{pushed:?}");
    let manifest = Command::new(tool("crane"))
        .args(["manifest", "--insecure", &tag])
        .output()
        .unwrap();
    let manifest: Value = serde_json::from_slice(&manifest.stdout).unwrap();
    let layers = manifest["layers"].as_array().unwrap().iter();
    let marks = layers.filter(|layer| layer["annotations"][MARK] == "base");
    assert_eq!(marks.count(), 1, "{manifest:#}");
}

/// A registry on the loopback. Dropped, it is gone.
struct Registry {
    address: String,
    process: Child,
}

impl Registry {
    fn start() -> Self {
        let address = format!("127.0.0.1:{}", free_port());
        let process = Command::new(tool("crane"))
            .args(["registry", "serve", "--address", &address])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let registry = Self { address, process };
        let begun = std::time::Instant::now();
        while std::net::TcpStream::connect(&registry.address).is_err() {
            assert!(begun.elapsed().as_secs() < 20, "nobody listens");
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        registry
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
