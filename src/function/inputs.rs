//! The Inputs of the cluster's Compositions: each is read and checked once.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Map, Value};

use crate::compose::CheckedInput;
use crate::protocol::{JsonError, Struct};

use super::report::Lookups;

/// How many are kept: a cluster has a few Compositions with this function.
const MOST: usize = 16;
/// The longest that is kept, in encoded bytes.
const LONGEST: usize = 64 * 1024;

struct Known {
    object: Map<String, Value>,
    checked: Arc<CheckedInput>,
}

/// Those that came last, the last one first.
struct Inputs(Mutex<Vec<Known>>);

/// Reads and checks an Input, unless it is one of those that came before.
pub(super) fn checked(
    input: &Struct,
    lookups: &mut Lookups,
) -> Result<Arc<CheckedInput>, JsonError> {
    static INPUTS: Inputs = Inputs(Mutex::new(Vec::new()));
    INPUTS.checked(input, lookups)
}

impl Inputs {
    /// They are compared as JSON, since two messages with the same Input differ: Go shuffles the entries of an object
    /// each time that it writes one.
    fn checked(
        &self,
        input: &Struct,
        lookups: &mut Lookups,
    ) -> Result<Arc<CheckedInput>, JsonError> {
        let last = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        {
            let mut last = last();
            if let Some(place) = last.iter().position(|known| input.is_json(&known.object)) {
                last[..=place].rotate_right(1);
                lookups.count(true);
                return Ok(Arc::clone(&last[0].checked));
            }
        }
        lookups.count(false);
        let value = input.to_json()?;
        let object = value.as_object().cloned().unwrap_or_default();
        let checked = CheckedInput::read(Some(value));
        if input.size() <= LONGEST {
            let mut last = last();
            last.truncate(MOST - 1);
            let checked = Arc::clone(&checked);
            last.insert(0, Known { object, checked });
        }
        Ok(checked)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sent(input: &Value) -> Struct {
        Struct::from_json(input.as_object().unwrap())
    }

    #[test]
    fn an_input_is_checked_once_however_its_entries_are_shuffled() {
        let (a, b) = (
            json!({"a": "of this test", "b": 1}),
            json!({"a": "of this test"}),
        );
        let inputs = Inputs(Mutex::default());
        let checked = |input: &Struct| inputs.checked(input, &mut Lookups::default()).unwrap();
        let first = checked(&sent(&a));
        let [one, other] = [json!({"b": 1}), json!({"a": "of this test"})].map(|part| sent(&part));
        let shuffled = Struct::from([one.to_bytes(), other.to_bytes()].concat());
        assert!(Arc::ptr_eq(&first, &checked(&shuffled)));
        assert!(!Arc::ptr_eq(&first, &checked(&sent(&b))));
        assert!(Arc::ptr_eq(&first, &checked(&sent(&a))));
    }

    #[test]
    fn the_oldest_of_too_many_and_a_long_one_are_checked_again() {
        let numbered = |number: usize| sent(&json!({"number": number}));
        let inputs = Inputs(Mutex::default());
        let checked = |input: &Struct| inputs.checked(input, &mut Lookups::default()).unwrap();
        let first = checked(&numbered(0));
        for number in 1..=MOST {
            checked(&numbered(number));
        }
        assert!(!Arc::ptr_eq(&first, &checked(&numbered(0))));
        let long = sent(&json!({"long": "x".repeat(LONGEST)}));
        let [one, other] = [(); 2].map(|()| checked(&long));
        assert!(!Arc::ptr_eq(&one, &other));
    }
}
