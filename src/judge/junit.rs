//! Reports as a JUnit file, which pipelines and learning platforms read.

use crate::judge::report::{Report, Verdict};

/// One suite for each lesson, one case for each rule.
pub fn of(reports: &[Report]) -> String {
    let suites: String = reports.iter().map(suite).collect();
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n{suites}</testsuites>\n")
}

fn suite(report: &Report) -> String {
    let failures = usize::from(report.failure().is_some());
    let errors = usize::from(report.broken.is_some());
    let cases: String = report
        .rules
        .iter()
        .map(|(rule, verdict)| {
            let inside = match verdict {
                Verdict::Holds => String::new(),
                Verdict::Fails(failure) => {
                    let text = escaped(&failure.lines().join("\n"));
                    format!("<failure message=\"{}\">{text}</failure>", escaped(&rule.subgoal))
                }
                Verdict::NotRun => "<skipped message=\"an earlier rule failed\"/>".to_string(),
                Verdict::NotChecked(why) => format!("<skipped message=\"{}\"/>", escaped(why)),
            };
            let (lesson, id) = (escaped(&report.lesson), escaped(&rule.id));
            format!("    <testcase classname=\"{lesson}\" name=\"{id}\">{inside}</testcase>\n")
        })
        .collect();
    let broken = report.broken.as_ref().map_or(String::new(), |broken| {
        let (what, lines) = (escaped(&broken.what), escaped(&broken.lines.join("\n")));
        format!(
            "    <testcase classname=\"{}\" name=\"start\"><error message=\"{what}\">{lines}</error></testcase>\n",
            escaped(&report.lesson)
        )
    });
    format!(
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\" time=\"{:.3}\">\n{broken}{cases}  </testsuite>\n",
        escaped(&format!("{} {}", report.lesson, report.title)),
        report.rules.len() + errors,
        report.ms as f64 / 1000.0,
    )
}

/// Safe in XML: what it has no place for is left out.
fn escaped(text: &str) -> String {
    let mut safe = String::new();
    for letter in text.chars() {
        match letter {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '"' => safe.push_str("&quot;"),
            '\n' | '\t' => safe.push(letter),
            letter if letter.is_control() => {}
            letter => safe.push(letter),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_breaks_out_of_the_file() {
        assert_eq!(escaped("<a b=\"1\">&\u{1b}\n"), "&lt;a b=&quot;1&quot;&gt;&amp;\n");
    }
}
