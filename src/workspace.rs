//! The Cargo workspace around a new project: is it a member, and how does it become one?

use anyhow::{Context, Result, anyhow, bail};
use toml_edit::{Array, DocumentMut, Item, TomlError, Value};

/// What a workspace says about a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Membership {
    /// Its list of members covers the folder already.
    Member,
    /// It shuts the folder out by name.
    Excluded,
    /// It does not know the folder.
    Stranger,
}

/// What the workspace of this manifest says about a folder. `path` is relative, with `/`.
pub fn membership(manifest: &str, path: &str) -> Result<Membership> {
    let document = parse(manifest)?;
    let list = |key: &str| -> Vec<String> {
        let values = document["workspace"].get(key).and_then(Item::as_array);
        let texts = values.into_iter().flatten().filter_map(Value::as_str);
        texts.map(|text| text.trim_end_matches('/').to_string()).collect()
    };
    let below = |folder: &String| {
        path.strip_prefix(folder.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    if list("exclude").iter().any(below) {
        return Ok(Membership::Excluded);
    }
    let covered = list("members").iter().any(|pattern| matches(pattern, path));
    Ok(if covered { Membership::Member } else { Membership::Stranger })
}

/// The manifest with one more member, everything else as it was.
pub fn with_member(manifest: &str, path: &str) -> Result<String> {
    let mut document = parse(manifest)?;
    let Some(workspace) = document["workspace"].as_table_like_mut() else {
        bail!("the manifest above has no `[workspace]`");
    };
    let members = workspace.entry("members").or_insert(toml_edit::value(Array::new()));
    let members = members.as_array_mut().context("`members` of the workspace is no list")?;
    let spread = members.iter().any(|value| {
        let prefix = value.decor().prefix().and_then(|prefix| prefix.as_str());
        prefix.is_some_and(|prefix| prefix.contains('\n'))
    });
    let indent = match members.iter().next().and_then(|first| first.decor().prefix()?.as_str()) {
        Some(prefix) if spread => prefix.trim_start_matches(' ').to_string(),
        _ if members.is_empty() => String::new(),
        _ => " ".to_string(),
    };
    let mut member = Value::from(path);
    member.decor_mut().set_prefix(indent);
    members.push_formatted(member);
    Ok(document.to_string())
}

/// One line about what is broken, where the library would draw it.
fn parse(manifest: &str) -> Result<DocumentMut> {
    manifest.parse().map_err(|error: TomlError| {
        let start = error.span().map_or(0, |span| span.start);
        let line = manifest.get(..start).map_or(1, |before| before.matches('\n').count() + 1);
        let what = error.message().lines().collect::<Vec<_>>().join(", ");
        anyhow!("the workspace's manifest is broken in line {line}: {what}")
    })
}

/// Cargo's globs, as far as workspaces use them: `*` and `?` within a part, `**` for any parts.
fn matches(pattern: &str, path: &str) -> bool {
    fn parts(pattern: &[&str], path: &[&str]) -> bool {
        match (pattern.split_first(), path.split_first()) {
            (None, None) => true,
            (Some((&"**", rest)), _) => {
                parts(rest, path)
                    || path.split_first().is_some_and(|(_, path)| parts(pattern, path))
            }
            (Some((&".", rest)), _) => parts(rest, path),
            (Some((one, rest)), Some((part, path))) => {
                letters(one.as_bytes(), part.as_bytes()) && parts(rest, path)
            }
            _ => false,
        }
    }
    fn letters(pattern: &[u8], text: &[u8]) -> bool {
        match (pattern.split_first(), text.split_first()) {
            (None, None) => true,
            (Some((b'*', rest)), _) => {
                letters(rest, text)
                    || text.split_first().is_some_and(|(_, text)| letters(pattern, text))
            }
            (Some((b'?', rest)), Some((_, text))) => letters(rest, text),
            (Some((one, rest)), Some((letter, text))) => one == letter && letters(rest, text),
            _ => false,
        }
    }
    parts(&pattern.split('/').collect::<Vec<_>>(), &path.split('/').collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_and_names_cover_a_folder() {
        let manifest = "[workspace]\nmembers = [\"cli\", \"apps/*\"]\nexclude = [\"old\"]\n";
        let of = |path| membership(manifest, path).unwrap();
        assert_eq!(of("cli"), Membership::Member);
        assert_eq!(of("apps/demo"), Membership::Member);
        assert_eq!(of("apps/deep/demo"), Membership::Stranger);
        assert_eq!(of("old/demo"), Membership::Excluded);
        assert_eq!(of("older"), Membership::Stranger);
    }

    #[test]
    fn joining_adds_one_member_and_keeps_the_rest() {
        let flat = "# mine\n[workspace]\nmembers = [\"a\"] # all\nresolver = \"3\"\n";
        let expected = "# mine\n[workspace]\nmembers = [\"a\", \"demo\"] # all\nresolver = \"3\"\n";
        assert_eq!(with_member(flat, "demo").unwrap(), expected);
        let spread = "[workspace]\nmembers = [\n    \"a\",\n    \"b\",\n]\n";
        let expected = "[workspace]\nmembers = [\n    \"a\",\n    \"b\",\n    \"demo\",\n]\n";
        assert_eq!(with_member(spread, "demo").unwrap(), expected);
        let none = "[workspace]\n";
        assert_eq!(with_member(none, "demo").unwrap(), "[workspace]\nmembers = [\"demo\"]\n");
    }
}
