//! The user pool, settled.

use std::collections::{BTreeMap, BTreeSet};

use crate::api::app_auth::{
    self, AttributeType, CharacterClass, Contact, Devices, Email, Identifier, Messages, MfaMethod,
    MfaMode, OnDelete, Recovery, Sms, Triggers, UserPool,
};
use crate::api::duration::Duration;
use crate::path::FieldPath;

use super::{Context, names, policy};

/// The user pool that the composite owns.
#[derive(Debug, Clone, PartialEq)]
pub struct Pool {
    /// Its name at AWS.
    pub name: String,
    /// The pool of AWS that is taken over at first creation.
    pub import_id: Option<String>,
    /// What becomes of it when the composite goes.
    pub on_delete: OnDelete,
    /// How people sign in and sign up.
    pub sign_in: SignIn,
    /// The second factor.
    pub mfa: Mfa,
    /// What a password must be like.
    pub password: Password,
    /// What is kept of each user, in the order written.
    pub attributes: Vec<Attribute>,
    /// How a forgotten password is recovered, in order of priority.
    pub recovery: Vec<Recovery>,
    /// Remembering devices; none for not tracking them.
    pub devices: Option<Devices>,
    /// Who sends the e-mails.
    pub email: EmailSender,
    /// Who sends text messages.
    pub sms: Option<Sms>,
    /// The texts of messages, as written.
    pub messages: Messages,
    /// The Lambda triggers, as written.
    pub triggers: Triggers,
    /// The tags: the team's, and the platform's over them.
    pub tags: BTreeMap<String, String>,
}

/// How people sign in and sign up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIn {
    /// What people sign in with.
    pub with: BTreeSet<Identifier>,
    /// Whether Ann and ann are two users.
    pub case_sensitive: bool,
    /// Whether people may sign up by themselves.
    pub self_sign_up: bool,
    /// What is verified with a code.
    pub verify: BTreeSet<Contact>,
    /// What keeps its old value until the new one is verified.
    pub keep_original_until_verified: BTreeSet<Contact>,
}

/// The second factor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mfa {
    /// Whether it is asked for.
    pub mode: MfaMode,
    /// The factors to choose from; empty where it is never asked for.
    pub methods: BTreeSet<MfaMethod>,
}

/// What a password must be like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Password {
    /// The least number of characters.
    pub min_length: u32,
    /// The classes of which each must appear.
    pub require: BTreeSet<CharacterClass>,
    /// How long a password that an administrator gave can be used.
    pub temporary_validity: Duration,
}

/// An attribute of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// Its place in the list, for paths.
    pub index: usize,
    /// Its name, without `custom:`.
    pub name: String,
    /// The standard attribute of that name.
    pub standard: Option<&'static StandardAttribute>,
    /// The type as written: a custom attribute must say it, a standard one has its own.
    pub type_: Option<AttributeType>,
    /// Whether every user must have it.
    pub required: bool,
    /// Whether it can be changed once set.
    pub mutable: bool,
    /// The least length as written.
    pub min_length: Option<u32>,
    /// The greatest length as written.
    pub max_length: Option<u32>,
    /// The least value as written.
    pub min_value: Option<i64>,
    /// The greatest value as written.
    pub max_value: Option<i64>,
}

/// An attribute that every pool has.
#[derive(Debug, PartialEq, Eq)]
pub struct StandardAttribute {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub type_: AttributeType,
    /// The lengths that Cognito gives it.
    pub lengths: (u32, u32),
}

