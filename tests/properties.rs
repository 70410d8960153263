//! What holds for every input: rendering is a function of its input, what it renders changes nothing once observed,
//! and nothing that people write makes it panic.

#![expect(clippy::unwrap_used, reason = "a helper that panics fails its test")]

#[path = "common/settled.rs"]
mod settled;

use std::collections::{BTreeMap, BTreeSet};

use function_appauth::compose::{Outcome, Request, compose};
use function_appauth::function;
use function_appauth::providers::Observed;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Map, Value, json};
use settled::{PLANTED, settled};

/// A field that may be written, or left out.
fn maybe(
    name: &'static str,
    value: impl Strategy<Value = Value> + 'static,
) -> BoxedStrategy<Option<(String, Value)>> {
    proptest::option::of(value)
        .prop_map(move |value| Some((name.to_owned(), value?)))
        .boxed()
}

fn object(fields: Vec<BoxedStrategy<Option<(String, Value)>>>) -> BoxedStrategy<Value> {
    fields
        .prop_map(|fields| Value::Object(fields.into_iter().flatten().collect()))
        .boxed()
}

fn one_of(values: &[&'static str]) -> BoxedStrategy<Value> {
    select(values.to_vec()).prop_map(Value::from).boxed()
}

fn some_of(values: &[&'static str], least: usize) -> BoxedStrategy<Value> {
    let values = values.to_vec();
    subsequence(values.clone(), least..=values.len())
        .prop_map(|some| json!(some))
        .boxed()
}

fn flag() -> BoxedStrategy<Value> {
    any::<bool>().prop_map(Value::from).boxed()
}

fn user_pool() -> BoxedStrategy<Value> {
    let with = select(vec![
        json!(["Email"]),
        json!(["Username"]),
        json!(["Username", "Email"]),
        json!(["Username", "PreferredUsername"]),
    ]);
    let attributes = subsequence(
        vec![
            json!({"name": "email", "required": true}),
            json!({"name": "given_name"}),
            json!({"name": "tenant", "type": "String", "maxLength": 64, "mutable": false}),
            json!({"name": "plan", "type": "String"}),
        ],
        0..=4,
    );
    object(vec![
        maybe("name", one_of(&["shop", "Shop users", "a+b=c@d-e"])),
        maybe("onDelete", one_of(&["Retain", "Delete"])),
        maybe(
            "signIn",
            object(vec![
                maybe("with", with),
                maybe("caseSensitive", flag()),
                maybe("selfSignUp", flag()),
            ]),
        ),
        maybe(
            "mfa",
            select(vec![
                json!({"mode": "Disabled"}),
                json!({"mode": "Required"}),
                json!({"methods": ["Totp"]}),
            ]),
        ),
        maybe(
            "password",
            object(vec![
                maybe("minLength", (6..=99).prop_map(Value::from)),
                maybe(
                    "require",
                    some_of(&["Lowercase", "Uppercase", "Numbers", "Symbols"], 0),
                ),
                maybe(
                    "temporaryValidity",
                    (1..=365).prop_map(|days| json!(format!("{days}d"))),
                ),
            ]),
        ),
        maybe("attributes", attributes.prop_map(Value::from)),
        maybe("recovery", select(vec![json!(["Email"]), json!(["Admin"])])),
        maybe(
            "devices",
            select(vec![
                json!({"challengeOnNew": true}),
                json!({"rememberOnPrompt": true}),
            ]),
        ),
        maybe(
            "email",
            select(vec![json!({"replyTo": "help@shop.example.org"})]),
        ),
        maybe(
            "messages",
            select(vec![
                json!({"verification": {"emailBody": "Code {####}"}}),
                json!({"invitation": {"smsBody": "{username} {####}"}}),
            ]),
        ),
        maybe(
            "tags",
            proptest::collection::btree_map("[a-z]{1,5}", "[a-z ]{0,5}", 0..4)
                .prop_map(|tags| json!(tags)),
        ),
    ])
}

fn client(name: String) -> BoxedStrategy<Value> {
    let minutes = |from: u32, to: u32| (from..=to).prop_map(|minutes| json!(format!("{minutes}m")));
    let urls = some_of(
        &[
            "https://b.example.org/",
            "https://a.example.org/cb",
            "http://localhost:3000/",
        ],
        1,
    );
    let rest = object(vec![
        maybe("displayName", one_of(&["Web", "web shop"])),
        maybe(
            "logoutUrls",
            some_of(&["https://z.example.org/", "https://a.example.org/"], 0),
        ),
        maybe(
            "scopes",
            select(vec![
                json!(["openid"]),
                json!(["profile", "openid", "email"]),
            ]),
        ),
        maybe(
            "signInFlows",
            some_of(&["Srp", "Password", "AdminPassword", "Custom"], 0),
        ),
        maybe(
            "tokens",
            object(vec![
                maybe("access", minutes(5, 60)),
                maybe(
                    "id",
                    (300..=3600).prop_map(|seconds| json!(format!("{seconds}s"))),
                ),
                maybe(
                    "refresh",
                    (1..=3650).prop_map(|days| json!(format!("{days}d"))),
                ),
            ]),
        ),
        maybe("authSession", minutes(3, 15)),
        maybe("revocation", flag()),
        maybe("hideUserExistence", flag()),
    ]);
    (rest, urls, one_of(&["Web", "Spa", "Native"]))
        .prop_map(move |(mut client, urls, type_)| {
            client["name"] = json!(name);
            client["type"] = type_;
            client["callbackUrls"] = urls;
            client
        })
        .boxed()
}

/// Resource servers, each with a scope of its own.
fn resource_servers() -> BoxedStrategy<Vec<Value>> {
    let server = |name: &str, scopes: Value| json!({"name": name, "identifier": format!("https://{name}"), "scopes": scopes});
    let read = || json!({"name": "read", "description": "Read"});
    let all = vec![
        server("orders", json!([read()])),
        server(
            "carts",
            json!([{"name": "write", "description": "Write"}, read()]),
        ),
    ];
    subsequence(all, 0..=2).boxed()
}

fn identity_providers() -> BoxedStrategy<Vec<Value>> {
    let secret = |name: &str| json!({"name": name, "namespace": "shop"});
    // Whatever attributes of the pool are required, they are mapped.
    let mapping = || json!({"email": "email", "email_verified": "email_verified", "given_name": "given_name"});
    let all = vec![
        json!({"type": "Google", "detailsSecretRef": secret("google"), "attributeMapping": mapping()}),
        json!({"name": "Corp", "type": "Oidc", "identifiers": ["b.example.org", "a.example.org"],
            "detailsSecretRef": secret("corp"), "attributeMapping": mapping()}),
        json!({"name": "Office", "type": "Saml", "detailsSecretRef": secret("office"), "attributeMapping": mapping()}),
    ];
    subsequence(all, 0..=3).boxed()
}

fn groups() -> BoxedStrategy<Vec<Value>> {
    let all = vec![
        json!({"name": "admins", "description": "Admins", "precedence": 0}),
        json!({"name": "Admins", "roleArn": "arn:aws:iam::123456789012:role/admins"}),
        json!({"name": "ops:eu", "precedence": 7}),
    ];
    subsequence(all, 0..=3).boxed()
}

/// All scopes of the resource servers.
fn scopes_of(servers: &[Value]) -> Vec<String> {
    let of_server = |server: &Value| -> Vec<String> {
        let identifier = server["identifier"].as_str().unwrap().to_owned();
        let scopes = server["scopes"].as_array().unwrap().iter();
        scopes
            .map(|scope| format!("{identifier}/{}", scope["name"].as_str().unwrap()))
            .collect()
    };
    servers.iter().flat_map(of_server).collect()
}

fn spec() -> BoxedStrategy<Value> {
    let clients = (0..4_usize).prop_flat_map(|count| {
        (0..count)
            .map(|i| client(format!("c{i}")))
            .collect::<Vec<_>>()
    });
    let pool = prop_oneof![
        3 => user_pool().prop_map(|pool| ("userPool", pool)),
        1 => Just(("existingUserPool", json!({"id": "eu-west-1_AbC"}))),
    ];
    (
        proptest::option::of(pool),
        clients,
        any::<bool>(),
        resource_servers(),
        identity_providers(),
        groups(),
    )
        .prop_map(|(pool, mut clients, domain, servers, providers, groups)| {
            let scopes = scopes_of(&servers);
            if !scopes.is_empty() {
                clients.push(json!({"name": "job", "type": "Machine", "scopes": scopes}));
                if let Some(first) = clients
                    .first_mut()
                    .filter(|first| first["type"] != "Machine")
                {
                    let mut all = vec!["openid".to_owned()];
                    all.extend(scopes);
                    first["scopes"] = json!(all);
                }
            }
            let mut spec = json!({
                "region": "eu-west-1", "clients": clients, "resourceServers": servers,
                "identityProviders": providers, "groups": groups,
            });
            if let Some((field, pool)) = pool {
                spec[field] = pool;
            }
            if domain {
                spec["domain"] = json!({"prefix": "shop-7k2"});
            }
            spec
        })
        .boxed()
}

fn composite(spec: &Value) -> Value {
    json!({"apiVersion": "platform.example.org/v1alpha1", "kind": "XAppAuth",
        "metadata": {"name": "shop", "uid": "0b9a8f6e-1111-4222-8333-444455556666"}, "spec": spec})
}

fn render(spec: &Value, observed: &BTreeMap<String, Value>) -> Outcome {
    render_composite(&composite(spec), observed)
}

fn render_composite(composite: &Value, observed: &BTreeMap<String, Value>) -> Outcome {
    let observed = observed
        .iter()
        .map(|(name, body)| (name.clone(), Observed::new(body.into())));
    let outcome = compose(Request {
        composite: composite.into(),
        observed: observed.collect(),
        ..Request::default()
    });
    // The secret that `settled` plants stands in connection details and composed Secrets alone.
    let told = format!(
        "{:?} {:?} {:?} {:?}",
        outcome.status, outcome.findings, outcome.waits, outcome.refusals
    );
    assert!(!told.contains(PLANTED), "{told}");
    for desired in outcome
        .desired
        .iter()
        .filter(|each| each.body["kind"] != "Secret")
    {
        assert!(
            !desired.body.to_string().contains(PLANTED),
            "{}",
            desired.name
        );
    }
    outcome
}

/// Renders with the status that an earlier render has left.
fn with_status(spec: &Value, before: &Outcome, observed: &BTreeMap<String, Value>) -> Outcome {
    let mut composite = composite(spec);
    composite["status"] = before.status.clone().unwrap();
    render_composite(&composite, observed)
}

/// The outcome once nothing waits any more, and what is observed then.
fn grown(spec: &Value) -> (Outcome, BTreeMap<String, Value>) {
    let mut observed = BTreeMap::new();
    let mut outcome = render(spec, &observed);
    for _ in 0..3 {
        observed = settled(&outcome);
        outcome = render(spec, &observed);
    }
    (outcome, observed)
}

fn names(outcome: &Outcome) -> BTreeSet<String> {
    outcome
        .desired
        .iter()
        .map(|each| each.name.clone())
        .collect()
}

fn bodies(outcome: &Outcome) -> BTreeMap<&str, &Value> {
    outcome
        .desired
        .iter()
        .map(|desired| (desired.name.as_str(), &desired.body))
        .collect()
}

/// The bodies without the empty block of triggers, which is left out once where there were some.
fn without_empty_triggers(outcome: &Outcome) -> BTreeMap<String, Value> {
    let mut bodies: BTreeMap<String, Value> = bodies(outcome)
        .into_iter()
        .map(|(name, body)| (name.to_owned(), body.clone()))
        .collect();
    if let Some(pool) = bodies.get_mut("user-pool")
        && let Some(fields) = pool["spec"]["forProvider"].as_object_mut()
        && fields.get("lambdaConfig") == Some(&json!({}))
    {
        fields.remove("lambdaConfig");
    }
    bodies
}

/// Any JSON, of the names that a spec knows as often as not.
fn anything() -> BoxedStrategy<Value> {
    let names = [
        "region",
        "userPool",
        "domain",
        "clients",
        "name",
        "type",
        "mfa",
        "tokens",
        "callbackUrls",
        "access",
        "signIn",
        "with",
        "attributes",
        "tags",
    ];
    let words = [
        "Web",
        "Email",
        "eu-west-1",
        "30d",
        "https://a.example.org",
        "{####}",
        "",
        "\u{0}",
        "é",
        "arn:aws:x",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        select(words.to_vec()).prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 8, move |inner| {
        let key = prop_oneof![4 => select(names.to_vec()).prop_map(str::to_owned), 1 => ".{0,6}"];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::Array),
            proptest::collection::btree_map(key, inner, 0..8)
                .prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>())),
        ]
    })
    .boxed()
}

