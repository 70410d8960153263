//! Which shape each text field of an AppAuth has at Cognito.
//!
//! The facts are those of the service model, `cognito-idp` in botocore. `tests/python/test_shapes.py` compares them with it,
//! through `tests/python/shapes.json`.

use std::collections::BTreeMap;

use crate::api::app_auth::{InvitationMessage, Triggers, VerificationMessage, VerificationMethod};
use crate::path::FieldPath;
use crate::plan::Plan;
use crate::rules::characters::Class;
use crate::text::quoted;

/// A string shape of the service model.
#[derive(Debug)]
pub(super) struct Shape {
    /// Its name.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "compared with the service model")
    )]
    name: &'static str,
    /// Its regular expression, in Java's syntax.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "compared with the service model")
    )]
    pattern: Option<&'static str>,
    /// The least number of characters.
    pub(super) min: usize,
    /// The greatest number of characters.
    pub(super) max: usize,
    /// The characters that its expression takes.
    pub(super) class: Class,
    /// Whether it must have a placeholder such as `{####}`. The rules of messages name the placeholder that a short text
    /// lacks, which says more than its length.
    pub(super) has_placeholder: bool,
}

const fn shape(name: &'static str, class: Class, min: usize, max: usize) -> Shape {
    Shape {
        name,
        pattern: None,
        min,
        max,
        class,
        has_placeholder: false,
    }
}

impl Shape {
    const fn matching(self, pattern: &'static str) -> Self {
        Self {
            pattern: Some(pattern),
            ..self
        }
    }

    const fn with_placeholder(self) -> Self {
        Self {
            has_placeholder: true,
            ..self
        }
    }
}

/// The greatest length of a shape that has none in the model.
const UNBOUNDED: usize = usize::MAX;

// The string shapes of the service model that AppAuth's fields have, by name.

