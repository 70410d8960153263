//! What can be said of one value by itself: whether it is among the allowed ones, how long, how large.

use serde_json::{Number, Value};

use super::check::{Faults, Sort};
use super::{Bounds, Schema, remedies};
use crate::path::Path;
use crate::text::quoted;

/// Whether a number is whole, as JSON Schema means it: `1.0` is.
pub(super) fn is_integer(value: &Value) -> bool {
    match value {
        Value::Number(number) if number.is_i64() => true,
        Value::Number(number) => number.as_f64().is_some_and(is_whole),
        _ => false,
    }
}

/// Whether JSON can write a number without a fraction; what is beyond 2^53, or off a whole number by less than a
/// rounding error, as the API server draws the line.
///
/// Source: github.com/go-openapi/swag v0.23.0, `IsFloat64AJSONInteger`.
fn is_whole(number: f64) -> bool {
    const LARGEST: f64 = 9_007_199_254_740_991.0;
    const ROUNDING: f64 = 1e-9;
    let whole = number.trunc();
    number.abs() <= LARGEST
        && (number.fract() == 0.0
            || number >= 1.0 && (number - whole) / (number + whole) < ROUNDING)
}

/// Whether a value is among those of an `enum`.
///
/// The API server converts as Go does before it compares: a fraction is cut off where the choice is a whole number, and
/// a whole number is the character of that code where the choice is a text.
///
/// Source: k8s.io/kube-openapi, pkg/validation/validate, `basicCommonValidator`.
pub(super) fn is_among(value: &Value, choices: &[Value]) -> bool {
    choices.iter().any(|choice| match (value, choice) {
        (_, Value::Null) => false,
        (Value::Number(value), Value::Number(choice)) => is_number(value, choice),
        (Value::Number(value), Value::String(choice)) => value
            .as_i64()
            .is_some_and(|code| is_character(code, choice)),
        _ => value == choice,
    })
}

fn is_number(value: &Number, choice: &Number) -> bool {
    match (value.as_i64(), choice.as_i64()) {
        (Some(value), Some(choice)) => value == choice,
        #[expect(
            clippy::cast_possible_truncation,
            reason = "Go's conversion truncates as well"
        )]
        (None, Some(choice)) => value.as_f64().is_some_and(|value| value as i64 == choice),
        _ => value.as_f64() == choice.as_f64(),
    }
}

fn is_character(code: i64, text: &str) -> bool {
    let character = u32::try_from(code)
        .ok()
        .and_then(char::from_u32)
        .unwrap_or(char::REPLACEMENT_CHARACTER);
    text.chars().eq([character])
}

/// Whether there are more than a bound allows.
pub(super) fn exceeds(size: usize, limit: i64) -> bool {
    i64::try_from(size).unwrap_or(i64::MAX) > limit
}

/// Whether there are fewer than a bound asks for.
pub(super) fn falls_short(size: usize, limit: i64) -> bool {
    i64::try_from(size).unwrap_or(i64::MAX) < limit
}

pub(super) fn check_string(schema: &Schema, text: &str, at: &Path<'_>, faults: &mut Faults) {
    let Bounds {
        min_length,
        max_length,
        pattern,
        format,
        ..
    } = &schema.bounds;
    let length = if min_length.is_some() || max_length.is_some() {
        text.chars().count()
    } else {
        0
    };
    if let Some(limit) = max_length
        && exceeds(length, *limit)
    {
        let problem =
            format!("Too long: {length} characters: may not be more than {limit} characters");
        faults.push(Sort::Structural, at.to_owned(), problem, "shorten it");
    } else if let Some(limit) = min_length
        && falls_short(length, *limit)
    {
        let problem = format!(
            "Invalid value: {}: should be at least {limit} chars long",
            quoted(text)
        );
        let remedy = remedies::such_as(schema, &remedies::or_remove(schema, "write more"));
        faults.push(Sort::Invalid, at.to_owned(), problem, remedy);
    } else if let Some((source, pattern)) = pattern {
        match pattern.is_match(text) {
            Some(true) => {}
            Some(false) => {
                let problem = format!("Invalid value: {}: should match '{source}'", quoted(text));
                let remedy = remedies::such_as(schema, "make it match");
                faults.push(Sort::Invalid, at.to_owned(), problem, remedy);
            }
            None => {
                let problem = format!("whether it matches '{source}' is not checked here");
                let remedy = "the API server checks it";
                faults.push(Sort::Unchecked, at.to_owned(), problem, remedy);
            }
        }
    }
    if let Some(format) = format {
        if !format.matches(text) {
            let problem = format!(
                "Invalid value: {}: must be of type {}",
                quoted(text),
                format.name()
            );
            let remedy = format!("write it like \"{}\"", format.example());
            faults.push(Sort::Structural, at.to_owned(), problem, remedy);
        } else if !format.is_certain(text) {
            let problem = format!("whether it is a {} is not checked here", format.name());
            let remedy = "the API server checks it";
            faults.push(Sort::Unchecked, at.to_owned(), problem, remedy);
        }
    }
}

