//! The environment as the configuration reads it: each variable checked once, all errors at once.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use secrecy::{ExposeSecret, SecretString};

use super::dotenv;
pub use super::dotenv::{AppEnv, ConfigErrors};

/// The process environment over `.env`, and every problem met while reading it.
pub struct Env {
    variables: BTreeMap<String, String>,
    problems: Vec<String>,
    app_env: AppEnv,
}

impl Env {
    /// Reads `.env` of the working directory too, unless the process itself says production.
    pub fn load() -> Self {
        let process: Vec<(String, String)> = std::env::vars_os()
            // what is no UTF-8 is read as something wrong, and not as something absent
            .map(|pair| (pair.0.to_string_lossy().into(), pair.1.to_string_lossy().into()))
            .collect();
        let production =
            process.iter().any(|(name, value)| name == "APP_ENV" && value == "production");
        let (mut variables, broken) = if production { Default::default() } else { dotenv::read() };
        variables.extend(process);
        let mut env = Self::from_pairs(variables);
        env.problems.extend(broken);
        env
    }

    pub fn from_pairs(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        let variables: BTreeMap<_, _> = pairs.into_iter().collect();
        let mut env = Self { variables, problems: Vec::new(), app_env: AppEnv::Development };
        env.app_env = match env.optional("APP_ENV").as_deref() {
            None | Some("development") => AppEnv::Development,
            Some("test") => AppEnv::Test,
            Some("production") => AppEnv::Production,
            Some(_) => {
                env.problem("APP_ENV", "must be development, test or production");
                AppEnv::Production
            }
        };
        env
    }

    pub fn app_env(&self) -> AppEnv {
        self.app_env
    }

    pub fn production(&self) -> bool {
        self.app_env == AppEnv::Production
    }

    /// The variable's text; empty counts as not set.
    pub fn optional(&mut self, name: &'static str) -> Option<String> {
        let text = self.variables.get(name)?.trim();
        (!text.is_empty()).then(|| text.to_string())
    }

    pub fn text(&mut self, name: &'static str, default: &str) -> String {
        self.optional(name).unwrap_or_else(|| default.to_string())
    }

    /// A value that its own type reads, such as an address.
    pub fn parsed<T: FromStr>(&mut self, name: &'static str, what: &str) -> Option<T> {
        let text = self.optional(name)?;
        let value = text.parse().ok();
        if value.is_none() {
            self.problem(name, format!("must be {what}"));
        }
        value
    }

    /// A comma-separated list of such values.
    pub fn list<T: FromStr>(&mut self, name: &'static str, what: &str) -> Vec<T> {
        let text = self.optional(name).unwrap_or_default();
        let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
        let values: Result<Vec<T>, _> = items.map(str::parse).collect();
        values.unwrap_or_else(|_| {
            self.problem(name, format!("must be {what}, separated by commas"));
            Vec::new()
        })
    }

    pub fn number<N>(&mut self, name: &'static str, default: N, range: RangeInclusive<N>) -> N
    where
        N: FromStr + PartialOrd + Display,
    {
        let Some(text) = self.optional(name) else {
            return default;
        };
        match text.parse() {
            Ok(number) if range.contains(&number) => number,
            _ => {
                let why = format!("must be a number from {} to {}", range.start(), range.end());
                self.problem(name, why);
                default
            }
        }
    }

    pub fn flag(&mut self, name: &'static str, default: bool) -> bool {
        match self.optional(name).as_deref() {
            None => default,
            Some("true") => true,
            Some("false") => false,
            Some(_) => {
                self.problem(name, "must be true or false");
                default
            }
        }
    }

    /// A key of at least 32 bytes that is no example and does not repeat the same few characters.
    pub fn secret(&mut self, name: &'static str) -> Option<SecretString> {
        let secret = SecretString::from(self.optional(name)?);
        let text = secret.expose_secret();
        let example = ["example", "change-me", "change_me", "changeme", "replace", "256-bit"];
        let weak = example.iter().any(|word| text.to_lowercase().contains(word))
            || text.chars().collect::<BTreeSet<_>>().len() < 4;
        if text.len() < 32 {
            self.problem(name, "must be at least 32 random bytes");
        } else if weak {
            self.problem(name, "looks like an example, not like random bytes");
        }
        Some(secret)
    }

    pub fn problem(&mut self, name: &'static str, why: impl Display) {
        self.problems.push(format!("{name} {why}"));
    }

    /// Every problem at once, or none.
    pub fn finish(self) -> Result<(), ConfigErrors> {
        if self.problems.is_empty() { Ok(()) } else { Err(ConfigErrors::new(self.problems)) }
    }
}
