//! Who sends messages, what they say, and the Lambda triggers.

use serde_json::Value;

use super::aws;
use super::leftovers::{Rest, text, unless};
use crate::api::app_auth::{
    Email, InvitationMessage, Messages, Sms, Triggers, VerificationMessage, VerificationMethod,
};
use crate::text::quoted;

/// What stands for the external id where AWS has none; an override takes it away again.
const NO_EXTERNAL_ID: &str = "none";

/// Who sends the e-mails.
pub(super) fn email(pool: &aws::UserPool, rest: &mut Rest) -> Option<Email> {
    let config = pool.email_configuration.as_ref()?;
    let mut email = Email {
        from: text(config.from.as_ref()),
        reply_to: text(config.reply_to_email_address.as_ref()),
        ses_identity_arn: text(config.source_arn.as_ref()),
        configuration_set: text(config.configuration_set.as_ref()),
    };
    let account = config.email_sending_account.as_deref();
    let own = email.ses_identity_arn.is_some();
    match account {
        // Cognito sends, though from a sender of one's own.
        Some("COGNITO_DEFAULT") | None if own => {
            rest.patch("emailConfiguration.emailSendingAccount", "COGNITO_DEFAULT");
        }
        Some("DEVELOPER") if !own => {
            rest.patch("emailConfiguration.emailSendingAccount", "DEVELOPER");
        }
        _ => {}
    }
    if !own {
        // AppAuth takes neither without an identity that sends.
        for (field, value) in [
            ("from", email.from.take()),
            ("configurationSet", email.configuration_set.take()),
        ] {
            if let Some(value) = value {
                rest.patch(&format!("emailConfiguration.{field}"), value);
            }
        }
    }
    unless(&Email::default(), email)
}

/// Who sends text messages.
pub(super) fn sms(
    pool: &aws::UserPool,
    mfa: Option<&aws::MfaConfig>,
    region: &str,
    rest: &mut Rest,
) -> Option<Sms> {
    let of_mfa = || {
        mfa?.sms_mfa_configuration
            .as_ref()?
            .sms_configuration
            .as_ref()
    };
    let config = pool.sms_configuration.as_ref().or_else(of_mfa)?;
    rest.unknown("SmsConfiguration", &config.unknown);
    let caller_role_arn = text(config.sns_caller_arn.as_ref())?;
    let external_id = text(config.external_id.as_ref());
    if external_id.is_none() {
        rest.patch("smsConfiguration.externalID", Value::Null);
    }
    Some(Sms {
        caller_role_arn,
        external_id: external_id.unwrap_or_else(|| NO_EXTERNAL_ID.to_owned()),
        region: text(config.sns_region.as_ref()).filter(|sender| sender != region),
    })
}

/// The texts.
pub(super) fn import(
    pool: &aws::UserPool,
    mfa: Option<&aws::MfaConfig>,
    rest: &mut Rest,
) -> Option<Messages> {
    let of_mfa = || {
        mfa?.sms_mfa_configuration
            .as_ref()?
            .sms_authentication_message
            .as_ref()
    };
    let mfa_sms = text(pool.sms_authentication_message.as_ref()).or_else(|| text(of_mfa()));
    let messages = Messages {
        verification: unless(&VerificationMessage::default(), verification(pool, rest)),
        invitation: unless(&InvitationMessage::default(), invitation(pool, rest)),
        mfa_sms: with(mfa_sms, has_code, "smsAuthenticationMessage", rest),
        mfa_email: None,
    };
    unless(&Messages::default(), messages)
}

fn verification(pool: &aws::UserPool, rest: &mut Rest) -> VerificationMessage {
    let none = aws::VerificationMessageTemplate::default();
    let template = pool.verification_message_template.as_ref().unwrap_or(&none);
    let at = |field: &str| format!("verificationMessageTemplate.{field}");
    // The first is another word for the same text of AWS'.
    let either = |one: Option<&String>, other: Option<&String>| text(one).or_else(|| text(other));
    let subject = either(
        template.email_subject.as_ref(),
        pool.email_verification_subject.as_ref(),
    );
    let body = either(
        template.email_message.as_ref(),
        pool.email_verification_message.as_ref(),
    );
    let sms = either(
        template.sms_message.as_ref(),
        pool.sms_verification_message.as_ref(),
    );
    let link_subject = text(template.email_subject_by_link.as_ref());
    let link_body = text(template.email_message_by_link.as_ref());
    let sms_body = with(sms, has_code, &at("smsMessage"), rest);
    let mut other_texts = |texts: [(&str, Option<String>); 2]| {
        for (field, text) in texts {
            if let Some(text) = text {
                rest.patch(&at(field), text);
            }
        }
    };
    if template.default_email_option.as_deref() == Some("CONFIRM_WITH_LINK") {
        other_texts([("emailSubject", subject), ("emailMessage", body)]);
        VerificationMessage {
            method: Some(VerificationMethod::Link),
            email_subject: link_subject,
            email_body: with(link_body, has_link, &at("emailMessageByLink"), rest),
            sms_body,
        }
    } else {
        other_texts([
            ("emailSubjectByLink", link_subject),
            ("emailMessageByLink", link_body),
        ]);
        VerificationMessage {
            method: None,
            email_subject: subject,
            email_body: with(body, has_code, &at("emailMessage"), rest),
            sms_body,
        }
    }
}

