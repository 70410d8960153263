//! From a value whose shape was checked to its Rust type, and from a Rust type to its value.
//!
//! What serde derives is generic, and in a small module the largest part is what it becomes. So this asks for the least of
//! it:
//!
//! - Nothing ever fails. What is of another type is remembered, and something neutral read in its place; so there is
//!   nothing that passes an error on, or drops what was read before it.
//! - Of a struct, two readers are derived: one of a map in any order, with names to tell apart and fields that may come
//!   twice or be unknown, and one of a sequence, which is a tenth of it. What was checked needs no more than that: each
//!   struct asks for its fields in the order that it declares.
//! - A variant goes by its place, not by its name again.
//!
//! So types have no aliases, and variants hold nothing; `tests/architecture.rs` looks for what would be misread.

mod read;
mod write;

use std::fmt;

pub use read::read;
pub use write::write;

/// There is no error.
#[derive(Debug)]
enum Never {}

impl fmt::Display for Never {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {}
    }
}

impl std::error::Error for Never {}

impl serde::de::Error for Never {
    fn custom<T: fmt::Display>(message: T) -> Self {
        panic!("what was checked is not what it should be: {message}")
    }
}

impl serde::ser::Error for Never {
    fn custom<T: fmt::Display>(message: T) -> Self {
        panic!("what is rendered cannot be written: {message}")
    }
}
