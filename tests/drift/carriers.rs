//! A change that the provider does not compare reaches AWS all the same: the function renders it together with one that
//! the provider does compare.

use serde_json::{Value, json};

use crate::{Case, aws, changed, everything, provider, put, rendered, samples, settled};

/// The fields that carry: the tag of a pool, and a client's lifetimes, each a number and its unit.
const CARRIERS: [&str; 7] = [
    "userPoolTags",
    "accessTokenValidity",
    "idTokenValidity",
    "refreshTokenValidity",
    "tokenValidityUnits.accessToken",
    "tokenValidityUnits.idToken",
    "tokenValidityUnits.refreshToken",
];

#[test]
fn what_the_provider_does_not_compare_reaches_aws_by_what_it_does() {
    let first = rendered(&everything_in_frankfurt());
    for (name, field, value, written, edit) in uncompared() {
        let before = &first[name];
        let answers = aws::answers(before, &samples::details_of(before));
        let observe =
            |object: &Value| provider::observe(object, &answers, &samples::details_of(object));

        let alone = changed(before, &json!({ field: value }));
        assert_ne!(&alone, before, "{field} is as it was");
        assert_eq!(observe(&alone), [""; 0], "{field} by itself");

        let mut edited = everything_in_frankfurt();
        put(&mut edited.xr["spec"], written, &edit);
        edited.observed = settled(&first);
        let second = rendered(&edited);
        let after = second
            .get(name)
            .unwrap_or_else(|| panic!("{written} is refused"));
        let pointer = format!("/spec/forProvider{field}");
        let now = after.pointer(&pointer).unwrap_or(&Value::Null);
        assert_eq!(now, &value, "{field} is rendered");
        let seen = observe(after);
        assert!(!seen.is_empty(), "nothing carries {field}");
        for difference in &seen {
            let carries = CARRIERS.contains(&difference.as_str());
            assert!(carries, "{field} comes with {difference}");
        }
        let details = samples::details_of(after);
        let at_last = provider::observe(after, &aws::answers(after, &details), &details);
        assert_eq!(at_last, [""; 0], "{field}, once it is there");
    }
}

/// The richest case in a region whose pools can send text messages from another.
fn everything_in_frankfurt() -> Case {
    let mut case = everything();
    let moved = case.xr.to_string().replace("eu-west-1", "eu-central-1");
    case.xr = serde_json::from_str(&moved).unwrap();
    case
}

/// The object, its field and the value, and where and how a person writes it.
#[rustfmt::skip]
fn uncompared() -> [(&'static str, &'static str, Value, &'static str, Value); 13] {
    let both = json!(["email", "phone_number"]);
    let zone = json!({
        "attributeDataType": "String", "developerOnlyAttribute": false, "mutable": true, "name": "zone",
        "required": false, "stringAttributeConstraints": { "maxLength": "8", "minLength": "1" },
    });
    let written = json!({ "name": "zone", "type": "String", "minLength": 1, "maxLength": 8 });
    let sender = "/lambdaConfig/customEmailSender";
    let verified = "/userAttributeUpdateSettings/attributesRequireVerificationBeforeUpdate";
    let none = || Value::Null;
    [
        ("user-pool", "/deletionProtection", json!("ACTIVE"), "/userPool/onDelete", json!("Retain")),
        ("user-pool", sender, none(), "/userPool/triggers/customEmailSender", none()),
        ("user-pool", "/lambdaConfig", none(), "/userPool/triggers", none()),
        ("user-pool", "/deviceConfiguration", none(), "/userPool/devices", none()),
        ("user-pool", "/schema/3", zone, "/userPool/attributes/3", written),
        ("user-pool", "/smsConfiguration/snsRegion", json!("eu-west-1"), "/userPool/sms/region", json!("eu-west-1")),
        ("user-pool", "/userAttributeUpdateSettings", none(), "/userPool/signIn/keepOriginalUntilVerified", json!([])),
        ("user-pool", verified, both, "/userPool/signIn/keepOriginalUntilVerified", json!(["Email", "Phone"])),
        ("client-web", "/analyticsConfiguration", none(), "/clients/0/analytics", none()),
        ("client-web", "/authSessionValidity", json!(5), "/clients/0/authSession", json!("5m")),
        ("client-web", "/clientName", json!("Shop"), "/clients/0/displayName", json!("Shop")),
        ("client-web", "/enablePropagateAdditionalUserContextData", json!(false), "/clients/0/propagateUserContext", json!(false)),
        ("client-web", "/enableTokenRevocation", json!(true), "/clients/0/revocation", json!(true)),
    ]
}
