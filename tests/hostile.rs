//! Schemas and objects that nobody means well with: an answer for each, in bounded time and memory.

#![expect(clippy::unwrap_used, reason = "a helper that panics fails its test")]

use function_appauth::finding::Finding;
use function_appauth::schema::Schema;
use function_appauth::schema::definitions::{Catalogue, Definition, Lookup};
use serde_json::{Map, Value, json};

fn compile(schema: Value) -> Result<Schema, String> {
    Schema::compile(&schema).map_err(|error| error.to_string())
}

fn check(schema: Value, spec: Value) -> Vec<String> {
    let schema = compile(json!({ "type": "object", "properties": { "spec": schema } })).unwrap();
    let object =
        json!({ "apiVersion": "v1", "kind": "Thing", "metadata": { "name": "a" }, "spec": spec });
    let found = schema.check_object(&object, None);
    found.iter().map(Finding::to_string).collect()
}

fn wrapped(depth: usize, innermost: Value, wrap: impl Fn(Value) -> Value) -> Value {
    (0..depth).fold(innermost, |value, _| wrap(value))
}

#[test]
fn schemas_that_are_not_structural_are_told_where() {
    for (schema, expected) in [
        (
            json!({"properties": {"a": {"$ref": "#/definitions/b"}}}),
            "properties.a.$ref: Kubernetes does not have this keyword; write out what it points at",
        ),
        (
            json!({"properties": {"a": {"anyOf": [{"type": "string"}]}}}),
            "properties.a.anyOf[0].type: not structural: it has to stand outside of allOf, anyOf, oneOf and not",
        ),
        (
            json!({"type": "text"}),
            "type: \"text\" is no type of OpenAPI; choose one of object, array, string, integer, number, boolean",
        ),
        (
            json!({"patternProperties": {"^a": {"type": "string"}}}),
            "patternProperties: Kubernetes does not have this keyword; write additionalProperties",
        ),
        (
            json!({"items": [{"type": "string"}]}),
            "items: a list of schemas, which Kubernetes does not have; write one schema for all entries",
        ),
    ] {
        assert_eq!(compile(schema).unwrap_err(), expected);
    }
}

#[test]
fn a_pattern_that_cannot_be_read_here_is_said_to_be_unchecked() {
    for pattern in ["(", r"\p{L}+", "(a{1,1000}){1,1000}"] {
        assert_eq!(
            check(json!({"type": "string", "pattern": pattern}), json!("a")),
            [format!(
                "spec: whether it matches '{pattern}' is not checked here; the API server checks it"
            )]
        );
    }
}

#[test]
fn patterns_that_are_slow_in_other_engines_are_not() {
    let text = "a".repeat(20_000) + "!";
    for schema in [
        json!({"type": "string", "pattern": "^(a+)+$"}),
        json!({"type": "string", "pattern": "^(a|a)*$"}),
        json!({"type": "string", "x-kubernetes-validations": [{"rule": "self.matches('^(a+)+$')"}]}),
    ] {
        assert_eq!(check(schema, json!(text)).len(), 1);
    }
}

#[test]
fn a_list_of_a_hundred_thousand_entries() {
    let numbers: Value = (0..100_000).collect();
    let set =
        json!({"type": "array", "x-kubernetes-list-type": "set", "items": {"type": "integer"}});
    assert!(check(set, numbers.clone()).is_empty());
    let named: Value = (0..100_000)
        .map(|i| json!({"name": format!("n{i}")}))
        .collect();
    let map = json!({"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"],
        "items": {"type": "object", "properties": {"name": {"type": "string"}}}});
    assert!(check(map, named).is_empty());
    let texts = json!({"type": "array", "items": {"type": "string"}});
    assert_eq!(check(texts, numbers.clone()).len(), 100_000);
    let rule = |rule: &str| json!({"type": "array", "items": {"type": "integer"}, "x-kubernetes-validations": [{"rule": rule}]});
    assert!(check(rule("self.all(a, a >= 0)"), numbers.clone()).is_empty());
    let each_with_each = "self.all(a, self.exists_one(b, b == a))";
    assert_eq!(
        check(rule(each_with_each), numbers),
        [format!(
            "spec: the rule \"{each_with_each}\" is not checked here: lists this long take too long; the API server checks \
             it"
        )]
    );
}

