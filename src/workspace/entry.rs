//! What was found, for people and for programs: where, what is wrong, what would be right, and the line itself.

use std::fmt;
use std::rc::Rc;

use serde_json::{Value, json};

use super::files::{File, InputManifest, Manifest, Unreadable};
use crate::compose::is_secret_itself;
use crate::finding::{Document, Finding};
use crate::manifest::{self, Position};
use crate::path::{FieldPath, Segment, value_at};

/// A finding and where it stands.
#[derive(Debug)]
pub struct Entry {
    /// What was found.
    pub finding: Finding,
    place: Option<(Rc<File>, Position)>,
}

impl Entry {
    /// A finding at a place, or about nothing that was read.
    pub fn new(finding: Finding, place: Option<(Rc<File>, Position)>) -> Self {
        Self { finding, place }
    }

    /// Finds the place of what was found in an AppAuth and its Input.
    pub fn locate(finding: Finding, composite: &Manifest, input: Option<&InputManifest>) -> Self {
        let (manifest, path) = match (&finding.document, input) {
            (Document::Input, Some(input)) => {
                (&input.manifest, input.at.clone().join(&finding.path))
            }
            (Document::Input, None) => {
                return Self {
                    finding,
                    place: None,
                };
            }
            (Document::Composite | Document::Object(_) | Document::Manifest, _) => {
                (composite, finding.path.clone())
            }
        };
        let about_object = matches!(finding.document, Document::Object(_));
        let position = manifest
            .document
            .position(if about_object { &ROOT } else { &path });
        let place = position.map(|position| (Rc::clone(&manifest.file), position));
        let finding = quoting(finding, manifest.document.spelling(&path));
        let entry = Self { finding, place };
        let value = value_at(&manifest.document.value, path.segments());
        if value.is_some_and(|value| is_secret_itself(value, &path)) {
            entry.without_excerpt()
        } else {
            entry
        }
    }

    /// A finding about a whole manifest, not about the composite resource.
    pub(super) fn in_manifest(finding: Finding, manifest: &Manifest) -> Self {
        Self::locate(finding.in_document(Document::Manifest), manifest, None)
    }

    /// A file that is no YAML.
    pub fn unreadable(unreadable: &Unreadable) -> Self {
        Self {
            finding: no_yaml(unreadable),
            place: Some((Rc::clone(&unreadable.file), unreadable.error.position)),
        }
    }

    /// Finds the place of what was found in one of a file's documents, the items of lists among them.
    pub fn in_file(finding: Finding, file: &Rc<File>, index: usize) -> Self {
        let documents = manifest::read(&file.text).unwrap_or_default();
        let mut documents = documents.into_iter().flat_map(manifest::Document::items);
        let position = documents
            .nth(index)
            .and_then(|document| document.position(&finding.path));
        let place = position.map(|position| (Rc::clone(file), position));
        Self { finding, place }
    }

    /// The same without what was written, which may be secret.
    #[must_use]
    pub fn unquoted(self) -> Self {
        // Of a field that is not known or not there, no value is told.
        let finding = if self.finding.problem.starts_with("Invalid value")
            || self.finding.problem.starts_with("Unsupported value")
        {
            Finding {
                problem: "Invalid value, not shown here: it may be secret".to_owned(),
                remedy: "compare it with the schema".to_owned(),
                ..self.finding
            }
        } else {
            self.finding
        };
        Self { finding, ..self }.without_excerpt()
    }

    /// The same without the line that it is about.
    fn without_excerpt(self) -> Self {
        let place = self.place.map(|(file, position)| {
            let file = File {
                name: file.name.clone(),
                text: String::new(),
            };
            (Rc::new(file), position)
        });
        Self { place, ..self }
    }

