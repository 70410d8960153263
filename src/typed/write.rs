//! From a Rust type to its value.

use serde::ser::{Impossible, Serialize, SerializeMap, SerializeSeq, SerializeStruct, Serializer};
use serde_json::{Map, Value};

use super::Never;

/// The value of what is made of structs, variants that hold nothing, maps, lists and scalars, and has texts for keys.
///
/// # Panics
/// If it is made of anything else.
pub fn write(of: &(impl Serialize + ?Sized)) -> Value {
    let Ok(value) = of.serialize(Writer);
    value
}

struct Writer;

/// A list as far as it is written.
struct Entries(Vec<Value>);

/// An object as far as it is written.
#[derive(Default)]
struct Fields {
    fields: Map<String, Value>,
    /// The key whose value comes next.
    key: String,
}

impl Fields {
    #[inline(never)]
    fn insert(&mut self, key: &str, value: Value) {
        self.fields.insert(key.to_owned(), value);
    }
}

fn other() -> ! {
    unreachable!("nothing of this sort is written")
}

impl Serializer for Writer {
    type Ok = Value;
    type Error = Never;
    type SerializeSeq = Entries;
    type SerializeTuple = Impossible<Value, Never>;
    type SerializeTupleStruct = Impossible<Value, Never>;
    type SerializeTupleVariant = Impossible<Value, Never>;
    type SerializeMap = Fields;
    type SerializeStruct = Fields;
    type SerializeStructVariant = Impossible<Value, Never>;

    fn serialize_bool(self, flag: bool) -> Result<Value, Never> {
        Ok(Value::Bool(flag))
    }

    fn serialize_i8(self, number: i8) -> Result<Value, Never> {
        self.serialize_i64(number.into())
    }

    fn serialize_i16(self, number: i16) -> Result<Value, Never> {
        self.serialize_i64(number.into())
    }

    fn serialize_i32(self, number: i32) -> Result<Value, Never> {
        self.serialize_i64(number.into())
    }

    fn serialize_i64(self, number: i64) -> Result<Value, Never> {
        Ok(number.into())
    }

    fn serialize_u8(self, number: u8) -> Result<Value, Never> {
        self.serialize_u64(number.into())
    }

    fn serialize_u16(self, number: u16) -> Result<Value, Never> {
        self.serialize_u64(number.into())
    }

    fn serialize_u32(self, number: u32) -> Result<Value, Never> {
        self.serialize_u64(number.into())
    }

    fn serialize_u64(self, number: u64) -> Result<Value, Never> {
        Ok(number.into())
    }

    fn serialize_f32(self, number: f32) -> Result<Value, Never> {
        self.serialize_f64(number.into())
    }

    fn serialize_f64(self, number: f64) -> Result<Value, Never> {
        Ok(number.into())
    }

    fn serialize_char(self, _: char) -> Result<Value, Never> {
        other()
    }

    fn serialize_str(self, text: &str) -> Result<Value, Never> {
        Ok(text.into())
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<Value, Never> {
        other()
    }

    fn serialize_unit(self) -> Result<Value, Never> {
        Ok(Value::Null)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Value, Never> {
        other()
    }

    fn serialize_none(self) -> Result<Value, Never> {
        Ok(Value::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Value, Never> {
        value.serialize(self)
    }

    fn serialize_unit_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
    ) -> Result<Value, Never> {
        Ok(variant.into())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        value: &T,
    ) -> Result<Value, Never> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<Value, Never> {
        other()
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Entries, Never> {
        Ok(Entries(Vec::with_capacity(length.unwrap_or_default())))
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Never> {
        other()
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, Never> {
        other()
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Never> {
        other()
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Never> {
        other()
    }

    fn serialize_map(self, _length: Option<usize>) -> Result<Fields, Never> {
        Ok(Fields::default())
    }

    fn serialize_struct(self, _name: &'static str, _length: usize) -> Result<Fields, Never> {
        Ok(Fields::default())
    }
}

impl SerializeSeq for Entries {
    type Ok = Value;
    type Error = Never;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, entry: &T) -> Result<(), Never> {
        self.0.push(write(entry));
        Ok(())
    }

    fn end(self) -> Result<Value, Never> {
        Ok(Value::Array(self.0))
    }
}

impl SerializeMap for Fields {
    type Ok = Value;
    type Error = Never;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Never> {
        match write(key) {
            Value::String(key) => self.key = key,
            _ => other(),
        }
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Never> {
        self.fields
            .insert(std::mem::take(&mut self.key), write(value));
        Ok(())
    }

    fn end(self) -> Result<Value, Never> {
        Ok(Value::Object(self.fields))
    }
}

impl SerializeStruct for Fields {
    type Ok = Value;
    type Error = Never;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Never> {
        self.insert(name, write(value));
        Ok(())
    }

    fn end(self) -> Result<Value, Never> {
        Ok(Value::Object(self.fields))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Serialize;
    use serde_json::json;

    use super::*;

    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Thing {
        size_of: i64,
        count: u32,
        #[serde(skip_serializing_if = "Option::is_none")]
        nothing: Option<bool>,
        words: Vec<Word>,
        labels: BTreeMap<&'static str, Text>,
        inner: Option<Box<Thing>>,
        any: Value,
        #[serde(rename = "type")]
        type_: bool,
    }

    #[derive(Serialize)]
    enum Word {
        Yes,
        #[serde(rename = "nay")]
        No,
    }

    #[derive(Serialize)]
    struct Text(String);

    fn thing(inner: Option<Box<Thing>>) -> Thing {
        Thing {
            size_of: -1,
            count: 2,
            nothing: None,
            words: vec![Word::Yes, Word::No],
            labels: [("b", Text("c".to_owned())), ("a", Text("é".to_owned()))].into(),
            inner,
            any: json!({"a": [1, null, 1.5, {}]}),
            type_: true,
        }
    }

    #[test]
    fn writes_what_serde_json_writes() {
        let thing = thing(Some(Box::new(thing(None))));
        assert_eq!(write(&thing), serde_json::to_value(&thing).unwrap());
        assert_eq!(write("text"), json!("text"));
    }
}
