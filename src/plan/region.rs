//! A region and the hosts of the partition it is in.

use std::fmt;

use serde_json::Value;

use crate::path::{FieldPath, Segment};
use crate::text::quoted;

/// An AWS region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region(String);

impl Region {
    /// The region of this code, such as `eu-west-1`.
    pub fn new(code: impl Into<String>) -> Self {
        Self(code.into())
    }

    /// A region that nobody wrote. It is an error of its own, and no reason to say nothing else.
    pub fn unknown() -> Self {
        Self(String::new())
    }

    /// Whether somebody wrote it.
    pub fn is_known(&self) -> bool {
        !self.0.is_empty()
    }

    /// The region's code.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The partition that the region is in, as ARNs have it; none where nobody wrote a region.
    /// Source: partitions.json of botocore.
    pub fn partition(&self) -> Option<&'static str> {
        const OTHERS: [(&str, &str); 7] = [
            ("cn-", "aws-cn"),
            ("us-gov-", "aws-us-gov"),
            ("eusc-", "aws-eusc"),
            ("us-iso-", "aws-iso"),
            ("us-isob-", "aws-iso-b"),
            ("eu-isoe-", "aws-iso-e"),
            ("us-isof-", "aws-iso-f"),
        ];
        let other = OTHERS.iter().find(|(start, _)| self.0.starts_with(start));
        self.is_known()
            .then(|| other.map_or("aws", |(_, partition)| partition))
    }

    /// The issuer of a pool's tokens, when the pool's issuer type is `ORIGINAL`.
    /// Source: developer guide, "Verifying JSON web tokens"; endpoints.json of botocore for the partitions.
    pub fn issuer(&self, pool_id: &str) -> String {
        format!(
            "https://cognito-idp.{}.{}/{pool_id}",
            self.0,
            self.dns_suffix()
        )
    }

    /// The issuer of a pool whose issuer type is `UPDATED`. AWS serves its keys from more than one region.
    /// Source: API reference, `IssuerConfigurationType`.
    pub fn updated_issuer(&self, pool_id: &str) -> String {
        format!(
            "https://issuer-cognito-idp.{}.{}/{pool_id}",
            self.0,
            self.dns_suffix()
        )
    }

    /// The host of a prefix domain. GovCloud has FIPS endpoints only.
    /// Source: developer guide, "Using Amazon Cognito in AWS GovCloud (US)".
    pub fn prefix_host(&self, prefix: &str) -> String {
        let auth = if self.0.starts_with("us-gov-") {
            "auth-fips"
        } else {
            "auth"
        };
        let suffix = if self.0.starts_with("cn-") {
            "amazoncognito.com.cn"
        } else {
            "amazoncognito.com"
        };
        format!("{prefix}.{auth}.{}.{suffix}", self.0)
    }

    fn dns_suffix(&self) -> &'static str {
        if self.0.starts_with("cn-") {
            "amazonaws.com.cn"
        } else if self.0.starts_with("eusc-") {
            "amazonaws.eu"
        } else {
            "amazonaws.com"
        }
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The problem and the remedy for a region in another spelling than that of AWS. None for any other value.
pub(crate) fn region_correction(written: &Value, path: &FieldPath) -> Option<(String, String)> {
    let is_region = match path.segments() {
        [.., Segment::Field(field)] => field == "region",
        [.., Segment::Field(list), Segment::Index(_)] => list == "regions",
        _ => false,
    };
    let text = written.as_str().filter(|_| is_region)?;
    let plain = text.trim().to_ascii_lowercase().replace('_', "-");
    let zone = plain.trim_end_matches(|letter: char| letter.is_ascii_lowercase());
    let (problem, remedy) = if plain != text && is_name(&plain) {
        ("is not written as AWS writes regions", plain.as_str())
    } else if plain.len() == zone.len() + 1 && is_name(zone) {
        ("is an availability zone", zone)
    } else {
        return None;
    };
    Some((
        format!("Invalid value: {}: {problem}", quoted(text)),
        format!("write \"{remedy}\""),
    ))
}

/// Whether a text looks like the name of a region: `eu-west-1`.
fn is_name(text: &str) -> bool {
    let mut parts = text.rsplit('-');
    let is_number = |part: &str| {
        (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let is_word =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
    parts.next().is_some_and(is_number) && parts.clone().count() >= 2 && parts.all(is_word)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn another_spelling_of_a_region_is_corrected() {
        let at = FieldPath::parse("spec.region");
        let remedy = |text: &str| Some(region_correction(&json!(text), &at)?.1);
        assert_eq!(remedy("EU-WEST-1").as_deref(), Some("write \"eu-west-1\""));
        assert_eq!(remedy("eu_west_1").as_deref(), Some("write \"eu-west-1\""));
        assert_eq!(remedy("us-east-1a").as_deref(), Some("write \"us-east-1\""));
        for other in ["eu-west-1", "eu-west", "Ireland", ""] {
            assert_eq!(remedy(other), None, "{other}");
        }
    }

    #[test]
    fn hosts_are_those_of_the_partition() {
        for (region, issuer, host) in [
            (
                "eu-west-1",
                "cognito-idp.eu-west-1.amazonaws.com",
                "shop.auth.eu-west-1.amazoncognito.com",
            ),
            (
                "us-gov-west-1",
                "cognito-idp.us-gov-west-1.amazonaws.com",
                "shop.auth-fips.us-gov-west-1.amazoncognito.com",
            ),
            (
                "cn-north-1",
                "cognito-idp.cn-north-1.amazonaws.com.cn",
                "shop.auth.cn-north-1.amazoncognito.com.cn",
            ),
        ] {
            let region = Region::new(region);
            assert_eq!(region.issuer("p_1"), format!("https://{issuer}/p_1"));
            assert_eq!(
                region.updated_issuer("p_1"),
                format!("https://issuer-{issuer}/p_1")
            );
            assert_eq!(region.prefix_host("shop"), host);
        }
    }

    #[test]
    fn a_region_is_in_one_partition() {
        for (region, partition) in [
            ("eu-west-1", Some("aws")),
            ("cn-north-1", Some("aws-cn")),
            ("us-gov-west-1", Some("aws-us-gov")),
            ("eusc-de-east-1", Some("aws-eusc")),
            ("us-isob-east-1", Some("aws-iso-b")),
            ("", None),
        ] {
            assert_eq!(Region::new(region).partition(), partition);
        }
    }
}
