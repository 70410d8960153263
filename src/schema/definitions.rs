//! Where schemas stand: in CustomResourceDefinitions, in Crossplane's CompositeResourceDefinitions, and in documents of
//! OpenAPI v3 as the API server publishes them.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use serde_json::{Map, Value, json};

use super::composite::Made;
use super::{CompileError, Schema};
use crate::path::FieldPath;

/// How deep schemas may be in each other, references written out: far from the end of a stack.
const DEEPEST: usize = 100;
/// How many schemas the references of a document may stand for.
const MOST_INLINED: usize = 50_000;

/// The schema of a kind as it stands in a document.
#[derive(Debug, Clone)]
pub struct Definition {
    /// The API version, `group/version`.
    pub api_version: String,
    /// The kind.
    pub kind: String,
    /// Where the schema stands in its document.
    pub at: FieldPath,
    schema: Value,
}

impl Definition {
    /// Whether a document is one that has schemas.
    pub fn are_in(document: &Value) -> bool {
        Source::of(document).is_some()
    }

    /// The schemas of a document that are wanted, by API version and kind; none where it is of another sort.
    pub fn read(
        document: &Value,
        is_wanted: impl Fn(&str, &str) -> bool,
    ) -> Vec<Result<Self, CompileError>> {
        match Source::of(document) {
            Some(Source::Custom) => versions(document, false, &is_wanted),
            Some(Source::Composite) => versions(document, true, &is_wanted),
            Some(Source::Published) => published(document, &is_wanted),
            None => Vec::new(),
        }
    }

    /// The schema of one kind, as the cluster publishes it: every reference written out already.
    ///
    /// # Errors
    /// If it is no schema of an object.
    pub fn published(
        api_version: &str,
        kind: &str,
        schema: &Map<String, Value>,
    ) -> Result<Self, CompileError> {
        let components = Map::new();
        let mut inliner = Inliner::new(&components);
        let at = FieldPath::default();
        Ok(Self {
            api_version: api_version.to_owned(),
            kind: kind.to_owned(),
            at,
            schema: without_metadata(inliner.written_out(schema)?),
        })
    }

    /// Compiles it.
    ///
    /// # Errors
    /// If it is no schema, or not structural; see [`Schema::compile`].
    pub fn compile(&self) -> Result<Schema, CompileError> {
        Schema::compile(&self.schema).map_err(|error| CompileError {
            path: self.at.clone().join(&error.path),
            ..error
        })
    }
}

/// Documents that have schemas.
enum Source {
    /// A CustomResourceDefinition.
    Custom,
    /// A CompositeResourceDefinition.
    Composite,
    /// A document of OpenAPI v3.
    Published,
}

impl Source {
    fn of(document: &Value) -> Option<Self> {
        let version = document["apiVersion"].as_str().unwrap_or_default();
        match document["kind"].as_str() {
            Some("CustomResourceDefinition") if version.starts_with("apiextensions.k8s.io/") => {
                Some(Self::Custom)
            }
            Some("CompositeResourceDefinition")
                if version.starts_with("apiextensions.crossplane.io/") =>
            {
                Some(Self::Composite)
            }
            _ => document["openapi"].is_string().then_some(Self::Published),
        }
    }
}

/// The schemas of each version of a CRD or XRD.
fn versions(
    document: &Value,
    is_composite: bool,
    is_wanted: &dyn Fn(&str, &str) -> bool,
) -> Vec<Result<Definition, CompileError>> {
    let spec = &document["spec"];
    let group = spec["group"].as_str().unwrap_or_default();
    let kinds: Vec<(&str, Made)> = [
        ("/names/kind", Made::of(document)),
        ("/claimNames/kind", Made::Claim),
    ]
    .into_iter()
    .filter_map(|(pointer, made)| Some((spec.pointer(pointer)?.as_str()?, made)))
    .collect();
    let mut found = Vec::new();
    for (index, version) in spec["versions"]
        .as_array()
        .into_iter()
        .flatten()
        .enumerate()
    {
        let name = version["name"].as_str().unwrap_or_default();
        let api_version = format!("{group}/{name}");
        let kinds = kinds
            .iter()
            .filter(|(kind, _)| is_wanted(&api_version, kind));
        let Some(schema) = version.pointer("/schema/openAPIV3Schema") else {
            continue;
        };
        if version["served"] == false {
            continue;
        }
        let at = FieldPath::parse("spec.versions")
            .index(index)
            .join(&FieldPath::parse("schema.openAPIV3Schema"));
        for (kind, made) in kinds {
            found.push(Ok(Definition {
                api_version: api_version.clone(),
                kind: (*kind).to_owned(),
                at: at.clone(),
                schema: if is_composite {
                    made.crd(document, schema)
                } else {
                    schema.clone()
                },
            }));
        }
    }
    found
}

