//! scaffold
pub mod api;
pub mod finding;
pub mod path;
pub mod schema;
