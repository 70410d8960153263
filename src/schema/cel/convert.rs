//! What a rule sees of a value: only what the schema declares, under names that can stand in an expression.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use ::cel::Value as CelValue;
use ::cel::objects::{Key, Map, Opaque, OptionalValue};
use serde_json::Value;

use super::super::formats::Format;
use super::super::pruned::Kept;
use super::super::{Additional, Kind, List, Schema, Types};

/// Words that a field's name cannot be by itself.
const RESERVED: [&str; 21] = [
    "true",
    "false",
    "null",
    "in",
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "package",
    "namespace",
    "return",
    "var",
    "void",
    "while",
];

/// What the API server takes for a time, a duration or bytes, or for anything. Nothing can be done with it here but to
/// ask whether it is the same.
#[derive(Debug, PartialEq, Eq)]
struct Typed(String);

impl Opaque for Typed {
    fn runtime_type_name(&self) -> &'static str {
        "typed by its format"
    }
}

/// What a rule cannot name of an object, but by asking whether two objects are the same.
#[derive(Debug, Default)]
struct Rest {
    /// How many fields these are, those that are null among them.
    size: usize,
    /// Those that the schema does not know.
    fields: serde_json::Map<String, Value>,
}

impl Opaque for Rest {
    fn runtime_type_name(&self) -> &'static str {
        "unknown fields"
    }
}

/// As the API server has it: of as many fields, those that both have are the same.
impl PartialEq for Rest {
    fn eq(&self, other: &Self) -> bool {
        let is_same = |(name, value)| other.fields.get(name).is_none_or(|other| other == value);
        self.size == other.size && self.fields.iter().all(is_same)
    }
}

impl Eq for Rest {}

pub(super) fn optional(value: Option<CelValue>) -> CelValue {
    CelValue::Opaque(Arc::new(
        value.map_or_else(OptionalValue::none, OptionalValue::of),
    ))
}

/// A value that is not of the type that its schema says.
#[derive(Debug)]
pub(super) struct Mismatch;

/// Something about a value that decides what can be told of a rule on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trait {
    /// There are fields in it that the schema does not know.
    UnknownFields,
    /// There are lists in it whose order does not count: sets and maps.
    UnorderedLists,
    /// There are texts in it that the API server takes for times, durations or bytes.
    Formats,
    /// There are numbers in it that may have a fraction.
    Fractions,
    /// There are lists in it in which two entries have the same key, which are not to be: to the API server such a one
    /// is not even the same as itself.
    SameKeys,
}

/// What a rule sees of a value.
#[derive(Debug)]
pub(super) struct View {
    pub(super) value: Result<CelValue, Mismatch>,
    traits: Vec<Trait>,
}

impl View {
    /// Looks at a value. `Order` counts where a rule asks for an entry by its index.
    pub(super) fn of(schema: &Schema, kept: Kept<'_>, order: Order) -> Self {
        let mut converter = Converter {
            order,
            traits: Vec::new(),
        };
        Self {
            value: converter.value(schema, kept),
            traits: converter.traits,
        }
    }

    pub(super) fn has(&self, is: Trait) -> bool {
        self.traits.contains(&is)
    }
}

/// In which order the entries of sets come, and of lists that are maps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// As they were written.
    Written,
    /// The same for all that are equal, which they are in any order.
    Sorted,
}

struct Converter {
    order: Order,
    traits: Vec<Trait>,
}

impl Converter {
    fn note(&mut self, is: Trait) {
        if !self.traits.contains(&is) {
            self.traits.push(is);
        }
    }

