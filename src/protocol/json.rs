//! [`Struct`] from JSON and to JSON, straight from and to the wire format.
//!
//! On the wire an object is a list of entries, a key and a value each, and a value has one of six fields. Every number
//! is a double there: an integer comes back as an integer up to 2^53, the largest that a double is exact for.

use std::fmt;

use prost::DecodeError;
use prost::bytes::{Buf, BufMut};
use prost::encoding::{
    DecodeContext, WireType, check_wire_type, decode_key, decode_varint, encode_key, encode_varint,
    skip_field,
};
use serde_json::{Map, Number, Value};

use super::Struct;
use super::raw_struct::Part;

/// How deep objects and lists may be in each other: deeper than objects and schemas are, and far from the end of a
/// stack.
const MAX_DEPTH: u32 = 100;

/// How many levels of the fields that a manager has are read.
const FIELD_LEVELS: u8 = 3;

/// The largest integer with all smaller ones a double.
const MAX_INTEGER: f64 = 9_007_199_254_740_992.0;

/// Field numbers of `google.protobuf.Struct` and the messages in it.
pub(super) mod field {
    pub(in crate::protocol) const STRUCT_FIELDS: u32 = 1;
    pub(in crate::protocol) const ENTRY_KEY: u32 = 1;
    pub(in crate::protocol) const ENTRY_VALUE: u32 = 2;
    pub(in crate::protocol) const NULL_VALUE: u32 = 1;
    pub(in crate::protocol) const NUMBER_VALUE: u32 = 2;
    pub(in crate::protocol) const STRING_VALUE: u32 = 3;
    pub(in crate::protocol) const BOOL_VALUE: u32 = 4;
    pub(in crate::protocol) const STRUCT_VALUE: u32 = 5;
    pub(in crate::protocol) const LIST_VALUE: u32 = 6;
    pub(in crate::protocol) const LIST_VALUES: u32 = 1;
}

/// Why the bytes of a [`Struct`] are no JSON object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JsonError {
    /// They are not protobuf, or of another message.
    Malformed(DecodeError),
    /// A field is longer than what it is in.
    Truncated,
    /// A key or a string is not UTF-8.
    NotUtf8,
    /// A number is infinite or none at all.
    NotFinite,
    /// Objects and lists are more than 100 deep in each other.
    TooDeep,
}

impl Struct {
    /// The message that stands for a JSON object.
    pub fn from_json(object: &Map<String, Value>) -> Self {
        // A resource has one to four thousand bytes.
        let mut out = Vec::with_capacity(4096);
        put_object(object, &mut out);
        out.into()
    }

    /// The JSON object that the message stands for. What the message holds beyond JSON is left out, a value of no kind
    /// is null, and of several entries with one key the last counts.
    pub fn to_json(&self) -> Result<Value, JsonError> {
        self.read(Place::Anywhere)
    }

    /// The JSON of a Kubernetes object, with those of `metadata.managedFields` alone whose manager is asked for.
    ///
    /// They are most of what the API server sends with an object, and say who set which of its fields. Of those fields
    /// three levels are read, such as `f:spec`, `f:forProvider`, `f:region`.
    pub fn to_object(&self, is_asked_for: fn(manager: &str) -> bool) -> Result<Value, JsonError> {
        self.read(Place::Object(is_asked_for))
    }

    fn read(&self, place: Place) -> Result<Value, JsonError> {
        let mut object = Map::new();
        for part in self.parts() {
            match part {
                Part::Entry(entry) => {
                    let (key, value) = read_entry(entry, MAX_DEPTH - 1, place)?;
                    object.insert(key, value);
                }
                Part::Fields(fields) => read_object(fields, MAX_DEPTH, place, &mut object)?,
            }
        }
        Ok(Value::Object(object))
    }
}

