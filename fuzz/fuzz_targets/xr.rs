//! An AppAuth as JSON, rendered.

#![no_main]

use std::sync::{Arc, LazyLock};

use function_appauth::compose::CheckedInput;
use function_appauth_fuzz::samples::Samples;
use function_appauth_fuzz::{change, holds, seeds};
use libfuzzer_sys::{Corpus, fuzz_mutator, fuzz_target};

static SAMPLES: LazyLock<Samples> = LazyLock::new(|| Samples::of(&seeds::composites()));
static INPUT: LazyLock<Arc<CheckedInput>> = LazyLock::new(Arc::default);

fuzz_target!(|data: &[u8]| -> Corpus {
    let Ok(composite) = serde_json::from_slice(data) else {
        return Corpus::Reject;
    };
    holds::rendered(&composite, &INPUT);
    Corpus::Keep
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    change::json(data, size, max_size, seed, &SAMPLES)
});
