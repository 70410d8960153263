//! `--crds`: schemas of files, which judge what is rendered in place of the built-in ones, and whatever else they are
//! of.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde_json::Value;

use super::context::Missing;
use super::entry::Entry;
use super::files::{self, APIEXTENSIONS, File, Manifest, title};
use super::kinds::Xrd;
use crate::compose::Schemas;
use crate::compose::schemas::{Given, Origin};
use crate::finding::{Finding, nearest};
use crate::manifest;
use crate::path::FieldPath;
use crate::providers;
use crate::schema::CompileError;
use crate::schema::definitions::{Catalogue, Definition, Lookup, group};

/// Schemas of files.
#[derive(Debug)]
pub struct Crds {
    catalogue: Catalogue,
    /// Where each stands.
    sources: BTreeMap<Kind, Source>,
    /// Every kind that the files have a schema of, wanted or not, by its group and name.
    kinds: BTreeSet<Kind>,
    xrds: Vec<Xrd>,
}

/// Where a schema stands.
#[derive(Debug, Clone)]
struct Source {
    file: Rc<File>,
    /// Which document of the file, and item of its lists.
    index: usize,
}

/// A kind, by its API version and name.
type Kind = (String, String);

/// What became of a manifest.
#[derive(Debug, Default)]
pub struct Judgement {
    /// What is wrong with it, or not checked.
    pub entries: Vec<Entry>,
    /// The objects of it that were checked, each with the schema that judged, for people.
    pub checked: Vec<(String, String)>,
}

/// An object of Kubernetes that stands in a manifest.
struct Part<'a> {
    at: FieldPath,
    value: &'a Value,
    /// Whether others fill in what is missing: patches of a Composition.
    is_patched: bool,
    /// Whether it is no object yet, and has no name.
    is_base: bool,
}

impl Part<'_> {
    /// What it is called, and where it stands in another one.
    fn title(&self) -> String {
        let title = title(self.value);
        if self.at.segments().is_empty() {
            title
        } else {
            format!("{title} at {}", self.at)
        }
    }
}

impl Crds {
    /// Reads the schemas of files; of those that nothing here is of, no more than that they are there.
    ///
    /// # Errors
    /// If the files of a place have no schemas at all.
    pub fn read(
        places: Vec<Vec<File>>,
        manifests: &[Manifest],
    ) -> Result<(Self, Vec<Entry>), Missing> {
        let wanted = wanted(manifests);
        let mut crds = Self {
            catalogue: Catalogue::default(),
            sources: BTreeMap::new(),
            kinds: BTreeSet::new(),
            xrds: Vec::new(),
        };
        let kinds = RefCell::new(BTreeSet::new());
        let is_wanted = |api_version: &str, kind: &str| {
            let key = (group(api_version).to_owned(), kind.to_owned());
            let is_wanted = wanted.contains(&key);
            kinds.borrow_mut().insert(key);
            is_wanted
        };
        let mut entries = Vec::new();
        for (index, files) in places.into_iter().enumerate() {
            let mut has_schemas = false;
            let before = entries.len();
            for file in files {
                let values = match manifest::read_values(&file.text) {
                    Ok(values) => values,
                    Err(error) => {
                        let file = Rc::new(file);
                        entries.push(Entry::unreadable(&files::Unreadable { file, error }));
                        continue;
                    }
                };
                let file = Rc::new(file);
                for (index, value) in values.iter().flat_map(listed).enumerate() {
                    let source = Source {
                        file: Rc::clone(&file),
                        index,
                    };
                    has_schemas = has_schemas || Definition::are_in(value);
                    crds.xrds.extend(Xrd::of(value));
                    for definition in Definition::read(value, is_wanted) {
                        match definition {
                            Ok(definition) => crds.add(definition, source.clone()),
                            Err(error) => entries.push(unusable(&source, None, &error)),
                        }
                    }
                }
            }
            if !has_schemas && entries.len() == before {
                return Err(Missing::Schemas(index));
            }
        }
        crds.kinds = kinds.into_inner();
        Ok((crds, entries))
    }

    /// The XRDs among the files, which are not needed here.
    pub(super) fn take_xrds(&mut self) -> Vec<Xrd> {
        std::mem::take(&mut self.xrds)
    }

