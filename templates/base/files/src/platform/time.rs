//! A moment in UTC, to the microsecond: what every database here can keep exactly.

use std::fmt;
use std::ops::Range;

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Written as `2026-01-31T09:30:00.123456Z`: always 27 characters, so text sorts like time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(DateTime<Utc>);

impl Timestamp {
    pub fn now() -> Self {
        Self::from_micros(Utc::now().timestamp_micros())
    }

    /// Reads RFC 3339 with any offset; `None` outside the years 1970 to 9999.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(moment) = read(text.as_bytes()) {
            return Some(Self(moment));
        }
        // the library takes a space for the `T`; the `date-time` of the OpenAPI document does not
        let text = Some(text).filter(|text| !text.contains(' '))?;
        let moment = DateTime::parse_from_rfc3339(text).ok()?.with_timezone(&Utc);
        let moment = DateTime::from_timestamp_micros(moment.timestamp_micros())?;
        (1970..=9999).contains(&moment.year()).then_some(Self(moment))
    }

    /// The moment so many microseconds after 1970; the end of time when there is no such moment.
    pub fn from_micros(micros: i64) -> Self {
        Self(DateTime::from_timestamp_micros(micros).unwrap_or(DateTime::<Utc>::MAX_UTC))
    }

    pub fn micros(self) -> i64 {
        self.0.timestamp_micros()
    }

    /// Later by so many seconds, or earlier when they are negative.
    pub fn plus_secs(self, seconds: i64) -> Self {
        Self::from_micros(self.micros().saturating_add(seconds.saturating_mul(1_000_000)))
    }

    /// The text, in ASCII.
    fn text(self) -> [u8; 27] {
        let (date, time) = (self.0.date_naive(), self.0.time());
        let mut text = *b"0000-00-00T00:00:00.000000Z";
        let mut write = |places: Range<usize>, mut number: u32| {
            for place in text[places].iter_mut().rev() {
                *place += u8::try_from(number % 10).unwrap_or_default();
                number /= 10;
            }
        };
        write(0..4, u32::try_from(date.year()).unwrap_or_default().min(9999));
        write(5..7, date.month());
        write(8..10, date.day());
        write(11..13, time.hour());
        write(14..16, time.minute());
        write(17..19, time.second());
        write(20..26, time.nanosecond() / 1000);
        text
    }

    /// Whole seconds until `later`, rounded up; zero when it has passed.
    pub fn secs_until(self, later: Self) -> i64 {
        let micros = later.micros().saturating_sub(self.micros()).max(0);
        micros / 1_000_000 + i64::from(micros % 1_000_000 > 0)
    }
}

impl From<Timestamp> for DateTime<Utc> {
    fn from(moment: Timestamp) -> Self {
        moment.0
    }
}

impl From<DateTime<Utc>> for Timestamp {
    fn from(moment: DateTime<Utc>) -> Self {
        Self::from_micros(moment.timestamp_micros())
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(str::from_utf8(&self.text()).unwrap_or_default())
    }
}

/// What `Display` has written. Every row and every line of the log has such times, and general
/// parsing takes five times as long.
fn read(text: &[u8]) -> Option<DateTime<Utc>> {
    let number = |places: Range<usize>| {
        let mut digits = text[places].iter();
        let digit = |byte: &u8| byte.is_ascii_digit().then(|| u32::from(byte - b'0'));
        digits.try_fold(0, |number, byte| Some(number * 10 + digit(byte)?))
    };
    let signs = [4, 7, 10, 13, 16, 19, 26].map(|at| text.get(at).copied());
    if text.len() != 27 || signs != b"--T::.Z".map(Some) {
        return None;
    }
    let year = i32::try_from(number(0..4)?).ok().filter(|year| *year >= 1970)?;
    let date = NaiveDate::from_ymd_opt(year, number(5..7)?, number(8..10)?)?;
    let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
    Some(date.and_hms_micro_opt(hour, minute, second, number(20..26)?)?.and_utc())
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(str::from_utf8(&self.text()).unwrap_or_default())
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not an RFC 3339 time"))
    }
}

/// In the OpenAPI document a time is a string of format `date-time`.
impl utoipa::PartialSchema for Timestamp {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .into()
    }
}

impl utoipa::ToSchema for Timestamp {}
