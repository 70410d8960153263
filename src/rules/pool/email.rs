//! Rules of who sends the e-mails.

use super::sender::{Fault, Sender, is_bare_address};
use crate::plan::{Plan, Region};
use crate::rules::arn::{Arn, Kind};
use crate::rules::characters::{Class, named};
use crate::rules::{Report, Rule, api, guide, rule};
use crate::text::{either, fields, quoted};

pub(in crate::rules) const RULES: &[Rule] = &[
    rule(
        "POOL-EMAIL-2",
        api!("EmailConfigurationType"),
        a_sender_of_ones_own_has_an_identity,
    ),
    rule(
        "POOL-EMAIL-4",
        guide!("user-pool-email"),
        an_identity_is_where_the_pool_can_send_from,
    ),
    rule(
        "POOL-EMAIL-5",
        api!("EmailConfigurationType"),
        senders_are_addresses,
    ),
    rule(
        "POOL-EMAIL-6",
        guide!("user-pool-email"),
        a_sender_is_of_its_identity,
    ),
    rule(
        "POOL-EMAIL-9",
        api!("EmailConfigurationType"),
        a_senders_name_is_quoted_or_encoded,
    ),
    rule(
        "POOL-EMAIL-10",
        guide!("user-pool-email"),
        a_domain_has_a_sender,
    ),
];

/// The regions of SES from which pools elsewhere may send.
/// Source: developer guide, "Email settings for Amazon Cognito user pools".
const SENDS_FOR_ALL: [&str; 3] = ["us-east-1", "us-west-2", "eu-west-1"];

/// Regions of pools without SES, each with the regions from which its pools send.
/// Source: as above, "Alternate Region".
const ALTERNATES: [(&str, [&str; 2]); 10] = [
    ("ap-east-1", ["ap-southeast-1", "ap-northeast-1"]),
    ("ap-south-2", ["ap-south-1", "ap-southeast-1"]),
    ("ap-southeast-4", ["ap-southeast-2", "ap-southeast-1"]),
    ("ap-southeast-5", ["ap-southeast-2", "ap-southeast-1"]),
    ("ap-southeast-7", ["ap-southeast-1", "ap-south-1"]),
    ("ca-west-1", ["ca-central-1", "us-west-1"]),
    ("eu-central-2", ["eu-central-1", "eu-west-2"]),
    ("eu-south-2", ["eu-west-3", "eu-north-1"]),
    ("me-central-1", ["eu-central-1", "eu-west-2"]),
    ("mx-central-1", ["us-east-1", "us-west-2"]),
];

/// How long a name of a sender may be to be shown in a remedy.
const LONGEST_SHOWN: usize = 64;

fn a_sender_of_ones_own_has_an_identity(plan: &Plan, report: &mut Report) {
    let Some(pool) = plan.own_pool() else { return };
    let email = &pool.email;
    if email.ses_identity_arn.is_some() {
        return;
    }
    let given: Vec<&str> = [
        ("from", &email.from),
        ("configurationSet", &email.configuration_set),
    ]
    .into_iter()
    .filter_map(|(name, value)| value.as_ref().map(|_| name))
    .collect();
    if !given.is_empty() {
        let given = fields(&given);
        report.error(
            pool.at("email"),
            format!("has {given} but no sesIdentityArn"),
            format!("give the SES identity that sends, or remove {given}"),
        );
    }
}

fn an_identity_is_where_the_pool_can_send_from(plan: &Plan, report: &mut Report) {
    let Some(pool) = plan.own_pool() else { return };
    let Some(identity) = &pool.email.ses_identity_arn else {
        return;
    };
    let at = || pool.at("email.sesIdentityArn");
    let Some(arn) = Kind::EmailIdentity.expect(identity, &plan.region, at, report) else {
        return;
    };
    let allowed = senders(&plan.region);
    if plan.region.is_known() && !allowed.contains(&arn.region) {
        report.error(
            at(),
            format!(
                "a pool in \"{}\" cannot send from {}",
                plan.region,
                quoted(arn.region)
            ),
            format!("use an identity in {}", either(&allowed)),
        );
    }
}

