//! What is left out of a quotation, and how it shows.

use super::mask::masked;
use super::{Lost, Span, comment, indent};

/// Which lines of an item are quoted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cut {
    /// From the first line that holds this.
    pub from: Option<String>,
    /// To the next that holds this.
    pub to: Option<String>,
    /// Without comments and attributes above it.
    pub bare: bool,
    /// Up to its opening brace.
    pub signature: bool,
}

impl Cut {
    /// These lines, moved to the left margin.
    pub(super) fn apply(&self, path: &str, lines: &[&str], span: Span) -> Result<String, Lost> {
        let start = if self.bare { span.head } else { span.start };
        let mut quoted: Vec<String> =
            lines[start..span.end].iter().map(|line| line.to_string()).collect();
        let deep =
            quoted.iter().filter(|line| !line.trim().is_empty()).map(|line| indent(line)).min();
        for line in &mut quoted {
            *line = line.get(deep.unwrap_or(0)..).unwrap_or_default().to_string();
        }
        if self.signature {
            quoted = signature(quoted, span.head - start);
        }
        self.between(comment(path), quoted)
    }

    fn between(&self, mark: &str, lines: Vec<String>) -> Result<String, Lost> {
        let place = |text: &str, after: usize| {
            let found = lines.iter().skip(after).position(|line| line.contains(text));
            found.map(|at| at + after).ok_or_else(|| Lost::NoLine(text.to_string()))
        };
        let from = self.from.as_deref().map_or(Ok(0), |text| place(text, 0))?;
        let to = match &self.to {
            Some(text) => place(text, from + usize::from(self.from.is_some()))? + 1,
            None => lines.len(),
        };
        let mut shown = Vec::new();
        let pad = |line: &str| " ".repeat(indent(line));
        if from > 0 {
            shown.push(format!("{}{mark} …", pad(&lines[from])));
        }
        shown.extend_from_slice(&lines[from..to]);
        if to < lines.len() {
            shown.push(format!("{}{mark} …", pad(&lines[to - 1])));
        }
        while shown.last().is_some_and(|line| line.trim().is_empty()) {
            shown.pop();
        }
        Ok(shown.join("\n"))
    }
}

/// Up to the brace that opens the body.
fn signature(lines: Vec<String>, head: usize) -> Vec<String> {
    let text = lines.join("\n");
    let code = masked(&text);
    let from: usize = lines[..head].iter().map(|line| line.len() + 1).sum();
    match code[from..].iter().position(|byte| *byte == b'{') {
        Some(at) => {
            let shown = format!("{}{{ … }}", &text[..from + at]);
            shown.lines().map(str::to_string).collect()
        }
        None => lines,
    }
}
