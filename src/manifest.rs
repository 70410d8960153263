//! YAML in, with the line and column of each field, and YAML out.
//!
//! YAML is read as kubectl reads it, by the rules of YAML 1.1 that Go's yaml.v2 holds to: an unquoted `yes` or `off` is
//! a boolean, `0x1f` and `1_000` are numbers. JSON is YAML, so it is read as well.

use std::collections::BTreeMap;
use std::fmt;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Span, StrInput, Tag};
use serde::{Serialize, Serializer};
use serde_json::{Map, Number, Value};

use crate::path::{FieldPath, Path, Segment};

/// How deep a document may nest.
const DEEPEST: usize = 100;
/// How many values the aliases of a document may stand for.
const MOST_ALIASED: usize = 10_000;

/// A document and where its parts stand.
#[derive(Debug, Clone, Default)]
pub struct Document {
    /// What it says.
    pub value: Value,
    /// Where each field and entry begins.
    positions: BTreeMap<FieldPath, Position>,
    /// What was written, unquoted, where that is not how JSON spells it.
    spellings: BTreeMap<FieldPath, String>,
}

/// A place in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, counted from 1.
    pub line: usize,
    /// The column, in characters, counted from 1.
    pub column: usize,
}

/// Why a text is no YAML that Kubernetes takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YamlError {
    /// Where.
    pub position: Position,
    /// What is wrong, and what would be right.
    pub problem: String,
}

impl fmt::Display for YamlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            position: Position { line, column },
            problem,
        } = self;
        write!(f, "line {line}, column {column}: {problem}")
    }
}

impl std::error::Error for YamlError {}

impl Document {
    /// Where a path begins, or the nearest of its parents that is there.
    pub fn position(&self, path: &FieldPath) -> Option<Position> {
        let mut segments = path.segments();
        loop {
            let path = segments
                .iter()
                .fold(FieldPath::default(), |path, segment| match segment {
                    Segment::Field(name) => path.field(name.clone()),
                    Segment::Index(index) => path.index(*index),
                });
            if let Some(position) = self.positions.get(&path) {
                return Some(*position);
            }
            segments = segments.split_last()?.1;
        }
    }

    /// The document itself or, of a list of Kubernetes', each of its items.
    pub fn items(self) -> Vec<Self> {
        let Some(items) = listed(&self.value) else {
            return vec![self];
        };
        let mut documents: Vec<Self> = items
            .iter()
            .map(|item| Self {
                value: item.clone(),
                ..Self::default()
            })
            .collect();
        let items = FieldPath::parse("items");
        let within = |path: &FieldPath| -> Option<(usize, FieldPath)> {
            match path.segments() {
                [_, Segment::Index(index), ..] => {
                    Some((*index, path.strip_prefix(&items.clone().index(*index))?))
                }
                _ => None,
            }
        };
        for (path, position) in self.positions {
            if let Some((index, path)) = within(&path) {
                documents[index].positions.insert(path, position);
            }
        }
        for (path, text) in self.spellings {
            if let Some((index, path)) = within(&path) {
                documents[index].spellings.insert(path, text);
            }
        }
        documents
    }

    /// Notes that the value at a path is an alias of another value, and has its spelling.
    fn spell_like(&mut self, other: &FieldPath, path: &FieldPath) {
        let spellings: Vec<(FieldPath, String)> = self
            .spellings
            .range(other.clone()..)
            .map_while(|(at, text)| Some((at.strip_prefix(other)?, text)))
            .map(|(rest, text)| (path.clone().join(&rest), text.clone()))
            .collect();
        self.spellings.extend(spellings);
    }

    /// What was written at a path, unquoted, where that is not how JSON spells it: `yes` for true.
    pub fn spelling(&self, path: &FieldPath) -> Option<&str> {
        self.spellings.get(path).map(String::as_str)
    }
}

/// The items of a list of Kubernetes', such as `kubectl get -o yaml` prints; none of anything else.
pub fn listed(document: &Value) -> Option<&[Value]> {
    let is_list = document["apiVersion"] == "v1"
        && document["kind"]
            .as_str()
            .is_some_and(|kind| kind.ends_with("List"));
    let items = document["items"].as_array().filter(|_| is_list)?;
    Some(items)
}

/// Reads all documents of a text. Empty ones are left out.
///
/// # Errors
/// At the first place where the text is no YAML, or is YAML that is no JSON: a key that is no text or that comes twice,
/// a number that is not finite.
pub fn read(text: &str) -> Result<Vec<Document>, YamlError> {
    match read_to_error(text) {
        (documents, None) => Ok(documents),
        (_, Some(error)) => Err(error),
    }
}

