//! That the doubles can fail: each thing that the renderer does for the provider's sake is taken back, one at a time,
//! and the difference that it protects from is found.

use serde_json::{Value, json};

use crate::{aws, changed, everything, provider, rendered, samples};

/// A change of an object's forProvider, and the differences that come of it.
type Entry = (Value, &'static str);

/// AWS takes the changed object, and the provider looks.
fn check(object: &Value, entries: &[Entry]) {
    for (change, expected) in entries {
        let changed = changed(object, change);
        assert_eq!(&seen(&changed).join(", "), expected, "{change}");
    }
}

/// AWS has the object as it was, and the provider looks with the change in its hands.
fn check_edits(object: &Value, edits: &[Entry]) {
    let details = samples::details_of(object);
    let answers = aws::answers(object, &details);
    for (change, expected) in edits {
        let seen = provider::observe(&changed(object, change), &answers, &details);
        assert_eq!(&seen.join(", "), expected, "{change}");
    }
}

fn seen(object: &Value) -> Vec<String> {
    let details = samples::details_of(object);
    provider::observe(object, &aws::answers(object, &details), &details)
}

#[test]
fn every_protection_of_a_pool_is_needed() {
    let pool = &rendered(&everything())["user-pool"];
    #[rustfmt::skip]
    let protections = [
        (json!({ "/accountRecoverySetting": {} }), "accountRecoverySetting"),
        (json!({ "/accountRecoverySetting/recoveryMechanisms/0/priority": 3 }), "accountRecoverySetting.recoveryMechanisms"),
        (json!({ "/adminCreateUserConfig/inviteMessageTemplate": {} }), "adminCreateUserConfig.inviteMessageTemplate"),
        (json!({ "/autoVerifiedAttributes": ["phone_number", "email"] }), "autoVerifiedAttributes"),
        (json!({ "/autoVerifiedAttributes": ["email", "email"] }), "autoVerifiedAttributes"),
        (json!({ "/autoVerifiedAttributes": [] }), "autoVerifiedAttributes"),
        (json!({ "/deviceConfiguration": {} }), "deviceConfiguration"),
        (json!({ "/emailConfiguration/sourceARN": null }), "emailConfiguration.emailSendingAccount"),
        (json!({ "/policies": {} }), "panic: policies.passwordPolicy"),
        (json!({ "/smsConfiguration": null, "/softwareTokenMFAConfiguration": null }), "mfaConfiguration"),
        (json!({ "/smsConfiguration": null, "/softwareTokenMFAConfiguration/enabled": false }), "mfaConfiguration"),
        (json!({ "/smsConfiguration": {} }), "smsConfiguration"),
        (json!({ "/smsConfiguration/snsCallerARN": null }), "smsConfiguration"),
        (json!({ "/smsVerificationMessage": "Another {####}" }), "error: verificationMessageTemplate.smsMessage"),
        (json!({ "/userPoolTags": null }), "userPoolTags"),
    ];
    check(pool, &protections);
    let tenant = |field: &str, value: Value| json!({ format!("/schema/2/{field}"): value });
    let without_lengths = |type_: &str| json!({ "/schema/2/attributeDataType": type_, "/schema/2/stringAttributeConstraints": null });
    #[rustfmt::skip]
    let of_attributes = [
        (json!({ "/schema/0/attributeDataType": "DateTime" }), "schema[birthdate].attributeDataType"),
        (json!({ "/schema/0/stringAttributeConstraints": {} }), "schema[birthdate].stringAttributeConstraints"),
        (json!({ "/schema/0/stringAttributeConstraints": null }), "for ever: schema[birthdate].stringAttributeConstraints"),
        (tenant("stringAttributeConstraints", Value::Null), "for ever: schema[tenant].stringAttributeConstraints"),
        (tenant("numberAttributeConstraints", json!({})), "schema[tenant].numberAttributeConstraints"),
        (tenant("attributeDataType", json!("Boolean")), "schema[tenant].stringAttributeConstraints"),
        (tenant("attributeDataType", json!("DateTime")), "schema[tenant].stringAttributeConstraints"),
        (tenant("attributeDataType", json!("Number")), "schema[tenant].numberAttributeConstraints, schema[tenant].stringAttributeConstraints"),
        (without_lengths("Boolean"), "panic: schema[tenant].stringAttributeConstraints"),
        (without_lengths("DateTime"), "panic: schema[tenant].stringAttributeConstraints"),
        (without_lengths("Number"), "panic: schema[tenant].stringAttributeConstraints"),
    ];
    check(pool, &of_attributes);
}

#[test]
fn every_protection_of_a_client_is_needed() {
    let client = &rendered(&everything())["client-web"];
    #[rustfmt::skip]
    let protections = [
        (json!({ "/allowedOAuthFlows": ["implicit", "code"] }), "allowedOAuthFlows"),
        (json!({ "/allowedOAuthScopes": ["openid", "email"] }), "allowedOAuthScopes"),
        (json!({ "/callbackURLs": ["https://shop.example.org/callback", "https://a.example.org/"] }), "callbackURLs"),
        (json!({ "/callbackURLs": [] }), "callbackURLs"),
        (json!({ "/explicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] }), "explicitAuthFlows"),
        (json!({ "/logoutURLs": ["https://b.example.org/", "https://a.example.org/"] }), "logoutURLs"),
        (json!({ "/logoutURLs": [] }), "logoutURLs"),
        (json!({ "/readAttributes": ["email", "custom:tenant"] }), "readAttributes"),
        (json!({ "/readAttributes": ["email", "email"] }), "readAttributes"),
        (json!({ "/supportedIdentityProviders": ["Google", "COGNITO"] }), "supportedIdentityProviders"),
        (json!({ "/tokenValidityUnits/accessToken": null }), "tokenValidityUnits.accessToken"),
        (json!({ "/tokenValidityUnits/idToken": null }), "tokenValidityUnits.idToken"),
        (json!({ "/tokenValidityUnits/refreshToken": null }), "tokenValidityUnits.refreshToken"),
        (json!({ "/writeAttributes": ["name", "email"] }), "writeAttributes"),
    ];
    check(client, &protections);
}

#[test]
fn every_protection_of_an_identity_provider_is_needed() {
    let google = samples::identity_provider("Google");
    #[rustfmt::skip]
    let protections = [
        (json!({ "/attributeMapping": {} }), "attributeMapping"),
        (json!({ "/attributeMapping/username": null }), "attributeMapping"),
        (json!({ "/idpIdentifiers": ["b.example.org", "a.example.org"] }), "idpIdentifiers"),
        (json!({ "/idpIdentifiers": ["b.example.org", "b.example.org"] }), "idpIdentifiers"),
    ];
    check(&google, &protections);
}

#[test]
fn every_key_of_a_secret_that_aws_adds_is_needed_and_no_other_may_be_there() {
    let with = |type_: &str, key: &str, value: Option<&str>| {
        let object = samples::identity_provider(type_);
        let mut details = samples::details_of(&object);
        let known = details.remove(key).is_some();
        assert_ne!(known, value.is_some(), "{type_}: {key}");
        details.extend(value.map(|value| (key.to_owned(), value.to_owned())));
        provider::observe(&object, &aws::answers(&object, &details), &details)
    };
    for (type_, added) in [
        (
            "Google",
            "attributes_url attributes_url_add_attributes authorize_url oidc_issuer token_request_method token_url",
        ),
        (
            "Facebook",
            "attributes_url attributes_url_add_attributes authorize_url token_request_method token_url",
        ),
        (
            "LoginWithAmazon",
            "attributes_url attributes_url_add_attributes authorize_url token_request_method token_url",
        ),
        ("OIDC", "attributes_url_add_attributes"),
    ] {
        for key in added.split(' ') {
            let expected = [format!("providerDetails.{key}")];
            assert_eq!(with(type_, key, None), expected, "{type_}");
        }
        let stray = with(type_, "ca.crt", Some("of no use to AWS"));
        assert_eq!(stray, ["providerDetails.ca.crt"], "{type_}");
    }
}

#[test]
fn an_edit_of_what_is_compared_is_seen() {
    let everything = rendered(&everything());
    #[rustfmt::skip]
    let of_the_pool = [
        (json!({ "/accountRecoverySetting/recoveryMechanisms/0/name": "admin_only" }), "accountRecoverySetting.recoveryMechanisms"),
        (json!({ "/adminCreateUserConfig/allowAdminCreateUserOnly": false }), "adminCreateUserConfig.allowAdminCreateUserOnly"),
        (json!({ "/adminCreateUserConfig/inviteMessageTemplate/sMSMessage": null }), "adminCreateUserConfig.inviteMessageTemplate.sMSMessage"),
        (json!({ "/autoVerifiedAttributes": null }), "autoVerifiedAttributes"),
        (json!({ "/deviceConfiguration/challengeRequiredOnNewDevice": true }), "deviceConfiguration.challengeRequiredOnNewDevice"),
        (json!({ "/emailConfiguration/from": "b@shop.example.org" }), "emailConfiguration.from"),
        (json!({ "/lambdaConfig/customSMSSender/lambdaARN": "arn:aws:x" }), "lambdaConfig.customSMSSender.lambdaARN"),
        (json!({ "/lambdaConfig/kmsKeyID": "arn:aws:x" }), "lambdaConfig.kmsKeyID"),
        (json!({ "/lambdaConfig/preSignUp": null }), "lambdaConfig.preSignUp"),
        (json!({ "/mfaConfiguration": "OPTIONAL" }), "mfaConfiguration"),
        (json!({ "/policies/passwordPolicy/minimumLength": 20 }), "policies.passwordPolicy.minimumLength"),
        (json!({ "/schema/2/mutable": true, "/schema/2/required": true }), "schema[tenant].mutable, schema[tenant].required"),
        (json!({ "/schema/2/stringAttributeConstraints/maxLength": "65" }), "schema[tenant].stringAttributeConstraints"),
        (json!({ "/smsAuthenticationMessage": null }), "smsAuthenticationMessage"),
        (json!({ "/smsConfiguration/externalID": "another" }), "smsConfiguration.externalID"),
        (json!({ "/softwareTokenMFAConfiguration/enabled": false }), "softwareTokenMFAConfiguration.enabled"),
        (json!({ "/userPoolAddOns/advancedSecurityMode": "AUDIT" }), "userPoolAddOns.advancedSecurityMode"),
        (json!({ "/userPoolTags/team": "another" }), "userPoolTags"),
        (json!({ "/verificationMessageTemplate/emailMessageByLink": null }), "verificationMessageTemplate.emailMessageByLink"),
        (json!({ "/verificationMessageTemplate/smsMessage": "{####}" }), "verificationMessageTemplate.smsMessage"),
    ];
    check_edits(&everything["user-pool"], &of_the_pool);
    #[rustfmt::skip]
    let of_a_client = [
        (json!({ "/accessTokenValidity": 9, "/tokenValidityUnits/accessToken": "hours" }), "accessTokenValidity, tokenValidityUnits.accessToken"),
        (json!({ "/allowedOAuthFlowsUserPoolClient": null }), "allowedOAuthFlowsUserPoolClient"),
        (json!({ "/analyticsConfiguration/userDataShared": null }), "analyticsConfiguration.userDataShared"),
        (json!({ "/defaultRedirectURI": null }), "defaultRedirectURI"),
        (json!({ "/logoutURLs": null }), "logoutURLs"),
        (json!({ "/preventUserExistenceErrors": "ENABLED" }), "preventUserExistenceErrors"),
    ];
    check_edits(&everything["client-web"], &of_a_client);
    #[rustfmt::skip]
    let of_a_group = [
        (json!({ "/description": "" }), "description"),
        (json!({ "/description": null }), "description"),
        (json!({ "/precedence": 0 }), "precedence"),
        (json!({ "/roleArn": null }), ""),
    ];
    check_edits(&samples::group(), &of_a_group);
    let of_a_resource_server = [(json!({ "/name": "another", "/scopes": null }), "")];
    check_edits(&samples::resource_server(), &of_a_resource_server);
}

/// What the doubles cannot see, because the provider does not look or fills in what is missing:
///
/// - a block without which whatever AWS has will do. It is rendered so that an edit of it is seen later, and its end;
/// - a field that the provider fills in from AWS. Rendered, it is ours, and what AWS had before does not stay;
/// - a field whose default AWS does not tell;
/// - what is not compared. It is rendered because AWS resets what an update leaves out, and carried where it may change,
///   see [`crate::carriers`];
/// - an empty map of tags, which equals that of AWS until the provider writes the object, and loses it;
/// - lengths of a custom attribute that are there and say nothing, as AWS has them then;
/// - an attribute for developers alone: the provider does not find it under the name that AWS gives it, and adds it again
///   with every update.
///
/// Nor do they know of what AWS alone knows: that the pool's tier has no threat protection, that another pool has the
/// domain, what it answers about devices of which nothing is to be remembered, and of other orders of lists than that by
/// bytes.
#[test]
fn what_the_doubles_cannot_see() {
    let everything = rendered(&everything());
    #[rustfmt::skip]
    let left_out = [
        ("user-pool", "/accountRecoverySetting /deviceConfiguration /lambdaConfig /schema /userPoolAddOns"),
        ("user-pool", "/adminCreateUserConfig /emailConfiguration /policies /verificationMessageTemplate"),
        ("user-pool", "/adminCreateUserConfig/allowAdminCreateUserOnly /policies/passwordPolicy/minimumLength"),
        ("user-pool", "/aliasAttributes /usernameConfiguration"),
        ("user-pool", "/deletionProtection /smsConfiguration/snsRegion /userAttributeUpdateSettings"),
        ("user-pool", "/smsConfiguration /softwareTokenMFAConfiguration"),
        ("user-pool", "/verificationMessageTemplate/defaultEmailOption"),
        ("client-web", "/accessTokenValidity /idTokenValidity /refreshTokenValidity /tokenValidityUnits"),
        ("client-web", "/analyticsConfiguration /preventUserExistenceErrors"),
        ("client-web", "/authSessionValidity /enableTokenRevocation /generateSecret"),
        ("client-web", "/enablePropagateAdditionalUserContextData"),
    ];
    for (name, pointers) in left_out {
        for pointer in pointers.split(' ') {
            check(&everything[name], &[(json!({ pointer: null }), "")]);
        }
    }
    #[rustfmt::skip]
    let otherwise = [
        (json!({ "/schema/2/developerOnlyAttribute": true }), ""),
        (json!({ "/schema/2/stringAttributeConstraints": {} }), ""),
        (json!({ "/userPoolTags": {} }), ""),
    ];
    check(&everything["user-pool"], &otherwise);
    let google = samples::identity_provider("Google");
    #[rustfmt::skip]
    let filled_in = [
        (json!({ "/attributeMapping": null }), ""),
        (json!({ "/idpIdentifiers": null }), ""),
    ];
    check(&google, &filled_in);
}
