//! `google.protobuf.Struct`, kept as it came.

use std::fmt;

use prost::bytes::{Buf, BufMut, Bytes};
use prost::encoding::{
    DecodeContext, WireType, bytes, encode_key, encode_varint, encoded_len_varint, key_len,
    skip_field,
};
use prost::{DecodeError, Message};

use super::json::field;

/// How many entries of an object are kept apart. Objects of Kubernetes have five; more share one part, for each of a byte or
/// two would else cost some forty.
const ENTRIES: usize = 64;

/// A JSON object on the wire: `google.protobuf.Struct`, not decoded.
///
/// It is the parts of the message that it came in, so reading one from [`Bytes`] copies nothing, whatever it holds, and
/// writing one copies it once. To look inside, ask for its [JSON](Self::to_json); only then are the bytes checked. Two are
/// equal when their bytes are: the same object written by two encoders may differ, in the order of its fields for one.
#[derive(Clone, Default)]
pub struct Struct {
    parts: Vec<Part>,
}

/// A piece of the message.
#[derive(Clone)]
pub(super) enum Part {
    /// An entry of the object, without the field number and the length before it.
    Entry(Bytes),
    /// Encoded fields.
    Fields(Vec<u8>),
}

impl Struct {
    /// The encoded message.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.encode_to_vec()
    }

    /// How long it is, in encoded bytes.
    pub fn size(&self) -> usize {
        self.encoded_len()
    }

    pub(super) fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Where the next field is copied to.
    fn tail(&mut self) -> &mut Vec<u8> {
        if !matches!(self.parts.last(), Some(Part::Fields(_))) {
            self.parts.push(Part::Fields(Vec::new()));
        }
        match self.parts.last_mut() {
            Some(Part::Fields(fields)) => fields,
            _ => unreachable!("fields were put there"),
        }
    }
}

impl PartialEq for Struct {
    fn eq(&self, other: &Self) -> bool {
        self.encoded_len() == other.encoded_len() && self.to_bytes() == other.to_bytes()
    }
}

impl Eq for Struct {}

/// Says how long it is and not what it holds, which may be a Secret.
impl fmt::Debug for Struct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Struct({} bytes)", self.encoded_len())
    }
}

impl From<Vec<u8>> for Struct {
    fn from(bytes: Vec<u8>) -> Self {
        Self {
            parts: vec![Part::Fields(bytes)],
        }
    }
}

/// A message of fields that nobody looks at, which protobuf passes on in the order they came. Joining two such sequences
/// is how protobuf merges two messages, so a `Struct` that comes in parts is read as well.
impl Message for Struct {
    fn encode_raw(&self, buf: &mut impl BufMut) {
        for part in &self.parts {
            match part {
                Part::Entry(entry) => {
                    encode_key(field::STRUCT_FIELDS, WireType::LengthDelimited, buf);
                    encode_varint(entry.len() as u64, buf);
                    buf.put_slice(entry);
                }
                Part::Fields(fields) => buf.put_slice(fields),
            }
        }
    }

    fn merge_field(
        &mut self,
        tag: u32,
        wire_type: WireType,
        buf: &mut impl Buf,
        ctx: DecodeContext,
    ) -> Result<(), DecodeError> {
        if self.parts.is_empty() {
            // apiVersion, kind, metadata, spec, status.
            self.parts.reserve(5);
        }
        if tag == field::STRUCT_FIELDS
            && wire_type == WireType::LengthDelimited
            && self.parts.len() < ENTRIES
        {
            let mut entry = Bytes::new();
            // Without a copy, where the buffer can share itself.
            bytes::merge(wire_type, &mut entry, buf, ctx)?;
            self.parts.push(Part::Entry(entry));
            return Ok(());
        }
        let copied = self.tail();
        encode_key(tag, wire_type, copied);
        skip_field(wire_type, tag, &mut Copying { from: buf, copied }, ctx)
    }

    fn encoded_len(&self) -> usize {
        let len = |part: &Part| match part {
            Part::Entry(entry) => {
                key_len(field::STRUCT_FIELDS) + encoded_len_varint(entry.len() as u64) + entry.len()
            }
            Part::Fields(fields) => fields.len(),
        };
        self.parts.iter().map(len).sum()
    }

    fn clear(&mut self) {
        self.parts.clear();
    }
}

/// A buffer that keeps a copy of what was read from it.
struct Copying<'a, B> {
    from: &'a mut B,
    copied: &'a mut Vec<u8>,
}

impl<B: Buf> Buf for Copying<'_, B> {
    fn remaining(&self) -> usize {
        self.from.remaining()
    }

    fn chunk(&self) -> &[u8] {
        self.from.chunk()
    }

    fn advance(&mut self, count: usize) {
        self.copied.put(self.from.take(count));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Field 7 of each wire type, a group that holds another among them.
    const UNKNOWN: &[&[u8]] = &[
        b"\x38\x96\x01",
        b"\x39\x01\x02\x03\x04\x05\x06\x07\x08",
        b"\x3a\x03abc",
        b"\x3b\x08\x01\x43\x12\x01x\x44\x3c",
        b"\x3d\x01\x02\x03\x04",
    ];

    #[test]
    fn every_wire_type_is_written_as_it_was_read() {
        let all = UNKNOWN.concat();
        for bytes in UNKNOWN.iter().copied().chain([all.as_slice(), b""]) {
            let read = Struct::decode(bytes).unwrap();
            assert_eq!(read.encode_to_vec(), bytes);
            // In two chunks, as a request comes from the network.
            for cut in 0..bytes.len() {
                let (front, back) = bytes.split_at(cut);
                assert_eq!(Struct::decode(front.chain(back)).as_ref(), Ok(&read));
            }
        }
    }

    #[test]
    fn a_field_that_is_cut_short_is_an_error() {
        for bytes in UNKNOWN {
            for end in 1..bytes.len() {
                assert!(
                    Struct::decode(&bytes[..end]).is_err(),
                    "{:?}",
                    &bytes[..end]
                );
            }
        }
    }

    #[test]
    fn groups_that_never_end_are_an_error() {
        assert!(Struct::decode(&*vec![0x0b; 100_000]).is_err());
        assert!(Struct::decode(&b"\x0c"[..]).is_err());
        assert!(Struct::decode(&b"\x0b\x14"[..]).is_err());
    }

    #[test]
    fn fields_of_a_byte_or_two_cost_little_more_than_that() {
        let mut entries = Struct::from_json(&(0..200).map(|n| (n.to_string(), n.into())).collect())
            .encode_to_vec();
        for fields in [b"\x0a\x00".repeat(100_000), b"\x38\x01".repeat(100_000)] {
            entries.extend(fields);
        }
        let read = Struct::decode(&*entries).unwrap();
        assert_eq!(read.parts.len(), ENTRIES + 1);
        assert_eq!(read.to_bytes(), entries);
        assert_eq!(read.to_json(), Struct::from(entries).to_json());
    }

    #[test]
    fn parts_of_one_message_are_joined() {
        let mut whole = Struct::decode(UNKNOWN[0]).unwrap();
        whole.merge(UNKNOWN[2]).unwrap();
        assert_eq!(whole.to_bytes(), [UNKNOWN[0], UNKNOWN[2]].concat());
        whole.clear();
        assert_eq!(whole, Struct::default());
    }
}
