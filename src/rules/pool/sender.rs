//! The sender of e-mails as `email.from` has it: an address, or a name and an address in angle brackets.
//! Source: RFC 5322, section 3.4; RFC 2047 for names that are not ASCII.

use base64ct::{Base64, Encoding};

/// A sender, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sender<'a> {
    /// The name before the address, as written; empty where there is none.
    pub(super) name: &'a str,
    /// The address.
    pub(super) address: &'a str,
}

/// Why a text is not a sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// It has a line break: its place, from 1, and the character.
    LineBreak(usize, char),
    /// It has a double quote without the other one.
    OpenQuote,
    /// The address is missing.
    NoAddress,
    /// A character before the `@` of the address is not ASCII.
    Mailbox(char),
    /// A character after the `@` of the address is not ASCII.
    Host(char),
}

impl<'a> Sender<'a> {
    pub(super) fn parse(text: &'a str) -> Result<Self, Fault> {
        let line_break = |(letter, _): &(char, usize)| matches!(letter, '\n' | '\r');
        if let Some((letter, place)) = text.chars().zip(1..).find(line_break) {
            return Err(Fault::LineBreak(place, letter));
        }
        if letters(text).filter(|(letter, _)| *letter == '"').count() % 2 == 1 {
            return Err(Fault::OpenQuote);
        }
        let (name, address) = match text.strip_suffix('>') {
            Some(rest) => rest.rsplit_once('<').ok_or(Fault::NoAddress)?,
            None => ("", text),
        };
        if !is_bare_address(address) {
            return Err(Fault::NoAddress);
        }
        let (mailbox, host) = address.split_once('@').ok_or(Fault::NoAddress)?;
        let other = |text: &str| text.chars().find(|letter| !letter.is_ascii());
        if let Some(letter) = other(mailbox) {
            return Err(Fault::Mailbox(letter));
        }
        if let Some(letter) = other(host) {
            return Err(Fault::Host(letter));
        }
        let name = name.trim();
        Ok(Self { name, address })
    }

    /// The first character of the name that must be in double quotes.
    pub(super) fn unquoted(&self) -> Option<char> {
        letters(self.name)
            .find(|(letter, is_quoted)| !is_quoted && ",:;@()[]<>".contains(*letter))
            .map(|(letter, _)| letter)
    }

    /// The first character of the name that is not ASCII.
    pub(super) fn not_ascii(&self) -> Option<char> {
        self.name.chars().find(|letter| !letter.is_ascii())
    }

    /// The same sender with the name in double quotes.
    pub(super) fn in_quotes(&self) -> String {
        format!("\"{}\" <{}>", self.plain_name(), self.address)
    }

    /// The same sender with the name as MIME encoded words.
    pub(super) fn encoded(&self) -> String {
        // An encoded word has 75 characters at most, and each holds whole characters.
        const MOST_BYTES: usize = 45;
        let mut words = vec![String::new()];
        for letter in self.plain_name().chars() {
            match words.last_mut() {
                Some(word) if word.len() + letter.len_utf8() <= MOST_BYTES => word.push(letter),
                _ => words.push(letter.to_string()),
            }
        }
        let words = words.iter().map(|word| {
            let encoded = Base64::encode_string(word.as_bytes());
            format!("=?UTF-8?B?{encoded}?= ")
        });
        format!("{}<{}>", words.collect::<String>(), self.address)
    }

    /// The name without quotes.
    fn plain_name(&self) -> String {
        self.name.replace(['"', '\\'], "")
    }
}

/// The characters of a text that no backslash makes plain, each with whether it is between double quotes.
fn letters(text: &str) -> impl Iterator<Item = (char, bool)> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    text.chars().filter_map(move |letter| {
        if is_escaped {
            is_escaped = false;
            return None;
        }
        match letter {
            '\\' if is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            _ => {}
        }
        Some((letter, is_quoted))
    })
}

/// Whether a text is an address and nothing else.
pub(super) fn is_bare_address(text: &str) -> bool {
    let ends = text.split_once('@');
    ends.is_some_and(|(mailbox, host)| {
        !mailbox.is_empty() && !host.is_empty() && !host.contains('@')
    }) && !text.contains(|letter: char| letter.is_whitespace() || "<>,;".contains(letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_senders_apart() {
        for (text, name, address) in [
            ("a@example.org", "", "a@example.org"),
            ("Shop <a@example.org>", "Shop", "a@example.org"),
            ("<a@example.org>", "", "a@example.org"),
            (
                "\"Shop <EU>\" <a@example.org>",
                "\"Shop <EU>\"",
                "a@example.org",
            ),
            (
                "\"a \\\" b\" <a@example.org>",
                "\"a \\\" b\"",
                "a@example.org",
            ),
        ] {
            assert_eq!(Sender::parse(text), Ok(Sender { name, address }), "{text}");
        }
        for (text, fault) in [
            ("", Fault::NoAddress),
            ("Shop <a@example.org> ", Fault::NoAddress),
            ("Shop a@example.org>", Fault::NoAddress),
            ("a@b@example.org", Fault::NoAddress),
            ("\"Shop <a@example.org>", Fault::OpenQuote),
            ("Shop\r\n<a@example.org>", Fault::LineBreak(5, '\r')),
            ("ä@example.org", Fault::Mailbox('ä')),
            ("Shop <a@exämple.org>", Fault::Host('ä')),
        ] {
            assert_eq!(Sender::parse(text), Err(fault), "{text}");
        }
    }

    #[test]
    fn names_are_quoted_or_encoded() {
        let sender = |text| Sender::parse(text).unwrap();
        for (text, letter) in [
            ("Shop <a@example.org>", None),
            ("\"Shop, Inc\" <a@example.org>", None),
            ("Shop, Inc <a@example.org>", Some(',')),
            ("\"Shop\" @home <a@example.org>", Some('@')),
        ] {
            assert_eq!(sender(text).unquoted(), letter, "{text}");
        }
        assert_eq!(
            sender("Shop, Inc <a@example.org>").in_quotes(),
            "\"Shop, Inc\" <a@example.org>"
        );
        assert_eq!(
            sender("\"Büro\" <a@example.org>").encoded(),
            "=?UTF-8?B?QsO8cm8=?= <a@example.org>"
        );
        let long = format!("{} <a@example.org>", "é".repeat(30));
        let encoded = sender(&long).encoded();
        assert_eq!(encoded.matches("=?UTF-8?B?").count(), 2);
        assert!(encoded.split(' ').all(|word| word.len() <= 75), "{encoded}");
    }
}
