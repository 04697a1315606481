//! Pipelines: what is written for which choice, and what nobody gets.

use backend_gen::catalog::Catalog;

use crate::sandbox::Sandbox;

const CI: &str = "shop/.github/workflows/ci.yml";
const RELEASE: &str = "shop/.github/workflows/release.yml";

fn made(flags: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.run(&format!("new shop -y --no-git {flags}")).success();
    sandbox
}

#[test]
fn without_a_host_it_only_tests() {
    let sandbox = made("--pipeline github");
    let ci = sandbox.read(CI);
    assert!(ci.contains("push:\n    branches: [main]") && ci.contains("cargo test --locked"));
    assert!(!ci.contains("services:") && !sandbox.has(RELEASE));
    assert!(!sandbox.read("shop/.github/dependabot.yml").contains("docker"));
    let sandbox = made("--pipeline gitlab");
    assert!(!sandbox.read("shop/.gitlab-ci.yml").contains("include:"));
    assert!(!sandbox.has("shop/.gitlab/release.yml") && !sandbox.has(CI));
}

#[test]
fn tests_get_the_servers_of_the_stack() {
    let ci = made("--pipeline github --db postgres --auth jwt --cache redis").read(CI);
    for wanted in [
        "image: postgres:17",
        "DATABASE_URL: postgres://postgres:postgres@127.0.0.1:5432/postgres",
        "--health-cmd \"redis-cli ping\"",
        "REDIS_URL: redis://127.0.0.1:6379",
        "JWT_SECRET=$(openssl rand -hex 32)",
    ] {
        assert!(ci.contains(wanted), "no `{wanted}` in\n{ci}");
    }
    let file = made("--pipeline gitlab --db mysql").read("shop/.gitlab-ci.yml");
    assert!(file.contains("DATABASE_URL: mysql://root@database:3306/test"), "{file}");
}

#[test]
fn each_host_has_its_own_way() {
    let sandbox = made("--pipeline github --hosting docker,vps");
    let release = sandbox.read(RELEASE);
    for wanted in [
        "\n  image:\n",
        "\n  deploy-docker:\n",
        "\n  deploy-vps:\n",
        "needs: [ci, image]",
        "IMAGE: ${{ needs.image.outputs.reference }}",
        "/opt/shop/setup/release.sh rollback",
        "if: (failure() || cancelled()) && steps.bring.outcome != 'skipped'",
    ] {
        assert!(release.contains(wanted), "no `{wanted}` in\n{release}");
    }
    assert!(sandbox.read(CI).contains("workflow_call:"));
    let vps = made("--pipeline github --hosting vps").read(RELEASE);
    assert!(!vps.contains("\n  image:\n") && vps.contains("needs: [ci]"), "{vps}");
    let gitlab = made("--pipeline gitlab --hosting docker").read("shop/.gitlab/release.yml");
    assert!(gitlab.contains("buildah push --digestfile digest"), "{gitlab}");
    assert!(gitlab.contains("resource_group: docker"), "{gitlab}");
}

#[test]
fn to_every_host_there_is_a_way() {
    let catalog = Catalog::bundled().unwrap();
    let hosting = catalog.axis("hosting").unwrap();
    let hosts = hosting.options.iter().filter(|option| option.name() != hosting.default);
    for host in hosts {
        let name = host.name();
        let deploy = host.spec.deploy.as_ref().unwrap_or_else(|| panic!("no way to {name}"));
        // GitLab runs these lines and the look at the result in one shell
        let lines = || deploy.copy.iter().chain(&deploy.run);
        assert!(!lines().any(|line| line.contains("exit 0")), "{name}: nobody would look");
        let told = deploy.secrets.iter().map(|secret| format!("\"${}\"", secret.name));
        for key in told {
            let shown = |line: &&String| line.contains(&key) && !line.contains("printf");
            let shown: Vec<&String> = lines().filter(shown).collect();
            assert!(shown.is_empty(), "{name}: everybody on the machine reads {shown:?}");
        }
    }
    for pipeline in ["github", "gitlab"] {
        let sandbox = made(&format!("--db mysql --pipeline {pipeline} --hosting fly,vercel,aws"));
        let page = sandbox.read(&format!("shop/deploy/{pipeline}/README.md"));
        assert!(!page.contains("There is no job"), "{page}");
        for host in ["fly", "vercel", "aws"] {
            let page = sandbox.read(&format!("shop/deploy/{host}/README.md"));
            let named = format!("](../{pipeline}/README.md)");
            assert!(page.contains(&named) && page.contains("## From the pipeline"), "{page}");
        }
    }
    let page = made("--db mysql --hosting fly,vercel,aws").read("shop/deploy/fly/README.md");
    assert!(!page.contains("From the pipeline"), "{page}");
}

