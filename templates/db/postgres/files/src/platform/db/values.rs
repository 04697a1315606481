//! How values travel: what may stand for a `$1`, and how our own types are read and written.

use bytes::BytesMut;
use chrono::{DateTime, Utc};
use tokio_postgres::types::{FromSql, FromSqlOwned, IsNull, ToSql, Type, accepts, to_sql_checked};

use crate::error::Result;
use crate::platform::time::Timestamp;

/// What may stand for a `$1` in a statement.
pub type Param<'a> = &'a (dyn ToSql + Sync);

/// The values of a statement: the first stands for `$1`.
pub type Params<'a> = &'a [Param<'a>];

/// One row of an answer.
pub struct Row(tokio_postgres::Row);

impl Row {
    /// The column of this name.
    pub fn get<T: FromSqlOwned>(&self, name: &str) -> Result<T> {
        Ok(self.0.try_get(name)?)
    }
}

impl From<tokio_postgres::Row> for Row {
    fn from(row: tokio_postgres::Row) -> Self {
        Self(row)
    }
}

type Failure = Box<dyn std::error::Error + Sync + Send>;

impl ToSql for Timestamp {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Failure> {
        const END_OF_9999: i64 = 253_402_300_799_999_999;
        let moment = Timestamp::from_micros(self.micros().clamp(0, END_OF_9999));
        DateTime::<Utc>::from(moment).to_sql(kind, out)
    }

    accepts!(TIMESTAMPTZ);
    to_sql_checked!();
}

impl<'a> FromSql<'a> for Timestamp {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Self, Failure> {
        DateTime::<Utc>::from_sql(kind, raw).map(Self::from)
    }

    accepts!(TIMESTAMPTZ);
}
