//! AppAuth: what an application team writes, in the order in which one reads it.
//!
//! The doc comments of this file are the documentation that users see: they become the descriptions of the XRD and of
//! the JSON Schema. "Upbound providers only" marks what the community provider cannot do; there it is an error.
//! Everything that may be left out is an `Option`, because absent, empty and false mean three things; the defaults live
//! in [`crate::plan`], since a default stored in the composite resource would count as written by the team.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::duration::Duration;

/// Sign-in for an application: one Amazon Cognito user pool, its login pages and its app clients.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Spec {
    /// The AWS region of everything here, such as eu-west-1. Required, here or in the platform's defaults; it cannot be
    /// changed later.
    #[schemars(
        length(min = 5, max = 32),
        regex(pattern = r"^[a-z]{2,5}(-[a-z]+)+-[0-9]{1,2}$")
    )]
    #[schemars(example = "eu-west-1")]
    pub region: Option<String>,
    /// Use a user pool that lives elsewhere, instead of `userPool`.
    pub existing_user_pool: Option<ExistingUserPool>,
    /// The user pool that this resource owns. Every field has a default.
    pub user_pool: Option<UserPool>,
    /// Where the login pages and the OAuth endpoints live. A client that people sign in with needs one.
    pub domain: Option<Domain>,
    /// The APIs that access tokens are for, and their scopes.
    #[schemars(length(max = 25))]
    #[schemars(extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["name"]))]
    pub resource_servers: Option<Vec<ResourceServer>>,
    /// Where people may sign in other than with a password of the pool.
    #[schemars(length(max = 50))]
    pub identity_providers: Option<Vec<IdentityProvider>>,
    /// Groups of users, which appear in their tokens.
    #[schemars(length(max = 200))]
    #[schemars(extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["name"]))]
    pub groups: Option<Vec<Group>>,
    /// The applications that sign people in, or that call APIs in their own name.
    #[schemars(length(max = 100))]
    #[schemars(extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["name"]))]
    pub clients: Option<Vec<Client>>,
}

/// A user pool that lives elsewhere: exactly one of its id, the name of a UserPool resource, or that resource's labels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExistingUserPool {
    /// The pool's id at AWS.
    #[schemars(length(min = 1, max = 55), example = "eu-west-1_AbCdEfGhI")]
    pub id: Option<String>,
    /// The metadata.name of a UserPool resource in this cluster.
    #[schemars(length(min = 1, max = 253))]
    pub name: Option<String>,
    /// The labels of a UserPool resource in this cluster.
    #[schemars(extend("maxProperties" = 20, "additionalProperties" = {"type": "string", "maxLength": 63}))]
    pub labels: Option<BTreeMap<String, String>>,
}

/// The user pool that this resource owns.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UserPool {
    /// The pool's name at AWS. Default: the claim's namespace and name, else those of this resource. It cannot be
    /// changed later.
    #[schemars(length(min = 1, max = 128))]
    pub name: Option<String>,
    /// Take over this user pool of AWS at first creation, by its id. It cannot be changed later.
    #[schemars(length(min = 1, max = 55), example = "eu-west-1_AbCdEfGhI")]
    pub import_id: Option<String>,
    /// What becomes of the pool and its users when this resource is deleted. Default Retain. Retain keeps the pool
    /// alone: clients, groups, identity providers and the domain go. To delete a retained pool, set Delete, wait until
    /// the UserPool's lastModifiedDate has moved, which takes a minute, then delete this resource.
    pub on_delete: Option<OnDelete>,
    /// Cognito's feature plan. Upbound providers only.
    pub tier: Option<Tier>,
    /// How people sign in and sign up.
    pub sign_in: Option<SignIn>,
    /// A second factor at sign-in.
    pub mfa: Option<Mfa>,
    /// Passkeys as a first factor. Upbound providers only.
    pub passkeys: Option<Passkeys>,
    /// What a password must be like.
    pub password: Option<Password>,
    /// What is kept of each user. Attributes can be added later, never changed or removed.
    #[schemars(length(max = 70))]
    #[schemars(extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["name"]))]
    pub attributes: Option<Vec<Attribute>>,
    /// How a forgotten password is recovered, in order of priority: Email, Phone or both; or Admin alone. Default:
    /// what people sign in with of Email and Phone, else Email.
    #[schemars(length(min = 1, max = 2), extend("x-kubernetes-list-type" = "set"))]
    pub recovery: Option<Vec<Recovery>>,
    /// Remember the devices that people sign in from. Default: devices are not tracked.
    pub devices: Option<Devices>,
    /// Who sends the e-mails. Default: Cognito itself, 50 a day for the whole account.
    pub email: Option<Email>,
    /// Who sends text messages. Needed for Phone and for Sms.
    pub sms: Option<Sms>,
    /// The texts of e-mails and text messages. Default: AWS' own.
    pub messages: Option<Messages>,
    /// Lambda functions that Cognito calls on the way, each as an ARN in the pool's region.
    pub triggers: Option<Triggers>,
    /// Cognito's threat protection. Default Disabled. Audit and Enforced: Upbound providers only, with tier Plus.
    pub threat_protection: Option<ThreatProtection>,
    /// Tags of the pool at AWS. The platform's tags win over these.
    #[schemars(extend("maxProperties" = 48, "additionalProperties" = {"type": "string", "maxLength": 256}))]
    pub tags: Option<BTreeMap<String, String>>,
}