/// The attributes that every pool has, as `DescribeUserPool` lists them for a new one.
pub const STANDARD_ATTRIBUTES: [StandardAttribute; 20] = {
    const fn of(
        name: &'static str,
        type_: AttributeType,
        lengths: (u32, u32),
    ) -> StandardAttribute {
        StandardAttribute {
            name,
            type_,
            lengths,
        }
    }
    const TEXT: (u32, u32) = (0, 2048);
    use AttributeType::{Boolean, Number, String};
    [
        of("address", String, TEXT),
        of("birthdate", String, (10, 10)),
        of("email", String, TEXT),
        of("email_verified", Boolean, TEXT),
        of("family_name", String, TEXT),
        of("gender", String, TEXT),
        of("given_name", String, TEXT),
        of("locale", String, TEXT),
        of("middle_name", String, TEXT),
        of("name", String, TEXT),
        of("nickname", String, TEXT),
        of("phone_number", String, TEXT),
        of("phone_number_verified", Boolean, TEXT),
        of("picture", String, TEXT),
        of("preferred_username", String, TEXT),
        of("profile", String, TEXT),
        of("sub", String, (1, 2048)),
        of("updated_at", Number, TEXT),
        of("website", String, TEXT),
        of("zoneinfo", String, TEXT),
    ]
};

/// Who sends the e-mails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmailSender {
    /// The SES identity that sends; none for Cognito itself.
    pub ses_identity_arn: Option<String>,
    /// The sender.
    pub from: Option<String>,
    /// Where answers go.
    pub reply_to: Option<String>,
    /// The SES configuration set.
    pub configuration_set: Option<String>,
}

impl Pool {
    /// The path of a field.
    pub fn at(&self, field: &str) -> FieldPath {
        FieldPath::parse("spec.userPool").join(&FieldPath::parse(field))
    }
}

impl Attribute {
    /// The path of a field.
    pub fn at(&self, field: &str) -> FieldPath {
        FieldPath::parse("spec.userPool.attributes")
            .index(self.index)
            .join(&FieldPath::parse(field))
    }

    /// What clients and Cognito call it: `custom:` comes before the name of a custom one.
    pub fn full_name(&self) -> String {
        if self.standard.is_some() {
            self.name.clone()
        } else {
            format!("custom:{}", self.name)
        }
    }

    /// Its type; text where a custom one does not say it, which is an error of its own.
    pub fn value_type(&self) -> AttributeType {
        self.standard
            .map_or(self.type_.unwrap_or(AttributeType::String), |standard| {
                standard.type_
            })
    }

    /// The least and the greatest length of a text.
    pub fn lengths(&self) -> (u32, u32) {
        match self.standard {
            Some(standard) => standard.lengths,
            None => (
                self.min_length.unwrap_or(0),
                self.max_length.unwrap_or(2048),
            ),
        }
    }
}

pub(super) fn settle(written: UserPool, has_users: bool, context: &Context<'_>) -> Pool {
    // Tier, passkeys and threat protection are what only the Upbound providers can do; support.rs says so.
    let UserPool {
        name,
        import_id,
        on_delete,
        tier: _,
        sign_in,
        mfa,
        passkeys: _,
        password,
        attributes,
        recovery,
        devices,
        email,
        sms,
        messages,
        triggers,
        threat_protection: _,
        tags,
    } = written;
    let written_sign_in = sign_in.unwrap_or_default();
    let with: BTreeSet<Identifier> = written_sign_in
        .with
        .clone()
        .map_or_else(|| [Identifier::Email].into(), BTreeSet::from_iter);
    let recovery = recovery.unwrap_or_else(|| default_recovery(&with));
    let mut tags = tags.unwrap_or_default();
    tags.extend(context.input.tags.clone().unwrap_or_default());
    Pool {
        name: name.unwrap_or_else(|| names::pool(context.composite)),
        import_id,
        on_delete: on_delete.unwrap_or(OnDelete::Retain),
        sign_in: settle_sign_in(written_sign_in, with, &recovery, has_users),
        mfa: settle_mfa(mfa.unwrap_or_default(), context),
        password: settle_password(password.unwrap_or_default(), context),
        attributes: attributes
            .unwrap_or_default()
            .into_iter()
            .enumerate()
            .map(settle_attribute)
            .collect(),
        recovery,
        devices,
        email: settle_email(email.unwrap_or_default()),
        sms,
        messages: messages.unwrap_or_default(),
        triggers: triggers.unwrap_or_default(),
        tags,
    }
}

