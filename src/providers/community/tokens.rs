//! Lifetimes of tokens, as Cognito writes them: a number and a unit.
//!
//! The units are compared as text, so two spellings of one time, 1 hours and 60 minutes, are a difference to the
//! provider and none to anybody who holds a token.

/// The units, from large to small, and their seconds.
const UNITS: [(&str, i64); 4] = [
    ("days", 86_400),
    ("hours", 3_600),
    ("minutes", 60),
    ("seconds", 1),
];

/// The longest lifetime that Cognito has, that of refresh tokens: 3650 days. Access and ID tokens last a day at most,
/// and the API takes numbers up to these many seconds, so a time that is allowed is allowed in each of its spellings.
const LONGEST: i64 = 315_360_000;

/// The time that a spelling means, in seconds; none for a unit that Cognito does not know.
pub fn seconds(value: i64, unit: &str) -> Option<i64> {
    let (_, seconds) = UNITS.iter().find(|(name, _)| *name == unit)?;
    value.checked_mul(*seconds)
}

/// The spelling of a time that is written first: with the largest unit that leaves a whole number.
pub fn spell(time: i64) -> (i64, &'static str) {
    UNITS
        .iter()
        .find(|(_, seconds)| time % seconds == 0)
        .map_or((time, "seconds"), |(unit, seconds)| (time / seconds, *unit))
}

/// The same time with the unit below; none below seconds, and none for what Cognito would not take.
pub fn respell(value: i64, unit: &str) -> Option<(i64, &'static str)> {
    let time = seconds(value, unit).filter(|time| (0..=LONGEST).contains(time))?;
    let place = UNITS.iter().position(|(name, _)| *name == unit)?;
    let (below, seconds) = UNITS.get(place + 1)?;
    Some((time / seconds, *below))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_spelt_with_the_largest_unit() {
        for (time, spelling) in [
            (3_600, (1, "hours")),
            (30 * 86_400, (30, "days")),
            (24 * 3_600, (1, "days")),
            (90 * 60, (90, "minutes")),
            (301, (301, "seconds")),
            (86_399, (86_399, "seconds")),
        ] {
            assert_eq!(spell(time), spelling);
            assert_eq!(seconds(spelling.0, spelling.1), Some(time));
        }
    }

    #[test]
    fn another_spelling_has_the_unit_below_and_the_same_time() {
        for (value, unit, other) in [
            (30, "days", Some((720, "hours"))),
            (3_650, "days", Some((87_600, "hours"))),
            (24, "hours", Some((1_440, "minutes"))),
            (90, "minutes", Some((5_400, "seconds"))),
            (0, "days", Some((0, "hours"))),
            (301, "seconds", None),
            (3_651, "days", None),
            (-1, "hours", None),
            (i64::MAX, "days", None),
            (1, "weeks", None),
        ] {
            assert_eq!(respell(value, unit), other, "{value} {unit}");
            if let Some((other, below)) = other {
                assert_eq!(seconds(other, below), seconds(value, unit));
            }
        }
    }

    #[test]
    fn a_time_of_an_access_token_is_allowed_in_each_spelling() {
        for time in [300, 3_600, 86_400] {
            let mut spelling = Some(spell(time));
            while let Some((value, unit)) = spelling {
                assert!((1..=86_400).contains(&value), "{value} {unit}");
                spelling = respell(value, unit);
            }
        }
    }

    #[test]
    fn what_is_no_time_has_no_seconds() {
        assert_eq!(seconds(1, "Hours"), None);
        assert_eq!(seconds(i64::MAX, "minutes"), None);
    }
}
