//! The rules of `x-kubernetes-validations`, written in the Common Expression Language.
//!
//! The API server evaluates them with libraries of its own and within a budget. What cannot be evaluated here, or not in
//! bounded time, is said to be unchecked and never counted as kept.
//!
//! Source: k8s.io/apiextensions-apiserver v0.34.1, `pkg/apiserver/schema/cel`.

#[expect(
    clippy::disallowed_types,
    reason = "the maps of the crate cel are hash maps"
)]
mod convert;
mod cost;
mod functions;
mod lists;

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use ::cel::{Context, ExecutionError, Program, Value as CelValue};
use serde_json::Value;

use convert::{Order, Trait, View};
use cost::{Cost, Largest};
use functions::ENVIRONMENT;
use lists::Use;

use super::check::{Faults, KEEP_THE_RULE, Sort};
use super::keywords::Written;
use super::pruned::Kept;
use super::{List, Schema};
use crate::path::{FieldPath, Path};

/// The longest rule that is compiled, in bytes.
const LONGEST: usize = 10_000;
/// How much of a rule is shown that has no message, in characters.
const LONGEST_SHOWN: usize = 200;
/// How deep brackets and conditions may stand in each other: the parser goes a long way down for each.
const DEEPEST: usize = 24;
/// How many operators a rule may have, each of which may be one more level for whoever evaluates it.
const MOST_OPERATORS: usize = 400;
/// How often the innermost part of a rule may be evaluated.
const MOST_STEPS: u64 = 1_000_000;
/// The same for all rules together, on all that is in an object.
const MOST_STEPS_IN_ALL: u64 = 5_000_000;

/// A compiled rule.
#[derive(Debug)]
pub(super) struct Rule {
    source: String,
    /// Why it cannot be evaluated, where it cannot.
    program: Result<Program, String>,
    message: Option<String>,
    message_program: Option<Program>,
    /// Where its finding stands, from the value that it is of.
    field: FieldPath,
    order: Order,
    uses_old_self: bool,
    old_self_is_optional: bool,
    /// Whether all its functions are here.
    has_functions: bool,
    /// What a value has on which it cannot be evaluated here, and why.
    not_on: Vec<(Trait, &'static str)>,
    cost: Cost,
}

impl Rule {
    /// Compiles a rule of what a schema describes.
    pub(super) fn compile(rule: Written<'_>, schema: Written<'_>) -> Self {
        let source = rule.text("rule").unwrap_or_default();
        let program = compile(source);
        let message_program = rule
            .text("messageExpression")
            .and_then(|source| compile(source).ok())
            // One that goes through a map would be another one each time.
            .filter(|program| Cost::of(program.expression()).loops == 0);
        let old_self_is_optional = rule.is_true("optionalOldSelf");
        let (mut uses_old_self, mut has_functions, mut order) = (false, true, Order::Sorted);
        let why = "there are lists with two entries of the same key";
        let mut not_on = vec![(Trait::SameKeys, why)];
        let (mut cost, mut random) = (Cost::default(), None);
        if let Ok(program) = &program {
            let references = program.references();
            uses_old_self = references.has_variable("oldSelf");
            has_functions = references.functions().into_iter().all(functions::is_known);
            let message = message_program.as_ref().map(Program::expression);
            let lists = Use::of(program.expression(), message, schema, old_self_is_optional);
            if lists.is_random {
                let why = "it has to do with the order of a map, which has none";
                random = Some(why.to_owned());
            }
            if lists.has_places {
                order = Order::Written;
            }
            if lists.is_mixed {
                let why = "lists with an order and without one are not compared here";
                not_on.push((Trait::UnorderedLists, why));
                let why = "times, durations and bytes are not compared here";
                not_on.push((Trait::Formats, why));
            }
            if references.has_function("string") {
                let why = "numbers that may have a fraction are not made texts here";
                not_on.push((Trait::Fractions, why));
            }
            cost = Cost::of(program.expression());
        }
        Self {
            source: shortened(one_line(source)),
            program: random.map_or(program, Err),
            message: rule
                .text("message")
                .map(one_line)
                .filter(|message| !message.is_empty()),
            message_program,
            field: rule.text("fieldPath").map(field_path).unwrap_or_default(),
            order,
            uses_old_self,
            old_self_is_optional,
            has_functions,
            not_on,
            cost,
        }
    }

