//! Which Inputs judge an AppAuth: those of the Composition that the cluster would take for it.

use std::rc::Rc;

use serde_json::Value;

use super::files::{InputManifest, Manifest, Step};
use crate::finding::{Document, Finding};
use crate::path::FieldPath;
use crate::schema::definitions::group;

/// Where the Input of an AppAuth comes from.
#[derive(Debug)]
pub(super) enum InputSource {
    /// The Input that was named, for all.
    Input(InputManifest),
    /// The Compositions that were named; none where they could not be read.
    Compositions(Vec<Manifest>),
    /// The Compositions and Inputs among the given files: those in the folder of the AppAuth, else any.
    Beside(Vec<Manifest>),
}

/// The Inputs of an AppAuth.
#[derive(Debug, Clone, Default)]
pub(super) struct Choice {
    /// The Composition, where there is one.
    pub(super) composition: Option<Manifest>,
    /// The steps of the Composition that run this function; for a separate Input, one step with it.
    pub(super) steps: Vec<Step>,
}

/// Why no Input can be chosen.
#[derive(Debug)]
pub(super) struct NoChoice {
    pub(super) finding: Box<Finding>,
    /// The Composition that is at fault; none where the AppAuth is.
    pub(super) composition: Option<Manifest>,
}

/// The composite resource that a Composition is wanted for.
#[derive(Debug)]
pub(super) struct Wanted<'a> {
    api_version: &'a str,
    kind: &'a str,
    /// The name of the Composition, where the AppAuth chooses one.
    name: Option<&'a str>,
    /// The labels of the Composition, where the AppAuth chooses by labels.
    labels: Option<&'a Value>,
}

impl<'a> Wanted<'a> {
    /// Reads what an AppAuth says of its Composition, which has Crossplane's fields in its spec or in `spec.crossplane`.
    pub(super) fn of(app_auth: &'a Value, kind: &'a str) -> Self {
        let spec = &app_auth["spec"];
        let field = |name: &str| match &spec["crossplane"][name] {
            Value::Null => &spec[name],
            field => field,
        };
        let labels = &field("compositionSelector")["matchLabels"];
        Self {
            api_version: app_auth["apiVersion"].as_str().unwrap_or_default(),
            kind,
            name: field("compositionRef")["name"].as_str(),
            labels: Some(labels).filter(|labels| labels.is_object()),
        }
    }

    /// Whether a Composition is for it. Crossplane compares the whole API version; of a manifest that is judged by itself
    /// the group is enough.
    fn is_of_type(&self, composition: &Manifest) -> bool {
        let reference = &composition.document.value["spec"]["compositeTypeRef"];
        let text = |field: &str| reference[field].as_str();
        match (text("apiVersion"), text("kind")) {
            (Some(version), Some(of)) => {
                (self.api_version.is_empty() || group(version) == group(self.api_version))
                    && (self.kind.is_empty() || of == self.kind)
            }
            // One that does not say is an error of its own.
            _ => true,
        }
    }

    /// Whether it chooses a Composition, by name before labels, as Crossplane does.
    fn chooses(&self, composition: &Manifest) -> bool {
        let metadata = &composition.document.value["metadata"];
        match (self.name, self.labels) {
            (Some(name), _) => metadata["name"] == name,
            (None, Some(labels)) => labels
                .as_object()
                .into_iter()
                .flatten()
                .all(|(key, value)| metadata["labels"].get(key) == Some(value)),
            (None, None) => true,
        }
    }
}

impl Choice {
    fn composition(manifest: &Manifest) -> Self {
        Self {
            composition: Some(manifest.clone()),
            steps: manifest.steps(),
        }
    }

    fn input(input: InputManifest) -> Self {
        Self {
            composition: None,
            steps: vec![Step {
                at: FieldPath::default(),
                input: Some(input),
            }],
        }
    }

    /// The Inputs of its steps.
    pub(super) fn inputs(&self) -> impl Iterator<Item = &InputManifest> {
        self.steps.iter().filter_map(|step| step.input.as_ref())
    }

    /// Whether both judge alike.
    fn is_like(&self, other: &Self) -> bool {
        let values = |choice: &Self| -> Vec<Option<Value>> {
            let steps = choice.steps.iter();
            steps
                .map(|step| step.input.as_ref().map(|input| input.value.clone()))
                .collect()
        };
        values(self) == values(other)
    }

    /// The file that it is in.
    fn file(&self) -> Option<&str> {
        let of_input = || Some(&self.inputs().next()?.manifest);
        let manifest = self.composition.as_ref().or_else(of_input)?;
        Some(&manifest.file.name)
    }

    /// By which Inputs an AppAuth is judged, in words.
    pub(super) fn described(&self) -> String {
        let file = self.file().unwrap_or_default();
        match self.inputs().count() {
            0 => "no Input: no policy".to_owned(),
            1 => format!("with the Input of {file}"),
            count => format!("with each of the {count} Inputs of {file}"),
        }
    }
}

