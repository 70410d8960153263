//! The shapes that Cognito's API gives to texts: which characters, and how many.
//!
//! They are the service model's, and [`FIELDS`] has them.

mod fields;

use self::fields::{FIELDS, Shape};
use super::characters::named;
use super::{Report, Rule, api, rule};
use crate::plan::Plan;
use crate::text::counted;

pub(super) const RULES: &[Rule] = &[
    rule(
        "GEN-SHAPE-1",
        api!("Operations"),
        texts_have_only_allowed_characters,
    ),
    rule(
        "GEN-SHAPE-2",
        api!("Operations"),
        texts_are_neither_too_short_nor_too_long,
    ),
];

fn texts_have_only_allowed_characters(plan: &Plan, report: &mut Report) {
    for field in FIELDS {
        let class = field.shape.class;
        for (at, text) in field.texts(plan) {
            if let Some((place, letter)) = class.refused(text) {
                let subject = field.subject(text);
                report.error(
                    field.at(at),
                    format!("{subject}has {} at character {place}", named(letter)),
                    field.remedy(letter),
                );
            }
        }
    }
}

fn texts_are_neither_too_short_nor_too_long(plan: &Plan, report: &mut Report) {
    for field in FIELDS {
        let Shape { min, max, .. } = *field.shape;
        for (at, text) in field.texts(plan) {
            let length = text.chars().count();
            let too_short = length < min && !field.shape.has_placeholder;
            if too_short || length > max {
                let subject = field.subject(text);
                report.error(
                    field.at(at),
                    format!("{subject}has {}", counted(length, "character")),
                    if min == 0 {
                        format!("use at most {max}")
                    } else {
                        format!("use {min} to {max}")
                    },
                );
            }
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::{Value, json};

    use crate::rules::testing::{Case, client, domain, error, pool, quiet, spec, told};

    fn message(of: &str, field: &str, text: &str) -> Value {
        pool(json!({"messages": {of: {field: text}}}))
    }

    fn server(patch: Value) -> Value {
        let mut server = json!({"name": "api", "identifier": "https://api"});
        let fields = server.as_object_mut().unwrap();
        fields.extend(patch.as_object().unwrap().clone());
        spec(json!({ "resourceServers": [server] }))
    }

    fn scope(name: &str) -> Value {
        server(json!({"scopes": [{"name": name, "description": "Read"}]}))
    }

    fn attribute(name: &str) -> Value {
        spec(json!({"clients": [], "userPool": {"attributes": [{"name": name, "type": "String"}]}}))
    }

    fn provider(patch: Value) -> Value {
        let mut provider = json!({
            "name": "Corp", "type": "Oidc", "detailsSecretRef": {"name": "corp", "namespace": "shop"},
        });
        let fields = provider.as_object_mut().unwrap();
        fields.extend(patch.as_object().unwrap().clone());
        spec(json!({ "identityProviders": [provider] }))
    }

    fn external_id(id: &str) -> Value {
        pool(json!({
            "sms": {"callerRoleArn": "arn:aws:iam::123456789012:role/cognito-sms", "externalId": id},
            "mfa": {"methods": ["Sms"]},
        }))
    }

    fn group(name: &str) -> Value {
        spec(json!({"groups": [{"name": name}]}))
    }

    /// A pool that lives elsewhere, whose attributes and identity providers nobody knows here.
    fn elsewhere(mut spec: Value) -> Value {
        spec["existingUserPool"] = json!({"name": "shared"});
        spec
    }

    pub(in crate::rules) fn broken() -> Vec<Case> {
        const CHARACTERS: &str = "GEN-SHAPE-1";
        const LENGTH: &str = "GEN-SHAPE-2";
        let long = "custom:longer-than-thirty-two-characters";
        let mut mapped = elsewhere(provider(json!({"attributeMapping": {long: "x"}})));
        mapped["clients"][0]["writeAttributes"] = json!([long]);
        vec![
            error(
                CHARACTERS,
                pool(json!({"name": "shop/prod"})),
                r#"spec.userPool.name: has U+002F ("/") at character 5; use letters from a to z, digits, spaces and _ + = , . @ - only"#,
            ),
            error(
                CHARACTERS,
                pool(json!({"name": "café"})),
                r#"spec.userPool.name: has U+00E9 ("é") at character 4; use letters from a to z, digits, spaces and _ + = , . @ - only"#,
            ),
            error(
                CHARACTERS,
                pool(json!({"name": "shop\u{A0}prod"})),
                "spec.userPool.name: has U+00A0 (no-break space) at character 5; write a plain space",
            ),
            error(
                CHARACTERS,
                pool(json!({"importId": "eu-west-1_AbC\u{200B}"})),
                "spec.userPool.importId: has U+200B (zero width space) at character 14; remove it",
            ),
            error(
                CHARACTERS,
                spec(json!({"existingUserPool": {"id": "eu-west-1_AbC "}})),
                "spec.existingUserPool.id: has U+0020 (space) at character 14; remove it",
            ),
            error(
                CHARACTERS,
                message("invitation", "emailBody", "Hi {username},\u{A0}{####}"),
                "spec.userPool.messages.invitation.emailBody: has U+00A0 (no-break space) at character 15; write a plain space",
            ),
            error(
                CHARACTERS,
                message("invitation", "emailSubject", "\u{FEFF}Welcome"),
                "spec.userPool.messages.invitation.emailSubject: has U+FEFF (byte order mark) at character 1; remove it",
            ),
            error(
                CHARACTERS,
                message("verification", "emailBody", "Your\u{AD}code {####}"),
                "spec.userPool.messages.verification.emailBody: has U+00AD (soft hyphen) at character 5; remove it, or write &#xAD;",
            ),
            error(
                CHARACTERS,
                pool(
                    json!({"messages": {"verification": {"method": "Link", "emailBody": "\u{7}{##Here##}"}}}),
                ),
                "spec.userPool.messages.verification.emailBody: has U+0007 (control character) at character 1; remove it",
            ),
            error(
                CHARACTERS,
                message("verification", "emailSubject", "Code\u{2003}"),
                "spec.userPool.messages.verification.emailSubject: has U+2003 (Unicode space) at character 5; write a plain space",
            ),
            error(
                CHARACTERS,
                message("verification", "smsBody", "Your code is {####}\n"),
                r#"spec.userPool.messages.verification.smsBody: has U+000A (line break) at character 20; write one line, in YAML with ">-" instead of "|""#,
            ),
            error(
                CHARACTERS,
                pool(json!({"messages": {"mfaSms": "Code\r\n{####}"}})),
                r#"spec.userPool.messages.mfaSms: has U+000D (carriage return) at character 5; write one line, in YAML with ">-" instead of "|""#,
            ),
            error(
                CHARACTERS,
                message("mfaEmail", "body", "{####}\u{200D}"),
                "spec.userPool.messages.mfaEmail.body: has U+200D (zero width joiner) at character 7; remove it, or write &#x200D;",
            ),
            error(
                CHARACTERS,
                pool(json!({"email": {"replyTo": "help @example.org"}})),
                "spec.userPool.email.replyTo: has U+0020 (space) at character 5; remove it",
            ),
            error(
                CHARACTERS,
                pool(json!({"email": {
                    "configurationSet": "my set", "from": "no-reply@example.org",
                    "sesIdentityArn": "arn:aws:ses:eu-west-1:123456789012:identity/example.org"}})),
                "spec.userPool.email.configurationSet: has U+0020 (space) at character 3; remove it",
            ),
            error(
                CHARACTERS,
                pool(
                    json!({"triggers": {"preSignUp": "arn:aws:lambda:eu-west-1:123456789012:function:f\u{200B}"}}),
                ),
                "spec.userPool.triggers.preSignUp: has U+200B (zero width space) at character 49; remove it",
            ),
            error(
                CHARACTERS,
                pool(
                    json!({"triggers": {"preSignUp": "arn:aws:lambda:eu-west-1:123456789012:function:*"}}),
                ),
                r#"spec.userPool.triggers.preSignUp: has U+002A ("*") at character 48; use letters from a to z, digits and _ + = / , . @ : - only"#,
            ),
            error(
                CHARACTERS,
                attribute("favourite colour"),
                "spec.userPool.attributes[0].name: has U+0020 (space) at character 10; use - or _ instead",
            ),
            error(
                LENGTH,
                attribute("a_name_that_is_longer"),
                "spec.userPool.attributes[0].name: has 21 characters; use 1 to 20",
            ),
            error(
                LENGTH,
                pool(json!({"tags": {"": "web"}})),
                r#"spec.userPool.tags: the key "" has 0 characters; use 1 to 128"#,
            ),
            error(
                LENGTH,
                pool(json!({"tags": {"k".repeat(129): "web"}})),
                r#"spec.userPool.tags: the key "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk…" has 129 characters; use 1 to 128"#,
            ),
            error(
                LENGTH,
                external_id("x"),
                "spec.userPool.sms.externalId: has 1 character; use 2 to 1224",
            ),
            error(
                CHARACTERS,
                external_id("the shop"),
                "spec.userPool.sms.externalId: has U+0020 (space) at character 4; remove it",
            ),
            error(
                CHARACTERS,
                domain(json!({"prefix": "Shop"})),
                r#"spec.domain.prefix: has U+0053 ("S") at character 1; use a to z, 0 to 9 and - only"#,
            ),
            error(
                CHARACTERS,
                domain(json!({"prefix": "a.b"})),
                r#"spec.domain.prefix: has U+002E (".") at character 2; use a to z, 0 to 9 and - only"#,
            ),
            error(
                CHARACTERS,
                server(json!({"identifier": "my api"})),
                "spec.resourceServers[0].identifier: has U+0020 (space) at character 3; remove it",
            ),
            error(
                CHARACTERS,
                server(json!({"identifier": "https://bücher"})),
                r#"spec.resourceServers[0].identifier: has U+00FC ("ü") at character 10; use printable ASCII characters except space, " and \"#,
            ),
            error(
                CHARACTERS,
                scope("orders/read"),
                r#"spec.resourceServers[0].scopes[0].name: has U+002F ("/") at character 7; use printable ASCII characters except space, ", \ and /"#,
            ),
            error(
                CHARACTERS,
                provider(json!({"identifiers": ["corp", "exa/mple"]})),
                r#"spec.identityProviders[0].identifiers[1]: has U+002F ("/") at character 4; use letters from a to z, digits, spaces and _ + = . @ - only"#,
            ),
            error(
                CHARACTERS,
                provider(json!({"name": "Corp\u{200B}"})),
                "spec.identityProviders[0].name: has U+200B (zero width space) at character 5; remove it",
            ),
            error(
                LENGTH,
                mapped,
                r#"spec.identityProviders[0].attributeMapping: the key "custom:longer-than-thirty-two-characters" has 40 characters; use 1 to 32"#,
            ),
            error(
                CHARACTERS,
                group("shop admins"),
                "spec.groups[0].name: has U+0020 (space) at character 5; use a name without white space",
            ),
            error(
                CHARACTERS,
                client(json!({"displayName": "web(prod)"})),
                r#"spec.clients[0].displayName: has U+0028 ("(") at character 4; use letters from a to z, digits, spaces and _ + = , . @ - only"#,
            ),
            error(
                CHARACTERS,
                client(json!({"importId": "4h57k2v0-1"})),
                r#"spec.clients[0].importId: has U+002D ("-") at character 9; use letters from a to z, digits, _ and + only"#,
            ),
            error(
                CHARACTERS,
                client(json!({"callbackUrls": ["https://a b"]})),
                "spec.clients[0].callbackUrls[0]: has U+0020 (space) at character 10; remove it, or write %20",
            ),
            error(
                CHARACTERS,
                client(json!({"callbackUrls": ["https://app.example.org/\n"]})),
                "spec.clients[0].callbackUrls[0]: has U+000A (line break) at character 25; remove it, or write %20",
            ),
            error(
                CHARACTERS,
                client(
                    json!({"logoutUrls": ["https://app.example.org/", " https://app.example.org"]}),
                ),
                "spec.clients[0].logoutUrls[1]: has U+0020 (space) at character 1; remove it, or write %20",
            ),
            error(
                CHARACTERS,
                client(json!({"defaultRedirectUrl": "https://shop.example.org/callback\u{200B}"})),
                "spec.clients[0].defaultRedirectUrl: has U+200B (zero width space) at character 34; remove it",
            ),
            error(
                CHARACTERS,
                client(json!({"scopes": ["openid email"]})),
                "spec.clients[0].scopes[0]: has U+0020 (space) at character 7; write an entry for each scope",
            ),
            error(
                CHARACTERS,
                client(json!({"analytics": {
                    "applicationId": "01xy", "externalId": "shop", "roleArn": "arn:aws:iam::123456789012:role/cognito"}})),
                r#"spec.clients[0].analytics.applicationId: has U+0078 ("x") at character 3; use 0 to 9 and a to f only"#,
            ),
            error(
                CHARACTERS,
                elsewhere(client(
                    json!({"identityProviders": ["Cognito", "Corp\u{FEFF}"]}),
                )),
                "spec.clients[0].identityProviders[1]: has U+FEFF (byte order mark) at character 5; remove it",
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
            pool(json!({"name": "shop-prod users_+=,.@"})),
            pool(json!({"tags": {"k".repeat(128): "é"}})),
            message("invitation", "smsBody", "{username}\n{####}\u{A0}"),
            message(
                "invitation",
                "emailBody",
                "<p>\r\n\t{username} {####} 👍 €</p>",
            ),
            message("verification", "smsBody", "{####}\u{A0}"),
            attribute("a_name_of_20_letters"),
            group("Müller"),
            group("ops:eu"),
            client(json!({"displayName": "Web shop, prod@eu"})),
            client(json!({"callbackUrls": ["https://bücher.example.org/"]})),
            provider(json!({"identifiers": ["a b"]})),
        ]);
    }
}
