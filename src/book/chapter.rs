//! A chapter as it is written: its facts, its text, and what of it can be run.

use anyhow::{Context, Result, bail, ensure};
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag};
use serde::Deserialize;

use super::quiz::Quiz;
use super::summary::Place;
use super::transcript::{self, Step};

/// One file of `book/src`.
#[derive(Clone, Debug)]
pub struct Chapter {
    pub place: Place,
    pub facts: Facts,
    /// Its Markdown, with a blank line around every directive.
    pub(super) text: String,
    /// The line in its file of each line of `text`.
    lines: Vec<usize>,
}

/// What the comment at its top says.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// How long it takes to read.
    pub minutes: u32,
    /// Completes "After this chapter you can …".
    pub outcome: String,
}

/// What a test runs, in the order of the page.
#[derive(Clone, Debug)]
pub struct Scene {
    /// Its line in the file.
    pub line: usize,
    /// The choices that its stack has: pairs of axis and option.
    pub stack: Vec<(String, String)>,
    pub steps: Vec<Step>,
}

impl Chapter {
    /// Reads the text of a chapter.
    pub fn read(place: Place, source: &str) -> Result<Chapter> {
        let (facts, body) = match place.path.as_str() {
            "README.md" => (Facts::default(), source),
            _ => facts(source)?,
        };
        let before = source.len() - body.len();
        let first = source[..before].matches('\n').count();
        let (text, lines) = spaced(body, first);
        let chapter = Chapter { place, facts, text, lines };
        let title = format!("# {}", chapter.place.title);
        let line = body.lines().find(|line| line.starts_with("# ")).unwrap_or_default();
        ensure!(line == title, "its title is `{line}`, in SUMMARY.md it is `{title}`");
        let recalls = chapter.text.lines().any(|line| line == format!("## {RECAP}"));
        ensure!(recalls || chapter.place.number.is_none(), "there is no `## {RECAP}`");
        chapter.fences_keep_the_rules()?;
        Ok(chapter)
    }

    /// The line in the file of a byte of the text.
    pub fn line(&self, offset: usize) -> usize {
        let at = self.text[..offset].matches('\n').count();
        self.lines.get(at).copied().unwrap_or_default()
    }

    /// Its transcripts and what its quizzes run.
    pub fn scenes(&self) -> Result<Vec<Scene>> {
        let mut scenes = Vec::new();
        for (line, info, body) in self.fences() {
            let at = || format!("line {line}");
            let (kind, rest) = info.split_once(' ').unwrap_or((info.as_str(), ""));
            let steps = match kind {
                "console" => transcript::steps(&body).with_context(at)?,
                "quiz" => Quiz::parse(&body).with_context(at)?.steps(),
                _ => continue,
            };
            if !steps.is_empty() {
                scenes.push(Scene { line, stack: choices(rest).with_context(at)?, steps });
            }
        }
        Ok(scenes)
    }

    /// Its questions.
    pub fn quizzes(&self) -> Result<Vec<Quiz>> {
        let quizzes = self.fences().into_iter().filter(|(_, info, _)| info.starts_with("quiz"));
        quizzes.map(|(_, _, body)| Quiz::parse(&body)).collect()
    }

    /// Every fenced block: its line, its info string, its body.
    fn fences(&self) -> Vec<(usize, String, String)> {
        let mut fences: Vec<(usize, String, String)> = Vec::new();
        let mut inside = false;
        for (event, range) in Parser::new_ext(&self.text, options()).into_offset_iter() {
            match event {
                Event::Start(Tag::CodeBlock(kind)) => {
                    let info = match kind {
                        CodeBlockKind::Fenced(info) => info.to_string(),
                        CodeBlockKind::Indented => "indented".to_string(),
                    };
                    fences.push((self.line(range.start), info, String::new()));
                    inside = true;
                }
                Event::Text(text) if inside => {
                    if let Some(fence) = fences.last_mut() {
                        fence.2.push_str(&text);
                    }
                }
                Event::End(_) => inside = false,
                _ => {}
            }
        }
        fences
    }

    /// Code is quoted, not typed: only a few lines may stand in a chapter.
    fn fences_keep_the_rules(&self) -> Result<()> {
        for (line, info, body) in self.fences() {
            let language = info.split(' ').next().unwrap_or_default();
            let most = match language {
                "rust" => 3,
                "console" | "quiz" => usize::MAX,
                _ if LANGUAGES.contains(&language) => 12,
                _ => bail!("line {line}: `{language}` is no language of this book"),
            };
            let count = body.lines().count();
            ensure!(count <= most, "line {line}: {count} lines of {language}, quote them instead");
        }
        Ok(())
    }
}

/// `db=postgres auth=jwt`.
pub(super) fn choices(text: &str) -> Result<Vec<(String, String)>> {
    let pair = |word: &str| {
        let (axis, option) =
            word.split_once('=').with_context(|| format!("`{word}` is no choice"))?;
        Ok((axis.to_string(), option.to_string()))
    };
    text.split_whitespace().map(pair).collect()
}

/// What Markdown means here.
pub(super) fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_GFM
}

fn facts(source: &str) -> Result<(Facts, &str)> {
    let rest = source.strip_prefix("<!--").and_then(|rest| rest.split_once("-->"));
    let (facts, body) = rest.context("it does not begin with a comment of facts")?;
    let facts: Facts = toml::from_str(facts).context("its first comment")?;
    ensure!(facts.minutes > 0, "`minutes` is 0");
    let length = facts.outcome.chars().count();
    ensure!((1..=140).contains(&length), "`outcome` has {length} characters");
    ensure!(!facts.outcome.ends_with('.'), "`outcome` ends with a full stop");
    Ok((facts, body))
}

/// The text with a blank line around every directive, and where each line comes from.
fn spaced(body: &str, first: usize) -> (String, Vec<usize>) {
    let (mut text, mut lines) = (String::new(), Vec::new());
    let mut fenced: Option<&str> = None;
    for (at, line) in body.lines().enumerate() {
        let fence = line.trim_start();
        let ticks = &fence[..fence.len() - fence.trim_start_matches('`').len()];
        match fenced {
            None if ticks.len() >= 3 => fenced = Some(ticks),
            Some(open) if fence.trim_end() == open => fenced = None,
            _ => {}
        }
        let is_directive = fenced.is_none() && line.starts_with("{{");
        for line in if is_directive { vec!["", line, ""] } else { vec![line] } {
            text.push_str(line);
            text.push('\n');
            lines.push(first + at + 1);
        }
    }
    (text, lines)
}

/// The section whose answers are folded.
pub const RECAP: &str = "Recap from memory";
const LANGUAGES: [&str; 10] =
    ["sql", "toml", "json", "http", "text", "sh", "yaml", "graphql", "diff", "html"];
