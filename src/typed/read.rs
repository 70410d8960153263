//! From a value whose shape was checked to its Rust type.

use std::cell::OnceCell;

use serde::de::value::{MapDeserializer, SeqDeserializer, U32Deserializer};
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error as _, Expected,
    IntoDeserializer, SeqAccess, VariantAccess, Visitor,
};
use serde_json::{Map, Value};

use super::Never;

/// Reads a value of the right shape.
///
/// Fields that the type does not know are passed over; a list or a map that is not there is an empty one.
///
/// # Errors
/// What is not of the type that it should be, where whole numbers, texts, flags, variants, lists and objects are asked for.
///
/// # Panics
/// If a type's own reader refuses a text: one whose form was to be checked, or the empty one that is read where there is
/// none.
pub fn read<T: DeserializeOwned>(value: Value) -> Result<T, String> {
    let mismatch = OnceCell::new();
    let Ok(read) = T::deserialize(Typed {
        value,
        mismatch: &mismatch,
    });
    match mismatch.into_inner() {
        None => Ok(read),
        Some(mismatch) => Err(mismatch),
    }
}

/// A value to read, and where to say that it is of another type.
struct Typed<'a> {
    value: Value,
    mismatch: &'a OnceCell<String>,
}

// What does not depend on who reads stands here once.
impl<'a> Typed<'a> {
    /// Says what it is, where something else was asked for.
    #[inline(never)]
    fn mismatch(&self, expected: &dyn Expected) {
        let type_ = match &self.value {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "a list",
            Value::Object(_) => "an object",
        };
        self.mismatch
            .get_or_init(|| format!("this is {type_}, and should be {expected}"));
    }

    fn flag(&self, expected: &dyn Expected) -> bool {
        self.value.as_bool().unwrap_or_else(|| {
            self.mismatch(expected);
            false
        })
    }

    fn number<N: TryFrom<i64> + Default>(&self, expected: &dyn Expected) -> N {
        let number = self.value.as_i64().or_else(|| whole(&self.value));
        let number = number.and_then(|number| number.try_into().ok());
        number.unwrap_or_else(|| {
            self.mismatch(expected);
            N::default()
        })
    }

    fn text(self, expected: &dyn Expected) -> String {
        if let Value::String(text) = self.value {
            return text;
        }
        self.mismatch(expected);
        String::new()
    }

    /// The place of a variant among all.
    #[inline(never)]
    fn variant(self, variants: &[&str], expected: &dyn Expected) -> u32 {
        let mismatch = self.mismatch;
        let text = self.text(expected);
        let place = variants.iter().position(|variant| *variant == text);
        let place = place.and_then(|place| place.try_into().ok());
        place.unwrap_or_else(|| {
            let expected = variants.join("\" or \"");
            mismatch.get_or_init(|| format!("\"{text}\" should be \"{expected}\""));
            0
        })
    }

    /// The entries of a list.
    fn entries(self, expected: &dyn Expected) -> impl Iterator<Item = Self> + use<'a> {
        let mismatch = self.mismatch;
        let entries = match self.value {
            Value::Array(entries) => entries,
            Value::Null => Vec::new(),
            _ => {
                self.mismatch(expected);
                Vec::new()
            }
        };
        let entries = entries.into_iter();
        entries.map(move |value| Typed { value, mismatch })
    }

    /// The fields of an object.
    fn fields(self, expected: &dyn Expected) -> Map<String, Value> {
        if let Value::Object(fields) = self.value {
            return fields;
        }
        self.mismatch(expected);
        Map::new()
    }
}

