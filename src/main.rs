//! The command `function-appauth`.

use std::process::ExitCode;

use clap::Parser;
use function_appauth::cli::{self, Args};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // Not locked: the server logs to standard error by itself.
    cli::run(
        Args::parse(),
        &mut std::io::stdout(),
        &mut std::io::stderr(),
    )
}
