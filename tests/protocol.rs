//! `proto/` is what everybody else speaks, the generated code is what `proto/` says, and what nobody reads is passed on
//! as it came.

#![expect(clippy::unwrap_used, reason = "a helper that panics fails its test")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use function_appauth::protocol::{
    Capability, CredentialData, Credentials, DESCRIPTORS, Ready, RequestMeta, Resource, Resources,
    RunFunctionRequest, RunFunctionResponse, State, Struct, credentials,
};
use function_sdk_rust::proto as sdk;
use proptest::prelude::*;
use prost::Message;
use prost_build::Module;
use prost_types::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FieldOptions, FileDescriptorProto,
    FileDescriptorSet, ListValue, MessageOptions, value::Kind,
};
use serde_json::{Value, json};

const V1: &str = "apiextensions.fn.proto.v1";
const V1BETA1: &str = "apiextensions.fn.proto.v1beta1";

#[test]
fn generated_files_are_what_proto_becomes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let update = std::env::var_os("UPDATE").is_some();
    let mut stale = Vec::new();
    for (name, content) in generate() {
        let path = root.join(name);
        if update {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        } else if std::fs::read(path).ok().as_ref() != Some(&content) {
            stale.push(name);
        }
    }
    assert!(
        stale.is_empty(),
        "not what proto/ becomes: {}; run `UPDATE=1 cargo test --test protocol`",
        stale.join(", ")
    );
}

#[test]
fn v1_is_what_the_official_sdk_speaks() {
    let theirs = FileDescriptorSet::decode(sdk::FILE_DESCRIPTOR_SET).unwrap();
    assert_same(&outline_of(&descriptors(), V1), &outline_of(&theirs, V1));
}

#[test]
fn v1beta1_is_v1_in_another_package() {
    let ours = descriptors();
    assert_same(&outline_of(&ours, V1), &outline_of(&ours, V1BETA1));
}

#[test]
fn reflection_can_resolve_every_import() {
    let files = descriptors().file;
    let mut seen = BTreeSet::new();
    for file in &files {
        for import in &file.dependency {
            assert!(seen.contains(import.as_str()), "{import} is missing");
        }
        seen.insert(file.name());
    }
    assert!(files.iter().all(|file| file.source_code_info.is_none()));
}

#[test]
fn structs_are_passed_on_byte_for_byte() {
    // An entry, then fields 9 (a string), 10 (a group) and 11 (a number) that no Struct has today, then an entry again
    // whose Value has a kind of tomorrow.
    let bytes = b"\x0a\x07\x0a\x01z\x12\x02\x20\x01\x4a\x03new\x53\x08\x01\x54\x58\x80\x01\x0a\x08\x0a\x01a\x12\x03\x3a\x01?";
    let body = || Some(Struct::from(bytes.to_vec()));
    let resource = || Resource {
        resource: body(),
        connection_details: BTreeMap::from([("password".into(), vec![0, 255])]),
        ready: Ready::True.into(),
    };
    let request = RunFunctionRequest {
        observed: Some(State {
            composite: Some(resource()),
            resources: BTreeMap::from([("pool".into(), resource())]),
        }),
        input: body(),
        context: body(),
        required_resources: BTreeMap::from([(
            "policy".into(),
            Resources {
                items: vec![resource(), resource()],
            },
        )]),
        ..RunFunctionRequest::default()
    };
    let wire = request.encode_to_vec();
    let count = wire.windows(bytes.len()).filter(|w| w == bytes).count();
    assert_eq!(count, 6);

    let read = RunFunctionRequest::decode(wire.as_slice()).unwrap();
    assert_eq!(read, request);
    assert_eq!(read.context.as_ref().unwrap().to_bytes(), bytes);
    assert_eq!(read.encode_to_vec(), wire);
    // Asked for its JSON, the Struct leaves out what JSON has no place for.
    assert_eq!(
        read.context.unwrap().to_json(),
        Ok(json!({"a": null, "z": true}))
    );
}

#[test]
fn a_struct_that_is_never_read_may_be_garbage() {
    // A request is not refused for a part that nobody looks at.
    let request = RunFunctionRequest {
        context: Some(Struct::from(b"\x0a\x02\xff\xff".to_vec())),
        ..RunFunctionRequest::default()
    };
    let read = RunFunctionRequest::decode(request.encode_to_vec().as_slice()).unwrap();
    assert_eq!(read, request);
    assert!(read.context.unwrap().to_json().is_err());
}

