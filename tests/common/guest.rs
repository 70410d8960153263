//! The guest module in an engine, each a program that `make tools` builds.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

#[allow(dead_code, reason = "not every test runs in all of them")]
pub(crate) const ENGINES: [&str; 2] = ["wasmtime", "wazero"];

pub(crate) struct Host {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

#[allow(dead_code, reason = "each of those who have one uses a part of it")]
impl Host {
    pub(crate) fn start(engine: &str) -> Self {
        let program = built(&format!("tools/{engine}-host"));
        let mut process = Command::new(&program)
            .arg(built("wasm/function-appauth.wasm"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", program.display()));
        Self {
            input: process.stdin.take().unwrap(),
            output: BufReader::new(process.stdout.take().unwrap()),
            process,
        }
    }

    /// Gives a command and reads its answer.
    pub(crate) fn ask(&mut self, command: &str) -> String {
        writeln!(self.input, "{command}").unwrap();
        let mut answer = String::new();
        self.output.read_line(&mut answer).unwrap();
        assert!(answer.ends_with('\n'), "the engine has ended");
        answer.trim_end().to_owned()
    }

    /// Answers a request.
    pub(crate) fn run(&mut self, request: &[u8]) -> Vec<u8> {
        bytes(&self.ask(&format!("run {}", hex(request))))
    }

    /// Answers a request in an instance of its own.
    pub(crate) fn fresh(&mut self, request: &[u8]) -> Vec<u8> {
        bytes(&self.ask(&format!("fresh {}", hex(request))))
    }

    /// Calls `wasmfn_run` with a place and a length.
    pub(crate) fn call(&mut self, place: i32, length: i32) -> Vec<u8> {
        bytes(&self.ask(&format!("call {place} {length}")))
    }

    /// Answers a request many times, and gives the pages of memory after that.
    pub(crate) fn repeat(&mut self, count: u32, request: &[u8]) -> u32 {
        self.ask(&format!("repeat {count} {}", hex(request)))
            .parse()
            .unwrap()
    }

    /// How many microseconds a new instance and a call take, medians of so many.
    pub(crate) fn time(&mut self, count: usize, request: &[u8]) -> (u32, u32) {
        let answer = self.ask(&format!("time {count} {}", hex(request)));
        let (instance, call) = answer.split_once(' ').unwrap();
        (instance.parse().unwrap(), call.parse().unwrap())
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub(crate) fn built(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("target")
        .join(path)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2)
        .map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap())
        .collect()
}
