//! What is asked of the cluster: resources that are nobody's here, read and never written.

use std::collections::BTreeMap;

use crate::path::at;
use serde_json::Value;

use crate::plan::{Plan, PoolReference};
use crate::providers::{Observed, community};

/// The name under which a pool that lives elsewhere is asked for.
pub const EXISTING_POOL: &str = "existing-user-pool";

/// A question to the cluster, which Crossplane answers by calling again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The name under which the answer comes.
    pub name: String,
    /// The API version of what is asked for.
    pub api_version: &'static str,
    /// The kind of what is asked for.
    pub kind: &'static str,
    /// Which of the kind.
    pub which: Which,
}

/// Which resources of a kind are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// The one of a name, cluster-scoped.
    Name(String),
    /// Those with labels, cluster-scoped.
    Labels(BTreeMap<String, String>),
    /// The one of a name in a namespace.
    Namespaced {
        /// The namespace.
        namespace: String,
        /// The name.
        name: String,
    },
}

impl Question {
    /// Whether an object is among what is asked for.
    pub fn is_answered_by(&self, object: &Value) -> bool {
        let text = |pointer: &str| at(object, pointer).and_then(Value::as_str);
        let has_name = |name: &str| text("/metadata/name") == Some(name);
        text("/apiVersion") == Some(self.api_version)
            && text("/kind") == Some(self.kind)
            && match &self.which {
                Which::Name(name) => has_name(name),
                Which::Namespaced { namespace, name } => {
                    has_name(name) && text("/metadata/namespace") == Some(namespace)
                }
                Which::Labels(labels) => {
                    let theirs = at(object, "/metadata/labels");
                    labels.iter().all(|(key, value)| {
                        theirs.and_then(|theirs| theirs.get(key)?.as_str()) == Some(value)
                    })
                }
            }
    }
}

/// The answers by the names of their questions: absent where nobody was asked yet or can answer, empty where there is
/// nothing of the kind.
pub type Answers<'a> = BTreeMap<String, Vec<Observed<'a>>>;

/// Whether a question of ours has this name, so that the caller need not read other answers.
pub fn is_ours(name: &str) -> bool {
    name == EXISTING_POOL || (name.starts_with("identity-provider-") && name.ends_with("-details"))
}

/// All that a plan makes us ask: the same at every call, so that asking ends.
pub(super) fn all(plan: &Plan) -> Vec<Question> {
    let pool = plan.existing_pool().and_then(|pool| {
        let which = match pool.reference()? {
            PoolReference::Id(_) => return None,
            PoolReference::Name(name) => Which::Name(name.to_owned()),
            PoolReference::Labels(labels) => Which::Labels(labels.clone()),
        };
        Some(Question {
            name: EXISTING_POOL.to_owned(),
            api_version: community::API_VERSION,
            kind: "UserPool",
            which,
        })
    });
    let details = plan.identity_providers.iter().map(|provider| Question {
        name: provider.details_request(),
        api_version: "v1",
        kind: "Secret",
        which: Which::Namespaced {
            namespace: provider.details.namespace.clone(),
            name: provider.details.name.clone(),
        },
    });
    pool.into_iter().chain(details).collect()
}