/// Where a value stands, as far as that decides what of it is read.
#[derive(Clone, Copy)]
enum Place {
    /// In the place of a Kubernetes object.
    Object(fn(&str) -> bool),
    /// In the place of its metadata.
    Metadata(fn(&str) -> bool),
    /// In the place of its managedFields.
    Managers(fn(&str) -> bool),
    /// In the place of one of them.
    Manager,
    /// In the place of the fields that it has, or of those of one of them: so many levels are read.
    Fields(u8),
    /// Elsewhere: all of it is read.
    Anywhere,
}

impl Place {
    /// The place of a field's value.
    fn field(self, key: &str) -> Self {
        match (self, key) {
            (Self::Object(is_asked_for), "metadata") => Self::Metadata(is_asked_for),
            (Self::Metadata(is_asked_for), "managedFields") => Self::Managers(is_asked_for),
            (Self::Manager, "fieldsV1") => Self::Fields(FIELD_LEVELS),
            (Self::Fields(levels), _) => Self::Fields(levels.saturating_sub(1)),
            _ => Self::Anywhere,
        }
    }
}

/// The manager of an encoded entry of managedFields: the last, of several.
fn manager_of(mut value: &[u8]) -> Result<Option<&str>, JsonError> {
    let mut manager = None;
    while let Some((tag, wire_type)) = next_key(&mut value)? {
        if tag != field::STRUCT_VALUE {
            skip(tag, wire_type, &mut value)?;
            continue;
        }
        let mut object = take(wire_type, &mut value)?;
        while let Some((tag, wire_type)) = next_key(&mut object)? {
            if tag != field::STRUCT_FIELDS {
                skip(tag, wire_type, &mut object)?;
                continue;
            }
            let mut entry = take(wire_type, &mut object)?;
            if text(field::ENTRY_KEY, &mut entry)? == Some("manager")
                && let Some((field::ENTRY_VALUE, wire_type)) = next_key(&mut entry)?
            {
                manager = text(field::STRING_VALUE, &mut take(wire_type, &mut entry)?)?;
            }
        }
    }
    Ok(manager)
}

/// The text of the next field, if it is this one.
fn text<'a>(wanted: u32, bytes: &mut &'a [u8]) -> Result<Option<&'a str>, JsonError> {
    match next_key(bytes)? {
        Some((tag, wire_type)) if tag == wanted => take_str(wire_type, bytes).map(Some),
        _ => Ok(None),
    }
}

impl From<DecodeError> for JsonError {
    fn from(error: DecodeError) -> Self {
        Self::Malformed(error)
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(error) => error.fmt(f),
            Self::Truncated => f.write_str("a field ends before its length"),
            Self::NotUtf8 => f.write_str("a string is not UTF-8"),
            Self::NotFinite => f.write_str("a number is infinite or not a number"),
            Self::TooDeep => write!(f, "nested more than {MAX_DEPTH} deep"),
        }
    }
}

impl std::error::Error for JsonError {}

fn put_object(object: &Map<String, Value>, out: &mut Vec<u8>) {
    for (key, value) in object {
        put_nested(field::STRUCT_FIELDS, out, |out| {
            put_string(field::ENTRY_KEY, key, out);
            put_nested(field::ENTRY_VALUE, out, |out| put_value(value, out));
        });
    }
}

fn put_list(list: &[Value], out: &mut Vec<u8>) {
    for value in list {
        put_nested(field::LIST_VALUES, out, |out| put_value(value, out));
    }
}

fn put_value(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Null => put_varint(field::NULL_VALUE, 0, out),
        Value::Bool(bool) => put_varint(field::BOOL_VALUE, u64::from(*bool), out),
        Value::Number(number) => match number.as_f64() {
            Some(number) => {
                encode_key(field::NUMBER_VALUE, WireType::SixtyFourBit, out);
                out.put_f64_le(number);
            }
            // Greater than any double; only serde_json's `arbitrary_precision` lets one in.
            None => put_string(field::STRING_VALUE, &number.to_string(), out),
        },
        Value::String(text) => put_string(field::STRING_VALUE, text, out),
        Value::Array(list) => put_nested(field::LIST_VALUE, out, |out| put_list(list, out)),
        Value::Object(object) => {
            put_nested(field::STRUCT_VALUE, out, |out| put_object(object, out));
        }
    }
}

