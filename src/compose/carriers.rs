//! What carries a change that the provider does not compare.
//!
//! The community provider calls AWS only when it sees a difference in the fields that it compares. An edit of another
//! field would be stored in Kubernetes and never reach AWS, so something that is compared has to change with it:
//! - a pool has a tag with a hash of everything that is asked of the provider;
//! - a client has no tags, but the units of its token lifetimes are compared as text, so one lifetime is written in
//!   its other spelling: 1 hours, 60 minutes.
//!
//! Source: crossplane-contrib/provider-aws, pkg/controller/cognitoidentityprovider/{userpool,userpoolclient}/setup.go,
//! isUpToDate.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::api::SPEC_HASH;
use crate::finding::Finding;
use crate::json::Fields;
use crate::path::at;
use crate::plan::{Part, Plan, hex};
use crate::providers::community::{NOT_COMPARED, tokens};
use crate::providers::{Object, Observed};

use super::preserve::TRIGGERS;

/// The lifetimes of a client: the field of the number, and that of the unit within `tokenValidityUnits`.
const LIFETIMES: [(&str, &str); 3] = [
    ("accessTokenValidity", "accessToken"),
    ("idTokenValidity", "idToken"),
    ("refreshTokenValidity", "refreshToken"),
];

/// The fields of a client that the provider fills in by itself from the selector.
const RESOLVED: [&str; 3] = ["userPoolId", "userPoolIdRef", "userPoolIdSelector"];

/// Adds what carries changes to the objects, given what is observed of them.
pub(super) fn apply(
    plan: &Plan,
    objects: &mut [Object],
    observed: &BTreeMap<String, Observed<'_>>,
) -> Vec<Finding> {
    let mut found = Vec::new();
    for object in objects {
        if object.part == Part::UserPool {
            tag_with_hash(object);
        } else if let Part::Client(index) = object.part
            && let Some(observed) = observed.get(&object.name)
            && observed.external_name().is_some()
            && let Some(before) = Before::of(object, observed)
            && let Some(wanted) = object.for_provider_mut()
            && spell(wanted, &before) == Spelled::NoOtherSpelling
        {
            found.push(Finding::error(
                plan.clients[index].at("tokens"),
                "the change would not reach AWS: the provider notices it only by another spelling of a token \
                 lifetime, and lifetimes of odd seconds have no other",
                "make one of access, id and refresh a whole number of minutes",
            ));
        }
    }
    found
}

/// What is known of a client that exists.
struct Before<'a> {
    /// What was asked of the provider.
    fields: &'a Fields<'a>,
    /// The fields that somebody else wrote and that we do not: they stay, whatever we do.
    foreign: Vec<&'a str>,
    /// Whether the client's secret went to another Secret. The provider writes to a new one after an update only.
    elsewhere: bool,
    /// Whether the last change has not reached AWS. What is taken back of it may take another field's change along.
    unsettled: bool,
}

impl<'a> Before<'a> {
    fn of(object: &Object, observed: &'a Observed<'a>) -> Option<Self> {
        const SECRET: &str = "/spec/writeConnectionSecretToRef";
        let fields = observed.for_provider()?;
        let wanted = object.for_provider()?;
        let foreign = fields
            .keys()
            .filter(|field| !wanted.contains_key(*field) && is_foreign(observed, field))
            .collect();
        Some(Self {
            fields,
            foreign,
            elsewhere: match (observed.body.at(SECRET), at(&object.body, SECRET)) {
                (Some(before), Some(wanted)) => before != wanted,
                (before, wanted) => before.is_some() || wanted.is_some(),
            },
            unsettled: !observed.is("Synced"),
        })
    }
}

/// Whether the API server knows of a field's owners and Crossplane, which applies what we render, is none of them.
fn is_foreign(observed: &Observed<'_>, field: &str) -> bool {
    let path = ["f:spec", "f:forProvider", &format!("f:{field}")];
    observed.is_written_by_crossplane(&path) == Some(false)
}

