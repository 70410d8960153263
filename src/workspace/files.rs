//! Texts with names, and the documents in them.

use std::path::Path;
use std::rc::Rc;

use serde::Deserialize;
use serde_json::Value;

use crate::api::input;
use crate::manifest::{self, Document, YamlError};
use crate::path::FieldPath;
use crate::schema::definitions::group;

/// Crossplane's API group of Compositions and CompositeResourceDefinitions.
pub(super) const APIEXTENSIONS: &str = "apiextensions.crossplane.io";

/// A file's text and its name.
#[derive(Debug, Deserialize)]
pub struct File {
    /// What people know it by: a path, or `standard input`.
    pub name: String,
    /// What it says.
    pub text: String,
}

/// A document and the file it is in.
#[derive(Debug, Clone)]
pub struct Manifest {
    /// The file.
    pub file: Rc<File>,
    /// The document.
    pub document: Rc<Document>,
}

/// A file that holds no YAML, and why.
#[derive(Debug)]
pub struct Unreadable {
    /// The file.
    pub file: Rc<File>,
    /// Why it is no YAML, and where.
    pub error: YamlError,
}

/// An Input, and where in its document it stands: at the root, or in a Composition's pipeline.
#[derive(Debug, Clone)]
pub struct InputManifest {
    /// The document.
    pub manifest: Manifest,
    /// Where in it.
    pub at: FieldPath,
    /// The Input.
    pub value: Value,
}

impl InputManifest {
    /// Whether both are the same one.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.manifest.document, &other.manifest.document) && self.at == other.at
    }
}

/// A step of a Composition's pipeline that runs this function.
#[derive(Debug, Clone)]
pub struct Step {
    /// Where in the Composition.
    pub at: FieldPath,
    /// Its Input, where it has one.
    pub input: Option<InputManifest>,
}

