//! From Go's syntax to that of the engine here.

use std::fmt::Write;

/// How often something may be repeated by number, repetitions in each other multiplied.
const MOST_REPEATED: u64 = 1_000;
/// How many parts a pattern may have, repetitions written out.
const MOST_PARTS: u64 = 200_000;

/// A pattern for the engine here.
pub(super) struct Translation<'a> {
    pub(super) pattern: String,
    /// Whether letters of either case are alike somewhere in it.
    pub(super) ignores_case: bool,
    /// Whether its letters are all of ASCII.
    pub(super) is_ascii: bool,
    /// How many parts it has, repetitions written out.
    pub(super) size: u64,
    /// What is not read yet.
    rest: &'a str,
    /// The groups that are open, the outermost first.
    groups: Vec<Group>,
    /// What a repetition would be of; none where there is nothing before it.
    last: Option<Part>,
    /// Whether a class with a name can still end in the rest.
    may_have_class_ends: bool,
}

/// What Go would not take.
struct Refused;

/// Something that can be repeated.
#[derive(Debug, Clone, Copy)]
struct Part {
    size: u64,
    /// How often what is in it is repeated by number, at most.
    repeated: u64,
}

const ONE: Part = Part {
    size: 1,
    repeated: 1,
};

#[derive(Debug, Clone, Copy, Default)]
struct Group {
    size: u64,
    repeated: u64,
    /// Whether letters of either case are alike from here on.
    ignores_case: bool,
}

impl<'a> Translation<'a> {
    /// Translates a pattern; none where Go would not take it, or it has what the engine here does not.
    pub(super) fn of(source: &'a str) -> Option<Self> {
        let mut translation = Self {
            pattern: String::with_capacity(source.len()),
            ignores_case: false,
            is_ascii: true,
            size: 0,
            rest: source,
            groups: vec![Group::default()],
            last: None,
            may_have_class_ends: true,
        };
        while let Some(letter) = translation.next() {
            translation.read(letter)?;
        }
        translation.part_ends()?;
        translation.size = translation.groups.first()?.size.max(1);
        (translation.groups.len() == 1).then_some(translation)
    }

    fn read(&mut self, letter: char) -> Option<()> {
        if let Some(times) = self.repetition(letter).ok()? {
            let part = self.last.as_mut()?;
            part.repeated = part.repeated.saturating_mul(times);
            part.size = part.size.saturating_mul(times);
            if part.repeated > MOST_REPEATED {
                return None;
            }
            // What is repeated cannot be repeated once more.
            self.part_ends()?;
            return Some(());
        }
        self.part_ends()?;
        match letter {
            '\\' => self.escape(),
            '[' => {
                self.last = Some(ONE);
                self.class()
            }
            '(' => {
                if self.skip("?") {
                    self.flags()
                } else {
                    self.opens("(?:", self.ignores_case_here());
                    Some(())
                }
            }
            ')' => {
                let group = self.groups.pop()?;
                self.pattern.push(')');
                self.last = Some(Part {
                    size: group.size + 1,
                    repeated: group.repeated.max(1),
                });
                (!self.groups.is_empty()).then_some(())
            }
            '|' => {
                self.pattern.push('|');
                Some(())
            }
            '.' | '^' | '$' => {
                self.last = Some(ONE);
                self.pattern.push(letter);
                Some(())
            }
            letter => {
                self.literal(letter);
                Some(())
            }
        }
    }

    /// Reads a repetition, if that is one, and gives how often it repeats at most.
    fn repetition(&mut self, letter: char) -> Result<Option<u64>, Refused> {
        let times = match letter {
            '*' | '+' | '?' => {
                self.pattern.push(letter);
                1
            }
            '{' => {
                // What else starts with a brace stands for itself.
                let Some((least, most, length)) = counts(self.rest) else {
                    return Ok(None);
                };
                let _ = write!(self.pattern, "{{{}", &self.rest[..length]);
                self.rest = &self.rest[length..];
                let most = most.unwrap_or(least);
                if least > most || most > MOST_REPEATED {
                    return Err(Refused);
                }
                most.max(1)
            }
            _ => return Ok(None),
        };
        if self.skip("?") {
            self.pattern.push('?');
        }
        Ok(Some(times))
    }

