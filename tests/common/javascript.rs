//! The npm package, out of its tarball, where JavaScript runs.

use std::fs;
use std::io::{BufRead, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Map, Value, json};

use crate::cases::{Case, settings};

pub(crate) struct Host {
    process: Child,
    /// None once it is told that there is no more.
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Host {
    /// Starts `node` or `chromium` with the package.
    pub(crate) fn start(place: &str) -> Self {
        let host = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/npm/host.mjs");
        let mut process = Command::new("node")
            .args([host, place])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        Self {
            input: process.stdin.take(),
            output: BufReader::new(process.stdout.take().unwrap()),
            process,
        }
    }

    /// What its `render` gives for the files of a case.
    pub(crate) fn render(&mut self, case: &Case) -> Value {
        let file = |path: &Path| json!({"name": path, "text": fs::read_to_string(path).unwrap()});
        let settings: Map<String, Value> = settings(case)
            .into_iter()
            .map(|(name, path)| (name.to_owned(), file(path)))
            .collect();
        let call = json!({"manifests": file(&case.xr), "settings": settings});
        writeln!(self.input.as_ref().unwrap(), "{call}").unwrap();
        let mut answer = String::new();
        self.output.read_line(&mut answer).unwrap();
        serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{}: {error}", case.name))
    }
}

/// It ends by itself, and the browser with it.
impl Drop for Host {
    fn drop(&mut self) {
        self.input = None;
        let _ = self.process.wait();
    }
}
