//! Import: what exists at AWS, as the AppAuth that takes it over.
//!
//! The inverse of rendering for the community provider: the answers of `aws cognito-idp` in, and out come an AppAuth,
//! what it has no word for as overrides of an Input, and what cannot be kept as findings. What equals a default is not
//! written, so the usual pool becomes a short AppAuth; what is written renders what AWS shows. The provider compares
//! lists as AWS sorts them, and lifetimes by their units: a list in another order and a time in another unit are no
//! change to anybody but the provider, and not told apart here.
//!
//! Nothing secret is read: of a client's secret its presence, of an identity provider's details their names.

mod analytics;
mod attributes;
mod aws;
mod client;
mod documents;
mod domain;
mod group;
mod identity_provider;
mod leftovers;
mod messages;
mod mfa;
mod names;
mod oauth;
mod password;
mod resource_server;
mod sign_in;
mod tokens;
mod user_pool;

use serde::Serialize;
use serde_json::{Value, json};

use crate::api::app_auth::{ClientType, ExistingUserPool, IdentityProvider, ResourceServer, Spec};
use crate::api::manifests::Form;
use crate::api::{VERSION, input};
use crate::compose::{CheckedInput, Request, compose};
use crate::finding::{Document, Finding, Severity};
use crate::path::FieldPath;
use crate::plan::resource;
use crate::text::quoted;
use documents::Answers;
use leftovers::{Rest, unless};
use names::{Names, OF_RESOURCE, label};

/// What takes over what exists.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// The AppAuth; nothing where an error is among the findings.
    pub composite: Value,
    /// The Input with what AppAuth has no word for, where there is such a thing.
    pub input: Option<Value>,
    /// What is wrong, and what cannot be kept.
    pub findings: Vec<Finding>,
}

/// What is wrong with a document that is no answer that can be imported.
pub fn unreadable(document: &Value) -> Option<Finding> {
    documents::unreadable(document)
}

/// The form of the imported AppAuth.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// The API group.
    pub group: &'a str,
    /// The form of the composite resource.
    pub form: Form,
    /// The namespace of a claim; none for the composite resource itself.
    pub claim: Option<&'a str>,
}

/// Imports the answers of `aws cognito-idp`, as an AppAuth.
pub fn import(documents: Vec<Value>, options: &Options<'_>) -> Imported {
    let Options { group, form, claim } = *options;
    let mut findings = Vec::new();
    let answers = Answers::sort(documents, &mut findings);
    let pool_id = answers.pool_id(&mut findings);
    // Of answers that do not belong together there is nothing more to say.
    let Some(pool_id) = pool_id.filter(|_| findings.is_empty()) else {
        if findings.is_empty() {
            findings.push(no_pool());
        }
        return Imported {
            composite: Value::Null,
            input: None,
            findings,
        };
    };
    if !pool_id.contains('_') {
        findings.push(no_id(&pool_id));
        return Imported {
            composite: Value::Null,
            input: None,
            findings,
        };
    }
    let (name, spec, overrides) = take_over(&answers, &pool_id, options, &mut findings);
    let input = (!overrides.is_empty()).then(|| {
        findings.push(shared_overrides());
        json!({ "apiVersion": input::API_VERSION, "kind": input::KIND, "overrides": overrides })
    });
    let mut composite = json!({
        "apiVersion": format!("{group}/{VERSION}"),
        "kind": form.kind(),
        "metadata": { "name": name },
        "spec": written(&spec),
    });
    if let Some(namespace) = claim {
        // The function sees the composite that Crossplane makes of it.
        composite["spec"]["claimRef"] = json!({ "namespace": namespace, "name": name });
    }
    findings.extend(refused(&composite, input.as_ref()));
    if let (Some(namespace), Some(spec)) = (claim, composite["spec"].as_object_mut()) {
        spec.remove("claimRef");
        composite["kind"] = json!("AppAuth");
        composite["metadata"]["namespace"] = json!(namespace);
    }
    Imported {
        composite,
        input,
        findings,
    }
}

/// What the function would refuse of what was imported: AWS has it, and it is for a person to mend. It is no error here,
/// so that there is something to mend.
fn refused(composite: &Value, input: Option<&Value>) -> Vec<Finding> {
    let outcome = compose(Request {
        composite: composite.into(),
        input: CheckedInput::read(input.cloned()),
        ..Request::default()
    });
    let errors = outcome.findings.into_iter().filter(Finding::is_error);
    errors
        .map(|finding| Finding {
            severity: Severity::Advice,
            problem: format!("{}, so this is refused as it is", finding.problem),
            ..finding
        })
        .collect()
}

