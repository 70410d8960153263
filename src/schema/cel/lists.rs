//! Where a rule lets lists meet of which one may be a set or a map.
//!
//! To the API server such a list is the same in any order, and a list added to it takes the place of what has the same
//! key. Here it is a list in one order, which two of them can be compared in, and no other.

use ::cel::common::ast::{CallExpr, EntryExpr, Expr, IdedExpr, operators};

/// Whether an expression compares or adds lists in a way that the order may count in. Where it also asks for an entry
/// by its place, no order is right for all of it.
pub(super) fn are_mixed(expression: &IdedExpr, has_places: bool) -> bool {
    any(expression, &mut |expression| {
        is_mixed(expression, has_places)
    })
}

fn is_mixed(expression: &IdedExpr, has_places: bool) -> bool {
    let Expr::Call(call) = &expression.expr else {
        return false;
    };
    let arguments = &call.args;
    match call.func_name.as_str() {
        // What a macro such as filter adds to is a list with an order, always.
        operators::ADD => !is_of_macro(&arguments[0]) && arguments.iter().all(may_be_list),
        operators::EQUALS | operators::NOT_EQUALS => {
            arguments.iter().any(is_made_list) || has_places && arguments.iter().all(is_of_value)
        }
        operators::IN => {
            arguments.iter().any(|argument| match &argument.expr {
                Expr::List(list) => list.elements.iter().any(is_made_list),
                _ => false,
            }) || is_made_list(&arguments[0])
        }
        _ => false,
    }
}

fn is_of_macro(expression: &IdedExpr) -> bool {
    matches!(&expression.expr, Expr::Ident(name) if name.starts_with('@') || name.starts_with("__"))
}

/// Whether it is named as what the rule is about, or a field of it.
fn is_of_value(expression: &IdedExpr) -> bool {
    match &expression.expr {
        Expr::Ident(name) => name == "self" || name == "oldSelf",
        Expr::Select(select) => !select.test,
        _ => false,
    }
}

/// Whether it is a list that the rule makes, and long enough to have an order.
fn is_made_list(expression: &IdedExpr) -> bool {
    match &expression.expr {
        Expr::List(list) => list.elements.len() > 1 || list.elements.iter().any(is_made_list),
        Expr::Comprehension(each) => matches!(each.accu_init.expr, Expr::List(_)),
        Expr::Call(call) if is_choice(call) => call.args.iter().skip(1).any(is_made_list),
        Expr::Map(_) => within(expression, &mut is_made_list),
        _ => false,
    }
}

/// Whether it may be a list, by how it is written.
fn may_be_list(expression: &IdedExpr) -> bool {
    match &expression.expr {
        Expr::Literal(_) | Expr::Map(_) | Expr::Struct(_) => false,
        Expr::Comprehension(each) => matches!(each.accu_init.expr, Expr::List(_)),
        Expr::Call(call) if is_choice(call) => call.args.iter().skip(1).all(may_be_list),
        Expr::Call(call) if call.func_name == operators::ADD => call.args.iter().all(may_be_list),
        Expr::Call(call) => !MAKE_NO_LIST.contains(&call.func_name.as_str()),
        Expr::Unspecified | Expr::Ident(_) | Expr::List(_) | Expr::Select(_) => true,
    }
}

fn is_choice(call: &CallExpr) -> bool {
    call.func_name == operators::CONDITIONAL
}

/// Functions whose results are texts and numbers.
const MAKE_NO_LIST: [&str; 20] = [
    operators::SUBSTRACT,
    operators::MULTIPLY,
    operators::DIVIDE,
    operators::MODULO,
    operators::NEGATE,
    "size",
    "int",
    "uint",
    "double",
    "string",
    "bytes",
    "lowerAscii",
    "upperAscii",
    "trim",
    "replace",
    "substring",
    "charAt",
    "join",
    "indexOf",
    "lastIndexOf",
];

/// Whether something is so of an expression, or of one in it.
fn any(expression: &IdedExpr, is_so: &mut dyn FnMut(&IdedExpr) -> bool) -> bool {
    is_so(expression) || within(expression, &mut |part| any(part, is_so))
}

/// Whether something is so of one of the expressions that an expression is made of.
fn within(expression: &IdedExpr, is_so: &mut dyn FnMut(&IdedExpr) -> bool) -> bool {
    match &expression.expr {
        Expr::Call(call) => call
            .target
            .as_deref()
            .into_iter()
            .chain(&call.args)
            .any(is_so),
        Expr::Comprehension(each) => [
            &each.iter_range,
            &each.accu_init,
            &each.loop_cond,
            &each.loop_step,
            &each.result,
        ]
        .into_iter()
        .any(is_so),
        Expr::List(list) => list.elements.iter().any(is_so),
        Expr::Select(select) => is_so(&select.operand),
        Expr::Map(map) => map.entries.iter().any(|entry| match &entry.expr {
            EntryExpr::MapEntry(entry) => is_so(&entry.key) || is_so(&entry.value),
            EntryExpr::StructField(_) => false,
        }),
        Expr::Unspecified | Expr::Ident(_) | Expr::Literal(_) | Expr::Struct(_) => false,
    }
}