impl InputSource {
    /// The Inputs of an AppAuth.
    ///
    /// # Errors
    /// If nobody can say which of several, or if none of the Compositions that were named is for it.
    pub(super) fn choose(
        &self,
        manifest: &Manifest,
        wanted: &Wanted<'_>,
    ) -> Result<Choice, NoChoice> {
        match self {
            Self::Input(input) => Ok(Choice::input(input.clone())),
            Self::Compositions(named) => of_compositions(named, wanted),
            Self::Beside(all) => {
                let same_file = |each: &Manifest| Rc::ptr_eq(&each.file, &manifest.file);
                let same_folder = |each: &Manifest| each.is_beside(manifest);
                let levels: [&dyn Fn(&Manifest) -> bool; 3] = [&same_file, &same_folder, &|_| true];
                for is_near in levels {
                    let near = all.iter().filter(|each| is_near(each));
                    let choices = near.filter_map(|each| match each.input() {
                        Some(input) => Some(Choice::input(input)),
                        None if wanted.is_of_type(each) && wanted.chooses(each) => {
                            let choice = Choice::composition(each);
                            (!choice.steps.is_empty()).then_some(choice)
                        }
                        None => None,
                    });
                    if let Some(choice) = only(choices.collect())? {
                        return Ok(choice);
                    }
                }
                Ok(Choice::default())
            }
        }
    }
}

fn of_compositions(named: &[Manifest], wanted: &Wanted<'_>) -> Result<Choice, NoChoice> {
    let Some(first) = named.first() else {
        return Ok(Choice::default());
    };
    let fitting: Vec<&Manifest> = named
        .iter()
        .filter(|each| wanted.is_of_type(each))
        .collect();
    if fitting.is_empty() {
        let types: Vec<String> = named.iter().map(type_of).collect();
        let finding = Finding::error(
            FieldPath::parse("spec.compositeTypeRef"),
            format!(
                "is for {}, not for {} of {}",
                types.join(" and "),
                wanted.kind,
                wanted.api_version
            ),
            "give the Composition of this kind, or correct its compositeTypeRef",
        );
        return Err(NoChoice::of_composition(finding, first));
    }
    let chosen: Vec<&&Manifest> = fitting.iter().filter(|each| wanted.chooses(each)).collect();
    let Some(first) = chosen.first() else {
        let titles: Vec<String> = fitting.iter().map(|each| each.title()).collect();
        let (at, by) = match wanted.name {
            Some(name) => ("spec.compositionRef.name", format!("\"{name}\"")),
            None => (
                "spec.compositionSelector.matchLabels",
                "these labels".to_owned(),
            ),
        };
        return Err(NoChoice {
            finding: Box::new(Finding::error(
                FieldPath::parse(at),
                format!(
                    "no Composition that is given has {by}, only {}",
                    titles.join(", ")
                ),
                "give that Composition, or choose another one",
            )),
            composition: None,
        });
    };
    let ours: Vec<Choice> = chosen
        .iter()
        .map(|each| Choice::composition(each))
        .filter(|choice| !choice.steps.is_empty())
        .collect();
    if ours.is_empty() {
        let is_pipeline = first.document.value["spec"].get("pipeline").is_some();
        let (at, remedy) = if is_pipeline {
            (
                "spec.pipeline",
                "add a step with functionRef: {name: function-appauth}, or an Input to the step that runs it",
            )
        } else {
            (
                "spec",
                "set mode: Pipeline, and add a step with functionRef: {name: function-appauth}",
            )
        };
        let finding = Finding::error(
            FieldPath::parse(at),
            "no step runs function-appauth",
            remedy,
        );
        return Err(NoChoice::of_composition(finding, first));
    }
    Ok(only(ours)?.unwrap_or_default())
}

/// What a Composition is for, in words.
fn type_of(composition: &Manifest) -> String {
    let reference = &composition.document.value["spec"]["compositeTypeRef"];
    let text = |field: &str| reference[field].as_str().unwrap_or("?").to_owned();
    format!("{} of {}", text("kind"), text("apiVersion"))
}

impl NoChoice {
    fn of_composition(finding: Finding, composition: &Manifest) -> Self {
        Self {
            finding: Box::new(finding.in_document(Document::Manifest)),
            composition: Some(composition.clone()),
        }
    }
}

/// The one of several, where they judge alike.
fn only(choices: Vec<Choice>) -> Result<Option<Choice>, NoChoice> {
    let mut different: Vec<Choice> = Vec::new();
    for choice in choices {
        if !different.iter().any(|other| other.is_like(&choice)) {
            different.push(choice);
        }
    }
    if different.len() <= 1 {
        return Ok(different.pop());
    }
    let files: Vec<&str> = different.iter().filter_map(Choice::file).collect();
    let finding = Finding::error(
        FieldPath::default(),
        format!(
            "{} Inputs match this AppAuth: in {}",
            files.len(),
            files.join(" and ")
        ),
        "name one with --input or --composition, or choose a Composition with compositionRef",
    );
    Err(NoChoice {
        finding: Box::new(finding),
        composition: None,
    })
}
