//! What a workflow must say, whatever it runs: when, with which rights, and of which versions.

use serde::Deserialize;
use serde_json::Value;

use crate::judge::Wrong;
use crate::pipeline::gate;
use crate::pipeline::workflow::{Job, Workflow};

/// Something that a file shows by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Law {
    /// It runs on each push to the main branch and on each pull request.
    Triggers,
    /// It may read what it checks, and nothing else.
    Permissions,
    /// What others wrote is named by its commit.
    Pinned,
    /// Cargo takes the versions of the lock file.
    Locked,
    /// The tests have a server of the given image.
    Service,
}

impl Law {
    /// Whether it holds. `image` is what a service must be made of: `postgres`, or `mariadb|mysql`.
    pub fn judge(self, workflow: &Workflow, image: Option<&str>) -> Result<(), Wrong> {
        match self {
            Law::Triggers => triggers(&workflow.on),
            Law::Permissions => permissions(workflow),
            Law::Pinned => pinned(workflow),
            Law::Locked => locked(workflow),
            Law::Service => service(workflow, image.unwrap_or_default()),
        }
    }

    /// In a few words.
    pub fn words(self) -> &'static str {
        match self {
            Law::Triggers => "what starts it (`on`)",
            Law::Permissions => "what it may do (`permissions`)",
            Law::Pinned => "whose code it runs (`uses`)",
            Law::Locked => "which versions it builds (`--locked`)",
            Law::Service => "which servers its tests have (`services`)",
        }
    }
}

fn triggers(on: &Value) -> Result<(), Wrong> {
    for (event, place) in [("push", "each push to `main`"), ("pull_request", "each pull request")] {
        let said = match on {
            Value::String(one) => (one == event).then_some(&Value::Null),
            Value::Array(all) => all.iter().any(|it| it == event).then_some(&Value::Null),
            other => other.get(event),
        };
        let expected = format!("a run on {place}");
        let Some(said) = said else {
            return Err(Wrong::new(expected, format!("`on` has no `{event}`")));
        };
        let names = |key: &str| said.get(key).map(list);
        let main = |all: Vec<String>| all.iter().any(|it| ["main", "*", "**"].contains(&&**it));
        let branches = names("branches");
        let some = match () {
            () if ["paths", "paths-ignore"].iter().any(|key| said.get(key).is_some()) => "paths",
            () if branches.is_none() && names("tags").is_some() => "tags",
            () if branches.is_some_and(|all| !main(all)) => "branches",
            () if names("branches-ignore").is_some_and(main) => "branches-ignore",
            () if names("types").is_some_and(|all| !all.contains(&"synchronize".to_string())) => {
                "types"
            }
            () => continue,
        };
        return Err(Wrong::new(expected, format!("`on.{event}.{some}` leaves changes out")));
    }
    Ok(())
}

fn list(value: &Value) -> Vec<String> {
    let text = |it: &Value| it.as_str().map(str::to_string);
    match value {
        Value::Array(all) => all.iter().filter_map(text).collect(),
        one => text(one).into_iter().collect(),
    }
}

fn permissions(workflow: &Workflow) -> Result<(), Wrong> {
    let expected = "`permissions: {}`, or `contents: read` and no more";
    for (name, job) in &workflow.jobs {
        let got = match job.permissions.as_ref().or(workflow.permissions.as_ref()) {
            None => format!("nobody says what the job `{name}` may do: it may be everything"),
            Some(Value::Object(rights)) => {
                let more = rights.iter().find(|(right, how)| {
                    *how != "none" && !(*how == "read" && *right == "contents")
                });
                let Some((right, how)) = more else { continue };
                let how = how.as_str().unwrap_or_default();
                format!("the job `{name}` has `{right}: {how}`, which no check needs")
            }
            Some(Value::String(all)) => format!("the job `{name}` has `{all}`"),
            Some(other) => format!("`permissions: {other}`"),
        };
        return Err(Wrong::new(expected, got));
    }
    Ok(())
}

fn pinned(workflow: &Workflow) -> Result<(), Wrong> {
    let used = |job: &Job| {
        let steps = job.steps.iter().filter_map(|step| step.uses.clone());
        job.uses.clone().into_iter().chain(steps).collect::<Vec<_>>()
    };
    for uses in workflow.jobs.values().flat_map(used) {
        let (name, at) = uses.rsplit_once('@').unwrap_or((&uses, ""));
        let digits = at.strip_prefix("sha256:").unwrap_or(at);
        let long = if at == digits { 40 } else { 64 };
        let exact = digits.len() == long && digits.chars().all(|it| it.is_ascii_hexdigit());
        if !name.starts_with("./") && !exact {
            let expected = format!("`{name}@` and the 40 digits of a commit");
            return Err(Wrong::new(expected, format!("`{uses}`")));
        }
    }
    Ok(())
}

