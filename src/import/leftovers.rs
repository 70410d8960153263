//! What an object at AWS leaves behind beside its part of the spec: overrides, and things to say.

use serde_json::{Map, Value, json};

use super::aws::{READ_ONLY, Unknown};
use crate::finding::{Document, Finding};
use crate::path::FieldPath;

/// What of one object AppAuth has no word for.
#[derive(Debug)]
pub(super) struct Rest {
    /// The object, as `Kind/name`.
    object: String,
    /// What is laid over the provider's fields.
    fields: Map<String, Value>,
    /// What a person should hear.
    pub(super) findings: Vec<Finding>,
}

impl Rest {
    /// Nothing yet of this object.
    pub(super) fn of(kind: &str, name: &str) -> Self {
        Self {
            object: format!("{kind}/{name}"),
            fields: Map::new(),
            findings: Vec::new(),
        }
    }

    /// Lays a value over a field of the provider's, by its path below forProvider; null takes the field away.
    pub(super) fn patch(&mut self, path: &str, value: impl Into<Value>) {
        let mut fields = &mut self.fields;
        let mut steps = path.split('.').peekable();
        while let Some(step) = steps.next() {
            if steps.peek().is_none() {
                fields.insert(step.to_owned(), value.into());
                return;
            }
            let below = fields.entry(step).or_insert_with(|| json!({}));
            let Value::Object(map) = below else { return };
            fields = map;
        }
    }

    /// Says something about a field at AWS.
    pub(super) fn advise(
        &mut self,
        field: &str,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        let finding = Finding::advice(FieldPath::parse(field), problem, remedy);
        self.findings
            .push(finding.in_document(Document::Object(self.object.clone())));
    }

    /// Says that a value at AWS does not survive an update of the provider's.
    pub(super) fn lost(&mut self, field: &str, value: &str, becomes: &str) {
        self.advise(
            field,
            format!(
                "{value} would be reset to {becomes}: the provider cannot send it, and AWS resets what an update leaves out"
            ),
            "apply this only if you can do without it",
        );
    }

    /// Names the fields that nobody here knows, and that have a value.
    pub(super) fn unknown(&mut self, at: &str, unknown: &Unknown) {
        for (field, value) in unknown {
            let read_only = READ_ONLY.contains(&field.as_str()) || field.ends_with("Failure");
            if read_only || is_empty(value) {
                continue;
            }
            let path = FieldPath::parse(at).field(field.clone());
            self.findings.push(
                Finding::advice(
                    path,
                    "is not known here, and an update of the provider's may reset it",
                    "look whether you need it",
                )
                .in_document(Document::Object(self.object.clone())),
            );
        }
    }

    /// The override of the Input, where there is something to lay over, and what there is to say.
    pub(super) fn into_parts(self, resource: &str) -> (Option<Value>, Vec<Finding>) {
        let patch = (!self.fields.is_empty()).then(|| {
            json!({
                "resource": resource,
                "patch": { "spec": { "forProvider": self.fields } },
            })
        });
        (patch, self.findings)
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Array(entries) => entries.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(true) | Value::Number(_) => false,
    }
}

/// A value that is written only where it is not what AppAuth would have without it.
pub(super) fn unless<T: PartialEq>(default: &T, value: T) -> Option<T> {
    (value != *default).then_some(value)
}

/// A text that says something: the provider takes an empty one for none.
pub(super) fn text(text: Option<&String>) -> Option<String> {
    text.filter(|text| !text.is_empty()).cloned()
}

/// A list as the provider compares it: sorted by bytes, each entry once.
pub(super) fn sorted(list: Option<&Vec<String>>) -> Vec<String> {
    let mut entries = list.cloned().unwrap_or_default();
    entries.sort_unstable();
    entries.dedup();
    entries
}

/// A list for a patch: null where it is empty, because an empty list differs from none for ever.
pub(super) fn or_null(list: Vec<String>) -> Value {
    if list.is_empty() {
        Value::Null
    } else {
        json!(list)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patches_nest() {
        let mut rest = Rest::of("UserPool", "shop");
        rest.patch("emailConfiguration.from", "a");
        rest.patch("emailConfiguration.sourceARN", Value::Null);
        rest.patch("policies", Value::Null);
        let (patch, findings) = rest.into_parts("user-pool");
        assert_eq!(
            patch.unwrap(),
            json!({"resource": "user-pool", "patch": {"spec": {"forProvider": {
                "emailConfiguration": {"from": "a", "sourceARN": null}, "policies": null}}}})
        );
        assert_eq!(findings, []);
        assert_eq!(Rest::of("a", "b").into_parts("c").0, None);
    }

    #[test]
    fn only_what_has_a_value_and_is_ours_to_set_is_unknown() {
        let unknown = json!({
            "New": 1, "Off": false, "None": null, "Empty": {}, "Arn": "a", "CreationDate": 1.5, "SmsConfigurationFailure": "x",
        });
        let mut rest = Rest::of("UserPool", "shop");
        rest.unknown("Policies", &serde_json::from_value(unknown).unwrap());
        let said: Vec<String> = rest.findings.iter().map(Finding::to_string).collect();
        assert_eq!(
            said,
            [
                "UserPool/shop Policies.New: is not known here, and an update of the provider's may reset it; look whether you need it"
            ]
        );
    }
}
