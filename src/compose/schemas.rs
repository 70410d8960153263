//! What the API server would say of what is rendered, by whichever schema is nearest to it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use serde_json::{Value, json};

use crate::api::input::{Input, SchemaSource};
use crate::finding::{Document, Finding};
use crate::json::Json;
use crate::path::{FieldPath, Segment, value_at};
use crate::plan::glob;
use crate::providers::{self, Kind, Object, Observed};
use crate::schema::Schema;
use crate::text::{all, quoted};

/// The schemas that somebody has of what is rendered.
#[derive(Debug, Default, Clone)]
pub struct Schemas {
    /// Whose they are.
    pub origin: Origin,
    /// Whether they come by calling again, where they are asked for.
    pub can_ask: bool,
    /// Those that there are, by API version and kind.
    pub given: BTreeMap<(&'static str, &'static str), Given>,
    /// The kinds whose schemas the Composition requires, so that they come with each call.
    pub bootstrapped: BTreeSet<(&'static str, &'static str)>,
}

/// Whose schemas they are.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The cluster's, as Crossplane sends them.
    #[default]
    Cluster,
    /// Those of files.
    Files,
}

/// What is there of a kind's schema.
#[derive(Debug, Clone)]
pub enum Given {
    /// The schema, of an object as a whole.
    Schema(Arc<Schema>),
    /// Nothing: the kind is not installed.
    Nothing,
    /// Schemas of other versions of the kind.
    OtherVersions(Vec<String>),
    /// A schema that cannot be used, and why.
    Unusable(String),
}

/// A kind of which the schema is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaQuestion {
    /// The name under which the answer comes.
    pub name: String,
    /// The API version.
    pub api_version: String,
    /// The kind.
    pub kind: String,
}

impl SchemaQuestion {
    /// The question for the schema of a kind. Its name contains the whole selector, as that of a
    /// [`Question`](super::Question) does.
    pub fn of(api_version: &str, kind: &str) -> Self {
        Self {
            name: format!("{SCHEMA}{api_version}/{kind}"),
            api_version: api_version.to_owned(),
            kind: kind.to_owned(),
        }
    }

    /// The API version and kind of the schema with a name, and whether the Composition requires it. None for a name that
    /// is not ours.
    pub fn kind_of(name: &str) -> Option<((&'static str, &'static str), bool)> {
        let (rest, is_bootstrapped) = match name.strip_prefix(BOOTSTRAPPED) {
            Some(rest) => (rest, true),
            None => (name.strip_prefix(SCHEMA)?, false),
        };
        let (api_version, wanted) = rest.rsplit_once('/')?;
        let kind = providers::kinds()
            .find(|kind| kind.kind == wanted && kind.api_version == api_version)?;
        Some(((kind.api_version, kind.kind), is_bootstrapped))
    }
}

/// The schemas of all kinds that may be rendered, for a Composition that has Crossplane send them with the first call.
///
/// They have other names than the questions. Crossplane calls again after each response with new requirements, so the
/// function must not require a schema that is bootstrapped. It must also keep its own requirements on every call, because
/// Crossplane then forgets their answers (Crossplane v2.2.0, `internal/xfn/required_resources.go`).
pub fn bootstrapped() -> impl Iterator<Item = SchemaQuestion> {
    providers::kinds().map(|kind| SchemaQuestion {
        name: format!("{BOOTSTRAPPED}{}/{}", kind.api_version, kind.kind),
        ..SchemaQuestion::of(kind.api_version, kind.kind)
    })
}

/// The prefix of the names of questions for schemas.
const SCHEMA: &str = "schema/";
/// The same of schemas that a Composition asks for.
const BOOTSTRAPPED: &str = "bootstrap-schema/";

/// Of how many kinds whose schema judged.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Judges {
    /// One that was given: the cluster's, or that of a file.
    pub given: u64,
    /// The built-in one.
    pub built_in: u64,
    /// None yet: it is asked for.
    pub asked: u64,
}

/// What judging came to.
#[derive(Debug, Default)]
pub(super) struct Judgement {
    pub(super) findings: Vec<Finding>,
    pub(super) questions: Vec<SchemaQuestion>,
    /// Which schemas judged, for people.
    pub(super) described: String,
    /// And counted.
    pub(super) judges: Judges,
}