    /// Evaluates it on a value; none where it is kept or not to be evaluated.
    fn fault(
        &self,
        view: &View,
        old: Option<&View>,
        largest: Largest,
        taken: &mut u64,
    ) -> Option<Fault> {
        if self.uses_old_self && old.is_none() && !self.old_self_is_optional {
            return None;
        }
        let old = old.filter(|_| self.uses_old_self);
        let old_value = old.map(|old| old.value.as_ref()).transpose();
        let (Ok(value), Ok(old_value)) = (view.value.as_ref(), old_value) else {
            let why = "what it is about is not of the schema's types";
            return Some(Fault::Unchecked(why.to_owned()));
        };
        let program = match &self.program {
            Ok(program) => program,
            Err(why) => return Some(Fault::Unchecked(why.clone())),
        };
        let has = |is: Trait| view.has(is) || old.is_some_and(|old| old.has(is));
        if let Some((_, why)) = self.not_on.iter().find(|(is, _)| has(*is)) {
            return Some(Fault::Unchecked((*why).to_owned()));
        }
        let steps = self.cost.steps(largest).filter(|steps| {
            *steps <= MOST_STEPS && taken.saturating_add(*steps) <= MOST_STEPS_IN_ALL
        });
        let Some(steps) = steps else {
            return Some(Fault::Unchecked("lists this long take too long".to_owned()));
        };
        *taken += steps;
        let context = self.context(value, old_value);
        let (result, course) = functions::following(|| program.execute(&context));
        *taken = taken.saturating_add(course.steps / 8);
        // What comes after something that cannot be told may be no error to the API server.
        let is_certain = self.has_functions && !course.has_unknown;
        match result {
            Ok(CelValue::Bool(true)) => None,
            // To the API server, what differs in such fields may be equal.
            Ok(CelValue::Bool(false)) if has(Trait::UnknownFields) => Some(Fault::Unchecked(
                "there are fields that the schema does not know".to_owned(),
            )),
            Ok(CelValue::Bool(false)) => Some(Fault::Broken(self.message(&context))),
            Ok(_) => Some(Fault::Unchecked("it is neither true nor false".to_owned())),
            Err(error) if is_certain && fails_there_too(&error).is_some() => {
                Some(Fault::Broken(format!(
                    "{} evaluating rule: {}",
                    fails_there_too(&error).unwrap_or_default(),
                    self.name()
                )))
            }
            Err(ExecutionError::UndeclaredReference(name)) => {
                Some(Fault::Unchecked(format!("there is no {name} here")))
            }
            Err(_) => Some(Fault::Unchecked("it cannot be evaluated here".to_owned())),
        }
    }

    fn context<'a>(&self, value: &CelValue, old: Option<&CelValue>) -> Context<'a, 'a> {
        let mut context = Context::with_env(Arc::clone(&ENVIRONMENT));
        context.add_variable_from_value("self", value.clone());
        let old = if self.old_self_is_optional {
            Some(convert::optional(old.cloned()))
        } else {
            old.cloned()
        };
        if let Some(old) = old {
            context.add_variable_from_value("oldSelf", old);
        }
        context
    }

    fn message(&self, context: &Context<'_, '_>) -> String {
        let evaluated =
            self.message_program
                .as_ref()
                .and_then(|program| match program.execute(context) {
                    Ok(CelValue::String(text)) => Some(text.trim().to_owned())
                        .filter(|text| !text.is_empty() && !text.contains('\n')),
                    _ => None,
                });
        evaluated
            .or_else(|| self.message.clone())
            .unwrap_or_else(|| format!("failed rule: {}", self.source))
    }

    /// What it is called: by its message, where it has one.
    fn name(&self) -> &str {
        self.message.as_deref().unwrap_or(&self.source)
    }
}

/// What the API server says where a rule cannot be evaluated on a value, there or here. No more than that: what it was
/// about may be another thing each time, for maps have no order.
fn fails_there_too(error: &ExecutionError) -> Option<&'static str> {
    match error {
        ExecutionError::NoSuchKey(_) => Some("no such key"),
        ExecutionError::DivisionByZero(_) => Some("division by zero"),
        ExecutionError::RemainderByZero(_) => Some("modulus by zero"),
        ExecutionError::Overflow(..) => Some("integer overflow"),
        ExecutionError::IndexOutOfBounds(_) => Some("index out of bounds"),
        _ => None,
    }
}

/// What a rule has to say.
enum Fault {
    /// It does not hold, and why.
    Broken(String),
    /// It could not be evaluated, and why.
    Unchecked(String),
}

fn compile(source: &str) -> Result<Program, String> {
    if source.len() > LONGEST {
        return Err(format!("it is longer than {LONGEST} bytes"));
    }
    if !is_shallow(source) {
        return Err("it is too much of an expression".to_owned());
    }
    ENVIRONMENT
        .compile(source)
        .map_err(|_| "it is no expression that can be read here".to_owned())
}

/// Whether an expression is one that can be read and evaluated without going too deep. Texts count as well, which is
/// on the safe side.
fn is_shallow(source: &str) -> bool {
    let (mut depth, mut deepest, mut conditions, mut operators) = (0_usize, 0, 0, 0);
    for byte in source.bytes() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            // What comes after a condition stands in it.
            b'?' => conditions += 1,
            b'+' | b'-' | b'*' | b'/' | b'%' | b'&' | b'|' | b'<' | b'>' | b'=' | b'!' | b'.'
            | b',' => operators += 1,
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest + conditions <= DEEPEST && operators <= MOST_OPERATORS
}

