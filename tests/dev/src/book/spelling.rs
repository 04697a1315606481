//! Every word of the guide and of the lessons is in a dictionary, or in `book/words.txt`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use backend_gen::book::{Book, Quiz, prose};
use backend_gen::lesson::Lessons;
use regex::Regex;
use spellbook::Dictionary;

/// Where systems keep dictionaries; Debian's package is `hunspell-en-gb`.
const FOLDERS: [&str; 3] = ["/usr/share/hunspell", "/usr/share/myspell", "/Library/Spelling"];

/// Names what no dictionary knows, with its page and line; words that are needed no more, too.
pub fn all(book: &Book) -> Result<(String, ())> {
    let Some(folder) = FOLDERS.iter().map(Path::new).find(|it| it.join("en_GB.dic").exists())
    else {
        ensure!(std::env::var("CI").is_err(), "no dictionary: install hunspell-en-gb");
        return Ok(("not checked: there is no dictionary (hunspell-en-gb)".to_string(), ()));
    };
    let read = |name: &str| fs::read_to_string(folder.join(name)).context("a dictionary");
    let known = Dictionary::new(&read("en_GB.aff")?, &read("en_GB.dic")?);
    let known = known.map_err(|why| anyhow::anyhow!("en_GB: {why}"))?;
    let own: BTreeSet<&str> = book.text("words.txt")?.lines().collect();
    ensure!(!known.check("wrnog") && known.check("wrong"), "the dictionary is of no use");
    let word = Regex::new(r"[\p{L}\p{N}]+(?:['’][\p{L}]+)*")?;
    let (mut count, mut used, mut wrong) = (0, BTreeSet::new(), Vec::new());
    for (place, text) in texts(book)? {
        for found in word.find_iter(&text) {
            count += 1;
            let found = found.as_str();
            let plain = found.strip_suffix("'s").unwrap_or(found);
            let digits = plain.contains(|letter: char| letter.is_numeric());
            if digits || known.check(found) || known.check(plain) {
                continue;
            }
            match own.get(plain) {
                Some(word) => drop(used.insert(*word)),
                None => wrong.push(format!("{place}: {found}")),
            }
        }
    }
    let idle: Vec<&str> = own.difference(&used).copied().collect();
    if !wrong.is_empty() || !idle.is_empty() {
        bail!("{}\nin `book/words.txt` and not needed: {}", wrong.join("\n"), idle.join(" "));
    }
    Ok((format!("{count} words, {} of our own", own.len()), ()))
}

/// Every text with where it stands.
fn texts(book: &Book) -> Result<Vec<(String, String)>> {
    let mut all = Vec::new();
    let mut add = |place: &str, markdown: &str| {
        let pieces = prose::of(markdown).into_iter();
        all.extend(pieces.map(|(line, text)| (format!("{place}:{line}"), text)));
    };
    for chapter in &book.chapters {
        let path = &chapter.place.path;
        add(path, book.text(&format!("src/{path}"))?);
        for Quiz { ask, options, .. } in chapter.quizzes()? {
            let said = options.iter().flat_map(|it| [&it.text, &it.why]);
            said.chain([&ask]).for_each(|text| add(&format!("{path}, a quiz"), text));
        }
    }
    for lesson in &Lessons::bundled()?.lessons {
        let spec = &lesson.spec;
        let rules = spec.rule.iter().flat_map(|it| [&it.subgoal, &it.why]);
        let said = [&lesson.text, &lesson.why].into_iter().chain(&spec.hints).chain(rules);
        said.for_each(|text| add(lesson.id(), text));
        spec.mutant.iter().for_each(|it| add(lesson.id(), &it.says));
    }
    Ok(all)
}
