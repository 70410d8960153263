//! The domain, settled.

use crate::api::app_auth;
use crate::api::app_auth::OnChange;
use crate::api::composite::{Composite, KnownPrefixes};
use crate::finding::Finding;
use crate::path::FieldPath;

use super::{Region, names};

/// Where the login pages live.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain {
    /// What was written as the prefix.
    pub prefix: Option<String>,
    /// What was written as the name.
    pub name: Option<String>,
    /// What was written as the certificate.
    pub certificate_arn: Option<String>,
    /// What to do with a change that cannot be applied.
    pub on_change: OnChange,
}

/// A domain that is one thing or the other, as the rules have seen to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DomainName<'a> {
    /// A prefix of Amazon's domain.
    Prefix(&'a str),
    /// A host name of one's own.
    Custom(&'a str),
}

impl Domain {
    /// The prefix or the custom name; none where neither was written, which is an error of its own.
    pub fn domain_name(&self) -> Option<DomainName<'_>> {
        match (&self.prefix, &self.name) {
            (Some(prefix), _) => Some(DomainName::Prefix(prefix)),
            (None, Some(name)) => Some(DomainName::Custom(name)),
            (None, None) => None,
        }
    }

    /// The field that names it.
    pub fn field(&self) -> &'static str {
        if self.prefix.is_some() {
            "prefix"
        } else {
            "name"
        }
    }

    /// The path of a field.
    pub fn at(&self, field: &str) -> FieldPath {
        FieldPath::parse("spec.domain").join(&FieldPath::parse(field))
    }
}

impl<'a> DomainName<'a> {
    /// The domain that Cognito calls so: a prefix has no dot.
    pub fn of(text: &'a str) -> Self {
        if text.contains('.') {
            Self::Custom(text)
        } else {
            Self::Prefix(text)
        }
    }

    /// Whether both are prefixes, or both names. A pool has one of each at most.
    pub fn is_like(self, other: DomainName<'_>) -> bool {
        matches!(
            (self, other),
            (Self::Prefix(_), DomainName::Prefix(_)) | (Self::Custom(_), DomainName::Custom(_))
        )
    }

    /// What Cognito calls the domain: the prefix alone, or the whole name.
    pub fn as_str(self) -> &'a str {
        match self {
            Self::Prefix(text) | Self::Custom(text) => text,
        }
    }

    /// The host that browsers see.
    pub fn host(self, region: &Region) -> String {
        match self {
            Self::Prefix(prefix) => region.prefix_host(prefix),
            Self::Custom(name) => name.to_owned(),
        }
    }
}

pub(super) fn settle(
    written: app_auth::Domain,
    composite: &Composite,
    has_own_pool: bool,
    found: &mut Vec<Finding>,
) -> Domain {
    // managed_login is one of the things only the Upbound providers can do; support.rs says so.
    let app_auth::Domain {
        prefix,
        name,
        certificate_arn,
        managed_login: _,
        on_change,
    } = written;
    let is_ours_to_choose = prefix.is_none() && name.is_none() && certificate_arn.is_none();
    let prefix = if is_ours_to_choose {
        Some(default_prefix(composite, has_own_pool, found))
    } else {
        prefix
    };
    Domain {
        prefix,
        name,
        certificate_arn,
        on_change: on_change.unwrap_or(OnChange::Refuse),
    }
}

/// How many hexadecimal digits of a hash a default prefix ends in.
const HASH_DIGITS: usize = 8;
/// How long a prefix may be.
const LONGEST_PREFIX: usize = 63;

/// The prefix where none was written: that of the domain that exists, else the composite's name and a hash of its uid,
/// because no two pools of a region have the same prefix, in whatever AWS account.
fn default_prefix(composite: &Composite, has_own_pool: bool, found: &mut Vec<Finding>) -> String {
    let KnownPrefixes {
        of_own_pool,
        composed,
    } = &composite.known_prefixes;
    let known = of_own_pool.as_ref().filter(|_| has_own_pool);
    if let Some(prefix) = known.or(composed.as_ref()) {
        return prefix.clone();
    }
    let Composite {
        name,
        namespace,
        uid,
        ..
    } = composite;
    let seed = uid
        .clone()
        .unwrap_or_else(|| format!("{}/{name}", namespace.as_deref().unwrap_or_default()));
    let hash = names::hash(&seed, HASH_DIGITS);
    let mut readable = readable(name);
    readable.truncate(LONGEST_PREFIX - 1 - HASH_DIGITS);
    let prefix = format!("{}-{hash}", readable.trim_end_matches('-'));
    if uid.is_none() {
        found.push(Finding::advice(
            FieldPath::parse("spec.domain"),
            format!(
                "the prefix \"{prefix}\" is made up: on the cluster it depends on the uid of the composite"
            ),
            "set prefix to choose it yourself",
        ));
    }
    prefix
}

