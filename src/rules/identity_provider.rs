//! Rules of the identity providers: their names, and what leads to them.

use super::{Report, Rule, api, guide, rule};
use crate::api::app_auth::IdentityProviderType::{self, Oidc, Saml};
use crate::path::FieldPath;
use crate::plan::{COGNITO, Plan, details, name_of};
use crate::text::{all, counted, fields, quoted};

pub(super) mod mapping;

pub(super) const RULES: &[Rule] = &[
    rule(
        "IDP-NAME-1",
        api!("CreateIdentityProvider"),
        a_social_one_is_called_by_its_type,
    ),
    rule(
        "IDP-NAME-2",
        api!("CreateIdentityProvider"),
        a_name_is_one_word,
    ),
    rule(
        "IDP-NAME-3",
        api!("CreateUserPoolClient"),
        a_name_is_no_word_of_cognitos,
    ),
    rule(
        "IDP-NAME-4",
        api!("CreateIdentityProvider"),
        each_has_a_name_of_its_own,
    ),
    rule(
        "IDP-IDENT-1",
        api!("CreateIdentityProvider"),
        identifiers_lead_to_one,
    ),
    rule(
        "IDP-NAME-5",
        api!("CreateIdentityProvider"),
        a_name_fits_every_provider,
    ),
    rule(
        "IDP-PREREQ-1",
        guide!("cognito-user-pools-identity-federation"),
        people_come_back_to_a_domain,
    ),
    rule(
        "IDP-DETAILS-11",
        api!("CreateIdentityProvider"),
        what_aws_changes_never_settles,
    ),
];

fn a_social_one_is_called_by_its_type(plan: &Plan, report: &mut Report) {
    for provider in &plan.identity_providers {
        if let Some(word) = name_of(provider.type_).filter(|word| *word != provider.name) {
            report.error(
                provider.at("name"),
                format!(
                    "{} is not what Cognito calls it, which is \"{word}\"",
                    quoted(&provider.name)
                ),
                "leave it out",
            );
        }
    }
}

fn a_name_is_one_word(plan: &Plan, report: &mut Report) {
    for provider in &plan.identity_providers {
        let (type_, name) = (provider.type_, &provider.name);
        if !matches!(type_, Oidc | Saml) {
            continue;
        }
        let length = name.chars().count();
        if name.is_empty() {
            report.error(
                provider.at("name"),
                format!("is not set, and one of type \"{type_:?}\" has no name by itself"),
                "give what clients call it, such as \"Corp\"",
            );
        } else if length > 32 {
            report.error(
                provider.at("name"),
                format!("{} has {}", quoted(name), counted(length, "character")),
                "use 3 to 32",
            );
        } else if let Some((problem, remedy)) = refused_at_creation(name) {
            // CreateIdentityProvider is stricter than the other operations: ProviderNameTypeV2 beside ProviderNameType.
            // Names from before that are still at AWS, but only in a pool that is older than the spec.
            if plan.has_older_pool() {
                report.advise(
                    provider.at("name"),
                    format!(
                        "{problem}, and AWS creates no identity provider of such a name, though it keeps one that exists"
                    ),
                    format!("{remedy} if it is a new one"),
                );
            // The manual has a looser form for SAML on another page.
            } else if type_ == Saml && length >= 3 {
                report.advise(provider.at("name"), problem, remedy);
            } else {
                report.error(provider.at("name"), problem, remedy);
            }
        }
    }
}

/// Why AWS creates no identity provider of a name, and what to do.
fn refused_at_creation(name: &str) -> Option<(String, &'static str)> {
    let length = name.chars().count();
    if length < 3 {
        let problem = format!("{} has {}", quoted(name), counted(length, "character"));
        return Some((problem, "use 3 to 32"));
    }
    let (_, letter) = name
        .chars()
        .enumerate()
        .find(|(place, letter)| letter.is_whitespace() || (*letter == '_' && *place != 1))?;
    let letter = quoted(letter.encode_utf8(&mut [0; 4]));
    let problem = format!("{} holds {letter}", quoted(name));
    Some((problem, "use a name without _ and spaces"))
}

fn a_name_is_no_word_of_cognitos(plan: &Plan, report: &mut Report) {
    const SOCIAL: [IdentityProviderType; 4] = [
        IdentityProviderType::Google,
        IdentityProviderType::Facebook,
        IdentityProviderType::LoginWithAmazon,
        IdentityProviderType::SignInWithApple,
    ];
    for provider in &plan.identity_providers {
        let name = &provider.name;
        if !matches!(provider.type_, Oidc | Saml) {
            continue;
        }
        if name.eq_ignore_ascii_case(COGNITO) {
            report.error(
                provider.at("name"),
                format!("{} is the word for the user pool itself", quoted(name)),
                "choose another",
            );
        } else if SOCIAL
            .iter()
            .filter_map(|type_| name_of(*type_))
            .any(|word| name.eq_ignore_ascii_case(word))
        {
            report.advise(
                provider.at("name"),
                format!(
                    "{} is Cognito's word for a kind of identity provider",
                    quoted(name)
                ),
                "choose another",
            );
        }
    }
}

