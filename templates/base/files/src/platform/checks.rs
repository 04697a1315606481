//! Value rules checked together, so that a form learns of all its mistakes at once.

use super::problem::{FieldError, Problem};

/// A broken rule: the code for programs and the words for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broken(pub &'static str, pub &'static str);

/// The rules broken so far.
#[derive(Default)]
pub struct Checks(Vec<FieldError>);

impl Checks {
    /// Keeps a good value; notes the rule that a bad one broke.
    pub fn field<T>(&mut self, pointer: &str, value: Result<T, Broken>) -> Option<T> {
        value.map_err(|Broken(code, why)| self.0.push(FieldError::new(pointer, code, why))).ok()
    }

    pub fn finish(self) -> Result<(), Problem> {
        if self.0.is_empty() { Ok(()) } else { Err(Problem::validation(self.0)) }
    }
}

/// Text of so many code points, without the NUL that a database may not hold.
pub fn text(value: &str, range: std::ops::RangeInclusive<usize>) -> Result<(), Broken> {
    let length = value.chars().count();
    if value.contains('\0') {
        Err(Broken("invalid", "must not contain U+0000"))
    } else if length < *range.start() {
        Err(Broken("too_short", "has too few characters"))
    } else if length > *range.end() {
        Err(Broken("too_long", "has too many characters"))
    } else {
        Ok(())
    }
}
