//! The providers: a plan in, the objects of one provider out.

pub mod community;
pub mod object;

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::JSONSchemaProps;

use crate::api::input::ProviderApi;
use crate::plan::Plan;

pub use object::{Object, Observed};

/// Renders a plan with the provider it chose.
///
/// There is none for the Upbound providers yet; [`crate::plan::settle`] refuses them.
pub fn render(plan: &Plan) -> Vec<Object> {
    match plan.provider {
        ProviderApi::Community => community::render(plan),
        ProviderApi::UpboundCluster | ProviderApi::UpboundNamespaced => Vec::new(),
    }
}

/// The built-in schema of an object's spec; none for kinds that are not a provider's.
pub fn spec_schema(object: &Object) -> Option<&'static JSONSchemaProps> {
    match object.group() {
        community::GROUP => community::spec_schema(object.kind()),
        _ => None,
    }
}
