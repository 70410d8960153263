//! The golden cases: folders of `tests/golden` and the AppAuths of the examples, and what Crossplane would ask in each.

#![allow(dead_code, reason = "each test uses a part of it")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use function_appauth::protocol::resource_selector::Match;
use function_appauth::protocol::{
    Capability, RequestMeta, Resource, ResourceSelector, Resources, RunFunctionRequest, Schema,
    Struct,
};
use function_appauth::{function, manifest};
use serde_json::Value;

pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) xr: PathBuf,
    pub(crate) input: Option<PathBuf>,
    pub(crate) observed: Option<PathBuf>,
    pub(crate) cluster: Cluster,
    pub(crate) schemas: Option<PathBuf>,
    pub(crate) expected: PathBuf,
}

/// What the cluster answers.
pub(crate) enum Cluster {
    /// Nothing: nobody asks it.
    Silent,
    /// What is in a file, by a Crossplane that says it can.
    Required(PathBuf),
    /// What is in a file, by an older one.
    Extra(PathBuf),
}

/// All of them.
pub(crate) fn all() -> Vec<Case> {
    let root = repository();
    let mut cases = Vec::new();
    for folder in folders(&root.join("tests/golden")) {
        cases.push(Case {
            name: name(&folder),
            xr: folder.join("xr.yaml"),
            input: existing(folder.join("input.yaml")),
            observed: existing(folder.join("observed.yaml")),
            cluster: match (
                existing(folder.join("required.yaml")),
                existing(folder.join("extra.yaml")),
            ) {
                (Some(path), _) => Cluster::Required(path),
                (None, Some(path)) => Cluster::Extra(path),
                (None, None) => Cluster::Silent,
            },
            schemas: existing(folder.join("schemas.yaml")),
            expected: folder.join("expected.yaml"),
        });
    }
    for folder in folders(&root.join("examples")) {
        for xr in app_auths(&folder) {
            let stem = xr.file_stem().unwrap().to_string_lossy().into_owned();
            let mut title = name(&folder);
            let mut stages = vec![("new", None)];
            if stem == "xr" {
                stages.push(("there", Some(folder.join("observed.yaml"))));
            } else {
                title = format!("{title}.{stem}");
            }
            for (stage, observed) in stages {
                cases.push(Case {
                    name: format!("example {title} {stage}"),
                    xr: xr.clone(),
                    input: Some(folder.join("composition.yaml")),
                    observed,
                    cluster: existing(folder.join("required.yaml"))
                        .map_or(Cluster::Silent, Cluster::Required),
                    schemas: None,
                    expected: root.join(format!("tests/golden-examples/{title}.{stage}.yaml")),
                });
            }
        }
    }
    cases
}

/// What Crossplane would ask.
pub(crate) fn request(case: &Case) -> RunFunctionRequest {
    let xr = documents(&case.xr).remove(0);
    let input = case.input.as_deref().and_then(input);
    let mut request = function::request(&xr, input.as_ref(), &observed(case));
    answer_questions(&case.cluster, &mut request);
    if let Some(schemas) = &case.schemas {
        answer_schemas(schemas, &mut request);
    }
    let details = case.xr.with_file_name("connection-details.yaml");
    if let (Some(details), Some(_)) = (existing(details), &case.observed) {
        let details = documents(&details).remove(0);
        for (name, details) in details.as_object().unwrap() {
            let resource = request
                .observed
                .as_mut()
                .unwrap()
                .resources
                .get_mut(name)
                .unwrap();
            for (key, value) in details.as_object().unwrap() {
                resource
                    .connection_details
                    .insert(key.clone(), value.as_str().unwrap().into());
            }
        }
    }
    request
}

/// What is observed, by its names in the composition.
pub(crate) fn observed(case: &Case) -> BTreeMap<String, Value> {
    let documents = case.observed.iter().flat_map(|path| documents(path));
    documents
        .map(|document| {
            let annotations = &document["metadata"]["annotations"];
            let name = annotations["crossplane.io/composition-resource-name"].as_str();
            (name.unwrap().to_owned(), document)
        })
        .collect()
}

/// What the command and the npm package get beside the AppAuth, by the package's names for it.
pub(crate) fn settings(case: &Case) -> Vec<(&'static str, &Path)> {
    let input = case.input.as_deref().map(|path| {
        let is_composition = path.ends_with("composition.yaml");
        (
            if is_composition {
                "composition"
            } else {
                "input"
            },
            path,
        )
    });
    let observed = case.observed.as_deref().map(|path| ("observed", path));
    let required = match &case.cluster {
        Cluster::Required(path) => Some(("requiredResources", path.as_path())),
        Cluster::Silent | Cluster::Extra(_) => None,
    };
    [input, observed, required].into_iter().flatten().collect()
}

