//! [`Struct`] as JSON, straight from the wire format and without a copy of a text.

use prost::bytes::Buf;
use prost::encoding::{WireType, check_wire_type, decode_varint};
use serde_json::{Number, Value};

use crate::json::{Fields, Json};

use super::super::Struct;
use super::super::raw_struct::Part;
use super::{JsonError, MAX_DEPTH, MAX_INTEGER, field, next_key, skip, take, take_str};

/// For so many fields or elements there is room from the start. More may be of two bytes each, and room takes some fifty.
const FEW: usize = 64;

/// How many levels of the fields that a manager has are read.
const FIELD_LEVELS: u8 = 3;

impl Struct {
    /// The JSON object that the message stands for. What the message holds beyond JSON is left out, a value of no kind
    /// is null, and of several entries with one key the last counts.
    pub fn to_json(&self) -> Result<Value, JsonError> {
        Ok(self.read(Place::Anywhere)?.to_value())
    }

    /// The JSON of a Kubernetes object, with those of `metadata.managedFields` alone whose manager is asked for.
    ///
    /// They are most of what the API server sends with an object, and say who set which of its fields. Of those fields
    /// three levels are read, such as `f:spec`, `f:forProvider`, `f:region`. What is below them is null, and so are owners
    /// and finalizers, which are not this function's to ask for.
    pub fn object(&self, is_asked_for: fn(manager: &str) -> bool) -> Result<Json<'_>, JsonError> {
        self.read(Place::Object(is_asked_for))
    }

    fn read(&self, place: Place) -> Result<Json<'_>, JsonError> {
        let mut fields = Vec::new();
        for part in self.parts() {
            match part {
                Part::Entry(entry) => fields.push(read_entry(entry, MAX_DEPTH - 1, place)?),
                Part::Fields(bytes) => read_object(bytes, MAX_DEPTH, place, &mut fields)?,
            }
        }
        Ok(Json::Object(Fields::new(fields)))
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
    /// Where nothing is read.
    Nowhere,
}

impl Place {
    /// The place of a field's value.
    fn field(self, key: &str) -> Self {
        match (self, key) {
            (Self::Object(is_asked_for), "metadata") => Self::Metadata(is_asked_for),
            (Self::Metadata(is_asked_for), "managedFields") => Self::Managers(is_asked_for),
            (Self::Metadata(_), "finalizers" | "ownerReferences") | (Self::Fields(1), _) => {
                Self::Nowhere
            }
            (Self::Manager, "fieldsV1") => Self::Fields(FIELD_LEVELS),
            (Self::Fields(levels), _) => Self::Fields(levels - 1),
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

/// A value that may go on.
enum Reading<'a> {
    /// An object, whose fields are put in their order when all have come.
    Object(Vec<(&'a str, Json<'a>)>),
    /// Anything else.
    Other(Json<'a>),
}

impl<'a> Reading<'a> {
    const NOTHING: Self = Self::Other(Json::Null);

    fn end(self) -> Json<'a> {
        match self {
            Self::Object(fields) => Json::Object(Fields::new(fields)),
            Self::Other(value) => value,
        }
    }
}

/// Adds the entries of an encoded `Struct` to those of an object, as protobuf merges messages.
fn read_object<'a>(
    mut bytes: &'a [u8],
    depth: u32,
    place: Place,
    fields: &mut Vec<(&'a str, Json<'a>)>,
) -> Result<(), JsonError> {
    let depth = depth.checked_sub(1).ok_or(JsonError::TooDeep)?;
    fields.reserve(count(bytes).min(FEW));
    while let Some((tag, wire_type)) = next_key(&mut bytes)? {
        match tag {
            field::STRUCT_FIELDS => {
                fields.push(read_entry(take(wire_type, &mut bytes)?, depth, place)?);
            }
            _ => skip(tag, wire_type, &mut bytes)?,
        }
    }
    Ok(())
}

fn read_entry(mut bytes: &[u8], depth: u32, place: Place) -> Result<(&str, Json<'_>), JsonError> {
    let mut key = "";
    let mut value = Reading::NOTHING;
    while let Some((tag, wire_type)) = next_key(&mut bytes)? {
        match tag {
            field::ENTRY_KEY => key = take_str(wire_type, &mut bytes)?,
            field::ENTRY_VALUE => {
                let encoded = take(wire_type, &mut bytes)?;
                match place.field(key) {
                    Place::Nowhere => {}
                    place => read_value(encoded, depth, place, &mut value)?,
                }
            }
            _ => skip(tag, wire_type, &mut bytes)?,
        }
    }
    Ok((key, value.end()))
}

/// Adds the elements of an encoded `ListValue` to a list.
fn read_list<'a>(
    mut bytes: &'a [u8],
    depth: u32,
    place: Place,
    list: &mut Vec<Json<'a>>,
) -> Result<(), JsonError> {
    let depth = depth.checked_sub(1).ok_or(JsonError::TooDeep)?;
    if !matches!(place, Place::Managers(_)) {
        list.reserve(count(bytes).min(FEW));
    }
    while let Some((tag, wire_type)) = next_key(&mut bytes)? {
        match tag {
            field::LIST_VALUES => {
                let element = take(wire_type, &mut bytes)?;
                if let Place::Managers(is_asked_for) = place
                    && manager_of(element)?.is_some_and(|manager| !is_asked_for(manager))
                {
                    continue;
                }
                let mut value = Reading::NOTHING;
                let place = match place {
                    Place::Managers(_) => Place::Manager,
                    _ => Place::Anywhere,
                };
                read_value(element, depth, place, &mut value)?;
                list.push(value.end());
            }
            _ => skip(tag, wire_type, &mut bytes)?,
        }
    }
    Ok(())
}

