//! Where the work is done: room on the disk, a path that tools bear, files that can be watched.

use crate::doctor::Finding;
use crate::doctor::facts::{Facts, SettingsFile, Watch};

/// What a `target/` folder soon takes.
const NEEDED_SPACE: u64 = 2 * GB;
const GB: u64 = 1_000_000_000;

/// File systems that are somewhere else, so that changes made there are not seen here.
const REMOTE: [&str; 14] = [
    "9p",
    "drvfs",
    "v9fs",
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "afpfs",
    "webdav",
    "vboxsf",
    "prl_fs",
    "fuse.sshfs",
    "fuse.grpcfuse",
];

/// Folders that a service keeps in step with a server, file by file.
const SYNCED: [&str; 4] = ["OneDrive", "Dropbox", "Mobile Documents", "Google Drive"];

/// Windows allows 260 characters in a path; builds make long ones.
const LONG: usize = 120;

pub fn judge(facts: &Facts) -> Vec<Finding> {
    let mut findings = vec![space(facts), path(facts), watching(facts)];
    findings.extend(project(facts));
    findings
}

fn space(facts: &Facts) -> Finding {
    let id = "disk";
    let Some(space) = facts.space else {
        return Finding::note(id, "disk: it does not say how much is free");
    };
    let what = format!("disk: {}.{} GB are free", space / GB, space % GB / (GB / 10));
    match space < NEEDED_SPACE {
        true => Finding::missing(id, format!("{what}, `target/` soon takes 2 GB"))
            .advice("make room, or set CARGO_TARGET_DIR to a folder on another disk"),
        false => Finding::fine(id, what),
    }
}

fn path(facts: &Facts) -> Finding {
    let id = "path";
    let windows = facts.system.os == "windows";
    let shown = facts.folder.display();
    let Some(path) = facts.folder.to_str() else {
        return Finding::warning(id, format!("path: `{shown}` is not Unicode"))
            .advice("work in a folder with a plain name");
    };
    if let Some(synced) = SYNCED.iter().find(|name| path.contains(*name)) {
        return Finding::warning(id, format!("path: `{shown}` is kept in step by {synced}"))
            .advice("work outside of it: it locks files while cargo writes them");
    }
    if !windows && path.contains(':') {
        return Finding::warning(
            id,
            format!("path: the `:` in `{shown}` separates folders in PATH"),
        )
        .advice("rename the folder: cargo cannot run tests there");
    }
    if windows && !path.is_ascii() {
        return Finding::warning(id, format!("path: `{shown}` is not all ASCII")).advice(
            "work in a folder such as C:\\code: linkers on Windows stumble over other letters",
        );
    }
    if windows && path.chars().count() > LONG {
        return Finding::warning(id, format!("path: `{shown}` is long"))
            .advice("work in a folder such as C:\\code: paths on Windows end at 260 characters");
    }
    Finding::fine(id, "path: nothing in it that a tool stumbles over")
}

fn watching(facts: &Facts) -> Finding {
    let id = "watching";
    let kind = facts.file_system.as_deref().unwrap_or_default();
    let network_share = facts.folder.to_string_lossy().starts_with(r"\\");
    if REMOTE.contains(&kind) || network_share {
        let what = match facts.system.wsl {
            true => {
                "watching: files on a Windows disk (`/mnt/…`) change unseen by Linux".to_string()
            }
            false => format!("watching: files on `{kind}` change unseen by this system"),
        };
        let advice = match facts.system.wsl {
            true => "work in your Linux home folder: `cd ~`; builds are several times faster too",
            false => "work on a disk of this machine",
        };
        return Finding::warning(id, what).advice(advice);
    }
    match &facts.watch {
        Watch::Seen => Finding::fine(id, "watching: a changed file is noticed"),
        Watch::Missed => Finding::warning(id, "watching: a changed file is not noticed")
            .advice("work on a disk of this machine; without it, start again after a change"),
        Watch::Failed(why) => {
            let advice = match facts.system.os.as_str() {
                "linux" => {
                    "sudo sysctl fs.inotify.max_user_instances=512 fs.inotify.max_user_watches=524288"
                }
                _ => "close programs that watch many files, such as editors",
            };
            Finding::warning(id, format!("watching: {why}")).advice(advice)
        }
        Watch::NotTried => Finding::note(id, "watching: not tried, this folder cannot be written"),
    }
}

fn project(facts: &Facts) -> Option<Finding> {
    let project = facts.project.as_ref()?;
    let id = "settings";
    Some(match project.settings {
        SettingsFile::Private => Finding::fine(id, format!("`{}` has its `.env`", project.name)),
        SettingsFile::Open => {
            Finding::warning(id, "others on this machine may read `.env`").advice("chmod 600 .env")
        }
        SettingsFile::Missing => Finding::missing(id, format!("`{}` has no `.env`", project.name))
            .advice("cp .env.example .env, and fill in the lines that end with `=`"),
    })
}
