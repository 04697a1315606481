//! `cargo dev vps`: the unit of systemd, really started by systemd, and released with the project's
//! own script, for each database.
//!
//! The commands are those of the project's page. Linux, as root, with systemd and runc.

mod life;
mod machine;

use anyhow::{Context, Result};
use backend_gen::Stack;

use crate::{image, servers, work};
use life::{BROKEN, Shop};

/// Which databases.
#[derive(clap::Args)]
pub struct Vps {
    /// These databases alone, such as `sqlite`.
    #[arg(long = "db")]
    databases: Vec<String>,
}

/// One server after the other; then units that are wrong, which must be noticed.
pub fn run(vps: &Vps) -> Result<bool> {
    if let Some(missing) = ["runc", "systemctl", "curl"].iter().find(|it| !image::is_there(it)) {
        println!("not run: {missing} is not installed");
        return Ok(std::env::var("CI").is_ok_and(|value| value != "true"));
    }
    let catalog = work::catalog()?;
    let axis = catalog.axis("db").context("no axis `db`")?;
    let wanted =
        |name: &&str| vps.databases.is_empty() || vps.databases.iter().any(|it| it == name);
    let mut good = true;
    for name in axis.names().into_iter().filter(wanted) {
        let stack = Stack::choose(&catalog, [("db", name), ("auth", "jwt"), ("hosting", "vps")])?;
        let away = servers::of(&catalog, &stack).into_iter().find(|server| !server.answers());
        if let Some(server) = away {
            println!("FAILED {name}: nobody answers at {}", server.url);
            good = false;
            continue;
        }
        let shop = Shop::build(&catalog, &stack, name)?;
        let complaints = shop.live(("", ""))?;
        good &= complaints.is_empty();
        let state = if complaints.is_empty() { "ok    " } else { "FAILED" };
        println!("{state} {name}: installed, released, gone back, killed, stopped {complaints:?}");
        for change in BROKEN.iter().filter(|_| name == "sqlite") {
            let seen = shop.live(*change)?.into_iter().next();
            good &= seen.is_some();
            match seen {
                Some(what) => println!("ok     {:?} is noticed: {what}", change.1),
                None => println!("FAILED {:?} in place of {:?} is not noticed", change.1, change.0),
            }
        }
    }
    Ok(good)
}
