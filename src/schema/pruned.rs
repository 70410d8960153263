//! What the API server keeps of a value, without a copy of it.
//!
//! Before it validates anything, the API server prunes the fields that a schema does not know, drops null where the
//! schema does not allow it, and fills in defaults. A [`Kept`] is a value seen that way. Only structure decides it, never
//! what stands under `allOf` and its like.
//!
//! Source: k8s.io/apiextensions-apiserver v0.34.1, `pkg/apiserver/schema/pruning` and `defaulting`.

use serde_json::{Map, Value};

use super::{Additional, Schema};

/// The fields that every object of Kubernetes has.
const META: [&str; 3] = ["apiVersion", "kind", "metadata"];

/// A value as the API server keeps it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kept<'a> {
    pub(super) value: &'a Value,
    /// The structure it is of; none where nothing is known of it.
    pub(super) schema: Option<&'a Schema>,
    pruning: Pruning,
    /// Whether it is the object itself, which has apiVersion, kind and metadata whatever its schema says.
    is_root: bool,
    /// Whether it came with a default, of which no null is dropped.
    is_default: bool,
}

/// What happens to fields that the schema does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pruning {
    /// They are taken away.
    On,
    /// They stay, as they are.
    OffHere,
    /// Nothing is taken away, here or below.
    Off,
}

/// What becomes of a field.
pub(super) enum Field<'a> {
    /// It stays.
    Kept(Kept<'a>),
    /// It is null where null may not be, and dropped.
    Dropped,
    /// The schema does not know it: it is pruned.
    Unknown,
}

impl<'a> Kept<'a> {
    /// A value that stands somewhere in an object.
    pub(super) fn part(value: &'a Value, schema: &'a Schema) -> Self {
        Self {
            value,
            schema: Some(schema),
            pruning: Pruning::of(schema),
            is_root: false,
            is_default: false,
        }
    }

    /// An object of Kubernetes as a whole.
    pub(super) fn object(value: &'a Value, schema: &'a Schema) -> Self {
        Self {
            is_root: true,
            ..Self::part(value, schema)
        }
    }

    /// Whether it is an object of Kubernetes within another one.
    pub(super) fn is_embedded(self) -> bool {
        self.schema.is_some_and(|schema| schema.embedded)
    }

    /// Whether it is an object of Kubernetes, whole or within another one.
    pub(super) fn is_object_of_kubernetes(self) -> bool {
        self.is_root || self.is_embedded()
    }

    /// Whether a field that is not known is still no mistake.
    pub(super) fn has_meta_field(self, name: &str) -> bool {
        self.is_object_of_kubernetes() && META.contains(&name)
    }