/// What becomes of the pool when the resource goes.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum OnDelete {
    /// the pool and its users stay at AWS, with deletion protection on
    Retain,
    /// the pool and all its users are deleted
    Delete,
}

/// Cognito's feature plans.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum Tier {
    /// the basics
    Lite,
    /// with managed login, passkeys and one-time passwords
    Essentials,
    /// with threat protection
    Plus,
}

/// How people sign in and sign up.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SignIn {
    /// What people sign in with. Default Email. Email and Phone alone are the user name; beside Username they are
    /// another way to say it. It cannot be changed later.
    #[schemars(length(min = 1, max = 4), extend("x-kubernetes-list-type" = "set"))]
    pub with: Option<Vec<Identifier>>,
    /// Whether Ann and ann are two users. Default false. It cannot be changed later.
    pub case_sensitive: Option<bool>,
    /// Whether people may sign up by themselves. Default: true if there is a client that people sign in with.
    pub self_sign_up: Option<bool>,
    /// What is verified with a code. Default: what is used for sign-in or recovery.
    #[schemars(length(max = 2), extend("x-kubernetes-list-type" = "set"))]
    pub verify: Option<Vec<Contact>>,
    /// What keeps its old value until the new one is verified. Default: the same as `verify`.
    #[schemars(length(max = 2), extend("x-kubernetes-list-type" = "set"))]
    pub keep_original_until_verified: Option<Vec<Contact>>,
    /// What a sign-in may begin with. Upbound providers only.
    #[schemars(length(min = 1, max = 4), extend("x-kubernetes-list-type" = "set"))]
    pub first_factors: Option<Vec<FirstFactor>>,
}

/// What a person can be known by.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum Identifier {
    /// an e-mail address
    Email,
    /// a phone number
    Phone,
    /// a name that never changes
    Username,
    /// a name that the user may change; only beside Username
    PreferredUsername,
}

/// Where a code can be sent.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum Contact {
    /// the e-mail address
    Email,
    /// the phone number; needs `sms`
    Phone,
}

/// What a sign-in may begin with.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum FirstFactor {
    /// a password
    Password,
    /// a code by e-mail
    EmailOtp,
    /// a code by text message
    SmsOtp,
    /// a passkey
    Passkey,
}

/// A second factor at sign-in.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Mfa {
    /// Whether a second factor is asked for. Default Optional.
    pub mode: Option<MfaMode>,
    /// The factors to choose from. Default Totp.
    #[schemars(length(min = 1, max = 3), extend("x-kubernetes-list-type" = "set"))]
    pub methods: Option<Vec<MfaMethod>>,
}

/// Whether a second factor is asked for, from weak to strong.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum MfaMode {
    /// never
    Disabled,
    /// of those who have set one up
    Optional,
    /// of everybody
    Required,
}

