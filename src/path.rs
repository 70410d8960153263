//! Where in a document something stands: `spec.clients[0].callbackUrls[1]`.
//!
//! A walker carries a [`Path`], a chain of parent links on the stack that costs nothing while all is well. Only a
//! finding turns it into a [`FieldPath`], which owns its segments, sorts as a reader expects and prints as Kubernetes
//! prints paths.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

use serde_json::Value;

/// The value that a JSON pointer leads to, of steps that are fields and have nothing to escape. serde_json's own takes more
/// than these, and a copy of each step for it.
pub fn at<'a>(value: &'a Value, pointer: &str) -> Option<&'a Value> {
    steps(pointer).try_fold(value, |value, step| value.get(step))
}

/// The steps of such a pointer. They are short: to look for the next slash a byte at a time takes less than to set out
/// for it.
pub fn steps(pointer: &str) -> impl Iterator<Item = &str> {
    debug_assert!(pointer.starts_with('/'), "{pointer} is no pointer");
    let mut rest = pointer.get(1..);
    std::iter::from_fn(move || {
        let here = rest?;
        if let Some(end) = here.bytes().position(|byte| byte == b'/') {
            rest = Some(&here[end + 1..]);
            Some(&here[..end])
        } else {
            rest = None;
            Some(here)
        }
    })
}

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Segment {
    /// The entry of a list, counted from 0.
    Index(usize),
    /// The field of an object, or the key of a map.
    Field(Cow<'static, str>),
}

/// The value that segments lead to.
pub fn value_at<'a>(value: &'a Value, segments: &[Segment]) -> Option<&'a Value> {
    segments
        .iter()
        .try_fold(value, |value, segment| match segment {
            Segment::Field(name) => value.get(name.as_ref()),
            Segment::Index(index) => value.get(index),
        })
}

/// A path under construction: the segment and a link to where it hangs.
#[derive(Debug, Clone, Copy)]
pub enum Path<'a> {
    /// The document itself.
    Root,
    /// A field of the parent.
    Field(&'a Path<'a>, &'a str),
    /// An entry of the parent.
    Index(&'a Path<'a>, usize),
}

impl<'a> Path<'a> {
    /// The path of a field of what stands here.
    #[must_use]
    pub fn field(&'a self, name: &'a str) -> Path<'a> {
        Path::Field(self, name)
    }

    /// The path of an entry of the list that stands here.
    #[must_use]
    pub fn index(&'a self, index: usize) -> Path<'a> {
        Path::Index(self, index)
    }

    /// The path as a value of its own.
    pub fn to_owned(&self) -> FieldPath {
        let mut segments = Vec::new();
        let mut here = self;
        loop {
            match here {
                Path::Root => break,
                Path::Field(parent, name) => {
                    segments.push(Segment::Field(Cow::Owned((*name).to_owned())));
                    here = parent;
                }
                Path::Index(parent, index) => {
                    segments.push(Segment::Index(*index));
                    here = parent;
                }
            }
        }
        segments.reverse();
        FieldPath(segments)
    }
}

/// A path that owns its segments. Sorts by segment, list entries by number.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldPath(Vec<Segment>);

impl FieldPath {
    /// Reads a dotted path such as `spec.userPool.mfa` or `spec.clients[0].name`. Keys that hold a dot cannot be
    /// written this way; append them with [`FieldPath::field`].
    pub fn parse(text: &str) -> Self {
        let mut segments = Vec::new();
        for part in text.split('.').filter(|part| !part.is_empty()) {
            let mut pieces = part.split('[');
            if let Some(name) = pieces.next().filter(|name| !name.is_empty()) {
                segments.push(Segment::Field(Cow::Owned(name.to_owned())));
            }
            for piece in pieces {
                let piece = piece.trim_end_matches(']');
                segments.push(match piece.parse() {
                    Ok(index) => Segment::Index(index),
                    Err(_) => Segment::Field(Cow::Owned(piece.to_owned())),
                });
            }
        }
        Self(segments)
    }

    /// The path of a field of what stands here.
    #[must_use]
    pub fn field(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.0.push(Segment::Field(name.into()));
        self
    }

    /// The path of an entry of the list that stands here.
    #[must_use]
    pub fn index(mut self, index: usize) -> Self {
        self.0.push(Segment::Index(index));
        self
    }

    /// The path that leads on from here by the segments of another one.
    #[must_use]
    pub fn join(mut self, rest: &FieldPath) -> Self {
        self.0.extend(rest.0.iter().cloned());
        self
    }

    /// The segments, outermost first.
    pub fn segments(&self) -> &[Segment] {
        &self.0
    }

    /// What is left of this path below another one, where it stands below it.
    pub fn strip_prefix(&self, prefix: &FieldPath) -> Option<FieldPath> {
        self.0
            .strip_prefix(prefix.0.as_slice())
            .map(|rest| FieldPath(rest.to_vec()))
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Index(index) => write!(f, "[{index}]")?,
                Segment::Field(name) if name.contains(is_no_letter) => bracketed(name, f)?,
                Segment::Field(name) if position == 0 => f.write_str(name)?,
                Segment::Field(name) => write!(f, ".{name}")?,
            }
        }
        Ok(())
    }
}

/// Whether a character would leave open where the name that it is in ends.
fn is_no_letter(letter: char) -> bool {
    matches!(letter, '.' | '/' | '[' | ' ') || letter.is_control()
}

/// A name in brackets, on one line.
fn bracketed(name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_char('[')?;
    for letter in name.chars() {
        if letter.is_control() {
            write!(f, "{}", letter.escape_default())?;
        } else {
            f.write_char(letter)?;
        }
    }
    f.write_char(']')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_back_what_it_prints() {
        for text in [
            "spec",
            "spec.clients[0].callbackUrls[1]",
            "metadata.annotations[crossplane.io/external-name]",
        ] {
            let path = match text.split_once("annotations[") {
                Some(_) => {
                    FieldPath::parse("metadata.annotations").field("crossplane.io/external-name")
                }
                None => FieldPath::parse(text),
            };
            assert_eq!(path.to_string(), text);
        }
    }

    #[test]
    fn what_no_name_has_stands_on_one_line() {
        let path = FieldPath::parse("spec").field("a\n\u{1b}é").field("b");
        assert_eq!(path.to_string(), "spec[a\\n\\u{1b}é].b");
    }

    #[test]
    fn a_walkers_path_becomes_the_same_text() {
        let (spec, clients) = (Path::Field(&Path::Root, "spec"), "clients");
        let clients = spec.field(clients);
        let first = clients.index(10);
        assert_eq!(
            first.field("name").to_owned().to_string(),
            "spec.clients[10].name"
        );
    }

    #[test]
    fn entries_sort_by_number() {
        let mut paths = ["a[10]", "a[9]", "a", "b"].map(FieldPath::parse);
        paths.sort();
        assert_eq!(
            paths.map(|path| path.to_string()),
            ["a", "a[9]", "a[10]", "b"]
        );
    }
}
