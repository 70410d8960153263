//! The language that rules are written in, with the functions that there are here.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use ::cel::common::types::{CelBool, CelString};
use ::cel::{Env, ExecutionError, add_member_overload, add_overload, extensions};

use super::super::pattern::Pattern;

/// How many patterns of `matches` are kept compiled.
const MOST_PATTERNS: usize = 200;
/// The longest that is kept, in bytes.
const LONGEST_KEPT: usize = 1_000;

pub(super) static ENVIRONMENT: LazyLock<Arc<Env>> = LazyLock::new(|| {
    let mut environment = Env::stdlib().with_optional_support(true);
    environment
        .add_extension(extensions::strings)
        .and_then(|()| add_overload!(environment, fn matches: (CelString<'_>, CelString<'_>) -> Result<CelBool>, id = "matches"))
        .and_then(|()| add_member_overload!(environment, fn matches: (CelString<'_>, CelString<'_>) -> Result<CelBool>))
        .expect("no other extension has their names");
    Arc::new(environment)
});

/// What a rule came by while it was evaluated.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Course {
    /// How many steps its patterns took, at most.
    pub(super) steps: u64,
    /// Whether something could not be told. An error after it may be none to the API server.
    pub(super) has_unknown: bool,
}

/// How many steps the patterns of one evaluation may take.
const MOST_STEPS: u64 = 20_000_000;
/// Up to which size a pattern is kept.
const LARGEST_KEPT: u64 = 2_000;

thread_local! {
    /// The crate's functions have nothing that they could hand on.
    static COURSE: Cell<Course> = const { Cell::new(Course { steps: 0, has_unknown: false }) };
}

/// Evaluates something, and gives what it came by.
pub(super) fn following<T>(evaluate: impl FnOnce() -> T) -> (T, Course) {
    COURSE.set(Course::default());
    let result = evaluate();
    (result, COURSE.get())
}

/// Whether there may be a function here that an expression calls.
pub(super) fn is_known(name: &str) -> bool {
    !name.starts_with(|first: char| first.is_ascii_alphabetic()) || KNOWN.contains(&name)
}

const KNOWN: [&str; 30] = [
    "bool",
    "bytes",
    "charAt",
    "contains",
    "double",
    "dyn",
    "endsWith",
    "hasValue",
    "indexOf",
    "int",
    "join",
    "lastIndexOf",
    "lowerAscii",
    "matches",
    "none",
    "of",
    "optMap",
    "or",
    "orValue",
    "replace",
    "size",
    "split",
    "startsWith",
    "string",
    "substring",
    "trim",
    "type",
    "uint",
    "upperAscii",
    "value",
];

/// A function of our own: the crate's would read the pattern as Rust's engine does.
fn matches(text: &CelString<'_>, pattern: &CelString<'_>) -> Result<CelBool, ExecutionError> {
    let pattern = compiled(pattern.inner());
    let mut course = COURSE.get();
    course.steps = course.steps.saturating_add(pattern.steps(text.inner()));
    let matched = if course.steps > MOST_STEPS {
        None
    } else {
        pattern.is_match(text.inner())
    };
    course.has_unknown |= matched.is_none();
    COURSE.set(course);
    matched
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
    // Rules have few, and small ones; those that a value brings are not to fill the memory.
    if compiled.size() <= LARGEST_KEPT && pattern.len() <= LONGEST_KEPT {
        if patterns.len() == MOST_PATTERNS {
            patterns.clear();
        }
        patterns.insert(pattern.to_owned(), Arc::clone(&compiled));
    }
    compiled
}