#[test]
fn a_hundred_clients_are_as_good_as_one() {
    let clients: Vec<Value> = (0..100)
        .map(|i| json!({"name": format!("c{i}"), "type": "Web", "callbackUrls": [format!("https://c{i}.example.org/cb")],
            "scopes": ["openid", "https://api/read"], "identityProviders": ["Cognito", "Corp"]}))
        .collect();
    let spec = json!({"region": "eu-west-1", "domain": {"prefix": "shop-7k2"}, "clients": clients,
        "identityProviders": [{"name": "Corp", "type": "Oidc", "detailsSecretRef": {"name": "corp", "namespace": "shop"}}],
        "resourceServers": [{"name": "api", "identifier": "https://api", "scopes": [{"name": "read", "description": "Read"}]}]});
    let first = render(&spec, &BTreeMap::new());
    assert_eq!((first.desired.len(), first.waits.len()), (3, 201));
    let (all, _) = grown(&spec);
    assert_eq!((all.desired.len(), all.waits.len()), (104, 0));
    assert_eq!(all.connection_details.len(), 2 + 200);
    assert!(all.desired.iter().all(|each| each.ready));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rendering_with_observed_what_was_rendered_changes_nothing(spec in spec()) {
        let first = render(&spec, &BTreeMap::new());
        prop_assert!(!first.is_invalid(), "{:?}", first.findings);
        let (first, observed) = grown(&spec);
        prop_assert!(first.waits.is_empty(), "{:?}", first.waits);
        let again = render(&spec, &observed);
        prop_assert!(!again.is_invalid(), "{:?}", again.findings);
        prop_assert_eq!(bodies(&first), bodies(&again));
        prop_assert!(again.desired.iter().all(|desired| desired.ready));
    }

    #[test]
    fn after_any_edit_that_is_allowed_the_second_render_is_the_last_change(before in spec(), after in spec()) {
        let (_, observed) = grown(&before);
        let edited = render(&after, &observed);
        if !edited.is_invalid() {
            let mut again = render(&after, &settled(&edited));
            // What waited comes, and joins the lists of clients.
            for _ in 0..3 {
                again = render(&after, &settled(&again));
            }
            let last = render(&after, &settled(&again));
            prop_assert!(again.waits.is_empty(), "{:?}", again.waits);
            if edited.waits.is_empty() {
                prop_assert_eq!(without_empty_triggers(&edited), without_empty_triggers(&again));
            }
            prop_assert_eq!(bodies(&again), bodies(&last));
        }
    }

    #[test]
    fn nothing_of_what_was_observed_is_left_out(spec in spec(), dropped in any::<prop::sample::Index>()) {
        let (first, mut observed) = grown(&spec);
        if !observed.is_empty() {
            let name = observed.keys().nth(dropped.index(observed.len())).cloned().unwrap();
            observed.remove(&name);
        }
        let again = with_status(&spec, &first, &observed);
        prop_assert!(!again.is_invalid(), "{:?}", again.findings);
        prop_assert_eq!(names(&first), names(&again));
    }

    #[test]
    fn the_status_alone_brings_everything_back(spec in spec()) {
        let (first, _) = grown(&spec);
        let again = with_status(&spec, &first, &BTreeMap::new());
        prop_assert!(!again.is_invalid(), "{:?}", again.findings);
        prop_assert_eq!(names(&first), names(&again));
    }

    #[test]
    fn what_waits_comes_in_the_end_and_never_before_what_it_needs(spec in spec()) {
        let mut observed = BTreeMap::new();
        let mut seen = BTreeSet::new();
        for _ in 0..4 {
            let outcome = render(&spec, &observed);
            for wait in &outcome.waits {
                prop_assert!(!seen.contains(&wait.waits_for), "{wait:?}");
                let is_rendered = outcome.desired.iter().any(|each| each.name == wait.resource);
                prop_assert!(!is_rendered, "{wait:?}");
            }
            observed = settled(&outcome);
            seen = observed.keys().cloned().collect();
        }
        let outcome = render(&spec, &observed);
        prop_assert!(outcome.waits.is_empty(), "{:?}", outcome.waits);
    }

    #[test]
    fn nothing_empty_is_rendered_where_the_provider_compares(spec in spec()) {
        fn empty(at: &str, value: &Value, found: &mut Vec<String>) {
            match value {
                Value::Array(entries) if entries.is_empty() => found.push(at.to_owned()),
                Value::Object(fields) if fields.is_empty() && !at.ends_with("/lambdaConfig") => found.push(at.to_owned()),
                Value::Object(fields) => fields.iter().for_each(|(key, value)| empty(&format!("{at}/{key}"), value, found)),
                _ => {}
            }
        }
        for desired in render(&spec, &BTreeMap::new()).desired {
            let mut found = Vec::new();
            empty("", &desired.body, &mut found);
            prop_assert!(found.is_empty(), "{}: {found:?}", desired.name);
        }
    }

    #[test]
    fn no_spec_and_no_input_makes_it_panic(spec in anything(), input in anything(), observed in anything()) {
        let observed = BTreeMap::from([("user-pool".to_owned(), observed.clone()), ("client-web".to_owned(), observed)]);
        let response = function::run(function::request(&composite(&spec), Some(&input), &observed));
        prop_assert!(!response.conditions.is_empty());
    }
}