#[test]
fn an_object_a_thousand_levels_deep() {
    let deep = wrapped(1_000, json!(1), |value| json!({ "a": value }));
    let anything = json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true});
    assert!(check(anything, deep.clone()).is_empty());
    assert_eq!(
        check(json!({"type": "object"}), deep.clone()),
        ["spec.a: unknown field; remove it"]
    );
    let compared = json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true,
        "x-kubernetes-validations": [{"rule": "self == self"}]});
    assert!(check(compared, deep).is_empty());
    let lists = wrapped(1_000, json!([]), |value| json!([value]));
    assert_eq!(
        check(json!({"type": "array", "items": {"type": "string"}}), lists),
        ["spec[0]: Invalid value: must be of type string, not array; write a string"]
    );
}

#[test]
fn a_schema_a_hundred_levels_deep() {
    let schema = wrapped(
        100,
        json!({"type": "integer"}),
        |schema| json!({"type": "object", "properties": {"a": schema}}),
    );
    let value = wrapped(100, json!("x"), |value| json!({ "a": value }));
    assert_eq!(check(schema, value).len(), 1);
}

#[test]
fn rules_that_are_no_expressions_or_too_much_of_one() {
    let nested = |open: &str, close: &str, times: usize| {
        format!("{}true{}", open.repeat(times), close.repeat(times))
    };
    for rule in [
        "self ==".to_owned(),
        "nobody(self)".to_owned(),
        "\u{0}".to_owned(),
        nested("(", ")", 4_000),
        nested("[", "]", 4_000),
        nested("!", "", 8_000),
        nested("{1: ", "}", 1_500),
        format!("self{} == 1", ".a".repeat(4_000)),
        format!("true{}", " && true".repeat(1_200)),
        format!("1{} == 1", " + 1".repeat(2_000)),
        format!("true{}", " ? true : false".repeat(600)),
        "x".repeat(20_000),
        nested("(", ")", 24),
        nested("[", "]", 24),
        format!("1{} == 1", " + 1".repeat(390)),
        format!("self{} == 1", ".a".repeat(390)),
        nested("!", "", 390),
        format!("{}true", "true ? false : ".repeat(300)),
    ] {
        let schema = json!({"type": "string", "x-kubernetes-validations": [{"rule": rule}]});
        let found = check(schema, json!("a"));
        assert!(
            found.is_empty()
                || found[0].contains("is not checked here")
                || found[0].contains("failed rule: 1 + 1 + 1"),
            "{found:?}"
        );
    }
}

#[test]
fn references_that_lead_to_themselves_are_followed_once() {
    let document = openapi(json!({
        "Thing": {"type": "object", "properties": {
            "name": {"type": "string"},
            "child": {"$ref": "#/components/schemas/Thing"},
            "other": {"allOf": [{"$ref": "#/components/schemas/Other"}]},
        }},
        "Other": {"type": "object", "properties": {"thing": {"$ref": "#/components/schemas/Thing"}}},
    }));
    let schema = definitions(&document).remove(0).unwrap().compile().unwrap();
    let object = json!({"apiVersion": "example.org/v1", "kind": "Thing", "name": 1,
        "child": {"name": 2, "child": {"name": 3}}, "other": {"thing": {"name": 4}}});
    let found = schema.check_object(&object, None);
    let found: Vec<String> = found.iter().map(Finding::to_string).collect();
    assert_eq!(
        found,
        [
            "child.name: Invalid value: 2: must be of type string, not integer; put it in quotes: \"2\"",
            "name: Invalid value: 1: must be of type string, not integer; put it in quotes: \"1\"",
            "other.thing.name: Invalid value: 4: must be of type string, not integer; put it in quotes: \"4\""
        ]
    );
}

