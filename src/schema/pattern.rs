//! Regular expressions as the API server reads them: those of Go, which are RE2's.
//!
//! They are translated for the engine here, so that what the two write alike and mean otherwise is not read by the wrong
//! book. Source: Go 1.24, `regexp/syntax`, with the flags of `syntax.Perl`.

use std::fmt::Write;
use std::iter::Peekable;
use std::str::CharIndices;

use regex_lite::Regex;

/// A regular expression that a text has to match somewhere.
#[derive(Debug)]
pub(super) struct Pattern {
    /// None where the engine here cannot do what Go's can.
    compiled: Option<Regex>,
    /// How letters of either case are alike in it, which the engine here only knows of ASCII.
    case: Case,
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
        let translated = Translation::of(source);
        Self {
            case: match &translated {
                Some(Translation {
                    ignores_case: true,
                    is_ascii,
                    ..
                }) if *is_ascii => Case::IgnoredInAscii,
                Some(Translation {
                    ignores_case: true, ..
                }) => Case::Ignored,
                _ => Case::Counts,
            },
            compiled: translated.and_then(|translation| Regex::new(&translation.pattern).ok()),
        }
    }

    /// Whether a text matches; none where that cannot be told here.
    pub(super) fn is_match(&self, text: &str) -> Option<bool> {
        let compiled = self.compiled.as_ref()?;
        match self.case {
            Case::IgnoredInAscii if text.contains(LIKE_ASCII) => return None,
            Case::Ignored => return None,
            Case::Counts | Case::IgnoredInAscii => {}
        }
        Some(compiled.is_match(text))
    }
}

/// A pattern for the engine here.
struct Translation<'a> {
    rest: Peekable<CharIndices<'a>>,
    source: &'a str,
    pattern: String,
    ignores_case: bool,
    /// Whether its letters are all of ASCII.
    is_ascii: bool,
}

impl<'a> Translation<'a> {
    /// Translates a pattern; none where Go would not take it, or it has what the engine here does not.
    fn of(source: &'a str) -> Option<Self> {
        let mut translation = Self {
            rest: source.char_indices().peekable(),
            source,
            pattern: String::with_capacity(source.len()),
            ignores_case: false,
            is_ascii: true,
        };
        while let Some((index, letter)) = translation.rest.next() {
            match letter {
                '\\' => translation.escape()?,
                '[' => translation.class()?,
                '(' if translation.skip("?") => translation.group()?,
                '{' => match repetition(&source[index..]) {
                    Some(repetition) => {
                        translation.skip(&repetition[1..]);
                        translation.pattern.push_str(repetition);
                    }
                    // Any other brace stands for itself.
                    None => translation.literal('{'),
                },
                '(' | ')' | '|' | '*' | '+' | '?' | '.' | '^' | '$' => {
                    translation.pattern.push(letter);
                }
                letter => translation.literal(letter),
            }
        }
        Some(translation)
    }

    fn skip(&mut self, text: &str) -> bool {
        let is_next = self.ahead().starts_with(text);
        if is_next {
            for _ in text.chars() {
                self.rest.next();
            }
        }
        is_next
    }

