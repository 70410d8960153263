//! An Input and an AppAuth as JSON, `{input, xr}`: the Input is checked, and the AppAuth rendered with it.

#![no_main]

use std::sync::LazyLock;

use function_appauth::compose::CheckedInput;
use function_appauth_fuzz::samples::Samples;
use function_appauth_fuzz::{change, holds, seeds};
use libfuzzer_sys::{Corpus, fuzz_mutator, fuzz_target};
use serde_json::Value;

static SAMPLES: LazyLock<Samples> = LazyLock::new(|| Samples::of(&seeds::inputs()));

fuzz_target!(|data: &[u8]| -> Corpus {
    let Ok(mut both) = serde_json::from_slice::<Value>(data) else {
        return Corpus::Reject;
    };
    let input = both.get_mut("input").map(Value::take);
    let input = CheckedInput::read(input);
    holds::findings(input.findings());
    holds::rendered(&both["xr"], &input);
    Corpus::Keep
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    change::json(data, size, max_size, seed, &SAMPLES)
});
