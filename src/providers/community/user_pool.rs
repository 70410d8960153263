//! UserPool: the pool itself.
//!
//! The controller creates a pool with MFA off and turns it on with the first update. It sends AWS what the spec has and
//! nothing else, and AWS resets what an update leaves out.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::common::{DeletionPolicy, ResourceSpec, list, word};
use crate::api::app_auth::{
    AttributeType, CharacterClass, Contact, Devices, Identifier, InvitationMessage, Messages,
    MfaMethod, MfaMode, OnDelete, Recovery, Sms, Triggers, VerificationMessage, VerificationMethod,
};
use crate::plan::{Attribute, EmailSender, Mfa, Password, Plan, Pool, Region, SignIn};

/// The kind's name.
pub(super) const KIND: &str = "UserPool";

/// The spec of a UserPool.
pub type UserPoolSpec = ResourceSpec<UserPoolParameters>;

/// What the provider is to bring about.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UserPoolParameters {
    /// How a forgotten password is recovered. Compared; left out, whatever AWS has will do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_recovery_setting: Option<AccountRecoverySetting>,
    /// Who creates users. Compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub admin_create_user_config: Option<AdminCreateUserConfig>,
    /// What else can be typed in place of the user name: email, `phone_number`, `preferred_username`. Set once; not
    /// beside usernameAttributes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias_attributes: Option<Vec<String>>,
    /// What is verified by a code. Compared entry by entry; an empty list never equals none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_verified_attributes: Option<Vec<String>>,
    /// ACTIVE or INACTIVE: while active, AWS refuses to delete the pool. Sent along.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deletion_protection: Option<String>,
    /// Remembering devices. Compared; left out, whatever AWS has will do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_configuration: Option<DeviceConfiguration>,
    /// Who sends e-mails. Compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_configuration: Option<EmailConfiguration>,
    /// The same as verificationMessageTemplate.emailMessage. Both, and different, is an error of the controller's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_verification_message: Option<String>,
    /// The same as verificationMessageTemplate.emailSubject. Both, and different, is an error of the controller's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_verification_subject: Option<String>,
    /// The Lambda triggers. Compared; left out, triggers that AWS has are no difference, and an empty one takes them
    /// away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lambda_config: Option<LambdaConfig>,
    /// OFF, OPTIONAL or ON: the second factor. Compared; with other than OFF there must be smsConfiguration or
    /// softwareTokenMFAConfiguration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mfa_configuration: Option<String>,
    /// What a password must be like. Compared; without passwordPolicy inside, the controller fails.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policies: Option<Policies>,
    /// The pool's name. Set once.
    pub pool_name: String,
    /// The region whose API is called.
    pub region: String,
    /// What is kept of each user. Those that AWS has too are compared, and AWS can change none of them; those that it
    /// does not have are added along with an update.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema: Option<Vec<SchemaAttribute>>,
    /// The text message with a second factor's code. Compared; left out is empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sms_authentication_message: Option<String>,
    /// Who sends text messages. Compared; left out, whatever AWS has will do. With a second factor, this makes text
    /// messages one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sms_configuration: Option<SmsConfiguration>,
    /// The same as verificationMessageTemplate.smsMessage. Both, and different, is an error of the controller's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sms_verification_message: Option<String>,
    /// Authenticator apps as a second factor. Compared, and sent, unless mfaConfiguration is OFF.
    #[serde(
        rename = "softwareTokenMFAConfiguration",
        skip_serializing_if = "Option::is_none"
    )]
    pub software_token_mfa_configuration: Option<SoftwareTokenMfaConfiguration>,
    /// What keeps its old value until the new one is verified. Sent along.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_attribute_update_settings: Option<UserAttributeUpdateSettings>,
    /// Threat protection. Compared where AWS has one too, so it is set from the start.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_pool_add_ons: Option<UserPoolAddOns>,
    /// Tags. Compared as a whole. AWS gives back an empty map for none, which never equals tags that are left out: a
    /// pool always has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_pool_tags: Option<BTreeMap<String, String>>,
    /// What is the user name: email, `phone_number`. Set once; not beside aliasAttributes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username_attributes: Option<Vec<String>>,
    /// What user names are like. Set once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username_configuration: Option<UsernameConfiguration>,
    /// The texts with which e-mail addresses and phone numbers are verified. Compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verification_message_template: Option<VerificationMessageTemplate>,
}

