//! Of results, conditions and requirements: what is said, and what is asked for.

use std::collections::BTreeMap;

use function_appauth::protocol::{
    Capability, Requirements, Resources, RunFunctionRequest, RunFunctionResponse, Schema, Severity,
    Status, Struct, Target,
};
use serde_json::{Map, Value, json};

use crate::requests::{
    SECRET, golden, observed, of_a_crossplane_that_can, raw, request, request_with_secrets,
    resource, with_composite, xr,
};
use crate::ways::{Answered, Way, desired};

/// The one result of a response, which is fatal.
#[track_caller]
pub(crate) fn fatal(response: &RunFunctionResponse) -> &str {
    let [result] = response.results.as_slice() else {
        panic!("not one result: {:?}", response.results);
    };
    assert_eq!(result.severity(), Severity::Fatal);
    &result.message
}

/// What is no reason to stop the others goes without a fatal result: what is not there yet or refused by AWS, what
/// nobody hands over, advice.
pub(crate) fn must_not_return_a_fatal_result_while_the_pipeline_can_go_on(way: &Way) {
    for name in [
        "example everything new",
        "a-client-waits-for-what-it-names",
        "why-the-provider-refuses-is-told-without-secrets",
        "an-existing-pool-that-is-not-there",
        "labels-of-several-pools-are-advised-against",
        "a-status-that-nobody-expected",
    ] {
        let case = golden(way, name);
        assert!(!case.is_fatal(), "{name}: {:?}", case.response.results);
        let (_, resources) = case.desired().unwrap();
        assert!(!resources.is_empty(), "{name}");
    }
}

/// Where nothing may be applied, the pipeline is ended by one fatal result, which asks for nothing and desires nothing.
pub(crate) fn must_return_a_fatal_result_to_end_the_pipeline(way: &Way) {
    let named = [
        "misspelt-fields-and-wrong-types",
        "a-breach-of-the-policy-names-both-sides",
        "fixed-fields-of-what-exists-cannot-change",
        "an-input-that-is-wrong",
        "a-composite-without-a-spec",
    ];
    for name in named {
        assert!(golden(way, name).is_fatal(), "{name}");
    }
    for case in way.golden().iter().filter(|case| case.is_fatal()) {
        fatal(&case.response);
        assert_eq!(case.response.desired, None, "{}", case.name);
        assert_eq!(case.response.requirements, None, "{}", case.name);
    }
}

/// The same for a request that no Crossplane sends.
pub(crate) fn must_return_a_fatal_result_for_what_is_no_request(way: &Way) {
    assert_eq!(
        fatal(&way.answer(RunFunctionRequest::default())),
        "the request has no observed composite resource; call this function from a Composition"
    );
    let response = way.answer(RunFunctionRequest {
        input: Some(Struct::from(vec![0x0a, 2, 0xff, 0xff])),
        ..request()
    });
    assert!(
        fatal(&response).starts_with("Input the request holds something that is no JSON object")
    );
}

/// There is no warning and no notice for as long as nothing changes, which is how it looks where conditions are kept by
/// nobody.
pub(crate) fn must_not_return_warnings_or_notices_every_time(way: &Way) {
    for case in way.golden() {
        let results = case.response.results.iter();
        for result in results {
            assert_eq!(result.severity(), Severity::Fatal, "{}", case.name);
        }
    }
}

/// Events and conditions have reasons and types that a program can read.
pub(crate) fn should_write_reasons_in_pascal_case(way: &Way) {
    let is_pascal_case = |word: &str| {
        word.starts_with(|first: char| first.is_ascii_uppercase())
            && word.chars().all(|each| each.is_ascii_alphanumeric())
    };
    for case in way.golden() {
        let reasons = case.response.results.iter();
        for reason in reasons.filter_map(|result| result.reason.as_deref()) {
            assert!(is_pascal_case(reason), "{}: {reason:?}", case.name);
        }
        for condition in &case.response.conditions {
            for word in [&condition.r#type, &condition.reason] {
                assert!(is_pascal_case(word), "{}: {condition:?}", case.name);
            }
        }
    }
}