fn senders_are_addresses(plan: &Plan, report: &mut Report) {
    let Some(pool) = plan.own_pool() else { return };
    let email = &pool.email;
    if let Some(from) = &email.from
        && let Err(fault) = Sender::parse(from)
    {
        let (problem, remedy) = match fault {
            Fault::LineBreak(place, letter) => (
                format!("has {} at character {place}", named(letter)),
                "write one line",
            ),
            Fault::OpenQuote => (
                format!("{} has a double quote without its pair", quoted(from)),
                "add the other one, or remove it",
            ),
            Fault::NoAddress => (
                format!("{} is not an address", quoted(from)),
                "write one such as \"no-reply@example.org\" or \"Shop <no-reply@example.org>\"",
            ),
            Fault::Mailbox(letter) => (
                format!("the address has {} before its \"@\"", named(letter)),
                "use an address in ASCII",
            ),
            Fault::Host(letter) => (
                format!("the domain of the address has {}", named(letter)),
                "write the domain in Punycode, which begins with \"xn--\"",
            ),
        };
        report.error(pool.at("email.from"), problem, remedy);
    }
    if let Some(to) = email.reply_to.as_deref().filter(|to| !is_bare_address(to)) {
        // Of characters that no address has, GEN-SHAPE-1 speaks; a name before the address has a space.
        if !to.contains('<') && !Class::Word.is_all_of(to) {
            return;
        }
        report.error(
            pool.at("email.replyTo"),
            format!("{} is not a bare address", quoted(to)),
            "write one such as \"help@example.org\"",
        );
    }
}

fn a_sender_is_of_its_identity(plan: &Plan, report: &mut Report) {
    let Some(pool) = plan.own_pool() else { return };
    let email = &pool.email;
    let (Some(from), Some(identity)) = (
        email
            .from
            .as_deref()
            .and_then(|from| Sender::parse(from).ok()),
        &email.ses_identity_arn,
    ) else {
        return;
    };
    let from = from.address;
    let Some((_, identity)) = identity.rsplit_once(":identity/") else {
        return;
    };
    if !identity.is_empty() && !may_send(identity, from) {
        report.advise(
            pool.at("email.from"),
            format!(
                "{} is not of the SES identity {}",
                quoted(from),
                quoted(identity)
            ),
            "use an address of the identity, or another identity",
        );
    }
}

fn a_senders_name_is_quoted_or_encoded(plan: &Plan, report: &mut Report) {
    let Some(pool) = plan.own_pool() else { return };
    let sender = pool.email.from.as_deref().map(Sender::parse);
    let Some(Ok(sender)) = sender else { return };
    let at = || pool.at("email.from");
    // A long value is no help in a sentence.
    let is_short = sender.name.len() <= LONGEST_SHOWN;
    if let Some(letter) = sender.unquoted() {
        let problem = format!("the name has \"{letter}\" outside double quotes");
        let remedy = if is_short {
            format!("write it in double quotes: {}", sender.in_quotes())
        } else {
            "write it in double quotes".to_owned()
        };
        // AWS was seen to refuse the first. The others are as wrong to RFC 5322.
        if matches!(letter, '@' | '<' | '>') {
            report.error(at(), problem, remedy);
        } else {
            report.advise(at(), problem, remedy);
        }
    } else if let Some(letter) = sender.not_ascii() {
        let remedy = if is_short {
            format!("write it as MIME encoded words: {}", sender.encoded())
        } else {
            "write it as MIME encoded words".to_owned()
        };
        report.advise(
            at(),
            format!(
                "the name has {}, and e-mail headers are ASCII",
                named(letter)
            ),
            remedy,
        );
    }
}

fn a_domain_has_a_sender(plan: &Plan, report: &mut Report) {
    let Some(pool) = plan.own_pool() else { return };
    let email = &pool.email;
    let identity = email.ses_identity_arn.as_deref().and_then(Arn::parse);
    let domain = identity
        .and_then(|identity| identity.resource.strip_prefix("identity/"))
        .filter(|identity| !identity.is_empty() && !identity.contains('@'));
    if let Some(domain) = domain
        && email.from.is_none()
    {
        report.advise(
            pool.at("email.from"),
            format!(
                "is not set, and the SES identity {} is a domain, which sends from no address by itself",
                quoted(domain)
            ),
            format!("add an address, such as {}", quoted(&format!("no-reply@{domain}"))),
        );
    }
}

