//! Writes the seeds of each target into `fuzz/corpus/<target>/`, and a dictionary of what stands in them into
//! `fuzz/dictionaries/`.

use std::fmt::Write as _;
use std::path::Path;
use std::{fs, io};

use function_appauth_fuzz::samples::Samples;
use function_appauth_fuzz::seeds;

/// What YAML is made of, and what of it parsers disagree about.
const YAML: [&str; 24] = [
    "\n- ",
    ": ",
    "\n  ",
    "&a ",
    "*a",
    "<<: ",
    "|\n",
    ">-\n",
    "\n---\n",
    "\n...\n",
    "!!str ",
    "!t ",
    "? ",
    "\t",
    "\u{85}",
    "\u{2028}",
    "\u{feff}",
    " #",
    "\"\\u0000\"",
    "%YAML 1.2\n",
    "%%% crds\n",
    "%%% input\n",
    "%%% observed\n",
    "\r\n",
];

fn main() -> io::Result<()> {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (target, seeds) in seeds::all() {
        let folder = fuzz.join("corpus").join(target);
        fs::create_dir_all(&folder)?;
        for (index, seed) in seeds.iter().enumerate() {
            fs::write(folder.join(format!("seed-{index:03}")), seed)?;
        }
    }
    let mut documents = seeds::inputs();
    documents.extend(seeds::definitions());
    documents.extend(seeds::answers_of_aws());
    let words = Samples::of(&documents).words();
    let mut dictionary = String::new();
    for word in words.iter().map(String::as_str).chain(YAML) {
        let escaped = word.bytes().fold(String::new(), |mut text, byte| {
            // So that is what libFuzzer reads.
            let _ = write!(text, "\\x{byte:02x}");
            text
        });
        let _ = writeln!(dictionary, "\"{escaped}\"");
    }
    fs::create_dir_all(fuzz.join("dictionaries"))?;
    fs::write(fuzz.join("dictionaries/words"), dictionary)
}