/// A condition has a status and a reason, is there once, and is not one of Crossplane's own. What holds now is said of
/// the same ones each time: one that is left out would stay as it was.
pub(crate) fn must_give_each_condition_a_status_and_a_reason(way: &Way) {
    for case in way.golden().iter().filter(|case| !case.is_fatal()) {
        let conditions = &case.response.conditions;
        let types: Vec<&str> = conditions.iter().map(|each| each.r#type.as_str()).collect();
        assert_eq!(types, ["Valid", "Waiting"], "{}", case.name);
        for condition in conditions {
            assert_ne!(condition.status(), Status::ConditionUnspecified);
            assert_ne!(condition.reason, "", "{}", case.name);
        }
    }
}

/// What is said to the owner of a claim, too, is a sentence in the words of the AppAuth, and nothing of how this is made.
pub(crate) fn should_tell_the_claim_only_what_its_owner_understands(way: &Way) {
    let sentences = |case: &Answered| -> Vec<String> {
        let of_claim = |target: Target| target == Target::CompositeAndClaim;
        let results = case.response.results.iter();
        let results = results.filter(|each| of_claim(each.target()));
        let conditions = case.response.conditions.iter();
        let conditions = conditions.filter(|each| of_claim(each.target()));
        results
            .map(|each| each.message.clone())
            .chain(conditions.map(|each| each.message().to_owned()))
            .collect()
    };
    let mut all = 0;
    for sentence in way.golden().iter().flat_map(sentences) {
        all += 1;
        for alien in ["\n", "panicked", "Some(", "Err(", "Error {", ".rs:", "(0x"] {
            assert!(!sentence.contains(alien), "{sentence}");
        }
        assert!(sentence.chars().count() > 10, "{sentence:?}");
    }
    assert!(all >= way.golden().len(), "each case says something");
    let refused = golden(way, "urls-of-every-wrong-kind");
    assert!(fatal(&refused.response).contains("spec.clients[0].callbackUrls[0]: \""));
}

/// A request whose AppAuth needs a pool of the cluster and, for an identity provider, a Secret.
pub(crate) fn needing() -> RunFunctionRequest {
    let mut xr = xr();
    let spec = xr["spec"].as_object_mut().unwrap();
    spec.remove("domain");
    spec.insert("existingUserPool".to_owned(), json!({"name": "shared"}));
    spec.insert(
        "identityProviders".to_owned(),
        json!([{"name": "Corp", "type": "Oidc", "detailsSecretRef": {"name": "corp-oidc", "namespace": "shop"},
            "attributeMapping": {"email": "email", "email_verified": "email_verified"}}]),
    );
    with_composite(request(), &xr)
}

/// The names under which it asks: each contains its selector.
const POOL: &str = "existing-user-pool/shared";
const SECRET_OF_CORP: &str = "identity-provider-Corp-details/shop/corp-oidc";

pub(crate) const ALL: [Capability; 3] = [
    Capability::Capabilities,
    Capability::RequiredResources,
    Capability::RequiredSchemas,
];

/// What Crossplane can send is asked for in the way that it understands, each group by a name of its own and in full;
/// what it cannot send is not asked for, and goes without.
pub(crate) fn may_require_what_the_caller_can_send(way: &Way) {
    let asked = |capabilities: &[Capability]| -> Requirements {
        let response = way.answer(of_a_crossplane_that_can(capabilities, needing()));
        assert!(response.results.is_empty(), "{:?}", response.results);
        response.requirements.unwrap_or_default()
    };
    let pool = POOL.to_owned();
    let secret = SECRET_OF_CORP.to_owned();
    let old = asked(&[]);
    assert_eq!(old.extra_resources.keys().collect::<Vec<_>>(), [&pool]);
    assert!(
        old.resources.is_empty() && old.schemas.is_empty(),
        "{old:?}"
    );
    let new = asked(&ALL[..2]);
    assert_eq!(new.resources.keys().collect::<Vec<_>>(), [&pool, &secret]);
    assert!(new.extra_resources.is_empty() && new.schemas.is_empty());
    let newest = asked(&ALL);
    assert_eq!(newest.resources, new.resources);
    assert!(!newest.schemas.is_empty());
    for selector in newest.resources.values() {
        assert!(selector.r#match.is_some() && !selector.api_version.is_empty());
        assert!(!selector.kind.is_empty());
    }
    assert_eq!(newest.resources[&secret].namespace.as_deref(), Some("shop"));
    assert_eq!(newest.resources[&pool].namespace, None, "it has none");
    assert_eq!(
        way.answer(request()).requirements,
        None,
        "nothing is needed"
    );
}

/// Crossplane calls again until the requirements stay as they are: they do once they are answered, even by nothing.
pub(crate) fn must_settle_on_its_requirements(way: &Way) {
    let mut answered = 0;
    for case in way.golden().iter().filter(|case| !case.is_fatal()) {
        let first = way.answer(RunFunctionRequest {
            extra_resources: BTreeMap::new(),
            required_resources: BTreeMap::new(),
            required_schemas: BTreeMap::new(),
            ..case.request.clone()
        });
        assert_eq!(
            first.requirements, case.response.requirements,
            "{}",
            case.name
        );
        answered += usize::from(first.requirements.is_some());
    }
    assert!(answered > 5, "{answered} cases require anything");
    let mut request = of_a_crossplane_that_can(&ALL, needing());
    let first = way.answer(request.clone()).requirements.unwrap();
    for name in first.resources.keys() {
        let nothing = Resources::default();
        request.required_resources.insert(name.clone(), nothing);
    }
    let response = way.answer(request);
    assert_eq!(response.requirements.as_ref(), Some(&first));
    assert!(response.results.is_empty(), "{:?}", response.results);
    assert!(!desired(&response).1.is_empty(), "and goes on without");
}

fn secret(name: &str, keys: &[&str]) -> Value {
    let data: Map<String, Value> = keys
        .iter()
        .map(|key| ((*key).to_owned(), json!("eA==")))
        .collect();
    json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"namespace": "shop", "name": name}, "data": data})
}

