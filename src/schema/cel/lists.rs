//! Where a rule lets lists meet of which one may be a set or a map.
//!
//! To the API server such a list is the same in any order, and a list added to it takes the place of what has the same
//! key. Here it is a list in one order, which two of them can be compared in, and no other. So the types of a rule's
//! parts are followed as far as they show whether that order counts.

use std::cell::Cell;

use ::cel::common::ast::{
    CallExpr, ComprehensionExpr, EntryExpr, Expr, IdedExpr, LiteralValue, operators,
};

use super::super::formats::Format;
use super::super::keywords::Written;
use super::convert;

/// What the order of sets, and of lists that are maps, has to do with a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Use {
    /// It asks for an entry by its place.
    pub(super) has_places: bool,
    /// It compares or adds lists, or texts of formats, in a way that is not for here.
    pub(super) is_mixed: bool,
    /// It has to do with the order in which a map is gone through, which is another one each time.
    pub(super) is_random: bool,
}

impl Use {
    /// Of a rule, and of its message, on what a schema describes.
    pub(super) fn of(
        rule: &IdedExpr,
        message: Option<&IdedExpr>,
        schema: Written<'_>,
        old_self_is_optional: bool,
    ) -> Self {
        let has_places = message
            .into_iter()
            .chain([rule])
            .any(|expression| follow(expression, schema, old_self_is_optional, false).has_places);
        follow(rule, schema, old_self_is_optional, has_places)
    }
}

fn follow(
    expression: &IdedExpr,
    schema: Written<'_>,
    old_self_is_optional: bool,
    has_places: bool,
) -> Use {
    let old = if old_self_is_optional {
        Type::Unknown
    } else {
        Type::Of(schema)
    };
    let types = Types {
        has_places: Cell::new(has_places),
        is_mixed: Cell::new(false),
        is_random: Cell::new(false),
    };
    let own = Scope {
        name: "self",
        is: Type::Of(schema),
        outer: None,
    };
    let scope = Scope {
        name: "oldSelf",
        is: old,
        outer: Some(&own),
    };
    types.of(expression, &scope);
    Use {
        has_places: types.has_places.get(),
        is_mixed: types.is_mixed.get(),
        is_random: types.is_random.get(),
    }
}

/// What an expression is, as far as order goes.
#[derive(Debug, Clone, Copy)]
enum Type<'a> {
    /// A text, a number, true or false.
    Scalar,
    /// What a schema describes.
    Of(Written<'a>),
    /// A list or a map that the rule makes.
    Made {
        /// Whether no set or map may be in it.
        is_plain: bool,
        /// Whether it has no more than one entry, and so no order.
        is_short: bool,
        /// Whether its entries are in the order that a map was gone through.
        is_random: bool,
    },
    Unknown,
}

/// The names that an expression may use.
struct Scope<'s, 'a> {
    name: &'s str,
    is: Type<'a>,
    outer: Option<&'s Scope<'s, 'a>>,
}

impl<'a> Scope<'_, 'a> {
    fn find(&self, name: &str) -> Type<'a> {
        if self.name == name {
            self.is
        } else {
            self.outer.map_or(Type::Unknown, |outer| outer.find(name))
        }
    }
}

struct Types {
    has_places: Cell<bool>,
    is_mixed: Cell<bool>,
    is_random: Cell<bool>,
}

impl Types {
    fn of<'a>(&self, expression: &IdedExpr, scope: &Scope<'_, 'a>) -> Type<'a> {
        match &expression.expr {
            // To bytes the API server compares texts of the format byte.
            Expr::Literal(literal) if !matches!(literal, LiteralValue::Bytes(_)) => Type::Scalar,
            Expr::Ident(name) => scope.find(name),
            Expr::Select(select) => {
                let operand = self.of(&select.operand, scope);
                if select.test {
                    Type::Scalar
                } else {
                    operand.field(&select.field)
                }
            }
            Expr::List(list) => {
                let entries = list.elements.iter().map(|entry| self.of(entry, scope));
                Type::Made {
                    is_plain: entries.fold(true, |plain, entry| plain & entry.is_plain()),
                    is_short: list.elements.len() <= 1,
                    is_random: false,
                }
            }
            Expr::Map(map) => {
                let mut is_plain = true;
                for entry in &map.entries {
                    if let EntryExpr::MapEntry(entry) = &entry.expr {
                        is_plain &= self.of(&entry.value, scope).is_plain();
                    }
                }
                Type::Made {
                    is_plain,
                    is_short: true,
                    is_random: false,
                }
            }
            Expr::Comprehension(each) => self.comprehension(each, scope),
            Expr::Call(call) => self.call(call, scope),
            Expr::Literal(_) | Expr::Unspecified | Expr::Struct(_) => Type::Unknown,
        }
    }

