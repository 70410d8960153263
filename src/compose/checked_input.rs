//! The function's Input, read and checked by itself.

use std::sync::{Arc, OnceLock};

use serde_json::{Map, Value};

use crate::api::input::Input;
use crate::api::openapi;
use crate::finding::{Document, Finding};
use crate::path::{FieldPath, Path, value_at};
use crate::plan;
use crate::schema::Schema;

use super::salvage::{DocumentKind, salvage};
use super::schemas::compiled;
use super::{Written, bug, corrected, has_errors, overrides};

/// An Input, typed, and what is wrong with it by itself. It is the same for every AppAuth of a Composition.
#[derive(Debug)]
pub struct CheckedInput {
    /// The Input, without values of the wrong shape.
    pub(super) input: Input,
    pub(super) findings: Vec<Finding>,
    /// Whether enough of it has the right shape to judge an AppAuth by it.
    pub(super) is_readable: bool,
}

impl Default for CheckedInput {
    fn default() -> Self {
        Self {
            input: Input::default(),
            findings: Vec::new(),
            is_readable: true,
        }
    }
}

/// Fields without which an AppAuth means something else, or is refused what the platform allows.
const ESSENTIAL: [&str; 4] = [
    "provider",
    "defaults",
    "ignoreFields",
    "policy.secretNamespaces",
];

impl CheckedInput {
    /// Reads an Input, where the Composition has one.
    pub fn read(input: Option<Value>) -> Arc<Self> {
        Arc::new(input.map_or_else(Self::default, Self::check))
    }

    fn check(mut input: Value) -> Self {
        // Kubernetes' metadata is for whoever reads the Composition.
        if let Some(fields) = input.as_object_mut() {
            fields.retain(|name, value| {
                name != "metadata" || !(value.is_object() || value.is_null())
            });
        }
        let mut findings = Vec::new();
        input_schema().check(&input, &Path::Root, &mut findings);
        let written = Written {
            value: &input,
            schema: input_schema(),
            below: "",
        };
        findings = findings
            .into_iter()
            .map(|finding| corrected(counting_null(finding, written), written))
            .collect();
        // In a patch, null removes a field.
        if let Some(fields) = input.as_object_mut() {
            fields.retain(|name, field| name == "overrides" || plan::drop_nulls(field));
        }
        let mut is_readable = true;
        if has_errors(&findings) {
            let rest = salvage(DocumentKind::Input, input, input_schema());
            is_readable = rest
                .as_ref()
                .is_some_and(|rest| !rest.is_broken(&ESSENTIAL));
            input = rest.map_or_else(|| Value::Object(Map::new()), |rest| rest.value);
        }
        let input = serde_json::from_value(input).unwrap_or_else(|error| {
            findings.push(bug(Document::Input, FieldPath::default(), &error));
            Input::default()
        });
        findings.extend(overrides::check(&input));
        findings.extend(plan::check_input(&input));
        let mut findings: Vec<Finding> = findings
            .into_iter()
            .map(|finding| finding.in_document(Document::Input))
            .collect();
        findings.sort();
        Self {
            input,
            findings,
            is_readable,
        }
    }

    /// What is wrong with it, whatever the AppAuth.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }
}

/// The API server leaves the Input as it is, so a null in it is not dropped there.
fn counting_null(finding: Finding, document: Written<'_>) -> Finding {
    let value = value_at(document.value, finding.path.segments());
    if value == Some(&Value::Null) && !finding.is_error() {
        return Finding {
            problem: "null counts as absent".to_owned(),
            ..finding
        };
    }
    finding
}

fn input_schema() -> &'static Schema {
    static SCHEMA: OnceLock<Schema> = OnceLock::new();
    SCHEMA.get_or_init(|| compiled(openapi::input()))
}
