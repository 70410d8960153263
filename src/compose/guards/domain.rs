//! Guards of the domain.

use serde_json::Value;

use crate::api::app_auth::OnChange;
use crate::finding::Finding;
use crate::path::FieldPath;
use crate::plan::DomainName;
use crate::providers::{Object, Observed};

use super::super::known::Known;
use super::{Guarded, changed, shown};

/// Whether the domain exists at AWS and is ours. Its external name is ours from the first render on and says nothing of
/// that, and neither does Ready where the pool shows another domain: then the name is another pool's.
fn exists(known: &Known<'_>, before: &Observed) -> bool {
    let Some(name) = before.external_name() else {
        return before.is("Ready");
    };
    let shown: Vec<&str> = known.shown_domains().collect();
    let host = if name.contains('.') {
        DomainName::Custom(name).host(&known.plan.region)
    } else {
        DomainName::Prefix(name).host(&known.plan.region)
    };
    if shown.is_empty() {
        before.is("Ready") || known.composite.status_text("/domain/host") == Some(&host)
    } else {
        shown.contains(&name)
    }
}

/// A domain that the status knows and that is not observed just now may still be there: Crossplane may miss a resource
/// for a moment. Only where it may be replaced is its absence what was waited for.
pub(super) fn unseen(known: &Known<'_>) -> Option<Finding> {
    let domain = known.plan.domain.as_ref()?;
    let before = known.composite.status_text("/domain/host")?;
    let wanted = domain.domain_name()?.host(&known.plan.region);
    (domain.on_change == OnChange::Refuse && before != wanted).then(|| {
        let field = if domain.prefix.is_some() {
            "prefix"
        } else {
            "name"
        };
        refused(domain.at(field), &Value::from(before), &Value::from(wanted))
    })
}

/// Holds the domain against the observed one.
pub(super) fn check(known: &Known<'_>, object: &Object, before: &Observed, guarded: &mut Guarded) {
    let Some(domain) = &known.plan.domain else {
        return;
    };
    if !exists(known, before) {
        return;
    }
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
            guarded.replaced.insert(object.part);
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
