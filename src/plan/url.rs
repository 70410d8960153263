//! The parts of a redirect URL that rules and policies ask about.

/// A URL taken apart as far as Cognito's rules go. Nothing is decoded or normalised: Cognito compares redirect URLs
/// byte for byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Url<'a> {
    /// The scheme, without the colon.
    pub scheme: &'a str,
    /// The host, without user, port and, for IPv6, with its brackets; none where nothing follows `//`.
    pub host: Option<&'a str>,
    /// Whether there is a fragment, empty ones included.
    pub fragment: bool,
}

impl<'a> Url<'a> {
    /// Takes a URL apart; none if it has no scheme.
    pub fn parse(text: &'a str) -> Option<Self> {
        let (scheme, rest) = text.split_once(':')?;
        let mut letters = scheme.bytes();
        let starts_well = letters.next().is_some_and(|b| b.is_ascii_alphabetic());
        if !starts_well || !letters.all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b)) {
            return None;
        }
        let host = rest.strip_prefix("//").map(|rest| {
            // Browsers take a backslash for a slash, so it ends the host as one does.
            let authority = rest.split(['/', '\\', '?', '#']).next().unwrap_or_default();
            let host = authority
                .rsplit_once('@')
                .map_or(authority, |(_, host)| host);
            match host.find(']') {
                // Only a port may follow; anything else is no address of this machine.
                Some(end) if host[end + 1..].is_empty() || host[end + 1..].starts_with(':') => {
                    &host[..=end]
                }
                Some(_) => host,
                None => host.split(':').next().unwrap_or_default(),
            }
        });
        // A single name and port, such as localhost:3000, is an address without a scheme.
        if host.is_none()
            && rest
                .split('/')
                .next()
                .is_some_and(|port| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()))
        {
            return None;
        }
        Some(Self {
            scheme,
            host: host.filter(|host| !host.is_empty()),
            fragment: rest.contains('#'),
        })
    }

    /// Whether the scheme is http, in any case.
    pub fn is_http(&self) -> bool {
        self.scheme.eq_ignore_ascii_case("http")
    }

    /// Whether the scheme is https, in any case.
    pub fn is_https(&self) -> bool {
        self.scheme.eq_ignore_ascii_case("https")
    }

    /// Whether the scheme is an app's own.
    pub fn is_custom(&self) -> bool {
        !self.is_http() && !self.is_https()
    }

    /// Whether the host is this machine: the ones for which Cognito allows plain http.
    pub fn is_localhost(&self) -> bool {
        matches!(self.host, Some("localhost" | "127.0.0.1" | "[::1]"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_urls_apart() {
        for (text, scheme, host, fragment) in [
            (
                "https://app.example.org/cb",
                "https",
                Some("app.example.org"),
                false,
            ),
            ("http://localhost:3000/cb#", "http", Some("localhost"), true),
            ("http://[::1]:3000", "http", Some("[::1]"), false),
            (
                "https://user@evil.org:443?x",
                "https",
                Some("evil.org"),
                false,
            ),
            (
                "com.example.shop://callback",
                "com.example.shop",
                Some("callback"),
                false,
            ),
            (
                "com.example.shop:/callback",
                "com.example.shop",
                None,
                false,
            ),
            ("https:///cb", "https", None, false),
        ] {
            assert_eq!(
                Url::parse(text),
                Some(Url {
                    scheme,
                    host,
                    fragment
                }),
                "{text}"
            );
        }
        for text in [
            "",
            "/cb",
            "app.example.org",
            "localhost:3000",
            "localhost:3000/cb",
            "1a://b",
            "://b",
        ] {
            assert_eq!(Url::parse(text), None, "{text}");
        }
    }
}
