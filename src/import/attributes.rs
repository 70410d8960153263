//! What is kept of each user.
//!
//! AWS only ever adds attributes, so one that is not listed stays as it is. One that is listed is compared, and can
//! never be brought in line, so only those are listed that the provider finds equal.

use std::collections::BTreeSet;

use serde_json::json;

use super::aws;
use super::leftovers::{Rest, sorted, unless};
use crate::api::app_auth::{Attribute, AttributeType, UserPool};
use crate::plan::{STANDARD_ATTRIBUTES, StandardAttribute};
use crate::text::quoted;

/// What only Cognito itself writes.
const NOT_WRITABLE: [&str; 3] = ["email_verified", "phone_number_verified", "sub"];

/// The attributes that AppAuth has a word for: standard ones where they are not as every pool has them, and custom texts.
pub(super) fn import(attributes: &[aws::SchemaAttribute], rest: &mut Rest) -> Vec<Attribute> {
    attributes
        .iter()
        .filter_map(|attribute| {
            let name = attribute.name.as_deref()?;
            match STANDARD_ATTRIBUTES.iter().find(|known| known.name == name) {
                Some(known) => standard(known, attribute, rest),
                None if name.contains(':') => custom(name, attribute, rest),
                // AWS has more of its own, such as identities.
                None => None,
            }
        })
        .collect()
}

/// The custom attributes of a pool that are not listed, by their whole names.
pub(super) fn left_out(pool: &aws::UserPool, own: &UserPool) -> BTreeSet<String> {
    let listed = |name: &str| {
        let bare = name.strip_prefix("custom:").unwrap_or(name);
        own.attributes
            .iter()
            .flatten()
            .any(|each| each.name == bare)
    };
    pool.schema_attributes
        .iter()
        .flatten()
        .filter_map(|attribute| attribute.name.clone())
        .filter(|name| name.contains(':') && !listed(name))
        .collect()
}

fn standard(
    known: &StandardAttribute,
    aws: &aws::SchemaAttribute,
    rest: &mut Rest,
) -> Option<Attribute> {
    let name = known.name;
    let (required, mutable) = (is(aws.required), is(aws.mutable));
    // Every pool has sub as it is, and what is no text the provider cannot keep.
    if name == "sub" || known.type_ != AttributeType::String || (!required && mutable) {
        return None;
    }
    if lengths(aws) != Some(known.lengths) {
        let (min, max) = known.lengths;
        let problem = format!(
            "has {} at AWS, and AppAuth always declares {min} to {max} for it",
            bounds(aws)
        );
        leave_out(name, &problem, rest);
        return None;
    }
    Some(Attribute {
        required: unless(&false, required),
        mutable: unless(&true, mutable),
        ..bare(name)
    })
}

fn custom(name: &str, aws: &aws::SchemaAttribute, rest: &mut Rest) -> Option<Attribute> {
    if is(aws.developer_only_attribute) || name.starts_with("dev:") {
        leave_out(
            name,
            "is a developer-only attribute, which AppAuth cannot declare",
            rest,
        );
        return None;
    }
    let type_ = aws.attribute_data_type.as_deref().unwrap_or("String");
    if type_ != "String" {
        let problem = format!("is a {}, which the provider cannot handle", quoted(type_));
        leave_out(name, &problem, rest);
        return None;
    }
    let Some((min, max)) = lengths(aws) else {
        let problem = format!(
            "has {} at AWS, and AppAuth always declares both",
            bounds(aws)
        );
        leave_out(name, &problem, rest);
        return None;
    };
    Some(Attribute {
        type_: Some(AttributeType::String),
        mutable: unless(&true, is(aws.mutable)),
        min_length: unless(&0, min),
        max_length: unless(&2048, max),
        ..bare(name.strip_prefix("custom:").unwrap_or(name))
    })
}

fn leave_out(name: &str, problem: &str, rest: &mut Rest) {
    rest.advise(
        "SchemaAttributes",
        format!("{} {problem}, so it is left out", quoted(name)),
        "do not add it: AWS keeps it as it is",
    );
}

