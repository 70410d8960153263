//! Objects as Kubernetes has them: rendered ones, and observed ones to read from.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::json::{Fields, Json};
use crate::path::at;
use crate::plan::Part;

/// The field manager with which Crossplane applies composed resources begins like this.
const COMPOSED_MANAGER: &str = "apiextensions.crossplane.io/composed";

/// The annotation that names a resource at AWS.
pub const EXTERNAL_NAME: &str = "crossplane.io/external-name";

/// A rendered resource.
#[derive(Debug, Clone, PartialEq)]
pub struct Object {
    /// The part of the plan that it is.
    pub part: Part,
    /// Its name in the composition, by which Crossplane knows it from one call to the next.
    pub name: String,
    /// The whole of it, as it is applied.
    pub body: Value,
}

/// Why writing a spec cannot fail.
const WRITABLE: &str = "a provider's spec is plain data with texts for keys";

impl Object {
    /// An object with a spec, and with its name at AWS where that is ours to choose.
    ///
    /// # Panics
    /// Never for a provider's spec, which is plain data.
    pub fn new(
        part: Part,
        name: String,
        api_version: &str,
        kind: &str,
        external_name: Option<&str>,
        spec: &impl Serialize,
    ) -> Self {
        // Not by `json!`, which would copy the spec.
        let mut body = Map::new();
        body.insert("apiVersion".to_owned(), api_version.into());
        body.insert("kind".to_owned(), kind.into());
        body.insert(
            "spec".to_owned(),
            serde_json::to_value(spec).expect(WRITABLE),
        );
        if let Some(name) = external_name {
            let metadata = json!({ "annotations": { EXTERNAL_NAME: name } });
            body.insert("metadata".to_owned(), metadata);
        }
        Self {
            part,
            name,
            body: body.into(),
        }
    }

    /// The API version.
    pub fn api_version(&self) -> &str {
        self.body["apiVersion"].as_str().unwrap_or_default()
    }

    /// The group of the API version.
    pub fn group(&self) -> &str {
        group(self.api_version())
    }

    /// The kind.
    pub fn kind(&self) -> &str {
        self.body["kind"].as_str().unwrap_or_default()
    }

    /// The name at AWS, where we choose it.
    pub fn external_name(&self) -> Option<&str> {
        at(&self.body, "/metadata/annotations")?
            .get(EXTERNAL_NAME)?
            .as_str()
            .filter(|name| !name.is_empty())
    }

    /// What the provider is to bring about.
    pub fn for_provider(&self) -> Option<&Map<String, Value>> {
        at(&self.body, "/spec/forProvider")?.as_object()
    }

    /// What the provider is to bring about, to change.
    pub fn for_provider_mut(&mut self) -> Option<&mut Map<String, Value>> {
        self.body.pointer_mut("/spec/forProvider")?.as_object_mut()
    }
}

/// A composed resource as Crossplane observed it. Whatever is missing or of another type reads as absent.
#[derive(Debug, Clone)]
pub struct Observed<'a> {
    /// The whole of it.
    pub body: Json<'a>,
    /// Its connection details. Values are secrets.
    pub connection_details: &'a BTreeMap<String, Vec<u8>>,
}

impl<'a> Observed<'a> {
    /// One without connection details.
    pub fn new(body: Json<'a>) -> Self {
        static NONE: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        Self {
            body,
            connection_details: &NONE,
        }
    }

    /// The group of the API version.
    pub fn group(&self) -> &'a str {
        group(self.text("/apiVersion").unwrap_or_default())
    }

    /// The kind.
    pub fn kind(&self) -> &'a str {
        self.text("/kind").unwrap_or_default()
    }

    /// The name at AWS.
    pub fn external_name(&self) -> Option<&'a str> {
        self.annotation(EXTERNAL_NAME)
    }

    /// What the provider is to bring about.
    pub fn for_provider(&self) -> Option<&Fields<'a>> {
        self.body.at("/spec/forProvider")?.as_object()
    }

    /// A text that stands somewhere, by JSON pointer; empty counts as absent.
    pub fn text(&self, pointer: &str) -> Option<&'a str> {
        let text = self.body.at(pointer)?.as_str();
        text.filter(|text| !text.is_empty())
    }

    /// The id of the pool that it is of, as the provider found it or as it was rendered.
    pub fn pool_id(&self) -> Option<&'a str> {
        self.text("/spec/forProvider/userPoolID")
            .or_else(|| self.text("/spec/forProvider/userPoolId"))
    }

    /// An annotation that has a value.
    pub fn annotation(&self, key: &str) -> Option<&'a str> {
        let value = self.body.at("/metadata/annotations")?.text(key);
        value.filter(|value| !value.is_empty())
    }

    /// Whether the provider itself has made it at AWS. It says so with an annotation, and never takes that away.
    pub fn is_made_by_provider(&self) -> bool {
        self.annotation("crossplane.io/external-create-succeeded")
            .is_some()
    }

    /// Whether the provider has begun to make it at AWS.
    pub fn is_begun_by_provider(&self) -> bool {
        self.annotation("crossplane.io/external-create-pending")
            .is_some()
    }

    /// Whether it is on its way out.
    pub fn is_going(&self) -> bool {
        self.text("/metadata/deletionTimestamp").is_some()
    }

    /// Whether Crossplane, which applies what we render, wrote a field; none where the API server does not say who
    /// wrote what. The path is the one of `managedFields`, such as `["f:spec", "f:forProvider"]`, and of
    /// three steps at most.
    pub fn is_written_by_crossplane(&self, path: &[&str]) -> Option<bool> {
        let managers = self.body.at("/metadata/managedFields")?.as_array()?;
        Some(managers.iter().any(|entry| {
            is_crossplane(entry.text("manager").unwrap_or_default())
                && path
                    .iter()
                    .try_fold(entry.get("fieldsV1"), |fields, step| {
                        Some(fields?.get(step))
                    })
                    .flatten()
                    .is_some()
        }))
    }

    /// Whether a condition is True.
    pub fn is(&self, condition: &str) -> bool {
        self.condition(condition, "True").is_some()
    }

    /// Why the provider could not bring about what was asked for, in its own words; none where it could.
    pub fn refusal(&self) -> Option<&'a str> {
        let message = self.condition("Synced", "False")?.text("message");
        message.filter(|message| !message.is_empty())
    }

    fn condition(&self, type_: &str, status: &str) -> Option<&Json<'a>> {
        let mut conditions = self.body.at("/status/conditions")?.as_array()?.iter();
        conditions
            .find(|each| each.text("type") == Some(type_) && each.text("status") == Some(status))
    }

    /// A connection detail that has a value.
    pub fn connection_detail(&self, key: &str) -> Option<&'a [u8]> {
        self.connection_details
            .get(key)
            .map(Vec::as_slice)
            .filter(|value| !value.is_empty())
    }
}

/// Whether a manager of fields is Crossplane, applying what a function has rendered.
pub fn is_crossplane(manager: &str) -> bool {
    manager.starts_with(COMPOSED_MANAGER)
}

fn group(api_version: &str) -> &str {
    api_version.split_once('/').map_or("", |(group, _)| group)
}
