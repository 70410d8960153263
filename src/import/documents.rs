//! The answers, told apart by what they hold, and whether they are all of one pool.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::aws::{
    DomainDescription, Group, IdentityProvider, MfaConfig, ResourceServer, UserPool, UserPoolClient,
};
use crate::finding::Finding;
use crate::path::FieldPath;
use crate::text::{all, quoted};

/// What can be read, for those who gave something else.
const READ_HERE: &str = "give what aws cognito-idp prints for describe-user-pool, get-user-pool-mfa-config, \
                         describe-user-pool-client, describe-user-pool-domain, describe-resource-server, \
                         describe-identity-provider or list-groups";
/// How many keys of an unknown document are shown.
const SHOWN: usize = 8;

/// Everything that AWS answered.
#[derive(Debug, Default)]
pub(super) struct Answers {
    pub(super) pool: Option<UserPool>,
    pub(super) mfa: Option<MfaConfig>,
    pub(super) clients: Vec<UserPoolClient>,
    pub(super) domains: Vec<DomainDescription>,
    pub(super) resource_servers: Vec<ResourceServer>,
    pub(super) identity_providers: Vec<IdentityProvider>,
    pub(super) groups: Vec<Group>,
    /// Whether AWS had more groups to tell; none where it told of none.
    pub(super) more_groups: Option<bool>,
}

/// What an answer is an answer to, by the key that tells.
fn kind(document: &Map<String, Value>) -> Option<&'static str> {
    INNER
        .iter()
        .map(|inner| inner.key)
        .chain(["MfaConfiguration"])
        .find(|key| document.contains_key(*key))
}

/// An object within an answer, as `--query` prints it alone.
struct Inner {
    /// The key of the answer that holds it.
    key: &'static str,
    /// The command whose answer it is.
    command: &'static str,
    /// Fields that it always has.
    always: &'static [&'static str],
    /// Optional fields. If any are listed, at least one must be there.
    some: &'static [&'static str],
}

const INNER: [Inner; 6] = [
    Inner {
        key: "UserPool",
        command: "describe-user-pool",
        always: &["Id"],
        some: &[
            "AdminCreateUserConfig",
            "MfaConfiguration",
            "Policies",
            "SchemaAttributes",
        ],
    },
    Inner {
        key: "UserPoolClient",
        command: "describe-user-pool-client",
        always: &["ClientId", "UserPoolId"],
        some: &[],
    },
    Inner {
        key: "DomainDescription",
        command: "describe-user-pool-domain",
        always: &["Domain", "UserPoolId"],
        some: &[],
    },
    Inner {
        key: "ResourceServer",
        command: "describe-resource-server",
        always: &["Identifier", "UserPoolId"],
        some: &[],
    },
    Inner {
        key: "IdentityProvider",
        command: "describe-identity-provider",
        always: &["ProviderName", "ProviderType"],
        some: &[],
    },
    Inner {
        key: "Groups",
        command: "list-groups",
        always: &["GroupName", "UserPoolId"],
        some: &[],
    },
];

/// The object that a document is, or has a list of, when the answer around it is missing.
fn inner(document: &Value) -> Option<&'static Inner> {
    let fields = match document {
        Value::Array(entries) => entries.first()?,
        other => other,
    };
    let has = |field: &&str| fields.get(field).is_some();
    INNER.iter().find(|inner| {
        inner.always.iter().all(has) && (inner.some.is_empty() || inner.some.iter().any(has))
    })
}

