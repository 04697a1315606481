//! Files of settings that anybody may read, which a command hands to the platform.

use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::hosting::facts::Facts;
use crate::hosting::kind::{Break, Kind};

pub const HEROKU: Kind = Kind {
    name: "settings for Heroku",
    is: |path| path == "deploy/heroku/settings.env",
    // a program gets thirty seconds, and the smallest database takes 20 connections
    read: |text| {
        let mut facts = read(text)?;
        ensure!(!facts.settings.contains_key("PORT"), "the port is Heroku's to choose");
        let pool: u32 = facts.settings["DATABASE_MAX_CONNECTIONS"].parse()?;
        ensure!(2 * (pool + 1) <= 20, "the smallest database takes 20 connections");
        (facts.instances, facts.stop) = (1, Some(Duration::from_secs(30)));
        facts.coming = Some(1);
        Ok(facts)
    },
    tools: &[],
    broken: &[
        Break::model("SHUTDOWN_GRACE_MS=25000", "SHUTDOWN_GRACE_MS=30000"),
        Break::model("DATABASE_MAX_CONNECTIONS=8", "DATABASE_MAX_CONNECTIONS=10"),
        Break::model("INSTANCES=2\n", ""),
        Break::model("TRUSTED_PROXIES", "TRUST_PROXY"),
        Break::model("APP_ENV=production\n", ""),
        Break::model("APP_ENV=production", "APP_ENV=production\nPORT=3000"),
    ],
};

pub const VERCEL: Kind = Kind {
    name: "settings for Vercel",
    is: |path| path == "deploy/vercel/settings.env",
    // as many containers as the page counts with
    read: |text| {
        let mut facts = read(text)?;
        let port = facts.settings.get("PORT").context("requests would go to port 80")?;
        facts.ports.push(port.parse()?);
        facts.instances = 30;
        Ok(facts)
    },
    tools: &[],
    broken: &[
        Break::model("DATABASE_MAX_CONNECTIONS=2", "DATABASE_MAX_CONNECTIONS=10"),
        Break::model("INSTANCES=30", "INSTANCES=10"),
        Break::model("BASE_URL=https://", "BASE_URI=https://"),
        Break::model("PORT=3000\n", ""),
        Break::model("MAX_IN_FLIGHT=64", "MAX_IN_FLIGHT = 64"),
    ],
};

fn read(text: &str) -> Result<Facts> {
    let mut facts = Facts::default();
    for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let (name, value) = line.split_once('=').with_context(|| format!("`{line}`"))?;
        let bare = !name.contains(' ') && !value.is_empty() && !value.contains(' ');
        ensure!(bare, "`{line}` would be two words, or none");
        let secret = name.ends_with("_SECRET") || value.contains('@');
        ensure!(!secret, "{name} is nobody's business");
        facts.settings.insert(name.to_string(), value.to_string());
    }
    for needed in ["APP_ENV", "TRUSTED_PROXIES", "DATABASE_MAX_CONNECTIONS"] {
        ensure!(facts.settings.contains_key(needed), "it does not say {needed}");
    }
    Ok(facts)
}
