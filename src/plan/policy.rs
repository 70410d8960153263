//! The platform's policy: what a team may not go beyond. A breach names both sides.

use crate::api::app_auth::OnDelete;
use crate::api::duration::{Duration, REFRESH_TOKEN, TOKEN};
use crate::api::input::{ExistingPools, Input, MaxTokens, Policy};
use crate::finding::Finding;
use crate::names::is_label;
use crate::path::FieldPath;
use crate::text::{either, quoted};

use super::{Client, Plan, Pool, Url, UserPool};

/// The longest lifetimes of tokens that the platform allows. A limit below what Cognito takes is no limit, but an error
/// of the Input.
pub(super) fn max_tokens(input: &Input) -> MaxTokens {
    let MaxTokens {
        access,
        id,
        refresh,
    } = written_max_tokens(input);
    MaxTokens {
        access: access.filter(|limit| *limit >= TOKEN.shortest),
        id: id.filter(|limit| *limit >= TOKEN.shortest),
        refresh: refresh.filter(|limit| *limit >= REFRESH_TOKEN.shortest),
    }
}

fn written_max_tokens(input: &Input) -> MaxTokens {
    let policy = input.policy.as_ref();
    policy
        .and_then(|policy| policy.max_tokens.clone())
        .unwrap_or_default()
}

/// The least that a password's length may be.
pub(super) fn min_password_length(input: &Input) -> u32 {
    input
        .policy
        .as_ref()
        .and_then(|policy| policy.min_password_length)
        .unwrap_or(0)
}

/// Limits that no token can keep: Cognito's own least is above them.
pub(super) fn check_limits(input: &Input) -> Vec<Finding> {
    let MaxTokens {
        access,
        id,
        refresh,
    } = written_max_tokens(input);
    [
        ("access", access, TOKEN.shortest),
        ("id", id, TOKEN.shortest),
        ("refresh", refresh, REFRESH_TOKEN.shortest),
    ]
    .into_iter()
    .filter_map(|(name, limit, least)| {
        let limit = limit.filter(|limit| *limit < least)?;
        Some(Finding::error(
            FieldPath::parse("policy.maxTokens").field(name),
            format!("\"{limit}\" is less than the {least} that Cognito asks for"),
            format!("allow at least {least}"),
        ))
    })
    .collect()
}

/// An allowlist of the policy, and how its entries are written.
struct Allowlist<'a> {
    field: &'static str,
    entries: Option<&'a Vec<String>>,
    is_valid: fn(&str) -> bool,
    problem: &'static str,
    remedy: &'static str,
}