/// A second factor.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum MfaMethod {
    /// a code from an authenticator app
    Totp,
    /// a code by text message; needs `sms`
    Sms,
    /// a code by e-mail; Upbound providers only
    Email,
}

/// Passkeys as a first factor.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Passkeys {
    /// The domain that passkeys are bound to: the custom login domain, where there is one.
    #[schemars(length(min = 1, max = 127))]
    pub relying_party: Option<String>,
    /// Whether the device must check who is using it. Default Preferred.
    pub user_verification: Option<UserVerification>,
}

/// Whether the device must check who is using a passkey.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum UserVerification {
    /// where the device can
    Preferred,
    /// always
    Required,
}

/// What a password must be like.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Password {
    /// The least number of characters, 6 to 99. Default 12.
    #[schemars(range(min = 6, max = 99))]
    pub min_length: Option<u32>,
    /// The classes of characters of which each must appear. Default: all four.
    #[schemars(length(max = 4), extend("x-kubernetes-list-type" = "set"))]
    pub require: Option<Vec<CharacterClass>>,
    /// How long a password that an administrator gave can be used, in whole days up to 365d. Default 7d.
    #[schemars(example = "7d")]
    pub temporary_validity: Option<Duration>,
    /// How many earlier passwords cannot be used again. Upbound providers only.
    #[schemars(range(min = 0, max = 24))]
    pub history: Option<u32>,
}

/// A class of characters.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum CharacterClass {
    /// a to z
    Lowercase,
    /// A to Z
    Uppercase,
    /// 0 to 9
    Numbers,
    /// everything else
    Symbols,
}

/// An attribute of a user: a standard one of OpenID Connect (no type, no lengths), or a custom one (with its type).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Attribute {
    /// The attribute's name, a custom one without `custom:`.
    #[schemars(length(min = 1, max = 32))]
    pub name: String,
    /// The type of a custom attribute. The community provider keeps String only.
    #[serde(rename = "type")]
    pub type_: Option<AttributeType>,
    /// Whether every user must have it. Default false; a custom attribute cannot be required.
    pub required: Option<bool>,
    /// Whether it can be changed once set. Default true. An attribute that an identity provider fills must be mutable.
    pub mutable: Option<bool>,
    /// The least length of a String. Default 0.
    #[schemars(range(min = 0, max = 2048))]
    pub min_length: Option<u32>,
    /// The greatest length of a String. Default 2048.
    #[schemars(range(min = 0, max = 2048))]
    pub max_length: Option<u32>,
    /// The least value of a Number.
    #[schemars(range(min = -9_007_199_254_740_991_i64, max = 9_007_199_254_740_991_i64))]
    pub min_value: Option<i64>,
    /// The greatest value of a Number.
    #[schemars(range(min = -9_007_199_254_740_991_i64, max = 9_007_199_254_740_991_i64))]
    pub max_value: Option<i64>,
}

/// The type of a custom attribute.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum AttributeType {
    /// text
    String,
    /// a whole number; Upbound providers only
    Number,
    /// true or false; Upbound providers only
    Boolean,
    /// a point in time; Upbound providers only
    DateTime,
}

/// How a forgotten password is recovered.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum Recovery {
    /// a code by e-mail
    Email,
    /// a code by text message
    Phone,
    /// an administrator sets a new one; only alone
    Admin,
}

/// Remembering devices. At least one of the two is true.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Devices {
    /// Whether a new device is asked for a second factor though known ones are not. Default false.
    pub challenge_on_new: Option<bool>,
    /// Whether a device is remembered only when the user says so. Default false.
    pub remember_on_prompt: Option<bool>,
}

/// Who sends the e-mails.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Email {
    /// The sender: an address, or a name and an address in angle brackets. Needs sesIdentityArn.
    #[schemars(
        length(min = 3, max = 131_072),
        example = "Shop <no-reply@shop.example.org>"
    )]
    pub from: Option<String>,
    /// Where answers go.
    #[schemars(length(min = 3, max = 320), example = "help@shop.example.org")]
    pub reply_to: Option<String>,
    /// The verified SES identity that sends.
    #[schemars(length(min = 20, max = 2048))]
    #[schemars(example = "arn:aws:ses:eu-west-1:123456789012:identity/shop.example.org")]
    pub ses_identity_arn: Option<String>,
    /// The SES configuration set. Needs sesIdentityArn.
    #[schemars(length(min = 1, max = 64))]
    pub configuration_set: Option<String>,
}

