//! What stands where in documents, so that a change of one puts there what may stand there, or nearly.

use std::collections::{BTreeMap, BTreeSet};

use libfuzzer_sys::fuzzer_mutate;
use serde_json::{Map, Value, json};

use crate::random::Random;

/// How many values of a field are kept, and how long they are at most.
const MOST: usize = 64;
const LONGEST: usize = 2_000;

/// Fields and values of documents.
#[derive(Debug, Default)]
pub struct Samples {
    /// The fields of the objects that have a name, or stand in a list that has it.
    fields: BTreeMap<String, Vec<String>>,
    /// The values that have a name, or stand in a list that has it.
    values: BTreeMap<String, Vec<Value>>,
    /// What nobody expects anywhere.
    odd: Vec<Value>,
}

impl Samples {
    /// Those of documents.
    pub fn of<'a>(documents: impl IntoIterator<Item = &'a Value>) -> Self {
        let mut fields = BTreeMap::new();
        let mut values = BTreeMap::new();
        for document in documents {
            collect("", document, &mut fields, &mut values);
        }
        Self {
            fields: fields
                .into_iter()
                .filter(|(_, fields): &(_, BTreeSet<String>)| !fields.is_empty())
                .map(|(name, fields)| (name, fields.into_iter().collect()))
                .collect(),
            values,
            odd: odd(),
        }
    }

    /// Changes something somewhere in a document.
    pub(crate) fn change(&self, document: &mut Value, random: &mut Random) {
        self.change_value("", document, random);
    }

    fn change_value(&self, name: &str, value: &mut Value, random: &mut Random) {
        match value {
            Value::Object(fields) if !random.once_in(12) => {
                self.change_fields(name, fields, random);
            }
            Value::Array(entries) if !random.once_in(12) => {
                self.change_entries(name, entries, random);
            }
            _ => self.replace(name, value, random),
        }
    }

    fn change_fields(&self, name: &str, fields: &mut Map<String, Value>, random: &mut Random) {
        let known = self.fields.get(name);
        if fields.is_empty() || random.once_in(4) {
            let key = match known {
                Some(known) if !random.once_in(16) => random.one_of(known).clone(),
                _ => self.any_name(random),
            };
            let value = self.value_of(&key, random);
            fields.insert(key, value);
            return;
        }
        let keys: Vec<String> = fields.keys().cloned().collect();
        let key = random.one_of(&keys);
        match random.below(16) {
            0 | 1 => drop(fields.remove(key)),
            2 => {
                let moved = fields.remove(key).unwrap_or_default();
                let key = if random.once_in(2) {
                    scribbled(key)
                } else {
                    self.any_name(random)
                };
                fields.insert(key, moved);
            }
            3 => fields[key] = self.value_of(key, random),
            _ => self.change_value(key, &mut fields[key], random),
        }
    }

    fn change_entries(&self, name: &str, entries: &mut Vec<Value>, random: &mut Random) {
        if entries.is_empty() || random.once_in(8) {
            entries.push(self.value_of(name, random));
            return;
        }
        let at = random.below(entries.len());
        match random.below(10) {
            0 => drop(entries.remove(at)),
            1 => entries.push(entries[at].clone()),
            2 => {
                let other = random.below(entries.len());
                entries.swap(at, other);
            }
            _ => self.change_value(name, &mut entries[at], random),
        }
    }

    fn replace(&self, name: &str, value: &mut Value, random: &mut Random) {
        if random.once_in(3) {
            *value = self.value_of(name, random);
            return;
        }
        match value {
            Value::String(text) => {
                *text = match (self.values.get(name), random.below(4)) {
                    // The end of one and the beginning of another.
                    (Some(values), 0) => match random.one_of(values) {
                        Value::String(other) => spliced(text, other, random),
                        _ => scribbled(text),
                    },
                    _ => scribbled(text),
                };
            }
            Value::Bool(flag) => *flag = !*flag,
            Value::Number(number) => {
                let near = number.as_i64().unwrap_or_default();
                let choices = [
                    near.wrapping_add(1),
                    near.wrapping_sub(1),
                    near.wrapping_mul(10),
                    near.wrapping_neg(),
                ];
                *value = json!(random.one_of(&choices));
            }
            Value::Null | Value::Array(_) | Value::Object(_) => {
                *value = random.one_of(&self.odd).clone();
            }
        }
    }

    /// A value for a field of this name.
    fn value_of(&self, name: &str, random: &mut Random) -> Value {
        match self.values.get(name) {
            _ if random.once_in(16) => random.one_of(&self.odd).clone(),
            Some(values) if !random.once_in(16) => random.one_of(values).clone(),
            _ => {
                let name = self.any_name(random);
                self.values
                    .get(&name)
                    .map_or(Value::Null, |values| random.one_of(values).clone())
            }
        }
    }

    fn any_name(&self, random: &mut Random) -> String {
        let at = random.below(self.values.len().max(1));
        self.values.keys().nth(at).cloned().unwrap_or_default()
    }

    /// The names and the short texts, for a dictionary.
    pub fn words(&self) -> BTreeSet<String> {
        let texts = self.values.values().flatten().filter_map(Value::as_str);
        let names = self.values.keys().map(String::as_str);
        names
            .chain(texts)
            .filter(|word| (2..40).contains(&word.len()))
            .map(str::to_owned)
            .collect()
    }
}

fn collect(
    name: &str,
    value: &Value,
    fields: &mut BTreeMap<String, BTreeSet<String>>,
    values: &mut BTreeMap<String, Vec<Value>>,
) {
    let known = values.entry(name.to_owned()).or_default();
    if known.len() < MOST && !known.contains(value) && value.to_string().len() < LONGEST {
        known.push(value.clone());
    } else if known.is_empty() {
        values.remove(name);
    }
    match value {
        Value::Object(object) => {
            let known = fields.entry(name.to_owned()).or_default();
            known.extend(object.keys().cloned());
            for (key, value) in object {
                collect(key, value, fields, values);
            }
        }
        Value::Array(entries) => {
            for entry in entries {
                collect(name, entry, fields, values);
            }
        }
        _ => {}
    }
}

/// A text with bytes changed by libFuzzer, which knows the dictionary and what was compared lately.
fn scribbled(text: &str) -> String {
    let most = text.len() + 16;
    let mut bytes = text.as_bytes().to_vec();
    bytes.resize(most, 0);
    let length = fuzzer_mutate(&mut bytes, text.len(), most);
    bytes.truncate(length);
    String::from_utf8_lossy(&bytes).into_owned()
}

fn spliced(text: &str, other: &str, random: &mut Random) -> String {
    let cut = |text: &str, random: &mut Random| {
        let at = random.below(text.len() + 1);
        text.floor_char_boundary(at)
    };
    let (head, tail) = (cut(text, random), cut(other, random));
    format!("{}{}", &text[..head], &other[tail..])
}

fn odd() -> Vec<Value> {
    vec![
        json!(null),
        json!(true),
        json!(-1),
        json!(0),
        json!(0.5),
        json!(i64::MAX),
        json!(9_007_199_254_740_992_i64),
        json!(1e300),
        json!(""),
        json!("\u{0}\u{202e}é😀\n"),
        json!("https://[::1]:99999/%zz?#"),
        json!("${x}{{ .y }}{####}"),
        json!("a".repeat(300)),
        json!([]),
        json!([[[]]]),
        json!({}),
        json!({"": {"~1/.[0]": null}}),
    ]
}
