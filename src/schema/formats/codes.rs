//! Numbers and codes.

use std::sync::LazyLock;

use regex_lite::Regex;

pub(super) fn is_object_id(text: &str) -> bool {
    text.len() == 24 && is_hex(text)
}

pub(super) fn is_base64(text: &str) -> bool {
    let letters = text.trim_end_matches('=');
    !letters.is_empty()
        && text.len().is_multiple_of(4)
        && text.len() - letters.len() <= 2
        && letters
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+/".contains(&byte))
}

/// A UUID, with or without its dashes; of a version, where one is given.
pub(super) fn is_uuid(text: &str, version: Option<char>) -> bool {
    let mut rest = text;
    let mut groups = [""; 5];
    for (group, length) in groups.iter_mut().zip([8, 4, 4, 4, 12]) {
        // All but the first may have a dash in front.
        if length != 8 {
            rest = rest.strip_prefix('-').unwrap_or(rest);
        }
        let Some((head, tail)) = rest.split_at_checked(length) else {
            return false;
        };
        if !is_hex(head) {
            return false;
        }
        (*group, rest) = (head, tail);
    }
    let has_variant = || groups[3].starts_with(['8', '9', 'a', 'b', 'A', 'B']);
    rest.is_empty()
        && match version {
            None => true,
            Some('3') => groups[2].starts_with('3'),
            Some(version) => groups[2].starts_with(version) && has_variant(),
        }
}

pub(super) fn is_isbn10(text: &str) -> bool {
    let digits = without_separators(text);
    let Some((check, digits)) = digits.split_last().filter(|(_, digits)| digits.len() == 9) else {
        return false;
    };
    let Some(sum) = (1..).zip(digits).try_fold(0, |sum, (place, digit)| {
        Some(sum + place * digit.to_digit(10)?)
    }) else {
        return false;
    };
    let check = if *check == 'X' {
        Some(10)
    } else {
        check.to_digit(10)
    };
    check.is_some_and(|check| (sum + 10 * check) % 11 == 0)
}

pub(super) fn is_isbn13(text: &str) -> bool {
    let digits: Option<Vec<u32>> = without_separators(text)
        .iter()
        .map(|digit| digit.to_digit(10))
        .collect();
    match digits.as_deref().map(<[u32]>::split_last) {
        Some(Some((check, digits))) if digits.len() == 12 => {
            let sum: u32 = digits
                .iter()
                .zip([1, 3].iter().cycle())
                .map(|(a, b)| a * b)
                .sum();
            *check == (10 - sum % 10) % 10
        }
        _ => false,
    }
}

/// Text without spaces and minuses.
fn without_separators(text: &str) -> Vec<char> {
    text.chars()
        .filter(|letter| !matches!(letter, '-' | ' ' | '\t' | '\n' | '\x0c' | '\r'))
        .collect()
}

pub(super) fn is_credit_card(text: &str) -> bool {
    static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            "^(?:4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|6(?:011|5[0-9]{2})[0-9]{12}|3[47][0-9]{13}\
             |3(?:0[0-5]|[68][0-9])[0-9]{11}|(?:2131|1800|35[0-9]{3})[0-9]{11})$",
        )
        .expect("a pattern of our own compiles")
    });
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    // Luhn's checksum: every second digit from the right counts twice, and the digits of that are added up.
    let sum: u32 = digits
        .chars()
        .rev()
        .filter_map(|digit| digit.to_digit(10))
        .zip([1, 2].iter().cycle())
        .map(|(digit, times)| digit * times / 10 + digit * times % 10)
        .sum();
    NUMBER.is_match(&digits) && sum.is_multiple_of(10)
}

pub(super) fn is_social_security_number(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 11
        && bytes.iter().enumerate().all(|(index, byte)| match index {
            3 | 6 => b"- ".contains(byte),
            _ => byte.is_ascii_digit(),
        })
}

pub(super) fn is_hex_color(text: &str) -> bool {
    let text = text.strip_prefix('#').unwrap_or(text);
    matches!(text.len(), 3 | 6) && is_hex(text)
}

pub(super) fn is_rgb_color(text: &str) -> bool {
    let Some(colors) = text
        .strip_prefix("rgb(")
        .and_then(|rest| rest.strip_suffix(')'))
    else {
        return false;
    };
    let is_space = |letter| matches!(letter, ' ' | '\t' | '\n' | '\x0c' | '\r');
    let mut count = 0;
    colors.split(',').all(|color| {
        count += 1;
        let color = color.trim_matches(is_space);
        let has_leading_zero = color.len() > 1 && color.starts_with('0');
        !has_leading_zero
            && color.bytes().all(|byte| byte.is_ascii_digit())
            && color.parse::<u8>().is_ok()
    }) && count == 3
}

pub(super) fn is_hex(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
