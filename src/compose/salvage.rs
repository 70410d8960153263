//! Removes the parts of a document that have the wrong shape, so that the rules can judge the other parts.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::finding::{Finding, nearest};
use crate::path::{FieldPath, Path, Segment, value_at};
use crate::rules;
use crate::schema::Schema;

/// How often the rest is checked again: a value that is taken out may be required, and so on outwards.
const MOST_ROUNDS: usize = 16;

/// A document of the right shape, and what of it was not.
#[derive(Debug)]
pub(super) struct Salvaged {
    /// The rest of the document.
    pub(super) value: Value,
    /// The parts with errors, such as one client or the domain. Findings in them do not count, because their remaining
    /// fields are not the whole part.
    broken: BTreeSet<FieldPath>,
}

/// Makes the entry of a list, by its place in it.
type EntryOf = fn(usize) -> Value;

/// A kind of document, and what its parts are.
#[derive(Debug, Clone, Copy)]
pub(super) enum DocumentKind {
    /// The spec of an AppAuth.
    Spec,
    /// An Input.
    Input,
}

impl DocumentKind {
    /// The path of the document.
    fn root(self) -> Path<'static> {
        match self {
            Self::Spec => Path::Field(&Path::Root, "spec"),
            Self::Input => Path::Root,
        }
    }

    /// The lists whose entries are parts of their own, with an entry of the right shape.
    fn lists(self) -> &'static [(&'static str, EntryOf)] {
        match self {
            Self::Spec => &[
                (
                    "clients",
                    |index| json!({ "name": unnamed(index), "type": "Web" }),
                ),
                (
                    "userPool.attributes",
                    |index| json!({ "name": unnamed(index) }),
                ),
                (
                    "resourceServers",
                    |index| json!({ "name": unnamed(index), "identifier": unnamed(index) }),
                ),
                (
                    "identityProviders",
                    |index| json!({ "name": unnamed(index), "type": "Oidc", "detailsSecretRef": { "name": unnamed(index) } }),
                ),
                ("groups", |index| json!({ "name": unnamed(index) })),
            ],
            Self::Input => &[("overrides", |_| json!({ "resource": "", "patch": {} }))],
        }
    }

    /// How deep below the root a path's part is.
    fn depth(self, steps: &[Segment]) -> usize {
        let list = self.lists().iter().find_map(|(list, _)| {
            let list = FieldPath::parse(list);
            let depth = list.segments().len();
            let is_entry = steps.starts_with(list.segments())
                && matches!(steps.get(depth), Some(Segment::Index(_)));
            is_entry.then_some(depth + 1)
        });
        let nested = match self {
            Self::Spec => "userPool",
            Self::Input => "policy",
        };
        let is_nested = matches!(steps.first(), Some(Segment::Field(name)) if name == nested);
        list.unwrap_or(1 + usize::from(is_nested)).min(steps.len())
    }
}

/// The name of a list's entry that has none; no one else is called so.
fn unnamed(index: usize) -> String {
    format!("unnamed-{index}")
}

/// Removes the values of the wrong shape. None if the document itself has the wrong shape.
pub(super) fn salvage(kind: DocumentKind, mut value: Value, schema: &Schema) -> Option<Salvaged> {
    let mut broken = BTreeSet::new();
    for _ in 0..MOST_ROUNDS {
        let mut found = Vec::new();
        schema.check(&value, &kind.root(), &mut found);
        found.retain(Finding::is_error);
        if found.is_empty() {
            return Some(Salvaged { value, broken });
        }
        // From the end, so that the entries of a list keep their places until it is their turn.
        found.sort();
        for finding in found.iter().rev() {
            let steps = finding.path.segments();
            let steps = &steps[kind.root().to_owned().segments().len()..];
            if steps.is_empty() {
                return None;
            }
            broken.extend(part(kind, &value, steps, schema));
            take_out(kind, &mut value, steps);
        }
    }
    None
}

/// The part that a path leads into. A misspelt field is the part that was meant, a misplaced one the part where it
/// belongs; any other unknown field breaks no part.
fn part(
    kind: DocumentKind,
    value: &Value,
    steps: &[Segment],
    schema: &Schema,
) -> Option<FieldPath> {
    let mut steps = steps.to_vec();
    if let Some((Segment::Field(name), parent)) = steps.split_last() {
        let known = schema.properties_at(parent);
        let is_unknown = !known.is_empty()
            && !known.iter().any(|each| each == name)
            && value_at(value, parent).is_some();
        if is_unknown && let Some(meant) = nearest(name, known) {
            let meant = Segment::Field(meant.to_owned().into());
            steps.pop();
            steps.push(meant);
        } else if is_unknown {
            let place = schema
                .only_place_of(name)
                .filter(|place| !place.contains('['))?;
            steps = FieldPath::parse(&place).segments().to_vec();
        }
    }
    steps.truncate(kind.depth(&steps));
    let path = steps
        .into_iter()
        .fold(kind.root().to_owned(), |path, segment| match segment {
            Segment::Field(name) => path.field(name),
            Segment::Index(index) => path.index(index),
        });
    Some(path)
}