/// How a forgotten password is recovered.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccountRecoverySetting {
    /// The ways. Compared entry by entry; AWS has them by priority.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recovery_mechanisms: Option<Vec<RecoveryMechanism>>,
}

/// A way to recover a forgotten password.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RecoveryMechanism {
    /// `verified_email`, `verified_phone_number` or `admin_only`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Which comes first, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<i64>,
}

/// Who creates users.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AdminCreateUserConfig {
    /// Whether people cannot sign up by themselves. Compared; left out, the controller fills in what AWS has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_admin_create_user_only: Option<bool>,
    /// What a user gets whom an administrator created. Compared; left out, whatever AWS has will do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invite_message_template: Option<InviteMessageTemplate>,
}

/// What a user gets whom an administrator created. A text that is left out is compared as empty.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InviteMessageTemplate {
    /// The body of the e-mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_message: Option<String>,
    /// The subject of the e-mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_subject: Option<String>,
    /// The text message.
    #[serde(rename = "sMSMessage", skip_serializing_if = "Option::is_none")]
    pub sms_message: Option<String>,
}

/// Remembering devices. A field that is left out is compared as false.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeviceConfiguration {
    /// Whether a new device is asked for a second factor though known ones are not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub challenge_required_on_new_device: Option<bool>,
    /// Whether a device is remembered only when the user says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_only_remembered_on_user_prompt: Option<bool>,
}

/// Who sends e-mails. A field that is left out is compared as empty.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EmailConfiguration {
    /// The SES configuration set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub configuration_set: Option<String>,
    /// `COGNITO_DEFAULT` or DEVELOPER, which is SES. Left out, the controller fills in what AWS has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_sending_account: Option<String>,
    /// The sender.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Where answers go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_to_email_address: Option<String>,
    /// The SES identity that sends.
    #[serde(rename = "sourceARN", skip_serializing_if = "Option::is_none")]
    pub source_arn: Option<String>,
}

/// The Lambda triggers, as ARNs of functions. One that is left out is compared as empty.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LambdaConfig {
    /// Makes the challenge of a custom sign-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub create_auth_challenge: Option<String>,
    /// Sends e-mails instead of Cognito. Compared where AWS has one too: adding or removing it is sent along.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_email_sender: Option<CustomSender>,
    /// Writes the texts of messages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_message: Option<String>,
    /// Sends text messages instead of Cognito. Compared where AWS has one too: adding or removing it is sent along.
    #[serde(rename = "customSMSSender", skip_serializing_if = "Option::is_none")]
    pub custom_sms_sender: Option<CustomSender>,
    /// Decides the next challenge of a custom sign-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub define_auth_challenge: Option<String>,
    /// The KMS key that codes are encrypted with on their way to the two senders.
    #[serde(rename = "kmsKeyID", skip_serializing_if = "Option::is_none")]
    pub kms_key_id: Option<String>,
    /// After a sign-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post_authentication: Option<String>,
    /// After a sign-up is confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post_confirmation: Option<String>,
    /// Before a sign-in is accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pre_authentication: Option<String>,
    /// Before a sign-up is accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pre_sign_up: Option<String>,
    /// Before a token is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pre_token_generation: Option<String>,
    /// When somebody signs in whom the pool does not know yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_migration: Option<String>,
    /// Checks the answer of a custom sign-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verify_auth_challenge_response: Option<String>,
}

/// A function that sends messages instead of Cognito.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CustomSender {
    /// The function.
    #[serde(rename = "lambdaARN", skip_serializing_if = "Option::is_none")]
    pub lambda_arn: Option<String>,
    /// Which event it gets: `V1_0` is the only one there is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lambda_version: Option<String>,
}

