//! `render`: what an AppAuth becomes, as `crossplane render` prints it.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::rc::Rc;

use serde_json::{Map, Value, json};

use super::Ended;
use super::crds::Crds;
use super::files::{self, CannotRun, InputManifest, Manifest};
use super::report::{self, Entry};
use crate::compose::{self, Answers, Desired, Outcome, Request, Schemas};
use crate::finding::{Document, Finding};
use crate::function;
use crate::manifest;
use crate::path::FieldPath;
use crate::protocol::Status;
use crate::providers::Observed;

/// The annotation by which Crossplane knows a composed resource.
const COMPOSITION_RESOURCE_NAME: &str = "crossplane.io/composition-resource-name";
/// The time of conditions that `crossplane render` prints: any would do, one that never changes is best.
const CONDITION_TIME: &str = "2024-01-01T00:00:00Z";

#[derive(Debug, clap::Args)]
pub(super) struct RenderArgs {
    /// AppAuths, and the Composition or Input if it stands beside them: files, folders, or - for standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    settings: Settings,
}

/// What an AppAuth is rendered with.
#[derive(Debug, clap::Args)]
pub(super) struct Settings {
    /// The platform team's Input.
    #[arg(long, value_name = "FILE", conflicts_with = "composition")]
    input: Option<PathBuf>,
    /// The Composition, whose Input is taken.
    #[arg(long, value_name = "FILE")]
    composition: Option<PathBuf>,
    /// Composed resources as observed, with the annotation crossplane.io/composition-resource-name.
    #[arg(long, value_name = "PATH")]
    observed: Option<PathBuf>,
    /// Resources of the cluster that are only read: the UserPool that existingUserPool names, and the Secrets of
    /// identity providers, whose keys are checked and whose values are not looked at.
    #[arg(long, value_name = "PATH")]
    required_resources: Option<PathBuf>,
    /// Schemas that judge what is rendered in place of the built-in ones: CRDs, XRDs and OpenAPI v3 documents, of files
    /// or folders. By an XRD of AppAuth, what is written is judged as well. May be given more than once.
    #[arg(long, value_name = "PATH")]
    crds: Vec<PathBuf>,
}

pub(super) fn run(
    args: &RenderArgs,
    out: &mut impl Write,
    err: &mut impl Write,
) -> Result<Ended, CannotRun> {
    let (manifests, unreadable) = files::read(&args.files)?;
    let mut entries: Vec<Entry> = unreadable.iter().map(Entry::unreadable).collect();
    let (context, more) = Context::read(&args.settings, &manifests)?;
    entries.extend(more);
    let composites: Vec<&Manifest> = manifests
        .iter()
        .filter(|manifest| context.is_app_auth(manifest))
        .collect();
    if composites.is_empty() && entries.is_empty() {
        return Err(CannotRun::new(
            "nothing to render: there is no AppAuth in what was given",
        ));
    }
    let mut printed = Vec::new();
    for manifest in composites {
        let (outcome, found) = context.compose(manifest);
        entries.extend(found);
        printed.push((manifest, outcome));
    }
    for entry in &entries {
        entry.write_text(err)?;
    }
    if entries.iter().any(|entry| entry.finding.is_error()) {
        report::write_summary(err, &entries)?;
        return Ok(Ended::Found);
    }
    for (manifest, outcome) in printed {
        for document in documents(&manifest.document.value, outcome, &context.observed) {
            write!(out, "---\n{}", manifest::write(&document))?;
        }
    }
    Ok(Ended::Fine)
}

/// What AppAuths are rendered with, read.
pub(super) struct Context {
    input: InputSource,
    observed: BTreeMap<String, Value>,
    /// What of the cluster was given; none where nothing was, so that nobody can say what is not there.
    cluster: Option<Vec<Value>>,
    crds: Option<Crds>,
    /// Of the schemas that were given, those of what is rendered.
    schemas: Schemas,
}

/// Where the Input of an AppAuth comes from.
enum InputSource {
    /// The one that was named, for all; none of a Composition without one.
    Named(Option<InputManifest>),
    /// The Compositions and Inputs among what was given: those of an AppAuth's own folder, else any.
    Beside(Vec<Manifest>),
}