fn each_has_a_name_of_its_own(plan: &Plan, report: &mut Report) {
    for (index, provider) in plan.identity_providers.iter().enumerate() {
        let twin = plan.identity_providers[..index]
            .iter()
            .find(|other| other.name == provider.name && !other.name.is_empty());
        if let Some(twin) = twin {
            report.error(
                provider.at(""),
                format!(
                    "{} is also the name of {}",
                    quoted(&provider.name),
                    twin.at("")
                ),
                "keep one, a pool has no two of one name",
            );
        }
    }
}

fn identifiers_lead_to_one(plan: &Plan, report: &mut Report) {
    for (index, provider) in plan.identity_providers.iter().enumerate() {
        for (place, identifier) in provider.identifiers.iter().enumerate() {
            let twin = plan.identity_providers[..index]
                .iter()
                .find(|other| other.identifiers.contains(identifier));
            if let Some(twin) = twin {
                report.error(
                    provider.at("identifiers").index(place),
                    format!(
                        "{} also leads to {}",
                        quoted(identifier),
                        quoted(&twin.name)
                    ),
                    "let it lead to one of them",
                );
            }
        }
    }
}

/// The Upbound providers split their import ID into the pool's ID and the name at a `:`.
fn a_name_fits_every_provider(plan: &Plan, report: &mut Report) {
    for provider in &plan.identity_providers {
        if provider.name.contains(':') {
            let problem = format!(
                "{} has \":\", with which the Upbound providers cannot find the identity provider",
                quoted(&provider.name)
            );
            report.of_provider(plan, provider.at("name"), problem, "choose another");
        }
    }
}

fn people_come_back_to_a_domain(plan: &Plan, report: &mut Report) {
    // Where a client lacks the domain as well, CLIENT-OAUTH-6 has said so.
    let is_said = plan.clients.iter().any(super::client::uses_login_pages);
    if plan.domain.is_some() || plan.has_older_pool() || is_said {
        return;
    }
    let names: Vec<&str> = plan
        .identity_providers
        .iter()
        .map(|provider| provider.name.as_str())
        .collect();
    if !names.is_empty() {
        report.advise(
            FieldPath::parse("spec.domain"),
            format!(
                "is not set, so that nobody can come back from {}",
                all(&names)
            ),
            "set it to {}, which takes a free prefix, or choose a prefix or a name",
        );
    }
}

