//! What is wrong with manifests, and what they were checked against.

use serde_json::{Value, json};

use super::context::Context;
use super::entry::Entry;
use super::files::{InputManifest, Manifest};
use crate::compose::CheckedInput;

/// What was checked and what was found, for programs: `{checked, documents, findings}`.
pub fn report(checked: &[Checked<'_>], entries: &[Entry]) -> Value {
    let documents = checked.iter().map(|each| {
        json!({
            "file": each.manifest.file.name,
            "document": each.title,
            "against": Some(&each.against).filter(|against| !against.is_empty()),
        })
    });
    json!({
        "checked": checked.len(),
        "documents": documents.collect::<Vec<_>>(),
        "findings": entries.iter().map(Entry::to_json).collect::<Vec<_>>(),
    })
}

/// What was found in manifests.
#[derive(Debug)]
pub struct Report<'a> {
    /// What is wrong.
    pub entries: Vec<Entry>,
    /// What was checked as a whole.
    pub checked: Vec<Checked<'a>>,
}

/// What was checked, and against what.
#[derive(Debug)]
pub struct Checked<'a> {
    /// The manifest that it is, or stands in.
    pub manifest: &'a Manifest,
    /// What it is called.
    pub title: String,
    /// Which rules and schemas judged, for people; empty where it did not come to that.
    pub against: String,
}

/// Checks manifests: AppAuths, Inputs and Compositions, and with schemas that were given those of any kind.
pub fn validate<'a>(context: &Context, manifests: &'a [Manifest]) -> Report<'a> {
    let mut entries = Vec::new();
    let mut checked: Vec<Checked<'a>> = Vec::new();
    for manifest in manifests
        .iter()
        .filter(|manifest| context.is_app_auth(manifest))
    {
        let (outcome, found) = context.compose(manifest);
        entries.extend(found);
        let mut against = outcome.checked_against;
        if let Some(judge) = context.crds().and_then(|crds| crds.judge_of(manifest))
            && !against.is_empty()
        {
            against = format!("{against}, and against {judge}");
        }
        checked.push(Checked {
            manifest,
            title: manifest.title(),
            against,
        });
    }
    let composites: Vec<&Manifest> = checked.iter().map(|each| each.manifest).collect();
    for manifest in manifests {
        let input = manifest.input();
        // An Input that an AppAuth was judged with was judged there.
        if let Some(input) = &input
            && !context.uses(input, &composites)
        {
            entries.extend(check_input(manifest, input));
            checked.push(Checked {
                manifest,
                title: manifest.title(),
                against: "Checked against the rules of an Input".to_owned(),
            });
        }
        if let Some(crds) = context.crds()
            && !composites.iter().any(|each| std::ptr::eq(*each, manifest))
        {
            let judgement = crds.judge(manifest, input.is_some());
            entries.extend(judgement.entries);
            let parts = judgement.checked.into_iter();
            checked.extend(parts.map(|(title, judge)| Checked {
                manifest,
                title,
                against: format!("Checked against {judge}"),
            }));
        }
    }
    Report { entries, checked }
}

fn check_input(manifest: &Manifest, input: &InputManifest) -> Vec<Entry> {
    CheckedInput::read(Some(input.value.clone()))
        .findings()
        .iter()
        .cloned()
        .map(|finding| Entry::locate(finding, manifest, Some(input)))
        .collect()
}
