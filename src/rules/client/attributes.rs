//! Rules of the attributes that a client may read and write.

use crate::finding::nearest;
use crate::plan::{Attribute, Client, Plan, STANDARD_ATTRIBUTES};
use crate::rules::{Report, Rule, api, guide, rule};
use crate::text::{all, either, quoted};

pub(in crate::rules) const RULES: &[Rule] = &[
    rule(
        "CLIENT-ATTR-1",
        api!("CreateUserPoolClient"),
        attributes_are_of_the_pool,
    )
    .reading(&["userPool.attributes", "existingUserPool"]),
    rule(
        "CLIENT-ATTR-2",
        api!("CreateUserPoolClient"),
        what_cognito_writes_is_its_own,
    ),
    rule(
        "CLIENT-ATTR-3",
        guide!("user-pool-settings-client-apps"),
        what_everybody_has_can_be_written,
    )
    .reading(&["userPool.attributes"]),
    rule(
        "CLIENT-ATTR-5",
        api!("CreateUserPoolClient"),
        custom_attributes_are_read_by_some_client,
    ),
    rule(
        "CLIENT-ATTR-6",
        guide!("user-pool-settings-client-apps"),
        nobody_writes_their_own_rights,
    ),
];

/// What Cognito itself writes.
pub(in crate::rules) const NOT_WRITABLE: [&str; 3] =
    ["sub", "email_verified", "phone_number_verified"];

/// Names of custom attributes by which applications tend to decide what somebody may do.
const RIGHTS: [&str; 14] = [
    "admin",
    "group",
    "groups",
    "is_admin",
    "isAdmin",
    "permission",
    "permissions",
    "plan",
    "role",
    "roles",
    "tenant",
    "tenant_id",
    "tenantId",
    "tier",
];

fn attributes_are_of_the_pool(plan: &Plan, report: &mut Report) {
    for client in &plan.clients {
        for (field, list) in lists(client) {
            for (index, name) in list.iter().enumerate() {
                if !exists(plan, name) {
                    report.error(
                        client.at(field).index(index),
                        format!("{} is not an attribute of this pool", quoted(name)),
                        instead(plan, name),
                    );
                }
            }
        }
    }
}

fn what_cognito_writes_is_its_own(plan: &Plan, report: &mut Report) {
    for client in &plan.clients {
        for (index, name) in client.write_attributes.iter().flatten().enumerate() {
            if NOT_WRITABLE.contains(&name.as_str()) {
                report.error(
                    client.at("writeAttributes").index(index),
                    format!("\"{name}\" is for Cognito alone to write"),
                    "remove it",
                );
            }
        }
    }
}

fn what_everybody_has_can_be_written(plan: &Plan, report: &mut Report) {
    for client in &plan.clients {
        let Some(writable) = &client.write_attributes else {
            continue;
        };
        let missing: Vec<String> = plan
            .attributes()
            .iter()
            .filter(|attribute| attribute.required && attribute.standard.is_some())
            .map(Attribute::full_name)
            .filter(|name| !writable.contains(name) && !NOT_WRITABLE.contains(&name.as_str()))
            .collect();
        if !missing.is_empty() {
            let missing = all(&missing);
            report.error(
                client.at("writeAttributes"),
                format!("lacks {missing}, which every user must have"),
                format!("add {missing}"),
            );
        }
    }
}

fn custom_attributes_are_read_by_some_client(plan: &Plan, report: &mut Report) {
    if plan.clients.is_empty() {
        return;
    }
    for attribute in custom(plan) {
        let name = attribute.full_name();
        let read = |client: &Client| {
            client
                .read_attributes
                .iter()
                .flatten()
                .any(|read| *read == name)
        };
        if !plan.clients.iter().any(read) {
            report.advise(
                attribute.at("name"),
                format!("no client of this AppAuth can read {}: a client reads all standard attributes and no custom one by default", quoted(&name)),
                "list it in the readAttributes of a client",
            );
        }
    }
}

fn nobody_writes_their_own_rights(plan: &Plan, report: &mut Report) {
    for client in &plan.clients {
        for (index, name) in client.write_attributes.iter().flatten().enumerate() {
            let right = name
                .strip_prefix("custom:")
                .filter(|name| RIGHTS.contains(name));
            if right.is_some() && exists(plan, name) {
                report.advise(
                    client.at("writeAttributes").index(index),
                    format!(
                        "{} looks like a right, and users of this client can give it to themselves",
                        quoted(name)
                    ),
                    "remove it, and have a server write it",
                );
            }
        }
    }
}

/// The lists of a client, as far as they are written.
fn lists(client: &Client) -> impl Iterator<Item = (&'static str, &[String])> {
    [
        ("readAttributes", &client.read_attributes),
        ("writeAttributes", &client.write_attributes),
    ]
    .into_iter()
    .filter_map(|(field, list)| Some((field, list.as_deref()?)))
}

fn custom(plan: &Plan) -> impl Iterator<Item = &Attribute> {
    plan.attributes()
        .iter()
        .filter(|attribute| attribute.standard.is_none())
}

/// Whether a pool has an attribute. Which custom ones a pool has that lives elsewhere, nobody knows here.
pub(in crate::rules) fn exists(plan: &Plan, name: &str) -> bool {
    match name.strip_prefix("custom:") {
        Some(_) if plan.existing_pool().is_some() => true,
        Some(name) => custom(plan).any(|attribute| attribute.name == name),
        None => STANDARD_ATTRIBUTES
            .iter()
            .any(|standard| standard.name == name),
    }
}