    fn comprehension<'a>(&self, each: &ComprehensionExpr, scope: &Scope<'_, 'a>) -> Type<'a> {
        let range = self.of(&each.iter_range, scope);
        let is_list = matches!(each.accu_init.expr, Expr::List(_));
        // What it makes is in the order that the entries were written in.
        if is_list && range.may_be_unordered_list() {
            self.has_places.set(true);
        }
        let result = if is_list {
            Type::Made {
                is_plain: true,
                is_short: false,
                is_random: range.is_gone_through_anyhow(),
            }
        } else {
            self.of(&each.accu_init, scope)
        };
        // Of two variables the second is the entry; one alone goes through the keys of a map.
        let (name, is) = match &each.iter_var2 {
            Some(name) => (name, range.entry()),
            None => (&each.iter_var, range.gone_through()),
        };
        let entry = Scope {
            name,
            is,
            outer: Some(scope),
        };
        let scope = Scope {
            name: &each.accu_var,
            is: result,
            outer: Some(&entry),
        };
        self.of(&each.loop_cond, &scope);
        let step = self.of(&each.loop_step, &scope);
        self.of(&each.result, &scope);
        if is_list { step } else { result }
    }

    fn call<'a>(&self, call: &CallExpr, scope: &Scope<'_, 'a>) -> Type<'a> {
        let target = call.target.as_ref().map(|target| self.of(target, scope));
        let arguments: Vec<Type<'a>> = call
            .args
            .iter()
            .map(|argument| self.of(argument, scope))
            .collect();
        match (call.func_name.as_str(), target, arguments.as_slice()) {
            (operators::EQUALS | operators::NOT_EQUALS, _, &[one, other]) => {
                self.meet(one, other);
                Type::Scalar
            }
            (operators::IN, _, &[entry, all]) => {
                self.meet(entry, all.gone_through());
                Type::Scalar
            }
            (operators::ADD, _, &[one, other]) => self.added(one, other),
            (operators::CONDITIONAL, _, &[_, one, other]) => one.or(other),
            (operators::INDEX | operators::OPT_INDEX, _, &[all, _]) => {
                self.use_order(all);
                if all.may_be_unordered_list() {
                    self.has_places.set(true);
                }
                if call.func_name == operators::INDEX {
                    all.entry()
                } else {
                    Type::Unknown
                }
            }
            ("join", Some(all), _) => {
                self.use_order(all);
                if all.may_be_unordered_list() {
                    self.has_places.set(true);
                }
                Type::Scalar
            }
            ("split", ..) => Type::Made {
                is_plain: true,
                is_short: false,
                is_random: false,
            },
            (name, ..) if MAKE_SCALARS.contains(&name) => Type::Scalar,
            _ => Type::Unknown,
        }
    }

    /// The order of its entries counts.
    fn use_order(&self, list: Type<'_>) {
        if list.is_random() {
            self.is_random.set(true);
        }
    }

    /// Two are compared.
    fn meet(&self, one: Type<'_>, other: Type<'_>) {
        self.use_order(one);
        self.use_order(other);
        let is_fine = match (one, other) {
            _ if one.has_formats() || other.has_formats() => false,
            (Type::Scalar, _) | (_, Type::Scalar) => true,
            _ if one.is_plain() && other.is_plain() => true,
            (
                Type::Of(list),
                Type::Made {
                    is_plain: true,
                    is_short: true,
                    ..
                },
            )
            | (
                Type::Made {
                    is_plain: true,
                    is_short: true,
                    ..
                },
                Type::Of(list),
            ) => list.items().is_some_and(is_scalar),
            (Type::Of(one), Type::Of(other)) => !self.has_places.get() && one == other,
            _ => false,
        };
        if !is_fine {
            self.is_mixed.set(true);
        }
    }

    fn added<'a>(&self, one: Type<'a>, other: Type<'a>) -> Type<'a> {
        if one.is_scalar() || other.is_scalar() {
            return Type::Scalar;
        }
        let is_made = |is: Type<'_>| matches!(is, Type::Made { .. });
        if [one, other]
            .into_iter()
            .any(|is| is.may_be_unordered_list() && !is_made(is))
        {
            self.is_mixed.set(true);
        }
        Type::Made {
            is_plain: one.is_plain() && other.is_plain(),
            is_short: false,
            is_random: one.is_random() || other.is_random(),
        }
    }
}

