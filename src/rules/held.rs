//! What of Cognito is no rule here, and who holds it instead.

/// The ids of what no rule checks, each with the reason.
pub const HELD_ELSEWHERE: &[(&str, &str)] = &[
    ("GEN-TAG-1", SHAPES),
    ("GEN-REGION-1", SCHEMA),
    ("GEN-QUOTA-1", SCHEMA),
    ("GEN-UPDATE-1", RENDERED),
    ("POOL-NAME-1", SHAPES),
    ("POOL-DELPROT-1", RENDERED),
    ("POOL-TIER-1", UPBOUND),
    ("POOL-TIER-2", UPBOUND),
    ("POOL-TIER-3", UPBOUND),
    ("POOL-TIER-4", UPBOUND),
    ("POOL-TIER-5", UPBOUND),
    ("POOL-TIER-6", UPBOUND),
    ("POOL-TIER-7", UPBOUND),
    ("POOL-TIER-8", UPBOUND),
    ("POOL-TIER-9", UPBOUND),
    ("POOL-SIGNIN-1", RENDERED),
    ("POOL-SIGNIN-2", SCHEMA),
    ("POOL-SIGNIN-5", GUARDS),
    ("POOL-SIGNIN-6", RENDERED),
    ("POOL-VERIFY-1", SCHEMA),
    ("POOL-PW-1", SCHEMA),
    ("POOL-PW-3", UPBOUND),
    ("POOL-PW-4", RENDERED),
    ("POOL-FACTOR-1", UPBOUND),
    ("POOL-FACTOR-2", UPBOUND),
    ("POOL-FACTOR-3", UPBOUND),
    ("POOL-FACTOR-4", UPBOUND),
    ("POOL-PASSKEY-1", UPBOUND),
    ("POOL-PASSKEY-2", UPBOUND),
    ("POOL-PASSKEY-3", UPBOUND),
    ("POOL-PASSKEY-4", UPBOUND),
    ("POOL-MFA-1", SCHEMA),
    (
        "POOL-MFA-2",
        "by the schema, in which methods are never empty, and by the plan, which adds Totp where none are written",
    ),
    ("POOL-MFA-5", UPBOUND),
    ("POOL-MFA-6", UPBOUND),
    ("POOL-MFA-7", UPBOUND),
    ("POOL-MFA-9", UPBOUND),
    (
        "POOL-MFA-10",
        "in the provider's own order of calls, which no spec can change",
    ),
    ("POOL-EMAIL-1", RENDERED),
    ("POOL-EMAIL-3", RENDERED),
    ("POOL-EMAIL-7", SHAPES),
    (
        "POOL-EMAIL-8",
        "in the documentation of userPool.email; as advice it would follow every short spec",
    ),
    ("POOL-MSG-3", RENDERED),
    ("POOL-MSG-4", RENDERED),
    (
        "POOL-MSG-6",
        "by nobody: AWS takes such messages, whatever its manual says",
    ),
    ("POOL-ATTR-3", SCHEMA),
    ("POOL-ATTR-8", UPBOUND),
    ("POOL-ATTR-10", GUARDS),
    ("POOL-ATTR-12", RENDERED),
    ("POOL-ATTR-13", RENDERED),
    (
        "POOL-ATTR-15",
        "by POOL-ATTR-6, with which a standard attribute takes no lengths",
    ),
    ("POOL-RECOVER-1", SCHEMA),
    ("POOL-RECOVER-2", SCHEMA),
    ("POOL-LAMBDA-4", UPBOUND),
    ("POOL-LAMBDA-6", AWS),
    ("POOL-ADV-1", UPBOUND),
    ("CLIENT-NAME-1", SHAPES),
    ("CLIENT-SECRET-1", GUARDS),
    (
        "CLIENT-SECRET-3",
        "by there being no field for it, here or in a provider",
    ),
    ("CLIENT-URL-1", SHAPES),
    ("CLIENT-URL-6", SCHEMA),
    ("CLIENT-OAUTH-1", RENDERED),
    ("CLIENT-OAUTH-4", RENDERED),
    ("CLIENT-OAUTH-5", RENDERED),
    (
        "CLIENT-OAUTH-8",
        "by the code grant, which is always allowed beside the implicit one and gives refresh tokens",
    ),
    ("CLIENT-SCOPE-1", SHAPES),
    (
        "CLIENT-SCOPE-5",
        "by the plan, which parts an identifier from a scope's name at the last /",
    ),
    (
        "CLIENT-SCOPE-6",
        "by CLIENT-SCOPE-2 and, of a pool that lives elsewhere, by the guards of compose",
    ),
    (
        "CLIENT-SCOPE-7",
        "in the documentation of clients[].scopes; as advice it would follow every client of an API",
    ),
    ("CLIENT-ORDER-1", ORDER),
    ("CLIENT-FLOW-1", SCHEMA),
    ("CLIENT-FLOW-2", RENDERED),
    ("CLIENT-FLOW-3", RENDERED),
    ("CLIENT-FLOW-4", RENDERED),
    ("CLIENT-FLOW-6", UPBOUND),
    ("CLIENT-TOKEN-1", SCHEMA),
    (
        "CLIENT-TOKEN-5",
        "by CLIENT-TOKEN-2 and CLIENT-TOKEN-3, whose ranges have no zero",
    ),
    (
        "CLIENT-TOKEN-6",
        "by nobody: short access tokens are good practice, and refresh tokens outlive the cookie anyway",
    ),
    ("CLIENT-ROT-1", UPBOUND),
    ("CLIENT-ROT-2", UPBOUND),
    ("CLIENT-ROT-3", UPBOUND),
    ("CLIENT-REVOKE-1", RENDERED),
    ("CLIENT-PEE-1", RENDERED),
    ("DOMAIN-PREFIX-3", AWS),
    ("DOMAIN-PREFIX-4", GUARDS),
    ("DOMAIN-CUSTOM-4", AWS),
    ("DOMAIN-CUSTOM-5", AWS),
    ("DOMAIN-LOGIN-1", UPBOUND),
    ("DOMAIN-LOGIN-2", UPBOUND),
    ("DOMAIN-I-1", GUARDS),
    ("DOMAIN-XP-1", RENDERED),
    ("RS-ID-2", GUARDS),
    ("RS-NAME-1", SCHEMA),
    ("RS-SCOPE-1", SHAPES),
    ("RS-SCOPE-2", SCHEMA),
    ("RS-SCOPE-3", SCHEMA),
    ("RS-XP-1", RENDERED),
    ("RS-XP-2", RENDERED),
    ("RS-XP-3", GUARDS),
    ("IDP-TYPE-1", SCHEMA),
    ("IDP-DETAILS-1", KEYS),
    ("IDP-DETAILS-2", KEYS),
    ("IDP-DETAILS-3", KEYS),
    ("IDP-DETAILS-4", VALUES),
    ("IDP-DETAILS-5", VALUES),
    ("IDP-DETAILS-6", VALUES),
    ("IDP-DETAILS-7", VALUES),
    ("IDP-DETAILS-8", KEYS),
    ("IDP-DETAILS-9", VALUES),
    ("IDP-DETAILS-10", KEYS),
    ("IDP-SECRET-1", RENDERED),
    ("IDP-MAP-3", "by POOL-ATTR-11 and CLIENT-ATTR-4"),
    ("IDP-MAP-6", RENDERED),
    ("IDP-I-1", GUARDS),
    ("GROUP-NAME-1", SHAPES),
    ("GROUP-NAME-2", SCHEMA),
    ("GROUP-DESC-1", SCHEMA),
    ("GROUP-PREC-1", SCHEMA),
    ("GROUP-XP-1", GUARDS),
    ("XPT-1", RENDERED),
    ("XPT-2", CARRIERS),
    ("XPT-3", RENDERED),
    ("XPT-4", CARRIERS),
    ("XPT-5", RENDERED),
    ("XPT-6", UPBOUND),
    ("XPT-7", UPBOUND),
    ("XPT-8", UPBOUND),
    ("XPT-9", UPBOUND),
    ("XPT-10", UPBOUND),
    ("XPT-11", RENDERED),
];

