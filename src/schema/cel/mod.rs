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

use std::cell::OnceCell;
use std::sync::{Arc, LazyLock};

use ::cel::common::ast::{Expr, IdedExpr, operators};
use ::cel::{Context, Env, ExecutionError, Program, Value as CelValue, extensions};
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::ValidationRule;
use serde_json::Value;

use convert::{Order, View};

use super::check::{Faults, KEEP_THE_RULE, Sort};
use super::kept::Kept;
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
    /// How deep it goes through lists within lists.
    loops: u32,
}

static ENVIRONMENT: LazyLock<Arc<Env>> = LazyLock::new(|| {
    let mut environment = Env::stdlib().with_optional_support(true);
    for extension in [extensions::strings, extensions::lists, extensions::math] {
        environment
            .add_extension(extension)
            .expect("the extensions have no names in common");
    }
    Arc::new(environment)
});

impl Rule {
    pub(super) fn compile(rule: &ValidationRule) -> Self {
        let program = compile(&rule.rule);
        let uses_index = program
            .as_ref()
            .is_ok_and(|program| program.references().has_function(operators::INDEX));
        let uses_old_self = program
            .as_ref()
            .is_ok_and(|program| program.references().has_variable("oldSelf"));
        let loops = program
            .as_ref()
            .map_or(0, |program| depth_of_loops(program.expression()));
        Self {
            source: shortened(one_line(&rule.rule)),
            program,
            message: rule
                .message
                .as_deref()
                .map(one_line)
                .filter(|message| !message.is_empty()),
            message_program: rule
                .message_expression
                .as_deref()
                .and_then(|source| compile(source).ok()),
            field: rule
                .field_path
                .as_deref()
                .map(field_path)
                .unwrap_or_default(),
            order: if uses_index {
                Order::Written
            } else {
                Order::Sorted
            },
            uses_old_self,
            old_self_is_optional: rule.optional_old_self.unwrap_or_default(),
            loops,
        }
    }

    /// Evaluates it on a value; none where it is kept or not to be evaluated.
    fn fault(&self, view: &View, old: Option<&View>, largest: u64) -> Option<Fault> {
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
        let steps = largest.checked_pow(self.loops);
        if steps.is_none_or(|steps| steps > MOST_STEPS) {
            return Some(Fault::Unchecked("lists this long take too long".to_owned()));
        }
        let context = self.context(value, old_value);
        match program.execute(&context) {
            Ok(CelValue::Bool(true)) => None,
            // To the API server, what differs in such fields may be equal.
            Ok(CelValue::Bool(false))
                if view.has_unknown_fields || old.is_some_and(|old| old.has_unknown_fields) =>
            {
                Some(Fault::Unchecked(
                    "there are fields that the schema does not know".to_owned(),
                ))
            }
            Ok(CelValue::Bool(false)) => Some(Fault::Broken(self.message(&context))),
            Ok(_) => Some(Fault::Unchecked("it is neither true nor false".to_owned())),
            Err(
                error @ (ExecutionError::NoSuchKey(_)
                | ExecutionError::DivisionByZero(_)
                | ExecutionError::RemainderByZero(_)
                | ExecutionError::Overflow(..)
                | ExecutionError::IndexOutOfBounds(_)),
            ) => Some(Fault::Broken(format!(
                "{} evaluating rule: {}",
                one_line(&error.to_string()),
                self.name()
            ))),
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
            let old_entries = old.and_then(|old| Some((old, old.value.as_array()?)));
            for (index, entry) in entries.iter().enumerate() {
                let entry = kept.entry(entry);
                let old = old_entries
                    .and_then(|(old, entries)| schema.list.counterpart(entry, old, entries));
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
    let largest = largest(kept.value);
    for rule in &schema.rules {
        let (view, old) = match rule.order {
            Order::Written => written.get_or_init(|| views(Order::Written)),
            Order::Sorted => sorted.get_or_init(|| views(Order::Sorted)),
        };
        let here = || at.to_owned().join(&rule.field);
        match rule.fault(view, old.as_ref(), largest) {
            None => {}
            Some(Fault::Broken(message)) => faults.push(
                Sort::Invalid,
                here(),
                format!("Invalid value: {message}"),
                KEEP_THE_RULE,
            ),
            Some(Fault::Unchecked(why)) => faults.push(
                Sort::Note,
                here(),
                format!("the rule \"{}\" is not checked here: {why}", rule.name()),
                "the API server checks it",
            ),
        }
    }
}

impl List {
    /// The entry of the old list that an entry takes the place of: of a map, the one with the same keys.
    fn counterpart<'a>(
        &self,
        entry: Kept<'a>,
        old: Kept<'a>,
        old_entries: &'a [Value],
    ) -> Option<Kept<'a>> {
        let Self::Map(names) = self else {
            return None;
        };
        let key = |entry: Kept<'a>| -> Option<Vec<Option<&'a Value>>> {
            let fields = entry.value.as_object()?;
            Some(
                names
                    .iter()
                    .map(|name| entry.get(fields, name).map(|field| field.value))
                    .collect(),
            )
        };
        let wanted = key(entry)?;
        old_entries
            .iter()
            .map(|entry| old.entry(entry))
            .find(|entry| key(*entry).as_ref() == Some(&wanted))
    }
}

/// How many entries the largest list or map has, here or within.
fn largest(value: &Value) -> u64 {
    let (size, within) = match value {
        Value::Array(entries) => (entries.len(), entries.iter().map(largest).max()),
        Value::Object(fields) => (fields.len(), fields.values().map(largest).max()),
        _ => (1, None),
    };
    within
        .unwrap_or(1)
        .max(u64::try_from(size).unwrap_or(u64::MAX))
        .max(2)
}

/// How deep an expression goes through lists within lists. A list by itself is one: functions such as `in` and `==` go
/// through it.
fn depth_of_loops(expression: &IdedExpr) -> u32 {
    let deepest = |parts: &mut dyn Iterator<Item = &IdedExpr>| {
        parts.map(depth_of_loops).max().unwrap_or_default()
    };
    match &expression.expr {
        Expr::Comprehension(each) => {
            let within = deepest(&mut [&each.loop_cond, &each.loop_step].into_iter());
            let around =
                deepest(&mut [&each.iter_range, &each.accu_init, &each.result].into_iter());
            (within + 1).max(around)
        }
        Expr::Call(call) => deepest(&mut call.target.as_deref().into_iter().chain(&call.args)),
        Expr::List(list) => deepest(&mut list.elements.iter()),
        Expr::Select(select) => depth_of_loops(&select.operand),
        _ => 0,
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
