//! A plan as overrides change it: the inverse of rendering, for the fields that an override changed.
//!
//! Only what Cognito's rules give advice on is read back.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::api::app_auth::{
    CharacterClass, Contact, Devices, Identifier, MfaMethod, MfaMode, Recovery, Scope, SignInFlow,
    VerificationMethod,
};
use crate::api::duration::Duration;
use crate::path::at;
use crate::plan::{
    COGNITO, Client, Group, IdentityProvider, Part, Password, Plan, Pool, ResourceServer, UserPool,
};
use crate::providers::Object;

/// The plan with the changes that overrides made to its rendered objects. Both lists are in the same order.
pub(in crate::providers) fn overridden(
    plan: &Plan,
    rendered: &[Object],
    patched: &[Object],
) -> Plan {
    let mut plan = plan.clone();
    for (before, after) in rendered.iter().zip(patched) {
        if before == after {
            continue;
        }
        let changes = Changes {
            before: &before.body,
            after: &after.body,
        };
        match after.part {
            Part::UserPool => {
                if let UserPool::Own(pool) = &mut plan.user_pool {
                    user_pool(pool, &changes);
                }
            }
            // Its name is the external name, which no override can change.
            Part::Domain => {}
            Part::ResourceServer(index) => {
                resource_server(&mut plan.resource_servers[index], &changes);
            }
            Part::IdentityProvider(index) => {
                identity_provider(&mut plan.identity_providers[index], &changes);
            }
            Part::Group(index) => group(&mut plan.groups[index], &changes),
            Part::Client(index) => client(&mut plan.clients[index], &changes),
        }
    }
    plan
}

/// An object before and after the overrides.
struct Changes<'a> {
    before: &'a Value,
    after: &'a Value,
}

impl<'a> Changes<'a> {
    /// The new value of a field below `forProvider`, null when it was removed; none when no override changed it.
    fn get(&self, field: &str) -> Option<&'a Value> {
        let pointer = format!("/spec/forProvider/{field}");
        let (before, after) = (at(self.before, &pointer), at(self.after, &pointer));
        (before != after).then(|| after.unwrap_or(&Value::Null))
    }

    /// The value of a field after the overrides.
    fn after(&self, field: &str) -> &'a Value {
        at(self.after, &format!("/spec/forProvider/{field}")).unwrap_or(&Value::Null)
    }

    /// Replaces a setting of the plan, when an override changed its field.
    fn read<T>(&self, field: &str, setting: &mut T, value_of: impl FnOnce(&Value) -> T) {
        if let Some(value) = self.get(field) {
            *setting = value_of(value);
        }
    }
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn is_true(value: &Value) -> bool {
    value == &Value::Bool(true)
}

fn texts(value: &Value) -> Vec<String> {
    let entries = value.as_array().into_iter().flatten();
    entries.filter_map(text).collect()
}

fn text_map(value: &Value) -> BTreeMap<String, String> {
    let entries = value.as_object().into_iter().flatten();
    entries
        .filter_map(|(key, value)| Some((key.clone(), text(value)?)))
        .collect()
}

fn client(client: &mut Client, changes: &Changes<'_>) {
    // AWS treats an empty list like no list.
    let listed = |value: &Value| Some(texts(value)).filter(|list| !list.is_empty());
    changes.read("readAttributes", &mut client.read_attributes, listed);
    changes.read("writeAttributes", &mut client.write_attributes, listed);
    changes.read("callbackURLs", &mut client.callback_urls, texts);
    changes.read("logoutURLs", &mut client.logout_urls, texts);
    changes.read("defaultRedirectURI", &mut client.default_redirect_url, text);
    changes.read("allowedOAuthScopes", &mut client.scopes, texts);
    changes.read(
        "allowedOAuthFlowsUserPoolClient",
        &mut client.uses_oauth,
        is_true,
    );
    changes.read("allowedOAuthFlows", &mut client.allow_implicit, |flows| {
        texts(flows).iter().any(|flow| flow == "implicit")
    });
    changes.read(
        "supportedIdentityProviders",
        &mut client.identity_providers,
        spelled,
    );
    changes.read(
        "explicitAuthFlows",
        &mut client.sign_in_flows,
        sign_in_flows,
    );
    changes.read("generateSecret", &mut client.secret, is_true);
    changes.read(
        "enablePropagateAdditionalUserContextData",
        &mut client.propagate_user_context,
        is_true,
    );
}

