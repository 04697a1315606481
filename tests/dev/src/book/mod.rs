//! `cargo dev book`: every listing is rendered, every transcript run, every page opened.

mod backend;
mod broken;
mod browse;
mod epub;
mod matching;
mod session;
mod shell;
mod spelling;
mod transcripts;

use std::borrow::Cow;
use std::fs;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use backend_gen::book::{Book, Shelf, Site};
use backend_gen::catalog::Catalog;
use backend_gen::ground::Files;
use backend_gen::name::Name;
use backend_gen::{Project, Stack};

use crate::{folder, work};

/// What of the book is proven.
#[derive(clap::Args)]
pub struct Guide {
    /// These chapters alone, such as `why/first`.
    pages: Vec<String>,
    /// Puts what the commands really print into the transcripts, in place of what does not match.
    #[arg(long)]
    fill: bool,
}

/// Proves the book, as it is on disk now.
pub fn run(guide: &Guide) -> Result<bool> {
    let catalog = work::catalog()?;
    let book = Book::read(files()?)?;
    let meant = |id: &str| guide.pages.is_empty() || guide.pages.iter().any(|page| page == id);
    let lost = guide.pages.iter().find(|page| book.find(page).is_none());
    ensure!(lost.is_none(), "there is no chapter `{}`", lost.map_or("", String::as_str));
    let mut proof = Proof::default();
    if guide.fill {
        return Ok(
            transcripts::run(&catalog, &book, &meant, true, &mut proof)? && proof.failed == 0
        );
    }
    let site = proof.step("the listings of every stack", || listings(&catalog, &book))?;
    proof.step("what is broken is noticed", || broken::all(&catalog))?;
    proof.step("the EPUB", || epub::all(&catalog, &book))?;
    proof.step("the spelling", || spelling::all(&book))?;
    transcripts::run(&catalog, &book, &meant, false, &mut proof)?;
    if let Some(site) = site {
        proof.step("the pages", || browse::all(&book, &site, &meant))?;
    }
    println!("book: {} passed, {} failed", proof.passed, proof.failed);
    Ok(proof.failed == 0)
}

/// What was proven so far.
#[derive(Default)]
struct Proof {
    passed: usize,
    failed: usize,
}

impl Proof {
    /// Runs a step and says how it went.
    fn step<T>(
        &mut self,
        name: &str,
        run: impl FnOnce() -> Result<(String, T)>,
    ) -> Result<Option<T>> {
        let start = Instant::now();
        let (mark, note, value) = match run() {
            Ok((note, value)) => ("ok", note, Some(value)),
            Err(why) => ("FAILED", format!("{why:#}"), None),
        };
        match value {
            Some(_) => self.passed += 1,
            None => self.failed += 1,
        }
        println!("{name}: {mark}, {note} ({:.1} s)", start.elapsed().as_secs_f64());
        Ok(value)
    }
}

/// Renders the whole book for each stack; the answer is the site of the default one.
fn listings(catalog: &Catalog, book: &Book) -> Result<(String, Site)> {
    let stacks = catalog.stacks();
    let half = stacks.len() / 2;
    let build = |stack: &Stack| -> Result<usize> {
        let site = site(catalog, book, stack, true).with_context(|| format!("{stack}"))?;
        Ok(site.files.values().map(Vec::len).sum())
    };
    let all = |stacks: &[Stack]| stacks.iter().map(build).collect::<Result<Vec<usize>>>();
    let (one, two) = std::thread::scope(|scope| {
        let other = scope.spawn(|| all(&stacks[half..]));
        (all(&stacks[..half]), other.join())
    });
    let (one, two) = (one?, two.map_err(|_| anyhow::anyhow!("a thread panicked"))??);
    let heaviest = one.iter().chain(&two).max().copied().unwrap_or_default();
    let site = site(catalog, book, &Stack::choose(catalog, [])?, false)?;
    let pages = site.files.keys().filter(|path| path.extension().is_some_and(|it| it == "html"));
    let note =
        format!("{} pages, {} stacks, at most {} kB", pages.count(), stacks.len(), heaviest / 1000);
    Ok((note, site))
}

/// The book of a stack; `alone` without what other choices would show.
fn site(catalog: &Catalog, book: &Book, stack: &Stack, alone: bool) -> Result<Site> {
    let project = Project::new(Name::parse("shop", &[])?);
    let mut shelf = Shelf::new(catalog, stack.clone(), project)?;
    shelf.alone = alone;
    Site::build(book, &shelf)
}

/// `book/` on disk.
fn files() -> Result<Files> {
    let root = work::root().join("book");
    let mut files = Files::new();
    for path in folder::files(&root)? {
        let name = path.strip_prefix(&root)?.to_string_lossy().replace('\\', "/");
        files.insert(name, Cow::Owned(fs::read(&path)?));
    }
    Ok(files)
}
