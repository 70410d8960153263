//! A host of a guest module, by version 1 of the interface of function-wasm, on wasmtime: `wasmtime-host MODULE`.
//!
//! Each line of standard input is a command, each of standard output its answer: `run HEX` answers a request, in the
//! instance that answered the ones before; `fresh HEX` in a new one; `alloc SIZE` and `call PTR LEN` are the calls
//! themselves; `pages` is the size of the memory. `time COUNT HEX` is how many microseconds a new instance and a call
//! take, medians.

use std::io::{BufRead, Write};
use std::time::{Duration, Instant};

use wasmtime::{Engine, Instance, Memory, Module, Store, TypedFunc};

struct Guest {
    store: Store<()>,
    memory: Memory,
    alloc: TypedFunc<i32, i32>,
    run: TypedFunc<(i32, i32), i64>,
}

type Failed = Box<dyn std::error::Error>;

impl Guest {
    fn new(engine: &Engine, module: &Module) -> Result<Self, Failed> {
        let mut store = Store::new(engine, ());
        let instance = Instance::new(&mut store, module, &[])?;
        if let Ok(initialize) = instance.get_typed_func::<(), ()>(&mut store, "_initialize") {
            initialize.call(&mut store, ())?;
        }
        let memory = instance
            .get_memory(&mut store, "memory")
            .ok_or("the module exports no memory")?;
        let alloc = instance.get_typed_func(&mut store, "wasmfn_alloc")?;
        let run = instance.get_typed_func(&mut store, "wasmfn_run")?;
        Ok(Self {
            store,
            memory,
            alloc,
            run,
        })
    }

    fn answer(&mut self, request: &[u8]) -> Result<Vec<u8>, Failed> {
        let size = i32::try_from(request.len())?;
        let place = self.alloc.call(&mut self.store, size)?;
        self.memory
            .write(&mut self.store, place as u32 as usize, request)?;
        self.call(place, size)
    }

    fn call(&mut self, place: i32, size: i32) -> Result<Vec<u8>, Failed> {
        let packed = self.run.call(&mut self.store, (place, size))? as u64;
        let (at, length) = ((packed >> 32) as usize, (packed & 0xffff_ffff) as usize);
        let mut response = vec![0; length];
        self.memory.read(&self.store, at, &mut response)?;
        Ok(response)
    }
}

fn main() -> Result<(), Failed> {
    let path = std::env::args().nth(1).ok_or("which module?")?;
    let engine = Engine::default();
    let module = Module::from_file(&engine, path)?;
    let imports = module.imports().count();
    if imports > 0 {
        return Err(format!("the module imports {imports} things").into());
    }
    let mut guest = Guest::new(&engine, &module)?;
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let words: Vec<&str> = line.split(' ').collect();
        let answer = match words[..] {
            ["run", request] => hex(&guest.answer(&bytes(request)?)?),
            ["fresh", request] => hex(&Guest::new(&engine, &module)?.answer(&bytes(request)?)?),
            ["alloc", size] => guest.alloc.call(&mut guest.store, size.parse()?)?.to_string(),
            ["call", place, size] => hex(&guest.call(place.parse()?, size.parse()?)?),
            ["pages"] => guest.memory.size(&guest.store).to_string(),
            ["repeat", count, request] => {
                let request = bytes(request)?;
                for _ in 0..count.parse()? {
                    guest.answer(&request)?;
                }
                guest.memory.size(&guest.store).to_string()
            }
            ["time", count, request] => {
                let request = bytes(request)?;
                let count: usize = count.parse()?;
                let instances = median(count, || Guest::new(&engine, &module).map(|_| ()))?;
                let calls = median(count, || guest.answer(&request).map(|_| ()))?;
                format!("{} {}", instances.as_micros(), calls.as_micros())
            }
            _ => return Err(format!("no command: {line}").into()),
        };
        writeln!(out, "{answer}")?;
        out.flush()?;
    }
    Ok(())
}

fn median(
    count: usize,
    mut what: impl FnMut() -> Result<(), Failed>,
) -> Result<Duration, Failed> {
    let mut took = Vec::new();
    for _ in 0..count {
        let start = Instant::now();
        what()?;
        took.push(start.elapsed());
    }
    took.sort();
    Ok(took[count / 2])
}

fn bytes(hex: &str) -> Result<Vec<u8>, Failed> {
    (0..hex.len() / 2)
        .map(|at| Ok(u8::from_str_radix(&hex[2 * at..2 * at + 2], 16)?))
        .collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
