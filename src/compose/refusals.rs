//! What the provider could not bring about, told to those who wrote the AppAuth.
//!
//! The message is AWS' own, in the `Synced` condition of the composed resource, which an application team may not be
//! allowed to read. It goes out without secrets, and without what is another at each try: a condition that changes at
//! each call would make Crossplane call again.

use std::collections::BTreeSet;

use base64ct::{Base64, Encoding};

use crate::json::Fields;
use crate::plan::{Part, details, resource};
use crate::providers::Observed;

use super::outcome::{Desired, Refusal};
use super::state::{Known, secret};

/// How much of a message goes out, in characters.
const LONGEST: usize = 400;
/// A text shorter than this is no secret, and may stand in any sentence.
const SHORTEST_SECRET: usize = 6;
/// After these, a message is another at each try: what the SDK of AWS adds, ports, and times.
const CHANGING: [&str; 8] = [
    "request id:",
    "RequestID:",
    "RequestId:",
    "status code:",
    "dial tcp ",
    "read tcp ",
    "write tcp ",
    "Signature expired:",
];

/// What of the desired resources the provider could not bring about.
pub(super) fn refusals(known: &Known<'_>, desired: &[Desired]) -> Vec<Refusal> {
    let refused: Vec<(&String, &str)> = desired
        .iter()
        .filter_map(|each| Some((&each.name, known.observed.get(&each.name)?.refusal()?)))
        .collect();
    let mut refusals: Vec<Refusal> = domain_of_another_pool(known).into_iter().collect();
    if !refused.is_empty() {
        let secrets = secrets(known);
        refusals.extend(refused.into_iter().map(|(resource, message)| Refusal {
            resource: resource.clone(),
            message: settled(&without(message, &secrets)),
        }));
    }
    refusals
}

/// A domain that another pool of the account has looks ready to the provider, which finds it and does not look whose it
/// is.
fn domain_of_another_pool(known: &Known<'_>) -> Option<Refusal> {
    let domain = known.part(Part::Domain)?;
    let name = domain.external_name()?;
    let is_found = domain.is("Ready") && !known.exists(Part::Domain, domain);
    is_found.then(|| Refusal {
        resource: resource::DOMAIN.to_owned(),
        message: format!("the user pool does not show \"{name}\", so another one of this account may have it; choose another"),
    })
}

/// All secret values that this call knows of, the longest first.
fn secrets(known: &Known<'_>) -> Vec<String> {
    let mut secrets = BTreeSet::new();
    let mut add = |value: &[u8]| {
        // A message may have a secret without the line break that ends it in a Secret, or a line of it.
        let text = String::from_utf8_lossy(value);
        let whole = std::iter::once(text.as_ref());
        for secret in whole.chain(text.lines()).map(str::trim) {
            if secret.len() >= SHORTEST_SECRET {
                secrets.insert(secret.to_owned());
            }
        }
    };
    for observed in known.observed.values() {
        add(secret(observed).unwrap_or_default());
        if let Some(value) = observed.text("/data/clientSecret") {
            add(&Base64::decode_vec(value).unwrap_or_default());
        }
    }
    for provider in &known.plan.identity_providers {
        let details = details::of(provider.type_);
        let secret = known.details(provider);
        let data = secret.and_then(|answer| answer.first()).map(data);
        for (key, value) in data.into_iter().flatten() {
            let is_public = |key: &str| {
                details.added.iter().any(|(added, _)| *added == key)
                    || details::PUBLIC.contains(&key)
            };
            if !is_public(key) {
                // In the cluster values are encoded, in a file they may stand as they are.
                add(&Base64::decode_vec(value).unwrap_or_default());
                add(value.as_bytes());
            }
        }
    }
    let mut secrets: Vec<String> = secrets.into_iter().collect();
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    secrets
}

fn data<'a>(secret: &Observed<'a>) -> impl Iterator<Item = (&'a str, &'a str)> {
    ["data", "stringData"]
        .into_iter()
        .filter_map(|field| secret.body.get(field)?.as_object())
        .flat_map(Fields::iter)
        .filter_map(|(key, value)| Some((key, value.as_str()?)))
}

fn without(message: &str, secrets: &[String]) -> String {
    secrets.iter().fold(message.to_owned(), |message, secret| {
        message.replace(secret.as_str(), "(a secret)")
    })
}

/// A message as it is at each try: its first line, up to what changes.
fn settled(message: &str) -> String {
    let line = message.lines().next().unwrap_or_default();
    let end = CHANGING
        .iter()
        .filter_map(|mark| line.find(mark))
        .min()
        .unwrap_or(line.len());
    let said = line[..end].trim_end_matches([' ', ',', ';', ':', '{', '\t']);
    match said.char_indices().nth(LONGEST) {
        Some((cut, _)) => format!("{}…", &said[..cut]),
        None => said.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_the_same_at_each_try() {
        for (message, expected) in [
            (
                "create failed: cannot create UserPool in AWS: InvalidParameterException: bad ARN\n{\n  RespMetadata: {\n    RequestID: \"1\"",
                "create failed: cannot create UserPool in AWS: InvalidParameterException: bad ARN",
            ),
            (
                "LimitExceededException: too many\tstatus code: 400, request id: 6b1f",
                "LimitExceededException: too many",
            ),
            (
                "operation error: https response error StatusCode: 400, RequestID: 6b1f, NotFound",
                "operation error: https response error StatusCode: 400",
            ),
            ("", ""),
            ("\u{e9}", "\u{e9}"),
        ] {
            assert_eq!(settled(message), expected);
        }
        assert_eq!(settled(&"é".repeat(401)).chars().count(), 401);
    }

    #[test]
    fn a_secret_is_not_told() {
        let secrets = ["s3cr3t-longer".to_owned(), "s3cr3t".to_owned()];
        assert_eq!(
            without("no s3cr3t-longer and no s3cr3t", &secrets),
            "no (a secret) and no (a secret)"
        );
    }
}
