//! What a render comes to: plain data.

use std::collections::BTreeMap;

use serde_json::Value;

use super::schemas::Judges;
use crate::finding::Finding;
use crate::plan::Plan;

use super::requirements::Question;
use super::schemas::SchemaQuestion;

/// What a render comes to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outcome {
    /// What is to exist, in the order of the plan. Empty where there are errors.
    pub desired: Vec<Desired>,
    /// The composite's status, as JSON. None where there are errors.
    pub status: Option<Value>,
    /// The composite's connection details. Values are secrets.
    pub connection_details: BTreeMap<String, Vec<u8>>,
    /// What was found: errors alone, or advice alone, sorted by path.
    pub findings: Vec<Finding>,
    /// What waits, and for what.
    pub waits: Vec<Wait>,
    /// What the provider could not bring about, in its own words.
    pub refusals: Vec<Refusal>,
    /// What is asked of the cluster.
    pub questions: Vec<Question>,
    /// Which schemas are asked for.
    pub schema_questions: Vec<SchemaQuestion>,
    /// The plan that was rendered. None where there are errors.
    pub plan: Option<Plan>,
    /// What the objects were checked against, for people.
    pub checked_against: String,
    /// Whose schemas judged.
    pub judges: Judges,
}

/// A resource that is to exist.
#[derive(Debug, Clone, PartialEq)]
pub struct Desired {
    /// Its name in the composition.
    pub name: String,
    /// The whole of it.
    pub body: Value,
    /// Whether it is there: as meant, at AWS, and settled.
    pub ready: bool,
}

/// A resource that is not rendered until something else has happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    /// The resource that waits, by its name in the composition.
    pub resource: String,
    /// What it waits for, by its name in the composition.
    pub waits_for: String,
    /// The sentence for people.
    pub because: String,
}

/// What the provider could not bring about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The resource, by its name in the composition.
    pub resource: String,
    /// Why, in the provider's own words, without secrets and without what changes from one try to the next.
    pub message: String,
}

impl Outcome {
    /// The outcome of input that is wrong: every error, and nothing else.
    pub(super) fn invalid(mut findings: Vec<Finding>) -> Self {
        findings.retain(Finding::is_error);
        findings.sort();
        findings.dedup();
        Self {
            findings,
            ..Self::default()
        }
    }

    /// Whether nothing was rendered because of what was found.
    pub fn is_invalid(&self) -> bool {
        self.findings.iter().any(Finding::is_error)
    }

    /// The advice in one line; none where there is none.
    pub fn advice(&self) -> Option<String> {
        let advice: Vec<String> = self
            .findings
            .iter()
            .filter(|finding| !finding.is_error())
            .map(Finding::to_string)
            .collect();
        (!advice.is_empty()).then(|| advice.join("; "))
    }
}
