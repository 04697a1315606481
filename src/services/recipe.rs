//! How a private server is run: the catalogue's words, filled in for one project.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::catalog::spec::{Local, Service};
use crate::services::address::{Address, Credentials};

/// What is filled in.
#[derive(Clone, Debug)]
pub struct Blanks<'a> {
    /// The server's own folder.
    pub home: &'a Path,
    /// The folder of its data.
    pub data: &'a Path,
    pub port: u16,
    pub password: &'a str,
}

/// One program with its words filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipe {
    pub files: BTreeMap<String, String>,
    pub init: Vec<String>,
    pub start: Vec<String>,
    pub stop: Vec<String>,
    pub url: String,
}

impl Recipe {
    /// Of a program, for one server.
    pub fn of(local: &Local, blanks: &Blanks) -> Recipe {
        let all = |words: &[String]| words.iter().map(|word| blanks.fill(word)).collect();
        let files = local.files.iter().map(|(name, text)| (name.clone(), blanks.fill(text)));
        Recipe {
            files: files.collect(),
            init: all(&local.init),
            start: all(&local.start),
            stop: all(&local.stop),
            url: blanks.fill(&local.url),
        }
    }
}

impl Blanks<'_> {
    fn fill(&self, text: &str) -> String {
        text.replace("{home}", &self.home.to_string_lossy())
            .replace("{data}", &self.data.to_string_lossy())
            .replace("{port}", &self.port.to_string())
            .replace("{password}", self.password)
    }
}

/// A program that logs in, ready to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Knock {
    pub program: String,
    /// Where the program may be besides `PATH`.
    pub folders: Vec<String>,
    pub words: Vec<String>,
    /// What nobody else may see.
    pub env: BTreeMap<String, String>,
}

/// The ways to log in with a URL, the best first.
pub fn knocks(service: &Service, url: &str) -> Vec<Knock> {
    let (Some(address), Some(login)) = (Address::parse(url), Credentials::parse(url)) else {
        return Vec::new();
    };
    let fill = |text: &String| {
        text.replace("{address}", &login.address)
            .replace("{host}", &address.host)
            .replace("{port}", &address.port.to_string())
            .replace("{user}", &login.user)
            .replace("{database}", &login.database)
            .replace("{password}", &login.password)
    };
    let folders: Vec<String> = service.local.iter().flat_map(|it| it.folders.clone()).collect();
    let knock = service.login.iter().map(|way| {
        let env = way.env.iter().map(|(name, value)| (name.clone(), fill(value)));
        Knock {
            program: way.program.clone(),
            folders: folders.clone(),
            words: way.words.iter().map(fill).filter(|word| !word.is_empty()).collect(),
            env: env.filter(|(_, value)| !value.is_empty()).collect(),
        }
    });
    knock.collect()
}

/// The programs that can be this server on a system, the best first.
pub fn programs<'a>(service: &'a Service, os: &str) -> impl Iterator<Item = &'a Local> {
    let meant = move |local: &&Local| local.os.is_empty() || local.os.iter().any(|it| it == os);
    service.local.iter().filter(meant)
}

/// The folder, of those that a pattern found, with the newest version in its name.
pub fn newest(mut folders: Vec<PathBuf>) -> Option<PathBuf> {
    folders.sort_by_cached_key(|folder| version(folder));
    folders.pop()
}

/// The numbers in a path, so that 9 comes before 15.
fn version(folder: &Path) -> Vec<u64> {
    let text = folder.to_string_lossy();
    let numbers = text.split(|letter: char| !letter.is_ascii_digit());
    numbers.filter_map(|number| number.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use crate::services;

    #[test]
    fn every_word_in_braces_is_known() {
        let catalog = Catalog::bundled().unwrap();
        let (home, data) = (Path::new("/p/home"), Path::new("/p/home/data"));
        let blanks = Blanks { home, data, port: 4711, password: "secret" };
        for need in services::all(&catalog) {
            for local in &need.service.local {
                let recipe = Recipe::of(local, &blanks);
                let said = format!("{recipe:?}");
                assert!(!said.contains("{home") && !said.contains("{d"), "{said}");
                assert!(!said.contains("{p") && said.contains("4711"), "{said}");
                assert!(recipe.start.iter().all(|word| !word.contains("secret")), "{said}");
                assert_eq!(recipe.start[0], local.program);
            }
        }
    }

    #[test]
    fn a_password_is_no_argument() {
        let catalog = Catalog::bundled().unwrap();
        for need in services::all(&catalog) {
            for knock in knocks(need.service, "db://me:s%40cret@127.0.0.1:5/shop") {
                let words = knock.words.join(" ");
                assert!(!words.contains("cret") && words.contains("127.0.0.1"), "{words}");
                assert!(knock.env.values().any(|value| value == "s@cret"), "{:?}", knock.env);
            }
        }
    }

    #[test]
    fn the_newest_version_is_taken() {
        let folders = ["/usr/lib/postgresql/9/bin", "/usr/lib/postgresql/15/bin"];
        let newest = newest(folders.map(PathBuf::from).to_vec());
        assert_eq!(newest, Some(PathBuf::from(folders[1])));
    }

    #[test]
    fn each_system_has_a_program() {
        let catalog = Catalog::bundled().unwrap();
        for need in services::all(&catalog) {
            for os in ["linux", "macos"] {
                assert!(programs(need.service, os).next().is_some(), "{} on {os}", need.title);
            }
        }
    }
}