    fn value(&mut self, schema: &Schema, kept: Kept<'_>) -> Result<CelValue, Mismatch> {
        if kept.value.is_null() {
            return if schema.nullable {
                Ok(CelValue::Null)
            } else {
                Err(Mismatch)
            };
        }
        Ok(match (schema.types, kept.value) {
            (Types::One(Kind::Object), Value::Object(fields)) => {
                self.object(schema, kept, fields)?
            }
            (Types::One(Kind::Array), Value::Array(entries)) => {
                let items = schema.items.as_deref().ok_or(Mismatch)?;
                if schema.list != List::Atomic {
                    self.note(Trait::UnorderedLists);
                }
                let mut keys = BTreeSet::new();
                // It does not find a field by a name that cannot stand in a rule as it is.
                let is_found = |name: &str| escaped(name).as_deref() == Some(name);
                let mut keys_of = entries
                    .iter()
                    .filter_map(|entry| schema.list.key_where(kept.entry(entry), is_found));
                if !keys_of.all(|key| keys.insert(key)) {
                    self.note(Trait::SameKeys);
                }
                // To the API server, a set of anything else is not even the same as itself.
                let is_comparable = matches!(
                    items.types,
                    Types::One(Kind::String | Kind::Integer | Kind::Boolean) | Types::IntOrString
                ) && !items.bounds.format.is_some_and(is_typed);
                if schema.list == List::Set && !is_comparable {
                    return Err(Mismatch);
                }
                let mut entries: Vec<(Kept<'_>, CelValue)> = entries
                    .iter()
                    .map(|entry| kept.entry(entry))
                    .map(|entry| Ok((entry, self.value(items, entry)?)))
                    .collect::<Result<_, Mismatch>>()?;
                if schema.list != List::Atomic && self.order == Order::Sorted {
                    entries.sort_by_cached_key(|(entry, _)| {
                        let key = schema.list.key_of(*entry);
                        key.unwrap_or_else(|| entry.to_value().to_string())
                    });
                }
                let entries = entries.into_iter().map(|(_, entry)| entry);
                CelValue::List(Arc::new(entries.collect()))
            }
            (Types::One(Kind::Number), Value::Number(number)) => {
                self.note(Trait::Fractions);
                CelValue::Float(number.as_f64().unwrap_or_default())
            }
            (Types::One(Kind::Integer) | Types::IntOrString, Value::Number(number)) => {
                CelValue::Int(number.as_i64().ok_or(Mismatch)?)
            }
            (Types::One(Kind::Boolean), Value::Bool(flag)) => CelValue::Bool(*flag),
            (Types::One(Kind::String) | Types::IntOrString, Value::String(text)) => {
                if schema.bounds.format.is_some_and(is_typed) {
                    self.note(Trait::Formats);
                    typed(text)
                } else {
                    text.as_str().into()
                }
            }
            (Types::Any, other) if schema.preserves_unknown => typed(&other.to_string()),
            _ => return Err(Mismatch),
        })
    }

    fn object(
        &mut self,
        schema: &Schema,
        kept: Kept<'_>,
        fields: &serde_json::Map<String, Value>,
    ) -> Result<CelValue, Mismatch> {
        let mut seen: HashMap<Key, CelValue> = HashMap::with_capacity(fields.len());
        let is_map = matches!(schema.additional, Additional::Of(_));
        let mut rest = Rest::default();
        for (name, field) in kept.fields(fields) {
            if kept.has_meta_field(name) {
                continue;
            }
            let Some(schema) = field.schema else {
                rest.size += 1;
                rest.fields.insert(name.to_owned(), field.to_value());
                self.note(Trait::UnknownFields);
                continue;
            };
            if is_map {
                seen.insert(key(name), self.value(schema, field)?);
            } else if field.value.is_null() {
                rest.size += 1;
            } else if let Some(name) = escaped(name) {
                seen.insert(Key::String(Arc::new(name)), self.value(schema, field)?);
            }
        }
        if rest.size > 0 {
            // No field can be called so in a rule.
            seen.insert(key(""), CelValue::Opaque(Arc::new(rest)));
        }
        if kept.is_object_of_kubernetes() {
            for name in ["apiVersion", "kind"] {
                if let Some(text) = fields.get(name).and_then(Value::as_str) {
                    seen.insert(key(name), text.into());
                }
            }
            let metadata = ["name", "generateName"].into_iter().filter_map(|name| {
                let text = fields.get("metadata")?.get(name)?.as_str()?;
                Some((key(name), CelValue::from(text)))
            });
            seen.insert(key("metadata"), map(metadata.collect()));
        }
        Ok(map(seen))
    }
}

/// Whether the API server takes a text of a format for a time, a duration or bytes.
pub(super) fn is_typed(format: Format) -> bool {
    matches!(format.name(), "date" | "datetime" | "duration" | "byte")
}

fn typed(text: &str) -> CelValue {
    CelValue::Opaque(Arc::new(Typed(text.to_owned())))
}

fn key(name: &str) -> Key {
    Key::String(Arc::new(name.to_owned()))
}

fn map(fields: HashMap<Key, CelValue>) -> CelValue {
    CelValue::Map(Map {
        map: Arc::new(fields),
    })
}

/// A field's name as it stands in an expression; none where it cannot.
pub(super) fn escaped(name: &str) -> Option<String> {
    if RESERVED.contains(&name) {
        return Some(format!("__{name}__"));
    }
    if name.is_empty() || name.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let mut escaped = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(letter) = rest.chars().next() {
        let (piece, length) = match letter {
            '_' if rest.starts_with("__") => ("__underscores__", 2),
            '.' => ("__dot__", 1),
            '-' => ("__dash__", 1),
            '/' => ("__slash__", 1),
            letter if letter.is_ascii_alphanumeric() || letter == '_' => (&rest[..1], 1),
            _ => return None,
        };
        escaped.push_str(piece);
        rest = &rest[length..];
    }
    Some(escaped)
}
