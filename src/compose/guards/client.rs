//! Guards of the clients.

use std::collections::BTreeMap;

use crate::finding::Finding;
use crate::plan::{Client, resource};
use crate::providers::{Object, Observed};

use super::{changed, fixed, imported};

/// Holds a client against the observed one.
pub(super) fn check(
    client: &Client,
    object: &Object,
    before: &Observed<'_>,
    found: &mut Vec<Finding>,
) {
    found.extend(imported(
        client.import_id.as_deref(),
        before,
        || client.at("importId"),
        "client",
    ));
    let (Some(wanted), Some(before)) = (object.for_provider(), before.for_provider()) else {
        return;
    };
    if let Some((before, wanted)) = changed(before, wanted, "generateSecret") {
        let way_on =
            "give the client another name, which makes another client with another client id";
        found.push(fixed(
            client.at("secret"),
            "client",
            &before,
            wanted,
            way_on,
        ));
    }
}

/// Crossplane keeps the name of a resource that exists, so a composed Secret would silently stay where it is.
pub(super) fn renamed_secret(
    client: &Client,
    observed: &BTreeMap<String, Observed<'_>>,
) -> Option<Finding> {
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
