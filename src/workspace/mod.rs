//! What the command and the JavaScript package do with texts: read the documents in them, render and judge those, and
//! say where in which text something is wrong. Pure: whoever calls brings the texts.

mod context;
mod crds;
mod entry;
mod files;
mod output;
mod render;
mod validate;

pub use context::{Context, Given, Missing};
pub use crds::{Crds, Judgement};
pub use entry::{Entry, summary};
pub use files::{File, InputManifest, Manifest, Unreadable, read};
pub use render::{Rendered, render};
pub use validate::{Checked, Report, report, validate};

/// The annotation by which Crossplane knows a composed resource.
const COMPOSITION_RESOURCE_NAME: &str = "crossplane.io/composition-resource-name";
