//! The report card: a line for each step, and what went wrong in full.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::{Value, json};

use crate::check::Verdict;
use crate::io::screen::{self, Style};
use crate::stack::Stack;
use crate::trouble::Exit;
use crate::words;

/// What became of a project on this machine.
pub struct Card {
    pub project: PathBuf,
    stack: String,
    lines: Vec<Line>,
    /// What the walk worked on.
    data: String,
    /// The last lines of a backend that failed.
    log: Vec<String>,
    /// The user ended it.
    pub stopped: bool,
    quiet: bool,
    began: Instant,
}

struct Line {
    title: String,
    verdict: Verdict,
    took: Duration,
}

impl Card {
    /// An empty one.
    pub fn new(stack: &Stack, project: &Path, quiet: bool) -> Card {
        Card {
            project: project.to_path_buf(),
            stack: stack.key(),
            lines: vec![],
            data: String::new(),
            log: vec![],
            stopped: false,
            quiet,
            began: Instant::now(),
        }
    }

    /// Says what the walk will work on.
    pub fn works_on(&mut self, data: &str) -> Result<()> {
        self.data = data.to_string();
        self.say(|style| vec![style.bold(&self.stack), format!("  on {data}"), String::new()])
    }

    /// A step is done.
    pub fn add(&mut self, title: &str, verdict: Verdict, began: Instant) -> Result<()> {
        let line = Line { title: title.to_string(), verdict, took: began.elapsed() };
        self.say(|style| line.show(style))?;
        self.lines.push(line);
        Ok(())
    }

    /// The backend failed, and these were its last lines.
    pub fn log(&mut self, lines: Vec<String>) {
        self.log = lines;
    }

    /// Every step did what it says.
    pub fn is_right(&self) -> bool {
        self.lines.iter().all(|line| line.verdict.is_right())
    }

    /// How the program ends.
    pub fn exit(&self) -> Exit {
        match (self.stopped, self.is_right()) {
            (true, _) => Exit::Interrupted,
            (false, true) => Exit::Done,
            (false, false) => Exit::Failure,
        }
    }

    /// The sum, and the log when it can help.
    pub fn show_end(&self) -> Result<()> {
        let right = self.lines.iter().filter(|line| line.verdict.is_right()).count();
        let steps = words::count(self.lines.len(), "step");
        self.say(|style| {
            let mut lines = vec![String::new()];
            if !self.log.is_empty() {
                lines.push(style.bold("The last lines of the backend"));
                lines.extend(self.log.iter().map(|line| format!("  {}", screen::plain(line))));
                lines.push(String::new());
            }
            let sum = format!("{right} of {steps} went well, in {}", time(self.began.elapsed()));
            lines.push(match (self.stopped, self.is_right()) {
                (true, _) => format!("stopped; {sum}"),
                (false, true) => style.green(&sum),
                (false, false) => style.red(&sum),
            });
            lines
        })
    }

    /// The same for programs.
    pub fn as_json(&self) -> Value {
        json!({
            "project": self.project,
            "stack": self.stack,
            "ok": self.is_right() && !self.stopped,
            "stopped": self.stopped,
            "data": self.data,
            "steps": self.lines.iter().map(Line::as_json).collect::<Vec<_>>(),
            "log": self.log,
            "ms": self.began.elapsed().as_millis() as u64,
        })
    }

    fn say(&self, lines: impl FnOnce(Style) -> Vec<String>) -> Result<()> {
        match self.quiet {
            true => Ok(()),
            false => screen::out(&lines(Style::of_stdout()).join("\n")),
        }
    }
}

impl Line {
    fn mark(&self) -> &'static str {
        match self.verdict {
            Verdict::Right => "ok",
            Verdict::Wrong { .. } => "FAIL",
            Verdict::Skipped(_) => "skip",
        }
    }

    fn show(&self, style: Style) -> Vec<String> {
        let (mark, title) = (format!("{:4}", self.mark()), &self.title);
        match &self.verdict {
            Verdict::Right => {
                let took = style.dim(&format!("{:>8}", time(self.took)));
                vec![format!("  {}  {title:WIDTH$} {took}", style.green(&mark))]
            }
            Verdict::Skipped(missing) => {
                vec![format!("  {mark}  {title:WIDTH$} no `{missing}` came from an earlier step")]
            }
            Verdict::Wrong { sent, expected, got } => {
                let took = format!("{:>8}", time(self.took));
                let mut lines = vec![format!("  {}  {title:WIDTH$} {took}", style.red(&mark))];
                for (label, text) in [("sent", sent), ("expected", expected), ("got", got)] {
                    let labels = [label].into_iter().chain(std::iter::repeat(""));
                    let texts = text.lines().filter(|line| !line.is_empty());
                    lines
                        .extend(labels.zip(texts).map(|(l, text)| format!("        {l:9} {text}")));
                }
                lines
            }
        }
    }

    fn as_json(&self) -> Value {
        let mut value = json!({
            "title": self.title,
            "outcome": self.mark().to_lowercase(),
            "ms": self.took.as_millis() as u64,
        });
        match &self.verdict {
            Verdict::Right => {}
            Verdict::Wrong { sent, expected, got } => {
                value["sent"] = json!(sent);
                value["expected"] = json!(expected);
                value["got"] = json!(got);
            }
            Verdict::Skipped(missing) => value["missing"] = json!(missing),
        }
        value
    }
}

fn time(took: Duration) -> String {
    match took.as_millis() {
        0 => "<1 ms".to_string(),
        ms if ms < 1000 => format!("{ms} ms"),
        _ => format!("{:.1} s", took.as_secs_f64()),
    }
}

/// The longest title of a step, about.
const WIDTH: usize = 44;
