//! Requests with bytes or values changed at random: each is answered, the same twice, and what others desire survives.
//!
//! `CASES=1000000 SEED=5 cargo test --release --test mutated -- --nocapture` tries as many from another seed.

#![expect(clippy::unwrap_used, reason = "a helper that panics fails its test")]

#[path = "common/cases.rs"]
mod cases;
#[path = "differential/random.rs"]
mod random;
#[path = "common/requests.rs"]
mod requests;

use function_appauth::protocol::{RunFunctionRequest, Struct};
use prost::Message;
use prost::bytes::Bytes;
use serde_json::{Map, Value, json};

use random::Random;
use requests::{answer, requests};

#[test]
fn bytes() {
    let requests = requests();
    let encoded: Vec<Vec<u8>> = requests.iter().map(Message::encode_to_vec).collect();
    let mut random = Random::new(number_of("SEED", 1) as u64);
    let cases = number_of("CASES", 3_000);
    let mut read = 0;
    for _ in 0..cases {
        let bytes = if random.once_in(2) {
            // A length that no longer holds breaks off most messages before they are looked at, so some are whole around
            // an object that is not.
            let mut request = random.one_of(&requests).clone();
            if let Some(object) = one_of_its_objects(&mut request, &mut random) {
                let mut bytes = object.to_bytes();
                change_bytes(&mut bytes, &encoded, &mut random);
                *object = bytes.into();
            }
            request.encode_to_vec()
        } else {
            let mut bytes = random.one_of(&encoded).clone();
            for _ in 0..=random.below(6) {
                change_bytes(&mut bytes, &encoded, &mut random);
            }
            bytes
        };
        if let Ok(request) = RunFunctionRequest::decode(Bytes::from(bytes)) {
            read += 1;
            answer(&request);
        }
    }
    assert!(read > cases / 5 && read < cases, "{read} of {cases}");
    println!("{read} of {cases} were requests");
}

#[test]
fn values() {
    let requests = requests();
    let mut random = Random::new(number_of("SEED", 1) as u64 + 1);
    let cases = number_of("CASES", 3_000);
    let (mut refused, mut rendered) = (0, 0);
    for _ in 0..cases {
        let mut request = random.one_of(&requests).clone();
        for _ in 0..=random.below(3) {
            change_one_of(&mut request, &mut random);
        }
        *(if answer(&request) {
            &mut refused
        } else {
            &mut rendered
        }) += 1;
    }
    assert!(
        refused > cases / 20 && rendered > cases / 20,
        "{refused} refused, {rendered} rendered"
    );
    println!("{refused} of {cases} were refused");
}

fn change_bytes(bytes: &mut Vec<u8>, others: &[Vec<u8>], random: &mut Random) {
    if bytes.is_empty() {
        return;
    }
    let at = random.below(bytes.len());
    let end = (at + 1 + random.below(16)).min(bytes.len());
    match random.below(7) {
        0 => bytes[at] ^= 1 << random.below(8),
        1 => bytes[at] = *random.one_of(&[0, 1, 0x7f, 0x80, 0xff]),
        2 => bytes.truncate(at),
        3 => drop(bytes.drain(at..end)),
        4 => bytes.extend_from_within(at..end),
        5 => {
            let twice = bytes[at..end].to_vec();
            bytes.splice(at..at, twice);
        }
        _ => {
            let other = random.one_of(others);
            let from = random.below(other.len());
            let to = (from + random.below(64)).min(other.len());
            bytes.splice(at..end, other[from..to].iter().copied());
        }
    }
}

fn change_one_of(request: &mut RunFunctionRequest, random: &mut Random) {
    if let Some(object) = one_of_its_objects(request, random) {
        let mut value = object.to_json().unwrap();
        change_value(&mut value, random);
        *object = Struct::from_json(value.as_object().unwrap_or(&Map::new()));
    }
}

/// The composite, the Input, or something observed.
fn one_of_its_objects<'a>(
    request: &'a mut RunFunctionRequest,
    random: &mut Random,
) -> Option<&'a mut Struct> {
    let observed = request.observed.as_mut()?;
    match random.below(4) {
        0 => request.input.as_mut(),
        1 => {
            let place = random.below(observed.resources.len());
            observed
                .resources
                .values_mut()
                .nth(place)?
                .resource
                .as_mut()
        }
        _ => observed.composite.as_mut()?.resource.as_mut(),
    }
}

fn change_value(value: &mut Value, random: &mut Random) {
    match value {
        Value::Object(fields) if !fields.is_empty() && !random.once_in(8) => {
            let keys: Vec<String> = fields.keys().cloned().collect();
            let key = random.one_of(&keys);
            match random.below(12) {
                0 => drop(fields.remove(key)),
                1 => {
                    let moved = fields.remove(key).unwrap();
                    fields.insert(format!("{key}x"), moved);
                }
                _ => change_value(&mut fields[key], random),
            }
        }
        Value::Array(entries) if !entries.is_empty() && !random.once_in(8) => {
            let at = random.below(entries.len());
            match random.below(6) {
                0 => drop(entries.remove(at)),
                1 => entries.push(entries[at].clone()),
                _ => change_value(&mut entries[at], random),
            }
        }
        _ => {
            *value = random
                .one_of(&[
                    json!(null),
                    json!(true),
                    json!(-1),
                    json!(0.5),
                    json!(9_007_199_254_740_992_i64),
                    json!(1e300),
                    json!(""),
                    json!("\u{0}\u{202e}é😀"),
                    json!("https://[::1]:99999/%zz?#"),
                    json!("${x}{{ .y }}"),
                    json!("a".repeat(5_000)),
                    json!([]),
                    json!([[[]]]),
                    json!({}),
                    json!({"": {"~1/": null}}),
                ])
                .clone();
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the runner of tests has its arguments for itself"
)]
fn number_of(variable: &str, otherwise: usize) -> usize {
    std::env::var(variable).map_or(otherwise, |text| {
        text.parse()
            .unwrap_or_else(|error| panic!("{variable}: {error}"))
    })
}
