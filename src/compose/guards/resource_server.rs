//! Guards of the resource servers, which the provider never updates.

use serde_json::Value;

use crate::api::app_auth::OnChange;
use crate::finding::Finding;
use crate::json::Json;
use crate::plan::ResourceServer;
use crate::providers::{Object, Observed};

use super::{Guarded, fixed, shown};

/// Holds a resource server against the observed one.
pub(super) fn check(
    server: &ResourceServer,
    object: &Object,
    before: &Observed<'_>,
    guarded: &mut Guarded,
) {
    // The provider deletes by the identifier, so another one must never be laid over what is on its way out; and
    // Crossplane forgets what is left out before it is gone.
    if let (Some(old), Some(new)) = (before.external_name(), object.external_name())
        && old != new
    {
        let way_on =
            "give the resource server another name, which makes another one and deletes this";
        let (path, old, new) = (server.at("identifier"), Value::from(old), Value::from(new));
        guarded
            .findings
            .push(fixed(path, "resource server", &old, &new, way_on));
        return;
    }
    let changes = changes(object, before);
    if changes.is_empty() {
        return;
    }
    if server.on_change == OnChange::Replace {
        guarded.replaced.insert(object.part);
        return;
    }
    for (field, before, wanted) in changes {
        guarded.findings.push(Finding::error(
            server.at(field),
            format!(
                "{} cannot become {}: the provider never changes a resource server that exists",
                shown(&before),
                shown(&wanted)
            ),
            format!(
                "set it back, or set {} to Replace, which deletes the old one first: nobody gets tokens for its \
                 scopes until the new one is there",
                server.at("onChange")
            ),
        ));
    }
}

/// What differs: the field of the spec, and both values.
fn changes(object: &Object, before: &Observed<'_>) -> Vec<(&'static str, Value, Value)> {
    let (Some(wanted_fields), Some(before_fields)) = (object.for_provider(), before.for_provider())
    else {
        return Vec::new();
    };
    let mut changes = Vec::new();
    if let (Some(old), Some(new)) = (before_fields.get("name"), wanted_fields.get("name"))
        && old != new
    {
        changes.push(("name", old.to_value(), new.clone()));
    }
    // Without scopes there is no list, on either side.
    let old = before_fields.get("scopes").and_then(Json::as_array);
    let old: Vec<Value> = old.unwrap_or_default().iter().map(Json::to_value).collect();
    let new = wanted_fields.get("scopes").and_then(Value::as_array);
    let new = new.cloned().unwrap_or_default();
    let names = |scopes: &[Value]| -> Vec<Value> {
        scopes
            .iter()
            .map(|scope| scope["scopeName"].clone())
            .collect()
    };
    let sorted = |scopes: &[Value]| {
        let mut scopes: Vec<String> = scopes.iter().map(Value::to_string).collect();
        scopes.sort_unstable();
        scopes
    };
    if sorted(&names(&old)) != sorted(&names(&new)) {
        changes.push(("scopes", names(&old).into(), names(&new).into()));
    } else if sorted(&old) != sorted(&new) {
        let described = |scopes: &[Value], others: &[Value]| -> Vec<Value> {
            let own = scopes.iter().filter(|scope| !others.contains(scope));
            own.map(|scope| scope["scopeDescription"].clone()).collect()
        };
        changes.push((
            "scopes",
            described(&old, &new).into(),
            described(&new, &old).into(),
        ));
    }
    changes
}
