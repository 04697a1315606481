//! What went wrong, as the user reads it: one line, a hint, and an exit code.

use std::fmt;

/// The documented exit codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done as asked.
    Done = 0,
    /// It could not be done.
    Failure = 1,
    /// It was asked for in a way that makes no sense.
    Usage = 2,
    /// The user stopped it.
    Interrupted = 130,
}

/// An error that knows its hint and its exit code.
#[derive(Debug)]
pub struct Trouble {
    pub what: String,
    pub hint: Option<String>,
    pub exit: Exit,
}

impl Trouble {
    /// Something that could not be done.
    pub fn failure(what: impl Into<String>) -> Trouble {
        Trouble::new(what, Exit::Failure)
    }

    /// A command that makes no sense.
    pub fn usage(what: impl Into<String>) -> Trouble {
        Trouble::new(what, Exit::Usage)
    }

    /// The user stopped it.
    pub fn interrupted() -> Trouble {
        Trouble::new("interrupted, nothing was written", Exit::Interrupted)
    }

    fn new(what: impl Into<String>, exit: Exit) -> Trouble {
        Trouble { what: what.into(), hint: None, exit }
    }

    /// What to do about it, best with a command to type.
    pub fn hint(mut self, hint: impl Into<String>) -> Trouble {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl std::error::Error for Trouble {}

/// How an error ends: its exit code, and its hint when it has one.
pub fn ending(error: &anyhow::Error) -> (Exit, Option<&str>) {
    let trouble = error.chain().find_map(|cause| cause.downcast_ref::<Trouble>());
    match trouble {
        Some(trouble) => (trouble.exit, trouble.hint.as_deref()),
        None => (Exit::Failure, None),
    }
}

#[cfg(test)]
mod tests {
    use anyhow::Context;

    use super::*;

    #[test]
    fn a_hint_survives_the_context_around_it() {
        let error = Err::<(), _>(Trouble::usage("no").hint("say yes")).context("cannot ask");
        assert_eq!(ending(&error.unwrap_err()), (Exit::Usage, Some("say yes")));
    }
}