pub(super) fn check_number(bounds: &Bounds, number: &Number, at: &Path<'_>, faults: &mut Faults) {
    if let Some(factor) = bounds.multiple_of
        && !is_multiple(number, factor)
    {
        let factor = digits(factor);
        let problem = format!("Invalid value: {number}: should be a multiple of {factor}");
        let remedy = format!("set a multiple of {factor}");
        faults.push(Sort::Invalid, at.to_owned(), problem, remedy);
    }
    if let Some(limit) = bounds.minimum
        && is_less(number, limit, bounds.exclusive_minimum)
    {
        let (than, remedy) = if bounds.exclusive_minimum {
            ("greater than", "set more than")
        } else {
            ("greater than or equal to", "set at least")
        };
        let limit = digits(limit);
        let problem = format!("Invalid value: {number}: should be {than} {limit}");
        let remedy = format!("{remedy} {limit}");
        faults.push(Sort::Invalid, at.to_owned(), problem, remedy);
    }
    if let Some(limit) = bounds.maximum
        && is_more(number, limit, bounds.exclusive_maximum)
    {
        let (than, remedy) = if bounds.exclusive_maximum {
            ("less than", "set less than")
        } else {
            ("less than or equal to", "set at most")
        };
        let limit = digits(limit);
        let problem = format!("Invalid value: {number}: should be {than} {limit}");
        let remedy = format!("{remedy} {limit}");
        faults.push(Sort::Invalid, at.to_owned(), problem, remedy);
    }
}

/// A number as JSON has it, and a whole one without a fraction.
// What the standard library has for it is five kilobytes of a small module.
pub(super) fn digits(number: f64) -> String {
    const TO_63: f64 = 9_223_372_036_854_775_808.0;
    if number.fract() == 0.0 && (-TO_63..TO_63).contains(&number) {
        whole(number).to_string()
    } else if (TO_63..2.0 * TO_63).contains(&number) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "there is neither a fraction nor a sign"
        )]
        let number = number as u64;
        number.to_string()
    } else {
        Number::from_f64(number).map_or_else(String::new, |number| number.to_string())
    }
}

/// Whole numbers are compared with a bound whose fraction is cut off, as the API server does.
fn is_less(number: &Number, limit: f64, exclusive: bool) -> bool {
    match number.as_i64() {
        Some(number) => {
            let limit = whole(limit);
            number < limit || exclusive && number == limit
        }
        None => number
            .as_f64()
            .is_some_and(|number| number < limit || exclusive && number <= limit),
    }
}

fn is_more(number: &Number, limit: f64, exclusive: bool) -> bool {
    match number.as_i64() {
        Some(number) => {
            let limit = whole(limit);
            number > limit || exclusive && number == limit
        }
        None => number
            .as_f64()
            .is_some_and(|number| number > limit || exclusive && number >= limit),
    }
}

fn is_multiple(number: &Number, factor: f64) -> bool {
    match number.as_i64() {
        Some(number) => {
            let factor = whole(factor);
            factor > 0 && number % factor == 0
        }
        None => number.as_f64().is_some_and(|number| {
            factor > 0.0
                && is_whole(if factor < 1.0 {
                    1.0 / factor * number
                } else {
                    number / factor
                })
        }),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "Go's conversion truncates as well"
)]
fn whole(limit: f64) -> i64 {
    limit as i64
}
