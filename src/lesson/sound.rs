//! What lessons say of themselves and of each other is true.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail, ensure};

use serde_json::Value;

use crate::lesson::fault::Fault;
use crate::lesson::probe::{Probe, Probes};
use crate::lesson::sink;
use crate::lesson::spec::TOPICS;
use crate::lesson::step::{Act, BALANCER, Step};
use crate::lesson::{Lesson, Lessons};

pub fn check(lessons: &Lessons) -> Result<()> {
    let mut ids = BTreeSet::new();
    let mut slugs = BTreeSet::new();
    for lesson in &lessons.lessons {
        let file = format!("lessons/{}", lesson.folder);
        ensure!(ids.insert(lesson.id()), "`{file}`: there is another lesson `{}`", lesson.id());
        ensure!(slugs.insert(lesson.slug()), "`{file}`: there is another `{}`", lesson.slug());
        of(lessons, lesson).with_context(|| format!("`{file}` is not sound"))?;
    }
    for track in &lessons.tracks {
        let lost = track.lessons.iter().find(|id| lessons.find(id).is_none());
        if let Some(lost) = lost {
            bail!("`lessons/course.toml`: the track `{}` names `{lost}`, no lesson", track.id);
        }
    }
    Ok(())
}

fn of(lessons: &Lessons, lesson: &Lesson) -> Result<()> {
    let spec = &lesson.spec;
    ensure!(TOPICS.contains(&spec.topic.as_str()), "`topic` is none of {TOPICS:?}");
    ensure!(spec.hints.len() == 4, "`hints` are {}, and must be 4", spec.hints.len());
    ensure!(spec.concepts.len() <= 3, "`concepts` are {}, at most 3", spec.concepts.len());
    ensure!(lesson.text.lines().count() <= 60, "`lesson.md` has more than 60 lines");
    for hint in &spec.hint {
        ensure!((1..=4).contains(&hint.level), "`hint` has level {}", hint.level);
    }
    for predict in &spec.predict {
        let known = predict.answer < predict.options.len();
        ensure!(known, "`predict`: the answer {} is no option", predict.answer);
    }
    let broken = spec.mutant.iter().map(|mutant| &mutant.fails).chain([&spec.start.fails]);
    for rule in broken {
        ensure!(lesson.rule(rule).is_some(), "`fails` names `{rule}`, which is no rule");
    }
    for rule in &spec.rule {
        let own = rule.id.strip_prefix(lesson.id()).is_some_and(|rest| rest.starts_with('.'));
        ensure!(own, "the rule `{}` does not begin with `{}.`", rule.id, lesson.id());
    }
    for (place, probes) in all(lesson) {
        let known = of_probes(lessons, lesson, probes).and_then(|()| of_faults(&place, probes));
        known.with_context(|| format!("`{place}probes.toml`"))?;
    }
    Ok(())
}

fn all(lesson: &Lesson) -> Vec<(String, &Probes)> {
    let more = lesson.probes_with.iter();
    let more = more.map(|(choice, probes)| (format!("with/{choice}/"), probes));
    [(String::new(), &lesson.probes)].into_iter().chain(more).collect()
}

fn of_probes(lessons: &Lessons, lesson: &Lesson, probes: &Probes) -> Result<()> {
    for step in &probes.prepare {
        of_step(lessons, step)?;
        of_sink(&probes.sinks, step)?;
    }
    let commits = |step: &Step| step.pipeline.as_ref().is_some_and(|it| it.commit.is_some());
    let committed = probes.probe.iter().any(|probe| probe.step.iter().any(commits));
    // what a bad commit has built lies where the program was
    let alone = probes.probe.iter().find(|probe| committed && probe.is_alone());
    ensure!(alone.is_none(), "beside a `commit` no probe may have a backend of its own");
    for Probe { rule, step, .. } in &probes.probe {
        ensure!(lesson.rule(rule).is_some(), "a probe names `{rule}`, which is no rule");
        ensure!(!step.is_empty(), "the probe of `{rule}` has no step");
        for step in step {
            let sound = of_step(lessons, step).and_then(|()| of_sink(&probes.sinks, step));
            sound.with_context(|| format!("the probe of `{rule}`"))?;
        }
    }
    Ok(())
}

/// A connection can be broken where there is one: the stacks are named.
fn of_faults(place: &str, probes: &Probes) -> Result<()> {
    let early = probes.prepare.iter().any(|step| step.fault.is_some());
    ensure!(!early, "a `fault` is part of a probe, not of `prepare`");
    for probe in &probes.probe {
        let faults: Vec<&Fault> = probe.step.iter().filter_map(|it| it.fault.as_ref()).collect();
        let named = !probe.with.is_everywhere() || place.starts_with("with/db.");
        ensure!(named || faults.is_empty(), "a `fault` needs `with`: not all stacks have a server");
        let sound = Fault::sound(faults.into_iter()).map_err(|what| anyhow::anyhow!(what));
        sound.with_context(|| format!("the probe of `{}`", probe.rule))?;
    }
    Ok(())
}

