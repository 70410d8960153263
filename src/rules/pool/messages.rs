//! Rules of the texts of messages. Their lengths are the schema's to check.

use crate::api::app_auth::{InvitationMessage, VerificationMessage, VerificationMethod};
use crate::path::FieldPath;
use crate::plan::Plan;
use crate::rules::{Report, Rule, api, rule};
use crate::text::{all, quoted};

pub(in crate::rules) const RULES: &[Rule] = &[
    rule(
        "POOL-MSG-1",
        api!("VerificationMessageTemplateType"),
        an_email_with_a_code_has_the_code,
    ),
    rule(
        "POOL-MSG-2",
        api!("VerificationMessageTemplateType"),
        an_email_with_a_link_has_the_link,
    ),
    rule(
        "POOL-MSG-5",
        api!("MessageTemplateType"),
        an_invitation_says_how_to_sign_in,
    ),
    rule(
        "POOL-MSG-7",
        api!("VerificationMessageTemplateType"),
        a_link_leads_to_a_domain,
    ),
    rule(
        "POOL-SMS-3",
        api!("VerificationMessageTemplateType"),
        a_text_message_has_the_code,
    ),
];

/// Stands for a code, or for a temporary password.
const CODE: &str = "{####}";
const USER_NAME: &str = "{username}";

fn an_email_with_a_code_has_the_code(plan: &Plan, report: &mut Report) {
    let Some(pool) = plan.own_pool() else { return };
    let Some((VerificationMethod::Code, verification)) = verification(plan) else {
        return;
    };
    let at = || pool.at("messages.verification.emailBody");
    has(verification.email_body.as_deref(), &[CODE], at, report);
}

fn an_email_with_a_link_has_the_link(plan: &Plan, report: &mut Report) {
    let Some(pool) = plan.own_pool() else { return };
    let Some((VerificationMethod::Link, verification)) = verification(plan) else {
        return;
    };
    if let Some(body) = verification
        .email_body
        .as_deref()
        .filter(|body| !has_link(body))
    {
        report.error(
            pool.at("messages.verification.emailBody"),
            format!("{} has no \"{{##text##}}\"", quoted(body)),
            "add it, with the words that lead to the link for text",
        );
    }
}

fn an_invitation_says_how_to_sign_in(plan: &Plan, report: &mut Report) {
    let Some(pool) = plan.own_pool() else { return };
    let Some(invitation) = &pool.messages.invitation else {
        return;
    };
    let InvitationMessage {
        email_subject: _,
        email_body,
        sms_body,
    } = invitation;
    for (name, body) in [("emailBody", email_body), ("smsBody", sms_body)] {
        let at = || pool.at("messages.invitation").field(name);
        has(body.as_deref(), &[USER_NAME, CODE], at, report);
    }
}

fn a_link_leads_to_a_domain(plan: &Plan, report: &mut Report) {
    let Some(pool) = plan.own_pool() else { return };
    let links = matches!(verification(plan), Some((VerificationMethod::Link, _)));
    if links && plan.domain.is_none() && !plan.has_older_pool() {
        report.advise(
            pool.at("messages.verification.method"),
            "\"Link\" leads to a page of the domain, and spec.domain is not set",
            "give a domain, or use \"Code\"",
        );
    }
}

fn a_text_message_has_the_code(plan: &Plan, report: &mut Report) {
    let Some(pool) = plan.own_pool() else { return };
    let messages = &pool.messages;
    let verification = messages.verification.as_ref();
    let body = verification.and_then(|message| message.sms_body.as_deref());
    has(
        body,
        &[CODE],
        || pool.at("messages.verification.smsBody"),
        report,
    );
    has(
        messages.mfa_sms.as_deref(),
        &[CODE],
        || pool.at("messages.mfaSms"),
        report,
    );
}

/// The message that verifies, and how.
fn verification(plan: &Plan) -> Option<(VerificationMethod, &VerificationMessage)> {
    let message = plan.own_pool()?.messages.verification.as_ref()?;
    Some((message.method.unwrap_or(VerificationMethod::Code), message))
}

/// Whether a text has words between `{##` and `##}`.
fn has_link(body: &str) -> bool {
    body.match_indices("{##").any(|(start, opening)| {
        body[start + opening.len()..]
            .find("##}")
            .is_some_and(|words| words > 0)
    })
}

