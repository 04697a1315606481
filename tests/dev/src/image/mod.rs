//! `cargo dev image`: the generated image, really built and really run, for each database.
//!
//! Nothing is pulled: stand-ins under the public names hold what the build and the program need of
//! this machine. Linux, as root, with buildah and runc.

mod build;
mod cell;

use anyhow::{Context, Result};
use backend_gen::catalog::Catalog;
use backend_gen::{Stack, render};

use crate::contract::database::Database;
use crate::{folder, servers, work};
use build::Store;
use cell::Cell;

/// Which databases.
#[derive(clap::Args)]
pub struct Image {
    /// These databases alone, such as `sqlite`.
    #[arg(long = "db")]
    databases: Vec<String>,
}

/// Builds and runs one image after the other.
pub fn run(image: &Image) -> Result<bool> {
    if let Some(missing) = ["buildah", "runc"].iter().find(|program| !is_there(program)) {
        println!("not run: {missing} is not installed");
        return Ok(std::env::var("CI").is_ok_and(|value| value != "true"));
    }
    let catalog = work::catalog()?;
    let axis = catalog.axis("db").context("no axis `db`")?;
    let wanted =
        |name: &&str| image.databases.is_empty() || image.databases.iter().any(|it| it == name);
    let store = Store::open()?;
    let mut good = true;
    for name in axis.names().into_iter().filter(wanted) {
        good &= one(&catalog, &store, name).with_context(|| name.to_string())?;
    }
    Ok(good)
}

fn one(catalog: &Catalog, store: &Store, name: &str) -> Result<bool> {
    let stack = Stack::choose(catalog, [("db", name), ("hosting", "docker")])?;
    let server = servers::of(catalog, &stack).into_iter().next();
    if server.as_ref().is_some_and(|server| !server.answers()) {
        println!("{name}: not run, nobody answers");
        return Ok(false);
    }
    let dir = work::root().join("target").join("image").join(name);
    folder::write(&dir, &render(catalog, &stack, &work::project(&stack)?)?)?;
    let built = store.build(&dir, name)?;
    let database = Database::make(name, server.as_ref().map_or("", |it| &it.url))?;
    let cell = Cell::make(store, name, &database.url)?;
    let lived = cell.live()?;
    let megabytes = built.bytes as f64 / 1e6;
    let (small, quick) = (megabytes <= 30.0, lived.ready.as_millis() <= 500);
    let complaints = lived.complaints.join("; ");
    let good = small && quick && complaints.is_empty();
    println!(
        "{} {name}: {megabytes:.1} MB compressed beside its base, built in {} s, ready in {} ms, \
         {:.0} MiB of {} used{}{complaints}",
        if good { "ok    " } else { "FAILED" },
        built.seconds,
        lived.ready.as_millis(),
        lived.memory as f64 / 1048576.0,
        cell::MEMORY / 1048576,
        if complaints.is_empty() { "" } else { "; " },
    );
    Ok(good)
}

/// It can be called by its name.
pub fn is_there(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin".into()]);
    folders.into_iter().any(|folder| folder.join(program).is_file())
}
