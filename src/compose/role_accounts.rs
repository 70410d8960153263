//! Whether roles are of the pool's account, once that is known: AWS refuses others.

use crate::finding::Finding;
use crate::path::FieldPath;
use crate::text::quoted;

use super::state::Known;

/// Checks the roles of groups and of text messages. The pool's ARN tells its account.
pub(super) fn check(known: &Known<'_>) -> Vec<Finding> {
    let arn = known
        .pool()
        .and_then(|pool| pool.text("/status/atProvider/arn"));
    let Some(account) = arn.and_then(account) else {
        return Vec::new();
    };
    let groups = known.plan.groups.iter().filter_map(|group| {
        let role = group.role_arn.as_deref()?;
        Some(("GROUP-ROLE-1", group.at("roleArn"), role))
    });
    let sms = known.plan.own_pool().and_then(|pool| {
        let sms = pool.sms.as_ref()?;
        let at: FieldPath = pool.at("sms.callerRoleArn");
        Some(("POOL-SMS-1", at, sms.caller_role_arn.as_str()))
    });
    groups
        .chain(sms)
        .filter(|(_, _, role)| self::account(role).is_some_and(|other| other != account))
        .map(|(rule, at, role)| {
            Finding::error(
                at,
                format!("{} is not of the user pool's account", quoted(role)),
                format!("use a role of \"{account}\""),
            )
            .by_rule(rule)
        })
        .collect()
}

/// The account in an ARN.
fn account(arn: &str) -> Option<&str> {
    arn.split(':').nth(4).filter(|account| !account.is_empty())
}
