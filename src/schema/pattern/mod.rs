//! Regular expressions as the API server reads them: those of Go, which are RE2's.
//!
//! They are translated for the engine here (`translation`), so that what the two write alike and mean otherwise is not
//! read by the wrong book. Source: Go 1.24, `regexp/syntax`, with the flags of `syntax.Perl`.

mod translation;

use regex_lite::{Regex, RegexBuilder};

use translation::Translation;

/// How large a compiled pattern may get, in bytes.
const LARGEST: usize = 1 << 20;
/// How many steps are taken to match one text: parts of the pattern times bytes of the text.
const MOST_STEPS: u64 = 20_000_000;

/// A regular expression that a text has to match somewhere.
#[derive(Debug)]
pub(super) struct Pattern {
    /// None where the engine here cannot do what Go's can.
    compiled: Option<Regex>,
    /// How letters of either case are alike in it, which the engine here only knows of ASCII.
    case: Case,
    /// How many parts it has, repetitions written out.
    size: u64,
}

/// What a pattern says of the case of letters.
#[derive(Debug, PartialEq, Eq)]
enum Case {
    /// Nothing.
    Counts,
    /// `(?i)`, of letters of ASCII.
    IgnoredInAscii,
    /// `(?i)`, of others as well.
    Ignored,
}

/// The letters beyond ASCII that are alike one of it, in the other case: those of `s` and `k`.
const LIKE_ASCII: [char; 2] = ['\u{17F}', '\u{212A}'];

impl Pattern {
    pub(super) fn new(source: &str) -> Self {
        let Some(translation) = Translation::of(source) else {
            return Self {
                compiled: None,
                case: Case::Counts,
                size: 0,
            };
        };
        Self {
            case: match (translation.ignores_case, translation.is_ascii) {
                (false, _) => Case::Counts,
                (true, true) => Case::IgnoredInAscii,
                (true, false) => Case::Ignored,
            },
            size: translation.size,
            compiled: RegexBuilder::new(&translation.pattern)
                .size_limit(LARGEST)
                .build()
                .ok(),
        }
    }

    /// How many parts it has, repetitions written out.
    #[cfg(feature = "cel")]
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// How many steps it takes at most to match a text, and to compile it.
    pub(super) fn steps(&self, text: &str) -> u64 {
        let length = u64::try_from(text.len()).unwrap_or(u64::MAX);
        self.size.saturating_mul(length.saturating_add(1))
    }

