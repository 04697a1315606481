//! Whose turn it is: over many commits every lesson is proven, on every stack of a few.

use anyhow::{Context, Result};
use backend_gen::Stack;
use backend_gen::lesson::{Lesson, Lessons};

/// One lesson on `here`, and one on another of the stacks, for a hexadecimal number.
pub fn of<'a>(
    number: &str,
    here: &Stack,
    stacks: &[Stack],
    lessons: &'a Lessons,
) -> Result<Vec<(Stack, &'a Lesson)>> {
    let digits = number.get(..number.len().min(7)).unwrap_or_default();
    let number = usize::from_str_radix(digits, 16)
        .with_context(|| format!("`{number}` is no hexadecimal number"))?;
    let others: Vec<&Stack> = stacks.iter().filter(|stack| *stack != here).collect();
    let there = others.get(number % others.len().max(1)).copied().unwrap_or(here);
    let turns = [(here, number), (there, number / 7)];
    Ok(turns.into_iter().filter_map(|(stack, at)| pick(stack, at, lessons)).collect())
}

/// The lesson at this place, or the next one that the stack can have.
fn pick<'a>(stack: &Stack, at: usize, lessons: &'a Lessons) -> Option<(Stack, &'a Lesson)> {
    let all = &lessons.lessons;
    let mut round = all.iter().cycle().skip(at % all.len().max(1)).take(all.len());
    Some((stack.clone(), round.find(|lesson| lesson.refused(stack).is_none())?))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{pairs, work};

    #[test]
    fn every_lesson_has_its_turn_on_every_stack_that_can_have_it() {
        let catalog = work::catalog().unwrap();
        let lessons = Lessons::from_dir(&work::root().join("lessons")).unwrap();
        let stacks = pairs::few(&catalog).unwrap();
        let here = &stacks[0];
        let mut seen = BTreeSet::new();
        for number in 0..2000 {
            for (stack, lesson) in of(&format!("{number:07x}"), here, &stacks, &lessons).unwrap() {
                assert!(lesson.refused(&stack).is_none());
                seen.insert((stack.key(), lesson.id().to_string()));
            }
        }
        for stack in &stacks {
            for lesson in lessons.lessons.iter().filter(|it| it.refused(stack).is_none()) {
                let cell = (stack.key(), lesson.id().to_string());
                assert!(seen.contains(&cell), "{cell:?} never has its turn");
            }
        }
    }

    #[test]
    fn what_is_no_number_is_said() {
        let catalog = work::catalog().unwrap();
        let lessons = Lessons::from_dir(&work::root().join("lessons")).unwrap();
        let stacks = pairs::few(&catalog).unwrap();
        let error = of("main", &stacks[0], &stacks, &lessons).unwrap_err();
        assert_eq!(error.to_string(), "`main` is no hexadecimal number");
    }
}
