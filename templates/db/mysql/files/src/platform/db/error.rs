//! What the driver reports, as an error of this backend: 503 where another try makes sense.

use mysql_async::{DriverError, Error as Cause, IoError};

use crate::error::Error;

const DUPLICATE: u16 = 1062;
const LOCK_TIMEOUT: u16 = 1205;
const DEADLOCK: u16 = 1213;
const NO_OWNER: u16 = 1452;

/// The server is full, going down, read-only, or ended the connection or the statement.
const AWAY: [u16; 12] = [1040, 1053, 1077, 1203, 1226, 1290, 1317, 1836, 1927, 1969, 3024, 4031];

impl From<Cause> for Error {
    fn from(cause: Cause) -> Self {
        // every row belongs to whoever asks: they have been deleted since they were identified
        if matches!(&cause, Cause::Server(error) if error.code == NO_OWNER) {
            return Self::Unauthenticated;
        }
        let away = match &cause {
            Cause::Io(_) => true,
            Cause::Driver(DriverError::ConnectionClosed | DriverError::PoolDisconnected) => true,
            Cause::Server(error) => AWAY.contains(&error.code),
            _ => false,
        };
        if away { Self::Unavailable(reason(&cause)) } else { Self::internal(cause) }
    }
}

/// A row with this unique value was there already.
pub fn is_duplicate(error: &Error) -> bool {
    code(error) == Some(DUPLICATE)
}

/// Somebody else held a lock for longer than this statement was ready to wait.
pub fn is_lock_timeout(error: &Error) -> bool {
    code(error) == Some(LOCK_TIMEOUT)
}

/// Two transactions waited for each other, and the server ended this one.
pub(super) fn is_deadlock(error: &Error) -> bool {
    code(error) == Some(DEADLOCK)
}

/// A lock that nobody expected to be busy: the client may try again.
pub(super) fn give_up(error: Error) -> Error {
    if is_lock_timeout(&error) || is_deadlock(&error) {
        return Error::Unavailable(error.to_string());
    }
    error
}

/// The sentence of the system or the server, without the driver's wrapping.
pub(super) fn reason(cause: &Cause) -> String {
    match cause {
        Cause::Io(IoError::Io(error)) => error.to_string(),
        Cause::Server(error) => error.message.clone(),
        other => other.to_string(),
    }
}

/// The number of the server's error message.
fn code(error: &Error) -> Option<u16> {
    let Error::Internal(source) = error else { return None };
    match source.downcast_ref()? {
        Cause::Server(error) => Some(error.code),
        _ => None,
    }
}
