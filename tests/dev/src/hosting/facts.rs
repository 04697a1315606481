//! What files around the code say of the program, and whether that is true of it.

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
    /// How many there are at most.
    pub instances: usize,
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
    for port in &facts.ports {
        // several instances of one machine count on from the usual one
        let known = (site.port..site.port + 10).contains(port);
        want(known, format!("port {port}, but the program listens on {}", site.port));
    }
    for path in &facts.health {
        want(site.health.contains(path), format!("`{path}` is no way to ask how it is"));
    }
    for verb in &facts.verbs {
        want(site.verbs.contains(verb), format!("the program has no verb `{verb}`"));
    }
    for name in &facts.variables {
        want(site.variables.contains(name), format!("the program reads no `{name}`"));
    }
    for name in site.secrets.iter().filter(|_| facts.all_variables) {
        want(facts.variables.contains(name), format!("`{name}` is not given"));
    }
    let one_only = site.disk && facts.instances > 1;
    want(!one_only, format!("{} instances on one file", facts.instances));
    if let Some(stop) = facts.stop {
        want(stop >= LONGEST_STOP, format!("{stop:?} to stop, it may take {LONGEST_STOP:?}"));
    }
    for path in &facts.files {
        want(site.has(path), format!("there is no `{path}`"));
    }
    complaints
}

/// `SHUTDOWN_GRACE_MS`, and a delay of five seconds for balancers.
const LONGEST_STOP: Duration = Duration::from_secs(30);
