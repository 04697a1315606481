//! How values travel: what may stand for a `?`, and how a column is read.

use std::cell::Cell;

use rusqlite::types::{FromSql, ToSqlOutput, Value, ValueRef};
use rusqlite::{Error as Cause, ToSql};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::platform::time::Timestamp;

/// What may stand for a `?` in a statement.
pub trait Param: Sync {
    fn to_value(&self) -> ToSqlOutput<'_>;
}

/// The values of a statement, in the order of its `?`.
pub type Params<'a> = &'a [&'a dyn Param];

/// What a column can be read as.
pub trait Column: Sized {
    fn from_value(value: ValueRef<'_>) -> Option<Self>;
}

/// One row of an answer.
pub struct Row<'a> {
    row: &'a rusqlite::Row<'a>,
    /// Where the next column is looked for first: most are read in the order of the statement.
    next: Cell<usize>,
}

impl<'a> Row<'a> {
    pub(super) fn new(row: &'a rusqlite::Row<'a>) -> Self {
        Self { row, next: Cell::new(0) }
    }

    /// The column of this name.
    pub fn get<T: Column>(&self, name: &str) -> Result<T> {
        let statement: &rusqlite::Statement = self.row.as_ref();
        let next = self.next.get();
        let index = match statement.column_name(next) {
            Ok(found) if found == name => next,
            _ => statement.column_index(name).map_err(Error::internal)?,
        };
        self.next.set(index + 1);
        let value = self.row.get_ref(index).map_err(Error::internal)?;
        let another_type = || Error::internal(format!("column `{name}` has another type"));
        T::from_value(value).ok_or_else(another_type)
    }
}

/// Lets the driver bind a parameter of ours.
pub(super) struct Bound<'a>(pub &'a dyn Param);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> Result<ToSqlOutput<'_>, Cause> {
        Ok(self.0.to_value())
    }
}

/// Types that the driver knows itself.
macro_rules! of_the_driver {
    ($($name:ty),*) => {$(
        impl Param for $name {
            fn to_value(&self) -> ToSqlOutput<'_> {
                self.to_sql().unwrap_or(ToSqlOutput::Owned(Value::Null))
            }
        }

        impl Column for $name {
            fn from_value(value: ValueRef<'_>) -> Option<Self> {
                Self::column_result(value).ok()
            }
        }
    )*};
}

of_the_driver!(i32, i64, bool, String, [u8; 32]);

/// A parameter that outlives its owner.
pub(super) fn owned(param: &dyn Param) -> Value {
    match param.to_value() {
        ToSqlOutput::Borrowed(value) => value.try_into().unwrap_or(Value::Null),
        ToSqlOutput::Owned(value) => value,
        _ => Value::Null,
    }
}

impl Param for Value {
    fn to_value(&self) -> ToSqlOutput<'_> {
        ToSqlOutput::Borrowed(self.into())
    }
}

impl Param for &str {
    fn to_value(&self) -> ToSqlOutput<'_> {
        ToSqlOutput::from(*self)
    }
}

impl<T: Param> Param for Option<T> {
    fn to_value(&self) -> ToSqlOutput<'_> {
        self.as_ref().map_or(ToSqlOutput::Owned(Value::Null), Param::to_value)
    }
}

impl<T: Column> Column for Option<T> {
    fn from_value(value: ValueRef<'_>) -> Option<Self> {
        if value == ValueRef::Null { Some(None) } else { T::from_value(value).map(Some) }
    }
}

/// Text of 36 characters.
impl Param for Uuid {
    fn to_value(&self) -> ToSqlOutput<'_> {
        ToSqlOutput::from(self.to_string())
    }
}

impl Column for Uuid {
    fn from_value(value: ValueRef<'_>) -> Option<Self> {
        value.as_str().ok()?.parse().ok()
    }
}

/// Text of 27 characters, which sorts like time.
impl Param for Timestamp {
    fn to_value(&self) -> ToSqlOutput<'_> {
        ToSqlOutput::from(self.to_string())
    }
}

impl Column for Timestamp {
    fn from_value(value: ValueRef<'_>) -> Option<Self> {
        Self::parse(value.as_str().ok()?)
    }
}