    /// Counts the last part, and lets no repetition follow.
    fn part_ends(&mut self) -> Option<()> {
        if let (Some(part), Some(group)) = (self.last.take(), self.groups.last_mut()) {
            group.size = group.size.saturating_add(part.size);
            group.repeated = group.repeated.max(part.repeated);
            return (group.size <= MOST_PARTS).then_some(());
        }
        Some(())
    }

    fn opens(&mut self, with: &str, ignores_case: bool) {
        self.pattern.push_str(with);
        self.groups.push(Group {
            ignores_case,
            ..Group::default()
        });
    }

    fn ignores_case_here(&self) -> bool {
        self.groups.last().is_some_and(|group| group.ignores_case)
    }

    fn next(&mut self) -> Option<char> {
        let mut letters = self.rest.chars();
        let letter = letters.next()?;
        self.rest = letters.as_str();
        Some(letter)
    }

    fn skip(&mut self, text: &str) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn literal(&mut self, letter: char) {
        self.last = Some(ONE);
        self.letter(letter);
    }

    /// Writes a letter so that no engine takes it for anything else: if it means anything, by its number.
    fn letter(&mut self, letter: char) {
        self.is_ascii &= letter.is_ascii();
        if letter.is_ascii_alphanumeric() {
            self.pattern.push(letter);
        } else {
            let _ = write!(self.pattern, "\\x{{{:X}}}", u32::from(letter));
        }
    }

    /// What follows `(?`: a name, or flags.
    fn flags(&mut self) -> Option<()> {
        if self.skip("P<") || self.skip("<") {
            let (name, rest) = self.rest.split_once('>')?;
            let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
            if name.is_empty() || !name.bytes().all(is_word) {
                return None;
            }
            self.rest = rest;
            // A name is of no use here.
            self.opens("(?:", self.ignores_case_here());
            return Some(());
        }
        let mut flags = "(?".to_owned();
        let (mut sets, mut ignores_case) = (true, self.ignores_case_here());
        loop {
            let letter = self.next()?;
            match letter {
                'i' => ignores_case = sets,
                '-' => sets = false,
                'm' | 's' | 'U' | ':' | ')' => {}
                _ => return None,
            }
            flags.push(letter);
            self.ignores_case |= ignores_case;
            match letter {
                ':' => {
                    self.opens(&flags, ignores_case);
                    return Some(());
                }
                ')' => {
                    self.pattern.push_str(&flags);
                    self.groups.last_mut()?.ignores_case = ignores_case;
                    return Some(());
                }
                _ => {}
            }
        }
    }

    /// What follows a `\` outside of a class.
    fn escape(&mut self) -> Option<()> {
        if self.skip("Q") {
            let (quoted, rest) = self.rest.split_once("\\E").unwrap_or((self.rest, ""));
            for letter in quoted.chars() {
                self.part_ends()?;
                self.literal(letter);
            }
            self.rest = rest;
            return Some(());
        }
        self.last = Some(ONE);
        let letter = self.rest.chars().next()?;
        if matches!(letter, 'A' | 'b' | 'B' | 'z') {
            self.next();
            self.pattern.push('\\');
            self.pattern.push(letter);
        } else if let Some(ranges) = perl_class(letter) {
            self.next();
            let _ = write!(self.pattern, "[{ranges}]");
        } else {
            let letter = self.escaped()?;
            self.letter(letter);
        }
        Some(())
    }

