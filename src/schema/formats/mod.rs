//! The formats of texts that the API server checks. It passes over all others, `int32` and `uint64` among them.
//!
//! Source: k8s.io/apiextensions-apiserver v0.34.1, `pkg/apiserver/validation/formats.go`, and k8s.io/kube-openapi,
//! `pkg/validation/strfmt`. The two that came with Kubernetes 1.34 are left out: older clusters do not check them.

mod codes;
mod net;
mod time;

/// A format that the API server checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Format(&'static Known);

#[derive(Debug)]
struct Known {
    name: &'static str,
    example: &'static str,
    matches: fn(&str) -> bool,
}

impl PartialEq for Known {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Known {}

const fn known(name: &'static str, example: &'static str, matches: fn(&str) -> bool) -> Known {
    Known {
        name,
        example,
        matches,
    }
}

/// Each is also known by its name with dashes in it, such as `date-time`.
static KNOWN: [Known; 24] = [
    known(
        "bsonobjectid",
        "507f1f77bcf86cd799439011",
        codes::is_object_id,
    ),
    known("byte", "aGVsbG8=", codes::is_base64),
    known("cidr", "10.0.0.0/8", net::is_cidr),
    known("creditcard", "4111111111111111", codes::is_credit_card),
    known("date", "2006-01-02", time::is_date),
    known("datetime", "2006-01-02T15:04:05Z", time::is_date_time),
    known("duration", "1h30m", time::is_duration),
    known("email", "name@example.org", net::is_email),
    known("hexcolor", "#ff8800", codes::is_hex_color),
    known("hostname", "www.example.org", net::is_hostname),
    known("ipv4", "192.0.2.1", net::is_ipv4),
    known("ipv6", "2001:db8::1", net::is_ipv6),
    known("isbn", "978-0321751041", |text| {
        codes::is_isbn10(text) || codes::is_isbn13(text)
    }),
    known("isbn10", "0321751043", codes::is_isbn10),
    known("isbn13", "978-0321751041", codes::is_isbn13),
    known("mac", "01:23:45:67:89:ab", net::is_mac),
    known("password", "", |_| true),
    known("rgbcolor", "rgb(255,136,0)", codes::is_rgb_color),
    known("ssn", "111-11-1111", codes::is_social_security_number),
    known("uri", "https://www.example.org/path", net::is_request_uri),
    known("uuid", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", |text| {
        codes::is_uuid(text, None)
    }),
    known("uuid3", "f81d4fae-7dec-31d0-a765-00a0c91e6bf6", |text| {
        codes::is_uuid(text, Some('3'))
    }),
    known("uuid4", "f81d4fae-7dec-41d0-a765-00a0c91e6bf6", |text| {
        codes::is_uuid(text, Some('4'))
    }),
    known("uuid5", "f81d4fae-7dec-51d0-a765-00a0c91e6bf6", |text| {
        codes::is_uuid(text, Some('5'))
    }),
];

impl Format {
    /// The format of a name; none where the API server does not check it.
    pub(super) fn named(name: &str) -> Option<Self> {
        let name = name.replace('-', "");
        KNOWN.iter().find(|known| known.name == name).map(Self)
    }

