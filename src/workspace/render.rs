//! What manifests become.

use super::context::Context;
use super::entry::Entry;
use super::files::Manifest;
use crate::compose::Outcome;

/// What became of manifests.
#[derive(Debug)]
pub struct Rendered<'a> {
    /// What is wrong, and advice.
    pub entries: Vec<Entry>,
    /// The AppAuths among them, each with what it becomes.
    pub outcomes: Vec<(&'a Manifest, Outcome)>,
}

/// Renders each AppAuth among manifests.
pub fn render<'a>(context: &Context, manifests: &'a [Manifest]) -> Rendered<'a> {
    let mut rendered = Rendered {
        entries: Vec::new(),
        outcomes: Vec::new(),
    };
    for manifest in manifests
        .iter()
        .filter(|manifest| context.is_app_auth(manifest))
    {
        let (outcome, found) = context.compose(manifest);
        rendered.entries.extend(found);
        rendered.outcomes.push((manifest, outcome));
    }
    rendered
}