fn invitation(pool: &aws::UserPool, rest: &mut Rest) -> InvitationMessage {
    let config = pool.admin_create_user_config.as_ref();
    let Some(template) = config.and_then(|config| config.invite_message_template.as_ref()) else {
        return InvitationMessage::default();
    };
    let at = |field: &str| format!("adminCreateUserConfig.inviteMessageTemplate.{field}");
    let whole = |text: &str| has_code(text) && text.contains("{username}");
    InvitationMessage {
        email_subject: text(template.email_subject.as_ref()),
        email_body: with(
            text(template.email_message.as_ref()),
            whole,
            &at("emailMessage"),
            rest,
        ),
        sms_body: with(
            text(template.sms_message.as_ref()),
            whole,
            &at("sMSMessage"),
            rest,
        ),
    }
}

/// A text with what AppAuth wants in it; one without is laid over.
fn with(
    text: Option<String>,
    is_whole: impl Fn(&str) -> bool,
    field: &str,
    rest: &mut Rest,
) -> Option<String> {
    let text = text?;
    if is_whole(&text) {
        return Some(text);
    }
    rest.patch(field, text);
    None
}

fn has_code(text: &str) -> bool {
    text.contains("{####}")
}

/// Whether a text has words between `{##` and `##}`.
fn has_link(text: &str) -> bool {
    text.match_indices("{##").any(|(start, opening)| {
        let words = text[start + opening.len()..].find("##}");
        words.is_some_and(|length| length > 0)
    })
}

