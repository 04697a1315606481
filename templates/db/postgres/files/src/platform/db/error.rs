//! What the driver reports, as an error of this backend: 503 where another try makes sense.

use std::error::Error as _;
use std::fmt;
use std::io;
use std::time::Duration;

use tokio_postgres::Error as Cause;
use tokio_postgres::error::{ErrorPosition, SqlState};

use crate::error::Error;

/// Beginnings of codes that are not the fault of the statement: the connection broke, the server is
/// read-only, lets us in no more, is out of something, going down, or ended what took too long.
const AWAY: [&str; 7] = ["08", "25006", "25P03", "28", "3D", "53", "57"];

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Fault {
    Late(Duration),
    Said(Cause),
}

impl Fault {
    /// The connection is gone, or the server says that it goes.
    pub(super) fn is_gone(&self) -> bool {
        match self {
            Self::Late(_) => false,
            Self::Said(cause) => match cause.code() {
                Some(code) => code.code().starts_with("57P0"),
                None => {
                    cause.is_closed() || cause.source().is_some_and(|why| why.is::<io::Error>())
                }
            },
        }
    }

    pub(super) fn code(&self) -> Option<&SqlState> {
        if let Self::Said(cause) = self { cause.code() } else { None }
    }

    /// Where in the statement the server found the mistake.
    pub(super) fn position(&self) -> Option<&ErrorPosition> {
        let Self::Said(cause) = self else { return None };
        cause.as_db_error()?.position()
    }
}

impl fmt::Display for Fault {
    /// The sentence of the server or the system, without the driver's wrapping.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Late(patience) => write!(f, "no answer within {patience:?}"),
            Self::Said(cause) => match (cause.as_db_error(), cause.source()) {
                (Some(error), _) => write!(f, "{} ({})", error.message(), error.code().code()),
                (None, Some(source)) => write!(f, "{cause}: {source}"),
                (None, None) => write!(f, "{cause}"),
            },
        }
    }
}

impl std::error::Error for Fault {}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        let away = |code: &SqlState| AWAY.iter().any(|class| code.code().starts_with(class));
        let late = matches!(fault, Fault::Late(_));
        if late || fault.is_gone() || fault.code().is_some_and(away) {
            return Self::Unavailable(fault.to_string());
        }
        // every row belongs to whoever asks: they have been deleted since they were identified
        if fault.code() == Some(&SqlState::FOREIGN_KEY_VIOLATION) {
            return Self::Unauthenticated;
        }
        Self::internal(fault)
    }
}

impl From<Cause> for Error {
    fn from(cause: Cause) -> Self {
        Fault::Said(cause).into()
    }
}

/// A row with this unique value was there already.
pub fn is_duplicate(error: &Error) -> bool {
    code(error) == Some(&SqlState::UNIQUE_VIOLATION)
}

/// Somebody else held a lock for longer than this statement was ready to wait.
pub fn is_lock_timeout(error: &Error) -> bool {
    code(error) == Some(&SqlState::LOCK_NOT_AVAILABLE)
}

/// Two transactions stood in each other's way, and the server ended this one.
pub(super) fn is_deadlock(error: &Error) -> bool {
    let codes = [&SqlState::T_R_DEADLOCK_DETECTED, &SqlState::T_R_SERIALIZATION_FAILURE];
    code(error).is_some_and(|code| codes.contains(&code))
}

/// A lock that nobody expected to be busy: the client may try again.
pub(super) fn give_up(error: Error) -> Error {
    if is_lock_timeout(&error) || is_deadlock(&error) {
        return Error::Unavailable(error.to_string());
    }
    error
}

fn code(error: &Error) -> Option<&SqlState> {
    let Error::Internal(source) = error else { return None };
    source.downcast_ref::<Fault>()?.code()
}
