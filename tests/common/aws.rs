//! AWS as it answers: what Cognito describes of a resource once it has taken what the provider was asked for.
//!
//! The answers have the fields and the spelling of the API, as `aws cognito-idp describe-…` prints them. Modelled is what
//! a comparison trips over: lists come back sorted, each entry once, and not at all where they are empty; no tags are an
//! empty map; what nobody asked for has its default; what AWS refuses is not there.

#[path = "aws/identity_provider.rs"]
mod identity_provider;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

pub(crate) use identity_provider::describe_identity_provider;

/// The data of the Secret with an identity provider's details.
pub(crate) type Details = BTreeMap<String, String>;

const ACCOUNT: &str = "123456789012";
const DATE: &str = "2026-03-01T12:00:00.000000+00:00";

/// The attributes that every pool has.
const STANDARD: [&str; 20] = [
    "address",
    "birthdate",
    "email",
    "email_verified",
    "family_name",
    "gender",
    "given_name",
    "locale",
    "middle_name",
    "name",
    "nickname",
    "phone_number",
    "phone_number_verified",
    "picture",
    "preferred_username",
    "profile",
    "sub",
    "updated_at",
    "website",
    "zoneinfo",
];

/// The texts that a pool has twice: in its template, and by themselves.
pub(crate) const TWINS: [(&str, &str); 3] = [
    ("emailMessage", "emailVerificationMessage"),
    ("emailSubject", "emailVerificationSubject"),
    ("smsMessage", "smsVerificationMessage"),
];

/// All that AWS answers about a composed resource.
///
/// Of a pool these are two answers in one object, DescribeUserPool and GetUserPoolMfaConfig. They have no field in
/// common.
pub(crate) fn answers(object: &Value, details: &Details) -> Value {
    let spec = &object["spec"]["forProvider"];
    let name = object["metadata"]["annotations"]["crossplane.io/external-name"]
        .as_str()
        .unwrap_or_default();
    match object["kind"].as_str().unwrap_or_default() {
        "UserPool" => {
            let mut answers = describe_user_pool(spec);
            overlay(&mut answers, get_user_pool_mfa_config(spec));
            answers
        }
        "UserPoolClient" => describe_user_pool_client(spec),
        "UserPoolDomain" => describe_user_pool_domain(name, spec),
        "ResourceServer" => describe_resource_server(name, spec),
        "IdentityProvider" => describe_identity_provider(name, spec, details),
        "Group" => list_groups(name, spec),
        kind => panic!("say what AWS answers about a {kind}"),
    }
}

