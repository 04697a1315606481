//! Who listens where: the port of a backend, the servers it needs, docker, and proxies.

use crate::doctor::Finding;
use crate::doctor::advice;
use crate::doctor::facts::{Facts, Said, Server};
use crate::services::greeting::Answer;
use crate::words;

/// The variables that send requests through a proxy, in the spellings that programs read.
pub const PROXY: [&str; 6] =
    ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/// The variables that make exceptions.
pub const NO_PROXY: [&str; 2] = ["NO_PROXY", "no_proxy"];

pub fn judge(facts: &Facts) -> Vec<Finding> {
    let mut findings = vec![port(facts)];
    findings.extend(facts.servers.iter().map(|server| database(facts, server)));
    findings.push(docker(facts));
    findings.extend(unreachable_proxies(facts));
    findings.push(loopback(facts));
    findings
}

fn port(facts: &Facts) -> Finding {
    let (id, port) = ("port", facts.port);
    match facts.port_is_free {
        true => Finding::fine(id, format!("port {port} is free")),
        false => Finding::warning(id, format!("something listens on port {port} already")).advice(
            format!(
                "stop it, or set PORT in `.env`: it shows as `127.0.0.1:{port}` in {}",
                list(facts)
            ),
        ),
    }
}

/// The program that shows who listens.
fn list(facts: &Facts) -> &'static str {
    match facts.system.os.as_str() {
        "windows" => "`netstat -ano`",
        "macos" => "`lsof -nP -iTCP -sTCP:LISTEN`",
        _ => "`ss -ltnp`",
    }
}

fn database(facts: &Facts, server: &Server) -> Finding {
    let (id, title) = (&format!("server-{}", server.name), &server.title);
    let Some(address) = &server.address else {
        return Finding::missing(
            id,
            format!("{title}: `{}` names no host and port", server.variable),
        )
        .advice("backend-gen services up");
    };
    if let Some(refusal) = &server.refusal {
        let what = format!("{title} at {address} does not let us in: {refusal}");
        let advice =
            format!("correct `{}` in `.env`, or: backend-gen services up", server.variable);
        return Finding::missing(id, what).advice(advice);
    }
    let what = match server.answer {
        Answer::Ready => return Finding::fine(id, format!("{title} answers at {address}")),
        Answer::Busy => {
            return Finding::warning(id, format!("{title} at {address} is starting"))
                .advice("wait a moment");
        }
        Answer::Refused => format!("{title} at {address} refuses to talk"),
        Answer::Stranger => format!("what listens at {address} is not {title}"),
        Answer::Nobody => format!("{title}: nobody answers at {address}"),
    };
    match server.needed {
        true => Finding::missing(id, what).advice("backend-gen services up"),
        false => {
            let package = advice::package(&facts.system, &server.packages);
            let way = package.map(|command| format!(" (or {command})")).unwrap_or_default();
            Finding::note(id, what)
                .advice(format!("a project that needs it: backend-gen services up{way}"))
        }
    }
}

fn docker(facts: &Facts) -> Finding {
    let id = "docker";
    match &facts.docker {
        Said::Yes(version) => Finding::fine(id, format!("docker {}", version.trim())),
        Said::Absent => Finding::note(id, "no `docker`; nothing here needs it"),
        _ => {
            Finding::note(id, "`docker` is there, its engine does not answer").advice(
                match facts.system.os.as_str() {
                    "linux" => "sudo systemctl start docker",
                    _ => "start Docker Desktop",
                },
            )
        }
    }
}

fn unreachable_proxies(facts: &Facts) -> Vec<Finding> {
    let away = facts.proxies.iter().filter(|(_, answers)| !answers);
    let finding = away.map(|(address, _)| {
        Finding::warning("proxy", format!("nobody answers at the proxy {address}"))
            .advice("cargo fetches crates through it: correct the address, or unset the variable")
    });
    finding.collect()
}

fn loopback(facts: &Facts) -> Finding {
    let id = "loopback";
    let set = |name: &&&str| facts.variables.get(**name).is_some_and(|it| !it.is_empty());
    let used: Vec<&str> = PROXY.iter().filter(set).copied().collect();
    if used.is_empty() {
        return Finding::fine(
            id,
            match &facts.cargo_proxy {
                None => "no proxy is set".to_string(),
                Some(_) => "cargo alone uses a proxy".to_string(),
            },
        );
    }
    let exceptions: Vec<&str> = NO_PROXY
        .iter()
        .filter_map(|name| facts.variables.get(*name))
        .flat_map(|list| list.split(','))
        .map(str::trim)
        .collect();
    let lacks: Vec<&str> = LOOPBACK.into_iter().filter(|host| !exempt(host, &exceptions)).collect();
    let used = words::and_list(&used);
    if lacks.is_empty() {
        return Finding::fine(id, format!("{used} set, this machine excepted"));
    }
    let all = LOOPBACK.join(",");
    Finding::warning(id, format!("{used} set, and NO_PROXY lacks {}", words::and_list(&lacks)))
        .advice(match facts.system.os.as_str() {
            "windows" => format!("setx NO_PROXY {all}"),
            _ => format!("export NO_PROXY={all}"),
        })
}

const LOOPBACK: [&str; 2] = ["localhost", "127.0.0.1"];

fn exempt(host: &str, exceptions: &[&str]) -> bool {
    exceptions.iter().any(|it| *it == "*" || it.eq_ignore_ascii_case(host) || covers(it, host))
}

/// `127.0.0.0/8` and the like, which most programs understand.
fn covers(network: &str, host: &str) -> bool {
    network.starts_with("127.") && network.contains('/') && host.starts_with("127.")
}