/// Reads the documents of a text up to the first error, as [`read`] has them, and the error.
pub fn read_to_error(text: &str) -> (Vec<Document>, Option<YamlError>) {
    let mut documents = Vec::new();
    let read = read_each(text, true, |document| documents.push(document));
    (documents, read.err())
}

/// Reads all documents of a text for what they say alone, which takes less time and memory than to know where.
///
/// # Errors
/// As [`read`].
pub fn read_values(text: &str) -> Result<Vec<Value>, YamlError> {
    let mut values = Vec::new();
    read_each(text, false, |document| values.push(document.value))?;
    Ok(values)
}

fn read_each(
    text: &str,
    with_positions: bool,
    take: impl FnMut(Document),
) -> Result<(), YamlError> {
    let end = end(text);
    let reader = Reader {
        parser: Parser::new_from_str(text),
        end,
        with_positions,
        anchors: BTreeMap::new(),
        aliased: 0,
    };
    read_documents(reader, take).map_err(|error| YamlError {
        position: error.position.min(end),
        ..error
    })
}

fn read_documents(mut reader: Reader<'_>, mut take: impl FnMut(Document)) -> Result<(), YamlError> {
    while let Some(event) = reader.parser.next() {
        let (event, span) = event.map_err(|error| no_yaml(&error))?;
        if let Event::DocumentStart(_) = event {
            reader.anchors.clear();
            let mut document = Document::default();
            let (event, span) = reader.next(span.start)?;
            document.value = reader.value(event, span, &Path::Root, &mut document, 0)?;
            if !document.value.is_null() {
                take(document);
            }
        }
    }
    Ok(())
}

/// Writes a value as YAML, quoting what a reader of YAML 1.1 would misread.
///
/// # Panics
/// Never for JSON values, whose keys are texts.
pub fn write(value: &Value) -> String {
    // A folded ARN or URL is nothing that a person can search for.
    let options = serde_saphyr::ser_options! { folded_wrap_chars: usize::MAX };
    serde_saphyr::to_string_with_options(value, options)
        .expect("every JSON value can be written as YAML")
}

/// Writes a value as YAML with the fields of each map in an order: these first, then the others by the alphabet.
///
/// # Panics
/// Never for JSON values, whose keys are texts.
pub fn write_in_order(value: &Value, first: &[&str]) -> String {
    let options = serde_saphyr::ser_options! { folded_wrap_chars: usize::MAX };
    serde_saphyr::to_string_with_options(&InOrder { value, first }, options)
        .expect("every JSON value can be written as YAML")
}

/// A value that is written in an order.
struct InOrder<'a> {
    value: &'a Value,
    first: &'a [&'a str],
}

impl Serialize for InOrder<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let first = self.first;
        let within = |value| InOrder { value, first };
        match self.value {
            Value::Array(entries) => serializer.collect_seq(entries.iter().map(within)),
            Value::Object(fields) => {
                let rank = |name: &str| first.iter().position(|each| *each == name);
                let mut names: Vec<&String> = fields.keys().collect();
                names.sort_by_key(|name| rank(name).unwrap_or(first.len()));
                serializer.collect_map(names.into_iter().map(|name| (name, within(&fields[name]))))
            }
            other => other.serialize(serializer),
        }
    }
}

struct Reader<'a> {
    parser: Parser<'a, StrInput<'a>>,
    end: Position,
    with_positions: bool,
    anchors: BTreeMap<usize, Anchored>,
    aliased: usize,
}

/// A value that aliases may stand for.
#[derive(Clone)]
struct Anchored {
    value: Value,
    size: usize,
    /// Where it stands, to find how it was written.
    path: FieldPath,
}

impl<'a> Reader<'a> {
    fn next(&mut self, at: Marker) -> Result<(Event<'a>, Span), YamlError> {
        match self.parser.next() {
            Some(event) => event.map_err(|error| no_yaml(&error)),
            None => Err(wrong(at, "the document ends too early")),
        }
    }

