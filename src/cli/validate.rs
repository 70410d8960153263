//! `validate`: findings, and nothing rendered.

use std::io::Write;
use std::path::PathBuf;

use clap::ValueEnum;
use serde_json::json;

use super::Ended;
use super::files::{self, CannotRun, InputManifest, Manifest};
use super::render::{self, Settings};
use super::report::{self, Entry};
use crate::compose;

#[derive(Debug, clap::Args)]
pub(super) struct ValidateArgs {
    /// AppAuths, Inputs and Compositions: files, folders, or - for standard input.
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
    let mut checked = Vec::new();
    for manifest in manifests.iter().filter(|manifest| manifest.is_app_auth()) {
        entries.extend(context.compose(manifest).1);
        checked.push(manifest);
    }
    // An Input that no AppAuth was judged with is judged by itself.
    let composites = checked.clone();
    for manifest in &manifests {
        if let Some(input) = manifest
            .input()
            .filter(|input| !context.uses(input, &composites))
        {
            entries.extend(check_input(manifest, &input));
            checked.push(manifest);
        }
    }
    if checked.is_empty() && entries.is_empty() {
        return Err(CannotRun::new(
            "nothing to check: there is no AppAuth, Input or Composition in what was given",
        ));
    }
    let found = entries.iter().any(|entry| entry.finding.is_error());
    match args.output {
        Output::Text => {
            for entry in &entries {
                entry.write_text(out)?;
            }
            if !found {
                for manifest in checked {
                    writeln!(
                        out,
                        "✓ {}: {} is valid",
                        manifest.file.name,
                        manifest.title()
                    )?;
                }
            }
            report::write_summary(out, &entries)?;
        }
        Output::Json => {
            let findings: Vec<_> = entries.iter().map(Entry::to_json).collect();
            let report = json!({ "checked": checked.len(), "findings": findings });
            writeln!(out, "{report:#}")?;
        }
    }
    Ok(if found { Ended::Found } else { Ended::Fine })
}

fn check_input(manifest: &Manifest, input: &InputManifest) -> Vec<Entry> {
    compose::check_input(input.value.clone())
        .into_iter()
        .map(|finding| Entry::locate(finding, manifest, Some(input)))
        .collect()
}
