//! `render`: what an AppAuth becomes, as `crossplane render` prints it.

use std::io::Write;
use std::path::PathBuf;

use super::Ended;
use super::files::{self, CannotRun};
use crate::api::input;
use crate::manifest;
use crate::workspace::{self, Context, Entry, File, Given, Manifest, Missing};

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
    /// The major version of Crossplane: 1 takes a namespaced AppAuth for a claim, 2 for a composite resource. An XRD, the
    /// Composition and the Input say so better. Default 1.
    #[arg(long, value_name = "1|2", value_parser = clap::value_parser!(u8).range(1..=2))]
    crossplane: Option<u8>,
}

pub(super) fn run(
    args: &RenderArgs,
    out: &mut impl Write,
    err: &mut impl Write,
) -> Result<Ended, CannotRun> {
    let (manifests, unreadable) = files::read(&args.files)?;
    let mut entries: Vec<Entry> = unreadable.iter().map(Entry::unreadable).collect();
    let (context, more) = args.settings.context(&manifests)?;
    entries.extend(more);
    let rendered = workspace::render(&context, &manifests);
    entries.extend(rendered.entries);
    if rendered.composed.is_empty() && entries.is_empty() {
        return Err(CannotRun::new(
            "nothing to render: there is no AppAuth in what was given",
        ));
    }
    for note in rendered
        .composed
        .iter()
        .filter_map(|each| each.note.as_ref())
    {
        writeln!(err, "{note}")?;
    }
    for entry in &entries {
        write!(err, "{entry}")?;
    }
    if entries.iter().any(|entry| entry.finding.is_error()) {
        writeln!(err, "{}", workspace::summary(&entries))?;
        return Ok(Ended::Found);
    }
    for composed in rendered.composed {
        for document in context.documents(&composed.composite, composed.outcome) {
            write!(out, "---\n{}", manifest::write(&document))?;
        }
    }
    Ok(Ended::Fine)
}

impl Settings {
    /// Reads what they name.
    pub(super) fn context(&self, beside: &[Manifest]) -> Result<(Context, Vec<Entry>), CannotRun> {
        let texts = |path: &Option<PathBuf>| -> Result<Option<Vec<File>>, CannotRun> {
            path.as_deref().map(files::texts).transpose()
        };
        let given = Given {
            input: texts(&self.input)?,
            composition: texts(&self.composition)?,
            observed: texts(&self.observed)?,
            required_resources: texts(&self.required_resources)?,
            crds: self
                .crds
                .iter()
                .map(|path| files::texts(path))
                .collect::<Result<_, _>>()?,
            crossplane: self.crossplane,
        };
        Context::read(given, beside).map_err(|missing| {
            let name = |path: &PathBuf| path.display().to_string();
            CannotRun::new(match missing {
                Missing::Input => format!(
                    "there is no Input in {}; it has apiVersion {}",
                    self.input.as_ref().map(name).unwrap_or_default(),
                    input::API_VERSION
                ),
                Missing::Composition => format!(
                    "there is no Composition in {}",
                    self.composition.as_ref().map(name).unwrap_or_default()
                ),
                Missing::Schemas(index) => format!(
                    "there is no CustomResourceDefinition, CompositeResourceDefinition or OpenAPI v3 document in {}",
                    self.crds.get(index).map(name).unwrap_or_default()
                ),
            })
        })
    }
}
