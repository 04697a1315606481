//! What `course.toml` and `lesson.toml` may say. An unknown key is an error with file and line.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::catalog::spec::Refuse;
use crate::lesson::with::With;

/// `course.toml`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CourseSpec {
    /// In the order in which they are learnt.
    #[serde(default)]
    pub lesson: Vec<Place>,
    #[serde(default)]
    pub track: Vec<Track>,
    /// What a course has when nobody says anything, where that is not what `new` has.
    #[serde(default)]
    pub stack: Variables,
}

/// One entry of the order.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// The folder below `lessons/`: `basics/first-green`.
    pub path: String,
}

/// A choice of lessons for a day.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Track {
    pub id: String,
    pub title: String,
    pub lessons: Vec<String>,
}

/// `lesson.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LessonSpec {
    pub id: String,
    pub title: String,
    pub topic: String,
    pub minutes: u32,
    /// Lessons that come before; advice, no lock.
    #[serde(default)]
    pub needs: Vec<String>,
    pub concepts: Vec<String>,
    /// Paths that start, solution and mutants may replace.
    #[serde(default)]
    pub replaces: Vec<String>,
    /// Where to look, the concept, a snippet, what exactly changes.
    pub hints: Vec<String>,
    /// A hint in other words, for one choice.
    #[serde(default)]
    pub hint: Vec<HintOn>,
    /// Choices that the lesson is not offered with, and why.
    #[serde(default)]
    pub refuse: Vec<Refuse>,
    #[serde(default)]
    pub predict: Vec<Predict>,
    pub rule: Vec<Rule>,
    pub start: Start,
    pub mutant: Vec<Mutant>,
}

/// A hint for one choice.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HintOn {
    /// 1 to 4.
    pub level: usize,
    /// `db.postgres`
    pub with: String,
    pub text: String,
}

/// A question before the first run.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Predict {
    pub ask: String,
    pub options: Vec<String>,
    /// The position of the right one, from 0.
    pub answer: usize,
    pub because: String,
    /// Asked only where this is chosen: `api.graphql`.
    pub with: Option<String>,
}

/// Something that must hold in the end. A failure and a mutant name one.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// `W0.missing`
    pub id: String,
    pub subgoal: String,
    pub why: String,
    /// `src/products/api.rs#show`
    #[serde(rename = "where")]
    pub place: String,
    /// A chapter of the book, with an anchor or without: `5.1#status`.
    pub book: String,
    /// It is asked for only there.
    #[serde(default)]
    pub with: With,
}

/// How the start is wrong.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Start {
    /// The first rule that it breaks.
    pub fails: String,
}

/// A plausible wrong solution.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mutant {
    pub name: String,
    /// The first rule that it breaks.
    pub fails: String,
    /// What is told to somebody whose answer looks like it.
    pub says: String,
    /// A part of what was got, by which it is recognised.
    pub looks: Option<String>,
    /// A part of the note of the step at which it shows, where the step tells more than the answer.
    pub at: Option<String>,
    /// It exists only there.
    #[serde(default)]
    pub with: With,
}

impl Rule {
    /// The file of the project, and the item in it.
    pub fn file_and_item(&self) -> (&str, Option<&str>) {
        match self.place.split_once('#') {
            Some((file, item)) => (file, Some(item)),
            None => (&self.place, None),
        }
    }
}

/// What a lesson is about, as `course.toml` may order it.
pub const TOPICS: [&str; 7] = ["basics", "data", "logic", "security", "scale", "apis", "hosting"];

/// Variables by name.
pub type Variables = BTreeMap<String, String>;