impl Type<'_> {
    fn is_scalar(self) -> bool {
        match self {
            Self::Scalar => true,
            Self::Of(schema) => is_scalar(schema),
            Self::Made { .. } | Self::Unknown => false,
        }
    }

    fn is_random(self) -> bool {
        matches!(
            self,
            Self::Made {
                is_random: true,
                ..
            }
        )
    }

    /// Whether a macro goes through it in another order each time: a map, or what is not known to be none.
    fn is_gone_through_anyhow(self) -> bool {
        match self {
            Self::Of(schema) => schema.items().is_none(),
            Self::Made { is_random, .. } => is_random,
            Self::Scalar | Self::Unknown => true,
        }
    }

    /// Whether there are texts in it that the API server takes for something else.
    fn has_formats(self) -> bool {
        matches!(self, Self::Of(schema) if has_formats(schema))
    }

    /// Whether there is no set or map in it, and no text of a format that is compared as something else.
    fn is_plain(self) -> bool {
        match self {
            Self::Scalar => true,
            Self::Of(schema) => is_plain(schema),
            Self::Made { is_plain, .. } => is_plain,
            Self::Unknown => false,
        }
    }

    /// Whether its entries may come in an order that does not count.
    fn may_be_unordered_list(self) -> bool {
        match self {
            Self::Scalar => false,
            Self::Of(schema) => is_unordered(schema),
            // What it was made of may have been one.
            Self::Made { .. } | Self::Unknown => true,
        }
    }

    fn field(self, escaped: &str) -> Self {
        let Self::Of(schema) = self else {
            return Self::Unknown;
        };
        let is_meant =
            |name: &str| name == escaped || convert::escaped(name).as_deref() == Some(escaped);
        match schema.field(is_meant) {
            Some(field) => typed(field),
            None => schema.additional().map_or(Self::Unknown, typed),
        }
    }

    /// What a macro goes through: the entries of a list, and the keys of a map.
    fn gone_through(self) -> Self {
        match self {
            Self::Of(schema) if schema.items().is_none() => Self::Scalar,
            other => other.entry(),
        }
    }

    /// What an index asks for: the entries of a list, and the values of a map.
    fn entry(self) -> Self {
        let Self::Of(schema) = self else {
            return Self::Unknown;
        };
        schema
            .items()
            .or_else(|| schema.additional())
            .map_or(Self::Unknown, typed)
    }

    /// One of the two.
    fn or(self, other: Self) -> Self {
        match (self, other) {
            (one, other) if one.is_scalar() && other.is_scalar() => Self::Scalar,
            (Self::Of(one), Self::Of(other)) if one == other => Self::Of(one),
            (
                Self::Made {
                    is_plain,
                    is_short,
                    is_random,
                },
                Self::Made {
                    is_plain: other_is_plain,
                    is_short: other_is_short,
                    is_random: other_is_random,
                },
            ) => Self::Made {
                is_plain: is_plain && other_is_plain,
                is_short: is_short && other_is_short,
                is_random: is_random || other_is_random,
            },
            _ => Self::Unknown,
        }
    }
}

fn typed(schema: Written<'_>) -> Type<'_> {
    if is_scalar(schema) {
        Type::Scalar
    } else {
        Type::Of(schema)
    }
}

fn is_scalar(schema: Written<'_>) -> bool {
    if is_of_format(schema) {
        return false;
    }
    schema.is_true("x-kubernetes-int-or-string")
        || matches!(
            schema.text("type"),
            Some("string" | "integer" | "number" | "boolean")
        )
}

fn is_unordered(schema: Written<'_>) -> bool {
    matches!(schema.text("x-kubernetes-list-type"), Some("set" | "map"))
}

fn is_plain(schema: Written<'_>) -> bool {
    !any(schema, |each| is_unordered(each) || is_of_format(each))
}

fn has_formats(schema: Written<'_>) -> bool {
    any(schema, is_of_format)
}

fn is_of_format(schema: Written<'_>) -> bool {
    let format = schema.text("format").and_then(Format::named);
    format.is_some_and(convert::is_typed)
}

/// Whether something is so of a schema, or of one in it.
fn any(schema: Written<'_>, is_so: fn(Written<'_>) -> bool) -> bool {
    is_so(schema) || schema.parts().any(|part| any(part, is_so))
}

/// Functions whose results are texts, numbers, true or false.
const MAKE_SCALARS: [&str; 34] = [
    operators::LOGICAL_AND,
    operators::LOGICAL_OR,
    operators::LOGICAL_NOT,
    operators::NOT_STRICTLY_FALSE,
    operators::GREATER,
    operators::GREATER_EQUALS,
    operators::LESS,
    operators::LESS_EQUALS,
    operators::SUBSTRACT,
    operators::MULTIPLY,
    operators::DIVIDE,
    operators::MODULO,
    operators::NEGATE,
    "bool",
    "charAt",
    "contains",
    "double",
    "endsWith",
    "hasValue",
    "indexOf",
    "int",
    "isSorted",
    "lastIndexOf",
    "lowerAscii",
    "matches",
    "replace",
    "size",
    "startsWith",
    "string",
    "substring",
    "trim",
    "type",
    "uint",
    "upperAscii",
];
