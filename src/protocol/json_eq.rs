//! Whether a [`Struct`] stands for a JSON object that is at hand, without a copy of it.

use serde_json::{Map, Value};

use super::Struct;
use super::json::{JsonError, field, next_key, number_of, skip, take, take_str};
use super::raw_struct::Part;
use prost::bytes::Buf;
use prost::encoding::{WireType, check_wire_type, decode_varint};

impl Struct {
    /// Whether it stands for this object, in whatever order its entries come: Go shuffles those of a map each time that
    /// it writes one. False for what no encoder writes, such as two values in the place of one.
    pub fn is_json(&self, object: &Map<String, Value>) -> bool {
        self.is_same(object).unwrap_or(false)
    }

    fn is_same(&self, object: &Map<String, Value>) -> Result<bool, JsonError> {
        let mut keys = Vec::with_capacity(object.len());
        for part in self.parts() {
            let is_same = match part {
                Part::Entry(bytes) => push_key(bytes, object, &mut keys)?,
                Part::Fields(bytes) => push_keys(bytes, object, &mut keys)?,
            };
            if !is_same {
                return Ok(false);
            }
        }
        Ok(are_all(keys, object))
    }
}

fn is_object(bytes: &[u8], object: &Map<String, Value>) -> Result<bool, JsonError> {
    let mut keys = Vec::with_capacity(object.len());
    Ok(push_keys(bytes, object, &mut keys)? && are_all(keys, object))
}

/// Adds the keys of encoded entries, until one of them is not the object's.
fn push_keys<'a>(
    mut bytes: &'a [u8],
    object: &Map<String, Value>,
    keys: &mut Vec<&'a str>,
) -> Result<bool, JsonError> {
    while let Some((tag, wire_type)) = next_key(&mut bytes)? {
        if tag != field::STRUCT_FIELDS {
            skip(tag, wire_type, &mut bytes)?;
        } else if !push_key(take(wire_type, &mut bytes)?, object, keys)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn push_key<'a>(
    entry_bytes: &'a [u8],
    object: &Map<String, Value>,
    keys: &mut Vec<&'a str>,
) -> Result<bool, JsonError> {
    let key = entry(entry_bytes, object)?;
    keys.extend(key);
    Ok(key.is_some())
}

/// Whether the keys are all of the object's. Two of the same key are as many as one of each.
fn are_all(mut keys: Vec<&str>, object: &Map<String, Value>) -> bool {
    keys.sort_unstable();
    keys.dedup();
    keys.len() == object.len()
}

/// The key of an entry, where it is one of the object's.
fn entry<'a>(
    mut bytes: &'a [u8],
    object: &Map<String, Value>,
) -> Result<Option<&'a str>, JsonError> {
    let mut key = "";
    let mut value: &[u8] = &[];
    while let Some((tag, wire_type)) = next_key(&mut bytes)? {
        match tag {
            field::ENTRY_KEY => key = take_str(wire_type, &mut bytes)?,
            field::ENTRY_VALUE if value.is_empty() => value = take(wire_type, &mut bytes)?,
            _ => return Ok(None),
        }
    }
    Ok(match object.get(key) {
        Some(expected) if is_value(value, expected)? => Some(key),
        _ => None,
    })
}

fn is_list(mut bytes: &[u8], list: &[Value]) -> Result<bool, JsonError> {
    let mut expected = list.iter();
    while let Some((tag, wire_type)) = next_key(&mut bytes)? {
        let is_next = tag == field::LIST_VALUES
            && match expected.next() {
                Some(expected) => is_value(take(wire_type, &mut bytes)?, expected)?,
                None => false,
            };
        if !is_next {
            return Ok(false);
        }
    }
    Ok(expected.next().is_none())
}

