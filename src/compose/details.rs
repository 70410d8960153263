//! Whether the Secrets of identity providers have the keys that they need. Their values are never looked at.

use std::collections::BTreeSet;

use crate::finding::Finding;
use crate::json::Fields;
use crate::plan::{IdentityProvider, details};
use crate::providers::Observed;
use crate::text::{all, either};

use super::state::Known;

/// Checks each Secret that the cluster handed over.
pub(super) fn check(known: &Known<'_>) -> Vec<Finding> {
    known
        .plan
        .identity_providers
        .iter()
        .filter_map(|provider| Some((provider, known.details(provider)?)))
        .flat_map(|(provider, answer)| match answer.first() {
            Some(secret) => check_keys(provider, &keys(secret)),
            None => vec![missing(provider)],
        })
        .collect()
}

/// The keys of a Secret, in the cluster or in a file.
fn keys<'a>(secret: &Observed<'a>) -> BTreeSet<&'a str> {
    ["data", "stringData"]
        .into_iter()
        .filter_map(|field| secret.body.get(field)?.as_object())
        .flat_map(Fields::keys)
        .collect()
}

/// The Secret, in words.
fn named(provider: &IdentityProvider) -> String {
    let secret = &provider.details;
    format!("Secret \"{}/{}\"", secret.namespace, secret.name)
}

/// A Secret that is not there yet may come: nothing is refused for it.
fn missing(provider: &IdentityProvider) -> Finding {
    let details = details::of(provider.type_);
    let mut keys: Vec<&str> = details.required.to_vec();
    keys.extend(details.one_of.first());
    keys.extend(details.added.iter().map(|(key, _)| *key));
    Finding::advice(
        provider.at("detailsSecretRef"),
        format!("{} is not there", named(provider)),
        format!("make it, with {}", all(&keys)),
    )
}

fn check_keys(provider: &IdentityProvider, keys: &BTreeSet<&str>) -> Vec<Finding> {
    let details = details::of(provider.type_);
    let (named, type_) = (named(provider), provider.type_);
    let at = || provider.at("detailsSecretRef");
    let lacks = |wanted: &[&'static str]| -> Vec<&'static str> {
        let wanted = wanted.iter().copied();
        wanted.filter(|key| !keys.contains(key)).collect()
    };
    let mut found = Vec::new();
    let required = lacks(details.required);
    if !required.is_empty() {
        let required = all(&required);
        found.push(Finding::error(
            at(),
            format!("{named} lacks {required}, without which Cognito refuses an identity provider of type \"{type_:?}\""),
            format!("add {required} to the Secret"),
        ));
    }
    if !details.one_of.is_empty() {
        let given = details.one_of.len() - lacks(details.one_of).len();
        if given != 1 {
            let has = if given == 0 { "lacks" } else { "has each of" };
            found.push(Finding::error(
                at(),
                format!("{named} {has} {}", all(details.one_of)),
                format!("give exactly one, {}", either(details.one_of)),
            ));
        }
    }
    let added: Vec<&(&str, &str)> = details
        .added
        .iter()
        .filter(|(key, _)| !keys.contains(key))
        .collect();
    if !added.is_empty() {
        let lacking: Vec<&str> = added.iter().map(|(key, _)| *key).collect();
        let values: Vec<String> = added
            .iter()
            .map(|(key, value)| {
                format!("{key}={}", value.replace("{api_version}", "<api_version>"))
            })
            .collect();
        found.push(Finding::advice(
            at(),
            format!(
                "{named} lacks {}, which AWS adds by itself, so that the provider sends the details again at each poll",
                all(&lacking)
            ),
            format!("add {}", values.join(", ")),
        ));
    }
    let strange: Vec<&str> = keys
        .iter()
        .copied()
        .filter(|key| !details.knows(key))
        .collect();
    if !strange.is_empty() {
        let strange = all(&strange);
        found.push(Finding::advice(
            at(),
            format!(
                "{named} has {strange}, which is no detail of type \"{type_:?}\" and is sent to AWS"
            ),
            format!("take {strange} out of the Secret"),
        ));
    }
    found
}
