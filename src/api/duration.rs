//! Durations as people write them: a whole number and a unit, such as `90s`, `5m`, `1h` or `30d`.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::path::{FieldPath, Segment};
use crate::text::quoted;

/// What a duration matches.
const PATTERN: &str = "^[0-9]{1,9}[smhd]$";

/// A length of time, to the second. It compares by length and prints in the unit it was written in.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Duration {
    seconds: u64,
    unit: Unit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Second,
    Minute,
    Hour,
    Day,
}

impl Unit {
    const fn seconds(self) -> u64 {
        match self {
            Self::Second => 1,
            Self::Minute => 60,
            Self::Hour => 3_600,
            Self::Day => 86_400,
        }
    }
}

impl Duration {
    const fn of(number: u64, unit: Unit) -> Self {
        Self {
            seconds: number.saturating_mul(unit.seconds()),
            unit,
        }
    }

    /// So many seconds.
    pub const fn from_secs(seconds: u64) -> Self {
        Self::of(seconds, Unit::Second)
    }

    /// The same in the largest unit in which it is a whole number.
    fn in_largest_unit(self) -> Self {
        let units = [Unit::Day, Unit::Hour, Unit::Minute];
        let unit = units
            .into_iter()
            .find(|unit| self.seconds > 0 && self.seconds.is_multiple_of(unit.seconds()));
        Self {
            unit: unit.unwrap_or(Unit::Second),
            ..self
        }
    }

    /// So many minutes.
    pub const fn from_mins(minutes: u64) -> Self {
        Self::of(minutes, Unit::Minute)
    }

    /// So many hours.
    pub const fn from_hours(hours: u64) -> Self {
        Self::of(hours, Unit::Hour)
    }

    /// So many days.
    pub const fn from_days(days: u64) -> Self {
        Self::of(days, Unit::Day)
    }

    /// The length in seconds.
    pub const fn as_secs(self) -> u64 {
        self.seconds
    }

    /// The number of days, where it is a whole one.
    pub const fn whole_days(self) -> Option<u64> {
        if self.seconds.is_multiple_of(86_400) {
            Some(self.seconds / 86_400)
        } else {
            None
        }
    }

    /// The number of minutes, where it is a whole one.
    pub const fn whole_minutes(self) -> Option<u64> {
        if self.seconds.is_multiple_of(60) {
            Some(self.seconds / 60)
        } else {
            None
        }
    }
}

/// The shortest and the longest duration that a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// The shortest.
    pub shortest: Duration,
    /// The longest.
    pub longest: Duration,
}

impl Range {
    const fn new(shortest: Duration, longest: Duration) -> Self {
        Self { shortest, longest }
    }

    /// Whether a duration is within the range.
    pub fn has(self, duration: Duration) -> bool {
        (self.shortest..=self.longest).contains(&duration)
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {}", self.shortest, self.longest)
    }
}

/// The lifetime of access and ID tokens.
/// Source of all ranges: the API reference of CreateUserPoolClient and of PasswordPolicyType.
pub const TOKEN: Range = Range::new(Duration::from_mins(5), Duration::from_days(1));
/// The lifetime of refresh tokens.
pub const REFRESH_TOKEN: Range = Range::new(Duration::from_hours(1), Duration::from_days(3650));
/// How long a rotated refresh token still works.
pub const GRACE: Range = Range::new(Duration::from_secs(0), Duration::from_secs(60));
/// How long a sign-in may take.
pub const AUTH_SESSION: Range = Range::new(Duration::from_mins(3), Duration::from_mins(15));
/// How long the password of an administrator is valid.
pub const TEMPORARY_PASSWORD: Range = Range::new(Duration::from_days(1), Duration::from_days(365));

/// The range of a field of AppAuth or Input; none for a field that is not a duration.
pub fn range(path: &FieldPath) -> Option<Range> {
    let (parent, field) = match path.segments() {
        [.., Segment::Field(parent), Segment::Field(field)] => (parent.as_ref(), field.as_ref()),
        [.., Segment::Field(field)] => ("", field.as_ref()),
        _ => return None,
    };
    match (parent, field) {
        ("tokens" | "maxTokens", "access" | "id") => Some(TOKEN),
        ("tokens" | "maxTokens", "refresh") => Some(REFRESH_TOKEN),
        ("rotation", "grace") => Some(GRACE),
        ("password", "temporaryValidity") => Some(TEMPORARY_PASSWORD),
        (_, "authSession") => Some(AUTH_SESSION),
        _ => None,
    }
}

