//! [`Struct`] from JSON and to JSON, straight from and to the wire format.
//!
//! On the wire an object is a list of entries, a key and a value each, and a value has one of six fields. Every number
//! is a double there: an integer comes back as an integer up to 2^53, the largest that a double is exact for.

mod read;
mod write;

use std::fmt;

use prost::DecodeError;
use prost::encoding::{
    DecodeContext, WireType, check_wire_type, decode_key, decode_varint, skip_field,
};

pub(super) use read::number_of;

/// How deep objects and lists may be in each other: deeper than objects and schemas are, and far from the end of a
/// stack.
const MAX_DEPTH: u32 = 100;

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

/// Why the bytes of a [`Struct`](super::Struct) are no JSON object.
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

#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "called for each key that is read, and half of its time is the call"
)]
pub(super) fn next_key(bytes: &mut &[u8]) -> Result<Option<(u32, WireType)>, DecodeError> {
    // The fields of these messages have numbers below 16, so all of it is in one byte.
    let (key, rest) = match bytes {
        [] => return Ok(None),
        [key @ 8..=0x7f, rest @ ..] => (*key, rest),
        _ => return decode_key(bytes).map(Some),
    };
    let wire_type = match key & 7 {
        0 => WireType::Varint,
        1 => WireType::SixtyFourBit,
        2 => WireType::LengthDelimited,
        3 => WireType::StartGroup,
        4 => WireType::EndGroup,
        5 => WireType::ThirtyTwoBit,
        _ => return decode_key(bytes).map(Some),
    };
    *bytes = rest;
    Ok(Some((u32::from(key >> 3), wire_type)))
}

#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "called for each key that is read, and half of its time is the call"
)]
pub(super) fn take<'a>(wire_type: WireType, bytes: &mut &'a [u8]) -> Result<&'a [u8], JsonError> {
    if wire_type != WireType::LengthDelimited {
        check_wire_type(WireType::LengthDelimited, wire_type)?;
    }
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
    use serde_json::{Value, json};

    use super::super::Struct;

    use super::*;

    fn read(bytes: &[u8]) -> Result<Value, JsonError> {
        Struct::from(bytes.to_vec()).to_json()
    }

    fn encode(value: &Value) -> Struct {
        Struct::from_json(value.as_object().unwrap())
    }

    /// A message inside a message.
    fn message(tag: u32, content: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        prost::encoding::bytes::encode(tag, &content.to_vec(), &mut out);
        out
    }

    /// `{"n": <value>}` with the value's own bytes.
    fn with_value(value: &[u8]) -> Vec<u8> {
        let entry = [
            message(field::ENTRY_KEY, b"n"),
            message(field::ENTRY_VALUE, value),
        ];
        message(field::STRUCT_FIELDS, &entry.concat())
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
        read[2]["fieldsV1"]["f:spec"]["f:a"]["f:b"] = json!(null);
        let is_asked_for = |manager: &str| manager == "crossplane";
        let sent = encode(&object).to_bytes();
        // As it is decoded, and as it is made of bytes.
        assert_eq!(
            Struct::decode(&*sent)
                .unwrap()
                .object(is_asked_for)
                .unwrap(),
            expected
        );
        assert_eq!(Struct::from(sent).object(is_asked_for).unwrap(), expected);
    }

    #[test]
    fn a_value_that_comes_before_its_key_is_read_whole() {
        let metadata = json!({"managedFields": [{"manager": "kubectl"}]});
        let value = message(field::STRUCT_VALUE, &encode(&metadata).to_bytes());
        let entry = [
            message(field::ENTRY_VALUE, &value),
            message(field::ENTRY_KEY, b"metadata"),
        ];
        let sent = message(field::STRUCT_FIELDS, &entry.concat());
        assert_eq!(
            Struct::from(sent).object(|_| false).unwrap(),
            json!({"metadata": metadata})
        );
    }

    #[test]
    fn the_last_of_several_entries_with_one_key_counts() {
        let twice = [with_number(1.0), with_number(2.0)].concat();
        assert_eq!(read(&twice), Ok(json!({"n": 2})));
    }

    #[test]
    fn an_object_that_comes_in_parts_is_one() {
        let part = |value: &Value| message(field::STRUCT_VALUE, &encode(value).to_bytes());
        let parts = [
            part(&json!({"b": 1, "a": 1})),
            part(&json!({})),
            part(&json!({"c": 3, "a": 2})),
        ];
        let whole = json!({"n": {"a": 2, "b": 1, "c": 3}});
        assert_eq!(read(&with_value(&parts.concat())).as_ref(), Ok(&whole));
        let entry: Vec<u8> = [message(field::ENTRY_KEY, b"n")]
            .into_iter()
            .chain(parts.iter().map(|part| message(field::ENTRY_VALUE, part)))
            .flatten()
            .collect();
        let entry = message(field::STRUCT_FIELDS, &entry);
        assert_eq!(read(&entry).as_ref(), Ok(&whole));
        // However many they are, in the time that their length takes.
        let many = vec![part(&json!({"a": 1})); 200_000].concat();
        assert_eq!(read(&with_value(&many)), Ok(json!({"n": {"a": 1}})));
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
