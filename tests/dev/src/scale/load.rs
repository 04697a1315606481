//! Readers and writers: a reader's request must never fail, a writer repeats with the same key.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use crate::scale::client::Client;

/// What is counted while the load goes on.
#[derive(Default)]
pub struct Load {
    over: AtomicBool,
    pub reads: AtomicUsize,
    pub writes: AtomicUsize,
    /// Writes that came through only when they were sent again, and what came before.
    pub repeated: Mutex<Vec<String>>,
    /// By key: the task that was acknowledged.
    pub kept: Mutex<BTreeMap<String, String>>,
    pub failures: Mutex<Vec<String>>,
}

impl Load {
    /// Goes on until what is done beside it has ended.
    pub fn around<T>(&self, client: &Client, url: &str, work: impl FnOnce() -> T) -> T {
        thread::scope(|scope| {
            for _ in 0..READERS {
                scope.spawn(|| self.read(&client.at(url)));
            }
            for number in 0..WRITERS {
                scope.spawn(move || self.write(&client.at(url), number));
            }
            let done = work();
            self.over.store(true, Ordering::Relaxed);
            done
        })
    }

    fn read(&self, client: &Client) {
        while !self.over.load(Ordering::Relaxed) {
            let answer = client.get("/api/v1/tasks?limit=1");
            self.reads.fetch_add(1, Ordering::Relaxed);
            if answer.status != Some(200) {
                self.fail(format!("a read: {}", answer.why));
            }
        }
    }

    fn write(&self, client: &Client, number: usize) {
        for count in 0.. {
            if self.over.load(Ordering::Relaxed) {
                return;
            }
            let key = format!("{number}-{count}");
            let Some(id) = self.until_kept(client, &key) else { return };
            self.writes.fetch_add(1, Ordering::Relaxed);
            if let Ok(mut kept) = self.kept.lock() {
                kept.insert(key, id);
            }
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Once or again, with the same key.
    fn until_kept(&self, client: &Client, key: &str) -> Option<String> {
        let mut why = String::new();
        for attempt in 0..ATTEMPTS {
            let answer = client.make(&format!("Task {key}"), key);
            if answer.status == Some(201) {
                if let (1.., Ok(mut repeated)) = (attempt, self.repeated.lock()) {
                    repeated.push(why);
                }
                return answer.body["id"].as_str().map(str::to_string);
            }
            why = answer.why;
            thread::sleep(Duration::from_millis(50));
        }
        self.fail(format!("a write, {ATTEMPTS} times: {why}"));
        None
    }

    fn fail(&self, why: String) {
        if let Ok(mut failures) = self.failures.lock() {
            failures.push(why);
        }
    }
}

const READERS: usize = 6;
const WRITERS: usize = 3;
const ATTEMPTS: usize = 40;
