//! What is taught: lessons as data, who has come how far, and what may be shown to whom.

pub mod card;
pub mod change;
pub mod course;
pub mod fault;
pub mod hint;
mod load;
pub mod make;
mod offer;
pub mod page;
pub mod plan;
pub mod probe;
pub mod progress;
pub mod queries;
pub mod sign;
pub mod sink;
mod sound;
pub mod spec;
pub mod step;
pub mod trace;
pub mod with;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use crate::catalog::Layer;
use crate::ground::{self, Files};
use crate::lesson::probe::Probes;
use crate::lesson::queries::Query;
use crate::lesson::spec::{LessonSpec, Rule, Track, Variables};
use crate::stack::Stack;

/// All that is taught.
#[derive(Clone, Debug)]
pub struct Lessons {
    /// In their order.
    pub lessons: Vec<Lesson>,
    pub tracks: Vec<Track>,
    /// Choices of a course when nobody says anything, by axis.
    pub usual: Variables,
    /// By name: questions to the shop's database.
    pub queries: BTreeMap<String, Query>,
    /// What all lessons have in common.
    pub shop: Layer,
    /// The program that reads their database.
    pub inspector: Option<Layer>,
}

/// One lesson.
#[derive(Clone, Debug)]
pub struct Lesson {
    /// Its folder below `lessons/`.
    pub folder: String,
    pub spec: LessonSpec,
    pub text: String,
    /// Why it is solved this way.
    pub why: String,
    probes: Probes,
    /// More of them, by the choice that brings them.
    probes_with: BTreeMap<String, Probes>,
    /// What it brings to the shop, before any state: right, as the solution has it.
    pub common: Layer,
    pub start: Layer,
    pub solution: Layer,
    pub mutants: BTreeMap<String, Layer>,
}

impl Lessons {
    /// The lessons that this binary carries.
    pub fn bundled() -> Result<Lessons> {
        Lessons::from_files(&ground::lessons())
    }

    /// Lessons from any tree of files, the way `lessons/` is laid out.
    pub fn from_files(files: &Files) -> Result<Lessons> {
        let lessons = load::lessons(files)?;
        sound::check(&lessons)?;
        Ok(lessons)
    }

    /// The lesson of that id, in whatever case it was typed.
    pub fn find(&self, id: &str) -> Option<&Lesson> {
        self.lessons.iter().find(|lesson| lesson.id().eq_ignore_ascii_case(id))
    }

    /// The lesson that has this rule.
    pub fn of_rule(&self, rule: &str) -> Option<(&Lesson, &Rule)> {
        self.lessons.iter().find_map(|lesson| Some((lesson, lesson.rule(rule)?)))
    }
}

impl Lesson {
    /// `W0`
    pub fn id(&self) -> &str {
        &self.spec.id
    }

    /// The last part of its folder: `first-green`.
    pub fn slug(&self) -> &str {
        self.folder.rsplit('/').next().unwrap_or(&self.folder)
    }

    /// The rule of that id.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.spec.rule.iter().find(|rule| rule.id.eq_ignore_ascii_case(id))
    }

    /// The numbers of the book's chapters that its rules come from: `3.2`.
    pub fn chapters(&self) -> BTreeSet<&str> {
        self.spec.rule.iter().map(|rule| rule.book.split('#').next().unwrap_or_default()).collect()
    }

    /// What is sent and expected on this stack.
    pub fn probes(&self, stack: &Stack) -> Probes {
        let mut all = self.probes.clone();
        for (choice, more) in &self.probes_with {
            if !stack.choices().any(|(axis, option)| *choice == format!("{axis}.{option}")) {
                continue;
            }
            if more.only {
                all = Probes::default();
            }
            all.env.extend(more.env.clone());
            all.people.extend(more.people.clone());
            all.make.extend(more.make.clone());
            all.prepare.extend(more.prepare.clone());
            all.probe.extend(more.probe.clone());
        }
        all.probe.retain(|probe| probe.with.is_on(stack));
        all
    }
}
