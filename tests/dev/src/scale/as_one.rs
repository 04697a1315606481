//! Sessions, cached answers and limits are those of the service, not of an instance.

use anyhow::{Context, Result};

use crate::scale::client::Client;
use crate::scale::stand::Stand;
use crate::scale::verdict;

pub fn run(stand: &Stand) -> Result<bool> {
    println!("three instances as one");
    let instances = stand.start(3, &[])?;
    let owner = Client::new(&instances.url(0)).enter("owner")?;
    let each: Vec<Client> = (0..3).map(|number| owner.at(&instances.url(number))).collect();
    let known = each.iter().all(|client| client.get("/auth/me").status == Some(200));
    let mut good = verdict(known, "a session of one is known to all");
    let mut stale = 0;
    for round in 0..30_u64 {
        each[round as usize % 3].make("Count me", &format!("count-{round}"));
        for client in &each {
            let todo = client.get("/api/v1/tasks/stats").body["todo"].as_u64();
            stale += usize::from(todo != Some(round + 1));
        }
    }
    good &= verdict(stale == 0, &format!("a write on one is counted by all: {stale} of 90 stale"));
    drop(instances);

    let instances = stand.start(3, &[("RATE_LIMIT_PER_MINUTE", "30")])?;
    let owner = Client::new(&instances.url(0)).enter("limited").context("the limit is too low")?;
    let statuses =
        (0..90).map(|number| owner.at(&instances.url(number % 3)).get("/auth/me").status);
    let let_in = statuses.filter(|status| *status == Some(200)).count();
    // the limit fills up again while it is asked: 30 a minute are one in two seconds
    let fits = (28..=40).contains(&let_in);
    good &= verdict(fits, &format!("a limit of 30 let {let_in} of 90 in, over all three"));
    Ok(good)
}