    fn value(
        &mut self,
        event: Event<'a>,
        span: Span,
        path: &Path<'_>,
        document: &mut Document,
        depth: usize,
    ) -> Result<Value, YamlError> {
        if depth > DEEPEST {
            return Err(wrong(
                span.start,
                &format!("nested more than {DEEPEST} deep; flatten it"),
            ));
        }
        if self.with_positions {
            document
                .positions
                .entry(path.to_owned())
                .or_insert_with(|| position(span.start).min(self.end));
        }
        let (anchor, value) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                let value = scalar(&text, style, tag.as_deref(), span.start)?;
                let is_respelled = || {
                    style == ScalarStyle::Plain && !value.is_string() && value.to_string() != text
                };
                if self.with_positions && is_respelled() {
                    document
                        .spellings
                        .insert(path.to_owned(), text.into_owned());
                }
                (anchor, value)
            }
            Event::SequenceStart(anchor, _) => {
                let mut entries = Vec::new();
                loop {
                    let (event, span) = self.next(span.start)?;
                    if event == Event::SequenceEnd {
                        break (anchor, Value::Array(entries));
                    }
                    let path = path.index(entries.len());
                    entries.push(self.value(event, span, &path, document, depth + 1)?);
                }
            }
            Event::MappingStart(anchor, _) => (anchor, self.mapping(span, path, document, depth)?),
            Event::Alias(anchor) => {
                let Some(Anchored {
                    value,
                    size,
                    path: at,
                }) = self.anchors.get(&anchor).cloned()
                else {
                    return Err(wrong(
                        span.start,
                        "the alias stands for nothing that comes before it",
                    ));
                };
                self.aliased += size;
                if self.aliased > MOST_ALIASED {
                    let problem = format!(
                        "aliases stand for more than {MOST_ALIASED} values; write them out"
                    );
                    return Err(wrong(span.start, &problem));
                }
                if self.with_positions {
                    document.spell_like(&at, &path.to_owned());
                }
                (0, value)
            }
            _ => return Err(wrong(span.start, "expected a value")),
        };
        if anchor > 0 {
            let size = size(&value);
            let anchored = Anchored {
                value: value.clone(),
                size,
                path: path.to_owned(),
            };
            self.anchors.insert(anchor, anchored);
        }
        Ok(value)
    }

    fn mapping(
        &mut self,
        span: Span,
        path: &Path<'_>,
        document: &mut Document,
        depth: usize,
    ) -> Result<Value, YamlError> {
        let mut fields = Map::new();
        let mut merged = Map::new();
        loop {
            let (event, key_span) = self.next(span.start)?;
            let key = match event {
                Event::MappingEnd => break,
                Event::Scalar(text, style, _, _) => (text.into_owned(), style),
                _ => return Err(wrong(key_span.start, "a key must be a text")),
            };
            let (event, value_span) = self.next(key_span.start)?;
            if key == ("<<".to_owned(), ScalarStyle::Plain) {
                let value = self.value(event, value_span, path, document, depth + 1)?;
                let sources = match value {
                    Value::Array(sources) => sources,
                    other => vec![other],
                };
                for source in sources {
                    let Value::Object(source) = source else {
                        return Err(wrong(value_span.start, "<< must be followed by a mapping"));
                    };
                    for (key, value) in source {
                        merged.entry(key).or_insert(value);
                    }
                }
                continue;
            }
            let path = path.field(&key.0);
            if self.with_positions {
                document
                    .positions
                    .insert(path.to_owned(), position(key_span.start).min(self.end));
            }
            let value = self.value(event, value_span, &path, document, depth + 1)?;
            if fields.contains_key(&key.0) {
                let problem = format!("\"{}\" is set twice; remove one", key.0);
                return Err(wrong(key_span.start, &problem));
            }
            fields.insert(key.0, value);
        }
        for (key, value) in merged {
            fields.entry(key).or_insert(value);
        }
        Ok(Value::Object(fields))
    }
}

fn scalar(
    text: &str,
    style: ScalarStyle,
    tag: Option<&Tag>,
    at: Marker,
) -> Result<Value, YamlError> {
    let is_text = match tag {
        Some(tag) if tag.is_yaml_core_schema() => tag.suffix == "str",
        Some(_) => {
            return Err(wrong(
                at,
                "tags other than YAML's own mean nothing to Kubernetes; remove it",
            ));
        }
        None => style != ScalarStyle::Plain,
    };
    if is_text {
        return Ok(Value::String(text.to_owned()));
    }
    Ok(match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Value::Bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Value::Bool(false)
        }
        ".nan" | ".NaN" | ".NAN" | ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF"
        | "-.inf" | "-.Inf" | "-.INF" => {
            return Err(wrong(
                at,
                &format!("{text} is a number that JSON does not have; put it in quotes"),
            ));
        }
        _ => number(text).map_or_else(|| Value::String(text.to_owned()), Value::Number),
    })
}