fn locked(workflow: &Workflow) -> Result<(), Wrong> {
    for command in workflow.jobs.values().flat_map(|job| gate::commands(workflow, job)) {
        // what is no plain command is judged by its words all the same
        let words: Vec<&str> = command.line.split_whitespace().collect();
        let Some(at) = words.iter().position(|word| *word == "cargo") else { continue };
        let own: Vec<&str> = words[at..].iter().copied().take_while(|it| *it != "--").collect();
        let builds = own.iter().any(|word| BUILDS.contains(word));
        let exact = own.iter().any(|word| ["--locked", "--frozen"].contains(word));
        if builds && !exact {
            let got = format!("`{}`", command.line);
            return Err(Wrong::new("`--locked` on each command that builds", got));
        }
    }
    Ok(())
}

fn service(workflow: &Workflow, image: &str) -> Result<(), Wrong> {
    for (name, job) in &workflow.jobs {
        let tests = gate::commands(workflow, job).into_iter();
        let mut tests = tests.filter(|it| it.verb().is_some_and(|(verb, _)| verb == "test"));
        let mut images = job.services.values().map(|service| service.image.as_str());
        let fits = |it: &str| image.split('|').any(|image| it.contains(image));
        if tests.next().is_some() && !images.any(fits) {
            let image = image.replace('|', "` or `");
            let expected = format!("a service of the image `{image}` beside the tests");
            let has: Vec<&str> = job.services.values().map(|it| it.image.as_str()).collect();
            let has = if has.is_empty() { "none".to_string() } else { has.join(", ") };
            return Err(Wrong::new(expected, format!("`services` of the job `{name}`: {has}")));
        }
    }
    Ok(())
}

/// What takes versions from the lock file, or chooses its own.
const BUILDS: [&str; 9] =
    ["build", "check", "clippy", "test", "run", "doc", "bench", "nextest", "rustc"];

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(law: Law, text: &str) -> String {
        let workflow = Workflow::read(text).unwrap();
        law.judge(&workflow, Some("postgres")).err().map_or(String::new(), |wrong| wrong.got)
    }

    #[test]
    fn a_change_that_starts_nothing_is_seen() {
        let of = |on: &str| wrong(Law::Triggers, &format!("on: {on}\njobs: {{}}\n"));
        for good in [
            "[push, pull_request]",
            "{ push: , pull_request: }",
            "{ push: { branches: [main], tags: ['v*'] }, pull_request: { branches: main } }",
            "{ push: { branches: '**' }, pull_request: { types: [opened, synchronize] } }",
        ] {
            assert_eq!(of(good), "", "{good}");
        }
        for (bad, why) in [
            ("push", "no `pull_request`"),
            ("[pull_request, pull_request_target]", "no `push`"),
            ("{ push: { tags: ['v*'] }, pull_request: }", "on.push.tags"),
            ("{ push: { branches: [dev] }, pull_request: }", "on.push.branches"),
            ("{ push: , pull_request: { paths: [src] } }", "on.pull_request.paths"),
            ("{ push: , pull_request: { types: [closed] } }", "on.pull_request.types"),
        ] {
            assert!(of(bad).contains(why), "{bad}: {}", of(bad));
        }
    }

    #[test]
    fn rights_are_said_and_few() {
        let of = |top: &str, job: &str| {
            let text = format!("on: push\n{top}\njobs:\n  a:\n    {job}\n    steps: []\n");
            wrong(Law::Permissions, &text)
        };
        assert_eq!(of("permissions: {}", ""), "");
        assert_eq!(of("permissions: write-all", "permissions: { contents: read }"), "");
        assert!(of("", "").contains("nobody says"));
        assert!(of("permissions: read-all", "").contains("read-all"));
        assert!(of("permissions: {}", "permissions: { packages: write }").contains("packages"));
    }

    #[test]
    fn versions_are_exact() {
        let of = |law, step: &str| {
            wrong(law, &format!("on: push\njobs:\n  a:\n    steps:\n      - {step}\n"))
        };
        let sha = "3d3c42e5aac5ba805825da76410c181273ba90b1";
        assert_eq!(of(Law::Pinned, &format!("uses: actions/checkout@{sha} # v7.0.1")), "");
        assert_eq!(of(Law::Pinned, "uses: ./own"), "");
        assert_eq!(of(Law::Pinned, "uses: actions/checkout@v7"), "`actions/checkout@v7`");
        assert_eq!(of(Law::Locked, "run: cargo test --locked -- --nocapture"), "");
        assert_eq!(of(Law::Locked, "run: cargo fmt --all --check"), "");
        assert_eq!(of(Law::Locked, "run: cargo test -- --locked"), "`cargo test -- --locked`");
        assert_eq!(of(Law::Locked, "run: cargo test || true"), "`cargo test || true`");
    }

    #[test]
    fn tests_have_their_server() {
        let of = |services: &str| {
            let steps = "steps:\n      - run: cargo test\n";
            let job = format!("on: push\njobs:\n  a:\n    services: {services}\n    {steps}");
            wrong(Law::Service, &job)
        };
        assert_eq!(of("{ db: { image: 'postgres:18-alpine' } }"), "");
        assert!(of("{}").contains("none"));
        assert!(of("{ db: { image: mysql } }").contains("mysql"));
    }
}