/// Who sends text messages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Sms {
    /// The IAM role that Cognito assumes to publish with SNS. It trusts cognito-idp.amazonaws.com with the externalId.
    #[schemars(
        length(min = 20, max = 2048),
        example = "arn:aws:iam::123456789012:role/cognito-sms"
    )]
    pub caller_role_arn: String,
    /// The external id in the role's trust policy.
    #[schemars(length(min = 2, max = 1224))]
    pub external_id: String,
    /// The region of SNS. Default: the pool's.
    #[schemars(length(min = 5, max = 32), example = "eu-west-1")]
    pub region: Option<String>,
}

/// The texts of e-mails and text messages.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Messages {
    /// What verifies an e-mail address or a phone number.
    pub verification: Option<VerificationMessage>,
    /// What a user gets whom an administrator created.
    pub invitation: Option<InvitationMessage>,
    /// The text message with a second factor's code, `{####}`.
    #[schemars(length(max = 140))]
    pub mfa_sms: Option<String>,
    /// The e-mail with a second factor's code. Upbound providers only.
    pub mfa_email: Option<MfaEmail>,
}

/// What verifies an e-mail address or a phone number.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VerificationMessage {
    /// Whether the e-mail holds a code or a link. Default Code.
    pub method: Option<VerificationMethod>,
    /// The subject of the e-mail.
    #[schemars(length(min = 1, max = 140))]
    pub email_subject: Option<String>,
    /// The body of the e-mail, with `{####}` for the code, or `{##text##}` for the link.
    #[schemars(length(max = 20000))]
    pub email_body: Option<String>,
    /// The text message, with `{####}` for the code.
    #[schemars(length(max = 140))]
    pub sms_body: Option<String>,
}

/// How an e-mail address is verified.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum VerificationMethod {
    /// a code to type in
    Code,
    /// a link to follow; needs a domain
    Link,
}

/// What a user gets whom an administrator created.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InvitationMessage {
    /// The subject of the e-mail.
    #[schemars(length(min = 1, max = 140))]
    pub email_subject: Option<String>,
    /// The body of the e-mail, with `{username}` and `{####}` for the password.
    #[schemars(length(max = 20000))]
    pub email_body: Option<String>,
    /// The text message, with `{username}` and `{####}` for the password.
    #[schemars(length(max = 140))]
    pub sms_body: Option<String>,
}

/// The e-mail with a second factor's code.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MfaEmail {
    /// The subject of the e-mail.
    #[schemars(length(min = 1, max = 140))]
    pub subject: Option<String>,
    /// The body of the e-mail, with `{####}` for the code.
    #[schemars(length(max = 20000))]
    pub body: Option<String>,
}