/// The number that a plain scalar is, by the rules of Go's yaml.v2.
fn number(text: &str) -> Option<Number> {
    if !text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c)) {
        return None;
    }
    let plain = text.replace('_', "");
    let (negative, digits) = match plain.as_bytes().first()? {
        b'-' => (true, &plain[1..]),
        b'+' => (false, &plain[1..]),
        _ => (false, &plain[..]),
    };
    let radix = [
        ("0x", 16),
        ("0X", 16),
        ("0b", 2),
        ("0B", 2),
        ("0o", 8),
        ("0O", 8),
    ]
    .into_iter()
    .find_map(|(prefix, radix)| Some((digits.strip_prefix(prefix)?, radix)))
    .or_else(|| (digits.len() > 1).then(|| Some((digits.strip_prefix('0')?, 8)))?)
    .unwrap_or((digits, 10));
    if !radix.0.starts_with(['+', '-'])
        && let Ok(integer) = i128::from_str_radix(radix.0, radix.1)
    {
        let integer = if negative { -integer } else { integer };
        if let Ok(integer) = i64::try_from(integer) {
            return Some(integer.into());
        }
        if let Ok(integer) = u64::try_from(integer) {
            return Some(integer.into());
        }
    }
    let mantissa = digits.split(['e', 'E']).next()?;
    let is_float = mantissa.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && mantissa.bytes().any(|b| b.is_ascii_digit());
    let float: f64 = is_float.then(|| plain.parse().ok())??;
    // JSON as Go writes it has no fraction where there is none.
    if float.fract() == 0.0 && float.abs() < 1e15 {
        #[expect(clippy::cast_possible_truncation, reason = "whole and small")]
        return Some((float as i64).into());
    }
    Number::from_f64(float)
}

fn size(value: &Value) -> usize {
    match value {
        Value::Array(entries) => 1 + entries.iter().map(size).sum::<usize>(),
        Value::Object(fields) => 1 + fields.values().map(size).sum::<usize>(),
        _ => 1,
    }
}

fn position(marker: Marker) -> Position {
    Position {
        line: marker.line(),
        column: marker.col() + 1,
    }
}

/// The lines of a text, as YAML has them: each ends with a line feed, a carriage return, or both.
pub fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let Some((line, after)) = text.split_once(['\n', '\r']) else {
            rest = None;
            return Some(text);
        };
        let is_half = text[line.len()..].starts_with("\r\n");
        rest = Some(if is_half { &after[1..] } else { after });
        Some(line)
    })
}

/// Where a text ends. The parser sees one line more behind a last one that does not end.
fn end(text: &str) -> Position {
    let (count, last) = lines(text).fold((0, ""), |(count, _), line| (count + 1, line));
    Position {
        line: count,
        column: 1 + last.chars().count(),
    }
}

fn wrong(at: Marker, problem: &str) -> YamlError {
    YamlError {
        position: position(at),
        problem: problem.to_owned(),
    }
}

