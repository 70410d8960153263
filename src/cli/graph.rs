//! `graph`: what is rendered, and what points at what.

use std::io::Write;
use std::path::PathBuf;

use clap::ValueEnum;

use super::Ended;
use super::files::{self, CannotRun};
use super::render::Settings;
use crate::graph::Graph;
use crate::workspace::{self, Entry};

#[derive(Debug, clap::Args)]
pub(super) struct GraphArgs {
    /// AppAuths, and the Composition or Input if it stands beside them: files, folders, or - for standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    settings: Settings,
    /// What draws the picture.
    #[arg(long, value_enum, default_value_t = Output::Mermaid)]
    output: Output,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Output {
    /// Markdown of code hosts.
    Mermaid,
    /// Graphviz.
    Dot,
    /// Any browser, in light and in dark.
    Svg,
}

pub(super) fn run(
    args: &GraphArgs,
    out: &mut impl Write,
    err: &mut impl Write,
) -> Result<Ended, CannotRun> {
    let (manifests, unreadable) = files::read(&args.files)?;
    let mut entries: Vec<Entry> = unreadable.iter().map(Entry::unreadable).collect();
    let (context, more) = args.settings.context(&manifests)?;
    entries.extend(more);
    let rendered = workspace::render(&context, &manifests);
    let composed = rendered.composed;
    let found = rendered.entries.into_iter();
    entries.extend(found.filter(|entry| entry.finding.is_error()));
    if composed.is_empty() && entries.is_empty() {
        return Err(CannotRun::new(
            "nothing to draw: there is no AppAuth in what was given",
        ));
    }
    if composed.len() > 1 && args.output == Output::Svg {
        return Err(CannotRun::new(format!(
            "there are {} AppAuths in what was given, and an SVG document has one picture; give one of them",
            composed.len()
        )));
    }
    for note in composed.iter().filter_map(|each| each.note.as_ref()) {
        writeln!(err, "{note}")?;
    }
    if !entries.is_empty() {
        for entry in &entries {
            write!(err, "{entry}")?;
        }
        writeln!(err, "{}", workspace::summary(&entries))?;
        return Ok(Ended::Found);
    }
    for graph in composed.iter().filter_map(|each| Graph::of(&each.outcome)) {
        let picture = match args.output {
            Output::Mermaid => graph.mermaid(),
            Output::Dot => graph.dot(),
            Output::Svg => graph.svg(),
        };
        write!(out, "{picture}")?;
    }
    Ok(Ended::Fine)
}
