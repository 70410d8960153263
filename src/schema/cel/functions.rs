//! The language that rules are written in, with the functions that there are here.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use ::cel::common::types::{CelBool, CelString};
use ::cel::{Env, ExecutionError, add_member_overload, add_overload, extensions};

use super::super::pattern::Pattern;

/// How many patterns of `matches` are kept compiled.
const MOST_PATTERNS: usize = 200;

pub(super) static ENVIRONMENT: LazyLock<Arc<Env>> = LazyLock::new(|| {
    let mut environment = Env::stdlib().with_optional_support(true);
    environment
        .add_extension(extensions::strings)
        .and_then(|()| add_overload!(environment, fn matches: (CelString<'_>, CelString<'_>) -> Result<CelBool>, id = "matches"))
        .and_then(|()| add_member_overload!(environment, fn matches: (CelString<'_>, CelString<'_>) -> Result<CelBool>))
        .expect("no other extension has their names");
    Arc::new(environment)
});

/// A function of our own: the crate's would read the pattern as Rust's engine does.
fn matches(text: &CelString<'_>, pattern: &CelString<'_>) -> Result<CelBool, ExecutionError> {
    compiled(pattern.inner())
        .is_match(text.inner())
        .map(CelBool::from)
        .ok_or_else(|| ExecutionError::function_error("matches", "a pattern that is not for here"))
}

fn compiled(pattern: &str) -> Arc<Pattern> {
    static PATTERNS: Mutex<BTreeMap<String, Arc<Pattern>>> = Mutex::new(BTreeMap::new());

    let mut patterns = PATTERNS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(compiled) = patterns.get(pattern) {
        return Arc::clone(compiled);
    }
    let compiled = Arc::new(Pattern::new(pattern));
    // Rules have few; those that a value brings are not to fill the memory.
    if patterns.len() == MOST_PATTERNS {
        patterns.clear();
    }
    patterns.insert(pattern.to_owned(), Arc::clone(&compiled));
    compiled
}