/// From 2.4 on Crossplane sends the answers to the last successful call along with the next one, whatever that asks. An
/// answer to another question changes nothing: the function asks its own, and refuses nothing for it.
pub(crate) fn must_not_take_the_answer_to_another_question(way: &Way) {
    let asking = of_a_crossplane_that_can(&ALL, needing());
    let asked = way.answer(asking.clone());
    assert!(asked.results.is_empty(), "{:?}", asked.results);
    let stale: [(&str, &[Value]); 8] = [
        ("existing-user-pool", &[]),
        ("existing-user-pool/other", &[]),
        ("identity-provider-Corp-details", &[secret("old", &[])]),
        (
            "identity-provider-Corp-details/shop/old",
            &[secret("old", &[])],
        ),
        ("identity-provider-Corp-details/shop/old", &[]),
        // Under the right name, but another object.
        (SECRET_OF_CORP, &[secret("old", &[])]),
        (
            SECRET_OF_CORP,
            &[
                json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"namespace": "shop", "name": "corp-oidc"}}),
            ],
        ),
        (
            POOL,
            &[
                json!({"apiVersion": "v1", "kind": "UserPool", "metadata": {"name": "shared"}, "status": {"atProvider": {"id": "eu-west-1_Other"}}}),
            ],
        ),
    ];
    for (name, items) in stale {
        let mut request = asking.clone();
        let items = items.iter().map(resource).collect();
        request
            .required_resources
            .insert(name.to_owned(), Resources { items });
        let answered = way.answer(request);
        assert_eq!(answered.requirements, asked.requirements, "{name}");
        assert_eq!(answered.results, asked.results, "{name}");
        assert_eq!(answered.desired, asked.desired, "{name}");
        assert_eq!(answered.conditions, asked.conditions, "{name}");
    }
    let of_another_kind = json!({"type": "object", "properties": {"spec": {"type": "string"}},
        "x-kubernetes-group-version-kind": [{"group": "example.org", "version": "v1", "kind": "IdentityProvider"}]});
    let schema =
        "schema/cognitoidentityprovider.aws.crossplane.io/v1alpha1/IdentityProvider".to_owned();
    assert!(
        asked
            .requirements
            .as_ref()
            .unwrap()
            .schemas
            .contains_key(&schema)
    );
    for (name, sent) in [
        ("schema-IdentityProvider", None),
        (
            "schema/cognitoidp.aws.upbound.io/v1beta1/IdentityProvider",
            None,
        ),
        (schema.as_str(), Some(&of_another_kind)),
    ] {
        let mut request = asking.clone();
        let openapi_v3 = sent.map(raw);
        request
            .required_schemas
            .insert(name.to_owned(), Schema { openapi_v3 });
        let answered = way.answer(request);
        assert_eq!(answered.requirements, asked.requirements, "{name}");
        assert_eq!(answered.results, asked.results, "{name}");
        assert_eq!(answered.conditions, asked.conditions, "{name}");
    }
    // The answer to its own question is taken: this Secret lacks what Cognito needs.
    let mut request = asking;
    let items = vec![resource(&secret("corp-oidc", &["client_id"]))];
    request
        .required_resources
        .insert(SECRET_OF_CORP.to_owned(), Resources { items });
    let refused = way.answer(request);
    assert!(fatal(&refused).contains("Secret \"shop/corp-oidc\" lacks "));
}

