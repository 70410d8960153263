//! Rules of redirect URLs.

use crate::api::app_auth::ClientType;
use crate::finding::nearest;
use crate::path::FieldPath;
use crate::plan::{Client, Plan, Url};
use crate::rules::characters::Class;
use crate::rules::{Report, Rule, api, guide, rule};
use crate::text::quoted;

pub(in crate::rules) const RULES: &[Rule] = &[
    rule(
        "CLIENT-URL-2",
        api!("CreateUserPoolClient"),
        a_url_is_absolute,
    ),
    rule(
        "CLIENT-URL-3",
        api!("CreateUserPoolClient"),
        plain_http_is_for_localhost,
    ),
    rule(
        "CLIENT-URL-4",
        api!("CreateUserPoolClient"),
        a_callback_has_no_fragment,
    ),
    rule(
        "CLIENT-URL-5",
        guide!("user-pool-settings-client-apps"),
        a_scheme_of_ones_own_is_for_native_apps,
    ),
    rule(
        "CLIENT-URL-7",
        api!("CreateUserPoolClient"),
        people_are_sent_back_somewhere,
    ),
    rule(
        "CLIENT-URL-8",
        api!("CreateUserPoolClient"),
        the_default_redirect_is_a_callback,
    ),
    rule(
        "CLIENT-URL-9",
        api!("CreateUserPoolClient"),
        urls_have_no_wildcards,
    ),
    rule(
        "CLIENT-URL-10",
        api!("CreateUserPoolClient"),
        a_redirect_runs_no_code,
    ),
];

/// Schemes with which a browser runs or reads what the URL says. No app has them for its own.
const DANGEROUS: [&str; 7] = [
    "about",
    "blob",
    "data",
    "file",
    "filesystem",
    "javascript",
    "vbscript",
];

fn a_url_is_absolute(plan: &Plan, report: &mut Report) {
    for redirect in redirects(plan) {
        if !is_allowed(redirect.text) || redirect.url().is_some() {
            continue;
        }
        let remedy = match redirect.client.type_ {
            ClientType::Native => {
                "write it whole, such as \"https://app.example.org/callback\" or \"org.example.app://callback\""
            }
            ClientType::Web | ClientType::Spa | ClientType::Machine => {
                "write it whole, such as \"https://app.example.org/callback\""
            }
        };
        report.error(
            redirect.at(),
            format!("{} is not a whole URL", quoted(redirect.text)),
            remedy,
        );
    }
}

fn plain_http_is_for_localhost(plan: &Plan, report: &mut Report) {
    for (redirect, url) in urls(plan) {
        if url.is_http() && !url.is_localhost() {
            report.error(
                redirect.at(),
                format!("{} is not https", quoted(redirect.text)),
                "use https, or http for localhost only",
            );
        }
    }
}

fn a_callback_has_no_fragment(plan: &Plan, report: &mut Report) {
    for (redirect, url) in urls(plan) {
        if redirect.field == CALLBACKS && url.fragment {
            report.error(
                redirect.at(),
                format!("{} has a fragment", quoted(redirect.text)),
                "remove the \"#\" and what comes after it",
            );
        }
    }
}

fn a_scheme_of_ones_own_is_for_native_apps(plan: &Plan, report: &mut Report) {
    for (redirect, url) in urls(plan) {
        let type_ = redirect.client.type_;
        if url.is_custom() && !is_dangerous(&url) && type_ != ClientType::Native {
            report.error(
                redirect.at(),
                format!(
                    "{} has a scheme of an app's own, and the client is a \"{type_:?}\"",
                    quoted(redirect.text)
                ),
                "use https, or the type \"Native\"",
            );
        }
    }
}

fn people_are_sent_back_somewhere(plan: &Plan, report: &mut Report) {
    for client in &plan.clients {
        if super::signs_people_in(client) && client.callback_urls.is_empty() {
            report.error(
                client.at(CALLBACKS),
                format!(
                    "is empty, and a \"{:?}\" client needs at least one",
                    client.type_
                ),
                "add where people are sent back to after signing in",
            );
        }
    }
}

fn the_default_redirect_is_a_callback(plan: &Plan, report: &mut Report) {
    for client in &plan.clients {
        let Some(default) = &client.default_redirect_url else {
            continue;
        };
        let callbacks = &client.callback_urls;
        // Where there are none, people_are_sent_back_somewhere has spoken.
        if callbacks.is_empty() || callbacks.contains(default) || !is_allowed(default) {
            continue;
        }
        let remedy = match nearest(default, callbacks.iter().map(String::as_str)) {
            Some(callback) => format!("did you mean {}?", quoted(callback)),
            None => "add it there, or use one of them".to_owned(),
        };
        report.error(
            client.at("defaultRedirectUrl"),
            format!(
                "{} is not, letter for letter, one of {}",
                quoted(default),
                client.at(CALLBACKS)
            ),
            remedy,
        );
    }
}