#[test]
fn the_official_sdk_reads_what_is_written_here() {
    let body = json!({"spec": {"replicas": 3, "ratio": 0.5, "names": ["a", null, {}]}});
    let resource = || Resource {
        resource: body.as_object().map(Struct::from_json),
        connection_details: BTreeMap::from([("username".into(), b"admin".to_vec())]),
        ready: Ready::False.into(),
    };
    let state = || State {
        composite: Some(resource()),
        resources: BTreeMap::from([("a".into(), resource()), ("b".into(), resource())]),
    };
    let credentials = Credentials {
        source: Some(credentials::Source::CredentialData(CredentialData {
            data: BTreeMap::from([("key".into(), b"value".to_vec())]),
        })),
    };
    let request = RunFunctionRequest {
        meta: Some(RequestMeta {
            tag: "tag".into(),
            capabilities: vec![Capability::RequiredSchemas.into(), 99],
        }),
        observed: Some(state()),
        desired: Some(state()),
        input: body.as_object().map(Struct::from_json),
        credentials: BTreeMap::from([("aws".into(), credentials)]),
        ..RunFunctionRequest::default()
    };
    let theirs = sdk::v1::RunFunctionRequest::decode(request.encode_to_vec().as_slice()).unwrap();
    let desired = &theirs.desired.as_ref().unwrap().resources["b"];
    assert_eq!(desired.connection_details["username"], b"admin");
    assert_eq!(desired.ready(), sdk::v1::Ready::False);
    assert_eq!(
        serde_json::to_value(&theirs.input).unwrap(),
        // Their JSON shows every number as it is on the wire.
        json!({"spec": {"replicas": 3.0, "ratio": 0.5, "names": ["a", null, {}]}})
    );
    let back = RunFunctionRequest::decode(theirs.encode_to_vec().as_slice()).unwrap();
    assert_eq!(back.credentials, request.credentials);
    assert_eq!(back.meta, request.meta);
    assert_eq!(back.input.unwrap().to_json(), Ok(body.clone()));
}

#[test]
fn an_empty_message_is_no_bytes() {
    assert!(RunFunctionRequest::default().encode_to_vec().is_empty());
    assert!(RunFunctionResponse::default().encode_to_vec().is_empty());
    assert_eq!(Struct::decode(&b""[..]).unwrap().to_json(), Ok(json!({})));
}

proptest! {
    #[test]
    fn any_object_is_the_same_for_another_implementation(object in any_object()) {
        let theirs = struct_of(&object);
        let ours = Struct::from_json(object.as_object().unwrap());

        let read_by_them = prost_types::Struct::decode(&*ours.to_bytes());
        prop_assert_eq!(read_by_them.as_ref(), Ok(&theirs));

        let read_by_us = Struct::decode(theirs.encode_to_vec().as_slice()).unwrap();
        prop_assert_eq!(read_by_us.to_json(), Ok(object.clone()));
        prop_assert_eq!(ours.to_json(), Ok(object));
    }

    #[test]
    fn any_bytes_are_read_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        let _ = Struct::from(bytes.clone()).to_json();
        if let Ok(read) = Struct::decode(bytes.as_slice()) {
            let _ = read.to_json();
        }
    }
}

/// Everything that is made from `proto/` and checked in, by path.
fn generate() -> Vec<(&'static str, Vec<u8>)> {
    let files = ["v1/run_function.proto", "v1beta1/run_function.proto"];
    let include = Path::new(env!("CARGO_MANIFEST_DIR")).join("proto");
    let proto = protox::compile(files, [include]).unwrap();

    // What the crate speaks to old Crossplanes is deprecated for functions that speak to new ones only.
    let mut fields_in_use = proto.clone();
    for file in &mut fields_in_use.file {
        for message in &mut file.message_type {
            for field in &mut message.field {
                field.options = None;
            }
        }
    }

    let mut descriptors = proto;
    for file in &mut descriptors.file {
        file.source_code_info = None;
    }

    vec![
        (
            "src/protocol/generated/v1.rs",
            rust(messages(), &fields_in_use, V1),
        ),
        (
            "src/protocol/generated/descriptors.bin",
            descriptors.encode_to_vec(),
        ),
        (
            "src/server/generated/v1.rs",
            rust(service(V1), &fields_in_use, V1),
        ),
        (
            "src/server/generated/v1beta1.rs",
            rust(service(V1BETA1), &fields_in_use, V1BETA1),
        ),
    ]
}

/// The messages of a package and no service.
fn messages() -> prost_build::Config {
    let mut config = prost_build::Config::new();
    config
        .btree_map(["."])
        .extern_path(".google.protobuf.Struct", "crate::protocol::Struct")
        // They hold secrets; their Debug is written by hand.
        .skip_debug([format!(".{V1}.Resource"), format!(".{V1}.CredentialData")]);
    config
}

/// The service of a package, on the messages there are.
fn service(package: &str) -> prost_build::Config {
    let mut config = prost_build::Config::new();
    config
        .extern_path(format!(".{package}"), "crate::protocol")
        .service_generator(
            tonic_prost_build::configure()
                .build_client(false)
                .service_generator(),
        );
    config
}

fn rust(mut config: prost_build::Config, proto: &FileDescriptorSet, package: &str) -> Vec<u8> {
    // With what it imports, of which no code is made.
    let wanted = |file: &&FileDescriptorProto| {
        file.package() == package || file.package() == "google.protobuf"
    };
    let module = |file: &FileDescriptorProto| Module::from_protobuf_package_name(file.package());
    let requests = proto.file.iter().filter(wanted);
    let requests = requests.map(|file| (module(file), file.clone())).collect();
    let mut modules = config.generate(requests).unwrap();
    let code = modules.remove(&Module::from_protobuf_package_name(package));
    code.unwrap().into_bytes()
}