fn put_varint(tag: u32, value: u64, out: &mut Vec<u8>) {
    encode_key(tag, WireType::Varint, out);
    encode_varint(value, out);
}

fn put_string(tag: u32, text: &str, out: &mut Vec<u8>) {
    encode_key(tag, WireType::LengthDelimited, out);
    encode_varint(text.len() as u64, out);
    out.extend_from_slice(text.as_bytes());
}

/// Writes a message inside a message. Its length stands before it and is known after it: the byte that most lengths
/// fit in is kept free, and for a longer one the message moves up.
fn put_nested(tag: u32, out: &mut Vec<u8>, content: impl FnOnce(&mut Vec<u8>)) {
    encode_key(tag, WireType::LengthDelimited, out);
    let length_at = out.len();
    out.push(0);
    content(out);
    let mut length = [0; 10];
    let mut rest = &mut length[..];
    encode_varint((out.len() - length_at - 1) as u64, &mut rest);
    let unused = rest.len();
    let length = &length[..10 - unused];
    out.splice(length_at..=length_at, length.iter().copied());
}

/// Adds the entries of an encoded `Struct` to an object, as protobuf merges messages.
fn read_object(
    mut bytes: &[u8],
    depth: u32,
    place: Place,
    object: &mut Map<String, Value>,
) -> Result<(), JsonError> {
    let depth = depth.checked_sub(1).ok_or(JsonError::TooDeep)?;
    while let Some((tag, wire_type)) = next_key(&mut bytes)? {
        match tag {
            field::STRUCT_FIELDS => {
                let (key, value) = read_entry(take(wire_type, &mut bytes)?, depth, place)?;
                object.insert(key, value);
            }
            _ => skip(tag, wire_type, &mut bytes)?,
        }
    }
    Ok(())
}

fn read_entry(mut bytes: &[u8], depth: u32, place: Place) -> Result<(String, Value), JsonError> {
    let mut key = "";
    let mut value = Value::Null;
    while let Some((tag, wire_type)) = next_key(&mut bytes)? {
        match tag {
            field::ENTRY_KEY => key = take_str(wire_type, &mut bytes)?,
            field::ENTRY_VALUE => {
                let place = place.field(key);
                read_value(take(wire_type, &mut bytes)?, depth, place, &mut value)?;
            }
            _ => skip(tag, wire_type, &mut bytes)?,
        }
    }
    Ok((key.to_owned(), value))
}

/// Adds the elements of an encoded `ListValue` to a list.
fn read_list(
    mut bytes: &[u8],
    depth: u32,
    place: Place,
    list: &mut Vec<Value>,
) -> Result<(), JsonError> {
    let depth = depth.checked_sub(1).ok_or(JsonError::TooDeep)?;
    while let Some((tag, wire_type)) = next_key(&mut bytes)? {
        match tag {
            field::LIST_VALUES => {
                let element = take(wire_type, &mut bytes)?;
                if let Place::Managers(is_asked_for) = place
                    && manager_of(element)?.is_some_and(|manager| !is_asked_for(manager))
                {
                    continue;
                }
                let mut value = Value::Null;
                let place = match place {
                    Place::Managers(_) => Place::Manager,
                    _ => Place::Anywhere,
                };
                read_value(element, depth, place, &mut value)?;
                list.push(value);
            }
            _ => skip(tag, wire_type, &mut bytes)?,
        }
    }
    Ok(())
}

