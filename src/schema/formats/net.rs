//! Names and addresses of the network.

use core::net::{IpAddr, Ipv6Addr};

use super::codes::is_hex;

/// A host's name as the API server's pattern has it, which takes a dash in a name of one part at one place only.
///
/// Of letters beyond ASCII it takes some that the API server does not: those have no place in this small table.
pub(super) fn is_hostname(text: &str) -> bool {
    let is_letter = |letter: char| {
        letter.is_ascii_alphanumeric()
            || "$+<=>^`|~".contains(letter)
            || !letter.is_ascii() && !letter.is_whitespace()
    };
    if text.len() > 255 || text.split('.').any(|part| part.len() > 63) {
        return false;
    }
    match text.rsplit_once('.') {
        None => {
            let mut letters = text.chars();
            letters.next().is_some_and(is_letter) && {
                let rest = letters.as_str();
                let rest = rest.strip_prefix('-').unwrap_or(rest);
                rest.chars().count() <= 62 && rest.chars().all(is_letter)
            }
        }
        Some((parts, top)) => {
            let count = top.chars().count();
            (2..=63).contains(&count)
                && top.chars().all(char::is_alphabetic)
                && parts.split('.').all(|part| {
                    part.starts_with(is_letter)
                        && part.ends_with(is_letter)
                        && part
                            .chars()
                            .all(|letter| letter == '-' || is_letter(letter))
                })
        }
    }
}

/// An address with dots in it; zeros may lead a number.
pub(super) fn is_ipv4(text: &str) -> bool {
    is_dotted(text) || text.contains('.') && text.parse::<Ipv6Addr>().is_ok()
}

fn is_dotted(text: &str) -> bool {
    let mut count = 0;
    text.split('.').all(|part| {
        count += 1;
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_digit())
            && part.parse::<u32>().is_ok_and(|number| number <= 255)
    }) && count == 4
}

pub(super) fn is_ipv6(text: &str) -> bool {
    text.parse::<Ipv6Addr>().is_ok()
}

pub(super) fn is_cidr(text: &str) -> bool {
    let Some((address, bits)) = text.split_once('/') else {
        return false;
    };
    let most = if is_dotted(address) {
        32
    } else if is_ipv6(address) {
        128
    } else {
        return false;
    };
    !bits.is_empty()
        && bits.bytes().all(|byte| byte.is_ascii_digit())
        && bits.parse::<u32>().is_ok_and(|bits| bits <= most)
}

/// 6, 8 or 20 octets, by twos with colons or dashes, or by fours with dots.
pub(super) fn is_mac(text: &str) -> bool {
    let (separator, digits) = match text.chars().find(|letter| !letter.is_ascii_hexdigit()) {
        Some('.') => ('.', 4),
        Some(separator @ (':' | '-')) => (separator, 2),
        _ => return false,
    };
    let mut count = 0;
    text.split(separator).all(|group| {
        count += digits / 2;
        group.len() == digits && is_hex(group)
    }) && matches!(count, 6 | 8 | 20)
}

/// What can stand in the first line of an HTTP request: an absolute URI or an absolute path.
///
/// Source: Go's net/url, `ParseRequestURI`.
pub(super) fn is_request_uri(text: &str) -> bool {
    if text.is_empty() || text.bytes().any(|byte| byte < b' ' || byte == 0x7f) {
        return false;
    }
    if text == "*" {
        return true;
    }
    let scheme_end = text
        .find(|letter: char| !letter.is_ascii_alphanumeric() && !matches!(letter, '+' | '-' | '.'));
    let (has_scheme, rest) = match scheme_end {
        Some(0) if text.starts_with(':') => return false,
        Some(end)
            if text[end..].starts_with(':')
                && text.starts_with(|first: char| first.is_ascii_alphabetic()) =>
        {
            (true, &text[end + 1..])
        }
        _ => (false, text),
    };
    let path = rest.split_once('?').map_or(rest, |(path, _)| path);
    if !path.starts_with('/') {
        return has_scheme;
    }
    let path = match path.strip_prefix("//") {
        Some(rest) if has_scheme => {
            let end = rest.find('/').unwrap_or(rest.len());
            let (authority, path) = rest.split_at(end);
            if !is_authority(authority) {
                return false;
            }
            path
        }
        _ => path,
    };
    are_escapes_valid(path)
}

