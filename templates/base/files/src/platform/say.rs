//! Lines on stdout, for whoever calls a verb of the binary.

use std::fmt::Display;
use std::io::{ErrorKind, Write, stdout};

use crate::error::Result;

/// A line. A reader who has seen enough (`| head`) is no error.
pub fn say(line: impl Display) -> Result<()> {
    match writeln!(stdout(), "{line}") {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}