/// DescribeUserPool.
pub(crate) fn describe_user_pool(spec: &Value) -> Value {
    let id = pool_id(spec);
    let region = spec["region"].as_str().unwrap_or_default();
    let mut pool = json!({
        "AdminCreateUserConfig": { "AllowAdminCreateUserOnly": false, "UnusedAccountValidityDays": 7 },
        "Arn": format!("arn:aws:cognito-idp:{region}:{ACCOUNT}:userpool/{id}"),
        "CreationDate": DATE,
        "DeletionProtection": "INACTIVE",
        "EmailConfiguration": { "EmailSendingAccount": "COGNITO_DEFAULT" },
        "EstimatedNumberOfUsers": 0,
        "Id": id,
        "LambdaConfig": {},
        "LastModifiedDate": DATE,
        "MfaConfiguration": get_user_pool_mfa_config(spec)["MfaConfiguration"],
        "Policies": {
            "PasswordPolicy": {
                "MinimumLength": 8, "RequireLowercase": true, "RequireNumbers": true, "RequireSymbols": true,
                "RequireUppercase": true, "TemporaryPasswordValidityDays": 7,
            },
            "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD"] },
        },
        "SchemaAttributes": schema_attributes(&spec["schema"]),
        "UserPoolTags": {},
        "UserPoolTier": "ESSENTIALS",
        "VerificationMessageTemplate": { "DefaultEmailOption": "CONFIRM_WITH_CODE" },
    });
    for (field, asked) in fields(spec) {
        match field.as_str() {
            // Above; the second factor is read with a call of its own.
            "region" | "schema" | "mfaConfiguration" | "softwareTokenMFAConfiguration" => {}
            "poolName" => pool["Name"] = asked.clone(),
            "userPoolTags" => pool["UserPoolTags"] = asked.clone(),
            "accountRecoverySetting" => {
                let mut setting = taken(asked);
                if let Some(Value::Array(ways)) = setting.get_mut("RecoveryMechanisms") {
                    ways.sort_by_key(|way| way["Priority"].as_i64());
                }
                set(&mut pool, "AccountRecoverySetting", setting);
            }
            // Nothing but false is nothing.
            "deviceConfiguration" if fields(asked).all(|(_, on)| *on == false) => {}
            // Without a role nobody can send.
            "smsConfiguration" if asked["snsCallerARN"].is_null() => {}
            "adminCreateUserConfig"
            | "aliasAttributes"
            | "autoVerifiedAttributes"
            | "deletionProtection"
            | "deviceConfiguration"
            | "emailConfiguration"
            | "emailVerificationMessage"
            | "emailVerificationSubject"
            | "lambdaConfig"
            | "policies"
            | "smsAuthenticationMessage"
            | "smsConfiguration"
            | "smsVerificationMessage"
            | "userAttributeUpdateSettings"
            | "userPoolAddOns"
            | "usernameAttributes"
            | "usernameConfiguration"
            | "verificationMessageTemplate" => set(&mut pool, &spelled(field), taken(asked)),
            field => panic!("say what AWS makes of {field}"),
        }
    }
    // One's own account is that of an SES identity.
    let email = &mut pool["EmailConfiguration"];
    if email["EmailSendingAccount"] == "DEVELOPER" && email.get("SourceArn").is_none() {
        email["EmailSendingAccount"] = json!("COGNITO_DEFAULT");
    }
    for (in_template, alone) in TWINS.map(|(one, other)| (spelled(one), spelled(other))) {
        let text = match &pool["VerificationMessageTemplate"][&in_template] {
            Value::Null => pool[&alone].clone(),
            text => text.clone(),
        };
        set(&mut pool, &alone, text.clone());
        set(&mut pool["VerificationMessageTemplate"], &in_template, text);
    }
    // Since there are versions of its event, this trigger is told in two ways.
    let lambdas = &mut pool["LambdaConfig"];
    if let Some(arn) = lambdas.get("PreTokenGeneration").cloned() {
        lambdas["PreTokenGenerationConfig"] = json!({ "LambdaArn": arn, "LambdaVersion": "V1_0" });
    }
    json!({ "UserPool": pool })
}

/// GetUserPoolMfaConfig. Without anything that could be a second factor, AWS takes none.
pub(crate) fn get_user_pool_mfa_config(spec: &Value) -> Value {
    let app = &spec["softwareTokenMFAConfiguration"];
    let sms = &spec["smsConfiguration"];
    let sends = !sms["snsCallerARN"].is_null();
    let mode = match spec["mfaConfiguration"].as_str() {
        Some(mode) if sends || app["enabled"] == true => mode,
        _ => "OFF",
    };
    let mut config = json!({ "MfaConfiguration": mode });
    if mode != "OFF" {
        set(&mut config, "SoftwareTokenMfaConfiguration", taken(app));
        if sends {
            let asked = json!({
                "smsAuthenticationMessage": spec["smsAuthenticationMessage"], "smsConfiguration": sms,
            });
            config["SmsMfaConfiguration"] = taken(&asked);
        }
    }
    config
}