/// Reads an encoded `Value`. Of several kinds the last counts, and one object or list after another continues it.
fn read_value(
    mut bytes: &[u8],
    depth: u32,
    place: Place,
    value: &mut Value,
) -> Result<(), JsonError> {
    while let Some((tag, wire_type)) = next_key(&mut bytes)? {
        match tag {
            field::NULL_VALUE => {
                check_wire_type(WireType::Varint, wire_type)?;
                decode_varint(&mut bytes)?;
                *value = Value::Null;
            }
            field::NUMBER_VALUE => {
                check_wire_type(WireType::SixtyFourBit, wire_type)?;
                let number = bytes.try_get_f64_le().map_err(|_| JsonError::Truncated)?;
                *value = Value::Number(number_of(number)?);
            }
            field::STRING_VALUE => {
                *value = Value::String(take_str(wire_type, &mut bytes)?.to_owned());
            }
            field::BOOL_VALUE => {
                check_wire_type(WireType::Varint, wire_type)?;
                *value = Value::Bool(decode_varint(&mut bytes)? != 0);
            }
            field::STRUCT_VALUE => {
                let mut object = match value.take() {
                    Value::Object(object) => object,
                    _ => Map::new(),
                };
                let fields = take(wire_type, &mut bytes)?;
                if !matches!(place, Place::Fields(0)) {
                    read_object(fields, depth, place, &mut object)?;
                }
                *value = Value::Object(object);
            }
            field::LIST_VALUE => {
                let mut list = match value.take() {
                    Value::Array(list) => list,
                    _ => Vec::new(),
                };
                read_list(take(wire_type, &mut bytes)?, depth, place, &mut list)?;
                *value = Value::Array(list);
            }
            _ => skip(tag, wire_type, &mut bytes)?,
        }
    }
    Ok(())
}

/// The JSON number for a double: an integer where it is a whole one and exact.
pub(super) fn number_of(number: f64) -> Result<Number, JsonError> {
    if number.fract() == 0.0 && number.abs() <= MAX_INTEGER {
        #[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
        return Ok((number as i64).into());
    }
    Number::from_f64(number).ok_or(JsonError::NotFinite)
}

pub(super) fn next_key(bytes: &mut &[u8]) -> Result<Option<(u32, WireType)>, DecodeError> {
    match bytes {
        [] => Ok(None),
        // The fields of these messages have numbers below 16, so all of it is in one byte.
        [key @ 8..=0x7f, rest @ ..] => {
            let wire_type = WireType::try_from(u64::from(key & 7))?;
            let tag = u32::from(key >> 3);
            *bytes = rest;
            Ok(Some((tag, wire_type)))
        }
        _ => decode_key(bytes).map(Some),
    }
}

pub(super) fn take<'a>(wire_type: WireType, bytes: &mut &'a [u8]) -> Result<&'a [u8], JsonError> {
    check_wire_type(WireType::LengthDelimited, wire_type)?;
    let length = match bytes {
        [length @ ..=0x7f, rest @ ..] => {
            let length = usize::from(*length);
            *bytes = rest;
            length
        }
        _ => usize::try_from(decode_varint(bytes)?).map_err(|_| JsonError::Truncated)?,
    };
    bytes.split_off(..length).ok_or(JsonError::Truncated)
}

pub(super) fn take_str<'a>(
    wire_type: WireType,
    bytes: &mut &'a [u8],
) -> Result<&'a str, JsonError> {
    std::str::from_utf8(take(wire_type, bytes)?).map_err(|_| JsonError::NotUtf8)
}

pub(super) fn skip(tag: u32, wire_type: WireType, bytes: &mut &[u8]) -> Result<(), DecodeError> {
    skip_field(wire_type, tag, bytes, DecodeContext::default())
}

#[cfg(test)]
mod tests {
    use prost::Message;
    use serde_json::json;

    use super::*;

    fn read(bytes: &[u8]) -> Result<Value, JsonError> {
        Struct::from(bytes.to_vec()).to_json()
    }

    fn encode(value: &Value) -> Struct {
        Struct::from_json(value.as_object().unwrap())
    }

    /// `{"n": <value>}` with the value's own bytes.
    fn with_value(value: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        put_nested(field::STRUCT_FIELDS, &mut out, |out| {
            put_string(field::ENTRY_KEY, "n", out);
            put_nested(field::ENTRY_VALUE, out, |out| out.extend_from_slice(value));
        });
        out
    }

    fn with_number(number: f64) -> Vec<u8> {
        with_value(&[&[0x11][..], &number.to_le_bytes()].concat())
    }

