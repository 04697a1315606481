//! Rebuilds when a template or a chapter is added or removed: `include_dir!` alone notices only changed files.

#[allow(clippy::disallowed_macros)]
fn main() {
    println!("cargo::rerun-if-changed=templates");
    println!("cargo::rerun-if-changed=book");
}