/// What a password must be like.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Policies {
    /// What a password must be like.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_policy: Option<PasswordPolicy>,
}

/// What a password must be like. All compared; what is left out, the controller fills in from AWS.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PasswordPolicy {
    /// The least number of characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum_length: Option<i64>,
    /// Whether it needs a lowercase letter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub require_lowercase: Option<bool>,
    /// Whether it needs a digit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub require_numbers: Option<bool>,
    /// Whether it needs a symbol.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub require_symbols: Option<bool>,
    /// Whether it needs an uppercase letter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub require_uppercase: Option<bool>,
    /// For how many days a password that an administrator gave can be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temporary_password_validity_days: Option<i64>,
}

/// What is kept of each user. All compared by name; a boolean that is left out is compared as false.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SchemaAttribute {
    /// String; the controller fails on Number, Boolean and `DateTime`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attribute_data_type: Option<String>,
    /// Whether only administrators can change it. AWS gives such an attribute a name that the controller does not find.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub developer_only_attribute: Option<bool>,
    /// Whether it can be changed once set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mutable: Option<bool>,
    /// The name, without the `custom:` that AWS puts before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The bounds of a number. Having some where AWS has none, or the other way round, is a difference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number_attribute_constraints: Option<NumberAttributeConstraints>,
    /// Whether every user must have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required: Option<bool>,
    /// The lengths of a text. Left out, the controller fills them in, and Crossplane, which applies the list as a
    /// whole, takes them out again, for ever.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub string_attribute_constraints: Option<StringAttributeConstraints>,
}

/// The bounds of a number, as text.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NumberAttributeConstraints {
    /// The greatest value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_value: Option<String>,
    /// The least value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_value: Option<String>,
}

/// The lengths of a text, as text.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StringAttributeConstraints {
    /// The greatest length.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_length: Option<String>,
    /// The least length.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_length: Option<String>,
}

/// Who sends text messages.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SmsConfiguration {
    /// The external id in the role's trust policy. Compared.
    #[serde(rename = "externalID", skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The role with which Cognito publishes. Compared.
    #[serde(rename = "snsCallerARN", skip_serializing_if = "Option::is_none")]
    pub sns_caller_arn: Option<String>,
    /// The region of SNS. Sent along.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sns_region: Option<String>,
}

/// Authenticator apps as a second factor.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SoftwareTokenMfaConfiguration {
    /// Whether they are one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
}

/// What keeps its old value until the new one is verified.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UserAttributeUpdateSettings {
    /// email, `phone_number`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attributes_require_verification_before_update: Option<Vec<String>>,
}

/// Threat protection.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UserPoolAddOns {
    /// OFF, AUDIT or ENFORCED. The last two are for the Plus tier, which the provider cannot set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advanced_security_mode: Option<String>,
}

/// What user names are like.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UsernameConfiguration {
    /// Whether Ann and ann are two users.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case_sensitive: Option<bool>,
}

/// The texts with which e-mail addresses and phone numbers are verified.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VerificationMessageTemplate {
    /// `CONFIRM_WITH_CODE` or `CONFIRM_WITH_LINK`. Left out, the controller fills in what AWS has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_email_option: Option<String>,
    /// The body of the e-mail with a code. Left out, whatever AWS has will do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_message: Option<String>,
    /// The body of the e-mail with a link. Left out is empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_message_by_link: Option<String>,
    /// The subject of the e-mail with a code. Left out, whatever AWS has will do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_subject: Option<String>,
    /// The subject of the e-mail with a link. Left out is empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_subject_by_link: Option<String>,
    /// The text message. Left out, whatever AWS has will do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sms_message: Option<String>,
}

