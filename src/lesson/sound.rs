//! What lessons say of themselves and of each other is true.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail, ensure};

use crate::lesson::probe::{Act, Probe, Probes, Step};
use crate::lesson::spec::TOPICS;
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
        let known = of_probes(lessons, lesson, probes);
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
            of_step(lessons, step).with_context(|| format!("the probe of `{rule}`"))?;
        }
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
    ensure!(step.code.is_none() || step.problem.is_some(), "`code` goes with `problem`");
    Ok(())
}