/// DescribeUserPoolClient.
pub(crate) fn describe_user_pool_client(spec: &Value) -> Value {
    let mut client = json!({
        "AllowedOAuthFlowsUserPoolClient": false,
        "AuthSessionValidity": 3,
        "ClientId": "4h57k2v0l1m9n8b7v6c5x4z3a2",
        "CreationDate": DATE,
        "EnablePropagateAdditionalUserContextData": false,
        "EnableTokenRevocation": true,
        "LastModifiedDate": DATE,
        "RefreshTokenValidity": 30,
        "TokenValidityUnits": {},
        "UserPoolId": pool_id(spec),
    });
    for (field, asked) in fields(spec) {
        match field.as_str() {
            "generateSecret" if *asked == true => client["ClientSecret"] = json!("planted-secret"),
            "generateSecret" | "region" | "userPoolId" | "userPoolIdRef" | "userPoolIdSelector" => {
            }
            // One unit that is asked for brings the others along.
            "tokenValidityUnits" => {
                let units = &mut client["TokenValidityUnits"];
                *units =
                    json!({ "AccessToken": "hours", "IdToken": "hours", "RefreshToken": "days" });
                overlay(units, taken(asked));
            }
            "accessTokenValidity"
            | "allowedOAuthFlows"
            | "allowedOAuthFlowsUserPoolClient"
            | "allowedOAuthScopes"
            | "analyticsConfiguration"
            | "authSessionValidity"
            | "callbackURLs"
            | "clientName"
            | "defaultRedirectURI"
            | "enablePropagateAdditionalUserContextData"
            | "enableTokenRevocation"
            | "explicitAuthFlows"
            | "idTokenValidity"
            | "logoutURLs"
            | "preventUserExistenceErrors"
            | "readAttributes"
            | "refreshTokenValidity"
            | "supportedIdentityProviders"
            | "writeAttributes" => set(&mut client, &spelled(field), taken(asked)),
            field => panic!("say what AWS makes of {field}"),
        }
    }
    json!({ "UserPoolClient": client })
}

/// DescribeUserPoolDomain.
pub(crate) fn describe_user_pool_domain(name: &str, spec: &Value) -> Value {
    let mut domain = json!({
        "AWSAccountId": ACCOUNT,
        "CloudFrontDistribution": "d111111abcdef8.cloudfront.net",
        "CustomDomainConfig": {},
        "Domain": name,
        "ManagedLoginVersion": 1,
        "S3Bucket": "aws-cognito-prod-assets",
        "Status": "ACTIVE",
        "UserPoolId": pool_id(spec),
        "Version": "20260301120000",
    });
    set(
        &mut domain,
        "CustomDomainConfig",
        taken(&spec["customDomainConfig"]),
    );
    json!({ "DomainDescription": domain })
}

/// DescribeResourceServer.
pub(crate) fn describe_resource_server(name: &str, spec: &Value) -> Value {
    let mut server =
        json!({ "Identifier": name, "Name": spec["name"], "UserPoolId": spec["userPoolID"] });
    set(&mut server, "Scopes", taken(&spec["scopes"]));
    json!({ "ResourceServer": server })
}

/// ListGroups, in a pool of this group alone.
pub(crate) fn list_groups(name: &str, spec: &Value) -> Value {
    let mut group = json!({
        "CreationDate": DATE, "GroupName": name, "LastModifiedDate": DATE, "UserPoolId": pool_id(spec),
    });
    for field in ["description", "precedence", "roleArn"] {
        set(&mut group, &spelled(field), taken(&spec[field]));
    }
    json!({ "Groups": [group] })
}

/// The attributes of a pool: the standard ones as AWS has them, with what is asked of them, and the custom ones.
fn schema_attributes(asked: &Value) -> Vec<Value> {
    let mut attributes: Vec<Value> = STANDARD.iter().map(|name| standard(name)).collect();
    for asked in asked.as_array().into_iter().flatten() {
        let known = attributes
            .iter_mut()
            .find(|known| known["Name"] == asked["name"]);
        let Some(known) = known else {
            attributes.push(custom(asked));
            continue;
        };
        for field in ["mutable", "required", "stringAttributeConstraints"] {
            set(known, &spelled(field), taken(&asked[field]));
        }
    }
    attributes
}

