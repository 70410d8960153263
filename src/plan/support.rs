//! What the chosen provider cannot do: each an error where a team wrote it, and left out of defaults.

use serde_json::{Map, Value};

use crate::api::input::ProviderApi;
use crate::finding::Finding;
use crate::path::{FieldPath, Path, Segment};

/// Something of the spec that only some can do.
struct Part {
    /// Where it stands below the spec, `[]` for each entry of a list.
    path: &'static str,
    /// The values that it is about; none for any.
    values: &'static [&'static str],
}

const fn part(path: &'static str) -> Part {
    Part { path, values: &[] }
}

const fn values(path: &'static str, values: &'static [&'static str]) -> Part {
    Part { path, values }
}

/// What only the Upbound providers can do: the community provider's CRDs have no field for it, or its controller
/// breaks on it.
const UPBOUND_ONLY: [Part; 12] = [
    part("userPool.tier"),
    part("userPool.signIn.firstFactors"),
    values("userPool.mfa.methods[]", &["Email"]),
    part("userPool.passkeys"),
    part("userPool.password.history"),
    values(
        "userPool.attributes[].type",
        &["Number", "Boolean", "DateTime"],
    ),
    part("userPool.messages.mfaEmail"),
    part("userPool.triggers.preTokenGenerationVersion"),
    values("userPool.threatProtection", &["Audit", "Enforced"]),
    part("domain.managedLogin"),
    values("clients[].signInFlows[]", &["Choice"]),
    part("clients[].tokens.rotation"),
];

/// The value under which the community provider is known to people.
const COMMUNITY: &str = "cognitoidentityprovider.aws.crossplane.io";

/// An Input that asks for a provider whose resources are not rendered.
pub(super) fn check_provider(provider: ProviderApi) -> Option<Finding> {
    (provider != ProviderApi::Community).then(|| {
        Finding::error(
            FieldPath::parse("provider.api"),
            "this version does not render for the Upbound providers",
            format!("use \"{COMMUNITY}\""),
        )
    })
}

/// Finds what was written and cannot be done.
pub(super) fn check(spec: &Value, provider: ProviderApi, found: &mut Vec<Finding>) {
    if provider != ProviderApi::Community {
        return;
    }
    for part in &UPBOUND_ONLY {
        part.visit(spec, &mut |path, value| {
            let what = named(value);
            let problem = format!(
                "{what}only the Upbound providers can do this, and this platform renders for \"{COMMUNITY}\""
            );
            found.push(Finding::error(path, problem, "remove it"));
        });
    }
}

/// Takes out of the defaults of a spec what the provider cannot have.
pub(super) fn leave_out(defaults: &mut Map<String, Value>, provider: ProviderApi) {
    if provider == ProviderApi::Community {
        let mut value = Value::Object(std::mem::take(defaults));
        for part in &UPBOUND_ONLY {
            part.remove(&mut value);
        }
        if let Value::Object(fields) = value {
            *defaults = fields;
        }
    }
}

/// Takes out of the defaults of a client what the provider cannot have.
pub(super) fn leave_out_of_client(client: &mut Map<String, Value>, provider: ProviderApi) {
    let mut spec = Map::new();
    let wrapped = Value::Array(vec![Value::Object(std::mem::take(client))]);
    spec.insert("clients".to_owned(), wrapped);
    leave_out(&mut spec, provider);
    if let Some(Value::Object(fields)) = spec.get_mut("clients").map(|clients| clients[0].take()) {
        *client = fields;
    }
}

/// The value that is meant, where it is a word.
fn named(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(String::new, |word| format!("\"{word}\": "))
}

impl Part {
    fn concerns(&self, value: &Value) -> bool {
        self.values.is_empty()
            || value
                .as_str()
                .is_some_and(|word| self.values.contains(&word))
    }

    /// Calls back for each place where it stands.
    fn visit(&self, spec: &Value, found: &mut dyn FnMut(FieldPath, &Value)) {
        fn walk(
            value: &Value,
            way: &str,
            path: &Path<'_>,
            found: &mut dyn FnMut(&Path<'_>, &Value),
        ) {
            if way.is_empty() {
                return found(path, value);
            }
            let (step, way) = way.split_once('.').unwrap_or((way, ""));
            let list = step.strip_suffix("[]");
            let Some(value) = value.get(list.unwrap_or(step)) else {
                return;
            };
            let path = path.field(list.unwrap_or(step));
            match (list, value) {
                (None, value) => walk(value, way, &path, found),
                (Some(_), Value::Array(entries)) => {
                    for (index, entry) in entries.iter().enumerate() {
                        walk(entry, way, &path.index(index), found);
                    }
                }
                _ => {}
            }
        }
        let root = Path::Root.field("spec");
        walk(spec, self.path, &root, &mut |path, value| {
            if self.concerns(value) {
                found(path.to_owned(), value);
            }
        });
    }

    /// Removes it from each place where it stands, and a list that this leaves empty.
    fn remove(&self, spec: &mut Value) {
        let mut places = Vec::new();
        self.visit(spec, &mut |path, _| places.push(path));
        for place in places.iter().rev() {
            take(spec, &place.segments()[1..]);
        }
    }
}

fn take(value: &mut Value, path: &[Segment]) {
    match (path, value) {
        ([Segment::Field(field)], Value::Object(fields)) => {
            fields.remove(field.as_ref());
        }
        ([Segment::Field(field), Segment::Index(index)], Value::Object(fields)) => {
            let Some(Value::Array(entries)) = fields.get_mut(field.as_ref()) else {
                return;
            };
            entries.remove(*index);
            if entries.is_empty() {
                fields.remove(field.as_ref());
            }
        }
        ([Segment::Field(field), rest @ ..], Value::Object(fields)) => {
            if let Some(value) = fields.get_mut(field.as_ref()) {
                take(value, rest);
            }
        }
        ([Segment::Index(index), rest @ ..], Value::Array(entries)) => {
            if let Some(entry) = entries.get_mut(*index) {
                take(entry, rest);
            }
        }
        _ => {}
    }
}