const AWS: &str = "by AWS alone, which knows accounts, names and DNS";
const CARRIERS: &str = "by what carries a change that the provider does not compare, in compose";
const GUARDS: &str = "by the guards of compose, against what is observed";
const KEYS: &str = "by the check of Secrets in compose, where Crossplane hands them over";
const ORDER: &str = "by the order in compose: what needs another thing waits for it";
const RENDERED: &str = "by how we render";
const SCHEMA: &str = "by the schema of the spec";
const SHAPES: &str = "by GEN-SHAPE-1 and GEN-SHAPE-2, whose table has every text";
const UPBOUND: &str = "by plan/support.rs: only the Upbound providers can do it";
const VALUES: &str =
    "in the documentation of the Secret's keys: values of a Secret are never looked at";

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::HELD_ELSEWHERE;
    use crate::rules::RULES;

    /// Every id there is.
    const KNOWN: &str = "
        GEN-SHAPE-1 GEN-SHAPE-2 GEN-ARN-1 GEN-ARN-2 GEN-POOLID-1 GEN-POOLID-2 GEN-TAG-1 GEN-TAG-2 GEN-REGION-1 GEN-QUOTA-1 GEN-UPDATE-1
        POOL-NAME-1 POOL-DELPROT-1 POOL-TIER-1 POOL-TIER-2 POOL-TIER-3 POOL-TIER-4 POOL-TIER-5 POOL-TIER-6
        POOL-TIER-7 POOL-TIER-8 POOL-TIER-9 POOL-SIGNIN-1 POOL-SIGNIN-2 POOL-SIGNIN-3 POOL-SIGNIN-4
        POOL-SIGNIN-5 POOL-SIGNIN-6 POOL-SIGNIN-7 POOL-VERIFY-1 POOL-VERIFY-2 POOL-VERIFY-3 POOL-SIGNUP-1
        POOL-PW-1 POOL-PW-2 POOL-PW-3 POOL-PW-4 POOL-PW-5 POOL-FACTOR-1 POOL-FACTOR-2 POOL-FACTOR-3
        POOL-FACTOR-4 POOL-PASSKEY-1 POOL-PASSKEY-2 POOL-PASSKEY-3 POOL-PASSKEY-4 POOL-MFA-1 POOL-MFA-2
        POOL-MFA-3 POOL-MFA-4 POOL-MFA-5 POOL-MFA-6 POOL-MFA-7 POOL-MFA-8 POOL-MFA-9 POOL-MFA-10 POOL-SMS-1
        POOL-SMS-2 POOL-SMS-3 POOL-EMAIL-1 POOL-EMAIL-2 POOL-EMAIL-3 POOL-EMAIL-4 POOL-EMAIL-5 POOL-EMAIL-6
        POOL-EMAIL-7 POOL-EMAIL-8 POOL-EMAIL-9 POOL-EMAIL-10 POOL-MSG-1 POOL-MSG-2 POOL-MSG-3 POOL-MSG-4 POOL-MSG-5 POOL-MSG-6
        POOL-MSG-7 POOL-ATTR-1 POOL-ATTR-2 POOL-ATTR-3 POOL-ATTR-4 POOL-ATTR-5 POOL-ATTR-6 POOL-ATTR-7
        POOL-ATTR-8 POOL-ATTR-9 POOL-ATTR-10 POOL-ATTR-11 POOL-ATTR-12 POOL-ATTR-13 POOL-ATTR-14
        POOL-ATTR-15 POOL-RECOVER-1 POOL-RECOVER-2 POOL-RECOVER-3 POOL-RECOVER-4 POOL-RECOVER-5
        POOL-DEVICE-1 POOL-LAMBDA-1 POOL-LAMBDA-2 POOL-LAMBDA-3 POOL-LAMBDA-4 POOL-LAMBDA-5 POOL-LAMBDA-6
        POOL-ADV-1
        CLIENT-NAME-1 CLIENT-SECRET-1 CLIENT-SECRET-2 CLIENT-SECRET-3 CLIENT-CTX-1 CLIENT-URL-1 CLIENT-URL-2
        CLIENT-URL-3 CLIENT-URL-4 CLIENT-URL-5 CLIENT-URL-6 CLIENT-URL-7 CLIENT-URL-8 CLIENT-URL-9
        CLIENT-URL-10 CLIENT-OAUTH-1 CLIENT-OAUTH-2 CLIENT-OAUTH-3 CLIENT-OAUTH-4 CLIENT-OAUTH-5
        CLIENT-OAUTH-6 CLIENT-OAUTH-7 CLIENT-OAUTH-8 CLIENT-SCOPE-1 CLIENT-SCOPE-2 CLIENT-SCOPE-3
        CLIENT-SCOPE-4 CLIENT-SCOPE-5 CLIENT-SCOPE-6 CLIENT-SCOPE-7 CLIENT-ORDER-1 CLIENT-FLOW-1
        CLIENT-FLOW-2 CLIENT-FLOW-3 CLIENT-FLOW-4 CLIENT-FLOW-5 CLIENT-FLOW-6 CLIENT-TOKEN-1 CLIENT-TOKEN-2
        CLIENT-TOKEN-3 CLIENT-TOKEN-4 CLIENT-TOKEN-5 CLIENT-TOKEN-6 CLIENT-SESSION-1 CLIENT-ROT-1
        CLIENT-ROT-2 CLIENT-ROT-3 CLIENT-REVOKE-1 CLIENT-PEE-1 CLIENT-ATTR-1 CLIENT-ATTR-2 CLIENT-ATTR-3
        CLIENT-ATTR-4 CLIENT-ATTR-5 CLIENT-ATTR-6 CLIENT-IDP-1 CLIENT-IDP-2 CLIENT-IDP-3 CLIENT-ANALYTICS-1 CLIENT-ANALYTICS-2
        DOMAIN-1 DOMAIN-PREFIX-1 DOMAIN-PREFIX-2 DOMAIN-PREFIX-3 DOMAIN-PREFIX-4 DOMAIN-CUSTOM-1
        DOMAIN-CUSTOM-2 DOMAIN-CUSTOM-3 DOMAIN-CUSTOM-4 DOMAIN-CUSTOM-5 DOMAIN-LOGIN-1 DOMAIN-LOGIN-2
        DOMAIN-I-1 DOMAIN-XP-1
        RS-ID-1 RS-ID-2 RS-ID-3 RS-ID-4 RS-NAME-1 RS-SCOPE-1 RS-SCOPE-2 RS-SCOPE-3 RS-XP-1 RS-XP-2 RS-XP-3
        IDP-TYPE-1 IDP-NAME-1 IDP-NAME-2 IDP-NAME-3 IDP-NAME-4 IDP-NAME-5 IDP-DETAILS-1 IDP-DETAILS-2 IDP-DETAILS-3
        IDP-DETAILS-4 IDP-DETAILS-5 IDP-DETAILS-6 IDP-DETAILS-7 IDP-DETAILS-8 IDP-DETAILS-9 IDP-DETAILS-10
        IDP-DETAILS-11 IDP-SECRET-1 IDP-MAP-1 IDP-MAP-2 IDP-MAP-3 IDP-MAP-4 IDP-MAP-5 IDP-MAP-6 IDP-MAP-7
        IDP-IDENT-1 IDP-PREREQ-1 IDP-I-1
        GROUP-NAME-1 GROUP-NAME-2 GROUP-DESC-1 GROUP-PREC-1 GROUP-PREC-2 GROUP-ROLE-1 GROUP-XP-1
        XPT-1 XPT-2 XPT-3 XPT-4 XPT-5 XPT-6 XPT-7 XPT-8 XPT-9 XPT-10 XPT-11
    ";

    #[test]
    fn every_id_is_a_rule_or_held_elsewhere() {
        let ruled: BTreeSet<&str> = RULES
            .iter()
            .copied()
            .flatten()
            .map(|rule| rule.id)
            .collect();
        let held: BTreeSet<&str> = HELD_ELSEWHERE.iter().map(|(id, _)| *id).collect();
        let known: BTreeSet<&str> = KNOWN.split_whitespace().collect();
        assert_eq!(held.len(), HELD_ELSEWHERE.len(), "an id is held twice");
        assert!(ruled.is_disjoint(&held), "an id is a rule and held");
        assert_eq!(ruled.union(&held).copied().collect::<BTreeSet<_>>(), known);
    }
}
