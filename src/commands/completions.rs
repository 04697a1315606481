//! `completions`: the words of this program, for a shell to offer.

use anyhow::{Context, Result};
use clap::{ArgMatches, Args, Command, FromArgMatches};
use clap_complete::{Shell, generate};

use crate::io::screen;
use crate::trouble::Exit;

/// Prints a script that completes commands, flags and choices in your shell
///
/// bash: backend-gen completions bash > ~/.local/share/bash-completion/completions/backend-gen
/// zsh: backend-gen completions zsh > a folder of $fpath/_backend-gen
/// fish: backend-gen completions fish > ~/.config/fish/completions/backend-gen.fish
/// PowerShell: backend-gen completions powershell >> $PROFILE
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub struct Completions {
    /// The shell that reads it
    #[arg(value_enum)]
    shell: Shell,
}

/// What `completions` understands.
pub fn command() -> Command {
    Completions::augment_args(Command::new("completions"))
}

/// Prints the script of one shell, for everything that `program` understands.
pub fn run(mut program: Command, matches: &ArgMatches) -> Result<Exit> {
    let args = Completions::from_arg_matches(matches)?;
    let name = program.get_name().to_string();
    let mut script = Vec::new();
    generate(args.shell, &mut program, name, &mut script);
    let mut script = String::from_utf8(script).context("the script is no text")?;
    if args.shell == Shell::Bash {
        script = mended(&script, program.get_name());
    }
    screen::out(script.trim_end())?;
    Ok(Exit::Done)
}

/// With one spelling of the program's name. clap_complete writes the hyphen in it in two ways,
/// which never meet, so nothing would be offered behind a verb (clap issue 6421).
fn mended(script: &str, name: &str) -> String {
    script.replace(&name.replace('-', "__subcmd__"), &name.replace('-', "__"))
}
