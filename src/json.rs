//! JSON as it was read: the texts in it are where they came from. A tree of it costs a list for each list and object, and
//! nothing for each text, of which most are looked at once or never.

use std::fmt;

use serde_json::{Map, Number, Value};

use crate::path::steps;

/// So many fields are looked through one by one, which is faster than halving.
const FEW: usize = 8;

/// A JSON value that borrows its texts.
#[derive(Clone, Default, PartialEq)]
pub enum Json<'a> {
    /// `null`.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A text.
    String(&'a str),
    /// A list.
    Array(Vec<Json<'a>>),
    /// An object.
    Object(Fields<'a>),
}

/// The fields of an object, in the order of their names and each once.
#[derive(Clone, Default, PartialEq)]
pub struct Fields<'a>(Vec<(&'a str, Json<'a>)>);

impl<'a> Json<'a> {
    /// What a JSON pointer leads to, of steps that are fields and have nothing to escape.
    pub fn at(&self, pointer: &str) -> Option<&Self> {
        steps(pointer).try_fold(self, |value, step| value.get(step))
    }

    /// A field, of an object.
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.as_object()?.get(name)
    }

    /// The text of a field, of an object.
    pub fn text(&self, name: &str) -> Option<&'a str> {
        self.get(name)?.as_str()
    }

    /// The text, if it is one.
    pub fn as_str(&self) -> Option<&'a str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The integer, if it is one.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Number(number) => number.as_i64(),
            _ => None,
        }
    }

    /// The entries, if it is a list.
    pub fn as_array(&self) -> Option<&[Self]> {
        match self {
            Self::Array(entries) => Some(entries),
            _ => None,
        }
    }

    /// The fields, if it is an object.
    pub fn as_object(&self) -> Option<&Fields<'a>> {
        match self {
            Self::Object(fields) => Some(fields),
            _ => None,
        }
    }

    /// The same with texts of its own.
    pub fn to_value(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(bool) => Value::Bool(*bool),
            Self::Number(number) => Value::Number(number.clone()),
            Self::String(text) => Value::String((*text).to_owned()),
            Self::Array(entries) => Value::Array(entries.iter().map(Self::to_value).collect()),
            Self::Object(fields) => Value::Object(fields.to_map()),
        }
    }
}

impl<'a> Fields<'a> {
    /// The fields of an object as they were read. Of several with one name the last counts.
    pub fn new(mut fields: Vec<(&'a str, Json<'a>)>) -> Self {
        // Those of one name stay in the order that they came in.
        fields.sort_by_key(|(name, _)| *name);
        fields.dedup_by(|later, kept| {
            let is_same = later.0 == kept.0;
            if is_same {
                kept.1 = std::mem::take(&mut later.1);
            }
            is_same
        });
        Self(fields)
    }

    /// The value of a field.
    pub fn get(&self, name: &str) -> Option<&Json<'a>> {
        let found = if self.0.len() <= FEW {
            self.0.iter().find(|(each, _)| *each == name)
        } else {
            let place = self.0.binary_search_by(|(each, _)| (*each).cmp(name));
            place.ok().map(|place| &self.0[place])
        };
        found.map(|(_, value)| value)
    }

    /// Whether there is a field of this name.
    pub fn contains_key(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Names and values, in the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&'a str, &Json<'a>)> {
        self.0.iter().map(|(name, value)| (*name, value))
    }

    /// The names, in their order.
    pub fn keys(&self) -> impl Iterator<Item = &'a str> {
        self.0.iter().map(|(name, _)| *name)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same with texts of their own.
    pub fn to_map(&self) -> Map<String, Value> {
        self.iter()
            .map(|(name, value)| (name.to_owned(), value.to_value()))
            .collect()
    }
}

impl<'a> From<&'a Value> for Json<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(bool) => Self::Bool(*bool),
            Value::Number(number) => Self::Number(number.clone()),
            Value::String(text) => Self::String(text),
            Value::Array(entries) => Self::Array(entries.iter().map(Self::from).collect()),
            Value::Object(fields) => Self::Object(fields.into()),
        }
    }
}

impl<'a> From<&'a Map<String, Value>> for Fields<'a> {
    fn from(fields: &'a Map<String, Value>) -> Self {
        let fields = fields.iter();
        Self::new(
            fields
                .map(|(name, value)| (name.as_str(), value.into()))
                .collect(),
        )
    }
}

impl PartialEq<Value> for Json<'_> {
    fn eq(&self, other: &Value) -> bool {
        match (self, other) {
            (Self::Null, Value::Null) => true,
            (Self::Bool(one), Value::Bool(other)) => one == other,
            (Self::Number(one), Value::Number(other)) => one == other,
            (Self::String(one), Value::String(other)) => one == other,
            (Self::Array(one), Value::Array(other)) => one == other,
            (Self::Object(one), Value::Object(other)) => {
                one.len() == other.len()
                    && one
                        .iter()
                        .all(|(name, value)| other.get(name).is_some_and(|other| value == other))
            }
            _ => false,
        }
    }
}

impl PartialEq<str> for Json<'_> {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == Some(other)
    }
}

/// As JSON is written.
impl fmt::Display for Json<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_value().fmt(f)
    }
}

/// Says what it is and not what it holds, which may be a Secret.
impl fmt::Debug for Json<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(_) => f.write_str("a bool"),
            Self::Number(_) => f.write_str("a number"),
            Self::String(_) => f.write_str("a text"),
            Self::Array(entries) => write!(f, "a list of {}", entries.len()),
            Self::Object(fields) => write!(f, "an object of {}", fields.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn everything() -> Value {
        let many: Map<String, Value> = (0..20).map(|n| (n.to_string(), json!(n))).collect();
        json!({"a": null, "b": [true, 1, 0.5, "é", [], {}], "many": many, "": {"x": {"y": "z"}}})
    }

    #[test]
    fn it_is_the_same_as_what_it_came_from() {
        let value = everything();
        let json = Json::from(&value);
        assert_eq!(json.to_value(), value);
        assert!(json == value);
        assert_eq!(json.to_string(), value.to_string());
        for different in [json!({}), json!([]), json!({"a": null}), Value::Null] {
            assert!(json != different);
        }
        let mut different = value.clone();
        different["many"]["7"] = json!("7");
        assert!(json != different);
        different["many"].as_object_mut().unwrap().remove("7");
        assert!(json != different);
    }

    #[test]
    fn each_field_is_found_and_no_other() {
        let value = everything();
        let json = Json::from(&value);
        for n in 0..20 {
            let found = json.at(&format!("/many/{n}")).unwrap();
            assert_eq!(found.as_i64(), Some(n));
        }
        assert_eq!(json.at("//x/y").and_then(Json::as_str), Some("z"));
        for absent in ["/many/20", "/b/0", "/a/b", "/c", "/many/7/8"] {
            assert!(json.at(absent).is_none(), "{absent}");
        }
    }

    #[test]
    fn of_several_fields_with_one_name_the_last_counts() {
        let number = |n: i64| Json::Number(n.into());
        let fields = Fields::new(vec![
            ("b", number(1)),
            ("a", number(2)),
            ("b", number(3)),
            ("b", number(4)),
        ]);
        assert_eq!(Value::Object(fields.to_map()), json!({"a": 2, "b": 4}));
        assert_eq!(fields.keys().collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn what_it_holds_is_not_told() {
        let value = json!({"password": "hunter2"});
        assert_eq!(format!("{:?}", Json::from(&value)), "an object of 1");
    }
}
