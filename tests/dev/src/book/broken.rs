//! Books that are broken in one place each: the build must notice, and say where.

use std::borrow::Cow;

use anyhow::{Context, Result, bail, ensure};
use backend_gen::Stack;
use backend_gen::book::Book;
use backend_gen::catalog::Catalog;
use backend_gen::ground::Files;

/// What is put in place of a sentence of a small, good chapter, and what must be said of it.
const BREAKS: &[(&str, &str)] = &[
    ("{{#listing src/app.rs ruoter}}", "there is no `ruoter`"),
    ("{{#listing src/lost.rs}}", "no `src/lost.rs`"),
    ("{{#listing src/app.rs router from=\"never said\"}}", "no line of it holds `never said`"),
    ("{{#listing src/app.rs router colour=red}}", "no key `colour`"),
    ("{{#listing src/auth/token.rs}}", "say `with=`"),
    ("{{#nothing}}", "is no directive"),
    ("{{#env NOT_THERE}}", "no variable `NOT_THERE`"),
    ("{{#choices colour}}", "no axis `colour`"),
    ("{{#diagram lost}}", "src/img/lost.svg"),
    ("{{#tabs auth}}\n\n{{#tab jwt}}\n\nx\n\n{{/tabs}}", "no tab for `auth=none`"),
    ("{{#tabs auth}}\n\n{{#tab jwt}}\n\nx", "is not closed"),
    ("[away](lost.md)", "there is no `part/lost.md`"),
    ("[away](#lost)", "has no `#lost`"),
    ("[away](http://example.com)", "is not https"),
    ("## Twice\n\n## Twice", "two headings"),
    ("<b>bold</b>", "HTML in a chapter"),
    ("```rust\na\nb\nc\nd\n```", "4 lines of rust"),
    ("```cobol\na\n```", "no language"),
    ("```console\nno command\n```", "not with `$ `"),
    ("```quiz\nask = \"?\"\noption = []\n```", "two to four options"),
    ("![a picture](x.png)", "`{{#diagram}}`"),
];

const CHAPTER: &str =
    "<!--\nminutes = 1\noutcome = \"see\"\n-->\n\n# One\n\nPLACE\n\n## Recap from memory\n";

/// Every break is noticed, and the chapter without one is fine.
pub fn all(catalog: &Catalog) -> Result<(String, ())> {
    let forgotten = whole(catalog, &CHAPTER.replace("## Recap", "## Nothing")).err();
    let forgotten = forgotten.map(|why| format!("{why:#}"));
    ensure!(forgotten.is_some_and(|why| why.contains("Recap")), "nobody misses the recap");
    build(catalog, "A sentence.").context("the chapter that is good")?;
    for (text, wanted) in BREAKS {
        match build(catalog, text) {
            Ok(()) => bail!("nobody notices {text}"),
            Err(why) => {
                let why = format!("{why:#}");
                ensure!(why.contains(wanted), "{text}: it says {why}, and not `{wanted}`");
                ensure!(why.contains("one.md"), "{text}: it does not say where: {why}");
            }
        }
    }
    Ok((format!("{} breaks", BREAKS.len()), ()))
}

fn build(catalog: &Catalog, text: &str) -> Result<()> {
    whole(catalog, &CHAPTER.replace("PLACE", text))
}

/// A book of one chapter.
fn whole(catalog: &Catalog, chapter: &str) -> Result<()> {
    let mut files: Files = super::files()?;
    files.retain(|path, _| path.starts_with("theme/"));
    let summary = "# Summary\n\n# Part\n\n- [One](part/one.md)\n";
    let own = [("src/SUMMARY.md", summary), ("src/part/one.md", chapter)];
    files.extend(own.map(|(path, text)| (path.to_string(), Cow::Owned(text.into()))));
    super::site(catalog, &Book::read(files)?, &Stack::choose(catalog, [])?, true).map(drop)
}