fn standard(name: &str) -> Value {
    let mut attribute = json!({
        "AttributeDataType": "String", "DeveloperOnlyAttribute": false, "Mutable": name != "sub", "Name": name,
        "Required": name == "sub",
    });
    let text = |min: &str, max: &str| json!({ "MaxLength": max, "MinLength": min });
    match name {
        "email_verified" | "phone_number_verified" => {
            attribute["AttributeDataType"] = json!("Boolean");
        }
        "updated_at" => {
            attribute["AttributeDataType"] = json!("Number");
            attribute["NumberAttributeConstraints"] = json!({ "MinValue": "0" });
        }
        "birthdate" => attribute["StringAttributeConstraints"] = text("10", "10"),
        "sub" => attribute["StringAttributeConstraints"] = text("1", "2048"),
        _ => attribute["StringAttributeConstraints"] = text("0", "2048"),
    }
    attribute
}

fn custom(asked: &Value) -> Value {
    let name = asked["name"].as_str().unwrap_or_default();
    let only_developers = asked["developerOnlyAttribute"] == true;
    let prefix = if only_developers {
        "dev:custom:"
    } else {
        "custom:"
    };
    let mut attribute = json!({
        "AttributeDataType": "String", "DeveloperOnlyAttribute": only_developers, "Mutable": false,
        "Name": format!("{prefix}{name}"), "Required": false,
    });
    for field in ["attributeDataType", "mutable", "required"] {
        set(&mut attribute, &spelled(field), taken(&asked[field]));
    }
    // A type has its own bounds, empty where nobody asked for any, and not those of another.
    let bounds = match attribute["AttributeDataType"].as_str() {
        Some("String") => "stringAttributeConstraints",
        Some("Number") => "numberAttributeConstraints",
        _ => return attribute,
    };
    attribute[spelled(bounds)] = json!({});
    set(&mut attribute, &spelled(bounds), taken(&asked[bounds]));
    attribute
}

/// A field of the provider's in the spelling of the API: `sourceARN` is `SourceArn`.
pub(crate) fn spelled(field: &str) -> String {
    match field {
        "kmsKeyID" => return "KMSKeyID".to_owned(),
        "softwareTokenMFAConfiguration" => return "SoftwareTokenMfaConfiguration".to_owned(),
        _ => {}
    }
    let (stem, end) = [("ARN", "Arn"), ("ID", "Id")]
        .into_iter()
        .find_map(|(end, theirs)| Some((field.strip_suffix(end)?, theirs)))
        .unwrap_or((field, ""));
    let (first, rest) = stem.split_at(1);
    format!("{}{rest}{end}", first.to_uppercase())
}

/// What is asked for as it comes back; nothing where nothing is left of it.
fn taken(asked: &Value) -> Value {
    match asked {
        Value::Array(entries) => {
            let mut entries: Vec<Value> = entries.iter().map(taken).collect();
            if entries.iter().all(Value::is_string) {
                entries.sort_by(|one, other| one.as_str().cmp(&other.as_str()));
                entries.dedup();
            }
            if entries.is_empty() {
                Value::Null
            } else {
                entries.into()
            }
        }
        Value::Object(_) => {
            let taken: Map<String, Value> = fields(asked)
                .map(|(field, asked)| (spelled(field), taken(asked)))
                .filter(|(_, taken)| !taken.is_null())
                .collect();
            if taken.is_empty() {
                Value::Null
            } else {
                taken.into()
            }
        }
        other => other.clone(),
    }
}

/// Lays a value over a field: a block over the defaults of the block, and nothing where it is nothing.
fn set(answer: &mut Value, field: &str, value: Value) {
    if value.is_null() {
        return;
    }
    match &mut answer[field] {
        there @ Value::Object(_) if value.is_object() => overlay(there, value),
        there => *there = value,
    }
}

/// Lays the fields of one object over those of another, blocks over blocks.
fn overlay(there: &mut Value, over: Value) {
    if let Value::Object(over) = over {
        for (field, value) in over {
            set(there, &field, value);
        }
    }
}

fn fields(object: &Value) -> impl Iterator<Item = (&String, &Value)> {
    object
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(_, value)| !value.is_null())
}

/// The id of the pool that everything is in, with its region in front.
fn pool_id(spec: &Value) -> String {
    format!(
        "{}_AbCdEfGhI",
        spec["region"].as_str().unwrap_or("eu-west-1")
    )
}
