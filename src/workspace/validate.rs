//! What is wrong with manifests, and what they were checked against.

use serde_json::{Value, json};

use super::context::Context;
use super::entry::Entry;
use super::files::{InputManifest, Manifest};
use crate::compose::CheckedInput;

/// The report for programs: `{checked, documents, findings, notes}`.
pub fn report(checked: &[Checked<'_>], entries: &[Entry], notes: &[String]) -> Value {
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
        "notes": notes,
    })
}

/// What was found in manifests.
#[derive(Debug)]
pub struct Report<'a> {
    /// What is wrong.
    pub entries: Vec<Entry>,
    /// What was checked as a whole.
    pub checked: Vec<Checked<'a>>,
    /// How each AppAuth was read and by which Input it was judged, a line each.
    pub notes: Vec<String>,
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
    let mut notes = Vec::new();
    let mut checked: Vec<Checked<'a>> = Vec::new();
    let mut used: Vec<InputManifest> = Vec::new();
    for manifest in manifests
        .iter()
        .filter(|manifest| context.is_app_auth(manifest))
    {
        let composed = context.compose(manifest);
        Entry::add(&mut entries, composed.entries);
        notes.extend(composed.note);
        used.extend(composed.inputs);
        let mut against = composed.outcome.checked_against;
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
        let crossplane = context.check_crossplane(manifest);
        let is_crossplane = crossplane.is_some();
        Entry::add(&mut entries, crossplane.into_iter().flatten());
        let inputs = manifest.inputs();
        // An Input that an AppAuth was judged with was judged there.
        let is_used = inputs
            .iter()
            .any(|input| used.iter().any(|used| used.is_same(input)));
        for input in inputs.iter().filter(|_| !is_used) {
            Entry::add(&mut entries, check_input(manifest, input));
        }
        let against = match (is_crossplane, inputs.is_empty()) {
            (true, true) => "the fields that Crossplane knows",
            (true, false) => "the fields that Crossplane knows and the rules of an Input",
            (false, _) => "the rules of an Input",
        };
        if !is_used && (is_crossplane || !inputs.is_empty()) {
            checked.push(Checked {
                manifest,
                title: manifest.title(),
                against: format!("Checked against {against}"),
            });
        }
        if let Some(crds) = context.crds()
            && !composites.iter().any(|each| std::ptr::eq(*each, manifest))
        {
            let judgement = crds.judge(manifest, is_crossplane || !inputs.is_empty());
            Entry::add(&mut entries, judgement.entries);
            let parts = judgement.checked.into_iter();
            checked.extend(parts.map(|(title, judge)| Checked {
                manifest,
                title,
                against: format!("Checked against {judge}"),
            }));
        }
    }
    Report {
        entries,
        checked,
        notes,
    }
}

fn check_input(manifest: &Manifest, input: &InputManifest) -> Vec<Entry> {
    let mut entries: Vec<Entry> = CheckedInput::read(Some(input.value.clone()))
        .findings()
        .iter()
        .cloned()
        .map(|finding| Entry::locate(finding, manifest, Some(input)))
        .collect();
    Entry::sort(&mut entries, manifest);
    entries
}
