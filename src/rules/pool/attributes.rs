//! Rules of what is kept of each user.

use crate::api::app_auth::AttributeType;
use crate::finding::nearest;
use crate::plan::{Attribute, Plan, STANDARD_ATTRIBUTES, StandardAttribute};
use crate::rules::{Report, Rule, api, guide, rule};
use crate::text::{fields, quoted};

pub(in crate::rules) const RULES: &[Rule] = &[
    rule(
        "POOL-ATTR-1",
        api!("SchemaAttributeType"),
        a_custom_attribute_is_named_without_custom,
    ),
    rule(
        "POOL-ATTR-2",
        guide!("user-pool-settings-attributes"),
        custom_attributes_are_few,
    ),
    rule(
        "POOL-ATTR-4",
        guide!("user-pool-settings-attributes"),
        a_custom_attribute_is_optional,
    ),
    rule(
        "POOL-ATTR-5",
        api!("SchemaAttributeType"),
        a_custom_attribute_has_a_type,
    ),
    rule(
        "POOL-ATTR-6",
        api!("SchemaAttributeType"),
        a_standard_attribute_is_as_it_is,
    ),
    rule(
        "POOL-ATTR-7",
        api!("StringAttributeConstraintsType"),
        lengths_are_in_order,
    ),
    rule(
        "POOL-ATTR-9",
        api!("SchemaAttributeType"),
        bounds_of_numbers_are_for_numbers,
    ),
    rule(
        "POOL-ATTR-14",
        api!("SchemaAttributeType"),
        only_text_is_declared_to_the_community_provider,
    ),
];

const MOST_CUSTOM: usize = 50;

fn a_custom_attribute_is_named_without_custom(plan: &Plan, report: &mut Report) {
    for attribute in custom(plan) {
        let name = &attribute.name;
        if let Some(bare) = name.strip_prefix("custom:") {
            report.error(
                attribute.at("name"),
                format!(
                    "{} begins with \"custom:\", which Cognito adds by itself",
                    quoted(name)
                ),
                format!("write {}", quoted(bare)),
            );
        }
    }
}

fn custom_attributes_are_few(plan: &Plan, report: &mut Report) {
    let Some(pool) = plan.own_pool() else { return };
    let number = custom(plan).count();
    if number > MOST_CUSTOM {
        report.error(
            pool.at("attributes"),
            format!("has {number} custom attributes, and a pool takes at most {MOST_CUSTOM}"),
            format!("remove {}", number - MOST_CUSTOM),
        );
    }
}

fn a_custom_attribute_is_optional(plan: &Plan, report: &mut Report) {
    for attribute in custom(plan).filter(|attribute| attribute.required) {
        report.error(
            attribute.at("required"),
            format!(
                "{} is a custom attribute, and only standard ones can be required",
                quoted(&attribute.name)
            ),
            "set it to false",
        );
    }
}

fn a_custom_attribute_has_a_type(plan: &Plan, report: &mut Report) {
    for attribute in custom(plan).filter(|attribute| attribute.type_.is_none()) {
        let name = &attribute.name;
        // A name of the standard's in another spelling is no wish for an attribute of one's own.
        match nearest(
            name,
            STANDARD_ATTRIBUTES.iter().map(|standard| standard.name),
        ) {
            Some(standard) => report.error(
                attribute.at("name"),
                format!(
                    "{} is not a standard attribute, and a custom one needs a type",
                    quoted(name)
                ),
                format!("use \"{standard}\", or set type to \"String\""),
            ),
            None => report.error(
                attribute.at("type"),
                format!("is not set, and {} is a custom attribute", quoted(name)),
                "set it to \"String\"",
            ),
        }
    }
}

fn a_standard_attribute_is_as_it_is(plan: &Plan, report: &mut Report) {
    for (attribute, standard) in standard(plan) {
        if standard.name == "sub" {
            report.error(
                attribute.at("name"),
                "\"sub\" is what Cognito knows each user by, and cannot be declared",
                "remove it",
            );
            continue;
        }
        // The rest is not to be declared at all, as only_text_is_declared_to_the_community_provider says.
        if standard.type_ != AttributeType::String {
            continue;
        }
        let given: Vec<&str> = [
            ("type", attribute.type_.is_some()),
            ("minLength", attribute.min_length.is_some()),
            ("maxLength", attribute.max_length.is_some()),
            ("minValue", attribute.min_value.is_some()),
            ("maxValue", attribute.max_value.is_some()),
        ]
        .into_iter()
        .filter_map(|(name, given)| given.then_some(name))
        .collect();
        if !given.is_empty() {
            report.error(
                attribute.at(""),
                format!(
                    "\"{}\" is a standard attribute, with a type and bounds of its own",
                    standard.name
                ),
                format!("remove {}", fields(&given)),
            );
        }
    }
}

fn lengths_are_in_order(plan: &Plan, report: &mut Report) {
    for attribute in custom(plan) {
        let (least, greatest) = attribute.lengths();
        if least > greatest {
            report.error(
                attribute.at("minLength"),
                format!("{least} is greater than the maxLength of {greatest}"),
                "lower it, or raise maxLength up to 2048",
            );
        }
    }
}

