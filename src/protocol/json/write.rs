//! [`Struct`] from JSON, straight to the wire format.

use prost::encoding::{WireType, encode_varint};
use serde_json::{Map, Value};

use super::super::Struct;
use super::field;

/// Most resources are shorter than this, in bytes.
const USUAL: usize = 2048;

impl Struct {
    /// The message that stands for a JSON object.
    pub fn from_json(object: &Map<String, Value>) -> Self {
        let mut out = Backwards::new();
        out.object(object);
        out.finish().into()
    }
}

/// A message, written from its end to its beginning: the length of a message in it stands before it, and is known when
/// that is written.
struct Backwards {
    /// What is written is at the end.
    bytes: Vec<u8>,
    start: usize,
}

impl Backwards {
    fn new() -> Self {
        Self {
            bytes: vec![0; USUAL],
            start: USUAL,
        }
    }

    fn finish(mut self) -> Vec<u8> {
        self.bytes.drain(..self.start);
        self.bytes
    }

    fn written(&self) -> usize {
        self.bytes.len() - self.start
    }

    fn object(&mut self, object: &Map<String, Value>) {
        for (key, value) in object.iter().rev() {
            self.nested(field::STRUCT_FIELDS, |out| {
                out.nested(field::ENTRY_VALUE, |out| out.value(value));
                out.string(field::ENTRY_KEY, key);
            });
        }
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Null => self.number(field::NULL_VALUE, 0),
            Value::Bool(bool) => self.number(field::BOOL_VALUE, u64::from(*bool)),
            Value::Number(number) => match number.as_f64() {
                Some(number) => {
                    self.put(&number.to_le_bytes());
                    self.key(field::NUMBER_VALUE, WireType::SixtyFourBit);
                }
                // Greater than any double; only serde_json's `arbitrary_precision` lets one in.
                None => self.string(field::STRING_VALUE, &number.to_string()),
            },
            Value::String(text) => self.string(field::STRING_VALUE, text),
            Value::Array(list) => self.nested(field::LIST_VALUE, |out| {
                for value in list.iter().rev() {
                    out.nested(field::LIST_VALUES, |out| out.value(value));
                }
            }),
            Value::Object(object) => self.nested(field::STRUCT_VALUE, |out| out.object(object)),
        }
    }

    fn nested(&mut self, tag: u32, content: impl FnOnce(&mut Self)) {
        let before = self.written();
        content(self);
        self.varint((self.written() - before) as u64);
        self.key(tag, WireType::LengthDelimited);
    }

    fn string(&mut self, tag: u32, text: &str) {
        self.put(text.as_bytes());
        self.varint(text.len() as u64);
        self.key(tag, WireType::LengthDelimited);
    }

    fn number(&mut self, tag: u32, value: u64) {
        self.varint(value);
        self.key(tag, WireType::Varint);
    }

    fn key(&mut self, tag: u32, wire_type: WireType) {
        self.varint(u64::from(tag << 3 | wire_type as u32));
    }

    fn varint(&mut self, value: u64) {
        if let Ok(byte @ ..=0x7f) = u8::try_from(value) {
            return self.put(&[byte]);
        }
        let mut bytes = [0; 10];
        let mut rest = &mut bytes[..];
        encode_varint(value, &mut rest);
        let unused = rest.len();
        self.put(&bytes[..10 - unused]);
    }

    fn put(&mut self, bytes: &[u8]) {
        if bytes.len() > self.start {
            self.grow(bytes.len());
        }
        let end = self.start;
        self.start -= bytes.len();
        self.bytes[self.start..end].copy_from_slice(bytes);
    }

    #[cold]
    fn grow(&mut self, by: usize) {
        let mut larger = vec![0; 2 * (self.bytes.len() + by)];
        let start = larger.len() - self.written();
        larger[start..].copy_from_slice(&self.bytes[self.start..]);
        self.bytes = larger;
        self.start = start;
    }
}