#[test]
fn references_that_stand_for_too_much_are_refused() {
    let mut schemas = Map::new();
    for level in 0..40 {
        let next = format!("#/components/schemas/L{}", level + 1);
        schemas.insert(
            format!("L{level}"),
            json!({"type": "object", "properties": {"a": {"$ref": next}, "b": {"$ref": next}}}),
        );
    }
    schemas.insert("L40".to_owned(), json!({"type": "string"}));
    let mut document = openapi(Value::Object(schemas));
    document["components"]["schemas"]["Thing"] = json!({"allOf": [{"$ref": "#/components/schemas/L0"}], "x-kubernetes-group-version-kind":
            [{"group": "example.org", "version": "v1", "kind": "Thing"}]});
    let error = definitions(&document).remove(0).unwrap_err();
    assert_eq!(
        error.to_string(),
        "components.schemas.Thing: its references stand for more than 50000 schemas"
    );
    for (reference, problem) in [
        ("#/components/schemas/Nothing", "points at nothing"),
        (
            "https://example.org/Thing",
            "is no reference into this document",
        ),
    ] {
        let document =
            openapi(json!({"Thing": {"type": "object", "properties": {"a": {"$ref": reference}}}}));
        let error = definitions(&document).remove(0).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("components.schemas.Thing: \"{reference}\" {problem}")
        );
    }
}

#[test]
fn a_schema_of_another_version_is_none() {
    let mut catalogue = Catalogue::default();
    for definition in definitions(&openapi(json!({"Thing": {"type": "object"}}))) {
        catalogue.add(definition.unwrap());
    }
    assert!(matches!(
        catalogue.get("example.org/v1", "Thing"),
        Lookup::Found(_)
    ));
    let Lookup::OtherVersions(versions) = catalogue.get("example.org/v2", "Thing") else {
        panic!("there is one of v1");
    };
    assert_eq!(versions, ["example.org/v1"]);
    for (api_version, kind) in [
        ("example.com/v1", "Thing"),
        ("example.org/v1", "Other"),
        ("", ""),
    ] {
        assert!(matches!(catalogue.get(api_version, kind), Lookup::Unknown));
    }
}

/// A document as the API server publishes them, with a kind `Thing`.
fn openapi(mut schemas: Value) -> Value {
    if !schemas["Thing"].is_null() {
        schemas["Thing"]["x-kubernetes-group-version-kind"] =
            json!([{"group": "example.org", "version": "v1", "kind": "Thing"}]);
    }
    json!({"openapi": "3.0.0", "components": {"schemas": schemas}})
}

fn definitions(
    document: &Value,
) -> Vec<Result<Definition, function_appauth::schema::CompileError>> {
    Definition::read(document, |_, _| true)
}

#[test]
fn rules_that_would_take_for_ever() {
    let check_rule = |rule: String, value: Value, kind: &str| {
        let schema = json!({"type": kind, "items": if kind == "array" { json!({"type": "integer"}) } else { Value::Null },
            "x-kubernetes-validations": [{"rule": rule}]});
        let mut schema = schema;
        if kind != "array" {
            schema.as_object_mut().unwrap().remove("items");
        }
        check(schema, value)
    };
    let literal = format!("[{}1]", "1, ".repeat(49));
    let deep = (0..5).fold("true".to_owned(), |inner, depth| {
        format!("{literal}.all(a{depth}, {inner})")
    });
    let text = json!("a".repeat(90_000));
    for (rule, value, kind) in [
        (deep, json!("a"), "string"),
        (
            "self.replace('a', self).size() > 0".to_owned(),
            text.clone(),
            "string",
        ),
        (
            "self.split('').all(x, self.split('').all(y, self.split('').all(z, x == y || y == z)))"
                .to_owned(),
            json!("ab".repeat(200)),
            "string",
        ),
        (
            "{'a': self.all(x, self.all(y, self.all(z, x + y + z >= 0)))}['a']".to_owned(),
            (0..1_000).collect(),
            "array",
        ),
        (
            "self.all(x, x in self)".to_owned(),
            (0..20_000).collect(),
            "array",
        ),
        (
            "lists.range(1000000).all(x, lists.range(1000000).all(y, true))".to_owned(),
            json!("a"),
            "string",
        ),
    ] {
        let found = check_rule(rule, value, kind);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains("is not checked here"), "{found:?}");
    }
}

