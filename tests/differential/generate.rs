//! Schemas and values of them, and small changes of both.

use serde_json::{Map, Value, json};

use crate::random::Random;

/// The names of properties. Few, so that schemas and values meet.
const NAMES: [&str; 5] = ["a", "b", "c", "d", "metadata"];
const TEXTS: [&str; 16] = [
    "",
    "a",
    "b",
    "abc",
    "A",
    "1",
    "true",
    "2024-02-29",
    "2024-02-30",
    "1h",
    "10.0.0.1",
    "a@example.org",
    "https://example.org/",
    "é",
    "\u{a0}",
    "٣",
];
const PATTERNS: [&str; 12] = [
    "^a", "a$", "^[a-z]+$", "^.{2,3}$", "b|c", "^$", r"^\d", "(?i)ABC", r"^\w+$", r"[^\S-]",
    r"\pL", "(?i)É",
];
const FORMATS: [&str; 16] = [
    "date",
    "date-time",
    "duration",
    "email",
    "hostname",
    "ipv4",
    "ipv6",
    "cidr",
    "mac",
    "uri",
    "uuid",
    "byte",
    "password",
    "int32",
    "hexcolor",
    "nonsense",
];

/// A structural schema of a custom resource with a spec.
pub(crate) fn crd_schema(random: &mut Random) -> Value {
    json!({ "type": "object", "properties": { "spec": schema(random, 3, false) } })
}

/// A structural schema.
pub(crate) fn schema(random: &mut Random, depth: usize, inside_default: bool) -> Value {
    let kind = random.below(if depth == 0 { 6 } else { 13 });
    let mut schema = match kind {
        0 => json!({ "type": "integer" }),
        1 => json!({ "type": "number" }),
        2 => json!({ "type": "boolean" }),
        3 => json!({ "x-kubernetes-int-or-string": true }),
        4 | 5 => json!({ "type": "string" }),
        6 | 7 => array(random, depth),
        8 => map(random, depth),
        9 => free(random, depth),
        _ => object(random, depth),
    };
    let fields = schema.as_object_mut().unwrap();
    restrict(random, fields, depth.min(2));
    if random.once_in(5) {
        fields.insert("nullable".to_owned(), json!(true));
    }
    if !inside_default && random.once_in(5) {
        let default = value(random, &Value::Object(fields.clone()), 30);
        fields.insert("default".to_owned(), default);
    }
    if random.once_in(4) {
        let rules = rules(random, fields);
        if !rules.is_empty() {
            fields.insert("x-kubernetes-validations".to_owned(), Value::Array(rules));
        }
    }
    schema
}

fn array(random: &mut Random, depth: usize) -> Value {
    let mut schema = json!({ "type": "array", "items": schema(random, depth - 1, false) });
    match random.below(4) {
        0 => {
            schema["x-kubernetes-list-type"] = json!("set");
            if schema["items"]["type"] == "object" {
                schema["items"]["x-kubernetes-map-type"] = json!("atomic");
            }
        }
        1 => {
            let mut item = object(random, depth - 1);
            let keys: &[&str] = if random.once_in(3) {
                &["a", "b"]
            } else {
                &["a"]
            };
            for key in keys {
                let kind = *random.one_of(&["string", "integer"]);
                item["properties"][key] = json!({ "type": kind });
                if random.once_in(3) {
                    item["properties"][key]["default"] = if kind == "string" {
                        json!("x")
                    } else {
                        json!(1)
                    };
                }
            }
            if random.once_in(2) {
                item["required"] = json!(keys);
            }
            schema["items"] = item;
            schema["x-kubernetes-list-type"] = json!("map");
            schema["x-kubernetes-list-map-keys"] = json!(keys);
        }
        _ => {}
    }
    schema
}

fn map(random: &mut Random, depth: usize) -> Value {
    if random.once_in(5) {
        return json!({ "type": "object", "additionalProperties": true });
    }
    json!({ "type": "object", "additionalProperties": schema(random, depth - 1, false) })
}