/// Cognito's Lambda triggers, each the ARN of a function that allows cognito-idp.amazonaws.com to invoke it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Triggers {
    /// Before a sign-up is accepted.
    #[schemars(
        length(min = 20, max = 2048),
        example = "arn:aws:lambda:eu-west-1:123456789012:function:sign-up"
    )]
    pub pre_sign_up: Option<String>,
    /// After a sign-up is confirmed.
    #[schemars(length(min = 20, max = 2048))]
    pub post_confirmation: Option<String>,
    /// Before a sign-in is accepted.
    #[schemars(length(min = 20, max = 2048))]
    pub pre_authentication: Option<String>,
    /// After a sign-in.
    #[schemars(length(min = 20, max = 2048))]
    pub post_authentication: Option<String>,
    /// Decides the next challenge of a custom sign-in. The three of a custom sign-in belong together.
    #[schemars(length(min = 20, max = 2048))]
    pub define_auth_challenge: Option<String>,
    /// Makes the challenge of a custom sign-in.
    #[schemars(length(min = 20, max = 2048))]
    pub create_auth_challenge: Option<String>,
    /// Checks the answer of a custom sign-in.
    #[schemars(length(min = 20, max = 2048))]
    pub verify_auth_challenge_response: Option<String>,
    /// Before a token is made.
    #[schemars(length(min = 20, max = 2048))]
    pub pre_token_generation: Option<String>,
    /// Which event the function before a token gets. Upbound providers only.
    pub pre_token_generation_version: Option<PreTokenGenerationVersion>,
    /// When somebody signs in whom the pool does not know yet.
    #[schemars(length(min = 20, max = 2048))]
    pub user_migration: Option<String>,
    /// Writes the texts of messages.
    #[schemars(length(min = 20, max = 2048))]
    pub custom_message: Option<String>,
    /// Sends e-mails instead of Cognito. Needs senderKeyArn.
    #[schemars(length(min = 20, max = 2048))]
    pub custom_email_sender: Option<String>,
    /// Sends text messages instead of Cognito. Needs senderKeyArn.
    #[schemars(length(min = 20, max = 2048))]
    pub custom_sms_sender: Option<String>,
    /// The KMS key that codes are encrypted with on their way to the two senders.
    #[schemars(length(min = 20, max = 2048))]
    #[schemars(
        example = "arn:aws:kms:eu-west-1:123456789012:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"
    )]
    pub sender_key_arn: Option<String>,
}

/// Which event the function before a token gets.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum PreTokenGenerationVersion {
    /// ID tokens
    V1,
    /// ID and access tokens
    V2,
    /// those of machines as well
    V3,
}

/// Cognito's threat protection.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum ThreatProtection {
    /// none
    Disabled,
    /// risks are logged; Upbound providers only
    Audit,
    /// risky sign-ins are stopped; Upbound providers only
    Enforced,
}

/// Where the login pages live: a prefix of Amazon's domain, or a custom domain. `{}` is enough: it gets a prefix that
/// nobody else has.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Domain {
    /// The first label of `<prefix>.auth.<region>.amazoncognito.com`. Default: the name of the composite and 8 digits of
    /// a hash of its uid, or the prefix of the domain that exists. Nobody else in the region may have it, in any
    /// account. It cannot be changed later, see onChange.
    #[schemars(length(min = 1, max = 63), example = "shop-login-7k2")]
    pub prefix: Option<String>,
    /// A host name of one's own, with a certificate. It cannot be changed later, see onChange.
    #[schemars(length(min = 1, max = 63), example = "login.shop.example.org")]
    pub name: Option<String>,
    /// The ACM certificate of the host name, in us-east-1 whatever the pool's region.
    #[schemars(length(min = 20, max = 2048))]
    #[schemars(
        example = "arn:aws:acm:us-east-1:123456789012:certificate/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"
    )]
    pub certificate_arn: Option<String>,
    /// The newer login pages, managed login. Upbound providers only. Without a branding style AWS shows "Login pages
    /// unavailable", and the providers cannot create one. Run this command once for each client: `aws cognito-idp
    /// create-managed-login-branding --user-pool-id <id> --client-id <id> --use-cognito-provided-values`.
    pub managed_login: Option<bool>,
    /// What to do with another prefix, another name or another certificate, which cannot be applied to a domain that
    /// exists. Default Refuse. A prefix cannot be replaced by a name, nor the other way round: remove the domain first.
    pub on_change: Option<OnChange>,
}

/// What to do with a change that the provider cannot apply to what exists.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum OnChange {
    /// say so and change nothing
    Refuse,
    /// delete the old one, then create the new one
    Replace,
}

/// An API that access tokens are for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResourceServer {
    /// A name that is unique here.
    #[schemars(
        length(min = 1, max = 40),
        regex(pattern = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
    )]
    #[schemars(example = "shop-api")]
    pub name: String,
    /// What a scope begins with. It cannot be changed later.
    #[schemars(length(min = 1, max = 256), example = "https://api.shop.example.org")]
    pub identifier: String,
    /// What can be allowed.
    #[schemars(length(max = 100))]
    #[schemars(extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["name"]))]
    pub scopes: Option<Vec<Scope>>,
    /// What to do with another name of it at AWS or other scopes, which cannot be applied to a resource server that
    /// exists. Default Refuse.
    pub on_change: Option<OnChange>,
}