/// The regions of SES from which a pool may send.
fn senders(region: &Region) -> Vec<&str> {
    let alternates = ALTERNATES
        .into_iter()
        .filter(|(pool, _)| *pool == region.as_str())
        .flat_map(|(_, senders)| senders);
    let mut all: Vec<&str> = Vec::new();
    for sender in std::iter::once(region.as_str())
        .chain(alternates)
        .chain(SENDS_FOR_ALL)
    {
        if !all.contains(&sender) {
            all.push(sender);
        }
    }
    all
}

/// Whether an identity, an address or a domain with all below it, may send for an address.
fn may_send(identity: &str, from: &str) -> bool {
    // At SES, identities are ASCII.
    let (from, identity) = (from.to_ascii_lowercase(), identity.to_ascii_lowercase());
    if identity.contains('@') {
        return from == identity;
    }
    let host = from.rsplit_once('@').map_or("", |(_, host)| host);
    host.strip_suffix(&identity)
        .is_some_and(|above| above.is_empty() || above.ends_with('.'))
}

#[cfg(test)]
pub(in crate::rules) mod tests {
    use serde_json::{Value, json};

    use crate::rules::testing::{Case, advice, error, pool, quiet, spec, told, under};

    const IDENTITY: &str = "arn:aws:ses:eu-west-1:123456789012:identity/example.org";

    fn email(email: Value) -> Value {
        pool(under("email", email))
    }

    fn identity(region: &str, arn: &str) -> Value {
        spec(
            json!({"region": region, "userPool": {"email": {"from": "no-reply@example.org", "sesIdentityArn": arn}}}),
        )
    }

    fn from(from: &str) -> Value {
        email(json!({"from": from, "sesIdentityArn": IDENTITY}))
    }

    fn reply_to(address: &str) -> Value {
        email(json!({"replyTo": address}))
    }

