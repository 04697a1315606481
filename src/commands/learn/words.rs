//! What `learn` understands, word by word.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};

/// Teaches on a real backend: shows a lesson, checks it, helps
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Learn {
    /// No colours, no cursor tricks: plain lines
    #[arg(long, global = true)]
    pub plain: bool,

    /// Lessons from a folder, in place of those that come with the program
    #[arg(long, global = true, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub lessons: Option<PathBuf>,

    #[command(subcommand)]
    pub verb: Option<Verb>,
}

#[derive(Subcommand)]
pub enum Verb {
    /// Makes a course folder, and builds it for the first time
    Start(Start),
    /// Shows the lesson, and checks it whenever it is saved; the same as `learn` alone
    Watch,
    /// Shows all lessons, and how far you are
    List(Json),
    /// Makes a lesson the current one
    Go {
        /// Such as `A1`; the next one when it is not said
        #[arg(value_name = "LESSON")]
        id: Option<String>,
    },
    /// Sends what a rule sends, and shows what comes back
    Probe(Probe),
    /// Builds the current lesson, starts it, and judges it
    Check(Check),
    /// Helps, a little more each time
    Hint {
        /// Show the hint of this level again, 1 to 4
        #[arg(long, value_parser = clap::value_parser!(u8).range(1..=4))]
        level: Option<u8>,
    },
    /// Puts the lesson back to its start; your files are kept aside
    Reset {
        /// Do not ask
        #[arg(long, short)]
        yes: bool,
    },
    /// Takes the last reset back
    UndoReset,
    /// Shows the solution, once the check has passed
    Solution {
        /// Show it although the check has not passed
        #[arg(long)]
        give_up: bool,
    },
    /// Checks every lesson that you have begun
    Verify(Verify),
    /// Says what a rule asks for, and why
    Explain {
        /// Such as `W0.missing`
        #[arg(value_name = "RULE")]
        rule: String,
    },
    /// Asks three questions about lessons that you have passed
    Review,
    /// Prints a day of lessons, with times and breaks
    Plan(Plan),
    /// Prints one line that says how far you are, for a teacher
    Card {
        /// Whose card it is; the name of the folder when it is not said
        #[arg(long)]
        name: Option<String>,
    },
    /// Writes a folder for a room without a network: program, course, crates, guide
    Kit(Kit),
    /// Turns cards, files of cards and folders of courses into a table
    Export(Export),
}

/// Where to, and in which stack.
#[derive(Args)]
pub struct Start {
    /// The folder to make
    #[arg(value_name = "DIR", default_value = "course", value_hint = ValueHint::DirPath)]
    pub dir: PathBuf,

    /// Do not build yet
    #[arg(long)]
    pub no_build: bool,
}

/// Where to, and in which stack.
#[derive(Args)]
pub struct Kit {
    /// The folder to make
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: PathBuf,
}

/// For programs.
#[derive(Args)]
pub struct Json {
    /// As JSON
    #[arg(long)]
    pub json: bool,
}

/// What to send.
#[derive(Args)]
pub struct Probe {
    /// A rule, such as `W0.missing`; all of them when it is not said
    #[arg(value_name = "RULE")]
    pub rule: Option<String>,

    /// The seed of an earlier check: the same random values again
    #[arg(long, value_name = "SEED")]
    pub seed: Option<String>,
}

/// What to judge.
#[derive(Args)]
pub struct Check {
    /// A lesson that is not the current one
    #[arg(long, value_name = "LESSON")]
    pub lesson: Option<String>,

    /// The seed of an earlier check: the same random values again
    #[arg(long, value_name = "SEED")]
    pub seed: Option<String>,

    /// The report as JSON
    #[arg(long)]
    pub json: bool,

    /// Write every step and its time into a page, for a projector
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub trace: Option<PathBuf>,

    /// Any program that speaks the lesson's HTTP, behind `--`; it gets `HOST` and `PORT`
    #[arg(value_name = "PROGRAM", last = true)]
    pub program: Vec<OsString>,
}

/// Which day.
#[derive(Args)]
pub struct Plan {
    /// A track, such as `workshop`; all lessons when it is not said
    #[arg(value_name = "TRACK")]
    pub track: Option<String>,

    /// Minutes of exercises, at most 150
    #[arg(long, default_value_t = crate::lesson::plan::MOST)]
    pub minutes: u32,
}

/// What to read.
#[derive(Args)]
pub struct Export {
    /// Cards, files with one card a line, folders of courses
    #[arg(value_name = "CARD|FILE|DIR", required = true)]
    pub from: Vec<String>,

    /// As JSON
    #[arg(long)]
    pub json: bool,
}

/// How to tell.
#[derive(Args)]
pub struct Verify {
    /// Lessons too that you have not begun
    #[arg(long)]
    pub all: bool,

    /// The reports as JSON
    #[arg(long)]
    pub json: bool,

    /// The reports as a JUnit file, for a pipeline
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub junit: Option<PathBuf>,
}

const EXAMPLES: &str = "\
  backend-gen learn start course && cd course
  backend-gen learn check
  backend-gen learn hint
  backend-gen learn check --lesson S3 -- node server.js";