/// Which schema judges a kind.
#[derive(Debug, Clone)]
enum Judge {
    Given(Arc<Schema>),
    BuiltIn(&'static Schema, Excuse),
    /// It is asked for, and what is rendered is not applied before it has come.
    Asked,
}

/// Why there is no schema but the built-in one.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Excuse {
    /// None was looked for, or none was given.
    None,
    /// The kind is not installed.
    NotInstalled,
    /// There are schemas of these versions.
    OtherVersions(Vec<String>),
    /// There is one that cannot be used, and why.
    Unusable(String),
}

/// Judges what is rendered. `by_the_team` has the same objects without the platform's overrides, where there are any.
pub(super) fn judge(
    input: &Input,
    schemas: &Schemas,
    spec: Option<&Value>,
    objects: &[Object],
    by_the_team: Option<&[Object]>,
    observed: &BTreeMap<String, Observed<'_>>,
) -> Judgement {
    let mut judgement = Judgement::default();
    let mut judges: BTreeMap<(&str, &str), Judge> = BTreeMap::new();
    let only_built_in = input.schema_source() == SchemaSource::BuiltIn;
    for object in objects {
        let kind = (object.api_version(), object.kind());
        let Some(schema) = built_in_schema(object).filter(|_| !judges.contains_key(&kind)) else {
            continue;
        };
        let judge = match schemas.given.get(&kind).filter(|_| !only_built_in) {
            Some(Given::Schema(schema)) => Judge::Given(Arc::clone(schema)),
            Some(Given::Nothing) => Judge::BuiltIn(schema, Excuse::NotInstalled),
            Some(Given::OtherVersions(versions)) => {
                Judge::BuiltIn(schema, Excuse::OtherVersions(versions.clone()))
            }
            Some(Given::Unusable(why)) => Judge::BuiltIn(schema, Excuse::Unusable(why.clone())),
            None if schemas.can_ask && !only_built_in => Judge::Asked,
            None => Judge::BuiltIn(schema, Excuse::None),
        };
        judges.insert(kind, judge);
    }
    for object in objects {
        let kind = (object.api_version(), object.kind());
        let Some(judge) = judges.get(&kind) else {
            continue;
        };
        let old = observed.get(&object.name).map(|observed| &observed.body);
        // Nobody but the rules of a schema asks for what is there.
        let has_rules = matches!(judge, Judge::Given(schema) if schema.has_rules());
        let old = old.filter(|_| has_rules).map(Json::to_value);
        let old = old.as_ref();
        let team = || {
            let team = by_the_team?.iter().find(|each| each.name == object.name)?;
            Some(check(judge, team, old))
        };
        let found = check(judge, object, old);
        if found.is_empty() {
            continue;
        }
        let of_the_team = team();
        for finding in found {
            let is_of_override = of_the_team
                .as_ref()
                .is_some_and(|team| !team.contains(&finding));
            let overrider = is_of_override.then(|| overrider(input, object, &finding.path));
            let title = format!("{}/{}", object.kind(), object.name);
            judgement
                .findings
                .push(if let Some(path) = overrider.flatten() {
                    let rest = if reaches(&path, &finding.path) {
                        String::new()
                    } else {
                        format!(" at {}", finding.path)
                    };
                    Finding {
                        problem: format!("in {title}{rest}: {}", finding.problem),
                        path,
                        document: Document::Input,
                        ..finding
                    }
                } else {
                    with_origin(finding, object, spec).in_document(Document::Object(title))
                });
        }
    }
    // The same at every call, whatever has been answered: otherwise asking would not end.
    if schemas.can_ask && !only_built_in {
        judgement.questions = judges
            .keys()
            .filter(|kind| !schemas.bootstrapped.contains(*kind))
            .map(|(api_version, kind)| SchemaQuestion::of(api_version, kind))
            .collect();
    }
    judgement.findings.extend(not_installed(&judges));
    judgement.described = described(&judges, schemas.origin);
    for judge in judges.values() {
        let count = match judge {
            Judge::Given(_) => &mut judgement.judges.given,
            Judge::BuiltIn(..) => &mut judgement.judges.built_in,
            Judge::Asked => &mut judgement.judges.asked,
        };
        *count += 1;
    }
    judgement
}

fn check(judge: &Judge, object: &Object, old: Option<&Value>) -> Vec<Finding> {
    match judge {
        Judge::Given(schema) => check_given(schema, &object.body, old),
        Judge::BuiltIn(schema, _) => schema.check_object(&object.body, None),
        Judge::Asked => Vec::new(),
    }
}