fn default_recovery(with: &BTreeSet<Identifier>) -> Vec<Recovery> {
    let contacts: Vec<Recovery> = with
        .iter()
        .filter_map(|identifier| match identifier {
            Identifier::Email => Some(Recovery::Email),
            Identifier::Phone => Some(Recovery::Phone),
            Identifier::Username | Identifier::PreferredUsername => None,
        })
        .collect();
    if contacts.is_empty() {
        vec![Recovery::Email]
    } else {
        contacts
    }
}

fn settle_sign_in(
    written: app_auth::SignIn,
    with: BTreeSet<Identifier>,
    recovery: &[Recovery],
    has_users: bool,
) -> SignIn {
    let app_auth::SignIn {
        with: _,
        case_sensitive,
        self_sign_up,
        verify,
        keep_original_until_verified,
        first_factors: _,
    } = written;
    let used = || {
        let mut contacts = BTreeSet::new();
        if with.contains(&Identifier::Email) || recovery.contains(&Recovery::Email) {
            contacts.insert(Contact::Email);
        }
        if with.contains(&Identifier::Phone) || recovery.contains(&Recovery::Phone) {
            contacts.insert(Contact::Phone);
        }
        contacts
    };
    let verify: BTreeSet<Contact> = verify.map_or_else(used, BTreeSet::from_iter);
    SignIn {
        case_sensitive: case_sensitive.unwrap_or(false),
        self_sign_up: self_sign_up.unwrap_or(has_users),
        keep_original_until_verified: keep_original_until_verified
            .map_or_else(|| verify.clone(), BTreeSet::from_iter),
        verify,
        with,
    }
}

fn settle_mfa(written: app_auth::Mfa, context: &Context<'_>) -> Mfa {
    let app_auth::Mfa { mode, methods } = written;
    let weakest = context
        .input
        .policy
        .as_ref()
        .and_then(|policy| policy.min_mfa);
    let mode = mode.unwrap_or_else(|| MfaMode::Optional.max(weakest.unwrap_or(MfaMode::Optional)));
    let methods = match methods {
        Some(methods) => BTreeSet::from_iter(methods),
        None if mode == MfaMode::Disabled => BTreeSet::new(),
        None => [MfaMethod::Totp].into(),
    };
    Mfa { mode, methods }
}

/// The classes of characters that are asked for where nobody wrote any.
const ALL: [CharacterClass; 4] = [
    CharacterClass::Lowercase,
    CharacterClass::Uppercase,
    CharacterClass::Numbers,
    CharacterClass::Symbols,
];

fn settle_password(written: app_auth::Password, context: &Context<'_>) -> Password {
    let app_auth::Password {
        min_length,
        require,
        temporary_validity,
        history: _,
    } = written;
    Password {
        min_length: min_length
            .unwrap_or_else(|| policy::min_password_length(context.input).max(12)),
        require: require.map_or_else(|| ALL.into(), BTreeSet::from_iter),
        temporary_validity: temporary_validity.unwrap_or(Duration::from_days(7)),
    }
}

fn settle_attribute((index, written): (usize, app_auth::Attribute)) -> Attribute {
    let app_auth::Attribute {
        name,
        type_,
        required,
        mutable,
        min_length,
        max_length,
        min_value,
        max_value,
    } = written;
    Attribute {
        index,
        standard: STANDARD_ATTRIBUTES
            .iter()
            .find(|standard| standard.name == name),
        name,
        type_,
        required: required.unwrap_or(false),
        mutable: mutable.unwrap_or(true),
        min_length,
        max_length,
        min_value,
        max_value,
    }
}

fn settle_email(written: Email) -> EmailSender {
    let Email {
        from,
        reply_to,
        ses_identity_arn,
        configuration_set,
    } = written;
    EmailSender {
        ses_identity_arn,
        from,
        reply_to,
        configuration_set,
    }
}
