//! Guards of the identity providers.

use serde_json::{Map, Value};

use crate::finding::Finding;
use crate::json::{Fields, Json};
use crate::plan::IdentityProvider;
use crate::providers::{Object, Observed};

use super::{changed, fixed, shown};

/// Holds an identity provider against the observed one.
pub(super) fn check(
    provider: &IdentityProvider,
    object: &Object,
    before: &Observed<'_>,
    found: &mut Vec<Finding>,
) {
    let observed = before;
    let (Some(wanted), Some(before)) = (object.for_provider(), observed.for_provider()) else {
        return;
    };
    if let Some((before, wanted)) = changed(before, wanted, "providerType") {
        let way_on = "give it another name, which makes another identity provider";
        found.push(fixed(
            provider.at("type"),
            "identity provider",
            &before,
            wanted,
            way_on,
        ));
    }
    for (field, name) in [
        ("idpIdentifiers", "identifiers"),
        ("attributeMapping", "attributeMapping"),
    ] {
        // What the provider has filled in was nobody's wish.
        let path = ["f:spec", "f:forProvider", &format!("f:{field}")];
        if observed.is_written_by_crossplane(&path) == Some(false) {
            continue;
        }
        if let Some(before) = emptied(before, wanted, field) {
            found.push(Finding::error(
                provider.at(name),
                format!(
                    "{} cannot become nothing: the provider notices a change of some, never that all are gone",
                    shown(&before.to_value())
                ),
                "keep at least one, or remove the identity provider, wait until it is gone, and add it again",
            ));
        }
    }
}

/// What a field has that is to have nothing. Where nothing is asked for, the provider lets AWS keep what it has.
fn emptied<'a>(
    before: &'a Fields<'a>,
    wanted: &Map<String, Value>,
    field: &str,
) -> Option<&'a Json<'a>> {
    let before = before.get(field)?;
    let is_empty = match before {
        Json::Array(entries) => entries.is_empty(),
        Json::Object(fields) => fields.is_empty(),
        _ => true,
    };
    (!is_empty && !wanted.contains_key(field)).then_some(before)
}