impl<'de> Deserializer<'de> for Typed<'_> {
    type Error = Never;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        self.value.deserialize_any(visitor).map_err(Never::custom)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        let flag = self.flag(&visitor);
        visitor.visit_bool(flag)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        let number = self.number(&visitor);
        visitor.visit_i64(number)
    }

    fn deserialize_u8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        let number = self.number(&visitor);
        visitor.visit_u8(number)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        let number = self.number(&visitor);
        visitor.visit_u32(number)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        let text = self.text(&visitor);
        visitor.visit_string(text)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        match self.value {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Never> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        let entries = self.entries(&visitor);
        visitor.visit_seq(SeqDeserializer::new(entries))
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        let mismatch = self.mismatch;
        let fields = match self.value {
            Value::Null => Map::new(),
            _ => self.fields(&visitor),
        };
        let fields = fields.into_iter();
        visitor.visit_map(MapDeserializer::new(
            fields.map(|(name, value)| (name, Typed { value, mismatch })),
        ))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Never> {
        let fields = Fields {
            mismatch: self.mismatch,
            values: self.fields(&visitor),
            names: names.iter(),
        };
        visitor.visit_seq(fields)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Never> {
        let variant = self.variant(variants, &visitor);
        visitor.visit_enum(Variant(variant))
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i32 i128 u16 u64 u128 f32 f64 char str bytes byte_buf unit unit_struct tuple tuple_struct
        identifier ignored_any
    }
}

impl IntoDeserializer<'_, Never> for Typed<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// The fields of a struct, in the order that it declares.
struct Fields<'a> {
    values: Map<String, Value>,
    names: std::slice::Iter<'static, &'static str>,
    mismatch: &'a OnceCell<String>,
}

impl Fields<'_> {
    /// The next one; null where there is none.
    #[inline(never)]
    fn next(&mut self) -> Value {
        let name = self.names.next().copied().unwrap_or_default();
        self.values.remove(name).unwrap_or_default()
    }
}

impl<'de> SeqAccess<'de> for Fields<'_> {
    type Error = Never;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Never> {
        let value = self.next();
        let mismatch = self.mismatch;
        seed.deserialize(Typed { value, mismatch }).map(Some)
    }
}

/// A variant of an enum, by the order in which it declares them.
struct Variant(u32);

impl<'de> EnumAccess<'de> for Variant {
    type Error = Never;
    type Variant = Self;

    fn variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<(T::Value, Self), Never> {
        let variant = seed.deserialize(U32Deserializer::new(self.0))?;
        Ok((variant, self))
    }
}

impl<'de> VariantAccess<'de> for Variant {
    type Error = Never;

    fn unit_variant(self) -> Result<(), Never> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, _: T) -> Result<T::Value, Never> {
        holds_nothing()
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Never> {
        holds_nothing()
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Never> {
        holds_nothing()
    }
}

/// A whole number that was written as a float.
fn whole(value: &Value) -> Option<i64> {
    // Up to this, every whole number has a float of its own.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let number = value.as_f64()?;
    #[expect(clippy::cast_possible_truncation, reason = "nothing is cut off")]
    (number.fract() == 0.0 && number.abs() < EXACT).then_some(number as i64)
}

fn holds_nothing() -> ! {
    unreachable!("no variant of ours holds anything")
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
        small: Option<u8>,
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
            json!({"sizeOf": null, "labels": null, "type": true, "small": 255}),
        ] {
            let expected: Thing = serde_json::from_value(value.clone()).unwrap();
            assert_eq!(read::<Thing>(value).unwrap(), expected);
        }
    }

    #[test]
    fn a_whole_number_may_be_a_float() {
        let thing: Thing = read(json!({"sizeOf": 5e15, "small": 2.0, "type": true})).unwrap();
        assert_eq!(thing.size_of, Some(5_000_000_000_000_000));
        assert_eq!(thing.small, Some(2));
    }

    #[test]
    fn says_what_is_of_another_type() {
        for (value, said) in [
            (
                json!({"type": 1}),
                "this is a number, and should be a boolean",
            ),
            (json!({}), "this is null, and should be a boolean"),
            (
                json!({"type": true, "word": "maybe"}),
                "\"maybe\" should be \"Yes\" or \"nay\"",
            ),
            (
                json!({"type": true, "names": "a"}),
                "this is a string, and should be a sequence",
            ),
            (
                json!({"type": true, "inner": []}),
                "this is a list, and should be struct Thing",
            ),
            (
                json!({"type": true, "sizeOf": 1.5}),
                "this is a number, and should be i64",
            ),
            (
                json!({"type": true, "small": 256}),
                "this is a number, and should be u8",
            ),
            (
                json!({"type": true, "small": "2"}),
                "this is a string, and should be u8",
            ),
        ] {
            assert_eq!(read::<Thing>(value).unwrap_err(), said);
        }
    }
}
