//! A `Cargo.lock` as a graph: who needs whom.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use anyhow::{Context, Result};
use serde::Deserialize;

/// The packages of a lock file.
pub struct Packages {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Lock {
    #[serde(default)]
    package: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    #[serde(default)]
    dependencies: Vec<String>,
}

impl Packages {
    /// Reads a lock file.
    pub fn parse(lock: &str) -> Result<Packages> {
        let lock: Lock = toml::from_str(lock).context("cannot read `Cargo.lock`")?;
        Ok(Packages { packages: lock.package })
    }

    /// The names of all packages, the project's own too.
    pub fn names(&self) -> BTreeSet<&str> {
        self.packages.iter().map(|package| package.name.as_str()).collect()
    }

    /// The versions of one package.
    pub fn versions(&self, name: &str) -> Vec<&str> {
        let same = self.packages.iter().filter(|package| package.name == name);
        same.map(|package| package.version.as_str()).collect()
    }

    /// How many packages there are besides the project.
    pub fn count(&self) -> usize {
        self.packages.len().saturating_sub(1)
    }

    /// The shortest way from a package to another, without the one it starts from.
    pub fn chain(&self, from: &str, to: &str) -> Option<Vec<String>> {
        let mut came_from: BTreeMap<&str, &str> = BTreeMap::new();
        let mut next = VecDeque::from([from]);
        while let Some(name) = next.pop_front() {
            if name == to {
                let back = std::iter::successors(Some(to), |name| came_from.get(name).copied());
                let mut chain: Vec<String> = back.map(str::to_string).collect();
                chain.pop();
                chain.reverse();
                return Some(chain);
            }
            for needed in self.needs(name) {
                if needed != from && !came_from.contains_key(needed) {
                    came_from.insert(needed, name);
                    next.push_back(needed);
                }
            }
        }
        None
    }

    /// What any version of a package depends on, by name.
    fn needs(&self, name: &str) -> impl Iterator<Item = &str> {
        let same = self.packages.iter().filter(move |package| package.name == name);
        let needed = same.flat_map(|package| &package.dependencies);
        needed.map(|needed| needed.split(' ').next().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "version = 4\n\
        [[package]]\nname = \"a\"\nversion = \"1.0.0\"\ndependencies = [\"b 1.0.0\", \"c\"]\n\
        [[package]]\nname = \"b\"\nversion = \"1.0.0\"\ndependencies = [\"d\"]\n\
        [[package]]\nname = \"b\"\nversion = \"2.0.0\"\n\
        [[package]]\nname = \"c\"\nversion = \"1.0.0\"\ndependencies = [\"b 2.0.0\", \"a\"]\n\
        [[package]]\nname = \"d\"\nversion = \"1.0.0\"\n";

    #[test]
    fn the_way_to_a_package_is_the_shortest() {
        let packages = Packages::parse(LOCK).unwrap();
        assert_eq!(packages.chain("a", "d").unwrap(), ["b", "d"]);
        assert_eq!(packages.chain("a", "c").unwrap(), ["c"]);
        assert_eq!(packages.chain("d", "a"), None);
        assert_eq!(packages.versions("b"), ["1.0.0", "2.0.0"]);
        assert_eq!(packages.count(), 4);
    }
}