/// The schemas of a document of OpenAPI v3 that are of kinds.
fn published(
    document: &Value,
    is_wanted: &dyn Fn(&str, &str) -> bool,
) -> Vec<Result<Definition, CompileError>> {
    let none = Map::new();
    let components = document
        .pointer("/components/schemas")
        .and_then(Value::as_object)
        .unwrap_or(&none);
    let mut found = Vec::new();
    for (name, schema) in components {
        let at = FieldPath::parse("components.schemas").field(name.clone());
        for kind in schema["x-kubernetes-group-version-kind"]
            .as_array()
            .into_iter()
            .flatten()
        {
            let text = |field: &str| kind[field].as_str().unwrap_or_default();
            let api_version = match (text("group"), text("version")) {
                ("", version) => version.to_owned(),
                (group, version) => format!("{group}/{version}"),
            };
            if !is_wanted(&api_version, text("kind")) {
                continue;
            }
            let mut inliner = Inliner::new(components);
            let definition = inliner
                .inlined(schema)
                .map(|schema| Definition {
                    api_version,
                    kind: text("kind").to_owned(),
                    at: at.clone(),
                    schema: without_metadata(schema),
                })
                .map_err(|error| CompileError {
                    path: at.clone(),
                    ..error
                });
            found.push(definition);
        }
    }
    found
}

/// What is published of metadata is the same for every kind, and is checked without a schema.
fn without_metadata(mut schema: Value) -> Value {
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        properties.remove("metadata");
    }
    schema
}

/// Writes a published schema out as the structural one that it was made from.
struct Inliner<'a> {
    components: &'a Map<String, Value>,
    /// The references that are being written out, so that one that comes to itself is found.
    open: Vec<&'a str>,
    inlined: usize,
    depth: usize,
}

impl<'a> Inliner<'a> {
    fn new(components: &'a Map<String, Value>) -> Self {
        Self {
            components,
            open: Vec::new(),
            inlined: 0,
            depth: 0,
        }
    }

    /// Writes a schema out that stands in another one.
    fn inlined(&mut self, schema: &Value) -> Result<Value, CompileError> {
        self.depth += 1;
        let written = match schema.as_object() {
            Some(_) if self.depth > DEEPEST => Err(CompileError {
                path: FieldPath::default(),
                problem: format!("its schemas are more than {DEEPEST} deep in each other"),
            }),
            Some(fields) => self.written_out(fields),
            None => Ok(schema.clone()),
        };
        self.depth -= 1;
        written
    }

    fn written_out(&mut self, fields: &Map<String, Value>) -> Result<Value, CompileError> {
        self.inlined += 1;
        if self.inlined > MOST_INLINED {
            return Err(CompileError {
                path: FieldPath::default(),
                problem: format!("its references stand for more than {MOST_INLINED} schemas"),
            });
        }
        if let Some(reference) = fields.get("$ref").and_then(Value::as_str) {
            return self.referenced(reference);
        }
        if let Some(part) = pointed_at(fields) {
            let mut written = self.inlined(part)?;
            if let Some(written) = written.as_object_mut() {
                for (keyword, value) in fields.iter().filter(|(keyword, _)| *keyword != "allOf") {
                    written.insert(keyword.clone(), value.clone());
                }
            }
            return Ok(written);
        }
        if let Some(types) = types_of_several(fields) {
            let mut written = fields.clone();
            written.remove("oneOf");
            written.remove("anyOf");
            written.insert(types.to_owned(), json!(true));
            return Ok(Value::Object(written));
        }
        let mut written = Map::new();
        for (keyword, value) in fields {
            let value = match keyword.as_str() {
                "properties" => Value::Object(
                    value
                        .as_object()
                        .into_iter()
                        .flatten()
                        .map(|(name, schema)| Ok((name.clone(), self.inlined(schema)?)))
                        .collect::<Result<_, CompileError>>()?,
                ),
                "items" | "additionalProperties" => self.inlined(value)?,
                // Junctors of a CRD's own have no references and are published as they are.
                _ => value.clone(),
            };
            written.insert(keyword.clone(), value);
        }
        Ok(Value::Object(written))
    }