/// What keeps fields that it does not know.
fn free(random: &mut Random, depth: usize) -> Value {
    let mut schema = object(random, depth);
    schema["x-kubernetes-preserve-unknown-fields"] = json!(true);
    match random.below(4) {
        0 => schema["x-kubernetes-embedded-resource"] = json!(true),
        1 => {
            let fields = schema.as_object_mut().unwrap();
            fields.remove("type");
            fields.remove("properties");
        }
        _ => {}
    }
    schema
}

fn object(random: &mut Random, depth: usize) -> Value {
    let mut properties = Map::new();
    for name in &NAMES[..4] {
        if random.once_in(2) {
            properties.insert(
                (*name).to_owned(),
                schema(random, depth.saturating_sub(1), false),
            );
        }
    }
    let mut schema = json!({ "type": "object", "properties": properties });
    if random.once_in(8) {
        schema["x-kubernetes-map-type"] = json!(random.one_of(&["atomic", "granular"]));
    }
    schema
}

/// Adds what restricts values: it can stand anywhere, also under `allOf` and its like.
fn restrict(random: &mut Random, fields: &mut Map<String, Value>, depth: usize) {
    let kind = fields
        .get("type")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    let known: Vec<String> = fields
        .get("properties")
        .and_then(Value::as_object)
        .map(|properties| properties.keys().cloned().collect())
        .unwrap_or_default();
    let mut add = |name: &str, value: Value| fields.insert(name.to_owned(), value);
    // Now and then a keyword of another type, which applies all the same.
    let is = |random: &mut Random, other: &str| kind == other || random.once_in(12);
    if is(random, "string") {
        if random.once_in(4) {
            add("maxLength", json!(random.below(4)));
        }
        if random.once_in(4) {
            add("minLength", json!(random.below(3)));
        }
        if random.once_in(3) {
            add("pattern", json!(random.one_of(&PATTERNS)));
        }
        if random.once_in(3) {
            add("format", json!(random.one_of(&FORMATS)));
        }
    }
    if is(random, "integer") || is(random, "number") {
        for (bound, exclusive) in [
            ("minimum", "exclusiveMinimum"),
            ("maximum", "exclusiveMaximum"),
        ] {
            if random.once_in(4) {
                add(bound, number(random));
                if random.once_in(2) {
                    add(exclusive, json!(true));
                }
            }
        }
        if random.once_in(5) {
            add(
                "multipleOf",
                random
                    .one_of(&[json!(2), json!(0.5), json!(3), json!(1.5)])
                    .clone(),
            );
        }
    }
    if is(random, "array") {
        if random.once_in(4) {
            add("maxItems", json!(random.below(4)));
        }
        if random.once_in(4) {
            add("minItems", json!(random.below(3)));
        }
    }
    if is(random, "object") {
        if random.once_in(6) {
            add("maxProperties", json!(random.below(4)));
        }
        if random.once_in(6) {
            add("minProperties", json!(random.below(3)));
        }
        if random.once_in(3) {
            let names: Vec<&str> = NAMES[..4]
                .iter()
                .filter(|_| random.once_in(3))
                .copied()
                .collect();
            if !names.is_empty() {
                add("required", json!(names));
            }
        }
    }
    if random.once_in(8) {
        let choices: Vec<Value> = (0..=random.below(3)).map(|_| scalar(random)).collect();
        let mut distinct: Vec<Value> = Vec::new();
        for choice in choices {
            if !distinct.contains(&choice) {
                distinct.push(choice);
            }
        }
        add("enum", json!(distinct));
    }
    if depth == 0 {
        return;
    }
    for junctor in ["allOf", "anyOf", "oneOf"] {
        if random.once_in(12) {
            let schemas: Vec<Value> = (0..=random.below(3))
                .map(|_| restriction(random, &kind, &known, depth - 1))
                .collect();
            add(junctor, json!(schemas));
        }
    }
    if random.once_in(20) {
        let schema = restriction(random, &kind, &known, depth - 1);
        add("not", schema);
    }
}

/// A schema under `allOf` and its like, which only restricts.
fn restriction(random: &mut Random, kind: &str, known: &[String], depth: usize) -> Value {
    // The type is taken away again: it only says which keywords make sense.
    let mut fields = Map::from_iter([("type".to_owned(), json!(kind))]);
    restrict(random, &mut fields, depth);
    fields.remove("type");
    if kind == "object" && !known.is_empty() && random.once_in(2) {
        let name = random.one_of(known).clone();
        if name != "metadata" {
            let schema = restriction(random, "string", &[], 0);
            fields.insert("properties".to_owned(), json!({ name: schema }));
        }
    }
    if kind == "array" && random.once_in(2) {
        fields.insert("items".to_owned(), restriction(random, "string", &[], 0));
    }
    Value::Object(fields)
}

