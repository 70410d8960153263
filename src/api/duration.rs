//! Durations as people write them: a whole number and a unit, such as `90s`, `5m`, `1h` or `30d`.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

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
            "pattern": "^[0-9]{1,9}[smhd]$",
            "maxLength": 10,
            "example": "30d",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
