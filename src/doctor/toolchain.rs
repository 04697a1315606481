//! What a build needs: Rust, a linker, a C compiler; and git, which it does not need.

use crate::doctor::Finding;
use crate::doctor::advice::{Thing, install};
use crate::doctor::facts::{Facts, Said};

/// The oldest Rust that builds this program and what it writes.
pub const NEEDED: &str = env!("CARGO_PKG_RUST_VERSION");

pub fn judge(facts: &Facts) -> Vec<Finding> {
    let mut findings = vec![rustc(facts), cargo(facts), linker(facts), c_compiler(facts)];
    findings.extend(odd_targets(facts));
    findings.push(git(facts));
    findings
}

fn rustc(facts: &Facts) -> Finding {
    let id = "rustc";
    let text = match &facts.rustc {
        Said::Yes(text) => text,
        other => return absent(id, "rustc", other).advice(get_rust(facts, other)),
    };
    let Some(version) = field(text, "release: ") else {
        return Finding::warning(id, "`rustc` does not say its version").advice("rustup update");
    };
    let age = field(text, "commit-date: ").and_then(day);
    let age = age.map(|day| format!(", {}", old(facts.today.saturating_sub(day))));
    let what = format!("rustc {version}{}", age.unwrap_or_default());
    match numbers(version) < numbers(NEEDED) {
        true => Finding::missing(id, format!("{what}: {NEEDED} is needed")).advice("rustup update"),
        false => Finding::fine(id, what),
    }
}

fn cargo(facts: &Facts) -> Finding {
    match &facts.cargo {
        Said::Yes(text) => Finding::fine("cargo", first_line(text)),
        other => absent("cargo", "cargo", other).advice(get_rust(facts, other)),
    }
}

fn linker(facts: &Facts) -> Finding {
    let id = "linker";
    match &facts.rust_hello {
        Said::Yes(_) => Finding::fine(id, "linker: a Rust program was built and ran"),
        Said::Absent => Finding::note(id, "linker: not tried, there is no `rustc`"),
        Said::Nothing => {
            Finding::warning(id, "linker: a small Rust program took too long to build")
                .advice("try again when the machine is quiet; a virus scanner may watch the folder")
        }
        Said::No(text) if text.contains("ermission denied") => {
            Finding::missing(id, "linker: what was built may not run from the temporary folder")
                .advice("set TMPDIR to a folder that is not mounted `noexec`")
        }
        Said::No(text) => Finding::missing(id, format!("linker: {}", telling_line(text)))
            .advice(install(&facts.system, Thing::Compiler)),
    }
}

fn c_compiler(facts: &Facts) -> Finding {
    let id = "c-compiler";
    let advice = install(&facts.system, Thing::Compiler);
    match &facts.c_hello {
        Said::Yes(name) => {
            Finding::fine(id, format!("C compiler: `{name}` built a program, it ran"))
        }
        Said::Absent => Finding::missing(id, "C compiler: there is none").advice(advice),
        Said::Nothing => Finding::warning(id, "C compiler: a small program took too long to build")
            .advice("try again when the machine is quiet"),
        Said::No(text) => {
            Finding::missing(id, format!("C compiler: {}", telling_line(text))).advice(advice)
        }
    }
}

/// Targets that need one thing more than the others.
fn odd_targets(facts: &Facts) -> Vec<Finding> {
    let host = facts.rustc.yes().and_then(|text| field(text, "host: ")).unwrap_or_default();
    let mut findings = Vec::new();
    if host.ends_with("windows-gnu") && facts.gcc.yes().is_none() {
        let what = "the `windows-gnu` toolchain has no MinGW, so C code cannot be compiled";
        let advice = "rustup default stable-msvc (or install MinGW-w64: https://www.msys2.org)";
        findings.push(Finding::missing("mingw", what).advice(advice));
    }
    if host == "aarch64-pc-windows-msvc" {
        let clang = match facts.clang.yes() {
            Some(text) => Finding::fine("clang", first_line(text)),
            None => {
                Finding::warning("clang", "no `clang`: TLS to a hosted database needs it on ARM")
                    .advice(install(&facts.system, Thing::Clang))
            }
        };
        findings.push(clang);
    }
    findings
}

fn git(facts: &Facts) -> Finding {
    match &facts.git {
        Said::Yes(text) => Finding::fine("git", first_line(text)),
        _ => Finding::warning("git", "no `git`: projects get no repository")
            .advice(install(&facts.system, Thing::Git)),
    }
}

fn absent(id: &str, program: &str, said: &Said) -> Finding {
    match said {
        Said::Absent => Finding::missing(id, format!("there is no `{program}`")),
        Said::No(text) => Finding::missing(id, format!("`{program}`: {}", telling_line(text))),
        _ => Finding::missing(id, format!("`{program}` does not answer")),
    }
}

fn get_rust(facts: &Facts, said: &Said) -> &'static str {
    match (said, facts.system.os.as_str()) {
        // rustup is there and has nothing to run
        (Said::No(_), _) => "rustup default stable",
        (_, "windows") => "winget install Rustlang.Rustup",
        _ => "curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh",
    }
}

/// The line that says why, of all that a compiler says.
fn telling_line(text: &str) -> &str {
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    let error = lines().find(|line| line.starts_with("error"));
    let error = error.map(|line| line.trim_start_matches("error: "));
    error.or_else(|| lines().next_back()).unwrap_or("it fails without a word")
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default().trim()
}

fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.lines().find_map(|line| line.strip_prefix(name)).map(str::trim)
}

fn numbers(version: &str) -> Vec<u32> {
    let parts = version.split(['.', '-']).map_while(|part| part.parse().ok());
    parts.collect()
}

/// The day of `2026-04-14`, counted from 1970.
fn day(date: &str) -> Option<u64> {
    let mut parts = date.split('-').map(|part| part.parse::<u64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    // months from March on, so that February is the last
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day;
    days.checked_sub(719_469)
}

fn old(days: u64) -> String {
    match days {
        0..60 => format!("{days} days old"),
        60..730 => format!("{} months old", days / 30),
        _ => format!("{} years old", days / 365),
    }
}