const ARN: Shape = shape("ArnType", Class::Arn, 20, 2048).matching(
    r"arn:[\w+=/,.@-]+:[\w+=/,.@-]+:([\w+=/,.@-]*)?:[0-9]+:[\w+=/,.@-]+(:[\w+=/,.@-]+)?(:[\w+=/,.@-]+)?",
);
const ATTRIBUTE_NAME: Shape =
    shape("CustomAttributeNameType", Class::Word, 1, 20).matching(r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+");
const CLIENT_ID: Shape = shape("ClientIdType", Class::ClientId, 1, 128).matching(r"[\w+]+");
const CLIENT_NAME: Shape = shape("ClientNameType", Class::Name, 1, 128).matching(r"[\w\s+=,.@-]+");
const CLIENT_PERMISSION: Shape = shape("ClientPermissionType", Class::Any, 1, 2048);
const CONFIGURATION_SET: Shape =
    shape("SESConfigurationSet", Class::Plain, 1, 64).matching(r"^[a-zA-Z0-9_-]+$");
const DESCRIPTION: Shape = shape("DescriptionType", Class::Any, 0, 2048);
const DOMAIN: Shape =
    shape("DomainType", Class::Label, 1, 63).matching(r"^[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?$");
const EMAIL_ADDRESS: Shape = shape("EmailAddressType", Class::Word, 0, UNBOUNDED)
    .matching(r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+@[\p{L}\p{M}\p{S}\p{N}\p{P}]+");
const EMAIL_BODY: Shape = shape("EmailVerificationMessageType", Class::Text, 6, 20000)
    .matching(r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*\{####\}[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*")
    .with_placeholder();
const EMAIL_BODY_BY_LINK: Shape =
    shape("EmailVerificationMessageByLinkType", Class::Text, 6, 20000)
        .matching(
            r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*\{##[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*##\}[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*",
        )
        .with_placeholder();
const EMAIL_SUBJECT: Shape = shape("EmailVerificationSubjectType", Class::Text, 1, 140)
    .matching(r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s]+");
const EMAIL_SUBJECT_BY_LINK: Shape =
    shape("EmailVerificationSubjectByLinkType", Class::Text, 1, 140)
        .matching(r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s]+");
/// Of STS' service model, because Cognito assumes the role with it.
const EXTERNAL_ID: Shape = shape("externalIdType", Class::Arn, 2, 1224).matching(r"[\w+=,.@:\/-]*");
const GROUP_NAME: Shape =
    shape("GroupNameType", Class::Word, 1, 128).matching(r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+");
const HEX_STRING: Shape =
    shape("HexStringType", Class::Hexadecimal, 0, UNBOUNDED).matching(r"^[0-9a-fA-F]+$");
const IDP_IDENTIFIER: Shape =
    shape("IdpIdentifierType", Class::Identifier, 1, 40).matching(r"[\w\s+=.@-]+");
const INVITATION_EMAIL: Shape = shape("EmailInviteMessageType", Class::Text, 6, 20000)
    .matching(r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*")
    .with_placeholder();
const INVITATION_SMS: Shape = shape("SmsInviteMessageType", Class::Any, 6, 140)
    .matching(r"(?s).*")
    .with_placeholder();
const MAPPING_KEY: Shape = shape("AttributeMappingKeyType", Class::Any, 1, 32);
const MFA_EMAIL_BODY: Shape = shape("EmailMfaMessageType", Class::Text, 6, 20000)
    .matching(r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*\{####\}[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*")
    .with_placeholder();
const MFA_EMAIL_SUBJECT: Shape = shape("EmailMfaSubjectType", Class::Text, 0, UNBOUNDED)
    .matching(r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s]+");
const OPTIONAL_ARN: Shape = shape("OptionalArnType", Class::Arn, 0, 2048).matching(
    r"(arn:[\w+=/,.@-]+:[\w+=/,.@-]+:([\w+=/,.@-]*)?:[0-9]+:[\w+=/,.@-]+(:[\w+=/,.@-]+)?(:[\w+=/,.@-]+)?)?",
);
const POOL_ID: Shape =
    shape("UserPoolIdType", Class::Plain, 1, 55).matching(r"[\w-]+_[0-9a-zA-Z]+");
const POOL_NAME: Shape = shape("UserPoolNameType", Class::Name, 1, 128).matching(r"[\w\s+=,.@-]+");
const PROVIDER_NAME: Shape =
    shape("ProviderNameType", Class::Words, 1, 32).matching(r"[\p{L}\p{M}\p{S}\p{N}\p{P}\p{Z}]+");
const NEW_PROVIDER_NAME: Shape = shape("ProviderNameTypeV2", Class::Any, 1, 32)
    .matching(r"[^_\p{Z}][\p{L}\p{M}\p{S}\p{N}\p{P}][^_\p{Z}]+");
const REDIRECT_URL: Shape =
    shape("RedirectUrlType", Class::Word, 1, 1024).matching(r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+");
const REGION_CODE: Shape = shape("RegionCodeType", Class::Any, 5, 32);
const RELYING_PARTY: Shape = shape("RelyingPartyIdType", Class::Any, 1, 127);
const SCOPE: Shape =
    shape("ScopeType", Class::Scope, 1, 256).matching(r"[\x21\x23-\x5B\x5D-\x7E]+");
const SCOPE_DESCRIPTION: Shape = shape("ResourceServerScopeDescriptionType", Class::Any, 1, 256);
const SCOPE_NAME: Shape = shape("ResourceServerScopeNameType", Class::ScopeName, 1, 256)
    .matching(r"[\x21\x23-\x2E\x30-\x5B\x5D-\x7E]+");
const SERVER_IDENTIFIER: Shape = shape("ResourceServerIdentifierType", Class::Scope, 1, 256)
    .matching(r"[\x21\x23-\x5B\x5D-\x7E]+");
const SERVER_NAME: Shape =
    shape("ResourceServerNameType", Class::Name, 1, 256).matching(r"[\w\s+=,.@-]+");
const SMS: Shape = shape("SmsVerificationMessageType", Class::Line, 6, 140)
    .matching(r".*\{####\}.*")
    .with_placeholder();
const STRING: Shape = shape("StringType", Class::Any, 0, 131_072);
const TAG_KEY: Shape = shape("TagKeysType", Class::Any, 1, 128);
const TAG_VALUE: Shape = shape("TagValueType", Class::Any, 0, 256);

/// A text field of an AppAuth that is sent to Cognito.
pub(super) struct Field {
    /// Its path in the spec: `[]` for each entry of a list, `{key}` and `{value}` for those of a map.
    path: &'static str,
    pub(super) shape: &'static Shape,
    /// The members of the API that it becomes, with the operation: `{key}` and `{value}` as in `path`. A `Create` operation
    /// stands for its `Update` operation.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "compared with the service model")
    )]
    members: &'static [&'static str],
    texts: Texts,
    /// What to do about a space that it cannot have.
    space: &'static str,
    /// Whether it is HTML, in which a character can be written by its number.
    is_html: bool,
}

/// The texts of a field in a plan.
enum Texts {
    One(fn(&Plan) -> Option<&str>),
    Many(fn(&Plan) -> Vec<(Place<'_>, &str)>),
    /// Not checked here, for this reason.
    Elsewhere(#[expect(dead_code, reason = "for readers")] &'static str),
}

/// Where a text is: the indexes of the lists on its path, and the key of the map.
#[derive(Clone, Copy, Default)]
pub(super) struct Place<'a> {
    indexes: [usize; 2],
    key: &'a str,
}

const fn field(
    path: &'static str,
    shape: &'static Shape,
    members: &'static [&'static str],
    texts: Texts,
) -> Field {
    Field {
        path,
        shape,
        members,
        texts,
        space: "remove it",
        is_html: false,
    }
}

impl Field {
    /// The same field, with another remedy for a space that it cannot have.
    const fn space(self, space: &'static str) -> Self {
        Self { space, ..self }
    }

    /// The same field, which is HTML.
    const fn html(self) -> Self {
        Self {
            is_html: true,
            ..self
        }
    }

    /// What to do about a character that it cannot have.
    pub(super) fn remedy(&self, letter: char) -> String {
        let remedy = self.shape.class.remedy(letter, self.space);
        // Scripts and emoji need joiners; a control character has no number in HTML.
        if self.is_html && !letter.is_whitespace() && !letter.is_control() {
            format!("{remedy}, or write &#x{:X};", u32::from(letter))
        } else {
            remedy.to_owned()
        }
    }

    /// The path of one of its texts.
    pub(super) fn at(&self, place: Place<'_>) -> FieldPath {
        let mut indexes = place.indexes.into_iter();
        let mut path = FieldPath::parse("spec");
        for step in self.path.split('.') {
            path = if let Some(list) = step.strip_suffix("[]") {
                path.field(list).index(indexes.next().unwrap_or_default())
            } else if let Some(map) = step.strip_suffix("{key}") {
                path.field(map)
            } else if let Some(map) = step.strip_suffix("{value}") {
                path.field(map).field(place.key.to_owned())
            } else {
                path.field(step)
            };
        }
        path
    }

    /// What the sentence is about, where the path does not say it.
    pub(super) fn subject(&self, text: &str) -> String {
        if self.path.ends_with("{key}") {
            format!("the key {} ", quoted(text))
        } else {
            String::new()
        }
    }

    /// Its texts in a plan.
    pub(super) fn texts<'a>(&self, plan: &'a Plan) -> impl Iterator<Item = (Place<'a>, &'a str)> {
        let (one, many) = match self.texts {
            Texts::One(text) => (text(plan), Vec::new()),
            Texts::Many(texts) => (None, texts(plan)),
            Texts::Elsewhere(_) => (None, Vec::new()),
        };
        let one = one.map(|text| (Place::default(), text));
        one.into_iter().chain(many)
    }
}

/// A text of each entry of a list.
fn each<'a, T>(
    entries: &'a [T],
    text: impl Fn(&'a T) -> Option<&'a str>,
) -> Vec<(Place<'a>, &'a str)> {
    let entries = entries.iter().enumerate();
    entries
        .filter_map(|(index, entry)| {
            let place = Place {
                indexes: [index, 0],
                key: "",
            };
            Some((place, text(entry)?))
        })
        .collect()
}

/// The texts of a list in each entry of a list.
fn lists<'a, T, L: 'a>(
    entries: &'a [T],
    list: impl Fn(&'a T) -> &'a [L],
    text: impl Fn(&'a L) -> &'a str,
) -> Vec<(Place<'a>, &'a str)> {
    let mut found = Vec::new();
    for (outer, entry) in entries.iter().enumerate() {
        for (inner, entry) in list(entry).iter().enumerate() {
            let place = Place {
                indexes: [outer, inner],
                key: "",
            };
            found.push((place, text(entry)));
        }
    }
    found
}

/// The keys and values of a map.
fn map(
    index: usize,
    map: &BTreeMap<String, String>,
) -> impl Iterator<Item = (Place<'_>, &str, &str)> {
    map.iter().map(move |(key, value)| {
        let place = Place {
            indexes: [index, 0],
            key,
        };
        (place, key.as_str(), value.as_str())
    })
}

/// The keys and values of all attribute mappings.
fn mappings(plan: &Plan) -> impl Iterator<Item = (Place<'_>, &str, &str)> {
    let providers = plan.identity_providers.iter().enumerate();
    providers.flat_map(|(index, provider)| map(index, &provider.attribute_mapping))
}

/// The keys and values of the tags.
fn tags(plan: &Plan) -> impl Iterator<Item = (Place<'_>, &str, &str)> {
    plan.own_pool()
        .into_iter()
        .flat_map(|pool| map(0, &pool.tags))
}

fn text(text: &String) -> &str {
    text
}

fn triggers(plan: &Plan) -> Option<&Triggers> {
    plan.own_pool().map(|pool| &pool.triggers)
}

fn verification(plan: &Plan) -> Option<(VerificationMethod, &VerificationMessage)> {
    let message = plan.own_pool()?.messages.verification.as_ref()?;
    Some((message.method.unwrap_or(VerificationMethod::Code), message))
}

fn verification_email(plan: &Plan, wanted: VerificationMethod) -> Option<&VerificationMessage> {
    verification(plan)
        .filter(|(method, _)| *method == wanted)
        .map(|(_, message)| message)
}

fn invitation(plan: &Plan) -> Option<&InvitationMessage> {
    plan.own_pool()?.messages.invitation.as_ref()
}

const URL_SPACE: &str = "remove it, or write %20";
const UPBOUND: &str = "only the Upbound providers have it";
const STS: &str = "STS, to which Cognito sends it, takes less";

/// The text fields of an AppAuth that are sent to Cognito, in the order of the spec.
#[rustfmt::skip]
pub(super) const FIELDS: &[Field] = &[
    field("existingUserPool.id", &POOL_ID, &["CreateUserPoolClient.UserPoolId"], Texts::One(|plan| plan.existing_pool()?.id.as_deref())),
    field("userPool.name", &POOL_NAME, &["CreateUserPool.PoolName"],
        // A composite without a name is told that.
        Texts::One(|plan| Some(plan.own_pool()?.name.as_str()).filter(|name| !name.is_empty()))),
    field("userPool.importId", &POOL_ID, &["UpdateUserPool.UserPoolId"], Texts::One(|plan| plan.own_pool()?.import_id.as_deref())),
    field("userPool.passkeys.relyingParty", &RELYING_PARTY, &["SetUserPoolMfaConfig.WebAuthnConfiguration.RelyingPartyId"], Texts::Elsewhere(UPBOUND)),
    field("userPool.attributes[].name", &ATTRIBUTE_NAME, &["CreateUserPool.Schema[].Name"],
        // Of a standard one the name is known, and of "custom:" POOL-ATTR-1 speaks.
        Texts::Many(|plan| each(plan.attributes(), |attribute| {
            let name = attribute.name.as_str();
            (attribute.standard.is_none() && !name.starts_with("custom:")).then_some(name)
        }))).space("use - or _ instead"),
    field("userPool.email.from", &STRING, &["CreateUserPool.EmailConfiguration.From"], Texts::One(|plan| plan.own_pool()?.email.from.as_deref())),
    field("userPool.email.replyTo", &EMAIL_ADDRESS, &["CreateUserPool.EmailConfiguration.ReplyToEmailAddress"],
        // Of a name before the address POOL-EMAIL-5 speaks.
        Texts::One(|plan| plan.own_pool()?.email.reply_to.as_deref().filter(|address| !address.contains('<')))),
    field("userPool.email.sesIdentityArn", &ARN, &["CreateUserPool.EmailConfiguration.SourceArn"], Texts::One(|plan| plan.own_pool()?.email.ses_identity_arn.as_deref())),
    field("userPool.email.configurationSet", &CONFIGURATION_SET, &["CreateUserPool.EmailConfiguration.ConfigurationSet"], Texts::One(|plan| plan.own_pool()?.email.configuration_set.as_deref())),
    field("userPool.sms.callerRoleArn", &OPTIONAL_ARN, &["CreateUserPool.SmsConfiguration.SnsCallerArn", "SetUserPoolMfaConfig.SmsMfaConfiguration.SmsConfiguration.SnsCallerArn"], Texts::One(|plan| Some(&plan.own_pool()?.sms.as_ref()?.caller_role_arn))),
    field("userPool.sms.externalId", &STRING, &["CreateUserPool.SmsConfiguration.ExternalId", "SetUserPoolMfaConfig.SmsMfaConfiguration.SmsConfiguration.ExternalId"], Texts::Elsewhere(STS)),
    field("userPool.sms.externalId", &EXTERNAL_ID, &["sts.AssumeRole.ExternalId"], Texts::One(|plan| Some(&plan.own_pool()?.sms.as_ref()?.external_id))),
    field("userPool.sms.region", &REGION_CODE, &["CreateUserPool.SmsConfiguration.SnsRegion", "SetUserPoolMfaConfig.SmsMfaConfiguration.SmsConfiguration.SnsRegion"], Texts::One(|plan| plan.own_pool()?.sms.as_ref()?.region.as_deref())),
    field("userPool.messages.verification.emailSubject", &EMAIL_SUBJECT, &["CreateUserPool.VerificationMessageTemplate.EmailSubject", "CreateUserPool.EmailVerificationSubject"], Texts::One(|plan| verification(plan)?.1.email_subject.as_deref())),
    field("userPool.messages.verification.emailSubject", &EMAIL_SUBJECT_BY_LINK, &["CreateUserPool.VerificationMessageTemplate.EmailSubjectByLink"], Texts::Elsewhere("the line above: the shape of a subject with a code")),
    field("userPool.messages.verification.emailBody", &EMAIL_BODY, &["CreateUserPool.VerificationMessageTemplate.EmailMessage", "CreateUserPool.EmailVerificationMessage"], Texts::One(|plan| verification_email(plan, VerificationMethod::Code)?.email_body.as_deref())).html(),
    field("userPool.messages.verification.emailBody", &EMAIL_BODY_BY_LINK, &["CreateUserPool.VerificationMessageTemplate.EmailMessageByLink"], Texts::One(|plan| verification_email(plan, VerificationMethod::Link)?.email_body.as_deref())).html(),
    field("userPool.messages.verification.smsBody", &SMS, &["CreateUserPool.VerificationMessageTemplate.SmsMessage", "CreateUserPool.SmsVerificationMessage"], Texts::One(|plan| verification(plan)?.1.sms_body.as_deref())),
    field("userPool.messages.invitation.emailSubject", &EMAIL_SUBJECT, &["CreateUserPool.AdminCreateUserConfig.InviteMessageTemplate.EmailSubject"], Texts::One(|plan| invitation(plan)?.email_subject.as_deref())),
    field("userPool.messages.invitation.emailBody", &INVITATION_EMAIL, &["CreateUserPool.AdminCreateUserConfig.InviteMessageTemplate.EmailMessage"], Texts::One(|plan| invitation(plan)?.email_body.as_deref())).html(),
    field("userPool.messages.invitation.smsBody", &INVITATION_SMS, &["CreateUserPool.AdminCreateUserConfig.InviteMessageTemplate.SMSMessage"], Texts::One(|plan| invitation(plan)?.sms_body.as_deref())),
    field("userPool.messages.mfaSms", &SMS, &["CreateUserPool.SmsAuthenticationMessage", "SetUserPoolMfaConfig.SmsMfaConfiguration.SmsAuthenticationMessage"], Texts::One(|plan| plan.own_pool()?.messages.mfa_sms.as_deref())),
    field("userPool.messages.mfaEmail.subject", &MFA_EMAIL_SUBJECT, &["SetUserPoolMfaConfig.EmailMfaConfiguration.Subject"], Texts::One(|plan| plan.own_pool()?.messages.mfa_email.as_ref()?.subject.as_deref())),
    field("userPool.messages.mfaEmail.body", &MFA_EMAIL_BODY, &["SetUserPoolMfaConfig.EmailMfaConfiguration.Message"], Texts::One(|plan| plan.own_pool()?.messages.mfa_email.as_ref()?.body.as_deref())).html(),
    field("userPool.triggers.preSignUp", &ARN, &["CreateUserPool.LambdaConfig.PreSignUp"], Texts::One(|plan| triggers(plan)?.pre_sign_up.as_deref())),
    field("userPool.triggers.postConfirmation", &ARN, &["CreateUserPool.LambdaConfig.PostConfirmation"], Texts::One(|plan| triggers(plan)?.post_confirmation.as_deref())),
    field("userPool.triggers.preAuthentication", &ARN, &["CreateUserPool.LambdaConfig.PreAuthentication"], Texts::One(|plan| triggers(plan)?.pre_authentication.as_deref())),
    field("userPool.triggers.postAuthentication", &ARN, &["CreateUserPool.LambdaConfig.PostAuthentication"], Texts::One(|plan| triggers(plan)?.post_authentication.as_deref())),
    field("userPool.triggers.defineAuthChallenge", &ARN, &["CreateUserPool.LambdaConfig.DefineAuthChallenge"], Texts::One(|plan| triggers(plan)?.define_auth_challenge.as_deref())),
    field("userPool.triggers.createAuthChallenge", &ARN, &["CreateUserPool.LambdaConfig.CreateAuthChallenge"], Texts::One(|plan| triggers(plan)?.create_auth_challenge.as_deref())),
    field("userPool.triggers.verifyAuthChallengeResponse", &ARN, &["CreateUserPool.LambdaConfig.VerifyAuthChallengeResponse"], Texts::One(|plan| triggers(plan)?.verify_auth_challenge_response.as_deref())),
    field("userPool.triggers.preTokenGeneration", &ARN, &["CreateUserPool.LambdaConfig.PreTokenGeneration", "CreateUserPool.LambdaConfig.PreTokenGenerationConfig.LambdaArn"], Texts::One(|plan| triggers(plan)?.pre_token_generation.as_deref())),
    field("userPool.triggers.userMigration", &ARN, &["CreateUserPool.LambdaConfig.UserMigration"], Texts::One(|plan| triggers(plan)?.user_migration.as_deref())),
    field("userPool.triggers.customMessage", &ARN, &["CreateUserPool.LambdaConfig.CustomMessage"], Texts::One(|plan| triggers(plan)?.custom_message.as_deref())),
    field("userPool.triggers.customEmailSender", &ARN, &["CreateUserPool.LambdaConfig.CustomEmailSender.LambdaArn"], Texts::One(|plan| triggers(plan)?.custom_email_sender.as_deref())),
    field("userPool.triggers.customSmsSender", &ARN, &["CreateUserPool.LambdaConfig.CustomSMSSender.LambdaArn"], Texts::One(|plan| triggers(plan)?.custom_sms_sender.as_deref())),
    field("userPool.triggers.senderKeyArn", &ARN, &["CreateUserPool.LambdaConfig.KMSKeyID"], Texts::One(|plan| triggers(plan)?.sender_key_arn.as_deref())),
    field("userPool.tags{key}", &TAG_KEY, &["CreateUserPool.UserPoolTags{key}"], Texts::Many(|plan| tags(plan).map(|(place, key, _)| (place, key)).collect())),
    field("userPool.tags{value}", &TAG_VALUE, &["CreateUserPool.UserPoolTags{value}"], Texts::Many(|plan| tags(plan).map(|(place, _, value)| (place, value)).collect())),
    field("domain.prefix", &DOMAIN, &["CreateUserPoolDomain.Domain"], Texts::One(|plan| plan.domain.as_ref()?.prefix.as_deref())),
    field("domain.name", &DOMAIN, &["CreateUserPoolDomain.Domain"], Texts::Elsewhere("DOMAIN-CUSTOM-1: AWS takes the dots that the model leaves out")),
    field("domain.certificateArn", &ARN, &["CreateUserPoolDomain.CustomDomainConfig.CertificateArn"], Texts::One(|plan| plan.domain.as_ref()?.certificate_arn.as_deref())),
    field("resourceServers[].name", &SERVER_NAME, &["CreateResourceServer.Name"], Texts::Many(|plan| each(&plan.resource_servers, |server| Some(&server.name)))),
    field("resourceServers[].identifier", &SERVER_IDENTIFIER, &["CreateResourceServer.Identifier"], Texts::Many(|plan| each(&plan.resource_servers, |server| Some(&server.identifier)))),
    field("resourceServers[].scopes[].name", &SCOPE_NAME, &["CreateResourceServer.Scopes[].ScopeName"], Texts::Many(|plan| lists(&plan.resource_servers, |server| &server.scopes, |scope| &scope.name))),
    field("resourceServers[].scopes[].description", &SCOPE_DESCRIPTION, &["CreateResourceServer.Scopes[].ScopeDescription"], Texts::Many(|plan| lists(&plan.resource_servers, |server| &server.scopes, |scope| &scope.description))),
    field("identityProviders[].name", &NEW_PROVIDER_NAME, &["CreateIdentityProvider.ProviderName"], Texts::Elsewhere("IDP-NAME-2")),
    field("identityProviders[].name", &PROVIDER_NAME, &["UpdateIdentityProvider.ProviderName"],
        // Of other lengths IDP-NAME-2 speaks.
        Texts::Many(|plan| each(&plan.identity_providers, |provider| Some(provider.name.as_str()).filter(|name| (3..=32).contains(&name.chars().count()))))),
    field("identityProviders[].identifiers[]", &IDP_IDENTIFIER, &["CreateIdentityProvider.IdpIdentifiers[]"], Texts::Many(|plan| lists(&plan.identity_providers, |provider| &provider.identifiers, text))),
    field("identityProviders[].attributeMapping{key}", &MAPPING_KEY, &["CreateIdentityProvider.AttributeMapping{key}"], Texts::Many(|plan| mappings(plan).map(|(place, key, _)| (place, key)).collect())),
    field("identityProviders[].attributeMapping{value}", &STRING, &["CreateIdentityProvider.AttributeMapping{value}"], Texts::Many(|plan| mappings(plan).map(|(place, _, value)| (place, value)).collect())),
    field("groups[].name", &GROUP_NAME, &["CreateGroup.GroupName"], Texts::Many(|plan| each(&plan.groups, |group| Some(&group.name)))).space("use a name without white space"),
    field("groups[].description", &DESCRIPTION, &["CreateGroup.Description"], Texts::Many(|plan| each(&plan.groups, |group| group.description.as_deref()))),
    field("groups[].roleArn", &ARN, &["CreateGroup.RoleArn"], Texts::Many(|plan| each(&plan.groups, |group| group.role_arn.as_deref()))),
    field("clients[].displayName", &CLIENT_NAME, &["CreateUserPoolClient.ClientName"], Texts::Many(|plan| each(&plan.clients, |client| Some(&client.display_name)))),
    field("clients[].importId", &CLIENT_ID, &["UpdateUserPoolClient.ClientId"], Texts::Many(|plan| each(&plan.clients, |client| client.import_id.as_deref()))),
    field("clients[].callbackUrls[]", &REDIRECT_URL, &["CreateUserPoolClient.CallbackURLs[]"], Texts::Many(|plan| lists(&plan.clients, |client| &client.callback_urls, text))).space(URL_SPACE),
    field("clients[].logoutUrls[]", &REDIRECT_URL, &["CreateUserPoolClient.LogoutURLs[]"], Texts::Many(|plan| lists(&plan.clients, |client| &client.logout_urls, text))).space(URL_SPACE),
    field("clients[].defaultRedirectUrl", &REDIRECT_URL, &["CreateUserPoolClient.DefaultRedirectURI"],
        // One of the callback URLs has been looked at there.
        Texts::Many(|plan| each(&plan.clients, |client| client.default_redirect_url.as_deref().filter(|default| !client.callback_urls.iter().any(|url| url == default))))).space(URL_SPACE),
    field("clients[].scopes[]", &SCOPE, &["CreateUserPoolClient.AllowedOAuthScopes[]"], Texts::Many(|plan| lists(&plan.clients, |client| &client.scopes, text))).space("write an entry for each scope"),
    field("clients[].identityProviders[]", &PROVIDER_NAME, &["CreateUserPoolClient.SupportedIdentityProviders[]"], 
        // Of one that is here, its own name speaks.
        Texts::Many(|plan| {
            let mut names = lists(&plan.clients, |client| &client.identity_providers, text);
            names.retain(|(_, name)| plan.identity_provider(name).is_none());
            names
        })),
    field("clients[].readAttributes[]", &CLIENT_PERMISSION, &["CreateUserPoolClient.ReadAttributes[]"], Texts::Many(|plan| lists(&plan.clients, |client| client.read_attributes.as_deref().unwrap_or_default(), text))),
    field("clients[].writeAttributes[]", &CLIENT_PERMISSION, &["CreateUserPoolClient.WriteAttributes[]"], Texts::Many(|plan| lists(&plan.clients, |client| client.write_attributes.as_deref().unwrap_or_default(), text))),
    field("clients[].analytics.applicationArn", &ARN, &["CreateUserPoolClient.AnalyticsConfiguration.ApplicationArn"], Texts::Many(|plan| each(&plan.clients, |client| client.analytics.as_ref()?.application_arn.as_deref()))),
    field("clients[].analytics.applicationId", &HEX_STRING, &["CreateUserPoolClient.AnalyticsConfiguration.ApplicationId"], Texts::Many(|plan| each(&plan.clients, |client| client.analytics.as_ref()?.application_id.as_deref()))),
    field("clients[].analytics.externalId", &STRING, &["CreateUserPoolClient.AnalyticsConfiguration.ExternalId"], Texts::Elsewhere(STS)),
    field("clients[].analytics.externalId", &EXTERNAL_ID, &["sts.AssumeRole.ExternalId"], Texts::Many(|plan| each(&plan.clients, |client| client.analytics.as_ref()?.external_id.as_deref()))),
    field("clients[].analytics.roleArn", &ARN, &["CreateUserPoolClient.AnalyticsConfiguration.RoleArn"], Texts::Many(|plan| each(&plan.clients, |client| client.analytics.as_ref()?.role_arn.as_deref()))),
];

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::Path;
    use std::{env, fs};

    use serde_json::{Map, Value, json};

    use super::*;
    use crate::api::openapi;

    /// Where a field of the spec is narrower or wider than its shape, and why.
    const OTHER_BOUNDS: [(&str, &str); 17] = [
        (
            "userPool.attributes[].name",
            "names of standard attributes are longer",
        ),
        ("userPool.email.from", AN_ADDRESS),
        ("userPool.email.replyTo", AN_ADDRESS),
        (
            "userPool.sms.callerRoleArn",
            "the model takes an empty one for none",
        ),
        ("userPool.messages.verification.emailBody", PLACEHOLDER),
        ("userPool.messages.verification.smsBody", PLACEHOLDER),
        ("userPool.messages.invitation.emailBody", PLACEHOLDER),
        ("userPool.messages.invitation.smsBody", PLACEHOLDER),
        ("userPool.messages.mfaSms", PLACEHOLDER),
        (
            "userPool.messages.mfaEmail.subject",
            "as other subjects: the model has no bounds",
        ),
        ("userPool.messages.mfaEmail.body", PLACEHOLDER),
        (
            "resourceServers[].name",
            "a DNS label, because objects are named by it",
        ),
        ("clients[].readAttributes[]", ATTRIBUTE),
        ("clients[].writeAttributes[]", ATTRIBUTE),
        (
            "clients[].analytics.applicationId",
            "the model has no bounds",
        ),
        (
            "userPool.sms.externalId",
            "STS, to which Cognito sends it, takes less",
        ),
        (
            "clients[].analytics.externalId",
            "STS, to which Cognito sends it, takes less",
        ),
    ];
    const AN_ADDRESS: &str = "an address has 3 characters or more";
    const PLACEHOLDER: &str = "a text that is too short lacks a placeholder, and is told which";
    const ATTRIBUTE: &str = "no attribute has a longer name, with dev:custom: before it";

    /// Texts of the spec that Cognito never gets, and why.
    const NOT_SENT: [(&str, &str); 15] = [
        ("region", "the provider calls it there"),
        ("existingUserPool.name", OF_KUBERNETES),
        ("existingUserPool.labels{key}", OF_KUBERNETES),
        ("existingUserPool.labels{value}", OF_KUBERNETES),
        ("userPool.password.temporaryValidity", DURATION),
        ("identityProviders[].detailsSecretRef.name", OF_KUBERNETES),
        (
            "identityProviders[].detailsSecretRef.namespace",
            OF_KUBERNETES,
        ),
        ("clients[].name", OF_KUBERNETES),
        ("clients[].connectionSecret.name", OF_KUBERNETES),
        ("clients[].connectionSecret.namespace", OF_KUBERNETES),
        ("clients[].tokens.access", DURATION),
        ("clients[].tokens.id", DURATION),
        ("clients[].tokens.refresh", DURATION),
        ("clients[].tokens.rotation.grace", DURATION),
        ("clients[].authSession", DURATION),
    ];
    const OF_KUBERNETES: &str = "names an object of the cluster";
    const DURATION: &str = "a duration, sent as a number";

    fn schema_at(path: &str) -> &Value {
        let pointer = path
            .replace("[]", ".items")
            .replace("{value}", ".additionalProperties");
        pointer
            .split('.')
            .fold(openapi::spec(), |schema, step| match step {
                "items" | "additionalProperties" => &schema[step],
                _ => &schema["properties"][step],
            })
    }

    #[test]
    fn the_schema_has_the_bounds_of_the_shapes() {
        let mut wrong = Vec::new();
        let mut excused = BTreeSet::new();
        for field in FIELDS.iter().filter(|field| !field.path.ends_with("{key}")) {
            let schema = schema_at(field.path);
            assert_eq!(schema["type"], "string", "{}", field.path);
            let bound = |name: &str, none: usize| {
                schema[name]
                    .as_u64()
                    .map_or(none, |bound| usize::try_from(bound).unwrap())
            };
            let found = (bound("minLength", 0), bound("maxLength", UNBOUNDED));
            let Shape { name, min, max, .. } = *field.shape;
            if found != (min, max) {
                excused.insert(field.path);
                if !OTHER_BOUNDS.iter().any(|(path, _)| *path == field.path) {
                    wrong.push(format!(
                        "{}: {found:?}, and {name} has {min} to {max}",
                        field.path
                    ));
                }
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
        let others: BTreeSet<&str> = OTHER_BOUNDS.iter().map(|(path, _)| *path).collect();
        assert_eq!(others, excused);
    }

    /// The paths of all texts in a schema that are no word of an enum.
    fn texts(schema: &Value, path: &str, found: &mut BTreeSet<String>) {
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            texts(property, &format!("{path}.{name}"), found);
        }
        if let Some(items) = schema.get("items") {
            texts(items, &format!("{path}[]"), found);
        }
        if let Some(values) = schema
            .get("additionalProperties")
            .filter(|values| values.is_object())
        {
            found.insert(format!("{path}{{key}}"));
            texts(values, &format!("{path}{{value}}"), found);
        }
        if schema["type"] == "string" && schema.get("enum").is_none() {
            found.insert(path.to_owned());
        }
    }

    #[test]
    fn every_text_has_a_shape_or_is_not_sent() {
        let mut all = BTreeSet::new();
        texts(openapi::spec(), "", &mut all);
        let all: BTreeSet<&str> = all.iter().map(|path| &path[1..]).collect();
        let shaped: BTreeSet<&str> = FIELDS.iter().map(|field| field.path).collect();
        let not_sent: BTreeSet<&str> = NOT_SENT.iter().map(|(path, _)| *path).collect();
        assert!(shaped.is_disjoint(&not_sent));
        assert_eq!(
            shaped.union(&not_sent).copied().collect::<BTreeSet<_>>(),
            all
        );
    }

    /// The table as the comparison with the service model reads it.
    fn table() -> Value {
        let mut shapes = BTreeMap::new();
        let mut members = BTreeMap::new();
        for field in FIELDS {
            let Shape {
                name,
                pattern,
                min,
                max,
                class,
                ..
            } = *field.shape;
            let bound = |bound: usize, none: usize| (bound != none).then_some(bound);
            shapes.insert(name, json!({
                "pattern": pattern, "min": bound(min, 0), "max": bound(max, UNBOUNDED), "class": class.pattern(),
            }));
            for member in field.members {
                members.insert(*member, name);
            }
        }
        json!({ "shapes": shapes, "members": members, "refused": refused() })
    }

    /// The ranges of code points that each class refuses, in hexadecimal.
    fn refused() -> Map<String, Value> {
        let ranges = |class: Class| {
            let mut ranges: Vec<(u32, u32)> = Vec::new();
            for letter in ('\0'..=char::MAX).filter(|letter| !class.takes(*letter)) {
                let code = u32::from(letter);
                match ranges.last_mut() {
                    Some((_, last)) if *last + 1 == code => *last = code,
                    _ => ranges.push((code, code)),
                }
            }
            let ranges = ranges.into_iter();
            let texts: Vec<String> = ranges
                .map(|(first, last)| format!("{first:X}-{last:X}"))
                .collect();
            Value::from(texts.join(" "))
        };
        let classes = Class::ALL.into_iter();
        classes
            .map(|class| (class.pattern().to_owned(), ranges(class)))
            .collect()
    }

    /// `UPDATE=1 cargo test --lib rules::shapes` writes the file anew.
    #[test]
    fn the_table_is_the_one_that_is_compared() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python/shapes.json");
        let fresh = format!("{:#}\n", table());
        if env::var_os("UPDATE").is_some() {
            fs::write(&path, &fresh).unwrap();
        }
        let found = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            found == fresh,
            "stale: UPDATE=1 cargo test --lib rules::shapes"
        );
    }
}
