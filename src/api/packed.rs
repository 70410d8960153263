//! The generated schemas, packed into a fifth of their size: a module that is to be small has them all.
//!
//! Lines of ASCII, in which each byte beyond ASCII stands for a word: the words, in the order of their bytes and with other
//! words in them, an empty line, and then a name and its text in turn. `tests/architecture.rs` packs them.

const PACKED: &[u8] = include_bytes!("generated/schemas.packed");

/// The byte that stands for the first word.
const FIRST: u8 = 0x80;

/// The text of a name, or nothing.
pub(super) fn unpacked(name: &str) -> String {
    let mut lines = PACKED.split(|byte| *byte == b'\n');
    let words: Vec<&[u8]> = lines.by_ref().take_while(|line| !line.is_empty()).collect();
    let mut text = String::new();
    if let Some(packed) = lines.skip_while(|line| *line != name.as_bytes()).nth(1) {
        write(packed, &words, &mut text);
    }
    text
}

fn write(packed: &[u8], words: &[&[u8]], text: &mut String) {
    for byte in packed {
        match byte.checked_sub(FIRST) {
            Some(word) => write(words[usize::from(word)], words, text),
            None => text.push(char::from(*byte)),
        }
    }
}
