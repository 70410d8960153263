//! `validate`: findings, and nothing rendered.

use std::io::Write;
use std::path::PathBuf;

use clap::ValueEnum;
use serde_json::{Value, json};

use super::Ended;
use super::files::{self, CannotRun, InputManifest, Manifest};
use super::render::{self, Settings};
use super::report::{self, Entry};
use crate::compose;

#[derive(Debug, clap::Args)]
pub(super) struct ValidateArgs {
    /// AppAuths, Inputs and Compositions, and with --crds manifests of any kind: files, folders, or - for standard
    /// input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    settings: Settings,
    /// How to print what was found.
    #[arg(long, value_enum, default_value_t = Output::Text)]
    output: Output,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Output {
    /// For people.
    Text,
    /// For programs.
    Json,
}

pub(super) fn run(args: &ValidateArgs, out: &mut impl Write) -> Result<Ended, CannotRun> {
    let (manifests, unreadable) = files::read(&args.files)?;
    let mut entries: Vec<Entry> = unreadable.iter().map(Entry::unreadable).collect();
    let (context, more) = render::Context::read(&args.settings, &manifests)?;
    entries.extend(more);
    let mut checked: Vec<Checked<'_>> = Vec::new();
    for manifest in manifests
        .iter()
        .filter(|manifest| context.is_app_auth(manifest))
    {
        let (outcome, found) = context.compose(manifest);
        entries.extend(found);
        checked.push(Checked {
            manifest,
            against: outcome.checked_against,
        });
    }
    let composites: Vec<&Manifest> = checked.iter().map(|each| each.manifest).collect();
    for manifest in &manifests {
        // An Input that an AppAuth was judged with was judged there.
        let input = manifest.input();
        let is_checked = input.as_ref().is_some_and(|input| {
            let is_used = context.uses(input, &composites);
            if !is_used {
                entries.extend(check_input(manifest, input));
                checked.push(Checked {
                    manifest,
                    against: "Checked against the rules of an Input".to_owned(),
                });
            }
            true
        });
        if let Some(crds) = context.crds()
            && !composites.iter().any(|each| std::ptr::eq(*each, manifest))
        {
            let judgement = crds.judge(manifest, is_checked);
            entries.extend(judgement.entries);
            checked.extend(judgement.judge.map(|judge| Checked {
                manifest,
                against: format!("Checked against {judge}"),
            }));
        }
    }
    if checked.is_empty() && entries.is_empty() {
        return Err(CannotRun::new(
            "nothing to check: there is no AppAuth, Input or Composition in what was given; other objects are checked where --crds has their schemas",
        ));
    }
    let found = entries.iter().any(|entry| entry.finding.is_error());
    match args.output {
        Output::Text => {
            for entry in &entries {
                entry.write_text(out)?;
            }
            if !found {
                write_checked(&checked, out)?;
            }
            report::write_summary(out, &entries)?;
        }
        Output::Json => {
            let findings: Vec<_> = entries.iter().map(Entry::to_json).collect();
            let documents: Vec<_> = checked.iter().map(Checked::to_json).collect();
            let report = json!({
                "checked": checked.len(),
                "documents": documents,
                "findings": findings,
            });
            writeln!(out, "{report:#}")?;
        }
    }
    Ok(if found { Ended::Found } else { Ended::Fine })
}

/// What was checked, and against what.
struct Checked<'a> {
    manifest: &'a Manifest,
    against: String,
}

/// Writes what is valid, and once for all of a kind what it was checked against.
fn write_checked(checked: &[Checked<'_>], out: &mut impl Write) -> Result<(), CannotRun> {
    for alike in checked.chunk_by(|one, other| one.against == other.against) {
        for Checked {
            manifest,
            against: _,
        } in alike
        {
            let title = manifest.title();
            writeln!(out, "✓ {}: {title} is valid", manifest.file.name)?;
        }
        writeln!(out, "  {}", alike[0].against)?;
    }
    Ok(())
}

impl Checked<'_> {
    fn to_json(&self) -> Value {
        json!({
            "file": self.manifest.file.name,
            "document": self.manifest.title(),
            "against": Some(&self.against).filter(|against| !against.is_empty()),
        })
    }
}

fn check_input(manifest: &Manifest, input: &InputManifest) -> Vec<Entry> {
    compose::check_input(input.value.clone())
        .into_iter()
        .map(|finding| Entry::locate(finding, manifest, Some(input)))
        .collect()
}