    /// Whether a text matches; none where that cannot be told here, or takes too long.
    pub(super) fn is_match(&self, text: &str) -> Option<bool> {
        let compiled = self.compiled.as_ref()?;
        if self.steps(text) > MOST_STEPS {
            return None;
        }
        match self.case {
            Case::IgnoredInAscii if text.contains(LIKE_ASCII) => return None,
            Case::Ignored => return None,
            Case::Counts | Case::IgnoredInAscii => {}
        }
        Some(compiled.is_match(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_match(pattern: &str, text: &str) -> Option<bool> {
        Pattern::new(pattern).is_match(text)
    }

    #[test]
    fn classes_are_of_ascii() {
        for (pattern, text) in [
            (r"\d", "٣"),
            (r"\w", "é"),
            (r"\s", "\u{B}"),
            (r"\s", "\u{A0}"),
            (r"[\d]", "٣"),
            (r"[^\W]", "é"),
        ] {
            assert_eq!(is_match(pattern, text), Some(false), "{pattern} {text}");
        }
        for (pattern, text) in [
            (r"^\D$", "٣"),
            (r"^[\Dx]$", "٣"),
            (r"^\W$", "é"),
            (r"^\S$", "\u{B}"),
            (r"^[\S]$", "\u{A0}"),
            (r"^[^\d]$", "٣"),
            (r"é\b", "éa"),
        ] {
            assert_eq!(is_match(pattern, text), Some(true), "{pattern} {text}");
        }
        for code in 0..=0x17F {
            let text = char::from_u32(code).unwrap_or_default().to_string();
            for (one, other) in [(r"\d", r"\D"), (r"\s", r"\S"), (r"\w", r"\W")] {
                assert_ne!(
                    is_match(one, &text),
                    is_match(other, &text),
                    "{code:x} {one}"
                );
                let (one, other) = (format!("[{one}]"), format!("[{other}]"));
                assert_ne!(
                    is_match(&one, &text),
                    is_match(&other, &text),
                    "{code:x} {one}"
                );
            }
        }
    }

    #[test]
    fn what_means_something_to_other_engines_stands_for_itself() {
        for (pattern, text) in [
            (r"^[a&&b]+$", "a&b"),
            (r"^[a~~b]+$", "a~b"),
            (r"^[+--]+$", "+,-"),
            (r"^[a-b-c]+$", "b-c"),
            (r"^[[a]+$", "[a"),
            (r"^[]a]+$", "]a"),
            (r"^[^]a]+$", "bc"),
            (r"^\<a\>$", "<a>"),
            (r"^a{,2}$", "a{,2}"),
            (r"^a{$", "a{"),
            (r"^}]$", "}]"),
            (r"^\Qa.b*\E+$", "a.b**"),
            (r"^\Qa.b", "a.b"),
            (r"^\101\x42\x{43}$", "ABC"),
            (r"^[\101-\x43]+$", "ABC"),
            (r"^(?P<name>a)(?<other>b)$", "ab"),
            (r"^[[:alpha:]\-_]+$", "a-_"),
            (r"^[[:^alpha:]]+$", "1é"),
            (r"^a{2}b{1,}c{0,1}$", "aabb"),
            (r"^[é-ü]+$", "ö"),
            (r"(?s)^.$", "\n"),
            (r"^a{01}$", "a{01}"),
            (r"^[[:]a]$", ":a]"),
            (r"^[[:alpha]+$", "[:alph"),
            (r"(?i)^[a-z]+$", "aZ"),
            (r"(?i)^[Z-a]+$", "zZaA[^"),
            (r"(?i)^[!-a]+$", "bB"),
            (r"(?i)^[[:punct:]Za]+$", "zA"),
            (r"(?i)^[[:upper:]\[-d]$", "k"),
            (r"(?i)^[a[:punct:][:upper:]]$", "b"),
            (r"(?i:[a-c])[^A-C]$", "Ba"),
            (r"(?i)^[\x41-\x43]+$", "abC"),
            (r"a\z", "a"),
        ] {
            assert_eq!(is_match(pattern, text), Some(true), "{pattern} {text}");
        }
    }

    #[test]
    fn what_cannot_be_told_is_not() {
        for (pattern, text) in [
            (r"\pL", "a"),
            (r"[\p{Greek}]", "a"),
            (r"(?i)k", "\u{212A}"),
            (r"(?i)é", "e"),
            (r"a(?=b)", "ab"),
            (r"\1", "a"),
            (r"(?x)a", "a"),
            (r"[a", "a"),
            (r"(?i)[[:^lower:]]", "a"),
            (r"a**", "a"),
            (r"a*{2}", "a"),
            (r"a{1001}", "a"),
            (r"(?:a{1,100}){1,100}", "a"),
            (r"(?P<a-b>x)", "x"),
            (r"(?<=x>)b", "b"),
            (r"*a", "a"),
            (r"(|*)", "a"),
            (r"a{2,1}", "a"),
            (r"[b-a]", "a"),
            (r"[[:other:]]", "a"),
        ] {
            assert_eq!(is_match(pattern, text), None, "{pattern} {text}");
        }
        assert_eq!(is_match("(?i)k", "K"), Some(true));
        assert_eq!(is_match("(?i)k", "É"), Some(false));
        assert_eq!(is_match("a(?-i)k", "\u{212A}"), Some(false));
    }
    #[test]
    fn what_takes_long_is_not_told() {
        let slow = format!("^({}){{100}}$", ".?".repeat(20));
        assert_eq!(is_match(&slow, &"a".repeat(20_000)), None);
        assert_eq!(is_match(&slow, "a"), Some(true));
        assert_eq!(is_match("^a*b", &"a".repeat(1_000_000)), Some(false));
        assert_eq!(is_match("(?:z|a{1000}){1,20}y", ""), None);
        for many in [
            "{".repeat(400_000) + "}",
            "[^".to_owned() + &"[:".repeat(400_000),
        ] {
            assert_eq!(is_match(&many, ""), None);
        }
    }
}
