//! Rules of Cognito as `x-kubernetes-validations`, so that `kubectl apply` rejects an AppAuth at once.
//!
//! Only the XRD has them. The function reports the same errors all at once and with the value, so the schema that it checks
//! a spec with leaves them out. The XRD never rejects a spec that the function would accept: it does not require a field
//! that the Input's defaults could supply.

use serde_json::{Value, json};

/// A rule of Cognito's as one of `x-kubernetes-validations`.
#[derive(Debug, Clone, Copy)]
pub struct XrdRule {
    /// The id of the rule.
    pub id: &'static str,
    /// The fields of the spec that it validates: `a.b`, `[]` for the entries of a list.
    pub fields: &'static [&'static str],
    /// The condition, in the Common Expression Language.
    pub rule: &'static str,
    /// The message of the API server if the condition is false.
    pub message: &'static str,
}

const fn xrd_rule(
    id: &'static str,
    fields: &'static [&'static str],
    rule: &'static str,
    message: &'static str,
) -> XrdRule {
    XrdRule {
        id,
        fields,
        rule,
        message,
    }
}

/// An ARN of a service, with a resource that begins in a way and goes on.
macro_rules! arn {
    ($service:literal, $resource:literal) => {
        concat!(
            "self.matches(r'^arn:aws[a-z-]*:",
            $service,
            ":[A-Za-z0-9_+=/,.@-]*:[0-9]+:",
            $resource,
            "[A-Za-z0-9_+=/,.@:-]*[A-Za-z0-9_+=,.@-]$')"
        )
    };
}

const FUNCTION: &str = arn!("lambda", "function:");
const NO_FUNCTION: &str = "must be the ARN of a Lambda function, such as arn:aws:lambda:eu-west-1:123456789012:function:sign-up";
const ROLE: &str = arn!("iam", "role/");
const NO_ROLE: &str =
    "must be the ARN of an IAM role, such as arn:aws:iam::123456789012:role/cognito";
const OF_SCOPE: &str = r"self.matches(r'^[!#-\[\]-~]*$')";
const OF_NAME: &str = r"self.matches(r'^[\w\s\x0B+=,.@-]*$')";
const NOT_OF_NAME: &str = "must have letters from a to z, digits, spaces and _ + = , . @ - only";
const NO_SPACE: &str = r"!self.matches(r'\s')";

/// Invisible characters except ASCII white space, for a character class.
macro_rules! invisible {
    () => {
        concat!(
            r"\x00-\x08\x0E-\x1F\x7F-\xA0\xAD\x{600}-\x{605}\x{61C}\x{6DD}\x{70F}\x{890}\x{891}\x{8E2}\x{1680}",
            r"\x{180E}\x{2000}-\x{200F}\x{2028}-\x{202F}\x{205F}-\x{2064}\x{2066}-\x{206F}\x{3000}",
            r"\x{E000}-\x{F8FF}\x{FDD0}-\x{FDEF}\x{FEFF}\x{FFF9}-\x{FFFB}\x{FFFE}\x{FFFF}"
        )
    };
}

const OF_TEXT: &str = concat!("!self.matches(r'[", invisible!(), "]')");
// Not of long texts, through which a pattern takes its time: the four that come along when text is pasted.
const OF_LONG_TEXT: &str = r"!self.contains('\u00A0') && !self.contains('\u00AD') && !self.contains('\u200B') && !self.contains('\uFEFF')";
const NOT_OF_TEXT: &str = "must have no invisible characters, such as a no-break space";
const OF_WORD: &str = concat!(r"!self.matches(r'[\s\x0B", invisible!(), "]')");
const NOT_OF_WORD: &str = "must have no white space and no invisible characters";
const OF_LINE: &str = r"!self.matches(r'[\n\r\x{85}\x{2028}\x{2029}]')";
const NOT_OF_LINE: &str = "must be one line: in YAML, write >- instead of |";
const OF_EXTERNAL_ID: &str = r"self.matches(r'^[\w+=,.@:/-]*$')";
const NOT_OF_EXTERNAL_ID: &str = "must have letters from a to z, digits and _ + = / , . @ : - only";
// Of ten thousand URLs there is little time for each.
const HTTPS: &str = "!self.startsWith('http://') || self.startsWith('http://localhost') || \
    self.startsWith('http://127.0.0.1') || self.startsWith('http://[::1]') || self.contains('@')";
