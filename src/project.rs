//! How a project remembers its choices: `backend-gen.toml`.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

use crate::VERSION;
use crate::answer::Answer;
use crate::catalog::Catalog;
use crate::choice::{self, Refusal};
use crate::name::Name;

/// What is rendered besides the choices.
#[derive(Clone, Debug)]
pub struct Project {
    pub name: Name,
    pub home: Home,
    /// Values of secret variables. One that is missing stays empty.
    pub secrets: BTreeMap<String, String>,
    /// Set apart from projects of the same name, where names are shared: containers, volumes.
    pub id: String,
}

/// How it lives with the workspace around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home {
    /// There is none.
    Alone,
    /// It shuts itself off, by an empty `[workspace]`.
    Isolated,
    /// It is a member: lock file and profiles are the workspace's.
    Member,
}

/// Where a project remembers its choices.
pub const FILE: &str = "backend-gen.toml";

/// A file of choices, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remembered {
    /// A good one.
    pub name: Option<String>,
    /// The version that wrote it, when that is newer than this one.
    pub newer: Option<String>,
    /// The axes it names, and nothing else.
    pub choices: Vec<(String, String)>,
}

/// What is wrong with a file of choices, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadFile {
    pub line: usize,
    pub column: usize,
    pub what: String,
    pub hint: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    backend_gen: Option<Spanned<String>>,
    name: Option<Spanned<String>>,
    #[serde(default)]
    stack: BTreeMap<Spanned<String>, Spanned<Answer>>,
}

impl Project {
    /// A project by name, with nothing around it and no secrets.
    pub fn new(name: Name) -> Project {
        Project { id: name.to_string(), name, home: Home::Alone, secrets: BTreeMap::new() }
    }
}

impl Remembered {
    /// Reads `backend-gen.toml` as it is on the disk.
    pub fn read(catalog: &Catalog, bytes: &[u8]) -> Result<Remembered, BadFile> {
        match std::str::from_utf8(bytes) {
            Ok(text) => Remembered::parse(catalog, text),
            Err(error) => {
                let end = error.valid_up_to();
                let text = String::from_utf8_lossy(bytes);
                Err(BadFile::at(&text, end..end, "this is no UTF-8 text", None))
            }
        }
    }

    /// Reads `backend-gen.toml`, and checks each choice against the catalogue.
    pub fn parse(catalog: &Catalog, text: &str) -> Result<Remembered, BadFile> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let newer = newer(text);
        Remembered::checked(catalog, text, newer.clone()).map_err(|bad| match newer {
            None => bad,
            Some(newer) => {
                let hint = format!("the file was written by {newer}: `cargo install backend-gen`");
                BadFile { hint: Some(hint), ..bad }
            }
        })
    }

    fn checked(
        catalog: &Catalog,
        text: &str,
        newer: Option<String>,
    ) -> Result<Remembered, BadFile> {
        let file: File = toml::from_str(text).map_err(|error| {
            let span = error.span().unwrap_or(0..0);
            BadFile::at(text, span, error.message(), None)
        })?;
        let name = file.name.map(|name| {
            Name::parse(name.get_ref(), &catalog.crates()).map_err(|bad| {
                let hint = format!("`name = \"{}\"`", bad.suggestion);
                BadFile::at(text, name.span(), &bad.to_string(), Some(hint))
            })
        });
        let mut choices = Vec::new();
        for (axis, answer) in &file.stack {
            let name = axis.get_ref();
            if answer.get_ref().is_list() && catalog.axis(name).is_some_and(|axis| !axis.several) {
                let what = format!("invalid type: a list, but `{name}` takes one answer");
                return Err(BadFile::at(text, answer.span(), &what, None));
            }
            for (option, span) in answer.get_ref().options(answer.span()) {
                choice::find(catalog, name, option).map_err(|refusal| {
                    let span = match refusal {
                        Refusal::Axis { .. } => axis.span(),
                        _ => span,
                    };
                    BadFile::at(text, span, &refusal.to_string(), Some(refusal.hint()))
                })?;
                choices.push((name.to_string(), option.to_string()));
            }
        }
        if let Some(version) = file.backend_gen
            && parts(version.get_ref()).is_none()
        {
            let what = format!("`{}` is no version", version.get_ref());
            let hint = format!("`backend-gen = \"{VERSION}\"`, or leave the line out");
            return Err(BadFile::at(text, version.span(), &what, Some(hint)));
        }
        Ok(Remembered { name: name.transpose()?.map(|name| name.to_string()), newer, choices })
    }
}

