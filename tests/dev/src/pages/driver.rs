//! A real browser, driven over WebDriver: JSON over HTTP, as `chromedriver` speaks it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use tempfile::TempDir;
use ureq::Agent;

/// A browser window. The browser ends with the value.
pub struct Browser {
    driver: Child,
    agent: Agent,
    session: String,
    _profile: TempDir,
}

/// What the browser noticed since it was last asked.
#[derive(Debug, Default)]
pub struct Noticed {
    /// Errors and warnings of the console.
    pub console: Vec<String>,
    /// Every URL that was asked for.
    pub requests: Vec<String>,
}

impl Browser {
    /// A fresh browser with a profile of its own, which asks nobody for anything by itself.
    pub fn start() -> Result<Browser> {
        let profile = TempDir::new()?;
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("`chromedriver` is not there (Debian: chromium and chromium-driver)")?;
        let stdout = driver.stdout.take().context("no stdout")?;
        let port = BufReader::new(stdout).lines().map_while(Result::ok).find_map(|line| {
            let port = line.rsplit_once("successfully on port ")?.1.trim_end_matches('.');
            port.parse::<u16>().ok()
        });
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .timeout_global(Some(Duration::from_secs(120)))
            .build();
        let session = format!("http://127.0.0.1:{}/session", port.unwrap_or_default());
        let mut browser = Browser { driver, agent: config.into(), session, _profile: profile };
        ensure!(port.is_some(), "`chromedriver` does not start");
        let mut flags: Vec<String> = FLAGS.iter().map(|flag| flag.to_string()).collect();
        flags.push(format!("--user-data-dir={}", browser._profile.path().display()));
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "goog:chromeOptions": {"args": flags},
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        }}});
        let made = browser.post("", &wanted)?;
        let id = made["sessionId"].as_str().context("no session")?;
        browser.session = format!("{}/{id}", browser.session);
        Ok(browser)
    }

    pub fn open(&self, url: &str) -> Result<()> {
        self.post("/url", &json!({"url": url})).map(drop)
    }

    /// A window of this size in CSS pixels; below 500 it is a phone.
    pub fn resize(&self, width: u32, height: u32) -> Result<()> {
        let size = json!({"width": width, "height": height, "deviceScaleFactor": 1,
            "mobile": width < 500});
        self.devtools("Emulation.setDeviceMetricsOverride", size)
    }

    /// `light` or `dark`.
    pub fn scheme(&self, scheme: &str) -> Result<()> {
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        self.devtools("Emulation.setEmulatedMedia", json!({"features": features}))
    }

    /// Runs a script in the page: the body of a function.
    pub fn script(&self, script: &str) -> Result<Value> {
        self.post("/execute/sync", &json!({"script": script, "args": []}))
    }

    /// Asks until the script says something that is neither null nor false.
    pub fn until(&self, what: &str, script: &str) -> Result<Value> {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            let value = self.script(script)?;
            if !matches!(value, Value::Null | Value::Bool(false)) {
                return Ok(value);
            }
            thread::sleep(Duration::from_millis(50));
        }
        bail!("{what}: it never came")
    }

    /// Presses keys, as a person does; `\u{e007}` is Enter, `\u{e004}` Tab.
    pub fn keys(&self, keys: &str) -> Result<()> {
        let press = |key: char| {
            let key = key.to_string();
            [json!({"type": "keyDown", "value": key}), json!({"type": "keyUp", "value": key})]
        };
        let actions: Vec<Value> = keys.chars().flat_map(press).collect();
        self.board(actions)
    }

    /// Presses keys at once, and lets them go: `\u{e009}` is Control.
    pub fn chord(&self, keys: &[char]) -> Result<()> {
        let press = |key: &char| json!({"type": "keyDown", "value": key.to_string()});
        let free = |key: &char| json!({"type": "keyUp", "value": key.to_string()});
        self.board(keys.iter().map(press).chain(keys.iter().rev().map(free)).collect())
    }

    fn board(&self, actions: Vec<Value>) -> Result<()> {
        let board = json!({"type": "key", "id": "board", "actions": actions});
        self.post("/actions", &json!({"actions": [board]})).map(drop)
    }

    /// Writes a picture of the window.
    pub fn picture(&self, path: &Path) -> Result<()> {
        use base64::Engine;
        let text = self.get("/screenshot")?;
        let bytes = base64::engine::general_purpose::STANDARD
            .decode(text.as_str().context("no picture")?)?;
        std::fs::create_dir_all(path.parent().unwrap_or(path))?;
        std::fs::write(path, bytes).with_context(|| format!("cannot write `{}`", path.display()))
    }

    pub fn noticed(&self) -> Result<Noticed> {
        let mut noticed = Noticed::default();
        for entry in self.log("browser")? {
            let level = entry["level"].as_str().unwrap_or_default();
            if level != "INFO" && level != "DEBUG" {
                noticed.console.push(entry["message"].as_str().unwrap_or_default().to_string());
            }
        }
        for entry in self.log("performance")? {
            let text = entry["message"].as_str().unwrap_or_default();
            let event: Value = serde_json::from_str(text)?;
            if event["message"]["method"] == "Network.requestWillBeSent" {
                let url = &event["message"]["params"]["request"]["url"];
                noticed.requests.push(url.as_str().unwrap_or_default().to_string());
            }
        }
        Ok(noticed)
    }

    fn log(&self, kind: &str) -> Result<Vec<Value>> {
        let entries = self.post("/se/log", &json!({"type": kind}))?;
        Ok(entries.as_array().cloned().unwrap_or_default())
    }

    fn devtools(&self, command: &str, parameters: Value) -> Result<()> {
        let body = json!({"cmd": command, "params": parameters});
        self.post("/goog/cdp/execute", &body).map(drop)
    }

    fn get(&self, path: &str) -> Result<Value> {
        let answer = self.agent.get(format!("{}{path}", self.session)).call()?;
        value(answer)
    }

    fn post(&self, path: &str, body: &Value) -> Result<Value> {
        let request = self.agent.post(format!("{}{path}", self.session));
        let answer = request.content_type("application/json").send(body.to_string())?;
        value(answer).with_context(|| format!("the browser refuses `{path}`"))
    }
}

fn value(answer: ureq::http::Response<ureq::Body>) -> Result<Value> {
    let is_fine = answer.status().is_success();
    let body = answer.into_body().into_with_config().limit(LARGEST).read_to_string()?;
    let body: Value = serde_json::from_str(&body)?;
    ensure!(is_fine, "{}", body["value"]["message"].as_str().unwrap_or("no reason"));
    Ok(body["value"].clone())
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The browser first: the driver would leave it behind.
        let _ = self.agent.delete(&self.session).call();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

const FLAGS: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
];
/// A password is hashed, on a busy machine, by a debug build.
const PATIENCE: Duration = Duration::from_secs(30);
const LARGEST: u64 = 32 * 1024 * 1024;