    pub(super) fn name(self) -> &'static str {
        self.0.name
    }

    /// A text of this format.
    pub(super) fn example(self) -> &'static str {
        self.0.example
    }

    pub(super) fn matches(self, text: &str) -> bool {
        (self.0.matches)(text)
    }

    /// Whether what it says of a text that matches is for certain. Which letters of Unicode are no digits, marks or
    /// punctuation is not known here, but of the first that are in use.
    pub(super) fn is_certain(self, text: &str) -> bool {
        self.name() != "hostname"
            || text
                .chars()
                .all(|letter| letter.is_ascii() || ('À'..='ɏ').contains(&letter))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_is_of_its_format() {
        for known in &KNOWN {
            assert!((known.matches)(known.example), "{}", known.name);
        }
    }

    #[track_caller]
    fn check(format: &str, valid: &[&str], invalid: &[&str]) {
        let format = Format::named(format).expect("a format that is checked");
        for text in valid {
            assert!(
                format.matches(text),
                "{} should be a {}",
                text,
                format.name()
            );
        }
        for text in invalid {
            assert!(
                !format.matches(text),
                "{} should be no {}",
                text,
                format.name()
            );
        }
    }

    #[test]
    fn other_formats_are_passed_over() {
        for name in [
            "int32",
            "int64",
            "double",
            "uri-reference",
            "k8s-short-name",
            "",
        ] {
            assert_eq!(Format::named(name), None, "{name}");
        }
        assert_eq!(Format::named("date-time"), Format::named("datetime"));
    }

    #[test]
    fn times() {
        check(
            "date",
            &["2024-02-29", "0000-01-01"],
            &["2023-02-29", "2024-1-01", "2024-13-01", "2024-01-01 ", ""],
        );
        check(
            "date-time",
            &[
                "2024-01-01T10:00:00Z",
                "2024-01-01t10:00:00.5+01:00",
                "2024-01-01T23:59:59z",
            ],
            &[
                "2024-01-01",
                "2024-01-01T24:00:00Z",
                "2024-01-01T10:00:60Z",
                "2024-01-01T10:00:00",
            ],
        );
        check(
            "duration",
            &[
                "1h30m",
                "0",
                "-1.5h",
                "5 minutes",
                "2 weeks",
                "1µs",
                ".5s",
                "3 Days",
            ],
            &["", "5", "five minutes", "1y", "99999999999999999999 s"],
        );
    }

    #[test]
    fn names_of_the_network() {
        check(
            "hostname",
            &[
                "localhost",
                "www.example.org",
                "a-b",
                "1.example.org",
                "xn--a.org",
                "a-",
            ],
            &[
                "",
                "-a",
                "a_b",
                "example.org.",
                "my-host-name",
                "a..org",
                "example.o",
            ],
        );
        check(
            "ipv4",
            &["192.0.2.1", "010.0.0.1", "::ffff:1.2.3.4"],
            &["192.0.2", "256.0.0.1", "::1"],
        );
        check(
            "ipv6",
            &["::1", "2001:db8::1", "::ffff:1.2.3.4"],
            &["1.2.3.4", "::1%eth0", ":::"],
        );
        check(
            "cidr",
            &["10.0.0.0/8", "2001:db8::/32"],
            &["10.0.0.0", "10.0.0.0/33", "10.0.0.0/"],
        );
        check(
            "mac",
            &[
                "01:23:45:67:89:ab",
                "01-23-45-67-89-ab",
                "0123.4567.89ab",
                "01:23:45:67:89:ab:cd:ef",
            ],
            &[
                "01:23:45:67:89",
                "01:23-45:67:89:ab",
                "0123456789ab",
                "01:23:45:67:89:ag",
            ],
        );
        check(
            "uri",
            &[
                "https://a.example.org/b?c=d#e",
                "/a/b",
                "mailto:a@example.org",
                "*",
                "http://[::1]:80/",
                "a:b",
            ],
            &[
                "",
                "a",
                "a/b",
                "http://a b/",
                "http://a:x/",
                "/%zz",
                ":a",
                "http://[::1/",
                "/a\u{7f}",
            ],
        );
        check(
            "email",
            &[
                "a@example.org",
                "A B <a@example.org>",
                "\"a b\"@example.org",
                "a@localhost",
                "a@[192.0.2.1]",
            ],
            &[
                "",
                "a",
                "a@",
                "@example.org",
                "a..b@example.org",
                ".a@example.org",
                "a@b, c@d",
                "a b@example.org",
            ],
        );
    }

    #[test]
    fn codes() {
        check(
            "uuid",
            &[
                "F81D4FAE7DEC11D0A76500A0C91E6BF6",
                "f81d4fae-7dec11d0-a765-00a0c91e6bf6",
            ],
            &["f81d4fae", "g81d4fae-7dec-11d0-a765-00a0c91e6bf6"],
        );
        check(
            "uuid4",
            &[],
            &[
                "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
                "f81d4fae-7dec-41d0-c765-00a0c91e6bf6",
            ],
        );
        check("byte", &["aGVs", "YQ=="], &["", "YQ", "YQ=", "a b="]);
        check(
            "isbn",
            &["0-321-75104-3", "080442957X"],
            &["0321751044", "X804429570"],
        );
        check(
            "creditcard",
            &["4111 1111 1111 1111", "378282246310005"],
            &["4111111111111112", "1234"],
        );
        check("ssn", &["111 11 1111"], &["111111111", "111-11-111a"]);
        check("hexcolor", &["fff", "#FFFFFF"], &["#ff", "#gggggg"]);
        check(
            "rgbcolor",
            &["rgb( 0, 255 ,1 )"],
            &["rgb(256,0,0)", "rgb(01,0,0)", "rgb(0,0)"],
        );
        check(
            "bsonobjectid",
            &["507F1F77BCF86CD799439011"],
            &["507f1f77bcf86cd79943901", "z07f1f77bcf86cd799439011"],
        );
        check("password", &["", "anything"], &[]);
    }
}
