//! What is known by now: the composite's status, what is ready, the connection details, and what still waits.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Map, Value, json};

use crate::api::app_auth::{ClientStatus, DomainStatus, SecretReference, Status, UserPoolStatus};
use crate::api::composite::Composite;
use crate::finding::Finding;
use crate::plan::{Client, Plan, resource};
use crate::providers::{Object, Observed};

use super::outcome::{Desired, Outcome, Wait};

/// The keys of a composed Secret that a domain brings.
const ENDPOINTS: [&str; 4] = ["authorizeUrl", "tokenUrl", "userInfoUrl", "logoutUrl"];

/// What is known of everything.
struct Known<'a> {
    plan: &'a Plan,
    composite: &'a Composite,
    observed: &'a BTreeMap<String, Observed>,
    pool_id: Option<String>,
}

/// The outcome of a valid render.
pub(super) fn outcome(
    plan: &Plan,
    composite: &Composite,
    objects: Vec<Object>,
    observed: &BTreeMap<String, Observed>,
    replaced: BTreeSet<String>,
    mut advice: Vec<Finding>,
) -> Outcome {
    let known = Known {
        plan,
        composite,
        observed,
        pool_id: pool_id(plan, composite, observed),
    };
    let mut waits: Vec<Wait> = replaced
        .into_iter()
        .map(|name| Wait {
            because: format!("{name} waits until the old one is gone"),
            waits_for: name.clone(),
            resource: name,
        })
        .collect();
    let mut desired: Vec<Desired> = objects
        .into_iter()
        .map(|Object { name, body }| Desired {
            ready: known.is_there(&name, &body),
            name,
            body,
        })
        .collect();
    let status = known.status();
    for client in &plan.clients {
        known.compose_secret(client, &status, &mut desired, &mut waits);
    }
    let mut waiting_for: Vec<String> = waits.iter().map(|wait| wait.waits_for.clone()).collect();
    waiting_for.dedup();
    let status = Status {
        waiting_for,
        ..status
    };
    advice.sort();
    advice.dedup();
    Outcome {
        connection_details: known.connection_details(&status),
        status: Some(serde_json::to_value(&status).expect("a typed status is JSON")),
        checked_against: checked_against(&desired),
        desired,
        findings: advice,
        waits,
    }
}

/// The pool's id: from the observed pool, else from a sibling that has found it, else from what the status once knew.
fn pool_id(
    plan: &Plan,
    composite: &Composite,
    observed: &BTreeMap<String, Observed>,
) -> Option<String> {
    let of_pool = observed.get(resource::USER_POOL).and_then(|pool| {
        pool.external_name()
            .or_else(|| pool.text("/status/atProvider/id"))
    });
    let of_sibling = || {
        let siblings = plan
            .clients
            .iter()
            .map(|client| resource::client(&client.name));
        siblings
            .chain([resource::DOMAIN.to_owned()])
            .find_map(|name| observed.get(&name)?.text("/spec/forProvider/userPoolId"))
    };
    of_pool
        .or_else(of_sibling)
        .or_else(|| composite.status_text("/userPool/id"))
        .map(str::to_owned)
}

