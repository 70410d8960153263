//! The picture of a render: which resources there are, and what points at what.
//!
//! [`Graph::of`] makes it from an outcome; [`Graph::mermaid`], [`Graph::dot`] and [`Graph::svg`] draw it. What waits and
//! what lives elsewhere looks different in all three.

mod dot;
mod mermaid;
mod svg;

use std::collections::{BTreeMap, BTreeSet};

use crate::compose::Outcome;
use crate::plan::{Client, Domain, Part, Plan, PoolReference, SecretName, UserPool, resource};

/// Resources, and what points at what.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Graph {
    /// The resources, in the order of the plan.
    pub nodes: Vec<Node>,
    /// The references, in the order of their sources.
    pub edges: Vec<Edge>,
}

/// A resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// What it is called: in the composition, or in the cluster where it is nobody's here.
    pub name: String,
    /// What it is, in a few words.
    pub about: String,
    /// Where it stands among the others.
    pub place: Place,
    /// How it is.
    pub state: State,
}

/// Where a resource stands among the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A Secret that a client fills.
    ClientSecret,
    /// A client.
    Client,
    /// The user pool.
    UserPool,
    /// What is of the pool, and what clients may name.
    OfPool,
    /// A Secret that is read.
    Details,
}

/// How a resource is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// It is rendered.
    Rendered,
    /// It waits for another one.
    Waiting,
    /// It is nobody's here: it lives elsewhere.
    Elsewhere,
}

/// A reference from one resource to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// The place of its source among the nodes.
    pub from: usize,
    /// The place of its target among the nodes.
    pub to: usize,
    /// What it is about; empty where it goes without saying.
    pub about: String,
}

impl Graph {
    /// The picture of an outcome; none of an invalid one, which has no plan.
    pub fn of(outcome: &Outcome) -> Option<Self> {
        let plan = outcome.plan.as_ref()?;
        let rendered: BTreeSet<&str> = outcome
            .desired
            .iter()
            .map(|each| each.name.as_str())
            .collect();
        let mut graph = Builder {
            graph: Self::default(),
            rendered,
            secrets: BTreeMap::new(),
        };
        graph.draw(plan);
        Some(graph.graph)
    }
}

/// A picture that is being made.
struct Builder<'a> {
    graph: Graph,
    rendered: BTreeSet<&'a str>,
    /// The Secrets that are drawn already.
    secrets: BTreeMap<SecretName, usize>,
}

impl Builder<'_> {
    fn draw(&mut self, plan: &Plan) {
        let pool = self.pool(plan);
        let mut servers = BTreeMap::new();
        let mut providers = BTreeMap::new();
        for part in plan.parts() {
            let about = match part {
                // Drawn first, and clients last.
                Part::UserPool | Part::Client(_) => continue,
                Part::Domain => {
                    let domain = plan.domain.as_ref().and_then(Domain::domain_name);
                    let host = domain.map(|domain| domain.host(&plan.region));
                    host.unwrap_or_default()
                }
                Part::ResourceServer(index) => {
                    format!(
                        "resource server {}",
                        plan.resource_servers[index].identifier
                    )
                }
                Part::IdentityProvider(index) => {
                    format!(
                        "identity provider, {:?}",
                        plan.identity_providers[index].type_
                    )
                }
                Part::Group(_) => "group".to_owned(),
            };
            let node = self.part(part.name(plan), about, Place::OfPool);
            self.edge(node, pool, "");
            match part {
                Part::ResourceServer(index) => {
                    servers.insert(index, node);
                }
                Part::IdentityProvider(index) => {
                    providers.insert(index, node);
                    let details = &plan.identity_providers[index].details;
                    let secret = self.secret(details, Place::Details, "details, read");
                    self.edge(node, secret, "details");
                }
                Part::UserPool | Part::Domain | Part::Group(_) | Part::Client(_) => {}
            }
        }
        for client in &plan.clients {
            let node = self.part(
                resource::client(&client.name),
                format!("{:?} client", client.type_),
                Place::Client,
            );
            self.edge(node, pool, "");
            for (index, scopes) in scopes_by_server(plan, client) {
                self.edge(node, servers[&index], &scopes.join(", "));
            }
            for name in &client.identity_providers {
                if let Some(provider) = plan.identity_provider(name) {
                    self.edge(node, providers[&provider.index], "users");
                }
            }
            self.client_secret(client, node);
        }
    }

    fn pool(&mut self, plan: &Plan) -> usize {
        let existing = match &plan.user_pool {
            UserPool::Own(pool) => {
                let about = format!("user pool {}", pool.name);
                return self.part(resource::USER_POOL.to_owned(), about, Place::UserPool);
            }
            UserPool::Existing(existing) => existing,
        };
        let name = match existing.reference() {
            Some(PoolReference::Id(id)) => id.to_owned(),
            Some(PoolReference::Name(name)) => name.to_owned(),
            Some(PoolReference::Labels(labels)) => {
                let labels: Vec<String> = labels
                    .iter()
                    .map(|(key, value)| format!("{key}={value}"))
                    .collect();
                labels.join(",")
            }
            None => String::new(),
        };
        self.node(Node {
            name,
            about: "user pool that lives elsewhere".to_owned(),
            place: Place::UserPool,
            state: State::Elsewhere,
        })
    }

    fn client_secret(&mut self, client: &Client, node: usize) {
        let secret = if let Some(composed) = &client.secrets.composed {
            let name = resource::connection_secret(&client.name);
            let about = format!("Secret {}/{}", composed.namespace, composed.name);
            self.part(name, about, Place::ClientSecret)
        } else if let Some(named) = client.secrets.named() {
            self.secret(
                named,
                Place::ClientSecret,
                "Secret, written by the provider",
            )
        } else {
            return;
        };
        self.edge(node, secret, "id and secret");
    }

    /// A resource of this composition, which waits where it is not rendered.
    fn part(&mut self, name: String, about: String, place: Place) -> usize {
        let state = if self.rendered.contains(name.as_str()) {
            State::Rendered
        } else {
            State::Waiting
        };
        self.node(Node {
            name,
            about,
            place,
            state,
        })
    }

    fn secret(&mut self, secret: &SecretName, place: Place, about: &str) -> usize {
        if let Some(node) = self.secrets.get(secret) {
            return *node;
        }
        let node = self.node(Node {
            name: format!("{}/{}", secret.namespace, secret.name),
            about: about.to_owned(),
            place,
            state: State::Elsewhere,
        });
        self.secrets.insert(secret.clone(), node);
        node
    }

    fn node(&mut self, node: Node) -> usize {
        self.graph.nodes.push(node);
        self.graph.nodes.len() - 1
    }

    fn edge(&mut self, from: usize, to: usize, about: &str) {
        self.graph.edges.push(Edge {
            from,
            to,
            about: about.to_owned(),
        });
    }
}

