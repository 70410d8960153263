//! Structural schemas: what Kubernetes' API server would say of a value.
//!
//! A [`Schema`] is compiled once from OpenAPI v3 (`written`, `compile`) and judges any number of values. It knows nothing of
//! Cognito. The wording of what is wrong is the API server's own, which people search for; what to do about it is ours.
//!
//! The API server does not judge what was sent, but what it keeps of it: it prunes unknown fields, drops null where
//! null may not be, and fills in defaults. `kept` is a view of a value in which all that has happened, so that nothing
//! is copied; `check` walks it, with `value`, `formats`, `list` and `embedded` for what stands in one place, and `cel`
//! evaluates the rules of `x-kubernetes-validations`.
//!
//! Source: k8s.io/apiextensions-apiserver v0.34.1 and k8s.io/kube-openapi's validation, with which
//! `tests/differential.rs` compares it.

#[cfg(feature = "cel")]
mod cel;
mod check;
mod compile;
mod composite;
pub mod definitions;
mod formats;
mod keywords;
mod list;
mod object_meta;
mod pattern;
mod pruned;
mod remedies;
mod value;

use std::collections::BTreeMap;

use serde_json::Value;

pub use compile::CompileError;

use formats::Format;
use pattern::Pattern;

/// A compiled structural schema.
#[derive(Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "keywords of OpenAPI that are there or not"
)]
pub struct Schema {
    /// The types a value may have; none where any will do.
    types: Types,
    nullable: bool,
    /// Whether the object that it is a property of requires it.
    is_required: bool,
    preserves_unknown: bool,
    /// Whether it is an object of Kubernetes within another: with apiVersion, kind and metadata of its own.
    embedded: bool,
    properties: BTreeMap<String, Schema>,
    additional: Additional,
    /// The names of the properties that have a default.
    defaulted: Vec<String>,
    default: Option<Value>,
    items: Option<Box<Schema>>,
    list: List,
    bounds: Bounds,
    choices: Vec<Value>,
    all_of: Vec<Schema>,
    any_of: Vec<Schema>,
    one_of: Vec<Schema>,
    not: Option<Box<Schema>>,
    #[cfg(feature = "cel")]
    rules: Vec<cel::Rule>,
    /// Whether there are rules, here or in anything within.
    has_rules: bool,
    example: Option<Value>,
}

/// Types of OpenAPI.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Types {
    #[default]
    Any,
    One(Kind),
    IntOrString,
}

/// A type of OpenAPI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Object,
    Array,
    String,
    Integer,
    Number,
    Boolean,
}

/// What an object may have beside its properties.
#[derive(Debug, Default)]
enum Additional {
    /// Nothing that is known.
    #[default]
    Unknown,
    /// Anything; of objects among it the API server keeps no fields.
    Any,
    /// Values of a schema: a map.
    Of(Box<Schema>),
}

/// What a list's entries are to each other.
#[derive(Debug, Default, PartialEq, Eq)]
enum List {
    /// Nothing.
    #[default]
    Atomic,
    /// No two are equal.
    Set,
    /// No two have the same values of these fields.
    Map(Vec<String>),
}

/// How long, large and many.
#[derive(Debug, Default)]
struct Bounds {
    required: Vec<String>,
    min_properties: Option<i64>,
    max_properties: Option<i64>,
    min_items: Option<i64>,
    max_items: Option<i64>,
    unique_items: bool,
    min_length: Option<i64>,
    max_length: Option<i64>,
    /// What a text has to match, as it is written and compiled.
    pattern: Option<(String, Pattern)>,
    format: Option<Format>,
    minimum: Option<f64>,
    exclusive_minimum: bool,
    maximum: Option<f64>,
    exclusive_maximum: bool,
    multiple_of: Option<f64>,
}
