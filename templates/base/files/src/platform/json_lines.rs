//! The lines of the log, in JSON piece by piece: one is made for every request.

use std::fmt::{self, Debug, Write};

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::format::{DefaultFields, Writer};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

use super::telemetry::RequestId;
use super::time::Timestamp;

/// For people: the fields of an event, and the id of the request behind them.
pub struct PlainFields;

impl<'w> FormatFields<'w> for PlainFields {
    fn format_fields<R: RecordFields>(&self, mut line: Writer<'w>, fields: R) -> fmt::Result {
        DefaultFields::new().format_fields(line.by_ref(), fields)?;
        RequestId::log(|id| write!(line, " request_id={id}")).unwrap_or(Ok(()))
    }
}

/// `{"timestamp":…,"level":…,` the fields of the event, `"target":…,"request_id":…}`.
pub struct JsonLines;

impl<S, N> FormatEvent<S, N> for JsonLines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        _: &FmtContext<'_, S, N>,
        mut line: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let (now, metadata) = (Timestamp::now(), event.metadata());
        write!(line, r#"{{"timestamp":"{now}","level":""#)?;
        line.write_str(metadata.level().as_str())?;
        line.write_char('"')?;
        self.format_fields(line.by_ref(), event)?;
        line.write_str(r#","target":""#)?;
        line.write_str(metadata.target())?;
        let known = |id: &str| {
            line.write_str(r#"","request_id":""#)?;
            line.write_str(id)
        };
        RequestId::log(known).unwrap_or(Ok(()))?;
        line.write_str("\"}\n")
    }
}

/// The fields of an event, with a comma before each: `,"status":200`.
impl<'w> FormatFields<'w> for JsonLines {
    fn format_fields<R: RecordFields>(&self, line: Writer<'w>, fields: R) -> fmt::Result {
        let mut written = Fields { line, done: Ok(()) };
        fields.record(&mut written);
        written.done
    }
}

/// Writes each field of an event, its name and its value.
struct Fields<'a> {
    line: Writer<'a>,
    done: fmt::Result,
}

impl Fields<'_> {
    /// A field whose value is written by `write`.
    fn field(&mut self, field: &Field, write: impl FnOnce(&mut Writer<'_>) -> fmt::Result) {
        self.done = self.done.and_then(|()| {
            self.line.write_str(",\"")?;
            self.line.write_str(field.name())?;
            self.line.write_str("\":")?;
            write(&mut self.line)
        });
    }

    /// What is a word of JSON itself: numbers, `true`, `false`.
    fn word(&mut self, field: &Field, value: impl fmt::Display) {
        self.field(field, |line| write!(line, "{value}"));
    }

    fn text(&mut self, field: &Field, value: impl fmt::Display) {
        self.field(field, |line| {
            line.write_char('"')?;
            write!(Escaped(line), "{value}")?;
            line.write_char('"')
        });
    }
}

impl Visit for Fields<'_> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        // JSON has no word for what is not a number
        if value.is_finite() { self.word(field, value) } else { self.word(field, "null") }
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.word(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.word(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.word(field, value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.field(field, |line| {
            line.write_char('"')?;
            Escaped(line).write_str(value)?;
            line.write_char('"')
        });
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.text(field, format_args!("{value:?}"));
    }
}

/// Text inside a string of JSON.
struct Escaped<'w, W>(&'w mut W);

impl<W: Write> Write for Escaped<'_, W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let special = |byte: u8| byte < b' ' || byte == b'"' || byte == b'\\';
        // nearly always there is none; looking at all bytes at once is quicker than at each
        if !text.bytes().fold(false, |found, byte| found | special(byte)) {
            return self.0.write_str(text);
        }
        let mut rest = text;
        while let Some(at) = rest.bytes().position(special) {
            let (plain, tail) = rest.split_at(at);
            self.0.write_str(plain)?;
            let mut letters = tail.chars();
            match letters.next() {
                Some(letter @ ('"' | '\\')) => write!(self.0, "\\{letter}")?,
                Some(letter) => write!(self.0, "\\u{:04x}", u32::from(letter))?,
                None => {}
            }
            rest = letters.as_str();
        }
        self.0.write_str(rest)
    }
}
