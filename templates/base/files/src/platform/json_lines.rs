//! A line of the log in JSON, written piece by piece: it is made for every request.

use std::fmt::{self, Debug, Write};

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields};
use tracing_subscriber::registry::LookupSpan;

use super::time::Timestamp;

/// `{"timestamp":…,"level":…,` the fields of the event, `"target":…,"span":{…}}`.
pub struct JsonLines;

impl<S, N> FormatEvent<S, N> for JsonLines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut line: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let (now, metadata) = (Timestamp::now(), event.metadata());
        write!(line, r#"{{"timestamp":"{now}","level":"{}""#, metadata.level().as_str())?;
        self.format_fields(line.by_ref(), event)?;
        write!(line, r#","target":"{}""#, metadata.target())?;
        if let Some(span) = context.lookup_current() {
            write!(line, r#","span":{{"name":"{}""#, span.name())?;
            // written when the span began
            if let Some(fields) = span.extensions().get::<FormattedFields<N>>() {
                line.write_str(fields)?;
            }
            line.write_char('}')?;
        }
        line.write_str("}\n")
    }
}

/// The fields of an event or of a span, with a comma before each: `,"status":200`.
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
