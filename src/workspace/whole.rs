//! An AppAuth as a whole object, which the API server would check before any function sees it: apiVersion, kind,
//! metadata, and that there is a spec and nothing else.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use serde_json::{Value, json};

use super::files::Manifest;
use super::kinds::{Kinds, Reading};
use crate::api::{self, openapi};
use crate::finding::{Finding, nearest};
use crate::path::{FieldPath, Segment};
use crate::schema::Schema;
use crate::schema::definitions::Definition;
use crate::text::{either, fields, quoted};

/// How long the name of a composite or a claim may be: it becomes the value of a label.
const LONGEST_NAME: usize = 63;

/// Checks the whole object except AppAuth's own fields of the spec.
pub(super) fn check(manifest: &Manifest, reading: &Reading, kinds: &Kinds) -> Vec<Finding> {
    let value = &manifest.document.value;
    let mut found = schema(reading).check_object(value, None);
    // The function knows them better, and what it says of a spec that is missing.
    // Of a status, Crossplane knows less than the function that writes it.
    found.retain(|finding| {
        finding.is_error() && !is_at(finding, "spec") && !is_in(finding, "status")
    });
    let mut seen = BTreeSet::new();
    found.retain(|finding| seen.insert(finding.path.clone()));
    let name = value.pointer("/metadata/name").and_then(Value::as_str);
    if name.is_some_and(|name| name.chars().count() > LONGEST_NAME) {
        let at = FieldPath::parse("metadata.name");
        for finding in found.iter_mut().filter(|finding| finding.path == at) {
            "shorten it: Crossplane also writes the name to a label"
                .clone_into(&mut finding.remedy);
        }
    }
    let outside = misplaced(value);
    found.retain(|finding| !matches!(finding.path.segments(), [Segment::Field(name)] if outside.contains(&name.as_ref())));
    if let Some(first) = outside.first() {
        found.push(Finding::error(
            FieldPath::default().field((*first).to_owned()),
            match outside.as_slice() {
                [_] => "is a field of spec, not of the object itself".to_owned(),
                _ => format!(
                    "{} are fields of spec, not of the object itself",
                    fields(&outside)
                ),
            },
            "write spec: and indent them below it",
        ));
    }
    found.extend(wrong_version(manifest, kinds));
    found.extend(wrong_kind(manifest, kinds));
    found
}

/// Whether the spec is missing because it is misspelt or its fields are one level too far left, which is told.
pub(super) fn has_lost_its_spec(value: &Value) -> bool {
    let is_spec = |name: &String| nearest(name, ["spec", "metadata"]) == Some("spec");
    value.get("spec").is_none()
        && (!misplaced(value).is_empty()
            || value
                .as_object()
                .is_some_and(|fields| fields.keys().any(is_spec)))
}

fn is_at(finding: &Finding, field: &str) -> bool {
    matches!(finding.path.segments(), [Segment::Field(name)] if name == field)
}

fn is_in(finding: &Finding, field: &str) -> bool {
    matches!(finding.path.segments(), [Segment::Field(name), ..] if name == field)
}

/// The fields beside the spec that are fields of it.
fn misplaced(value: &Value) -> Vec<&str> {
    let known = &openapi::spec()["properties"];
    let beside = value.as_object().into_iter().flatten();
    beside
        .map(|(name, _)| name.as_str())
        .filter(|name| known.get(*name).is_some())
        .collect()
}

fn wrong_version(manifest: &Manifest, kinds: &Kinds) -> Option<Finding> {
    let version = manifest.document.value["apiVersion"].as_str()?;
    let (group, written) = version.split_once('/').unwrap_or((version, ""));
    if !group.contains('.') || written.is_empty() {
        return Some(Finding::error(
            FieldPath::parse("apiVersion"),
            format!(
                "Invalid value: {}: must be a group and a version",
                quoted(version)
            ),
            format!(
                "write the group of the platform, such as \"{}/{}\"",
                api::GROUP,
                api::VERSION
            ),
        ));
    }
    let served: Vec<String> = match kinds.versions(group, manifest.kind()) {
        Some(served) => served.to_vec(),
        None if group == api::GROUP => vec![api::VERSION.to_owned()],
        None => return None,
    };
    if served.iter().any(|version| version == written) {
        return None;
    }
    let served: Vec<String> = served
        .iter()
        .map(|version| format!("{group}/{version}"))
        .collect();
    Some(Finding::error(
        FieldPath::parse("apiVersion"),
        unsupported(version, &served),
        format!("write {}", either(&served)),
    ))
}

fn wrong_kind(manifest: &Manifest, kinds: &Kinds) -> Option<Finding> {
    let kind = manifest.document.value["kind"].as_str()?;
    let known = kinds.of_group(manifest.group());
    if known.iter().any(|known| known == kind) {
        return None;
    }
    let meant = nearest(kind, known.iter().map(String::as_str))?;
    Some(Finding::error(
        FieldPath::parse("kind"),
        unsupported(kind, &known),
        format!("did you mean \"{meant}\"?"),
    ))
}

/// The problem with a value that is not among the supported ones, as the API server says it.
pub(super) fn unsupported<T: AsRef<str>>(value: &str, supported: &[T]) -> String {
    let supported: Vec<String> = supported.iter().map(|each| quoted(each.as_ref())).collect();
    format!(
        "Unsupported value: {}: supported values: {}",
        quoted(value),
        supported.join(", ")
    )
}

/// The schema that Crossplane makes of an XRD whose spec may be anything.
fn schema(reading: &Reading) -> &'static Schema {
    static COMPOSITE: OnceLock<Schema> = OnceLock::new();
    static CLAIM: OnceLock<Schema> = OnceLock::new();
    let (compiled, kind) = match reading {
        Reading::Composite => (&COMPOSITE, "Composite"),
        Reading::Claim(_) => (&CLAIM, "Claim"),
    };
    compiled.get_or_init(|| {
        let anything = json!({ "type": "object", "x-kubernetes-preserve-unknown-fields": true });
        let xrd = json!({
            "apiVersion": "apiextensions.crossplane.io/v1",
            "kind": "CompositeResourceDefinition",
            "spec": {
                "group": "example.org",
                "names": { "kind": "Composite" },
                "claimNames": { "kind": "Claim" },
                "versions": [{
                    "name": "v1",
                    "served": true,
                    "schema": { "openAPIV3Schema": { "type": "object", "properties": { "spec": anything } } },
                }],
            },
        });
        Definition::read(&xrd, |_, each| each == kind)
            .into_iter()
            .find_map(|definition| definition.ok()?.compile().ok())
            .expect("an XRD of ours has a schema")
    })
}
