//! What people write: [`app_auth`], the application team's side, and [`input`], the platform team's.

pub mod app_auth;
pub mod composite;
pub mod duration;
pub mod input;
pub mod manifests;
pub mod openapi;
pub mod xrd_rules;

/// The group of the AppAuth that `package/` and the examples use. Platform teams choose their own.
pub const GROUP: &str = "platform.example.org";
/// The version of that AppAuth.
pub const VERSION: &str = "v1alpha1";

/// The tag of a pool with a hash of all that is asked of the provider: it carries changes that the provider does not
/// compare, and tells that an AppAuth has the pool in its care.
pub const SPEC_HASH: &str = "appauth.fn.crossplane.io/spec-hash";

/// The fields of a composite's spec that are Crossplane's own, in its versions 1 and 2. They are passed over.
pub const CROSSPLANE_SPEC_FIELDS: [&str; 13] = [
    "claimRef",
    "compositeDeletePolicy",
    "compositionRef",
    "compositionRevisionRef",
    "compositionRevisionSelector",
    "compositionSelector",
    "compositionUpdatePolicy",
    "crossplane",
    "environmentConfigRefs",
    "publishConnectionDetailsTo",
    "resourceRef",
    "resourceRefs",
    "writeConnectionSecretToRef",
];