/// Evaluates the rules of a schema, and of all within it, on what is kept of a value.
pub(super) fn check(
    schema: &Schema,
    kept: Kept<'_>,
    old: Option<Kept<'_>>,
    at: &Path<'_>,
    faults: &mut Faults,
) {
    if !schema.has_rules || kept.value.is_null() {
        return;
    }
    if !schema.rules.is_empty() {
        check_here(schema, kept, old, at, faults);
    }
    match kept.value {
        Value::Object(fields) => {
            let old_fields = old.and_then(|old| Some((old, old.value.as_object()?)));
            for (name, field) in kept.fields(fields) {
                if let Some(schema) = field.schema {
                    let old = old_fields.and_then(|(old, fields)| old.get(fields, name));
                    check(schema, field, old, &at.field(name), faults);
                }
            }
        }
        Value::Array(entries) => {
            let Some(items) = schema.items.as_deref().filter(|items| items.has_rules) else {
                return;
            };
            let mut old_entries: BTreeMap<String, Kept<'_>> = BTreeMap::new();
            if let Some((old, entries)) = old.and_then(|old| Some((old, old.value.as_array()?))) {
                for entry in entries.iter().map(|entry| old.entry(entry)) {
                    if let Some(key) = schema.list.key_of(entry) {
                        old_entries.entry(key).or_insert(entry);
                    }
                }
            }
            for (index, entry) in entries.iter().enumerate() {
                let entry = kept.entry(entry);
                let key = schema.list.key_of(entry);
                let old = key.and_then(|key| old_entries.get(&key).copied());
                check(items, entry, old, &at.index(index), faults);
            }
        }
        _ => {}
    }
}

fn check_here(
    schema: &Schema,
    kept: Kept<'_>,
    old: Option<Kept<'_>>,
    at: &Path<'_>,
    faults: &mut Faults,
) {
    let old = old.filter(|old| !old.value.is_null());
    let views = |order| {
        let old = old.map(|old| View::of(schema, old, order));
        (View::of(schema, kept, order), old)
    };
    let (written, sorted) = (OnceCell::new(), OnceCell::new());
    let largest = Largest::of(kept.value);
    for rule in &schema.rules {
        let (view, old) = match rule.order {
            Order::Written => written.get_or_init(|| views(Order::Written)),
            Order::Sorted => sorted.get_or_init(|| views(Order::Sorted)),
        };
        let here = || at.to_owned().join(&rule.field);
        match rule.fault(view, old.as_ref(), largest, &mut faults.steps) {
            None => {}
            Some(Fault::Broken(message)) => faults.push(
                Sort::Invalid,
                here(),
                format!("Invalid value: {message}"),
                KEEP_THE_RULE,
            ),
            Some(Fault::Unchecked(why)) => faults.push(
                Sort::Unchecked,
                here(),
                format!("the rule \"{}\" is not checked here: {why}", rule.name()),
                "the API server checks it",
            ),
        }
    }
}

impl List {
    /// What an entry of a map has in common with the one that it takes the place of; none of other lists.
    fn key_of(&self, entry: Kept<'_>) -> Option<String> {
        self.key_where(entry, |_| true)
    }

    /// The same of some of the key's fields alone.
    fn key_where(&self, entry: Kept<'_>, counts: impl Fn(&str) -> bool) -> Option<String> {
        let Self::Map(names) = self else {
            return None;
        };
        let fields = entry.value.as_object()?;
        let mut key = String::new();
        for name in names.iter().filter(|name| counts(name)) {
            if let Some(field) = entry.get(fields, name) {
                let _ = write!(key, "{}", field.value);
            }
            key.push(',');
        }
        Some(key)
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A rule as it is shown: not whole, where it is long.
fn shortened(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(LONGEST_SHOWN) {
        text.truncate(end);
        text.push('…');
    }
    text
}

/// Reads a rule's `fieldPath`: `.a.b`, or `.a['b.c']` where a name has other characters.
fn field_path(text: &str) -> FieldPath {
    let mut path = FieldPath::default();
    let mut rest = text.trim();
    loop {
        if let Some(quoted) = rest.strip_prefix("['")
            && let Some((name, after)) = quoted.split_once("']")
        {
            path = path.field(name.replace("\\'", "'"));
            rest = after;
        } else if let Some(after) = rest.strip_prefix('.') {
            let end = after.find(['.', '[']).unwrap_or(after.len());
            path = path.field(after[..end].to_owned());
            rest = &after[end..];
        } else {
            return path;
        }
    }
}
