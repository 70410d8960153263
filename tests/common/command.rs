//! What `render` prints, taken apart.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};

use crate::common::{function_appauth, yaml};

pub(crate) const RESOURCE_NAME: &str = "crossplane.io/composition-resource-name";
/// What Crossplane adds to a composed resource's metadata, and the command with it, beside the name that it makes.
const ADDED: [&str; 2] = ["generateName", "ownerReferences"];

/// What the command prints.
pub(crate) struct Printed {
    pub(crate) documents: String,
    /// A line for each finding: its mark, its place, its sentence.
    pub(crate) findings: Vec<String>,
}

/// The documents.
pub(crate) struct Rendered {
    /// The composite, without its conditions.
    pub(crate) composite: Value,
    /// Without their times.
    pub(crate) conditions: Vec<Value>,
    /// By name in the composition.
    pub(crate) resources: BTreeMap<String, Value>,
}

impl Printed {
    /// Renders an AppAuth with these settings, as `cases::settings` names them.
    pub(crate) fn of(xr: &Path, settings: &[(&str, &Path)]) -> Self {
        let mut command = function_appauth();
        command.arg("render").arg(xr);
        for (name, path) in settings {
            let flag = match *name {
                "requiredResources" => "required-resources",
                name => name,
            };
            command.arg(format!("--{flag}")).arg(path);
        }
        let output = command.output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        let is_finding = |line: &&str| line.starts_with("x ") || line.starts_with("! ");
        let printed = Self {
            documents: String::from_utf8(output.stdout).unwrap(),
            findings: told.lines().filter(is_finding).map(str::to_owned).collect(),
        };
        let refused = printed.findings.iter().any(|line| line.starts_with("x "));
        let code = output.status.code();
        assert_eq!(code, Some(i32::from(refused)), "{}: {told}", xr.display());
        printed
    }

    /// The errors, in the order of the lines.
    pub(crate) fn refusals(&self) -> Vec<&str> {
        let lines = self.findings.iter();
        let errors = lines.filter_map(|line| line.strip_prefix("x "));
        errors.map(without_place).collect()
    }

    /// The errors in one line, as the function writes them, but in the order of the lines.
    pub(crate) fn refusal(&self) -> Option<String> {
        match self.refusals().as_slice() {
            [] => None,
            [refusal] => Some((*refusal).to_owned()),
            many => Some(format!("{} problems: {}", many.len(), many.join("; "))),
        }
    }

    pub(crate) fn rendered(&self) -> Rendered {
        let mut documents = yaml(&self.documents).into_iter();
        let mut composite = documents.next().unwrap();
        let conditions = composite["status"]
            .as_object_mut()
            .unwrap()
            .remove("conditions");
        let mut conditions = conditions.unwrap().as_array().unwrap().clone();
        for condition in &mut conditions {
            condition
                .as_object_mut()
                .unwrap()
                .remove("lastTransitionTime");
        }
        let name = |body: &Value| {
            let name = &body["metadata"]["annotations"][RESOURCE_NAME];
            name.as_str().unwrap().to_owned()
        };
        Rendered {
            composite,
            conditions,
            resources: documents.map(|body| (name(&body), body)).collect(),
        }
    }
}

/// A line without the mark, without its place, `file.yaml:12:3: `.
fn without_place(line: &str) -> &str {
    match line.split_once(".yaml:") {
        Some((file, rest)) if file.starts_with('/') => {
            rest.splitn(3, ':').last().unwrap().trim_start()
        }
        _ => line,
    }
}

/// A composed resource without what Crossplane adds to it, and without its name where that is this one.
pub(crate) fn bare(mut body: Value, name: Option<&Value>) -> Value {
    let Some(Value::Object(metadata)) = body.get_mut("metadata") else {
        return body;
    };
    metadata.retain(|field, value| {
        let is_its_name = field == "name" && Some(&*value) == name;
        !is_its_name && !ADDED.contains(&field.as_str())
    });
    for (field, prefixes) in [
        ("annotations", [RESOURCE_NAME].as_slice()),
        (
            "labels",
            &["crossplane.io/composite", "crossplane.io/claim-"],
        ),
    ] {
        if let Some(Value::Object(entries)) = metadata.get_mut(field) {
            entries.retain(|key, _| !prefixes.iter().any(|prefix| key.starts_with(prefix)));
        }
    }
    metadata.retain(|_, value| value != &json!({}));
    if metadata.is_empty() {
        body.as_object_mut().unwrap().remove("metadata");
    }
    body
}
