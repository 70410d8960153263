//! The provider's comparison: in which fields its controllers see a difference between a spec and what AWS answers.
//!
//! A row for each field says how it is compared. A field without a row panics, so a new one asks how the controller
//! compares it.
//!
//! Source: crossplane-contrib/provider-aws v0.58.0, pkg/controller/cognitoidentityprovider/<kind>/setup.go, isUpToDate and
//! lateInitialize, and what these call.

#[path = "provider/rows.rs"]
mod rows;

use serde_json::{Value, json};

use self::rows::How::{Apart, Both, Deep, DeepIfAsked, Flag, Never, Number, Ranked, Text, Wanted};
use self::rows::{GROUP, IDENTITY_PROVIDER, Row, USER_POOL, USER_POOL_CLIENT};
use crate::aws::{Details, TWINS, spelled};

/// The blocks, and their fields, that the pool's controller fills in from AWS.
const FILLED_IN: [(&str, &[&str]); 3] = [
    ("adminCreateUserConfig", &["allowAdminCreateUserOnly"]),
    ("emailConfiguration", &["emailSendingAccount"]),
    ("verificationMessageTemplate", &["defaultEmailOption"]),
];

/// What a controller comes upon when it looks at AWS: what it fails on or never comes to rest about, and in which fields
/// it sees a difference, for which it would update.
pub(crate) fn observe(object: &Value, answers: &Value, details: &Details) -> Vec<String> {
    let kind = object["kind"].as_str().unwrap_or_default();
    let mut spec = object["spec"]["forProvider"].clone();
    match late_initialize(kind, &mut spec, answers) {
        Ok(mut found) => {
            found.extend(differences(kind, &spec, answers, details));
            found
        }
        Err(panic) => vec![panic],
    }
}

/// Fills in of the spec what the controller fills in from AWS: what of it would be taken out again for ever. An error is
/// a panic of the controller's, which comes back at every look.
pub(crate) fn late_initialize(
    kind: &str,
    spec: &mut Value,
    answers: &Value,
) -> Result<Vec<String>, String> {
    match kind {
        "UserPool" => late_initialize_pool(spec, &answers["UserPool"]),
        "UserPoolClient" => {
            fill_in(spec, &answers["UserPoolClient"], "refreshTokenValidity");
            Ok(Vec::new())
        }
        "IdentityProvider" => {
            fill_in(spec, &answers["IdentityProvider"], "attributeMapping");
            Ok(Vec::new())
        }
        _ => Ok(Vec::new()),
    }
}

/// The fields in which the controller sees a difference once it has filled in what it fills in.
pub(crate) fn differences(
    kind: &str,
    spec: &Value,
    answers: &Value,
    details: &Details,
) -> Vec<String> {
    let mut found = Vec::new();
    match kind {
        "UserPool" => {
            let pool = &answers["UserPool"];
            compare(USER_POOL, "", spec, pool, &mut found);
            compare_schema(&spec["schema"], &pool["SchemaAttributes"], &mut found);
            compare_twins(spec, pool, &mut found);
            compare_mfa(spec, answers, &mut found);
        }
        "UserPoolClient" => {
            let client = &answers["UserPoolClient"];
            compare(USER_POOL_CLIENT, "", spec, client, &mut found);
        }
        "IdentityProvider" => {
            let provider = &answers["IdentityProvider"];
            compare(IDENTITY_PROVIDER, "", spec, provider, &mut found);
            compare_details(details, &provider["ProviderDetails"], &mut found);
        }
        "Group" => compare(GROUP, "", spec, &answers["Groups"][0], &mut found),
        // They have no isUpToDate: once there, they are never updated.
        "UserPoolDomain" | "ResourceServer" => {}
        kind => panic!("say how the provider compares a {kind}"),
    }
    found
}