impl UserPoolSpec {
    /// The spec of a plan's pool. The tag that carries what is not compared comes on top.
    pub fn render(pool: &Pool, plan: &Plan) -> Self {
        let Pool {
            name,
            // The external name says which pool of AWS it is.
            import_id: _,
            on_delete,
            sign_in,
            mfa,
            password,
            attributes,
            recovery,
            devices,
            email,
            sms,
            messages,
            triggers,
            tags,
        } = pool;
        let SignIn {
            with,
            case_sensitive,
            self_sign_up,
            verify,
            keep_original_until_verified,
        } = sign_in;
        let Messages {
            verification,
            invitation,
            mfa_sms,
            // Only the Upbound providers have a field for it.
            mfa_email: _,
        } = messages;
        let Mfa { mode, methods } = mfa;
        let (deletion_protection, deletion_policy) = match on_delete {
            OnDelete::Retain => ("ACTIVE", DeletionPolicy::Orphan),
            OnDelete::Delete => ("INACTIVE", DeletionPolicy::Delete),
        };
        // AWS takes one of the two: the user name is a contact, or a contact stands for the user name.
        let identifiers = list(with.iter().copied().filter_map(identifier));
        let (username_attributes, alias_attributes) = if with.contains(&Identifier::Username) {
            (None, identifiers)
        } else {
            (identifiers, None)
        };
        let parameters = UserPoolParameters {
            account_recovery_setting: Some(AccountRecoverySetting::from(recovery.as_slice())),
            admin_create_user_config: Some(AdminCreateUserConfig {
                allow_admin_create_user_only: Some(!self_sign_up),
                invite_message_template: invitation.as_ref().and_then(invite_message_template),
            }),
            alias_attributes,
            auto_verified_attributes: list(verify.iter().copied().map(contact)),
            deletion_protection: word(deletion_protection),
            device_configuration: devices.as_ref().map(DeviceConfiguration::from),
            email_configuration: Some(EmailConfiguration::from(email)),
            // Its twin of the template is what is used, here and for the two like it.
            email_verification_message: None,
            email_verification_subject: None,
            lambda_config: Some(LambdaConfig::from(triggers)),
            mfa_configuration: word(match mode {
                MfaMode::Disabled => "OFF",
                MfaMode::Optional => "OPTIONAL",
                MfaMode::Required => "ON",
            }),
            policies: Some(Policies {
                password_policy: Some(PasswordPolicy::from(password)),
            }),
            pool_name: name.clone(),
            region: plan.region.to_string(),
            schema: schema_attributes(attributes),
            sms_authentication_message: mfa_sms.clone(),
            sms_configuration: sms.as_ref().map(|sms| sms_configuration(sms, &plan.region)),
            sms_verification_message: None,
            software_token_mfa_configuration: (*mode != MfaMode::Disabled).then(|| {
                SoftwareTokenMfaConfiguration {
                    enabled: Some(methods.contains(&MfaMethod::Totp)),
                }
            }),
            user_attribute_update_settings: list(
                keep_original_until_verified.iter().copied().map(contact),
            )
            .map(|contacts| UserAttributeUpdateSettings {
                attributes_require_verification_before_update: Some(contacts),
            }),
            user_pool_add_ons: Some(UserPoolAddOns {
                advanced_security_mode: word("OFF"),
            }),
            user_pool_tags: (!tags.is_empty()).then(|| tags.clone()),
            username_attributes,
            username_configuration: Some(UsernameConfiguration {
                case_sensitive: Some(*case_sensitive),
            }),
            verification_message_template: Some(VerificationMessageTemplate::from(
                verification.clone().unwrap_or_default(),
            )),
        };
        Self {
            deletion_policy: Some(deletion_policy),
            ..Self::new(parameters, plan)
        }
    }
}

/// In order of priority, which is the order in which AWS gives them back.
impl From<&[Recovery]> for AccountRecoverySetting {
    fn from(recovery: &[Recovery]) -> Self {
        let mechanisms: Vec<RecoveryMechanism> = (1..)
            .zip(recovery)
            .map(|(priority, way)| RecoveryMechanism {
                name: word(match way {
                    Recovery::Email => "verified_email",
                    Recovery::Phone => "verified_phone_number",
                    Recovery::Admin => "admin_only",
                }),
                priority: Some(priority),
            })
            .collect();
        Self {
            recovery_mechanisms: (!mechanisms.is_empty()).then_some(mechanisms),
        }
    }
}

