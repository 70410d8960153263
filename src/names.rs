//! The forms of names in Kubernetes.
//!
//! Source: k8s.io/apimachinery, `pkg/util/validation`.

/// Whether a text is a DNS label of RFC 1123, such as the name of a namespace.
pub(crate) fn is_label(text: &str) -> bool {
    text.len() <= 63 && is_dashed(text)
}

/// Whether a text is a DNS subdomain of RFC 1123, such as the name of most resources.
pub(crate) fn is_subdomain(text: &str) -> bool {
    text.len() <= 253 && text.split('.').all(is_dashed)
}

fn is_dashed(text: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_empty() && text.bytes().all(is_inner) && !text.starts_with('-') && !text.ends_with('-')
}

/// Whether a text is a qualified name, such as the key of a label or an annotation: `example.org/team`.
pub(crate) fn is_qualified_name(text: &str) -> bool {
    let (domain, name) = match text.split_once('/') {
        Some((domain, name)) => (Some(domain), name),
        None => (None, text),
    };
    domain.is_none_or(is_subdomain) && !name.is_empty() && is_label_value(name)
}

/// Whether a text is the value of a label. It may be empty.
pub(crate) fn is_label_value(text: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let is_end = |letter: char| letter.is_ascii_alphanumeric();
    text.is_empty()
        || text.len() <= 63
            && text.bytes().all(is_inner)
            && text.starts_with(is_end)
            && text.ends_with(is_end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_the_forms_of_kubernetes() {
        let long = "a".repeat(64);
        for (text, label, subdomain, qualified, value) in [
            ("shop", true, true, true, true),
            ("shop-1", true, true, true, true),
            ("shop.example.org", false, true, true, true),
            ("example.org/team", false, false, true, false),
            ("Shop_1", false, false, true, true),
            ("-shop", false, false, false, false),
            ("shop-", false, false, false, false),
            ("a..b", false, false, true, true),
            ("/team", false, false, false, false),
            ("example.org/", false, false, false, false),
            ("", false, false, false, true),
            (&long, false, true, false, false),
        ] {
            assert_eq!(is_label(text), label, "{text}");
            assert_eq!(is_subdomain(text), subdomain, "{text}");
            assert_eq!(is_qualified_name(text), qualified, "{text}");
            assert_eq!(is_label_value(text), value, "{text}");
        }
        assert!(is_subdomain(&["a"; 127].join(".")));
        assert!(!is_subdomain(&["a"; 128].join(".")));
    }
}
