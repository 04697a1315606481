//! The way to a server with Docker: the migration comes first, and what goes back is what was kept.

use crate::ways::{BACK, BRING, DIGEST, Way};

/// The server's folder is `opt` beside the file `away`, which says that nobody reaches it.
const SSH: &str = r#"#!/bin/sh
echo "ssh $*" >> "$LOG"
[ ! -e "$HOME/away" ] || exit 255
for last; do :; done
shift 5
case "$*" in
    "sh -es"*) sed "s|/opt/shop/|$HOME/opt/|g" | sh -es -- "$last" ;;
    *) echo "$*" | sed "s|/opt/shop/|$HOME/opt/|g" | sh -e ;;
esac
"#;
const DOCKER: &str = "#!/bin/sh\necho \"docker $* $(grep ^IMAGE= .env)\" >> \"$LOG\"\n\
    case \"$*\" in *run*) exit \"$(cat \"$HOME/migrated\")\" ;; esac\n";
const ENV: &str = "opt/deploy/docker/.env";

fn way() -> Way {
    let way = Way::to("docker", &[("ssh", SSH), ("docker", DOCKER)], "").with("SSH_KEY", "x");
    way.world(ENV, "BASE_URL=x\nIMAGE=old\nJWT_SECRET=abc");
    way.world("migrated", "0");
    way.with("SSH_HOST", "root@server").with("SSH_KNOWN_HOSTS", "x")
}

#[test]
fn the_migration_comes_before_the_new_version() {
    let way = way();
    assert!(way.step(BRING));
    let image = format!("IMAGE=ghcr.io/owner/shop@{DIGEST}\n");
    way.went(&["compose run --rm -T migrate", &image, "compose up --detach --wait", &image]);
    assert_eq!(way.left(ENV), format!("BASE_URL=x\nJWT_SECRET=abc\n{image}"));
    assert!(way.step(BACK));
    way.went(&[
        &image,
        "compose up --detach --wait",
        &image,
        "compose up --detach --wait IMAGE=old\n",
    ]);

    way.again();
    way.world("migrated", "1");
    assert!(!way.step(BRING));
    way.never("compose up");
    assert!(way.step(BACK));
    way.went(&["compose run", "compose up --detach --wait IMAGE=old\n"]);
}

#[test]
fn a_server_that_nobody_reached_stays_as_it_is() {
    let way = way();
    way.world(&format!("{ENV}.before"), "IMAGE=older\n");
    way.world("away", "");
    assert!(!way.step(BRING) && way.step(BACK));
    assert_eq!(way.log().matches("ssh ").count(), 1, "{}", way.log());
}
