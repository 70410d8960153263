//! Rules of the domain.

use super::arn::Kind;
use super::characters::Class;
use super::{Report, Rule, api, guide, rule};
use crate::plan::{Domain, Plan};
use crate::text::{outside, quoted};

pub(super) const RULES: &[Rule] = &[
    rule(
        "DOMAIN-1",
        api!("CreateUserPoolDomain"),
        a_domain_is_a_prefix_or_a_name_with_its_certificate,
    ),
    rule(
        "DOMAIN-PREFIX-1",
        api!("CreateUserPoolDomain"),
        a_prefix_is_a_dns_label,
    ),
    rule(
        "DOMAIN-PREFIX-2",
        guide!("cognito-user-pools-assign-domain-prefix"),
        a_prefix_has_no_word_of_amazons,
    ),
    rule(
        "DOMAIN-CUSTOM-1",
        api!("CreateUserPoolDomain"),
        a_name_is_a_whole_host_name,
    ),
    rule(
        "DOMAIN-CUSTOM-2",
        api!("CustomDomainConfigType"),
        a_certificate_is_in_us_east_1,
    ),
    rule(
        "DOMAIN-CUSTOM-3",
        guide!("cognito-user-pools-add-custom-domain"),
        a_name_has_a_parent_of_ones_own,
    ),
];

const CERTIFICATE_REGION: &str = "us-east-1";

fn a_domain_is_a_prefix_or_a_name_with_its_certificate(plan: &Plan, report: &mut Report) {
    let Some(domain) = &plan.domain else {
        return;
    };
    let Domain {
        prefix,
        name,
        certificate_arn,
        on_change: _,
    } = domain;
    match (prefix, name, certificate_arn) {
        // A prefix of our own comes where none of them is written.
        (None, None, _) => report.error(
            domain.at("certificateArn"),
            "is set, and there is no name that the certificate is for",
            "set name, or remove it",
        ),
        (Some(_), Some(_), _) => {
            report.error(
                domain.at(""),
                "has both prefix and name",
                "keep one of them",
            );
        }
        (None, Some(name), None) => report.error(
            domain.at("certificateArn"),
            format!("is not set, and {} needs a certificate", quoted(name)),
            format!("give one of ACM in \"{CERTIFICATE_REGION}\""),
        ),
        (Some(prefix), None, Some(_)) => report.error(
            domain.at("certificateArn"),
            format!(
                "is for a name of one's own, and the prefix {} has Amazon's certificate",
                quoted(prefix)
            ),
            "remove it, or give a name instead of the prefix",
        ),
        (Some(_), None, None) | (None, Some(_), Some(_)) => {}
    }
}

fn a_prefix_is_a_dns_label(plan: &Plan, report: &mut Report) {
    let Some((domain, prefix)) = prefix(plan) else {
        return;
    };
    if let Some(edge) = edge(prefix).filter(|_| Class::Label.is_all_of(prefix)) {
        report.error(
            domain.at("prefix"),
            format!("{} {edge} with \"-\"", quoted(prefix)),
            "use a to z, 0 to 9 and -, with no - at either end",
        );
    }
}

fn a_prefix_has_no_word_of_amazons(plan: &Plan, report: &mut Report) {
    let Some((domain, prefix)) = prefix(plan) else {
        return;
    };
    let lower = prefix.to_ascii_lowercase();
    let refused = ["cognito", "amazon"]
        .into_iter()
        .find(|word| lower.contains(word))
        .or_else(|| lower.split('-').find(|segment| *segment == "aws"));
    if let Some(word) = refused {
        report.error(
            domain.at("prefix"),
            format!(
                "{} has \"{word}\" in it, which AWS keeps to itself",
                quoted(prefix)
            ),
            "choose another",
        );
    } else if lower.contains("aws") {
        report.advise(
            domain.at("prefix"),
            format!(
                "{} has \"aws\" in it, which AWS does not always take",
                quoted(prefix)
            ),
            "choose another",
        );
    }
}