/// A scope of a resource server. A client names it as identifier/name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Scope {
    /// The scope's name, without the identifier.
    #[schemars(length(min = 1, max = 256), example = "orders.read")]
    pub name: String,
    /// What it allows, for people.
    #[schemars(length(min = 1, max = 256))]
    pub description: String,
}

/// A place where people may sign in other than with a password of the pool.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IdentityProvider {
    /// What clients call it. Default, and the only one possible, for all but Oidc and Saml: its type. It cannot be
    /// changed later.
    #[schemars(length(min = 1, max = 32))]
    pub name: Option<String>,
    /// What kind of identity provider it is. It cannot be changed later.
    #[serde(rename = "type")]
    pub type_: IdentityProviderType,
    /// Other names, such as e-mail domains, that lead to it.
    #[schemars(length(max = 50), inner(length(min = 1, max = 40)))]
    #[schemars(extend("x-kubernetes-list-type" = "set"))]
    pub identifiers: Option<Vec<String>>,
    /// The Secret with the details that Cognito needs, secrets among them. All of it is sent to Cognito and compared
    /// with what Cognito gives back, so it has the keys that Cognito adds by itself as well: which, stands in the
    /// documentation of the federated app.
    pub details_secret_ref: SecretReference,
    /// Which attribute of the pool is filled from which of the provider's. `username` is filled as Cognito does it by
    /// itself, where it is not written: from sub, from id (Facebook) or from user_id (LoginWithAmazon).
    #[schemars(extend("maxProperties" = 50, "additionalProperties" = {"type": "string", "maxLength": 131_072}))]
    pub attribute_mapping: Option<BTreeMap<String, String>>,
}

/// The kinds of identity provider that Cognito knows.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum IdentityProviderType {
    /// Google
    Google,
    /// Facebook
    Facebook,
    /// Login with Amazon
    LoginWithAmazon,
    /// Sign in with Apple
    SignInWithApple,
    /// any that speaks OpenID Connect
    Oidc,
    /// any that speaks SAML 2.0
    Saml,
}

/// A Secret. Without a namespace, it is in the claim's or this resource's own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SecretReference {
    /// The Secret's name.
    #[schemars(
        length(min = 1, max = 253),
        regex(pattern = r"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")
    )]
    #[schemars(example = "storefront-web")]
    pub name: String,
    /// The Secret's namespace. Another one than one's own is for the platform team to allow.
    #[schemars(
        length(min = 1, max = 63),
        regex(pattern = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
    )]
    #[schemars(example = &"shop")]
    pub namespace: Option<String>,
}

/// A group of users.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Group {
    /// The group's name at AWS. It cannot be changed later: another name is another group.
    #[schemars(length(min = 1, max = 128))]
    pub name: String,
    /// What the group is for.
    #[schemars(length(max = 2048))]
    pub description: Option<String>,
    /// Which group's role counts for a user of several: that of the lowest.
    #[schemars(range(min = 0, max = 2_147_483_647))]
    pub precedence: Option<i64>,
    /// The IAM role that members may take. The provider notices another one only where the description or the
    /// precedence changes with it.
    #[schemars(
        length(min = 20, max = 2048),
        example = "arn:aws:iam::123456789012:role/admins"
    )]
    pub role_arn: Option<String>,
}

