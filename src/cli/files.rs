//! What the command reads: files, folders and standard input, each of any number of documents.

use std::fmt;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use serde_json::Value;

use super::encoding::decode;
use crate::finding::Finding;
use crate::manifest::Position;
use crate::path::FieldPath;
use crate::workspace::{self, Entry, File, Manifest, Unreadable};

/// Why a command could not run: something for the one who called it to mend.
#[derive(Debug)]
pub(super) enum CannotRun {
    /// A sentence.
    Because(String),
    /// The reader of our output has gone.
    BrokenPipe,
}

impl CannotRun {
    pub(super) fn new(because: impl Into<String>) -> Self {
        Self::Because(because.into())
    }
}

impl fmt::Display for CannotRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Because(because) => f.write_str(because),
            Self::BrokenPipe => f.write_str("the reader of the output has gone"),
        }
    }
}

impl From<std::io::Error> for CannotRun {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::BrokenPipe => Self::BrokenPipe,
            _ => Self::Because(format!("cannot write: {error}")),
        }
    }
}

/// Reads paths: files, folders (all `.yaml`, `.yml` and `.json` files in them), and `-` for standard input.
///
/// # Errors
/// If a path cannot be read. What can be read and is no YAML is a finding, not an error.
pub(super) fn read(paths: &[PathBuf]) -> Result<(Vec<Manifest>, Vec<Unreadable>), CannotRun> {
    let mut all = Vec::new();
    for path in paths {
        all.extend(texts(path)?);
    }
    Ok(workspace::read(all))
}

/// The texts of a path: a file, a folder (all `.yaml`, `.yml` and `.json` files in it), or `-` for standard input.
///
/// # Errors
/// If it cannot be read.
pub(super) fn texts(path: &Path) -> Result<Vec<File>, CannotRun> {
    files(path, &MANIFESTS)
}

/// A JSON value and where it stands.
#[derive(Debug)]
pub(super) struct Json {
    pub(super) place: (Rc<File>, Position),
    pub(super) value: Value,
}

/// Reads the JSON values of paths: files with any number of them, folders (all `.json` files in them), and `-` for
/// standard input. The second are the texts that are no JSON.
///
/// # Errors
/// If a path cannot be read.
pub(super) fn read_json(paths: &[PathBuf]) -> Result<(Vec<Json>, Vec<Entry>), CannotRun> {
    let (mut values, mut unreadable) = (Vec::new(), Vec::new());
    for path in paths {
        for file in files(path, &["json"])? {
            // What is imported may be secret, so no line of it is shown.
            let shown = Rc::new(File {
                name: file.name,
                text: String::new(),
            });
            let text = file.text.as_str();
            if text.trim().is_empty() {
                let start = Position { line: 1, column: 1 };
                unreadable.push(Entry::new(empty(), Some((shown, start))));
                continue;
            }
            let mut documents = serde_json::Deserializer::from_str(text).into_iter();
            loop {
                let rest = &text[documents.byte_offset()..];
                let start = text.len() - rest.trim_start().len();
                match documents.next() {
                    None => break,
                    Some(Ok(value)) => values.push(Json {
                        place: (Rc::clone(&shown), position(text, start)),
                        value,
                    }),
                    Some(Err(error)) => {
                        let at = Position {
                            line: error.line().max(1),
                            column: error.column().max(1),
                        };
                        unreadable.push(Entry::new(no_json(&error), Some((shown, at))));
                        break;
                    }
                }
            }
        }
    }
    Ok((values, unreadable))
}

fn position(text: &str, offset: usize) -> Position {
    let before = &text[..offset];
    let line = before.rsplit('\n').next().unwrap_or_default();
    Position {
        line: before.matches('\n').count() + 1,
        column: line.chars().count() + 1,
    }
}

/// An answer without text. `aws` prints at least an empty object when it succeeds.
fn empty() -> Finding {
    Finding::error(
        FieldPath::default(),
        "is empty: the aws command that wrote it probably failed",
        "run the command again and read its standard error",
    )
}

/// The sentence for a text that is no JSON.
fn no_json(error: &serde_json::Error) -> Finding {
    if error.is_eof() {
        return Finding::error(
            FieldPath::default(),
            "ends in the middle of the JSON: the aws command that wrote it was probably interrupted",
            "run the command again",
        );
    }
    let error = error.to_string();
    let problem = error.split(" at line ").next().unwrap_or_default();
    Finding::error(
        FieldPath::default(),
        format!("this is no JSON: {problem}"),
        "call aws with --output json",
    )
}

/// How the names of manifests end.
const MANIFESTS: [&str; 3] = ["yaml", "yml", "json"];

/// The files of a path. Of a folder, those whose names end so.
fn files(path: &Path, endings: &[&str]) -> Result<Vec<File>, CannotRun> {
    let cannot = |error: &dyn fmt::Display| {
        CannotRun::new(format!("cannot read {}: {error}", path.display()))
    };
    if path == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin()
            .read_to_end(&mut bytes)
            .map_err(|error| cannot(&error))?;
        return Ok(vec![File {
            name: "standard input".to_owned(),
            text: decode(bytes).map_err(|error| cannot(&error))?,
        }]);
    }
    if !path.is_dir() {
        let bytes = fs::read(path).map_err(|error| cannot(&error))?;
        return Ok(vec![File {
            name: path.display().to_string(),
            text: decode(bytes).map_err(|error| cannot(&error))?,
        }]);
    }
    let mut entries = fs::read_dir(path)
        .and_then(|entries| {
            entries
                .map(|entry| Ok(entry?.path()))
                .collect::<Result<Vec<_>, _>>()
        })
        .map_err(|error| cannot(&error))?;
    entries.sort();
    let mut found = Vec::new();
    for entry in entries {
        let is_meant = entry
            .extension()
            .is_some_and(|end| endings.iter().any(|known| end == *known));
        if is_meant || entry.is_dir() {
            found.extend(files(&entry, endings)?);
        }
    }
    Ok(found)
}
