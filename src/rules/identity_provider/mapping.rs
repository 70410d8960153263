//! Rules of attribute mappings: what fills which attribute of the pool.

use crate::plan::{IdentityProvider, Plan};
use crate::rules::client::attributes::{NOT_WRITABLE, exists, instead};
use crate::rules::{Report, Rule, api, guide, rule};
use crate::text::{all, counted, quoted};

pub(in crate::rules) const RULES: &[Rule] = &[
    rule(
        "IDP-MAP-1",
        api!("CreateIdentityProvider"),
        what_is_filled_exists,
    )
    .reading(&["userPool.attributes", "existingUserPool"]),
    rule(
        "IDP-MAP-2",
        guide!("cognito-user-pools-specifying-attribute-mapping"),
        what_everybody_has_is_filled,
    )
    .reading(&["userPool.attributes"]),
    rule(
        "POOL-ATTR-11",
        guide!("cognito-user-pools-specifying-attribute-mapping"),
        what_is_filled_can_be_changed,
    )
    .reading(&["userPool.attributes"]),
    rule(
        "CLIENT-ATTR-4",
        api!("CreateUserPoolClient"),
        what_is_filled_can_be_written,
    )
    .reading(&["identityProviders", "userPool.attributes"]),
    rule(
        "IDP-MAP-4",
        guide!("cognito-user-pools-specifying-attribute-mapping"),
        an_address_comes_with_whether_it_is_verified,
    ),
    rule(
        "IDP-MAP-5",
        guide!("cognito-user-pools-specifying-attribute-mapping"),
        a_token_has_room,
    ),
    rule(
        "IDP-MAP-7",
        guide!("cognito-user-pools-specifying-attribute-mapping"),
        nothing_fills_sub,
    ),
];

/// The user's name at the pool, which is no attribute of it.
const USER_NAME: &str = "username";
/// How long the name of an attribute may be, with `custom:`.
const LONGEST: usize = 32;
/// What of an identity provider's answer is a token.
const TOKENS: [&str; 3] = ["access_token", "id_token", "refresh_token"];
/// How long a token may be.
const LONGEST_TOKEN: u32 = 2048;

fn what_is_filled_exists(plan: &Plan, report: &mut Report) {
    for (provider, name, _) in mappings(plan) {
        // Of a name that is too long GEN-SHAPE-2 speaks.
        if !exists(plan, name) && name.chars().count() <= LONGEST {
            report.error(
                provider.at("attributeMapping").field(name.to_owned()),
                format!("{} is not an attribute of this pool", quoted(name)),
                instead(plan, name),
            );
        }
    }
}

fn what_everybody_has_is_filled(plan: &Plan, report: &mut Report) {
    for provider in &plan.identity_providers {
        let missing: Vec<String> = plan
            .attributes()
            .iter()
            .filter(|attribute| attribute.required)
            .map(|attribute| attribute.name.clone())
            .filter(|name| !provider.attribute_mapping.contains_key(name))
            .collect();
        if !missing.is_empty() {
            let missing = all(&missing);
            report.error(
                provider.at("attributeMapping"),
                format!("lacks {missing}, which every user must have"),
                format!(
                    "map {missing}, or nobody can sign in with {}",
                    quoted(&provider.name)
                ),
            );
        }
    }
}

fn what_is_filled_can_be_changed(plan: &Plan, report: &mut Report) {
    for (provider, name, _) in mappings(plan) {
        let fixed = plan
            .attributes()
            .iter()
            .find(|attribute| !attribute.mutable && attribute.full_name() == name);
        if let Some(attribute) = fixed {
            report.error(
                provider.at("attributeMapping").field(name.to_owned()),
                format!(
                    "{} cannot change once it is set, and each sign-in sets it",
                    quoted(name)
                ),
                format!(
                    "set {} to true, or remove the mapping",
                    attribute.at("mutable")
                ),
            );
        }
    }
}

