//! Structural schemas: what Kubernetes' API server would say of a value.
//!
//! A [`Schema`] is compiled once from OpenAPI v3 (`compile`) and checks any number of values (`check`). It knows
//! nothing of Cognito. The wording of what is wrong is the API server's own, which people search for; what to do about
//! it is ours.

mod check;
mod compile;

use std::collections::BTreeMap;

use regex_lite::Regex;
use serde_json::Value;

pub use compile::CompileError;

/// A compiled structural schema.
#[derive(Debug, Default)]
pub struct Schema {
    kind: Option<Kind>,
    nullable: bool,
    int_or_string: bool,
    preserve_unknown: bool,
    properties: BTreeMap<String, Schema>,
    required: Vec<String>,
    additional: Option<Box<Schema>>,
    max_properties: Option<usize>,
    min_properties: Option<usize>,
    items: Option<Box<Schema>>,
    list: List,
    min_items: Option<usize>,
    max_items: Option<usize>,
    choices: Vec<Value>,
    pattern: Option<Regex>,
    min_length: Option<usize>,
    max_length: Option<usize>,
    minimum: Option<f64>,
    maximum: Option<f64>,
    example: Option<Value>,
}

/// The types of OpenAPI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Object,
    Array,
    String,
    Integer,
    Number,
    Boolean,
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
