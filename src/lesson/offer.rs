//! What a stack has of the lessons: what is not offered says why.

use crate::lesson::spec::{Mutant, Predict, Rule};
use crate::lesson::{Lesson, Lessons};
use crate::stack::Stack;

/// The stack has this choice: `api.graphql`.
pub fn has(stack: &Stack, with: &str) -> bool {
    stack.choices().any(|(axis, option)| with == format!("{axis}.{option}"))
}

impl Lesson {
    /// Why it is not offered on this stack; nothing when it is.
    pub fn refused(&self, stack: &Stack) -> Option<&str> {
        let refuse = self.spec.refuse.iter().find(|refuse| has(stack, &refuse.with));
        refuse.map(|refuse| refuse.why.as_str())
    }

    /// The questions before the first run, with their positions: those of a choice that was made, else
    /// those for everybody.
    pub fn predictions(&self, stack: &Stack) -> Vec<(usize, &Predict)> {
        let all = || self.spec.predict.iter().enumerate();
        let own = all().filter(|(_, it)| it.with.as_deref().is_some_and(|it| has(stack, it)));
        let own: Vec<(usize, &Predict)> = own.collect();
        if own.is_empty() { all().filter(|(_, it)| it.with.is_none()).collect() } else { own }
    }

    /// The plausible mistakes that can be made on this stack.
    pub fn mistakes(&self, stack: &Stack) -> Vec<&Mutant> {
        self.spec.mutant.iter().filter(|mutant| mutant.with.is_on(stack)).collect()
    }

    /// What must hold in the end on this stack.
    pub fn rules(&self, stack: &Stack) -> Vec<&Rule> {
        self.spec.rule.iter().filter(|rule| rule.with.is_on(stack)).collect()
    }

    /// The text, without what is for other stacks.
    pub fn text_on(&self, stack: &Stack) -> String {
        on(&self.text, stack)
    }

    /// Why it is solved this way, without what is for other stacks.
    pub fn why_on(&self, stack: &Stack) -> String {
        on(&self.why, stack)
    }
}

impl Lessons {
    /// Those that are offered on this stack, with their number in it, from 1.
    pub fn offered(&self, stack: &Stack) -> Vec<(usize, &Lesson)> {
        let offered = self.lessons.iter().filter(|lesson| lesson.refused(stack).is_none());
        offered.enumerate().map(|(index, lesson)| (index + 1, lesson)).collect()
    }
}

/// Lines between `<!-- with api.rest -->` and `<!-- end -->` stand only where that is chosen.
fn on(text: &str, stack: &Stack) -> String {
    let (mut lines, mut shown) = (Vec::new(), true);
    for line in text.lines() {
        let mark = line.trim().strip_prefix("<!-- ").and_then(|it| it.strip_suffix(" -->"));
        match mark {
            Some("end") => shown = true,
            Some(mark) if mark.starts_with("with ") => shown = has(stack, mark[5..].trim()),
            _ if shown => lines.push(line),
            _ => {}
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use crate::lesson::spec::TOPICS;

    #[test]
    fn a_text_says_only_what_is_for_this_stack() {
        let catalog = Catalog::bundled().unwrap();
        let stack = Stack::choose(&catalog, [("api", "graphql")]).unwrap();
        let text = "a\n<!-- with api.rest -->\nb\n<!-- end -->\n<!-- with api.graphql -->\nc\n<!-- end -->\nd";
        assert_eq!(on(text, &stack), "a\nc\nd");
    }

    #[test]
    fn every_lesson_has_questions_and_mistakes_where_it_is_offered() {
        let (catalog, lessons) = (Catalog::bundled().unwrap(), Lessons::bundled().unwrap());
        for stack in catalog.stacks() {
            for (_, lesson) in lessons.offered(&stack) {
                assert!(!lesson.predictions(&stack).is_empty(), "{stack}: {}", lesson.id());
                assert!(lesson.mistakes(&stack).len() >= 3, "{stack}: {}", lesson.id());
                assert!(!lesson.text_on(&stack).contains("<!--"), "{stack}: {}", lesson.id());
            }
        }
    }

    #[test]
    fn every_rule_is_probed_and_a_broken_connection_leads_to_a_server() {
        use crate::io::proxy::target::Target;
        let (catalog, lessons) = (Catalog::bundled().unwrap(), Lessons::bundled().unwrap());
        let mut broken = 0;
        for stack in catalog.stacks() {
            for (_, lesson) in lessons.offered(&stack) {
                let probes = lesson.probes(&stack);
                for rule in lesson.rules(&stack) {
                    let probed = probes.probe.iter().any(|probe| probe.rule == rule.id);
                    assert!(probed, "{stack}: nothing probes `{}`", rule.id);
                }
                if probes.has_faults() {
                    broken += 1;
                    let options = stack.options(&catalog).into_iter();
                    let env = options.flat_map(|(_, option)| &option.spec.env);
                    let url = env.filter(|it| it.name == "DATABASE_URL").map(|it| &it.default);
                    let server = url.into_iter().any(|url| Target::of(url).is_ok());
                    assert!(server, "{stack}: {} breaks no connection", lesson.id());
                }
            }
        }
        assert!(broken > 0);
    }

    #[test]
    fn every_topic_has_two_lessons_or_more_for_whoever_has_users() {
        let (catalog, lessons) = (Catalog::bundled().unwrap(), Lessons::bundled().unwrap());
        for stack in catalog.stacks().iter().filter(|stack| !has(stack, "auth.none")) {
            for topic in TOPICS.iter().filter(|topic| **topic != "basics") {
                let offered = lessons.offered(stack).into_iter();
                let count = offered.filter(|(_, lesson)| lesson.spec.topic == *topic).count();
                assert!(count >= 2, "{stack}: {topic} has {count}");
            }
        }
    }
}
