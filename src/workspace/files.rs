//! Texts with names, and the documents in them.

use std::path::Path;
use std::rc::Rc;

use serde::Deserialize;
use serde_json::Value;

use crate::api::input;
use crate::manifest::{self, Document, YamlError};
use crate::path::FieldPath;
use crate::schema::definitions::group;

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
    pub document: Document,
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

impl Manifest {
    fn text(&self, pointer: &str) -> &str {
        self.document
            .value
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    fn group(&self) -> &str {
        group(self.text("/apiVersion"))
    }

    /// Whether this may be an AppAuth: of whatever group the platform team chose, which is none of Kubernetes', of
    /// Crossplane's or of a provider's. One that has lost its apiVersion still looks like an object of Kubernetes; what does
    /// not is another program's file.
    pub fn is_app_auth(&self) -> bool {
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
        self.text("/kind") == "Composition" || self.text("/apiVersion") == input::API_VERSION
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

    /// The Input that this is, or that it holds as a Composition.
    pub fn input(&self) -> Option<InputManifest> {
        let whole = &self.document.value;
        if self.text("/apiVersion") == input::API_VERSION {
            let at = FieldPath::default();
            return Some(InputManifest {
                manifest: self.clone(),
                at,
                value: whole.clone(),
            });
        }
        if self.text("/kind") != "Composition" {
            return None;
        }
        let steps = whole.pointer("/spec/pipeline")?.as_array()?;
        let group = input::API_VERSION.split('/').next();
        steps.iter().enumerate().find_map(|(index, step)| {
            let value = step.get("input")?;
            let ours = value.get("apiVersion")?.as_str()?.split('/').next() == group;
            ours.then(|| InputManifest {
                manifest: self.clone(),
                at: FieldPath::parse("spec.pipeline")
                    .index(index)
                    .field("input"),
                value: value.clone(),
            })
        })
    }
}

/// Reads the documents of files. What is no YAML is a finding, not an error.
pub fn read(files: Vec<File>) -> (Vec<Manifest>, Vec<Unreadable>) {
    let (mut manifests, mut unreadable) = (Vec::new(), Vec::new());
    for file in files {
        let file = Rc::new(file);
        match manifest::read(&file.text) {
            Ok(documents) => {
                let documents = documents.into_iter().flat_map(Document::items);
                manifests.extend(documents.map(|document| Manifest {
                    file: Rc::clone(&file),
                    document,
                }));
            }
            Err(error) => unreadable.push(Unreadable { file, error }),
        }
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
