//! What AppAuths are rendered with: the Input, what is observed, what the cluster has, schemas.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use super::COMPOSITION_RESOURCE_NAME;
use super::crds::Crds;
use super::entry::Entry;
use super::files::{self, File, InputManifest, Manifest};
use super::output::documents;
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
}

/// What is not in the files that are to have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// The Input.
    Input,
    /// A schema, in one of the places that were named for them.
    Schemas(usize),
}

/// What AppAuths are rendered with, read.
#[derive(Debug)]
pub struct Context {
    input: InputSource,
    observed: BTreeMap<String, Value>,
    /// What of the cluster was given; none where nothing was, so that nobody can say what is not there.
    cluster: Option<Vec<Value>>,
    crds: Option<Crds>,
    /// Of the schemas that were given, those of what is rendered.
    schemas: Schemas,
}

/// Where the Input of an AppAuth comes from.
#[derive(Debug)]
enum InputSource {
    /// The one that was named, for all; none of a Composition without one.
    Named(Option<InputManifest>),
    /// The Compositions and Inputs among what was given: those of an AppAuth's own folder, else any.
    Beside(Vec<Manifest>),
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
        } = given;
        let mut entries = Vec::new();
        let mut manifests = |files: Option<Vec<File>>| -> Option<(Vec<Manifest>, bool)> {
            let (manifests, unreadable) = files::read(files?);
            entries.extend(unreadable.iter().map(Entry::unreadable));
            Some((manifests, unreadable.is_empty()))
        };
        let input = match (manifests(input), manifests(composition)) {
            (Some((named, is_all)), _) => {
                let input = named.iter().find_map(Manifest::input);
                // In what could not be read there may be one, and that it could not be is told.
                if input.is_none() && is_all {
                    return Err(Missing::Input);
                }
                InputSource::Named(input)
            }
            // A Composition may run this function without an Input.
            (None, Some((named, _))) => InputSource::Named(named.iter().find_map(Manifest::input)),
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
            values.map(|manifest| manifest.document.value).collect()
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
                Some((name, manifest.document.value))
            })
            .collect();
        let mut context = Self {
            input,
            observed,
            cluster,
            crds: None,
            schemas: Schemas::default(),
        };
        if !schemas.is_empty() {
            let (crds, unreadable) = Crds::read(schemas, beside)?;
            entries.extend(unreadable);
            let (schemas, unusable) = crds.of_providers();
            entries.extend(unusable);
            context.schemas = schemas;
            context.crds = Some(crds);
        }
        Ok((context, entries))
    }

    /// What Crossplane would have of an AppAuth's outcome: itself with its status, then the composed resources by name.
    pub fn documents(&self, manifest: &Manifest, outcome: Outcome) -> Vec<Value> {
        documents(&manifest.document.value, outcome, &self.observed)
    }

    /// The schemas that were given.
    pub fn crds(&self) -> Option<&Crds> {
        self.crds.as_ref()
    }

    /// Whether a manifest is to be rendered. Among manifests of any kind, of which schemas were given, it has to look
    /// like one.
    pub fn is_app_auth(&self, manifest: &Manifest) -> bool {
        let looks_like_one = manifest.is_called_app_auth() || manifest.has_clients();
        manifest.is_app_auth() && (self.crds.is_none() || looks_like_one)
    }

    /// The Input of an AppAuth: of its own file, else of its own folder, else any. Which of several is meant, nobody
    /// can say.
    fn input(&self, composite: &Manifest) -> Result<Option<InputManifest>, Finding> {
        let all = match &self.input {
            InputSource::Named(input) => return Ok(input.clone()),
            InputSource::Beside(all) => all,
        };
        let inputs = |nearby: &dyn Fn(&Manifest) -> bool| -> Vec<InputManifest> {
            let mut inputs: Vec<InputManifest> = Vec::new();
            let found = all.iter().filter(|each| nearby(each));
            for input in found.filter_map(Manifest::input) {
                if !inputs.iter().any(|other| other.value == input.value) {
                    inputs.push(input);
                }
            }
            inputs
        };
        let same_file = |each: &Manifest| Rc::ptr_eq(&each.file, &composite.file);
        let mut nearest = inputs(&same_file);
        if nearest.is_empty() {
            nearest = inputs(&|each| each.is_beside(composite));
        }
        // A Composition without an Input, beside the AppAuth, is its Composition all the same.
        if nearest.is_empty() && !all.iter().any(|each| each.is_beside(composite)) {
            nearest = inputs(&|_| true);
        }
        match nearest.len() {
            0 | 1 => Ok(nearest.pop()),
            _ => {
                let places: Vec<String> = nearest
                    .iter()
                    .map(|input| input.manifest.file.name.clone())
                    .collect();
                Err(Finding::error(
                    FieldPath::default(),
                    format!(
                        "there are {} Inputs for it, in {}",
                        places.len(),
                        places.join(" and ")
                    ),
                    "name one with --input or --composition",
                ))
            }
        }
    }

    /// Whether one of these AppAuths is rendered with this Input.
    pub fn uses(&self, input: &InputManifest, composites: &[&Manifest]) -> bool {
        composites
            .iter()
            .filter_map(|composite| self.input(composite).ok()?)
            .any(|ours| {
                Rc::ptr_eq(&ours.manifest.file, &input.manifest.file) && ours.value == input.value
            })
    }

    /// Renders one AppAuth, and says where what was found stands.
    pub fn compose(&self, manifest: &Manifest) -> (Outcome, Vec<Entry>) {
        let input = match self.input(manifest) {
            Ok(input) => input,
            Err(finding) => {
                let entry = Entry::locate(finding.clone(), manifest, None);
                let outcome = Outcome {
                    findings: vec![finding],
                    ..Outcome::default()
                };
                return (outcome, vec![entry]);
            }
        };
        let checked_input = CheckedInput::read(input.as_ref().map(|input| input.value.clone()));
        let compose = |answers| {
            let observed = self.observed.iter();
            compose::compose(Request {
                composite: (&manifest.document.value).into(),
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
        let locate = |finding: &_| Entry::locate(Clone::clone(finding), manifest, input.as_ref());
        let mut found: Vec<Entry> = outcome.findings.iter().map(locate).collect();
        if let Some(crds) = &self.crds {
            // Where both find fault with a place, the function's words are enough.
            let mut judged = crds.judge(manifest, true).entries;
            judged.retain(|entry| {
                let said = |other: &Finding| {
                    other.is_error()
                        && other.document == Document::Composite
                        && other.path == entry.finding.path
                };
                !outcome.findings.iter().any(said)
            });
            found.extend(judged);
        }
        (outcome, found)
    }
}

fn observed_of(body: &Value) -> Observed<'_> {
    Observed::new(body.into())
}
