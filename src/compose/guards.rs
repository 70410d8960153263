//! What must not happen to something that exists: a field changed that Cognito or the provider never changes again, a
//! provider switched under existing resources, a name taken from another function.
//!
//! A guard speaks only once the thing exists at AWS. Before that, a domain prefix that was taken can be corrected.
//! Source: part 8 of Cognito's rules is the difference between the members of Create* and Update* requests of the API;
//! what the community provider never applies is read from its controllers.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::api::app_auth::OnChange;
use crate::api::composite::Composite;
use crate::finding::{Document, Finding};
use crate::path::FieldPath;
use crate::plan::{Client, DomainName, Plan, Pool, resource};
use crate::providers::{Object, Observed};

use super::carriers::SPEC_HASH;

/// What the guards say.
#[derive(Debug, Default)]
pub(super) struct Guarded {
    /// What must not happen.
    pub(super) findings: Vec<Finding>,
    /// The resources that are left out until the old one is gone, by their names in the composition.
    pub(super) replaced: BTreeSet<String>,
}

/// Holds the rendered objects against the observed ones.
pub(super) fn check(
    plan: &Plan,
    composite: &Composite,
    objects: &[Object],
    observed: &BTreeMap<String, Observed>,
) -> Guarded {
    let mut guarded = Guarded::default();
    guarded.findings.extend(moved(plan, objects, observed));
    for object in objects {
        let Some(before) = observed.get(&object.name) else {
            if object.name == resource::DOMAIN {
                guarded.findings.extend(unseen_domain(plan, composite));
            }
            continue;
        };
        if before.group().is_empty() {
            continue;
        }
        if (before.group(), before.kind()) != (object.group(), object.kind()) {
            guarded.findings.push(switched_provider(object, before));
        } else if object.name == resource::USER_POOL {
            if before.external_name().is_some() || before.is("Ready") {
                pool(&plan.pool, object, before, &mut guarded.findings);
            }
        } else if object.name == resource::DOMAIN {
            if domain_exists(plan, composite, before, observed) {
                domain(plan, object, before, &mut guarded);
            }
        } else if let Some(client) = plan
            .clients
            .iter()
            .find(|client| resource::client(&client.name) == object.name)
            && (before.external_name().is_some() || before.is("Ready"))
        {
            self::client(client, object, before, &mut guarded.findings);
        }
    }
    for client in &plan.clients {
        guarded.findings.extend(renamed_secret(client, observed));
    }
    guarded
}

/// Crossplane keeps the name of a resource that exists, so a composed Secret would silently stay where it is.
fn renamed_secret(client: &Client, observed: &BTreeMap<String, Observed>) -> Option<Finding> {
    let wanted = client.secrets.composed.as_ref()?;
    let before = observed.get(&resource::connection_secret(&client.name))?;
    let (namespace, name) = (
        before.text("/metadata/namespace")?,
        before.text("/metadata/name")?,
    );
    ((namespace, name) != (&wanted.namespace, &wanted.name)).then(|| {
        let problem = format!(
            "\"{namespace}/{name}\" cannot become \"{}/{}\": Crossplane never renames a resource that exists",
            wanted.namespace, wanted.name
        );
        let remedy = "set it back, or remove connectionSecret, wait until the Secret is gone, and add it again";
        Finding::error(client.at("connectionSecret"), problem, remedy)
    })
}

/// Whether what exists is in another region. It is said once, not for every resource.
fn moved(
    plan: &Plan,
    objects: &[Object],
    observed: &BTreeMap<String, Observed>,
) -> Option<Finding> {
    let region = Value::from(plan.region.as_str());
    let before = objects.iter().find_map(|object| {
        let before = observed.get(&object.name)?;
        let exists = before.is("Ready")
            || (object.name != resource::DOMAIN && before.external_name().is_some());
        let before = before.for_provider()?.get("region")?;
        (exists && *before != region).then_some(before)
    })?;
    let path = FieldPath::parse("spec.region");
    Some(fixed(path, "user pool", before, &region, ANOTHER_POOL))
}

/// The controller of another provider would never delete the old object, and Crossplane forgets it.
fn switched_provider(object: &Object, before: &Observed) -> Finding {
    let problem = format!(
        "\"{}\" would take the place of \"{}\" \"{}\", which exists and would be left behind in the cluster and at AWS",
        object.group(),
        before.group(),
        object.name
    );
    Finding::error(
        FieldPath::parse("provider.api"),
        problem,
        format!(
            "set it back to \"{}\", or delete this resource first",
            before.group()
        ),
    )
    .in_document(Document::Input)
}

/// A difference between what exists and what is wanted, in words.
fn fixed(path: FieldPath, of: &str, before: &Value, wanted: &Value, way_on: &str) -> Finding {
    let problem = format!(
        "{} cannot become {}: Cognito fixes it when the {of} is created",
        shown(before),
        shown(wanted)
    );
    Finding::error(path, problem, format!("set it back, or {way_on}"))
}