/// The scopes that a client asks for, by resource server.
fn scopes_by_server<'a>(plan: &'a Plan, client: &'a Client) -> BTreeMap<usize, Vec<&'a str>> {
    let mut by_server = BTreeMap::<usize, Vec<&str>>::new();
    for scope in &client.scopes {
        if let Some((server, name)) = plan.scope(scope) {
            by_server.entry(server.index).or_default().push(name);
        }
    }
    by_server
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::compose::{Request, compose};

    /// The picture of a spec that has one of everything, before anything is there.
    pub(super) fn graph(patch: Value) -> Graph {
        let mut spec = json!({
            "region": "eu-west-1",
            "domain": {"prefix": "storefront-7k2"},
            "resourceServers": [{"name": "api", "identifier": "https://api", "scopes": [
                {"name": "read", "description": "Read"}, {"name": "write", "description": "Write"}]}],
            "identityProviders": [
                {"type": "Google", "detailsSecretRef": {"name": "google", "namespace": "shop"}},
                {"name": "Corp", "type": "Oidc", "detailsSecretRef": {"name": "google", "namespace": "shop"}}],
            "groups": [{"name": "a\"b<c>"}],
            "clients": [{"name": "web", "type": "Web", "callbackUrls": ["https://a.example.org"],
                "connectionSecret": {"name": "web", "namespace": "shop"}, "identityProviders": ["Cognito", "Google"],
                "scopes": ["openid", "https://api/read", "https://api/write"]}],
        });
        for (field, value) in patch.as_object().unwrap() {
            spec[field] = value.clone();
        }
        let composite = json!({"metadata": {"name": "storefront"}, "spec": spec});
        let outcome = compose(Request {
            composite: (&composite).into(),
            ..Request::default()
        });
        Graph::of(&outcome).unwrap_or_else(|| panic!("{:?}", outcome.findings))
    }

    #[test]
    fn everything_is_drawn_with_what_it_points_at() {
        let graph = graph(json!({}));
        let nodes: Vec<String> = graph
            .nodes
            .iter()
            .map(|node| format!("{} ({}) {:?}", node.name, node.about, node.state))
            .collect();
        assert_eq!(
            nodes,
            [
                "user-pool (user pool storefront) Rendered",
                "domain (storefront-7k2.auth.eu-west-1.amazoncognito.com) Rendered",
                "resource-server-api (resource server https://api) Waiting",
                "identity-provider-Google (identity provider, Google) Rendered",
                "shop/google (details, read) Elsewhere",
                "identity-provider-Corp (identity provider, Oidc) Rendered",
                "group-a\"b<c> (group) Rendered",
                "client-web (Web client) Waiting",
                "shop/web (Secret, written by the provider) Elsewhere",
            ]
        );
        let name = |node: usize| graph.nodes[node].name.as_str();
        let edges: Vec<String> = graph
            .edges
            .iter()
            .map(|edge| format!("{} > {} {}", name(edge.from), name(edge.to), edge.about))
            .collect();
        assert_eq!(
            edges,
            [
                "domain > user-pool ",
                "resource-server-api > user-pool ",
                "identity-provider-Google > user-pool ",
                "identity-provider-Google > shop/google details",
                "identity-provider-Corp > user-pool ",
                "identity-provider-Corp > shop/google details",
                "group-a\"b<c> > user-pool ",
                "client-web > user-pool ",
                "client-web > resource-server-api read, write",
                "client-web > identity-provider-Google users",
                "client-web > shop/web id and secret",
            ]
        );
    }

    #[test]
    fn a_pool_that_lives_elsewhere_is_drawn_as_it_is_named() {
        for (written, name) in [
            (json!({"id": "eu-west-1_AbC"}), "eu-west-1_AbC"),
            (json!({"name": "shared"}), "shared"),
            (json!({"labels": {"a": "1", "b": "2"}}), "a=1,b=2"),
        ] {
            let graph = graph(json!({ "existingUserPool": written }));
            assert_eq!(
                (graph.nodes[0].name.as_str(), graph.nodes[0].state),
                (name, State::Elsewhere)
            );
        }
    }

    #[test]
    fn there_is_no_picture_of_what_is_invalid() {
        assert_eq!(Graph::of(&Outcome::default()), None);
    }
}