/// The Lambda triggers.
pub(super) fn triggers(pool: &aws::UserPool, rest: &mut Rest) -> Option<Triggers> {
    let config = pool.lambda_config.as_ref()?;
    rest.unknown("LambdaConfig", &config.unknown);
    let versioned = config.pre_token_generation_config.as_ref();
    if let Some(version) = versioned.and_then(|versioned| versioned.lambda_version.as_deref())
        && version != "V1_0"
    {
        rest.lost(
            "LambdaConfig.PreTokenGenerationConfig.LambdaVersion",
            &quoted(version),
            "\"V1_0\"",
        );
    }
    let sender =
        |sender: &Option<aws::VersionedFunction>| text(sender.as_ref()?.lambda_arn.as_ref());
    let triggers = Triggers {
        pre_sign_up: text(config.pre_sign_up.as_ref()),
        post_confirmation: text(config.post_confirmation.as_ref()),
        pre_authentication: text(config.pre_authentication.as_ref()),
        post_authentication: text(config.post_authentication.as_ref()),
        define_auth_challenge: text(config.define_auth_challenge.as_ref()),
        create_auth_challenge: text(config.create_auth_challenge.as_ref()),
        verify_auth_challenge_response: text(config.verify_auth_challenge_response.as_ref()),
        pre_token_generation: text(config.pre_token_generation.as_ref())
            .or_else(|| text(versioned?.lambda_arn.as_ref())),
        pre_token_generation_version: None,
        user_migration: text(config.user_migration.as_ref()),
        custom_message: text(config.custom_message.as_ref()),
        custom_email_sender: sender(&config.custom_email_sender),
        custom_sms_sender: sender(&config.custom_sms_sender),
        sender_key_arn: text(config.kms_key_id.as_ref()),
    };
    unless(&Triggers::default(), triggers)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{pruned, said};
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check<T: serde::Serialize>(
        pool: Value,
        import: impl Fn(&aws::UserPool, &mut Rest) -> T,
        expected: Value,
        patch: Value,
    ) {
        let mut rest = Rest::of("UserPool", "shop");
        let answer = serde_json::from_value(pool.clone()).unwrap();
        assert_eq!(pruned(&import(&answer, &mut rest)), expected, "{pool}");
        assert!(rest.findings.is_empty(), "{pool}: {:?}", said(&rest));
        let laid = rest.into_parts("user-pool").0.unwrap_or_default();
        assert_eq!(laid["patch"]["spec"]["forProvider"], patch, "{pool}");
    }

    #[test]
    fn e_mails_are_sent_by_cognito_or_by_ses() {
        let arn = "arn:aws:ses:eu-west-1:123456789012:identity/shop.example.org";
        let of = |config: Value| json!({ "EmailConfiguration": config });
        check(
            of(json!({"EmailSendingAccount": "COGNITO_DEFAULT"})),
            email,
            Value::Null,
            Value::Null,
        );
        check(
            of(
                json!({"EmailSendingAccount": "DEVELOPER", "SourceArn": arn, "From": "a@shop.example.org", "ConfigurationSet": "s"}),
            ),
            email,
            json!({"sesIdentityArn": arn, "from": "a@shop.example.org", "configurationSet": "s"}),
            Value::Null,
        );
        check(
            of(
                json!({"EmailSendingAccount": "COGNITO_DEFAULT", "SourceArn": arn, "ReplyToEmailAddress": "b@example.org"}),
            ),
            email,
            json!({"sesIdentityArn": arn, "replyTo": "b@example.org"}),
            json!({"emailConfiguration": {"emailSendingAccount": "COGNITO_DEFAULT"}}),
        );
        check(
            of(json!({"EmailSendingAccount": "COGNITO_DEFAULT", "From": "a@example.org"})),
            email,
            Value::Null,
            json!({"emailConfiguration": {"from": "a@example.org"}}),
        );
    }

    #[test]
    fn text_messages_are_sent_by_a_role() {
        let role = "arn:aws:iam::123456789012:role/sms";
        let sms = |pool: &aws::UserPool, rest: &mut Rest| sms(pool, None, "eu-west-1", rest);
        check(
            json!({"SmsConfiguration": {"SnsCallerArn": role, "ExternalId": "shop", "SnsRegion": "eu-west-1"}}),
            sms,
            json!({"callerRoleArn": role, "externalId": "shop"}),
            Value::Null,
        );
        check(
            json!({"SmsConfiguration": {"SnsCallerArn": role, "SnsRegion": "us-east-1"}}),
            sms,
            json!({"callerRoleArn": role, "externalId": "none", "region": "us-east-1"}),
            json!({"smsConfiguration": {"externalID": null}}),
        );
    }

    #[test]
    fn texts_are_those_of_the_method_and_the_others_are_laid_over() {
        let messages = |pool: &aws::UserPool, rest: &mut Rest| super::import(pool, None, rest);
        check(
            json!({"VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_CODE"}}),
            messages,
            Value::Null,
            Value::Null,
        );
        check(
            json!({"EmailVerificationSubject": "a", "EmailVerificationMessage": "b {####}", "SmsVerificationMessage": "c {####}",
                "VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_CODE", "EmailSubjectByLink": "d"}}),
            messages,
            json!({"verification": {"emailSubject": "a", "emailBody": "b {####}", "smsBody": "c {####}"}}),
            json!({"verificationMessageTemplate": {"emailSubjectByLink": "d"}}),
        );
        check(
            json!({"VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_LINK",
                "EmailMessageByLink": "{##Here##}", "EmailMessage": "{####}"}}),
            messages,
            json!({"verification": {"method": "Link", "emailBody": "{##Here##}"}}),
            json!({"verificationMessageTemplate": {"emailMessage": "{####}"}}),
        );
        check(
            json!({"SmsAuthenticationMessage": "Now", "AdminCreateUserConfig": {"InviteMessageTemplate":
                {"EmailMessage": "{####}", "SMSMessage": "{username} {####}"}}}),
            messages,
            json!({"invitation": {"smsBody": "{username} {####}"}}),
            json!({"smsAuthenticationMessage": "Now",
                "adminCreateUserConfig": {"inviteMessageTemplate": {"emailMessage": "{####}"}}}),
        );
    }

    #[test]
    fn the_event_before_a_token_is_the_first_version() {
        let arn = "arn:aws:lambda:eu-west-1:123456789012:function:t";
        let mut rest = Rest::of("UserPool", "shop");
        let pool = json!({"LambdaConfig": {"PreTokenGenerationConfig": {"LambdaArn": arn, "LambdaVersion": "V2_0"},
            "InboundFederation": {"LambdaArn": arn}, "CustomSMSSender": {"LambdaArn": arn}, "KMSKeyID": "k"}});
        assert_eq!(
            pruned(&triggers(&serde_json::from_value(pool).unwrap(), &mut rest)),
            json!({"preTokenGeneration": arn, "customSmsSender": arn, "senderKeyArn": "k"})
        );
        assert_eq!(
            said(&rest),
            [
                "UserPool/shop LambdaConfig.InboundFederation: is not known here, and an update of the provider's may reset it; look whether you need it",
                "UserPool/shop LambdaConfig.PreTokenGenerationConfig.LambdaVersion: \"V2_0\" would be reset to \"V1_0\": the provider \
                 cannot send it, and AWS resets what an update leaves out; apply this only if you can do without it",
            ]
        );
    }
}