/// How many fields there are in a message, in its first bytes if not in all: each is at least two bytes.
fn count(mut bytes: &[u8]) -> usize {
    let mut count = 0;
    while let Ok(Some((_, WireType::LengthDelimited))) = next_key(&mut bytes)
        && take(WireType::LengthDelimited, &mut bytes).is_ok()
    {
        count += 1;
    }
    count
}

/// Reads an encoded `Value`. Of several kinds the last counts, and one object or list after another continues it.
fn read_value<'a>(
    mut bytes: &'a [u8],
    depth: u32,
    place: Place,
    value: &mut Reading<'a>,
) -> Result<(), JsonError> {
    while let Some((tag, wire_type)) = next_key(&mut bytes)? {
        *value = match tag {
            field::NULL_VALUE => {
                check_wire_type(WireType::Varint, wire_type)?;
                decode_varint(&mut bytes)?;
                Reading::NOTHING
            }
            field::NUMBER_VALUE => {
                check_wire_type(WireType::SixtyFourBit, wire_type)?;
                let number = bytes.try_get_f64_le().map_err(|_| JsonError::Truncated)?;
                Reading::Other(Json::Number(number_of(number)?))
            }
            field::STRING_VALUE => Reading::Other(Json::String(take_str(wire_type, &mut bytes)?)),
            field::BOOL_VALUE => {
                check_wire_type(WireType::Varint, wire_type)?;
                Reading::Other(Json::Bool(decode_varint(&mut bytes)? != 0))
            }
            field::STRUCT_VALUE => {
                let mut fields = match std::mem::replace(value, Reading::NOTHING) {
                    Reading::Object(fields) => fields,
                    Reading::Other(_) => Vec::new(),
                };
                let object = take(wire_type, &mut bytes)?;
                read_object(object, depth, place, &mut fields)?;
                Reading::Object(fields)
            }
            field::LIST_VALUE => {
                let mut list = match std::mem::replace(value, Reading::NOTHING) {
                    Reading::Other(Json::Array(list)) => list,
                    _ => Vec::new(),
                };
                read_list(take(wire_type, &mut bytes)?, depth, place, &mut list)?;
                Reading::Other(Json::Array(list))
            }
            _ => {
                skip(tag, wire_type, &mut bytes)?;
                continue;
            }
        };
    }
    Ok(())
}

/// The JSON number for a double: an integer where it is a whole one and exact.
pub(in crate::protocol) fn number_of(number: f64) -> Result<Number, JsonError> {
    if number.fract() == 0.0 && number.abs() <= MAX_INTEGER {
        #[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
        return Ok((number as i64).into());
    }
    Number::from_f64(number).ok_or(JsonError::NotFinite)
}

#[cfg(test)]
mod tests {
    use prost::encoding::bytes::encode;
    use serde_json::json;

    use super::*;

    #[test]
    fn of_several_managers_of_the_same_fields_the_last_counts() {
        let twice = ["kubectl", "crossplane"].map(|name| {
            let manager = json!({"manager": name});
            Struct::from_json(manager.as_object().unwrap()).to_bytes()
        });
        let mut managers = Vec::new();
        encode(field::STRUCT_VALUE, &twice.concat(), &mut managers);
        assert_eq!(manager_of(&managers), Ok(Some("crossplane")));
    }
}
