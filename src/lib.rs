//! A Crossplane composition function that turns a short `AppAuth` into Amazon Cognito resources.
//!
//! ```text
//!  XR + Input ──▶ plan ──▶ providers ──▶ schema        all four meet only in compose
//!                   └────▶ rules                       (pure: no I/O, no clock, no environment)
//!
//!  compose ◀── function ◀── server, cli
//! ```
//!
//! - [`api`]: what people write, an AppAuth and an Input, and the OpenAPI of both.
//! - [`plan`]: what they mean, whichever provider renders it.
//! - [`rules`]: what Cognito asks of a plan.
//! - [`providers`]: the objects that a provider wants.
//! - [`schema`]: what the API server would say of them.
//! - [`compose`]: the six steps from one to the next.
//! - [`graph`]: the picture of an outcome.
//! - [`import`]: what exists at AWS, as the AppAuth that takes it over.
//! - [`protocol`]: the messages between Crossplane and a function.
//! - [`function`]: protocol in, compose, protocol out.
//! - [`server`], [`cli`] and `wasm`: the ways in, each behind a feature.
//! - [`manifest`]: YAML in and out, with positions.
//! - [`workspace`]: what the ways in do with texts.
//! - [`finding`] and [`path`]: what is wrong, and where.
//! - [`json`]: JSON as it was read, without a copy of its texts.

pub mod api;
#[cfg(feature = "cli")]
pub mod cli;
pub mod compose;
pub mod finding;
pub mod function;
pub mod graph;
pub mod import;
pub mod json;
#[cfg(feature = "yaml")]
pub mod manifest;
mod names;
pub mod path;
pub mod plan;
pub mod protocol;
pub mod providers;
pub mod rules;
pub mod schema;
#[cfg(feature = "server")]
pub mod server;
mod text;
#[cfg(any(feature = "guest", feature = "js"))]
pub mod wasm;
#[cfg(feature = "yaml")]
pub mod workspace;
