//! The command line: each subcommand reads, calls the library, and prints.
//!
//! Exit codes: 0 fine, 1 something was found, 2 it could not run.

mod completions;
mod encoding;
mod export;
mod files;
mod graph;
mod import;
mod render;
mod serve;
mod validate;

use std::io::Write;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use files::CannotRun;

/// Sign-in for applications on Crossplane: a short AppAuth in, Amazon Cognito resources out.
#[derive(Debug, Parser)]
#[command(
    name = "function-appauth",
    version,
    args_conflicts_with_subcommands = true
)]
pub struct Args {
    #[command(flatten)]
    serve: serve::ServeArgs,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the function to Crossplane and its command line tools. This is the default.
    Serve(serve::ServeArgs),
    /// Print the status and the resources that an AppAuth becomes, without a server or a cluster.
    Render(render::RenderArgs),
    /// Say what is wrong with an AppAuth, an Input or a Composition, and where.
    Validate(validate::ValidateArgs),
    /// Draw what an AppAuth becomes and what points at what, as Mermaid, DOT or SVG.
    Graph(graph::GraphArgs),
    /// Print the CompositeResourceDefinition of AppAuth.
    Xrd(export::XrdArgs),
    /// Print a Composition that runs this function.
    Composition(export::XrdArgs),
    /// Print the JSON Schema of AppAuth or Input, for editors.
    Schema(export::SchemaArgs),
    /// Print an AppAuth to start from, with comments.
    Init(export::InitArgs),
    /// Print the AppAuth that takes over an existing user pool, from what aws cognito-idp says of it.
    Import(import::ImportArgs),
    /// Print what completes this command's words in a shell.
    Completions(completions::CompletionsArgs),
}

/// How a subcommand ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    /// All is well.
    Fine,
    /// Something is wrong with what was read.
    Found,
}

/// Runs the command.
pub fn run(args: Args, out: &mut impl Write, err: &mut impl Write) -> ExitCode {
    let Args { serve, command } = args;
    let ended = match command.unwrap_or(Command::Serve(serve)) {
        Command::Serve(args) => serve::run(args),
        Command::Render(args) => render::run(&args, out, err),
        Command::Validate(args) => validate::run(&args, out, err),
        Command::Graph(args) => graph::run(&args, out, err),
        Command::Xrd(args) => export::xrd(&args, out),
        Command::Composition(args) => export::composition(&args, out),
        Command::Schema(args) => export::schema(&args, out),
        Command::Init(args) => export::init(&args, out),
        Command::Import(args) => import::run(&args, out, err),
        Command::Completions(args) => completions::run(&args, out),
    };
    match ended {
        Ok(Ended::Found) => ExitCode::from(1),
        // Whoever read our output has gone: nobody is left to tell, and not all was told.
        Err(CannotRun::BrokenPipe) => ExitCode::from(2),
        Ok(Ended::Fine) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(err, "function-appauth: {error}");
            ExitCode::from(2)
        }
    }
}
