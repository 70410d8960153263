//! Where the login pages live.

use super::aws::{DomainDescription, UserPool};
use super::leftovers::{Rest, text};
use crate::api::app_auth::Domain;
use crate::text::quoted;

/// The domain, taken over, and what is left of it. A pool can have a prefix and a name of its own; AppAuth has one of
/// them, and the name counts where its certificate is known.
pub(super) fn import(
    pool: Option<&UserPool>,
    described: &[DomainDescription],
) -> (Option<Domain>, Option<Rest>) {
    let certificate = |domain: &DomainDescription| {
        text(
            domain
                .custom_domain_config
                .as_ref()?
                .certificate_arn
                .as_ref(),
        )
    };
    let chosen = described
        .iter()
        .find(|domain| certificate(domain).is_some())
        .or(described.first());
    let prefix = text(pool.and_then(|pool| pool.domain.as_ref()));
    let name_of_pool = text(pool.and_then(|pool| pool.custom_domain.as_ref()));
    let Some(name) = chosen
        .and_then(|domain| domain.domain.clone())
        .or(prefix.clone())
    else {
        let rest = name_of_pool.map(|name| {
            let mut rest = Rest::of("UserPoolDomain", &name);
            no_certificate(&mut rest);
            rest
        });
        return (None, rest);
    };
    let mut rest = Rest::of("UserPoolDomain", &name);
    let certificate_arn = chosen.and_then(certificate);
    if let Some(domain) = chosen {
        rest.unknown("", &domain.unknown);
        if let Some(version) = domain.managed_login_version.filter(|version| *version > 1) {
            rest.advise(
                "ManagedLoginVersion",
                format!("{version} stays as it is, and a domain that the provider makes anew has 1, the older login pages"),
                "set it at AWS again after the domain was replaced",
            );
        }
    }
    let others = described
        .iter()
        .filter_map(|domain| domain.domain.clone())
        .chain(prefix);
    let mut others: Vec<String> = others.filter(|other| *other != name).collect();
    if let Some(other) = name_of_pool.filter(|other| *other != name && !others.contains(other)) {
        let mut missing = Rest::of("UserPoolDomain", &other);
        no_certificate(&mut missing);
        rest.findings.extend(missing.findings);
    }
    others.dedup();
    for other in others {
        rest.advise(
            "Domain",
            format!(
                "{} is another domain of the pool, and AppAuth has one",
                quoted(&other)
            ),
            "leave it: AWS keeps it as it is",
        );
    }
    let is_own = certificate_arn.is_some();
    let domain = Domain {
        prefix: (!is_own).then(|| name.clone()),
        name: is_own.then_some(name),
        certificate_arn,
        managed_login: None,
        on_change: None,
    };
    (Some(domain), Some(rest))
}

fn no_certificate(rest: &mut Rest) {
    rest.advise(
        "CustomDomainConfig.CertificateArn",
        "is not known, so the domain is left out",
        "give the answer of describe-user-pool-domain as well",
    );
}

#[cfg(test)]
mod tests {
    use super::super::testing::{pruned, said};
    use super::*;
    use serde_json::{Value, json};

    #[track_caller]
    fn check(pool: Value, described: Value, expected: Value, sentences: &[&str]) {
        let pool = serde_json::from_value(pool.clone()).unwrap();
        let answers: Vec<DomainDescription> = serde_json::from_value(described.clone()).unwrap();
        let (domain, rest) = import(Some(&pool), &answers);
        assert_eq!(pruned(&domain), expected, "{described}");
        assert_eq!(
            rest.as_ref().map(said).unwrap_or_default(),
            sentences,
            "{described}"
        );
    }

    #[test]
    fn a_domain_is_a_prefix_or_a_name_with_its_certificate() {
        let custom = json!({"Domain": "login.example.org", "CustomDomainConfig": {"CertificateArn": "c"}, "Status": "ACTIVE"});
        let own = json!({"name": "login.example.org", "certificateArn": "c"});
        check(json!({}), json!([]), Value::Null, &[]);
        check(
            json!({"Domain": "shop-7k2"}),
            json!([]),
            json!({"prefix": "shop-7k2"}),
            &[],
        );
        check(
            json!({"Domain": "shop-7k2"}),
            json!([{"Domain": "shop-7k2", "CustomDomainConfig": {}, "Version": "2026", "ManagedLoginVersion": 1}]),
            json!({"prefix": "shop-7k2"}),
            &[],
        );
        check(
            json!({"CustomDomain": "login.example.org"}),
            json!([custom]),
            own.clone(),
            &[],
        );
        check(
            json!({"Domain": "shop-7k2", "CustomDomain": "login.example.org"}),
            json!([custom]),
            own,
            &[
                "UserPoolDomain/login.example.org Domain: \"shop-7k2\" is another domain of the pool, and AppAuth has one; \
               leave it: AWS keeps it as it is",
            ],
        );
    }

    #[test]
    fn only_its_own_answer_knows_a_certificate() {
        let sentence = "UserPoolDomain/login.example.org CustomDomainConfig.CertificateArn: is not known, so the domain is \
                        left out; give the answer of describe-user-pool-domain as well";
        check(
            json!({"CustomDomain": "login.example.org"}),
            json!([]),
            Value::Null,
            &[sentence],
        );
        check(
            json!({"Domain": "shop-7k2", "CustomDomain": "login.example.org"}),
            json!([]),
            json!({"prefix": "shop-7k2"}),
            &[sentence],
        );
    }

    #[test]
    fn managed_login_stays() {
        check(
            json!({}),
            json!([{"Domain": "shop", "ManagedLoginVersion": 2}]),
            json!({"prefix": "shop"}),
            &[
                "UserPoolDomain/shop ManagedLoginVersion: 2 stays as it is, and a domain that the provider makes anew has 1, the \
               older login pages; set it at AWS again after the domain was replaced",
            ],
        );
    }
}