impl From<&Devices> for DeviceConfiguration {
    fn from(devices: &Devices) -> Self {
        let Devices {
            challenge_on_new,
            remember_on_prompt,
        } = devices;
        Self {
            challenge_required_on_new_device: Some(challenge_on_new.unwrap_or(false)),
            device_only_remembered_on_user_prompt: Some(remember_on_prompt.unwrap_or(false)),
        }
    }
}

impl From<&EmailSender> for EmailConfiguration {
    fn from(email: &EmailSender) -> Self {
        let EmailSender {
            ses_identity_arn,
            from,
            reply_to,
            configuration_set,
        } = email.clone();
        Self {
            configuration_set,
            email_sending_account: word(if ses_identity_arn.is_some() {
                "DEVELOPER"
            } else {
                "COGNITO_DEFAULT"
            }),
            from,
            reply_to_email_address: reply_to,
            source_arn: ses_identity_arn,
        }
    }
}

impl From<&Triggers> for LambdaConfig {
    fn from(triggers: &Triggers) -> Self {
        let Triggers {
            pre_sign_up,
            post_confirmation,
            pre_authentication,
            post_authentication,
            define_auth_challenge,
            create_auth_challenge,
            verify_auth_challenge_response,
            pre_token_generation,
            // Only the Upbound providers have a field for it.
            pre_token_generation_version: _,
            user_migration,
            custom_message,
            custom_email_sender,
            custom_sms_sender,
            sender_key_arn,
        } = triggers.clone();
        let sender = |lambda_arn| CustomSender {
            lambda_arn: Some(lambda_arn),
            lambda_version: word("V1_0"),
        };
        Self {
            create_auth_challenge,
            custom_email_sender: custom_email_sender.map(sender),
            custom_message,
            custom_sms_sender: custom_sms_sender.map(sender),
            define_auth_challenge,
            kms_key_id: sender_key_arn,
            post_authentication,
            post_confirmation,
            pre_authentication,
            pre_sign_up,
            pre_token_generation,
            user_migration,
            verify_auth_challenge_response,
        }
    }
}

impl From<&Password> for PasswordPolicy {
    fn from(password: &Password) -> Self {
        let Password {
            min_length,
            require,
            temporary_validity,
        } = password;
        let requires = |class| Some(require.contains(&class));
        Self {
            minimum_length: Some(i64::from(*min_length)),
            require_lowercase: requires(CharacterClass::Lowercase),
            require_numbers: requires(CharacterClass::Numbers),
            require_symbols: requires(CharacterClass::Symbols),
            require_uppercase: requires(CharacterClass::Uppercase),
            temporary_password_validity_days: i64::try_from(temporary_validity.as_secs() / 86_400)
                .ok(),
        }
    }
}

impl From<&Attribute> for SchemaAttribute {
    fn from(attribute: &Attribute) -> Self {
        let Attribute {
            index: _,
            name,
            // value_type() and lengths() choose between what is written and what Cognito has for a standard one.
            standard: _,
            type_: _,
            required,
            mutable,
            min_length: _,
            max_length: _,
            min_value,
            max_value,
        } = attribute;
        let number = || {
            (min_value.is_some() || max_value.is_some()).then(|| NumberAttributeConstraints {
                max_value: max_value.map(|value| value.to_string()),
                min_value: min_value.map(|value| value.to_string()),
            })
        };
        let string = || {
            let (min, max) = attribute.lengths();
            StringAttributeConstraints {
                max_length: Some(max.to_string()),
                min_length: Some(min.to_string()),
            }
        };
        let (type_, number_attribute_constraints, string_attribute_constraints) =
            match attribute.value_type() {
                AttributeType::String => ("String", None, Some(string())),
                AttributeType::Number => ("Number", number(), None),
                AttributeType::Boolean => ("Boolean", None, None),
                AttributeType::DateTime => ("DateTime", None, None),
            };
        Self {
            attribute_data_type: word(type_),
            developer_only_attribute: Some(false),
            mutable: Some(*mutable),
            name: Some(name.clone()),
            number_attribute_constraints,
            required: Some(*required),
            string_attribute_constraints,
        }
    }
}