    /// What becomes of a field that was sent.
    pub(super) fn field(self, name: &str, value: &'a Value) -> Field<'a> {
        let property = self.schema.and_then(|schema| schema.properties.get(name));
        let schema = property.or_else(|| self.schema.and_then(Schema::additional));
        let pruning = if self.pruning == Pruning::Off || self.has_meta_field(name) {
            Pruning::Off
        } else if let Some(schema) = schema {
            Pruning::of(schema)
        } else if self.allows_any() {
            Pruning::On
        } else if self.pruning == Pruning::OffHere {
            Pruning::Off
        } else {
            return Field::Unknown;
        };
        let field = Self {
            value,
            schema,
            pruning,
            is_root: false,
            is_default: self.is_default,
        };
        field.filled().map_or(Field::Dropped, Field::Kept)
    }

    /// The fields that stay, in the order of their names, and then those that a default brings.
    pub(super) fn fields(
        self,
        fields: &'a Map<String, Value>,
    ) -> impl Iterator<Item = (&'a str, Kept<'a>)> {
        let sent = fields
            .iter()
            .filter_map(move |(name, value)| match self.field(name, value) {
                Field::Kept(field) => Some((name.as_str(), field)),
                Field::Dropped | Field::Unknown => None,
            });
        sent.chain(self.defaults(fields))
    }

    /// The fields that a default brings.
    pub(super) fn defaults(
        self,
        fields: &'a Map<String, Value>,
    ) -> impl Iterator<Item = (&'a str, Kept<'a>)> {
        self.schema
            .into_iter()
            .flat_map(|schema| schema.defaulted.iter().map(move |name| (name, schema)))
            .filter(|(name, _)| !fields.contains_key(*name))
            .filter_map(|(name, schema)| {
                let schema = schema.properties.get(name)?;
                let field = Self {
                    value: schema.default.as_ref()?,
                    schema: Some(schema),
                    pruning: Pruning::Off,
                    is_root: false,
                    is_default: true,
                };
                Some((name.as_str(), field))
            })
    }

    /// A field that stays, or that a default brings.
    pub(super) fn get(self, fields: &'a Map<String, Value>, name: &str) -> Option<Kept<'a>> {
        match fields.get(name) {
            Some(value) => match self.field(name, value) {
                Field::Kept(field) => Some(field),
                Field::Dropped | Field::Unknown => None,
            },
            None => self
                .schema
                .filter(|schema| !schema.defaulted.is_empty())
                .and_then(|_| self.defaults(fields).find(|(each, _)| *each == name))
                .map(|(_, field)| field),
        }
    }

    /// An entry of a list.
    pub(super) fn entry(self, value: &'a Value) -> Kept<'a> {
        let schema = self.schema.and_then(|schema| schema.items.as_deref());
        let pruning = match (self.pruning, schema) {
            (Pruning::On, Some(schema)) => Pruning::of(schema),
            (Pruning::On, None) => Pruning::On,
            (Pruning::OffHere, Some(_)) => Pruning::OffHere,
            (Pruning::OffHere, None) | (Pruning::Off, _) => Pruning::Off,
        };
        let entry = Self {
            value,
            schema,
            pruning,
            is_root: false,
            is_default: self.is_default,
        };
        // A list keeps its null entries.
        entry.filled().unwrap_or(entry)
    }

    /// With the default in place of a null that may not be; none where there is no default, either.
    fn filled(self) -> Option<Self> {
        match self.schema {
            Some(schema) if self.value.is_null() && !schema.nullable => match &schema.default {
                Some(value) => Some(Self {
                    value,
                    pruning: Pruning::Off,
                    is_default: true,
                    ..self
                }),
                None => self.is_default.then_some(self),
            },
            _ => Some(self),
        }
    }

    /// Whether all fields are pruned: nothing is known of it.
    pub(super) fn is_unknown(self) -> bool {
        self.schema.is_none() && self.pruning == Pruning::On
    }

    /// All that is kept, as a value of its own.
    pub(super) fn to_value(self) -> Value {
        if self.schema.is_none() && self.pruning == Pruning::Off {
            return self.value.clone();
        }
        match self.value {
            Value::Object(fields) => Value::Object(
                self.fields(fields)
                    .map(|(name, field)| (name.to_owned(), field.to_value()))
                    .collect(),
            ),
            Value::Array(entries) => Value::Array(
                entries
                    .iter()
                    .map(|entry| self.entry(entry).to_value())
                    .collect(),
            ),
            scalar => scalar.clone(),
        }
    }

    /// Whether fields of any name stay, and nothing of what objects among them have.
    fn allows_any(self) -> bool {
        self.schema
            .is_some_and(|schema| matches!(schema.additional, Additional::Any))
    }
}

impl Pruning {
    fn of(schema: &Schema) -> Self {
        if schema.preserves_unknown {
            Self::OffHere
        } else {
            Self::On
        }
    }
}

impl Schema {
    fn additional(&self) -> Option<&Schema> {
        match &self.additional {
            Additional::Of(schema) => Some(schema),
            Additional::Unknown | Additional::Any => None,
        }
    }

    /// The schema of a field, by its name or as one of a map.
    pub(super) fn property(&self, name: &str) -> Option<&Schema> {
        self.properties.get(name).or_else(|| self.additional())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn keeps(schema: Value, value: Value, expected: Value) {
        let schema = Schema::compile(&schema).unwrap();
        assert_eq!(Kept::part(&value, &schema).to_value(), expected);
    }

    #[test]
    fn unknown_fields_are_pruned() {
        let inner = json!({"type": "object", "properties": {"a": {"type": "string"}}});
        keeps(inner.clone(), json!({"a": "1", "b": 2}), json!({"a": "1"}));
        keeps(
            json!({"type": "array", "items": inner}),
            json!([{"a": "1", "b": 2}]),
            json!([{"a": "1"}]),
        );
        // Of what nothing is known, scalars are kept and fields are not.
        keeps(
            json!({"type": "object", "additionalProperties": true}),
            json!({"a": 1, "b": {"c": 1}, "d": [{"e": 1}]}),
            json!({"a": 1, "b": {}, "d": [{}]}),
        );
    }

    #[test]
    fn what_is_preserved_is_still_pruned_where_it_is_known() {
        keeps(
            json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true, "properties": {
                "known": {"type": "object", "properties": {"a": {"type": "string"}}}}}),
            json!({"known": {"a": "1", "b": 2}, "other": {"b": {"c": 3}}}),
            json!({"known": {"a": "1"}, "other": {"b": {"c": 3}}}),
        );
    }

    #[test]
    fn null_is_dropped_where_it_may_not_be() {
        keeps(
            json!({"type": "object", "properties": {
                "a": {"type": "string"}, "b": {"type": "string", "nullable": true}, "c": {"type": "string", "default": "x"}}}),
            json!({"a": null, "b": null, "c": null}),
            json!({"b": null, "c": "x"}),
        );
        keeps(
            json!({"type": "array", "items": {"type": "string"}}),
            json!([null]),
            json!([null]),
        );
    }

    #[test]
    fn defaults_are_filled_in_and_have_defaults_of_their_own() {
        keeps(
            json!({"type": "object", "properties": {"a": {"type": "object", "default": {}, "properties": {
                "b": {"type": "integer", "default": 5}}}}}),
            json!({}),
            json!({"a": {"b": 5}}),
        );
    }
}
