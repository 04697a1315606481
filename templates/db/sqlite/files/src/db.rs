//! The database: connect, migrate, and the verbs `one`, `all`, `run` and `transaction`. What the
//! slices see of it is here; how it works is in `platform/db/`.

pub use crate::platform::db::{Db, Param, Row, Settings, Tx, connect, is_duplicate, migrate};
