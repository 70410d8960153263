//! A client's OAuth: flows, scopes and where people are sent.

use serde_json::{Value, json};

use super::aws::UserPoolClient;
use super::leftovers::{Rest, or_null, sorted, text, unless};
use crate::api::app_auth::ClientType;
use crate::plan::Url;

/// What stands where AppAuth wants a callback URL and AWS has none; an override takes it away again.
const NO_CALLBACK: &str = "http://localhost";
/// The scopes of a client that says nothing, sorted.
const DEFAULT_SCOPES: [&str; 3] = ["email", "openid", "profile"];

/// What kind of application a client is for.
pub(super) fn type_of(client: &UserPoolClient) -> ClientType {
    let has = |flow: &str| {
        client
            .allowed_oauth_flows
            .iter()
            .flatten()
            .any(|each| each == flow)
    };
    let urls = || {
        client
            .callback_urls
            .iter()
            .chain(&client.logout_urls)
            .flatten()
    };
    if has("client_credentials") {
        ClientType::Machine
    } else if client.client_secret.is_some() || client.client_secret_arn.is_some() {
        ClientType::Web
    } else if urls().any(|url| is_custom(url)) {
        ClientType::Native
    } else {
        ClientType::Spa
    }
}

/// Whether the implicit grant is allowed, where AppAuth can say so.
pub(super) fn allow_implicit(
    client: &UserPoolClient,
    type_: ClientType,
    rest: &mut Rest,
) -> Option<bool> {
    if client.allowed_oauth_flows_user_pool_client != Some(true) {
        rest.patch("allowedOAuthFlowsUserPoolClient", false);
    }
    let flows = sorted(client.allowed_oauth_flows.as_ref());
    if type_ == ClientType::Spa && flows == ["code", "implicit"] {
        return Some(true);
    }
    let rendered = match type_ {
        ClientType::Machine => "client_credentials",
        ClientType::Web | ClientType::Spa | ClientType::Native => "code",
    };
    if flows != [rendered] {
        rest.patch("allowedOAuthFlows", or_null(flows));
    }
    None
}

/// What the client may ask for.
pub(super) fn scopes(
    client: &UserPoolClient,
    type_: ClientType,
    rest: &mut Rest,
) -> Option<Vec<String>> {
    let scopes = sorted(client.allowed_oauth_scopes.as_ref());
    let has = |scope: &str| scopes.iter().any(|each| each == scope);
    let claims = ["email", "phone", "profile"].into_iter().any(has);
    if scopes.is_empty() || claims && !has("openid") {
        rest.patch("allowedOAuthScopes", or_null(scopes));
        return None;
    }
    (type_ == ClientType::Machine || scopes != DEFAULT_SCOPES).then_some(scopes)
}

/// Where people are sent.
pub(super) struct Urls {
    pub(super) callback: Option<Vec<String>>,
    pub(super) logout: Option<Vec<String>>,
    pub(super) default_redirect: Option<String>,
}

/// Where people are sent back to after signing in and out.
pub(super) fn urls(client: &UserPoolClient, type_: ClientType, rest: &mut Rest) -> Urls {
    let mut fitting = |field: &str, list: Option<&Vec<String>>| {
        let all = sorted(list);
        let mut urls = all.clone();
        urls.retain(|url| match type_ {
            ClientType::Machine => false,
            ClientType::Native => true,
            ClientType::Web | ClientType::Spa => !is_custom(url),
        });
        if urls.len() < all.len() {
            rest.patch(field, json!(all));
        }
        urls
    };
    let mut callback = fitting("callbackURLs", client.callback_urls.as_ref());
    let logout = fitting("logoutURLs", client.logout_urls.as_ref());
    if callback.is_empty() && type_ != ClientType::Machine {
        if client.callback_urls.iter().flatten().next().is_none() {
            rest.patch("callbackURLs", Value::Null);
        }
        rest.advise(
            "CallbackURLs",
            format!("has none that a \"{type_:?}\" client of AppAuth can have, and it wants one, so callbackUrls has \"{NO_CALLBACK}\""),
            "leave it there: the override keeps it from AWS",
        );
        callback.push(NO_CALLBACK.to_owned());
    }
    let redirect = text(client.default_redirect_uri.as_ref());
    let default_redirect = redirect.filter(|url| {
        let known = callback.contains(url);
        if !known {
            rest.patch("defaultRedirectURI", url.as_str());
        }
        known
    });
    Urls {
        callback: unless(&Vec::new(), callback),
        logout: unless(&Vec::new(), logout),
        default_redirect,
    }
}

fn is_custom(url: &str) -> bool {
    Url::parse(url).is_some_and(|url| url.is_custom())
}

#[cfg(test)]
mod tests {
    use super::super::testing::said;
    use super::*;

    fn client(answer: &Value) -> UserPoolClient {
        serde_json::from_value(answer.clone()).unwrap()
    }