/// Checks what is rendered, which is no whole object: others have fields of it as well, and what this function wrote
/// before and writes no more goes. The rules of a schema are of whole objects, so what breaks one has to do so with and
/// without what is there.
fn check_given(schema: &Schema, rendered: &Value, old: Option<&Value>) -> Vec<Finding> {
    let found = schema.check_object(rendered, old);
    let Some(old) = old.filter(|_| found.iter().any(Finding::is_of_rule)) else {
        return found;
    };
    let mut whole = old.clone();
    merge(&mut whole["spec"], &rendered["spec"]);
    let of_whole = schema.check_object(&whole, Some(old));
    found
        .into_iter()
        .filter(|finding| {
            let is_same = |other: &Finding| other.is_of_rule() && other.path == finding.path;
            !finding.is_of_rule() || of_whole.iter().any(is_same)
        })
        .collect()
}

fn merge(whole: &mut Value, part: &Value) {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => {
            for (name, field) in part {
                merge(whole.entry(name).or_insert(Value::Null), field);
            }
        }
        (whole, part) => *whole = part.clone(),
    }
}

/// Advice where the cluster has no schema of a kind because the kind is not installed. Crossplane 2 installs a managed
/// resource definition first, and its CRD once a ManagedResourceActivationPolicy activates it
/// (<https://docs.crossplane.io/latest/managed-resources/managed-resource-activation-policies/>).
fn not_installed(judges: &BTreeMap<(&str, &str), Judge>) -> Option<Finding> {
    let kinds: Vec<Kind> = providers::kinds()
        .filter(|kind| {
            matches!(
                judges.get(&(kind.api_version, kind.kind)),
                Some(Judge::BuiltIn(_, Excuse::NotInstalled))
            )
        })
        .collect();
    let (first, names) = (
        kinds.first()?,
        kinds.iter().map(|kind| kind.kind).collect::<Vec<_>>(),
    );
    let crds: Vec<String> = kinds.iter().map(|kind| quoted(&kind.crd())).collect();
    let (are, them) = if names.len() == 1 {
        ("is", "it")
    } else {
        ("are", "them")
    };
    Some(Finding::advice(
        FieldPath::default(),
        format!(
            "{} of {} {are} not installed in this cluster",
            all(&names),
            first.api_version
        ),
        format!(
            "install the provider, or activate {them}: add {} to spec.activate of a ManagedResourceActivationPolicy",
            crds.join(", ")
        ),
    ))
}

/// Which schemas judged, for people: `the cluster's schemas of group/version`.
fn described(judges: &BTreeMap<(&str, &str), Judge>, origin: Origin) -> String {
    let version = judges.keys().next().map_or("", |(version, _)| *version);
    if judges.values().any(|judge| matches!(judge, Judge::Asked)) {
        return format!("the schemas of {version} that the cluster is asked for");
    }
    let built_in: Vec<(&str, &Excuse)> = judges
        .iter()
        .filter_map(|((_, kind), judge)| match judge {
            Judge::BuiltIn(_, excuse) => Some((*kind, excuse)),
            Judge::Given(_) | Judge::Asked => None,
        })
        .collect();
    let is_all = built_in.len() == judges.len();
    let has_none = |excuse: &Excuse| *excuse == Excuse::NotInstalled;
    let why = if is_all && built_in.iter().all(|(_, excuse)| has_none(excuse)) {
        " (the cluster has none)".to_owned()
    } else {
        let excuses: Vec<String> = built_in
            .iter()
            .filter_map(|(kind, excuse)| match excuse {
                Excuse::None => None,
                Excuse::NotInstalled => Some(format!("{kind} is not installed")),
                Excuse::OtherVersions(versions) => {
                    Some(format!("of {kind} there is {} only", versions.join(", ")))
                }
                Excuse::Unusable(why) => Some(format!("that of {kind} cannot be used: {why}")),
            })
            .collect();
        if excuses.is_empty() {
            String::new()
        } else {
            format!(" ({})", excuses.join("; "))
        }
    };
    let theirs = match origin {
        Origin::Cluster => "the cluster's schemas",
        Origin::Files => "the given schemas",
    };
    if is_all {
        format!("the built-in schemas of {version}{why}")
    } else if built_in.is_empty() {
        format!("{theirs} of {version}")
    } else {
        let kinds: Vec<&str> = built_in.iter().map(|(kind, _)| *kind).collect();
        format!(
            "{theirs} of {version}, the built-in ones of {}{why}",
            kinds.join(", ")
        )
    }
}