    fn referenced(&mut self, reference: &str) -> Result<Value, CompileError> {
        let problem = |problem: String| CompileError {
            path: FieldPath::default(),
            problem,
        };
        let name = reference
            .strip_prefix("#/components/schemas/")
            .ok_or_else(|| {
                problem(format!(
                    "\"{reference}\" is no reference into this document"
                ))
            })?;
        let (name, schema) = self
            .components
            .get_key_value(name)
            .ok_or_else(|| problem(format!("\"{reference}\" points at nothing")))?;
        // A schema that comes to itself describes values of any depth: what is in them is not judged.
        if self.open.contains(&name.as_str()) {
            return Ok(json!({ "x-kubernetes-preserve-unknown-fields": true }));
        }
        self.open.push(name);
        let written = self.inlined(schema);
        self.open.pop();
        written
    }
}

/// What a reference points at that has a default or a description of its own: such a one stands alone in an `allOf`, and
/// where it was written out already, so does the schema.
fn pointed_at(fields: &Map<String, Value>) -> Option<&Value> {
    let has_structure = |schema: &Value| {
        ["$ref", "type", "properties"]
            .iter()
            .any(|keyword| schema.get(*keyword).is_some())
    };
    let [part] = fields.get("allOf")?.as_array()?.as_slice() else {
        return None;
    };
    (has_structure(part) && !fields.contains_key("type") && !fields.contains_key("properties"))
        .then_some(part)
}

/// The keyword for a field of several types. Kubernetes' own kinds have them in `oneOf`: int-or-string, and quantities.
/// CRDs have the keyword itself.
fn types_of_several(fields: &Map<String, Value>) -> Option<&'static str> {
    if fields.contains_key("x-kubernetes-int-or-string") || fields.contains_key("type") {
        return None;
    }
    let alternatives = fields.get("oneOf").or(fields.get("anyOf"))?.as_array()?;
    let mut types = Vec::new();
    for alternative in alternatives {
        let fields = alternative.as_object().filter(|fields| fields.len() == 1)?;
        types.push(fields.get("type")?.as_str()?);
    }
    types.sort_unstable();
    match types.as_slice() {
        [] => None,
        ["integer", "string"] => Some("x-kubernetes-int-or-string"),
        _ => Some("x-kubernetes-preserve-unknown-fields"),
    }
}

/// Schemas of kinds, each compiled when it is first asked for.
#[derive(Debug, Default)]
pub struct Catalogue {
    kinds: BTreeMap<(String, String), Entry>,
}

#[derive(Debug)]
struct Entry {
    definition: Definition,
    compiled: OnceLock<Result<Arc<Schema>, CompileError>>,
}

/// What a catalogue has of a kind.
#[derive(Debug, Clone)]
pub enum Lookup {
    /// Its schema.
    Found(Arc<Schema>),
    /// Its schema, which cannot be used.
    Unusable(CompileError),
    /// Schemas of other versions of it.
    OtherVersions(Vec<String>),
    /// Nothing.
    Unknown,
}

impl Catalogue {
    /// Adds the schema of a kind; a later one takes the place of an earlier one.
    pub fn add(&mut self, definition: Definition) {
        let key = (definition.api_version.clone(), definition.kind.clone());
        let compiled = OnceLock::new();
        self.kinds.insert(
            key,
            Entry {
                definition,
                compiled,
            },
        );
    }

    /// The schema of a kind.
    pub fn get(&self, api_version: &str, kind: &str) -> Lookup {
        let key = (api_version.to_owned(), kind.to_owned());
        let Some(entry) = self.kinds.get(&key) else {
            let group = group(api_version);
            let others: Vec<String> = self
                .kinds
                .keys()
                .filter(|(other, name)| name == kind && self::group(other) == group)
                .map(|(version, _)| version.clone())
                .collect();
            return if others.is_empty() {
                Lookup::Unknown
            } else {
                Lookup::OtherVersions(others)
            };
        };
        let compile = || entry.definition.compile().map(Arc::new);
        match entry.compiled.get_or_init(compile) {
            Ok(schema) => Lookup::Found(Arc::clone(schema)),
            Err(error) => Lookup::Unusable(error.clone()),
        }
    }
}

/// The group of an API version, `group/version`; empty for Kubernetes' core.
pub fn group(api_version: &str) -> &str {
    api_version.split_once('/').map_or("", |(group, _)| group)
}
