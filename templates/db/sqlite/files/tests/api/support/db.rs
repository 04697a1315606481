//! A database file of its own for each test: made when it starts, deleted when it ends.

use std::fs;
use std::path::PathBuf;

use uuid::Uuid;

pub struct TestDb {
    pub url: String,
    folder: PathBuf,
}

/// A path where nothing is yet.
pub fn fresh() -> TestDb {
    let folder = std::env::temp_dir().join(format!("test-{}", Uuid::now_v7()));
    TestDb { url: format!("sqlite:{}", folder.join("app.db").display()), folder }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}
