//! The generated files of balancers, on free ports of this machine.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use backend_gen::io::process::Beside;

use crate::scale::client::Client;
use crate::scale::stand::Stand;

/// A balancer, and how its generated file is made to fit here.
pub struct Front {
    pub program: &'static str,
    file: &'static str,
    /// The text for a port, in a folder of its own.
    fit: fn(&str, u16, &Path) -> String,
    words: &'static [&'static str],
}

pub const FRONTS: [Front; 3] = [
    Front { program: "nginx", file: "nginx.conf", fit: nginx, words: &["-e", "stderr", "-c"] },
    Front { program: "haproxy", file: "haproxy.cfg", fit: haproxy, words: &["-db", "-f"] },
    Front {
        program: "caddy",
        file: "Caddyfile",
        fit: caddy,
        words: &["run", "--adapter", "caddyfile", "--config"],
    },
];

/// A balancer that runs.
pub struct Running {
    _process: Beside,
    pub url: String,
}

impl Front {
    pub fn find(&self) -> Option<PathBuf> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::env::split_paths(&path).chain(["/usr/sbin".into()]);
        folders.map(|folder| folder.join(self.program)).find(|path| path.is_file())
    }

    /// Starts it before these instances.
    pub fn start(
        &self,
        program: &Path,
        stand: &Stand,
        ports: &[u16],
        home: &Path,
    ) -> Result<Running> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let path = format!("deploy/vps/several/{}", self.file);
        let mut text = stand.files.get(&path).context("no such file")?.clone();
        for (number, real) in ports.iter().enumerate() {
            let written = format!("127.0.0.1:{}", 3001 + number);
            ensure!(text.contains(&written), "`{path}` does not name {written}");
            text = text.replace(&written, &format!("127.0.0.1:{real}"));
        }
        let file = home.join(self.file);
        std::fs::write(&file, (self.fit)(&text, port, home))?;
        let mut words: Vec<String> = self.words.iter().map(|word| word.to_string()).collect();
        words.push(file.to_string_lossy().into_owned());
        let log = format!("{}.log", self.program);
        let process = Beside::start(program, &words, home, &log)?;
        let url = format!("http://127.0.0.1:{port}");
        let (client, begun) = (Client::new(&url), Instant::now());
        while client.get("/readyz").status != Some(200) {
            let said = || std::fs::read_to_string(home.join(&log)).unwrap_or_default();
            ensure!(begun.elapsed() < PATIENCE, "{} does not answer: {}", self.program, said());
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(Running { _process: process, url })
    }
}

fn nginx(text: &str, port: u16, home: &Path) -> String {
    let text = text.replace("listen 80;", &format!("listen 127.0.0.1:{port};"));
    let home = home.display();
    let paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    let paths = paths.map(|name| format!("{name}_temp_path {home}/{name};\n")).concat();
    format!(
        "daemon off;\nmaster_process off;\npid {home}/pid;\nerror_log stderr;\nevents {{}}\n\
         http {{\naccess_log off;\n{paths}{text}}}\n"
    )
}

fn haproxy(text: &str, port: u16, _home: &Path) -> String {
    let lines = text.lines().filter(|line| {
        let other = ["bind :443", "log ", "redirect scheme", " user ", " group ", " chroot "];
        other.iter().all(|it| !line.contains(it))
    });
    let text: String = lines.map(|line| format!("{line}\n")).collect();
    // the files that this process may open are fewer than on a server
    let text = text.replace("maxconn 10000", "maxconn 1000");
    text.replace("bind :80", &format!("bind 127.0.0.1:{port}"))
}

fn caddy(text: &str, port: u16, home: &Path) -> String {
    let own = format!(
        "{{\n\tadmin off\n\tauto_https off\n\t\
         storage file_system {}\n\tlog {{\n\t\tlevel ERROR\n\t}}\n}}\n",
        home.display()
    );
    own + &text
        .replace("api.example.com {", &format!("http://127.0.0.1:{port} {{\n\tbind 127.0.0.1"))
}

const PATIENCE: Duration = Duration::from_secs(20);