/// Entries of allowlists that match nothing, because they are written in another form.
pub(super) fn check_allowlists(input: &Input) -> Vec<Finding> {
    let Some(policy) = &input.policy else {
        return Vec::new();
    };
    let lists = [
        Allowlist {
            field: "customSchemes",
            entries: policy.custom_schemes.as_ref(),
            is_valid: is_scheme,
            problem: "is not a URL scheme",
            remedy: "write the part before ://, such as \"com.example.shop\"",
        },
        Allowlist {
            field: "roleArns",
            entries: policy.role_arns.as_ref(),
            is_valid: |text| text.starts_with("arn:") || text.starts_with('*'),
            problem: "does not match an ARN",
            remedy: "write a whole ARN, where * stands for any text, such as \"arn:aws:iam::123456789012:role/cognito-*\"",
        },
        Allowlist {
            field: "secretNamespaces",
            entries: policy.secret_namespaces.as_ref(),
            is_valid: is_label,
            problem: "is not the name of a namespace",
            remedy: "write each namespace by its name",
        },
    ];
    let mut found = Vec::new();
    for list in lists {
        for (index, entry) in list.entries.into_iter().flatten().enumerate() {
            if !(list.is_valid)(entry) {
                found.push(Finding::error(
                    FieldPath::parse("policy").field(list.field).index(index),
                    format!("{} {}", quoted(entry), list.problem),
                    list.remedy,
                ));
            }
        }
    }
    found
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

/// Holds a plan against the policy.
pub(super) fn check(plan: &Plan, policy: &Policy, input: &Input, found: &mut Vec<Finding>) {
    let longest = max_tokens(input);
    let Policy {
        regions,
        client_types,
        callback_hosts,
        custom_schemes,
        // These three are the pool's own.
        min_password_length: _,
        min_mfa: _,
        require_retain: _,
        // Read by max_tokens.
        max_tokens: _,
        existing_pools,
        role_arns,
        // names.rs knows which namespace is the team's own.
        secret_namespaces: _,
    } = policy;
    if let Some(regions) = regions
        && plan.region.is_known()
        && !regions.iter().any(|region| region == plan.region.as_str())
    {
        found.push(Finding::error(
            FieldPath::parse("spec.region"),
            format!(
                "\"{}\" is not a region that this platform allows (policy.regions)",
                plan.region
            ),
            use_one_of(regions),
        ));
    }
    match &plan.user_pool {
        UserPool::Own(pool) => own_pool(pool, policy, found),
        UserPool::Existing(pool) if *existing_pools == Some(ExistingPools::Forbid) => {
            found.push(Finding::error(
                pool.at(""),
                "is a user pool that lives elsewhere, which this platform does not allow (policy.existingPools)",
                "remove it, and have a userPool of your own",
            ));
        }
        UserPool::Existing(_) => {}
    }
    if let Some(allowed) = role_arns {
        for group in &plan.groups {
            if let Some(role_arn) = &group.role_arn {
                role(role_arn, allowed, || group.at("roleArn"), found);
            }
        }
    }
    for client in &plan.clients {
        if let Some(types) = client_types
            && !types.contains(&client.type_)
        {
            let names: Vec<String> = types.iter().map(|type_| format!("{type_:?}")).collect();
            found.push(Finding::error(
                client.at("type"),
                format!(
                    "\"{:?}\" is not a type that this platform allows (policy.clientTypes)",
                    client.type_
                ),
                use_one_of(&names),
            ));
        }
        urls(
            client,
            callback_hosts.as_deref(),
            custom_schemes.as_deref(),
            found,
        );
        tokens(client, &longest, found);
        if let (Some(allowed), Some(role_arn)) = (
            role_arns,
            client
                .analytics
                .as_ref()
                .and_then(|analytics| analytics.role_arn.as_deref()),
        ) {
            role(role_arn, allowed, || client.at("analytics.roleArn"), found);
        }
    }
}

/// Holds the composite's own pool against the policy.
fn own_pool(pool: &Pool, policy: &Policy, found: &mut Vec<Finding>) {
    let Policy {
        min_password_length,
        min_mfa,
        require_retain,
        existing_pools,
        role_arns,
        // The rest is not the pool's.
        regions: _,
        client_types: _,
        callback_hosts: _,
        custom_schemes: _,
        max_tokens: _,
        secret_namespaces: _,
    } = policy;
    if let Some(least) = min_password_length
        && pool.password.min_length < *least
    {
        found.push(Finding::error(
            pool.at("password.minLength"),
            format!(
                "{} is less than the {least} that this platform asks for (policy.minPasswordLength)",
                pool.password.min_length
            ),
            format!("set at least {least}"),
        ));
    }
    if let Some(weakest) = min_mfa
        && pool.mfa.mode < *weakest
    {
        found.push(Finding::error(
            pool.at("mfa.mode"),
            format!(
                "\"{:?}\" is weaker than the \"{weakest:?}\" that this platform asks for (policy.minMfa)",
                pool.mfa.mode
            ),
            format!("set {weakest:?}"),
        ));
    }
    if *require_retain == Some(true) && pool.on_delete != OnDelete::Retain {
        found.push(Finding::error(
            pool.at("onDelete"),
            "\"Delete\" would delete a user pool, which this platform does not allow (policy.requireRetain)",
            "set Retain, or leave it out",
        ));
    }
    if *existing_pools == Some(ExistingPools::Forbid) && pool.import_id.is_some() {
        found.push(Finding::error(
            pool.at("importId"),
            "takes over a user pool that lives elsewhere, which this platform does not allow (policy.existingPools)",
            "remove it",
        ));
    }
    if let (Some(allowed), Some(sms)) = (role_arns, &pool.sms) {
        role(
            &sms.caller_role_arn,
            allowed,
            || pool.at("sms.callerRoleArn"),
            found,
        );
    }
}

fn tokens(client: &Client, longest: &MaxTokens, found: &mut Vec<Finding>) {
    let each: [(&str, Duration, Option<Duration>); 3] = [
        ("access", client.access_token, longest.access),
        ("id", client.id_token, longest.id),
        ("refresh", client.refresh_token, longest.refresh),
    ];
    for (name, lifetime, limit) in each {
        if let Some(limit) = limit.filter(|limit| lifetime > *limit) {
            found.push(Finding::error(
                client.at(&format!("tokens.{name}")),
                format!("\"{lifetime}\" is longer than the {limit} that this platform allows (policy.maxTokens.{name})"),
                "shorten it",
            ));
        }
    }
}

fn urls(
    client: &Client,
    hosts: Option<&[String]>,
    schemes: Option<&[String]>,
    found: &mut Vec<Finding>,
) {
    let lists = [
        ("callbackUrls", &client.callback_urls),
        ("logoutUrls", &client.logout_urls),
    ];
    let each = lists
        .into_iter()
        .flat_map(|(field, urls)| {
            urls.iter()
                .enumerate()
                .map(move |(index, url)| (field, Some(index), url))
        })
        .chain(
            client
                .default_redirect_url
                .iter()
                .map(|url| ("defaultRedirectUrl", None, url)),
        );
    for (field, index, text) in each {
        // What is no URL at all is the rules' to say.
        let Some(url) = Url::parse(text) else {
            continue;
        };
        let at = || index.into_iter().fold(client.at(field), FieldPath::index);
        if url.is_custom() {
            if let Some(schemes) = schemes
                && !schemes
                    .iter()
                    .any(|scheme| scheme.eq_ignore_ascii_case(url.scheme))
            {
                found.push(Finding::error(
                    at(),
                    format!("\"{text}\" has the scheme \"{}\", which this platform does not allow (policy.customSchemes)", url.scheme),
                    use_one_of(schemes),
                ));
            }
        } else if let (Some(hosts), Some(host)) = (hosts, url.host)
            && !hosts.iter().any(|pattern| host_matches(pattern, &url))
        {
            found.push(Finding::error(
                at(),
                format!("\"{text}\" is at \"{host}\", which this platform does not allow (policy.callbackHosts)"),
                use_one_of(hosts),
            ));
        }
    }
}

/// What to do, where some are allowed.
fn use_one_of<T: AsRef<str>>(allowed: &[T]) -> String {
    if allowed.is_empty() {
        "leave it out: this platform allows none".to_owned()
    } else {
        format!("use one of {}", either(allowed))
    }
}

fn role(arn: &str, allowed: &[String], at: impl FnOnce() -> FieldPath, found: &mut Vec<Finding>) {
    if !allowed.iter().any(|pattern| glob(pattern, arn)) {
        found.push(Finding::error(
            at(),
            format!("\"{arn}\" is not a role that this platform allows (policy.roleArns)"),
            use_one_of(allowed),
        ));
    }
}

/// Whether a URL is at a host of the pattern: `*.` stands for one or more labels, `localhost` for this machine.
fn host_matches(pattern: &str, url: &Url<'_>) -> bool {
    let host = url.host.unwrap_or_default();
    if pattern.eq_ignore_ascii_case("localhost") {
        return url.is_localhost();
    }
    match pattern.strip_prefix("*.") {
        Some(domain) => host
            .len()
            .checked_sub(domain.len() + 1)
            .filter(|cut| *cut > 0 && host.is_char_boundary(*cut))
            .is_some_and(|cut| {
                host[cut..].starts_with('.') && host[cut + 1..].eq_ignore_ascii_case(domain)
            }),
        None => host.eq_ignore_ascii_case(pattern),
    }
}

/// Whether a text matches a pattern in which `*` stands for any characters, none included.
pub(crate) fn glob(pattern: &str, text: &str) -> bool {
    let mut pieces = pattern.split('*');
    let Some(mut rest) = pieces.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    let mut pieces = pieces.peekable();
    if pieces.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(piece) = pieces.next() {
        if pieces.peek().is_none() {
            return rest.ends_with(piece);
        }
        match rest.find(piece) {
            Some(start) => rest = &rest[start + piece.len()..],
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_labels_of_a_host() {
        let matches = |pattern: &str, url: &str| host_matches(pattern, &Url::parse(url).unwrap());
        assert!(matches("*.example.org", "https://a.b.example.org:8443/cb"));
        assert!(matches("*.example.org", "https://A.EXAMPLE.ORG"));
        assert!(!matches("*.example.org", "https://example.org"));
        assert!(!matches("*.example.org", "https://badexample.org"));
        assert!(!matches("*.example.org", "https://a.example.org.evil.com"));
        assert!(matches("localhost", "http://127.0.0.1:3000"));
        assert!(matches("localhost", "http://[::1]:3000"));
        assert!(!matches("localhost", "http://localhost.evil.com"));
        assert!(matches("example.org", "https://example.org"));
    }

    #[test]
    fn a_star_stands_for_any_characters_of_a_name() {
        for (pattern, text, expected) in [
            ("client-*", "client-web", true),
            ("client-*", "user-pool", false),
            ("*", "", true),
            ("a*b*c", "a1b2c", true),
            ("a*b*c", "a1c2b", false),
            ("a*a", "a", false),
            ("user-pool", "user-pool", true),
            ("user-pool", "user-pool2", false),
        ] {
            assert_eq!(glob(pattern, text), expected, "{pattern} {text}");
        }
    }
}