/// The name of a composite as the begin of a prefix, without the words that AWS reserves.
fn readable(name: &str) -> String {
    let mut plain: String = name
        .chars()
        .map(|letter| letter.to_ascii_lowercase())
        .map(|letter| {
            if letter.is_ascii_alphanumeric() {
                letter
            } else {
                '-'
            }
        })
        .collect();
    // Removing one word may join the letters of another.
    while let Some(word) = ["cognito", "amazon", "aws"]
        .into_iter()
        .find(|word| plain.contains(word))
    {
        plain = plain.replace(word, "");
    }
    let parts: Vec<&str> = plain.split('-').filter(|part| !part.is_empty()).collect();
    if parts.is_empty() {
        "login".to_owned()
    } else {
        parts.join("-")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settled(composite: &Composite) -> (String, Vec<String>) {
        let mut found = Vec::new();
        let domain = settle(app_auth::Domain::default(), composite, true, &mut found);
        let said = found.iter().map(Finding::to_string).collect();
        (domain.prefix.unwrap(), said)
    }

    fn composite(name: &str, uid: Option<&str>) -> Composite {
        Composite {
            name: name.to_owned(),
            uid: uid.map(str::to_owned),
            ..Composite::default()
        }
    }

    #[test]
    fn a_default_prefix_is_of_the_name_and_the_uid() {
        for (name, uid, prefix) in [
            ("storefront", "a", "storefront-ca978112"),
            ("storefront", "b", "storefront-3e23e816"),
            ("my.Shop", "a", "my-shop-ca978112"),
            ("aws-amazon.cognito", "a", "login-ca978112"),
            ("cognito-login", "a", "login-ca978112"),
            ("cogamazonnito", "a", "login-ca978112"),
            ("awsome-shop", "a", "ome-shop-ca978112"),
            (&"é".repeat(70), "a", "login-ca978112"),
        ] {
            assert_eq!(
                settled(&composite(name, Some(uid))),
                (prefix.to_owned(), vec![])
            );
        }
        let (long, _) = settled(&composite(&"x".repeat(63), Some("a")));
        assert_eq!(long, format!("{}-ca978112", "x".repeat(54)));
    }

    #[test]
    fn without_a_uid_the_prefix_is_made_up() {
        let (prefix, said) = settled(&composite("storefront", None));
        assert_eq!(
            said,
            [format!(
                "spec.domain: the prefix \"{prefix}\" is made up: on the cluster it depends on the uid of the composite; \
                      set prefix to choose it yourself"
            )]
        );
    }

    #[test]
    fn the_prefix_of_a_domain_that_exists_is_kept() {
        let known = |of_own_pool: Option<&str>, composed: Option<&str>| Composite {
            known_prefixes: KnownPrefixes {
                of_own_pool: of_own_pool.map(str::to_owned),
                composed: composed.map(str::to_owned),
            },
            ..composite("storefront", Some("a"))
        };
        assert_eq!(
            settled(&known(Some("shop"), None)),
            ("shop".to_owned(), vec![])
        );
        assert_eq!(
            settled(&known(None, Some("shop"))),
            ("shop".to_owned(), vec![])
        );
    }

    #[test]
    fn the_domain_of_an_existing_pool_is_not_ours() {
        let composite = Composite {
            known_prefixes: KnownPrefixes {
                of_own_pool: Some("shared".to_owned()),
                composed: None,
            },
            ..composite("storefront", Some("a"))
        };
        let written = app_auth::Domain::default();
        let domain = settle(written, &composite, false, &mut Vec::new());
        assert_eq!(domain.prefix.as_deref(), Some("storefront-ca978112"));
    }
}