impl Context {
    /// Reads the settings. An Input that stands beside the AppAuths counts where no other was named.
    pub(super) fn read(
        settings: &Settings,
        beside: &[Manifest],
    ) -> Result<(Self, Vec<Entry>), CannotRun> {
        let mut entries = Vec::new();
        let mut manifests = |path: &Option<PathBuf>| -> Result<Option<Vec<Manifest>>, CannotRun> {
            let Some(path) = path else { return Ok(None) };
            let (manifests, unreadable) = files::read(std::slice::from_ref(path))?;
            entries.extend(unreadable.iter().map(Entry::unreadable));
            Ok(Some(manifests))
        };
        let input = match (
            manifests(&settings.input)?,
            manifests(&settings.composition)?,
        ) {
            (Some(named), _) => {
                InputSource::Named(Some(only_input(&named, settings.input.as_ref())?))
            }
            // A Composition may run this function without an Input.
            (None, Some(named)) => InputSource::Named(named.iter().find_map(Manifest::input)),
            (None, None) => InputSource::Beside(
                beside
                    .iter()
                    .filter(|each| each.is_platforms())
                    .cloned()
                    .collect(),
            ),
        };
        let cluster = manifests(&settings.required_resources)?.map(|manifests| {
            let values = manifests.into_iter();
            values.map(|manifest| manifest.document.value).collect()
        });
        let observed = manifests(&settings.observed)?.unwrap_or_default();
        let observed = observed
            .into_iter()
            .filter_map(|manifest| {
                let annotations = manifest.document.value.pointer("/metadata/annotations")?;
                let name = annotations
                    .get(COMPOSITION_RESOURCE_NAME)?
                    .as_str()?
                    .to_owned();
                Some((name, manifest.document.value))
            })
            .collect();
        let mut crds = None;
        let mut schemas = Schemas::default();
        if !settings.crds.is_empty() {
            let (read, unreadable) = Crds::read(&settings.crds, beside)?;
            entries.extend(unreadable);
            let unusable;
            (schemas, unusable) = read.of_providers();
            entries.extend(unusable);
            crds = Some(read);
        }
        let context = Self {
            input,
            observed,
            cluster,
            crds,
            schemas,
        };
        Ok((context, entries))
    }

    /// The schemas that were given.
    pub(super) fn crds(&self) -> Option<&Crds> {
        self.crds.as_ref()
    }

    /// Whether a manifest is to be rendered. Among manifests of any kind, of which schemas were given, it has to look
    /// like one.
    pub(super) fn is_app_auth(&self, manifest: &Manifest) -> bool {
        let looks_like_one = |crds: &Crds| {
            manifest.is_called_app_auth() || !crds.knows(manifest) && manifest.has_clients()
        };
        manifest.is_app_auth() && self.crds.as_ref().is_none_or(looks_like_one)
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
    pub(super) fn uses(&self, input: &InputManifest, composites: &[&Manifest]) -> bool {
        composites
            .iter()
            .filter_map(|composite| self.input(composite).ok()?)
            .any(|ours| {
                Rc::ptr_eq(&ours.manifest.file, &input.manifest.file) && ours.value == input.value
            })
    }

    /// Renders one AppAuth, and says where what was found stands.
    pub(super) fn compose(&self, manifest: &Manifest) -> (Outcome, Vec<Entry>) {
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
        let compose = |answers| {
            let observed = self.observed.iter();
            compose::compose(Request {
                composite: manifest.document.value.clone(),
                input: input.as_ref().map(|input| input.value.clone()),
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
                let found = cluster
                    .iter()
                    .filter(|object| question.is_answered_by(object));
                (question.name.clone(), found.map(observed_of).collect())
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
                    other.document == Document::Composite && other.path == entry.finding.path
                };
                !outcome.findings.iter().any(said)
            });
            found.extend(judged);
        }
        (outcome, found)
    }
}

fn observed_of(body: &Value) -> Observed {
    Observed {
        body: body.clone(),
        ..Observed::default()
    }
}

fn only_input(manifests: &[Manifest], path: Option<&PathBuf>) -> Result<InputManifest, CannotRun> {
    manifests.iter().find_map(Manifest::input).ok_or_else(|| {
        let path = path
            .map(|path| path.display().to_string())
            .unwrap_or_default();
        CannotRun::new(format!(
            "there is no Input in {path}; it has apiVersion {}",
            crate::api::input::API_VERSION
        ))
    })
}

