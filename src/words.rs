//! Small pieces of grammar, so that no sentence is put together by hand.

use std::path::Path;

/// "`a`, `b` or `c`".
pub fn or_list<S: AsRef<str>>(words: &[S]) -> String {
    list(words, "or")
}

/// "`a`, `b` and `c`".
pub fn and_list<S: AsRef<str>>(words: &[S]) -> String {
    list(words, "and")
}

fn list<S: AsRef<str>>(words: &[S], joint: &str) -> String {
    let ticked: Vec<String> = words.iter().map(|word| format!("`{}`", word.as_ref())).collect();
    match ticked.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, first)) => format!("{} {joint} {last}", first.join(", ")),
    }
}

/// "1 file", "61 files".
pub fn count(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}

/// A paragraph: one line, whatever line breaks the source had.
pub fn paragraph(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A paragraph in lines of at most `width` characters.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().expect("there is always a line");
        if line.is_empty() {
            line.push_str(word);
        } else if line.chars().count() + 1 + word.chars().count() <= width {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_string());
        }
    }
    lines
}

/// A text in `width` columns: what does not fit gives way to `…`, at a word's end.
pub fn clip(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_string();
    }
    let start: String = text.chars().take(width.saturating_sub(1)).collect();
    let cut = start.rfind(' ').filter(|cut| *cut > 0).unwrap_or(start.len());
    format!("{}…", start[..cut].trim_end())
}

/// What a user typed, fit to be shown: no character moves the cursor or turns the text around,
/// and there are at most `longest` of them.
pub fn printable(text: &str, longest: usize) -> String {
    let mut letters = text.chars();
    let odd = |c: char| c.is_control() || is_invisible(c);
    let shown: String =
        letters.by_ref().take(longest).map(|c| if odd(c) { '\u{fffd}' } else { c }).collect();
    if letters.next().is_some() { format!("{shown}…") } else { shown }
}

/// A path, fit to be shown.
pub fn shown(path: &Path) -> String {
    printable(&path.to_string_lossy(), LONGEST_PATH)
}

/// A path as a word that a shell of this system takes whole.
pub fn shell(path: &Path) -> String {
    let text = shown(path);
    let odd = |c: char| !(c.is_alphanumeric() || "/\\:._-~".contains(c));
    match text.contains(odd) || text.starts_with('~') {
        _ if text.starts_with('-') => shell(&Path::new(".").join(path)),
        false => text,
        true if cfg!(windows) => format!("\"{text}\""),
        true => format!("'{}'", text.replace('\'', "'\\''")),
    }
}

/// Marks that turn or hide the text around them.
#[rustfmt::skip]
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

const LONGEST_PATH: usize = 300;

/// Those of `known` that `word` may have meant, nearest first.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let word = word.to_lowercase();
    let mut near: Vec<(usize, &str)> = known
        .into_iter()
        .map(|candidate| (strsim::osa_distance(&word, candidate), candidate))
        .filter(|(steps, candidate)| {
            *steps <= candidate.len().max(word.len()) / 2
                || (word.len() > 1 && candidate.starts_with(&word))
        })
        .collect();
    near.sort();
    near.into_iter().map(|(_, candidate)| candidate).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_read_as_sentences() {
        assert_eq!(or_list(&["a"]), "`a`");
        assert_eq!(or_list(&["a", "b", "c"]), "`a`, `b` or `c`");
        assert_eq!(count(1, "file"), "1 file");
        assert_eq!(count(0, "file"), "0 files");
    }

    #[test]
    fn the_nearest_word_is_the_one_meant() {
        let known = ["sqlite", "postgres", "mysql"];
        assert_eq!(nearest("sqllite", known), ["sqlite"]);
        assert_eq!(nearest("post", known), ["postgres"]);
        assert_eq!(nearest("MySQL", known)[0], "mysql");
        assert_eq!(nearest("nwe", ["list", "new"]), ["new"]);
        assert!(nearest("zebra", known).is_empty());
    }

    #[test]
    fn clipping_ends_at_a_word() {
        assert_eq!(clip("one two", 7), "one two");
        assert_eq!(clip("one two three", 9), "one two…");
        assert_eq!(clip("onetwothree", 4), "one…");
        assert_eq!(clip("one", 0), "…");
    }

    #[test]
    fn what_is_shown_moves_no_cursor() {
        assert_eq!(
            printable("a\u{1b}[2J\nb\u{202e}c\u{9b}", 80),
            "a\u{fffd}[2J\u{fffd}b\u{fffd}c\u{fffd}"
        );
        assert_eq!(printable("naïve 名前", 80), "naïve 名前");
        assert_eq!(printable("abc", 2), "ab…");
        assert_eq!(shown(Path::new(&"x".repeat(5000))).chars().count(), LONGEST_PATH + 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_path_is_one_word_of_a_command() {
        let word = |path: &str| shell(Path::new(path));
        assert_eq!(word("apps/shop"), "apps/shop");
        assert_eq!(word("My Shop"), "'My Shop'");
        assert_eq!(word("it's"), "'it'\\''s'");
        assert_eq!(word("-x"), Path::new(".").join("-x").to_string_lossy());
        assert_eq!(word("~"), "'~'");
        assert_eq!(word("$(id)"), "'$(id)'");
    }

    #[test]
    fn wrapping_keeps_every_word() {
        let lines = wrap("one two three four", 9);
        assert_eq!(lines, ["one two", "three", "four"]);
    }
}