/// The name, the spec and the overrides of it all, in the order of the spec.
fn take_over(
    answers: &Answers,
    pool_id: &str,
    options: &Options<'_>,
    findings: &mut Vec<Finding>,
) -> (String, Spec, Vec<Value>) {
    let mut overrides = Vec::new();
    let mut keep = |rest: Rest, resource: &str, findings: &mut Vec<Finding>| {
        let (patch, said) = rest.into_parts(resource);
        overrides.extend(patch);
        findings.extend(said);
    };
    let name = name(answers);
    let region = pool_id.split_once('_').map(|(region, _)| region);
    let has_users = answers
        .clients
        .iter()
        .any(|client| oauth::type_of(client) != ClientType::Machine);

    let user_pool = answers.pool.as_ref().map(|pool| {
        let mut rest = Rest::of("UserPool", &name);
        let known = user_pool::Known {
            mfa: answers.mfa.as_ref(),
            region: region.unwrap_or_default(),
            // The default has the namespace in it, which is not known yet, or not in the name at AWS.
            default_name: (options.form != Form::Namespaced && options.claim.is_none())
                .then_some(name.as_str()),
            has_users,
        };
        let pool = user_pool::import(pool, &known, &mut rest);
        keep(rest, resource::USER_POOL, findings);
        pool
    });
    if user_pool.is_none() && answers.mfa.is_some() {
        findings.push(idle_mfa());
    }

    let (domain, rest) = domain::import(answers.pool.as_ref(), &answers.domains);
    if let Some(rest) = rest {
        keep(rest, resource::DOMAIN, findings);
    }

    let mut taken = Names::default();
    let mut servers: Vec<ResourceServer> = Vec::new();
    for server in &answers.resource_servers {
        let given = server.name.as_ref().or(server.identifier.as_ref());
        let own = taken.give(given.map(String::as_str).unwrap_or_default(), "api");
        let mut rest = Rest::of("ResourceServer", &own);
        servers.extend(resource_server::import(server, &own, &mut rest));
        keep(rest, &format!("resource-server-{own}"), findings);
    }

    let left_out = user_pool
        .as_ref()
        .zip(answers.pool.as_ref())
        .map(|(own, pool)| attributes::left_out(pool, own))
        .unwrap_or_default();
    let mut secrets = Names::default();
    let mut providers: Vec<IdentityProvider> = Vec::new();
    let mut provider_names: Vec<String> = Vec::new();
    for provider in &answers.identity_providers {
        let given = provider.provider_name.clone().unwrap_or_default();
        let mut rest = Rest::of("IdentityProvider", &given);
        let secret = format!("{name}-{}", secrets.give(&given, "provider"));
        if let Some(imported) = identity_provider::import(provider, secret, &left_out, &mut rest) {
            providers.push(imported);
            provider_names.push(given.clone());
        }
        keep(rest, &format!("identity-provider-{given}"), findings);
    }

    let mut groups = Vec::new();
    for group in &answers.groups {
        let given = group.group_name.clone().unwrap_or_default();
        let mut rest = Rest::of("Group", &given);
        groups.extend(group::import(group, &mut rest));
        keep(rest, &format!("group-{given}"), findings);
    }
    if answers.more_groups == Some(true) {
        findings.push(more_groups());
    }

    let attributes = user_pool
        .as_ref()
        .map(|pool| pool.attributes.clone().unwrap_or_default());
    let scopes = resource_server::scopes(&servers);
    let own_pool = attributes.as_ref().map(|attributes| client::Pool {
        attributes,
        scopes: &scopes,
    });
    let mut taken = Names::default();
    let mut clients = Vec::new();
    for client in &answers.clients {
        let own = taken.give(client.client_name.as_deref().unwrap_or_default(), "client");
        let mut rest = Rest::of("UserPoolClient", &own);
        clients.push(client::import(
            client,
            &own,
            &provider_names,
            own_pool.as_ref(),
            &mut rest,
        ));
        keep(rest, &resource::client(&own), findings);
    }

    let spec = Spec {
        region: region.map(str::to_owned),
        existing_user_pool: user_pool.is_none().then(|| ExistingUserPool {
            id: Some(pool_id.to_owned()),
            name: None,
            labels: None,
        }),
        user_pool,
        domain,
        resource_servers: unless(&Vec::new(), servers),
        identity_providers: unless(&Vec::new(), providers),
        groups: unless(&Vec::new(), groups),
        clients: unless(&Vec::new(), clients),
    };
    (name, spec, overrides)
}

/// A name for the resource: the pool's, else that of the first thing that has one.
fn name(answers: &Answers) -> String {
    let pool = answers.pool.iter().filter_map(|pool| pool.name.as_deref());
    let clients = answers
        .clients
        .iter()
        .filter_map(|client| client.client_name.as_deref());
    let servers = answers
        .resource_servers
        .iter()
        .filter_map(|server| server.name.as_deref());
    let domains = answers
        .domains
        .iter()
        .filter_map(|domain| domain.domain.as_deref());
    pool.chain(clients)
        .chain(servers)
        .chain(domains)
        .find_map(|name| label(name, OF_RESOURCE))
        .unwrap_or_else(|| "app-auth".to_owned())
}

