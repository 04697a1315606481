//! `doctor`: is this machine ready, and what to do when it is not.

use anyhow::{Context, Result};
use clap::{ArgMatches, Args, Command, FromArgMatches};
use serde_json::json;

use crate::VERSION;
use crate::catalog::Catalog;
use crate::commands::here::{self, Here};
use crate::commands::learn::kit;
use crate::commands::services::settings::Settings;
use crate::doctor::facts::{Facts, Server};
use crate::doctor::{self, Finding, Mark, advice, network};
use crate::io::place;
use crate::io::probe::{self, Wanted};
use crate::io::screen::{self, Style};
use crate::services::address::Address;
use crate::services::greeting::{Answer, Greeting};
use crate::services::{self, Need, recipe};
use crate::trouble::Exit;

/// Looks at this machine: what a backend needs, what is missing, and what to do about it
#[derive(Args)]
pub struct Doctor {
    /// The same as JSON
    #[arg(long)]
    json: bool,

    /// Fetch the crates of a course too, so that its first build needs no network
    #[arg(long)]
    prefetch: bool,
}

/// What `doctor` understands.
pub fn command() -> Command {
    Doctor::augment_args(Command::new("doctor")).after_help(EXIT_CODES)
}

/// Looks, judges, tells.
pub fn run(catalog: &Catalog, matches: &ArgMatches) -> Result<Exit> {
    let args = Doctor::from_arg_matches(matches)?;
    let here = Here::find(catalog)?;
    let facts = probe::look(wanted(catalog, here.as_ref())?);
    let mut findings = doctor::judge(&facts);
    if args.prefetch {
        let stack = kit::prefetch(catalog)?;
        findings
            .push(Finding::fine("crates", format!("the crates of a course on {stack} are here")));
    }
    match args.json {
        true => screen::out(&as_json(&facts, &findings)?)?,
        false => screen::out(&as_text(&findings))?,
    }
    match doctor::is_ready(&findings) {
        true => Ok(Exit::Done),
        false => Ok(Exit::Failure),
    }
}

/// What there is to look at: in a project the servers it needs, elsewhere those of every stack.
fn wanted(catalog: &Catalog, here: Option<&Here>) -> Result<Wanted> {
    let settings = here.map(|here| Settings::of(&here.root)).transpose()?;
    let said = |name: &str| settings.as_ref().and_then(|settings| settings.value(name));
    let needs = match here {
        Some(here) => services::needs(catalog, &here::stack(catalog, Some(here), &[])?),
        None => services::all(catalog),
    };
    let mut servers = Vec::new();
    for need in &needs {
        let url = said(need.variable()).unwrap_or_else(|| need.default.to_string());
        let knocks = match here {
            Some(_) => recipe::knocks(need.service, &url),
            // Whether the usual login is right is the business of a project.
            None => Vec::new(),
        };
        let greeting = Greeting::of(&need.service.hello)?;
        servers.push((server(need, &url, here.is_some()), greeting, knocks));
    }
    let default = catalog.base.spec.env.iter().find(|env| env.name == "PORT");
    let port = said("PORT").or_else(|| default.map(|env| env.default.clone()));
    Ok(Wanted {
        folder: place::here()?,
        managers: advice::managers().collect(),
        port: port.and_then(|port| port.parse().ok()).unwrap_or_default(),
        servers,
        variables: network::PROXY.into_iter().chain(network::NO_PROXY).collect(),
        proxies: network::PROXY.to_vec(),
        project: here.map(|here| {
            let name = here.remembered.name.clone();
            (name.unwrap_or_else(|| "the project".to_string()), here.root.clone())
        }),
    })
}

fn server(need: &Need, url: &str, needed: bool) -> Server {
    let usual = need.usual().map(|address| address.port).unwrap_or_default();
    let packages = recipe::programs(need.service, probe::os()).next();
    Server {
        name: need.option.to_string(),
        title: need.title.to_string(),
        variable: need.variable().to_string(),
        address: Address::parse_with(url, usual),
        answer: Answer::Nobody,
        refusal: None,
        needed,
        packages: packages.map(|local| local.packages.clone()).unwrap_or_default(),
    }
}

fn as_text(findings: &[Finding]) -> String {
    let style = Style::of_stdout();
    let mut lines = Vec::new();
    for finding in findings {
        let word = format!("{:4}", finding.mark.word());
        let word = match finding.mark {
            Mark::Fine => style.green(&word),
            Mark::Note => style.dim(&word),
            Mark::Warning | Mark::Missing => style.bold(&word),
        };
        lines.push(format!("{word}  {}", finding.what));
        if let Some(advice) = &finding.advice {
            lines.push(format!("      {}", style.dim(advice)));
        }
    }
    lines.extend([String::new(), style.bold(doctor::verdict(findings))]);
    lines.join("\n")
}

fn as_json(facts: &Facts, findings: &[Finding]) -> Result<String> {
    let value = json!({
        "version": VERSION,
        "ready": doctor::is_ready(findings),
        "system": {
            "os": facts.system.os,
            "arch": facts.system.arch,
            "packages": facts.system.manager,
        },
        "findings": findings,
    });
    serde_json::to_string_pretty(&value).context("cannot write the findings as JSON")
}

const EXIT_CODES: &str =
    "Exit codes: 0 ready, warnings included · 1 something that is needed is missing";
