//! `learn kit`: a course for a room without a network, in one folder; and the crates fetched ahead.

use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::book::{Book, Shelf, Site};
use crate::catalog::Catalog;
use crate::commands::learn::start;
use crate::commands::learn::words::Kit;
use crate::ground;
use crate::io::disk::{Change, Scratch};
use crate::io::interrupt::Guard;
use crate::io::place::{self, Found};
use crate::io::process::Running;
use crate::io::progress::Progress;
use crate::io::{keep, library, probe, screen};
use crate::lesson::Lessons;
use crate::name::Name;
use crate::project::Project;
use crate::render::Tree;
use crate::stack::Stack;
use crate::trouble::{Exit, Trouble};
use crate::words;

/// Writes this program, a course, its crates and the guide. Nothing is left when it fails.
pub fn run(
    catalog: &Catalog,
    lessons: Lessons,
    args: &Kit,
    said: &[(String, String)],
) -> Result<Exit> {
    let stack = start::stack(catalog, &lessons, said)?;
    let root = place::absolute(&args.out)?;
    if place::look(&root)? != Found::Nothing {
        bail!(
            Trouble::failure(format!("`{}` is there already", words::shown(&args.out)))
                .hint("`backend-gen learn kit --out ANOTHER_NAME`")
        );
    }
    let own = place::program()?;
    let program = own.file_name().context("this program has no name")?;
    let guard = Guard::careful();
    let mut change = Change::default();
    let readme = Tree::from([("README.md".into(), readme(&program.to_string_lossy()))]);
    change.create(&readme, &root, |_| (), || guard.stopped())?;
    let progress = Progress::start("writing the course and the guide");
    let course = root.join("course");
    start::lay(catalog, &stack, &course)?;
    start::begin(catalog, lessons, course.clone())?;
    place::copy(&own, &root.join(program))?;
    let book = Book::read(ground::book())?;
    let shelf = Shelf::new(catalog, stack, Project::new(Name::parse("shop", &[])?))?;
    library::publish(&root.join("book"), &Site::build(&book, &shelf)?.files)?;
    progress.say("collecting the crates");
    if !cargo(&course, &["vendor", "--quiet", "--locked", "--versioned-dirs", "../crates"])? {
        return Ok(Exit::Interrupted);
    }
    keep::append(&course.join(".cargo/config.toml"), VENDORED)?;
    drop(progress);
    change.keep();
    screen::out(&format!("The kit is in {}", words::shown(&args.out)))?;
    screen::out("Each person copies it, and follows its README; no network is needed.")?;
    Ok(Exit::Done)
}

/// Fetches the crates of a course, so that its first build needs no network.
///
/// # Errors
/// When cargo cannot fetch them; it has said why.
pub fn prefetch(catalog: &Catalog) -> Result<Stack> {
    let lessons = Lessons::bundled()?;
    let stack = start::stack(catalog, &lessons, &[])?;
    let scratch = Scratch::new()?;
    let course = scratch.path().join("course");
    start::lay(catalog, &stack, &course)?;
    start::begin(catalog, lessons, course.clone())?;
    let _progress = Progress::start("fetching the crates of a course");
    if !cargo(&course, &["fetch", "--quiet", "--locked"])? {
        bail!(Trouble::failure("stopped").hint("`backend-gen doctor --prefetch` goes on with it"));
    }
    Ok(stack)
}

/// Runs cargo to its end; `false` when somebody stopped it.
fn cargo(folder: &Path, words: &[&str]) -> Result<bool> {
    let mut cargo = Running::cargo(folder, words)?;
    let guard = Guard::running(cargo.group());
    let status = cargo.lines(|_| Ok(()))?;
    if guard.stopped() {
        return Ok(false);
    }
    if !status.success() {
        let what = "cargo could not fetch the crates; what it said is above";
        bail!(Trouble::failure(what).hint("with a network, once: `backend-gen doctor --prefetch`"));
    }
    Ok(true)
}

fn readme(program: &str) -> Vec<u8> {
    let system = format!("{} on {}", probe::os(), probe::arch());
    let text = README.replace("PROGRAM", program).replace("SYSTEM", &system);
    text.into_bytes()
}

/// Where the crates of the course are.
const VENDORED: &str = r#"
# The crates came with the course: nothing is asked of a network.
[source.crates-io]
replace-with = "kit"

[source.kit]
directory = "../crates"
"#;

const README: &str = "\
# A course without a network

Needed: this folder on your own disk, and Rust (`rustc --version` answers). The program is for SYSTEM;
on another system install `backend-gen` there, and take `course` and `crates` from here.

```sh
cd course
../PROGRAM learn check
```

The first check builds everything, which takes a minute or two; the next ones take seconds. It ends with a message about
the first lesson, in red. `../PROGRAM learn` shows the lesson and watches your files.

The guide is in `book/index.html`.
";
