//! What AppAuths are rendered with: the Input, what is observed, what the cluster has, schemas.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use super::crds::Crds;
use super::entry::Entry;
use super::files::{self, File, InputManifest, Manifest, Step};
use super::inputs::{Choice, InputSource, NoChoice, Wanted};
use super::kinds::{Evidence, Kinds, Reading};
use super::output::documents;
use super::{COMPOSITION_RESOURCE_NAME, claim, crossplane, whole};
use crate::compose::{self, Answers, CheckedInput, Outcome, Request, Schemas};
use crate::finding::{Document, Finding};
use crate::path::FieldPath;
use crate::providers::Observed;

/// What AppAuths are to be rendered with, as files.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Given {
    /// The platform team's Input.
    pub input: Option<Vec<File>>,
    /// The Composition, whose Input is taken where no Input is given.
    pub composition: Option<Vec<File>>,
    /// Composed resources as observed, with the annotation crossplane.io/composition-resource-name.
    pub observed: Option<Vec<File>>,
    /// Resources of the cluster that are only read.
    pub required_resources: Option<Vec<File>>,
    /// Schemas, in CRDs, XRDs and OpenAPI documents: the files of each place that was named.
    pub crds: Vec<Vec<File>>,
    /// The major version of Crossplane, by which a namespaced AppAuth is a claim (1) or a composite resource (2) where
    /// nothing else says so.
    pub crossplane: Option<u8>,
}

/// What is not in the files that are to have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// The Input.
    Input,
    /// The Composition.
    Composition,
    /// A schema, in one of the places that were named for them.
    Schemas(usize),
}

/// What AppAuths are rendered with, read.
#[derive(Debug)]
pub struct Context {
    input: InputSource,
    kinds: Kinds,
    observed: BTreeMap<String, Value>,
    /// What of the cluster was given; none where nothing was, so that nobody can say what is not there.
    cluster: Option<Vec<Value>>,
    crds: Option<Crds>,
    /// Of the schemas that were given, those of what is rendered.
    schemas: Schemas,
}

/// An AppAuth, rendered.
#[derive(Debug)]
pub struct Composed<'a> {
    /// The manifest that it was written as.
    pub manifest: &'a Manifest,
    /// The composite resource: the manifest itself, or what Crossplane makes of a claim.
    pub composite: Value,
    /// What the composite resource becomes.
    pub outcome: Outcome,
    /// The findings, sorted by line.
    pub entries: Vec<Entry>,
    /// How the manifest was read and by which Input it was judged, in one line; none where no Input could be chosen.
    pub note: Option<String>,
    /// The Inputs that judged.
    pub(super) inputs: Vec<InputManifest>,
}

impl Context {
    /// Reads what was given. An Input that stands beside the AppAuths counts where no other was named.
    ///
    /// # Errors
    /// If something is not in the files that are to have it.
    pub fn read(given: Given, beside: &[Manifest]) -> Result<(Self, Vec<Entry>), Missing> {
        let Given {
            input,
            composition,
            observed,
            required_resources,
            crds: schemas,
            crossplane,
        } = given;
        let mut entries = Vec::new();
        let mut manifests = |files: Option<Vec<File>>| -> Option<(Vec<Manifest>, bool)> {
            let (manifests, unreadable) = files::read(files?);
            entries.extend(unreadable.iter().map(Entry::unreadable));
            Some((manifests, unreadable.is_empty()))
        };
        let mut named: Vec<Manifest> = Vec::new();
        let input = match (manifests(input), manifests(composition)) {
            (Some((given, is_all)), _) => {
                named.clone_from(&given);
                match given
                    .iter()
                    .find_map(|each| each.inputs().into_iter().next())
                {
                    Some(input) => InputSource::Input(input),
                    None if is_all => return Err(Missing::Input),
                    // There may be one in the files that could not be read, which is told.
                    None => InputSource::Compositions(Vec::new()),
                }
            }
            (None, Some((given, is_all))) => {
                named.clone_from(&given);
                let input = given.iter().find_map(Manifest::input);
                let compositions: Vec<Manifest> =
                    given.into_iter().filter(Manifest::is_composition).collect();
                match input {
                    Some(input) if compositions.is_empty() => InputSource::Input(input),
                    None if compositions.is_empty() && is_all => {
                        return Err(Missing::Composition);
                    }
                    _ => InputSource::Compositions(compositions),
                }
            }
            (None, None) => InputSource::Beside(
                beside
                    .iter()
                    .filter(|each| each.is_platforms())
                    .cloned()
                    .collect(),
            ),
        };
        let cluster = manifests(required_resources).map(|(manifests, _)| {
            let values = manifests.into_iter();
            values
                .map(|manifest| manifest.document.value.clone())
                .collect()
        });
        let observed = manifests(observed);
        let observed = observed
            .into_iter()
            .flat_map(|(manifests, _)| manifests)
            .filter_map(|manifest| {
                let annotations = manifest.document.value.pointer("/metadata/annotations")?;
                let name = annotations
                    .get(COMPOSITION_RESOURCE_NAME)?
                    .as_str()?
                    .to_owned();
                Some((name, manifest.document.value.clone()))
            })
            .collect();
        let (mut crds, mut schemas_of_kinds) = (None, Schemas::default());
        let mut xrds = Vec::new();
        if !schemas.is_empty() {
            let (mut read, unreadable) = Crds::read(schemas, beside)?;
            entries.extend(unreadable);
            let (schemas, unusable) = read.of_providers();
            entries.extend(unusable);
            schemas_of_kinds = schemas;
            xrds = read.take_xrds();
            crds = Some(read);
        }
        let context = Self {
            input,
            kinds: Kinds::read(beside.iter().chain(&named), xrds, crossplane),
            observed,
            cluster,
            crds,
            schemas: schemas_of_kinds,
        };
        Ok((context, entries))
    }

