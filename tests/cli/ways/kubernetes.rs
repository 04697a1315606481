//! The way to Kubernetes: the digest goes into the kustomization, the migration comes first.

use crate::ways::{BACK, BRING, DIGEST, Way};

const KUBECTL: &str = "#!/bin/sh\necho \"kubectl $*\" >> \"$LOG\"\n\
    case \"$*\" in *\"get deployment\"*) cat \"$HOME/revision\" ;; *wait*) exit \"$(cat \"$HOME/ended\")\" ;; esac\n";

#[test]
fn the_migration_comes_first_and_the_digest_is_deployed() {
    let way = Way::to("kubernetes", &[("kubectl", KUBECTL)], "").with("KUBE_CONFIG", "x");
    way.world("ended", "1");
    way.world("revision", "4");
    assert!(!way.step(BRING), "the migration failed");
    assert!(way.step(BACK));
    way.never("rollout status");
    way.went(&[
        "delete job shop-migrate",
        "apply --kustomize deploy/kubernetes/production --selector rollout=before",
        "wait",
    ]);

    let page = way.project("deploy/kubernetes/production/kustomization.yaml");
    let named = page.contains("newName: ghcr.io/owner/shop\n");
    assert!(named && page.contains(&format!("digest: {DIGEST}")), "{page}");
    assert!(!page.contains("newTag:"), "{page}");
    way.again();
    way.world("ended", "0");
    assert!(way.step(BRING) && way.step(BACK));
    way.went(&[
        "wait",
        "apply --kustomize deploy/kubernetes/production\n",
        "rollout status",
        "rollout undo deployment/shop --to-revision 4",
    ]);
    way.again();
    way.world("revision", "");
    assert!(way.step(BRING) && way.step(BACK));
    way.never("rollout undo");
}

#[test]
fn a_digest_of_your_own_is_replaced_too() {
    let way = Way::to("kubernetes", &[("kubectl", KUBECTL)], "").with("KUBE_CONFIG", "x");
    way.world("ended", "0");
    way.world("revision", "");
    let path = "deploy/kubernetes/production/kustomization.yaml";
    let page = way.project(path).replace("newTag: \"1\"", "digest: sha256:old");
    way.sandbox.write(&format!("shop/{path}"), &page);
    assert!(way.step(BRING));
    let page = way.project(path);
    assert!(page.ends_with(&format!("    digest: {DIGEST}\n")), "{page}");
    assert!(page.contains("best by its digest: `digest: sha256:…`"), "{page}");
}