/// What is wrong with a document that is no answer of these.
pub(super) fn unreadable(document: &Value) -> Option<Finding> {
    // First, because a UserPool has the MfaConfiguration by which the answer of get-user-pool-mfa-config is known.
    if let Some(Inner { key, command, .. }) = inner(document) {
        return Some(Finding::error(
            FieldPath::parse(key),
            "Required value: this is a part of the answer, as --query prints it",
            format!("run aws cognito-idp {command} without --query"),
        ));
    }
    let problem = match document {
        Value::Null => {
            return Some(Finding::error(
                FieldPath::default(),
                "is null, which aws prints for a --query that finds nothing",
                "run the command without --query",
            ));
        }
        Value::Object(fields) if kind(fields).is_some() => {
            let mut found = Vec::new();
            Answers::default().add(fields.clone(), &mut found);
            return found.into_iter().next();
        }
        Value::Object(fields) if fields.is_empty() => "is empty".to_owned(),
        Value::Object(fields) => {
            let shown: Vec<&String> = fields.keys().take(SHOWN).collect();
            let more = match fields.len() - shown.len() {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            format!(
                "has {}{more}, and is no answer that is read here",
                all(&shown)
            )
        }
        Value::Array(_) => "is a list, and no answer that is read here".to_owned(),
        _ => "is a bare value, and no answer that is read here".to_owned(),
    };
    Some(Finding::error(FieldPath::default(), problem, READ_HERE))
}

impl Answers {
    /// Sorts documents. The same one twice counts once.
    pub(super) fn sort(documents: Vec<Value>, found: &mut Vec<Finding>) -> Self {
        let mut answers = Self::default();
        let mut seen: Vec<Value> = Vec::new();
        for document in documents {
            if seen.contains(&document) {
                continue;
            }
            if let Some(finding) = unreadable(&document) {
                found.push(finding);
            } else if let Value::Object(fields) = document.clone() {
                answers.add(fields, found);
            }
            seen.push(document);
        }
        answers
    }

    fn add(&mut self, mut document: Map<String, Value>, found: &mut Vec<Finding>) {
        match kind(&document) {
            Some("UserPool") => {
                let pool: Option<UserPool> = read(&mut document, "UserPool", found);
                if let (Some(first), Some(second)) = (&self.pool, &pool) {
                    let ids = [first, second].map(|pool| pool.id.clone().unwrap_or_default());
                    found.push(two_pools(&ids));
                }
                self.pool = self.pool.take().or(pool);
            }
            Some("UserPoolClient") => {
                let client: Option<UserPoolClient> = read(&mut document, "UserPoolClient", found);
                self.clients.extend(client);
            }
            Some("DomainDescription") => {
                let domain: Option<DomainDescription> =
                    read(&mut document, "DomainDescription", found);
                // AWS answers with nothing for a domain that there is not.
                self.domains
                    .extend(domain.filter(|domain| domain.domain.is_some()));
            }
            Some("ResourceServer") => {
                self.resource_servers
                    .extend(read(&mut document, "ResourceServer", found));
            }
            Some("IdentityProvider") => {
                self.identity_providers
                    .extend(read(&mut document, "IdentityProvider", found));
            }
            Some("Groups") => {
                let more = document.get("NextToken").is_some_and(Value::is_string);
                let is_last = self.more_groups == Some(false) || !more;
                self.more_groups = Some(!is_last);
                let groups: Option<Vec<Group>> = read(&mut document, "Groups", found);
                self.groups.extend(groups.into_iter().flatten());
            }
            Some(_) => {
                let whole = Value::Object(document);
                let mfa: Option<MfaConfig> = typed(whole, FieldPath::default(), found);
                if self.mfa.is_some() && mfa.is_some() {
                    found.push(Finding::error(
                        FieldPath::parse("MfaConfiguration"),
                        "comes from two answers of get-user-pool-mfa-config, which are not the same",
                        "give that of the pool",
                    ));
                }
                self.mfa = self.mfa.take().or(mfa);
            }
            None => {}
        }
    }

    /// The pool of all of these, by its id. Each part that says another one is an error, and so is what is named twice.
    pub(super) fn pool_id(&self, found: &mut Vec<Finding>) -> Option<String> {
        let parts = self.parts();
        let own = self.pool.as_ref().and_then(|pool| pool.id.as_deref());
        let id = own.or_else(|| parts.iter().find_map(|(_, _, pool)| *pool))?;
        for (index, (kind, name, pool)) in parts.iter().enumerate() {
            let path = FieldPath::parse(kind);
            if let Some(other) = pool.filter(|other| *other != id) {
                found.push(Finding::error(
                    path.clone(),
                    format!(
                        "{} is of the pool {}, and {} of {}",
                        quoted(name),
                        quoted(other),
                        if own.is_some() {
                            "UserPool is"
                        } else {
                            "what came before it is"
                        },
                        quoted(id)
                    ),
                    "give the answers of one pool",
                ));
            } else if parts[..index]
                .iter()
                .any(|(k, n, _)| k == kind && n == name)
            {
                found.push(Finding::error(
                    path,
                    format!("{} comes twice, and not the same", quoted(name)),
                    "give the newer answer alone",
                ));
            }
        }
        Some(id.to_owned())
    }

    /// Every part of a pool: its kind, what AWS knows it by, and the id of its pool.
    fn parts(&self) -> Vec<(&'static str, &str, Option<&str>)> {
        type Part<'a> = (&'static str, &'a str, Option<&'a str>);
        fn part<'a>(
            kind: &'static str,
            name: Option<&'a String>,
            pool: Option<&'a String>,
        ) -> Part<'a> {
            (
                kind,
                name.map_or("", String::as_str),
                pool.map(String::as_str),
            )
        }
        let domains = self.domains.iter();
        let servers = self.resource_servers.iter();
        let providers = self.identity_providers.iter();
        let groups = self.groups.iter();
        let clients = self.clients.iter();
        domains
            .map(|it| {
                part(
                    "DomainDescription",
                    it.domain.as_ref(),
                    it.user_pool_id.as_ref(),
                )
            })
            .chain(servers.map(|it| {
                part(
                    "ResourceServer",
                    it.identifier.as_ref(),
                    it.user_pool_id.as_ref(),
                )
            }))
            .chain(providers.map(|it| {
                part(
                    "IdentityProvider",
                    it.provider_name.as_ref(),
                    it.user_pool_id.as_ref(),
                )
            }))
            .chain(
                groups.map(|it| part("Groups", it.group_name.as_ref(), it.user_pool_id.as_ref())),
            )
            .chain(clients.map(|it| {
                part(
                    "UserPoolClient",
                    it.client_id.as_ref(),
                    it.user_pool_id.as_ref(),
                )
            }))
            .collect()
    }
}

