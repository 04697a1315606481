//! How values travel: what may stand for a `?`, and how a column is read.

use chrono::{DateTime, NaiveDateTime, Utc};
use mysql_async::{FromValueError, Value, from_value_opt};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::platform::time::Timestamp;

/// What may stand for a `?` in a statement.
pub trait Param: Sync {
    fn to_value(&self) -> Value;
}

/// The values of a statement, in the order of its `?`.
pub type Params<'a> = &'a [&'a dyn Param];

/// What a column can be read as.
pub trait Column: Sized {
    fn from_value(value: Value) -> Result<Self, FromValueError>;
}

/// One row of an answer.
pub struct Row(pub(super) mysql_async::Row);

impl Row {
    /// The column of this name.
    pub fn get<T: Column>(&self, name: &str) -> Result<T> {
        let value: Option<Value> = self.0.get(name);
        let value = value.ok_or_else(|| Error::internal(format!("there is no column `{name}`")))?;
        T::from_value(value)
            .map_err(|_| Error::internal(format!("column `{name}` has another type")))
    }
}

/// Types that the driver knows itself.
macro_rules! of_the_driver {
    ($($name:ty),*) => {$(
        impl Param for $name {
            fn to_value(&self) -> Value {
                Value::from(self.clone())
            }
        }

        impl Column for $name {
            fn from_value(value: Value) -> Result<Self, FromValueError> {
                from_value_opt(value)
            }
        }
    )*};
}

of_the_driver!(i32, i64, bool, String);

impl Param for &str {
    fn to_value(&self) -> Value {
        Value::from(*self)
    }
}

impl<T: Param> Param for Option<T> {
    fn to_value(&self) -> Value {
        self.as_ref().map_or(Value::NULL, Param::to_value)
    }
}

impl<T: Column> Column for Option<T> {
    fn from_value(value: Value) -> Result<Self, FromValueError> {
        if value == Value::NULL { Ok(None) } else { T::from_value(value).map(Some) }
    }
}

impl Param for Uuid {
    fn to_value(&self) -> Value {
        Value::from(self.to_string())
    }
}

impl Column for Uuid {
    fn from_value(value: Value) -> Result<Self, FromValueError> {
        let text: String = from_value_opt(value)?;
        text.parse().map_err(|_| FromValueError(Value::from(text)))
    }
}

/// Hashes.
impl Param for [u8; 32] {
    fn to_value(&self) -> Value {
        Value::from(self.as_slice())
    }
}

impl Column for [u8; 32] {
    fn from_value(value: Value) -> Result<Self, FromValueError> {
        let bytes: Vec<u8> = from_value_opt(value)?;
        bytes.try_into().map_err(|bytes: Vec<u8>| FromValueError(Value::from(bytes)))
    }
}

/// `DATETIME(6)` knows no time zone: what is written and read here is always UTC.
impl Param for Timestamp {
    fn to_value(&self) -> Value {
        const END_OF_9999: i64 = 253_402_300_799_999_999;
        let moment = Timestamp::from_micros(self.micros().clamp(0, END_OF_9999));
        Value::from(DateTime::<Utc>::from(moment).naive_utc())
    }
}

impl Column for Timestamp {
    fn from_value(value: Value) -> Result<Self, FromValueError> {
        from_value_opt(value).map(|moment: NaiveDateTime| moment.and_utc().into())
    }
}
