//! That the doubles can fail: each thing that the renderer does for the provider's sake is taken back, one at a time,
//! and the difference that it protects from is found.

use function_appauth::manifest;
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
fn every_protection_is_needed() {
    let everything = rendered(&everything());
    let objects = [
        ("UserPool", &everything["user-pool"]),
        ("UserPoolClient", &everything["client-web"]),
        ("IdentityProvider", &samples::identity_provider("Google")),
    ];
    let text = include_str!("protections.yaml");
    let protections = manifest::read(text).unwrap().remove(0).value;
    let of_kinds = protections.as_object().unwrap();
    assert_eq!(of_kinds.len(), objects.len());
    for (kind, object) in objects {
        let of_kind = of_kinds[kind].as_array().unwrap();
        assert!(!of_kind.is_empty());
        for protection in of_kind {
            let differences = seen(&changed(object, &protection["without"])).join(", ");
            assert_eq!(
                differences, protection["seen"],
                "{kind}: {}",
                protection["without"]
            );
        }
    }
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
