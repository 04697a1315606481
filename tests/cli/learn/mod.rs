//! `learn`: a course, its log, and the help it gives.

#[cfg(target_os = "linux")]
mod kills;
mod pipeline;
mod ship;
mod sink;
mod verdicts;
#[cfg(unix)]
mod watch;

use backend_gen::lesson::Lessons;
use serde_json::Value;

use crate::sandbox::{Run, Sandbox};

/// A course that is not built.
fn course() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.run("learn start course --no-build").success().says("A course of");
    sandbox
}

#[track_caller]
fn learn(sandbox: &Sandbox, words: &str) -> Run {
    let words: Vec<&str> = ["learn"].into_iter().chain(words.split_whitespace()).collect();
    sandbox.run_in("course", &words)
}

#[track_caller]
fn json(run: &Run) -> Value {
    serde_json::from_str(&run.stdout)
        .unwrap_or_else(|e| panic!("{e}: {}{}", run.stdout, run.stderr))
}

#[test]
fn every_lesson_is_sound_and_listed() {
    let lessons = Lessons::bundled().unwrap();
    let sandbox = course();
    let run = learn(&sandbox, "list").success();
    for lesson in &lessons.lessons {
        assert!(run.stdout.contains(lesson.id()), "{}", lesson.id());
    }
    let list = json(&learn(&sandbox, "list --json").success());
    assert_eq!(list["lessons"].as_array().unwrap().len(), lessons.lessons.len());
    let refused =
        list["lessons"].as_array().unwrap().iter().filter(|it| !it["not_offered"].is_null());
    assert!(refused.into_iter().all(|it| it["not_offered"].as_str().unwrap().len() > 20));
}

#[test]
fn a_course_has_one_member_and_editor_settings() {
    let sandbox = course();
    for file in [".vscode/settings.json", ".zed/settings.json", ".helix/languages.toml"] {
        assert!(sandbox.read(&format!("course/{file}")).contains("target/rust-analyzer"), "{file}");
    }
    assert!(sandbox.read("course/Cargo.toml").contains("members = [\"01-first-green\"]"));
    let run = learn(&sandbox, "go").success();
    let second = &Lessons::bundled().unwrap().lessons[1];
    run.says(&second.spec.title);
    let manifest = sandbox.read("course/Cargo.toml");
    assert!(manifest.contains("members = [\"02-"), "{manifest}");
    assert!(manifest.contains("exclude = [\n    \"01-first-green\",\n]"), "{manifest}");
    let again = sandbox.run("learn start course --no-build").success();
    again.complains("is a course already").says(&second.spec.title);
}

#[test]
fn outside_of_a_course_it_says_how_to_begin() {
    let sandbox = Sandbox::new();
    for verb in ["check", "hint", "go", "probe", "watch", "solution", "verify", "reset"] {
        let run = sandbox.run(&format!("learn {verb}")).ends_with(2);
        run.complains("there is no course here").complains("hint: `backend-gen learn start course");
    }
    sandbox.run("learn").ends_with(2);
    sandbox.run("learn list").success().says("W0");
}

#[test]
fn a_day_has_the_lessons_of_the_stack() {
    let sandbox = Sandbox::new();
    let words = "learn start course --no-build --api graphql";
    sandbox.run(words).success();
    let plan = learn(&sandbox, "plan workshop").success().stdout;
    assert!(plan.contains("A5 ") && !plan.contains("A1 "), "{plan}");
    let plan = sandbox.run("learn plan workshop").success().stdout;
    assert!(plan.contains("A1 ") && !plan.contains("A5 "), "{plan}");
}

#[test]
fn a_rule_about_the_way_to_a_server_is_there_where_one_is() {
    let sandbox = course();
    let run = learn(&sandbox, "go D2").success();
    assert!(run.stdout.contains("D2.retry") && !run.stdout.contains("D2.crash"), "{}", run.stdout);
    let refused = learn(&sandbox, "probe D2.crash").ends_with(2);
    refused.complains("there is no rule `D2.crash`").complains("and `D2.retry`");
    let sandbox = Sandbox::new();
    sandbox.run("learn start course --no-build --db postgres").success();
    learn(&sandbox, "go D2").success().says("D2.crash").says("broken off in the middle");
}

#[test]
fn a_kit_is_not_written_over_anything() {
    let sandbox = course();
    let before = sandbox.snapshot();
    let run = sandbox.run("learn kit --out course").ends_with(1);
    run.complains("`course` is there already").complains("hint: ");
    sandbox.run("learn kit").ends_with(2).complains("--out");
    assert_eq!(before, sandbox.snapshot());
}

