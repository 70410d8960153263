//! Required resources: the function reads them from the cluster and never writes them.

use std::collections::BTreeMap;
use std::fmt;

use crate::plan::{IdentityProvider, Plan, PoolReference};
use crate::providers::{Observed, community};

/// What an existing pool is called before its own name is known: in waits, and as the topic of its question.
pub(super) const EXISTING_POOL: &str = "existing-user-pool";
/// How the topics of questions for the Secrets of identity providers begin and end.
const DETAILS: (&str, &str) = ("identity-provider-", "-details");

/// A question to the cluster, which Crossplane answers by calling again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The name under which the answer comes: `topic/selector`. Crossplane 2.4 sends the answers of the last successful
    /// reconcile along under the names that they had then, so a name that left out the selector could bring the answer
    /// to another question.
    pub name: String,
    /// The API version of the required resources.
    pub api_version: &'static str,
    /// The kind of the required resources.
    pub kind: &'static str,
    /// The selector.
    pub which: Which,
}

/// The selector of required resources.
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

impl fmt::Display for Which {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Labels(labels) => {
                for (index, (key, value)) in labels.iter().enumerate() {
                    let comma = if index == 0 { "" } else { "," };
                    write!(f, "{comma}{key}={value}")?;
                }
                Ok(())
            }
            Self::Namespaced { namespace, name } => write!(f, "{namespace}/{name}"),
        }
    }
}

impl Question {
    fn new(topic: &str, api_version: &'static str, kind: &'static str, which: Which) -> Self {
        Self {
            name: format!("{topic}/{which}"),
            api_version,
            kind,
            which,
        }
    }

    /// Whether the question selects an object.
    pub fn selects(&self, object: &Observed<'_>) -> bool {
        let has_name = |name: &str| object.text("/metadata/name") == Some(name);
        object.text("/apiVersion") == Some(self.api_version)
            && object.text("/kind") == Some(self.kind)
            && match &self.which {
                Which::Name(name) => has_name(name),
                Which::Namespaced { namespace, name } => {
                    has_name(name) && object.text("/metadata/namespace") == Some(namespace)
                }
                Which::Labels(labels) => {
                    let theirs = object.body.at("/metadata/labels");
                    labels.iter().all(|(key, value)| {
                        theirs.and_then(|theirs| theirs.text(key)) == Some(value)
                    })
                }
            }
    }

    /// The answer to this question; none where it was not asked yet, or where the answer holds an object that the
    /// question does not select.
    pub(super) fn answer<'a, 'b>(&self, answers: &'b Answers<'a>) -> Option<&'b [Observed<'a>]> {
        let answer = answers.get(&self.name)?;
        answer
            .iter()
            .all(|object| self.selects(object))
            .then_some(answer)
    }
}

/// The answers by the names of their questions: absent where nobody was asked yet or can answer, empty where there is
/// nothing of the kind.
pub type Answers<'a> = BTreeMap<String, Vec<Observed<'a>>>;

/// Whether a question of ours may have this name, so that the caller need not read other answers.
pub fn is_ours(name: &str) -> bool {
    let (begin, end) = DETAILS;
    // A selector may hold a slash itself, a topic may not end before one: identity providers have names like any text.
    name.strip_prefix(EXISTING_POOL)
        .is_some_and(|rest| rest.starts_with('/'))
        || (name.starts_with(begin) && name.contains(&format!("{end}/")))
}

/// The question for the existing pool; none if the spec has its ID or has no existing pool.
pub(super) fn existing_pool(plan: &Plan) -> Option<Question> {
    let which = match plan.existing_pool()?.reference()? {
        PoolReference::Id(_) => return None,
        PoolReference::Name(name) => Which::Name(name.to_owned()),
        PoolReference::Labels(labels) => Which::Labels(labels.clone()),
    };
    Some(Question::new(
        EXISTING_POOL,
        community::API_VERSION,
        "UserPool",
        which,
    ))
}

/// The question for the Secret of an identity provider.
pub(super) fn details(provider: &IdentityProvider) -> Question {
    let (begin, end) = DETAILS;
    let which = Which::Namespaced {
        namespace: provider.details.namespace.clone(),
        name: provider.details.name.clone(),
    };
    Question::new(
        &format!("{begin}{}{end}", provider.name),
        "v1",
        "Secret",
        which,
    )
}

/// All that a plan makes us ask: the same at every call, so that asking ends.
pub(super) fn all(plan: &Plan) -> Vec<Question> {
    let details = plan.identity_providers.iter().map(details);
    existing_pool(plan).into_iter().chain(details).collect()
}