/// The names of identity providers as a spec has them.
fn spelled(names: &Value) -> Vec<String> {
    let mut names = texts(names);
    for name in &mut names {
        if name == "COGNITO" {
            COGNITO.clone_into(name);
        }
    }
    names
}

/// The flows of either generation of names. Without any, AWS allows SRP and custom flows (CreateUserPoolClient).
fn sign_in_flows(flows: &Value) -> Vec<SignInFlow> {
    let flows = texts(flows);
    if flows.is_empty() {
        return vec![SignInFlow::Srp, SignInFlow::Custom];
    }
    let known = flows.iter().filter_map(|flow| match flow.as_str() {
        "ALLOW_USER_SRP_AUTH" => Some(SignInFlow::Srp),
        "ALLOW_USER_PASSWORD_AUTH" | "USER_PASSWORD_AUTH" => Some(SignInFlow::Password),
        "ALLOW_ADMIN_USER_PASSWORD_AUTH" | "ADMIN_NO_SRP_AUTH" => Some(SignInFlow::AdminPassword),
        "ALLOW_CUSTOM_AUTH" | "CUSTOM_AUTH_FLOW_ONLY" => Some(SignInFlow::Custom),
        "ALLOW_USER_AUTH" => Some(SignInFlow::Choice),
        _ => None,
    });
    known.collect()
}

fn user_pool(pool: &mut Pool, changes: &Changes<'_>) {
    changes.read("policies", &mut pool.password, password);
    changes.read("accountRecoverySetting", &mut pool.recovery, recovery);
    changes.read(
        "autoVerifiedAttributes",
        &mut pool.sign_in.verify,
        |names| {
            texts(names)
                .iter()
                .filter_map(|name| contact(name))
                .collect()
        },
    );
    changes.read(
        "adminCreateUserConfig/allowAdminCreateUserOnly",
        &mut pool.sign_in.self_sign_up,
        |by_admin| !is_true(by_admin),
    );
    if changes.get("smsConfiguration").is_some_and(Value::is_null) {
        pool.sms = None;
    }
    changes.read("mfaConfiguration", &mut pool.mfa.mode, |mode| {
        match mode.as_str() {
            Some("ON") => MfaMode::Required,
            Some("OPTIONAL") => MfaMode::Optional,
            _ => MfaMode::Disabled,
        }
    });
    if let Some(enabled) = changes.get("softwareTokenMFAConfiguration/enabled") {
        if is_true(enabled) {
            pool.mfa.methods.insert(MfaMethod::Totp);
        } else {
            pool.mfa.methods.remove(&MfaMethod::Totp);
        }
    }
    if let Some(option) = changes.get("verificationMessageTemplate/defaultEmailOption") {
        let method = match option.as_str() {
            Some("CONFIRM_WITH_LINK") => VerificationMethod::Link,
            _ => VerificationMethod::Code,
        };
        let verification = pool.messages.verification.get_or_insert_default();
        verification.method = Some(method);
    }
    changes.read("emailConfiguration/from", &mut pool.email.from, text);
    changes.read(
        "emailConfiguration/sourceARN",
        &mut pool.email.ses_identity_arn,
        text,
    );
    changes.read("deviceConfiguration", &mut pool.devices, devices);
    changes.read("userPoolTags", &mut pool.tags, text_map);
    let fields = ["usernameAttributes", "aliasAttributes"];
    if fields.iter().any(|field| changes.get(field).is_some()) {
        let [names, aliases] = fields.map(|field| texts(changes.after(field)));
        // Without contacts in place of the user name, people have a user name.
        let username = names.is_empty().then_some(Identifier::Username);
        let names = names.iter().chain(&aliases);
        let names = names.filter_map(|name| identifier(name));
        pool.sign_in.with = names.chain(username).collect();
    }
    if let Some(schema) = changes.get("schema") {
        pool.attributes.retain_mut(|attribute| {
            let entries = schema.as_array().into_iter().flatten();
            let mut named = entries.filter(|each| each["name"] == attribute.name.as_str());
            let Some(entry) = named.next() else {
                return false;
            };
            let bounds = &entry["stringAttributeConstraints"];
            let bound = |field: &str| bounds[field].as_str()?.parse().ok();
            attribute.min_length = bound("minLength");
            attribute.max_length = bound("maxLength");
            true
        });
    }
}

/// More days than AWS takes, and few enough to count their seconds.
const LONGEST_DAYS: u64 = 1_000_000;

