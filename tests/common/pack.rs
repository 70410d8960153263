//! Packs texts as `src/api/packed.rs` unpacks them.

/// How many words there are bytes for.
const MOST_WORDS: usize = 128;
/// How many of the best words are tried: one that overlaps itself saves less than it promises.
const TRIED: usize = 16;

/// Packs texts of ASCII, each on a line under its name.
pub(crate) fn packed(texts: &[(&str, String)]) -> Vec<u8> {
    let mut packed: Vec<u8> = Vec::new();
    for (name, text) in texts {
        assert!(text.is_ascii() && !text.contains('\n'), "{name}");
        packed.extend(format!("{text}\n").bytes());
    }
    let mut words: Vec<Vec<u8>> = Vec::new();
    while words.len() < MOST_WORDS {
        let best = candidates(&packed)
            .into_iter()
            .map(|word| (saved(&packed, &word), word))
            .max_by_key(|(saved, _)| *saved);
        let Some((1.., word)) = best else { break };
        let byte = u8::try_from(MOST_WORDS + words.len()).unwrap();
        packed = replaced(&packed, &word, byte);
        words.push(word);
    }
    words.push(Vec::new());
    for ((name, _), text) in texts.iter().zip(packed.split(|byte| *byte == b'\n')) {
        words.extend([name.as_bytes().to_vec(), text.to_vec()]);
    }
    words.join(&b'\n')
}

/// What seems to save the most: of all that stands there more than once, by how often and how long it is.
fn candidates(text: &[u8]) -> Vec<Vec<u8>> {
    let mut suffixes: Vec<&[u8]> = (0..text.len()).map(|start| line(&text[start..])).collect();
    suffixes.sort_unstable();
    let common = |pair: &[&[u8]]| {
        let same = pair[0].iter().zip(pair[1]).take_while(|(a, b)| a == b);
        same.count()
    };
    let shared: Vec<usize> = suffixes.windows(2).map(common).chain([0]).collect();
    // The widest runs of neighbours that begin alike, as the largest rectangles under a curve are found.
    let mut found: Vec<(usize, &[u8])> = Vec::new();
    let mut open: Vec<(usize, usize)> = Vec::new();
    for (index, length) in shared.into_iter().enumerate() {
        let mut start = index;
        while let Some((begin, longer)) = open.pop_if(|(_, open)| *open > length) {
            found.push(((index - begin) * (longer - 1), &suffixes[begin][..longer]));
            start = begin;
        }
        if length > 2 && open.last().is_none_or(|(_, open)| *open < length) {
            open.push((start, length));
        }
    }
    found.sort_unstable();
    let best = found.into_iter().rev().take(TRIED);
    best.map(|(_, word)| word.to_vec()).collect()
}

fn line(text: &[u8]) -> &[u8] {
    text.split(|byte| *byte == b'\n').next().unwrap_or_default()
}

/// How many bytes a word saves: each place of it is one byte, and once it stands among the words.
fn saved(text: &[u8], word: &[u8]) -> usize {
    let times = text.len() - replaced(text, word, b' ').len();
    times.saturating_sub(word.len() + 1)
}

fn replaced(text: &[u8], word: &[u8], byte: u8) -> Vec<u8> {
    let mut replaced = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        if let Some(after) = rest.strip_prefix(word) {
            replaced.push(byte);
            rest = after;
        } else {
            replaced.push(*first);
            rest = after;
        }
    }
    replaced
}
