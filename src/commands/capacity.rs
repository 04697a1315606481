//! `capacity`: how much a number of instances can carry, on paper.

use anyhow::{Context, Result};
use clap::{ArgMatches, Args, Command, FromArgMatches};

use crate::io::screen;
use crate::scale::capacity::{Plan, Sheet};
use crate::trouble::{Exit, Trouble};

/// A worksheet: requests under way, connections at work, connections the database must allow
#[derive(Args)]
pub struct Capacity {
    /// Requests a second at the busiest; 20 000 users with 40 requests a day are 46 at five times
    /// the average
    #[arg(long, default_value_t = 100.0, allow_negative_numbers = true)]
    rate: f64,
    /// How long a request takes, in milliseconds
    #[arg(long, default_value_t = 80.0, allow_negative_numbers = true)]
    latency_ms: f64,
    /// Questions to the database in a request
    #[arg(long, default_value_t = 3.0, allow_negative_numbers = true)]
    queries: f64,
    /// How long one of them takes in the database, in milliseconds
    #[arg(long, default_value_t = 4.0, allow_negative_numbers = true)]
    query_ms: f64,
    /// Instances of the backend
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    instances: u32,
    /// Instances more while a new version comes
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(0..=10_000))]
    surge: u32,
    /// DATABASE_MAX_CONNECTIONS of an instance
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pool: u32,
    /// Connections that the database allows: `show variables like 'max_connections'` or `show
    /// max_connections` says it
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    max_connections: u32,
    /// The same as JSON
    #[arg(long)]
    json: bool,
}

/// What `capacity` understands.
pub fn command() -> Command {
    Capacity::augment_args(Command::new("capacity")).after_help(EXIT_CODES)
}

/// Fills the sheet in.
pub fn run(matches: &ArgMatches) -> Result<Exit> {
    let args = Capacity::from_arg_matches(matches)?;
    for (name, value) in [
        ("rate", args.rate),
        ("latency-ms", args.latency_ms),
        ("queries", args.queries),
        ("query-ms", args.query_ms),
    ] {
        if !(0.0..=1e9).contains(&value) {
            let what = format!("`--{name}` cannot be `{value}`");
            return Err(Trouble::usage(what).hint(format!("`--{name} 10`")).into());
        }
    }
    let sheet = Sheet::of(Plan {
        rate: args.rate,
        latency_ms: args.latency_ms,
        queries: args.queries,
        query_ms: args.query_ms,
        instances: args.instances,
        surge: args.surge,
        pool: args.pool,
        limit: args.max_connections,
    });
    let text = match args.json {
        true => serde_json::to_string_pretty(&sheet).context("cannot write the sheet as JSON")?,
        false => sheet.to_text(),
    };
    screen::out(&text)?;
    Ok(if sheet.works() { Exit::Done } else { Exit::Failure })
}

const EXIT_CODES: &str = "\
Exit codes: 0 it can work · 1 it cannot: too many connections, or a queue that only grows
2 the command makes no sense

Every number is a guess until it is measured: `backend-gen scale-lab` measures.";