/// A password policy. AWS replaces a policy that an update leaves out with its default (UpdateUserPool).
fn password(policies: &Value) -> Password {
    let policy = &policies["passwordPolicy"];
    let number = |field: &str| policy[field].as_u64();
    let classes = [
        ("requireLowercase", CharacterClass::Lowercase),
        ("requireUppercase", CharacterClass::Uppercase),
        ("requireNumbers", CharacterClass::Numbers),
        ("requireSymbols", CharacterClass::Symbols),
    ];
    let requires = |field: &str| policy.is_null() || policy[field] == true;
    let length = number("minimumLength").and_then(|length| u32::try_from(length).ok());
    Password {
        min_length: length.unwrap_or(8),
        require: classes
            .into_iter()
            .filter(|(field, _)| requires(field))
            .map(|(_, class)| class)
            .collect(),
        temporary_validity: Duration::from_days(
            number("temporaryPasswordValidityDays").map_or(7, |days| days.min(LONGEST_DAYS)),
        ),
    }
}

fn recovery(setting: &Value) -> Vec<Recovery> {
    let mut mechanisms: Vec<&Value> = setting["recoveryMechanisms"]
        .as_array()
        .into_iter()
        .flatten()
        .collect();
    mechanisms.sort_by_key(|mechanism| mechanism["priority"].as_i64());
    let known = mechanisms
        .iter()
        .filter_map(|each| match each["name"].as_str()? {
            "verified_email" => Some(Recovery::Email),
            "verified_phone_number" => Some(Recovery::Phone),
            "admin_only" => Some(Recovery::Admin),
            _ => None,
        });
    known.collect()
}

fn devices(configuration: &Value) -> Option<Devices> {
    let is = |field: &str| configuration[field].as_bool();
    configuration.is_object().then(|| Devices {
        challenge_on_new: is("challengeRequiredOnNewDevice"),
        remember_on_prompt: is("deviceOnlyRememberedOnUserPrompt"),
    })
}

fn contact(name: &str) -> Option<Contact> {
    match name {
        "email" => Some(Contact::Email),
        "phone_number" => Some(Contact::Phone),
        _ => None,
    }
}

fn identifier(name: &str) -> Option<Identifier> {
    match name {
        "email" => Some(Identifier::Email),
        "phone_number" => Some(Identifier::Phone),
        "preferred_username" => Some(Identifier::PreferredUsername),
        _ => None,
    }
}

fn resource_server(server: &mut ResourceServer, changes: &Changes<'_>) {
    changes.read("scopes", &mut server.scopes, |scopes| {
        let entries = scopes.as_array().into_iter().flatten();
        entries
            .filter_map(|each| {
                Some(Scope {
                    name: text(&each["scopeName"])?,
                    description: text(&each["scopeDescription"]).unwrap_or_default(),
                })
            })
            .collect()
    });
}

fn identity_provider(provider: &mut IdentityProvider, changes: &Changes<'_>) {
    changes.read("idpIdentifiers", &mut provider.identifiers, texts);
    changes.read(
        "attributeMapping",
        &mut provider.attribute_mapping,
        text_map,
    );
}

