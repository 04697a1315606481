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
    let mut files = Files::new();
    collect(&TEMPLATES, &mut files);
    files
}

/// Every file of the lessons, and the shop that they share.
pub fn lessons() -> Files {
    let mut files = Files::new();
    collect(&LESSONS, &mut files);
    files
}

/// Every embedded file of the book.
pub fn book() -> Files {
    let mut files = Files::new();
    collect(&BOOK, &mut files);
    files
}

fn collect(dir: &'static Dir<'static>, files: &mut Files) {
    for entry in dir.entries() {
        match entry {
            DirEntry::Dir(dir) => collect(dir, files),
            DirEntry::File(file) => {
                let path = file.path().to_string_lossy().replace('\\', "/");
                files.insert(path, Cow::Borrowed(file.contents()));
            }
        }
    }
}
