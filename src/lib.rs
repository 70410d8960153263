//! scaffold
pub mod api;
pub mod finding;
pub mod path;
pub mod plan;
pub mod protocol;
pub mod schema;
