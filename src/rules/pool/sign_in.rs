//! Rules of signing in with an address, a number or a name.

use crate::api::app_auth::{Contact, Identifier};
use crate::plan::{Plan, Pool};
use crate::rules::client::signs_people_in;
use crate::rules::{Report, Rule, api, guide, rule};
use crate::text::{all, spelled};

pub(in crate::rules) const RULES: &[Rule] = &[
    rule(
        "POOL-SIGNIN-3",
        guide!("user-pool-settings-attributes"),
        a_preferred_user_name_is_beside_a_user_name,
    ),
    rule(
        "POOL-SIGNIN-4",
        guide!("user-pool-settings-attributes"),
        a_preferred_user_name_is_optional,
    )
    .reading(&["userPool.signIn"]),
    rule(
        "POOL-SIGNIN-7",
        guide!("user-pool-settings-attributes"),
        an_alias_is_verified,
    ),
    rule(
        "POOL-SIGNUP-1",
        api!("CreateUserPool"),
        nobody_signs_up_for_machines,
    ),
    rule(
        "POOL-VERIFY-2",
        api!("CreateUserPool"),
        a_verified_phone_has_a_sender,
    )
    .reading(&["userPool.sms", "userPool.recovery"]),
    rule(
        "POOL-VERIFY-3",
        api!("UserAttributeUpdateSettingsType"),
        what_keeps_its_old_value_is_verified,
    )
    .reading(&["userPool.recovery"]),
];

fn a_preferred_user_name_is_beside_a_user_name(plan: &Plan, report: &mut Report) {
    let Some(pool) = plan.own_pool() else { return };
    let with = &pool.sign_in.with;
    if with.contains(&Identifier::PreferredUsername) && !with.contains(&Identifier::Username) {
        report.error(
            pool.at("signIn.with"),
            "has \"PreferredUsername\" but not \"Username\"",
            "add \"Username\", or remove \"PreferredUsername\"",
        );
    }
}

fn a_preferred_user_name_is_optional(plan: &Plan, report: &mut Report) {
    let Some(pool) = plan.own_pool() else { return };
    if !pool.sign_in.with.contains(&Identifier::PreferredUsername) {
        return;
    }
    for attribute in &pool.attributes {
        if attribute.required && attribute.name == "preferred_username" {
            report.error(
                attribute.at("required"),
                "\"preferred_username\" cannot be required where it is another way to sign in",
                "set it to false, or remove \"PreferredUsername\" from spec.userPool.signIn.with",
            );
        }
    }
}

fn an_alias_is_verified(plan: &Plan, report: &mut Report) {
    let Some(pool) = plan.own_pool() else { return };
    let unverified: Vec<Contact> = contacts()
        .filter(|contact| is_alias(pool, *contact) && !pool.sign_in.verify.contains(contact))
        .collect();
    if !unverified.is_empty() {
        let names = all(&spelled(unverified));
        report.advise(
            pool.at("signIn.verify"),
            format!("lacks {names}, and beside a user name only what is verified signs people in"),
            format!("add {names}"),
        );
    }
}

fn nobody_signs_up_for_machines(plan: &Plan, report: &mut Report) {
    let Some(pool) = plan.own_pool() else { return };
    let machines_alone = !plan.clients.is_empty() && !plan.clients.iter().any(signs_people_in);
    if pool.sign_in.self_sign_up && machines_alone {
        report.advise(
            pool.at("signIn.selfSignUp"),
            "lets anybody sign up, and there are \"Machine\" clients alone",
            "set it to false, or leave it out",
        );
    }
}

fn a_verified_phone_has_a_sender(plan: &Plan, report: &mut Report) {
    let Some(pool) = plan.own_pool() else { return };
    if pool.sign_in.verify.contains(&Contact::Phone) && pool.sms.is_none() {
        report.error(
            pool.at("signIn.verify"),
            "\"Phone\" is verified by text message but spec.userPool.sms is not set",
            "give the role that may send, or verify without \"Phone\"",
        );
    }
}