fn a_name_is_a_whole_host_name(plan: &Plan, report: &mut Report) {
    let Some((domain, name)) = name(plan) else {
        return;
    };
    let of_name = |letter: char| Class::Label.takes(letter) || letter == '.';
    let problem = if let Some(other) = outside(name, of_name) {
        Some(format!("holds {other}"))
    } else if !name.contains('.') {
        Some("has no dot".to_owned())
    } else if name.split('.').any(str::is_empty) {
        Some("has a dot too many".to_owned())
    } else if is_ip_address(name) {
        Some("is an IP address".to_owned())
    } else {
        let edge = name.split('.').find_map(edge);
        edge.map(|edge| format!("has a label that {edge} with \"-\""))
    };
    if let Some(problem) = problem {
        report.error(
            domain.at("name"),
            format!("{} {problem}", quoted(name)),
            "use a whole host name in lower case, such as \"login.example.org\"",
        );
    }
}

fn a_certificate_is_in_us_east_1(plan: &Plan, report: &mut Report) {
    let Some((domain, _)) = name(plan) else {
        return;
    };
    let Some(certificate) = domain.certificate_arn.as_deref() else {
        return;
    };
    let at = || domain.at("certificateArn");
    let arn = Kind::Certificate.expect(certificate, &plan.region, at, report);
    // The other partitions have no us-east-1, and the manual is silent on them.
    if let Some(arn) = arn.filter(|arn| arn.partition == "aws" && arn.region != CERTIFICATE_REGION)
    {
        report.error(
            at(),
            format!("is in \"{}\", where login pages cannot read it", arn.region),
            format!("use a certificate in \"{CERTIFICATE_REGION}\", whatever the pool's region"),
        );
    }
}

fn a_name_has_a_parent_of_ones_own(plan: &Plan, report: &mut Report) {
    let Some((domain, name)) = name(plan) else {
        return;
    };
    let labels = name.split('.').filter(|label| !label.is_empty()).count();
    if labels == 2 {
        report.error(
            domain.at("name"),
            format!(
                "{} is right below a top-level domain, which Cognito refuses",
                quoted(name)
            ),
            format!(
                "use a name below it, such as \"login.{}\"",
                name.trim_matches('.')
            ),
        );
    }
}

/// The prefix, where it is one.
fn prefix(plan: &Plan) -> Option<(&Domain, &str)> {
    let domain = plan.domain.as_ref()?;
    Some((domain, domain.prefix.as_deref()?))
}

/// The name, where it is one.
fn name(plan: &Plan) -> Option<(&Domain, &str)> {
    let domain = plan.domain.as_ref()?;
    Some((domain, domain.name.as_deref()?))
}

/// Whether a host name is an IP address. One of version 6 has colons, which no host name has.
fn is_ip_address(name: &str) -> bool {
    let is_number = |label: &str| label.bytes().all(|byte| byte.is_ascii_digit());
    name.split('.').count() == 4 && name.split('.').all(is_number)
}