fn two_pools(ids: &[String; 2]) -> Finding {
    let problem = if ids[0] == ids[1] {
        format!("comes twice for {}, and not the same", quoted(&ids[0]))
    } else {
        format!(
            "is {} and {}, and an AppAuth has one pool",
            quoted(&ids[0]),
            quoted(&ids[1])
        )
    };
    Finding::error(
        FieldPath::parse("UserPool"),
        problem,
        "import one at a time",
    )
}

fn read<T: DeserializeOwned>(
    document: &mut Map<String, Value>,
    key: &'static str,
    found: &mut Vec<Finding>,
) -> Option<T> {
    typed(document.remove(key)?, FieldPath::parse(key), found)
}

/// Reads an answer by its types. What was given in place of what was expected is not repeated: it may be secret.
fn typed<T: DeserializeOwned>(value: Value, at: FieldPath, found: &mut Vec<Finding>) -> Option<T> {
    match serde_json::from_value(value) {
        Ok(answer) => Some(answer),
        Err(error) => {
            let error = error.to_string();
            let expected = error
                .rsplit_once("expected ")
                .map_or("another type", |(_, what)| spoken(what));
            found.push(Finding::error(
                at,
                format!("has something else where AWS prints {expected}"),
                "give the answer as AWS printed it",
            ));
            None
        }
    }
}