/// What to write instead of an attribute that does not exist.
pub(in crate::rules) fn instead(plan: &Plan, name: &str) -> String {
    let custom: Vec<String> = custom(plan).map(Attribute::full_name).collect();
    let bare = name.strip_prefix("custom:").unwrap_or(name);
    let whole = format!("custom:{bare}");
    let names = || {
        let standard = STANDARD_ATTRIBUTES.iter().map(|standard| standard.name);
        standard.chain(custom.iter().map(String::as_str))
    };
    // A prefix too many or too few is a likelier slip than a wrong letter.
    let meant = names()
        .find(|known| *known == whole || *known == bare)
        .or_else(|| nearest(name, names()))
        .or_else(|| nearest(&whole, names()))
        .or_else(|| nearest(bare, names()));
    match meant {
        Some(meant) => format!("did you mean \"{meant}\"?"),
        None if custom.is_empty() => {
            "use a standard attribute, or declare it in spec.userPool.attributes".to_owned()
        }
        None => format!("use a standard attribute or {}", either(&custom)),
    }
}

#[cfg(test)]
pub(in crate::rules) mod tests {
    use serde_json::{Value, json};

    use crate::rules::testing::{Case, advice, client, error, quiet, told};

    /// The shortest spec with these attributes of the pool, and a patch over its client.
    fn with(attributes: Value, patch: Value) -> Value {
        let mut spec = client(patch);
        spec["userPool"] = json!({"attributes": attributes});
        spec
    }

    fn tenant() -> Value {
        json!([{"name": "tenant", "type": "String"}])
    }

    fn email() -> Value {
        json!([{"name": "email", "required": true}])
    }

    pub(in crate::rules) fn broken() -> Vec<Case> {
        vec![
            error(
                "CLIENT-ATTR-1",
                with(
                    tenant(),
                    json!({"readAttributes": ["custom:tenant", "tenant"]}),
                ),
                r#"spec.clients[0].readAttributes[1]: "tenant" is not an attribute of this pool; did you mean "custom:tenant"?"#,
            ),
            error(
                "CLIENT-ATTR-1",
                with(
                    tenant(),
                    json!({"readAttributes": ["custom:tenant", "tennant"]}),
                ),
                r#"spec.clients[0].readAttributes[1]: "tennant" is not an attribute of this pool; did you mean "custom:tenant"?"#,
            ),
            error(
                "CLIENT-ATTR-1",
                with(
                    tenant(),
                    json!({"readAttributes": ["custom:tenant", "custom:colour"]}),
                ),
                r#"spec.clients[0].readAttributes[1]: "custom:colour" is not an attribute of this pool; use a standard attribute or "custom:tenant""#,
            ),
            error(
                "CLIENT-ATTR-1",
                client(json!({"readAttributes": ["custom:email"]})),
                r#"spec.clients[0].readAttributes[0]: "custom:email" is not an attribute of this pool; did you mean "email"?"#,
            ),
            error(
                "CLIENT-ATTR-1",
                client(json!({"readAttributes": ["colour"]})),
                r#"spec.clients[0].readAttributes[0]: "colour" is not an attribute of this pool; use a standard attribute, or declare it in spec.userPool.attributes"#,
            ),
            error(
                "CLIENT-ATTR-1",
                client(json!({"writeAttributes": ["given-name"]})),
                r#"spec.clients[0].writeAttributes[0]: "given-name" is not an attribute of this pool; did you mean "given_name"?"#,
            ),
            error(
                "CLIENT-ATTR-2",
                client(json!({"writeAttributes": ["email", "email_verified"]})),
                r#"spec.clients[0].writeAttributes[1]: "email_verified" is for Cognito alone to write; remove it"#,
            ),
            error(
                "CLIENT-ATTR-2",
                client(json!({"writeAttributes": ["sub"]})),
                r#"spec.clients[0].writeAttributes[0]: "sub" is for Cognito alone to write; remove it"#,
            ),
            error(
                "CLIENT-ATTR-3",
                with(email(), json!({"writeAttributes": ["given_name"]})),
                r#"spec.clients[0].writeAttributes: lacks "email", which every user must have; add "email""#,
            ),
            advice(
                "CLIENT-ATTR-5",
                with(tenant(), json!({})),
                r#"spec.userPool.attributes[0].name: no client of this AppAuth can read "custom:tenant": a client reads all standard attributes and no custom one by default; list it in the readAttributes of a client"#,
            ),
            advice(
                "CLIENT-ATTR-6",
                with(
                    tenant(),
                    json!({"readAttributes": ["custom:tenant"], "writeAttributes": ["custom:tenant"]}),
                ),
                r#"spec.clients[0].writeAttributes[0]: "custom:tenant" looks like a right, and users of this client can give it to themselves; remove it, and have a server write it"#,
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
            client(json!({"readAttributes": ["email", "email_verified", "sub", "updated_at"]})),
            client(json!({"writeAttributes": ["email", "given_name"]})),
            with(
                tenant(),
                json!({"readAttributes": ["custom:tenant"], "writeAttributes": ["email"]}),
            ),
            with(email(), json!({"writeAttributes": ["email"]})),
            with(email(), json!({})),
            with(
                json!([{"name": "colour", "type": "String"}]),
                json!({"readAttributes": ["custom:colour"], "writeAttributes": ["custom:colour"]}),
            ),
        ]);
    }
}