impl Known<'_> {
    fn client(&self, client: &Client) -> Option<&Observed> {
        self.observed.get(&resource::client(&client.name))
    }

    /// Whether a resource is there: observed as of the rendered kind, Ready and Synced; pool and client with their
    /// name at AWS, a client with a secret with that, a domain with the pool showing it where it shows any.
    fn is_there(&self, name: &str, body: &Value) -> bool {
        let Some(observed) = self.observed.get(name) else {
            return false;
        };
        if !observed.is("Ready") || !observed.is("Synced") || body["kind"] != observed.kind() {
            return false;
        }
        if name == resource::USER_POOL {
            return observed.external_name().is_some();
        }
        if name == resource::DOMAIN {
            return self.pool_shows_domain(observed.external_name());
        }
        match self
            .plan
            .clients
            .iter()
            .find(|client| resource::client(&client.name) == name)
        {
            Some(client) => {
                observed.external_name().is_some() && (!client.secret || secret(observed).is_some())
            }
            None => true,
        }
    }

    /// A domain resource is Ready as soon as any pool has the domain; the pool tells whether it is ours.
    fn pool_shows_domain(&self, name: Option<&str>) -> bool {
        let Some(pool) = self.observed.get(resource::USER_POOL) else {
            return true;
        };
        let shown: Vec<&str> = [
            "/status/atProvider/domain",
            "/status/atProvider/customDomain",
        ]
        .into_iter()
        .filter_map(|pointer| pool.text(pointer))
        .collect();
        shown.is_empty() || name.is_some_and(|name| shown.contains(&name))
    }

    fn status(&self) -> Status {
        let Self {
            plan,
            composite,
            observed,
            pool_id,
        } = self;
        let issuer = pool_id.as_deref().map(|id| plan.region.issuer(id));
        let domain = self.domain();
        let user_pool = pool_id.as_ref().map(|id| UserPoolStatus {
            id: Some(id.clone()),
            arn: observed
                .get(resource::USER_POOL)
                .and_then(|pool| pool.text("/status/atProvider/arn"))
                .or_else(|| composite.status_text("/userPool/arn"))
                .map(str::to_owned),
            name: Some(plan.pool.name.clone()),
        });
        Status {
            user_pool,
            discovery_url: issuer
                .as_ref()
                .map(|issuer| format!("{issuer}/.well-known/openid-configuration")),
            jwks_url: issuer
                .as_ref()
                .map(|issuer| format!("{issuer}/.well-known/jwks.json")),
            issuer,
            clients: plan
                .clients
                .iter()
                .map(|client| self.client_status(client, domain.as_ref()))
                .collect(),
            domain,
            waiting_for: Vec::new(),
        }
    }

    /// The endpoints, once the domain is there, or was.
    fn domain(&self) -> Option<DomainStatus> {
        let domain = self.plan.domain.as_ref()?.domain_name()?;
        let host = domain.host(&self.plan.region);
        let observed = self.observed.get(resource::DOMAIN);
        let is_there = observed.is_some_and(|observed| {
            observed.external_name() == Some(domain.as_str())
                && observed.is("Ready")
                && self.pool_shows_domain(observed.external_name())
        });
        let was_there = self.composite.status_text("/domain/host") == Some(&host);
        (is_there || was_there).then(|| DomainStatus {
            authorize_url: format!("https://{host}/oauth2/authorize"),
            token_url: format!("https://{host}/oauth2/token"),
            user_info_url: format!("https://{host}/oauth2/userInfo"),
            login_url: format!("https://{host}/login"),
            logout_url: format!("https://{host}/logout"),
            identity_provider_redirect_url: format!("https://{host}/oauth2/idpresponse"),
            saml_acs_url: format!("https://{host}/saml2/idpresponse"),
            host,
        })
    }

    fn client_id(&self, client: &Client) -> Option<&str> {
        self.client(client)
            .and_then(|observed| {
                observed
                    .external_name()
                    .or_else(|| observed.text("/status/atProvider/clientID"))
            })
            .or_else(|| {
                let clients = self.composite.status.as_ref()?.get("clients")?.as_array()?;
                let known = clients
                    .iter()
                    .find(|each| each["name"] == client.name.as_str())?;
                known["clientId"].as_str()
            })
    }

    fn client_status(&self, client: &Client, domain: Option<&DomainStatus>) -> ClientStatus {
        let client_id = self.client_id(client);
        let redirect = client
            .default_redirect_url
            .as_ref()
            .or_else(|| client.callback_urls.first());
        let login_url = domain
            .zip(client_id)
            .zip(redirect)
            .map(|((domain, id), redirect)| {
                format!(
                    "{}?client_id={}&response_type=code&scope={}&redirect_uri={}",
                    domain.login_url,
                    percent_encoded(id),
                    client
                        .scopes
                        .iter()
                        .map(|scope| percent_encoded(scope))
                        .collect::<Vec<_>>()
                        .join("+"),
                    percent_encoded(redirect)
                )
            });
        ClientStatus {
            name: client.name.clone(),
            type_: client.type_,
            client_id: client_id.map(str::to_owned),
            login_url,
            connection_secret: client.secrets.named().map(|secret| SecretReference {
                name: secret.name.clone(),
                namespace: Some(secret.namespace.clone()),
            }),
        }
    }

    /// The connection details of a composite that has them.
    fn connection_details(&self, status: &Status) -> BTreeMap<String, Vec<u8>> {
        if self.composite.modern {
            return BTreeMap::new();
        }
        let mut details = BTreeMap::new();
        let mut add = |key: String, value: Option<&[u8]>| {
            if let Some(value) = value {
                details.insert(key, value.to_vec());
            }
        };
        add(
            "userPoolId".to_owned(),
            self.pool_id.as_deref().map(str::as_bytes),
        );
        add(
            "issuer".to_owned(),
            status.issuer.as_deref().map(str::as_bytes),
        );
        for client in &self.plan.clients {
            add(
                format!("{}.clientId", client.name),
                self.client_id(client).map(str::as_bytes),
            );
            let secret = self
                .client(client)
                .filter(|_| client.secret)
                .and_then(secret);
            add(format!("{}.clientSecret", client.name), secret);
        }
        details
    }

    /// The Secret of a client whose composite has no connection details. It waits for the client; once it was
    /// observed it is rendered again, from what it held if need be.
    fn compose_secret(
        &self,
        client: &Client,
        status: &Status,
        desired: &mut Vec<Desired>,
        waits: &mut Vec<Wait>,
    ) {
        let Some(name) = &client.secrets.composed else {
            return;
        };
        let resource = resource::connection_secret(&client.name);
        let before = self.observed.get(&resource);
        let mut data: Map<String, Value> = before
            .and_then(|before| before.body.get("data")?.as_object().cloned())
            .unwrap_or_default();
        if self.plan.domain.is_none() {
            data.retain(|key, _| !ENDPOINTS.contains(&key.as_str()));
        }
        let secret = self
            .client(client)
            .filter(|_| client.secret)
            .and_then(secret);
        let client_id = self.client_id(client);
        let of_domain = |field: fn(&DomainStatus) -> &String| {
            status
                .domain
                .as_ref()
                .map(|domain| field(domain).as_bytes())
        };
        for (key, value) in [
            ("clientId", client_id.map(str::as_bytes)),
            ("clientSecret", secret),
            ("userPoolId", self.pool_id.as_deref().map(str::as_bytes)),
            ("issuer", status.issuer.as_deref().map(str::as_bytes)),
            (
                "discoveryUrl",
                status.discovery_url.as_deref().map(str::as_bytes),
            ),
            ("jwksUrl", status.jwks_url.as_deref().map(str::as_bytes)),
            ("authorizeUrl", of_domain(|domain| &domain.authorize_url)),
            ("tokenUrl", of_domain(|domain| &domain.token_url)),
            ("userInfoUrl", of_domain(|domain| &domain.user_info_url)),
            ("logoutUrl", of_domain(|domain| &domain.logout_url)),
        ] {
            if let Some(value) = value {
                data.insert(key.to_owned(), Value::String(BASE64.encode(value)));
            }
        }
        let complete =
            data.contains_key("clientId") && (!client.secret || data.contains_key("clientSecret"));
        if complete || before.is_some() {
            desired.push(Desired {
                name: resource,
                body: json!({
                    "apiVersion": "v1",
                    "kind": "Secret",
                    "metadata": { "name": name.name, "namespace": name.namespace },
                    "type": "Opaque",
                    "data": data,
                }),
                ready: complete,
            });
        } else {
            let waits_for = resource::client(&client.name);
            waits.push(Wait {
                because: format!(
                    "{resource} waits for {waits_for}, whose id and secret go into it"
                ),
                resource,
                waits_for,
            });
        }
    }
}

/// A client's secret. The provider publishes it once; its status, which it never leaves here, has it as well.
fn secret(client: &Observed) -> Option<&[u8]> {
    client.connection_detail("clientSecret").or_else(|| {
        client
            .text("/status/atProvider/clientSecret")
            .map(str::as_bytes)
    })
}

fn checked_against(desired: &[Desired]) -> String {
    let version = desired
        .iter()
        .filter_map(|each| each.body["apiVersion"].as_str())
        .find(|version| version.contains('/'))
        .unwrap_or_default();
    format!("Checked against Cognito's rules and the built-in schemas of {version}")
}

/// A text as one value of a query.
fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.extend(
                [byte >> 4, byte & 15]
                    .map(|digit| char::from(b"0123456789ABCDEF"[usize::from(digit)])),
            );
        }
    }
    encoded
}
