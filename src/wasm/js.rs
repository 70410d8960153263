//! The module of the npm package: texts and settings in as JSON, JSON out.
//!
//! What people call, `package/npm/index.js`, makes JSON of what they give and objects of what they get; `package/npm/index.d.ts`
//! says what that is.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use wasm_bindgen::prelude::{JsError, wasm_bindgen};

use crate::api::manifests::{self, Form};
use crate::api::{GROUP, input};
use crate::graph::Graph;
use crate::manifest;
use crate::workspace::{self, Composed, Context, Entry, File, Given, Manifest, Missing, Rendered};

/// What a function is called with.
#[derive(Deserialize)]
struct Call {
    /// The texts that it is about.
    files: Vec<File>,
    given: Given,
}

/// Of what form an AppAuth is to be, and of which group.
#[derive(Deserialize)]
struct Target {
    group: Option<String>,
    /// Crossplane's major version.
    crossplane: Option<u8>,
    scope: Option<Scope>,
}

#[derive(Clone, Copy, Deserialize)]
enum Scope {
    Cluster,
    Namespaced,
}

#[derive(Deserialize)]
enum Kind {
    AppAuth,
    Input,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Picture {
    Mermaid,
    Dot,
    Svg,
}

impl Target {
    fn group(&self) -> &str {
        self.group.as_deref().unwrap_or(GROUP)
    }