fn what_is_filled_can_be_written(plan: &Plan, report: &mut Report) {
    for client in &plan.clients {
        for name in &client.identity_providers {
            let Some(provider) = plan.identity_provider(name) else {
                continue;
            };
            let missing: Vec<&str> = provider
                .attribute_mapping
                .keys()
                .map(String::as_str)
                .filter(|name| *name != USER_NAME && exists(plan, name))
                .filter(|name| !NOT_WRITABLE.contains(name))
                .filter(|name| match &client.write_attributes {
                    Some(writable) => !writable.iter().any(|each| each == name),
                    None => name.starts_with("custom:"),
                })
                .collect();
            if missing.is_empty() {
                continue;
            }
            let missing = all(&missing);
            let filler = quoted(&provider.name);
            let at = client.at("writeAttributes");
            match client.write_attributes {
                Some(_) => report.error(
                    at,
                    format!("lacks {missing}, which {filler} fills at sign-in"),
                    format!("add {missing}"),
                ),
                // Whether no list leaves them out is the manual's word alone.
                None => report.advise(
                    at,
                    format!(
                        "is not set, which means all standard attributes and leaves out {missing}, which {filler} fills at \
                         sign-in"
                    ),
                    format!("list what the client may write, with {missing}"),
                ),
            }
        }
    }
}

fn an_address_comes_with_whether_it_is_verified(plan: &Plan, report: &mut Report) {
    for provider in &plan.identity_providers {
        let maps = |name: &str| provider.attribute_mapping.contains_key(name);
        if maps("email") && !maps("email_verified") && tells_what_is_verified(provider) {
            report.advise(
                provider.at("attributeMapping"),
                "maps \"email\" but not \"email_verified\", so that addresses count as not verified",
                "map \"email_verified\" as well",
            );
        }
    }
}

/// Whether it says of an address whether it is verified, as OpenID Connect does.
fn tells_what_is_verified(provider: &IdentityProvider) -> bool {
    use crate::api::app_auth::IdentityProviderType::{Google, Oidc};
    matches!(provider.type_, Google | Oidc)
}

fn a_token_has_room(plan: &Plan, report: &mut Report) {
    for (provider, name, source) in mappings(plan) {
        if !TOKENS.contains(&source) {
            continue;
        }
        let narrow = plan
            .attributes()
            .iter()
            .find(|each| each.full_name() == name && each.lengths().1 < LONGEST_TOKEN);
        if let Some(attribute) = narrow {
            report.advise(
                provider.at("attributeMapping").field(name.to_owned()),
                format!(
                    "{} takes {}, and a token may have {LONGEST_TOKEN}",
                    quoted(name),
                    counted(attribute.lengths().1 as usize, "character")
                ),
                "map it to an attribute with a maxLength of 2048",
            );
        }
    }
}

fn nothing_fills_sub(plan: &Plan, report: &mut Report) {
    for (provider, name, source) in mappings(plan) {
        if name == "sub" {
            report.error(
                provider.at("attributeMapping").field("sub"),
                format!(
                    "\"sub\" cannot be filled from {}, because it never changes",
                    quoted(source)
                ),
                "remove it, or fill a custom attribute",
            );
        }
    }
}

/// Each mapping: whose, which attribute of the pool, and from what.
fn mappings(plan: &Plan) -> impl Iterator<Item = (&IdentityProvider, &str, &str)> {
    plan.identity_providers.iter().flat_map(|provider| {
        provider
            .attribute_mapping
            .iter()
            .filter(|(name, _)| *name != USER_NAME)
            .map(move |(name, source)| (provider, name.as_str(), source.as_str()))
    })
}

#[cfg(test)]
pub(in crate::rules) mod tests {
    use serde_json::{Value, json};

    use super::super::tests::with;
    use crate::rules::testing::{Case, advice, error, quiet, told};

    fn mapping(mapping: Value, attributes: Value, client: Value) -> Value {
        let mut spec = with(json!([{"type": "Facebook", "attributeMapping": mapping}]));
        spec["userPool"] = json!({ "attributes": attributes });
        for (field, value) in client.as_object().unwrap() {
            spec["clients"][0][field] = value.clone();
        }
        spec
    }