/// A type as people call it.
fn spoken(type_: &str) -> &str {
    match type_ {
        "u64" | "u32" | "i64" | "i32" => "a whole number",
        "a sequence" => "a list",
        "a map" => "an object",
        type_ if type_.starts_with("struct ") => "an object",
        type_ => type_,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn found(documents: &Value) -> Vec<Finding> {
        let mut found = Vec::new();
        let answers = Answers::sort(documents.as_array().unwrap().clone(), &mut found);
        answers.pool_id(&mut found);
        found
    }

    #[track_caller]
    fn refused(documents: Value, sentences: &[&str]) {
        let said: Vec<String> = found(&documents).iter().map(Finding::to_string).collect();
        assert_eq!(said, sentences, "{documents}");
    }

    #[test]
    fn documents_that_are_no_answers_are_named_by_their_keys() {
        let tail = "; give what aws cognito-idp prints for describe-user-pool, get-user-pool-mfa-config, \
                    describe-user-pool-client, describe-user-pool-domain, describe-resource-server, \
                    describe-identity-provider or list-groups";
        for (document, problem) in [
            (
                json!({"UserPools": [], "NextToken": "x"}),
                "has \"NextToken\" and \"UserPools\", and is no answer that is read here",
            ),
            (json!({}), "is empty"),
            (json!([]), "is a list, and no answer that is read here"),
            (
                json!("hush"),
                "is a bare value, and no answer that is read here",
            ),
        ] {
            let finding = unreadable(&document).unwrap();
            assert_eq!(finding.to_string(), format!("{problem}{tail}"));
            assert_eq!(found(&json!([document])), [finding]);
        }
        let wrong = json!([{"UserPoolClient": {"UserPoolId": "hush", "ClientName": ["hush"]}}]);
        refused(
            wrong,
            &[
                "UserPoolClient: has something else where AWS prints a string; give the answer as AWS printed it",
            ],
        );
    }

    #[test]
    fn an_answer_without_its_outer_object_is_named() {
        for (document, key, command) in [
            (
                json!({"Id": "eu-west-1_A", "Name": "shop", "MfaConfiguration": "OFF"}),
                "UserPool",
                "describe-user-pool",
            ),
            (
                json!({"UserPoolId": "eu-west-1_A", "ClientId": "c"}),
                "UserPoolClient",
                "describe-user-pool-client",
            ),
            (
                json!([{"UserPoolId": "eu-west-1_A", "ClientId": "c"}]),
                "UserPoolClient",
                "describe-user-pool-client",
            ),
            (
                json!({"UserPoolId": "eu-west-1_A", "Domain": "shop"}),
                "DomainDescription",
                "describe-user-pool-domain",
            ),
            (
                json!({"UserPoolId": "eu-west-1_A", "Identifier": "api"}),
                "ResourceServer",
                "describe-resource-server",
            ),
            (
                json!({"ProviderName": "Corp", "ProviderType": "OIDC"}),
                "IdentityProvider",
                "describe-identity-provider",
            ),
            (
                json!([{"UserPoolId": "eu-west-1_A", "GroupName": "admins"}]),
                "Groups",
                "list-groups",
            ),
        ] {
            let sentence = format!(
                "{key}: Required value: this is a part of the answer, as --query prints it; run aws cognito-idp {command} \
                 without --query"
            );
            refused(json!([document]), &[&sentence]);
        }
        refused(
            json!([null]),
            &[
                "is null, which aws prints for a --query that finds nothing; run the command without --query",
            ],
        );
        // The answer of get-user-pool-mfa-config has no outer object.
        refused(json!([{"MfaConfiguration": "OFF"}]), &[]);
    }

    #[test]
    fn all_is_of_one_pool() {
        let pool = |id: &str| json!({"UserPool": {"Id": id, "Name": "shop"}});
        let client =
            |id: &str, pool: &str| json!({"UserPoolClient": {"ClientId": id, "UserPoolId": pool}});
        refused(
            json!([
                pool("eu-west-1_A"),
                pool("eu-west-1_A"),
                client("c", "eu-west-1_A")
            ]),
            &[],
        );
        refused(
            json!([pool("eu-west-1_A"), pool("eu-west-1_B")]),
            &[
                "UserPool: is \"eu-west-1_A\" and \"eu-west-1_B\", and an AppAuth has one pool; import one at a time",
            ],
        );
        refused(
            json!([pool("eu-west-1_A"), client("c", "eu-west-1_B")]),
            &[
                "UserPoolClient: \"c\" is of the pool \"eu-west-1_B\", and UserPool is of \"eu-west-1_A\"; give the answers of \
               one pool",
            ],
        );
        refused(
            json!([client("c", "eu-west-1_A"), client("d", "eu-west-1_B")]),
            &[
                "UserPoolClient: \"d\" is of the pool \"eu-west-1_B\", and what came before it is of \"eu-west-1_A\"; give the \
               answers of one pool",
            ],
        );
        refused(
            json!([client("c", "eu-west-1_A"), {"UserPoolClient": {"ClientId": "c", "ClientName": "w", "UserPoolId": "eu-west-1_A"}}]),
            &["UserPoolClient: \"c\" comes twice, and not the same; give the newer answer alone"],
        );
    }
}