/// An application that signs people in, or that calls APIs in its own name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Client {
    /// A DNS label of at most 40 characters, unique here. Another name is another client, with another client id.
    #[schemars(
        length(min = 1, max = 40),
        regex(pattern = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
    )]
    #[schemars(example = &"web")]
    pub name: String,
    /// The client's name at AWS. Default: the name.
    #[schemars(length(min = 1, max = 128))]
    pub display_name: Option<String>,
    /// What kind of application it is, which decides its OAuth flow and whether it has a secret.
    #[serde(rename = "type")]
    pub type_: ClientType,
    /// Take over this client of AWS at first creation, by its client id. It cannot be changed later.
    #[schemars(length(min = 1, max = 128), example = "4h57k2v0l1m9n8b7v6c5x4z3a2")]
    pub import_id: Option<String>,
    /// Where people are sent back to after signing in: https, http for localhost only, or for Native a scheme of the
    /// app's own.
    #[schemars(length(max = 100), inner(length(min = 1, max = 1024)))]
    #[schemars(extend("x-kubernetes-list-type" = "set"))]
    pub callback_urls: Option<Vec<String>>,
    /// Where people may be sent after signing out.
    #[schemars(length(max = 100), inner(length(min = 1, max = 1024)))]
    #[schemars(extend("x-kubernetes-list-type" = "set"))]
    pub logout_urls: Option<Vec<String>>,
    /// The one of callbackUrls that is meant where a sign-in names none.
    #[schemars(length(min = 1, max = 1024))]
    pub default_redirect_url: Option<String>,
    /// What the client may ask for: openid, email, phone, profile, aws.cognito.signin.user.admin, or a resource
    /// server's identifier/scope; a Machine lists the latter alone. Default: openid, email and profile. Scopes of
    /// resource servers stand in tokens of the OAuth endpoints, not in those of a sign-in through the SDK.
    #[schemars(length(min = 1, max = 50), inner(length(min = 1, max = 256)))]
    #[schemars(extend("x-kubernetes-list-type" = "set"))]
    pub scopes: Option<Vec<String>>,
    /// How a sign-in through the SDK may go; a refresh is always possible. Default Srp.
    #[schemars(length(max = 5), extend("x-kubernetes-list-type" = "set"))]
    pub sign_in_flows: Option<Vec<SignInFlow>>,
    /// Allow OAuth's implicit grant, for a Spa whose library knows nothing better. Default false.
    pub allow_implicit: Option<bool>,
    /// Where its users may come from: Cognito, and names of identityProviders. Default: all of them.
    #[schemars(length(max = 51), inner(length(min = 1, max = 32)))]
    #[schemars(extend("x-kubernetes-list-type" = "set"))]
    pub identity_providers: Option<Vec<String>>,
    /// Whether the client has a secret. Default: true for Web and Machine. It cannot be changed later.
    pub secret: Option<bool>,
    /// How long tokens are good for.
    pub tokens: Option<Tokens>,
    /// How long a sign-in may take, 3m to 15m. Default 3m.
    #[schemars(example = "3m")]
    pub auth_session: Option<Duration>,
    /// Whether tokens can be revoked. Default true.
    pub revocation: Option<bool>,
    /// Whether a failed sign-in says the same for users who do not exist. Default true.
    pub hide_user_existence: Option<bool>,
    /// Whether the client may pass on its user's IP address and the like, for threat protection. Needs a secret.
    /// Default false.
    pub propagate_user_context: Option<bool>,
    /// The attributes the client may read, custom ones as `custom:name`. Default: all standard ones.
    #[schemars(length(min = 1, max = 100), inner(length(min = 1, max = 64)))]
    #[schemars(extend("x-kubernetes-list-type" = "set"))]
    pub read_attributes: Option<Vec<String>>,
    /// The attributes the client may write, custom ones as `custom:name`. Default: all standard ones.
    #[schemars(length(min = 1, max = 100), inner(length(min = 1, max = 64)))]
    #[schemars(extend("x-kubernetes-list-type" = "set"))]
    pub write_attributes: Option<Vec<String>>,
    /// Where usage is counted with Amazon Pinpoint, whose support AWS ended on 2026-10-30.
    pub analytics: Option<Analytics>,
    /// The Secret that gets the client's id and secret.
    pub connection_secret: Option<SecretReference>,
}

/// The kinds of application.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum ClientType {
    /// a server that can keep a secret: authorization code, with a secret
    Web,
    /// a browser app: authorization code with PKCE, no secret
    Spa,
    /// a mobile or desktop app: authorization code with PKCE, no secret, custom URL schemes allowed
    Native,
    /// a service: client credentials, with a secret; no user signs in
    Machine,
}