    /// The letter that an escape is for, after its `\`.
    fn escaped(&mut self) -> Option<char> {
        Some(match self.next()? {
            'a' => '\x07',
            'f' => '\x0C',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\x0B',
            first @ '0'..='7' => {
                let digit = |text: &str| text.chars().next().and_then(|digit| digit.to_digit(8));
                // One digit alone is a reference to a group, which Go does not have.
                if first != '0' && digit(self.rest).is_none() {
                    return None;
                }
                let mut code = first.to_digit(8)?;
                for _ in 0..2 {
                    let Some(digit) = digit(self.rest) else {
                        break;
                    };
                    self.next();
                    code = code * 8 + digit;
                }
                char::from_u32(code)?
            }
            'x' => {
                let digits = if self.skip("{") {
                    let (digits, rest) = self.rest.split_once('}')?;
                    self.rest = rest;
                    digits
                } else {
                    let (digits, rest) = self.rest.split_at_checked(2)?;
                    self.rest = rest;
                    digits
                };
                if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
                    return None;
                }
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
            if self.named_class()? {
                continue;
            }
            if let Some(rest) = self.rest.strip_prefix('\\')
                && let Some(ranges) = rest.chars().next().and_then(perl_class)
            {
                self.pattern.push_str(ranges);
                self.rest = &rest[1..];
                continue;
            }
            let low = self.class_letter()?;
            if self.rest.starts_with('-') && !self.rest.starts_with("-]") {
                self.next();
                let high = self.class_letter()?;
                self.range(low, high)?;
            } else {
                self.range(low, low)?;
            }
        }
        self.pattern.push(']');
        Some(())
    }

    /// Reads a class such as `[:alpha:]` in another one, if that is one.
    fn named_class(&mut self) -> Option<bool> {
        let Some(inner) = self
            .rest
            .strip_prefix("[:")
            .filter(|_| self.may_have_class_ends)
        else {
            return Some(false);
        };
        let Some((name, rest)) = inner.split_once(":]") else {
            // Nor is one further on.
            self.may_have_class_ends = false;
            return Some(false);
        };
        // Of letters of either case, the engine here takes away those of one before it adds the other.
        if self.ignores_case_here() && matches!(name, "^lower" | "^upper") {
            return None;
        }
        if !POSIX_CLASSES.contains(&name.strip_prefix('^').unwrap_or(name)) {
            return None;
        }
        // Nor does it add the other case to all that the ranges beside it make of one.
        if self.ignores_case_here() && matches!(name, "lower" | "upper") {
            self.pattern.push_str("A-Za-z");
        } else {
            let _ = write!(self.pattern, "[:{name}:]");
        }
        self.rest = rest;
        Some(true)
    }

    fn class_letter(&mut self) -> Option<char> {
        if self.skip("\\") {
            return self.escaped();
        }
        self.next()
    }

    /// Writes a range, and the letters of the other case with it: the engine here adds them to ranges of one case only.
    fn range(&mut self, low: char, high: char) -> Option<()> {
        if low > high {
            return None;
        }
        self.ends(low, high);
        if self.ignores_case_here() {
            for (first, last) in [('A', 'Z'), ('a', 'z')] {
                let (low, high) = (low.max(first), high.min(last));
                let other = |letter: char| {
                    char::from(u8::try_from(letter).unwrap_or_default() ^ (b'a' - b'A'))
                };
                if low <= high {
                    self.ends(other(low), other(high));
                }
            }
        }
        Some(())
    }

    fn ends(&mut self, low: char, high: char) {
        self.letter(low);
        if low != high {
            self.pattern.push('-');
            self.letter(high);
        }
    }
}

const POSIX_CLASSES: [&str; 14] = [
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct",
    "space", "upper", "word", "xdigit",
];

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

/// Reads what follows the brace of `{2}`, `{2,}` or `{2,3}`: the counts, and how long it is.
fn counts(text: &str) -> Option<(u64, Option<u64>, usize)> {
    let (least, rest) = count(text)?;
    let (most, rest) = match rest.strip_prefix(',') {
        None => (None, rest),
        Some(rest) if rest.starts_with('}') => (None, rest),
        Some(rest) => {
            let (most, rest) = count(rest)?;
            (Some(most), rest)
        }
    };
    let rest = rest.strip_prefix('}')?;
    Some((least, most, text.len() - rest.len()))
}

/// A number without zeros before it.
fn count(text: &str) -> Option<(u64, &str)> {
    let end = text
        .find(|letter: char| !letter.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    if digits.is_empty() || digits.len() > 1 && digits.starts_with('0') {
        return None;
    }
    Some((digits.parse().unwrap_or(u64::MAX), rest))
}
