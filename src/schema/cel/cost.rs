//! How long a rule takes at most, told before it is evaluated.

use ::cel::common::ast::{EntryExpr, Expr, IdedExpr};
use serde_json::Value;

/// How much there is to go through in a value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Largest {
    /// How many entries the largest list or map has; at least 2.
    list: u64,
    /// How many bytes the longest text has.
    text: u64,
}

impl Largest {
    pub(super) fn of(value: &Value) -> Self {
        let long = |size: usize| u64::try_from(size).unwrap_or(u64::MAX);
        let list = |size: usize| Self {
            list: long(size).max(2),
            text: 0,
        };
        match value {
            Value::Array(entries) => entries
                .iter()
                .map(Self::of)
                .fold(list(entries.len()), Self::max),
            Value::Object(fields) => fields
                .values()
                .map(Self::of)
                .fold(list(fields.len()), Self::max),
            Value::String(text) => Self {
                text: long(text.len()),
                ..list(0)
            },
            _ => list(0),
        }
    }

    fn max(self, other: Self) -> Self {
        Self {
            list: self.list.max(other.list),
            text: self.text.max(other.text),
        }
    }
}

/// What an expression costs, whatever it is evaluated on.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Cost {
    /// How deep it goes through lists and texts within each other. `in`, and what goes through a text, is one.
    pub(super) loops: u32,
    /// The largest list that it has of its own.
    literal: u64,
    /// Whether it goes through texts.
    of_texts: bool,
}

impl Cost {
    pub(super) fn of(expression: &IdedExpr) -> Self {
        let all = |parts: &mut dyn Iterator<Item = &IdedExpr>| {
            parts.map(Self::of).fold(Self::default(), Self::max)
        };
        match &expression.expr {
            Expr::Comprehension(each) => {
                let within = all(&mut [&each.loop_cond, &each.loop_step].into_iter());
                let around =
                    all(&mut [&each.iter_range, &each.accu_init, &each.result].into_iter());
                within.once_more().max(around)
            }
            Expr::Call(call) => {
                let parts = all(&mut call.target.as_deref().into_iter().chain(&call.args));
                let name = call.func_name.as_str();
                if GOES_THROUGH_LISTS.contains(&name) {
                    parts.once_more()
                } else if GOES_THROUGH_TEXTS.contains(&name) {
                    Self {
                        of_texts: true,
                        ..parts.once_more()
                    }
                } else {
                    parts
                }
            }
            Expr::List(list) => {
                let parts = all(&mut list.elements.iter());
                let size = u64::try_from(list.elements.len()).unwrap_or(u64::MAX);
                Self {
                    literal: parts.literal.max(size),
                    ..parts
                }
            }
            Expr::Select(select) => Self::of(&select.operand),
            Expr::Unspecified | Expr::Ident(_) | Expr::Literal(_) => Self::default(),
            Expr::Map(map) => {
                let values = map.entries.iter().filter_map(|entry| match &entry.expr {
                    EntryExpr::MapEntry(entry) => Some([&entry.key, &entry.value]),
                    EntryExpr::StructField(_) => None,
                });
                all(&mut values.flatten())
            }
            // A message of its own, which rules do not have.
            Expr::Struct(_) => Self {
                loops: u32::MAX,
                ..Self::default()
            },
        }
    }

    fn max(self, other: Self) -> Self {
        Self {
            loops: self.loops.max(other.loops),
            literal: self.literal.max(other.literal),
            of_texts: self.of_texts || other.of_texts,
        }
    }

    fn once_more(self) -> Self {
        Self {
            loops: self.loops.saturating_add(1),
            ..self
        }
    }

    /// How many steps it takes at most on such a value; none where they are too many to count.
    pub(super) fn steps(self, largest: Largest) -> Option<u64> {
        let lists = largest.list.max(self.literal);
        let size = if self.of_texts {
            lists.max(largest.text)
        } else {
            lists
        };
        // What goes through a text may make one that is larger by as much.
        let loops = self
            .loops
            .saturating_add(u32::from(self.of_texts && largest.text > 1_000));
        size.checked_pow(loops)
    }
}

/// Functions that go through a whole list.
const GOES_THROUGH_LISTS: [&str; 3] = ["@in", "_in_", "join"];
/// Functions that go through a whole text, and make another one or many.
const GOES_THROUGH_TEXTS: [&str; 3] = ["matches", "replace", "split"];