/// The override that set the value at a path of an object, or that left it out.
fn overrider(input: &Input, object: &Object, path: &FieldPath) -> Option<FieldPath> {
    let overrides = input.overrides.iter().flatten().enumerate();
    let reaching = overrides
        .filter(|(_, each)| glob(&each.resource, &object.name))
        .map(|(index, each)| {
            let patched = Value::Object(each.patch.0.clone());
            (index, reach(&patched, path))
        });
    // Of those that reach as far, the last one counts. One that says all of a place goes before one that only goes there.
    let (index, reach) = reaching
        .filter(|(_, reach)| reach.depth > 0)
        .max_by_key(|(index, reach)| (reach.is_whole, reach.depth, *index))?;
    let at = FieldPath::parse("overrides").index(index).field("patch");
    Some(
        path.segments()
            .iter()
            .take(reach.depth)
            .fold(at, |at, segment| match segment {
                Segment::Field(name) => at.field(name.clone()),
                Segment::Index(index) => at.index(*index),
            }),
    )
}

/// Whether what stands at a place of an override says by itself where it comes to stand.
fn reaches(override_at: &FieldPath, path: &FieldPath) -> bool {
    override_at.segments().ends_with(path.segments())
}

/// How far along a path a patch goes.
struct Reach {
    depth: usize,
    /// Whether the patch sets the whole value. An object that only has other fields does not.
    is_whole: bool,
}

fn reach(patched: &Value, path: &FieldPath) -> Reach {
    let mut here = patched;
    let mut depth = 0;
    for segment in path.segments() {
        let next = match (segment, here) {
            (Segment::Field(name), Value::Object(fields)) => fields.get(name.as_ref()),
            (Segment::Index(index), Value::Array(entries)) => entries.get(*index),
            _ => None,
        };
        let Some(next) = next else { break };
        here = next;
        depth += 1;
    }
    Reach {
        depth,
        is_whole: depth == path.segments().len() || !here.is_object(),
    }
}

/// Names the one place in the spec where a value comes from: a text, a number, a list in whatever order.
fn with_origin(finding: Finding, object: &Object, spec: Option<&Value>) -> Finding {
    let place = spec.and_then(|spec| {
        let value = value_at(&object.body, finding.path.segments())?;
        let mut places = Vec::new();
        find(
            spec,
            &sorted(value)?,
            &FieldPath::parse("spec"),
            &mut places,
        );
        match places.as_slice() {
            [place] => Some(place.clone()),
            _ => None,
        }
    });
    match place {
        Some(place) => Finding {
            remedy: format!("{}, in {place}", finding.remedy),
            ..finding
        },
        None => finding,
    }
}

/// A value that may be told by itself, lists in an order of their own. Flags and what is empty may come from anywhere.
fn sorted(value: &Value) -> Option<Value> {
    match value {
        Value::String(_) | Value::Number(_) => Some(value.clone()),
        Value::Array(entries) if !entries.is_empty() => {
            let mut entries = entries.clone();
            entries.sort_by_cached_key(Value::to_string);
            Some(Value::Array(entries))
        }
        _ => None,
    }
}

fn find(value: &Value, wanted: &Value, at: &FieldPath, places: &mut Vec<FieldPath>) {
    if sorted(value).as_ref() == Some(wanted) {
        places.push(at.clone());
        return;
    }
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                find(field, wanted, &at.clone().field(name.clone()), places);
            }
        }
        Value::Array(entries) => {
            for (index, entry) in entries.iter().enumerate() {
                find(entry, wanted, &at.clone().index(index), places);
            }
        }
        _ => {}
    }
}

/// The built-in schema of an object; none for kinds that are no provider's.
fn built_in_schema(object: &Object) -> Option<&'static Schema> {
    static SCHEMAS: OnceLock<Vec<(Kind, Schema)>> = OnceLock::new();
    let all = || {
        providers::kinds()
            .map(|kind| {
                let whole = json!({ "type": "object", "properties": { "spec": kind.schema() } });
                (kind, compiled(&whole))
            })
            .collect()
    };
    let (_, schema) = SCHEMAS
        .get_or_init(all)
        .iter()
        .find(|(kind, _)| (kind.api_version, kind.kind) == (object.api_version(), object.kind()))?;
    Some(schema)
}

/// Compiles a schema that was made from our own types.
pub(super) fn compiled(openapi: &Value) -> Schema {
    Schema::compile(openapi).expect("a schema made from our own types compiles")
}
