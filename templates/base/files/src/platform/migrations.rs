//! The migrations of this program, and which of them a database still lacks.

use super::secret::{hex, sha256};

/// One file of `migrations/`.
#[derive(Clone, Debug)]
pub struct Migration {
    /// The number before the name: `2` of `0002_tasks`.
    pub version: i64,
    pub name: &'static str,
    pub sql: &'static str,
}

include!(concat!(env!("OUT_DIR"), "/migrations.rs"));

/// All of them, oldest first. The list is made by `build.rs`.
pub fn all() -> impl Iterator<Item = Migration> {
    MIGRATIONS.iter().map(|&(name, sql)| {
        let digits = name.split('_').next().unwrap_or_default();
        Migration { version: digits.parse().unwrap_or_default(), name, sql }
    })
}

impl Migration {
    /// The same on every system: line ends do not count.
    pub fn checksum(&self) -> String {
        hex(&sha256(self.sql.replace("\r\n", "\n")))
    }
}

/// What is missing, given version and checksum of what was applied. What only a newer program knows
/// is left alone: this one serves on while that one takes over, and it may be rolled back to.
///
/// # Errors
/// A sentence that says why the database and this program do not fit, and what to do.
pub fn pending(applied: &[(i64, String)]) -> Result<Vec<Migration>, String> {
    let mut missing = Vec::new();
    for migration in all() {
        match applied.iter().find(|(version, _)| *version == migration.version) {
            None => missing.push(migration),
            Some((_, checksum)) if *checksum != migration.checksum() => {
                return Err(format!(
                    "migrations/{}.sql was changed after it was applied; \
                     undo the change and put it into a new file",
                    migration.name
                ));
            }
            Some(_) => {}
        }
    }
    Ok(missing)
}

/// Whether a database with these versions can serve this program, and with what it fails if not.
pub fn complete(applied: &[(i64, String)]) -> Result<(), String> {
    match pending(applied)?.first() {
        None => Ok(()),
        Some(first) => Err(format!("migration {} is missing; run the verb `migrate`", first.name)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied() -> Vec<(i64, String)> {
        all().map(|migration| (migration.version, migration.checksum())).collect()
    }

    #[test]
    fn the_migrations_of_a_newer_program_do_not_matter() {
        let mut applied = applied();
        applied.push((9999, "unknown".to_string()));
        assert_eq!(complete(&applied), Ok(()));
    }

    #[test]
    fn what_is_missing_or_was_changed_does() {
        assert!(complete(&applied()[1..]).is_err_and(|why| why.contains("is missing")));
        let mut changed = applied();
        changed[0].1.push('0');
        assert!(complete(&changed).is_err_and(|why| why.contains("was changed")));
    }
}