fn compare(rows: &[Row], within: &str, spec: &Value, aws: &Value, found: &mut Vec<String>) {
    for field in spec.as_object().into_iter().flat_map(|spec| spec.keys()) {
        let known = rows.iter().any(|(name, _)| name == field);
        assert!(known, "say how the provider compares {within}{field}");
    }
    for (field, how) in rows {
        let (ours, theirs) = (&spec[field], &aws[spelled(field)]);
        let at = format!("{within}{field}");
        let equal = match how {
            Flag => ours.as_bool().unwrap_or_default() == theirs.as_bool().unwrap_or_default(),
            Number => ours.as_i64().unwrap_or_default() == theirs.as_i64().unwrap_or_default(),
            Text => text(ours) == text(theirs),
            Deep => ours == theirs,
            DeepIfAsked => ours.is_null() || ours == theirs,
            Ranked => are_ranked_equal(ours, theirs),
            Wanted(rows) | Both(rows) if !ours.is_null() && !theirs.is_null() => {
                compare(rows, &format!("{at}."), ours, theirs, found);
                true
            }
            Wanted(_) => ours.is_null(),
            Both(_) | Apart | Never => true,
        };
        if !equal {
            found.push(at);
        }
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn are_ranked_equal(ours: &Value, theirs: &Value) -> bool {
    let ranked = |list: &Value, name: &str, priority: &str| -> Vec<(String, Option<i64>)> {
        let entries = list.as_array().into_iter().flatten();
        entries
            .map(|entry| (text(&entry[name]).to_owned(), entry[priority].as_i64()))
            .collect()
    };
    let ours = ranked(ours, "name", "priority");
    ours.is_empty() || ours == ranked(theirs, "Name", "Priority")
}

/// Those are compared that both sides have. One that AWS does not have is added along with an update, and is no reason
/// for one.
fn compare_schema(spec: &Value, aws: &Value, found: &mut Vec<String>) {
    for ours in spec.as_array().into_iter().flatten() {
        let name = text(&ours["name"]);
        let same_name = |theirs: &&Value| {
            let theirs = text(&theirs["Name"]);
            theirs.strip_prefix("custom:").unwrap_or(theirs) == name
        };
        for theirs in aws.as_array().into_iter().flatten().filter(same_name) {
            let mut differs = |field: &str, differs: bool| {
                if differs {
                    found.push(format!("schema[{name}].{field}"));
                }
            };
            let field = "attributeDataType";
            differs(field, text(&ours[field]) != text(&theirs[spelled(field)]));
            for field in ["developerOnlyAttribute", "mutable", "required"] {
                let flag = |value: &Value| value.as_bool().unwrap_or_default();
                differs(field, flag(&ours[field]) != flag(&theirs[spelled(field)]));
            }
            for (field, least, greatest) in [
                ("numberAttributeConstraints", "minValue", "maxValue"),
                ("stringAttributeConstraints", "minLength", "maxLength"),
            ] {
                let (ours, theirs) = (&ours[field], &theirs[spelled(field)]);
                let bounds = [least, greatest];
                let same = bounds.map(|bound| text(&ours[bound]))
                    == bounds.map(|bound| text(&theirs[spelled(bound)]));
                differs(field, ours.is_null() != theirs.is_null() || !same);
            }
        }
    }
}

/// The texts that can be written in two places: in the template and by themselves.
fn compare_twins(spec: &Value, pool: &Value, found: &mut Vec<String>) {
    let template = &spec["verificationMessageTemplate"];
    for (field, twin) in TWINS {
        let (ours, other) = (&template[field], &spec[twin]);
        let at = format!("verificationMessageTemplate.{field}");
        if template.is_null() || (ours.is_null() && other.is_null()) {
            continue;
        }
        if !ours.is_null() && !other.is_null() && ours != other {
            found.push(format!("error: {at}"));
        } else if text(if ours.is_null() { other } else { ours }) != text(&pool[spelled(twin)]) {
            found.push(at);
        }
    }
}

/// An app is compared only beside a second factor, and where both sides speak of one.
fn compare_mfa(spec: &Value, config: &Value, found: &mut Vec<String>) {
    let mode = text(&spec["mfaConfiguration"]);
    let ours = &spec["softwareTokenMFAConfiguration"];
    let theirs = &config["SoftwareTokenMfaConfiguration"];
    if mode != text(&config["MfaConfiguration"]) {
        found.push("mfaConfiguration".to_owned());
    } else if mode != "OFF" && !ours.is_null() && !theirs.is_null() {
        let (ours, theirs) = (&ours["enabled"], &theirs["Enabled"]);
        if ours.as_bool().unwrap_or_default() != theirs.as_bool().unwrap_or_default() {
            found.push("softwareTokenMFAConfiguration.enabled".to_owned());
        }
    }
}

/// The whole Secret against all details.
fn compare_details(details: &Details, aws: &Value, found: &mut Vec<String>) {
    let theirs = aws.as_object().into_iter().flatten();
    let mut keys: Vec<&String> = details.keys().chain(theirs.map(|(key, _)| key)).collect();
    keys.sort();
    keys.dedup();
    for key in keys {
        if details.get(key).map(String::as_str) != aws[key].as_str() {
            found.push(format!("providerDetails.{key}"));
        }
    }
}

fn late_initialize_pool(spec: &mut Value, pool: &Value) -> Result<Vec<String>, String> {
    fill_in(spec, pool, "mfaConfiguration");
    for (block, fields) in FILLED_IN {
        for field in fields {
            fill_in(&mut spec[block], &pool[spelled(block)], field);
        }
    }
    let theirs = &pool["Policies"]["PasswordPolicy"];
    if !spec["policies"].is_null() && spec["policies"]["passwordPolicy"].is_null() {
        return Err("panic: policies.passwordPolicy".to_owned());
    }
    for field in [
        "minimumLength",
        "requireLowercase",
        "requireNumbers",
        "requireSymbols",
        "requireUppercase",
        "temporaryPasswordValidityDays",
    ] {
        fill_in(&mut spec["policies"]["passwordPolicy"], theirs, field);
    }
    let mut for_ever = Vec::new();
    for ours in spec["schema"].as_array_mut().into_iter().flatten() {
        if !ours["stringAttributeConstraints"].is_null() {
            continue;
        }
        let name = text(&ours["name"]).to_owned();
        let at = format!("schema[{name}].stringAttributeConstraints");
        for theirs in pool["SchemaAttributes"].as_array().into_iter().flatten() {
            let their_name = text(&theirs["Name"]);
            if their_name.strip_prefix("custom:").unwrap_or(their_name) != name {
                continue;
            }
            let bounds = &theirs["StringAttributeConstraints"];
            if bounds.is_null() {
                return Err(format!("panic: {at}"));
            }
            ours["stringAttributeConstraints"] =
                json!({ "maxLength": bounds["MaxLength"], "minLength": bounds["MinLength"] });
            // Crossplane applies the list as a whole, without what was filled in.
            for_ever.push(format!("for ever: {at}"));
        }
    }
    Ok(for_ever)
}

/// Fills in a field that the spec does not have and AWS has.
fn fill_in(spec: &mut Value, aws: &Value, field: &str) {
    let theirs = &aws[spelled(field)];
    if !theirs.is_null() && spec[field].is_null() {
        spec[field] = theirs.clone();
    }
}