    pub(in crate::rules) fn broken() -> Vec<Case> {
        vec![
            error(
                "POOL-EMAIL-2",
                email(json!({"from": "no-reply@example.org", "configurationSet": "shop"})),
                "spec.userPool.email: has from and configurationSet but no sesIdentityArn; give the SES identity that sends, or remove from and configurationSet",
            ),
            error(
                "POOL-EMAIL-2",
                email(json!({"configurationSet": "shop"})),
                "spec.userPool.email: has configurationSet but no sesIdentityArn; give the SES identity that sends, or remove configurationSet",
            ),
            error(
                "POOL-EMAIL-4",
                identity(
                    "eu-central-1",
                    "arn:aws:ses:ap-south-1:123456789012:identity/example.org",
                ),
                r#"spec.userPool.email.sesIdentityArn: a pool in "eu-central-1" cannot send from "ap-south-1"; use an identity in "eu-central-1", "us-east-1", "us-west-2" or "eu-west-1""#,
            ),
            error(
                "POOL-EMAIL-4",
                identity(
                    "eu-west-1",
                    "arn:aws:ses:eu-west-1:123456789012:configuration-set/shop",
                ),
                r#"spec.userPool.email.sesIdentityArn: "arn:aws:ses:eu-west-1:123456789012:configuration-set/shop" is not an identity of SES; use one such as "arn:aws:ses:eu-west-1:123456789012:identity/example.org""#,
            ),
            error(
                "POOL-EMAIL-5",
                from("Shop"),
                r#"spec.userPool.email.from: "Shop" is not an address; write one such as "no-reply@example.org" or "Shop <no-reply@example.org>""#,
            ),
            error(
                "POOL-EMAIL-5",
                from("Shop <no-reply@example.org"),
                r#"spec.userPool.email.from: "Shop <no-reply@example.org" is not an address; write one such as "no-reply@example.org" or "Shop <no-reply@example.org>""#,
            ),
            error(
                "POOL-EMAIL-5",
                from("Shop\n<no-reply@example.org>"),
                "spec.userPool.email.from: has U+000A (line break) at character 5; write one line",
            ),
            error(
                "POOL-EMAIL-5",
                from("\"Shop <no-reply@example.org>"),
                r#"spec.userPool.email.from: ""Shop <no-reply@example.org>" has a double quote without its pair; add the other one, or remove it"#,
            ),
            error(
                "POOL-EMAIL-5",
                from("Shop <büro@example.org>"),
                r#"spec.userPool.email.from: the address has U+00FC ("ü") before its "@"; use an address in ASCII"#,
            ),
            error(
                "POOL-EMAIL-5",
                from("no-reply@bücher.example.org"),
                r#"spec.userPool.email.from: the domain of the address has U+00FC ("ü"); write the domain in Punycode, which begins with "xn--""#,
            ),
            error(
                "POOL-EMAIL-9",
                from("Shop @ Home <no-reply@example.org>"),
                r#"spec.userPool.email.from: the name has "@" outside double quotes; write it in double quotes: "Shop @ Home" <no-reply@example.org>"#,
            ),
            error(
                "POOL-EMAIL-9",
                from("Shop <EU> <no-reply@example.org>"),
                r#"spec.userPool.email.from: the name has "<" outside double quotes; write it in double quotes: "Shop <EU>" <no-reply@example.org>"#,
            ),
            advice(
                "POOL-EMAIL-9",
                from("Shop, Inc <no-reply@example.org>"),
                r#"spec.userPool.email.from: the name has "," outside double quotes; write it in double quotes: "Shop, Inc" <no-reply@example.org>"#,
            ),
            advice(
                "POOL-EMAIL-9",
                from("Bücher <no-reply@example.org>"),
                r#"spec.userPool.email.from: the name has U+00FC ("ü"), and e-mail headers are ASCII; write it as MIME encoded words: =?UTF-8?B?QsO8Y2hlcg==?= <no-reply@example.org>"#,
            ),
            advice(
                "POOL-EMAIL-9",
                from(&format!("{} <no-reply@example.org>", "é".repeat(40))),
                r#"spec.userPool.email.from: the name has U+00E9 ("é"), and e-mail headers are ASCII; write it as MIME encoded words"#,
            ),
            advice(
                "POOL-EMAIL-10",
                email(json!({"sesIdentityArn": IDENTITY})),
                r#"spec.userPool.email.from: is not set, and the SES identity "example.org" is a domain, which sends from no address by itself; add an address, such as "no-reply@example.org""#,
            ),
            error(
                "POOL-EMAIL-5",
                reply_to("Help <help@example.org>"),
                r#"spec.userPool.email.replyTo: "Help <help@example.org>" is not a bare address; write one such as "help@example.org""#,
            ),
            error(
                "POOL-EMAIL-5",
                reply_to("help.example.org"),
                r#"spec.userPool.email.replyTo: "help.example.org" is not a bare address; write one such as "help@example.org""#,
            ),
            advice(
                "POOL-EMAIL-6",
                from("no-reply@badexample.org"),
                r#"spec.userPool.email.from: "no-reply@badexample.org" is not of the SES identity "example.org"; use an address of the identity, or another identity"#,
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
            identity(
                "eu-central-1",
                "arn:aws:ses:eu-central-1:123456789012:identity/example.org",
            ),
            identity("eu-central-1", IDENTITY),
            identity(
                "ca-west-1",
                "arn:aws:ses:ca-central-1:123456789012:identity/example.org",
            ),
            from("no-reply@example.org"),
            from("Shop <no-reply@Example.org>"),
            from("no-reply@mail.example.org"),
            from("\"Shop, Inc\" <no-reply@example.org>"),
            from("=?UTF-8?B?QsO8Y2hlcg==?= <no-reply@example.org>"),
            from("no-reply@xn--bcher-kva.example.org"),
            email(
                json!({"sesIdentityArn": "arn:aws:ses:eu-west-1:123456789012:identity/ann@example.org"}),
            ),
            email(
                json!({"from": "ann@example.org", "sesIdentityArn": "arn:aws:ses:eu-west-1:123456789012:identity/ann@example.org"}),
            ),
            reply_to("help@example.org"),
        ]);
    }
}
