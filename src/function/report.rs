//! What a call was about and how it was answered, for logs and metrics: names and numbers, never what a request holds.

use crate::compose::schemas::Judges;
use crate::finding::{Finding, Severity};
use crate::json::Json;

/// About one call.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// The composite resource.
    pub composite: Composite,
    /// What was found: the id of the Cognito rule, if it is one, and whether it stopped the render.
    pub findings: Vec<(Option<&'static str>, Severity)>,
    /// Whose schemas judged, counted in kinds.
    pub judges: Judges,
    /// Of the Input, if there is one.
    pub inputs: Lookups,
    /// Of the schemas that the cluster sent.
    pub schemas: Lookups,
}

/// What a composite resource is called. Empty where it does not say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Composite {
    /// `apiVersion`.
    pub api_version: String,
    /// `kind`.
    pub kind: String,
    /// `metadata.namespace`; empty for one of the cluster.
    pub namespace: String,
    /// `metadata.name`.
    pub name: String,
}

/// How often something was read that had been read before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lookups {
    /// Found as it was read before.
    pub hits: u64,
    /// Read anew.
    pub misses: u64,
}

impl Lookups {
    pub(super) fn count(&mut self, is_hit: bool) {
        *(if is_hit {
            &mut self.hits
        } else {
            &mut self.misses
        }) += 1;
    }
}

impl Composite {
    pub(super) fn of(composite: &Json<'_>) -> Self {
        let text = |pointer| {
            let text = composite.at(pointer).and_then(Json::as_str);
            text.unwrap_or_default().to_owned()
        };
        Self {
            api_version: text("/apiVersion"),
            kind: text("/kind"),
            namespace: text("/metadata/namespace"),
            name: text("/metadata/name"),
        }
    }
}

impl Report {
    pub(super) fn found(&mut self, findings: &[Finding]) {
        let findings = findings.iter();
        self.findings
            .extend(findings.map(|finding| (finding.rule, finding.severity)));
    }
}
