//! Several instances: what `capacity` counts, and what `scale-lab` refuses before it builds anything.

use crate::sandbox::Sandbox;

#[test]
fn a_sheet_says_whether_it_fits() {
    let run = Sandbox::new().run("capacity").success();
    run.says("100 /s x 80 ms = 8.0").says("= 97: it fits");
    let run = Sandbox::new().run("capacity --instances 12 --pool 10").ends_with(1);
    run.says("(12 + 1 while a version comes) x (10 + 1) + 5 = 148").says("a pool of 6 would fit");
    Sandbox::new().run("capacity --instances 12 --pool 6").success();
    let run = Sandbox::new().run("capacity --rate 5000").ends_with(1);
    run.says("for ever");
}

#[test]
fn a_sheet_can_be_read_by_programs() {
    let run = Sandbox::new().run("capacity --json").success();
    let sheet: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((&sheet["opened"], &sheet["fits"]), (&49.into(), &true.into()));
    assert_eq!(sheet["plan"]["pool"], 10);
}

#[test]
fn numbers_that_make_no_sense_are_refused() {
    for words in ["--rate NaN", "--rate -1", "--instances 0", "--pool x", "--latency-ms inf"] {
        Sandbox::new()
            .run(&format!("capacity {words}"))
            .ends_with(2)
            .complains(words.split(' ').next().unwrap_or_default());
    }
}

#[test]
fn a_lab_is_in_a_project_and_knows_its_balancers() {
    let run = Sandbox::new().run("scale-lab").ends_with(2);
    run.complains("in no project").complains("hint: ");
    for words in ["--balancer apache", "--instances 7", "--seconds 0", "--seconds 61"] {
        Sandbox::new().run(&format!("scale-lab {words}")).ends_with(2);
    }
}

#[test]
fn a_file_is_not_shared_by_several() {
    let sandbox = Sandbox::new();
    sandbox.run("new shop -y --no-git").success();
    let before = sandbox.snapshot();
    let run = sandbox.run_in("shop", &["scale-lab"]).ends_with(1);
    run.complains("keeps the data in one file").complains("`--db postgres` or `--db mysql`");
    assert_eq!(sandbox.snapshot(), before);
}