/// Rules that the API server's compiler takes for a schema.
fn rules(random: &mut Random, schema: &Map<String, Value>) -> Vec<Value> {
    let kind = schema
        .get("type")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let mut sources: Vec<String> = vec!["self == oldSelf".to_owned(), "self == self".to_owned()];
    match kind {
        "string" if !schema.contains_key("format") => sources.extend([
            "self.size() < 3".to_owned(),
            "self.startsWith('a') || self == ''".to_owned(),
            "self.matches('^a.?')".to_owned(),
            "self in ['a', 'b']".to_owned(),
            "oldSelf == 'a' || self == oldSelf".to_owned(),
            "self.contains('b') ? self.endsWith('c') : true".to_owned(),
        ]),
        "integer" => sources.extend([
            "self > 2".to_owned(),
            "self % 2 == 0".to_owned(),
            "self >= oldSelf".to_owned(),
            "10 / self > 1".to_owned(),
        ]),
        "number" => sources.extend(["self > 1.5".to_owned(), "self * 2.0 < 5.0".to_owned()]),
        "boolean" => sources.push("self || oldSelf".to_owned()),
        "array" => sources.extend([
            "self.size() < 3".to_owned(),
            "self.all(x, x == x)".to_owned(),
            "!self.exists(x, x != self[0])".to_owned(),
            "self.exists_one(x, x == self[0])".to_owned(),
            "self[0] == self[0]".to_owned(),
            "oldSelf.all(x, x in self)".to_owned(),
            "self.filter(x, x == x).size() == self.size()".to_owned(),
            "self.map(x, x).size() > 1".to_owned(),
        ]),
        "object" if schema.contains_key("additionalProperties") => sources.extend([
            "self.size() < 2".to_owned(),
            "self.all(k, k != 'a')".to_owned(),
            "'a' in self".to_owned(),
            "self['a'] == self['a']".to_owned(),
        ]),
        "object" => {
            let properties = schema.get("properties").and_then(Value::as_object);
            for (name, property) in properties.into_iter().flatten() {
                sources.extend([
                    format!("has(self.{name})"),
                    format!("!has(self.{name}) || self.{name} == self.{name}"),
                    format!("has(self.{name}) == has(oldSelf.{name})"),
                    format!("self.{name} == oldSelf.{name}"),
                ]);
                match property["type"].as_str() {
                    Some("string") if property.get("format").is_none() => sources.extend([
                        format!("self.{name} != 'a'"),
                        format!("!has(self.{name}) || self.{name}.size() > 1"),
                        format!("self.?{name}.orValue('b') == 'b'"),
                    ]),
                    Some("integer") => sources.push(format!("self.{name} + 1 > 2")),
                    Some("array") => sources.push(format!("self.{name}.size() > 0")),
                    _ => {}
                }
            }
        }
        _ => {}
    }
    (0..=random.below(2))
        .map(|_| {
            let source = random.one_of(&sources).clone();
            let mut rule = json!({ "rule": source });
            if random.once_in(3) {
                rule["message"] = json!("does not hold");
            }
            if random.once_in(4) && kind == "string" {
                rule["messageExpression"] = json!("'not ' + self");
            }
            rule
        })
        .collect()
}