    fn tenant(max_length: u32) -> Value {
        json!([{"name": "key", "type": "String", "maxLength": max_length}])
    }

    /// An attribute of a pool that lives elsewhere, whose attributes nobody knows here.
    fn elsewhere(attribute: &str) -> Value {
        let mut spec = with(json!([{"type": "Facebook", "attributeMapping": {}}]));
        spec["identityProviders"][0]["attributeMapping"][attribute] = json!("x");
        spec["existingUserPool"] = json!({"name": "shared"});
        spec["clients"][0]["writeAttributes"] = json!([attribute]);
        spec
    }

    pub(in crate::rules) fn broken() -> Vec<Case> {
        let readable = json!({"readAttributes": ["custom:key"], "writeAttributes": ["custom:key"]});
        vec![
            error(
                "IDP-MAP-1",
                mapping(json!({"e_mail": "email"}), json!([]), json!({})),
                r#"spec.identityProviders[0].attributeMapping.e_mail: "e_mail" is not an attribute of this pool; did you mean "email"?"#,
            ),
            error(
                "IDP-MAP-2",
                mapping(
                    json!({}),
                    json!([{"name": "email", "required": true}]),
                    json!({}),
                ),
                r#"spec.identityProviders[0].attributeMapping: lacks "email", which every user must have; map "email", or nobody can sign in with "Facebook""#,
            ),
            error(
                "POOL-ATTR-11",
                mapping(
                    json!({"email": "email"}),
                    json!([{"name": "email", "mutable": false}]),
                    json!({}),
                ),
                r#"spec.identityProviders[0].attributeMapping.email: "email" cannot change once it is set, and each sign-in sets it; set spec.userPool.attributes[0].mutable to true, or remove the mapping"#,
            ),
            error(
                "IDP-MAP-7",
                mapping(json!({"sub": "id"}), json!([]), json!({})),
                r#"spec.identityProviders[0].attributeMapping.sub: "sub" cannot be filled from "id", because it never changes; remove it, or fill a custom attribute"#,
            ),
            error(
                "CLIENT-ATTR-4",
                mapping(
                    json!({"email": "email"}),
                    json!([]),
                    json!({"writeAttributes": ["name"]}),
                ),
                r#"spec.clients[0].writeAttributes: lacks "email", which "Facebook" fills at sign-in; add "email""#,
            ),
            advice(
                "CLIENT-ATTR-4",
                mapping(
                    json!({"custom:key": "id"}),
                    tenant(64),
                    json!({"readAttributes": ["custom:key"]}),
                ),
                r#"spec.clients[0].writeAttributes: is not set, which means all standard attributes and leaves out "custom:key", which "Facebook" fills at sign-in; list what the client may write, with "custom:key""#,
            ),
            advice(
                "IDP-MAP-4",
                with(json!([{"type": "Google", "attributeMapping": {"email": "email"}}])),
                r#"spec.identityProviders[0].attributeMapping: maps "email" but not "email_verified", so that addresses count as not verified; map "email_verified" as well"#,
            ),
            advice(
                "IDP-MAP-5",
                mapping(json!({"custom:key": "access_token"}), tenant(256), readable),
                r#"spec.identityProviders[0].attributeMapping.custom:key: "custom:key" takes 256 characters, and a token may have 2048; map it to an attribute with a maxLength of 2048"#,
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
            mapping(
                json!({"email": "email", "username": "name"}),
                json!([]),
                json!({}),
            ),
            mapping(
                json!({"email": "email"}),
                json!([{"name": "email", "required": true}]),
                json!({"writeAttributes": ["email"]}),
            ),
            mapping(
                json!({"custom:key": "access_token"}),
                tenant(2048),
                json!({"readAttributes": ["custom:key"], "writeAttributes": ["custom:key"]}),
            ),
            with(
                json!([{"type": "Google", "attributeMapping": {"email": "email", "email_verified": "email_verified"}}]),
            ),
            elsewhere("custom:x"),
        ]);
    }
}
