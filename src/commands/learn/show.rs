//! How a lesson and a report look.

use crate::io::screen::{self, Style};
use crate::judge::report::{Report, Verdict};
use crate::lesson::{Lesson, course, page};
use crate::stack::Stack;
use crate::words;

/// The lesson's head and text.
pub fn lesson(number: usize, lesson: &Lesson, stack: &Stack, style: Style) -> Vec<String> {
    let folder = course::folder(number, lesson);
    let spec = &lesson.spec;
    let head = format!("{} {}", spec.id, spec.title);
    let about = format!("lesson {number}, about {} minutes, in `{folder}`", spec.minutes);
    let mut lines = vec![style.bold(&head), style.dim(&about), String::new()];
    let text = lesson.text_on(stack);
    match screen::width_of_stdout() {
        usize::MAX => lines.extend(text.trim().lines().map(str::to_string)),
        width => lines.extend(page::lines(text.trim(), width.min(100))),
    }
    lines.push(String::new());
    lines.push(style.bold("To reach"));
    lines.extend(lesson.rules(stack).iter().map(|rule| format!("  {}  {}", rule.id, rule.subgoal)));
    lines
}

/// A report, as a person reads it.
pub fn report(report: &Report, next: Option<&Lesson>, style: Style) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(broken) = &report.broken {
        lines.extend(broken.lines.iter().map(|line| format!("  {}", screen::plain(line))));
        lines.push(format!("{}  {} - {}", style.red("BROKEN"), report.lesson, broken.what));
        lines.push(format!("  {:<9} {}", "next", broken.hint));
        return lines;
    }
    if let Some(failure) = report.failure() {
        lines.extend(failure.lines());
        if let Some(first) = lines.first_mut() {
            *first = first.replacen("FAIL", &style.red("FAIL"), 1);
        }
        return lines;
    }
    for (rule, verdict) in &report.rules {
        if let Verdict::NotChecked(why) = verdict {
            lines.push(format!("  not checked  {}: {why}", rule.id));
        }
    }
    let rules = words::count(report.passed(), "rule");
    let held = if report.passed() == 1 { "holds" } else { "hold" };
    let seconds = report.ms as f64 / 1000.0;
    let sum = match (report.stopped, report.is_pass()) {
        (true, _) => format!("stopped; {rules} {held}"),
        (_, true) => {
            let pass = style.green("PASS");
            format!("{pass}  {} {}: {rules} {held}, in {seconds:.1} s", report.lesson, report.title)
        }
        (_, false) => format!("{rules} of {} {held}; the rest was not checked", report.rules.len()),
    };
    lines.push(sum);
    if report.is_pass() {
        lines.push(match next {
            Some(next) => {
                format!("  next: {} {}: `backend-gen learn go`", next.id(), next.spec.title)
            }
            None => "  that was the last one: `backend-gen learn list`".to_string(),
        });
    }
    lines
}