fn what_aws_changes_never_settles(plan: &Plan, report: &mut Report) {
    for provider in &plan.identity_providers {
        let keys = details::of(provider.type_).never_settles;
        if keys.is_empty() {
            continue;
        }
        let type_ = provider.type_;
        report.advise(
            provider.at("type"),
            format!(
                "\"{type_:?}\" never settles with this provider: of the details, AWS gives back {} otherwise than they \
                 were sent, so the provider sends all of them again at each poll",
                fields(keys)
            ),
            "it works all the same; where the other side speaks it, \"Oidc\" is quiet",
        );
    }
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::{Value, json};

    use crate::rules::testing::{Case, advice, error, quiet, spec, told};

    /// The shortest spec with these identity providers, each with its Secret.
    pub(in crate::rules) fn with(providers: Value) -> Value {
        let mut spec = spec(json!({ "identityProviders": providers }));
        for provider in spec["identityProviders"].as_array_mut().unwrap() {
            provider["detailsSecretRef"] = json!({"name": "details", "namespace": "shop"});
        }
        spec
    }

    fn oidc(name: &str) -> Value {
        with(json!([{"name": name, "type": "Oidc"}]))
    }

    pub(in crate::rules) fn broken() -> Vec<Case> {
        let mut lonely = with(json!([{"type": "Google"}]));
        lonely["domain"] = Value::Null;
        lonely["clients"] = json!([]);
        vec![
            error(
                "IDP-NAME-1",
                with(json!([{"name": "MyGoogle", "type": "Google"}])),
                r#"spec.identityProviders[0].name: "MyGoogle" is not what Cognito calls it, which is "Google"; leave it out"#,
            ),
            error(
                "IDP-NAME-2",
                with(json!([{"type": "Oidc"}])),
                r#"spec.identityProviders[0].name: is not set, and one of type "Oidc" has no name by itself; give what clients call it, such as "Corp""#,
            ),
            error(
                "IDP-NAME-2",
                oidc("ab"),
                r#"spec.identityProviders[0].name: "ab" has 2 characters; use 3 to 32"#,
            ),
            error(
                "IDP-NAME-2",
                oidc("corp_okta"),
                r#"spec.identityProviders[0].name: "corp_okta" holds "_"; use a name without _ and spaces"#,
            ),
            error(
                "IDP-NAME-2",
                oidc("_corp"),
                r#"spec.identityProviders[0].name: "_corp" holds "_"; use a name without _ and spaces"#,
            ),
            error(
                "IDP-NAME-3",
                oidc("COGNITO"),
                r#"spec.identityProviders[0].name: "COGNITO" is the word for the user pool itself; choose another"#,
            ),
            advice(
                "IDP-NAME-3",
                oidc("google"),
                r#"spec.identityProviders[0].name: "google" is Cognito's word for a kind of identity provider; choose another"#,
            ),
            advice(
                "IDP-NAME-5",
                oidc("corp:okta"),
                r#"spec.identityProviders[0].name: "corp:okta" has ":", with which the Upbound providers cannot find the identity provider; choose another"#,
            ),
            error(
                "IDP-NAME-4",
                with(json!([{"type": "Google"}, {"type": "Google"}])),
                r#"spec.identityProviders[1]: "Google" is also the name of spec.identityProviders[0]; keep one, a pool has no two of one name"#,
            ),
            error(
                "IDP-IDENT-1",
                with(json!([
                    {"name": "Corp", "type": "Oidc", "identifiers": ["corp.example.org"]},
                    {"name": "Acme", "type": "Oidc", "identifiers": ["acme.example.org", "corp.example.org"]}])),
                r#"spec.identityProviders[1].identifiers[1]: "corp.example.org" also leads to "Corp"; let it lead to one of them"#,
            ),
            advice(
                "IDP-PREREQ-1",
                lonely,
                r#"spec.domain: is not set, so that nobody can come back from "Google"; set it to {}, which takes a free prefix, or choose a prefix or a name"#,
            ),
            advice(
                "IDP-DETAILS-11",
                with(json!([{"type": "SignInWithApple"}])),
                r#"spec.identityProviders[0].type: "SignInWithApple" never settles with this provider: of the details, AWS gives back private_key otherwise than they were sent, so the provider sends all of them again at each poll; it works all the same; where the other side speaks it, "Oidc" is quiet"#,
            ),
        ]
    }

    #[test]
    fn what_is_wrong_is_told() {
        told(broken());
    }

    #[test]
    fn a_name_of_saml_with_a_space_may_pass() {
        let said: Vec<String> =
            crate::rules::testing::findings(&with(json!([{"name": "corp okta", "type": "Saml"}])))
                .iter()
                .map(|finding| format!("{:?} {}", finding.severity, finding.path))
                .collect();
        assert_eq!(
            said,
            [
                "Advice spec.identityProviders[0].name",
                "Advice spec.identityProviders[0].type"
            ]
        );
    }

    #[test]
    fn a_name_that_may_exist_at_aws_can_be_written() {
        let sentence = |name: &str| {
            format!(
                "\"{name}\" holds \" \", and AWS creates no identity provider of such a name, though it keeps one that exists; \
                 use a name without _ and spaces if it is a new one"
            )
        };
        for pool in [
            json!({"userPool": {"importId": "eu-west-1_A"}}),
            json!({"existingUserPool": {"id": "eu-west-1_A"}}),
        ] {
            for (name, expected) in [
                ("Corp SSO", sentence("Corp SSO")),
                (
                    "ab",
                    "\"ab\" has 2 characters, and AWS creates no identity provider of such a name, though it keeps one that \
                     exists; use 3 to 32 if it is a new one"
                        .to_owned(),
                ),
            ] {
                let mut spec = oidc(name);
                for (field, value) in pool.as_object().unwrap() {
                    spec[field] = value.clone();
                }
                let found = crate::rules::testing::findings(&spec);
                let said: Vec<String> = found
                    .iter()
                    .filter(|finding| !finding.path.to_string().starts_with("spec.domain"))
                    .map(|finding| format!("{:?} {finding}", finding.severity))
                    .collect();
                assert_eq!(
                    said,
                    [format!("Advice spec.identityProviders[0].name: {expected}")]
                );
            }
        }
    }

    #[test]
    fn what_is_right_is_passed_over() {
        quiet(vec![
            oidc("CorpOkta"),
            oidc("corp-okta"),
            // Cognito tells them apart by case.
            with(json!([{"name": "Corp", "type": "Oidc"}, {"name": "corp", "type": "Oidc"}])),
            with(json!([{"type": "Google"}, {"name": "Facebook", "type": "Facebook"}])),
            with(
                json!([{"name": "Corp", "type": "Oidc", "identifiers": ["corp.example.org", "a b"]}]),
            ),
        ]);
    }
}
