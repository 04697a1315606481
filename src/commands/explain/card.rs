//! An answer of `explain`: a title, a few sentences, and rows of what belongs to it.

use serde_json::{Map, Value, json};

use crate::io::screen::Style;
use crate::words;

/// One answer.
pub struct Card {
    pub kind: &'static str,
    pub name: String,
    /// Beside the title, in a few words.
    pub note: String,
    /// What it is.
    pub says: String,
    /// What it means, when there is more to say.
    pub more: String,
    rows: Vec<Row>,
}

struct Row {
    label: &'static str,
    items: Vec<Item>,
    brief: bool,
}

/// A thing and a sentence about it; either may be empty.
pub struct Item {
    name: String,
    says: String,
}

impl Card {
    /// An answer without rows.
    pub fn new(kind: &'static str, name: &str, says: &str) -> Card {
        let (name, says) = (name.to_string(), words::paragraph(says));
        Card { kind, name, says, note: String::new(), more: String::new(), rows: vec![] }
    }

    /// Adds a row, unless it would be empty.
    pub fn row(&mut self, label: &'static str, items: impl IntoIterator<Item = Item>) {
        self.push(Row { label, items: items.into_iter().collect(), brief: false });
    }

    /// Adds a row in which each thing gets one line, and its sentence what is left of it.
    pub fn list(&mut self, label: &'static str, items: impl IntoIterator<Item = Item>) {
        self.push(Row { label, items: items.into_iter().collect(), brief: true });
    }

    fn push(&mut self, row: Row) {
        if !row.items.is_empty() {
            self.rows.push(row);
        }
    }

    /// For people.
    pub fn as_text(&self, style: Style, width: usize) -> String {
        let note = [self.kind, &self.note].into_iter().filter(|part| !part.is_empty());
        let note = note.collect::<Vec<_>>().join(", ");
        let mut lines = vec![format!("{}  {}", style.bold(&self.name), style.dim(&note))];
        for paragraph in [&self.says, &self.more].into_iter().filter(|text| !text.is_empty()) {
            lines.push(String::new());
            lines.extend(words::wrap(paragraph, width - 2).iter().map(|line| format!("  {line}")));
        }
        if !self.rows.is_empty() {
            lines.push(String::new());
        }
        let labels = self.rows.iter().map(|row| row.label.len()).max().unwrap_or(0);
        for row in &self.rows {
            for (index, line) in
                row.lines(style, width.saturating_sub(labels + 4)).iter().enumerate()
            {
                let label = if index == 0 { row.label } else { "" };
                lines.push(format!("  {label:labels$}  {line}"));
            }
        }
        lines.join("\n")
    }

    /// For programs.
    pub fn as_json(&self) -> Value {
        let rows = self.rows.iter().map(|row| {
            let items = row.items.iter().map(|item| json!({"name": item.name, "says": item.says}));
            (row.label.replace(' ', "_"), Value::Array(items.collect()))
        });
        json!({
            "kind": self.kind,
            "name": self.name,
            "note": self.note,
            "says": self.says,
            "more": self.more,
            "rows": rows.collect::<Map<_, _>>(),
        })
    }
}

impl Row {
    /// Two columns where both fit, else one below the other.
    fn lines(&self, style: Style, width: usize) -> Vec<String> {
        let names = self.items.iter().map(|item| item.name.chars().count()).max().unwrap_or(0);
        let room = width.saturating_sub(names + 2);
        let both = room >= NARROW;
        self.items
            .iter()
            .flat_map(|item| item.lines(style, names, width, both, self.brief))
            .collect()
    }
}

impl Item {
    fn lines(
        &self,
        style: Style,
        names: usize,
        width: usize,
        both: bool,
        brief: bool,
    ) -> Vec<String> {
        let name = &self.name;
        if self.says.is_empty() {
            return words::wrap(name, width.max(NARROW));
        }
        if !both {
            let says = words::wrap(&self.says, width.max(NARROW) - 2);
            let says = says.iter().map(|line| format!("  {}", style.dim(line)));
            return words::wrap(name, width.max(NARROW)).into_iter().chain(says).collect();
        }
        let mut says = words::wrap(&self.says, width - names - 2);
        if brief && says.len() > 1 {
            says = words::wrap(&self.says, width - names - 4);
            says.truncate(1);
            says[0] += " …";
        }
        let line = says.iter().enumerate().map(|(index, line)| {
            let name = if index == 0 { name.as_str() } else { "" };
            format!("{name:names$}  {}", style.dim(line))
        });
        line.collect()
    }

    /// A thing and a sentence about it.
    pub fn new(name: impl Into<String>, says: &str) -> Item {
        Item { name: name.into(), says: words::paragraph(says) }
    }

    /// A thing that speaks for itself.
    pub fn name(name: impl Into<String>) -> Item {
        Item::new(name, "")
    }
}

/// The first few, and how many more there are.
pub fn first(items: Vec<Item>, most: usize) -> Vec<Item> {
    let more = items.len().saturating_sub(most);
    // One more line for one more item says more than a line that counts it.
    if more <= 1 {
        return items;
    }
    let rest = Item::name(format!("and {more} more"));
    items.into_iter().take(most).chain([rest]).collect()
}

/// With less room than this beside a name, its sentence goes below it.
const NARROW: usize = 24;