/// How a sign-in through the SDK may go.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum SignInFlow {
    /// the password never leaves the device
    Srp,
    /// the password is sent to Cognito
    Password,
    /// a server sends the password to Cognito
    AdminPassword,
    /// the three auth challenge triggers decide
    Custom,
    /// the user chooses among the first factors; Upbound providers only
    Choice,
}

/// How long tokens are good for.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Tokens {
    /// Access tokens, 5m to 1d. Default 1h.
    #[schemars(example = "1h")]
    pub access: Option<Duration>,
    /// ID tokens, 5m to 1d. Default 1h.
    #[schemars(example = "1h")]
    pub id: Option<Duration>,
    /// Refresh tokens, 1h to 3650d, and not less than the other two. Default 30d, for Spa 1d.
    #[schemars(example = "30d")]
    pub refresh: Option<Duration>,
    /// Give a new refresh token at each use. Upbound providers only.
    pub rotation: Option<Rotation>,
}

/// A new refresh token at each use.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rotation {
    /// How long the old one still works, up to 60s. Default 0s.
    #[schemars(example = "30s")]
    pub grace: Option<Duration>,
}

/// Where usage is counted with Amazon Pinpoint: the application's ARN alone, or its id with a role and an external id.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Analytics {
    /// The ARN of the Pinpoint application.
    #[schemars(length(min = 20, max = 2048))]
    #[schemars(
        example = "arn:aws:mobiletargeting:eu-west-1:123456789012:apps/0123456789abcdef0123456789abcdef"
    )]
    pub application_arn: Option<String>,
    /// The id of the Pinpoint application, with externalId and roleArn.
    #[schemars(
        length(min = 1, max = 64),
        example = "0123456789abcdef0123456789abcdef"
    )]
    pub application_id: Option<String>,
    /// The external id in the role's trust policy.
    #[schemars(length(min = 2, max = 1224))]
    pub external_id: Option<String>,
    /// The IAM role with which Cognito writes to Pinpoint.
    #[schemars(
        length(min = 20, max = 2048),
        example = "arn:aws:iam::123456789012:role/cognito-analytics"
    )]
    pub role_arn: Option<String>,
    /// Whether user attributes are shared with Pinpoint. Default false.
    pub share_user_data: Option<bool>,
}

/// What is known of the pool, its login pages and its clients: each as soon as it is known, and never a secret.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Status {
    /// The user pool at AWS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_pool: Option<UserPoolStatus>,
    /// The issuer of tokens, as in their `iss` claim, for a pool whose issuer type is ORIGINAL. The provider does not show
    /// the type. The tokens of an imported or existing pool of type UPDATED have the issuer
    /// `https://issuer-cognito-idp.<region>.amazonaws.com/<pool ID>` instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// The OpenID Connect discovery document of the issuer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discovery_url: Option<String>,
    /// The keys of the issuer that tokens are signed with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks_url: Option<String>,
    /// The login pages and OAuth endpoints.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain: Option<DomainStatus>,
    /// The clients.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["name"]))]
    pub clients: Vec<ClientStatus>,
    /// What is not there yet though something else needs it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waiting_for: Vec<String>,
}

/// The user pool at AWS.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserPoolStatus {
    /// The pool's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The pool's ARN.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arn: Option<String>,
    /// The pool's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// The login pages and OAuth endpoints.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DomainStatus {
    /// The host of them all.
    pub host: String,
    /// OAuth's authorization endpoint.
    pub authorize_url: String,
    /// OAuth's token endpoint.
    pub token_url: String,
    /// OpenID Connect's userinfo endpoint.
    pub user_info_url: String,
    /// The login page.
    pub login_url: String,
    /// Where a browser is sent to sign out.
    pub logout_url: String,
    /// The redirect URI to register with social and OpenID Connect providers.
    pub identity_provider_redirect_url: String,
    /// The assertion consumer URL to register with SAML providers.
    pub saml_acs_url: String,
}

/// A client.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClientStatus {
    /// The client's name in the spec.
    pub name: String,
    /// The client's type in the spec.
    #[serde(rename = "type")]
    pub type_: ClientType,
    /// The client id at AWS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// The login page for this client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub login_url: Option<String>,
    /// The Secret with the client's id and secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connection_secret: Option<SecretReference>,
}
