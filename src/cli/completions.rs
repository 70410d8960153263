//! `completions`: the words of this command, for shells.

use std::io::Write;

use clap::CommandFactory;
use clap_complete::Shell;

use super::files::CannotRun;
use super::{Args, Ended};

#[derive(Debug, clap::Args)]
pub(super) struct CompletionsArgs {
    /// The shell that is to read it.
    #[arg(value_enum)]
    shell: Shell,
}

pub(super) fn run(args: &CompletionsArgs, out: &mut impl Write) -> Result<Ended, CannotRun> {
    let mut command = Args::command();
    let name = command.get_name().to_owned();
    let script = if args.shell == Shell::Bash {
        // What is generated for bash takes the hyphen of a command for the end of a word, and then knows no subcommand.
        let joined = name.replace('-', "");
        let script = generated(args.shell, &mut command, &joined);
        script.replace(&format!(" {joined}\n"), &format!(" {name}\n"))
    } else {
        generated(args.shell, &mut command, &name)
    };
    write!(out, "{script}")?;
    Ok(Ended::Fine)
}

fn generated(shell: Shell, command: &mut clap::Command, name: &str) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, command, name, &mut script);
    String::from_utf8_lossy(&script).into_owned()
}
