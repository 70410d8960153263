//! The domain, settled.

use crate::api::app_auth;
use crate::api::app_auth::OnChange;
use crate::path::FieldPath;

use super::Region;

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

pub(super) fn settle(written: app_auth::Domain) -> Domain {
    // managed_login is one of the things only the Upbound providers can do; support.rs says so.
    let app_auth::Domain {
        prefix,
        name,
        certificate_arn,
        managed_login: _,
        on_change,
    } = written;
    Domain {
        prefix,
        name,
        certificate_arn,
        on_change: on_change.unwrap_or(OnChange::Refuse),
    }
}