fn group(group: &mut Group, changes: &Changes<'_>) {
    changes.read("precedence", &mut group.precedence, Value::as_i64);
    changes.read("roleArn", &mut group.role_arn, text);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::render;
    use super::super::tests::plan;
    use super::*;

    fn objects(plan: &Plan) -> Vec<Object> {
        render(plan, |_| Some("eu-west-1_A"))
    }

    /// A plan that has a value for everything that is read back, by the side of the values.
    fn everything(is_other: bool) -> Plan {
        let either = |one: Value, other: Value| if is_other { other } else { one };
        let url = |host: &str| format!("https://{host}.example.org");
        let identity = "arn:aws:ses:eu-west-1:123456789012:identity/shop.example.org";
        plan(&json!({
            "region": "eu-west-1",
            "userPool": {
                "password": either(
                    json!({"minLength": 6, "require": ["Numbers"], "temporaryValidity": "1d"}),
                    json!({"minLength": 14, "require": ["Symbols", "Lowercase", "Uppercase"], "temporaryValidity": "9d"}),
                ),
                "recovery": either(json!(["Admin"]), json!(["Phone", "Email"])),
                "signIn": either(
                    json!({"with": ["Email"], "verify": ["Email"], "selfSignUp": true}),
                    json!({"with": ["Username", "Email", "Phone", "PreferredUsername"], "verify": ["Phone"], "selfSignUp": false}),
                ),
                "sms": either(
                    json!({"callerRoleArn": "arn:aws:iam::123456789012:role/cognito-sms", "externalId": "shop"}),
                    Value::Null,
                ),
                "mfa": either(
                    json!({"mode": "Optional", "methods": ["Totp"]}),
                    json!({"mode": "Required", "methods": []}),
                ),
                "messages": {"verification": {"method": either(json!("Code"), json!("Link"))}},
                "email": either(json!({}), json!({"from": "a@shop.example.org", "sesIdentityArn": identity})),
                "devices": either(json!({"challengeOnNew": true, "rememberOnPrompt": false}), Value::Null),
                "tags": either(json!({"a": "1"}), json!({"b": "2"})),
                "attributes": either(
                    json!([{"name": "tenant", "type": "String", "minLength": 0, "maxLength": 2048},
                        {"name": "plan", "type": "String"}]),
                    json!([{"name": "tenant", "type": "String", "minLength": 1, "maxLength": 64}]),
                ),
            },
            "resourceServers": [{"name": "api", "identifier": "api", "scopes": either(
                json!([{"name": "read", "description": "Read"}, {"name": "write", "description": "Write"}]),
                json!([{"name": "write", "description": "Write"}]),
            )}],
            "identityProviders": [{
                "type": "Google", "detailsSecretRef": {"name": "google"},
                "identifiers": either(json!(["a"]), json!(["b"])),
                "attributeMapping": either(json!({"email": "email"}), json!({"name": "name"})),
            }],
            "groups": [{
                "name": "admins",
                "precedence": either(json!(1), json!(2)),
                "roleArn": either(Value::Null, json!("arn:aws:iam::123456789012:role/admins")),
            }],
            "clients": [{
                "name": "web", "type": "Web",
                "callbackUrls": [either(json!(url("a")), json!(url("b")))],
                "logoutUrls": [either(json!(url("c")), json!(url("d")))],
                "defaultRedirectUrl": either(Value::Null, json!(url("b"))),
                "scopes": either(json!(["openid"]), json!(["email", "openid"])),
                "signInFlows": either(json!(["Srp"]), json!(["Password"])),
                "allowImplicit": is_other,
                "identityProviders": either(json!(["Google"]), json!(["Cognito"])),
                "secret": is_other,
                "propagateUserContext": is_other,
                "readAttributes": either(Value::Null, json!(["email"])),
                "writeAttributes": either(json!(["email"]), Value::Null),
            }],
        }))
    }

    #[test]
    fn what_overrides_change_is_read_back() {
        let (one, other) = (everything(false), everything(true));
        for (plan, changed) in [(&one, &other), (&other, &one)] {
            let mut found = overridden(plan, &objects(plan), &objects(changed));
            let UserPool::Own(pool) = &mut found.user_pool else {
                panic!("no pool");
            };
            // Not read back: no advice is about it, or an override cannot bring all of it.
            let wanted = changed.own_pool().unwrap();
            pool.sms.clone_from(&wanted.sms);
            pool.attributes.clone_from(&wanted.attributes);
            pool.sign_in.keep_original_until_verified =
                wanted.sign_in.keep_original_until_verified.clone();
            similar_asserts::assert_eq!(format!("{found:#?}"), format!("{changed:#?}"));
        }
    }

    #[test]
    fn what_no_override_changes_stays() {
        let plan = everything(false);
        assert_eq!(overridden(&plan, &objects(&plan), &objects(&plan)), plan);
    }

    #[test]
    fn attributes_and_text_messages_can_go() {
        let found = overridden(
            &everything(false),
            &objects(&everything(false)),
            &objects(&everything(true)),
        );
        let pool = found.own_pool().unwrap();
        assert_eq!(pool.sms, None);
        assert_eq!(pool.attributes.len(), 1);
        assert_eq!(pool.attributes[0].lengths(), (1, 64));
    }

    #[test]
    fn without_oauth_there_are_no_login_pages() {
        let plan = everything(false);
        let mut patched = objects(&plan);
        let client = patched
            .iter_mut()
            .find(|object| object.part == Part::Client(0))
            .and_then(Object::for_provider_mut)
            .unwrap();
        client.insert("allowedOAuthFlowsUserPoolClient".to_owned(), json!(false));
        client.remove("explicitAuthFlows");
        let found = overridden(&plan, &objects(&plan), &patched);
        assert!(!found.clients[0].uses_oauth);
        // AWS' own default.
        assert_eq!(
            found.clients[0].sign_in_flows,
            [SignInFlow::Srp, SignInFlow::Custom]
        );
    }
}