fn descriptors() -> FileDescriptorSet {
    FileDescriptorSet::decode(DESCRIPTORS).unwrap()
}

/// Shows all that one side has and the other has not.
fn assert_same(ours: &BTreeSet<String>, theirs: &BTreeSet<String>) {
    let ours_only = ours.difference(theirs).map(|line| format!("here: {line}"));
    let theirs_only = theirs.difference(ours).map(|line| format!("there: {line}"));
    let differences: Vec<String> = ours_only.chain(theirs_only).collect();
    assert!(differences.is_empty(), "\n{}", differences.join("\n"));
    assert!(ours.len() > 100, "only {} lines", ours.len());
}

/// A line for each thing that a package declares, without the name of the package.
fn outline_of(set: &FileDescriptorSet, package: &str) -> BTreeSet<String> {
    let file = set
        .file
        .iter()
        .find(|file| file.package() == package)
        .expect("the set has the package");
    let mut lines = BTreeSet::from([format!("syntax {}", file.syntax())]);
    for import in &file.dependency {
        lines.insert(format!("import {import}"));
    }
    for message in &file.message_type {
        outline_message(message, "", &mut lines);
    }
    for declared in &file.enum_type {
        outline_enum(declared, "", &mut lines);
    }
    for service in &file.service {
        for method in &service.method {
            lines.insert(format!(
                "rpc {}.{}({}) returns ({}), streams {:?}",
                service.name(),
                method.name(),
                method.input_type(),
                method.output_type(),
                (method.client_streaming(), method.server_streaming()),
            ));
        }
    }
    let prefix = format!(".{package}.");
    lines.iter().map(|line| line.replace(&prefix, "")).collect()
}

fn outline_message(message: &DescriptorProto, outer: &str, lines: &mut BTreeSet<String>) {
    let name = format!("{outer}{}", message.name());
    let is_map_entry = message
        .options
        .as_ref()
        .is_some_and(MessageOptions::map_entry);
    lines.insert(format!("message {name}, map entry {is_map_entry}"));
    for oneof in &message.oneof_decl {
        lines.insert(format!("oneof {name}.{}", oneof.name()));
    }
    for field in &message.field {
        lines.insert(outline_field(message, field, &name));
    }
    let inner = format!("{name}.");
    for nested in &message.nested_type {
        outline_message(nested, &inner, lines);
    }
    for declared in &message.enum_type {
        outline_enum(declared, &inner, lines);
    }
}

fn outline_field(message: &DescriptorProto, field: &FieldDescriptorProto, name: &str) -> String {
    let oneof = field.oneof_index.map(|index| {
        let index = usize::try_from(index).unwrap();
        message.oneof_decl[index].name()
    });
    format!(
        "field {name}.{} = {}: {:?} {:?} {}, oneof {oneof:?}, optional {}, deprecated {}",
        field.name(),
        field.number(),
        field.label(),
        field.r#type(),
        field.type_name(),
        field.proto3_optional(),
        field.options.as_ref().is_some_and(FieldOptions::deprecated),
    )
}

fn outline_enum(declared: &EnumDescriptorProto, outer: &str, lines: &mut BTreeSet<String>) {
    for value in &declared.value {
        let (name, number) = (value.name(), value.number());
        lines.insert(format!("enum {outer}{}.{name} = {number}", declared.name()));
    }
}

/// JSON objects, each number in the form that it has after the wire.
fn any_object() -> impl Strategy<Value = Value> {
    let whole = (1_i64 << 53).wrapping_neg()..=(1_i64 << 53);
    let fraction = any::<f64>().prop_filter("whole or not finite", |number| number.fract() != 0.0);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        whole.prop_map(Value::from),
        fraction.prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    let value = leaf.prop_recursive(5, 64, 8, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            proptest::collection::btree_map(any::<String>(), inner, 0..8)
                .prop_map(|map| map.into_iter().collect()),
        ]
    });
    proptest::collection::btree_map(any::<String>(), value, 0..8)
        .prop_map(|map| map.into_iter().collect())
}

/// The same object in the types of prost.
fn struct_of(object: &Value) -> prost_types::Struct {
    let fields = object.as_object().unwrap().iter();
    prost_types::Struct {
        fields: fields
            .map(|(key, value)| (key.clone(), value_of(value)))
            .collect(),
    }
}

fn value_of(value: &Value) -> prost_types::Value {
    let kind = match value {
        Value::Null => Kind::NullValue(0),
        Value::Bool(bool) => Kind::BoolValue(*bool),
        Value::Number(number) => Kind::NumberValue(number.as_f64().unwrap()),
        Value::String(text) => Kind::StringValue(text.clone()),
        Value::Array(list) => Kind::ListValue(ListValue {
            values: list.iter().map(value_of).collect(),
        }),
        Value::Object(_) => Kind::StructValue(struct_of(value)),
    };
    prost_types::Value { kind: Some(kind) }
}