/// Takes a value out of a document. Where there is none, it is required, and what requires it goes. A list's entry that is
/// a part of its own gets the right shape instead, so that the entries after it keep their places.
fn take_out(kind: DocumentKind, value: &mut Value, steps: &[Segment]) {
    let is_there = value_at(value, steps).is_some();
    let end = steps.len() - usize::from(!is_there);
    let steps = &steps[..end];
    let Some((last, parent)) = steps.split_last() else {
        *value = Value::Object(Map::new());
        return;
    };
    let entry = kind
        .lists()
        .iter()
        .find_map(|(list, entry)| (FieldPath::parse(list).segments() == parent).then_some(entry));
    match (at_mut(value, parent), last) {
        (Some(Value::Object(fields)), Segment::Field(name)) => {
            fields.remove(name.as_ref());
        }
        (Some(Value::Array(entries)), Segment::Index(index)) if *index < entries.len() => {
            match entry {
                Some(entry) => entries[*index] = entry(*index),
                None => {
                    entries.remove(*index);
                }
            }
        }
        _ => {}
    }
}

fn at_mut<'a>(value: &'a mut Value, steps: &[Segment]) -> Option<&'a mut Value> {
    steps.iter().try_fold(value, |value, step| match step {
        Segment::Field(name) => value.get_mut(name.as_ref()),
        Segment::Index(index) => value.get_mut(index),
    })
}

impl Salvaged {
    /// Whether a finding in the rest holds for the document as it was written: it is in no broken part, and the rule that
    /// found it reads none.
    pub(super) fn holds(&self, finding: &Finding) -> bool {
        let is_in = |path: &FieldPath, whole: &FieldPath| path.strip_prefix(whole).is_some();
        let reads = finding.rule.map_or(&[][..], rules::reads);
        self.broken.iter().all(|broken| {
            let is_read = |path: &&str| {
                let path = FieldPath::parse("spec").join(&FieldPath::parse(path));
                is_in(&path, broken) || is_in(broken, &path)
            };
            !is_in(&finding.path, broken) && !reads.iter().any(is_read)
        })
    }

    /// Whether one of these fields of the document is broken.
    pub(super) fn is_broken(&self, fields: &[&str]) -> bool {
        self.broken.iter().any(|broken| {
            fields.iter().any(|field| {
                let field = FieldPath::parse(field);
                broken.strip_prefix(&field).is_some() || field.strip_prefix(broken).is_some()
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::spec_schema;
    use super::*;

    fn salvaged(spec: Value) -> (Value, Vec<String>) {
        let Salvaged { value, broken } = salvage(DocumentKind::Spec, spec, spec_schema()).unwrap();
        (value, broken.iter().map(FieldPath::to_string).collect())
    }

    #[test]
    fn the_rest_keeps_its_places() {
        let (rest, broken) = salvaged(json!({
            "clients": [
                {"name": "a", "type": "Web", "callbackUrls": ["https://a.example.org/", 5]},
                "b",
                {"type": "Spa"},
                {"name": "d", "type": "Wbe", "tokens": {"refresh": "x"}},
            ],
            "userPool": {"mfa": {"mode": "Sometimes"}, "sms": {"externalId": "x"}, "passwrd": {}},
            "domian": {"prefix": "shop"},
        }));
        assert_eq!(
            rest,
            json!({
                "clients": [
                    {"name": "a", "type": "Web", "callbackUrls": ["https://a.example.org/"]},
                    {"name": "unnamed-1", "type": "Web"},
                    {"name": "unnamed-2", "type": "Web"},
                    {"name": "unnamed-3", "type": "Web"},
                ],
                "userPool": {"mfa": {}},
            })
        );
        assert_eq!(
            broken,
            [
                "spec.clients[0]",
                "spec.clients[1]",
                "spec.clients[2]",
                "spec.clients[3]",
                "spec.domain",
                "spec.userPool.mfa",
                "spec.userPool.password",
                "spec.userPool.sms",
            ]
        );
    }

    #[test]
    fn of_a_spec_that_is_no_object_nothing_is_left() {
        assert!(salvage(DocumentKind::Spec, json!("shop"), spec_schema()).is_none());
    }
}
