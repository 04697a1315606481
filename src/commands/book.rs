//! `book`: the guide, offline, in the reader's stack.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::{ArgMatches, Args, Command, FromArgMatches};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::book::{Book, Chapter, Shelf, Site, epub};
use crate::catalog::Catalog;
use crate::commands::here::{self, Here};
use crate::io::interrupt::Guard;
use crate::io::loopback::Server;
use crate::io::{browser, library, place, screen};
use crate::name::Name;
use crate::project::Project;
use crate::stack::Stack;
use crate::trouble::{Exit, Trouble};
use crate::{VERSION, flags, ground, words};

/// Opens the guide in the browser, offline, its listings in your stack
///
/// Inside a project it shows that project's choices; elsewhere those of the flags.
#[derive(Args)]
pub struct Guide {
    /// A chapter: `data/queries`, `queries` or `1.3`
    page: Option<String>,

    /// Only say where it is
    #[arg(long)]
    no_open: bool,

    /// Write it into this folder, for any web server
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,

    /// Serve it on this machine until Ctrl-C, for a browser that may not read files
    #[arg(long, conflicts_with = "out")]
    serve: bool,

    /// The port to serve it on [default: any that is free]
    #[arg(long, requires = "serve")]
    port: Option<u16>,

    /// Write it as an EPUB
    #[arg(long, value_name = "FILE", conflicts_with_all = ["out", "serve"])]
    epub: Option<PathBuf>,

    /// The chapters as JSON
    #[arg(long, conflicts_with_all = ["out", "serve", "epub"])]
    json: bool,
}

/// What `book` understands.
pub fn command(catalog: &Catalog) -> Command {
    Guide::augment_args(Command::new("book")).args(flags::args(catalog))
}

/// Opens the guide.
pub fn run(catalog: &Catalog, matches: &ArgMatches) -> Result<Exit> {
    let args = Guide::from_arg_matches(matches)?;
    let here = Here::find(catalog)?;
    let said = flags::chosen(catalog, matches);
    let stack = here::stack(catalog, here.as_ref(), &said)?;
    let book = Book::read(ground::book())?;
    let page = match &args.page {
        None => "index.html".to_string(),
        Some(wanted) => chapter(&book, wanted)?.place.page(),
    };
    if args.json {
        screen::out(&contents(&book, &stack)?)?;
        return Ok(Exit::Done);
    }
    let name = here.and_then(|here| here.remembered.name).unwrap_or_else(|| NAME.to_string());
    let project = Project::new(Name::parse(&name, &[])?);
    let shelf = Shelf::new(catalog, stack.clone(), project)?;
    if let Some(file) = &args.epub {
        library::single(file, &epub::build(&book, &shelf)?)?;
        screen::out_if_read(&words::shown(file))?;
        return Ok(Exit::Done);
    }
    let site = || Site::build(&book, &shelf);
    if args.serve {
        return serve(&args, site()?, &page);
    }
    let folder = match &args.out {
        Some(folder) => {
            library::publish(folder, &site()?.files)?;
            place::absolute(folder)?
        }
        None => kept(&fingerprint(&stack, &name), site)?,
    };
    show(&args, &library::address(&folder.join(Path::new(&page))))
}

/// The book in the cache: it is rendered once.
fn kept(key: &str, site: impl Fn() -> Result<Site>) -> Result<PathBuf> {
    let folder = library::cache()?.join(key);
    if !library::has(&folder) {
        library::keep(&folder, &site()?.files)?;
    }
    Ok(folder)
}

fn show(args: &Guide, url: &str) -> Result<Exit> {
    screen::out_if_read(url)?;
    if !args.no_open {
        browser::open(url)?;
    }
    Ok(Exit::Done)
}

fn serve(args: &Guide, site: Site, page: &str) -> Result<Exit> {
    let server = Server::bind(args.port)?;
    show(args, &format!("{}{page}", server.url()))?;
    screen::note("the book is open on this machine only; Ctrl-C closes it");
    let guard = Guard::careful();
    server.serve(site.files, || guard.stopped())?;
    Ok(Exit::Done)
}

fn chapter<'b>(book: &'b Book, wanted: &str) -> Result<&'b Chapter, Trouble> {
    book.find(wanted).ok_or_else(|| {
        let what = format!("there is no page `{}`", words::printable(wanted, 80));
        let hint = match book.nearest(wanted).as_slice() {
            [near, ..] => format!("`backend-gen book {near}`"),
            [] => "`backend-gen book --json` lists them".to_string(),
        };
        Trouble::usage(what).hint(hint)
    })
}

fn contents(book: &Book, stack: &Stack) -> Result<String> {
    let chapters = book.chapters.iter().map(|chapter| {
        json!({
            "page": chapter.place.id(),
            "number": chapter.place.number,
            "title": chapter.place.title,
            "part": chapter.place.part,
            "minutes": chapter.facts.minutes,
            "outcome": chapter.facts.outcome,
        })
    });
    let book = json!({
        "version": VERSION,
        "stack": stack.flags(),
        "chapters": chapters.collect::<Vec<_>>(),
    });
    serde_json::to_string_pretty(&book).context("cannot write the chapters as JSON")
}

/// Of everything that the pages are made of.
fn fingerprint(stack: &Stack, name: &str) -> String {
    let mut hash = Sha256::new();
    let mut add = |bytes: &[u8]| {
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    };
    for text in [VERSION, &stack.flags(), name] {
        add(text.as_bytes());
    }
    for (path, bytes) in ground::book().iter().chain(&ground::templates()) {
        add(path.as_bytes());
        add(bytes);
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// What the project of the listings is called.
const NAME: &str = "shop";
