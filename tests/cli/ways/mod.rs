//! The ways of a pipeline to hosts, run with stand-ins for programs and platforms: each writes down
//! how it was called, and answers as the test wants the world to be.

mod aws;
mod cloudrun;
mod digitalocean;
mod docker;
mod fly;
mod gitlab;
mod heroku;
mod kubernetes;
mod railway;
mod render;
mod vercel;

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use serde_json::Value;

use crate::sandbox::Sandbox;

pub const DIGEST: &str = "sha256:1111111111111111111111111111111111111111111111111111111111111111";
/// What an index names for machines with Linux on amd64.
pub const PLAIN: &str = "sha256:2222222222222222222222222222222222222222222222222222222222222222";

/// A script of a job, by the name of its step.
pub const COPY: &str = "The image, in a registry that this host may read";
pub const BRING: &str = "Bring it there";
pub const BACK: &str = "Back to the version before";

/// Gives `dir:` what is in the folder `the-image`, and an index when there is one.
const SKOPEO: &str = r#"#!/bin/sh
echo "skopeo $*" >> "$LOG"
for last; do :; done
case "$*" in
    login*) [ -n "$(cat)" ] ;;
    inspect*) cat "$HOME/the-index" 2> /dev/null || [ -e "$HOME/copied" ] ;;
    *copy*dir:*) case $last in dir:*) cp -r "$HOME/the-image" "${last#dir:}" ;; esac ;;
esac
"#;
/// Asks the file `answers` of a platform, when its key is the right one.
const CURL: &str = r#"#!/bin/sh
method='' url='' body='' out=/dev/stdout key=''
while [ $# -gt 0 ]; do
    case $1 in
        --request) method=$2; shift ;;
        --data) body=$2; method=${method:-POST}; shift ;;
        --output) out=$2; shift ;;
        --config) key=$(cat "$2"); shift ;;
        --header) shift ;;
        http*) url=$1 ;;
    esac
    shift
done
case $body in @*) body=$(cat "${body#@}") ;; esac
method=${method:-GET}
printf "%s\n" "curl $method $url $body" >> "$LOG"
case $url in "${BASE_URL:-none}"*) exit "$(cat "$HOME/smoke")" ;; esac
case $key in *': secret"' | *'Bearer secret"') ;; *) exit 22 ;; esac
is() { cat "$HOME/$1" 2> /dev/null; }
. "$HOME/answers" > "$out"
"#;

/// A project with a way to one host.
pub struct Way {
    sandbox: Sandbox,
    steps: BTreeMap<String, String>,
    env: BTreeMap<String, String>,
}

impl Way {
    /// With these programs besides; `answers` is what the platform says.
    pub fn to(host: &str, programs: &[(&str, &str)], answers: &str) -> Way {
        Way::of("--db postgres --auth jwt", host, programs, answers)
    }

    pub fn of(flags: &str, host: &str, programs: &[(&str, &str)], answers: &str) -> Way {
        let way = Way::made(&format!("{flags} --pipeline github"), host, programs, answers);
        let steps = steps(&way.project(".github/workflows/release.yml"), host);
        Way { steps, ..way }
    }

    fn made(flags: &str, host: &str, programs: &[(&str, &str)], answers: &str) -> Way {
        let jq = Command::new("jq").arg("--version").output();
        assert!(jq.is_ok(), "these scripts are run with the real `jq`: install it");
        let sandbox = Sandbox::new();
        let words = format!("new shop -y --no-git {flags} --hosting {host}");
        sandbox.run(&words).success();
        let known = [("skopeo", SKOPEO), ("curl", CURL), ("sleep", "#!/bin/sh\n")];
        for (name, text) in known.iter().chain(programs) {
            let path = format!("bin/{name}");
            sandbox.write(&path, text);
            let mode = std::fs::Permissions::from_mode(0o755);
            std::fs::set_permissions(sandbox.path().join(path), mode).unwrap();
        }
        sandbox.write("tmp/answers", answers);
        sandbox.write("log", "");
        let image = format!("ghcr.io/owner/shop@{DIGEST}");
        let known = [("IMAGE", image.as_str()), ("SOURCE_USER", "owner")];
        let env = known.into_iter().chain([("SOURCE_PASSWORD", "secret")]);
        let env = env.map(|(name, value)| (name.to_string(), value.to_string()));
        Way { steps: BTreeMap::new(), env: env.collect(), sandbox }
    }

