//! `book` opens the guide offline, and writes it where it is told.

use std::borrow::Cow;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use backend_gen::book::Book;
use backend_gen::ground;

use crate::sandbox::{self, Run, Sandbox};

/// `book` with a cache and a home of its own.
fn book(sandbox: &Sandbox, folder: &str, words: &str) -> Run {
    let mut command = sandbox::command();
    let home = sandbox.path().join("home");
    command.current_dir(sandbox.path().join(folder)).env("HOME", &home);
    command.env("XDG_CACHE_HOME", home.join("cache")).env("LOCALAPPDATA", home.join("cache"));
    command.arg("book").args(words.split_whitespace());
    Run::of(command.output().expect("the program starts"))
}

fn page(run: &Run) -> String {
    let path = run.stdout.trim().strip_prefix("file://").expect("an address");
    std::fs::read_to_string(path).expect("the page is there")
}

#[test]
fn it_is_rendered_once_and_opened_from_the_disk() {
    let sandbox = Sandbox::new();
    let first = book(&sandbox, ".", "--no-open").success();
    assert!(page(&first).contains("<h1 id=\"the-guide\">"), "{}", first.stdout);
    let before = sandbox.snapshot();
    let second = book(&sandbox, ".", "why/request --no-open").success();
    assert!(page(&second).contains("One request, end to end"));
    assert_eq!(before, sandbox.snapshot(), "nothing is written again");
}

#[test]
fn a_page_is_found_by_its_path_its_name_and_its_number() {
    let sandbox = Sandbox::new();
    for wanted in ["why/first", "first", "0.2", "why/first.md"] {
        let run = book(&sandbox, ".", &format!("{wanted} --no-open")).success();
        assert!(run.stdout.trim().ends_with("/why/first.html"), "{wanted}: {}", run.stdout);
    }
    let lost = book(&sandbox, ".", "frist --no-open").ends_with(2);
    lost.complains("there is no page `frist`").complains("hint: `backend-gen book first`");
}

#[test]
fn json_lists_every_chapter() {
    let run = book(&Sandbox::new(), ".", "--json").success();
    let json: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let chapters = json["chapters"].as_array().unwrap();
    assert_eq!(chapters.len(), Book::read(ground::book()).unwrap().chapters.len());
    assert!(chapters.iter().any(|chapter| chapter["number"] == "0.1"), "{json}");
    assert_eq!(json["stack"], "--db sqlite --auth session --api rest --cache none");
}

#[test]
fn inside_a_project_it_shows_its_choices() {
    let sandbox = Sandbox::new();
    sandbox.run("new shop -y --no-git --db postgres --auth jwt").success();
    let run = book(&sandbox, "shop/src", "why/request --no-open").success();
    let page = page(&run);
    assert!(page.contains("<code>--db postgres --auth jwt --api rest --cache none</code>"));
    let own = page.matches(" data-own=\"\">").count();
    let postgres =
        page.matches("data-when=\"db:postgres\" data-label=\"PostgreSQL\" data-own=\"\">").count();
    assert!(own > 0 && postgres > 0, "{own} tabs are the reader's, {postgres} of PostgreSQL");
    let flags = book(&sandbox, ".", "why/request --no-open --db mysql").success();
    assert_ne!(flags.stdout, run.stdout, "another stack is another book");
}

#[test]
fn it_is_written_into_a_folder_and_refreshed_there() {
    let sandbox = Sandbox::new().file("site/notes.txt", "mine");
    let run = book(&sandbox, ".", "--out site --no-open").success();
    assert!(run.stdout.trim().ends_with("/site/index.html"), "{}", run.stdout);
    assert!(sandbox.has("site/why/request.html") && sandbox.has("site/search.js"));
    sandbox.write("site/index.html", "changed");
    book(&sandbox, ".", "--out site --no-open").success();
    assert!(sandbox.read("site/index.html").contains("<!doctype html>"));
    assert_eq!(sandbox.read("site/notes.txt"), "mine");
    let links = Path::new("site").join("why").join("request.html");
    let html = sandbox.read(&links.to_string_lossy());
    assert!(
        html.contains("href=\"../book.css\"") && !html.contains("=\"/"),
        "it works below a path"
    );
}