fn is_value(mut bytes: &[u8], expected: &Value) -> Result<bool, JsonError> {
    let Some((tag, wire_type)) = next_key(&mut bytes)? else {
        return Ok(expected.is_null());
    };
    let is_same = match (tag, expected) {
        (field::NULL_VALUE, Value::Null) => {
            check_wire_type(WireType::Varint, wire_type)?;
            decode_varint(&mut bytes)? == 0
        }
        (field::NUMBER_VALUE, Value::Number(number)) => {
            check_wire_type(WireType::SixtyFourBit, wire_type)?;
            let sent = bytes.try_get_f64_le().map_err(|_| JsonError::Truncated)?;
            number_of(sent)? == *number
        }
        (field::STRING_VALUE, Value::String(text)) => take_str(wire_type, &mut bytes)? == text,
        (field::BOOL_VALUE, Value::Bool(bool)) => {
            check_wire_type(WireType::Varint, wire_type)?;
            (decode_varint(&mut bytes)? != 0) == *bool
        }
        (field::STRUCT_VALUE, Value::Object(object)) => {
            is_object(take(wire_type, &mut bytes)?, object)?
        }
        (field::LIST_VALUE, Value::Array(list)) => is_list(take(wire_type, &mut bytes)?, list)?,
        _ => false,
    };
    Ok(is_same && bytes.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(value: Value) -> Map<String, Value> {
        match value {
            Value::Object(object) => object,
            other => panic!("{other} is no object"),
        }
    }

    #[test]
    fn an_object_is_the_same_as_itself_alone() {
        let objects = [
            json!({}),
            json!({"a": null}),
            json!({"a": 1}),
            json!({"a": 1.5}),
            json!({"a": "1"}),
            json!({"a": true}),
            json!({"a": false}),
            json!({"a": []}),
            json!({"a": [1]}),
            json!({"a": [1, 2]}),
            json!({"a": [2, 1]}),
            json!({"a": {}}),
            json!({"a": {"b": 1}}),
            json!({"a": {"b": 1, "c": 2}}),
            json!({"b": 1}),
            json!({"a": 1, "b": 1}),
        ]
        .map(object);
        for (one, sent) in objects.iter().enumerate() {
            let sent = Struct::from_json(sent);
            for (other, known) in objects.iter().enumerate() {
                assert_eq!(sent.is_json(known), one == other, "{known:?}");
            }
        }
    }

    #[test]
    fn the_order_of_entries_means_nothing() {
        let (a, b) = (object(json!({"a": {"x": 1}})), object(json!({"b": [2]})));
        let entries = [Struct::from_json(&b), Struct::from_json(&a)];
        let sent = Struct::from(entries.map(|entry| entry.to_bytes()).concat());
        assert!(sent.is_json(&object(json!({"a": {"x": 1}, "b": [2]}))));
    }

    #[test]
    fn an_entry_that_comes_twice_is_no_other_one() {
        let a = Struct::from_json(&object(json!({"a": 1})));
        let twice = Struct::from([a.to_bytes(), a.to_bytes()].concat());
        assert!(!twice.is_json(&object(json!({"a": 1, "b": 2}))));
    }

    #[test]
    fn a_value_of_another_wire_type_is_no_value() {
        for (known, value) in [
            (json!(null), b"\x0a\x00".as_slice()),
            (json!(1), b"\x12\x08\x00\x00\x00\x00\x00\x00\xf0\x3f"),
            (json!(0), b"\x10\0\0\0\0\0\0\0\0"),
            (json!(true), b"\x22\x01"),
        ] {
            let length = u8::try_from(value.len()).unwrap();
            let sent = [&[0x0a, length + 5, 0x0a, 1, b'a', 0x12, length], value].concat();
            let sent = Struct::from(sent);
            assert!(!sent.is_json(&object(json!({"a": known}))), "{known}");
        }
    }

    #[test]
    fn bytes_that_are_cut_short_are_no_object() {
        let known = object(json!({"a": [{"b": "c"}, 1.5, true, null]}));
        let sent = Struct::from_json(&known);
        let sent = sent.to_bytes();
        for end in 0..sent.len() {
            let cut = Struct::from(sent[..end].to_vec());
            assert!(!cut.is_json(&known), "{end}");
        }
    }
}
