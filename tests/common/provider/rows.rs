//! The fields of each kind's forProvider, a row each, and how the controller compares them.

/// How the controller compares a field.
pub(crate) enum How {
    /// As booleans; none is false.
    Flag,
    /// As numbers; none is 0.
    Number,
    /// As texts; none is empty.
    Text,
    /// reflect.DeepEqual: entry by entry, and an empty one is not none.
    Deep,
    /// reflect.DeepEqual, and not at all where the spec has none.
    DeepIfAsked,
    /// Entry by entry by name and priority, and not at all where the spec has no entries.
    Ranked,
    /// By the fields within. Nothing is compared where the spec has none; where AWS has none, that is a difference.
    Wanted(&'static [Row]),
    /// By the fields within, and not at all where either side has none.
    Both(&'static [Row]),
    /// By a function of its own, below.
    Apart,
    /// Not at all.
    Never,
}

use How::{Apart, Both, Deep, DeepIfAsked, Flag, Never, Number, Ranked, Text, Wanted};

/// A field of the spec, and how it is compared.
pub(crate) type Row = (&'static str, How);

/// A pool: `isUpToDate` of userpool/setup.go, and the functions it calls.
pub(crate) const USER_POOL: &[Row] = &[
    (
        "accountRecoverySetting",
        Wanted(&[("recoveryMechanisms", Ranked)]),
    ),
    (
        "adminCreateUserConfig",
        Both(&[
            ("allowAdminCreateUserOnly", Flag),
            (
                "inviteMessageTemplate",
                Wanted(&[
                    ("emailMessage", Text),
                    ("emailSubject", Text),
                    ("sMSMessage", Text),
                ]),
            ),
        ]),
    ),
    ("aliasAttributes", Never),
    ("autoVerifiedAttributes", Deep),
    ("deletionProtection", Never),
    (
        "deviceConfiguration",
        Wanted(&[
            ("challengeRequiredOnNewDevice", Flag),
            ("deviceOnlyRememberedOnUserPrompt", Flag),
        ]),
    ),
    (
        "emailConfiguration",
        Both(&[
            ("configurationSet", Text),
            ("emailSendingAccount", Text),
            ("from", Text),
            ("replyToEmailAddress", Text),
            ("sourceARN", Text),
        ]),
    ),
    ("emailVerificationMessage", Apart),
    ("emailVerificationSubject", Apart),
    (
        "lambdaConfig",
        Both(&[
            ("createAuthChallenge", Text),
            ("customEmailSender", Both(SENDER)),
            ("customMessage", Text),
            ("customSMSSender", Both(SENDER)),
            ("defineAuthChallenge", Text),
            ("kmsKeyID", Text),
            ("postAuthentication", Text),
            ("postConfirmation", Text),
            ("preAuthentication", Text),
            ("preSignUp", Text),
            ("preTokenGeneration", Text),
            ("userMigration", Text),
            ("verifyAuthChallengeResponse", Text),
        ]),
    ),
    ("mfaConfiguration", Apart),
    (
        "policies",
        Both(&[(
            "passwordPolicy",
            Both(&[
                ("minimumLength", Number),
                ("requireLowercase", Flag),
                ("requireNumbers", Flag),
                ("requireSymbols", Flag),
                ("requireUppercase", Flag),
                ("temporaryPasswordValidityDays", Number),
            ]),
        )]),
    ),
    ("poolName", Never),
    ("region", Never),
    ("schema", Apart),
    ("smsAuthenticationMessage", Text),
    (
        "smsConfiguration",
        Wanted(&[
            ("externalID", Text),
            ("snsCallerARN", Text),
            ("snsRegion", Never),
        ]),
    ),
    ("smsVerificationMessage", Apart),
    ("softwareTokenMFAConfiguration", Apart),
    ("userAttributeUpdateSettings", Never),
    ("userPoolAddOns", Both(&[("advancedSecurityMode", Text)])),
    ("userPoolTags", Deep),
    ("usernameAttributes", Never),
    ("usernameConfiguration", Never),
    (
        "verificationMessageTemplate",
        Both(&[
            ("defaultEmailOption", Text),
            ("emailMessage", Apart),
            ("emailMessageByLink", Text),
            ("emailSubject", Apart),
            ("emailSubjectByLink", Text),
            ("smsMessage", Apart),
        ]),
    ),
];

/// A function that sends messages: `areCustomEmailSenderEqual`, `areCustomSMSSenderEqual`.
const SENDER: &[Row] = &[("lambdaARN", Text), ("lambdaVersion", Text)];

/// A client: `isUpToDate` of userpoolclient/setup.go.
pub(crate) const USER_POOL_CLIENT: &[Row] = &[
    ("accessTokenValidity", Number),
    ("allowedOAuthFlows", Deep),
    ("allowedOAuthFlowsUserPoolClient", Flag),
    ("allowedOAuthScopes", Deep),
    (
        "analyticsConfiguration",
        Both(&[
            ("applicationARN", Text),
            ("applicationID", Text),
            ("externalID", Text),
            ("roleARN", Text),
            ("userDataShared", Flag),
        ]),
    ),
    ("authSessionValidity", Never),
    ("callbackURLs", Deep),
    ("clientName", Never),
    ("defaultRedirectURI", Text),
    ("enablePropagateAdditionalUserContextData", Never),
    ("enableTokenRevocation", Never),
    ("explicitAuthFlows", Deep),
    ("generateSecret", Never),
    ("idTokenValidity", Number),
    ("logoutURLs", Deep),
    ("preventUserExistenceErrors", Text),
    ("readAttributes", Deep),
    ("refreshTokenValidity", Number),
    ("region", Never),
    ("supportedIdentityProviders", Deep),
    (
        "tokenValidityUnits",
        Both(&[
            ("accessToken", Text),
            ("idToken", Text),
            ("refreshToken", Text),
        ]),
    ),
    ("userPoolId", Never),
    ("userPoolIdRef", Never),
    ("userPoolIdSelector", Never),
    ("writeAttributes", Deep),
];

/// An identity provider: `isUpToDate` of identityprovider/setup.go.
pub(crate) const IDENTITY_PROVIDER: &[Row] = &[
    ("attributeMapping", Deep),
    ("idpIdentifiers", DeepIfAsked),
    ("providerDetailsSecretRef", Apart),
    ("providerType", Never),
    ("region", Never),
    ("userPoolId", Never),
    ("userPoolIdRef", Never),
    ("userPoolIdSelector", Never),
];

/// A group: `isUpToDate` of group/setup.go.
pub(crate) const GROUP: &[Row] = &[
    ("description", Text),
    ("precedence", Number),
    ("region", Never),
    ("roleArn", Never),
    ("roleArnRef", Never),
    ("roleArnSelector", Never),
    ("userPoolId", Never),
    ("userPoolIdRef", Never),
    ("userPoolIdSelector", Never),
];