/// Checks that a text, where there is one, has all of these in it.
fn has(text: Option<&str>, placeholders: &[&str], at: impl Fn() -> FieldPath, report: &mut Report) {
    let Some(text) = text else {
        return;
    };
    let missing: Vec<&str> = placeholders
        .iter()
        .copied()
        .filter(|placeholder| !text.contains(placeholder))
        .collect();
    if !missing.is_empty() {
        let missing = all(&missing);
        report.error(
            at(),
            format!("{} lacks {missing}", quoted(text)),
            format!("add {missing}"),
        );
    }
}

#[cfg(test)]
pub(in crate::rules) mod tests {
    use serde_json::{Value, json};

    use crate::rules::testing::{Case, advice, error, pool, quiet, spec, told};

    fn verification(verification: Value) -> Value {
        pool(json!({"messages": {"verification": verification}}))
    }

    fn invitation(invitation: Value) -> Value {
        pool(json!({"messages": {"invitation": invitation}}))
    }

    pub(in crate::rules) fn broken() -> Vec<Case> {
        vec![
            error(
                "POOL-MSG-1",
                verification(json!({"emailBody": "Hello"})),
                r#"spec.userPool.messages.verification.emailBody: "Hello" lacks "{####}"; add "{####}""#,
            ),
            error(
                "POOL-MSG-1",
                verification(json!({"method": "Code", "emailBody": "{##Here##}"})),
                r#"spec.userPool.messages.verification.emailBody: "{##Here##}" lacks "{####}"; add "{####}""#,
            ),
            error(
                "POOL-MSG-1",
                verification(json!({"emailBody": format!("<p>\n{}", "long ".repeat(3000))})),
                r#"spec.userPool.messages.verification.emailBody: "<p>\nlong long long long long long long long long long long long …" lacks "{####}"; add "{####}""#,
            ),
            error(
                "POOL-MSG-2",
                verification(json!({"method": "Link", "emailBody": "Welcome"})),
                r#"spec.userPool.messages.verification.emailBody: "Welcome" has no "{##text##}"; add it, with the words that lead to the link for text"#,
            ),
            error(
                "POOL-MSG-2",
                verification(json!({"method": "Link", "emailBody": "{####}"})),
                r#"spec.userPool.messages.verification.emailBody: "{####}" has no "{##text##}"; add it, with the words that lead to the link for text"#,
            ),
            error(
                "POOL-MSG-5",
                invitation(json!({"emailBody": "Welcome"})),
                r#"spec.userPool.messages.invitation.emailBody: "Welcome" lacks "{username}" and "{####}"; add "{username}" and "{####}""#,
            ),
            error(
                "POOL-MSG-5",
                invitation(json!({"smsBody": "Welcome {username}"})),
                r#"spec.userPool.messages.invitation.smsBody: "Welcome {username}" lacks "{####}"; add "{####}""#,
            ),
            advice(
                "POOL-MSG-7",
                spec(
                    json!({"domain": null, "clients": [], "userPool": {"messages": {"verification": {"method": "Link"}}}}),
                ),
                r#"spec.userPool.messages.verification.method: "Link" leads to a page of the domain, and spec.domain is not set; give a domain, or use "Code""#,
            ),
            error(
                "POOL-SMS-3",
                verification(json!({"method": "Link", "smsBody": "Your code"})),
                r#"spec.userPool.messages.verification.smsBody: "Your code" lacks "{####}"; add "{####}""#,
            ),
            error(
                "POOL-SMS-3",
                pool(json!({"messages": {"mfaSms": "Your code"}})),
                r#"spec.userPool.messages.mfaSms: "Your code" lacks "{####}"; add "{####}""#,
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
            verification(json!({"emailBody": "Code {####}", "smsBody": "{####}"})),
            verification(json!({"method": "Link", "emailBody": "{####} {##Here##}"})),
            verification(json!({"method": "Link", "emailSubject": "Welcome"})),
            invitation(json!({"emailBody": "{####} {username}", "smsBody": "{username} {####}"})),
            pool(json!({"messages": {"mfaSms": "Code {####}"}})),
        ]);
    }
}
