//! `completions` and `man`: what a shell and a reader of manuals get.

use backend_gen::catalog::Catalog;
use backend_gen::cli;

use crate::sandbox::Sandbox;

const SHELLS: [&str; 5] = ["bash", "elvish", "fish", "powershell", "zsh"];

/// The verbs that the help shows.
fn verbs() -> Vec<String> {
    let command = cli::command(&Catalog::bundled().unwrap());
    let shown = command.get_subcommands().filter(|verb| !verb.is_hide_set());
    shown.map(|verb| verb.get_name().to_string()).collect()
}

#[test]
fn every_shell_learns_every_verb_and_option() {
    let catalog = Catalog::bundled().unwrap();
    for shell in SHELLS {
        let run = Sandbox::new().run(&format!("completions {shell}")).success();
        assert!(run.stderr.is_empty());
        for word in verbs() {
            assert!(run.stdout.contains(&word), "{shell}: {word}");
        }
        // PowerShell and elvish complete flags, not values.
        let values = ["bash", "fish", "zsh"].contains(&shell);
        for axis in &catalog.axes {
            assert!(run.stdout.contains(&axis.name), "{shell}: {}", axis.name);
            let lost = axis.names().into_iter().find(|name| values && !run.stdout.contains(name));
            assert_eq!(lost, None, "{shell}");
        }
    }
    let run = Sandbox::new().run("completions tcsh").ends_with(2);
    assert!(SHELLS.iter().all(|shell| run.stderr.contains(shell)), "{}", run.stderr);
}

/// What bash offers after these words, of which the last is being typed.
#[cfg(unix)]
fn offered(words: &str) -> Option<Vec<String>> {
    let sandbox = Sandbox::new();
    let script = sandbox.run("completions bash").success().stdout;
    sandbox.write("completions.bash", &script);
    let ask = format!(
        "source ./completions.bash || exit 3\n\
         known=$(complete -p backend-gen) || exit 4\n\
         [[ $known =~ -F\\ ([^ ]+) ]] || exit 5\n\
         COMP_WORDS=({words} \"\"); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))\n\
         COMP_LINE='{words} '; COMP_POINT=${{#COMP_LINE}}\n\
         \"${{BASH_REMATCH[1]}}\" backend-gen '' \"${{COMP_WORDS[COMP_CWORD-1]}}\"\n\
         printf '%s\\n' \"${{COMPREPLY[@]}}\"\n"
    );
    let mut bash = assert_cmd::Command::new("bash");
    let output = bash.current_dir(sandbox.path()).args(["--norc", "-c", &ask]).output();
    // A machine without bash has nothing to prove here.
    let output = output.ok()?;
    assert!(output.status.success(), "{output:?}");
    Some(String::from_utf8(output.stdout).unwrap().lines().map(str::to_string).collect())
}

#[cfg(unix)]
#[test]
fn a_real_bash_offers_the_options() {
    let Some(offered_first) = offered("backend-gen") else { return };
    for verb in verbs() {
        assert!(offered_first.contains(&verb), "{verb}: {offered_first:?}");
    }
    for axis in Catalog::bundled().unwrap().axes {
        for verb in ["new", "explain", "compare"] {
            let offered = offered(&format!("backend-gen {verb} --{}", axis.name)).unwrap();
            assert_eq!(offered, axis.names(), "{verb} --{}", axis.name);
        }
    }
}

#[test]
fn the_manual_names_every_verb_and_is_hidden() {
    let page = Sandbox::new().run("man").success().stdout;
    assert!(page.contains(".TH backend-gen"), "{page}");
    for verb in verbs() {
        // roff writes a hyphen as `\-`
        assert!(page.replace('\\', "").contains(&format!("backend-gen-{verb}")), "{verb}");
        let run = Sandbox::new().run(&format!("man {verb}")).success();
        let name = format!("backend-gen-{verb}").replace('-', "\\-");
        run.says(&name);
    }
    Sandbox::new().run("man nwe").ends_with(2).complains("no command `nwe`").complains("hint: ");
    let help = Sandbox::new().run("--help").success().stdout;
    assert!(!help.contains("roff"), "{help}");
}

#[test]
fn the_readme_has_a_row_for_every_verb() {
    let readme =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let rows: Vec<&str> =
        readme.lines().filter_map(|line| line.strip_prefix("| `backend-gen ")).collect();
    let named: Vec<String> =
        rows.iter().filter_map(|row| Some(row.split(['`', ' ']).next()?.to_string())).collect();
    for verb in verbs().iter().filter(|verb| *verb != "help") {
        assert!(named.contains(verb), "`{verb}` is in no row of the README");
    }
    for verb in named {
        assert!(verbs().contains(&verb), "the README has a row for `{verb}`");
    }
}