const HARMLESS: &str = "!(self.startsWith('about:') || self.startsWith('blob:') || self.startsWith('data:') || \
    self.startsWith('file:') || self.startsWith('filesystem:') || self.startsWith('javascript:') || \
    self.startsWith('vbscript:'))";
const NO_HTTPS: &str = "must use https, or http for localhost only";
const POOL_ID: &str = "self.matches(r'^[A-Za-z0-9_-]+_[A-Za-z0-9]+$')";
const NO_POOL_ID: &str = "must be the id of a user pool, such as eu-west-1_AbCdEfGhI";
const CODE: &str = "self.contains('{####}')";
const NO_CODE: &str = "must have {####} in it, which becomes the code";

/// Whether an attribute is one that every pool has.
macro_rules! standard {
    ($name:literal) => {
        concat!(
            $name,
            " in ['address', 'birthdate', 'email', 'email_verified', 'family_name', 'gender', 'given_name', 'locale', ",
            "'middle_name', 'name', 'nickname', 'phone_number', 'phone_number_verified', 'picture', 'preferred_username', ",
            "'profile', 'sub', 'updated_at', 'website', 'zoneinfo']"
        )
    };
}

/// All rules of Cognito that the XRD checks.
pub const XRD_RULES: &[XrdRule] = &[
    xrd_rule(
        "DOMAIN-1",
        &["domain"],
        "!(has(self.prefix) && has(self.name))",
        "prefix and name: keep one of them",
    ),
    xrd_rule(
        "DOMAIN-1",
        &["domain"],
        "!(has(self.prefix) && has(self.certificateArn))",
        "certificateArn is for a name of one's own, not for a prefix",
    ),
    xrd_rule(
        "DOMAIN-PREFIX-1",
        &["domain.prefix"],
        "self.matches('^[a-z0-9]([a-z0-9-]*[a-z0-9])?$')",
        "must have a to z, 0 to 9 and - only, with no - at either end",
    ),
    xrd_rule(
        "DOMAIN-PREFIX-2",
        &["domain.prefix"],
        "!self.contains('cognito') && !self.contains('amazon') && !self.matches('^(.*-)?aws(-.*)?$')",
        "must not have aws, amazon or cognito in it, which AWS keeps to itself",
    ),
    xrd_rule(
        "DOMAIN-CUSTOM-1",
        &["domain.name"],
        r"self.matches(r'^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$')",
        "must be a whole host name in lower case, such as login.example.org",
    ),
    xrd_rule(
        "DOMAIN-CUSTOM-1",
        &["domain.name"],
        r"!self.matches(r'^[0-9]+(\.[0-9]+){3}$')",
        "must not be an IP address: use a name such as login.example.org",
    ),
    xrd_rule(
        "DOMAIN-CUSTOM-3",
        &["domain.name"],
        r"!self.matches(r'^[^.]+\.[^.]+$')",
        "must not be right below a top-level domain: use a name such as login.example.org",
    ),
    xrd_rule(
        "DOMAIN-CUSTOM-2",
        &["domain"],
        "!has(self.certificateArn) || self.certificateArn.matches(r'^arn:aws[a-z-]*:acm:[A-Za-z0-9_+=/,.@-]*:[0-9]+:certificate/[A-Za-z0-9_+=/,.@:-]*[A-Za-z0-9_+=,.@-]$')",
        "certificateArn must be the ARN of a certificate of ACM in us-east-1",
    ),
    xrd_rule(
        "DOMAIN-CUSTOM-2",
        &["domain"],
        "!has(self.certificateArn) || !self.certificateArn.startsWith('arn:aws:') || self.certificateArn.startsWith('arn:aws:acm:us-east-1:')",
        "certificateArn must be of us-east-1, where login pages read it",
    ),
    xrd_rule(
        "GEN-POOLID-1",
        &["existingUserPool.id", "userPool.importId"],
        POOL_ID,
        NO_POOL_ID,
    ),
    xrd_rule(
        "GEN-SHAPE-1",
        &["userPool.name", "clients[].displayName"],
        OF_NAME,
        NOT_OF_NAME,
    ),
    xrd_rule(
        "GEN-SHAPE-2",
        &["userPool.tags"],
        "self.all(key, size(key) > 0 && size(key) <= 128)",
        "each key must have 1 to 128 characters",
    ),
    xrd_rule(
        "POOL-SIGNIN-3",
        &["userPool.signIn"],
        "!has(self.with) || !('PreferredUsername' in self.with) || 'Username' in self.with",
        "with: PreferredUsername is only for pools with Username",
    ),
    xrd_rule(
        "POOL-VERIFY-3",
        &["userPool.signIn"],
        "!has(self.keepOriginalUntilVerified) || !has(self.verify) || self.keepOriginalUntilVerified.all(each, each in self.verify)",
        "keepOriginalUntilVerified: each must also be in verify",
    ),
    xrd_rule(
        "POOL-RECOVER-3",
        &["userPool.recovery"],
        "!('Admin' in self) || size(self) == 1",
        "Admin must stand alone",
    ),
    xrd_rule(
        "POOL-MFA-4",
        &["userPool.mfa"],
        "!has(self.mode) || self.mode != 'Disabled' || !has(self.methods)",
        "methods are for the modes Optional and Required",
    ),
    xrd_rule("POOL-SMS-1", &["userPool.sms.callerRoleArn"], ROLE, NO_ROLE),
    xrd_rule(
        "GEN-SHAPE-1",
        &["userPool.sms.externalId", "clients[].analytics.externalId"],
        OF_EXTERNAL_ID,
        NOT_OF_EXTERNAL_ID,
    ),
    xrd_rule(
        "POOL-EMAIL-4",
        &["userPool.email.sesIdentityArn"],
        arn!("ses", "identity/"),
        "must be the ARN of an identity of SES, such as arn:aws:ses:eu-west-1:123456789012:identity/example.org",
    ),
    xrd_rule(
        "POOL-EMAIL-5",
        &["userPool.email.replyTo"],
        r"self.matches(r'^[^@\s<>,;]+@[^@\s<>,;]+$')",
        "must be a bare address, such as help@example.org",
    ),
    xrd_rule(
        "POOL-EMAIL-5",
        &["userPool.email.from"],
        r"self.contains('@')",
        "must be an address, such as no-reply@example.org or Shop <no-reply@example.org>",
    ),
    xrd_rule(
        "POOL-EMAIL-5",
        &["userPool.email.from"],
        r"!self.contains('\n') && !self.contains('\r')",
        NOT_OF_LINE,
    ),
    xrd_rule(
        "POOL-EMAIL-5",
        &["userPool.email.from"],
        r"self.matches(r'@[!-~]+$')",
        "must end with an address in ASCII: write its domain in Punycode",
    ),
    xrd_rule(
        "GEN-SHAPE-1",
        &["userPool.email.configurationSet"],
        "self.matches('^[A-Za-z0-9_-]+$')",
        "must have letters from a to z, digits, _ and - only",
    ),
    xrd_rule(
        "GEN-SHAPE-1",
        &[
            "userPool.messages.verification.emailSubject",
            "userPool.messages.invitation.emailSubject",
            "userPool.messages.mfaEmail.subject",
        ],
        OF_TEXT,
        NOT_OF_TEXT,
    ),
    xrd_rule(
        "GEN-SHAPE-1",
        &[
            "userPool.messages.verification.emailBody",
            "userPool.messages.invitation.emailBody",
            "userPool.messages.mfaEmail.body",
        ],
        OF_LONG_TEXT,
        NOT_OF_TEXT,
    ),
    xrd_rule(
        "GEN-SHAPE-1",
        &[
            "userPool.messages.verification.smsBody",
            "userPool.messages.mfaSms",
        ],
        OF_LINE,
        NOT_OF_LINE,
    ),
    xrd_rule(
        "POOL-MSG-1",
        &["userPool.messages.verification"],
        "!has(self.method) || self.method != 'Code' || !has(self.emailBody) || self.emailBody.contains('{####}')",
        "emailBody must have {####} in it, which becomes the code",
    ),
    xrd_rule(
        "POOL-MSG-2",
        &["userPool.messages.verification"],
        "!has(self.method) || self.method != 'Link' || !has(self.emailBody) || self.emailBody.contains('{##') && self.emailBody.contains('##}')",
        "emailBody must have {##text##} in it, which becomes the link",
    ),
    xrd_rule(
        "POOL-MSG-5",
        &[
            "userPool.messages.invitation.emailBody",
            "userPool.messages.invitation.smsBody",
        ],
        "self.contains('{username}') && self.contains('{####}')",
        "must have {username} and {####} in it",
    ),
    xrd_rule(
        "POOL-SMS-3",
        &[
            "userPool.messages.verification.smsBody",
            "userPool.messages.mfaSms",
        ],
        CODE,
        NO_CODE,
    ),
    xrd_rule(
        "POOL-ATTR-1",
        &["userPool.attributes[].name"],
        "!self.startsWith('custom:')",
        "custom: is added by Cognito itself; leave it out",
    ),
    xrd_rule(
        "GEN-SHAPE-1",
        &["userPool.attributes[].name", "groups[].name"],
        OF_WORD,
        NOT_OF_WORD,
    ),
    xrd_rule(
        "GEN-SHAPE-2",
        &["userPool.attributes[].name"],
        "size(self) <= 20 || self == 'phone_number_verified'",
        "must have 20 characters at most",
    ),
    xrd_rule(
        "POOL-ATTR-6",
        &["userPool.attributes[].name"],
        "self != 'sub'",
        "sub is what Cognito knows each user by, and cannot be declared",
    ),
    xrd_rule(
        "POOL-ATTR-14",
        &["userPool.attributes[].name"],
        "!(self in ['email_verified', 'phone_number_verified', 'updated_at'])",
        "every pool has it anyway; leave it out",
    ),
    xrd_rule(
        "POOL-ATTR-4",
        &["userPool.attributes[]"],
        concat!(
            "!has(self.required) || !self.required || ",
            standard!("self.name")
        ),
        "required: only standard attributes can be",
    ),
    xrd_rule(
        "POOL-ATTR-5",
        &["userPool.attributes[]"],
        concat!("has(self.type) || ", standard!("self.name")),
        "type: a custom attribute needs one",
    ),
    xrd_rule(
        "POOL-ATTR-6",
        &["userPool.attributes[]"],
        concat!(
            "!(",
            standard!("self.name"),
            ") || !has(self.type) && !has(self.minLength) && !has(self.maxLength) && !has(self.minValue) && !has(self.maxValue)"
        ),
        "a standard attribute has a type and bounds of its own",
    ),
    xrd_rule(
        "POOL-SIGNIN-4",
        &["userPool"],
        "!has(self.signIn) || !has(self.signIn.with) || !('PreferredUsername' in self.signIn.with) || !has(self.attributes) || !self.attributes.exists(each, each.name == 'preferred_username' && has(each.required) && each.required)",
        "attributes: preferred_username cannot be required where it is another way to sign in",
    ),
    xrd_rule(
        "POOL-ATTR-7",
        &["userPool.attributes[]"],
        "!has(self.minLength) || !has(self.maxLength) || self.minLength <= self.maxLength",
        "minLength must not be greater than maxLength",
    ),
    xrd_rule(
        "POOL-LAMBDA-3",
        &["userPool.triggers.senderKeyArn"],
        arn!("kms", "key/"),
        "must be the ARN of a KMS key",
    ),
    xrd_rule(
        "POOL-LAMBDA-1",
        &[
            "userPool.triggers.createAuthChallenge",
            "userPool.triggers.customEmailSender",
            "userPool.triggers.customMessage",
            "userPool.triggers.customSmsSender",
            "userPool.triggers.defineAuthChallenge",
            "userPool.triggers.postAuthentication",
            "userPool.triggers.postConfirmation",
            "userPool.triggers.preAuthentication",
            "userPool.triggers.preSignUp",
            "userPool.triggers.preTokenGeneration",
            "userPool.triggers.userMigration",
            "userPool.triggers.verifyAuthChallengeResponse",
        ],
        FUNCTION,
        NO_FUNCTION,
    ),
    xrd_rule(
        "CLIENT-SECRET-2",
        &["clients[]"],
        "!(self.type in ['Spa', 'Native']) || !has(self.secret) || !self.secret",
        "secret: a Spa or Native client cannot keep one",
    ),
    xrd_rule(
        "CLIENT-OAUTH-3",
        &["clients[]"],
        "self.type != 'Machine' || !has(self.secret) || self.secret",
        "secret: a Machine client is known by its secret alone",
    ),
    xrd_rule(
        "CLIENT-CTX-1",
        &["clients[]"],
        "!(self.type in ['Spa', 'Native']) || !has(self.propagateUserContext) || !self.propagateUserContext",
        "propagateUserContext is for clients with a secret",
    ),
    xrd_rule(
        "CLIENT-OAUTH-2",
        &["clients[]"],
        "self.type != 'Machine' || !has(self.defaultRedirectUrl)",
        "defaultRedirectUrl is for clients that people sign in with",
    ),
    xrd_rule(
        "CLIENT-OAUTH-2",
        &["clients[]"],
        "self.type != 'Machine' || (!has(self.callbackUrls) || size(self.callbackUrls) == 0) && (!has(self.logoutUrls) || size(self.logoutUrls) == 0)",
        "callbackUrls and logoutUrls are for clients that people sign in with",
    ),
    xrd_rule(
        "CLIENT-OAUTH-2",
        &["clients[]"],
        "self.type != 'Machine' || (!has(self.signInFlows) || size(self.signInFlows) == 0) && (!has(self.identityProviders) || size(self.identityProviders) == 0)",
        "signInFlows and identityProviders are for clients that people sign in with",
    ),
    xrd_rule(
        "CLIENT-OAUTH-7",
        &["clients[]"],
        "self.type == 'Spa' || !has(self.allowImplicit) || !self.allowImplicit",
        "allowImplicit is for the type Spa only",
    ),
    xrd_rule(
        "CLIENT-SCOPE-4",
        &["clients[]"],
        "self.type != 'Machine' || !has(self.scopes) || !self.scopes.exists(scope, scope in ['openid', 'email', 'phone', 'profile', 'aws.cognito.signin.user.admin'])",
        "scopes: a Machine client has scopes of resource servers only",
    ),
    xrd_rule(
        "GEN-SHAPE-1",
        &["clients[].scopes[]", "resourceServers[].identifier"],
        OF_SCOPE,
        "must have printable ASCII but for space, \" and \\",
    ),
    xrd_rule(
        "CLIENT-URL-7",
        &["clients[]"],
        "self.type == 'Machine' || !has(self.callbackUrls) || size(self.callbackUrls) > 0",
        "callbackUrls: a client that people sign in with needs at least one",
    ),
    xrd_rule(
        "CLIENT-URL-8",
        &["clients[]"],
        "!has(self.defaultRedirectUrl) || !has(self.callbackUrls) || self.defaultRedirectUrl in self.callbackUrls",
        "defaultRedirectUrl must be, letter for letter, one of callbackUrls",
    ),
    xrd_rule(
        "CLIENT-URL-5",
        &["clients[]"],
        "self.type == 'Native' || !has(self.callbackUrls) || self.callbackUrls.all(url, url.startsWith('h') || url.startsWith('H'))",
        "callbackUrls must be whole URLs with https; others are for the type Native",
    ),
    xrd_rule(
        "CLIENT-URL-5",
        &["clients[]"],
        "self.type == 'Native' || !has(self.logoutUrls) || self.logoutUrls.all(url, url.startsWith('h') || url.startsWith('H'))",
        "logoutUrls must be whole URLs with https; others are for the type Native",
    ),
    xrd_rule(
        "GEN-SHAPE-1",
        &["clients[].callbackUrls[]", "clients[].logoutUrls[]"],
        NO_SPACE,
        "must have no white space",
    ),
    xrd_rule(
        "CLIENT-URL-2",
        &["clients[].callbackUrls[]", "clients[].logoutUrls[]"],
        "self.contains(':')",
        "must be a whole URL, such as https://app.example.org/callback",
    ),
    xrd_rule(
        "CLIENT-URL-3",
        &["clients[].callbackUrls[]", "clients[].logoutUrls[]"],
        HTTPS,
        NO_HTTPS,
    ),
    xrd_rule(
        "CLIENT-URL-4",
        &["clients[].callbackUrls[]"],
        "!self.contains('#')",
        "must have no fragment: leave out # and what comes after it",
    ),
    xrd_rule(
        "CLIENT-URL-10",
        &["clients[].callbackUrls[]", "clients[].logoutUrls[]"],
        HARMLESS,
        "must lead to an application",
    ),
    xrd_rule(
        "CLIENT-ATTR-2",
        &["clients[].writeAttributes[]"],
        "!(self in ['sub', 'email_verified', 'phone_number_verified'])",
        "is for Cognito alone to write",
    ),
    xrd_rule(
        "GEN-SHAPE-1",
        &["clients[].analytics.applicationId"],
        "self.matches('^[0-9a-fA-F]+$')",
        "must have 0 to 9 and a to f only",
    ),
    xrd_rule(
        "GEN-SHAPE-1",
        &["clients[].importId"],
        r"self.matches(r'^[\w+]+$')",
        "must have letters from a to z, digits, _ and + only",
    ),
    xrd_rule(
        "CLIENT-ANALYTICS-1",
        &["clients[].analytics.applicationArn"],
        arn!("mobiletargeting", "apps/"),
        "must be the ARN of a Pinpoint application",
    ),
    xrd_rule(
        "RS-ID-1",
        &["resourceServers"],
        "self.all(one, self.exists_one(other, other.identifier == one.identifier))",
        "each must have an identifier of its own",
    ),
    xrd_rule(
        "GEN-SHAPE-1",
        &["resourceServers[].scopes[].name"],
        "self.matches(r'^[!#-.0-\\[\\]-~]*$')",
        "must have printable ASCII but for space, \", \\ and /",
    ),
    xrd_rule(
        "IDP-NAME-1",
        &["identityProviders[]"],
        "self.type in ['Oidc', 'Saml'] || !has(self.name) || self.name == self.type",
        "name: this one is called by its type; leave it out",
    ),
    xrd_rule(
        "IDP-NAME-2",
        &["identityProviders[]"],
        "!(self.type in ['Oidc', 'Saml']) || has(self.name)",
        "name must be given, with up to 32 characters",
    ),
    xrd_rule(
        "IDP-NAME-3",
        &["identityProviders[].name"],
        "!self.matches('(?i)^cognito$')",
        "COGNITO is the word for the user pool itself",
    ),
    xrd_rule(
        "IDP-NAME-4",
        &["identityProviders"],
        "self.all(one, self.exists_one(other, (has(other.name) ? other.name : other.type) == (has(one.name) ? one.name : one.type)))",
        "each must have a name of its own",
    ),
    xrd_rule(
        "GEN-SHAPE-1",
        &["identityProviders[].identifiers[]"],
        r"self.matches(r'^[\w\s\x0B+=.@-]*$')",
        "must have letters from a to z, digits, spaces and _ + = . @ - only",
    ),
    xrd_rule(
        "GEN-SHAPE-2",
        &["identityProviders[].attributeMapping"],
        "self.all(key, size(key) > 0 && size(key) <= 32)",
        "each key must have 1 to 32 characters",
    ),
    xrd_rule(
        "IDP-MAP-7",
        &["identityProviders[].attributeMapping"],
        "!('sub' in self)",
        "sub cannot be mapped: Cognito gives each user one that never changes",
    ),
    xrd_rule("GROUP-ROLE-1", &["groups[].roleArn"], ROLE, NO_ROLE),
];

/// Adds all rules to the schema of a spec.
///
/// # Panics
/// If the schema lacks a field of a rule. The first test that generates the XRD would find it.
pub fn add(spec: &mut Value) {
    let placed = XRD_RULES
        .iter()
        .flat_map(|rule| rule.fields.iter().map(move |field| (rule, field)));
    for (XrdRule { rule, message, .. }, field) in placed {
        let mut here = &mut *spec;
        for part in field.split('.') {
            let (name, entries) = match part.strip_suffix("[]") {
                Some(name) => (name, true),
                None => (part, false),
            };
            here = &mut here["properties"][name];
            if entries {
                here = &mut here["items"];
            }
        }
        assert!(here["type"].is_string(), "the schema has no {field}");
        let rules = &mut here["x-kubernetes-validations"];
        if rules.is_null() {
            *rules = json!([]);
        }
        if let Some(rules) = rules.as_array_mut() {
            rules.push(json!({ "rule": rule, "message": message }));
        }
    }
}
