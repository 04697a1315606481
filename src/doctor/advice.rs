//! What to type on this system, by its package manager.

use std::collections::BTreeMap;

use crate::doctor::facts::System;

/// Something that can be installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thing {
    /// A C compiler, and with it a linker.
    Compiler,
    Clang,
    Git,
}

/// How a system says "install", by the name of its package manager.
const MANAGERS: [(&str, &str); 7] = [
    ("apt", "sudo apt install"),
    ("dnf", "sudo dnf install"),
    ("pacman", "sudo pacman -S"),
    ("zypper", "sudo zypper install"),
    ("apk", "sudo apk add"),
    ("brew", "brew install"),
    ("winget", "winget install"),
];

/// The programs to look for, the first that is there being the one to use.
pub fn managers() -> impl Iterator<Item = &'static str> {
    MANAGERS.iter().map(|(name, _)| *name)
}

/// The command that brings one of these packages, by package manager.
pub fn package(system: &System, packages: &BTreeMap<String, String>) -> Option<String> {
    let manager = system.manager.as_deref()?;
    command(system, packages.get(manager)?)
}

/// What to do to get a thing.
pub fn install(system: &System, thing: Thing) -> String {
    match (system.os.as_str(), thing) {
        ("macos", Thing::Compiler | Thing::Git | Thing::Clang) => "xcode-select --install".into(),
        ("windows", Thing::Compiler) => BUILD_TOOLS.into(),
        _ => {
            let manager = system.manager.as_deref().unwrap_or_default();
            let found = PACKAGES.iter().find(|(it, by, _)| *it == thing && *by == manager);
            let command = found.and_then(|(_, _, package)| command(system, package));
            command.unwrap_or_else(|| elsewhere(thing).into())
        }
    }
}

fn command(system: &System, package: &str) -> Option<String> {
    let manager = system.manager.as_deref()?;
    let (_, install) = MANAGERS.iter().find(|(name, _)| *name == manager)?;
    let install = if system.root { install.trim_start_matches("sudo ") } else { install };
    Some(format!("{install} {package}"))
}

fn elsewhere(thing: Thing) -> &'static str {
    match thing {
        Thing::Compiler => "install a C compiler with the tools of your system (gcc or clang)",
        Thing::Clang => "install clang: https://releases.llvm.org",
        Thing::Git => "install git: https://git-scm.com/downloads",
    }
}

const PACKAGES: [(Thing, &str, &str); 18] = [
    (Thing::Compiler, "apt", "build-essential"),
    (Thing::Compiler, "dnf", "gcc"),
    (Thing::Compiler, "pacman", "base-devel"),
    (Thing::Compiler, "zypper", "gcc"),
    (Thing::Compiler, "apk", "build-base"),
    (Thing::Clang, "apt", "clang"),
    (Thing::Clang, "dnf", "clang"),
    (Thing::Clang, "pacman", "clang"),
    (Thing::Clang, "zypper", "clang"),
    (Thing::Clang, "apk", "clang"),
    (Thing::Clang, "winget", "LLVM.LLVM"),
    (Thing::Git, "apt", "git"),
    (Thing::Git, "dnf", "git"),
    (Thing::Git, "pacman", "git"),
    (Thing::Git, "zypper", "git"),
    (Thing::Git, "apk", "git"),
    (Thing::Git, "brew", "git"),
    (Thing::Git, "winget", "Git.Git"),
];

const BUILD_TOOLS: &str = "winget install Microsoft.VisualStudio.2022.BuildTools --override \
    \"--passive --wait --add Microsoft.VisualStudio.Workload.VCTools --includeRecommended\"";

#[cfg(test)]
mod tests {
    use super::*;

    fn system(os: &str, manager: Option<&str>) -> System {
        System { os: os.to_string(), manager: manager.map(str::to_string), ..System::default() }
    }

    #[test]
    fn each_system_hears_its_own_command() {
        let compiler = |os, manager| install(&system(os, manager), Thing::Compiler);
        assert_eq!(compiler("linux", Some("apt")), "sudo apt install build-essential");
        assert_eq!(compiler("linux", Some("pacman")), "sudo pacman -S base-devel");
        assert_eq!(compiler("macos", Some("brew")), "xcode-select --install");
        assert!(compiler("windows", Some("winget")).starts_with("winget install Microsoft."));
        assert!(compiler("linux", None).contains("gcc or clang"));
    }

    #[test]
    fn root_needs_no_sudo() {
        let root = System { root: true, ..system("linux", Some("apt")) };
        assert_eq!(install(&root, Thing::Git), "apt install git");
    }

    #[test]
    fn every_package_is_for_a_manager_we_know() {
        for (_, manager, _) in PACKAGES {
            assert!(managers().any(|known| known == manager), "{manager}");
        }
    }
}
