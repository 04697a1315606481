//! `man`: the manual page, for those who package this program.

use anyhow::{Context, Result};
use clap::{Arg, ArgMatches, Command};
use clap_mangen::Man;

use crate::io::screen;
use crate::trouble::{Exit, Trouble};
use crate::words;

/// What `man` understands. It is not in the help: a page is no use without a place to put it.
pub fn command() -> Command {
    let verb = Arg::new("verb").value_name("COMMAND").help("The page of one command");
    Command::new("man").hide(true).about("Prints the manual page in roff").arg(verb)
}

/// Prints the page of the program, or of one of its verbs.
pub fn run(mut program: Command, matches: &ArgMatches) -> Result<Exit> {
    program.build();
    let page = match matches.get_one::<String>("verb") {
        None => program,
        Some(verb) => find(&program, verb)?,
    };
    let mut roff = Vec::new();
    Man::new(page).render(&mut roff).context("cannot write the manual page")?;
    let roff = String::from_utf8(roff).context("the manual page is no text")?;
    screen::out(roff.trim_end())?;
    Ok(Exit::Done)
}

/// The verb under the name of its page: `backend-gen-new`.
fn find(program: &Command, verb: &str) -> Result<Command, Trouble> {
    let verbs: Vec<&Command> = program.get_subcommands().collect();
    let name = |command: &Command| format!("{}-{}", program.get_name(), command.get_name());
    match verbs.iter().find(|known| known.get_name() == verb) {
        Some(known) => Ok((*known).clone().display_name(name(known)).name(name(known))),
        None => {
            let names: Vec<&str> = verbs.iter().map(|verb| verb.get_name()).collect();
            let what = format!("there is no command `{verb}`");
            Err(Trouble::usage(what).hint(format!("there is {}", words::and_list(&names))))
        }
    }
}