/// The texts that the method uses. Those of the other one would be kept by AWS and never sent.
impl From<VerificationMessage> for VerificationMessageTemplate {
    fn from(message: VerificationMessage) -> Self {
        let VerificationMessage {
            method,
            email_subject,
            email_body,
            sms_body,
        } = message;
        match method.unwrap_or(VerificationMethod::Code) {
            VerificationMethod::Code => Self {
                default_email_option: word("CONFIRM_WITH_CODE"),
                email_message: email_body,
                email_message_by_link: None,
                email_subject,
                email_subject_by_link: None,
                sms_message: sms_body,
            },
            VerificationMethod::Link => Self {
                default_email_option: word("CONFIRM_WITH_LINK"),
                email_message: None,
                email_message_by_link: email_body,
                email_subject: None,
                email_subject_by_link: email_subject,
                sms_message: sms_body,
            },
        }
    }
}

/// None where no text is written: an empty template is not what AWS gives back.
fn invite_message_template(invitation: &InvitationMessage) -> Option<InviteMessageTemplate> {
    let InvitationMessage {
        email_subject,
        email_body,
        sms_body,
    } = invitation.clone();
    let template = InviteMessageTemplate {
        email_message: email_body,
        email_subject,
        sms_message: sms_body,
    };
    (template != InviteMessageTemplate::default()).then_some(template)
}

fn sms_configuration(sms: &Sms, pool_region: &Region) -> SmsConfiguration {
    let Sms {
        caller_role_arn,
        external_id,
        region,
    } = sms.clone();
    SmsConfiguration {
        external_id: Some(external_id),
        sns_caller_arn: Some(caller_role_arn),
        sns_region: Some(region.unwrap_or_else(|| pool_region.to_string())),
    }
}

/// Sorted by name: the order means nothing to anybody, and a team that reorders its list changes nothing.
fn schema_attributes(attributes: &[Attribute]) -> Option<Vec<SchemaAttribute>> {
    let mut attributes: Vec<SchemaAttribute> =
        attributes.iter().map(SchemaAttribute::from).collect();
    attributes.sort_by(|one, other| one.name.cmp(&other.name));
    (!attributes.is_empty()).then_some(attributes)
}

/// The attribute that people are known by; none for the user name itself.
fn identifier(identifier: Identifier) -> Option<&'static str> {
    match identifier {
        Identifier::Email => Some("email"),
        Identifier::Phone => Some("phone_number"),
        Identifier::PreferredUsername => Some("preferred_username"),
        Identifier::Username => None,
    }
}

