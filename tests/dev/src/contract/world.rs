//! What a case finds: the stack, a running server, and ways to start others.

use std::cell::{Cell, RefCell};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Result;

use super::client::Tape;
use super::compare::Record;
use super::database::Database;
use super::kind::Kind;
use super::server::{self, Env, Said, Server};

/// The password of every user.
pub const PASSWORD: &str = "correct horse battery";
/// Long enough, and no example.
const SECRET: &str = "9f1c7d02b86e4a35c1f0d97e6b2a84533c5e0f7a91d84b26";

/// One stack under test.
pub struct World {
    pub kind: Kind,
    pub binary: PathBuf,
    admin: String,
    redis: String,
    /// The server that most cases share. It refuses nobody for asking often.
    pub main: Server,
    pub tape: Tape,
    pub case: RefCell<String>,
    pub users: Cell<usize>,
    rooms: Cell<u32>,
}

impl World {
    pub fn new(kind: Kind, binary: PathBuf, url: &dyn Fn(&str) -> String) -> Result<Self> {
        let (admin, redis) = (url("DATABASE_URL"), url("REDIS_URL"));
        let database = Arc::new(Database::make(&kind.db, &admin)?);
        let env = environment(&database, &redis, &[]);
        let main = Server::start(&binary, &database, &env)?;
        let (case, users) = (RefCell::default(), Cell::new(0));
        let rooms = Cell::new(std::process::id() % 15);
        Ok(Self { kind, binary, admin, redis, main, tape: Arc::default(), case, users, rooms })
    }

    /// Names the case that starts; what was recorded belongs to the one before.
    pub fn begin(&self, theme: &str, name: &str) {
        self.name_records();
        self.case.replace(format!("{theme}::{name}"));
        self.users.set(0);
    }

    /// Everything that was answered, by case.
    pub fn records(&self) -> Vec<Record> {
        self.name_records();
        let mut records = self.tape.lock().map(|tape| tape.clone()).unwrap_or_default();
        let key = self.kind.key();
        // the documents are named after the stack
        records.iter_mut().for_each(|record| record.line = record.line.replace(&key, "<stack>"));
        records
    }

    fn name_records(&self) {
        if let Ok(mut tape) = self.tape.lock() {
            let case = self.case.borrow();
            tape.iter_mut()
                .rev()
                .take_while(|it| it.case.is_empty())
                .for_each(|it| it.case.clone_from(&case));
        }
    }

    pub fn database(&self) -> Result<Arc<Database>> {
        Ok(Arc::new(Database::make(&self.kind.db, &self.admin)?))
    }

    /// The usual settings of a server on a database, changed by others; an empty value takes one away.
    pub fn env(&self, database: &Database, changes: &[(&str, &str)]) -> Env {
        environment(database, &self.redis, changes)
    }

    /// A server of its own on a fresh database.
    pub fn server(&self, changes: &[(&str, &str)]) -> Result<Server> {
        self.server_on(&self.database()?, changes)
    }

    pub fn server_on(&self, database: &Arc<Database>, changes: &[(&str, &str)]) -> Result<Server> {
        Server::start(&self.binary, database, &self.env(database, changes))
    }

    /// A part of the Redis server in which nobody has counted yet: limits outlive their servers there.
    pub fn room(&self) -> String {
        self.rooms.set(self.rooms.get() % 15 + 1);
        let url = self.redis.trim_end_matches('/');
        let start = url.find("://").map_or(0, |at| at + 3);
        let server = url[start..].find('/').map_or(url, |at| &url[..start + at]);
        format!("{server}/{}", self.rooms.get())
    }

    /// Runs a verb with the usual settings.
    pub fn verb(
        &self,
        database: &Database,
        words: &[&str],
        changes: &[(&str, &str)],
        stdin: &str,
    ) -> Result<Said> {
        server::verb(&self.binary, &database.dir, words, &self.env(database, changes), stdin)
    }
}

/// Generous to everybody, unless changed; an empty value takes a setting away.
fn environment(database: &Database, redis: &str, changes: &[(&str, &str)]) -> Env {
    let usual = [
        ("PORT", "0"),
        ("DATABASE_URL", &database.url),
        ("REDIS_URL", redis),
        ("JWT_SECRET", SECRET),
        ("RATE_LIMIT_PER_MINUTE", "0"),
        ("LOGIN_MAX_FAILURES", "100"),
        ("LOGIN_CLIENT_MAX_FAILURES", "100"),
        ("LOGIN_CLIENT_WINDOW_SECS", "1"),
        ("RUST_LOG", "info"),
    ];
    let kept = usual.iter().filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    let all = kept.chain(changes).filter(|(_, value)| !value.is_empty());
    all.map(|(name, value)| (name.to_string(), value.to_string())).collect()
}

/// Runs the same thing many times at once.
pub fn at_once<T: Send>(count: usize, run: impl Fn(usize) -> Result<T> + Sync) -> Result<Vec<T>> {
    let mut all = Vec::new();
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..count)
            .map(|number| (number, &run))
            .map(|(number, run)| scope.spawn(move || run(number)))
            .collect();
        for thread in threads {
            let done = thread.join().map_err(|_| anyhow::anyhow!("a thread has panicked"))?;
            all.push(done?);
        }
        Ok(all)
    })
}
