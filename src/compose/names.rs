//! The names, in the cluster, of resources whose name at AWS is ours to choose.
//!
//! Crossplane forgets at once what is left out of the desired state. What comes in its place later gets a random name of
//! Crossplane 1, and of Crossplane 2 the name that the old one had. Both go wrong while the old one is still on its way
//! out. Beside it, under another name, the provider deletes at AWS by the name there until it finds nothing, and so the new
//! one as well: a group with its members. Laid over it, a new name at AWS takes the place of the one that is to be deleted,
//! which then stays for good. So what is one at AWS has one name in the cluster, and what is another has another.

use serde_json::json;
use sha2::{Digest, Sha256};

use crate::plan::{Part, hex};
use crate::providers::Object;

use super::state::Known;

/// The longest name of a resource that may stand in a label, and the part of it that tells one resource from another.
const LONGEST: usize = 63;
const HASH: usize = 12;

/// Names the objects that are known at AWS by a name of ours. Those that exist keep their names. Without a uid, as in a
/// render without a cluster, Crossplane names them.
pub(super) fn apply(known: &Known<'_>, objects: &mut [Object]) {
    let Some(uid) = known.composite.uid.as_deref() else {
        return;
    };
    for object in objects {
        if matches!(object.part, Part::UserPool | Part::Client(_)) {
            continue;
        }
        let observed = known
            .part(object.part)
            .and_then(|each| each.text("/metadata/name"));
        let name = observed.map_or_else(|| name(&known.composite.name, uid, object), str::to_owned);
        object.body["metadata"]["name"] = json!(name);
    }
}

fn name(composite: &str, uid: &str, object: &Object) -> String {
    let at_aws = object.external_name().unwrap_or_default();
    let identity = format!("{uid}/{}/{at_aws}", object.name);
    let hash = hex(&Sha256::digest(identity), HASH);
    let end = composite.floor_char_boundary(LONGEST - HASH - 1);
    format!("{}-{hash}", composite[..end].trim_end_matches(['-', '.']))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn domain(at_aws: &str) -> Object {
        let name = "domain".to_owned();
        Object::new(
            Part::Domain,
            name,
            "v1",
            "UserPoolDomain",
            Some(at_aws),
            &json!({}),
        )
    }

    #[test]
    fn what_is_another_at_aws_has_another_name() {
        let first = name("storefront", "uid", &domain("a"));
        assert_eq!(first, name("storefront", "uid", &domain("a")));
        assert_ne!(first, name("storefront", "uid", &domain("b")));
        assert_ne!(first, name("storefront", "another", &domain("a")));
    }

    #[test]
    fn a_name_is_never_too_long() {
        for composite in [
            "a".repeat(70),
            format!("{}-b", "a".repeat(49)),
            "é".repeat(40),
        ] {
            let name = name(&composite, "uid", &domain("a"));
            assert!(name.len() <= LONGEST && !name.contains("--"), "{name}");
        }
    }
}
