//! What is known by now: the composite's status, what is ready, the connection details, and what still waits.

use std::collections::BTreeMap;

use base64ct::{Base64, Encoding};
use serde_json::{Map, Value, json};

use crate::api::app_auth::{ClientStatus, DomainStatus, SecretReference, Status, UserPoolStatus};
use crate::finding::Finding;
use crate::plan::{Client, resource};
use crate::providers::Object;

use super::outcome::{Desired, Outcome, Wait};
use super::refusals::refusals;
use super::requirements;
use super::state::Known;

/// The keys of a composed Secret that a domain brings.
const ENDPOINTS: [&str; 4] = ["authorizeUrl", "tokenUrl", "userInfoUrl", "logoutUrl"];

/// The outcome of a valid render, but for the plan and for what judged it.
pub(super) fn outcome(
    known: &Known<'_>,
    objects: Vec<Object>,
    waits: Vec<Wait>,
    mut advice: Vec<Finding>,
) -> Outcome {
    let mut waits = waits;
    let mut desired: Vec<Desired> = objects
        .into_iter()
        .map(|Object { part, name, body }| Desired {
            ready: known.is_there(part),
            name,
            body,
        })
        .collect();
    let status = known.status();
    for client in &known.plan.clients {
        known.compose_secret(client, &status, &mut desired, &mut waits);
    }
    let mut waiting_for: Vec<String> = Vec::new();
    for wait in &waits {
        if !waiting_for.contains(&wait.waits_for) {
            waiting_for.push(wait.waits_for.clone());
        }
    }
    let status = Status {
        waiting_for,
        ..status
    };
    advice.extend(known.advise_on_pool());
    advice.sort();
    advice.dedup();
    Outcome {
        connection_details: known.connection_details(&status),
        status: Some(
            serde_json::to_value(&status).expect("a status is plain data with texts for keys"),
        ),
        refusals: refusals(known, &desired),
        questions: requirements::all(known.plan),
        desired,
        findings: advice,
        waits,
        ..Outcome::default()
    }
}

impl Known<'_> {
    fn status(&self) -> Status {
        let region = &self.plan.region;
        let issuer = self.pool_id.as_deref().map(|id| region.issuer(id));
        let domain = self.domain_host().map(domain_status);
        Status {
            user_pool: self.user_pool_status(),
            discovery_url: issuer
                .as_ref()
                .map(|issuer| format!("{issuer}/.well-known/openid-configuration")),
            jwks_url: issuer
                .as_ref()
                .map(|issuer| format!("{issuer}/.well-known/jwks.json")),
            issuer,
            clients: self
                .plan
                .clients
                .iter()
                .map(|client| self.client_status(client, domain.as_ref()))
                .collect(),
            domain,
            waiting_for: Vec::new(),
        }
    }

    fn user_pool_status(&self) -> Option<UserPoolStatus> {
        let id = self.pool_id.clone()?;
        let pool = self.pool();
        // What the status once knew is of the same pool.
        let once = |pointer: &str| {
            self.composite
                .status_text(pointer)
                .filter(|_| self.composite.status_text("/userPool/id") == Some(&id))
        };
        let arn = pool
            .and_then(|pool| pool.text("/status/atProvider/arn"))
            .or_else(|| once("/userPool/arn"))
            .map(str::to_owned);
        let name = match self.plan.own_pool() {
            Some(own) => Some(own.name.clone()),
            None => pool
                .and_then(|pool| pool.text("/spec/forProvider/poolName"))
                .or_else(|| once("/userPool/name"))
                .map(str::to_owned),
        };
        Some(UserPoolStatus {
            id: Some(id),
            arn,
            name,
        })
    }

    fn client_status(&self, client: &Client, domain: Option<&DomainStatus>) -> ClientStatus {
        let client_id = self.client_id(client);
        let redirect = client
            .default_redirect_url
            .as_ref()
            .or_else(|| client.callback_urls.first());
        let login_url = domain
            .filter(|_| Known::has_login_page(client))
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
            add(
                format!("{}.clientSecret", client.name),
                self.client_secret(client),
            );
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
            .and_then(|before| Some(before.body.get("data")?.as_object()?.to_map()))
            .unwrap_or_default();
        if self.plan.domain.is_none() && self.plan.existing_pool().is_none() {
            data.retain(|key, _| !ENDPOINTS.contains(&key.as_str()));
        }
        let secret = self.client_secret(client);
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
                data.insert(key.to_owned(), Value::String(Base64::encode_string(value)));
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

/// The endpoints at a host.
fn domain_status(host: String) -> DomainStatus {
    DomainStatus {
        authorize_url: format!("https://{host}/oauth2/authorize"),
        token_url: format!("https://{host}/oauth2/token"),
        user_info_url: format!("https://{host}/oauth2/userInfo"),
        login_url: format!("https://{host}/login"),
        logout_url: format!("https://{host}/logout"),
        identity_provider_redirect_url: format!("https://{host}/oauth2/idpresponse"),
        saml_acs_url: format!("https://{host}/saml2/idpresponse"),
        host,
    }
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
