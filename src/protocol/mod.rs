//! The messages between Crossplane and a function, once for both packages they come in.
//!
//! `apiextensions.fn.proto.v1beta1` (Crossplane 1.14 to 1.16) and `apiextensions.fn.proto.v1` (1.17 and later) have the
//! same messages with the same field numbers, so the types here are made from `proto/v1` and read both. Which package a
//! caller spoke is known to the gRPC path alone.
//!
//! Most of a request is only passed on, if it is read at all. A [`Struct`] therefore stays in the bytes it came in until
//! somebody asks for its JSON, and what this version of the protocol does not know inside it survives.
//!
//! Crossplane sends secrets: credentials, connection details, whatever stands in a composed Secret. None of them shows
//! in the `Debug` output of a message.

mod json;
mod json_eq;
mod raw_struct;

use std::fmt;

pub use generated::v1::*;
pub use json::JsonError;
pub use raw_struct::Struct;

mod generated {
    #[rustfmt::skip]
    #[allow(clippy::all, clippy::pedantic, unreachable_pub, reason = "generated code")]
    pub mod v1;
}

/// The descriptors of both packages and of what they import, an encoded `FileDescriptorSet`: what gRPC reflection
/// answers with.
pub const DESCRIPTORS: &[u8] = include_bytes!("generated/descriptors.bin");

/// Whether the caller says that it can do this. Crossplane before 2.2 says nothing, so `false` may also mean that it
/// can and does not tell; [`Capability::Capabilities`] distinguishes the two.
pub fn has_capability(meta: Option<&RequestMeta>, capability: Capability) -> bool {
    meta.is_some_and(|meta| meta.capabilities().any(|known| known == capability))
}

/// Names the connection details without their values.
impl fmt::Debug for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            resource,
            connection_details,
            ready: _,
        } = self;
        f.debug_struct("Resource")
            .field("resource", resource)
            .field("connection_details", &connection_details.keys())
            .field("ready", &self.ready())
            .finish()
    }
}

/// Names the entries of the Secret without their values.
impl fmt::Debug for CredentialData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { data } = self;
        f.debug_struct("CredentialData")
            .field("data", &data.keys())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn a_capability_is_what_the_caller_lists() {
        let meta = |capabilities: &[Capability]| RequestMeta {
            capabilities: capabilities.iter().map(|&known| known.into()).collect(),
            ..RequestMeta::default()
        };
        let schemas = Capability::RequiredSchemas;
        assert!(!has_capability(None, schemas));
        assert!(!has_capability(Some(&meta(&[])), schemas));
        assert!(!has_capability(
            Some(&meta(&[Capability::Capabilities])),
            schemas
        ));
        assert!(has_capability(
            Some(&meta(&[Capability::Capabilities, schemas])),
            schemas
        ));
    }

    #[test]
    fn an_unknown_capability_is_no_capability() {
        let meta = RequestMeta {
            capabilities: vec![99],
            ..RequestMeta::default()
        };
        assert!(!has_capability(Some(&meta), Capability::Unspecified));
    }

    #[test]
    fn debug_output_shows_no_secrets() {
        let secret = || BTreeMap::from([("password".to_owned(), b"hunter2".to_vec())]);
        let body = serde_json::json!({"data": {"token": "hunter2"}});
        let credentials = Credentials {
            source: Some(credentials::Source::CredentialData(CredentialData {
                data: secret(),
            })),
        };
        let request = RunFunctionRequest {
            observed: Some(State {
                composite: Some(Resource {
                    resource: body.as_object().map(Struct::from_json),
                    connection_details: secret(),
                    ready: Ready::True.into(),
                }),
                ..State::default()
            }),
            credentials: BTreeMap::from([("aws".to_owned(), credentials)]),
            ..RunFunctionRequest::default()
        };
        for shown in [format!("{request:?}"), format!("{request:#?}")] {
            let bytes = format!("{:?}", b"hunter2");
            let first_bytes = &bytes[1..12];
            assert!(
                !shown.contains("hunter2") && !shown.contains(first_bytes),
                "{shown}"
            );
            assert!(shown.contains("password"), "{shown}");
        }
    }
}
