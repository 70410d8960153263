//! The schemas and values of `suite.yaml`.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::{Question, thing};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    /// The schema of `spec`.
    schema: Option<Value>,
    /// The schema of the whole object, instead.
    root: Option<Value>,
    #[serde(default)]
    values: Vec<Value>,
    /// Values that each property is to have.
    #[serde(default)]
    every: Vec<Value>,
    #[serde(default)]
    updates: Vec<(Value, Value)>,
    /// The paths of what we do not check.
    #[serde(default)]
    unchecked: BTreeSet<String>,
}

pub(crate) fn questions() -> impl Iterator<Item = (Question, BTreeSet<String>)> {
    let cases: Vec<Case> = serde_saphyr::from_str(include_str!("suite.yaml")).unwrap();
    cases.into_iter().map(|case| {
        let Case {
            name,
            schema,
            root,
            mut values,
            every,
            updates,
            unchecked,
        } = case;
        if let Some(schema) = &schema {
            let properties = schema["properties"].as_object();
            values.extend(every.iter().map(|value| {
                properties
                    .into_iter()
                    .flat_map(serde_json::Map::keys)
                    .map(|property| (property.clone(), value.clone()))
                    .collect()
            }));
        }
        let values = values.into_iter().map(|value| (thing(value), None));
        let updates = updates
            .into_iter()
            .map(|(old, new)| (thing(new), Some(thing(old))));
        let question = Question {
            name,
            schema: root
                .unwrap_or_else(|| json!({ "type": "object", "properties": { "spec": schema } })),
            cases: values.chain(updates).collect(),
        };
        (question, unchecked)
    })
}