fn is_authority(text: &str) -> bool {
    let host = match text.rsplit_once('@') {
        Some((user, host)) => {
            let is_valid = user.chars().all(|letter| {
                letter.is_ascii_alphanumeric() || "-._:~!$&'()*+,;=%@".contains(letter)
            });
            if !is_valid || !are_escapes_valid(user) {
                return false;
            }
            host
        }
        None => text,
    };
    let is_port = |text: &str| {
        text.is_empty()
            || text
                .strip_prefix(':')
                .is_some_and(|port| port.bytes().all(|byte| byte.is_ascii_digit()))
    };
    if host.starts_with('[') {
        return host
            .rfind(']')
            .is_some_and(|end| is_port(&host[end + 1..]) && is_host(&host[..=end]));
    }
    let port = host.rfind(':').map_or("", |colon| &host[colon..]);
    is_port(port) && is_host(host)
}

/// A host may have escapes of bytes beyond ASCII only.
fn is_host(text: &str) -> bool {
    let escapes_ascii = || {
        text.match_indices('%').any(|(index, _)| {
            text[index + 1..].starts_with(|digit: char| digit.is_ascii_digit() && digit < '8')
        })
    };
    are_escapes_valid(text)
        && !escapes_ascii()
        && text.chars().all(|letter| {
            !letter.is_ascii()
                || letter.is_ascii_alphanumeric()
                || "-_.~!$&'()*+,;=:[]<>\"%".contains(letter)
        })
}

fn are_escapes_valid(text: &str) -> bool {
    text.match_indices('%').all(|(index, _)| {
        text.as_bytes()
            .get(index + 1..index + 3)
            .is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    })
}

/// One address as a mail's header has it: with or without a name in front.
///
/// Source: Go's net/mail, `ParseAddress`.
pub(super) fn is_email(text: &str) -> bool {
    let text = skip_space(text);
    if let Some(rest) = address(text)
        && skip_space(rest).is_empty()
    {
        return true;
    }
    let Some(rest) = phrase(text)
        .map(skip_space)
        .and_then(|rest| rest.strip_prefix('<'))
    else {
        return false;
    };
    address(rest)
        .and_then(|rest| rest.strip_prefix('>'))
        .is_some_and(|rest| skip_space(rest).is_empty())
}

fn skip_space(text: &str) -> &str {
    text.trim_start_matches([' ', '\t'])
}

/// What follows on an address without a name.
fn address(text: &str) -> Option<&str> {
    let rest = if text.starts_with('"') {
        let (content, rest) = quoted_string(text)?;
        if content.is_empty() {
            return None;
        }
        rest
    } else {
        atom(text, false)?
    };
    let rest = skip_space(skip_space(rest).strip_prefix('@')?);
    match rest.strip_prefix('[') {
        Some(literal) => {
            let (address, rest) = literal.split_once(']')?;
            address.parse::<IpAddr>().ok().map(|_| rest)
        }
        None => atom(rest, false),
    }
}

/// What follows on the words in front of an address; there may be none.
fn phrase(text: &str) -> Option<&str> {
    let mut rest = text;
    loop {
        rest = skip_space(rest);
        rest = if rest.starts_with('"') {
            quoted_string(rest)?.1
        } else if rest.starts_with(is_atom_text) {
            atom(rest, true)?
        } else {
            return Some(rest);
        };
    }
}

/// What follows on a word. Dots may stand anywhere in one of a name, and between others only.
fn atom(text: &str, is_permissive: bool) -> Option<&str> {
    let end = text
        .find(|letter: char| !is_atom_text(letter))
        .unwrap_or(text.len());
    let (atom, rest) = text.split_at(end);
    let are_dots_inside = !atom.starts_with('.') && !atom.ends_with('.') && !atom.contains("..");
    (!atom.is_empty() && (is_permissive || are_dots_inside)).then_some(rest)
}

fn is_atom_text(letter: char) -> bool {
    !letter.is_ascii() || letter.is_ascii_graphic() && !"()<>[]:;@\\,\"".contains(letter)
}

/// The text between quotes, and what follows on it.
fn quoted_string(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix('"')?;
    let mut is_escaped = false;
    for (index, letter) in inner.char_indices() {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return Some((&inner[..index], &inner[index + 1..])),
            '\t' => {}
            control if control.is_ascii_control() => return None,
            _ => {}
        }
    }
    None
}
