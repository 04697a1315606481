//! Windows of every size, and one that changes.

use crate::prompts::{DOWN, ENTER, QUESTIONS, RIGHT, Talk, plain};
use crate::sandbox::Sandbox;

/// Takes every default, in a window of this size.
fn talk_through(columns: u16, rows: u16) -> String {
    let sandbox = Sandbox::new();
    let mut talk = Talk::start(&sandbox, (columns, rows), "new x --no-git");
    // a narrow window breaks the questions into lines
    for question in ["SQLite", "Sessions", "REST", "None", "Docker", "GitHub", "Write it?"] {
        talk.answers(question, ENTER);
    }
    let over = talk.ends_with(0);
    assert!(sandbox.has("x/Cargo.toml"));
    over.text()
}

#[test]
fn every_width_works() {
    for columns in [20, 40, 80, 200] {
        let said = talk_through(columns, 24);
        let plan = said.split_once("needs no server").unwrap().0;
        let plan = &plan[plan.rfind("\nx  ").expect("a plan")..];
        let own = plan.lines().skip(2).chain(["needs no server"]);
        for line in own.filter(|line| !line.contains('/')) {
            let width = line.chars().count();
            assert!(width <= usize::from(columns), "{width} of {columns}: {line}");
        }
    }
}

#[test]
fn a_window_without_room_is_asked_line_by_line() {
    for (columns, rows) in [(5, 24), (80, 2)] {
        let said = talk_through(columns, rows);
        assert!(said.contains("number or name [1]"), "{columns} x {rows}:\n{said}");
    }
}

#[test]
fn a_window_without_a_size_is_no_panic() {
    talk_through(0, 0);
}

#[test]
fn the_explanations_fit_the_window() {
    for columns in [20, 40, 80] {
        let sandbox = Sandbox::new();
        let mut talk = Talk::start(&sandbox, (columns, 200), "new x");
        talk.sees("MySQL / MariaDB:").sees("SQLite").types("\u{3}");
        let said = talk.ends_with(130).text();
        let page = said.split_once("Where").unwrap().0;
        assert!(page.lines().count() > 10, "{page}");
        for line in page.lines() {
            assert!(line.chars().count() < usize::from(columns), "{columns}: {line}");
        }
    }
}

#[test]
fn a_window_may_change_while_it_asks() {
    let sandbox = Sandbox::new();
    let mut talk = Talk::start(&sandbox, (100, 50), "new x --no-git");
    talk.sees(QUESTIONS[1]);
    for window in [(30, 20), (200, 60), (80, 24)] {
        // a key that comes together with the signal waits in the terminal for the next key
        talk.resize(window.0, window.1).settles();
        talk.types(if window.0 == 80 { ENTER } else { DOWN }).settles();
    }
    talk.types(RIGHT);
    for question in &QUESTIONS[2..] {
        talk.answers(question, ENTER);
    }
    talk.ends_with(0);
    assert!(sandbox.read("x/backend-gen.toml").contains("db = \"mysql\""));
}

#[test]
fn no_colour_when_it_is_not_wanted() {
    let colour = regex::Regex::new("\u{1b}\\[[0-9;]*m").unwrap();
    let painted = |env: &[(&str, &str)]| {
        let sandbox = Sandbox::new();
        let mut talk = Talk::with(&sandbox, (80, 60), env, "new x");
        talk.answers(QUESTIONS[1], ENTER).answers(QUESTIONS[2], "\u{3}");
        let raw = talk.ends_with(130).raw;
        assert!(plain(raw.as_bytes()).contains("> SQLite"), "{raw}");
        // an attribute that is switched off paints nothing
        colour
            .find_iter(&raw)
            .filter(|found| !["\u{1b}[0m", "\u{1b}[m"].contains(&found.as_str()))
            .count()
    };
    assert!(painted(&[]) > 0);
    assert_eq!(painted(&[("NO_COLOR", "1")]), 0);
}