/// The problem and the remedy for a value that is not written as a duration. None for a duration, and for a value that is
/// neither a number nor a string.
pub fn correction(written: &Value, range: Range) -> Option<(String, String)> {
    let text = match written {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        _ => return None,
    };
    if written.is_string() && Duration::try_from(text.clone()).is_ok() {
        return None;
    }
    let otherwise = || format!("write a whole number with s, m, h or d, from {range}");
    if let Ok(number) = text.trim().parse::<u64>() {
        let mut choices: Vec<String> = [Unit::Second, Unit::Minute, Unit::Hour, Unit::Day]
            .map(|unit| Duration::of(number, unit))
            .into_iter()
            .filter(|duration| range.has(*duration))
            .map(|duration| {
                let shortest = duration.in_largest_unit().to_string();
                if shortest == duration.to_string() {
                    shortest
                } else {
                    format!("{duration}, which is {shortest}")
                }
            })
            .collect();
        if number == 0 {
            choices.truncate(1);
        }
        let remedy = match choices.as_slice() {
            [] => otherwise(),
            choices => format!("write {}", choices.join(" or ")),
        };
        let problem = format!("Invalid value: {written}: a duration needs a unit");
        return Some((problem, remedy));
    }
    let remedy = match lenient(&text).filter(|meant| range.has(*meant)) {
        Some(meant) => format!("write {meant}"),
        None => otherwise(),
    };
    let problem = format!(
        "Invalid value: {}: must be a whole number with s, m, h or d",
        quoted(&text)
    );
    Some((problem, remedy))
}

/// A duration as people or other programs write it, such as `5 min`, `1h30m`, `1.5 hours` or ISO 8601's `PT1H`.
fn lenient(text: &str) -> Option<Duration> {
    let text = text.trim().to_lowercase();
    let mut rest = text.strip_prefix("pt").unwrap_or(&text);
    let mut millis = 0_u64;
    loop {
        rest = rest.trim_start_matches([' ', ',']);
        if rest.is_empty() {
            break;
        }
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, more) = rest.split_at(end);
        let more = more.trim_start();
        let end = more
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(more.len());
        let (unit, more) = more.split_at(end);
        let unit = match unit {
            "s" | "sec" | "secs" | "second" | "seconds" => 1,
            "m" | "min" | "mins" | "minute" | "minutes" => 60,
            "h" | "hr" | "hrs" | "hour" | "hours" => 3_600,
            "d" | "day" | "days" => 86_400,
            "w" | "wk" | "week" | "weeks" => 604_800,
            _ => return None,
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
        if fraction.len() > 3 {
            return None;
        }
        let whole: u64 = whole.parse().ok()?;
        let thousandths: u64 = format!("{fraction:0<3.3}").parse().ok()?;
        let part = whole.checked_mul(1000)?.checked_add(thousandths)?;
        millis = millis.checked_add(part.checked_mul(unit)?)?;
        rest = more;
    }
    let seconds = millis / 1000;
    (seconds > 0 && millis.is_multiple_of(1000))
        .then(|| Duration::of(seconds, Unit::Second).in_largest_unit())
}

impl PartialEq for Duration {
    fn eq(&self, other: &Self) -> bool {
        self.seconds == other.seconds
    }
}

impl Eq for Duration {}

impl PartialOrd for Duration {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Duration {
    fn cmp(&self, other: &Self) -> Ordering {
        self.seconds.cmp(&other.seconds)
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.unit {
            Unit::Second => 's',
            Unit::Minute => 'm',
            Unit::Hour => 'h',
            Unit::Day => 'd',
        };
        write!(f, "{}{unit}", self.seconds / self.unit.seconds())
    }
}

impl From<Duration> for String {
    fn from(duration: Duration) -> Self {
        duration.to_string()
    }
}

impl TryFrom<String> for Duration {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let unit = match text.as_bytes().last() {
            Some(b's') => Some(Unit::Second),
            Some(b'm') => Some(Unit::Minute),
            Some(b'h') => Some(Unit::Hour),
            Some(b'd') => Some(Unit::Day),
            _ => None,
        };
        unit.and_then(|unit| {
            let digits = &text[..text.len() - 1];
            let number: u64 = digits
                .bytes()
                .all(|b| b.is_ascii_digit())
                .then(|| digits.parse().ok())??;
            let seconds = number.checked_mul(unit.seconds())?;
            Some(Self { seconds, unit })
        })
        .ok_or_else(|| {
            format!(
                "\"{text}\" is not a duration; write a whole number with s, m, h or d, such as 30d"
            )
        })
    }
}

impl JsonSchema for Duration {
    fn schema_name() -> Cow<'static, str> {
        "Duration".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "pattern": PATTERN,
            "maxLength": 10,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::api::openapi;

