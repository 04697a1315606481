//! Figures, their goals, and how they are shown.

use std::fmt;

use serde_json::{Value, json};

/// What was measured, figure by figure, and what could not be.
#[derive(Default)]
pub struct Report {
    figures: Vec<Figure>,
    notes: Vec<String>,
}

/// One thing that was measured.
pub struct Figure {
    pub what: String,
    pub ours: f64,
    pub unit: &'static str,
    /// Whom it is compared with, and their figure.
    pub theirs: Option<(String, f64)>,
    pub goal: Option<Goal>,
}

/// What a figure, or its ratio to theirs, is to be.
#[derive(Clone, Copy)]
pub enum Goal {
    AtMost(f64),
    RatioAtLeast(f64),
    RatioAtMost(f64),
    /// Ours minus theirs.
    OverAtMost(f64),
}

impl Report {
    pub fn add(&mut self, figure: Figure) {
        eprintln!("  {figure}");
        self.figures.push(figure);
    }

    /// What was left out, and why.
    pub fn note(&mut self, note: String) {
        eprintln!("  {note}");
        self.notes.push(note);
    }

    pub fn all_reached(&self) -> bool {
        self.figures.iter().all(|figure| figure.reached() != Some(false))
    }

    pub fn to_json(&self) -> Value {
        let figures: Vec<Value> = self.figures.iter().map(Figure::to_json).collect();
        json!({"figures": figures, "notes": self.notes})
    }
}

impl Figure {
    pub fn new(what: impl Into<String>, ours: f64, unit: &'static str) -> Self {
        Self { what: what.into(), ours, unit, theirs: None, goal: None }
    }

    pub fn against(mut self, name: impl Into<String>, theirs: f64) -> Self {
        self.theirs = Some((name.into(), theirs));
        self
    }

    pub fn goal(mut self, goal: Goal) -> Self {
        self.goal = Some(goal);
        self
    }

    fn ratio(&self) -> Option<f64> {
        self.theirs.as_ref().map(|(_, theirs)| self.ours / theirs)
    }

    /// `None` where there is no goal.
    fn reached(&self) -> Option<bool> {
        let theirs = self.theirs.as_ref().map_or(f64::NAN, |(_, theirs)| *theirs);
        Some(match self.goal? {
            Goal::AtMost(most) => self.ours <= most,
            Goal::RatioAtLeast(least) => self.ours / theirs >= least,
            Goal::RatioAtMost(most) => self.ours / theirs <= most,
            Goal::OverAtMost(most) => self.ours - theirs <= most,
        })
    }

    fn to_json(&self) -> Value {
        json!({
            "what": self.what,
            "ours": rounded(self.ours),
            "unit": self.unit,
            "against": self.theirs.as_ref().map(|(name, _)| name),
            "theirs": self.theirs.as_ref().map(|(_, theirs)| rounded(*theirs)),
            "ratio": self.ratio().map(rounded),
            "goal": self.goal.map(|goal| goal.to_string()),
            "reached": self.reached(),
        })
    }
}

/// The middle one.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

/// Three digits are as exact as any of this is.
fn short(value: f64) -> String {
    let digits = if value.abs() >= 100.0 {
        0
    } else if value.abs() >= 10.0 {
        1
    } else {
        2
    };
    format!("{value:.digits$}")
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtMost(most) => write!(f, "<= {most}"),
            Self::RatioAtLeast(least) => write!(f, ">= {least} x"),
            Self::RatioAtMost(most) => write!(f, "<= {most} x"),
            Self::OverAtMost(most) => write!(f, "<= {most} over"),
        }
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let against = self.theirs.as_ref().map_or(String::new(), |(name, theirs)| {
            format!("{} {name}, {} x", short(*theirs), short(self.ours / theirs))
        });
        let goal = match (self.goal, self.reached()) {
            (Some(goal), Some(true)) => format!("{goal}  reached"),
            (Some(goal), _) => format!("{goal}  MISSED"),
            _ => String::new(),
        };
        let ours = format!("{} {}", short(self.ours), self.unit);
        write!(f, "{:<52} {ours:>14}  {against:<40} {goal}", self.what)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for figure in &self.figures {
            writeln!(f, "{}", figure.to_string().trim_end())?;
        }
        for note in &self.notes {
            writeln!(f, "{note}")?;
        }
        let goals = self.figures.iter().filter_map(Figure::reached);
        let (reached, missed): (Vec<bool>, Vec<bool>) = goals.partition(|reached| *reached);
        write!(f, "{} goals reached, {} missed", reached.len(), missed.len())
    }
}
