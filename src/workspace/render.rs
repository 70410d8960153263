//! What manifests become.

use super::context::{Composed, Context};
use super::entry::Entry;
use super::files::Manifest;

/// What became of manifests.
#[derive(Debug)]
pub struct Rendered<'a> {
    /// What is wrong, and advice.
    pub entries: Vec<Entry>,
    /// The rendered AppAuths. Their findings are among the entries.
    pub composed: Vec<Composed<'a>>,
}

/// Renders each AppAuth among manifests.
pub fn render<'a>(context: &Context, manifests: &'a [Manifest]) -> Rendered<'a> {
    let mut rendered = Rendered {
        entries: Vec::new(),
        composed: Vec::new(),
    };
    for manifest in manifests
        .iter()
        .filter(|manifest| context.is_app_auth(manifest))
    {
        let mut composed = context.compose(manifest);
        Entry::add(&mut rendered.entries, composed.entries.drain(..));
        rendered.composed.push(composed);
    }
    rendered
}
