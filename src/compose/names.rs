//! The names, in the cluster, of resources whose name at AWS is ours to choose.
//!
//! Crossplane forgets at once what is left out of the desired state, and before version 2.2 gives the next one of the same
//! name in the composition a random name. That one would be made while the old one is still on its way out, and the
//! provider, which deletes by the name at AWS until it finds nothing there, would delete the new one at AWS with it: a
//! group with its members. Under one name there is one resource at a time.

use serde_json::json;
use sha2::{Digest, Sha256};

use crate::plan::Part;
use crate::plan::names::hex;
use crate::providers::Object;

use super::known::Known;

/// The longest name that Crossplane gives, and the part of it that tells one resource from another.
const LONGEST: usize = 63;
const HASH: usize = 12;

/// Names the objects that are known at AWS by a name of ours. Without a uid, as in a render without a cluster, Crossplane
/// names them.
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
        let name = observed.map_or_else(
            || child_name(&known.composite.name, uid, &object.name),
            str::to_owned,
        );
        object.body["metadata"]["name"] = json!(name);
    }
}

/// Crossplane 2's own name for a composed resource, so that there it is no other.
///
/// Source: `ChildName` of crossplane/crossplane, `internal/names/names.go`.
fn child_name(parent: &str, uid: &str, child: &str) -> String {
    let hash = hex(&Sha256::digest(format!("{uid}{child}")), HASH);
    // Names of resources are ASCII.
    let parent = &parent[..parent.len().min(LONGEST - HASH - 1)];
    let hyphen = if parent.ends_with('-') { "" } else { "-" };
    format!("{parent}{hyphen}{hash}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_one_that_crossplane_2_gives() {
        // Seen on Crossplane 2.2.
        let uid = "419b2bf5-6d19-4147-b083-56831c84ecf1";
        for (child, expected) in [
            ("group-admins", "edited-37bfa92d9749"),
            ("domain", "edited-d97fefd8f70e"),
        ] {
            assert_eq!(child_name("edited", uid, child), expected);
        }
    }

    #[test]
    fn a_name_is_never_too_long() {
        let long = "a".repeat(70);
        let name = child_name(&long, "uid", "group-admins");
        assert_eq!(name.len(), LONGEST);
        let name = child_name(&format!("{}-", &long[..49]), "uid", "group-admins");
        assert!(!name.contains("--"), "{name}");
    }
}
