//! Lists the files of `migrations/` for the program, so that a new one is never forgotten.

use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=migrations");
    let folder =
        Path::new(&env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?).join("migrations");
    let mut files: Vec<_> =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    files.retain(|file| file.extension().is_some_and(|kind| kind == "sql"));
    files.sort();
    let mut list = "const MIGRATIONS: &[(&str, &str)] = &[\n".to_string();
    for file in &files {
        let name = file.file_stem().unwrap_or_default();
        list += &format!("    ({name:?}, include_str!({file:?})),\n");
    }
    list += "];\n";
    fs::write(
        Path::new(&env::var("OUT_DIR").map_err(io::Error::other)?).join("migrations.rs"),
        list,
    )
}
