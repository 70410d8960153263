//! Names of ours for what AWS names more freely.

use std::collections::BTreeSet;

/// The most characters of a name in the spec.
pub(super) const OF_SPEC: usize = 40;
/// The most characters of the resource's own name.
pub(super) const OF_RESOURCE: usize = 63;

/// The DNS label that is nearest to a name; none where nothing of it can stand in one.
pub(super) fn label(text: &str, limit: usize) -> Option<String> {
    let mut label = String::new();
    for letter in text.chars() {
        if letter.is_ascii_alphanumeric() {
            label.push(letter.to_ascii_lowercase());
        } else if !label.is_empty() && !label.ends_with('-') {
            label.push('-');
        }
    }
    label.truncate(limit);
    let label = label.trim_end_matches('-');
    (!label.is_empty()).then(|| label.to_owned())
}

/// The names that are given already.
#[derive(Debug, Default)]
pub(super) struct Names(BTreeSet<String>);

impl Names {
    /// A label of this name that nothing else has; the second of one label ends in -2.
    pub(super) fn give(&mut self, text: &str, fallback: &str) -> String {
        let whole = label(text, OF_SPEC).unwrap_or_else(|| fallback.to_owned());
        let mut name = whole.clone();
        let mut number = 2;
        while !self.0.insert(name.clone()) {
            let end = format!("-{number}");
            let kept = whole.get(..OF_SPEC - end.len()).unwrap_or(&whole);
            name = format!("{}{end}", kept.trim_end_matches('-'));
            number += 1;
        }
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_what_kubernetes_takes() {
        for (text, expected) in [
            ("web", Some("web")),
            ("Web shop (EU)", Some("web-shop-eu")),
            (
                "https://api.shop.example.org",
                Some("https-api-shop-example-org"),
            ),
            ("--a--", Some("a")),
            ("日本", None),
            ("", None),
        ] {
            assert_eq!(label(text, OF_SPEC).as_deref(), expected, "{text}");
        }
        assert_eq!(
            label(&format!("{} b", "a".repeat(39)), OF_SPEC).unwrap(),
            "a".repeat(39)
        );
    }

    #[test]
    fn no_two_have_one_name() {
        let mut names = Names::default();
        assert_eq!(names.give("Web", "client"), "web");
        assert_eq!(names.give("web", "client"), "web-2");
        assert_eq!(names.give("日本", "client"), "client");
        let long = "a".repeat(50);
        assert_eq!(names.give(&long, "client"), "a".repeat(40));
        assert_eq!(names.give(&long, "client"), format!("{}-2", "a".repeat(38)));
    }
}
