//! An app client.

use serde_json::json;

use super::aws::UserPoolClient;
use super::leftovers::{Rest, or_null, sorted, unless};
use super::{analytics, attributes, oauth, tokens};
use crate::api::app_auth::{Attribute, Client, ClientType, SignInFlow};
use crate::api::duration::Duration;
use crate::text::all;

/// What is known of the pool that a client is of, where it is the AppAuth's own.
pub(super) struct Pool<'a> {
    /// The attributes that are listed in the spec.
    pub(super) attributes: &'a [Attribute],
    /// The scopes of the resource servers that are listed in the spec.
    pub(super) scopes: &'a [String],
}

const REFRESH: &str = "ALLOW_REFRESH_TOKEN_AUTH";
/// The scopes that every pool has.
const STANDARD_SCOPES: [&str; 5] = [
    "aws.cognito.signin.user.admin",
    "email",
    "openid",
    "phone",
    "profile",
];
/// A client, taken over under a name of the spec. `identity_providers` are those of the spec.
pub(super) fn import(
    client: &UserPoolClient,
    name: &str,
    identity_providers: &[String],
    pool: Option<&Pool<'_>>,
    rest: &mut Rest,
) -> Client {
    let type_ = oauth::type_of(client);
    rest.unknown("", &client.unknown);
    if rotates(client) {
        rest.lost(
            "RefreshTokenRotation.Feature",
            "\"ENABLED\"",
            "\"DISABLED\"",
        );
    }
    if client.client_secret_arn.is_some() {
        secret_is_elsewhere(type_, rest);
    }
    let allow_implicit = oauth::allow_implicit(client, type_, rest);
    let scopes = oauth::scopes(client, type_, rest);
    if let Some(pool) = pool {
        unknown_scopes(scopes.as_ref(), pool, rest);
    }
    let urls = oauth::urls(client, type_, rest);
    let listed = pool.map(|pool| pool.attributes);
    let hides = client.prevent_user_existence_errors.as_deref() == Some("ENABLED");
    let session = Duration::from_mins(client.auth_session_validity.unwrap_or(3));
    Client {
        name: name.to_owned(),
        display_name: client.client_name.clone().filter(|given| given != name),
        type_,
        import_id: client.client_id.clone(),
        callback_urls: urls.callback,
        logout_urls: urls.logout,
        default_redirect_url: urls.default_redirect,
        scopes,
        sign_in_flows: sign_in_flows(client, type_, rest),
        allow_implicit,
        identity_providers: providers(client, type_, identity_providers, pool.is_some(), rest),
        secret: None,
        tokens: tokens::import(client, type_),
        auth_session: unless(&Duration::from_mins(3), session),
        revocation: unless(&true, client.enable_token_revocation == Some(true)),
        hide_user_existence: unless(&true, hides),
        propagate_user_context: unless(
            &false,
            client.enable_propagate_additional_user_context_data == Some(true),
        ),
        read_attributes: attributes::of_client(
            "readAttributes",
            client.read_attributes.as_ref(),
            listed,
            rest,
        ),
        write_attributes: attributes::of_client(
            "writeAttributes",
            client.write_attributes.as_ref(),
            listed,
            rest,
        ),
        analytics: analytics::import(client.analytics_configuration.as_ref(), rest),
        connection_secret: None,
    }
}

/// Says what becomes of a client whose secret Cognito manages in AWS Secrets Manager.
fn secret_is_elsewhere(type_: ClientType, rest: &mut Rest) {
    rest.advise(
        "ClientSecretArn",
        "the secret is in AWS Secrets Manager, where the provider cannot read it: no Secret and no connection detail gets it, \
         and the AppAuth does not become ready while it waits for it",
        match type_ {
            ClientType::Machine => "use a new client instead of importing this one",
            ClientType::Web | ClientType::Spa | ClientType::Native => {
                "let the application read Secrets Manager and set secret to false, which changes nothing at AWS, or use a new \
                 client instead of importing this one"
            }
        },
    );
}

/// Whether each refresh brings a new refresh token.
fn rotates(client: &UserPoolClient) -> bool {
    client
        .refresh_token_rotation
        .as_ref()
        .is_some_and(|rotation| rotation.feature.as_deref() == Some("ENABLED"))
}

