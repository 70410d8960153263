//! What the server costs under load, beside servers that do less: `cargo bench --bench load`.
//!
//! h2load (Debian's nghttp2-client) sends the same request over one connection, eight at a time, and the kernel says what
//! processor time the server took. Each figure is the median of three runs.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark prints, and stops at what goes wrong"
)]

mod floors;
#[path = "../requests/mod.rs"]
mod requests;

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use function_appauth::function;
use function_appauth::protocol::RunFunctionRequest;
use prost::Message;

use floors::Floor;

/// Tells this program that it is to be a floor: which, where, and with what answer.
const BE: &str = "--be";
const RUNS: usize = 3;
const PATH: &str = "/apiextensions.fn.proto.v1.FunctionRunnerService/RunFunction";

struct Load {
    name: String,
    calls: u32,
    /// The body of the HTTP request: a gRPC message.
    body: PathBuf,
    /// What [`Floor::Transport`] answers.
    answer: PathBuf,
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    if let [_, be, floor, address, answer] = args.as_slice()
        && be == BE
    {
        return floors::serve(floor, address, fs::read(answer).unwrap());
    }
    let found = Command::new("h2load").arg("--version").output();
    if found.is_err() {
        println!("load: NOT RUN: there is no h2load here; it is in Debian's nghttp2-client");
        return;
    }
    let loads = [
        load("a pool and a client", 20_000, requests::pool_and_client()),
        load("20 others", 10_000, requests::among_others(20)),
        load("200 others", 2_000, requests::among_others(200)),
    ];
    // `cargo bench --bench load -- appauth` measures what is named so.
    let asked = args.iter().skip(1).find(|arg| !arg.starts_with('-'));
    let is_asked = |name: &str| asked.is_none_or(|asked| name.contains(asked));
    let heading = loads.each_ref().map(|load| {
        let size = fs::metadata(&load.body).unwrap().len() / 1000;
        format!("{}, {size} KB", load.name)
    });
    println!(
        "CPU seconds per 1000 calls, 8 at a time over one connection, medians of {RUNS} runs\n"
    );
    println!("| server | {} | peak memory |", heading.join(" | "));
    println!("|---|{}---|", "---|".repeat(loads.len()));
    let ours = |_: &Load, port: u16| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_function-appauth"));
        command
            .args(["serve", "--insecure", "--max-recv-message-size", "64"])
            .arg("--metrics-address=127.0.0.1:0")
            .arg(format!("--address=127.0.0.1:{port}"));
        command
    };
    if is_asked("function-appauth") {
        measure("function-appauth", &loads, ours);
    }
    let floors = Floor::ALL.into_iter();
    for floor in floors.filter(|floor| is_asked(floor.description())) {
        measure(floor.description(), &loads, |load, port| {
            let mut command = Command::new(std::env::current_exe().unwrap());
            command
                .args([BE, floor.name()])
                .arg(format!("127.0.0.1:{port}"))
                .arg(&load.answer);
            command
        });
    }
}

fn load(name: &str, calls: u32, request: RunFunctionRequest) -> Load {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("load");
    fs::create_dir_all(&folder).unwrap();
    let message = request.encode_to_vec();
    let file = |kind: &str, bytes: &[u8]| {
        let path = folder.join(format!("{kind}-{}", name.replace(' ', "-")));
        fs::write(&path, bytes).unwrap();
        path
    };
    // Not compressed, and so long.
    let mut body = vec![0];
    body.extend(u32::try_from(message.len()).unwrap().to_be_bytes());
    body.extend(&message);
    let answer = function::run(request).encode_to_vec();
    Load {
        name: name.to_owned(),
        calls,
        body: file("request", &body),
        answer: file("answer", &answer),
    }
}

/// Prints a row of the table.
fn measure(name: &str, loads: &[Load], command: impl Fn(&Load, u16) -> Command) {
    let mut cells = Vec::new();
    let mut peak = 0;
    for load in loads {
        let server = Server::start(|port| command(load, port));
        let request = &fs::read(&load.body).unwrap()[5..];
        let answer = floors::ask(&format!("127.0.0.1:{}", server.port), request);
        // The same at each call; before it is its length.
        let size = answer.encoded_len() + 5;
        let desired = answer.desired.unwrap_or_default().resources;
        assert!(answer.results.is_empty() && desired.len() >= 2, "{name}");
        // Threads, caches and the allocator find their places.
        server.send(load, load.calls / 10, size);
        let mut runs: Vec<f64> = (0..RUNS)
            .map(|_| {
                let before = server.cpu_seconds();
                server.send(load, load.calls, size);
                (server.cpu_seconds() - before) * 1000.0 / f64::from(load.calls)
            })
            .collect();
        runs.sort_by(f64::total_cmp);
        cells.push(format!("{:.3}", runs[RUNS / 2]));
        peak = peak.max(server.peak_memory());
    }
    println!("| {name} | {} | {peak} MB |", cells.join(" | "));
}

struct Server {
    process: Child,
    port: u16,
}

impl Server {
    fn start(command: impl FnOnce(u16) -> Command) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let process = command(port)
            .env_remove("TLS_SERVER_CERTS_DIR")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let server = Self { process, port };
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(begun.elapsed() < Duration::from_secs(10), "nobody listens");
            sleep(Duration::from_millis(5));
        }
        server
    }

    fn send(&self, load: &Load, calls: u32, size: usize) {
        let output = Command::new("h2load")
            .args(["--clients=1", "--max-concurrent-streams=8", "--threads=1"])
            .args([
                "--header=content-type: application/grpc",
                "--header=te: trailers",
            ])
            .arg(format!("--requests={calls}"))
            .arg(format!("--data={}", load.body.display()))
            .arg(format!("http://127.0.0.1:{}{PATH}", self.port))
            .output()
            .unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        let all = format!("{calls} succeeded, 0 failed, 0 errored, 0 timeout");
        // An error of gRPC is a success of HTTP, and has no data.
        let data = format!("({}) data", size * calls as usize);
        assert!(
            said.contains(&all) && said.contains(&data),
            "{data}: {said}"
        );
    }

    /// Processor time of all threads, in user and kernel mode; `man proc_pid_stat`.
    fn cpu_seconds(&self) -> f64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.process.id())).unwrap();
        let (_, fields) = stat.rsplit_once(") ").unwrap();
        let ticks =
            |index: usize| -> f64 { fields.split(' ').nth(index).unwrap().parse().unwrap() };
        // The clock of /proc ticks a hundred times a second on every Linux.
        (ticks(11) + ticks(12)) / 100.0
    }

    /// The most that was in memory at once, in MB.
    fn peak_memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let (_, rest) = status.split_once("VmHWM:").unwrap();
        let kilobytes: u64 = rest.split_whitespace().next().unwrap().parse().unwrap();
        kilobytes / 1000
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
