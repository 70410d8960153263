//! Guards of the domain.

use serde_json::Value;

use crate::api::app_auth::OnChange;
use crate::finding::Finding;
use crate::plan::{Domain, DomainName};
use crate::providers::{Object, Observed};

use super::super::state::Known;
use super::{Guarded, changed, shown};

/// A domain that the status knows and that is not observed just now may still be there: Crossplane may miss a resource
/// for a moment. Only where it may be replaced is its absence what was waited for.
///
/// The status of a pool that lives elsewhere may know a domain that is not ours.
pub(super) fn unseen(known: &Known<'_>) -> Option<Finding> {
    let domain = known.plan.domain.as_ref()?;
    known.plan.own_pool()?;
    let before = known.composite.status_text("/domain/host")?;
    let wanted = domain.domain_name()?.host(&known.plan.region);
    (domain.on_change == OnChange::Refuse && before != wanted).then(|| {
        let (before, wanted) = (Value::from(before), Value::from(wanted));
        refused(domain, domain.field(), &before, &wanted, REPLACE)
    })
}

/// Holds a domain that exists against the observed one.
pub(super) fn check(
    known: &Known<'_>,
    object: &Object,
    before: &Observed<'_>,
    guarded: &mut Guarded,
) {
    let Some(domain) = &known.plan.domain else {
        return;
    };
    if let (Some(old), Some(new)) = (before.external_name(), object.external_name())
        && old != new
    {
        // The pool tells when it has let go of the old one, where there is a pool to look at and one takes the place of
        // the other. There is no other sign: Crossplane forgets what is left out.
        let can_be_replaced =
            known.pool().is_some() && DomainName::of(old).is_like(DomainName::of(new));
        if can_be_replaced && domain.on_change == OnChange::Replace {
            guarded.replaced.insert(object.part);
        } else {
            let remedy = if can_be_replaced { REPLACE } else { BY_HAND };
            let (old, new) = (Value::from(old), Value::from(new));
            guarded
                .findings
                .push(refused(domain, domain.field(), &old, &new, remedy));
        }
        return;
    }
    if let (Some(before), Some(wanted)) = (before.for_provider(), object.for_provider())
        && let Some((before, wanted)) = changed(before, wanted, "customDomainConfig")
    {
        if domain.on_change == OnChange::Replace {
            guarded.replaced.insert(object.part);
            return;
        }
        let certificate = |config: &Value| config["certificateARN"].clone();
        let (before, wanted) = (certificate(&before), certificate(wanted));
        guarded
            .findings
            .push(refused(domain, "certificateArn", &before, &wanted, REPLACE));
    }
}

const REPLACE: &str = "set it back, or set spec.domain.onChange to Replace, which deletes the old one first: \
                       nobody can sign in until the new one is there";
const BY_HAND: &str = "set it back, or remove spec.domain, wait until the old one is gone, and add the new one: \
                       nobody can sign in in between";

/// A change of a domain, in words.
fn refused(domain: &Domain, field: &str, before: &Value, wanted: &Value, remedy: &str) -> Finding {
    let problem = format!(
        "{} cannot become {}: the provider never changes a domain that exists",
        shown(before),
        shown(wanted)
    );
    Finding::error(domain.at(field), problem, remedy)
}