fn unknown_scopes(scopes: Option<&Vec<String>>, pool: &Pool<'_>, rest: &mut Rest) {
    let known =
        |scope: &&String| STANDARD_SCOPES.contains(&scope.as_str()) || pool.scopes.contains(scope);
    let unknown: Vec<&String> = scopes
        .into_iter()
        .flatten()
        .filter(|scope| !known(scope))
        .collect();
    if !unknown.is_empty() {
        rest.advise(
            "AllowedOAuthScopes",
            format!("{} is of no resource server that was given", all(&unknown)),
            "give the answer of describe-resource-server as well",
        );
    }
}

/// How a sign-in through the SDK may go.
fn sign_in_flows(
    client: &UserPoolClient,
    type_: ClientType,
    rest: &mut Rest,
) -> Option<Vec<SignInFlow>> {
    let mut flows = sorted(client.explicit_auth_flows.as_ref());
    // AWS takes no other way to refresh beside rotation, and rotation does not survive. Flows of the older names refresh
    // without a word.
    let are_new = flows.iter().any(|flow| flow.starts_with("ALLOW_"));
    if rotates(client) && are_new && !flows.iter().any(|flow| flow == REFRESH) {
        flows.push(REFRESH.to_owned());
        flows.sort_unstable();
    }
    let known: Vec<SignInFlow> = flows.iter().filter_map(|flow| sign_in_flow(flow)).collect();
    let others = flows.len() - known.len();
    let is_machine = type_ == ClientType::Machine;
    let refreshes = flows.iter().any(|flow| flow == REFRESH);
    if !refreshes || others > 1 || is_machine && !known.is_empty() {
        rest.patch("explicitAuthFlows", or_null(flows.clone()));
    }
    // Without a word AWS allows some by itself, and an override says what there is to say.
    if is_machine || flows.is_empty() {
        return None;
    }
    unless(&vec![SignInFlow::Srp], known)
}

fn sign_in_flow(flow: &str) -> Option<SignInFlow> {
    match flow {
        "ALLOW_USER_SRP_AUTH" => Some(SignInFlow::Srp),
        "ALLOW_USER_PASSWORD_AUTH" => Some(SignInFlow::Password),
        "ALLOW_ADMIN_USER_PASSWORD_AUTH" => Some(SignInFlow::AdminPassword),
        "ALLOW_CUSTOM_AUTH" => Some(SignInFlow::Custom),
        // AppAuth has ALLOW_USER_AUTH for other providers only.
        _ => None,
    }
}

