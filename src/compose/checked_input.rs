//! The function's Input, read and checked by itself.

use std::sync::{Arc, OnceLock};

use serde_json::Value;

use crate::api::input::Input;
use crate::api::openapi;
use crate::finding::{Document, Finding};
use crate::path::{FieldPath, Path};
use crate::plan;
use crate::schema::Schema;
use crate::typed;

use super::schemas::compiled;
use super::{as_mistake, bug, overrides};

/// An Input, typed, and what is wrong with it by itself. It is the same for every AppAuth of a Composition.
#[derive(Debug, Default)]
pub struct CheckedInput {
    /// The Input; an empty one where its shape is wrong.
    pub(super) input: Input,
    pub(super) findings: Vec<Finding>,
}

impl CheckedInput {
    /// Reads an Input, where the Composition has one.
    pub fn read(input: Option<Value>) -> Arc<Self> {
        Arc::new(input.map(Self::check).unwrap_or_default())
    }

    fn check(input: Value) -> Self {
        let mut found = Vec::new();
        input_schema().check(&input, &Path::Root, &mut found);
        let mut findings: Vec<Finding> = found
            .into_iter()
            .map(|finding| as_mistake(finding).in_document(Document::Input))
            .collect();
        let input = if findings.is_empty() {
            typed::read(input).unwrap_or_else(|error| {
                findings.push(bug(Document::Input, FieldPath::default(), &error));
                Input::default()
            })
        } else {
            Input::default()
        };
        findings.extend(overrides::check(&input));
        findings.extend(plan::check_input(&input));
        findings.sort();
        Self { input, findings }
    }

    /// What is wrong with it, whatever the AppAuth.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }
}

fn input_schema() -> &'static Schema {
    static SCHEMA: OnceLock<Schema> = OnceLock::new();
    SCHEMA.get_or_init(|| compiled(openapi::input()))
}