/// A spec as a person would write it: what is not set is not there.
fn written(value: &impl Serialize) -> Value {
    fn prune(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                fields.retain(|_, field| !field.is_null());
                fields.values_mut().for_each(prune);
            }
            Value::Array(entries) => entries.iter_mut().for_each(prune),
            _ => {}
        }
    }
    let mut value = serde_json::to_value(value).expect("the types of AppAuth are JSON");
    prune(&mut value);
    value
}

fn no_pool() -> Finding {
    Finding::error(
        FieldPath::parse("UserPoolId"),
        "is in none of the answers",
        "give the answer of describe-user-pool, or of describe-user-pool-client for a client of a pool that lives elsewhere",
    )
}

fn no_id(id: &str) -> Finding {
    Finding::error(
        FieldPath::parse("UserPool.Id"),
        format!(
            "{} is not the id of a user pool, which begins with its region",
            quoted(id)
        ),
        "give the answer as AWS printed it",
    )
}

fn idle_mfa() -> Finding {
    Finding::advice(
        FieldPath::parse("MfaConfiguration"),
        "is of a pool that was not given",
        "give the answer of describe-user-pool as well",
    )
}

fn more_groups() -> Finding {
    Finding::advice(
        FieldPath::parse("NextToken"),
        "says that there are more groups than were given",
        "give the answers of list-groups for the rest as well",
    )
}

fn shared_overrides() -> Finding {
    Finding::advice(
        FieldPath::parse("overrides"),
        "hold for every AppAuth of the Composition that they stand in",
        "put them into a Composition for this AppAuth alone",
    )
    .in_document(Document::Input)
}

#[cfg(test)]
mod testing {
    use super::*;

    /// A part of the spec as it comes out.
    pub(super) fn pruned(value: &impl Serialize) -> Value {
        written(value)
    }

    /// What is said, word for word.
    pub(super) fn said(rest: &Rest) -> Vec<String> {
        rest.findings.iter().map(Finding::to_string).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn imported(documents: Value) -> Imported {
        let documents = documents.as_array().unwrap().clone();
        import(
            documents,
            &Options {
                group: "platform.example.org",
                form: Form::Claim,
                claim: None,
            },
        )
    }

    #[test]
    fn without_any_word_of_a_pool_there_is_nothing_to_import() {
        let findings = imported(json!([{"MfaConfiguration": "OFF"}])).findings;
        assert!(findings[0].is_error());
        assert_eq!(
            findings[0].to_string(),
            "UserPoolId: is in none of the answers; give the answer of describe-user-pool, or of describe-user-pool-client \
             for a client of a pool that lives elsewhere"
        );
    }

    #[test]
    fn without_a_pool_it_lives_elsewhere() {
        let imported = imported(json!([
            {"Groups": [{"GroupName": "admins", "UserPoolId": "eu-west-1_A"}], "NextToken": "x"},
            {"MfaConfiguration": "OFF"},
        ]));
        assert_eq!(
            imported.composite["spec"],
            json!({"region": "eu-west-1", "existingUserPool": {"id": "eu-west-1_A"}, "groups": [{"name": "admins"}]})
        );
        let said: Vec<String> = imported.findings.iter().map(Finding::to_string).collect();
        assert_eq!(
            said,
            [
                "MfaConfiguration: is of a pool that was not given; give the answer of describe-user-pool as well",
                "NextToken: says that there are more groups than were given; give the answers of list-groups for the rest as \
                 well",
            ]
        );
    }

    #[test]
    fn the_resource_is_of_the_form_that_was_asked_for() {
        let pool = || vec![json!({"UserPool": {"Id": "eu-west-1_A", "Name": "shop"}})];
        let of = |form, claim| {
            let group = "auth.acme.com";
            import(pool(), &Options { group, form, claim }).composite
        };
        let composite = of(Form::Claim, None);
        assert_eq!(composite["kind"], "XAppAuth");
        assert_eq!(composite["spec"]["userPool"].get("name"), None);
        let claim = of(Form::Claim, Some("shop"));
        assert_eq!(claim["kind"], "AppAuth");
        assert_eq!(
            claim["metadata"],
            json!({"name": "shop", "namespace": "shop"})
        );
        assert_eq!(claim["spec"]["userPool"]["name"], "shop");
        assert_eq!(claim["spec"].get("claimRef"), None);
        let namespaced = of(Form::Namespaced, None);
        assert_eq!(namespaced["apiVersion"], "auth.acme.com/v1alpha1");
        assert_eq!(namespaced["kind"], "AppAuth");
        assert_eq!(namespaced["spec"]["userPool"]["name"], "shop");
    }
}