const ANOTHER_POOL: &str = "make another AppAuth with a user pool of its own and move over";

fn pool(pool: &Pool, object: &Object, observed: &Observed, found: &mut Vec<Finding>) {
    let (Some(wanted), Some(before)) = (object.for_provider(), observed.for_provider()) else {
        return;
    };
    if let Some((before, wanted)) = changed(before, wanted, "poolName") {
        found.push(fixed(
            pool.at("name"),
            "user pool",
            before,
            wanted,
            ANOTHER_POOL,
        ));
    }
    let (identifiers_before, identifiers) = (identifiers(before), identifiers(wanted));
    let said = before.contains_key("usernameAttributes")
        || before.contains_key("aliasAttributes")
        // We rendered it, so neither of the two means that people sign in with a user name alone.
        || before.get("userPoolTags").is_some_and(|tags| tags.get(SPEC_HASH).is_some());
    if said && identifiers_before != identifiers {
        let (before, wanted) = (identifiers_before.into(), identifiers.into());
        found.push(fixed(
            pool.at("signIn.with"),
            "user pool",
            &before,
            &wanted,
            ANOTHER_POOL,
        ));
    }
    if let Some((before, wanted)) = changed(before, wanted, "usernameConfiguration") {
        let path = pool.at("signIn.caseSensitive");
        let (before, wanted) = (&before["caseSensitive"], &wanted["caseSensitive"]);
        found.push(fixed(path, "user pool", before, wanted, ANOTHER_POOL));
    }
    attributes(pool, observed, before, wanted, found);
}

/// What people sign in with, in the words of the spec.
fn identifiers(fields: &Map<String, Value>) -> Vec<&str> {
    let list = |field| {
        fields
            .get(field)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
    };
    let word = |name: &'_ Value| match name.as_str() {
        Some("email") => "Email",
        Some("phone_number") => "Phone",
        Some("preferred_username") => "PreferredUsername",
        _ => "another attribute",
    };
    let names: Vec<&str> = list("usernameAttributes").map(word).collect();
    if names.is_empty() {
        std::iter::once("Username")
            .chain(list("aliasAttributes").map(word))
            .collect()
    } else {
        names
    }
}

fn attributes(
    pool: &Pool,
    observed: &Observed,
    before: &Map<String, Value>,
    wanted: &Map<String, Value>,
    found: &mut Vec<Finding>,
) {
    let list = |fields: &Map<String, Value>| -> Vec<Value> {
        let schema = fields.get("schema").and_then(Value::as_array);
        schema.cloned().unwrap_or_default()
    };
    let (before, wanted) = (list(before), list(wanted));
    for before in before.iter().filter(|each| is_at_aws(observed, each)) {
        let name = before["name"].as_str().unwrap_or_default();
        let Some(wanted) = wanted.iter().find(|each| each["name"] == before["name"]) else {
            found.push(Finding::error(
                pool.at("attributes"),
                format!("\"{name}\" cannot be removed: Cognito keeps an attribute for good"),
                "put it back as it was; nothing needs to use it",
            ));
            continue;
        };
        let attribute = pool.attributes.iter().find(|each| each.name == name);
        for (pointer, field) in [
            ("/attributeDataType", "type"),
            ("/required", "required"),
            ("/mutable", "mutable"),
            ("/stringAttributeConstraints/minLength", "minLength"),
            ("/stringAttributeConstraints/maxLength", "maxLength"),
        ] {
            let Some(before) = before.pointer(pointer) else {
                continue;
            };
            let wanted = wanted.pointer(pointer).unwrap_or(&Value::Null);
            if before != wanted {
                let path = attribute
                    .map_or_else(|| pool.at("attributes"), |attribute| attribute.at(field));
                let way_on = "add an attribute of another name";
                found.push(fixed(path, "attribute", before, wanted, way_on));
            }
        }
    }
    // A pool has every standard attribute from the start, as it is where nobody said otherwise.
    let known = |name: &str| before.iter().any(|each| each["name"] == name);
    for attribute in pool
        .attributes
        .iter()
        .filter(|each| each.standard.is_some())
    {
        for (field, wanted, from_the_start) in [
            ("required", attribute.required, false),
            ("mutable", attribute.mutable, true),
        ] {
            if !known(&attribute.name) && wanted != from_the_start {
                found.push(fixed(
                    attribute.at(field),
                    "user pool",
                    &Value::Bool(from_the_start),
                    &Value::Bool(wanted),
                    ANOTHER_POOL,
                ));
            }
        }
    }
}