/// What a label does with a hyphen at one of its ends.
fn edge(label: &str) -> Option<&'static str> {
    if label.starts_with('-') {
        Some("begins")
    } else if label.ends_with('-') {
        Some("ends")
    } else {
        None
    }
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::{Value, json};

    use crate::rules::testing::{Case, advice, domain, error, quiet, told};

    const CERTIFICATE: &str =
        "arn:aws:acm:us-east-1:123456789012:certificate/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0";

    fn prefix(prefix: &str) -> Value {
        domain(json!({"prefix": prefix}))
    }

    fn name(name: &str) -> Value {
        domain(json!({"prefix": null, "name": name, "certificateArn": CERTIFICATE}))
    }

    fn certificate(arn: &str) -> Value {
        domain(json!({"prefix": null, "name": "login.example.org", "certificateArn": arn}))
    }

    pub(in crate::rules) fn broken() -> Vec<Case> {
        vec![
            error(
                "DOMAIN-1",
                domain(json!({"prefix": null, "certificateArn": CERTIFICATE})),
                "spec.domain.certificateArn: is set, and there is no name that the certificate is for; set name, or remove it",
            ),
            error(
                "DOMAIN-1",
                domain(json!({"name": "login.example.org"})),
                "spec.domain: has both prefix and name; keep one of them",
            ),
            error(
                "DOMAIN-1",
                domain(json!({"prefix": null, "name": "login.example.org"})),
                r#"spec.domain.certificateArn: is not set, and "login.example.org" needs a certificate; give one of ACM in "us-east-1""#,
            ),
            error(
                "DOMAIN-1",
                domain(json!({"certificateArn": CERTIFICATE})),
                r#"spec.domain.certificateArn: is for a name of one's own, and the prefix "storefront-7k2" has Amazon's certificate; remove it, or give a name instead of the prefix"#,
            ),
            error(
                "DOMAIN-PREFIX-1",
                prefix("-x"),
                r#"spec.domain.prefix: "-x" begins with "-"; use a to z, 0 to 9 and -, with no - at either end"#,
            ),
            error(
                "DOMAIN-PREFIX-1",
                prefix("x-"),
                r#"spec.domain.prefix: "x-" ends with "-"; use a to z, 0 to 9 and -, with no - at either end"#,
            ),
            error(
                "DOMAIN-PREFIX-2",
                prefix("aws-shop"),
                r#"spec.domain.prefix: "aws-shop" has "aws" in it, which AWS keeps to itself; choose another"#,
            ),
            error(
                "DOMAIN-PREFIX-2",
                prefix("newcognito"),
                r#"spec.domain.prefix: "newcognito" has "cognito" in it, which AWS keeps to itself; choose another"#,
            ),
            error(
                "DOMAIN-PREFIX-2",
                prefix("shop-amazon"),
                r#"spec.domain.prefix: "shop-amazon" has "amazon" in it, which AWS keeps to itself; choose another"#,
            ),
            advice(
                "DOMAIN-PREFIX-2",
                prefix("awsome"),
                r#"spec.domain.prefix: "awsome" has "aws" in it, which AWS does not always take; choose another"#,
            ),
            error(
                "DOMAIN-CUSTOM-1",
                name("login"),
                r#"spec.domain.name: "login" has no dot; use a whole host name in lower case, such as "login.example.org""#,
            ),
            error(
                "DOMAIN-CUSTOM-1",
                name("Login.example.org"),
                r#"spec.domain.name: "Login.example.org" holds "L"; use a whole host name in lower case, such as "login.example.org""#,
            ),
            error(
                "DOMAIN-CUSTOM-1",
                name("login..example.org"),
                r#"spec.domain.name: "login..example.org" has a dot too many; use a whole host name in lower case, such as "login.example.org""#,
            ),
            error(
                "DOMAIN-CUSTOM-1",
                name("192.0.2.1"),
                r#"spec.domain.name: "192.0.2.1" is an IP address; use a whole host name in lower case, such as "login.example.org""#,
            ),
            error(
                "DOMAIN-CUSTOM-1",
                name("https://login.example.org"),
                r#"spec.domain.name: "https://login.example.org" holds ":"; use a whole host name in lower case, such as "login.example.org""#,
            ),
            error(
                "DOMAIN-CUSTOM-1",
                name("login-.example.org"),
                r#"spec.domain.name: "login-.example.org" has a label that ends with "-"; use a whole host name in lower case, such as "login.example.org""#,
            ),
            error(
                "DOMAIN-CUSTOM-2",
                certificate("arn:aws:acm:eu-west-1:123456789012:certificate/0f1e2d3c"),
                r#"spec.domain.certificateArn: is in "eu-west-1", where login pages cannot read it; use a certificate in "us-east-1", whatever the pool's region"#,
            ),
            error(
                "DOMAIN-CUSTOM-2",
                certificate("arn:aws:iam::123456789012:server-certificate/login"),
                r#"spec.domain.certificateArn: "arn:aws:iam::123456789012:server-certificate/login" is not a certificate of ACM; use one such as "arn:aws:acm:us-east-1:123456789012:certificate/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0""#,
            ),
            error(
                "DOMAIN-CUSTOM-3",
                name("example.org"),
                r#"spec.domain.name: "example.org" is right below a top-level domain, which Cognito refuses; use a name below it, such as "login.example.org""#,
            ),
        ]
    }

    #[test]
    fn what_is_wrong_is_told() {
        told(broken());
    }

    #[test]
    fn what_is_right_is_passed_over() {
        quiet(vec![
            prefix("shop-prod"),
            prefix("7k2"),
            name("login.example.org"),
            name("a.b-c.example.org"),
            {
                let mut spec = certificate(
                    "arn:aws-us-gov:acm:us-gov-west-1:123456789012:certificate/0f1e2d3c",
                );
                spec["region"] = json!("us-gov-west-1");
                spec
            },
        ]);
    }
}
