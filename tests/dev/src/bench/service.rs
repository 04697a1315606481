//! A server under load: started on one core, filled with tasks, watched for its memory.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use super::load::{CORE as LOAD_CORE, Done};
use super::stand::Stand;
use crate::contract::client::Client;
use crate::contract::database::Database;
use crate::work;

/// The core of the server; the load has another.
const CORE: &str = "0";
const TOKEN: &str = "a-session-that-is-there-from-the-start-0000";
const ROWS: usize = 1000;

/// What is asked of a server.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// `GET` of a row, any of a thousand.
    Read,
    /// `POST` of a row.
    Insert,
}

/// It is killed when it is dropped.
pub struct Service {
    child: Child,
    /// Milliseconds from the start of the process to its first answer.
    pub start: f64,
    /// MiB before any load.
    pub idle: f64,
    requests: [PathBuf; 2],
    address: String,
    database: Database,
}

impl Service {
    /// Starts it with a fresh database of a thousand rows.
    pub fn start(stand: &Stand, db: &str, session: bool, admin: &str) -> Result<Self> {
        let database = Database::make(db, admin)?;
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let place = match stand.registers {
            true => database.url.clone(),
            false => database.url.trim_start_matches("sqlite:").to_string(),
        };
        let mut command = Command::new("taskset");
        command.args(["-c", CORE]).arg(&stand.program).args(&stand.words);
        command.current_dir(&database.dir).stdin(Stdio::null()).stdout(Stdio::null());
        command.stderr(Stdio::from(fs::File::create(database.dir.join("stderr"))?));
        command.env("PORT", address.port().to_string()).env(stand.database, place);
        // a limit that is counted and never reached
        command.env("RATE_LIMIT_PER_MINUTE", "10000000").env("LOG_FORMAT", "json");
        command.env_remove("APP_ENV").env_remove("RUST_LOG").env_remove("FLOOR_TOKEN");
        if session {
            command.env("FLOOR_TOKEN", TOKEN);
        }
        let begun = Instant::now();
        let child = command.spawn().context("cannot start with `taskset` of util-linux")?;
        let address = address.to_string();
        let requests = [database.dir.join("reads"), database.dir.join("inserts")];
        let mut service = Self { child, start: 0.0, idle: 0.0, requests, address, database };
        service.wait(begun).with_context(|| format!("{}: {}", stand.name, service.said()))?;
        service.start = begun.elapsed().as_secs_f64() * 1000.0;
        sleep(Duration::from_millis(300));
        service.idle = service.memory()?;
        let client = service.client(stand.registers, session)?;
        service.fill(&client).with_context(|| format!("{}: {}", stand.name, service.said()))?;
        Ok(service)
    }

    fn wait(&mut self, begun: Instant) -> Result<()> {
        let client = Client::new(&self.address);
        loop {
            if TcpStream::connect(&self.address).is_ok() && client.get("/livez")?.status == 200 {
                return Ok(());
            }
            if let Some(status) = self.child.try_wait()? {
                bail!("the server ended with {status}");
            }
            ensure!(begun.elapsed() < Duration::from_secs(30), "the server does not answer");
            sleep(Duration::from_millis(1));
        }
    }

    /// Somebody with a session, where sessions are asked for.
    fn client(&self, registers: bool, session: bool) -> Result<Client> {
        let mut client = Client::new(&self.address);
        if session && registers {
            let person = json!({"email": "bench@example.com", "password": "a thousand quick rows"});
            client.post("/auth/register", &person)?.status_is(201)?;
            let answer = client.post("/auth/login", &person)?.status_is(200)?;
            let cookie = answer.header("set-cookie").context("a login without a cookie")?;
            client.cookie = cookie.split(';').next().map(str::to_string);
        } else if session {
            client.cookie = Some(format!("session={TOKEN}"));
        }
        Ok(client)
    }

    /// Makes the rows, and writes down the requests that the load will send.
    fn fill(&self, client: &Client) -> Result<()> {
        let mut head = format!("Host: {}\r\n", self.address);
        if let Some(cookie) = &client.cookie {
            head += &format!("Cookie: {cookie}\r\n");
        }
        let body = json!({"title": "Measure the backend", "description": "and write it down"});
        let text = body.to_string();
        let mut reads = Vec::new();
        for _ in 0..ROWS {
            let id = client.post("/api/v1/tasks", &body)?.status_is(201)?.word("/id")?;
            reads.push(format!("GET /api/v1/tasks/{id} HTTP/1.1\r\n{head}\r\n"));
        }
        let insert = format!(
            "POST /api/v1/tasks HTTP/1.1\r\n{head}Content-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{text}",
            text.len()
        );
        fs::write(&self.requests[0], serde_json::to_vec(&reads)?)?;
        fs::write(&self.requests[1], serde_json::to_vec(&[insert])?)?;
        Ok(())
    }

    /// Load for so long: as much as it takes, or so many requests a second.
    pub fn load(&self, work: Work, seconds: f64, rate: Option<f64>) -> Result<Done> {
        let requests = &self.requests[usize::from(work == Work::Insert)];
        let mut load = Command::new("taskset");
        load.args(["-c", LOAD_CORE]).arg(std::env::current_exe()?).args(["bench", "load"]);
        load.arg(&self.address).arg(requests).arg(seconds.to_string());
        load.args(rate.map(|rate| rate.to_string()));
        let said = work::output(&mut load)?;
        ensure!(said.status.success(), "the load: {} {}", work::tail(&said, 5), self.said());
        Done::read(&serde_json::from_slice::<Value>(&said.stdout)?)
    }

    /// Microseconds of a processor that its threads have had: true on a busy machine too.
    pub fn processor(&self) -> Result<f64> {
        let mut nanos = 0.0;
        for thread in fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            let text = fs::read_to_string(thread?.path().join("schedstat"))?;
            nanos += text.split(' ').next().unwrap_or_default().parse::<f64>()?;
        }
        Ok(nanos / 1000.0)
    }

    /// Resident memory in MiB.
    pub fn memory(&self) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes =
            line.and_then(|line| line.trim().strip_suffix(" kB")).context("no VmRSS")?;
        Ok(kilobytes.trim().parse::<f64>()? / 1024.0)
    }

    fn said(&self) -> String {
        fs::read_to_string(self.database.dir.join("stderr")).unwrap_or_default()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
