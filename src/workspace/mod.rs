//! What the command and the JavaScript package do with texts: read the documents in them, render and judge those, and
//! say where in which text something is wrong. Pure: whoever calls brings the texts.

mod claim;
mod context;
mod crds;
mod crossplane;
mod entry;
mod files;
mod inputs;
mod kinds;
mod output;
mod render;
mod validate;
mod whole;

pub use context::{Composed, Context, Given, Missing};
pub use crds::{Crds, Judgement};
pub use entry::{Entry, summary};
pub use files::{File, InputManifest, Manifest, Step, Unreadable, read};
pub use kinds::DEFAULT_CROSSPLANE;
pub use render::{Rendered, render};
pub use validate::{Checked, Report, report, validate};

/// The annotation by which Crossplane knows a composed resource.
const COMPOSITION_RESOURCE_NAME: &str = "crossplane.io/composition-resource-name";
