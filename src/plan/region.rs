//! A region and the hosts of the partition it is in.

use std::fmt;

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

    /// The issuer of a pool's tokens.
    /// Source: developer guide, "Verifying JSON web tokens"; endpoints.json of botocore for the partitions.
    pub fn issuer(&self, pool_id: &str) -> String {
        format!(
            "https://cognito-idp.{}.{}/{pool_id}",
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

#[cfg(test)]
mod tests {
    use super::*;

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