/// The version that wrote the file, when it is newer than this one. The rest of the file may be
/// something that only that version understands.
fn newer(text: &str) -> Option<String> {
    let table: toml::Table = text.parse().ok()?;
    let version = table.get("backend-gen")?.as_str()?;
    (parts(version)? > parts(VERSION)?).then(|| version.to_string())
}

/// `1.2.3` as numbers. What follows a `-` or a `+` does not count.
fn parts(version: &str) -> Option<[u64; 3]> {
    let core = version.split(['-', '+']).next()?;
    let numbers = core.split('.').map(|number| number.parse().ok());
    numbers.collect::<Option<Vec<u64>>>()?.try_into().ok()
}

impl BadFile {
    fn at(text: &str, span: Range<usize>, what: &str, hint: Option<String>) -> BadFile {
        let before = text.get(..span.start).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        BadFile {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            what: what.lines().collect::<Vec<_>>().join(", "),
            hint,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    fn parse(text: &str) -> Result<Remembered, BadFile> {
        Remembered::parse(&fixture::catalog(&[]), text)
    }

    #[test]
    fn a_file_of_choices_is_read() {
        let text = "backend-gen = \"0.1.0\"\nname = \"demo\"\n\n[stack]\ndb = \"b\" # why\n";
        let remembered = parse(text).unwrap();
        assert_eq!(remembered.name.as_deref(), Some("demo"));
        assert_eq!(remembered.newer, None);
        assert_eq!(remembered.choices, [("db".to_string(), "b".to_string())]);
    }

    #[test]
    fn a_newer_file_is_read_as_far_as_it_can_be() {
        let known = "backend-gen = \"99.0.0\"\n[stack]\ndb = \"b\"\n";
        assert_eq!(parse(known).unwrap().newer.as_deref(), Some("99.0.0"));
        let unknown = parse("backend-gen = \"99.0.0\"\n[stack]\nqueue = \"x\"\n").unwrap_err();
        assert_eq!(unknown.line, 3);
        assert!(unknown.hint.unwrap().contains("99.0.0"));
        assert!(parse("backend-gen = \"soon\"\n").is_err());
        assert_eq!(parts("1.2.3-rc.1"), Some([1, 2, 3]));
    }

    #[test]
    fn bytes_that_are_no_text_have_a_place() {
        let bad = Remembered::read(&fixture::catalog(&[]), b"name = 1\nx\xff").unwrap_err();
        assert_eq!((bad.line, bad.column), (2, 2));
    }

    #[test]
    fn each_mistake_is_told_with_its_place() {
        let place = |text| parse(text).map_err(|bad| (bad.line, bad.column)).unwrap_err();
        assert_eq!(place("name = \"x\"\n[stack]\n  db = \"c\"\n"), (3, 8));
        assert_eq!(place("[stack]\ndbs = \"a\"\n"), (2, 1));
        assert_eq!(place("[stack]\ndb = 1\n"), (2, 6));
        assert_eq!(place("nmae = \"x\"\n"), (1, 1));
        assert_eq!(place("name = \"../x\"\n"), (1, 8));
        assert_eq!(place("name = \n"), (1, 8));
        assert_eq!(place("[stack]\ndb = \"a\"\ndb = \"b\"\n"), (3, 1));
    }
}