/// The attribute that a code is sent to.
fn contact(contact: Contact) -> &'static str {
    match contact {
        Contact::Email => "email",
        Contact::Phone => "phone_number",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::tests::{full_plan, minimal_plan, plan};
    use super::*;

    fn rendered(plan: &Plan) -> Value {
        serde_json::to_value(UserPoolSpec::render(plan.own_pool().unwrap(), plan)).unwrap()
    }

    /// One field of the pool of this `userPool`.
    fn field(user_pool: &Value, pointer: &str) -> Value {
        let plan = plan(&json!({ "region": "eu-west-1", "userPool": user_pool }));
        let whole = rendered(&plan);
        whole["forProvider"]
            .pointer(pointer)
            .cloned()
            .unwrap_or_default()
    }

    #[test]
    fn a_pool_of_no_words_has_every_compared_field() {
        assert_eq!(
            rendered(&minimal_plan()),
            json!({
                "deletionPolicy": "Orphan",
                "forProvider": {
                    "accountRecoverySetting": {
                        "recoveryMechanisms": [{ "name": "verified_email", "priority": 1 }],
                    },
                    "adminCreateUserConfig": { "allowAdminCreateUserOnly": false },
                    "autoVerifiedAttributes": ["email"],
                    "deletionProtection": "ACTIVE",
                    "emailConfiguration": { "emailSendingAccount": "COGNITO_DEFAULT" },
                    "lambdaConfig": {},
                    "mfaConfiguration": "OPTIONAL",
                    "policies": {
                        "passwordPolicy": {
                            "minimumLength": 12, "requireLowercase": true, "requireNumbers": true,
                            "requireSymbols": true, "requireUppercase": true, "temporaryPasswordValidityDays": 7,
                        },
                    },
                    "poolName": "storefront",
                    "region": "eu-west-1",
                    "softwareTokenMFAConfiguration": { "enabled": true },
                    "userAttributeUpdateSettings": { "attributesRequireVerificationBeforeUpdate": ["email"] },
                    "userPoolAddOns": { "advancedSecurityMode": "OFF" },
                    "usernameAttributes": ["email"],
                    "usernameConfiguration": { "caseSensitive": false },
                    "verificationMessageTemplate": { "defaultEmailOption": "CONFIRM_WITH_CODE" },
                },
                "providerConfigRef": { "name": "default" },
            })
        );
    }

    #[test]
    fn a_pool_that_says_everything_has_everything() {
        let lambda = |name: &str| format!("arn:aws:lambda:eu-west-1:123456789012:function:{name}");
        let attribute = |name: &str, mutable: bool, required: bool, min: &str, max: &str| {
            json!({
                "attributeDataType": "String", "developerOnlyAttribute": false, "mutable": mutable, "name": name,
                "required": required, "stringAttributeConstraints": { "maxLength": max, "minLength": min },
            })
        };
        assert_eq!(
            rendered(&full_plan()),
            json!({
                "deletionPolicy": "Delete",
                "forProvider": {
                    "accountRecoverySetting": {
                        "recoveryMechanisms": [
                            { "name": "verified_phone_number", "priority": 1 },
                            { "name": "verified_email", "priority": 2 },
                        ],
                    },
                    "adminCreateUserConfig": {
                        "allowAdminCreateUserOnly": true,
                        "inviteMessageTemplate": { "emailSubject": "Come in", "sMSMessage": "{username} {####}" },
                    },
                    "aliasAttributes": ["email", "phone_number", "preferred_username"],
                    "autoVerifiedAttributes": ["email", "phone_number"],
                    "deletionProtection": "INACTIVE",
                    "deviceConfiguration": {
                        "challengeRequiredOnNewDevice": true, "deviceOnlyRememberedOnUserPrompt": false,
                    },
                    "emailConfiguration": {
                        "configurationSet": "shop", "emailSendingAccount": "DEVELOPER",
                        "from": "Shop <no-reply@shop.example.org>", "replyToEmailAddress": "help@shop.example.org",
                        "sourceARN": "arn:aws:ses:eu-west-1:123456789012:identity/shop.example.org",
                    },
                    "lambdaConfig": {
                        "createAuthChallenge": lambda("f"),
                        "customEmailSender": { "lambdaARN": lambda("k"), "lambdaVersion": "V1_0" },
                        "customMessage": lambda("j"),
                        "customSMSSender": { "lambdaARN": lambda("l"), "lambdaVersion": "V1_0" },
                        "defineAuthChallenge": lambda("e"),
                        "kmsKeyID": "arn:aws:kms:eu-west-1:123456789012:key/0f1e",
                        "postAuthentication": lambda("d"),
                        "postConfirmation": lambda("b"),
                        "preAuthentication": lambda("c"),
                        "preSignUp": lambda("a"),
                        "preTokenGeneration": lambda("h"),
                        "userMigration": lambda("i"),
                        "verifyAuthChallengeResponse": lambda("g"),
                    },
                    "mfaConfiguration": "ON",
                    "policies": {
                        "passwordPolicy": {
                            "minimumLength": 8, "requireLowercase": false, "requireNumbers": true,
                            "requireSymbols": false, "requireUppercase": false, "temporaryPasswordValidityDays": 30,
                        },
                    },
                    "poolName": "shop-storefront",
                    "region": "eu-west-1",
                    "schema": [
                        attribute("birthdate", true, false, "10", "10"),
                        attribute("email", true, true, "0", "2048"),
                        attribute("tenant", false, false, "1", "64"),
                    ],
                    "smsAuthenticationMessage": "Now {####}",
                    "smsConfiguration": {
                        "externalID": "shop", "snsCallerARN": "arn:aws:iam::123456789012:role/sms",
                        "snsRegion": "eu-west-1",
                    },
                    "softwareTokenMFAConfiguration": { "enabled": false },
                    "userAttributeUpdateSettings": {
                        "attributesRequireVerificationBeforeUpdate": ["email", "phone_number"],
                    },
                    "userPoolAddOns": { "advancedSecurityMode": "OFF" },
                    "userPoolTags": { "app": "storefront", "team": "shop" },
                    "usernameConfiguration": { "caseSensitive": true },
                    "verificationMessageTemplate": {
                        "defaultEmailOption": "CONFIRM_WITH_LINK", "emailMessageByLink": "{##Here##}",
                        "emailSubjectByLink": "Welcome", "smsMessage": "Code {####}",
                    },
                },
                "providerConfigRef": { "name": "default" },
            })
        );
    }

    #[test]
    fn without_a_user_name_contacts_are_the_user_name_and_beside_it_they_stand_for_it() {
        for (with, usernames, aliases) in [
            (
                json!(["Phone", "Email"]),
                json!(["email", "phone_number"]),
                Value::Null,
            ),
            (json!(["Username"]), Value::Null, Value::Null),
            (
                json!(["Username", "PreferredUsername", "Email"]),
                Value::Null,
                json!(["email", "preferred_username"]),
            ),
        ] {
            let pool = json!({ "signIn": { "with": with } });
            assert_eq!(field(&pool, "/usernameAttributes"), usernames, "{with}");
            assert_eq!(field(&pool, "/aliasAttributes"), aliases, "{with}");
        }
    }

    #[test]
    fn authenticator_apps_are_spoken_of_only_where_there_is_a_second_factor() {
        let pool = json!({ "mfa": { "mode": "Disabled" } });
        assert_eq!(field(&pool, "/mfaConfiguration"), json!("OFF"));
        assert_eq!(field(&pool, "/softwareTokenMFAConfiguration"), Value::Null);
    }

    #[test]
    fn a_code_and_a_link_have_texts_of_their_own() {
        let texts = json!({ "emailSubject": "a", "emailBody": "b", "smsBody": "c" });
        assert_eq!(
            field(
                &json!({ "messages": { "verification": texts } }),
                "/verificationMessageTemplate"
            ),
            json!({
                "defaultEmailOption": "CONFIRM_WITH_CODE", "emailSubject": "a", "emailMessage": "b", "smsMessage": "c",
            })
        );
    }

    #[test]
    fn an_administrator_alone_recovers_passwords() {
        assert_eq!(
            field(
                &json!({ "recovery": ["Admin"] }),
                "/accountRecoverySetting/recoveryMechanisms"
            ),
            json!([{ "name": "admin_only", "priority": 1 }])
        );
    }

    #[test]
    fn text_messages_go_out_from_the_region_that_is_written() {
        let sms = json!({ "callerRoleArn": "arn:aws:iam::1:role/a", "externalId": "b", "region": "us-east-1" });
        assert_eq!(
            field(&json!({ "sms": sms }), "/smsConfiguration/snsRegion"),
            json!("us-east-1")
        );
    }

    #[test]
    fn a_pool_reads_back_as_it_was_rendered() {
        let plan = full_plan();
        let spec = UserPoolSpec::render(plan.own_pool().unwrap(), &plan);
        let read: UserPoolSpec =
            serde_json::from_value(serde_json::to_value(&spec).unwrap()).unwrap();
        assert_eq!(read, spec);
    }
}
