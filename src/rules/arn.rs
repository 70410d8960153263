//! Amazon Resource Names, and the kinds of thing that Cognito wants them to name.

use super::Report;
use crate::path::FieldPath;
use crate::plan::Region;
use crate::text::quoted;

/// An ARN taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Arn<'a> {
    /// AWS itself, or one of its islands, such as `aws-cn`.
    pub(super) partition: &'a str,
    /// The service, such as `lambda`.
    pub(super) service: &'a str,
    /// The region; empty for what is in none.
    pub(super) region: &'a str,
    /// The thing, in the service's own form.
    pub(super) resource: &'a str,
}

impl<'a> Arn<'a> {
    /// Takes an ARN apart; none where Cognito's own pattern would not match.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        let ["arn", partition, service, region, account, resource] = parts[..] else {
            return None;
        };
        let word = |text: &str| !text.is_empty() && text.bytes().all(is_of_word);
        let whole = word(partition)
            && word(service)
            && region.bytes().all(is_of_word)
            && !account.is_empty()
            && account.bytes().all(|byte| byte.is_ascii_digit())
            && resource.split(':').count() <= 3
            && resource.split(':').all(word);
        whole.then_some(Self {
            partition,
            service,
            region,
            resource,
        })
    }
}

fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_+=/,.@-".contains(&byte)
}

/// What an ARN is to name.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Certificate,
    EmailIdentity,
    Function,
    Key,
    PinpointApplication,
    Role,
}

impl Kind {
    /// What people call it.
    pub(super) const fn noun(self) -> &'static str {
        match self {
            Self::Certificate => "a certificate of ACM",
            Self::EmailIdentity => "an identity of SES",
            Self::Function => "a Lambda function",
            Self::Key => "a KMS key",
            Self::PinpointApplication => "a Pinpoint application",
            Self::Role => "an IAM role",
        }
    }

    /// The service, and what the resource begins with.
    const fn form(self) -> (&'static str, &'static str) {
        match self {
            Self::Certificate => ("acm", "certificate/"),
            Self::EmailIdentity => ("ses", "identity/"),
            Self::Function => ("lambda", "function:"),
            Self::Key => ("kms", "key/"),
            Self::PinpointApplication => ("mobiletargeting", "apps/"),
            Self::Role => ("iam", "role/"),
        }
    }

    /// One of its kind.
    pub(super) fn example(self, region: &Region) -> String {
        let partition = region.partition().unwrap_or("aws");
        let (region, name) = match self {
            // Login pages are served by CloudFront, which reads certificates there.
            Self::Certificate if partition == "aws" => {
                ("us-east-1", "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0")
            }
            Self::EmailIdentity => (region.as_str(), "example.org"),
            Self::Function => (region.as_str(), "sign-up"),
            Self::Certificate | Self::Key => {
                (region.as_str(), "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0")
            }
            Self::PinpointApplication => (region.as_str(), "0123456789abcdef0123456789abcdef"),
            Self::Role => ("", "cognito"),
        };
        let (service, resource) = self.form();
        format!("arn:{partition}:{service}:{region}:123456789012:{resource}{name}")
    }

    /// Whether a text is the beginning of an ARN of this kind and names nothing, such as `arn:…:role/`.
    pub(super) fn is_empty(self, text: &str) -> bool {
        let (service, resource) = self.form();
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        let ["arn", _, found, _, _, rest] = parts[..] else {
            return false;
        };
        found == service && rest.starts_with(resource) && rest.ends_with(['/', ':'])
    }

    /// The ARN, where it names one of this kind. Another kind is an error; that it is no ARN at all, names nothing or is of
    /// another partition is [another rule's](super::common) to say.
    pub(super) fn expect<'a>(
        self,
        text: &'a str,
        region: &Region,
        at: impl FnOnce() -> FieldPath,
        report: &mut Report,
    ) -> Option<Arn<'a>> {
        let arn = Arn::parse(text)?;
        if self.is_empty(text) || region.partition().is_some_and(|own| own != arn.partition) {
            return None;
        }
        let (service, resource) = self.form();
        if arn.service == service && arn.resource.starts_with(resource) {
            return Some(arn);
        }
        report.error(
            at(),
            format!("{} is not {}", quoted(text), self.noun()),
            format!("use one such as \"{}\"", self.example(region)),
        );
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_arns_apart() {
        assert_eq!(
            Arn::parse("arn:aws-cn:lambda:cn-north-1:123456789012:function:f:7"),
            Some(Arn {
                partition: "aws-cn",
                service: "lambda",
                region: "cn-north-1",
                resource: "function:f:7",
            })
        );
        for text in [
            "",
            "my-function",
            "arn:aws:lambda:eu-west-1::function:f",
            "arn:aws:lambda:eu-west-1:account:function:f",
            "arn:aws:lambda:eu-west-1:123456789012:",
            "arn:aws:lambda:eu-west-1:123456789012:function::1",
            "arn:aws:lambda:eu-west-1:123456789012:function:f:1:2",
            "arn:aws:lambda:eu-west-1:123456789012:function:f g",
            "arn:aws:lambda:eu-west-1:123456789012:function:f\n",
        ] {
            assert_eq!(Arn::parse(text), None, "{text}");
        }
    }

    #[test]
    fn an_example_is_of_its_kind() {
        let region = Region::new("eu-west-1");
        for kind in [
            Kind::Certificate,
            Kind::EmailIdentity,
            Kind::Function,
            Kind::Key,
            Kind::PinpointApplication,
            Kind::Role,
        ] {
            let mut report = Report::default();
            let example = kind.example(&region);
            let arn = kind.expect(&example, &region, FieldPath::default, &mut report);
            assert!(arn.is_some(), "{example}");
        }
    }
}