fn urls_have_no_wildcards(plan: &Plan, report: &mut Report) {
    for (redirect, _) in urls(plan) {
        if redirect.text.contains('*') {
            report.advise(
                redirect.at(),
                format!(
                    "{} matches nothing but itself, \"*\" and all",
                    quoted(redirect.text)
                ),
                "list each URL",
            );
        }
    }
}

fn a_redirect_runs_no_code(plan: &Plan, report: &mut Report) {
    for (redirect, url) in urls(plan) {
        if is_dangerous(&url) {
            report.error(
                redirect.at(),
                format!("{} does not lead to an application", quoted(redirect.text)),
                "use https",
            );
        }
    }
}

const CALLBACKS: &str = "callbackUrls";
const LOGOUTS: &str = "logoutUrls";

/// An entry of a client's lists of URLs.
#[derive(Debug, Clone, Copy)]
struct Redirect<'a> {
    client: &'a Client,
    field: &'static str,
    index: usize,
    text: &'a str,
}

impl<'a> Redirect<'a> {
    fn at(&self) -> FieldPath {
        self.client.at(self.field).index(self.index)
    }

    /// The parts of the URL; none where it has no scheme, or is to be at a host and names none.
    fn url(&self) -> Option<Url<'a>> {
        Url::parse(self.text).filter(|url| url.is_custom() || url.host.is_some())
    }
}

/// Every entry of the lists of URLs. The default redirect is no entry: it must be one of them.
fn redirects(plan: &Plan) -> impl Iterator<Item = Redirect<'_>> {
    plan.clients
        .iter()
        .flat_map(|client| {
            [
                (client, CALLBACKS, &client.callback_urls),
                (client, LOGOUTS, &client.logout_urls),
            ]
        })
        .flat_map(|(client, field, urls)| {
            urls.iter().enumerate().map(move |(index, text)| Redirect {
                client,
                field,
                index,
                text,
            })
        })
}

/// The entries that are URLs at all, taken apart.
fn urls(plan: &Plan) -> impl Iterator<Item = (Redirect<'_>, Url<'_>)> {
    redirects(plan)
        .filter(|redirect| is_allowed(redirect.text))
        .filter_map(|redirect| Some((redirect, redirect.url()?)))
}

/// Whether Cognito takes all characters of a URL. Of those that it refuses GEN-SHAPE-1 speaks.
fn is_allowed(text: &str) -> bool {
    Class::Word.is_all_of(text)
}

fn is_dangerous(url: &Url<'_>) -> bool {
    DANGEROUS
        .iter()
        .any(|scheme| url.scheme.eq_ignore_ascii_case(scheme))
}

#[cfg(test)]
pub(in crate::rules) mod tests {
    use serde_json::{Value, json};

    use crate::rules::testing::{Case, advice, client, error, quiet, told};

    fn callback(url: &str) -> Value {
        client(json!({"callbackUrls": [url]}))
    }

    fn logout(url: &str) -> Value {
        client(json!({"logoutUrls": [url]}))
    }

    fn native(url: &str) -> Value {
        client(json!({"type": "Native", "callbackUrls": [url]}))
    }

    fn default(url: &str) -> Value {
        client(json!({"defaultRedirectUrl": url}))
    }

