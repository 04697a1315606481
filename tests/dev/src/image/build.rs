//! Images in a store of their own: stand-ins for the bases, and the one that is built on them.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::work;

/// Where images are kept; it goes away with the value.
pub struct Store {
    dir: tempfile::TempDir,
}

/// An image that was built.
pub struct Built {
    /// Compressed, without the layers of the base.
    pub bytes: u64,
    pub seconds: u64,
}

/// The bases by their public names.
const RUST: &str = "docker.io/library/rust:1.95-slim-bookworm";
const DEBIAN: &str = "docker.io/library/debian:bookworm-slim";
/// What a `RUN` in the last stage and the program itself need.
const PROGRAMS: [&str; 2] = ["/bin/sh", "/usr/bin/install"];
const LIBRARIES: [&str; 2] = ["libgcc_s.so.1", "libm.so.6"];

impl Store {
    pub fn open() -> Result<Store> {
        let store = Store { dir: tempfile::tempdir()? };
        let policy = r#"{"default": [{"type": "insecureAcceptAnything"}]}"#;
        fs::write(store.dir.path().join("policy.json"), policy)?;
        let root = store.root_file_system()?;
        store.base(&root, DEBIAN, &[])?;
        let env =
            ["PATH=/toolchain/bin:/usr/bin:/bin", "CARGO_HOME=/cargo", "CARGO_NET_OFFLINE=true"];
        store.base(&root, RUST, &env)?;
        Ok(store)
    }

    /// Builds the image of a project under its name.
    pub fn build(&self, project: &Path, name: &str) -> Result<Built> {
        let began = Instant::now();
        // the build itself has no network
        let said = work::output(&mut work::cargo(project, &["fetch", "--locked"]))?;
        ensure!(said.status.success(), "cannot fetch: {}", work::tail(&said, 5));
        let toolchain = said_by("rustc", &["--print", "sysroot"])?;
        let home = std::env::var("CARGO_HOME");
        let home = home.or_else(|_| std::env::var("HOME").map(|home| format!("{home}/.cargo")))?;
        let toolchain = format!("{toolchain}:/toolchain:ro");
        let home = format!("{home}:/cargo");
        let mut words = vec!["build", "--isolation", "chroot", "--pull-never", "--layers"];
        // Debian's `cc` leads through `/etc/alternatives`
        let alternatives = "/etc/alternatives:/etc/alternatives:ro";
        for volume in ["/usr:/usr:ro", alternatives, &toolchain, &home] {
            words.extend(["--volume", volume]);
        }
        let project = project.to_string_lossy();
        words.extend(["--tag", name, &project]);
        self.buildah(&words)?;
        let bytes = self.size(name)?;
        Ok(Built { bytes, seconds: began.elapsed().as_secs() })
    }

    /// The files of an image, copied to a folder.
    pub fn unpack(&self, image: &str, to: &Path) -> Result<()> {
        let container = self.buildah(&["from", "--pull-never", image])?;
        let mounted = self.buildah(&["mount", &container])?;
        let said = work::output(Command::new("cp").arg("-a").arg(mounted).arg(to))?;
        ensure!(said.status.success(), "cannot copy: {}", work::tail(&said, 2));
        self.buildah(&["rm", &container]).map(|_| ())
    }

    pub fn buildah(&self, words: &[&str]) -> Result<String> {
        let dir = self.dir.path();
        let mut buildah = Command::new("buildah");
        buildah.args(["--storage-driver", "vfs", "--registries-conf", "/dev/null", "--root"]);
        buildah.arg(dir.join("root")).arg("--runroot").arg(dir.join("run"));
        let (verb, rest) = words.split_first().context("no verb")?;
        buildah.arg(verb);
        if ["build", "commit", "from", "push"].contains(verb) {
            buildah.arg("--signature-policy").arg(dir.join("policy.json"));
        }
        let said = work::output(buildah.args(rest).env("TMPDIR", dir))?;
        ensure!(said.status.success(), "buildah {verb}: {}", work::tail(&said, 15));
        Ok(String::from_utf8_lossy(&said.stdout).trim().to_string())
    }

    /// What is beside the base: all layers but the first.
    fn size(&self, image: &str) -> Result<u64> {
        let to = self.dir.path().join(format!("{image}-oci"));
        self.buildah(&["push", image, &format!("oci:{}:it", to.display())])?;
        let read = |digest: &str| -> Result<Value> {
            let file = to.join("blobs").join(digest.replace(':', "/"));
            Ok(serde_json::from_slice(&fs::read(file)?)?)
        };
        let index: Value = serde_json::from_slice(&fs::read(to.join("index.json"))?)?;
        let digest = index["manifests"][0]["digest"].as_str().context("no manifest")?;
        let layers = read(digest)?["layers"].as_array().cloned().context("no layers")?;
        fs::remove_dir_all(&to)?;
        Ok(layers.iter().skip(1).filter_map(|layer| layer["size"].as_u64()).sum())
    }

    fn base(&self, root: &Path, name: &str, env: &[&str]) -> Result<()> {
        let container = self.buildah(&["from", "scratch"])?;
        self.buildah(&["add", &container, &root.to_string_lossy(), "/"])?;
        for pair in env {
            self.buildah(&["config", "--env", pair, &container])?;
        }
        self.buildah(&["commit", "--rm", &container, name]).map(|_| ())
    }

    /// A small Debian: a shell, `install`, and the libraries that they and the program want.
    fn root_file_system(&self) -> Result<PathBuf> {
        let root = self.dir.path().join("base");
        for folder in
            ["usr/bin", "usr/lib", "usr/lib64", "usr/local/bin", "etc", "tmp", "proc", "sys", "dev"]
        {
            fs::create_dir_all(root.join(folder))?;
        }
        for folder in ["bin", "lib", "lib64"] {
            symlink(format!("usr/{folder}"), root.join(folder))?;
        }
        fs::write(root.join("etc/passwd"), "root:x:0:0:root:/root:/bin/sh\n")?;
        let mut files: BTreeSet<PathBuf> = PROGRAMS.iter().map(PathBuf::from).collect();
        for program in PROGRAMS {
            let said = said_by("ldd", &[program])?;
            files.extend(
                said.split_whitespace().filter(|it| it.starts_with('/')).map(PathBuf::from),
            );
        }
        let folder = Path::new("/lib/x86_64-linux-gnu");
        files.extend(LIBRARIES.iter().map(|name| folder.join(name)));
        for file in files {
            let to = root.join(file.strip_prefix("/").unwrap_or(&file));
            fs::create_dir_all(to.parent().context("no folder")?)?;
            fs::copy(&file, &to).with_context(|| format!("cannot copy `{}`", file.display()))?;
        }
        Ok(root)
    }
}

fn said_by(program: impl AsRef<OsStr>, words: &[&str]) -> Result<String> {
    let said = work::output(Command::new(program).args(words))?;
    ensure!(said.status.success(), "{}", work::tail(&said, 3));
    Ok(String::from_utf8_lossy(&said.stdout).trim().to_string())
}