/// The bounds of a text at AWS, for people.
fn bounds(aws: &aws::SchemaAttribute) -> String {
    let constraints = aws.string_attribute_constraints.as_ref();
    let min = constraints.and_then(|bounds| bounds.min_length.as_deref());
    let max = constraints.and_then(|bounds| bounds.max_length.as_deref());
    match (min, max) {
        (Some(min), Some(max)) => format!("a length of {min} to {max}"),
        (Some(min), None) => format!("a minimum length of {min} and no maximum length"),
        (None, Some(max)) => format!("a maximum length of {max} and no minimum length"),
        (None, None) => "no minimum and maximum length".to_owned(),
    }
}

/// The lengths of a text, where AWS says both.
fn lengths(aws: &aws::SchemaAttribute) -> Option<(u32, u32)> {
    let constraints = aws.string_attribute_constraints.as_ref()?;
    let number = |text: &Option<String>| text.as_deref()?.parse().ok();
    Some((
        number(&constraints.min_length)?,
        number(&constraints.max_length)?,
    ))
}

fn bare(name: &str) -> Attribute {
    Attribute {
        name: name.to_owned(),
        type_: None,
        required: None,
        mutable: None,
        min_length: None,
        max_length: None,
        min_value: None,
        max_value: None,
    }
}

fn is(flag: Option<bool>) -> bool {
    flag.unwrap_or(false)
}

