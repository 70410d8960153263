//! The characters that Cognito's API takes, and how a sentence names one that it refuses.
//!
//! The service model has them as character classes of Java's regular expressions, in which `\w` and `\s` are ASCII. Rust's
//! standard library knows white space and control characters; the few ranges of format characters and of private use
//! are listed here, which saves the guest module tables of all of Unicode.

/// A character class of the service model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Any character.
    Any,
    /// Any character that does not end a line.
    Line,
    /// Letters, marks, symbols, numbers, punctuation and ASCII white space.
    Text,
    /// Letters, marks, symbols, numbers and punctuation.
    Word,
    /// As [`Class::Word`], and spaces.
    Words,
    /// Names of pools, clients and resource servers.
    Name,
    /// Identifiers of identity providers.
    Identifier,
    /// Scopes, and identifiers of resource servers.
    Scope,
    /// Names of scopes.
    ScopeName,
    /// Names of SES configuration sets, and IDs of user pools.
    Plain,
    /// Client IDs.
    ClientId,
    /// Hexadecimal digits.
    Hexadecimal,
    /// Labels of host names.
    Label,
    /// Amazon Resource Names, and external IDs.
    Arn,
}

impl Class {
    #[cfg(test)]
    pub(super) const ALL: [Self; 14] = [
        Self::Any,
        Self::Line,
        Self::Text,
        Self::Word,
        Self::Words,
        Self::Name,
        Self::Identifier,
        Self::Scope,
        Self::ScopeName,
        Self::Plain,
        Self::ClientId,
        Self::Hexadecimal,
        Self::Label,
        Self::Arn,
    ];

    /// The class in the service model's own spelling.
    #[cfg(test)]
    pub(super) const fn pattern(self) -> &'static str {
        match self {
            Self::Any => r"(?s).",
            Self::Line => r".",
            Self::Text => r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s]",
            Self::Word => r"[\p{L}\p{M}\p{S}\p{N}\p{P}]",
            Self::Words => r"[\p{L}\p{M}\p{S}\p{N}\p{P}\p{Z}]",
            Self::Name => r"[\w\s+=,.@-]",
            Self::Identifier => r"[\w\s+=.@-]",
            Self::Scope => r"[\x21\x23-\x5B\x5D-\x7E]",
            Self::ScopeName => r"[\x21\x23-\x2E\x30-\x5B\x5D-\x7E]",
            Self::Plain => r"[\w-]",
            Self::ClientId => r"[\w+]",
            Self::Hexadecimal => r"[0-9a-fA-F]",
            Self::Label => r"[a-z0-9\-]",
            Self::Arn => r"[\w+=/,.@:-]",
        }
    }

    /// Whether a character is of the class.
    pub(super) fn takes(self, letter: char) -> bool {
        match self {
            Self::Any => true,
            Self::Line => !ends_line(letter),
            Self::Text => is_visible(letter) || is_ascii_space(letter),
            Self::Word => is_visible(letter),
            Self::Words => is_visible(letter) || is_separator(letter),
            Self::Name => is_of_word(letter) || is_ascii_space(letter) || "+=,.@-".contains(letter),
            Self::Identifier => {
                is_of_word(letter) || is_ascii_space(letter) || "+=.@-".contains(letter)
            }
            Self::Scope => letter.is_ascii_graphic() && !"\"\\".contains(letter),
            Self::ScopeName => letter.is_ascii_graphic() && !"\"\\/".contains(letter),
            Self::Plain => is_of_word(letter) || letter == '-',
            Self::ClientId => is_of_word(letter) || letter == '+',
            Self::Hexadecimal => letter.is_ascii_hexdigit(),
            Self::Label => letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-',
            Self::Arn => is_of_word(letter) || "+=/,.@:-".contains(letter),
        }
    }

    /// The first character of a text that is not of the class, and its place, from 1.
    pub(super) fn refused(self, text: &str) -> Option<(usize, char)> {
        let mut letters = text.chars().zip(1..);
        letters
            .find(|(letter, _)| !self.takes(*letter))
            .map(|(letter, place)| (place, letter))
    }

    /// Whether all of a text is of the class.
    pub(super) fn is_all_of(self, text: &str) -> bool {
        text.chars().all(|letter| self.takes(letter))
    }

    /// The remedy for a character outside the class; `space` is the remedy for a space.
    pub(super) fn remedy(self, letter: char, space: &'static str) -> &'static str {
        if self == Self::Line {
            "write one line, in YAML with \">-\" instead of \"|\""
        } else if is_separator(letter) && letter != ' ' && self.takes(' ') {
            "write a plain space"
        } else if is_separator(letter) || is_ascii_space(letter) {
            space
        } else if is_visible(letter) {
            self.allowed()
        } else {
            "remove it"
        }
    }

    /// The characters of the class, in words.
    const fn allowed(self) -> &'static str {
        match self {
            Self::Any | Self::Line | Self::Text | Self::Word | Self::Words => {
                "use letters, digits, punctuation and symbols only"
            }
            Self::Name => "use letters from a to z, digits, spaces and _ + = , . @ - only",
            Self::Identifier => "use letters from a to z, digits, spaces and _ + = . @ - only",
            Self::Scope => "use printable ASCII characters except space, \" and \\",
            Self::ScopeName => "use printable ASCII characters except space, \", \\ and /",
            Self::Plain => "use letters from a to z, digits, _ and - only",
            Self::ClientId => "use letters from a to z, digits, _ and + only",
            Self::Hexadecimal => "use 0 to 9 and a to f only",
            Self::Label => "use a to z, 0 to 9 and - only",
            Self::Arn => "use letters from a to z, digits and _ + = / , . @ : - only",
        }
    }
}