    #[test]
    fn another_spelling_is_corrected() {
        for (written, range, problem, remedy) in [
            (
                json!(3600),
                TOKEN,
                "3600: a duration needs a unit",
                "write 3600s, which is 1h",
            ),
            (
                json!("3600"),
                TOKEN,
                "\"3600\": a duration needs a unit",
                "write 3600s, which is 1h",
            ),
            (
                json!(30),
                REFRESH_TOKEN,
                "30: a duration needs a unit",
                "write 30h or 30d",
            ),
            (
                json!(5),
                AUTH_SESSION,
                "5: a duration needs a unit",
                "write 5m",
            ),
            (
                json!(60),
                TOKEN,
                "60: a duration needs a unit",
                "write 60m, which is 1h",
            ),
            (
                json!(90_000),
                TOKEN,
                "90000: a duration needs a unit",
                "write a whole number with s, m, h or d, from 5m to 1d",
            ),
            (
                json!("5 min"),
                TOKEN,
                "\"5 min\": must be a whole number with s, m, h or d",
                "write 5m",
            ),
            (
                json!("10 minutes"),
                TOKEN,
                "\"10 minutes\": must be a whole number with s, m, h or d",
                "write 10m",
            ),
            (
                json!("1.5h"),
                TOKEN,
                "\"1.5h\": must be a whole number with s, m, h or d",
                "write 90m",
            ),
            (
                json!("1h30m"),
                TOKEN,
                "\"1h30m\": must be a whole number with s, m, h or d",
                "write 90m",
            ),
            (
                json!("PT1H"),
                TOKEN,
                "\"PT1H\": must be a whole number with s, m, h or d",
                "write 1h",
            ),
            (
                json!("2 days"),
                TOKEN,
                "\"2 days\": must be a whole number with s, m, h or d",
                "write a whole number with s, m, h or d, from 5m to 1d",
            ),
            (
                json!("P1M"),
                REFRESH_TOKEN,
                "\"P1M\": must be a whole number with s, m, h or d",
                "write a whole number with s, m, h or d, from 1h to 3650d",
            ),
            (
                json!("1.0005h"),
                TOKEN,
                "\"1.0005h\": must be a whole number with s, m, h or d",
                "write a whole number with s, m, h or d, from 5m to 1d",
            ),
            (json!(0), GRACE, "0: a duration needs a unit", "write 0s"),
            (
                json!("1 week"),
                REFRESH_TOKEN,
                "\"1 week\": must be a whole number with s, m, h or d",
                "write 7d",
            ),
            (
                json!("soon"),
                GRACE,
                "\"soon\": must be a whole number with s, m, h or d",
                "write a whole number with s, m, h or d, from 0s to 60s",
            ),
            (
                json!(1.5),
                TOKEN,
                "\"1.5\": must be a whole number with s, m, h or d",
                "write a whole number with s, m, h or d, from 5m to 1d",
            ),
        ] {
            let expected = (format!("Invalid value: {problem}"), remedy.to_owned());
            assert_eq!(correction(&written, range), Some(expected), "{written}");
        }
        for right in [json!("1h"), json!("90d"), json!(true), json!(null)] {
            assert_eq!(correction(&right, TOKEN), None, "{right}");
        }
    }

    /// Each field that is a duration, below a schema.
    fn durations(schema: &Value, at: &FieldPath, found: &mut Vec<(FieldPath, String)>) {
        if schema["pattern"] == PATTERN {
            let example = schema["example"].as_str().unwrap_or_default().to_owned();
            found.push((at.clone(), example));
        }
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            durations(property, &at.clone().field(name.clone()), found);
        }
        if schema["items"].is_object() {
            durations(&schema["items"], &at.clone().index(0), found);
        }
    }

    #[test]
    fn every_duration_has_a_range_and_an_example_within() {
        let mut found = Vec::new();
        durations(openapi::spec(), &FieldPath::parse("spec"), &mut found);
        durations(openapi::input(), &FieldPath::default(), &mut found);
        // Six of a spec, of the Input's defaults those and the client's five again, and three limits.
        assert_eq!(found.len(), 20, "{found:?}");
        for (path, example) in found {
            let range = range(&path).unwrap_or_else(|| panic!("{path} has no range"));
            let example =
                Duration::try_from(example).unwrap_or_else(|error| panic!("{path}: {error}"));
            assert!(range.has(example), "{path}: {example}");
        }
    }

    #[test]
    fn reads_whole_numbers_with_a_unit() {
        for (text, seconds, shown) in [
            ("90s", 90, "90s"),
            ("60m", 3_600, "60m"),
            ("1h", 3_600, "1h"),
            ("30d", 2_592_000, "30d"),
            ("0s", 0, "0s"),
        ] {
            let duration = Duration::try_from(text.to_owned()).unwrap();
            assert_eq!(
                (duration.as_secs(), duration.to_string().as_str()),
                (seconds, shown),
                "{text}"
            );
        }
        for text in [
            "",
            "s",
            "1",
            "1.5h",
            "-1h",
            "1 h",
            "1w",
            "+1h",
            "99999999999999999999d",
            "1é",
        ] {
            assert!(Duration::try_from(text.to_owned()).is_err(), "{text}");
        }
    }
}
