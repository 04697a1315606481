//! The record of locks, of which one stack at a time is read.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::lock::{FILE, Locked, Package};

/// The lock of one stack: the dependencies of the project itself, and every package.
pub struct Lock {
    pub(super) root: Vec<String>,
    pub(super) packages: Vec<Package>,
}

/// The record with its entries unread: of the hundreds in it one stack needs a part.
#[derive(Deserialize)]
struct Record<'a> {
    #[serde(borrow)]
    stacks: BTreeMap<&'a str, &'a RawValue>,
    #[serde(borrow)]
    package: Vec<&'a RawValue>,
}

/// The lock of a stack, when the record has one. What was read last is kept, since a render and
/// what is told of it ask for the same.
pub fn read(text: &str, stack_key: &str) -> Result<Option<Arc<Lock>>> {
    static LAST: Mutex<Option<Kept>> = Mutex::new(None);
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    let is_last = |kept: &&Kept| kept.key == stack_key && kept.text == text;
    if let Some(kept) = last.as_ref().filter(is_last) {
        return Ok(Some(Arc::clone(&kept.lock)));
    }
    let Some(lock) = one(text, stack_key).with_context(|| format!("cannot read `{FILE}`"))? else {
        return Ok(None);
    };
    let lock = Arc::new(lock);
    let (text, key) = (text.to_string(), stack_key.to_string());
    *last = Some(Kept { text, key, lock: Arc::clone(&lock) });
    Ok(Some(lock))
}

struct Kept {
    text: String,
    key: String,
    lock: Arc<Lock>,
}

fn one(text: &str, stack_key: &str) -> Result<Option<Lock>> {
    let record: Record<'_> = serde_json::from_str(text)?;
    let Some(locked) = record.stacks.get(stack_key) else { return Ok(None) };
    let locked: Locked = serde_json::from_str(locked.get())?;
    let package = |index: &usize| {
        let package = record.package.get(*index).context("a package that is not there")?;
        Ok(serde_json::from_str(package.get())?)
    };
    let packages = locked.packages.iter().map(package).collect::<Result<_>>()?;
    Ok(Some(Lock { root: locked.root, packages }))
}