/// The schemas that a Composition requires come with each call. Requiring them again would cost a call.
pub(crate) fn should_not_require_what_the_composition_requires(way: &Way) {
    let mut request = of_a_crossplane_that_can(&ALL, request());
    let asked = way.answer(request.clone()).requirements.unwrap();
    assert_eq!(asked.schemas.len(), 3, "{asked:?}");
    for (name, selector) in &asked.schemas {
        let name = name.replacen("schema/", "bootstrap-schema/", 1);
        assert!(name.ends_with(&format!("/{}", selector.kind)), "{name}");
        request
            .required_schemas
            .insert(name, Schema { openapi_v3: None });
    }
    let answered = way.answer(request);
    assert_eq!(answered.requirements, None);
    let valid = &answered.conditions[0];
    assert!(
        valid.message().contains("not installed in this cluster"),
        "{valid:?}"
    );
}

/// A client secret stands in the connection details of the composite alone.
pub(crate) fn a_secret_stands_in_connection_details_alone(way: &Way) {
    let response = way.answer(request_with_secrets());
    let mut rest = response.clone();
    let composite = rest.desired.as_mut().unwrap().composite.as_mut().unwrap();
    let details = std::mem::take(&mut composite.connection_details);
    assert_eq!(details["web.clientSecret"], SECRET.as_bytes());
    assert_eq!(told(&rest), None);
    assert!(
        !format!("{response:?}").contains(SECRET),
        "nor does a log that prints the response"
    );
}

/// Everything that can be refused is refused, with the secret planted in what was observed.
pub(crate) fn a_secret_is_in_no_sentence_about_what_is_wrong(way: &Way) {
    let mut wrong = xr();
    wrong["spec"]["clients"][0]["secret"] = json!(false);
    wrong["spec"]["clients"][0]["tokens"] = json!({"access": "2d"});
    let mut with_secrets = request_with_secrets();
    if !way.carries(&with_secrets) {
        // The provider's status has it as well.
        for each in observed(&mut with_secrets).values_mut() {
            each.connection_details.clear();
        }
    }
    let response = way.answer(with_composite(with_secrets.clone(), &wrong));
    assert!(fatal(&response).contains("tokens.access"));
    assert_eq!(told(&response), None);
    with_secrets.input = Some(raw(
        &json!({"apiVersion": "appauth.fn.crossplane.io/v1beta1", "kind": "Input",
        "polcy": {}}),
    ));
    let response = way.answer(with_secrets);
    assert_eq!(
        fatal(&response),
        "Input polcy: unknown field; did you mean \"policy\"?"
    );
    assert_eq!(told(&response), None);
}

/// Where the secret stands in a response.
fn told(response: &RunFunctionResponse) -> Option<usize> {
    let bytes = prost::Message::encode_to_vec(response);
    let mut windows = bytes.windows(SECRET.len());
    windows.position(|window| window == SECRET.as_bytes())
}