    #[test]
    fn a_client_is_what_it_can_keep_and_where_it_sends_people() {
        for (answer, expected) in [
            (
                json!({"AllowedOAuthFlows": ["client_credentials"], "ClientSecret": "s"}),
                ClientType::Machine,
            ),
            (json!({"ClientSecret": "s"}), ClientType::Web),
            (
                json!({"ClientSecretArn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret/a"}),
                ClientType::Web,
            ),
            (
                json!({"CallbackURLs": ["com.example.shop://callback"]}),
                ClientType::Native,
            ),
            (
                json!({"CallbackURLs": ["https://shop.example.org"]}),
                ClientType::Spa,
            ),
            (json!({}), ClientType::Spa),
        ] {
            assert_eq!(type_of(&client(&answer)), expected, "{answer}");
        }
    }

    #[track_caller]
    fn check(type_: ClientType, answer: Value, expected: (Option<bool>, Value), patch: Value) {
        let mut rest = Rest::of("UserPoolClient", "web");
        let answer_ = client(&answer);
        let implicit = allow_implicit(&answer_, type_, &mut rest);
        let scopes = scopes(&answer_, type_, &mut rest);
        assert_eq!((implicit, json!(scopes)), expected, "{answer}");
        let laid = rest.into_parts("client-web").0.unwrap_or_default();
        assert_eq!(laid["patch"]["spec"]["forProvider"], patch, "{answer}");
    }

    #[test]
    fn flows_are_those_of_the_type() {
        let of = |flows: &[&str]| {
            json!({"AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": flows,
                "AllowedOAuthScopes": ["profile", "openid", "email"]})
        };
        check(
            ClientType::Web,
            of(&["code"]),
            (None, Value::Null),
            Value::Null,
        );
        check(
            ClientType::Spa,
            of(&["implicit", "code"]),
            (Some(true), Value::Null),
            Value::Null,
        );
        let both = json!({"allowedOAuthFlows": ["code", "implicit"]});
        check(
            ClientType::Web,
            of(&["implicit", "code"]),
            (None, Value::Null),
            both,
        );
        let implicit = json!({"allowedOAuthFlows": ["implicit"]});
        check(
            ClientType::Spa,
            of(&["implicit"]),
            (None, Value::Null),
            implicit,
        );
    }

    #[test]
    fn without_oauth_there_is_none() {
        check(
            ClientType::Spa,
            json!({}),
            (None, Value::Null),
            json!({"allowedOAuthFlowsUserPoolClient": false, "allowedOAuthFlows": null, "allowedOAuthScopes": null}),
        );
    }

    #[test]
    fn scopes_are_written_where_they_are_not_the_default() {
        let of = |scopes: &[&str], flow: &str| json!({"AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": [flow], "AllowedOAuthScopes": scopes});
        check(
            ClientType::Web,
            of(&["phone", "openid"], "code"),
            (None, json!(["openid", "phone"])),
            Value::Null,
        );
        check(
            ClientType::Web,
            of(&["email"], "code"),
            (None, Value::Null),
            json!({"allowedOAuthScopes": ["email"]}),
        );
        check(
            ClientType::Machine,
            of(&["api/read"], "client_credentials"),
            (None, json!(["api/read"])),
            Value::Null,
        );
    }

    #[test]
    fn urls_that_a_type_cannot_have_are_laid_over() {
        let custom = json!({"CallbackURLs": ["com.example.shop://cb", "https://shop.example.org/cb"],
            "DefaultRedirectURI": "com.example.shop://cb", "LogoutURLs": ["https://shop.example.org/"]});
        let mut rest = Rest::of("UserPoolClient", "web");
        let imported = urls(&client(&custom), ClientType::Web, &mut rest);
        assert_eq!(imported.callback.unwrap(), ["https://shop.example.org/cb"]);
        assert_eq!(imported.logout.unwrap(), ["https://shop.example.org/"]);
        assert_eq!(imported.default_redirect, None);
        assert_eq!(said(&rest), [""; 0]);
        assert_eq!(
            rest.into_parts("client-web").0.unwrap()["patch"]["spec"]["forProvider"],
            json!({"callbackURLs": ["com.example.shop://cb", "https://shop.example.org/cb"],
                "defaultRedirectURI": "com.example.shop://cb"})
        );
        let mut rest = Rest::of("UserPoolClient", "app");
        let imported = urls(&client(&custom), ClientType::Native, &mut rest);
        assert_eq!(imported.callback.unwrap().len(), 2);
        assert_eq!(imported.default_redirect.unwrap(), "com.example.shop://cb");
        assert_eq!(rest.into_parts("client-app").0, None);
    }

    #[test]
    fn a_client_without_callbacks_gets_one_that_never_reaches_aws() {
        let mut rest = Rest::of("UserPoolClient", "app");
        let imported = urls(&client(&json!({})), ClientType::Spa, &mut rest);
        assert_eq!(imported.callback.unwrap(), ["http://localhost"]);
        assert_eq!(
            said(&rest),
            [
                "UserPoolClient/app CallbackURLs: has none that a \"Spa\" client of AppAuth can have, and it wants one, so \
              callbackUrls has \"http://localhost\"; leave it there: the override keeps it from AWS"
            ]
        );
        assert_eq!(
            rest.into_parts("client-app").0.unwrap()["patch"]["spec"]["forProvider"],
            json!({"callbackURLs": null})
        );
    }
}
