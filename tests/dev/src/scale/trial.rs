//! One balancer before three instances: one is killed, one restarted, all replaced, under load.

use std::path::Path;
use std::sync::atomic::Ordering;
use std::thread::sleep;
use std::time::Duration;

use anyhow::Result;
use tempfile::TempDir;

use crate::scale::client::Client;
use crate::scale::front::Front;
use crate::scale::load::Load;
use crate::scale::stand::{Instances, Stand};
use crate::scale::verdict;

pub fn run(stand: &Stand, front: &Front, program: &Path) -> Result<bool> {
    println!("{}", front.program);
    let home = TempDir::new()?;
    let mut instances = stand.start(3, &[])?;
    let balancer = front.start(program, stand, &instances.ports, home.path())?;
    let client = Client::new(&balancer.url).enter("owner")?;
    let mut good = true;
    let mut phase = |what: &str, act: &mut dyn FnMut(&mut Instances) -> Result<()>| {
        let load = Load::default();
        load.around(&client, &balancer.url, || -> Result<()> {
            sleep(Duration::from_millis(700));
            act(&mut instances)?;
            sleep(Duration::from_millis(1200));
            Ok(())
        })?;
        good &= judge(what, &load, &client, what == KILLED);
        Ok::<(), anyhow::Error>(())
    };
    phase(KILLED, &mut |all| {
        all.kill(0);
        sleep(Duration::from_millis(1500));
        all.raise(0)
    })?;
    phase("one is restarted", &mut |all| {
        all.stop(1)?;
        all.raise(1)
    })?;
    phase("a new version comes, with a wider table first", &mut |all| {
        // expand: the old version does not know the column, and need not
        all.database.run("ALTER TABLE tasks ADD COLUMN colour TEXT NOT NULL DEFAULT ''")?;
        all.renew()?;
        for number in 0..3 {
            all.stop(number)?;
            all.raise(number)?;
            // as the release script: the next one when this one is ready and known
            sleep(Duration::from_millis(1500));
        }
        Ok(())
    })?;
    Ok(good)
}

/// No read failed, every acknowledged write is there, once. Only a killed instance takes writes in
/// flight with it, which are then repeated.
fn judge(what: &str, load: &Load, client: &Client, killed: bool) -> bool {
    let failures = load.failures.lock().map(|it| it.clone()).unwrap_or_default();
    let kept = load.kept.lock().map(|it| it.clone()).unwrap_or_default();
    let ids: std::collections::BTreeSet<&String> = kept.values().collect();
    let lost =
        ids.iter().filter(|id| client.get(&format!("/api/v1/tasks/{id}")).status != Some(200));
    let (lost, doubled) = (lost.count(), kept.len() - ids.len());
    let repeated = load.repeated.lock().map(|it| it.clone()).unwrap_or_default();
    let (reads, writes) = (load.reads.load(Ordering::Relaxed), load.writes.load(Ordering::Relaxed));
    let worked = reads > 100 && writes > 30;
    let good =
        worked && failures.is_empty() && lost + doubled == 0 && (killed || repeated.is_empty());
    let first = |all: &[String]| all.first().map(|why| format!(" ({why})")).unwrap_or_default();
    verdict(
        good,
        &format!(
            "{what}: {reads} reads and {writes} writes, {} failed{}; {} writes sent again{}, \
             {lost} lost, {doubled} doubled",
            failures.len(),
            first(&failures),
            repeated.len(),
            first(&repeated),
        ),
    )
}

const KILLED: &str = "one is killed and comes again";