fn bounds_of_numbers_are_for_numbers(plan: &Plan, report: &mut Report) {
    let texts = custom(plan).filter(|attribute| attribute.value_type() == AttributeType::String);
    for attribute in texts {
        let given: Vec<&str> = [
            ("minValue", attribute.min_value.is_some()),
            ("maxValue", attribute.max_value.is_some()),
        ]
        .into_iter()
        .filter_map(|(name, given)| given.then_some(name))
        .collect();
        if !given.is_empty() {
            let given = fields(&given);
            report.advise(
                attribute.at(""),
                format!(
                    "{} is a \"String\", on which {given} has no effect",
                    quoted(&attribute.name)
                ),
                format!("remove {given}, or use minLength and maxLength"),
            );
        }
    }
}

/// The provider's controller reads the string constraints of whatever is declared, and Cognito gives none for the rest.
/// That a custom attribute has another type is for the plan to say.
fn only_text_is_declared_to_the_community_provider(plan: &Plan, report: &mut Report) {
    for (attribute, standard) in standard(plan) {
        if standard.type_ != AttributeType::String {
            report.error(
                attribute.at("name"),
                format!(
                    "\"{}\" is a {:?}, and the community provider keeps only text",
                    standard.name, standard.type_
                ),
                "remove it, every pool has it anyway",
            );
        }
    }
}

fn custom(plan: &Plan) -> impl Iterator<Item = &Attribute> {
    plan.attributes()
        .iter()
        .filter(|attribute| attribute.standard.is_none())
}

fn standard(plan: &Plan) -> impl Iterator<Item = (&Attribute, &'static StandardAttribute)> {
    plan.attributes()
        .iter()
        .filter_map(|attribute| Some((attribute, attribute.standard?)))
}

#[cfg(test)]
pub(in crate::rules) mod tests {
    use serde_json::{Value, json};

    use crate::rules::testing::{Case, advice, error, quiet, spec, told};

    /// A pool with an attribute; without clients, whose lists of attributes have rules of their own.
    fn attribute(attribute: Value) -> Value {
        attributes(vec![attribute])
    }

    fn attributes(attributes: Vec<Value>) -> Value {
        spec(json!({"clients": [], "userPool": {"attributes": attributes}}))
    }

    fn custom(number: usize) -> Value {
        attributes(
            (0..number)
                .map(|number| json!({"name": format!("a{number}"), "type": "String"}))
                .collect(),
        )
    }

    pub(in crate::rules) fn broken() -> Vec<Case> {
        vec![
            error(
                "POOL-ATTR-1",
                attribute(json!({"name": "custom:tenant", "type": "String"})),
                r#"spec.userPool.attributes[0].name: "custom:tenant" begins with "custom:", which Cognito adds by itself; write "tenant""#,
            ),
            error(
                "POOL-ATTR-2",
                custom(51),
                "spec.userPool.attributes: has 51 custom attributes, and a pool takes at most 50; remove 1",
            ),
            error(
                "POOL-ATTR-4",
                attribute(json!({"name": "tenant", "type": "String", "required": true})),
                r#"spec.userPool.attributes[0].required: "tenant" is a custom attribute, and only standard ones can be required; set it to false"#,
            ),
            error(
                "POOL-ATTR-5",
                attribute(json!({"name": "tenant"})),
                r#"spec.userPool.attributes[0].type: is not set, and "tenant" is a custom attribute; set it to "String""#,
            ),
            error(
                "POOL-ATTR-5",
                attribute(json!({"name": "given-name"})),
                r#"spec.userPool.attributes[0].name: "given-name" is not a standard attribute, and a custom one needs a type; use "given_name", or set type to "String""#,
            ),
            error(
                "POOL-ATTR-6",
                attribute(json!({"name": "sub"})),
                r#"spec.userPool.attributes[0].name: "sub" is what Cognito knows each user by, and cannot be declared; remove it"#,
            ),
            error(
                "POOL-ATTR-6",
                attribute(json!({"name": "email", "type": "String", "maxLength": 256})),
                r#"spec.userPool.attributes[0]: "email" is a standard attribute, with a type and bounds of its own; remove type and maxLength"#,
            ),
            error(
                "POOL-ATTR-7",
                attribute(
                    json!({"name": "tenant", "type": "String", "minLength": 10, "maxLength": 5}),
                ),
                "spec.userPool.attributes[0].minLength: 10 is greater than the maxLength of 5; lower it, or raise maxLength up to 2048",
            ),
            advice(
                "POOL-ATTR-9",
                attribute(json!({"name": "tenant", "type": "String", "minValue": 1})),
                r#"spec.userPool.attributes[0]: "tenant" is a "String", on which minValue has no effect; remove minValue, or use minLength and maxLength"#,
            ),
            error(
                "POOL-ATTR-14",
                attribute(json!({"name": "updated_at"})),
                r#"spec.userPool.attributes[0].name: "updated_at" is a Number, and the community provider keeps only text; remove it, every pool has it anyway"#,
            ),
        ]
    }

    #[test]
    fn what_is_wrong_is_told() {
        told(broken());
    }

    #[test]
    fn what_is_right_is_passed_over() {
        quiet(vec![
            attribute(json!({"name": "tenant", "type": "String"})),
            attribute(
                json!({"name": "a_name_of_20_letters", "type": "String", "minLength": 5, "maxLength": 5}),
            ),
            attribute(json!({"name": "email", "required": true, "mutable": false})),
            custom(50),
        ]);
    }
}