    /// A variable of the job.
    pub fn with(mut self, name: &str, value: &str) -> Way {
        self.env.insert(name.to_string(), value.to_string());
        self
    }

    /// What a stand-in finds in the file of this name; it is `/tmp/` to the scripts too.
    pub fn world(&self, name: &str, text: &str) {
        self.sandbox.write(&format!("tmp/{name}"), text);
    }

    pub fn left(&self, name: &str) -> String {
        self.sandbox.read(&format!("tmp/{name}"))
    }

    pub fn project(&self, path: &str) -> String {
        self.sandbox.read(&format!("shop/{path}"))
    }

    /// Whether a step ended well.
    pub fn step(&self, name: &str) -> bool {
        let tmp = self.sandbox.path().join("tmp");
        let script = self.steps[name].replace("/tmp/", &format!("{}/", tmp.display()));
        let mut sh = Command::new("sh");
        sh.current_dir(self.sandbox.path().join("shop")).args(["-e", "-c", &script]);
        sh.env("PATH", format!("{}:{}", self.sandbox.path().join("bin").display(), env!("PATH")));
        sh.env("HOME", &tmp).env("LOG", self.sandbox.path().join("log")).envs(&self.env);
        let output = sh.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        println!("{name}: {}\n{said}", output.status);
        output.status.success()
    }

    /// Questions to such addresses fail without `--retry`; with it, what may happen only once does.
    pub fn falters(&self, questions: &str) {
        self.curl_first(&format!(
            "case \"$*\" in *--request*--retry* | *--retry*--request* | *--retry*--data*) exit 3 ;;\n\
             *--retry*--max-time* | *--max-time*--retry*) ;; {questions}) exit 28 ;; esac\n"
        ));
    }

    /// What `curl` does before all else.
    pub fn curl_first(&self, script: &str) {
        let curl = CURL.replacen("#!/bin/sh\n", &format!("#!/bin/sh\n{script}"), 1);
        self.sandbox.write("bin/curl", &curl);
    }

    pub fn log(&self) -> String {
        self.sandbox.read("log")
    }

    /// As when a job begins: nothing has been called, and nothing is left of another.
    pub fn again(&self) {
        self.sandbox.write("log", "");
        for name in ["released", "before", "kept"] {
            std::fs::remove_file(self.sandbox.path().join("tmp").join(name)).ok();
        }
    }

    /// These were called, in this order.
    #[track_caller]
    pub fn went(&self, wanted: &[&str]) {
        let log = self.log();
        let mut rest = log.as_str();
        for part in wanted {
            let at = rest.find(part).unwrap_or_else(|| panic!("no `{part}` in its place:\n{log}"));
            rest = &rest[at + part.len()..];
        }
    }

    /// Nothing like this was called.
    #[track_caller]
    pub fn never(&self, part: &str) {
        let log = self.log();
        assert!(!log.contains(part), "`{part}` in\n{log}");
    }
}

/// The scripts of the job for a host, by the names of their steps.
fn steps(workflow: &str, host: &str) -> BTreeMap<String, String> {
    let workflow: Value = serde_saphyr::from_str(workflow).unwrap();
    let steps = workflow["jobs"][format!("deploy-{host}")]["steps"].as_array().unwrap().clone();
    let pair = |step: &Value| {
        Some((step["name"].as_str()?.to_string(), step["run"].as_str()?.to_string()))
    };
    steps.iter().filter_map(pair).collect()
}
