//! What entries of a list are to each other.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::List;
use super::check::{Faults, Sort};
use super::pruned::Kept;
use super::remedies::shown;
use super::value::digits;
use crate::path::Path;

impl List {
    /// Finds the entries of a set, or of a map by its keys, that are there a second time. What is there a third time is
    /// not said once more, as the API server does not.
    ///
    /// Source: k8s.io/apiextensions-apiserver, `pkg/apiserver/schema/listtype`.
    pub(super) fn check(
        &self,
        kept: Kept<'_>,
        entries: &[Value],
        at: &Path<'_>,
        faults: &mut Faults,
    ) {
        match self {
            Self::Atomic => {}
            Self::Set => {
                let keys = entries
                    .iter()
                    .map(|entry| Some(kept.entry(entry).to_value()));
                find_duplicates(keys, true, at, faults);
            }
            Self::Map(names) => {
                for (index, entry) in entries.iter().enumerate() {
                    if !entry.is_object() && !entry.is_null() {
                        let problem =
                            "Invalid value: must be an object for an array of list-type map";
                        let remedy = format!("write an object with {}", names.join(", "));
                        faults.push(Sort::Invalid, at.index(index).to_owned(), problem, remedy);
                        return;
                    }
                }
                let keys = entries.iter().map(|entry| key(kept.entry(entry), names));
                find_duplicates(keys, false, at, faults);
            }
        }
    }
}

/// The fields of an entry that identify it. Of a single one that is not there, there is nothing to show.
fn key(entry: Kept<'_>, names: &[String]) -> Option<Value> {
    let fields = entry.value.as_object();
    let present = names.iter().filter_map(|name| {
        let field = entry.get(fields?, name)?;
        Some((name.clone(), field.to_value()))
    });
    let key: Map<String, Value> = present.collect();
    (names.len() > 1 || !key.is_empty()).then_some(Value::Object(key))
}

fn find_duplicates(
    keys: impl ExactSizeIterator<Item = Option<Value>>,
    is_set: bool,
    at: &Path<'_>,
    faults: &mut Faults,
) {
    if keys.len() < 2 {
        return;
    }
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for (index, key) in keys.enumerate() {
        let mut text = String::new();
        if let Some(key) = &key {
            // An entry of a set that is a number is compared as it is, and so is the one key of a map's entry.
            let is_compound = key.is_object() || key.is_array();
            let is_single = key.as_object().is_some_and(|key| key.len() == 1);
            write_key(key, is_compound && (is_set || !is_single), &mut text);
        }
        let times = seen.entry(text).or_default();
        *times += 1;
        if *times == 2 {
            let key = key.unwrap_or_else(|| Value::Object(Map::new()));
            let problem = format!("Duplicate value: {}", shown(&key));
            let remedy = "each may appear once; remove one";
            faults.push(Sort::Invalid, at.index(index).to_owned(), problem, remedy);
        }
    }
}

/// Writes what a value is equal by. Within lists and objects the API server takes `1` and `1.0` for the same.
fn write_key(value: &Value, within: bool, text: &mut String) {
    match value {
        Value::Array(entries) => {
            text.push('[');
            for entry in entries {
                write_key(entry, true, text);
                text.push(',');
            }
            text.push(']');
        }
        Value::Object(fields) => {
            text.push('{');
            for (name, field) in fields {
                let _ = write!(text, "{}:", Value::from(name.as_str()));
                write_key(field, within || field.is_object() || field.is_array(), text);
                text.push(',');
            }
            text.push('}');
        }
        Value::Number(number) if within && number.is_f64() => {
            text.push_str(&number.as_f64().map(digits).unwrap_or_default());
        }
        scalar => {
            let _ = write!(text, "{scalar}");
        }
    }
}

/// `uniqueItems`, which no CRD may have, but schemas of other origin do: the first entry that is equal to an earlier one
/// is said, at the list.
pub(super) fn check_unique(kept: Kept<'_>, entries: &[Value], at: &Path<'_>, faults: &mut Faults) {
    let mut seen = std::collections::BTreeSet::new();
    for entry in entries {
        let value = kept.entry(entry).to_value();
        if !seen.insert(value.to_string()) {
            let problem = format!("Duplicate value: {}", shown(&value));
            let remedy = "each may appear once; remove one";
            faults.push(Sort::Invalid, at.to_owned(), problem, remedy);
            return;
        }
    }
}