fn tag_with_hash(object: &mut Object) {
    let Some(wanted) = object.for_provider_mut() else {
        return;
    };
    if let Some(Value::Object(tags)) = wanted.get_mut("userPoolTags") {
        tags.remove(SPEC_HASH);
    }
    // They come and go where they are empty, and mean the same.
    let triggers = wanted.get(TRIGGERS).and_then(Value::as_object);
    let is_empty = triggers.is_some_and(Map::is_empty);
    let empty = if is_empty {
        wanted.remove_entry(TRIGGERS)
    } else {
        None
    };
    // An object in memory is always written.
    let text = serde_json::to_vec(&*wanted).unwrap_or_default();
    let hash = hex(&Sha256::digest(text), 16);
    wanted.extend(empty);
    let tags = wanted.entry("userPoolTags").or_insert_with(|| json!({}));
    if let Value::Object(tags) = tags {
        tags.insert(SPEC_HASH.to_owned(), Value::String(hash));
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Spelled {
    /// As observed, because nothing needs carrying.
    AsObserved,
    /// One lifetime in its other spelling.
    Otherwise,
    /// Something needs carrying, and no lifetime has another spelling.
    NoOtherSpelling,
}

/// Spells the lifetimes of a client that exists.
fn spell(wanted: &mut Map<String, Value>, before: &Before<'_>) -> Spelled {
    let mut spellings = [const { None }; 3];
    let mut same_times = true;
    for (spelling, lifetime) in spellings.iter_mut().zip(LIFETIMES) {
        let (Some(ours), Some(theirs)) = (
            read(wanted, lifetime),
            read_observed(before.fields, lifetime),
        ) else {
            // Left out or changed beyond recognition by an override: the platform's to decide.
            return Spelled::AsObserved;
        };
        let times = [ours, theirs].map(|(value, unit)| tokens::seconds(value, unit));
        if times[0] == times[1] {
            *spelling = Some((theirs.0, theirs.1.to_owned()));
        } else {
            same_times = false;
        }
    }
    let differing = differing(wanted, before);
    let same = differing.is_empty() && same_times && !before.elsewhere;
    let carried = !same_times
        || differing
            .iter()
            .any(|field| is_compared(field, wanted, before.fields));
    for (spelling, lifetime) in spellings.iter().zip(LIFETIMES) {
        if let Some((value, unit)) = spelling {
            write(wanted, lifetime, *value, unit);
        }
    }
    if same || (carried && !before.unsettled) {
        return Spelled::AsObserved;
    }
    respell_one(wanted)
}

/// The fields whose values differ, lifetimes apart.
fn differing<'a>(wanted: &'a Map<String, Value>, before: &Before<'a>) -> BTreeSet<&'a str> {
    let passed_over = |field: &str| {
        RESOLVED.contains(&field)
            || before.foreign.contains(&field)
            || field == "tokenValidityUnits"
            || LIFETIMES.iter().any(|(value, _)| *value == field)
    };
    let is_same = |field: &str| match (before.fields.get(field), wanted.get(field)) {
        (Some(before), Some(wanted)) => before == wanted,
        (before, wanted) => before.is_none() && wanted.is_none(),
    };
    wanted
        .keys()
        .map(String::as_str)
        .chain(before.fields.keys())
        .filter(|field| !passed_over(field) && !is_same(field))
        .collect()
}

/// Whether the provider sees a difference in this field by itself.
fn is_compared(field: &str, wanted: &Map<String, Value>, before: &Fields<'_>) -> bool {
    match field {
        // Equal for the provider where either side has none.
        "analyticsConfiguration" => wanted.contains_key(field) && before.contains_key(field),
        _ => !NOT_COMPARED.contains(&field),
    }
}

/// Writes one lifetime in its other spelling. Which one follows a Gray code over the lifetimes that have two, so that
/// a change that follows before the provider has seen the one before it does not undo it: every spelling comes up
/// before the first returns.
fn respell_one(wanted: &mut Map<String, Value>) -> Spelled {
    let mut turns = Vec::new();
    for lifetime in LIFETIMES {
        let Some((value, unit)) = read(wanted, lifetime) else {
            continue;
        };
        let Some((largest, other)) = both_spellings(value, unit) else {
            continue;
        };
        let is_other = (value, unit) != (largest.0, largest.1);
        turns.push((lifetime, is_other, if is_other { largest } else { other }));
    }
    if turns.is_empty() {
        return Spelled::NoOtherSpelling;
    }
    let ones = turns.iter().filter(|(_, is_other, _)| *is_other).count();
    // The step of the reflected Gray code: an even number of ones turns the first bit, an odd one the bit after the
    // first one; past the last bit the code begins anew by turning the last.
    let place = if ones % 2 == 0 {
        0
    } else {
        let first = turns
            .iter()
            .position(|(_, is_other, _)| *is_other)
            .unwrap_or_default();
        (first + 1).min(turns.len() - 1)
    };
    let (lifetime, _, (value, unit)) = turns[place];
    write(wanted, lifetime, value, unit);
    Spelled::Otherwise
}

/// A number and its unit.
type Spelling = (i64, &'static str);

/// A time with the largest unit that leaves a whole number, and the same time with the unit below.
fn both_spellings(value: i64, unit: &str) -> Option<(Spelling, Spelling)> {
    let largest = tokens::spell(tokens::seconds(value, unit)?);
    Some((largest, tokens::respell(largest.0, largest.1)?))
}

fn read<'a>(fields: &'a Map<String, Value>, (value, unit): (&str, &str)) -> Option<(i64, &'a str)> {
    let unit = fields.get("tokenValidityUnits")?.get(unit)?.as_str()?;
    Some((fields.get(value)?.as_i64()?, unit))
}

fn read_observed<'a>(fields: &Fields<'a>, (value, unit): (&str, &str)) -> Option<(i64, &'a str)> {
    let unit = fields.get("tokenValidityUnits")?.text(unit)?;
    Some((fields.get(value)?.as_i64()?, unit))
}

fn write(fields: &mut Map<String, Value>, (name, unit_name): (&str, &str), value: i64, unit: &str) {
    fields.insert(name.to_owned(), json!(value));
    if let Some(Value::Object(units)) = fields.get_mut("tokenValidityUnits") {
        units.insert(unit_name.to_owned(), json!(unit));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(change: &Value) -> Map<String, Value> {
        let mut client = json!({
            "clientName": "web", "authSessionValidity": 3, "callbackURLs": ["https://a.example.org"],
            "accessTokenValidity": 1, "idTokenValidity": 1, "refreshTokenValidity": 30,
            "tokenValidityUnits": {"accessToken": "hours", "idToken": "hours", "refreshToken": "days"},
        });
        for (key, value) in change.as_object().unwrap() {
            client[key] = value.clone();
        }
        client.as_object().unwrap().clone()
    }

    fn spell(wanted: &mut Map<String, Value>, fields: &Map<String, Value>) -> Spelled {
        spell_before(wanted, fields, false, false)
    }

    fn spell_before(
        wanted: &mut Map<String, Value>,
        before: &Map<String, Value>,
        elsewhere: bool,
        unsettled: bool,
    ) -> Spelled {
        super::spell(
            wanted,
            &Before {
                fields: &before.into(),
                foreign: Vec::new(),
                elsewhere,
                unsettled,
            },
        )
    }

    #[test]
    fn without_a_change_the_observed_spelling_stays() {
        let minutes = json!({"accessTokenValidity": 60,
            "tokenValidityUnits": {"accessToken": "minutes", "idToken": "hours", "refreshToken": "days"}});
        let before = client(&minutes);
        let mut wanted = client(&json!({}));
        assert_eq!(spell(&mut wanted, &before), Spelled::AsObserved);
        assert_eq!(wanted, before);
    }

    #[test]
    fn a_change_of_what_is_not_compared_is_carried_by_one_spelling() {
        let mut before = client(&json!({}));
        let mut seen = BTreeSet::from([Value::Object(before.clone()).to_string()]);
        for minutes in 4..11 {
            let mut wanted = client(&json!({ "authSessionValidity": minutes }));
            assert_eq!(spell(&mut wanted, &before), Spelled::Otherwise);
            let mut spelling = wanted.clone();
            spelling.insert("authSessionValidity".to_owned(), json!(3));
            assert!(
                seen.insert(Value::Object(spelling).to_string()),
                "a spelling returned after {minutes}"
            );
            let settled = wanted.clone();
            assert_eq!(spell(&mut wanted, &settled), Spelled::AsObserved);
            assert_eq!(wanted, settled);
            before = settled;
        }
        assert_eq!(seen.len(), 8, "all spellings came up");
    }

    #[test]
    fn a_change_of_what_is_compared_carries_itself_and_others() {
        let before = client(&json!({}));
        let mut wanted =
            client(&json!({"authSessionValidity": 5, "callbackURLs": ["https://b.example.org"]}));
        let expected = wanted.clone();
        assert_eq!(spell(&mut wanted, &before), Spelled::AsObserved);
        assert_eq!(wanted, expected);
        let mut wanted = client(&json!({"authSessionValidity": 5, "accessTokenValidity": 2}));
        assert_eq!(spell(&mut wanted, &before), Spelled::AsObserved);
    }

    #[test]
    fn another_secret_is_written_to_by_an_update_only() {
        let before = client(&json!({}));
        assert_eq!(
            spell_before(&mut before.clone(), &before, true, false),
            Spelled::Otherwise
        );
    }

    #[test]
    fn what_is_taken_back_of_a_refused_change_takes_the_rest_along() {
        let refused = client(
            &json!({"authSessionValidity": 5, "callbackURLs": ["https://refused.example.org"]}),
        );
        let mut wanted = client(&json!({"authSessionValidity": 5}));
        assert_eq!(
            spell_before(&mut wanted.clone(), &refused, false, false),
            Spelled::AsObserved
        );
        assert_eq!(
            spell_before(&mut wanted, &refused, false, true),
            Spelled::Otherwise
        );
        let settled = wanted.clone();
        assert_eq!(
            spell_before(&mut wanted, &settled, false, true),
            Spelled::AsObserved
        );
    }

    #[test]
    fn what_somebody_else_wrote_is_no_change_of_ours() {
        let object = |managers: Value| {
            let mut body = json!({"metadata": {}, "spec": {"forProvider": client(&json!({"analyticsConfiguration": {}}))}});
            body["metadata"]["managedFields"] = managers;
            is_foreign(&Observed::new((&body).into()), "analyticsConfiguration")
        };
        let theirs = |manager: &str| {
            let fields = json!({"f:spec": {"f:forProvider": {"f:analyticsConfiguration": {}}}});
            object(json!([{"manager": manager, "fieldsV1": fields}]))
        };
        assert!(theirs("kubectl-edit"));
        assert!(!theirs("apiextensions.crossplane.io/composed/0123"));
        assert!(!object(Value::Null), "where nobody tells, it was ours");
    }

    #[test]
    fn analytics_count_only_where_both_sides_have_them() {
        let with = |arn: &str| client(&json!({"analyticsConfiguration": {"applicationARN": arn}}));
        assert_eq!(
            spell(&mut with("a"), &client(&json!({}))),
            Spelled::Otherwise
        );
        assert_eq!(
            spell(&mut client(&json!({})), &with("a")),
            Spelled::Otherwise
        );
        assert_eq!(spell(&mut with("b"), &with("a")), Spelled::AsObserved);
    }

    #[test]
    fn odd_seconds_have_no_other_spelling() {
        let odd = json!({"accessTokenValidity": 301, "idTokenValidity": 301, "refreshTokenValidity": 3601,
            "tokenValidityUnits": {"accessToken": "seconds", "idToken": "seconds", "refreshToken": "seconds"}});
        let before = client(&odd);
        let mut wanted = before.clone();
        wanted.insert("clientName".to_owned(), json!("other"));
        assert_eq!(spell(&mut wanted, &before), Spelled::NoOtherSpelling);
    }

    #[test]
    fn the_hash_changes_with_everything_but_itself() {
        let pool = |protection: &str| {
            let spec = json!({"forProvider": {"deletionProtection": protection, "userPoolTags": {"team": "a"}}});
            let mut object = Object {
                part: Part::UserPool,
                name: "user-pool".to_owned(),
                body: json!({ "spec": spec }),
            };
            tag_with_hash(&mut object);
            let once = object.clone();
            tag_with_hash(&mut object);
            assert_eq!(object, once);
            object.body["spec"]["forProvider"]["userPoolTags"][SPEC_HASH]
                .as_str()
                .unwrap()
                .to_owned()
        };
        assert_eq!(pool("ACTIVE"), pool("ACTIVE"));
        assert_ne!(pool("ACTIVE"), pool("INACTIVE"));
    }
}