fn what_keeps_its_old_value_is_verified(plan: &Plan, report: &mut Report) {
    let Some(pool) = plan.own_pool() else { return };
    let sign_in = &pool.sign_in;
    let unverified = spelled(
        sign_in
            .keep_original_until_verified
            .difference(&sign_in.verify),
    );
    if !unverified.is_empty() {
        let names = all(&unverified);
        report.error(
            pool.at("signIn.keepOriginalUntilVerified"),
            format!("has {names} but spec.userPool.signIn.verify does not"),
            format!("verify it as well, or remove {names}"),
        );
    }
}

/// Where a code can be sent.
pub(super) fn contacts() -> impl Iterator<Item = Contact> {
    [Contact::Email, Contact::Phone].into_iter()
}

/// Whether people sign in with it beside a user name.
pub(super) fn is_alias(pool: &Pool, contact: Contact) -> bool {
    let identifier = match contact {
        Contact::Email => Identifier::Email,
        Contact::Phone => Identifier::Phone,
    };
    let with = &pool.sign_in.with;
    with.contains(&Identifier::Username) && with.contains(&identifier)
}

#[cfg(test)]
pub(in crate::rules) mod tests {
    use serde_json::{Value, json};

    use crate::rules::testing::{Case, advice, error, pool, quiet, spec, told, under, with_sms};

    fn sign_in(sign_in: Value) -> Value {
        pool(under("signIn", sign_in))
    }

    pub(in crate::rules) fn broken() -> Vec<Case> {
        let mut of_machines = spec(json!({
            "userPool": {"signIn": {"selfSignUp": true}},
            "resourceServers": [{"name": "api", "identifier": "api", "scopes": [{"name": "read", "description": "Read"}]}],
        }));
        of_machines["clients"] =
            json!([{"name": "job", "type": "Machine", "scopes": ["api/read"]}]);
        vec![
            advice(
                "POOL-SIGNUP-1",
                of_machines,
                r#"spec.userPool.signIn.selfSignUp: lets anybody sign up, and there are "Machine" clients alone; set it to false, or leave it out"#,
            ),
            error(
                "POOL-SIGNIN-3",
                sign_in(json!({"with": ["Email", "PreferredUsername"]})),
                r#"spec.userPool.signIn.with: has "PreferredUsername" but not "Username"; add "Username", or remove "PreferredUsername""#,
            ),
            error(
                "POOL-SIGNIN-4",
                pool(
                    json!({"signIn": {"with": ["Username", "PreferredUsername"]}, "attributes": [{"name": "preferred_username", "required": true}]}),
                ),
                r#"spec.userPool.attributes[0].required: "preferred_username" cannot be required where it is another way to sign in; set it to false, or remove "PreferredUsername" from spec.userPool.signIn.with"#,
            ),
            advice(
                "POOL-SIGNIN-7",
                sign_in(json!({"with": ["Username", "Email"], "verify": []})),
                r#"spec.userPool.signIn.verify: lacks "Email", and beside a user name only what is verified signs people in; add "Email""#,
            ),
            error(
                "POOL-VERIFY-2",
                sign_in(json!({"verify": ["Email", "Phone"]})),
                r#"spec.userPool.signIn.verify: "Phone" is verified by text message but spec.userPool.sms is not set; give the role that may send, or verify without "Phone""#,
            ),
            error(
                "POOL-VERIFY-2",
                sign_in(json!({"with": ["Phone"]})),
                r#"spec.userPool.signIn.verify: "Phone" is verified by text message but spec.userPool.sms is not set; give the role that may send, or verify without "Phone""#,
            ),
            error(
                "POOL-VERIFY-3",
                sign_in(
                    json!({"verify": ["Email"], "keepOriginalUntilVerified": ["Email", "Phone"]}),
                ),
                r#"spec.userPool.signIn.keepOriginalUntilVerified: has "Phone" but spec.userPool.signIn.verify does not; verify it as well, or remove "Phone""#,
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
            sign_in(json!({"with": ["Username", "PreferredUsername"]})),
            sign_in(json!({"with": ["Username", "Email"]})),
            pool(
                json!({"signIn": {"with": ["Username", "PreferredUsername"]}, "attributes": [{"name": "preferred_username"}]}),
            ),
            pool(json!({"attributes": [{"name": "preferred_username", "required": true}]})),
            with_sms(
                json!({"signIn": {"verify": ["Email", "Phone"], "keepOriginalUntilVerified": ["Email"]}}),
            ),
            sign_in(json!({"keepOriginalUntilVerified": []})),
        ]);
    }
}
