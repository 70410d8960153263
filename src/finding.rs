//! The one currency for "something is wrong": where, what with which value, and what would be right.

use std::borrow::Cow;
use std::fmt;

use crate::path::FieldPath;

/// Something a person should hear about what they wrote.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The document the path is in.
    pub document: Document,
    /// Where in the document.
    pub path: FieldPath,
    /// What is wrong with which value: no capital, no final stop, one line, values in double quotes.
    pub problem: String,
    /// What to do about it, in the same form.
    pub remedy: String,
    /// Whether it stops the render.
    pub severity: Severity,
    /// The id of the Cognito rule behind it, such as `CLIENT-URL-3`; none where the shape or the platform's policy is
    /// at odds.
    pub rule: Option<&'static str>,
}

/// The documents that a finding can be about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Document {
    /// The composite resource, an `AppAuth` of whatever kind.
    Composite,
    /// The function's Input, from the Composition.
    Input,
    /// A rendered resource, as `Kind/composed-name`, or one at AWS that is imported.
    Object(String),
    /// Any other object that somebody wrote.
    Manifest,
}

/// What a finding does to the render.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is rendered.
    Error,
    /// Risky but allowed: said in the `Valid` condition and on the command line.
    Advice,
}

impl Finding {
    /// An error in the composite resource.
    pub fn error(path: FieldPath, problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            document: Document::Composite,
            path,
            problem: on_one_line(problem.into()).into_owned(),
            remedy: on_one_line(remedy.into()).into_owned(),
            severity: Severity::Error,
            rule: None,
        }
    }

    /// Advice about the composite resource.
    pub fn advice(path: FieldPath, problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            severity: Severity::Advice,
            ..Self::error(path, problem, remedy)
        }
    }

    /// The same finding, about another document.
    #[must_use]
    pub fn in_document(self, document: Document) -> Self {
        Self { document, ..self }
    }

    /// The same finding, raised by a rule.
    #[must_use]
    pub fn by_rule(self, id: &'static str) -> Self {
        Self {
            rule: Some(id),
            ..self
        }
    }

    /// Whether it stops the render.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// The same text with each control character as Rust writes it: a value may hold the end of a line, which would be that of
/// the sentence.
fn on_one_line<'a>(text: impl Into<Cow<'a, str>>) -> Cow<'a, str> {
    let text = text.into();
    if !text.contains(char::is_control) {
        return text;
    }
    let mut line = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        if letter.is_control() {
            line.extend(letter.escape_default());
        } else {
            line.push(letter);
        }
    }
    line.into()
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.document {
            Document::Composite | Document::Manifest => {}
            Document::Input => f.write_str("Input ")?,
            Document::Object(name) => write!(f, "{} ", on_one_line(name))?,
        }
        if self.path.segments().is_empty() {
            write!(f, "{}; {}", self.problem, self.remedy)
        } else {
            write!(f, "{}: {}; {}", self.path, self.problem, self.remedy)
        }
    }
}

/// Joins findings into the one line of a FATAL result: `3 problems: …; …; …`, in the order given. Of very many, it has
/// the first hundred: the line goes into a condition, and an object of Kubernetes has an end.
pub fn summary<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> String {
    let mut findings = findings.into_iter();
    let lines: Vec<String> = findings
        .by_ref()
        .take(MOST_TOLD)
        .map(Finding::to_string)
        .collect();
    let more = findings.count();
    match (lines.as_slice(), more) {
        ([line], 0) => line.clone(),
        (lines, 0) => format!("{} problems: {}", lines.len(), lines.join("; ")),
        (lines, more) => format!(
            "{} problems: {}; and {more} more",
            lines.len() + more,
            lines.join("; ")
        ),
    }
}

/// How many findings a summary has.
const MOST_TOLD: usize = 100;

/// The candidate that a misspelt word most probably means: the same but for case, or at most a third of its letters
/// away.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = word.to_ascii_lowercase();
    let furthest = (word.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| {
            (
                strsim::osa_distance(&lower, &candidate.to_ascii_lowercase()),
                candidate,
            )
        })
        .filter(|(distance, _)| *distance <= furthest)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_very_many_a_hundred_are_told() {
        let finding = Finding::error(FieldPath::default(), "wrong", "mend it");
        let told = summary(&vec![finding; 102]);
        assert!(told.starts_with("102 problems: wrong; mend it; wrong; mend it; "));
        assert!(told.ends_with("; wrong; mend it; and 2 more"));
        assert_eq!(told.matches("wrong").count(), 100);
    }

    #[test]
    fn says_where_what_and_what_to_do() {
        let finding = Finding::error(
            FieldPath::parse("spec.clients[0].tokens.refresh"),
            "\"90d\" is longer than the 30d this platform allows",
            "shorten it",
        );
        assert_eq!(
            finding.to_string(),
            "spec.clients[0].tokens.refresh: \"90d\" is longer than the 30d this platform allows; shorten it"
        );
        assert_eq!(summary([&finding]), finding.to_string());
        let input = finding.clone().in_document(Document::Input);
        assert_eq!(
            summary([&finding, &input]),
            format!("2 problems: {finding}; Input {finding}")
        );
    }

    #[test]
    fn a_value_does_not_end_the_line() {
        let finding = Finding::error(
            FieldPath::parse("spec").field("a\nb"),
            "\"x\ny\" is not \"\u{1b}[0m\"",
            "write \"é\t\"",
        )
        .in_document(Document::Object("Kind/\u{0}".to_owned()));
        assert_eq!(
            finding.to_string(),
            "Kind/\\u{0} spec[a\\nb]: \"x\\ny\" is not \"\\u{1b}[0m\"; write \"é\\t\""
        );
    }

    #[test]
    fn finds_the_word_that_was_meant() {
        let words = ["clients", "callbackUrls", "type", "region"];
        for (wrong, right) in [
            ("client", "clients"),
            ("CallbackURLs", "callbackUrls"),
            ("tpye", "type"),
        ] {
            assert_eq!(nearest(wrong, words), Some(right));
        }
        assert_eq!(nearest("sessionLength", words), None);
    }
}