/// The composite with its status, then the composed resources by name.
fn documents(
    composite: &Value,
    outcome: Outcome,
    observed: &BTreeMap<String, Value>,
) -> Vec<Value> {
    let conditions = conditions(&outcome);
    let mut xr = Map::new();
    for field in ["apiVersion", "kind"] {
        xr.insert(field.to_owned(), composite[field].clone());
    }
    let metadata: Map<String, Value> = ["name", "namespace"]
        .into_iter()
        .filter_map(|field| Some((field.to_owned(), composite["metadata"].get(field)?.clone())))
        .collect();
    xr.insert("metadata".to_owned(), Value::Object(metadata));
    let mut status = outcome.status.unwrap_or_else(|| json!({}));
    status["conditions"] = conditions;
    xr.insert("status".to_owned(), status);

    let mut desired = outcome.desired;
    desired.sort_by(|a, b| a.name.cmp(&b.name));
    let composed = desired.into_iter().map(|desired| {
        let before = observed.get(&desired.name);
        with_metadata(desired, composite, before)
    });
    std::iter::once(Value::Object(xr)).chain(composed).collect()
}

/// The conditions that Crossplane would set: Ready, and ours.
fn conditions(outcome: &Outcome) -> Value {
    let mut unready: Vec<&str> = outcome
        .desired
        .iter()
        .filter(|each| !each.ready)
        .map(|each| each.name.as_str())
        .collect();
    unready.sort_unstable();
    let mut ready = json!({ "type": "Ready", "lastTransitionTime": CONDITION_TIME });
    if outcome.waits.is_empty() && unready.is_empty() {
        ready["status"] = json!("True");
        ready["reason"] = json!("Available");
    } else {
        ready["status"] = json!("False");
        ready["reason"] = json!("Creating");
        if outcome.waits.is_empty() {
            ready["message"] = json!(format!("Unready resources: {}", first_three(&unready)));
        }
    }
    let ours = function::conditions(outcome).into_iter().map(|condition| {
        let status = match condition.status() {
            Status::ConditionTrue => "True",
            Status::ConditionFalse => "False",
            Status::ConditionUnknown | Status::ConditionUnspecified => "Unknown",
        };
        json!({
            "type": condition.r#type,
            "status": status,
            "reason": condition.reason,
            "message": condition.message,
            "lastTransitionTime": CONDITION_TIME,
        })
    });
    std::iter::once(ready).chain(ours).collect()
}

/// The first three names, as Crossplane joins them.
fn first_three(names: &[&str]) -> String {
    match names {
        [first, second, third] => format!("{first}, {second}, and {third}"),
        [first, second, third, more @ ..] => {
            format!("{first}, {second}, {third}, and {} more", more.len())
        }
        names => names.join(", "),
    }
}

/// Adds what Crossplane adds to each composed resource.
fn with_metadata(desired: Desired, composite: &Value, before: Option<&Value>) -> Value {
    let Desired {
        name,
        mut body,
        ready: _,
    } = desired;
    let owner = &composite["metadata"];
    let label = |key: &str| owner["labels"].get(key).cloned();
    let composite_name = label("crossplane.io/composite").unwrap_or_else(|| owner["name"].clone());
    for field in ["name", "generateName", "namespace"] {
        if let Some(value) = before.and_then(|before| before["metadata"].get(field)) {
            body["metadata"][field] = value.clone();
        }
    }
    if body["metadata"].get("name").is_none() && body["metadata"].get("generateName").is_none() {
        let prefix = composite_name.as_str().unwrap_or_default();
        body["metadata"]["generateName"] = json!(format!("{prefix}-"));
    }
    body["metadata"]["annotations"][COMPOSITION_RESOURCE_NAME] = json!(name);
    body["metadata"]["labels"]["crossplane.io/composite"] = composite_name;
    for key in ["crossplane.io/claim-name", "crossplane.io/claim-namespace"] {
        if let Some(value) = label(key) {
            body["metadata"]["labels"][key] = value;
        }
    }
    body["metadata"]["ownerReferences"] = json!([{
        "apiVersion": composite["apiVersion"],
        "blockOwnerDeletion": true,
        "controller": true,
        "kind": composite["kind"],
        "name": owner["name"],
        "uid": owner["uid"].as_str().unwrap_or_default(),
    }]);
    body
}
