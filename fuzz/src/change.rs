//! Changes to what a target takes, as libFuzzer's mutators have them: the first `size` bytes are the old one, and what is
//! returned is the length of the new one.

use function_appauth::protocol::{Capability, Resource, RunFunctionRequest, Struct};
use libfuzzer_sys::fuzzer_mutate;
use prost::Message;
use serde_json::Value;

use crate::random::Random;
use crate::samples::Samples;

/// Changes a JSON document, which stays one.
pub fn json(data: &mut [u8], size: usize, max_size: usize, seed: u32, samples: &Samples) -> usize {
    let mut random = Random::new(seed.into());
    let mut document: Value = serde_json::from_slice(&data[..size]).unwrap_or_default();
    for _ in 0..=random.below(3) {
        samples.change(&mut document, &mut random);
    }
    put(document.to_string().as_bytes(), data, size, max_size)
}

/// Changes a request: an object in it, what it is made of, or its bytes.
pub fn request(
    data: &mut [u8],
    size: usize,
    max_size: usize,
    seed: u32,
    samples: &Samples,
) -> usize {
    let mut random = Random::new(seed.into());
    let request = RunFunctionRequest::decode(&data[..size]);
    let (Ok(mut request), false) = (request, random.once_in(8)) else {
        return fuzzer_mutate(data, size, max_size);
    };
    for _ in 0..=random.below(3) {
        if random.once_in(8) {
            change_parts(&mut request, &mut random);
        } else {
            change_object(&mut request, samples, &mut random);
        }
    }
    put(&request.encode_to_vec(), data, size, max_size)
}

/// Changes lines of a text, or its bytes.
pub fn text(data: &mut [u8], size: usize, max_size: usize, seed: u32) -> usize {
    let mut random = Random::new(seed.into());
    let text = std::str::from_utf8(&data[..size]);
    let (Ok(text), false) = (text, random.once_in(3)) else {
        return fuzzer_mutate(data, size, max_size);
    };
    let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    let at = random.below(lines.len());
    let other = random.below(lines.len());
    match random.below(7) {
        0 => drop(lines.remove(at)),
        1 => lines.insert(other, lines[at].clone()),
        2 => lines.swap(at, other),
        3 => lines[at].insert_str(0, "  "),
        4 if lines[at].starts_with(' ') => drop(lines[at].remove(0)),
        // What one line names, with what another says.
        5 => {
            let (name, value) = (lines[at].split_once(':'), lines[other].split_once(':'));
            if let (Some((name, _)), Some((_, value))) = (name, value) {
                lines[at] = format!("{name}:{value}");
            }
        }
        _ => {
            let (from, to) = (at.min(other), at.max(other));
            let block = lines[from..to].to_vec();
            lines.extend(block);
        }
    }
    put(lines.join("\n").as_bytes(), data, size, max_size)
}

/// Puts what was changed in its place; where it is too long, what was there is changed by libFuzzer.
fn put(changed: &[u8], data: &mut [u8], size: usize, max_size: usize) -> usize {
    if changed.len() > max_size {
        return fuzzer_mutate(data, size, max_size);
    }
    data[..changed.len()].copy_from_slice(changed);
    changed.len()
}

fn change_object(request: &mut RunFunctionRequest, samples: &Samples, random: &mut Random) {
    let mut objects = objects(request);
    if objects.is_empty() {
        return;
    }
    // The first is the composite, which decides most.
    let at = if random.once_in(3) {
        0
    } else {
        random.below(objects.len())
    };
    let object = &mut *objects[at];
    match object.to_json() {
        Ok(mut value) if !random.once_in(8) => {
            samples.change(&mut value, random);
            if let Value::Object(changed) = &value {
                *object = Struct::from_json(changed);
            }
        }
        _ => {
            let mut bytes = object.to_bytes();
            let (size, max_size) = (bytes.len(), bytes.len() + 32);
            bytes.resize(max_size, 0);
            let length = fuzzer_mutate(&mut bytes, size, max_size);
            bytes.truncate(length);
            *object = bytes.into();
        }
    }
}

/// Every object in a request.
fn objects(request: &mut RunFunctionRequest) -> Vec<&mut Struct> {
    let RunFunctionRequest {
        meta: _,
        observed,
        desired,
        input,
        context,
        extra_resources,
        credentials: _,
        required_resources,
        required_schemas,
    } = request;
    let states = [observed, desired].into_iter().flatten();
    let states = states.flat_map(|state| {
        let composite = state.composite.iter_mut();
        composite.chain(state.resources.values_mut())
    });
    let answers = required_resources
        .values_mut()
        .chain(extra_resources.values_mut());
    let answers = answers.flat_map(|resources| &mut resources.items);
    let schemas = required_schemas.values_mut();
    states
        .chain(answers)
        .filter_map(|resource| resource.resource.as_mut())
        .chain(schemas.filter_map(|schema| schema.openapi_v3.as_mut()))
        .chain(input)
        .chain(context)
        .collect()
}

/// Changes what a request has besides objects.
fn change_parts(request: &mut RunFunctionRequest, random: &mut Random) {
    let observed = request.observed.get_or_insert_default();
    let names: Vec<String> = observed.resources.keys().cloned().collect();
    let name = if names.is_empty() {
        "user-pool".to_owned()
    } else {
        random.one_of(&names).clone()
    };
    match random.below(8) {
        0 => drop(observed.resources.remove(&name)),
        1 => {
            if let Some(resource) = observed.resources.remove(&name) {
                observed.resources.insert(format!("{name}x"), resource);
            }
        }
        2 => {
            let other = Resource {
                ready: i32::try_from(random.below(4)).unwrap_or_default(),
                ..observed.resources.get(&name).cloned().unwrap_or_default()
            };
            let desired = request.desired.get_or_insert_default();
            desired.resources.insert(name, other);
        }
        3 => {
            if let Some(resource) = observed.resources.get_mut(&name) {
                let key = random.one_of(&["attribute.client_secret", "clientSecret", "username"]);
                let values: [&[u8]; 3] = [b"secret", b"\xff\x00", b""];
                resource
                    .connection_details
                    .insert((*key).to_owned(), random.one_of(&values).to_vec());
            }
        }
        4 => request.input = None,
        5 => {
            let all = [
                Capability::Capabilities,
                Capability::RequiredResources,
                Capability::RequiredSchemas,
            ];
            let meta = request.meta.get_or_insert_default();
            meta.capabilities.push((*random.one_of(&all)).into());
            meta.tag.push('t');
        }
        6 => request.meta = None,
        _ => {
            request.required_resources.pop_last();
            request.required_schemas.pop_first();
        }
    }
}
