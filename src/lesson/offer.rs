//! Which lessons a stack can have: what is not offered says why.

use crate::lesson::{Lesson, Lessons};
use crate::stack::Stack;

impl Lesson {
    /// Why it is not offered on this stack; nothing when it is.
    pub fn refused(&self, stack: &Stack) -> Option<&str> {
        let chosen = |with: &str| stack.choices().any(|(axis, it)| with == format!("{axis}.{it}"));
        let refuse = self.spec.refuse.iter().find(|refuse| chosen(&refuse.with));
        refuse.map(|refuse| refuse.why.as_str())
    }
}

impl Lessons {
    /// Those that are offered on this stack, with their number in it, from 1.
    pub fn offered(&self, stack: &Stack) -> Vec<(usize, &Lesson)> {
        let offered = self.lessons.iter().filter(|lesson| lesson.refused(stack).is_none());
        offered.enumerate().map(|(index, lesson)| (index + 1, lesson)).collect()
    }
}