fn of_step(lessons: &Lessons, step: &Step) -> Result<()> {
    let act = step.act().map_err(|what| anyhow::anyhow!(what))?;
    match act {
        Act::Send(line) => {
            ensure!(line.contains(" /") || line.contains(" <"), "`{line}` is no `METHOD /path`");
            let once = step.begin.is_none() || !step.is_many();
            ensure!(once, "`{line}`: what is sent often cannot `begin`");
        }
        Act::Rows(name) | Act::Exec(name) => {
            ensure!(lessons.queries.contains_key(name), "`queries.toml` has no `{name}`");
        }
        Act::Pipeline(asked) => asked.is_sound().map_err(|what| anyhow::anyhow!(what))?,
        _ => {}
    }
    if let Some(sign) = &step.sign {
        ensure!(matches!(act, Act::Send(_)), "`sign` goes with `send`");
        ensure!(step.body.is_some() || step.text.is_some(), "`sign` has no body to sign");
        sign.sound().map_err(|what| anyhow::anyhow!(what))?;
    }
    of_balancer(step, act)?;
    ensure!(step.code.is_none() || step.problem.is_some(), "`code` goes with `problem`");
    Ok(())
}

/// A server that the backend calls is one that there is.
fn of_sink(sinks: &[String], step: &Step) -> Result<()> {
    let sound = match step.act() {
        Ok(Act::Sink(script)) => script.sound(sinks),
        Ok(Act::Received(name)) => sink::declared(name, sinks),
        _ => Ok(()),
    };
    sound.map_err(|what| anyhow::anyhow!(what))
}

/// What goes through the balancer, and what is sent again and again.
fn of_balancer(step: &Step, act: Act<'_>) -> Result<()> {
    let places = match &step.on {
        Some(Value::Array(all)) => all.as_slice(),
        on => on.as_slice(),
    };
    for word in places.iter().filter_map(Value::as_str) {
        ensure!(["boot", BALANCER].contains(&word), "`on` names `{word}`, no instance");
        let sends = word != BALANCER || matches!(act, Act::Send(_));
        ensure!(sends, "the balancer is no process: only `send` goes through it");
    }
    ensure!(step.every_ms.is_none() || step.begin.is_some(), "`every_ms` goes with `begin`");
    if let Some(percent) = step.lost_percent {
        ensure!(matches!(act, Act::Await(_)), "`lost_percent` goes with `await`");
        ensure!(percent < 100, "`lost_percent` is {percent}: everything may go wrong");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_body_that_is_sent_can_be_signed() {
        let lessons = Lessons::bundled().unwrap();
        let wrong = |text: &str| of_step(&lessons, &toml::from_str(text).unwrap()).err();
        let sign = "sign = { secrets = [\"<new>\"] }";
        assert!(wrong(&format!("send = \"POST /x\"\ntext = \"{{}}\"\n{sign}")).is_none());
        for (step, says) in [
            (format!("send = \"POST /x\"\n{sign}"), "no body to sign"),
            (format!("restart = \"kill\"\ntext = \"x\"\n{sign}"), "goes with `send`"),
            ("send = \"POST /x\"\ntext = \"x\"\nsign = { secrets = [] }".into(), "no `secrets`"),
        ] {
            let error = wrong(&step).unwrap().to_string();
            assert!(error.contains(says), "{error}");
        }
    }

    #[test]
    fn only_a_connection_that_is_there_can_be_broken() {
        let sound = |place: &str, text: &str| {
            let probes: Probes = toml::from_str(text).unwrap();
            of_faults(place, &probes).is_ok()
        };
        let cut = "step = [{ fault = 'cut' }, { fault = 'pass' }]";
        let probe = format!("[[probe]]\nrule = 'X1.a'\n{cut}");
        assert!(sound("with/db.postgres/", &probe));
        assert!(!sound("", &probe) && !sound("with/api.graphql/", &probe));
        assert!(sound("", &format!("{probe}\nwith = ['db.postgres', 'db.mysql']")));
        assert!(!sound("with/db.postgres/", &probe.replace("'pass'", "'stall'")), "left so");
        assert!(!sound("with/db.postgres/", "[[prepare]]\nfault = 'pass'"));
    }

    #[test]
    fn only_what_is_sent_goes_through_the_balancer() {
        let sound = |text: &str| {
            let step: Step = toml::from_str(text).unwrap();
            of_balancer(&step, step.act().unwrap()).is_ok()
        };
        for good in [
            "send = \"GET /\"\non = \"balancer\"\nbegin = \"x\"\nevery_ms = 5",
            "send = \"GET /\"\non = [1, 2]",
            "signal = \"term\"\non = 2",
            "await = \"x\"\nlost_percent = 1",
        ] {
            assert!(sound(good), "{good}");
        }
        for bad in [
            "signal = \"term\"\non = \"balancer\"",
            "send = \"GET /\"\non = \"balanser\"",
            "send = \"GET /\"\non = [1, \"balanser\"]",
            "send = \"GET /\"\nevery_ms = 5",
            "send = \"GET /\"\nlost_percent = 1",
            "await = \"x\"\nlost_percent = 100",
        ] {
            assert!(!sound(bad), "{bad}");
        }
    }
}