#[test]
fn references_that_go_deep_are_refused() {
    for deep in [200, 20_000] {
        let mut schemas = Map::new();
        for level in 0..deep {
            let next = format!("#/components/schemas/L{}", level + 1);
            let schema = json!({"type": "object", "properties": {"a": {"$ref": next}}});
            schemas.insert(format!("L{level}"), schema);
        }
        schemas.insert(format!("L{deep}"), json!({"type": "string"}));
        schemas.insert(
            "Thing".to_owned(),
            json!({"type": "object", "properties": {"a": {"$ref": "#/components/schemas/L0"}}}),
        );
        let error = definitions(&openapi(Value::Object(schemas)))
            .remove(0)
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "components.schemas.Thing: its schemas are more than 100 deep in each other"
        );
    }
}

#[test]
fn what_stands_beside_a_junctor_is_not_lost() {
    let document = openapi(json!({
        "Thing": {"type": "object", "required": ["port"], "properties": {
            "port": {"anyOf": [{"type": "integer"}, {"type": "string"}], "x-kubernetes-int-or-string": true,
                "default": 80, "pattern": "^[0-9]+$"},
            "other": {"allOf": [{"$ref": "#/components/schemas/Other"}], "default": {}, "nullable": true},
            "kept": {"type": "object", "x-kubernetes-preserve-unknown-fields": true, "allOf": [{"required": ["a"]}]},
        }},
        "Other": {"type": "object", "properties": {"a": {"type": "string"}}},
    }));
    let schema = definitions(&document).remove(0).unwrap().compile().unwrap();
    let found = |object: Value| -> Vec<String> {
        let mut object = object;
        object["apiVersion"] = json!("example.org/v1");
        object["kind"] = json!("Thing");
        let found = schema.check_object(&object, None);
        found.iter().map(Finding::to_string).collect()
    };
    assert!(found(json!({})).is_empty());
    assert!(found(json!({"other": null, "kept": {"a": 1}})).is_empty());
    assert_eq!(
        found(json!({"port": "http", "kept": {}, "other": {"b": 1}})),
        [
            "kept.a: Required value; add it",
            "other.b: unknown field; did you mean \"a\"?",
            "port: Invalid value: \"http\": should match '^[0-9]+$'; make it match",
        ]
    );
}

#[test]
fn a_long_map_in_another_order_than_before() {
    let schema = compile(json!({"type": "object", "properties": {"spec": {"type": "array",
        "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["k"], "items": {"type": "object", "properties": {
            "k": {"type": "integer"}, "v": {"type": "integer", "x-kubernetes-validations": [{"rule": "self == oldSelf"}]}}}}}}))
    .unwrap();
    let object = |entries: Vec<Value>| json!({ "apiVersion": "v1", "kind": "Thing", "metadata": { "name": "a" }, "spec": entries });
    let entry = |k: usize| json!({ "k": k, "v": 1 });
    let old = object((0..20_000).map(entry).collect());
    let mut new = object((0..20_000).rev().map(entry).collect());
    assert!(schema.check_object(&new, Some(&old)).is_empty());
    new["spec"][7]["v"] = json!(2);
    let found = schema.check_object(&new, Some(&old));
    assert_eq!(found[0].path.to_string(), "spec[7].v");
    assert_eq!(found.len(), 1);
}

#[test]
fn rules_that_are_cheap_and_many() {
    let each_with_each = "self.all(a, self.all(b, a + b >= 0))";
    let schema = json!({"type": "array", "items": {"type": "array", "items": {"type": "integer"},
        "x-kubernetes-validations": [{"rule": each_with_each}]}});
    let lists: Value = (0..300).map(|_| (0..500).collect::<Value>()).collect();
    let found = check(schema, lists);
    // Twenty are evaluated, of 250,000 steps each.
    assert_eq!(found.len(), 280);
    let last = format!(
        "spec[299]: the rule \"{each_with_each}\" is not checked here: lists this long take too long; the API server \
         checks it"
    );
    assert_eq!(found[279], last);
}
