//! How values are put into sentences.

use std::fmt::Debug;

/// How much of a value is shown.
const SHOWN: usize = 64;

/// A value in double quotes: on one line, and cut where it is long.
pub(crate) fn quoted(text: &str) -> String {
    let mut shown = String::with_capacity(text.len().min(SHOWN) + 2);
    shown.push('"');
    for letter in text.chars().take(SHOWN) {
        if letter.is_control() {
            shown.extend(letter.escape_default());
        } else {
            shown.push(letter);
        }
    }
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown.push('"');
    shown
}

/// Values in double quotes, as one can choose among them: `"a", "b" or "c"`.
pub(crate) fn either<T: AsRef<str>>(values: &[T]) -> String {
    joined(values.iter().map(|value| quoted(value.as_ref())), "or")
}

/// Values in double quotes, all of them meant: `"a", "b" and "c"`.
pub(crate) fn all<T: AsRef<str>>(values: &[T]) -> String {
    joined(values.iter().map(|value| quoted(value.as_ref())), "and")
}

/// The names of fields, all of them meant: `a, b and c`.
pub(crate) fn fields(names: &[&str]) -> String {
    joined(names.iter().map(|name| (*name).to_owned()), "and")
}

/// What the spec calls the values of an enum.
pub(crate) fn spelled<T: Debug>(values: impl IntoIterator<Item = T>) -> Vec<String> {
    values
        .into_iter()
        .map(|value| format!("{value:?}"))
        .collect()
}

/// A number of things: `1 character`, `2 characters`.
pub(crate) fn counted(number: usize, noun: &str) -> String {
    let plural = match noun.strip_suffix('y') {
        _ if number == 1 => noun.to_owned(),
        Some(stem) => format!("{stem}ies"),
        None => format!("{noun}s"),
    };
    format!("{number} {plural}")
}

/// The first character that cannot stand there, in double quotes.
pub(crate) fn outside(text: &str, allowed: impl Fn(char) -> bool) -> Option<String> {
    text.chars()
        .find(|letter| !allowed(*letter))
        .map(|letter| quoted(letter.encode_utf8(&mut [0; 4])))
}

fn joined(words: impl Iterator<Item = String>, last: &str) -> String {
    let mut words: Vec<String> = words.collect();
    let Some(end) = words.pop() else {
        return String::new();
    };
    if words.is_empty() {
        end
    } else {
        format!("{} {last} {end}", words.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_shown_on_one_line_and_not_whole() {
        assert_eq!(quoted("a\nb"), "\"a\\nb\"");
        assert_eq!(quoted(&"é".repeat(64)), format!("\"{}\"", "é".repeat(64)));
        assert_eq!(quoted(&"é".repeat(65)), format!("\"{}…\"", "é".repeat(64)));
    }

    #[test]
    fn one_thing_is_not_many() {
        assert_eq!(counted(0, "character"), "0 characters");
        assert_eq!(counted(1, "entry"), "1 entry");
        assert_eq!(counted(2, "entry"), "2 entries");
    }

    #[test]
    fn lists_read_as_people_speak() {
        assert_eq!(either(&["a"]), "\"a\"");
        assert_eq!(either(&["a", "b", "c"]), "\"a\", \"b\" or \"c\"");
        assert_eq!(fields(&["a", "b"]), "a and b");
    }
}
