//! What was validated, what was wrong, and what could not be looked at.

use std::collections::BTreeMap;

use crate::hosting::kind::Break;
use crate::hosting::sites::Site;
use crate::hosting::tool::Verdict;

/// The count, and what was said on the way.
#[derive(Default)]
pub struct Tally {
    pub files: usize,
    passed: usize,
    failed: usize,
    /// What is missing, and how often it was.
    missing: BTreeMap<String, usize>,
    /// By who noticed: the changes that were.
    noticed: BTreeMap<&'static str, usize>,
}

impl Tally {
    /// One file, one opinion.
    pub fn count(&mut self, who: &str, site: &Site, path: &str, verdict: Verdict) {
        match verdict {
            Verdict::Good => self.passed += 1,
            Verdict::Missing(what) => *self.missing.entry(what).or_default() += 1,
            Verdict::Bad(why) => {
                self.failed += 1;
                println!("FAILED {path} ({}), says {who}: {}", site.flags, why.trim());
            }
        }
    }

    /// One broken file, and whether it was noticed.
    pub fn broken(&mut self, kind: &str, change: &Break, verdict: Verdict) {
        match verdict {
            Verdict::Bad(_) => {
                self.passed += 1;
                *self.noticed.entry(change.seen_by).or_default() += 1;
            }
            Verdict::Missing(what) => *self.missing.entry(what).or_default() += 1,
            Verdict::Good => {
                self.failed += 1;
                let (who, from, to) = (change.seen_by, change.from, change.to);
                println!("NOT NOTICED by {who}, in a {kind}: `{from}` becomes `{to}`");
            }
        }
    }

    /// The last lines. What could be installed and was not fails where machines build.
    pub fn end(&self) -> bool {
        for (what, times) in &self.missing {
            println!("not checked, {times} times: {what}");
        }
        let noticed = self.noticed.iter().map(|(who, times)| format!("{who} {times}"));
        println!("broken files noticed: {}", noticed.collect::<Vec<_>>().join(", "));
        let skipped: usize = self.missing.values().sum();
        println!("{} passed, {} failed, {skipped} skipped", self.passed, self.failed);
        let in_ci = std::env::var("CI").is_ok_and(|value| value == "true");
        self.failed == 0 && (skipped == 0 || !in_ci)
    }
}
