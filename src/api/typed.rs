//! From a value whose shape was checked to its Rust type.
//!
//! serde's derive writes two readers of a struct: one of a map of any order, with names to tell apart and fields that may
//! come twice or be unknown, and one of a sequence, which is a tenth of the code. What was checked needs no more than that:
//! each struct asks for its fields in the order that it declares.

use std::fmt;

use serde::de::value::{Error, MapDeserializer, SeqDeserializer};
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error as _, IntoDeserializer, SeqAccess,
    Unexpected, Visitor,
};
use serde_json::{Map, Value};

/// Reads a value of the right shape.
///
/// Fields that the type does not know are passed over; a list or a map that is not there is an empty one.
///
/// # Errors
/// If something is not of the type that it should be.
pub fn read<T: DeserializeOwned>(value: Value) -> Result<T, Error> {
    T::deserialize(Typed(value))
}

struct Typed(Value);

impl Typed {
    /// What it is, where something else was asked for.
    fn error<'de, V: Visitor<'de>>(&self, visitor: &V) -> Error {
        mismatch(&self.0, visitor)
    }
}

#[inline(never)]
fn mismatch(value: &Value, expected: &dyn serde::de::Expected) -> Error {
    let unexpected = match value {
        Value::Null => Unexpected::Unit,
        Value::Bool(flag) => Unexpected::Bool(*flag),
        Value::Number(_) => Unexpected::Other("number"),
        Value::String(text) => Unexpected::Str(text),
        Value::Array(_) => Unexpected::Seq,
        Value::Object(_) => Unexpected::Map,
    };
    Error::invalid_type(unexpected, expected)
}

impl<'de> Deserializer<'de> for Typed {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.0.deserialize_any(visitor).map_err(Error::custom)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Bool(flag) => visitor.visit_bool(flag),
            _ => Err(self.error(&visitor)),
        }
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0.as_i64() {
            Some(number) => visitor.visit_i64(number),
            None => Err(self.error(&visitor)),
        }
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::String(text) => visitor.visit_string(text),
            _ => Err(self.error(&visitor)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_seq(SeqDeserializer::new(std::iter::empty::<Typed>())),
            Value::Array(entries) => {
                visitor.visit_seq(SeqDeserializer::new(entries.into_iter().map(Typed)))
            }
            _ => Err(self.error(&visitor)),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => {
                visitor.visit_map(MapDeserializer::new(std::iter::empty::<(String, Typed)>()))
            }
            Value::Object(fields) => visitor.visit_map(MapDeserializer::new(
                fields.into_iter().map(|(name, value)| (name, Typed(value))),
            )),
            _ => Err(self.error(&visitor)),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.0 {
            Value::Object(values) => visitor.visit_seq(Fields {
                values,
                names: fields.iter(),
            }),
            _ => Err(self.error(&visitor)),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.0 {
            Value::String(text) => visitor.visit_enum(text.into_deserializer()),
            _ => Err(self.error(&visitor)),
        }
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i32 i128 u8 u16 u64 u128 f32 f64 char str bytes byte_buf unit unit_struct tuple tuple_struct
        identifier ignored_any
    }
}

impl IntoDeserializer<'_, Error> for Typed {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// The fields of a struct, in the order that it declares.
struct Fields {
    values: Map<String, Value>,
    names: std::slice::Iter<'static, &'static str>,
}

impl Fields {
    #[inline(never)]
    fn next(&mut self) -> Option<Value> {
        let name = self.names.next()?;
        Some(self.values.remove(*name).unwrap_or_default())
    }
}

impl<'de> SeqAccess<'de> for Fields {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        self.next()
            .map(|value| seed.deserialize(Typed(value)))
            .transpose()
    }
}

impl fmt::Debug for Typed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Thing {
        size_of: Option<i64>,
        word: Option<Word>,
        #[serde(default)]
        names: Vec<String>,
        labels: Option<BTreeMap<String, String>>,
        inner: Option<Box<Thing>>,
        any: Option<Value>,
        #[serde(rename = "type")]
        type_: bool,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    enum Word {
        Yes,
        #[serde(rename = "nay")]
        No,
    }

    #[test]
    fn reads_what_serde_json_reads() {
        for value in [
            json!({"type": true}),
            json!({"sizeOf": -1, "word": "nay", "names": ["a", "b"], "labels": {"a": "b"}, "any": {"a": [1, null]}, "type": false,
                "inner": {"word": "Yes", "type": true, "labels": {}}}),
            json!({"sizeOf": null, "labels": null, "type": true}),
        ] {
            let expected: Thing = serde_json::from_value(value.clone()).unwrap();
            assert_eq!(read::<Thing>(value).unwrap(), expected);
        }
    }

    #[test]
    fn says_what_is_of_another_type() {
        for (value, said) in [
            (
                json!({"type": 1}),
                "invalid type: number, expected a boolean",
            ),
            (json!({}), "invalid type: unit value, expected a boolean"),
            (
                json!({"type": true, "word": "maybe"}),
                "unknown variant `maybe`, expected `Yes` or `nay`",
            ),
            (
                json!({"type": true, "names": "a"}),
                "invalid type: string \"a\", expected a sequence",
            ),
            (
                json!({"type": true, "inner": []}),
                "invalid type: sequence, expected struct Thing",
            ),
            (
                json!({"type": true, "sizeOf": 1.5}),
                "invalid type: number, expected i64",
            ),
        ] {
            assert_eq!(read::<Thing>(value).unwrap_err().to_string(), said);
        }
    }
}
