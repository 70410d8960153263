//! The providers: a plan in, the objects of one provider out.

pub mod community;
pub mod object;

use crate::api::input::ProviderApi;
use crate::plan::Plan;

pub use community::Kind;
pub use object::{Object, Observed, is_crossplane};

/// Renders a plan with the provider it chose. What needs the pool's id as a value, which is asked for by the place of a
/// resource server in the plan, is left out where it is not known.
///
/// There is none for the Upbound providers yet; [`crate::plan::settle`] refuses them.
pub fn render<'a>(plan: &Plan, pool_id: impl Fn(usize) -> Option<&'a str>) -> Vec<Object> {
    match plan.provider {
        ProviderApi::Community => community::render(plan, pool_id),
        ProviderApi::UpboundCluster | ProviderApi::UpboundNamespaced => Vec::new(),
    }
}

/// The plan as overrides change it: `rendered` are its objects before the overrides, `patched` the same after them.
pub fn overridden(plan: &Plan, rendered: &[Object], patched: &[Object]) -> Plan {
    match plan.provider {
        ProviderApi::Community => community::overridden(plan, rendered, patched),
        ProviderApi::UpboundCluster | ProviderApi::UpboundNamespaced => plan.clone(),
    }
}

/// Every kind that is rendered, of every provider.
pub fn kinds() -> impl Iterator<Item = Kind> {
    community::KINDS.into_iter()
}