    /// What Crossplane would have of an AppAuth's outcome: the composite with its status, then the composed resources by
    /// name.
    pub fn documents(&self, composite: &Value, outcome: Outcome) -> Vec<Value> {
        documents(composite, outcome, &self.observed)
    }

    /// The schemas that were given.
    pub fn crds(&self) -> Option<&Crds> {
        self.crds.as_ref()
    }

    /// Whether a manifest is to be rendered. Among manifests of any kind, of which schemas were given, it has to look
    /// like one.
    pub fn is_app_auth(&self, manifest: &Manifest) -> bool {
        let looks_like_one = || {
            manifest.is_called_app_auth()
                || manifest.has_clients()
                || self.kinds.is_misspelt(manifest)
        };
        manifest.is_app_auth() && (self.crds.is_none() || looks_like_one())
    }

    /// Renders one AppAuth, and locates the findings.
    pub fn compose<'a>(&self, manifest: &'a Manifest) -> Composed<'a> {
        let written = &manifest.document.value;
        let evidence = self.kinds.of(manifest);
        let mut found = self.check_whole(manifest, &evidence.reading);
        let composite = match &evidence.reading {
            Reading::Composite => self.in_its_scope(manifest, &mut found),
            Reading::Claim(kind) => claim::composite(written, kind),
        };
        // The misspelt kind is a finding; the Composition is for the right one.
        let meant = self.kinds.meant(manifest);
        let kind = match (&evidence.reading, &meant) {
            (Reading::Claim(composite), _) => composite,
            (Reading::Composite, Some(meant)) => meant,
            (Reading::Composite, None) => manifest.kind(),
        };
        let choice = match self.input.choose(manifest, &Wanted::of(written, kind)) {
            Ok(choice) => choice,
            Err(NoChoice {
                finding,
                composition,
            }) => {
                let place = composition.as_ref().unwrap_or(manifest);
                found.push(Entry::locate((*finding).clone(), place, None));
                Entry::sort(&mut found, manifest);
                return Composed {
                    manifest,
                    composite,
                    outcome: Outcome {
                        findings: vec![*finding],
                        ..Outcome::default()
                    },
                    entries: found,
                    note: None,
                    inputs: Vec::new(),
                };
            }
        };
        if let Some(composition) = &choice.composition {
            found.extend(self.check_composition(composition));
        }
        let outcome = self.run_all(manifest, &composite, &choice, &mut found);
        if whole::has_lost_its_spec(written) {
            found.retain(|entry| !entry.is_about_spec());
        }
        Entry::sort(&mut found, manifest);
        Composed {
            manifest,
            composite,
            outcome,
            entries: found,
            note: Some(note(manifest, &evidence, &choice)),
            inputs: choice.inputs().cloned().collect(),
        }
    }

    /// A composite resource as the API server keeps it: without a namespace where its kind has none.
    fn in_its_scope(&self, manifest: &Manifest, found: &mut Vec<Entry>) -> Value {
        let mut composite = manifest.document.value.clone();
        if manifest.has_namespace() && self.kinds.is_cluster_scoped(manifest) {
            if let Some(metadata) = composite["metadata"].as_object_mut() {
                metadata.remove("namespace");
            }
            let finding = Finding::advice(
                FieldPath::parse("metadata.namespace"),
                format!(
                    "{} is cluster-scoped, so the API server ignores the namespace",
                    manifest.kind()
                ),
                "remove it",
            );
            found.push(Entry::in_manifest(finding, manifest));
        }
        composite
    }

    /// Runs each step of the pipeline that runs this function. What the first one renders is the outcome; a second one
    /// fails on the cluster.
    fn run_all(
        &self,
        manifest: &Manifest,
        composite: &Value,
        choice: &Choice,
        found: &mut Vec<Entry>,
    ) -> Outcome {
        let Some((first, others)) = choice.steps.split_first() else {
            return self.run(manifest, composite, None, found);
        };
        let outcome = self.run(manifest, composite, first.input.as_ref(), found);
        for Step { at, input } in others {
            let again = self.run(manifest, composite, input.as_ref(), found);
            let clashing = again
                .desired
                .iter()
                .find(|each| outcome.desired.iter().any(|other| other.name == each.name));
            if let (Some(each), Some(composition)) = (clashing, &choice.composition) {
                let finding = Finding::error(
                    at.clone(),
                    format!(
                        "desires \"{}\", as an earlier step of this function does, which fails on the cluster",
                        each.name
                    ),
                    "remove one of the steps",
                );
                found.push(Entry::in_manifest(finding, composition));
            }
        }
        outcome
    }

    /// Runs one step of the pipeline, and adds its findings to those of the schemas in files.
    fn run(
        &self,
        manifest: &Manifest,
        composite: &Value,
        input: Option<&InputManifest>,
        found: &mut Vec<Entry>,
    ) -> Outcome {
        let checked_input = CheckedInput::read(input.map(|input| input.value.clone()));
        let compose = |answers| {
            let observed = self.observed.iter();
            compose::compose(Request {
                composite: composite.into(),
                input: Arc::clone(&checked_input),
                observed: observed
                    .map(|(name, body)| (name.clone(), observed_of(body)))
                    .collect(),
                answers,
                schemas: self.schemas.clone(),
            })
        };
        let mut outcome = compose(Answers::new());
        if let Some(cluster) = &self.cluster
            && !outcome.questions.is_empty()
        {
            let answers = outcome.questions.iter().map(|question| {
                let objects = cluster.iter().map(observed_of);
                let selected = objects.filter(|object| question.selects(object));
                (question.name.clone(), selected.collect())
            });
            outcome = compose(answers.collect());
        }
        // Where both find fault with a place, the function's words are enough.
        found.retain(|entry| {
            let is_same = |other: &Finding| {
                other.is_error()
                    && other.document == Document::Composite
                    && other.path == entry.finding.path
            };
            entry.finding.document != Document::Manifest || !outcome.findings.iter().any(is_same)
        });
        for finding in &outcome.findings {
            let entry = Entry::locate(finding.clone(), manifest, input);
            if !found.iter().any(|other| other.is_same(&entry)) {
                found.push(entry);
            }
        }
        outcome
    }

    /// Checks an AppAuth as a whole object, with the schema of its kind if one was given.
    fn check_whole(&self, manifest: &Manifest, reading: &Reading) -> Vec<Entry> {
        if let Some(crds) = &self.crds
            && crds.judge_of(manifest).is_some()
        {
            return crds.judge(manifest, true).entries;
        }
        whole::check(manifest, reading, &self.kinds)
            .into_iter()
            .map(|finding| Entry::in_manifest(finding, manifest))
            .collect()
    }

    /// Checks a Composition or an XRD. None for another kind, and if a schema of the kind was given.
    pub(super) fn check_crossplane(&self, manifest: &Manifest) -> Option<Vec<Entry>> {
        let is_judged = |crds: &Crds| crds.judge_of(manifest).is_some();
        if self.crds.as_ref().is_some_and(is_judged) {
            return None;
        }
        let found = crossplane::check(manifest)?.into_iter();
        let mut entries: Vec<Entry> = found
            .map(|finding| Entry::in_manifest(finding, manifest))
            .collect();
        Entry::sort(&mut entries, manifest);
        Some(entries)
    }

    fn check_composition(&self, composition: &Manifest) -> Vec<Entry> {
        match (&self.crds, self.check_crossplane(composition)) {
            (_, Some(found)) => found,
            (Some(crds), None) => crds.judge(composition, true).entries,
            (None, None) => Vec::new(),
        }
    }
}

/// How a manifest is read and judged, in one line.
fn note(manifest: &Manifest, evidence: &Evidence, choice: &Choice) -> String {
    let read = match (&evidence.reading, evidence.is_assumed) {
        (Reading::Claim(_), true) => {
            Some("read as a claim (with --crossplane 2 as a namespaced composite resource)")
        }
        (Reading::Claim(_), false) => Some("read as a claim"),
        (Reading::Composite, true) => {
            Some("read as a namespaced composite resource (with --crossplane 1 as a claim)")
        }
        (Reading::Composite, false) => None,
    };
    let judged = choice.described();
    let parts: Vec<&str> = read.into_iter().chain([judged.as_str()]).collect();
    let (file, title) = (&manifest.file.name, manifest.title());
    format!("{file}: {title}: {}", parts.join(", "))
}

fn observed_of(body: &Value) -> Observed<'_> {
    Observed::new(body.into())
}