/// Whether AWS has an attribute of the observed spec. One that it refused can be withdrawn; where the provider does
/// not list what there is, there is no telling.
fn is_at_aws(observed: &Observed, attribute: &Value) -> bool {
    let listed = observed
        .body
        .pointer("/status/atProvider/schemaAttributes")
        .and_then(Value::as_array);
    let name = attribute["name"].as_str().unwrap_or_default();
    listed.is_none_or(|listed| {
        listed
            .iter()
            .filter_map(|each| each["name"].as_str())
            .any(|each| each == name || each.strip_prefix("custom:") == Some(name))
    })
}

fn client(client: &Client, object: &Object, before: &Observed, found: &mut Vec<Finding>) {
    let (Some(wanted), Some(before)) = (object.for_provider(), before.for_provider()) else {
        return;
    };
    if let Some((before, wanted)) = changed(before, wanted, "generateSecret") {
        let way_on =
            "give the client another name, which makes another client with another client id";
        found.push(fixed(client.at("secret"), "client", before, wanted, way_on));
    }
}

/// Whether the domain exists at AWS and is ours. Its external name is ours from the first render on and says nothing of
/// that, and neither does Ready where the pool shows another domain: then the name is another pool's.
fn domain_exists(
    plan: &Plan,
    composite: &Composite,
    before: &Observed,
    observed: &BTreeMap<String, Observed>,
) -> bool {
    let Some(name) = before.external_name() else {
        return before.is("Ready");
    };
    let shown: Vec<&str> = observed
        .get(resource::USER_POOL)
        .into_iter()
        .flat_map(|pool| {
            [
                "/status/atProvider/domain",
                "/status/atProvider/customDomain",
            ]
            .into_iter()
            .filter_map(|pointer| pool.text(pointer))
        })
        .collect();
    let host = if name.contains('.') {
        DomainName::Custom(name).host(&plan.region)
    } else {
        DomainName::Prefix(name).host(&plan.region)
    };
    if shown.is_empty() {
        before.is("Ready") || composite.status_text("/domain/host") == Some(&host)
    } else {
        shown.contains(&name)
    }
}

/// A domain that the status knows and that is not observed just now may still be there: Crossplane may miss a resource
/// for a moment. Only where it may be replaced is its absence what was waited for.
fn unseen_domain(plan: &Plan, composite: &Composite) -> Option<Finding> {
    let domain = plan.domain.as_ref()?;
    let before = composite.status_text("/domain/host")?;
    let wanted = domain.domain_name()?.host(&plan.region);
    (domain.on_change == OnChange::Refuse && before != wanted).then(|| {
        let field = if domain.prefix.is_some() {
            "prefix"
        } else {
            "name"
        };
        refused(domain.at(field), &Value::from(before), &Value::from(wanted))
    })
}

fn domain(plan: &Plan, object: &Object, before: &Observed, guarded: &mut Guarded) {
    let Some(domain) = &plan.domain else { return };
    let mut changes = Vec::new();
    let (old, new) = (before.external_name(), object.external_name());
    if let (Some(old), Some(new)) = (old, new)
        && old != new
    {
        let field = if domain.prefix.is_some() {
            "prefix"
        } else {
            "name"
        };
        changes.push((domain.at(field), Value::from(old), Value::from(new)));
    }
    if let (Some(before), Some(wanted)) = (before.for_provider(), object.for_provider())
        && changes.is_empty()
        && let Some((before, wanted)) = changed(before, wanted, "customDomainConfig")
    {
        let certificate = |config: &Value| config["certificateARN"].clone();
        changes.push((
            domain.at("certificateArn"),
            certificate(before),
            certificate(wanted),
        ));
    }
    if changes.is_empty() {
        return;
    }
    match domain.on_change {
        OnChange::Replace => {
            guarded.replaced.insert(object.name.clone());
        }
        OnChange::Refuse => {
            let refused = changes
                .iter()
                .map(|(path, before, wanted)| refused(path.clone(), before, wanted));
            guarded.findings.extend(refused);
        }
    }
}

/// A change of a domain, in words.
fn refused(path: FieldPath, before: &Value, wanted: &Value) -> Finding {
    let problem = format!(
        "{} cannot become {}: the provider never changes a domain that exists",
        shown(before),
        shown(wanted)
    );
    let remedy = "set it back, or set spec.domain.onChange to Replace, which deletes the old one first: \
                  nobody can sign in until the new one is there";
    Finding::error(path, problem, remedy)
}

/// Both values of a field, where what exists has one and it differs. What exists without the field is no difference.
fn changed<'a>(
    before: &'a Map<String, Value>,
    wanted: &'a Map<String, Value>,
    field: &str,
) -> Option<(&'a Value, &'a Value)> {
    static ABSENT: Value = Value::Null;
    let before = before.get(field)?;
    let wanted = wanted.get(field).unwrap_or(&ABSENT);
    (before != wanted).then_some((before, wanted))
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        value => value.to_string(),
    }
}