    /// Whether both say the same of the same place.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let is_same_place = match (&self.place, &other.place) {
            (Some((file, position)), Some((other, at))) => {
                Rc::ptr_eq(file, other) && position == at
            }
            (None, None) => true,
            _ => false,
        };
        is_same_place && self.finding == other.finding
    }

    /// Whether it is about the spec as a whole.
    pub(super) fn is_about_spec(&self) -> bool {
        matches!(self.finding.path.segments(), [Segment::Field(name)] if name == "spec")
    }

    /// Sorts findings by line: those in the manifest first, then those in other files.
    pub(super) fn sort(entries: &mut [Self], manifest: &Manifest) {
        entries.sort_by_key(|entry| {
            let is_elsewhere = entry
                .place
                .as_ref()
                .is_some_and(|(file, _)| !Rc::ptr_eq(file, &manifest.file));
            (is_elsewhere, entry.position())
        });
    }

    /// Adds the findings that are not in the list yet.
    pub(super) fn add(entries: &mut Vec<Self>, more: impl IntoIterator<Item = Self>) {
        for entry in more {
            if !entries.iter().any(|other| other.is_same(&entry)) {
                entries.push(entry);
            }
        }
    }

    /// Where it stands in its file.
    pub fn position(&self) -> Option<Position> {
        self.place.as_ref().map(|(_, position)| *position)
    }

    /// The same for programs.
    pub fn to_json(&self) -> Value {
        let place = self.place.as_ref();
        json!({
            "severity": if self.finding.is_error() { "error" } else { "advice" },
            "document": match &self.finding.document {
                Document::Composite => "composite",
                Document::Input => "input",
                Document::Object(name) => name,
                Document::Manifest => "manifest",
            },
            "path": self.finding.path.to_string(),
            "problem": self.finding.problem,
            "remedy": self.finding.remedy,
            "message": self.finding.to_string(),
            "rule": self.finding.rule,
            "file": place.map(|(file, _)| &file.name),
            "line": place.map(|(_, position)| position.line),
            "column": place.map(|(_, position)| position.column),
        })
    }
}

/// For people.
impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = if self.finding.is_error() { 'x' } else { '!' };
        let Some((file, Position { line, column })) = &self.place else {
            return writeln!(f, "{mark} {}", self.finding);
        };
        writeln!(f, "{mark} {}:{line}:{column}: {}", file.name, self.finding)?;
        let shown = manifest::lines(&file.text).nth(line - 1);
        if let Some(text) = shown.filter(|_| !file.text.is_empty()) {
            let (text, column) = excerpt(text.trim_end(), *column);
            writeln!(f, "  {line:>4} | {text}")?;
            writeln!(f, "       | {}^", " ".repeat(column - 1))?;
        }
        Ok(())
    }
}

/// How many characters of a line are shown.
const LONGEST_LINE: usize = 160;

/// The part of a long line around a column, and the column in it.
fn excerpt(line: &str, column: usize) -> (String, usize) {
    let length = line.chars().count();
    if length <= LONGEST_LINE {
        return (line.to_owned(), column);
    }
    let start = (column - 1).saturating_sub(LONGEST_LINE / 2);
    let shown: String = line.chars().skip(start).take(LONGEST_LINE).collect();
    let before = if start > 0 { "…" } else { "" };
    let after = if start + LONGEST_LINE < length {
        "…"
    } else {
        ""
    };
    let column = column - start + before.chars().count();
    (format!("{before}{shown}{after}"), column)
}

static ROOT: std::sync::LazyLock<FieldPath> = std::sync::LazyLock::new(FieldPath::default);

/// Where a text is wanted and an unquoted word is something else to YAML, the word itself goes into the quotes.
fn quoting(finding: Finding, spelling: Option<&str>) -> Finding {
    match spelling {
        Some(spelling) if finding.remedy.starts_with("put it in quotes") => Finding {
            remedy: format!("put it in quotes: \"{spelling}\""),
            ..finding
        },
        _ => finding,
    }
}

/// The closing line: how many of each, in words.
pub fn summary(entries: &[Entry]) -> String {
    let errors = entries
        .iter()
        .filter(|entry| entry.finding.is_error())
        .count();
    let advice = entries.len() - errors;
    let plural = |count: usize| if count == 1 { "" } else { "s" };
    format!(
        "{errors} problem{}, {advice} piece{} of advice",
        plural(errors),
        plural(advice)
    )
}

/// The finding for a text that is not YAML, with its usual cause.
fn no_yaml(unreadable: &Unreadable) -> Finding {
    let text = &unreadable.file.text;
    let remedy = if text.lines().any(|line| line.starts_with("<<<<<<< ")) {
        "resolve the merge conflict in this file"
    } else if text.contains("{{") {
        "render the template first, such as with helm template"
    } else {
        "correct it there; the documents after it were not read"
    };
    Finding::error(
        FieldPath::default(),
        unreadable.error.problem.clone(),
        remedy,
    )
}
