//! What files around the code say of the program, and whether that is true of it.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::hosting::sites::Site;

/// What one file says; nothing where it does not speak of it.
#[derive(Default)]
pub struct Facts {
    /// Where the program listens.
    pub ports: Vec<u16>,
    /// Where it is asked how it is.
    pub health: Vec<String>,
    /// The words it is started with.
    pub verbs: Vec<String>,
    /// The variables it is given.
    pub variables: Vec<String>,
    /// These are all it is given: every secret must be among them.
    pub all_variables: bool,
    /// What it is given for everybody to read, by variable.
    pub settings: BTreeMap<String, String>,
    /// What it is given when somebody takes a `#` away, for several instances.
    pub offers: BTreeMap<String, String>,
    /// How many there are at most.
    pub instances: usize,
    /// How many more there are while a new version comes.
    pub coming: Option<usize>,
    /// How long it may take to stop.
    pub stop: Option<Duration>,
    /// Files of the project that it names.
    pub files: Vec<String>,
}

/// What is not true.
pub fn complaints(facts: &Facts, site: &Site) -> Vec<String> {
    let mut complaints = Vec::new();
    let mut want = |holds: bool, what: String| {
        if !holds {
            complaints.push(what);
        }
    };
    let asked = facts.settings.get("PORT").and_then(|port| port.parse::<u16>().ok());
    for port in &facts.ports {
        // several instances of one machine count on from the usual one
        let known = asked == Some(*port) || (site.port..site.port + 10).contains(port);
        want(known, format!("port {port}, but the program listens on {}", site.port));
    }
    for path in &facts.health {
        want(site.health.contains(path), format!("`{path}` is no way to ask how it is"));
    }
    for verb in &facts.verbs {
        want(site.verbs.contains(verb), format!("the program has no verb `{verb}`"));
    }
    let given = || facts.variables.iter().chain(facts.settings.keys()).chain(facts.offers.keys());
    for name in given() {
        want(site.variables.contains(name), format!("the program reads no `{name}`"));
    }
    for name in site.secrets.iter().filter(|_| facts.all_variables) {
        want(given().any(|it| it == name), format!("`{name}` is not given"));
    }
    let one_only = site.disk && facts.instances > 1;
    want(!one_only, format!("{} instances on one file", facts.instances));
    for path in &facts.files {
        want(site.has(path), format!("there is no `{path}`"));
    }
    complaints
}

/// The platform that a file is for: what others say is not said there.
pub fn place(path: &str) -> &str {
    let folder = path.strip_prefix("deploy/").and_then(|rest| rest.split('/').next());
    let alone = match path {
        "Dockerfile" | ".dockerignore" => "image",
        "Dockerfile.vercel" => "vercel",
        "fly.toml" => "fly",
        "render.yaml" => "render",
        path if path.starts_with(".do/") => "digitalocean",
        path if path.starts_with(".railway/") => "railway",
        _ => "pipeline",
    };
    folder.unwrap_or(alone)
}

/// What is not true of all files of one place together. A file that says a number itself means it.
pub fn together(all: &[Facts], site: &Site) -> Vec<String> {
    let mut complaints = Vec::new();
    let said = |of: &Facts, name: &str| {
        let mut sources = std::iter::once(of).chain(all);
        sources.find_map(|facts| facts.settings.get(name)?.parse::<u64>().ok())
    };
    let usual = |name: &str| site.defaults.get(name)?.parse::<u64>().ok();
    let offered = |name: &str| all.iter().find_map(|it| it.offers.get(name)?.parse::<u64>().ok());
    let number =
        |of: &Facts, name: &str| said(of, name).or_else(|| usual(name)).unwrap_or_default();
    for facts in all {
        let least = if said(facts, "SHUTDOWN_GRACE_MS").is_some() { 0 } else { MISSING_DELAY_MS };
        let delay = number(facts, "SHUTDOWN_DELAY_MS").max(least);
        let longest = Duration::from_millis(delay + number(facts, "SHUTDOWN_GRACE_MS"));
        if let Some(stop) = facts.stop.filter(|stop| *stop < longest) {
            complaints.push(format!("{stop:?} to stop, it may take {longest:?}"));
        }
        if site.disk || facts.instances == 0 {
            continue;
        }
        let coming = facts.coming.or_else(|| all.iter().find_map(|it| it.coming));
        let most = (facts.instances + coming.unwrap_or_default()) as u64;
        let several = || offered("INSTANCES").filter(|_| facts.instances > 1);
        let told = said(facts, "INSTANCES").or_else(several).or_else(|| usual("INSTANCES"));
        if told != Some(most) {
            complaints.push(format!("INSTANCES is {}, not {most}", told.unwrap_or_default()));
        }
        // one more that only reads
        let connections = most * (number(facts, "DATABASE_MAX_CONNECTIONS") + 1);
        if connections > MOST_CONNECTIONS {
            let most = MOST_CONNECTIONS;
            complaints.push(format!("{connections} connections, a database takes {most}"));
        }
    }
    complaints
}

/// For balancers, where a file does not say how long it drains.
const MISSING_DELAY_MS: u64 = 5000;
/// The usual 100, without those that are kept for people.
const MOST_CONNECTIONS: u64 = 97;