    /// What is not read yet.
    fn ahead(&mut self) -> &'a str {
        let start = self
            .rest
            .peek()
            .map_or(self.source.len(), |(index, _)| *index);
        &self.source[start..]
    }

    fn literal(&mut self, letter: char) {
        self.is_ascii &= letter.is_ascii();
        if letter.is_ascii() && !letter.is_ascii_alphanumeric() {
            self.code(letter);
        } else {
            self.pattern.push(letter);
        }
    }

    /// A letter by its number, which no engine takes for anything else.
    fn code(&mut self, letter: char) {
        self.is_ascii &= letter.is_ascii();
        let _ = write!(self.pattern, "\\x{{{:X}}}", u32::from(letter));
    }

    /// What follows `(?`: a name, or flags.
    fn group(&mut self) -> Option<()> {
        if self.skip("P<") || self.skip("<") {
            // A name is of no use here.
            self.rest.find(|(_, letter)| *letter == '>')?;
            self.pattern.push_str("(?:");
            return Some(());
        }
        self.pattern.push_str("(?");
        let mut sets = true;
        loop {
            let (_, letter) = self.rest.next()?;
            match letter {
                'i' => self.ignores_case |= sets,
                '-' => sets = false,
                'm' | 's' | 'U' | ':' | ')' => {}
                _ => return None,
            }
            self.pattern.push(letter);
            if matches!(letter, ':' | ')') {
                return Some(());
            }
        }
    }

    /// What follows a `\` outside of a class.
    fn escape(&mut self) -> Option<()> {
        if self.skip("Q") {
            let quoted = self.ahead().split("\\E").next().unwrap_or_default();
            for letter in quoted.chars() {
                self.rest.next();
                self.literal(letter);
            }
            self.skip("\\E");
            return Some(());
        }
        match self.rest.peek()?.1 {
            letter @ ('A' | 'b' | 'B' | 'z') => {
                self.rest.next();
                self.pattern.push('\\');
                self.pattern.push(letter);
            }
            letter => {
                if let Some(ranges) = perl_class(letter) {
                    self.rest.next();
                    let _ = write!(self.pattern, "[{ranges}]");
                } else {
                    let letter = self.escaped()?;
                    self.code(letter);
                }
            }
        }
        Some(())
    }

    /// The letter that an escape is for, after its `\`.
    fn escaped(&mut self) -> Option<char> {
        let (_, letter) = self.rest.next()?;
        Some(match letter {
            'a' => '\x07',
            'f' => '\x0C',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\x0B',
            '0'..='7' => {
                let mut code = letter.to_digit(8)?;
                // One digit alone is a reference to a group, which Go does not have.
                if letter != '0' && !self.ahead().starts_with(|next| ('0'..='7').contains(&next)) {
                    return None;
                }
                for _ in 0..2 {
                    match self.rest.peek().and_then(|(_, digit)| digit.to_digit(8)) {
                        Some(digit) => code = code * 8 + digit,
                        None => break,
                    }
                    self.rest.next();
                }
                char::from_u32(code)?
            }
            'x' => {
                let ahead = self.ahead();
                let (digits, length) = match ahead.strip_prefix('{') {
                    Some(braced) => {
                        let digits = braced.split_once('}')?.0;
                        (digits, digits.len() + 2)
                    }
                    None => (ahead.get(..2)?, 2),
                };
                if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
                    return None;
                }
                self.rest.nth(length - 1);
                char::from_u32(u32::from_str_radix(digits, 16).ok()?)?
            }
            letter if letter.is_ascii() && !letter.is_ascii_alphanumeric() => letter,
            _ => return None,
        })
    }

    /// What follows a `[`.
    fn class(&mut self) -> Option<()> {
        self.pattern.push('[');
        if self.skip("^") {
            self.pattern.push('^');
        }
        let mut is_first = true;
        while is_first || !self.skip("]") {
            is_first = false;
            let ahead = self.ahead();
            if ahead.starts_with("[:")
                && let Some(end) = ahead.find(":]")
            {
                self.pattern.push_str(&ahead[..end + 2]);
                self.rest.nth(ahead[..end + 2].chars().count() - 1);
                continue;
            }
            if let Some(letter) = ahead
                .strip_prefix('\\')
                .and_then(|ahead| ahead.chars().next())
                && let Some(ranges) = perl_class(letter)
            {
                self.pattern.push_str(ranges);
                self.rest.nth(1);
                continue;
            }
            let low = self.class_letter()?;
            self.code(low);
            let ahead = self.ahead();
            if ahead.starts_with('-') && !ahead.starts_with("-]") {
                self.rest.next();
                let high = self.class_letter()?;
                self.pattern.push('-');
                self.code(high);
            }
        }
        self.pattern.push(']');
        Some(())
    }

    fn class_letter(&mut self) -> Option<char> {
        if self.skip("\\") {
            return self.escaped();
        }
        self.rest.next().map(|(_, letter)| letter)
    }
}

/// The ranges of a class such as `\d`, which are of ASCII alone.
fn perl_class(letter: char) -> Option<&'static str> {
    Some(match letter {
        'd' => "0-9",
        'D' => r"\x00-/:-\x{10FFFF}",
        's' => r"\t\n\f\r ",
        'S' => r"\x00-\x08\x0B\x0E-\x1F!-\x{10FFFF}",
        'w' => "0-9A-Za-z_",
        'W' => r"\x00-/:-@\x5B-\x5E`\x7B-\x{10FFFF}",
        _ => return None,
    })
}

/// The `{2}`, `{2,}` or `{2,3}` that a text starts with.
fn repetition(text: &str) -> Option<&str> {
    let end = text.find('}')?;
    let is_number =
        |text: &str| !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit());
    let counts = &text[1..end];
    let is_one = match counts.split_once(',') {
        Some((least, most)) => is_number(least) && (most.is_empty() || is_number(most)),
        None => is_number(counts),
    };
    is_one.then_some(&text[..=end])
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
        ] {
            assert_eq!(is_match(pattern, text), None, "{pattern} {text}");
        }
        assert_eq!(is_match("(?i)k", "K"), Some(true));
        assert_eq!(is_match("(?i)k", "É"), Some(false));
        assert_eq!(is_match("a(?-i)k", "\u{212A}"), Some(false));
    }
}