impl Manifest {
    fn text(&self, pointer: &str) -> &str {
        self.document
            .value
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// The group of its API version.
    pub(super) fn group(&self) -> &str {
        group(self.text("/apiVersion"))
    }

    /// Its kind; empty where it has none.
    pub(super) fn kind(&self) -> &str {
        self.text("/kind")
    }

    /// Whether it is in a namespace.
    pub(super) fn has_namespace(&self) -> bool {
        !self.text("/metadata/namespace").is_empty()
    }

    /// Whether this may be an AppAuth: of whatever group the platform team chose, which is none of Kubernetes', of
    /// Crossplane's or of a provider's. What calls itself an AppAuth is one, whatever its apiVersion. An object without
    /// apiVersion still looks like an object of Kubernetes; what does not is another program's file.
    pub fn is_app_auth(&self) -> bool {
        if self.is_input() {
            return false;
        }
        if self.kind().ends_with("AppAuth") {
            return true;
        }
        let has = |field: &str| self.document.value.get(field).is_some();
        if !has("apiVersion") {
            return ["kind", "metadata", "spec"].into_iter().any(has);
        }
        let group = self.group();
        let theirs = ["k8s.io", "crossplane.io", "upbound.io"];
        group.contains('.') && !theirs.iter().any(|end| group.ends_with(end))
    }

    /// Whether its kind says that it is an AppAuth; one without a kind may be.
    pub fn is_called_app_auth(&self) -> bool {
        let kind = self.text("/kind");
        kind.is_empty() || kind.ends_with("AppAuth")
    }

    /// Whether it has clients, which is what an AppAuth of another name has as well.
    pub fn has_clients(&self) -> bool {
        self.document.value.pointer("/spec/clients").is_some()
    }

    /// Whether this is the platform's side: a Composition, or an Input by itself.
    pub fn is_platforms(&self) -> bool {
        self.is_composition() || self.is_input()
    }

    /// Whether this is a Composition.
    pub fn is_composition(&self) -> bool {
        self.kind() == "Composition" && self.group() == APIEXTENSIONS
    }

    /// Whether this is an Input by itself, if only by its kind.
    fn is_input(&self) -> bool {
        is_of_our_group(self.text("/apiVersion"))
            || (self.kind() == input::KIND && is_almost_ours(self.text("/apiVersion")))
    }

    /// Whether another one is of the same folder.
    pub fn is_beside(&self, other: &Self) -> bool {
        let folder = |manifest: &Self| Path::new(&manifest.file.name).parent().map(Path::to_owned);
        folder(self) == folder(other)
    }

    /// Which of the kinds of `validate` this is, as `Kind/name`.
    pub fn title(&self) -> String {
        title(&self.document.value)
    }

    /// The Input that this is; none where it is anything else.
    pub fn input(&self) -> Option<InputManifest> {
        self.is_input().then(|| InputManifest {
            manifest: self.clone(),
            at: FieldPath::default(),
            value: self.document.value.clone(),
        })
    }

    /// The steps of a Composition that run this function: those that call it by its name, and those with an Input of its
    /// group, however the function was named when it was installed.
    pub fn steps(&self) -> Vec<Step> {
        if !self.is_composition() {
            return Vec::new();
        }
        let steps = self.document.value.pointer("/spec/pipeline");
        let steps = steps.and_then(Value::as_array).into_iter().flatten();
        let is_ours = |step: &Value| {
            let text = |pointer: &str| {
                let text = step.pointer(pointer).and_then(Value::as_str);
                text.unwrap_or_default()
            };
            let version = text("/input/apiVersion");
            is_our_function(text("/functionRef/name"))
                || is_of_our_group(version)
                || (text("/input/kind") == input::KIND
                    && !version.is_empty()
                    && is_almost_ours(version))
        };
        steps
            .enumerate()
            .filter(|(_, step)| is_ours(step))
            .map(|(index, step)| {
                let at = FieldPath::parse("spec.pipeline").index(index);
                let input = step.get("input").filter(|input| !input.is_null());
                Step {
                    input: input.map(|input| InputManifest {
                        manifest: self.clone(),
                        at: at.clone().field("input"),
                        value: input.clone(),
                    }),
                    at,
                }
            })
            .collect()
    }

    /// The Inputs in it: itself, or those of a Composition's steps.
    pub fn inputs(&self) -> Vec<InputManifest> {
        let of_steps = self.steps().into_iter().filter_map(|step| step.input);
        self.input().into_iter().chain(of_steps).collect()
    }
}

/// The name of this function's package. A Function that a Configuration brings along has the name of its repository before
/// it.
const FUNCTION: &str = "function-appauth";

fn is_our_function(name: &str) -> bool {
    name.strip_suffix(FUNCTION)
        .is_some_and(|before| before.is_empty() || before.ends_with('-'))
}

/// Whether an API version is of the Input's group.
fn is_of_our_group(api_version: &str) -> bool {
    group(api_version) == group(input::API_VERSION)
}

/// Whether an API version is missing, or a misspelling of the Input's: other functions have groups like it.
fn is_almost_ours(api_version: &str) -> bool {
    let name = |version: &str| {
        group(version)
            .split('.')
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    api_version.is_empty()
        || strsim::osa_distance(&name(api_version), &name(input::API_VERSION)) <= MOST_MISSPELT
}

/// How many letters of a short name may be wrong.
const MOST_MISSPELT: usize = 2;

/// Reads the documents of files. Text that is not YAML is a finding, and the documents before it are still read.
pub fn read(files: Vec<File>) -> (Vec<Manifest>, Vec<Unreadable>) {
    let (mut manifests, mut unreadable) = (Vec::new(), Vec::new());
    for file in files {
        let file = Rc::new(file);
        let (documents, error) = manifest::read_to_error(&file.text);
        let documents = documents.into_iter().flat_map(Document::items);
        manifests.extend(documents.map(|document| Manifest {
            file: Rc::clone(&file),
            document: Rc::new(document),
        }));
        unreadable.extend(error.map(|error| Unreadable {
            file: Rc::clone(&file),
            error,
        }));
    }
    (manifests, unreadable)
}

/// What an object is called, as `Kind/name`.
pub(super) fn title(object: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (kind, name) = (text(&object["kind"]), text(&object["metadata"]["name"]));
    match (kind.as_str(), name.as_str()) {
        ("", "") => "this document".to_owned(),
        (kind, "") => kind.to_owned(),
        (kind, name) => format!("{kind}/{name}"),
    }
}