#[test]
fn every_verb_knows_it() {
    let run = |words: &str| Sandbox::new().run(words).success();
    run("explain pipeline=github").says(".github/workflows/ci.yml");
    run("explain .github/dependabot.yml").says("newer crates");
    run("compare pipeline=none pipeline=gitlab").says(".gitlab-ci.yml");
    run("list").says("--pipeline");
}

#[test]
fn it_is_for_the_root_of_a_repository() {
    let sandbox = Sandbox::new().file("Cargo.toml", "[workspace]\nmembers = []\n");
    let before = sandbox.snapshot();
    let words = "new shop -y --no-git --pipeline github --workspace join";
    let run = sandbox.run(words).ends_with(2);
    run.complains("`--pipeline github` cannot be in a member").complains("root of a repository");
    assert_eq!(sandbox.snapshot(), before);
}

#[test]
fn a_host_that_believes_tokens_is_told_of_one_repository() {
    let sandbox = made("--db postgres --pipeline github --hosting aws,cloudrun");
    for host in ["aws", "cloudrun"] {
        let page = sandbox.read(&format!("shop/deploy/{host}/README.md"));
        let subject = r#"repo:\(.owner.login)@\(.owner.id)/\(.name)@\(.id):environment:"#;
        assert!(page.contains(&format!("{subject}{host}\"')\n")), "{page}");
        assert!(page.contains(&format!("repo:OWNER/shop:environment:{host}`")), "{page}");
    }
    let page = sandbox.read("shop/deploy/aws/README.md");
    assert!(page.contains("--parameter-overrides Subject=$SUBJECT\n"), "{page}");
    let role = sandbox.read("shop/deploy/aws/pipeline.yaml");
    assert!(role.contains("com:sub: !Ref Subject\n"), "{role}");
}

/// A shell for people may know no comments, and `gh` without a value reads the next line as its answer.
#[test]
fn what_a_page_says_to_type_is_whole() {
    for pipeline in ["github", "gitlab"] {
        let hosts = "aws,cloudrun,docker,vps,vercel";
        let sandbox = made(&format!("--db postgres --pipeline {pipeline} --hosting {hosts}"));
        for folder in [pipeline, "aws", "cloudrun"] {
            let page = sandbox.read(&format!("shop/deploy/{folder}/README.md"));
            let blocks = page.split("```sh\n").skip(1).filter_map(|it| it.split("```").next());
            for line in blocks.flat_map(str::lines) {
                assert!(!line.contains(" #") && !line.starts_with('#'), "{folder}: {line}");
                let told = line.contains(" --body ") || line.contains(" < ");
                let asks = line.starts_with("gh variable set") || line.starts_with("gh secret set");
                assert!(told || !asks, "{folder}: {line}");
            }
        }
        let page = sandbox.read(&format!("shop/deploy/{pipeline}/README.md"));
        let named =
            page.lines().filter(|line| line.contains("DEPLOY_TO") && line.contains("docker"));
        assert_eq!(named.count(), 1, "{page}");
        for row in ["| `SSH_KEY` |", "| `AWS_REGION` |"] {
            assert!(page.contains(row), "no {row} in\n{page}");
        }
    }
}

#[test]
fn what_is_not_set_ends_a_job_before_anything_is_brought() {
    for (pipeline, file) in [("github", RELEASE), ("gitlab", "shop/.gitlab/release.yml")] {
        let jobs = made(&format!("--pipeline {pipeline} --hosting docker")).read(file);
        let place = |part: &str| jobs.find(part).unwrap_or_else(|| panic!("no {part} in\n{jobs}"));
        let bring = place("printf '%s\\n' \"$SSH_KEY\"");
        for name in ["BASE_URL", "SSH_HOST", "SSH_KNOWN_HOSTS"] {
            assert!(place(&format!(": \"${{{name}:?it is not set")) < bring, "{jobs}");
        }
        assert!(jobs.contains("--connect-timeout 5 --max-time 10"), "{jobs}");
    }
}