    pub(in crate::rules) fn broken() -> Vec<Case> {
        vec![
            error(
                "CLIENT-URL-2",
                callback("app.example.org"),
                r#"spec.clients[0].callbackUrls[0]: "app.example.org" is not a whole URL; write it whole, such as "https://app.example.org/callback""#,
            ),
            error(
                "CLIENT-URL-2",
                callback("/callback"),
                r#"spec.clients[0].callbackUrls[0]: "/callback" is not a whole URL; write it whole, such as "https://app.example.org/callback""#,
            ),
            error(
                "CLIENT-URL-2",
                callback("localhost:3000/callback"),
                r#"spec.clients[0].callbackUrls[0]: "localhost:3000/callback" is not a whole URL; write it whole, such as "https://app.example.org/callback""#,
            ),
            error(
                "CLIENT-URL-2",
                callback("https:///callback"),
                r#"spec.clients[0].callbackUrls[0]: "https:///callback" is not a whole URL; write it whole, such as "https://app.example.org/callback""#,
            ),
            error(
                "CLIENT-URL-2",
                native("callback"),
                r#"spec.clients[0].callbackUrls[0]: "callback" is not a whole URL; write it whole, such as "https://app.example.org/callback" or "org.example.app://callback""#,
            ),
            error(
                "CLIENT-URL-3",
                callback("http://app.example.org"),
                r#"spec.clients[0].callbackUrls[0]: "http://app.example.org" is not https; use https, or http for localhost only"#,
            ),
            error(
                "CLIENT-URL-3",
                callback("http://192.168.0.4"),
                r#"spec.clients[0].callbackUrls[0]: "http://192.168.0.4" is not https; use https, or http for localhost only"#,
            ),
            error(
                "CLIENT-URL-3",
                callback("http://localhost.example.org"),
                r#"spec.clients[0].callbackUrls[0]: "http://localhost.example.org" is not https; use https, or http for localhost only"#,
            ),
            error(
                "CLIENT-URL-3",
                callback("http://localhost@example.org"),
                r#"spec.clients[0].callbackUrls[0]: "http://localhost@example.org" is not https; use https, or http for localhost only"#,
            ),
            error(
                "CLIENT-URL-3",
                logout("HTTP://app.example.org"),
                r#"spec.clients[0].logoutUrls[0]: "HTTP://app.example.org" is not https; use https, or http for localhost only"#,
            ),
            error(
                "CLIENT-URL-4",
                callback("https://app.example.org/#/cb"),
                r##"spec.clients[0].callbackUrls[0]: "https://app.example.org/#/cb" has a fragment; remove the "#" and what comes after it"##,
            ),
            error(
                "CLIENT-URL-5",
                callback("myapp://callback"),
                r#"spec.clients[0].callbackUrls[0]: "myapp://callback" has a scheme of an app's own, and the client is a "Web"; use https, or the type "Native""#,
            ),
            error(
                "CLIENT-URL-5",
                client(json!({"type": "Spa", "logoutUrls": ["myapp:/bye"]})),
                r#"spec.clients[0].logoutUrls[0]: "myapp:/bye" has a scheme of an app's own, and the client is a "Spa"; use https, or the type "Native""#,
            ),
            error(
                "CLIENT-URL-7",
                client(json!({"callbackUrls": null})),
                r#"spec.clients[0].callbackUrls: is empty, and a "Web" client needs at least one; add where people are sent back to after signing in"#,
            ),
            error(
                "CLIENT-URL-7",
                client(
                    json!({"type": "Native", "callbackUrls": [], "defaultRedirectUrl": "myapp://callback"}),
                ),
                r#"spec.clients[0].callbackUrls: is empty, and a "Native" client needs at least one; add where people are sent back to after signing in"#,
            ),
            error(
                "CLIENT-URL-8",
                default("https://shop.example.org/callback/"),
                r#"spec.clients[0].defaultRedirectUrl: "https://shop.example.org/callback/" is not, letter for letter, one of spec.clients[0].callbackUrls; did you mean "https://shop.example.org/callback"?"#,
            ),
            error(
                "CLIENT-URL-8",
                default("http://other"),
                r#"spec.clients[0].defaultRedirectUrl: "http://other" is not, letter for letter, one of spec.clients[0].callbackUrls; add it there, or use one of them"#,
            ),
            advice(
                "CLIENT-URL-9",
                callback("https://*.example.org/cb"),
                r#"spec.clients[0].callbackUrls[0]: "https://*.example.org/cb" matches nothing but itself, "*" and all; list each URL"#,
            ),
            error(
                "CLIENT-URL-10",
                native("javascript:alert(1)"),
                r#"spec.clients[0].callbackUrls[0]: "javascript:alert(1)" does not lead to an application; use https"#,
            ),
            error(
                "CLIENT-URL-10",
                callback("Data:text/html,hello"),
                r#"spec.clients[0].callbackUrls[0]: "Data:text/html,hello" does not lead to an application; use https"#,
            ),
            error(
                "CLIENT-URL-10",
                logout("file:///etc/passwd"),
                r#"spec.clients[0].logoutUrls[0]: "file:///etc/passwd" does not lead to an application; use https"#,
            ),
        ]
    }

    #[test]
    fn what_is_wrong_is_told() {
        told(broken());
    }

    #[test]
    fn what_is_right_is_passed_over() {
        quiet(vec![
            callback("https://app.example.org:8443/cb?x=y"),
            callback("http://localhost:3000/cb"),
            callback("http://127.0.0.1"),
            callback("http://[::1]:3000/"),
            native("org.example.app://callback"),
            native("org.example.app:/callback"),
            native("http://localhost"),
            logout("https://app.example.org/#/bye"),
            default("https://shop.example.org/callback"),
        ]);
    }
}