/// A value of a schema; one time in `whim` something else.
pub(crate) fn value(random: &mut Random, schema: &Value, whim: usize) -> Value {
    if random.once_in(whim) {
        return anything(random, 2);
    }
    if let Some(choices) = schema["enum"].as_array()
        && !random.once_in(4)
    {
        return random.one_of(choices).clone();
    }
    if schema["nullable"] == true && random.once_in(6) {
        return Value::Null;
    }
    match schema["type"].as_str() {
        Some("object") => {
            let mut fields = Map::new();
            if schema["x-kubernetes-embedded-resource"] == true && !random.once_in(5) {
                fields.insert("apiVersion".to_owned(), json!("v1"));
                fields.insert("kind".to_owned(), json!("Thing"));
            }
            for (name, property) in schema["properties"].as_object().into_iter().flatten() {
                if !random.once_in(4) {
                    fields.insert(name.clone(), value(random, property, whim));
                }
            }
            let additional = &schema["additionalProperties"];
            if additional.is_object() || additional == true {
                for name in &NAMES[..4] {
                    if random.once_in(3) {
                        fields.insert((*name).to_owned(), value(random, additional, whim));
                    }
                }
            } else if random.once_in(whim / 2 + 1) {
                fields.insert(
                    (*random.one_of(&NAMES[..4])).to_owned(),
                    anything(random, 2),
                );
            }
            Value::Object(fields)
        }
        Some("array") => (0..random.below(4))
            .map(|_| value(random, &schema["items"], whim))
            .collect(),
        Some("string") => json!(random.one_of(&TEXTS)),
        Some("integer") => json!(i64::try_from(random.below(7)).unwrap() - 2),
        Some("number") => number(random),
        Some("boolean") => json!(random.once_in(2)),
        _ if schema["x-kubernetes-int-or-string"] == true => scalar(random),
        _ => anything(random, 2),
    }
}

fn number(random: &mut Random) -> Value {
    random
        .one_of(&[
            json!(0),
            json!(1),
            json!(2),
            json!(3),
            json!(-1),
            json!(1.5),
            json!(2.0),
            json!(2.5),
            json!(-0.5),
        ])
        .clone()
}

fn scalar(random: &mut Random) -> Value {
    match random.below(6) {
        0 => json!(true),
        1 | 2 => number(random),
        _ => json!(random.one_of(&TEXTS)),
    }
}

/// Any value at all.
pub(crate) fn anything(random: &mut Random, depth: usize) -> Value {
    match random.below(if depth == 0 { 4 } else { 6 }) {
        0 => Value::Null,
        1..=3 => scalar(random),
        4 => (0..random.below(3))
            .map(|_| anything(random, depth - 1))
            .collect(),
        _ => {
            let mut fields = Map::new();
            for name in &NAMES[..4] {
                if random.once_in(3) {
                    fields.insert((*name).to_owned(), anything(random, depth - 1));
                }
            }
            Value::Object(fields)
        }
    }
}

/// Changes one thing somewhere in a value.
pub(crate) fn change(random: &mut Random, value: &mut Value) {
    match value {
        Value::Object(fields) if !fields.is_empty() && !random.once_in(4) => {
            let name = fields
                .keys()
                .nth(random.below(fields.len()))
                .unwrap()
                .clone();
            match random.below(10) {
                0 => {
                    fields.remove(&name);
                }
                1 => {
                    fields.insert(format!("{name}x"), anything(random, 1));
                }
                _ => change(random, fields.get_mut(&name).unwrap()),
            }
        }
        Value::Array(entries) if !entries.is_empty() && !random.once_in(4) => {
            let index = random.below(entries.len());
            match random.below(6) {
                0 => {
                    entries.remove(index);
                }
                1 => entries.push(entries[index].clone()),
                _ => change(random, &mut entries[index]),
            }
        }
        other => *other = anything(random, 2),
    }
}

/// Changes a bound somewhere in a schema, or adds one.
pub(crate) fn change_schema(random: &mut Random, schema: &mut Value) {
    let Some(fields) = schema.as_object_mut() else {
        return;
    };
    let within: Vec<&str> = ["properties", "items", "additionalProperties"]
        .into_iter()
        .filter(|keyword| fields.get(*keyword).is_some_and(Value::is_object))
        .collect();
    if within.is_empty() || random.once_in(5) {
        restrict(random, fields, 1);
        return;
    }
    let keyword = *random.one_of(&within);
    let inner = fields.get_mut(keyword).unwrap();
    if keyword == "properties" {
        let properties = inner.as_object_mut().unwrap();
        let names: Vec<String> = properties
            .keys()
            .filter(|name| *name != "metadata")
            .cloned()
            .collect();
        if !names.is_empty() {
            let name = random.one_of(&names).clone();
            change_schema(random, &mut properties[&name]);
        }
    } else {
        change_schema(random, inner);
    }
}