    fn form(&self) -> Result<Form, String> {
        match (self.crossplane, self.scope) {
            (None | Some(1), None) => Ok(Form::Claim),
            (Some(1), Some(_)) => {
                Err("scope is for Crossplane 2; leave it out, or crossplane: 1".to_owned())
            }
            (None | Some(2), None | Some(Scope::Cluster)) => Ok(Form::Cluster),
            (None | Some(2), Some(Scope::Namespaced)) => Err(
                "scope Namespaced needs a provider with namespaced resources, and \
                 cognitoidentityprovider.aws.crossplane.io has none; use scope Cluster, or crossplane: 1 with claims"
                    .to_owned(),
            ),
            (Some(other), _) => Err(format!("crossplane is 1 or 2, not {other}")),
        }
    }
}

/// What was read of a call.
struct Read {
    manifests: Vec<Manifest>,
    context: Context,
    entries: Vec<Entry>,
}

impl Read {
    fn of(call: &str) -> Result<Self, String> {
        let Call { files, given } = read(call)?;
        let (manifests, unreadable) = workspace::read(files);
        let mut entries: Vec<Entry> = unreadable.iter().map(Entry::unreadable).collect();
        let (context, more) =
            Context::read(given, &manifests).map_err(|missing| match missing {
                Missing::Input => format!(
                    "there is no Input in input; it has apiVersion {}",
                    input::API_VERSION
                ),
                Missing::Composition => "there is no Composition in composition".to_owned(),
                Missing::Schemas(_) => {
                    "there is no CustomResourceDefinition, CompositeResourceDefinition or OpenAPI v3 document in crds".to_owned()
                }
            })?;
        entries.extend(more);
        Ok(Self {
            manifests,
            context,
            entries,
        })
    }
}

/// What AppAuths become: `{resources, yaml, findings}`. Where something is wrong there are no resources.
///
/// # Errors
/// If there is no AppAuth, or what it is to be rendered with is not what it should be.
#[wasm_bindgen]
pub fn render(call: &str) -> Result<String, JsError> {
    rendered(call).map_err(thrown)
}

fn rendered(call: &str) -> Result<String, String> {
    of_app_auths(call, "render", |context, composed| {
        let documents: Vec<Value> = composed
            .into_iter()
            .flat_map(|each| context.documents(&each.composite, each.outcome))
            .collect();
        let yaml = documents
            .iter()
            .map(|document| format!("---\n{}", manifest::write(document)));
        let yaml: String = yaml.collect();
        Ok(json!({ "resources": documents, "yaml": yaml }))
    })
}

/// What is wrong with manifests: `{checked, documents, findings}`.
///
/// # Errors
/// If there is nothing to check, or what it is to be checked with is not what it should be.
#[wasm_bindgen]
pub fn validate(call: &str) -> Result<String, JsError> {
    validated(call).map_err(thrown)
}

fn validated(call: &str) -> Result<String, String> {
    let Read {
        manifests,
        context,
        mut entries,
    } = Read::of(call)?;
    let report = workspace::validate(&context, &manifests);
    entries.extend(report.entries);
    if report.checked.is_empty() && entries.is_empty() {
        return Err(
            "nothing to check: there is no AppAuth, Input or Composition in what was given; other objects are checked where crds has their schemas".to_owned(),
        );
    }
    Ok(workspace::report(&report.checked, &entries, &report.notes).to_string())
}

/// A picture of what AppAuths become, and what points at what: `{picture, findings}`. Where something is wrong the picture is
/// empty.
///
/// # Errors
/// If there is no AppAuth, more than one for an SVG document, or what it is to be rendered with is not what it should be.
#[wasm_bindgen]
pub fn graph(call: &str, output: &str) -> Result<String, JsError> {
    drawn(call, output).map_err(thrown)
}

fn drawn(call: &str, output: &str) -> Result<String, String> {
    let output: Picture = named(output)?;
    of_app_auths(call, "draw", |_, composed| {
        if composed.len() > 1 && matches!(output, Picture::Svg) {
            return Err(format!(
                "there are {} AppAuths in what was given, and an SVG document has one picture; give one of them",
                composed.len()
            ));
        }
        let graphs = composed.iter().filter_map(|each| Graph::of(&each.outcome));
        let picture: String = graphs
            .map(|graph| match output {
                Picture::Mermaid => graph.mermaid(),
                Picture::Dot => graph.dot(),
                Picture::Svg => graph.svg(),
            })
            .collect();
        Ok(json!({ "picture": picture }))
    })
}

/// Makes something of the AppAuths of a call, and adds the findings; of none where something is wrong.
fn of_app_auths(
    call: &str,
    verb: &str,
    becomes: impl FnOnce(&Context, Vec<Composed<'_>>) -> Result<Value, String>,
) -> Result<String, String> {
    let Read {
        manifests,
        context,
        mut entries,
    } = Read::of(call)?;
    let Rendered {
        entries: found,
        mut composed,
    } = workspace::render(&context, &manifests);
    entries.extend(found);
    let notes = composed
        .iter()
        .filter_map(|each| Some(json!(each.note.as_ref()?)))
        .collect();
    if composed.is_empty() && entries.is_empty() {
        return Err(format!(
            "nothing to {verb}: there is no AppAuth in what was given"
        ));
    }
    if entries.iter().any(|entry| entry.finding.is_error()) {
        composed.clear();
    }
    let mut answer = becomes(&context, composed)?;
    answer["notes"] = notes;
    answer["findings"] = entries.iter().map(Entry::to_json).collect();
    Ok(answer.to_string())
}

/// The `CompositeResourceDefinition` of AppAuth.
///
/// # Errors
/// If there is no such form of it.
#[wasm_bindgen]
pub fn xrd(target: &str) -> Result<String, JsError> {
    let xrd = |target: Target| Ok(manifests::xrd(target.group(), target.form()?).to_string());
    read(target).and_then(xrd).map_err(thrown)
}

/// The JSON Schema of AppAuth or Input, for editors.
///
/// # Errors
/// If there is no such kind, or form of it.
#[wasm_bindgen]
pub fn schema(kind: &str, target: &str) -> Result<String, JsError> {
    let schema = |target: Target| {
        Ok(match named(kind)? {
            Kind::AppAuth => manifests::app_auth_schema(target.group(), target.form()?),
            Kind::Input => manifests::input_schema(),
        }
        .to_string())
    };
    read(target).and_then(schema).map_err(thrown)
}

fn read<T: DeserializeOwned>(json: &str) -> Result<T, String> {
    serde_json::from_str(json).map_err(|error| error.to_string())
}

/// A value of an enum, by its name.
fn named<T: DeserializeOwned>(name: &str) -> Result<T, String> {
    serde_json::from_value(json!(name)).map_err(|error| error.to_string())
}

fn thrown(message: String) -> JsError {
    JsError::new(&message)
}