    /// The kind of the same group that a misspelt one was meant to be.
    fn meant(&self, api_version: &str, kind: &str) -> Option<&str> {
        let ours = group(api_version);
        let kinds = self.kinds.iter().filter(|(group, _)| group == ours);
        nearest(kind, kinds.map(|(_, kind)| kind.as_str()))
    }

    fn add(&mut self, definition: Definition, source: Source) {
        let kind = (definition.api_version.clone(), definition.kind.clone());
        self.sources.insert(kind, source);
        self.catalogue.add(definition);
    }

    /// The schemas of what is rendered, and those of them that cannot be used.
    pub fn of_providers(&self) -> (Schemas, Vec<Entry>) {
        let mut entries = Vec::new();
        let mut given = BTreeMap::new();
        for kind in providers::kinds() {
            let schema = match self.catalogue.get(kind.api_version, kind.kind) {
                Lookup::Found(schema) => Given::Schema(schema),
                Lookup::Unusable(error) => {
                    entries.push(self.unusable(kind.api_version, kind.kind, &error));
                    continue;
                }
                Lookup::OtherVersions(versions) => Given::OtherVersions(versions),
                Lookup::Unknown => continue,
            };
            given.insert((kind.api_version, kind.kind), schema);
        }
        let schemas = Schemas {
            origin: Origin::Files,
            given,
            ..Schemas::default()
        };
        (schemas, entries)
    }

    /// Checks a manifest, and the objects that stand in it. Where something of it is not checked, that is said, unless
    /// others have `checked` the whole of it.
    pub fn judge(&self, manifest: &Manifest, checked: bool) -> Judgement {
        let mut judgement = Judgement::default();
        let parts = parts(&manifest.document.value);
        let only_part = parts.len() == 1;
        for part in &parts {
            let is_whole = part.at.segments().is_empty();
            let (api_version, kind) = kind_of(part.value);
            let found = match self.catalogue.get(api_version, kind) {
                Lookup::Found(schema) => {
                    let judge = self.described(api_version, kind);
                    judgement.checked.push((part.title(), judge));
                    let mut found = schema.check_object(part.value, None);
                    if part.is_patched {
                        found.retain(|finding| !is_for_patches(finding));
                    }
                    found.extend(without_name(part));
                    found
                }
                Lookup::Unusable(error) => {
                    judgement
                        .entries
                        .push(self.unusable(api_version, kind, &error));
                    continue;
                }
                Lookup::Unknown if is_whole && checked => continue,
                Lookup::OtherVersions(versions) => vec![Finding::advice(
                    FieldPath::parse("apiVersion"),
                    format!(
                        "{kind} is not checked: --crds has a schema of {}, none of {api_version}",
                        versions.join(", ")
                    ),
                    "write a version that is there, or add its schema",
                )],
                Lookup::Unknown if self.meant(api_version, kind).is_some() => {
                    let meant = self.meant(api_version, kind).unwrap_or_default();
                    vec![Finding::advice(
                        FieldPath::parse("kind"),
                        format!(
                            "{kind} is not checked: --crds has no schema of {api_version} {kind}"
                        ),
                        format!("did you mean \"{meant}\"?"),
                    )]
                }
                Lookup::Unknown => {
                    let what = if is_whole && !only_part {
                        "by itself "
                    } else {
                        ""
                    };
                    vec![Finding::advice(
                        FieldPath::default(),
                        format!(
                            "{kind} {what}is not checked: --crds has no schema of {api_version} {kind}"
                        ),
                        "add its CRD, or the OpenAPI document of its group",
                    )]
                }
            };
            judgement.entries.extend(found.into_iter().map(|finding| {
                let is_secret = is_secret(part);
                let path = part.at.clone().join(&finding.path);
                let entry = Entry::in_manifest(Finding { path, ..finding }, manifest);
                if is_secret { entry.unquoted() } else { entry }
            }));
        }
        judgement.entries.sort_by_key(Entry::position);
        judgement
    }

    /// By which schema a manifest is checked as a whole, for people; none where there is none.
    pub fn judge_of(&self, manifest: &Manifest) -> Option<String> {
        let (api_version, kind) = kind_of(&manifest.document.value);
        match self.catalogue.get(api_version, kind) {
            Lookup::Found(_) => Some(self.described(api_version, kind)),
            Lookup::Unusable(_) | Lookup::OtherVersions(_) | Lookup::Unknown => None,
        }
    }

