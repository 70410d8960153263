//! Dates, times and durations.

pub(super) fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    let has_form = bytes.len() == 10
        && bytes.iter().enumerate().all(|(index, byte)| match index {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    let number = |range: std::ops::Range<usize>| text[range].parse::<u32>().unwrap_or_default();
    has_form && {
        let (year, month, day) = (number(0..4), number(5..7), number(8..10));
        let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days = match month {
            2 if is_leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => 0,
        };
        (1..=days).contains(&day)
    }
}

pub(super) fn is_date_time(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let mut parts = text.split('t');
    let (Some(date), Some(time)) = (parts.next(), parts.next()) else {
        return false;
    };
    is_date(date) && is_time(time)
}

/// Hours, minutes and seconds, perhaps a fraction behind any one character, and a zone.
fn is_time(text: &str) -> bool {
    let Some((clock, rest)) = text.split_at_checked(8) else {
        return false;
    };
    let bytes = clock.as_bytes();
    let has_form = bytes.iter().enumerate().all(|(index, byte)| match index {
        2 | 5 => *byte == b':',
        _ => byte.is_ascii_digit(),
    });
    if !has_form || &clock[..2] > "23" || &clock[3..5] > "59" || &clock[6..] > "59" {
        return false;
    }
    let is_zone = |text: &str| {
        text == "z"
            || text.strip_prefix(['+', '-']).is_some_and(|offset| {
                offset.len() == 5
                    && offset.bytes().enumerate().all(|(index, byte)| match index {
                        2 => byte == b':',
                        _ => byte.is_ascii_digit(),
                    })
            })
    };
    let mut letters = rest.chars();
    let after_separator = letters.next().map(|_| letters.as_str()).unwrap_or_default();
    let fraction = after_separator
        .bytes()
        .take_while(u8::is_ascii_digit)
        .count();
    is_zone(rest) || fraction > 0 && is_zone(&after_separator[fraction..])
}

/// A duration as Go writes it, or one with units in words, which may stand among anything else.
pub(super) fn is_duration(text: &str) -> bool {
    is_duration_of_go(text) || has_duration_in_words(text)
}

/// The units of Go's durations, in nanoseconds.
const UNITS: [(&str, u64); 8] = [
    ("ns", 1),
    ("us", 1_000),
    ("µs", 1_000),
    ("μs", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60 * 1_000_000_000),
    ("h", 3_600 * 1_000_000_000),
];

fn is_duration_of_go(text: &str) -> bool {
    let mut rest = text.strip_prefix(['+', '-']).unwrap_or(text);
    if rest == "0" {
        return true;
    }
    if rest.is_empty() {
        return false;
    }
    let mut total: u64 = 0;
    while !rest.is_empty() {
        let whole = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, after) = rest.split_at(whole);
        let after_point = after.strip_prefix('.');
        let fraction = after_point.map_or(0, |after| {
            after.bytes().take_while(u8::is_ascii_digit).count()
        });
        if whole + fraction == 0 {
            return false;
        }
        rest = after_point.map_or(after, |after| &after[fraction..]);
        let unit = rest
            .find(|letter: char| letter == '.' || letter.is_ascii_digit())
            .unwrap_or(rest.len());
        let (unit, after) = rest.split_at(unit);
        let Some((_, nanoseconds)) = UNITS.iter().find(|(name, _)| *name == unit) else {
            return false;
        };
        let number = if digits.is_empty() {
            Some(0)
        } else {
            digits.parse::<u64>().ok()
        };
        let Some(sum) = number
            .and_then(|number| number.checked_mul(*nanoseconds))
            .and_then(|part| total.checked_add(part))
            .filter(|sum| *sum <= 1 << 63)
        else {
            return false;
        };
        total = sum;
        rest = after;
    }
    text.starts_with('-') || i64::try_from(total).is_ok()
}

fn has_duration_in_words(text: &str) -> bool {
    /// Each unit by its names; the last may go on as it likes.
    const NAMES: [&[&str]; 8] = [
        &["ns", "nano"],
        &["us", "µs", "micro"],
        &["ms", "milli"],
        &["s", "sec"],
        &["m", "min"],
        &["h", "hr", "hour"],
        &["d", "day"],
        &["w", "wk", "week"],
    ];
    let is_unit = |unit: &str| {
        NAMES.iter().any(|names| {
            names.contains(&unit) || names.last().is_some_and(|name| unit.starts_with(name))
        })
    };
    let mut found = false;
    let mut rest = text;
    while let Some(start) = rest.find(|letter: char| letter.is_ascii_digit()) {
        rest = &rest[start..];
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, after) = rest.split_at(digits);
        let after_space = after.trim_start_matches([' ', '\t', '\n', '\x0c', '\r']);
        let letters = after_space
            .find(|letter: char| !letter.is_ascii_alphabetic() && letter != 'µ')
            .unwrap_or(after_space.len());
        if letters > 0 {
            if number.parse::<i64>().is_err() {
                return false;
            }
            found |= is_unit(&after_space[..letters].to_ascii_lowercase());
        }
        rest = &after_space[letters..];
    }
    found
}