#[test]
fn what_is_not_ours_is_not_overwritten() {
    let sandbox = Sandbox::new().file("site/book.css", "mine");
    let before = sandbox.snapshot();
    let run = book(&sandbox, ".", "--out site --no-open").ends_with(1);
    run.complains("book.css` is there").complains("hint: choose an empty folder");
    assert_eq!(before, sandbox.snapshot());
    let sandbox = Sandbox::new().file("site", "a file");
    book(&sandbox, ".", "--out site --no-open").ends_with(1).complains("hint: ");
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link() {
    let sandbox = Sandbox::new().folder("site").folder("away");
    std::os::unix::fs::symlink(sandbox.path().join("away"), sandbox.path().join("site/why"))
        .unwrap();
    let run = book(&sandbox, ".", "--out site --no-open").ends_with(1);
    run.complains("a symbolic link");
    assert!(!sandbox.has("away/request.html"));
}

#[cfg(target_os = "linux")]
#[test]
fn without_a_browser_it_says_where_the_page_is() {
    let sandbox = Sandbox::new();
    let mut command = sandbox::command();
    let home = sandbox.path().join("home");
    command.current_dir(sandbox.path()).env("XDG_CACHE_HOME", &home).env("PATH", "").arg("book");
    let run = Run::of(command.output().unwrap()).ends_with(1);
    assert!(run.stdout.starts_with("file:///"), "{}", run.stdout);
    run.complains("no browser could be started").complains("hint: open this address");
}

#[cfg(target_os = "linux")]
#[test]
fn a_cache_that_cannot_be_written_is_one_line() {
    let sandbox = Sandbox::new().file("home/cache", "a file");
    let run = book(&sandbox, ".", "--no-open").ends_with(1);
    assert_eq!(run.stderr.trim().lines().count(), 3, "{}", run.stderr);
    run.complains("cannot write").complains("hint: ").complains("--out DIR");
}

/// A server that ends with the test.
struct Served {
    child: Child,
    address: String,
}

impl Served {
    fn start(sandbox: &Sandbox) -> Served {
        let mut command = Command::new(env!("CARGO_BIN_EXE_backend-gen"));
        command.current_dir(sandbox.path()).args(["book", "--serve", "--no-open"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("http://").unwrap().split('/').next().unwrap();
        Served { address: address.to_string(), child }
    }

    fn ask(&self, head: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.write_all(format!("{head}\r\n\r\n").as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn get(&self, path: &str) -> String {
        self.ask(&format!("GET {path} HTTP/1.1\r\nHost: {}", self.address))
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_server_is_for_this_machine_and_for_pages_alone() {
    let sandbox = Sandbox::new();
    let served = Served::start(&sandbox);
    assert!(served.address.starts_with("127.0.0.1:"), "{}", served.address);
    let index = served.get("/");
    assert!(index.starts_with("HTTP/1.1 200 ") && index.contains("</html>"));
    assert!(index.contains("default-src 'none'; script-src 'self'") && !index.contains("unsafe"));
    assert!(served.get("/why/request.html?db=mysql").starts_with("HTTP/1.1 200 "));
    for path in
        ["/../Cargo.toml", "/%2e%2e/Cargo.toml", "/why/../../etc/passwd", "/why/", "//etc/passwd"]
    {
        assert!(served.get(path).starts_with("HTTP/1.1 404 "), "{path}");
    }
    let rebound = served.ask("GET / HTTP/1.1\r\nHost: evil.example");
    assert!(rebound.starts_with("HTTP/1.1 421 "), "{rebound}");
    assert!(served.ask("GET / HTTP/1.1").starts_with("HTTP/1.1 421 "), "no Host at all");
    let posted = served.ask(&format!("POST / HTTP/1.1\r\nHost: {}", served.address));
    assert!(posted.starts_with("HTTP/1.1 405 "));
    let head = served.ask(&format!("HEAD / HTTP/1.1\r\nHost: {}", served.address));
    assert!(head.starts_with("HTTP/1.1 200 ") && !head.contains("<html"));
}

#[test]
fn a_port_that_is_taken_is_one_line() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let run = book(&Sandbox::new(), ".", &format!("--serve --no-open --port {port}")).ends_with(1);
    run.complains(&format!("port {port} is in use")).complains("hint: leave it out");
}

#[test]
fn no_page_asks_for_anything_from_outside() {
    let sandbox = Sandbox::new();
    book(&sandbox, ".", "--out site --no-open").success();
    for (path, bytes) in sandbox.snapshot() {
        let text = String::from_utf8_lossy(&bytes);
        for loads in ["src=\"http", "@import", "url(http", "fetch(", "XMLHttpRequest"] {
            assert!(!text.contains(loads), "`{}` says {loads}", path.display());
        }
        let page = path.extension().is_some_and(|it| it == "html");
        let inline = page
            && (text.contains("<script>") || text.contains(" style=") || text.contains("onclick"));
        assert!(!inline, "`{}` has a script or a style in it", path.display());
    }
}

#[test]
fn every_broken_link_of_a_chapter_is_named_with_its_line() {
    let mut files = ground::book();
    let chapter = "src/why/guide.md";
    let text = String::from_utf8(files[chapter].to_vec()).unwrap();
    let text = text.replace("request.md#stations", "request.md#nowhere");
    files.insert(chapter.to_string(), Cow::Owned(text.into_bytes()));
    let book = Book::read(files).unwrap();
    let catalog = backend_gen::catalog::Catalog::bundled().unwrap();
    let stack = backend_gen::Stack::choose(&catalog, []).unwrap();
    let project = backend_gen::Project::new(backend_gen::name::Name::parse("shop", &[]).unwrap());
    let shelf = backend_gen::book::Shelf::new(&catalog, stack, project).unwrap();
    let error = backend_gen::book::Site::build(&book, &shelf).err().unwrap().to_string();
    assert!(error.contains("guide.md:") && error.contains("has no `#nowhere`"), "{error}");
}

#[test]
fn an_epub_is_whole() {
    let sandbox = Sandbox::new();
    let run = book(&sandbox, ".", "--epub guide.epub").success();
    assert!(run.stdout.trim().ends_with("guide.epub"), "{}", run.stdout);
    let bytes = std::fs::read(sandbox.path().join("guide.epub")).unwrap();
    assert_eq!(&bytes[30..58], b"mimetypeapplication/epub+zip");
    let again = book(&sandbox, ".", "--epub again.epub").success();
    assert!(!again.stdout.is_empty());
    assert_eq!(bytes, std::fs::read(sandbox.path().join("again.epub")).unwrap());
    book(&sandbox, ".", "--epub no/where.epub").ends_with(1).complains("hint: ");
}