/// Invisible characters: the general categories Cf (Unicode 17) and Co, and the noncharacters U+FDD0 to U+FDEF.
/// Unassigned code points are not here, because AWS may have a newer Unicode.
const INVISIBLE: [(char, char); 25] = [
    ('\u{AD}', '\u{AD}'),
    ('\u{600}', '\u{605}'),
    ('\u{61C}', '\u{61C}'),
    ('\u{6DD}', '\u{6DD}'),
    ('\u{70F}', '\u{70F}'),
    ('\u{890}', '\u{891}'),
    ('\u{8E2}', '\u{8E2}'),
    ('\u{180E}', '\u{180E}'),
    ('\u{200B}', '\u{200F}'),
    ('\u{202A}', '\u{202E}'),
    ('\u{2060}', '\u{2064}'),
    ('\u{2066}', '\u{206F}'),
    ('\u{E000}', '\u{F8FF}'),
    ('\u{FDD0}', '\u{FDEF}'),
    ('\u{FEFF}', '\u{FEFF}'),
    ('\u{FFF9}', '\u{FFFB}'),
    ('\u{110BD}', '\u{110BD}'),
    ('\u{110CD}', '\u{110CD}'),
    ('\u{13430}', '\u{1343F}'),
    ('\u{1BCA0}', '\u{1BCA3}'),
    ('\u{1D173}', '\u{1D17A}'),
    ('\u{E0001}', '\u{E0001}'),
    ('\u{E0020}', '\u{E007F}'),
    ('\u{F0000}', '\u{FFFFF}'),
    ('\u{100000}', '\u{10FFFF}'),
];

/// `[\p{L}\p{M}\p{S}\p{N}\p{P}]`.
fn is_visible(letter: char) -> bool {
    if letter.is_ascii() {
        return letter.is_ascii_graphic();
    }
    let is_within = |(first, last): &(char, char)| (*first..=*last).contains(&letter);
    // The last two code points of each plane are no characters.
    !letter.is_control()
        && !letter.is_whitespace()
        && u32::from(letter) & 0xFFFE != 0xFFFE
        && !INVISIBLE.iter().any(is_within)
}

