//! What our own render has made at AWS is imported as an AppAuth that renders the same.

use std::collections::BTreeMap;

use function_appauth::api::manifests::Form;
use function_appauth::finding::Finding;
use function_appauth::import::{Options, import};
use serde_json::{Value, json};

use crate::{Case, Objects, all_cases, aws, provider, rendered, samples, settled};

/// The tag with which the function carries changes: it is all that may change.
const OUR_TAG: &str = "userPoolTags";

/// More cases than these are whole: they render a pool of their own, and nothing waits.
const ENOUGH: usize = 20;

#[test]
fn what_our_own_render_has_made_is_imported_as_what_renders_the_same() {
    let (mut whole, mut found) = (0, Vec::new());
    for case in all_cases() {
        let before = grown(&case);
        if !before.contains_key("user-pool") {
            continue;
        }
        whole += 1;
        let imported = import(
            described(&before),
            &Options {
                group: "platform.example.org",
                form: Form::Claim,
                claim: None,
            },
        );
        let errors: Vec<String> = imported
            .findings
            .iter()
            .filter(|finding| finding.is_error())
            .map(Finding::to_string)
            .collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", case.name);
        let again = grown(&Case {
            name: case.name.clone(),
            xr: with_uid(imported.composite),
            input: imported.input,
            observed: Objects::new(),
        });
        found.extend(
            differences(&before, &again)
                .into_iter()
                .map(|difference| format!("{}: {difference}", case.name)),
        );
    }
    assert!(found.is_empty(), "\n{}", found.join("\n"));
    assert!(whole > ENOUGH, "{whole} cases are whole");
}

/// What is rendered once nothing waits any more.
fn grown(case: &Case) -> Objects {
    let mut objects = Objects::new();
    let mut case = Case {
        name: case.name.clone(),
        xr: case.xr.clone(),
        input: case.input.clone(),
        observed: Objects::new(),
    };
    for _ in 0..4 {
        objects = rendered(&case);
        case.observed = settled(&objects);
    }
    objects
}

fn with_uid(mut composite: Value) -> Value {
    composite["metadata"]["uid"] = json!("6b1f");
    composite
}

/// What `aws cognito-idp` prints of objects that are all of one pool.
fn described(objects: &Objects) -> Vec<Value> {
    let (mut documents, mut groups) = (Vec::new(), Vec::new());
    for (name, object) in objects {
        let fields = &object["spec"]["forProvider"];
        let mut answer = aws::answers(object, &samples::details_of(object));
        match object["kind"].as_str().unwrap() {
            "UserPool" => {
                documents.push(aws::describe_user_pool(fields));
                documents.push(aws::get_user_pool_mfa_config(fields));
            }
            "Group" => groups.append(answer["Groups"].as_array_mut().unwrap()),
            kind => {
                if kind == "UserPoolClient" {
                    answer["UserPoolClient"]["ClientId"] = json!(name.replace('-', ""));
                }
                documents.push(answer);
            }
        }
    }
    if !groups.is_empty() {
        documents.push(json!({ "Groups": groups }));
    }
    let pool_id = documents
        .iter()
        .find_map(|document| document["UserPool"]["Id"].as_str())
        .unwrap()
        .to_owned();
    for document in &mut documents {
        one_pool(document, &pool_id);
    }
    documents
}

fn one_pool(value: &mut Value, pool_id: &str) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                if name == "UserPoolId" {
                    *field = json!(pool_id);
                } else {
                    one_pool(field, pool_id);
                }
            }
        }
        Value::Array(entries) => entries
            .iter_mut()
            .for_each(|entry| one_pool(entry, pool_id)),
        _ => {}
    }
}

/// What the provider would change of what AWS has, where the second objects take the place of the first.
fn differences(before: &Objects, after: &Objects) -> Vec<String> {
    let before = by_identity(before);
    let after = by_identity(after);
    let names: Vec<&Vec<String>> = before.keys().collect();
    if names != after.keys().collect::<Vec<_>>() {
        return vec![format!(
            "{names:?} became {:?}",
            after.keys().collect::<Vec<_>>()
        )];
    }
    let mut found = Vec::new();
    for (identity, (before, after)) in before
        .iter()
        .map(|(identity, before)| (identity, (before, &after[identity])))
    {
        let details = samples::details_of(before);
        let answers = aws::answers(before, &details);
        let seen = provider::observe(after, &answers, &details)
            .into_iter()
            .filter(|difference| difference != OUR_TAG)
            .filter(|difference| !samples::never_settles(before).contains(&difference.as_str()));
        found.extend(seen.map(|difference| format!("{identity:?} {difference}")));
        // What the provider does not compare goes out with the next update, so it has to be the same as well.
        let (before, after) = (compared_by_nobody(before), compared_by_nobody(after));
        if before != after {
            found.push(format!("{identity:?} {before} became {after}"));
        }
    }
    found
}

/// Objects by their kind and what AWS knows them by: the name in the composition may be another.
fn by_identity(objects: &Objects) -> BTreeMap<Vec<String>, &Value> {
    let of = |object: &Value| -> Vec<String> {
        let fields = &object["spec"]["forProvider"];
        let external = &object["metadata"]["annotations"]["crossplane.io/external-name"];
        let name = match object["kind"].as_str().unwrap() {
            "UserPool" => &fields["poolName"],
            "UserPoolClient" => &fields["clientName"],
            _ => external,
        };
        let texts =
            [&object["kind"], name].map(|text| text.as_str().unwrap_or_default().to_owned());
        texts.into()
    };
    objects
        .values()
        .map(|object| (of(object), object))
        .collect()
}

/// The fields of an object that go to AWS and that the provider does not compare.
fn compared_by_nobody(object: &Value) -> Value {
    let fields = &object["spec"]["forProvider"];
    let names = [
        "poolName",
        "deletionProtection",
        "userAttributeUpdateSettings",
        "usernameAttributes",
        "aliasAttributes",
        "usernameConfiguration",
        "clientName",
        "generateSecret",
        "authSessionValidity",
        "enableTokenRevocation",
        "enablePropagateAdditionalUserContextData",
        "name",
        "identifier",
        "scopes",
        "customDomainConfig",
        "providerType",
        "roleArn",
    ];
    let mut kept: serde_json::Map<String, Value> = names
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), fields.get(name)?.clone())))
        .collect();
    if object["kind"] == "UserPool" {
        // A standard attribute is there, whether it is written or not.
        let pool = aws::describe_user_pool(fields);
        kept.insert(
            "schema".to_owned(),
            pool["UserPool"]["SchemaAttributes"].clone(),
        );
    }
    kept.into()
}