fn no_yaml(error: &ScanError) -> YamlError {
    wrong(
        *error.marker(),
        &format!("this is no YAML: {}", error.info()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(yaml: &str, expected: Value) {
        let documents = read(yaml).unwrap();
        assert_eq!(
            documents
                .iter()
                .map(|document| &document.value)
                .collect::<Vec<_>>(),
            [&expected],
            "{yaml}"
        );
    }

    #[test]
    fn an_alias_was_written_as_its_anchor() {
        let text = "a: &a {on: y}\nb: *a\nc: [&c no, *c]\n";
        let document = read(text).unwrap().remove(0);
        for (path, written) in [("a.on", "y"), ("b.on", "y"), ("c[0]", "no"), ("c[1]", "no")] {
            assert_eq!(
                document.spelling(&FieldPath::parse(path)),
                Some(written),
                "{path}"
            );
        }
    }

    #[test]
    fn scalars_are_what_kubectl_takes_them_for() {
        for (yaml, expected) in [
            ("a: yes", json!({"a": true})),
            ("a: off", json!({"a": false})),
            ("a: \"yes\"", json!({"a": "yes"})),
            ("a: 'no'", json!({"a": "no"})),
            ("a: !!str 12", json!({"a": "12"})),
            ("a: ~", json!({"a": null})),
            ("a:", json!({"a": null})),
            ("a: 0x1f", json!({"a": 31})),
            ("a: 010", json!({"a": 8})),
            ("a: 1_000", json!({"a": 1000})),
            ("a: -3", json!({"a": -3})),
            ("a: 1.5", json!({"a": 1.5})),
            ("a: 1e3", json!({"a": 1000})),
            ("a: 12d", json!({"a": "12d"})),
            ("a: 1.2.3", json!({"a": "1.2.3"})),
            ("a: 2026-01-01", json!({"a": "2026-01-01"})),
            ("a:\n- \n", json!({"a": [null]})),
            ("a: .", json!({"a": "."})),
            ("yes: 1", json!({"yes": 1})),
        ] {
            check(yaml, expected);
        }
    }

    #[test]
    fn structures_anchors_and_merges() {
        check(
            "{\"a\": [1, {\"b\": \"c\"}]}",
            json!({"a": [1, {"b": "c"}]}),
        );
        check("a: &x {b: 1}\nc: *x", json!({"a": {"b": 1}, "c": {"b": 1}}));
        check(
            "a: &x {b: 1, c: 2}\nd: {<<: *x, c: 3}",
            json!({"a": {"b": 1, "c": 2}, "d": {"b": 1, "c": 3}}),
        );
        check("a: |\n  x\n  y\n", json!({"a": "x\ny\n"}));
        assert_eq!(read("---\na: 1\n---\n---\nb: 2\n...\n").unwrap().len(), 2);
        assert!(read("# nothing\n").unwrap().is_empty());
    }

    #[test]
    fn every_field_has_its_place() {
        let document = read("spec:\n  clients:\n    - name: web\n      secret: yes\n")
            .unwrap()
            .remove(0);
        let at = |path| {
            document
                .position(&FieldPath::parse(path))
                .map(|at| (at.line, at.column))
        };
        assert_eq!(at("spec.clients[0].secret"), Some((4, 7)));
        assert_eq!(at("spec.clients[0]"), Some((3, 7)));
        assert_eq!(
            at("spec.clients[0].callbackUrls[3]"),
            Some((3, 7)),
            "the nearest parent"
        );
        assert_eq!(at("spec.region"), Some((1, 1)));
        assert_eq!(
            document.spelling(&FieldPath::parse("spec.clients[0].secret")),
            Some("yes")
        );
        assert_eq!(
            document.spelling(&FieldPath::parse("spec.clients[0].name")),
            None
        );
    }

    #[test]
    fn a_line_ends_as_yaml_has_it() {
        let text = "a: 1\rb: 2\r\n\nc: x\r";
        let ended: Vec<&str> = lines(text).collect();
        assert_eq!(ended, ["a: 1", "b: 2", "", "c: x", ""]);
        let document = read(text).unwrap().remove(0);
        let line = document.position(&FieldPath::parse("c")).map(|at| at.line);
        assert_eq!(line, Some(4));
    }

    #[test]
    fn what_is_no_yaml_says_where() {
        for (yaml, expected) in [
            (
                "a: 1\na: 2\n",
                "line 2, column 1: \"a\" is set twice; remove one",
            ),
            ("? [a]\n: 1\n", "line 1, column 3: a key must be a text"),
            (
                "a: !mine 1\n",
                "line 1, column 4: tags other than YAML's own mean nothing to Kubernetes; remove it",
            ),
            (
                "a: .inf\n",
                "line 1, column 4: .inf is a number that JSON does not have; put it in quotes",
            ),
        ] {
            assert_eq!(read(yaml).unwrap_err().to_string(), expected);
        }
        for yaml in ["a: [1", "a: b: c", "a: 'x", "{a: 1", "a:\n  b: {c: "] {
            let error = read(yaml).unwrap_err();
            assert!(error.problem.contains("this is no YAML"), "{yaml}: {error}");
            assert!(error.position <= end(yaml), "{yaml}: {error}");
        }
        let deep = "[".repeat(102) + &"]".repeat(102);
        assert!(
            read(&deep)
                .unwrap_err()
                .problem
                .starts_with("nested more than 100 deep")
        );
        let bomb = "a: &a [1,1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d]\n";
        assert!(
            read(bomb)
                .unwrap_err()
                .problem
                .contains("aliases stand for more than")
        );
    }

    #[test]
    fn what_is_written_reads_back() {
        let value = json!({"a": "yes", "b": ["1", 1, 1.5, null, true, ""], "c": {"d e": "x: y\nz\n", "f": "0x1f"}, "g": "{####}", "h": [], "i": {}});
        assert_eq!(read(&write(&value)).unwrap()[0].value, value);
    }
}