/// Adds what the cluster answers: of a file's resources, what the function asks for.
fn answer_questions(cluster: &Cluster, request: &mut RunFunctionRequest) {
    let (path, requires) = match cluster {
        Cluster::Silent => return,
        Cluster::Required(path) => (path, true),
        Cluster::Extra(path) => (path, false),
    };
    if requires {
        let can = Capability::RequiredResources;
        request.meta = Some(meta(&[Capability::Capabilities, can]));
    }
    let asked = function::run(request.clone())
        .requirements
        .unwrap_or_default();
    let selectors = if requires {
        asked.resources
    } else {
        asked.extra_resources
    };
    let documents = documents(path);
    for (name, selector) in selectors {
        let found = documents
            .iter()
            .filter(|document| selects(&selector, document));
        let items = found.map(|document| Resource {
            resource: document.as_object().map(Struct::from_json),
            ..Resource::default()
        });
        let answers = if requires {
            &mut request.required_resources
        } else {
            &mut request.extra_resources
        };
        answers.insert(
            name,
            Resources {
                items: items.collect(),
            },
        );
    }
}

/// Adds the schemas of a file that the function asks for; of those that are not there, that they are not installed.
fn answer_schemas(path: &Path, request: &mut RunFunctionRequest) {
    let can = Capability::RequiredSchemas;
    request.meta = Some(meta(&[Capability::Capabilities, can]));
    let asked = function::run(request.clone())
        .requirements
        .unwrap_or_default();
    let documents = documents(path);
    for (name, selector) in asked.schemas {
        let found = documents.iter().find(|document| {
            document["apiVersion"] == selector.api_version.as_str()
                && document["kind"] == selector.kind.as_str()
        });
        let openapi_v3 = found
            .and_then(|document| document["schema"].as_object())
            .map(Struct::from_json);
        request.required_schemas.insert(name, Schema { openapi_v3 });
    }
}

fn meta(capabilities: &[Capability]) -> RequestMeta {
    RequestMeta {
        capabilities: capabilities.iter().map(|&can| can.into()).collect(),
        ..RequestMeta::default()
    }
}

/// What Crossplane hands over for a selector.
fn selects(selector: &ResourceSelector, document: &Value) -> bool {
    let metadata = &document["metadata"];
    document["apiVersion"] == selector.api_version.as_str()
        && document["kind"] == selector.kind.as_str()
        && metadata["namespace"].as_str() == selector.namespace.as_deref()
        && match selector.r#match.as_ref().unwrap() {
            Match::MatchName(name) => metadata["name"] == name.as_str(),
            Match::MatchLabels(labels) => labels
                .labels
                .iter()
                .all(|(key, value)| metadata["labels"][key] == value.as_str()),
        }
}

/// The Input, by itself or in a Composition.
pub(crate) fn input(path: &Path) -> Option<Value> {
    let document = documents(path).remove(0);
    match document["kind"].as_str() {
        Some("Composition") => document.pointer("/spec/pipeline/0/input").cloned(),
        _ => Some(document),
    }
}

pub(crate) fn json(raw: &Struct) -> Value {
    raw.to_json().unwrap()
}

pub(crate) fn documents(path: &Path) -> Vec<Value> {
    let text =
        fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let documents =
        manifest::read(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    documents
        .into_iter()
        .map(|document| document.value)
        .collect()
}

/// The files of an example that hold an AppAuth.
fn app_auths(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "yaml"))
        .filter(|path| documents(path)[0]["kind"] == "XAppAuth")
        .collect();
    files.sort();
    files
}

/// The repository: this package's own folder, or of the fuzz targets' package the one above.
pub(crate) fn repository() -> &'static Path {
    let mut folders = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    folders
        .find(|folder| folder.join("tests/golden").is_dir())
        .expect("the repository has golden cases")
}

fn folders(parent: &Path) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = fs::read_dir(parent)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

pub(crate) fn existing(path: PathBuf) -> Option<PathBuf> {
    path.exists().then_some(path)
}

fn name(folder: &Path) -> String {
    folder.file_name().unwrap().to_string_lossy().into_owned()
}