/// Attributes that the client may read or write. Without a pool of one's own, which there are is not known here.
pub(super) fn of_client(
    field: &str,
    list: Option<&Vec<String>>,
    of_pool: Option<&[Attribute]>,
    rest: &mut Rest,
) -> Option<Vec<String>> {
    let list = sorted(list);
    if list.is_empty() {
        return None;
    }
    let standard = |name: &str| STANDARD_ATTRIBUTES.iter().any(|known| known.name == name);
    let listed = |name: &str| match (name.strip_prefix("custom:"), of_pool) {
        (Some(_), None) => true,
        (Some(custom), Some(listed)) => listed.iter().any(|known| known.name == custom),
        (None, _) => standard(name),
    };
    let is_write = field == "writeAttributes";
    let required = of_pool
        .into_iter()
        .flatten()
        .filter(|each| each.required == Some(true));
    let lacks_required = required.into_iter().any(|each| !list.contains(&each.name));
    let writes_too_much = list
        .iter()
        .any(|name| NOT_WRITABLE.contains(&name.as_str()));
    if !list.iter().all(|name| listed(name)) || is_write && (lacks_required || writes_too_much) {
        rest.patch(field, json!(list));
        return None;
    }
    Some(list)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{pruned, said};
    use super::*;
    use serde_json::Value;

    /// What becomes of an attribute, and what is said of it.
    #[track_caller]
    fn check(attribute: Value, expected: Value, sentences: &[&str]) {
        let mut rest = Rest::of("UserPool", "shop");
        let attributes = [serde_json::from_value(attribute.clone()).unwrap()];
        let imported = import(&attributes, &mut rest);
        assert_eq!(pruned(&imported), expected, "{attribute}");
        assert_eq!(said(&rest), sentences, "{attribute}");
    }

    #[test]
    fn what_every_pool_has_is_not_written() {
        let email = |required: bool, mutable: bool| {
            json!({"Name": "email", "AttributeDataType": "String", "DeveloperOnlyAttribute": false, "Mutable": mutable,
                "Required": required, "StringAttributeConstraints": {"MinLength": "0", "MaxLength": "2048"}})
        };
        check(email(false, true), json!([]), &[]);
        check(
            email(true, true),
            json!([{"name": "email", "required": true}]),
            &[],
        );
        check(
            email(false, false),
            json!([{"name": "email", "mutable": false}]),
            &[],
        );
        check(
            json!({"Name": "sub", "Required": true, "Mutable": false}),
            json!([]),
            &[],
        );
        check(
            json!({"Name": "updated_at", "AttributeDataType": "Number", "Required": true, "Mutable": true}),
            json!([]),
            &[],
        );
    }

    #[test]
    fn custom_texts_keep_their_lengths() {
        let tenant = |constraints: Value| {
            json!({"Name": "custom:tenant", "AttributeDataType": "String", "Mutable": false, "Required": false,
                "StringAttributeConstraints": constraints})
        };
        check(
            tenant(json!({"MinLength": "1", "MaxLength": "64"})),
            json!([{"name": "tenant", "type": "String", "mutable": false, "minLength": 1, "maxLength": 64}]),
            &[],
        );
        check(
            tenant(json!({"MinLength": "0", "MaxLength": "2048"})),
            json!([{"name": "tenant", "type": "String", "mutable": false}]),
            &[],
        );
        check(
            tenant(json!({})),
            json!([]),
            &[
                "UserPool/shop SchemaAttributes: \"custom:tenant\" has no minimum and maximum length at AWS, and AppAuth \
                 always declares both, so it is left out; do not add it: AWS keeps it as it is",
            ],
        );
    }

    #[test]
    fn a_standard_attribute_with_other_bounds_is_left_out() {
        let of = |name: &str, required: bool, constraints: Value| {
            json!({"Name": name, "AttributeDataType": "String", "Mutable": true, "Required": required,
                "StringAttributeConstraints": constraints})
        };
        for (name, constraints, at_aws, declared) in [
            (
                "email",
                json!({"MinLength": "5", "MaxLength": "254"}),
                "a length of 5 to 254",
                "0 to 2048",
            ),
            (
                "birthdate",
                json!({"MaxLength": "2048"}),
                "a maximum length of 2048 and no minimum length",
                "10 to 10",
            ),
            (
                "email",
                json!({"MinLength": "1"}),
                "a minimum length of 1 and no maximum length",
                "0 to 2048",
            ),
            (
                "email",
                json!({}),
                "no minimum and maximum length",
                "0 to 2048",
            ),
        ] {
            check(
                of(name, true, constraints.clone()),
                json!([]),
                &[&format!(
                    "UserPool/shop SchemaAttributes: \"{name}\" has {at_aws} at AWS, and AppAuth always declares {declared} \
                     for it, so it is left out; do not add it: AWS keeps it as it is"
                )],
            );
            check(of(name, false, constraints), json!([]), &[]);
        }
    }

    #[test]
    fn an_attribute_that_cannot_be_declared_is_left_out() {
        for (name, type_, why) in [
            (
                "custom:age",
                "Number",
                "is a \"Number\", which the provider cannot handle",
            ),
            (
                "custom:vip",
                "Boolean",
                "is a \"Boolean\", which the provider cannot handle",
            ),
            (
                "custom:since",
                "DateTime",
                "is a \"DateTime\", which the provider cannot handle",
            ),
            (
                "dev:custom:key",
                "String",
                "is a developer-only attribute, which AppAuth cannot declare",
            ),
        ] {
            check(
                json!({"Name": name, "AttributeDataType": type_}),
                json!([]),
                &[&format!(
                    "UserPool/shop SchemaAttributes: \"{name}\" {why}, so it is left out; do not add it: AWS keeps it as it is"
                )],
            );
        }
    }

    #[test]
    fn lists_of_clients_that_appauth_would_refuse_are_laid_over() {
        let known = [
            Attribute {
                required: Some(true),
                ..bare("email")
            },
            bare("tenant"),
        ];
        let check = |field: &str,
                     list: &[&str],
                     of_pool: Option<&[Attribute]>,
                     is_written: bool| {
            let mut rest = Rest::of("UserPoolClient", "web");
            let list: Vec<String> = list.iter().copied().map(str::to_owned).collect();
            let written = of_client(field, Some(&list), of_pool, &mut rest);
            let patch = json!({"resource": "client-web", "patch": {"spec": {"forProvider": {field: list}}}});
            let laid = (!is_written).then_some(patch);
            assert_eq!(rest.into_parts("client-web").0, laid, "{field} {list:?}");
            assert_eq!(written, is_written.then_some(list), "{field}");
        };
        let pool = Some(known.as_slice());
        check("readAttributes", &["custom:tenant", "email"], pool, true);
        check("readAttributes", &["custom:age", "email"], pool, false);
        check("readAttributes", &["custom:age", "email"], None, true);
        check("readAttributes", &["name"], pool, true);
        check("writeAttributes", &["email"], pool, true);
        check("writeAttributes", &["name"], pool, false);
        check("writeAttributes", &["email", "email_verified"], pool, false);
        let mut rest = Rest::of("UserPoolClient", "web");
        assert_eq!(
            of_client("readAttributes", Some(&Vec::new()), pool, &mut rest),
            None
        );
        assert_eq!(rest.into_parts("client-web").0, None);
    }
}
