//! Text encodings: the bytes of a file as text.

use std::char;

/// Decodes UTF-8 and UTF-16, with or without a byte order mark.
///
/// Windows PowerShell writes UTF-16 with `>`. Without a mark, the position of a zero byte tells UTF-16, because YAML and
/// JSON begin with an ASCII character (YAML 1.2.2, section 5.2).
///
/// # Errors
/// If the bytes are in another encoding: the problem and the remedy.
pub(super) fn decode(bytes: Vec<u8>) -> Result<String, String> {
    match *bytes.as_slice() {
        [0, 0, 0xFE, 0xFF, ..] | [0, 0, 0, _, ..] | [0xFF, 0xFE, 0, 0, ..] | [_, 0, 0, 0, ..] => {
            Err(save_as_utf_8("is UTF-32"))
        }
        [0xFE, 0xFF, ref text @ ..] => utf_16(text, u16::from_be_bytes),
        [0xFF, 0xFE, ref text @ ..] => utf_16(text, u16::from_le_bytes),
        [0, _, ..] => utf_16(&bytes, u16::from_be_bytes),
        [_, 0, ..] => utf_16(&bytes, u16::from_le_bytes),
        _ => utf_8(bytes),
    }
}

fn utf_8(bytes: Vec<u8>) -> Result<String, String> {
    let mut text = String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = String::from_utf8_lossy(before).matches('\n').count() + 1;
        save_as_utf_8(&format!("line {line} is not UTF-8"))
    })?;
    if text.starts_with('\u{feff}') {
        text.remove(0);
    }
    Ok(text)
}

fn utf_16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, String> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let text: Option<String> = char::decode_utf16(pairs.iter().map(|pair| unit(*pair)))
        .map(Result::ok)
        .collect();
    text.filter(|_| rest.is_empty())
        .ok_or_else(|| save_as_utf_8("is UTF-16 with a broken character"))
}

fn save_as_utf_8(problem: &str) -> String {
    format!("{problem}; save the file as UTF-8")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text in UTF-16.
    fn encoded(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn utf_8_and_utf_16_are_read() {
        let text = "{\"Name\": \"ö 🔑\"}\r\n";
        let with_mark = format!("\u{feff}{text}");
        for bytes in [
            text.as_bytes().to_vec(),
            with_mark.as_bytes().to_vec(),
            encoded(text, u16::to_le_bytes),
            encoded(text, u16::to_be_bytes),
            encoded(&with_mark, u16::to_le_bytes),
            encoded(&with_mark, u16::to_be_bytes),
        ] {
            assert_eq!(decode(bytes.clone()).as_deref(), Ok(text), "{bytes:x?}");
        }
    }

    #[test]
    fn a_file_without_text_is_empty() {
        for bytes in [&b""[..], b"\xEF\xBB\xBF", b"\xFF\xFE", b"\xFE\xFF"] {
            assert_eq!(decode(bytes.to_vec()).as_deref(), Ok(""), "{bytes:x?}");
        }
        assert_eq!(decode(b"1".to_vec()).as_deref(), Ok("1"));
    }

    #[test]
    fn other_encodings_are_named() {
        for (bytes, expected) in [
            (
                &b"name: shop\nowner: J\xF6rg\n"[..],
                "line 2 is not UTF-8; save the file as UTF-8",
            ),
            (
                b"\xFF\xFE{\0\x00\xD8",
                "is UTF-16 with a broken character; save the file as UTF-8",
            ),
            (
                b"{\0}",
                "is UTF-16 with a broken character; save the file as UTF-8",
            ),
            (b"\xFF\xFE\0\0{\0\0\0", "is UTF-32; save the file as UTF-8"),
            (b"{\0\0\0", "is UTF-32; save the file as UTF-8"),
            (b"\0\0\0{", "is UTF-32; save the file as UTF-8"),
        ] {
            assert_eq!(
                decode(bytes.to_vec()),
                Err(expected.to_owned()),
                "{bytes:x?}"
            );
        }
    }
}