    fn described(&self, api_version: &str, kind: &str) -> String {
        let source = self.sources.get(&(api_version.to_owned(), kind.to_owned()));
        let file = source.map_or("", |source| source.file.name.as_str());
        format!("the schema of {api_version} in {file}")
    }

    fn unusable(&self, api_version: &str, kind: &str, error: &CompileError) -> Entry {
        let key = (api_version.to_owned(), kind.to_owned());
        unusable(&self.sources[&key], Some(kind), error)
    }
}

/// A document, or of a list its items.
fn listed(document: &Value) -> &[Value] {
    manifest::listed(document).unwrap_or(std::slice::from_ref(document))
}

/// The kinds, with their groups, of what may have to be checked.
fn wanted(manifests: &[Manifest]) -> BTreeSet<(String, String)> {
    let rendered = providers::kinds().map(|kind| (kind.api_version, kind.kind));
    let written = manifests
        .iter()
        .flat_map(|manifest| parts(&manifest.document.value))
        .map(|part| kind_of(part.value));
    rendered
        .chain(written)
        .map(|(api_version, kind)| (group(api_version).to_owned(), kind.to_owned()))
        .collect()
}

/// The objects in a document: itself, and of a Composition also those that it composes.
fn parts(document: &Value) -> Vec<Part<'_>> {
    let whole = Part {
        at: FieldPath::default(),
        value: document,
        is_patched: false,
        is_base: false,
    };
    match kind_of(document) {
        (api_version, "Composition") if group(api_version) == APIEXTENSIONS => {
            let mut parts = vec![whole];
            bases(&document["spec"], &FieldPath::parse("spec"), &mut parts);
            let steps = document["spec"]["pipeline"].as_array();
            for (index, step) in steps.into_iter().flatten().enumerate() {
                let at = FieldPath::parse("spec.pipeline")
                    .index(index)
                    .field("input");
                bases(&step["input"], &at, &mut parts);
            }
            parts
        }
        _ => vec![whole],
    }
}

/// What stands in the `base` of each of `resources`, as Crossplane's patch and transform has it.
fn bases<'a>(value: &'a Value, at: &FieldPath, parts: &mut Vec<Part<'a>>) {
    for (index, resource) in value["resources"]
        .as_array()
        .into_iter()
        .flatten()
        .enumerate()
    {
        if resource["base"].is_object() {
            parts.push(Part {
                at: at.clone().field("resources").index(index).field("base"),
                value: &resource["base"],
                is_patched: resource["patches"]
                    .as_array()
                    .is_some_and(|patches| !patches.is_empty()),
                is_base: true,
            });
        }
    }
}

/// Whether patches may mend it: what is missing, and what is asked of several fields together.
fn is_for_patches(finding: &Finding) -> bool {
    let together = [
        "Required value",
        "Invalid value: must validate",
        "should have at least",
    ];
    finding.is_of_rule() || together.iter().any(|what| finding.problem.contains(what))
}

/// Whether what stands there is for nobody to see.
fn is_secret(part: &Part<'_>) -> bool {
    kind_of(part.value) == ("v1", "Secret")
}

/// Whoever applies an object says what it is called.
fn without_name(part: &Part<'_>) -> Option<Finding> {
    let metadata = &part.value["metadata"];
    let is_nameless = ["name", "generateName"]
        .iter()
        .all(|field| metadata[field].as_str().is_none_or(str::is_empty));
    (is_nameless && !part.is_base).then(|| {
        Finding::error(
            FieldPath::parse("metadata.name"),
            "Required value: name or generateName is required",
            "add one",
        )
    })
}

fn unusable(source: &Source, kind: Option<&str>, error: &CompileError) -> Entry {
    let of = kind.map_or_else(String::new, |kind| format!(" of {kind}"));
    let finding = Finding::error(
        error.path.clone(),
        format!("the schema{of} cannot be used: {}", error.problem),
        "mend it there",
    );
    Entry::in_file(finding, &source.file, source.index)
}

fn kind_of(value: &Value) -> (&str, &str) {
    let text = |field: &str| value[field].as_str().unwrap_or_default();
    (text("apiVersion"), text("kind"))
}