#[test]
fn a_lesson_that_is_not_there_is_answered_with_the_nearest() {
    let sandbox = course();
    learn(&sandbox, "go W00").ends_with(2).complains("there is no lesson `W00`").complains("`W0`");
    learn(&sandbox, "probe W0.nothing").ends_with(2).complains("there is no rule `W0.nothing`");
    learn(&sandbox, "check --seed zz").ends_with(2).complains("`zz` is no seed");
}

#[test]
fn hints_come_one_by_one_and_can_be_shown_again() {
    let sandbox = course();
    for level in ["1 of 4", "2 of 4", "3 of 4", "4 of 4", "4 of 4"] {
        learn(&sandbox, "hint").success().says(&format!("Hint {level}"));
    }
    learn(&sandbox, "hint --level 2").success().says("Hint 2 of 4");
    learn(&sandbox, "hint --level 5").ends_with(2);
}

#[test]
fn the_solution_is_sealed_until_somebody_gives_up() {
    let sandbox = course();
    let sealed = learn(&sandbox, "solution").ends_with(1);
    sealed.complains("is sealed until the check passes").complains("--give-up");
    learn(&sandbox, "solution --give-up").success().says("src/products/api.rs");
    learn(&sandbox, "solution").success();
}

#[test]
fn a_reset_keeps_the_files_and_can_be_taken_back() {
    let sandbox = course();
    let mine = "course/01-first-green/src/products/api.rs";
    let start = sandbox.read(mine);
    sandbox.write(mine, "// mine");
    learn(&sandbox, "reset").ends_with(2).complains("must be confirmed");
    assert_eq!(sandbox.read(mine), "// mine");
    learn(&sandbox, "reset --yes").success();
    assert_eq!(sandbox.read(mine), start);
    learn(&sandbox, "undo-reset").success();
    assert_eq!(sandbox.read(mine), "// mine");
    learn(&sandbox, "undo-reset").ends_with(1).complains("nothing of `01-first-green`");
}

#[test]
fn review_asks_what_was_asked_longest_ago() {
    let sandbox = course();
    learn(&sandbox, "review").success().says("Nothing to review yet");
    let log = "course/.backend-gen/progress.jsonl";
    let event = |what: &str| format!("{{\"v\":1,\"at\":1795714500,\"lesson\":\"W0\",{what}}}\n");
    let passed = r#""what":"check","rule":null,"passed":4,"of":4,"seed":"1","ms":9"#;
    sandbox.write(log, &format!("{}{}", sandbox.read(log), event(passed)));
    let first = learn(&sandbox, "review").success().stdout;
    // one question of the lesson, the others of the chapter that its rules come from
    let lessons = Lessons::bundled().unwrap();
    let chapter = *lessons.find("W0").unwrap().chapters().first().unwrap();
    assert!(first.starts_with("W0: "), "{first}");
    assert_eq!(first.matches(&format!("{chapter}: ")).count(), 2, "{first}");
    let asked = r#""what":"review","question":0,"right":true"#;
    sandbox.write(log, &format!("{}{}", sandbox.read(log), event(asked)));
    let next = learn(&sandbox, "review").success().stdout;
    assert!(next.starts_with(&format!("{chapter}: ")), "{next}");
}

#[test]
fn a_damaged_log_is_kept_aside_and_said_so() {
    let sandbox = course();
    learn(&sandbox, "hint").success();
    let log = "course/.backend-gen/progress.jsonl";
    let good = sandbox.read(log);
    sandbox.write(log, &format!("{good}\0\0nonsense\n{{\"v\":1,\"torn"));
    let run = learn(&sandbox, "hint").success();
    run.says("Hint 2 of 4").complains("1 line of the log could not be read; it is kept as");
    assert!(sandbox.read("course/.backend-gen/progress.jsonl.1.bak").contains("nonsense"));
    sandbox.write(log, "{\"v\":9,\"what\":\"more\"}\n");
    learn(&sandbox, "hint").ends_with(1).complains("was written by a later version");
}

#[test]
fn a_malformed_lesson_names_file_line_and_key() {
    let lessons = Sandbox::new()
        .file("course.toml", "[[lesson]]\npath = \"a/b\"\n")
        .file("shop/layer.toml", "")
        .file("a/b/lesson.toml", "id = \"X\"\n\nminuets = 3\n");
    let folder = lessons.path().to_string_lossy().into_owned();
    let run = lessons.run_in(".", &["learn", "list", "--lessons", &folder]).ends_with(1);
    run.complains("lessons/a/b/lesson.toml:3:").complains("`minuets`");
}