    fn nested(depth: usize, open: &str, close: &str) -> Value {
        // One level is the object around it, and serde_json's own limit lies above ours.
        let text = format!(
            "{{\"a\":{}1{}}}",
            open.repeat(depth - 1),
            close.repeat(depth - 1)
        );
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn what_is_written_is_read_back() {
        for value in [
            json!({}),
            json!({"": ""}),
            json!({"a": null, "b": [true, false, null, [], {}], "c": {"d": {"e": "é\u{0}😀"}}}),
            json!({"short": "x".repeat(120), "long": "x".repeat(20_000), "longer": [["x".repeat(3_000_000)]]}),
        ] {
            assert_eq!(encode(&value).to_json(), Ok(value));
        }
    }

    #[test]
    fn whole_numbers_come_back_as_integers() {
        for (number, expected) in [
            (0.0, json!(0)),
            (-0.0, json!(0)),
            (3.0, json!(3)),
            (-3600.0, json!(-3600)),
            (MAX_INTEGER, json!(9_007_199_254_740_992_i64)),
            (-MAX_INTEGER, json!(-9_007_199_254_740_992_i64)),
            (MAX_INTEGER + 2.0, json!(9_007_199_254_740_994.0)),
            (0.5, json!(0.5)),
            (1e300, json!(1e300)),
            (f64::MIN_POSITIVE, json!(f64::MIN_POSITIVE)),
        ] {
            assert_eq!(
                read(&with_number(number)).unwrap()["n"],
                expected,
                "{number}"
            );
        }
        assert_eq!(
            encode(&json!({"n": 3600, "f": 0.5})).to_json(),
            Ok(json!({"n": 3600, "f": 0.5}))
        );
    }

    #[test]
    fn a_number_that_json_does_not_have_is_an_error() {
        for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(read(&with_number(number)), Err(JsonError::NotFinite));
        }
    }

