//! What the tests of the binary share: a running server of ours, YAML, and where other people's tools are.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::ffi::OsString;
use std::fs::{self, File};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;

/// How long a server may take to start, or a process that is to end may take to end.
const PATIENCE: Duration = Duration::from_secs(20);

/// The examples, in `examples/`.
pub(crate) const EXAMPLES: [&str; 7] = [
    "web-app",
    "single-page-app",
    "mobile-app",
    "federated-app",
    "service-with-scopes",
    "shared-pool",
    "everything",
];

/// A file of the repository.
pub(crate) fn in_repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A tool, or a folder of files, that `make tools` has put there.
pub(crate) fn tool(name: &str) -> PathBuf {
    let path = in_repository("target/tools").join(name);
    assert!(
        path.exists(),
        "target/tools/{name} is missing; run `make tools`"
    );
    path
}

/// An empty folder for one test. It stays, to be looked at.
pub(crate) fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

/// Our binary, or the one at `FUNCTION_APPAUTH`, without settings from the environment.
pub(crate) fn function_appauth() -> Command {
    let mut command = Command::new(program());
    command.env_remove("TLS_SERVER_CERTS_DIR");
    command
}

/// The same under another program, which takes its name and arguments.
pub(crate) fn under(mut other: Command) -> Command {
    other.arg(program()).env_remove("TLS_SERVER_CERTS_DIR");
    other
}

fn program() -> OsString {
    let built = || env!("CARGO_BIN_EXE_function-appauth").into();
    std::env::var_os("FUNCTION_APPAUTH").unwrap_or_else(built)
}

/// Whether `FUNCTION_APPAUTH` says which binary is meant.
pub(crate) fn is_given() -> bool {
    std::env::var_os("FUNCTION_APPAUTH").is_some()
}

/// The documents of a YAML file.
pub(crate) fn documents(path: &Path) -> Vec<Value> {
    let text =
        fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    yaml(&text)
}

/// The documents of a YAML text, read by another parser than ours.
pub(crate) fn yaml(text: &str) -> Vec<Value> {
    let documents: Vec<Value> =
        serde_saphyr::from_multiple(text).unwrap_or_else(|error| panic!("{error}:\n{text}"));
    documents
        .into_iter()
        .filter(|document| !document.is_null())
        .collect()
}

/// A server of ours on a port of its own. Dropped, it is gone.
pub(crate) struct Server {
    process: Child,
    port: u16,
    log: PathBuf,
}

impl Server {
    /// Starts the server, and waits until it takes connections.
    pub(crate) fn start(args: &[&str]) -> Self {
        Self::run(function_appauth(), args)
    }

    /// Starts the server as a command that may have settings of its own.
    pub(crate) fn run(command: Command, args: &[&str]) -> Self {
        let port = free_port();
        let address = format!("127.0.0.1:{port}");
        let args = [&["serve", "--address", &address], args].concat();
        Self::run_at(port, command, &args)
    }

    /// Starts the server by these arguments alone, which make it listen on this port.
    pub(crate) fn run_at(port: u16, command: Command, args: &[&str]) -> Self {
        let log = folder(&format!("server-{port}")).join("log");
        let file = File::create(&log).unwrap();
        Self::start_at(port, command, log, file, args)
    }

    /// Starts the server with its log where one cannot read it.
    pub(crate) fn start_logging_to(file: File, args: &[&str]) -> Self {
        let port = free_port();
        let log = folder(&format!("server-{port}")).join("log");
        fs::write(&log, "elsewhere").unwrap();
        let address = format!("127.0.0.1:{port}");
        let args = [&["serve", "--address", &address], args].concat();
        Self::start_at(port, function_appauth(), log, file, &args)
    }

    fn start_at(port: u16, mut command: Command, log: PathBuf, file: File, args: &[&str]) -> Self {
        let process = command
            // Others may run beside it.
            .env("METRICS_ADDRESS", "")
            .args(args)
            .stdout(Stdio::null())
            .stderr(file)
            .spawn()
            .unwrap();
        let mut server = Self { process, port, log };
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if let Some(status) = server.process.try_wait().unwrap() {
                panic!("the server ended, {status}: {}", server.log());
            }
            assert!(
                begun.elapsed() < PATIENCE,
                "nobody listens: {}",
                server.log()
            );
            sleep(Duration::from_millis(5));
        }
        server
    }

    /// A server without TLS.
    pub(crate) fn insecure() -> Self {
        Self::start(&["--insecure"])
    }

    /// The port that it listens on, at localhost.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// What it has in memory, in KB.
    pub(crate) fn memory(&self) -> i64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let (_, rest) = status.split_once("VmRSS:").unwrap();
        rest.split_whitespace().next().unwrap().parse().unwrap()
    }

    /// Waits until it has logged this.
    pub(crate) fn logs(&self, text: &str) {
        let begun = Instant::now();
        while !self.log().contains(text) {
            assert!(
                begun.elapsed() < PATIENCE,
                "{text} is not in {}",
                self.log()
            );
            sleep(Duration::from_millis(5));
        }
    }

    /// What it has logged.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }

    /// Asks it to end, as Kubernetes does, and waits until it has.
    pub(crate) fn terminate(mut self) -> ExitStatus {
        let pid = self.process.id().to_string();
        let kill = Command::new("kill").args(["-TERM", &pid]).status().unwrap();
        assert!(kill.success());
        wait(&mut self.process)
    }
}

impl Drop for Server {
    #[expect(clippy::print_stderr, reason = "a test that fails shows it")]
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        if std::thread::panicking() {
            eprintln!("the server logged:\n{}", self.log());
        }
    }
}

/// A port that nobody listens on.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// Waits for a process that is to end by itself.
pub(crate) fn wait(process: &mut Child) -> ExitStatus {
    let begun = Instant::now();
    loop {
        if let Some(status) = process.try_wait().unwrap() {
            return status;
        }
        if begun.elapsed() > PATIENCE {
            let _ = process.kill();
            panic!("still running after {PATIENCE:?}");
        }
        sleep(Duration::from_millis(5));
    }
}
