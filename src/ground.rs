//! The ground: what is embedded in the binary.

use std::borrow::Cow;
use std::collections::BTreeMap;

use include_dir::{Dir, DirEntry, include_dir};

/// Files by their path with `/`, relative to the folder they came from.
pub type Files = BTreeMap<String, Cow<'static, [u8]>>;

static TEMPLATES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/templates");
static BOOK: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/book");
static LESSONS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/lessons");

/// Every embedded template file.
pub fn templates() -> Files {
    all(&TEMPLATES)
}

/// Every file of the lessons, and the shop that they share.
pub fn lessons() -> Files {
    all(&LESSONS)
}

/// Every embedded file of the book.
pub fn book() -> Files {
    all(&BOOK)
}

fn all(dir: &'static Dir<'static>) -> Files {
    let mut files = Vec::new();
    collect(dir, &mut files);
    // made at once, which is quicker than one after the other
    files.into_iter().collect()
}

fn collect(dir: &'static Dir<'static>, files: &mut Vec<(String, Cow<'static, [u8]>)>) {
    for entry in dir.entries() {
        match entry {
            DirEntry::Dir(dir) => collect(dir, files),
            DirEntry::File(file) => {
                // `include_dir` keeps paths as text
                let path = file.path().to_str().unwrap_or_default().to_string();
                let path = if cfg!(windows) { path.replace('\\', "/") } else { path };
                files.push((path, Cow::Borrowed(file.contents())));
            }
        }
    }
}