    #[test]
    fn a_hundred_levels_are_read_and_no_more() {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let deepest = nested(100, open, close);
            assert_eq!(encode(&deepest).to_json().as_ref(), Ok(&deepest));
            assert_eq!(
                encode(&nested(101, open, close)).to_json(),
                Err(JsonError::TooDeep)
            );
        }
    }

    #[test]
    fn garbage_is_an_error_and_no_panic() {
        for (bytes, name) in [
            (&b"\x0a"[..], "no length"),
            (b"\x0a\x05abc", "a length beyond the end"),
            (
                b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
                "a huge length",
            ),
            (b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", "no varint"),
            (b"\x08\x01", "an entry that is a number"),
            (b"\x00", "field number 0"),
            (b"\x0f", "wire type 7"),
            (b"\x13", "a group without an end"),
            (b"\x0c", "an end without a group"),
            (b"\x0a\x02\x08\x01", "a key that is a number"),
            (b"\x0a\x03\x0a\x01\xff", "a key that is not UTF-8"),
            (
                b"\x0a\x05\x12\x03\x1a\x01\xff",
                "a string that is not UTF-8",
            ),
            (b"\x0a\x06\x12\x04\x11\x00\x00\x00", "half a double"),
            (b"\x0a\x04\x12\x02\x15\x00", "a number of 32 bits"),
        ] {
            assert!(read(bytes).is_err(), "{name}");
        }
        assert_eq!(read(b"\x0a\x03\x0a\x01\xff"), Err(JsonError::NotUtf8));
        assert_eq!(read(b"\x0a\x05abc"), Err(JsonError::Truncated));
    }

    #[test]
    fn every_beginning_of_a_message_is_read_or_an_error() {
        let whole = encode(&json!({"a": [1, "b", {"c": null, "d": [true, 0.5]}], "e": {"f": "g"}}))
            .to_bytes();
        for end in 0..whole.len() {
            for flipped in 0..8 {
                let mut bytes = whole[..=end].to_vec();
                bytes[end] ^= 1 << flipped;
                let _ = read(&bytes);
            }
            let _ = read(&whole[..end]);
        }
    }

    #[test]
    fn a_value_of_no_kind_is_null() {
        assert_eq!(read(&with_value(b"")), Ok(json!({"n": null})));
        // An entry without a value, and one without anything.
        assert_eq!(read(b"\x0a\x03\x0a\x01n"), Ok(json!({"n": null})));
        assert_eq!(read(b"\x0a\x00"), Ok(json!({"": null})));
    }

    #[test]
    fn of_the_managers_of_an_object_those_that_are_asked_for_are_read() {
        let managers = json!([
            {"manager": "kubectl", "fieldsV1": {"f:spec": {}}},
            {"fieldsV1": {"f:spec": {}}},
            "no manager at all",
            {"manager": "crossplane", "fieldsV1": {"f:spec": {"f:a": {"f:b": {"f:c": {}}}, ".": {}}}},
            {"manager": 7},
        ]);
        let object = json!({
            "metadata": {"name": "a", "managedFields": managers},
            "spec": {"managedFields": managers, "metadata": {"managedFields": managers}},
        });
        let mut expected = object.clone();
        let read = expected["metadata"]["managedFields"]
            .as_array_mut()
            .unwrap();
        read.remove(0);
        read[2]["fieldsV1"]["f:spec"]["f:a"]["f:b"] = json!({});
        let is_asked_for = |manager: &str| manager == "crossplane";
        let sent = encode(&object).to_bytes();
        // As it is decoded, and as it is made of bytes.
        assert_eq!(
            Struct::decode(&*sent).unwrap().to_object(is_asked_for),
            Ok(expected.clone())
        );
        assert_eq!(Struct::from(sent).to_object(is_asked_for), Ok(expected));
    }

    #[test]
    fn of_several_managers_of_the_same_fields_the_last_counts() {
        let twice = [
            encode(&json!({"manager": "kubectl"})),
            encode(&json!({"manager": "crossplane"})),
        ]
        .map(|object| object.to_bytes())
        .concat();
        let mut managers = Vec::new();
        put_nested(field::STRUCT_VALUE, &mut managers, |out| out.extend(twice));
        assert_eq!(manager_of(&managers), Ok(Some("crossplane")));
    }

    #[test]
    fn a_value_that_comes_before_its_key_is_read_whole() {
        let metadata = json!({"managedFields": [{"manager": "kubectl"}]});
        let mut entry = Vec::new();
        put_nested(field::ENTRY_VALUE, &mut entry, |out| {
            put_value(&metadata, out);
        });
        put_string(field::ENTRY_KEY, "metadata", &mut entry);
        let mut sent = Vec::new();
        put_nested(field::STRUCT_FIELDS, &mut sent, |out| {
            out.extend_from_slice(&entry);
        });
        assert_eq!(
            Struct::from(sent).to_object(|_| false),
            Ok(json!({"metadata": metadata}))
        );
    }

    #[test]
    fn the_last_of_several_entries_with_one_key_counts() {
        let twice = [with_number(1.0), with_number(2.0)].concat();
        assert_eq!(read(&twice), Ok(json!({"n": 2})));
    }

    #[test]
    fn unknown_fields_are_left_out() {
        // Fields 9 (a string) and 10 (a group) in each message.
        let unknown = b"\x4a\x01x\x53\x08\x01\x54";
        let bytes = [
            &with_value(&[&unknown[..], b"\x20\x01"].concat())[..],
            unknown,
        ]
        .concat();
        assert_eq!(read(&bytes), Ok(json!({"n": true})));
    }

    #[test]
    fn errors_say_what_is_wrong_and_show_nothing_of_it() {
        for (error, text) in [
            (JsonError::Truncated, "a field ends before its length"),
            (JsonError::NotUtf8, "a string is not UTF-8"),
            (JsonError::NotFinite, "a number is infinite or not a number"),
            (JsonError::TooDeep, "nested more than 100 deep"),
        ] {
            assert_eq!(error.to_string(), text);
        }
    }
}
