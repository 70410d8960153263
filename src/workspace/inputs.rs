//! Which Inputs judge an AppAuth: those of the Composition that the cluster would take for it.

use std::rc::Rc;

use serde_json::Value;

use super::files::{InputManifest, Manifest, Step};
use crate::finding::Finding;
use crate::path::FieldPath;
use crate::schema::definitions::group;

/// Where the Input of an AppAuth comes from.
#[derive(Debug)]
pub(super) enum InputSource {
    /// The Input that was named, for all.
    Input(InputManifest),
    /// The Compositions that were named; none where they could not be read.
    Compositions(Vec<Manifest>),
    /// The Compositions and Inputs among what was given: those of an AppAuth's own folder, else any.
    Beside(Vec<Manifest>),
}

/// What judges an AppAuth.
#[derive(Debug, Clone, Default)]
pub(super) struct Judge {
    /// The Composition, where there is one.
    pub(super) composition: Option<Manifest>,
    /// Its steps that run this function, or one that stands for an Input by itself.
    pub(super) steps: Vec<Step>,
}

impl Judge {
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
        let values = |judge: &Self| -> Vec<Option<Value>> {
            let steps = judge.steps.iter();
            steps
                .map(|step| step.input.as_ref().map(|input| input.value.clone()))
                .collect()
        };
        values(self) == values(other)
    }

    /// The file that it stands in.
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
    /// What judges an AppAuth whose composite resource has this API version and kind.
    ///
    /// # Errors
    /// If nobody can say which of several, or if none of the Compositions that were named is for it.
    pub(super) fn judge(
        &self,
        manifest: &Manifest,
        composite: (&str, &str),
    ) -> Result<Judge, Finding> {
        match self {
            Self::Input(input) => Ok(Judge::input(input.clone())),
            Self::Compositions(named) => of_compositions(named, composite),
            Self::Beside(all) => {
                let same_file = |each: &Manifest| Rc::ptr_eq(&each.file, &manifest.file);
                let same_folder = |each: &Manifest| each.is_beside(manifest);
                let levels: [&dyn Fn(&Manifest) -> bool; 3] = [&same_file, &same_folder, &|_| true];
                for is_near in levels {
                    let near = all.iter().filter(|each| is_near(each));
                    let judges = near.filter_map(|each| match each.input() {
                        Some(input) => Some(Judge::input(input)),
                        None => Some(Judge::composition(each))
                            .filter(|judge| is_for(each, composite) && !judge.steps.is_empty()),
                    });
                    if let Some(judge) = only(judges.collect())? {
                        return Ok(judge);
                    }
                }
                Ok(Judge::default())
            }
        }
    }
}

fn of_compositions(named: &[Manifest], composite: (&str, &str)) -> Result<Judge, Finding> {
    let fitting: Vec<&Manifest> = named
        .iter()
        .filter(|each| is_for(each, composite))
        .collect();
    let Some(first) = fitting.first() else {
        let Some(first) = named.first() else {
            return Ok(Judge::default());
        };
        let types: Vec<String> = named.iter().map(type_of).collect();
        return Err(Finding::error(
            FieldPath::parse("kind"),
            format!(
                "{} has no Composition for {} of {}, but for {}",
                first.file.name,
                composite.1,
                composite.0,
                types.join(" and ")
            ),
            "give the Composition of this kind, or correct its compositeTypeRef",
        ));
    };
    let ours = fitting.iter().map(|each| Judge::composition(each));
    let ours: Vec<Judge> = ours.filter(|judge| !judge.steps.is_empty()).collect();
    if ours.is_empty() {
        return Err(Finding::error(
            FieldPath::default(),
            format!(
                "no step of the Composition in {} runs this function",
                first.file.name
            ),
            "add a step with functionRef: {name: function-appauth}",
        ));
    }
    Ok(only(ours)?.unwrap_or_default())
}

/// What a Composition is for, in words.
fn type_of(composition: &Manifest) -> String {
    let reference = &composition.document.value["spec"]["compositeTypeRef"];
    let text = |field: &str| reference[field].as_str().unwrap_or("?").to_owned();
    format!("{} of {}", text("kind"), text("apiVersion"))
}

/// Whether a Composition is for a composite resource. Crossplane compares the whole API version; of a manifest that is
/// judged by itself the group is enough.
fn is_for(composition: &Manifest, (api_version, kind): (&str, &str)) -> bool {
    let reference = &composition.document.value["spec"]["compositeTypeRef"];
    let text = |field: &str| reference[field].as_str();
    match (text("apiVersion"), text("kind")) {
        (Some(version), Some(of)) => {
            (api_version.is_empty() || group(version) == group(api_version))
                && (kind.is_empty() || of == kind)
        }
        // One that does not say is an error of its own.
        _ => true,
    }
}

/// The one of several, where they judge alike.
fn only(judges: Vec<Judge>) -> Result<Option<Judge>, Finding> {
    let mut different: Vec<Judge> = Vec::new();
    for judge in judges {
        if !different.iter().any(|other| other.is_like(&judge)) {
            different.push(judge);
        }
    }
    if different.len() <= 1 {
        return Ok(different.pop());
    }
    let files: Vec<&str> = different.iter().filter_map(Judge::file).collect();
    Err(Finding::error(
        FieldPath::default(),
        format!(
            "there are {} Inputs for it, in {}",
            files.len(),
            files.join(" and ")
        ),
        "name one with --input or --composition",
    ))
}
