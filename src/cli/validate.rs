//! `validate`: findings, and nothing rendered.

use std::io::Write;
use std::path::PathBuf;

use clap::ValueEnum;

use super::Ended;
use super::files::{self, CannotRun};
use super::render::Settings;
use crate::workspace::{self, Checked, Entry};

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

pub(super) fn run(
    args: &ValidateArgs,
    out: &mut impl Write,
    err: &mut impl Write,
) -> Result<Ended, CannotRun> {
    let (manifests, unreadable) = files::read(&args.files)?;
    let mut entries: Vec<Entry> = unreadable.iter().map(Entry::unreadable).collect();
    let (context, more) = args.settings.context(&manifests)?;
    entries.extend(more);
    let report = workspace::validate(&context, &manifests);
    entries.extend(report.entries);
    let checked = report.checked;
    if checked.is_empty() && entries.is_empty() {
        return Err(CannotRun::new(
            "nothing to check: there is no AppAuth, Input or Composition in what was given; other objects are checked where --crds has their schemas",
        ));
    }
    let found = entries.iter().any(|entry| entry.finding.is_error());
    match args.output {
        Output::Text => {
            for note in &report.notes {
                writeln!(err, "{note}")?;
            }
            for entry in &entries {
                write!(out, "{entry}")?;
            }
            if !found {
                write_checked(&checked, out)?;
            }
            writeln!(out, "{}", workspace::summary(&entries))?;
        }
        Output::Json => {
            let report = workspace::report(&checked, &entries, &report.notes);
            writeln!(out, "{report:#}")?;
        }
    }
    Ok(if found { Ended::Found } else { Ended::Fine })
}

/// Writes what is valid, and once for all of a kind what it was checked against.
fn write_checked(checked: &[Checked<'_>], out: &mut impl Write) -> Result<(), CannotRun> {
    for alike in checked.chunk_by(|one, other| one.against == other.against) {
        for Checked {
            manifest, title, ..
        } in alike
        {
            writeln!(out, "✓ {}: {title} is valid", manifest.file.name)?;
        }
        writeln!(out, "  {}", alike[0].against)?;
    }
    Ok(())
}
