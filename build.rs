//! Rebuilds when an embedded file is added or removed: `include_dir!` alone notices changes only.

#[allow(clippy::disallowed_macros)]
fn main() {
    println!("cargo::rerun-if-changed=templates");
    println!("cargo::rerun-if-changed=lessons");
    println!("cargo::rerun-if-changed=book");
}
