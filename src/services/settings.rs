//! The `.env` of a project: what it says, and the same with another value.

use anyhow::{Context, Result, ensure};

/// What the file says of a variable; the last line wins, as it does for the backend.
pub fn value(text: &str, name: &str) -> Result<Option<String>> {
    let mut found = None;
    for pair in dotenvy::from_read_iter(text.as_bytes()) {
        // The error's own text would show the line, and with it a value.
        let (key, value) = pair.ok().context("`.env` cannot be read: is a quote missing?")?;
        if key == name {
            found = Some(value);
        }
    }
    Ok(found)
}

/// The same text, in which the variable has this value. Every other line stays as it is.
pub fn with_value(text: &str, name: &str, value: &str) -> Result<String> {
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_string).collect();
    let line = format!("{name}={value}");
    match lines.iter_mut().rev().find(|line| assigns(line, name)) {
        Some(old) => {
            let ending = if old.ends_with('\n') { end } else { "" };
            *old = format!("{line}{ending}");
        }
        None => {
            if let Some(last) = lines.last_mut().filter(|last| !last.ends_with('\n')) {
                last.push_str(end);
            }
            lines.push(format!("{line}{end}"));
        }
    }
    let changed = lines.concat();
    let said = self::value(&changed, name)?;
    ensure!(said.as_deref() == Some(value), "`.env` cannot be changed: `{name}` stays what it was");
    Ok(changed)
}

/// The line sets this variable.
fn assigns(line: &str, name: &str) -> bool {
    let line = line.trim_start();
    let line = line.strip_prefix("export ").map_or(line, str::trim_start);
    line.strip_prefix(name).is_some_and(|rest| rest.trim_start().starts_with('='))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_line_that_counts_changes() {
        let text = "# A=1\nA=one\n B = 2 # two\nA = \"three\"\nAA=4";
        let changed = with_value(text, "A", "x://y").unwrap();
        assert_eq!(changed, "# A=1\nA=one\n B = 2 # two\nA=x://y\nAA=4");
        assert_eq!(value(&changed, "A").unwrap().unwrap(), "x://y");
        assert_eq!(value(&changed, "B").unwrap().unwrap(), "2");
    }

    #[test]
    fn a_variable_that_is_missing_comes_last() {
        assert_eq!(with_value("A=1", "B", "2").unwrap(), "A=1\nB=2\n");
        assert_eq!(with_value("A=1\r\n", "B", "2").unwrap(), "A=1\r\nB=2\r\n");
        assert_eq!(with_value("", "B", "2").unwrap(), "B=2\n");
    }

    #[test]
    fn an_exported_line_is_one_too() {
        assert_eq!(with_value("export A=1\n", "A", "2").unwrap(), "A=2\n");
    }

    #[test]
    fn a_broken_file_is_told_without_its_values() {
        let error = value("SECRET='half\n", "A").unwrap_err();
        assert!(!format!("{error:#}").contains("half"), "{error:#}");
    }
}
