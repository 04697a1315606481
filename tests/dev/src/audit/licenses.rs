//! The licenses of all crates of all stacks against the `deny.toml` that comes with each.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use backend_gen::catalog::Catalog;
use backend_gen::render;
use serde_json::Value;
use spdx::{Expression, Licensee, ParseMode};

use crate::{folder, work};

/// Whether each stack may have each of its crates.
pub fn check(catalog: &Catalog, dir: &Path) -> Result<bool> {
    let (stacks, mut sound) = (catalog.stacks(), 0);
    for stack in &stacks {
        let tree = render(catalog, stack, &work::project(stack)?)?;
        let rules = tree.get(Path::new("deny.toml")).context("no deny.toml")?;
        folder::write(dir, &tree)?;
        let mut metadata = work::cargo(dir, &["metadata", "--locked", "--format-version", "1"]);
        let said = work::output(&mut metadata)?;
        ensure!(said.status.success(), "cargo metadata: {}", work::tail(&said, 5));
        let refused = refused(&serde_json::from_slice(&said.stdout)?, &allowed(rules)?)?;
        match refused.as_slice() {
            [] => sound += 1,
            some => println!("{stack}: its deny.toml refuses {}", some.join(", ")),
        }
    }
    println!("licenses: {sound} of {} stacks may have all of their crates", stacks.len());
    Ok(sound == stacks.len())
}

fn allowed(rules: &[u8]) -> Result<Vec<Licensee>> {
    let rules: toml::Table = toml::from_str(std::str::from_utf8(rules)?)?;
    let allow = rules["licenses"]["allow"].as_array().context("nothing is allowed")?;
    let names = allow.iter().filter_map(toml::Value::as_str);
    names.map(|name| Ok(Licensee::parse(name)?)).collect()
}

/// Crates of others that no allowed license covers, each with its license.
fn refused(metadata: &Value, allowed: &[Licensee]) -> Result<Vec<String>> {
    let mut refused = Vec::new();
    let packages = metadata["packages"].as_array().context("no packages")?;
    for package in packages.iter().filter(|package| !package["source"].is_null()) {
        let (name, license) =
            (&package["name"], package["license"].as_str().unwrap_or("no license"));
        let covered = Expression::parse_mode(license, ParseMode::LAX).is_ok_and(|terms| {
            terms.evaluate(|term| allowed.iter().any(|license| license.satisfies(term)))
        });
        if !covered {
            refused.push(format!("{} ({license})", name.as_str().unwrap_or_default()));
        }
    }
    Ok(refused)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn one_of_several_licenses_is_enough_and_none_is_not() {
        let allowed = allowed(br#"licenses = { allow = ["MIT", "Zlib"] }"#).unwrap();
        let crates = [("a", "MIT/Apache-2.0"), ("b", "BSL-1.0"), ("c", "MIT AND ISC"), ("d", "")];
        let package = |(name, license): &(&str, &str)| json!({"name": name, "source": "here", "license": license});
        let packages: Vec<Value> = crates.iter().map(package).collect();
        let refused = refused(&json!({ "packages": packages }), &allowed).unwrap();
        assert_eq!(refused, ["b (BSL-1.0)", "c (MIT AND ISC)", "d ()"]);
    }
}
