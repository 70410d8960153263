//! What `aws cognito-idp` prints, as far as it is read here.
//!
//! Everything is optional, because AWS leaves out what is not set. What is secret has no field of its own text: of a
//! client's secret only its presence is read, of an identity provider's details only their names.

#![expect(clippy::struct_field_names, reason = "the names are AWS' own")]

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

/// The fields of an answer that are not read here.
pub(super) type Unknown = BTreeMap<String, Value>;

/// Fields that say how something is, not how it is to be.
pub(super) const READ_ONLY: [&str; 12] = [
    "AWSAccountId",
    "Arn",
    // Whether a client registered itself (REGULAR or DCR).
    "ClientType",
    "CloudFrontDistribution",
    "CreationDate",
    "EstimatedNumberOfUsers",
    "LastModifiedDate",
    "S3Bucket",
    "Status",
    // The older word for TemporaryPasswordValidityDays.
    "UnusedAccountValidityDays",
    "UserPoolId",
    "Version",
];

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct UserPool {
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
    pub(super) policies: Option<Policies>,
    pub(super) deletion_protection: Option<String>,
    pub(super) lambda_config: Option<LambdaConfig>,
    pub(super) schema_attributes: Option<Vec<SchemaAttribute>>,
    pub(super) auto_verified_attributes: Option<Vec<String>>,
    pub(super) alias_attributes: Option<Vec<String>>,
    pub(super) username_attributes: Option<Vec<String>>,
    pub(super) sms_verification_message: Option<String>,
    pub(super) email_verification_message: Option<String>,
    pub(super) email_verification_subject: Option<String>,
    pub(super) verification_message_template: Option<VerificationMessageTemplate>,
    pub(super) sms_authentication_message: Option<String>,
    pub(super) user_attribute_update_settings: Option<UserAttributeUpdateSettings>,
    pub(super) mfa_configuration: Option<String>,
    pub(super) device_configuration: Option<DeviceConfiguration>,
    pub(super) email_configuration: Option<EmailConfiguration>,
    pub(super) sms_configuration: Option<SmsConfiguration>,
    pub(super) user_pool_tags: Option<BTreeMap<String, String>>,
    pub(super) domain: Option<String>,
    pub(super) custom_domain: Option<String>,
    pub(super) admin_create_user_config: Option<AdminCreateUserConfig>,
    pub(super) user_pool_add_ons: Option<UserPoolAddOns>,
    pub(super) username_configuration: Option<UsernameConfiguration>,
    pub(super) account_recovery_setting: Option<AccountRecoverySetting>,
    pub(super) user_pool_tier: Option<String>,
    pub(super) issuer_configuration: Option<IssuerConfiguration>,
    pub(super) key_configuration: Option<KeyConfiguration>,
    /// Values of the `acr` claim by level. AWS always returns it.
    pub(super) acr_configuration: Option<Value>,
    #[serde(flatten)]
    pub(super) unknown: Unknown,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Policies {
    pub(super) password_policy: Option<PasswordPolicy>,
    pub(super) sign_in_policy: Option<SignInPolicy>,
    #[serde(flatten)]
    pub(super) unknown: Unknown,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct PasswordPolicy {
    pub(super) minimum_length: Option<u32>,
    pub(super) require_lowercase: Option<bool>,
    pub(super) require_numbers: Option<bool>,
    pub(super) require_symbols: Option<bool>,
    pub(super) require_uppercase: Option<bool>,
    pub(super) temporary_password_validity_days: Option<u32>,
    pub(super) password_history_size: Option<u32>,
    #[serde(flatten)]
    pub(super) unknown: Unknown,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct SignInPolicy {
    pub(super) allowed_first_auth_factors: Option<Vec<String>>,
    #[serde(flatten)]
    pub(super) unknown: Unknown,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct LambdaConfig {
    pub(super) pre_sign_up: Option<String>,
    pub(super) custom_message: Option<String>,
    pub(super) post_confirmation: Option<String>,
    pub(super) pre_authentication: Option<String>,
    pub(super) post_authentication: Option<String>,
    pub(super) define_auth_challenge: Option<String>,
    pub(super) create_auth_challenge: Option<String>,
    pub(super) verify_auth_challenge_response: Option<String>,
    pub(super) pre_token_generation: Option<String>,
    pub(super) pre_token_generation_config: Option<VersionedFunction>,
    pub(super) user_migration: Option<String>,
    pub(super) custom_email_sender: Option<VersionedFunction>,
    #[serde(rename = "CustomSMSSender")]
    pub(super) custom_sms_sender: Option<VersionedFunction>,
    #[serde(rename = "KMSKeyID")]
    pub(super) kms_key_id: Option<String>,
    #[serde(flatten)]
    pub(super) unknown: Unknown,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct VersionedFunction {
    pub(super) lambda_arn: Option<String>,
    pub(super) lambda_version: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct SchemaAttribute {
    pub(super) name: Option<String>,
    pub(super) attribute_data_type: Option<String>,
    pub(super) developer_only_attribute: Option<bool>,
    pub(super) mutable: Option<bool>,
    pub(super) required: Option<bool>,
    pub(super) string_attribute_constraints: Option<StringAttributeConstraints>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct StringAttributeConstraints {
    pub(super) min_length: Option<String>,
    pub(super) max_length: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct VerificationMessageTemplate {
    pub(super) default_email_option: Option<String>,
    pub(super) email_message: Option<String>,
    pub(super) email_message_by_link: Option<String>,
    pub(super) email_subject: Option<String>,
    pub(super) email_subject_by_link: Option<String>,
    pub(super) sms_message: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct UserAttributeUpdateSettings {
    pub(super) attributes_require_verification_before_update: Option<Vec<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct DeviceConfiguration {
    pub(super) challenge_required_on_new_device: Option<bool>,
    pub(super) device_only_remembered_on_user_prompt: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct EmailConfiguration {
    pub(super) source_arn: Option<String>,
    pub(super) reply_to_email_address: Option<String>,
    pub(super) email_sending_account: Option<String>,
    pub(super) from: Option<String>,
    pub(super) configuration_set: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct SmsConfiguration {
    pub(super) sns_caller_arn: Option<String>,
    pub(super) external_id: Option<String>,
    pub(super) sns_region: Option<String>,
    #[serde(flatten)]
    pub(super) unknown: Unknown,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct AdminCreateUserConfig {
    pub(super) allow_admin_create_user_only: Option<bool>,
    pub(super) invite_message_template: Option<InviteMessageTemplate>,
    #[serde(flatten)]
    pub(super) unknown: Unknown,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct InviteMessageTemplate {
    pub(super) email_message: Option<String>,
    pub(super) email_subject: Option<String>,
    #[serde(rename = "SMSMessage")]
    pub(super) sms_message: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct UserPoolAddOns {
    pub(super) advanced_security_mode: Option<String>,
    #[serde(flatten)]
    pub(super) unknown: Unknown,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct UsernameConfiguration {
    pub(super) case_sensitive: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct AccountRecoverySetting {
    pub(super) recovery_mechanisms: Option<Vec<RecoveryMechanism>>,
}

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct RecoveryMechanism {
    pub(super) name: Option<String>,
    pub(super) priority: Option<i64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct IssuerConfiguration {
    /// `ORIGINAL` or `UPDATED`.
    #[serde(rename = "Type")]
    pub(super) type_: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct KeyConfiguration {
    /// `AWS_OWNED_KEY` or `CUSTOMER_MANAGED_KEY`.
    pub(super) key_type: Option<String>,
}

/// The answer of `get-user-pool-mfa-config`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct MfaConfig {
    pub(super) mfa_configuration: Option<String>,
    pub(super) software_token_mfa_configuration: Option<SoftwareTokenMfaConfiguration>,
    pub(super) sms_mfa_configuration: Option<SmsMfaConfiguration>,
    pub(super) email_mfa_configuration: Option<IgnoredAny>,
    pub(super) web_authn_configuration: Option<WebAuthnConfiguration>,
    #[serde(flatten)]
    pub(super) unknown: Unknown,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct SoftwareTokenMfaConfiguration {
    pub(super) enabled: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct SmsMfaConfiguration {
    pub(super) sms_authentication_message: Option<String>,
    pub(super) sms_configuration: Option<SmsConfiguration>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct WebAuthnConfiguration {
    pub(super) relying_party_id: Option<String>,
    pub(super) user_verification: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct UserPoolClient {
    pub(super) user_pool_id: Option<String>,
    pub(super) client_id: Option<String>,
    pub(super) client_name: Option<String>,
    /// Whether there is one is all that is read.
    pub(super) client_secret: Option<IgnoredAny>,
    /// Where the secret is, when Cognito manages it in AWS Secrets Manager. AWS shows it instead of the secret.
    pub(super) client_secret_arn: Option<IgnoredAny>,
    pub(super) access_token_validity: Option<u64>,
    pub(super) id_token_validity: Option<u64>,
    pub(super) refresh_token_validity: Option<u64>,
    pub(super) token_validity_units: Option<TokenValidityUnits>,
    pub(super) read_attributes: Option<Vec<String>>,
    pub(super) write_attributes: Option<Vec<String>>,
    pub(super) explicit_auth_flows: Option<Vec<String>>,
    pub(super) supported_identity_providers: Option<Vec<String>>,
    #[serde(rename = "CallbackURLs")]
    pub(super) callback_urls: Option<Vec<String>>,
    #[serde(rename = "LogoutURLs")]
    pub(super) logout_urls: Option<Vec<String>>,
    #[serde(rename = "DefaultRedirectURI")]
    pub(super) default_redirect_uri: Option<String>,
    #[serde(rename = "AllowedOAuthFlows")]
    pub(super) allowed_oauth_flows: Option<Vec<String>>,
    #[serde(rename = "AllowedOAuthScopes")]
    pub(super) allowed_oauth_scopes: Option<Vec<String>>,
    #[serde(rename = "AllowedOAuthFlowsUserPoolClient")]
    pub(super) allowed_oauth_flows_user_pool_client: Option<bool>,
    pub(super) analytics_configuration: Option<AnalyticsConfiguration>,
    pub(super) prevent_user_existence_errors: Option<String>,
    pub(super) enable_token_revocation: Option<bool>,
    pub(super) enable_propagate_additional_user_context_data: Option<bool>,
    pub(super) auth_session_validity: Option<u64>,
    pub(super) refresh_token_rotation: Option<RefreshTokenRotation>,
    #[serde(flatten)]
    pub(super) unknown: Unknown,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct TokenValidityUnits {
    pub(super) access_token: Option<String>,
    pub(super) id_token: Option<String>,
    pub(super) refresh_token: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct AnalyticsConfiguration {
    pub(super) application_arn: Option<String>,
    pub(super) application_id: Option<String>,
    pub(super) external_id: Option<String>,
    pub(super) role_arn: Option<String>,
    pub(super) user_data_shared: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct RefreshTokenRotation {
    pub(super) feature: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct ResourceServer {
    pub(super) user_pool_id: Option<String>,
    pub(super) identifier: Option<String>,
    pub(super) name: Option<String>,
    pub(super) scopes: Option<Vec<ResourceServerScope>>,
    #[serde(flatten)]
    pub(super) unknown: Unknown,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct ResourceServerScope {
    pub(super) scope_name: Option<String>,
    pub(super) scope_description: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct IdentityProvider {
    pub(super) user_pool_id: Option<String>,
    pub(super) provider_name: Option<String>,
    pub(super) provider_type: Option<String>,
    /// Of any shape, so that no complaint about a value can show it. The names are all that is read.
    pub(super) provider_details: Option<Value>,
    pub(super) attribute_mapping: Option<BTreeMap<String, String>>,
    pub(super) idp_identifiers: Option<Vec<String>>,
    #[serde(flatten)]
    pub(super) unknown: Unknown,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct DomainDescription {
    pub(super) user_pool_id: Option<String>,
    pub(super) domain: Option<String>,
    pub(super) custom_domain_config: Option<CustomDomainConfig>,
    pub(super) managed_login_version: Option<u32>,
    #[serde(flatten)]
    pub(super) unknown: Unknown,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct CustomDomainConfig {
    pub(super) certificate_arn: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Group {
    pub(super) user_pool_id: Option<String>,
    pub(super) group_name: Option<String>,
    pub(super) description: Option<String>,
    pub(super) precedence: Option<i64>,
    pub(super) role_arn: Option<String>,
    #[serde(flatten)]
    pub(super) unknown: Unknown,
}