/// `\p{Z}`: spaces, and the separators of lines and paragraphs.
fn is_separator(letter: char) -> bool {
    letter.is_whitespace() && !letter.is_control()
}

/// Java's `\s`.
fn is_ascii_space(letter: char) -> bool {
    matches!(letter, ' ' | '\t'..='\r')
}

/// Java's `\w`.
fn is_of_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

/// The line terminators that `.` of Java's regular expressions does not match.
fn ends_line(letter: char) -> bool {
    matches!(letter, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// A character by its code point, with its name if it is invisible: `U+00A0 (no-break space)`, `U+0028 ("(")`.
pub(super) fn named(letter: char) -> String {
    let code = u32::from(letter);
    let name = match letter {
        '\t' => "tab",
        '\n' => "line break",
        '\r' => "carriage return",
        ' ' => "space",
        '\u{85}' => "next line",
        '\u{A0}' => "no-break space",
        '\u{AD}' => "soft hyphen",
        '\u{200B}' => "zero width space",
        '\u{200C}' => "zero width non-joiner",
        '\u{200D}' => "zero width joiner",
        '\u{200E}' => "left-to-right mark",
        '\u{200F}' => "right-to-left mark",
        '\u{2028}' => "line separator",
        '\u{2029}' => "paragraph separator",
        '\u{202F}' => "narrow no-break space",
        '\u{2060}' => "word joiner",
        '\u{3000}' => "ideographic space",
        '\u{FEFF}' => "byte order mark",
        _ if letter.is_control() => "control character",
        _ if letter.is_whitespace() => "Unicode space",
        _ if is_visible(letter) => return format!("U+{code:04X} (\"{letter}\")"),
        _ => "invisible character",
    };
    format!("U+{code:04X} ({name})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_take_what_java_takes() {
        for (class, taken, refused) in [
            (
                Class::Text,
                "aé字€👍\u{301}\u{FE0F} \t\n\u{B}.",
                "\u{7}\u{85}\u{A0}\u{AD}\u{200B}\u{200D}\u{FEFF}\u{E000}\u{3000}",
            ),
            (Class::Word, "aé字€👍.", " \n\u{A0}\u{200B}"),
            (Class::Words, "a \u{A0}\u{2028}", "\n\u{200B}"),
            (
                Class::Line,
                "a\u{A0}\u{200B}\t",
                "\n\r\u{85}\u{2028}\u{2029}",
            ),
            (Class::Name, "a_0 \t\n+=,.@-", "é\u{A0}/\u{85}"),
            (Class::Identifier, "a_0 +=.@-", ","),
            (Class::Scope, "!#/[]~", " \"\\é\u{7F}"),
            (Class::ScopeName, "!#[]~", "/"),
            (Class::Plain, "aZ0_-", "+. "),
            (Class::ClientId, "aZ0_+", "-"),
            (Class::Hexadecimal, "09afAF", "gG"),
            (Class::Label, "az09-", "A_."),
            (Class::Arn, "aZ0_+=/,.@:-", " *"),
            (Class::Any, "\0\n\u{200B}", ""),
        ] {
            assert_eq!(class.refused(taken), None, "{class:?}");
            for letter in refused.chars() {
                assert!(!class.takes(letter), "{class:?} {letter:?}");
            }
        }
        assert_eq!(Class::Text.refused("é\u{A0}a"), Some((2, '\u{A0}')));
    }

    #[test]
    fn characters_are_named_by_their_code_points() {
        for (letter, name) in [
            ('\u{A0}', "U+00A0 (no-break space)"),
            ('\u{7}', "U+0007 (control character)"),
            ('\u{2003}', "U+2003 (Unicode space)"),
            ('\u{E0020}', "U+E0020 (invisible character)"),
            ('(', "U+0028 (\"(\")"),
            ('é', "U+00E9 (\"é\")"),
        ] {
            assert_eq!(named(letter), name);
        }
    }
}
