//! Several files in one text: a line `%%% ROLE FOLDER` begins each.

use function_appauth::workspace::{File, Given};

/// What begins a file.
pub const MARK: &str = "%%% ";

/// The files that the command line names by themselves, and those that it gets by its options.
pub fn split(text: &str) -> (Vec<File>, Given) {
    let (mut files, mut given) = (Vec::new(), Given::default());
    for (index, section) in text.split(MARK).enumerate() {
        let (heading, text) = section.split_once('\n').unwrap_or(("", section));
        let mut words = heading.split(' ');
        let (role, folder) = (words.next(), words.next().unwrap_or("a"));
        let file = File {
            name: format!("{folder}/{index}.yaml"),
            text: text.to_owned(),
        };
        let list = match role {
            Some("input") => given.input.get_or_insert_default(),
            Some("composition") => given.composition.get_or_insert_default(),
            Some("observed") => given.observed.get_or_insert_default(),
            Some("required") => given.required_resources.get_or_insert_default(),
            Some("crds") => {
                given.crds.push(vec![file]);
                continue;
            }
            _ => &mut files,
        };
        list.push(file);
    }
    (files, given)
}