/// Where the client's users may come from.
fn providers(
    client: &UserPoolClient,
    type_: ClientType,
    of_spec: &[String],
    is_own_pool: bool,
    rest: &mut Rest,
) -> Option<Vec<String>> {
    let supported = sorted(client.supported_identity_providers.as_ref());
    if type_ == ClientType::Machine {
        if !supported.is_empty() {
            rest.patch("supportedIdentityProviders", json!(supported));
        }
        return None;
    }
    let spelled = |name: String| {
        if name == "COGNITO" {
            "Cognito".to_owned()
        } else {
            name
        }
    };
    let mut names: Vec<String> = supported.into_iter().map(spelled).collect();
    names.sort_unstable();
    let mut default = of_spec.to_vec();
    default.push("Cognito".to_owned());
    default.sort_unstable();
    let unknown: Vec<&String> = names
        .iter()
        .filter(|name| !default.contains(name))
        .collect();
    if is_own_pool && !unknown.is_empty() {
        rest.advise(
            "SupportedIdentityProviders",
            format!("{} was not given", all(&unknown)),
            "give the answer of describe-identity-provider as well",
        );
    }
    unless(&default, names)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{pruned, said};
    use super::*;
    use serde_json::Value;

    /// One field of a client, what is laid over it, and what is said.
    #[track_caller]
    fn check(answer: Value, field: &str, expected: Value, patch: Value, sentences: &[&str]) {
        let mut rest = Rest::of("UserPoolClient", "web");
        let attributes: Vec<Attribute> = serde_json::from_value(json!([
            {"name": "email", "required": true}, {"name": "tenant", "type": "String"},
        ]))
        .unwrap();
        let pool = Pool {
            attributes: &attributes,
            scopes: &["api/read".to_owned()],
        };
        let mut whole = json!({
            "ClientName": "web", "ClientSecret": "s", "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["code"],
            "AllowedOAuthScopes": ["email", "openid", "profile"], "CallbackURLs": ["https://shop.example.org"],
            "ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"],
            "SupportedIdentityProviders": ["COGNITO", "Google"],
            "PreventUserExistenceErrors": "ENABLED", "EnableTokenRevocation": true,
        });
        for (field, value) in answer.as_object().unwrap() {
            whole[field] = value.clone();
        }
        let client = serde_json::from_value(whole).unwrap();
        let imported = pruned(&import(
            &client,
            "web",
            &["Google".to_owned()],
            Some(&pool),
            &mut rest,
        ));
        assert_eq!(
            imported.get(field).cloned().unwrap_or_default(),
            expected,
            "{answer}"
        );
        assert_eq!(said(&rest), sentences, "{answer}");
        let laid = rest.into_parts("client-web").0.unwrap_or_default();
        assert_eq!(laid["patch"]["spec"]["forProvider"], patch, "{answer}");
    }

    #[track_caller]
    fn written(answer: Value, field: &str, expected: Value) {
        check(answer, field, expected, Value::Null, &[]);
    }

    #[test]
    fn defaults_are_not_written() {
        let mut rest = Rest::of("UserPoolClient", "web");
        let client = json!({
            "ClientName": "web", "ClientId": "4h57", "ClientSecret": "s", "AllowedOAuthFlowsUserPoolClient": true,
            "AllowedOAuthFlows": ["code"], "AllowedOAuthScopes": ["profile", "email", "openid"],
            "CallbackURLs": ["https://shop.example.org"], "SupportedIdentityProviders": ["COGNITO"],
            "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"], "RefreshTokenValidity": 30,
            "AccessTokenValidity": 60, "IdTokenValidity": 1,
            "TokenValidityUnits": {"AccessToken": "minutes", "IdToken": "hours", "RefreshToken": "days"},
            "PreventUserExistenceErrors": "ENABLED", "EnableTokenRevocation": true, "AuthSessionValidity": 3,
            "EnablePropagateAdditionalUserContextData": false,
        });
        let client = serde_json::from_value(client).unwrap();
        assert_eq!(
            pruned(&import(&client, "web", &[], None, &mut rest)),
            json!({"name": "web", "type": "Web", "importId": "4h57", "callbackUrls": ["https://shop.example.org"]})
        );
        assert_eq!(rest.into_parts("client-web"), (None, Vec::new()));
    }

    #[test]
    fn names_and_switches() {
        written(json!({"ClientName": "Web"}), "displayName", json!("Web"));
        written(
            json!({"PreventUserExistenceErrors": "LEGACY"}),
            "hideUserExistence",
            json!(false),
        );
        written(
            json!({"PreventUserExistenceErrors": null}),
            "hideUserExistence",
            json!(false),
        );
        written(
            json!({"EnableTokenRevocation": null}),
            "revocation",
            json!(false),
        );
        written(
            json!({"EnablePropagateAdditionalUserContextData": true}),
            "propagateUserContext",
            json!(true),
        );
        written(
            json!({"AuthSessionValidity": 5}),
            "authSession",
            json!("5m"),
        );
    }

    #[test]
    fn without_rotation_a_client_refreshes_as_others_do() {
        check(
            json!({"ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"], "RefreshTokenRotation": {"Feature": "ENABLED"}}),
            "signInFlows",
            Value::Null,
            Value::Null,
            &[
                "UserPoolClient/web RefreshTokenRotation.Feature: \"ENABLED\" would be reset to \"DISABLED\": the provider cannot \
               send it, and AWS resets what an update leaves out; apply this only if you can do without it",
            ],
        );
    }

    #[test]
    fn sign_in_flows_that_appauth_lacks_are_laid_over() {
        let of = |flows: Value| json!({ "ExplicitAuthFlows": flows });
        let laid = |flows: Value| json!({ "explicitAuthFlows": flows });
        written(
            of(json!(["ALLOW_REFRESH_TOKEN_AUTH"])),
            "signInFlows",
            json!([]),
        );
        written(
            of(json!([
                "ALLOW_REFRESH_TOKEN_AUTH",
                "ALLOW_USER_PASSWORD_AUTH",
                "ALLOW_CUSTOM_AUTH"
            ])),
            "signInFlows",
            json!(["Custom", "Password"]),
        );
        check(
            of(Value::Null),
            "signInFlows",
            Value::Null,
            laid(Value::Null),
            &[],
        );
        for flows in [
            json!([
                "ALLOW_REFRESH_TOKEN_AUTH",
                "ALLOW_USER_AUTH",
                "ALLOW_USER_SRP_AUTH"
            ]),
            json!(["ALLOW_USER_SRP_AUTH"]),
        ] {
            check(
                of(flows.clone()),
                "signInFlows",
                Value::Null,
                laid(flows),
                &[],
            );
        }
        let legacy = json!(["ADMIN_NO_SRP_AUTH"]);
        check(
            of(legacy.clone()),
            "signInFlows",
            json!([]),
            laid(legacy),
            &[],
        );
    }

    #[test]
    fn users_come_from_all_that_the_spec_has_or_from_those_that_are_written() {
        let of = |names: Value| json!({ "SupportedIdentityProviders": names });
        written(
            of(json!(["Google", "COGNITO"])),
            "identityProviders",
            Value::Null,
        );
        written(
            of(json!(["COGNITO"])),
            "identityProviders",
            json!(["Cognito"]),
        );
        written(of(Value::Null), "identityProviders", json!([]));
        check(
            of(json!(["COGNITO", "Corp"])),
            "identityProviders",
            json!(["Cognito", "Corp"]),
            Value::Null,
            &[
                "UserPoolClient/web SupportedIdentityProviders: \"Corp\" was not given; give the answer of \
               describe-identity-provider as well",
            ],
        );
    }

    #[test]
    fn scopes_are_of_what_was_given() {
        let of = |scopes: Value| json!({ "AllowedOAuthScopes": scopes });
        written(
            of(json!(["api/read", "openid"])),
            "scopes",
            json!(["api/read", "openid"]),
        );
        check(
            of(json!(["api/write", "openid"])),
            "scopes",
            json!(["api/write", "openid"]),
            Value::Null,
            &[
                "UserPoolClient/web AllowedOAuthScopes: \"api/write\" is of no resource server that was given; give the answer \
               of describe-resource-server as well",
            ],
        );
    }

    #[test]
    fn a_secret_in_secrets_manager_is_a_secret() {
        let secret = json!({"ClientSecret": null, "ClientType": "REGULAR",
            "ClientSecretArn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret/planted"});
        let mut machine = secret.clone();
        machine["AllowedOAuthFlows"] = json!(["client_credentials"]);
        machine["AllowedOAuthScopes"] = json!(["api/read"]);
        for field in [
            "CallbackURLs",
            "ExplicitAuthFlows",
            "SupportedIdentityProviders",
        ] {
            machine[field] = Value::Null;
        }
        let problem = "UserPoolClient/web ClientSecretArn: the secret is in AWS Secrets Manager, where the provider cannot \
                       read it: no Secret and no connection detail gets it, and the AppAuth does not become ready while it \
                       waits for it; ";
        let web = "let the application read Secrets Manager and set secret to false, which changes nothing at AWS, or use a new \
                   client instead of importing this one";
        check(
            secret,
            "type",
            json!("Web"),
            Value::Null,
            &[&format!("{problem}{web}")],
        );
        check(
            machine,
            "type",
            json!("Machine"),
            json!({"explicitAuthFlows": null}),
            &[&format!(
                "{problem}use a new client instead of importing this one"
            )],
        );
    }

    #[test]
    fn what_the_provider_cannot_send_is_said() {
        check(
            json!({"RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 10}, "Novelty": 1}),
            "tokens",
            Value::Null,
            Value::Null,
            &[
                "UserPoolClient/web Novelty: is not known here, and an update of the provider's may reset it; look whether you need it",
                "UserPoolClient/web RefreshTokenRotation.Feature: \"ENABLED\" would be reset to \"DISABLED\": the provider cannot send \
                 it, and AWS resets what an update leaves out; apply this only if you can do without it",
            ],
        );
    }
}
